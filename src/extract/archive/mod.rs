//! Archives: every entry is an inner document, every name is text, nothing is written to disk.
//!
//! Names that climb out of a folder, absolute names and empty ones are only names here. An entry
//! that can't be read (encrypted, an unknown method, a limit) is a gap that names it, and its name
//! is text of the archive itself; so are the names of folders, which hold nothing else.

mod cab;
mod decoder;
mod iso;
mod rar;
mod sevenzip;
mod stream;
mod tar;
mod zip;

use super::Extracted;
use crate::document::Inner;
use crate::limits::{Budget, Gap, GapKind};
use crate::text::{At, Place};

pub(super) use cab::extract as extract_cab;
pub(super) use iso::extract as extract_iso;
pub(super) use rar::extract as extract_rar;
pub(super) use sevenzip::extract as extract_sevenzip;
pub(super) use stream::{Format, extract as extract_stream};
pub(super) use tar::extract as extract_tar;

pub(super) use self::zip::extract as extract_zip;

/// Gaps of one archive that are told one by one; the rest is told in one.
const GAPS: usize = 1_000;

/// What an archive held, under the budget of the document.
struct Sink<'b> {
    out: Extracted,
    budget: &'b mut Budget,
}

impl<'b> Sink<'b> {
    fn new(budget: &'b mut Budget) -> Self {
        Self { out: Extracted::default(), budget }
    }

    /// An entry's bytes, already taken off the budget.
    fn inner(&mut self, name: &str, bytes: Vec<u8>) {
        let name = if name.is_empty() { "unnamed".to_owned() } else { name.to_owned() };
        self.out.inner.push(Inner { name, bytes });
    }

    /// The name of something that has no bytes to screen.
    fn name(&mut self, name: &str) {
        self.tell(Place::Name, name);
    }

    fn tell(&mut self, place: Place, piece: &str) {
        match self.budget.text.checked_sub(piece.len()) {
            Some(left) => {
                self.budget.text = left;
                self.out.text.push(At::new(place), piece);
            }
            None => self.gap(GapKind::Limit, format!("{} bytes of text", self.budget.limits.text)),
        }
    }

    fn gap(&mut self, kind: GapKind, detail: impl Into<String>) {
        let gap = Gap::new(kind, detail);
        match self.out.gaps.len() {
            ..GAPS if !self.out.gaps.contains(&gap) => self.out.gaps.push(gap),
            GAPS => self.out.gaps.push(Gap::new(gap.kind, format!("more than {GAPS} parts of the archive"))),
            _ => {}
        }
    }

    /// Takes an entry off the budget; a gap when none is left.
    fn spend_entry(&mut self) -> bool {
        let left = self.budget.spend_entry();
        if !left {
            self.gap(GapKind::Limit, format!("more than {} entries", self.budget.limits.entries));
        }
        left
    }

    /// Whether anything may still be inflated; a gap when not.
    fn inflated_is_left(&mut self) -> bool {
        let left = self.budget.inflated > 0;
        if !left {
            self.gap(GapKind::Limit, format!("more than {} inflated bytes", self.budget.limits.inflated));
        }
        left
    }
}
