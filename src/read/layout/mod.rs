//! From glyphs on a page to lines of text with their zones.
//!
//! PDF and OFD place glyphs; words and lines exist only in the eye of the reader. Here glyphs of one
//! baseline become a line whatever order they were painted in, gaps become spaces or cell borders,
//! and each piece learns its zone and alignment. Coordinates are points on the page as it is shown:
//! x to the right, y down, (0, 0) the upper left corner of the visible page.

mod order;
mod piece;
mod reading;
mod row;

use std::ops::Range;

use smallvec::SmallVec;

use crate::text::{Align, Zone};
use order::order;
use piece::{numbers, pieces};
use reading::{above_numbers, beside, mixed, stack, wrapped};
use row::{Row, drop_double_strikes, rows};

/// How a glyph looks; lines never mix looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Look {
    /// Seen by the reader.
    Plain,
    /// Light grey or translucent.
    Pale,
    /// Not seen: invisible, white on white, off the page.
    Hidden,
}

/// A painted glyph, or several of one line that are set tight.
#[derive(Debug, Clone)]
pub(crate) struct Glyph {
    /// Bytes of [`Sheet::text`] that it stands for; may be empty.
    pub(crate) text: Range<u32>,
    /// Its origin on the baseline.
    pub(crate) x: f32,
    /// Its origin on the baseline.
    pub(crate) y: f32,
    /// The way to the end of the (last) glyph, along the writing direction.
    pub(crate) dx: f32,
    /// The way to the end of the (last) glyph, along the writing direction.
    pub(crate) dy: f32,
    /// Height of the letters (the em) in points.
    pub(crate) size: f32,
    /// How it looks.
    pub(crate) look: Look,
    /// Where in [`Sheet::parts`] the glyphs set tight are; empty when it is one glyph. Those lie side
    /// by side from left to right (`dx` > 0, `dy` = 0).
    pub(crate) parts: Range<u32>,
}

/// One of several glyphs that are set tight.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    /// Where it begins and ends, from the first glyph's beginning, in any unit.
    pub(crate) start: f32,
    pub(crate) end: f32,
    /// Where its characters end in [`Sheet::text`].
    pub(crate) text_end: u32,
}

/// All glyphs of a page in painting order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sheet {
    /// Width of the visible page in points.
    pub(crate) width: f32,
    /// Height of the visible page in points.
    pub(crate) height: f32,
    /// The characters of all glyphs.
    pub(crate) text: String,
    /// The glyphs.
    pub(crate) glyphs: Vec<Glyph>,
    /// The single glyphs of those that are set tight.
    pub(crate) parts: Vec<Part>,
}

/// Gap, in em, from which on two long runs of digits are two numbers in narrow cells: a word is not
/// painted in two long runs with a gap between.
pub(crate) const RUN_GAP: f32 = 0.1;
/// Glyphs of a long run.
pub(crate) const RUN_GLYPHS: usize = 4;
/// Gap, in em, up to which glyphs are set tight: no space between them.
pub(crate) const TIGHT: f32 = 0.18;
/// Gaps, in em, between the words of a line: where glyphs lie so far apart, a painter may put a space
/// between their texts, which belongs to neither and saves parting them.
pub(crate) const SPACE: Range<f32> = 0.2..1.0;
/// Overlap, in em, up to which they are.
pub(crate) const OVERLAP: f32 = 0.3;
/// Distance, in em, below which the same character again is bold by printing twice.
pub(crate) const DOUBLE: f32 = 0.15;

impl Sheet {
    /// An empty sheet with room for the glyphs of most pages.
    pub(crate) fn with_room() -> Self {
        const GLYPHS: usize = 1 << 10;
        const PARTS: usize = 4 << 10;
        Self {
            text: String::with_capacity(PARTS),
            glyphs: Vec::with_capacity(GLYPHS),
            parts: Vec::with_capacity(PARTS),
            ..Self::default()
        }
    }

    /// The sheet without its glyphs, of another size.
    pub(crate) fn blank(mut self, width: f32, height: f32) -> Self {
        (self.width, self.height) = (width, height);
        self.text.clear();
        self.glyphs.clear();
        self.parts.clear();
        self
    }

    /// The glyphs of `glyph` one by one.
    pub(crate) fn single(&self, glyph: &Glyph) -> impl Iterator<Item = Glyph> + use<'_> {
        let parts = self.parts.get(glyph.parts.start as usize..glyph.parts.end as usize).unwrap_or_default();
        let whole = parts.is_empty().then(|| glyph.clone());
        let scale = parts.last().map_or(1.0, |last| glyph.dx / last.end);
        let mut text = glyph.text.start;
        let glyph = glyph.clone();
        let single = parts.iter().map(move |part| {
            let (x, dx) = (glyph.x + part.start * scale, (part.end - part.start) * scale);
            let start = std::mem::replace(&mut text, part.text_end);
            Glyph { text: start..part.text_end, x, dx, parts: 0..0, ..glyph.clone() }
        });
        whole.into_iter().chain(single)
    }

    /// Takes the glyphs from number `first` on one by one.
    pub(crate) fn split(&mut self, first: usize) {
        let tail: Vec<Glyph> = self.glyphs.drain(first.min(self.glyphs.len())..).collect();
        for glyph in tail {
            if glyph.parts.is_empty() {
                self.glyphs.push(glyph);
            } else {
                let single: Vec<Glyph> = self.single(&glyph).collect();
                self.glyphs.extend(single);
            }
        }
    }
}

/// How a line follows the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Follow {
    /// In the same paragraph, as far as the geometry tells.
    Line,
    /// In a new one.
    Paragraph,
}

/// A stretch of a line without a wide gap.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Piece {
    /// Its text, never blank.
    pub(crate) text: String,
    /// Box on the page: left, top, right, bottom.
    pub(crate) area: [f32; 4],
    /// Zone of the page.
    pub(crate) zone: Zone,
    /// Alignment, where the geometry makes it clear.
    pub(crate) align: Option<Align>,
    /// Numbers beside other words, which may be cells set close to each other.
    numbers: Vec<Number>,
}

/// Letters and digits without a space.
#[derive(Debug, Clone, PartialEq)]
struct Number {
    text: String,
    left: f32,
    right: f32,
}

/// A line as the reader sees it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    /// Its pieces, left to right; never empty.
    pub(crate) pieces: SmallVec<[Piece; 1]>,
    /// How it follows the line before.
    pub(crate) follow: Follow,
    /// Direction of writing in degrees, clockwise from left-to-right, 0 to 359.
    pub(crate) angle: u16,
    /// Height of the letters in points.
    pub(crate) size: f32,
    /// How it looks.
    pub(crate) look: Look,
    /// Another reading of what stands in the lines before it.
    pub(crate) again: bool,
}

/// The lines of a page in reading order.
pub(crate) fn lines(sheet: &Sheet) -> Vec<Line> {
    let mut rows = rows(sheet);
    for row in &mut rows {
        row.sort(sheet);
        drop_double_strikes(sheet, row);
        let seen = row.placed.iter().filter(|p| !p.blank);
        (row.u0, row.u1) = seen.fold((f32::INFINITY, f32::NEG_INFINITY), |(u0, u1), placed| {
            (lesser(u0, placed.u), greater(u1, placed.end))
        });
    }
    rows.retain(|row| row.u1 >= row.u0 && row.placed.iter().any(|p| !p.blank));
    let beside = beside(sheet, &rows);
    stack(sheet, &mut rows);
    let mut readings = mixed(&rows);
    for row in beside {
        let first = row.placed.first().map(|placed| placed.glyph);
        let holds = |other: &Row| other.placed.iter().any(|placed| Some(placed.glyph) == first);
        readings.extend(rows.iter().position(holds).map(|index| (index, row)));
    }
    let order = order(&rows);
    let level = || rows.iter().filter(|row| row.angle == 0 && row.look != Look::Hidden);
    let left = level().map(|row| row.u0).fold(0.18 * sheet.width, f32::min).max(0.0);
    let right = level().map(|row| row.u1).fold(0.82 * sheet.width, f32::max).min(sheet.width);
    let margins = (left, right);
    let mut lines: Vec<Line> = Vec::with_capacity(order.len());
    let (mut origins, mut text) = (Vec::with_capacity(order.len()), String::new());
    for (index, follow) in order {
        let Some(row) = rows.get(index) else { continue };
        let pieces = pieces(sheet, row, margins, &mut text);
        if !pieces.is_empty() {
            let (angle, size, look) = (row.angle, row.size, row.look);
            lines.push(Line { pieces, follow, angle, size, look, again: false });
            origins.push(index);
        }
        for (_, row) in readings.extract_if(.., |(beside, _)| *beside == index) {
            let pieces = self::pieces(sheet, &row, margins, &mut text);
            let (angle, size, look) = (row.angle, row.size, row.look);
            lines.push(Line { pieces, follow: Follow::Line, angle, size, look, again: true });
            origins.push(usize::MAX);
        }
    }
    for (line, piece) in above_numbers(&lines) {
        let row = origins.get(line).and_then(|&index| rows.get(index));
        let piece = lines.get_mut(line).and_then(|line| line.pieces.get_mut(piece));
        if let (Some(row), Some(piece)) = (row, piece) {
            piece.numbers = numbers(sheet, row, piece.area);
        }
    }
    wrapped(&mut lines);
    lines
}

/// The lesser of two numbers, of which none is NaN; `f32::min` takes several times as long for that
/// case.
#[inline]
fn lesser(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

/// The greater of two numbers.
#[inline]
fn greater(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

#[inline]
fn text<'a>(sheet: &'a Sheet, glyph: &Glyph) -> &'a str {
    sheet.text.get(glyph.text.start as usize..glyph.text.end as usize).unwrap_or_default()
}

/// Direction in whole degrees, the quarter turns exact.
#[inline]
fn angle(glyph: &Glyph) -> u16 {
    if glyph.dy == 0.0 && glyph.dx >= 0.0 {
        return 0;
    }
    let degrees = glyph.dy.atan2(glyph.dx).to_degrees().rem_euclid(360.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 360")]
    let whole = degrees.round() as u16 % 360;
    let quarter = (whole + 45) / 90 * 90;
    if whole.abs_diff(quarter) <= 1 { quarter % 360 } else { whole }
}

fn turn(angle: u16) -> (f32, f32) {
    match angle {
        0 => (0.0, 1.0),
        90 => (1.0, 0.0),
        180 => (0.0, -1.0),
        270 => (-1.0, 0.0),
        other => f32::from(other).to_radians().sin_cos(),
    }
}

fn is_ideograph(c: char) -> bool {
    !c.is_ascii()
        && matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}'
        | '\u{20000}'..='\u{3ffff}' | '★' | '☆' | '“' | '”' | '‘' | '’' | '…' | '—' | '·' | '①'..='⓿' | '■'..='◿')
}

#[cfg(test)]
mod tests;
