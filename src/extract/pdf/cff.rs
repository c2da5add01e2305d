//! The part of a Compact Font Format program that tells which code is which glyph name: its
//! encoding and its charset. TeX leaves the encoding of its fonts nowhere else.

use super::encoding::cff_string;

/// How the font itself reads codes.
#[derive(Debug, PartialEq)]
pub(super) enum Codes {
    /// By StandardEncoding.
    Standard,
    /// Codes and glyph names.
    Own(Vec<(u32, Vec<u8>)>),
}

/// Standard strings; numbers from here on count the font's own.
const STANDARD_STRINGS: usize = 391;

fn u16_at(data: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(u16::from_be_bytes(data.get(at..at.checked_add(2)?)?.try_into().ok()?)))
}

fn u8_at(data: &[u8], at: usize) -> Option<usize> {
    data.get(at).copied().map(usize::from)
}

/// The items of the INDEX at `at`, and where it ends.
fn index(data: &[u8], at: usize) -> Option<(Vec<&[u8]>, usize)> {
    let count = u16_at(data, at)?;
    if count == 0 {
        return Some((Vec::new(), at + 2));
    }
    let width = u8_at(data, at + 2).filter(|width| (1..=4).contains(width))?;
    let base = at + 3 + (count + 1) * width - 1;
    let offset = |i: usize| {
        let bytes = data.get(at + 3 + i * width..at + 3 + (i + 1) * width)?;
        base.checked_add(bytes.iter().fold(0usize, |n, &b| n << 8 | usize::from(b)))
    };
    let mut items = Vec::new();
    for i in 0..count {
        items.push(data.get(offset(i)?..offset(i + 1)?)?);
    }
    Some((items, offset(count)?))
}

/// Charset, encoding and glyph offsets of a top dictionary; `None` for fonts keyed by CID.
fn top(dict: &[u8]) -> Option<(usize, usize, usize)> {
    let (mut charset, mut encoding, mut glyphs) = (0, 0, None);
    let (mut at, mut last) = (0, 0usize);
    while let Some(byte) = u8_at(dict, at) {
        at += 1;
        match byte {
            12 => {
                if u8_at(dict, at) == Some(30) {
                    return None;
                }
                at += 1;
            }
            0..=21 => match byte {
                15 => charset = last,
                16 => encoding = last,
                17 => glyphs = Some(last),
                _ => {}
            },
            28 => {
                last = u16_at(dict, at)?;
                at += 2;
            }
            29 => {
                last = u16_at(dict, at)? << 16 | u16_at(dict, at + 2)?;
                at += 4;
            }
            30 => {
                while u8_at(dict, at).is_some_and(|b| b & 0x0f != 0x0f) {
                    at += 1;
                }
                at += 1;
            }
            32..=246 => last = byte.saturating_sub(139),
            247..=250 => {
                last = (byte - 247) * 256 + u8_at(dict, at)? + 108;
                at += 1;
            }
            251..=254 => at += 1,
            _ => {}
        }
    }
    Some((charset, encoding, glyphs?))
}

/// String number of each glyph.
fn charset(data: &[u8], at: usize, glyphs: usize) -> Option<Vec<usize>> {
    let mut names = vec![0];
    match at {
        0 => names.extend(1..glyphs.min(229)),
        1 | 2 => return None,
        _ => {
            let format = u8_at(data, at)?;
            let mut at = at + 1;
            while names.len() < glyphs {
                let first = u16_at(data, at)?;
                let more = match format {
                    0 => 0,
                    1 => u8_at(data, at + 2)?,
                    _ => u16_at(data, at + 2)?,
                };
                at += 2 + format.min(2);
                names.extend((first..=first + more).take(glyphs - names.len()));
            }
        }
    }
    Some(names)
}

/// The built-in encoding of a font program; `None` where there is none or it can't be read.
pub(super) fn encoding(data: &[u8]) -> Option<Codes> {
    let (_, at) = index(data, u8_at(data, 2)?)?;
    let (tops, at) = index(data, at)?;
    let (strings, _) = index(data, at)?;
    let (charset_at, encoding_at, glyphs_at) = top(tops.first()?)?;
    match encoding_at {
        0 => return Some(Codes::Standard),
        1 => return None,
        _ => {}
    }
    let (glyphs, _) = index(data, glyphs_at)?;
    let names = charset(data, charset_at, glyphs.len())?;
    let name = |id: usize| match id.checked_sub(STANDARD_STRINGS) {
        None => cff_string(id).map(|name| name.as_bytes().to_vec()),
        Some(own) => strings.get(own).map(|name| name.to_vec()),
    };
    let mut codes = Vec::new();
    let mut add = |code: usize, id: Option<usize>| {
        if let (Ok(code), Some(name)) = (u32::try_from(code), id.and_then(name)) {
            codes.push((code, name));
        }
    };
    let format = u8_at(data, encoding_at)?;
    let count = u8_at(data, encoding_at + 1)?;
    let mut at = encoding_at + 2;
    let mut glyph = 1;
    for _ in 0..count {
        let first = u8_at(data, at)?;
        let more = if format & 0x7f == 0 { 0 } else { u8_at(data, at + 1)? };
        at += if format & 0x7f == 0 { 1 } else { 2 };
        for code in first..=first + more {
            add(code, names.get(glyph).copied());
            glyph += 1;
        }
    }
    if format & 0x80 != 0 {
        for i in 0..u8_at(data, at)? {
            add(u8_at(data, at + 1 + 3 * i)?, u16_at(data, at + 2 + 3 * i));
        }
    }
    Some(Codes::Own(codes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two glyphs beside .notdef: `A` (standard string 34) at code 3, and `own` at code 4.
    fn font() -> Vec<u8> {
        let mut data = vec![1, 0, 4, 1];
        data.extend([0, 1, 1, 1, 2, b'F']); // names
        data.extend([0, 1, 1, 1, 7, 29 + 139 - 100, 15, 32 + 139 - 100, 16, 139 + 36, 17]); // tops, patched below
        data.extend([0, 1, 1, 1, 4, b'o', b'w', b'n']); // strings
        data.extend([0, 0]); // global subroutines
        let charset = data.len();
        data.extend([0, 0, 34, 1, 135]); // format 0: 34, 391
        let encoding = data.len();
        data.extend([0, 2, 3, 4]);
        let glyphs = data.len();
        data.extend([0, 3, 1, 1, 2, 3, 4, 14, 14, 14]);
        for (at, value) in [(15, charset), (17, encoding), (19, glyphs)] {
            data[at] = u8::try_from(value + 139).unwrap();
        }
        data
    }

    #[test]
    fn built_in_encodings() {
        let own = vec![(3, b"A".to_vec()), (4, b"own".to_vec())];
        assert_eq!(encoding(&font()), Some(Codes::Own(own)));
        assert_eq!(cff_string(0), Some(".notdef"));
        assert_eq!(cff_string(390), Some("Semibold"));
    }

    #[test]
    fn cut_fonts_do_no_harm() {
        let font = font();
        for length in 0..font.len() {
            encoding(&font[..length]);
        }
    }
}
