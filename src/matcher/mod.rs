//! Where the terms of the rules stand in a text, overlapping, with what lay between their characters.
//!
//! A table tells for each character as it stands in the text what it folds to, as the number that
//! the terms' characters have, and a bitmap knows the pairs of them that terms begin with. What is
//! left, in ordinary text one character in dozens, walks down the tree of the terms;
//! gaps, and what folds to several characters, are met in `search` only, so that no copy of the text
//! and no map back are needed, and large texts go through whole.
//!
//! A match is not judged here, only described. Dropped at once are those whose characters are too
//! far apart to be one word: more than [`GAP_CHARS`] skipped characters between two of them, or a
//! border between parts or pages; and the words of patterns whose matches end their line, in lines that go on.

mod pairs;
mod search;
mod trie;

use std::ops::Range;

use crate::fold::{Fold, fold_char};
use crate::rules::{Role, RuleSet};
use crate::text::{Break, Text};
use pairs::{Pairs, Row, Rows};
use search::Search;
use trie::Trie;

/// Characters (white space, separators) that may stand between two characters of a term.
pub const GAP_CHARS: u32 = 8;
/// Code points of the basic plane.
const PLANE: usize = 1 << 16;

/// In place of a code: a gap, or a character without a shape.
const SKIPPED: u16 = u16::MAX - 1;
/// In place of a code: a term alone, or not one character of the basic plane, so a closer look is needed.
const LOOK: u16 = u16::MAX;

/// A term found in the text, not yet judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// Index into [`RuleSet::terms`].
    pub term: usize,
    /// Bytes of the original text, half open.
    pub range: Range<usize>,
    /// What lay between its characters.
    pub gap: Gaps,
}

/// What lay between the characters of a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Gaps {
    /// White space, in characters.
    pub blank: u32,
    /// Separators, in characters.
    pub separators: u32,
    /// Characters without a shape.
    pub shapeless: u32,
    /// Gaps that hold a line end or a harder break.
    pub broken: u32,
    /// The hardest break.
    pub hardest: Break,
}

impl Gaps {
    /// Whether nothing lay between the characters.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// The terms of a rule set, ready to be found.
#[derive(Debug)]
pub struct Matcher {
    /// The different folded terms.
    trie: Trie,
    /// For each of them, where its terms end in `terms`.
    term_ends: Vec<u32>,
    /// Indices into [`RuleSet::terms`], by folded term.
    terms: Vec<u32>,
    /// The numbers of the folded characters of the terms, by code point; 0 for others.
    alphabet: Vec<u32>,
    /// Up to which of these numbers terms begin with them.
    firsts: u16,
    /// For each character of the basic plane, as it stands in the text, the number of what it folds to; 0
    /// where no term has that.
    codes: Box<[u16; PLANE]>,
    /// The first two characters of the terms, in two ways, of which the first costs less.
    rows: Rows,
    pairs: Pairs,
    /// Of those that begin inside words of Latin letters, too.
    inside: Pairs,
}

/// The last character that is no gap: where it begins and ends, and its code, or 0 where no term can begin with
/// it.
#[derive(Default)]
struct Last {
    start: usize,
    end: usize,
    code: u16,
    /// What terms begin with it and go on with.
    row: Row,
}

/// What a character does in terms, the most telling first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    /// It is a term.
    Alone,
    First,
    Inside,
}

impl Matcher {
    /// Prepares the terms of `rules`.
    pub fn new(rules: &RuleSet) -> Self {
        let all = rules.terms();
        let mut order: Vec<u32> = (0..).take(all.len()).collect();
        let folded_of = |index: u32| all.get(index as usize).map_or("", |term| term.folded.as_str());
        order.sort_unstable_by(|&a, &b| folded_of(a).cmp(folded_of(b)).then(a.cmp(&b)));
        order.retain(|&index| !folded_of(index).is_empty());
        let mut folded: Vec<&str> = Vec::new();
        let mut term_ends: Vec<u32> = Vec::new();
        for (at, &index) in (1..).zip(&order) {
            let term = folded_of(index);
            match term_ends.last_mut() {
                Some(end) if folded.last() == Some(&term) => *end = at,
                _ => {
                    folded.push(term);
                    term_ends.push(at);
                }
            }
        }
        let uses = uses(&folded);
        let numbered = |of: Use| uses.iter().zip(0..).filter(move |(known, _)| **known == Some(of));
        let mut alphabet = vec![0; uses.len()];
        let mut last = 0;
        let mut counts = [0; 3];
        for (of, count) in [Use::Alone, Use::First, Use::Inside].into_iter().zip(&mut counts) {
            for (_, at) in numbered(of) {
                last += 1;
                let at: usize = at;
                alphabet[at] = last;
            }
            // There are far fewer different characters; with more, each would be looked at closely.
            *count = u16::try_from(last).unwrap_or(LOOK);
        }
        let code = |c: char| alphabet.get(c as usize).copied().unwrap_or(0);
        let trie = Trie::new(&folded, last, code);
        let first_two = |term: &str| {
            let mut chars = term.chars().map(code);
            Some((chars.next()?, chars.next()?))
        };
        let mut pairs: Vec<(u32, u32)> = folded.iter().copied().filter_map(first_two).collect();
        pairs.dedup();
        let cues = all.iter().filter(|term| matches!(term.role, Role::Cue(_)));
        let latin = cues.map(|term| term.folded.as_str()).filter(|term| begins_latin(term));
        let inside: Vec<(u32, u32)> = latin.filter_map(first_two).collect();
        Self {
            trie,
            term_ends,
            codes: codes(&alphabet, counts[0]),
            firsts: counts[1],
            rows: Rows::new(&pairs),
            pairs: Pairs::new(&pairs),
            inside: Pairs::new(&inside),
            terms: order,
            alphabet,
        }
    }

    /// All matches in `text`, by their start, then the shorter first.
    pub fn find(&self, rules: &RuleSet, text: &Text) -> Vec<Match> {
        let mut search = Search::new(self, rules, text);
        self.scan(text.as_str(), &mut search);
        let mut found = search.found;
        // They were found by their start.
        for same in found.chunk_by_mut(|a, b| a.range.start == b.range.start) {
            same.sort_by_key(|m| m.range.end);
        }
        drop_allowed(rules, &mut found);
        found
    }

    /// Looks at each place of the text whether a term may begin there.
    fn scan(&self, flat: &str, search: &mut Search) {
        let mut last = Last::default();
        let mut at = 0;
        while let Some((code, len)) = self.code_at(flat.as_bytes(), at) {
            if code < SKIPPED {
                // An address behind what may be Chinese is skipped.
                if len == 1
                    && self.is_first(last.code)
                    && at - last.start >= 3
                    && flat.as_bytes()[at].is_ascii_alphabetic()
                    && search.is_address(at)
                {
                    search.begin(last.start);
                    (last.code, last.row) = (0, Row::default());
                }
                // Nearly all places of a text are done with after one of the two looks.
                if last.row.may_hold(code) && self.pairs.may_hold(last.code, code) {
                    search.begin_pair(last.start..last.end, last.code, at..at + len, code);
                }
                last = Last { start: at, end: at + len, code, row: self.rows.of(code) };
            } else if code == LOOK {
                if self.is_first(last.code) {
                    search.begin(last.start);
                }
                search.begin(at);
                (last.code, last.row) = (0, Row::default());
            }
            at += len;
        }
    }

    /// The code of the character at `at`, and how many bytes it has.
    #[inline(always)]
    fn code_at(&self, text: &[u8], at: usize) -> Option<(u16, usize)> {
        // UTF-8: 0xxxxxxx, 110xxxxx 10xxxxxx, 1110xxxx 10xxxxxx 10xxxxxx, 11110xxx and three more.
        match *text.get(at..)? {
            [a @ 0xe0..=0xef, b, c, ..] => {
                let high = usize::from(a & 0xf) << 12 | usize::from(b & 0x3f) << 6;
                Some((self.codes[high | usize::from(c & 0x3f)], 3))
            }
            [a @ 0..=0x7f, ..] => Some((self.codes[usize::from(a)], 1)),
            [a @ 0xc0..=0xdf, b, ..] => {
                Some((self.codes[usize::from(a & 0x1f) << 6 | usize::from(b & 0x3f)], 2))
            }
            // Outside the basic plane.
            [_, ..] => Some((LOOK, 4)),
            [] => None,
        }
    }

    /// Whether terms begin with the character of this code and go on.
    fn is_first(&self, code: u16) -> bool {
        code.wrapping_sub(1) < self.firsts
    }

    /// The code of a character that is folded already.
    fn code(&self, folded: char) -> u32 {
        self.alphabet.get(folded as usize).copied().unwrap_or(0)
    }
}

/// What the characters of the folded terms do in them, by code point.
fn uses(folded: &[&str]) -> Vec<Option<Use>> {
    let mut uses = vec![None; PLANE];
    let mut note = |c: char, of: Use| {
        let at = c as usize;
        if at >= uses.len() {
            uses.resize(at + 1, None);
        }
        uses[at] = uses[at].map_or(Some(of), |known: Use| Some(known.min(of)));
    };
    for term in folded {
        let mut chars = term.chars();
        let Some(first) = chars.next() else { continue };
        note(first, if chars.as_str().is_empty() { Use::Alone } else { Use::First });
        chars.for_each(|c| note(c, Use::Inside));
    }
    uses
}

/// The code of what each character of the basic plane folds to. Those up to `alone` are terms alone.
fn codes(alphabet: &[u32], alone: u16) -> Box<[u16; PLANE]> {
    let code = |c: char| {
        let code = u16::try_from(alphabet.get(c as usize).copied().unwrap_or(0));
        code.ok().filter(|&code| code == 0 || code > alone && code < SKIPPED).unwrap_or(LOOK)
    };
    let mut codes = Box::new([0; PLANE]);
    for c in '\0'..='\u{ffff}' {
        codes[c as usize] = match fold_char(c) {
            Fold::Char(folded) => code(folded),
            Fold::Sequence(_) => LOOK,
            Fold::Gap | Fold::Vanish => SKIPPED,
        };
    }
    codes
}

fn begins_latin(term: &str) -> bool {
    term.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric())
}

/// Takes out the allowing terms and every match that lies inside one of them.
fn drop_allowed(rules: &RuleSet, found: &mut Vec<Match>) {
    let is_allow = |m: &Match| rules.terms()[m.term].role == Role::Allow;
    let mut allowed: Vec<Range<usize>> =
        found.iter().filter(|m| is_allow(m)).map(|m| m.range.clone()).collect();
    if allowed.is_empty() {
        return;
    }
    // They are in order of their starts: each gets the last end of itself and all before it.
    let mut last = 0;
    for range in &mut allowed {
        last = last.max(range.end);
        range.end = last;
    }
    let inside = |range: &Range<usize>| {
        let before = allowed.partition_point(|a| a.start <= range.start).checked_sub(1);
        before.and_then(|at| allowed.get(at)).is_some_and(|a| a.end >= range.end)
    };
    found.retain(|m| !is_allow(m) && (is_cue(rules.terms()[m.term].role) || !inside(&m.range)));
}

/// Whether matches are no hits, but tell where a pattern is worth trying.
fn is_cue(role: Role) -> bool {
    matches!(role, Role::Cue(_) | Role::Near)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Verdict;
    use crate::text::{At, Place};

    fn find(list: &str, pieces: &[(Place, &str)]) -> Vec<(String, Gaps)> {
        let mut rules = RuleSet::default();
        rules.add_list("own.txt", list.as_bytes(), Verdict::Block).unwrap();
        let mut text = Text::new();
        for (place, piece) in pieces {
            text.push(At::new(*place), piece);
        }
        let found = Matcher::new(&rules).find(&rules, &text);
        found.into_iter().map(|m| (text.as_str()[m.range].to_owned(), m.gap)).collect()
    }

    fn words(list: &str, text: &str) -> Vec<String> {
        find(list, &[(Place::Body, text)]).into_iter().map(|(word, _)| word).collect()
    }

    #[test]
    fn overlapping_hits_are_all_found() {
        assert_eq!(words("国家秘密\n秘密\n密级", "国家秘密级别"), ["国家秘密", "秘密", "密级"]);
    }

    #[test]
    fn gaps_are_kept_as_evidence_and_bounded() {
        let found = find("绝密", &[(Place::Body, "绝 *\u{200b}密")]);
        assert_eq!(found[0].0, "绝 *\u{200b}密");
        assert_eq!(found[0].1, Gaps { blank: 1, separators: 1, shapeless: 1, ..Gaps::default() });
        assert_eq!(words("绝密", "绝        密").len(), 1);
        assert_eq!(words("绝密", "绝         密").len(), 0);
        assert_eq!(words("绝密", "绝。密").len(), 0);
    }

    #[test]
    fn a_term_may_cross_a_line_but_not_a_part() {
        let found = find("内部资料", &[(Place::Body, "内部\n资料")]);
        assert_eq!((found[0].1.broken, found[0].1.hardest), (1, Break::Line));
        assert!(find("内部资料", &[(Place::Header, "内部"), (Place::Body, "资料")]).is_empty());
    }

    #[test]
    fn latin_terms_are_whole_words_and_chinese_ones_are_not() {
        assert_eq!(words("secret", "Secretary, SECRET, secrets"), ["SECRET"]);
        assert_eq!(words("机密", "司机密集"), ["机密"]);
    }

    #[test]
    fn allowed_terms_beat_shorter_ones() {
        assert_eq!(words("秘密\n!神秘密室", "神秘密室里的秘密").len(), 1);
    }

    #[test]
    fn a_web_address_inside_a_word_is_a_gap() {
        assert_eq!(words("内部资料", "内部www.example.com资料").len(), 1);
        assert_eq!(words("内部资料", "内部 http://a.example/b?c=1 资料").len(), 1);
        assert_eq!(words("内部资料", "内部abc资料").len(), 0);
    }

    #[test]
    fn longer_terms_go_on_behind_a_gap() {
        let both = |longer: &str, text: &str| words(&format!("专人\n{longer}"), text);
        assert_eq!(both("专人负责", "专人 负\u{200b}责"), ["专人", "专人 负\u{200b}责"]);
        assert_eq!(both("专人负责", "专人，负责"), ["专人"]);
        assert_eq!(both("专人负责", "专人-保管"), ["专人"]);
        assert_eq!(both("专人10名", "专人·⑩名"), ["专人", "专人·⑩名"]);
        assert_eq!(both("专人b组", "专人\u{3000}B组"), ["专人", "专人\u{3000}B组"]);
        assert_eq!(both("专人负责", "专人负 www.a.cn 责"), ["专人", "专人负 www.a.cn 责"]);
        assert_eq!(both("专人负责", "专人\n\u{feff}"), ["专人"]);
    }

    #[test]
    fn a_blanked_character_is_a_hole() {
        let rules = RuleSet::builtin().unwrap();
        let hits = |s: &str| {
            let mut text = Text::new();
            text.push(At::new(Place::Body), s);
            let found = Matcher::new(&rules).find(&rules, &text);
            found.iter().filter(|m| rules.terms()[m.term].hole.is_some()).count()
        };
        assert_eq!(hits("内____文件"), 1);
        assert_eq!(hits("内文件"), 0);
        assert_eq!(hits("内□□料"), 2, "内部资料 and 内部材料");
        assert_eq!(hits("内-料"), 0);
        assert_eq!(hits("内部___料"), 2, "内部资料 and 内部材料");
    }

    #[test]
    fn terms_begin_and_end_inside_a_character_that_folds_to_several() {
        assert_eq!(words("0年", "⑩年"), ["⑩年"]);
        assert_eq!(words("10年", "⑩年"), ["⑩年"]);
        assert_eq!(words("满1", "满⑩"), ["满⑩"]);
        assert_eq!(words("密(一", "密㈠"), ["密㈠"]);
        assert_eq!(words("𠮷祥", "𠮷祥"), ["𠮷祥"]);
        assert_eq!(words("密", "绝密机密"), ["密", "密"]);
    }

    #[test]
    fn many_allowed_terms_over_one_place_hide_none() {
        let list: String = (1..80).map(|n| format!("!密{}\n", "甲".repeat(n))).collect();
        assert!(words(&format!("机密\n密甲\n{list}"), &format!("密{}", "甲".repeat(90))).is_empty());
    }
}
