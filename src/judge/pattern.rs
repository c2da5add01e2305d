//! Patterns with checks and counts: identity numbers, cards, phone lists, the shapes of internal
//! business.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;
use memchr::memmem;

use super::spots::Spots;
use super::{Case, Decision, Judgement};
use crate::finding::{Confidence, Evidence, Judged};
use crate::fold::{Fold, Letters, fold, fold_char};
use crate::rules::{Check, Kind, Rule};
use crate::text::Place;

/// Findings of one pattern rule that are reported for one document; the count goes on.
const REPORTED: usize = 20;
/// Bytes of a line that `unless` words are looked for in, on each side of a match.
const LINE_BYTES: usize = 240;

/// Bytes between a match and the word that must stand near it: some pages of a list.
const NEAR_BYTES: usize = 16 << 10;

/// Weights of the 17 digits of a resident identity number (GB 11643-1999).
const ID_WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// The check character for each remainder modulo 11.
const ID_CHECKS: &[u8; 11] = b"10X98765432";
/// First two digits of the administrative regions (GB/T 2260), with 81 82 83 for residents of Hong
/// Kong, Macao and Taiwan and 91 for foreigners.
const REGIONS: [u32; 35] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54,
    61, 62, 63, 64, 65, 81, 82, 83, 91,
];

impl Case<'_> {
    /// Applies a pattern rule wherever in the text it can match. `number` is the rule's index.
    pub(super) fn pattern(&self, number: usize, rule: &Rule, spots: &Spots, judgements: &mut Vec<Judgement>) {
        let Kind::Pattern { pattern, near, near_signs, .. } = &rule.kind else { return };
        if spots.has_none(number, pattern) {
            return;
        }
        let flat = self.text.as_str();
        let companions = spots.near(number, near);
        let anywhere = near.is_empty() && near_signs.is_empty()
            || near_signs.iter().any(|sign| memmem::find(flat.as_bytes(), sign.as_bytes()).is_some());
        if !anywhere && companions.is_empty() {
            return;
        }
        let pieces = spots.of(number, pattern);
        if pieces.is_empty() {
            return;
        }
        let companions = (!anywhere).then_some(companions.as_slice());
        let mut different: BTreeMap<String, Range<usize>> = BTreeMap::new();
        for piece in pieces {
            if companions.is_none_or(|companions| is_near(companions, &piece)) {
                self.matches(rule, piece, companions, &mut different);
            }
        }
        let Kind::Pattern { check, min, unless_anywhere, papers, .. } = &rule.kind else { return };
        if different.is_empty()
            || unless_anywhere.iter().any(|word| flat.contains(word.as_str()))
            || *papers && self.facts.is_for_the_public()
        {
            return;
        }
        let different_count = different.len();
        let count = u32::try_from(different_count).unwrap_or(u32::MAX);
        let mut ranges: Vec<Range<usize>> = different.into_values().collect();
        ranges.sort_by_key(|range| range.start);
        for range in ranges.into_iter().take(REPORTED) {
            let mut evidence = Vec::new();
            // Also where more were found than are reported: nobody should take these for all.
            if *min > 1 || different_count > REPORTED {
                evidence.push(Evidence::Count(count, *min));
            }
            if *check != Check::None {
                evidence.push(Evidence::Checksum);
            }
            if *min <= 1 && *check == Check::None {
                evidence.push(Evidence::Wording);
            }
            let judged = if count >= *min { Judged::Mark } else { Judged::Mention };
            let decision = Decision::new(judged, Confidence::Medium, evidence);
            judgements.extend(self.judgement(rule, range, None, decision));
        }
    }

    /// The different matches in a piece of the text; where there are `companions`, those near one.
    fn matches(
        &self,
        rule: &Rule,
        piece: Range<usize>,
        companions: Option<&[usize]>,
        different: &mut BTreeMap<String, Range<usize>>,
    ) {
        let Kind::Pattern { pattern, check, unless, .. } = &rule.kind else { return };
        let Some(pattern) = pattern.regex() else { return };
        let flat = self.text.as_str();
        let Some(lines) = flat.get(piece.clone()) else { return };
        let letters = Letters::new(lines);
        // Nearly all pieces have none, and that is told without room for groups.
        if !pattern.is_match(letters.as_str()) {
            return;
        }
        for captures in pattern.captures_iter(letters.as_str()) {
            let Some(found) = captures.get(1).or_else(|| captures.get(0)) else { continue };
            let range = trimmed(lines, original(lines, &letters, found.range()));
            let range = piece.start + range.start..piece.start + range.end;
            if !self.text.segment(range.start).is_some_and(|s| carries_data(s.at.place, *check))
                || companions.is_some_and(|companions| !is_near(companions, &(range.start..range.start)))
            {
                continue;
            }
            let matched = flat.get(range.clone()).unwrap_or_default();
            if satisfies(*check, matched) && !self.harmless(&range, unless) {
                different.entry(fold(matched)).or_insert(range);
            }
        }
    }

    /// Whether a word on the same line makes the match harmless.
    fn harmless(&self, range: &Range<usize>, unless: &[String]) -> bool {
        let flat = self.text.as_str();
        let line = self.text.line_around(range.start);
        let before = flat.get(line.start.max(range.start.saturating_sub(LINE_BYTES))..range.start);
        let before = before.unwrap_or_default();
        let after = flat.get(range.end..line.end.max(range.end)).unwrap_or_default();
        let after = super::grammar::head_chars(after, LINE_BYTES / 3);
        unless.iter().any(|word| before.contains(word.as_str()) || after.contains(word.as_str()))
    }
}

/// Whether one of the sorted positions is close enough to some place in `range`.
fn is_near(companions: &[usize], range: &Range<usize>) -> bool {
    let first = companions.partition_point(|at| at + NEAR_BYTES < range.start);
    companions.get(first).is_some_and(|&at| at <= range.end + NEAR_BYTES)
}

/// The bytes of the text that the folded bytes came from.
fn original(flat: &str, letters: &Letters, folded: Range<usize>) -> Range<usize> {
    let last = letters.as_str().get(folded.clone()).and_then(|text| text.chars().next_back());
    let last = letters.original(folded.end - last.map_or(0, char::len_utf8));
    let end = last + flat.get(last..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    letters.original(folded.start)..end
}

/// `range` without white space at its ends.
fn trimmed(flat: &str, range: Range<usize>) -> Range<usize> {
    let matched = flat.get(range.clone()).unwrap_or_default();
    let start = range.start + (matched.len() - matched.trim_start().len());
    start..(start + matched.trim().len()).max(start)
}

/// Places whose digits are written by people, not by programs; but what a program writes is no resident's number
/// by chance.
fn carries_data(place: Place, check: Check) -> bool {
    check == Check::IdCard || !matches!(place, Place::Script | Place::Field | Place::Bookmark)
}

/// The digits and letters of a number, width folded, separators gone.
fn digits(matched: &str) -> Vec<u8> {
    matched
        .chars()
        .filter_map(|c| match fold_char(c) {
            Fold::Char(c) if c.is_ascii_alphanumeric() => u8::try_from(c.to_ascii_uppercase()).ok(),
            _ => None,
        })
        .collect()
}

fn satisfies(check: Check, matched: &str) -> bool {
    match check {
        Check::None => true,
        Check::IdCard => is_identity_number(&digits(matched)),
        Check::BankCard => is_bank_card(&digits(matched)),
    }
}

fn value(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |n, d| n * 10 + u32::from(d.saturating_sub(b'0')))
}

/// Region, date of birth and check character (GB 11643), or the old form of 15 digits.
fn is_identity_number(number: &[u8]) -> bool {
    let Some((region, rest)) = number.split_at_checked(6) else { return false };
    if !REGIONS.contains(&(value(region) / 10_000)) {
        return false;
    }
    match (number.len(), rest) {
        (18, [y1, y2, y3, y4, m1, m2, d1, d2, ..]) => {
            let date = is_birth_date(value(&[*y1, *y2, *y3, *y4]), value(&[*m1, *m2]), value(&[*d1, *d2]));
            let sum: u32 =
                ID_WEIGHTS.iter().zip(number).map(|(w, &d)| w * u32::from(d.saturating_sub(b'0'))).sum();
            date && ID_CHECKS.get((sum % 11) as usize) == number.last()
        }
        // Without a check character more is asked of the date.
        (15, [y1, y2, m1, m2, d1, d2, ..]) => {
            is_birth_date(1900 + value(&[*y1, *y2]), value(&[*m1, *m2]), value(&[*d1, *d2]))
        }
        _ => false,
    }
}

fn is_birth_date(year: u32, month: u32, day: u32) -> bool {
    let date = (i16::try_from(year), i8::try_from(month), i8::try_from(day));
    (1850..=2100).contains(&year) && matches!(date, (Ok(y), Ok(m), Ok(d)) if Date::new(y, m, d).is_ok())
}

/// Whether groups of four go up by the same step: the numbers of a table's row.
fn counts_up(number: &[u8]) -> bool {
    let groups: Vec<u32> = number.chunks_exact(4).map(value).collect();
    let steps: Vec<u32> = groups.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect();
    steps.windows(2).all(|pair| pair[0] == pair[1]) && steps.first().is_some_and(|&step| step != 0)
}

/// 13 to 19 digits whose Luhn sum is right.
fn is_bank_card(number: &[u8]) -> bool {
    if !(15..=19).contains(&number.len()) || !number.iter().all(u8::is_ascii_digit) || counts_up(number) {
        return false;
    }
    let sum: u32 = number
        .iter()
        .rev()
        .enumerate()
        .map(|(i, &d)| {
            let d = u32::from(d - b'0') * if i % 2 == 1 { 2 } else { 1 };
            if d > 9 { d - 9 } else { d }
        })
        .sum();
    sum.is_multiple_of(10) && number.iter().any(|d| *d != number[0])
}

#[cfg(test)]
mod tests {
    use super::super::{Wanted, judge};
    use super::*;
    use crate::finding::Verdict;
    use crate::matcher::Matcher;
    use crate::rules::RuleSet;
    use crate::text::{At, Text};

    #[test]
    fn words_and_signs_that_must_be_near() {
        let found = |near: &str, text: &str| {
            let names =
                ["title", "why", "advice"].map(|name| format!("{name} = {{ zh = \"a\", en = \"a\" }}\n"));
            let rule = format!(
                "[[rule]]\nid = \"a.b\"\nkind = \"pattern\"\nverdict = \"review\"\n{}pattern = '编号[0-9]{{4}}'\n\
                 near = [{near}]\nhit = []\nmiss = []\n",
                names.concat()
            );
            let mut rules = RuleSet::default();
            rules.add_list("a.toml", rule.as_bytes(), Verdict::Review).unwrap();
            let mut content = Text::new();
            content.push(At::new(Place::Body), text);
            let matches = Matcher::new(&rules).find(&rules, &content);
            judge(&rules, &content, &matches, Wanted::Findings).len()
        };
        let far = format!("仓库\n{}编号1234", "甲".repeat(NEAR_BYTES));
        assert_eq!(found("", "编号1234"), 1);
        for (near, text, count) in [
            ("\"仓库\"", "仓库\n编号1234", 1),
            ("\"仓库\"", "编号1234", 0),
            ("\"仓库\"", &far, 0),
            // Latin words begin where a word does.
            ("\"Bonus\"", "annualBonus\n编号1234", 1),
            ("\"bonus\"", "bonuses\n编号1234", 1),
            ("\"bonus\"", "nobonus\n编号1234", 0),
            // A sign that folds to nothing is enough anywhere.
            ("\"■\"", "■\n编号1234", 1),
            ("\"■\"", "编号1234", 0),
            ("\"仓库\", \"■\"", "仓库\n编号1234", 1),
            ("\"仓库\", \"■\"", "编号1234■", 1),
            ("\"仓库\", \"■\"", "编号1234", 0),
        ] {
            assert_eq!(found(near, text), count, "{near} {text:.60}");
        }
    }

    #[test]
    fn identity_numbers() {
        // 1·7+1·9+0·10+1·5+0·8+1·4 + 1·2+9·1+0·6+0·3+0·7+1·9+0·10+1·5+0·8+0·4+1·2 = 52, 52 mod 11 = 8 -> 4
        assert!(is_identity_number(b"110101190001010014"));
        assert!(!is_identity_number(b"110101190001010010"), "check character");
        assert!(!is_identity_number(b"110101190013010011"), "month 13");
        assert!(!is_identity_number(b"990101190001010018"), "region");
        assert!(is_identity_number(b"110101000101001"));
        assert!(!is_identity_number(b"110101001301001"));
    }

    #[test]
    fn bank_cards() {
        assert!(is_bank_card(b"6222020000000000018"));
        assert!(!is_bank_card(b"6222020000000000019"));
        assert!(!is_bank_card(b"0000000000000000"));
        assert!(counts_up(b"5221522252235224"));
        assert!(!counts_up(b"6222020000000000018"));
    }
}
