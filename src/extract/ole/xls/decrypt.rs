//! Workbooks that are encrypted with the password that Excel uses when it only protects the
//! structure: they open for everybody.
//!
//! RC4 with its two ways to make a key, and the obfuscation of Excel 95 ([MS-OFFCRYPTO]). Another
//! password is not tried.

use md5::Md5;
use sha1::Sha1;
use sha2::Digest;

use crate::read::cfb::{u16_at, u32_at};

const PASSWORD: &str = "VelvetSweatshop";
/// Key and check that the obfuscation makes of the password.
const OBFUSCATION: [u8; 4] = [0x59, 0xb3, 0x0a, 0x9a];
/// The bytes that it combines the content with.
const OBFUSCATING: [u8; 16] =
    [0x87, 0x6b, 0x9a, 0xe2, 0x1e, 0xe3, 0x05, 0x62, 0x1e, 0x69, 0x96, 0x60, 0x98, 0x6e, 0x94, 0x04];
/// Bytes that share a key.
const BLOCK_BYTES: usize = 1024;
/// Records that are stored as they are: those needed before decryption.
const PLAIN: [u16; 7] = [0x809, 0x2f, 0xe1, 0x194, 0x195, 0x196, 0x138];
/// The list entry of a sheet, whose first four bytes are stored as they are.
const SHEET: u16 = 0x85;

/// The records of `bytes`, decrypted; `pass` is the record that says how. `None` where the password
/// is another one or the way is not known.
pub(super) fn decrypt(bytes: &[u8], pass: &[u8]) -> Option<Vec<u8>> {
    let cipher = Cipher::read(pass)?;
    let mut plain = bytes.to_vec();
    let mut stream = Vec::new();
    let mut block = usize::MAX;
    let mut at = 0;
    while let (Some(kind), Some(length)) = (u16_at(bytes, at), u16_at(bytes, at + 2)) {
        let (start, length) = (at + 4, usize::from(length));
        at = start + length;
        if PLAIN.contains(&kind) {
            continue;
        }
        let skip = if kind == SHEET { 4 } else { 0 };
        for position in start + skip..at.min(bytes.len()) {
            let Some(byte) = plain.get_mut(position) else { break };
            match &cipher {
                Cipher::Obfuscated => {
                    let mask = OBFUSCATING.get((position + length) % 16).copied().unwrap_or_default();
                    *byte = (*byte ^ mask).rotate_right(5);
                }
                Cipher::Rc4(key) => {
                    if position / BLOCK_BYTES != block {
                        block = position / BLOCK_BYTES;
                        stream =
                            Rc4::new(&key.of_block(u32::try_from(block).ok()?)).take(BLOCK_BYTES).collect();
                    }
                    *byte ^= stream.get(position % BLOCK_BYTES).copied().unwrap_or_default();
                }
            }
        }
    }
    Some(plain)
}

enum Cipher {
    Obfuscated,
    Rc4(Key),
}

/// What the keys of the blocks are made of.
enum Key {
    Md5([u8; 5]),
    Sha1(Vec<u8>, usize),
}

impl Cipher {
    /// `None` unless the password is right.
    fn read(pass: &[u8]) -> Option<Self> {
        let password: Vec<u8> = PASSWORD.encode_utf16().flat_map(u16::to_le_bytes).collect();
        if u16_at(pass, 0)? == 0 {
            return (pass.get(2..6)? == OBFUSCATION).then_some(Self::Obfuscated);
        }
        let body = pass.get(6..)?;
        match (u16_at(pass, 2)?, u16_at(pass, 4)?) {
            (1, 1) => {
                let salt = body.get(..16)?;
                let first = Md5::digest(&password);
                let salted = [first.get(..5)?, salt].concat().repeat(16);
                let key = Key::Md5(*Md5::digest(salted).first_chunk()?);
                let plain = key.verifier(body.get(16..48)?);
                let (verifier, hash) = plain.split_at_checked(16)?;
                (Md5::digest(verifier).as_slice() == hash).then_some(Self::Rc4(key))
            }
            (2..=4, 2) => {
                let head = usize::try_from(u32_at(body, 4)?).ok()?;
                // RC4 and SHA-1; nothing else was ever written here.
                if u32_at(body, 16)? != 0x6801 {
                    return None;
                }
                let bits = usize::try_from(u32_at(body, 24)?).ok()?;
                let rest = body.get(8_usize.checked_add(head)?..)?;
                let first = Sha1::new().chain_update(rest.get(4..20)?).chain_update(&password).finalize();
                let key = Key::Sha1(first.to_vec(), bits / 8);
                let encrypted = [rest.get(20..36)?, rest.get(40..60)?].concat();
                let plain = key.verifier(&encrypted);
                let (verifier, hash) = plain.split_at_checked(16)?;
                (Sha1::digest(verifier).as_slice() == hash).then_some(Self::Rc4(key))
            }
            _ => None,
        }
    }
}

impl Key {
    fn of_block(&self, block: u32) -> Vec<u8> {
        match self {
            Self::Md5(first) => {
                Md5::new().chain_update(first).chain_update(block.to_le_bytes()).finalize().to_vec()
            }
            Self::Sha1(first, length) => {
                let hash = Sha1::new().chain_update(first).chain_update(block.to_le_bytes()).finalize();
                // Forty bits are filled up with zeros.
                let length = if *length == 0 { 5 } else { *length };
                let mut key = hash.get(..length).unwrap_or(&hash).to_vec();
                key.resize(key.len().max(16), 0);
                key
            }
        }
    }

    fn verifier(&self, encrypted: &[u8]) -> Vec<u8> {
        Rc4::new(&self.of_block(0)).zip(encrypted).map(|(mask, byte)| mask ^ byte).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rc4_is_the_published_one() {
        let stream: Vec<u8> = Rc4::new(b"Key").take(10).collect();
        assert_eq!(stream, [0xeb, 0x9f, 0x77, 0x81, 0xb7, 0x34, 0xca, 0x72, 0xa7, 0x19]);
    }

    #[test]
    fn obfuscation_is_undone_and_other_passwords_are_not_tried() {
        let pass = [&[0, 0][..], &OBFUSCATION].concat();
        let mut bytes = vec![0x04, 0x02, 4, 0];
        for (number, &plain) in b"mark".iter().enumerate() {
            let mask = OBFUSCATING[(4 + 4 + number) % 16];
            bytes.push(plain.rotate_left(5) ^ mask);
        }
        assert_eq!(decrypt(&bytes, &pass).as_deref(), Some(&b"\x04\x02\x04\0mark"[..]));
        assert_eq!(decrypt(&bytes, &[0, 0, 1, 2, 3, 4]), None);
        assert_eq!(decrypt(&bytes, &[1, 0, 1, 0, 1, 0, 9]), None);
        assert_eq!(decrypt(&bytes, &[[1, 0, 1, 0, 1, 0].to_vec(), vec![7; 48]].concat()), None);
    }
}
