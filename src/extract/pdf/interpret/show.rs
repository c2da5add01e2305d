//! Showing text: strings become glyphs with positions and looks.

use std::ops::Range;
use std::rc::Rc;

use super::super::font::Font;
use super::super::lexer::{Lexer, Token, single};
use super::super::matrix::{apply, length, multiply};
use super::super::scene::is_clipped;
use super::super::simple::{NOT_ASCII, Simple};
use super::{Interpreter, State, Unknown};
use crate::read::layout::{DOUBLE, Glyph, Look, OVERLAP, Part, SPACE, Sheet, TIGHT};

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
    /// Gaps of words, which get a space between them.
    space: Range<f32>,
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

impl Unknown {
    /// Another such glyph; how many there are side by side up to it.
    fn next(&mut self, number: usize, place: (f32, f32), height: f32) -> usize {
        let distance = (place.0 - self.place.0).hypot(place.1 - self.place.1);
        let follows = number == self.number + 1 && distance < BESIDE * height;
        *self = Self { number, place, run: if follows { self.run + 1 } else { 1 } };
        self.run
    }
}

impl Interpreter<'_, '_> {
    /// Paints strings, and moves by the numbers between them.
    #[inline(never)]
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
        if self.sheet.parts.len() >= GLYPHS || self.sheet.text.len() > self.shared.budget.text {
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
        let (tight, space) = if level && height > 0.0 {
            let em = height / direction.0;
            let tight = [
                -OVERLAP * height / direction.0,
                TIGHT * height / direction.0,
                DOUBLE * height / direction.0,
            ];
            (tight, SPACE.start * em..SPACE.end * em)
        } else {
            (NEVER, 0.0..0.0)
        };
        let origin = apply(&ctm, self.text[4] + rise * self.text[2], self.text[5] + rise * self.text[3]);
        let pen = Pen { way: 0.0, range: (0.0, 0.0), open: None };
        let mut hand = Hand { direction, origin, height, look, tight, space, pen };
        let first = self.sheet.glyphs.len();
        self.show(operands, lexer, &font, &mut hand);
        if let Some(open) = hand.pen.open.take() {
            close(&mut self.sheet.glyphs, &hand, open, self.sheet.parts.len());
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
        let Some(simple) = font.simple() else { return self.paint(operands, lexer, font, hand) };
        if font.damaged {
            strings().for_each(|codes| font.notice_all(codes, self.shared));
        }
        self.letters.clear();
        self.letters.reserve(count);
        self.paint_simple(operands, lexer, simple, (font.unit, count), hand);
        match std::str::from_utf8(&self.letters) {
            Ok(letters) if letters.len() <= self.shared.budget.text => self.sheet.text.push_str(letters),
            _ => self.stop(format!("bytes of text of a document: {}", self.shared.budget.limits.text)),
        }
    }

    /// Paints strings of a simple font, `count` codes in all, and moves by the numbers between them. Nearly
    /// all glyphs come this way: nothing is called, and all is kept at hand. Their text is put into
    /// `letters`.
    #[inline(never)]
    fn paint_simple(
        &mut self,
        operands: &[Token<'_>],
        lexer: &Lexer<'_>,
        simple: &Simple,
        (unit, count): (f32, usize),
        hand: &mut Hand,
    ) {
        let State { size, char_space, word_space, scale, .. } = self.state;
        let unit = unit * size;
        let [least, most, step_least] = hand.tight;
        let Sheet { glyphs, parts, text, .. } = &mut self.sheet;
        let letters = &mut self.letters;
        let (from, room) = (text.len(), self.shared.budget.text);
        let here = |letters: &[u8]| u32::try_from(from + letters.len()).unwrap_or(u32::MAX);
        let first = parts.len();
        make_room(parts, count);
        let parts = parts.get_mut(first..).unwrap_or_default();
        let Pen { mut way, range: (mut low, mut high), .. } = hand.pen;
        let plain = char_space == 0.0 && least <= 0.0 && most >= 0.0;
        let mut is_open = false;
        let mut open = Open { from: 0, to: 0, start: 0.0, end: 0.0, last: 0.0, parts: 0 };
        let mut count = 0;
        for token in operands {
            let codes = match *token {
                Token::String(letters) => lexer.bytes(letters),
                Token::Number(number) => {
                    way += -single(number) / 1000.0 * size * scale;
                    continue;
                }
                _ => continue,
            };
            let mut at = 0;
            while at < codes.len() {
                // Letters that begin where the one before ends, as nearly all do.
                if plain && is_open && open.end == way {
                    let mut to = open.to;
                    while let (Some(&code), Some(part)) = (codes.get(at), parts.get_mut(count)) {
                        let (advance, letter) = simple.letter(code);
                        let width = advance * unit * scale;
                        let fits = width >= 0.0 && way - open.last >= step_least;
                        if letter == NOT_ASCII || !fits {
                            break;
                        }
                        (at, count, to) = (at + 1, count + 1, to.saturating_add(1));
                        letters.push(letter);
                        open.last = way;
                        way += width;
                        *part = Part { start: open.last - open.start, end: way - open.start, text_end: to };
                    }
                    (open.end, open.to) = (way, to);
                    if way > high {
                        high = way;
                    }
                }
                let (Some(&code), Some(part)) = (codes.get(at), parts.get_mut(count)) else { break };
                (at, count) = (at + 1, count + 1);
                let (shown, ascii) = simple.code(code);
                if !shown.known {
                    self.unknown += 1;
                    let run = self.unknown_last.next(self.shown + count, hand.at(way), hand.height);
                    self.unknown_most = self.unknown_most.max(run);
                }
                let glyph = shown.advance * unit;
                let (start, width) = (way, glyph * scale);
                let end = start + width;
                let extra = char_space + if shown.space { word_space } else { 0.0 };
                way += (glyph + extra) * scale;
                let put = |letters: &mut Vec<u8>| match ascii {
                    0..0x80 => letters.push(ascii),
                    _ if letters.len() > room => {}
                    _ => letters.extend_from_slice(simple.text(code, &mut [0; 4]).as_bytes()),
                };
                if is_open && !shown.blank {
                    let gap = start - open.end;
                    let apart = start - open.last >= step_least;
                    if gap >= least && gap <= most && apart && width >= 0.0 {
                        put(letters);
                        (open.end, open.last, open.to) = (end, start, here(letters));
                        if end > high {
                            high = end;
                        }
                        *part = Part { start: start - open.start, end: end - open.start, text_end: open.to };
                        continue;
                    }
                    if hand.space.contains(&gap) {
                        letters.push(b' ');
                    }
                }
                for way in [start, end] {
                    if way < low {
                        low = way;
                    }
                    if way > high {
                        high = way;
                    }
                }
                if is_open {
                    close(glyphs, hand, open, first + count - 1);
                }
                let from = here(letters);
                put(letters);
                let to = here(letters);
                open = Open { from, to, start, end, last: start, parts: first + count - 1 };
                *part = Part { start: 0.0, end: width, text_end: to };
                is_open = !shown.blank;
                if !is_open {
                    close(glyphs, hand, open, first + count);
                }
            }
        }
        self.shown += count;
        hand.pen = Pen { way, range: (low, high), open: is_open.then_some(open) };
    }

    /// Paints strings of a composite font, and moves by the numbers between them.
    fn paint(&mut self, operands: &[Token<'_>], lexer: &Lexer<'_>, font: &Font, hand: &mut Hand) {
        let State { size, char_space, word_space, scale, .. } = self.state;
        let unit = font.unit * size;
        let [least, most, step_least] = hand.tight;
        let sheet = &mut self.sheet;
        let mut pen = hand.pen;
        let (mut count, mut known) = (0, 0);
        for token in operands {
            let mut rest = match *token {
                Token::String(letters) => lexer.bytes(letters),
                Token::Number(number) => {
                    let way = -single(number) / 1000.0 * size;
                    pen.way += if font.vertical { way } else { way * scale };
                    continue;
                }
                _ => continue,
            };
            while !rest.is_empty() {
                if pen.open.as_ref().is_some_and(|open| hand.space.contains(&(pen.way - open.end))) {
                    sheet.text.push(' ');
                }
                let begin = sheet.text.len();
                let (shown, length) = font.show(rest, &mut sheet.text, self.shared);
                rest = rest.get(length..).unwrap_or_default();
                count += 1;
                known += usize::from(shown.known);
                if !shown.known {
                    let run = self.unknown_last.next(self.shown + count, hand.at(pen.way), hand.height);
                    self.unknown_most = self.unknown_most.max(run);
                }
                let glyph = shown.advance * unit;
                let extra = char_space + if shown.space { word_space } else { 0.0 };
                // TJ numbers and spacing push downwards, which is against the sign of W1.
                let (glyph, step) = match font.vertical {
                    true => (glyph, glyph + extra.copysign(glyph)),
                    false => (glyph * scale, (glyph + extra) * scale),
                };
                let (start, end) = (pen.way, pen.way + glyph);
                pen.way += step;
                let (Ok(begin), Ok(to)) = (u32::try_from(begin), u32::try_from(sheet.text.len())) else {
                    break;
                };
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
                    close(&mut sheet.glyphs, hand, open, sheet.parts.len());
                }
                let parts = sheet.parts.len();
                sheet.parts.push(Part { start: 0.0, end: glyph, text_end: to });
                let open = Open { from: begin, to, start, end, last: start, parts };
                if shown.blank {
                    close(&mut sheet.glyphs, hand, open, sheet.parts.len());
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
    parts.reserve(count);
    while let Some(some) = EMPTY.get(..left.min(EMPTY.len())).filter(|some| !some.is_empty()) {
        parts.extend_from_slice(some);
        left -= some.len();
    }
}

/// Puts the open glyphs on the sheet, whose parts end at `end`.
fn close(glyphs: &mut Vec<Glyph>, hand: &Hand, open: Open, end: usize) {
    let way = open.end - open.start;
    // A single glyph has none.
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
}
