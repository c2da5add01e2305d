//! Old binary Office documents and Outlook messages: compound files whose streams are read by one
//! module each.
//!
//! WPS Office writes the same containers under its own extensions. Whatever lies in a storage of
//! its own (embedded objects, attached messages) becomes an inner document.

mod ansi;
mod crypt;
mod doc;
mod drawing;
mod msg;
mod object;
mod ppt;
mod properties;
mod sink;
mod stray;
mod vba;
mod xls;

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
    let has_store = object::read_store(&file, &mut sink);
    match file_type {
        FileType::Doc => doc::read(&file, &mut sink),
        // Everything in a message is its own: its storages are no embedded objects.
        FileType::Msg => {
            msg::read(&file, &mut sink);
            return sink.out;
        }
        FileType::Ppt => ppt::read(&file, &mut sink),
        FileType::Xls => xls::read(&file, &mut sink),
        // The macros of a newer document are a compound file of their own.
        _ if file.streams.iter().any(|stream| stream.path.eq_ignore_ascii_case("VBA/dir")) => {}
        _ if object::read_root(&file, &mut sink) => {}
        // A store of custom XML that holds none has no streams.
        _ if has_store || file.streams.is_empty() && file.gaps.is_empty() => {}
        other => sink.gap(GapKind::Unsupported, other.as_str()),
    }
    for stream in file.streams.iter().filter(|stream| stream.path.starts_with('\u{5}')) {
        let (bytes, gap) = file.read(stream, sink.budget);
        sink.take_gap(gap);
        properties::read(&bytes, &mut sink);
    }
    if file.streams.iter().any(|stream| stream.path.eq_ignore_ascii_case("EncryptedSummary")) {
        sink.gap(GapKind::Encrypted, "properties");
    }
    object::read(&file, &mut sink);
    vba::read(&file, &mut sink);
    if sink.pictures > 0 && !sink.has_running_text() {
        let detail = format!("{} pictures and no text", sink.pictures);
        sink.gap(GapKind::Image, detail);
    }
    sink.out
}
