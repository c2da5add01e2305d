//! A paragraph under construction with the properties that say how it looks.

use super::format::Format;
use crate::extract::readings::{self, Flags};
use crate::text::Align;

/// A paragraph while it is collected.
#[derive(Debug, Default)]
pub(super) struct Paragraph {
    /// What it says, in all readings.
    pub(super) text: readings::Paragraph,
    /// Direct properties of the paragraph.
    pub(super) format: Format,
    /// Properties of its style.
    pub(super) style: Format,
    /// Why the end of the paragraph is not seen, so that the next one continues its line.
    pub(super) mark: Flags,
}

impl Paragraph {
    /// Empties it for the next one; keeps the memory.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        (self.format, self.style, self.mark) = (Format::default(), Format::default(), 0);
    }

    /// Alignment, directly or by style.
    pub(super) fn align(&self) -> Option<Align> {
        self.format.align.or(self.style.align)
    }
}
