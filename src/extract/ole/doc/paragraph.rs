//! A paragraph under construction, and the readings it has: as seen, with what was deleted, with
//! what is hidden, its field codes.

use crate::text::Place;

/// Why a piece of text is not simply there. A set of the constants.
pub(super) type Flags = u8;

/// Hidden by property.
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
    pieces: Vec<(String, Flags)>,
    /// Height of the first seen letters in half points.
    pub(super) size: Option<u16>,
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
    /// Appends text with these flags, of letters of this height.
    pub(super) fn append(&mut self, text: &str, flags: Flags, size: Option<u16>) {
        if text.is_empty() {
            return;
        }
        if self.size.is_none() && flags & UNSEEN == 0 && !text.trim().is_empty() {
            self.size = size;
        }
        match self.pieces.last_mut() {
            Some((last, same)) if *same == flags => last.push_str(text),
            _ => self.pieces.push((text.to_owned(), flags)),
        }
    }

    /// Whether all that is seen is struck through.
    pub(super) fn is_struck(&self) -> bool {
        let mut seen =
            self.pieces.iter().filter(|(text, flags)| flags & UNSEEN == 0 && !text.trim().is_empty());
        let first = seen.next();
        first.is_some_and(|(_, flags)| flags & STRUCK != 0) && seen.all(|(_, flags)| flags & STRUCK != 0)
    }

    /// Every reading that says something the ones before it do not, the plain one first.
    pub(super) fn readings(&self) -> Vec<Reading> {
        let all = self.pieces.iter().fold(0, |all, (_, flags)| all | flags);
        let plain = self.reading(|flags| flags & UNSEEN == 0);
        let again = !plain.trim().is_empty();
        let mut readings = Vec::new();
        if again {
            readings.push(Reading { place: None, again: false, text: plain });
        }
        let mut add = |flag: Flags, place, text: &dyn Fn() -> String| {
            if all & flag != 0 {
                let text = text();
                if !text.trim().is_empty() && readings.iter().all(|reading| reading.text != text) {
                    readings.push(Reading { place, again, text });
                }
            }
        };
        // What stood there before the changes: with what was deleted, without what was inserted.
        add(DELETED, Some(Place::Deleted), &|| {
            self.reading(|f| f & (DELETED | CODE) == DELETED || f & (UNSEEN | INSERTED) == 0)
        });
        add(HIDDEN, Some(Place::Hidden), &|| self.reading(|f| f & (UNSEEN & !HIDDEN) == 0));
        add(CODE, Some(Place::Field), &|| self.reading(|f| f & CODE != 0));
        readings
    }

    fn reading(&self, admits: impl Fn(Flags) -> bool) -> String {
        self.pieces.iter().filter(|(_, flags)| admits(*flags)).map(|(text, _)| text.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_differ_by_what_they_admit() {
        let mut paragraph = Paragraph::default();
        paragraph.append("密级:", 0, Some(32));
        paragraph.append("机密", DELETED, None);
        paragraph.append("公开", INSERTED, None);
        paragraph.append(" PAGE ", CODE, None);
        let readings: Vec<_> = paragraph.readings().into_iter().map(|r| (r.place, r.again, r.text)).collect();
        let expected = [
            (None, false, "密级:公开".to_owned()),
            (Some(Place::Deleted), true, "密级:机密".to_owned()),
            (Some(Place::Field), true, " PAGE ".to_owned()),
        ];
        assert_eq!(readings, expected);
        assert_eq!(paragraph.size, Some(32));
    }
}
