//! Cells: texts of their own or shared ones, numbers as their formats show them, results of formulas.

use super::Book;
use super::number::{self, Format};
use super::record::Reader;
use crate::extract::sink::Sink;
use crate::limits::{Gap, GapKind};
use crate::read::cfb::{u16_at, u32_at};
use crate::read::number::Shown;
use crate::text::{At, Break, Place};

/// Bytes that a string costs beside its characters, counted against the limit of text so that
/// millions of empty ones are not kept.
const STRING_BYTES: usize = 48;

/// What a cell shows.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) is_hidden: bool,
}

impl Book {
    pub(super) fn shared_strings(&mut self, mut reader: Reader<'_, '_>, sink: &mut Sink<'_>) {
        reader.skip(8);
        let mut bytes = 0;
        while let Some(text) = reader.long_string() {
            bytes += text.len() + STRING_BYTES;
            if bytes > sink.budget.text {
                let detail = format!("more than {} bytes of shared strings", sink.budget.limits.text);
                return sink.gap(Gap::new(GapKind::Limit, detail));
            }
            self.shared.push((text, false));
        }
    }

    /// Records that hold one cell or several of a row.
    pub(super) fn cells(&mut self, kind: u16, data: &[u8], mut reader: Reader<'_, '_>, sink: &mut Sink<'_>) {
        if kind == 0x207 {
            if let Some((row, column, format)) = self.waiting.take() {
                let text = reader.long_string().unwrap_or_default();
                self.put(row, column, format, text, sink);
            }
            return;
        }
        let (Some(row), Some(column), Some(format)) = (u16_at(data, 0), u16_at(data, 2), u16_at(data, 4))
        else {
            return;
        };
        reader.skip(6);
        match kind {
            0xfd => {
                let index = reader.u32().and_then(|index| usize::try_from(index).ok());
                match index.and_then(|index| self.shared.get_mut(index)) {
                    Some((text, used)) => {
                        *used = true;
                        let text = text.clone();
                        self.put(row, column, format, text, sink);
                    }
                    None => self.lost += 1,
                }
            }
            0x204 | 0xd6 => {
                let text = reader.long_string().unwrap_or_default();
                self.put(row, column, format, text, sink);
            }
            0x203 => self.number(row, column, format, f64_at(data, 6), sink),
            0x27e => self.number(row, column, format, u32_at(data, 6).map(number::packed), sink),
            0xbd => {
                let cells = data.get(4..data.len().saturating_sub(2)).unwrap_or_default();
                for (cell, column) in cells.chunks_exact(6).zip(column..=u16::MAX) {
                    let format = u16_at(cell, 0).unwrap_or_default();
                    self.number(row, column, format, u32_at(cell, 2).map(number::packed), sink);
                }
            }
            _ => {
                self.waiting = None;
                match (data.get(6), u16_at(data, 12)) {
                    (Some(0), Some(0xffff)) => self.waiting = Some((row, column, format)),
                    (_, Some(0xffff)) => {}
                    _ => self.number(row, column, format, f64_at(data, 6), sink),
                }
                self.constants(data.get(20..).unwrap_or_default(), Place::Field, sink);
            }
        }
    }

    /// A cell of Excel 2: a whole number, a number, a text.
    pub(super) fn oldest_cell(
        &mut self,
        kind: u16,
        data: &[u8],
        mut reader: Reader<'_, '_>,
        sink: &mut Sink<'_>,
    ) {
        /// Where the cell stands and how it looks.
        const HEAD_BYTES: usize = 7;
        let (Some(row), Some(column)) = (u16_at(data, 0), u16_at(data, 2)) else { return };
        reader.skip(HEAD_BYTES);
        match kind {
            0x02 => self.number(row, column, 0, reader.u16().map(f64::from), sink),
            0x03 => self.number(row, column, 0, f64_at(data, HEAD_BYTES), sink),
            _ => {
                let text = reader.short_string().unwrap_or_default();
                self.put(row, column, 0, text, sink);
            }
        }
    }

    fn number(&mut self, row: u16, column: u16, format: u16, number: Option<f64>, sink: &mut Sink<'_>) {
        if let Some(number) = number {
            let plain = number::shown(number, self.format(format), self.from_1904);
            let code = self.worded.get(&self.format_id(format));
            let text = match code.map(|code| code.number(&plain, self.from_1904)) {
                Some(Shown::Formatted(text)) => text,
                _ => plain,
            };
            self.put(row, column, format, text, sink);
        }
    }

    fn format_id(&self, cell_format: u16) -> u16 {
        self.cell_formats.get(usize::from(cell_format)).copied().unwrap_or_default()
    }

    fn format(&self, cell_format: u16) -> Format {
        let id = self.format_id(cell_format);
        self.formats.get(&id).copied().unwrap_or_else(|| Format::built_in(id))
    }

    fn put(&mut self, row: u16, column: u16, format: u16, text: String, sink: &mut Sink<'_>) {
        self.cell_bytes += text.len() + STRING_BYTES;
        if self.cell_bytes > sink.budget.text {
            let detail = format!("more than {} bytes of text", sink.budget.limits.text);
            return sink.gap(Gap::new(GapKind::Limit, detail));
        }
        // A line end within a cell is one within a row, which is a line.
        let text = text.replace(['\n', '\r', '\t'], " ");
        let is_hidden = self.format(format) == Format::Nothing;
        let before = self.cells.insert((row, column), Cell { text, is_hidden });
        // Only the last of several is shown.
        if let Some(before) = before
            .filter(|before| self.cells.get(&(row, column)).is_some_and(|cell| cell.text != before.text))
        {
            self.after.push((Place::Hidden, None, before.text));
        }
    }

    /// Tells the shared strings that no cell shows: what was deleted and is still stored.
    pub(super) fn unused(&self, sink: &mut Sink<'_>) {
        for (text, _) in self.shared.iter().filter(|(_, used)| !used) {
            sink.push(At::new(Place::Hidden).parted(Break::Part), text);
        }
    }
}

fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    Some(f64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}
