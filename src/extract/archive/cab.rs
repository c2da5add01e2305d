//! Cabinets: folders of compressed blocks, cut into files.

use flate2::{Decompress, FlushDecompress, Status};
use lzxd::{Lzxd, WindowSize};

use super::Sink;
use crate::extract::Extracted;
use crate::limits::{Budget, GapKind};
use crate::read::encoding;

/// Bytes that one block holds at most when it is unpacked.
const BLOCK_BYTES: usize = 32 << 10;
/// Folder numbers from here on mean that a file goes on in another cabinet.
const OTHER_CABINET: u16 = 0xfffd;
/// The file's name is in UTF-8.
const UTF8_NAME: u16 = 0x80;

/// Reads a cabinet.
pub(in crate::extract) fn extract(bytes: &[u8], budget: &mut Budget) -> Extracted {
    let mut sink = Sink::new(budget);
    if read(bytes, &mut sink).is_none() {
        sink.gap(GapKind::Damaged, "cab: header");
    }
    sink.out
}

fn read(bytes: &[u8], sink: &mut Sink<'_>) -> Option<()> {
    let (files_at, folders, files) = (u32_at(bytes, 16)?, u16_at(bytes, 26)?, u16_at(bytes, 28)?);
    let flags = u16_at(bytes, 30)?;
    let mut at = 36;
    let (mut folder_reserve, mut block_reserve) = (0, 0);
    if flags & 4 != 0 {
        folder_reserve = usize::from(*bytes.get(38)?);
        block_reserve = usize::from(*bytes.get(39)?);
        at = 40 + usize::from(u16_at(bytes, 36)?);
    }
    // The names of the cabinets before and behind this one.
    for _ in 0..2 * ((flags & 1) + (flags >> 1 & 1)) {
        at += bytes.get(at..)?.iter().position(|&byte| byte == 0)? + 1;
    }
    let mut contents = Vec::new();
    // Where what belongs to the cabinet ends, and how much of each folder files take.
    let mut end = 0;
    for _ in 0..folders {
        contents.push(folder(bytes, at, block_reserve, &mut end, sink));
        at += 8 + folder_reserve;
    }
    let mut taken = vec![Vec::new(); contents.len()];
    if at > usize::try_from(files_at).ok()? {
        sink.gap(GapKind::Damaged, "cab: the list of folders reaches into the files");
    }
    let mut at = usize::try_from(files_at).ok()?;
    for _ in 0..files {
        let (size, start) = (u32_at(bytes, at)?, u32_at(bytes, at + 4)?);
        let (folder, attributes) = (u16_at(bytes, at + 8)?, u16_at(bytes, at + 14)?);
        let name = bytes.get(at + 16..)?;
        let name = name.get(..name.iter().position(|&byte| byte == 0)?)?;
        at += 17 + name.len();
        let name = match attributes & UTF8_NAME {
            0 => encoding::decode(name).best.text,
            _ => String::from_utf8_lossy(name).into_owned(),
        };
        if !sink.spend_entry() {
            return Some(());
        }
        let content = contents.get(usize::from(folder));
        if let Some(Err((kind, why))) = content {
            sink.gap(*kind, format!("cab: {name}: {why}"));
        } else if folder >= OTHER_CABINET {
            sink.gap(GapKind::Damaged, format!("cab: {name}: one cabinet of several"));
        }
        let content = content.and_then(|folder| folder.as_ref().ok()).map_or(&[][..], |(bytes, _)| bytes);
        let (size, start) = (usize::try_from(size).ok()?, usize::try_from(start).ok()?);
        if let Some(taken) = taken.get_mut(usize::from(folder)) {
            taken.push((start, start.saturating_add(size)));
        }
        let own = content.get(start..).unwrap_or_default();
        let own = own.get(..size).unwrap_or(own);
        if own.len() < size {
            let cut = contents.get(usize::from(folder)).and_then(|folder| folder.as_ref().ok());
            let kind = cut.map_or(GapKind::Damaged, |(_, kind)| *kind);
            sink.gap(kind, format!("cab: {name}: shorter than stated"));
        }
        if own.is_empty() {
            sink.name(&name);
        } else if sink.inflated_is_left() {
            sink.budget.spend_inflated(own.len() as u64);
            sink.inner(&name, own.to_vec());
        }
    }
    for (content, mut taken) in contents.iter().filter_map(|folder| folder.as_ref().ok()).zip(taken) {
        taken.sort_unstable();
        let reached =
            taken.iter().try_fold(0, |reached, &(start, end)| (start <= reached).then_some(end.max(reached)));
        if reached.is_none_or(|reached| reached < content.0.len()) {
            sink.gap(GapKind::Damaged, "cab: unpacked bytes that belong to no file");
        }
    }
    let rest = bytes.get(end.max(at)..).unwrap_or_default();
    // A signature stands behind all, where the head says so.
    let signature = (flags & 4 != 0).then(|| (u32_at(bytes, 44), u32_at(bytes, 48)));
    let is_signature = signature.is_some_and(|(start, length)| {
        let range = start.zip(length).map(|(start, length)| u64::from(start) + u64::from(length));
        range == Some(bytes.len() as u64)
            && start.and_then(|at| usize::try_from(at).ok()) == Some(end.max(at))
    });
    if !is_signature && rest.iter().any(|&byte| byte != 0) {
        sink.gap(GapKind::Damaged, "cab: bytes that belong to no block");
    }
    Some(())
}

/// The content of a folder, and why it is not more; or why there is none.
type Folder = Result<(Vec<u8>, GapKind), (GapKind, &'static str)>;

fn folder(bytes: &[u8], at: usize, reserve: usize, last: &mut usize, sink: &mut Sink<'_>) -> Folder {
    let damaged = Err((GapKind::Damaged, "folder"));
    let (Some(start), Some(blocks), Some(method)) =
        (u32_at(bytes, at), u16_at(bytes, at + 4), u16_at(bytes, at + 6))
    else {
        return damaged;
    };
    let Ok(mut at) = usize::try_from(start) else { return damaged };
    let most = usize::try_from(sink.budget.inflatable(bytes.len() as u64)).unwrap_or(usize::MAX);
    let mut method = match (method & 15, method >> 8 & 31) {
        (0, _) => Method::Stored,
        (1, _) => Method::Deflate(Decompress::new(false)),
        (3, window) => match window_size(window) {
            Some(size) => Method::Lzx(Box::new(Lzxd::new(size))),
            None => return damaged,
        },
        _ => return Err((GapKind::Unsupported, "Quantum compression")),
    };
    let (mut content, mut kind) = (Vec::new(), GapKind::Damaged);
    for _ in 0..blocks {
        let (Some(packed), Some(size)) = (u16_at(bytes, at + 4), u16_at(bytes, at + 6)) else { break };
        let start = at + 8 + reserve;
        at = start + usize::from(packed);
        let Some(data) = bytes.get(start..at) else { break };
        *last = at.max(*last);
        if content.len() + usize::from(size) > most {
            kind = GapKind::Limit;
            break;
        }
        if method.block(data, usize::from(size), &mut content).is_none() {
            break;
        }
    }
    // Folders may lie about where they are: each is paid for.
    sink.budget.spend_inflated(content.len() as u64);
    Ok((content, kind))
}

enum Method {
    Stored,
    Deflate(Decompress),
    Lzx(Box<Lzxd>),
}

impl Method {
    /// Unpacks one block behind the ones before it; `None` where it is broken.
    fn block(&mut self, data: &[u8], size: usize, content: &mut Vec<u8>) -> Option<()> {
        let start = content.len();
        match self {
            Self::Stored => content.extend_from_slice(data),
            Self::Deflate(stream) => {
                let data = data.strip_prefix(b"CK")?;
                stream.reset(false);
                if start > 0 {
                    let window = content.get(start.saturating_sub(BLOCK_BYTES)..)?;
                    stream.set_dictionary(window).ok()?;
                }
                let mut block = Vec::with_capacity(BLOCK_BYTES + 1);
                let status = stream.decompress_vec(data, &mut block, FlushDecompress::Finish).ok()?;
                content.append(&mut block);
                if status != Status::StreamEnd {
                    return None;
                }
            }
            Self::Lzx(stream) => content.extend_from_slice(stream.decompress_next(data, size).ok()?),
        }
        (content.len() - start == size).then_some(())
    }
}

fn window_size(bits: u16) -> Option<WindowSize> {
    Some(match bits {
        15 => WindowSize::KB32,
        16 => WindowSize::KB64,
        17 => WindowSize::KB128,
        18 => WindowSize::KB256,
        19 => WindowSize::KB512,
        20 => WindowSize::MB1,
        21 => WindowSize::MB2,
        _ => return None,
    })
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}
