//! The interpreter of content streams: what a page paints, as glyphs with positions.
//!
//! Only what moves or hides text is followed: matrices, text state, fonts, fill colour, forms,
//! marked content. Paths and images count as backdrops (white text on them is seen) and as things
//! that may hold text nobody can read.

mod section;
mod show;

use std::collections::HashSet;
use std::rc::Rc;

use hayro_syntax::object::{Array, Dict, Name, Number, ObjRef, Object, Rect, Stream};
use hayro_syntax::page::Resources;

use super::font::Font;
use super::lexer::{Lexer, Token, name as unescaped, single};
use super::matrix::{IDENTITY, Matrix, matrix, multiply};
use super::scene::{Area, EVERYWHERE, Scene, bounds, shared};
use super::shared::Shared;
use crate::limits::GapKind;
use crate::read::layout::Sheet;
use section::Section;
use show::WHITE;

/// Forms within forms; real files stay below 5.
const FORM_DEPTH: usize = 16;
/// Forms painted on one page, those within forms included.
const FORM_CALLS: usize = 20_000;
/// Operands of one operator, the items of its arrays included.
const OPERANDS: usize = 100_000;
/// Fonts that a content stream is remembered to have chosen.
const FONTS: usize = 16;
/// Words that are no operators among the operands of one.
const STRANGE: usize = 64;
/// Saved graphics states at once.
const STATES: usize = 512;
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
    /// The fill is a pattern.
    pattern: bool,
    /// Blended normally and without a soft mask.
    plain: bool,
    clip: Area,
}

/// A glyph whose character is unknown.
#[derive(Debug, Clone, Copy, Default)]
struct Unknown {
    /// Which glyph of the page it is, from 1.
    number: usize,
    /// Where it begins on the page.
    place: (f32, f32),
    /// How many of them there are side by side up to here.
    run: usize,
}

/// A content stream being run: what its names mean.
struct Scope<'a, 'r, 'd> {
    resources: &'r Resources<'d>,
    /// Graphics states that were saved outside.
    floor: usize,
    /// Fonts by the names they were chosen with, escapes and all.
    fonts: Vec<(&'a [u8], Rc<Font>)>,
}

/// One page (or one appearance) being painted.
pub(super) struct Interpreter<'b, 'd> {
    shared: &'d mut Shared<'b>,
    /// What was painted.
    pub(super) sheet: Sheet,
    /// Text that stands for glyphs or pictures and differs from what they say.
    pub(super) alternatives: Vec<String>,
    alternatives_bytes: usize,
    alternatives_said: HashSet<u64>,
    /// The same where it is a single character: one text, not hundreds.
    pub(super) spelled: String,
    /// Glyphs with text or without.
    pub(super) shown: usize,
    /// Glyphs whose character is unknown.
    pub(super) unknown: usize,
    /// The last of those, and the most that follow each other side by side anywhere.
    unknown_last: Unknown,
    pub(super) unknown_most: usize,
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
    /// The letters of one operator.
    letters: Vec<u8>,
    sections_lost: usize,
    /// That they were too many is told already.
    sections_told: bool,
    scene: Scene,
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
            pattern: false,
            plain: true,
            clip: EVERYWHERE,
        };
        let sheet = std::mem::take(&mut shared.sheet).blank(width, height);
        Self {
            shared,
            sheet,
            alternatives: Vec::new(),
            alternatives_bytes: 0,
            alternatives_said: HashSet::new(),
            spelled: String::new(),
            shown: 0,
            unknown: 0,
            unknown_last: Unknown::default(),
            unknown_most: 0,
            images: 0,
            image_share: 0.0,
            filled: 0,
            state,
            saved: Vec::new(),
            text: IDENTITY,
            line: IDENTITY,
            sections: Vec::new(),
            letters: Vec::new(),
            sections_lost: 0,
            sections_told: false,
            scene: Scene::default(),
            active: Vec::new(),
            calls: 0,
            stopped: false,
        }
    }

    /// Runs a content stream.
    pub(super) fn run(&mut self, data: &[u8], resources: &Resources<'_>) {
        self.shared.parsed(data);
        let mut lexer = Lexer::new(data);
        let mut operands: Vec<Token<'_>> = Vec::new();
        let floor = self.saved.len();
        let mut scope = Scope { resources, floor, fonts: Vec::new() };
        // Words among the operands.
        let mut strange = 0;
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
            if self.shared.is_spent() {
                self.stopped = true;
                return;
            }
            if operator == b"ID" {
                lexer.skip_inline_image();
                self.image(false);
            } else if !self.operator(operator, &operands, &lexer, &mut scope) {
                // No operator: a value, or damage. What stands around it in an array or a dictionary
                // is not lost by it.
                if strange < STRANGE && is_open(&operands) {
                    strange += 1;
                    continue;
                }
                if operands.iter().any(|token| matches!(token, Token::String(_))) {
                    self.shared.gaps.add(GapKind::Damaged, "page content: a string that no operator shows");
                }
            }
            strange = 0;
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

    /// Does what an operator says; `false` if there is none of that name.
    fn operator<'a>(
        &mut self,
        operator: &[u8],
        operands: &[Token<'a>],
        lexer: &Lexer<'_>,
        scope: &mut Scope<'a, '_, '_>,
    ) -> bool {
        let resources = scope.resources;
        match operator {
            b"q" => {
                if self.saved.len() < STATES {
                    self.saved.push(self.state.clone());
                } else {
                    self.stop(format!("saved graphics states: {STATES}"));
                }
            }
            b"Q" => {
                if self.saved.len() > scope.floor
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
                    self.shared.parsed_dict(&dict);
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
                    Token::Name(name) => Some(*name),
                    _ => None,
                });
                if let Some(name) = name {
                    let known = scope.fonts.iter().find(|(known, _)| *known == name);
                    self.state.font = match known {
                        Some((_, font)) => Some(Rc::clone(font)),
                        None => self.font(resources, &unescaped(name)),
                    };
                    if let (None, Some(font)) = (known, &self.state.font)
                        && scope.fonts.len() < FONTS
                    {
                        scope.fonts.push((name, Rc::clone(font)));
                    }
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
                    (self.state.word_space, self.state.char_space) = (single(*word), single(*char));
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
                if let Some(rectangle) = numbers(operands) {
                    self.scene.rectangle(&self.state.ctm, rectangle);
                }
            }
            b"m" | b"l" | b"c" | b"v" | b"y" => {
                if let Some([x, y]) = numbers(operands) {
                    self.scene.point(&self.state.ctm, x, y);
                }
            }
            b"W" | b"W*" => self.scene.clips = true,
            b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*" => self.end_path(true),
            b"n" | b"S" | b"s" => self.end_path(false),
            b"sh" => self.scene.back(EVERYWHERE),
            // What changes neither text nor what covers it.
            b"w" | b"J" | b"j" | b"M" | b"d" | b"ri" | b"i" | b"h" | b"G" | b"RG" | b"K" | b"SC" | b"SCN"
            | b"CS" | b"ET" | b"MP" | b"DP" | b"BI" | b"EI" | b"BX" | b"EX" | b"d0" | b"d1" => {}
            _ => return false,
        }
        true
    }

    fn graphics_state(&mut self, dict: &Dict<'_>) {
        if let Some(alpha) = dict.get::<Number>("ca") {
            self.state.alpha = alpha.as_f32();
        }
        if let Some(mode) = dict.get::<Object<'_>>("BM") {
            self.state.plain =
                matches!(&mode, Object::Name(name) if matches!(name.as_ref(), b"Normal" | b"Compatible"));
        }
        if let Some(mask) = dict.get::<Object<'_>>("SMask") {
            self.state.plain &= matches!(mask, Object::Name(_));
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
        let object = resources.fonts.get_ref(name);
        if let Some(font) = object.and_then(|object| self.shared.known_font(object)) {
            return Some(font);
        }
        let Some(dict) = resources.fonts.get::<Dict<'_>>(name) else {
            self.shared.gaps.add(GapKind::Damaged, "font missing");
            return None;
        };
        Some(self.shared.font(object, &dict))
    }

    fn next_line(&mut self, x: f32, y: f32) {
        let [a, b, c, d, e, f] = self.line;
        self.line = [a, b, c, d, x * a + y * c + e, x * b + y * d + f];
        self.text = self.line;
    }

    /// Paints the path, or not, and clips by it where that was asked for.
    fn end_path(&mut self, filled: bool) {
        let (path, segments, rectangle) = self.scene.take_path();
        let clips = std::mem::take(&mut self.scene.clips);
        let Some(path) = path else { return };
        if filled {
            self.filled += segments;
            if self.state.luminance < WHITE {
                self.scene.back(path);
            }
            if rectangle && !self.state.pattern {
                self.cover(path);
            }
        }
        if clips {
            self.state.clip = shared(&self.state.clip, &path);
        }
    }

    /// What is opaque hides what was painted before.
    fn cover(&mut self, area: Area) {
        let off = self.sections.iter().any(|section| section.off);
        if self.state.plain && self.state.alpha >= 1.0 && !off {
            self.scene.cover(shared(&area, &self.state.clip), self.sheet.glyphs.len());
        }
    }

    /// Ends the page: what was painted over is hidden.
    pub(super) fn finish(&mut self) {
        let looked = self.scene.hide_covered(&mut self.sheet);
        self.shared.operators += looked as u64 / 16;
    }

    /// A picture fills the unit square.
    fn image(&mut self, opaque: bool) {
        let area = bounds(&self.state.ctm, [0.0, 0.0, 1.0, 1.0]);
        self.images += 1;
        let width = area[2].min(self.sheet.width) - area[0].max(0.0);
        let height = area[3].min(self.sheet.height) - area[1].max(0.0);
        let page = (self.sheet.width * self.sheet.height).max(1.0);
        self.image_share = self.image_share.max(width.max(0.0) * height.max(0.0) / page);
        self.scene.back(area);
        if opaque {
            self.cover(area);
        }
    }

    fn colour(&mut self, operator: &[u8], operands: &[Token<'_>], resources: &Resources<'_>) {
        self.state.pattern = false;
        if operator == b"cs" {
            self.state.luminance = 0.0;
            self.state.ink = last_name(operands).is_some_and(|name| {
                let family = resources.color_spaces.get::<Array<'_>>(&name);
                self.shared.parsed(family.as_ref().map_or(&[], Array::data));
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
                        *slot = single(*value).clamp(0.0, 1.0);
                    }
                    count = count.saturating_add(1);
                }
                // A pattern.
                Token::Name(_) => (count, self.state.pattern) = (usize::MAX - 1, true),
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

    /// Paints an external object.
    fn object(&mut self, name: &[u8], resources: &Resources<'_>) {
        let key = resources.x_objects.get_ref(name);
        if key.is_some_and(|key| self.shared.empty_forms.contains(&key)) {
            return;
        }
        let upright = self.state.ctm[1] == 0.0 && self.state.ctm[2] == 0.0;
        if let Some(&opaque) = key.and_then(|key| self.shared.pictures.get(&key)) {
            return self.image(opaque && upright);
        }
        let Some(stream) = resources.x_objects.get::<Stream<'_>>(name) else {
            self.shared.gaps.add(GapKind::Damaged, "external object missing");
            return;
        };
        self.shared.parsed_dict(stream.dict());
        let subtype = stream.dict().get::<Name<'_>>("Subtype");
        if subtype.as_deref() == Some(b"Image") {
            self.shared.skip(&stream);
            let dict = stream.dict();
            let mask =
                dict.contains_key("SMask") || dict.contains_key("Mask") || dict.contains_key("ImageMask");
            if let Some(key) = key {
                self.shared.pictures.insert(key, !mask);
            }
            self.image(!mask && upright);
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
        let resources = dict.get::<Dict<'_>>("Resources").map(|resources| {
            self.shared.parsed_dict(&resources);
            let resources = Resources::new(resources);
            self.shared.parsed_dict(&resources.fonts);
            self.shared.parsed_dict(&resources.x_objects);
            resources
        });
        let before = (self.sheet.glyphs.len(), self.images, self.scene.backdrops(), self.filled);
        let (state, text, line) = (self.state.clone(), self.text, self.line);
        self.state.ctm = multiply(&matrix(dict, "Matrix"), &self.state.ctm);
        if let Some(bbox) = dict.get::<Rect>("BBox") {
            #[expect(clippy::cast_possible_truncation, reason = "coordinates")]
            let bbox = [bbox.x0 as f32, bbox.y0 as f32, bbox.x1 as f32, bbox.y1 as f32];
            self.state.clip = shared(&self.state.clip, &bounds(&self.state.ctm, bbox));
        }
        let off = dict.get::<Dict<'_>>("OC").is_some_and(|layer| self.is_off(dict.get_ref("OC"), &layer));
        let sections = self.sections.len();
        if off {
            self.sections.push(Section {
                actual: None,
                alternative: None,
                first_glyph: self.sheet.glyphs.len(),
                unknown_before: self.unknown,
                unknown_most_before: self.unknown_most,
                off,
            });
        }
        self.active.push(key.unwrap_or(ObjRef::new(0, 0)));
        self.run(&data, resources.as_ref().unwrap_or(around));
        self.active.pop();
        self.sections.truncate(sections);
        (self.state, self.text, self.line) = (state, text, line);
        let after = (self.sheet.glyphs.len(), self.images, self.scene.backdrops(), self.filled);
        if let Some(key) = key.filter(|_| before == after && !self.stopped && self.active.is_empty()) {
            self.shared.empty_forms.insert(key);
        }
    }
}

#[inline]
/// Whether an array or a dictionary has begun and not ended.
fn is_open(operands: &[Token<'_>]) -> bool {
    let count = |token: &Token<'_>| match token {
        Token::Open | Token::DictOpen => 1,
        Token::Close | Token::DictClose => -1,
        _ => 0,
    };
    operands.iter().map(count).sum::<i32>() > 0
}

fn set(slot: &mut f32, operands: &[Token<'_>]) {
    if let Some([value]) = numbers(operands) {
        *slot = value;
    }
}

/// The last `N` operands, if they are numbers.
#[inline]
fn numbers<const N: usize>(operands: &[Token<'_>]) -> Option<[f32; N]> {
    // No operand is NaN.
    let out = operands.last_chunk::<N>()?.map(|token| match token {
        Token::Number(value) => single(value),
        _ => f32::NAN,
    });
    (!out.iter().any(|value| value.is_nan())).then_some(out)
}

fn last_name(operands: &[Token<'_>]) -> Option<Vec<u8>> {
    match operands.last() {
        Some(Token::Name(name)) => Some(unescaped(name)),
        _ => None,
    }
}
