//! Simple fonts: 256 codes, each with its text and its width, in one flat table.
//!
//! The text of a code comes from ToUnicode, the names of the encoding's differences, the font's own
//! meaning where it is known by its name, or the base encoding. Only where a used code has none of these
//! is the embedded font read.

use std::sync::OnceLock;

use hayro_syntax::object::{Array, Dict, Name, Number, Object, Stream};

use super::array::{array_under, numbers_under};
use super::cff;
use super::cmap::CMap;
use super::encoding::{Encoding, Symbols, glyph_character, glyph_name};
use super::font::{Shown, is_nonsense, says_nothing, to_code};
use super::lexer::{Lexer, Token, single};
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
pub(super) const NOT_ASCII: u8 = 0x80;

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
    codes: Box<Codes>,
    /// Texts of several characters.
    long: Vec<Box<str>>,
}

/// A code: its text, and what else it shows.
#[derive(Debug, Clone, Copy)]
struct Code {
    text: Reading,
    /// It, if it is one ASCII character for certain, else [`NOT_ASCII`].
    ascii: u8,
    /// The same of what is neither a blank nor the code of a space.
    letter: u8,
    shown: Shown,
}

/// The text of a code.
#[derive(Debug, Clone, Copy)]
enum Reading {
    Char(char),
    /// Number of a text of several characters.
    Long(u16),
}

/// All codes of a font.
type Codes = [Code; CODES];

impl Code {
    const UNKNOWN: Self = Self {
        text: Reading::Char(char::REPLACEMENT_CHARACTER),
        ascii: NOT_ASCII,
        letter: NOT_ASCII,
        shown: Shown { advance: 0.0, known: false, blank: false, space: false },
    };

    /// A code with this text, of which the long ones are `long`.
    fn known(text: Reading, long: &[Box<str>]) -> Self {
        let (ascii, blank) = match text {
            Reading::Char(char) => (u8::try_from(char).ok().filter(u8::is_ascii), char.is_whitespace()),
            Reading::Long(number) => {
                (None, long.get(usize::from(number)).is_some_and(|text| text.trim().is_empty()))
            }
        };
        let shown = Shown { known: true, blank, ..Self::UNKNOWN.shown };
        let letter = ascii.filter(|_| !blank).unwrap_or(NOT_ASCII);
        Self { text, ascii: ascii.unwrap_or(NOT_ASCII), letter, shown }
    }

    /// A code with this character.
    fn character(char: char) -> Self {
        Self::known(Reading::Char(char), &[])
    }
}

/// The codes of a base encoding, without widths.
fn table(encoding: Encoding) -> &'static Codes {
    static TABLES: [OnceLock<Codes>; 6] = [const { OnceLock::new() }; 6];
    TABLES[encoding as usize]
        .get_or_init(|| encoding.chars().map(|c| c.map_or(Code::UNKNOWN, Code::character)))
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
        let mut codes = codes(dict, &descriptor, base_font, truetype, to_unicode, &widths, &mut long, shared);
        for (code, width) in codes.iter_mut().zip(widths) {
            code.shown.advance = width;
        }
        let space = &mut codes[usize::from(b' ')];
        (space.shown.space, space.letter) = (true, NOT_ASCII);
        Self { codes, long }
    }

    /// What a code shows beside its text, and that if it is one ASCII character, else no such.
    #[inline(always)]
    pub(super) fn code(&self, code: u8) -> (Shown, u8) {
        let code = &self.codes[usize::from(code)];
        (code.shown, code.ascii)
    }

    /// The advance of a code, and its text if that is one ASCII character, no blank and not the
    /// code of a space, else [`NOT_ASCII`].
    #[inline(always)]
    pub(super) fn letter(&self, code: u8) -> (f32, u8) {
        let code = &self.codes[usize::from(code)];
        (code.shown.advance, code.letter)
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

/// The text of a glyph's name.
fn named(name: &[u8], long: &mut Vec<Box<str>>) -> Option<Reading> {
    glyph_name(name).and_then(|text| sound(&text, long))
}

/// All codes with their texts, but without widths.
#[expect(clippy::too_many_arguments, reason = "all that the text of a code may come from")]
fn codes(
    dict: &Dict<'_>,
    descriptor: &Dict<'_>,
    base_font: &str,
    truetype: bool,
    to_unicode: Option<&CMap>,
    widths: &[f32; CODES],
    long: &mut Vec<Box<str>>,
    shared: &mut Shared<'_>,
) -> Box<Codes> {
    let embedded = ["FontFile", "FontFile2", "FontFile3"].iter().any(|key| descriptor.contains_key(key));
    let symbolic = descriptor.get::<i32>("Flags").is_some_and(|flags| flags & 4 != 0);
    let encoding = dict.get::<Object<'_>>("Encoding");
    let mut base = match &encoding {
        Some(Object::Name(name)) => Encoding::named(name),
        Some(Object::Dict(encoding)) => {
            encoding.get::<Name<'_>>("BaseEncoding").and_then(|name| Encoding::named(&name))
        }
        _ => None,
    };
    let mut codes = Box::new(base.map_or([Code::UNKNOWN; CODES], |base| *table(base)));
    if let Some(symbols) = Symbols::named(base_font) {
        for (code, slot) in (0..=255u8).zip(codes.iter_mut()) {
            *slot = symbols.char(code).map_or(*slot, Code::character);
        }
    }
    // What ToUnicode tells of a code needs no name.
    let mut told = [false; CODES];
    let unnamed = codes.clone();
    if let Some(map) = to_unicode {
        let mut text = String::new();
        let mapped = map.low_codes();
        for (code, _) in (0..=255u8).zip(mapped).filter(|(_, mapped)| *mapped) {
            text.clear();
            map.text(u32::from(code), 1, &mut text);
            if let Some(text) = sound(&text, long) {
                codes[usize::from(code)] = Code::known(text, long);
                told[usize::from(code)] = true;
            }
        }
    }
    if let Some(Object::Dict(encoding)) = encoding {
        shared.parsed_dict(&encoding);
        let mut code = 0u32;
        let mut name = |name: Option<&[u8]>, number: f32| {
            let Some(name) = name else {
                code = to_code(number);
                return;
            };
            let index = code as usize;
            if let (Some(false), Some(slot), Some(unnamed)) =
                (told.get(index), codes.get_mut(index), unnamed.get(index))
            {
                *slot = named(name, long).map_or(*unnamed, |text| Code::known(text, long));
            }
            code = code.saturating_add(1);
        };
        if let Some(data) = array_under(&encoding, "/Differences")
            && !data.contains(&b'[')
        {
            shared.parsed(data);
            let mut items = Lexer::new(data);
            for _ in 0..DIFFERENCES {
                shared.operators += 1;
                match items.next() {
                    Some(Token::Number(number)) => name(None, single(number)),
                    Some(Token::Name(own)) => name(Some(own), 0.0),
                    Some(_) => {}
                    None => break,
                }
            }
        } else {
            let items = encoding.get::<Array<'_>>("Differences");
            shared.parsed(items.as_ref().map_or(&[], Array::data));
            for item in items.iter().flat_map(|array| array.iter::<Object<'_>>()).take(DIFFERENCES) {
                shared.parsed_object(&item);
                if shared.is_spent() {
                    break;
                }
                match item {
                    Object::Number(number) => name(None, number.as_f32()),
                    Object::Name(own) => name(Some(&own), 0.0),
                    _ => {}
                }
                shared.operators += 1;
            }
        }
    }
    // The embedded font is read only for codes that the font dictionary gives a width.
    if codes.iter().zip(widths).any(|(code, &width)| !code.shown.known && width != 0.0) {
        let mut stream = |key: &str| {
            descriptor.get::<Stream<'_>>(key).map(|stream| shared.data(&stream, "font").into_owned())
        };
        let (mut built_in, mut program) = ([None; CODES], None);
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
        for ((code, slot), named) in (0..=255u8).zip(codes.iter_mut()).zip(built_in) {
            if slot.shown.known {
                continue;
            }
            let char = |code: u8| {
                let program = || program.as_ref().and_then(|program| program.char(program.glyph(code)?));
                base.and_then(|base| base.char(code)).or_else(program).and_then(sound_char)
            };
            if let Some(text) = named.or_else(|| char(code)) {
                *slot = Code::known(text, long);
            }
        }
    }
    // What is implied is certain, or a guess.
    let implied = table(if truetype { Encoding::WinAnsi } else { Encoding::Standard });
    let certain = !(embedded && symbolic);
    for (slot, implied) in codes.iter_mut().zip(implied).filter(|(slot, _)| !slot.shown.known) {
        *slot = if certain || !implied.shown.known {
            *implied
        } else {
            Code {
                ascii: NOT_ASCII,
                letter: NOT_ASCII,
                shown: Shown { known: false, ..implied.shown },
                ..*implied
            }
        };
    }
    codes
}

fn widths(dict: &Dict<'_>, descriptor: &Dict<'_>, base_font: &str, shared: &mut Shared<'_>) -> [f32; CODES] {
    let missing = descriptor.get::<Number>("MissingWidth").map_or(0.0, |n| n.as_f32());
    let mut widths = [missing; CODES];
    let first = || dict.get::<i64>("FirstChar").and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    if let Some(data) = numbers_under(dict, "/Widths") {
        shared.parsed(data);
        let mut items = Lexer::new(data);
        for slot in widths.iter_mut().skip(first()) {
            let Some(Token::Number(width)) = items.next() else { break };
            *slot = single(width);
        }
        return widths;
    }
    if let Some(array) = dict.get::<Array<'_>>("Widths") {
        shared.parsed(array.data());
        let slots = widths.iter_mut().skip(first());
        array.iter::<Number>().zip(slots).for_each(|(width, slot)| *slot = width.as_f32());
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
fn type1_encoding(data: &[u8], found: &mut [Option<Reading>; CODES], long: &mut Vec<Box<str>>) {
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
