//! What every match of a pattern holds, so that the pattern runs only where that stands.
//!
//! A pattern that may begin anywhere costs more than all terms together. Most hold a word that each
//! of their matches has to hold too; the automaton finds it on the way. Worked out from the pattern
//! itself, so that nobody has to write it down beside it.

use std::collections::BTreeSet;

use regex_syntax::ParserBuilder;
use regex_syntax::hir::literal::Extractor;
use regex_syntax::hir::{Class, Hir, HirKind};

use crate::fold::fold;

/// Letters or digits in a row that make a run.
pub const RUN_CHARS: usize = 4;
/// Bytes of the shortest word that is worth looking for.
const WORD_BYTES: usize = 2;

/// What every match of a pattern holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Needs {
    /// Nothing that is known.
    Unknown,
    /// At least [`RUN_CHARS`] Latin letters or digits in a row.
    Run,
    /// One of these words, folded.
    Words(BTreeSet<String>),
}

/// What the matches of `pattern` need.
pub(super) fn needs(pattern: &str) -> Needs {
    match ParserBuilder::new().multi_line(true).build().parse(pattern) {
        Ok(hir) if has_run(&hir) => Needs::Run,
        Ok(hir) => words(&hir).map_or(Needs::Unknown, Needs::Words),
        Err(_) => Needs::Unknown,
    }
}

fn has_run(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Repetition(repetition) => {
            let min = repetition.min as usize;
            min >= RUN_CHARS && is_number(&repetition.sub) || min >= 1 && has_run(&repetition.sub)
        }
        HirKind::Capture(capture) => has_run(&capture.sub),
        HirKind::Concat(parts) => parts.iter().any(has_run),
        HirKind::Alternation(ways) => ways.iter().all(has_run),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => false,
    }
}

/// A class of digits, or of Latin letters and digits.
fn is_number(hir: &Hir) -> bool {
    let HirKind::Class(Class::Unicode(class)) = hir.kind() else { return false };
    let holds = |c| class.iter().any(|range| range.start() <= c && c <= range.end());
    holds('0') && !(' '..'\u{7f}').any(|c| !c.is_ascii_alphanumeric() && holds(c)) && !holds('一')
}

/// Words one of which each match holds; of several such sets, the one whose shortest word is
/// longest.
fn words(hir: &Hir) -> Option<BTreeSet<String>> {
    match hir.kind() {
        HirKind::Alternation(ways) => {
            let ways: Option<Vec<_>> = ways.iter().map(words).collect();
            Some(ways?.into_iter().flatten().collect())
        }
        HirKind::Capture(capture) => words(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => {
            let ways = [words(&repetition.sub), beginnings(std::slice::from_ref(hir))];
            ways.into_iter().flatten().max_by_key(shortest)
        }
        HirKind::Concat(parts) => {
            let inside = parts.iter().filter_map(words);
            let from_here = (0..parts.len()).filter_map(|from| beginnings(parts.get(from..)?));
            inside.chain(from_here).max_by_key(shortest)
        }
        HirKind::Literal(_) | HirKind::Class(_) => beginnings(std::slice::from_ref(hir)),
        HirKind::Empty | HirKind::Look(_) | HirKind::Repetition(_) => None,
    }
}

fn shortest(words: &BTreeSet<String>) -> usize {
    words.iter().map(String::len).min().unwrap_or(0)
}

/// What a match of these parts in a row begins with.
fn beginnings(parts: &[Hir]) -> Option<BTreeSet<String>> {
    let found = Extractor::new().extract(&Hir::concat(parts.to_vec()));
    // A literal that is cut off inside a character begins with the characters before it.
    let begin = |bytes: &[u8]| fold(bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid()));
    let words: BTreeSet<String> = found.literals()?.iter().map(|l| begin(l.as_bytes())).collect();
    (shortest(&words) >= WORD_BYTES).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[&str]) -> Needs {
        Needs::Words(words.iter().map(|&word| word.to_owned()).collect())
    }

    #[test]
    fn words_that_every_match_holds() {
        assert_eq!(needs("拟任免人选"), of(&["拟任免人选"]));
        assert_eq!(needs("^.{0,20}(?:标底|底价)\\s*\\d"), of(&["标底", "底价"]));
        assert_eq!(
            needs("(?:^|[^0-9])甲[乙丙]丁?部队"),
            of(&["甲乙丁部队", "甲丙丁部队", "甲乙部队", "甲丙部队"])
        );
        assert_eq!(needs("甲{2,3}|\\s+(乙丙)+"), of(&["甲甲", "乙丙"]));
        assert_eq!(needs("\\((?:TS|S|C)\\)"), of(&["(ts)", "(s)", "(c)"]));
        // One way needs no word, or no more than a letter; a word may be absent.
        assert_eq!(needs("标底|\\d"), Needs::Unknown);
        assert_eq!(needs("[NSEW]\\s*\\d"), Needs::Unknown);
        assert_eq!(needs("(?:标底)?\\d"), Needs::Unknown);
        assert_eq!(needs("\\s*//"), Needs::Unknown, "folds to nothing");
    }

    #[test]
    fn runs_of_digits() {
        assert_eq!(needs("(?:^|[^0-9])(\\d{17}[0-9Xx]|\\d{15})(?:$|[^0-9])"), Needs::Run);
        assert_eq!(needs("[京沪][A-Z][A-HJ-NP-Z0-9]{5,6}"), Needs::Run);
        assert_eq!(needs("\\d{3}"), Needs::Unknown);
        assert_eq!(needs("\\w{5}"), Needs::Unknown);
        assert_eq!(needs("[0-9 ]{5}"), Needs::Unknown);
        assert_eq!(needs("(?:\\d{4})?"), Needs::Unknown);
    }
}
