//! Word processing parts: the document, headers, footers, notes, comments, building blocks.
//!
//! One pass over the XML, iterative, by local names. Text is collected into the open
//! [`Paragraph`]; a text box or note within a paragraph is a [`Flow`] of its own that is told
//! behind the paragraph it hangs on. Everything that is no running text (alternative texts, field
//! codes, bookmarks) is an extra, told behind its paragraph or table row, so that cells stay
//! neighbours.

use std::collections::{HashSet, VecDeque};

use super::format::{Format, Styles, is_on, is_shaded};
use super::paragraph::{CODE, DELETED, Flags, HIDDEN, INSERTED, Paragraph, Position, RUBY, STRUCK};
use super::properties::{aside, foreign_values};
use super::sink::Sink;
use super::symbol::{is_symbol_font, symbol};
use super::tag::Tag;
use crate::read::xml::{Element, Event, Xml};
use crate::text::{Align, At, Break, Place, Zone};

/// Paragraphs with text at the start of the body that count as the top of the first page.
const TOP_PARAGRAPHS: usize = 8;
/// Paragraphs with text at the end of the body that count as its foot.
const FOOT_PARAGRAPHS: usize = 3;
/// Fields within fields that are told apart.
const MAX_FIELDS: usize = 1_000;

/// Which part of a document is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Story {
    /// The main text.
    Main,
    /// A header of pages.
    Header,
    /// A footer of pages.
    Footer,
    /// Footnotes or endnotes.
    Notes,
    /// Comments.
    Comments,
    /// Building blocks, which the document does not show.
    Glossary,
}

impl Story {
    fn place(self) -> Place {
        match self {
            Self::Main => Place::Body,
            Self::Header => Place::Header,
            Self::Footer => Place::Footer,
            Self::Notes => Place::Note,
            Self::Comments => Place::Comment,
            Self::Glossary => Place::Hidden,
        }
    }
}

/// Reads a word processing part into `sink`.
pub(super) fn read(story: Story, xml: &mut Xml<'_>, styles: &Styles, sink: &mut Sink<'_>) {
    let mut walker = Walker {
        sink,
        styles,
        story,
        open: Vec::new(),
        flows: vec![Flow::new(story.place(), 0)],
        old: 0,
        coloured: false,
        watermark: false,
        alternatives: 0,
        fallbacks: 0,
        told: HashSet::new(),
        paragraphs: 0,
        last: VecDeque::new(),
    };
    while let Some(event) = xml.next() {
        match event {
            Event::Start(element) => walker.start(&element),
            Event::End => walker.end(),
            Event::Text(text) => walker.text(&text),
            Event::Aside(text) => aside(&text, walker.sink),
        }
    }
    walker.finish();
}

/// A run of blocks: a part, a text box, a note.
struct Flow {
    place: Place,
    /// Flags of everything in it, from the run it hangs on.
    inherited: Flags,
    tables: Vec<Table>,
    paragraph: Paragraph,
    /// A paragraph is open.
    is_open: bool,
    /// The last paragraph goes on in the next one.
    carried: bool,
    /// Nothing was told yet.
    first: bool,
    run: Run,
    inserted: usize,
    deleted: usize,
    ruby: usize,
    fields: Vec<bool>,
    codes: usize,
    alternatives: Vec<Alternative>,
    extras: Vec<(At, String)>,
    /// What an inner flow says, until its paragraph is told; the outermost tells at once.
    told: Vec<(At, String)>,
}

#[derive(Default)]
struct Run {
    format: Format,
    style: Format,
    symbols: Option<String>,
}

#[derive(Default)]
struct Table {
    flags: Flags,
    styled: bool,
    shaded: bool,
    /// What parts the next piece from the one before.
    next: Option<Break>,
}

#[derive(Default)]
struct Alternative {
    start: Position,
    first: Option<[Position; 2]>,
}

impl Flow {
    fn new(place: Place, inherited: Flags) -> Self {
        Self {
            place,
            inherited,
            tables: Vec::new(),
            paragraph: Paragraph::default(),
            is_open: false,
            carried: false,
            first: true,
            run: Run::default(),
            inserted: 0,
            deleted: 0,
            ruby: 0,
            fields: Vec::new(),
            codes: 0,
            alternatives: Vec::new(),
            extras: Vec::new(),
            told: Vec::new(),
        }
    }
}

struct Walker<'w, 'b> {
    sink: &'w mut Sink<'b>,
    styles: &'w Styles,
    story: Story,
    open: Vec<Tag>,
    flows: Vec<Flow>,
    /// Open elements that tell former properties.
    old: usize,
    /// The page has a colour of its own.
    coloured: bool,
    /// The shape around is a watermark.
    watermark: bool,
    alternatives: usize,
    /// Open branches that are not the first of their alternative.
    fallbacks: usize,
    /// What was told within the open alternatives.
    told: HashSet<(Place, String)>,
    /// Paragraphs of the body told so far.
    paragraphs: usize,
    /// Segments of the last of them.
    last: VecDeque<(usize, std::ops::Range<usize>)>,
}

impl Walker<'_, '_> {
    fn flow(&mut self) -> &mut Flow {
        if self.flows.is_empty() {
            self.flows.push(Flow::new(self.story.place(), 0));
        }
        let last = self.flows.len() - 1;
        &mut self.flows[last]
    }

    fn start(&mut self, element: &Element<'_>) {
        let parent = self.open.last().copied().unwrap_or(Tag::Other);
        let mut tag = Tag::of(element.local());
        let value = || element.attribute("val").unwrap_or_default();
        match tag {
            Tag::P => self.begin_paragraph(),
            Tag::R => self.flow().run = Run::default(),
            Tag::PStyle if parent == Tag::PPr && self.old == 0 => {
                let style = self.styles.get(&value());
                self.flow().paragraph.style = style;
            }
            Tag::RStyle if parent == Tag::RPr && self.old == 0 => {
                let style = self.styles.get(&value());
                if self.is_run_properties() {
                    self.flow().run.style = style;
                }
            }
            Tag::Property => self.property(element, parent),
            Tag::Fonts if parent == Tag::RPr => {
                let font = ["ascii", "hAnsi"].iter().find_map(|name| {
                    element.attribute(name).filter(|font| is_symbol_font(font)).map(|f| f.into_owned())
                });
                if self.old == 0 && self.is_run_properties() {
                    self.flow().run.symbols = font;
                }
            }
            Tag::Ins | Tag::Del | Tag::MoveFrom | Tag::MoveTo => match parent {
                Tag::RPr => {
                    if matches!(tag, Tag::Del | Tag::MoveFrom) && self.is_mark_properties() {
                        self.flow().paragraph.mark |= DELETED;
                    }
                    tag = Tag::Other;
                }
                Tag::RowPr | Tag::CellPr => {
                    if matches!(tag, Tag::Del | Tag::MoveFrom)
                        && let Some(table) = self.flow().tables.last_mut()
                    {
                        table.flags |= DELETED;
                    }
                    tag = Tag::Other;
                }
                _ if matches!(tag, Tag::Ins | Tag::MoveTo) => self.flow().inserted += 1,
                _ => self.flow().deleted += 1,
            },
            Tag::Change => self.old += 1,
            Tag::Tab if matches!(parent, Tag::R) => self.append(" ", 0),
            Tag::PTab => self.append(" ", 0),
            Tag::Br if parent != Tag::Other => self.append("\n", 0),
            Tag::NoBreakHyphen => self.append("-", 0),
            Tag::Sym => self.symbol(element),
            Tag::FldChar => match &*element.attribute("fldCharType").unwrap_or_default() {
                "begin" => self.begin_field(),
                "separate" => self.separate_field(),
                "end" => self.end_field(),
                _ => {}
            },
            Tag::FldSimple => self.code(&element.attribute("instr").unwrap_or_default()),
            Tag::Ruby => self.flow().ruby += 1,
            Tag::Tbl => self.begin_table(),
            Tag::Tr => {
                self.flush();
                if let Some(table) = self.flow().tables.last_mut() {
                    table.flags = 0;
                    table.next = table.next.max(Some(Break::Line));
                }
            }
            Tag::Tc => {
                self.flush();
                if let Some(table) = self.flow().tables.last_mut() {
                    table.shaded = false;
                    table.next = table.next.or(Some(Break::Cell));
                }
            }
            Tag::Textbox => {
                let place = if self.watermark { Place::Watermark } else { Place::Textbox };
                self.begin_flow(place);
            }
            Tag::Hdr if !self.open.is_empty() => self.begin_flow(Place::Header),
            Tag::Ftr if !self.open.is_empty() => self.begin_flow(Place::Footer),
            Tag::Note if matches!(parent, Tag::Notes) || self.flow().is_open => {
                self.begin_flow(Place::Note);
            }
            Tag::Comment => {
                self.begin_flow(Place::Comment);
                let at = At::new(Place::Comment).parted(Break::Part);
                self.note(at, &element.attribute("author").unwrap_or_default());
            }
            Tag::AlternateContent => {
                self.alternatives += 1;
                let start = self.flow().paragraph.mark_position();
                self.flow().alternatives.push(Alternative { start, first: None });
            }
            Tag::Choice | Tag::Fallback => {
                let start = self.flow().paragraph.mark_position();
                if let Some(alternative) = self.flow().alternatives.last_mut() {
                    alternative.start = start;
                    if alternative.first.is_some() {
                        tag = Tag::Fallback;
                        self.fallbacks += 1;
                    } else {
                        tag = Tag::Choice;
                    }
                } else {
                    tag = Tag::Other;
                }
            }
            Tag::Background => {
                let colour = element.attribute("color").unwrap_or_default();
                self.coloured |= !matches!(&*colour.to_ascii_uppercase(), "" | "AUTO" | "FFFFFF");
            }
            Tag::Drawing => self.watermark = false,
            _ => {}
        }
        if tag != Tag::FldSimple {
            self.attributes(tag, parent, element);
        }
        self.open.push(tag);
    }

    fn end(&mut self) {
        let Some(tag) = self.open.pop() else { return };
        match tag {
            Tag::P => self.end_paragraph(),
            Tag::Ins | Tag::MoveTo => self.flow().inserted = self.flow().inserted.saturating_sub(1),
            Tag::Del | Tag::MoveFrom => self.flow().deleted = self.flow().deleted.saturating_sub(1),
            Tag::Change => self.old = self.old.saturating_sub(1),
            Tag::Ruby => self.flow().ruby = self.flow().ruby.saturating_sub(1),
            Tag::Tbl => self.end_table(),
            Tag::Tr => {
                self.flush();
                self.tell_extras();
                if let Some(table) = self.flow().tables.last_mut() {
                    table.flags = 0;
                }
            }
            Tag::Tc => self.flush(),
            Tag::Textbox | Tag::Comment => self.end_flow(),
            Tag::Hdr | Tag::Ftr | Tag::Note if self.flows.len() > 1 => self.end_flow(),
            Tag::Choice | Tag::Fallback => self.end_branch(tag),
            Tag::AlternateContent => {
                self.flow().alternatives.pop();
                self.alternatives = self.alternatives.saturating_sub(1);
                if self.alternatives == 0 {
                    self.told.clear();
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        match self.open.last().copied().unwrap_or(Tag::Other) {
            Tag::T => self.append(text, 0),
            Tag::DelText => self.append(text, DELETED),
            Tag::InstrText => {
                let flags = self.flags() | CODE;
                self.append_raw(text, flags);
            }
            Tag::Geometry => {}
            _ if text.trim().is_empty() => {}
            _ => self.note(At::new(Place::Hidden).parted(Break::Part), text.trim()),
        }
    }

    /// Whether the innermost `rPr` tells how a run looks.
    fn is_run_properties(&self) -> bool {
        self.open.len().checked_sub(2).and_then(|i| self.open.get(i)) == Some(&Tag::R)
    }

    /// Whether the innermost `rPr` tells how the end of the paragraph looks.
    fn is_mark_properties(&self) -> bool {
        self.old == 0 && self.open.len().checked_sub(2).and_then(|i| self.open.get(i)) == Some(&Tag::PPr)
    }

    fn property(&mut self, element: &Element<'_>, parent: Tag) {
        if self.old > 0 {
            return;
        }
        match parent {
            Tag::RPr if self.is_run_properties() => self.flow().run.format.read(element),
            Tag::RPr if self.is_mark_properties() => {
                let mut format = Format::default();
                format.read(element);
                if format.vanish == Some(true) {
                    self.flow().paragraph.mark |= HIDDEN;
                }
            }
            // `w14:textFill` within the properties of a run.
            Tag::TextFill => self.flow().run.format.read(element),
            Tag::PPr => self.flow().paragraph.format.read(element),
            Tag::CellPr | Tag::TablePr => {
                let shaded = is_shaded(element);
                if let Some(table) = self.flow().tables.last_mut() {
                    match parent {
                        Tag::CellPr => table.shaded |= shaded,
                        _ => table.styled |= shaded,
                    }
                }
            }
            _ => {}
        }
    }

    /// Flags of text in the current run.
    fn flags(&mut self) -> Flags {
        let (coloured, defaults) = (self.coloured, self.styles.defaults);
        let normal = self.styles.paragraph;
        let flow = self.flow();
        let paragraph = flow.paragraph.style.or(normal);
        let (run, style) = (flow.run.format, flow.run.style);
        let toggled = |style: Option<bool>, paragraph: Option<bool>, default: Option<bool>| {
            style.unwrap_or(false) != paragraph.unwrap_or(false) || default.unwrap_or(false)
        };
        let mut flags = flow.inherited;
        let vanish = run.vanish.unwrap_or_else(|| toggled(style.vanish, paragraph.vanish, defaults.vanish));
        let web = run.web_hidden.or(style.web_hidden).unwrap_or(false) && flow.fields.is_empty();
        let on_white = !coloured
            && !matches!(flow.place, Place::Textbox | Place::Watermark)
            && !flow.paragraph.format.shaded
            && !flow.tables.iter().any(|table| table.shaded || table.styled);
        let looks = run.or(style).or(paragraph).or(defaults);
        if vanish || web || looks.is_invisible(on_white) {
            flags |= HIDDEN;
        }
        if run.strike.unwrap_or_else(|| toggled(style.strike, paragraph.strike, defaults.strike)) {
            flags |= STRUCK;
        }
        if flow.deleted > 0 {
            flags |= DELETED;
        } else if flow.inserted > 0 {
            flags |= INSERTED;
        }
        if flow.codes > 0 {
            flags |= CODE;
        }
        if flow.ruby > 0 {
            flags |= RUBY;
        }
        flow.tables.iter().fold(flags, |flags, table| flags | table.flags)
    }

    fn append(&mut self, text: &str, more: Flags) {
        let flags = self.flags() | more;
        let symbols = self.flow().run.symbols.take();
        match &symbols {
            Some(font) => {
                let shown: String = text.chars().map(|c| symbol(font, c.into()).unwrap_or(c)).collect();
                self.append_raw(&shown, flags);
            }
            None if text.contains('\u{ad}') => self.append_raw(&text.replace('\u{ad}', ""), flags),
            None => self.append_raw(text, flags),
        }
        self.flow().run.symbols = symbols;
    }

    fn append_raw(&mut self, text: &str, flags: Flags) {
        let (defaults, normal) = (self.styles.defaults, self.styles.paragraph);
        if !self.flow().is_open {
            self.begin_paragraph();
        }
        let flow = self.flow();
        let size = flow.run.format.or(flow.run.style).or(flow.paragraph.style).or(normal).or(defaults).size;
        flow.paragraph.append(text, flags, size);
    }

    fn symbol(&mut self, element: &Element<'_>) {
        let font = element.attribute("font").unwrap_or_default();
        let code = element.attribute("char").unwrap_or_default();
        if let Ok(code) = u32::from_str_radix(&code, 16)
            && let Some(shown) = symbol(&font, code).or_else(|| char::from_u32(code))
        {
            let flags = self.flags();
            self.append_raw(shown.encode_utf8(&mut [0; 4]), flags);
        }
    }

    fn begin_field(&mut self) {
        let flow = self.flow();
        if flow.fields.len() < MAX_FIELDS {
            flow.fields.push(true);
            flow.codes += 1;
        }
    }

    fn separate_field(&mut self) {
        let flow = self.flow();
        if let Some(code) = flow.fields.last_mut()
            && std::mem::take(code)
        {
            flow.codes = flow.codes.saturating_sub(1);
            flow.paragraph.append("\n", CODE, None);
        }
    }

    fn end_field(&mut self) {
        let flow = self.flow();
        if flow.fields.pop() == Some(true) {
            flow.codes = flow.codes.saturating_sub(1);
            flow.paragraph.append("\n", CODE, None);
        }
    }

    /// A field's code that is told in one piece.
    fn code(&mut self, code: &str) {
        let flags = self.flags() | CODE;
        self.append_raw(code, flags);
        self.append_raw("\n", flags);
    }

    fn begin_paragraph(&mut self) {
        if self.flow().is_open {
            self.flush();
        }
        let flow = self.flow();
        if flow.carried {
            let mark = std::mem::take(&mut flow.paragraph.mark);
            flow.paragraph.append("\n", mark, None);
        } else {
            flow.paragraph.clear();
        }
        flow.is_open = true;
        flow.carried = false;
        flow.run = Run::default();
    }

    fn end_paragraph(&mut self) {
        let flow = self.flow();
        if flow.is_open && flow.paragraph.mark != 0 && flow.paragraph.is_seen() {
            flow.is_open = false;
            flow.carried = true;
        } else {
            self.flush();
        }
    }

    /// Tells the paragraph that is open or was carried over.
    fn flush(&mut self) {
        let root = self.flows.len() == 1;
        let body = root && self.story == Story::Main;
        let (top, story) = (self.paragraphs < TOP_PARAGRAPHS, self.story);
        let flow = self.flow();
        if !flow.is_open && !flow.carried {
            return;
        }
        (flow.is_open, flow.carried) = (false, false);
        let align = flow.paragraph.align();
        let zone = match (flow.place, story) {
            (Place::Header, _) | (_, Story::Header) => Some(across(align, TOP)),
            (Place::Footer, _) | (_, Story::Footer) => Some(across(align, FOOT)),
            (Place::Body | Place::Textbox | Place::Watermark, Story::Main) if top => Some(across(align, TOP)),
            _ => None,
        };
        let in_table = !flow.tables.is_empty();
        let place = if in_table && flow.place == Place::Body { Place::Table } else { flow.place };
        let plain = At {
            zone,
            align,
            size: flow.paragraph.size(),
            struck: flow.paragraph.is_struck(),
            ..At::new(place)
        };
        let readings = flow.paragraph.readings();
        flow.paragraph.clear();
        let before = self.sink.out.text.segments().len();
        for reading in readings {
            let at = At { place: reading.place.unwrap_or(place), again: reading.again, ..plain };
            if self.is_repeated(at.place, &reading.text) {
                continue;
            }
            if reading.again && in_table {
                self.flow().extras.push((at, reading.text));
            } else {
                let parted = if reading.again { Break::Paragraph } else { self.next_break() };
                self.tell(at.parted(parted), reading.text);
            }
        }
        let after = self.sink.out.text.segments().len();
        if body && after > before {
            self.last.push_back((self.paragraphs, before..after));
            self.paragraphs += 1;
            if self.last.len() > FOOT_PARAGRAPHS {
                self.last.pop_front();
            }
        }
        if !in_table {
            self.tell_extras();
        }
    }

    /// What parts the next paragraph of this flow from the one before.
    fn next_break(&mut self) -> Break {
        let flow = self.flow();
        let first = std::mem::take(&mut flow.first);
        match flow.tables.last_mut() {
            Some(table) => {
                let parted = table.next.take().unwrap_or(Break::Line);
                if first { Break::Part } else { parted }
            }
            None if first => Break::Part,
            None => Break::Paragraph,
        }
    }

    fn begin_table(&mut self) {
        self.flush();
        let flow = self.flow();
        let nested = !flow.tables.is_empty();
        let next = Some(if nested { Break::Line } else { Break::Paragraph });
        flow.tables.push(Table { next, ..Table::default() });
    }

    fn end_table(&mut self) {
        self.flush();
        let flow = self.flow();
        flow.tables.pop();
        // What follows in the outer cell, or the next cell, is on another line.
        if let Some(outer) = flow.tables.last_mut() {
            outer.next = Some(Break::Line);
        }
        self.tell_extras();
    }

    fn begin_flow(&mut self, place: Place) {
        let inherited = self.flags() & (HIDDEN | DELETED | INSERTED | CODE | STRUCK);
        self.flows.push(Flow::new(place, inherited));
    }

    fn end_flow(&mut self) {
        self.flush();
        self.tell_extras();
        if self.flows.len() > 1
            && let Some(ended) = self.flows.pop()
        {
            let waits = self.flow().is_open || self.flow().carried || !self.flow().tables.is_empty();
            if waits {
                self.flow().extras.extend(ended.told);
            } else {
                for (at, text) in ended.told {
                    self.tell(at, text);
                }
            }
        }
    }

    fn end_branch(&mut self, tag: Tag) {
        let flow = self.flow();
        let end = flow.paragraph.mark_position();
        if let Some(alternative) = flow.alternatives.last_mut() {
            let start = alternative.start;
            match alternative.first {
                None => alternative.first = Some([start, end]),
                Some([first, first_end]) => flow.paragraph.settle([first, first_end, start, end]),
            }
        }
        if tag == Tag::Fallback {
            self.fallbacks = self.fallbacks.saturating_sub(1);
        }
    }

    /// Whether another branch of an open alternative has said this already.
    fn is_repeated(&mut self, place: Place, text: &str) -> bool {
        if self.alternatives == 0 {
            return false;
        }
        let new = self.told.insert((place, text.to_owned()));
        !new && self.fallbacks > 0
    }

    fn tell(&mut self, at: At, text: String) {
        if self.flows.len() == 1 {
            self.sink.push(at, &text);
        } else {
            self.flow().told.push((at, text));
        }
    }

    fn tell_extras(&mut self) {
        let extras = std::mem::take(&mut self.flow().extras);
        for (at, text) in extras {
            self.tell(at, text);
        }
    }

    /// Tells a piece beside the running text, behind the paragraph or row it belongs to.
    fn note(&mut self, at: At, text: &str) {
        if text.trim().is_empty() || self.is_repeated(at.place, text) {
            return;
        }
        let flow = self.flow();
        if flow.is_open || flow.carried || !flow.tables.is_empty() {
            flow.extras.push((at, text.to_owned()));
        } else {
            self.tell(at, text.to_owned());
        }
    }

    /// The same, once in the whole document.
    fn note_once(&mut self, place: Place, text: &str) {
        if self.sink.is_new(place, text) {
            self.note(At::new(place).parted(Break::Part), text);
        }
    }

    /// Tells what an element says in its attributes.
    fn attributes(&mut self, tag: Tag, parent: Tag, element: &Element<'_>) {
        let of = |name| element.attribute(name).unwrap_or_default();
        match tag {
            Tag::DrawingName => {
                let name = of("name");
                self.watermark |= is_watermark(&name);
                let place = if self.watermark { Place::Watermark } else { Place::AltText };
                if !is_default_name(&name) && !is_watermark(&name) {
                    self.note_once(place, &name);
                }
                self.note_once(place, &of("title"));
                self.note_once(place, &of("descr"));
            }
            Tag::Shape => {
                self.watermark = is_watermark(&of("id"));
                let place = if self.watermark { Place::Watermark } else { Place::AltText };
                for name in ["alt", "title"] {
                    self.note_once(place, &of(name));
                }
                self.note_once(Place::Attribute, &of("href"));
                self.note_once(Place::Watermark, &of("string"));
            }
            Tag::BookmarkStart => {
                let name = of("name");
                if !(name.starts_with('_') && name.is_ascii()) {
                    self.note_once(Place::Bookmark, &name);
                }
            }
            Tag::Hyperlink => {
                self.note_once(Place::Attribute, &of("tooltip"));
                if !of("anchor").is_ascii() {
                    self.note_once(Place::Attribute, &of("anchor"));
                }
            }
            Tag::Form => {
                for name in ["val", "displayText", "value"] {
                    let text = of(name);
                    if text.chars().any(char::is_alphabetic) {
                        self.note_once(Place::Form, &text);
                    }
                }
            }
            Tag::ControlName if parent == Tag::ControlPr => self.note_once(Place::Form, &of("val")),
            Tag::TableText => self.note_once(Place::AltText, &of("val")),
            Tag::Attr => self.note_once(Place::Attribute, &of("val")),
            Tag::Name => {
                let name = of("val");
                if !name.is_ascii() || name.contains(' ') {
                    self.note_once(Place::Attribute, &name);
                }
            }
            Tag::RowHidden if parent == Tag::RowPr && is_on(element) => {
                if let Some(table) = self.flow().tables.last_mut() {
                    table.flags |= HIDDEN;
                }
            }
            Tag::TableStyle => {
                if let Some(table) = self.flow().tables.last_mut() {
                    table.styled = true;
                }
            }
            Tag::Bare => {}
            _ => {
                let values: Vec<String> = foreign_values(element).map(|value| value.into_owned()).collect();
                for value in values {
                    self.note_once(Place::Attribute, &value);
                }
            }
        }
    }

    fn finish(mut self) {
        while self.flows.len() > 1 {
            self.end_flow();
        }
        self.flush();
        self.tell_extras();
        for (number, segments) in self.last {
            if number < TOP_PARAGRAPHS {
                continue;
            }
            for index in segments {
                let segment = self.sink.out.text.segments().get(index);
                if let Some(at) = segment.map(|segment| segment.at)
                    && at.place != Place::Textbox
                {
                    self.sink.out.text.set_zone(index, across(at.align, FOOT));
                }
            }
        }
    }
}

const TOP: [Zone; 3] = [Zone::TopLeft, Zone::TopCentre, Zone::TopRight];
const FOOT: [Zone; 3] = [Zone::FootLeft, Zone::FootCentre, Zone::FootRight];

fn across(align: Option<Align>, [left, centre, right]: [Zone; 3]) -> Zone {
    match align {
        None | Some(Align::Left) => left,
        Some(Align::Centre) => centre,
        Some(Align::Right) => right,
    }
}

/// Whether a shape is called what Word calls its watermarks, or something like it.
fn is_watermark(name: &str) -> bool {
    name.to_ascii_lowercase().contains("watermark") || name.contains("水印")
}

/// Whether a drawing is called what the program called it: a kind and a number.
fn is_default_name(name: &str) -> bool {
    const KINDS: [&str; 42] = [
        "picture",
        "image",
        "graphic",
        "text box",
        "textbox",
        "rectangle",
        "group",
        "straight connector",
        "straight arrow connector",
        "autoshape",
        "shape",
        "oval",
        "chart",
        "object",
        "diagram",
        "line",
        "freeform",
        "canvas",
        "wordart",
        "frame",
        "drawing",
        "图片",
        "图像",
        "图形",
        "文本框",
        "矩形",
        "组合",
        "直接连接符",
        "直接箭头连接符",
        "直线",
        "形状",
        "椭圆",
        "图表",
        "对象",
        "图示",
        "任意多边形",
        "画布",
        "圆角矩形",
        "自选图形",
        "艺术字",
        "图文框",
        "箭头",
    ];
    let kind = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ' || c == ':').to_lowercase();
    kind.is_empty() || KINDS.contains(&kind.trim())
}
