//! Folding: what certainly is the same character becomes the same character, with a map back.
//!
//! Width, case, compatibility forms, Kangxi and CJK radicals, traditional characters and lookalike
//! letters fold to one form; characters without a shape (zero width, bidi controls, variation
//! selectors, combining marks) vanish; white space and separators vanish too, so that 绝 密 and
//! 绝*密 match the term 绝密. What vanished is still there in the original, and the judge looks at
//! it. Equivalences that are only likely (OCR confusions,
//! synonyms) are not folded; they are terms of their own.
//!
//! The table is data/fold/fold.txt, made by the program beside it.

use std::borrow::Cow;
use std::sync::LazyLock;

const TABLE: &str = include_str!("../data/fold/fold.txt");

/// Code points in one page of the table.
const PAGE: usize = 256;
/// Pages that the code space of Unicode has.
const PAGES: usize = 0x11_0000 / PAGE;
/// Code points of the basic plane.
const PLANE: usize = 0x1_0000;
/// Values from here on are not characters; below, they are the folded character itself.
const VANISH: u32 = 0x11_0000;
/// A gap: white space or a separator.
const GAP: u32 = VANISH + 1;
/// Values from here on index `Table::sequences`.
const SEQUENCE: u32 = VANISH + 2;

struct Table {
    /// Index into `pages` for each page of 256 code points.
    index: Vec<u16>,
    pages: Vec<[u32; PAGE]>,
    sequences: Vec<String>,
    /// A bit for each code point of the basic plane, 64 in a row: whether it is a letter or digit that
    /// folds to another, or has no shape.
    letters: Box<[u64; PLANE / 64]>,
}

/// The letter or digit that `value` of the table is, where `from` becomes it and is another. ASCII stays
/// as it is.
fn letter(from: char, value: u32) -> Option<char> {
    char::from_u32(value).filter(|&letter| letter != from && !from.is_ascii() && letter.is_alphanumeric())
}

/// What one character becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fold {
    /// A character, perhaps the same.
    Char(char),
    /// Several characters (⑩ is 10).
    Sequence(&'static str),
    /// White space or a separator: skipped, but counted as a gap.
    Gap,
    /// No shape at all: skipped.
    Vanish,
}

/// Separators that people put between the characters of a word. Sentence punctuation is not among
/// them: 司机。密集 is two words. What stands for a character that nobody knows is, since a page shows a
/// box there.
const SEPARATORS: &str = "\u{fffd}·•・‧∙⋅.．-‐‑‒–—―−_＿*＊∗|｜/／\\＼~～+＋=＝^`'’‘#＃…¦□■█▇▓▒░◻◼";

static FOLDS: LazyLock<Table> = LazyLock::new(Table::load);

impl Table {
    fn load() -> Self {
        let mut table = Self {
            index: vec![u16::MAX; PAGES],
            pages: Vec::new(),
            sequences: Vec::new(),
            letters: Box::new([0; PLANE / 64]),
        };
        for line in TABLE.lines() {
            let Some((from, to)) = line.split_once('\t') else { continue };
            let (Some(from), Some(first)) = (from.chars().next(), to.chars().next()) else { continue };
            let value = if SEPARATORS.contains(to) {
                GAP
            } else if to.len() == first.len_utf8() {
                u32::from(first)
            } else {
                table.sequences.push(to.to_owned());
                SEQUENCE + u32::try_from(table.sequences.len() - 1).unwrap_or(0)
            };
            table.set(from, value);
        }
        for upper in 'A'..='Z' {
            table.set(upper, u32::from(upper.to_ascii_lowercase()));
        }
        // The letters of Hanyu Pinyin with their tones, each in one code point.
        for lower in "āáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜê".chars() {
            lower.to_uppercase().for_each(|upper| table.set(upper, u32::from(lower)));
        }
        for separator in SEPARATORS.chars() {
            table.set(separator, GAP);
        }
        for code in 0..0x1_0000 {
            if let Some(c) = char::from_u32(code)
                && (c.is_whitespace() || (c.is_control() && c != '\u{7f}'))
            {
                table.set(c, GAP);
            }
        }
        for range in SHAPELESS {
            for code in range.0..=range.1 {
                if let Some(c) = char::from_u32(code) {
                    table.set(c, VANISH);
                }
            }
        }
        table
    }

    fn set(&mut self, from: char, value: u32) {
        let code = from as usize;
        let slot = &mut self.index[code / PAGE];
        if *slot == u16::MAX {
            *slot = u16::try_from(self.pages.len()).unwrap_or(0);
            let base = u32::try_from(code / PAGE * PAGE).unwrap_or(0);
            let mut page = [0; PAGE];
            for (value, same) in page.iter_mut().zip(base..) {
                *value = same;
            }
            self.pages.push(page);
        }
        self.pages[usize::from(*slot)][code % PAGE] = value;
        if let Some(word) = self.letters.get_mut(code / 64) {
            let bit = 1 << (code % 64);
            if value == VANISH || letter(from, value).is_some() { *word |= bit } else { *word &= !bit }
        }
    }

    #[inline]
    fn get(&self, c: char) -> u32 {
        let code = c as usize;
        match self.index.get(code / PAGE).and_then(|&slot| self.pages.get(usize::from(slot))) {
            Some(page) => page[code % PAGE],
            None => u32::from(c),
        }
    }
}

impl Table {
    /// Bytes of a text up to its first character that may not stay among letters. Reads UTF-8 by its bytes, so
    /// that the many characters that stay cost next to nothing.
    fn kept(&self, text: &[u8]) -> usize {
        let stays = |code: usize| self.letters[code / 64] >> (code % 64) & 1 == 0;
        let mut at = 0;
        loop {
            match text.get(at..) {
                Some([..0x7f, ..]) => at += 1,
                Some([a @ 0xe0..0xf0, b, c, ..])
                    if stays(
                        usize::from(a & 0xf) << 12 | usize::from(b & 0x3f) << 6 | usize::from(c & 0x3f),
                    ) =>
                {
                    at += 3;
                }
                Some([a @ 0xc0..0xe0, b, ..])
                    if stays(usize::from(a & 0x1f) << 6 | usize::from(b & 0x3f)) =>
                {
                    at += 2;
                }
                _ => return at,
            }
        }
    }

    /// What a value of the table stands for.
    fn meaning(&'static self, value: u32) -> Fold {
        match value {
            VANISH => Fold::Vanish,
            GAP => Fold::Gap,
            _ => match char::from_u32(value) {
                Some(c) => Fold::Char(c),
                None => match self.sequences.get((value - SEQUENCE) as usize) {
                    Some(sequence) => Fold::Sequence(sequence),
                    None => Fold::Vanish,
                },
            },
        }
    }
}

/// Code points without a shape of their own: soft hyphen, joiners, zero-width and bidi controls,
/// combining marks, variation selectors, fillers, tags.
const SHAPELESS: [(u32, u32); 17] = [
    (0x7f, 0x7f),
    (0xad, 0xad),
    (0x300, 0x36f),
    (0x61c, 0x61c),
    (0x115f, 0x1160),
    (0x17b4, 0x17b5),
    (0x180b, 0x180f),
    (0x1ab0, 0x1aff),
    (0x200b, 0x200f),
    (0x202a, 0x202e),
    (0x2060, 0x206f),
    (0x20d0, 0x20ff),
    (0x3164, 0x3164),
    (0xfe00, 0xfe0f),
    (0xfeff, 0xfeff),
    (0xfff0, 0xfffb),
    (0xe_0000, 0xe_0fff),
];

/// What `c` becomes.
#[inline]
pub fn fold_char(c: char) -> Fold {
    let table = &*FOLDS;
    let value = table.get(c);
    if value == u32::from(c) { Fold::Char(c) } else { table.meaning(value) }
}

/// Text whose letters and digits are folded, one character for one, and whose everything else is
/// kept, so that patterns see lines and punctuation: 拟任免⼈选 becomes 拟任免人选. ASCII stays as it
/// is. With the way back.
#[derive(Debug)]
pub struct Letters<'a> {
    /// The folded text, the original itself where nothing folds.
    text: Cow<'a, str>,
    /// Where the distance between a folded character and its original becomes another: the offsets
    /// of the two, both in order.
    shifts: Vec<(usize, usize)>,
}

impl<'a> Letters<'a> {
    /// Folds `text`.
    pub fn new(text: &'a str) -> Self {
        let table = &*FOLDS;
        let mut folded = String::new();
        let mut shifts = Vec::new();
        let mut copied = 0;
        let mut end = 0;
        loop {
            let at = end + table.kept(text.as_bytes().get(end..).unwrap_or_default());
            let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
            end = at + c.len_utf8();
            let value = table.get(c);
            let letter = letter(c, value);
            if value != VANISH && letter.is_none() {
                continue;
            }
            // Most characters stay: they are copied together with those before and behind.
            folded.push_str(text.get(copied..at).unwrap_or_default());
            copied = end;
            folded.extend(letter);
            if letter.map_or(0, char::len_utf8) != c.len_utf8() {
                shifts.push((folded.len(), copied));
            }
        }
        if copied == 0 {
            return Self { text: Cow::Borrowed(text), shifts };
        }
        folded.push_str(text.get(copied..).unwrap_or_default());
        Self { text: Cow::Owned(folded), shifts }
    }

    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where the character began that begins at `folded`.
    pub fn original(&self, folded: usize) -> usize {
        // Of several characters without a shape in a row the last tells.
        let before = self.shifts.partition_point(|shift| shift.0 <= folded).checked_sub(1);
        let (from, to) = before.and_then(|at| self.shifts.get(at)).copied().unwrap_or_default();
        to + (folded - from)
    }

    /// Where the character begins that began at `original`, or the one behind it, where that has no
    /// shape.
    pub fn folded(&self, original: usize) -> usize {
        let before = self.shifts.partition_point(|shift| shift.1 <= original).checked_sub(1);
        let (from, to) = before.and_then(|at| self.shifts.get(at)).copied().unwrap_or_default();
        let end = self.shifts.get(before.map_or(0, |at| at + 1)).map_or(self.text.len(), |shift| shift.0);
        (from + (original - to)).min(end)
    }
}

/// Bytes of an address of the web.
const ADDRESS_BYTES: usize = 120;

/// The length in bytes of the web address that `text` begins with, white space around it included.
pub fn web_address(text: &str) -> Option<usize> {
    let head = text.trim_start();
    let blank = text.len() - head.len();
    let of_address = |b: u8| b.is_ascii_alphanumeric() || b"./:_-?=&%#~+@".contains(&b);
    let len = head.bytes().take(ADDRESS_BYTES).take_while(|&b| of_address(b)).count();
    let address = head.as_bytes().get(..len)?;
    let begins = |with: &[u8]| address.get(..with.len()).is_some_and(|a| a.eq_ignore_ascii_case(with));
    let holds = |part: &[u8]| {
        // Not at its very beginning.
        address.windows(part.len()).skip(1).any(|a| a.eq_ignore_ascii_case(part))
    };
    let is_address = begins(b"www.")
        || begins(b"http://")
        || begins(b"https://")
        || address.contains(&b'.')
            && [".com", ".cn", ".net", ".org", ".gov", ".edu"].iter().any(|end| holds(end.as_bytes()));
    let rest = head.get(len..)?;
    (is_address).then(|| blank + len + (rest.len() - rest.trim_start_matches(' ').len()))
}

/// The folded form of a term or a short text.
pub fn fold(text: &str) -> String {
    let table = &*FOLDS;
    let mut folded = String::with_capacity(text.len());
    let mut copied = 0;
    for (at, c) in text.char_indices() {
        let value = table.get(c);
        if value == u32::from(c) {
            continue;
        }
        // Most characters stay: they are copied together with those before and behind.
        folded.push_str(text.get(copied..at).unwrap_or_default());
        copied = at + c.len_utf8();
        match table.meaning(value) {
            Fold::Char(c) => folded.push(c),
            Fold::Sequence(sequence) => folded.push_str(sequence),
            Fold::Gap | Fold::Vanish => {}
        }
    }
    folded.push_str(text.get(copied..).unwrap_or_default());
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certain_equivalences_meet() {
        for (disguised, plain) in [
            ("絕密", "绝密"),
            ("機密", "机密"),
            ("祕密", "秘密"),
            ("內部資料", "内部资料"),
            ("⼯作秘密", "工作秘密"),
            ("⽂件", "文件"),
            ("⻚", "页"),
            ("ＴＯＰ　ＳＥＣＲＥＴ", "topsecret"),
            ("绝\u{200b}\u{feff}密", "绝密"),
            ("\u{202e}机\u{2066}密\u{202c}", "机密"),
            ("机\u{336}密\u{336}", "机密"),
            ("绝 密", "绝密"),
            ("秘　密", "秘密"),
            ("绝*密", "绝密"),
            ("ЅЕСRET", "secret"),
            ("密级：", "密级:"),
            ("１０年", "10年"),
            ("⑩年", "10年"),
            ("绝－密", "绝密"),
            ("内□□料", "内料"),
        ] {
            assert_eq!(fold(disguised), plain, "{disguised}");
        }
    }

    #[test]
    fn letters_fold_where_lines_are_kept() {
        let letters = Letters::new("擬任免⼈選：\nＡ１ Ab\u{200b}c");
        assert_eq!(letters.as_str(), "拟任免人选：\na1 Abc");
        let kept = Letters::new("A1，甲乙\n丙");
        assert!(matches!(kept.text, Cow::Borrowed(_)) && kept.shifts.is_empty());
    }

    #[test]
    fn stars_and_sentence_punctuation_stay() {
        assert_eq!(fold("机密★20年"), "机密★20年");
        assert_eq!(fold("司机。密集"), "司机。密集");
        assert_eq!(fold("绝密、机密"), "绝密、机密");
    }

    #[test]
    fn every_folded_letter_leads_back() {
        let texts = [
            "",
            "甲 絕\u{200b}密⑩",
            "é甲𠮷 x",
            "１２Ａ-ｂ",
            "⼈\u{200b}",
            "\u{200b}\u{200b}１\u{feff}２\u{7f}絕x",
        ];
        for original in texts {
            let letters = Letters::new(original);
            // The characters that have a shape, one for one.
            let shown: Vec<usize> = original
                .char_indices()
                .filter(|(_, c)| fold_char(*c) != Fold::Vanish)
                .map(|(at, _)| at)
                .collect();
            let folded: Vec<usize> = letters.as_str().char_indices().map(|(at, _)| at).collect();
            assert_eq!(folded.len(), shown.len(), "{original}");
            for (&folded, &shown) in folded.iter().zip(&shown) {
                assert_eq!(letters.original(folded), shown, "{original}");
                assert_eq!(letters.folded(shown), folded, "{original}");
            }
            assert_eq!(letters.folded(original.len()), letters.as_str().len(), "{original}");
        }
    }

    #[test]
    fn addresses_of_the_web() {
        for (text, address) in [
            ("www.example.com资料", "www.example.com"),
            (" HTTP://a.example/b?c=1 资料", " HTTP://a.example/b?c=1 "),
            ("a.CN", "a.CN"),
            (".com", ""),
            ("abc资料", ""),
        ] {
            let wanted = Some(address.len()).filter(|len| *len > 0);
            assert_eq!(web_address(text), wanted, "{text}");
        }
    }
}
