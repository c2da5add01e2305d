//! Encodings of simple fonts: code to character, and glyph names to characters.
//!
//! Windows and Mac Roman come from `encoding_rs`; the others are tables of ISO 32000-2, annex D.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::LazyLock;

use super::font::says_nothing;
use super::inflate::inflate;

/// The base encodings that a font dictionary can name or imply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Standard,
    WinAnsi,
    MacRoman,
    Symbol,
    ZapfDingbats,
    /// The encoding of text strings outside content streams.
    PdfDoc,
}

/// Marks a code without a character in the tables below.
const HOLE: char = '□';

#[rustfmt::skip]
const STANDARD: [&str; 7] = [
    " !\"#$%&’()*+,-./0123456789:;<=>?",
    "@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_",
    "‘abcdefghijklmnopqrstuvwxyz{|}~□",
    "□□□□□□□□□□□□□□□□□□□□□□□□□□□□□□□□",
    "□¡¢£⁄¥ƒ§¤'“«‹›ﬁﬂ□–†‡·□¶•‚„”»…‰□¿",
    "□`´ˆ˜¯˘˙¨□˚¸□˝˛ˇ—□□□□□□□□□□□□□□□",
    "□Æ□ª□□□□ŁØŒº□□□□□æ□□□ı□□łøœß□□□□",
];

#[rustfmt::skip]
const SYMBOL: [&str; 7] = [
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?",
    "≅ΑΒΧ∆ΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_",
    "□αβχδεφγηιϕκλµνοπθρστυϖωξψζ{|}∼□",
    "□□□□□□□□□□□□□□□□□□□□□□□□□□□□□□□□",
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…□□↵",
    "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇□□□∏√⋅¬∧∨⇔⇐⇑⇒⇓",
    "◊〈□□□∑□□□□□□□□□□□〉∫⌠□⌡□□□□□□□□□□",
];

#[rustfmt::skip]
const ZAPF_DINGBATS: [&str; 7] = [
    " ✁✂✃✄☎✆✇✈✉☛☞✌✍✎✏✐✑✒✓✔✕✖✗✘✙✚✛✜✝✞✟",
    "✠✡✢✣✤✥✦✧★✩✪✫✬✭✮✯✰✱✲✳✴✵✶✷✸✹✺✻✼✽✾✿",
    "❀❁❂❃❄❅❆❇❈❉❊❋●❍■❏❐❑❒▲▼◆❖◗❘❙❚❛❜❝❞□",
    "❨❩❪❫❬❭❮❯❰❱❲❳❴❵□□□□□□□□□□□□□□□□□□",
    "□❡❢❣❤❥❦❧♣♦♥♠①②③④⑤⑥⑦⑧⑨⑩❶❷❸❹❺❻❼❽❾❿",
    "➀➁➂➃➄➅➆➇➈➉➊➋➌➍➎➏➐➑➒➓➔→↔↕➘➙➚➛➜➝➞➟",
    "➠➡➢➣➤➥➦➧➨➩➪➫➬➭➮➯□➱➲➳➴➵➶➷➸➹➺➻➼➽➾□",
];

#[rustfmt::skip]
const PDF_DOC: [&str; 7] = [
    " !\"#$%&'()*+,-./0123456789:;<=>?",
    "@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_",
    "`abcdefghijklmnopqrstuvwxyz{|}~□",
    "•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž□",
    "€¡¢£¤¥¦§¨©ª«¬□®¯°±²³´µ¶·¸¹º»¼½¾¿",
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞß",
    "àáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ",
];

/// What the stars of the Wingdings font are, in its own codes; the rest of it is pictures.
const WINGDINGS_STARS: [(u8, char); 6] =
    [(0xaa, '✦'), (0xab, '★'), (0xac, '✶'), (0xad, '✴'), (0xae, '✹'), (0xb6, '☆')];

impl Encoding {
    /// The encoding of this name in a font dictionary.
    pub(super) fn named(name: &[u8]) -> Option<Self> {
        match name {
            b"StandardEncoding" => Some(Self::Standard),
            b"WinAnsiEncoding" => Some(Self::WinAnsi),
            b"MacRomanEncoding" => Some(Self::MacRoman),
            b"PDFDocEncoding" => Some(Self::PdfDoc),
            _ => None,
        }
    }

    /// The character of a code.
    pub(super) fn char(self, code: u8) -> Option<char> {
        self.chars()[usize::from(code)]
    }

    /// The characters of all codes, without those that say nothing.
    pub(super) fn chars(self) -> &'static Chars {
        static STANDARD_CHARS: LazyLock<Chars> = LazyLock::new(|| chars(Encoding::Standard));
        static WIN_ANSI_CHARS: LazyLock<Chars> = LazyLock::new(|| chars(Encoding::WinAnsi));
        static MAC_ROMAN_CHARS: LazyLock<Chars> = LazyLock::new(|| chars(Encoding::MacRoman));
        static SYMBOL_CHARS: LazyLock<Chars> = LazyLock::new(|| chars(Encoding::Symbol));
        static ZAPF_DINGBATS_CHARS: LazyLock<Chars> = LazyLock::new(|| chars(Encoding::ZapfDingbats));
        static PDF_DOC_CHARS: LazyLock<Chars> = LazyLock::new(|| chars(Encoding::PdfDoc));
        match self {
            Self::Standard => &STANDARD_CHARS,
            Self::WinAnsi => &WIN_ANSI_CHARS,
            Self::MacRoman => &MAC_ROMAN_CHARS,
            Self::Symbol => &SYMBOL_CHARS,
            Self::ZapfDingbats => &ZAPF_DINGBATS_CHARS,
            Self::PdfDoc => &PDF_DOC_CHARS,
        }
    }
}

/// The characters of an encoding by their codes.
pub(super) type Chars = [Option<char>; 256];

/// All of them, from the tables.
fn chars(encoding: Encoding) -> Chars {
    let mut chars = [None; 256];
    let rows = match encoding {
        Encoding::WinAnsi | Encoding::MacRoman => {
            let table = match encoding {
                Encoding::WinAnsi => encoding_rs::WINDOWS_1252,
                _ => encoding_rs::MACINTOSH,
            };
            let codes: [u8; 256] = std::array::from_fn(|code| u8::try_from(code).unwrap_or_default());
            let (text, _) = table.decode_without_bom_handling(&codes);
            for (slot, char) in chars.iter_mut().zip(text.chars()).skip(32) {
                *slot = Some(char).filter(|&char| !says_nothing(char));
            }
            return chars;
        }
        Encoding::Standard => &STANDARD,
        Encoding::Symbol => &SYMBOL,
        Encoding::ZapfDingbats => &ZAPF_DINGBATS,
        Encoding::PdfDoc => &PDF_DOC,
    };
    let listed = rows.iter().flat_map(|row| row.chars());
    for (slot, char) in chars.iter_mut().skip(32).zip(listed) {
        *slot = Some(char).filter(|&char| char != HOLE);
    }
    if matches!(encoding, Encoding::PdfDoc) {
        for (slot, char) in chars.iter_mut().skip(0x18).zip("˘ˇˆ˙˝˛˚˜".chars()) {
            *slot = Some(char);
        }
        for code in [b'\t', b'\n', b'\r'] {
            chars[usize::from(code)] = Some(char::from(code));
        }
    }
    chars
}

/// Fonts of symbols that are known by their name: what their codes mean is no letters.
#[derive(Debug, Clone, Copy)]
pub(super) enum Symbols {
    Wingdings,
    ZapfDingbats,
    Symbol,
}

impl Symbols {
    /// The font of this name, if it is one of them.
    pub(super) fn named(base_font: &str) -> Option<Self> {
        let name = base_font.rsplit('+').next().unwrap_or(base_font);
        match name {
            _ if name.starts_with("Wingdings") => Some(Self::Wingdings),
            _ if name.starts_with("ZapfDingbats") || name.starts_with("Dingbats") => Some(Self::ZapfDingbats),
            _ if name.starts_with("Symbol") => Some(Self::Symbol),
            _ => None,
        }
    }

    /// The character of a code.
    pub(super) fn char(self, code: u8) -> Option<char> {
        match self {
            Self::Wingdings if (0x8c..=0x95).contains(&code) => {
                char::from_u32(0x2776 + u32::from(code) - 0x8c)
            }
            Self::Wingdings => WINGDINGS_STARS.iter().find(|(c, _)| *c == code).map(|&(_, c)| c),
            Self::ZapfDingbats => Encoding::ZapfDingbats.char(code),
            Self::Symbol => Encoding::Symbol.char(code),
        }
    }
}

/// Names of glyphs and their texts, in the order of the names.
static GLYPH_NAMES: LazyLock<Table> =
    LazyLock::new(|| Table::new(include_bytes!("../../../data/pdf/glyph-names.z")));

/// The text of a name in Adobe's list.
fn listed(name: &str) -> Option<&'static str> {
    let (mut low, mut high) = (0, GLYPH_NAMES.starts.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        let line = GLYPH_NAMES.text.get(*GLYPH_NAMES.starts.get(middle)?..)?;
        // A tab stands behind each name, and before all that stands in one.
        let (known, rest) = line.as_bytes().split_at_checked(name.len()).unwrap_or((line.as_bytes(), b"\t"));
        match known.cmp(name.as_bytes()) {
            Ordering::Less => low = middle + 1,
            Ordering::Equal if rest.first() == Some(&b'\t') => {
                return GLYPH_NAMES.line(middle)?.get(name.len() + 1..);
            }
            _ => high = middle,
        }
    }
    None
}

/// Standard string `id` of the Compact Font Format.
pub(super) fn cff_string(id: usize) -> Option<&'static str> {
    static STRINGS: LazyLock<Table> =
        LazyLock::new(|| Table::new(include_bytes!("../../../data/pdf/cff-strings.z")));
    STRINGS.line(id)
}

/// A table of data/pdf: lines by their numbers, from 0.
pub(super) struct Table {
    text: String,
    /// Where lines begin; behind the last newline nothing does.
    starts: Vec<usize>,
}

impl Table {
    pub(super) fn new(packed: &[u8]) -> Self {
        let text = inflated(packed);
        let starts = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        let mut starts: Vec<usize> = std::iter::once(0).chain(starts).collect();
        starts.pop_if(|last| *last == text.len());
        Self { text, starts }
    }

    /// A line without its end.
    pub(super) fn line(&self, number: usize) -> Option<&str> {
        let start = *self.starts.get(number)?;
        let end = self.starts.get(number + 1).map_or(self.text.len(), |next| next - 1);
        self.text.get(start..end).map(|line| line.trim_end_matches('\n'))
    }
}

/// A text of data/pdf.
pub(super) fn inflated(packed: &[u8]) -> String {
    const MOST_BYTES: usize = 16 << 20;
    let text = String::from_utf8(inflate(packed, MOST_BYTES).0);
    debug_assert!(text.is_ok(), "the tables are part of the program");
    text.unwrap_or_default()
}

/// The text of a glyph name: Adobe's list, uniXXXX, uXXXXX, and their parts joined by `_`.
pub(super) fn glyph_name(name: &[u8]) -> Option<Cow<'static, str>> {
    const PARTS: usize = 16;
    let name = std::str::from_utf8(name).ok()?;
    if !name.bytes().any(|byte| matches!(byte, b'.' | b'_'))
        && let Some(known) = listed(name)
    {
        return Some(Cow::Borrowed(known));
    }
    let stem = name.split('.').next().filter(|stem| !stem.is_empty())?;
    let mut text = String::new();
    for part in stem.split('_').take(PARTS) {
        if let Some(known) = listed(part) {
            text.push_str(known);
        } else if let Some(units) = part.strip_prefix("uni").filter(|h| h.len() >= 4 && h.len() % 4 == 0) {
            for i in (0..units.len()).step_by(4) {
                let code = u32::from_str_radix(units.get(i..i + 4)?, 16).ok()?;
                text.push(char::from_u32(code)?);
            }
        } else {
            let digits = part.strip_prefix('u').filter(|h| (4..=6).contains(&h.len()))?;
            text.push(char::from_u32(u32::from_str_radix(digits, 16).ok()?)?);
        }
    }
    Some(Cow::Owned(text))
}

/// A text string of a PDF: UTF-16 or UTF-8 with their marks, else PDFDocEncoding. Bytes that read
/// as GBK and hold nothing that PDFDocEncoding would be used for are taken as GBK: some producers
/// write them so.
pub(super) fn text_string(bytes: &[u8]) -> String {
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return without_language(&encoding_rs::UTF_16BE.decode_without_bom_handling(rest).0);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return without_language(&encoding_rs::UTF_16LE.decode_without_bom_handling(rest).0);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return String::from_utf8_lossy(rest).into_owned();
    }
    if bytes.iter().all(|b| (b' '..0x7f).contains(b) || matches!(b, b'\t' | b'\n' | b'\r')) {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    if bytes.iter().any(|&b| b >= 0x80) {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return text.to_owned();
        }
        let high = bytes.iter().filter(|&&b| b >= 0x80).count();
        let gbk = encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(bytes);
        if let Some(text) = gbk
            && high % 2 == 0
            && text.chars().all(|c| c.is_ascii() || ('\u{2000}'..'\u{a000}').contains(&c) || c >= '\u{ff00}')
        {
            return text.into_owned();
        }
    }
    bytes.iter().filter_map(|&b| Encoding::PdfDoc.char(b)).collect()
}

/// Drops the language tags (ESC … ESC) that UTF-16 strings may hold.
fn without_language(text: &str) -> String {
    text.split('\u{1b}').step_by(2).collect()
}

/// The character that a glyph's name stands for.
pub(super) fn glyph_character(name: &[u8]) -> Option<char> {
    glyph_name(name)?.chars().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_whole() {
        for rows in [&STANDARD, &SYMBOL, &ZAPF_DINGBATS, &PDF_DOC] {
            for row in rows {
                assert_eq!(row.chars().count(), 32, "{row}");
            }
        }
        let names = (0..GLYPH_NAMES.starts.len()).filter_map(|i| GLYPH_NAMES.line(i)?.split('\t').next());
        assert!(names.is_sorted());
        assert_eq!(Encoding::Standard.char(0xae), Some('ﬁ'));
        assert_eq!(Encoding::WinAnsi.char(0x80), Some('€'));
        assert_eq!(Encoding::MacRoman.char(0x8a), Some('ä'));
        assert_eq!(Encoding::ZapfDingbats.char(b'H'), Some('★'));
        assert_eq!(Encoding::Symbol.char(b'a'), Some('α'));
        assert_eq!(Encoding::Standard.char(0xff), None);
    }

    #[test]
    fn glyph_names() {
        let text = |name: &str| glyph_name(name.as_bytes()).unwrap_or_default();
        assert_eq!(text("Adieresis"), "Ä");
        assert_eq!(text("uni673A5BC6"), "机密");
        assert_eq!(text("u2605"), "★");
        assert_eq!(text("f_i.liga"), "fi");
        assert_eq!(text("a35"), "★");
        assert_eq!(text("g123"), "");
        assert_eq!(text("uni机密"), "");
    }

    #[test]
    fn text_strings() {
        assert_eq!(text_string(b"\xfe\xff\x67\x3a\x5b\xc6"), "机密");
        assert_eq!(text_string(b"caf\xe9 \x84"), "café —");
        assert_eq!(text_string("机密".as_bytes()), "机密");
        assert_eq!(text_string(b"\xbb\xfa\xc3\xdc\xa1\xef20"), "机密★20");
    }
}
