//! Readings that baselines alone don't give: characters stacked one under the other, lines that
//! change their look on the way, numbers that wrap within the cell of a table.

use smallvec::smallvec;

use super::row::{Placed, Row, chars};
use super::{Line, Look, Number, Piece, Sheet, is_ideograph};

/// Rows of a page that are looked at for these readings; a page of text has some dozens.
const ROWS: usize = 2_000;
/// Cells of a page that are looked at for numbers that wrap.
const CELLS: usize = 5_000;
/// Lines that one cell wraps into.
const WRAPS: usize = 6;
/// Numbers of a page up to which each is compared with each.
const FEW: usize = 300;
/// Characters of a line of a wrapped number at least.
const WRAPPED_CHARACTERS: usize = 2;

/// A row that is a single character, or two digits side by side in vertical text.
fn is_single(sheet: &Sheet, row: &Row) -> bool {
    if row.angle != 0 || row.count > 4 {
        return false;
    }
    let seen: Vec<&Placed> = row.placed.iter().filter(|p| !p.blank).collect();
    let is = |p: &&Placed, wanted: fn(char) -> bool| {
        let mut chars = chars(sheet, p).chars();
        chars.next().is_some_and(wanted) && chars.next().is_none()
    };
    match seen.len() {
        1 => seen.iter().all(|p| is(p, |c| is_ideograph(c) || c.is_alphanumeric())),
        2 => seen.iter().all(|p| is(p, |c| c.is_ascii_digit())),
        _ => false,
    }
}

/// Joins characters that stand one under the other, evenly and apart from others, into one row.
pub(super) fn stack(sheet: &Sheet, rows: &mut Vec<Row>) {
    let middle = |row: &Row| f32::midpoint(row.u0, row.u1);
    let mut singles: Vec<usize> =
        (0..rows.len()).filter(|&i| is_single(sheet, &rows[i])).take(ROWS).collect();
    if singles.len() < 2 {
        return;
    }
    singles.sort_by(|&a, &b| rows[a].v.total_cmp(&rows[b].v));
    let mut gone = vec![false; rows.len()];
    for (at, &top) in singles.iter().enumerate() {
        if gone[top] {
            continue;
        }
        let mut chain = vec![top];
        let mut pitch = None;
        for &next in &singles[at + 1..] {
            let (Some(above), Some(row)) = (chain.last().map(|&i| &rows[i]), rows.get(next)) else { break };
            let (em, way) = (above.size, row.v - above.v);
            if way > 2.2 * em {
                break;
            }
            let even = pitch.is_none_or(|pitch: f32| (way - pitch).abs() < 0.3 * em);
            if !gone[next]
                && above.look == row.look
                && (row.size - em).abs() < 0.15 * em
                && (middle(row) - middle(above)).abs() < 0.3 * em
                && way > 0.75 * em
                && even
            {
                pitch = Some(way);
                chain.push(next);
            }
        }
        let ideographs =
            chain.iter().flat_map(|&i| &rows[i].placed).filter(|p| chars(sheet, p).starts_with(is_ideograph));
        if chain.len() < 2 || ideographs.count() * 2 < chain.len() {
            continue;
        }
        let mut placed = Vec::new();
        for &index in &chain {
            let row = &rows[index];
            let seen = || row.placed.iter().filter(|p| !p.blank);
            let share = row.size / if seen().count() > 1 { 2.0 } else { 1.0 };
            let mut u = row.v - row.size;
            for p in seen() {
                placed.push(Placed { u, end: u + share, ..*p });
                u += share;
            }
            gone[index] = index != top;
        }
        let row = &mut rows[top];
        row.placed = placed;
    }
    let mut gone = gone.into_iter();
    rows.retain(|_| !gone.next().unwrap_or(false));
}

/// Characters one under the other at the beginning or the end of lines, apart from the rest of them: a
/// mark in the margin beside the text.
pub(super) fn beside(sheet: &Sheet, rows: &[Row]) -> Vec<Row> {
    const APART: f32 = 0.3;
    const LEAST: usize = 3;
    const MOST: usize = 32;
    let mut readings = Vec::new();
    if rows.len() > ROWS {
        return readings;
    }
    for right in [false, true] {
        let mut singles: Vec<(Placed, &Row)> = Vec::new();
        for row in rows.iter().filter(|row| row.angle == 0) {
            let mut seen = row.placed.iter().filter(|p| !p.blank);
            let mut next = || if right { seen.next_back() } else { seen.next() };
            let Some(first) = next().filter(|first| first.count == 1) else { continue };
            let gap = next().map(|next| if right { first.u - next.end } else { next.u - first.end });
            let mut chars = chars(sheet, first).chars();
            let single = chars.next().is_some_and(|c| is_ideograph(c) || c.is_alphanumeric());
            if single && chars.next().is_none() && gap.is_none_or(|gap| gap > APART * first.size) {
                singles.push((*first, row));
            }
        }
        singles.sort_by(|a, b| a.0.v.total_cmp(&b.0.v));
        let mut used = vec![false; singles.len()];
        for at in 0..singles.len() {
            if used[at] {
                continue;
            }
            let mut chain = vec![singles[at]];
            let mut pitch = None;
            for (next, &(placed, row)) in singles.iter().enumerate().skip(at + 1) {
                let Some((above, over)) = chain.last() else { break };
                let (em, way) = (above.size, placed.v - above.v);
                if way > 2.2 * em || chain.len() == MOST {
                    break;
                }
                let middle = |p: &Placed| f32::midpoint(p.u, p.end);
                let even = pitch.is_none_or(|pitch: f32| (way - pitch).abs() < 0.3 * em);
                if !used[next]
                    && over.look == row.look
                    && (placed.size - em).abs() < 0.15 * em
                    && (middle(&placed) - middle(above)).abs() < 0.3 * em
                    && way > 0.75 * em
                    && even
                {
                    pitch = Some(way);
                    chain.push((placed, row));
                    used[next] = true;
                }
            }
            let ideographs = chain.iter().filter(|(p, _)| chars(sheet, p).starts_with(is_ideograph)).count();
            let alone = chain.iter().all(|(_, row)| row.count == 1);
            let Some((first, row)) = chain.first().filter(|_| chain.len() >= LEAST && !alone) else {
                continue;
            };
            if ideographs * 2 < chain.len() {
                continue;
            }
            let placed = chain.iter().map(|(p, _)| Placed { u: p.v - p.size, end: p.v, ..*p }).collect();
            let (angle, look, size, v) = (row.angle, row.look, first.size, first.v);
            let (u0, u1, count) = (first.u, first.end, chain.len());
            readings.push(Row { placed, angle, look, size, v, u0, u1, count });
        }
    }
    readings
}

/// Rows of other looks that go on on the baseline of a row that is seen: each with the index of
/// that row, as one row.
pub(super) fn mixed(rows: &[Row]) -> Vec<(usize, Row)> {
    let mut readings = Vec::new();
    if rows.len() > ROWS {
        return readings;
    }
    for other in rows.iter().filter(|row| row.look != Look::Plain).take(ROWS / 10) {
        let beside = rows.iter().enumerate().find(|(_, row)| {
            let em = row.size.max(other.size);
            let gap = (other.u0 - row.u1).max(row.u0 - other.u1);
            row.look == Look::Plain
                && row.angle == other.angle
                && (row.v - other.v).abs() < 0.45 * em
                && (-0.3 * em..em).contains(&gap)
        });
        let Some((index, row)) = beside else { continue };
        let mut placed: Vec<Placed> = row.placed.iter().chain(&other.placed).copied().collect();
        placed.sort_by(|a, b| a.u.total_cmp(&b.u));
        let (u0, u1) = (row.u0.min(other.u0), row.u1.max(other.u1));
        let (angle, look, size, v) = (row.angle, row.look, row.size, row.v);
        let count = row.count + other.count;
        readings.push((index, Row { placed, angle, look, size, v, u0, u1, count }));
    }
    readings
}

fn is_number(piece: &Piece) -> bool {
    piece.text.len() >= WRAPPED_CHARACTERS && piece.text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// The numbers among other words, long enough to wrap, and their boxes.
fn parts(piece: &Piece) -> impl Iterator<Item = (&Number, [f32; 4])> {
    let long = piece.numbers.iter().filter(|number| number.text.len() >= WRAPPED_CHARACTERS);
    long.map(|number| (number, [number.left, piece.area[1], number.right, piece.area[3]]))
}

/// Whether one box stands right under another, to the left or in the middle.
fn stands_under(above: &[f32; 4], below: &[f32; 4]) -> bool {
    let (em, way) = (above[3] - above[1], below[3] - above[3]);
    way > 0.7 * em && way <= 1.7 * em && indent(above, below) < 0.35 * em
}

/// How far two boxes are from beginning, or having their middle, at the same place across.
fn indent(above: &[f32; 4], below: &[f32; 4]) -> f32 {
    let left = (below[0] - above[0]).abs();
    let centre = (below[0] + below[2] - above[0] - above[2]).abs() / 2.0;
    left.min(centre)
}

/// Line and number of the pieces that hold digits among other words and stand right above a line that
/// is nothing but a number.
pub(super) fn above_numbers(lines: &[Line]) -> Vec<(usize, usize)> {
    const LONE: usize = 500;
    let lone = lines.iter().filter(|line| line.pieces.len() == 1 && line.angle == 0);
    let lone: Vec<[f32; 4]> =
        lone.flat_map(|l| &l.pieces).filter(|p| is_number(p)).map(|p| p.area).take(LONE).collect();
    let mut above = Vec::new();
    if lone.is_empty() || lines.len() > ROWS {
        return above;
    }
    for (number, line) in lines.iter().enumerate().filter(|(_, line)| line.angle == 0 && !line.again) {
        for (index, piece) in line.pieces.iter().enumerate() {
            let mixed = || piece.text.contains(' ') && piece.text.bytes().any(|b| b.is_ascii_digit());
            let below = |area: &&[f32; 4]| {
                let way = area[3] - piece.area[3];
                let em = piece.area[3] - piece.area[1];
                way > 0.7 * em && way < 1.7 * em && area[0] < piece.area[2] && area[2] > piece.area[0]
            };
            if lone.iter().any(|area| below(&area)) && mixed() {
                above.push((number, index));
            }
        }
    }
    above
}

/// Adds numbers that wrap within the cell of a table, behind the line they end on: stretches of
/// letters and digits one under the other, all but the last of the same width, where the other
/// columns of the row have no further lines.
pub(super) fn wrapped(lines: &mut Vec<Line>) {
    struct Cell {
        area: [f32; 4],
        line: usize,
        piece: usize,
        /// Its text, if it is a number.
        number: Option<String>,
        /// It is a part of a cell only.
        part: bool,
    }
    let level = |line: &Line| line.angle == 0 && line.look == Look::Plain && !line.again;
    // Most pages have no two numbers of which one stands right under the other.
    let mut numbers: Vec<[f32; 4]> = Vec::new();
    for piece in lines.iter().take(ROWS).filter(|line| level(line)).flat_map(|line| &line.pieces) {
        if is_number(piece) {
            numbers.push(piece.area);
        }
        if !piece.numbers.is_empty() {
            numbers.extend(parts(piece).map(|(_, area)| area));
        }
    }
    let under = |a: &[f32; 4]| numbers.iter().any(|b| stands_under(a, b));
    if numbers.len() <= FEW && !numbers.iter().any(under) {
        return;
    }
    let mut cells: Vec<Cell> = Vec::new();
    for (line, own) in lines.iter().enumerate().take(ROWS) {
        if !level(own) {
            continue;
        }
        for (piece, p) in own.pieces.iter().enumerate() {
            let text = is_number(p).then(|| p.text.clone());
            cells.push(Cell { area: p.area, line, piece, number: text, part: false });
            for (part, area) in parts(p) {
                cells.push(Cell { area, line, piece, number: Some(part.text.clone()), part: true });
            }
        }
    }
    cells.truncate(CELLS);
    cells.sort_by(|a, b| a.area[3].total_cmp(&b.area[3]));
    // How many cells share a baseline.
    let beside = |cell: &Cell| {
        let near = 0.3 * (cell.area[3] - cell.area[1]);
        let first = cells.partition_point(|c| c.area[3] < cell.area[3] - near);
        let level = cells.get(first..).unwrap_or_default().iter();
        level.take_while(|c| c.area[3] <= cell.area[3] + near).filter(|c| !c.part).count()
            + usize::from(cell.part)
    };
    let mut used = vec![false; cells.len()];
    let mut readings: Vec<(usize, Line)> = Vec::new();
    for (at, top) in cells.iter().enumerate() {
        if top.number.is_none() || used[at] {
            continue;
        }
        let width = top.area[2] - top.area[0];
        let mut chain = vec![at];
        for (next, cell) in cells.iter().enumerate().skip(at + 1) {
            let Some(above) = chain.last().and_then(|&last| cells.get(last)) else { break };
            let em = above.area[3] - above.area[1];
            let way = cell.area[3] - above.area[3];
            if way > 1.7 * em || chain.len() == WRAPS {
                break;
            }
            let own = cell.area[2] - cell.area[0];
            let full = chain.len() == 1 || (above.area[2] - above.area[0] - width).abs() < 0.6 * em;
            if way > 0.7 * em
                && cell.number.is_some()
                && !used[next]
                && full
                && indent(&top.area, &cell.area) < 0.35 * em
                && own < width + 0.6 * em
                && (cell.area[3] - cell.area[1] - em).abs() < 0.15 * em
                && beside(cell) < beside(top)
            {
                chain.push(next);
            }
        }
        if chain.len() < 2 {
            continue;
        }
        let members = || chain.iter().filter_map(|&i| cells.get(i));
        let pieces = || members().filter_map(|c| lines.get(c.line)?.pieces.get(c.piece));
        let (Some(last), Some(first)) = (members().map(|c| c.line).max(), pieces().next()) else { continue };
        let text: String = members().filter_map(|cell| cell.number.as_deref()).collect();
        let piece = Piece { text, numbers: Vec::new(), ..first.clone() };
        for &index in &chain {
            used[index] = true;
        }
        readings.extend(
            lines
                .get(last)
                .map(|line| (last, Line { pieces: smallvec![piece], again: true, ..line.clone() })),
        );
    }
    readings.sort_by_key(|(line, _)| *line);
    for (line, reading) in readings.into_iter().rev() {
        lines.insert(line + 1, reading);
    }
}
