//! One compressed stream around one document: gzip, bzip2, XZ, Zstandard.
//!
//! Streams written one behind the other are one document, as their programs have it. What stands
//! behind the last one and is not padding is a gap.

use std::io::Read;

use bzip2::bufread::BzDecoder;
use flate2::bufread::GzDecoder;
use lzma_rust2::Lzma2Reader;
use ruzstd::decoding::StreamingDecoder;

use super::Sink;
use super::decoder::{self, End};
use crate::extract::Extracted;
use crate::limits::{Budget, GapKind};
use crate::read::encoding;
use crate::text::Place;

/// Name of the document inside, where the stream does not tell one.
const CONTENT_NAME: &str = "content";
/// Filters of one XZ block.
const FILTERS: u8 = 4;

/// The format of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extract) enum Format {
    Gzip,
    Bzip2,
    Xz,
    Zstd,
}

impl Format {
    fn as_str(self) -> &'static str {
        match self {
            Self::Gzip => "gz",
            Self::Bzip2 => "bz2",
            Self::Xz => "xz",
            Self::Zstd => "zst",
        }
    }
}

/// Reads a compressed stream.
pub(in crate::extract) fn extract(bytes: &[u8], format: Format, budget: &mut Budget) -> Extracted {
    let mut sink = Sink::new(budget);
    if !sink.spend_entry() {
        return sink.out;
    }
    let stored = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let most = usize::try_from(sink.budget.inflatable(stored)).unwrap_or(usize::MAX);
    let mut content = Vec::new();
    let mut name = None;
    let mut rest = bytes;
    let mut end = End::Whole;
    while end == End::Whole && !rest.iter().all(|&b| b == 0) {
        let before = rest.len();
        end = match format {
            Format::Gzip => {
                let mut stream = GzDecoder::new(rest);
                if let Some(header) = stream.header() {
                    name = name.or(header.filename().map(decoded));
                    sink.tell(Place::Property, &header.comment().map(decoded).unwrap_or_default());
                }
                let end = decoder::read_to(&mut stream, &mut content, most);
                rest = stream.into_inner();
                end
            }
            Format::Bzip2 => {
                let mut stream = BzDecoder::new(rest);
                let end = decoder::read_to(&mut stream, &mut content, most);
                rest = stream.into_inner();
                end
            }
            Format::Xz => xz_stream(&mut rest, &mut content, most).unwrap_or(End::Damaged),
            Format::Zstd => zstd_frame(&mut rest, &mut content, most).unwrap_or(End::Damaged),
        };
        if rest.len() == before {
            end = End::Damaged;
        }
    }
    sink.budget.spend_inflated(u64::try_from(content.len()).unwrap_or(u64::MAX));
    match end {
        End::Whole => {}
        End::Damaged => sink.gap(GapKind::Damaged, format!("{}: compressed data", format.as_str())),
        End::Limit => sink.gap(GapKind::Limit, format!("{}: more than {most} bytes", format.as_str())),
    }
    let name = name.unwrap_or_else(|| CONTENT_NAME.to_owned());
    if content.is_empty() && end != End::Whole {
        sink.name(&name);
    } else {
        sink.inner(&name, content);
    }
    sink.out
}

fn decoded(name: &[u8]) -> String {
    encoding::decode(name).best.text
}

/// One frame, or one that is to be skipped.
fn zstd_frame(rest: &mut &[u8], content: &mut Vec<u8>, most: usize) -> Option<End> {
    let &magic = rest.first_chunk::<4>()?;
    if u32::from_le_bytes(magic) & 0xffff_fff0 == 0x184d_2a50 {
        let &length = rest.get(4..)?.first_chunk::<4>()?;
        *rest = rest.get(8..)?.get(usize::try_from(u32::from_le_bytes(length)).ok()?..)?;
        return Some(End::Whole);
    }
    let mut stream = StreamingDecoder::new(&mut *rest).ok()?;
    Some(decoder::read_to(&mut stream, content, most))
}

/// One stream: header, blocks, index, footer. Checksums are not compared: the blocks say themselves
/// where they break, and what differs in a few characters is read as it is.
fn xz_stream(rest: &mut &[u8], content: &mut Vec<u8>, most: usize) -> Option<End> {
    let header: [u8; 12] = take(rest, 12)?.try_into().ok()?;
    if !header.starts_with(b"\xfd7zXZ\0") {
        return None;
    }
    let check_bytes = match header.get(7)? & 15 {
        0 => 0,
        kind => 4 << ((kind - 1) / 3),
    };
    loop {
        let block = rest.len();
        let size = usize::from(*take(rest, 1)?.first()?);
        if size == 0 {
            break;
        }
        let mut header = take(rest, size * 4 + 3)?;
        let flags = *take(&mut header, 1)?.first()?;
        for bit in [0x40, 0x80] {
            if flags & bit != 0 {
                number(&mut header)?;
            }
        }
        let mut filters = Vec::new();
        for _ in 0..=flags & (FILTERS - 1) {
            let id = number(&mut header)?;
            let length = usize::try_from(number(&mut header)?).ok()?;
            filters.push((id, take(&mut header, length)?));
        }
        let (0x21, property) = filters.pop()? else { return None };
        let claimed = decoder::lzma2_dictionary(*property.first()?);
        let packed = Lzma2Reader::new(&mut *rest, decoder::dictionary(claimed, most), None);
        let mut stream: Box<dyn Read> = Box::new(packed);
        for (id, properties) in filters.into_iter().rev() {
            stream = decoder::filtered(id, properties, stream)?;
        }
        let end = decoder::read_to(&mut stream, content, most);
        drop(stream);
        if end != End::Whole {
            return Some(end);
        }
        let used = block - rest.len();
        take(rest, used.next_multiple_of(4) - used + check_bytes)?;
    }
    // The index: sizes of the blocks, padded; then its checksum and the footer.
    let index = rest.len() + 1;
    for _ in 0..number(rest)? {
        number(rest)?;
        number(rest)?;
    }
    let used = index - rest.len();
    take(rest, used.next_multiple_of(4) - used + 4 + 12)?;
    Some(End::Whole)
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, behind) = rest.split_at_checked(count)?;
    *rest = behind;
    Some(taken)
}

/// A number of seven bits a byte, lowest first.
fn number(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..63).step_by(7) {
        let byte = *take(rest, 1)?.first()?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
