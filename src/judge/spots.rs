//! Where in a text a pattern can match at all: around the words or digits that each of its matches
//! holds. The words are terms of the automaton, so finding them costs nothing more.

use std::cell::OnceCell;
use std::ops::Range;

use crate::fold::{Fold, Letters, fold_char};
use crate::matcher::Match;
use crate::rules::{Around, BETWEEN_GROUPS, Cue, LEAST_RUN, Pattern, Role, RuleSet};

/// Bytes on each side of a word or number within which a match that holds it begins and ends, the
/// lines it touches counted whole, where the pattern sets no limit and may go on over the end of a line.
const REACH_BYTES: usize = 512;

/// Bytes of a character at most.
const CHAR_BYTES: usize = 4;

/// Bytes that are searched for digits together.
const BLOCK_BYTES: usize = 64;
/// Of these so many at once where there are any.
const WORD_BYTES: usize = 8;

/// The places to look at, for all pattern rules.
pub(super) struct Spots<'a> {
    rules: &'a RuleSet,
    flat: &'a str,
    /// By the number of the rule, then in the order of their starts: the words that its matches hold, and
    /// those that must stand near them.
    cues: Vec<(usize, &'a Match)>,
    near: Vec<(usize, &'a Match)>,
    /// All runs of digits, and how many they hold; looked for when first needed.
    runs: OnceCell<Vec<(Range<usize>, usize)>>,
}

impl<'a> Spots<'a> {
    pub(super) fn new(rules: &'a RuleSet, flat: &'a str, matches: &'a [Match]) -> Self {
        let (mut cues, mut near) = (Vec::new(), Vec::new());
        for hit in matches {
            let term = &rules.terms()[hit.term];
            match term.role {
                Role::Cue(_) => cues.push((term.rule, hit)),
                Role::Near => near.push((term.rule, hit)),
                _ => {}
            }
        }
        cues.sort_by_key(|(rule, _)| *rule);
        near.sort_by_key(|(rule, _)| *rule);
        Self { rules, flat, cues, near, runs: OnceCell::new() }
    }

    /// The pieces of the text in which rule number `rule`, which has this pattern, can match.
    pub(super) fn of(&self, rule: usize, pattern: &Pattern) -> Vec<Range<usize>> {
        let mut pieces = Pieces::new(self.flat, if pattern.stays_in_line() { 0 } else { REACH_BYTES });
        match pattern.cue() {
            Cue::None => return std::iter::once(0..self.flat.len()).collect(),
            Cue::Run(least) => {
                let runs = self.runs.get_or_init(|| runs(self.flat)).iter();
                let long = runs.filter(|(_, digits)| *digits >= least);
                // One more, so that no match that holds the run begins or ends at the piece's borders.
                let reach = pattern.longest().map(|chars| chars.saturating_add(1).saturating_mul(CHAR_BYTES));
                let reach = reach.filter(|bytes| *bytes <= REACH_BYTES);
                for (run, _) in long {
                    let start = reach.map(|bytes| run.start.saturating_sub(bytes));
                    pieces.add(run, start, reach.map(|bytes| run.end + bytes));
                }
            }
            Cue::Words => {
                for hit in of_rule(&self.cues, rule) {
                    if let Role::Cue(around) = self.rules.terms()[hit.term].role {
                        pieces.add_word(&hit.range, around, pattern);
                    }
                }
            }
        }
        pieces.found
    }

    /// Whether rule number `rule`, which has this pattern, can match nowhere: none of its words is there.
    pub(super) fn has_none(&self, rule: usize, pattern: &Pattern) -> bool {
        pattern.cue() == Cue::Words && of_rule(&self.cues, rule).next().is_none()
    }

    /// Where the words begin that must stand near the matches of rule number `rule`, of which these are the
    /// words; in order.
    pub(super) fn near(&self, rule: usize, words: &[String]) -> Vec<usize> {
        let is_written = |hit: &&Match| {
            let letters = Letters::new(self.flat.get(hit.range.clone()).unwrap_or_default());
            words.iter().any(|word| letters.as_str().contains(word.as_str()))
        };
        of_rule(&self.near, rule).filter(is_written).map(|hit| hit.range.start).collect()
    }
}

/// Those of a rule, of hits that are in the order of their rules.
fn of_rule<'a>(hits: &[(usize, &'a Match)], rule: usize) -> impl Iterator<Item = &'a Match> {
    let first = hits.partition_point(|hit| hit.0 < rule);
    let rest = hits.get(first..).unwrap_or_default().iter();
    rest.take_while(move |hit| hit.0 == rule).map(|hit| hit.1)
}

/// Pieces of a text in which a pattern can match; what overlaps is one.
///
/// A pattern takes the borders of a piece for those of a line. That does no harm, since there is always
/// a character more than a match with the word or number of this piece can have: one that begins or
/// ends at a border has another, and is in a larger piece with that.
struct Pieces<'a> {
    flat: &'a str,
    /// Bytes on each side of a word or number, the lines they touch counted whole, where there is no other
    /// limit; none where no match goes on over the end of a line.
    reach: usize,
    /// In order.
    found: Vec<Range<usize>>,
}

impl<'a> Pieces<'a> {
    fn new(flat: &'a str, reach: usize) -> Self {
        Self { flat, reach, found: Vec::new() }
    }

    /// Adds what a match can take up whose word stands at `word`, unless that word is of none. The words
    /// come in order of their starts.
    fn add_word(&mut self, word: &Range<usize>, around: Around, pattern: &Pattern) {
        let frees_ideographs = pattern.frees_ideographs();
        let is_counted = |c: char| match fold_char(c) {
            // Nearly all are of these.
            _ if !frees_ideographs && ('\u{4e00}'..='\u{9fff}').contains(&c) => true,
            Fold::Gap | Fold::Vanish => false,
            Fold::Char(folded) => !pattern.is_free(c) && (folded == c || !pattern.is_free(folded)),
            Fold::Sequence(_) => !pattern.is_free(c),
        };
        let mut end = None;
        if let Some(mut left) = around.after {
            let mut ended = !around.ends_line;
            let rest = self.flat.get(word.start..).unwrap_or_default();
            end = (rest.len() <= REACH_BYTES).then_some(self.flat.len());
            for (at, c) in rest.char_indices().take_while(|(at, _)| *at < REACH_BYTES) {
                ended |= c == '\n';
                if !is_counted(c) {
                    continue;
                }
                let Some(one_less) = left.checked_sub(1) else {
                    if !ended {
                        return;
                    }
                    end = Some(word.end.max(word.start + at + c.len_utf8()));
                    break;
                };
                left = one_less;
            }
        }
        let start = around.before.and_then(|chars| {
            let front = self.flat.get(..word.start).unwrap_or_default();
            let near = front.char_indices().rev().take_while(|(at, _)| word.start - at <= REACH_BYTES);
            let start =
                near.map(|(at, c)| (at, is_counted(c))).filter(|(_, counts)| *counts).nth(chars.into());
            start.map(|(at, _)| at).or((word.start <= REACH_BYTES).then_some(0))
        });
        self.add(word, start, end);
    }

    /// Adds the text from `start` to `end` around a word or number; where one of them is not known, whole
    /// lines as far as the reach. All together take the time of one pass over the text, however
    /// long its lines are.
    fn add(&mut self, word: &Range<usize>, start: Option<usize>, end: Option<usize>) {
        let bytes = self.flat.as_bytes();
        let end = end.unwrap_or_else(|| {
            // What is in the piece before need not be looked at again.
            let to = self.found.last().map_or(0, |last| last.end).max(word.end + self.reach);
            let tail = bytes.get(to..).and_then(|tail| memchr::memchr(b'\n', tail));
            tail.map_or(bytes.len(), |at| to + at)
        });
        // Whether its line's start is still to be found.
        let mut open = start.is_none();
        let start = start.unwrap_or(word.start.saturating_sub(self.reach));
        let mut piece = self.whole_characters(start..end);
        loop {
            let least = self.found.last().map_or(0, |last| last.end);
            if open && piece.start > least {
                let line_end = bytes.get(least..piece.start).and_then(|head| memchr::memrchr(b'\n', head));
                piece.start = line_end.map_or(least, |at| least + at + 1);
                open = line_end.is_none();
            }
            let Some(last) = self.found.pop_if(|last| piece.start <= last.end) else { break };
            open &= last.start > 0 && bytes.get(last.start - 1) != Some(&b'\n');
            piece = last.start.min(piece.start)..last.end.max(piece.end);
        }
        self.found.push(piece);
    }

    /// The bytes of a range that lie in the text, and those of the characters it cuts.
    fn whole_characters(&self, mut range: Range<usize>) -> Range<usize> {
        range.end = range.end.min(self.flat.len());
        while !self.flat.is_char_boundary(range.start) {
            range.start -= 1;
        }
        while !self.flat.is_char_boundary(range.end) {
            range.end += 1;
        }
        range
    }
}

/// Where digits of either width stand in a row, with letters or single signs of [`BETWEEN_GROUPS`] between
/// them, and how many they are; only rows that hold [`LEAST_RUN`] or more.
fn runs(flat: &str) -> Vec<(Range<usize>, usize)> {
    let bytes = flat.as_bytes();
    let mut runs = Runs { flat, found: Vec::new(), run: 0..0, digits: 0 };
    for block in (0..bytes.len()).step_by(BLOCK_BYTES) {
        match digits_of(bytes, block) {
            (false, false) => {}
            (true, false) => {
                for word in (block..block + BLOCK_BYTES).step_by(WORD_BYTES) {
                    let mut digits = narrow_digits(bytes, word);
                    while digits != 0 {
                        // As many as stand side by side.
                        let from = digits.trailing_zeros() / 8;
                        let count = (!(digits >> (from * 8)) & HIGH).trailing_zeros() / 8;
                        let side_by_side = HIGH.checked_shr(64 - count * 8).unwrap_or(0) << (from * 8);
                        runs.add(word + from as usize, count as usize, count as usize);
                        digits &= !side_by_side;
                    }
                }
            }
            (_, true) => {
                for at in block..(block + BLOCK_BYTES).min(bytes.len()) {
                    match *bytes.get(at..).unwrap_or_default() {
                        [b'0'..=b'9', ..] => runs.add(at, 1, 1),
                        // Digits of full width: from U+FF10 on.
                        [0xef, 0xbc, 0x90..=0x99, ..] => runs.add(at, 3, 1),
                        _ => {}
                    }
                }
            }
        }
    }
    runs.close();
    runs.found
}

/// Rows of letters and digits, found one after the other by their digits.
struct Runs<'a> {
    flat: &'a str,
    found: Vec<(Range<usize>, usize)>,
    /// The row that may go on, and how many digits are in it.
    run: Range<usize>,
    digits: usize,
}

impl Runs<'_> {
    /// Adds digits that stand side by side at `at`.
    fn add(&mut self, at: usize, len: usize, digits: usize) {
        let joined = self.digits > 0
            && (self.run.end == at || self.flat.get(self.run.end..at).is_some_and(is_one_row));
        if !joined {
            self.close();
            (self.run.start, self.digits) = (at, 0);
        }
        self.digits += digits;
        self.run.end = at + len;
    }

    fn close(&mut self) {
        if self.digits >= LEAST_RUN {
            self.found.push((self.run.clone(), self.digits));
        }
    }
}

/// The high bit of each of [`WORD_BYTES`] bytes.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The high bits of those of [`WORD_BYTES`] bytes, the first in the lowest byte, that are digits.
fn narrow_digits(bytes: &[u8], at: usize) -> u64 {
    let of_all = |byte: u8| u64::from_le_bytes([byte; WORD_BYTES]);
    let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk()) else { return 0 };
    let word = u64::from_le_bytes(*word);
    // A byte's high bit is set by adding where it is a digit or more, and stays where it is more than that.
    let bytes = word & !HIGH;
    (bytes + of_all(0x80 - b'0')) & !(bytes + of_all(0x7f - b'9')) & !word & HIGH
}

/// Whether a block of bytes holds digits, and whether it holds those of full width. Looks at all of them alike,
/// so that processors take many at once.
fn digits_of(bytes: &[u8], block: usize) -> (bool, bool) {
    let three = bytes.get(block..).and_then(|rest| rest.first_chunk::<{ BLOCK_BYTES + 2 }>());
    // The last block has no two bytes behind it.
    let Some(three) = three else { return (true, true) };
    let (mut narrow, mut wide) = (0, 0);
    let is_digit = |byte: u8, first: u8| u8::from(byte.wrapping_sub(first) < 10);
    for at in 0..BLOCK_BYTES {
        let (a, b, c) = (three[at], three[at + 1], three[at + 2]);
        narrow |= is_digit(a, b'0');
        wide |= u8::from(a == 0xef) & u8::from(b == 0xbc) & is_digit(c, 0x90);
    }
    (narrow != 0, wide != 0)
}

/// Whether between two digits are only letters, and signs that part the groups of a number, no two of them
/// side by side.
fn is_one_row(between: &str) -> bool {
    let mut sign = false;
    between.chars().all(|c| match c {
        'A'..='Z' | 'a'..='z' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
            sign = false;
            true
        }
        c if BETWEEN_GROUPS.contains(&c) => !std::mem::replace(&mut sign, true),
        c => fold_char(c) == Fold::Vanish,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Kind;

    #[test]
    fn runs_are_found_wherever_they_begin() {
        let found = |flat: &str| -> Vec<(String, usize)> {
            runs(flat).into_iter().map(|(range, digits)| (flat[range].to_owned(), digits)).collect()
        };
        let one = |run: &str, digits| vec![(run.to_owned(), digits)];
        assert_eq!(found("电话138-0013 8000，共123份"), one("138-0013 8000", 11));
        assert_eq!(found("，１２Ａｂ５ 6号"), one("１２Ａｂ５ 6", 4));
        assert_eq!(found("／０９ＡＺａｚ９：＠［｀｛"), []);
        assert_eq!(found("沪A·12345"), one("12345", 5));
        assert_eq!(found("12  34年12"), []);
        assert_eq!(found("104.288134\t31.3778"), [one("104.288134", 9), one("31.3778", 6)].concat());
        assert_eq!(found("1234--5678").len(), 2);
        assert_eq!(found("12a-b34"), one("12a-b34", 4));
        assert_eq!(found("1\u{200b}38\u{feff}0013"), one("1\u{200b}38\u{feff}0013", 7));
        assert_eq!(found("12é34甲1234"), one("1234", 4));
        assert!(found("").is_empty());
        let digits = |flat: &str| runs(flat).into_iter().map(|run| run.1).collect::<Vec<_>>();
        assert_eq!(digits("The 2 years from 2019 to 2021, number 12345678901"), [9, 11]);
        assert_eq!(digits("，１２Ａｂ５号 abcdefgh12345678ijkl9"), [9]);
        // Wherever it stands in a block.
        for before in 0..140 {
            for run in ["1234", "１２３４", "1-2b c3·4", "12３４"] {
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
    fn pieces_do_not_overlap() {
        let flat = "a".repeat(20);
        let joined = |ranges: &[Range<usize>]| {
            let mut pieces = Pieces::new(&flat, REACH_BYTES);
            ranges.iter().for_each(|range| pieces.add(range, Some(range.start), Some(range.end)));
            pieces.found.into_iter().map(|piece| (piece.start, piece.end)).collect::<Vec<_>>()
        };
        assert_eq!(joined(&[0..3, 3..5, 7..9, 12..14, 11..13, 8..12]), [(0, 5), (7, 14)]);
        assert_eq!(joined(&[5..6, 7..8, 0..9]), [(0, 9)]);
        assert_eq!(joined(&[15..17, 16..30]), [(15, 20)]);
    }

    #[test]
    fn whole_lines_around_a_word_without_an_end() {
        let line = "字".repeat(300);
        let flat = format!("{line}\n{line}\n标底\n{line}\n{line}\n{line}\n标底");
        let at: Vec<usize> = flat.match_indices("标底").map(|(at, _)| at).collect();
        let lines = |words: &[(usize, Option<usize>)]| -> Vec<String> {
            let mut pieces = Pieces::new(&flat, REACH_BYTES);
            words.iter().for_each(|(at, start)| pieces.add(&(*at..at + 6), *start, start.map(|at| at + 9)));
            pieces.found.into_iter().map(|piece| flat[piece].replace(&line, "行")).collect()
        };
        assert_eq!(lines(&[(at[0], None), (at[1], None)]), ["行\n标底\n行", "行\n标底"]);
        // The line began in front of pieces that have an end of their own.
        let cut = |at| (at, Some(at));
        assert_eq!(lines(&[cut(904), cut(1201), (at[0], None)]), ["行\n标底\n行"]);
        assert_eq!(lines(&[cut(904), cut(at[1])]), ["字字字", "标底"]);
    }

    /// The pieces of a text in which a pattern can match.
    fn pieces(pattern: &str, text: &str) -> Vec<String> {
        let names = ["title", "why", "advice"].map(|name| format!("{name} = {{ zh = \"a\", en = \"a\" }}\n"));
        let rule = format!(
            "[[rule]]\nid = \"a.b\"\nkind = \"pattern\"\nverdict = \"review\"\n{}pattern = '{pattern}'\nhit = []\nmiss = []\n",
            names.concat()
        );
        let mut rules = RuleSet::default();
        rules.add_list("a.toml", rule.as_bytes(), crate::finding::Verdict::Review).unwrap();
        let mut content = crate::text::Text::new();
        content.push(crate::text::At::new(crate::text::Place::Body), text);
        let matches = crate::matcher::Matcher::new(&rules).find(&rules, &content);
        let spots = Spots::new(&rules, content.as_str(), &matches);
        let Kind::Pattern { pattern, .. } = &rules.rule(0).kind else { panic!("a pattern") };
        spots.of(0, pattern).into_iter().map(|piece| content.as_str()[piece].to_owned()).collect()
    }

    #[test]
    fn words_of_lines_that_go_on_are_none() {
        for (text, ends) in [
            ("不得外传", true),
            ("不得外传。★ \t。\n严禁", true),
            ("不得外 传的\n", true),
            ("不得外传的人\n", false),
            ("不得外传，。", true),
            ("不得外传，的", false),
        ] {
            assert_eq!(!pieces("外传.?[。★]*$", text).is_empty(), ends, "{text}");
        }
    }

    #[test]
    fn pieces_have_a_character_more_than_a_match() {
        // Two in front, four from the first on; white space and signs at will are not counted.
        assert_eq!(pieces(".{2}[(（]*外传.{0,2}", "甲乙丙丁((外传。\n，戊己庚"), ["乙丙丁((外传。\n，戊"]);
        assert_eq!(pieces(".{2}外传", "甲外传乙外传"), ["甲外传乙外传"]);
    }
}
