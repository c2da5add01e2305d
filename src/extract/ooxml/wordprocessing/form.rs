//! Form fields: whether a box is ticked and which entry of a list is chosen. The field shows it and keeps
//! no result.

use super::Walker;
use super::format::is_on;
use super::tag::Tag;
use crate::read::xml::Element;
use crate::text::{Place, tick};

/// What the data of a form field says.
#[derive(Debug, Default)]
pub(super) struct Form {
    /// Whether the box is ticked, and whether it is before anybody touches it.
    ticked: [Option<bool>; 2],
    /// The same of the entry that is chosen.
    chosen: [Option<usize>; 2],
    entries: Vec<String>,
    /// It is a box to tick.
    pub(super) is_box: bool,
}

impl Form {
    /// Takes in an element in the data of a field, within `parent`.
    pub(super) fn read(&mut self, parent: Tag, element: &Element<'_>) {
        let value = || element.attribute("val").unwrap_or_default();
        let default = usize::from(element.local() == "default");
        match parent {
            Tag::FormBox => self.ticked[default] = Some(is_on(element)),
            Tag::FormList if element.local() == "listEntry" => self.entries.push(value().into_owned()),
            Tag::FormList => self.chosen[default] = value().parse().ok(),
            _ => {}
        }
    }

    /// What the field shows, if that is known.
    fn shown(&self) -> Option<String> {
        if self.is_box {
            let [state, default] = self.ticked;
            return Some(tick(state.or(default).unwrap_or(false)).to_owned());
        }
        let [chosen, default] = self.chosen;
        let chosen = chosen.or(default).unwrap_or(0);
        self.entries.get(chosen).cloned()
    }
}

impl Walker<'_, '_> {
    /// The data of the field is over: the entries of its list are told beside the text, the chosen one too, since a
    /// level among others to choose from is no mark.
    pub(super) fn end_form(&mut self) {
        let form = std::mem::take(&mut self.form);
        let shown = form.shown();
        for entry in form.entries.iter().filter(|entry| entry.chars().any(char::is_alphabetic)) {
            self.note_once(Place::Form, entry);
        }
        if let Some(shown) = shown {
            match self.flow().fields.last_mut() {
                Some(field) => field.show(shown),
                None => self.note_once(Place::Form, &shown),
            }
        }
    }
}
