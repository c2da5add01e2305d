//! Fonts: from the bytes of a string to codes, their text and their widths.
//!
//! The text of a code comes from ToUnicode; where that is missing or nonsense, from the encoding's
//! own meaning, the glyph's name, the collection of its CID, or the embedded font read backwards.
//! What is left is unknown, and the caller counts it.

use std::cell::{Cell, OnceCell};
use std::collections::HashMap;

use hayro_syntax::object::{Array, Dict, Name, Number, Object, Stream, String as PdfString};

use super::cff;
use super::cmap::{CMap, Coding, Collection, predefined};
use super::encoding::{Encoding, glyph_name, symbol_font};
use super::shared::{Packed, Shared};
use super::truetype::TrueType;
use crate::limits::GapKind;

/// CMaps that a CMap builds upon, one upon the other.
const BASES: usize = 4;
/// Entries of a width array, those of the arrays in it included.
const WIDTHS: usize = 100_000;

#[rustfmt::skip]
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 222, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667,
    556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 222, 556,
    556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722,
    500, 500, 500, 334, 260, 334, 584,
];
#[rustfmt::skip]
const TIMES: [u16; 95] = [
    250, 333, 408, 500, 500, 833, 778, 333, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500,
    500, 500, 500, 500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722,
    611, 889, 722, 722, 556, 722, 667, 556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500, 333, 444,
    500, 444, 500, 444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500, 722,
    500, 500, 444, 480, 200, 480, 541,
];

/// Glyphs of a composite font that are remembered, a power of two.
const RECENT: usize = 1024;

/// A font as far as text needs it.
#[derive(Debug)]
pub(super) struct Font {
    kind: Kind,
    to_unicode: Option<CMap>,
    /// ToUnicode was damaged: what it says nothing about may have been lost from it.
    damaged: bool,
    base_font: String,
    /// Glyphs follow each other downwards.
    pub(super) vertical: bool,
    /// Width of one thousandth of the font size; other than 0.001 in Type 3 fonts.
    pub(super) unit: f32,
}

#[derive(Debug)]
enum Kind {
    Simple(Box<Simple>),
    Composite(Box<Composite>),
}

/// 256 codes.
#[derive(Debug)]
struct Simple {
    texts: Vec<Option<Box<str>>>,
    known: Vec<bool>,
    widths: Vec<f32>,
}

/// A glyph that was shown: code, text and advance.
#[derive(Debug, Clone, Copy)]
struct Recent {
    code: u32,
    text: char,
    advance: f32,
}

#[derive(Debug)]
struct Composite {
    coding: Coding,
    collection: Option<Collection>,
    /// The CIDs are Unicode values (an ordering UCS, or an identity as ToUnicode).
    unicode_cids: bool,
    /// Lowest and highest CID of a range, and its width; sorted.
    widths: Vec<(u32, u32, f32)>,
    default_width: f32,
    /// Advance of a glyph in vertical writing.
    down: f32,
    /// The embedded font and its map from CIDs, read when a code needs them.
    packed: Option<(Packed, Option<Packed>)>,
    program: OnceCell<(TrueType, Option<Vec<u8>>)>,
    /// Codes of two bytes by their last bits.
    recent: Vec<Cell<Option<Recent>>>,
}

/// A code of a string.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Code {
    value: u32,
    length: usize,
}

/// What the first code of a string shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shown {
    /// Bytes of the code.
    pub(super) length: usize,
    /// Thousandths of the font size (glyph units in Type 3 fonts).
    pub(super) advance: f32,
    /// Its character is known; otherwise U+FFFD or a guess stands for it.
    pub(super) known: bool,
}

/// Text that says nothing: private use, control characters, replacement characters.
fn is_nonsense(text: &str) -> bool {
    text.chars().all(|c| {
        matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffd}'
            | '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..='\u{fff8}' | '\u{ffff}' | '\u{f0000}'..)
    })
}

impl Font {
    /// Reads a font dictionary. Streams that don't decode are gaps.
    pub(super) fn load(dict: &Dict<'_>, shared: &mut Shared<'_>) -> Self {
        let base_font = dict.get::<Name<'_>>("BaseFont").map(|n| n.as_str().to_owned()).unwrap_or_default();
        let to_unicode =
            dict.get::<Stream<'_>>("ToUnicode").map(|map| CMap::parse(&shared.data(&map, "font")));
        let damaged = to_unicode.as_ref().is_some_and(|map| map.damaged);
        let to_unicode = to_unicode.filter(CMap::has_texts);
        let subtype = dict.get::<Name<'_>>("Subtype");
        let type3 = subtype.as_deref() == Some(b"Type3");
        let (kind, vertical) = if subtype.as_deref() == Some(b"Type0") {
            let (mut composite, vertical) = composite(dict, shared);
            let identity =
                dict.get::<Name<'_>>("ToUnicode").is_some_and(|name| name.starts_with(b"Identity"));
            composite.unicode_cids |= identity;
            (Kind::Composite(Box::new(composite)), vertical)
        } else if to_unicode.is_none() && is_named_in_gbk(dict) {
            (Kind::Composite(Box::new(gbk())), false)
        } else {
            let truetype = subtype.as_deref() == Some(b"TrueType");
            (simple(dict, &base_font, truetype, to_unicode.as_ref(), shared), false)
        };
        let unit = if type3 {
            let matrix = dict.get::<Array<'_>>("FontMatrix");
            matrix.and_then(|m| m.iter::<Number>().next()).map_or(0.001, |n| n.as_f32().abs())
        } else {
            0.001
        };
        Self { kind, to_unicode, damaged, base_font, vertical, unit }
    }

    /// Appends the text of the code that `bytes` (at least one) start with.
    pub(super) fn show(&self, bytes: &[u8], out: &mut String, shared: &mut Shared<'_>) -> Shown {
        match &self.kind {
            Kind::Simple(simple) => {
                let index = bytes.first().copied().map_or(0, usize::from);
                out.push_str(simple.texts.get(index).and_then(Option::as_deref).unwrap_or("\u{fffd}"));
                let known = simple.known.get(index).copied().unwrap_or(false);
                if self.damaged {
                    self.notice(u32::try_from(index).unwrap_or(0), 1, shared);
                }
                Shown { length: 1, advance: simple.widths.get(index).copied().unwrap_or(0.0), known }
            }
            Kind::Composite(composite) => self.show_composite(composite, bytes, out, shared),
        }
    }

    fn show_composite(
        &self,
        composite: &Composite,
        bytes: &[u8],
        out: &mut String,
        shared: &mut Shared<'_>,
    ) -> Shown {
        let (value, length) = composite.coding.code(bytes);
        let code = Code { value, length };
        let cell = composite.recent.get(value as usize % RECENT).filter(|_| length == 2);
        if let Some(recent) = cell.and_then(Cell::get).filter(|recent| recent.code == value) {
            out.push(recent.text);
            return Shown { length, advance: recent.advance, known: true };
        }
        let start = out.len();
        let known = self.text(composite, code, out, shared);
        let advance = self.advance(composite, code);
        let mut chars = out.get(start..).unwrap_or_default().chars();
        if let (true, Some(cell), Some(text), None) = (known, cell, chars.next(), chars.next()) {
            cell.set(Some(Recent { code: value, text, advance }));
        }
        Shown { length, advance, known }
    }

    /// Makes it a gap where a damaged ToUnicode says nothing about a code that is shown.
    fn notice(&self, code: u32, length: usize, shared: &mut Shared<'_>) {
        let mut text = String::new();
        if !self.to_unicode.as_ref().is_some_and(|map| map.text(code, length, &mut text)) {
            shared.gaps.add(GapKind::Damaged, "font: ToUnicode is damaged");
        }
    }

    /// Appends the text of a code. `false` when its character is unknown.
    fn text(&self, composite: &Composite, code: Code, out: &mut String, shared: &mut Shared<'_>) -> bool {
        let start = out.len();
        let mut private = None;
        if let Some(map) = &self.to_unicode
            && map.text(code.value, code.length, out)
        {
            let text = out.get(start..).unwrap_or_default();
            if !is_nonsense(text) {
                return true;
            }
            private = text.chars().next().filter(|c| ('\u{f000}'..='\u{f0ff}').contains(c));
            out.truncate(start);
        }
        if self.damaged {
            self.notice(code.value, code.length, shared);
        }
        if composite.coding.spell(code.value, code.length, out) {
            if !is_nonsense(out.get(start..).unwrap_or_default()) {
                return true;
            }
            out.truncate(start);
        }
        let cid = composite.coding.cid(code.value, code.length);
        let char = cid.and_then(|cid| composite.cid_char(cid, shared)).or_else(|| {
            let code = u32::from(private?) & 0xff;
            symbol_font(&self.base_font, u8::try_from(code).ok()?)
        });
        if let Some(char) = char {
            out.push(char);
            return true;
        }
        if let (Some(collection), Some(cid)) = (composite.collection, cid)
            && let Some(text) = collection.text(cid)
        {
            out.push_str(text);
            return true;
        }
        out.push('\u{fffd}');
        false
    }

    fn advance(&self, composite: &Composite, code: Code) -> f32 {
        if self.vertical {
            return composite.down;
        }
        match composite.coding.cid(code.value, code.length) {
            Some(cid) => composite.width(cid),
            // The CIDs of predefined CMaps are not at hand; all collections number ASCII from 1, or
            // have a second set at half width.
            None if (0x20..0x7f).contains(&code.value) => {
                let cid = code.value - 31;
                composite.listed(cid).unwrap_or(if composite.is_national() {
                    500.0
                } else {
                    composite.default_width
                })
            }
            None => composite.default_width,
        }
    }
}

impl Composite {
    fn listed(&self, cid: u32) -> Option<f32> {
        let end = self.widths.partition_point(|range| range.0 <= cid);
        self.widths.get(..end)?.last().filter(|range| cid <= range.1).map(|range| range.2)
    }

    fn width(&self, cid: u32) -> f32 {
        self.listed(cid).unwrap_or(self.default_width)
    }

    fn is_national(&self) -> bool {
        matches!(self.coding, Coding::National { .. })
    }

    /// The character that the font itself gives a CID.
    fn cid_char(&self, cid: u32, shared: &mut Shared<'_>) -> Option<char> {
        if self.unicode_cids {
            return char::from_u32(cid).filter(|c| !c.is_control());
        }
        let (packed, map) = self.packed.as_ref()?;
        if map.is_none() && self.collection.is_some() {
            return None;
        }
        let (program, map) = self.program.get_or_init(|| {
            let program = TrueType::parse(&shared.unpack(packed, "font"));
            (program, map.as_ref().map(|map| shared.unpack(map, "font").into_owned()))
        });
        let glyph = match map {
            Some(map) => {
                let at = usize::try_from(cid).ok()?.checked_mul(2)?;
                let pair = map.get(at..at + 2)?;
                u16::from_be_bytes([*pair.first()?, *pair.last()?])
            }
            None => u16::try_from(cid).ok()?,
        };
        program.char(glyph).filter(|&c| !is_nonsense(c.encode_utf8(&mut [0; 4])))
    }
}

/// Whether this is a font that is not embedded and whose name is Chinese in GBK: old Chinese programs
/// show GBK with those, two bytes a character, whatever the encoding says.
fn is_named_in_gbk(dict: &Dict<'_>) -> bool {
    let Some(name) = dict.get::<Name<'_>>("BaseFont").filter(|name| !name.is_ascii()) else { return false };
    let gbk = encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(&name);
    let descriptor = dict.get::<Dict<'_>>("FontDescriptor").unwrap_or_default();
    let embedded = ["FontFile", "FontFile2", "FontFile3"].iter().any(|key| descriptor.contains_key(key));
    !embedded && gbk.is_some_and(|name| name.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)))
}

/// Such a font.
fn gbk() -> Composite {
    Composite {
        coding: Coding::National { encoding: encoding_rs::GB18030, jis7: false },
        collection: Some(Collection::Gb1),
        unicode_cids: false,
        widths: Vec::new(),
        default_width: 1000.0,
        down: -1000.0,
        packed: None,
        program: OnceCell::new(),
        recent: vec![Cell::new(None); RECENT],
    }
}

fn composite(dict: &Dict<'_>, shared: &mut Shared<'_>) -> (Composite, bool) {
    let descendant = dict
        .get::<Array<'_>>("DescendantFonts")
        .and_then(|array| array.iter::<Dict<'_>>().next())
        .or_else(|| dict.get::<Dict<'_>>("DescendantFonts"))
        .unwrap_or_default();
    let (coding, vertical, implied) = match dict.get::<Object<'_>>("Encoding") {
        Some(Object::Name(name)) => {
            predefined(&name).unwrap_or((Coding::Embedded(Box::default(), None), name.ends_with(b"-V"), None))
        }
        Some(Object::Stream(encoding)) => embedded_coding(&encoding, BASES, shared),
        _ => (Coding::Identity, false, None),
    };
    let info = descendant.get::<Dict<'_>>("CIDSystemInfo");
    let ordering = info.and_then(|info| info.get::<PdfString<'_>>("Ordering")).map(|o| o.as_bytes().to_vec());
    let ordering = ordering.unwrap_or_default();
    let number = |key: &str| descendant.get::<Number>(key).map(|n| n.as_f32());
    let down = descendant.get::<Array<'_>>("DW2").and_then(|a| a.iter::<Number>().nth(1));
    let descriptor = descendant.get::<Dict<'_>>("FontDescriptor").unwrap_or_default();
    let program = descriptor.get::<Stream<'_>>("FontFile2").or_else(|| {
        let open_type = descriptor.get::<Stream<'_>>("FontFile3")?;
        let subtype = open_type.dict().get::<Name<'_>>("Subtype")?;
        (subtype.as_ref() == b"OpenType").then_some(open_type)
    });
    let widths = cid_widths(&descendant);
    shared.operators += widths.len() as u64;
    let map = descendant.get::<Stream<'_>>("CIDToGIDMap");
    let packed = program.map(|program| (shared.pack(&program), map.map(|map| shared.pack(&map))));
    let composite = Composite {
        coding,
        collection: Collection::named(&ordering).or(implied),
        unicode_cids: ordering == b"UCS",
        widths,
        default_width: number("DW").unwrap_or(1000.0),
        down: down.map_or(-1000.0, |n| n.as_f32()),
        packed,
        program: OnceCell::new(),
        recent: vec![Cell::new(None); RECENT],
    };
    (composite, vertical)
}

/// An embedded CMap with those it builds upon: whether it writes downwards, and the collection that a
/// predefined one implies.
fn embedded_coding(
    encoding: &Stream<'_>,
    bases: usize,
    shared: &mut Shared<'_>,
) -> (Coding, bool, Option<Collection>) {
    let cmap = CMap::parse(&shared.data(encoding, "font"));
    let dict = encoding.dict();
    let (base, vertical, implied) = match (&cmap.base, dict.get::<Object<'_>>("UseCMap")) {
        (_, Some(Object::Stream(base))) if bases > 0 => {
            let (base, vertical, implied) = embedded_coding(&base, bases - 1, shared);
            (Some(base), vertical, implied)
        }
        (Some(name), _) => predefined(name).map_or((None, false, None), |(c, v, i)| (Some(c), v, i)),
        (None, Some(Object::Name(name))) => {
            predefined(&name).map_or((None, false, None), |(c, v, i)| (Some(c), v, i))
        }
        _ => (None, false, None),
    };
    let vertical = match dict.get::<i32>("WMode") {
        Some(mode) => mode == 1,
        None => cmap.vertical || vertical,
    };
    (Coding::Embedded(Box::new(cmap), base.map(Box::new)), vertical, implied)
}

/// The W array: `first [width …]` and `first last width`.
fn cid_widths(font: &Dict<'_>) -> Vec<(u32, u32, f32)> {
    let mut widths = Vec::new();
    let Some(array) = font.get::<Array<'_>>("W") else { return widths };
    let mut numbers: Vec<f32> = Vec::with_capacity(3);
    for item in array.iter::<Object<'_>>().take(WIDTHS) {
        match item {
            Object::Number(number) => numbers.push(number.as_f32()),
            Object::Array(list) => {
                let first = numbers.last().copied().map_or(0, to_code);
                let room = WIDTHS.saturating_sub(widths.len());
                for (cid, width) in (first..).zip(list.iter::<Number>()).take(room) {
                    widths.push((cid, cid, width.as_f32()));
                }
                numbers.clear();
            }
            _ => {}
        }
        if let [first, last, width] = numbers[..] {
            widths.push((to_code(first), to_code(last), width));
            numbers.clear();
        }
    }
    widths.sort_by_key(|range| range.0);
    widths
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
fn to_code(number: f32) -> u32 {
    number as u32
}

fn simple(
    dict: &Dict<'_>,
    base_font: &str,
    truetype: bool,
    to_unicode: Option<&CMap>,
    shared: &mut Shared<'_>,
) -> Kind {
    let descriptor = dict.get::<Dict<'_>>("FontDescriptor").unwrap_or_default();
    let embedded = ["FontFile", "FontFile2", "FontFile3"].iter().any(|key| descriptor.contains_key(key));
    let symbolic = descriptor.get::<i32>("Flags").is_some_and(|flags| flags & 4 != 0);
    let (mut base, mut differences) = (None, HashMap::new());
    match dict.get::<Object<'_>>("Encoding") {
        Some(Object::Name(name)) => base = Encoding::named(&name),
        Some(Object::Dict(encoding)) => {
            base = encoding.get::<Name<'_>>("BaseEncoding").and_then(|name| Encoding::named(&name));
            let mut code = 0u32;
            let items = encoding.get::<Array<'_>>("Differences");
            for item in items.iter().flat_map(|array| array.iter::<Object<'_>>()).take(WIDTHS) {
                match item {
                    Object::Number(number) => code = to_code(number.as_f32()),
                    Object::Name(name) => {
                        differences.insert(code, name.to_vec());
                        code = code.saturating_add(1);
                    }
                    _ => {}
                }
                shared.operators += 1;
            }
        }
        _ => {}
    }
    let widths = simple_widths(dict, &descriptor, base_font);
    let named = |names: &HashMap<u32, Vec<u8>>, code: u8| {
        names.get(&u32::from(code)).and_then(|name| glyph_name(name))
    };
    let sound = |text: &String| !text.is_empty() && !is_nonsense(text);
    let mut texts: Vec<Option<String>> = (0..=255u8)
        .map(|code| {
            let mut text = String::new();
            if let Some(map) = to_unicode {
                map.text(u32::from(code), 1, &mut text);
            }
            Some(text)
                .filter(sound)
                .or_else(|| named(&differences, code).filter(sound))
                .or_else(|| symbol_font(base_font, code).map(String::from))
                .or_else(|| base.and_then(|base| base.char(code)).map(String::from).filter(sound))
        })
        .collect();
    // The embedded font is read only for codes that the font dictionary gives a width.
    let used = |code: u8| widths.get(usize::from(code)).is_some_and(|&width| width != 0.0);
    if (0..=255u8).zip(&texts).any(|(code, text)| text.is_none() && used(code)) {
        let mut stream = |dict: &Dict<'_>, key: &str| {
            dict.get::<Stream<'_>>(key).map(|stream| shared.data(&stream, "font").into_owned())
        };
        let (mut built_in, mut program) = (HashMap::new(), None);
        if truetype {
            program = stream(&descriptor, "FontFile2").map(|data| TrueType::parse(&data));
        } else if base.is_none() {
            if let Some(data) = stream(&descriptor, "FontFile") {
                built_in = type1_encoding(&data).into_iter().collect();
            } else if let Some(data) = stream(&descriptor, "FontFile3") {
                match cff::encoding(&data) {
                    Some(cff::Codes::Standard) => base = Some(Encoding::Standard),
                    Some(cff::Codes::Own(codes)) => built_in = codes.into_iter().collect(),
                    None => {}
                }
            }
        }
        for (code, text) in (0..=255u8).zip(&mut texts).filter(|(_, text)| text.is_none()) {
            *text = named(&built_in, code)
                .or_else(|| base.and_then(|base| base.char(code)).map(String::from))
                .or_else(|| {
                    let program = program.as_ref()?;
                    program.glyph(code).and_then(|glyph| program.char(glyph)).map(String::from)
                })
                .filter(sound);
        }
    }
    let implied = if truetype { Encoding::WinAnsi } else { Encoding::Standard };
    let (mut readings, mut known) = (Vec::with_capacity(256), Vec::with_capacity(256));
    for (code, text) in (0..=255u8).zip(texts) {
        let guess = || implied.char(code).map(String::from);
        let certain = text.or_else(|| guess().filter(|_| !(embedded && symbolic)));
        known.push(certain.is_some());
        readings.push(certain.or_else(guess).map(String::into_boxed_str));
    }
    Kind::Simple(Box::new(Simple { texts: readings, known, widths }))
}

fn simple_widths(dict: &Dict<'_>, descriptor: &Dict<'_>, base_font: &str) -> Vec<f32> {
    let missing = descriptor.get::<Number>("MissingWidth").map_or(0.0, |n| n.as_f32());
    let mut widths = vec![missing; 256];
    if let Some(array) = dict.get::<Array<'_>>("Widths") {
        let first = dict.get::<i64>("FirstChar").and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        for (width, slot) in array.iter::<Number>().zip(widths.iter_mut().skip(first)) {
            *slot = width.as_f32();
        }
        return widths;
    }
    // One of the fourteen standard fonts.
    let table = if base_font.contains("Times") { &TIMES } else { &HELVETICA };
    for (code, slot) in widths.iter_mut().enumerate() {
        let listed = code.checked_sub(32).and_then(|i| table.get(i)).copied().map_or(556.0, f32::from);
        *slot = if base_font.contains("Courier") { 600.0 } else { listed };
    }
    widths
}

/// The built-in encoding in the readable part of a Type 1 font: lines `dup 65 /A put`.
fn type1_encoding(data: &[u8]) -> Vec<(u32, Vec<u8>)> {
    const READABLE_BYTES: usize = 64 << 10;
    let mut lexer = super::lexer::Lexer::new(data.get(..data.len().min(READABLE_BYTES)).unwrap_or_default());
    let mut found = Vec::new();
    let mut code = None;
    use super::lexer::Token;
    while let Some(token) = lexer.next() {
        match token {
            Token::Number(number) => code = Some(to_code(number)),
            Token::Name(name) => {
                if let Some(code) = code.take().filter(|&code| code < 256) {
                    found.push((code, name.to_vec()));
                }
            }
            Token::Word(b"eexec") => break,
            Token::Word(b"put" | b"dup") => {}
            _ => code = None,
        }
        lexer.forget_strings();
    }
    found
}
