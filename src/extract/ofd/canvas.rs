//! A page on which contents are painted one above the other, and the lines that a reader sees then.
//!
//! Template and page share one canvas: a label in the template and its value on the page are one
//! line.

use std::num::NonZeroU32;

use crate::extract::sink::Sink;
use crate::limits::{Gap, GapKind};
use crate::read::layout::{self, Follow, Glyph, Line, Look, Sheet};
use crate::text::{At, Break, Place};

use super::content::Content;
use super::geometry::{Matrix, apply, then};
use super::resources::Resources;

/// Glyphs of one canvas.
const GLYPHS: usize = 500_000;
/// Composite units painted on one canvas, those within units included.
const UNITS: usize = 10_000;
/// Units within units.
const UNIT_DEPTH: usize = 16;
/// Share of a page's glyphs whose character is unknown from which on the page counts as unread.
const UNKNOWN_SHARE: f32 = 0.01;
/// Share of a page's glyphs that are empty squares from which on these are unknown characters.
const SQUARE_SHARE: f32 = 0.3;
/// Share of a page that pictures cover from which on the page may be a scan.
const SCAN_SHARE: f32 = 0.5;
/// Characters that a scanned page may have beside its picture: a page number, a stamp.
const SCAN_CHARACTERS: usize = 20;
/// Filled path segments from which on a page without text may be text turned into outlines.
const OUTLINE_SEGMENTS: usize = 200;
/// Points from which on pale letters are a watermark.
const WATERMARK_POINTS: f32 = 36.0;
/// Points from the page's corner beyond which nothing is laid out.
const FARTHEST: f32 = 1e6;
/// Points in a millimetre.
const POINTS: f32 = 72.0 / 25.4;

/// What was painted so far.
pub(super) struct Canvas {
    sheet: Sheet,
    /// From millimetres of the page to points of the sheet.
    to_sheet: Matrix,
    covers: Vec<[f32; 4]>,
    loose: String,
    /// Characters too far away for any page.
    far: String,
    full: bool,
    units: usize,
    /// Units that no resource holds.
    missing: usize,
    pictures: usize,
    picture_share: f32,
    segments: usize,
    shown: usize,
    unknown: usize,
    squares: usize,
}

impl Canvas {
    /// An empty page with this box in millimetres.
    pub(super) fn new([x0, y0, x1, y1]: [f32; 4]) -> Self {
        let (width, height) = ((x1 - x0).max(1.0) * POINTS, (y1 - y0).max(1.0) * POINTS);
        Self {
            sheet: Sheet { width, height, ..Sheet::default() },
            to_sheet: [POINTS, 0.0, 0.0, POINTS, -x0 * POINTS, -y0 * POINTS],
            covers: Vec::new(),
            loose: String::new(),
            far: String::new(),
            full: false,
            units: 0,
            missing: 0,
            pictures: 0,
            picture_share: 0.0,
            segments: 0,
            shown: 0,
            unknown: 0,
            squares: 0,
        }
    }

    /// Paints a content, moved by `at`.
    pub(super) fn paint(&mut self, content: &Content, at: &Matrix, resources: &Resources) {
        let mut waiting = vec![(content, *at, true, 0)];
        while let Some((content, at, seen, depth)) = waiting.pop() {
            self.paint_one(content, &then(&at, &self.to_sheet), seen);
            for (id, own, unit_seen) in &content.units {
                let Some(unit) = resources.unit(id) else {
                    self.missing += 1;
                    continue;
                };
                self.units += 1;
                if depth >= UNIT_DEPTH || self.units > UNITS {
                    self.full = true;
                } else {
                    waiting.push((unit, then(own, &at), seen && *unit_seen, depth + 1));
                }
            }
        }
    }

    fn paint_one(&mut self, content: &Content, to_sheet: &Matrix, seen: bool) {
        for &[x0, y0, x1, y1] in &content.covers {
            let corners = [[x0, y0], [x1, y0], [x0, y1], [x1, y1]].map(|corner| apply(to_sheet, corner));
            self.covers.push(corners.iter().fold(
                [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY],
                |[x0, y0, x1, y1], [x, y]| [x0.min(*x), y0.min(*y), x1.max(*x), y1.max(*y)],
            ));
        }
        let offset = u32::try_from(self.sheet.text.len()).unwrap_or(u32::MAX);
        if self.sheet.glyphs.len() + content.glyphs.len() > GLYPHS {
            self.full = true;
            return;
        }
        self.sheet.text.push_str(&content.text);
        let [a, b, c, d, ..] = *to_sheet;
        for (glyph, white) in &content.glyphs {
            let [x, y] = apply(to_sheet, [glyph.x, glyph.y]);
            let (dx, dy) = (a * glyph.dx + c * glyph.dy, b * glyph.dx + d * glyph.dy);
            let size = glyph.size * c.hypot(d);
            if ![x, y, dx, dy, size].iter().all(|number| number.abs() <= FARTHEST) {
                let range = glyph.text.start as usize..glyph.text.end as usize;
                self.far.push_str(content.text.get(range).unwrap_or_default());
                continue;
            }
            let [middle_x, middle_y] = [x + dx / 2.0, y + dy / 2.0 - 0.3 * size];
            let outside =
                middle_x < 0.0 || middle_x > self.sheet.width || y < 0.0 || middle_y > self.sheet.height;
            let bare = *white && !self.is_covered(middle_x, middle_y);
            let look = if !seen || outside || bare { Look::Hidden } else { glyph.look };
            let range = glyph.text.start.saturating_add(offset)..glyph.text.end.saturating_add(offset);
            self.sheet.glyphs.push(Glyph { text: range, x, y, dx, dy, size, look, parts: 0..0 });
        }
        self.loose.push_str(&content.loose);
        self.pictures += content.pictures;
        self.picture_share +=
            content.picture_area * (a * d - b * c).abs() / self.sheet.width / self.sheet.height;
        self.segments += content.segments;
        self.shown += content.shown;
        self.unknown += content.unknown;
        self.squares += content.squares;
    }

    fn is_covered(&self, x: f32, y: f32) -> bool {
        self.covers.iter().any(|&[x0, y0, x1, y1]| (x0..=x1).contains(&x) && (y0..=y1).contains(&y))
    }

    /// Tells the lines at `place`, and what of the page has no characters; the number of glyphs.
    pub(super) fn tell(self, place: Place, page: Option<NonZeroU32>, sink: &mut Sink<'_>) -> usize {
        let lines = layout::lines(&self.sheet);
        let characters = lines.iter().flat_map(|line| &line.pieces).flat_map(|piece| piece.text.chars());
        let characters = characters.filter(|c| !c.is_whitespace()).count() + self.loose.len();
        let gap = |kind, detail: String| Gap { page, ..Gap::new(kind, detail) };
        if self.full {
            let detail = format!("glyphs of a page: {GLYPHS}, composite units: {UNITS}");
            sink.gap(gap(GapKind::Limit, detail));
        }
        if self.missing > 0 {
            sink.gap(gap(GapKind::Damaged, format!("composite units missing: {}", self.missing)));
        }
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let share = |count: usize| count as f32 / self.shown.max(1) as f32;
        let squares = if share(self.squares) > SQUARE_SHARE { self.squares } else { 0 };
        let unknown = share(self.unknown + squares);
        if unknown > UNKNOWN_SHARE {
            let percent = (unknown * 100.0).round();
            sink.gap(gap(GapKind::Glyphs, format!("glyphs without a character: {percent} %")));
        }
        if place == Place::Body {
            let scanned = self.picture_share >= SCAN_SHARE && characters <= SCAN_CHARACTERS;
            if self.pictures > 0 && (characters == 0 || scanned) {
                sink.gap(gap(GapKind::Image, "page is a picture".to_owned()));
            } else if characters == 0 && self.segments >= OUTLINE_SEGMENTS {
                sink.gap(gap(GapKind::Image, "page is a drawing".to_owned()));
            }
        }
        push_lines(&lines, place, page, sink);
        sink.push(At { page, ..At::new(place) }, &self.loose);
        sink.push(At { page, ..At::new(Place::Hidden) }, &self.far);
        self.sheet.glyphs.len()
    }
}

/// Pushes lines. What the reader does not see, and watermarks, stand behind the rest, so that they
/// part no sentence.
fn push_lines(lines: &[Line], place: Place, page: Option<NonZeroU32>, sink: &mut Sink<'_>) {
    let placed = |line: &Line| match line.look {
        Look::Hidden if place != Place::Revision => Place::Hidden,
        _ if place != Place::Body => place,
        _ if (15..=75).contains(&(line.angle % 90)) => Place::Watermark,
        Look::Pale if line.size >= WATERMARK_POINTS => Place::Watermark,
        _ => Place::Body,
    };
    let mut parted = if place == Place::Body { Break::Page } else { Break::Part };
    for apart in [false, true] {
        for line in lines {
            let own = placed(line);
            let watermark = own == Place::Watermark || place == Place::Watermark;
            if (own != place) != apart || watermark && repeats(line, sink) {
                continue;
            }
            parted = parted.max(match line.follow {
                Follow::Line => Break::Line,
                Follow::Paragraph => Break::Paragraph,
            });
            for piece in &line.pieces {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
                let size = Some((line.size * 10.0).round() as u16);
                let at =
                    At { parted, page, zone: Some(piece.zone), align: piece.align, size, ..At::new(own) };
                sink.push(at, &piece.text);
                parted = Break::Cell;
            }
            parted = Break::Line;
        }
    }
}

/// Whether this is another tile of a watermark that has been told.
fn repeats(line: &Line, sink: &mut Sink<'_>) -> bool {
    let mut new = false;
    for piece in &line.pieces {
        new |= sink.is_new(Place::Watermark, &piece.text);
    }
    !new
}
