//! The smaller parts of a presentation: comments and who wrote them, sections, tags.

use crate::extract::ooxml::properties::{aside, words_in_attributes};
use crate::extract::sink::Sink;
use crate::read::xml::{Event, Xml};
use crate::text::{At, Break, Place};

/// Comments of either kind, answers too: each one as a piece.
pub(super) fn comments(xml: &mut Xml<'_>, sink: &mut Sink<'_>) {
    // Whether the element is a comment, and whether its text is the comment's.
    let mut open: Vec<(bool, bool)> = Vec::new();
    let mut text = String::new();
    let tell = |text: &mut String, sink: &mut Sink<'_>| {
        sink.push(At::new(Place::Comment).parted(Break::Part), text.trim());
        text.clear();
    };
    while let Some(event) = xml.next() {
        match event {
            Event::Start(element) => {
                let local = element.local();
                let comment = matches!(local, "cm" | "reply");
                match local {
                    "cm" | "reply" => tell(&mut text, sink),
                    "p" | "br" if !text.is_empty() => text.push('\n'),
                    _ => {}
                }
                words_in_attributes(&element, Place::Attribute, sink);
                open.push((comment, matches!(local, "text" | "t")));
            }
            Event::Text(piece) => match open.last() {
                Some((_, true)) => text.push_str(&piece),
                _ => sink.tell_once(Place::Hidden, piece.trim()),
            },
            Event::End => {
                if let Some((true, _)) = open.pop() {
                    tell(&mut text, sink);
                }
            }
            Event::Aside(text) => aside(&text, sink),
        }
    }
    tell(&mut text, sink);
}

/// Who commented.
pub(super) fn authors(xml: &mut Xml<'_>, sink: &mut Sink<'_>) {
    while let Some(event) = xml.next() {
        match event {
            Event::Start(element) if matches!(element.local(), "cmAuthor" | "author") => {
                sink.tell_once(Place::Comment, &element.attribute("name").unwrap_or_default());
            }
            Event::Start(element) => words_in_attributes(&element, Place::Attribute, sink),
            Event::Text(text) => sink.tell_once(Place::Hidden, text.trim()),
            Event::Aside(text) => aside(&text, sink),
            Event::End => {}
        }
    }
}

/// Names of sections and of selections of slides.
pub(super) fn presentation(xml: &mut Xml<'_>, sink: &mut Sink<'_>) {
    while let Some(event) = xml.next() {
        match event {
            Event::Start(element) => match element.local() {
                "section" | "custShow" => {
                    sink.tell_once(Place::Property, &element.attribute("name").unwrap_or_default());
                }
                // Characters at which lines do not break.
                "kinsoku" => {}
                _ => words_in_attributes(&element, Place::Attribute, sink),
            },
            Event::Text(text) => sink.tell_once(Place::Hidden, text.trim()),
            Event::Aside(text) => aside(&text, sink),
            Event::End => {}
        }
    }
}

/// Tags: one piece for each name and its value.
pub(super) fn tags(xml: &mut Xml<'_>, sink: &mut Sink<'_>) {
    while let Some(event) = xml.next() {
        match event {
            Event::Start(element) => {
                let of = |name| element.attribute(name).unwrap_or_default();
                if element.local() == "tag" {
                    sink.tell_once(Place::Property, &format!("{}: {}", of("name"), of("val")));
                } else {
                    words_in_attributes(&element, Place::Attribute, sink);
                }
            }
            Event::Text(text) => sink.tell_once(Place::Hidden, text.trim()),
            Event::Aside(text) => aside(&text, sink),
            Event::End => {}
        }
    }
}
