//! From glyphs on a page to lines of text with their zones.
//!
//! PDF and OFD place glyphs; words and lines exist only in the eye of the reader. Here glyphs of one
//! baseline become a line whatever order they were painted in, gaps become spaces or cell borders,
//! and each piece learns its zone and alignment. Coordinates are points on the page as it is shown:
//! x to the right, y down, (0, 0) the upper left corner of the visible page.

use std::collections::HashMap;
use std::ops::Range;

use crate::text::{Align, Zone};

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

/// A painted glyph.
#[derive(Debug, Clone)]
pub(crate) struct Glyph {
    /// Bytes of [`Sheet::text`] that it stands for; may be empty.
    pub(crate) text: Range<u32>,
    /// Its origin on the baseline.
    pub(crate) x: f32,
    /// Its origin on the baseline.
    pub(crate) y: f32,
    /// The way to the end of the glyph, along the writing direction.
    pub(crate) dx: f32,
    /// The way to the end of the glyph, along the writing direction.
    pub(crate) dy: f32,
    /// Height of the letters (the em) in points.
    pub(crate) size: f32,
    /// How it looks.
    pub(crate) look: Look,
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
}

/// A line as the reader sees it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    /// Its pieces, left to right; never empty.
    pub(crate) pieces: Vec<Piece>,
    /// How it follows the line before.
    pub(crate) follow: Follow,
    /// Direction of writing in degrees, clockwise from left-to-right, 0 to 359.
    pub(crate) angle: u16,
    /// Height of the letters in points.
    pub(crate) size: f32,
    /// How it looks.
    pub(crate) look: Look,
}

/// Share of the page's height that is the top zone.
const TOP: f32 = 0.25;
/// Share of the page's height that is the foot zone.
const FOOT: f32 = 0.20;

/// Gap, in em, from which on two words are parted by a space.
const SPACE_GAP: f32 = 0.18;
/// The same between two ideographs, which are often set a little apart.
const WIDE_SPACE_GAP: f32 = 0.5;
/// The same between an ideograph and a letter or digit: typesetters put a quarter em there.
const MIXED_SPACE_GAP: f32 = 0.35;
/// Gap, in em, from which on two stretches of a line are cells.
const CELL_GAP: f32 = 2.0;
/// The same between single characters: headings and marks are set with wide gaps.
const LETTER_CELL_GAP: f32 = 6.0;
/// Distance of baselines, in em, within one line (raised and lowered characters).
const SAME_LINE: f32 = 0.45;
/// Gap, in em, over which a run joins a line that was painted earlier.
const JOIN_GAP: f32 = 1.0;
/// The same for runs of a few characters.
const SHORT_JOIN_GAP: f32 = 3.0;
/// Lines of one height that are looked at to find the one a run belongs to.
const CANDIDATES: usize = 64;

/// A glyph in the coordinates of its direction: `u` along the line, `v` across, downwards.
#[derive(Debug, Clone, Copy)]
struct Placed {
    glyph: usize,
    u: f32,
    end: f32,
    v: f32,
    size: f32,
    blank: bool,
}

#[derive(Debug)]
struct Row {
    placed: Vec<Placed>,
    angle: u16,
    look: Look,
    size: f32,
    v: f32,
    u0: f32,
    u1: f32,
}

impl Row {
    fn extend(&mut self, run: &[Placed]) {
        for placed in run {
            self.u0 = self.u0.min(placed.u);
            self.u1 = self.u1.max(placed.end);
            if placed.size > self.size {
                self.size = placed.size;
            }
        }
        self.placed.extend_from_slice(run);
    }
}

/// The lines of a page in reading order.
pub(crate) fn lines(sheet: &Sheet) -> Vec<Line> {
    let mut rows = rows(sheet);
    for row in &mut rows {
        if row.placed.windows(2).any(|pair| pair[1].u < pair[0].u) {
            row.placed.sort_by(|a, b| a.u.total_cmp(&b.u));
        }
        drop_double_strikes(sheet, row);
        let seen = || row.placed.iter().filter(|p| !p.blank);
        let u0 = seen().map(|p| p.u).fold(f32::INFINITY, f32::min);
        let u1 = seen().map(|p| p.end).fold(f32::NEG_INFINITY, f32::max);
        (row.u0, row.u1) = (u0, u1);
    }
    rows.retain(|row| row.u1 >= row.u0 && row.placed.iter().any(|p| !p.blank));
    let order = order(&rows);
    let level = || rows.iter().filter(|row| row.angle == 0 && row.look != Look::Hidden);
    let left = level().map(|row| row.u0).fold(0.18 * sheet.width, f32::min).max(0.0);
    let right = level().map(|row| row.u1).fold(0.82 * sheet.width, f32::max).min(sheet.width);
    let margins = (left, right);
    let mut lines: Vec<Line> = Vec::with_capacity(order.len());
    for (index, follow) in order {
        let Some(row) = rows.get(index) else { continue };
        let pieces = pieces(sheet, row, margins);
        if !pieces.is_empty() {
            lines.push(Line { pieces, follow, angle: row.angle, size: row.size, look: row.look });
        }
    }
    lines
}

/// Gathers glyphs into rows of one baseline.
fn rows(sheet: &Sheet) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut by_height: HashMap<(u16, Look, i32), Vec<usize>> = HashMap::new();
    let mut run: Vec<Placed> = Vec::new();
    let mut run_key = (0u16, Look::Plain);
    for (index, glyph) in sheet.glyphs.iter().enumerate() {
        if glyph.text.is_empty() {
            continue;
        }
        let finite = [glyph.x, glyph.y, glyph.dx, glyph.dy, glyph.size].iter().all(|n| n.is_finite());
        if !finite {
            continue;
        }
        let angle = angle(glyph);
        let (sin, cos) = turn(angle);
        let u = glyph.x * cos + glyph.y * sin;
        let v = glyph.y * cos - glyph.x * sin;
        let end = u + glyph.dx.hypot(glyph.dy);
        let blank = text(sheet, glyph).trim().is_empty();
        let placed = Placed { glyph: index, u, end, v, size: glyph.size.max(0.1), blank };
        let key = (angle, glyph.look);
        let continues = key == run_key
            && run.last().is_some_and(|last| {
                let em = last.size.max(placed.size);
                (placed.v - last.v).abs() < SAME_LINE * em
                    && (-0.5 * em..JOIN_GAP * em).contains(&(placed.u - last.end))
            });
        if !continues {
            place(&mut rows, &mut by_height, &run, run_key);
            run.clear();
            run_key = key;
        }
        run.push(placed);
    }
    place(&mut rows, &mut by_height, &run, run_key);
    rows
}

/// Joins a run to the row it belongs to, or makes it a new one.
fn place(
    rows: &mut Vec<Row>,
    by_height: &mut HashMap<(u16, Look, i32), Vec<usize>>,
    run: &[Placed],
    (angle, look): (u16, Look),
) {
    const BAND: f32 = 8.0;
    let Some(first) = run.first() else { return };
    let size = run.iter().map(|p| p.size).fold(0.1, f32::max);
    let u0 = run.iter().map(|p| p.u).fold(f32::INFINITY, f32::min);
    let u1 = run.iter().map(|p| p.end).fold(f32::NEG_INFINITY, f32::max);
    let same = |row: &Row| {
        row.angle == angle && row.look == look && (row.v - first.v).abs() < SAME_LINE * row.size.max(size)
    };
    // What is painted right after a row on its height continues it, however wide the gap.
    if let Some(last) = rows.last_mut().filter(|row| same(row)) {
        last.extend(run);
        return;
    }
    #[expect(clippy::cast_possible_truncation, reason = "saturates")]
    let band = (first.v / BAND).clamp(-1e6, 1e6) as i32;
    let short = |count: usize| count <= 4;
    let reach = i32::from(size > BAND) + 1;
    for near in band - reach..=band + reach {
        let Some(candidates) = by_height.get(&(angle, look, near)) else { continue };
        for &index in candidates.iter().rev().take(CANDIDATES) {
            let Some(row) = rows.get_mut(index).filter(|row| same(row)) else { continue };
            let gap = nearest(row, u0, u1);
            let reach = if short(run.len()) || short(row.placed.len()) { SHORT_JOIN_GAP } else { JOIN_GAP };
            if gap <= reach * row.size.max(size) {
                row.extend(run);
                return;
            }
        }
    }
    by_height.entry((angle, look, band)).or_default().push(rows.len());
    rows.push(Row { placed: run.to_vec(), angle, look, size, v: first.v, u0, u1 });
}

/// Distance from a stretch to the nearest glyph of a row.
fn nearest(row: &Row, u0: f32, u1: f32) -> f32 {
    let outside = (row.u0 - u1).max(u0 - row.u1);
    if outside > 0.0 {
        return outside;
    }
    row.placed.iter().map(|p| (p.u - u1).max(u0 - p.end)).fold(f32::INFINITY, f32::min)
}

fn text<'a>(sheet: &'a Sheet, glyph: &Glyph) -> &'a str {
    sheet.text.get(glyph.text.start as usize..glyph.text.end as usize).unwrap_or_default()
}

/// Direction in whole degrees, the quarter turns exact.
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

/// Bold by printing twice: the same character again in nearly the same place is dropped.
fn drop_double_strikes(sheet: &Sheet, row: &mut Row) {
    let character = |p: &Placed| sheet.glyphs.get(p.glyph).map(|glyph| text(sheet, glyph));
    let mut kept: Vec<Placed> = Vec::with_capacity(row.placed.len());
    for placed in &row.placed {
        let double = kept.iter().rev().take(3).any(|other| {
            (placed.u - other.u).abs() < 0.15 * placed.size && character(placed) == character(other)
        });
        if !double {
            kept.push(*placed);
        }
    }
    row.placed = kept;
}

/// Reading order: painting order within a block of lines that follow each other downwards, blocks
/// from top to bottom. Turned rows come last, in the order they were painted.
fn order(rows: &[Row]) -> Vec<(usize, Follow)> {
    let mut blocks: Vec<Vec<usize>> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let above = blocks.last().and_then(|block| block.last()).and_then(|&last| rows.get(last));
        let follows = above.is_some_and(|above| {
            let em = above.size.max(row.size);
            let pitch = row.v - above.v;
            let overlap = row.u1.min(above.u1) - row.u0.max(above.u0);
            above.angle == row.angle
                && above.look == row.look
                && (0.0..3.2 * em).contains(&pitch)
                && overlap > -2.0 * em
        });
        match blocks.last_mut() {
            Some(block) if follows => block.push(index),
            _ => blocks.push(vec![index]),
        }
    }
    let top = |block: &Vec<usize>| {
        let row = block.first().and_then(|&first| rows.get(first));
        row.map_or((false, 0.0, 0.0), |row| (row.angle != 0, row.v - row.size, row.u0))
    };
    blocks.sort_by(|a, b| {
        let ((turned_a, v_a, u_a), (turned_b, v_b, u_b)) = (top(a), top(b));
        let by_height = (v_a / 4.0).round().total_cmp(&(v_b / 4.0).round());
        let by_place = if turned_a { std::cmp::Ordering::Equal } else { by_height.then(u_a.total_cmp(&u_b)) };
        turned_a.cmp(&turned_b).then(by_place)
    });
    let mut order = Vec::with_capacity(rows.len());
    for block in blocks {
        let member = |i: usize| block.get(i).and_then(|&index| rows.get(index));
        let members = || block.iter().filter_map(|&index| rows.get(index));
        let mut pitches: Vec<f32> =
            block.windows(2).filter_map(|pair| Some(rows.get(pair[1])?.v - rows.get(pair[0])?.v)).collect();
        pitches.sort_by(f32::total_cmp);
        let usual = if pitches.len() >= 2 { pitches.get(pitches.len() / 2).copied() } else { None };
        let left = members().map(|row| row.u0).fold(f32::INFINITY, f32::min);
        let right = members().map(|row| row.u1).fold(f32::NEG_INFINITY, f32::max);
        for (i, &index) in block.iter().enumerate() {
            let previous = i.checked_sub(1).and_then(member);
            let new = match (previous, member(i)) {
                (Some(previous), Some(row)) => {
                    let em = previous.size.max(row.size);
                    let pitch = row.v - previous.v;
                    let wide = pitch > usual.map_or(2.1 * em, |usual| 1.4 * usual.max(em));
                    let indented = row.u0 > previous.u0 + 1.2 * em && row.u0 < left + 6.0 * em;
                    let short = right - left > 20.0 * em && previous.u1 < right - 5.0 * em;
                    let resized = em > 1.2 * previous.size.min(row.size);
                    wide || indented || short || resized
                }
                _ => true,
            };
            order.push((index, if new { Follow::Paragraph } else { Follow::Line }));
        }
    }
    order
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}'
        | '\u{20000}'..='\u{3ffff}' | '★' | '☆' | '“' | '”' | '‘' | '’' | '…' | '—' | '·' | '①'..='⓿' | '■'..='◿')
}

/// Cuts a row into pieces and writes their text.
fn pieces(sheet: &Sheet, row: &Row, margins: (f32, f32)) -> Vec<Piece> {
    let chars = |p: &Placed| sheet.glyphs.get(p.glyph).map_or("", |glyph| text(sheet, glyph));
    let spaced = letter_spaced(row);
    let mut pieces = Vec::new();
    let mut current = String::new();
    let mut members: Vec<Placed> = Vec::new();
    let mut last: Option<(usize, Placed)> = None;
    for (index, placed) in row.placed.iter().enumerate() {
        if placed.blank {
            // A blank counts by its width, like a gap; ideographic ones stay.
            if !current.is_empty() && !current.ends_with(' ') && placed.end - placed.u > 0.0 {
                current.push_str(if chars(placed).contains('\u{3000}') { "\u{3000}" } else { " " });
            }
            if let Some((_, last)) = &mut last
                && placed.end - last.end < 3.0 * placed.size
            {
                last.end = last.end.max(placed.end);
            }
            continue;
        }
        if let Some((before, previous)) = last {
            let em = previous.size.min(placed.size).max(0.1);
            let gap = (placed.u - previous.end) / em;
            let single = alone(row, before) && alone(row, index);
            let even = spaced.iter().any(|range| range.contains(&before) && range.contains(&index));
            let space_gap =
                match (current.trim_end().ends_with(is_ideograph), chars(placed).starts_with(is_ideograph)) {
                    (true, true) => WIDE_SPACE_GAP,
                    (false, false) => SPACE_GAP,
                    _ => MIXED_SPACE_GAP,
                };
            if even && gap < LETTER_CELL_GAP {
            } else if gap > if single { LETTER_CELL_GAP } else { CELL_GAP } {
                finish(sheet, row, margins, &mut current, &mut members, &mut pieces);
            } else if gap > space_gap && !current.ends_with([' ', '\u{3000}']) {
                current.push(' ');
            }
        }
        current.push_str(chars(placed));
        members.push(*placed);
        last = Some((index, *placed));
    }
    finish(sheet, row, margins, &mut current, &mut members, &mut pieces);
    pieces
}

/// Whether a glyph stands alone: gaps on both sides (or the line's ends).
fn alone(row: &Row, index: usize) -> bool {
    const GAP: f32 = 0.3;
    let Some(own) = row.placed.get(index) else { return false };
    let before = index.checked_sub(1).and_then(|i| row.placed.get(i));
    let behind = row.placed.get(index + 1);
    let apart = |gap: f32| gap > GAP * own.size;
    before.is_none_or(|p| p.blank || apart(own.u - p.end))
        && behind.is_none_or(|p| p.blank || apart(p.u - own.end))
}

/// Stretches of at least three glyphs that are set apart evenly: one word, no spaces in it.
fn letter_spaced(row: &Row) -> Vec<Range<usize>> {
    const GLYPHS: usize = 3;
    const UNEVEN: f32 = 1.6;
    let mut ranges = Vec::new();
    let mut start = 0usize;
    let (mut low, mut high) = (f32::INFINITY, 0f32);
    for i in 1..=row.placed.len() {
        let gap = match (row.placed.get(i - 1), row.placed.get(i)) {
            (Some(a), Some(b)) if !a.blank && !b.blank => Some((b.u - a.end, a.size.min(b.size))),
            _ => None,
        };
        let fits =
            gap.filter(|&(gap, em)| gap > SPACE_GAP * em && high.max(gap) <= UNEVEN * low.min(gap).max(0.01));
        match fits {
            Some((gap, _)) => (low, high) = (low.min(gap), high.max(gap)),
            None => {
                if i - start >= GLYPHS {
                    ranges.push(start..i);
                }
                start = i;
                (low, high) = (f32::INFINITY, 0.0);
            }
        }
    }
    ranges
}

fn finish(
    sheet: &Sheet,
    row: &Row,
    margins: (f32, f32),
    text: &mut String,
    members: &mut Vec<Placed>,
    pieces: &mut Vec<Piece>,
) {
    let text = std::mem::take(text);
    let members = std::mem::take(members);
    let trimmed = text.trim_end_matches([' ', '\u{3000}']);
    if trimmed.trim().is_empty() {
        return;
    }
    let area = area(sheet, row, &members);
    let (zone, align) = zone(sheet, area, margins);
    pieces.push(Piece { text: trimmed.to_owned(), area, zone, align });
}

/// The box of some glyphs on the page: four fifths of the em above the baseline, one below.
fn area(sheet: &Sheet, row: &Row, members: &[Placed]) -> [f32; 4] {
    let (sin, cos) = turn(row.angle);
    let mut area = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
    for placed in members {
        let Some(glyph) = sheet.glyphs.get(placed.glyph) else { continue };
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
    let zone = if y < TOP * height {
        match third {
            Align::Left => Zone::TopLeft,
            Align::Centre => Zone::TopCentre,
            Align::Right => Zone::TopRight,
        }
    } else if y > (1.0 - FOOT) * height {
        match third {
            Align::Left => Zone::FootLeft,
            Align::Centre => Zone::FootCentre,
            Align::Right => Zone::FootRight,
        }
    } else {
        Zone::Body
    };
    (zone, align)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An A4 page; each entry is painted glyph by glyph: x, baseline y, size, gap in em, text.
    fn sheet(runs: &[(f32, f32, f32, f32, &str)]) -> Sheet {
        let mut sheet = Sheet { width: 595.0, height: 842.0, ..Sheet::default() };
        for &(x, y, size, gap, text) in runs {
            let mut x = x;
            for c in text.chars() {
                let start = u32::try_from(sheet.text.len()).unwrap();
                sheet.text.push(c);
                let end = u32::try_from(sheet.text.len()).unwrap();
                let dx = if c.is_ascii() { 0.5 * size } else { size };
                sheet.glyphs.push(Glyph { text: start..end, x, y, dx, dy: 0.0, size, look: Look::Plain });
                x += dx + gap * size;
            }
        }
        sheet
    }

    fn texts(sheet: &Sheet) -> Vec<String> {
        let join =
            |line: &Line| line.pieces.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join("\t");
        lines(sheet).iter().map(join).collect()
    }

    #[test]
    fn a_mark_set_with_wide_gaps_is_one_word() {
        for gap in [0.0, 0.4, 1.0, 3.0] {
            let sheet = sheet(&[(80.0, 120.0, 16.0, gap, "机密★20年")]);
            assert_eq!(texts(&sheet), ["机密★20年"], "gap {gap}");
        }
    }

    #[test]
    fn words_get_a_space_and_columns_a_cell() {
        assert_eq!(
            texts(&sheet(&[(80.0, 90.0, 10.0, 0.0, "top"), (98.0, 90.0, 10.0, 0.0, "secret")])),
            ["top secret"]
        );
        assert_eq!(
            texts(&sheet(&[(80.0, 90.0, 10.0, 0.0, "姓名"), (300.0, 90.0, 10.0, 0.0, "密级")])),
            ["姓名\t密级"]
        );
    }

    #[test]
    fn painting_order_does_not_matter_on_a_line() {
        let sheet = sheet(&[
            (112.0, 120.0, 16.0, 0.0, "★"),
            (80.0, 700.0, 16.0, 0.0, "页脚在先"),
            (80.0, 120.0, 16.0, 0.0, "机密"),
            (128.0, 121.0, 16.0, 0.0, "20年"),
        ]);
        assert_eq!(texts(&sheet), ["机密★20年", "页脚在先"]);
    }

    #[test]
    fn columns_painted_one_after_the_other_stay_whole() {
        let sheet = sheet(&[
            (60.0, 300.0, 10.0, 0.0, "左栏第一行左栏第一行"),
            (60.0, 316.0, 10.0, 0.0, "左栏第二行左栏第二行"),
            (320.0, 300.0, 10.0, 0.0, "右栏第一行右栏第一行"),
            (320.0, 316.0, 10.0, 0.0, "右栏第二行右栏第二行"),
        ]);
        assert_eq!(
            texts(&sheet),
            ["左栏第一行左栏第一行", "左栏第二行左栏第二行", "右栏第一行右栏第一行", "右栏第二行右栏第二行"]
        );
    }

    #[test]
    fn zones_and_alignment() {
        let at = |x: f32, y: f32, text: &str| {
            let sheet = sheet(&[(x, y, 16.0, 0.0, text), (79.0, 500.0, 16.0, 0.0, "正文")]);
            let piece = lines(&sheet).remove(usize::from(y > 500.0)).pieces.remove(0);
            (piece.zone, piece.align)
        };
        assert_eq!(at(79.0, 150.0, "机密★20年"), (Zone::TopLeft, Some(Align::Left)));
        assert_eq!(at(249.5, 150.0, "关于的通知"), (Zone::TopCentre, Some(Align::Centre)).clone());
        assert_eq!(at(470.0, 150.0, "秘　密"), (Zone::TopRight, Some(Align::Right)));
        assert_eq!(at(79.0, 780.0, "此件公开发布"), (Zone::FootLeft, Some(Align::Left)));
        assert_eq!(at(79.0, 400.0, "正文"), (Zone::Body, Some(Align::Left)));
        assert_eq!(at(79.0, 150.0, "一行从左到右写满了版心的文字就是这样长的一行").0, Zone::TopLeft);
    }

    #[test]
    fn bold_by_printing_twice_counts_once() {
        let sheet = sheet(&[(80.0, 120.0, 16.0, 0.0, "机密"), (80.4, 120.0, 16.0, 0.0, "机密")]);
        assert_eq!(texts(&sheet), ["机密"]);
    }

    #[test]
    fn indentation_and_wide_gaps_begin_paragraphs() {
        let line = "文字文字文字文字文字文字文字文字文字文字文字文字文字";
        let sheet = sheet(&[
            (92.0, 200.0, 16.0, 0.0, &line[..72]),
            (60.0, 228.0, 16.0, 0.0, line),
            (60.0, 256.0, 16.0, 0.0, line),
            (92.0, 284.0, 16.0, 0.0, &line[..72]),
            (60.0, 312.0, 16.0, 0.0, line),
            (60.0, 362.0, 16.0, 0.0, line),
        ]);
        let follows: Vec<Follow> = lines(&sheet).iter().map(|line| line.follow).collect();
        use Follow::{Line, Paragraph};
        assert_eq!(follows, [Paragraph, Line, Line, Paragraph, Line, Paragraph]);
    }
}
