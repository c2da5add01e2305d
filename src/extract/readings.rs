//! A paragraph under construction and the readings it has: as seen, the other branch of an
//! alternative, with what was deleted, with what is hidden, its field codes.
//!
//! Fields say what they show where they stand. Every piece of text carries flags; a reading is the text of the pieces whose flags it admits.

use crate::read::equation;
use crate::text::Place;

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
const CHOICE: Flags = 16;
/// The other branch of it.
const FALLBACK: Flags = 32;
/// Pronunciation set above the text.
pub(super) const RUBY: Flags = 64;
/// Struck through.
pub(super) const STRUCK: Flags = 128;

/// What keeps a piece out of the plain reading.
const UNSEEN: Flags = HIDDEN | DELETED | CODE | FALLBACK | RUBY;

/// Characters from which what was deleted or hidden at the beginning or end of a paragraph, beside a blank, a date or
/// a bracket, is also read by itself: a stamp set beside a line, while other words are corrections.
const STAMP_CHARS: usize = 6;

/// Text with its flags, while it is collected.
#[derive(Debug, Default)]
pub(super) struct Paragraph {
    text: String,
    /// Where each piece ends, and its flags; it begins where the one before ends.
    pieces: Vec<(usize, Flags)>,
    /// Height of the first seen letters, in half points.
    size: Option<u16>,
    /// Times that it was emptied.
    emptied: usize,
}

/// A place between two pieces of a paragraph.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Position {
    piece: usize,
    text: usize,
    /// Which of the paragraphs that were built here one after the other.
    emptied: usize,
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

    /// Empties it for the next one; keeps the memory.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.pieces.clear();
        self.size = None;
        self.emptied += 1;
    }

    /// Appends text with these flags, of letters of this height in half points.
    pub(super) fn append(&mut self, text: &str, flags: Flags, size: Option<u16>) {
        if text.is_empty() {
            return;
        }
        if self.size.is_none() && shows(text, flags) {
            self.size = size;
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

    /// Starts a new piece, so that what was appended up to here keeps apart; its position.
    pub(super) fn mark_position(&mut self) -> Position {
        self.pieces.push((self.text.len(), 0));
        Position { piece: self.pieces.len() - 1, text: self.text.len(), emptied: self.emptied }
    }

    /// Where it ends now.
    pub(super) fn end_position(&self) -> Position {
        Position { piece: self.pieces.len(), text: self.text.len(), emptied: self.emptied }
    }

    /// All that was appended since, seen or not; `None` when it was emptied between.
    pub(super) fn since(&self, position: Position) -> Option<&str> {
        self.text.get(position.text..).filter(|_| position.emptied == self.emptied)
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
                piece.1 |= flag;
            }
        }
    }

    /// Height of the first seen letters in tenths of a point.
    pub(super) fn size(&self) -> Option<u16> {
        self.size.map(|half_points| half_points.saturating_mul(5))
    }

    /// Whether a piece that is seen is there.
    pub(super) fn is_seen(&self) -> bool {
        self.parts().any(|(text, flags)| shows(text, flags))
    }

    /// Whether there is text, and all that is seen of it is struck through.
    pub(super) fn is_struck(&self) -> bool {
        let mut seen = self.parts().filter(|(text, flags)| shows(text, *flags));
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
                    readings.push(Reading { place, again, text });
                }
            }
        };
        add(FALLBACK, None, &|f| f & FALLBACK != 0 || f & (UNSEEN | CHOICE) == 0);
        add(RUBY, None, &|f| f & RUBY != 0);
        // What stood there before the changes: with what was deleted, without what was inserted.
        let before = |f| f & (DELETED | CODE) == DELETED || f & (UNSEEN | INSERTED) == 0;
        add(DELETED, Some(Place::Deleted), &before);
        add(HIDDEN, Some(Place::Hidden), &|f| f & (UNSEEN & !HIDDEN) == 0);
        add(CODE, Some(Place::Field), &|f| f & CODE != 0);
        for (flag, place) in [(DELETED, Place::Deleted), (HIDDEN, Place::Hidden)] {
            if all & flag == 0 {
                continue;
            }
            for text in self.edges(flag) {
                if text.trim().chars().count() >= STAMP_CHARS && readings.iter().all(|r| r.text != text) {
                    readings.push(Reading { place: Some(place), again: true, text });
                }
            }
        }
        readings
    }

    /// What the paragraph begins and ends with that carries a flag, its field codes left out.
    fn edges(&self, flag: Flags) -> [String; 2] {
        let parts: Vec<(&str, Flags)> =
            self.parts().filter(|(text, flags)| !text.is_empty() && flags & CODE == 0).collect();
        let carries = |part: &&(&str, Flags)| part.1 & flag != 0;
        let first = parts.iter().take_while(carries).count();
        let last = parts.iter().rev().take_while(carries).count();
        let text = |parts: Option<&[(&str, Flags)]>| -> String {
            parts.into_iter().flatten().map(|part| part.0).collect()
        };
        let (start, end) = (text(parts.get(..first)), text(parts.get(parts.len().saturating_sub(last)..)));
        let behind = parts.get(first).map_or("", |part| part.0);
        let before = parts.len().checked_sub(last + 1).and_then(|at| parts.get(at)).map_or("", |part| part.0);
        let starts = start.ends_with(parts_texts) || behind.starts_with(parts_texts);
        let ends = before.ends_with(parts_texts) || end.starts_with(parts_texts);
        [if starts { start } else { String::new() }, if ends { end } else { String::new() }]
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

/// A field that is open. Where the file keeps no result of it, it shows what its data says (a box to tick, the chosen
/// entry of a list) or its code (an equation).
#[derive(Debug)]
pub(super) struct Field {
    /// Its code is being read.
    is_code: bool,
    /// Where what is being read of it begins: its code or its result.
    start: Position,
    /// What its data says that it shows.
    shown: Option<String>,
}

impl Field {
    /// Fields within fields that are told apart; those in them are text of theirs.
    pub(super) const MOST: usize = 1_000;

    /// A field that begins here.
    pub(super) fn begin(paragraph: &Paragraph) -> Self {
        Self { is_code: true, start: paragraph.end_position(), shown: None }
    }

    /// Ends the code; whether it was still open.
    pub(super) fn separate(&mut self, paragraph: &Paragraph) -> bool {
        if self.is_code {
            self.end_code(paragraph);
            self.start = paragraph.end_position();
        }
        std::mem::take(&mut self.is_code)
    }

    /// Says what the field shows.
    pub(super) fn show(&mut self, shown: String) {
        self.shown = Some(shown);
    }

    /// Whether its code is being read.
    pub(super) fn is_code(&self) -> bool {
        self.is_code
    }

    /// What a field that ends here shows, unless its result is there.
    pub(super) fn end(mut self, paragraph: &Paragraph) -> Option<String> {
        if self.is_code {
            self.end_code(paragraph);
        }
        let has_result =
            !self.is_code && paragraph.since(self.start).is_none_or(|text| !text.trim().is_empty());
        self.shown.filter(|_| !has_result)
    }

    /// Reads what the code says that the field shows.
    fn end_code(&mut self, paragraph: &Paragraph) {
        if self.shown.is_none()
            && let Some(code) = paragraph.since(self.start)
        {
            let end = code.floor_char_boundary(equation::CODE_BYTES);
            self.shown = equation::shown(code.get(..end).unwrap_or_default());
        }
    }
}

/// Whether a stamp may stand beside this character.
fn parts_texts(c: char) -> bool {
    c.is_whitespace()
        || c.is_ascii_digit()
        || matches!(c, '日' | '(' | ')' | '（' | '）' | '〔' | '〕' | '号')
}

/// Whether text like this, with these flags, is seen.
fn shows(text: &str, flags: Flags) -> bool {
    flags & UNSEEN == 0 && !text.trim().is_empty()
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
            readings(&[("甲 \"机密\"", CODE), ("结果", 0)]),
            [(None, false, "结果".to_owned()), (Some(Place::Field), true, "甲 \"机密\"".to_owned())]
        );
        assert_eq!(
            readings(&[("绝", 0), ("密", HIDDEN | DELETED)]),
            [(None, false, "绝".to_owned()), (Some(Place::Deleted), true, "绝密".to_owned())]
        );
    }

    #[test]
    fn what_is_set_beside_a_line_is_also_read_by_itself() {
        let texts = |pieces: &[(&str, Flags)]| -> Vec<String> {
            readings(pieces).into_iter().map(|(_, _, text)| text).collect()
        };
        assert_eq!(
            texts(&[("3月5日", 0), ("内部资料 ", DELETED), ("注意保存", DELETED | STRUCK)]),
            ["3月5日", "3月5日内部资料 注意保存", "内部资料 注意保存"]
        );
        assert_eq!(
            texts(&[("内部资料 注意保存", HIDDEN), ("3月5日", 0)]),
            ["3月5日", "内部资料 注意保存3月5日", "内部资料 注意保存"]
        );
        // What goes on a sentence.
        assert_eq!(texts(&[("写法为", 0), ("机密★10年", DELETED)]), ["写法为", "写法为机密★10年"]);
        // Corrections, and what is deleted within a line.
        assert_eq!(texts(&[("属于", 0), ("国家秘密", DELETED)]), ["属于", "属于国家秘密"]);
        assert_eq!(
            texts(&[("甲", 0), ("内部资料 注意保存", DELETED), ("乙", 0)]),
            ["甲乙", "甲内部资料 注意保存乙"]
        );
    }

    #[test]
    fn only_what_is_struck_as_a_whole_is_struck() {
        let struck = |pieces: &[(&str, Flags)]| {
            let mut paragraph = Paragraph::default();
            pieces.iter().for_each(|(text, flags)| paragraph.append(text, *flags, None));
            paragraph.is_struck()
        };
        assert!(struck(&[("机", STRUCK), (" ", 0), ("密", STRUCK)]));
        assert!(!struck(&[("机", STRUCK), ("密", 0)]));
        assert!(!struck(&[]));
    }

    #[test]
    fn the_height_is_that_of_the_first_seen_letters() {
        let mut paragraph = Paragraph::default();
        paragraph.append("机密", DELETED, Some(20));
        paragraph.append("公开", 0, Some(32));
        paragraph.append("发布", 0, Some(44));
        assert_eq!(paragraph.size(), Some(160));
    }

    #[test]
    fn branches_that_agree_are_one() {
        let mut paragraph = Paragraph::default();
        let branch = |paragraph: &mut Paragraph, text: &str| {
            let start = paragraph.mark_position();
            paragraph.append(text, 0, None);
            (start, paragraph.mark_position())
        };
        let texts = |paragraph: &Paragraph| -> Vec<String> {
            paragraph.readings().into_iter().map(|r| r.text).collect()
        };
        let ((a, b), (c, d)) = (branch(&mut paragraph, "机密"), branch(&mut paragraph, "机密"));
        paragraph.settle([a, b, c, d]);
        assert_eq!(texts(&paragraph), ["机密"]);

        paragraph.clear();
        paragraph.append("绝", 0, None);
        let ((a, b), (c, d)) = (branch(&mut paragraph, "x"), branch(&mut paragraph, "密"));
        paragraph.settle([a, b, c, d]);
        assert_eq!(texts(&paragraph), ["绝x", "绝密"]);
    }
}
