//! Fields, and the data of form fields among them: whether a box is ticked, which entry is chosen.

use super::destination::Destination;
use super::{Begun, Reader};
use crate::extract::readings::Field;
use crate::text::{Place, tick};

/// Choice that stands for none: what the form was made with holds.
const UNTOUCHED: i32 = 25;

/// What the data of a form field says.
#[derive(Debug, Default)]
pub(super) struct Form {
    kind: i32,
    choice: Option<i32>,
    first: i32,
    pub(super) entries: Vec<String>,
}

impl Form {
    /// Takes in a word.
    pub(super) fn take(&mut self, name: &str, value: i32) {
        match name {
            "fftype" => self.kind = value,
            "ffres" => self.choice = Some(value),
            _ => self.first = value,
        }
    }

    /// What the field shows, if that is known.
    fn shown(&self) -> Option<String> {
        let choice = self.choice.filter(|choice| *choice != UNTOUCHED).unwrap_or(self.first);
        let chosen = usize::try_from(choice).ok().filter(|chosen| *chosen < self.entries.len());
        match self.kind {
            1 => Some(tick(choice != 0).to_owned()),
            2 => chosen.and_then(|chosen| self.entries.get(chosen).cloned()),
            _ => None,
        }
    }
}

impl Reader<'_, '_> {
    pub(super) fn begin_field(&mut self) {
        self.flush_whole();
        let group = self.group();
        let fits = (group.destination, group.begun) == (Destination::Text, Begun::Nothing);
        if fits && self.fields.len() < Field::MOST {
            self.group().begun = Begun::Field;
            self.fields.push(Field::begin(self.flows.paragraph()));
        }
    }

    pub(super) fn separate_field(&mut self) {
        self.flush_whole();
        if let Some(field) = self.fields.last_mut() {
            field.separate(self.flows.paragraph());
        }
    }

    pub(super) fn end_field(&mut self) {
        if let Some(shown) = self.fields.pop().and_then(|field| field.end(self.flows.paragraph())) {
            self.put(&shown);
        }
    }

    pub(super) fn begin_form(&mut self) {
        self.begin(Destination::Quiet);
        if self.group().begun == Begun::Nothing {
            self.group().begun = Begun::Form;
            self.form = Form::default();
        }
    }

    pub(super) fn end_form(&mut self) {
        let form = std::mem::take(&mut self.form);
        match (form.shown(), self.fields.last_mut()) {
            (Some(shown), Some(field)) => field.show(shown),
            (Some(shown), None) => self.flows.note_once(Place::Form, &shown),
            _ => {}
        }
        for entry in &form.entries {
            self.flows.note_once(Place::Form, entry);
        }
    }
}
