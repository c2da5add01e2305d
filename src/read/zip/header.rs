//! The records that an archive lists its entries with: each may be anything.

use std::ops::Range;

use super::checksum;

pub(super) const LOCAL: &[u8; 4] = b"PK\x03\x04";
pub(super) const CENTRAL: &[u8; 4] = b"PK\x01\x02";
pub(super) const END: &[u8; 4] = b"PK\x05\x06";
const END64: &[u8; 4] = b"PK\x06\x06";
const LOCATOR64: &[u8; 4] = b"PK\x06\x07";

/// Bytes from the end of the file within which the end record is looked for: the record and the
/// longest comment.
const END_SEARCH_BYTES: usize = 22 + 65_535;

/// Where the central directory is.
pub(super) struct Directory {
    pub(super) start: usize,
    pub(super) end: usize,
    /// End of the end record and its comment.
    pub(super) file_end: usize,
    pub(super) comment: Range<usize>,
    /// What to add to the offsets in it, when something was put in front of the archive.
    pub(super) shift: isize,
    pub(super) disks: bool,
}

pub(super) fn find_directory(bytes: &[u8]) -> Option<Directory> {
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

pub(super) struct Central {
    pub(super) name: String,
    /// Strength of the encryption with AES, and method of the compression.
    pub(super) aes: Option<(u8, u16)>,
    pub(super) comment: String,
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) crc: u32,
    pub(super) stored: u64,
    pub(super) offset: u64,
    pub(super) end: usize,
}

impl Central {
    pub(super) fn read(bytes: &[u8], at: usize) -> Option<Self> {
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

pub(super) struct Local {
    pub(super) name: String,
    /// See [`Central::aes`].
    pub(super) aes: Option<(u8, u16)>,
    /// Of the last change, in the format of MS-DOS.
    pub(super) time: u16,
    pub(super) crc: u32,
    pub(super) flags: u16,
    pub(super) method: u16,
    /// Claimed size of the stored data; 0 where it is told behind the data.
    pub(super) stored: u64,
    pub(super) start: usize,
    pub(super) data: usize,
}

impl Local {
    pub(super) fn read(bytes: &[u8], at: usize) -> Option<Self> {
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
pub(super) fn decode_name(name: &[u8], utf8: bool) -> String {
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

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}
