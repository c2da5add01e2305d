//! How runs and paragraphs look, as far as it decides whether and where their text is seen:
//! hidden, struck, white, tiny, centred; directly or by style.

use std::collections::{BTreeMap, HashMap};

use crate::extract::ooxml::properties::{aside, words_in_attributes};
use crate::extract::sink::Sink;
use crate::read::xml::{Element, Event, Xml};
use crate::text::{Align, Place};

/// Styles that one style may be based on, one on the other.
const MAX_BASED_ON: usize = 16;
/// Height in half points up to which letters are too small to be seen.
const TINY_HALF_POINTS: u16 = 2;

/// What a set of properties says; `None` where it says nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Format {
    pub(super) vanish: Option<bool>,
    /// Hidden in a browser's view only.
    pub(super) web_hidden: Option<bool>,
    pub(super) strike: Option<bool>,
    white: Option<bool>,
    /// Filled with nothing (`w14:textFill` with `noFill`).
    unfilled: bool,
    pub(super) shaded: bool,
    /// Height of the letters in half points.
    pub(super) size: Option<u16>,
    pub(super) align: Option<Align>,
}

impl Format {
    /// Takes in one property, an element within `rPr` or `pPr`.
    pub(super) fn read(&mut self, element: &Element<'_>) {
        let value = || element.attribute("val").unwrap_or_default();
        let on = || Some(is_on(element));
        match element.local() {
            "vanish" | "specVanish" => self.vanish = on(),
            "webHidden" => self.web_hidden = on(),
            "strike" | "dstrike" => self.strike = on(),
            "noFill" => self.unfilled = true,
            "color" => self.white = Some(value().eq_ignore_ascii_case("FFFFFF")),
            "shd" => self.shaded |= is_shaded(element),
            "highlight" => self.shaded |= !matches!(&*value(), "none" | "white"),
            "sz" => self.size = value().parse().ok(),
            "jc" => {
                self.align = match &*value() {
                    "left" | "start" | "both" => Some(Align::Left),
                    "center" => Some(Align::Centre),
                    "right" | "end" => Some(Align::Right),
                    _ => None,
                }
            }
            _ => {}
        }
    }

    /// What holds where neither this nor a style below says otherwise.
    pub(super) fn or(self, below: Self) -> Self {
        Self {
            vanish: self.vanish.or(below.vanish),
            web_hidden: self.web_hidden.or(below.web_hidden),
            strike: self.strike.or(below.strike),
            white: self.white.or(below.white),
            unfilled: self.unfilled || below.unfilled,
            shaded: self.shaded || below.shaded,
            size: self.size.or(below.size),
            align: self.align.or(below.align),
        }
    }

    /// White on what is white as far as one can tell, or too small, or not filled at all.
    pub(super) fn is_invisible(&self, on_white: bool) -> bool {
        (self.white == Some(true) && on_white && !self.shaded)
            || self.unfilled
            || self.size.is_some_and(|size| size <= TINY_HALF_POINTS)
    }
}

/// Whether an element that switches something switches it on: it does unless it says otherwise.
pub(super) fn is_on(element: &Element<'_>) -> bool {
    !matches!(&*element.attribute("val").unwrap_or_default(), "0" | "false" | "off" | "none")
}

/// Whether a `shd` element colours its ground.
pub(super) fn is_shaded(element: &Element<'_>) -> bool {
    let fill = element.attribute("fill").unwrap_or_default();
    let pattern = element.attribute("val").unwrap_or_default();
    let filled = !fill.is_empty() && !matches!(&*fill.to_ascii_uppercase(), "AUTO" | "FFFFFF");
    filled || !matches!(&*pattern, "" | "clear" | "nil")
}

/// The styles of a document by identifier, with what they inherit.
#[derive(Debug, Default)]
pub(in crate::extract::ooxml) struct Styles {
    by_id: HashMap<String, Format>,
    /// The style of paragraphs that name none.
    pub(super) paragraph: Format,
    /// What holds where no style says otherwise.
    pub(super) defaults: Format,
    /// Names of styles in other than ASCII characters.
    pub(in crate::extract::ooxml) names: Vec<String>,
}

impl Styles {
    /// The style with this identifier, or an empty one.
    pub(super) fn get(&self, id: &str) -> Format {
        self.by_id.get(id).copied().unwrap_or_default()
    }

    /// Reads a part of styles; those known already stay as they are.
    pub(in crate::extract::ooxml) fn read(&mut self, xml: &mut Xml<'_>, sink: &mut Sink<'_>) {
        let mut raw: BTreeMap<String, (Format, String)> = BTreeMap::new();
        let mut open: Vec<Within> = Vec::new();
        let (mut id, mut based_on, mut format) = (String::new(), String::new(), Format::default());
        let (mut default_paragraph, mut defaults) = (None, 0_usize);
        while let Some(event) = xml.next() {
            match event {
                Event::Start(element) => {
                    let parent = open.last().copied().unwrap_or(Within::Other);
                    let within = match element.local() {
                        "docDefaults" => {
                            defaults += 1;
                            Within::Defaults
                        }
                        "style" => {
                            id = element.attribute("styleId").unwrap_or_default().into_owned();
                            based_on.clear();
                            format = Format::default();
                            let of = |name| element.attribute(name).unwrap_or_default();
                            if of("type") == "paragraph" && matches!(&*of("default"), "1" | "true" | "on") {
                                default_paragraph = Some(id.clone());
                            }
                            Within::Style
                        }
                        "rPr" | "pPr" if matches!(parent, Within::Style) => Within::Properties,
                        "rPr" | "pPr" if !matches!(parent, Within::Properties) => Within::DefaultProperties,
                        "textFill" if matches!(parent, Within::Properties) => Within::Properties,
                        "name" | "aliases" if matches!(parent, Within::Style) => {
                            let name = element.attribute("val").unwrap_or_default();
                            if !name.is_ascii() {
                                self.names.push(name.into_owned());
                            }
                            Within::Other
                        }
                        "basedOn" => {
                            based_on = element.attribute("val").unwrap_or_default().into_owned();
                            Within::Other
                        }
                        _ => {
                            match parent {
                                Within::Properties => format.read(&element),
                                Within::DefaultProperties if defaults > 0 => {
                                    self.defaults.read(&element);
                                }
                                _ => {}
                            }
                            words_in_attributes(&element, Place::Attribute, sink);
                            Within::Other
                        }
                    };
                    open.push(within);
                }
                Event::End => match open.pop() {
                    Some(Within::Style) => {
                        raw.insert(std::mem::take(&mut id), (format, std::mem::take(&mut based_on)));
                    }
                    Some(Within::Defaults) => defaults -= 1,
                    _ => {}
                },
                Event::Text(text) => sink.tell_once(Place::Hidden, &text),
                Event::Aside(text) => aside(&text, sink),
            }
        }
        for id in raw.keys() {
            let mut format = Format::default();
            let mut next = Some(id);
            for _ in 0..MAX_BASED_ON {
                let Some((own, below)) = next.and_then(|id| raw.get(id)) else { break };
                format = format.or(*own);
                next = Some(below);
            }
            self.by_id.entry(id.clone()).or_insert(format);
        }
        if let Some(id) = default_paragraph {
            self.paragraph = self.paragraph.or(self.get(&id));
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Within {
    Defaults,
    DefaultProperties,
    Style,
    Properties,
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{Budget, Limits};

    fn styles(source: &str) -> Styles {
        let mut budget = Budget::new(&Limits::default());
        let mut styles = Styles::default();
        styles.read(&mut Xml::new(source), &mut Sink::new(&mut budget));
        styles
    }

    #[test]
    fn styles_inherit_and_cycles_end() {
        let styles = styles(
            "<w:styles><w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val='24'/></w:rPr></w:rPrDefault></w:docDefaults>\
             <w:style w:type='paragraph' w:styleId='a'><w:pPr><w:jc w:val='right'/></w:pPr><w:basedOn w:val='b'/></w:style>\
             <w:style w:type='paragraph' w:default='1' w:styleId='b'><w:basedOn w:val='a'/><w:rPr><w:vanish/></w:rPr></w:style>\
             </w:styles>",
        );
        assert_eq!(styles.get("a").vanish, Some(true));
        assert_eq!(styles.get("a").align, Some(Align::Right));
        assert_eq!(styles.paragraph.vanish, Some(true));
        assert_eq!(styles.defaults.size, Some(24));
    }

    #[test]
    fn white_shows_on_colour_only() {
        let format = Format { white: Some(true), ..Format::default() };
        assert!(format.is_invisible(true) && !format.is_invisible(false));
        assert!(!Format { shaded: true, ..format }.is_invisible(true));
        assert!(Format { size: Some(2), ..Format::default() }.is_invisible(true));
    }
}
