//! Spreadsheets whose parts are binary records (.xlsb): the same rows, strings, formats and comments
//! as in the parts that are XML. Of records that are not known, every string is told.

mod record;

use std::num::NonZeroU32;

use super::row::Row;
use super::sheet::MAX_COLUMNS;
use super::{Book, Part};
use crate::extract::ooxml::relations::Relations;
use crate::extract::sink::Sink;
use crate::limits::{Gap, GapKind};
use crate::read::furniture::furniture;
use crate::text::{Align, At, Break, Place};
use record::{Data, Record, Records};

const ROW: u16 = 0;
const FIRST_CELL: u16 = 1;
const LAST_CELL: u16 = 18;
const STRING: u16 = 19;
const NAME: u16 = 39;
const FONT: u16 = 43;
const NUMBER_FORMAT: u16 = 44;
const CELL_FORMAT: u16 = 47;
const COLUMNS: u16 = 60;
const RICH_CELL: u16 = 62;
const VALIDATION: u16 = 64;
const BEGIN_SHEET: u16 = 129;
const BEGIN_BOOK: u16 = 131;
const END_CELLS: u16 = 146;
const BOOK_PROPERTIES: u16 = 153;
const SHEET: u16 = 156;
const BEGIN_STRINGS: u16 = 159;
const BEGIN_STYLES: u16 = 278;
const HEADER_FOOTER: u16 = 479;
const LINK: u16 = 494;
const BEGIN_CELL_FORMATS: u16 = 617;
const END_CELL_FORMATS: u16 = 618;
const BEGIN_COMMENTS: u16 = 628;
const AUTHOR: u16 = 632;
const COMMENT: u16 = 637;

/// Tells what a part is by its first record.
pub(in crate::extract::ooxml) fn part(head: &[u8]) -> Option<Part> {
    let first = Records::new(head).next()?;
    Some(match first.kind {
        BEGIN_BOOK if first.data.0.is_empty() => Part::Workbook,
        BEGIN_SHEET if first.data.0.is_empty() => Part::Sheet,
        BEGIN_STRINGS if first.data.0.len() == 8 => Part::Strings,
        BEGIN_STYLES if first.data.0.is_empty() => Part::Styles,
        BEGIN_COMMENTS if first.data.0.is_empty() => Part::Comments,
        _ => return None,
    })
}

/// Whether a part is nothing but records, to its last byte.
pub(super) fn is_whole(bytes: &[u8]) -> bool {
    let mut records = Records::new(bytes);
    let count = records.by_ref().count();
    count > 0 && !records.broken
}

/// Which sheets there are, in their order, before anything is told: their parts.
pub(super) fn outline(book: &mut Book, name: &str, bytes: &[u8], relations: &Relations) -> Vec<String> {
    let mut sheets = Vec::new();
    for Record { kind, mut data } in Records::new(bytes) {
        match kind {
            BOOK_PROPERTIES => book.formats.from_1904 |= data.byte().is_some_and(|flags| flags & 1 != 0),
            SHEET => {
                let (state, _) = (data.u32(), data.u32());
                let target = relations.target(name, &data.string().unwrap_or_default());
                let target = target.unwrap_or_default().to_owned();
                if state != Some(0) {
                    book.hidden.insert(target.clone());
                }
                sheets.push(target);
            }
            _ => {}
        }
    }
    sheets
}

/// Reads a part into `sink`; `hidden` says that no reader sees it.
pub(super) fn read(part: Part, hidden: bool, bytes: &[u8], book: &mut Book, sink: &mut Sink<'_>) {
    let mut records = Records::new(bytes);
    let mut walker = Walker {
        part,
        book,
        sink,
        hidden,
        hidden_columns: Vec::new(),
        row: Row::default(),
        column: 0,
        sheets: 0,
        cell_formats: false,
        lost: false,
        endless: false,
    };
    for record in records.by_ref() {
        // A record that is shorter than it should be says less.
        let _ = walker.record(record.kind, record.data);
    }
    walker.row.end(walker.sink);
    if records.broken || walker.lost {
        walker.sink.gap(Gap::new(GapKind::Damaged, "binary workbook: records"));
    }
    if walker.endless {
        walker.sink.gap(Gap::new(GapKind::Limit, "binary workbook: strings in a record"));
    }
}

struct Walker<'w, 'b> {
    part: Part,
    book: &'w mut Book,
    sink: &'w mut Sink<'b>,
    hidden: bool,
    hidden_columns: Vec<bool>,
    row: Row,
    /// Column of the next cell that does not say its own.
    column: usize,
    sheets: u32,
    /// Formats that follow are those that cells name.
    cell_formats: bool,
    /// A cell named a shared string that is not there.
    lost: bool,
    endless: bool,
}

impl Walker<'_, '_> {
    fn record(&mut self, kind: u16, mut data: Data<'_>) -> Option<()> {
        match (kind, self.part) {
            (ROW, Part::Sheet) => {
                self.row.end(self.sink);
                let number = data.u32()?.checked_add(1);
                data.skip(7);
                let flags = data.byte().unwrap_or_default();
                self.row.begin(number, self.hidden || flags & 0x10 != 0);
                self.column = 0;
            }
            (END_CELLS, Part::Sheet) => self.row.end(self.sink),
            (FIRST_CELL..=LAST_CELL | RICH_CELL, Part::Sheet) => self.cell(kind, data)?,
            (COLUMNS, Part::Sheet) => {
                let (first, last) = (usize::try_from(data.u32()?).ok()?, usize::try_from(data.u32()?).ok()?);
                let width = data.u32()?;
                data.skip(4);
                let columns = first..last.saturating_add(1).min(MAX_COLUMNS);
                if width == 0 || data.u16()? & 1 != 0 {
                    if self.hidden_columns.len() < columns.end {
                        self.hidden_columns.resize(columns.end, false);
                    }
                    self.hidden_columns.get_mut(columns)?.fill(true);
                }
            }
            (STRING, Part::Strings) => {
                let (text, phonetic) = data.rich_string().unwrap_or_default();
                self.book.strings.push(&text, &phonetic);
            }
            (NUMBER_FORMAT, Part::Styles) => {
                let (id, code) = (data.u16()?, data.string()?);
                if !code.is_ascii() {
                    self.sink.tell_once(Place::Attribute, &code);
                }
                self.book.formats.push_code(id.into(), &code);
            }
            (BEGIN_CELL_FORMATS | END_CELL_FORMATS, Part::Styles) => {
                self.cell_formats = kind == BEGIN_CELL_FORMATS;
            }
            (CELL_FORMAT, Part::Styles) => {
                data.skip(2);
                let code = data.u16()?;
                data.skip(8);
                let align = match data.byte().unwrap_or_default() & 7 {
                    1 => Some(Align::Left),
                    2 | 6 => Some(Align::Centre),
                    3 => Some(Align::Right),
                    _ => None,
                };
                if self.cell_formats {
                    self.book.formats.push_cell(code.into(), align);
                }
            }
            // A font's name says nothing.
            (FONT, Part::Styles) => {}
            (SHEET, Part::Workbook) => {
                self.sheets += 1;
                data.skip(8);
                let _ = data.string()?;
                let page = NonZeroU32::new(self.sheets);
                let at = At { page, ..At::new(Place::SheetName).parted(Break::Part) };
                self.sink.push(at, &data.string()?);
            }
            (NAME, Part::Workbook) => {
                data.skip(9);
                let name = data.string()?;
                if !name.starts_with("_xl") {
                    self.sink.tell_once(Place::Bookmark, &name);
                }
                self.formula(data);
                self.strings(Place::Attribute, data);
            }
            (HEADER_FOOTER, Part::Sheet) => {
                data.skip(2);
                for top in [true, false, true, false, true, false] {
                    for (at, text) in furniture(top, &data.string()?) {
                        self.sink.push(at, &text);
                    }
                }
            }
            (LINK, Part::Sheet) => {
                data.skip(16);
                let _ = data.string()?;
                for _ in 0..3 {
                    let text = data.string()?;
                    self.row.note(Place::Attribute, &text, self.sink);
                }
            }
            (VALIDATION, Part::Sheet) => {
                let ((strings, endless), (literals, more)) = (data.strings(), data.literals());
                self.endless |= endless || more;
                for text in strings.into_iter().chain(literals) {
                    self.row.note(Place::Form, &text.replace('\0', ","), self.sink);
                }
            }
            (AUTHOR, Part::Comments) => self.sink.tell_once(Place::Comment, &data.string()?),
            (COMMENT, Part::Comments) => {
                let (text, _) = data.rich_string()?;
                self.sink.push(At::new(Place::Comment).parted(Break::Part), text.trim());
            }
            (_, Part::Cache) => self.strings(Place::Hidden, data),
            _ => self.strings(Place::Attribute, data),
        }
        Some(())
    }

    fn cell(&mut self, kind: u16, mut data: Data<'_>) -> Option<()> {
        // Short cells stand behind the one before; their kinds follow in the same order.
        let kind = if (12..=LAST_CELL).contains(&kind) {
            kind - 11
        } else {
            self.column = usize::try_from(data.u32()?).ok()?;
            kind
        };
        let column = self.column;
        self.column = column.saturating_add(1);
        let format = self.book.formats.get(usize::try_from(data.u32()? & 0x00ff_ffff).ok()?);
        let hidden = self.hidden_columns.get(column).copied().unwrap_or_default();
        let is_formula = (8..=11).contains(&kind);
        let shown = match kind {
            2 | 5 | 9 => {
                let value = if kind == 2 { data.short_number()? } else { data.f64()? };
                let (shown, seen) = self.book.formats.number(format, &value.to_string());
                self.row.push(column, hidden || !seen, format.align, &shown, self.sink);
                None
            }
            4 | 10 => Some(if data.byte()? == 0 { "FALSE".to_owned() } else { "TRUE".to_owned() }),
            6 | 8 => data.string(),
            RICH_CELL => {
                let (text, phonetic) = data.rich_string()?;
                if !phonetic.is_empty() {
                    self.row.note_reading(&phonetic);
                }
                Some(text)
            }
            7 => match self.book.strings.get(usize::try_from(data.u32()?).ok()?) {
                Some((text, phonetic)) => {
                    let (shown, seen) = self.book.formats.text(format, text);
                    let text = shown.as_deref().unwrap_or(text);
                    self.row.push(column, hidden || !seen, format.align, text, self.sink);
                    if let Some(phonetic) = phonetic {
                        self.row.note_reading(phonetic);
                    }
                    None
                }
                None => {
                    self.lost = true;
                    None
                }
            },
            // An error and a format.
            3 | 11 => data.byte().and(None),
            _ => None,
        };
        if let Some(text) = shown {
            let (shown, seen) = self.book.formats.text(format, &text);
            let text = shown.unwrap_or(text);
            self.row.push(column, hidden || !seen, format.align, &text, self.sink);
        }
        if is_formula {
            self.formula(data);
        }
        Some(())
    }

    fn formula(&mut self, data: Data<'_>) {
        let (literals, endless) = data.literals();
        self.endless |= endless;
        for literal in literals {
            self.row.note(Place::Field, &literal, self.sink);
        }
    }

    fn strings(&mut self, place: Place, data: Data<'_>) {
        let (strings, endless) = data.strings();
        self.endless |= endless;
        // Words, as opposed to names that programs give.
        let words = |text: &&String| place == Place::Hidden || !text.is_ascii() || text.contains(' ');
        for text in strings.iter().filter(words) {
            self.row.note(place, text, self.sink);
        }
    }
}
