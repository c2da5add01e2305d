//! Text among bytes that are not text: runs of characters that are too plausible to be chance.

use std::sync::LazyLock;

use super::ansi;

/// Letters that a run of one byte a character must have if it holds no ideographs.
const NARROW_LETTERS: usize = 8;

/// Tells every run of at least `least` plausible UTF-16 characters that holds an ideograph, or
/// twice as many without one.
pub(super) fn wide(bytes: &[u8], least: usize, tell: &mut dyn FnMut(&str)) {
    let mut runs = Runs::new(bytes, least);
    let mut at = 0;
    while at + 1 < bytes.len() {
        at += runs.accepted(at).map_or(1, |run| {
            tell(&lines(&run));
            2 * run.chars().count()
        });
    }
}

/// The same, also for runs of one byte a character in a code page.
pub(super) fn both(bytes: &[u8], least: usize, page: u16, tell: &mut dyn FnMut(&str)) {
    let mut runs = Runs::new(bytes, least);
    let (mut at, mut rejected) = (0, 0);
    while at < bytes.len() {
        if let Some(run) = runs.accepted(at) {
            tell(&lines(&run));
            at += 2 * run.chars().count();
            continue;
        }
        if at >= rejected {
            let rest = bytes.get(at..).unwrap_or_default();
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

/// The runs of plausible UTF-16 characters from any byte on, each looked at once: from every byte on
/// anew, a long one would cost the square of its length.
struct Runs<'a> {
    bytes: &'a [u8],
    least: usize,
    /// For even and odd offsets, where the last run that was looked at starts, and for each of its
    /// characters whether what begins with it is text.
    known: [(usize, Vec<bool>); 2],
}

impl<'a> Runs<'a> {
    fn new(bytes: &'a [u8], least: usize) -> Self {
        Self { bytes, least, known: Default::default() }
    }

    /// The run that starts at `at`, if it is text.
    fn accepted(&mut self, at: usize) -> Option<String> {
        let (start, accepted) = &mut self.known[at % 2];
        let rest = self.bytes.get(at..)?;
        if at.checked_sub(*start).is_none_or(|behind| behind / 2 >= accepted.len()) {
            let mut counts = Counts::default();
            *start = at;
            *accepted = wide_run(rest).rev().map(|c| counts.with(c).accepted(self.least)).collect();
            accepted.reverse();
        }
        let is_text = accepted.get((at - *start) / 2).is_some_and(|&accepted| accepted);
        is_text.then(|| wide_run(rest).collect())
    }
}

/// The plausible UTF-16 characters at the start of `bytes`, all of them of one unit.
fn wide_run(bytes: &[u8]) -> impl DoubleEndedIterator<Item = char> {
    let (units, _) = bytes.as_chunks::<2>();
    let char = |unit: [u8; 2]| char::from_u32(u16::from_le_bytes(unit).into()).filter(|&c| is_plausible(c));
    let length = units.iter().take_while(|&&unit| char(unit).is_some()).count();
    units.iter().take(length).filter_map(move |&unit| char(unit))
}

/// What a run consists of.
#[derive(Default)]
struct Counts {
    ideographs: usize,
    /// Those that ASCII looks like, read from its second byte on: they end in 00.
    shifted: usize,
    letters: usize,
}

impl Counts {
    fn with(&mut self, c: char) -> &Self {
        self.ideographs += usize::from(is_ideograph(c));
        self.shifted += usize::from(is_ideograph(c) && u32::from(c) & 0xff == 0);
        self.letters += usize::from(c.is_ascii_alphanumeric());
        self
    }

    fn accepted(&self, least: usize) -> bool {
        2 * self.shifted <= self.ideographs
            && (self.ideographs >= least
                || self.ideographs > 0 && self.ideographs + self.letters >= least.max(4)
                || self.letters >= 2 * least.max(4))
    }
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
/// Ideographs from [`FIRST`] on that are looked at, up to U+9FFF.
const IDEOGRAPHS: usize = 0x5200;

/// Row of each ideograph from [`FIRST`] on, 0 for those that the standard does not have.
static ROWS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut rows = vec![0; IDEOGRAPHS];
    for row in 0xb0..=0xf7 {
        let cells: Vec<u8> = (0xa1..=0xfe).flat_map(|cell| [row, cell]).collect();
        for c in encoding_rs::GBK.decode_without_bom_handling(&cells).0.chars() {
            let index =
                u32::from(c).checked_sub(u32::from(FIRST)).and_then(|index| usize::try_from(index).ok());
            if let Some(known) = index.and_then(|index| rows.get_mut(index)) {
                *known = row;
            }
        }
    }
    rows
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
        // Read from its second byte on, ASCII looks like ideographs.
        let shifted = [&b"\0"[..], &[0, 0x4e].repeat(40), &utf16].concat();
        assert_eq!(found(&shifted, 2), [&"N".repeat(39), "机密★20年\n"]);
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
