//! Where in a text a pattern can match at all: around the words or digits that each of its matches
//! holds. The words are terms of the automaton, so finding them costs nothing more.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::fold::Letters;
use crate::matcher::Match;
use crate::rules::{BETWEEN_GROUPS, Cue, Kind, LEAST_RUN, Role, RuleSet};

/// Bytes on each side of a word or number within which a match that holds it begins and ends, the
/// lines it touches counted whole.
const REACH_BYTES: usize = 512;

/// Bytes of a character at most.
const CHAR_BYTES: usize = 4;

/// Bytes that are searched for letters and digits together.
const BLOCK_BYTES: usize = 64;

/// The places to look at, for all pattern rules.
pub(super) struct Spots<'a> {
    flat: &'a str,
    /// For each rule, where its words stand, in order.
    words: BTreeMap<usize, Vec<Range<usize>>>,
    /// For each rule, where the words that must stand near its matches begin, in order.
    near: BTreeMap<usize, Vec<usize>>,
    /// All runs of letters and digits with their length; looked for when first needed.
    runs: OnceCell<Vec<(Range<usize>, usize)>>,
}

impl<'a> Spots<'a> {
    pub(super) fn new(rules: &RuleSet, flat: &'a str, matches: &[Match]) -> Self {
        let mut spots = Self { flat, words: BTreeMap::new(), near: BTreeMap::new(), runs: OnceCell::new() };
        for hit in matches {
            let term = &rules.terms()[hit.term];
            match (term.role, &rules.rule(term.rule).kind) {
                (Role::Cue, _) => spots.words.entry(term.rule).or_default().push(hit.range.clone()),
                (Role::Near, Kind::Pattern { near, .. }) => {
                    let letters = Letters::new(flat.get(hit.range.clone()).unwrap_or_default());
                    if near.iter().any(|word| letters.as_str().contains(word.as_str())) {
                        spots.near.entry(term.rule).or_default().push(hit.range.start);
                    }
                }
                _ => {}
            }
        }
        spots
    }

    /// The pieces of the text, whole lines, in which rule number `rule` can match, whose matches have
    /// at most so many characters.
    pub(super) fn of(&self, rule: usize, cue: Cue, longest: Option<usize>) -> Vec<Range<usize>> {
        let reach = longest.map_or(REACH_BYTES, |chars| REACH_BYTES.min(chars.saturating_mul(CHAR_BYTES)));
        match cue {
            Cue::None => std::iter::once(0..self.flat.len()).collect(),
            Cue::Run(least) => {
                let runs = self.runs.get_or_init(|| runs(self.flat)).iter();
                let long = runs.filter(|(_, length)| *length >= least).map(|(range, _)| range.clone());
                widened(self.flat, &long.collect::<Vec<_>>(), reach)
            }
            Cue::Words => {
                self.words.get(&rule).map_or_else(Vec::new, |words| widened(self.flat, words, reach))
            }
        }
    }

    /// Where the words begin that must stand near the matches of rule number `rule`, in order.
    pub(super) fn near(&self, rule: usize) -> &[usize] {
        self.near.get(&rule).map_or(&[], Vec::as_slice)
    }
}

/// The lines around `spots`, which are in order of their ends; what overlaps is one.
fn widened(flat: &str, spots: &[Range<usize>], reach: usize) -> Vec<Range<usize>> {
    let bytes = flat.as_bytes();
    let mut wide: Vec<Range<usize>> = Vec::new();
    for spot in spots {
        let (from, to) = (spot.start.saturating_sub(reach), spot.end.saturating_add(reach));
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

/// Where Latin letters or digits of either width stand in a row, with at most one of
/// [`BETWEEN_GROUPS`] between two of them, and how many they are; only rows that hold
/// [`LEAST_RUN`] or more.
fn runs(flat: &str) -> Vec<(Range<usize>, usize)> {
    let mut found = Vec::new();
    let (mut start, mut end, mut count) = (0, 0, 0);
    let mut close = |range: Range<usize>, count: usize| {
        if count >= LEAST_RUN {
            found.push((range, count));
        }
    };
    let bytes = flat.as_bytes();
    let mut at = 0;
    for block in (0..bytes.len()).step_by(BLOCK_BYTES) {
        if !may_count(bytes, block) {
            continue;
        }
        at = block.max(at);
        while at < block + BLOCK_BYTES {
            let (len, counts) = match *bytes.get(at..).unwrap_or_default() {
                [byte @ 0..=0x7f, ..] => (1, byte.is_ascii_alphanumeric()),
                // Digits and letters of full width: U+FF10, U+FF21 and U+FF41.
                [0xef, 0xbc, byte, ..] => (3, matches!(byte, 0x90..=0x99 | 0xa1..=0xba)),
                [0xef, 0xbd, byte, ..] => (3, matches!(byte, 0x81..=0x9a)),
                // A block may begin inside a character.
                [0x80..=0xbf, ..] => (1, false),
                [0xc0..=0xdf, ..] => (2, false),
                [0xe0..=0xef, ..] => (3, false),
                [_, ..] => (4, false),
                [] => break,
            };
            if counts {
                // One sign between groups is two or three bytes at most.
                let joined = count > 0 && flat.get(end..at).is_some_and(is_between_groups);
                if !joined {
                    close(start..end, count);
                    (start, count) = (at, 0);
                }
                count += 1;
                end = at + len;
            }
            at += len;
        }
    }
    close(start..end, count);
    found
}

/// Whether a block of bytes may hold a letter or digit that counts. Looks at all of them alike, so
/// that processors take many at once.
fn may_count(bytes: &[u8], block: usize) -> bool {
    let three = bytes.get(block..).and_then(|rest| rest.first_chunk::<{ BLOCK_BYTES + 2 }>());
    // The last block has no two bytes behind it.
    let Some(three) = three else { return true };
    let mut any = 0;
    for at in 0..BLOCK_BYTES {
        let (a, b, c) = (three[at], three[at + 1], three[at + 2]);
        let narrow = u8::from(a.wrapping_sub(b'0') < 10) | u8::from((a | 0x20).wrapping_sub(b'a') < 26);
        // Full width; third bytes of the comma to the full stop are those of no letter or digit.
        let wide = u8::from(a == 0xef) & u8::from(b & 0xfe == 0xbc) & u8::from(c & 0xfc != 0x8c);
        any |= narrow | wide;
    }
    any != 0
}

/// Whether this is nothing or one sign that parts the groups of a number.
fn is_between_groups(between: &str) -> bool {
    let mut chars = between.chars();
    chars.next().is_none_or(|c| BETWEEN_GROUPS.contains(&c)) && chars.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_found_wherever_they_begin() {
        let found = |flat: &str| -> Vec<(String, usize)> {
            runs(flat).into_iter().map(|(range, count)| (flat[range].to_owned(), count)).collect()
        };
        let one = |run: &str, count| vec![(run.to_owned(), count)];
        assert_eq!(found("电话138-0013 8000，共123份"), one("138-0013 8000", 11));
        assert_eq!(found("，１２Ａｂ５号"), one("１２Ａｂ５", 5));
        assert_eq!(found("／０９ＡＺａｚ：＠［｀｛"), one("０９ＡＺａｚ", 6));
        assert_eq!(found("沪A·12345"), one("A·12345", 6));
        assert_eq!(found("12  34年12"), []);
        assert_eq!(found("1234--5678").len(), 2);
        assert_eq!(found("甲é1234"), one("é1234".trim_start_matches('é'), 4));
        assert!(found("").is_empty());
        // Wherever it stands in a block.
        for before in 0..140 {
            for run in ["1234", "１２３４", "a-b c·d", "12３４"] {
                let flat = format!(
                    "{}{}{run}{}",
                    "x".repeat(before % 3).replace('x', "é"),
                    "密".repeat(before / 3),
                    "，".repeat(before / 2)
                );
                assert_eq!(found(&flat), one(run, 4), "{flat}");
            }
        }
    }

    #[test]
    fn pieces_are_whole_lines_and_do_not_overlap() {
        let line = "字".repeat(300);
        let flat = format!("{line}\n{line}\n标底\n{line}\n{line}\n{line}\n标底");
        let at: Vec<usize> = flat.match_indices("标底").map(|(at, _)| at).collect();
        let wide = widened(&flat, &[at[0]..at[0] + 6, at[1]..at[1] + 6], REACH_BYTES);
        let lines: Vec<usize> = wide.iter().map(|w| flat[w.clone()].lines().count()).collect();
        assert_eq!(lines, [3, 2]);
        assert!(flat[wide[0].clone()].contains("标底"));
        let one_line = flat.replace('\n', "");
        assert_eq!(widened(&one_line, &[10..16, 400..406], REACH_BYTES), vec![0..one_line.len(); 1]);
    }
}
