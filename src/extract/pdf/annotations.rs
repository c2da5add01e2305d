//! The annotations of a page: what they say, and what their appearances show.

use std::collections::HashSet;
use std::num::NonZeroU32;

use hayro_syntax::object::{Array, Dict, MaybeRef, Name, Number, ObjRef, Object, Stream};
use hayro_syntax::page::{Page, Resources};

use super::around::{Around, NODES, bare, string};
use super::interpret::Interpreter;
use super::matrix::{Matrix, matrix, multiply};
use super::skim::Value;
use super::xmp::xml_values;
use super::{geometry, push_lines};
use crate::limits::GapKind;
use crate::read::layout;
use crate::text::{Break, Place};

/// Appearances of one annotation.
const APPEARANCES: usize = 16;

impl Around<'_, '_, '_> {
    /// The annotations of a page: what they say, and what their appearances show.
    pub(super) fn annotations(&mut self, page: &Page<'_>, number: Option<NonZeroU32>) {
        let dict = page.raw();
        self.associated(dict);
        let Some(annotations) = dict.get::<Array<'_>>("Annots") else { return };
        let mut visited: HashSet<ObjRef> = HashSet::new();
        for (index, annotation) in annotations.raw_iter().enumerate() {
            if index == NODES {
                return self.full("annotations of a page");
            }
            // A page may name the same one over and over.
            let said =
                annotation.as_obj_ref().is_some_and(|own| !visited.insert(own) || self.says_nothing(own));
            if self.shared.is_spent() {
                return;
            }
            let annotation = match annotation {
                _ if said => continue,
                MaybeRef::Ref(target) => page.xref().get::<Object<'_>>(target.into()),
                MaybeRef::NotRef(object) => Some(object),
            };
            let Some(annotation) = annotation else { continue };
            self.shared.parsed_object(&annotation);
            if let Some(annotation) = annotation.into_dict() {
                self.annotation(page, &annotation, number);
            }
        }
    }

    /// Whether an annotation has no words and no appearance, and leads nowhere outside the document.
    fn says_nothing(&mut self, annotation: ObjRef) -> bool {
        let Some((index, file)) = self.index else { return false };
        let dict = index.dict(file, annotation, |depth, key, value| match key {
            b"Contents" | b"Subj" | b"RC" | b"FS" | b"AP" => depth > 1,
            b"A" => !matches!(value, Value::Ref(_)),
            _ => key != b"URI",
        });
        self.shared.parsed(dict.unwrap_or_default());
        dict.is_some()
    }

    fn annotation(&mut self, page: &Page<'_>, annotation: &Dict<'_>, number: Option<NonZeroU32>) {
        let subtype = annotation.get::<Name<'_>>("Subtype");
        let widget = subtype.as_deref() == Some(b"Widget");
        let mut said = String::new();
        for key in ["Contents", "Subj", "RC"] {
            if self.was_followed(annotation, key, Place::Annotation) {
                continue;
            }
            let Some(words) = string(annotation, key) else { continue };
            let words = if key == "RC" { xml_values(words.as_bytes()).join("\n") } else { words };
            if !bare(&said).contains(&bare(&words)) {
                self.say(Place::Annotation, number, &words);
                said.push_str(&words);
            }
        }
        self.action(annotation, number);
        if let Some(file) = annotation.get::<Dict<'_>>("FS") {
            self.attachment(&file, number);
        }
        let Some(appearance) = annotation.get::<Dict<'_>>("AP") else { return };
        let Some(rect) = annotation.get::<Array<'_>>("Rect").and_then(|rect| four(&rect)) else { return };
        let mut streams: Vec<Stream<'_>> = Vec::new();
        match appearance.get::<Object<'_>>("N") {
            Some(Object::Stream(stream)) => streams.push(stream),
            Some(Object::Dict(states)) => {
                for (key, _) in states.entries().take(APPEARANCES) {
                    streams.extend(states.get::<Stream<'_>>(key));
                }
            }
            _ => {}
        }
        let place = if widget { Place::Form } else { Place::Annotation };
        for stream in streams {
            let (width, height, base) = geometry(page);
            let base = multiply(&placement(&stream, rect), &base);
            let mut painter = Interpreter::new(self.shared, width, height, base);
            painter.form(&stream, None, &Resources::new(Dict::default()));
            let (sheet, shown, unknown) = (painter.sheet, painter.shown, painter.unknown);
            if unknown * 2 > shown {
                self.shared.gaps.add(GapKind::Glyphs, "appearance of an annotation");
            }
            let lines = layout::lines(&sheet);
            self.shared.sheet = sheet;
            let all: String =
                lines.iter().flat_map(|line| &line.pieces).map(|piece| bare(&piece.text)).collect();
            if all.is_empty() || bare(&said).contains(&all) {
                continue;
            }
            if widget {
                self.shown.insert(all);
            }
            push_lines(&lines, place, number, Break::Part, self.shared, self.text);
        }
    }
}

fn four(array: &Array<'_>) -> Option<[f32; 4]> {
    let mut numbers = array.iter::<Number>().map(|n| n.as_f32());
    let [a, b, c, d] = [numbers.next()?, numbers.next()?, numbers.next()?, numbers.next()?];
    Some([a.min(c), b.min(d), a.max(c), b.max(d)])
}

/// The matrix that brings an appearance's box onto its rectangle (ISO 32000-2, 12.5.5).
fn placement(stream: &Stream<'_>, rect: [f32; 4]) -> Matrix {
    let own = matrix(stream.dict(), "Matrix");
    let bbox = stream.dict().get::<Array<'_>>("BBox").and_then(|bbox| four(&bbox)).unwrap_or(rect);
    let mut area = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
    for (x, y) in [(bbox[0], bbox[1]), (bbox[2], bbox[1]), (bbox[0], bbox[3]), (bbox[2], bbox[3])] {
        let (x, y) = (own[0] * x + own[2] * y + own[4], own[1] * x + own[3] * y + own[5]);
        area = [area[0].min(x), area[1].min(y), area[2].max(x), area[3].max(y)];
    }
    let scale = |from: f32, to: f32| if from > 0.0 { to / from } else { 1.0 };
    let (sx, sy) = (scale(area[2] - area[0], rect[2] - rect[0]), scale(area[3] - area[1], rect[3] - rect[1]));
    [sx, 0.0, 0.0, sy, rect[0] - area[0] * sx, rect[1] - area[1] * sy]
}
