//! Compressed RTF, as messages store their bodies: a window of 4,096 bytes that begins with the
//! words that RTF begins with ([MS-OXRTFCP]).

use super::cfb::u32_at;

/// What the window holds before the first byte.
const BEGINNING: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
/// Bytes of the head: sizes, kind, checksum.
const HEAD_BYTES: usize = 16;

/// Unpacks at most `most` bytes; the second value says whether all was there. `None` where this is
/// no compressed RTF.
pub(crate) fn unpack(packed: &[u8], most: usize) -> Option<(Vec<u8>, bool)> {
    let body = packed.get(HEAD_BYTES..)?;
    let size = usize::try_from(u32_at(packed, 4)?).ok()?;
    match packed.get(8..12)? {
        b"MELA" => Some((body.get(..size.min(most)).unwrap_or(body).to_vec(), body.len() >= size)),
        b"LZFu" => Some(unpack_body(body, most)),
        _ => None,
    }
}

fn unpack_body(mut rest: &[u8], most: usize) -> (Vec<u8>, bool) {
    // The window is the end of what was written; places in it count from the beginning, modulo its
    // size.
    let mut out = BEGINNING.to_vec();
    let done = |out: Vec<u8>, whole| (out.get(BEGINNING.len()..).unwrap_or_default().to_vec(), whole);
    while let Some((flags, tail)) = rest.split_first() {
        rest = tail;
        for bit in 0..8 {
            if out.len() > most {
                return done(out, false);
            }
            if flags >> bit & 1 == 0 {
                let Some((&byte, tail)) = rest.split_first() else { return done(out, false) };
                out.push(byte);
                rest = tail;
                continue;
            }
            let Some((&[high, low], tail)) = rest.split_first_chunk::<2>() else { return done(out, false) };
            rest = tail;
            let token = usize::from(u16::from_be_bytes([high, low]));
            let (place, length) = (token >> 4, (token & 0xf) + 2);
            if place == out.len() % 4096 {
                return done(out, true);
            }
            let back = (out.len() + 4096 - place - 1) % 4096 + 1;
            for _ in 0..length {
                // What lies before the beginning was never written: blanks.
                let byte = out.len().checked_sub(back).and_then(|at| out.get(at)).copied().unwrap_or(b' ');
                out.push(byte);
            }
        }
    }
    done(out, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_examples_unpack() {
        let packed = [
            0x2d, 0x00, 0x00, 0x00, 0x2b, 0x00, 0x00, 0x00, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7,
            0x03, 0x00, 0x0a, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20,
            0x68, 0x65, 0x6c, 0x09, 0x00, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f,
            0xa0,
        ];
        let (text, whole) = unpack(&packed, 1000).unwrap();
        assert_eq!(text, b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
        assert!(whole);
        assert!(
            unpack(&packed[..40], 1000).is_some_and(|(text, whole)| !whole && text.starts_with(b"{\\rtf1"))
        );
        let again = [
            0x1a, 0x00, 0x00, 0x00, 0x1c, 0x00, 0x00, 0x00, 0x4c, 0x5a, 0x46, 0x75, 0xe2, 0xd4, 0x4b, 0x51,
            0x41, 0x00, 0x04, 0x20, 0x57, 0x58, 0x59, 0x5a, 0x0d, 0x6e, 0x7d, 0x01, 0x0e, 0xb0,
        ];
        let (text, whole) = unpack(&again, 1000).unwrap();
        assert_eq!((&*text, whole), (&b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"[..], true));
    }
}
