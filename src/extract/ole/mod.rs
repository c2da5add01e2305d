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
mod stray;
mod vba;
mod xls;

use super::Extracted;
use super::sink::Sink;
use crate::filetype::FileType;
use crate::limits::{Budget, Gap, GapKind};
use crate::read::cfb::{CompoundFile, Stream};

/// Reads a compound file of this type.
pub(super) fn extract(bytes: &[u8], file_type: FileType, budget: &mut Budget) -> Extracted {
    let Some(file) = CompoundFile::open(bytes, budget) else {
        let gaps = vec![Gap::new(GapKind::Damaged, "no compound file")];
        return Extracted { gaps, ..Extracted::default() };
    };
    let mut sink = Sink::new(budget);
    for gap in &file.gaps {
        sink.gap(gap.clone());
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
        other => sink.gap(Gap::new(GapKind::Unsupported, other.as_str())),
    }
    for stream in file.streams.iter().filter(|stream| stream.path.starts_with('\u{5}')) {
        let bytes = content(&file, stream, &mut sink);
        properties::read(&bytes, &mut sink);
    }
    if file.streams.iter().any(|stream| stream.path.eq_ignore_ascii_case("EncryptedSummary")) {
        sink.gap(Gap::new(GapKind::Encrypted, "properties"));
    }
    object::read(&file, &mut sink);
    vba::read(&file, &mut sink);
    sink.finish()
}

/// Reads the stream of this path, in whatever case it is written.
fn stream(file: &CompoundFile<'_>, sink: &mut Sink<'_>, path: &str) -> Option<Vec<u8>> {
    let stream = file.streams.iter().find(|stream| stream.path.eq_ignore_ascii_case(path))?;
    Some(content(file, stream, sink))
}

/// Reads a stream; what is missing of it is a gap.
fn content(file: &CompoundFile<'_>, stream: &Stream, sink: &mut Sink<'_>) -> Vec<u8> {
    let (bytes, gap) = file.read(stream, sink.budget);
    gap.into_iter().for_each(|gap| sink.gap(gap));
    bytes
}
