//! Word documents up to 2003: the text along its piece table, part by part, and what is still
//! stored beside it.

mod fib;
mod form;
mod format;
mod lock;
mod remains;
mod story;
mod tables;

use fib::{Fib, Part, Pieces, table};
use format::{Character, Layout, Ranges};
use lock::Lock;
use story::{Story, Units};

use super::{ansi, drawing};
use crate::extract::ole::{stream, text_stream};
use crate::extract::sink::Sink;
use crate::limits::{Gap, GapKind};
use crate::read::cfb::CompoundFile;
use crate::text::Place;

/// Reads the document in the root of `file`.
pub(super) fn read(file: &CompoundFile<'_>, sink: &mut Sink<'_>) {
    let Some(mut word) = text_stream(file, sink, "WordDocument") else {
        return sink.gap(Gap::new(GapKind::Damaged, "no stream WordDocument"));
    };
    let Some(fib) = Fib::read(&word) else {
        return sink.gap(Gap::new(GapKind::Damaged, "WordDocument: no head of a known kind"));
    };
    let mut tables = fib.table_stream().and_then(|name| text_stream(file, sink, name));
    let mut data = stream(file, sink, "Data").unwrap_or_default();
    if fib.is_encrypted() {
        let (kind, plain) =
            (if fib.is_obscured() { "obscured by a password" } else { "encrypted" }, fib.plain_bytes());
        let Some(lock) = Lock::open(fib, tables.as_deref().unwrap_or_default(), &sink.budget.limits) else {
            return sink.gap(Gap::new(GapKind::Encrypted, kind));
        };
        lock.undo(&mut word, plain);
        lock.undo(&mut data, 0);
        if let Some(tables) = &mut tables {
            lock.undo(tables, 0);
        }
    }
    let Some(fib) = Fib::read(&word) else { return };
    let tables = match fib.table_stream() {
        None => word.clone(),
        Some(_) => tables.unwrap_or_default(),
    };
    let page = fib.page(&tables);
    let mut units = text(&word, &tables, fib, page, sink);
    if fib.is_modern {
        units.forms = form::shown(&data, &units.data);
    }
    let narrow = if !fib.is_narrow() { ansi::WESTERN } else { page };
    let told = sink.out.text.len();
    parts(&units, fib, &tables, sink);
    let nothing = sink.out.text.len() == told;
    remains::read(&word, &tables, fib, &units, narrow, sink);
    if fib.is_modern {
        tables::read(fib, &tables, sink);
        tables::data(&data, &units, sink);
        drawing::read(fib.table(&tables, table::DRAWINGS), &word, sink);
    }
    if nothing && units.expected > units.special {
        sink.gap(Gap::new(GapKind::Damaged, "WordDocument: its text was not found"));
    }
}

/// The characters of all parts with their properties.
fn text(word: &[u8], tables: &[u8], fib: Fib<'_>, page: u16, sink: &mut Sink<'_>) -> Units {
    let pieces = Pieces::read(fib.table(tables, table::PIECES), fib);
    let (characters, paragraphs): (Ranges<Character>, Ranges<Layout>) = match fib.is_modern {
        true => (
            format::characters(word, fib.table(tables, table::CHARACTERS)),
            format::paragraphs(word, fib.table(tables, table::PARAGRAPHS)),
        ),
        false => (format::characters(&[], &[]), format::paragraphs(&[], &[])),
    };
    if pieces.is_damaged {
        sink.gap(Gap::new(GapKind::Damaged, "WordDocument: the piece table breaks off"));
    }
    let mut all = pieces.all;
    let expected = fib.parts().map(|(_, length)| u64::from(length)).sum::<u64>();
    if all.is_empty() {
        let (start, end) = fib.first_text();
        let offset = u32::try_from(start).unwrap_or(u32::MAX);
        let bytes = u32::try_from(end.saturating_sub(start)).unwrap_or(u32::MAX);
        let is_wide = !fib.is_modern && !fib.is_narrow();
        let length = bytes / (1 + u32::from(is_wide));
        if fib.is_modern && expected > 0 {
            sink.gap(Gap::new(GapKind::Damaged, "WordDocument: no piece table"));
        }
        // Saved as a whole: Word 6 and 95 need no table.
        all.push(fib::Piece { first: 0, length, offset, is_wide, change: 0 });
    }
    let narrow_page = fib.is_narrow().then_some(page);
    let mut units = Units::new(narrow_page, expected);
    if fib.is_modern {
        units.fonts = tables::symbol_fonts(fib.table(tables, table::FONTS));
    }
    for piece in all {
        if !units.take(word, piece, &pieces.changes, &characters, &paragraphs, sink.budget.text) {
            let detail = format!("more than {} characters of text", sink.budget.limits.text);
            sink.gap(Gap::new(GapKind::Limit, detail));
            break;
        }
    }
    if units.missing > 0 {
        let detail = format!("WordDocument: {} characters lie outside of the stream", units.missing);
        sink.gap(Gap::new(GapKind::Damaged, detail));
    }
    let held = u64::try_from(units.len()).unwrap_or(u64::MAX);
    if held > 0 && units.missing == 0 && expected > held {
        let detail = format!("WordDocument: {} characters fewer than stated", expected - held);
        sink.gap(Gap::new(GapKind::Damaged, detail));
    }
    units
}

/// Tells the parts, each by its own kind of story.
fn parts(units: &Units, fib: Fib<'_>, tables: &[u8], sink: &mut Sink<'_>) {
    let mut start = 0_usize;
    for (part, length) in fib.parts() {
        let end = start.saturating_add(usize::try_from(length).unwrap_or(usize::MAX)).min(units.len());
        let mut story = |place, from: usize, to: usize| Story::new(place, units).tell(from..to, sink);
        match part {
            Part::Main => story(Place::Body, start, end),
            Part::Headers => {
                for (place, from, to) in headers(fib.table(tables, table::HEADERS), end - start) {
                    story(place, start + from, start + to);
                }
            }
            Part::Footnotes | Part::Endnotes => story(Place::Note, start, end),
            Part::Comments => story(Place::Comment, start, end),
            Part::Textboxes => story(Place::Textbox, start, end),
            Part::HeaderTextboxes => story(Place::Header, start, end),
            Part::Macros => story(Place::Script, start, end),
        }
        start = end;
    }
    // The last paragraph marks of the parts; anything more is text that no part owns.
    Story::new(Place::Hidden, units).tell(start..units.len(), sink);
}

/// Splits the part of headers: six separators of notes, then six headers and footers a section.
fn headers(index: &[u8], length: usize) -> Vec<(Place, usize, usize)> {
    let bounds: Vec<usize> = index
        .chunks_exact(4)
        .filter_map(|bytes| crate::read::cfb::u32_at(bytes, 0))
        .map(|bound| usize::try_from(bound).unwrap_or(usize::MAX).min(length))
        .collect();
    let mut parts = Vec::new();
    let mut told = 0;
    for (number, pair) in bounds.windows(2).enumerate() {
        let &[from, to] = pair else { continue };
        // Even, odd and first headers and footers of a section.
        let place = match number.checked_sub(6).map(|n| n % 6) {
            None => Place::Note,
            Some(2 | 3 | 5) => Place::Footer,
            Some(_) => Place::Header,
        };
        if from < to && from >= told {
            if from > told {
                parts.push((Place::Header, told, from));
            }
            parts.push((place, from, to));
            told = to;
        }
    }
    if told < length {
        parts.push((Place::Header, told, length));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_and_footers_are_told_apart_and_nothing_between_is_lost() {
        let bounds = [0_u32, 0, 0, 0, 0, 0, 0, 0, 4, 4, 9, 9, 9, 12];
        let index: Vec<u8> = bounds.iter().flat_map(|n| n.to_le_bytes()).collect();
        let expected = [(Place::Header, 0, 4), (Place::Footer, 4, 9), (Place::Header, 9, 12)];
        assert_eq!(headers(&index, 12)[..2], expected[..2]);
        assert_eq!(headers(&[], 5), [(Place::Header, 0, 5)]);
    }
}
