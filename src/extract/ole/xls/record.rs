//! The records of a workbook, and the strings in them, which may go on in following records.

use std::cell::Cell;

use crate::extract::ole::ansi;
use crate::read::cfb::u16_at;

/// Number of the record that continues the one before.
const CONTINUE: u16 = 0x3c;

/// A record with its continuations.
#[derive(Debug)]
pub(super) struct Record<'a> {
    /// Offset in the stream.
    pub(super) offset: usize,
    pub(super) kind: u16,
    /// Its content, then that of every continuation; at least one.
    pub(super) parts: Vec<&'a [u8]>,
    /// A string that was read claims more than the record holds.
    pub(super) is_short: Cell<bool>,
}

impl<'a> Record<'a> {
    /// The content without continuations.
    pub(super) fn data(&self) -> &'a [u8] {
        self.parts.first().copied().unwrap_or_default()
    }

    /// A reader of all of it.
    pub(super) fn reader<'r>(&'r self, strings: Strings) -> Reader<'r, 'a> {
        Reader { parts: &self.parts, rest: self.data(), strings, is_short: &self.is_short }
    }
}

/// The records of a stream.
pub(super) struct Records<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The last record claims more than there is.
    pub(super) is_cut: bool,
}

impl<'a> Records<'a> {
    /// Starts at the first one.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, is_cut: false }
    }

    fn one(&mut self) -> Option<(usize, u16, &'a [u8])> {
        let (offset, kind) = (self.at, u16_at(self.bytes, self.at)?);
        let length = usize::from(u16_at(self.bytes, offset + 2)?);
        let rest = self.bytes.get(offset + 4..)?;
        self.is_cut |= length > rest.len();
        self.at = offset + 4 + length;
        Some((offset, kind, rest.get(..length).unwrap_or(rest)))
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let (offset, kind, data) = self.one()?;
        let mut parts = vec![data];
        while u16_at(self.bytes, self.at) == Some(CONTINUE) {
            let Some((_, _, more)) = self.one() else { break };
            parts.push(more);
        }
        Some(Record { offset, kind, parts, is_short: Cell::new(false) })
    }
}

/// How strings are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strings {
    /// Excel 97 and later: with a byte that says whether characters have one byte or two.
    Unicode,
    /// Before: bytes of this code page.
    Ansi(u16),
}

/// Reads a record from its start to the end of its last continuation.
pub(super) struct Reader<'r, 'a> {
    parts: &'r [&'a [u8]],
    rest: &'a [u8],
    strings: Strings,
    is_short: &'r Cell<bool>,
}

impl<'a> Reader<'_, 'a> {
    /// Steps over bytes; stays where the record ends.
    pub(super) fn skip(&mut self, mut count: usize) {
        while count > self.rest.len() && self.parts.len() > 1 {
            count -= self.rest.len();
            self.next_part();
        }
        self.rest = self.rest.get(count..).unwrap_or_default();
    }

    /// The next byte.
    pub(super) fn u8(&mut self) -> Option<u8> {
        while self.rest.is_empty() && self.parts.len() > 1 {
            self.next_part();
        }
        let (&first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    /// The next two bytes as a number.
    pub(super) fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.u8()?, self.u8()?]))
    }

    /// The next four bytes as a number.
    pub(super) fn u32(&mut self) -> Option<u32> {
        let (low, high) = (self.u16()?, self.u16()?);
        Some(u32::from(low) | u32::from(high) << 16)
    }

    /// What is left of the current part.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Goes to the next continuation; `false` where there is none.
    pub(super) fn next_part(&mut self) -> bool {
        self.parts = self.parts.get(1..).unwrap_or_default();
        self.rest = self.parts.first().copied().unwrap_or_default();
        !self.parts.is_empty()
    }

    /// A string behind its length of two bytes.
    pub(super) fn long_string(&mut self) -> Option<String> {
        let length = self.u16()?;
        Some(self.characters(usize::from(length)))
    }

    /// A string behind its length of one byte.
    pub(super) fn short_string(&mut self) -> Option<String> {
        let length = self.u8()?;
        Some(self.characters(usize::from(length)))
    }

    /// So many characters, behind their flags where there are some. As many as there are.
    pub(super) fn characters(&mut self, count: usize) -> String {
        let page = match self.strings {
            Strings::Ansi(page) => page,
            Strings::Unicode => return self.unicode(count).unwrap_or_default(),
        };
        let mut bytes = Vec::with_capacity(count.min(self.rest.len()));
        while bytes.len() < count {
            let Some(byte) = self.u8() else { break };
            bytes.push(byte);
        }
        self.mark(bytes.len() < count);
        ansi::decode(&bytes, page)
    }

    fn unicode(&mut self, count: usize) -> Option<String> {
        let mut flags = self.u8()?;
        let runs = if flags & 0x08 != 0 { self.u16()? } else { 0 };
        let extra = if flags & 0x04 != 0 { self.u32()? } else { 0 };
        let mut units: Vec<u16> = Vec::with_capacity(count.min(self.rest.len()));
        while units.len() < count {
            if self.rest.is_empty() {
                // Every continuation says anew how wide its characters are.
                if !self.next_part() {
                    break;
                }
                flags = self.u8()?;
            }
            let left = count - units.len();
            let taken = match flags & 1 {
                0 => {
                    let bytes = self.rest.get(..left).unwrap_or(self.rest);
                    units.extend(bytes.iter().map(|&byte| u16::from(byte)));
                    bytes.len()
                }
                _ => {
                    let (pairs, odd) = self.rest.get(..2 * left).unwrap_or(self.rest).as_chunks::<2>();
                    units.extend(pairs.iter().map(|&pair| u16::from_le_bytes(pair)));
                    2 * pairs.len() + odd.len()
                }
            };
            self.rest = self.rest.get(taken..).unwrap_or_default();
        }
        self.mark(units.len() < count);
        let extra = usize::try_from(extra).unwrap_or(usize::MAX);
        let behind = extra.saturating_add(4 * usize::from(runs));
        self.mark(behind > self.parts.iter().skip(1).map(|part| part.len()).sum::<usize>() + self.rest.len());
        self.skip(behind);
        Some(String::from_utf16_lossy(&units))
    }

    fn mark(&self, is_short: bool) {
        self.is_short.set(self.is_short.get() || is_short);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len()).unwrap();
        [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
    }

    #[test]
    fn strings_go_on_in_continuations_that_change_their_width() {
        let mut bytes = record(0xfc, &[5, 0, 1, 0x3a, 0x67, 0xc6, 0x5b]);
        bytes.extend(record(CONTINUE, &[0, b'1', b'0', b'a', 1, 0, 0, b'b']));
        let mut records = Records::new(&bytes);
        let first = records.next().unwrap();
        let mut reader = first.reader(Strings::Unicode);
        assert_eq!(reader.long_string().as_deref(), Some("机密10a"));
        assert_eq!(reader.long_string().as_deref(), Some("b"));
        assert_eq!(reader.long_string(), None);
        assert!(records.next().is_none() && !records.is_cut);
        assert!(!first.is_short.get());
    }

    #[test]
    fn strings_that_claim_more_than_there_is_are_told() {
        let is_short = |data: &[u8]| {
            let bytes = record(0xfc, data);
            let record = Records::new(&bytes).next().unwrap();
            assert_eq!(record.reader(Strings::Unicode).long_string().as_deref(), Some("机"));
            record.is_short.get()
        };
        assert!(!is_short(&[1, 0, 1, 0x3a, 0x67]));
        assert!(is_short(&[2, 0, 1, 0x3a, 0x67]));
        // One run of formatting of four bytes behind the characters, then one that is not there.
        assert!(!is_short(&[1, 0, 9, 1, 0, 0x3a, 0x67, 0, 0, 0, 0]));
        assert!(is_short(&[1, 0, 9, 2, 0, 0x3a, 0x67, 0, 0, 0, 0]));
        assert!(is_short(&[1, 0, 5, 0xff, 0xff, 0xff, 0x7f, 0x3a, 0x67]));
    }

    #[test]
    fn a_cut_record_is_told() {
        let bytes = record(0x204, &[2, 0, 0xbb, 0xfa, 0xc3, 0xdc]);
        let mut records = Records::new(&bytes[..8]);
        let first = records.next().unwrap();
        assert_eq!(first.reader(Strings::Ansi(936)).long_string().as_deref(), Some("机"));
        assert!(records.next().is_none() && records.is_cut);
    }
}
