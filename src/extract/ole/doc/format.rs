//! Formatting of characters and paragraphs (Word 97 and later): pages of 512 bytes that give
//! ranges of the stream their properties.
//!
//! Only the properties that decide how a piece of text is read are kept.

use std::collections::HashSet;
use std::ops::Range;

use super::fib::{Fib, table};
use crate::extract::readings::{DELETED, Flags, HIDDEN, INSERTED, STRUCK};
use crate::read::cfb::{u16_at, u32_at};
use crate::text::Align;

/// Bytes of a page of formatting.
const PAGE_BYTES: usize = 512;
/// Ranges with properties of their own that are taken in.
const RUNS: usize = 4_000_000;

/// Properties of a run of characters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Character {
    /// How its text is to be read.
    pub(super) flags: Flags,
    /// The code of a symbol that stands instead of the character.
    pub(super) symbol: Option<u16>,
    /// Where the picture or the data behind a special character lie.
    pub(super) data: Option<u32>,
    /// Height of the letters in half points.
    pub(super) size: Option<u16>,
    /// Number of its font.
    pub(super) font: Option<u16>,
}

/// Properties of a paragraph.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Layout {
    /// It lies in a table.
    pub(super) in_table: bool,
    /// It is the end of a table row.
    pub(super) row_end: bool,
    /// Alignment, if the paragraph states one.
    pub(super) align: Option<Align>,
}

/// Ranges of stream offsets with their properties, in ascending order, without overlap.
#[derive(Debug)]
pub(super) struct Ranges<T>(Vec<(Range<u32>, T)>);

impl<T: Copy + Default> Ranges<T> {
    /// Reads the pages that `index` (a list of offsets, then of page numbers) names.
    fn read(word: &[u8], index: &[u8], read: impl Fn(&[u8], usize) -> Option<Vec<(Range<u32>, T)>>) -> Self {
        let mut all = Vec::new();
        let mut known = HashSet::new();
        for range in page_ranges(index) {
            // What is not taken in is read as if it had no properties.
            if !known.insert(range.start) || all.len() > RUNS {
                continue;
            }
            let Some(page) = word.get(range) else { continue };
            let runs = usize::from(page.last().copied().unwrap_or_default());
            all.extend(read(page, runs).unwrap_or_default());
        }
        all.sort_by_key(|(range, _): &(Range<u32>, T)| range.start);
        Self(all)
    }

    /// The properties at an offset and up to where they hold.
    pub(super) fn at(&self, offset: u32) -> (T, u32) {
        let next = self.0.partition_point(|(range, _)| range.start <= offset);
        let limit = self.0.get(next).map_or(u32::MAX, |(range, _)| range.start);
        match next.checked_sub(1).and_then(|index| self.0.get(index)) {
            Some((range, properties)) if range.end > offset => (*properties, range.end.min(limit)),
            _ => (T::default(), limit),
        }
    }
}

/// Where in the stream the pages of formatting lie.
pub(super) fn pages<'t>(fib: Fib<'_>, tables: &'t [u8]) -> impl Iterator<Item = Range<usize>> + use<'t> {
    let lists = if fib.is_modern { [table::CHARACTERS, table::PARAGRAPHS].as_slice() } else { &[] };
    let lists: Vec<&[u8]> = lists.iter().map(|&list| fib.table(tables, list)).collect();
    lists.into_iter().flat_map(page_ranges)
}

fn page_ranges(index: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let count = index.len().saturating_sub(4) / 8;
    (0..count).filter_map(move |number| {
        let page = u32_at(index, 4 * (count + 1) + 4 * number)? & 0x3f_ffff;
        let start = usize::try_from(page).ok()?.checked_mul(PAGE_BYTES)?;
        Some(start..start.checked_add(PAGE_BYTES)?)
    })
}

/// Reads the formatting of characters.
pub(super) fn characters(word: &[u8], index: &[u8]) -> Ranges<Character> {
    Ranges::read(word, index, |page, runs| {
        let mut found = Vec::new();
        for run in 0..runs {
            let range = u32_at(page, 4 * run)?..u32_at(page, 4 * run + 4)?;
            let place = 2 * usize::from(*page.get(4 * (runs + 1) + run)?);
            let mut character = Character::default();
            if place > 0 {
                let length = usize::from(*page.get(place)?);
                character.apply(page.get(place + 1..place + 1 + length).unwrap_or_default());
            }
            if character != Character::default() {
                found.push((range, character));
            }
        }
        Some(found)
    })
}

/// Reads the formatting of paragraphs.
pub(super) fn paragraphs(word: &[u8], index: &[u8]) -> Ranges<Layout> {
    Ranges::read(word, index, |page, runs| {
        let mut found = Vec::new();
        for run in 0..runs {
            let range = u32_at(page, 4 * run)?..u32_at(page, 4 * run + 4)?;
            let place = 2 * usize::from(*page.get(4 * (runs + 1) + 13 * run)?);
            let mut layout = Layout::default();
            if place > 0 {
                let (start, length) = match usize::from(*page.get(place)?) {
                    0 => (place + 2, 2 * usize::from(*page.get(place + 1)?)),
                    words => (place + 1, 2 * words - 1),
                };
                layout.apply(page.get(start + 2..start + length).unwrap_or_default());
            }
            if layout != Layout::default() {
                found.push((range, layout));
            }
        }
        Some(found)
    })
}

impl Character {
    /// Applies a list of changes.
    pub(super) fn apply(&mut self, changes: &[u8]) {
        for (code, operand) in Changes(changes) {
            let is_on = operand.first().is_some_and(|byte| byte & 1 != 0);
            let mut set =
                |flag: Flags| self.flags = if is_on { self.flags | flag } else { self.flags & !flag };
            match code {
                0x0800 => set(DELETED),
                0x0801 => set(INSERTED),
                0x0837 | 0x2a53 => set(STRUCK),
                0x083c => set(HIDDEN),
                0x4a4f | 0x4a51 => self.font = u16_at(operand, 0),
                0x4a43 => self.size = u16_at(operand, 0),
                0x6a03 | 0x680e => self.data = u32_at(operand, 0),
                0x6a09 => self.symbol = u16_at(operand, 2),
                _ => {}
            }
        }
    }

    /// Applies the one change that a piece may carry instead of a list.
    pub(super) fn apply_short(&mut self, code: u8, value: u8) {
        let flag = match code {
            0x41 => DELETED,
            0x42 => INSERTED,
            0x57 => STRUCK,
            0x5c => HIDDEN,
            _ => return,
        };
        self.flags = if value & 1 != 0 { self.flags | flag } else { self.flags & !flag };
    }
}

impl Layout {
    fn apply(&mut self, changes: &[u8]) {
        for (code, operand) in Changes(changes) {
            let value = operand.first().copied().unwrap_or_default();
            match code {
                0x2403 | 0x2461 => {
                    self.align = match value {
                        1 => Some(Align::Centre),
                        2 => Some(Align::Right),
                        _ => Some(Align::Left),
                    };
                }
                0x2416 | 0x244b => self.in_table = value != 0,
                0x2417 | 0x244c => self.row_end = value != 0,
                _ => {}
            }
        }
    }
}

/// A list of changes to properties: code and operand of each.
struct Changes<'a>(&'a [u8]);

impl<'a> Iterator for Changes<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let code = u16_at(self.0, 0)?;
        let rest = self.0.get(2..)?;
        let (skip, length) = match code >> 13 {
            0 | 1 => (0, 1),
            2 | 4 | 5 => (0, 2),
            3 => (0, 4),
            7 => (0, 3),
            // Operands of variable length tell it; two codes do so in ways of their own.
            _ if code == 0xd608 => (2, usize::from(u16_at(rest, 0)?).saturating_sub(1)),
            _ if code == 0xc615 && rest.first() == Some(&255) => {
                let deleted = usize::from(*rest.get(1)?);
                let added = usize::from(*rest.get(2 + 4 * deleted)?);
                (1, 2 + 4 * deleted + 3 * added)
            }
            _ => (1, usize::from(*rest.first()?)),
        };
        let operand = rest.get(skip..)?;
        let operand = operand.get(..length).unwrap_or(operand);
        self.0 = rest.get(skip + length..).unwrap_or_default();
        Some((code, operand))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_of_every_length_are_stepped_over() {
        let mut character = Character::default();
        character.apply(&[
            0x35, 0x08, 1, // bold
            0x43, 0x4a, 44, 0, // size
            0x4f, 0x4a, 5, 0, // font
            0x70, 0x68, 1, 2, 3, 4, // colour
            0x72, 0xca, 3, 9, 9, 9, // variable
            0x3c, 0x08, 1, // hidden
            0x09, 0x6a, 7, 0, 0xab, 0xf0, // symbol
        ]);
        let expected =
            Character { flags: HIDDEN, symbol: Some(0xf0ab), data: None, size: Some(44), font: Some(5) };
        assert_eq!(character, expected);
    }

    #[test]
    fn ranges_hold_until_the_next() {
        let hidden = Character { flags: HIDDEN, ..Character::default() };
        let ranges = Ranges(vec![(10..20, hidden)]);
        assert_eq!(ranges.at(5), (Character::default(), 10));
        assert_eq!(ranges.at(12), (hidden, 20));
        assert_eq!(ranges.at(20), (Character::default(), u32::MAX));
    }
}
