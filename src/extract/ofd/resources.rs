//! Resources that change what is painted: drawing parameters with their colours, composite units
//! with their own text.

use std::cell::Cell;
use std::collections::HashMap;

use crate::extract::sink::Sink;
use crate::read::xml::{Event, Xml};
use crate::text::Place;

use super::content::{self, Content, Ink, words_in_attributes};

/// The resources of a document by their identifiers.
#[derive(Debug, Default)]
pub(super) struct Resources {
    inks: HashMap<String, Ink>,
    units: HashMap<String, Unit>,
}

#[derive(Debug)]
struct Unit {
    content: Content,
    /// It was asked for.
    used: Cell<bool>,
}

impl Resources {
    /// The colour that drawing parameters set.
    pub(super) fn ink(&self, id: &str) -> Option<Ink> {
        self.inks.get(id).copied()
    }

    /// What a composite unit paints.
    pub(super) fn unit(&self, id: &str) -> Option<&Content> {
        let unit = self.units.get(id)?;
        unit.used.set(true);
        Some(&unit.content)
    }

    /// What the units paint that nothing has asked for, in the order of their identifiers.
    pub(super) fn unused(&self) -> Vec<&Content> {
        let mut unused: Vec<_> = self.units.iter().filter(|(_, unit)| !unit.used.get()).collect();
        unused.sort_by_key(|(id, _)| id.as_str());
        unused.into_iter().map(|(_, unit)| &unit.content).collect()
    }

    /// Adds the resources of a part.
    pub(super) fn read(&mut self, xml: &mut Xml<'_>, sink: &mut Sink<'_>) {
        let mut open: Vec<Option<String>> = Vec::new();
        let mut unit = String::new();
        while let Some(event) = xml.next() {
            match event {
                Event::Start(element) => {
                    words_in_attributes(&element, sink);
                    let id = || element.attribute("ID").unwrap_or_default().into_owned();
                    let mut param = None;
                    match element.local() {
                        "DrawParam" => param = Some(id()),
                        "FillColor" => {
                            if let Some(Some(id)) = open.last() {
                                self.inks.insert(id.clone(), Ink::DEFAULT.coloured(&element));
                            }
                        }
                        "CompositeGraphicUnit" | "VectorG" => unit = id(),
                        "Content" => {
                            let content = content::read(xml, Ink::DEFAULT, self, sink);
                            let used = Cell::new(false);
                            self.units.insert(std::mem::take(&mut unit), Unit { content, used });
                            continue;
                        }
                        _ => {}
                    }
                    open.push(param);
                }
                Event::Text(text) if !text.is_ascii() => {
                    // Names of the files that hold pictures and fonts.
                    sink.tell_once(Place::Attribute, &text);
                }
                Event::End => drop(open.pop()),
                Event::Aside(text) => sink.tell_once(Place::Hidden, &text),
                Event::Text(_) => {}
            }
        }
    }
}
