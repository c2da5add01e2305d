//! Rows of digits, around which numbers of persons, cards and places are looked for. Most blocks of a text
//! hold none, and that is seen of many bytes at once.

use std::ops::Range;

use crate::fold::{Fold, fold_char};
use crate::rules::{BETWEEN_GROUPS, LEAST_RUN};

/// Bytes that are searched for digits together.
const BLOCK_BYTES: usize = 64;
/// Of these so many at once where there are any.
const WORD_BYTES: usize = 8;

/// Where digits of either width stand in a row, with letters or single signs of [`BETWEEN_GROUPS`] between
/// them, and how many they are; only rows that hold [`LEAST_RUN`] or more.
pub(super) fn runs(flat: &str) -> Vec<(Range<usize>, usize)> {
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
}
