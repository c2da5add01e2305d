//! What a document stores in tables beside its text: bookmarks, variables, titles, who saved it
//! where, texts of form fields and pictures.

use std::collections::BTreeMap;

use super::fib::{Fib, table};
use super::story::Units;
use crate::extract::ole::{drawing, stray};
use crate::extract::sink::Sink;
use crate::limits::{Gap, GapKind};
use crate::read::cfb::{u16_at, u32_at};
use crate::read::symbol::symbol_font;
use crate::text::Place;

/// Bytes of the head of a picture in the stream `Data`.
const PICTURE_HEAD_BYTES: u16 = 0x44;
/// Times that the stream `Data` may be read over when blocks overlap.
const OVERLAP: usize = 4;
/// Signs of symbol fonts.
const PRIVATE: std::ops::Range<char> = '\u{e000}'..'\u{f900}';

/// Reads the tables.
pub(super) fn read(fib: Fib<'_>, tables: &[u8], sink: &mut Sink<'_>) {
    for name in strings(fib.table(tables, table::BOOKMARKS)) {
        if !name.starts_with('_') {
            sink.tell_once(Place::Bookmark, &name);
        }
    }
    for text in strings(fib.table(tables, table::ASSOCIATED)) {
        sink.tell_once(Place::Property, &text);
    }
    let variables = fib.table(tables, table::VARIABLES);
    let (names, end) = strings_and_end(variables);
    let values = plain_strings(variables.get(end..).unwrap_or_default());
    for (number, name) in names.iter().enumerate() {
        let value = values.get(number).map_or("", String::as_str);
        sink.tell_once(Place::Property, &format!("{name}: {value}"));
    }
    // Pairs of a person and a path.
    for text in strings(fib.table(tables, table::SAVED_BY)) {
        sink.tell_once(Place::Property, &text);
    }
    let commented = plain_strings(fib.table(tables, table::COMMENTED_BY));
    let changed = strings(fib.table(tables, table::CHANGED_BY)).into_iter().filter(|name| name != "Unknown");
    for name in commented.into_iter().chain(changed) {
        sink.tell_once(Place::Attribute, &name);
    }
    let mut names = style_names(fib.table(tables, table::STYLES));
    for number in [table::BUILDING_BLOCKS, table::CAPTIONS, table::FILES] {
        names.extend(strings(fib.table(tables, number)));
    }
    // Those of the program itself are in ASCII, or in its own language.
    for name in names.iter().filter(|name| !name.is_ascii()) {
        sink.tell_once(Place::Attribute, name);
    }
    let lists = fib.table(tables, table::LISTS);
    for text in level_texts(lists, fib.between(tables, table::LISTS, table::LISTS_IN_USE)) {
        if text.chars().any(|c| c.is_alphabetic() && !PRIVATE.contains(&c)) {
            sink.tell_once(Place::Field, &text);
        }
    }
}

/// The symbol fonts in a table of fonts, by their number: each font has its length, a fixed part and its name.
pub(super) fn symbol_fonts(bytes: &[u8]) -> BTreeMap<u16, &'static str> {
    const FIXED_BYTES: usize = 40;
    let mut fonts = BTreeMap::new();
    let mut at = 4;
    for number in 0..u16_at(bytes, 0).unwrap_or_default() {
        let Some(length) = bytes.get(at) else { break };
        let end = at + 1 + usize::from(*length);
        let (name, _) = bytes.get(at + FIXED_BYTES..end).unwrap_or_default().as_chunks::<2>();
        let name: Vec<u16> =
            name.iter().map(|&unit| u16::from_le_bytes(unit)).take_while(|unit| *unit != 0).collect();
        if let Some(font) = symbol_font(&String::from_utf16_lossy(&name)) {
            fonts.insert(number, font);
        }
        at = end;
    }
    fonts
}

/// The names of a table of styles: behind its head, each style with its length, its fixed part and its name.
fn style_names(bytes: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let (Some(head), Some(fixed)) = (u16_at(bytes, 0), u16_at(bytes, 4)) else { return names };
    let mut at = 2 + usize::from(head);
    while let Some(length) = u16_at(bytes, at) {
        let style = at + 2;
        if length > 0 {
            names.extend(string(bytes, style + usize::from(fixed)).map(|(name, _)| name));
        }
        at = style + usize::from(length).next_multiple_of(2);
    }
    names
}

/// The texts around the numbers of lists. The levels of all lists follow the table of the lists, each with a
/// fixed part, properties and its text.
fn level_texts(lists: &[u8], with_levels: &[u8]) -> Vec<String> {
    const LIST_BYTES: usize = 28;
    const LEVEL_BYTES: usize = 28;
    const LEVELS: usize = 9;
    let mut texts = Vec::new();
    let mut at = lists.len();
    for list in lists.get(2..).unwrap_or_default().chunks_exact(LIST_BYTES) {
        let is_simple = list.get(26).is_some_and(|flags| flags & 1 != 0);
        for _ in 0..if is_simple { 1 } else { LEVELS } {
            let Some(&[characters, paragraphs]) = with_levels.get(at + 24..at + 26) else { return texts };
            let text = at + LEVEL_BYTES + usize::from(characters) + usize::from(paragraphs);
            let Some((text, end)) = string(with_levels, text) else { return texts };
            // A number stands where a level's own number is.
            texts.push(text.replace(|c: char| c.is_control(), ""));
            at = end;
        }
    }
    texts
}

/// Reads the pictures and form fields that special characters refer to.
pub(super) fn data(data: &[u8], units: &Units, sink: &mut Sink<'_>) {
    // Blocks that overlap are read again, but not without end.
    let mut left = data.len().saturating_mul(OVERLAP);
    for &offset in &units.data {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let Some(rest) = data.get(start..) else { continue };
        let (Some(length), Some(head)) = (u32_at(rest, 0), u16_at(rest, 4)) else { continue };
        let length = usize::try_from(length).unwrap_or(usize::MAX).min(rest.len());
        let body = rest.get(usize::from(head)..length).unwrap_or_default();
        let Some(less) = left.checked_sub(body.len()) else {
            return sink.gap(Gap::new(GapKind::Limit, format!("Data: read {OVERLAP} times over")));
        };
        left = less;
        if head == PICTURE_HEAD_BYTES && u16_at(rest, 6).is_some_and(|kind| matches!(kind, 0x64 | 0x66)) {
            drawing::read(body, &[], sink);
        } else {
            stray::wide(body, 2, &mut |text| sink.tell_once(Place::Form, text));
        }
    }
}

/// The strings of a table of strings.
fn strings(bytes: &[u8]) -> Vec<String> {
    strings_and_end(bytes).0
}

/// The strings of a table of UTF-16 strings, each with its length and extra data, and where it ends.
fn strings_and_end(bytes: &[u8]) -> (Vec<String>, usize) {
    let (Some(0xffff), Some(count), Some(extra)) = (u16_at(bytes, 0), u16_at(bytes, 2), u16_at(bytes, 4))
    else {
        return (Vec::new(), bytes.len());
    };
    let mut at = 6;
    let mut all = Vec::new();
    for _ in 0..count {
        let Some((text, end)) = string(bytes, at) else { break };
        all.push(text);
        at = end + usize::from(extra);
    }
    (all, at)
}

/// Strings with their lengths, one behind the other.
fn plain_strings(bytes: &[u8]) -> Vec<String> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some((text, end)) = string(bytes, at) {
        all.push(text);
        at = end;
    }
    all
}

/// A string with its length, and where it ends.
pub(super) fn string(bytes: &[u8], at: usize) -> Option<(String, usize)> {
    let end = at + 2 + 2 * usize::from(u16_at(bytes, at)?);
    let (units, _) = bytes.get(at + 2..end)?.as_chunks::<2>();
    let units: Vec<u16> = units.iter().map(|&unit| u16::from_le_bytes(unit)).collect();
    Some((String::from_utf16_lossy(&units).replace('\0', ""), end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbol_fonts_have_their_numbers() {
        let font = |name: &str| -> Vec<u8> {
            let name: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
            [&[u8::try_from(39 + name.len()).unwrap()][..], &[0; 39], &name].concat()
        };
        let table = [&[2, 0, 0, 0][..], &font("宋体"), &font("Wingdings")].concat();
        assert_eq!(symbol_fonts(&table), BTreeMap::from([(1, "Wingdings")]));
        assert_eq!(symbol_fonts(&table[..table.len() - 4]), BTreeMap::new());
        assert_eq!(symbol_fonts(&[9]), BTreeMap::new());
    }

    #[test]
    fn tables_of_strings_end_where_they_are_cut() {
        let mut bytes = vec![0xff, 0xff, 2, 0, 1, 0, 2, 0];
        bytes.extend("机密".encode_utf16().flat_map(u16::to_le_bytes));
        bytes.extend([9, 1, 0, b'a', 0, 9]);
        assert_eq!(strings_and_end(&bytes), (vec!["机密".to_owned(), "a".to_owned()], bytes.len()));
        assert_eq!(strings(&bytes[..13]), ["机密"]);
        assert_eq!(strings(b"\x01\0"), Vec::<String>::new());
    }
}
