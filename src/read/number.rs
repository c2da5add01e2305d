//! Numbers as a sheet shows them: number format codes with their literal text, dates, and the
//! general format, in which a long number keeps its digits.

use jiff::ToSpan;
use jiff::civil::Date;

/// Sections and placeholders of a code that are read; no program writes longer ones.
const MAX_TOKENS: usize = 1_000;
/// Digits behind the point that are shown.
const MAX_DECIMALS: usize = 30;

/// A number format code, ready to be applied.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Code {
    sections: Vec<Section>,
}

#[derive(Debug, Clone, PartialEq, Default)]
struct Section {
    tokens: Vec<Token>,
    is_date: bool,
    condition: Option<(String, f64)>,
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Literal(char),
    /// A place for a digit: `0`, `#` or `?`.
    Digit(char),
    Point,
    Comma,
    Percent,
    /// An exponent or a fraction: the number is told as it is.
    AsIs,
    /// The text of the cell, `@`.
    Text,
    /// The word General.
    General,
    /// A letter of a date and how often it stands: `yyyy`.
    Date(char, usize),
    /// Hours, minutes or seconds that are not cut at a day: `[h]`.
    Elapsed(char),
    /// The half of the day, in Chinese letters or not.
    Half(bool),
}

/// What a cell shows.
#[derive(Debug, PartialEq)]
pub(crate) enum Shown {
    /// The value as it is.
    Plain,
    /// Something else.
    Formatted(String),
    /// Nothing at all, though the cell has a value.
    Nothing,
}

impl Code {
    /// Reads a format code; every string is one.
    pub(crate) fn parse(code: &str) -> Self {
        let mut sections = vec![Section::default()];
        let mut chars = code.chars().take(MAX_TOKENS).peekable();
        while let Some(c) = chars.next() {
            if c == ';' {
                sections.push(Section::default());
                continue;
            }
            let Some(section) = sections.last_mut() else { break };
            let token = match c {
                '"' => {
                    section.tokens.extend(chars.by_ref().take_while(|&c| c != '"').map(Token::Literal));
                    continue;
                }
                '\\' | '!' => match chars.next() {
                    Some(c) => Token::Literal(c),
                    None => continue,
                },
                // As wide as the next character; the next character over and over.
                '_' | '*' => {
                    chars.next();
                    if c == '_' {
                        section.tokens.push(Token::Literal(' '));
                    }
                    continue;
                }
                '[' => {
                    let inside: String = chars.by_ref().take_while(|&c| c != ']').collect();
                    section.bracket(&inside);
                    continue;
                }
                '0' | '#' | '?' => Token::Digit(c),
                '.' => Token::Point,
                ',' => Token::Comma,
                '%' => Token::Percent,
                '@' => Token::Text,
                'E' if matches!(chars.peek(), Some('+' | '-')) => {
                    chars.next();
                    Token::AsIs
                }
                'G' | 'g' => {
                    let rest: String = chars.clone().take(6).collect();
                    if !rest.eq_ignore_ascii_case("eneral") {
                        continue;
                    }
                    chars.by_ref().take(6).for_each(drop);
                    Token::General
                }
                'A' | 'a' if chars.peek().is_some_and(|c| matches!(c, 'M' | 'm' | '/')) => {
                    while chars.next_if(|c| "AaMmPp/".contains(*c)).is_some() {}
                    Token::Half(false)
                }
                '上' if chars.clone().take(4).eq("午/下午".chars()) => {
                    chars.by_ref().take(4).for_each(drop);
                    Token::Half(true)
                }
                'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' | 'e' | 'a' => {
                    let letter = c.to_ascii_lowercase();
                    let mut count = 1;
                    while chars.next_if(|c| c.to_ascii_lowercase() == letter).is_some() {
                        count += 1;
                    }
                    section.is_date = true;
                    Token::Date(
                        if letter == 'e' { 'y' } else { letter },
                        if letter == 'e' { 4 } else { count },
                    )
                }
                'b' | 'B' => continue,
                '/' if section.tokens.iter().any(|t| matches!(t, Token::Digit(_))) => Token::AsIs,
                c => Token::Literal(c),
            };
            section.tokens.push(token);
        }
        sections.iter_mut().for_each(Section::settle);
        Self { sections }
    }

    /// What a number looks like. `raw` is the value as stored; `from_1904` says from which day days are
    /// counted.
    pub(crate) fn number(&self, raw: &str, from_1904: bool) -> Shown {
        let Ok(value) = raw.trim().parse::<f64>() else { return Shown::Plain };
        let Some((section, keeps_sign)) = self.section(value) else { return Shown::Plain };
        if section.tokens.is_empty() {
            return if self.sections.len() == 1 { Shown::Plain } else { Shown::Nothing };
        }
        let value = if keeps_sign { value } else { value.abs() };
        let shown = if section.is_date { section.date(value, from_1904) } else { section.digits(value, raw) };
        match shown {
            Some(shown) if shown.trim().is_empty() => Shown::Nothing,
            Some(shown) => Shown::Formatted(shown),
            None => Shown::Plain,
        }
    }

    /// What a text looks like.
    pub(crate) fn text(&self, text: &str) -> Shown {
        let of_text = |section: &&Section| section.tokens.contains(&Token::Text);
        let Some(section) = self.sections.get(3).or_else(|| self.sections.last().filter(of_text)) else {
            return Shown::Plain;
        };
        if section.tokens.is_empty() {
            return Shown::Nothing;
        }
        if section.tokens == [Token::Text] || section.tokens == [Token::General] {
            return Shown::Plain;
        }
        let mut shown = String::new();
        // Once: a code may ask for it a thousand times.
        let mut text = Some(text);
        for token in &section.tokens {
            match token {
                Token::Literal(c) => shown.push(*c),
                Token::Text => shown.push_str(text.take().unwrap_or_default()),
                _ => {}
            }
        }
        Shown::Formatted(shown)
    }

    /// Whether it is the general format.
    pub(crate) fn is_general(&self) -> bool {
        matches!(self.sections.as_slice(), [one] if one.condition.is_none()
            && matches!(one.tokens.as_slice(), [] | [Token::General] | [Token::Text]))
    }

    /// The section for a value, and whether it shows the sign.
    fn section(&self, value: f64) -> Option<(&Section, bool)> {
        let meets = |section: &&Section| {
            section.condition.as_ref().is_some_and(|(operator, limit)| match operator.as_str() {
                "<" => value < *limit,
                "<=" => value <= *limit,
                ">" => value > *limit,
                ">=" => value >= *limit,
                "<>" => value != *limit,
                _ => value == *limit,
            })
        };
        if self.sections.iter().any(|section| section.condition.is_some()) {
            let met = self.sections.iter().find(meets);
            let other = || self.sections.iter().find(|section| section.condition.is_none());
            return met.or_else(other).map(|section| (section, true));
        }
        match self.sections.as_slice() {
            [only] | [only, ..] if value > 0.0 => Some((only, true)),
            [_, negative, ..] if value < 0.0 => Some((negative, false)),
            [_, _, zero, ..] => Some((zero, false)),
            [first, ..] => Some((first, true)),
            [] => None,
        }
    }
}

impl Section {
    /// Takes in what stands in brackets: a currency, a condition, an elapsed time, a colour.
    fn bracket(&mut self, inside: &str) {
        if let Some(currency) = inside.strip_prefix('$') {
            let symbol = currency.split('-').next().unwrap_or_default();
            self.tokens.extend(symbol.chars().map(Token::Literal));
        } else if let Some(at) = inside.find(|c| !matches!(c, '<' | '>' | '=')).filter(|&at| at > 0) {
            let (operator, limit) = inside.split_at(at);
            self.condition = limit.trim().parse().ok().map(|limit| (operator.to_owned(), limit));
        } else if let Some(letter) = inside.chars().next().map(|c| c.to_ascii_lowercase())
            && "hms".contains(letter)
            && inside.chars().all(|c| c.to_ascii_lowercase() == letter)
        {
            self.is_date = true;
            self.tokens.push(Token::Elapsed(letter));
        }
    }

    /// Tells minutes from months: they stand behind hours or before seconds.
    fn settle(&mut self) {
        let letter = |token: &Token| match token {
            Token::Date(letter, _) | Token::Elapsed(letter) => Some(*letter),
            _ => None,
        };
        let letters: Vec<Option<char>> = self.tokens.iter().map(letter).collect();
        let mut before = None;
        for (at, token) in self.tokens.iter_mut().enumerate() {
            if let Token::Date('m', count) = *token {
                let after = letters.iter().skip(at + 1).flatten().next();
                if count <= 2 && (before == Some('h') || after == Some(&'s')) {
                    *token = Token::Date('i', count);
                }
            }
            before = letters.get(at).copied().flatten().or(before);
        }
    }

    /// A number in digits; `None` where the section asks for something that is shown as it is.
    fn digits(&self, value: f64, raw: &str) -> Option<String> {
        if self.tokens.iter().any(|t| matches!(t, Token::AsIs)) {
            return None;
        }
        let point = self.tokens.iter().position(|t| *t == Token::Point).unwrap_or(self.tokens.len());
        let is_digit = |token: &&Token| matches!(token, Token::Digit(_));
        let (whole, fraction) = self.tokens.split_at(point);
        let (mut places, decimals) =
            (whole.iter().filter(is_digit).count(), fraction.iter().filter(is_digit).count());
        let percents = self.tokens.iter().filter(|t| **t == Token::Percent).count();
        let last = whole.iter().rposition(|t| is_digit(&t));
        // Commas behind the last digit divide by a thousand each, others part groups.
        let scale = last.map_or(0, |at| whole.iter().skip(at + 1).filter(|t| **t == Token::Comma).count());
        let grouped = whole.iter().take(last.unwrap_or(0)).any(|t| *t == Token::Comma);
        let exponent = i32::try_from(2 * percents).ok()? - i32::try_from(3 * scale).ok()?;
        let text = if exponent == 0 && decimals == 0 && is_plain_integer(raw) {
            raw.trim().trim_start_matches('-').to_owned()
        } else {
            format!("{:.*}", decimals.min(MAX_DECIMALS), value.abs() * 10_f64.powi(exponent))
        };
        let (integer, mut rest) = text.split_once('.').unwrap_or((&text, ""));
        let integer = if integer == "0" && places > 0 { "" } else { integer };
        let mut left = integer;
        let mut out = String::new();
        if value < 0.0 && text.bytes().any(|byte| matches!(byte, b'1'..=b'9')) {
            out.push('-');
        }
        for (at, token) in self.tokens.iter().enumerate() {
            match token {
                Token::Literal(c) => out.push(*c),
                Token::Percent => out.push('%'),
                Token::Digit(place) if at < point => {
                    // The first place takes all digits that the others leave.
                    let taken = left.len().saturating_sub(places - 1);
                    let (now, later) = left.split_at_checked(taken)?;
                    match place {
                        _ if taken > 0 => {
                            push_digits(&mut out, now, if grouped { places - 1 } else { 0 }, grouped);
                        }
                        '0' => push_digits(&mut out, "0", places - 1, grouped),
                        _ => {}
                    }
                    left = later;
                    places -= 1;
                }
                Token::Digit(place) => {
                    let mut digits = rest.chars();
                    let digit = digits.next()?;
                    if *place == '0' || rest.bytes().any(|byte| byte != b'0') {
                        out.push(digit);
                    }
                    rest = digits.as_str();
                }
                Token::Point if at == point && decimals > 0 => out.push('.'),
                Token::General | Token::Text => out.push_str(general(raw).trim_start_matches('-')),
                _ => {}
            }
        }
        Some(out)
    }

    /// A day and time of day, counted in days.
    fn date(&self, value: f64, from_1904: bool) -> Option<String> {
        if !(0.0..3_000_000.0).contains(&value) {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "checked to be below 3,000,000 days")]
        let seconds = (value * 86_400.0).round() as i64;
        let (days, second) = (seconds / 86_400, seconds % 86_400);
        // In the other calendar 1900 has a 29 February, so that its days are off by one before March.
        let first = if from_1904 { Date::new(1904, 1, 1) } else { Date::new(1899, 12, 30) }.ok()?;
        let shift = i64::from(!from_1904 && days < 60);
        let date = first.checked_add((days + shift).days()).ok()?;
        let halves = self.tokens.iter().any(|t| matches!(t, Token::Half(_)));
        let hour = second / 3600;
        let mut out = String::new();
        for token in &self.tokens {
            let (number, width) = match token {
                Token::Literal(c) => {
                    out.push(*c);
                    continue;
                }
                Token::Point => {
                    out.push('.');
                    continue;
                }
                Token::Date('y', count) if *count <= 2 => (i64::from(date.year() % 100), 2),
                Token::Date('y', _) => (i64::from(date.year()), 4),
                Token::Date('m', count) => (i64::from(date.month()), (*count).min(2)),
                Token::Date('d', count) if *count <= 2 => (i64::from(date.day()), *count),
                Token::Date('d' | 'a', _) => {
                    out.push(match date.weekday() {
                        jiff::civil::Weekday::Monday => '一',
                        jiff::civil::Weekday::Tuesday => '二',
                        jiff::civil::Weekday::Wednesday => '三',
                        jiff::civil::Weekday::Thursday => '四',
                        jiff::civil::Weekday::Friday => '五',
                        jiff::civil::Weekday::Saturday => '六',
                        jiff::civil::Weekday::Sunday => '日',
                    });
                    continue;
                }
                Token::Date('h', count) if halves => ((hour + 11) % 12 + 1, *count),
                Token::Date('h', count) => (hour, *count),
                Token::Date('i', count) => (second / 60 % 60, *count),
                Token::Date('s', count) => (second % 60, *count),
                Token::Elapsed('h') => (seconds / 3600, 1),
                Token::Elapsed('m') => (seconds / 60, 1),
                Token::Elapsed(_) => (seconds, 1),
                Token::Half(chinese) => {
                    out.push_str(match (chinese, hour < 12) {
                        (true, true) => "上午",
                        (true, false) => "下午",
                        (false, true) => "AM",
                        (false, false) => "PM",
                    });
                    continue;
                }
                _ => continue,
            };
            out.push_str(&format!("{number:0width$}", width = width.min(4)));
        }
        Some(out)
    }
}

/// Appends digits, with commas between groups of three where `behind` more digits follow.
fn push_digits(out: &mut String, digits: &str, behind: usize, grouped: bool) {
    for (at, digit) in digits.chars().enumerate() {
        out.push(digit);
        let left = digits.len() - at - 1 + behind;
        if grouped && left > 0 && left.is_multiple_of(3) {
            out.push(',');
        }
    }
}

fn is_plain_integer(raw: &str) -> bool {
    let digits = raw.trim();
    let digits = digits.strip_prefix('-').unwrap_or(digits);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// A stored number in the general format, but with all the digits of its whole part: never `1.1E+17`.
/// Of a fraction as many digits are told as a cell shows, so that it is not taken for a number of
/// something.
pub(crate) fn general(raw: &str) -> String {
    let raw = raw.trim();
    let Ok(value) = raw.parse::<f64>() else { return raw.to_owned() };
    if is_plain_integer(raw) || !value.is_finite() {
        return raw.to_owned();
    }
    if value.fract() == 0.0 && value.abs() < 1e22 {
        return format!("{value:.0}");
    }
    let decimals = if value.abs() < 1e8 { 8 } else { 13 };
    let value = format!("{value:.decimals$e}").parse::<f64>().unwrap_or(value);
    if (1e-9..1e22).contains(&value.abs()) { value.to_string() } else { format!("{value:e}") }
}

/// The codes of the numbered formats that every program knows, with the dates of Chinese ones.
pub(crate) fn builtin(id: u32) -> &'static str {
    match id {
        1 => "0",
        2 => "0.00",
        3 => "#,##0",
        4 => "#,##0.00",
        5 | 6 | 37 | 38 => "#,##0",
        7 | 8 | 39 | 40 => "#,##0.00",
        9 => "0%",
        10 => "0.00%",
        14 => "yyyy/m/d",
        15 => "d-m-yy",
        16 => "d-m",
        17 => "m-yy",
        18 => "h:mm AM/PM",
        19 => "h:mm:ss AM/PM",
        20 | 32 => "h:mm",
        21 | 33 => "h:mm:ss",
        22 => "yyyy/m/d h:mm",
        27 | 36 | 50 | 52 | 57 => "yyyy\"年\"m\"月\"",
        28 | 29 | 51 | 53 | 54 | 58 => "m\"月\"d\"日\"",
        30 => "m-d-yy",
        31 => "yyyy\"年\"m\"月\"d\"日\"",
        34 | 55 => "上午/下午h\"时\"mm\"分\"",
        35 | 56 => "上午/下午h\"时\"mm\"分\"ss\"秒\"",
        45 => "mm:ss",
        46 => "[h]:mm:ss",
        47 => "mm:ss.0",
        49 => "@",
        _ => "General",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(code: &str, raw: &str) -> String {
        match Code::parse(code).number(raw, false) {
            Shown::Plain => general(raw),
            Shown::Formatted(shown) => shown,
            Shown::Nothing => "(nothing)".to_owned(),
        }
    }

    #[test]
    fn long_numbers_keep_their_digits() {
        assert_eq!(general("110101199003078888"), "110101199003078888");
        assert_eq!(general("1.1010119900307888E+17"), "110101199003078880");
        assert_eq!(number("0", "110101199003078887"), "110101199003078887");
        assert_eq!(number("0.00E+00", "110101199003078887"), "110101199003078887");
        assert_eq!(general("0.1"), "0.1");
        assert_eq!(general("0.30000000000000004"), "0.3");
        assert_eq!(general("0.17364817766693033"), "0.173648178");
        assert_eq!(general("123456789012.34"), "123456789012.34");
        assert_eq!(general("-12"), "-12");
        assert_eq!(general("1e400"), "1e400");
        assert_eq!(general("甲"), "甲");
    }

    #[test]
    fn digits_fill_their_places() {
        assert_eq!(number("0.00", "3.14159"), "3.14");
        assert_eq!(number("#,##0.00", "1234567.5"), "1,234,567.50");
        assert_eq!(number("#,##0", "-1234"), "-1,234");
        assert_eq!(number("0%", "0.256"), "26%");
        assert_eq!(number("000-0000-0000", "13800138000"), "138-0013-8000");
        assert_eq!(number("00000", "42"), "00042");
        assert_eq!(number("0.0#", "2.5"), "2.5");
        assert_eq!(number("\"机密★\"0\"年\"", "20"), "机密★20年");
        assert_eq!(number("[$¥-804]#,##0", "5000"), "¥5,000");
        assert_eq!(number("0;(0)", "-7"), "(7)");
        assert_eq!(number("[<100]\"少\";\"多\"", "7"), "少");
        assert_eq!(number("[<100]\"少\";\"多\"", "700"), "多");
        assert_eq!(number("#,##0,\"千\"", "12000"), "12千");
        assert_eq!(number(";;;", "5"), "(nothing)");
        assert_eq!(number("General", "5"), "5");
        assert_eq!(number("General\"年\"", "20"), "20年");
        assert_eq!(number("# ?/?", "0.5"), "0.5");
    }

    #[test]
    fn days_become_dates() {
        assert_eq!(number("yyyy\"年\"m\"月\"d\"日\"", "45000"), "2023年3月15日");
        assert_eq!(number("yyyy-mm-dd hh:mm", "45000.75"), "2023-03-15 18:00");
        assert_eq!(number("yyyy/m/d", "1"), "1900/1/1");
        assert_eq!(number("h:mm AM/PM", "0.75"), "6:00 PM");
        assert_eq!(number("上午/下午h\"时\"mm\"分\"", "0.25"), "上午6时00分");
        assert_eq!(number("[h]:mm:ss", "1.5"), "36:00:00");
        assert_eq!(number("aaaa", "45000"), "三");
        assert_eq!(Code::parse("yyyy/m/d").number("0", true), Shown::Formatted("1904/1/1".to_owned()));
        assert_eq!(number("yyyy/m/d", "1e300"), "1e300");
    }

    #[test]
    fn texts_have_formats_too() {
        assert_eq!(Code::parse("@").text("甲"), Shown::Plain);
        assert_eq!(Code::parse("0.00").text("甲"), Shown::Plain);
        assert_eq!(Code::parse("\"机密\"@").text("甲"), Shown::Formatted("机密甲".to_owned()));
        assert_eq!(Code::parse(";;;").text("甲"), Shown::Nothing);
        assert!(Code::parse("General").is_general() && Code::parse("").is_general());
    }
}
