//! Character codes of composite fonts: how long they are, which CID they name and what text that is.
//!
//! Predefined CMaps are never expanded: the Unicode ones are decoded directly, the national ones
//! through `encoding_rs`. Embedded ones and ToUnicode are parsed into sorted ranges.

use std::sync::LazyLock;

use encoding_rs::{BIG5, EUC_JP, EUC_KR, GB18030, SHIFT_JIS};

use super::encoding::{Table, glyph_name, inflated};
use super::lexer::{Letters, Lexer, Token, name as unescaped};

/// Ranges of one CMap; more are ignored, and it counts as damaged.
const RANGES: usize = 200_000;
/// Bytes of text that one code may stand for.
const TARGET_BYTES: usize = 512;

/// Adobe's character collections of CIDs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Collection {
    Gb1,
    Cns1,
    Japan1,
    Korea1,
}

impl Collection {
    /// The collection of this ordering in a CIDSystemInfo.
    pub(super) fn named(ordering: &[u8]) -> Option<Self> {
        match ordering {
            b"GB1" => Some(Self::Gb1),
            b"CNS1" => Some(Self::Cns1),
            b"Japan1" | b"Japan2" => Some(Self::Japan1),
            b"Korea1" | b"KR" => Some(Self::Korea1),
            _ => None,
        }
    }

    /// The text of a CID.
    pub(super) fn text(self, cid: u32) -> Option<&'static str> {
        static GB1: LazyLock<Table> =
            LazyLock::new(|| Table::new(include_bytes!("../../../data/pdf/adobe-gb1.z")));
        static CNS1: LazyLock<Table> =
            LazyLock::new(|| Table::new(include_bytes!("../../../data/pdf/adobe-cns1.z")));
        static JAPAN1: LazyLock<Table> =
            LazyLock::new(|| Table::new(include_bytes!("../../../data/pdf/adobe-japan1.z")));
        static KOREA1: LazyLock<Table> =
            LazyLock::new(|| Table::new(include_bytes!("../../../data/pdf/adobe-korea1.z")));
        let table: &'static Table = match self {
            Self::Gb1 => &GB1,
            Self::Cns1 => &CNS1,
            Self::Japan1 => &JAPAN1,
            Self::Korea1 => &KOREA1,
        };
        table.line(usize::try_from(cid).ok()?).filter(|text| !text.is_empty())
    }
}

/// How the bytes of a string fall into codes.
#[derive(Debug)]
pub(super) enum Coding {
    /// Two bytes, the code is the CID.
    Identity,
    /// UTF-16BE, surrogate pairs as one code of four bytes (UCS-2 is a part of it).
    Utf16,
    Utf8,
    Utf32,
    /// A national encoding; `jis7` stands for EUC with its high bits off.
    National {
        encoding: &'static encoding_rs::Encoding,
        jis7: bool,
    },
    /// A CMap, and the one that it builds upon.
    Embedded(Box<CMap>, Option<Box<Coding>>),
}

/// A predefined CMap: its codes, whether it writes downwards, and its collection.
pub(super) fn predefined(name: &[u8]) -> Option<(Coding, bool, Option<Collection>)> {
    use Collection::{Cns1, Gb1, Japan1, Korea1};
    let text = std::str::from_utf8(name).ok()?;
    let (stem, vertical) = match (text.strip_suffix("-H"), text.strip_suffix("-V")) {
        (Some(stem), _) => (stem, false),
        (_, Some(stem)) => (stem, true),
        _ => (text, text == "V"),
    };
    let national = |encoding| Coding::National { encoding, jis7: false };
    let (coding, collection) = match stem {
        "Identity" => (Coding::Identity, None),
        "GB-EUC" | "GBpc-EUC" | "GBK-EUC" | "GBKp-EUC" | "GBK2K" | "GBT-EUC" | "GBTpc-EUC" => {
            (national(GB18030), Some(Gb1))
        }
        "B5pc" | "HKscs-B5" | "ETen-B5" | "ETenms-B5" | "ETHK-B5" | "HKdla-B5" | "HKdlb-B5" | "HKgccs-B5"
        | "HKm314-B5" | "HKm471-B5" => (national(BIG5), Some(Cns1)),
        "83pv-RKSJ" | "90ms-RKSJ" | "90msp-RKSJ" | "90pv-RKSJ" | "Add-RKSJ" | "Ext-RKSJ" | "RKSJ" => {
            (national(SHIFT_JIS), Some(Japan1))
        }
        "EUC" => (national(EUC_JP), Some(Japan1)),
        "H" | "V" | "Add" | "Ext" => (Coding::National { encoding: EUC_JP, jis7: true }, Some(Japan1)),
        "CNS-EUC" => {
            static CNS_EUC: LazyLock<String> =
                LazyLock::new(|| inflated(include_bytes!("../../../data/pdf/cns-euc.z")));
            (Coding::Embedded(Box::new(CMap::parse(CNS_EUC.as_bytes())), None), Some(Cns1))
        }
        "KSC-EUC" | "KSCms-UHC" | "KSCms-UHC-HW" | "KSCpc-EUC" => (national(EUC_KR), Some(Korea1)),
        _ => {
            let collection = match stem.split('-').next()? {
                "UniGB" => Gb1,
                "UniCNS" => Cns1,
                "UniJIS" | "UniJIS2004" | "UniJISX0213" | "UniJISX02132004" | "UniJISPro" => Japan1,
                "UniKS" | "UniAKR" => Korea1,
                _ => return None,
            };
            let coding = if stem.contains("UTF8") {
                Coding::Utf8
            } else if stem.contains("UTF32") {
                Coding::Utf32
            } else {
                Coding::Utf16
            };
            (coding, Some(collection))
        }
    };
    Some((coding, vertical, collection))
}

impl Coding {
    /// Value and length in bytes of the code that `bytes` start with; `bytes` hold at least one.
    pub(super) fn code(&self, bytes: &[u8]) -> (u32, usize) {
        let byte = |i: usize| bytes.get(i).copied();
        let length = match self {
            Self::Identity => 2,
            Self::Utf16 => match byte(0) {
                Some(0xd8..=0xdb) if matches!(byte(2), Some(0xdc..=0xdf)) => 4,
                _ => 2,
            },
            Self::Utf8 => match byte(0) {
                Some(0xf0..) => 4,
                Some(0xe0..=0xef) => 3,
                Some(0xc0..=0xdf) => 2,
                _ => 1,
            },
            Self::Utf32 => 4,
            Self::National { jis7: true, .. } => 2,
            Self::National { encoding, .. } => match (byte(0), byte(1)) {
                (Some(0..=0x80 | 0xff), _) => 1,
                (Some(0xa0..=0xdf), _) if *encoding == SHIFT_JIS => 1,
                (Some(0x8f), _) if *encoding == EUC_JP => 3,
                (_, Some(0x30..=0x39)) if *encoding == GB18030 => 4,
                _ => 2,
            },
            Self::Embedded(cmap, base) => match (cmap.code_length(bytes), base) {
                (Some(length), _) => length,
                (None, Some(base)) => return base.code(bytes),
                (None, None) => cmap.shortest(),
            },
        };
        let length = length.clamp(1, bytes.len().max(1));
        (value(bytes.get(..length).unwrap_or(bytes)), length)
    }

    /// The CID of a code, where the CMap says one.
    pub(super) fn cid(&self, code: u32, length: usize) -> Option<u32> {
        match self {
            Self::Identity => Some(code),
            Self::Embedded(cmap, base) => {
                cmap.cid(code, length).or_else(|| base.as_ref().and_then(|base| base.cid(code, length)))
            }
            _ => None,
        }
    }

    /// Appends the text that the code itself spells; `false` if it spells none.
    pub(super) fn spell(&self, code: u32, length: usize, out: &mut String) -> bool {
        let bytes = code.to_be_bytes();
        let bytes = bytes.get(4usize.saturating_sub(length)..).unwrap_or_default();
        let encoding = match self {
            Self::Embedded(cmap, Some(base)) if cmap.cid(code, length).is_none() => {
                return base.spell(code, length, out);
            }
            Self::Identity | Self::Embedded(..) => return false,
            Self::Utf32 => {
                let char = char::from_u32(code);
                out.extend(char);
                return char.is_some();
            }
            Self::Utf16 if length == 2 => {
                let char = char::from_u32(code);
                out.extend(char);
                return char.is_some();
            }
            Self::Utf16 => encoding_rs::UTF_16BE,
            Self::Utf8 => encoding_rs::UTF_8,
            Self::National { encoding, jis7: true } => {
                let high = (code | 0x8080).to_be_bytes();
                let text = encoding.decode_without_bom_handling_and_without_replacement(&high[2..]);
                out.extend(text.as_deref());
                return text.is_some();
            }
            Self::National { encoding, .. } => encoding,
        };
        match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
            Some(text) => {
                out.push_str(&text);
                !text.is_empty()
            }
            None => false,
        }
    }
}

/// The value of a code, and its length in bytes.
fn valued(code: &[u8]) -> (u32, usize) {
    (value(code), code.len())
}

fn value(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |code, &b| code << 8 | u32::from(b))
}

/// Code ranges carry their length in front, so that `<20>` and `<0020>` differ.
fn key(code: u32, length: usize) -> u64 {
    (length as u64) << 32 | u64::from(code)
}

#[derive(Debug)]
enum Target {
    /// The character of the range's first code; the others follow it.
    Char(u32),
    /// A span of the pool.
    Text(usize, usize),
    Cid(u32),
}

#[derive(Debug)]
struct Range {
    low: u64,
    high: u64,
    target: Target,
}

/// A parsed CMap: an embedded encoding or a ToUnicode map.
#[derive(Debug, Default)]
pub(super) struct CMap {
    /// Length in bytes, lowest and highest code.
    spaces: Vec<(usize, u32, u32)>,
    cids: Vec<Range>,
    texts: Vec<Range>,
    pool: String,
    /// The name behind `usecmap`.
    pub(super) base: Option<Vec<u8>>,
    /// /WMode 1.
    pub(super) vertical: bool,
    /// Something in it makes no sense, or was too much: codes it says nothing about may be lost ones.
    pub(super) damaged: bool,
}

impl CMap {
    /// Reads what can be read of a CMap; never fails.
    pub(super) fn parse(data: &[u8]) -> Self {
        let mut cmap = Self::default();
        let mut lexer = Lexer::new(data);
        let mut last: Option<Token<'_>> = None;
        while let Some(token) = lexer.next() {
            if let Token::Word(word) = token {
                match word {
                    b"begincodespacerange" => cmap.spaces(&mut lexer),
                    b"beginbfchar" => cmap.pairs(&mut lexer, false),
                    b"begincidchar" => cmap.pairs(&mut lexer, true),
                    b"beginbfrange" => cmap.ranges(&mut lexer, false),
                    b"begincidrange" => cmap.ranges(&mut lexer, true),
                    b"endbfchar" | b"endbfrange" | b"endcidchar" | b"endcidrange" => cmap.damaged = true,
                    b"usecmap" => {
                        if let Some(Token::Name(name)) = last {
                            cmap.base = Some(name.to_vec());
                        }
                    }
                    _ => {}
                }
                lexer.forget_strings();
            }
            if let (Some(Token::Name(b"WMode")), Token::Number(mode)) = (last, token) {
                cmap.vertical = mode == 1.0;
            }
            last = Some(token);
        }
        cmap.damaged |= lexer.rough;
        // Stable: of two ranges with the same start the later one is found.
        cmap.cids.sort_by_key(|range| range.low);
        cmap.texts.sort_by_key(|range| range.low);
        cmap
    }

    /// Whether it maps any code to text.
    pub(super) fn has_texts(&self) -> bool {
        !self.texts.is_empty()
    }

    fn spaces(&mut self, lexer: &mut Lexer<'_>) {
        const SPACES: usize = 256;
        while let (Some(Token::String(low)), Some(Token::String(high))) = (lexer.next(), lexer.next()) {
            let (low, high) = (lexer.bytes(low), lexer.bytes(high));
            if (1..=4).contains(&low.len()) && self.spaces.len() < SPACES {
                self.spaces.push((low.len(), value(low), value(high)));
            }
            lexer.forget_strings();
        }
    }

    /// `<code> target` pairs up to the section's end.
    fn pairs(&mut self, lexer: &mut Lexer<'_>, cids: bool) {
        while let Some(code) = self.code(lexer) {
            let (code, length) = valued(lexer.bytes(code));
            match lexer.next() {
                Some(token) => self.add(lexer, code, code, length, token, cids),
                None => self.damaged = true,
            }
            lexer.forget_strings();
        }
    }

    /// `<low> <high> target` triples; a target may be an array with one entry a code.
    fn ranges(&mut self, lexer: &mut Lexer<'_>, cids: bool) {
        while let Some(low) = self.code(lexer)
            && let Some(high) = self.code(lexer)
        {
            let ((low, length), high) = (valued(lexer.bytes(low)), value(lexer.bytes(high)));
            match lexer.next() {
                Some(Token::Open) => {
                    let mut code = low;
                    while let Some(token) = lexer.next() {
                        match token {
                            Token::Close => break,
                            Token::String(..) if code <= high => {
                                self.add(lexer, code, code, length, token, cids);
                            }
                            Token::String(..) => {}
                            Token::Word(b"endbfrange") => {
                                self.damaged = true;
                                return;
                            }
                            _ => self.damaged = true,
                        }
                        code = code.saturating_add(1);
                    }
                }
                Some(token) => self.add(lexer, low, high, length, token, cids),
                None => self.damaged = true,
            }
            lexer.forget_strings();
        }
    }

    /// The next code of a section; `None` at its end. What does not belong there is passed over.
    fn code<'a>(&mut self, lexer: &mut Lexer<'a>) -> Option<Letters<'a>> {
        loop {
            match lexer.next() {
                Some(Token::String(code)) => return Some(code),
                Some(Token::Word(word)) if word.starts_with(b"end") => return None,
                None => {
                    self.damaged = true;
                    return None;
                }
                Some(_) => self.damaged = true,
            }
        }
    }

    fn add(&mut self, lexer: &Lexer<'_>, low: u32, high: u32, length: usize, token: Token<'_>, cids: bool) {
        if self.texts.len() + self.cids.len() >= RANGES || high < low {
            self.damaged = true;
            return;
        }
        let length = length.min(4);
        let (from, to) = (key(low, length), key(high, length));
        match token {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
            Token::Number(cid) if cids => {
                self.cids.push(Range { low: from, high: to, target: Target::Cid(cid as u32) });
            }
            Token::String(letters) if !cids => {
                let bytes = lexer.bytes(letters);
                let bytes = bytes.get(..bytes.len().min(TARGET_BYTES)).unwrap_or_default();
                // One byte is not UTF-16, but some producers write it.
                let single = [0, bytes.first().copied().unwrap_or(0)];
                let bytes = if bytes.len() == 1 { &single } else { bytes };
                // Nearly all are one character of the basic plane.
                if let &[high, low] = bytes
                    && let Some(char) = char::from_u32(u16::from_be_bytes([high, low]).into())
                {
                    let target = Target::Char(u32::from(char));
                    self.texts.push(Range { low: from, high: to, target });
                    return;
                }
                let (text, _) = encoding_rs::UTF_16BE.decode_without_bom_handling(bytes);
                let mut chars = text.chars();
                let target = match (chars.next(), chars.next()) {
                    (Some(char), None) => Target::Char(u32::from(char)),
                    (None, _) => return,
                    _ => {
                        self.pool.push_str(&text);
                        Target::Text(self.pool.len() - text.len(), self.pool.len())
                    }
                };
                self.texts.push(Range { low: from, high: to, target });
            }
            Token::Name(name) if !cids => match glyph_name(&unescaped(name)) {
                Some(text) => {
                    self.pool.push_str(&text);
                    let target = Target::Text(self.pool.len() - text.len(), self.pool.len());
                    self.texts.push(Range { low: from, high: to, target });
                }
                None => self.damaged = true,
            },
            _ => self.damaged = true,
        }
    }

    /// Length of the code that `bytes` start with, if it is one of this CMap's.
    fn code_length(&self, bytes: &[u8]) -> Option<usize> {
        let inside = |&(length, low, high): &(usize, u32, u32)| {
            bytes.len() >= length
                && (0..length).all(|i| {
                    let shift = 8 * (length - 1 - i);
                    let byte = bytes.get(i).copied().map_or(0, u32::from);
                    (low >> shift & 0xff..=high >> shift & 0xff).contains(&byte)
                })
        };
        self.spaces.iter().filter(|space| inside(space)).map(|space| space.0).min()
    }

    /// Length of codes that are none of this CMap's.
    fn shortest(&self) -> usize {
        self.spaces.iter().map(|space| space.0).min().unwrap_or(2)
    }

    fn cid(&self, code: u32, length: usize) -> Option<u32> {
        match find(&self.cids, key(code, length)) {
            Some((Range { target: Target::Cid(first), .. }, offset)) => Some(first.saturating_add(offset)),
            _ => None,
        }
    }

    /// Which of the codes below 256 have a text.
    pub(super) fn low_codes(&self) -> [bool; 256] {
        let mut codes = [false; 256];
        for range in &self.texts {
            let [low, high] =
                [range.low, range.high].map(|key| usize::try_from(key & 0xffff_ffff).unwrap_or(0));
            codes.get_mut(low..=high.min(255)).unwrap_or_default().fill(true);
        }
        codes
    }

    /// Appends the text of a code; `false` if it has none.
    pub(super) fn text(&self, code: u32, length: usize, out: &mut String) -> bool {
        let found = find(&self.texts, key(code, length))
            .or_else(|| (1..=4).find_map(|other| find(&self.texts, key(code, other))));
        match found {
            Some((Range { target: Target::Char(first), .. }, offset)) => {
                let char = char::from_u32(first.saturating_add(offset));
                out.extend(char);
                char.is_some()
            }
            Some((Range { target: Target::Text(start, end), .. }, offset)) => {
                let text = self.pool.get(*start..*end).unwrap_or_default();
                let mut chars = text.chars();
                let last = chars.next_back();
                out.push_str(chars.as_str());
                out.extend(last.and_then(|c| char::from_u32(u32::from(c).saturating_add(offset))));
                true
            }
            _ => false,
        }
    }
}

/// The range that holds `key`, and how far behind its start it is.
fn find(ranges: &[Range], key: u64) -> Option<(&Range, u32)> {
    // Overlapping ranges are rare; the few before the last that starts in time are tried.
    const LOOK_BACK: usize = 4;
    let end = ranges.partition_point(|range| range.low <= key);
    let range = ranges.get(..end)?.iter().rev().take(LOOK_BACK).find(|range| key <= range.high)?;
    Some((range, u32::try_from(key - range.low).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: &[u8] = b"/CIDInit /ProcSet findresource begin /WMode 0 def
        2 begincodespacerange <00> <80> <8140> <FEFE> endcodespacerange
        2 beginbfchar <01> <673A> <8141> <D840DC00> endbfchar
        3 beginbfrange <02> <04> <5BC6> <10> <11> [<0041> <00420043>] <20> <22> <00660069> endbfrange
        1 begincidrange <8140> <8142> 100 endcidrange endcmap";

    #[test]
    fn embedded_maps() {
        let cmap = CMap::parse(MAP);
        let text = |code, length| {
            let mut out = String::new();
            cmap.text(code, length, &mut out).then_some(out)
        };
        assert_eq!(text(1, 1).as_deref(), Some("机"));
        assert_eq!(text(2, 1).as_deref(), Some("密"));
        assert_eq!(text(3, 1).as_deref(), Some("寇"));
        assert_eq!(text(0x11, 1).as_deref(), Some("BC"));
        assert_eq!(text(0x21, 1).as_deref(), Some("fj"));
        assert_eq!(text(0x8141, 2).as_deref(), Some("\u{20000}"));
        assert_eq!(text(5, 1), None);
        assert_eq!(cmap.cid(0x8142, 2), Some(102));
        let coding = Coding::Embedded(Box::new(cmap), None);
        assert_eq!(coding.code(b"\x01\x81\x40"), (1, 1));
        assert_eq!(coding.code(b"\x81\x40\x01"), (0x8140, 2));
    }

    #[test]
    fn predefined_maps_spell_their_codes() {
        let spell = |name: &str, bytes: &[u8]| {
            let (coding, ..) = predefined(name.as_bytes()).unwrap();
            let (mut out, mut rest) = (String::new(), bytes);
            while !rest.is_empty() {
                let (code, length) = coding.code(rest);
                coding.spell(code, length, &mut out);
                rest = &rest[length..];
            }
            out
        };
        assert_eq!(spell("GBK-EUC-H", b"\xbb\xfa\xc3\xdc\xa1\xef20\xc4\xea"), "机密★20年");
        assert_eq!(spell("GB-EUC-V", b"\xbb\xfa\xc3\xdc"), "机密");
        assert_eq!(spell("GBK2K-H", b"\x81\x39\xef\x30A"), "㐁A");
        assert_eq!(spell("UniGB-UCS2-H", b"\x67\x3a\x5b\xc6"), "机密");
        assert_eq!(spell("UniGB-UTF16-V", b"\xd8\x40\xdc\x00\x26\x05"), "\u{20000}★");
        assert_eq!(spell("UniGB-UTF8-H", "密★a".as_bytes()), "密★a");
        assert_eq!(spell("UniCNS-UTF32-H", b"\0\0\x5b\xc6"), "密");
        assert_eq!(spell("ETen-B5-H", b"\xbe\xf7\xb1K"), "機密");
        assert_eq!(spell("90ms-RKSJ-H", b"\xb1\x8b\x40"), "ｱ機".replace('機', &spell("EUC-H", b"\xb5\xa1")));
        assert_eq!(spell("H", b"\x35\x21"), spell("EUC-H", b"\xb5\xa1"));
        assert!(predefined(b"Nonsense-H").is_none());
    }

    #[test]
    fn collections() {
        assert_eq!(Collection::Gb1.text(1), Some(" "));
        assert_eq!(Collection::Gb1.text(34), Some("A"));
        assert_eq!(Collection::Gb1.text(2063), Some("机"));
        assert_eq!(Collection::Gb1.text(0), None);
        assert_eq!(Collection::Japan1.text(u32::MAX), None);
    }
}
