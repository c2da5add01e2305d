//! Where the readers of all streams put what they find: text under its budget, gaps, repetitions.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use crate::extract::Extracted;
use crate::limits::{Budget, Gap, GapKind};
use crate::read::cfb::CompoundFile;
use crate::text::{At, Break, Place};

/// Collects one document.
pub(super) struct Sink<'b> {
    /// What was found so far.
    pub(super) out: Extracted,
    /// What may still be spent.
    pub(super) budget: &'b mut Budget,
    /// Pictures that are shown and were not read.
    pub(super) pictures: usize,
    told: HashSet<(Place, String)>,
    documents: HashSet<Vec<u8>>,
    full: bool,
}

impl<'b> Sink<'b> {
    /// Nothing found yet.
    pub(super) fn new(budget: &'b mut Budget) -> Self {
        Self {
            out: Extracted::default(),
            budget,
            pictures: 0,
            told: HashSet::new(),
            documents: HashSet::new(),
            full: false,
        }
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
            self.gap(GapKind::Limit, detail);
            end = piece.floor_char_boundary(self.budget.text);
        }
        self.budget.text -= end;
        self.out.text.push(at, piece.get(..end).unwrap_or_default());
    }

    /// Appends a piece that stands for itself (a property, a comment, a sheet's name).
    pub(super) fn tell(&mut self, place: Place, piece: &str) {
        self.push(At::new(place).parted(Break::Part), piece);
    }

    /// Like [`Self::tell`], but only the first time that this text is told at this place.
    pub(super) fn tell_once(&mut self, place: Place, piece: &str) {
        if !self.full && !piece.trim().is_empty() && self.told.insert((place, piece.to_owned())) {
            self.tell(place, piece);
        }
    }

    /// Whether no such document was asked about before.
    pub(super) fn is_new_document(&mut self, bytes: &[u8]) -> bool {
        self.documents.insert(Sha256::digest(bytes).to_vec())
    }

    /// Records what was not read.
    pub(super) fn gap(&mut self, kind: GapKind, detail: impl Into<String>) {
        self.take_gap(Some(Gap::new(kind, detail)));
    }

    /// Records what was not read, if anything.
    pub(super) fn take_gap(&mut self, gap: Option<Gap>) {
        if let Some(gap) = gap.filter(|gap| !self.out.gaps.contains(gap)) {
            self.out.gaps.push(gap);
        }
    }

    /// Reads the stream of this path, in whatever case it is written.
    pub(super) fn stream(&mut self, file: &CompoundFile<'_>, path: &str) -> Option<Vec<u8>> {
        let stream = file.streams.iter().find(|stream| stream.path.eq_ignore_ascii_case(path))?;
        let (bytes, gap) = file.read(stream, self.budget);
        self.take_gap(gap);
        Some(bytes)
    }

    /// Whether any running text was found.
    pub(super) fn has_running_text(&self) -> bool {
        self.out.text.segments().iter().any(|s| s.at.place.is_running_text())
    }
}
