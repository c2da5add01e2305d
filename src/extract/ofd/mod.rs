//! OFD (GB/T 33190): pages with their templates and annotations, what stands around them, and every
//! entry of the package that none of them names.
//!
//! The picture of a seal is a document of its own where it is no picture of pixels. One of pixels is a gap
//! where it is as large as a page, unless the signature says that it is shown no larger than stamps are:
//! a seal stands on every document that an office issues, and the name on it is read from the seal itself.
//! Other pictures are a gap on a page without text.

mod around;
mod canvas;
mod content;
mod entry;
mod geometry;
mod leaf;
mod package;
mod resources;
mod seal;

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU32;
use std::rc::Rc;

use self::around::Outer;
use self::canvas::Canvas;
use self::content::{Content, Ink};
use self::entry::Kind;
use self::geometry::{IDENTITY, area};
use self::leaf::Leaf;
use self::package::{Package, shown};
use self::resources::Resources;
use super::Extracted;
use super::sink::Sink;
use crate::limits::{Budget, Gap, GapKind};
use crate::read::truetype::TrueType;
use crate::read::xml::{Event, Xml};
use crate::text::Place;

/// Bytes at the start of an entry that tell what it is.
const HEAD_BYTES: usize = 4 << 10;
/// Pages of a document.
const PAGES: u32 = 50_000;
/// Glyphs of a document, those of templates counted on every page.
const PAINTED: usize = 20_000_000;
/// Millimetres of a page that does not tell its size: A4.
const A4: [f32; 4] = [0.0, 0.0, 210.0, 297.0];

/// Reads a document of this format.
pub(super) fn extract(bytes: &[u8], budget: &mut Budget) -> Extracted {
    let mut sink = Sink::new(budget);
    let package = Package::open(bytes, &mut sink);
    let mut reader = Reader {
        package,
        sink: &mut sink,
        resources: Resources::default(),
        fonts: HashMap::new(),
        font_files: HashMap::new(),
        templates: HashMap::new(),
        pages: 0,
        painted: 0,
    };
    reader.package();
    if reader.pages == 0 {
        sink.gap(Gap::new(GapKind::Damaged, "no pages"));
    }
    sink.finish()
}

/// Everything that the parts share while they are read.
struct Reader<'a, 's, 'b> {
    package: Package<'a>,
    sink: &'s mut Sink<'b>,
    /// Of the document that is read.
    resources: Resources,
    /// Fonts whose glyph numbers were asked for, by entry.
    fonts: HashMap<usize, TrueType>,
    /// Entries of the files of fonts, by the fonts' identifiers in this document.
    font_files: HashMap<String, usize>,
    /// Templates that were painted before, by entry.
    templates: HashMap<usize, Rc<Vec<Content>>>,
    /// Pages read.
    pages: u32,
    /// Glyphs painted.
    painted: usize,
}

/// What a page part says.
#[derive(Default)]
struct Page {
    area: Option<[f32; 4]>,
    templates: Vec<String>,
    contents: Vec<Content>,
}

impl Reader<'_, '_, '_> {
    fn package(&mut self) {
        let roots: Vec<usize> = self.package.find("", "OFD.xml").into_iter().collect();
        for root in roots {
            self.root(root, Place::Body);
        }
        // What nothing names, documents before their pages.
        let mut left: Vec<(Kind, usize)> = Vec::new();
        for index in 0..self.package.entries().len() {
            if !self.package.is_read(index) {
                let head = self.package.head(index, HEAD_BYTES);
                let kind = head.map_or(Kind::Inner, |head| entry::kind(&head, self.package.name(index)));
                left.push((kind, index));
            }
        }
        left.sort_unstable();
        for (kind, index) in left {
            if !self.package.is_read(index) {
                self.entry(kind, index);
            }
        }
        self.unused_units();
        let names: Vec<String> = self.package.entries().iter().map(|entry| entry.name.clone()).collect();
        for name in names.iter().filter(|name| !name.is_ascii()) {
            self.sink.tell_once(Place::Name, name);
        }
        let comments: Vec<String> = self.package.entries().iter().map(|e| e.comment.clone()).collect();
        for comment in comments.iter().chain([&self.package.comment().to_owned()]) {
            self.sink.tell_once(Place::Property, comment);
        }
    }

    /// Reads an OFD.xml: its documents, then their older versions.
    fn root(&mut self, index: usize, place: Place) {
        let name = self.package.name(index).to_owned();
        let source = self.package.xml(index, self.sink);
        let mut xml = Xml::new(&source);
        let bodies = around::bodies(&mut xml, self.sink);
        self.damage(&xml, &name);
        for location in &bodies.roots {
            match self.package.find(&name, location) {
                Some(index) => self.document(index, place),
                None => self.missing("document"),
            }
        }
        for location in &bodies.signatures {
            if let Some(index) = self.package.find(&name, location) {
                self.signatures(index);
            }
        }
        for location in &bodies.versions {
            if let Some(index) = self.package.find(&name, location).filter(|i| !self.package.is_read(*i)) {
                self.version(index);
            }
        }
    }

    /// Reads the list of an older version: its document root.
    fn version(&mut self, index: usize) {
        let name = self.package.name(index).to_owned();
        let source = self.package.xml(index, self.sink);
        let mut xml = Xml::new(&source);
        let root = around::version(&mut xml, self.sink);
        self.damage(&xml, &name);
        if let Some(index) = root.and_then(|root| self.package.find(&name, &root)) {
            self.document(index, Place::Revision);
        }
    }

    /// Reads a Document.xml and what it names.
    fn document(&mut self, index: usize, place: Place) {
        if self.package.is_read(index) {
            return;
        }
        let name = self.package.name(index).to_owned();
        let source = self.package.xml(index, self.sink);
        let mut xml = Xml::new(&source);
        let outer = around::document(&mut xml, self.sink);
        self.damage(&xml, &name);
        self.unused_units();
        self.resources = Resources::default();
        self.font_files.clear();
        // Many writers name a part of public resources that is not there; what of it a page needs is
        // missed when the page asks for it.
        for index in self.package.find_all(&name, &outer.resources) {
            self.resource(index);
        }
        let mut annotations: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for index in self.package.find_all(&name, &outer.annotations) {
            self.annotation_list(index, &mut annotations);
        }
        for (id, location) in &outer.pages {
            let Some(index) = self.package.find(&name, location) else {
                self.missing("page");
                continue;
            };
            if self.package.is_read(index) {
                continue;
            }
            if self.pages >= PAGES || self.painted >= PAINTED || self.sink.is_full() {
                let detail = format!("pages: {PAGES}, glyphs: {PAINTED}");
                self.sink.gap(Gap::new(GapKind::Limit, detail));
                break;
            }
            let number = (place == Place::Body).then(|| NonZeroU32::MIN.saturating_add(self.pages));
            self.pages += 1;
            let area = self.page(index, place, number, &outer, &name);
            for index in annotations.remove(id).unwrap_or_default() {
                self.annotations(index, number, area);
            }
        }
        for template in outer.templates.values() {
            if let Some(index) = self.package.find(&name, template).filter(|i| !self.package.is_read(*i)) {
                self.page(index, Place::Master, None, &outer, &name);
            }
        }
        for index in annotations.into_values().flatten() {
            self.annotations(index, None, outer.area.unwrap_or(A4));
        }
        for index in self.package.find_all(&name, &outer.attachments) {
            self.attachments(index);
        }
        for index in self.package.find_all(&name, &outer.lists) {
            self.list(index);
        }
    }

    /// Paints a page and its templates, and tells it; its box.
    fn page(
        &mut self,
        index: usize,
        place: Place,
        number: Option<NonZeroU32>,
        outer: &Outer,
        document: &str,
    ) -> [f32; 4] {
        let page = self.page_part(index);
        let own = page.area.filter(|[x0, y0, x1, y1]| x1 > x0 && y1 > y0);
        let area = own.or(outer.area).unwrap_or(A4);
        let mut canvas = Canvas::new(area);
        for id in &page.templates {
            let location = outer.templates.get(id);
            match location.and_then(|location| self.package.find(document, location)) {
                Some(index) => {
                    for content in self.template(index).iter() {
                        canvas.paint(content, &IDENTITY, &self.resources);
                    }
                }
                None => self.missing("template"),
            }
        }
        for content in &page.contents {
            canvas.paint(content, &IDENTITY, &self.resources);
        }
        self.painted += canvas.tell(place, number, self.sink);
        area
    }

    fn template(&mut self, index: usize) -> Rc<Vec<Content>> {
        if let Some(known) = self.templates.get(&index) {
            return Rc::clone(known);
        }
        let contents = Rc::new(self.page_part(index).contents);
        self.templates.insert(index, Rc::clone(&contents));
        contents
    }

    fn page_part(&mut self, index: usize) -> Page {
        let name = self.package.name(index).to_owned();
        let source = self.package.xml(index, self.sink);
        let mut xml = Xml::new(&source);
        let mut page = Page::default();
        let mut leaf = Leaf::default();
        while let Some(event) = xml.next() {
            match event {
                Event::Start(element) => {
                    leaf.open(&element, self.sink);
                    match element.local() {
                        "Template" => page.templates.extend(element.attribute("TemplateID").map(Into::into)),
                        "Content" => {
                            let mut content =
                                content::read(&mut xml, Ink::DEFAULT, &self.resources, self.sink);
                            self.name_glyphs(&mut content);
                            page.contents.push(content);
                        }
                        _ => {}
                    }
                }
                Event::Text(piece) => leaf.text.push_str(&piece),
                Event::End => {
                    let (element, text) = leaf.close();
                    match element.as_str() {
                        "PhysicalBox" => page.area = Some(area(&text)),
                        "PageRes" => {
                            if let Some(index) = self.package.find(&name, &text) {
                                self.resource(index);
                            }
                        }
                        _ => leaf::words(&text, self.sink),
                    }
                }
                Event::Aside(text) => self.sink.tell_once(Place::Hidden, &text),
            }
        }
        self.damage(&xml, &name);
        page
    }

    fn resource(&mut self, index: usize) {
        if self.package.is_read(index) {
            return;
        }
        let name = self.package.name(index).to_owned();
        let source = self.package.xml(index, self.sink);
        let mut xml = Xml::new(&source);
        let base = self.resources.read(&mut xml, self.sink);
        self.damage(&xml, &name);
        for (id, file) in std::mem::take(&mut self.resources.fonts) {
            let based = format!("{base}/{file}");
            let found = self.package.find(&name, &based).or_else(|| self.package.find(&name, &file));
            self.font_files.extend(found.map(|index| (id, index)));
        }
    }

    /// Gives glyphs without a character the one that the font's own file knows for their number.
    fn name_glyphs(&mut self, content: &mut Content) {
        for numbered in &content.numbered {
            if let Some(&index) = self.font_files.get(&numbered.font)
                && !self.fonts.contains_key(&index)
            {
                let bytes = self.package.bytes(index, self.sink);
                self.fonts.insert(index, TrueType::parse(&bytes, |_| None));
            }
        }
        content.name(|numbered| self.fonts.get(self.font_files.get(&numbered.font)?)?.char(numbered.number));
    }

    /// Tells what composite units hold that no page paints.
    fn unused_units(&mut self) {
        for unit in self.resources.unused() {
            let mut canvas = Canvas::new(A4);
            canvas.paint(unit, &IDENTITY, &self.resources);
            canvas.tell(Place::Hidden, None, self.sink);
        }
    }

    fn damage(&mut self, xml: &Xml<'_>, name: &str) {
        if let Some(gap) = xml.gap(shown(name)) {
            self.sink.gap(gap);
        }
    }

    fn missing(&mut self, what: &str) {
        self.sink.gap(Gap::new(GapKind::Damaged, format!("{what} missing")));
    }
}
