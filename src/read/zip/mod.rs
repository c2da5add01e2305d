//! ZIP archives whose every claim may be a lie: entries, their names, their bytes under a budget.
//!
//! Reads what is there rather than what the directory says: entries that no directory lists are
//! found by their local headers, two entries with the same name are two entries, sizes only bound
//! where to look. The `zip` crate merges duplicates and refuses damaged directories, so it writes
//! the test files instead.

mod header;
mod lock;

use std::cell::RefCell;
use std::ops::Range;

use flate2::{Crc, Decompress, FlushDecompress, Status};

use crate::limits::{Budget, Gap, GapKind};
use header::{CENTRAL, Central, Directory, END, LOCAL, Local, decode_name, find_directory};
use lock::Lock;

/// Bytes by which the buffer of an entry grows at least.
const CHUNK_BYTES: usize = 64 << 10;

/// Bytes that may stand behind an entry's data, to tell its size.
const DESCRIPTOR_BYTES: usize = 24;
/// The method of entries that are encrypted with AES; the one they are compressed with is beside it.
const AES_METHOD: u16 = 99;
/// Bytes of an entry's name that a message shows.
const NAME_BYTES: usize = 100;

/// The entries of an archive.
#[derive(Debug)]
pub(crate) struct Archive<'a> {
    bytes: &'a [u8],
    /// Entries in directory order, those that no directory lists behind them.
    pub(crate) entries: Vec<Entry>,
    /// The archive's comment.
    pub(crate) comment: String,
    /// What of the archive as a whole could not be read.
    pub(crate) gaps: Vec<Gap>,
    /// Made once: it takes longer than inflating a small entry does.
    inflater: RefCell<Decompress>,
}

/// One entry, not yet read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Name as stored, decoded.
    pub(crate) name: String,
    /// The entry's comment.
    pub(crate) comment: String,
    /// Stored bytes within the file; the end is a claim.
    data: Range<usize>,
    method: u16,
    lock: Option<Lock>,
    crc: Option<u32>,
}

/// What an entry held, as far as it could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    /// The inflated bytes.
    pub(crate) bytes: Vec<u8>,
    /// Why that is not all.
    pub(crate) gap: Option<Gap>,
}

/// Whether a central directory can be found.
pub(crate) fn is_archive(bytes: &[u8]) -> bool {
    find_directory(bytes).is_some()
}

impl<'a> Archive<'a> {
    /// Lists the entries of `bytes`, each taken off the budget.
    pub(crate) fn open(bytes: &'a [u8], budget: &mut Budget) -> Self {
        let mut archive = Self {
            bytes,
            entries: Vec::new(),
            comment: String::new(),
            gaps: Vec::new(),
            inflater: RefCell::new(Decompress::new(false)),
        };
        let mut covered = Vec::new();
        match find_directory(bytes) {
            Some(directory) => archive.list(&directory, &mut covered, budget),
            None => archive.gaps.push(Gap::new(GapKind::Damaged, "zip: no central directory")),
        }
        archive.salvage(covered, budget);
        archive
    }

    /// Reads the central directory; `covered` gets the ranges of the file that it accounts for.
    fn list(&mut self, directory: &Directory, covered: &mut Vec<Range<usize>>, budget: &mut Budget) {
        let bytes = self.bytes;
        if directory.disks {
            self.gaps.push(Gap::new(GapKind::Unsupported, "zip: one volume of several"));
        }
        self.comment = decode_name(slice(bytes, directory.comment.clone()), false);
        let mut at = directory.start;
        while let Some(header) = Central::read(bytes, at) {
            at = header.end;
            if !budget.spend_entry() {
                self.gaps.push(too_many(budget));
                at = directory.end;
                break;
            }
            let offset =
                usize::try_from(header.offset).ok().and_then(|o| o.checked_add_signed(directory.shift));
            let Some(local) = offset.and_then(|offset| Local::read(bytes, offset)) else {
                self.gaps.push(Gap::new(
                    GapKind::Damaged,
                    format!("zip: {}: no local header", shown(&header.name)),
                ));
                continue;
            };
            let stored = usize::try_from(header.stored).unwrap_or(usize::MAX);
            let end = local.data.saturating_add(stored).min(bytes.len());
            covered.push(local.start..end);
            self.entries.push(Entry {
                name: header.name,
                comment: header.comment,
                data: local.data..end,
                method: header.aes.map_or(header.method, |(_, method)| method),
                lock: ((header.flags | local.flags) & 1 != 0).then(|| match header.method {
                    AES_METHOD => header.aes.map_or(Lock::Unknown, |(strength, _)| Lock::Aes(strength)),
                    // The head ends in the high byte of the checksum, or of the time if that came later.
                    _ => Lock::Old([header.crc.to_le_bytes()[3], local.time.to_le_bytes()[1]]),
                }),
                crc: Some(header.crc),
            });
        }
        if at < directory.end {
            self.gaps.push(Gap::new(GapKind::Damaged, "zip: central directory"));
        }
        covered.push(directory.start..directory.file_end);
    }

    /// Adds the entries whose local headers stand outside of `covered`.
    fn salvage(&mut self, mut covered: Vec<Range<usize>>, budget: &mut Budget) {
        covered.sort_by_key(|range| range.start);
        covered.push(self.bytes.len()..self.bytes.len());
        let mut from = 0;
        let directory = covered.len() > 1;
        for range in covered {
            let mut at = from;
            let mut entries = false;
            while let Some(found) = find(self.bytes, LOCAL, at..range.start) {
                at = found + LOCAL.len();
                entries = true;
                let Some(local) = Local::read(self.bytes, found) else { continue };
                if !budget.spend_entry() {
                    self.gaps.push(too_many(budget));
                    return;
                }
                let known = usize::try_from(local.stored).ok().filter(|&size| size > 0);
                let end =
                    known.and_then(|size| local.data.checked_add(size)).filter(|&end| end <= range.start);
                let unknown = range.start.max(local.data);
                if let Some(end) = end {
                    at = end;
                }
                self.entries.push(Entry {
                    name: local.name,
                    comment: String::new(),
                    data: local.data..end.unwrap_or(unknown),
                    method: local.aes.map_or(local.method, |(_, method)| method),
                    lock: (local.flags & 1 != 0).then(|| match local.method {
                        AES_METHOD => local.aes.map_or(Lock::Unknown, |(strength, _)| Lock::Aes(strength)),
                        _ => Lock::Old([local.crc.to_le_bytes()[3], local.time.to_le_bytes()[1]]),
                    }),
                    crc: None,
                });
            }
            // What tells an entry's size behind its data is no more than this.
            let rest = self.bytes.get(from..range.start).filter(|rest| rest.len() > DESCRIPTOR_BYTES);
            if directory && !entries && rest.is_some_and(|rest| rest.iter().any(|&byte| byte != 0)) {
                self.gaps.push(Gap::new(GapKind::Damaged, "zip: bytes that belong to no entry"));
            }
            from = from.max(range.end);
        }
    }

    /// Where the archive starts: what stands in front of its first header belongs to no entry.
    pub(crate) fn start(&self) -> usize {
        if self.bytes.starts_with(b"PK") {
            return 0;
        }
        let within = 0..self.bytes.len();
        [LOCAL, CENTRAL, END]
            .iter()
            .filter_map(|sign| find(self.bytes, *sign, within.clone()))
            .min()
            .unwrap_or(0)
    }

    /// The first `most` bytes of an entry, not counted against any budget; `None` for one that can't
    /// be looked into just so.
    pub(crate) fn peek(&self, entry: &Entry, most: usize) -> Option<Vec<u8>> {
        let data = slice(self.bytes, entry.data.clone());
        match entry.method {
            _ if entry.lock.is_some() => None,
            0 => Some(data.get(..most).unwrap_or(data).to_vec()),
            8 => Some(inflate(&mut self.inflater.borrow_mut(), data, most).0),
            _ => None,
        }
    }

    /// The bytes of an entry, taken off the budget.
    pub(crate) fn read(&self, entry: &Entry, budget: &mut Budget) -> Content {
        let gap = |kind, what: &str| Some(Gap::new(kind, format!("zip: {}: {what}", shown(&entry.name))));
        let stored = slice(self.bytes, entry.data.clone());
        let stored_bytes = u64::try_from(stored.len()).unwrap_or(u64::MAX);
        let most = usize::try_from(budget.inflatable(stored_bytes)).unwrap_or(usize::MAX);
        let unpacked = match entry.lock {
            None => Some(entry.unpack(&mut self.inflater.borrow_mut(), stored, most)),
            Some(lock) => lock
                .attempts(stored, &budget.limits.passwords)
                .map(|plain| entry.unpack(&mut self.inflater.borrow_mut(), &plain, most))
                .find(|(_, end)| matches!(end, Unpacked::Whole | Unpacked::Limit | Unpacked::Method)),
        };
        let Some((bytes, end)) = unpacked else {
            return Content { bytes: Vec::new(), gap: gap(GapKind::Encrypted, "encrypted") };
        };
        budget.spend_inflated(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        let gap = match end {
            Unpacked::Whole => None,
            Unpacked::Damaged(what) => gap(GapKind::Damaged, what),
            Unpacked::Limit => gap(GapKind::Limit, &format!("more than {most} bytes")),
            Unpacked::Method => gap(GapKind::Unsupported, &format!("compression method {}", entry.method)),
        };
        Content { bytes, gap }
    }
}

/// How reading an entry ended.
enum Unpacked {
    Whole,
    Damaged(&'static str),
    Limit,
    /// The compression is not known.
    Method,
}

impl Entry {
    /// Whether nothing is stored.
    pub(crate) fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// Bytes that are stored, as far as the archive tells.
    pub(crate) fn stored_bytes(&self) -> usize {
        self.data.len()
    }

    /// What the entry's decrypted bytes hold, at most `most` of it.
    fn unpack(&self, inflater: &mut Decompress, data: &[u8], most: usize) -> (Vec<u8>, Unpacked) {
        let (bytes, end) = match self.method {
            0 if data.len() > most => (slice(data, 0..most).to_vec(), Inflated::Limit),
            0 => (data.to_vec(), Inflated::Whole(data.len())),
            8 => inflate(inflater, data, most),
            _ => return (Vec::new(), Unpacked::Method),
        };
        // Where WinZip proves the data whole by other means, it may state no checksum.
        let unstated = matches!(self.lock, Some(Lock::Aes(_)));
        let end = match (end, self.crc) {
            (Inflated::Limit, _) => Unpacked::Limit,
            (Inflated::Damaged, _) => Unpacked::Damaged("compressed data"),
            (Inflated::Whole(_), Some(crc)) if crc != checksum(&bytes) && !(unstated && crc == 0) => {
                Unpacked::Damaged("checksum")
            }
            (Inflated::Whole(used), Some(_)) if used < data.len() => {
                Unpacked::Damaged("bytes behind the compressed data")
            }
            (Inflated::Whole(_), _) => Unpacked::Whole,
        };
        (bytes, end)
    }
}

/// As much of a name as a message needs.
fn shown(name: &str) -> &str {
    name.get(..name.floor_char_boundary(NAME_BYTES)).unwrap_or_default()
}

fn too_many(budget: &Budget) -> Gap {
    Gap::new(GapKind::Limit, format!("more than {} entries", budget.limits.entries))
}

fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

enum Inflated {
    /// To the end of the compressed stream, which took so many bytes.
    Whole(usize),
    Damaged,
    Limit,
}

/// Inflates a raw deflate stream to at most `most` bytes.
fn inflate(stream: &mut Decompress, data: &[u8], most: usize) -> (Vec<u8>, Inflated) {
    stream.reset(false);
    let mut out = Vec::new();
    loop {
        if out.len() == out.capacity() {
            if out.len() > most {
                out.truncate(most);
                return (out, Inflated::Limit);
            }
            let more = out.len().max(CHUNK_BYTES.min(data.len().saturating_mul(4)).max(64));
            out.reserve_exact(more.min(most - out.len() + 1));
        }
        let used = usize::try_from(stream.total_in()).unwrap_or(usize::MAX);
        let before = (used, out.len());
        let rest = data.get(used..).unwrap_or_default();
        let status = stream.decompress_vec(rest, &mut out, FlushDecompress::None);
        let used = usize::try_from(stream.total_in()).unwrap_or(usize::MAX);
        match status {
            Ok(Status::StreamEnd) if out.len() > most => {
                out.truncate(most);
                return (out, Inflated::Limit);
            }
            Ok(Status::StreamEnd) => return (out, Inflated::Whole(used)),
            Ok(_) if (used, out.len()) != before || out.len() == out.capacity() => {}
            Ok(_) | Err(_) => {
                out.truncate(most);
                return (out, Inflated::Damaged);
            }
        }
    }
}

fn find(bytes: &[u8], what: &[u8], within: Range<usize>) -> Option<usize> {
    memchr::memmem::find(bytes.get(within.clone())?, what).map(|at| within.start + at)
}

fn slice(bytes: &[u8], range: Range<usize>) -> &[u8] {
    bytes.get(range).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::limits::Limits;

    fn build(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn read_all(bytes: &[u8]) -> (Vec<(String, Vec<u8>)>, Vec<GapKind>) {
        let mut budget = Budget::new(&Limits::default());
        let archive = Archive::open(bytes, &mut budget);
        let mut kinds: Vec<GapKind> = archive.gaps.iter().map(|gap| gap.kind).collect();
        let mut all = Vec::new();
        for entry in &archive.entries {
            let content = archive.read(entry, &mut budget);
            kinds.extend(content.gap.map(|gap| gap.kind));
            all.push((entry.name.clone(), content.bytes));
        }
        (all, kinds)
    }

    fn pair(name: &str, bytes: &[u8]) -> (String, Vec<u8>) {
        (name.to_owned(), bytes.to_vec())
    }

    #[test]
    fn entries_are_read_in_order() {
        let bytes = build(&[("a.xml", b"one"), ("b/c.xml", &[b'x'; 100_000])]);
        let (all, gaps) = read_all(&bytes);
        assert_eq!(all, [pair("a.xml", b"one"), pair("b/c.xml", &[b'x'; 100_000])]);
        assert_eq!(gaps, []);
    }

    #[test]
    fn without_a_directory_local_headers_serve() {
        let bytes = build(&[("a.xml", b"one one one"), ("b.xml", b"two two two")]);
        let cut = find(&bytes, CENTRAL, 0..bytes.len()).unwrap();
        let (all, gaps) = read_all(&bytes[..cut]);
        assert_eq!(all, [pair("a.xml", b"one one one"), pair("b.xml", b"two two two")]);
        assert_eq!(gaps, [GapKind::Damaged]);
    }

    #[test]
    fn a_truncated_entry_yields_its_beginning() {
        let text: String = (0..5000).map(|n| format!("{n} ")).collect();
        let bytes = build(&[("a.xml", text.as_bytes())]);
        let (all, gaps) = read_all(&bytes[..bytes.len() / 2]);
        assert_eq!(all.len(), 1);
        assert!(all[0].1.len() > 1000 && text.as_bytes().starts_with(&all[0].1));
        assert_eq!(gaps, [GapKind::Damaged, GapKind::Damaged]);
    }

    #[test]
    fn unlisted_entries_and_archives_in_front_are_found() {
        let mut bytes = build(&[("hidden.xml", b"secret")]);
        bytes.extend(build(&[("shown.xml", b"plain")]));
        let (all, gaps) = read_all(&bytes);
        assert_eq!(all, [pair("shown.xml", b"plain"), pair("hidden.xml", b"secret")]);
        assert_eq!(gaps, []);
    }

    #[test]
    fn bytes_that_no_entry_owns_are_a_gap() {
        let bytes = build(&[("a.xml", b"one")]);
        let in_front = [b"a secret told in front of the archive".as_slice(), &bytes].concat();
        let behind = [&bytes, b"a secret told behind the archive".as_slice()].concat();
        for bytes in [in_front, behind] {
            assert_eq!(read_all(&bytes), (vec![pair("a.xml", b"one")], vec![GapKind::Damaged]));
        }
    }

    #[test]
    fn entries_of_one_name_are_both_read() {
        let mut bytes = build(&[("1.xml", b"one"), ("2.xml", b"two")]);
        while let Some(at) = find(&bytes, b"2.xml", 0..bytes.len()) {
            bytes[at] = b'1';
        }
        assert_eq!(read_all(&bytes), (vec![pair("1.xml", b"one"), pair("1.xml", b"two")], vec![]));
    }

    #[test]
    fn names_in_gbk_are_decoded() {
        let mut bytes = build(&[("xxxx.xml", b"one")]);
        let gbk = [0xbb, 0xfa, 0xc3, 0xdc]; // 机密
        for at in 0..bytes.len() - 4 {
            if &bytes[at..at + 4] == b"xxxx" {
                bytes[at..at + 4].copy_from_slice(&gbk);
            }
        }
        assert_eq!(read_all(&bytes).0, [pair("机密.xml", b"one")]);
    }

    #[test]
    fn bombs_and_changed_bytes_are_gaps() {
        let bytes = build(&[("bomb", &vec![0; 9 << 20])]);
        let (all, gaps) = read_all(&bytes);
        assert_eq!(all[0].1.len(), 4 << 20);
        assert_eq!(gaps, [GapKind::Limit]);

        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        writer.start_file("a", stored).unwrap();
        writer.write_all(b"unchanged").unwrap();
        let mut bytes = writer.finish().unwrap().into_inner();
        let at = find(&bytes, b"unchanged", 0..bytes.len()).unwrap();
        bytes[at] = b'U';
        assert_eq!(read_all(&bytes), (vec![pair("a", b"Unchanged")], vec![GapKind::Damaged]));
    }

    #[test]
    fn entries_are_counted() {
        let bytes = build(&[("a", b"1"), ("b", b"2"), ("c", b"3")]);
        let mut budget = Budget::new(&Limits { entries: 2, ..Limits::default() });
        let archive = Archive::open(&bytes, &mut budget);
        assert_eq!(archive.entries.len(), 2);
        assert!(archive.gaps.iter().any(|gap| gap.kind == GapKind::Limit));
    }

    #[test]
    fn junk_is_no_archive_and_no_panic() {
        let bytes = build(&[("a.xml", b"one one one"), ("b.xml", b"two two two")]);
        for at in 0..bytes.len() {
            for value in [0, 1, 0x7f, 0xff] {
                let mut mutant = bytes.clone();
                mutant[at] = value;
                read_all(&mutant);
            }
            read_all(&bytes[at..]);
        }
    }
}
