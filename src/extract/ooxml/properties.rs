//! What a document says about itself: properties, settings with their variables, custom XML,
//! numbering texts, targets of links.
//!
//! Each is one piece of text, as `key: value` where there is a key, so that a label and its value
//! are found together.

use std::borrow::Cow;

use crate::extract::sink::Sink;
use crate::read::xml::{Element, Event, Xml};
use crate::text::{At, Break, Place};

/// Keys of properties whose values count or date the document: in ASCII they hold no words.
const COUNTS: [&str; 20] = [
    "created",
    "modified",
    "lastPrinted",
    "revision",
    "Application",
    "AppVersion",
    "TotalTime",
    "Pages",
    "Words",
    "Characters",
    "CharactersWithSpaces",
    "Lines",
    "Paragraphs",
    "Slides",
    "Notes",
    "HiddenSlides",
    "DocSecurity",
    "ScaleCrop",
    "LinksUpToDate",
    "SharedDoc",
];

/// Attributes that name fonts and styles, in every document and by the hundred. The styles' own names
/// and the list of fonts are read.
const DULL: [&str; 17] = [
    "ascii",
    "hAnsi",
    "eastAsia",
    "cs",
    "font",
    "typeface",
    "panose",
    "pStyle",
    "rStyle",
    "tblStyle",
    "styleId",
    "basedOn",
    "next",
    "link",
    "providerId",
    "hint",
    "script",
];

/// Core, application and custom properties: one piece per value.
pub(super) fn properties(xml: &mut Xml<'_>, sink: &mut Sink<'_>) {
    let mut keys: Vec<String> = Vec::new();
    let mut value = String::new();
    while let Some(event) = xml.next() {
        match event {
            Event::Start(element) => {
                sink.tell_once(Place::Property, &element.attribute("linkTarget").unwrap_or_default());
                let key = element.attribute("name").unwrap_or_else(|| element.local().into());
                keys.push(key.into_owned());
                value.clear();
            }
            Event::Text(text) => value.push_str(&text),
            Event::End => {
                let counts = |key: &&String| value.is_ascii() && COUNTS.contains(&key.as_str());
                if let Some(key) = keys.get(1).filter(|key| !counts(key)) {
                    let value = value.trim();
                    if keys.len() == 2 && value.is_empty() {
                        // A custom property's name alone can be the message.
                        if !key.is_ascii() {
                            sink.tell_once(Place::Property, key);
                        }
                    } else if !key.is_ascii()
                        || value.chars().any(char::is_alphabetic)
                            && !matches!(value, "true" | "false" | "Normal.dotm" | "Normal")
                    {
                        sink.is_new(Place::Property, key);
                        sink.tell(Place::Property, &format!("{key}: {value}"));
                    }
                }
                value.clear();
                keys.pop();
            }
            Event::Aside(text) => aside(&text, sink),
        }
    }
}

/// Settings: document variables, mail merge, and whatever else is written in words.
pub(super) fn settings(xml: &mut Xml<'_>, sink: &mut Sink<'_>) {
    while let Some(event) = xml.next() {
        match event {
            Event::Start(element) => match element.local() {
                "docVar" => {
                    let of = |name| element.attribute(name).unwrap_or_default();
                    sink.tell(Place::Property, &format!("{}: {}", of("name"), of("val")));
                }
                "query" | "connectString" | "mailSubject" | "udl" | "column" | "mappedName" => {
                    sink.tell_once(Place::Property, &element.attribute("val").unwrap_or_default());
                }
                _ => words_in_attributes(&element, Place::Attribute, sink),
            },
            Event::Text(text) => sink.tell_once(Place::Hidden, &text),
            Event::Aside(text) => aside(&text, sink),
            Event::End => {}
        }
    }
}

/// Whether a tag of numbering definitions says nothing: what [`numbering`] would pass over.
pub(super) fn is_numbering(tag: &str) -> bool {
    match tag.strip_prefix("<w:lvlText w:val=\"").and_then(|text| text.split_once('"')) {
        // The sign of a list is one of a font of symbols.
        Some((text, behind)) => behind == "/>" && !text.chars().any(is_word_of_level),
        None => tag.is_ascii() && !tag.contains("lvlText"),
    }
}

fn is_word_of_level(c: char) -> bool {
    c.is_alphabetic() && !('\u{e000}'..'\u{f900}').contains(&c)
}

/// Numbering definitions: the literal text around the numbers (`机密第%1号`).
pub(super) fn numbering(xml: &mut Xml<'_>, sink: &mut Sink<'_>) {
    while let Some(event) = xml.next() {
        match event {
            Event::Start(element) if element.local() == "lvlText" => {
                let text = element.attribute("val").unwrap_or_default();
                if text.chars().any(is_word_of_level) {
                    sink.tell_once(Place::Field, &text);
                }
            }
            Event::Start(element) => words_in_attributes(&element, Place::Attribute, sink),
            Event::Text(text) => sink.tell_once(Place::Hidden, &text),
            Event::Aside(text) => aside(&text, sink),
            Event::End => {}
        }
    }
}

/// Relationships: where links lead, as written and percent-decoded.
pub(super) fn relationships(xml: &mut Xml<'_>, sink: &mut Sink<'_>) {
    while let Some(event) = xml.next() {
        match event {
            Event::Start(element) if element.local() == "Relationship" => {
                let target = element.attribute("Target").unwrap_or_default();
                sink.pictures +=
                    usize::from(element.attribute("Type").is_some_and(|t| t.ends_with("/image")));
                let external = element.attribute("TargetMode").is_some_and(|mode| mode == "External");
                if external || !target.is_ascii() {
                    sink.tell_once(Place::Attribute, &target);
                    if let Some(decoded) = percent_decoded(&target) {
                        sink.tell_once(Place::Attribute, &decoded);
                    }
                }
            }
            Event::Aside(text) => aside(&text, sink),
            _ => {}
        }
    }
}

/// Data of unknown shape: every element's text with the element's name as its key.
pub(super) fn data(xml: &mut Xml<'_>, sink: &mut Sink<'_>) {
    let mut keys: Vec<String> = Vec::new();
    let mut value = String::new();
    while let Some(event) = xml.next() {
        match event {
            Event::Start(element) => {
                pair(keys.last(), &mut value, sink);
                for (name, value) in element.attributes().filter(|(name, _)| *name != "xmlns") {
                    if !value.is_ascii() || value.trim().contains(' ') {
                        let key = if name == "val" || name == "value" { element.local() } else { name };
                        sink.tell_once(Place::Property, &format!("{key}: {value}"));
                    }
                }
                keys.push(element.local().to_owned());
            }
            Event::Text(text) => value.push_str(&text),
            Event::End => {
                pair(keys.last(), &mut value, sink);
                keys.pop();
            }
            Event::Aside(text) => aside(&text, sink),
        }
    }
    pair(keys.last(), &mut value, sink);
}

fn pair(key: Option<&String>, value: &mut String, sink: &mut Sink<'_>) {
    let text = value.trim();
    if !text.is_empty() {
        let at = At::new(Place::Property).parted(Break::Line);
        match key {
            Some(key) => sink.push(at, &format!("{key}: {text}")),
            None => sink.push(at, text),
        }
    }
    value.clear();
}

/// Whether a tag of such a part says nothing: one in ASCII, and a font of a theme, which only the name of the font
/// makes none.
pub(super) fn is_quiet(tag: &str) -> bool {
    const FONT: &str = "typeface=\"";
    tag.is_ascii()
        || tag.starts_with("<a:font ")
            && tag.split_once(FONT).is_some_and(|(before, value)| {
                before.is_ascii() && value.split_once('"').is_some_and(|(_, behind)| behind.is_ascii())
            })
}

/// Parts that say nothing to a reader (themes, fonts, layouts): only words where none belong.
pub(super) fn quiet(xml: &mut Xml<'_>, sink: &mut Sink<'_>) {
    while let Some(event) = xml.next() {
        match event {
            Event::Start(element) => match element.local() {
                "latin" | "ea" | "cs" => {}
                // What is dull elsewhere has its name here.
                "font" | "altName" | "tblStyle" => {
                    let named = |name: &str| matches!(name, "name" | "val" | "styleName");
                    for (_, value) in element.attributes().filter(|(name, _)| named(name)) {
                        if !value.is_ascii() {
                            sink.tell_once(Place::Attribute, &value);
                        }
                    }
                }
                _ => words_in_attributes(&element, Place::Attribute, sink),
            },
            Event::Text(text) => sink.tell_once(Place::Hidden, &text),
            Event::Aside(text) => aside(&text, sink),
            Event::End => {}
        }
    }
}

/// Tells the attribute values of an element that are written in other than ASCII characters, which
/// no attribute of the format itself is.
pub(super) fn words_in_attributes(element: &Element<'_>, place: Place, sink: &mut Sink<'_>) {
    for value in foreign_values(element) {
        sink.tell_once(place, &value);
    }
}

/// The attribute values that [`words_in_attributes`] tells.
pub(super) fn foreign_values<'e>(element: &'e Element<'_>) -> impl Iterator<Item = Cow<'e, str>> {
    let raw = element.raw_attributes();
    let plain =
        (raw.is_ascii() && memchr::memchr(b'&', raw.as_bytes()).is_none()) || DULL.contains(&element.local());
    let attributes = if plain { None } else { Some(element.attributes()) };
    attributes
        .into_iter()
        .flatten()
        .filter(|(name, value)| !value.is_ascii() && !DULL.contains(name))
        .map(|(_, value)| value)
}

/// Tells a comment or an instruction within the XML.
pub(super) fn aside(text: &str, sink: &mut Sink<'_>) {
    if !text.starts_with("mso-") {
        sink.tell_once(Place::Hidden, text);
    }
}

/// The text behind a percent-encoded target, where decoding changes it: UTF-8, else GBK.
fn percent_decoded(target: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(target.len());
    let mut rest = target.as_bytes();
    let mut changed = false;
    while let Some((&byte, tail)) = rest.split_first() {
        let hex = tail.get(..2).filter(|_| byte == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(decoded) => {
                bytes.push(decoded);
                rest = tail.get(2..).unwrap_or_default();
                changed = true;
            }
            None => {
                bytes.push(byte);
                rest = tail;
            }
        }
    }
    let decoded = String::from_utf8(bytes)
        .unwrap_or_else(|e| encoding_rs::GB18030.decode_without_bom_handling(e.as_bytes()).0.into_owned());
    changed.then_some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{Budget, Limits};

    fn told(reader: fn(&mut Xml<'_>, &mut Sink<'_>), source: &str) -> Vec<String> {
        let mut budget = Budget::new(&Limits::default());
        let mut sink = Sink::new(&mut budget);
        reader(&mut Xml::new(source), &mut sink);
        let text = sink.out.text;
        let one = |s: &crate::text::Segment| {
            format!("{}={}", s.at.place.as_str(), text.as_str().get(s.range.clone()).unwrap())
        };
        text.segments().iter().map(one).collect()
    }

    #[test]
    fn properties_are_pairs() {
        let core =
            "<cp:coreProperties><dc:title>机密</dc:title><cp:revision>3</cp:revision></cp:coreProperties>";
        assert_eq!(told(properties, core), ["property=title: 机密"]);
        let custom =
            "<Properties><property pid='2' name='密级'><vt:lpwstr>秘密</vt:lpwstr></property></Properties>";
        assert_eq!(told(properties, custom), ["property=密级: 秘密"]);
    }

    #[test]
    fn data_uses_names_as_keys() {
        let source = "<a><密级>机密</密级><b c='内部 资料'>x</b></a>";
        assert_eq!(told(data, source), ["property=密级: 机密", "property=c: 内部 资料", "property=b: x"]);
    }

    #[test]
    fn tags_that_say_nothing_are_told_from_others() {
        for tag in ["<a:sysClr val=\"x\"/>", "<a:font script=\"Hans\" typeface=\"宋体\"/>"] {
            assert!(is_quiet(tag), "{tag}");
        }
        for tag in [
            "<a:font script=\"机密\" typeface=\"宋体\"/>",
            "<a:font typeface=\"宋体\" name=\"机密\"/>",
            "<a:theme name=\"机密\">",
            "<w:font w:name=\"宋体\">",
            "<a:font typeface='宋体' a=\"typeface=\"/>",
        ] {
            assert!(!is_quiet(tag), "{tag}");
        }
        for tag in ["<w:lvl w:ilvl=\"0\">", "<w:lvlText w:val=\"%1.\"/>", "<w:lvlText w:val=\"\u{f0b7}\"/>"] {
            assert!(is_numbering(tag), "{tag}");
        }
        for tag in
            ["<w:lvlText w:val=\"机密第%1号\"/>", "<w:rFonts w:cs=\"宋体\"/>", "<w:lvlText w:val='Part'/>"]
        {
            assert!(!is_numbering(tag), "{tag}");
        }
    }

    #[test]
    fn targets_are_decoded() {
        let source = "<Relationships><Relationship Target='http://x/%E6%9C%BA%e5%af%86' TargetMode='External'/>\
                      <Relationship Target='styles.xml'/></Relationships>";
        let expected = ["attribute=http://x/%E6%9C%BA%e5%af%86", "attribute=http://x/机密"];
        assert_eq!(told(relationships, source), expected);
        assert_eq!(percent_decoded("%bb%fa%c3%dc").as_deref(), Some("机密"));
        assert_eq!(percent_decoded("50%"), None);
    }
}
