//! One pass over a text: how terms go on from where they may begin, across gaps, addresses of the web
//! and characters that fold to several.

use std::ops::Range;

use super::trie::ROOT;
use super::{GAP_CHARS, Gaps, LOOK, Match, Matcher, SKIPPED};
use crate::fold::{Fold, fold_char, web_address};
use crate::rules::{Around, Kind, Role, RuleSet, Term};
use crate::text::{Break, Text};

/// Skipped characters between two of a term, up to which it is looked for: more than in a hit, since
/// the white space of a pattern, for which cues are found, has no limit.
const CUE_GAP_CHARS: u32 = 64;
/// Bytes of text for which room is made for one match at first; few texts have more.
const BYTES_A_MATCH: usize = 128;
/// From here on characters are Chinese and its neighbours', or signs that stand among them.
const CHINESE: u32 = 0x2e80;

/// A search and what it has found.
pub(super) struct Search<'a> {
    matcher: &'a Matcher,
    rules: &'a RuleSet,
    terms: &'a [Term],
    text: &'a Text,
    flat: &'a str,
    /// In the order of their starts.
    pub(super) found: Vec<Match>,
}

/// A beginning of terms, found at some place of the text.
#[derive(Clone)]
struct Begun {
    /// The node of the tree that it is.
    node: u32,
    /// Bytes of the text it takes up.
    range: Range<usize>,
    /// Characters of the text it consists of, less one.
    index: usize,
    /// No Latin letter stood behind the last Chinese character.
    chinese: bool,
    skipped: Skipped,
}

impl Begun {
    /// The node that the characters in `range` lead to, each of which folds to one.
    fn without_gaps(flat: &str, range: Range<usize>, node: u32) -> Self {
        let chars = flat.get(range.clone()).unwrap_or_default().chars();
        let mut begun = Self { node, range, index: 0, chinese: false, skipped: Skipped::default() };
        for (index, c) in chars.enumerate() {
            begun.index = index;
            if let Fold::Char(folded) = fold_char(c) {
                begun.note(folded);
            }
        }
        begun
    }

    /// Takes note of one more folded character.
    fn note(&mut self, c: char) {
        self.chinese = !c.is_ascii_alphabetic() && (self.chinese || u32::from(c) >= CHINESE);
    }
}

/// What lay between the characters of a beginning.
#[derive(Clone, Default)]
struct Skipped {
    gap: Gaps,
    /// One of the gaps holds more than [`GAP_CHARS`].
    wide: bool,
    /// In front of which of its characters how many separators stood.
    separated: Vec<(usize, u32)>,
}

impl<'a> Search<'a> {
    pub(super) fn new(matcher: &'a Matcher, rules: &'a RuleSet, text: &'a Text) -> Self {
        let flat = text.as_str();
        Self {
            matcher,
            rules,
            terms: rules.terms(),
            text,
            flat,
            found: Vec::with_capacity(flat.len() / BYTES_A_MATCH),
        }
    }

    /// Looks for the terms that begin with the characters at `at` and, perhaps behind a gap, at `next`, of
    /// which these are the codes: most go on, and end, without any gap.
    pub(super) fn begin_pair(&mut self, at: Range<usize>, first: u16, next: Range<usize>, second: u16) {
        if self.is_inside_word(at.start) && !self.matcher.inside.may_hold(first, second) {
            return;
        }
        let trie = &self.matcher.trie;
        let node = trie.next(ROOT, first.into()).and_then(|node| trie.next(node, second.into()));
        let Some(mut node) = node else { return };
        let bytes = self.flat.as_bytes();
        let (start, mut end) = (at.start, next.end);
        if at.end < next.start {
            if trie.term(node).is_some() || self.may_go_on(node, start..end) {
                self.begin(start);
            }
            return;
        }
        loop {
            if let Some(term) = trie.term(node) {
                self.complete(term, &(start..end), &Skipped::default());
            }
            if trie.is_leaf(node) {
                return;
            }
            let Some((code, len)) = self.matcher.code_at(bytes, end) else { return };
            let is_letter = len == 1 && bytes[end].is_ascii_alphabetic();
            if code >= SKIPPED || is_letter && !bytes[start..end].is_ascii() {
                if self.may_go_on(node, start..end) {
                    self.go_on(Begun::without_gaps(self.flat, start..end, node));
                }
                return;
            }
            let Some(next) = trie.next(node, code.into()) else { return };
            node = next;
            end += len;
        }
    }

    /// Whether a Latin letter or digit begins at `at` inside a word. In annualBonus a word begins inside another.
    fn is_inside_word(&self, at: usize) -> bool {
        let bytes = self.flat.as_bytes();
        let (Some(&first), Some(&before)) = (bytes.get(at), bytes.get(at.wrapping_sub(1))) else {
            return false;
        };
        first.is_ascii_alphanumeric()
            && before.is_ascii_alphanumeric()
            && !(first.is_ascii_uppercase() && before.is_ascii_lowercase())
    }

    /// Whether an address of the web begins at `at`.
    #[inline(never)]
    pub(super) fn is_address(&self, at: usize) -> bool {
        self.flat.get(at..).and_then(web_address).is_some()
    }

    /// Whether terms may go on from `node`, to which `begun` leads, with what stands behind that or behind a gap there;
    /// most do not.
    fn may_go_on(&self, node: u32, begun: Range<usize>) -> bool {
        let (bytes, mut at) = (self.flat.as_bytes(), begun.end);
        while let Some((code, len)) = self.matcher.code_at(bytes, at) {
            if code != SKIPPED {
                // Behind what may be Chinese a letter may begin an address, which is skipped.
                return code == LOOK
                    || bytes[at].is_ascii_alphabetic() && !bytes[begun.start..at].is_ascii()
                    || self.matcher.trie.next(node, code.into()).is_some();
            }
            at += len;
        }
        false
    }

    /// Looks for the terms that begin with the character at `at`, whatever follows.
    pub(super) fn begin(&mut self, at: usize) {
        let Some(c) = self.flat.get(at..).and_then(|rest| rest.chars().next()) else { return };
        let end = at + c.len_utf8();
        match fold_char(c) {
            Fold::Char(first) => self.extend(at..end, first, ""),
            Fold::Sequence(sequence) => {
                let mut rest = sequence.chars();
                while let Some(first) = rest.next() {
                    self.extend(at..end, first, rest.as_str());
                }
            }
            Fold::Gap | Fold::Vanish => {}
        }
    }

    /// Finds the terms whose first character is `first`, with `more` behind it from the same
    /// character of the text.
    fn extend(&mut self, range: Range<usize>, first: char, more: &str) {
        let chinese = u32::from(first) >= CHINESE;
        let begun = Begun { node: ROOT, range, index: 0, chinese, skipped: Skipped::default() };
        let Some(node) = self.matcher.trie.next(ROOT, self.matcher.code(first)) else { return };
        let begun = self.add(begun, first, node);
        if let Some(begun) = begun.and_then(|begun| self.add_all(begun, more)) {
            self.go_on(begun);
        }
    }

    /// Finds the terms that go on from here, with everything that may stand between.
    fn go_on(&mut self, begun: Begun) {
        let mut going = Some(begun);
        let mut waiting = Vec::new();
        while let Some(begun) = going.take().or_else(|| waiting.pop()) {
            let [first, second] = self.step(begun);
            going = first;
            if let Some(second) = second {
                waiting.push(second);
            }
        }
    }

    /// The same with the next character of the text; where that may begin a web address, also with
    /// the one behind that.
    fn step(&mut self, begun: Begun) -> [Option<Begun>; 2] {
        let flat = self.flat;
        let mut chinese = begun.chinese;
        let mut at = begun.range.end;
        let mut skipped = 0;
        let mut ways = [None, None];
        while let Some(c) = flat.get(at..).and_then(|rest| rest.chars().next()) {
            let end = at + c.len_utf8();
            let folded = fold_char(c);
            match folded {
                Fold::Gap => skipped += 1,
                Fold::Vanish => {}
                Fold::Char(_) | Fold::Sequence(_) => {
                    if chinese
                        && c.is_ascii_alphabetic()
                        && let Some(len) = flat.get(at..).and_then(web_address)
                    {
                        if ways[0].is_none() {
                            ways[0] = self.with(begun.clone(), at..end, folded);
                        }
                        at += len;
                        skipped = 0;
                        continue;
                    }
                    let way = self.with(begun, at..end, folded);
                    if ways[0].is_none() {
                        ways[0] = way;
                    } else {
                        ways[1] = way;
                    }
                    return ways;
                }
            }
            if skipped > CUE_GAP_CHARS {
                break;
            }
            chinese |= u32::from(c) >= CHINESE;
            at = end;
        }
        ways
    }

    /// `begun` with the character at `at`, where its gap to it is none too wide.
    fn with(&mut self, mut begun: Begun, at: Range<usize>, folded: Fold) -> Option<Begun> {
        let mut buffer = [0; 4];
        let all = match folded {
            Fold::Char(c) => &*c.encode_utf8(&mut buffer),
            Fold::Sequence(sequence) => sequence,
            Fold::Gap | Fold::Vanish => return None,
        };
        let mut rest = all.chars();
        let first = rest.next()?;
        // Most end here.
        let node = self.matcher.trie.next(begun.node, self.matcher.code(first))?;
        begun.index += 1;
        if begun.range.end < at.start {
            let between = &mut begun.skipped;
            let separators = between.gap.separators;
            let chars = skipped(self.text, begun.range.end..at.start, &mut between.gap)?;
            between.wide |= chars > GAP_CHARS;
            if between.gap.separators > separators {
                between.separated.push((begun.index, between.gap.separators - separators));
            }
        }
        begun.range.end = at.end;
        let begun = self.add(begun, first, node)?;
        self.add_all(begun, rest.as_str())
    }

    fn add_all(&mut self, begun: Begun, folded: &str) -> Option<Begun> {
        folded.chars().try_fold(begun, |begun, c| {
            let node = self.matcher.trie.next(begun.node, self.matcher.code(c))?;
            self.add(begun, c, node)
        })
    }

    /// `begun` with one more folded character, which leads to `node`; the terms that are complete with
    /// it are found.
    fn add(&mut self, mut begun: Begun, c: char, node: u32) -> Option<Begun> {
        begun.node = node;
        begun.note(c);
        if let Some(term) = self.matcher.trie.term(node) {
            self.complete(term, &begun.range, &begun.skipped);
        }
        (!self.matcher.trie.is_leaf(node)).then_some(begun)
    }

    /// Whether the word of a rule's pattern that begins at `at` can be in a match: most are in lines that go on.
    fn may_be_of_pattern(&self, rule: usize, around: Around, at: usize) -> bool {
        let Kind::Pattern { pattern, .. } = &self.rules.rule(rule).kind else { return true };
        self.flat.get(at..).is_none_or(|rest| pattern.free().may_hold(rest, around))
    }

    /// Takes note of the terms that were found, whose folded form has the number `folded`.
    fn complete(&mut self, folded: usize, range: &Range<usize>, skipped: &Skipped) {
        let end = |index: usize| self.matcher.term_ends.get(index).map_or(0, |&end| end as usize);
        let start = folded.checked_sub(1).map_or(0, end);
        let matched = || self.flat.get(range.clone()).unwrap_or_default();
        let is_holed = |(at, least)| skipped.separated.iter().any(|&(i, n)| i == at && n >= least);
        for &term in self.matcher.terms.get(start..end(folded)).unwrap_or_default() {
            let term = term as usize;
            let Some(found) = self.terms.get(term) else { continue };
            let stands = match found.role {
                Role::Cue(around) => self.may_be_of_pattern(found.rule, around, range.start),
                Role::Near => true,
                _ => !skipped.wide && is_word(self.flat, range),
            };
            if stands
                && found.hole.is_none_or(is_holed)
                && (found.breaks == u128::MAX || breaks_only_at(matched(), found.breaks))
                && (!found.upper || is_upper(matched()))
            {
                self.found.push(Match { term, range: range.clone(), gap: skipped.gap });
            }
        }
    }
}

/// Adds what lies in `range`, between two characters of a term, to `gaps`; how many characters are
/// skipped, or `None` when that is too far for any term.
fn skipped(text: &Text, range: Range<usize>, gaps: &mut Gaps) -> Option<u32> {
    let (mut skipped, mut broken) = (0, false);
    let mut rest = text.as_str().get(range.clone())?;
    if let Some(len) = web_address(rest) {
        gaps.separators += 1;
        rest = rest.get(len..)?;
    }
    for c in rest.chars() {
        match fold_char(c) {
            Fold::Vanish => gaps.shapeless += 1,
            _ if c.is_whitespace() => {
                // However far in the next line begins: marks are set in a column at the right, too.
                skipped += u32::from(!(broken && matches!(c, ' ' | '\u{3000}')));
                gaps.blank += 1;
                broken |= matches!(c, '\n' | '\t' | '\u{c}');
            }
            _ => {
                skipped += 1;
                gaps.separators += 1;
            }
        }
        if skipped > CUE_GAP_CHARS {
            return None;
        }
    }
    if broken {
        gaps.broken += 1;
        gaps.hardest = gaps.hardest.max(text.break_between(range.start.saturating_sub(1), range.end));
    }
    (gaps.hardest <= Break::Page).then_some(skipped)
}

/// A match that begins or ends with a Latin letter or digit is no part of a longer word.
fn is_word(text: &str, range: &Range<usize>) -> bool {
    // With its accents: ǹ in jìhuàn is a letter too. Below U+0250 and in U+1E00 to U+1EFF.
    let accented = |c: char| matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}');
    let latin = |c: char| c.is_ascii_alphanumeric() || accented(c) && c.is_alphabetic();
    let behind = |at| text.get(at..).and_then(|t: &str| t.chars().next()).is_some_and(latin);
    let before = |at| text.get(..at).and_then(|t: &str| t.chars().next_back()).is_some_and(latin);
    !(behind(range.start) && before(range.start) || before(range.end) && behind(range.end))
}

/// Whether what is skipped in a match stands only in front of the folded characters that `breaks` has
/// a bit for.
fn breaks_only_at(matched: &str, breaks: u128) -> bool {
    let (mut index, mut skipped) = (0_u32, false);
    for c in matched.chars() {
        let folded = match fold_char(c) {
            Fold::Gap => {
                skipped = true;
                continue;
            }
            Fold::Vanish => continue,
            Fold::Char(_) => 1,
            Fold::Sequence(sequence) => sequence.chars().map(|_| 1).sum(),
        };
        if skipped && breaks.checked_shr(index).unwrap_or_default() & 1 == 0 {
            return false;
        }
        (skipped, index) = (false, index + folded);
    }
    true
}

/// Whether every cased letter is a capital.
fn is_upper(matched: &str) -> bool {
    !matched.chars().any(char::is_lowercase)
}
