//! What was said already: text that stands in a file twice counts once.

use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};

use crate::text::{Place, Segment, Text};

/// The lines that were read already, as fingerprints.
pub(super) struct Said {
    /// Nobody can tell beforehand which texts have the same fingerprint.
    key: u64,
    /// How many segments there were.
    segments: usize,
    /// In running text, once that is asked for.
    shown: Option<Prints>,
    /// Everywhere else.
    apart: Prints,
    /// The file is encrypted: its strings are others than they look.
    encrypted: bool,
}

/// Fingerprints are spread evenly: they need no hashing.
type Prints = HashSet<u64, BuildHasherDefault<AsIs>>;

/// The hash of a number is the number.
#[derive(Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0 << 8 | u64::from(byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

/// A text without its white space, as a number.
fn fingerprint(key: u64, text: &str) -> u64 {
    const ODD: u128 = 0x9e37_79b9_7f4a_7c15;
    #[expect(clippy::cast_possible_truncation, reason = "both halves of the product count")]
    let mix = |number: u64| {
        let product = u128::from(number) * ODD;
        product as u64 ^ (product >> 64) as u64
    };
    let (mut print, mut word, mut count) = (key, 0u64, 0u64);
    for &byte in text.as_bytes() {
        if byte.is_ascii_whitespace() {
            continue;
        }
        word = word << 8 | u64::from(byte);
        count += 1;
        if count % 8 == 0 {
            print = mix(print ^ word);
            word = 0;
        }
    }
    mix(mix(print ^ word) ^ count)
}

impl Said {
    pub(super) fn new(text: &Text, encrypted: bool) -> Self {
        let key = RandomState::new().build_hasher().finish();
        let segments = text.segments().len();
        Self { key, segments, shown: None, apart: prints(text, segments, key, false), encrypted }
    }

    /// Whether a string as it stands in the file says nothing new, wherever it is.
    pub(super) fn knows(&self, string: &str) -> bool {
        let words = string.trim();
        let told = || words.len() < 2 || self.apart.contains(&fingerprint(self.key, words));
        !self.encrypted && !words.starts_with('<') && told()
    }

    /// Whether `words` are new at `place`; `text` holds what was read before. A mark in a sentence
    /// does not hide one in a property, but what stands for a text, or stood in its place, says
    /// nothing new when it says the same.
    pub(super) fn is_new(&mut self, text: &Text, place: Place, words: &str) -> bool {
        let print = fingerprint(self.key, words);
        if matches!(place, Place::AltText | Place::Revision) {
            let shown = self.shown.get_or_insert_with(|| prints(text, self.segments, self.key, true));
            if shown.contains(&print) {
                return false;
            }
        }
        self.apart.insert(print)
    }
}

/// The fingerprints of the first `segments` segments in running text, or of those elsewhere, and of
/// their lines.
fn prints(text: &Text, segments: usize, key: u64, running: bool) -> Prints {
    let mut prints = Prints::default();
    let wanted = |segment: &&Segment| segment.at.place.is_running_text() == running;
    for segment in text.segments().iter().take(segments).filter(wanted) {
        let lines = text.as_str().get(segment.range.clone()).unwrap_or_default();
        prints.insert(fingerprint(key, lines));
        if lines.contains('\n') {
            prints.extend(lines.lines().map(|line| fingerprint(key, line)));
        }
    }
    prints
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::At;

    #[test]
    fn a_sentence_does_not_hide_a_mark_elsewhere() {
        let mut text = Text::new();
        text.push(At::new(Place::Body), "机密 文件");
        text.push(At::new(Place::Property), "标题");
        let mut said = Said::new(&text, false);
        assert!(said.is_new(&text, Place::Property, "机密文件"));
        assert!(!said.is_new(&text, Place::Property, "机密 文件"));
        assert!(!said.is_new(&text, Place::Hidden, "标题"));
        assert!(!said.is_new(&text, Place::Revision, "机密文件"));
    }
}
