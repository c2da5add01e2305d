//! Excel workbooks up to 2003: one list of records, read in one pass.
//!
//! A row of a sheet is one line. What belongs to a sheet but stands on none of its rows (comments,
//! text boxes, captions) follows its rows.

mod cell;
mod decrypt;
mod names;
mod number;
mod record;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::num::NonZeroU32;

use cell::Cell;
use number::Format;
use record::{Reader, Record, Records, Strings};

use super::{ansi, drawing, stray};
use crate::extract::ole::text_stream;
use crate::extract::sink::Sink;
use crate::limits::{Gap, GapKind};
use crate::read::cfb::{CompoundFile, u16_at, u32_at};
use crate::read::furniture::furniture;
use crate::read::number::Code;
use crate::text::{At, Break, Place, Zone};

/// Rows with text at the start of a sheet that count as its top.
const TOP_ROWS: usize = 8;
/// Bytes of the record of a box before Excel 97 that hold no text.
const OLD_BOX_HEAD_BYTES: usize = 34;
/// Storage of the data that pivot tables were made from.
const PIVOT_STORAGE: &str = "_SX_DB_CUR/";

/// Reads the workbook in the root of `file`. Excel 97 could write one for itself and one for the
/// version before it; both are read.
pub(super) fn read(file: &CompoundFile<'_>, sink: &mut Sink<'_>) {
    let mut found = false;
    for name in ["Workbook", "Book"] {
        if let Some(bytes) = text_stream(file, sink, name) {
            found = true;
            read_stream(&bytes, name, sink);
        }
    }
    if !found {
        sink.gap(Gap::new(GapKind::Damaged, "no stream Workbook"));
    }
    for stream in file.streams.iter().filter(|stream| stream.path.starts_with(PIVOT_STORAGE)) {
        let (bytes, gap) = file.read(stream, sink.budget);
        gap.into_iter().for_each(|gap| sink.gap(gap));
        for record in Records::new(&bytes).filter(|record| record.kind == 0xcd) {
            if let Some(text) = record.reader(Strings::Unicode).long_string() {
                sink.tell_once(Place::Hidden, &text);
            }
        }
    }
}

/// Reads the records of a workbook, in a stream or in a file of their own.
pub(super) fn read_stream(bytes: &[u8], name: &str, sink: &mut Sink<'_>) {
    if !matches!(u16_at(bytes, 0), Some(0x809 | 0x409 | 0x209 | 0x9)) {
        return sink.gap(Gap::new(GapKind::Damaged, format!("{name}: no workbook")));
    }
    let pass = Records::new(bytes).take_while(|record| record.kind != 0x0a).find(|r| r.kind == 0x2f);
    let decrypted = match pass {
        None => None,
        Some(pass) => match decrypt::decrypt(bytes, pass.data(), &sink.budget.limits) {
            None => return sink.gap(Gap::new(GapKind::Encrypted, name)),
            plain => plain,
        },
    };
    let mut records = Records::new(decrypted.as_deref().unwrap_or(bytes));
    let mut book = Book::default();
    let mut short = 0;
    for record in &mut records {
        book.record(&record, sink);
        short += usize::from(record.is_short.get());
    }
    book.end_sheet(sink);
    book.unused(sink);
    if short > 0 {
        let detail = format!("{name}: {short} records have strings that are cut short");
        sink.gap(Gap::new(GapKind::Damaged, detail));
    }
    if records.is_cut || book.depth > 0 {
        sink.gap(Gap::new(GapKind::Damaged, format!("{name}: breaks off")));
    }
    if book.lost > 0 {
        sink.gap(Gap::new(GapKind::Damaged, format!("{name}: {} strings were not found", book.lost)));
    }
    let unseen = book.sheets.values().filter(|sheet| !sheet.seen).count();
    if unseen > 0 {
        sink.gap(Gap::new(GapKind::Damaged, format!("{name}: {unseen} sheets were not found")));
    }
}

/// A sheet as the workbook lists it.
#[derive(Debug)]
struct Sheet {
    number: u32,
    name: String,
    is_hidden: bool,
    seen: bool,
}

struct Book {
    strings: Strings,
    /// Sheets by the offset of their first record.
    sheets: HashMap<usize, Sheet>,
    /// Strings that cells share, and whether one shows them.
    shared: Vec<(String, bool)>,
    formats: HashMap<u16, Format>,
    /// Formats of numbers that write words beside them.
    worded: HashMap<u16, Code>,
    /// Number format of each cell format.
    cell_formats: Vec<u16>,
    from_1904: bool,
    /// Open substreams: 1 within the globals or a sheet, more within its charts.
    depth: usize,
    /// Strings that cells name and the table does not have.
    lost: usize,
    page: Option<NonZeroU32>,
    is_hidden: bool,
    cells: BTreeMap<(u16, u16), Cell>,
    cell_bytes: usize,
    hidden_rows: HashSet<u16>,
    hidden_columns: HashSet<u16>,
    /// The cell whose formula's result is the next string.
    waiting: Option<(u16, u16, u16)>,
    /// Whether the last object is a comment.
    is_comment: bool,
    /// What follows the rows of the sheet.
    after: Vec<(Place, Option<Zone>, String)>,
}

impl Default for Book {
    fn default() -> Self {
        Self {
            strings: Strings::Unicode,
            sheets: HashMap::new(),
            shared: Vec::new(),
            formats: HashMap::new(),
            worded: HashMap::new(),
            cell_formats: Vec::new(),
            from_1904: false,
            depth: 0,
            lost: 0,
            page: None,
            is_hidden: false,
            cells: BTreeMap::new(),
            cell_bytes: 0,
            hidden_rows: HashSet::new(),
            hidden_columns: HashSet::new(),
            waiting: None,
            is_comment: false,
            after: Vec::new(),
        }
    }
}

impl Book {
    fn record(&mut self, record: &Record<'_>, sink: &mut Sink<'_>) {
        let data = record.data();
        let mut reader = record.reader(self.strings);
        match record.kind {
            0x809 | 0x409 | 0x209 | 0x9 => self.begin(record, sink),
            0x0a => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    self.end_sheet(sink);
                }
            }
            0x22 => self.from_1904 = u16_at(data, 0) == Some(1),
            0x42 => {
                if let (Strings::Ansi(page), Some(stated)) = (&mut self.strings, u16_at(data, 0)) {
                    *page = stated;
                }
            }
            0x85 => self.sheet(data, reader, sink),
            0xfc => self.shared_strings(reader, sink),
            0x41e => {
                let id = reader.u16().unwrap_or_default();
                let code = match self.strings {
                    Strings::Unicode => reader.long_string(),
                    Strings::Ansi(_) => reader.short_string(),
                };
                let code = code.unwrap_or_default();
                let format = Format::of_code(&code);
                self.formats.insert(id, format);
                if number::has_words(&code) {
                    if format == Format::Number {
                        self.worded.insert(id, Code::parse(&code));
                    }
                    sink.tell_once(Place::Attribute, &code.replace(['"', '\\'], ""));
                }
            }
            0xe0 => self.cell_formats.push(u16_at(data, 2).unwrap_or_default()),
            0x208 if data.get(12).is_some_and(|flags| flags & 0x20 != 0) => {
                self.hidden_rows.extend(u16_at(data, 0));
            }
            0x7d if data.get(8).is_some_and(|flags| flags & 1 != 0) => {
                if let (Some(first), Some(last)) = (u16_at(data, 0), u16_at(data, 2)) {
                    self.hidden_columns.extend(first..=last.min(0xff));
                }
            }
            0xfd | 0x204 | 0xd6 | 0x203 | 0x27e | 0xbd | 0x06 | 0x206 | 0x406 | 0x207 => {
                self.cells(record.kind, data, reader, sink);
            }
            0x02..=0x04 => self.oldest_cell(record.kind, data, reader, sink),
            0x14 | 0x15 => {
                let coded = match self.strings {
                    Strings::Unicode => reader.long_string(),
                    Strings::Ansi(_) => reader.short_string(),
                };
                self.margin(&coded.unwrap_or_default(), record.kind == 0x14);
            }
            0x89c => {
                reader.skip(38);
                for is_top in [true, false, true, false] {
                    let Some(length) = u16_at(data, if is_top { 30 } else { 32 }) else { break };
                    if length > 0 {
                        self.margin(&reader.long_string().unwrap_or_default(), is_top);
                    }
                }
            }
            0x18 => self.name(data, reader, sink),
            0x1c => self.note(data, reader, sink),
            kind if names::KINDS.contains(&kind) => {
                for name in names::read(kind, data, reader, self.strings) {
                    sink.tell_once(Place::Attribute, name.trim());
                }
            }
            0x5d => {
                self.is_comment = u16_at(data, 4) == Some(0x19);
                // Before Excel 97 the text of a box stood in the record of the box.
                if let Strings::Ansi(page) = self.strings {
                    let text = data.get(OLD_BOX_HEAD_BYTES..).unwrap_or_default();
                    stray::both(text, 2, page, &mut |text| sink.tell_once(Place::Textbox, text));
                }
            }
            0x1b6 => {
                let length = usize::from(u16_at(data, 10).unwrap_or_default());
                if length > 0 && reader.next_part() {
                    let place = if self.is_comment { Place::Comment } else { Place::Textbox };
                    self.after.push((place, None, reader.characters(length)));
                }
            }
            0xeb | 0xec => drawing::read(&record.parts.concat(), &[], sink),
            0x100d => {
                reader.skip(2);
                self.after.extend(reader.short_string().map(|text| (Place::Textbox, None, text)));
            }
            0x1b8 => stray::wide(data.get(32..).unwrap_or_default(), 2, &mut |text| {
                sink.tell_once(Place::Attribute, text);
            }),
            0x800 => sink.tell_once(Place::Attribute, &drawing::utf16(data.get(10..).unwrap_or_default())),
            0x1be => self.validation(reader, sink),
            0x1ae => {
                reader.skip(2);
                let length = reader.u16().unwrap_or_default();
                if !matches!(length, 0x0401 | 0x3a01) {
                    let path = reader.characters(usize::from(length));
                    sink.tell_once(Place::Attribute, path.replace(|c: char| c.is_control(), "/").trim());
                }
            }
            0x5a => external_cells(reader, sink),
            0xcd => {
                sink.tell_once(Place::Attribute, &reader.long_string().unwrap_or_default());
            }
            _ => {}
        }
    }

    /// A substream begins: the globals, a sheet, or a chart within a sheet.
    fn begin(&mut self, record: &Record<'_>, sink: &mut Sink<'_>) {
        let data = record.data();
        self.depth += 1;
        if self.depth > 1 {
            return;
        }
        // The first one speaks for the workbook: some programs write sheets of another version into it.
        let is_old = record.kind != 0x809 || u16_at(data, 0).is_some_and(|version| version < 0x600);
        if record.offset == 0 && is_old {
            self.strings = Strings::Ansi(ansi::WESTERN);
        }
        self.page = None;
        self.is_hidden = false;
        if let Some(sheet) = self.sheets.get_mut(&record.offset) {
            sheet.seen = true;
            self.page = NonZeroU32::new(sheet.number);
            self.is_hidden = sheet.is_hidden;
            let at = At { page: self.page, ..At::new(Place::SheetName).parted(Break::Page) };
            sink.push(at, &sheet.name);
        }
    }

    fn sheet(&mut self, data: &[u8], mut reader: Reader<'_, '_>, sink: &mut Sink<'_>) {
        reader.skip(6);
        let name = reader.short_string().unwrap_or_default();
        let number = u32::try_from(self.sheets.len()).unwrap_or(u32::MAX).saturating_add(1);
        let is_hidden = data.get(4).is_some_and(|state| state & 3 != 0);
        match u32_at(data, 0).and_then(|offset| usize::try_from(offset).ok()) {
            Some(offset) if !self.sheets.contains_key(&offset) => {
                self.sheets.insert(offset, Sheet { number, name, is_hidden, seen: false });
            }
            _ => sink.tell(Place::SheetName, &name),
        }
    }

    fn margin(&mut self, coded: &str, is_top: bool) {
        let parts = furniture(is_top, coded).into_iter();
        self.after.extend(parts.map(|(at, text)| (at.place, at.zone, text)));
    }

    /// A defined name, its value where that is a string, and the texts that go with it.
    fn name(&mut self, data: &[u8], mut reader: Reader<'_, '_>, sink: &mut Sink<'_>) {
        let is_built_in = data.first().is_some_and(|flags| flags & 0x20 != 0);
        let length = usize::from(data.get(3).copied().unwrap_or_default());
        let formula = usize::from(u16_at(data, 4).unwrap_or_default());
        reader.skip(14);
        let name = reader.characters(length);
        if !is_built_in {
            sink.tell_once(Place::Bookmark, &name);
        }
        let rest = reader.rest();
        self.constants(rest.get(..formula).unwrap_or(rest), Place::Bookmark, sink);
        reader.skip(formula);
        for &length in data.get(10..14).unwrap_or_default() {
            if length > 0 {
                sink.tell_once(Place::Bookmark, &reader.characters(usize::from(length)));
            }
        }
    }

    /// A comment, which has its text in the record before Excel 97; later, the one who wrote it.
    fn note(&mut self, data: &[u8], mut reader: Reader<'_, '_>, sink: &mut Sink<'_>) {
        if self.strings == Strings::Unicode {
            reader.skip(8);
            sink.tell_once(Place::Attribute, &reader.long_string().unwrap_or_default());
        } else {
            reader.skip(6);
            let text = reader.characters(reader.rest().len());
            match self.after.last_mut() {
                // A long comment goes on in further records.
                Some((Place::Comment, _, last)) if u16_at(data, 0) == Some(0xffff) => last.push_str(&text),
                _ => self.after.push((Place::Comment, None, text)),
            }
        }
    }

    /// What the program says and offers when a cell is filled in.
    fn validation(&mut self, mut reader: Reader<'_, '_>, sink: &mut Sink<'_>) {
        reader.skip(4);
        for _ in 0..4 {
            let text = reader.long_string().unwrap_or_default();
            sink.tell_once(Place::Form, text.trim_matches('\0'));
        }
        self.constants(reader.rest(), Place::Form, sink);
    }

    /// String constants in the tokens of a formula, found by their shape.
    fn constants(&self, tokens: &[u8], place: Place, sink: &mut Sink<'_>) {
        let mut at = 0;
        while let Some(found) = tokens.get(at..).and_then(|rest| rest.iter().position(|&byte| byte == 0x17)) {
            at += found + 1;
            let Some(&length) = tokens.get(at) else { break };
            let length = usize::from(length);
            let text = match (self.strings, tokens.get(at + 1)) {
                (Strings::Unicode, Some(1)) => {
                    tokens.get(at + 2..).and_then(|rest| rest.get(..2 * length)).map(drawing::utf16)
                }
                (Strings::Unicode, Some(0)) => tokens
                    .get(at + 2..)
                    .and_then(|rest| rest.get(..length))
                    .map(|bytes| bytes.iter().map(|&byte| char::from(byte)).collect()),
                (Strings::Unicode, _) => None,
                (Strings::Ansi(page), _) => tokens
                    .get(at + 1..)
                    .and_then(|rest| rest.get(..length))
                    .map(|bytes| ansi::decode(bytes, page)),
            };
            // The entries of a list are parted by zeros.
            let text = text.unwrap_or_default().replace('\0', "\n");
            let words = text.chars().filter(|c| c.is_alphanumeric()).count();
            if words >= 2 && !text.chars().any(|c| c.is_control() && c != '\n') {
                sink.tell_once(place, &text);
            }
        }
    }

    /// Tells the sheet: its rows, then what follows them.
    fn end_sheet(&mut self, sink: &mut Sink<'_>) {
        let mut last: Option<(u16, Place)> = None;
        let mut rows = 0;
        for ((row, column), cell) in std::mem::take(&mut self.cells) {
            let hidden = self.is_hidden
                || cell.is_hidden
                || self.hidden_rows.contains(&row)
                || self.hidden_columns.contains(&column);
            let place = if hidden { Place::Hidden } else { Place::Table };
            let parted = match last {
                Some((before, _)) if before == row => Break::Cell,
                Some(_) => Break::Line,
                None => Break::Part,
            };
            rows += usize::from(last.is_none_or(|(before, _)| before != row));
            let number = NonZeroU32::new(u32::from(row) + 1);
            let zone = (rows <= TOP_ROWS).then(|| Zone::top(None));
            let at = At { page: self.page, row: number, column, zone, ..At::new(place).parted(parted) };
            let before = sink.out.text.segments().len();
            sink.push(at, &cell.text);
            if sink.out.text.segments().len() > before {
                last = Some((row, place));
            }
        }
        for (place, zone, text) in std::mem::take(&mut self.after) {
            let text = text.replace('\r', "\n");
            sink.push(At { page: self.page, zone, ..At::new(place).parted(Break::Part) }, &text);
        }
        self.hidden_rows.clear();
        self.hidden_columns.clear();
        self.cell_bytes = 0;
        self.waiting = None;
        self.depth = 0;
    }
}

/// Cells of other workbooks, as they were when this one was saved.
fn external_cells(mut reader: Reader<'_, '_>, sink: &mut Sink<'_>) {
    let (Some(last), Some(first)) = (reader.u8(), reader.u8()) else { return };
    reader.skip(2);
    for _ in first..=last {
        match reader.u8() {
            Some(2) => sink.tell_once(Place::Hidden, &reader.long_string().unwrap_or_default()),
            Some(_) => reader.skip(8),
            None => return,
        }
    }
}
