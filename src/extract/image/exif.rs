//! TIFF directories: of EXIF in other pictures, and of TIFF files themselves.

use super::{Picture, iptc};
use crate::read::encoding;

/// Directories of one file.
const DIRECTORIES: usize = 1_000;
/// Entries of one directory; EXIF has under a hundred.
const ENTRIES: u16 = 4_096;

/// Reads every directory; `file` when they describe the picture itself and not a thumbnail. `None`
/// where something points out of the file.
pub(super) fn read(bytes: &[u8], file: bool, picture: &mut Picture<'_>) -> Option<()> {
    let big = match bytes.get(..4)? {
        b"II*\0" => false,
        b"MM\0*" => true,
        // With wide offsets: not read, so of unknown size.
        _ => return None,
    };
    let tiff = Tiff { bytes, big };
    let mut waiting = vec![tiff.number(4, 4)?];
    let mut seen = Vec::new();
    while let Some(at) = waiting.pop() {
        if at == 0 || seen.contains(&at) {
            continue;
        }
        seen.push(at);
        if seen.len() > DIRECTORIES {
            return None;
        }
        let mut size = (None, None);
        let count = tiff.number(at, 2).filter(|&count| count <= usize::from(ENTRIES))?;
        for index in 0..count {
            let entry = Entry::read(&tiff, at + 2 + index * 12)?;
            match entry.tag {
                0x0100 => size.0 = entry.first(&tiff),
                0x0101 => size.1 = entry.first(&tiff),
                0x014a | 0x8769 | 0x8825 | 0xa005 => waiting.extend(entry.offsets(&tiff)),
                0x02bc => picture.xmp(entry.data),
                0x83bb => iptc::records(entry.data, picture)?,
                0x8649 => iptc::resources(entry.data, picture),
                0x9c9b..=0x9c9f => picture.tell(label(entry.tag), &wide(entry.data, false)),
                0x9286 => match entry.data.split_at_checked(8) {
                    Some((b"UNICODE\0", text)) => picture.tell("comment", &wide(text, big)),
                    Some((_, text)) => picture.tell_bytes("comment", text),
                    None => {}
                },
                tag if entry.kind == 2 => picture.tell_bytes(label(tag), entry.data),
                _ => {}
            }
        }
        if let (true, Some(width), Some(height)) = (file, size.0, size.1) {
            picture.sized(u32::try_from(width).ok()?, u32::try_from(height).ok()?);
        }
        // The chain may be cut off behind the last directory.
        waiting.extend(tiff.number(at + 2 + count * 12, 4));
    }
    Some(())
}

struct Tiff<'a> {
    bytes: &'a [u8],
    big: bool,
}

impl Tiff<'_> {
    /// A number of two or four bytes.
    fn number(&self, at: usize, length: usize) -> Option<usize> {
        let bytes = self.bytes.get(at..at.checked_add(length)?)?;
        let add = |value: usize, &byte: &u8| value << 8 | usize::from(byte);
        Some(if self.big { bytes.iter().fold(0, add) } else { bytes.iter().rev().fold(0, add) })
    }
}

struct Entry<'a> {
    tag: usize,
    kind: usize,
    /// Where its values stand.
    at: usize,
    data: &'a [u8],
}

impl<'a> Entry<'a> {
    fn read(tiff: &Tiff<'a>, at: usize) -> Option<Self> {
        let (tag, kind) = (tiff.number(at, 2)?, tiff.number(at + 2, 2)?);
        let count = tiff.number(at + 4, 4)?;
        let each = match kind {
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 => 8,
            _ => 1,
        };
        let length = count.checked_mul(each)?;
        let start = if length <= 4 { at + 8 } else { tiff.number(at + 8, 4)? };
        // Makers' notes and pixels may point anywhere; texts may not, but a part is better than none.
        let data = tiff.bytes.get(start..).unwrap_or_default();
        Some(Self { tag, kind, at: start, data: data.get(..length).unwrap_or(data) })
    }

    fn first(&self, tiff: &Tiff<'_>) -> Option<usize> {
        tiff.number(self.at, if self.kind == 3 { 2 } else { 4 })
    }

    fn offsets(&self, tiff: &Tiff<'_>) -> Vec<usize> {
        (0..self.data.len() / 4).filter_map(|index| tiff.number(self.at + index * 4, 4)).collect()
    }
}

/// UTF-16 text; a mark tells its byte order.
fn wide(bytes: &[u8], big: bool) -> String {
    let big = match bytes {
        [0xfe, 0xff, ..] => true,
        [0xff, 0xfe, ..] => false,
        // Programs write their own order into files of the other: the one with fewer letters in the
        // upper half of a unit is right.
        _ => {
            let zeros = |odd: usize| bytes.iter().skip(odd).step_by(2).filter(|&&b| b == 0).count();
            if zeros(0) == zeros(1) { big } else { zeros(0) > zeros(1) }
        }
    };
    let encoding = if big { encoding_rs::UTF_16BE } else { encoding_rs::UTF_16LE };
    let own = encoding.decode_without_bom_handling(bytes).0;
    let common = |text: &str| text.chars().filter(|&c| encoding::is_common(c)).count();
    let other = if big { encoding_rs::UTF_16LE } else { encoding_rs::UTF_16BE };
    let swapped = other.decode_without_bom_handling(bytes).0;
    let better = if common(&swapped) > common(&own) { swapped } else { own };
    better.trim_matches(['\0', '\u{feff}']).to_owned()
}

fn label(tag: usize) -> &'static str {
    match tag {
        0x010d => "document",
        0x010e => "description",
        0x011d => "page",
        0x0131 => "software",
        0x013b => "artist",
        0x8298 => "copyright",
        0x9c9b => "title",
        0x9c9c => "comment",
        0x9c9d => "author",
        0x9c9e => "keywords",
        0x9c9f => "subject",
        _ => "exif",
    }
}
