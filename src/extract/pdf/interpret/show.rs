//! Showing text: strings become glyphs with positions and looks.

use std::rc::Rc;

use super::super::font::{Font, Shown};
use super::super::lexer::{Lexer, Token, single};
use super::super::matrix::{apply, length, multiply};
use super::super::scene::is_clipped;
use super::super::shared::Shared;
use super::super::simple::Simple;
use super::{Interpreter, State, Unknown};
use crate::read::layout::{DOUBLE, Glyph, Look, OVERLAP, Part, Sheet, TIGHT};

/// Glyphs of one page.
const GLYPHS: usize = 1_000_000;
/// Luminance from which on a colour is white to the eye.
pub(super) const WHITE: f32 = 0.97;
/// Luminance from which on letters are pale.
const PALE: f32 = 0.55;
/// Distance, in em, from one glyph to the next within which they stand side by side.
const BESIDE: f32 = 3.0;
/// Letters lower than this many points are not read by anyone.
const SMALLEST: f32 = 0.7;

/// What all strings of one operator share.
struct Hand {
    /// From the way along the line to the page.
    direction: (f32, f32),
    /// Where the line begins on the page.
    origin: (f32, f32),
    /// Height of the letters on the page.
    height: f32,
    look: Look,
    /// Least and greatest gap of glyphs that are set tight, and the least distance from one to the
    /// next; where they are not gathered, there is no such gap.
    tight: [f32; 3],
    pen: Pen,
}

impl Hand {
    /// A point of the line on the page.
    fn at(&self, way: f32) -> (f32, f32) {
        (self.origin.0 + way * self.direction.0, self.origin.1 + way * self.direction.1)
    }
}

/// Where the line has come to.
#[derive(Debug, Clone, Copy)]
struct Pen {
    /// How far, least and farthest.
    way: f32,
    range: (f32, f32),
    /// The glyph, or glyphs set tight, that may go on.
    open: Option<Open>,
}

/// Glyphs set tight, not yet on the sheet.
#[derive(Debug, Clone, Copy)]
struct Open {
    /// Bytes of the sheet's text.
    from: u32,
    to: u32,
    start: f32,
    end: f32,
    /// Where the last glyph begins.
    last: f32,
    /// Where its parts begin.
    parts: usize,
}

impl Interpreter<'_, '_> {
    /// Paints strings, and moves by the numbers between them.
    pub(super) fn show_all(&mut self, operands: &[Token<'_>], lexer: &Lexer<'_>) {
        let Some(font) = self.state.font.as_ref().map(Rc::clone) else {
            for token in operands {
                if let Token::String(letters) = token {
                    let count = lexer.bytes(*letters).len();
                    self.shown += count;
                    self.unknown += count;
                }
            }
            return;
        };
        if self.sheet.glyphs.len() + self.sheet.parts.len() >= GLYPHS
            || self.sheet.text.len() > self.shared.budget.text
        {
            let text = self.shared.budget.limits.text;
            self.stop(format!("glyphs of a page: {GLYPHS}, or bytes of text of a document: {text}"));
            return;
        }
        let State { size, mode, luminance, alpha, rise, ctm, .. } = self.state;
        let device = multiply(&self.text, &ctm);
        let height = (size * length(device[2], device[3])).abs();
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
        let direction = if vertical { (device[2], device[3]) } else { (device[0], device[1]) };
        let level = direction.0 > 0.0 && direction.1 == 0.0;
        const NEVER: [f32; 3] = [f32::INFINITY, f32::NEG_INFINITY, 0.0];
        let tight = if level && height > 0.0 {
            [-OVERLAP * height / direction.0, TIGHT * height / direction.0, DOUBLE * height / direction.0]
        } else {
            NEVER
        };
        let origin = apply(&ctm, self.text[4] + rise * self.text[2], self.text[5] + rise * self.text[3]);
        let pen = Pen { way: 0.0, range: (0.0, 0.0), open: None };
        let mut hand = Hand { direction, origin, height, look, tight, pen };
        let first = self.sheet.glyphs.len();
        self.show(operands, lexer, &font, &mut hand);
        if let Some(open) = hand.pen.open.take() {
            let Sheet { glyphs, parts, .. } = &mut self.sheet;
            let end = close(glyphs, &hand, open, parts.len());
            parts.truncate(end);
        }
        let way = hand.pen.way;
        let (x, y) = if vertical { (0.0, way) } else { (way, 0.0) };
        self.text[4] += x * self.text[0] + y * self.text[2];
        self.text[5] += x * self.text[1] + y * self.text[3];
        if look != Look::Hidden {
            self.hide_from(first, white, &hand);
        }
    }

    /// Paints the strings in the font that suits.
    fn show(&mut self, operands: &[Token<'_>], lexer: &Lexer<'_>, font: &Font, hand: &mut Hand) {
        let strings = || {
            operands.iter().filter_map(|token| match token {
                Token::String(letters) => Some(lexer.bytes(*letters)),
                _ => None,
            })
        };
        let count = strings().map(<[u8]>::len).sum();
        self.sheet.parts.reserve(count);
        let from = self.sheet.text.len();
        let Some(simple) = font.simple() else {
            let next = |rest: &mut &[u8], text: &mut String, shared: &mut Shared<'_>| {
                if rest.is_empty() {
                    return None;
                }
                let (shown, length) = font.show(rest, text, shared);
                *rest = rest.get(length..).unwrap_or_default();
                Some((shown, text.len()))
            };
            return self.paint(operands, lexer, from, (font.unit, font.vertical), hand, next);
        };
        if font.damaged {
            strings().for_each(|codes| font.notice_all(codes, self.shared));
        }
        // Nearly all text of simple fonts is ASCII: written at once, one byte a glyph.
        self.letters.clear();
        self.letters.resize(count, 0);
        let mut letters = self.letters.iter_mut();
        for codes in strings() {
            for (&code, letter) in codes.iter().zip(letters.by_ref()) {
                *letter = simple.ascii(code);
            }
        }
        let Ok(letters) = std::str::from_utf8(&self.letters) else {
            let next = |rest: &mut &[u8], text: &mut String, _: &mut Shared<'_>| {
                let (&code, behind) = rest.split_first()?;
                *rest = behind;
                Some((simple.show(code, text), text.len()))
            };
            return self.paint(operands, lexer, from, (font.unit, false), hand, next);
        };
        self.sheet.text.push_str(letters);
        self.shown += count;
        self.paint_ascii(operands, lexer, from, simple, (font.unit, count), hand);
    }

    /// Paints strings of a simple font, `count` codes in all, whose text is ASCII and stands on the sheet
    /// from `from` on. Nearly all glyphs come this way: nothing is called, and all is kept at hand.
    fn paint_ascii(
        &mut self,
        operands: &[Token<'_>],
        lexer: &Lexer<'_>,
        from: usize,
        simple: &Simple,
        (unit, count): (f32, usize),
        hand: &mut Hand,
    ) {
        let State { size, char_space, word_space, scale, .. } = self.state;
        let unit = unit * size;
        let [least, most, step_least] = hand.tight;
        let Ok(mut to) = u32::try_from(from) else { return };
        let Sheet { glyphs, parts: all, .. } = &mut self.sheet;
        let mut end = all.len();
        make_room(all, count);
        let parts = all.as_mut_slice();
        let Pen { mut way, range: (mut low, mut high), .. } = hand.pen;
        // Where nothing is added, each glyph of a string begins where the one before ends; something is
        // added to spaces only, if at all.
        let plain = char_space == 0.0 && least <= 0.0 && most >= 0.0;
        let mut is_open = false;
        let mut open = Open { from: 0, to: 0, start: 0.0, end: 0.0, last: 0.0, parts: 0 };
        for token in operands {
            let mut codes = match *token {
                Token::String(letters) => lexer.bytes(letters),
                Token::Number(number) => {
                    way += -single(number) / 1000.0 * size * scale;
                    continue;
                }
                _ => continue,
            };
            while let Some((&code, behind)) = codes.split_first() {
                if plain && is_open && open.end == way {
                    let mut count = 0;
                    for (&code, part) in codes.iter().zip(parts.get_mut(end..).unwrap_or_default()) {
                        let shown = simple.shown(code);
                        let glyph = shown.advance * unit * scale;
                        if shown.blank || shown.space || !(glyph >= 0.0 && way - open.last >= step_least) {
                            break;
                        }
                        open.last = way;
                        way += glyph;
                        count += 1;
                        to = to.wrapping_add(1);
                        *part = Part { start: open.last - open.start, end: way - open.start, text_end: to };
                    }
                    if count > 0 {
                        end += count;
                        (open.end, open.to) = (way, to);
                        if way > high {
                            high = way;
                        }
                        codes = codes.get(count..).unwrap_or_default();
                        continue;
                    }
                }
                codes = behind;
                let shown = simple.shown(code);
                let glyph = shown.advance * unit;
                let extra = char_space + if shown.space { word_space } else { 0.0 };
                let (start, last) = (way, way + glyph * scale);
                way += (glyph + extra) * scale;
                let glyph = glyph * scale;
                to = to.wrapping_add(1);
                let gap = start - open.end;
                let tight = is_open && !shown.blank && gap >= least && gap <= most;
                let part = if tight && glyph >= 0.0 && start - open.last >= step_least {
                    (open.end, open.last, open.to) = (last, start, to);
                    if last > high {
                        high = last;
                    }
                    Part { start: start - open.start, end: last - open.start, text_end: to }
                } else {
                    (low, high) = (low.min(start).min(last), high.max(start).max(last));
                    if is_open {
                        end = close(glyphs, hand, open, end);
                    }
                    open = Open { from: to.wrapping_sub(1), to, start, end: last, last: start, parts: end };
                    is_open = true;
                    Part { start: 0.0, end: glyph, text_end: to }
                };
                if let Some(slot) = parts.get_mut(end) {
                    *slot = part;
                }
                end += 1;
                if shown.blank {
                    end = close(glyphs, hand, open, end);
                    is_open = false;
                }
            }
        }
        all.truncate(end);
        hand.pen = Pen { way, range: (low, high), open: is_open.then_some(open) };
    }

    /// Paints strings, whose text begins at `from`, and moves by the numbers between them. `next` shows
    /// the glyph that a string begins with and tells where its text ends.
    fn paint(
        &mut self,
        operands: &[Token<'_>],
        lexer: &Lexer<'_>,
        mut from: usize,
        (unit, vertical): (f32, bool),
        hand: &mut Hand,
        mut next: impl FnMut(&mut &[u8], &mut String, &mut Shared<'_>) -> Option<(Shown, usize)>,
    ) {
        let State { size, char_space, word_space, scale, .. } = self.state;
        let unit = unit * size;
        let [least, most, step_least] = hand.tight;
        let sheet = &mut self.sheet;
        let mut pen = hand.pen;
        let (mut count, mut known) = (0, 0);
        for token in operands {
            let mut rest = match *token {
                Token::String(letters) => lexer.bytes(letters),
                Token::Number(number) => {
                    let way = -single(number) / 1000.0 * size;
                    pen.way += if vertical { way } else { way * scale };
                    continue;
                }
                _ => continue,
            };
            while let Some((shown, to)) = next(&mut rest, &mut sheet.text, self.shared) {
                count += 1;
                known += usize::from(shown.known);
                if !shown.known {
                    let last = self.unknown_last;
                    let place = hand.at(pen.way);
                    let distance = (place.0 - last.place.0).hypot(place.1 - last.place.1);
                    let number = self.shown + count;
                    let follows = number == last.number + 1 && distance < BESIDE * hand.height;
                    let run = if follows { last.run + 1 } else { 1 };
                    self.unknown_most = self.unknown_most.max(run);
                    self.unknown_last = Unknown { number, place, run };
                }
                let glyph = shown.advance * unit;
                let extra = char_space + if shown.space { word_space } else { 0.0 };
                // TJ numbers and spacing push downwards, which is against the sign of W1.
                let (glyph, step) = match vertical {
                    true => (glyph, glyph + extra.copysign(glyph)),
                    false => (glyph * scale, (glyph + extra) * scale),
                };
                let (start, end) = (pen.way, pen.way + glyph);
                pen.way += step;
                let begin = std::mem::replace(&mut from, to);
                let Ok(to) = u32::try_from(to) else { break };
                if let Some(open) = &mut pen.open
                    && !shown.blank
                {
                    let gap = start - open.end;
                    if gap >= least && gap <= most && glyph >= 0.0 && start - open.last >= step_least {
                        (open.end, open.last, open.to) = (end, start, to);
                        sheet.parts.push(Part {
                            start: start - open.start,
                            end: end - open.start,
                            text_end: to,
                        });
                        if end > pen.range.1 {
                            pen.range.1 = end;
                        }
                        continue;
                    }
                }
                pen.range = (pen.range.0.min(start).min(end), pen.range.1.max(start).max(end));
                if let Some(open) = pen.open.take() {
                    let end = close(&mut sheet.glyphs, hand, open, sheet.parts.len());
                    sheet.parts.truncate(end);
                }
                let Ok(begin) = u32::try_from(begin) else { break };
                let parts = sheet.parts.len();
                sheet.parts.push(Part { start: 0.0, end: glyph, text_end: to });
                let open = Open { from: begin, to, start, end, last: start, parts };
                if shown.blank {
                    let end = close(&mut sheet.glyphs, hand, open, sheet.parts.len());
                    sheet.parts.truncate(end);
                } else {
                    pen.open = Some(open);
                }
            }
        }
        hand.pen = pen;
        self.shown += count;
        self.unknown += count - known;
    }

    /// Hides the glyphs from `first` on that are not seen where they stand. Page and clip are boxes: if
    /// both ends of the line are seen, all of it is, unless it is `white`.
    fn hide_from(&mut self, first: usize, white: bool, hand: &Hand) {
        let (width, height, clip) = (self.sheet.width, self.sheet.height, self.state.clip);
        let inside = |x: f32, baseline: f32, y: f32| {
            x >= 0.0 && x <= width && baseline >= 0.0 && y <= height && !is_clipped(&clip, x, y, hand.height)
        };
        let end_seen = |way: f32| {
            let (x, y) = hand.at(way);
            inside(x, y, y - hand.height * 0.3)
        };
        if !white && end_seen(hand.pen.range.0) && end_seen(hand.pen.range.1) {
            return;
        }
        self.sheet.split(first);
        for glyph in self.sheet.glyphs.get_mut(first..).unwrap_or_default() {
            let (x, y) = (glyph.x + glyph.dx / 2.0, glyph.y + glyph.dy / 2.0 - hand.height * 0.3);
            if !inside(x, glyph.y, y) || (white && !self.scene.is_backed(x, y)) {
                glyph.look = Look::Hidden;
            }
        }
    }
}

/// Adds `count` parts that are filled in later.
fn make_room(parts: &mut Vec<Part>, count: usize) {
    const EMPTY: [Part; 64] = [Part { start: 0.0, end: 0.0, text_end: 0 }; 64];
    let mut left = count;
    while let Some(some) = EMPTY.get(..left.min(EMPTY.len())).filter(|some| !some.is_empty()) {
        parts.extend_from_slice(some);
        left -= some.len();
    }
}

/// Puts the open glyphs on the sheet, whose parts end at `end`; tells where they end then.
fn close(glyphs: &mut Vec<Glyph>, hand: &Hand, open: Open, end: usize) -> usize {
    let way = open.end - open.start;
    let end = if end == open.parts + 1 { open.parts } else { end };
    let at = |parts: usize| u32::try_from(parts).unwrap_or(u32::MAX);
    let mut glyph = Glyph {
        text: open.from..open.to,
        x: hand.origin.0 + open.start * hand.direction.0,
        y: hand.origin.1 + open.start * hand.direction.1,
        dx: way * hand.direction.0,
        dy: way * hand.direction.1,
        size: hand.height,
        look: hand.look,
        parts: at(open.parts)..at(end),
    };
    if !(glyph.x + glyph.y + glyph.dx + glyph.dy + glyph.size).is_finite() {
        // Nowhere to be seen, but text: on a line of its own above the page.
        #[expect(clippy::cast_precision_loss, reason = "below a million")]
        let x = glyphs.len() as f32;
        glyph = Glyph { x, y: -1e4, dx: 1.0, dy: 0.0, size: 1.0, look: Look::Hidden, parts: 0..0, ..glyph };
    }
    glyphs.push(glyph);
    end
}
