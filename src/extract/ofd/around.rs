//! What the parts around the pages name: documents, versions, pages, templates, lists. Titles and
//! properties on the way are told.

use std::collections::BTreeMap;

use crate::extract::sink::Sink;
use crate::limits::{Gap, GapKind};
use crate::read::xml::{Event, Xml};
use crate::text::Place;

use super::geometry::area;
use super::leaf::{self, Leaf};

/// Facts in a document's information whose values hold no words.
const COUNTS: [&str; 6] = ["DocID", "CreationDate", "ModDate", "CreatorVersion", "Creator", "Cover"];

/// What OFD.xml names.
#[derive(Debug, Default)]
pub(super) struct Bodies {
    pub(super) roots: Vec<String>,
    pub(super) versions: Vec<String>,
    pub(super) signatures: Vec<String>,
}

/// What a Document.xml names.
#[derive(Debug, Default)]
pub(super) struct Outer {
    /// Box of pages that have none of their own, in millimetres.
    pub(super) area: Option<[f32; 4]>,
    pub(super) resources: Vec<String>,
    /// Locations of templates by identifier.
    pub(super) templates: BTreeMap<String, String>,
    /// Identifiers and locations of pages, in order.
    pub(super) pages: Vec<(String, String)>,
    pub(super) annotations: Vec<String>,
    pub(super) attachments: Vec<String>,
    /// Lists of custom tags and extensions.
    pub(super) lists: Vec<String>,
}

/// Reads OFD.xml; document information is told.
pub(super) fn bodies(xml: &mut Xml<'_>, sink: &mut Sink<'_>) -> Bodies {
    let mut bodies = Bodies::default();
    let mut leaf = Leaf::default();
    let mut custom = String::new();
    let mut info = 0_usize;
    let mut depth = 0_usize;
    while let Some(event) = xml.next() {
        match event {
            Event::Start(element) => {
                depth += 1;
                match element.local() {
                    "DocInfo" => info = depth,
                    "CustomData" => custom = element.attribute("Name").unwrap_or_default().into_owned(),
                    "Version" => bodies.versions.extend(element.attribute("BaseLoc").map(Into::into)),
                    _ => {}
                }
                match element.local() {
                    "CustomData" => leaf.begin("CustomData"),
                    _ => leaf.open(&element, sink),
                }
            }
            Event::Text(text) => leaf.text.push_str(&text),
            Event::End => {
                let (name, text) = leaf.close();
                match name.as_str() {
                    "DocRoot" => bodies.roots.push(text),
                    "Signatures" if !text.is_empty() => bodies.signatures.push(text),
                    "Encryptions" | "Encryption" => {
                        sink.gap(Gap::new(GapKind::Encrypted, "parts are encrypted"));
                    }
                    "CustomData" => property(&custom, &text, sink),
                    _ if info > 0 && !(COUNTS.contains(&name.as_str()) && text.is_ascii()) => {
                        property(&name, &text, sink);
                    }
                    _ => leaf::words(&text, sink),
                }
                if depth == info {
                    info = 0;
                }
                depth = depth.saturating_sub(1);
            }
            Event::Aside(text) => sink.tell_once(Place::Hidden, &text),
        }
    }
    bodies
}

/// Tells a property that says anything in words.
pub(super) fn property(key: &str, value: &str, sink: &mut Sink<'_>) {
    if value.chars().any(char::is_alphabetic) {
        sink.tell_once(Place::Property, &format!("{key}: {value}"));
    } else if !key.is_ascii() {
        sink.tell_once(Place::Property, format!("{key}: {value}").trim_end_matches([':', ' ']));
    }
}

/// Reads the list of files of a version; its document root.
pub(super) fn version(xml: &mut Xml<'_>, sink: &mut Sink<'_>) -> Option<String> {
    let mut root = None;
    let mut leaf = Leaf::default();
    while let Some(event) = xml.next() {
        match event {
            Event::Start(element) => leaf.open(&element, sink),
            Event::Text(text) => leaf.text.push_str(&text),
            Event::End => {
                let (name, text) = leaf.close();
                match name.as_str() {
                    "DocRoot" => root = Some(text),
                    _ => leaf::words(&text, sink),
                }
            }
            Event::Aside(text) => sink.tell_once(Place::Hidden, &text),
        }
    }
    root
}

/// Reads a Document.xml; bookmarks and outlines are told.
pub(super) fn document(xml: &mut Xml<'_>, sink: &mut Sink<'_>) -> Outer {
    let mut outer = Outer::default();
    let mut leaf = Leaf::default();
    while let Some(event) = xml.next() {
        match event {
            Event::Start(element) => {
                let of = |name| element.attribute(name).unwrap_or_default().into_owned();
                match element.local() {
                    "OutlineElem" => {
                        leaf.begin("OutlineElem");
                        sink.tell(Place::Bookmark, &of("Title"));
                    }
                    "Bookmark" => {
                        leaf.begin("Bookmark");
                        sink.tell(Place::Bookmark, &of("Name"));
                    }
                    "URI" => {
                        leaf.begin("URI");
                        sink.tell_once(Place::Attribute, &of("URI"));
                    }
                    "Page" => {
                        leaf.open(&element, sink);
                        outer.pages.push((of("ID"), of("BaseLoc")));
                    }
                    "TemplatePage" => {
                        leaf.open(&element, sink);
                        outer.templates.insert(of("ID"), of("BaseLoc"));
                    }
                    _ => leaf.open(&element, sink),
                }
            }
            Event::Text(text) => leaf.text.push_str(&text),
            Event::End => {
                let (name, text) = leaf.close();
                match name.as_str() {
                    "PhysicalBox" => {
                        outer.area = Some(area(&text)).filter(|[x0, y0, x1, y1]| x1 > x0 && y1 > y0);
                    }
                    "PublicRes" | "DocumentRes" => outer.resources.push(text),
                    "Annotations" => outer.annotations.push(text),
                    "Attachments" => outer.attachments.push(text),
                    "CustomTags" | "Extensions" => outer.lists.push(text),
                    _ => leaf::words(&text, sink),
                }
            }
            Event::Aside(text) => sink.tell_once(Place::Hidden, &text),
        }
    }
    outer
}
