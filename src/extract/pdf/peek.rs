//! The first bytes of deflated data, without the tables that inflating all of it takes.
//!
//! Fonts and pictures that no page leads to are told by their first bytes. The inflater makes tables for each
//! block of data, which thousands of bytes pay for; for a few it takes less to look for the length of each code. Only
//! what most files hold is understood, a first block with codes of its own; the rest is left to the inflater.

/// Bits of the longest code.
const LONGEST: usize = 15;
/// Symbols of a code: bytes, the end of the block and lengths.
const SYMBOLS: usize = 286;
/// Distances.
const DISTANCES: usize = 30;
/// The symbol that ends a block.
const END: u16 = 256;

/// Bits of data, the lowest of each byte first.
struct Bits<'a> {
    data: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    /// The next bits, at least 57.
    #[inline]
    fn next(&self) -> Option<u64> {
        let bytes = self.data.get(self.at / 8..)?.first_chunk()?;
        Some(u64::from_le_bytes(*bytes) >> (self.at % 8))
    }

    /// A number of so many bits.
    #[inline]
    fn number(&mut self, bits: usize) -> Option<usize> {
        let number = self.next()? & ((1 << bits) - 1);
        self.at += bits;
        usize::try_from(number).ok()
    }
}

/// A prefix code.
struct Code {
    /// For each length, where the codes up to it end, as if all were as long as the longest.
    ends: [u16; LONGEST],
    /// For each length, what is added to a code to find its symbol.
    begins: [u16; LONGEST],
    symbols: [u16; SYMBOLS + DISTANCES],
}

impl Code {
    /// The code in which symbols have these lengths; `None` unless it is complete.
    fn new(lengths: &[u8]) -> Option<Self> {
        let mut counts = [0u16; LONGEST + 1];
        for &length in lengths {
            *counts.get_mut(usize::from(length))? += 1;
        }
        let mut code = Self { ends: [0; LONGEST], begins: [0; LONGEST], symbols: [0; SYMBOLS + DISTANCES] };
        let (mut places, mut place, mut next) = ([0u16; LONGEST + 1], 0u16, 0u16);
        for (length, &count) in counts.iter().enumerate().skip(1) {
            next *= 2;
            (places[length], code.begins[length - 1]) = (place, place.wrapping_sub(next));
            (place, next) = (place + count, next + count);
            if next > 1 << length {
                return None;
            }
            code.ends[length - 1] = next << (LONGEST - length);
        }
        for (symbol, &length) in (0..).zip(lengths).filter(|(_, length)| **length > 0) {
            let place = places.get_mut(usize::from(length))?;
            *code.symbols.get_mut(usize::from(*place))? = symbol;
            *place += 1;
        }
        (code.ends[LONGEST - 1] == 1 << LONGEST).then_some(code)
    }

    #[inline]
    fn symbol(&self, bits: &mut Bits<'_>) -> Option<u16> {
        let next = bits.next()?.to_le_bytes();
        let code = u16::from_le_bytes([next[0], next[1]]).reverse_bits() >> 1;
        let shorter = self.ends.iter().position(|&end| code < end)?;
        bits.at += shorter + 1;
        let place = (code >> (LONGEST - 1 - shorter)).wrapping_add(self.begins[shorter]);
        self.symbols.get(usize::from(place)).copied()
    }
}

/// The codes of a block: of bytes and lengths, and of distances.
fn codes(bits: &mut Bits<'_>) -> Option<(Code, Code)> {
    const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    let (symbols, distances) = (bits.number(5)? + 257, bits.number(5)? + 1);
    let count = bits.number(4)? + 4;
    if symbols > SYMBOLS || distances > DISTANCES {
        return None;
    }
    let mut lengths = [0u8; ORDER.len()];
    for place in ORDER.iter().take(count) {
        *lengths.get_mut(*place)? = u8::try_from(bits.number(3)?).ok()?;
    }
    let code = Code::new(&lengths)?;
    let (mut lengths, mut known) = ([0u8; SYMBOLS + DISTANCES], 0);
    while known < symbols + distances {
        let (length, times) = match code.symbol(bits)? {
            16 => (*lengths.get(known.checked_sub(1)?)?, 3 + bits.number(2)?),
            17 => (0, 3 + bits.number(3)?),
            18 => (0, 11 + bits.number(7)?),
            length => (u8::try_from(length).ok()?, 1),
        };
        lengths.get_mut(known..known + times)?.fill(length);
        known += times;
    }
    let (own, rest) = lengths.get(..known)?.split_at_checked(symbols)?;
    let ends = own.get(usize::from(END)).is_some_and(|&length| length > 0);
    (ends && rest.len() == distances).then_some((Code::new(own)?, Code::new(rest)?))
}

/// The first `count` bytes that deflated data holds, without the header of zlib; `None` where only the
/// inflater can tell.
pub(super) fn peek(data: &[u8], count: usize) -> Option<Vec<u8>> {
    let mut bits = Bits { data, at: 1 };
    if bits.number(2)? != 2 {
        return None;
    }
    let (symbols, distances) = codes(&mut bits)?;
    let mut out = Vec::with_capacity(count);
    while out.len() < count {
        let symbol = symbols.symbol(&mut bits)?;
        if let Ok(byte) = u8::try_from(symbol) {
            out.push(byte);
            continue;
        }
        let length = match usize::from(symbol) {
            at @ 257..=264 => at - 254,
            285 => 258,
            at @ 265..=284 => {
                let more = (at - 261) / 4;
                ((4 + (at - 265) % 4) << more) + 3 + bits.number(more)?
            }
            _ => return None,
        };
        let distance = match usize::from(distances.symbol(&mut bits)?) {
            at @ 0..=3 => at + 1,
            at => {
                let more = at / 2 - 1;
                ((2 + at % 2) << more) + 1 + bits.number(more)?
            }
        };
        let begin = out.len().checked_sub(distance)?;
        for at in begin..begin + length.min(count - out.len()) {
            out.push(*out.get(at)?);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::DeflateEncoder};

    use super::super::inflate::inflate;
    use super::*;

    fn deflated(data: &[u8]) -> Vec<u8> {
        let mut packer = DeflateEncoder::new(Vec::new(), Compression::default());
        packer.write_all(data).unwrap();
        packer.finish().unwrap()
    }

    /// Bytes that follow each other without rule, and repeat.
    fn noise(count: u32) -> Vec<u8> {
        let byte = |n: u32| {
            (n % 61).wrapping_mul(n % 61).wrapping_mul(97).to_be_bytes()[3] ^ (n / 300).to_be_bytes()[3]
        };
        (0..count).map(byte).collect()
    }

    #[test]
    fn first_bytes_are_those_of_the_inflater() {
        for data in [noise(3000), include_bytes!("peek.rs").to_vec()] {
            assert_eq!(peek(&deflated(&data), 64), data.get(..64).map(<[u8]>::to_vec));
        }
    }

    #[test]
    fn what_is_not_usual_is_left_to_the_inflater() {
        // A block with the usual codes, one without any, an end before there is enough, and nothing.
        for data in [
            deflated(b"few"),
            vec![1, 3, 0, 252, 255, 1, 2, 3],
            deflated(&noise(3000))[..90].to_vec(),
            Vec::new(),
        ] {
            assert_eq!(peek(&data, 64), None);
        }
    }

    #[test]
    fn of_damaged_data_too() {
        let whole = deflated(include_bytes!("peek.rs"));
        let mut told = 0;
        for bit in 0..2000 {
            let mut data = whole.clone();
            data[bit / 8] ^= 1 << (bit % 8);
            if let Some(few) = peek(&data, 64) {
                assert_eq!(few, inflate(&data, 64).0, "{bit}");
                told += 1;
            }
        }
        assert!((100..2000).contains(&told), "{told}");
    }
}
