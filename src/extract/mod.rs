//! Everything a document says, whatever its format: text with places, inner documents, gaps.
//!
//! One function per format behind one match. An extractor never fails: what it can't read is a
//! [`Gap`] in its answer. It reads foreign bytes, so it neither panics, nor recurses without bound,
//! nor allocates what a header claims.

mod epub;
mod flow;
mod html;
mod markdown;
mod odf;
mod ofd;
mod ooxml;
mod pdf;
mod plain;
mod readings;
mod rtf;
mod sink;

use crate::document::Inner;
use crate::filetype::FileType;
use crate::limits::{Budget, Gap, GapKind};
use crate::text::Text;

/// What was read from one document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Extracted {
    /// The text with its places.
    pub text: Text,
    /// Other plausible readings of the same bytes, where the encoding is uncertain.
    pub alternatives: Vec<Text>,
    /// Documents inside this one, not yet read.
    pub inner: Vec<Inner>,
    /// What was not read.
    pub gaps: Vec<Gap>,
}

/// Reads `bytes` as `file_type`.
pub fn extract(bytes: &[u8], file_type: FileType, budget: &mut Budget) -> Extracted {
    match file_type {
        FileType::Empty => Extracted::default(),
        FileType::Text => plain::extract(bytes, budget),
        FileType::Markdown => markdown::extract(bytes, budget),
        FileType::Html => html::extract(bytes, budget),
        FileType::Docx => ooxml::extract(bytes, budget),
        FileType::Pdf => pdf::extract(bytes, budget),
        FileType::Odt | FileType::Ods | FileType::Odp => odf::extract(bytes, budget),
        FileType::Rtf => rtf::extract(bytes, budget),
        FileType::Epub => epub::extract(bytes, budget),
        FileType::Ofd => ofd::extract(bytes, budget),
        FileType::EncryptedOffice => {
            Extracted { gaps: vec![Gap::new(GapKind::Encrypted, "package")], ..Extracted::default() }
        }
        silent if silent.has_no_text() => Extracted::default(),
        other => {
            Extracted { gaps: vec![Gap::new(GapKind::Unsupported, other.as_str())], ..Extracted::default() }
        }
    }
}
