//! Office Open XML: every entry of the package is read, not only what relationships name.
//!
//! Parts are told by their root element, not by their file name, since renamed and orphaned parts
//! leak too. What is not XML and holds documents (embedded workbooks, objects, imported text) is an
//! inner document; pictures and fonts are passed over.

mod drawing;
mod encrypted;
mod part;
mod presentation;
mod properties;
mod relations;
mod spreadsheet;
mod wordprocessing;

use std::borrow::Cow;
use std::collections::HashMap;
use std::num::NonZeroU32;

use part::{HEAD_BYTES, Kind, is_padding, kind};
use presentation::Deck;
use relations::{Relations, normal};
use spreadsheet::Book;
use wordprocessing::{Story, Styles};

use super::sink::Sink;
use super::{Extracted, SILENT_BYTES};
use crate::document::Inner;
use crate::limits::{Budget, Gap, GapKind};
use crate::read::base64;
use crate::read::cfb::CompoundFile;
use crate::read::xml::{self, Event, Xml};
use crate::read::zip::{self, Archive, Content, Entry};
use crate::text::Place;

/// Bytes of a part's name that a message shows.
const NAME_BYTES: usize = 100;

/// Compressed bytes up to which a part in XML is read as soon as its kind is asked for, which saves
/// inflating its head twice; so many bytes of parts are kept so.
const SMALL_BYTES: usize = 64 << 10;
const KEPT_BYTES: usize = 16 << 20;

/// Where the bytes of a part are.
enum Stored<'a> {
    Zipped(&'a Entry),
    Read(Content),
    Plain(Vec<u8>),
}

/// A part before it is read: what it is, its name, its bytes.
type Part<'a> = (Kind, Cow<'a, str>, Stored<'a>);

/// What parts of one package tell each other.
#[derive(Default)]
struct Shared {
    styles: Styles,
    book: Book,
    deck: Deck,
}

/// Reads a package: zipped, or as one XML file.
pub(super) fn extract(bytes: &[u8], budget: &mut Budget) -> Extracted {
    if !zip::is_archive(bytes) && kind(bytes.get(..HEAD_BYTES).unwrap_or(bytes), "") < Kind::Inner {
        extract_flat(bytes, budget)
    } else {
        extract_zipped(bytes, budget)
    }
}

/// Opens a package that a password protects, if it is one of those that programs use. What is in it,
/// of whatever type, is the inner document.
pub(super) fn extract_encrypted(bytes: &[u8], budget: &mut Budget) -> Extracted {
    let unread = |gap| Extracted { gaps: vec![gap], ..Extracted::default() };
    let encrypted = || unread(Gap::new(GapKind::Encrypted, "no password at hand opens the package"));
    let Some(file) = CompoundFile::open(bytes, budget) else {
        return unread(Gap::new(GapKind::Damaged, "no compound file"));
    };
    let mut read = |name: &str| {
        let stream = file.streams.iter().find(|stream| stream.path == name)?;
        Some(file.read(stream, budget))
    };
    let (Some((info, _)), Some((package, gap))) = (read("EncryptionInfo"), read("EncryptedPackage")) else {
        return encrypted();
    };
    let Some(plain) = encrypted::decrypt(&info, &package, &budget.limits) else { return encrypted() };
    let inner = vec![Inner { name: "EncryptedPackage".to_owned(), bytes: plain }];
    Extracted { inner, gaps: gap.into_iter().collect(), ..Extracted::default() }
}

fn extract_zipped(bytes: &[u8], budget: &mut Budget) -> Extracted {
    let archive = Archive::open(bytes, budget);
    let mut sink = Sink::new(budget);
    for gap in &archive.gaps {
        sink.gap(gap.clone());
    }
    let mut parts: Vec<Part<'_>> = Vec::with_capacity(archive.entries.len());
    let mut kept = 0;
    for entry in &archive.entries {
        let name = entry.name.as_str();
        let is_xml = [".xml", ".rels", ".vml"].iter().any(|extension| name.ends_with(extension));
        let part = if is_xml && kept < KEPT_BYTES && entry.stored_bytes() <= SMALL_BYTES {
            let content = archive.read(entry, sink.budget);
            kept += content.bytes.len();
            let head = content.bytes.get(..HEAD_BYTES).unwrap_or(&content.bytes);
            // What can't be read shows no head either.
            let kind = if head.is_empty() { Kind::Inner } else { kind(head, name) };
            (kind, name.into(), Stored::Read(content))
        } else {
            let head = archive.peek(entry, HEAD_BYTES);
            (head.map_or(Kind::Inner, |head| kind(&head, name)), name.into(), Stored::Zipped(entry))
        };
        parts.push(part);
    }
    read_parts(parts, Some(&archive), &mut sink);
    for entry in &archive.entries {
        sink.tell_once(Place::Property, &entry.comment);
    }
    sink.tell(Place::Property, &archive.comment);
    sink.finish()
}

/// Reads a package written as one XML file, or a single part.
fn extract_flat(bytes: &[u8], budget: &mut Budget) -> Extracted {
    let (source, damaged) = xml::decode(bytes);
    let mut sink = Sink::new(budget);
    if damaged {
        sink.gap(Gap::new(GapKind::Damaged, "characters"));
    }
    let whole = kind(bytes.get(..HEAD_BYTES).unwrap_or(bytes), "");
    let parts = match whole {
        Kind::Package => {
            let mut xml = Xml::new(&source);
            let parts = flat_parts(&mut xml, &source, &mut sink);
            sink.out.gaps.extend(xml.gap("package"));
            parts
        }
        _ => vec![(whole, "".into(), Stored::Plain(bytes.to_vec()))],
    };
    read_parts(parts, None, &mut sink);
    sink.finish()
}

/// The parts of a package in one XML file: elements `part` with `xmlData` or `binaryData`.
fn flat_parts<'a>(xml: &mut Xml<'_>, source: &str, sink: &mut Sink<'_>) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    let mut name = String::new();
    // Depth and offset at which the data of the current part begin, and whether they are XML.
    let mut data: Option<(usize, usize, bool)> = None;
    let (mut depth, mut before) = (0_usize, 0);
    let mut text = String::new();
    while let Some(event) = xml.next() {
        match event {
            Event::Start(element) => {
                depth += 1;
                match element.local() {
                    _ if data.is_some() => {}
                    "part" => name = element.attribute("name").unwrap_or_default().into_owned(),
                    "xmlData" => data = Some((depth, xml.offset(), true)),
                    "binaryData" => data = Some((depth, xml.offset(), false)),
                    _ => {}
                }
            }
            Event::End => {
                if let Some((_, start, is_xml)) = data.take_if(|(at, ..)| *at == depth) {
                    let bytes = match is_xml {
                        true => source.get(start..before).unwrap_or_default().as_bytes().to_vec(),
                        false => base64::decode(text.as_bytes()),
                    };
                    text.clear();
                    if !sink.budget.spend_entry() {
                        let detail = format!("more than {} entries", sink.budget.limits.entries);
                        sink.gap(Gap::new(GapKind::Limit, detail));
                        return parts;
                    }
                    parts.push(plain_part(&name, bytes));
                }
                depth = depth.saturating_sub(1);
            }
            Event::Text(piece) if matches!(data, Some((_, _, false))) => text.push_str(&piece),
            Event::Text(piece) | Event::Aside(piece) if data.is_none() => properties::aside(&piece, sink),
            Event::Text(_) | Event::Aside(_) => {}
        }
        before = xml.offset();
    }
    // The file breaks off within a part.
    match data {
        Some((_, start, true)) => {
            parts.push(plain_part(&name, source.get(start..).unwrap_or_default().as_bytes().to_vec()));
        }
        Some((_, _, false)) => parts.push(plain_part(&name, base64::decode(text.as_bytes()))),
        None => {}
    }
    parts
}

fn plain_part<'a>(name: &str, bytes: Vec<u8>) -> Part<'a> {
    let head = bytes.get(..HEAD_BYTES).unwrap_or(&bytes);
    (kind(head, name), name.to_owned().into(), Stored::Plain(bytes))
}

/// Reads all parts in the order of their kinds and pages, then tells what belongs to none alone.
fn read_parts(mut parts: Vec<Part<'_>>, archive: Option<&Archive<'_>>, sink: &mut Sink<'_>) {
    let mut shared = Shared::default();
    let pages = outline(&mut parts, archive, &mut shared, sink);
    let page = |name: &str| pages.get(&normal(name)).copied();
    parts.sort_by_cached_key(|(kind, name, _)| {
        let page = page(name);
        (*kind, page.is_none(), page, name.len())
    });
    let mut names = Vec::new();
    for (kind, name, stored) in parts {
        if !matches!(kind, Kind::Picture | Kind::Skipped) {
            let bytes = load(stored, archive, sink);
            sink.page = page(&name);
            read_part(kind, &name, bytes, &mut shared, sink);
            sink.page = None;
        } else if let (Stored::Zipped(entry), Some(archive)) = (stored, archive)
            && let Some(bytes) = archive.peek(entry, SILENT_BYTES)
        {
            sink.silent(&name, &bytes);
        }
        names.push(name);
    }
    shared.book.finish(sink);
    for name in &shared.styles.names {
        sink.tell_once(Place::Attribute, name);
    }
    for name in names.iter().filter(|name| !name.is_ascii()) {
        sink.tell_once(Place::Name, name);
    }
}

/// Reads what decides about order and pages: relationships, then lists of sheets. The answer is
/// the page of every part that stands on one, by its name.
fn outline(
    parts: &mut [Part<'_>],
    archive: Option<&Archive<'_>>,
    shared: &mut Shared,
    sink: &mut Sink<'_>,
) -> HashMap<String, NonZeroU32> {
    const WORKBOOK: Kind = Kind::Spreadsheet(spreadsheet::Part::Workbook);
    const PRESENTATION: Kind = Kind::Presentation(presentation::Part::Presentation);
    const SLIDE: Kind = Kind::Presentation(presentation::Part::Slide);
    const BINARY: Kind = Kind::Binary(spreadsheet::Part::Workbook);
    if !parts.iter().any(|(kind, ..)| [WORKBOOK, BINARY, PRESENTATION, SLIDE].contains(kind)) {
        return HashMap::new();
    }
    let mut relations = Relations::default();
    let mut roots = Vec::new();
    for wanted in [Kind::Relationships, WORKBOOK, BINARY, PRESENTATION] {
        for (_, name, stored) in parts.iter_mut().filter(|(kind, ..)| *kind == wanted) {
            let bytes = load(std::mem::replace(stored, Stored::Plain(Vec::new())), archive, sink);
            let source = if wanted == BINARY { "".into() } else { xml::decode(&bytes).0 };
            let mut xml = Xml::new(&source);
            match wanted {
                Kind::Relationships => relations.read(name, &mut xml),
                BINARY => roots.extend(shared.book.outline_binary(name, &bytes, &relations)),
                WORKBOOK => roots.extend(shared.book.outline(name, &mut xml, &relations)),
                _ => roots.extend(shared.deck.outline(name, &mut xml, &relations)),
            }
            *stored = Stored::Plain(bytes);
        }
    }
    if roots.is_empty() {
        let slides = parts.iter().filter(|(kind, ..)| *kind == SLIDE);
        roots = slides.map(|(_, name, _)| normal(name)).collect();
        roots.sort_by_key(|name| (name.len(), name.clone()));
    }
    relations.pages(&roots)
}

/// The bytes of a part, as far as they can be read.
fn load(stored: Stored<'_>, archive: Option<&Archive<'_>>, sink: &mut Sink<'_>) -> Vec<u8> {
    let content = match (stored, archive) {
        (Stored::Plain(bytes), _) => return bytes,
        (Stored::Read(content), _) => content,
        (Stored::Zipped(_), None) => return Vec::new(),
        (Stored::Zipped(entry), Some(archive)) => archive.read(entry, sink.budget),
    };
    if let Some(gap) = content.gap {
        sink.gap(gap);
    }
    content.bytes
}

/// The styles of a document without the list of those that Word knows by itself, which is as long as all the
/// others: where it says nothing else.
fn without_latent(source: Cow<'_, str>) -> Cow<'_, str> {
    const END: &str = "</w:latentStyles>";
    let list = source.find("<w:latentStyles ").and_then(|start| {
        let end = start + source.get(start..)?.find(END)? + END.len();
        source.get(start..end).filter(|list| xml::is_bare(list)).map(|_| start..end)
    });
    let Some(list) = list else { return source };
    let parts = [source.get(..list.start), source.get(list.end..)];
    parts.map(Option::unwrap_or_default).concat().into()
}

fn read_part(kind: Kind, name: &str, bytes: Vec<u8>, shared: &mut Shared, sink: &mut Sink<'_>) {
    match kind {
        Kind::Binary(part) => return shared.book.read_binary(part, name, &bytes, sink),
        Kind::Inner if shared.book.owns(name, &bytes) => {
            return shared.book.read_binary(spreadsheet::Part::Cache, name, &bytes, sink);
        }
        Kind::Inner if is_padding(&bytes) => return,
        Kind::Inner => return sink.out.inner.push(Inner { name: name.to_owned(), bytes }),
        _ => {}
    }
    let (mut source, damaged) = xml::decode(&bytes);
    if kind == Kind::Legacy {
        source = drawing::well_formed(&source).into_owned().into();
    }
    let shown = name.get(..name.floor_char_boundary(NAME_BYTES)).unwrap_or_default();
    if damaged {
        sink.gap(Gap::new(GapKind::Damaged, format!("{shown}: characters")));
    }
    let is_silent = match kind {
        Kind::Quiet => xml::has_only(&source, properties::is_quiet),
        Kind::Numbering => xml::has_only(&source, properties::is_numbering),
        _ => false,
    };
    if is_silent {
        return;
    }
    if kind == Kind::Styles {
        source = without_latent(source);
    }
    let mut xml = Xml::new(&source);
    let mut story = |story| wordprocessing::read(story, &mut xml, &shared.styles, sink);
    match kind {
        Kind::Main => story(Story::Main),
        Kind::Header => story(Story::Header),
        Kind::Footer => story(Story::Footer),
        Kind::Notes => story(Story::Notes),
        Kind::Comments => story(Story::Comments),
        Kind::Glossary => story(Story::Glossary),
        Kind::Styles => shared.styles.read(&mut xml, sink),
        Kind::Presentation(part) => shared.deck.read(part, &mut xml, sink),
        Kind::Spreadsheet(part) => shared.book.read(part, name, &mut xml, sink),
        Kind::Shapes => drawing::shapes(&mut xml, sink),
        Kind::Legacy => drawing::legacy(&mut xml, sink),
        Kind::Properties => properties::properties(&mut xml, sink),
        Kind::Settings => properties::settings(&mut xml, sink),
        Kind::Numbering => properties::numbering(&mut xml, sink),
        Kind::Relationships => properties::relationships(&mut xml, sink),
        Kind::Quiet => properties::quiet(&mut xml, sink),
        Kind::Data | Kind::Package => properties::data(&mut xml, sink),
        Kind::Binary(_) | Kind::Inner | Kind::Picture | Kind::Skipped => {}
    }
    if let Some(gap) = xml.gap(shown) {
        sink.gap(gap);
    }
}
