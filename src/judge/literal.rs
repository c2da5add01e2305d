//! String literals of programs and data: there a quotation mark is syntax, and what it encloses is
//! text with lines of its own.
//!
//! `"text": "机密★10年\n加急"` holds a mark at the head of a text; `应当标明"机密★10年"字样` quotes one.
//! What parts the two is what stands around the quotation marks: an assignment, a bracket, a comma.

use std::sync::LazyLock;

use regex::Regex;

use super::fixed;
use super::shape::LINE_CHARS;

/// What stands in front of the opening quotation mark; group 1 is the name of the value.
static OPENS: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r#"(?:^\s*(?:[-*]\s+)?(?:\p{Han}{1,8}:\s+)?|^\s*msg(?:id|str|ctxt)(?:_plural|\[\d\])?\s+|(?:["'`]([^"'`]{1,40})["'`]|([A-Za-z_$@][\w.\-$\[\]]*))\s*(?::|=>|:?=)\s*(?:[A-Za-z.]{0,12}[(\[{]\s*)?|^\s*[A-Z][A-Z0-9_]+\s+|;K|[\w)\]]\s*[(\[]\s*|[(\[{]\s*|["'`\w\])}]\s*,\s*|\breturn\s+)[fruRbFLU@]{0,2}$"#,
    )
});
/// A value without quotation marks: `secret=秘密`, `banner: 机密★10年`, `.. header:: 机密`.
static KEYED: LazyLock<Regex> = LazyLock::new(|| {
    fixed(r"^\s*(?:- +|\.\. +|:)?([A-Za-z_][\w.\-]*)(?:;[\w=\-]{1,40})?\s*(?:::|[=:])\s*([^=:]{0,40})$")
});
/// Properties of calendars and address books that people write texts in.
const CALENDAR: [&str; 9] =
    ["SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT", "NOTE", "TITLE", "SUBJECT", "ORG", "CONTACT"];
/// Those that hold nothing but what somebody noted.
const REMARKS: [&str; 2] = ["COMMENT", "NOTE"];
/// What stands behind the closing one.
static CLOSES: LazyLock<Regex> = LazyLock::new(|| fixed(r"^\s*(?:$|[,;)\]}:]|/?>|\.\w|\+\s*\w|//|#|<)"));
/// Names of values that are shown on a document like a stamp.
static STAMPED: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?i)banner|header|footer|watermark|stamp|classification|secrecy|marking|^mark$|^content$|密级|保密|水印|页眉|页脚|版头|标志|标识",
    )
});

/// Names that say what the value says: watermark_confidential: 机密 is a word of a user interface.
static SAYS_VALUE: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?:(?i)[._-](?:top_?secret|secret|confidential|internal|restricted|classified|draft)|Secret|Confidential|Internal|Inner|Restricted|Draft)\d*$",
    )
});

/// Whether a value of this name is shown on a document like a stamp.
fn is_stamped(name: &str) -> bool {
    STAMPED.is_match(name) && !SAYS_VALUE.is_match(name)
}

/// The string literal around a hit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Literal<'a> {
    /// What of it stands in front of the hit.
    pub(super) before: &'a str,
    /// What of it stands behind the hit.
    pub(super) after: &'a str,
    /// Its name tells that it is shown like a stamp.
    pub(super) stamped: bool,
}

/// The literal that holds what stands between the two parts of a line.
pub(super) fn enclosing<'a>(line_before: &'a str, line_after: &'a str) -> Option<Literal<'a>> {
    let bytes = line_before.as_bytes();
    let quoted = memchr::memchr3(b'"', b'\'', b'`', bytes).and_then(|_| {
        let marks = ['"', '\'', '`'].into_iter();
        let literals = marks.filter_map(|mark| between(line_before, line_after, mark));
        literals.min_by_key(|literal| literal.before.len())
    });
    quoted.or_else(|| {
        memchr::memchr2(b':', b'=', bytes)?;
        let found = KEYED.captures(line_before)?;
        let (key, before) = (found.get(1)?, found.get(2)?.as_str());
        // A mark that begins with a word in capitals, TLP: RED, is no key with its value.
        let lower = key.as_str().contains(|c: char| c.is_ascii_lowercase()) || !line_after.is_ascii();
        (lower || CALENDAR.contains(&key.as_str())).then(|| Literal {
            before,
            after: line_after,
            stamped: is_stamped(key.as_str()) || REMARKS.contains(&key.as_str()),
        })
    })
}

fn between<'a>(line_before: &'a str, line_after: &'a str, mark: char) -> Option<Literal<'a>> {
    let open = last_unescaped(line_before, mark)?;
    let names = OPENS.captures(line_before.get(..open)?)?;
    // A line without end is cut.
    let cut = || line_after.chars().count() >= LINE_CHARS;
    let close = first_unescaped(line_after, mark).or_else(|| cut().then_some(line_after.len()))?;
    if line_after.get(close + mark.len_utf8()..).is_some_and(|behind| !CLOSES.is_match(behind)) {
        return None;
    }
    let name = names.get(1).or_else(|| names.get(2));
    Some(Literal {
        before: line_before.get(open + mark.len_utf8()..)?,
        after: line_after.get(..close)?,
        stamped: name.is_some_and(|name| is_stamped(name.as_str())),
    })
}

impl<'a> Literal<'a> {
    /// The parts of the hit's own line within the literal, and the nearest lines above and below that
    /// hold anything.
    pub(super) fn lines(&self) -> [&'a str; 4] {
        let ends =
            ["\\r\\n", "\\n", "\\r", "<br>", "<br/>", "<p>", "</p>", "<div>", "</div>", "<li>", "</li>"];
        let mut before = self.before;
        let mut previous = "";
        if let Some((at, end)) = ends
            .iter()
            .filter_map(|end| Some((self.before.rfind(end)?, end)))
            .max_by_key(|(at, end)| at + end.len())
        {
            before = self.before.get(at + end.len()..).unwrap_or_default();
            let above = self.before.get(..at).unwrap_or_default();
            previous = above.rsplit("\\n").map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        }
        let mut after = self.after;
        let mut next = "";
        if let Some((at, end)) =
            ends.iter().filter_map(|end| Some((self.after.find(end)?, end))).min_by_key(|(at, _)| *at)
        {
            after = self.after.get(..at).unwrap_or_default();
            let below = self.after.get(at + end.len()..).unwrap_or_default();
            next = below.split("\\n").map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        }
        [before, after, previous, next]
    }
}

/// Where the last `mark` that no backslash escapes stands.
fn last_unescaped(text: &str, mark: char) -> Option<usize> {
    text.rmatch_indices(mark).map(|(at, _)| at).find(|&at| !is_escaped(text, at))
}

fn first_unescaped(text: &str, mark: char) -> Option<usize> {
    text.match_indices(mark).map(|(at, _)| at).find(|&at| !is_escaped(text, at))
}

/// Whether an odd number of backslashes stands in front of `at`.
fn is_escaped(text: &str, at: usize) -> bool {
    text.as_bytes().iter().take(at).rev().take_while(|&&byte| byte == b'\\').count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(line: &str) -> Option<(String, String, bool)> {
        let (before, after) = line.split_once('机').unwrap();
        enclosing(before, after).map(|l| (l.before.to_owned(), l.after.to_owned(), l.stamped))
    }

    #[test]
    fn literals_of_programs_and_data() {
        for (line, before, after, stamped) in [
            (r#"  "text": "机密","#, "", "密", false),
            (r#"{"title": "x", "watermark": {"text": "甲 机密"}}"#, "甲 ", "密", false),
            (r#"{"watermark": "机密"}"#, "", "密", true),
            (r#"const header = "机密""#, "", "密", true),
            ("content: '机密';", "", "密", true),
            (r#"    "机密\n","#, "", r"密\n", false),
            (r"VALUES (78, '报告', '机密')", "", "密", false),
            (r#"print("甲\"机密\"", file)"#, r#"甲\""#, r#"密\""#, false),
            ("banner: \"机密\"", "", "密", true),
            ("banner: 机密", "", "密", true),
            ("secret=机密", "", "密", false),
            ("SUMMARY:机密", "", "密", false),
            ("DESCRIPTION;LANGUAGE=zh:机密", "", "密", false),
            (".. header:: 机密", "", "密", true),
            (":classification: 机密", "", "密", true),
            ("msgstr \"机密\"", "", "密", false),
        ] {
            assert_eq!(look(line), Some((before.to_owned(), after.to_owned(), stamped)), "{line}");
        }
    }

    #[test]
    fn quotations_are_none() {
        for line in
            ["应当标明\"机密\"字样", "标注:\"机密\",并加盖印章", "称为 \"机密\" 的文件", "don't 机密 isn't"]
        {
            assert_eq!(look(line), None, "{line}");
        }
    }

    #[test]
    fn lines_within() {
        let (before, after) = r#""text": "标题\n\n机密\n加急\n正文""#.split_once('机').unwrap();
        let literal = enclosing(before, after).unwrap();
        assert_eq!(literal.lines(), ["", "密", "标题", "加急"]);
    }
}
