//! What is painted beside text: paths and pictures, which cover text or are what it stands on, and forms.

use hayro_syntax::object::{Dict, Name, ObjRef, Rect, Stream};
use hayro_syntax::page::Resources;

use super::super::matrix::{matrix, multiply};
use super::super::scene::{Area, bounds, shared};
use super::Interpreter;
use super::section::Section;
use super::show::WHITE;
use crate::limits::GapKind;

/// Forms within forms; real files stay below 5.
const FORM_DEPTH: usize = 16;
/// Forms painted on one page, those within forms included.
const FORM_CALLS: usize = 20_000;

impl Interpreter<'_, '_> {
    /// Paints the path, or not, and clips by it where that was asked for.
    pub(super) fn end_path(&mut self, filled: bool) {
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

    /// A picture fills the unit square.
    pub(super) fn image(&mut self, opaque: bool) {
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

    /// Paints an external object.
    pub(super) fn object(&mut self, name: &[u8], resources: &Resources<'_>) {
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
    pub(in super::super) fn form(
        &mut self,
        stream: &Stream<'_>,
        key: Option<ObjRef>,
        around: &Resources<'_>,
    ) {
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
