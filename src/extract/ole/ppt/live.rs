//! Which parts of a presentation are in force, and their decryption: the saves, followed back from the
//! last one, each with its directory of parts.

use std::collections::HashMap;

use super::kind;
use crate::extract::ole::crypt::Key;
use crate::extract::ole::drawing::HEAD_BYTES;
use crate::limits::Limits;
use crate::read::cfb::{u16_at, u32_at};

/// Saves that are followed back.
const EDITS: usize = 10_000;

/// Which parts are in force.
#[derive(Debug, Default)]
pub(super) struct Live {
    /// Offsets of parts by their numbers; empty where no directory was found.
    pub(super) parts: HashMap<u32, usize>,
    /// All of them, also those that are no longer in force.
    all: Vec<(u32, usize)>,
    /// The number of the part that says what the others are encrypted with.
    pub(super) lock: Option<u32>,
    /// Entries that were read; directories that overlap are not read without end.
    entries: usize,
}

impl Live {
    /// Follows the saves from the last one, at `edit`, to the first.
    pub(super) fn read(bytes: &[u8], edit: Option<u32>) -> Self {
        let mut live = Self::default();
        let mut next = edit.unwrap_or_default();
        for _ in 0..EDITS {
            let Ok(at) = usize::try_from(next) else { break };
            if u16_at(bytes, at + 2) != Some(kind::EDIT) {
                break;
            }
            let length = u32_at(bytes, at + 4).unwrap_or_default();
            if live.lock.is_none() && length >= 32 {
                live.lock = u32_at(bytes, at + 36).filter(|&id| id != 0);
            }
            if let Some(directory) = u32_at(bytes, at + 20).and_then(|at| usize::try_from(at).ok()) {
                live.directory(bytes, directory);
            }
            let before = u32_at(bytes, at + 16).unwrap_or_default();
            if before == 0 || before >= next {
                break;
            }
            next = before;
        }
        live
    }

    /// Takes in a directory, as far as later ones do not say otherwise.
    fn directory(&mut self, bytes: &[u8], at: usize) {
        if u16_at(bytes, at + 2) != Some(kind::DIRECTORY) {
            return;
        }
        let length = usize::try_from(u32_at(bytes, at + 4).unwrap_or_default()).unwrap_or(usize::MAX);
        let body = bytes.get(at + HEAD_BYTES..).unwrap_or_default();
        let mut words = body.get(..length).unwrap_or(body).chunks_exact(4).filter_map(|c| u32_at(c, 0));
        while let Some(head) = words.next() {
            let first = head & 0xf_ffff;
            for number in 0..head >> 20 {
                let Some(offset) = words.next().and_then(|offset| usize::try_from(offset).ok()) else {
                    return;
                };
                self.entries += 1;
                if self.entries > bytes.len() {
                    return;
                }
                self.parts.entry(first + number).or_insert(offset);
                self.all.push((first + number, offset));
            }
        }
    }

    /// The stream with its parts decrypted, each with a key of its own; `None` where no password at
    /// hand opens them.
    pub(super) fn unlock(&self, bytes: &[u8], limits: &Limits) -> Option<Vec<u8>> {
        let lock = self.lock?;
        let key = Key::open(bytes.get(self.parts.get(&lock)?.checked_add(HEAD_BYTES)?..)?, limits)?;
        let mut plain = bytes.to_vec();
        // Parts do not overlap in honest files.
        let mut left = bytes.len().saturating_mul(2);
        for &(number, at) in self.all.iter().filter(|(number, _)| *number != lock) {
            let stored = bytes.get(at..)?;
            let mut head = stored.get(..HEAD_BYTES)?.to_vec();
            key.apply(number, &mut head);
            let length = usize::try_from(u32_at(&head, 4)?).ok()?;
            let part = stored.get(..HEAD_BYTES.saturating_add(length)).unwrap_or(stored);
            left = left.checked_sub(part.len())?;
            let to = plain.get_mut(at..at + part.len())?;
            to.copy_from_slice(part);
            key.apply(number, to);
        }
        Some(plain)
    }
}
