//! Characters as data and programs write them: with backslashes, percent signs, numbers of HTML.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

use super::xml;

/// Bytes of a numeric reference.
const REFERENCE_BYTES: usize = 12;

/// The text with the escapes of JSON and of programs (`\\u673a`, `\\u{673a}`) and those of addresses
/// (`%E6%9C%BA`) as the characters they stand for; `None` when there are none. Signs of ASCII stay escaped,
/// so that the syntax stays.
pub(crate) fn unescaped(text: &str) -> Option<String> {
    let signs = |text: &str| memchr2(b'\\', b'%', text.as_bytes());
    signs(text)?;
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut changed = false;
    while let Some(at) = signs(rest) {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let found = escaped(escape)
            .filter(|(c, _)| !c.is_ascii() || c.is_ascii_alphanumeric())
            .or_else(|| percent_encoded(escape));
        changed |= found.is_some();
        let (c, length) = found.unwrap_or((if escape.starts_with('%') { '%' } else { '\\' }, 1));
        out.push(c);
        rest = escape.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    changed.then_some(out)
}

/// The character outside ASCII that bytes written as `%E6%9C%BA` stand for at the start of `text`, and how
/// long they are written.
fn percent_encoded(text: &str) -> Option<(char, usize)> {
    let byte = |number: usize| {
        let digits = text.get(3 * number..)?.strip_prefix('%')?.get(..2)?;
        u8::from_str_radix(digits, 16).ok()
    };
    let count = match byte(0)? {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let bytes: Vec<u8> = (0..count).map_while(byte).collect();
    Some((std::str::from_utf8(&bytes).ok()?.chars().next()?, 3 * count))
}

/// The text with the numeric references of HTML (`&#x673a;`), which data and programs hold in pages of their own, as
/// the characters they stand for; `None` when there are none. Signs of ASCII stay as they are, see [`unescaped`].
pub(crate) fn referenced(text: &str) -> Option<String> {
    text.contains("&#").then(|| {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find("&#") {
            let (before, reference) = rest.split_at(at);
            out.push_str(before);
            let end = reference
                .bytes()
                .take(REFERENCE_BYTES)
                .position(|byte| byte == b';')
                .map_or(2, |end| end + 1);
            let (reference, behind) = reference.split_at(end);
            let character = xml::unescape(reference);
            let is_sign =
                |text: &str| text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric());
            out.push_str(if is_sign(&character) { reference } else { &character });
            rest = behind;
        }
        out.push_str(rest);
        out
    })
}

/// The character that an escape at the start of `text` stands for, and the bytes of the escape.
fn escaped(text: &str) -> Option<(char, usize)> {
    const DIGITS: usize = 6;
    if let Some(braced) = text.strip_prefix("\\u{") {
        let end = braced.bytes().take(DIGITS + 1).position(|byte| byte == b'}')?;
        let value = u32::from_str_radix(braced.get(..end)?, 16).ok()?;
        return Some((char::from_u32(value)?, end + 4));
    }
    // With a sign of addition, as drawings of AutoCAD have them.
    if let Some(code) = text.strip_prefix("\\U+") {
        let digits = code.get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        return Some((char::from_u32(u32::from_str_radix(digits, 16).ok()?)?, 7));
    }
    let unit = |text: &str| {
        let digits = text.strip_prefix("\\u")?.get(..4)?;
        digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
    };
    let first = unit(text)?;
    if let Some(c) = char::from_u32(u32::from(first)) {
        return Some((c, 6));
    }
    let second = unit(text.get(6..)?)?;
    let pair = char::decode_utf16([first, second]).next()?.ok()?;
    Some((pair, 12))
}

/// The text as the string that it writes with backslashes.
pub(crate) fn string(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = memchr(b'\\', rest.as_bytes()) {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let (c, length) = match escape.as_bytes().get(1) {
            Some(b'n' | b'r') => ('\n', 2),
            Some(b't') => (' ', 2),
            Some(&sign @ (b'/' | b'"' | b'\'' | b'`' | b'\\')) => (char::from(sign), 2),
            Some(b'x') => hex(escape).unwrap_or(('\\', 1)),
            _ => escaped(escape).unwrap_or(('\\', 1)),
        };
        out.push(c);
        rest = escape.get(length..).unwrap_or_default();
    }
    if out.is_empty() {
        return text.into();
    }
    out.push_str(rest);
    if out == text { text.into() } else { out.into() }
}

/// The sign of ASCII that is written as `\x3c`, and how long that is.
fn hex(escape: &str) -> Option<(char, usize)> {
    let byte = u8::from_str_radix(escape.get(2..4)?, 16).ok()?;
    byte.is_ascii().then_some((char::from(byte), 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_the_characters_they_stand_for() {
        for (written, read) in [
            ("{\"密级\": \"\\u673a\\u5bc6\"}", "{\"密级\": \"机密\"}"),
            ("'\\u{673a}\\u{5BC6}' \\u2605", "'机密' ★"),
            ("\\ud840\\udc00", "𠀀"),
            ("\\U+673A\\U+5BC6", "机密"),
            ("\\u673a\\u5bc6\\u2605\\u0031\\u0030\\u5e74", "机密★10年"),
            ("http://a/%E6%9C%BA%e5%af%86%20%2F?x=100%", "http://a/机密%20%2F?x=100%"),
        ] {
            assert_eq!(unescaped(written).as_deref(), Some(read), "{written}");
        }
        assert_eq!(referenced("a & b"), None);
        assert_eq!(
            referenced("{\"html\": \"<p>&#x673a;&#x5bc6;&#9733;10&#24180; &#65; &#34;&#39; &#x; &#\"}")
                .as_deref(),
            Some("{\"html\": \"<p>机密★10年 A &#34;&#39; &#x; &#\"}")
        );
        // Quotation marks, halves of a pair and what is no escape stay as they are.
        for plain in
            ["\\u0022 \\ud840 \\u67 \\up \\u", "C:\\new", "100%", "%E6%9C", "%%E6%9C%", "%+6%9C%BA", "%e6机"]
        {
            assert_eq!(unescaped(plain), None, "{plain}");
        }
    }

    #[test]
    fn strings_are_what_they_write() {
        for (written, read) in [
            (r#"a=\"b\" \/ \n\t|"#, "a=\"b\" / \n |"),
            (r"\u003c\x3c\u{3c}\U+003C", "<<<<"),
            (r"\\u003c", r"\u003c"),
            (r"\u67 \xé \q \", r"\u67 \xé \q \"),
            ("机密", "机密"),
            ("", ""),
        ] {
            assert_eq!(string(written), read, "{written}");
        }
    }
}
