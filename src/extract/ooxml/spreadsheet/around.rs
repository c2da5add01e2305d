//! The smaller parts of a workbook: the workbook itself with its names, comments, tables, caches,
//! links to other workbooks, logs of changes.

use super::formula::literals;
use super::strings::unescape;
use crate::extract::ooxml::properties::{aside, words_in_attributes};
use crate::extract::sink::Sink;
use crate::read::xml::{Event, Xml};
use crate::text::{At, Break, Place};

/// Names of sheets, defined names with what they stand for.
pub(super) fn workbook(xml: &mut Xml<'_>, sink: &mut Sink<'_>) {
    let mut open: Vec<bool> = Vec::new();
    let mut sheets = 0;
    let mut formula = String::new();
    while let Some(event) = xml.next() {
        match event {
            Event::Start(element) => {
                let of = |name| element.attribute(name).unwrap_or_default();
                let local = element.local();
                match local {
                    "sheet" => {
                        sheets += 1;
                        let page = std::num::NonZeroU32::new(sheets);
                        let at = At { page, ..At::new(Place::SheetName).parted(Break::Part) };
                        sink.push(at, &of("name"));
                    }
                    "definedName" => {
                        let name = of("name");
                        if !name.starts_with("_xl") {
                            sink.tell_once(Place::Bookmark, &name);
                        }
                        for name in ["comment", "description", "help", "statusBar", "customMenu"] {
                            sink.tell_once(Place::Attribute, &of(name));
                        }
                        formula.clear();
                    }
                    _ => words_in_attributes(&element, Place::Attribute, sink),
                }
                open.push(local == "definedName");
            }
            Event::Text(text) if open.last() == Some(&true) => formula.push_str(&text),
            Event::Text(text) => sink.tell_once(Place::Hidden, text.trim()),
            Event::End => {
                if open.pop() == Some(true) {
                    for literal in literals(&formula) {
                        sink.tell_once(Place::Field, &literal);
                    }
                    formula.clear();
                }
            }
            Event::Aside(text) => aside(&text, sink),
        }
    }
}

/// Comments of either kind: their authors, and each one as a piece.
pub(super) fn comments(xml: &mut Xml<'_>, sink: &mut Sink<'_>) {
    let mut open: Vec<Tag> = Vec::new();
    let mut text = String::new();
    while let Some(event) = xml.next() {
        match event {
            Event::Start(element) => {
                if element.local() != "rFont" {
                    words_in_attributes(&element, Place::Attribute, sink);
                }
                open.push(Tag::of(element.local()));
            }
            Event::Text(piece) => match open.last() {
                Some(Tag::Text) => text.push_str(&unescape(&piece)),
                Some(Tag::Author) => sink.tell_once(Place::Comment, &unescape(&piece)),
                _ => sink.tell_once(Place::Hidden, piece.trim()),
            },
            Event::End => {
                if open.pop() == Some(Tag::Comment) {
                    sink.push(At::new(Place::Comment).parted(Break::Part), text.trim());
                    text.clear();
                }
            }
            Event::Aside(text) => aside(&text, sink),
        }
    }
    sink.push(At::new(Place::Comment).parted(Break::Part), text.trim());
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Tag {
    Comment,
    Text,
    Author,
    Other,
}

impl Tag {
    fn of(local: &str) -> Self {
        match local {
            "comment" | "threadedComment" => Self::Comment,
            "t" | "text" => Self::Text,
            "author" => Self::Author,
            _ => Self::Other,
        }
    }
}

/// Attributes in which what [`values`] reads has its names.
const TOLD: [&str; 13] = [
    "name",
    "displayName",
    "caption",
    "val",
    "newName",
    "oldName",
    "newText",
    "oldText",
    "totalsRowLabel",
    "comment",
    "author",
    "ddeService",
    "ddeTopic",
];

/// Tables, pivot tables, links to other workbooks, queries, maps: names of columns and fields, cached
/// values, rows of a cache as rows. `place` is where their values stand.
pub(super) fn values(place: Place, xml: &mut Xml<'_>, sink: &mut Sink<'_>) {
    let mut open: Vec<(bool, bool)> = Vec::new();
    // What parts the next value from the one before.
    let mut parted = Break::Part;
    let mut text = String::new();
    while let Some(event) = xml.next() {
        match event {
            Event::Start(element) => {
                let local = element.local();
                let of = |name| element.attribute(name).unwrap_or_default();
                match local {
                    // Values of a pivot cache: strings, numbers, dates.
                    "s" | "n" | "d" => {
                        sink.push(At::new(place).parted(parted), &unescape(&of("v")));
                        sink.tell_once(place, &unescape(&of("c")));
                        parted = Break::Cell;
                    }
                    "r" | "row" | "sharedItems" | "rcc" | "nc" | "oc" => parted = parted.max(Break::Line),
                    "cacheField"
                    | "cacheHierarchy"
                    | "tableColumn"
                    | "table"
                    | "dataField"
                    | "pivotField"
                    | "pivotTableDefinition"
                    | "sheetName"
                    | "definedName"
                    | "rsnm"
                    | "rcmt"
                    | "rdn"
                    | "ddeLink"
                    | "ddeItem"
                    | "item" => {
                        for (_, value) in element.attributes().filter(|(name, _)| TOLD.contains(name)) {
                            if value.chars().any(char::is_alphabetic) {
                                sink.tell_once(place, &unescape(&value));
                            }
                        }
                        words_in_attributes(&element, place, sink);
                    }
                    _ => words_in_attributes(&element, place, sink),
                }
                text.clear();
                let formula = local.ends_with("Formula") || matches!(local, "formula" | "f" | "oldFormula");
                open.push((formula, matches!(local, "row" | "r" | "sharedItems" | "rcc")));
            }
            Event::Text(piece) => text.push_str(&piece),
            Event::End => {
                let (formula, row) = open.pop().unwrap_or_default();
                if formula {
                    for literal in literals(&text) {
                        sink.tell_once(Place::Field, &literal);
                    }
                } else if !text.trim().is_empty() {
                    sink.push(At::new(place).parted(parted), &unescape(text.trim()));
                    parted = Break::Cell;
                }
                text.clear();
                if row {
                    parted = Break::Line;
                }
            }
            Event::Aside(text) => aside(&text, sink),
        }
    }
}
