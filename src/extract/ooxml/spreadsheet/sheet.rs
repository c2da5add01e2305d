//! A worksheet: rows of cells, and what a sheet says beside them: headers and footers, validation,
//! links, scenarios, filters.

use super::Book;
use super::formula::literals;
use super::row::Row;
use super::strings::unescape;
use crate::extract::ooxml::properties::{aside, foreign_values};
use crate::extract::sink::Sink;
use crate::limits::{Gap, GapKind};
use crate::read::furniture::furniture;
use crate::read::xml::{Element, Event, Xml};
use crate::text::Place;

/// Columns that a sheet can have.
pub(super) const MAX_COLUMNS: usize = 16_384;

/// Reads a sheet of any kind; `hidden` says that no reader sees it.
pub(super) fn read(hidden: bool, xml: &mut Xml<'_>, book: &mut Book, sink: &mut Sink<'_>) {
    let mut walker = Walker {
        book,
        sink,
        hidden,
        hidden_columns: Vec::new(),
        zero_height: false,
        open: Vec::new(),
        row: Row::default(),
        cell: Cell::default(),
        column: 0,
        buffer: String::new(),
        lost: false,
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
    book: &'w mut Book,
    sink: &'w mut Sink<'b>,
    hidden: bool,
    hidden_columns: Vec<bool>,
    /// Rows that say nothing of their height are hidden.
    zero_height: bool,
    open: Vec<Tag>,
    row: Row,
    cell: Cell,
    /// Column of the next cell that does not say its own, from 0.
    column: usize,
    /// Text of the innermost element that has text of its own.
    buffer: String,
    /// A cell named a shared string that is not there.
    lost: bool,
}

#[derive(Default)]
struct Cell {
    column: usize,
    kind: CellKind,
    format: usize,
    value: String,
    inline: String,
    phonetic: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
enum CellKind {
    #[default]
    Number,
    Shared,
    Boolean,
    Text,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Tag {
    Row,
    Cell,
    Value,
    Inline,
    Text,
    Phonetic,
    /// A formula, within a cell or without.
    Formula,
    /// A formula of a validation, which may list what can be chosen.
    Choices,
    Header,
    Footer,
    Validation,
    /// Holds references as its text.
    Reference,
    Other,
}

impl Tag {
    fn of(local: &str) -> Self {
        match local {
            "row" => Self::Row,
            "c" => Self::Cell,
            "v" => Self::Value,
            "is" => Self::Inline,
            "t" => Self::Text,
            "rPh" => Self::Phonetic,
            "f" | "formula" => Self::Formula,
            "formula1" | "formula2" => Self::Choices,
            "dataValidation" => Self::Validation,
            "sqref" | "id" => Self::Reference,
            "oddHeader" | "evenHeader" | "firstHeader" => Self::Header,
            "oddFooter" | "evenFooter" | "firstFooter" => Self::Footer,
            _ => Self::Other,
        }
    }
}

impl Walker<'_, '_> {
    fn start(&mut self, element: &Element<'_>) {
        let tag = Tag::of(element.local());
        match tag {
            Tag::Cell => self.begin_cell(element),
            Tag::Row => {
                self.row.end(self.sink);
                let (mut number, mut hidden, mut height) = (None, self.hidden, None);
                for (name, value) in element.attributes() {
                    match name {
                        "r" => number = value.parse().ok(),
                        "hidden" => hidden |= is_true(&value),
                        "ht" => height = value.parse::<f64>().ok(),
                        _ => {}
                    }
                }
                hidden |= height == Some(0.0) || height.is_none() && self.zero_height;
                self.row.begin(number, hidden);
                self.column = 0;
            }
            Tag::Value | Tag::Text | Tag::Formula | Tag::Choices | Tag::Header | Tag::Footer => {
                self.buffer.clear();
            }
            Tag::Inline | Tag::Phonetic | Tag::Reference => {}
            Tag::Validation => {
                for name in ["promptTitle", "prompt", "errorTitle", "error"] {
                    let text = element.attribute(name).unwrap_or_default();
                    self.sink.tell_once(Place::Form, &unescape(&text));
                }
            }
            Tag::Other => self.other(element),
        }
        self.open.push(tag);
    }

    fn end(&mut self) {
        let Some(tag) = self.open.pop() else { return };
        let parent = self.open.last().copied().unwrap_or(Tag::Other);
        match tag {
            Tag::Row => self.row.end(self.sink),
            Tag::Cell => self.end_cell(),
            Tag::Value if parent == Tag::Cell => std::mem::swap(&mut self.cell.value, &mut self.buffer),
            Tag::Text if self.open.contains(&Tag::Phonetic) => {
                self.cell.phonetic.push_str(&unescape(&self.buffer));
            }
            Tag::Text if self.open.contains(&Tag::Inline) => {
                self.cell.inline.push_str(&unescape(&self.buffer));
            }
            Tag::Formula if parent == Tag::Choices => {
                // The newer form of a validation has its formula one element further in.
                self.choices();
                return;
            }
            Tag::Formula => {
                let place = if self.hidden { Place::Hidden } else { Place::Field };
                for literal in literals(&self.buffer) {
                    self.row.note(place, &literal, self.sink);
                }
            }
            Tag::Choices => self.choices(),
            Tag::Header | Tag::Footer => {
                for (at, text) in furniture(tag == Tag::Header, &unescape(&self.buffer)) {
                    self.sink.push(at, &text);
                }
            }
            Tag::Value | Tag::Text if !self.buffer.trim().is_empty() => {
                let text = std::mem::take(&mut self.buffer);
                self.row.note(Place::Hidden, &text, self.sink);
            }
            _ => {}
        }
        self.buffer.clear();
    }

    fn text(&mut self, text: &str) {
        match self.open.last() {
            Some(Tag::Value | Tag::Text | Tag::Formula | Tag::Choices | Tag::Header | Tag::Footer) => {
                self.buffer.push_str(text);
            }
            Some(Tag::Reference) => {}
            _ => self.row.note(Place::Hidden, text.trim(), self.sink),
        }
    }

    fn begin_cell(&mut self, element: &Element<'_>) {
        self.cell.value.clear();
        self.cell.inline.clear();
        self.cell.phonetic.clear();
        (self.cell.column, self.cell.kind, self.cell.format) = (self.column, CellKind::Number, 0);
        for (name, value) in element.attributes() {
            match name {
                "r" => self.cell.column = column_of(&value).unwrap_or(self.column),
                "s" => self.cell.format = value.parse().unwrap_or(0),
                "t" => {
                    self.cell.kind = match &*value {
                        "n" => CellKind::Number,
                        "s" => CellKind::Shared,
                        "b" => CellKind::Boolean,
                        _ => CellKind::Text,
                    }
                }
                _ => {}
            }
        }
        self.column = self.cell.column.saturating_add(1);
    }

    fn end_cell(&mut self) {
        let Self { book, sink, row, cell, .. } = self;
        let format = book.formats.get(cell.format);
        let hidden = self.hidden_columns.get(cell.column).copied().unwrap_or_default();
        let raw = cell.value.trim();
        if !raw.is_empty() {
            match cell.kind {
                CellKind::Number => {
                    let (shown, seen) = book.formats.number(format, raw);
                    row.push(cell.column, hidden || !seen, format.align, &shown, sink);
                }
                CellKind::Shared => {
                    let string = raw.parse().ok().and_then(|index: usize| book.strings.get(index));
                    if let Some((text, phonetic)) = string {
                        let (shown, seen) = book.formats.text(format, text);
                        let text = shown.as_deref().unwrap_or(text);
                        row.push(cell.column, hidden || !seen || format.invisible, format.align, text, sink);
                        if let Some(phonetic) = phonetic {
                            row.note_reading(phonetic);
                        }
                    } else {
                        row.push(cell.column, hidden, format.align, raw, sink);
                        self.lost = true;
                    }
                }
                CellKind::Boolean => {
                    let shown = match raw {
                        "1" => "TRUE",
                        "0" => "FALSE",
                        other => other,
                    };
                    row.push(cell.column, hidden, format.align, shown, sink);
                }
                CellKind::Text => {
                    let text = unescape(&cell.value);
                    let (shown, seen) = book.formats.text(format, &text);
                    let text = shown.as_deref().unwrap_or(&text);
                    row.push(cell.column, hidden || !seen || format.invisible, format.align, text, sink);
                }
            }
        }
        if !cell.inline.is_empty() {
            let (shown, seen) = book.formats.text(format, &cell.inline);
            let text = shown.as_deref().unwrap_or(&cell.inline);
            row.push(cell.column, hidden || !seen || format.invisible, format.align, text, sink);
        }
        if !cell.phonetic.is_empty() {
            row.note_reading(&cell.phonetic);
        }
    }

    /// The formula of a validation: a list in quotation marks is what can be chosen.
    fn choices(&mut self) {
        for literal in literals(&self.buffer) {
            self.sink.tell_once(Place::Form, &literal);
        }
        self.buffer.clear();
    }

    fn other(&mut self, element: &Element<'_>) {
        let of = |name| element.attribute(name).unwrap_or_default();
        match element.local() {
            "sheetFormatPr" => self.zero_height = is_true(&of("zeroHeight")),
            "col" => {
                let (mut first, mut last, mut hidden) = (1_usize, 0_usize, false);
                for (name, value) in element.attributes() {
                    match name {
                        "min" => first = value.parse().unwrap_or(1),
                        "max" => last = value.parse().unwrap_or(0),
                        "hidden" => hidden |= is_true(&value),
                        "width" => hidden |= value.parse() == Ok(0.0),
                        _ => {}
                    }
                }
                let columns = first.saturating_sub(1)..last.min(MAX_COLUMNS);
                if hidden && self.hidden_columns.len() < columns.end {
                    self.hidden_columns.resize(columns.end, false);
                }
                if hidden && let Some(columns) = self.hidden_columns.get_mut(columns) {
                    columns.fill(true);
                }
            }
            "hyperlink" => {
                for name in ["tooltip", "display", "location"] {
                    let text = of(name);
                    // Where a link leads within the workbook is a reference, in letters of the format.
                    if name != "location" || !text.is_ascii() {
                        self.sink.tell_once(Place::Attribute, &text);
                    }
                }
            }
            "scenario" | "inputCells" | "protectedRange" => {
                for name in ["name", "user", "comment", "val"] {
                    let text = of(name);
                    if text.chars().any(char::is_alphabetic) {
                        self.sink.tell_once(Place::Hidden, &text);
                    }
                }
            }
            "cfRule" => self.sink.tell_once(Place::Attribute, &of("text")),
            "filter" | "customFilter" => self.sink.tell_once(Place::Attribute, &of("val")),
            _ => {
                for value in foreign_values(element) {
                    self.row.note(Place::Attribute, &value, self.sink);
                }
            }
        }
    }

    fn finish(mut self) {
        self.row.end(self.sink);
        if self.lost {
            self.sink.gap(Gap::new(GapKind::Damaged, "cells name shared strings that are not there"));
        }
    }
}

/// Whether an attribute that switches something switches it on.
pub(super) fn is_true(value: &str) -> bool {
    matches!(value, "1" | "true" | "on")
}

/// The column of a cell's address, from 0.
fn column_of(address: &str) -> Option<usize> {
    let letters = address.bytes().take(4).take_while(u8::is_ascii_alphabetic);
    let number =
        letters.fold(0, |number, letter| number * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1);
    number.checked_sub(1).filter(|&column| column < MAX_COLUMNS)
}
