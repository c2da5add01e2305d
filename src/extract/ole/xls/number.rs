//! Numbers as a reader sees them: whole ones with all their digits, dates as dates.

use jiff::ToSpan;
use jiff::civil::{Date, date};

/// What a number format makes of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Format {
    #[default]
    Number,
    Date,
    Time,
    /// Nothing is shown.
    Nothing,
}

impl Format {
    /// A format that every workbook has.
    pub(super) fn built_in(id: u16) -> Self {
        match id {
            14..=17 | 22 | 27..=31 | 36 | 50..=54 | 57 | 58 => Self::Date,
            18..=21 | 32..=35 | 45..=47 | 55 | 56 => Self::Time,
            _ => Self::Number,
        }
    }

    /// A format by its code (`yyyy"年"m"月"`).
    pub(super) fn of_code(code: &str) -> Self {
        let (mut quoted, mut bracketed, mut escaped) = (false, false, false);
        let (mut date, mut time) = (false, false);
        if code.trim() == ";;;" {
            return Self::Nothing;
        }
        for c in code.chars() {
            if std::mem::take(&mut escaped) {
                continue;
            }
            match c {
                '"' if !bracketed => quoted = !quoted,
                _ if quoted => {}
                '[' => bracketed = true,
                ']' => bracketed = false,
                // [h] and [mm] are durations; [Red] and [$-804] are not.
                _ if bracketed => {}
                '\\' | '_' | '*' => escaped = true,
                'y' | 'Y' | 'd' | 'D' => date = true,
                'h' | 'H' | 's' | 'S' => time = true,
                '0' | '#' | '?' if !time => return Self::Number,
                ';' => break,
                _ => {}
            }
        }
        match (date, time) {
            (true, _) => Self::Date,
            (false, true) => Self::Time,
            _ => Self::Number,
        }
    }
}

/// Whether a format code writes words beside the number; `"Yes"` and names of months are too short to be
/// any.
pub(super) fn has_words(code: &str) -> bool {
    /// Letters of the shortest word in Latin script.
    const LETTERS: usize = 4;
    let is_foreign = |c: char| !c.is_ascii() && c.is_alphabetic();
    let mut quoted = code.split('"').skip(1).step_by(2);
    code.contains(is_foreign)
        || quoted.any(|s| s.chars().filter(char::is_ascii_alphabetic).count() >= LETTERS)
}

/// A number as text; days are counted from 1904 in workbooks that say so.
pub(super) fn shown(number: f64, format: Format, from_1904: bool) -> String {
    match format {
        Format::Date => day(number, from_1904).unwrap_or_else(|| plain(number)),
        Format::Time if (0.0..1e6).contains(&number) => clock(number),
        _ => plain(number),
    }
}

fn plain(number: f64) -> String {
    // Fifteen digits are stored; of a number with a fraction the program shows ten.
    let rounded = if number.fract() == 0.0 { format!("{number:.14e}") } else { format!("{number:.9e}") };
    rounded.parse::<f64>().unwrap_or(number).to_string()
}

fn day(number: f64, from_1904: bool) -> Option<String> {
    if !(1.0..2_958_466.0).contains(&number) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "checked above")]
    let days = number.trunc() as i64;
    let first: Date = match (from_1904, days) {
        (true, _) => date(1904, 1, 1),
        // The program takes 1900 for a leap year.
        (false, ..60) => date(1899, 12, 31),
        (false, _) => date(1899, 12, 30),
    };
    let day = first.checked_add(days.days()).ok()?.to_string();
    Some(if number.fract() == 0.0 { day } else { format!("{day} {}", clock(number)) })
}

fn clock(number: f64) -> String {
    let seconds = (number.fract() * 86_400.0).round();
    let (hours, minutes) = ((seconds / 3600.0).trunc(), (seconds / 60.0).trunc() % 60.0);
    format!("{hours}:{minutes:02}:{:02}", seconds % 60.0)
}

/// A number packed into four bytes.
pub(super) fn packed(bits: u32) -> f64 {
    let number = match bits & 2 {
        0 => f64::from_bits(u64::from(bits & 0xffff_fffc) << 32),
        _ => f64::from(bits.cast_signed() >> 2),
    };
    if bits & 1 == 0 { number } else { number / 100.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_formats() {
        for code in ["\"SECRET \"0", "0\"机密\"", "[$机密]0", "0;\"Draft\""] {
            assert!(has_words(code), "{code}");
        }
        for code in ["yyyy-mm-dd", "[Red]0", "\"$\"#,##0", "\"Yes\";\"Yes\";\"No\"", "General"] {
            assert!(!has_words(code), "{code}");
        }
    }

    #[test]
    fn numbers_keep_their_digits() {
        let plain = |number| shown(number, Format::Number, false);
        assert_eq!(plain(13_800_138_000.0), "13800138000");
        assert_eq!(plain(110_101_190_001_011.0), "110101190001011");
        assert_eq!(plain(0.1 + 0.2), "0.3");
        assert_eq!(plain(-3.5), "-3.5");
        assert_eq!(plain(0.530_386_740_331_492), "0.5303867403");
        assert_eq!(packed(1234 << 2 | 3), 12.34);
        assert_eq!(packed(0x3ff0_0000), 1.0);
        assert_eq!(packed(u32::MAX - 1), -1.0);
    }

    #[test]
    fn days_are_dates() {
        let date = |number| shown(number, Format::Date, false);
        assert_eq!(date(44_260.0), "2021-03-05");
        assert_eq!(date(1.0), "1900-01-01");
        assert_eq!(date(61.0), "1900-03-01");
        assert_eq!(date(44_260.5), "2021-03-05 12:00:00");
        assert_eq!(shown(42_798.0, Format::Date, true), "2021-03-05");
        assert_eq!(date(-1.0), "-1");
        assert_eq!(shown(0.75, Format::Time, false), "18:00:00");
    }

    #[test]
    fn formats_are_told_by_their_code() {
        assert_eq!(Format::of_code("yyyy\"年\"m\"月\"d\"日\""), Format::Date);
        assert_eq!(Format::of_code("[$-804]h:mm"), Format::Time);
        assert_eq!(Format::of_code("#,##0.00;[Red]-#,##0.00"), Format::Number);
        assert_eq!(Format::of_code("0\"days\""), Format::Number);
        assert_eq!(Format::of_code(";;;"), Format::Nothing);
        assert_eq!(Format::of_code("General"), Format::Number);
    }
}
