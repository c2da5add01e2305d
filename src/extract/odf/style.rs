//! Styles: which of them hide, strike out, align or size what bears them.

use std::collections::HashMap;

use crate::read::symbol::symbol_font;
use crate::read::xml::Element;
use crate::text::{Align, Zone};

/// Width and height of a slide in centimetres, where no style says them.
const SLIDE: (f64, f64) = (28.0, 15.75);

/// Styles from which a style may take over in a row.
const PARENTS: usize = 16;

/// What a style says about its text; `None` where its parent decides.
#[derive(Debug, Default, Clone)]
pub(super) struct Look {
    /// Not shown: text, rows, sheets, slides.
    pub(super) hidden: Option<bool>,
    pub(super) struck: Option<bool>,
    /// White letters.
    pub(super) white: Option<bool>,
    /// A ground of its own, on which white letters can be seen.
    pub(super) ground: Option<bool>,
    pub(super) align: Option<Align>,
    /// Height of the letters in tenths of a point.
    pub(super) size: Option<u16>,
    /// Whether its letters are pictures, and of which font.
    pub(super) font: Option<Option<&'static str>>,
    parent: Option<String>,
}

/// Styles by family and name.
#[derive(Debug, Default, Clone)]
pub(super) struct Styles {
    looks: HashMap<String, Look>,
    /// Width and height of a slide in centimetres: those of the widest page, since slides are wider than notes.
    slide: Option<(f64, f64)>,
    /// Symbol fonts by the names that styles call them.
    fonts: HashMap<String, &'static str>,
    /// The style that is being read.
    open: String,
}

fn key(family: &str, name: &str) -> String {
    format!("{family}/{name}")
}

/// A length in centimetres.
fn length(written: &str) -> Option<f64> {
    let digits = written.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match written.get(digits.len()..)? {
        "cm" => 1.0,
        "mm" => 0.1,
        "in" => 2.54,
        "pt" => 2.54 / 72.0,
        _ => return None,
    };
    digits.parse::<f64>().ok().filter(|length| length.is_finite()).map(|length| length * unit)
}

impl Styles {
    /// The zone of a slide in which a frame has its middle, and across the slide its beginning.
    pub(super) fn zone(&self, frame: &Element<'_>) -> Option<Zone> {
        let of = |name| frame.attribute(name).and_then(|written| length(&written));
        let (width, height) = self.slide.unwrap_or(SLIDE);
        let middle = (of("y")? + of("height").unwrap_or(0.0) / 2.0) / height;
        Zone::of_frame(of("x")? / width, of("width").unwrap_or(0.0) / width, middle)
    }

    /// The look of a style, its parents' taken over.
    pub(super) fn look(&self, family: &str, name: &str) -> Look {
        let mut found = Look::default();
        let mut next = Some(name.to_owned());
        for _ in 0..PARENTS {
            let Some(look) = next.take().and_then(|name| self.looks.get(&key(family, &name))) else { break };
            found.hidden = found.hidden.or(look.hidden);
            found.struck = found.struck.or(look.struck);
            found.white = found.white.or(look.white);
            found.ground = found.ground.or(look.ground);
            found.align = found.align.or(look.align);
            found.size = found.size.or(look.size);
            found.font = found.font.or(look.font);
            next.clone_from(&look.parent);
        }
        found
    }

    /// Takes in a start tag, if it belongs to a style.
    pub(super) fn read(&mut self, element: &Element<'_>) {
        let of = |name| element.attribute(name).unwrap_or_default();
        match element.local() {
            "style" => {
                self.open = key(&of("family"), &of("name"));
                let parent = element.attribute("parent-style-name").map(Into::into);
                self.looks.insert(self.open.clone(), Look { parent, ..Look::default() });
            }
            // A style of the list or number family ends the one before.
            "default-style" | "list-style" | "page-layout" => self.open.clear(),
            "page-layout-properties" => {
                let [width, height] = ["page-width", "page-height"].map(|name| length(&of(name)));
                if let (Some(width), Some(height)) = (width, height)
                    && self.slide.is_none_or(|slide| slide.0 < width)
                {
                    self.slide = Some((width, height));
                }
            }
            "font-face" => {
                if let Some(font) = symbol_font(&of("font-family")) {
                    self.fonts.insert(of("name").into_owned(), font);
                }
            }
            name if name.ends_with("-properties") => {
                if let Some(look) = self.looks.get_mut(&self.open) {
                    look.take(element, &self.fonts);
                }
            }
            _ => {}
        }
    }
}

impl Look {
    fn take(&mut self, properties: &Element<'_>, fonts: &HashMap<String, &'static str>) {
        for (name, value) in properties.attributes() {
            let value = value.as_ref();
            match name {
                "display" if matches!(value, "none" | "false") => self.hidden = Some(true),
                "display" => self.hidden = Some(false),
                "visibility" => self.hidden = Some(matches!(value, "hidden" | "collapse" | "filter")),
                "text-line-through-style" | "text-line-through-type" => self.struck = Some(value != "none"),
                "color" => self.white = Some(value.eq_ignore_ascii_case("#ffffff")),
                "background-color" | "fill-color" => {
                    self.ground = Some(!matches!(value, "transparent" | "#ffffff" | "#FFFFFF"));
                }
                "text-align" => {
                    self.align = match value {
                        "center" => Some(Align::Centre),
                        "end" | "right" => Some(Align::Right),
                        _ => Some(Align::Left),
                    };
                }
                "font-name" | "font-family" => {
                    self.font = Some(fonts.get(value).copied().or_else(|| symbol_font(value)));
                }
                "font-size" | "font-size-asian" => {
                    let points = value.strip_suffix("pt").and_then(|points| points.parse::<f32>().ok());
                    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
                    let tenths = points.map(|points| (points * 10.0).round() as u16);
                    self.size = tenths.or(self.size);
                }
                _ => {}
            }
        }
    }
}
