//! Text among bytes that are not text: runs of characters that are too plausible to be chance.

use std::sync::LazyLock;

use super::ansi;

/// Letters that a run of one byte a character must have if it holds no ideographs.
const NARROW_LETTERS: usize = 8;

/// Tells every run of at least `least` plausible UTF-16 characters that holds an ideograph, or
/// twice as many without one.
pub(super) fn wide(bytes: &[u8], least: usize, tell: &mut dyn FnMut(&str)) {
    let mut at = 0;
    while at + 1 < bytes.len() {
        let run = wide_run(bytes.get(at..).unwrap_or_default());
        at += match accepted(&run, least) {
            true => {
                tell(&lines(&run));
                2 * run.encode_utf16().count()
            }
            false => 1,
        };
    }
}

/// The same, also for runs of one byte a character in a code page.
pub(super) fn both(bytes: &[u8], least: usize, page: u16, tell: &mut dyn FnMut(&str)) {
    let (mut at, mut rejected) = (0, 0);
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        let run = wide_run(rest);
        if accepted(&run, least) {
            tell(&lines(&run));
            at += 2 * run.encode_utf16().count();
            continue;
        }
        if at >= rejected {
            let is_text = |&&byte: &&u8| is_text(byte) || page != ansi::WESTERN && byte > 0x80;
            let length = rest.iter().take_while(is_text).count();
            let text = ansi::decode(rest.get(..length).unwrap_or_default(), page);
            let letters = text.chars().filter(|c| c.is_ascii_alphanumeric()).count();
            if letters >= NARROW_LETTERS || text.chars().filter(|&c| is_ideograph(c)).count() >= least {
                tell(&lines(&text));
                at += length;
                continue;
            }
            rejected = at + length;
        }
        at += 1;
    }
}

/// The plausible UTF-16 characters at the start of `bytes`.
fn wide_run(bytes: &[u8]) -> String {
    let (units, _) = bytes.as_chunks::<2>();
    let units = units.iter().map(|&unit| u16::from_le_bytes(unit));
    char::decode_utf16(units).map_while(Result::ok).take_while(|&c| is_plausible(c)).collect()
}

fn accepted(run: &str, least: usize) -> bool {
    let ideographs = run.chars().filter(|&c| is_ideograph(c)).count();
    // ASCII read from its second byte on looks like ideographs that end in 00.
    let shifted = run.chars().filter(|&c| is_ideograph(c) && u32::from(c) & 0xff == 0).count();
    if 2 * shifted > ideographs {
        return false;
    }
    let letters = run.chars().filter(|c| c.is_ascii_alphanumeric()).count();
    ideographs >= least
        || ideographs > 0 && ideographs + letters >= least.max(4)
        || letters >= 2 * least.max(4)
}

/// Ends of paragraphs and cells as line ends.
fn lines(run: &str) -> String {
    run.replace(['\r', '\u{b}', '\u{c}', '\u{7}'], "\n")
}

fn is_text(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\r' | 0x07 | 0x0b | 0x20..0x7f)
}

/// Characters of ordinary Chinese or English text. Ideographs that GB 2312 does not know are as
/// frequent in random bytes as they are rare in texts.
fn is_plausible(c: char) -> bool {
    match c {
        '\t' | '\r' | '\u{7}' | '\u{b}' | ' '..='~' | '\u{a0}' | '★' | '☆' | '〔' | '〕' => true,
        '\u{3001}'..='\u{3011}' | '\u{ff01}'..='\u{ff5e}' | '“' | '”' | '‘' | '’' | '…' | '—' => {
            true
        }
        '\u{4e00}'..='\u{9fff}' => gb2312(c).is_some(),
        _ => false,
    }
}

/// One of the 3,755 ideographs in common use.
fn is_ideograph(c: char) -> bool {
    gb2312(c).is_some_and(|row| row <= 0xd7)
}

/// The row of an ideograph in GB 2312.
fn gb2312(c: char) -> Option<u8> {
    let index = u32::from(c).checked_sub(u32::from(FIRST))?;
    ROWS.get(usize::try_from(index).ok()?).copied().filter(|&row| row > 0)
}

const FIRST: char = '\u{4e00}';

/// Row of each ideograph from [`FIRST`] on, 0 for those that the standard does not have.
static ROWS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let row = |c: char| {
        let mut buffer = [0; 4];
        let (bytes, _, lost) = encoding_rs::GBK.encode(c.encode_utf8(&mut buffer));
        match *bytes {
            [row @ 0xb0..=0xf7, 0xa1..=0xfe] if !lost => row,
            _ => 0,
        }
    };
    (FIRST..='\u{9fff}').map(row).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8], least: usize) -> Vec<String> {
        let mut all = Vec::new();
        both(bytes, least, 936, &mut |text: &str| all.push(text.to_owned()));
        all
    }

    #[test]
    fn text_is_found_at_any_offset_and_noise_is_not() {
        let utf16: Vec<u8> = "机密★20年\r".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let bytes = [&[0, 1, 0xfe][..], &utf16, &[0, 0, 3]].concat();
        assert_eq!(found(&bytes, 2), ["机密★20年\n"]);
        assert_eq!(found(b"\0\x01\xbb\xfa\xc3\xdc\0", 2), ["机密"]);
        let mut noise = 1_u32;
        let random: Vec<u8> = (0..100_000)
            .map(|_| {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                noise.to_be_bytes()[0]
            })
            .collect();
        let mut all = 0;
        wide(&random, 6, &mut |_: &str| all += 1);
        assert_eq!(all, 0);
    }
}
