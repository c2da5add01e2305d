//! Where in a text a pattern can match at all: around the words or digits that each of its matches
//! holds. The words are terms of the automaton, so finding them costs nothing more.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::fold::{Folded, fold_letters};
use crate::matcher::Match;
use crate::rules::{Cue, Kind, RUN_CHARS, Role, RuleSet};

/// Bytes on each side of a word or number within which a match that holds it begins and ends, the
/// lines it touches counted whole.
const REACH_BYTES: usize = 512;

/// The places to look at, for all pattern rules.
pub(super) struct Spots<'a> {
    flat: &'a str,
    /// For each rule, where its words stand, in order.
    words: BTreeMap<usize, Vec<Range<usize>>>,
    /// For each rule, where the words that must stand near its matches begin, in order.
    near: BTreeMap<usize, Vec<usize>>,
    /// Around all runs of digits; looked for when first needed.
    runs: OnceCell<Vec<Range<usize>>>,
}

impl<'a> Spots<'a> {
    pub(super) fn new(rules: &RuleSet, flat: &'a str, matches: &[Match]) -> Self {
        let mut spots = Self { flat, words: BTreeMap::new(), near: BTreeMap::new(), runs: OnceCell::new() };
        let mut folded = Folded::default();
        for hit in matches {
            let term = &rules.terms()[hit.term];
            match (term.role, &rules.rule(term.rule).kind) {
                (Role::Cue, _) => spots.words.entry(term.rule).or_default().push(hit.range.clone()),
                (Role::Near, Kind::Pattern { near, .. }) => {
                    fold_letters(flat.get(hit.range.clone()).unwrap_or_default(), &mut folded);
                    if near.iter().any(|word| folded.text.contains(word.as_str())) {
                        spots.near.entry(term.rule).or_default().push(hit.range.start);
                    }
                }
                _ => {}
            }
        }
        spots
    }

    /// The pieces of the text, whole lines, in which rule number `rule` can match.
    pub(super) fn of(&self, rule: usize, cue: Cue) -> Vec<Range<usize>> {
        match cue {
            Cue::None => std::iter::once(0..self.flat.len()).collect(),
            Cue::Run => self.runs.get_or_init(|| widened(self.flat, &runs(self.flat))).clone(),
            Cue::Words => self.words.get(&rule).map_or_else(Vec::new, |words| widened(self.flat, words)),
        }
    }

    /// Where the words begin that must stand near the matches of rule number `rule`, in order.
    pub(super) fn near(&self, rule: usize) -> &[usize] {
        self.near.get(&rule).map_or(&[], Vec::as_slice)
    }
}

/// The lines around `spots`, which are in order of their ends; what overlaps is one.
fn widened(flat: &str, spots: &[Range<usize>]) -> Vec<Range<usize>> {
    let bytes = flat.as_bytes();
    let mut wide: Vec<Range<usize>> = Vec::new();
    for spot in spots {
        let (from, to) = (spot.start.saturating_sub(REACH_BYTES), spot.end.saturating_add(REACH_BYTES));
        let least = wide.last().map_or(0, |last| last.end);
        if to <= least {
            continue;
        }
        let behind = bytes.get(to..).and_then(|rest| rest.iter().position(|&b| b == b'\n'));
        let end = behind.map_or(bytes.len(), |at| to + at);
        match wide.last_mut() {
            Some(last) if from <= last.end => last.end = end,
            _ => {
                let before = bytes.get(least..from).and_then(|head| head.iter().rposition(|&b| b == b'\n'));
                let start = before.map_or(least, |at| least + at + 1);
                match wide.last_mut() {
                    // The line began in the piece before.
                    Some(last) if before.is_none() => last.end = end,
                    _ => wide.push(start..end),
                }
            }
        }
    }
    wide
}

/// Where at least [`RUN_CHARS`] Latin letters or digits stand in a row, of either width. Looks at
/// every fourth byte: a run can't hide between them.
fn runs(flat: &str) -> Vec<Range<usize>> {
    let bytes = flat.as_bytes();
    let mut found = Vec::new();
    let mut at = RUN_CHARS - 1;
    while let Some(&byte) = bytes.get(at) {
        let narrow = byte.is_ascii_alphanumeric();
        // The second byte of a full-width letter or digit is BC or BD.
        let wide = matches!(byte, 0xbc | 0xbd) && is_wide(bytes, at);
        if narrow || wide {
            let width = if wide { 3 } else { 1 };
            let is = |at: usize| match wide {
                true => is_wide(bytes, at),
                false => bytes.get(at).is_some_and(u8::is_ascii_alphanumeric),
            };
            let (mut start, mut end) = (at, at + width);
            while start >= width && is(start - width) {
                start -= width;
            }
            while is(end) {
                end += width;
            }
            if end - start >= RUN_CHARS * width {
                found.push(start.saturating_sub(1)..end);
            }
            at = end;
        }
        at += RUN_CHARS;
    }
    found
}

/// Whether the byte at `at` is the second of a full-width letter or digit.
fn is_wide(bytes: &[u8], at: usize) -> bool {
    let of = |at: usize| bytes.get(at).copied().unwrap_or_default();
    at > 0
        && of(at - 1) == 0xef
        && match of(at) {
            0xbc => matches!(of(at + 1), 0x90..=0x99 | 0xa1..=0xba),
            0xbd => matches!(of(at + 1), 0x81..=0x9a),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_found_wherever_they_begin() {
        for before in 0..6 {
            let narrow = format!("{}1234号abc", "。".repeat(before));
            let from = before * 3;
            assert_eq!(runs(&narrow).first(), Some(&(from.saturating_sub(1)..from + 4)), "{before}");
            let wide = format!("{}１２Ａｂ号", "x，".repeat(before));
            assert_eq!(runs(&wide).len(), 1, "{before}");
        }
        assert!(runs("共123份，４５６件，ab12c").iter().all(|run| run.len() == 6), "ab12c only");
        assert!(runs("").is_empty());
        let shifted = |n: usize| format!("{}13800138000", "a ".repeat(n));
        assert!((0..9).all(|n| runs(&shifted(n)).len() == 1));
    }

    #[test]
    fn pieces_are_whole_lines_and_do_not_overlap() {
        let line = "字".repeat(300);
        let flat = format!("{line}\n{line}\n标底\n{line}\n{line}\n{line}\n标底");
        let at: Vec<usize> = flat.match_indices("标底").map(|(at, _)| at).collect();
        let wide = widened(&flat, &[at[0]..at[0] + 6, at[1]..at[1] + 6]);
        let lines: Vec<usize> = wide.iter().map(|w| flat[w.clone()].lines().count()).collect();
        assert_eq!(lines, [3, 2]);
        assert!(flat[wide[0].clone()].contains("标底"));
        let one_line = flat.replace('\n', "");
        assert_eq!(widened(&one_line, &[10..16, 400..406]), vec![0..one_line.len(); 1]);
    }
}
