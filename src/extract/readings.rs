//! A paragraph under construction and the readings it has: as seen, with what was deleted, with
//! what is hidden, its field codes.
//!
//! Every piece of text carries flags; a reading is the text of the pieces whose flags it admits.

use crate::text::Place;

/// Why a piece of text is not simply there. A set of the constants.
pub(super) type Flags = u8;

/// Hidden by property, or white.
pub(super) const HIDDEN: Flags = 1;
/// Deleted, with changes tracked.
pub(super) const DELETED: Flags = 2;
/// Inserted, with changes tracked.
pub(super) const INSERTED: Flags = 4;
/// Part of a field's code.
pub(super) const CODE: Flags = 8;
/// Struck through.
pub(super) const STRUCK: Flags = 16;

/// What keeps a piece out of the plain reading.
const UNSEEN: Flags = HIDDEN | DELETED | CODE;

/// Text with its flags, while it is collected.
#[derive(Debug, Default)]
pub(super) struct Paragraph {
    text: String,
    /// Where each piece ends, and its flags; it begins where the one before ends.
    pieces: Vec<(usize, Flags)>,
}

/// One reading of a paragraph.
#[derive(Debug, PartialEq)]
pub(super) struct Reading {
    /// Where it stands, `None` for where the paragraph itself does.
    pub(super) place: Option<Place>,
    /// The paragraph has been read otherwise already.
    pub(super) again: bool,
    pub(super) text: String,
}

impl Paragraph {
    /// Bytes of text collected.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// Appends text with these flags.
    pub(super) fn append(&mut self, text: &str, flags: Flags) {
        if text.is_empty() {
            return;
        }
        self.text.push_str(text);
        let end = self.text.len();
        match self.pieces.last_mut() {
            Some(last) if last.1 == flags => last.0 = end,
            _ => self.pieces.push((end, flags)),
        }
    }

    /// Sets flags on everything collected.
    pub(super) fn flag_all(&mut self, flags: Flags) {
        for piece in &mut self.pieces {
            piece.1 |= flags;
        }
    }

    /// Whether there is text, and all that is seen of it is struck through.
    pub(super) fn is_struck(&self) -> bool {
        let mut seen = self.parts().filter(|(text, flags)| flags & UNSEEN == 0 && !text.trim().is_empty());
        let first = seen.next();
        first.is_some_and(|(_, flags)| flags & STRUCK != 0) && seen.all(|(_, flags)| flags & STRUCK != 0)
    }

    /// Every reading that says something the ones before it do not, the plain one first.
    pub(super) fn readings(&self) -> Vec<Reading> {
        let all = self.pieces.iter().fold(0, |all, piece| all | piece.1);
        let plain = self.reading(|flags| flags & UNSEEN == 0);
        let again = !plain.trim().is_empty();
        let mut readings = Vec::new();
        if again {
            readings.push(Reading { place: None, again: false, text: plain });
        }
        let mut add = |flag: Flags, place, admits: &dyn Fn(Flags) -> bool| {
            if all & flag != 0 {
                let text = self.reading(admits);
                if !text.trim().is_empty() && readings.iter().all(|reading| reading.text != text) {
                    readings.push(Reading { place: Some(place), again, text });
                }
            }
        };
        // What stood there before the changes: with what was deleted, without what was inserted.
        add(DELETED, Place::Deleted, &|f| f & (DELETED | CODE) == DELETED || f & (UNSEEN | INSERTED) == 0);
        add(HIDDEN, Place::Hidden, &|f| f & (UNSEEN & !HIDDEN) == 0);
        add(CODE, Place::Field, &|f| f & CODE != 0);
        readings
    }

    fn reading(&self, admits: impl Fn(Flags) -> bool) -> String {
        self.parts().filter(|(_, flags)| admits(*flags)).map(|(text, _)| text).collect()
    }

    fn parts(&self) -> impl Iterator<Item = (&str, Flags)> {
        let starts = std::iter::once(0).chain(self.pieces.iter().map(|piece| piece.0));
        starts
            .zip(&self.pieces)
            .map(|(start, (end, flags))| (self.text.get(start..*end).unwrap_or_default(), *flags))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readings(pieces: &[(&str, Flags)]) -> Vec<(Option<Place>, bool, String)> {
        let mut paragraph = Paragraph::default();
        for (text, flags) in pieces {
            paragraph.append(text, *flags);
        }
        paragraph.readings().into_iter().map(|r| (r.place, r.again, r.text)).collect()
    }

    #[test]
    fn readings_differ_by_what_they_admit() {
        assert_eq!(readings(&[("机", 0), ("密", STRUCK)]), [(None, false, "机密".to_owned())]);
        assert_eq!(
            readings(&[("密级:", 0), ("机密", DELETED), ("公开", INSERTED)]),
            [(None, false, "密级:公开".to_owned()), (Some(Place::Deleted), true, "密级:机密".to_owned())]
        );
        assert_eq!(readings(&[("机密", HIDDEN)]), [(Some(Place::Hidden), false, "机密".to_owned())]);
        assert_eq!(
            readings(&[("甲 \"机密\"", CODE), ("结果", 0)]),
            [(None, false, "结果".to_owned()), (Some(Place::Field), true, "甲 \"机密\"".to_owned())]
        );
    }

    #[test]
    fn only_what_is_struck_as_a_whole_is_struck() {
        let struck = |pieces: &[(&str, Flags)]| {
            let mut paragraph = Paragraph::default();
            pieces.iter().for_each(|(text, flags)| paragraph.append(text, *flags));
            paragraph.is_struck()
        };
        assert!(struck(&[("机", STRUCK), (" ", 0), ("密", STRUCK)]));
        assert!(!struck(&[("机", STRUCK), ("密", 0)]));
        assert!(!struck(&[]));
    }
}
