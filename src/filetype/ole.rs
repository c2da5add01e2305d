//! Kinds of OLE compound file, told by the streams of their root directory.
//!
//! Only the directory is read: its chain of sectors, then the root's own children (an embedded
//! Word object lies deeper and does not make a workbook a Word file). Chains that are broken or
//! run in circles end the walk; then the names are looked for in the bytes as they lie.

use super::{FileType, find};

/// First bytes of every compound file.
pub(super) const SIGNATURE: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
/// Bytes of a directory entry.
const ENTRY_BYTES: usize = 128;
/// Directory entries looked at.
const ENTRIES: usize = 65_536;
/// Sector numbers from here on mean "none".
const NO_SECTOR: u32 = 0xffff_fffa;

/// Tells what a compound file holds.
pub(super) fn kind(bytes: &[u8]) -> FileType {
    let names = root_names(bytes).unwrap_or_default();
    let of_root = |wanted: &str| names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
    if let Some(found) = by_names(of_root, names.iter().any(|name| name.starts_with("__substg1.0_"))) {
        return found;
    }
    let anywhere = |wanted: &str| {
        let wide: Vec<u8> = wanted.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        find(bytes, &wide).is_some()
    };
    match names.is_empty() {
        true => by_names(anywhere, false).unwrap_or(FileType::Ole),
        false => FileType::Ole,
    }
}

fn by_names(has: impl Fn(&str) -> bool, mail_property: bool) -> Option<FileType> {
    if has("EncryptedPackage") {
        Some(FileType::EncryptedOffice)
    } else if has("WordDocument") {
        Some(FileType::Doc)
    } else if has("Workbook") || has("Book") {
        Some(FileType::Xls)
    } else if has("PowerPoint Document") || has("PP97_DUALSTORAGE") {
        Some(FileType::Ppt)
    } else if has("__properties_version1.0") || mail_property {
        Some(FileType::Msg)
    } else {
        None
    }
}

/// The names of the root's children; `None` when there is no directory.
fn root_names(bytes: &[u8]) -> Option<Vec<String>> {
    let shift = u16_at(bytes, 30)?;
    let size = match shift {
        9 | 12 => 1_usize << shift,
        _ => return None,
    };
    let sector = |number: u32| {
        let start = (number as usize).checked_add(1)?.checked_mul(size)?;
        bytes.get(start..).map(|rest| rest.get(..size).unwrap_or(rest)).filter(|rest| !rest.is_empty())
    };
    let next = |number: u32| {
        let per_sector = size / 4;
        let (index, offset) = (number as usize / per_sector, number as usize % per_sector);
        u32_at(sector(fat_sector(bytes, index, &sector)?)?, offset * 4)
    };
    let mut directory: Vec<&[u8]> = Vec::new();
    let mut number = u32_at(bytes, 48)?;
    // A chain longer than the file has sectors runs in circles.
    for _ in 0..=bytes.len() / size {
        let Some(block) = sector(number).filter(|_| number < NO_SECTOR) else { break };
        directory.extend(block.chunks_exact(ENTRY_BYTES));
        if directory.len() > ENTRIES {
            break;
        }
        match next(number) {
            Some(following) => number = following,
            None => break,
        }
    }
    let root = directory.first()?;
    let mut seen = vec![false; directory.len()];
    let mut open = vec![u32_at(root, 76)?];
    let mut names = Vec::new();
    while let Some(index) = open.pop() {
        let index = index as usize;
        let (Some(entry), Some(visited)) = (directory.get(index), seen.get_mut(index)) else { continue };
        if std::mem::replace(visited, true) {
            continue;
        }
        names.push(name_of(entry));
        open.extend([u32_at(entry, 68), u32_at(entry, 72)].into_iter().flatten());
    }
    Some(names)
}

/// The sector that holds part `index` of the allocation table: listed in the header, and from the
/// 110th on in sectors of their own.
fn fat_sector<'a>(bytes: &'a [u8], index: usize, sector: &impl Fn(u32) -> Option<&'a [u8]>) -> Option<u32> {
    const IN_HEADER: usize = 109;
    if index < IN_HEADER {
        return u32_at(bytes, 76 + 4 * index);
    }
    let mut list = sector(u32_at(bytes, 68)?)?;
    let per_sector = (list.len() / 4).checked_sub(1).filter(|&n| n > 0)?;
    for _ in 0..(index - IN_HEADER) / per_sector {
        list = sector(u32_at(list, 4 * per_sector)?)?;
    }
    u32_at(list, 4 * ((index - IN_HEADER) % per_sector))
}

fn name_of(entry: &[u8]) -> String {
    let length = usize::from(u16_at(entry, 64).unwrap_or(0)).saturating_sub(2).min(62);
    let (units, _) = entry.get(..length).unwrap_or_default().as_chunks::<2>();
    char::decode_utf16(units.iter().map(|&unit| u16::from_le_bytes(unit)))
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}
