//! Photoshop resources, and the IPTC record of captions and keywords in them.

use super::Picture;

/// Resources with texts.
const IPTC: u16 = 0x0404;
const XMP: u16 = 0x0424;

/// Resources of `8BIM`, number, name, length, data.
pub(super) fn resources(mut rest: &[u8], picture: &mut Picture<'_>) {
    while let Some(behind) = rest.strip_prefix(b"8BIM") {
        let Some(next) = resource(behind, picture) else {
            picture.whole = false;
            return;
        };
        rest = next;
    }
}

fn resource<'a>(bytes: &'a [u8], picture: &mut Picture<'_>) -> Option<&'a [u8]> {
    let number = u16::from_be_bytes(*bytes.first_chunk::<2>()?);
    // The name, its length in front, is padded to an even number of bytes.
    let name = usize::from(*bytes.get(2)?) + 1;
    let at = 2 + name.next_multiple_of(2);
    let length = usize::try_from(u32::from_be_bytes(*bytes.get(at..)?.first_chunk::<4>()?)).ok()?;
    let data = bytes.get(at + 4..)?.get(..length)?;
    match number {
        IPTC => records(data, picture)?,
        XMP => picture.xmp(data),
        _ => {}
    }
    // The last padding may be missing.
    Some(bytes.get(at + 4 + length.next_multiple_of(2)..).unwrap_or_default())
}

/// Datasets of 28, record, number, length, text.
pub(super) fn records(mut rest: &[u8], picture: &mut Picture<'_>) -> Option<()> {
    while let Some(&[0x1c, record, number, high, low]) = rest.first_chunk::<5>() {
        let length = usize::from(u16::from_be_bytes([high, low]));
        let text = rest.get(5..)?.get(..length)?;
        if record == 2 && number != 0 {
            picture.tell_bytes(label(number), text);
        }
        rest = rest.get(5 + length..)?;
    }
    Some(())
}

fn label(number: u8) -> &'static str {
    match number {
        5 => "title",
        25 => "keyword",
        40 => "instructions",
        80 => "author",
        105 => "headline",
        116 => "copyright",
        120 => "caption",
        _ => "iptc",
    }
}
