//! ZIP archives whose every claim may be a lie: entries, their names, their bytes under a budget.
//!
//! Reads what is there rather than what the directory says: entries that no directory lists are
//! found by their local headers, two entries with the same name are two entries, sizes only bound
//! where to look. The `zip` crate merges duplicates and refuses damaged directories, so it writes
//! the test files instead.

use std::ops::Range;

use super::zip_lock::Lock;
use flate2::{Crc, Decompress, FlushDecompress, Status};

use crate::limits::{Budget, Gap, GapKind};

const LOCAL: &[u8; 4] = b"PK\x03\x04";
const CENTRAL: &[u8; 4] = b"PK\x01\x02";
const END: &[u8; 4] = b"PK\x05\x06";
const END64: &[u8; 4] = b"PK\x06\x06";
const LOCATOR64: &[u8; 4] = b"PK\x06\x07";

/// Bytes from the end of the file within which the end record is looked for: the record and the
/// longest comment.
const END_SEARCH_BYTES: usize = 22 + 65_535;
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
        let mut archive = Self { bytes, entries: Vec::new(), comment: String::new(), gaps: Vec::new() };
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
            8 => Some(inflate(data, most).0),
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
            None => Some(entry.unpack(stored, most)),
            Some(lock) => lock
                .attempts(stored, &budget.limits.passwords)
                .map(|plain| entry.unpack(&plain, most))
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
    fn unpack(&self, data: &[u8], most: usize) -> (Vec<u8>, Unpacked) {
        let (bytes, end) = match self.method {
            0 if data.len() > most => (slice(data, 0..most).to_vec(), Inflated::Limit),
            0 => (data.to_vec(), Inflated::Whole(data.len())),
            8 => inflate(data, most),
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
fn inflate(data: &[u8], most: usize) -> (Vec<u8>, Inflated) {
    let mut stream = Decompress::new(false);
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

/// Where the central directory is.
struct Directory {
    start: usize,
    end: usize,
    /// End of the end record and its comment.
    file_end: usize,
    comment: Range<usize>,
    /// What to add to the offsets in it, when something was put in front of the archive.
    shift: isize,
    disks: bool,
}

fn find_directory(bytes: &[u8]) -> Option<Directory> {
    let lowest = bytes.len().saturating_sub(END_SEARCH_BYTES);
    let mut end = bytes.len().checked_sub(22)?;
    loop {
        if bytes.get(end..end + 4) == Some(END)
            && let Some(directory) = read_end(bytes, end)
        {
            return Some(directory);
        }
        end = end.checked_sub(1).filter(|&end| end >= lowest)?;
    }
}

fn read_end(bytes: &[u8], at: usize) -> Option<Directory> {
    let disks = u16_at(bytes, at + 4)? != 0 || u16_at(bytes, at + 6)? != 0;
    let mut size = u64::from(u32_at(bytes, at + 12)?);
    let mut offset = u64::from(u32_at(bytes, at + 16)?);
    let comment_len = usize::from(u16_at(bytes, at + 20)?);
    let file_end = (at + 22 + comment_len).min(bytes.len());
    let mut end = at;
    if let Some(locator) = at.checked_sub(20)
        && bytes.get(locator..locator + 4) == Some(LOCATOR64)
        && let Ok(record) = usize::try_from(u64_at(bytes, locator + 8)?)
        && record < locator
        && bytes.get(record..).is_some_and(|b| b.starts_with(END64))
    {
        size = u64_at(bytes, record + 40)?;
        offset = u64_at(bytes, record + 48)?;
        end = record;
    }
    let offset = usize::try_from(offset).ok()?;
    let before_end = usize::try_from(size).ok().and_then(|size| end.checked_sub(size));
    let here = |start: &usize| *start == end || bytes.get(*start..).is_some_and(|b| b.starts_with(CENTRAL));
    let start = before_end.filter(here).or(Some(offset).filter(|&o| o < end).filter(here))?;
    let shift = isize::try_from(start).ok()? - isize::try_from(offset).ok()?;
    Some(Directory { start, end, file_end, comment: at + 22..file_end, shift, disks })
}

struct Central {
    name: String,
    /// Strength of the encryption with AES, and method of the compression.
    aes: Option<(u8, u16)>,
    comment: String,
    flags: u16,
    method: u16,
    crc: u32,
    stored: u64,
    offset: u64,
    end: usize,
}

impl Central {
    fn read(bytes: &[u8], at: usize) -> Option<Self> {
        if bytes.get(at..at.checked_add(4)?)? != CENTRAL {
            return None;
        }
        let flags = u16_at(bytes, at + 8)?;
        let name_end = at + 46 + usize::from(u16_at(bytes, at + 28)?);
        let extra_end = name_end + usize::from(u16_at(bytes, at + 30)?);
        let end = extra_end + usize::from(u16_at(bytes, at + 32)?);
        let name = bytes.get(at + 46..name_end)?;
        let extra = bytes.get(name_end..extra_end)?;
        let comment = bytes.get(extra_end..end)?;
        let inflated = u32_at(bytes, at + 24)?;
        let mut stored = u64::from(u32_at(bytes, at + 20)?);
        let mut offset = u64::from(u32_at(bytes, at + 42)?);
        if let Some(wide) = extra_field(extra, 0x0001) {
            let mut next = if inflated == u32::MAX { 8 } else { 0 };
            for value in [&mut stored, &mut offset] {
                if *value == u64::from(u32::MAX) {
                    *value = u64_at(wide, next).unwrap_or(*value);
                    next += 8;
                }
            }
        }
        let utf8 = flags & (1 << 11) != 0;
        Some(Self {
            name: entry_name(name, extra, utf8),
            aes: aes_field(extra),
            comment: decode_name(comment, utf8),
            flags,
            method: u16_at(bytes, at + 10)?,
            crc: u32_at(bytes, at + 16)?,
            stored,
            offset,
            end,
        })
    }
}

struct Local {
    name: String,
    /// See [`Central::aes`].
    aes: Option<(u8, u16)>,
    /// Of the last change, in the format of MS-DOS.
    time: u16,
    crc: u32,
    flags: u16,
    method: u16,
    /// Claimed size of the stored data; 0 where it is told behind the data.
    stored: u64,
    start: usize,
    data: usize,
}

impl Local {
    fn read(bytes: &[u8], at: usize) -> Option<Self> {
        if bytes.get(at..at.checked_add(4)?)? != LOCAL {
            return None;
        }
        let flags = u16_at(bytes, at + 6)?;
        let name_end = at + 30 + usize::from(u16_at(bytes, at + 26)?);
        let data = name_end + usize::from(u16_at(bytes, at + 28)?);
        let name = bytes.get(at + 30..name_end)?;
        let extra = bytes.get(name_end..data)?;
        let mut stored = u64::from(u32_at(bytes, at + 18)?);
        if stored == u64::from(u32::MAX) {
            stored = extra_field(extra, 0x0001).and_then(|wide| u64_at(wide, 8)).unwrap_or(stored);
        }
        Some(Self {
            name: entry_name(name, extra, flags & (1 << 11) != 0),
            aes: aes_field(extra),
            time: u16_at(bytes, at + 10)?,
            crc: u32_at(bytes, at + 14)?,
            flags,
            method: u16_at(bytes, at + 8)?,
            stored,
            start: at,
            data,
        })
    }
}

/// A name, from the Unicode path field where there is one.
fn entry_name(name: &[u8], extra: &[u8], utf8: bool) -> String {
    let unicode = extra_field(extra, 0x7075)
        .filter(|field| field.first() == Some(&1) && u32_at(field, 1) == Some(checksum(name)))
        .and_then(|field| std::str::from_utf8(field.get(5..)?).ok());
    unicode.map_or_else(|| decode_name(name, utf8), str::to_owned)
}

/// UTF-8 where it is valid, else GBK, which is what Chinese systems write without a flag.
fn decode_name(name: &[u8], utf8: bool) -> String {
    match std::str::from_utf8(name) {
        Ok(name) => name.to_owned(),
        Err(_) if utf8 => String::from_utf8_lossy(name).into_owned(),
        Err(_) => encoding_rs::GB18030.decode_without_bom_handling(name).0.into_owned(),
    }
}

/// What WinZip says about an entry that is encrypted with AES.
fn aes_field(extra: &[u8]) -> Option<(u8, u16)> {
    let field = extra_field(extra, 0x9901)?;
    Some((*field.get(4)?, u16_at(field, 5)?))
}

fn extra_field(mut extra: &[u8], id: u16) -> Option<&[u8]> {
    loop {
        let end = 4 + usize::from(u16_at(extra, 2)?);
        if u16_at(extra, 0)? == id {
            return extra.get(4..end.min(extra.len()));
        }
        extra = extra.get(end..)?;
    }
}

fn find(bytes: &[u8], what: &[u8], within: Range<usize>) -> Option<usize> {
    memchr::memmem::find(bytes.get(within.clone())?, what).map(|at| within.start + at)
}

fn slice(bytes: &[u8], range: Range<usize>) -> &[u8] {
    bytes.get(range).unwrap_or_default()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
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
