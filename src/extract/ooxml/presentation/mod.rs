//! Presentations: slides in the order in which they are shown, their notes and comments, masters and
//! layouts.
//!
//! Slides are pages. A shape is a paragraph of its own, so that a stamp stands alone; where it stands on
//! the slide gives its zone, and one that stands beside the slide is hidden.

mod around;
mod geometry;
mod shape;
mod slide;

use super::relations::Relations;
use crate::extract::sink::Sink;
use crate::read::xml::{Event, Xml};
use geometry::Size;

/// What a part of a presentation is, in the order in which parts are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// A slide.
    Slide,
    /// The notes of a slide.
    Notes,
    /// Comments, of either kind.
    Comments,
    /// Who commented.
    Authors,
    /// A master or layout of slides.
    Master,
    /// The master of notes or handouts.
    PageMaster,
    /// The presentation itself: its slides and sections.
    Presentation,
    /// Names and values that programs attach.
    Tags,
}

impl Part {
    /// The kind of part with this root element; `named` says that it is of a presentation's namespace.
    pub(super) fn of(root: &str, named: bool) -> Option<Self> {
        Some(match root {
            "sld" => Self::Slide,
            "sldMaster" | "sldLayout" => Self::Master,
            "notesMaster" | "handoutMaster" => Self::PageMaster,
            "cmLst" => Self::Comments,
            "cmAuthorLst" => Self::Authors,
            "notes" if named => Self::Notes,
            "authorLst" if named => Self::Authors,
            "presentation" if named => Self::Presentation,
            "tagLst" if named => Self::Tags,
            _ => return None,
        })
    }
}

/// What the slides of a presentation share.
#[derive(Debug, Default)]
pub(super) struct Deck {
    size: Size,
}

impl Deck {
    /// Reads how large slides are and which there are, before anything is told: their parts in the order
    /// in which they are shown.
    pub(super) fn outline(&mut self, part: &str, xml: &mut Xml<'_>, relations: &Relations) -> Vec<String> {
        let mut slides = Vec::new();
        while let Some(event) = xml.next() {
            let Event::Start(element) = event else { continue };
            match element.local() {
                "sldSz" => self.size = Size::of(&element),
                "sldId" => {
                    // The element has another attribute of that name, without a prefix.
                    let ids = element.attributes().filter(|(name, _)| *name == "id");
                    let target = ids.into_iter().find_map(|(_, id)| relations.target(part, &id));
                    slides.extend(target.map(str::to_owned));
                }
                _ => {}
            }
        }
        slides
    }

    /// Reads a part into `sink`.
    pub(super) fn read(&self, part: Part, xml: &mut Xml<'_>, sink: &mut Sink<'_>) {
        match part {
            Part::Slide | Part::Notes | Part::Master | Part::PageMaster => {
                slide::read(part, self.size, xml, sink);
            }
            Part::Comments => around::comments(xml, sink),
            Part::Authors => around::authors(xml, sink),
            Part::Presentation => around::presentation(xml, sink),
            Part::Tags => around::tags(xml, sink),
        }
    }
}
