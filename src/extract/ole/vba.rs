//! Macros: the source of every module, which the project's directory locates, unpacked ([MS-OVBA]).

use super::ansi;
use crate::extract::ole::stream;
use crate::extract::sink::Sink;
use crate::limits::{Gap, GapKind};
use crate::read::cfb::{CompoundFile, u16_at, u32_at};
use crate::text::Place;

/// Bytes that one packed chunk unpacks to.
const CHUNK_BYTES: usize = 4096;
/// Lines that a module without code begins with.
const ATTRIBUTES: &str = "Attribute VB_";
/// What the names of the streams beside the modules begin with, in lower case: the directory, and what
/// the program compiled.
const OTHERS: [&str; 3] = ["dir", "_vba_project", "__srp_"];

/// Reads every project in the file.
pub(super) fn read(file: &CompoundFile<'_>, sink: &mut Sink<'_>) {
    let directories = file.streams.iter().filter_map(|stream| {
        let storage = stream.path.strip_suffix("dir")?;
        (storage.eq_ignore_ascii_case("VBA/") || storage.to_ascii_uppercase().ends_with("/VBA/"))
            .then(|| (storage.to_owned(), stream.path.clone()))
    });
    for (storage, path) in directories.collect::<Vec<_>>() {
        let packed = stream(file, sink, &path).unwrap_or_default();
        let Some(directory) = unpack(&packed, sink) else {
            sink.gap(Gap::new(GapKind::Damaged, "VBA: the project's directory"));
            continue;
        };
        let (page, modules, whole) = modules(&directory);
        if !whole {
            sink.gap(Gap::new(GapKind::Damaged, "VBA: the project's directory breaks off"));
        }
        let unnamed =
            file.streams.iter().filter_map(|stream| stream.path.strip_prefix(&storage)).filter(|name| {
                !OTHERS.iter().any(|other| name.to_ascii_lowercase().starts_with(other))
                    && !modules.iter().any(|(module, _)| module.eq_ignore_ascii_case(name))
            });
        if unnamed.count() > 0 {
            sink.gap(Gap::new(GapKind::Damaged, "VBA: a module that the project's directory does not name"));
        }
        for (name, offset) in modules {
            if !sink.budget.spend_entry() {
                let detail = format!("more than {} entries", sink.budget.limits.entries);
                return sink.gap(Gap::new(GapKind::Limit, detail));
            }
            let packed = stream(file, sink, &format!("{storage}{name}")).unwrap_or_default();
            if !name.is_ascii() {
                sink.tell_once(Place::Script, &name);
            }
            match packed.get(offset..).and_then(|packed| unpack(packed, sink)) {
                Some(source) => {
                    let source = ansi::decode(&source, page);
                    let lines = source.lines().filter(|line| !line.starts_with(ATTRIBUTES));
                    sink.tell(Place::Script, &lines.collect::<Vec<_>>().join("\n"));
                }
                None => sink.gap(Gap::new(GapKind::Damaged, "VBA: a module")),
            }
        }
    }
}

/// Code page, of each module the stream and where its source begins, and whether that is all.
fn modules(directory: &[u8]) -> (u16, Vec<(String, usize)>, bool) {
    let (mut page, mut names, mut at) = (ansi::WESTERN, Vec::new(), 0);
    let mut name = String::new();
    while let (Some(id), Some(length)) = (u16_at(directory, at), u32_at(directory, at + 2)) {
        let mut length = usize::try_from(length).unwrap_or(usize::MAX);
        let data = directory.get(at + 6..).and_then(|rest| rest.get(..length)).unwrap_or_default();
        match id {
            0x03 => page = u16_at(data, 0).unwrap_or(page),
            // The version states four bytes and has six.
            0x09 => length = 6,
            0x1a => name = ansi::decode(data, page),
            0x32 if !data.is_empty() => name = super::drawing::utf16(data),
            0x31 => {
                let offset = u32_at(data, 0).and_then(|offset| usize::try_from(offset).ok());
                names.push((name.clone(), offset.unwrap_or(usize::MAX)));
            }
            _ => {}
        }
        at = at.saturating_add(6).saturating_add(length);
    }
    (page, names, at == directory.len())
}

/// Unpacks a container; `None` where it is none or breaks off. Taken off the budget.
fn unpack(packed: &[u8], sink: &mut Sink<'_>) -> Option<Vec<u8>> {
    let (1, mut rest) = packed.split_first()? else { return None };
    let stored = u64::try_from(packed.len()).unwrap_or(u64::MAX);
    let most = usize::try_from(sink.budget.inflatable(stored)).unwrap_or(usize::MAX);
    let mut out = Vec::new();
    while let Some(head) = u16_at(rest, 0) {
        let size = usize::from(head & 0xfff) + 3;
        if head & 0x7000 != 0x3000 || size > rest.len() {
            // Zeros fill the last sector.
            if rest.iter().any(|&byte| byte != 0) {
                sink.gap(Gap::new(GapKind::Damaged, "VBA: packed source breaks off"));
            }
            if head & 0x7000 != 0x3000 {
                break;
            }
        }
        let chunk = rest.get(2..size.min(rest.len())).unwrap_or_default();
        if out.len() + CHUNK_BYTES > most {
            sink.gap(Gap::new(GapKind::Limit, format!("VBA: more than {most} bytes")));
            break;
        }
        match head & 0x8000 {
            0 => out.extend(chunk),
            _ => unpack_chunk(chunk, &mut out)?,
        }
        rest = rest.get(size..).unwrap_or_default();
    }
    sink.budget.spend_inflated(u64::try_from(out.len()).unwrap_or(u64::MAX));
    Some(out)
}

/// Unpacks one chunk: flags, each of which says of eight items whether they are bytes or copies.
fn unpack_chunk(chunk: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let start = out.len();
    let mut rest = chunk;
    while let Some((flags, tail)) = rest.split_first() {
        rest = tail;
        for bit in 0..8 {
            let Some(&byte) = rest.first() else { return Some(()) };
            if flags >> bit & 1 == 0 {
                out.push(byte);
                rest = rest.get(1..).unwrap_or_default();
            } else {
                let token = usize::from(u16_at(rest, 0)?);
                rest = rest.get(2..).unwrap_or_default();
                // The further the chunk has come, the more bits of a copy say how far back it lies.
                let done = out.len() - start;
                let mut bits = 4;
                while 1 << bits < done {
                    bits += 1;
                }
                let length = (token & (0xffff >> bits)) + 3;
                let back = (token >> (16 - bits)) + 1;
                for _ in 0..length {
                    let from = out.len().checked_sub(back).filter(|&from| from >= start)?;
                    let byte = *out.get(from)?;
                    out.push(byte);
                }
            }
            if out.len() - start > CHUNK_BYTES {
                return None;
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{Budget, Limits};

    #[test]
    fn copies_are_unpacked() {
        let mut budget = Budget::new(&Limits::default());
        let mut sink = Sink::new(&mut budget);
        // The published example of a run of one character: "a", then a copy of 72 from one back.
        let packed = [0x01, 0x03, 0xb0, 0x02, 0x61, 0x45, 0x00];
        assert_eq!(unpack(&packed, &mut sink), Some(vec![b'a'; 73]));
        assert_eq!(unpack(&[1, 3, 0xb0, 2, 0x61, 0x45, 0xff], &mut sink), None);
        assert_eq!(unpack(&[2], &mut sink), None);
        assert!(sink.out.gaps.is_empty());
        // A chunk without its signature behind the first, and one that breaks off.
        for behind in [&[0x03, 0x10, 0x02, 0x61][..], &[0x07, 0xb0, 0x02, 0x61]] {
            let mut budget = Budget::new(&Limits::default());
            let mut sink = Sink::new(&mut budget);
            let read = unpack(&[&packed[..], behind].concat(), &mut sink);
            assert!(read.is_some_and(|read| read.starts_with(&[b'a'; 73])));
            assert_eq!(sink.out.gaps.len(), 1);
        }
        // Records of the directory: a name of two bytes; one that claims three and has two.
        let record = |length: u8| [0x1a, 0, length, 0, 0, 0, b'm', b'n'];
        assert!(modules(&record(2)).2);
        assert!(!modules(&record(3)).2);
    }

    /// A container whose only chunk holds nothing but bytes as they are.
    fn pack(bytes: &[u8]) -> Vec<u8> {
        let chunk: Vec<u8> = bytes.chunks(8).flat_map(|eight| [&[0], eight].concat()).collect();
        let head = 0xb000 | u16::try_from(chunk.len() - 1).unwrap();
        [&[1], &head.to_le_bytes()[..], &chunk].concat()
    }

    #[test]
    fn modules_that_nobody_names() {
        let record = |id: u16, data: &[u8]| {
            [&id.to_le_bytes()[..], &u32::try_from(data.len()).unwrap().to_le_bytes(), data].concat()
        };
        let directory = [
            record(0x03, &936_u16.to_le_bytes()),
            record(0x1a, b"\xbb\xfa\xc3\xdc"),
            record(0x31, &0_u32.to_le_bytes()),
        ];
        let source = b"Attribute VB_Name = \"x\"\nMsgBox \"\xc3\xd8\xc3\xdc\"\n";
        let named = [("VBA/dir", pack(&directory.concat())), ("VBA/机密", pack(source))];
        let unnamed = [&named[..], &[("VBA/Other", pack(source))]].concat();
        for (streams, gaps) in [(&named[..], 0), (&unnamed, 1)] {
            let mut budget = Budget::new(&Limits::default());
            let bytes = crate::read::cfb::write(streams);
            let file = CompoundFile::open(&bytes, &mut budget).unwrap();
            let mut sink = Sink::new(&mut budget);
            read(&file, &mut sink);
            assert_eq!(sink.out.text.as_str(), "机密\nMsgBox \"秘密\"");
            assert_eq!(sink.out.gaps.len(), gaps, "{:?}", sink.out.gaps);
        }
    }
}
