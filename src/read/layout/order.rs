//! Reading order, and where paragraphs begin.

use super::Follow;
use super::row::Row;

/// Reading order: painting order within a block of lines that follow each other downwards, blocks
/// from top to bottom. Turned rows come last, in the order they were painted.
pub(super) fn order(rows: &[Row]) -> Vec<(usize, Follow)> {
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
