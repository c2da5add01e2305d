//! What stands beside the text: attributes, comments, scripts, titles, the texts of forms.

use html5ever::Attribute;
use html5ever::tokenizer::Tag;

use super::super::element::{is_form, is_wording};
use super::super::{attribute, tokenize};
use super::{KEPT_PIECE_BYTES, Piece, State};
use crate::document::Inner;
use crate::text::{At, Break, Place};

/// An element whose text is kept apart from the block around it.
#[derive(Debug)]
pub(super) struct Aside {
    /// Number of elements open when it is over.
    pub(super) depth: usize,
    pub(super) kind: AsideKind,
    pub(super) text: String,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum AsideKind {
    Title,
    Form,
    /// An entry of a list, and whether the page chooses it.
    Choice(bool),
    AltText,
    /// The reading of a character, set above it.
    Ruby,
    Script,
    /// A script or frame whose content is markup.
    Markup,
}

impl AsideKind {
    /// What an element that begins is, if its text is kept apart.
    pub(super) fn of(tag: &Tag, foreign: bool) -> Option<Self> {
        match tag.name.as_ref() {
            "title" if !foreign => Some(Self::Title),
            "title" | "desc" => Some(Self::AltText),
            "textarea" => Some(Self::Form),
            "option" => Some(Self::Choice(value(tag, "selected").is_some())),
            "rt" | "rp" => Some(Self::Ruby),
            "script" if holds_markup(tag) => Some(Self::Markup),
            "iframe" => Some(Self::Markup),
            "script" | "style" => Some(Self::Script),
            _ => None,
        }
    }
}

impl State<'_> {
    /// Text beside the block.
    pub(super) fn aside(&mut self, place: Place, text: &str) {
        self.kept += text.len() + KEPT_PIECE_BYTES;
        self.waiting.push(Piece { at: At::new(place).parted(Break::Part), text: text.trim().to_owned() });
    }

    /// Another reading of the text pushed aside last.
    fn again(&mut self, place: Place, text: String) {
        self.waiting.push(Piece { at: At { again: true, ..At::new(place) }, text });
    }

    /// Markup where text is expected, read without its tags.
    fn markup(&mut self, place: Place, text: &str) {
        if self.nested || !text.contains(['<', '&']) {
            return;
        }
        let read = tokenize(text, true, usize::MAX);
        self.inner.extend(read.inner);
        let lines: Vec<String> = read.pieces.into_iter().map(|piece| piece.text).collect();
        self.again(place, lines.join("\n"));
    }

    pub(super) fn comment(&mut self, text: &str) {
        self.aside(Place::Comment, text);
        self.markup(Place::Comment, text);
    }

    pub(super) fn close_aside(&mut self, aside: Aside) {
        let text = aside.text;
        match aside.kind {
            AsideKind::Title if text.trim().is_empty() => {}
            AsideKind::Title => self.aside(Place::Property, &format!("title: {}", text.trim())),
            AsideKind::Form => self.aside(Place::Form, &text),
            AsideKind::Choice(is_chosen) => self.choice(is_chosen, text),
            AsideKind::AltText => self.aside(Place::AltText, &text),
            AsideKind::Ruby => self.aside(Place::Note, &text),
            AsideKind::Script => {
                self.aside(Place::Script, &text);
                if let Some(plain) = attribute::spoken(&text) {
                    self.again(Place::Script, plain);
                }
                self.data(&text);
            }
            AsideKind::Markup => {
                self.aside(Place::Script, &text);
                self.markup(Place::Script, &text);
            }
        }
    }

    pub(super) fn attributes(&mut self, tag: &Tag, started: usize) {
        let name = tag.name.as_ref();
        if name == "meta"
            && let Some(content) = value(tag, "content").filter(|content| !content.trim().is_empty())
        {
            let label = ["name", "property", "itemprop", "http-equiv"].iter().find_map(|l| value(tag, l));
            self.aside(Place::Property, &format!("{}: {content}", label.unwrap_or("meta")));
        }
        for Attribute { name: attribute, value } in &tag.attrs {
            self.attribute(name, attribute.local.as_ref(), value);
        }
        if tag.had_duplicate_attributes {
            // The second of two equal ones is not in the list.
            let raw = self.html.get(started..self.chunk_end).unwrap_or_default().to_owned();
            self.aside(Place::Attribute, raw.split_inclusive('>').next().unwrap_or_default());
        }
    }

    fn attribute(&mut self, element: &str, name: &str, value: &str) {
        if !name.is_ascii() {
            self.aside(Place::Attribute, name);
        }
        if value.trim().is_empty() {
            return;
        }
        if value.contains("data:") {
            let before = self.inner.len();
            self.data(value);
            if self.inner.len() > before && value.starts_with("data:") {
                return;
            }
        }
        match name {
            "alt" => self.aside(Place::AltText, value),
            "srcdoc" => {
                let bytes = value.as_bytes().to_vec();
                self.inner.push(Inner { name: "srcdoc.html".to_owned(), bytes });
            }
            "value" | "label" | "placeholder" if is_form(element) => self.aside(Place::Form, value),
            "content" if element == "meta" => {}
            "name" | "property" | "itemprop" | "http-equiv" if element == "meta" && value.is_ascii() => {}
            "href" | "src" | "action" | "formaction" | "cite" | "data" | "poster" | "background"
            | "srcset" | "longdesc" | "xlink:href" => {
                self.aside(Place::Attribute, &attribute::address(value));
            }
            "class" | "id" | "style" | "d" | "points" | "transform" | "viewBox" if value.is_ascii() => {
                if let Some(plain) = attribute::unescaped(value) {
                    self.aside(Place::Attribute, &plain);
                }
            }
            // One word of ASCII is a setting (`width`, `target`, `charset`), unless the page shows it.
            _ if value.is_ascii() && !value.contains(char::is_whitespace) && !is_wording(name) => {}
            _ => {
                self.aside(Place::Attribute, value);
                if (name.starts_with("on") || value.starts_with(['{', '[']))
                    && let Some(plain) = attribute::unescaped(value)
                {
                    self.again(Place::Attribute, plain);
                }
                if value.contains('<') {
                    self.markup(Place::Attribute, value);
                }
            }
        }
    }

    /// Keeps the documents of `data:` URIs.
    fn data(&mut self, text: &str) {
        let found = attribute::data_documents(text, self.inner.len());
        self.inner.extend(found);
    }
}

/// The value of an attribute.
pub(super) fn value<'t>(tag: &'t Tag, name: &str) -> Option<&'t str> {
    tag.attrs.iter().find(|a| &*a.name.local == name).map(|a| &*a.value)
}

/// Whether a script is a template: data that the page turns into markup.
fn holds_markup(tag: &Tag) -> bool {
    value(tag, "type").is_some_and(|kind| {
        let kind = kind.to_ascii_lowercase();
        kind.contains("html") || kind.contains("template")
    })
}
