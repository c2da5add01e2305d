//! Folding: what certainly is the same character becomes the same character, with a map back.
//!
//! Width, case, compatibility forms, Kangxi and CJK radicals, traditional characters and lookalike
//! letters fold to one form; characters without a shape (zero width, bidi controls, variation
//! selectors, combining marks) vanish; white space and separators vanish too, so that 绝 密 and
//! 绝*密 match the term 绝密. What vanished is still there in the original: [`Folded::offsets`]
//! leads back to it, and the judge looks at it. Equivalences that are only likely (OCR confusions,
//! synonyms) are not folded; they are terms of their own.
//!
//! The table is data/fold/fold.txt, made by the program beside it.

use std::sync::LazyLock;

const TABLE: &str = include_str!("../data/fold/fold.txt");

/// Code points in one page of the table.
const PAGE: usize = 256;
/// Pages that the code space of Unicode has.
const PAGES: usize = 0x11_0000 / PAGE;
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
/// them: 司机。密集 is two words.
const SEPARATORS: &str = "·•・‧∙⋅.．-‐‑‒–—―−_＿*＊∗|｜/／\\＼~～+＋=＝^`'’‘#＃…¦□■█▇▓▒░◻◼";

static FOLDS: LazyLock<Table> = LazyLock::new(Table::load);

impl Table {
    fn load() -> Self {
        let mut table = Self { index: vec![u16::MAX; PAGES], pages: Vec::new(), sequences: Vec::new() };
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
    }

    fn get(&self, c: char) -> u32 {
        let code = c as usize;
        match self.index.get(code / PAGE).and_then(|&slot| self.pages.get(usize::from(slot))) {
            Some(page) => page[code % PAGE],
            None => u32::from(c),
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
pub fn fold_char(c: char) -> Fold {
    let value = FOLDS.get(c);
    match value {
        VANISH => Fold::Vanish,
        GAP => Fold::Gap,
        _ => match char::from_u32(value) {
            Some(c) => Fold::Char(c),
            None => match FOLDS.sequences.get((value - SEQUENCE) as usize) {
                Some(sequence) => Fold::Sequence(sequence),
                None => Fold::Vanish,
            },
        },
    }
}

/// Folded text with the way back. Reused from chunk to chunk.
#[derive(Debug, Default)]
pub struct Folded {
    /// The folded text.
    pub text: String,
    /// For each byte of `text`: the byte offset of the original character it came from, relative to
    /// the chunk.
    pub offsets: Vec<u32>,
}

impl Folded {
    /// Replaces the content by the folded `chunk`, which is at most 4 GiB long.
    pub fn fill(&mut self, chunk: &str) {
        self.refill(chunk, false);
    }

    /// The same without the web addresses that stand between Chinese characters, where there is one
    /// (内部www.example.com资料); `false` where there is none.
    pub fn fill_without_addresses(&mut self, chunk: &str) -> bool {
        let any = ["www", "http", ".com", ".cn", ".net", ".org"].iter().any(|part| chunk.contains(part));
        if any {
            self.refill(chunk, true);
        }
        any
    }

    fn refill(&mut self, chunk: &str, skip_addresses: bool) {
        self.text.clear();
        self.offsets.clear();
        self.text.reserve(chunk.len());
        self.offsets.reserve(chunk.len());
        let table = &*FOLDS;
        let (mut skip_to, mut copied) = (0, 0);
        let mut after_chinese = false;
        for (offset, c) in chunk.char_indices() {
            if skip_addresses {
                if offset < skip_to {
                    continue;
                }
                if !c.is_ascii_alphabetic() {
                    after_chinese |= u32::from(c) >= 0x2e80;
                } else if after_chinese && let Some(len) = web_address(&chunk[offset..]) {
                    self.text.push_str(&chunk[copied..offset]);
                    skip_to = offset + len;
                    copied = skip_to;
                    continue;
                } else {
                    after_chinese = false;
                }
            }
            let origin = u32::try_from(offset).unwrap_or(u32::MAX);
            let value = table.get(c);
            if value == u32::from(c) {
                // Most characters stay: they are copied together with those before and behind.
                match c.len_utf8() {
                    3 => self.offsets.extend_from_slice(&[origin; 3]),
                    1 => self.offsets.push(origin),
                    len => self.offsets.extend(std::iter::repeat_n(origin, len)),
                }
                continue;
            }
            self.text.push_str(&chunk[copied..offset]);
            copied = offset + c.len_utf8();
            if value < VANISH {
                if let Some(c) = char::from_u32(value) {
                    self.text.push(c);
                }
            } else if value >= SEQUENCE
                && let Some(sequence) = table.sequences.get((value - SEQUENCE) as usize)
            {
                self.text.push_str(sequence);
            }
            self.offsets.resize(self.text.len(), origin);
        }
        self.text.push_str(&chunk[copied.min(chunk.len())..]);
    }
}

/// Folds letters and digits only, one character for one, and keeps everything else, so that patterns
/// see lines and punctuation: 拟任免⼈选 becomes 拟任免人选. ASCII stays as it is.
pub fn fold_letters(text: &str, folded: &mut Folded) {
    folded.text.clear();
    folded.offsets.clear();
    for (offset, c) in text.char_indices() {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        match fold_char(c) {
            Fold::Char(letter) if letter != c && !c.is_ascii() && letter.is_alphanumeric() => {
                folded.text.push(letter);
            }
            Fold::Vanish => {}
            _ => folded.text.push(c),
        }
        folded.offsets.resize(folded.text.len(), offset);
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
    let address = head.get(..len)?.to_ascii_lowercase();
    let is_address = address.starts_with("www.")
        || address.starts_with("http://")
        || address.starts_with("https://")
        || [".com", ".cn", ".net", ".org", ".gov", ".edu"]
            .iter()
            .any(|end| address.find(end).is_some_and(|at| at > 0));
    let rest = head.get(len..)?;
    (is_address).then(|| blank + len + (rest.len() - rest.trim_start_matches(' ').len()))
}

/// The folded form of a term or a short text.
pub fn fold(text: &str) -> String {
    let mut folded = Folded::default();
    folded.fill(text);
    folded.text
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
        let mut folded = Folded::default();
        fold_letters("擬任免⼈選：\nＡ１ Ab\u{200b}c", &mut folded);
        assert_eq!(folded.text, "拟任免人选：\na1 Abc");
        assert_eq!(folded.offsets.len(), folded.text.len());
    }

    #[test]
    fn stars_and_sentence_punctuation_stay() {
        assert_eq!(fold("机密★20年"), "机密★20年");
        assert_eq!(fold("司机。密集"), "司机。密集");
        assert_eq!(fold("绝密、机密"), "绝密、机密");
    }

    #[test]
    fn every_folded_byte_leads_back() {
        let mut folded = Folded::default();
        let original = "甲 絕\u{200b}密⑩";
        folded.fill(original);
        assert_eq!(folded.text, "甲绝密10");
        let back: Vec<char> = folded
            .text
            .char_indices()
            .map(|(i, _)| original[folded.offsets[i] as usize..].chars().next().unwrap())
            .collect();
        assert_eq!(back, ['甲', '絕', '密', '⑩', '⑩']);
    }

    #[test]
    fn there_is_an_origin_for_every_byte_with_and_without_addresses() {
        for original in ["", "甲乙A丙", "絕", "内部www.example.com资料Ab ", "甲www.a.com", "é甲𠮷 x"]
        {
            let mut folded = Folded::default();
            folded.fill(original);
            assert_eq!(folded.offsets.len(), folded.text.len(), "{original}");
            folded.fill_without_addresses(original);
            assert_eq!(folded.offsets.len(), folded.text.len(), "{original}");
            assert!(!folded.text.contains("www"), "{}", folded.text);
            for (at, c) in folded.text.char_indices() {
                let origin = original[folded.offsets[at] as usize..].chars().next().unwrap();
                assert_eq!(fold(&origin.to_string()), c.to_string(), "{original}");
            }
        }
    }
}
