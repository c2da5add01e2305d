//! The strings of an object, and where they stand: their keys tell.

use hayro_syntax::object::{Dict, MaybeRef, Object, String as PdfString};

use super::around::Around;
use super::encoding::text_string;
use super::said::Said;
use super::words::{is_text, place_of};
use super::xmp::xml_values;
use crate::limits::GapKind;
use crate::text::Place;

/// Values nested directly in one object.
pub(super) const VALUES: usize = 1_000_000;

impl Around<'_, '_, '_> {
    /// The strings of an object and of what is nested in it.
    pub(super) fn strings(&mut self, object: Object<'_>, place: Option<Place>, said: &mut Said) {
        let mut ahead = vec![(object, Place::Property)];
        let mut count = 0usize;
        while let Some((object, own)) = ahead.pop() {
            count += 1;
            if count > VALUES {
                self.shared.gaps.add(GapKind::Limit, format!("values of an object: {VALUES}"));
                return;
            }
            match object {
                Object::String(string) if is_text(&string) => {
                    let words = text_string(&string);
                    let place = place.unwrap_or(own);
                    if own == Place::Annotation && words.trim_start().starts_with('<') {
                        for value in xml_values(words.as_bytes()) {
                            self.add(place, None, &value, said);
                        }
                    } else {
                        self.add(place, None, &words, said);
                    }
                }
                // Neither strings nor dictionaries.
                Object::Array(array) if !array.data().iter().any(|byte| matches!(byte, b'(' | b'<')) => {}
                Object::Array(array) => {
                    let mut items = array.raw_iter().peekable();
                    let palette = items.peek().is_some_and(
                        |first| matches!(first, MaybeRef::NotRef(Object::Name(name)) if matches!(name.as_ref(), b"Indexed" | b"I")),
                    );
                    let mut last = String::new();
                    for item in items.filter(|_| !palette) {
                        match item {
                            MaybeRef::NotRef(Object::String(name)) if own == Place::Bookmark => {
                                let words = text_string(&name);
                                if !is_count(&last, &words) {
                                    self.add(place.unwrap_or(own), None, &words, said);
                                }
                                last = words;
                            }
                            MaybeRef::NotRef(
                                item @ (Object::String(_) | Object::Array(_) | Object::Dict(_)),
                            ) => {
                                ahead.push((item, own));
                            }
                            _ => {}
                        }
                    }
                }
                Object::Dict(dict) => self.entries(&dict, &mut ahead, place, said),
                Object::Stream(stream) => self.entries(stream.dict(), &mut ahead, place, said),
                _ => {}
            }
        }
    }

    /// Sorts the values of a dictionary by their places.
    fn entries<'a>(
        &mut self,
        dict: &Dict<'a>,
        ahead: &mut Vec<(Object<'a>, Place)>,
        place: Option<Place>,
        said: &mut Said,
    ) {
        if dict.contains_key("ByteRange") {
            // A signature: its bytes are no text, its reasons are.
            for key in ["Name", "Reason", "Location", "ContactInfo"] {
                ahead.extend(dict.get::<Object<'_>>(key).map(|value| (value, Place::Property)));
            }
            return;
        }
        if ["O", "U", "R", "V"].iter().all(|key| dict.contains_key(key)) {
            // Keys of the encryption.
            return;
        }
        for key in dict.keys() {
            let Some(own) = place_of(&key, dict) else { continue };
            let value = dict.get_raw::<Object<'a>>(&*key);
            if let Some(MaybeRef::Ref(target)) = value
                && own != Place::Property
                && !self.followed.insert((target, place.unwrap_or(own)))
            {
                continue;
            }
            match value {
                Some(MaybeRef::NotRef(value @ (Object::String(_) | Object::Array(_) | Object::Dict(_)))) => {
                    ahead.push((value, own));
                }
                Some(MaybeRef::Ref(_)) if own == Place::Script => match dict.get::<Object<'_>>(&*key) {
                    Some(Object::Stream(script)) if !self.shared.was_read(&script) => {
                        let data = self.shared.data(&script, "script");
                        self.add(place.unwrap_or(own), None, &text_string(&data), said);
                    }
                    Some(value @ Object::String(_)) => ahead.push((value, own)),
                    _ => {}
                },
                // A string that stands alone.
                Some(MaybeRef::Ref(_)) if own != Place::Property => {
                    let string = dict.get::<PdfString<'a>>(&*key);
                    ahead.extend(string.map(|string| (Object::String(string), own)));
                }
                _ => {}
            }
        }
        if dict.contains_key("Dests")
            && dict.contains_key("Pages")
            && dict.get_ref("Dests").is_none_or(|names| self.followed.insert((names, Place::Bookmark)))
            && !self.shared.is_spent()
        {
            // The old way: a dictionary whose keys are the names.
            let names = dict.get::<Dict<'_>>("Dests").unwrap_or_default();
            self.shared.parsed_dict(&names);
            for name in names.keys().take(VALUES) {
                let name = text_string(&name);
                self.add(place.unwrap_or(Place::Bookmark), None, &name, said);
            }
        }
    }
}

/// Whether a name only counts on from the one before, as section.2 does from section.1: that says nothing new, and
/// neither does a mere number.
pub(super) fn is_count(before: &str, name: &str) -> bool {
    fn letters(text: &str) -> impl Iterator<Item = u8> {
        text.bytes().filter(|byte| !byte.is_ascii_digit())
    }
    letters(before).eq(letters(name))
}
