//! Compound files (OLE), the container of old binary Office formats and of encrypted new ones:
//! streams with their paths, read along chains of sectors that may lead anywhere.
//!
//! Chains are as long as the file has sectors at most, so that cycles end; nothing is allocated
//! that the file does not hold.

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
    /// What of the file as a whole could not be read.
    pub(crate) gaps: Vec<Gap>,
}

/// One stream, not yet read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stream {
    /// Names of its storages and its own, joined by `/`.
    pub(crate) path: String,
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
        file.list(&entries, budget);
        Some(file)
    }

    /// The bytes of a stream, taken off the budget.
    pub(crate) fn read(&self, stream: &Stream, budget: &mut Budget) -> (Vec<u8>, Option<Gap>) {
        let size = usize::try_from(stream.size).unwrap_or(usize::MAX);
        let most = usize::try_from(budget.inflated).unwrap_or(usize::MAX);
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
                _ => self.streams.push(Stream { path: own, start: entry.start, size: entry.size }),
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
    use super::*;
    use crate::limits::Limits;

    /// A compound file with one table sector, one directory sector and the sectors of `data`, which
    /// is the content of the only stream.
    fn build(name: &str, data: &[u8]) -> Vec<u8> {
        let sectors = data.len().div_ceil(512);
        let mut bytes = vec![0; 512 * (3 + sectors)];
        let mut put = |at: usize, value: &[u8]| bytes[at..at + value.len()].copy_from_slice(value);
        put(0, MAGIC);
        put(30, &[9, 0, 6, 0]);
        put(48, &1_u32.to_le_bytes()); // the directory is sector 1
        put(56, &0_u32.to_le_bytes()); // no stream is small
        put(60, &u32::MAX.to_le_bytes());
        put(68, &u32::MAX.to_le_bytes());
        put(76, &[0; 4]); // the table is sector 0
        put(80, &[0xff; 432]);
        put(512, &[0xff; 512]);
        for sector in 0..sectors {
            let next = if sector + 1 < sectors { u32::try_from(sector + 3).unwrap() } else { u32::MAX - 1 };
            put(512 + 4 * (sector + 2), &next.to_le_bytes());
        }
        for (at, name, kind, child, start, size) in [
            (1024, "Root Entry", ROOT, 1_u32, u32::MAX - 1, 0),
            (1152, name, STREAM, u32::MAX, 2, data.len()),
        ] {
            let utf16: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
            put(at, &utf16);
            put(at + 64, &u16::try_from(utf16.len() + 2).unwrap().to_le_bytes());
            put(at + 66, &[kind]);
            put(at + 68, &[0xff; 8]);
            put(at + 76, &child.to_le_bytes());
            put(at + 116, &start.to_le_bytes());
            put(at + 120, &u64::try_from(size).unwrap().to_le_bytes());
        }
        put(1536, data);
        bytes
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
        let mut bytes = build("a", &[7; 2000]);
        bytes[512 + 8..512 + 12].copy_from_slice(&2_u32.to_le_bytes()); // sector 2 follows itself
        bytes[1152 + 120..1152 + 124].copy_from_slice(&u32::MAX.to_le_bytes());
        let all = read(&bytes);
        assert!(all[0].2 && all[0].1.len() <= bytes.len() + 512);
        let bytes = build("a", &[7; 2000]);
        let all = read(&bytes[..bytes.len() - 600]);
        assert!(all[0].2 && all[0].1.len() > 1000);
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
