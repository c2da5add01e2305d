//! The parts of a line: its cells and fields, the ornaments around its words, its quotation marks.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::fold::{Fold, fold_char};

/// What parts the cells of a row.
pub(super) const BORDERS: [char; 4] = ['\t', '|', '｜', '│'];
/// Those of them that are not ASCII.
static WIDE_BORDERS: LazyLock<[Finder<'static>; 2]> = LazyLock::new(|| ["｜", "│"].map(Finder::new));
/// Blank characters from which a gap parts two fields.
const FIELD_GAP: usize = 3;
/// Lines among which the nearest that is not blank is looked for.
const NEIGHBOUR_LINES: usize = 4;

/// Where a name breaks into words.
pub(super) fn is_name_separator(c: char) -> bool {
    fold_char(c) == Fold::Gap || "!,，、()（）[]【】〔〕&《》「」{}@;；:：".contains(c)
}

/// The nearest line that is not blank, behind `from` or in front of it.
pub(super) fn neighbour(flat: &str, from: usize, forward: bool) -> (Range<usize>, &str) {
    let mut at = from;
    for _ in 0..NEIGHBOUR_LINES {
        let range = if forward {
            let Some(rest) = flat.get(at + 1..) else { break };
            at + 1..at + 1 + rest.find('\n').unwrap_or(rest.len())
        } else {
            let Some(head) = at.checked_sub(1).and_then(|end| flat.get(..end)) else { break };
            head.rfind('\n').map_or(0, |i| i + 1)..head.len()
        };
        let line = flat.get(range.clone()).unwrap_or_default();
        // The rule below a row of headings is no line.
        if line.chars().any(|c| !c.is_whitespace() && !"|-:+=".contains(c)) {
            return (range, line);
        }
        at = if forward { range.end } else { range.start };
    }
    (from..from, "")
}

/// Whether a line begins with the name of a value, as in data and settings: `level: 机密`, `DESCRIPTION:密级:机密`.
pub(super) fn begins_with_key(line: &str) -> bool {
    let line = line.trim_start().trim_start_matches(['"', '\'']);
    let behind = line.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    let sign = behind.trim_start_matches(['"', '\'']).trim_start();
    behind.len() < line.len()
        && line.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && sign.starts_with([':', '='])
        && !sign.starts_with("://")
}

/// A letter of any script. Nearly all that are asked about are of the first kind, which Unicode's own
/// tables find last.
pub(super) fn is_letter(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c) || c.is_alphabetic()
}

/// `text` without ornaments at both ends: white space, brackets, stars, rules, marks of lists.
/// Sentence punctuation is no ornament.
pub(super) fn core(text: &str) -> &str {
    text.trim_matches(is_ornament)
}

#[rustfmt::skip]
fn is_ornament(c: char) -> bool {
    // Nearly all characters asked about are of these two kinds.
    if c.is_ascii_alphanumeric() || ('\u{4e00}'..='\u{9fff}').contains(&c) {
        return false;
    }
    c.is_whitespace()
        || matches!(
            c,
            ',' | ';' | '(' | ')' | '（' | '）' | '[' | ']' | '［' | '］' | '〔' | '〕' | '【' | '】' | '〖' | '〗'
            | '<' | '>' | '＜' | '＞' | '{' | '}' | '｛' | '｝' | '★' | '☆' | '⭐' | '※' | '*' | '＊' | '✱' | '#'
            | '＃' | '=' | '＝' | '-' | '－' | '—' | '–' | '―' | '_' | '＿' | '|' | '｜' | '~' | '～' | '·' | '•'
            | '●' | '○' | '■' | '□' | '◆' | '◇' | '▲' | '△' | '▶' | '►' | ':' | '：' | '/' | '\\' | '%' | '“' | '”'
            | '"' | '\'' | '`' | '‘' | '’' | '「' | '」'
        )
        || fold_char(c) == Fold::Vanish
}

/// What a quotation or book-title mark does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotation {
    /// It is none.
    None,
    /// It opens or closes.
    Straight,
    Opening,
    Closing,
}

pub(super) fn quotation(c: char) -> Quotation {
    match c {
        '"' | '\'' => Quotation::Straight,
        '“' | '「' | '『' | '‘' | '《' | '〈' => Quotation::Opening,
        '”' | '」' | '』' | '’' | '》' | '〉' => Quotation::Closing,
        _ => Quotation::None,
    }
}

/// What begins a comment behind a line of a program.
pub(super) const COMMENTS: [&str; 4] = ["#", "//", "--", "/*"];

/// How many of [`BORDERS`] a line has.
pub(super) fn count_borders(line: &str) -> usize {
    let bytes = line.as_bytes();
    let narrow = memchr::memchr2_iter(b'\t', b'|', bytes).count();
    let wide: usize = WIDE_BORDERS.iter().map(|border| border.find_iter(bytes).count()).sum();
    narrow + wide
}

/// Widths of a blank that so many in front of a character and the character make; none where it is no blank.
fn blank_run(run: usize, c: char) -> usize {
    match c {
        '\u{3000}' => run + 2,
        _ if c.is_whitespace() => run + 1,
        _ => 0,
    }
}

/// What follows the last wide gap.
pub(super) fn last_field(text: &str) -> &str {
    let mut run = 0;
    for (at, c) in text.char_indices().rev() {
        run = blank_run(run, c);
        if run >= FIELD_GAP {
            return text.get(at + c.len_utf8()..).unwrap_or_default();
        }
    }
    text
}

/// What precedes the first wide gap.
pub(super) fn first_field(text: &str) -> &str {
    let mut run = 0;
    for (at, c) in text.char_indices() {
        run = blank_run(run, c);
        if run >= FIELD_GAP {
            return text.get(..at).unwrap_or_default();
        }
    }
    text
}
