//! The innermost open element and its text: most of what stands around the pages is written so.

use crate::extract::sink::Sink;
use crate::read::xml::Element;
use crate::text::Place;

use super::content::words_in_attributes;

/// An element without children, while it is read.
#[derive(Debug, Default)]
pub(super) struct Leaf {
    name: String,
    /// Its text so far.
    pub(super) text: String,
}

impl Leaf {
    /// Begins with an element; its attributes are told where they hold words.
    pub(super) fn open(&mut self, element: &Element<'_>, sink: &mut Sink<'_>) {
        words(&self.text, sink);
        words_in_attributes(element, sink);
        self.begin(element.local());
    }

    /// Begins with an element whose attributes have been read.
    pub(super) fn begin(&mut self, name: &str) {
        self.name.clear();
        self.name.push_str(name);
        self.text.clear();
    }

    /// Name and text of the element that ends; both are empty for one that had children.
    pub(super) fn close(&mut self) -> (String, String) {
        let text = std::mem::take(&mut self.text);
        (std::mem::take(&mut self.name), text.trim().to_owned())
    }
}

/// Tells text that stands where the format has none.
pub(super) fn words(text: &str, sink: &mut Sink<'_>) {
    if !text.is_ascii() {
        sink.tell_once(Place::Hidden, text.trim());
    }
}
