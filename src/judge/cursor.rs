//! Reading a mark character by character: folded, with the blanks and signs that people put between,
//! numbers in Arabic and Chinese digits.

use crate::fold::{Fold, fold_char};

/// Blank characters that may stand between the pieces of a mark.
const BLANKS: usize = 8;

/// How the characters of a level are set, and so those behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Setting {
    /// One behind the other.
    Plain,
    /// One a line.
    Vertical,
    /// With signs between them.
    Separated,
}

/// A position in the text behind a level word, with folded characters.
pub(super) struct Cursor<'a> {
    rest: &'a str,
    pub(super) at: usize,
    /// Set one character a line, so that line ends part nothing.
    vertical: bool,
    /// Set with a sign between all characters: 机-密-★-2-0-年.
    separated: bool,
    /// Letters may stand for digits.
    pub(super) confused: bool,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(rest: &'a str, set: Setting) -> Self {
        Self {
            rest,
            at: 0,
            vertical: set == Setting::Vertical,
            separated: set == Setting::Separated,
            confused: false,
        }
    }

    /// The next character that has a shape, folded, with the position behind it. A folded sequence
    /// counts as its first character.
    pub(super) fn next(&self) -> Option<(char, usize)> {
        let mut at = self.at;
        for c in self.rest.get(at..)?.chars() {
            at += c.len_utf8();
            match fold_char(c) {
                Fold::Vanish => {}
                Fold::Char(folded) => return Some((folded, at)),
                Fold::Sequence(sequence) => return Some((sequence.chars().next()?, at)),
                Fold::Gap if self.separated && !c.is_whitespace() => {}
                Fold::Gap => return Some((c, at)),
            }
        }
        None
    }

    /// What has not been read.
    pub(super) fn ahead(&self) -> &'a str {
        self.rest.get(self.at..).unwrap_or_default()
    }

    pub(super) fn eat(&mut self, accept: impl Fn(char) -> bool) -> Option<char> {
        let (c, behind) = self.next()?;
        accept(c).then(|| {
            self.at = behind;
            c
        })
    }

    /// Skips white space, at most one line or cell break among it.
    pub(super) fn blanks(&mut self) {
        let mut broken = false;
        for _ in 0..BLANKS {
            let Some((c, behind)) = self.next() else { return };
            if !c.is_whitespace() || (matches!(c, '\n' | '\t') && broken && !self.vertical) {
                return;
            }
            broken |= matches!(c, '\n' | '\t');
            self.at = behind;
        }
    }

    /// Skips white space within the line.
    pub(super) fn spaces(&mut self) {
        let vertical = self.vertical;
        for _ in 0..BLANKS {
            if self.eat(|c| c.is_whitespace() && (vertical || !matches!(c, '\n' | '\t'))).is_none() {
                return;
            }
        }
    }

    pub(super) fn word(&mut self, word: &str) -> bool {
        let start = self.at;
        for wanted in word.chars() {
            self.spaces();
            if self.eat(|c| c == wanted).is_none() {
                self.at = start;
                return false;
            }
        }
        true
    }

    /// A number of at most four digits, Arabic or Chinese. Behind a certain star the letters that a
    /// reader takes for digits are digits: ★l0年, ★1O年.
    pub(super) fn number(&mut self) -> Option<u16> {
        self.spaces();
        let confused = self.confused;
        let digit = |c: char| match c {
            '0'..='9' => Some(c),
            'l' | 'i' | '|' if confused => Some('1'),
            'o' if confused => Some('0'),
            _ => None,
        };
        let mut digits = String::new();
        while digits.len() < 5
            && let Some(c) = self.eat(|c| digit(c).is_some()).and_then(digit)
        {
            digits.push(c);
            let before = self.at;
            self.spaces();
            if self.next().is_none_or(|(c, _)| digit(c).is_none()) {
                self.at = before;
            }
        }
        if !digits.is_empty() {
            return digits.parse().ok();
        }
        let mut written = String::new();
        while written.chars().count() < 6
            && let Some(c) = self
                .eat(|c| chinese_digit(c).is_some() || matches!(c, '十' | '拾' | '百' | '佰' | '廿' | '卅'))
        {
            written.push(c);
        }
        chinese_number(&written)
    }
}

pub(super) fn chinese_digit(c: char) -> Option<u16> {
    Some(match c {
        '〇' | '零' | '○' => 0,
        '一' | '壹' => 1,
        '二' | '贰' | '两' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

/// 二十, 三十五, 二〇三五.
pub(super) fn chinese_number(written: &str) -> Option<u16> {
    if written.is_empty() {
        return None;
    }
    if written.chars().all(|c| chinese_digit(c).is_some()) {
        return written.chars().try_fold(0u16, |n, c| n.checked_mul(10)?.checked_add(chinese_digit(c)?));
    }
    let (mut total, mut digit) = (0u16, None);
    for c in written.chars() {
        match c {
            '十' | '拾' => total = total.checked_add(digit.take().unwrap_or(1) * 10)?,
            '廿' => total = total.checked_add(20)?,
            '卅' => total = total.checked_add(30)?,
            '百' | '佰' => total = total.checked_add(digit.take().unwrap_or(1) * 100)?,
            _ => digit = chinese_digit(c),
        }
    }
    total.checked_add(digit.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_numbers() {
        for (written, n) in [("十", 10), ("二十", 20), ("三十五", 35), ("二〇三五", 2035), ("一百二十", 120)]
        {
            assert_eq!(chinese_number(written), Some(n));
        }
    }
}
