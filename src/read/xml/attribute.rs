//! The attributes of a tag as nearly all programs write them, `name="value"`, without the care that HTML
//! needs; from the first one on that is written in another way, those of `quick-xml`.

use std::borrow::Cow;

use quick_xml::events::attributes::{AttrError, Attributes as Careful};

/// Names and values as written, in order.
pub(super) struct Attributes<'a> {
    raw: &'a str,
    at: usize,
    careful: Option<Careful<'a>>,
}

impl<'a> Attributes<'a> {
    /// Those in the text between the name of a tag and its closing bracket.
    pub(super) fn new(raw: &'a str) -> Self {
        Self { raw, at: 0, careful: None }
    }

    /// The next one if it is written plainly.
    fn plain(&mut self) -> Option<(&'a str, &'a str)> {
        let rest = self.raw.get(self.at..)?;
        let bytes = rest.as_bytes();
        let start = bytes.iter().position(|byte| !byte.is_ascii_whitespace())?;
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-' | b'.');
        let name =
            bytes.get(start..)?.iter().position(|byte| !is_plain(byte)).filter(|&length| length > 0)?;
        let equals = start + name;
        let quote = match bytes.get(equals..equals + 2)? {
            [b'=', quote @ (b'"' | b'\'')] => *quote,
            _ => return None,
        };
        let value = equals + 2;
        let length = memchr::memchr(quote, bytes.get(value..)?)?;
        // What follows without a blank is no plain tag.
        if bytes.get(value + length + 1).is_some_and(|byte| !byte.is_ascii_whitespace()) {
            return None;
        }
        self.at += value + length + 1;
        Some((rest.get(start..equals)?, rest.get(value..value + length)?))
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Result<(&'a str, &'a str), AttrError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.careful.is_none() {
            if let Some(plain) = self.plain() {
                return Some(Ok(plain));
            }
            let mut careful = Careful::html(self.raw, self.at);
            careful.with_checks(false);
            self.careful = Some(careful);
        }
        self.careful.as_mut()?.next().map(|attribute| {
            attribute.map(|attribute| match attribute.value {
                Cow::Borrowed(value) => (attribute.key.0, value),
                // Values are cut out of the tag as they stand.
                Cow::Owned(_) => (attribute.key.0, ""),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn careful(raw: &str) -> Vec<(String, String)> {
        let mut attributes = Careful::html(raw, 0);
        attributes.with_checks(false);
        attributes.map_while(Result::ok).map(|a| (a.key.0.to_owned(), a.value.into_owned())).collect()
    }

    #[test]
    fn plain_tags_and_all_others_are_read_alike() {
        for raw in [
            "",
            " ",
            " w:val=\"a b\"",
            "\n\tw:val=\"1\"  x='2\" 3' 名=\"值\" y=\"4\"",
            " a=\"1\"b=\"2\"",
            " a = \"1\" b=2 c d=\"3",
            " a=\"1\" a=\"2\"",
            " a=\"\" b=\"&lt;\"/",
            " a=1 b=\"x\"",
            " =\"1\" b=\"x\"",
            " a='1' \"x\" b='2'",
        ] {
            let found: Vec<_> = Attributes::new(raw)
                .map_while(Result::ok)
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect();
            assert_eq!(found, careful(raw), "{raw}");
            let fails = Attributes::new(raw).any(|attribute| attribute.is_err());
            let mut other = Careful::html(raw, 0);
            other.with_checks(false);
            assert_eq!(fails, other.any(|attribute| attribute.is_err()), "{raw}");
        }
    }
}
