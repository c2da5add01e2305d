//! Files that nothing here understands: searched for strings in five encodings.
//!
//! The file as a whole stays a gap. What reads like a language is still text, as a guess: a mark
//! with its period, or a long warning, can't be there by chance. GB18030, Big5 and UTF-16 are read
//! from both even and odd offsets, since nobody says where a character starts; only characters that
//! are common in writing make a string, since by chance any two bytes are some character.

use std::sync::LazyLock;

use encoding_rs::{BIG5, Encoding, GB18030};

use super::Extracted;
use crate::filetype::FileType;
use crate::limits::{Budget, Gap, GapKind};
use crate::read::encoding;
use crate::text::{At, Place, Text};

/// Bytes of a file that are searched.
const SEARCHED_BYTES: usize = 64 << 20;
/// Inflated bytes that one searched byte costs.
const SEARCH_COST: u64 = 2;
/// Common ideographs that make a string.
const IDEOGRAPHS: usize = 3;
/// Letters that make a string.
const LETTERS: usize = 6;
/// Bytes of one string; longer ones are cut.
const STRING_BYTES: usize = 64 << 10;

/// Reads what can be told of a file of unknown kind.
pub(super) fn extract(bytes: &[u8], file_type: FileType, budget: &mut Budget) -> Extracted {
    let mut extracted = Extracted::default();
    extracted.gaps.push(Gap::new(GapKind::Unsupported, file_type.as_str()));
    // Searching costs as much as inflating a few times as much.
    let left = usize::try_from(budget.inflated / SEARCH_COST).unwrap_or(usize::MAX);
    let searched = bytes.get(..SEARCHED_BYTES.min(left)).unwrap_or(bytes);
    budget.spend_inflated(searched.len() as u64 * SEARCH_COST);
    if searched.len() < bytes.len() {
        let detail = format!("strings: more than {} bytes", searched.len());
        extracted.gaps.push(Gap::new(GapKind::Limit, detail));
    }
    let mut strings = Strings::new(LETTERS, budget);
    utf8(searched, &mut strings);
    let mut full = strings.full;
    extracted.text = strings.text;
    for coding in [Coding::Gb, Coding::Big5, Coding::Little, Coding::Big] {
        let is_wide = matches!(coding, Coding::Little | Coding::Big);
        let mut strings = Strings::new(if is_wide { LETTERS } else { usize::MAX }, budget);
        wide(searched, coding, &mut strings);
        full |= strings.full;
        if !strings.text.is_empty() {
            extracted.alternatives.push(strings.text);
        }
    }
    if full {
        extracted.gaps.push(Gap::new(GapKind::Limit, format!("{} bytes of text", budget.limits.text)));
    }
    extracted
}

/// A string that may still grow.
#[derive(Debug, Default, Clone)]
struct Run {
    chars: String,
    ideographs: usize,
    letters: usize,
}

impl Run {
    fn push(&mut self, c: char, kind: Kind) {
        self.ideographs += usize::from(kind == Kind::Ideograph);
        self.letters += usize::from(kind == Kind::Letter);
        self.chars.push(c);
    }

    fn clear(&mut self) {
        self.chars.clear();
        (self.ideographs, self.letters) = (0, 0);
    }
}

/// What a character counts for in a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Ideograph,
    Letter,
    Sign,
}

impl Kind {
    /// `None` for what ends a string.
    fn of(c: char) -> Option<Self> {
        match c {
            'A'..='Z' | 'a'..='z' => Some(Self::Letter),
            ' '..='~' | '\t' => Some(Self::Sign),
            '\u{3000}'..='\u{301f}' | '\u{ff01}'..='\u{ff5e}' | '\u{2010}'..='\u{2026}' => Some(Self::Sign),
            '★' | '☆' | '·' => Some(Self::Sign),
            _ if encoding::is_common(c) => Some(Self::Ideograph),
            _ => None,
        }
    }
}

/// The strings of one reading, one a paragraph.
struct Strings<'b> {
    text: Text,
    /// Letters alone make a string. Where they are ASCII, another reading has them already.
    letters: usize,
    full: bool,
    budget: &'b mut Budget,
}

impl<'b> Strings<'b> {
    fn new(letters: usize, budget: &'b mut Budget) -> Self {
        let mut text = Text::new();
        text.guessed = true;
        Self { text, letters, full: false, budget }
    }

    fn end(&mut self, run: &mut Run) {
        if run.ideographs < IDEOGRAPHS && run.letters < self.letters {
            return run.clear();
        }
        match self.budget.text.checked_sub(run.chars.len()) {
            Some(left) => {
                self.budget.text = left;
                self.text.push(At::new(Place::Body), &run.chars);
            }
            None => self.full = true,
        }
        run.clear();
    }
}

/// UTF-8 and ASCII.
fn utf8(bytes: &[u8], strings: &mut Strings<'_>) {
    let mut run = Run::default();
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match Kind::of(c).filter(|_| run.chars.len() < STRING_BYTES) {
                Some(kind) => run.push(c, kind),
                None if run.chars.is_empty() => {}
                None => strings.end(&mut run),
            }
        }
        if !chunk.invalid().is_empty() {
            strings.end(&mut run);
        }
    }
    strings.end(&mut run);
}

/// An encoding with characters of two bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    Gb,
    Big5,
    Little,
    Big,
}

impl Coding {
    /// The character at the start of two bytes, and how many it takes.
    fn first(self, pair: [u8; 2]) -> Option<(char, usize)> {
        let (c, length) = match self {
            Self::Little => (char::from_u32(u32::from(u16::from_le_bytes(pair))), 2),
            Self::Big => (char::from_u32(u32::from(u16::from_be_bytes(pair))), 2),
            // Letters between ideographs are mostly chance; a mark needs digits and signs.
            _ if pair[0].is_ascii() => (Some(char::from(pair[0])).filter(|c| is_aside(*c)), 1),
            Self::Gb => (PAIRS.gb.of(pair), 2),
            Self::Big5 => (PAIRS.big5.of(pair), 2),
        };
        Some((c?, length))
    }
}

/// Whether a sign of one byte may stand between ideographs.
fn is_aside(c: char) -> bool {
    matches!(c, '0'..='9' | ' ' | '*' | '.' | ',' | ':' | ';' | '-' | '_' | '(' | ')' | '[' | ']' | '<' | '>')
        || matches!(c, '/' | '%' | '#')
}

/// Reads two-byte characters from every offset at once: at each, the best string that ends there
/// goes on, or a new one starts.
fn wide(bytes: &[u8], coding: Coding, strings: &mut Strings<'_>) {
    // The strings that end at the offset, behind it, and one further.
    let (mut here, mut next, mut later) = (Run::default(), Run::default(), Run::default());
    for pair in bytes.windows(2).filter_map(|pair| pair.first_chunk::<2>()) {
        let first = coding.first(*pair).and_then(|(c, length)| Some((c, length, Kind::of(c)?)));
        // Most of a file is no text in most encodings.
        if first.is_none() && [&here, &next, &later].iter().all(|run| run.chars.is_empty()) {
            continue;
        }
        match first.filter(|_| here.chars.len() < STRING_BYTES) {
            Some((c, length, kind)) => {
                here.push(c, kind);
                let end = if length == 1 { &mut next } else { &mut later };
                if end.ideographs <= here.ideographs {
                    std::mem::swap(end, &mut here);
                }
                strings.end(&mut here);
            }
            None if here.chars.is_empty() => {}
            None => strings.end(&mut here),
        }
        std::mem::swap(&mut here, &mut next);
        std::mem::swap(&mut next, &mut later);
    }
    for run in [&mut here, &mut next, &mut later] {
        strings.end(run);
    }
}

/// The characters that two bytes stand for, the first of which is not ASCII.
struct Table(Vec<Option<char>>);

impl Table {
    fn new(encoding: &'static Encoding) -> Self {
        let pairs = (0x80..=0xff_u8).flat_map(|first| (0..=0xff_u8).map(move |second| [first, second]));
        Self(
            pairs
                .map(|pair| {
                    let text = encoding.decode_without_bom_handling_and_without_replacement(&pair)?;
                    let mut chars = text.chars();
                    chars.next().filter(|_| chars.next().is_none())
                })
                .collect(),
        )
    }

    fn of(&self, [first, second]: [u8; 2]) -> Option<char> {
        *self.0.get(usize::from(first & 0x7f) << 8 | usize::from(second))?
    }
}

struct Pairs {
    gb: Table,
    big5: Table,
}

static PAIRS: LazyLock<Pairs> = LazyLock::new(|| Pairs { gb: Table::new(GB18030), big5: Table::new(BIG5) });

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    /// Bytes that look like a program: every value, in no order.
    fn noise(length: u32, seed: u32) -> Vec<u8> {
        let mut state = u64::from(seed);
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 53).to_le_bytes()[0]
        };
        (0..length).map(|_| next()).collect()
    }

    fn read(bytes: &[u8]) -> Extracted {
        extract(bytes, FileType::Unknown, &mut Budget::new(&Limits::default()))
    }

    fn all(extracted: &Extracted) -> String {
        let texts = std::iter::once(&extracted.text).chain(&extracted.alternatives);
        texts.map(|text| format!("{}\n", text.as_str())).collect()
    }

    #[test]
    fn strings_are_found_in_every_encoding_at_every_offset() {
        let text = "机密★20年，不得外传";
        let encoded: [Vec<u8>; 4] = [
            text.as_bytes().to_vec(),
            GB18030.encode(text).0.into_owned(),
            text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        ];
        for bytes in &encoded {
            for offset in 5000..5004 {
                let file = [noise(offset, 7), bytes.clone(), noise(777, 3)].concat();
                assert!(all(&read(&file)).contains(text), "{offset} {bytes:?}");
            }
        }
        let traditional = "機密★20年，不得外傳";
        let file = [noise(5001, 7), BIG5.encode(traditional).0.into_owned(), noise(77, 3)].concat();
        assert!(all(&read(&file)).contains(traditional));
        assert!(read(&file).text.guessed);
        assert!(all(&read(b"\x00\x01TOP SECRET\x02\x00")).contains("TOP SECRET"));
    }

    #[test]
    fn noise_makes_few_strings_and_the_file_stays_unread() {
        let read = read(&noise(1 << 20, 1));
        let found = all(&read).len();
        assert!(found < 60_000, "{found}");
        assert_eq!(read.gaps, [Gap::new(GapKind::Unsupported, "unknown")]);
    }
}
