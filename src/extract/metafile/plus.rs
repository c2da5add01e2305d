//! EMF+: records within the comments of an enhanced metafile, for viewers that know them.

use super::{Drawing, Drawn, size_at, u16_at, u32_at, utf16};

/// Bytes of records that are kept; what is drawn has a fallback in plain records behind that.
const BYTES: usize = 64 << 20;

/// Collects records, which may be parted anywhere.
#[derive(Default)]
pub(super) struct Reader {
    bytes: Vec<u8>,
    refused: bool,
    has_fallback: bool,
}

impl Reader {
    /// Takes the records of one comment.
    pub(super) fn take(&mut self, records: &[u8], drawing: &mut Drawing) {
        match self.bytes.len() + records.len() <= BYTES {
            true => self.bytes.extend_from_slice(records),
            false => self.refused = true,
        }
        drawing.full |= self.refused;
    }

    /// Reads what was collected.
    pub(super) fn finish(&mut self, drawing: &mut Drawing) {
        let bytes = std::mem::take(&mut self.bytes);
        let mut rest = bytes.as_slice();
        while let (Some(kind), Some(flags), Some(size), Some(length)) =
            (u16_at(rest, 0), u16_at(rest, 2), size_at(rest, 4), size_at(rest, 8))
        {
            let data = rest.get(12..).unwrap_or_default();
            let data = data.get(..length).unwrap_or(data);
            match kind {
                0x4001 => self.has_fallback = flags & 1 != 0,
                // An object that is a picture.
                0x4008 if flags >> 8 & 0x7f == 5 => drawing.picture |= !self.has_fallback,
                0x401c => drawing.lost += usize::from(string(data, drawing).is_none()),
                0x4036 => drawing.lost += usize::from(driver_string(data, drawing).is_none()),
                _ => {}
            }
            rest = rest.get(size.max(12)..).unwrap_or_default();
        }
    }
}

fn string(data: &[u8], drawing: &mut Drawing) -> Option<()> {
    let count = size_at(data, 8)?;
    let rest = data.get(28..)?;
    let length = count.saturating_mul(2);
    let text = utf16(rest.get(..length).unwrap_or(rest));
    push(text, float(data, 12)?, float(data, 16)?, drawing);
    (length <= rest.len()).then_some(())
}

fn driver_string(data: &[u8], drawing: &mut Drawing) -> Option<()> {
    let (options, count) = (u32_at(data, 4)?, size_at(data, 12)?);
    let units = data.get(16..)?;
    let length = count.saturating_mul(2).min(units.len());
    let units = units.get(..length)?;
    // Without this option the numbers are those of glyphs.
    if options & 1 == 0 {
        drawing.glyphs += length / 2;
        return Some(());
    }
    let places = length.next_multiple_of(4) + 16;
    push(utf16(units), float(data, places)?, float(data, places + 4)?, drawing);
    Some(())
}

fn push(text: String, x: f32, y: f32, drawing: &mut Drawing) {
    if !text.is_empty() {
        drawing.text(Drawn { text, x, y, end: x, height: 1.0 }, true);
    }
}

fn float(data: &[u8], at: usize) -> Option<f32> {
    Some(f32::from_bits(u32_at(data, at)?)).filter(|number| number.is_finite())
}
