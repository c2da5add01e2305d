//! One automaton over folded text: every term, overlapping, with what lay between its characters.
//!
//! A match is not judged here, only described. Dropped at once are those whose characters are too
//! far apart to be one word: more than [`GAP_CHARS`] skipped characters between two of them, or a
//! border between parts or pages.

use std::ops::Range;

use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder};

use crate::fold::{Fold, Folded, fold_char, web_address};
use crate::rules::{Role, RuleSet};
use crate::text::{Break, Text};

/// Characters (white space, separators) that may stand between two characters of a term.
pub const GAP_CHARS: u32 = 8;
/// Bytes of text that are folded and matched at once.
const CHUNK_BYTES: usize = 256 << 10;
/// Bytes that a folded character of a term may take up in the text, gap included.
const BYTES_PER_CHAR: usize = 4 * (1 + GAP_CHARS as usize);

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

/// The automaton of a rule set.
pub struct Matcher {
    automaton: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
    /// For each pattern of the automaton, the terms that fold to it.
    terms: Vec<Vec<usize>>,
    /// Bytes that the longest term may take up in the text.
    overlap: usize,
}

impl std::fmt::Debug for Matcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Matcher").field("patterns", &self.terms.len()).finish_non_exhaustive()
    }
}

impl Matcher {
    /// Builds the automaton of `rules`.
    pub fn new(rules: &RuleSet) -> Self {
        let mut order: Vec<usize> = (0..rules.terms().len()).collect();
        order.sort_by(|&a, &b| rules.terms()[a].folded.cmp(&rules.terms()[b].folded).then(a.cmp(&b)));
        let mut patterns: Vec<(&str, u32)> = Vec::new();
        let mut terms: Vec<Vec<usize>> = Vec::new();
        for index in order {
            let folded = rules.terms()[index].folded.as_str();
            match (patterns.last(), terms.last_mut()) {
                (Some((last, _)), Some(same)) if *last == folded => same.push(index),
                _ => {
                    patterns.push((folded, u32::try_from(terms.len()).unwrap_or(u32::MAX)));
                    terms.push(vec![index]);
                }
            }
        }
        let longest = patterns.iter().map(|(folded, _)| folded.chars().count()).max().unwrap_or(0);
        // Building fails only on no patterns, empty or duplicate ones; the rule set has none of
        // these but the first.
        let automaton = CharwiseDoubleArrayAhoCorasickBuilder::new().build_with_values(patterns).ok();
        Self { automaton, terms, overlap: longest * BYTES_PER_CHAR }
    }

    /// All matches in `text`, by their end, then the longer first. `folded` is scratch space.
    pub fn find(&self, rules: &RuleSet, text: &Text, folded: &mut Folded) -> Vec<Match> {
        let mut found = Vec::new();
        let Some(automaton) = &self.automaton else { return found };
        let flat = text.as_str();
        let (mut start, mut seen) = (0, 0);
        while seen < flat.len() {
            let end = floor_char_boundary(flat, start + CHUNK_BYTES.max(4 * self.overlap));
            let chunk = &flat[start..end];
            let chunk = Chunk { text, flat: chunk, start, seen };
            folded.fill(chunk.flat);
            self.find_in(rules, automaton, &chunk, folded, &mut found);
            let plain = found.len();
            if folded.fill_without_addresses(chunk.flat) {
                self.find_in(rules, automaton, &chunk, folded, &mut found);
                let (known, again) = found.split_at(plain);
                let new: Vec<Match> = again.iter().filter(|m| !known.contains(m)).cloned().collect();
                found.truncate(plain);
                found.extend(new);
            }
            seen = end;
            start = floor_char_boundary(flat, end.saturating_sub(self.overlap)).max(start + 1);
            start = ceil_char_boundary(flat, start);
        }
        found.sort_by(|a, b| a.range.end.cmp(&b.range.end).then(a.range.start.cmp(&b.range.start)));
        drop_allowed(rules, &mut found);
        found
    }
}

impl Matcher {
    /// The matches in one folded chunk.
    fn find_in(
        &self,
        rules: &RuleSet,
        automaton: &CharwiseDoubleArrayAhoCorasick<u32>,
        chunk: &Chunk,
        folded: &Folded,
        found: &mut Vec<Match>,
    ) {
        let &Chunk { text, flat, start, seen } = chunk;
        for hit in automaton.find_overlapping_iter(&folded.text) {
            let bytes = hit.start()..hit.end();
            let Some(range) = original(folded, flat, &bytes) else { continue };
            let range = start + range.start..start + range.end;
            if range.end <= seen {
                continue;
            }
            let Some((gap, separated)) = gaps(folded, &bytes, text, start) else { continue };
            for &term in self.terms.get(hit.value() as usize).into_iter().flatten() {
                let hole = rules.terms()[term].hole;
                if hole.is_none_or(|(at, least)| separated.iter().any(|&(i, n)| i == at && n >= least))
                    && (is_cue(rules.terms()[term].role) || is_word(text.as_str(), &range))
                    && (!rules.terms()[term].upper || is_upper(&text.as_str()[range.clone()]))
                {
                    found.push(Match { term, range: range.clone(), gap });
                }
            }
        }
    }
}

/// A piece of the flat text that is matched at once.
struct Chunk<'a> {
    text: &'a Text,
    flat: &'a str,
    /// Where it begins in the text.
    start: usize,
    /// Up to where matches were found before.
    seen: usize,
}

/// Takes out the allowing terms and every match that lies inside one of them.
fn drop_allowed(rules: &RuleSet, found: &mut Vec<Match>) {
    let is_allow = |m: &Match| rules.terms()[m.term].role == Role::Allow;
    let allowed: Vec<Range<usize>> = found.iter().filter(|m| is_allow(m)).map(|m| m.range.clone()).collect();
    if allowed.is_empty() {
        return;
    }
    let inside = |range: &Range<usize>| {
        let from = allowed.partition_point(|a| a.end < range.end);
        allowed[from..].iter().take(64).any(|a| a.start <= range.start && a.end >= range.end)
    };
    found.retain(|m| !is_allow(m) && (is_cue(rules.terms()[m.term].role) || !inside(&m.range)));
}

/// Whether matches are no hits, but tell where a pattern is worth trying.
fn is_cue(role: Role) -> bool {
    matches!(role, Role::Cue | Role::Near)
}

fn floor_char_boundary(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceil_char_boundary(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

/// The bytes of `chunk` that the folded bytes came from.
fn original(folded: &Folded, chunk: &str, bytes: &Range<usize>) -> Option<Range<usize>> {
    let first = *folded.offsets.get(bytes.start)? as usize;
    let last = *folded.offsets.get(bytes.end.checked_sub(1)?)? as usize;
    Some(first..last + chunk.get(last..)?.chars().next()?.len_utf8())
}

/// What lay between the folded characters, and in front of which of them how many separators stood; `None`
/// when they are too far apart.
fn gaps(
    folded: &Folded,
    bytes: &Range<usize>,
    text: &Text,
    base: usize,
) -> Option<(Gaps, Vec<(usize, u32)>)> {
    let offsets = folded.offsets.get(bytes.clone())?;
    let flat = text.as_str();
    let mut gaps = Gaps::default();
    let mut separated = Vec::new();
    let mut before: Option<usize> = None;
    let mut index = 0;
    for &offset in offsets {
        let at = base + offset as usize;
        if let Some(last) = before.filter(|&last| last != at) {
            index += 1;
            let end = last + flat.get(last..)?.chars().next()?.len_utf8();
            if end < at {
                let separators = gaps.separators;
                between(text, end..at, &mut gaps)?;
                if gaps.separators > separators {
                    separated.push((index, gaps.separators - separators));
                }
            }
        }
        before = Some(at);
    }
    Some((gaps, separated))
}

fn between(text: &Text, range: Range<usize>, gaps: &mut Gaps) -> Option<()> {
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
                skipped += 1;
                gaps.blank += 1;
                broken |= matches!(c, '\n' | '\t' | '\u{c}');
            }
            _ => {
                skipped += 1;
                gaps.separators += 1;
            }
        }
        if skipped > GAP_CHARS {
            return None;
        }
    }
    if broken {
        gaps.broken += 1;
        gaps.hardest = gaps.hardest.max(text.break_between(range.start.saturating_sub(1), range.end));
    }
    (gaps.hardest < Break::Page).then_some(())
}

/// A match that begins or ends with a Latin letter or digit is no part of a longer word.
fn is_word(text: &str, range: &Range<usize>) -> bool {
    let latin = |c: char| c.is_ascii_alphanumeric();
    let first = text.get(range.start..).and_then(|t| t.chars().next()).is_some_and(latin);
    let last = text.get(..range.end).and_then(|t| t.chars().next_back()).is_some_and(latin);
    let before = text.get(..range.start).and_then(|t| t.chars().next_back()).is_some_and(latin);
    let after = text.get(range.end..).and_then(|t| t.chars().next()).is_some_and(latin);
    !(first && before || last && after)
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
        let found = Matcher::new(&rules).find(&rules, &text, &mut Folded::default());
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
            let found = Matcher::new(&rules).find(&rules, &text, &mut Folded::default());
            found.iter().filter(|m| rules.terms()[m.term].hole.is_some()).count()
        };
        assert_eq!(hits("内____文件"), 1);
        assert_eq!(hits("内文件"), 0);
        assert_eq!(hits("内□□料"), 2, "内部资料 and 内部材料");
        assert_eq!(hits("内-料"), 0);
        assert_eq!(hits("内部___料"), 2, "内部资料 and 内部材料");
    }

    #[test]
    fn a_term_across_the_border_of_two_chunks_is_found_once() {
        for shift in 0..12 {
            let filler = "字".repeat((CHUNK_BYTES - 6) / 3 + shift);
            let text = format!("{filler}内 部 资 料{filler}");
            assert_eq!(words("内部资料", &text), ["内 部 资 料"], "shift {shift}");
        }
    }
}
