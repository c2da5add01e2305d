//! The graphics state as far as it moves or hides text.

use std::rc::Rc;

use hayro_syntax::object::{Array, Dict, Number, Object};
use hayro_syntax::page::Resources;

use super::super::font::Font;
use super::super::lexer::{Token, single};
use super::super::matrix::Matrix;
use super::super::scene::Area;
use super::{Interpreter, last_name};

/// A graphics state.
#[derive(Clone)]
pub(super) struct State {
    pub(super) ctm: Matrix,
    pub(super) font: Option<Rc<Font>>,
    pub(super) size: f32,
    pub(super) char_space: f32,
    pub(super) word_space: f32,
    pub(super) scale: f32,
    pub(super) leading: f32,
    pub(super) rise: f32,
    pub(super) mode: u8,
    pub(super) luminance: f32,
    pub(super) alpha: f32,
    /// The fill colour space counts ink, not light.
    pub(super) ink: bool,
    /// The fill is a pattern.
    pub(super) pattern: bool,
    /// Blended normally and without a soft mask.
    pub(super) plain: bool,
    pub(super) clip: Area,
}

impl Interpreter<'_, '_> {
    /// Takes over what a dictionary of graphics state parameters says.
    pub(super) fn graphics_state(&mut self, dict: &Dict<'_>) {
        if let Some(alpha) = dict.get::<Number>("ca") {
            self.state.alpha = alpha.as_f32();
        }
        if let Some(mode) = dict.get::<Object<'_>>("BM") {
            self.state.plain =
                matches!(&mode, Object::Name(name) if matches!(name.as_ref(), b"Normal" | b"Compatible"));
        }
        if let Some(mask) = dict.get::<Object<'_>>("SMask") {
            self.state.plain &= matches!(mask, Object::Name(_));
        }
        if let Some(font) = dict.get::<Array<'_>>("Font") {
            let key = font.raw_iter().next().and_then(|item| item.as_obj_ref());
            let mut items = font.flex_iter();
            if let Some(dict) = items.next::<Dict<'_>>() {
                self.state.font = Some(self.shared.font(key, &dict));
                self.state.size = items.next::<Number>().map_or(self.state.size, |n| n.as_f32());
            }
        }
    }

    /// Chooses a fill colour.
    pub(super) fn colour(&mut self, operator: &[u8], operands: &[Token<'_>], resources: &Resources<'_>) {
        self.state.pattern = false;
        if operator == b"cs" {
            self.state.luminance = 0.0;
            self.state.ink = last_name(operands).is_some_and(|name| {
                let family = resources.color_spaces.get::<Array<'_>>(&name);
                self.shared.parsed(family.as_ref().map_or(&[], Array::data));
                let family = family.and_then(|array| array.iter::<Object<'_>>().next());
                matches!(family, Some(Object::Name(n)) if matches!(n.as_ref(), b"Separation" | b"DeviceN"))
            });
            return;
        }
        let mut values = [0f32; 4];
        let mut count = 0usize;
        for token in operands {
            match token {
                Token::Number(value) => {
                    if let Some(slot) = values.get_mut(count) {
                        *slot = single(*value).clamp(0.0, 1.0);
                    }
                    count = count.saturating_add(1);
                }
                // A pattern.
                Token::Name(_) => (count, self.state.pattern) = (usize::MAX - 1, true),
                _ => {}
            }
        }
        if matches!(operator, b"g" | b"rg" | b"k") {
            self.state.ink = false;
        }
        let [a, b, c, d] = values;
        self.state.luminance = match count {
            1 if self.state.ink => 1.0 - a,
            1 => a,
            3 if !self.state.ink => 0.299 * a + 0.587 * b + 0.114 * c,
            4 => (1.0 - d) * (1.0 - 0.299 * a - 0.587 * b - 0.114 * c),
            _ => 0.0,
        };
    }
}
