//! What encrypts old documents, where a password is at hand that opens them: those that Office uses
//! when nobody gave one, and those that the run was given.
//!
//! RC4 with its two ways to make a key, and the obfuscation of Office 95 ([MS-OFFCRYPTO] 2.3.5 to
//! 2.3.7). Which bytes are encrypted, and how they are cut into blocks, is each format's own.

use md5::Md5;
use sha1::Sha1;
use sha2::Digest;

use crate::limits::Limits;
use crate::read::cfb::{u16_at, u32_at};

/// What the keys of the blocks are made of.
pub(super) enum Key {
    Md5([u8; 5]),
    Sha1(Vec<u8>, usize),
}

impl Key {
    /// The key that opens what this header describes: a version, then what it encrypts with and how
    /// a password is checked. `None` where no password fits or the way is not known.
    pub(super) fn open(header: &[u8], limits: &Limits) -> Option<Self> {
        limits.office_passwords().find_map(|password| {
            let password: Vec<u8> = password.encode_utf16().flat_map(u16::to_le_bytes).collect();
            Self::fit(header, &password)
        })
    }

    fn fit(header: &[u8], password: &[u8]) -> Option<Self> {
        let body = header.get(4..)?;
        match (u16_at(header, 0)?, u16_at(header, 2)?) {
            (1, 1) => {
                let salt = body.get(..16)?;
                let first = Md5::digest(password);
                let salted = [first.get(..5)?, salt].concat().repeat(16);
                let key = Self::Md5(*Md5::digest(salted).first_chunk()?);
                let plain = key.verifier(body.get(16..48)?);
                let (verifier, hash) = plain.split_at_checked(16)?;
                (Md5::digest(verifier).as_slice() == hash).then_some(key)
            }
            (2..=4, 2) => {
                let head = usize::try_from(u32_at(body, 4)?).ok()?;
                // RC4 and SHA-1; nothing else was ever written here.
                if u32_at(body, 16)? != 0x6801 {
                    return None;
                }
                let bits = usize::try_from(u32_at(body, 24)?).ok()?;
                let rest = body.get(8_usize.checked_add(head)?..)?;
                let first = Sha1::new().chain_update(rest.get(4..20)?).chain_update(password).finalize();
                let key = Self::Sha1(first.to_vec(), bits / 8);
                let plain = key.verifier(&[rest.get(20..36)?, rest.get(40..60)?].concat());
                let (verifier, hash) = plain.split_at_checked(16)?;
                (Sha1::digest(verifier).as_slice() == hash).then_some(key)
            }
            _ => None,
        }
    }

    fn of_block(&self, block: u32) -> Vec<u8> {
        match self {
            Self::Md5(first) => {
                Md5::new().chain_update(first).chain_update(block.to_le_bytes()).finalize().to_vec()
            }
            Self::Sha1(first, length) => {
                let hash = Sha1::new().chain_update(first).chain_update(block.to_le_bytes()).finalize();
                let length = if *length == 0 { 5 } else { *length };
                let mut key = hash.get(..length).unwrap_or(&hash).to_vec();
                // Forty bits are filled up with zeros; other lengths are not.
                if key.len() == 5 {
                    key.resize(16, 0);
                }
                key
            }
        }
    }

    fn verifier(&self, encrypted: &[u8]) -> Vec<u8> {
        let mut plain = encrypted.to_vec();
        self.apply(0, &mut plain);
        plain
    }

    /// Decrypts the block of this number, in place.
    pub(super) fn apply(&self, block: u32, bytes: &mut [u8]) {
        for (byte, mask) in bytes.iter_mut().zip(Rc4::new(&self.of_block(block))) {
            *byte ^= mask;
        }
    }

    /// Decrypts a whole stream in blocks of so many bytes.
    pub(super) fn apply_all(&self, block_bytes: usize, bytes: &mut [u8]) {
        for (number, block) in (0_u32..).zip(bytes.chunks_mut(block_bytes)) {
            self.apply(number, block);
        }
    }
}

/// The bytes that RC4 combines the content with.
struct Rc4 {
    state: [u8; 256],
    i: u8,
    j: u8,
}

impl Rc4 {
    fn new(key: &[u8]) -> Self {
        let mut rc4 = Self { state: std::array::from_fn(|n| n.to_le_bytes()[0]), i: 0, j: 0 };
        for (i, &byte) in (0..=u8::MAX).zip(key.iter().cycle()) {
            rc4.j = rc4.j.wrapping_add(rc4.state[usize::from(i)]).wrapping_add(byte);
            rc4.state.swap(usize::from(i), usize::from(rc4.j));
        }
        rc4.j = 0;
        rc4
    }
}

impl Iterator for Rc4 {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        self.i = self.i.wrapping_add(1);
        self.j = self.j.wrapping_add(self.state[usize::from(self.i)]);
        self.state.swap(usize::from(self.i), usize::from(self.j));
        let sum = self.state[usize::from(self.i)].wrapping_add(self.state[usize::from(self.j)]);
        Some(self.state[usize::from(sum)])
    }
}

/// Characters of a password that obfuscation uses.
const OBFUSCATING_CHARS: usize = 15;
/// What shorter passwords are filled up with.
const FILLING: [u8; OBFUSCATING_CHARS] =
    [0xbb, 0xff, 0xff, 0xba, 0xff, 0xff, 0xb9, 0x80, 0, 0xbe, 0x0f, 0, 0xbf, 0x0f, 0];

/// The bytes that obfuscated content was combined with, in turn; `key` and `check` are what the
/// document keeps of the password. `None` where no password fits.
pub(super) fn obfuscating(key: u16, check: u16, limits: &Limits) -> Option<[u8; 16]> {
    let password = limits.office_passwords().map(narrow).find(|password| {
        !password.is_empty() && (obfuscation_key(password), obfuscation_check(password)) == (key, check)
    })?;
    let [low, high] = key.to_le_bytes();
    let mut filled = password.into_iter().chain(FILLING);
    Some(std::array::from_fn(|at| {
        let mask = if at % 2 == 0 { low } else { high };
        (filled.next().unwrap_or_default() ^ mask).rotate_right(1)
    }))
}

/// A password in one byte for each character, as far as it is used.
fn narrow(password: &str) -> Vec<u8> {
    let units = password.encode_utf16().take(OBFUSCATING_CHARS).map(u16::to_le_bytes);
    units.map(|[low, high]| if low == 0 { high } else { low }).collect()
}

fn obfuscation_key(password: &[u8]) -> u16 {
    // Shift registers; their taps are bits 5 and 12.
    let shift = |register: u16| {
        let rotated = register.rotate_left(1);
        if rotated & 1 == 1 { rotated ^ 0x1020 } else { rotated }
    };
    let (mut key, mut base, mut end) = (0, 0x8000, 0xffff);
    for byte in password.iter().rev() {
        // The eighth bit is not used.
        for bit in 0..8 {
            (base, end) = (shift(base), shift(end));
            if byte & 0x7f & 1 << bit != 0 {
                key ^= base;
            }
        }
    }
    key ^ end
}

fn obfuscation_check(password: &[u8]) -> u16 {
    let length = u8::try_from(password.len()).unwrap_or(u8::MAX);
    let rotated = |check: u16| (check >> 14 & 1) | (check << 1 & 0x7fff);
    let bytes = password.iter().rev().chain([&length]);
    bytes.fold(0, |check, &byte| rotated(check) ^ u16::from(byte)) ^ 0xce4b
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(password: &str) -> Limits {
        Limits { passwords: vec![password.to_owned()], ..Limits::default() }
    }

    #[test]
    fn rc4_is_the_published_one() {
        let stream: Vec<u8> = Rc4::new(b"Key").take(10).collect();
        assert_eq!(stream, [0xeb, 0x9f, 0x77, 0x81, 0xb7, 0x34, 0xca, 0x72, 0xa7, 0x19]);
    }

    #[test]
    fn obfuscation_of_the_password_for_everybody_is_the_known_one() {
        // Key, check and bytes that Excel writes for VelvetSweatshop.
        let bytes =
            [0x87, 0x6b, 0x9a, 0xe2, 0x1e, 0xe3, 0x05, 0x62, 0x1e, 0x69, 0x96, 0x60, 0x98, 0x6e, 0x94, 0x04];
        assert_eq!(obfuscating(0xb359, 0x9a0a, &Limits::default()), Some(bytes));
        assert_eq!(obfuscating(0xb358, 0x9a0a, &Limits::default()), None);
    }

    #[test]
    fn a_password_that_was_given_opens_what_it_encrypted_and_no_other_does() {
        let salt = [7; 16];
        let password: Vec<u8> = "密码1".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let salted = [&Md5::digest(&password)[..5], &salt].concat().repeat(16);
        let key = Key::Md5(*Md5::digest(salted).first_chunk().unwrap());
        let mut check = [[1; 16].to_vec(), Md5::digest([1; 16]).to_vec()].concat();
        key.apply(0, &mut check);
        let header = [&[1, 0, 1, 0][..], &salt, &check].concat();
        let opened = Key::open(&header, &with("密码1")).unwrap();
        let mut bytes = b"abcdefghij".to_vec();
        key.apply_all(4, &mut bytes);
        opened.apply_all(4, &mut bytes);
        assert_eq!(bytes, b"abcdefghij");
        assert!(Key::open(&header, &with("密码2")).is_none());
        for cut in 0..header.len() {
            assert!(Key::open(&header[..cut], &with("密码1")).is_none());
        }
    }
}
