//! What a document may cost, and what is recorded when it wants more.
//!
//! Every limit is a named constant with its unit; [`Limits`] carries the values in force. Reaching
//! one is a [`Gap`]: part of the document was not read, so it can't pass.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

/// Bytes that all parts of a document may inflate to together; a large document leaves less: see
/// [`Budget::beside`].
pub const INFLATED_BYTES: u64 = 256 << 20;
/// Bytes of a document that do not make this less.
pub const BESIDE_BYTES: u64 = 64 << 20;
/// Inflated bytes for one stored byte, counted per part above [`RATIO_FLOOR_BYTES`].
pub const RATIO: u64 = 200;
/// Inflated bytes of a part below which its ratio does not matter.
pub const RATIO_FLOOR_BYTES: u64 = 4 << 20;
/// Bytes that every piece of a text costs beside its own: where it stands is remembered too, and a document
/// may be nothing but pieces of one letter.
pub const PIECE_BYTES: usize = 16;
/// Bytes of text extracted from one document, inner documents included. Plain text has no such limit:
/// it is read in pieces.
pub const TEXT_BYTES: usize = 64 << 20;
/// Bytes of a document in markup (HTML, XML, RTF) that is read as such: reading it takes several times its
/// size. A longer one is read like plain text, piece by piece, and that is a gap.
pub const MARKUP_BYTES: usize = 64 << 20;
/// The same where it is not in UTF-8, and is read in every encoding that it may be in.
pub const GUESSED_MARKUP_BYTES: usize = 16 << 20;
/// The same for Markdown, of which every sign may be a piece.
pub const MARKDOWN_BYTES: usize = 4 << 20;
/// Bytes of text that are taken out of one part in XML, white space and values included: readers put together
/// what stands in several elements.
pub const XML_TEXT_BYTES: usize = 80 << 20;
/// Documents within documents, the outermost being 0.
pub const DEPTH: u8 = 6;
/// Entries (ZIP members, attachments, streams) of a document, inner ones included.
pub const ENTRIES: u32 = 20_000;
/// Bytes of one file that are read into memory.
pub const FILE_BYTES: u64 = 512 << 20;
/// Seconds of processor time that screening one document may take, one more for each
/// [`BYTES_PER_SECOND`] of it. Held where documents are screened in processes of their own.
pub const CPU_SECONDS: u64 = 10;
/// Seconds by the clock, likewise: generous, since a busy machine is no fault of the document.
pub const WALL_SECONDS: u64 = 60;
/// Bytes of a document that give it another second. Text takes a tenth of that.
pub const BYTES_PER_SECOND: u64 = 4 << 20;
/// Bytes of memory that screening one document may take, the document itself not counted. Held
/// where documents are screened in processes of their own, on Linux.
pub const MEMORY_BYTES: u64 = 512 << 20;

/// Passwords that Office uses when nobody gave one: Excel and Word, PowerPoint, and none.
const OFFICE_PASSWORDS: [&str; 3] = ["VelvetSweatshop", "/01Hannes Ruescher/01", ""];

/// What documents may cost in a run, and what they may need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// See [`INFLATED_BYTES`].
    pub inflated: u64,
    /// See [`RATIO`].
    pub ratio: u64,
    /// See [`TEXT_BYTES`].
    pub text: usize,
    /// See [`DEPTH`].
    pub depth: u8,
    /// See [`ENTRIES`].
    pub entries: u32,
    /// See [`FILE_BYTES`].
    pub file: u64,
    /// See [`CPU_SECONDS`].
    pub cpu_seconds: u64,
    /// See [`WALL_SECONDS`].
    pub wall_seconds: u64,
    /// See [`MEMORY_BYTES`].
    pub memory: u64,
    /// Passwords to try on encrypted documents, beside none.
    pub passwords: Vec<String>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            inflated: INFLATED_BYTES,
            ratio: RATIO,
            text: TEXT_BYTES,
            depth: DEPTH,
            entries: ENTRIES,
            file: FILE_BYTES,
            cpu_seconds: CPU_SECONDS,
            wall_seconds: WALL_SECONDS,
            memory: MEMORY_BYTES,
            passwords: Vec::new(),
        }
    }
}

impl Limits {
    /// Seconds of processor time for a document of so many bytes.
    pub fn cpu_seconds_for(&self, bytes: u64) -> u64 {
        self.cpu_seconds.saturating_add(bytes / BYTES_PER_SECOND)
    }

    /// Passwords to try on documents of Office.
    pub fn office_passwords(&self) -> impl Iterator<Item = &str> {
        OFFICE_PASSWORDS.into_iter().chain(self.passwords.iter().map(String::as_str))
    }

    /// Seconds by the clock for a document of so many bytes.
    pub fn wall_seconds_for(&self, bytes: u64) -> u64 {
        self.wall_seconds.saturating_add(bytes / BYTES_PER_SECOND)
    }
}

/// What is left of the limits while one document and all its inner documents are read.
#[derive(Debug, Clone)]
pub struct Budget {
    /// The limits this started from.
    pub limits: Limits,
    /// Bytes that may still be inflated.
    pub inflated: u64,
    /// Bytes of text that may still be extracted.
    pub text: usize,
    /// Entries that may still be opened.
    pub entries: u32,
}

impl Budget {
    /// All of `limits`.
    pub fn new(limits: &Limits) -> Self {
        Self { limits: limits.clone(), inflated: limits.inflated, text: limits.text, entries: limits.entries }
    }

    /// Bytes that a part of `stored` bytes may inflate to: what is left, and the ratio.
    pub fn inflatable(&self, stored: u64) -> u64 {
        self.inflated.min(stored.saturating_mul(self.limits.ratio).max(RATIO_FLOOR_BYTES))
    }

    /// The same for a document of so many bytes, which lie in memory beside what it inflates to: three
    /// quarters of what is above [`BESIDE_BYTES`] count, but a quarter of the limit is always there.
    pub fn beside(limits: &Limits, bytes: u64) -> Self {
        let counted = bytes.saturating_sub(BESIDE_BYTES) / 4 * 3;
        let inflated = limits.inflated.saturating_sub(counted).max(limits.inflated / 4);
        Self { inflated, ..Self::new(limits) }
    }

    /// Takes `bytes` of inflated data off the budget.
    pub fn spend_inflated(&mut self, bytes: u64) {
        self.inflated = self.inflated.saturating_sub(bytes);
    }

    /// Takes one entry off the budget; `false` when none is left.
    pub fn spend_entry(&mut self) -> bool {
        let left = self.entries > 0;
        self.entries = self.entries.saturating_sub(1);
        left
    }
}

/// Why a part of a document, or all of it, was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum GapKind {
    /// No extractor for this type of file.
    Unsupported,
    /// Encrypted, and no password at hand opens it.
    Encrypted,
    /// Broken: truncated, undecodable, contradicting itself.
    Damaged,
    /// A limit was reached.
    Limit,
    /// A picture that may hold text.
    Image,
    /// Glyphs whose characters are unknown.
    Glyphs,
    /// The file or folder could not be read from the disk.
    Io,
    /// A link out of the tree, or a loop of links.
    Link,
    /// The extractor gave up unexpectedly.
    Crashed,
    /// Screening took more time than a document may take.
    Timeout,
    /// Screening took more memory than a document may take.
    Memory,
}

impl GapKind {
    /// The rule's identifier in reports and policies.
    pub fn rule(self) -> &'static str {
        match self {
            Self::Unsupported => "unread.unsupported",
            Self::Encrypted => "unread.encrypted",
            Self::Damaged => "unread.damaged",
            Self::Limit => "unread.limit",
            Self::Image => "unread.image",
            Self::Glyphs => "unread.glyphs",
            Self::Io => "unread.io",
            Self::Link => "unread.link",
            Self::Crashed => "unread.crashed",
            Self::Timeout => "unread.timeout",
            Self::Memory => "unread.memory",
        }
    }

    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::Unsupported,
        Self::Encrypted,
        Self::Damaged,
        Self::Limit,
        Self::Image,
        Self::Glyphs,
        Self::Io,
        Self::Link,
        Self::Crashed,
        Self::Timeout,
        Self::Memory,
    ];
}

/// A part of a document that was not read.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Gap {
    /// Why.
    pub kind: GapKind,
    /// On which page, from 1, where that is known.
    pub page: Option<NonZeroU32>,
    /// What exactly, in words of the format: the part's name, the filter, the limit with its value.
    /// Never text of the document itself.
    pub detail: String,
}

impl Gap {
    /// A gap that concerns the whole document or an unnumbered part of it.
    pub fn new(kind: GapKind, detail: impl Into<String>) -> Self {
        Self { kind, page: None, detail: detail.into() }
    }
}
