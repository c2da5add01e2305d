//! RTF: the text with its formatting state, group by group, and every destination beside it.
//!
//! Bytes are characters in the code page of the font that is set, so the font table is read and
//! stretches of bytes are decoded as wholes, whatever stands between their halves. Destinations that
//! nobody knows are told as hidden text where they look like text.

mod charset;
mod destination;
mod field;
mod lexer;
mod object;

use std::collections::HashMap;

use encoding_rs::{Encoding, WINDOWS_1252};

use self::destination::{Destination, Leaf};
use self::field::Form;
use self::lexer::{Lexer, Token};
use super::Extracted;
use super::flow::Flows;
use super::readings::{CODE, DELETED, Field, Flags, HIDDEN, INSERTED, STRUCK};
use super::sink::Sink;
use crate::limits::{Budget, Gap, GapKind};
use crate::read::symbol::{pictured, symbol, symbol_font};
use crate::text::{Align, Place};

/// Groups within groups that have a state of their own; deeper ones share the last.
const GROUPS: usize = 10_000;
/// Fonts that are remembered.
const FONTS: usize = 10_000;
/// Colours that are remembered.
const COLOURS: usize = 10_000;
/// Half points of letters where nothing is said.
const HALF_POINTS: i32 = 24;

/// Reads a document of this format.
pub(super) fn extract(bytes: &[u8], budget: &mut Budget) -> Extracted {
    let mut sink = Sink::new(budget);
    Reader::new(&mut sink).read(bytes);
    sink.finish()
}

/// What a group inherits from the one around it.
#[derive(Debug, Clone, Copy)]
struct Group {
    destination: Destination,
    flags: Flags,
    /// White letters, and whether there is a ground to see them on.
    white: bool,
    ground: bool,
    half_points: i32,
    align: Option<Align>,
    /// The paragraph is in a table.
    in_table: bool,
    /// Characters to pass over behind a Unicode one.
    fallback: usize,
    font: i32,
    /// Font of double-byte characters, and whether these come next.
    wide_font: i32,
    wide: bool,
    /// What the group began, and what its end ends.
    begun: Begun,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begun {
    Nothing,
    Flow,
    Leaf,
    Field,
    /// The data of a form field.
    Form,
}

struct Font {
    encoding: Option<&'static Encoding>,
    /// Its name in lower case.
    name: String,
}

struct Reader<'s, 'b> {
    flows: Flows<'s, 'b>,
    groups: Vec<Group>,
    /// Groups that are open beyond [`GROUPS`].
    refused: usize,
    fonts: HashMap<i32, Font>,
    /// Font that the font table is at.
    table_font: i32,
    /// Which colours are white; the parts of the one that the colour table is at.
    white: Vec<bool>,
    colour: [i32; 3],
    default_font: i32,
    encoding: &'static Encoding,
    /// Bytes not yet decoded.
    bytes: Vec<u8>,
    /// First half of a character whose other half has not come.
    half: Vec<u8>,
    /// The row of the table has a ground of its own.
    row_ground: bool,
    /// First half of a character beyond the basic plane.
    high: Option<u16>,
    /// Characters still to be passed over.
    skip: usize,
    /// The next word may be a destination that nobody knows.
    starred: bool,
    /// Text of the open leaves.
    leaves: Vec<String>,
    /// Fields that are open, and the data of the form field that is.
    fields: Vec<Field>,
    form: Form,
    shape_name: String,
    property_name: String,
    object_class: String,
}

impl<'s, 'b> Reader<'s, 'b> {
    fn new(sink: &'s mut Sink<'b>) -> Self {
        let outside = Group {
            destination: Destination::Quiet,
            flags: 0,
            white: false,
            ground: false,
            half_points: HALF_POINTS,
            align: None,
            in_table: false,
            fallback: 1,
            font: 0,
            wide_font: -1,
            wide: false,
            begun: Begun::Nothing,
        };
        Self {
            flows: Flows::new(sink),
            groups: vec![outside],
            refused: 0,
            fonts: HashMap::new(),
            table_font: 0,
            white: Vec::new(),
            colour: [0; 3],
            default_font: 0,
            encoding: WINDOWS_1252,
            bytes: Vec::new(),
            half: Vec::new(),
            row_ground: false,
            high: None,
            skip: 0,
            starred: false,
            leaves: Vec::new(),
            fields: Vec::new(),
            form: Form::default(),
            shape_name: String::new(),
            property_name: String::new(),
            object_class: String::new(),
        }
    }

    fn read(mut self, bytes: &[u8]) {
        let mut lexer = Lexer::new(bytes);
        let (mut deep, mut ended) = (false, false);
        while let Some(token) = lexer.next() {
            match token {
                Token::Open => {
                    self.flush(true);
                    self.starred = false;
                    if self.groups.len() < GROUPS {
                        let group = Group { begun: Begun::Nothing, ..*self.group() };
                        self.groups.push(group);
                    } else {
                        self.refused += 1;
                        deep = true;
                    }
                }
                Token::Close => {
                    let goes_on = self.group().begun == Begun::Nothing;
                    self.flush(goes_on);
                    self.close();
                    if self.groups.len() == 1 && !ended {
                        ended = true;
                        self.flows.end_paragraph();
                        if lexer.rest().iter().any(|byte| byte.is_ascii_graphic() || *byte >= 0x80) {
                            self.flows.sink.gap(Gap::new(GapKind::Damaged, "text behind the end"));
                        }
                    }
                }
                Token::Word(name, value) => self.word(name, value),
                Token::Symbol(symbol) => self.symbol(symbol),
                Token::Byte(byte) => self.bytes(&[byte]),
                Token::Bytes(bytes) => self.bytes(bytes),
                Token::Binary(bytes, whole) => self.binary(bytes, whole),
            }
        }
        self.flush(false);
        if self.groups.len() > 1 || self.refused > 0 {
            self.flows.sink.gap(Gap::new(GapKind::Damaged, "ends early"));
        }
        if deep {
            self.flows.sink.gap(Gap::new(GapKind::Limit, format!("more than {GROUPS} nested groups")));
        }
        self.refused = 0;
        while self.groups.len() > 1 {
            self.close();
        }
        self.flows.finish();
    }

    fn group(&mut self) -> &mut Group {
        let last = self.groups.len() - 1;
        &mut self.groups[last]
    }

    fn close(&mut self) {
        (self.skip, self.starred) = (0, false);
        if self.refused > 0 {
            self.refused -= 1;
        } else if self.groups.len() > 1
            && let Some(group) = self.groups.pop()
        {
            match group.begun {
                Begun::Flow => self.flows.end_flow(),
                Begun::Leaf => self.end_leaf(group.destination),
                Begun::Field => self.end_field(),
                Begun::Form => self.end_form(),
                Begun::Nothing => {
                    // The parts of a variable stand in groups of their own.
                    if let Destination::Leaf(Leaf::Variable) = group.destination
                        && let Some(leaf) = self.leaves.last_mut().filter(|leaf| !leaf.is_empty())
                    {
                        leaf.push_str(": ");
                    }
                }
            }
        }
    }

    /// Takes bytes in the code page, less those that stand in for a Unicode character.
    fn bytes(&mut self, bytes: &[u8]) {
        let skipped = self.skip.min(bytes.len());
        self.skip -= skipped;
        match self.group().destination {
            Destination::Skip => {}
            Destination::Colours => {
                for _ in bytes.iter().filter(|byte| **byte == b';') {
                    let white = self.colour.iter().all(|part| *part >= 250);
                    if self.white.len() < COLOURS {
                        self.white.push(white);
                    }
                    self.colour = [0; 3];
                }
            }
            _ => self.bytes.extend_from_slice(bytes.get(skipped..).unwrap_or_default()),
        }
    }

    /// Decodes the bytes that have come together. Half a character waits for its other half, unless
    /// something came that parts them.
    fn flush(&mut self, wait: bool) {
        if self.bytes.is_empty() && (wait || self.half.is_empty()) {
            return;
        }
        let group = *self.group();
        let mut bytes = std::mem::take(&mut self.bytes);
        let font = if group.wide { self.fonts.get(&group.wide_font) } else { None };
        let font = font.filter(|_| !bytes.is_ascii()).or_else(|| self.fonts.get(&group.font));
        if let Some(symbols) = font.and_then(|font| symbol_font(&font.name)) {
            let text: String = bytes.iter().copied().map(char::from).collect();
            return self.put(&pictured(symbols, &text));
        }
        let encoding = font.and_then(|font| font.encoding).unwrap_or(self.encoding);
        let half = std::mem::take(&mut self.half);
        let mut text = String::new();
        if half.len() > 1 || charset::completes(&bytes) {
            bytes.splice(..0, half);
        } else if !half.is_empty() {
            // Its other half never came.
            text.push('\u{fffd}');
        }
        let (decoded, rest) = charset::decode(&bytes, encoding);
        text.push_str(&decoded);
        let kept = bytes.split_off(bytes.len() - rest);
        match (wait, kept.is_empty()) {
            (true, _) => self.half = kept,
            (false, false) => text.push('\u{fffd}'),
            (false, true) => {}
        }
        self.put(&text);
    }

    /// Takes characters.
    fn put(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let group = *self.group();
        match group.destination {
            Destination::Text => {
                let ground = group.ground || group.in_table && self.row_ground;
                let hidden = if group.white && !ground { HIDDEN } else { 0 };
                if !self.flows.flow().is_open {
                    self.begin_paragraph();
                }
                self.flows.append(text, group.flags | hidden);
            }
            Destination::Leaf(_) => {
                if let Some(leaf) = self.leaves.last_mut() {
                    leaf.push_str(text);
                }
            }
            Destination::Fonts => {
                if let Some(font) = self.fonts.get_mut(&self.table_font) {
                    font.name.push_str(&text.to_ascii_lowercase());
                }
            }
            Destination::Quiet => {
                if !text.is_ascii() {
                    self.flows.sink.tell_once(Place::Hidden, text);
                }
            }
            Destination::Colours | Destination::Skip => {}
        }
    }

    fn begin_paragraph(&mut self) {
        let group = *self.group();
        match (group.in_table, self.flows.in_table()) {
            (true, false) => self.flows.begin_table(),
            (false, true) => self.flows.end_table(),
            _ => {}
        }
        let size = u16::try_from(group.half_points.saturating_mul(5)).ok();
        self.flows.begin_paragraph(group.align, size);
    }

    fn end_paragraph(&mut self) {
        self.flush(false);
        let align = self.group().align;
        self.flows.flow().align = align;
        self.flows.end_paragraph();
    }

    fn binary(&mut self, bytes: &[u8], whole: bool) {
        self.flush(false);
        if !whole {
            self.flows.sink.gap(Gap::new(GapKind::Damaged, "binary data ends early"));
        }
        match self.group().destination {
            Destination::Skip => {}
            Destination::Leaf(Leaf::Object) => self.object(bytes),
            Destination::Leaf(Leaf::Picture) => self.picture(bytes),
            Destination::Leaf(Leaf::Data) => self.data(bytes),
            _ => self.flows.sink.inner("binary", bytes.to_vec()),
        }
    }

    fn symbol(&mut self, symbol: u8) {
        if self.skip > 0 {
            self.skip -= 1;
            return;
        }
        match symbol {
            b'*' => self.starred = true,
            b'~' => self.character("\u{a0}"),
            b'_' => self.character("-"),
            // An optional hyphen is not seen.
            _ => {}
        }
    }

    fn character(&mut self, text: &str) {
        self.flush(false);
        self.put(text);
    }

    fn unicode(&mut self, value: i32) {
        self.flush(false);
        // Negative numbers are those above 32767.
        let (Ok(unit), fallback) = (u16::try_from(value & 0xffff), self.group().fallback) else { return };
        let code = match (self.high.take(), unit) {
            (_, 0xd800..=0xdbff) => {
                self.high = Some(unit);
                self.skip = fallback;
                return;
            }
            (Some(high), 0xdc00..=0xdfff) => {
                0x10000 + ((u32::from(high) & 0x3ff) << 10) + (u32::from(unit) & 0x3ff)
            }
            _ if value > 0xffff => value.unsigned_abs(),
            _ => u32::from(unit),
        };
        let font = self.group().font;
        let c = char::from_u32(code).unwrap_or('\u{fffd}');
        let c = match self.fonts.get(&font) {
            Some(font) => symbol_font(&font.name).and_then(|symbols| symbol(symbols, code)).unwrap_or(c),
            None => c,
        };
        self.put(c.encode_utf8(&mut [0; 4]));
        self.skip = fallback;
    }

    /// Takes a control word: characters and formatting here, destinations elsewhere.
    fn word(&mut self, name: &str, value: Option<i32>) {
        let starred = std::mem::take(&mut self.starred);
        if self.skip > 0 && name != "u" {
            self.skip -= 1;
            return;
        }
        if name == "u" {
            return self.unicode(value.unwrap_or_default());
        }
        // Half a character may wait over words that change nothing in its bytes.
        self.flush(true);
        let on = value != Some(0);
        let number = value.unwrap_or_default();
        match name {
            "par" | "sect" | "page" | "column" => self.end_text_paragraph(),
            "line" | "lbr" | "softline" => self.character("\n"),
            "tab" => self.character("\t"),
            "cell" | "nestcell" => self.end_cell(),
            "row" | "nestrow" => {
                if let Destination::Text = self.group().destination {
                    self.end_paragraph();
                    self.flows.end_row();
                }
            }
            "intbl" => self.group().in_table = true,
            "pard" => {
                let group = self.group();
                (group.in_table, group.align, group.ground) = (false, None, false);
            }
            "ql" | "qj" => self.group().align = Some(Align::Left),
            "qc" => self.group().align = Some(Align::Centre),
            "qr" => self.group().align = Some(Align::Right),
            "plain" => {
                let font = self.default_font;
                let group = self.group();
                group.flags &= CODE;
                (group.white, group.half_points, group.font) = (false, HALF_POINTS, font);
            }
            "v" => self.flag(HIDDEN, on),
            "deleted" => self.flag(DELETED, on),
            "revised" => self.flag(INSERTED, on),
            "strike" | "striked" => self.flag(STRUCK, on),
            "fs" => self.group().half_points = number,
            "f" => match self.group().destination {
                Destination::Fonts => {
                    self.table_font = number;
                    if self.fonts.len() < FONTS {
                        self.fonts.insert(number, Font { encoding: None, name: String::new() });
                    } else {
                        let detail = format!("more than {FONTS} fonts");
                        self.flows.sink.gap(Gap::new(GapKind::Limit, detail));
                    }
                }
                _ => (self.group().font, self.group().wide) = (number, false),
            },
            "af" => {
                if self.group().wide {
                    self.group().wide_font = number;
                }
            }
            "dbch" => self.group().wide = true,
            "loch" | "hich" => self.group().wide = false,
            "fcharset" | "cpg" => {
                let encoding =
                    if name == "cpg" { charset::of_page(number) } else { charset::of_charset(number) };
                if let Some(font) = self.fonts.get_mut(&self.table_font) {
                    font.encoding = encoding.or(font.encoding);
                }
            }
            "ansicpg" => self.encoding = charset::of_page(number).unwrap_or(self.encoding),
            "mac" => self.encoding = encoding_rs::MACINTOSH,
            "deff" => (self.default_font, self.group().font) = (number, number),
            "red" => self.colour[0] = number,
            "green" => self.colour[1] = number,
            "blue" => self.colour[2] = number,
            "cf" => {
                let index = usize::try_from(number).unwrap_or_default();
                self.group().white = self.white.get(index).copied().unwrap_or(false);
            }
            "cb" | "highlight" | "chcbpat" | "cbpat" | "chshdng" | "shading" => {
                self.group().ground = number != 0;
            }
            "fftype" | "ffres" | "ffdefres" => self.form.take(name, number),
            "trowd" => self.row_ground = false,
            "clcbpat" | "clshdng" => self.row_ground |= number != 0,
            "uc" => self.group().fallback = usize::try_from(number).unwrap_or(1).min(16),
            "emdash" => self.character("—"),
            "endash" => self.character("–"),
            "lquote" => self.character("‘"),
            "rquote" => self.character("’"),
            "ldblquote" => self.character("“"),
            "rdblquote" => self.character("”"),
            "bullet" => self.character("•"),
            "emspace" | "enspace" | "qmspace" => self.character(" "),
            _ => self.destination(name, starred),
        }
    }

    fn flag(&mut self, flag: Flags, on: bool) {
        let flags = &mut self.group().flags;
        *flags = if on { *flags | flag } else { *flags & !flag };
    }

    /// Ends a paragraph, or a line of a leaf.
    fn end_text_paragraph(&mut self) {
        match self.group().destination {
            Destination::Text => self.end_paragraph(),
            _ => self.character("\n"),
        }
    }

    fn end_cell(&mut self) {
        let Destination::Text = self.group().destination else { return self.character("\t") };
        if !self.flows.in_table() {
            self.flush(false);
            if self.flows.flow().is_open {
                // A cell in a paragraph that did not say it was in a table.
                self.group().in_table = true;
            } else {
                self.flows.begin_table();
            }
        }
        self.end_paragraph();
        self.flows.begin_cell();
    }
}
