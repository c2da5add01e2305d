//! Where each kind of picture keeps its size and its texts.
//!
//! Each function is `None` where the structure breaks off before its end.

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::{Picture, TEXT_CHUNK_BYTES, exif, iptc};
use crate::limits::GapKind;

/// Bytes in front of the metadata in a JPEG segment.
const EXIF: &[u8] = b"Exif\0\0";
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const XMP_MORE: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
const PHOTOSHOP: &[u8] = b"Photoshop 3.0\0";
/// Bytes between [`XMP_MORE`] and the text: a digest, the length, the offset.
const XMP_MORE_HEADER: usize = 32 + 4 + 4;

/// Chunks of length, name, data, checksum.
pub(super) fn png(bytes: &[u8], picture: &mut Picture<'_>) -> Option<()> {
    let mut rest = bytes.get(8..)?;
    loop {
        let length = usize::try_from(u32_at(rest, 0)?).ok()?;
        let name: [u8; 4] = rest.get(4..8)?.try_into().ok()?;
        let data = rest.get(8..)?;
        let data = data.get(..length).unwrap_or(data);
        match &name {
            b"IHDR" => picture.sized(u32_at(data, 0)?, u32_at(data, 4)?),
            b"tEXt" => {
                let (key, text) = cut(data);
                picture.tell_bytes(&label(key), text);
            }
            b"zTXt" => {
                let (key, text) = cut(data);
                let text = inflated(text.get(1..)?, picture);
                picture.tell_bytes(&label(key), &text);
            }
            b"iTXt" => {
                let (key, behind) = cut(data);
                let compressed = *behind.first()? == 1;
                let (_, behind) = cut(behind.get(2..)?);
                let (translated, text) = cut(behind);
                picture.tell_bytes("keyword", translated);
                let text = if compressed { inflated(text, picture) } else { text.to_vec() };
                if key == b"XML:com.adobe.xmp" {
                    picture.xmp(&text);
                } else {
                    picture.tell_bytes(&label(key), &text);
                }
            }
            b"eXIf" => picture.whole &= exif::read(data, false, picture).is_some(),
            b"IEND" => return Some(()),
            _ => {}
        }
        rest = rest.get(length.checked_add(12)?..)?;
    }
}

/// Segments of marker, length, data, up to the image.
pub(super) fn jpeg(bytes: &[u8], picture: &mut Picture<'_>) -> Option<()> {
    let mut rest = bytes.get(2..)?;
    let mut more = Vec::new();
    loop {
        let [0xff, marker] = *rest.first_chunk::<2>()? else { return None };
        rest = rest.get(1..)?;
        // Fill bytes and markers without a segment.
        if matches!(marker, 0xff | 0x01 | 0xd0..=0xd8) {
            rest = rest.get(usize::from(marker != 0xff)..)?;
            continue;
        }
        if matches!(marker, 0xd9 | 0xda) {
            break;
        }
        let length = usize::from(u16_at(rest, 1)?);
        let data = rest.get(3..)?;
        let data = data.get(..length.checked_sub(2)?).unwrap_or(data);
        match marker {
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                picture.sized(u32::from(u16_at(data, 3)?), u32::from(u16_at(data, 1)?));
            }
            0xfe => picture.tell_bytes("comment", data),
            0xe1 => {
                if let Some(exif) = data.strip_prefix(EXIF) {
                    picture.whole &= exif::read(exif, false, picture).is_some();
                } else if let Some(xmp) = data.strip_prefix(XMP) {
                    picture.xmp(xmp);
                } else if let Some(part) = data.strip_prefix(XMP_MORE) {
                    more.extend_from_slice(part.get(XMP_MORE_HEADER..)?);
                }
            }
            0xed => {
                if let Some(resources) = data.strip_prefix(PHOTOSHOP) {
                    iptc::resources(resources, picture);
                }
            }
            _ => {}
        }
        rest = rest.get(1 + length..)?;
    }
    if !more.is_empty() {
        picture.xmp(&more);
    }
    Some(())
}

/// Blocks, each a run of short pieces.
pub(super) fn gif(bytes: &[u8], picture: &mut Picture<'_>) -> Option<()> {
    let size = |at: usize| Some(u32::from(u16::from_le_bytes(*bytes.get(at..)?.first_chunk::<2>()?)));
    picture.sized(size(6)?, size(8)?);
    let table = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    let mut rest = bytes.get(13 + table(*bytes.get(10)?)..)?;
    loop {
        match rest.first_chunk::<2>() {
            Some(&[0x21, kind]) => {
                rest = rest.get(2..)?;
                let packet = kind == 0xff && rest.get(1..12) == Some(b"XMP DataXMP");
                let data = pieces(&mut rest, packet)?;
                match kind {
                    0xfe => picture.tell_bytes("comment", &data),
                    0x01 => picture.tell_bytes("text", data.get(12..)?),
                    _ if packet => picture.xmp(data.get(12..)?),
                    _ => {}
                }
            }
            Some([0x2c, _]) => {
                rest = rest.get(10 + table(*rest.get(9)?) + 1..)?;
                pieces(&mut rest, false)?;
            }
            _ if rest.first() == Some(&0x3b) => return Some(()),
            _ => return None,
        }
    }
}

/// The pieces of a GIF block joined; `with_lengths` keeps the bytes between them, which in an XMP
/// packet are text.
fn pieces(rest: &mut &[u8], with_lengths: bool) -> Option<Vec<u8>> {
    let mut data = Vec::new();
    loop {
        let length = usize::from(*rest.first()?);
        let piece = rest.get(usize::from(!with_lengths)..=length)?;
        *rest = rest.get(length + 1..)?;
        if length == 0 {
            return Some(data);
        }
        data.extend_from_slice(piece);
    }
}

/// RIFF chunks of name, length, data.
pub(super) fn webp(bytes: &[u8], picture: &mut Picture<'_>) -> Option<()> {
    let mut rest = bytes.get(12..)?;
    while !rest.is_empty() {
        let length = usize::try_from(u32::from_le_bytes(*rest.get(4..)?.first_chunk::<4>()?)).ok()?;
        let data = rest.get(8..)?;
        let data = data.get(..length).unwrap_or(data);
        let le = |at: usize, count: usize| {
            let bytes = data.get(at..at + count)?;
            Some(bytes.iter().rev().fold(0, |value: u32, &byte| value << 8 | u32::from(byte)))
        };
        match rest.get(..4)? {
            b"VP8X" => picture.sized(le(4, 3)? + 1, le(7, 3)? + 1),
            b"VP8 " => picture.sized(le(6, 2)? & 0x3fff, le(8, 2)? & 0x3fff),
            b"VP8L" => picture.sized((le(1, 4)? & 0x3fff) + 1, (le(1, 4)? >> 14 & 0x3fff) + 1),
            b"EXIF" => {
                let exif = data.strip_prefix(EXIF).unwrap_or(data);
                picture.whole &= exif::read(exif, false, picture).is_some();
            }
            b"XMP " => picture.xmp(data),
            _ => {}
        }
        // The padding of the last chunk may be missing.
        let end = length.checked_add(8)?;
        rest = rest.get(end..)?.get(length % 2..).unwrap_or_default();
    }
    Some(())
}

/// A bitmap: the size only.
pub(super) fn bmp(bytes: &[u8], picture: &mut Picture<'_>) -> Option<()> {
    let le = |at: usize| Some(i32::from_le_bytes(*bytes.get(at..)?.first_chunk::<4>()?));
    if le(14)? == 12 {
        let short = |at: usize| Some(u32::from(u16::from_le_bytes(*bytes.get(at..)?.first_chunk::<2>()?)));
        picture.sized(short(18)?, short(20)?);
    } else {
        picture.sized(le(18)?.unsigned_abs(), le(22)?.unsigned_abs());
    }
    Some(())
}

/// A Photoshop file: size and resources. Its layers hold text that is not read.
pub(super) fn psd(bytes: &[u8], picture: &mut Picture<'_>) -> Option<()> {
    picture.sized(u32_at(bytes, 18)?, u32_at(bytes, 14)?);
    picture.gap(GapKind::Unsupported, "psd: layers".to_owned());
    let colours = usize::try_from(u32_at(bytes, 26)?).ok()?.checked_add(30)?;
    let length = usize::try_from(u32_at(bytes, colours)?).ok()?;
    let start = colours.checked_add(4)?;
    iptc::resources(bytes.get(start..start.checked_add(length)?)?, picture);
    Some(())
}

/// Metadata in a file whose structure is not read: by what they start with.
pub(super) fn search(bytes: &[u8], picture: &mut Picture<'_>) {
    let find = |from: usize, what: &[u8]| {
        let rest = bytes.get(from..)?;
        rest.windows(what.len()).position(|window| window == what).map(|at| from + at)
    };
    if let Some(at) = find(0, EXIF) {
        let exif = bytes.get(at + EXIF.len()..).unwrap_or_default();
        picture.whole &= exif::read(exif, false, picture).is_some();
    }
    if let Some(start) = find(0, b"<x:xmpmeta") {
        let end = find(start, b"</x:xmpmeta>").map_or(bytes.len(), |end| end + 12);
        picture.xmp(bytes.get(start..end).unwrap_or_default());
    }
}

/// What stands in front of the first zero byte, and behind it.
fn cut(data: &[u8]) -> (&[u8], &[u8]) {
    let end = data.iter().position(|&b| b == 0).unwrap_or(data.len());
    (data.get(..end).unwrap_or_default(), data.get(end + 1..).unwrap_or_default())
}

fn label(key: &[u8]) -> String {
    String::from_utf8_lossy(key).into_owned()
}

fn inflated(data: &[u8], picture: &mut Picture<'_>) -> Vec<u8> {
    let most = picture.budget.inflatable(data.len() as u64).min(TEXT_CHUNK_BYTES);
    let mut text = Vec::new();
    picture.whole &= ZlibDecoder::new(data).take(most + 1).read_to_end(&mut text).is_ok();
    if text.len() as u64 > most {
        picture.gap(GapKind::Limit, format!("png: text of more than {most} bytes"));
    }
    picture.budget.spend_inflated(text.len() as u64);
    text
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk::<2>()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk::<4>()?))
}
