//! Documents that stand within another text in base64 or hexadecimal digits: values of JSON and of scripts,
//! statements of databases (`X'…'`, `0x…`, `\x…`, `UNHEX('…')`), logs of services, here-documents, notes.
//!
//! Told by what the digits begin with, so that checksums and keys are none. They go on over lines of one
//! width, whatever indents them or makes strings of them.

use super::base64;

/// What documents begin with in base64: packages, compound files, PDF, RTF. Programs carry archives of their
/// own so, which are left alone.
const BASE64_HEADS: [&[u8]; 4] = [b"UEsDB", b"0M8R4KGx", b"JVBERi0", b"e1xydGY"];
/// The same in hexadecimal digits, small and large ones.
const HEX_HEADS: [&[u8]; 8] = [
    b"504b0304",
    b"504B0304",
    b"d0cf11e0a1b11ae1",
    b"D0CF11E0A1B11AE1",
    b"255044462d",
    b"255044462D",
    b"7b5c727466",
    b"7B5C727466",
];
/// Digits of the shortest document within another text.
const LEAST_WITHIN: usize = 128;
/// Documents within a text that are decoded.
const MOST_WITHIN: usize = 1_000;
/// Digits of a line that others follow: fewer are words, more are written in one line.
const SHORTEST_LINE: usize = 24;
const LONGEST_LINE: usize = 1_024;
/// Bytes between two lines of digits: line ends, indentation, quotation marks, what joins strings.
const BETWEEN_BYTES: usize = 128;

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Coding {
    Base64,
    Hexadecimal,
}

impl Coding {
    fn knows(self, byte: u8) -> bool {
        match self {
            Self::Base64 => byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='),
            Self::Hexadecimal => byte.is_ascii_hexdigit(),
        }
    }

    fn heads(self) -> &'static [&'static [u8]] {
        match self {
            Self::Base64 => &BASE64_HEADS,
            Self::Hexadecimal => &HEX_HEADS,
        }
    }

    /// Digits that stand for whole bytes, and how many bytes.
    fn ratio(self) -> (usize, usize) {
        match self {
            Self::Base64 => (4, 3),
            Self::Hexadecimal => (2, 1),
        }
    }

    fn decode(self, digits: &[u8]) -> Vec<u8> {
        let value = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
        match self {
            Self::Base64 => base64::decode(digits),
            Self::Hexadecimal => {
                let (pairs, _) = digits.as_chunks::<2>();
                pairs.iter().filter_map(|&[high, low]| Some(value(high)? << 4 | value(low)?)).collect()
            }
        }
    }
}

/// The documents that stand within a text in digits, up to `most` bytes; and whether that was all of them.
pub(crate) fn within(text: &[u8], most: u64) -> (Vec<Vec<u8>>, bool) {
    let (mut found, mut left) = (Vec::new(), most);
    for coding in [Coding::Base64, Coding::Hexadecimal] {
        for start in coding.heads().iter().flat_map(|head| memchr::memmem::find_iter(text, head)) {
            if start > 0 && text.get(start - 1).is_some_and(|&byte| coding.knows(byte)) {
                continue;
            }
            let (whole, bytes) = coding.ratio();
            let room = usize::try_from(left).unwrap_or(usize::MAX).saturating_mul(whole) / bytes;
            let digits = digits(text.get(start..).unwrap_or_default(), coding, room.max(LEAST_WITHIN));
            if digits.len() < LEAST_WITHIN {
                continue;
            }
            if found.len() == MOST_WITHIN || digits.len() > room {
                return (found, false);
            }
            let document = coding.decode(&digits);
            left = left.saturating_sub(u64::try_from(document.len()).unwrap_or(u64::MAX));
            found.push(document);
        }
    }
    (found, true)
}

/// The digits at the start of a text, little more than `most` of them, without what is between their lines.
fn digits(text: &[u8], coding: Coding, most: usize) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::new(), text);
    let mut width = 0;
    let (whole, _) = coding.ratio();
    loop {
        let (line, behind) = line(rest, coding, most.saturating_sub(out.len()));
        let is_shorter = line.len() < width;
        // A word on a line of its own belongs to what follows.
        if is_shorter && out.len().is_multiple_of(whole) && !line.len().is_multiple_of(whole) {
            return out;
        }
        let may_go_on = !is_shorter
            && (SHORTEST_LINE..=LONGEST_LINE).contains(&line.len())
            && !line.ends_with(b"=")
            && out.len() < most;
        width = line.len();
        out.extend(line);
        let next = may_go_on.then(|| next_line(behind, coding)).flatten();
        match next {
            Some(next) if !coding.heads().iter().any(|head| next.starts_with(head)) => rest = next,
            _ => return out,
        }
    }
}

/// The digits of one line, little more than `most`, and what follows them. Strings write some of them as escapes.
fn line(text: &[u8], coding: Coding, most: usize) -> (Vec<u8>, &[u8]) {
    let (mut out, mut rest) = (Vec::new(), text);
    while out.len() <= most {
        let length = rest.iter().position(|&byte| !coding.knows(byte)).unwrap_or(rest.len());
        let (known, behind) = rest.split_at(length.min(most.saturating_sub(out.len()) + 1));
        out.extend_from_slice(known);
        rest = behind;
        let escaped = match behind {
            _ if coding == Coding::Hexadecimal => None,
            [b'\\', b'/', ..] => Some((b'/', 2)),
            [b'\\', b'u', b'0', b'0', code @ ..] => sign(code).map(|sign| (sign, 6)),
            [b'%', code @ ..] => sign(code).map(|sign| (sign, 3)),
            _ => None,
        };
        let Some((sign, length)) = escaped else { break };
        out.push(sign);
        rest = behind.get(length..).unwrap_or_default();
    }
    (out, rest)
}

/// The sign of base64 that these two digits stand for.
fn sign(code: &[u8]) -> Option<u8> {
    match code {
        [b'2', b'b' | b'B', ..] => Some(b'+'),
        [b'2', b'f' | b'F', ..] => Some(b'/'),
        [b'3', b'd' | b'D', ..] => Some(b'='),
        _ => None,
    }
}

/// Where the digits go on behind a line end, which may be written as one of a string.
fn next_line(text: &[u8], coding: Coding) -> Option<&[u8]> {
    let mut rest = text;
    let mut ended = false;
    let ends_string = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'"' | b'\'');
    while text.len() - rest.len() < BETWEEN_BYTES {
        rest = match rest {
            [b'\\', b'n' | b'r', behind @ ..] | [b'\n' | b'\r', behind @ ..] => {
                ended = true;
                behind
            }
            [b'+' | b'b', behind @ ..] if behind.first().is_some_and(ends_string) => behind,
            [
                b' ' | b'\t' | b'"' | b'\'' | b'`' | b'\\' | b',' | b'.' | b'&' | b'>' | b'#' | b'*' | b'|',
                behind @ ..,
            ] => behind,
            [first, ..] if ended && coding.knows(*first) => return Some(rest),
            _ => return None,
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RTF that says nothing else than "a", 96 times, and the same in both codings.
    fn document() -> (Vec<u8>, String, String) {
        let plain = [&b"{\\rtf1"[..], &[b'a'; 96], b"}"].concat();
        let base64 = ["e1xydGYx".to_owned(), "YWFh".repeat(32), "fQ==".to_owned()].concat();
        let hexadecimal = ["7b5c72746631".to_owned(), "61".repeat(96), "7d".to_owned()].concat();
        (plain, base64, hexadecimal)
    }

    fn lines(digits: &str, width: usize, between: &str) -> String {
        let lines: Vec<&str> =
            digits.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect();
        lines.join(between)
    }

    #[test]
    fn documents_in_one_line() {
        let (plain, base64, hexadecimal) = document();
        let json = format!("{{\"name\": \"x\", \"file\": \"{base64}\"}}\n{base64}");
        assert_eq!(within(json.as_bytes(), 1 << 20), (vec![plain.clone(), plain.clone()], true));
        assert!(!within(json.as_bytes(), 150).1, "there is no room for the second");
        for (before, behind) in [
            ("X'", "');"),
            ("(1,0x", ");"),
            ("E'\\\\x", "'"),
            ("UNHEX('", "')"),
            ("1,\\x", "\n2,\\x61"),
            ("\"", "\""),
        ] {
            for digits in [&hexadecimal, &hexadecimal.to_uppercase()] {
                let text = format!("{before}{digits}{behind}");
                assert_eq!(within(text.as_bytes(), 1 << 20), (vec![plain.clone()], true), "{text}");
            }
        }
        assert!(!within(format!("0x{hexadecimal}").as_bytes(), 90).1);
        for other in [
            format!("x{base64}"),
            base64[..100].to_owned(),
            "JVBERi0 is a PDF".to_owned(),
            format!("{:064}{hexadecimal}", 0),
            hexadecimal[..100].to_owned(),
            format!("sha256 {}", "9f86d081884c7d65".repeat(16)),
        ] {
            assert_eq!(within(other.as_bytes(), 1 << 20), (Vec::new(), true), "{other}");
        }
    }

    #[test]
    fn documents_over_several_lines() {
        let (plain, base64, hexadecimal) = document();
        for between in [
            "\n",
            "\r\n",
            "\n    ",
            "\" +\n  \"",
            "' .\n'",
            "\\n",
            "\\n\" \\\r\n\"",
            "\",\n  \"",
            "'\nb'",
            "\n> ",
            "\n# ",
        ] {
            for (digits, width) in [(&base64, 32), (&base64, 60), (&hexadecimal, 60), (&hexadecimal, 64)] {
                let text = format!("附件：\n{}\nEOF\n后文", lines(digits, width, between));
                assert_eq!(within(text.as_bytes(), 1 << 20), (vec![plain.clone()], true), "{text}");
            }
        }
        // Whole lines to the last, and two documents one behind the other.
        let two = format!("{0}\n{0}\nEOF", lines(&base64, 28, "\n"));
        assert_eq!(within(two.as_bytes(), 1 << 20), (vec![plain.clone(), plain], true));
        let rows = format!("{},{}", &base64[..60], &base64[60..]);
        assert_eq!(within(rows.as_bytes(), 1 << 20), (Vec::new(), true), "two cells are not one document");
    }

    #[test]
    fn digits_that_strings_escape() {
        // A PDF of signs that JSON and addresses escape.
        let digits = ["JVBERi0x".to_owned(), "++//".repeat(32), "Pw==".to_owned()].concat();
        let plain = base64::decode(digits.as_bytes());
        for escaped in [
            digits.replace('/', "\\/"),
            digits.replace('+', "\\u002B").replace('=', "\\u003d"),
            digits.replace('+', "%2B").replace('/', "%2f").replace('=', "%3D"),
        ] {
            let text = format!("{{\"f\": \"{escaped}\"}}");
            assert_eq!(within(text.as_bytes(), 1 << 20), (vec![plain.clone()], true), "{text}");
        }
    }
}
