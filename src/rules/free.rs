//! How much of a text the matches of a pattern can take up around a word: so many characters, among which may be
//! any number of those that are not counted.

use std::ops::{Range, RangeInclusive};

use regex_syntax::hir::ClassUnicode;

use super::Around;
use crate::fold::{Fold, fold_char};

/// Bytes on each side of a word or number within which a match that holds it begins and ends, the
/// lines it touches counted whole, where the pattern sets no limit and may go on over the end of a line.
pub const REACH_BYTES: usize = 512;

/// The bytes that characters from U+4000 to U+9FFF begin with, ideographs nearly all, of which most texts consist:
/// all of them count, or are asked for one by one.
const IDEOGRAPHS: RangeInclusive<u8> = 0xe4..=0xe9;

/// Characters that are not counted around the words of a pattern, but for those that fold to nothing, which never
/// are.
#[derive(Debug, Clone, Default)]
pub struct Free {
    ranges: Vec<RangeInclusive<char>>,
    /// Whether some are ideographs, which fold to each other only.
    ideographs: bool,
    /// A bit for each character of ASCII that counts.
    ascii: u128,
}

impl Free {
    /// Those of a class.
    pub(super) fn new(class: &ClassUnicode) -> Self {
        let ranges = class.iter().map(|range| range.start()..=range.end());
        let is_skipped = |c| matches!(fold_char(c), Fold::Gap | Fold::Vanish);
        let ranges: Vec<_> = ranges.filter(|range| !range.clone().all(is_skipped)).collect();
        let all = ['\u{3400}'..='\u{9fff}', '\u{20000}'..='\u{3ffff}'];
        let is_ideographs = |range: &RangeInclusive<char>| {
            all.iter().any(|all| range.start() <= all.end() && range.end() >= all.start())
        };
        let ideographs = ranges.iter().any(is_ideographs);
        let mut free = Self { ranges, ideographs, ascii: 0 };
        free.ascii = ('\0'..='\x7f').filter(|&c| free.counts(c)).fold(0, |bits, c| bits | 1 << c as u32);
        free
    }

    /// Whether it is one of them.
    fn holds(&self, c: char) -> bool {
        self.ranges.iter().any(|range| range.contains(&c))
    }

    /// Whether a character counts.
    fn counts(&self, c: char) -> bool {
        match fold_char(c) {
            Fold::Gap | Fold::Vanish => false,
            Fold::Char(folded) => !self.holds(c) && (folded == c || !self.holds(folded)),
            Fold::Sequence(_) => !self.holds(c),
        }
    }

    /// Where the character at `at` ends, and whether it counts.
    #[inline]
    fn ahead(&self, text: &str, at: usize) -> Option<(usize, bool)> {
        let first = *text.as_bytes().get(at)?;
        if !self.ideographs && IDEOGRAPHS.contains(&first) {
            return Some((at + 3, true));
        }
        if first.is_ascii() {
            return Some((at + 1, self.ascii >> first & 1 != 0));
        }
        let c = text.get(at..)?.chars().next()?;
        Some((at + c.len_utf8(), self.counts(c)))
    }

    /// Where the character that ends at `end` begins, and whether it counts.
    #[inline]
    fn behind(&self, text: &str, end: usize) -> Option<(usize, bool)> {
        let bytes = text.as_bytes();
        let last = *bytes.get(end.checked_sub(1)?)?;
        let ideograph = end.checked_sub(3).filter(|&at| !self.ideographs && IDEOGRAPHS.contains(&bytes[at]));
        if let Some(at) = ideograph {
            return Some((at, true));
        }
        if last.is_ascii() {
            return Some((end - 1, self.ascii >> last & 1 != 0));
        }
        let c = text.get(..end)?.chars().next_back()?;
        Some((end - c.len_utf8(), self.counts(c)))
    }

    /// Where the character that counts behind `chars` others of them stands, unless it is farther than the reach.
    pub fn counted_ahead(&self, text: &str, chars: u8) -> Option<Range<usize>> {
        let (mut at, mut left) = (0, chars);
        while at < REACH_BYTES {
            let (end, is_counted) = self.ahead(text, at)?;
            if is_counted {
                if left == 0 {
                    return Some(at..end);
                }
                left -= 1;
            }
            at = end;
        }
        None
    }

    /// The same from the end of the text on; where it begins.
    pub fn counted_behind(&self, text: &str, chars: u8) -> Option<usize> {
        let (mut at, mut left) = (text.len(), chars);
        loop {
            let (start, is_counted) = self.behind(text, at)?;
            at = start;
            if text.len() - at > REACH_BYTES {
                return None;
            }
            if is_counted {
                if left == 0 {
                    return Some(at);
                }
                left -= 1;
            }
        }
    }

    /// Whether a match may hold the word that `text` begins with, which has this around it: not where the line
    /// should end, and goes on.
    pub fn may_hold(&self, text: &str, around: Around) -> bool {
        let (true, Some(chars)) = (around.ends_line, around.after) else { return true };
        let ends = |last: Range<usize>| memchr::memchr(b'\n', &text.as_bytes()[..last.start]).is_some();
        self.counted_ahead(text, chars).is_none_or(ends)
    }
}
