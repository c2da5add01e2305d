//! Cards and calendars: lines of text whose values may be quoted-printable or base64, of which a
//! reader of the bytes sees nothing (RFC 2425, vCard 2.1), and write their own line ends as `\n` (RFC 5545
//! 3.3.11, RFC 6350 3.4). Such line ends count when lines are numbered.

use std::borrow::Cow;

use super::{base64, encoding};

/// The text with such values as the characters they stand for; `None` when it has none.
pub(crate) fn read(text: &str) -> Option<String> {
    if !text.trim_start().get(..6).is_some_and(|head| head.eq_ignore_ascii_case("BEGIN:")) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut changed = false;
    let mut lines = text.split('\n').peekable();
    while let Some(line) = lines.next() {
        let line = line.trim_end_matches('\r');
        let coded = line.split_once(':').and_then(|(head, value)| Some((head, value, coding(head)?)));
        let Some((head, value, coding)) = coded else {
            let mut whole = Cow::from(line);
            while let Some(next) = lines.next_if(|next| next.starts_with([' ', '\t'])) {
                whole.to_mut().push_str(next.get(1..).unwrap_or_default().trim_end_matches('\r'));
                out.push('\n');
                changed = true;
            }
            changed |= unescape(&whole, &mut out);
            out.push('\n');
            continue;
        };
        let mut value = value.to_owned();
        // The value goes on behind a soft line end, or in a line that is set in.
        while let Some(next) = lines.next_if(|next| match coding {
            Coding::Quoted => value.ends_with('='),
            Coding::Base64 => next.starts_with([' ', '\t']),
        }) {
            if coding == Coding::Quoted {
                value.pop();
            }
            value.push_str(next.trim_end_matches('\r').trim_start());
            // The number of lines stays what it was.
            out.push('\n');
        }
        let bytes = match coding {
            Coding::Quoted => unquoted(value.as_bytes()),
            Coding::Base64 => base64::decode(value.as_bytes()),
        };
        // Pictures and sounds are written so too.
        let is_text = encoding::is_text(&bytes);
        let value = if is_text { encoding::decode(&bytes).best.text } else { value };
        changed |= is_text;
        out.push_str(head);
        out.push(':');
        out.push_str(&value);
        out.push('\n');
    }
    changed.then_some(out)
}

/// Appends a line with what is written behind backslashes as it is meant; whether there was any.
fn unescape(line: &str, out: &mut String) -> bool {
    let mut rest = line;
    while let Some((before, behind)) = rest.split_once('\\') {
        out.push_str(before);
        let mut chars = behind.chars();
        match chars.next() {
            Some('n' | 'N') => out.push('\n'),
            Some(c @ (',' | ';' | ':' | '\\')) => out.push(c),
            other => {
                out.push('\\');
                out.extend(other);
            }
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    rest.len() < line.len()
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Coding {
    Quoted,
    Base64,
}

/// How the value behind this head is written, where it is not in the open.
fn coding(head: &str) -> Option<Coding> {
    head.split(';').skip(1).find_map(|parameter| {
        let value = parameter.rsplit('=').next().unwrap_or(parameter);
        match value.to_ascii_uppercase().as_str() {
            "QUOTED-PRINTABLE" => Some(Coding::Quoted),
            "BASE64" | "B" => Some(Coding::Base64),
            _ => None,
        }
    })
}

fn unquoted(mut value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    while let Some((&first, rest)) = value.split_first() {
        let digits = rest.get(..2).filter(|_| first == b'=').and_then(|two| std::str::from_utf8(two).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                value = rest.get(2..).unwrap_or_default();
            }
            None => {
                out.push(first);
                value = rest;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coded_values_are_read_and_lines_keep_their_number() {
        let card = "BEGIN:VCARD\r\nFN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=E6=9C=BA=\r\n=E5=AF=86\r\n\
                    NOTE;ENCODING=b:56eY5a\r\n +G\r\nTEL:1\r\nEND:VCARD";
        let read = read(card).unwrap();
        assert_eq!(
            read,
            "BEGIN:VCARD\n\nFN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:机密\n\nNOTE;ENCODING=b:秘密\nTEL:1\nEND:VCARD\n"
        );
        // GBK without a word about it.
        assert!(
            super::read("BEGIN:VCARD\nFN;QUOTED-PRINTABLE:=BB=FA=C3=DC=B9=A4=D7=F7")
                .unwrap()
                .contains("机密工作")
        );
    }

    #[test]
    fn line_ends_within_values_are_line_ends() {
        let calendar =
            "BEGIN:VCALENDAR\r\nDESCRIPTION:密级:秘密\\n各单位:\\N甲\\, 乙\\\\c\r\n d\\;\r\nEND:VCALENDAR";
        assert_eq!(
            read(calendar).unwrap(),
            "BEGIN:VCALENDAR\n\nDESCRIPTION:密级:秘密\n各单位:\n甲, 乙\\cd;\nEND:VCALENDAR\n"
        );
        // A backslash that is none of these, and one at the end.
        assert_eq!(read("BEGIN:VCARD\nNOTE:C:\\temp\\\n").unwrap(), "BEGIN:VCARD\nNOTE:C:\\temp\\\n\n");
    }

    #[test]
    fn other_texts_are_left_alone() {
        assert_eq!(read("FN;ENCODING=B:56eY5a+G"), None);
        assert_eq!(read("BEGIN:VCARD\nFN:机密\n"), None);
        assert_eq!(read("BEGIN:VCARD\nPHOTO;ENCODING=B:AAECAwQFBgc=\n"), None);
        assert_eq!(read("机密"), None);
    }
}
