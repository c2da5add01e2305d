//! Drawings (Office Art), the same in all three programs: letters set as shapes, which is how
//! watermarks are made, descriptions and addresses of shapes.

use std::io::Read;

use flate2::read::ZlibDecoder;

use crate::document::Inner;
use crate::extract::sink::Sink;
use crate::limits::{Gap, GapKind};
use crate::read::cfb::{u16_at, u32_at};
use crate::text::Place;

/// Properties whose values are strings: what shape letters say, alternative text and link targets.
const LETTERS: u16 = 0x00c0;
const NAME: u16 = 0x0380;
const DESCRIPTION: u16 = 0x0381;
const LINK: u16 = 0x0382;
const TOOLTIP: u16 = 0x038d;
/// Records of pictures that are drawings: EMF, WMF, PICT.
const METAFILES_FROM: u16 = 0xf01a;
const METAFILES_TO: u16 = 0xf01c;
/// Records of pictures of pixels: JPEG, PNG, bitmaps, TIFF, JPEG in four colours.
const PIXELS: [u16; 5] = [0xf01d, 0xf01e, 0xf01f, 0xf029, 0xf02a];
/// Bytes of the head of a record.
pub(super) const HEAD_BYTES: usize = 8;

/// Reads the records in `bytes`, containers and what lies between them included, and counts the
/// pictures. What a picture shows may stand in another stream, `delayed`.
pub(super) fn read(bytes: &[u8], delayed: &[u8], sink: &mut Sink<'_>) {
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
        let body = bytes.get(start..at.min(bytes.len())).unwrap_or_default();
        match kind {
            0xf007 => entry(body, delayed, sink),
            _ if is_picture(kind) => {
                picture(bytes.get(start - HEAD_BYTES..).unwrap_or_default(), sink);
            }
            _ => {}
        }
        if matches!(kind, 0xf00b | 0xf121 | 0xf122) {
            properties(body, version >> 4, sink);
        }
    }
}

/// An entry of the list of pictures: a head, a name, and the picture or where it is.
fn entry(body: &[u8], delayed: &[u8], sink: &mut Sink<'_>) {
    const ENTRY_BYTES: usize = 36;
    sink.pictures += 1;
    let name = body.get(33).map_or(0, |&length| usize::from(length));
    picture(body.get(ENTRY_BYTES + name..).unwrap_or_default(), sink);
    if let Some(at) = u32_at(body, 28).and_then(|at| usize::try_from(at).ok()).filter(|&at| at > 0) {
        picture(delayed.get(at..).unwrap_or_default(), sink);
    }
}

fn is_picture(kind: u16) -> bool {
    (METAFILES_FROM..=METAFILES_TO).contains(&kind) || PIXELS.contains(&kind)
}

/// Hands over the picture of this record if it is a drawing in records; of others, takes what they say
/// about themselves.
pub(super) fn picture(record: &[u8], sink: &mut Sink<'_>) {
    if let (Some(version), Some(kind), Some(length)) =
        (u16_at(record, 0), u16_at(record, 2), u32_at(record, 4))
        && PIXELS.contains(&kind)
    {
        // One or two checksums come first, and a byte.
        let start = HEAD_BYTES + if version >> 4 & 1 == 0 { 17 } else { 33 };
        let end = HEAD_BYTES.saturating_add(usize::try_from(length).unwrap_or(usize::MAX));
        if let Some(pixels) = record.get(start..end.min(record.len())) {
            let name = format!("picture-{}", sink.out.pictures.len() + 1);
            sink.silent(&name, pixels);
        }
    } else if metafile_in(record, sink).is_none() {
        sink.gap(Gap::new(GapKind::Damaged, "metafile in a drawing"));
    }
}

fn metafile_in(record: &[u8], sink: &mut Sink<'_>) -> Option<()> {
    /// Sizes and how it is compressed.
    const INFO_BYTES: usize = 34;
    let (Some(version), Some(kind)) = (u16_at(record, 0), u16_at(record, 2)) else { return Some(()) };
    if !(METAFILES_FROM..=METAFILES_TO).contains(&kind) {
        return Some(());
    }
    let extension = match kind {
        0xf01a => "emf",
        0xf01b => "wmf",
        _ => "pict",
    };
    // One or two checksums come first.
    let start = HEAD_BYTES + if version >> 4 & 1 == 0 { 16 } else { 32 };
    let info = record.get(start..)?;
    let size = usize::try_from(u32_at(info, 28)?).ok()?;
    let data = info.get(INFO_BYTES..)?;
    let (data, whole) = (data.get(..size).unwrap_or(data), data.len() >= size);
    let mut content = Vec::new();
    let most = sink.budget.inflatable(data.len() as u64);
    let end = match info.get(32)? {
        0 => ZlibDecoder::new(data).take(most).read_to_end(&mut content).map(drop),
        _ => data.take(most).read_to_end(&mut content).map(drop),
    };
    if content.len() as u64 == most {
        sink.gap(Gap::new(GapKind::Limit, format!("metafile: more than {most} bytes")));
    }
    sink.budget.spend_inflated(content.len() as u64);
    let number = sink.out.inner.len() + 1;
    let is_empty = content.is_empty();
    if !is_empty && sink.is_new_document(&content) {
        sink.out.inner.push(Inner { name: format!("picture-{number}.{extension}"), bytes: content });
    }
    (end.is_ok() && whole && !is_empty).then_some(())
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
        read(&bytes, &[], &mut sink);
        let segment = &sink.out.text.segments()[0];
        assert_eq!((segment.at.place, sink.out.text.as_str()), (Place::Watermark, "机密"));
    }
}
