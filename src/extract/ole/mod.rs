//! Old binary Office documents and Outlook messages: compound files whose streams are read by one
//! module each.
//!
//! WPS Office writes the same containers under its own extensions. Whatever lies in a storage of
//! its own (embedded objects, attached messages) becomes an inner document.

mod ansi;
mod doc;
mod drawing;
mod sink;
mod stray;

use sink::Sink;

use super::Extracted;
use crate::filetype::FileType;
use crate::limits::{Budget, Gap, GapKind};
use crate::read::cfb::CompoundFile;

/// Reads a compound file of this type.
pub(super) fn extract(bytes: &[u8], file_type: FileType, budget: &mut Budget) -> Extracted {
    let Some(file) = CompoundFile::open(bytes, budget) else {
        let gaps = vec![Gap::new(GapKind::Damaged, "no compound file")];
        return Extracted { gaps, ..Extracted::default() };
    };
    let mut sink = Sink::new(budget);
    for gap in &file.gaps {
        sink.take_gap(Some(gap.clone()));
    }
    match file_type {
        FileType::Doc => doc::read(&file, &mut sink),
        other => sink.gap(GapKind::Unsupported, other.as_str()),
    }
    if sink.pictures > 0 && !sink.has_running_text() {
        let detail = format!("{} pictures and no text", sink.pictures);
        sink.gap(GapKind::Image, detail);
    }
    sink.out
}
