//! Flows of paragraphs and tables: when a paragraph begins and ends, what is told of it and in which
//! order.
//!
//! A text box or note within a paragraph is a flow of its own. What it says waits until the
//! paragraph it hangs on is told; what stands beside the text (extras) waits until the end of the
//! paragraph or table row, so that cells stay neighbours.

use super::format::Format;
use super::paragraph::Paragraph;
use super::tag::Tag;
use super::{Story, Walker};
use crate::extract::readings::{CODE, DELETED, Field, Flags, HIDDEN, INSERTED, Position, STRUCK};
use crate::read::symbol::pictured;
use crate::text::{At, Break, Place, Zone};

/// Paragraphs with text at the start of the body that count as the top of the first page.
const TOP_PARAGRAPHS: usize = 8;
/// Paragraphs with text at the end of the body that count as its foot.
const FOOT_PARAGRAPHS: usize = 3;
/// Bytes of a paragraph that are collected before they are told; a longer one is told in pieces.
const PARAGRAPH_BYTES: usize = 1 << 20;

/// Text boxes within text boxes that are flows of their own; deeper ones belong to the one around.
const MAX_FLOWS: usize = 64;

/// A run of blocks: a part, a text box, a note.
pub(super) struct Flow {
    pub(super) place: Place,
    /// Flags of everything in it, from the run it hangs on.
    pub(super) inherited: Flags,
    pub(super) tables: Vec<Table>,
    pub(super) paragraph: Paragraph,
    /// A paragraph is open.
    pub(super) is_open: bool,
    /// The last paragraph goes on in the next one.
    pub(super) carried: bool,
    /// The open paragraph has been told in part.
    pub(super) goes_on: bool,
    /// Nothing was told yet.
    pub(super) first: bool,
    pub(super) run: Run,
    pub(super) inserted: usize,
    pub(super) deleted: usize,
    pub(super) ruby: usize,
    pub(super) fields: Vec<Field>,
    pub(super) codes: usize,
    pub(super) alternatives: Vec<Alternative>,
    pub(super) extras: Vec<(At, String)>,
    /// What an inner flow says, until its paragraph is told; the outermost tells at once.
    pub(super) told: Vec<(At, String)>,
}

#[derive(Default)]
pub(super) struct Run {
    pub(super) format: Format,
    pub(super) style: Format,
    pub(super) symbols: Option<String>,
}

#[derive(Default)]
pub(super) struct Table {
    /// Flags of the row.
    pub(super) flags: Flags,
    /// Flags of the rows around the table.
    pub(super) around: Flags,
    /// The table or one around it has a ground of its own.
    pub(super) styled: bool,
    /// The cell has a ground of its own.
    pub(super) shaded: bool,
    /// What parts the next piece from the one before.
    pub(super) next: Option<Break>,
}

#[derive(Default)]
pub(super) struct Alternative {
    pub(super) start: Position,
    pub(super) first: Option<[Position; 2]>,
}

impl Flow {
    pub(super) fn new(place: Place, inherited: Flags) -> Self {
        Self {
            place,
            inherited,
            tables: Vec::new(),
            paragraph: Paragraph::default(),
            is_open: false,
            carried: false,
            goes_on: false,
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

impl Walker<'_, '_> {
    pub(super) fn flow(&mut self) -> &mut Flow {
        if self.flows.is_empty() {
            self.flows.push(Flow::new(self.story.place(), 0));
        }
        let last = self.flows.len() - 1;
        &mut self.flows[last]
    }

    pub(super) fn append(&mut self, text: &str, more: Flags) {
        let flags = self.flags() | more;
        let symbols = self.flow().run.symbols.take();
        match &symbols {
            Some(font) => {
                self.append_raw(&pictured(font, text), flags);
            }
            None if text.contains(['\u{ad}', '\n', '\r', '\t']) => {
                // Within text these are white space; line ends and tabs are elements.
                self.append_raw(&text.replace('\u{ad}', "").replace(['\n', '\r', '\t'], " "), flags);
            }
            None => self.append_raw(text, flags),
        }
        self.flow().run.symbols = symbols;
    }

    pub(super) fn append_raw(&mut self, text: &str, flags: Flags) {
        let (defaults, normal) = (self.styles.defaults, self.styles.paragraph);
        if !self.flow().is_open {
            self.begin_paragraph();
        }
        let mut rest = text;
        while !rest.is_empty() {
            if self.flow().paragraph.text.len() >= PARAGRAPH_BYTES {
                self.split_paragraph();
            }
            let flow = self.flow();
            let run = flow.run.format.or(flow.run.style);
            let size = run.or(flow.paragraph.style).or(normal).or(defaults).size;
            let (piece, more) = rest.split_at(rest.floor_char_boundary(PARAGRAPH_BYTES));
            flow.paragraph.text.append(piece, flags, size);
            rest = more;
        }
    }

    /// Tells what there is of a very long paragraph, which goes on.
    fn split_paragraph(&mut self) {
        let paragraph = &self.flow().paragraph;
        let (format, style, mark) = (paragraph.format, paragraph.style, paragraph.mark);
        self.flush();
        let flow = self.flow();
        (flow.paragraph.format, flow.paragraph.style, flow.paragraph.mark) = (format, style, mark);
        (flow.is_open, flow.goes_on) = (true, true);
    }

    pub(super) fn begin_field(&mut self) {
        let flow = self.flow();
        if flow.fields.len() < Field::MOST {
            flow.fields.push(Field::begin(&flow.paragraph.text));
            flow.codes += 1;
        }
    }

    pub(super) fn separate_field(&mut self) {
        let flow = self.flow();
        if let Some(field) = flow.fields.last_mut()
            && field.separate(&flow.paragraph.text)
        {
            flow.codes = flow.codes.saturating_sub(1);
            flow.paragraph.text.append("\n", CODE, None);
        }
    }

    pub(super) fn end_field(&mut self) {
        let flow = self.flow();
        let Some(field) = flow.fields.pop() else { return };
        let is_code = field.is_code();
        let shown = field.end(&flow.paragraph.text);
        if is_code {
            flow.codes = flow.codes.saturating_sub(1);
            flow.paragraph.text.append("\n", CODE, None);
        }
        if let Some(shown) = shown {
            self.append(&shown, 0);
        }
    }

    /// A field's code that is told in one piece.
    pub(super) fn code(&mut self, code: &str) {
        let flags = self.flags() | CODE;
        self.append_raw(code, flags);
        self.append_raw("\n", flags);
    }

    pub(super) fn begin_paragraph(&mut self) {
        if self.flow().is_open {
            self.flush();
        }
        let flow = self.flow();
        if flow.carried {
            let mark = std::mem::take(&mut flow.paragraph.mark);
            flow.paragraph.text.append("\n", mark, None);
        } else {
            flow.paragraph.clear();
        }
        flow.is_open = true;
        (flow.carried, flow.goes_on) = (false, false);
        flow.run = Run::default();
    }

    pub(super) fn end_paragraph(&mut self) {
        let flow = self.flow();
        if flow.is_open && flow.paragraph.mark != 0 && flow.paragraph.text.is_seen() {
            flow.is_open = false;
            flow.carried = true;
        } else {
            self.flush();
        }
    }

    /// Tells the paragraph that is open or was carried over.
    pub(super) fn flush(&mut self) {
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
            (Place::Header, _) | (_, Story::Header) => Some(Zone::top(align)),
            (Place::Footer, _) | (_, Story::Footer) => Some(Zone::foot(align)),
            (Place::Body | Place::Textbox | Place::Watermark, Story::Main) if top => Some(Zone::top(align)),
            _ => None,
        };
        let in_table = !flow.tables.is_empty();
        let place = if in_table && flow.place == Place::Body { Place::Table } else { flow.place };
        let plain = At {
            zone,
            align,
            size: flow.paragraph.text.size(),
            struck: flow.paragraph.text.is_struck(),
            ..At::new(place)
        };
        let readings = flow.paragraph.text.readings();
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
    pub(super) fn next_break(&mut self) -> Break {
        let flow = self.flow();
        let first = std::mem::take(&mut flow.first);
        if std::mem::take(&mut flow.goes_on) {
            return Break::None;
        }
        match flow.tables.last_mut() {
            Some(table) => {
                let parted = table.next.take().unwrap_or(Break::Line);
                if first { Break::Part } else { parted }
            }
            None if first => Break::Part,
            None => Break::Paragraph,
        }
    }

    pub(super) fn begin_table(&mut self) {
        self.flush();
        let flow = self.flow();
        let table = match flow.tables.last() {
            None => Table { next: Some(Break::Paragraph), ..Table::default() },
            Some(outer) => Table {
                next: Some(Break::Line),
                around: outer.around | outer.flags,
                styled: outer.styled || outer.shaded,
                ..Table::default()
            },
        };
        flow.tables.push(table);
    }

    pub(super) fn end_table(&mut self) {
        self.flush();
        let flow = self.flow();
        flow.tables.pop();
        // What follows in the outer cell, or the next cell, is on another line.
        if let Some(outer) = flow.tables.last_mut() {
            outer.next = Some(Break::Line);
        }
        self.tell_extras();
    }

    pub(super) fn begin_flow(&mut self, place: Place) {
        if self.flows.len() >= MAX_FLOWS {
            self.refused += 1;
            return;
        }
        let inherited = self.flags() & (HIDDEN | DELETED | INSERTED | CODE | STRUCK);
        self.flows.push(Flow::new(place, inherited));
    }

    pub(super) fn end_flow(&mut self) {
        self.flush();
        if self.refused > 0 {
            self.refused -= 1;
            return;
        }
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

    pub(super) fn end_branch(&mut self, tag: Tag) {
        let flow = self.flow();
        let end = flow.paragraph.text.mark_position();
        if let Some(alternative) = flow.alternatives.last_mut() {
            let start = alternative.start;
            match alternative.first {
                None => alternative.first = Some([start, end]),
                Some([first, first_end]) => flow.paragraph.text.settle([first, first_end, start, end]),
            }
        }
        if tag == Tag::Fallback {
            self.fallbacks = self.fallbacks.saturating_sub(1);
        }
    }

    /// Whether another branch of an open alternative has said this already.
    pub(super) fn is_repeated(&mut self, place: Place, text: &str) -> bool {
        if self.alternatives == 0 {
            return false;
        }
        let new = self.told.insert((place, text.to_owned()));
        !new && self.fallbacks > 0
    }

    pub(super) fn tell(&mut self, at: At, text: String) {
        if self.flows.len() == 1 {
            self.sink.push(at, &text);
        } else {
            self.flow().told.push((at, text));
        }
    }

    pub(super) fn tell_extras(&mut self) {
        let extras = std::mem::take(&mut self.flow().extras);
        for (at, text) in extras {
            self.tell(at, text);
        }
    }

    /// Tells a piece beside the running text, behind the paragraph or row it belongs to.
    pub(super) fn note(&mut self, at: At, text: &str) {
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
    pub(super) fn note_once(&mut self, place: Place, text: &str) {
        if self.sink.is_new(place, text) {
            self.note(At::new(place).parted(Break::Part), text);
        }
    }

    pub(super) fn finish(mut self) {
        self.refused = 0;
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
                    self.sink.out.text.set_zone(index, Zone::foot(at.align));
                }
            }
        }
    }
}
