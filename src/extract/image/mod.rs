//! Pictures: what their metadata say is text; what they show is a gap, if it may be a page.
//!
//! The rule for the gap: the shorter side has [`super::PAGE_SIDE`] pixels or more, and the area
//! [`super::PAGE_AREA`]. A page of A4 is 595 by 842 at the 72 dots an inch below which its letters can't
//! be told, a screenshot of a telephone 540 by 960 and up; logos, icons, banners and thumbnails stay
//! below. A picture whose size can't be read, and every picture of a kind whose headers are not read
//! here (HEIC), is a gap; icons never are.

mod container;
mod exif;
mod iptc;

use super::Extracted;
use crate::filetype::FileType;
use crate::limits::{Budget, Gap, GapKind, PIECE_BYTES};
use crate::read::encoding;
use crate::read::xml::{self, Event, Xml};
use crate::text::{At, Place, Text};

/// Bytes to which one compressed text may inflate.
const TEXT_CHUNK_BYTES: u64 = 8 << 20;

/// Bytes that another reading of a text costs beside it.
const READING_BYTES: usize = 512;

/// Reads a picture.
pub(super) fn extract(bytes: &[u8], file_type: FileType, budget: &mut Budget) -> Extracted {
    let mut picture = Picture { out: Extracted::default(), size: None, whole: true, budget };
    let read = match file_type {
        FileType::Png => container::png(bytes, &mut picture),
        FileType::Jpeg => container::jpeg(bytes, &mut picture),
        FileType::Gif => container::gif(bytes, &mut picture),
        FileType::Webp => container::webp(bytes, &mut picture),
        FileType::Psd => container::psd(bytes, &mut picture),
        FileType::Bmp => container::bmp(bytes, &mut picture),
        FileType::Tiff => exif::read(bytes, true, &mut picture),
        FileType::Ico => {
            picture.sized(0, 0);
            Some(())
        }
        _ => {
            container::search(bytes, &mut picture);
            Some(())
        }
    };
    if read.is_none() || !picture.whole {
        picture.gap(GapKind::Damaged, format!("{}: structure", file_type.as_str()));
    }
    match picture.size {
        Some((width, height)) if super::is_page_like(width, height) => {
            picture.gap(GapKind::Image, format!("{} of {width} by {height} pixels", file_type.as_str()));
        }
        Some(_) => {}
        None => picture.gap(GapKind::Image, format!("{} of unknown size", file_type.as_str())),
    }
    picture.out
}

/// What is known of a picture so far.
struct Picture<'b> {
    out: Extracted,
    /// Width and height in pixels, of the largest image in the file.
    size: Option<(u32, u32)>,
    /// Nothing broke off.
    whole: bool,
    budget: &'b mut Budget,
}

impl Picture<'_> {
    fn sized(&mut self, width: u32, height: u32) {
        let area = |(width, height): (u32, u32)| u64::from(width) * u64::from(height);
        if self.size.is_none_or(|size| area(size) < area((width, height))) {
            self.size = Some((width, height));
        }
    }

    fn tell(&mut self, label: &str, text: &str) {
        let text = text.trim_matches(|c: char| c == '\0' || c.is_whitespace());
        if text.is_empty() {
            return;
        }
        let piece = format!("{label}: {text}");
        match self.budget.text.checked_sub(piece.len()) {
            Some(left) => {
                self.budget.text = left.saturating_sub(PIECE_BYTES);
                self.out.text.push(At::new(Place::Property), &piece);
            }
            None => self.gap(GapKind::Limit, format!("{} bytes of text", self.budget.limits.text)),
        }
    }

    /// Text in whatever encoding.
    fn tell_bytes(&mut self, label: &str, bytes: &[u8]) {
        let bytes = bytes.strip_suffix(b"\0").unwrap_or(bytes);
        let decoded = encoding::decode(bytes);
        self.tell(label, &decoded.best.text);
        for other in decoded.others {
            // Each is a text of its own.
            match self.budget.text.checked_sub(other.text.len() + READING_BYTES) {
                Some(left) => self.budget.text = left,
                None => {
                    return self.gap(GapKind::Limit, format!("{} bytes of text", self.budget.limits.text));
                }
            }
            let mut reading = Text::new();
            reading.guessed = true;
            reading.push(At::new(Place::Property), &format!("{label}: {}", other.text));
            self.out.alternatives.push(reading);
        }
    }

    /// An XMP packet: the texts and the attributes in it.
    fn xmp(&mut self, bytes: &[u8]) {
        let (source, _) = xml::decode(bytes.trim_ascii());
        let mut xml = Xml::new(&source);
        let mut label = "xmp".to_owned();
        let mut text = String::new();
        while let Some(event) = xml.next() {
            match event {
                Event::Start(element) => {
                    self.tell(&label, &text);
                    text.clear();
                    if !matches!(element.local(), "li" | "Alt" | "Bag" | "Seq" | "Description" | "RDF") {
                        element.local().clone_into(&mut label);
                    }
                    for (key, value) in element.attributes() {
                        if !value.starts_with("http://") {
                            self.tell(key, &value);
                        }
                    }
                }
                Event::End => {
                    self.tell(&label, &text);
                    text.clear();
                }
                Event::Text(piece) => text.push_str(&piece),
                Event::Aside(piece) => self.tell("xmp", &piece),
            }
        }
        self.tell(&label, &text);
    }

    fn gap(&mut self, kind: GapKind, detail: String) {
        let gap = Gap::new(kind, detail);
        if !self.out.gaps.contains(&gap) {
            self.out.gaps.push(gap);
        }
    }
}
