//! The interpreter of content streams: what a page paints, as glyphs with positions.
//!
//! Only what moves or hides text is followed: matrices, text state, fonts, fill colour, forms,
//! marked content. Paths and images count as backdrops (white text on them is seen) and as things
//! that may hold text nobody can read.

use std::rc::Rc;

use hayro_syntax::object::{Array, Dict, Name, Number, ObjRef, Object, Stream, String as PdfString};
use hayro_syntax::page::Resources;

use super::encoding::text_string;
use super::font::Font;
use super::lexer::{Lexer, Token, name as unescaped};
use super::shared::Shared;
use crate::limits::GapKind;
use crate::read::layout::{Glyph, Look, Sheet};

/// Forms within forms; real files stay below 5.
const FORM_DEPTH: usize = 16;
/// Forms painted on one page, those within forms included.
const FORM_CALLS: usize = 20_000;
/// Operators of a document.
const OPERATORS: u64 = 50_000_000;
/// Operands of one operator, the items of its arrays included.
const OPERANDS: usize = 100_000;
/// Saved graphics states at once.
const STATES: usize = 512;
/// Marked-content sections at once.
const SECTIONS: usize = 512;
/// Glyphs of one page.
const GLYPHS: usize = 1_000_000;
/// Backdrops of one page that are remembered.
const BACKDROPS: usize = 1_000;
/// Points that a backdrop is wide and high at least; smaller ones are rules and dots.
const BACKDROP_POINTS: f32 = 4.0;
/// Luminance from which on a colour is white to the eye.
const WHITE: f32 = 0.97;
/// Luminance from which on letters are pale.
const PALE: f32 = 0.55;
/// Letters lower than this many points are not read by anyone.
const SMALLEST: f32 = 0.7;

/// The six numbers of a PDF matrix.
pub(super) type Matrix = [f32; 6];

/// The product: first `a`, then `b`.
pub(super) fn multiply(a: &Matrix, b: &Matrix) -> Matrix {
    [
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    ]
}

const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

fn apply(m: &Matrix, x: f32, y: f32) -> (f32, f32) {
    (m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5])
}

/// The six numbers of a matrix in a dictionary.
pub(super) fn matrix(dict: &Dict<'_>, key: &str) -> Matrix {
    let Some(array) = dict.get::<Array<'_>>(key) else { return IDENTITY };
    let mut numbers = array.iter::<Number>().map(|n| n.as_f32());
    let mut out = IDENTITY;
    for slot in &mut out {
        match numbers.next() {
            Some(number) => *slot = number,
            None => return IDENTITY,
        }
    }
    out
}

#[derive(Clone)]
struct State {
    ctm: Matrix,
    font: Option<Rc<Font>>,
    size: f32,
    char_space: f32,
    word_space: f32,
    scale: f32,
    leading: f32,
    rise: f32,
    mode: u8,
    luminance: f32,
    alpha: f32,
    /// The fill colour space counts ink, not light.
    ink: bool,
}

/// A marked-content section.
struct Section {
    actual: Option<String>,
    alternative: Option<String>,
    first_glyph: usize,
    unknown_before: usize,
    off: bool,
}

/// One page (or one appearance) being painted.
pub(super) struct Interpreter<'b, 'd> {
    shared: &'d mut Shared<'b>,
    /// What was painted.
    pub(super) sheet: Sheet,
    /// Text that stands for glyphs or pictures and differs from what they say.
    pub(super) alternatives: Vec<String>,
    /// The same where it is a single character: one text, not hundreds.
    pub(super) spelled: String,
    /// Glyphs with text or without.
    pub(super) shown: usize,
    /// Glyphs whose character is unknown.
    pub(super) unknown: usize,
    /// Pictures, and the share of the page that the largest of them covers.
    pub(super) images: usize,
    pub(super) image_share: f32,
    /// Path segments that were filled.
    pub(super) filled: usize,
    state: State,
    saved: Vec<State>,
    text: Matrix,
    line: Matrix,
    sections: Vec<Section>,
    sections_lost: usize,
    backdrops: Vec<[f32; 4]>,
    path: Option<[f32; 4]>,
    path_segments: usize,
    active: Vec<ObjRef>,
    calls: usize,
    stopped: bool,
}

impl<'b, 'd> Interpreter<'b, 'd> {
    /// A blank page of this size in points; `base` leads from user space to the page.
    pub(super) fn new(shared: &'d mut Shared<'b>, width: f32, height: f32, base: Matrix) -> Self {
        let state = State {
            ctm: base,
            font: None,
            size: 0.0,
            char_space: 0.0,
            word_space: 0.0,
            scale: 1.0,
            leading: 0.0,
            rise: 0.0,
            mode: 0,
            luminance: 0.0,
            alpha: 1.0,
            ink: false,
        };
        Self {
            shared,
            sheet: Sheet { width, height, ..Sheet::default() },
            alternatives: Vec::new(),
            spelled: String::new(),
            shown: 0,
            unknown: 0,
            images: 0,
            image_share: 0.0,
            filled: 0,
            state,
            saved: Vec::new(),
            text: IDENTITY,
            line: IDENTITY,
            sections: Vec::new(),
            sections_lost: 0,
            backdrops: Vec::new(),
            path: None,
            path_segments: 0,
            active: Vec::new(),
            calls: 0,
            stopped: false,
        }
    }

    /// Runs a content stream.
    pub(super) fn run(&mut self, data: &[u8], resources: &Resources<'_>) {
        let mut lexer = Lexer::new(data);
        let mut operands: Vec<Token<'_>> = Vec::new();
        let floor = self.saved.len();
        while let Some(token) = lexer.next() {
            if self.stopped {
                return;
            }
            let Token::Word(operator) = token else {
                if operands.len() < OPERANDS {
                    operands.push(token);
                } else {
                    self.shared.gaps.add(GapKind::Limit, format!("operands of an operator: {OPERANDS}"));
                    operands.clear();
                }
                continue;
            };
            self.shared.operators += 1;
            if self.shared.operators > OPERATORS {
                self.stop(format!("operators of a document: {OPERATORS}"));
                return;
            }
            if operator == b"ID" {
                lexer.skip_inline_image();
                self.image();
            } else {
                self.operator(operator, &operands, &lexer, resources, floor);
            }
            operands.clear();
            lexer.forget_strings();
        }
        if floor < self.saved.len()
            && let Some(state) = self.saved.drain(floor..).next()
        {
            self.state = state;
        }
    }

    fn stop(&mut self, limit: String) {
        self.shared.gaps.add(GapKind::Limit, limit);
        self.stopped = true;
    }

    fn operator(
        &mut self,
        operator: &[u8],
        operands: &[Token<'_>],
        lexer: &Lexer<'_>,
        resources: &Resources<'_>,
        floor: usize,
    ) {
        match operator {
            b"q" => {
                if self.saved.len() < STATES {
                    self.saved.push(self.state.clone());
                } else {
                    self.stop(format!("saved graphics states: {STATES}"));
                }
            }
            b"Q" => {
                if self.saved.len() > floor
                    && let Some(state) = self.saved.pop()
                {
                    self.state = state;
                }
            }
            b"cm" => {
                if let Some(m) = numbers::<6>(operands) {
                    self.state.ctm = multiply(&m, &self.state.ctm);
                }
            }
            b"gs" => {
                if let Some(dict) =
                    last_name(operands).and_then(|n| resources.ext_g_states.get::<Dict<'_>>(n))
                {
                    self.graphics_state(&dict);
                }
            }
            b"BT" => (self.text, self.line) = (IDENTITY, IDENTITY),
            b"Tc" => set(&mut self.state.char_space, operands),
            b"Tw" => set(&mut self.state.word_space, operands),
            b"TL" => set(&mut self.state.leading, operands),
            b"Ts" => set(&mut self.state.rise, operands),
            b"Tz" => {
                if let Some([percent]) = numbers(operands) {
                    self.state.scale = percent / 100.0;
                }
            }
            b"Tr" => {
                if let Some([mode]) = numbers(operands) {
                    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
                    let mode = mode as u8;
                    self.state.mode = mode;
                }
            }
            b"Tf" => {
                set(&mut self.state.size, operands);
                let name = operands.iter().rev().find_map(|token| match token {
                    Token::Name(name) => Some(unescaped(name)),
                    _ => None,
                });
                if let Some(name) = name {
                    self.state.font = self.font(resources, &name);
                }
            }
            b"Td" | b"TD" => {
                if let Some([x, y]) = numbers(operands) {
                    if operator == b"TD" {
                        self.state.leading = -y;
                    }
                    self.next_line(x, y);
                }
            }
            b"Tm" => {
                if let Some(m) = numbers::<6>(operands) {
                    (self.text, self.line) = (m, m);
                }
            }
            b"T*" => self.next_line(0.0, -self.state.leading),
            b"Tj" | b"TJ" => self.show_all(operands, lexer),
            b"'" => {
                self.next_line(0.0, -self.state.leading);
                self.show_all(operands, lexer);
            }
            b"\"" => {
                if let [Token::Number(word), Token::Number(char), ..] = operands {
                    (self.state.word_space, self.state.char_space) = (*word, *char);
                }
                self.next_line(0.0, -self.state.leading);
                self.show_all(operands.get(2..).unwrap_or_default(), lexer);
            }
            b"Do" => {
                if let Some(name) = last_name(operands) {
                    self.object(&name, resources);
                }
            }
            b"BMC" | b"BDC" => self.begin_section(operands, lexer, resources),
            b"EMC" => self.end_section(),
            b"g" | b"rg" | b"k" | b"sc" | b"scn" | b"cs" => self.colour(operator, operands, resources),
            b"re" => {
                if let Some([x, y, w, h]) = numbers(operands) {
                    for (x, y) in [(x, y), (x + w, y), (x, y + h), (x + w, y + h)] {
                        self.path_point(x, y);
                    }
                }
            }
            b"m" | b"l" | b"c" | b"v" | b"y" => {
                if let Some([x, y]) = numbers(operands) {
                    self.path_point(x, y);
                }
            }
            b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*" => {
                self.filled += self.path_segments;
                if self.state.luminance < WHITE
                    && let Some(path) = self.path
                {
                    self.backdrop(path);
                }
                (self.path, self.path_segments) = (None, 0);
            }
            b"n" | b"S" | b"s" => (self.path, self.path_segments) = (None, 0),
            b"sh" => self.backdrop([f32::NEG_INFINITY, f32::NEG_INFINITY, f32::INFINITY, f32::INFINITY]),
            _ => {}
        }
    }

    fn graphics_state(&mut self, dict: &Dict<'_>) {
        if let Some(alpha) = dict.get::<Number>("ca") {
            self.state.alpha = alpha.as_f32();
        }
        if let Some(font) = dict.get::<Array<'_>>("Font") {
            let key = font.raw_iter().next().and_then(|item| item.as_obj_ref());
            let mut items = font.flex_iter();
            if let Some(dict) = items.next::<Dict<'_>>() {
                self.state.font = Some(self.shared.font(key, &dict));
                self.state.size = items.next::<Number>().map_or(self.state.size, |n| n.as_f32());
            }
        }
    }

    fn font(&mut self, resources: &Resources<'_>, name: &[u8]) -> Option<Rc<Font>> {
        let Some(dict) = resources.fonts.get::<Dict<'_>>(name) else {
            self.shared.gaps.add(GapKind::Damaged, "font missing");
            return None;
        };
        Some(self.shared.font(resources.fonts.get_ref(name), &dict))
    }

    fn next_line(&mut self, x: f32, y: f32) {
        self.line = multiply(&[1.0, 0.0, 0.0, 1.0, x, y], &self.line);
        self.text = self.line;
    }

    fn show_all(&mut self, operands: &[Token<'_>], lexer: &Lexer<'_>) {
        for token in operands {
            match *token {
                Token::String(start, end) => self.show(lexer.string(start, end)),
                Token::Number(number) => {
                    let way = -number / 1000.0 * self.state.size;
                    if self.state.font.as_ref().is_some_and(|font| font.vertical) {
                        self.advance(0.0, way);
                    } else {
                        self.advance(way * self.state.scale, 0.0);
                    }
                }
                _ => {}
            }
        }
    }

    fn advance(&mut self, x: f32, y: f32) {
        self.text[4] += x * self.text[0] + y * self.text[2];
        self.text[5] += x * self.text[1] + y * self.text[3];
    }

    /// Paints a string.
    fn show(&mut self, bytes: &[u8]) {
        let Some(font) = self.state.font.clone() else {
            self.shown += bytes.len();
            self.unknown += bytes.len();
            return;
        };
        let State { size, char_space, word_space, scale, rise, mode, luminance, alpha, ctm, .. } = self.state;
        let device = multiply(&self.text, &ctm);
        let height = (size * device[2].hypot(device[3])).abs();
        let seen_luminance = 1.0 - alpha.clamp(0.0, 1.0) * (1.0 - luminance);
        let off = self.sections.iter().any(|section| section.off);
        let mut rest = bytes;
        while !rest.is_empty() {
            let code = font.code(rest);
            let single_space = code.length == 1 && code.value == 32;
            rest = rest.get(code.length..).unwrap_or_default();
            let glyph = font.advance(code) * font.unit * size;
            let extra = char_space + if single_space { word_space } else { 0.0 };
            let (x, y) = apply(&ctm, self.text[4] + rise * self.text[2], self.text[5] + rise * self.text[3]);
            let (way_x, way_y) = if font.vertical { (0.0, glyph) } else { (glyph * scale, 0.0) };
            let (dx, dy) = (way_x * device[0] + way_y * device[2], way_x * device[1] + way_y * device[3]);
            if font.vertical {
                // TJ numbers and spacing push downwards, which is against the sign of W1.
                self.advance(0.0, glyph + extra.copysign(glyph));
            } else {
                self.advance((glyph + extra) * scale, 0.0);
            }
            if self.sheet.glyphs.len() >= GLYPHS || self.sheet.text.len() > self.shared.budget.text {
                let text = self.shared.budget.limits.text;
                self.stop(format!("glyphs of a page: {GLYPHS}, or bytes of text of a document: {text}"));
                return;
            }
            let start = self.sheet.text.len();
            let known = font.text(code, &mut self.sheet.text);
            self.shown += 1;
            self.unknown += usize::from(!known);
            let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(self.sheet.text.len())) else {
                return;
            };
            let (middle_x, middle_y) = (x + dx / 2.0, y + dy / 2.0 - height * 0.3);
            let outside =
                middle_x < 0.0 || middle_x > self.sheet.width || y < 0.0 || middle_y > self.sheet.height;
            let unseen = mode == 3
                || mode == 7
                || off
                || outside
                || height < SMALLEST
                || (seen_luminance >= WHITE
                    && matches!(mode, 0 | 4)
                    && !self.on_backdrop(middle_x, middle_y));
            let look = if unseen {
                Look::Hidden
            } else if (PALE..WHITE).contains(&seen_luminance) {
                Look::Pale
            } else {
                Look::Plain
            };
            self.sheet.glyphs.push(Glyph { text: start..end, x, y, dx, dy, size: height, look });
        }
    }

    fn on_backdrop(&self, x: f32, y: f32) -> bool {
        self.backdrops.iter().any(|b| (b[0]..=b[2]).contains(&x) && (b[1]..=b[3]).contains(&y))
    }

    fn backdrop(&mut self, area: [f32; 4]) {
        let large = area[2] - area[0] >= BACKDROP_POINTS && area[3] - area[1] >= BACKDROP_POINTS;
        if large && self.backdrops.len() < BACKDROPS {
            self.backdrops.push(area);
        }
    }

    fn path_point(&mut self, x: f32, y: f32) {
        let (x, y) = apply(&self.state.ctm, x, y);
        self.path_segments += 1;
        let area = self.path.unwrap_or([x, y, x, y]);
        self.path = Some([area[0].min(x), area[1].min(y), area[2].max(x), area[3].max(y)]);
    }

    /// A picture fills the unit square.
    fn image(&mut self) {
        let corners =
            [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)].map(|(x, y)| apply(&self.state.ctm, x, y));
        let mut area = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
        for (x, y) in corners {
            area = [area[0].min(x), area[1].min(y), area[2].max(x), area[3].max(y)];
        }
        self.images += 1;
        let width = area[2].min(self.sheet.width) - area[0].max(0.0);
        let height = area[3].min(self.sheet.height) - area[1].max(0.0);
        let page = (self.sheet.width * self.sheet.height).max(1.0);
        self.image_share = self.image_share.max(width.max(0.0) * height.max(0.0) / page);
        self.backdrop(area);
    }

    fn colour(&mut self, operator: &[u8], operands: &[Token<'_>], resources: &Resources<'_>) {
        if operator == b"cs" {
            self.state.luminance = 0.0;
            self.state.ink = last_name(operands).is_some_and(|name| {
                let family = resources.color_spaces.get::<Array<'_>>(&name);
                let family = family.and_then(|array| array.iter::<Object<'_>>().next());
                matches!(family, Some(Object::Name(n)) if matches!(n.as_ref(), b"Separation" | b"DeviceN"))
            });
            return;
        }
        let mut values = [0f32; 4];
        let mut count = 0usize;
        for token in operands {
            match token {
                Token::Number(value) => {
                    if let Some(slot) = values.get_mut(count) {
                        *slot = value.clamp(0.0, 1.0);
                    }
                    count = count.saturating_add(1);
                }
                // A pattern.
                Token::Name(_) => count = usize::MAX - 1,
                _ => {}
            }
        }
        if matches!(operator, b"g" | b"rg" | b"k") {
            self.state.ink = false;
        }
        let [a, b, c, d] = values;
        self.state.luminance = match count {
            1 if self.state.ink => 1.0 - a,
            1 => a,
            3 if !self.state.ink => 0.299 * a + 0.587 * b + 0.114 * c,
            4 => (1.0 - d) * (1.0 - 0.299 * a - 0.587 * b - 0.114 * c),
            _ => 0.0,
        };
    }

    fn begin_section(&mut self, operands: &[Token<'_>], lexer: &Lexer<'_>, resources: &Resources<'_>) {
        if self.sections.len() >= SECTIONS {
            self.sections_lost += 1;
            return;
        }
        let mut section = Section {
            actual: None,
            alternative: None,
            first_glyph: self.sheet.glyphs.len(),
            unknown_before: self.unknown,
            off: false,
        };
        match operands {
            [Token::Name(tag), Token::Name(name), ..] => {
                let name = unescaped(name);
                if let Some(dict) = resources.properties.get::<Dict<'_>>(&name) {
                    let text = |key: &str| dict.get::<PdfString<'_>>(key).map(|s| text_string(&s));
                    (section.actual, section.alternative) = (text("ActualText"), text("Alt"));
                    section.off = *tag == b"OC" && self.is_off(resources.properties.get_ref(&name), &dict);
                }
            }
            [Token::Name(_), Token::DictOpen, entries @ ..] => {
                for pair in entries.windows(2) {
                    if let [Token::Name(key), Token::String(start, end)] = pair {
                        let text = || Some(text_string(lexer.string(*start, *end)));
                        match *key {
                            b"ActualText" => section.actual = text(),
                            b"Alt" => section.alternative = text(),
                            _ => {}
                        }
                    }
                }
            }
            _ => {}
        }
        self.sections.push(section);
    }

    /// Whether a layer, or all layers of a membership dictionary, are off.
    fn is_off(&self, object: Option<ObjRef>, dict: &Dict<'_>) -> bool {
        let off = |layer: &ObjRef| self.shared.layers_off.contains(layer);
        if object.as_ref().is_some_and(off) {
            return true;
        }
        if let Some(layer) = dict.get_ref("OCGs")
            && dict.get::<Array<'_>>("OCGs").is_none()
        {
            return off(&layer);
        }
        dict.get::<Array<'_>>("OCGs").is_some_and(|layers| {
            let mut layers = layers.raw_iter().filter_map(|item| item.as_obj_ref()).peekable();
            layers.peek().is_some() && layers.all(|layer| off(&layer))
        })
    }

    fn end_section(&mut self) {
        if self.sections_lost > 0 {
            self.sections_lost -= 1;
            return;
        }
        let Some(section) = self.sections.pop() else { return };
        self.alternatives.extend(section.alternative);
        let Some(actual) = section.actual else { return };
        let glyphs = self.sheet.glyphs.get_mut(section.first_glyph..).unwrap_or_default();
        let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let mut painted = String::new();
        for glyph in glyphs.iter() {
            let span = glyph.text.start as usize..glyph.text.end as usize;
            painted.push_str(self.sheet.text.get(span).unwrap_or_default());
        }
        if bare(&painted) == bare(&actual) || !actual.chars().any(char::is_alphanumeric) {
            return;
        }
        // Both are kept: what is painted may say something else than what stands for it. Only
        // glyphs that say nothing give way.
        let unknown = self.unknown.saturating_sub(section.unknown_before);
        if unknown > 0 && unknown == glyphs.len() {
            let start = self.sheet.text.len();
            self.sheet.text.push_str(&actual);
            if let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(self.sheet.text.len())) {
                for glyph in glyphs.iter_mut() {
                    glyph.text = 0..0;
                }
                if let Some(first) = glyphs.first_mut() {
                    first.text = start..end;
                }
            }
            self.unknown = section.unknown_before;
        } else if actual.chars().count() == 1 {
            self.spelled.push_str(&actual);
        } else {
            self.alternatives.push(actual);
        }
    }

    /// Paints an external object.
    fn object(&mut self, name: &[u8], resources: &Resources<'_>) {
        let key = resources.x_objects.get_ref(name);
        if key.is_some_and(|key| self.shared.empty_forms.contains(&key)) {
            return;
        }
        let Some(stream) = resources.x_objects.get::<Stream<'_>>(name) else {
            self.shared.gaps.add(GapKind::Damaged, "external object missing");
            return;
        };
        let subtype = stream.dict().get::<Name<'_>>("Subtype");
        if subtype.as_deref() == Some(b"Image") {
            self.image();
        } else {
            self.form(&stream, key, resources);
        }
    }

    /// Paints a form in the current state.
    pub(super) fn form(&mut self, stream: &Stream<'_>, key: Option<ObjRef>, around: &Resources<'_>) {
        if key.is_some_and(|key| self.active.contains(&key)) {
            return;
        }
        if self.active.len() >= FORM_DEPTH {
            self.shared.gaps.add(GapKind::Limit, format!("forms within forms: {FORM_DEPTH}"));
            return;
        }
        self.calls += 1;
        if self.calls > FORM_CALLS {
            self.stop(format!("forms painted on a page: {FORM_CALLS}"));
            return;
        }
        let data = self.shared.form(stream, key);
        let dict = stream.dict();
        let resources = dict.get::<Dict<'_>>("Resources").map(Resources::new);
        let before = (self.sheet.glyphs.len(), self.images, self.backdrops.len(), self.filled);
        let (state, text, line) = (self.state.clone(), self.text, self.line);
        self.state.ctm = multiply(&matrix(dict, "Matrix"), &self.state.ctm);
        let off = dict.get::<Dict<'_>>("OC").is_some_and(|layer| self.is_off(dict.get_ref("OC"), &layer));
        let sections = self.sections.len();
        if off {
            let (first_glyph, unknown_before) = (self.sheet.glyphs.len(), self.unknown);
            self.sections.push(Section { actual: None, alternative: None, first_glyph, unknown_before, off });
        }
        self.active.push(key.unwrap_or(ObjRef::new(0, 0)));
        self.run(&data, resources.as_ref().unwrap_or(around));
        self.active.pop();
        self.sections.truncate(sections);
        (self.state, self.text, self.line) = (state, text, line);
        let after = (self.sheet.glyphs.len(), self.images, self.backdrops.len(), self.filled);
        if let Some(key) = key.filter(|_| before == after && !self.stopped && self.active.is_empty()) {
            self.shared.empty_forms.insert(key);
        }
    }
}

fn set(slot: &mut f32, operands: &[Token<'_>]) {
    if let Some([value]) = numbers(operands) {
        *slot = value;
    }
}

/// The last `N` operands, if they are numbers.
fn numbers<const N: usize>(operands: &[Token<'_>]) -> Option<[f32; N]> {
    let mut out = [0.0; N];
    let tail = operands.get(operands.len().checked_sub(N)?..)?;
    for (slot, token) in out.iter_mut().zip(tail) {
        match token {
            Token::Number(value) => *slot = *value,
            _ => return None,
        }
    }
    Some(out)
}

fn last_name(operands: &[Token<'_>]) -> Option<Vec<u8>> {
    match operands.last() {
        Some(Token::Name(name)) => Some(unescaped(name)),
        _ => None,
    }
}
