//! Names in records of numbers: of styles, scenarios, pivot tables with their fields and items, of sheets in
//! macros, of who opened the workbook.

use super::record::{Reader, Strings};
use crate::read::cfb::u16_at;

/// Kinds of records that hold names.
pub(super) const KINDS: [u16; 7] = [0x5c, 0xaf, 0xb0, 0xb1, 0xb2, 0x1ba, 0x293];
/// Those whose names in ASCII are the program's own, as a rule: styles, sheets in macros.
const OWN: [u16; 2] = [0x293, 0x1ba];
/// Length of a name that is not there.
const NONE: u16 = 0xffff;
/// Strings of a scenario behind its name: who changed it, and the comment.
const OF_SCENARIO: usize = 2;

/// The names in a record of one of [`KINDS`], as Excel 97 and later write them; none that a broken record only seems
/// to hold.
pub(super) fn read(kind: u16, data: &[u8], reader: Reader<'_, '_>, strings: Strings) -> Vec<String> {
    let mut names = all(kind, data, reader, strings);
    names.retain(|name| !(name.contains(char::is_control) || OWN.contains(&kind) && name.is_ascii()));
    names
}

fn all(kind: u16, data: &[u8], mut reader: Reader<'_, '_>, strings: Strings) -> Vec<String> {
    if strings != Strings::Unicode {
        return Vec::new();
    }
    // Where the lengths of names stand, and how many bytes there are in front of the names.
    let (lengths, head): (&[usize], usize) = match kind {
        0x5c | 0x1ba => return reader.long_string().into_iter().collect(),
        0xaf => {
            reader.skip(7);
            let name = reader.characters(usize::from(data.get(4).copied().unwrap_or_default()));
            let rest = (0..OF_SCENARIO).map_while(|_| reader.long_string());
            return [name].into_iter().chain(rest).collect();
        }
        // One of those that Excel itself knows has no name.
        0x293 if u16_at(data, 0).is_some_and(|format| format & 0x8000 != 0) => return Vec::new(),
        0x293 => (&[2], 4),
        0xb0 => (&[40, 42], 44),
        0xb1 => (&[8], 10),
        _ => (&[6], 8),
    };
    reader.skip(head);
    let lengths =
        lengths.iter().filter_map(|&at| u16_at(data, at)).filter(|&length| length != NONE && length > 0);
    lengths.map(|length| reader.characters(usize::from(length))).collect()
}
