//! Office Open XML: every entry of the package is read, not only what relationships name.
//!
//! Parts are told by their root element, not by their file name, since renamed and orphaned parts
//! leak too. What is not XML and holds documents (embedded workbooks, objects, imported text) is an
//! inner document; pictures and fonts are passed over.

mod format;
mod paragraph;
mod properties;
mod sink;
mod symbol;
mod tag;
mod wordprocessing;

use format::Styles;
use sink::Sink;
use wordprocessing::Story;

use super::Extracted;
use crate::document::Inner;
use crate::limits::{Budget, Gap, GapKind};
use crate::read::xml::{self, Event, Xml};
use crate::read::zip::{Archive, Entry};
use crate::text::Place;

/// Bytes at the start of a part that tell what it is.
const HEAD_BYTES: usize = 4 << 10;

/// What a part is. In the order in which parts are read: what is seen first comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Styles,
    Main,
    Header,
    Footer,
    Notes,
    Comments,
    Shapes,
    Glossary,
    Properties,
    Settings,
    Numbering,
    Relationships,
    Quiet,
    Data,
    Inner,
    Picture,
    Skipped,
}

/// Reads a package.
pub(super) fn extract(bytes: &[u8], budget: &mut Budget) -> Extracted {
    let archive = Archive::open(bytes, budget);
    let mut sink = Sink::new(budget);
    for gap in &archive.gaps {
        sink.gap(gap.clone());
    }
    let mut parts: Vec<(Kind, usize, &Entry)> = archive
        .entries
        .iter()
        .filter(|entry| !entry.name.ends_with('/'))
        .map(|entry| (kind(&archive.peek(entry, HEAD_BYTES), &entry.name), entry.name.len(), entry))
        .collect();
    parts.sort_by_key(|(kind, length, _)| (*kind, *length));
    let mut styles = Styles::default();
    for (kind, _, entry) in parts {
        match kind {
            Kind::Picture | Kind::Skipped => {}
            _ => {
                let content = archive.read(entry, sink.budget);
                if let Some(gap) = content.gap {
                    sink.gap(gap);
                }
                read_part(kind, &entry.name, content.bytes, &mut styles, &mut sink);
            }
        }
    }
    for name in &styles.names {
        sink.tell_once(Place::Attribute, name);
    }
    for entry in &archive.entries {
        if !entry.name.is_ascii() {
            sink.tell_once(Place::Name, &entry.name);
        }
        sink.tell_once(Place::Property, &entry.comment);
    }
    sink.tell(Place::Property, &archive.comment);
    let pictures = sink.pictures;
    if pictures > 0 && !sink.out.text.segments().iter().any(|s| s.at.place.is_running_text()) {
        sink.gap(Gap::new(GapKind::Image, format!("{pictures} pictures and no text")));
    }
    sink.out
}

fn read_part(kind: Kind, name: &str, bytes: Vec<u8>, styles: &mut Styles, sink: &mut Sink<'_>) {
    if kind == Kind::Inner {
        if !is_padding(&bytes) {
            sink.out.inner.push(Inner { name: name.to_owned(), bytes });
        }
        return;
    }
    let (source, damaged) = xml::decode(&bytes);
    if damaged {
        sink.gap(Gap::new(GapKind::Damaged, format!("{name}: characters")));
    }
    let mut xml = Xml::new(&source);
    let mut story = |story| wordprocessing::read(story, &mut xml, styles, sink);
    match kind {
        Kind::Main => story(Story::Main),
        Kind::Header => story(Story::Header),
        Kind::Footer => story(Story::Footer),
        Kind::Notes => story(Story::Notes),
        Kind::Comments => story(Story::Comments),
        Kind::Glossary => story(Story::Glossary),
        Kind::Styles => styles.read(&mut xml, sink),
        Kind::Shapes => properties::shapes(&mut xml, sink),
        Kind::Properties => properties::properties(&mut xml, sink),
        Kind::Settings => properties::settings(&mut xml, sink),
        Kind::Numbering => properties::numbering(&mut xml, sink),
        Kind::Relationships => properties::relationships(&mut xml, sink),
        Kind::Quiet => properties::quiet(&mut xml, sink),
        Kind::Data => properties::data(&mut xml, sink),
        Kind::Inner | Kind::Picture | Kind::Skipped => {}
    }
    if let Some(gap) = xml.gap(name) {
        sink.gap(gap);
    }
}

/// Tells what a part is by its first bytes; the name decides only about what has no XML in it.
fn kind(head: &[u8], name: &str) -> Kind {
    let (text, _) = xml::decode(head);
    if text.trim_start().starts_with('<') {
        let mut xml = Xml::new(text.trim_start());
        while let Some(event) = xml.next() {
            if let Event::Start(root) = event {
                return by_root(root.local());
            }
        }
        return Kind::Data;
    }
    if is_picture(head) {
        return Kind::Picture;
    }
    let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let known = [&b"PK\x03\x04"[..], b"\xd0\xcf\x11\xe0", b"%PDF", b"{\\rtf"];
    match extension.as_str() {
        _ if known.iter().any(|magic| head.starts_with(magic)) => Kind::Inner,
        "odttf" | "ttf" | "otf" | "fntdata" => Kind::Skipped,
        _ => Kind::Inner,
    }
}

fn by_root(root: &str) -> Kind {
    match root {
        "document" | "wordDocument" => Kind::Main,
        "hdr" => Kind::Header,
        "ftr" => Kind::Footer,
        "footnotes" | "endnotes" => Kind::Notes,
        "comments" => Kind::Comments,
        "glossaryDocument" => Kind::Glossary,
        "styles" => Kind::Styles,
        "numbering" => Kind::Numbering,
        "settings" => Kind::Settings,
        "coreProperties" | "Properties" => Kind::Properties,
        "Relationships" => Kind::Relationships,
        "chartSpace" | "chart" | "dataModel" | "drawing" | "wsDr" | "userShapes" => Kind::Shapes,
        "Types" | "theme" | "themeOverride" | "fonts" | "webSettings" | "layoutDef" | "colorsDef"
        | "styleDef" | "chartStyle" | "colorStyle" | "commentsEx" | "commentsIds" | "commentsExtensible"
        | "people" | "datastoreItem" => Kind::Quiet,
        _ if root.eq_ignore_ascii_case("html") => Kind::Inner,
        _ => Kind::Data,
    }
}

/// Whether bytes are nothing but filling, as entries are that a program left behind.
fn is_padding(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, 0 | 0xff))
}

fn is_picture(head: &[u8]) -> bool {
    let magics = [
        &b"\x89PNG"[..],
        b"\xff\xd8\xff",
        b"GIF8",
        b"BM",
        b"II*\0",
        b"MM\0*",
        b"II\xbc\x01",
        b"\xd7\xcd\xc6\x9a",
        b"\x01\0\0\0",
        b"\x01\0\x09\0",
        b"RIFF",
    ];
    magics.iter().any(|magic| head.starts_with(magic))
}
