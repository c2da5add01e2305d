//! OpenDocument: text, spreadsheets, presentations and drawings, zipped or as one XML file.
//!
//! Every entry of the package is read: objects within the document have the same parts in folders
//! of their own, and what no manifest names leaks as well.

mod style;
mod walker;

use std::collections::HashSet;

use self::style::Styles;
use super::sink::Sink;
use super::{Extracted, SILENT_BYTES};
use crate::filetype::identify;
use crate::limits::{Budget, Gap, GapKind};
use crate::read::encoding;
use crate::read::xml::{self, Event, Xml};
use crate::read::zip::{self, Archive};
use crate::text::Place;

/// Bytes at the start of an entry that tell what it is.
const HEAD_BYTES: usize = 4 << 10;
/// Bytes of a part's name that a message shows.
const NAME_BYTES: usize = 100;

/// What an entry is, in the order in which entries are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Manifest,
    Content,
    Styles,
    Meta,
    /// Other XML.
    Part,
    Inner,
    /// A picture, a font, an empty entry.
    Silent,
}

/// Reads a document of this format.
pub(super) fn extract(bytes: &[u8], budget: &mut Budget) -> Extracted {
    let mut sink = Sink::new(budget);
    if zip::is_archive(bytes) || bytes.starts_with(b"PK") {
        package(bytes, &mut sink);
    } else {
        part(bytes, "document", &Styles::default(), &mut sink);
    }
    sink.finish()
}

fn package(bytes: &[u8], sink: &mut Sink<'_>) {
    let archive = Archive::open(bytes, sink.budget);
    for gap in &archive.gaps {
        sink.gap(gap.clone());
    }
    let mut parts: Vec<_> = archive
        .entries
        .iter()
        .map(|entry| {
            let head = archive.peek(entry, HEAD_BYTES);
            (head.map_or(Kind::Inner, |head| kind(&head, &entry.name)), entry.name.len(), entry)
        })
        .collect();
    parts.sort_by_key(|(kind, length, _)| (*kind, *length));
    let mut encrypted = HashSet::new();
    // What styles.xml says about styles holds for content.xml too, which is told first.
    let mut styles = Styles::default();
    for (_, _, entry) in parts.iter().filter(|(_, _, entry)| entry.name == "styles.xml") {
        let content = archive.read(entry, sink.budget);
        let (source, _) = xml::decode(&content.bytes);
        let mut xml = Xml::new(&source);
        while let Some(event) = xml.next() {
            if let Event::Start(element) = event {
                styles.read(&element);
            }
        }
    }
    for (kind, _, entry) in parts {
        if kind == Kind::Silent {
            if let Some(bytes) = archive.peek(entry, SILENT_BYTES) {
                sink.silent(&entry.name, &bytes);
            }
            continue;
        }
        if encrypted.contains(entry.name.as_str()) {
            continue;
        }
        let content = archive.read(entry, sink.budget);
        if let Some(gap) = content.gap {
            sink.gap(gap);
        }
        match kind {
            Kind::Inner => sink.inner(&entry.name, content.bytes),
            Kind::Manifest => encrypted = manifest(&content.bytes, sink),
            _ => part(&content.bytes, &entry.name, &styles, sink),
        }
    }
    for entry in &archive.entries {
        if !entry.name.is_ascii() {
            sink.tell_once(Place::Name, &entry.name);
        }
        sink.tell_once(Place::Property, &entry.comment);
    }
    sink.tell(Place::Property, &archive.comment);
}

fn part(bytes: &[u8], name: &str, styles: &Styles, sink: &mut Sink<'_>) {
    let (source, damaged) = xml::decode(bytes);
    let shown = name.get(..name.floor_char_boundary(NAME_BYTES)).unwrap_or_default();
    if damaged {
        sink.gap(Gap::new(GapKind::Damaged, format!("{shown}: characters")));
    }
    let mut xml = Xml::new(&source);
    walker::read(&mut xml, styles, sink);
    if let Some(gap) = xml.gap(shown) {
        sink.gap(gap);
    }
}

/// The names of encrypted entries.
fn manifest(bytes: &[u8], sink: &mut Sink<'_>) -> HashSet<String> {
    let (source, _) = xml::decode(bytes);
    let mut xml = Xml::new(&source);
    let mut entry = String::new();
    let mut encrypted = HashSet::new();
    while let Some(event) = xml.next() {
        match event {
            Event::Start(element) => match element.local() {
                "file-entry" => entry = element.attribute("full-path").unwrap_or_default().into_owned(),
                "encryption-data" => drop(encrypted.insert(entry.clone())),
                _ => {}
            },
            Event::Aside(text) => sink.tell_once(Place::Hidden, &text),
            _ => {}
        }
    }
    if !encrypted.is_empty() {
        sink.gap(Gap::new(GapKind::Encrypted, format!("{} parts are encrypted", encrypted.len())));
    }
    encrypted
}

/// Tells what an entry is: XML by its root element, anything else by its first bytes.
fn kind(head: &[u8], name: &str) -> Kind {
    let text = if xml::may_begin(head) { xml::decode(head).0 } else { "".into() };
    if text.trim_start().starts_with('<') {
        let mut xml = Xml::new(text.trim_start());
        while let Some(event) = xml.next() {
            if let Event::Start(root) = event {
                return match root.local() {
                    "manifest" => Kind::Manifest,
                    "document" | "document-content" => Kind::Content,
                    "document-styles" => Kind::Styles,
                    "document-meta" => Kind::Meta,
                    root if root.eq_ignore_ascii_case("html") => Kind::Inner,
                    _ => Kind::Part,
                };
            }
        }
        return Kind::Part;
    }
    let file_type = identify(head, name).file_type;
    let is_type = head.starts_with(b"application/vnd.") && !head.trim_ascii_end().contains(&b'\n');
    let own = is_type && head.len() < 200 && head.is_ascii()
        // What the program remembers of its own drawing, and how it stores pictures of objects.
        || name == "layout-cache" && !encoding::is_text(head)
        || head.starts_with(b"VCLMTF")
            && (name.contains("ObjectReplacements/") || name.contains("Pictures/TablePreview"));
    if own || head.is_empty() || file_type.is_picture() || file_type.has_no_text() {
        Kind::Silent
    } else {
        Kind::Inner
    }
}
