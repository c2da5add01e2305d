//! Showing text: strings become glyphs with positions and looks.

use super::super::lexer::{Lexer, Token};
use super::super::matrix::{apply, multiply};
use super::super::scene::is_clipped;
use super::{Interpreter, State};
use crate::read::layout::{Glyph, Look};

/// Glyphs of one page.
const GLYPHS: usize = 1_000_000;
/// Luminance from which on a colour is white to the eye.
pub(super) const WHITE: f32 = 0.97;
/// Luminance from which on letters are pale.
const PALE: f32 = 0.55;
/// Letters lower than this many points are not read by anyone.
const SMALLEST: f32 = 0.7;

impl Interpreter<'_, '_> {
    pub(super) fn show_all(&mut self, operands: &[Token<'_>], lexer: &Lexer<'_>) {
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

    pub(super) fn advance(&mut self, x: f32, y: f32) {
        self.text[4] += x * self.text[0] + y * self.text[2];
        self.text[5] += x * self.text[1] + y * self.text[3];
    }

    /// Paints a string.
    pub(super) fn show(&mut self, bytes: &[u8]) {
        let Some(font) = self.state.font.clone() else {
            self.shown += bytes.len();
            self.unknown += bytes.len();
            return;
        };
        let State { size, char_space, word_space, scale, rise, mode, luminance, alpha, ctm, clip, .. } =
            self.state;
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
            let known = font.text(code, &mut self.sheet.text, self.shared);
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
                    && !self.scene.is_backed(middle_x, middle_y))
                || is_clipped(&clip, middle_x, middle_y, height);
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
}
