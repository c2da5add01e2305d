//! Old metafiles: records of 16-bit numbers, texts in the code page of their font.

use super::{Drawing, Drawn, Font, size_at, u16_at, u32_at};

/// Records, lying sizes or not.
const RECORDS: usize = 5_000_000;
/// Objects that are remembered.
const OBJECTS: usize = 10_000;
/// Mark in front of a file that says how large it is drawn.
pub(super) const PLACEABLE: [u8; 4] = [0xd7, 0xcd, 0xc6, 0x9a];

/// Reads a file; `false` where it breaks off.
pub(super) fn read(bytes: &[u8], drawing: &mut Drawing) -> bool {
    let mut rest = bytes;
    if rest.starts_with(&PLACEABLE) {
        rest = rest.get(22..).unwrap_or_default();
    }
    rest = rest.get(18..).unwrap_or_default();
    let mut font = Font::default();
    // Objects by their numbers: a new one takes the lowest that is free.
    let mut objects: Vec<Option<Option<Font>>> = Vec::new();
    for _ in 0..RECORDS {
        let (Some(words), Some(kind)) = (size_at(rest, 0), u16_at(rest, 4)) else { return false };
        let size = words.saturating_mul(2);
        let record = rest.get(..size).unwrap_or(rest);
        let body = record.get(6..).unwrap_or_default();
        let lost = drawing.lost;
        match kind {
            0 => return true,
            0x02fb => {
                let height = u16_at(body, 0).map(u16::cast_signed).unwrap_or_default();
                let charset = body.get(13).copied().unwrap_or_default();
                add(&mut objects, Some(Font::new(i32::from(height), charset)));
            }
            0x00f7 | 0x0142 | 0x01f9 | 0x02fa | 0x02fc | 0x06fe | 0x06ff => add(&mut objects, None),
            0x01f0 => {
                let number = u16_at(body, 0).map_or(usize::MAX, usize::from);
                if let Some(object) = objects.get_mut(number) {
                    *object = None;
                }
            }
            0x012d => {
                let number = u16_at(body, 0).map_or(usize::MAX, usize::from);
                if let Some(Some(Some(selected))) = objects.get(number) {
                    font = *selected;
                }
            }
            0x0521 => drawing.lost += usize::from(text_out(body, &font, drawing).is_none()),
            0x0a32 => drawing.lost += usize::from(extended_text_out(body, &font, drawing).is_none()),
            0x0940 | 0x0b41 | 0x0d33 | 0x0f43 => {
                // The header of the bitmap stands behind a few numbers.
                let header = (0..32).step_by(2).filter_map(|at| body.get(at..)).find(|rest| is_header(rest));
                drawing.bitmap(header.unwrap_or_default());
            }
            0x0626 => escape(body, drawing),
            _ => {}
        }
        if size < 6 || size > rest.len() {
            // That it breaks off is told as such.
            drawing.lost = lost;
            return false;
        }
        rest = rest.get(size..).unwrap_or_default();
    }
    false
}

/// Whether the header of a bitmap begins here: its own size, one plane, bits of a pixel.
fn is_header(bytes: &[u8]) -> bool {
    u32_at(bytes, 0) == Some(40)
        && u16_at(bytes, 12) == Some(1)
        && matches!(u16_at(bytes, 14), Some(0 | 1 | 4 | 8 | 16 | 24 | 32))
}

fn add(objects: &mut Vec<Option<Option<Font>>>, object: Option<Font>) {
    if let Some(slot) = objects.iter_mut().find(|slot| slot.is_none()) {
        *slot = Some(object);
    } else if objects.len() < OBJECTS {
        objects.push(Some(object));
    }
}

fn text_out(body: &[u8], font: &Font, drawing: &mut Drawing) -> Option<()> {
    let length = usize::from(u16_at(body, 0)?);
    let text = body.get(2..)?;
    let behind = 2 + length.next_multiple_of(2);
    let (y, x) = (u16_at(body, behind).unwrap_or_default(), u16_at(body, behind + 2).unwrap_or_default());
    draw(text.get(..length).unwrap_or(text), x, y, font, drawing);
    (length <= text.len()).then_some(())
}

fn extended_text_out(body: &[u8], font: &Font, drawing: &mut Drawing) -> Option<()> {
    const GLYPHS: u16 = 0x10;
    const RECTANGLE: u16 = 0x06;
    let (y, x, length, options) =
        (u16_at(body, 0)?, u16_at(body, 2)?, usize::from(u16_at(body, 4)?), u16_at(body, 6)?);
    let at = if options & RECTANGLE == 0 { 8 } else { 16 };
    let text = body.get(at..)?;
    let whole = (length <= text.len()).then_some(());
    let text = text.get(..length).unwrap_or(text);
    if options & GLYPHS == 0 {
        draw(text, x, y, font, drawing);
    } else {
        drawing.glyphs += text.len() / 2;
    }
    whole
}

fn draw(bytes: &[u8], x: u16, y: u16, font: &Font, drawing: &mut Drawing) {
    let text = font.decode(bytes);
    if text.is_empty() || font.is_symbol && text.is_ascii() {
        return;
    }
    let (x, y) = (f32::from(x.cast_signed()), f32::from(y.cast_signed()));
    // An ideograph is as wide as high, and two bytes.
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    let end = x + f32::from(length) / 2.0 * font.height;
    drawing.text(Drawn { text, x, y, end, height: font.height }, false);
}

/// A part of an enhanced metafile, which newer programs read instead.
fn escape(body: &[u8], drawing: &mut Drawing) {
    const COMMENT: u16 = 0x0f;
    const PART_AT: usize = 34;
    let data = body.get(4..).unwrap_or_default();
    let is_part = u16_at(body, 0) == Some(COMMENT) && data.starts_with(b"WMFC") && u32_at(data, 4) == Some(1);
    if let (true, Some(length)) = (is_part, size_at(data, 22)) {
        let part = data.get(PART_AT..).unwrap_or_default();
        drawing.enhanced.extend_from_slice(part.get(..length).unwrap_or(part));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::read;
    use crate::filetype::FileType;
    use crate::limits::GapKind;

    fn record(kind: u16, body: &[u8]) -> Vec<u8> {
        let mut body = body.to_vec();
        body.resize(body.len().next_multiple_of(2), 0);
        let words = u32::try_from(body.len() / 2 + 3).unwrap();
        [&words.to_le_bytes()[..], &kind.to_le_bytes(), &body].concat()
    }

    #[test]
    fn numbers_in_front_of_a_bitmap_are_no_header() {
        // A rectangle 40 units high stands in front of a bitmap of 40 by 100 pixels.
        let header = [40, 0, 40, 0, 100, 0, 1, 24_u16];
        let body = |width: u16| {
            let numbers = [0x0020, 0x00cc, 40, 0, 0, 0, 0, 0].into_iter();
            let header = header.map(|n| if n == 100 { width } else { n });
            let body: Vec<u8> = numbers.chain(header).chain([0; 12]).flat_map(u16::to_le_bytes).collect();
            [&[1, 0, 9, 0, 0, 3][..], &[0; 12], &record(0x0f43, &body), &record(0, b"")].concat()
        };
        assert_eq!(read(&body(100), FileType::Wmf).1, []);
    }

    #[test]
    fn texts_are_read_in_the_code_page_of_their_font() {
        let font = |charset: u8| [&20_u16.to_le_bytes()[..], &[0; 11], &[charset], &[0; 4]].concat();
        let records = [
            record(0x02fa, &[0; 10]),
            record(0x02fb, &font(136)),
            record(0x012d, &1_u16.to_le_bytes()),
            record(0x0521, &[&4_u16.to_le_bytes()[..], b"\xbe\xf7\xb1K", &[0; 4]].concat()),
            record(0x01f0, &1_u16.to_le_bytes()),
            record(0x02fb, &font(134)),
            record(0x012d, &1_u16.to_le_bytes()),
            record(0x0a32, &[&[50, 0, 0, 0, 4, 0, 0, 0][..], b"\xbb\xfa\xc3\xdc"].concat()),
            record(0, b""),
        ];
        let bytes = [&[1, 0, 9, 0, 0, 3][..], &[0; 12], &records.concat()].concat();
        assert_eq!(read(&bytes, FileType::Wmf), ("機密\n机密".to_owned(), vec![]));
        for end in 0..bytes.len() {
            assert_eq!(read(&bytes[..end], FileType::Wmf).1, [GapKind::Damaged], "{end}");
        }
    }
}
