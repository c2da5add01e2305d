//! Plain text: the characters themselves, in whatever encoding, line for line, however many.
//!
//! A text file has no page, so its first lines stand for the top of one and its last lines for the
//! foot. Line numbers are those of the file. A long text is read in pieces, which bounds the memory
//! it takes; each begins with the end of the one before, so that nothing on a border is missed.

use std::borrow::Cow;

use super::Extracted;
use crate::limits::{Budget, Gap, GapKind};
use crate::read::encoding::{self, Decoded};
use crate::read::{bbcode, cells, dxf, escape, subtitles, vcard};
use crate::text::{Align, At, Break, Place, Text, Zone};

/// Lines with text that count as the top of the page.
const HEAD_LINES: usize = 8;
/// Lines with text that count as its foot.
const FOOT_LINES: usize = 3;
/// Columns of white space in front of a line that is centred; an ideographic space has two.
const CENTRE_COLUMNS: usize = 8;
/// Columns of white space in front of a line that is set right.
const RIGHT_COLUMNS: usize = 32;
/// Bytes of a text up to which all of it is read at once: what stands at its head says what the rest is.
const WHOLE_BYTES: usize = 64 << 20;
/// Bytes of a longer text that are read at once.
const PIECE_BYTES: usize = 1 << 20;
/// Bytes of text that a piece shares with the one before it: half of it is context for the former's
/// end, half for the latter's beginning.
const OVERLAP_BYTES: usize = 64 << 10;
/// Bytes in front of the end of a piece in which a place to cut is looked for.
const CUT_BYTES: usize = 64 << 10;

/// What is left of a text that is read piece by piece, and what the pieces before leave to it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rest {
    /// Bytes of the file that have been read.
    read: usize,
    /// The end of the text that was read, which the next piece begins with.
    overlap: String,
    /// Bytes of the overlap in which what begins has been told.
    told: usize,
    /// Line ends in front of the overlap, and characters behind the last of them.
    before: (usize, usize),
    /// The text so far ends in the first half of a line end.
    half_line_end: bool,
    /// Kinds of gaps that have been recorded: one of each kind is enough.
    gaps: Vec<GapKind>,
}

/// Reads what comes next of a document of this format: all of it where it is no long one.
pub(super) fn extract(bytes: &[u8], rest: Rest, budget: &mut Budget) -> Extracted {
    let end = if bytes.len() <= WHOLE_BYTES { bytes.len() } else { piece_end(bytes, rest.read) };
    read_to(end, bytes, rest, budget)
}

/// Reads on to the byte `end`.
fn read_to(end: usize, bytes: &[u8], rest: Rest, budget: &mut Budget) -> Extracted {
    let Decoded { mut best, guessed, others } = encoding::decode(&piece(bytes, rest.read, end));
    if let Some(text) = escape::unescaped(&best.text) {
        best.text = text;
    }
    if let Some(text) = escape::referenced(&best.text) {
        best.text = text;
    }
    if let Some(text) =
        vcard::read(&best.text).or_else(|| carried(&best.text)).or_else(|| cells::read(&best.text))
    {
        best.text = text;
    }
    let is_last = end == bytes.len();
    let mut gaps: Vec<Gap> = best.gap().into_iter().collect();
    let new = line_ends(&best.text);
    let new = if rest.half_line_end { new.strip_prefix('\n').unwrap_or(&new) } else { &new };
    let text = if rest.overlap.is_empty() { new } else { &(rest.overlap + new) };
    let mut laid = lay_out(text, rest.before, rest.read == 0, is_last);
    laid.guessed = guessed;

    let mut alternatives = Vec::new();
    let behind = after(rest.before, text.get(..text.len() - new.len()).unwrap_or_default());
    for other in others {
        if other.text.len() > budget.text {
            let detail = format!("reading as {}: {} bytes of text", other.encoding, budget.limits.text);
            gaps.push(Gap::new(GapKind::Limit, detail));
            continue;
        }
        budget.text -= other.text.len();
        let text = carried(&other.text).unwrap_or(other.text);
        let mut other = lay_out(&line_ends(&text), behind, rest.read == 0, is_last);
        other.guessed = true;
        alternatives.push(other);
    }
    gaps.retain(|gap| !rest.gaps.contains(&gap.kind));

    if is_last && rest.read > 0 {
        laid.set_own(rest.told..usize::MAX);
    }
    let rest = (!is_last).then(|| {
        let told = border(text, OVERLAP_BYTES / 2).max(rest.told);
        let overlap = border(text, OVERLAP_BYTES).min(told);
        laid.set_own(rest.told..told);
        Rest {
            read: end,
            before: after(rest.before, text.get(..overlap).unwrap_or_default()),
            overlap: text.get(overlap..).unwrap_or_default().to_owned(),
            told: told - overlap,
            half_line_end: best.text.ends_with('\r'),
            gaps: [rest.gaps, gaps.iter().map(|gap| gap.kind).collect()].concat(),
        }
    });
    Extracted { text: laid, alternatives, gaps, rest, ..Extracted::default() }
}

/// The texts that a drawing, subtitles or a page of a board carry; `None` when it is none of them.
fn carried(text: &str) -> Option<String> {
    dxf::read(text).or_else(|| subtitles::read(text)).or_else(|| bbcode::read(text))
}

/// Where the piece ends that starts at `start`: where lines do, if those are short, and never inside
/// a character.
fn piece_end(bytes: &[u8], start: usize) -> usize {
    let most = start + PIECE_BYTES;
    if bytes.len() <= most + PIECE_BYTES / 2 {
        return bytes.len();
    }
    let sample = piece(bytes, start, start + CUT_BYTES);
    let tail = bytes.get(most - CUT_BYTES..most).unwrap_or_default();
    let encoding = encoding::decode(&sample).best.encoding;
    if encoding.starts_with("utf-16") {
        let (units, _) = tail.as_chunks::<2>();
        let behind = units.iter().rev().position(|unit| matches!(unit, [b'\n', 0] | [0, b'\n']));
        return most - 2 * behind.unwrap_or(0);
    }
    if let Some(at) = tail.iter().rposition(|&byte| byte == b'\n') {
        return most - tail.len() + at + 1;
    }
    // No byte below the digits is part of a longer character, in any encoding. Without one, those of
    // Chinese encodings have two bytes each.
    match tail.iter().rposition(|&byte| byte < b'0') {
        Some(at) => most - tail.len() + at,
        None if encoding == "utf-8" => {
            let lead = tail.iter().rev().take(4).position(|&byte| byte & 0xc0 != 0x80);
            most - lead.map_or(0, |back| back + 1)
        }
        None => most,
    }
}

/// The bytes of a piece; those of UTF-16 with the mark that the file begins with.
fn piece(bytes: &[u8], start: usize, end: usize) -> Cow<'_, [u8]> {
    let piece = bytes.get(start..end).unwrap_or_default();
    match bytes.get(..2) {
        Some(mark @ ([0xff, 0xfe] | [0xfe, 0xff])) if start > 0 => [mark, piece].concat().into(),
        _ => piece.into(),
    }
}

/// Where to part a text so that about `bytes` of it are behind: between lines, if those are short.
fn border(text: &str, bytes: usize) -> usize {
    let at = text.floor_char_boundary(text.len().saturating_sub(bytes));
    let near = text.get(at..text.floor_char_boundary(at + bytes / 2)).unwrap_or_default();
    near.find('\n').map_or(at, |line_end| at + line_end + 1)
}

/// Line ends, and characters behind the last of them, with those of `text` behind others.
fn after((lines, chars): (usize, usize), text: &str) -> (usize, usize) {
    match text.rsplit_once('\n') {
        Some((before, last)) => (lines + before.matches('\n').count() + 1, last.chars().count()),
        None => (lines, chars + text.chars().count()),
    }
}

/// The text with one kind of line end.
fn line_ends(text: &str) -> Cow<'_, str> {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() }
}

/// The whole of a text, laid out as the lines of a page.
pub(super) fn laid(text: &str) -> Text {
    lay_out(text, (0, 0), true, true)
}

/// Cuts the text into head, middle and foot, as far as it has them; `before` are the line ends in
/// front of it and the characters behind the last of them.
fn lay_out(text: &str, before: (usize, usize), has_head: bool, has_foot: bool) -> Text {
    let mut laid = Text::behind(before.0, before.1);
    let at = At::new(Place::Body).parted(Break::Line);
    let mut rest = text;
    for _ in 0..if has_head { HEAD_LINES } else { 0 } {
        let (line, behind) = first_line(rest);
        push_line(&mut laid, at, line, true);
        rest = behind;
    }
    let mut foot = Vec::new();
    for _ in 0..if has_foot { FOOT_LINES } else { 0 } {
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
        extract(bytes, Rest::default(), &mut Budget::new(&Limits::default()))
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
        assert_eq!(read("&amp;#26426; %E6".as_bytes()).text.as_str(), "&amp;#26426; %E6");
        assert_eq!(read("&#38;#26426;".as_bytes()).text.as_str(), "&#38;#26426;");
        assert_eq!(read(b"\n \r\n").text.as_str(), "");
    }

    #[test]
    fn much_that_is_undecodable_is_a_gap() {
        let good = "关于进一步加强网站信息发布审查工作的通知\n".repeat(10);
        assert_eq!(read(&[good.as_bytes(), b"\xff"].concat()).gaps, []);
        let broken = [good.as_bytes(), &b"\xff ".repeat(20)].concat();
        assert_eq!(read(&broken).gaps.iter().map(|g| g.kind).collect::<Vec<_>>(), [GapKind::Damaged]);
    }

    /// All pieces of a text, each with where its own text stands in it.
    fn pieces(bytes: &[u8]) -> Vec<Text> {
        let mut budget = Budget::new(&Limits::default());
        let mut rest = Some(Rest::default());
        let mut pieces = Vec::new();
        while let Some(more) = rest {
            let read = read_to(piece_end(bytes, more.read), bytes, more, &mut budget);
            assert_eq!((read.gaps, read.alternatives.len()), (Vec::new(), 0));
            rest = read.rest;
            pieces.push(read.text);
        }
        pieces
    }

    #[test]
    fn the_pieces_of_a_long_text_are_the_text_with_its_lines_and_columns() {
        let lines = |end: &str| -> String {
            (0..300_000).map(|n| format!("第{n}条　各单位应当严格遵守{end}")).collect()
        };
        let run = "关于进一步加强网站信息发布审查工作的通知".repeat(PIECE_BYTES / 24);
        for (name, text) in
            [("lines", lines("\n")), ("two", lines("\r\n")), ("run", run.clone()), ("old", lines("\r"))]
        {
            let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            let marked: Vec<u8> =
                format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
            let gbk = encoding_rs::GB18030.encode(&text).0.into_owned();
            let text = line_ends(&text).into_owned();
            for (encoding, bytes) in
                [("utf-8", text.as_bytes()), ("be", &utf16), ("le", &marked), ("gbk", &gbk)]
            {
                let pieces = pieces(bytes);
                assert!(pieces.len() > 1, "{name} {encoding}");
                let own: String = pieces.iter().map(|piece| &piece.as_str()[piece.own()]).collect();
                assert!(own.trim_end() == text.trim_end(), "{name} {encoding}");
                let mut line_ends = 0;
                let mut column = 0;
                for piece in &pieces {
                    let own = piece.own();
                    let at = piece.location(own.start).unwrap();
                    assert_eq!(
                        (at.line.get(), at.column.get()),
                        (line_ends + 1, column + 1),
                        "{name} {encoding}"
                    );
                    let told = &piece.as_str()[own];
                    line_ends += u32::try_from(told.matches('\n').count()).unwrap();
                    let last = told.rsplit('\n').next().unwrap().chars().count();
                    column = u32::try_from(last).unwrap() + if told.contains('\n') { 0 } else { column };
                }
            }
        }
    }

    #[test]
    fn pieces_overlap_by_more_than_a_mark() {
        let run = "关于进一步加强网站信息发布审查工作的通知".repeat(PIECE_BYTES / 24);
        let pieces = pieces(run.as_bytes());
        for pair in pieces.windows(2) {
            assert!(pair[0].len() - pair[0].own().end >= OVERLAP_BYTES / 2 - 4);
            assert!(pair[1].own().start >= OVERLAP_BYTES / 2 - 4);
        }
    }
}
