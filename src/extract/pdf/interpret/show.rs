//! Showing text: strings become glyphs with positions and looks.

use std::rc::Rc;

use super::super::font::Font;
use super::super::lexer::{Lexer, Token};
use super::super::matrix::{Matrix, apply, multiply};
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

/// What all strings of one operator share.
struct Hand {
    font: Rc<Font>,
    device: Matrix,
    /// Height of the letters on the page.
    height: f32,
    look: Look,
    /// Letters that only a backdrop makes visible.
    white: bool,
}

impl Interpreter<'_, '_> {
    /// Paints strings, and moves by the numbers between them.
    pub(super) fn show_all(&mut self, operands: &[Token<'_>], lexer: &Lexer<'_>) {
        let Some(font) = self.state.font.clone() else {
            for token in operands {
                if let Token::String(start, end) = token {
                    self.shown += end - start;
                    self.unknown += end - start;
                }
            }
            return;
        };
        let State { size, mode, luminance, alpha, ctm, .. } = self.state;
        let device = multiply(&self.text, &ctm);
        let height = (size * device[2].hypot(device[3])).abs();
        let luminance = 1.0 - alpha.clamp(0.0, 1.0) * (1.0 - luminance);
        let off = self.sections.iter().any(|section| section.off);
        let look = if mode == 3 || mode == 7 || off || height < SMALLEST {
            Look::Hidden
        } else if (PALE..WHITE).contains(&luminance) {
            Look::Pale
        } else {
            Look::Plain
        };
        let white = luminance >= WHITE && matches!(mode, 0 | 4);
        let vertical = font.vertical;
        let hand = Hand { font, device, height, look, white };
        for token in operands {
            match *token {
                Token::String(start, end) => self.show(lexer.string(start, end), &hand),
                Token::Number(number) => {
                    let way = -number / 1000.0 * size;
                    if vertical {
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
    fn show(&mut self, bytes: &[u8], hand: &Hand) {
        let State { size, char_space, word_space, scale, rise, ctm, .. } = self.state;
        let Hand { font, device, .. } = hand;
        if self.sheet.glyphs.len() >= GLYPHS || self.sheet.text.len() > self.shared.budget.text {
            let text = self.shared.budget.limits.text;
            self.stop(format!("glyphs of a page: {GLYPHS}, or bytes of text of a document: {text}"));
            return;
        }
        let first = self.sheet.glyphs.len();
        let origin = apply(&ctm, self.text[4] + rise * self.text[2], self.text[5] + rise * self.text[3]);
        let unit = font.unit * size;
        // How far the text has moved, and whether always the same way.
        let (mut way, mut straight) = (0f32, true);
        let mut start = self.sheet.text.len();
        let mut rest = bytes;
        while !rest.is_empty() {
            let shown = font.show(rest, &mut self.sheet.text, self.shared);
            let space = shown.length == 1 && rest.first() == Some(&b' ');
            rest = rest.get(shown.length..).unwrap_or_default();
            let glyph = shown.advance * unit;
            let extra = char_space + if space { word_space } else { 0.0 };
            let (x, y, dx, dy, step);
            if font.vertical {
                (x, y) = (origin.0 + way * device[2], origin.1 + way * device[3]);
                (dx, dy) = (glyph * device[2], glyph * device[3]);
                // TJ numbers and spacing push downwards, which is against the sign of W1.
                step = glyph + extra.copysign(glyph);
            } else {
                (x, y) = (origin.0 + way * device[0], origin.1 + way * device[1]);
                let glyph = glyph * scale;
                (dx, dy) = (glyph * device[0], glyph * device[1]);
                step = glyph + extra * scale;
            }
            straight &= way * step >= 0.0;
            way += step;
            self.unknown += usize::from(!shown.known);
            let end = self.sheet.text.len();
            let (Ok(from), Ok(to)) = (u32::try_from(start), u32::try_from(end)) else { return };
            self.sheet.glyphs.push(Glyph {
                text: from..to,
                x,
                y,
                dx,
                dy,
                size: hand.height,
                look: hand.look,
            });
            start = end;
        }
        self.shown += self.sheet.glyphs.len() - first;
        if font.vertical {
            self.advance(0.0, way);
        } else {
            self.advance(way, 0.0);
        }
        if hand.look != Look::Hidden {
            self.hide_from(first, straight && !hand.white, hand);
        }
    }

    /// Hides the glyphs from `first` on that are not seen where they stand. Page and clip are boxes: of
    /// glyphs on a straight way the first and the last tell of all.
    fn hide_from(&mut self, first: usize, straight: bool, hand: &Hand) {
        let (width, height, clip) = (self.sheet.width, self.sheet.height, self.state.clip);
        let (scene, white) = (&self.scene, hand.white);
        let unseen = |glyph: &Glyph| {
            let (x, y) = (glyph.x + glyph.dx / 2.0, glyph.y + glyph.dy / 2.0 - hand.height * 0.3);
            x < 0.0
                || x > width
                || glyph.y < 0.0
                || y > height
                || (white && !scene.is_backed(x, y))
                || is_clipped(&clip, x, y, hand.height)
        };
        let glyphs = self.sheet.glyphs.get_mut(first..).unwrap_or_default();
        if straight
            && let (Some(first), Some(last)) = (glyphs.first(), glyphs.last())
            && !unseen(first)
            && !unseen(last)
        {
            return;
        }
        for glyph in glyphs.iter_mut().filter(|glyph| unseen(glyph)) {
            glyph.look = Look::Hidden;
        }
    }
}
