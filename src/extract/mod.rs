//! Everything a document says, whatever its format: text with places, inner documents, gaps.
//!
//! One function per format behind one match. An extractor never fails: what it can't read is a
//! [`Gap`] in its answer. It reads foreign bytes, so it neither panics, nor recurses without bound,
//! nor allocates what a header claims.

mod archive;
mod binary;
mod columns;
mod editors;
mod embedded;
mod epub;
mod flow;
mod html;
mod image;
mod mail;
mod markdown;
mod metafile;
mod odf;
mod ofd;
mod ole;
mod ooxml;
mod pdf;
mod plain;
mod postscript;
mod readings;
mod rtf;
mod sink;
mod tnef;
mod xml;
mod xps;

pub use plain::Rest;

use crate::document::Inner;
use crate::filetype::{FileType, identify};
use crate::limits::{Budget, GUESSED_MARKUP_BYTES, Gap, GapKind, MARKDOWN_BYTES, MARKUP_BYTES};
use crate::read::written::{self, Written};
use crate::read::{encoding, stowed, within};
use crate::text::Text;

/// What was read from one document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Extracted {
    /// The text with its places.
    pub text: Text,
    /// Other plausible readings of the same bytes, where the encoding is uncertain; what the pages within
    /// it show; words down its columns.
    pub alternatives: Vec<Text>,
    /// Documents inside this one, not yet read.
    pub inner: Vec<Inner>,
    /// What pictures inside this one say about themselves, by their names.
    pub pictures: Vec<(String, Extracted)>,
    /// What was not read.
    pub gaps: Vec<Gap>,
    /// What follows, where the document is read piece by piece: see [`extract_rest`].
    pub rest: Option<Rest>,
}

/// Pixels of the shorter side from which on a picture may show a page of text.
const PAGE_SIDE: u32 = 500;
/// Pixels from which on it may do so.
const PAGE_AREA: u64 = 400_000;

/// Whether a picture of so many pixels may hold a page of text; logos and icons do not.
fn is_page_like(width: u32, height: u32) -> bool {
    width.min(height) >= PAGE_SIDE && u64::from(width) * u64::from(height) >= PAGE_AREA
}

/// Bytes of a picture or font within a document that are searched for another document.
const SILENT_BYTES: usize = 8 << 20;

/// How files start that stand in a repository for others that are kept elsewhere: those of Git LFS
/// under its three names, and of git-annex.
const POINTERS: [&[u8]; 4] = [
    b"version https://git-lfs.github.com/spec/",
    b"version https://hawser.github.com/spec/",
    b"version http://git-media.io/v/",
    b"/annex/objects/",
];
/// Bytes that such a file has at most.
const POINTER_BYTES: usize = 1024;
/// How files start that are stored encrypted and published decrypted: those of git-crypt, and of
/// `openssl enc`, also in base64, which other tools for repositories use.
const LOCKED: [&[u8]; 3] = [b"\0GITCRYPT\0", b"Salted__", b"U2FsdGVkX1"];

/// What is said of documents written in letters and digits that there is no room for.
const WRITTEN_GAP: &str = "documents in base64";

/// What a picture within a document says about itself: its texts. What it shows is no gap there, and
/// neither is damage that no viewer minds. `None` where it says nothing.
fn picture(bytes: &[u8], budget: &mut Budget) -> Option<Extracted> {
    let file_type = identify(bytes, "").file_type;
    let mut read = file_type.is_picture().then(|| image::extract(bytes, file_type, budget))?;
    read.gaps.retain(|gap| gap.kind == GapKind::Limit);
    (!read.text.is_empty() || !read.gaps.is_empty()).then_some(read)
}

/// Reads `bytes` as `file_type`.
pub fn extract(bytes: &[u8], file_type: FileType, budget: &mut Budget) -> Extracted {
    let mut extracted = read(bytes, file_type, budget);
    embedded::read(&mut extracted, file_type, budget);
    columns::read(&mut extracted, budget);
    editors::read(&mut extracted, file_type, budget);
    let is_silent = file_type.is_picture() || file_type.has_no_text();
    // Only there: in everything else each byte is looked at anyway.
    if is_silent && let Some(document) = stowed::find(bytes).and_then(|at| bytes.get(at..)) {
        budget.spend_inflated(document.len() as u64);
        extracted.inner.push(Inner { name: "behind".to_owned(), bytes: document.to_vec() });
    }
    let may_be_written = matches!(file_type, FileType::Text | FileType::Markdown | FileType::Html);
    let written = if may_be_written { written::decode(bytes, budget.inflated) } else { Written::Text };
    match written {
        Written::File(bytes) if is_document(&bytes) => {
            budget.spend_inflated(bytes.len() as u64);
            extracted.inner.push(Inner { name: "decoded".to_owned(), bytes });
        }
        Written::TooLong => extracted.gaps.push(Gap::new(GapKind::Limit, WRITTEN_GAP)),
        _ => read_within(&mut extracted, bytes, file_type, budget),
    }
    let stands_for_another = || POINTERS.iter().any(|start| bytes.trim_ascii_start().starts_with(start));
    if bytes.len() <= POINTER_BYTES && stands_for_another() {
        extracted.gaps.push(Gap::new(GapKind::Link, "LFS pointer"));
    } else if LOCKED.iter().any(|start| bytes.starts_with(start)) {
        extracted.gaps.push(Gap::new(GapKind::Encrypted, "git-crypt, openssl"));
    }
    extracted
}

/// Hands over the documents that stand within a text in base64 or hexadecimal digits; those of mail, whose parts
/// are in base64 themselves, in what was read of it.
fn read_within(extracted: &mut Extracted, bytes: &[u8], file_type: FileType, budget: &mut Budget) {
    let (documents, whole) = match file_type {
        FileType::Text | FileType::Markdown | FileType::Html | FileType::Xml => {
            within::within(bytes, budget.inflated)
        }
        FileType::Eml | FileType::Mht => within::within(extracted.text.as_str().as_bytes(), budget.inflated),
        _ => return,
    };
    if !whole {
        extracted.gaps.push(Gap::new(GapKind::Limit, WRITTEN_GAP));
    }
    for bytes in documents.into_iter().filter(|bytes| is_document(bytes)) {
        // The readers of pages and of XML know some of them already.
        if extracted.inner.iter().any(|inner| inner.bytes == bytes) {
            continue;
        }
        budget.spend_inflated(bytes.len() as u64);
        extracted.inner.push(Inner { name: "decoded".to_owned(), bytes });
    }
}

/// Whether what a file in letters and digits stands for is a document, and no key or checksum that says
/// nothing.
fn is_document(bytes: &[u8]) -> bool {
    match identify(bytes, "").file_type {
        FileType::Unknown | FileType::Empty => false,
        FileType::Text => !encoding::decode(bytes).guessed,
        _ => true,
    }
}

/// Reads the next piece of a document whose pieces before it left this rest.
pub fn extract_rest(bytes: &[u8], rest: Rest, budget: &mut Budget) -> Extracted {
    let mut extracted = plain::extract(bytes, rest, budget);
    embedded::read(&mut extracted, FileType::Text, budget);
    extracted
}

/// Bytes up to which a document of this type is read in one; `None` where it is read by and by, or as what
/// a container holds.
fn most_bytes(bytes: &[u8], file_type: FileType) -> Option<usize> {
    match file_type {
        FileType::Markdown => Some(MARKDOWN_BYTES),
        FileType::Html | FileType::Xml | FileType::Rtf => Some(MARKUP_BYTES),
        // Packages that are one XML file.
        FileType::Docx | FileType::Pptx | FileType::Xlsx | FileType::Odt | FileType::Ods | FileType::Odp => {
            encoding::is_text(bytes.get(..POINTER_BYTES).unwrap_or(bytes)).then_some(MARKUP_BYTES)
        }
        _ => None,
    }
}

fn read(bytes: &[u8], file_type: FileType, budget: &mut Budget) -> Extracted {
    if bytes.len() > MARKDOWN_BYTES
        && let Some(most) = most_bytes(bytes, file_type)
    {
        let guessed = bytes.len() > GUESSED_MARKUP_BYTES && std::str::from_utf8(bytes).is_err();
        let most = if guessed { most.min(GUESSED_MARKUP_BYTES) } else { most };
        if bytes.len() > most {
            let mut extracted = plain::extract(bytes, Rest::default(), budget);
            let detail = format!("{} of more than {most} bytes: read as plain text", file_type.as_str());
            extracted.gaps.push(Gap::new(GapKind::Limit, detail));
            return extracted;
        }
    }
    match file_type {
        FileType::Empty => Extracted::default(),
        FileType::Text => plain::extract(bytes, Rest::default(), budget),
        FileType::PostScript => postscript::extract(bytes, budget),
        FileType::Markdown => markdown::extract(bytes, budget),
        FileType::Html => html::extract(bytes, budget),
        FileType::Doc | FileType::Xls | FileType::Ppt | FileType::Msg | FileType::Ole => {
            ole::extract(bytes, file_type, budget)
        }
        FileType::Docx | FileType::Xlsx | FileType::Xlsb | FileType::Pptx => ooxml::extract(bytes, budget),
        FileType::Pdf => pdf::extract(bytes, budget),
        FileType::EncryptedOffice => ooxml::extract_encrypted(bytes, budget),
        FileType::Zip => archive::extract_zip(bytes, budget),
        FileType::SevenZip => archive::extract_sevenzip(bytes, budget),
        FileType::Rar => archive::extract_rar(bytes, budget),
        FileType::Cab => archive::extract_cab(bytes, budget),
        FileType::Iso => archive::extract_iso(bytes, budget),
        FileType::Tar => archive::extract_tar(bytes, budget),
        FileType::Gzip => archive::extract_stream(bytes, archive::Format::Gzip, budget),
        FileType::Bzip2 => archive::extract_stream(bytes, archive::Format::Bzip2, budget),
        FileType::Xz => archive::extract_stream(bytes, archive::Format::Xz, budget),
        FileType::Zstd => archive::extract_stream(bytes, archive::Format::Zstd, budget),
        FileType::Eml | FileType::Mht => mail::extract(bytes, budget),
        FileType::Odt | FileType::Ods | FileType::Odp => odf::extract(bytes, budget),
        FileType::Rtf => rtf::extract(bytes, budget),
        FileType::Epub => epub::extract(bytes, budget),
        FileType::Ofd => ofd::extract(bytes, budget),
        FileType::Emf | FileType::Wmf => metafile::extract(bytes, file_type, budget),
        FileType::Tnef => tnef::extract(bytes, budget),
        FileType::Xps => xps::extract(bytes, budget),
        FileType::Xml => xml::extract(bytes, budget),
        picture if picture.is_picture() => image::extract(bytes, picture, budget),
        silent if silent.has_no_text() => Extracted::default(),
        other => binary::extract(bytes, other, budget),
    }
}
