//! Controls of forms as a reader sees them: boxes ticked or not, the chosen entry of a list.

use html5ever::tokenizer::Tag;

use super::super::attribute;
use super::State;
use super::beside::value;
use crate::text::{Place, tick};

/// Bytes of boxes that stand in front of the block behind them; more of them are a block of their own.
const BOXES_BYTES: usize = 16;

/// A list to choose from, while it is read.
#[derive(Debug, Default)]
pub(super) struct Select {
    /// One entry can be chosen: of several the last is.
    is_single: bool,
    chosen: Vec<String>,
}

impl State<'_> {
    /// Takes in an element that begins, where it is a control.
    pub(super) fn control(&mut self, tag: &Tag) {
        match tag.name.as_ref() {
            "input" => {
                let kind = value(tag, "type").unwrap_or_default();
                if ["checkbox", "radio"].iter().any(|ticked| kind.eq_ignore_ascii_case(ticked)) {
                    let style = value(tag, "style").map(attribute::style).unwrap_or_default();
                    let hidden = style.hidden
                        || value(tag, "hidden").is_some()
                        || self.sheet.hides(tag)
                        || self.top().is_some_and(|top| top.hidden);
                    self.show(tick(value(tag, "checked").is_some()), hidden);
                }
            }
            "select" => {
                self.end_select(false);
                self.select =
                    Some(Select { is_single: value(tag, "multiple").is_none(), chosen: Vec::new() });
            }
            _ => {}
        }
    }

    /// An entry of a list is over. It stays with the others beside the text: a level among others to choose from is
    /// no mark.
    pub(super) fn choice(&mut self, is_chosen: bool, text: String) {
        self.aside(Place::Form, &text);
        let Some(select) = &mut self.select else { return };
        if is_chosen {
            if select.is_single {
                select.chosen.clear();
            }
            select.chosen.push(text);
        }
    }

    /// A list is over: what is chosen is text of the block, apart from what stands beside it. Nobody has chosen the
    /// entry that an untouched list shows.
    pub(super) fn end_select(&mut self, hidden: bool) {
        let chosen = self.select.take().map(|select| select.chosen.join(" ")).unwrap_or_default();
        if !chosen.is_empty() {
            self.show(&format!(" {chosen} "), hidden);
        }
    }
}

/// Whether this is nothing but a few boxes to tick.
pub(super) fn is_boxes(text: &str) -> bool {
    if text.len() > BOXES_BYTES {
        return false;
    }
    let boxes = [tick(true), tick(false)];
    let mut rest = text.trim();
    let any = !rest.is_empty();
    while let Some(behind) = boxes.iter().find_map(|shown| rest.strip_prefix(shown)) {
        rest = behind.trim_start();
    }
    any && rest.is_empty()
}
