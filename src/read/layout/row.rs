//! Rows: the glyphs of one baseline, whatever order they were painted in.

use std::collections::HashMap;

use super::{Look, Sheet, angle, text, turn};

/// Distance of baselines, in em, within one line (raised and lowered characters).
const SAME_LINE: f32 = 0.45;
/// Gap, in em, over which a run joins a line that was painted earlier.
const JOIN_GAP: f32 = 1.0;
/// The same for runs of a few characters.
const SHORT_JOIN_GAP: f32 = 3.0;
/// Share of a glyph's width that another run must cover to be printed over it.
const PRINTED_OVER: f32 = 0.5;
/// Glyphs of a run that are printed over others before it is a line of its own: fewer may be an
/// accent or a sign put together from two.
const STAMP_GLYPHS: usize = 2;
/// Shift, in em, up to which the same character printed again only makes it bold.
const BOLD_SHIFT: f32 = 0.15;
/// Glyphs of a row that are looked at, the last ones, for what a run is printed over.
const COVERED: usize = 256;
/// Lines of one height that are looked at to find the one a run belongs to.
const CANDIDATES: usize = 64;

/// A glyph in the coordinates of its direction: `u` along the line, `v` across, downwards.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed {
    pub(super) glyph: usize,
    pub(super) u: f32,
    pub(super) end: f32,
    pub(super) v: f32,
    pub(super) size: f32,
    pub(super) blank: bool,
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

/// Gathers glyphs into rows of one baseline.
pub(super) fn rows(sheet: &Sheet) -> Vec<Row> {
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
        let (u, v) = if angle == 0 {
            (glyph.x, glyph.y)
        } else {
            let (sin, cos) = turn(angle);
            (glyph.x * cos + glyph.y * sin, glyph.y * cos - glyph.x * sin)
        };
        let end = u + if angle == 0 { glyph.dx } else { glyph.dx.hypot(glyph.dy) };
        let blank = is_blank(text(sheet, glyph));
        let placed = Placed { glyph: index, u, end, v, size: glyph.size.max(0.1), blank };
        let key = (angle, glyph.look);
        let continues = key == run_key
            && run.last().is_some_and(|last| {
                let em = last.size.max(placed.size);
                (placed.v - last.v).abs() < SAME_LINE * em
                    && (-0.5 * em..JOIN_GAP * em).contains(&(placed.u - last.end))
            });
        if !continues {
            place(sheet, &mut rows, &mut by_height, &run, run_key);
            run.clear();
            run_key = key;
        }
        run.push(placed);
    }
    place(sheet, &mut rows, &mut by_height, &run, run_key);
    rows
}

fn is_blank(text: &str) -> bool {
    !text.as_bytes().first().is_some_and(u8::is_ascii_graphic) && text.trim().is_empty()
}

/// Joins a run to the row it belongs to, or makes it a new one.
fn place(
    sheet: &Sheet,
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
        row.angle == angle
            && row.look == look
            && (row.v - first.v).abs() < SAME_LINE * row.size.max(size)
            && !(u0 < row.u1 && row.u0 < u1 && printed_over(sheet, row, run))
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

/// Whether a run is printed over what stands in the row already, as a stamp is: joined, the
/// characters of both would come out shuffled.
fn printed_over(sheet: &Sheet, row: &Row, run: &[Placed]) -> bool {
    let before = || row.placed.iter().rev().take(COVERED).filter(|placed| !placed.blank);
    let covers = |run: &Placed, below: &Placed| {
        let common = run.end.min(below.end) - run.u.max(below.u);
        common > PRINTED_OVER * (run.end - run.u).min(below.end - below.u) && !bold(sheet, run, below)
    };
    let over = run.iter().filter(|placed| !placed.blank && before().any(|below| covers(placed, below)));
    // Half of the shorter of the two, whichever was painted first.
    let shorter = run.iter().filter(|placed| !placed.blank).count().min(before().count());
    let enough = STAMP_GLYPHS.max(shorter / 2);
    over.take(enough).count() == enough
}

/// Whether one glyph only makes the other bold: the same character in nearly the same place.
fn bold(sheet: &Sheet, a: &Placed, b: &Placed) -> bool {
    let character = |p: &Placed| sheet.glyphs.get(p.glyph).map(|glyph| text(sheet, glyph));
    (a.u - b.u).abs() < BOLD_SHIFT * a.size && character(a) == character(b)
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
    if !row.placed.windows(2).any(|pair| (pair[1].u - pair[0].u).abs() < BOLD_SHIFT * pair[1].size) {
        return;
    }
    let mut kept: Vec<Placed> = Vec::with_capacity(row.placed.len());
    for placed in &row.placed {
        if !kept.iter().rev().take(3).any(|other| bold(sheet, placed, other)) {
            kept.push(*placed);
        }
    }
    row.placed = kept;
}
