//! What paths and pictures do to text: they back it (white letters are seen on them), cover it, or
//! cut it off.
//!
//! Areas are boxes on the page: left, top, right, bottom. A clip path counts as its box, which is
//! never too small; only a single upright rectangle counts as a cover.

use super::matrix::{Matrix, apply};
use crate::read::layout::{Glyph, Look, Sheet};

/// A box on the page: left, top, right, bottom.
pub(super) type Area = [f32; 4];

/// The whole page and more.
pub(super) const EVERYWHERE: Area = [f32::NEG_INFINITY, f32::NEG_INFINITY, f32::INFINITY, f32::INFINITY];
const NOWHERE: Area = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];

/// Backdrops of one page that are remembered.
const BACKDROPS: usize = 1_000;
/// Covers of one page that are remembered; text under others counts as seen.
const COVERS: usize = 256;
/// Points that a backdrop or cover is wide and high at least; smaller ones are rules and dots.
const LEAST_POINTS: f32 = 4.0;

/// The backdrops, covers and paths of one page.
#[derive(Debug, Default)]
pub(super) struct Scene {
    backdrops: Vec<Area>,
    /// Each with the number of glyphs that were painted before it.
    covers: Vec<(Area, usize)>,
    path: Option<Area>,
    segments: usize,
    rectangles: usize,
    /// The path becomes a clip when it ends.
    pub(super) clips: bool,
}

impl Scene {
    /// Extends the path by a point in user space.
    pub(super) fn point(&mut self, ctm: &Matrix, x: f32, y: f32) {
        let (x, y) = apply(ctm, x, y);
        self.segments += 1;
        let area = self.path.unwrap_or(NOWHERE);
        self.path = Some([area[0].min(x), area[1].min(y), area[2].max(x), area[3].max(y)]);
    }

    /// Extends the path by a rectangle.
    pub(super) fn rectangle(&mut self, ctm: &Matrix, [x, y, w, h]: [f32; 4]) {
        let upright = (ctm[1] == 0.0 && ctm[2] == 0.0) || (ctm[0] == 0.0 && ctm[3] == 0.0);
        self.rectangles += usize::from(upright);
        for (x, y) in [(x, y), (x + w, y), (x, y + h), (x + w, y + h)] {
            self.point(ctm, x, y);
        }
    }

    /// Ends the path and tells its box, its segments, and whether it is one upright rectangle.
    pub(super) fn take_path(&mut self) -> (Option<Area>, usize, bool) {
        let segments = std::mem::take(&mut self.segments);
        let single = std::mem::take(&mut self.rectangles) == 1 && segments == 4;
        (self.path.take(), segments, single)
    }

    /// Remembers what letters may stand on.
    pub(super) fn back(&mut self, area: Area) {
        if is_large(&area) && self.backdrops.len() < BACKDROPS {
            self.backdrops.push(area);
        }
    }

    /// How many there are.
    pub(super) fn backdrops(&self) -> usize {
        self.backdrops.len()
    }

    /// Remembers what hides the first `glyphs` glyphs that lie under it.
    pub(super) fn cover(&mut self, area: Area, glyphs: usize) {
        if is_large(&area) && glyphs > 0 && self.covers.len() < COVERS {
            self.covers.push((area, glyphs));
        }
    }

    /// Whether something was painted where a letter stands.
    pub(super) fn is_backed(&self, x: f32, y: f32) -> bool {
        self.backdrops.iter().any(|area| holds(area, x, y))
    }

    /// Changes the look of covered glyphs; tells how many were looked at.
    pub(super) fn hide_covered(&mut self, sheet: &mut Sheet) -> usize {
        let mut looked = 0;
        let partly = |(area, count): &(Area, usize)| {
            let mut glyphs = sheet.glyphs.get(..*count).unwrap_or_default().iter();
            glyphs.any(|glyph| !glyph.parts.is_empty() && touches(area, glyph))
        };
        if self.covers.iter().any(partly) {
            for (_, count) in &mut self.covers {
                let before = sheet.glyphs.get(..*count).unwrap_or_default();
                *count = before.iter().map(|glyph| glyph.parts.len().max(1)).sum();
            }
            sheet.split(0);
        }
        for (area, count) in &self.covers {
            let glyphs = sheet.glyphs.get_mut(..*count).unwrap_or_default();
            looked += glyphs.len();
            for glyph in glyphs.iter_mut().filter(|glyph| glyph.look != Look::Hidden) {
                // The body of the letter, without the parts that often stick out.
                let (low, high) = (glyph.y - 0.1 * glyph.size, glyph.y - 0.6 * glyph.size);
                if holds(area, glyph.x + 0.1 * glyph.dx, low) && holds(area, glyph.x + 0.9 * glyph.dx, high) {
                    glyph.look = Look::Hidden;
                }
            }
        }
        looked
    }
}

fn touches(area: &Area, glyph: &Glyph) -> bool {
    glyph.x < area[2] && glyph.x + glyph.dx > area[0] && glyph.y > area[1] && glyph.y - glyph.size < area[3]
}

fn is_large(area: &Area) -> bool {
    area[2] - area[0] >= LEAST_POINTS && area[3] - area[1] >= LEAST_POINTS
}

fn holds(area: &Area, x: f32, y: f32) -> bool {
    (area[0]..=area[2]).contains(&x) && (area[1]..=area[3]).contains(&y)
}

/// What two areas share.
pub(super) fn shared(a: &Area, b: &Area) -> Area {
    [a[0].max(b[0]), a[1].max(b[1]), a[2].min(b[2]), a[3].min(b[3])]
}

/// The box of a rectangle in user space.
pub(super) fn bounds(ctm: &Matrix, [x0, y0, x1, y1]: [f32; 4]) -> Area {
    let corners = [(x0, y0), (x1, y0), (x0, y1), (x1, y1)].map(|(x, y)| apply(ctm, x, y));
    corners.iter().fold(NOWHERE, |a, &(x, y)| [a[0].min(x), a[1].min(y), a[2].max(x), a[3].max(y)])
}

/// Whether a letter whose middle is at (x, y) is cut off for certain.
#[inline]
pub(super) fn is_clipped(clip: &Area, x: f32, y: f32, height: f32) -> bool {
    let near = 0.6 * height + 1.0;
    x < clip[0] - near || x > clip[2] + near || y < clip[1] - near || y > clip[3] + near
}

#[cfg(test)]
mod tests {
    use super::super::matrix::IDENTITY;
    use super::*;

    #[test]
    fn only_single_upright_rectangles_cover() {
        let mut scene = Scene::default();
        scene.rectangle(&IDENTITY, [10.0, 20.0, 30.0, 40.0]);
        assert_eq!(scene.take_path(), (Some([10.0, 20.0, 40.0, 60.0]), 4, true));
        scene.rectangle(&IDENTITY, [0.0, 0.0, 5.0, 5.0]);
        scene.rectangle(&IDENTITY, [9.0, 9.0, 5.0, 5.0]);
        assert_eq!(scene.take_path(), (Some([0.0, 0.0, 14.0, 14.0]), 8, false));
        scene.rectangle(&[0.7, 0.7, -0.7, 0.7, 0.0, 0.0], [0.0, 0.0, 5.0, 5.0]);
        assert!(!scene.take_path().2);
        assert_eq!(scene.take_path(), (None, 0, false));
    }

    #[test]
    fn clips_cut_off_what_is_clearly_outside() {
        let clip = shared(&EVERYWHERE, &[100.0, 100.0, 200.0, 120.0]);
        assert!(!is_clipped(&clip, 150.0, 110.0, 10.0));
        assert!(!is_clipped(&clip, 150.0, 125.0, 10.0));
        assert!(is_clipped(&clip, 150.0, 140.0, 10.0));
        assert!(!is_clipped(&EVERYWHERE, -5000.0, 0.0, 10.0));
    }
}
