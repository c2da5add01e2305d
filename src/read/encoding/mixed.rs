//! Files glued together from two encodings, read line by line and stretch by stretch.

use encoding_rs::{BIG5, Encoding, GB18030, UTF_8};

use super::common::score;
use super::{Reading, SAMPLE_BYTES, WEAK_SCORE, name_of, sample_of, without_noise};

/// Whether most bytes outside ASCII are UTF-8 sequences of three or four bytes. Shorter ones turn
/// up by chance in GBK.
pub(super) fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut inside, mut all) = (0_usize, 0_usize);
    for chunk in sample_of(bytes).utf8_chunks() {
        for c in chunk.valid().chars().filter(|c| !c.is_ascii()) {
            all += c.len_utf8();
            inside += if c.len_utf8() > 2 { c.len_utf8() } else { 0 };
        }
        all += chunk.invalid().len();
    }
    inside * 2 > all
}

/// The encoding of the lines that are not UTF-8 in a text that mostly is.
pub(super) fn legacy_of(bytes: &[u8]) -> &'static Encoding {
    let broken = bytes.split(|&b| b == b'\n').filter(|line| std::str::from_utf8(line).is_err());
    let mut sample: Vec<u8> = Vec::new();
    for line in broken.filter(|line| !is_mostly_utf8(line)) {
        sample.extend(line.iter().take(SAMPLE_BYTES));
        if sample.len() > SAMPLE_BYTES {
            break;
        }
    }
    let of = |encoding: &'static Encoding| score(&encoding.decode_without_bom_handling(&sample).0, false).0;
    if of(BIG5) > of(GB18030) { BIG5 } else { GB18030 }
}

/// Reads bytes whose lines are in `main` or else in the other of UTF-8 and `legacy`.
pub(super) fn mixed(bytes: &[u8], main: &'static Encoding, legacy: &'static Encoding) -> Reading {
    let mut out = String::with_capacity(bytes.len() + bytes.len() / 2);
    for line in bytes.split_inclusive(|&b| b == b'\n') {
        match std::str::from_utf8(line) {
            Ok(text) if line.is_ascii() || main == UTF_8 => out.push_str(text),
            Ok(text) => {
                let other = legacy.decode_without_bom_handling(line).0;
                let better = score(text, false).0 > score(&other, false).0;
                out.push_str(if better { text } else { &other });
            }
            Err(_) if main == UTF_8 && is_mostly_utf8(line) => stretches(line, &mut out),
            Err(_) => out.push_str(&legacy.decode_without_bom_handling(line).0),
        }
    }
    let lost = out.chars().filter(|&c| c == '\u{fffd}').count();
    Reading { text: without_noise(&out), encoding: name_of(main), lost }
}

/// Reads a UTF-8 line that holds stretches of GBK.
fn stretches(line: &[u8], out: &mut String) {
    let mut rest = line;
    loop {
        let (valid, bad) = match std::str::from_utf8(rest) {
            Ok(text) => return out.push_str(text),
            Err(error) => {
                (error.valid_up_to(), error.error_len().unwrap_or(rest.len() - error.valid_up_to()))
            }
        };
        let Some(text) = rest.get(..valid).and_then(|b| std::str::from_utf8(b).ok()) else { return };
        // Two bytes of GBK can be one of UTF-8, so the stretch may have begun before it broke.
        let kept = text.trim_end_matches(|c| ('\u{80}'..'\u{800}').contains(&c));
        let stretch = gbk_stretch(rest.get(kept.len()..).unwrap_or_default());
        let decoded = GB18030.decode_without_bom_handling(stretch).0;
        if !stretch.is_empty() && !decoded.contains('\u{fffd}') && score(&decoded, false).0 >= WEAK_SCORE {
            out.push_str(kept);
            out.push_str(&decoded);
            rest = rest.get(kept.len() + stretch.len()..).unwrap_or_default();
        } else {
            out.push_str(text);
            out.push('\u{fffd}');
            rest = rest.get(valid + bad.max(1)..).unwrap_or_default();
        }
    }
}

/// The bytes at the start of `bytes` that are two-byte characters, up to ASCII or clear UTF-8.
fn gbk_stretch(bytes: &[u8]) -> &[u8] {
    let is_utf8 = |at: usize| matches!(bytes.get(at..at + 3), Some([0xe3..=0xe9, 0x80..=0xbf, 0x80..=0xbf]));
    let mut end = 0;
    while let (Some(0x81..=0xfe), Some(0x40..=0xfe)) = (bytes.get(end), bytes.get(end + 1)) {
        let ends = |at: usize| bytes.get(at).is_none_or(u8::is_ascii);
        if is_utf8(end) && (is_utf8(end + 3) || ends(end + 3)) {
            break;
        }
        end += 2;
    }
    bytes.get(..end).unwrap_or_default()
}
