//! Word processing parts: the document, headers, footers, notes, comments, building blocks.
//!
//! One pass over the XML, iterative, by local names. Text is collected into the open
//! [`Paragraph`]; a text box or note within a paragraph is a [`Flow`] of its own that is told
//! behind the paragraph it hangs on. Everything that is no running text (alternative texts, field
//! codes, bookmarks) is an extra, told behind its paragraph or table row, so that cells stay
//! neighbours.

mod attributes;
mod flow;
mod form;
mod format;
mod paragraph;

mod tag;

use std::collections::{HashSet, VecDeque};

use super::properties::aside;
use crate::extract::readings::{CODE, DELETED, Flags, HIDDEN, INSERTED, RUBY, STRUCK};
use crate::extract::sink::Sink;
use crate::read::symbol::{is_symbol_font, symbol};
use crate::read::xml::{Element, Event, Xml};
use crate::text::{At, Break, Place};
use flow::{Alternative, Flow, Run};
use form::Form;
pub(super) use format::Styles;
use format::{Format, is_shaded};
use tag::Tag;

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
        form: Form::default(),
        old: 0,
        coloured: false,
        watermark: false,
        refused: 0,
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

struct Walker<'w, 'b> {
    sink: &'w mut Sink<'b>,
    styles: &'w Styles,
    story: Story,
    open: Vec<Tag>,
    flows: Vec<Flow>,
    /// The form field whose data is being read.
    form: Form,
    /// Open elements that tell former properties.
    old: usize,
    /// The page has a colour of its own.
    coloured: bool,
    /// The shape around is a watermark.
    watermark: bool,
    /// Open flows that are none of their own, there being too many.
    refused: usize,
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
                let mut fonts = element.attributes().filter(|(name, _)| matches!(*name, "ascii" | "hAnsi"));
                let font = fonts.find(|(_, font)| is_symbol_font(font)).map(|(_, font)| font.into_owned());
                if self.old == 0 && self.is_run_properties() {
                    self.flow().run.symbols = font;
                }
            }
            Tag::Ins | Tag::Del | Tag::MoveFrom | Tag::MoveTo => {
                self.author(element);
                match parent {
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
                }
            }
            Tag::Change => {
                self.author(element);
                self.old += 1;
            }
            Tag::Tab if matches!(parent, Tag::R) => self.append(" ", 0),
            Tag::PTab => self.append(" ", 0),
            Tag::Br if parent != Tag::Other => {
                let flags = self.flags();
                self.append_raw("\n", flags);
            }
            Tag::NoBreakHyphen => self.append("-", 0),
            Tag::Sym => self.symbol(element),
            Tag::FldChar => match &*element.attribute("fldCharType").unwrap_or_default() {
                "begin" => self.begin_field(),
                "separate" => self.separate_field(),
                "end" => self.end_field(),
                _ => {}
            },
            Tag::FldSimple => self.code(&element.attribute("instr").unwrap_or_default()),
            Tag::FormField => self.form = Form::default(),
            Tag::FormBox => self.form.is_box = true,
            Tag::Form | Tag::FormState => self.form.read(parent, element),
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
            Tag::Hdr | Tag::Ftr | Tag::Note => tag = Tag::Other,
            Tag::Comment => {
                self.begin_flow(Place::Comment);
                let at = At::new(Place::Comment).parted(Break::Part);
                self.note(at, &element.attribute("author").unwrap_or_default());
            }
            Tag::AlternateContent => {
                self.alternatives += 1;
                let start = self.flow().paragraph.text.mark_position();
                self.flow().alternatives.push(Alternative { start, first: None });
            }
            Tag::Choice | Tag::Fallback => {
                let start = self.flow().paragraph.text.mark_position();
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
            Tag::FormField => self.end_form(),
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
            Tag::Textbox | Tag::Comment | Tag::Hdr | Tag::Ftr | Tag::Note => self.end_flow(),
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

    /// Tells who made a change.
    fn author(&mut self, element: &Element<'_>) {
        self.note_once(Place::Attribute, &element.attribute("author").unwrap_or_default());
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
            && !flow.tables.last().is_some_and(|table| table.shaded || table.styled);
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
        // Text in a field's code is the result of a field within it; otherwise the field has no end.
        if flow.codes > 0 && flow.fields.len() > 1 {
            flags |= CODE;
        }
        if flow.ruby > 0 {
            flags |= RUBY;
        }
        flags | flow.tables.last().map_or(0, |table| table.flags | table.around)
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
}
