//! Text chosen by others, made harmless to look at.
//!
//! Names and excerpts come from whoever made the document. Control characters move a terminal's
//! cursor and colours, bidi controls reverse what a reader sees, invisible characters hide what is
//! there, and services that build obey lines of a log that look like their commands. What does so is
//! written as `\u{…}`; everything else stays as it is.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character could do something else than be seen.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' // soft hyphen, grapheme joiner, Arabic letter mark
            | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' // Hangul fillers
            | '\u{180b}'..='\u{180f}' // Mongolian variation selectors and vowel separator
            | '\u{200b}'..='\u{200f}' // zero width, direction marks
            | '\u{2028}'..='\u{202e}' // line and paragraph separators, bidi embeddings
            | '\u{2060}'..='\u{206f}' // invisible operators, bidi isolates
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' // variation selectors, byte order mark
            | '\u{fff0}'..='\u{fffb}' // interlinear annotation, unassigned specials
            | '\u{1d173}'..='\u{1d17a}' // musical controls
            | '\u{e0000}'..='\u{e0fff}') // tags, variation selectors
}

/// `text` for a reader's eyes, on one line.
pub fn escape(text: &str) -> Cow<'_, str> {
    replace(text, |out, c| {
        let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
    })
}

/// A line of JSON with the same characters as JSON escapes: harmless to look at, and a reader of
/// JSON gets every one of them back. They can only stand inside strings, where such an escape may.
pub fn escape_json(line: &str) -> Cow<'_, str> {
    replace(line, |out, c| {
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    })
}

/// Where a service would read a command: `::error …` at the start of a line, `##[group]` and its kin
/// anywhere in it. `at` is where a character of `text` stands.
fn commands(text: &str, at: usize) -> bool {
    let (before, from) = text.split_at_checked(at).unwrap_or_default();
    let letters = |rest: &str| rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).starts_with('[');
    from.starts_with("::") && before.trim_start().is_empty() || from.strip_prefix("##").is_some_and(letters)
}

fn replace(text: &str, write: impl Fn(&mut String, char)) -> Cow<'_, str> {
    let is_harmless = |c: char| !acts(c) && c != '#' && c != ':';
    if text.chars().all(is_harmless) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for (at, c) in text.char_indices() {
        if acts(c) || matches!(c, '#' | ':') && commands(text, at) { write(&mut out, c) } else { out.push(c) }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_shown_and_what_is_seen_stays() {
        for (raw, shown) in [
            ("机密★10年 \"a\\b\".docx", "机密★10年 \"a\\b\".docx"),
            ("a\u{1b}[31mred", "a\\u{1b}[31mred"),
            ("\u{9b}2J\r\n\t\u{7f}", "\\u{9b}2J\\u{d}\\u{a}\\u{9}\\u{7f}"),
            ("gpj\u{202e}.exe", "gpj\\u{202e}.exe"),
            ("秘\u{200b}密\u{feff}\u{2066}", "秘\\u{200b}密\\u{feff}\\u{2066}"),
            ("tag\u{e0041}", "tag\\u{e0041}"),
            ("::error::x", "\\u{3a}:error::x"),
            (" ::add-mask::密", " \\u{3a}:add-mask::密"),
            ("std::io # 1 ## [x] C##", "std::io # 1 ## [x] C##"),
            ("a/##[add-mask]密", "a/\\u{23}#[add-mask]密"),
            ("###vso[task]", "#\\u{23}#vso[task]"),
        ] {
            assert_eq!(escape(raw), shown);
        }
    }

    #[test]
    fn json_escapes_are_read_back() {
        let raw = "a\u{202e}b\u{9b}\u{e0041}\u{200b}机密##[group]";
        let line = serde_json::to_string(raw).unwrap();
        let safe = escape_json(&line);
        assert_eq!(safe, "\"a\\u202eb\\u009b\\udb40\\udc41\\u200b机密\\u0023#[group]\"");
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), raw);
    }
}
