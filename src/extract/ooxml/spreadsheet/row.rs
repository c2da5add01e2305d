//! A row of a sheet on its way into the text: one line, its cells parted by tabs.
//!
//! Cells that stand alone in their row are a line of text and keep their line ends. Where a row has
//! several, empty cells between them are kept, so that a value stands under its heading.

use std::num::NonZeroU32;

use crate::extract::sink::Sink;
use crate::text::{Align, At, Break, Place, Zone};

/// Bytes of a row that are collected before they are told.
const ROW_BYTES: usize = 1 << 20;
/// Empty cells in a row that are kept; wider gaps are told as this many.
const MAX_EMPTY: usize = 16;
/// Rows with text at the start of a sheet that count as its top.
const TOP_ROWS: usize = 8;

/// The open row of a sheet.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// Number, from 1.
    number: u32,
    /// The whole row is hidden, or the sheet.
    hidden: bool,
    cells: Vec<Cell>,
    text: String,
    /// What stands beside the cells, told behind the row.
    extras: Vec<(At, String)>,
    /// Part of the row has been told.
    goes_on: bool,
    /// Rows with text told so far.
    told: usize,
    /// Number of the last of them.
    last: u32,
}

#[derive(Debug)]
struct Cell {
    column: usize,
    hidden: bool,
    align: Option<Align>,
    end: usize,
}

impl Row {
    /// Begins row `number`, or the next one.
    pub(super) fn begin(&mut self, number: Option<u32>, hidden: bool) {
        self.number = number.unwrap_or(self.number.saturating_add(1));
        self.hidden = hidden;
    }

    /// Adds what a cell shows; `hidden` for one that is not seen for itself.
    pub(super) fn push(
        &mut self,
        column: usize,
        hidden: bool,
        align: Option<Align>,
        text: &str,
        sink: &mut Sink<'_>,
    ) {
        let text = text.trim();
        if text.is_empty() || sink.is_full() {
            return;
        }
        self.text.push_str(text);
        self.cells.push(Cell { column, hidden: hidden || self.hidden, align, end: self.text.len() });
        if self.text.len() >= ROW_BYTES {
            self.tell(sink);
            self.goes_on = true;
        }
    }

    /// Adds what stands beside the cells.
    pub(super) fn note(&mut self, place: Place, text: &str, sink: &mut Sink<'_>) {
        if sink.is_new(place, text) {
            self.extras.push((At::new(place).parted(Break::Part), text.to_owned()));
        }
    }

    /// Adds the phonetic reading of a cell.
    pub(super) fn note_reading(&mut self, text: &str) {
        let place = if self.hidden { Place::Hidden } else { Place::Table };
        self.extras.push((At { again: true, ..At::new(place) }, text.to_owned()));
    }

    /// Tells the row and what stands beside it.
    pub(super) fn end(&mut self, sink: &mut Sink<'_>) {
        self.tell(sink);
        self.goes_on = false;
        for (at, text) in std::mem::take(&mut self.extras) {
            sink.push(at, &text);
        }
    }

    fn tell(&mut self, sink: &mut Sink<'_>) {
        let Some(first) = self.cells.first() else { return };
        let alone = self.cells.len() == 1 && !self.goes_on;
        let mut parted = match self.told {
            _ if self.goes_on => Break::Cell,
            0 => Break::Part,
            _ if self.number.saturating_sub(self.last) > 1 => Break::Paragraph,
            _ => Break::Line,
        };
        let align = first.align.filter(|_| alone);
        let zone = (self.told < TOP_ROWS).then_some(Zone::top(align));
        let at = At { zone, align, ..At::new(Place::Table) };
        let place = |hidden| if hidden { Place::Hidden } else { Place::Table };
        let mut piece = String::new();
        let mut begins = first.column;
        let (mut start, mut before, mut hidden) = (0, None, first.hidden);
        let at = |hidden, begins, parted| At {
            row: NonZeroU32::new(self.number),
            column: u16::try_from(begins).unwrap_or(u16::MAX),
            parted,
            ..At { place: place(hidden), ..at }
        };
        for cell in &self.cells {
            let mut tabs = match before {
                _ if alone => 0,
                None if self.goes_on => 0,
                None => cell.column.min(MAX_EMPTY),
                Some(before) => cell.column.saturating_sub(before).clamp(1, MAX_EMPTY + 1),
            };
            let wide = before.is_some_and(|before| cell.column.saturating_sub(before) != tabs);
            if cell.hidden != hidden || wide {
                sink.push(at(hidden, begins, parted), &piece);
                piece.clear();
                (parted, hidden) = (Break::Cell, cell.hidden);
                tabs = tabs.saturating_sub(1);
            }
            if piece.is_empty() {
                begins = cell.column.saturating_sub(tabs);
            }
            piece.extend(std::iter::repeat_n('\t', tabs));
            let text = self.text.get(start..cell.end).unwrap_or_default();
            let borders = if alone { &['\t'][..] } else { &['\n', '\r', '\t'] };
            if text.contains(borders) {
                piece.push_str(&text.replace(borders, " "));
            } else {
                piece.push_str(text);
            }
            (start, before) = (cell.end, Some(cell.column));
        }
        sink.push(at(hidden, begins, parted), &piece);
        self.cells.clear();
        self.text.clear();
        self.told += 1;
        self.last = self.number;
    }
}
