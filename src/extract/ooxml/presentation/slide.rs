//! A slide, a page of notes, a master or a layout: a tree of shapes.

use std::collections::HashSet;

use super::Part;
use super::geometry::{Placing, Rectangle, Size};
use super::shape::{Holder, Paragraph, Run, Shape};
use crate::extract::ooxml::properties::foreign_values;
use crate::extract::sink::Sink;
use crate::limits::{Gap, GapKind};
use crate::read::naming::is_default_name;
use crate::read::symbol::{is_symbol_font, symbol};
use crate::read::xml::{Element, Event, Xml};
use crate::text::{At, Break, Place, Zone};

/// Reads a part with shapes into `sink`.
pub(super) fn read(part: Part, size: Size, xml: &mut Xml<'_>, sink: &mut Sink<'_>) {
    let mut walker = Walker {
        sink,
        part,
        size,
        hidden: false,
        open: Vec::new(),
        groups: Vec::new(),
        own: Rectangle::default(),
        inside: Rectangle::default(),
        shape: Shape::default(),
        shapes: Vec::new(),
        paragraph: Paragraph::default(),
        run: Run::default(),
        tables: 0,
        next: None,
        alternatives: 0,
        fallbacks: 0,
        told: HashSet::new(),
        kept: 0,
    };
    while let Some(event) = xml.next() {
        match event {
            Event::Start(element) => walker.start(&element),
            Event::End => walker.end(),
            Event::Text(text) => walker.text(&text),
            Event::Aside(text) => walker.note(Place::Hidden, &text),
        }
    }
    walker.finish();
}

struct Walker<'w, 'b> {
    sink: &'w mut Sink<'b>,
    part: Part,
    size: Size,
    /// The slide is not shown.
    hidden: bool,
    open: Vec<Tag>,
    groups: Vec<Placing>,
    /// The transform that is read: where the shape or group stands, and how its children see that.
    own: Rectangle,
    inside: Rectangle,
    shape: Shape,
    /// Shapes that are read, to be told title first.
    shapes: Vec<Shape>,
    paragraph: Paragraph,
    run: Run,
    /// Open tables.
    tables: usize,
    /// What parts the next paragraph of a table from the one before.
    next: Option<Break>,
    alternatives: usize,
    /// Open branches of alternatives that are not the first.
    fallbacks: usize,
    /// What was said within the open alternatives.
    told: HashSet<(bool, String)>,
    /// Bytes of the pieces kept so far, and what it costs to keep them.
    kept: usize,
}

/// Bytes that a piece costs beside its text until the whole slide is read.
const KEPT_PIECE_BYTES: usize = 64;
/// Bytes that a shape costs beside its texts, likewise.
const SHAPE_BYTES: usize = 256;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Tag {
    Slide,
    Group,
    GroupProperties,
    Shape,
    /// What a shape is called.
    Name,
    Placeholder,
    Transform,
    Paragraph,
    ParagraphProperties,
    Run,
    RunProperties,
    Text,
    Line,
    NoFill,
    Font,
    Bullet,
    Table,
    Row,
    Cell,
    Alternatives,
    Choice,
    Fallback,
    /// Holds numbers and words of the format as its text.
    Geometry,
    Other,
}

impl Tag {
    fn of(local: &str) -> Self {
        match local {
            "sld" => Self::Slide,
            "spTree" | "grpSp" => Self::Group,
            "grpSpPr" => Self::GroupProperties,
            "sp" | "cxnSp" | "pic" | "graphicFrame" => Self::Shape,
            "cNvPr" => Self::Name,
            "ph" => Self::Placeholder,
            "xfrm" => Self::Transform,
            "p" => Self::Paragraph,
            "pPr" => Self::ParagraphProperties,
            "r" | "fld" => Self::Run,
            "rPr" => Self::RunProperties,
            "t" => Self::Text,
            "br" => Self::Line,
            "noFill" => Self::NoFill,
            "latin" | "sym" => Self::Font,
            "buChar" => Self::Bullet,
            "tbl" => Self::Table,
            "tr" => Self::Row,
            "tc" => Self::Cell,
            "AlternateContent" => Self::Alternatives,
            "Choice" => Self::Choice,
            "Fallback" => Self::Fallback,
            "tableStyleId" | "attrName" | "strVal" | "posOffset" => Self::Geometry,
            _ => Self::Other,
        }
    }
}

impl Walker<'_, '_> {
    fn start(&mut self, element: &Element<'_>) {
        let mut tag = Tag::of(element.local());
        let parent = self.open.last().copied().unwrap_or(Tag::Other);
        let of = |name| element.attribute(name).unwrap_or_default();
        match tag {
            Tag::Slide => self.hidden = matches!(&*of("show"), "0" | "false"),
            Tag::Group => {
                self.end_shape();
                let outer = self.groups.last().copied().unwrap_or_default();
                self.groups.push(outer);
            }
            Tag::Shape if self.tables == 0 => self.end_shape(),
            Tag::Name => self.name(element),
            Tag::Placeholder => self.shape.holder = Some(Holder::of(&of("type"))),
            Tag::Transform => (self.own, self.inside) = Default::default(),
            Tag::Paragraph => self.end_paragraph(),
            Tag::ParagraphProperties if parent == Tag::Paragraph => self.paragraph.set_align(&of("algn")),
            Tag::Run => self.run = Run::default(),
            Tag::RunProperties if parent == Tag::Run => {
                self.run.size = of("sz").parse().ok();
                self.run.struck = matches!(&*of("strike"), "sngStrike" | "dblStrike");
            }
            Tag::NoFill if parent == Tag::RunProperties => self.run.invisible = true,
            Tag::Font if parent == Tag::RunProperties => {
                let font = of("typeface");
                if is_symbol_font(&font) {
                    // The font for symbols sets no letters but those of private use.
                    self.run.pictured = element.local() == "latin";
                    self.run.symbols = Some(font.into_owned());
                }
            }
            Tag::Bullet => {
                let bullet = of("char");
                if !bullet.is_ascii() && bullet.chars().any(char::is_alphanumeric) {
                    self.note(Place::Attribute, &bullet);
                }
            }
            Tag::Line => self.paragraph.push("\n", &self.run),
            Tag::Table => {
                self.end_paragraph();
                self.tables += 1;
                self.next = Some(Break::Paragraph);
            }
            Tag::Row => {
                self.end_paragraph();
                self.next = self.next.max(Some(Break::Line));
            }
            Tag::Cell => {
                self.end_paragraph();
                self.next = self.next.or(Some(Break::Cell));
            }
            Tag::Alternatives => self.alternatives += 1,
            Tag::Choice | Tag::Fallback if parent != Tag::Alternatives => tag = Tag::Other,
            Tag::Fallback => self.fallbacks += 1,
            Tag::Other if parent == Tag::Transform => match element.local() {
                "off" | "ext" => self.own.read(element),
                "chOff" | "chExt" => self.inside.read(element),
                _ => {}
            },
            Tag::Other => {
                if matches!(element.local(), "hlinkClick" | "hlinkHover" | "hlinkMouseOver") {
                    self.note(Place::Attribute, &of("tooltip"));
                }
                for value in foreign_values(element) {
                    self.note(Place::Attribute, &value);
                }
            }
            _ => {}
        }
        self.open.push(tag);
    }

    fn end(&mut self) {
        let Some(tag) = self.open.pop() else { return };
        let parent = self.open.last().copied().unwrap_or(Tag::Other);
        match tag {
            Tag::Group => {
                self.end_shape();
                self.groups.pop();
            }
            Tag::Shape if self.tables == 0 => self.end_shape(),
            Tag::Transform => self.end_transform(parent),
            Tag::Paragraph | Tag::Cell => self.end_paragraph(),
            Tag::Table => {
                self.end_paragraph();
                self.tables = self.tables.saturating_sub(1);
                self.next = self.tables.checked_sub(1).map(|_| Break::Line);
            }
            Tag::Alternatives => {
                self.alternatives = self.alternatives.saturating_sub(1);
                if self.alternatives == 0 {
                    self.told.clear();
                }
            }
            Tag::Fallback => self.fallbacks = self.fallbacks.saturating_sub(1),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        match self.open.last().copied().unwrap_or(Tag::Other) {
            Tag::Text => match &self.run.symbols {
                Some(font) => {
                    let all = self.run.pictured;
                    let shown = |c: char| Some(c).filter(|c| all || ('\u{f000}'..='\u{f0ff}').contains(c));
                    let shown = |c| shown(c).and_then(|c| symbol(font, c.into())).unwrap_or(c);
                    let shown: String = text.chars().map(shown).collect();
                    self.paragraph.push(&shown, &self.run);
                }
                None => {
                    // Not copied whole: a text may be as long as the part.
                    for word in text.split(['\u{ad}', '\r']) {
                        for (number, word) in word.split('\t').enumerate() {
                            self.paragraph.push(if number > 0 { " " } else { "" }, &self.run);
                            self.paragraph.push(word, &self.run);
                        }
                    }
                }
            },
            Tag::Geometry => {}
            _ if text.trim().is_empty() => {}
            _ => self.note(Place::Hidden, text.trim()),
        }
    }

    /// What a drawing is called and described as, and whether it is switched off.
    fn name(&mut self, element: &Element<'_>) {
        for (name, value) in element.attributes() {
            match name {
                "hidden" => self.shape.hidden |= matches!(&*value, "1" | "true"),
                "name" if is_default_name(&value) => {}
                "name" | "title" | "descr" => self.note(Place::AltText, &value),
                _ if !value.is_ascii() => self.note(Place::Attribute, &value),
                _ => {}
            }
        }
    }

    fn end_transform(&mut self, parent: Tag) {
        let count = self.groups.len();
        if parent == Tag::GroupProperties {
            let outer = count.checked_sub(2).and_then(|at| self.groups.get(at)).copied().unwrap_or_default();
            if let Some(group) = self.groups.last_mut() {
                *group = Placing::new(self.own, self.inside).within(outer);
            }
        } else if self.tables == 0 && self.shape.at.is_none() {
            let group = self.groups.last().copied().unwrap_or_default();
            self.shape.at = Some(group.place(self.own));
        }
    }

    fn end_paragraph(&mut self) {
        let cell = self.tables > 0;
        let first = self.shape.pieces.is_empty();
        let parted = match self.next {
            _ if first => Break::Part,
            Some(next) if cell => next,
            _ if cell => Break::Line,
            _ => Break::Paragraph,
        };
        let pieces = self.paragraph.end(parted, cell);
        if !pieces.is_empty() {
            self.next = None;
        }
        for piece in pieces {
            if !self.keep(piece.text.len()) {
                break;
            }
            if self.alternatives > 0 {
                let new = self.told.insert((piece.hidden, piece.text.clone()));
                if !new && self.fallbacks > 0 {
                    continue;
                }
            }
            self.shape.pieces.push(piece);
        }
        self.run = Run::default();
    }

    /// Whether there is room to keep so much text until the slide ends.
    fn keep(&mut self, bytes: usize) -> bool {
        let fits = self.kept <= self.sink.budget.text;
        if !fits {
            let detail = format!("a slide of more than {} bytes of text", self.sink.budget.limits.text);
            self.sink.gap(Gap::new(GapKind::Limit, detail));
        }
        self.kept += bytes + KEPT_PIECE_BYTES;
        fits
    }

    fn end_shape(&mut self) {
        self.end_paragraph();
        let shape = std::mem::take(&mut self.shape);
        if !shape.pieces.is_empty() || !shape.extras.is_empty() {
            self.kept += SHAPE_BYTES;
            self.shapes.push(shape);
        }
    }

    /// Keeps what stands beside the text of a shape, once in the whole document.
    fn note(&mut self, place: Place, text: &str) {
        if self.sink.is_new(place, text) && self.keep(text.len()) {
            self.shape.extras.push((place, text.to_owned()));
        }
    }

    fn finish(mut self) {
        self.end_shape();
        let mut shapes = std::mem::take(&mut self.shapes);
        shapes.sort_by_key(|shape| shape.holder != Some(Holder::Title));
        for shape in shapes {
            self.tell(shape);
        }
    }

    fn tell(&mut self, shape: Shape) {
        let hidden = self.hidden || shape.hidden || shape.at.is_some_and(|at| at.is_outside(self.size));
        for piece in shape.pieces {
            let place = match (self.part, shape.holder) {
                _ if hidden || piece.hidden => Place::Hidden,
                (Part::Master | Part::PageMaster, _) => Place::Master,
                (_, Some(Holder::Header)) => Place::Header,
                (_, Some(Holder::Footer | Holder::Date | Holder::Number)) => Place::Footer,
                (Part::Notes, _) => Place::Notes,
                _ if piece.cell => Place::Table,
                (_, Some(_)) => Place::Body,
                (_, None) => Place::Textbox,
            };
            let zone = match (self.part, shape.at) {
                // Notes and handouts have pages of another size.
                (Part::Notes | Part::PageMaster, _) => None,
                (_, Some(at)) => Some(at.zone(self.size, piece.look.align)),
                (_, None) => match shape.holder {
                    Some(Holder::Header) => Some(Zone::TopLeft),
                    Some(Holder::Date) => Some(Zone::FootLeft),
                    Some(Holder::Footer) => Some(Zone::FootCentre),
                    Some(Holder::Number) => Some(Zone::FootRight),
                    _ => None,
                },
            };
            self.sink.push(At { place, zone, ..piece.look }, &piece.text);
        }
        for (place, text) in shape.extras {
            self.sink.tell(place, &text);
        }
    }
}
