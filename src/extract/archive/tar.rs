//! Tar: header blocks, long names, and what stands behind the end.
//!
//! A header whose checksum is wrong is passed over block by block until the next good one, so one
//! damaged entry hides no other.

use super::Sink;
use crate::extract::Extracted;
use crate::limits::{Budget, GapKind};
use crate::read::encoding;
use crate::text::Place;

/// Bytes of a header, and what data are padded to.
const BLOCK: usize = 512;

/// Reads a tar archive.
pub(in crate::extract) fn extract(bytes: &[u8], budget: &mut Budget) -> Extracted {
    let mut sink = Sink::new(budget);
    let mut at = 0;
    let (mut damaged, mut blank) = (false, false);
    let mut long_name: Option<String> = None;
    while let Some(block) = bytes.get(at..at + BLOCK) {
        at += BLOCK;
        if block.iter().all(|&b| b == 0) {
            blank = true;
            continue;
        }
        let Some(header) = Header::read(block) else {
            damaged = true;
            continue;
        };
        if !sink.spend_entry() {
            return sink.out;
        }
        let end = at.saturating_add(header.size);
        let data = bytes.get(at..end.min(bytes.len())).unwrap_or_default();
        damaged |= end > bytes.len();
        at = end.checked_next_multiple_of(BLOCK).unwrap_or(usize::MAX - BLOCK);
        blank = false;
        match header.kind {
            b'L' => long_name = Some(text(data)),
            b'K' => sink.name(&text(data)),
            b'x' | b'g' => {
                for (key, value) in records(data) {
                    match key {
                        b"path" => long_name = Some(text(value)),
                        b"linkpath" => sink.name(&text(value)),
                        _ => sink.tell(Place::Property, &text(value)),
                    }
                }
            }
            b'1'..=b'6' => {
                sink.name(&long_name.take().unwrap_or(header.name));
                sink.name(&header.link);
            }
            _ => {
                let name = long_name.take().unwrap_or(header.name);
                if data.len() as u64 > sink.budget.inflated {
                    sink.gap(
                        GapKind::Limit,
                        format!("more than {} inflated bytes", sink.budget.limits.inflated),
                    );
                    sink.name(&name);
                    continue;
                }
                sink.budget.spend_inflated(data.len() as u64);
                sink.inner(&name, data.to_vec());
            }
        }
    }
    let behind = bytes.get(at..).unwrap_or_default();
    if damaged || behind.iter().any(|&b| b != 0) || !blank && sink.out.inner.is_empty() {
        sink.gap(GapKind::Damaged, "tar: header");
    }
    sink.out
}

struct Header {
    name: String,
    link: String,
    size: usize,
    kind: u8,
}

impl Header {
    /// `None` when the checksum is wrong.
    fn read(block: &[u8]) -> Option<Self> {
        let field = |from: usize, to: usize| block.get(from..to).unwrap_or_default();
        let sum = |part: &[u8]| part.iter().map(|&b| u64::from(b)).sum::<u64>();
        // The sum is taken with the field itself blank.
        let total = sum(field(0, 148)) + 8 * u64::from(b' ') + sum(field(156, BLOCK));
        if octal(field(148, 156)) != Some(total) {
            return None;
        }
        let name = until_nul(field(0, 100));
        let prefix = if field(257, 263) == b"ustar\0" { until_nul(field(345, 500)) } else { b"" };
        let name = if prefix.is_empty() { name.to_vec() } else { [prefix, b"/", name].concat() };
        let size = match field(124, 136) {
            [first, rest @ ..] if first & 0x80 != 0 => rest
                .iter()
                .fold(u64::from(first & 0x3f), |value, &b| value.saturating_mul(256) | u64::from(b)),
            digits => octal(digits)?,
        };
        let kind = *field(156, 157).first()?;
        // A folder, also in archives from before there were kinds.
        let kind = if name.ends_with(b"/") && matches!(kind, 0 | b'0') && size == 0 { b'5' } else { kind };
        Some(Self {
            name: text(&name),
            link: text(until_nul(field(157, 257))),
            // Links and folders have no data, whatever they claim.
            size: if matches!(kind, b'1'..=b'6') { 0 } else { usize::try_from(size).ok()? },
            kind,
        })
    }
}

fn octal(digits: &[u8]) -> Option<u64> {
    let digits = std::str::from_utf8(digits).ok()?.trim_matches(['\0', ' ']);
    if digits.is_empty() { Some(0) } else { u64::from_str_radix(digits, 8).ok() }
}

fn until_nul(field: &[u8]) -> &[u8] {
    field.split(|&b| b == 0).next().unwrap_or_default()
}

fn text(bytes: &[u8]) -> String {
    encoding::decode(until_nul(bytes)).best.text
}

/// `length key=value\n`, the length counting itself.
fn records(mut data: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut found = Vec::new();
    while let Some(space) = data.iter().take(20).position(|&b| b == b' ') {
        let digits = data.get(..space).and_then(|digits| std::str::from_utf8(digits).ok());
        let Some(length) = digits.and_then(|d| d.parse::<usize>().ok()) else { break };
        let Some(record) = data.get(space + 1..length) else { break };
        let record = record.strip_suffix(b"\n").unwrap_or(record);
        if let Some(equals) = record.iter().position(|&b| b == b'=') {
            found.extend(record.get(..equals).zip(record.get(equals + 1..)));
        }
        data = data.get(length..).unwrap_or_default();
    }
    found
}
