//! One pass over a part, whatever it is: elements are told apart by their names alone, so that
//! content, styles, metadata and documents in one file are read by the same code.

use std::collections::HashSet;
use std::num::NonZeroU32;

use super::style::Styles;
use crate::extract::flow::Flows;
use crate::extract::readings::{CODE, DELETED, Flags, HIDDEN, INSERTED, RUBY, STRUCK};
use crate::extract::sink::Sink;
use crate::filetype::identify;
use crate::read::base64;
use crate::read::naming::is_default_name;
use crate::read::symbol::pictured;
use crate::read::xml::{Element, Event, Xml};
use crate::text::{Place, Zone};

/// Spaces that one element stands for.
const SPACES: usize = 1_000;
/// Columns of a table whose visibility is remembered one stretch at a time.
const COLUMN_STRETCHES: usize = 20_000;

/// Facts about a document whose values hold no words.
const COUNTS: [&str; 11] = [
    "generator",
    "creation-date",
    "date",
    "print-date",
    "editing-cycles",
    "editing-duration",
    "document-statistic",
    "template",
    "auto-reload",
    "hyperlink-behaviour",
    "language",
];

/// Attributes that name fonts, styles and other parts of the package.
const DULL: [&str; 22] = [
    "style-name",
    "parent-style-name",
    "next-style-name",
    "list-style-name",
    "master-page-name",
    "page-layout-name",
    "data-style-name",
    "default-cell-style-name",
    "apply-style-name",
    "text-style-name",
    "cond-style-name",
    "default-style-name",
    "paragraph-style-name",
    "presentation-page-layout-name",
    "font-name",
    "font-name-asian",
    "font-name-complex",
    "font-family",
    "font-family-asian",
    "font-family-complex",
    "font-style-name",
    "num-format",
];

/// An element that is open.
struct Open {
    kind: Kind,
    /// Flags of everything in it.
    flags: Flags,
    /// The symbol font whose pictures its letters are.
    font: Option<&'static str>,
    /// Where on its slide the frame stands that is around it.
    around: Option<Zone>,
}

enum Kind {
    Other,
    Paragraph,
    Flow,
    Table,
    Row,
    Cell {
        /// The value is the text of a cell, not the result of a formula.
        unseen: bool,
        value: String,
    },
    /// Document information: children are properties.
    Meta,
    /// Text of its own: told at this place, behind a key.
    Leaf(Place, String),
    /// Text that holds no words.
    Silent,
    /// A page whose number goes on.
    Slide,
    Body(Place),
    Region(String),
    /// Bytes in base64.
    Binary,
}

/// Reads a part.
pub(super) struct Walker<'s, 'b> {
    flows: Flows<'s, 'b>,
    styles: Styles,
    open: Vec<Open>,
    /// Columns of the tables that are open.
    columns: Vec<Columns>,
    insertions: HashSet<String>,
    /// Tracked insertions that are open.
    inserted: usize,
    leaf: String,
}

/// Columns of a table.
#[derive(Default)]
struct Columns {
    /// Last column of each stretch, and whether it is hidden.
    stretches: Vec<(u32, bool)>,
    /// Column of the cell that comes next.
    next: u32,
}

/// Reads a part to its end.
pub(super) fn read(xml: &mut Xml<'_>, styles: &Styles, sink: &mut Sink<'_>) {
    let mut walker = Walker {
        flows: Flows::new(sink),
        styles: styles.clone(),
        open: Vec::new(),
        columns: Vec::new(),
        insertions: HashSet::new(),
        inserted: 0,
        leaf: String::new(),
    };
    while let Some(event) = xml.next() {
        match event {
            Event::Start(element) => walker.start(&element),
            Event::Text(text) => walker.text(&text),
            Event::End => walker.end(),
            Event::Aside(text) => walker.flows.sink.tell_once(Place::Hidden, &text),
        }
    }
    while !walker.open.is_empty() {
        walker.end();
    }
    walker.flows.finish();
}

impl Walker<'_, '_> {
    fn start(&mut self, element: &Element<'_>) {
        self.styles.read(element);
        let (around, font) = self.open.last().map_or((0, None), |open| (open.flags, open.font));
        let (own, own_font) = self.own_look(element);
        let mut flags = around | own;
        let font = own_font.unwrap_or(font);
        let of = |name: &str| element.attribute(name).unwrap_or_default();
        let has = |name: &str| element.attribute(name).is_some();
        let in_meta = matches!(self.open.last(), Some(Open { kind: Kind::Meta, .. }));
        let in_leaf =
            matches!(self.open.last(), Some(Open { kind: Kind::Leaf(..) | Kind::Silent | Kind::Binary, .. }));
        let mut kind = Kind::Other;
        // Attributes that are told with the element, and whether others may hold words.
        let (mut told, mut words): (&[&str], bool) = (&[], true);
        match element.local() {
            _ if in_leaf => kind = self.nested_leaf(),
            name if in_meta => {
                let key = if name == "user-defined" { of("name").into_owned() } else { name.to_owned() };
                told = &["name"];
                kind = if COUNTS.contains(&name) { Kind::Silent } else { self.leaf(Place::Property, &key) };
            }
            "meta" if has("name") => {}
            "meta" => kind = Kind::Meta,
            "p" | "h" => {
                let look = self.styles.look("paragraph", &of("style-name"));
                self.flows.begin_paragraph(look.align, look.size);
                kind = Kind::Paragraph;
            }
            "math" => {
                self.flows.begin_paragraph(None, None);
                kind = Kind::Paragraph;
            }
            "s" => {
                let count = of("c").parse().unwrap_or(1_usize).clamp(1, SPACES);
                self.flows.append(&" ".repeat(count), flags);
            }
            "tab" => self.flows.append("\t", flags),
            "line-break" => self.flows.append("\n", flags),
            "a" => {
                told = &["href"];
                self.flows.note_once(Place::Attribute, &of("href"));
            }
            "hidden-text" => {
                told = &["string-value"];
                self.flows.append(&of("string-value"), flags | HIDDEN);
                flags |= if of("is-hidden") == "false" { 0 } else { HIDDEN };
            }
            "hidden-paragraph" if of("is-hidden") != "false" => self.flows.flow().hide = true,
            "conditional-text" => {
                told = &["string-value-if-true", "string-value-if-false"];
                for name in told {
                    self.flows.append(&of(name), flags | CODE);
                    self.flows.append("\n", flags | CODE);
                }
            }
            "user-field-decl" | "variable-set" | "user-field-get" => {
                told = &["string-value", "formula"];
                for name in told {
                    self.flows.note_once(Place::Field, &of(name));
                }
            }
            "note-citation" => kind = Kind::Silent,
            "note-body" => kind = self.flow_kind(Place::Note),
            "annotation" => kind = self.flow_kind(Place::Comment),
            "creator" | "creator-initials" | "sender-initials" => kind = self.leaf(Place::Attribute, ""),
            "date" | "date-string" => kind = Kind::Silent,
            "text-box" | "custom-shape" | "rect" | "line" | "ellipse" | "circle" | "polygon" | "polyline"
            | "path" | "connector" | "caption" | "regular-polygon" | "measure" | "control" => {
                let drawn = matches!(self.flows.place, Place::Body) && self.flows.page.is_none();
                let own = self.flows.inner_place();
                kind = self.flow_kind(match own {
                    Some(place) if place != Place::Body => place,
                    _ if drawn => Place::Textbox,
                    _ => self.flows.place,
                });
            }
            "title" | "desc" => kind = self.leaf(Place::AltText, ""),
            "bookmark" | "bookmark-start" | "reference-mark" | "reference-mark-start" => {
                told = &["name"];
                let name = of("name");
                if !name.starts_with("__") {
                    self.flows.note_once(Place::Bookmark, &name);
                }
            }
            "table" => {
                if self.flows.place == Place::Table && self.flows.is_root() {
                    told = &["name"];
                    self.flows.note(Place::SheetName, &of("name"));
                }
                self.flows.begin_table();
                self.columns.push(Columns::default());
                kind = Kind::Table;
            }
            "table-column" => self.column(element, flags & HIDDEN != 0),
            "table-row" => {
                if let Some(columns) = self.columns.last_mut() {
                    columns.next = 0;
                }
                kind = Kind::Row;
            }
            "table-cell" | "covered-table-cell" => {
                if self.begin_cell(element) {
                    flags |= HIDDEN;
                }
                told = &["string-value", "formula"];
                let formula = of("formula");
                if formula.contains('"') || !formula.is_ascii() {
                    self.flows.note(Place::Field, &formula);
                }
                // Beside the text of a cell no program writes it, and none shows it.
                let unseen = formula.is_empty();
                let value = ["string-value", "value", "date-value"].into_iter().find(|name| has(name));
                kind = Kind::Cell { value: value.map(of).unwrap_or_default().into_owned(), unseen };
            }
            "cell-content-change" | "cell-content-deletion" => kind = self.flow_kind(Place::Deleted),
            "changed-region" => kind = Kind::Region(of("id").into_owned()),
            "deletion" | "insertion" => kind = self.change(element.local() == "deletion"),
            "change" => {
                if let Some(deleted) = self.flows.deletions.remove(of("change-id").as_ref()) {
                    self.flows.append(&deleted, flags | DELETED);
                }
            }
            "change-start" if self.insertions.contains(of("change-id").as_ref()) => self.inserted += 1,
            "change-end" if self.insertions.contains(of("change-id").as_ref()) => {
                self.inserted = self.inserted.saturating_sub(1);
            }
            "spreadsheet" => kind = self.body(Place::Table),
            "presentation" | "drawing" | "text" if self.open.len() == 2 => kind = self.body(Place::Body),
            "chart" if self.open.len() == 2 => kind = self.body(Place::Textbox),
            "page" => {
                let next = self.flows.page.map_or(NonZeroU32::MIN, |page| page.saturating_add(1));
                self.flows.page = Some(next);
                kind = Kind::Slide;
            }
            "notes" => kind = self.flow_kind(Place::Notes),
            "master-page" | "handout-master" => kind = self.flow_kind(Place::Master),
            "header" | "header-left" | "header-first" | "header-decl" => kind = self.flow_kind(Place::Header),
            "footer" | "footer-left" | "footer-first" | "footer-decl" => kind = self.flow_kind(Place::Footer),
            "image" => self.flows.sink.pictures += 1,
            "binary-data" => {
                self.leaf.clear();
                kind = Kind::Binary;
            }
            "script" | "module" => kind = self.leaf(Place::Script, ""),
            "config-item" => kind = self.leaf(Place::Property, &of("name")),
            "font-face" => words = false,
            "content-validation" | "database-range" | "named-range" | "named-expression" => {
                self.words(element, Place::Field, &[]);
                words = false;
            }
            "text" | "textarea" | "password" | "formatted-text" | "button" | "checkbox" | "radio"
            | "combobox" | "listbox" | "option" | "item" | "fixed-text" | "hidden" | "form" | "frame"
                if ["label", "value", "current-value", "title"].iter().any(|name| has(name)) =>
            {
                self.words(element, Place::Form, &[]);
                words = false;
            }
            _ => {}
        }
        if words {
            self.words(element, Place::Attribute, told);
        }
        let around = self.flows.frame;
        if self.flows.page.is_some() && has("x") && has("y") {
            self.flows.frame = self.styles.zone(element);
        }
        self.open.push(Open { kind, flags, font, around });
    }

    /// Flags that an element gives to everything in it, and the symbol font, if it says one or another font.
    fn own_look(&self, element: &Element<'_>) -> (Flags, Option<Option<&'static str>>) {
        let of = |name: &str| element.attribute(name).unwrap_or_default();
        let family = match element.local() {
            "span" | "a" => "text",
            "p" | "h" => "paragraph",
            "section" => "section",
            "table" => "table",
            "table-row" => "table-row",
            "table-column" => "table-column",
            "table-cell" => "table-cell",
            "page" => "drawing-page",
            "frame" | "custom-shape" | "rect" | "text-box" => "graphic",
            "hidden-text" | "variable-set" | "user-field-get" | "expression" => "",
            "ruby-text" => return (RUBY, None),
            _ => return (0, None),
        };
        let look = self.styles.look(family, &of("style-name"));
        let hidden = matches!(of("display").as_ref(), "none" | "condition")
            || matches!(of("visibility").as_ref(), "collapse" | "filter" | "hidden")
            || matches!(of("is-hidden").as_ref(), "true") && !family.is_empty()
            || look.hidden == Some(true)
            || matches!(family, "text" | "paragraph")
                && look.white == Some(true)
                && look.ground != Some(true);
        let struck = look.struck == Some(true);
        let font = look.font.filter(|_| matches!(family, "text" | "paragraph"));
        ((if hidden { HIDDEN } else { 0 }) | if struck { STRUCK } else { 0 }, font)
    }

    fn text(&mut self, text: &str) {
        let (flags, font) = match self.open.last() {
            Some(Open { kind: Kind::Leaf(..) | Kind::Binary, .. }) => return self.leaf.push_str(text),
            Some(Open { kind: Kind::Silent, .. }) => return,
            Some(open) => (open.flags, open.font),
            None => (0, None),
        };
        let shown = font.map(|font| pictured(font, text));
        let text = shown.as_deref().unwrap_or(text);
        if self.flows.flow().is_open {
            let inserted = if self.inserted > 0 { INSERTED } else { 0 };
            // Line ends within text are white space; real ones are elements.
            match text.contains(['\n', '\r', '\t']) {
                true => self.flows.append(&text.replace(['\n', '\r', '\t'], " "), flags | inserted),
                false => self.flows.append(text, flags | inserted),
            }
        } else if !text.is_ascii() {
            self.flows.sink.tell_once(Place::Hidden, text.trim());
        }
    }

    fn end(&mut self) {
        let Some(Open { kind, around, .. }) = self.open.pop() else { return };
        match kind {
            Kind::Paragraph => self.flows.end_paragraph(),
            Kind::Flow => self.flows.end_flow(),
            Kind::Table => {
                self.columns.pop();
                self.flows.end_table();
            }
            Kind::Row => self.flows.end_row(),
            Kind::Cell { value, unseen } => {
                let flags = self.open.last().map_or(0, |open| open.flags);
                if !value.is_empty() && !self.flows.cell_has_text() {
                    self.flows.append(&value, flags);
                } else if unseen && value.chars().any(char::is_alphabetic) {
                    self.flows.note_once(Place::Hidden, &value);
                }
                self.flows.end_paragraph();
            }
            Kind::Leaf(place, key) => {
                let text = std::mem::take(&mut self.leaf);
                self.tell_leaf(place, &key, text.trim());
            }
            Kind::Binary => {
                let bytes = base64::decode(std::mem::take(&mut self.leaf).as_bytes());
                let file_type = identify(&bytes, "").file_type;
                if !file_type.is_picture() && !file_type.has_no_text() {
                    self.flows.sink.inner("object", bytes);
                }
            }
            Kind::Body(before) => self.flows.place = before,
            Kind::Slide => self.flows.end_paragraph(),
            _ => {}
        }
        self.flows.frame = around;
    }

    fn tell_leaf(&mut self, place: Place, key: &str, text: &str) {
        match place {
            Place::Property if key.is_empty() || text.is_empty() && key.is_ascii() => {}
            // Settings are words only where they are not of this format.
            Place::Property if !key.is_ascii() || text.chars().any(char::is_alphabetic) => {
                let own = self.open.last().is_some_and(|open| matches!(open.kind, Kind::Meta));
                if own || !text.is_ascii() {
                    let pair = format!("{key}: {text}");
                    self.flows.note(place, pair.trim_end_matches([':', ' ']));
                }
            }
            Place::Property => {}
            Place::Attribute if text.is_ascii() => {}
            Place::Attribute => self.flows.note_once(place, text),
            _ => self.flows.note(place, text),
        }
    }

    fn leaf(&mut self, place: Place, key: &str) -> Kind {
        self.leaf.clear();
        Kind::Leaf(place, key.to_owned())
    }

    /// An element within a leaf belongs to it.
    fn nested_leaf(&mut self) -> Kind {
        match self.open.last() {
            Some(Open { kind: Kind::Leaf(place, key), .. }) => {
                let (place, key) = (*place, key.clone());
                let text = std::mem::take(&mut self.leaf);
                self.tell_leaf(place, &key, text.trim());
                Kind::Leaf(place, key)
            }
            Some(Open { kind: Kind::Binary, .. }) => Kind::Binary,
            _ => Kind::Silent,
        }
    }

    fn flow_kind(&mut self, place: Place) -> Kind {
        if self.flows.begin_flow(place, None) { Kind::Flow } else { Kind::Other }
    }

    /// Begins the body of a document, whose running text stands at `place`.
    fn body(&mut self, place: Place) -> Kind {
        Kind::Body(std::mem::replace(&mut self.flows.place, place))
    }

    /// Begins what was changed in a tracked region.
    fn change(&mut self, deletion: bool) -> Kind {
        let Some(Open { kind: Kind::Region(id), .. }) = self.open.last() else { return Kind::Other };
        let id = id.clone();
        if !deletion {
            self.insertions.insert(id);
            return Kind::Other;
        }
        if self.flows.begin_flow(Place::Deleted, Some(id)) { Kind::Flow } else { Kind::Other }
    }

    fn column(&mut self, element: &Element<'_>, hidden: bool) {
        let count = repeated(element, "number-columns-repeated");
        if let Some(columns) = self.columns.last_mut() {
            let before = columns.stretches.last().map_or(0, |(last, _)| *last);
            if columns.stretches.len() < COLUMN_STRETCHES {
                columns.stretches.push((before.saturating_add(count), hidden));
            }
        }
    }

    /// Begins a cell; whether its column is hidden.
    fn begin_cell(&mut self, element: &Element<'_>) -> bool {
        self.flows.begin_cell();
        let count = repeated(element, "number-columns-repeated");
        let Some(columns) = self.columns.last_mut() else { return false };
        let column = columns.next;
        columns.next = column.saturating_add(count);
        let stretch = columns.stretches.partition_point(|(last, _)| *last <= column);
        columns.stretches.get(stretch).is_some_and(|(_, hidden)| *hidden)
    }

    /// Tells attribute values that hold words, but for those that have been told.
    fn words(&mut self, element: &Element<'_>, place: Place, but: &[&str]) {
        let raw = element.raw_attributes();
        if raw.is_ascii() && !raw.contains('&') && place == Place::Attribute {
            return;
        }
        let told = |name: &str, value: &str| match place {
            // A bullet alone says nothing.
            Place::Attribute => {
                let is_dull = DULL.contains(&name) || name == "name" && is_default_name(value);
                !value.is_ascii() && !is_dull && value.chars().any(char::is_alphabetic)
            }
            Place::Form => matches!(name, "label" | "value" | "current-value" | "title") || !value.is_ascii(),
            _ => !value.is_ascii() || value.contains('"'),
        };
        let values: Vec<String> = element
            .attributes()
            .filter(|(name, value)| !but.contains(name) && told(name, value))
            .map(|(_, value)| value.into_owned())
            .collect();
        for value in values {
            self.flows.note_once(place, &value);
        }
    }
}

fn repeated(element: &Element<'_>, name: &str) -> u32 {
    element.attribute(name).and_then(|count| count.parse().ok()).unwrap_or(1)
}
