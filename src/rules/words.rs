//! Words one of which each match of a pattern holds, and how much of the match can stand around each:
//! a word in a sentence is none of a pattern that ends its line, and the others need no more text
//! than their matches can take up.

use std::collections::{BTreeMap, BTreeSet};

use regex_syntax::hir::literal::Extractor;
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::needs::{RARE_WORD_BYTES, chars};
use crate::fold::fold;

/// Words that a pattern begins with.
const BEGINNINGS: usize = 1000;
/// Bytes of the shortest word that is worth looking for.
const WORD_BYTES: usize = 2;
/// Characters on one side of a word from which it is no matter how many there are.
const FAR: usize = 120;
/// Characters to the end of the line up to which few words in sentences stand so near to it, which is
/// worth as much as so many bytes of a word.
const NEAR: u8 = 16;
const NEAR_BYTES: usize = 6;

/// The words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Words {
    /// Each folded, with what can stand around it.
    pub(super) around: BTreeMap<String, Around>,
    /// Characters of which any number may stand there beside those that are counted.
    #[serde(serialize_with = "write_class", deserialize_with = "read_class")]
    pub(super) free: ClassUnicode,
}

fn write_class<S: Serializer>(class: &ClassUnicode, to: S) -> Result<S::Ok, S::Error> {
    let ranges = class.iter().map(|range| (range.start(), range.end()));
    ranges.collect::<Vec<_>>().serialize(to)
}

fn read_class<'de, D: Deserializer<'de>>(from: D) -> Result<ClassUnicode, D::Error> {
    let ranges = Vec::<(char, char)>::deserialize(from)?;
    Ok(ClassUnicode::new(ranges.into_iter().map(|(start, end)| ClassUnicodeRange::new(start, end))))
}

/// How many characters of a match can stand around its word, those that fold to nothing and the
/// [free](super::Pattern::free) ones not counted; `None` where there is no such number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Around {
    /// In front of it.
    pub before: Option<u8>,
    /// From its first character on.
    pub after: Option<u8>,
    /// The line ends behind these.
    pub ends_line: bool,
}

impl Around {
    fn or(self, other: Self) -> Self {
        Self {
            before: self.before.zip(other.before).map(|(a, b)| a.max(b)),
            after: self.after.zip(other.after).map(|(a, b)| a.max(b)),
            ends_line: self.ends_line && other.ends_line,
        }
    }
}

/// What stands on one side of some part of a pattern, up to where its matches begin or end.
#[derive(Debug, Clone)]
struct Side {
    chars: usize,
    free: ClassUnicode,
    /// They end at the end of a line.
    ends_line: bool,
}

impl Side {
    fn none() -> Self {
        Self { chars: 0, free: ClassUnicode::empty(), ends_line: false }
    }

    /// With `part` nearer to what it is a side of; `None` where that can be of any length.
    fn and(self, part: &Hir) -> Option<Self> {
        if matches!(part.kind(), HirKind::Look(Look::End | Look::EndLF)) {
            let is_last = self.chars == 0 && self.free.ranges().is_empty();
            return is_last.then_some(Self { ends_line: true, ..self });
        }
        if let Some(more) = chars(part) {
            return (self.chars.saturating_add(more) <= FAR)
                .then(|| Self { chars: self.chars + more, ..self });
        }
        match part.kind() {
            HirKind::Capture(capture) => self.and(&capture.sub),
            HirKind::Repetition(repetition) => match repetition.sub.kind() {
                // Classes of letters tell nothing.
                HirKind::Class(Class::Unicode(class))
                    if class.iter().all(|range| !(range.start()..=range.end()).contains(&'的')) =>
                {
                    let mut free = self.free;
                    free.union(class);
                    Some(Self { free, ..self })
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn count(side: Option<&Self>) -> Option<u8> {
        u8::try_from(side?.chars).ok()
    }
}

/// A search for the words of a pattern.
struct Search {
    /// Classes of more characters are not taken apart.
    class: usize,
}

impl Words {
    /// The words of a pattern, in which is nothing that folds to nothing; classes of more than so many
    /// characters are not taken apart.
    pub(super) fn of(pattern: &Hir, class: usize) -> Option<Self> {
        Search { class }.words(pattern, Some(&Side::none()), Some(&Side::none()))
    }

    fn and(mut self, other: Self) -> Self {
        for (word, around) in other.around {
            self.around.entry(word).and_modify(|known| *known = known.or(around)).or_insert(around);
        }
        self.free.union(&other.free);
        self
    }

    pub(super) fn shortest(&self) -> usize {
        self.around.keys().map(String::len).min().unwrap_or(0)
    }

    /// How rare they are: the higher, the better is it to look for them.
    fn worth(&self) -> usize {
        let near = |around: &Around| around.ends_line && around.after.is_some_and(|chars| chars <= NEAR);
        let shortest = self.shortest();
        if self.around.keys().any(|word| is_letter(word)) {
            return 0;
        }
        let ends = shortest >= RARE_WORD_BYTES && self.around.values().all(near);
        shortest + if ends { NEAR_BYTES } else { 0 }
    }
}

impl Search {
    /// Words one of which each match of a part holds, which stands between these sides; of several such
    /// sets the one that is worth most.
    fn words(&self, part: &Hir, before: Option<&Side>, after: Option<&Side>) -> Option<Words> {
        match part.kind() {
            HirKind::Alternation(ways) => {
                let ways: Option<Vec<_>> = ways.iter().map(|way| self.words(way, before, after)).collect();
                ways?.into_iter().reduce(Words::and)
            }
            HirKind::Capture(capture) => self.words(&capture.sub, before, after),
            HirKind::Repetition(repetition) if repetition.min > 0 => {
                // What the last repetition holds; the others stand in front of it.
                let others = before.and_then(|side| side.clone().and(part));
                let last = self.words(&repetition.sub, others.as_ref(), after);
                let all = self.beginnings(std::slice::from_ref(part), before, after);
                [last, all].into_iter().flatten().max_by_key(Words::worth)
            }
            HirKind::Concat(parts) => {
                let mut befores = vec![before.cloned()];
                for part in parts {
                    befores.push(befores.last().cloned().flatten().and_then(|side| side.and(part)));
                }
                let mut behind = after.cloned();
                let mut found = Vec::new();
                for (at, (part, front)) in parts.iter().zip(&befores).enumerate().rev() {
                    // Behind a part that may be absent are the same words, and none that are shorter.
                    if is_there(part) {
                        let parts = parts.get(at..).unwrap_or_default();
                        found.extend(self.beginnings(parts, front.as_ref(), behind.as_ref()));
                    }
                    found.extend(self.words(part, front.as_ref(), behind.as_ref()));
                    behind = behind.and_then(|side| side.and(part));
                }
                // Of equal ones those in front, which are rarer so near to the end of a line.
                found.into_iter().max_by_key(Words::worth)
            }
            HirKind::Literal(_) | HirKind::Class(_) => {
                self.beginnings(std::slice::from_ref(part), before, after)
            }
            HirKind::Empty | HirKind::Look(_) | HirKind::Repetition(_) => None,
        }
    }

    /// What a match of these parts in a row begins with; `after` stands behind the first of them.
    fn beginnings(&self, parts: &[Hir], before: Option<&Side>, after: Option<&Side>) -> Option<Words> {
        let mut extractor = Extractor::new();
        extractor.limit_class(self.class).limit_total(BEGINNINGS);
        let found = extractor.extract(&Hir::concat(parts.to_vec()));
        let literals = found.literals()?;
        if literals.iter().any(|literal| literal.len() < WORD_BYTES) {
            return None;
        }
        // A literal that is cut off inside a character begins with the characters before it.
        let begin = |bytes: &[u8]| fold(bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid()));
        let words: BTreeSet<String> = literals.iter().map(|l| begin(l.as_bytes())).collect();
        let is_number = |word: &String| word.bytes().all(|b| b.is_ascii_digit());
        if words.is_empty() || words.iter().any(|word| word.len() < WORD_BYTES || is_number(word)) {
            return None;
        }
        let after = parts.first().and_then(|first| after?.clone().and(first));
        let around = Around {
            before: Side::count(before),
            after: Side::count(after.as_ref()),
            ends_line: after.as_ref().is_some_and(|side| side.ends_line),
        };
        let mut free = before.map_or_else(ClassUnicode::empty, |side| side.free.clone());
        free.union(&after.map_or_else(ClassUnicode::empty, |side| side.free));
        Some(Words { around: words.into_iter().map(|word| (word, around)).collect(), free })
    }
}

/// Whether a word is a letter only, which is in every text, while many a sign is rare.
fn is_letter(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(char::is_alphanumeric) && chars.next().is_none()
}

/// Whether a part has characters in every match.
fn is_there(part: &Hir) -> bool {
    part.properties().minimum_len().is_some_and(|least| least > 0)
}

#[cfg(test)]
mod tests {
    use regex_syntax::hir::ClassUnicodeRange;

    use super::*;

    /// Each word with the characters in front of it, those from its first on, and whether the line ends.
    fn around(pattern: &str) -> Vec<(String, Option<u8>, Option<u8>, bool)> {
        let hir = regex_syntax::ParserBuilder::new().multi_line(true).build().parse(pattern).unwrap();
        let words = Words::of(&hir, 10).unwrap();
        words.around.into_iter().map(|(word, a)| (word, a.before, a.after, a.ends_line)).collect()
    }

    #[test]
    fn what_stands_around_words() {
        let of = |word: &str, before, after, ends| (word.to_owned(), before, after, ends);
        // The signs at will are not counted.
        assert_eq!(
            around("(?:^|[(])(?:内部.*)?(?:外传|.?公开)[。!]*$"),
            [of("公开", None, Some(2), true), of("外传", None, Some(2), true)]
        );
        assert_eq!(
            around("^.{0,5}(?:收回|注意保\\p{Han})$"),
            [of("收回", Some(5), Some(2), true), of("注意保", Some(5), Some(4), true)]
        );
        // One way ends the line, the other need not; letters without end; more lines behind.
        assert_eq!(
            around("送审稿$|领导批示:"),
            [of("送审稿", Some(0), Some(3), true), of("领导批示:", Some(0), Some(5), false)]
        );
        assert_eq!(around("送审稿\\p{Han}*$"), [of("送审稿", Some(0), None, false)]);
        assert_eq!(around("送审稿$\\n甲"), [of("送审稿甲", Some(0), None, false)]);
        // Signs are rarer than single letters.
        assert_eq!(around("[★☆].(?:年|月)"), ["★", "☆"].map(|sign| of(sign, Some(0), Some(3), false)));
        // All repetitions from the first on, or those in front of the last.
        assert_eq!(around("(?:,外传){1,3}"), [of(",外传", Some(0), Some(9), false)]);
        assert_eq!(around("(?:,外传)+$"), [of(",外传", None, Some(3), true)]);
        // The longer way counts.
        assert_eq!(around(".{3}外传|外传丙?$"), [of("外传", Some(3), Some(3), false)]);
    }

    #[test]
    fn signs_at_will() {
        let hir =
            regex_syntax::ParserBuilder::new().multi_line(true).build().parse("[(（]*外传[。★]*$").unwrap();
        let signs = ['(', '（', '★', '。'].map(|c| ClassUnicodeRange::new(c, c));
        assert_eq!(Words::of(&hir, 10).unwrap().free, ClassUnicode::new(signs));
    }
}
