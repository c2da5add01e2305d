//! Fonts: from the bytes of a string to codes, their text and their widths.
//!
//! The text of a code comes from ToUnicode; where that is missing or nonsense, from the encoding's
//! own meaning, the glyph's name, the collection of its CID, or the embedded font read backwards.
//! What is left is unknown, and the caller counts it.

use std::cell::{Cell, OnceCell};

use hayro_syntax::object::{Array, Dict, Name, Number, Object, Stream, String as PdfString};

use super::array::numbers_under;
use super::cmap::CMap;
use super::coding::{Coding, Collection, predefined};
use super::encoding::{Symbols, glyph_character};
use super::lexer::{Lexer, Token, single};
use super::shared::{Packed, Shared};
use super::simple::Simple;
use crate::limits::GapKind;
use crate::read::truetype::TrueType;

/// CMaps that a CMap builds upon, one upon the other.
const BASES: usize = 4;
/// Entries of a width array, those of the arrays in it included.
const WIDTHS: usize = 100_000;

/// Glyphs of a composite font that are remembered, a power of two.
const RECENT: usize = 2048;

/// A font as far as text needs it.
#[derive(Debug)]
pub(super) struct Font {
    kind: Kind,
    to_unicode: Option<CMap>,
    /// ToUnicode was damaged: what it says nothing about may have been lost from it.
    pub(super) damaged: bool,
    symbols: Option<Symbols>,
    /// Glyphs follow each other downwards.
    pub(super) vertical: bool,
    /// Width of one thousandth of the font size; other than 0.001 in Type 3 fonts.
    pub(super) unit: f32,
}

#[derive(Debug)]
enum Kind {
    Simple(Simple),
    Composite(Box<Composite>),
}

/// A glyph that was shown.
#[derive(Debug, Clone, Copy)]
struct Recent {
    text: char,
    advance: f32,
    code: u16,
    blank: bool,
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

/// What a code shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    /// Thousandths of the font size (glyph units in Type 3 fonts).
    pub(super) advance: f32,
    /// Its character is known; otherwise U+FFFD or a guess stands for it.
    pub(super) known: bool,
    /// It shows nothing but white space.
    pub(super) blank: bool,
    /// It is the code of one byte to which word spacing is added.
    pub(super) space: bool,
}

/// Text that says nothing: private use, control characters, replacement characters.
pub(super) fn is_nonsense(text: &str) -> bool {
    text.chars().all(says_nothing)
}

/// The same of one character.
pub(super) fn says_nothing(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffd}'
        | '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..='\u{fff8}' | '\u{ffff}' | '\u{f0000}'..)
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
        let (kind, vertical) = if is_composite(dict, subtype.as_deref()) {
            let (mut composite, vertical) = composite(dict, shared);
            let identity =
                dict.get::<Name<'_>>("ToUnicode").is_some_and(|name| name.starts_with(b"Identity"));
            composite.unicode_cids |= identity;
            (Kind::Composite(Box::new(composite)), vertical)
        } else if to_unicode.is_none() && is_named_in_gbk(dict) {
            (Kind::Composite(Box::new(gbk())), false)
        } else {
            let truetype = subtype.as_deref() == Some(b"TrueType");
            let simple = Simple::load(dict, &base_font, truetype, to_unicode.as_ref(), shared);
            (Kind::Simple(simple), false)
        };
        let unit = if type3 {
            let matrix = dict.get::<Array<'_>>("FontMatrix");
            matrix.and_then(|m| m.iter::<Number>().next()).map_or(0.001, |n| n.as_f32().abs())
        } else {
            0.001
        };
        Self { kind, to_unicode, damaged, symbols: Symbols::named(&base_font), vertical, unit }
    }

    /// The table of its codes, if it is a simple font.
    #[inline]
    pub(super) fn simple(&self) -> Option<&Simple> {
        match &self.kind {
            Kind::Simple(simple) => Some(simple),
            Kind::Composite(_) => None,
        }
    }

    /// Appends the text of the code that `bytes` (at least one) start with; tells its length too.
    #[inline]
    pub(super) fn show(&self, bytes: &[u8], out: &mut String, shared: &mut Shared<'_>) -> (Shown, usize) {
        let composite = match &self.kind {
            Kind::Simple(simple) => {
                let code = bytes.first().copied().unwrap_or(0);
                out.push_str(simple.text(code, &mut [0; 4]));
                return (simple.code(code).0, 1);
            }
            Kind::Composite(composite) => composite,
        };
        let (value, length) = match (&composite.coding, bytes) {
            (Coding::Identity, &[high, low, ..]) => (u32::from(u16::from_be_bytes([high, low])), 2),
            (Coding::Utf16, &[high @ (0..0xd8 | 0xe0..), low, ..]) => {
                (u32::from(u16::from_be_bytes([high, low])), 2)
            }
            (coding, _) => coding.code(bytes),
        };
        let cell = composite.recent.get(value as usize % RECENT).filter(|_| length == 2);
        let shown = match cell.and_then(Cell::get) {
            Some(recent) if u32::from(recent.code) == value => {
                out.push(recent.text);
                Shown { advance: recent.advance, known: true, blank: recent.blank, space: false }
            }
            _ => {
                let shown = self.show_composite(composite, Code { value, length }, cell, out, shared);
                Shown { space: length == 1 && bytes.first() == Some(&b' '), ..shown }
            }
        };
        (shown, length)
    }

    fn show_composite(
        &self,
        composite: &Composite,
        code: Code,
        cell: Option<&Cell<Option<Recent>>>,
        out: &mut String,
        shared: &mut Shared<'_>,
    ) -> Shown {
        let start = out.len();
        let known = self.text(composite, code, out, shared);
        let advance = self.advance(composite, code);
        let text = out.get(start..).unwrap_or_default();
        let blank = text.trim().is_empty();
        let mut chars = text.chars();
        if let (true, Some(cell), Ok(code), Some(text), None) =
            (known, cell, u16::try_from(code.value), chars.next(), chars.next())
        {
            cell.set(Some(Recent { text, advance, code, blank }));
        }
        Shown { advance, known, blank, space: false }
    }

    /// Makes it a gap where a damaged ToUnicode says nothing about a code that is shown.
    fn notice(&self, code: u32, length: usize, shared: &mut Shared<'_>) {
        let mut text = String::new();
        if !self.to_unicode.as_ref().is_some_and(|map| map.text(code, length, &mut text)) {
            shared.gaps.add(GapKind::Damaged, "font: ToUnicode is damaged");
        }
    }

    /// The same for the codes of a string in a simple font, whose table knows nothing of the damage.
    pub(super) fn notice_all(&self, codes: &[u8], shared: &mut Shared<'_>) {
        for &code in codes {
            self.notice(u32::from(code), 1, shared);
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
            let text = out.get(start..).unwrap_or_default();
            if !is_nonsense(text) {
                return true;
            }
            let meant = composite.collection.zip(text.chars().next());
            let meant = meant.and_then(|(collection, char)| collection.private(char));
            out.truncate(start);
            if let Some(text) = meant {
                out.push_str(text);
                return true;
            }
        }
        let cid = composite.coding.cid(code.value, code.length);
        let char = cid.and_then(|cid| composite.cid_char(cid, shared)).or_else(|| {
            let code = u32::from(private?) & 0xff;
            self.symbols?.char(u8::try_from(code).ok()?)
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
            let program = TrueType::parse(&shared.unpack(packed, "font"), glyph_character);
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
        program.char(glyph).filter(|&c| !says_nothing(c))
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

/// Whether a font is made of others: it says so, or names them and nothing that can be read of its kind.
fn is_composite(dict: &Dict<'_>, subtype: Option<&[u8]>) -> bool {
    match subtype {
        Some(b"Type0") => true,
        Some(b"Type1" | b"MMType1" | b"TrueType" | b"Type3") => false,
        _ => dict.contains_key("DescendantFonts"),
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
    shared.parsed_dict(&descendant);
    shared.parsed_dict(&descriptor);
    let widths = cid_widths(&descendant, shared);
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
fn cid_widths(font: &Dict<'_>, shared: &mut Shared<'_>) -> Vec<(u32, u32, f32)> {
    if let Some(data) = numbers_under(font, "/W") {
        shared.parsed(data);
        let widths = plain_widths(Lexer::new(data));
        shared.operators += widths.len() as u64;
        return widths;
    }
    let mut widths = Vec::new();
    let Some(array) = font.get::<Array<'_>>("W") else { return widths };
    shared.parsed(array.data());
    let mut numbers: Vec<f32> = Vec::with_capacity(3);
    for item in array.iter::<Object<'_>>().take(WIDTHS) {
        shared.parsed_object(&item);
        if widths.len() >= WIDTHS || shared.is_spent() {
            break;
        }
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
    shared.operators += widths.len() as u64;
    widths.sort_by_key(|range| range.0);
    widths
}

/// The same where there are no references: nearly always, and some fonts have thousands of widths.
fn plain_widths(mut items: Lexer<'_>) -> Vec<(u32, u32, f32)> {
    let mut widths = Vec::new();
    let mut numbers: Vec<f32> = Vec::with_capacity(3);
    // The next CID of a list.
    let mut list: Option<u32> = None;
    while let Some(token) = items.next() {
        match (token, &mut list) {
            (Token::Number(width), Some(cid)) if widths.len() < WIDTHS => {
                let width = single(width);
                widths.push((*cid, *cid, width));
                *cid = cid.saturating_add(1);
            }
            (Token::Number(number), None) => numbers.push(single(number)),
            (Token::Open, None) => list = Some(numbers.last().copied().map_or(0, to_code)),
            (Token::Close, Some(_)) => {
                list = None;
                numbers.clear();
            }
            _ => {}
        }
        if let [first, last, width] = numbers[..] {
            if widths.len() < WIDTHS {
                widths.push((to_code(first), to_code(last), width));
            }
            numbers.clear();
        }
    }
    widths.sort_by_key(|range| range.0);
    widths
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
pub(super) fn to_code(number: f32) -> u32 {
    number as u32
}
