//! Simple fonts: 256 codes, each with its text and its width, in one flat table.
//!
//! The text of a code comes from ToUnicode, the names of the encoding's differences, the font's own
//! meaning where it is known by its name, or the base encoding. Only where a used code has none of these
//! is the embedded font read.

use hayro_syntax::object::{Array, Dict, Name, Number, Object, Stream};

use super::cff;
use super::cmap::CMap;
use super::encoding::{Encoding, Symbols, glyph_name};
use super::font::{Shown, is_nonsense, says_nothing, to_code};
use super::lexer::{Lexer, Token};
use super::shared::Shared;
use super::truetype::TrueType;

/// Entries of an array of differences.
const DIFFERENCES: usize = 100_000;
/// Bytes of a Type 1 font that are read at least for its encoding, which stands in front; at most
/// eight times as many.
const READABLE_BYTES: u64 = 8 << 10;
/// Codes of a simple font.
const CODES: usize = 256;

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
        let widths = widths(dict, &descriptor, base_font);
        let (texts, guesses) = texts(dict, &descriptor, base_font, truetype, to_unicode, &widths, shared);
        const UNKNOWN: char = '\u{fffd}';
        let blank = Shown { advance: 0.0, known: false, blank: false, space: false };
        let mut codes = Box::new([Code { text: Reading::Char(UNKNOWN), shown: blank }; CODES]);
        let mut long = Vec::new();
        for (((index, code), text), advance) in (0..=255u8).zip(codes.iter_mut()).zip(texts).zip(widths) {
            let known = text.is_some();
            let guess = || guesses.char(index).map(Text::from);
            let (text, blank) = match text.or_else(guess).unwrap_or(Text::Char(UNKNOWN)) {
                Text::Char(char) => (Reading::Char(char), char.is_whitespace()),
                Text::Several(text) => {
                    let number = u16::try_from(long.len()).unwrap_or(0);
                    let blank = text.trim().is_empty();
                    long.push(text);
                    (Reading::Long(number), blank)
                }
            };
            *code = Code { text, shown: Shown { advance, known, blank, space: index == b' ' } };
        }
        Self { codes, long }
    }

    /// Appends the text of a code.
    #[inline]
    pub(super) fn show(&self, code: u8, out: &mut String) -> Shown {
        let code = &self.codes[usize::from(code)];
        match code.text {
            Reading::Char(char) => out.push(char),
            Reading::Long(index) => out.push_str(self.long.get(usize::from(index)).map_or("", |text| text)),
        }
        code.shown
    }
}

/// A text, seldom of more than one character.
#[derive(Debug)]
enum Text {
    Char(char),
    Several(Box<str>),
}

impl From<char> for Text {
    fn from(char: char) -> Self {
        Self::Char(char)
    }
}

impl Text {
    /// A text that says something.
    fn sound(text: &str) -> Option<Self> {
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            _ if is_nonsense(text) => None,
            (Some(char), None) => Some(Self::Char(char)),
            _ => Some(Self::Several(text.into())),
        }
    }

    fn sound_char(char: char) -> Option<Self> {
        (!says_nothing(char)).then_some(Self::Char(char))
    }
}

/// The names of glyphs by their codes.
type Names = [Option<Box<[u8]>>; CODES];

fn named(names: &Names, code: u8) -> Option<Text> {
    let name = names.get(usize::from(code))?.as_ref()?;
    glyph_name(name).and_then(|text| Text::sound(&text))
}

/// The texts of all codes as far as they are known, and the encoding that guesses the others.
fn texts(
    dict: &Dict<'_>,
    descriptor: &Dict<'_>,
    base_font: &str,
    truetype: bool,
    to_unicode: Option<&CMap>,
    widths: &[f32; CODES],
    shared: &mut Shared<'_>,
) -> ([Option<Text>; CODES], Encoding) {
    let embedded = ["FontFile", "FontFile2", "FontFile3"].iter().any(|key| descriptor.contains_key(key));
    let symbolic = descriptor.get::<i32>("Flags").is_some_and(|flags| flags & 4 != 0);
    let mut base = None;
    let mut differences: Names = [const { None }; CODES];
    match dict.get::<Object<'_>>("Encoding") {
        Some(Object::Name(name)) => base = Encoding::named(&name),
        Some(Object::Dict(encoding)) => {
            base = encoding.get::<Name<'_>>("BaseEncoding").and_then(|name| Encoding::named(&name));
            let mut code = 0u32;
            let items = encoding.get::<Array<'_>>("Differences");
            for item in items.iter().flat_map(|array| array.iter::<Object<'_>>()).take(DIFFERENCES) {
                match item {
                    Object::Number(number) => code = to_code(number.as_f32()),
                    Object::Name(name) => {
                        if let Some(slot) = differences.get_mut(code as usize) {
                            *slot = Some(name.as_ref().into());
                        }
                        code = code.saturating_add(1);
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
    let mapped = to_unicode.map(CMap::low_codes);
    let symbols = Symbols::named(base_font);
    let mut text = String::new();
    let mut texts = [const { None }; CODES];
    for (code, slot) in (0..=255u8).zip(&mut texts) {
        if let (Some(map), Some(true)) = (to_unicode, mapped.as_ref().map(|m| m[usize::from(code)])) {
            text.clear();
            map.text(u32::from(code), 1, &mut text);
            *slot = Text::sound(&text);
        }
        if slot.is_none() {
            *slot = named(&differences, code)
                .or_else(|| symbols.and_then(|symbols| symbols.char(code)).map(Text::from))
                .or_else(|| base.and_then(|base| base.char(code)).and_then(Text::sound_char));
        }
    }
    // The embedded font is read only for codes that the font dictionary gives a width.
    if texts.iter().zip(widths).any(|(text, &width)| text.is_none() && width != 0.0) {
        let mut stream = |key: &str| {
            descriptor.get::<Stream<'_>>(key).map(|stream| shared.data(&stream, "font").into_owned())
        };
        let (mut built_in, mut program): (Names, _) = ([const { None }; CODES], None);
        if truetype {
            program = stream("FontFile2").map(|data| TrueType::parse(&data));
        } else if base.is_none() {
            if let Some(font) = descriptor.get::<Stream<'_>>("FontFile") {
                let told = font.dict().get::<i64>("Length1").and_then(|length| u64::try_from(length).ok());
                let length = told.unwrap_or(u64::MAX).clamp(READABLE_BYTES, 8 * READABLE_BYTES);
                built_in = type1_encoding(&shared.head(&font, length, "font"));
            } else if let Some(data) = stream("FontFile3") {
                match cff::encoding(&data) {
                    Some(cff::Codes::Standard) => base = Some(Encoding::Standard),
                    Some(cff::Codes::Own(codes)) => {
                        for (code, name) in codes {
                            if let Some(slot) = built_in.get_mut(code as usize) {
                                *slot = Some(name.into());
                            }
                        }
                    }
                    None => {}
                }
            }
        }
        for (code, text) in (0..=255u8).zip(&mut texts).filter(|(_, text)| text.is_none()) {
            let program = || program.as_ref().and_then(|program| program.char(program.glyph(code)?));
            *text = named(&built_in, code).or_else(|| {
                base.and_then(|base| base.char(code)).or_else(program).and_then(Text::sound_char)
            });
        }
    }
    let implied = if truetype { Encoding::WinAnsi } else { Encoding::Standard };
    if !(embedded && symbolic) {
        for (code, text) in (0..=255u8).zip(&mut texts).filter(|(_, text)| text.is_none()) {
            *text = implied.char(code).map(Text::from);
        }
    }
    (texts, implied)
}

fn widths(dict: &Dict<'_>, descriptor: &Dict<'_>, base_font: &str) -> [f32; CODES] {
    let missing = descriptor.get::<Number>("MissingWidth").map_or(0.0, |n| n.as_f32());
    let mut widths = [missing; CODES];
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
fn type1_encoding(data: &[u8]) -> Names {
    let mut lexer = Lexer::new(data);
    let mut found: Names = [const { None }; CODES];
    let mut code = None;
    while let Some(token) = lexer.next() {
        match token {
            Token::Number(number) => code = Some(to_code(number)),
            Token::Name(name) => {
                if let Some(slot) = code.take().and_then(|code| found.get_mut(code as usize)) {
                    *slot = Some(name.into());
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
