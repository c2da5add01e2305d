//! Encrypted workbooks: which of their bytes are, and how they are cut into blocks.

use super::super::crypt::{Key, obfuscating};
use crate::limits::Limits;
use crate::read::cfb::u16_at;

/// Bytes that share a key.
const BLOCK_BYTES: usize = 1024;
/// Records that are stored as they are: those needed before decryption.
const PLAIN: [u16; 7] = [0x809, 0x2f, 0xe1, 0x194, 0x195, 0x196, 0x138];
/// The list entry of a sheet, whose first four bytes are stored as they are.
const SHEET: u16 = 0x85;

enum Cipher {
    Obfuscated([u8; 16]),
    Rc4(Key),
}

/// The records of `bytes`, decrypted; `pass` is the record that says how. `None` where no password
/// at hand opens them or the way is not known.
pub(super) fn decrypt(bytes: &[u8], pass: &[u8], limits: &Limits) -> Option<Vec<u8>> {
    let cipher = match (pass.len(), u16_at(pass, 0)?) {
        // Excel 95 has nothing but key and check.
        (4, key) => Cipher::Obfuscated(obfuscating(key, u16_at(pass, 2)?, limits)?),
        (_, 0) => Cipher::Obfuscated(obfuscating(u16_at(pass, 2)?, u16_at(pass, 4)?, limits)?),
        _ => Cipher::Rc4(Key::open(pass.get(2..)?, limits)?),
    };
    let mut plain = bytes.to_vec();
    if let Cipher::Rc4(key) = &cipher {
        key.apply_all(BLOCK_BYTES, &mut plain);
    }
    let mut at = 0;
    while let (Some(kind), Some(length)) = (u16_at(bytes, at), u16_at(bytes, at + 2)) {
        let (start, length) = (at + 4, usize::from(length));
        let end = (start + length).min(bytes.len());
        let stored = match kind {
            _ if PLAIN.contains(&kind) => end,
            SHEET => (start + 4).min(end),
            _ => start.min(end),
        };
        if let (Some(to), Some(from)) = (plain.get_mut(at..stored), bytes.get(at..stored)) {
            to.copy_from_slice(from);
        }
        if let Cipher::Obfuscated(masks) = &cipher {
            for (position, byte) in plain.iter_mut().enumerate().take(end).skip(stored) {
                let mask = masks.get((position + length) % 16).copied().unwrap_or_default();
                *byte = (*byte ^ mask).rotate_right(5);
            }
        }
        at = start + length;
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Excel combines the content with under the password for everybody.
    const OBFUSCATING: [u8; 16] =
        [0x87, 0x6b, 0x9a, 0xe2, 0x1e, 0xe3, 0x05, 0x62, 0x1e, 0x69, 0x96, 0x60, 0x98, 0x6e, 0x94, 0x04];

    #[test]
    fn obfuscation_is_undone_and_other_passwords_do_not_open() {
        let decrypt = |bytes: &[u8], pass: &[u8]| decrypt(bytes, pass, &Limits::default());
        let mut bytes = vec![0x04, 0x02, 4, 0];
        for (number, &plain) in b"mark".iter().enumerate() {
            let mask = OBFUSCATING[(4 + 4 + number) % 16];
            bytes.push(plain.rotate_left(5) ^ mask);
        }
        for pass in [&[0, 0, 0x59, 0xb3, 0x0a, 0x9a][..], &[0x59, 0xb3, 0x0a, 0x9a]] {
            assert_eq!(decrypt(&bytes, pass).as_deref(), Some(&b"\x04\x02\x04\0mark"[..]));
        }
        assert_eq!(decrypt(&bytes, &[0, 0, 1, 2, 3, 4]), None);
        assert_eq!(decrypt(&bytes, &[1, 0, 1, 0, 1, 0, 9]), None);
        assert_eq!(decrypt(&bytes, &[[1, 0, 1, 0, 1, 0].to_vec(), vec![7; 48]].concat()), None);
    }
}
