//! The strings that cells share, and the rich text of which strings, comments and inline strings
//! are made: runs, with phonetic text kept apart.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use crate::extract::ooxml::properties::{aside, words_in_attributes};
use crate::extract::sink::Sink;
use crate::read::xml::{Event, Xml};
use crate::text::{At, Break, Place};

/// Shared strings by number.
#[derive(Debug, Default)]
pub(super) struct Strings {
    flat: String,
    /// Where each string ends in it.
    ends: Vec<u32>,
    phonetic: HashMap<usize, String>,
    used: Vec<bool>,
}

impl Strings {
    /// Takes in the part of shared strings. Those of a second one no cell can name: they are told.
    pub(super) fn read(&mut self, xml: &mut Xml<'_>, sink: &mut Sink<'_>) {
        let second = !self.ends.is_empty();
        let mut open = Vec::new();
        let (mut text, mut phonetic) = (String::new(), String::new());
        while let Some(event) = xml.next() {
            match event {
                Event::Start(element) => {
                    let tag = Tag::of(element.local());
                    if tag == Tag::Item {
                        text.clear();
                        phonetic.clear();
                    }
                    if element.local() != "rFont" {
                        words_in_attributes(&element, Place::Attribute, sink);
                    }
                    open.push(tag);
                }
                Event::End => {
                    if open.pop() == Some(Tag::Item) {
                        if second {
                            sink.tell(Place::Hidden, &text);
                        } else {
                            self.push(&text, &phonetic);
                        }
                    }
                }
                Event::Text(piece) => match (open.last(), open.contains(&Tag::Phonetic)) {
                    (Some(Tag::Text), true) => phonetic.push_str(&unescape(&piece)),
                    (Some(Tag::Text), false) => text.push_str(&unescape(&piece)),
                    _ => sink.tell_once(Place::Hidden, piece.trim()),
                },
                Event::Aside(text) => aside(&text, sink),
            }
        }
    }

    /// Adds a string.
    pub(super) fn push(&mut self, text: &str, phonetic: &str) {
        self.flat.push_str(text);
        if !phonetic.is_empty() {
            self.phonetic.insert(self.ends.len(), phonetic.to_owned());
        }
        // A part inflates to less than that.
        self.ends.push(u32::try_from(self.flat.len()).unwrap_or(u32::MAX));
        self.used.push(false);
    }

    fn range(&self, index: usize) -> Option<Range<usize>> {
        let at = |index: usize| usize::try_from(*self.ends.get(index)?).ok();
        Some(index.checked_sub(1).map_or(Some(0), at)?..at(index)?)
    }

    /// String number `index` with its phonetic text, from 0; it counts as used from now on.
    pub(super) fn get(&mut self, index: usize) -> Option<(&str, Option<&str>)> {
        let range = self.range(index)?;
        if let Some(used) = self.used.get_mut(index) {
            *used = true;
        }
        Some((self.flat.get(range)?, self.phonetic.get(&index).map(String::as_str)))
    }

    /// Tells the strings that no cell shows: what was deleted and is still stored.
    pub(super) fn tell_unused(&self, sink: &mut Sink<'_>) {
        for (index, _) in self.used.iter().enumerate().filter(|(_, used)| !**used) {
            let text = self.range(index).and_then(|range| self.flat.get(range)).unwrap_or_default();
            sink.push(At::new(Place::Hidden).parted(Break::Part), text);
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Tag {
    Item,
    Text,
    Phonetic,
    Other,
}

impl Tag {
    fn of(local: &str) -> Self {
        match local {
            "si" => Self::Item,
            "t" => Self::Text,
            "rPh" => Self::Phonetic,
            _ => Self::Other,
        }
    }
}

/// Resolves `_x000D_`, the way in which sheets write characters that XML can't hold.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("_x") {
        out.push_str(before);
        let code = behind.get(..4).filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let end = behind.get(4..).and_then(|end| end.strip_prefix('_'));
        match (code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32), end) {
            (Some(character), Some(end)) => {
                if character != '\r' {
                    out.push(character);
                }
                rest = end;
            }
            _ => {
                out.push_str("_x");
                rest = behind;
            }
        }
    }
    out.push_str(rest);
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{Budget, Limits};

    #[test]
    fn runs_are_joined_and_phonetic_text_is_not() {
        let mut budget = Budget::new(&Limits::default());
        let mut sink = Sink::new(&mut budget);
        let mut strings = Strings::default();
        let source = "<sst><si><t>甲</t></si><si><r><t>机</t></r><r><rPr/><t>密</t></r><rPh sb='0' eb='1'><t>ji</t></rPh></si>\
                      <si><t/></si></sst>";
        strings.read(&mut Xml::new(source), &mut sink);
        assert_eq!(strings.get(1), Some(("机密", Some("ji"))));
        assert_eq!(strings.get(2), Some(("", None)));
        assert_eq!(strings.get(3), None);
        strings.tell_unused(&mut sink);
        assert_eq!(sink.out.text.as_str(), "甲");
    }

    #[test]
    fn escapes_are_resolved() {
        assert_eq!(unescape("机_x000D__x000A_密_xZZ_x"), "机\n密_xZZ_x");
        assert_eq!(unescape("_x673A_密"), "机密");
    }
}
