//! Composite fonts: codes of one to four bytes, their CIDs, and what the font that is embedded says.

use std::cell::{Cell, OnceCell};

use hayro_syntax::object::{Array, Dict, Name, Number, Object, Stream, String as PdfString};

use super::array::numbers_under;
use super::cmap::CMap;
use super::coding::{Coding, Collection, predefined};
use super::encoding::glyph_character;
use super::font::{says_nothing, to_code};
use super::lexer::{Lexer, Token, single};
use super::shared::{Packed, Shared};
use crate::read::truetype::TrueType;

/// CMaps that a CMap builds upon, one upon the other.
const BASES: usize = 4;
/// Entries of a width array, those of the arrays in it included.
const WIDTHS: usize = 100_000;

/// Glyphs of a composite font that are remembered, a power of two.
pub(super) const RECENT: usize = 2048;

/// A code of a string.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Code {
    pub(super) value: u32,
    pub(super) length: usize,
}

/// A glyph that was shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recent {
    pub(super) text: char,
    pub(super) advance: f32,
    pub(super) code: u16,
    pub(super) blank: bool,
}

/// A composite font.
#[derive(Debug)]
pub(super) struct Composite {
    pub(super) coding: Coding,
    pub(super) collection: Option<Collection>,
    /// The CIDs are Unicode values (an ordering UCS, or an identity as ToUnicode).
    unicode_cids: bool,
    /// Lowest and highest CID of a range, and its width; sorted.
    widths: Vec<(u32, u32, f32)>,
    default_width: f32,
    /// Advance of a glyph in vertical writing.
    pub(super) down: f32,
    /// The embedded font and its map from CIDs, read when a code needs them.
    packed: Option<(Packed, Option<Packed>)>,
    program: OnceCell<(TrueType, Option<Vec<u8>>)>,
    /// Codes of two bytes by their last bits.
    pub(super) recent: Vec<Cell<Option<Recent>>>,
}

impl Composite {
    /// Reads a font dictionary; tells whether it writes downwards.
    pub(super) fn load(dict: &Dict<'_>, shared: &mut Shared<'_>) -> (Self, bool) {
        let descendant = dict
            .get::<Array<'_>>("DescendantFonts")
            .and_then(|array| array.iter::<Dict<'_>>().next())
            .or_else(|| dict.get::<Dict<'_>>("DescendantFonts"))
            .unwrap_or_default();
        let (coding, vertical, implied) = match dict.get::<Object<'_>>("Encoding") {
            Some(Object::Name(name)) => predefined(&name).unwrap_or((
                Coding::Embedded(Box::default(), None),
                name.ends_with(b"-V"),
                None,
            )),
            Some(Object::Stream(encoding)) => embedded_coding(&encoding, BASES, shared),
            _ => (Coding::Identity, false, None),
        };
        let info = descendant.get::<Dict<'_>>("CIDSystemInfo");
        let ordering =
            info.and_then(|info| info.get::<PdfString<'_>>("Ordering")).map(|o| o.as_bytes().to_vec());
        let ordering = ordering.unwrap_or_default();
        let number = |key: &str| descendant.get::<Number>(key).map(|n| n.as_f32());
        let down = descendant.get::<Array<'_>>("DW2").and_then(|a| a.iter::<Number>().nth(1));
        let descriptor = descendant.get::<Dict<'_>>("FontDescriptor").unwrap_or_default();
        let program = descriptor.get::<Stream<'_>>("FontFile2").or_else(|| {
            let open_type = descriptor.get::<Stream<'_>>("FontFile3")?;
            let subtype = open_type.dict().get::<Name<'_>>("Subtype")?;
            (subtype.as_ref() == b"OpenType").then_some(open_type)
        });
        let identity = dict.get::<Name<'_>>("ToUnicode").is_some_and(|name| name.starts_with(b"Identity"));
        shared.parsed_dict(&descendant);
        shared.parsed_dict(&descriptor);
        let widths = cid_widths(&descendant, shared);
        let map = descendant.get::<Stream<'_>>("CIDToGIDMap");
        let packed = program.map(|program| (shared.pack(&program), map.map(|map| shared.pack(&map))));
        let composite = Self {
            coding,
            collection: Collection::named(&ordering).or(implied),
            unicode_cids: ordering == b"UCS" || identity,
            widths,
            default_width: number("DW").unwrap_or(1000.0),
            down: down.map_or(-1000.0, |n| n.as_f32()),
            packed,
            program: OnceCell::new(),
            recent: vec![Cell::new(None); RECENT],
        };
        (composite, vertical)
    }

    /// A font that shows GBK, two bytes a character.
    pub(super) fn gbk() -> Self {
        Self {
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

    /// Advance of a code in horizontal writing.
    pub(super) fn advance(&self, code: Code) -> f32 {
        match self.coding.cid(code.value, code.length) {
            Some(cid) => self.width(cid),
            // The CIDs of predefined CMaps are not at hand; all collections number ASCII from 1, or
            // have a second set at half width.
            None if (0x20..0x7f).contains(&code.value) => {
                let cid = code.value - 31;
                self.listed(cid).unwrap_or(if self.is_national() { 500.0 } else { self.default_width })
            }
            None => self.default_width,
        }
    }

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
    pub(super) fn cid_char(&self, cid: u32, shared: &mut Shared<'_>) -> Option<char> {
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
