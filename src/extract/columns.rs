//! Words set down a column of a sheet, one character a cell: other cells of the same rows stand between the
//! characters in the text, which goes row by row.

use std::num::NonZeroU32;

use super::Extracted;
use crate::limits::{Budget, Gap, GapKind, PIECE_BYTES};
use crate::text::{At, Break, Text};

/// A cell that holds one character.
struct Single {
    page: Option<NonZeroU32>,
    column: usize,
    row: NonZeroU32,
    character: char,
    at: At,
}

/// Adds what stands in columns, as another reading.
pub(super) fn read(extracted: &mut Extracted, budget: &mut Budget) {
    let mut singles = singles(&extracted.text);
    singles.sort_by_key(|single| (single.page, single.column, single.row));
    let goes_on =
        |a: &Single, b: &Single| (a.page, a.column) == (b.page, b.column) && b.row.get() - a.row.get() <= 1;
    let mut text = Text::new();
    text.derived = true;
    text.guessed = extracted.text.guessed;
    for word in singles.chunk_by(goes_on) {
        let ideographs = word.iter().filter(|single| ('\u{3400}'..='\u{9fff}').contains(&single.character));
        let [first, _, ..] = word else { continue };
        if ideographs.take(2).count() < 2 {
            continue;
        }
        let length = word.len() * 4 + PIECE_BYTES;
        let Some(left) = budget.text.checked_sub(length) else {
            extracted.gaps.push(Gap::new(GapKind::Limit, format!("{} bytes of text", budget.limits.text)));
            break;
        };
        budget.text = left;
        let letters: String = word.iter().map(|single| single.character).collect();
        text.push(first.at.parted(Break::Part), &letters);
    }
    if !text.is_empty() {
        extracted.alternatives.push(text);
    }
}

/// The cells of sheets that hold one character.
fn singles(text: &Text) -> Vec<Single> {
    let mut singles = Vec::new();
    for segment in text.segments() {
        let Some(row) = segment.at.row else { continue };
        let cells = text.as_str().get(segment.range.clone()).unwrap_or_default().split('\t');
        for (cell, column) in cells.zip(usize::from(segment.at.column)..) {
            let mut characters = cell.trim().chars();
            if let (Some(character), None) = (characters.next(), characters.next()) {
                singles.push(Single { page: segment.at.page, column, row, character, at: segment.at });
            }
        }
    }
    singles
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::text::Place;

    fn columns(rows: &[(u32, u16, &str)]) -> String {
        let mut extracted = Extracted::default();
        for &(row, column, cells) in rows {
            let at = At { row: NonZeroU32::new(row), column, ..At::new(Place::Table) };
            extracted.text.push(at, cells);
        }
        read(&mut extracted, &mut Budget::new(&Limits::default()));
        extracted.alternatives.iter().map(Text::as_str).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn characters_one_below_the_other_are_a_word() {
        assert_eq!(
            columns(&[(1, 2, "绝"), (2, 0, "厂站\t\t密\t甲"), (3, 0, "站\t日\t★"), (4, 2, "长")]),
            "绝密★长"
        );
        assert_eq!(columns(&[(1, 1, "机"), (2, 1, " 密 ")]), "机密");
        assert_eq!(columns(&[(1, 0, "机\t内"), (2, 0, "密\t部")]), "机密\n内部");
    }

    #[test]
    fn others_are_left_alone() {
        assert_eq!(columns(&[(1, 0, "机"), (3, 0, "密")]), "");
        assert_eq!(columns(&[(1, 0, "机"), (2, 0, "手机"), (3, 0, "密")]), "");
        assert_eq!(columns(&[(1, 0, "机"), (2, 1, "密")]), "");
        assert_eq!(columns(&[(1, 0, "机要\t1"), (2, 0, "密\t2"), (3, 0, "x\t3")]), "");
        assert_eq!(columns(&[]), "");
    }
}
