//! Enhanced metafiles: records of 32-bit numbers, the texts among them in UTF-16.

use std::collections::HashMap;

use super::{Drawing, Drawn, Font, i32_at, plus, size_at, u32_at, utf16};

/// Records, lying sizes or not.
const RECORDS: usize = 5_000_000;
/// States saved within states.
const STATES: usize = 256;
/// Objects that are remembered.
const OBJECTS: usize = 10_000;
/// Texts of one record.
const STRINGS: usize = 100_000;
/// Option: the numbers are those of glyphs.
const GLYPHS: u32 = 0x10;

/// Horizontal and vertical scaling and shearing, and movement.
type Matrix = [f32; 6];

const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

#[derive(Clone, Copy)]
struct State {
    world: Matrix,
    font: Font,
}

/// Reads a file; `false` where it breaks off.
pub(super) fn read(bytes: &[u8], drawing: &mut Drawing) -> bool {
    let mut state = State { world: IDENTITY, font: Font::default() };
    let mut saved: Vec<State> = Vec::new();
    let mut fonts: HashMap<u32, Font> = HashMap::new();
    let mut plus = plus::Reader::default();
    let mut rest = bytes;
    for _ in 0..RECORDS {
        let (Some(kind), Some(size)) = (u32_at(rest, 0), size_at(rest, 4)) else { return false };
        let Some(record) = rest.get(..size).filter(|_| size >= 8) else {
            // What is there of a text is read; that it breaks off is told as such.
            let lost = drawing.lost;
            text_record(kind, rest, &state, drawing);
            drawing.lost = lost;
            plus.finish(drawing);
            return false;
        };
        match kind {
            1 => description(record, drawing),
            14 => {
                plus.finish(drawing);
                return true;
            }
            33 if saved.len() < STATES => saved.push(state),
            34 => state = saved.pop().unwrap_or(state),
            35 => state.world = matrix(record, 8).unwrap_or(state.world),
            36 => modify(record, &mut state),
            37 => {
                let font = u32_at(record, 8).and_then(|number| fonts.get(&number));
                state.font = font.copied().unwrap_or(state.font);
            }
            82 => {
                if let (Some(number), Some(height), Some(&charset)) =
                    (u32_at(record, 8), i32_at(record, 12), record.get(35))
                    && fonts.len() < OBJECTS
                {
                    fonts.insert(number, Font::new(height, charset));
                }
            }
            70 => comment(record, &mut plus, drawing),
            76..=78 | 114 | 116 => bitmap(record, 84, drawing),
            79 => bitmap(record, 96, drawing),
            80 | 81 => bitmap(record, 48, drawing),
            _ => text_record(kind, record, &state, drawing),
        }
        rest = rest.get(size..).unwrap_or_default();
    }
    false
}

fn text_record(kind: u32, record: &[u8], state: &State, drawing: &mut Drawing) {
    let whole = match kind {
        83 | 84 => text(record, 36, kind == 84, state, drawing),
        96 | 97 => {
            let count = size_at(record, 36).unwrap_or_default();
            drawing.full |= count > STRINGS;
            let mut texts = (0..count.min(STRINGS)).map(|index| 40 + 40 * index);
            texts.try_for_each(|at| text(record, at, kind == 97, state, drawing))
        }
        108 => small(record, state, drawing),
        _ => Some(()),
    };
    drawing.lost += usize::from(whole.is_none());
}

/// A text whose description stands at `at`; `None` where not all of it is in the record.
fn text(record: &[u8], at: usize, is_wide: bool, state: &State, drawing: &mut Drawing) -> Option<()> {
    let count = size_at(record, at + 8)?;
    let offset = size_at(record, at + 12)?;
    let options = u32_at(record, at + 16)?;
    if count == 0 {
        return Some(());
    }
    let rest = record.get(offset..)?;
    let length = count.saturating_mul(if is_wide { 2 } else { 1 });
    let bytes = rest.get(..length).unwrap_or(rest);
    // The ways from character to character.
    let ways = size_at(record, at + 36).filter(|&from| from > 0).and_then(|from| record.get(from..));
    let way: i64 = ways
        .map(|ways| ways.chunks_exact(4).take(count).filter_map(|way| i32_at(way, 0)).map(i64::from).sum())
        .unwrap_or_default();
    let to = (i32_at(record, at)?, i32_at(record, at + 4)?);
    draw(bytes, is_wide, options, to, way, state, drawing);
    (bytes.len() == length).then_some(())
}

fn small(record: &[u8], state: &State, drawing: &mut Drawing) -> Option<()> {
    const NO_BOUNDS: u32 = 0x100;
    const NARROW: u32 = 0x200;
    let (count, options) = (size_at(record, 16)?, u32_at(record, 20)?);
    let at = if options & NO_BOUNDS == 0 { 52 } else { 36 };
    let is_wide = options & NARROW == 0;
    let rest = record.get(at..)?;
    let length = count.saturating_mul(if is_wide { 2 } else { 1 });
    let bytes = rest.get(..length).unwrap_or(rest);
    let to = (i32_at(record, 8)?, i32_at(record, 12)?);
    draw(bytes, is_wide, options, to, 0, state, drawing);
    (bytes.len() == length).then_some(())
}

fn draw(
    bytes: &[u8],
    is_wide: bool,
    options: u32,
    (x, y): (i32, i32),
    way: i64,
    state: &State,
    drawing: &mut Drawing,
) {
    if options & GLYPHS != 0 {
        drawing.glyphs += bytes.len() / 2;
        return;
    }
    let text = if is_wide { utf16(bytes) } else { state.font.decode(bytes) };
    if text.is_empty() {
        return;
    }
    #[expect(clippy::cast_precision_loss, reason = "places on a page")]
    let (x, y, way) = (x as f32, y as f32, way as f32);
    let [a, b, c, d, e, f] = state.world;
    let height = state.font.height * c.hypot(d);
    #[expect(clippy::cast_precision_loss, reason = "the length of a line")]
    let way = if way > 0.0 { way * a.hypot(b) } else { height * text.chars().count() as f32 };
    let x_page = a * x + c * y + e;
    let drawn = Drawn { text, x: x_page, y: b * x + d * y + f, end: x_page + way, height };
    drawing.text(drawn, false);
}

fn matrix(record: &[u8], at: usize) -> Option<Matrix> {
    let mut matrix = IDENTITY;
    for (index, number) in matrix.iter_mut().enumerate() {
        *number = f32::from_bits(u32_at(record, at + 4 * index)?);
    }
    matrix.iter().all(|number| number.is_finite()).then_some(matrix)
}

fn modify(record: &[u8], state: &mut State) {
    let Some(by) = matrix(record, 8) else { return };
    state.world = match u32_at(record, 32) {
        Some(1) => IDENTITY,
        Some(2) => then(&by, &state.world),
        Some(3) => then(&state.world, &by),
        Some(4) => by,
        _ => state.world,
    };
}

/// First `m`, then `n`.
fn then(m: &Matrix, n: &Matrix) -> Matrix {
    [
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    ]
}

/// What the header says about the drawing: its program and its title.
fn description(record: &[u8], drawing: &mut Drawing) {
    let (Some(count), Some(offset)) = (size_at(record, 60), size_at(record, 64)) else { return };
    if offset == 0 || count == 0 {
        return;
    }
    let rest = record.get(offset..).unwrap_or_default();
    let length = count.saturating_mul(2);
    drawing.lost += usize::from(rest.len() < length);
    let bytes = rest.get(..length).unwrap_or(rest);
    for piece in bytes.as_chunks::<2>().0.split(|unit| *unit == [0, 0]).filter(|piece| !piece.is_empty()) {
        drawing.remarks.push(utf16(piece.as_flattened()));
    }
}

fn comment(record: &[u8], plus: &mut plus::Reader, drawing: &mut Drawing) {
    let length = size_at(record, 8).unwrap_or_default();
    let data = record.get(12..).unwrap_or_default();
    let data = data.get(..length).unwrap_or(data);
    if let Some(records) = data.strip_prefix(b"EMF+") {
        plus.take(records, drawing);
    }
}

/// The bitmap whose offset stands at `at`.
fn bitmap(record: &[u8], at: usize, drawing: &mut Drawing) {
    let Some(offset) = size_at(record, at).filter(|&offset| offset > 0) else { return };
    match record.get(offset..) {
        Some(header) => drawing.bitmap(header),
        None => drawing.lost += 1,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::read;
    use crate::filetype::FileType;
    use crate::limits::GapKind;

    fn record(kind: u32, numbers: &[u32], tail: &[u8]) -> Vec<u8> {
        let mut body: Vec<u8> = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
        body.extend(tail);
        body.resize(body.len().next_multiple_of(4), 0);
        let size = u32::try_from(body.len() + 8).unwrap();
        [kind.to_le_bytes().to_vec(), size.to_le_bytes().to_vec(), body].concat()
    }

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    fn text_out(text: &str, x: u32, y: u32, options: u32) -> Vec<u8> {
        let count = u32::try_from(text.encode_utf16().count()).unwrap();
        let head = [0, 0, 0, 0, 1, 0, 0, x, y, count, 76, options, 0, 0, 0, 0, 0];
        record(84, &head, &wide(text))
    }

    fn file(records: &[Vec<u8>]) -> Vec<u8> {
        let mut header = [0_u32; 20];
        header[8] = u32::from_le_bytes(*b" EMF");
        [record(1, &header, b""), records.concat(), record(14, &[0, 0, 20], b"")].concat()
    }

    #[test]
    fn texts_of_every_record_are_read() {
        let small = record(108, &[0, 300, 4, 0x100, 1, 0, 0], &wide("内部资料"));
        let font = record(82, &[7, 20, 0, 0, 0, 0, 134 << 24], b"");
        let narrow = record(83, &[0, 0, 0, 0, 1, 0, 0, 0, 500, 4, 76, 0, 0, 0, 0, 0, 0], b"\xbb\xfa\xc3\xdc");
        let all = [
            text_out("秘密★", 0, 100, 0),
            text_out("10年", 36, 100, 0),
            small,
            font,
            record(37, &[7], b""),
            narrow,
        ];
        assert_eq!(read(&file(&all), FileType::Emf), ("秘密★10年\n内部资料\n机密".to_owned(), vec![]));
    }

    #[test]
    fn glyph_numbers_and_a_broken_end_are_gaps() {
        let bytes = file(&[text_out("xxxx", 0, 0, 0x10), text_out("机密", 0, 0, 0)]);
        assert_eq!(read(&bytes, FileType::Emf), ("机密".to_owned(), vec![GapKind::Glyphs]));
        let broken = read(&bytes[..bytes.len() - 30], FileType::Emf);
        assert_eq!(broken.1, [GapKind::Damaged, GapKind::Glyphs]);
        for end in 0..bytes.len() {
            assert!(!read(&bytes[..end], FileType::Emf).1.is_empty());
        }
    }

    #[test]
    fn a_text_that_reaches_out_of_its_record_is_a_gap() {
        // Characters and offset of the text in the record, of which it has two, at 76.
        for (count, offset, expected) in [(2, 76, "机密"), (3, 76, "机密"), (2, 78, "密"), (2, 1 << 30, "")]
        {
            let head = [0, 0, 0, 0, 1, 0, 0, 0, 0, count, offset, 0, 0, 0, 0, 0, 0];
            let gaps = if (count, offset) == (2, 76) { vec![] } else { vec![GapKind::Damaged] };
            let bytes = file(&[record(84, &head, &wide("机密"))]);
            assert_eq!(read(&bytes, FileType::Emf), (expected.to_owned(), gaps));
        }
    }

    #[test]
    fn strings_of_the_newer_records_are_read() {
        let mut string = 0x401c_u16.to_le_bytes().to_vec();
        string.extend(0_u16.to_le_bytes());
        let data = [&[0; 8][..], &4_u32.to_le_bytes(), &[0; 16], &wide("绝密文件")].concat();
        let size = u32::try_from(data.len()).unwrap();
        string.extend((size + 12).to_le_bytes());
        string.extend(size.to_le_bytes());
        string.extend(data);
        let length = u32::try_from(string.len() + 4).unwrap();
        let comment = record(70, &[length], &[b"EMF+", string.as_slice()].concat());
        let both = file(&[comment.clone(), text_out("绝密文件", 0, 0, 0)]);
        assert_eq!(read(&both, FileType::Emf), ("绝密文件".to_owned(), vec![]));
        assert_eq!(read(&file(&[comment]), FileType::Emf), ("绝密文件".to_owned(), vec![]));
    }
}
