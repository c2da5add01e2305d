//! Pieces: a row cut where cells part, with its spaces, zones and alignment.

use std::ops::Range;

use smallvec::SmallVec;

use super::row::{Placed, Row, chars, words};
use super::{Number, Piece, RUN_GAP, RUN_GLYPHS, Sheet, TIGHT, greater, is_ideograph, lesser, turn};
use crate::text::{Align, Zone};

/// Gap, in em, from which on two ideographs are parted by a space: they are often set a little apart.
const WIDE_SPACE_GAP: f32 = 0.5;
/// The same between an ideograph and a letter or digit: typesetters put a quarter em there.
const MIXED_SPACE_GAP: f32 = 0.35;
/// Gap, in em, from which on two stretches of a line are cells.
const CELL_GAP: f32 = 2.0;
/// The same between single characters: headings and marks are set with wide gaps.
const LETTER_CELL_GAP: f32 = 6.0;

/// Cuts a row into pieces and writes their text, which is put together in `current`.
pub(super) fn pieces(
    sheet: &Sheet,
    row: &Row,
    margins: (f32, f32),
    current: &mut String,
) -> SmallVec<[Piece; 1]> {
    let chars = |p: &Placed| chars(sheet, p);
    let spaced = letter_spaced(sheet, row);
    let mut pieces = SmallVec::new();
    current.clear();
    let mut first = 0usize;
    // The last glyphs: their number, where they end, and their size.
    let mut last: Option<(usize, f32, f32)> = None;
    for (index, placed) in row.placed.iter().enumerate() {
        let own = chars(placed);
        if placed.blank {
            // A blank counts by its width, like a gap; ideographic ones stay.
            if !current.is_empty() && current.as_bytes().last() != Some(&b' ') && placed.end - placed.u > 0.0
            {
                current.push_str(if own.contains('\u{3000}') { "\u{3000}" } else { " " });
            }
            if let Some((_, end, _)) = &mut last
                && placed.end - *end < 3.0 * placed.size
            {
                *end = end.max(placed.end);
            }
            continue;
        }
        if let Some((before, end, size)) = last {
            let em = greater(lesser(size, placed.size), 0.1);
            let gap = (placed.u - end) / em;
            if gap <= TIGHT {
                // Two numbers in narrow cells: a word is not painted in two long runs with a gap between.
                let runs = gap > RUN_GAP
                    && placed.count >= RUN_GLYPHS
                    && row.placed.get(before).is_some_and(|p| p.word >= RUN_GLYPHS);
                if runs && ends_in_digit(current) && own.starts_with(digit) {
                    current.push(' ');
                }
                current.push_str(own);
                last = Some((index, placed.end, placed.size));
                continue;
            }
            let single = || alone(row, before) && alone(row, index);
            let even = spaced.iter().any(|range| range.contains(&before) && range.contains(&index));
            let cells = gap > CELL_GAP && (gap > LETTER_CELL_GAP || !single());
            if even && gap < LETTER_CELL_GAP {
            } else if cells {
                finish(sheet, row, margins, current, first..index, &mut pieces);
                first = index;
            } else if gap > space_gap(current, own) && !ends_in_space(current) {
                current.push(' ');
            }
        }
        current.push_str(own);
        last = Some((index, placed.end, placed.size));
    }
    finish(sheet, row, margins, current, first..row.placed.len(), &mut pieces);
    pieces
}

fn ends_in_space(text: &str) -> bool {
    !text.as_bytes().last().is_some_and(u8::is_ascii_graphic) && text.ends_with([' ', '\u{3000}'])
}

fn digit(c: char) -> bool {
    c.is_ascii_digit()
}

fn ends_in_digit(text: &str) -> bool {
    text.ends_with(|c: char| c.is_ascii_digit() || matches!(c, 'X' | 'x'))
}

/// The gap, in em, from which on there is a space between what stands before it and behind.
fn space_gap(before: &str, behind: &str) -> f32 {
    let (last, first) = (before.as_bytes().last(), behind.as_bytes().first());
    if last.is_some_and(u8::is_ascii_graphic) && first.is_some_and(u8::is_ascii) {
        return TIGHT;
    }
    match (before.trim_end().ends_with(is_ideograph), behind.starts_with(is_ideograph)) {
        (true, true) => WIDE_SPACE_GAP,
        (false, false) => TIGHT,
        _ => MIXED_SPACE_GAP,
    }
}

/// Whether a glyph stands alone: gaps on both sides (or the line's ends).
fn alone(row: &Row, index: usize) -> bool {
    const GAP: f32 = 0.3;
    let Some(own) = row.placed.get(index).filter(|own| own.count == 1) else { return false };
    let before = index.checked_sub(1).and_then(|i| row.placed.get(i));
    let behind = row.placed.get(index + 1);
    let apart = |gap: f32| gap > GAP * own.size;
    before.is_none_or(|p| p.blank || apart(own.u - p.end))
        && behind.is_none_or(|p| p.blank || apart(p.u - own.end))
}

/// Stretches of at least three glyphs that are set apart evenly: one word, no spaces in it.
fn letter_spaced(sheet: &Sheet, row: &Row) -> Vec<Range<usize>> {
    const GLYPHS: usize = 3;
    const UNEVEN: f32 = 1.6;
    let mut ranges = Vec::new();
    if row.placed.len() < GLYPHS {
        return ranges;
    }
    let mut start = 0usize;
    let (mut low, mut high) = (f32::INFINITY, 0f32);
    for i in 1..=row.placed.len() {
        // A letter between two words is a word.
        let words = |a: &Placed, b: &Placed| {
            let ascii = |at: u32| sheet.text.as_bytes().get(at as usize).is_some_and(u8::is_ascii);
            a.count + b.count > 2 && ascii(a.text.1.saturating_sub(1)) && ascii(b.text.0)
        };
        let gap = match (row.placed.get(i - 1), row.placed.get(i)) {
            (Some(a), Some(b)) if !a.blank && !b.blank => {
                let (gap, em) = (b.u - a.end, lesser(a.size, b.size));
                let fits = gap > TIGHT * em && greater(high, gap) <= UNEVEN * greater(lesser(low, gap), 0.01);
                (fits && !words(a, b)).then_some(gap)
            }
            _ => None,
        };
        match gap {
            // Glyphs set tight end one word and begin another.
            Some(gap) if i - 1 > start && row.placed.get(i - 1).is_some_and(|p| p.count > 1) => {
                if i - start >= GLYPHS {
                    ranges.push(start..i);
                }
                (start, low, high) = (i - 1, gap, gap);
            }
            Some(gap) => (low, high) = (lesser(low, gap), greater(high, gap)),
            None => {
                if i - start >= GLYPHS {
                    ranges.push(start..i);
                }
                start = i;
                (low, high) = (f32::INFINITY, 0.0);
            }
        }
        // Of several words the first ends what is before it, and the last begins something.
        if row.placed.get(i).is_some_and(Placed::is_stretch) {
            if i + 1 - start >= GLYPHS {
                ranges.push(start..i + 1);
            }
            (start, low, high) = (i, f32::INFINITY, 0.0);
        }
    }
    ranges
}

fn finish(
    sheet: &Sheet,
    row: &Row,
    margins: (f32, f32),
    text: &mut String,
    members: Range<usize>,
    pieces: &mut SmallVec<[Piece; 1]>,
) {
    text.truncate(text.trim_end_matches([' ', '\u{3000}']).len());
    if text.chars().all(char::is_whitespace) {
        text.clear();
        return;
    }
    let members = row.placed.get(members).unwrap_or_default();
    let area = area(sheet, row, members);
    let (zone, align) = zone(sheet, area, margins);
    pieces.push(Piece { text: text.clone(), area, zone, align, numbers: Vec::new() });
    text.clear();
}

/// The numbers among some glyphs that stand apart from what is beside them.
pub(super) fn numbers(sheet: &Sheet, row: &Row, area: [f32; 4]) -> Vec<Number> {
    let mut numbers: Vec<Number> = Vec::new();
    let mut open = false;
    let placed = row.placed.iter().flat_map(|placed| words(sheet, placed));
    for placed in placed.filter(|placed| placed.u < area[2] && placed.end > area[0]) {
        let chars = chars(sheet, &placed).trim_end();
        match numbers.last_mut().filter(|last| open && placed.u - last.right <= TIGHT * placed.size) {
            _ if placed.blank => open = false,
            Some(last) => {
                last.text.push_str(chars);
                last.right = placed.end;
            }
            None => {
                numbers.push(Number { text: chars.to_owned(), left: placed.u, right: placed.end });
                open = true;
            }
        }
    }
    let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric());
    numbers.retain(|number| number.text.bytes().any(|b| b.is_ascii_digit()) && plain(&number.text));
    numbers
}

/// The box of some glyphs on the page: four fifths of the em above the baseline, one below.
fn area(sheet: &Sheet, row: &Row, members: &[Placed]) -> [f32; 4] {
    let (sin, cos) = turn(row.angle);
    let mut area = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
    for placed in members.iter().filter(|placed| !placed.blank) {
        let Some(glyph) = sheet.glyphs.get(placed.glyph) else { continue };
        if row.angle == 0 {
            let (left, right) = placed.across;
            let (top, bottom) = (glyph.y - 0.8 * glyph.size, glyph.y + 0.2 * glyph.size);
            area = [
                lesser(area[0], left),
                lesser(area[1], top),
                greater(area[2], right),
                greater(area[3], bottom),
            ];
            continue;
        }
        for (x, y) in [(glyph.x, glyph.y), (glyph.x + glyph.dx, glyph.y + glyph.dy)] {
            for across in [-0.8, 0.2] {
                let (x, y) = (x - sin * across * glyph.size, y + cos * across * glyph.size);
                area = [area[0].min(x), area[1].min(y), area[2].max(x), area[3].max(y)];
            }
        }
    }
    area
}

/// Zone and alignment of a box; the margins are where the page's lines begin and end.
fn zone(sheet: &Sheet, area: [f32; 4], (left, right): (f32, f32)) -> (Zone, Option<Align>) {
    let (width, height) = (sheet.width.max(1.0), sheet.height.max(1.0));
    let [x0, y0, x1, y1] = area;
    let (x, y) = (f32::midpoint(x0, x1), f32::midpoint(y0, y1));
    if x < 0.0 || y < 0.0 || x > width || y > height {
        return (Zone::Margin, None);
    }
    let em = (y1 - y0).max(1.0);
    let align = if x0 <= left + 0.6 * em && x1 < width * 0.97 {
        Some(Align::Left)
    } else if (x - width / 2.0).abs() < 0.03 * width && x0 > left + em && x1 < right - em {
        Some(Align::Centre)
    } else if x0 > width / 2.0 && x1 > right - 2.5 * em {
        Some(Align::Right)
    } else {
        None
    };
    let third = match align {
        Some(align) => align,
        // A line that begins in the left third and goes on is read from the left.
        None if x0 < width / 3.0 && x < 0.55 * width => Align::Left,
        None if x > width * 2.0 / 3.0 => Align::Right,
        None if x < width / 3.0 => Align::Left,
        None => Align::Centre,
    };
    let row = Zone::row(f64::from(y) / f64::from(height));
    let zone = row.map_or(Zone::Body, |row| Zone::across(Some(third), row));
    (zone, align)
}
