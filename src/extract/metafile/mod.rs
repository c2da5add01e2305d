//! Windows metafiles (WMF, EMF, EMF+): drawings whose texts are stored as texts.
//!
//! Office programs keep them as previews of embedded objects and as pasted drawings. Texts drawn on
//! one line become one line. Glyph numbers of a font that is not at hand are a gap, and so is a
//! bitmap within that may be a page, by the rule for pictures.

mod emf;
mod plus;
mod wmf;

use encoding_rs::{BIG5, EUC_KR, Encoding, GB18030, SHIFT_JIS};

use super::Extracted;
use super::sink::Sink;
use crate::document::Inner;
use crate::filetype::FileType;
use crate::limits::{Budget, Gap, GapKind};
use crate::text::{At, Break, Place};

/// Texts of one drawing; more are a gap.
const TEXTS: usize = 200_000;
/// Heights of a letter between two texts of a line from which on they are cells.
const CELL_GAP: f32 = 1.5;

/// Reads a metafile.
pub(super) fn extract(bytes: &[u8], file_type: FileType, budget: &mut Budget) -> Extracted {
    let mut drawing = Drawing::default();
    let whole = match file_type {
        FileType::Emf => emf::read(bytes, &mut drawing),
        _ => wmf::read(bytes, &mut drawing),
    };
    let mut sink = Sink::new(budget);
    if !whole {
        sink.gap(Gap::new(GapKind::Damaged, format!("{}: breaks off", file_type.as_str())));
    }
    drawing.tell(&mut sink);
    sink.out
}

/// A text where it is drawn, in units of the page.
#[derive(Debug, Clone, PartialEq)]
struct Drawn {
    text: String,
    x: f32,
    y: f32,
    /// Where it ends, as far as the file says.
    end: f32,
    height: f32,
}

/// What was found so far.
#[derive(Debug, Default)]
struct Drawing {
    texts: Vec<Drawn>,
    /// What a viewer that knows EMF+ shows instead.
    plus: Vec<Drawn>,
    /// Names and remarks of the programs.
    remarks: Vec<String>,
    /// Glyphs without a character.
    glyphs: usize,
    /// Width and height of the largest bitmap that may be a page.
    page: Option<(u32, u32)>,
    /// An EMF+ picture without a fallback.
    picture: bool,
    /// An enhanced metafile within an old one.
    enhanced: Vec<u8>,
    full: bool,
    /// Records whose text or bitmap lies, in part or whole, outside of them.
    lost: usize,
}

impl Drawing {
    fn text(&mut self, drawn: Drawn, is_plus: bool) {
        let list = if is_plus { &mut self.plus } else { &mut self.texts };
        if list.len() >= TEXTS {
            self.full = true;
        } else {
            list.push(drawn);
        }
    }

    /// A device-independent bitmap: its header says how large it is.
    fn bitmap(&mut self, header: &[u8]) {
        let number = |at: usize| i32_at(header, at).map(i32::unsigned_abs);
        let (Some(40..=124), Some(width), Some(height)) = (number(0), number(4), number(8)) else { return };
        if super::is_page_like(width, height) {
            self.page = Some((width, height));
        }
    }

    fn tell(self, sink: &mut Sink<'_>) {
        let lines = lines(&self.texts);
        let plain = compact(&lines);
        for (parted, text) in &lines {
            sink.push(At::new(Place::ImageText).parted(*parted), text);
        }
        let plus = self::lines(&self.plus);
        if compact(&plus) != plain {
            for (parted, text) in &plus {
                let at = At { again: !plain.is_empty(), ..At::new(Place::ImageText).parted(*parted) };
                sink.push(at, text);
            }
        }
        for remark in &self.remarks {
            sink.tell_once(Place::Property, remark);
        }
        let told = plain.chars().count().max(compact(&plus).chars().count());
        if self.glyphs > told {
            sink.gap(Gap::new(GapKind::Glyphs, format!("metafile: {} glyph numbers", self.glyphs)));
        }
        if let Some((width, height)) = self.page {
            sink.gap(Gap::new(GapKind::Image, format!("metafile: bitmap of {width} by {height} pixels")));
        }
        if self.picture && self.texts.is_empty() {
            sink.gap(Gap::new(GapKind::Image, "metafile: EMF+ picture"));
        }
        if self.full {
            sink.gap(Gap::new(GapKind::Limit, format!("metafile: more than {TEXTS} texts")));
        }
        if self.lost > 0 {
            let detail = format!("metafile: {} records reach beyond their end", self.lost);
            sink.gap(Gap::new(GapKind::Damaged, detail));
        }
        if self.texts.is_empty() && !self.enhanced.is_empty() && sink.budget.spend_entry() {
            sink.budget.spend_inflated(self.enhanced.len() as u64);
            sink.out.inner.push(Inner { name: "enhanced.emf".to_owned(), bytes: self.enhanced });
        }
    }
}

/// The texts as pieces of lines, with what parts each from the one before.
fn lines(texts: &[Drawn]) -> Vec<(Break, String)> {
    let mut lines: Vec<(Break, String)> = Vec::new();
    let mut before: Option<&Drawn> = None;
    for drawn in texts {
        let height = drawn.height.abs().max(1.0);
        let parted = match before {
            Some(last) if (last.y - drawn.y).abs() < height / 2.0 => {
                let gap = drawn.x - last.end;
                // Backwards by more than a letter is another text.
                if gap > CELL_GAP * height || drawn.x < last.x - height { Break::Cell } else { Break::None }
            }
            _ => Break::Line,
        };
        match lines.last_mut().filter(|_| parted == Break::None) {
            Some((_, line)) => line.push_str(&drawn.text),
            None => lines.push((parted, drawn.text.clone())),
        }
        before = Some(drawn);
    }
    lines
}

fn compact(lines: &[(Break, String)]) -> String {
    lines.iter().flat_map(|(_, text)| text.chars()).filter(|c| !c.is_whitespace()).collect()
}

/// A font that was made: its height and what its bytes mean.
#[derive(Debug, Clone, Copy)]
struct Font {
    height: f32,
    encoding: &'static Encoding,
    /// The bytes are signs of their own.
    is_symbol: bool,
}

impl Default for Font {
    fn default() -> Self {
        Self { height: 12.0, encoding: GB18030, is_symbol: false }
    }
}

impl Font {
    fn new(height: i32, charset: u8) -> Self {
        let encoding = match charset {
            128 => SHIFT_JIS,
            129 => EUC_KR,
            136 => BIG5,
            // Chinese programs write GBK in fonts that claim to be Western.
            _ => GB18030,
        };
        #[expect(clippy::cast_precision_loss, reason = "a height is a small number")]
        let height = height.unsigned_abs().min(1 << 20) as f32;
        Self { height: if height == 0.0 { 12.0 } else { height }, encoding, is_symbol: charset == 2 }
    }

    fn decode(&self, bytes: &[u8]) -> String {
        let text = self.encoding.decode_without_bom_handling(bytes).0;
        text.trim_end_matches('\0').to_owned()
    }
}

/// UTF-16 text, its zeros left out.
fn utf16(bytes: &[u8]) -> String {
    let (units, _) = bytes.as_chunks::<2>();
    let units: Vec<u16> = units.iter().map(|&unit| u16::from_le_bytes(unit)).filter(|&u| u != 0).collect();
    String::from_utf16_lossy(&units)
}

fn i32_at(bytes: &[u8], at: usize) -> Option<i32> {
    Some(i32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// A number as a size or an offset.
fn size_at(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32_at(bytes, at)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    pub(super) fn read(bytes: &[u8], file_type: FileType) -> (String, Vec<GapKind>) {
        let out = extract(bytes, file_type, &mut Budget::new(&Limits::default()));
        assert!(out.text.segments().iter().all(|s| s.at.place == Place::ImageText));
        (out.text.as_str().to_owned(), out.gaps.iter().map(|gap| gap.kind).collect())
    }

    #[test]
    fn texts_of_one_line_are_one_line() {
        let drawn =
            |text: &str, x: f32, y: f32| Drawn { text: text.into(), x, y, end: x + 10.0, height: 10.0 };
        let texts =
            [drawn("机", 0.0, 0.0), drawn("密", 12.0, 1.0), drawn("表", 60.0, 0.0), drawn("正文", 0.0, 20.0)];
        let expected = [(Break::Line, "机密"), (Break::Cell, "表"), (Break::Line, "正文")];
        assert_eq!(lines(&texts), expected.map(|(parted, text)| (parted, text.to_owned())));
    }

    #[test]
    fn a_bitmap_as_large_as_a_page_is_a_gap() {
        let header = |width: i32, height: i32| {
            [40_i32, width, height].iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>()
        };
        let mut drawing = Drawing::default();
        drawing.bitmap(&header(100, 90));
        assert_eq!(drawing.page, None);
        drawing.bitmap(&header(1000, -1400));
        assert_eq!(drawing.page, Some((1000, 1400)));
    }
}
