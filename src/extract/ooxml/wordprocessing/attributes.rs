//! What elements say in their attributes: names and descriptions of drawings, watermarks, form
//! fields, bookmarks, and words where the format has none.

use super::Walker;
use super::format::is_on;
use super::tag::Tag;
use crate::extract::ooxml::properties::foreign_values;
use crate::extract::readings::HIDDEN;
use crate::read::naming::is_default_name;
use crate::read::xml::Element;
use crate::text::Place;

impl Walker<'_, '_> {
    /// Tells what an element says in its attributes.
    pub(super) fn attributes(&mut self, tag: Tag, parent: Tag, element: &Element<'_>) {
        let of = |name| element.attribute(name).unwrap_or_default();
        match tag {
            Tag::DrawingName => {
                let name = of("name");
                self.watermark |= is_watermark(&name);
                let place = if self.watermark { Place::Watermark } else { Place::AltText };
                if !is_default_name(&name) && !is_watermark(&name) {
                    self.note_once(place, &name);
                }
                self.note_once(place, &of("title"));
                self.note_once(place, &of("descr"));
            }
            Tag::Shape => {
                self.watermark |= is_watermark(&of("id"));
                let place = if self.watermark { Place::Watermark } else { Place::AltText };
                for name in ["alt", "title"] {
                    self.note_once(place, &of(name));
                }
                self.note_once(Place::Attribute, &of("href"));
                self.note_once(Place::Watermark, &of("string"));
            }
            Tag::BookmarkStart => {
                let name = of("name");
                if !(name.starts_with('_') && name.is_ascii()) {
                    self.note_once(Place::Bookmark, &name);
                }
            }
            Tag::Hyperlink => {
                self.note_once(Place::Attribute, &of("tooltip"));
                for name in ["anchor", "docLocation"] {
                    if !of(name).is_ascii() {
                        self.note_once(Place::Attribute, &of(name));
                    }
                }
            }
            // Its author is told with it.
            Tag::Comment if !of("initials").is_ascii() => self.note_once(Place::Comment, &of("initials")),
            Tag::Comment => {}
            // Told when it is known which of them the field shows.
            Tag::Form if parent == Tag::FormList => {}
            Tag::Form => {
                for name in ["val", "displayText", "value"] {
                    let text = of(name);
                    if text.chars().any(char::is_alphabetic) {
                        self.note_once(Place::Form, &text);
                    }
                }
            }
            Tag::ControlName if parent == Tag::ControlPr => self.note_once(Place::Form, &of("val")),
            Tag::TableText => self.note_once(Place::AltText, &of("val")),
            Tag::Attr => self.note_once(Place::Attribute, &of("val")),
            Tag::Name => {
                let name = of("val");
                if !name.is_ascii() || name.contains(' ') {
                    self.note_once(Place::Attribute, &name);
                }
            }
            Tag::RowHidden if parent == Tag::RowPr && is_on(element) => {
                if let Some(table) = self.flow().tables.last_mut() {
                    table.flags |= HIDDEN;
                }
            }
            Tag::TableStyle => {
                if let Some(table) = self.flow().tables.last_mut() {
                    table.styled = true;
                }
            }
            Tag::Bare => {}
            _ => {
                for value in foreign_values(element) {
                    self.note_once(Place::Attribute, &value);
                }
            }
        }
    }
}

/// Whether a shape is called what Word calls its watermarks, or something like it.
fn is_watermark(name: &str) -> bool {
    name.to_ascii_lowercase().contains("watermark") || name.contains("水印")
}
