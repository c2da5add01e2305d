//! ZIP: what [`crate::read::zip`] finds, and what stands in front of it.

use super::Sink;
use crate::extract::Extracted;
use crate::limits::{Budget, GapKind};
use crate::read::zip::Archive;
use crate::text::Place;

/// Name of the bytes in front of the first entry: a program that unpacks, a picture.
const PREFIX_NAME: &str = "prefix";

/// Reads a ZIP archive.
pub(in crate::extract) fn extract(bytes: &[u8], budget: &mut Budget) -> Extracted {
    let archive = Archive::open(bytes, budget);
    let mut sink = Sink::new(budget);
    for gap in &archive.gaps {
        sink.gap(gap.kind, gap.detail.clone());
    }
    if archive.entries.is_empty() && archive.gaps.is_empty() && !is_empty_archive(bytes) {
        sink.gap(GapKind::Damaged, "zip: no entry");
    }
    sink.tell(Place::Property, &archive.comment);
    let prefix = bytes.get(..archive.start()).unwrap_or_default();
    if !prefix.is_empty() && sink.inflated_is_left() && sink.spend_entry() {
        sink.budget.spend_inflated(prefix.len() as u64);
        sink.inner(PREFIX_NAME, prefix.to_vec());
    }
    for entry in &archive.entries {
        sink.tell(Place::Property, &entry.comment);
        if !sink.inflated_is_left() {
            sink.name(&entry.name);
            continue;
        }
        let content = archive.read(entry, sink.budget);
        if let Some(gap) = &content.gap {
            sink.gap(gap.kind, gap.detail.clone());
        }
        let folder = entry.name.ends_with(['/', '\\']);
        if content.bytes.is_empty() && (folder || content.gap.is_some()) {
            sink.name(&entry.name);
        } else {
            sink.inner(&entry.name, content.bytes);
        }
    }
    sink.out
}

/// An archive of no entries is an end record of zeros, and a comment.
fn is_empty_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x05\x06") && bytes.get(4..20).is_some_and(|rest| rest.iter().all(|&b| b == 0))
}
