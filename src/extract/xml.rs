//! XML of no known kind, SVG above all: its texts, attributes and comments.
//!
//! Elements end lines, but for the few that stand within a line. Markup in a text (news feeds carry
//! pages so) is read as a page. A short text that has a name, by its element (`<密级>`) or beside it as
//! the texts of user interfaces have (`<string name="level">`), is told behind its name, as data of other
//! formats are.

use std::collections::HashSet;
use std::io::Read as _;

use flate2::read::DeflateDecoder;

use super::Extracted;
use crate::document::Inner;
use crate::limits::{Budget, Gap, GapKind};
use crate::read::furniture::furniture;
use crate::read::html::{self, Page};
use crate::read::written::{self, Written};
use crate::read::xml::{self, Event, Xml};
use crate::text::{Align, At, Place, Zone};

/// Attributes of drawings that hold numbers.
#[rustfmt::skip]
const GEOMETRY: [&str; 21] = [
    "x", "y", "x1", "y1", "x2", "y2", "dx", "dy", "cx", "cy", "r", "rx", "ry", "width", "height", "points", "rotate",
    "font-size", "stroke-width", "opacity", "viewBox",
];
/// Attributes of drawings that say in a word how a text or shape looks.
const LOOKS: [&str; 9] = [
    "text-anchor",
    "fill",
    "stroke",
    "font-family",
    "font-weight",
    "font-style",
    "dominant-baseline",
    "stroke-linecap",
    "stroke-linejoin",
];
/// Elements within a line of text, in SVG and in what looks like HTML.
const INLINE: &[&str] =
    &["tspan", "textPath", "a", "b", "i", "u", "s", "em", "strong", "span", "font", "sub", "sup", "r", "t"];
/// Elements within a paragraph of the Uniform Office Format (GB/T 20916); in its later version a number
/// follows their names.
const UOF_INLINE: &[&str] = &["句", "文本串", "空格符", "制表符"];

/// Elements whose text the attribute names that one of [`NAMES`] is.
const NAMED: &[&str] =
    &["string", "data", "entry", "item", "property", "trans-unit", "unit", "message", "text"];
const NAMES: &[&str] = &["name", "key", "resname", "id"];
/// Elements within those that hold the text.
const VALUES: &[&str] = &["value", "source", "target", "translation"];
/// Characters of a text that is told with its name.
const VALUE_CHARS: usize = 40;

/// Outlines that a drawing uses, and different ones among them, from which on they are glyphs of a page: icons
/// and maps use a few signs often, or many once.
const OUTLINES_USED: usize = 100;
const OUTLINES: usize = 20;
/// Characters of text that a page of outlines has at most.
const OUTLINE_CHARACTERS: usize = 20;

/// The text of a drawing as programs write it that turn pages into drawings: the outline of each glyph once, with
/// a name, and where it stands.
#[derive(Default)]
struct Outlines {
    named: HashSet<String>,
    seen: HashSet<String>,
    used: usize,
    characters: usize,
}

impl Outlines {
    fn element(&mut self, element: &xml::Element<'_>) {
        match element.local() {
            "symbol" | "g" | "path" => {
                self.named.extend(element.attribute("id").map(|id| id.into_owned()));
            }
            "use" => {
                let target = element.attributes().find(|(key, _)| key.ends_with("href"));
                let name = target.and_then(|(_, target)| target.strip_prefix('#').map(str::to_owned));
                if let Some(name) = name.filter(|name| self.named.contains(name)) {
                    self.used += 1;
                    self.seen.insert(name);
                }
            }
            _ => {}
        }
    }

    fn are_a_page(&self) -> bool {
        self.used >= OUTLINES_USED && self.seen.len() >= OUTLINES && self.characters <= OUTLINE_CHARACTERS
    }
}

/// An open element: where its text goes, whether it stands within a line, what its text is called.
struct Open {
    place: Place,
    zone: Option<Zone>,
    inline: bool,
    name: Option<String>,
}

/// Reads an XML document.
pub(super) fn extract(bytes: &[u8], budget: &mut Budget) -> Extracted {
    let (source, damaged) = xml::decode(bytes);
    let mut page = Page::default();
    let mut xml = Xml::new(&source);
    let mut open: Vec<Open> = Vec::new();
    let mut text = String::new();
    let (mut height, mut drawn) = (None, false);
    let mut outlines = Outlines::default();
    while let Some(event) = xml.next() {
        let place = open.last().map_or(Place::Body, |open| open.place);
        let zone = open.last().and_then(|open| open.zone);
        match event {
            Event::Start(element) => {
                let inline = is_inline(element.local());
                if !inline {
                    end_line(&mut text, place, zone, &mut page, budget);
                }
                drawn |= element.local() == "svg";
                if drawn {
                    outlines.element(&element);
                }
                for (key, value) in element.attributes().filter(|(key, _)| *key != "xmlns") {
                    if drawn && is_drawn(key, &value) {
                        continue;
                    }
                    let value = if key == "href" { html::address(&value) } else { value.into_owned() };
                    if !value.starts_with("data:") {
                        page.push(At::new(Place::Attribute), &value, budget);
                    }
                }
                // Workbooks in one XML file say so what stands above and below their pages.
                if let ("Header" | "Footer", Some(code)) = (element.local(), element.attribute("Data")) {
                    for (at, text) in furniture(element.local() == "Header", &code) {
                        page.push(at, &text, budget);
                    }
                }
                embedded(element.raw_attributes(), &mut page, budget);
                let own = match element.local() {
                    "script" | "style" => Place::Script,
                    "title" | "desc" if place == Place::Body => Place::AltText,
                    _ if inline => place,
                    _ => Place::Body,
                };
                let zone = match element.local() {
                    "svg" => {
                        height = height.or_else(|| drawing_height(&element));
                        None
                    }
                    "text" => height.and_then(|height| zone_of(&element, height)),
                    _ => zone,
                };
                let name = name(&element, open.last());
                open.push(Open { place: own, zone, inline, name });
            }
            Event::End => {
                if let Some(Open { name, .. }) = open.pop().filter(|open| !open.inline) {
                    if let Some(document) = carried(text.trim(), &mut page, budget) {
                        page.inner.push(document);
                        text.clear();
                    }
                    let value = text.trim();
                    if let Some(name) = name
                        && !value.is_empty()
                        && !value.contains('\n')
                        && value.chars().count() <= VALUE_CHARS
                    {
                        text = format!("{name}={value}");
                    }
                    end_line(&mut text, place, zone, &mut page, budget);
                }
            }
            Event::Text(piece) => {
                if place == Place::Body {
                    outlines.characters += piece.chars().filter(|c| !c.is_whitespace()).count();
                }
                text.push_str(&piece);
            }
            Event::Aside(piece) => page.push(At::new(Place::Comment), &piece, budget),
        }
    }
    end_line(&mut text, Place::Body, None, &mut page, budget);
    page.gaps.extend(xml.gap("xml"));
    if outlines.are_a_page() {
        page.gaps.push(Gap::new(GapKind::Image, "page is a drawing"));
    }
    if damaged {
        page.gaps.push(Gap::new(GapKind::Damaged, "xml: characters"));
    }
    Extracted { text: page.text, inner: page.inner, gaps: page.gaps, ..Extracted::default() }
}

/// Whether an element stands within a line.
fn is_inline(local: &str) -> bool {
    let (name, number) = local.split_once('_').unwrap_or((local, ""));
    INLINE.contains(&local)
        || UOF_INLINE.contains(&name) && number.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// What the text of an element is called.
fn name(element: &xml::Element<'_>, parent: Option<&Open>) -> Option<String> {
    let local = element.local();
    if VALUES.contains(&local) {
        return parent?.name.clone();
    }
    let is_name = |name: &str| {
        name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))
            && name.starts_with(|c: char| c.is_alphabetic() || c == '_')
    };
    match NAMED.contains(&local) {
        true => element
            .attributes()
            .find(|(key, value)| NAMES.contains(key) && is_name(value))
            .map(|(_, value)| value.into_owned()),
        false => (!local.is_ascii() && !is_inline(local)).then(|| local.to_owned()),
    }
}

/// Whether an attribute of a drawing only says where things are, how large, along which path and how they look:
/// so it stands between the characters of a text that is drawn one by one.
fn is_drawn(key: &str, value: &str) -> bool {
    let number = |byte| matches!(byte, b'0'..=b'9' | b' ' | b'.' | b',' | b'+' | b'-' | b'%');
    // What is all capital letters may be a mark.
    let look = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'#' | b'-');
    GEOMETRY.contains(&key) && value.bytes().all(number) || LOOKS.contains(&key) && value.bytes().all(look)
}

/// The height of an SVG drawing in its own units.
fn drawing_height(svg: &xml::Element<'_>) -> Option<f64> {
    let number = |text: &str| text.trim().trim_end_matches("px").parse().ok().filter(|height| *height > 0.0);
    match svg.attribute("viewBox") {
        Some(view) => view.split([' ', ',']).filter(|part| !part.is_empty()).nth(3).and_then(number),
        None => svg.attribute("height").and_then(|height| number(&height)),
    }
}

/// The zone of an SVG text that says where it stands.
fn zone_of(text: &xml::Element<'_>, height: f64) -> Option<Zone> {
    let part = text.attribute("y")?.trim().parse::<f64>().ok()? / height;
    let align = text.attribute("text-anchor").and_then(|anchor| match &*anchor {
        "middle" => Some(Align::Centre),
        "end" => Some(Align::Right),
        _ => None,
    });
    // What lies outside is not seen.
    let row = Zone::row(part).filter(|_| (0.0..=1.0).contains(&part));
    row.map(|row| Zone::across(align, row))
}

fn end_line(text: &mut String, place: Place, zone: Option<Zone>, page: &mut Page, budget: &mut Budget) {
    if text.contains("</") {
        page.read(text, budget);
    } else {
        page.push(At { zone, ..At::new(place) }, text, budget);
    }
    text.clear();
}

/// The document that an element's text stands for: base64, as XML carries pictures and files; or a diagram of
/// draw.io, which is packed with deflate before, and percent-encoded before that.
fn carried(text: &str, page: &mut Page, budget: &mut Budget) -> Option<Inner> {
    let bytes = match written::decode(text.as_bytes(), budget.inflated) {
        Written::Text => return None,
        Written::TooLong => {
            page.gaps.push(Gap::new(GapKind::Limit, super::WRITTEN_GAP));
            return None;
        }
        Written::File(bytes) => bytes,
    };
    budget.spend_inflated(bytes.len() as u64);
    if super::is_document(&bytes) {
        return Some(Inner { name: "carried".to_owned(), bytes });
    }
    let mut packed = Vec::new();
    let inflated = DeflateDecoder::new(bytes.as_slice()).take(budget.inflated).read_to_end(&mut packed);
    // Whatever it is, it was inflated.
    budget.spend_inflated(packed.len() as u64);
    inflated.ok()?;
    if budget.inflated == 0 {
        page.gaps.push(Gap::new(GapKind::Limit, super::WRITTEN_GAP));
    }
    let source = String::from_utf8(packed).ok().filter(|source| source.starts_with(['<', '%']))?;
    Some(Inner { name: "diagram.xml".to_owned(), bytes: html::address(&source).into_bytes() })
}

/// Documents in the `data:` addresses of a tag: the reader of pages knows them.
fn embedded(attributes: &str, page: &mut Page, budget: &mut Budget) {
    if !attributes.contains("data:") {
        return;
    }
    let values = attributes.split(['"', '\'']).filter(|value| value.starts_with("data:"));
    for value in values {
        let mut tag = Page::default();
        tag.read(&format!("<img src=\"{value}\">"), budget);
        page.inner.append(&mut tag.inner);
        page.gaps.append(&mut tag.gaps);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    fn gaps(svg: &str) -> Vec<Gap> {
        extract(svg.as_bytes(), &mut Budget::new(&Limits::default())).gaps
    }

    /// A drawing of `count` uses of `different` outlines, with the elements that a writer has for both.
    fn drawing(different: usize, count: usize, wrap: [&str; 2], text: &str) -> String {
        let outlines: String = (0..different)
            .map(|n| format!("{} id=\"g{n}\"><path d=\"M 0 0 L 1 1 Z\"/>{}", wrap[0], wrap[1]))
            .collect();
        let uses: String = (0..count)
            .map(|n| format!("<use xlink:href=\"#g{}\" x=\"{n}\" y=\"9\"/>", n % different.max(1)))
            .collect();
        format!("<svg xmlns='http://www.w3.org/2000/svg'><defs>{outlines}</defs>{uses}{text}</svg>")
    }

    #[test]
    fn a_page_of_outlines_is_a_drawing_that_a_person_looks_at() {
        let page = [Gap::new(GapKind::Image, "page is a drawing")];
        assert_eq!(gaps(&drawing(40, 400, ["<symbol", "</symbol>"], "")), page);
        assert_eq!(gaps(&drawing(40, 400, ["<g", "</g>"], "<text>第1页</text><title>题目</title>")), page);
        let prose = format!("<text>{}</text>", "各单位应当高度重视".repeat(3));
        for (what, drawing) in [
            ("a page with its text", drawing(40, 400, ["<symbol", "</symbol>"], &prose)),
            ("a sheet of icons", drawing(200, 0, ["<symbol", "</symbol>"], "")),
            ("a map of few signs", drawing(8, 900, ["<symbol", "</symbol>"], "")),
            ("an icon", drawing(30, 30, ["<g", "</g>"], "")),
            ("an illustration", format!("<svg>{}</svg>", "<path d='M 0 0 L 1 1 Z'/>".repeat(900))),
        ] {
            assert_eq!(gaps(&drawing), [], "{what}");
        }
    }
}
