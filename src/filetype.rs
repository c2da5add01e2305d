//! What kind of file some bytes are: decided by content first, by name second.

/// The kinds of file that are told apart. The names are those of the JSON contract's `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum FileType {
    Empty,
    Text,
    Markdown,
    Html,
    Docx,
    Pdf,
    Unknown,
}

impl FileType {
    /// The name in reports (`docx`).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Docx => "docx",
            Self::Pdf => "pdf",
            Self::Unknown => "unknown",
        }
    }
}

/// What [`identify`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identified {
    /// What the content is.
    pub file_type: FileType,
    /// What the name claims, where it claims something else.
    pub named_as: Option<String>,
}

/// Tells what `bytes` are; `name` decides only between kinds that look the same.
pub fn identify(bytes: &[u8], _name: &str) -> Identified {
    let file_type = if bytes.is_empty() { FileType::Empty } else { FileType::Unknown };
    Identified { file_type, named_as: None }
}
