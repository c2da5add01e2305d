//! Where the readers of all parts put what they find: text under its budget, gaps, repetitions.

use std::collections::HashSet;
use std::num::NonZeroU32;

use crate::extract::Extracted;
use crate::limits::{Budget, Gap, GapKind};
use crate::text::{At, Break, Place};

/// Collects one document.
pub(super) struct Sink<'b> {
    /// What was found so far.
    pub(super) out: Extracted,
    /// What may still be spent.
    pub(super) budget: &'b mut Budget,
    /// The page on which the part that is read stands, where it stands on one.
    pub(super) page: Option<NonZeroU32>,
    /// Relationships that show a picture.
    pub(super) pictures: usize,
    told: HashSet<(Place, String)>,
    full: bool,
}

impl<'b> Sink<'b> {
    /// Nothing found yet.
    pub(super) fn new(budget: &'b mut Budget) -> Self {
        Self { out: Extracted::default(), budget, page: None, pictures: 0, told: HashSet::new(), full: false }
    }

    /// Appends a piece of text, as much of it as the budget allows.
    pub(super) fn push(&mut self, at: At, piece: &str) {
        if self.full || piece.trim().is_empty() {
            return;
        }
        let mut end = piece.len();
        if end > self.budget.text {
            self.full = true;
            let detail = format!("more than {} bytes of text", self.budget.limits.text);
            self.gap(Gap::new(GapKind::Limit, detail));
            end = piece.floor_char_boundary(self.budget.text);
        }
        self.budget.text -= end;
        let at = At { page: at.page.or(self.page), ..at };
        self.out.text.push(at, piece.get(..end).unwrap_or_default());
    }

    /// Whether nothing more will be taken.
    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    /// Appends a piece that stands for itself (a property, a bookmark, a file's name).
    pub(super) fn tell(&mut self, place: Place, piece: &str) {
        self.push(At::new(place).parted(Break::Part), piece);
    }

    /// Like [`Self::tell`], but only the first time that this text is told at this place.
    pub(super) fn tell_once(&mut self, place: Place, piece: &str) {
        if self.is_new(place, piece) {
            self.tell(place, piece);
        }
    }

    /// Whether this text was not asked about at this place before.
    pub(super) fn is_new(&mut self, place: Place, piece: &str) -> bool {
        !piece.trim().is_empty() && self.told.insert((place, piece.to_owned()))
    }

    /// Records what was not read.
    pub(super) fn gap(&mut self, gap: Gap) {
        if self.out.gaps.last() != Some(&gap) {
            self.out.gaps.push(gap);
        }
    }
}
