//! Form fields: whether a box is ticked and which entry of a list is chosen, in the stream `Data`.

use std::collections::{BTreeMap, BTreeSet};

use super::tables::string;
use crate::read::cfb::{u16_at, u32_at};
use crate::text::tick;

/// Choice that stands for none: what the form was made with holds.
const UNTOUCHED: u16 = 25;
/// Entries that a list may have.
const ENTRIES: u16 = 25;
/// Texts between the first choice and the entries of a list: format, help, status, two macros.
const TEXTS: usize = 5;

/// What the form fields at these offsets show.
pub(super) fn shown(data: &[u8], offsets: &BTreeSet<u32>) -> BTreeMap<u32, String> {
    offsets.iter().filter_map(|&offset| Some((offset, field(data, offset)?))).collect()
}

fn field(data: &[u8], offset: u32) -> Option<String> {
    let block = data.get(usize::try_from(offset).ok()?..)?;
    let length = usize::try_from(u32_at(block, 0)?).ok()?;
    let form = block.get(usize::from(u16_at(block, 4)?)..length.min(block.len()))?;
    if u32_at(form, 0)? != u32::MAX {
        return None;
    }
    let bits = u16_at(form, 4)?;
    let choice = bits >> 2 & 0x1f;
    let (_, name_end) = terminated(form, 10)?;
    let choice = if choice == UNTOUCHED { u16_at(form, name_end)? } else { choice };
    match bits & 3 {
        1 => Some(tick(choice != 0).to_owned()),
        2 => {
            let mut at = name_end + 2;
            for _ in 0..TEXTS {
                at = terminated(form, at)?.1;
            }
            let (0xffff, count) = (u16_at(form, at)?, u16_at(form, at + 2)?) else { return None };
            let extra = usize::from(u16_at(form, at + 4)?);
            at += 6;
            for _ in 0..choice.min(ENTRIES) {
                at = string(form, at)?.1 + extra;
            }
            string(form, at).map(|(entry, _)| entry).filter(|_| choice < count.min(ENTRIES))
        }
        _ => None,
    }
}

/// A string with a zero behind it, and where what follows begins.
fn terminated(bytes: &[u8], at: usize) -> Option<(String, usize)> {
    string(bytes, at).map(|(text, end)| (text, end + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A form field of this kind whose choice, first choice and entries are these.
    fn block(kind: u16, choice: u16, first: u16, entries: &[&str]) -> Vec<u8> {
        let text = |text: &str, end: &[u8]| -> Vec<u8> {
            let units: Vec<u16> = text.encode_utf16().collect();
            let length = u16::try_from(units.len()).unwrap();
            [&length.to_le_bytes()[..], &units.iter().flat_map(|u| u.to_le_bytes()).collect::<Vec<_>>(), end]
                .concat()
        };
        let mut form = [&[0xff; 4][..], &(kind | choice << 2).to_le_bytes(), &[0; 4]].concat();
        form.extend(text("名", &[0, 0]));
        form.extend(first.to_le_bytes());
        form.extend((0..TEXTS).flat_map(|_| text("x", &[0, 0])));
        form.extend([0xff, 0xff, u8::try_from(entries.len()).unwrap(), 0, 0, 0]);
        form.extend(entries.iter().flat_map(|entry| text(entry, &[])));
        let length = u32::try_from(form.len() + 68).unwrap();
        [&length.to_le_bytes()[..], &[68, 0], &[0; 62], &form].concat()
    }

    fn told(block: &[u8]) -> Option<String> {
        shown(block, &BTreeSet::from([0])).remove(&0)
    }

    #[test]
    fn boxes_and_lists_show_their_state() {
        assert_eq!(told(&block(1, 1, 0, &[])).as_deref(), Some("☑"));
        assert_eq!(told(&block(1, 0, 1, &[])).as_deref(), Some("☐"));
        assert_eq!(told(&block(1, UNTOUCHED, 1, &[])).as_deref(), Some("☑"));
        assert_eq!(told(&block(2, 1, 0, &["公开", "机密"])).as_deref(), Some("机密"));
        assert_eq!(told(&block(2, UNTOUCHED, 0, &["公开", "机密"])).as_deref(), Some("公开"));
        assert_eq!(told(&block(2, 2, 0, &["公开", "机密"])), None);
        assert_eq!(told(&block(0, 0, 0, &[])), None);
    }

    #[test]
    fn what_breaks_off_shows_nothing() {
        let whole = block(2, 1, 0, &["公开", "机密"]);
        for end in 0..whole.len() {
            assert_eq!(told(whole.get(..end).unwrap()), None, "{end}");
        }
    }
}
