//! From glyphs on a page to lines of text with their zones.
//!
//! PDF and OFD place glyphs; words and lines exist only in the eye of the reader. Here glyphs of one
//! baseline become a line whatever order they were painted in, gaps become spaces or cell borders,
//! and each piece learns its zone and alignment. Coordinates are points on the page as it is shown:
//! x to the right, y down, (0, 0) the upper left corner of the visible page.

mod order;
mod piece;
mod reading;
mod row;

use std::ops::Range;

use smallvec::SmallVec;

use crate::text::{Align, Zone};
use order::order;
use piece::{numbers, pieces};
use reading::{above_numbers, beside, mixed, stack, wrapped};
use row::{Row, drop_double_strikes, rows};

/// How a glyph looks; lines never mix looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Look {
    /// Seen by the reader.
    Plain,
    /// Light grey or translucent.
    Pale,
    /// Not seen: invisible, white on white, off the page.
    Hidden,
}

/// A painted glyph, or several of one line that are set tight.
#[derive(Debug, Clone)]
pub(crate) struct Glyph {
    /// Bytes of [`Sheet::text`] that it stands for; may be empty.
    pub(crate) text: Range<u32>,
    /// Its origin on the baseline.
    pub(crate) x: f32,
    /// Its origin on the baseline.
    pub(crate) y: f32,
    /// The way to the end of the (last) glyph, along the writing direction.
    pub(crate) dx: f32,
    /// The way to the end of the (last) glyph, along the writing direction.
    pub(crate) dy: f32,
    /// Height of the letters (the em) in points.
    pub(crate) size: f32,
    /// How it looks.
    pub(crate) look: Look,
    /// Where in [`Sheet::parts`] the glyphs set tight are; empty when it is one glyph. Those lie side
    /// by side from left to right (`dx` > 0, `dy` = 0).
    pub(crate) parts: Range<u32>,
}

/// One of several glyphs that are set tight.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    /// Where it begins and ends, from the first glyph's beginning, in any unit.
    pub(crate) start: f32,
    pub(crate) end: f32,
    /// Where its characters end in [`Sheet::text`].
    pub(crate) text_end: u32,
}

/// All glyphs of a page in painting order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sheet {
    /// Width of the visible page in points.
    pub(crate) width: f32,
    /// Height of the visible page in points.
    pub(crate) height: f32,
    /// The characters of all glyphs.
    pub(crate) text: String,
    /// The glyphs.
    pub(crate) glyphs: Vec<Glyph>,
    /// The single glyphs of those that are set tight.
    pub(crate) parts: Vec<Part>,
}

/// Gap, in em, from which on two long runs of digits are two numbers in narrow cells: a word is not
/// painted in two long runs with a gap between.
pub(crate) const RUN_GAP: f32 = 0.1;
/// Glyphs of a long run.
pub(crate) const RUN_GLYPHS: usize = 4;
/// Gap, in em, up to which glyphs are set tight: no space between them.
pub(crate) const TIGHT: f32 = 0.18;
/// Gaps, in em, between the words of a line: where glyphs lie so far apart, a painter may put a space
/// between their texts, which belongs to neither and saves parting them.
pub(crate) const SPACE: Range<f32> = 0.2..1.0;
/// Overlap, in em, up to which they are.
pub(crate) const OVERLAP: f32 = 0.3;
/// Distance, in em, below which the same character again is bold by printing twice.
pub(crate) const DOUBLE: f32 = 0.15;

impl Sheet {
    /// An empty sheet with room for the glyphs of most pages.
    pub(crate) fn with_room() -> Self {
        const GLYPHS: usize = 1 << 10;
        const PARTS: usize = 4 << 10;
        Self {
            text: String::with_capacity(PARTS),
            glyphs: Vec::with_capacity(GLYPHS),
            parts: Vec::with_capacity(PARTS),
            ..Self::default()
        }
    }

    /// The sheet without its glyphs, of another size.
    pub(crate) fn blank(mut self, width: f32, height: f32) -> Self {
        (self.width, self.height) = (width, height);
        self.text.clear();
        self.glyphs.clear();
        self.parts.clear();
        self
    }

    /// The glyphs of `glyph` one by one.
    pub(crate) fn single(&self, glyph: &Glyph) -> impl Iterator<Item = Glyph> + use<'_> {
        let parts = self.parts.get(glyph.parts.start as usize..glyph.parts.end as usize).unwrap_or_default();
        let whole = parts.is_empty().then(|| glyph.clone());
        let scale = parts.last().map_or(1.0, |last| glyph.dx / last.end);
        let mut text = glyph.text.start;
        let glyph = glyph.clone();
        let single = parts.iter().map(move |part| {
            let (x, dx) = (glyph.x + part.start * scale, (part.end - part.start) * scale);
            let start = std::mem::replace(&mut text, part.text_end);
            Glyph { text: start..part.text_end, x, dx, parts: 0..0, ..glyph.clone() }
        });
        whole.into_iter().chain(single)
    }

    /// Takes the glyphs from number `first` on one by one.
    pub(crate) fn split(&mut self, first: usize) {
        let tail: Vec<Glyph> = self.glyphs.drain(first.min(self.glyphs.len())..).collect();
        for glyph in tail {
            if glyph.parts.is_empty() {
                self.glyphs.push(glyph);
            } else {
                let single: Vec<Glyph> = self.single(&glyph).collect();
                self.glyphs.extend(single);
            }
        }
    }
}

/// How a line follows the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Follow {
    /// In the same paragraph, as far as the geometry tells.
    Line,
    /// In a new one.
    Paragraph,
}

/// A stretch of a line without a wide gap.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Piece {
    /// Its text, never blank.
    pub(crate) text: String,
    /// Box on the page: left, top, right, bottom.
    pub(crate) area: [f32; 4],
    /// Zone of the page.
    pub(crate) zone: Zone,
    /// Alignment, where the geometry makes it clear.
    pub(crate) align: Option<Align>,
    /// Numbers beside other words, which may be cells set close to each other.
    numbers: Vec<Number>,
}

/// Letters and digits without a space.
#[derive(Debug, Clone, PartialEq)]
struct Number {
    text: String,
    left: f32,
    right: f32,
}

/// A line as the reader sees it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    /// Its pieces, left to right; never empty.
    pub(crate) pieces: SmallVec<[Piece; 1]>,
    /// How it follows the line before.
    pub(crate) follow: Follow,
    /// Direction of writing in degrees, clockwise from left-to-right, 0 to 359.
    pub(crate) angle: u16,
    /// Height of the letters in points.
    pub(crate) size: f32,
    /// How it looks.
    pub(crate) look: Look,
    /// Another reading of what stands in the lines before it.
    pub(crate) again: bool,
}

/// The lines of a page in reading order.
pub(crate) fn lines(sheet: &Sheet) -> Vec<Line> {
    let mut rows = rows(sheet);
    for row in &mut rows {
        row.sort(sheet);
        drop_double_strikes(sheet, row);
        let seen = row.placed.iter().filter(|p| !p.blank);
        (row.u0, row.u1) = seen.fold((f32::INFINITY, f32::NEG_INFINITY), |(u0, u1), placed| {
            (lesser(u0, placed.u), greater(u1, placed.end))
        });
    }
    rows.retain(|row| row.u1 >= row.u0 && row.placed.iter().any(|p| !p.blank));
    let beside = beside(sheet, &rows);
    stack(sheet, &mut rows);
    let mut readings = mixed(&rows);
    for row in beside {
        let first = row.placed.first().map(|placed| placed.glyph);
        let holds = |other: &Row| other.placed.iter().any(|placed| Some(placed.glyph) == first);
        readings.extend(rows.iter().position(holds).map(|index| (index, row)));
    }
    let order = order(&rows);
    let level = || rows.iter().filter(|row| row.angle == 0 && row.look != Look::Hidden);
    let left = level().map(|row| row.u0).fold(0.18 * sheet.width, f32::min).max(0.0);
    let right = level().map(|row| row.u1).fold(0.82 * sheet.width, f32::max).min(sheet.width);
    let margins = (left, right);
    let mut lines: Vec<Line> = Vec::with_capacity(order.len());
    let (mut origins, mut text) = (Vec::with_capacity(order.len()), String::new());
    for (index, follow) in order {
        let Some(row) = rows.get(index) else { continue };
        let pieces = pieces(sheet, row, margins, &mut text);
        if !pieces.is_empty() {
            let (angle, size, look) = (row.angle, row.size, row.look);
            lines.push(Line { pieces, follow, angle, size, look, again: false });
            origins.push(index);
        }
        for (_, row) in readings.extract_if(.., |(beside, _)| *beside == index) {
            let pieces = self::pieces(sheet, &row, margins, &mut text);
            let (angle, size, look) = (row.angle, row.size, row.look);
            lines.push(Line { pieces, follow: Follow::Line, angle, size, look, again: true });
            origins.push(usize::MAX);
        }
    }
    for (line, piece) in above_numbers(&lines) {
        let row = origins.get(line).and_then(|&index| rows.get(index));
        let piece = lines.get_mut(line).and_then(|line| line.pieces.get_mut(piece));
        if let (Some(row), Some(piece)) = (row, piece) {
            piece.numbers = numbers(sheet, row, piece.area);
        }
    }
    wrapped(&mut lines);
    lines
}

/// The lesser of two numbers, of which none is NaN; `f32::min` takes several times as long for that
/// case.
#[inline]
fn lesser(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

/// The greater of two numbers.
#[inline]
fn greater(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

#[inline]
fn text<'a>(sheet: &'a Sheet, glyph: &Glyph) -> &'a str {
    sheet.text.get(glyph.text.start as usize..glyph.text.end as usize).unwrap_or_default()
}

/// Direction in whole degrees, the quarter turns exact.
#[inline]
fn angle(glyph: &Glyph) -> u16 {
    if glyph.dy == 0.0 && glyph.dx >= 0.0 {
        return 0;
    }
    let degrees = glyph.dy.atan2(glyph.dx).to_degrees().rem_euclid(360.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 360")]
    let whole = degrees.round() as u16 % 360;
    let quarter = (whole + 45) / 90 * 90;
    if whole.abs_diff(quarter) <= 1 { quarter % 360 } else { whole }
}

fn turn(angle: u16) -> (f32, f32) {
    match angle {
        0 => (0.0, 1.0),
        90 => (1.0, 0.0),
        180 => (0.0, -1.0),
        270 => (-1.0, 0.0),
        other => f32::from(other).to_radians().sin_cos(),
    }
}

fn is_ideograph(c: char) -> bool {
    !c.is_ascii()
        && matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}'
        | '\u{20000}'..='\u{3ffff}' | '★' | '☆' | '“' | '”' | '‘' | '’' | '…' | '—' | '·' | '①'..='⓿' | '■'..='◿')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An A4 page; each entry is painted glyph by glyph: x, baseline y, size, gap in em, text.
    fn sheet(runs: &[(f32, f32, f32, f32, &str)]) -> Sheet {
        let mut sheet = Sheet { width: 595.0, height: 842.0, ..Sheet::default() };
        for &(x, y, size, gap, text) in runs {
            let mut x = x;
            for c in text.chars() {
                let start = u32::try_from(sheet.text.len()).unwrap();
                sheet.text.push(c);
                let end = u32::try_from(sheet.text.len()).unwrap();
                let dx = if c.is_ascii() { 0.5 * size } else { size };
                sheet.glyphs.push(Glyph {
                    text: start..end,
                    x,
                    y,
                    dx,
                    dy: 0.0,
                    size,
                    look: Look::Plain,
                    parts: 0..0,
                });
                x += dx + gap * size;
            }
        }
        sheet
    }

    fn texts(sheet: &Sheet) -> Vec<String> {
        let join =
            |line: &Line| line.pieces.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join("\t");
        lines(sheet).iter().map(join).collect()
    }

    #[test]
    fn a_mark_set_with_wide_gaps_is_one_word() {
        for gap in [0.0, 0.4, 1.0, 3.0] {
            let sheet = sheet(&[(80.0, 120.0, 16.0, gap, "机密★20年")]);
            assert_eq!(texts(&sheet), ["机密★20年"], "gap {gap}");
        }
    }

    #[test]
    fn words_get_a_space_and_columns_a_cell() {
        assert_eq!(
            texts(&sheet(&[(80.0, 90.0, 10.0, 0.0, "top"), (98.0, 90.0, 10.0, 0.0, "secret")])),
            ["top secret"]
        );
        assert_eq!(
            texts(&sheet(&[(80.0, 90.0, 10.0, 0.0, "姓名"), (300.0, 90.0, 10.0, 0.0, "密级")])),
            ["姓名\t密级"]
        );
    }

    #[test]
    fn painting_order_does_not_matter_on_a_line() {
        let sheet = sheet(&[
            (112.0, 120.0, 16.0, 0.0, "★"),
            (80.0, 700.0, 16.0, 0.0, "页脚在先"),
            (80.0, 120.0, 16.0, 0.0, "机密"),
            (128.0, 121.0, 16.0, 0.0, "20年"),
        ]);
        assert_eq!(texts(&sheet), ["机密★20年", "页脚在先"]);
    }

    #[test]
    fn columns_painted_one_after_the_other_stay_whole() {
        let sheet = sheet(&[
            (60.0, 300.0, 10.0, 0.0, "左栏第一行左栏第一行"),
            (60.0, 316.0, 10.0, 0.0, "左栏第二行左栏第二行"),
            (320.0, 300.0, 10.0, 0.0, "右栏第一行右栏第一行"),
            (320.0, 316.0, 10.0, 0.0, "右栏第二行右栏第二行"),
        ]);
        assert_eq!(
            texts(&sheet),
            ["左栏第一行左栏第一行", "左栏第二行左栏第二行", "右栏第一行右栏第一行", "右栏第二行右栏第二行"]
        );
    }

    #[test]
    fn zones_and_alignment() {
        let at = |x: f32, y: f32, text: &str| {
            let sheet = sheet(&[(x, y, 16.0, 0.0, text), (79.0, 500.0, 16.0, 0.0, "正文")]);
            let piece = lines(&sheet).remove(usize::from(y > 500.0)).pieces.remove(0);
            (piece.zone, piece.align)
        };
        assert_eq!(at(79.0, 150.0, "机密★20年"), (Zone::TopLeft, Some(Align::Left)));
        assert_eq!(at(249.5, 150.0, "关于的通知"), (Zone::TopCentre, Some(Align::Centre)).clone());
        assert_eq!(at(470.0, 150.0, "秘　密"), (Zone::TopRight, Some(Align::Right)));
        assert_eq!(at(79.0, 780.0, "此件公开发布"), (Zone::FootLeft, Some(Align::Left)));
        assert_eq!(at(79.0, 400.0, "正文"), (Zone::Body, Some(Align::Left)));
        assert_eq!(at(79.0, 150.0, "一行从左到右写满了版心的文字就是这样长的一行").0, Zone::TopLeft);
    }

    #[test]
    fn characters_one_under_the_other_are_one_line() {
        let mut runs = vec![(300.0, 200.0, 12.0, 0.0, "旁边的正文"), (300.0, 216.0, 12.0, 0.0, "第二行正文")];
        let digit = |y: f32, text: &'static str| (60.0, y, 16.0, 0.0, text);
        runs.extend([digit(200.0, "绝"), digit(220.0, "密"), digit(240.0, "★"), digit(260.0, "启")]);
        runs.extend([digit(280.0, "用"), digit(300.0, "前")]);
        assert_eq!(texts(&sheet(&runs)), ["绝密★启用前", "旁边的正文", "第二行正文"]);
        // Unevenly set, or of other sizes: not one line.
        let apart = sheet(&[(60.0, 200.0, 16.0, 0.0, "甲"), (60.0, 260.0, 16.0, 0.0, "乙")]);
        assert_eq!(texts(&apart), ["甲", "乙"]);
    }

    #[test]
    fn characters_in_the_margin_beside_lines_are_also_read_as_one() {
        let line = "旁边的正文一行又一行";
        let mut runs: Vec<(f32, f32, f32, f32, &str)> = Vec::new();
        for (y, mark) in (0u8..).zip(["绝", "密", "★", "3", "0", "年"]) {
            let y = 200.0 + 20.0 * f32::from(y);
            runs.push((60.0, y, 16.0, 0.0, mark));
            runs.push((90.0, y, 12.0, 0.0, line));
        }
        assert!(texts(&sheet(&runs)).contains(&"绝密★30年".to_owned()), "{:?}", texts(&sheet(&runs)));
    }

    #[test]
    fn a_line_that_changes_its_look_is_also_read_as_one() {
        let mut sheet = sheet(&[(60.0, 200.0, 16.0, 0.0, "机密"), (60.0, 300.0, 16.0, 0.0, "正文")]);
        sheet.glyphs[1].look = Look::Hidden;
        let mut read: Vec<(String, Look, bool)> =
            lines(&sheet).into_iter().map(|l| (l.pieces[0].text.clone(), l.look, l.again)).collect();
        read.sort_by_key(|(text, ..)| text.clone());
        assert_eq!(
            read,
            [
                ("密".to_owned(), Look::Hidden, false),
                ("机".to_owned(), Look::Plain, false),
                ("机密".to_owned(), Look::Plain, true),
                ("正文".to_owned(), Look::Plain, false),
            ]
        );
    }

    /// What stands between two words: its text, and its width in em; whether it is a glyph.
    type Between = (&'static str, f32, bool);

    /// A line in which each word is set tight, letters half an em wide.
    fn words(words: &[&str], between: Between) -> Sheet {
        let mut sheet = Sheet { width: 595.0, height: 842.0, ..Sheet::default() };
        let (size, mut x) = (10.0f32, 80.0f32);
        let mut put = |sheet: &mut Sheet, text: &str, advance: f32| {
            let (start, first) = (sheet.text.len(), sheet.parts.len());
            for (n, c) in (0u8..).zip(text.chars()) {
                sheet.text.push(c);
                let (begin, text_end) = (f32::from(n) * advance, u32::try_from(sheet.text.len()).unwrap());
                sheet.parts.push(Part { start: begin, end: begin + advance, text_end });
            }
            let at = |n: usize| u32::try_from(n).unwrap();
            let (dx, parts) = (sheet.parts.last().unwrap().end, at(first)..at(sheet.parts.len()));
            let text = at(start)..at(sheet.text.len());
            let parts = if parts.len() == 1 { 0..0 } else { parts };
            sheet.glyphs.push(Glyph { text, x, y: 400.0, dx, dy: 0.0, size, look: Look::Plain, parts });
            x += dx;
            x
        };
        let mut gap = 0.0;
        for (n, word) in words.iter().enumerate() {
            if n > 0 {
                let (text, width, glyph) = between;
                if glyph {
                    put(&mut sheet, text, width * size);
                } else {
                    sheet.text.push_str(text);
                    gap += width * size;
                }
            }
            put(&mut sheet, word, 0.5 * size);
            sheet.glyphs.last_mut().unwrap().x += gap;
        }
        sheet
    }

    #[test]
    fn words_with_a_space_between_them_are_one_stretch() {
        let read =
            |between| lines(&words(&["top", "secret", "until", "10", "May", "2030", "or", "X"], between));
        let apart = read(("", 0.3, false));
        assert_eq!(apart.len(), 1);
        assert_eq!(apart[0].pieces[0].text, "top secret until 10 May 2030 or X");
        assert_eq!(read((" ", 0.3, false)), apart);
        assert_eq!(read((" ", 0.3, true)), apart);
        // They are one, as far as they are neither numbers nor single letters.
        let sheet = words(&["top", "secret", "until", "10", "May"], (" ", 0.3, false));
        let placed = &rows(&sheet)[0].placed;
        let stretches: Vec<&str> = placed.iter().map(|placed| row::chars(&sheet, placed)).collect();
        assert_eq!(stretches, ["top secret until", "10", "May"]);
        // What only looks like it: no gap, or one of another cell.
        let texts = |between| texts(&words(&["top", "secret"], between));
        assert_eq!(texts((" ", 0.0, false)), ["topsecret"]);
        assert_eq!(texts((" ", 2.5, false)), ["top\tsecret"]);
        assert_eq!(texts(("  ", 0.3, false)), ["top secret"]);
    }

    #[test]
    fn what_is_painted_into_a_stretch_finds_its_place() {
        let mut sheet = words(&["first", "third"], (" ", 0.9, false));
        let text = u32::try_from(sheet.text.len()).unwrap();
        sheet.text.push('2');
        let x = sheet.glyphs[0].x + sheet.glyphs[0].dx + 2.0;
        let second = Glyph { text: text..text + 1, x, dx: 5.0, parts: 0..0, ..sheet.glyphs[0].clone() };
        sheet.glyphs.push(second);
        assert_eq!(texts(&sheet), ["first 2 third"]);
    }

    #[test]
    fn numbers_that_wrap_in_their_cell_are_also_read_as_one() {
        let cell = |x: f32, y: f32, text: &'static str| (x, y, 10.0, 0.0, text);
        let table = sheet(&[
            cell(60.0, 200.0, "张三"),
            cell(150.0, 200.0, "37081119"),
            cell(150.0, 213.0, "12061734"),
            cell(150.0, 226.0, "19"),
            cell(300.0, 200.0, "北京"),
            cell(60.0, 250.0, "李四"),
            cell(150.0, 250.0, "5001"),
            cell(300.0, 250.0, "上海"),
        ]);
        let read = texts(&table);
        assert!(read.contains(&"370811191206173419".to_owned()), "{read:?}");
        // Cells may stand so close that only a space parts them.
        let close = sheet(&[
            cell(60.0, 200.0, "张三"),
            cell(150.0, 200.0, "37081119 书法"),
            cell(150.0, 213.0, "12061734"),
            cell(150.0, 226.0, "19"),
        ]);
        let read = texts(&close);
        assert!(read.contains(&"370811191206173419".to_owned()), "{read:?}");
        // Columns of numbers are no wrapped cells.
        let columns = sheet(&[
            cell(60.0, 200.0, "甲"),
            cell(150.0, 200.0, "1024"),
            cell(60.0, 213.0, "乙"),
            cell(150.0, 213.0, "2048"),
        ]);
        assert_eq!(texts(&columns), ["甲\t1024", "乙\t2048"]);
    }

    #[test]
    fn what_is_stamped_over_a_line_is_a_line_of_its_own() {
        let line = (80.0, 120.0, 16.0, 0.0, "关于开展年度检查工作的通知");
        for stamp in ["秘密★1年", "机密"] {
            let over = (125.0, 122.0, 14.0, 0.0, stamp);
            for runs in [[line, over], [over, line]] {
                let mut read = texts(&sheet(&runs));
                read.sort();
                let mut wanted = vec![line.4, stamp];
                wanted.sort_unstable();
                assert_eq!(read, wanted);
            }
        }
        // A shadow is the word a second time, not its letters doubled.
        let shadow = sheet(&[(80.0, 120.0, 16.0, 0.0, "机密"), (84.0, 122.0, 16.0, 0.0, "机密")]);
        assert_eq!(texts(&shadow), ["机密", "机密"]);
    }

    #[test]
    fn printed_over_itself_again_and_again_a_mark_stays_whole() {
        for copies in [2, 5, 40_u8] {
            for (right, down) in [(0.3, 0.0), (0.8, 0.8), (1.5, 0.3), (2.5, 4.0), (4.0, 1.5), (5.0, 3.0)] {
                let copy =
                    |n: u8| (80.0 + right * f32::from(n), 120.0 + down * f32::from(n), 16.0, 0.0, "机密★1年");
                let read = texts(&sheet(&(0..copies).map(copy).collect::<Vec<_>>()));
                assert!(read.iter().any(|text| text == "机密★1年"), "{copies} by {right}, {down}: {read:?}");
            }
        }
    }

    #[test]
    fn bold_by_printing_twice_counts_once() {
        let twice = sheet(&[(80.0, 120.0, 16.0, 0.0, "机密"), (80.4, 120.0, 16.0, 0.0, "机密")]);
        assert_eq!(texts(&twice), ["机密"]);
        // The same one above the other is there twice: a fraction, the first letters of two lines.
        for above in 3..16_u8 {
            let fraction = sheet(&[
                (60.0, 120.0, 16.0, 0.0, "甲"),
                (80.0, 120.0 - f32::from(above), 16.0, 0.0, "乙丙"),
                (80.0, 120.0, 16.0, 0.0, "乙丁"),
            ]);
            let read = texts(&fraction).concat();
            assert!(read.contains("乙丙") && read.contains("乙丁"), "{above}: {read}");
        }
    }

    #[test]
    fn indentation_and_wide_gaps_begin_paragraphs() {
        let line = "文字文字文字文字文字文字文字文字文字文字文字文字文字";
        let sheet = sheet(&[
            (92.0, 200.0, 16.0, 0.0, &line[..72]),
            (60.0, 228.0, 16.0, 0.0, line),
            (60.0, 256.0, 16.0, 0.0, line),
            (92.0, 284.0, 16.0, 0.0, &line[..72]),
            (60.0, 312.0, 16.0, 0.0, line),
            (60.0, 362.0, 16.0, 0.0, line),
        ]);
        let follows: Vec<Follow> = lines(&sheet).iter().map(|line| line.follow).collect();
        use Follow::{Line, Paragraph};
        assert_eq!(follows, [Paragraph, Line, Line, Paragraph, Line, Paragraph]);
    }
}
