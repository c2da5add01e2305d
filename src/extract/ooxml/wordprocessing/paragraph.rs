//! A paragraph under construction, and the readings it has: as seen, with what was deleted, with
//! what is hidden, its field codes.
//!
//! Every piece of text carries flags; a reading is the text of the pieces whose flags it admits.

use super::format::Format;
use crate::text::{Align, Place};

/// Why a piece of text is not simply there. A set of the constants.
pub(super) type Flags = u8;

/// Hidden by property, white or too small.
pub(super) const HIDDEN: Flags = 1;
/// Deleted or moved away, with changes tracked.
pub(super) const DELETED: Flags = 2;
/// Inserted or moved here, with changes tracked.
pub(super) const INSERTED: Flags = 4;
/// Part of a field's code.
pub(super) const CODE: Flags = 8;
/// Preferred branch of an alternative whose other branch reads differently.
pub(super) const CHOICE: Flags = 16;
/// The other branch of it.
pub(super) const FALLBACK: Flags = 32;
/// Pronunciation set above the text.
pub(super) const RUBY: Flags = 64;
/// Struck through.
pub(super) const STRUCK: Flags = 128;

/// What keeps a piece out of the plain reading.
const UNSEEN: Flags = HIDDEN | DELETED | CODE | FALLBACK | RUBY;

/// Text with its looks, while it is collected.
#[derive(Debug, Default)]
pub(super) struct Paragraph {
    text: String,
    pieces: Vec<Piece>,
    /// Direct properties of the paragraph.
    pub(super) format: Format,
    /// Properties of its style.
    pub(super) style: Format,
    /// Why the end of the paragraph is not seen, so that the next one continues its line.
    pub(super) mark: Flags,
    /// Height of the first seen letters, in half points.
    size: Option<u16>,
    /// Times that it was emptied.
    emptied: usize,
}

#[derive(Debug, Clone, Copy)]
struct Piece {
    /// End in the text; the piece begins where the one before ends.
    end: usize,
    flags: Flags,
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
    /// Empties it for the next one; keeps the memory.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.pieces.clear();
        (self.format, self.style) = (Format::default(), Format::default());
        (self.mark, self.size) = (0, None);
        self.emptied += 1;
    }

    /// Bytes of text collected.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// Appends text with these flags.
    pub(super) fn append(&mut self, text: &str, flags: Flags, size: Option<u16>) {
        if text.is_empty() {
            return;
        }
        self.text.push_str(text);
        let end = self.text.len();
        match self.pieces.last_mut() {
            Some(last) if last.flags == flags => last.end = end,
            _ => self.pieces.push(Piece { end, flags }),
        }
        if self.size.is_none() && flags & UNSEEN == 0 && !text.trim().is_empty() {
            self.size = size;
        }
    }

    /// Starts a new piece, so that what was appended up to here keeps apart; its position.
    pub(super) fn mark_position(&mut self) -> Position {
        self.pieces.push(Piece { end: self.text.len(), flags: 0 });
        Position { piece: self.pieces.len() - 1, text: self.text.len(), emptied: self.emptied }
    }

    /// Settles an alternative whose preferred branch was appended between the first two positions
    /// and the other one between the last two: what both say stays once.
    pub(super) fn settle(&mut self, positions: [Position; 4]) {
        if positions.iter().any(|position| position.emptied != self.emptied) {
            return;
        }
        let [choice, choice_end, other, other_end] = positions;
        let first = self.text.get(choice.text..choice_end.text).unwrap_or_default();
        let second = self.text.get(other.text..other_end.text).unwrap_or_default();
        if first.trim().is_empty() || second.trim().is_empty() {
            return;
        }
        if first == second && other_end.text == self.text.len() {
            self.text.truncate(other.text);
            self.pieces.truncate(other.piece);
            return;
        }
        for (from, to, flag) in [(choice, choice_end, CHOICE), (other, other_end, FALLBACK)] {
            for piece in self.pieces.get_mut(from.piece..to.piece).unwrap_or_default() {
                piece.flags |= flag;
            }
        }
    }

    /// Height of the first seen letters in tenths of a point.
    pub(super) fn size(&self) -> Option<u16> {
        self.size.map(|half_points| half_points.saturating_mul(5))
    }

    /// Alignment, directly or by style.
    pub(super) fn align(&self) -> Option<Align> {
        self.format.align.or(self.style.align)
    }

    /// Whether a piece that is seen is there.
    pub(super) fn is_seen(&self) -> bool {
        let mut pieces = self.parts();
        pieces.any(|(text, flags)| flags & UNSEEN == 0 && !text.trim().is_empty())
    }

    /// Whether there is text, and all that is seen of it is struck through.
    pub(super) fn is_struck(&self) -> bool {
        let mut seen = self.parts().filter(|(text, flags)| flags & UNSEEN == 0 && !text.trim().is_empty());
        let first = seen.next();
        first.is_some_and(|(_, flags)| flags & STRUCK != 0) && seen.all(|(_, flags)| flags & STRUCK != 0)
    }

    /// Every reading that says something the ones before it do not, the plain one first.
    pub(super) fn readings(&self) -> Vec<Reading> {
        let all = self.pieces.iter().fold(0, |all, piece| all | piece.flags);
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
        add(FALLBACK, None, &|| self.reading(|f| f & FALLBACK != 0 || f & (UNSEEN | CHOICE) == 0));
        add(RUBY, None, &|| self.reading(|f| f & RUBY != 0));
        // What stood there before the changes: with what was deleted, without what was inserted.
        add(DELETED, Some(Place::Deleted), &|| {
            self.reading(|f| f & (DELETED | CODE) == DELETED || f & (UNSEEN | INSERTED) == 0)
        });
        add(HIDDEN, Some(Place::Hidden), &|| self.reading(|f| f & (UNSEEN & !HIDDEN) == 0));
        add(CODE, Some(Place::Field), &|| self.reading(|f| f & CODE != 0));
        readings
    }

    fn reading(&self, admits: impl Fn(Flags) -> bool) -> String {
        self.parts().filter(|(_, flags)| admits(*flags)).map(|(text, _)| text).collect()
    }

    fn parts(&self) -> impl Iterator<Item = (&str, Flags)> {
        let starts = std::iter::once(0).chain(self.pieces.iter().map(|piece| piece.end));
        starts
            .zip(&self.pieces)
            .map(|(start, piece)| (self.text.get(start..piece.end).unwrap_or_default(), piece.flags))
    }
}

/// A place between two pieces of a paragraph.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Position {
    piece: usize,
    text: usize,
    /// Which of the paragraphs that were built here one after the other.
    emptied: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readings(pieces: &[(&str, Flags)]) -> Vec<(Option<Place>, bool, String)> {
        let mut paragraph = Paragraph::default();
        for (text, flags) in pieces {
            paragraph.append(text, *flags, None);
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
            readings(&[(" QUOTE \"机密\" ", CODE), ("结果", 0)]),
            [(None, false, "结果".to_owned()), (Some(Place::Field), true, " QUOTE \"机密\" ".to_owned())]
        );
        assert_eq!(
            readings(&[("绝", 0), ("密", HIDDEN | DELETED)]),
            [(None, false, "绝".to_owned()), (Some(Place::Deleted), true, "绝密".to_owned())]
        );
    }

    #[test]
    fn alternatives_that_agree_stay_once() {
        let mut paragraph = Paragraph::default();
        let mut branch = |text: &str| {
            let start = paragraph.mark_position();
            paragraph.append(text, 0, None);
            (start, paragraph.mark_position())
        };
        let ((a, b), (c, d)) = (branch("机密"), branch("机密"));
        paragraph.settle([a, b, c, d]);
        let texts: Vec<String> = paragraph.readings().into_iter().map(|r| r.text).collect();
        assert_eq!(texts, ["机密"]);

        paragraph.clear();
        paragraph.append("绝", 0, None);
        let mut branch = |text: &str| {
            let start = paragraph.mark_position();
            paragraph.append(text, 0, None);
            (start, paragraph.mark_position())
        };
        let ((a, b), (c, d)) = (branch("x"), branch("密"));
        paragraph.settle([a, b, c, d]);
        let texts: Vec<String> = paragraph.readings().into_iter().map(|r| r.text).collect();
        assert_eq!(texts, ["绝x", "绝密"]);
    }
}
