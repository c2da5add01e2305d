//! Images of compact discs (ISO 9660): the files of the directory tree whose names are in Unicode
//! (Joliet), or of the plain one. A disc that has only the newer UDF is a gap.

use super::Sink;
use crate::extract::Extracted;
use crate::limits::{Budget, GapKind};
use crate::read::encoding;
use crate::text::Place;

/// Bytes of a sector.
const SECTOR: usize = 2048;
/// The sector of the first volume descriptor.
const FIRST_DESCRIPTOR: usize = 16;
/// Volume descriptors that are looked at.
const DESCRIPTORS: usize = 64;
/// Folders of one disc.
const FOLDERS: usize = 20_000;

/// Reads an image of a disc.
pub(in crate::extract) fn extract(bytes: &[u8], budget: &mut Budget) -> Extracted {
    let mut sink = Sink::new(budget);
    let mut tree = None;
    for number in FIRST_DESCRIPTOR..FIRST_DESCRIPTOR + DESCRIPTORS {
        let Some(descriptor) = sector(bytes, number) else { break };
        // An escape sequence says that the names are in UCS-2.
        let is_wide = matches!(descriptor.get(88..91), Some(b"%/@" | b"%/C" | b"%/E"));
        match descriptor.first() {
            Some(1) if tree.is_none() => tree = Some((descriptor, false)),
            Some(2) if is_wide => tree = Some((descriptor, true)),
            Some(255) | None => break,
            _ => {}
        }
    }
    match tree {
        Some((descriptor, is_wide)) => read(bytes, descriptor, is_wide, &mut sink),
        None => sink.gap(GapKind::Unsupported, "iso: no tree of ISO 9660"),
    }
    sink.out
}

fn read(bytes: &[u8], descriptor: &[u8], is_wide: bool, sink: &mut Sink<'_>) {
    for range in [40..72, 190..318, 318..446, 446..574, 574..702] {
        sink.tell(Place::Property, text(descriptor.get(range).unwrap_or_default(), is_wide).trim());
    }
    let root = descriptor.get(156..190).unwrap_or_default();
    let mut waiting = vec![(String::new(), extent(root))];
    let mut seen = Vec::new();
    while let Some((path, place)) = waiting.pop() {
        let Some((start, size)) = place else {
            sink.gap(GapKind::Damaged, "iso: folder");
            continue;
        };
        if seen.contains(&start) {
            continue;
        }
        seen.push(start);
        if seen.len() > FOLDERS {
            return sink.gap(GapKind::Limit, format!("iso: more than {FOLDERS} folders"));
        }
        let Some(folder) = stored(bytes, start, size) else {
            sink.gap(GapKind::Damaged, "iso: folder");
            continue;
        };
        if folder.len() < size {
            sink.gap(GapKind::Damaged, "iso: folder");
        }
        if !records(bytes, folder, &path, is_wide, &mut waiting, sink) {
            return;
        }
    }
}

/// Reads the entries of a folder; `false` when no more entries may be opened.
fn records(
    bytes: &[u8],
    folder: &[u8],
    path: &str,
    is_wide: bool,
    waiting: &mut Vec<(String, Option<(usize, usize)>)>,
    sink: &mut Sink<'_>,
) -> bool {
    let mut at = 0;
    // A file of more than 4 GiB has an entry for each part.
    while let Some(&length) = folder.get(at) {
        if length == 0 {
            // Entries do not cross sectors.
            at = (at / SECTOR + 1) * SECTOR;
            continue;
        }
        let Some(record) = folder.get(at..at + usize::from(length)) else { break };
        at += usize::from(length);
        let count = record.get(32).map_or(0, |&count| usize::from(count));
        let Some(own) = record.get(33..33 + count).filter(|own| !own.is_empty()) else { continue };
        if matches!(own, [0 | 1]) {
            continue;
        }
        if !sink.spend_entry() {
            return false;
        }
        let own =
            rock_ridge(record.get(33 + count..).unwrap_or_default()).unwrap_or_else(|| text(own, is_wide));
        let own = own.strip_suffix(";1").unwrap_or(&own);
        let name = if path.is_empty() { own.to_owned() } else { format!("{path}/{own}") };
        if record.get(25).is_some_and(|flags| flags & 2 != 0) {
            sink.name(&name);
            waiting.push((name, extent(record)));
            continue;
        }
        let Some((start, size)) = extent(record) else { continue };
        let content = stored(bytes, start, size);
        if content.is_none_or(|content| content.len() < size) {
            sink.gap(GapKind::Damaged, format!("iso: {name}: shorter than stated"));
        }
        let content = content.unwrap_or_default();
        if content.is_empty() {
            sink.name(&name);
        } else if content.len() as u64 > sink.budget.inflated {
            sink.name(&name);
            let most = sink.budget.limits.inflated;
            sink.gap(GapKind::Limit, format!("iso: {name}: more than {most} bytes"));
        } else {
            sink.budget.spend_inflated(content.len() as u64);
            sink.inner(&name, content.to_vec());
        }
    }
    true
}

/// The name that Unix programs give an entry: entries `NM` behind the plain name.
fn rock_ridge(mut rest: &[u8]) -> Option<String> {
    let mut name = Vec::new();
    // The plain name is padded to an even length.
    rest = rest.strip_prefix(b"\0").unwrap_or(rest);
    while let Some(&length) = rest.get(2).filter(|&&length| length >= 4) {
        let field = rest.get(..usize::from(length))?;
        if field.starts_with(b"NM") {
            name.extend_from_slice(field.get(5..).unwrap_or_default());
        }
        rest = rest.get(usize::from(length)..)?;
    }
    (!name.is_empty()).then(|| encoding::decode(&name).best.text)
}

fn text(bytes: &[u8], is_wide: bool) -> String {
    match is_wide {
        true => encoding_rs::UTF_16BE.decode_without_bom_handling(bytes).0.trim_matches('\0').to_owned(),
        false => encoding::decode(bytes).best.text.trim_matches('\0').to_owned(),
    }
}

/// The sector and the bytes that an entry names.
fn extent(record: &[u8]) -> Option<(usize, usize)> {
    let number = |at: usize| {
        let bytes = record.get(at..)?.first_chunk()?;
        usize::try_from(u32::from_le_bytes(*bytes)).ok()
    };
    Some((number(2)?, number(10)?))
}

/// What is there of some bytes from a sector on.
fn stored(bytes: &[u8], start: usize, size: usize) -> Option<&[u8]> {
    let rest = bytes.get(start.checked_mul(SECTOR)?..)?;
    Some(rest.get(..size).unwrap_or(rest))
}

fn sector(bytes: &[u8], number: usize) -> Option<&[u8]> {
    let sector = bytes.get(number * SECTOR..(number + 1) * SECTOR)?;
    (sector.get(1..6) == Some(b"CD001")).then_some(sector)
}
