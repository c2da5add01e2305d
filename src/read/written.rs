//! Files that stand for another file in letters and digits, from the first character to the last: base64 as
//! mail and `certutil` write it, data addresses, hexadecimal digits, uuencode.

use super::{base64, uuencode};

/// Characters that the shortest such file has.
const LEAST_CHARS: usize = 24;
/// Line ends of base64 are this far apart at least, but for the last line: what has shorter ones are words.
const LINE_CHARS: usize = 24;
/// What may stand in front of base64.
const DATA: &[u8] = b";base64,";
/// Bytes of a data address in front of its data.
const DATA_HEAD_BYTES: usize = 200;

/// What a text may stand for.
#[derive(Debug, PartialEq)]
pub(crate) enum Written {
    /// Itself.
    Text,
    /// A file of these bytes.
    File(Vec<u8>),
    /// A file of more bytes than there is room for.
    TooLong,
}

/// What `text` stands for, in `most` bytes at most.
pub(crate) fn decode(text: &[u8], most: u64) -> Written {
    let text = without_head(text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii());
    if text.len() < LEAST_CHARS {
        return Written::Text;
    }
    if u64::try_from(text.len()).unwrap_or(u64::MAX) / 4 * 3 > most {
        let is_uuencode = text.starts_with(b"begin ");
        return if is_uuencode || is_base64(text) || is_hexadecimal(text) {
            Written::TooLong
        } else {
            Written::Text
        };
    }
    let file = if text.starts_with(b"begin ") {
        let (around, files) = uuencode::take(text);
        files.into_iter().next().filter(|_| around.trim_ascii().is_empty()).map(|(_, bytes)| bytes)
    } else {
        hexadecimal(text).or_else(|| is_base64(text).then(|| base64::decode(text)))
    };
    file.map_or(Written::Text, Written::File)
}

/// The data without what is around: the lines of a certificate, the head of a data address, quotation marks.
fn without_head(text: &[u8]) -> &[u8] {
    let quote = text.first().filter(|byte| matches!(byte, b'"' | b'\''));
    let text = quote.and_then(|quote| text.get(1..)?.strip_suffix(&[*quote])).unwrap_or(text);
    if text.starts_with(b"-----BEGIN ") {
        let line_end = |byte: &u8| *byte == b'\n';
        let start = text.iter().position(line_end).map_or(text.len(), |at| at + 1);
        let body = text.get(start..).unwrap_or_default();
        let end = body.iter().position(|&byte| byte == b'-').unwrap_or(body.len());
        return body.get(..end).unwrap_or_default().trim_ascii();
    }
    let head = text.get(..DATA_HEAD_BYTES).unwrap_or(text);
    let data = head.starts_with(b"data:").then(|| head.windows(DATA.len()).position(|w| w == DATA)).flatten();
    data.and_then(|at| text.get(at + DATA.len()..)).unwrap_or(text)
}

/// Digits in pairs, whatever white space or sign parts them; `0x` and `\\x` may stand in front of each.
fn hexadecimal(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut high = None;
    let mut rest = text;
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        let digit = char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        match (digit, high) {
            (Some(0), None) if matches!(rest.first(), Some(b'x' | b'X')) => rest = &rest[1..],
            (Some(digit), None) => high = Some(digit),
            (Some(digit), Some(first)) => {
                bytes.push(first << 4 | digit);
                high = None;
            }
            (None, None) if byte == b'\\' && rest.first() == Some(&b'x') => rest = &rest[1..],
            (None, None) if byte.is_ascii_whitespace() || matches!(byte, b',' | b':' | b'-' | b';') => {}
            _ => return None,
        }
    }
    high.is_none().then_some(bytes)
}

/// Nothing but what [`hexadecimal`] reads.
fn is_hexadecimal(text: &[u8]) -> bool {
    text.iter()
        .all(|byte| byte.is_ascii_hexdigit() || byte.is_ascii_whitespace() || b"xX\\,:-;".contains(byte))
}

/// Nothing but base64 in long lines, padded at its end at most.
fn is_base64(text: &[u8]) -> bool {
    let mut lines = text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii).peekable();
    while let Some(line) = lines.next() {
        let is_last = lines.peek().is_none();
        let end = line.iter().rposition(|&byte| byte != b'=').map_or(0, |at| at + 1);
        let body = if is_last { line.get(..end).unwrap_or_default() } else { line };
        let known = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
        if !body.iter().all(known) || !is_last && body.len() < LINE_CHARS {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Vec<u8>> {
        match decode(text.as_bytes(), 1 << 20) {
            Written::File(bytes) => Some(bytes),
            _ => None,
        }
    }

    #[test]
    fn whole_files_in_base64() {
        // "机密★10年，请勿外传。机密★10年，请勿外传。"
        let line = "5py65a+G4piFMTDlubTvvIzor7fli7/lpJbkvKDjgII=";
        let plain = "机密★10年，请勿外传。".as_bytes();
        assert_eq!(of(line).as_deref(), Some(plain));
        assert_eq!(of(&format!("\u{feff}{}\r\n{}\r\n", &line[..28], &line[28..])).as_deref(), Some(plain));
        assert_eq!(of(&format!("data:text/plain;charset=utf-8;base64,{line}")).as_deref(), Some(plain));
        let armoured = format!("-----BEGIN CERTIFICATE-----\r\n{line}\r\n-----END CERTIFICATE-----\r\n");
        assert_eq!(of(&armoured).as_deref(), Some(plain));
        assert_eq!(of(&format!("\"{line}\"")).as_deref(), Some(plain));
        let words = "a sentence of several words without any sign";
        for (text, expected) in [
            (line, Written::TooLong),
            ("0x48, 0x49, 0x4a, 0x4b, 0x4c", Written::TooLong),
            (words, Written::Text),
        ] {
            assert_eq!(decode(text.as_bytes(), 10), expected, "{text}");
        }
        for words in [
            "short",
            "a sentence of several words without any sign",
            "机密★10年",
            "one\nword\non\neach\nline\nof\nit\nall",
        ] {
            assert_eq!(of(words), None, "{words}");
        }
    }

    #[test]
    fn whole_files_in_hexadecimal_digits() {
        let plain = "机密★10年".as_bytes();
        for text in [
            "E69CBAE5AF86E298853130E5B9B4",
            "e6 9c ba e5 af 86 e2 98\r\n85 31 30 e5 b9 b4\n",
            "0xe6, 0x9c, 0xba, 0xe5, 0xaf, 0x86, 0xe2, 0x98, 0x85, 0x31, 0x30, 0xe5, 0xb9, 0xb4",
            "\\xe6\\x9c\\xba\\xe5\\xaf\\x86\\xe2\\x98\\x85\\x31\\x30\\xe5\\xb9\\xb4",
        ] {
            assert_eq!(of(text).as_deref(), Some(plain), "{text}");
        }
        // An odd digit is none of a pair: base64 then, and no document.
        assert_ne!(of("E69CBAE5AF86E298853130E5B9B").as_deref(), Some(plain));
    }
}
