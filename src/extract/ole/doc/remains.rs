//! Text that is stored in a document and belongs to none of its pieces: what was deleted before a
//! fast save, what older versions left behind.

use std::ops::Range;

use super::fib::Fib;
use super::format;
use super::story::Units;
use crate::extract::ole::stray;
use crate::extract::sink::Sink;
use crate::text::{At, Break, Place};

/// Bytes of the head, which hold no text.
const HEAD_BYTES: usize = 0x200;
/// Characters that a run must have between pieces of the first text.
const FEW: usize = 2;
/// Characters that a run must have elsewhere in the stream, where tables and pictures lie.
const MANY: usize = 6;

/// Tells what lies between the pieces, as far as it looks like text.
pub(super) fn read(word: &[u8], tables: &[u8], fib: Fib<'_>, units: &Units, page: u16, sink: &mut Sink<'_>) {
    // Only a fast save leaves something between the pieces.
    let (start, end) = if fib.is_fast_saved() { fib.first_text() } else { (0, 0) };
    let mut told = false;
    let covered = units.covered.iter().cloned().chain(format::pages(fib, tables)).collect();
    for gap in gaps(covered, HEAD_BYTES..word.len()) {
        let within = gap.start.max(start)..gap.end.min(end);
        let mut tell = |text: &str| {
            let parted = if std::mem::replace(&mut told, true) { Break::Paragraph } else { Break::Part };
            sink.push(At::new(Place::Deleted).parted(parted), text);
        };
        if within.is_empty() {
            stray::wide(word.get(gap).unwrap_or_default(), MANY, &mut tell);
        } else {
            stray::wide(word.get(gap.start..within.start).unwrap_or_default(), MANY, &mut tell);
            stray::both(word.get(within.clone()).unwrap_or_default(), FEW, page, &mut tell);
            stray::wide(word.get(within.end..gap.end).unwrap_or_default(), MANY, &mut tell);
        }
    }
}

/// What of `whole` is not covered.
fn gaps(mut covered: Vec<Range<usize>>, whole: Range<usize>) -> Vec<Range<usize>> {
    covered.retain(|range| !range.is_empty());
    covered.sort_by_key(|range| range.start);
    let mut gaps = Vec::new();
    let mut at = whole.start;
    for range in covered {
        if range.start > at {
            gaps.push(at..range.start.min(whole.end));
        }
        at = at.max(range.end);
    }
    if at < whole.end {
        gaps.push(at..whole.end);
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_what_is_not_covered() {
        assert_eq!(gaps(vec![20..30, 5..12, 8..10], 0..40), [0..5, 12..20, 30..40]);
        assert!(gaps(vec![0..2, 2..4], 3..4).is_empty());
    }
}
