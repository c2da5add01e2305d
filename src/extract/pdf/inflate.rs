//! Inflating, its memory used again.

use std::cell::RefCell;

use flate2::{Decompress, FlushDecompress, Status};
use zlib_rs::adler32::adler32;

use super::filter::{Trouble, ratio_reached};

/// Bytes that the output grows by, at least and at most.
const STEP_BYTES: usize = 64 << 10;
const MOST_STEP_BYTES: usize = 16 << 20;
/// Bytes that memory for the output is kept with.
const KEPT_BYTES: usize = 4 << 20;

/// What inflating needs, used again and again: it need not be cleared for every stream.
struct Inflater {
    state: Decompress,
    out: Vec<u8>,
}

thread_local! {
    static INFLATER: RefCell<Inflater> =
        RefCell::new(Inflater { state: Decompress::new(false), out: Vec::new() });
}

/// Inflates zlib data up to `cap` bytes. A missing checksum does no harm; behind a wrong one the data
/// is other than what was written.
pub(super) fn inflate(data: &[u8], cap: usize) -> (Vec<u8>, Option<Trouble>) {
    INFLATER.with_borrow_mut(|Inflater { state, out }| {
        let trouble = run(state, data, cap, out);
        let copy = out.clone();
        keep(out, Vec::new());
        (copy, trouble)
    })
}

/// The same in the memory of `out`, which may be more than the data needs.
pub(super) fn inflate_into(data: &[u8], cap: usize, mut out: Vec<u8>) -> (Vec<u8>, Option<Trouble>) {
    let trouble = INFLATER.with_borrow_mut(|inflater| run(&mut inflater.state, data, cap, &mut out));
    (out, trouble)
}

/// Keeps the memory of `used` in place of `kept`, unless it is very large.
pub(super) fn keep(kept: &mut Vec<u8>, used: Vec<u8>) {
    if used.capacity() > kept.capacity() {
        *kept = used;
    }
    if kept.capacity() > KEPT_BYTES {
        *kept = Vec::new();
    }
}

/// Zlib data without its header.
fn unwrapped(data: &[u8]) -> &[u8] {
    let start = data.iter().position(|b| !matches!(b, b'\r' | b'\n')).unwrap_or(0);
    let zlib = |at: usize| match data.get(at..) {
        Some([first, second, ..]) => {
            first & 0x0f == 8 && (u16::from(*first) << 8 | u16::from(*second)) % 31 == 0
        }
        _ => false,
    };
    let header = [0, start].into_iter().find(|&at| zlib(at));
    header.and_then(|at| data.get(at + 2..)).unwrap_or(data)
}

fn run(state: &mut Decompress, data: &[u8], cap: usize, out: &mut Vec<u8>) -> Option<Trouble> {
    let body = unwrapped(data);
    state.reset(false);
    out.clear();
    if out.capacity() > cap {
        *out = Vec::new();
    }
    loop {
        let written = out.len();
        if written >= cap {
            out.truncate(cap);
            return Some(ratio_reached(cap));
        }
        if written == out.capacity() {
            out.reserve_exact(written.clamp(STEP_BYTES, MOST_STEP_BYTES).min(cap - written));
        }
        let read = usize::try_from(state.total_in()).unwrap_or(usize::MAX);
        let rest = body.get(read..).unwrap_or_default();
        let status = state.decompress_vec(rest, out, FlushDecompress::None);
        let stuck = out.len() == written && state.total_in() == read as u64;
        match status {
            Ok(Status::StreamEnd) => {
                let read = usize::try_from(state.total_in()).unwrap_or(usize::MAX);
                let rest = body.get(read..).unwrap_or_default();
                let contradicted = body.len() < data.len() && is_contradicted(rest, out);
                return contradicted.then_some(Trouble::Damaged("FlateDecode, checksum"));
            }
            Ok(_) if stuck => return Some(Trouble::Damaged("FlateDecode, truncated")),
            Ok(_) => {}
            Err(_) => return Some(Trouble::Damaged("FlateDecode")),
        }
    }
}

/// Whether the checksum at the head of `rest` is not that of `data`. Where it was left out, a line end
/// follows, or nothing.
fn is_contradicted(rest: &[u8], data: &[u8]) -> bool {
    rest.first_chunk().is_some_and(|stated| {
        !stated[0].is_ascii_whitespace() && u32::from_be_bytes(*stated) != adler32(1, data)
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn inflating_stops_at_the_cap_and_keeps_what_a_cut_stream_holds() {
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(&vec![b'x'; 1 << 20]).unwrap();
        let packed = packer.finish().unwrap();
        let (whole, none) = inflate(&packed, 2 << 20);
        assert_eq!((whole.len(), none), (1 << 20, None));
        let (capped, limit) = inflate(&packed, 1000);
        assert!(capped.len() <= 1000 && matches!(limit, Some(Trouble::Limit(_))));
        let (cut, damage) = inflate(packed.get(..packed.len() / 2).unwrap(), 2 << 20);
        assert!(!cut.is_empty() && matches!(damage, Some(Trouble::Damaged(_))));
    }
}
