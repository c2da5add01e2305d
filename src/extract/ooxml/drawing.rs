//! Drawn text outside of the text flow: shapes of sheets, charts, diagrams, and the older drawings
//! in VML; what drawings are called and described as.

use std::borrow::Cow;

use super::properties::{aside, words_in_attributes};
use crate::extract::sink::Sink;
use crate::read::naming::is_default_name;
use crate::read::number::general;
use crate::read::xml::{Element, Event, Xml};
use crate::text::{At, Break, Place};

/// Reads shapes, charts or diagrams: paragraphs, and cached cells.
pub(super) fn shapes(xml: &mut Xml<'_>, sink: &mut Sink<'_>) {
    let mut open: Vec<Tag> = Vec::new();
    let mut paragraphs = 0_usize;
    let mut text = String::new();
    // The shape that was begun last is hidden.
    let mut hidden = false;
    while let Some(event) = xml.next() {
        match event {
            Event::Start(element) => {
                let tag = match element.local() {
                    "p" => Tag::Paragraph,
                    "f" | "formatCode" | "tableStyleId" => Tag::Settings,
                    _ => Tag::Other,
                };
                match element.local() {
                    "br" => text.push('\n'),
                    "cNvPr" | "docPr" => {
                        hidden = element.attribute("hidden").is_some_and(|on| matches!(&*on, "1" | "true"));
                        describe(&element, sink);
                    }
                    _ => words_in_attributes(&element, Place::Attribute, sink),
                }
                open.push(tag);
                paragraphs += usize::from(tag == Tag::Paragraph);
            }
            Event::Text(piece) if paragraphs == 0 && piece.trim().is_empty() => {}
            Event::Text(piece) if open.last() == Some(&Tag::Settings) && piece.is_ascii() => {}
            Event::Text(piece) => text.push_str(&piece),
            Event::End => {
                paragraphs -= usize::from(open.pop() == Some(Tag::Paragraph)).min(paragraphs);
                if paragraphs == 0 {
                    let place = if hidden { Place::Hidden } else { Place::Textbox };
                    if text.trim().parse::<f64>().is_ok() {
                        sink.push(At::new(Place::Table).parted(Break::Line), &general(&text));
                    } else if sink.is_new(place, &text) {
                        sink.push(At::new(place), &text);
                    }
                    text.clear();
                }
            }
            Event::Aside(text) => aside(&text, sink),
        }
    }
}

/// A drawing in VML as XML: programs write it with the conditions and open tags of web pages.
pub(super) fn well_formed(source: &str) -> Cow<'_, str> {
    if !source.contains("<![") && !source.contains("<br>") {
        return source.into();
    }
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = rest.find("<![") {
        let (before, condition) = rest.split_at(at);
        out.push_str(before);
        let known = ["<![if", "<![endif", "<![else"].iter().any(|start| condition.starts_with(start));
        let end = condition.find("]>").filter(|_| known);
        let (kept, behind) = condition.split_at(end.map_or(3, |end| end + 2));
        if end.is_none() {
            out.push_str(kept);
        }
        rest = behind;
    }
    out.push_str(rest);
    out.replace("<br>", "<br/>").into()
}

/// Reads a drawing in VML: text boxes, descriptions, text along a path. Where shapes are anchored
/// and what they do is in words and numbers of the format.
pub(super) fn legacy(xml: &mut Xml<'_>, sink: &mut Sink<'_>) {
    let mut open: Vec<Tag> = Vec::new();
    let mut text = String::new();
    while let Some(event) = xml.next() {
        match event {
            Event::Start(element) => {
                let tag = match element.local() {
                    "textbox" => Tag::Textbox,
                    "ClientData" => Tag::Settings,
                    _ => Tag::Other,
                };
                match element.local() {
                    "font" => {}
                    "br" | "div" if !text.is_empty() => text.push('\n'),
                    _ => {
                        for (name, value) in element.attributes() {
                            match name {
                                "alt" | "title" => sink.tell_once(Place::AltText, &value),
                                "string" => sink.tell_once(Place::Watermark, &value),
                                "href" => sink.tell_once(Place::Attribute, &value),
                                _ if !value.is_ascii() && name != "style" => {
                                    sink.tell_once(Place::Attribute, &value);
                                }
                                _ => {}
                            }
                        }
                    }
                }
                open.push(tag);
            }
            Event::Text(piece) if open.contains(&Tag::Textbox) => {
                let piece = piece.trim();
                if !text.is_empty() && !piece.is_empty() && piece.is_ascii() {
                    text.push(' ');
                }
                text.push_str(piece);
            }
            Event::Text(piece) if open.contains(&Tag::Settings) && piece.is_ascii() => {}
            Event::Text(piece) => sink.tell_once(Place::Hidden, piece.trim()),
            Event::End => {
                if open.pop() == Some(Tag::Textbox) {
                    sink.push(At::new(Place::Textbox).parted(Break::Part), &text);
                    text.clear();
                }
            }
            Event::Aside(text) => aside(&text, sink),
        }
    }
    sink.push(At::new(Place::Textbox).parted(Break::Part), &text);
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Tag {
    Paragraph,
    Textbox,
    /// Holds references and words of the format as its text.
    Settings,
    Other,
}

/// Tells what a drawing is called, unless the program called it so, and how it is described.
pub(super) fn describe(element: &Element<'_>, sink: &mut Sink<'_>) {
    for (name, value) in element.attributes() {
        let told = match name {
            "name" => !is_default_name(&value),
            "title" | "descr" => true,
            _ => !value.is_ascii(),
        };
        if told {
            sink.tell_once(Place::AltText, &value);
        }
    }
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
    fn runs_of_a_drawn_paragraph_are_joined() {
        let source = "<c><a:p><a:r><a:t>机</a:t></a:r><a:r><a:t>密</a:t></a:r></a:p><v>12</v><v>甲</v></c>";
        assert_eq!(told(shapes, source), ["textbox=机密", "table=12", "textbox=甲"]);
    }

    #[test]
    fn hidden_shapes_are_hidden() {
        let source =
            "<d><cNvPr name='a' hidden='1'/><p><t>甲</t></p><cNvPr name='Shape 1'/><p><t>乙</t></p></d>";
        assert_eq!(told(shapes, source), ["alt-text=a", "hidden=甲", "textbox=乙"]);
    }

    #[test]
    fn conditions_of_web_pages_are_taken_out() {
        let source = "<xml><![if gte mso 9]><a/><![endif]>机<br>密<![CDATA[x]]></xml>";
        assert_eq!(well_formed(source), "<xml><a/>机<br/>密<![CDATA[x]]></xml>");
        assert_eq!(well_formed("<![if"), "<![if");
        assert_eq!(well_formed("<xml/>"), "<xml/>");
    }

    #[test]
    fn boxes_of_old_drawings() {
        let source = "<xml><v:shape alt='说明'><v:textbox><div><font face='宋体'>机</font><font>密</font></div><div>乙</div></v:textbox>\
                      <x:ClientData><x:Row>3</x:Row></x:ClientData><v:textpath string='水印'/></v:shape></xml>";
        assert_eq!(told(legacy, source), ["alt-text=说明", "textbox=机密\n乙", "watermark=水印"]);
    }
}
