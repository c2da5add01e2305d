//! Drawings of AutoCAD in text (DXF): pairs of lines, a number that says what follows and a value.
//!
//! Each text is a line of its own, without the codes that format it, an attribute behind its name as data of
//! other formats are. Lines with numbers and handles become blank, so that line numbers stay; line ends within
//! a text (`\P`) count when lines are numbered.

use encoding_rs::{BIG5, GB18030};

/// Codes whose values are text, of entities, comments and data of other programs.
const TEXT_CODES: [std::ops::RangeInclusive<u16>; 7] =
    [1..=4, 6..=9, 300..=309, 410..=419, 430..=439, 470..=479, 999..=1003];
/// Codes whose values are formatted.
const FORMATTED: [u16; 5] = [1, 3, 302, 303, 304];
/// Pairs of comments that may stand in front of the first section.
const COMMENTS: usize = 64;

/// The text with its values as they are shown; `None` when it is no drawing.
pub(crate) fn read(text: &str) -> Option<String> {
    if !is_drawing(text) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut lines = text.split('\n').map(|line| line.trim_end_matches('\r'));
    let mut entity = Entity::default();
    while let Some(number) = lines.next() {
        let Some(value) = lines.next() else {
            out.push_str(number);
            break;
        };
        let Ok(code) = number.trim().parse::<u16>() else {
            // No pair: whatever it is, it is told as it stands.
            out.extend([number, "\n", value, "\n"]);
            continue;
        };
        if code == 0 {
            entity.end(&mut out);
            entity.is_attribute = matches!(value.trim(), "ATTRIB" | "ATTDEF");
        }
        entity.pair(code, value, &mut out);
    }
    entity.end(&mut out);
    Some(out)
}

/// A first section, behind comments at most.
fn is_drawing(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    for _ in 0..COMMENTS {
        match (lines.next(), lines.next()) {
            (Some("999"), Some(_)) => {}
            (Some("0"), Some("SECTION")) => return true,
            _ => return false,
        }
    }
    false
}

/// What is known of the entity that is being read.
#[derive(Default)]
struct Entity {
    is_attribute: bool,
    /// The beginning of a long text, which is written in parts.
    begun: String,
    /// Where the value of an attribute was put.
    value_at: Option<usize>,
    tag: Option<String>,
}

impl Entity {
    fn pair(&mut self, code: u16, value: &str, out: &mut String) {
        out.push('\n');
        let is_text = TEXT_CODES.iter().any(|codes| codes.contains(&code));
        match code {
            _ if !is_text && value.is_ascii() => {}
            3 if !self.is_attribute => self.begun.push_str(value),
            2 if self.is_attribute => {
                self.tag = Some(value.trim().to_owned()).filter(|tag| !tag.is_empty() && !tag.is_ascii());
                if self.tag.is_none() {
                    out.push_str(value);
                }
            }
            _ if FORMATTED.contains(&code) => {
                let whole = std::mem::take(&mut self.begun) + value;
                if code == 1 {
                    self.value_at = Some(out.len());
                }
                shown(&whole, out);
            }
            _ => out.push_str(value),
        }
        out.push('\n');
    }

    /// Ends the entity: an attribute gets its name in front, which may be written behind it.
    fn end(&mut self, out: &mut String) {
        if !self.begun.is_empty() {
            shown(&self.begun, out);
            out.push('\n');
        }
        if let Some(tag) = self.tag.take() {
            match self.value_at {
                Some(at) => out.insert_str(at, &format!("{tag}: ")),
                None => out.extend([&tag, "\n"]),
            }
        }
        *self = Self::default();
    }
}

/// Appends a text without what formats it.
fn shown(value: &str, out: &mut String) {
    let mut rest = value;
    while let Some(at) = rest.find(['\\', '{', '}', '%']) {
        let (before, code) = rest.split_at(at);
        out.push_str(before);
        rest = match code.as_bytes() {
            [b'{' | b'}', ..] => code.get(1..).unwrap_or_default(),
            [b'%', b'%', sign, ..] if sign.is_ascii() => {
                let behind = code.get(3..).unwrap_or_default();
                match sign.to_ascii_lowercase() {
                    b'u' | b'o' | b'k' => {}
                    b'd' => out.push('°'),
                    b'p' => out.push('±'),
                    b'c' => out.push('⌀'),
                    _ => out.push_str(code.get(..3).unwrap_or_default()),
                }
                behind
            }
            [b'\\', ..] => command(code, out),
            _ => {
                out.push_str(code.get(..1).unwrap_or_default());
                code.get(1..).unwrap_or_default()
            }
        };
    }
    out.push_str(rest);
}

/// Appends what the command at the start of `code` shows; what follows it.
fn command<'c>(code: &'c str, out: &mut String) -> &'c str {
    let behind = code.get(2..).unwrap_or_default();
    match code.as_bytes().get(1) {
        Some(b'P' | b'X' | b'N') => {
            out.push('\n');
            behind
        }
        Some(b'~') => {
            out.push(' ');
            behind
        }
        Some(b'L' | b'l' | b'O' | b'o' | b'K' | b'k') => behind,
        Some(b'\\' | b'{' | b'}') => {
            out.push_str(code.get(1..2).unwrap_or_default());
            behind
        }
        Some(b'f' | b'F' | b'H' | b'A' | b'C' | b'c' | b'T' | b'Q' | b'W' | b'p') => {
            // The value ends there; without an end it is none.
            match behind.split_once(';') {
                Some((value, behind)) if !value.contains(['\\', '{', '}']) => behind,
                _ => behind,
            }
        }
        Some(b'S') => match behind.split_once(';') {
            Some((stack, behind)) => {
                out.push_str(&stack.replace(['^', '#'], "/"));
                behind
            }
            None => behind,
        },
        Some(b'M') => match multibyte(behind) {
            Some((character, behind)) => {
                out.push_str(&character);
                behind
            }
            None => {
                out.push_str("\\M");
                behind
            }
        },
        _ => {
            out.push('\\');
            code.get(1..).unwrap_or_default()
        }
    }
}

/// The character of two bytes that `+nXXXX` stands for, n being its code page, and what follows.
fn multibyte(code: &str) -> Option<(String, &str)> {
    let (page, digits) = (code.strip_prefix('+')?.get(..1)?, code.get(2..6)?);
    let pair = u16::from_str_radix(digits, 16).ok()?.to_be_bytes();
    let encoding = match page {
        "2" => BIG5,
        "5" => GB18030,
        _ => return None,
    };
    let character = encoding.decode_without_bom_handling_and_without_replacement(&pair)?;
    Some((character.into_owned(), code.get(6..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(pairs: &str) -> Vec<String> {
        let text = format!("0|SECTION|2|ENTITIES|{pairs}|0|ENDSEC|0|EOF|").replace('|', "\r\n");
        let read = read(&text).unwrap();
        let line = |wanted: &str| read.split('\n').position(|line| line == wanted);
        let last = pairs.rsplit('|').next().unwrap();
        // Line numbers stay, as long as no text holds line ends of its own.
        if let Some(at) = line(last) {
            assert_eq!(Some(at), text.lines().position(|line| line == last), "{pairs}");
        }
        let words = read.split('\n').skip(4).map(str::trim).filter(|line| !line.is_empty());
        words.map(str::to_owned).collect()
    }

    #[test]
    fn texts_are_lines_of_their_own() {
        assert_eq!(
            lines("0|TEXT|5|64|8|图框|10|0.0|20|5.0|40|3.5|1|机密|0|TEXT|8|0|1|总平面图"),
            ["图框", "机密", "0", "总平面图"]
        );
        for (written, shown) in [
            ("{\\fSimSun|b0|i0|c134|p2;机}{\\fSimHei;密}", "机密"),
            ("\\A1;{\\H0.7x;机密}★20年", "机密★20年"),
            ("机%%u密%%U", "机密"),
            ("45%%d 100%", "45° 100%"),
            ("\\M+5BBFA密", "机密"),
            ("\\pxqc;\\C1;内部\\~资料", "内部 资料"),
            ("\\S1^2;\\{a\\}\\\\b C:\\dir", "1/2{a}\\b C:\\dir"),
        ] {
            assert_eq!(
                lines(&format!("0|MTEXT|1|{}", written.replace('|', "¦"))),
                [shown.to_owned()],
                "{written}"
            );
        }
        assert_eq!(lines("0|MTEXT|1|机密\\P总平面图"), ["机密", "总平面图"]);
        assert_eq!(lines("0|MTEXT|3|长文开头机|1|密结尾"), ["长文开头机密结尾"]);
    }

    #[test]
    fn attributes_stand_behind_their_names() {
        assert_eq!(lines("0|ATTRIB|8|0|1|机密|2|密级|0|TEXT|1|图框"), ["0", "密级: 机密", "图框"]);
        assert_eq!(lines("0|ATTRIB|2|密级|1|机密"), ["密级: 机密"]);
        assert_eq!(lines("0|ATTRIB|2|LEVEL|1|机密"), ["LEVEL", "机密"]);
        assert_eq!(lines("0|ATTDEF|1||2|密级|3|请输入密级"), ["密级:", "请输入密级"]);
    }

    #[test]
    fn what_is_no_drawing_is_left_alone() {
        for text in ["0\n1\n2\n", "", "SECTION\n0\n", "0\nSECTIONS\n", "{\\fSimSun;机密}"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert!(read("999\n注\n  0\nSECTION\n").is_some());
    }
}
