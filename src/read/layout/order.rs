//! Reading order, and where paragraphs begin.

use std::ops::Range;

use super::row::Row;
use super::{Follow, greater, lesser};

/// Reading order: painting order within a block of lines that follow each other downwards, blocks
/// from top to bottom. Turned rows come last, in the order they were painted.
pub(super) fn order(rows: &[Row]) -> Vec<(usize, Follow)> {
    // Numbers of rows that follow each other.
    let mut blocks: Vec<Range<usize>> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let above = index.checked_sub(1).and_then(|above| rows.get(above));
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
            Some(block) if follows => block.end = index + 1,
            _ => blocks.push(index..index + 1),
        }
    }
    let top = |block: &Range<usize>| {
        let row = rows.get(block.start);
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
        let members = rows.get(block.clone()).unwrap_or_default();
        let mut pitches: Vec<f32> = members.windows(2).map(|pair| pair[1].v - pair[0].v).collect();
        let half = pitches.len() / 2;
        let usual = (half > 0).then(|| *pitches.select_nth_unstable_by(half, f32::total_cmp).1);
        let left = members.iter().map(|row| row.u0).fold(f32::INFINITY, lesser);
        let right = members.iter().map(|row| row.u1).fold(f32::NEG_INFINITY, greater);
        for (i, row) in members.iter().enumerate() {
            let previous = i.checked_sub(1).and_then(|previous| members.get(previous));
            let new = match previous {
                Some(previous) => {
                    let em = previous.size.max(row.size);
                    let pitch = row.v - previous.v;
                    let wide = pitch > usual.map_or(2.1 * em, |usual| 1.4 * usual.max(em));
                    let indented = row.u0 > previous.u0 + 1.2 * em && row.u0 < left + 6.0 * em;
                    let short = right - left > 20.0 * em && previous.u1 < right - 5.0 * em;
                    let resized = em > 1.2 * previous.size.min(row.size);
                    wide || indented || short || resized
                }
                None => true,
            };
            order.push((block.start + i, if new { Follow::Paragraph } else { Follow::Line }));
        }
    }
    order
}
