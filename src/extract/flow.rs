//! Flows of paragraphs and tables: what is told of a paragraph, where, and in which order.
//!
//! What hangs on a paragraph (a note, a comment, a text box) is a flow of its own. It waits until
//! the paragraph or the table row it hangs on has been told, so that neighbours stay neighbours.

use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroU32;
use std::ops::Range;

use super::readings::{Flags, HIDDEN, Paragraph};
use super::sink::Sink;
use crate::text::{Align, At, Break, Place, Zone};

/// Paragraphs with text at the start of the body that count as the top of the first page.
const TOP_PARAGRAPHS: usize = 8;
/// Paragraphs with text at the end of the body that count as its foot.
const FOOT_PARAGRAPHS: usize = 3;
/// Bytes of a paragraph that are collected before they are told; a longer one is told in pieces.
const PARAGRAPH_BYTES: usize = 1 << 20;
/// Flows within flows that are told apart; deeper ones belong to the one around.
const MAX_FLOWS: usize = 64;

/// A run of paragraphs: a part's body, a note, a text box.
#[derive(Default)]
pub(super) struct Flow {
    place: Option<Place>,
    paragraph: Paragraph,
    pub(super) is_open: bool,
    pub(super) align: Option<Align>,
    pub(super) size: Option<u16>,
    /// The paragraph as a whole is not shown.
    pub(super) hide: bool,
    /// The open paragraph has been told in part.
    goes_on: bool,
    tables: Vec<Table>,
    /// Identifier of the tracked deletion whose text this is.
    deletion: Option<String>,
    told: bool,
}

/// A table that is open.
#[derive(Default)]
struct Table {
    /// What parts the next piece from the one before.
    next: Option<Break>,
    /// The open cell has text.
    has_text: bool,
}

/// The flows of a part that are open, outermost first, and what waits.
pub(super) struct Flows<'s, 'b> {
    pub(super) sink: &'s mut Sink<'b>,
    flows: Vec<Flow>,
    waiting: Vec<(At, String)>,
    /// Where running text of this part stands.
    pub(super) place: Place,
    /// The page or slide.
    pub(super) page: Option<NonZeroU32>,
    /// Where on its slide the frame stands whose text this is.
    pub(super) frame: Option<Zone>,
    /// Text of tracked deletions by identifier, until the place they were taken from comes up.
    pub(super) deletions: BTreeMap<String, String>,
    /// Paragraphs of the body told so far, and where the last ones stand.
    paragraphs: usize,
    last: VecDeque<(usize, Range<usize>)>,
}

impl<'s, 'b> Flows<'s, 'b> {
    /// No paragraph yet.
    pub(super) fn new(sink: &'s mut Sink<'b>) -> Self {
        Self {
            sink,
            flows: Vec::new(),
            waiting: Vec::new(),
            place: Place::Body,
            page: None,
            frame: None,
            deletions: BTreeMap::new(),
            paragraphs: 0,
            last: VecDeque::new(),
        }
    }

    /// Whether no flow is open but the part's own.
    pub(super) fn is_root(&self) -> bool {
        self.flows.len() <= 1
    }

    /// Where the innermost flow stands, unless it is the part's own.
    pub(super) fn inner_place(&self) -> Option<Place> {
        self.flows.last().and_then(|flow| flow.place)
    }

    pub(super) fn flow(&mut self) -> &mut Flow {
        if self.flows.is_empty() {
            self.flows.push(Flow::default());
        }
        let last = self.flows.len() - 1;
        &mut self.flows[last]
    }

    /// The paragraph that is open in the innermost flow.
    pub(super) fn paragraph(&mut self) -> &Paragraph {
        &self.flow().paragraph
    }

    /// Begins what hangs on the paragraph that is open; whether it is a flow of its own.
    pub(super) fn begin_flow(&mut self, place: Place, deletion: Option<String>) -> bool {
        let room = self.flows.len() < MAX_FLOWS;
        if room {
            self.flow();
            self.flows.push(Flow { place: Some(place), deletion, ..Flow::default() });
        }
        room
    }

    pub(super) fn end_flow(&mut self) {
        self.end_paragraph();
        if self.flows.len() > 1 {
            self.flows.pop();
        }
        self.release();
    }

    pub(super) fn append(&mut self, text: &str, flags: Flags) {
        let mut rest = text;
        // A text may be as long as its part.
        while rest.len() > PARAGRAPH_BYTES {
            let (piece, behind) = rest.split_at(rest.floor_char_boundary(PARAGRAPH_BYTES));
            self.append_piece(piece, flags);
            rest = behind;
        }
        self.append_piece(rest, flags);
    }

    fn append_piece(&mut self, text: &str, flags: Flags) {
        let flow = self.flow();
        flow.paragraph.append(text, flags, None);
        flow.is_open = true;
        if flow.paragraph.len() >= PARAGRAPH_BYTES {
            let (align, size, hide) = (flow.align, flow.size, flow.hide);
            self.end_paragraph();
            let flow = self.flow();
            (flow.align, flow.size, flow.hide) = (align, size, hide);
            (flow.is_open, flow.goes_on) = (true, true);
        }
    }

    pub(super) fn begin_paragraph(&mut self, align: Option<Align>, size: Option<u16>) {
        self.end_paragraph();
        let flow = self.flow();
        (flow.align, flow.size, flow.is_open) = (align, size, true);
    }

    /// Tells the paragraph that is open, in all its readings.
    pub(super) fn end_paragraph(&mut self) {
        let root = self.flows.len() <= 1;
        let (base, page, top) = (self.place, self.page, self.paragraphs < TOP_PARAGRAPHS);
        let frame = self.frame;
        let flow = self.flow();
        if !flow.is_open {
            return;
        }
        let mut paragraph = std::mem::take(&mut flow.paragraph);
        flow.is_open = false;
        if std::mem::take(&mut flow.hide) {
            paragraph.flag_all(HIDDEN);
        }
        let goes_on = std::mem::take(&mut flow.goes_on);
        let in_table = !flow.tables.is_empty();
        let place = match flow.place.unwrap_or(base) {
            Place::Body if in_table => Place::Table,
            place => place,
        };
        let body = root && base == Place::Body && page.is_none();
        let align = flow.align.take();
        let zone = match place {
            Place::Header => Some(Zone::top(align)),
            Place::Footer => Some(Zone::foot(align)),
            Place::Body | Place::Table if body && top => Some(Zone::top(align)),
            Place::Body | Place::Textbox => frame,
            _ => None,
        };
        let plain =
            At { zone, align, page, size: flow.size, struck: paragraph.is_struck(), ..At::new(place) };
        let readings = paragraph.readings();
        if readings.is_empty() {
            return self.release();
        }
        let before = self.sink.out.text.segments().len();
        for reading in readings {
            let at = At { place: reading.place.unwrap_or(place), again: reading.again, ..plain };
            let parted = match reading.again {
                true => Break::Paragraph,
                false if goes_on => Break::None,
                false => self.next_break(),
            };
            self.tell(at.parted(parted), reading.text);
        }
        let after = self.sink.out.text.segments().len();
        if body && after > before {
            self.last.push_back((self.paragraphs, before..after));
            self.paragraphs += 1;
            if self.last.len() > FOOT_PARAGRAPHS {
                self.last.pop_front();
            }
        }
        self.release();
    }

    /// What parts the next paragraph of this flow from the one before.
    fn next_break(&mut self) -> Break {
        let flow = self.flow();
        let first = !std::mem::replace(&mut flow.told, true);
        match flow.tables.last_mut() {
            Some(table) => {
                table.has_text = true;
                let parted = table.next.take().unwrap_or(Break::Line);
                if first { Break::Part } else { parted }
            }
            None if first => Break::Part,
            None => Break::Paragraph,
        }
    }

    fn tell(&mut self, at: At, text: String) {
        let root = self.flows.len() <= 1;
        let flow = self.flow();
        let in_table = !flow.tables.is_empty();
        if let Some(id) = flow.deletion.clone() {
            let deleted = self.deletions.entry(id).or_default();
            if !deleted.is_empty() {
                deleted.push('\n');
            }
            deleted.push_str(&text);
        } else if root && !(in_table && at.again) {
            self.sink.push(at, &text);
        } else {
            self.waiting.push((at, text));
        }
    }

    /// Tells a piece beside the running text, behind the paragraph or row it belongs to.
    pub(super) fn note(&mut self, place: Place, text: &str) {
        if !text.trim().is_empty() {
            let at = At { page: self.page, ..At::new(place).parted(Break::Part) };
            self.waiting.push((at, text.to_owned()));
            self.release();
        }
    }

    /// The same, once in the whole document.
    pub(super) fn note_once(&mut self, place: Place, text: &str) {
        if self.sink.is_new(place, text) {
            self.note(place, text);
        }
    }

    /// Tells what waits, unless the paragraph or row that it hangs on is still open.
    fn release(&mut self) {
        let busy = self.flows.len() > 1
            || self.flows.first().is_some_and(|root| root.is_open || !root.tables.is_empty());
        if !busy {
            self.release_now();
        }
    }

    /// Begins a cell, which follows the one before in the row.
    pub(super) fn begin_cell(&mut self) {
        self.end_paragraph();
        if let Some(table) = self.flow().tables.last_mut() {
            table.next.get_or_insert(Break::Cell);
            table.has_text = false;
        }
    }

    /// Whether the open cell has text; true outside of tables.
    pub(super) fn cell_has_text(&mut self) -> bool {
        self.flow().tables.last().is_none_or(|table| table.has_text)
    }

    /// Whether a table is open in the innermost flow.
    pub(super) fn in_table(&mut self) -> bool {
        !self.flow().tables.is_empty()
    }

    /// Ends a row; tells what waits behind one of the outermost table.
    pub(super) fn end_row(&mut self) {
        self.end_paragraph();
        if let Some(table) = self.flow().tables.last_mut() {
            table.next = Some(Break::Line);
        }
        let outermost = self.flows.len() <= 1 && self.flow().tables.len() == 1;
        if outermost {
            self.release_now();
        }
    }

    fn release_now(&mut self) {
        for (at, text) in std::mem::take(&mut self.waiting) {
            self.sink.push(at, &text);
        }
    }

    pub(super) fn begin_table(&mut self) {
        self.end_paragraph();
        let flow = self.flow();
        let next = if flow.tables.is_empty() { Break::Paragraph } else { Break::Line };
        flow.tables.push(Table { next: Some(next), ..Table::default() });
    }

    pub(super) fn end_table(&mut self) {
        self.end_paragraph();
        let flow = self.flow();
        flow.tables.pop();
        // What follows in the outer cell is on another line.
        if let Some(outer) = flow.tables.last_mut() {
            outer.next = Some(Break::Line);
        }
        self.release();
    }

    /// Ends the reading of a part.
    pub(super) fn finish(mut self) {
        while self.flows.len() > 1 {
            self.end_flow();
        }
        self.flow().tables.clear();
        self.end_paragraph();
        self.release();
        for text in std::mem::take(&mut self.deletions).into_values() {
            self.note(Place::Deleted, &text);
        }
        for (number, segments) in std::mem::take(&mut self.last) {
            for index in segments.filter(|_| number >= TOP_PARAGRAPHS) {
                if let Some(at) = self.sink.out.text.segments().get(index).map(|segment| segment.at) {
                    self.sink.out.text.set_zone(index, Zone::foot(at.align));
                }
            }
        }
    }
}
