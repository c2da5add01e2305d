//! Text chosen by others, made harmless to look at.
//!
//! Names and excerpts come from whoever made the document. Control characters move a terminal's
//! cursor and colours, bidi controls reverse what a reader sees, invisible characters hide what is
//! there. All of them are written as `\u{…}`; everything else stays as it is.

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

fn replace(text: &str, write: impl Fn(&mut String, char)) -> Cow<'_, str> {
    if !text.chars().any(acts) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if acts(c) { write(&mut out, c) } else { out.push(c) }
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
        ] {
            assert_eq!(escape(raw), shown);
        }
    }

    #[test]
    fn json_escapes_are_read_back() {
        let raw = "a\u{202e}b\u{9b}\u{e0041}\u{200b}机密";
        let line = serde_json::to_string(raw).unwrap();
        let safe = escape_json(&line);
        assert_eq!(safe, "\"a\\u202eb\\u009b\\udb40\\udc41\\u200b机密\"");
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), raw);
    }
}
