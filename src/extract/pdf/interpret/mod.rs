//! The interpreter of content streams: what a page paints, as glyphs with positions.
//!
//! Only what moves or hides text is followed: matrices, text state, fonts, fill colour, forms,
//! marked content. Paths and images count as backdrops (white text on them is seen) and as things
//! that may hold text nobody can read.

mod paint;
mod section;
mod show;
mod state;

use std::collections::HashSet;
use std::rc::Rc;

use hayro_syntax::object::{Dict, ObjRef};
use hayro_syntax::page::Resources;

use super::font::Font;
use super::lexer::{Lexer, Token, name as unescaped, single};
use super::matrix::{IDENTITY, Matrix, multiply};
use super::scene::{EVERYWHERE, Scene};
use super::shared::Shared;
use crate::limits::GapKind;
use crate::read::layout::Sheet;
use section::Section;
use state::State;

/// Operands of one operator, the items of its arrays included.
const OPERANDS: usize = 100_000;
/// Fonts that a content stream is remembered to have chosen.
const FONTS: usize = 16;
/// Words that are no operators among the operands of one.
const STRANGE: usize = 64;
/// Saved graphics states at once.
const STATES: usize = 512;
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
        if self.stopped {
            return;
        }
        let mut operands = emptied(std::mem::take(&mut self.shared.operands));
        let mut lexer = Lexer::new(data);
        let floor = self.saved.len();
        let mut scope = Scope { resources, floor, fonts: Vec::new() };
        // Words among the operands.
        let mut strange = 0;
        while let Some(token) = lexer.next() {
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
                break;
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
            if self.stopped {
                break;
            }
            strange = 0;
            operands.clear();
            lexer.forget_strings();
        }
        self.shared.operands = emptied(operands);
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
                    // Their last letter tells most names apart.
                    let is_same = |known: &[u8]| known.last() == name.last() && known == name;
                    let known = scope.fonts.iter().find(|(known, _)| is_same(known));
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

    /// Ends the page: what was painted over is hidden.
    pub(super) fn finish(&mut self) {
        let looked = self.scene.hide_covered(&mut self.sheet);
        self.shared.operators += looked as u64 / 16;
    }
}

/// Whether an array or a dictionary has begun and not ended.
fn is_open(operands: &[Token<'_>]) -> bool {
    let count = |token: &Token<'_>| match token {
        Token::Open | Token::DictOpen => 1,
        Token::Close | Token::DictClose => -1,
        _ => 0,
    };
    operands.iter().map(count).sum::<i32>() > 0
}

/// The memory of tokens, for tokens of other data.
fn emptied<'a>(mut tokens: Vec<Token<'_>>) -> Vec<Token<'a>> {
    tokens.clear();
    tokens.into_iter().map_while(|_| None).collect()
}

fn set(slot: &mut f32, operands: &[Token<'_>]) {
    if let Some([value]) = numbers(operands) {
        *slot = value;
    }
}

/// The last `N` operands, if they are numbers.
#[inline]
fn numbers<const N: usize>(operands: &[Token<'_>]) -> Option<[f32; N]> {
    let mut out = [0.0; N];
    for (at, token) in operands.last_chunk::<N>()?.iter().enumerate() {
        let Token::Number(value) = token else { return None };
        out[at] = single(*value);
    }
    Some(out)
}

fn last_name(operands: &[Token<'_>]) -> Option<Vec<u8>> {
    match operands.last() {
        Some(Token::Name(name)) => Some(unescaped(name)),
        _ => None,
    }
}
