//! Writing a compound file, for what a storage within another holds: it is screened as a document of
//! its own.

use std::collections::HashMap;

use super::{ENTRY_BYTES, HEADER_SECTORS, MAGIC, ROOT, STORAGE, STREAM};

/// Bytes of content above which a written file has sectors of 4096 bytes instead of 512, so that the
/// header alone can list the sectors of the table.
const WIDE_FROM_BYTES: usize = 4 << 20;
const NO_ENTRY: u32 = u32::MAX;
pub(super) const END_OF_CHAIN: u32 = u32::MAX - 1;
const TABLE_SECTOR: u32 = u32::MAX - 2;

/// Writes a compound file of these streams, whose paths have `/` between storages. No stream is
/// small, and the entries of a storage are a list, not a tree: programs that insist on either are not
/// meant to read it.
pub(crate) fn write(streams: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let total: usize = streams.iter().map(|(_, bytes)| bytes.len() + ENTRY_BYTES).sum();
    let (shift, sector_bytes) = if total > WIDE_FROM_BYTES { (12_u8, 4096) } else { (9, 512) };
    let mut body: Vec<u8> = Vec::new();
    let mut table: Vec<u32> = Vec::new();
    let mut append = |bytes: &[u8]| {
        if bytes.is_empty() {
            return END_OF_CHAIN;
        }
        let start = number(table.len());
        body.extend(bytes);
        body.resize(body.len().next_multiple_of(sector_bytes), 0);
        let end = body.len() / sector_bytes;
        table.extend((start + 1..number(end)).chain([END_OF_CHAIN]));
        start
    };
    let mut tree = vec![Written::new("Root Entry", ROOT, END_OF_CHAIN, 0)];
    let mut storages: HashMap<(usize, &str), usize> = HashMap::new();
    for (path, bytes) in streams {
        let mut parent = 0;
        let mut names = path.split('/').peekable();
        while let Some(name) = names.next() {
            let is_storage = names.peek().is_some();
            parent = match storages.get(&(parent, name)) {
                Some(&known) if is_storage => known,
                _ => {
                    if is_storage {
                        storages.insert((parent, name), tree.len());
                    }
                    let mut entry = match is_storage {
                        true => Written::new(name, STORAGE, 0, 0),
                        false => Written::new(name, STREAM, append(bytes), bytes.len()),
                    };
                    entry.parent = parent;
                    tree.push(entry);
                    tree.len() - 1
                }
            };
        }
    }
    let directory = append(&Written::directory(&tree));
    // The table lists itself: as many sectors as it takes to list those too.
    let per_sector = sector_bytes / 4;
    let mut own = 1;
    while (table.len() + own).div_ceil(per_sector) > own {
        own += 1;
    }
    let first = table.len();
    table.resize(first + own, TABLE_SECTOR);
    table.resize(table.len().next_multiple_of(per_sector), u32::MAX);
    body.extend(table.iter().flat_map(|next| next.to_le_bytes()));

    let mut header = MAGIC.to_vec();
    header.resize(sector_bytes, 0);
    let mut put = |at: usize, value: &[u8]| {
        header.iter_mut().skip(at).zip(value).for_each(|(to, from)| *to = *from);
    };
    put(26, &[if shift == 9 { 3 } else { 4 }, 0, 0xfe, 0xff, shift, 0, 6, 0]);
    put(44, &number(own).to_le_bytes());
    put(48, &directory.to_le_bytes());
    put(60, &END_OF_CHAIN.to_le_bytes());
    put(68, &END_OF_CHAIN.to_le_bytes());
    for index in 0..HEADER_SECTORS {
        let sector = if index < own { number(first + index) } else { NO_ENTRY };
        put(76 + 4 * index, &sector.to_le_bytes());
    }
    header.extend(body);
    header
}

/// A directory entry to be written.
struct Written<'n> {
    name: &'n str,
    kind: u8,
    parent: usize,
    start: u32,
    size: usize,
}

impl<'n> Written<'n> {
    fn new(name: &'n str, kind: u8, start: u32, size: usize) -> Self {
        Self { name, kind, parent: usize::MAX, start, size }
    }

    /// The directory of these entries, each storage's as a list along the right siblings.
    fn directory(tree: &[Self]) -> Vec<u8> {
        let mut first = vec![NO_ENTRY; tree.len()];
        let mut next = vec![NO_ENTRY; tree.len()];
        for (index, entry) in tree.iter().enumerate().rev() {
            if let (Some(first), Some(next)) = (first.get_mut(entry.parent), next.get_mut(index)) {
                *next = std::mem::replace(first, number(index));
            }
        }
        let mut directory = Vec::with_capacity(tree.len() * ENTRY_BYTES);
        for ((entry, child), sibling) in tree.iter().zip(first).zip(next) {
            let mut name: Vec<u8> = entry.name.encode_utf16().take(31).flat_map(u16::to_le_bytes).collect();
            let length = u16::try_from(name.len() + 2).unwrap_or_default();
            name.resize(64, 0);
            directory.extend(name);
            directory.extend(length.to_le_bytes());
            directory.extend([entry.kind, 1]);
            for number in [NO_ENTRY, sibling, child] {
                directory.extend(number.to_le_bytes());
            }
            directory.extend([0; 36]);
            directory.extend(entry.start.to_le_bytes());
            directory.extend(u64::try_from(entry.size).unwrap_or_default().to_le_bytes());
        }
        directory
    }
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
