//! Marked content: layers that are off, and texts that stand for what is painted.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use hayro_syntax::object::{Array, Dict, ObjRef, String as PdfString};
use hayro_syntax::page::Resources;

use super::super::encoding::text_string;
use super::super::lexer::{Lexer, Token, name as unescaped};
use super::Interpreter;
use crate::limits::GapKind;

/// Marked-content sections at once.
const SECTIONS: usize = 512;

/// A marked-content section.
pub(super) struct Section {
    pub(super) actual: Option<String>,
    pub(super) alternative: Option<String>,
    pub(super) first_glyph: usize,
    pub(super) unknown_before: usize,
    pub(super) unknown_most_before: usize,
    pub(super) off: bool,
}

impl Interpreter<'_, '_> {
    pub(super) fn begin_section(
        &mut self,
        operands: &[Token<'_>],
        lexer: &Lexer<'_>,
        resources: &Resources<'_>,
    ) {
        if self.sections.len() >= SECTIONS {
            // What stands for its text, or a layer, is lost with it.
            let says = |token: &Token<'_>| matches!(token, Token::Name(key) if *key != b"MCID");
            if operands.iter().skip(1).any(says) && !std::mem::replace(&mut self.sections_told, true) {
                self.shared.gaps.add(GapKind::Limit, format!("marked content within each other: {SECTIONS}"));
            }
            self.sections_lost += 1;
            return;
        }
        let mut section = Section {
            actual: None,
            alternative: None,
            first_glyph: self.sheet.glyphs.len(),
            unknown_before: self.unknown,
            unknown_most_before: self.unknown_most,
            off: false,
        };
        match operands {
            [Token::Name(tag), Token::Name(name), ..] => {
                let name = unescaped(name);
                if let Some(dict) = resources.properties.get::<Dict<'_>>(&name) {
                    self.shared.parsed_dict(&dict);
                    let text = |key: &str| dict.get::<PdfString<'_>>(key).map(|s| text_string(&s));
                    (section.actual, section.alternative) = (text("ActualText"), text("Alt"));
                    // One text may be named by any number of sections.
                    for text in [&section.actual, &section.alternative].into_iter().flatten() {
                        self.shared.spend(text.len());
                    }
                    section.off = *tag == b"OC" && self.is_off(resources.properties.get_ref(&name), &dict);
                }
            }
            [Token::Name(_), Token::DictOpen, entries @ ..] => {
                for pair in entries.windows(2) {
                    if let [Token::Name(key), Token::String(letters)] = pair {
                        let text = || Some(text_string(lexer.bytes(*letters)));
                        match *key {
                            b"ActualText" => section.actual = text(),
                            b"Alt" => section.alternative = text(),
                            _ => {}
                        }
                    }
                }
            }
            _ => {}
        }
        self.sections.push(section);
    }

    /// Whether a layer, or all layers of a membership dictionary, are off.
    pub(super) fn is_off(&self, object: Option<ObjRef>, dict: &Dict<'_>) -> bool {
        let off = |layer: &ObjRef| self.shared.layers_off.contains(layer);
        if object.as_ref().is_some_and(off) {
            return true;
        }
        if let Some(layer) = dict.get_ref("OCGs")
            && dict.get::<Array<'_>>("OCGs").is_none()
        {
            return off(&layer);
        }
        dict.get::<Array<'_>>("OCGs").is_some_and(|layers| {
            let mut layers = layers.raw_iter().filter_map(|item| item.as_obj_ref()).peekable();
            layers.peek().is_some() && layers.all(|layer| off(&layer))
        })
    }

    pub(super) fn end_section(&mut self) {
        if self.sections_lost > 0 {
            self.sections_lost -= 1;
            return;
        }
        let Some(section) = self.sections.pop() else { return };
        if let Some(alternative) = section.alternative {
            self.alternative(alternative);
        }
        let Some(actual) = section.actual else { return };
        let glyphs = self.sheet.glyphs.get_mut(section.first_glyph..).unwrap_or_default();
        let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let mut painted = String::new();
        for glyph in glyphs.iter() {
            let span = glyph.text.start as usize..glyph.text.end as usize;
            painted.push_str(self.sheet.text.get(span).unwrap_or_default());
        }
        if bare(&painted) == bare(&actual) || !actual.chars().any(char::is_alphanumeric) {
            return;
        }
        // Both are kept: what is painted may say something else than what stands for it. Only
        // glyphs that say nothing give way.
        let unknown = self.unknown.saturating_sub(section.unknown_before);
        let count: usize = glyphs.iter().map(|glyph| glyph.parts.len().max(1)).sum();
        if unknown > 0 && unknown == count {
            let start = self.sheet.text.len();
            self.sheet.text.push_str(&actual);
            if let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(self.sheet.text.len())) {
                for glyph in glyphs.iter_mut() {
                    (glyph.text, glyph.parts) = (0..0, 0..0);
                }
                if let Some(first) = glyphs.first_mut() {
                    first.text = start..end;
                }
            }
            self.unknown = section.unknown_before;
            self.unknown_most = section.unknown_most_before;
        } else if actual.chars().count() == 1 {
            self.spelled.push_str(&actual);
        } else {
            self.alternative(actual);
        }
    }

    /// Keeps a text that stands for what is painted, once.
    fn alternative(&mut self, text: String) {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        if !self.alternatives_said.insert(hasher.finish()) {
            return;
        }
        self.alternatives_bytes += text.len();
        if self.alternatives_bytes > self.shared.budget.text {
            self.stop(format!("bytes of text of a document: {}", self.shared.budget.limits.text));
        } else {
            self.alternatives.push(text);
        }
    }
}
