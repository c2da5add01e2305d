//! Where the terms of the rules stand in a text, overlapping, with what lay between their characters.
//!
//! Nothing is folded but what a term could begin with. Bitmaps tell which characters can be the first
//! of a term, and which the second; most places are done with that. For the others a bitmap knows the
//! pairs of folded characters that terms begin with. What is left, in ordinary text one character in hundreds, is compared with the
//! sorted terms, folding character by character and skipping gaps, so that no copy of the text and
//! no map back are needed, and large texts go through whole.
//!
//! A match is not judged here, only described. Dropped at once are those whose characters are too
//! far apart to be one word: more than [`GAP_CHARS`] skipped characters between two of them, or a
//! border between parts or pages.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::fold::{Fold, fold_char, web_address};
use crate::rules::{Role, RuleSet};
use crate::text::{Break, Text};

/// Characters (white space, separators) that may stand between two characters of a term.
pub const GAP_CHARS: u32 = 8;
/// The same for the words that only tell where a pattern can match: its own white space has no limit.
const CUE_GAP_CHARS: u32 = 64;
/// Bits of the bitmap of heads for each different term, and least bits of all: few heads are taken
/// for others.
const HEAD_BITS: usize = 64;
const LEAST_HEAD_BITS: usize = 1 << 15;
/// Words of the bitmaps of characters: one bit for each code point of the basic plane.
const PLANE_WORDS: usize = 1 << 10;

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
    /// The different folded terms in order, end to end.
    folded: String,
    /// Where each of them ends in `folded`.
    ends: Vec<u32>,
    /// For each of them, where its terms end in `terms`.
    term_ends: Vec<u32>,
    /// Indices into [`RuleSet::terms`], by folded term.
    terms: Vec<u32>,
    /// What characters can do, as they stand in the text, 64 in a row.
    beginnings: Vec<Beginnings>,
    /// What characters of the basic plane fold to; 0 where that is not one such character.
    folds: Vec<u16>,
    /// A bit for the hash of the first two folded characters of each term, and of the first three;
    /// where there are fewer, U+0000 stands for one.
    heads: Vec<u64>,
    /// These two as [`key`]s, in order; a term of a single character has none for the second.
    keys: Vec<u64>,
    /// One more than the index of a key, from the slot on that the hash of its characters has; 0 where
    /// no key is.
    slots: Vec<u32>,
    /// For each of the keys, the first folded term that begins with it, and behind them their number.
    starts: Vec<usize>,
}

/// A bit for each of 64 characters.
#[derive(Debug, Clone, Copy, Default)]
struct Beginnings {
    /// A term can begin with it.
    first: u64,
    /// It can follow the first: as the second, in a gap, or as the beginning of a web address.
    second: u64,
    /// A term can begin with it whatever follows: it may be all of the term.
    alone: u64,
}

impl Matcher {
    /// Prepares the terms of `rules`.
    pub fn new(rules: &RuleSet) -> Self {
        let terms = rules.terms();
        let mut order: Vec<u32> = (0..).take(terms.len()).collect();
        let folded_of = |index: u32| terms.get(index as usize).map_or("", |term| term.folded.as_str());
        order.sort_unstable_by(|&a, &b| folded_of(a).cmp(folded_of(b)).then(a.cmp(&b)));
        let mut matcher = Self {
            folded: String::new(),
            ends: Vec::new(),
            term_ends: Vec::new(),
            terms: order,
            beginnings: vec![Beginnings::default(); PLANE_WORDS],
            folds: vec![0; 64 * PLANE_WORDS],
            heads: Vec::new(),
            keys: Vec::new(),
            slots: Vec::new(),
            starts: Vec::new(),
        };
        let mut last = "";
        for (at, &index) in (1..).zip(&matcher.terms) {
            let folded = folded_of(index);
            if folded.is_empty() {
                continue;
            }
            if folded == last
                && let Some(end) = matcher.term_ends.last_mut()
            {
                *end = at;
                continue;
            }
            last = folded;
            matcher.folded.push_str(folded);
            matcher.ends.push(u32::try_from(matcher.folded.len()).unwrap_or(u32::MAX));
            matcher.term_ends.push(at);
        }
        matcher.mark_beginnings();
        matcher
    }

    fn mark_beginnings(&mut self) {
        let bits = (self.ends.len() * HEAD_BITS).next_power_of_two().max(LEAST_HEAD_BITS);
        let mut heads = vec![0_u64; bits / 64];
        let mut firsts = BTreeSet::new();
        let mut seconds = BTreeSet::new();
        for index in 0..self.ends.len() {
            let mut chars = self.pattern(index).chars();
            let Some(first) = chars.next() else { continue };
            let (second, third) = (chars.next(), chars.next());
            let key = key(first, second.unwrap_or_default());
            if self.keys.last() != Some(&key) {
                self.keys.push(key);
                self.starts.push(index);
            }
            firsts.insert(first);
            seconds.insert(second.unwrap_or_default());
            let pair = hash(key);
            for hash in [pair, hash_of_three(pair, third.unwrap_or_default())] {
                let (word, bit) = place_of(hash, heads.len());
                if let Some(word) = heads.get_mut(word) {
                    *word |= bit;
                }
            }
        }
        self.heads = heads;
        self.starts.push(self.ends.len());
        self.slots = vec![0; (4 * self.keys.len()).next_power_of_two()];
        for (number, &key) in (1..).zip(&self.keys) {
            let mut slot = self.slot_of(key);
            while self.slots[slot] != 0 {
                slot = (slot + 1) & (self.slots.len() - 1);
            }
            self.slots[slot] = number;
        }
        let mut beginnings = std::mem::take(&mut self.beginnings);
        for (word, high) in beginnings.iter_mut().zip(0_u32..) {
            for low in 0..64 {
                let Some(c) = char::from_u32(high << 6 | low) else { continue };
                let (first, second, alone) = match fold_char(c) {
                    Fold::Char(folded) => {
                        self.folds[(high << 6 | low) as usize] =
                            u16::try_from(u32::from(folded)).unwrap_or(0);
                        let second = seconds.contains(&folded) || c.is_ascii_alphabetic();
                        (firsts.contains(&folded), second, self.has_head(hash(key(folded, '\0'))))
                    }
                    Fold::Sequence(sequence) => {
                        let any = sequence.chars().any(|c| firsts.contains(&c));
                        (any, true, any)
                    }
                    Fold::Gap | Fold::Vanish => (false, true, false),
                };
                word.first |= u64::from(first) << low;
                word.second |= u64::from(second) << low;
                word.alone |= u64::from(alone) << low;
            }
        }
        self.beginnings = beginnings;
    }

    /// The folded term number `index`.
    fn pattern(&self, index: usize) -> &str {
        let end = |index: usize| self.ends.get(index).map_or(0, |&end| end as usize);
        let start = index.checked_sub(1).map_or(0, end);
        self.folded.get(start..end(index)).unwrap_or_default()
    }

    /// All matches in `text`, by their end, then the longer first.
    pub fn find(&self, rules: &RuleSet, text: &Text) -> Vec<Match> {
        let mut search = Search { matcher: self, rules, text, found: Vec::new() };
        let flat = text.as_str();
        let bytes = flat.as_bytes();
        let other = Beginnings { first: 1, second: 1, alone: 1 };
        // The character before: where it began, its code point, whether a term can begin there.
        let (mut before, mut code_before, mut first, mut alone) = (0, 0, 0, 0);
        let mut at = 0;
        while let Some(rest) = bytes.get(at..) {
            // UTF-8: 0xxxxxxx, 110xxxxx 10xxxxxx, 1110xxxx 10xxxxxx 10xxxxxx, 11110xxx and three more.
            let (len, high, low) = match *rest {
                [a @ 0xe0..=0xef, b, c, ..] => {
                    (3, usize::from(a & 0xf) << 6 | usize::from(b & 0x3f), c & 0x3f)
                }
                [a @ 0..=0x7f, ..] => (1, usize::from(a >> 6), a & 0x3f),
                [a @ 0xc0..=0xdf, b, ..] => (2, usize::from(a & 0x1f), b & 0x3f),
                // Outside the basic plane.
                [_, ..] => (4, PLANE_WORDS, 0),
                [] => break,
            };
            let bits = self.beginnings.get(high).unwrap_or(&other);
            let code = high << 6 | usize::from(low);
            if (first & bits.second >> low | alone) & 1 == 1
                && (alone & 1 == 1 || self.may_begin(code_before, code))
            {
                search.begin(before);
            }
            (before, code_before) = (at, code);
            (first, alone) = (bits.first >> low, bits.alone >> low);
            at += len;
        }
        if alone & 1 == 1 {
            search.begin(before);
        }
        let mut found = search.found;
        found.sort_by(|a, b| a.range.end.cmp(&b.range.end).then(a.range.start.cmp(&b.range.start)));
        drop_allowed(rules, &mut found);
        found
    }

    /// The folded terms that begin with these two characters.
    fn beginning(&self, first: char, second: char) -> Option<Range<usize>> {
        let key = key(first, second);
        let mut slot = self.slot_of(key);
        loop {
            // Most slots are empty, so this ends.
            let index = (*self.slots.get(slot)? as usize).checked_sub(1)?;
            if *self.keys.get(index)? == key {
                return Some(*self.starts.get(index)?..*self.starts.get(index + 1)?);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    /// Where the search for a key in the slots begins.
    fn slot_of(&self, key: u64) -> usize {
        let hash = (hash(key) >> 8) as usize;
        hash & (self.slots.len() - 1)
    }

    /// Whether a term may begin with the characters of this hash.
    fn has_head(&self, hash: u64) -> bool {
        let (word, bit) = place_of(hash, self.heads.len());
        self.heads.get(word).is_some_and(|word| word & bit != 0)
    }

    /// Whether a term may begin with these two code points, or a closer look is needed.
    fn may_begin(&self, first: usize, second: usize) -> bool {
        let folded = |code: usize| self.folds.get(code).copied().unwrap_or(0);
        let (first, second) = (folded(first), folded(second));
        let key = u64::from(first) << 21 | u64::from(second);
        // A Latin letter behind a Chinese one may begin an address, which is skipped.
        first == 0 || second == 0 || second < 0x80 && first >= 0x80 || self.has_head(hash(key))
    }
}

/// Two characters as a number, in the order of the terms that begin with them.
fn key(first: char, second: char) -> u64 {
    u64::from(u32::from(first)) << 21 | u64::from(u32::from(second))
}

/// Spreads a key over 40 bits.
fn hash(key: u64) -> u64 {
    // The high bits of a product by the golden ratio are spread best.
    key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 24
}

/// The hash of two characters and a third.
fn hash_of_three(pair: u64, third: char) -> u64 {
    hash(pair ^ u64::from(u32::from(third)) << 40 ^ u64::from(u32::from(third)))
}

/// Which word of a bitmap of so many words, and which bit of it, a hash has.
fn place_of(hash: u64, words: usize) -> (usize, u64) {
    let word = (hash >> 6) as usize & (words - 1);
    (word, 1 << (hash & 63))
}

/// One pass over a text.
struct Search<'a> {
    matcher: &'a Matcher,
    rules: &'a RuleSet,
    text: &'a Text,
    found: Vec<Match>,
}

/// A beginning of terms, found at some place of the text.
#[derive(Clone)]
struct Begun {
    /// Patterns that begin with it.
    patterns: Range<usize>,
    /// Its bytes in each of them.
    len: usize,
    /// Its first folded character.
    first: char,
    /// Bytes of the text it takes up.
    range: Range<usize>,
    gap: Gaps,
    /// One of the gaps holds more than [`GAP_CHARS`].
    wide: bool,
    /// Characters of the text it consists of, less one.
    index: usize,
    /// In front of which of them how many separators stood.
    separated: Vec<(usize, u32)>,
    /// No Latin letter stood behind the last Chinese character.
    chinese: bool,
}

impl Search<'_> {
    /// Looks for the terms that begin with the character at `at`.
    fn begin(&mut self, at: usize) {
        let Some(c) = self.text.as_str().get(at..).and_then(|rest| rest.chars().next()) else { return };
        let end = at + c.len_utf8();
        match fold_char(c) {
            Fold::Char(first) => {
                if self.may_go_on(first, end) || self.matcher.has_head(hash(key(first, '\0'))) {
                    self.extend(at..end, first, "");
                }
            }
            Fold::Sequence(sequence) => {
                let mut rest = sequence.chars();
                while let Some(first) = rest.next() {
                    self.extend(at..end, first, rest.as_str());
                }
            }
            Fold::Gap | Fold::Vanish => {}
        }
    }

    /// Whether what stands at `at` can be the second character of a term, and what is behind it the
    /// third.
    fn may_go_on(&self, first: char, at: usize) -> bool {
        // `None` is for what needs a closer look: a Latin letter may begin an address.
        let plain = |before: char, (c, folded)| match folded {
            Fold::Char(next) if !char::is_ascii_alphabetic(&c) || before.is_ascii_alphabetic() => Some(next),
            _ => None,
        };
        let Some((second, at)) = self.next(at) else { return false };
        let Some(second) = plain(first, second) else { return true };
        let pair = hash(key(first, second));
        if !self.matcher.has_head(pair) {
            return false;
        }
        if self.matcher.has_head(hash_of_three(pair, '\0')) {
            return true;
        }
        let Some((third, _)) = self.next(at) else { return false };
        plain(second, third).is_none_or(|third| self.matcher.has_head(hash_of_three(pair, third)))
    }

    /// The next character that is not skipped, what it folds to, and where it ends; `None` when too
    /// many are skipped.
    fn next(&self, at: usize) -> Option<((char, Fold), usize)> {
        let rest = self.text.as_str().get(at..)?;
        let mut skipped = 0;
        for (offset, c) in rest.char_indices() {
            match fold_char(c) {
                Fold::Gap => skipped += 1,
                Fold::Vanish => {}
                folded => return Some(((c, folded), at + offset + c.len_utf8())),
            }
            if skipped > CUE_GAP_CHARS {
                return None;
            }
        }
        None
    }

    /// Finds the terms whose first character is `first`, with `more` behind it from the same
    /// character of the text.
    fn extend(&mut self, range: Range<usize>, first: char, more: &str) {
        let begun = Begun {
            patterns: 0..self.matcher.ends.len(),
            len: first.len_utf8(),
            first,
            range,
            gap: Gaps::default(),
            wide: false,
            index: 0,
            separated: Vec::new(),
            chinese: u32::from(first) >= 0x2e80,
        };
        if self.matcher.has_head(hash(key(first, '\0')))
            && let Some(alone) = self.matcher.beginning(first, '\0')
        {
            self.complete(alone.start, &begun);
        }
        let mut going = self.add_all(begun, more);
        let mut waiting = Vec::new();
        while let Some(begun) = going.take().or_else(|| waiting.pop()) {
            let [first, second] = self.step(begun);
            going = first;
            waiting.extend(second);
        }
    }

    /// The same with the next character of the text; where that may begin a web address, also with
    /// the one behind that.
    fn step(&mut self, begun: Begun) -> [Option<Begun>; 2] {
        let flat = self.text.as_str();
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
            chinese |= u32::from(c) >= 0x2e80;
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
        let patterns = self.narrowed(&begun, first)?;
        begun.index += 1;
        if begun.range.end < at.start {
            let separators = begun.gap.separators;
            let skipped = between(self.text, begun.range.end..at.start, &mut begun.gap)?;
            begun.wide |= skipped > GAP_CHARS;
            if begun.gap.separators > separators {
                begun.separated.push((begun.index, begun.gap.separators - separators));
            }
        }
        begun.range.end = at.end;
        let begun = self.add(begun, first, patterns)?;
        self.add_all(begun, rest.as_str())
    }

    fn add_all(&mut self, begun: Begun, folded: &str) -> Option<Begun> {
        folded.chars().try_fold(begun, |begun, c| {
            let patterns = self.narrowed(&begun, c)?;
            self.add(begun, c, patterns)
        })
    }

    /// The patterns of `begun` that go on with `c`.
    fn narrowed(&self, begun: &Begun, c: char) -> Option<Range<usize>> {
        if begun.len == begun.first.len_utf8() {
            return self.matcher.beginning(begun.first, c);
        }
        let next =
            |index: usize| self.matcher.pattern(index).get(begun.len..).and_then(|rest| rest.chars().next());
        let Range { start, end } = begun.patterns;
        let start = partition(start, end, |index| next(index) < Some(c));
        let end = partition(start, end, |index| next(index) == Some(c));
        (start < end).then_some(start..end)
    }

    /// `begun` with one more folded character; the terms that are complete with it are found.
    fn add(&mut self, mut begun: Begun, c: char, patterns: Range<usize>) -> Option<Begun> {
        begun.patterns = patterns;
        begun.len += c.len_utf8();
        if c.is_ascii_alphabetic() {
            begun.chinese = false;
        } else {
            begun.chinese |= u32::from(c) >= 0x2e80;
        }
        if self.matcher.pattern(begun.patterns.start).len() == begun.len {
            self.complete(begun.patterns.start, &begun);
            begun.patterns.start += 1;
        }
        (!begun.patterns.is_empty()).then_some(begun)
    }

    /// Takes note of the terms of a pattern that was found.
    fn complete(&mut self, pattern: usize, begun: &Begun) {
        let end = |index: usize| self.matcher.term_ends.get(index).map_or(0, |&end| end as usize);
        let start = pattern.checked_sub(1).map_or(0, end);
        let flat = self.text.as_str();
        let whole = is_word(flat, &begun.range);
        for &term in self.matcher.terms.get(start..end(pattern)).unwrap_or_default() {
            let term = term as usize;
            let Some(found) = self.rules.terms().get(term) else { continue };
            let is_holed = |(at, least)| begun.separated.iter().any(|&(i, n)| i == at && n >= least);
            if found.hole.is_none_or(is_holed)
                && (is_cue(found.role) || whole && !begun.wide)
                && (found.breaks == u128::MAX
                    || flat.get(begun.range.clone()).is_some_and(|t| breaks_only_at(t, found.breaks)))
                && (!found.upper || flat.get(begun.range.clone()).is_some_and(is_upper))
            {
                self.found.push(Match { term, range: begun.range.clone(), gap: begun.gap });
            }
        }
    }
}

/// The first index of `start..end` that is not `before`, where all that are come first.
fn partition(start: usize, end: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (start, end);
    while low < high {
        let middle = low.midpoint(high);
        if before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// Takes out the allowing terms and every match that lies inside one of them.
fn drop_allowed(rules: &RuleSet, found: &mut Vec<Match>) {
    let is_allow = |m: &Match| rules.terms()[m.term].role == Role::Allow;
    let mut allowed: Vec<Range<usize>> =
        found.iter().filter(|m| is_allow(m)).map(|m| m.range.clone()).collect();
    if allowed.is_empty() {
        return;
    }
    // They are in order of their ends: each gets the least start of itself and all behind it.
    let mut least = usize::MAX;
    for range in allowed.iter_mut().rev() {
        least = least.min(range.start);
        range.start = least;
    }
    let inside = |range: &Range<usize>| {
        let from = allowed.partition_point(|a| a.end < range.end);
        allowed.get(from).is_some_and(|a| a.start <= range.start)
    };
    found.retain(|m| !is_allow(m) && (is_cue(rules.terms()[m.term].role) || !inside(&m.range)));
}

/// Whether matches are no hits, but tell where a pattern is worth trying.
fn is_cue(role: Role) -> bool {
    matches!(role, Role::Cue | Role::Near)
}

/// Adds what lies in `range`, between two characters of a term, to `gaps`; how many characters are
/// skipped, or `None` when that is too far for any term.
fn between(text: &Text, range: Range<usize>, gaps: &mut Gaps) -> Option<u32> {
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
    (gaps.hardest < Break::Page).then_some(skipped)
}

/// A match that begins or ends with a Latin letter or digit is no part of a longer word.
fn is_word(text: &str, range: &Range<usize>) -> bool {
    // With its accents: ǹ in jìhuàn is a letter too. Below U+0250 and in U+1E00 to U+1EFF.
    let accented = |c: char| matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}');
    let latin = |c: char| c.is_ascii_alphanumeric() || accented(c) && c.is_alphabetic();
    let first = text.get(range.start..).and_then(|t| t.chars().next()).is_some_and(latin);
    let last = text.get(..range.end).and_then(|t| t.chars().next_back()).is_some_and(latin);
    let before = text.get(..range.start).and_then(|t| t.chars().next_back()).is_some_and(latin);
    let after = text.get(range.end..).and_then(|t| t.chars().next()).is_some_and(latin);
    !(first && before || last && after)
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
