//! Resources that change what is painted: drawing parameters with their colours, composite units
//! with their own text.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};

use crate::extract::sink::Sink;
use crate::read::xml::{Event, Xml};
use crate::text::Place;

use super::content::{self, Content, Ink, words_in_attributes};

/// The resources of a document by their identifiers.
#[derive(Debug, Default)]
pub(super) struct Resources {
    inks: HashMap<String, Ink>,
    /// Drawing parameters that say nothing of colours, and those whose they take.
    relatives: HashMap<String, String>,
    /// Where the files of fonts are, by the fonts' identifiers.
    pub(super) fonts: BTreeMap<String, String>,
    units: HashMap<String, Unit>,
}

/// Drawing parameters that take from one another.
const RELATIVES: usize = 16;

#[derive(Debug)]
struct Unit {
    content: Content,
    /// It was asked for.
    used: Cell<bool>,
}

impl Resources {
    /// The colour that drawing parameters set.
    pub(super) fn ink(&self, id: &str) -> Option<Ink> {
        let mut id = id;
        for _ in 0..RELATIVES {
            match self.inks.get(id) {
                None => id = self.relatives.get(id)?,
                ink => return ink.copied(),
            }
        }
        None
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

    /// Adds the resources of a part; the folder in which their files are.
    pub(super) fn read(&mut self, xml: &mut Xml<'_>, sink: &mut Sink<'_>) -> String {
        let mut base = String::new();
        let mut open: Vec<Option<String>> = Vec::new();
        let mut unit = String::new();
        // The font that is open, how deep it stands, and the place of its file.
        let mut font: Option<(String, usize, String)> = None;
        while let Some(event) = xml.next() {
            match event {
                Event::Start(element) => {
                    words_in_attributes(&element, sink);
                    let id = || element.attribute("ID").unwrap_or_default().into_owned();
                    let mut param = None;
                    match element.local() {
                        "Res" => base = element.attribute("BaseLoc").unwrap_or_default().into_owned(),
                        "DrawParam" => {
                            param = Some(id());
                            if let Some(base) = element.attribute("Relative") {
                                self.relatives.insert(id(), base.into_owned());
                            }
                        }
                        "Font" => font = Some((id(), open.len(), String::new())),
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
                Event::Text(text) => {
                    // Names of the files that hold pictures and fonts.
                    if !text.is_ascii() {
                        sink.tell_once(Place::Attribute, &text);
                    }
                    if let Some((_, _, file)) = &mut font {
                        file.push_str(&text);
                    }
                }
                Event::End => {
                    open.pop();
                    if let Some((id, _, file)) = font.take_if(|(_, depth, _)| *depth == open.len())
                        && !file.trim().is_empty()
                    {
                        self.fonts.insert(id, file.trim().to_owned());
                    }
                }
                Event::Aside(text) => sink.tell_once(Place::Hidden, &text),
            }
        }
        base
    }
}
