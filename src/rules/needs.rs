//! What every match of a pattern holds, so that the pattern runs only where that stands.
//!
//! A pattern that may begin anywhere costs more than all terms together. Most hold a word that each
//! of their matches has to hold too; the automaton finds it on the way. Worked out from the pattern
//! itself, so that nobody has to write it down beside it.

use std::sync::LazyLock;

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Repetition};
use serde::{Deserialize, Serialize};

use super::words::Words;
use crate::fold::{Fold, fold_char};

/// Digits in a row that are worth looking for; fewer are in every date.
pub const LEAST_RUN: usize = 4;
/// What may stand between the groups of a long number: never two of them side by side.
pub const BETWEEN_GROUPS: [char; 5] = [' ', '-', '·', '•', '.'];
/// More characters than the class of all scripts' digits has.
const DIGITS: usize = 1000;
/// Digits in a row that few texts have.
const RARE_RUN: usize = 8;
/// Words that are better looked for than a row of digits.
const FEW_WORDS: usize = 800;
/// Characters of a class that words are made of.
const FEW_CHARS: usize = 10;
/// The same where there is nothing better than a short row: the letters on plates.
const MORE_CHARS: usize = 31;
/// Bytes of a word that is rarer than a shorter row: a Chinese character and something else.
pub(super) const RARE_WORD_BYTES: usize = 4;

/// The class of all scripts' digits. Looking at each of them anew for every `\d` would be most of
/// the time that reading the rules takes.
static DIGIT: LazyLock<Option<ClassUnicode>> =
    LazyLock::new(|| match regex_syntax::parse(r"\d").ok()?.into_kind() {
        HirKind::Class(Class::Unicode(class)) => Some(class),
        _ => None,
    });

/// What every match of a pattern holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Needs {
    /// Nothing that is known.
    Unknown,
    /// A row of Latin letters and digits, [`BETWEEN_GROUPS`] between them, of which so many are digits.
    Run(usize),
    /// One of these words.
    Words(Words),
}

/// What the matches of `pattern` need.
pub(super) fn needs(pattern: &str) -> Needs {
    let Ok(hir) = ParserBuilder::new().multi_line(true).build().parse(pattern) else { return Needs::Unknown };
    let least = run(&hir);
    if least >= RARE_RUN {
        return Needs::Run(least);
    }
    let plain = plain(&hir);
    // Short rows are in every date.
    let rare = |words: &Words| words.around.len() <= FEW_WORDS && words.shortest() >= RARE_WORD_BYTES;
    let few = Words::of(&plain, FEW_CHARS);
    let rarest = few.clone().filter(rare).or_else(|| Words::of(&plain, MORE_CHARS).filter(rare));
    match rarest {
        Some(words) => Needs::Words(words),
        None if least >= LEAST_RUN => Needs::Run(least),
        None => few.map_or(Needs::Unknown, Needs::Words),
    }
}

/// The most characters that a match of `pattern` can have; `None` where there is no such number.
pub(super) fn longest(pattern: &str) -> Option<usize> {
    chars(&ParserBuilder::new().multi_line(true).build().parse(pattern).ok()?)
}

pub(super) fn chars(hir: &Hir) -> Option<usize> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(0),
        HirKind::Class(_) => Some(1),
        HirKind::Literal(literal) => {
            Some(std::str::from_utf8(&literal.0).map_or(literal.0.len(), |text| text.chars().count()))
        }
        HirKind::Repetition(repetition) => chars(&repetition.sub)?.checked_mul(repetition.max? as usize),
        HirKind::Capture(capture) => chars(&capture.sub),
        HirKind::Concat(parts) => parts.iter().map(chars).sum(),
        HirKind::Alternation(ways) => ways.iter().map(chars).collect::<Option<Vec<_>>>()?.into_iter().max(),
    }
}

/// Whether no match of `pattern` holds the end of a line.
pub(super) fn stays_in_line(pattern: &str) -> bool {
    let parsed = ParserBuilder::new().multi_line(true).build().parse(pattern);
    parsed.is_ok_and(|hir| !holds_line_end(&hir))
}

fn holds_line_end(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => false,
        HirKind::Literal(literal) => literal.0.contains(&b'\n'),
        HirKind::Class(Class::Unicode(class)) => {
            class.iter().any(|range| (range.start()..=range.end()).contains(&'\n'))
        }
        HirKind::Class(Class::Bytes(class)) => {
            class.iter().any(|range| (range.start()..=range.end()).contains(&b'\n'))
        }
        HirKind::Repetition(repetition) => holds_line_end(&repetition.sub),
        HirKind::Capture(capture) => holds_line_end(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(holds_line_end),
    }
}

/// The pattern as folded text has it: what is skipped there is gone, a digit is one of ten. So
/// [NSEW]\s*\d needs one of n0 to w9.
fn plain(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) if DIGIT.as_ref() == Some(class) => {
            Hir::class(Class::Unicode(ClassUnicode::new([ClassUnicodeRange::new('0', '9')])))
        }
        HirKind::Class(Class::Unicode(class))
            if class.iter().flat_map(|range| range.start()..=range.end()).all(is_skipped) =>
        {
            Hir::empty()
        }
        HirKind::Repetition(repetition) => match plain(&repetition.sub) {
            empty if empty == Hir::empty() => empty,
            sub => Hir::repetition(Repetition { sub: Box::new(sub), ..repetition.clone() }),
        },
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(plain).collect()),
        HirKind::Alternation(ways) => Hir::alternation(ways.iter().map(plain).collect()),
        HirKind::Capture(capture) => plain(&capture.sub),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => hir.clone(),
    }
}

/// The most digits in a row of letters and digits that each match holds.
fn run(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Capture(capture) => run(&capture.sub),
        HirKind::Alternation(ways) => ways.iter().map(run).min().unwrap_or_default(),
        HirKind::Concat(parts) => {
            let (mut most, mut row) = (0, Row::default());
            for part in parts {
                let next = numbers(part);
                row = next.and_then(|next| row.and(next)).or(next).unwrap_or_default();
                most = most.max(row.digits).max(run(part));
            }
            most
        }
        _ => numbers(hir).unwrap_or_default().digits,
    }
}

/// A part of a pattern in which is nothing but letters, digits and single signs between groups of them.
#[derive(Debug, Clone, Copy, Default)]
struct Row {
    /// Letters and digits at least, and digits among them.
    all: usize,
    digits: usize,
    /// Whether it may begin with a sign, and end with one.
    signs: (bool, bool),
}

impl Row {
    /// Both in one row; `None` where two signs could stand side by side.
    fn and(self, next: Self) -> Option<Self> {
        let through = |row: Self, sign| row.all == 0 && sign;
        (!(self.signs.1 && next.signs.0)).then_some(Self {
            all: self.all + next.all,
            digits: self.digits + next.digits,
            signs: (self.signs.0 || through(self, next.signs.0), next.signs.1 || through(next, self.signs.1)),
        })
    }

    fn or(self, other: Self) -> Self {
        Self {
            all: self.all.min(other.all),
            digits: self.digits.min(other.digits),
            signs: (self.signs.0 || other.signs.0, self.signs.1 || other.signs.1),
        }
    }

    fn times(self, count: u32) -> Self {
        Self { all: self.all * count as usize, digits: self.digits * count as usize, ..self }
    }
}

/// What a part consists of; `None` when it may hold anything else but letters, digits and single signs.
fn numbers(hir: &Hir) -> Option<Row> {
    let sign = Row { signs: (true, true), ..Row::default() };
    let letters = |all, digits| Row { all, digits, signs: (false, false) };
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) if DIGIT.as_ref() == Some(class) => Some(letters(1, 1)),
        HirKind::Class(Class::Unicode(class)) => {
            // Digits of other scripts are in the class of digits, and in no document that counts.
            let is_other = |c: char| {
                !c.is_alphanumeric() && !BETWEEN_GROUPS.contains(&c) || c.is_alphabetic() && !c.is_ascii()
            };
            let size: usize = class.iter().map(|range| range.len()).sum();
            let members = || class.iter().flat_map(|range| range.start()..=range.end());
            if size > DIGITS || members().any(is_other) {
                return None;
            }
            let has_sign = members().any(|c| BETWEEN_GROUPS.contains(&c));
            let digits = usize::from(members().all(|c| c.is_ascii_digit()));
            Some(if has_sign { sign } else { letters(1, digits) })
        }
        HirKind::Literal(literal) => {
            let count = |is: fn(&u8) -> bool| literal.0.iter().filter(|byte| is(byte)).count();
            let all = count(u8::is_ascii_alphanumeric);
            let is_sign = |c: &char| c.encode_utf8(&mut [0; 4]).as_bytes() == &*literal.0;
            if BETWEEN_GROUPS.iter().any(is_sign) {
                return Some(sign);
            }
            (all == literal.0.len()).then(|| letters(all, count(u8::is_ascii_digit)))
        }
        HirKind::Repetition(repetition) => {
            let row = numbers(&repetition.sub)?;
            // Side by side with itself.
            let joins = repetition.max == Some(1) || row.and(row).is_some();
            joins.then(|| row.times(repetition.min))
        }
        HirKind::Concat(parts) => {
            parts.iter().map(numbers).try_fold(Row::default(), |row, part| row.and(part?))
        }
        HirKind::Alternation(ways) => {
            let ways: Option<Vec<Row>> = ways.iter().map(numbers).collect();
            ways?.into_iter().reduce(Row::or)
        }
        HirKind::Capture(capture) => numbers(&capture.sub),
        HirKind::Class(Class::Bytes(_)) | HirKind::Empty | HirKind::Look(_) => None,
    }
}

/// Whether folded text does without a character.
fn is_skipped(c: char) -> bool {
    matches!(fold_char(c), Fold::Gap | Fold::Vanish)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(pattern: &str) -> Vec<String> {
        let Needs::Words(words) = needs(pattern) else { panic!("{pattern}: {:?}", needs(pattern)) };
        words.around.into_keys().collect()
    }

    #[test]
    fn words_that_every_match_holds() {
        assert_eq!(words("拟任免人选"), ["拟任免人选"]);
        assert_eq!(words("^.{0,20}(?:标底|底价)\\s*[^\\s]"), ["底价", "标底"]);
        assert_eq!(words("保\\s?密\\s*[★*]"), ["保密"]);
        assert_eq!(
            words("(?:^|[^0-9])甲[乙丙]丁?部队"),
            ["甲丙丁部队", "甲丙部队", "甲乙丁部队", "甲乙部队"]
        );
        assert_eq!(words("甲{2,3}|\\s+(乙丙)+"), ["乙丙", "甲甲"]);
        assert_eq!(words("\\((?:TS|S|C)\\)"), ["(c)", "(s)", "(ts)"]);
        // Before a row that is not long, a word of two characters.
        let plates = words("[京沪][A-Z][·• ]?[A-HJ-NP-Z0-9]{5,6}");
        assert!(plates.len() == 52 && plates.contains(&"京a".to_owned()), "{plates:?}");
        // What folds to nothing may stand between.
        let numbers = words("密[\\s|]{0,3}[〔(]\\s?\\d{4}");
        assert!(
            numbers.iter().all(|word| word.starts_with("密〔") || word.starts_with("密(")),
            "{numbers:?}"
        );
        // One way needs no word, or no more than a letter; a word may be absent.
        assert_eq!(needs("标底|\\d"), Needs::Unknown);
        let places = words("(?:[东西]经|[NSEW])\\s*[:：]?\\s*\\d{1,3}");
        assert_eq!(places.len(), 120, "{places:?}");
        assert!(["n:0", "w9", "东经3"].iter().all(|word| places.iter().any(|w| w == word)), "{places:?}");
        assert_eq!(needs("(?:标底)?\\d"), Needs::Unknown);
        assert_eq!(needs("\\s*//"), Needs::Unknown, "folds to nothing");
    }

    #[test]
    fn what_stays_in_a_line() {
        for (pattern, stays) in [
            ("^标底.*[^\\n]{2}$", true),
            ("标底[^0-9]", false),
            ("标底|底\\s?价", false),
            ("(?s)标.底", false),
            ("标底\n", false),
        ] {
            assert_eq!(stays_in_line(pattern), stays, "{pattern}");
        }
    }

    #[test]
    fn runs_of_digits() {
        let run = Needs::Run;
        assert_eq!(needs("(?:^|[^0-9])(\\d{17}[0-9Xx]|\\d{15})(?:$|[^0-9])"), run(15));
        assert_eq!(needs("[京a][A-Z]?[·• ]?[A-HJ-NP-Z0-9]{5,6}"), Needs::Unknown, "no digit");
        assert_eq!(needs("(?:^|x)((?:\\+?86[- ]?)?1[3-9]\\d[- ]?\\d{4}[- ]?\\d{4})"), run(11));
        assert_eq!(needs("\\d{4}年\\d{5}"), run(5));
        assert_eq!(needs("[EG]\\d{8}|[A-Z]{2}\\d{7}"), run(7));
        assert_eq!(needs("\\d{2,3}\\.\\d{4,}"), run(6));
        assert_eq!(needs("\\d{2,3}\\.\\.\\d{4}"), run(4), "at most one sign stands between");
        assert_eq!(needs("\\d{2,3}[ -]?\\.?\\d{4}"), run(4));
        assert_eq!(needs("(?:\\d{2}-?){3}"), run(6));
        assert_eq!(needs("(?:-?\\d{2}-?){3}"), Needs::Unknown);
        assert_eq!(needs("[A-Z]\\d{2}[·-]?[A-Z]?-?\\d{4}"), run(4));
        assert_eq!(needs("\\d{2}[·-]?[A-Z]-?\\d{4}"), run(6));
        assert_eq!(needs("\\d{2}[-/]\\d{3}"), Needs::Unknown);
        assert_eq!(needs("\\d{3}"), Needs::Unknown);
        assert_eq!(needs("\\w{5}"), Needs::Unknown);
        assert_eq!(needs("[0-9 ]{5}"), Needs::Unknown);
        assert_eq!(needs("(?:\\d{4})?"), Needs::Unknown);
    }
}
