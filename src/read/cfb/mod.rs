//! Compound files (OLE), the container of old binary Office formats and of encrypted new ones:
//! streams with their paths, read along chains of sectors that may lead anywhere.
//!
//! Chains are as long as the file has sectors at most, so that cycles end; nothing is allocated
//! that the file does not hold.

mod write;

use std::cell::RefCell;
use std::collections::HashSet;

pub(crate) use self::write::write;
use crate::limits::{Budget, Gap, GapKind};

const MAGIC: &[u8; 8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// Highest number of a sector that exists; those above end a chain or mark free ones.
const LAST_SECTOR: u32 = 0xffff_fffa;
/// Bytes of one directory entry.
const ENTRY_BYTES: usize = 128;
/// Sector numbers in the header itself.
const HEADER_SECTORS: usize = 109;
/// Bytes of a sector of the stream that holds the small streams.
const MINI_BYTES: usize = 64;
/// Storages within storages whose names are kept in paths.
const MAX_DEPTH: usize = 64;

/// A compound file.
#[derive(Debug)]
pub(crate) struct CompoundFile<'a> {
    bytes: &'a [u8],
    sector_bytes: usize,
    /// Bytes below which a stream lies in the mini stream.
    cutoff: u64,
    next: Vec<u32>,
    mini_next: Vec<u32>,
    mini: Vec<u8>,
    /// Every stream, also those that no storage lists.
    pub(crate) streams: Vec<Stream>,
    /// Directory entries of the streams that were read.
    read: RefCell<HashSet<usize>>,
    /// What of the file as a whole could not be read.
    pub(crate) gaps: Vec<Gap>,
}

/// One stream, not yet read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stream {
    /// Names of its storages and its own, joined by `/`.
    pub(crate) path: String,
    /// Its number in the directory, since a path may stand there twice.
    entry: usize,
    start: u32,
    size: u64,
}

struct Entry {
    name: String,
    kind: u8,
    siblings: [u32; 2],
    child: u32,
    start: u32,
    size: u64,
}

const STORAGE: u8 = 1;
const STREAM: u8 = 2;
const ROOT: u8 = 5;

impl<'a> CompoundFile<'a> {
    /// Lists the streams of `bytes`, every entry taken off the budget; `None` where this is no compound
    /// file.
    pub(crate) fn open(bytes: &'a [u8], budget: &mut Budget) -> Option<Self> {
        if !bytes.starts_with(MAGIC) {
            return None;
        }
        let sector_bytes = if u16_at(bytes, 30) == Some(12) { 4096 } else { 512 };
        let mut file = Self {
            bytes,
            sector_bytes,
            cutoff: u32_at(bytes, 56).unwrap_or(4096).into(),
            next: Vec::new(),
            mini_next: Vec::new(),
            mini: Vec::new(),
            streams: Vec::new(),
            read: RefCell::default(),
            gaps: Vec::new(),
        };
        file.read_table();
        let directory = file.chain(u32_at(bytes, 48).unwrap_or(u32::MAX), usize::MAX);
        let entries: Vec<Entry> = directory.chunks_exact(ENTRY_BYTES).filter_map(Entry::read).collect();
        let mini_table = file.chain(u32_at(bytes, 60).unwrap_or(u32::MAX), usize::MAX);
        file.mini_next = mini_table.chunks_exact(4).filter_map(|c| u32_at(c, 0)).collect();
        match entries.first().filter(|entry| entry.kind == ROOT) {
            Some(root) => {
                file.mini = file.chain(root.start, usize::try_from(root.size).unwrap_or(usize::MAX));
            }
            None => file.gaps.push(Gap::new(GapKind::Damaged, "compound file: no root entry")),
        }
        if [48, 60].into_iter().filter_map(|at| u32_at(bytes, at)).any(|start| file.is_cut(start)) {
            file.gaps.push(Gap::new(GapKind::Damaged, "compound file: the directory breaks off"));
        }
        file.list(&entries, budget);
        Some(file)
    }

    /// The bytes of a stream, taken off the budget.
    pub(crate) fn read(&self, stream: &Stream, budget: &mut Budget) -> (Vec<u8>, Option<Gap>) {
        self.read_at_most(stream, usize::MAX, budget)
    }

    /// The same of a stream of which no more than `most` bytes are wanted.
    pub(crate) fn read_at_most(
        &self,
        stream: &Stream,
        most: usize,
        budget: &mut Budget,
    ) -> (Vec<u8>, Option<Gap>) {
        self.read.borrow_mut().insert(stream.entry);
        let size = usize::try_from(stream.size).unwrap_or(usize::MAX);
        let most = usize::try_from(budget.inflated).unwrap_or(usize::MAX).min(most);
        let wanted = size.min(most);
        let bytes = if stream.size < self.cutoff {
            self.mini_chain(stream.start, wanted)
        } else {
            self.chain(stream.start, wanted)
        };
        budget.spend_inflated(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        let gap = |kind, what: &str| Some(Gap::new(kind, format!("compound file: {}: {what}", stream.path)));
        let gap = if bytes.len() == size {
            None
        } else if bytes.len() == most {
            gap(GapKind::Limit, &format!("more than {most} bytes"))
        } else {
            gap(GapKind::Damaged, "shorter than stated")
        };
        (bytes, gap)
    }

    /// The streams with content that nobody has read yet.
    pub(crate) fn unread(&self) -> Vec<&Stream> {
        let read = self.read.borrow();
        self.streams.iter().filter(|stream| stream.size > 0 && !read.contains(&stream.entry)).collect()
    }

    /// A storage and all in it as a compound file of its own, so that it can be read like any other
    /// document; its streams are taken off the budget.
    pub(crate) fn storage(&self, path: &str, budget: &mut Budget) -> (Vec<u8>, Vec<Gap>) {
        let mut gaps = Vec::new();
        let mut streams = Vec::new();
        for stream in &self.streams {
            if let Some(name) = stream.path.strip_prefix(path).and_then(|rest| rest.strip_prefix('/')) {
                let (bytes, gap) = self.read(stream, budget);
                gaps.extend(gap);
                streams.push((name, bytes));
            }
        }
        (write(&streams), gaps)
    }

    /// Reads the table that says which sector follows which.
    fn read_table(&mut self) {
        let sectors = self.bytes.len() / self.sector_bytes;
        let mut list: Vec<u32> = (0..HEADER_SECTORS).filter_map(|i| u32_at(self.bytes, 76 + 4 * i)).collect();
        let mut more = u32_at(self.bytes, 68).unwrap_or(u32::MAX);
        // The sectors of the list end with the number of the next one.
        for _ in 0..sectors {
            let Some(sector) = self.sector(more).filter(|s| s.len() == self.sector_bytes) else { break };
            let mut numbers: Vec<u32> = sector.chunks_exact(4).filter_map(|c| u32_at(c, 0)).collect();
            more = numbers.pop().unwrap_or(u32::MAX);
            list.extend(numbers);
            if list.len() > sectors {
                break;
            }
        }
        for number in list {
            if self.next.len() > sectors {
                break;
            }
            if let Some(sector) = self.sector(number) {
                let numbers: Vec<u32> = sector.chunks_exact(4).filter_map(|c| u32_at(c, 0)).collect();
                self.next.extend(numbers);
            }
        }
    }

    fn sector(&self, number: u32) -> Option<&'a [u8]> {
        if number > LAST_SECTOR {
            return None;
        }
        let start = usize::try_from(number).ok()?.checked_add(1)?.checked_mul(self.sector_bytes)?;
        let end = start.checked_add(self.sector_bytes)?.min(self.bytes.len());
        self.bytes.get(start..end)
    }

    /// Whether a chain leads out of the file or out of the table.
    fn is_cut(&self, start: u32) -> bool {
        let mut number = start;
        for _ in 0..=self.bytes.len() / self.sector_bytes {
            if number > LAST_SECTOR {
                return false;
            }
            let next = usize::try_from(number).ok().and_then(|number| self.next.get(number));
            match next.filter(|_| self.sector(number).is_some()) {
                Some(&next) => number = next,
                None => return true,
            }
        }
        true
    }

    /// The first `most` bytes of a chain of sectors.
    fn chain(&self, start: u32, most: usize) -> Vec<u8> {
        let mut out = Vec::new();
        let mut number = start;
        for _ in 0..=self.bytes.len() / self.sector_bytes {
            let Some(sector) = self.sector(number) else { break };
            out.extend_from_slice(sector.get(..most - out.len()).unwrap_or(sector));
            if out.len() >= most {
                break;
            }
            number = following(&self.next, number);
        }
        out
    }

    fn mini_chain(&self, start: u32, most: usize) -> Vec<u8> {
        let mut out = Vec::new();
        let mut number = start;
        for _ in 0..=self.mini.len() / MINI_BYTES {
            let Some(from) = usize::try_from(number).ok().and_then(|n| n.checked_mul(MINI_BYTES)) else {
                break;
            };
            let Some(rest) = self.mini.get(from..).filter(|rest| !rest.is_empty()) else { break };
            let sector = rest.get(..MINI_BYTES).unwrap_or(rest);
            out.extend_from_slice(sector.get(..most - out.len()).unwrap_or(sector));
            if out.len() >= most {
                break;
            }
            number = following(&self.mini_next, number);
        }
        out
    }

    /// Walks the tree of storages, then takes in what hangs on none.
    fn list(&mut self, entries: &[Entry], budget: &mut Budget) {
        let mut seen = vec![false; entries.len()];
        let mut waiting: Vec<(u32, String, usize)> = Vec::new();
        if let Some(root) = entries.first() {
            waiting.push((root.child, String::new(), 0));
        }
        let mut unseen = 1;
        loop {
            let (number, path, depth) = match waiting.pop() {
                Some(next) => next,
                None if unseen < entries.len() => {
                    unseen += 1;
                    (u32::try_from(unseen - 1).unwrap_or(u32::MAX), String::new(), 0)
                }
                None => return,
            };
            let Ok(index) = usize::try_from(number) else { continue };
            let (Some(entry), Some(seen)) = (entries.get(index), seen.get_mut(index)) else { continue };
            if std::mem::replace(seen, true) || !matches!(entry.kind, STORAGE | STREAM) {
                continue;
            }
            for sibling in entry.siblings {
                waiting.push((sibling, path.clone(), depth));
            }
            let own = if path.is_empty() || depth > MAX_DEPTH {
                entry.name.clone()
            } else {
                format!("{path}/{}", entry.name)
            };
            if !budget.spend_entry() {
                let detail = format!("more than {} entries", budget.limits.entries);
                self.gaps.push(Gap::new(GapKind::Limit, detail));
                return;
            }
            match entry.kind {
                STORAGE => waiting.push((entry.child, own, depth + 1)),
                _ => self.streams.push(Stream {
                    path: own,
                    entry: index,
                    start: entry.start,
                    size: entry.size,
                }),
            }
        }
    }
}

impl Entry {
    fn read(bytes: &[u8]) -> Option<Self> {
        let length = usize::from(u16_at(bytes, 64)?).min(64).saturating_sub(2);
        let name: Vec<u16> = bytes.get(..length)?.chunks_exact(2).filter_map(|c| u16_at(c, 0)).collect();
        let (low, high) = (u32_at(bytes, 120)?, u32_at(bytes, 124)?);
        Some(Self {
            name: String::from_utf16_lossy(&name),
            kind: *bytes.get(66)?,
            siblings: [u32_at(bytes, 68)?, u32_at(bytes, 72)?],
            child: u32_at(bytes, 76)?,
            start: u32_at(bytes, 116)?,
            // Old files leave rubbish in the upper half.
            size: u64::from(low) | if high < 0x100 { u64::from(high) << 32 } else { 0 },
        })
    }
}

fn following(table: &[u32], number: u32) -> u32 {
    usize::try_from(number).ok().and_then(|n| table.get(n)).copied().unwrap_or(u32::MAX)
}

/// The little-endian number of two bytes at `at`.
pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

/// The little-endian number of four bytes at `at`.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::write::END_OF_CHAIN;
    use super::*;
    use crate::limits::Limits;

    /// A compound file whose only stream starts in sector 0.
    fn build(name: &str, data: &[u8]) -> Vec<u8> {
        write(&[(name, data.to_vec())])
    }

    fn read(bytes: &[u8]) -> Vec<(String, Vec<u8>, bool)> {
        let mut budget = Budget::new(&Limits::default());
        let Some(file) = CompoundFile::open(bytes, &mut budget) else { return Vec::new() };
        let one = |stream: &Stream| {
            let (content, gap) = file.read(stream, &mut Budget::new(&Limits::default()));
            (stream.path.clone(), content, gap.is_some())
        };
        file.streams.iter().map(one).collect()
    }

    #[test]
    fn streams_are_read_along_their_chain() {
        let data: Vec<u8> = (0..2000_u32).map(|n| n.to_le_bytes()[0]).collect();
        assert_eq!(read(&build("机密", &data)), [("机密".to_owned(), data, false)]);
    }

    #[test]
    fn cycles_end_and_truncation_is_told() {
        // Four sectors of data, the directory, the table.
        let mut bytes = build("a", &[7; 2000]);
        let (directory, table) = (512 + 2048, 512 + 2048 + 512);
        bytes[table..table + 4].copy_from_slice(&0_u32.to_le_bytes()); // sector 0 follows itself
        let size = directory + ENTRY_BYTES + 120;
        bytes[size..size + 4].copy_from_slice(&u32::MAX.to_le_bytes());
        let all = read(&bytes);
        assert!(all[0].2 && all[0].1.len() <= bytes.len() + 512);
        let bytes = build("a", &[7; 2000]);
        let mut cut = bytes.clone();
        cut[table + 4..table + 8].copy_from_slice(&END_OF_CHAIN.to_le_bytes());
        let all = read(&cut);
        assert!(all[0].2 && all[0].1.len() == 1024);
    }

    #[test]
    fn what_is_written_is_read() {
        for size in [0, 1, 512, 70_000, 5 << 20] {
            let bytes = write(&[("甲/乙", vec![1; size]), ("甲/丙/丁", vec![2]), ("戊", vec![3; 600])]);
            let all = read(&bytes);
            let expected = [("甲/乙", vec![1; size]), ("甲/丙/丁", vec![2]), ("戊", vec![3; 600])];
            for (path, content) in expected {
                let found = all.iter().find(|(name, ..)| name == path);
                assert!(found.is_some_and(|(_, bytes, gap)| *bytes == content && !gap), "{path} {size}");
            }
            assert_eq!(all.len(), 3);
        }
        let bytes = write(&[("甲/乙", vec![1; 600]), ("甲/丙/丁", vec![2]), ("戊", vec![3; 600])]);
        let mut budget = Budget::new(&Limits::default());
        let file = CompoundFile::open(&bytes, &mut budget).unwrap();
        let (storage, gaps) = file.storage("甲", &mut budget);
        let mut names: Vec<String> = read(&storage).into_iter().map(|(name, ..)| name).collect();
        names.sort();
        assert_eq!((names, gaps), (vec!["丙/丁".to_owned(), "乙".to_owned()], vec![]));
    }

    #[test]
    fn any_byte_may_be_anything() {
        let bytes = build("a", &[7; 1000]);
        for at in 8..bytes.len() {
            for value in [0, 1, 0x7f, 0xff] {
                let mut mutant = bytes.clone();
                mutant[at] = value;
                read(&mutant);
            }
        }
    }
}
