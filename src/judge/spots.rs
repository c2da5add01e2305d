//! Where in a text a pattern can match at all: around the words or digits that each of its matches
//! holds. The words are terms of the automaton, so finding them costs nothing more.

use std::cell::OnceCell;
use std::ops::Range;

use super::runs::runs;
use crate::fold::Letters;
use crate::matcher::Match;
use crate::rules::{Around, Cue, Free, Pattern, REACH_BYTES, Role, RuleSet};

/// Bytes of a character at most.
const CHAR_BYTES: usize = 4;

/// The places to look at, for all pattern rules.
pub(super) struct Spots<'a> {
    rules: &'a RuleSet,
    flat: &'a str,
    /// The words that the matches of rules hold, and those that must stand near them.
    cues: ByRule<'a>,
    near: ByRule<'a>,
    /// All runs of digits, and how many they hold; looked for when first needed.
    runs: OnceCell<Vec<(Range<usize>, usize)>>,
}

impl<'a> Spots<'a> {
    pub(super) fn new(rules: &'a RuleSet, flat: &'a str, matches: &'a [Match]) -> Self {
        let cues = ByRule::new(rules, matches, |role| matches!(role, Role::Cue(_)));
        let near = ByRule::new(rules, matches, |role| role == Role::Near);
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
                let free = pattern.free();
                for hit in self.cues.of(rule) {
                    if let Role::Cue(around) = self.rules.terms()[hit.term].role {
                        pieces.add_word(&hit.range, around, free);
                    }
                }
            }
        }
        pieces.found
    }

    /// Whether rule number `rule`, which has this pattern, can match nowhere: none of its words is there.
    pub(super) fn has_none(&self, rule: usize, pattern: &Pattern) -> bool {
        self.cues.of(rule).is_empty() && pattern.cue() == Cue::Words
    }

    /// Where the words begin that must stand near the matches of rule number `rule`, of which these are the
    /// words; in order.
    pub(super) fn near(&self, rule: usize, words: &[String]) -> Vec<usize> {
        let is_written = |hit: &&&Match| {
            let letters = Letters::new(self.flat.get(hit.range.clone()).unwrap_or_default());
            words.iter().any(|word| letters.as_str().contains(word.as_str()))
        };
        self.near.of(rule).iter().filter(is_written).map(|hit| hit.range.start).collect()
    }
}

/// Hits by the number of their rule, then in the order of their starts.
struct ByRule<'a> {
    hits: Vec<&'a Match>,
    /// Where those of each rule end.
    ends: Vec<usize>,
}

impl<'a> ByRule<'a> {
    /// Those of `matches` whose terms have a role that is `wanted`.
    fn new(rules: &RuleSet, matches: &'a [Match], wanted: impl Fn(Role) -> bool) -> Self {
        let terms = rules.terms();
        let rule_of = |hit: &Match| Some(&terms[hit.term]).filter(|term| wanted(term.role)).map(|t| t.rule);
        // Each is counted, then put where those of the rules before end.
        let mut ends = vec![0; rules.iter().len()];
        for rule in matches.iter().filter_map(rule_of) {
            ends[rule] += 1;
        }
        let mut count = 0;
        for end in &mut ends {
            (*end, count) = (count, count + *end);
        }
        let mut by_rule = Self { hits: matches.iter().take(count).collect(), ends };
        for hit in matches {
            if let Some(rule) = rule_of(hit) {
                let end = &mut by_rule.ends[rule];
                by_rule.hits[*end] = hit;
                *end += 1;
            }
        }
        by_rule
    }

    fn of(&self, rule: usize) -> &[&'a Match] {
        let end = |rule: usize| self.ends.get(rule).copied().unwrap_or(0);
        self.hits.get(rule.checked_sub(1).map_or(0, end)..end(rule)).unwrap_or_default()
    }
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

    /// Adds what a match can take up whose word stands at `word`. The words come in order of their starts.
    fn add_word(&mut self, word: &Range<usize>, around: Around, free: &Free) {
        let Some((front, rest)) = self.flat.split_at_checked(word.start) else { return };
        let end = around.after.and_then(|chars| match free.counted_ahead(rest, chars) {
            Some(last) => Some(word.end.max(word.start + last.end)),
            None => (rest.len() <= REACH_BYTES).then_some(self.flat.len()),
        });
        let start = around.before.and_then(|chars| {
            free.counted_behind(front, chars).or((front.len() <= REACH_BYTES).then_some(0))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Kind;

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
