//! Simple fonts: 256 codes, each with its text and its width, in one flat table.
//!
//! The text of a code comes from ToUnicode, the names of the encoding's differences, the font's own
//! meaning where it is known by its name, or the base encoding. Only where a used code has none of these
//! is the embedded font read.

use hayro_syntax::object::{Array, Dict, Name, Number, Object, Stream};

use super::cff;
use super::cmap::CMap;
use super::encoding::{Encoding, Symbols, glyph_character, glyph_name};
use super::font::{Shown, is_nonsense, says_nothing, to_code};
use super::lexer::{Lexer, Token, plain_items, single};
use super::shared::Shared;
use super::words::find;
use crate::read::truetype::TrueType;

/// Entries of an array of differences.
const DIFFERENCES: usize = 100_000;
/// Bytes of a Type 1 font that are read at least for its encoding, which stands in front of what is
/// encrypted.
const READABLE_BYTES: u64 = 1 << 10;
/// The same at most.
const MOST_READABLE_BYTES: u64 = 64 << 10;
/// Codes of a simple font.
const CODES: usize = 256;
/// Stands for a text that is not one ASCII character.
const NOT_ASCII: u8 = 0x80;

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

/// A simple font.
#[derive(Debug)]
pub(super) struct Simple {
    codes: Box<[Code; CODES]>,
    /// Texts of several characters.
    long: Vec<Box<str>>,
}

/// A code: its text, and what else it shows.
#[derive(Debug, Clone, Copy)]
struct Code {
    text: Reading,
    /// It, if it is one ASCII character for certain, else [`NOT_ASCII`].
    ascii: u8,
    shown: Shown,
}

/// The text of a code.
#[derive(Debug, Clone, Copy)]
enum Reading {
    Char(char),
    /// Number of a text of several characters.
    Long(u16),
}

impl Simple {
    /// Reads the encoding and the widths of a font dictionary.
    pub(super) fn load(
        dict: &Dict<'_>,
        base_font: &str,
        truetype: bool,
        to_unicode: Option<&CMap>,
        shared: &mut Shared<'_>,
    ) -> Self {
        let descriptor = dict.get::<Dict<'_>>("FontDescriptor").unwrap_or_default();
        shared.parsed_dict(&descriptor);
        let widths = widths(dict, &descriptor, base_font, shared);
        let mut long = Vec::new();
        let (texts, guesses) =
            texts(dict, &descriptor, base_font, truetype, to_unicode, &widths, &mut long, shared);
        let unknown = Code {
            text: Reading::Char(char::REPLACEMENT_CHARACTER),
            ascii: NOT_ASCII,
            shown: Shown { advance: 0.0, known: false, blank: false, space: false },
        };
        let mut codes = Box::new([unknown; CODES]);
        for (((code, text), advance), guess) in
            codes.iter_mut().zip(texts).zip(widths).zip(guesses.chars())
        {
            (code.shown.advance, code.shown.known) = (advance, text.is_some());
            code.text = text.or_else(|| guess.map(Reading::Char)).unwrap_or(code.text);
            code.shown.blank = match code.text {
                Reading::Char(char) => {
                    if code.shown.known && char.is_ascii() {
                        code.ascii = u8::try_from(char).unwrap_or(NOT_ASCII);
                    }
                    char.is_whitespace()
                }
                Reading::Long(number) => {
                    long.get(usize::from(number)).is_some_and(|text| text.trim().is_empty())
                }
            };
        }
        codes[usize::from(b' ')].shown.space = true;
        Self { codes, long }
    }

    /// What a code shows beside its text, and that if it is one ASCII character, else no such.
    #[inline(always)]
    pub(super) fn code(&self, code: u8) -> (Shown, u8) {
        let code = &self.codes[usize::from(code)];
        (code.shown, code.ascii)
    }

    /// The text of a code; `buffer` is for a single character.
    pub(super) fn text<'a>(&'a self, code: u8, buffer: &'a mut [u8; 4]) -> &'a str {
        match self.codes[usize::from(code)].text {
            Reading::Char(char) => char.encode_utf8(buffer),
            Reading::Long(index) => self.long.get(usize::from(index)).map_or("", |text| text),
        }
    }
}

/// A text that says something; several characters are put aside.
fn sound(text: &str, long: &mut Vec<Box<str>>) -> Option<Reading> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        _ if is_nonsense(text) => None,
        (Some(char), None) => Some(Reading::Char(char)),
        _ => {
            let number = u16::try_from(long.len()).ok()?;
            long.push(text.into());
            Some(Reading::Long(number))
        }
    }
}

fn sound_char(char: char) -> Option<Reading> {
    (!says_nothing(char)).then_some(Reading::Char(char))
}

/// The texts of codes, where they are known.
type Readings = [Option<Reading>; CODES];

/// The text of a glyph's name.
fn named(name: &[u8], long: &mut Vec<Box<str>>) -> Option<Reading> {
    glyph_name(name).and_then(|text| sound(&text, long))
}

/// The texts of all codes as far as they are known, and the encoding that guesses the others.
#[expect(clippy::too_many_arguments, reason = "all that the text of a code may come from")]
fn texts(
    dict: &Dict<'_>,
    descriptor: &Dict<'_>,
    base_font: &str,
    truetype: bool,
    to_unicode: Option<&CMap>,
    widths: &[f32; CODES],
    long: &mut Vec<Box<str>>,
    shared: &mut Shared<'_>,
) -> (Readings, Encoding) {
    let embedded = ["FontFile", "FontFile2", "FontFile3"].iter().any(|key| descriptor.contains_key(key));
    let symbolic = descriptor.get::<i32>("Flags").is_some_and(|flags| flags & 4 != 0);
    let mut texts: Readings = [None; CODES];
    // What ToUnicode tells of a code.
    let mut told = [false; CODES];
    if let Some(map) = to_unicode {
        let mut text = String::new();
        for (((code, slot), told), _) in
            (0..=255u8).zip(&mut texts).zip(&mut told).zip(map.low_codes()).filter(|(_, mapped)| *mapped)
        {
            text.clear();
            map.text(u32::from(code), 1, &mut text);
            *slot = sound(&text, long);
            *told = slot.is_some();
        }
    }
    let mut base = None;
    match dict.get::<Object<'_>>("Encoding") {
        Some(Object::Name(name)) => base = Encoding::named(&name),
        Some(Object::Dict(encoding)) => {
            base = encoding.get::<Name<'_>>("BaseEncoding").and_then(|name| Encoding::named(&name));
            let mut code = 0u32;
            let items = encoding.get::<Array<'_>>("Differences");
            shared.parsed_dict(&encoding);
            shared.parsed(items.as_ref().map_or(&[], Array::data));
            for item in items.iter().flat_map(|array| array.iter::<Object<'_>>()).take(DIFFERENCES) {
                shared.parsed_object(&item);
                if shared.is_spent() {
                    break;
                }
                match item {
                    Object::Number(number) => code = to_code(number.as_f32()),
                    Object::Name(name) => {
                        // What ToUnicode says needs no name.
                        if let (Some(false), Some(slot)) =
                            (told.get(code as usize), texts.get_mut(code as usize))
                        {
                            *slot = named(&name, long);
                        }
                        code = code.saturating_add(1);
                    }
                    _ => {}
                }
                shared.operators += 1;
            }
        }
        _ => {}
    }
    if let Some(symbols) = Symbols::named(base_font) {
        for (code, slot) in (0..=255u8).zip(&mut texts) {
            *slot = slot.or_else(|| symbols.char(code).map(Reading::Char));
        }
    }
    let fill = |texts: &mut Readings, encoding: Encoding| {
        for (slot, char) in texts.iter_mut().zip(encoding.chars()) {
            *slot = slot.or(char.map(Reading::Char));
        }
    };
    if let Some(base) = base {
        fill(&mut texts, base);
    }
    // The embedded font is read only for codes that the font dictionary gives a width.
    if texts.iter().zip(widths).any(|(text, &width)| text.is_none() && width != 0.0) {
        let mut stream = |key: &str| {
            descriptor.get::<Stream<'_>>(key).map(|stream| shared.data(&stream, "font").into_owned())
        };
        let (mut built_in, mut program): (Readings, _) = ([None; CODES], None);
        if truetype {
            program = stream("FontFile2").map(|data| TrueType::parse(&data, glyph_character));
        } else if base.is_none() {
            if let Some(font) = descriptor.get::<Stream<'_>>("FontFile") {
                let told = font.dict().get::<i64>("Length1").and_then(|length| u64::try_from(length).ok());
                let told = told.unwrap_or(READABLE_BYTES).clamp(READABLE_BYTES, MOST_READABLE_BYTES);
                let mut head = shared.head(&font, told, "font");
                if told < MOST_READABLE_BYTES && find(&head, b"eexec").is_none() {
                    head = shared.head(&font, MOST_READABLE_BYTES, "font");
                }
                type1_encoding(&head, &mut built_in, long);
            } else if let Some(data) = stream("FontFile3") {
                match cff::encoding(&data) {
                    Some(cff::Codes::Standard) => base = Some(Encoding::Standard),
                    Some(cff::Codes::Own(codes)) => {
                        for (code, name) in codes {
                            if let Some(slot) = built_in.get_mut(code as usize) {
                                *slot = named(&name, long);
                            }
                        }
                    }
                    None => {}
                }
            }
        }
        let unknown = (0..=255u8).zip(&mut texts).zip(built_in).filter(|((_, text), _)| text.is_none());
        for ((code, text), named) in unknown {
            let program = || program.as_ref().and_then(|program| program.char(program.glyph(code)?));
            *text =
                named.or_else(|| base.and_then(|base| base.char(code)).or_else(program).and_then(sound_char));
        }
    }
    let implied = if truetype { Encoding::WinAnsi } else { Encoding::Standard };
    if !(embedded && symbolic) {
        fill(&mut texts, implied);
    }
    (texts, implied)
}

fn widths(dict: &Dict<'_>, descriptor: &Dict<'_>, base_font: &str, shared: &mut Shared<'_>) -> [f32; CODES] {
    let missing = descriptor.get::<Number>("MissingWidth").map_or(0.0, |n| n.as_f32());
    let mut widths = [missing; CODES];
    if let Some(array) = dict.get::<Array<'_>>("Widths") {
        shared.parsed(array.data());
        let first = dict.get::<i64>("FirstChar").and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        let slots = widths.iter_mut().skip(first);
        if let Some(mut items) = plain_items(array.data()) {
            for slot in slots {
                let Some(Token::Number(width)) = items.next() else { break };
                *slot = single(width);
            }
        } else {
            array.iter::<Number>().zip(slots).for_each(|(width, slot)| *slot = width.as_f32());
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
fn type1_encoding(data: &[u8], found: &mut Readings, long: &mut Vec<Box<str>>) {
    let mut lexer = Lexer::new(data);
    let mut code = None;
    while let Some(token) = lexer.next() {
        match token {
            Token::Number(number) => code = Some(to_code(single(number))),
            Token::Name(name) => {
                if let Some(slot) = code.take().and_then(|code| found.get_mut(code as usize)) {
                    *slot = named(name, long);
                }
            }
            Token::Word(b"eexec") => break,
            Token::Word(b"put" | b"dup") => {}
            _ => code = None,
        }
        lexer.forget_strings();
    }
}
