//! Records of binary workbooks: a type, a length, data; and the values within them.

/// Bytes of a type's and of a length's encoding.
const TYPE_BYTES: usize = 2;
const LENGTH_BYTES: usize = 4;
/// Characters of a string; no program stores longer ones in a cell.
const STRING_CHARS: usize = 32_767;
/// How often the bytes of a record are looked at in search of strings.
const SEARCHES: usize = 8;

/// The records of a part, one after the other.
pub(super) struct Records<'a> {
    rest: &'a [u8],
    /// The part ends within a record.
    pub(super) broken: bool,
}

/// One record.
pub(super) struct Record<'a> {
    pub(super) kind: u16,
    pub(super) data: Data<'a>,
}

/// What is left of a record's data; every read takes from its beginning.
#[derive(Clone, Copy)]
pub(super) struct Data<'a>(pub(super) &'a [u8]);

impl<'a> Records<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, broken: false }
    }

    /// A number in seven bits a byte, the lowest first.
    fn number(&mut self, most: usize) -> Option<u32> {
        let mut value = 0;
        for (at, &byte) in self.rest.iter().take(most).enumerate() {
            value |= u32::from(byte & 0x7f) << (7 * at);
            if byte & 0x80 == 0 || at + 1 == most {
                self.rest = self.rest.get(at + 1..)?;
                return Some(value);
            }
        }
        None
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let head = self.number(TYPE_BYTES).zip(self.number(LENGTH_BYTES));
        let Some((kind, length)) =
            head.and_then(|(kind, length)| Some((kind, usize::try_from(length).ok()?)))
        else {
            self.broken = true;
            self.rest = &[];
            return None;
        };
        // What there is of a record that is cut off is told too.
        self.broken = length > self.rest.len();
        let (data, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.rest = rest;
        Some(Record { kind: u16::try_from(kind).unwrap_or(u16::MAX), data: Data(data) })
    }
}

impl<'a> Data<'a> {
    pub(super) fn skip(&mut self, bytes: usize) {
        self.0 = self.0.get(bytes..).unwrap_or_default();
    }

    pub(super) fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let bytes = *self.0.first_chunk()?;
        self.skip(N);
        Some(bytes)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.bytes().map(|[byte]| byte)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.bytes().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.bytes().map(u32::from_le_bytes)
    }

    pub(super) fn f64(&mut self) -> Option<f64> {
        self.bytes().map(f64::from_le_bytes)
    }

    /// A string with its length in front; a missing one is empty. What is cut off ends early.
    pub(super) fn string(&mut self) -> Option<String> {
        let count = self.u32()?;
        if count == u32::MAX {
            return Some(String::new());
        }
        let bytes = usize::try_from(count).ok()?.checked_mul(2)?.min(self.0.len());
        let text = utf16(self.0.get(..bytes)?);
        self.skip(bytes);
        Some(text)
    }

    /// A string with runs and phonetic text, which comes second.
    pub(super) fn rich_string(&mut self) -> Option<(String, String)> {
        let flags = self.byte()?;
        let text = self.string()?;
        if flags & 1 != 0 {
            let runs = usize::try_from(self.u32()?).ok()?;
            self.skip(runs.checked_mul(4)?);
        }
        let phonetic = if flags & 2 != 0 { self.string().unwrap_or_default() } else { String::new() };
        Some((text, phonetic))
    }

    /// A number in 30 bits: an integer or the upper half of a binary fraction, divided by 100 or not.
    pub(super) fn short_number(&mut self) -> Option<f64> {
        let bits = self.u32()?;
        let value = if bits & 2 != 0 {
            f64::from(bits.cast_signed() >> 2)
        } else {
            f64::from_bits(u64::from(bits & !3) << 32)
        };
        Some(if bits & 1 != 0 { value / 100.0 } else { value })
    }

    /// Every string with its length in front of it, wherever one stands, that holds a letter. The flag
    /// is set when there was more to look at than is sensible.
    pub(super) fn strings(self) -> (Vec<String>, bool) {
        self.search(|data| {
            let count = usize::try_from(data.u32()?).ok()?;
            (2..=STRING_CHARS).contains(&count).then_some(count)
        })
    }

    /// The string literals of a formula, with the same flag.
    pub(super) fn literals(self) -> (Vec<String>, bool) {
        self.search(|data| {
            (data.byte()? == 0x17).then_some(())?;
            let count = usize::from(data.u16()?);
            (1..=255).contains(&count).then_some(count)
        })
    }

    /// Strings wherever `count` finds one's length.
    fn search(mut self, count: fn(&mut Self) -> Option<usize>) -> (Vec<String>, bool) {
        let mut found = Vec::new();
        let mut left = self.0.len().saturating_mul(SEARCHES);
        while !self.0.is_empty() {
            let mut at = self;
            if let Some(count) = count(&mut at)
                && let Some(bytes) = at.0.get(..2 * count)
            {
                let plausible = bytes.chunks_exact(2).take_while(|pair| is_text(pair)).count();
                left = left.saturating_sub(plausible);
                if left == 0 {
                    return (found, true);
                }
                let text = if plausible == count { utf16(bytes) } else { String::new() };
                if text.chars().any(char::is_alphabetic) && !text.contains('\u{fffd}') {
                    found.push(text);
                    at.skip(2 * count);
                    self = at;
                    continue;
                }
            }
            self.skip(1);
        }
        (found, false)
    }
}

/// Whether two bytes can be part of written text in UTF-16.
fn is_text(pair: &[u8]) -> bool {
    match pair {
        [low, 0] => matches!(low, b'\t' | b'\n' | b'\r' | 0x20..=0x7e | 0xa0..),
        // Private use, and the end of the plane, are no text.
        [_, 0xe0..=0xf8] => false,
        [0xfe | 0xff, 0xff] => false,
        _ => true,
    }
}

fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).filter_map(|pair| Some(u16::from_le_bytes(*pair.first_chunk()?)));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(text: &str) -> Vec<u8> {
        let units: Vec<u16> = text.encode_utf16().collect();
        let count = u32::try_from(units.len()).unwrap();
        count.to_le_bytes().into_iter().chain(units.into_iter().flat_map(u16::to_le_bytes)).collect()
    }

    #[test]
    fn types_and_lengths_have_seven_bits_a_byte() {
        let bytes = [0x83, 0x01, 0x00, 0x06, 0x81, 0x00, 0xaa];
        let mut records = Records::new(&bytes);
        let kinds: Vec<(u16, usize)> =
            records.by_ref().map(|record| (record.kind, record.data.0.len())).collect();
        assert_eq!(kinds, [(131, 0), (6, 1)]);
        assert!(!records.broken);
        let mut cut = Records::new(&[0x06, 0x7f, 1, 2]);
        assert_eq!(cut.next().map(|record| record.data.0.len()), Some(2));
        assert!(cut.broken);
        assert!(Records::new(&[0x86]).next().is_none());
    }

    #[test]
    fn numbers_in_thirty_bits() {
        let number = |bits: u32| Data(&bits.to_le_bytes()).short_number();
        assert_eq!(number(5 << 2 | 2), Some(5.0));
        assert_eq!(number(((-5_i32) << 2).cast_unsigned() | 2), Some(-5.0));
        assert_eq!(number(1234 << 2 | 3), Some(12.34));
        assert_eq!(number(0x3ff0_0000), Some(1.0));
    }

    #[test]
    fn strings_are_found_wherever_they_stand() {
        let data = [&[7, 7, 7][..], &wide("机密"), &[9], &wide("x y"), &wide("12")].concat();
        assert_eq!(Data(&data).strings(), (vec!["机密".to_owned(), "x y".to_owned()], false));
        let formula = [
            &[0x44, 0x17, 2, 0][..],
            "内部".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>().as_slice(),
            &[0x08],
        ]
        .concat();
        assert_eq!(Data(&formula).literals(), (vec!["内部".to_owned()], false));
        // Lengths everywhere, none of them true.
        let endless = [[0x17, 0xfe, 0].repeat(80), vec![0; 3]].concat().repeat(100);
        assert!(Data(&endless).literals().1);
    }

    #[test]
    fn rich_strings_skip_their_runs() {
        let data = [&[3][..], &wide("机密"), &1_u32.to_le_bytes(), &[0; 4], &wide("ji")].concat();
        assert_eq!(Data(&data).rich_string(), Some(("机密".to_owned(), "ji".to_owned())));
    }
}
