//! AES in the ways in which documents and archives use it: blocks alone, chained, and as a stream.

use aes::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256};

/// AES with keys of any of its lengths.
pub(crate) enum Cipher {
    Aes128(Box<Aes128>),
    Aes192(Box<Aes192>),
    Aes256(Box<Aes256>),
}

impl Cipher {
    /// `None` for a key of another length than 16, 24 or 32 bytes.
    pub(crate) fn new(key: &[u8]) -> Option<Self> {
        match key.len() {
            16 => Some(Self::Aes128(Box::new(Aes128::new_from_slice(key).ok()?))),
            24 => Some(Self::Aes192(Box::new(Aes192::new_from_slice(key).ok()?))),
            32 => Some(Self::Aes256(Box::new(Aes256::new_from_slice(key).ok()?))),
            _ => None,
        }
    }

    /// Decrypts whole blocks in place; with `chain` each is combined with the one before it.
    pub(crate) fn decrypt(&self, data: &mut [u8], mut chain: Option<[u8; 16]>) {
        let (blocks, _) = data.as_chunks_mut::<16>();
        for block in blocks {
            let stored = *block;
            let mut plain = Array::from(stored);
            match self {
                Self::Aes128(cipher) => cipher.decrypt_block(&mut plain),
                Self::Aes192(cipher) => cipher.decrypt_block(&mut plain),
                Self::Aes256(cipher) => cipher.decrypt_block(&mut plain),
            }
            *block = plain.into();
            if let Some(before) = &mut chain {
                for (byte, before) in block.iter_mut().zip(before.iter()) {
                    *byte ^= before;
                }
                *before = stored;
            }
        }
    }

    /// Combines `data` with the encrypted numbers from 1 on, low byte first.
    pub(crate) fn count(&self, data: &mut [u8]) {
        for (number, block) in (1_u128..).zip(data.chunks_mut(16)) {
            let mut mask = Array::from(number.to_le_bytes());
            match self {
                Self::Aes128(cipher) => cipher.encrypt_block(&mut mask),
                Self::Aes192(cipher) => cipher.encrypt_block(&mut mask),
                Self::Aes256(cipher) => cipher.encrypt_block(&mut mask),
            }
            for (byte, mask) in block.iter_mut().zip(mask) {
                *byte ^= mask;
            }
        }
    }
}
