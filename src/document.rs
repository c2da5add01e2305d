//! A document to screen: the bytes and the name they go under.
//!
//! Nothing here knows formats. A document inside another one (a ZIP entry, an attachment, an
//! embedded workbook) is a document too; its name is the path from the outermost document to it,
//! joined by [`INNER_SEPARATOR`].

/// What joins the names of nested documents: `附件.zip!x.docx`.
pub const INNER_SEPARATOR: char = '!';

/// Bytes that are about to be published, and the name they go under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Path relative to what was asked for, `/` between folders. Text to screen like any other.
    pub name: String,
    /// The content as stored.
    pub bytes: Vec<u8>,
}

impl Document {
    /// A document from its name and content.
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), bytes: bytes.into() }
    }
}

/// A document found inside another one, before it is screened itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inner {
    /// Name within its container, without the container's own name.
    pub name: String,
    /// The content, already inflated and decrypted.
    pub bytes: Vec<u8>,
}
