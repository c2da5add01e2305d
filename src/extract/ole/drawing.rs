//! Drawings (Office Art), the same in all three programs: letters set as shapes, which is how
//! watermarks are made, descriptions and addresses of shapes.

use super::sink::Sink;
use crate::read::cfb::{u16_at, u32_at};
use crate::text::Place;

/// Properties whose values are strings: what shape letters say, alternative text and link targets.
const LETTERS: u16 = 0x00c0;
const NAME: u16 = 0x0380;
const DESCRIPTION: u16 = 0x0381;
const LINK: u16 = 0x0382;
const TOOLTIP: u16 = 0x038d;
/// Bytes of the head of a record.
pub(super) const HEAD_BYTES: usize = 8;

/// Reads the records in `bytes`, containers and what lies between them included, and counts the
/// pictures.
pub(super) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    let mut at = 0;
    while let (Some(version), Some(kind), Some(length)) =
        (u16_at(bytes, at), u16_at(bytes, at + 2), u32_at(bytes, at + 4))
    {
        // Between drawings lie single bytes that are no records.
        if !(0xf000..0xf200).contains(&kind) {
            at += 1;
            continue;
        }
        let start = at + HEAD_BYTES;
        at = match version & 0xf {
            0xf => start,
            _ => start.saturating_add(usize::try_from(length).unwrap_or(usize::MAX)),
        };
        sink.pictures += usize::from(kind == 0xf007);
        if matches!(kind, 0xf00b | 0xf121 | 0xf122) {
            properties(bytes.get(start..at.min(bytes.len())).unwrap_or_default(), version >> 4, sink);
        }
    }
}

/// Reads a list of properties of a shape: `count` heads, then their long values.
pub(super) fn properties(bytes: &[u8], count: u16, sink: &mut Sink<'_>) {
    let mut value = 6 * usize::from(count);
    let mut letters = None;
    let mut name = String::new();
    for number in 0..usize::from(count) {
        let (Some(code), Some(length)) = (u16_at(bytes, 6 * number), u32_at(bytes, 6 * number + 2)) else {
            return;
        };
        if code & 0x8000 == 0 {
            continue;
        }
        let end = value.saturating_add(usize::try_from(length).unwrap_or(usize::MAX));
        let bytes = bytes.get(value..end.min(bytes.len())).unwrap_or_default();
        value = end;
        match code & 0x3fff {
            LETTERS => letters = Some(utf16(bytes)),
            NAME => name = utf16(bytes),
            DESCRIPTION | TOOLTIP => sink.tell_once(Place::AltText, &utf16(bytes)),
            LINK => super::stray::wide(bytes, 4, &mut |text| sink.tell_once(Place::Attribute, text)),
            _ => {}
        }
    }
    if let Some(letters) = letters {
        sink.tell_once(Place::Watermark, &letters);
    }
    if !name.is_ascii() {
        sink.tell_once(Place::AltText, &name);
    }
}

/// UTF-16 text up to its zero.
pub(super) fn utf16(bytes: &[u8]) -> String {
    let (units, _) = bytes.as_chunks::<2>();
    let units: Vec<u16> = units.iter().map(|&u| u16::from_le_bytes(u)).take_while(|&u| u != 0).collect();
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{Budget, Limits};

    #[test]
    fn letters_of_a_shape_are_a_watermark() {
        let letters: Vec<u8> = "机密\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut list = vec![0x80, 0, 1, 0, 0, 0, 0xc0, 0xc0, 6, 0, 0, 0];
        list.extend(&letters);
        let mut bytes = vec![0x0f, 0, 0x04, 0xf0, 26, 0, 0, 0, 0x23, 0, 0x0b, 0xf0, 18, 0, 0, 0];
        bytes.extend(&list);
        let mut budget = Budget::new(&Limits::default());
        let mut sink = Sink::new(&mut budget);
        read(&bytes, &mut sink);
        let segment = &sink.out.text.segments()[0];
        assert_eq!((segment.at.place, sink.out.text.as_str()), (Place::Watermark, "机密"));
    }
}
