//! Until when a mark holds, as it is written behind the star: a period, a date or a condition.

use std::ops::Range;

use jiff::civil::Date;

use super::cursor::Cursor;
use super::grammar::Star;

/// Characters of a condition (公布前, 会议结束前).
const CONDITION_CHARS: usize = 16;

/// 10年, 1年6个月, 六个月, 半年, 长期; of 5至10年 the longer one.
pub(super) fn period(cursor: &mut Cursor) -> Option<String> {
    for word in ["长期", "永久", "无限期", "永远"] {
        if cursor.word(word) {
            return Some(word.to_owned());
        }
    }
    if cursor.word("半年") {
        return Some("6个月".to_owned());
    }
    let start = cursor.at;
    // 自2026年1月1日起10年.
    if !(cursor.word("自") && date_parts(cursor).is_some() && cursor.word("起")) {
        cursor.at = start;
    }
    let start = cursor.at;
    let _ = cursor.number();
    let _ = cursor.word("年");
    let ranges = cursor.eat(|c| matches!(c, '至' | '到' | '-' | '~' | '—' | '–')).is_some();
    // In 秘密★5年-三季度数据 and 秘密★5年—2026年计划 something else follows.
    let from = cursor.at;
    if !ranges || counted(cursor).is_none() {
        cursor.at = start;
    } else {
        cursor.at = from;
    }
    let mut written = String::new();
    for _ in 0..3 {
        let start = cursor.at;
        match counted(cursor) {
            Some(counted) => written.push_str(&counted),
            None => {
                cursor.at = start;
                break;
            }
        }
    }
    if written.ends_with('年') && cursor.word("半") {
        written.push_str("6个月");
    }
    (!written.is_empty()).then_some(written)
}

/// A number with its unit: 20年, 六个月.
fn counted(cursor: &mut Cursor) -> Option<String> {
    let n = cursor.number()?;
    cursor.blanks();
    let unit = if cursor.word("个月") || cursor.word("月") {
        "个月"
    } else if cursor.word("年")
        || cursor.confused && ["牟", "午", "years", "year", "y"].into_iter().any(|word| cursor.word(word))
    {
        "年"
    } else if cursor.word("日") || cursor.word("天") {
        "日"
    } else if cursor.word("周") {
        "周"
    } else {
        return None;
    };
    (n > 0 && n < 1000).then(|| format!("{n}{unit}"))
}

/// 2035年12月31日, 二〇三五年十二月三十一日, 2035-12-31, 2035.12.31, 20351231, 至2035年底; of two
/// dates the later. A year alone is a date only behind a certain star or 至: 机密 2020年 is not.
pub(super) fn written_date(cursor: &mut Cursor, star: Star) -> Option<Date> {
    let start = cursor.at;
    let certain = cursor.word("至") || star == Star::Certain;
    let Some(date) = digits_date(cursor).or_else(|| date_parts(cursor)).or_else(|| year_end(cursor, certain))
    else {
        cursor.at = start;
        return None;
    };
    let behind = cursor.at;
    if cursor.eat(|c| matches!(c, '至' | '到' | '-' | '~' | '—' | '–')).is_some()
        && let Some(later) = date_parts(cursor).or_else(|| year_end(cursor, certain))
    {
        return Some(later.max(date));
    }
    cursor.at = behind;
    if cursor.word("起") && cursor.next().is_some_and(|(c, _)| c.is_alphanumeric()) {
        // The day from which a period runs.
        cursor.at = start;
        return None;
    }
    Some(date)
}

/// 20351231.
fn digits_date(cursor: &mut Cursor) -> Option<Date> {
    let start = cursor.at;
    let mut digits = String::new();
    while let Some(c) = cursor.eat(|c| c.is_ascii_digit()) {
        digits.push(c);
    }
    let number = |range: Range<usize>| digits.get(range).and_then(|d| d.parse::<i16>().ok());
    let date = (digits.len() == 8)
        .then(|| {
            let (month, day) = (number(4..6)?, number(6..8)?);
            Date::new(number(0..4)?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
        })
        .flatten()
        .filter(|date| (1949..=2199).contains(&date.year()));
    if date.is_none() {
        cursor.at = start;
    }
    date
}

/// The last day of a year named alone: 2035年, 2035年底.
fn year_end(cursor: &mut Cursor, certain: bool) -> Option<Date> {
    let start = cursor.at;
    let year = cursor.number().filter(|year| certain && (1949..=2199).contains(year) && cursor.word("年"));
    if year.is_none() {
        cursor.at = start;
    }
    let _ = year.is_some() && (cursor.word("年底") || cursor.word("底") || cursor.word("末"));
    Date::new(i16::try_from(year?).ok()?, 12, 31).ok()
}

fn date_parts(cursor: &mut Cursor) -> Option<Date> {
    let start = cursor.at;
    let date = date_of_parts(cursor);
    if date.is_none() {
        cursor.at = start;
    }
    date
}

fn date_of_parts(cursor: &mut Cursor) -> Option<Date> {
    let year = cursor.number().filter(|y| (1949..=2199).contains(y))?;
    let (separator, last) = if cursor.word("年") {
        ("月", Some("日"))
    } else {
        let c = cursor.eat(|c| matches!(c, '-' | '.' | '/'))?;
        (
            if c == '-' {
                "-"
            } else if c == '.' {
                "."
            } else {
                "/"
            },
            None,
        )
    };
    let month = cursor.number()?;
    if !cursor.word(separator) {
        return None;
    }
    // 2035年12月 alone means its last day.
    let Some(day) = cursor.number() else {
        let first = Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, 1).ok()?;
        return last.map(|_| first.last_of_month());
    };
    if let Some(last) = last
        && !cursor.word(last)
    {
        return None;
    }
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// 公布前, 启用前, 会议结束前, 工程竣工为止, 工程竣工后3年, 解密条件：成果公布.
pub(super) fn condition(cursor: &mut Cursor) -> Option<String> {
    let start = cursor.at;
    let mut written = String::new();
    if ["解密条件", "解密时间", "解密日期"].into_iter().any(|word| cursor.word(word)) {
        let _ = cursor.eat(|c| matches!(c, ':' | '为'));
        while written.chars().count() < CONDITION_CHARS
            && let Some(c) = cursor.eat(|c| c.is_alphanumeric())
        {
            written.push(c);
        }
        return (!written.is_empty()).then_some(written);
    }
    while written.chars().count() < CONDITION_CHARS
        && let Some(c) = cursor.eat(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
    {
        written.push(c);
        let behind = cursor.at;
        let follows = cursor.next().map(|(c, _)| c);
        let ends = follows.is_none_or(|c| !('\u{4e00}'..='\u{9fff}').contains(&c));
        if ends && !matches!(c, '前' | '后' | '止' | '时') {
            // Spaced out: 启 用 前.
            cursor.spaces();
            if cursor.at == behind {
                break;
            }
            continue;
        }
        if ends && matches!(c, '前' | '后' | '止' | '时') {
            if c == '后'
                && let Some(period) = period(cursor)
            {
                written.push_str(&period);
            }
            return Some(written);
        }
    }
    cursor.at = start;
    None
}
