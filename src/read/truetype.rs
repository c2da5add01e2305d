//! The part of a TrueType file that tells which glyph is which character: `cmap`, read backwards,
//! and the glyph names in `post`. Needed where a document gives glyph numbers without characters.

use std::collections::HashMap;

/// Codes that one font may map; fonts have at most 65,536 glyphs.
const CODES: usize = 200_000;

/// What a font file knows about its glyphs.
#[derive(Debug, Default)]
pub(crate) struct TrueType {
    /// Glyph to character.
    chars: HashMap<u16, char>,
    /// Code to glyph, of the symbol and Mac subtables.
    codes: HashMap<u32, u16>,
}

fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(data.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(data.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn table<'a>(data: &'a [u8], tag: &[u8; 4]) -> Option<&'a [u8]> {
    let count = usize::from(u16_at(data, 4)?);
    let record = (0..count).map(|i| 12 + 16 * i).find(|&at| data.get(at..at + 4) == Some(tag.as_slice()))?;
    let start = usize::try_from(u32_at(data, record + 8)?).ok()?;
    let length = usize::try_from(u32_at(data, record + 12)?).ok()?;
    data.get(start..start.saturating_add(length).min(data.len()))
}

impl TrueType {
    /// Reads what there is; `named` tells what the name of a glyph means.
    pub(crate) fn parse(data: &[u8], named: impl Fn(&[u8]) -> Option<char>) -> Self {
        let mut font = Self::default();
        if let Some(cmap) = table(data, b"cmap") {
            let count = u16_at(cmap, 2).unwrap_or(0).min(64);
            for i in 0..usize::from(count) {
                let record = 4 + 8 * i;
                let (Some(platform), Some(kind), Some(offset)) =
                    (u16_at(cmap, record), u16_at(cmap, record + 2), u32_at(cmap, record + 4))
                else {
                    break;
                };
                let Some(subtable) = usize::try_from(offset).ok().and_then(|at| cmap.get(at..)) else {
                    continue;
                };
                let mut pairs = Vec::new();
                if codes(subtable, &mut pairs).is_none() && pairs.is_empty() {
                    continue;
                }
                for (code, glyph) in pairs {
                    match (platform, kind) {
                        (0, _) | (3, 1 | 10) => font.name(glyph, code),
                        (3, 0) => {
                            font.codes.insert(code, glyph);
                            font.codes.entry(code & 0xff).or_insert(glyph);
                        }
                        _ => {
                            font.codes.entry(code).or_insert(glyph);
                        }
                    }
                }
            }
        }
        if let Some(post) = table(data, b"post") {
            for (glyph, name) in glyph_names(post) {
                if let Some(char) = named(name) {
                    font.chars.entry(glyph).or_insert(char);
                }
            }
        }
        font
    }

    /// Of several characters with one glyph the ordinary one is kept, not the radical or the
    /// compatibility form.
    fn name(&mut self, glyph: u16, code: u32) {
        let odd = |c: char| matches!(c, '\u{2e80}'..='\u{2fdf}' | '\u{e000}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{a0}');
        if let Some(char) = char::from_u32(code) {
            let kept = self.chars.entry(glyph).or_insert(char);
            if odd(*kept) && !odd(char) {
                *kept = char;
            }
        }
    }

    /// The character of a glyph.
    pub(crate) fn char(&self, glyph: u16) -> Option<char> {
        self.chars.get(&glyph).copied()
    }

    /// The glyph of a code in a font with its own encoding.
    pub(crate) fn glyph(&self, code: u8) -> Option<u16> {
        let code = u32::from(code);
        self.codes.get(&(0xf000 + code)).or_else(|| self.codes.get(&code)).copied()
    }
}

/// Code and glyph pairs of a cmap subtable.
fn codes(data: &[u8], pairs: &mut Vec<(u32, u16)>) -> Option<()> {
    match u16_at(data, 0)? {
        0 => {
            for (code, &glyph) in (0..256).zip(data.get(6..)?) {
                pairs.push((code, u16::from(glyph)));
            }
        }
        4 => {
            let segments = usize::from(u16_at(data, 6)?) / 2;
            for i in 0..segments {
                let end = u16_at(data, 14 + 2 * i)?;
                let start = u16_at(data, 16 + 2 * segments + 2 * i)?;
                let delta = u16_at(data, 16 + 4 * segments + 2 * i)?;
                let offset_at = 16 + 6 * segments + 2 * i;
                let offset = usize::from(u16_at(data, offset_at)?);
                for code in start..=end {
                    if code == 0xffff || pairs.len() >= CODES {
                        break;
                    }
                    let glyph = if offset == 0 {
                        code.wrapping_add(delta)
                    } else {
                        match u16_at(data, offset_at + offset + 2 * usize::from(code - start)) {
                            Some(0) | None => continue,
                            Some(glyph) => glyph.wrapping_add(delta),
                        }
                    };
                    pairs.push((u32::from(code), glyph));
                }
            }
        }
        6 => {
            let first = u32::from(u16_at(data, 6)?);
            let count = u32::from(u16_at(data, 8)?);
            for i in 0..count {
                pairs.push((first + i, u16_at(data, 10 + 2 * usize::try_from(i).ok()?)?));
            }
        }
        12 => {
            let groups = usize::try_from(u32_at(data, 12)?).ok()?;
            for i in 0..groups {
                let at = i.checked_mul(12)?.checked_add(16)?;
                let (start, end, glyph) = (u32_at(data, at)?, u32_at(data, at + 4)?, u32_at(data, at + 8)?);
                for (code, glyph) in (start..=end).zip(glyph..) {
                    let Ok(glyph) = u16::try_from(glyph) else { break };
                    if pairs.len() >= CODES {
                        return Some(());
                    }
                    pairs.push((code, glyph));
                }
            }
        }
        _ => return None,
    }
    Some(())
}

/// Glyph numbers and names of a `post` table of version 2; the 258 standard names are left out,
/// since whoever embeds those has a usable `cmap`.
fn glyph_names(post: &[u8]) -> Vec<(u16, &[u8])> {
    const STANDARD_NAMES: u16 = 258;
    if u32_at(post, 0) != Some(0x0002_0000) {
        return Vec::new();
    }
    let count = u16_at(post, 32).unwrap_or(0);
    let mut names = Vec::new();
    let mut rest = post.get(34 + 2 * usize::from(count)..).unwrap_or_default();
    while let Some((&length, tail)) = rest.split_first() {
        let Some(name) = tail.get(..usize::from(length)) else { break };
        names.push(name);
        rest = tail.get(usize::from(length)..).unwrap_or_default();
    }
    (0..count)
        .filter_map(|glyph| {
            let index = u16_at(post, 34 + 2 * usize::from(glyph))?.checked_sub(STANDARD_NAMES)?;
            Some((glyph, *names.get(usize::from(index))?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A font file that holds one cmap with the given subtables (platform, encoding, bytes).
    fn font(subtables: &[(u16, u16, Vec<u8>)]) -> Vec<u8> {
        let mut cmap = vec![0, 0];
        cmap.extend(u16::try_from(subtables.len()).unwrap().to_be_bytes());
        let mut offset = 4 + 8 * subtables.len();
        for (platform, kind, bytes) in subtables {
            cmap.extend(platform.to_be_bytes());
            cmap.extend(kind.to_be_bytes());
            cmap.extend(u32::try_from(offset).unwrap().to_be_bytes());
            offset += bytes.len();
        }
        for (_, _, bytes) in subtables {
            cmap.extend(bytes);
        }
        let mut file = vec![0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        file.extend(b"cmap\0\0\0\0\0\0\0\x1c");
        file.extend(u32::try_from(cmap.len()).unwrap().to_be_bytes());
        file.extend(cmap);
        file
    }

    #[test]
    fn formats_4_6_and_12() {
        let words = |words: &[u16]| words.iter().flat_map(|w| w.to_be_bytes()).collect::<Vec<u8>>();
        // One segment: 机 (673A) is glyph 7.
        let four = words(&[
            4,
            32,
            0,
            4,
            4,
            1,
            0,
            0x673a,
            0xffff,
            0,
            0x673a,
            0xffff,
            7u16.wrapping_sub(0x673a),
            1,
            0,
            0,
        ]);
        let six = words(&[6, 14, 0, 0x41, 2, 3, 4]);
        let twelve = words(&[12, 0, 0, 28, 0, 0, 0, 1, 0, 0x5bc6, 0, 0x5bc6, 0, 9]);
        let font = TrueType::parse(&font(&[(3, 1, four), (1, 0, six), (3, 10, twelve)]), |_| None);
        assert_eq!(font.char(7), Some('机'));
        assert_eq!(font.char(9), Some('密'));
        assert_eq!(font.glyph(b'B'), Some(4));
        assert_eq!(font.char(1), None);
    }

    #[test]
    fn cut_tables_do_no_harm() {
        let whole = font(&[(3, 1, vec![0, 4, 0, 32, 0, 0, 0xff, 0xff])]);
        for length in 0..whole.len() {
            TrueType::parse(&whole[..length], |_| None);
        }
    }
}
