//! Entries beside the pages: annotations, attachments, lists of tags, signatures, and whatever
//! nothing names. Told by their root element, hardly ever by their file name.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use crate::extract::SILENT_BYTES;
use crate::filetype::identify;
use crate::limits::{Gap, GapKind};
use crate::read::encoding;
use crate::read::xml::{self, Event, Xml};
use crate::text::Place;

use super::Reader;
use super::around::{Outer, property};
use super::canvas::Canvas;
use super::content::{self, Ink};
use super::geometry::boundary;
use super::leaf::{self, Leaf};
use super::seal;

/// Bytes that identifiers, keys and digests in a signature have at most.
const KEY_BYTES: usize = 72;
/// Millimetres of the shorter side of a stamp: the largest of an office measure 45, that of a state 60.
const STAMP_SIDE: f32 = 60.0;

/// What an entry is, in the order in which those that nothing names are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Root,
    Document,
    Resources,
    Page,
    AnnotationList,
    Annotations,
    Attachments,
    List,
    Signatures,
    Signature,
    Encryption,
    /// XML of another kind.
    Data,
    /// A document of its own.
    Inner,
    /// The bytes of a signature or a seal.
    Seal,
    /// A picture, a font.
    Silent,
}

/// Tells what an entry is by its first bytes.
pub(super) fn kind(head: &[u8], name: &str) -> Kind {
    let text = if xml::may_begin(head) { xml::decode(head).0 } else { "".into() };
    if text.trim_start().starts_with('<') {
        let mut xml = Xml::new(text.trim_start());
        while let Some(event) = xml.next() {
            if let Event::Start(root) = event {
                return match root.local() {
                    "OFD" => Kind::Root,
                    "Document" => Kind::Document,
                    "Res" => Kind::Resources,
                    "Page" => Kind::Page,
                    "Annotations" => Kind::AnnotationList,
                    "PageAnnot" => Kind::Annotations,
                    "Attachments" => Kind::Attachments,
                    "CustomTags" | "Extensions" => Kind::List,
                    "Signatures" => Kind::Signatures,
                    "Signature" => Kind::Signature,
                    "Encryptions" | "EncryptInfo" | "EncryptInfos" | "DecryptSeed" => Kind::Encryption,
                    root if root.eq_ignore_ascii_case("html") => Kind::Inner,
                    _ => Kind::Data,
                };
            }
        }
        return Kind::Data;
    }
    let file_type = identify(head, name).file_type;
    if seal::is_structure(head) && !encoding::is_text(head) {
        Kind::Seal
    } else if head.is_empty() || file_type.is_picture() || file_type.has_no_text() {
        Kind::Silent
    } else {
        Kind::Inner
    }
}

/// What data of any shape name beside what is told of them.
struct Data {
    /// Where other entries are.
    locations: Vec<String>,
    /// The shorter side of each stamp that is shown, in millimetres.
    stamps: Vec<f32>,
}

impl Reader<'_, '_, '_> {
    /// Reads an entry that nothing names.
    pub(super) fn entry(&mut self, kind: Kind, index: usize) {
        let no_pages = Outer::default();
        let a4 = super::A4;
        match kind {
            Kind::Root => self.root(index, if self.pages == 0 { Place::Body } else { Place::Revision }),
            Kind::Document => {
                self.document(index, if self.pages == 0 { Place::Body } else { Place::Revision });
            }
            Kind::Resources => self.resource(index),
            Kind::Page => drop(self.page(index, Place::Hidden, None, &no_pages, "")),
            Kind::AnnotationList => {
                let mut found = BTreeMap::new();
                self.annotation_list(index, &mut found);
                for index in found.into_values().flatten() {
                    self.annotations(index, None, a4);
                }
            }
            Kind::Annotations => self.annotations(index, None, a4),
            Kind::Attachments => self.attachments(index),
            Kind::List => self.list(index),
            Kind::Signatures => self.signatures(index),
            Kind::Signature => self.signature(index),
            Kind::Encryption => {
                self.package.pass_over(index);
                self.sink.gap(Gap::new(GapKind::Encrypted, "parts are encrypted"));
            }
            Kind::Data => self.data(index),
            Kind::Inner => self.inner(index, ""),
            Kind::Seal => self.seal(index, false),
            Kind::Silent => {
                self.package.pass_over(index);
                let name = self.package.name(index).to_owned();
                if let Some(bytes) = self.package.head(index, SILENT_BYTES) {
                    self.sink.silent(&name, &bytes);
                }
            }
        }
    }

    /// Hands an entry over as a document, under a name of its own where it has one.
    fn inner(&mut self, index: usize, name: &str) {
        if self.package.is_read(index) {
            return;
        }
        let path = self.package.name(index).to_owned();
        let bytes = self.package.bytes(index, self.sink);
        let name = if name.is_empty() { &path } else { name };
        self.sink.inner(name, bytes);
    }

    /// Reads which annotations stand on which page.
    pub(super) fn annotation_list(&mut self, index: usize, found: &mut BTreeMap<String, Vec<usize>>) {
        if self.package.is_read(index) {
            return;
        }
        let name = self.package.name(index).to_owned();
        let source = self.package.xml(index, self.sink);
        let mut xml = Xml::new(&source);
        let mut leaf = Leaf::default();
        let mut page = String::new();
        while let Some(event) = xml.next() {
            match event {
                Event::Start(element) => {
                    leaf.open(&element, self.sink);
                    if element.local() == "Page" {
                        page = element.attribute("PageID").unwrap_or_default().into_owned();
                    }
                }
                Event::Text(text) => leaf.text.push_str(&text),
                Event::End => {
                    let (element, text) = leaf.close();
                    match element.as_str() {
                        "FileLoc" => match self.package.find(&name, &text) {
                            Some(index) => found.entry(page.clone()).or_default().push(index),
                            None => self.missing("annotations"),
                        },
                        _ => leaf::words(&text, self.sink),
                    }
                }
                Event::Aside(text) => self.sink.tell_once(Place::Hidden, &text),
            }
        }
        self.damage(&xml, &name);
    }

    /// Reads the annotations of a page with this box in millimetres.
    pub(super) fn annotations(&mut self, index: usize, page: Option<NonZeroU32>, area: [f32; 4]) {
        if self.package.is_read(index) {
            return;
        }
        let name = self.package.name(index).to_owned();
        let source = self.package.xml(index, self.sink);
        let mut xml = Xml::new(&source);
        let mut leaf = Leaf::default();
        let (mut place, mut parameter) = (Place::Annotation, String::new());
        let mut ink = Ink::DEFAULT;
        while let Some(event) = xml.next() {
            match event {
                Event::Start(element) => {
                    let of = |name| element.attribute(name).unwrap_or_default();
                    match element.local() {
                        "Annot" => {
                            let watermark = of("Type") == "Watermark" || of("Subtype") == "Watermark";
                            place = if watermark { Place::Watermark } else { Place::Annotation };
                            ink = Ink { visible: of("Visible") != "false", ..Ink::DEFAULT };
                            leaf.open(&element, self.sink);
                        }
                        "Parameter" => {
                            parameter = of("Name").into_owned();
                            leaf.begin("Parameter");
                        }
                        "Appearance" => {
                            let [x, y, ..] = boundary(&element);
                            let content = content::read(&mut xml, ink, &self.resources, self.sink);
                            let mut canvas = Canvas::new(area);
                            canvas.paint(&content, &[1.0, 0.0, 0.0, 1.0, x, y], &self.resources);
                            self.painted += canvas.tell(place, page, self.sink);
                        }
                        _ => leaf.open(&element, self.sink),
                    }
                }
                Event::Text(text) => leaf.text.push_str(&text),
                Event::End => {
                    let (element, text) = leaf.close();
                    match element.as_str() {
                        "Remark" => self.sink.tell(Place::Annotation, &text),
                        "Parameter" if text.chars().any(char::is_alphabetic) || !parameter.is_ascii() => {
                            self.sink.tell_once(Place::Annotation, &format!("{parameter}: {text}"));
                        }
                        _ => leaf::words(&text, self.sink),
                    }
                }
                Event::Aside(text) => self.sink.tell_once(Place::Hidden, &text),
            }
        }
        self.damage(&xml, &name);
    }

    /// Reads the list of attachments: each is a document under the name it is shown with.
    pub(super) fn attachments(&mut self, index: usize) {
        if self.package.is_read(index) {
            return;
        }
        let list = self.package.name(index).to_owned();
        let source = self.package.xml(index, self.sink);
        let mut xml = Xml::new(&source);
        let mut leaf = Leaf::default();
        let mut shown = String::new();
        while let Some(event) = xml.next() {
            match event {
                Event::Start(element) if element.local() == "Attachment" => {
                    shown = element.attribute("Name").unwrap_or_default().into_owned();
                    leaf.begin("Attachment");
                }
                Event::Start(element) => leaf.open(&element, self.sink),
                Event::Text(text) => leaf.text.push_str(&text),
                Event::End => {
                    let (element, text) = leaf.close();
                    match element.as_str() {
                        "FileLoc" => match self.package.find(&list, &text) {
                            Some(index) => {
                                let extension = text.rsplit_once('.').map_or("", |(_, extension)| extension);
                                let known = shown.rsplit_once('.').is_some_and(|(_, own)| own == extension);
                                let name = if known || shown.is_empty() || extension.is_empty() {
                                    shown.clone()
                                } else {
                                    format!("{shown}.{extension}")
                                };
                                self.inner(index, &name);
                            }
                            None => self.missing("attachment"),
                        },
                        _ => leaf::words(&text, self.sink),
                    }
                }
                Event::Aside(text) => self.sink.tell_once(Place::Hidden, &text),
            }
        }
        self.damage(&xml, &list);
    }

    /// Reads a list of custom tags or extensions, and the parts it names.
    pub(super) fn list(&mut self, index: usize) {
        if self.package.is_read(index) {
            return;
        }
        let name = self.package.name(index).to_owned();
        for location in self.read_data(index).locations {
            if let Some(index) = self.package.find(&name, &location).filter(|i| !self.package.is_read(*i)) {
                self.data(index);
            }
        }
    }

    /// Reads the list of signatures, and each of them.
    pub(super) fn signatures(&mut self, index: usize) {
        if self.package.is_read(index) {
            return;
        }
        let name = self.package.name(index).to_owned();
        for location in self.read_data(index).locations {
            if let Some(index) = self.package.find(&name, &location).filter(|i| !self.package.is_read(*i)) {
                self.signature(index);
            }
        }
    }

    /// Reads a signature and what it names: the bytes of the signature itself and of its seal.
    fn signature(&mut self, index: usize) {
        let name = self.package.name(index).to_owned();
        let Data { locations, stamps } = self.read_data(index);
        let is_stamp = !stamps.is_empty() && stamps.iter().all(|&side| side <= STAMP_SIDE);
        for location in locations {
            if let Some(index) = self.package.find(&name, &location) {
                let head = self.package.head(index, 2).unwrap_or_default();
                if seal::is_structure(&head) {
                    self.seal(index, is_stamp);
                }
            }
        }
    }

    /// Tells the names in a seal or signature, and hands over its picture and whatever else is no key.
    /// What a picture of pixels shows is no gap where it `is_stamp`, shown no larger than stamps are.
    fn seal(&mut self, index: usize, is_stamp: bool) {
        if self.package.is_read(index) {
            return;
        }
        let name = self.package.name(index).to_owned();
        let bytes = self.package.bytes(index, self.sink);
        let Some(values) = seal::values(&bytes) else { return self.sink.inner(&name, bytes) };
        for value in values {
            match value {
                seal::Value::Text(text) => self.sink.tell_once(Place::Property, &text),
                seal::Value::Bytes(bytes) if bytes.len() <= KEY_BYTES => {}
                seal::Value::Bytes(bytes) if !self.sink.is_new_document(bytes) => {}
                seal::Value::Bytes(bytes) if is_stamp && identify(bytes, "").file_type.is_picture() => {
                    self.sink.silent(&name, bytes);
                }
                seal::Value::Bytes(bytes) => {
                    if self.sink.budget.spend_entry() {
                        self.sink.inner(&name, bytes.to_vec());
                    }
                }
            }
        }
    }

    fn data(&mut self, index: usize) {
        drop(self.read_data(index));
    }

    /// Tells data of any shape, names of elements as keys.
    fn read_data(&mut self, index: usize) -> Data {
        let name = self.package.name(index).to_owned();
        let source = self.package.xml(index, self.sink);
        let mut xml = Xml::new(&source);
        let mut leaf = Leaf::default();
        let mut locations = Vec::new();
        let mut stamps = Vec::new();
        while let Some(event) = xml.next() {
            match event {
                Event::Start(element) => {
                    for (key, value) in element.attributes().filter(|(key, _)| *key != "xmlns") {
                        match key {
                            "Boundary" if element.local() == "StampAnnot" => {
                                let sides = value.split_ascii_whitespace().skip(2).take(2);
                                let sides = sides.map(|side| side.parse().unwrap_or(f32::INFINITY));
                                stamps.push(sides.fold(f32::INFINITY, f32::min));
                            }
                            "BaseLoc" => locations.push(value.into_owned()),
                            _ if !value.is_ascii() => property(key, &value, self.sink),
                            _ => {}
                        }
                    }
                    if !element.local().is_ascii() {
                        self.sink.tell_once(Place::Property, element.local());
                    }
                    leaf.begin(element.local());
                }
                Event::Text(text) => leaf.text.push_str(&text),
                Event::End => {
                    let (element, text) = leaf.close();
                    match element.as_str() {
                        "FileLoc" | "BaseLoc" | "SignedValue" | "ExtendData" if text.is_ascii() => {
                            locations.push(text);
                        }
                        // Digests, identifiers and dates of signatures.
                        "CheckValue" | "SignatureMethod" | "SignatureDateTime" | "MaxSignId"
                            if text.is_ascii() => {}
                        key => property(key, &text, self.sink),
                    }
                }
                Event::Aside(text) => self.sink.tell_once(Place::Hidden, &text),
            }
        }
        self.damage(&xml, &name);
        Data { locations, stamps }
    }
}
