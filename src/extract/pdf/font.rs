//! Fonts: from the bytes of a string to codes, their text and their widths.
//!
//! The text of a code comes from ToUnicode; where that is missing or nonsense, from the encoding's
//! own meaning, the glyph's name, the collection of its CID, or the embedded font read backwards.
//! What is left is unknown, and the caller counts it.

use std::cell::Cell;

use hayro_syntax::object::{Array, Dict, Name, Number, Stream};

use super::cmap::CMap;
use super::coding::Coding;
use super::composite::{Code, Composite, RECENT, Recent};
use super::encoding::Symbols;
use super::shared::Shared;
use super::simple::Simple;
use crate::limits::GapKind;

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
            let (composite, vertical) = Composite::load(dict, shared);
            (Kind::Composite(Box::new(composite)), vertical)
        } else if to_unicode.is_none() && is_named_in_gbk(dict) {
            (Kind::Composite(Box::new(Composite::gbk())), false)
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
        let advance = if self.vertical { composite.down } else { composite.advance(code) };
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
}

/// Whether a font is made of others: it says so, or names them and nothing that can be read of its kind.
fn is_composite(dict: &Dict<'_>, subtype: Option<&[u8]>) -> bool {
    match subtype {
        Some(b"Type0") => true,
        Some(b"Type1" | b"MMType1" | b"TrueType" | b"Type3") => false,
        _ => dict.contains_key("DescendantFonts"),
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

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
pub(super) fn to_code(number: f32) -> u32 {
    number as u32
}
