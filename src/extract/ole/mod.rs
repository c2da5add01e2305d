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
use crate::text::Place;

/// Bytes of a stream that are read where it is text for the most part.
const TEXT_STREAM_BYTES: usize = 40 << 20;

/// Reads a compound file of this type.
pub(super) fn extract(bytes: &[u8], file_type: FileType, budget: &mut Budget) -> Extracted {
    let Some(file) = CompoundFile::open(bytes, budget) else {
        if file_type == FileType::Xls {
            let mut sink = Sink::new(budget);
            xls::read_stream(bytes, "workbook", &mut sink);
            return sink.finish();
        }
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
            rest(&file, &mut sink);
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
    rest(&file, &mut sink);
    sink.finish()
}

/// Names of streams that hold no text, in lower case: what programs note about an object and about the
/// project of macros, whose modules are read.
const SILENT: [&str; 9] = [
    "\u{1}compobj",
    "\u{1}ole",
    "\u{3}objinfo",
    "\u{3}linkinfo",
    "\u{3}pic",
    "\u{3}ocxname",
    "projectwm",
    "_vba_project",
    // A gap of its own.
    "encryptedsummary",
];
/// Streams of numbers and records with strings among them, in lower case, and what those are: controls
/// and buttons, the log of a shared workbook, the table of a document before it was saved again.
const STRINGS: [(&str, Place); 9] = [
    ("ctls", Place::Form),
    ("x", Place::Form),
    ("xcb", Place::Form),
    ("properties_stream", Place::Form),
    ("revision log", Place::Revision),
    ("user names", Place::Revision),
    ("0table", Place::Deleted),
    ("1table", Place::Deleted),
    ("data", Place::Deleted),
];
/// What the names of a message's streams begin with: properties that are no strings.
const OF_MESSAGE: &str = "__";
/// Ideographs, or letters by twos, that make a run of characters among numbers a text.
const LEAST: usize = 2;
/// The same in properties of a message, most of which are random numbers.
const LEAST_OF_MESSAGE: usize = 4;
/// What the names of streams begin with that hold compiled macros.
const COMPILED: &str = "__srp_";

/// Hands over what nobody has read: whoever opens the file with another program finds it.
fn rest(file: &CompoundFile<'_>, sink: &mut Sink<'_>) {
    for stream in file.unread() {
        let path = stream.path.to_lowercase();
        let name = path.rsplit('/').next().unwrap_or_default().trim_end_matches('\0');
        if SILENT.contains(&name) || name.starts_with(COMPILED) {
            continue;
        }
        if !sink.budget.spend_entry() {
            let detail = format!("more than {} entries", sink.budget.limits.entries);
            return sink.gap(Gap::new(GapKind::Limit, detail));
        }
        let bytes = content(file, stream, sink);
        let strings = STRINGS.iter().find(|(known, _)| *known == name).map(|(_, place)| (*place, LEAST));
        let of_message = path.starts_with(OF_MESSAGE).then_some((Place::Property, LEAST_OF_MESSAGE));
        if let Some((place, least)) = strings.or(of_message) {
            stray::both(&bytes, least, ansi::WESTERN, &mut |text| sink.tell_once(place, text));
            continue;
        }
        let shown: String = stream.path.chars().filter(|c| !c.is_control()).collect();
        match object::presentation(name, &bytes) {
            Some(picture) => sink.inner(&shown, picture.to_vec()),
            None => sink.inner(&shown, bytes),
        }
    }
}

/// Reads the stream of this path, in whatever case it is written.
fn stream(file: &CompoundFile<'_>, sink: &mut Sink<'_>, path: &str) -> Option<Vec<u8>> {
    let stream = file.streams.iter().find(|stream| stream.path.eq_ignore_ascii_case(path))?;
    Some(content(file, stream, sink))
}

/// The same of a stream whose content is text for the most part: reading it takes several times its size.
fn text_stream(file: &CompoundFile<'_>, sink: &mut Sink<'_>, path: &str) -> Option<Vec<u8>> {
    let stream = file.streams.iter().find(|stream| stream.path.eq_ignore_ascii_case(path))?;
    let (bytes, gap) = file.read_at_most(stream, TEXT_STREAM_BYTES, sink.budget);
    gap.into_iter().for_each(|gap| sink.gap(gap));
    Some(bytes)
}

/// Reads a stream; what is missing of it is a gap.
fn content(file: &CompoundFile<'_>, stream: &Stream, sink: &mut Sink<'_>) -> Vec<u8> {
    let (bytes, gap) = file.read(stream, sink.budget);
    gap.into_iter().for_each(|gap| sink.gap(gap));
    bytes
}
