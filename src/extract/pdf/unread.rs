//! Streams that no page led to and nobody read: painted if they paint text, read if they are text.

use std::borrow::Cow;

use hayro_syntax::Pdf;
use hayro_syntax::object::{Dict, Name, Stream};
use hayro_syntax::page::Resources;

use super::around::Around;
use super::filter::{Trouble, decode, decode_data};
use super::said::Said;
use super::streams::{Content, Role, content, is_disguised, role, served};
use super::syntax::stored;
use super::xmp::xml_values;
use crate::document::Inner;
use crate::limits::GapKind;
use crate::text::Place;

impl Around<'_, '_, '_> {
    /// Streams that no page led to, as far as nobody read them since.
    pub(super) fn streams(
        &mut self,
        pdf: &Pdf,
        streams: Vec<Stream<'_>>,
        place: Option<Place>,
        said: &mut Said,
    ) {
        self.silent = None;
        let resources = pdf.pages().first().map(|page| page.resources().clone());
        let resources = resources.unwrap_or_else(|| Resources::new(Dict::default()));
        for stream in streams {
            if !self.shared.was_read(&stream) {
                self.stream(pdf, &stream, &resources, place, said);
            }
        }
    }

    /// A stream that nobody read.
    fn stream(
        &mut self,
        pdf: &Pdf,
        stream: &Stream<'_>,
        resources: &Resources<'_>,
        place: Option<Place>,
        said: &mut Said,
    ) {
        let dict = stream.dict();
        let role = role(dict);
        // No section, if it says something.
        let section = role == Role::Structure && dict.get::<Name<'_>>("Type").as_deref() == Some(b"XRef");
        if (role == Role::Structure && !section) || (role == Role::Silent && !is_disguised(stream)) {
            return;
        }
        self.shared.skip(stream);
        let decoded = match stored(pdf.data().as_ref(), stream).filter(|_| section) {
            // Sections are never encrypted, but the library decrypts all streams alike.
            Some(stored) => decode_data(dict, Cow::Borrowed(stored), self.shared.budget),
            None => decode(stream, self.shared.budget),
        };
        if decoded.trouble != Some(Trouble::Image) {
            self.shared.gaps.stream(&decoded, "stream outside the pages");
        } else if role != Role::Silent {
            self.shared.gaps.add(GapKind::Image, "picture outside the pages");
        }
        let hidden = place.unwrap_or(Place::Hidden);
        let own = dict.get::<Dict<'_>>("Resources").map(Resources::new);
        match content(role, &decoded.bytes, own.is_some()) {
            Content::Nothing => {}
            Content::File => self.file("attachment", decoded.bytes.into_owned()),
            Content::Unknown if section => {}
            Content::Unknown => {
                let silent = self.silent.get_or_insert_with(|| served(pdf));
                if !silent.contains(&stream.obj_id().into()) {
                    self.file("stream", decoded.bytes.into_owned());
                }
            }
            Content::Markup => {
                let place = place.unwrap_or(if role == Role::Metadata { Place::Property } else { hidden });
                for value in xml_values(&decoded.bytes) {
                    if value.len() > 3 || !value.is_ascii() {
                        self.add(place, None, &value, said);
                    }
                }
            }
            Content::Page => self.paint(&decoded.bytes, own.as_ref().unwrap_or(resources), hidden, said),
            Content::Text(words) => self.add(hidden, None, &words, said),
        }
    }

    /// A document of its own.
    fn file(&mut self, name: &str, bytes: Vec<u8>) {
        if self.shared.budget.spend_entry() {
            self.inner.push(Inner { name: name.to_owned(), bytes });
        } else {
            let entries = self.shared.budget.limits.entries;
            self.shared.gaps.add(GapKind::Limit, format!("entries of a document: {entries}"));
        }
    }
}
