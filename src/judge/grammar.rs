//! The grammar of a mark: what stands around a level word, typed.
//!
//! Behind the level: `level [级] [★] period | date | condition` (保守国家秘密法实施条例: 密级★保密期限,
//! 密级★解密日期, 密级★解密条件). In front of it: a label (密级:) and, for enterprises, an owner.
//! Everything works on the original text and folds character by character, so that positions stay.

use jiff::civil::Date;

use super::cursor::{Cursor, Setting};
use super::expiry::{condition, period, written_date};
use super::line::is_letter;
use super::shape::{CLOSING, OPENING};
use crate::finding::Mark;
use crate::fold::{Fold, fold_char, web_address};

/// Characters behind a level word that are looked at.
const TAIL_CHARS: usize = 80;
/// Characters of markup between a level and its star.
const MARKUP_CHARS: usize = 8;
/// Signs between level and period.
const STARS: usize = 6;

/// What may follow a period that no star stands in front of.
const GOES_ON: [&str; 10] = ["以上", "以内", "解密", "止", "前", "起", "保密", "有效", "内", "后"];

/// What stands between level and period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Star {
    /// Nothing, white space or brackets.
    #[default]
    None,
    /// A character that people write instead of ★ and that means other things too.
    Weak,
    /// ★ or another star.
    Certain,
}

/// What follows a level word.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Tail {
    pub(super) star: Star,
    pub(super) period: Option<String>,
    pub(super) until: Option<Date>,
    pub(super) condition: Option<String>,
    /// Bytes of the text behind the level word that belong to the mark.
    pub(super) len: usize,
}

impl Tail {
    /// Whether a period, date or condition was found.
    pub(super) fn is_complete(&self) -> bool {
        self.period.is_some() || self.until.is_some() || self.condition.is_some()
    }

    /// The mark of `level` with this tail.
    pub(super) fn mark(self, level: &str) -> Mark {
        Mark {
            level: level.to_owned(),
            period: self.period,
            until: self.until,
            condition: self.condition,
            owner: None,
        }
    }
}

/// Stars of every shape. Symbol fonts whose characters are unknown put theirs at U+F020 to U+F0FF;
/// between a level and a period such a character can only be a star.
#[rustfmt::skip]
fn is_star(c: char) -> bool {
    matches!(
        c,
        '★' | '☆' | '⭐' | '🌟' | '❂' | '❋' | '❖' | '❉' | '❊' | '✦' | '✧' | '✩' | '✪' | '✫' | '✬' | '✭' | '✮' | '✯' | '✰' | '⋆' | '✡' | '✴' | '✵'
        | '✶' | '✷' | '✸' | '✹' | '✺' | '🟊' | '⚝' | '⛤' | '\u{f020}'..='\u{f0ff}'
    )
}

/// A level once more, in English.
const TRANSLATIONS: [&str; 3] = ["topsecret", "secret", "confidential"];

/// A star that was written out or not decoded.
const STAR_WORDS: [&str; 8] =
    ["&#9733;", "&#x2605;", "&starf;", "&bigstar;", "\\u2605", "五角星", "(星)", ":star:"];

/// What is written instead of a star.
#[rustfmt::skip]
fn is_weak_star(c: char) -> bool {
    matches!(
        c,
        '*' | '＊' | '∗' | '✱' | '@' | '!' | '！' | '.' | '．' | '$' | '%' | '=' | '＝' | '♦' | '♢' | '♥' | '♠' | '♣' | '✿' | '❀'
        | '❁' | '§' | '†' | '‡' | '⊙' | '⊕' | '✲' | '✳' | '﹡' | '※' | '·' | '•' | '・' | '‧' | '●' | '◆' | '◇' | '○' | '◎'
        | '■' | '□' | '▲' | '△' | '▪' | '#' | '＃' | '-' | '－' | '—' | '–' | '/' | '／' | ',' | '，' | '|' | '｜'
        | '_' | '＿' | '^' | '+' | ':' | '：' | '~' | '～' | '?' | '？' | '&' | 'x' | '×'
        // One that a file names no character for.
        | '\u{fffd}'
    )
}

/// Whether a tail can begin with this character, or something that may stand in front of it: a star, the end of markup,
/// a number, 级, 保密期限, 至, 长期, an address of the web, \\u2605.
#[rustfmt::skip]
fn begins_tail(c: char) -> bool {
    is_weak_star(c) || is_star(c) || matches!(c, '\\' | '}') || OPENING.contains(&c) || CLOSING.contains(&c) || c.is_ascii_alphanumeric() || c.is_whitespace()
        || matches!(
            c,
            '级' | '件' | '保' | '期' | '至' | '自' | '半' | '长' | '永' | '无' | '〇' | '零' | '○' | '一' | '壹' | '二'
            | '贰' | '两' | '三' | '叁' | '四' | '肆' | '五' | '伍' | '六' | '陆' | '七' | '柒' | '八' | '捌' | '九'
            | '玖' | '十' | '拾' | '百' | '佰' | '廿' | '卅'
        )
}

/// Reads what follows a level word; `rest` begins right behind it.
pub(super) fn tail(rest: &str, set: Setting) -> Tail {
    if rest.chars().next().is_none_or(|c| matches!(fold_char(c), Fold::Char(c) if !begins_tail(c))) {
        return Tail::default();
    }
    let rest = head_chars(rest, TAIL_CHARS);
    let mut cursor = Cursor::new(rest, set);
    let mut tail = Tail::default();
    cursor.at = web_address(rest).unwrap_or(0);
    cursor.spaces();
    let _ = cursor.eat(|c| matches!(c, '级' | '件'));
    // 秘密 SECRET ★10年.
    let _ = TRANSLATIONS.into_iter().any(|word| cursor.word(word));
    cursor.blanks();
    markup(&mut cursor);
    if cursor.next().is_none_or(|(c, _)| !begins_tail(c)) {
        // A word goes on, or another follows.
        return tail;
    }
    let (mut opened, mut stars, mut behind_star) = (false, 0, cursor.at);
    for _ in 0..STARS {
        let before = cursor.at;
        if STAR_WORDS.into_iter().any(|word| cursor.word(word)) {
            tail.star = Star::Certain;
            stars += 1;
            behind_star = cursor.at;
            cursor.blanks();
            continue;
        }
        let Some(c) =
            cursor.eat(|c| is_star(c) || is_weak_star(c) || OPENING.contains(&c) || CLOSING.contains(&c))
        else {
            break;
        };
        let closing = CLOSING.contains(&c);
        if closing && !cursor.next().is_some_and(|(c, _)| is_star(c) || OPENING.contains(&c)) {
            // 机密）: the bracket was opened in front of the level.
            cursor.at = before;
            break;
        }
        opened |= OPENING.contains(&c);
        tail.star = tail.star.max(match c {
            c if is_star(c) => Star::Certain,
            c if is_weak_star(c) => Star::Weak,
            _ => Star::None,
        });
        if is_star(c) {
            stars += 1;
            behind_star = cursor.at;
        }
        cursor.blanks();
    }
    cursor.confused = tail.star == Star::Certain;
    if ["保密期限", "保密期", "期限"].into_iter().any(|word| cursor.word(word)) {
        let _ = cursor.eat(|c| matches!(c, ':' | '为'));
    }
    // On the next line, a date behind a bare level is that of the document.
    let parted = tail.star == Star::None && rest.get(..cursor.at).is_some_and(|s| s.contains('\n'));
    if parted && written_date(&mut cursor, tail.star).is_some() {
        return Tail::default();
    }
    if let Some(until) = written_date(&mut cursor, tail.star) {
        tail.until = Some(until);
    } else if let Some(period) = period(&mut cursor) {
        tail.period = Some(period);
    } else if tail.star == Star::Certain || opened {
        tail.condition = condition(&mut cursor);
    } else if tail.star == Star::Weak {
        let read = condition(&mut cursor);
        // Any condition at the end of the line, in the midst of it only a usual one.
        let ends = cursor.next().is_none_or(|(c, _)| c == '\n');
        let usual = |written: &String| USUAL_CONDITIONS.iter().any(|usual| written.ends_with(usual));
        tail.condition = read.filter(|written| ends && written.ends_with('前') || usual(written));
    }
    // 机密 over or in front of 五年网络规划.
    let goes_on = || {
        cursor.next().is_some_and(|(c, _)| is_letter(c))
            && !GOES_ON.iter().any(|word| cursor.ahead().starts_with(word))
    };
    let apart = rest.starts_with(char::is_whitespace);
    if tail.star == Star::None && apart && !opened && tail.period.is_some() && goes_on() {
        return Tail::default();
    }
    if tail.is_complete() {
        for suffix in ["以上", "以内", "解密", "止", "前", "起", "保密", "有效"] {
            let _ = cursor.word(suffix);
        }
        if opened {
            let _ = cursor.eat(|c| CLOSING.contains(&c));
        }
        tail.len = cursor.at;
    } else if tail.star == Star::Certain && stars == 1 {
        // A star whose period is missing still belongs to the mark.
        tail.len = behind_star;
    } else {
        tail = Tail::default();
    }
    tail
}

/// Skips what ends the markup of a level in front of its star: '''机密'''★20年 in a wiki, {机密}★20年 in TeX,
/// `**机密**\ ★20年` in reStructuredText.
fn markup(cursor: &mut Cursor<'_>) {
    let start = cursor.at;
    let quotes = |c: &char| *c == '\'';
    let closes_quotation = cursor.ahead().chars().take_while(quotes).count() == 1;
    if closes_quotation {
        return;
    }
    for _ in 0..MARKUP_CHARS {
        if cursor.eat(|c| matches!(c, '\'' | '`' | '\\' | '}' | '*' | '_' | ' ')).is_none() {
            break;
        }
    }
    if !cursor.next().is_some_and(|(c, _)| is_star(c)) {
        cursor.at = start;
    }
}

/// Conditions that a star in doubt is enough for.
const USUAL_CONDITIONS: [&str; 9] =
    ["公布前", "发布前", "公开前", "启用前", "启封前", "结束前", "开标前", "颁布前", "宣布前"];

/// Whether `before` ends, white space aside, as what stands in front of a level may.
pub(super) fn may_be_front(before: &str) -> bool {
    before.chars().rev().find(|c| !c.is_whitespace()).is_some_and(|c| is_star(c) || c == '前')
}

/// What stands in front of a level word instead of behind it: 10年★秘密, 启用前★绝密. The length
/// of the tail is that of the end of `before` that belongs to the mark.
pub(super) fn front(before: &str) -> Tail {
    let mut tail = Tail::default();
    let trimmed = before.trim_end();
    let star = trimmed.chars().next_back().filter(|&c| is_star(c));
    // 启封前 绝密, alone in front.
    let usual = USUAL_CONDITIONS.contains(&trimmed.trim_start());
    if star.is_none() && !usual {
        return tail;
    }
    let written = star.and_then(|star| trimmed.strip_suffix(star)).unwrap_or(trimmed).trim_end();
    let start = written.rfind(|c: char| c.is_whitespace() || "(（[【:：,，;；。、|".contains(c));
    let start =
        start.map_or(0, |at| at + written.get(at..).and_then(|s| s.chars().next()).map_or(0, char::len_utf8));
    let mut cursor = Cursor::new(written.get(start..).unwrap_or_default(), Setting::Plain);
    if let Some(until) = written_date(&mut cursor, Star::Certain) {
        tail.until = Some(until);
    } else if let Some(period) = period(&mut cursor) {
        tail.period = Some(period);
    } else {
        tail.condition = condition(&mut cursor);
    }
    if !tail.is_complete() || cursor.next().is_some() {
        return Tail::default();
    }
    if star.is_some() {
        tail.star = Star::Certain;
    }
    tail.len = before.len() - start;
    tail
}

/// The last `count` characters of `text`.
pub(super) fn tail_chars(text: &str, count: usize) -> &str {
    let bytes = text.as_bytes();
    if bytes.len() <= count {
        return text;
    }
    let mut start = bytes.len();
    for _ in 0..count {
        // Back to the byte that does not continue another.
        let Some(at) = bytes.get(..start).and_then(|head| head.iter().rposition(|byte| byte & 0xc0 != 0x80))
        else {
            break;
        };
        start = at;
    }
    text.get(start..).unwrap_or_default()
}

/// The first `count` characters of `text`.
pub(super) fn head_chars(text: &str, count: usize) -> &str {
    let bytes = text.as_bytes();
    if bytes.len() <= count {
        return text;
    }
    let mut end = 0;
    for _ in 0..count {
        end += match bytes.get(end) {
            Some(0..=0x7f) => 1,
            Some(0x80..=0xdf) => 2,
            Some(0xe0..=0xef) => 3,
            Some(0xf0..) => 4,
            None => return text,
        };
    }
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(y: i16, m: i8, d: i8) -> Option<Date> {
        Date::new(y, m, d).ok()
    }

    #[test]
    fn periods() {
        for (rest, star, period) in [
            ("★20年", Star::Certain, "20年"),
            ("★1年6个月", Star::Certain, "1年6个月"),
            ("★六个月", Star::Certain, "6个月"),
            ("★二十年", Star::Certain, "20年"),
            ("★长期", Star::Certain, "长期"),
            ("☆10年", Star::Certain, "10年"),
            (" ⭐ １０ 年", Star::Certain, "10年"),
            ("*20年", Star::Weak, "20年"),
            ("·20年", Star::Weak, "20年"),
            ("  20年", Star::None, "20年"),
            ("（20年）", Star::None, "20年"),
            ("级★20年", Star::Certain, "20年"),
            ("\n★\n20年", Star::Certain, "20年"),
            ("★2 0年", Star::Certain, "20年"),
            ("★5年至10年", Star::Certain, "10年"),
            ("★5-10年", Star::Certain, "10年"),
            ("\u{fffd}长期", Star::Weak, "长期"),
            ("\u{fffd}10年", Star::Weak, "10年"),
        ] {
            let tail = tail(rest, Setting::Plain);
            assert_eq!((tail.star, tail.period.as_deref()), (star, Some(period)), "{rest}");
            assert_eq!(tail.len, rest.len(), "{rest}");
        }
    }

    #[test]
    fn what_follows_a_period_is_no_range() {
        for rest in ["★5年-三季度经营数据", "★5年—2026年计划", "★5年-1号楼", "★5年至今"]
        {
            assert_eq!(tail(rest, Setting::Plain).period.as_deref(), Some("5年"), "{rest}");
        }
    }

    #[test]
    fn dates_and_conditions() {
        assert_eq!(tail("★2035年12月31日", Setting::Plain).until, date(2035, 12, 31));
        assert_eq!(tail("★二〇三五年十二月三十一日", Setting::Plain).until, date(2035, 12, 31));
        assert_eq!(tail("★2035-12-31前", Setting::Plain).until, date(2035, 12, 31));
        assert_eq!(tail("★2035.02.28", Setting::Plain).until, date(2035, 2, 28));
        assert_eq!(tail("★2036年2月", Setting::Plain).until, date(2036, 2, 29));
        assert_eq!(tail("★公布前", Setting::Plain).condition.as_deref(), Some("公布前"));
        assert_eq!(tail("★会议结束前 印发", Setting::Plain).condition.as_deref(), Some("会议结束前"));
        assert_eq!(tail(" ★ 启 用 前", Setting::Plain).condition.as_deref(), Some("启用前"));
        assert_eq!(tail("（启用前）", Setting::Plain).condition.as_deref(), Some("启用前"));
    }

    #[test]
    fn set_one_character_a_line() {
        assert_eq!(tail("\n★\n2\n0\n年", Setting::Vertical).period.as_deref(), Some("20年"));
        assert_eq!(tail("\n★\n长\n期", Setting::Vertical).period.as_deref(), Some("长期"));
        assert!(!tail("\n★\n2\n0\n年", Setting::Plain).is_complete());
    }

    #[test]
    fn what_is_no_tail() {
        for rest in [
            "文件的管理",
            "、机密",
            "级、机密级",
            "，20世纪以来",
            "* 文件",
            "·机密",
            "的有20年",
            "★★★",
            "\n\n2020年3月",
        ] {
            assert!(!tail(rest, Setting::Plain).is_complete(), "{rest}: {:?}", tail(rest, Setting::Plain));
        }
    }
}
