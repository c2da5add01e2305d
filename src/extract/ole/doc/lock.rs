//! Encrypted documents of Word: all of their streams are, from the first byte, but for the head.

use super::super::crypt::{Key, obfuscating};
use super::fib::Fib;
use crate::limits::Limits;

/// Bytes that share a key.
const BLOCK_BYTES: usize = 512;

/// What a document is locked with.
pub(super) enum Lock {
    Obfuscated([u8; 16]),
    Rc4(Key),
}

impl Lock {
    /// `None` where no password at hand opens it.
    pub(super) fn open(fib: Fib<'_>, tables: &[u8], limits: &Limits) -> Option<Self> {
        if fib.is_obscured() || !fib.is_modern {
            let (key, check) = fib.password()?;
            return obfuscating(key, check, limits).map(Self::Obfuscated);
        }
        Key::open(tables, limits).map(Self::Rc4)
    }

    /// Decrypts a stream of which the first `plain` bytes are stored as they are.
    pub(super) fn undo(&self, stream: &mut [u8], plain: usize) {
        let head = stream.get(..plain.min(stream.len())).unwrap_or_default().to_vec();
        match self {
            Self::Rc4(key) => key.apply_all(BLOCK_BYTES, stream),
            Self::Obfuscated(masks) => {
                for (byte, &mask) in stream.iter_mut().zip(masks.iter().cycle()) {
                    // What would become zero, or is zero, is left alone.
                    if *byte != 0 && *byte != mask {
                        *byte ^= mask;
                    }
                }
            }
        }
        if let Some(start) = stream.get_mut(..head.len()) {
            start.copy_from_slice(&head);
        }
    }
}
