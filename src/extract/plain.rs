//! Plain text: the characters themselves, in whatever encoding, line for line.
//!
//! A text file has no page, so its first lines stand for the top of one and its last lines for the
//! foot. Line numbers are those of the file.

use super::Extracted;
use crate::limits::{Budget, Gap, GapKind};
use crate::read::encoding::{self, Decoded, Reading};
use crate::text::{Align, At, Break, Place, Text, Zone};

/// Lines with text that count as the top of the page.
const HEAD_LINES: usize = 8;
/// Lines with text that count as its foot.
const FOOT_LINES: usize = 3;
/// Columns of white space in front of a line that is centred; an ideographic space has two.
const CENTRE_COLUMNS: usize = 8;
/// Columns of white space in front of a line that is set right.
const RIGHT_COLUMNS: usize = 32;

/// Reads a document of this format.
pub(super) fn extract(bytes: &[u8], budget: &mut Budget) -> Extracted {
    let read = bytes.get(..head(bytes, budget.text)).unwrap_or(bytes);
    let Decoded { mut best, guessed, others } = encoding::decode(read);
    if let Some(text) = unescaped(&best.text) {
        best.text = text;
    }
    let mut extracted = Extracted { text: lay_out(&best, guessed), ..Extracted::default() };
    if read.len() < bytes.len() {
        let detail = format!("more than {} bytes of text", read.len());
        extracted.gaps.push(Gap::new(GapKind::Limit, detail));
    }
    budget.text = budget.text.saturating_sub(best.text.len());
    extracted.gaps.extend(best.gap());
    for other in others {
        if other.text.len() > budget.text {
            let detail = format!("reading as {}: {} bytes of text", other.encoding, budget.limits.text);
            extracted.gaps.push(Gap::new(GapKind::Limit, detail));
            continue;
        }
        budget.text -= other.text.len();
        extracted.alternatives.push(lay_out(&other, true));
    }
    extracted
}

/// Bytes that are read of a text of which no more than `most` are: whole lines, if those are short.
fn head(bytes: &[u8], most: usize) -> usize {
    const LINE_BYTES: usize = 64 << 10;
    if bytes.len() <= most {
        return bytes.len();
    }
    let line_end = bytes.get(most.saturating_sub(LINE_BYTES)..most).unwrap_or_default();
    let back = line_end.iter().rev().position(|&byte| byte == b'\n').unwrap_or(0);
    (most - back) & !1
}

/// The text with the escapes of JSON and of programs (`\\u673a`, `\\u{673a}`) as the characters they
/// stand for; `None` when there are none. Characters of ASCII stay escaped, so that the syntax stays.
fn unescaped(text: &str) -> Option<String> {
    text.contains("\\u").then(|| {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find("\\u") {
            let (before, escape) = rest.split_at(at);
            out.push_str(before);
            let (c, length) = escaped(escape).filter(|(c, _)| !c.is_ascii()).unwrap_or(('\\', 1));
            out.push(c);
            rest = escape.get(length..).unwrap_or_default();
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

/// Cuts the text into head, middle and foot.
fn lay_out(reading: &Reading, guessed: bool) -> Text {
    let text = if reading.text.contains('\r') {
        &reading.text.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        &reading.text
    };
    let mut laid = Text::new();
    laid.guessed = guessed;
    let at = At::new(Place::Body).parted(Break::Line);
    let mut rest = text.as_str();
    for _ in 0..HEAD_LINES {
        let (line, behind) = first_line(rest);
        push_line(&mut laid, at, line, true);
        rest = behind;
    }
    let mut foot = Vec::new();
    for _ in 0..FOOT_LINES {
        let (before, line) = last_line(rest);
        foot.push(line);
        rest = before;
    }
    laid.push(at, rest);
    for line in foot.into_iter().rev() {
        push_line(&mut laid, at, line, false);
    }
    laid
}

/// The first line with text, the blank ones before it included, without its line end; and the rest.
fn first_line(text: &str) -> (&str, &str) {
    let start = text.len() - text.trim_start().len();
    match text.get(start..).and_then(|t| t.find('\n')) {
        Some(end) => {
            (text.get(..start + end).unwrap_or_default(), text.get(start + end + 1..).unwrap_or_default())
        }
        None => (text, ""),
    }
}

/// What stands before the last line with text, and that line, the blank ones before it included.
fn last_line(text: &str) -> (&str, &str) {
    let text = text.trim_end();
    let Some(line_start) = text.rfind('\n') else { return ("", text) };
    let before = text.get(..line_start).unwrap_or_default().trim_end();
    // The line end that closes the line before belongs to the border between the two.
    (before, text.get(before.len()..).map_or("", |line| line.strip_prefix('\n').unwrap_or(line)))
}

fn push_line(text: &mut Text, at: At, line: &str, top: bool) {
    let last = line.rsplit('\n').next().unwrap_or(line);
    let indent = last.chars().take_while(|c| c.is_whitespace());
    let columns: usize = indent.map(|c| if c == '\t' { 8 } else { 1 + usize::from(c == '\u{3000}') }).sum();
    let (align, zone) = match (columns, top) {
        (RIGHT_COLUMNS.., true) => (Some(Align::Right), Zone::TopRight),
        (CENTRE_COLUMNS.., true) => (Some(Align::Centre), Zone::TopCentre),
        (_, true) => (None, Zone::TopLeft),
        (RIGHT_COLUMNS.., false) => (Some(Align::Right), Zone::FootRight),
        (CENTRE_COLUMNS.., false) => (Some(Align::Centre), Zone::FootCentre),
        (_, false) => (None, Zone::FootLeft),
    };
    text.push(At { zone: Some(zone), align, ..at }, line);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    fn read(bytes: &[u8]) -> Extracted {
        extract(bytes, &mut Budget::new(&Limits::default()))
    }

    #[test]
    fn escapes_are_the_characters_they_stand_for() {
        for (written, read) in [
            ("{\"密级\": \"\\u673a\\u5bc6\"}", "{\"密级\": \"机密\"}"),
            ("'\\u{673a}\\u{5BC6}' \\u2605", "'机密' ★"),
            ("\\ud840\\udc00", "𠀀"),
            // Quotation marks, halves of a pair and what is no escape stay as they are.
            ("\\u0022 \\ud840 \\u67 \\up \\u", "\\u0022 \\ud840 \\u67 \\up \\u"),
        ] {
            assert_eq!(unescaped(written).as_deref(), Some(read), "{written}");
        }
        assert_eq!(unescaped("C:\\new"), None);
    }

    #[test]
    fn lines_keep_their_numbers_and_paragraphs() {
        let source: String =
            (1..=20).map(|n| if n % 4 == 0 { "\n".to_owned() } else { format!("第{n}行\r\n") }).collect();
        let read = read(format!("\n{source}").as_bytes());
        for n in (1..=20_u32).filter(|n| n % 4 != 0) {
            let at = read.text.as_str().find(&format!("第{n}行")).unwrap();
            assert_eq!(read.text.location(at).unwrap().line.get(), n + 1, "line {n}");
        }
        let find = |line: &str| read.text.as_str().find(line).unwrap();
        assert_eq!(read.text.break_between(find("第1行"), find("第2行")), Break::Line);
        assert_eq!(read.text.break_between(find("第3行"), find("第5行")), Break::Paragraph);
        assert_eq!(read.text.break_between(find("第10行"), find("第11行")), Break::Line);
    }

    #[test]
    fn head_and_foot_have_zones() {
        let source: String = (1..=13).map(|n| format!("第{n}行\n")).collect();
        let read = read(source.as_bytes());
        let zone =
            |n: u32| read.text.location(read.text.as_str().find(&format!("第{n}行")).unwrap()).unwrap().zone;
        assert_eq!(zone(1), Some(Zone::TopLeft));
        assert_eq!(zone(8), Some(Zone::TopLeft));
        assert_eq!(zone(9), None);
        assert_eq!(zone(10), None);
        assert_eq!(zone(11), Some(Zone::FootLeft));
        assert_eq!(zone(13), Some(Zone::FootLeft));
    }

    #[test]
    fn deep_indents_are_alignment() {
        let source = format!("{}机密★10年\n{}标题\n　　正文\n", " ".repeat(50), "　".repeat(8));
        let zones: Vec<Option<Zone>> =
            read(source.as_bytes()).text.segments().iter().map(|s| s.at.zone).collect();
        assert_eq!(zones, [Zone::TopRight, Zone::TopCentre, Zone::TopLeft].map(Some));
    }

    #[test]
    fn nothing_is_decoded_twice() {
        assert_eq!(read("&#26426; %E6".as_bytes()).text.as_str(), "&#26426; %E6");
        assert_eq!(read(b"\n \r\n").text.as_str(), "");
    }

    #[test]
    fn much_that_is_undecodable_is_a_gap() {
        let good = "关于进一步加强网站信息发布审查工作的通知\n".repeat(10);
        assert_eq!(read(&[good.as_bytes(), b"\xff"].concat()).gaps, []);
        let broken = [good.as_bytes(), &b"\xff ".repeat(20)].concat();
        assert_eq!(read(&broken).gaps.iter().map(|g| g.kind).collect::<Vec<_>>(), [GapKind::Damaged]);
    }
}
