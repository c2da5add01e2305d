//! What attributes say: alignment and hiding in `style`, addresses, documents in `data:` URIs,
//! escapes in scripts and style sheets.

use crate::document::Inner;
use crate::read::base64;
use crate::text::Align;

/// Pixels to the left or above from which on an element is off the screen.
const OFF_SCREEN: f64 = 500.0;

/// What a `style` attribute does to the text.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Style {
    /// Not shown to a reader of the page.
    pub(super) hidden: bool,
    /// Struck through.
    pub(super) struck: bool,
    /// Set left, right or in the middle.
    pub(super) align: Option<Align>,
}

/// Reads the declarations of a `style` attribute.
pub(super) fn style(declarations: &str) -> Style {
    let mut style = Style::default();
    let mut clipped = false;
    let mut flat = false;
    let lower = declarations.to_ascii_lowercase();
    for (property, value) in lower.split(';').filter_map(|d| d.split_once(':')) {
        let value = value.trim().trim_end_matches("!important").trim();
        match property.trim() {
            "display" => style.hidden |= value == "none",
            "visibility" => style.hidden |= matches!(value, "hidden" | "collapse"),
            "opacity" | "font-size" | "zoom" => style.hidden |= number(value) == Some(0.0),
            "color" | "-webkit-text-fill-color" => style.hidden |= value == "transparent",
            "left" | "top" | "text-indent" | "margin-left" | "margin-top" => {
                style.hidden |= number(value).is_some_and(|n| n <= -OFF_SCREEN);
            }
            "width" | "height" | "max-width" | "max-height" => flat |= number(value) == Some(0.0),
            "overflow" => clipped |= value == "hidden",
            "text-align" => style.align = align(value),
            "text-decoration" | "text-decoration-line" => style.struck |= value.contains("line-through"),
            _ => {}
        }
    }
    style.hidden |= flat && clipped;
    style
}

/// The value of an `align` attribute or a `text-align` property.
pub(super) fn align(value: &str) -> Option<Align> {
    match value.trim().to_ascii_lowercase().as_str() {
        "left" | "start" | "justify" => Some(Align::Left),
        "center" | "middle" | "-webkit-center" => Some(Align::Centre),
        "right" | "end" | "-webkit-right" => Some(Align::Right),
        _ => None,
    }
}

/// The number at the start of a length.
fn number(value: &str) -> Option<f64> {
    let end = value.find(|c: char| !matches!(c, '0'..='9' | '.' | '-' | '+')).unwrap_or(value.len());
    value.get(..end)?.parse().ok()
}

/// A script as it speaks: its escapes read, strings that it joins joined. `None` where it has neither.
pub(super) fn spoken(script: &str) -> Option<String> {
    let plain = unescaped(script);
    joined(plain.as_deref().unwrap_or(script)).or(plain)
}

/// `"机" + '密'` as one string.
fn joined(script: &str) -> Option<String> {
    let is_quote = |c: char| matches!(c, '"' | '\'' | '`');
    let mut out = String::new();
    let mut rest = script;
    while let Some(plus) = rest.find('+') {
        let (before, behind) = (rest.get(..plus)?.trim_end(), rest.get(plus + 1..)?);
        let next = behind.trim_start();
        if before.ends_with(is_quote) && next.starts_with(is_quote) {
            out.push_str(before.get(..before.len() - 1)?);
            rest = next.get(1..)?;
        } else {
            out.push_str(rest.get(..=plus)?);
            rest = behind;
        }
    }
    (!out.is_empty() && out.len() + rest.len() < script.len()).then_some(out + rest)
}

/// An address with its `%XX` escapes read, as UTF-8 or as what else they are.
pub(crate) fn address(value: &str) -> String {
    match value.contains('%') {
        true => crate::read::encoding::decode(&percent_decoded(value)).best.text,
        false => value.to_owned(),
    }
}

fn percent_decoded(value: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        let escaped = match (byte, behind) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)).map(|(high, low)| high << 4 | low),
            _ => None,
        };
        match escaped {
            Some(escaped) => {
                out.push(escaped);
                rest = behind.get(2..).unwrap_or_default();
            }
            None => out.push(byte),
        }
    }
    out
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

/// The documents in the `data:` URIs of a value or style sheet, named `data-N.EXTENSION` from
/// `number` on.
pub(super) fn data_documents(value: &str, number: usize) -> Vec<Inner> {
    let mut found = Vec::new();
    let mut rest = value;
    while let Some(at) = rest.find("data:") {
        rest = rest.get(at + "data:".len()..).unwrap_or_default();
        let Some((head, behind)) = rest.split_once(',') else { break };
        if head.len() > 200 || !head.contains('/') && !head.is_empty() && !head.starts_with(';') {
            continue;
        }
        let in_base64 = head.to_ascii_lowercase().trim_end().ends_with(";base64");
        let ends = |c: char| match in_base64 {
            true => {
                !c.is_ascii_alphanumeric() && !matches!(c, '+' | '/' | '-' | '_' | '=' | '%' | '\n' | '\r')
            }
            false => matches!(c, '"' | '\'' | ')' | '<' | '>' | ' ' | '\n'),
        };
        // A value that is one URI goes to its end.
        let end = behind.find(ends).filter(|_| at > 0 || in_base64).unwrap_or(behind.len());
        let body = behind.get(..end).unwrap_or_default();
        rest = behind.get(end..).unwrap_or_default();
        let bytes = percent_decoded(body);
        let bytes = if in_base64 { base64::decode(&bytes) } else { bytes };
        if !bytes.is_empty() {
            let kind = head.split(';').next().unwrap_or_default();
            let name = format!("data-{}.{}", number + found.len() + 1, extension(kind));
            found.push(Inner { name, bytes });
        }
    }
    found
}

/// A file name extension for a media type; its content is looked at anyway.
fn extension(media_type: &str) -> &str {
    let subtype = media_type.rsplit('/').next().unwrap_or_default();
    match subtype.split('+').next().unwrap_or_default() {
        "" | "plain" => "txt",
        "jpeg" => "jpg",
        "javascript" => "js",
        short if short.len() <= 5 && short.bytes().all(|b| b.is_ascii_alphanumeric()) => short,
        _ => "bin",
    }
}

/// A script or style sheet with its escapes read (`\u673a`, `\u{673a}`, `\x41`, CSS `\673a`);
/// `None` when there are none.
pub(super) fn unescaped(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut pending: Option<u16> = None;
    let mut rest = text;
    let mut any = false;
    while let Some(at) = rest.find('\\') {
        let (before, behind) = rest.split_at(at);
        if !before.is_empty() {
            pending = None;
        }
        out.push_str(before);
        let behind = behind.get(1..).unwrap_or_default();
        let (digits, length) = match behind.as_bytes() {
            [b'u', b'{', ..] => {
                let end = behind.find('}').filter(|&end| end <= 8).unwrap_or(2);
                (behind.get(2..end), end + 1)
            }
            [b'u', ..] => (behind.get(1..5), 5),
            [b'x', ..] => (behind.get(1..3), 3),
            [b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F', ..] => {
                let hex = behind.bytes().take(6).take_while(u8::is_ascii_hexdigit).count();
                let space = usize::from(behind.as_bytes().get(hex) == Some(&b' '));
                // One digit or two are rather `\n`'s kin than a character of CSS.
                (behind.get(..hex).filter(|_| hex >= 4), hex + space)
            }
            _ => (None, 0),
        };
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let low = code.and_then(|c| u16::try_from(c).ok()).filter(|c| (0xdc00..0xe000).contains(c));
        let pair = pending.take().zip(low);
        let character = match (pair, code) {
            (Some((high, low)), _) => char::decode_utf16([high, low]).next().and_then(Result::ok),
            (None, Some(code)) => char::from_u32(code),
            _ => None,
        };
        match (character, code) {
            (Some(character), _) => {
                any = true;
                out.push(character);
                rest = behind.get(length..).unwrap_or_default();
            }
            (None, Some(high @ 0xd800..0xdc00)) => {
                pending = u16::try_from(high).ok();
                rest = behind.get(length..).unwrap_or_default();
            }
            _ => {
                // `\"` and `\/` stand for themselves; a new line is one.
                let mut chars = behind.chars();
                match chars.next() {
                    Some('n' | 'r') => out.push('\n'),
                    Some('t') => out.push(' '),
                    Some(other) => out.push(other),
                    None => {}
                }
                rest = chars.as_str();
            }
        }
    }
    out.push_str(rest);
    any.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_that_hide() {
        for hidden in [
            "display:none",
            "color:red; DISPLAY : none !important",
            "visibility:hidden",
            "font-size:0px",
            "opacity:0",
            "position:absolute;left:-9999px",
            "height:0;overflow:hidden",
        ] {
            assert!(style(hidden).hidden, "{hidden}");
        }
        for shown in ["display:block", "font-size:10px", "opacity:0.5", "left:-3px", "height:0", ""] {
            assert!(!style(shown).hidden, "{shown}");
        }
        assert_eq!(style("text-align: right").align, Some(Align::Right));
        assert!(style("text-decoration: line-through red").struck);
    }

    #[test]
    fn addresses_in_utf8_and_gbk() {
        assert_eq!(address("a/%E6%9C%BA%E5%AF%86.doc?100%"), "a/机密.doc?100%");
        assert_eq!(address("%BB%FA%C3%DC%A1%EF10%C4%EA.doc"), "机密★10年.doc");
    }

    #[test]
    fn data_uris() {
        let of =
            |value: &str| data_documents(value, 0).into_iter().map(|d| (d.name, d.bytes)).collect::<Vec<_>>();
        let expected = vec![("data-1.txt".to_owned(), "机密".as_bytes().to_vec())];
        assert_eq!(of("data:text/plain;base64,5py65a+G"), expected);
        assert_eq!(of("data:text/plain;charset=utf-8,%E6%9C%BA%E5%AF%86"), expected);
        assert_eq!(of("a{background:url(data:,x)} b{background:url('data:image/png;base64,iVBO')}").len(), 2);
        assert_eq!(of("metadata: a, b"), []);
    }

    #[test]
    fn escapes_in_scripts_and_style_sheets() {
        assert_eq!(
            unescaped(r#"{"a":"\u673a\u5bc6\/\ud842\udfb7"}"#).as_deref(),
            Some("{\"a\":\"机密/𠮷\"}")
        );
        assert_eq!(
            unescaped(r#"a::before{content:"\673a\5bc6 \2605 20"}"#).as_deref(),
            Some("a::before{content:\"机密★20\"}")
        );
        assert_eq!(unescaped("var a = 'b';"), None);
        assert_eq!(unescaped(r"\u{673a}\u{5bc6}").as_deref(), Some("机密"));
        assert_eq!(unescaped("\\"), None);
        assert_eq!(unescaped("\\u12"), None);
    }
}
