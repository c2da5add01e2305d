//! Encrypted object streams: decrypted here, so that they can be inflated under a cap before the
//! object library does it without one.
//!
//! Only the library knows the keys. So it gets a small file of its own with the same encryption and
//! nothing but the object streams, which no longer call themselves that.

use std::io::Write as _;
use std::sync::LazyLock;

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, FromBytes, Object};
use regex::bytes::Regex;

use super::structure::{OBJECT_STREAM, pattern};
use super::syntax::skip_space;

/// The number of the first object that is made up; real files end far below.
const MADE_UP: u64 = 8_388_600;

static ENCRYPT: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?-u)/Encrypt\s*(?:(\d+)\s+(\d+)\s+R|<<)"));
static ID: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?-u)/ID\s*\["));

/// A stream object in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sealed {
    pub(super) number: u64,
    pub(super) generation: u64,
    /// Where its dictionary begins, and where its data ends at the latest.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The encryption dictionary, as it stands in the file.
fn encryption(bytes: &[u8]) -> Option<&[u8]> {
    let found = ENCRYPT.captures_iter(bytes).last()?;
    let Some(number) = found.get(1) else {
        let dict = found.get(0)?.end() - 2;
        return Dict::from_bytes(bytes.get(dict..)?).map(|dict| dict.data());
    };
    let header = [b"(?-u)\\b", number.as_bytes(), b"\\s+", found.get(2)?.as_bytes(), b"\\s+obj"].concat();
    let header = Regex::new(std::str::from_utf8(&header).ok()?).ok()?;
    let at = header.find_iter(bytes).last()?.end();
    Dict::from_bytes(bytes.get(skip_space(bytes, at)..)?).map(|dict| dict.data())
}

/// The data of the streams, decrypted with `password` but not decoded, each with its dictionary;
/// `None` when the encryption is not understood. `each` is called for one after the other.
pub(super) fn unsealed(
    bytes: &[u8],
    streams: &[Sealed],
    password: &str,
    mut each: impl FnMut(&Dict<'_>, &[u8]),
) -> Option<()> {
    let encrypt = encryption(bytes)?;
    let id = ID.find_iter(bytes).last().and_then(|found| Array::from_bytes(bytes.get(found.end() - 1..)?));
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut table = Vec::new();
    let mut object = |file: &mut Vec<u8>, number: u64, generation: u64, parts: &[&[u8]]| -> Option<()> {
        write!(table, "{number} 1\n{:010} {generation:05} n \n", file.len()).ok()?;
        writeln!(file, "{number} {generation} obj").ok()?;
        parts.iter().for_each(|part| file.extend_from_slice(part));
        file.extend_from_slice(b"\nendobj\n");
        Some(())
    };
    let kids = format!("<</Type/Pages/Kids[{} 0 R]/Count 1>>", MADE_UP + 2);
    let root = format!("<</Type/Catalog/Pages {} 0 R>>", MADE_UP + 1);
    let page = format!("<</Type/Page/Parent {} 0 R>>", MADE_UP + 1);
    for (number, body) in (MADE_UP..).zip([root.as_bytes(), kids.as_bytes(), page.as_bytes(), encrypt]) {
        object(&mut file, number, 0, &[body])?;
    }
    for sealed in streams {
        let body = bytes.get(sealed.start..sealed.end)?;
        // The name in the dictionary; in the data it would have to stand there by chance.
        let mut own = body.to_vec();
        for found in OBJECT_STREAM.find_iter(body) {
            own.get_mut(found.start() + 1..found.end())?.fill(b'x');
        }
        object(&mut file, sealed.number, sealed.generation, &[&own, b"\nendstream"])?;
    }
    let at = file.len();
    file.extend_from_slice(b"xref\n");
    file.extend_from_slice(&table);
    let id = id.map(|id| id.data().to_vec()).unwrap_or_default();
    write!(file, "trailer\n<</Size 9000000/Root {MADE_UP} 0 R/Encrypt {} 0 R/ID[", MADE_UP + 3).ok()?;
    file.extend_from_slice(&id);
    write!(file, "]>>\nstartxref\n{at}\n%%EOF\n").ok()?;
    let pdf = Pdf::new_with_password(file, password).ok()?;
    for object in pdf.objects() {
        if let Object::Stream(stream) = object {
            each(stream.dict(), &stream.raw_data());
        }
    }
    Some(())
}
