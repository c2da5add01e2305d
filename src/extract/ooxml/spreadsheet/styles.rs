//! How cells look, as far as it decides what is seen of them: number formats, alignment, white
//! letters.

use std::collections::HashMap;

use crate::extract::ooxml::properties::{aside, foreign_values, words_in_attributes};
use crate::extract::sink::Sink;
use crate::read::number::{Code, Shown, builtin, general};
use crate::read::xml::{Element, Event, Xml};
use crate::text::{Align, Place};

/// The formats of a workbook's cells.
#[derive(Debug, Default)]
pub(super) struct Formats {
    codes: HashMap<u32, Code>,
    cells: Vec<Format>,
    /// Days are counted from 1904.
    pub(super) from_1904: bool,
}

/// One format that cells name by its number.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Format {
    code: u32,
    pub(super) align: Option<Align>,
    /// White letters on no ground of their own.
    pub(super) invisible: bool,
}

impl Formats {
    /// Takes in the part of styles.
    pub(super) fn read(&mut self, xml: &mut Xml<'_>, sink: &mut Sink<'_>) {
        let mut open: Vec<Tag> = Vec::new();
        let (mut white, mut filled): (Vec<bool>, Vec<bool>) = (Vec::new(), Vec::new());
        let (mut cells, mut codes) = (Vec::new(), HashMap::new());
        while let Some(event) = xml.next() {
            match event {
                Event::Start(element) => {
                    let tag = Tag::of(element.local());
                    let number = |name| element.attribute(name)?.parse::<u32>().ok();
                    match (open.last(), tag) {
                        (_, Tag::NumberFormat) => {
                            if let (Some(id), Some(code)) =
                                (number("numFmtId"), element.attribute("formatCode"))
                            {
                                codes.entry(id).or_insert_with(|| Code::parse(&code));
                            }
                        }
                        (Some(Tag::Fonts), Tag::Font) => white.push(false),
                        (Some(Tag::Font), Tag::Colour) => {
                            if let Some(font) = white.last_mut() {
                                *font = is_white(&element);
                            }
                        }
                        (Some(Tag::Fills), Tag::Fill) => filled.push(false),
                        (Some(Tag::Fill), Tag::Pattern) => {
                            let pattern = element.attribute("patternType").unwrap_or_default();
                            if let Some(fill) = filled.last_mut() {
                                *fill =
                                    element.local() == "gradientFill" || !matches!(&*pattern, "" | "none");
                            }
                        }
                        (Some(Tag::CellFormats), Tag::CellFormat) => {
                            let looks = (number("fontId").unwrap_or(0), number("fillId").unwrap_or(0));
                            let format =
                                Format { code: number("numFmtId").unwrap_or(0), ..Format::default() };
                            cells.push((format, looks));
                        }
                        (Some(Tag::CellFormat), Tag::Alignment) => {
                            if let Some((format, _)) =
                                cells.last_mut().filter(|_| open.contains(&Tag::CellFormats))
                            {
                                format.align = align(&element.attribute("horizontal").unwrap_or_default());
                            }
                        }
                        _ => {}
                    }
                    // A font's name says nothing.
                    if tag == Tag::NumberFormat {
                        for code in foreign_values(&element) {
                            sink.tell_once(Place::Attribute, &code.replace(['"', '\\'], ""));
                        }
                    } else if open.last() != Some(&Tag::Font) {
                        words_in_attributes(&element, Place::Attribute, sink);
                    }
                    open.push(tag);
                }
                Event::End => {
                    open.pop();
                }
                Event::Text(text) => sink.tell_once(Place::Hidden, text.trim()),
                Event::Aside(text) => aside(&text, sink),
            }
        }
        if !self.cells.is_empty() {
            return;
        }
        self.codes = codes;
        for (format, _) in &cells {
            self.push_code(format.code, builtin(format.code));
        }
        let at = |list: &[bool], index: u32| {
            usize::try_from(index).ok().and_then(|index| list.get(index)).copied().unwrap_or_default()
        };
        let seen = |(format, (font, fill)): (Format, (u32, u32))| Format {
            invisible: at(&white, font) && !at(&filled, fill),
            ..format
        };
        self.cells = cells.into_iter().map(seen).collect();
    }

    /// Adds a number format code.
    pub(super) fn push_code(&mut self, id: u32, code: &str) {
        self.codes.entry(id).or_insert_with(|| Code::parse(code));
    }

    /// Adds the format of cells with the next number.
    pub(super) fn push_cell(&mut self, code: u32, align: Option<Align>) {
        self.push_code(code, builtin(code));
        self.cells.push(Format { code, align, invisible: false });
    }

    /// The format with this number; an unknown one shows all as it is.
    pub(super) fn get(&self, index: usize) -> Format {
        self.cells.get(index).copied().unwrap_or_default()
    }

    /// What a number looks like, and whether it is seen.
    pub(super) fn number(&self, format: Format, raw: &str) -> (String, bool) {
        let shown = match self.codes.get(&format.code) {
            Some(code) if code.is_general() => Shown::Plain,
            Some(code) => code.number(raw, self.from_1904),
            None => Shown::Plain,
        };
        match shown {
            Shown::Plain => (general(raw), true),
            Shown::Formatted(shown) => (shown, true),
            Shown::Nothing => (general(raw), false),
        }
    }

    /// What stands in the place of a text, where it is not the text itself, and whether it is seen.
    pub(super) fn text(&self, format: Format, text: &str) -> (Option<String>, bool) {
        match self.codes.get(&format.code).map(|code| code.text(text)) {
            None | Some(Shown::Plain) => (None, true),
            Some(Shown::Formatted(shown)) => (Some(shown), true),
            Some(Shown::Nothing) => (None, false),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Tag {
    NumberFormat,
    Fonts,
    Font,
    Colour,
    Fills,
    Fill,
    Pattern,
    CellFormats,
    CellFormat,
    Alignment,
    Other,
}

impl Tag {
    fn of(local: &str) -> Self {
        match local {
            "numFmt" => Self::NumberFormat,
            "fonts" => Self::Fonts,
            "font" => Self::Font,
            "color" => Self::Colour,
            "fills" => Self::Fills,
            "fill" => Self::Fill,
            "patternFill" | "gradientFill" => Self::Pattern,
            "cellXfs" => Self::CellFormats,
            "xf" => Self::CellFormat,
            "alignment" => Self::Alignment,
            _ => Self::Other,
        }
    }
}

/// Whether a colour is white, by its value or as the theme's ground.
fn is_white(colour: &Element<'_>) -> bool {
    let rgb = colour.attribute("rgb").unwrap_or_default();
    let plain = colour.attribute("tint").is_none();
    rgb.len() >= 6 && rgb.to_ascii_uppercase().ends_with("FFFFFF")
        || plain && colour.attribute("theme").is_some_and(|theme| theme == "0")
        || colour.attribute("indexed").is_some_and(|index| matches!(&*index, "1" | "9" | "65"))
}

fn align(horizontal: &str) -> Option<Align> {
    match horizontal {
        "left" => Some(Align::Left),
        "center" | "centerContinuous" => Some(Align::Centre),
        "right" => Some(Align::Right),
        _ => None,
    }
}
