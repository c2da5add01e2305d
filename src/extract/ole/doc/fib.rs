//! The head of a Word document: where its tables are, how long its parts, which pieces of the
//! stream its text is made of.

use crate::extract::ole::ansi;
use crate::read::cfb::{u16_at, u32_at};

/// Bit of an offset that says that its piece has one byte a character.
const NARROW: u32 = 0x4000_0000;

/// Parts of the text, in the order in which they follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Main,
    Footnotes,
    Headers,
    Macros,
    Comments,
    Endnotes,
    Textboxes,
    HeaderTextboxes,
}

const PARTS: [Part; 8] = [
    Part::Main,
    Part::Footnotes,
    Part::Headers,
    Part::Macros,
    Part::Comments,
    Part::Endnotes,
    Part::Textboxes,
    Part::HeaderTextboxes,
];

/// Numbers of the tables that are read.
pub(super) mod table {
    pub(in super::super) const STYLES: usize = 1;
    pub(in super::super) const BUILDING_BLOCKS: usize = 9;
    pub(in super::super) const HEADERS: usize = 11;
    pub(in super::super) const CHARACTERS: usize = 12;
    pub(in super::super) const PARAGRAPHS: usize = 13;
    pub(in super::super) const FONTS: usize = 15;
    pub(in super::super) const BOOKMARKS: usize = 21;
    pub(in super::super) const ASSOCIATED: usize = 32;
    pub(in super::super) const PIECES: usize = 33;
    pub(in super::super) const COMMENTED_BY: usize = 36;
    pub(in super::super) const DRAWINGS: usize = 50;
    pub(in super::super) const CHANGED_BY: usize = 51;
    pub(in super::super) const CAPTIONS: usize = 52;
    pub(in super::super) const VARIABLES: usize = 60;
    pub(in super::super) const SAVED_BY: usize = 71;
    pub(in super::super) const FILES: usize = 72;
    pub(in super::super) const LISTS: usize = 73;
    pub(in super::super) const LISTS_IN_USE: usize = 74;
}

/// The head of the stream `WordDocument`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fib<'a> {
    word: &'a [u8],
    /// Word 97 or later: tables in a stream of their own, characters of two bytes.
    pub(super) is_modern: bool,
    /// The flags at offset 10.
    flags: u16,
}

impl<'a> Fib<'a> {
    /// `None` where this is no head of a kind that is known.
    pub(super) fn read(word: &'a [u8]) -> Option<Self> {
        // Word 6 and 95 have a code of their own; Word 2 wrote no compound files.
        if !matches!(u16_at(word, 0)?, 0xa5ec | 0xa5dc | 0xa697 | 0xa699) {
            return None;
        }
        Some(Self { word, is_modern: u16_at(word, 2)? > 0x69, flags: u16_at(word, 10)? })
    }

    /// Whether the text is encrypted.
    pub(super) fn is_encrypted(&self) -> bool {
        self.flags & 0x0100 != 0
    }

    /// Whether characters have one byte unless a piece says otherwise: what Word 6 and 95 wrote,
    /// except for the Far East.
    pub(super) fn is_narrow(&self) -> bool {
        !self.is_modern && self.flags & 0x1000 == 0
    }

    /// Whether the document was saved by appending what changed.
    pub(super) fn is_fast_saved(&self) -> bool {
        self.flags & 0x0004 != 0
    }

    /// Whether the encryption is the weak one that only obscures.
    pub(super) fn is_obscured(&self) -> bool {
        self.flags & 0x8000 != 0
    }

    /// What an obscured document keeps of its password: key and check.
    pub(super) fn password(&self) -> Option<(u16, u16)> {
        Some((u16_at(self.word, 16)?, u16_at(self.word, 14)?))
    }

    /// Bytes of the head that are never encrypted.
    pub(super) fn plain_bytes(&self) -> usize {
        if self.is_modern { 68 } else { 52 }
    }

    /// Name of the stream that holds the tables.
    pub(super) fn table_stream(&self) -> Option<&'static str> {
        match (self.is_modern, self.flags & 0x0200 != 0) {
            (false, _) => None,
            (true, false) => Some("0Table"),
            (true, true) => Some("1Table"),
        }
    }

    /// The code page of characters of one byte: by the language of the program that wrote the
    /// document, else by the first font of another script.
    pub(super) fn page(&self, tables: &[u8]) -> u16 {
        match ansi::page_of_language(u16_at(self.word, 6).unwrap_or_default()) {
            ansi::WESTERN => self.font_pages(tables).find(|&page| page != ansi::WESTERN),
            page => Some(page),
        }
        .unwrap_or(ansi::WESTERN)
    }

    /// The code pages of the fonts (Word 6 and 95).
    fn font_pages<'t>(&self, tables: &'t [u8]) -> impl Iterator<Item = u16> + use<'t> {
        let fonts = if self.is_modern { &[] } else { self.table(tables, table::FONTS) };
        let mut rest = fonts.get(2..).unwrap_or_default();
        std::iter::from_fn(move || {
            let length = usize::from(*rest.first()?) + 1;
            let set = *rest.get(4)?;
            rest = rest.get(length..).unwrap_or_default();
            Some(ansi::page_of_font(set))
        })
    }

    /// The parts with their lengths in characters.
    pub(super) fn parts(&self) -> impl Iterator<Item = (Part, u32)> {
        let first = if self.is_modern { 0x4c } else { 0x34 };
        PARTS.into_iter().enumerate().map(move |(number, part)| {
            let length = u32_at(self.word, first + 4 * number).unwrap_or_default();
            (part, if i32::try_from(length).is_ok() { length } else { 0 })
        })
    }

    /// Where the text began and ended when the document was first saved as a whole.
    pub(super) fn first_text(&self) -> (usize, usize) {
        let at = |offset| {
            let offset = u32_at(self.word, offset).unwrap_or_default();
            usize::try_from(offset).unwrap_or(usize::MAX).min(self.word.len())
        };
        (at(0x18), at(0x1c))
    }

    /// A table out of the stream that holds them; empty where there is none.
    pub(super) fn table<'t>(&self, tables: &'t [u8], number: usize) -> &'t [u8] {
        let Some((start, length)) = self.place(number) else { return &[] };
        let end = start.saturating_add(length).min(tables.len());
        tables.get(start..end).unwrap_or_default()
    }

    /// A table and what follows it up to the start of another, which its length does not count.
    pub(super) fn between<'t>(&self, tables: &'t [u8], number: usize, next: usize) -> &'t [u8] {
        let start = self.place(number).filter(|(_, length)| *length > 0).map(|(start, _)| start);
        let range = start.zip(self.place(next).map(|(start, _)| start.min(tables.len())));
        range.and_then(|(start, end)| tables.get(start..end)).unwrap_or_default()
    }

    /// Where a table stands in its stream, and how long it is.
    fn place(&self, number: usize) -> Option<(usize, usize)> {
        // Word 6 and 95 know only the older half.
        if !self.is_modern && number > table::PIECES {
            return None;
        }
        let first = if self.is_modern { 0x9a } else { 0x58 };
        let at = |offset| u32_at(self.word, offset).and_then(|n| usize::try_from(n).ok());
        Some((at(first + 8 * number)?, at(first + 8 * number + 4)?))
    }
}

/// A stretch of text that lies in one place of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    /// Number of its first character.
    pub(super) first: u32,
    /// Characters.
    pub(super) length: u32,
    /// Offset of its first character in the stream.
    pub(super) offset: u32,
    /// Two bytes a character.
    pub(super) is_wide: bool,
    /// A change to the properties of all its characters.
    pub(super) change: u16,
}

impl Piece {
    /// Bytes of a character.
    pub(super) fn width(self) -> u32 {
        1 + u32::from(self.is_wide)
    }
}

/// The piece table, and the lists of changes that pieces refer to.
#[derive(Debug, Default)]
pub(super) struct Pieces<'a> {
    pub(super) all: Vec<Piece>,
    pub(super) changes: Vec<&'a [u8]>,
    /// The table breaks off, or has pieces that end before they begin.
    pub(super) is_damaged: bool,
}

impl<'a> Pieces<'a> {
    /// Reads table [`table::PIECES`].
    pub(super) fn read(mut bytes: &'a [u8], fib: Fib<'_>) -> Self {
        let mut pieces = Self::default();
        let mut found = bytes.is_empty();
        while let Some((kind, rest)) = bytes.split_first() {
            match kind {
                1 => {
                    let length = usize::from(u16_at(rest, 0).unwrap_or_default());
                    let end = (2 + length).min(rest.len());
                    pieces.is_damaged |= rest.len() < 2 + length;
                    pieces.changes.push(rest.get(2..end).unwrap_or_default());
                    bytes = rest.get(end..).unwrap_or_default();
                }
                2 => {
                    let length = usize::try_from(u32_at(rest, 0).unwrap_or_default()).unwrap_or(usize::MAX);
                    let list = rest.get(4..).unwrap_or_default();
                    pieces.is_damaged |= rest.len() < 4 || list.len() < length;
                    pieces.list(list.get(..length).unwrap_or(list), fib);
                    found = true;
                    break;
                }
                _ => {
                    pieces.is_damaged = true;
                    break;
                }
            }
        }
        pieces.is_damaged |= !found;
        pieces
    }

    fn list(&mut self, list: &[u8], fib: Fib<'_>) {
        let count = list.len().saturating_sub(4) / 12;
        for number in 0..count {
            let one = (|| {
                let (first, next) = (u32_at(list, 4 * number)?, u32_at(list, 4 * number + 4)?);
                let at = 4 * (count + 1) + 8 * number;
                let (raw, change) = (u32_at(list, at + 2)?, u16_at(list, at + 6)?);
                let is_wide = !fib.is_narrow() && (!fib.is_modern || raw & NARROW == 0);
                let offset = if is_wide || !fib.is_modern { raw } else { (raw & !NARROW) / 2 };
                Some(Piece { first, length: next.checked_sub(first)?, offset, is_wide, change })
            })();
            self.is_damaged |= one.is_none();
            self.all.extend(one);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_piece_table_is_read_behind_lists_of_changes() {
        let mut bytes = vec![1, 3, 0, 0x3c, 0x08, 1, 2, 28, 0, 0, 0];
        for number in [0_u32, 4, 10] {
            bytes.extend(number.to_le_bytes());
        }
        for (raw, change) in [(0x800_u32, 0_u16), (NARROW | 0x2000, 1)] {
            bytes.extend([0, 0]);
            bytes.extend(raw.to_le_bytes());
            bytes.extend(change.to_le_bytes());
        }
        let fib = Fib { word: &[], is_modern: true, flags: 0 };
        let pieces = Pieces::read(&bytes, fib);
        assert_eq!(pieces.changes, [[0x3c, 0x08, 1]]);
        let expected = [
            Piece { first: 0, length: 4, offset: 0x800, is_wide: true, change: 0 },
            Piece { first: 4, length: 6, offset: 0x1000, is_wide: false, change: 1 },
        ];
        assert_eq!(pieces.all, expected);
        assert!(!pieces.is_damaged);
        // Cut anywhere, or with a piece that ends before it begins, it is not whole.
        assert!((1..bytes.len()).all(|end| Pieces::read(&bytes[..end], fib).is_damaged));
        let mut backwards = bytes;
        backwards[11 + 4] = 11;
        assert!(Pieces::read(&backwards, fib).is_damaged);
    }
}
