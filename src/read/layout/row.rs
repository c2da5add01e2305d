//! Rows: the glyphs of one baseline, whatever order they were painted in.

use std::collections::BTreeMap;

use super::{
    DOUBLE, Glyph, Look, OVERLAP, RUN_GAP, RUN_GLYPHS, Sheet, TIGHT, angle, greater, lesser, text, turn,
};

/// Distance of baselines, in em, within one line (raised and lowered characters).
const SAME_LINE: f32 = 0.45;
/// Gap, in em, over which a run joins a line that was painted earlier.
const JOIN_GAP: f32 = 1.0;
/// The same for runs of a few characters.
const SHORT_JOIN_GAP: f32 = 3.0;
/// Share of the shorter of two stretches that must be covered before one is printed over the other.
const PRINTED_OVER: f32 = 0.5;
/// Width, in em, that is covered at least: less may be an accent or a sign put together from two.
const STAMP: f32 = 1.2;
/// Stretches of a row that are looked at, the last ones, for what a run is printed over.
const COVERED: usize = 64;
/// Lines of one height that are looked at to find the one a run belongs to.
const CANDIDATES: usize = 64;
/// Rows of one height that a run may be printed over before it is a row of its own: nobody could read as
/// many lines in one place. Nothing is lost by it.
const HEAPED: usize = 16;
/// Rows that there is room for at first.
const ROOM: usize = 64;
/// Glyphs of a run that is short.
const SINGLE: usize = 4;

/// A glyph, or several that are set tight, in the coordinates of their direction: `u` along the line,
/// `v` across, downwards.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed {
    pub(super) glyph: usize,
    /// The last of the glyphs.
    pub(super) last: usize,
    /// How many of them have a text.
    pub(super) count: usize,
    /// How many of those are in the last word: a stretch may be several, with spaces between them.
    pub(super) word: usize,
    /// Bytes of the sheet's text.
    pub(super) text: (u32, u32),
    pub(super) u: f32,
    pub(super) end: f32,
    pub(super) v: f32,
    pub(super) size: f32,
    pub(super) blank: bool,
    /// Left and right end on the page, of what is not turned.
    pub(super) across: (f32, f32),
}

/// Glyphs that stand side by side.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) placed: Vec<Placed>,
    pub(super) angle: u16,
    pub(super) look: Look,
    pub(super) size: f32,
    pub(super) v: f32,
    pub(super) u0: f32,
    pub(super) u1: f32,
    /// How many glyphs there are.
    pub(super) count: usize,
}

impl Row {
    fn extend(&mut self, run: &[Placed]) {
        for placed in run {
            self.u0 = lesser(self.u0, placed.u);
            self.u1 = greater(self.u1, placed.end);
            if placed.size > self.size {
                self.size = placed.size;
            }
            self.count += placed.count;
        }
        self.placed.extend_from_slice(run);
    }

    /// Sorts the glyphs along the line. Those of a few characters, and those that lie over each
    /// other, are taken one by one.
    pub(super) fn sort(&mut self, sheet: &Sheet) {
        let sort = |placed: &mut Vec<Placed>| {
            if !placed.is_sorted_by(|a, b| a.u <= b.u) {
                placed.sort_by(|a, b| a.u.total_cmp(&b.u));
            }
        };
        sort(&mut self.placed);
        let over =
            |a: &Placed, b: &Placed| a.count + b.count > 2 && b.u < a.end - OVERLAP * lesser(a.size, b.size);
        let single = self.count <= SINGLE && self.placed.len() < self.count;
        let mixed = |placed: &[Placed]| single || placed.windows(2).any(|pair| over(&pair[0], &pair[1]));
        if !mixed(&self.placed) {
            return;
        }
        if self.placed.iter().any(Placed::is_stretch) {
            self.placed = self.placed.iter().flat_map(|placed| words(sheet, placed)).collect();
            sort(&mut self.placed);
        }
        if mixed(&self.placed) {
            self.placed = self.placed.iter().flat_map(|placed| letters(sheet, *placed)).collect();
            sort(&mut self.placed);
        }
    }
}

impl Placed {
    /// Takes in a glyph of what is not turned that follows.
    fn extend(&mut self, index: usize, glyph: &Glyph) {
        let end = glyph.x + glyph.dx;
        (self.last, self.end, self.across.1, self.text.1) = (index, end, end, glyph.text.end);
    }

    /// Whether it is several words.
    pub(super) fn is_stretch(&self) -> bool {
        self.word < self.count
    }
}

/// The words of a stretch one by one, and the blanks between them.
pub(super) fn words(sheet: &Sheet, placed: &Placed) -> Vec<Placed> {
    if !placed.is_stretch() {
        return vec![*placed];
    }
    let glyphs = sheet.glyphs.get(placed.glyph..=placed.last).unwrap_or_default();
    let glyphs = (placed.glyph..).zip(glyphs).filter(|(_, glyph)| !glyph.text.is_empty());
    let word = |(index, glyph): (usize, &Glyph)| {
        let (u, end, count) = (glyph.x, glyph.x + glyph.dx, glyph.parts.len().max(1));
        let (blank, text, across) = (is_blank(sheet, glyph), (glyph.text.start, glyph.text.end), (u, end));
        Placed { glyph: index, last: index, count, word: count, text, u, end, blank, across, ..*placed }
    };
    glyphs.map(word).collect()
}

/// The glyphs one by one.
fn letters(sheet: &Sheet, placed: Placed) -> impl Iterator<Item = Placed> {
    let glyphs = sheet.glyphs.get(placed.glyph..=placed.last).unwrap_or_default();
    let glyphs = glyphs.iter().enumerate().filter(|(_, glyph)| !glyph.text.is_empty());
    let single = glyphs.flat_map(move |(index, glyph)| {
        sheet.single(glyph).map(move |glyph| {
            let (glyph, index, u, end) = (glyph.text, placed.glyph + index, glyph.x, glyph.x + glyph.dx);
            let text = (glyph.start, glyph.end);
            let (count, word, across) = (1, 1, (u, end));
            Placed { glyph: index, last: index, count, word, text, u, end, across, ..placed }
        })
    });
    let whole = (placed.count == 1).then_some(placed);
    whole.into_iter().chain(single.take(if whole.is_some() { 0 } else { usize::MAX }))
}

/// Rows by their height, as far as that was asked for: where lines follow each other downwards, it
/// never is.
#[derive(Debug, Default)]
struct ByHeight {
    /// Numbers of rows by direction, look and the band of the page that they lie in.
    bands: BTreeMap<(u16, Look, i32), Vec<usize>>,
    /// How many rows are in there.
    count: usize,
    /// The lowest and the greatest of all rows.
    v: f32,
    size: f32,
}

/// Height of a band.
const BAND: f32 = 8.0;

#[expect(clippy::cast_possible_truncation, reason = "saturates")]
fn band(v: f32) -> i32 {
    (v / BAND).clamp(-1e6, 1e6) as i32
}

impl ByHeight {
    /// Whether a run of this height and size lies below all rows.
    fn is_above(&self, v: f32, size: f32) -> bool {
        v - self.v >= SAME_LINE * self.size.max(size)
    }

    /// The rows of the bands around `v`, those of each band from the last one on.
    fn near(
        &mut self,
        rows: &[Row],
        (angle, look): (u16, Look),
        v: f32,
        reach: i32,
    ) -> impl Iterator<Item = usize> + use<'_> {
        for (index, row) in rows.iter().enumerate().skip(self.count) {
            self.bands.entry((row.angle, row.look, band(row.v))).or_default().push(index);
        }
        self.count = rows.len();
        let bands = (angle, look, band(v) - reach)..=(angle, look, band(v) + reach);
        self.bands.range(bands).flat_map(|(_, rows)| rows.iter().rev().take(CANDIDATES).copied())
    }
}

/// Gathers glyphs into rows of one baseline.
pub(super) fn rows(sheet: &Sheet) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::with_capacity(ROOM);
    let mut by_height = ByHeight { v: f32::NEG_INFINITY, ..ByHeight::default() };
    let mut run: Vec<Placed> = Vec::new();
    let mut run_key = (0u16, Look::Plain);
    let mut next = 0;
    while let Some(glyph) = sheet.glyphs.get(next) {
        let index = next;
        next += 1;
        if glyph.text.is_empty() || !(glyph.x + glyph.y + glyph.dx + glyph.dy + glyph.size).is_finite() {
            continue;
        }
        let angle = angle(glyph);
        let count = glyph.parts.len().max(1);
        let (u, v, end) = if angle == 0 {
            (glyph.x, glyph.y, glyph.x + glyph.dx)
        } else {
            let (sin, cos) = turn(angle);
            let u = glyph.x * cos + glyph.y * sin;
            (u, glyph.y * cos - glyph.x * sin, u + glyph.dx.hypot(glyph.dy))
        };
        let blank = is_blank(sheet, glyph);
        let size = greater(glyph.size, 0.1);
        let key = (angle, glyph.look);
        let mut continues = false;
        let mut tight = false;
        if key == run_key
            && let Some(last) = run.last_mut()
        {
            let em = greater(last.size, size);
            let gap = u - last.end;
            continues = (v - last.v).abs() < SAME_LINE * em && (-0.5 * em..JOIN_GAP * em).contains(&gap);
            tight = angle == 0
                && !blank
                && !last.blank
                && last.v == v
                && last.size == size
                && last.text.1 == glyph.text.start
                && (-OVERLAP * size..=TIGHT * size).contains(&gap)
                && !(gap > RUN_GAP * size && last.word.min(count) >= RUN_GLYPHS)
                && u - last_begin(sheet, last) >= DOUBLE * size;
            if tight {
                last.extend(index, glyph);
                last.count += count;
                last.word += count;
            }
        }
        if !tight {
            if !continues {
                place(sheet, &mut rows, &mut by_height, &run, run_key);
                run.clear();
                run_key = key;
            }
            let text = (glyph.text.start, glyph.text.end);
            let (glyph, last, word) = (index, index, count);
            run.push(Placed { glyph, last, count, word, text, u, end, v, size, blank, across: (u, end) });
        }
        if angle == 0
            && let Some(stretch) = run.last_mut()
        {
            while let Some((word, glyph)) = further_word(sheet, stretch, key.1, next) {
                stretch.extend(word, glyph);
                stretch.word = glyph.parts.len();
                stretch.count += word - next + stretch.word;
                next = word + 1;
            }
        }
    }
    place(sheet, &mut rows, &mut by_height, &run, run_key);
    rows
}

/// The further word of a stretch, with its number, if one follows so that a space in the text is all that
/// is between them: glyph `next`, or the one behind it if that is the space. Not what may be a number or a
/// letter that stands alone: those are looked at one by one.
fn further_word<'a>(
    sheet: &'a Sheet,
    stretch: &Placed,
    look: Look,
    next: usize,
) -> Option<(usize, &'a Glyph)> {
    // Somewhat less than the gap from which on there is a space, for sums are not exact.
    const LEAST_GAP: f32 = 0.19;
    let bytes = sheet.text.as_bytes();
    let (space, em) = (stretch.text.1, stretch.size);
    let is_word = |count: usize, start: u32, end: u32| {
        let edge = |at: u32| bytes.get(at as usize).is_some_and(|byte| is_edge(*byte));
        count > 1 && edge(start) && edge(end.wrapping_sub(1))
    };
    if bytes.get(space as usize) != Some(&b' ') || !is_word(stretch.word, stretch.text.0, space) {
        return None;
    }
    let level = |glyph: &Glyph| (glyph.y, glyph.size, glyph.look) == (stretch.v, em, look) && glyph.dy == 0.0;
    let first = sheet.glyphs.get(next)?;
    let (number, word, end, least) = if first.text == (space..space + 1) {
        let end = first.x + first.dx;
        let fits =
            level(first) && first.x - stretch.end >= -OVERLAP * em && end > first.x && end - stretch.end < em;
        (next + 1, sheet.glyphs.get(next + 1).filter(|_| fits)?, end, -OVERLAP)
    } else {
        (next, first, stretch.end, LEAST_GAP)
    };
    let gap = word.x - end;
    let continues = level(word)
        && word.text.start == space + 1
        && (least * em..JOIN_GAP * em).contains(&gap)
        && (word.x + word.dx).is_finite()
        && is_word(word.parts.len(), word.text.start, word.text.end);
    continues.then_some((number, word))
}

/// Whether a byte may begin or end a word that is part of a stretch.
fn is_edge(byte: u8) -> bool {
    byte.is_ascii_graphic() && !byte.is_ascii_digit() && !matches!(byte, b'X' | b'x')
}

/// Where the last glyph of what is not turned begins.
fn last_begin(sheet: &Sheet, placed: &Placed) -> f32 {
    let Some(glyph) = sheet.glyphs.get(placed.last) else { return placed.u };
    match sheet.parts.get((glyph.parts.end as usize).wrapping_sub(1)) {
        Some(last) if !glyph.parts.is_empty() => glyph.x + glyph.dx * last.start / last.end,
        _ => glyph.x,
    }
}

fn is_blank(sheet: &Sheet, glyph: &Glyph) -> bool {
    match sheet.text.as_bytes().get(glyph.text.start as usize) {
        Some(b' ') if glyph.text.len() == 1 => true,
        Some(byte) if byte.is_ascii_graphic() => false,
        _ => text(sheet, glyph).chars().all(char::is_whitespace),
    }
}

/// The characters of some glyphs.
#[inline]
pub(super) fn chars<'a>(sheet: &'a Sheet, placed: &Placed) -> &'a str {
    sheet.text.get(placed.text.0 as usize..placed.text.1 as usize).unwrap_or_default()
}

/// Joins a run to the row it belongs to, or makes it a new one.
fn place(
    sheet: &Sheet,
    rows: &mut Vec<Row>,
    by_height: &mut ByHeight,
    run: &[Placed],
    (angle, look): (u16, Look),
) {
    let Some(first) = run.first() else { return };
    let again = |row: &Row| {
        let last = row.placed.last().filter(|_| row.angle == angle && row.look == look && run.len() == 1);
        last.is_some_and(|last| {
            (last.u, last.v, last.size) == (first.u, first.v, first.size)
                && last.end > last.u
                && chars(sheet, last) == chars(sheet, first)
        })
    };
    // The same once more in the same place says nothing.
    if rows.last().is_some_and(again) {
        return;
    }
    let (mut size, mut u0, mut u1, mut count) = (0.1f32, f32::INFINITY, f32::NEG_INFINITY, 0);
    for placed in run {
        (size, u0, u1) = (greater(size, placed.size), lesser(u0, placed.u), greater(u1, placed.end));
        count += placed.count;
    }
    let level = |row: &Row| {
        row.angle == angle && row.look == look && (row.v - first.v).abs() < SAME_LINE * row.size.max(size)
    };
    let over = |row: &Row| row.u1.min(u1) - row.u0.max(u0) > 0.2 * size && printed_over(sheet, row, run);
    by_height.size = by_height.size.max(size);
    // What is painted right after a row on its height continues it, however wide the gap.
    if let Some(last) = rows.last_mut().filter(|row| level(row) && !over(row)) {
        last.extend(run);
        return;
    }
    let short = |count: usize| count <= SINGLE;
    if !by_height.is_above(first.v, size) {
        let reach = i32::from(size > BAND) + 1;
        let joins = |row: &Row| {
            let reach = if short(count) || short(row.count) { SHORT_JOIN_GAP } else { JOIN_GAP };
            nearest(row, u0, u1) <= reach * row.size.max(size)
        };
        let mut heaped = 0;
        for index in by_height.near(rows, (angle, look), first.v, reach) {
            let Some(row) = rows.get_mut(index).filter(|row| level(row)) else { continue };
            if over(row) {
                heaped += 1;
                if heaped == HEAPED {
                    break;
                }
            } else if joins(row) {
                row.extend(run);
                return;
            }
        }
    }
    by_height.v = by_height.v.max(first.v);
    rows.push(Row { placed: run.to_vec(), angle, look, size, v: first.v, u0, u1, count });
}

/// Whether a run is printed over what stands in the row already, as a stamp is: joined, the
/// characters of both would come out shuffled.
fn printed_over(sheet: &Sheet, row: &Row, run: &[Placed]) -> bool {
    let before = || row.placed.iter().rev().take(COVERED).filter(|placed| !placed.blank);
    let seen = || run.iter().filter(|placed| !placed.blank);
    let covered = |over: &Placed| {
        let below = before().filter(|below| !bold(sheet, over, below));
        let common = below.map(|below| (over.end.min(below.end) - over.u.max(below.u)).max(0.0));
        common.sum::<f32>().min(over.end - over.u)
    };
    let covered: f32 = seen().map(covered).sum();
    let width = |sum: f32, placed: &Placed| sum + placed.end - placed.u;
    let shorter = seen().fold(0.0, width).min(before().fold(0.0, width));
    let em = seen().map(|placed| placed.size).fold(row.size, f32::min);
    covered > (PRINTED_OVER * shorter).max(STAMP * em)
}

/// Whether one only makes the other bold: the same characters in nearly the same place.
fn bold(sheet: &Sheet, a: &Placed, b: &Placed) -> bool {
    let (one, other) = (chars(sheet, a), chars(sheet, b));
    (a.u - b.u).abs() < DOUBLE * a.size
        && on_one_height(a, b)
        && (one.starts_with(other) || other.starts_with(one))
}

/// Whether one is printed as high as the other, not above it as in ∂x over ∂y.
fn on_one_height(a: &Placed, b: &Placed) -> bool {
    (a.v - b.v).abs() < DOUBLE * b.size
}

/// Whether the same again begins so near that one only makes the other bold. Nearer than their own
/// width: in a font whose widths are wrong, letters that follow each other lie as near.
fn struck_twice(a: &Placed, b: &Placed) -> bool {
    let width = lesser(a.end - a.u, b.end - b.u);
    (b.u - a.u).abs() < lesser(DOUBLE * b.size, width * 0.5) && on_one_height(a, b)
}

/// Distance from a stretch to the nearest glyph of a row.
fn nearest(row: &Row, u0: f32, u1: f32) -> f32 {
    let outside = (row.u0 - u1).max(u0 - row.u1);
    if outside > 0.0 {
        return outside;
    }
    row.placed.iter().map(|p| (p.u - u1).max(u0 - p.end)).fold(f32::INFINITY, f32::min)
}

/// Bold by printing twice: the same character again in nearly the same place is dropped.
pub(super) fn drop_double_strikes(sheet: &Sheet, row: &mut Row) {
    let character = |p: &Placed| chars(sheet, p);
    if !row.placed.windows(2).any(|pair| struck_twice(&pair[0], &pair[1])) {
        return;
    }
    let mut kept: Vec<Placed> = Vec::with_capacity(row.placed.len());
    for placed in &row.placed {
        let double = |other: &Placed| struck_twice(other, placed) && character(placed) == character(other);
        let double = kept.iter().rev().take(3).any(double);
        if !double {
            kept.push(*placed);
        }
    }
    row.placed = kept;
}
