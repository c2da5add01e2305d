//! Opening a PDF that may be hostile or broken.
//!
//! What the object library would not survive is kept from it. A file that has lost its catalogue gets
//! a makeshift one, so that the pages that are left can be read.

use std::sync::LazyLock;

use hayro_syntax::object::ObjRef;
use hayro_syntax::{LoadPdfError, Pdf, PdfData};
use regex::bytes::Regex;

use super::gaps::Gaps;
use super::index::Index;
use super::structure::{Listed, Structure, names, pattern};
use super::words::find;
use crate::limits::{Budget, GapKind};
use crate::text::count;

/// Arrays and dictionaries within each other.
const NESTING: usize = 64;
/// Bytes before `%PDF-` that are taken for junk.
const JUNK_BYTES: usize = 4096;
/// Bytes at the end in which `startxref` stands in a whole file.
const TAIL_BYTES: usize = 4096;

/// What is known of an opened PDF beside its objects.
pub(super) struct Opened<'a> {
    /// What opened it.
    pub(super) password: String,
    /// The document information dictionary.
    pub(super) info: Option<ObjRef>,
    /// Offsets of the cross-reference sections of earlier revisions, newest first.
    pub(super) earlier: Vec<usize>,
    /// Bytes that the object streams of the document inflate to.
    pub(super) structure: u64,
    /// Bytes before the file's beginning.
    pub(super) junk: &'a [u8],
    /// What the cross-reference sections list.
    pub(super) listed: Listed,
    /// Strings and streams are encrypted.
    pub(super) encrypted: bool,
    /// Where all objects stand, if that is certain.
    pub(super) index: Option<Index>,
}

/// An empty page tree under a catalogue: the library then looks for pages among all objects.
pub(super) const MAKESHIFT: &[u8] = b"\n8388606 0 obj\n<</Type/Pages>>\nendobj\n8388607 0 obj\n\
    <</Type/Catalog/Pages 8388606 0 R>>\nendobj\ntrailer\n<</Root 8388607 0 R>>\n";

/// Opens `bytes` without a password or with one at hand; `None` when nothing can be read of them, and the gaps say
/// why.
pub(super) fn open<'a>(bytes: &'a [u8], budget: &mut Budget, gaps: &mut Gaps) -> Option<(Pdf, Opened<'a>)> {
    let head = bytes.get(..bytes.len().min(JUNK_BYTES)).unwrap_or_default();
    let start = head.windows(5).position(|window| window == b"%PDF-").unwrap_or(0);
    let (junk, bytes) = bytes.split_at(start);
    let flat = flattened(bytes);
    if flat.is_some() {
        gaps.add(GapKind::Limit, format!("objects within objects: {NESTING}"));
    }
    let bytes = flat.as_deref().unwrap_or(bytes);
    // Also where the trailer can't be found: the library may find it by searching.
    let mut structure = Structure::default();
    structure.encrypted =
        names(bytes, "/Encrypt").any(|at| bytes.get(at..).is_some_and(|rest| ENCRYPT.is_match(rest)));
    structure.walk(bytes, budget);
    structure.scan(bytes, budget);
    structure.unseal(bytes, budget);
    if let Some(limit) = structure.limit {
        gaps.add(GapKind::Limit, limit);
        return None;
    }
    if let Some(damage) = structure.damage {
        gaps.add(damage.kind(), damage.detail("object stream"));
    }
    let tail = bytes.get(bytes.len().saturating_sub(TAIL_BYTES)..).unwrap_or_default();
    // What a cut stream still holds is read when the stream ends.
    let mut cut: &[u8] = b"";
    if find(tail, b"startxref").is_none() {
        gaps.add(GapKind::Damaged, "the file ends early");
        cut = b"\nendstream\nendobj\n";
    }
    let info = structure.info.or_else(|| found_info(bytes));
    let mut opened = Opened {
        password: String::new(),
        info,
        earlier: structure.earlier,
        structure: structure.inflated,
        junk,
        listed: structure.listed,
        encrypted: structure.encrypted,
        index: None,
    };
    let data = PdfData::from([bytes, cut].concat());
    match with_passwords(&data, &budget.limits.passwords) {
        Ok((pdf, password)) => {
            opened.password = password;
            if !opened.encrypted {
                opened.index = Index::new(structure.entries, structure.members, &pdf);
            }
            Some((pdf, opened))
        }
        Err(LoadPdfError::Decryption(_)) => {
            gaps.add(GapKind::Encrypted, "needs a password, or an unknown way of encryption");
            None
        }
        Err(LoadPdfError::Invalid) if structure.encrypted => {
            gaps.add(GapKind::Encrypted, "encrypted, and its structure is damaged");
            None
        }
        Err(LoadPdfError::Invalid) => {
            gaps.add(GapKind::Damaged, "no readable catalogue");
            opened.earlier.clear();
            let mended = [bytes, cut, MAKESHIFT].concat();
            Some((Pdf::new(mended).ok()?, opened))
        }
    }
}

/// The file without brackets that are nested too deep: the library gives up on those only after
/// having tried each, from each of them on. `None` if there are none.
fn flattened(bytes: &[u8]) -> Option<Vec<u8>> {
    // So few that trying does no harm, as in all real files.
    const SPARSE: usize = 16;
    let brackets = |bracket: u8| count(bytes, |byte| byte == bracket);
    let any = count(bytes, |byte| matches!(byte, b'[' | b'<'));
    let few = |count: usize| count.saturating_mul(SPARSE) < bytes.len();
    if few(any) || few(brackets(b'[') + brackets(b'<') / 2) {
        return None;
    }
    let (mut depth, mut at, mut out) = (0usize, 0usize, None);
    while let Some(&byte) = bytes.get(at) {
        let pair = bytes.get(at + 1) == Some(&byte);
        let length = match byte {
            b'<' | b'>' if pair => 2,
            _ => 1,
        };
        match byte {
            b'[' => depth += 1,
            b'<' if pair => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            b'>' if pair => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > NESTING {
            depth = NESTING;
            let out: &mut Vec<u8> = out.get_or_insert_with(|| bytes.to_vec());
            out.get_mut(at..at + length)?.fill(b' ');
        }
        at += length;
    }
    out
}

/// Opens a file with the first password that does it: none, then those at hand.
fn with_passwords(data: &PdfData, passwords: &[String]) -> Result<(Pdf, String), LoadPdfError> {
    let first = Pdf::new(data.clone()).map(|pdf| (pdf, String::new()));
    let Err(LoadPdfError::Decryption(_)) = first else { return first };
    for password in passwords {
        if let Ok(pdf) = Pdf::new_with_password(data.clone(), password) {
            return Ok((pdf, password.clone()));
        }
    }
    first
}

/// The name Encrypt with any of its letters escaped, and what it names, at the beginning.
static ENCRYPT: LazyLock<Regex> = LazyLock::new(|| {
    let letters = "(?:E|#45)(?:n|#6[eE])(?:c|#63)(?:r|#72)(?:y|#79)(?:p|#70)(?:t|#74)";
    pattern(&format!(r"(?-u)\A/{letters}(?:\s+\d+\s+\d+\s+R|\s*<<)"))
});
static INFO: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?-u)/Info\s+(\d+)\s+(\d+)\s+R"));
/// The reference to the information dictionary, where no trailer could be read.
fn found_info(bytes: &[u8]) -> Option<ObjRef> {
    let found = INFO.captures_iter(bytes).last()?;
    let number = |i: usize| std::str::from_utf8(found.get(i)?.as_bytes()).ok();
    Some(ObjRef::new(number(1)?.parse().ok()?, number(2)?.parse().ok()?))
}
