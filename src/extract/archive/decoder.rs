//! Decompressors behind one cap: what comes out is bounded by the budget, whatever the stream says.

use std::io::{ErrorKind, Read};

use lzma_rust2::filter::bcj::BcjReader;
use lzma_rust2::filter::delta::DeltaReader;

/// How a stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Whole,
    Damaged,
    Limit,
}

/// Appends what `reader` yields to `out`, until `out` holds `most` bytes.
pub(super) fn read_to(reader: &mut impl Read, out: &mut Vec<u8>, most: usize) -> End {
    let left = u64::try_from(most.saturating_sub(out.len())).unwrap_or(u64::MAX);
    let read = reader.take(left.saturating_add(1)).read_to_end(out);
    if out.len() > most {
        out.truncate(most);
        return End::Limit;
    }
    match read {
        Ok(_) => End::Whole,
        Err(error) if error.kind() == ErrorKind::OutOfMemory => End::Limit,
        Err(_) => End::Damaged,
    }
}

/// A dictionary of the claimed size, no larger than all that may come out: it is never needed
/// beyond that, and a claim costs nothing.
pub(super) fn dictionary(claimed: u64, most: usize) -> u32 {
    const LEAST: u64 = 4096;
    const GREATEST: u64 = 1 << 30;
    let most = u64::try_from(most).unwrap_or(u64::MAX);
    u32::try_from(claimed.min(most.saturating_add(1)).clamp(LEAST, GREATEST)).unwrap_or(u32::MAX)
}

/// The dictionary size that one byte of an LZMA2 filter stands for.
pub(super) fn lzma2_dictionary(property: u8) -> u64 {
    match property {
        0..40 => (2 | u64::from(property) & 1) << (property / 2 + 11),
        _ => u64::from(u32::MAX),
    }
}

/// Puts the filter of this number in front of a reader: the numbering that XZ and 7z share.
/// `None` for unknown ones.
pub(super) fn filtered<'a>(
    number: u64,
    properties: &[u8],
    inner: Box<dyn Read + 'a>,
) -> Option<Box<dyn Read + 'a>> {
    let start = properties.first_chunk::<4>().map_or(0, |&bytes| u32::from_le_bytes(bytes));
    let start = usize::try_from(start).ok()?;
    Some(match number {
        3 => Box::new(DeltaReader::new(inner, usize::from(properties.first().copied()?) + 1)),
        4 => Box::new(BcjReader::new_x86(inner, start)),
        5 => Box::new(BcjReader::new_ppc(inner, start)),
        6 => Box::new(BcjReader::new_ia64(inner, start)),
        7 => Box::new(BcjReader::new_arm(inner, start)),
        8 => Box::new(BcjReader::new_arm_thumb(inner, start)),
        9 => Box::new(BcjReader::new_sparc(inner, start)),
        10 => Box::new(BcjReader::new_arm64(inner, start)),
        11 => Box::new(BcjReader::new_riscv(inner, start)),
        _ => return None,
    })
}
