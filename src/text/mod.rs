//! The text of a document and where each piece of it stood.
//!
//! Extractors push pieces in reading order; everything behind them works on one flat UTF-8 string
//! and asks [`Text::location`] where an offset was. This is the only code that knows how an offset
//! becomes page, zone and line.
//!
//! Separators in the flat string: `\t` between the cells of a row, `\n` between lines, paragraphs
//! and parts. How hard such a break is, [`Text::break_between`] tells.

mod place;

use std::num::NonZeroU32;
use std::ops::Range;

use serde::{Deserialize, Serialize};

pub use place::{Align, Break, Cell, Place, Zone};

/// What a box of a form to be ticked reads like.
pub(crate) fn tick(is_on: bool) -> &'static str {
    if is_on { "☑" } else { "☐" }
}

/// What an extractor knows about a piece of text beside its characters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct At {
    /// Part of the document.
    pub place: Place,
    /// What parts the piece from the one before it.
    pub parted: Break,
    /// Page, from 1, where the format has pages.
    pub page: Option<NonZeroU32>,
    /// Zone of the page, where it is known.
    pub zone: Option<Zone>,
    /// Alignment, where it is known.
    pub align: Option<Align>,
    /// Height of the letters in tenths of a point, where it is known.
    pub size: Option<u16>,
    /// Row of the sheet, from 1, where the piece stands in one.
    pub row: Option<NonZeroU32>,
    /// Column of the sheet, from 0, in which the piece begins; each tab in it is a border to the next one.
    pub column: u16,
    /// The piece is struck through.
    pub struck: bool,
    /// Another reading of the pieces since the last one that was not (the paragraph with its
    /// deletions, a field's code instead of its result). What the plain reading shows too is not
    /// found twice.
    pub again: bool,
}

impl At {
    /// A paragraph at `place`, all else unknown.
    pub fn new(place: Place) -> Self {
        Self {
            place,
            parted: Break::Paragraph,
            page: None,
            zone: None,
            align: None,
            size: None,
            row: None,
            column: 0,
            struck: false,
            again: false,
        }
    }

    /// The same, parted by `parted` from what stands before.
    pub fn parted(self, parted: Break) -> Self {
        Self { parted, ..self }
    }
}

/// A piece of text with one description, as pushed.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// Bytes in the flat text, half open; the separator behind it is outside.
    pub range: Range<usize>,
    /// Number of its first line, from 1, counted over the document part of the same page (or,
    /// without pages, over the whole text).
    pub line: NonZeroU32,
    /// What the extractor said about it.
    pub at: At,
}

/// Where an offset stood, for reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// Part of the document.
    pub place: Place,
    /// Page, from 1.
    pub page: Option<NonZeroU32>,
    /// Zone of the page.
    pub zone: Option<Zone>,
    /// Line, from 1, within the page (or the text where there are no pages).
    pub line: NonZeroU32,
    /// Column, from 1, in characters.
    pub column: NonZeroU32,
    /// Cell of the sheet, where the document is one.
    #[serde(default)]
    pub cell: Option<Cell>,
}

/// Bytes of flat text whose line ends and characters are counted together.
const BLOCK_BYTES: usize = 1 << 10;
/// Characters in a text box that may be part of a word in several: ★10年.
const BOX_CHARS: usize = 6;

/// What a stretch of flat text from its beginning holds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Counts {
    line_ends: usize,
    chars: usize,
    /// Segments that begin before its end, or at it.
    segments: usize,
}

impl Counts {
    fn and(self, bytes: &[u8]) -> Self {
        // Every character has one byte that does not continue another.
        let chars = count(bytes, |b| b & 0xc0 != 0x80);
        Self { line_ends: self.line_ends + newlines(bytes), chars: self.chars + chars, ..self }
    }
}

/// Flat UTF-8 text with the description of each of its pieces.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Text {
    flat: String,
    segments: Vec<Segment>,
    next_line: u32,
    /// For each whole block of [`BLOCK_BYTES`] of the flat text: what it and all before it hold.
    blocks: Vec<Counts>,
    /// The encoding was a guess: chance hits are possible, and short marks prove nothing.
    pub guessed: bool,
    /// Made out of another text that is there too, by what may be chance: short marks prove nothing.
    pub derived: bool,
    /// Characters of the first line that stand in front of the text.
    chars_before: usize,
    /// See [`Text::own`].
    own: Option<Range<usize>>,
}

impl Text {
    /// No text yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// No text yet, of a document of which `lines` whole lines and `chars` characters of the next
    /// have been read before.
    pub fn behind(lines: usize, chars: usize) -> Self {
        let next_line = u32::try_from(lines).unwrap_or(u32::MAX);
        Self { next_line, chars_before: chars, ..Self::default() }
    }

    /// Says that what begins outside of these bytes is context: it is told with the piece of the
    /// document before or behind this one.
    pub fn set_own(&mut self, own: Range<usize>) {
        self.own = Some(own);
    }

    /// Bytes of the flat text in which what is to be told of it begins: all, unless the document is
    /// read in pieces that overlap.
    pub fn own(&self) -> Range<usize> {
        let Range { start, end } = self.own.clone().unwrap_or(0..usize::MAX);
        start.min(self.flat.len())..end.min(self.flat.len())
    }

    /// Appends a piece; an empty or blank one is ignored. The piece may hold `\n` (line ends inside a
    /// paragraph; an empty line parts paragraphs) and `\t` (cells).
    pub fn push(&mut self, mut at: At, piece: &str) {
        let piece = piece.trim_end_matches(['\n', '\r']);
        if piece.chars().all(char::is_whitespace) {
            return;
        }
        if at.parted == Break::Part && is_box(&at) && self.goes_on_in_box(&at, piece) {
            at.parted = Break::Cell;
        }
        let same_line = at.parted <= Break::Cell && !self.segments.is_empty();
        if let Some(last) = self.segments.last() {
            match at.parted {
                Break::None if last.at.place == at.place => {}
                Break::Cell => self.flat.push('\t'),
                _ => self.flat.push('\n'),
            }
            if last.at.page != at.page {
                self.next_line = 0;
            }
        }
        if !same_line || self.next_line == 0 {
            self.next_line = self.next_line.saturating_add(1);
        }
        let start = self.flat.len();
        self.flat.push_str(piece);
        let line = NonZeroU32::new(self.next_line).unwrap_or(NonZeroU32::MIN);
        let inside = newlines(piece.as_bytes());
        self.next_line = self.next_line.saturating_add(u32::try_from(inside).unwrap_or(u32::MAX));
        self.segments.push(Segment { range: start..self.flat.len(), line, at });
        let mut counts = self.last_count();
        counts.segments = self.segments.len();
        let counted = self.blocks.len() * BLOCK_BYTES;
        for block in self.flat.as_bytes().get(counted..).unwrap_or_default().chunks_exact(BLOCK_BYTES) {
            counts = counts.and(block);
            self.blocks.push(counts);
        }
    }

    /// Whether two text boxes with a few characters follow each other, one with a single one: a word may be set
    /// in several boxes, which are cells of one row then.
    fn goes_on_in_box(&self, at: &At, piece: &str) -> bool {
        let beside = |last: &&Segment| (last.at.place, last.at.page) == (at.place, at.page);
        let last = self.segments.last().filter(beside).and_then(|last| self.flat.get(last.range.clone()));
        let chars = |text: &str| text.trim().chars().take(BOX_CHARS + 1).count();
        last.is_some_and(|last| {
            let (one, other) = (chars(last), chars(piece));
            one.max(other) <= BOX_CHARS && one.min(other) == 1
        })
    }

    /// The flat text.
    pub fn as_str(&self) -> &str {
        &self.flat
    }

    /// Bytes in the flat text.
    pub fn len(&self) -> usize {
        self.flat.len()
    }

    /// Whether nothing was pushed.
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// The pieces in reading order.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// States where segment `index` stands, for extractors that know it only at the end.
    pub fn set_zone(&mut self, index: usize, zone: Zone) {
        if let Some(segment) = self.segments.get_mut(index) {
            segment.at.zone = Some(zone);
        }
    }

    /// Index of the segment that holds `offset`, or of the last one before it.
    pub fn segment_index(&self, offset: usize) -> usize {
        let block = offset / BLOCK_BYTES;
        let until = |block: usize| self.blocks.get(block).map(|counts| counts.segments);
        let first = block.checked_sub(1).map_or(Some(0), until).unwrap_or_else(|| self.last_count().segments);
        let last = until(block).unwrap_or(self.segments.len());
        let near = self.segments.get(first..last).unwrap_or_default();
        (first + near.partition_point(|s| s.range.start <= offset)).saturating_sub(1)
    }

    /// What all whole blocks hold.
    fn last_count(&self) -> Counts {
        self.blocks.last().copied().unwrap_or_default()
    }

    /// The segment that holds `offset`; `None` only when the text is empty.
    pub fn segment(&self, offset: usize) -> Option<&Segment> {
        self.segments.get(self.segment_index(offset))
    }

    /// The line around `offset`: the bytes between the nearest `\n` on both sides, never past a
    /// border between parts. Takes the same time however long the line is.
    pub fn line_around(&self, offset: usize) -> Range<usize> {
        let flat = self.flat.as_bytes();
        let offset = offset.min(flat.len());
        let block = offset / BLOCK_BYTES;
        let bytes = |from: usize, to: usize| flat.get(from..to.min(flat.len())).unwrap_or_default();
        let last = |from: usize, to: usize| memchr::memrchr(b'\n', bytes(from, to)).map(|at| from + at + 1);
        let first = |from: usize, to: usize| memchr::memchr(b'\n', bytes(from, to)).map(|at| from + at);
        let start = last(block * BLOCK_BYTES, offset).or_else(|| {
            // The block in which the count of line ends reached what it is in front of this one.
            let before = self.blocks.get(block.checked_sub(1)?)?.line_ends;
            let reached = self.blocks.partition_point(|counts| counts.line_ends < before);
            last(reached * BLOCK_BYTES, (reached + 1) * BLOCK_BYTES)
        });
        let end = first(offset, (block + 1) * BLOCK_BYTES).or_else(|| {
            let until = self.blocks.get(block)?.line_ends;
            let exceeded = self.blocks.partition_point(|counts| counts.line_ends <= until);
            first(exceeded * BLOCK_BYTES, (exceeded + 1) * BLOCK_BYTES)
        });
        start.unwrap_or(0)..end.unwrap_or(flat.len())
    }

    /// What stands in front of `offset`.
    fn counts(&self, offset: usize) -> Counts {
        let block = (offset / BLOCK_BYTES).min(self.blocks.len());
        let whole = block.checked_sub(1).and_then(|last| self.blocks.get(last)).copied().unwrap_or_default();
        whole.and(self.flat.as_bytes().get(block * BLOCK_BYTES..offset).unwrap_or_default())
    }

    /// How hard the text between two offsets is parted (`from` <= `to`).
    pub fn break_between(&self, from: usize, to: usize) -> Break {
        let mut hardest = self.parted_between(from, to);
        if hardest == Break::Part {
            return hardest;
        }
        let between = self.flat.as_bytes().get(from..to).unwrap_or_default();
        // Where the line began whose end is looked at.
        let mut began = None;
        for at in memchr::memchr3_iter(b'\n', b'\t', 0x0c, between) {
            match between.get(at) {
                Some(b'\t') => hardest = hardest.max(Break::Cell),
                Some(0x0c) => hardest = hardest.max(Break::Page),
                _ => {
                    let line = began.and_then(|began| between.get(began..at));
                    let is_blank =
                        |line: &[u8]| line.iter().all(|b| matches!(b, b' ' | b'\r' | b'\t' | 0x0c));
                    let blank = line.is_some_and(is_blank);
                    hardest = hardest.max(if blank { Break::Paragraph } else { Break::Line });
                    began = Some(at + 1);
                }
            }
        }
        hardest
    }

    /// The same as far as segments part the text: what is harder than a page's end always does, and no
    /// character between has to be looked at.
    pub(crate) fn parted_between(&self, from: usize, to: usize) -> Break {
        let (first, last) = (self.segment_index(from), self.segment_index(to));
        let mut hardest = Break::None;
        for segment in &self.segments[first.min(self.segments.len())..] {
            if segment.range.start > to {
                break;
            }
            if segment.range.start > from {
                hardest = hardest.max(segment.at.parted);
            }
        }
        if first != last
            && let (Some(a), Some(b)) = (self.segments.get(first), self.segments.get(last))
            && a.at.place != b.at.place
            && hardest > Break::Cell
        {
            return Break::Part;
        }
        hardest
    }

    /// Page, zone, line and column of an offset. `None` only when the text is empty.
    pub fn location(&self, offset: usize) -> Option<Location> {
        let segment = self.segment(offset)?;
        let here = self.counts(offset);
        let lines = here.line_ends.saturating_sub(self.counts(segment.range.start).line_ends);
        let start = self.line_around(offset).start;
        let before = if start == 0 { self.chars_before } else { 0 };
        let column = here.chars.saturating_sub(self.counts(start).chars).saturating_add(before);
        let at = |n: usize| NonZeroU32::MIN.saturating_add(u32::try_from(n).unwrap_or(u32::MAX));
        Some(Location {
            place: segment.at.place,
            page: segment.at.page,
            zone: segment.at.zone,
            line: segment.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX)),
            column: at(column),
            cell: segment.at.row.map(|row| {
                let before = self.flat.get(segment.range.start..offset).unwrap_or_default();
                let tabs = u16::try_from(count(before.as_bytes(), |b| b == b'\t')).unwrap_or(u16::MAX);
                Cell { row, column: segment.at.column.saturating_add(tabs) }
            }),
        })
    }
}

/// Whether a piece that begins anew may stand in a box: drawn text, and all that slides hold.
fn is_box(at: &At) -> bool {
    matches!(at.place, Place::Textbox | Place::Watermark) || at.place == Place::Body && at.page.is_some()
}

fn newlines(bytes: &[u8]) -> usize {
    count(bytes, |b| b == b'\n')
}

/// How many bytes are `wanted`, by sums so narrow that the processor adds many at once.
pub(crate) fn count(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> usize {
    const NARROW: usize = 128;
    let narrow = |chunk: &[u8]| chunk.iter().map(|&b| u8::from(wanted(b))).sum::<u8>();
    bytes.chunks(NARROW).map(|chunk| usize::from(narrow(chunk))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(n: u32) -> At {
        At { page: NonZeroU32::new(n), parted: Break::Line, ..At::new(Place::Body) }
    }

    #[test]
    fn lines_count_within_a_page_and_columns_in_characters() {
        let mut text = Text::new();
        text.push(page(1), "第一行\n第二行");
        text.push(page(1), "第三行");
        text.push(At { parted: Break::Page, ..page(2) }, "机密★20年");
        let at = |needle: &str| {
            let l = text.location(text.as_str().find(needle).unwrap()).unwrap();
            (l.page.unwrap().get(), l.line.get(), l.column.get())
        };
        assert_eq!(at("二"), (1, 2, 2));
        assert_eq!(at("三"), (1, 3, 2));
        assert_eq!(at("★"), (2, 1, 3));
    }

    #[test]
    fn a_word_set_in_several_text_boxes_is_one() {
        let breaks = |boxes: &[&str]| -> Vec<Break> {
            let mut text = Text::new();
            boxes.iter().for_each(|piece| text.push(At::new(Place::Textbox).parted(Break::Part), piece));
            text.segments().iter().skip(1).map(|segment| segment.at.parted).collect()
        };
        assert_eq!(breaks(&["机", "密", "★10年"]), [Break::Cell; 2]);
        // Labels of a drawing.
        assert_eq!(breaks(&["内部", "资料"]), [Break::Part]);
        assert_eq!(breaks(&["甲", "年度检查工作的通知"]), [Break::Part]);
        let mut text = Text::new();
        text.push(page(1), "机");
        text.push(At::new(Place::Textbox).parted(Break::Part), "密");
        assert_eq!(text.segments()[1].at.parted, Break::Part);
        // Frames of a slide, letters drawn one by one, and parts of a document without pages.
        let parted = |at: At| {
            let mut text = Text::new();
            ["机", "密"].iter().for_each(|piece| text.push(at.parted(Break::Part), piece));
            text.segments()[1].at.parted
        };
        assert_eq!(parted(page(1)), Break::Cell);
        assert_eq!(parted(At::new(Place::Watermark)), Break::Cell);
        assert_eq!(parted(At::new(Place::Body)), Break::Part);
    }

    #[test]
    fn cells_of_a_row_share_its_line() {
        let mut text = Text::new();
        let cell = At::new(Place::Table).parted(Break::Cell);
        text.push(At::new(Place::Table), "密级");
        text.push(cell, "机密");
        text.push(At::new(Place::Table), "期限");
        assert_eq!(text.as_str(), "密级\t机密\n期限");
        let lines: Vec<u32> = text.segments().iter().map(|s| s.line.get()).collect();
        assert_eq!(lines, [1, 1, 2]);
    }

    #[test]
    fn breaks_are_as_hard_as_their_hardest_piece() {
        let mut text = Text::new();
        text.push(At::new(Place::Header), "页眉");
        text.push(At::new(Place::Body), "甲\n乙\n\n丙");
        let find = |c: &str| text.as_str().find(c).unwrap();
        assert_eq!(text.break_between(find("页"), find("眉")), Break::None);
        assert_eq!(text.break_between(find("眉"), find("甲")), Break::Part);
        assert_eq!(text.break_between(find("甲"), find("乙")), Break::Line);
        assert_eq!(text.break_between(find("乙"), find("丙")), Break::Paragraph);
    }

    #[test]
    fn lines_are_found_however_long_they_are() {
        // Line ends in front of, on and behind the borders of blocks; blocks without any.
        let mut lines = vec![String::new(); 3];
        for length in [1, 7, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 5 * BLOCK_BYTES + 3, 2, 0, 4] {
            lines.push("x".repeat(length));
        }
        let mut text = Text::new();
        text.push(At::new(Place::Header), "页眉");
        text.push(At::new(Place::Body), &format!("甲{}", lines.join("\n")));
        text.push(At::new(Place::Body), "尾");
        let flat = text.as_str();
        for offset in (0..=flat.len()).filter(|&at| flat.is_char_boundary(at)) {
            let start = flat[..offset].rfind('\n').map_or(0, |at| at + 1);
            let end = flat[offset..].find('\n').map_or(flat.len(), |at| offset + at);
            assert_eq!(text.line_around(offset), start..end, "{offset}");
            let segment = text.segment(offset).unwrap();
            let inside = flat.get(segment.range.start..offset).unwrap_or_default().matches('\n').count();
            let line = segment.line.get() as usize + inside;
            let location = text.location(offset).unwrap();
            assert_eq!(location.line.get() as usize, line, "{offset}");
            assert_eq!(location.column.get() as usize, 1 + flat[start..offset].chars().count(), "{offset}");
        }
    }
}
