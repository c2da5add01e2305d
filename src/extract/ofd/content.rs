//! What a page, template, annotation or composite unit paints: glyphs with their places, covers,
//! pictures.
//!
//! A text object holds the characters, their positions as lists of steps and, where the font's own
//! codes are used, glyph numbers. Coordinates stay in millimetres here, relative to whatever the
//! content is painted on; characters are placed one by one, since lines exist for the eye only.

use std::collections::HashMap;

use crate::extract::sink::Sink;
use crate::read::layout::{Glyph, Look};
use crate::read::xml::{Element, Event, Xml};
use crate::text::Place;

use super::geometry::{Matrix, apply, boundary, deltas, number, numbers, placed, whole};
use super::resources::Resources;

/// Glyphs of one content that are placed; the text behind them is told as it stands.
const GLYPHS: usize = 300_000;
/// Boxes under white text that are kept.
const COVERS: usize = 10_000;
/// Opacity, of 1, up to which nothing is seen.
const UNSEEN_ALPHA: f32 = 0.04;
/// Opacity, of 1, up to which text is pale.
const PALE_ALPHA: f32 = 0.6;
/// Luminance, of 1, from which on text on paper is not seen.
const WHITE: f32 = 0.97;
/// Luminance, of 1, from which on text is pale.
const PALE: f32 = 0.55;
/// Millimetres up to which letters are too small to be seen.
const SMALLEST: f32 = 0.25;

/// Painted things, in order.
#[derive(Debug, Default)]
pub(super) struct Content {
    /// The characters of all glyphs.
    pub(super) text: String,
    /// The glyphs; those marked as white are hidden where no cover lies under them.
    pub(super) glyphs: Vec<(Glyph, bool)>,
    /// Text for which there was no room among the glyphs.
    pub(super) loose: String,
    /// Boxes of pictures and filled shapes: left, top, right, bottom.
    pub(super) covers: Vec<[f32; 4]>,
    /// Composite units painted here: their identifier, where, and whether they are seen.
    pub(super) units: Vec<(String, Matrix, bool)>,
    /// Area of pictures in square millimetres.
    pub(super) picture_area: f32,
    /// Pictures painted.
    pub(super) pictures: usize,
    /// Segments of filled paths.
    pub(super) segments: usize,
    /// Characters painted.
    pub(super) shown: usize,
    /// Glyphs whose character is unknown.
    pub(super) unknown: usize,
    /// Those of them whose number in a font is known.
    pub(super) numbered: Vec<Numbered>,
    /// Empty squares painted by glyph number: a form's boxes, or unknown characters.
    pub(super) squares: usize,
}

/// A glyph that has a number and no character.
#[derive(Debug)]
pub(super) struct Numbered {
    /// Index among the glyphs.
    pub(super) glyph: usize,
    /// The font's identifier.
    pub(super) font: String,
    /// The glyph's number in it.
    pub(super) number: u16,
}

/// How things are painted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ink {
    pub(super) alpha: f32,
    /// 0 is black, 1 white.
    pub(super) luminance: f32,
    pub(super) visible: bool,
}

impl Ink {
    /// Black.
    pub(super) const DEFAULT: Self = Self { alpha: 1.0, luminance: 0.0, visible: true };

    /// With a colour element's values.
    pub(super) fn coloured(mut self, colour: &Element<'_>) -> Self {
        let values = colour.attribute("Value").map(|value| numbers(&value)).unwrap_or_default();
        self.luminance = match values[..] {
            [grey] => grey / 255.0,
            [red, green, blue] => (0.299 * red + 0.587 * green + 0.114 * blue) / 255.0,
            [cyan, magenta, yellow, black] => {
                let ink = 0.299 * cyan + 0.587 * magenta + 0.114 * yellow + black;
                1.0 - (ink / 255.0).min(1.0)
            }
            _ => self.luminance,
        };
        if let Some(alpha) = number(colour, "Alpha") {
            self.alpha *= alpha / 255.0;
        }
        self
    }

    fn white(self) -> bool {
        self.luminance >= WHITE
    }

    fn look(self, size: f32) -> Look {
        match self {
            _ if !self.visible || self.alpha <= UNSEEN_ALPHA || size < SMALLEST => Look::Hidden,
            _ if self.alpha <= PALE_ALPHA || (PALE..WHITE).contains(&self.luminance) => Look::Pale,
            _ => Look::Plain,
        }
    }
}

/// An element that is open.
struct Open {
    ink: Ink,
    kind: Kind,
}

enum Kind {
    Text(TextObject),
    Code(Code),
    Transform(Transform),
    /// A filled path with its box.
    Path([f32; 4]),
    Other,
}

struct TextObject {
    matrix: Matrix,
    size: f32,
    h_scale: f32,
    /// The font's identifier.
    font: String,
    codes: Vec<Code>,
    transforms: Vec<Transform>,
    /// Glyph numbers given.
    numbered: usize,
}

/// Glyph numbers for characters, one for each.
struct Transform {
    /// The first of the characters, counted over the whole text object.
    first: usize,
    numbers: String,
}

struct Code {
    text: String,
    x: Option<f32>,
    y: Option<f32>,
    delta_x: String,
    delta_y: String,
}

/// Reads to the end of the element that was just opened.
pub(super) fn read(xml: &mut Xml<'_>, ink: Ink, resources: &Resources, sink: &mut Sink<'_>) -> Content {
    let mut content = Content::default();
    let mut open: Vec<Open> = Vec::new();
    while let Some(event) = xml.next() {
        match event {
            Event::Start(element) => {
                let ink = open.last().map_or(ink, |open| open.ink).with(&element, resources);
                let seen = ink.look(1.0) != Look::Hidden;
                let mut kind = Kind::Other;
                match element.local() {
                    "TextObject" => kind = Kind::Text(TextObject::new(&element)),
                    "TextCode" => kind = Kind::Code(Code::new(&element)),
                    "CGTransform" => {
                        if let Some(Open { kind: Kind::Text(object), .. }) = open.last_mut() {
                            object.numbered += whole(&element, "GlyphCount").unwrap_or(1);
                        }
                        // Where several characters make one glyph, none has a number of its own.
                        let count = |name| whole(&element, name).unwrap_or(1);
                        if count("CodeCount") == count("GlyphCount") {
                            let first = whole(&element, "CodePosition").unwrap_or(0);
                            kind = Kind::Transform(Transform { first, numbers: String::new() });
                        }
                    }
                    "FillColor" => {
                        if let Some(filled) = open.last_mut() {
                            filled.ink = filled.ink.coloured(&element);
                        }
                    }
                    "ImageObject" if seen => {
                        let area = boundary(&element);
                        content.pictures += 1;
                        content.picture_area += (area[2] - area[0]) * (area[3] - area[1]);
                        content.cover(area);
                    }
                    "PathObject" if element.attribute("Fill").is_some_and(|fill| fill == "true") => {
                        kind = Kind::Path(boundary(&element));
                    }
                    "CompositeObject" => {
                        let id = element.attribute("ResourceID").unwrap_or_default().into_owned();
                        content.units.push((id, placed(&element), seen));
                    }
                    _ => {}
                }
                words_in_attributes(&element, sink);
                open.push(Open { ink, kind });
            }
            Event::Text(text) => match open.as_mut_slice() {
                [.., Open { kind: Kind::Code(code), .. }] => code.text.push_str(&text),
                [.., Open { kind: Kind::Transform(transform), .. }, _] => transform.numbers.push_str(&text),
                _ if !text.is_ascii() => sink.tell_once(Place::Hidden, &text),
                [.., Open { kind: Kind::Path(_), .. }, _] => {
                    let segments = text.bytes().filter(|byte| matches!(byte, b'L' | b'B' | b'Q' | b'A'));
                    content.segments += segments.count();
                }
                _ => {}
            },
            Event::End => {
                let Some(Open { ink, kind }) = open.pop() else { break };
                match (kind, open.last_mut().map(|open| &mut open.kind)) {
                    (Kind::Code(code), Some(Kind::Text(object))) if object.codes.len() < GLYPHS => {
                        object.codes.push(code);
                    }
                    (Kind::Code(code), Some(Kind::Text(_))) => {
                        content.loose.push_str(&code.text);
                        content.loose.push('\n');
                    }
                    (Kind::Transform(transform), Some(Kind::Text(object))) => {
                        object.transforms.push(transform);
                    }
                    // Characters outside of a text object are not painted.
                    (Kind::Code(code), _) => sink.tell_once(Place::Hidden, &code.text),
                    (Kind::Text(object), _) => content.paint(&object, ink),
                    (Kind::Path(area), _) if !ink.white() && ink.look(1.0) != Look::Hidden => {
                        content.cover(area);
                    }
                    _ => {}
                }
            }
            Event::Aside(text) => sink.tell_once(Place::Hidden, &text),
        }
    }
    // The part breaks off within these.
    for Open { ink, kind } in open {
        match kind {
            Kind::Text(object) => content.paint(&object, ink),
            Kind::Code(code) => sink.tell_once(Place::Hidden, &code.text),
            _ => {}
        }
    }
    content
}

impl Ink {
    /// As an element changes it.
    fn with(mut self, element: &Element<'_>, resources: &Resources) -> Self {
        if let Some(ink) = element.attribute("DrawParam").and_then(|id| resources.ink(&id)) {
            self.luminance = ink.luminance;
            self.alpha *= ink.alpha;
        }
        if let Some(alpha) = number(element, "Alpha") {
            self.alpha *= alpha / 255.0;
        }
        let is = |name: &str, value: &str| element.attribute(name).is_some_and(|found| found == value);
        let unpainted = element.local() == "TextObject" && is("Fill", "false") && !is("Stroke", "true");
        if is("Visible", "false") || unpainted {
            self.visible = false;
        }
        self
    }
}

impl TextObject {
    fn new(element: &Element<'_>) -> Self {
        Self {
            matrix: placed(element),
            size: number(element, "Size").unwrap_or(3.5).abs(),
            h_scale: number(element, "HScale").filter(|scale| *scale > 0.0).unwrap_or(1.0),
            font: element.attribute("Font").unwrap_or_default().into_owned(),
            codes: Vec::new(),
            transforms: Vec::new(),
            numbered: 0,
        }
    }
}

impl TextObject {
    /// The number of the glyph of a character.
    fn number(&self, character: usize) -> Option<u16> {
        let own = self.transforms.iter().rev().find_map(|transform| {
            let index = character.checked_sub(transform.first)?;
            transform.numbers.split_ascii_whitespace().nth(index)
        });
        own.and_then(|number| number.parse().ok()).filter(|&number| number > 0)
    }
}

impl Code {
    fn new(element: &Element<'_>) -> Self {
        let of = |name| element.attribute(name).unwrap_or_default().into_owned();
        Self {
            text: String::new(),
            x: number(element, "X"),
            y: number(element, "Y"),
            delta_x: of("DeltaX"),
            delta_y: of("DeltaY"),
        }
    }
}

impl Content {
    fn cover(&mut self, area: [f32; 4]) {
        if self.covers.len() < COVERS {
            self.covers.push(area);
        }
    }

    /// Places the characters of a text object.
    fn paint(&mut self, object: &TextObject, ink: Ink) {
        let (mut x, mut y) = (0.0, 0.0);
        let mut characters = 0;
        for code in &object.codes {
            (x, y) = (code.x.unwrap_or(x), code.y.unwrap_or(y));
            // A line end and the indent behind it come from printing the XML prettily.
            let text = if code.text.contains('\n') { code.text.trim() } else { &code.text };
            let count = text.chars().count();
            let first = characters;
            characters += count;
            if self.glyphs.len() + count > GLYPHS {
                self.loose.push_str(text);
                self.loose.push('\n');
                continue;
            }
            let steps = Steps::new(code, object, text);
            for (index, c) in text.chars().enumerate() {
                let step = steps.step(index, c);
                if is_unknown(c, object)
                    && let Some(number) = object.number(first + index)
                {
                    let glyph = self.glyphs.len();
                    self.numbered.push(Numbered { glyph, font: object.font.clone(), number });
                }
                self.glyph(object, ink, c, [x, y], steps.extent(step, c));
                (x, y) = (x + step[0], y + step[1]);
            }
        }
        self.shown += characters.max(object.numbered);
        // One character can be several glyphs, but glyphs without any character are unknown.
        if characters == 0 {
            self.unknown += object.numbered;
        }
    }

    /// Places a character: where, and the way to its end.
    fn glyph(&mut self, object: &TextObject, ink: Ink, c: char, [x, y]: [f32; 2], [dx, dy]: [f32; 2]) {
        self.unknown += usize::from(is_unknown(c, object));
        self.squares += usize::from(c == '\u{25a1}' && object.numbered > 0);
        let [a, b, c_x, c_y, ..] = object.matrix;
        let size = object.size * c_x.hypot(c_y);
        let start = self.text.len();
        self.text.push(c);
        let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(self.text.len())) else { return };
        let [x, y] = apply(&object.matrix, [x, y]);
        let glyph = Glyph {
            text: start..end,
            x,
            y,
            dx: a * dx + c_x * dy,
            dy: b * dx + c_y * dy,
            size,
            look: ink.look(size),
            parts: 0..0,
        };
        self.glyphs.push((glyph, ink.white()));
    }
}

/// Whether a code stands for no character that is known.
fn is_unknown(c: char, object: &TextObject) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. | '\u{fffd}') || c == '\u{a4}' && object.numbered > 0
}

impl Content {
    /// Gives numbered glyphs the characters that `named` knows for them.
    pub(super) fn name(&mut self, mut named: impl FnMut(&Numbered) -> Option<char>) {
        let known = self.numbered.iter().filter_map(|numbered| Some((numbered.glyph, named(numbered)?)));
        let known: HashMap<usize, char> = known.collect();
        if known.is_empty() {
            return;
        }
        self.unknown = self.unknown.saturating_sub(known.len());
        let mut text = String::with_capacity(self.text.len());
        for (index, (glyph, _)) in self.glyphs.iter_mut().enumerate() {
            let range = glyph.text.start as usize..glyph.text.end as usize;
            let start = text.len();
            match known.get(&index) {
                Some(&c) => text.push(c),
                None => text.push_str(self.text.get(range).unwrap_or_default()),
            }
            if let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(text.len())) {
                glyph.text = start..end;
            }
        }
        self.text = text;
    }
}

/// How far the characters of a text code are apart.
struct Steps {
    x: Vec<f32>,
    y: Vec<f32>,
    /// Direction in which characters without a step of their own follow.
    direction: [f32; 2],
    size: f32,
    h_scale: f32,
}

impl Steps {
    fn new(code: &Code, object: &TextObject, text: &str) -> Self {
        let most = text.chars().count().saturating_sub(1);
        let (x, y) = (deltas(&code.delta_x, most), deltas(&code.delta_y, most));
        let first = |steps: &[f32]| steps.first().copied().unwrap_or(0.0);
        let (dx, dy) = (first(&x), first(&y));
        let direction = match dx.hypot(dy) {
            _ if dy.abs() <= 0.3 * dx.abs() => [1.0, 0.0],
            _ if dx.abs() <= 0.3 * dy.abs() => [0.0, dy.signum()],
            length => [dx / length, dy / length],
        };
        Self { x, y, direction, size: object.size, h_scale: object.h_scale }
    }

    /// The way from character `index`, which is `c`, to the next.
    fn step(&self, index: usize, c: char) -> [f32; 2] {
        match (self.x.get(index), self.y.get(index)) {
            (None, None) => self.direction.map(|part| part * self.width(c)),
            (x, y) => {
                let other = |own: Option<&f32>, all: &[f32], part: f32| match own {
                    Some(step) => *step,
                    None if all.is_empty() || part == 0.0 => 0.0,
                    None => part * self.width(c),
                };
                [other(x, &self.x, self.direction[0]), other(y, &self.y, self.direction[1])]
            }
        }
    }

    /// The way to the end of a character that is followed by one at `step`. Widths of characters are
    /// guesses, so a letter ends where the next one begins, unless that leaves a clear gap.
    fn extent(&self, step: [f32; 2], c: char) -> [f32; 2] {
        let along = step[0] * self.direction[0] + step[1] * self.direction[1];
        let width = self.width(c);
        // Letters between ideographs are often set on their pitch.
        let pitch = (0.9 * self.size..1.05 * self.size).contains(&along);
        let ends = along > 0.0 && along <= width + if is_wide(c) { 0.0 } else { 0.25 * self.size };
        let width = if ends || pitch { along } else { width };
        self.direction.map(|part| part * width)
    }

    fn width(&self, c: char) -> f32 {
        let em = match c {
            _ if is_wide(c) => 1.0,
            'i' | 'j' | 'l' | 't' | 'f' | 'I' | '.' | ',' | ':' | ';' | '!' | '|' | '\'' | '(' | ')'
            | ' ' => 0.35,
            'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.85,
            'A'..='Z' => 0.65,
            _ => 0.5,
        };
        let upright = self.direction[0] == 0.0;
        self.size * if upright { 1.0 } else { em * self.h_scale }
    }
}

fn is_wide(c: char) -> bool {
    c >= '\u{2000}' || c == '\u{b7}'
}

/// Tells attribute values in other than ASCII characters, which no attribute of the format has.
pub(super) fn words_in_attributes(element: &Element<'_>, sink: &mut Sink<'_>) {
    let raw = element.raw_attributes();
    if (!raw.is_ascii() || raw.contains('&')) && element.local() != "Font" {
        for (_, value) in element.attributes().filter(|(_, value)| !value.is_ascii()) {
            sink.tell_once(Place::Attribute, &value);
        }
    }
}
