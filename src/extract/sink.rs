//! Where the readers of a document's parts put what they find: text under its budget, gaps,
//! repetitions.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::num::NonZeroU32;

use sha2::{Digest, Sha256};

use super::Extracted;
use crate::document::Inner;
use crate::limits::{Budget, Gap, GapKind, PIECE_BYTES};
use crate::read::stowed;
use crate::text::{At, Break, Place};

/// Bytes that it costs to remember what was told.
const TOLD_BYTES: usize = 16;

/// Collects one document.
pub(super) struct Sink<'b> {
    /// What was found so far.
    pub(super) out: Extracted,
    /// What may still be spent.
    pub(super) budget: &'b mut Budget,
    /// The page on which the part that is read stands, where it stands on one.
    pub(super) page: Option<NonZeroU32>,
    /// Pictures shown that may hold the text of a document without any.
    pub(super) pictures: usize,
    /// What was told, by two hashes that no document can foresee: a document may be nothing but names.
    told: HashSet<(u64, u64)>,
    hashers: [RandomState; 2],
    gaps: HashSet<Gap>,
    documents: HashSet<[u8; 32]>,
    full: bool,
}

impl<'b> Sink<'b> {
    /// Nothing found yet.
    pub(super) fn new(budget: &'b mut Budget) -> Self {
        Self {
            out: Extracted::default(),
            budget,
            page: None,
            pictures: 0,
            told: HashSet::new(),
            hashers: [RandomState::new(), RandomState::new()],
            gaps: HashSet::new(),
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
            self.gap(Gap::new(GapKind::Limit, detail));
            end = piece.floor_char_boundary(self.budget.text);
        }
        self.budget.text = self.budget.text.saturating_sub(end + PIECE_BYTES);
        let at = At { page: at.page.or(self.page), ..at };
        self.out.text.push(at, piece.get(..end).unwrap_or_default());
    }

    /// Whether there is no room for more text.
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
        if piece.trim().is_empty() {
            return false;
        }
        // What there is no room for is not kept here either.
        if piece.len() > self.budget.text {
            return true;
        }
        let [first, second] = self.hashers.each_ref().map(|hasher| hasher.hash_one((place, piece)));
        let is_new = self.told.insert((first, second));
        if is_new {
            self.budget.text = self.budget.text.saturating_sub(TOLD_BYTES);
        }
        is_new
    }

    /// Hands over a document inside this one.
    pub(super) fn inner(&mut self, name: &str, bytes: Vec<u8>) {
        // Entries that a program filled with nothing are no documents.
        if bytes.iter().any(|byte| !matches!(byte, 0 | 0xff)) {
            self.out.inner.push(Inner { name: name.to_owned(), bytes });
        }
    }

    /// Hands over a document that stands in a file without text, such as a picture within this document.
    fn stowed(&mut self, name: &str, bytes: &[u8]) {
        if let Some(document) = stowed::find(bytes).and_then(|at| bytes.get(at..)) {
            self.budget.spend_inflated(u64::try_from(document.len()).unwrap_or(u64::MAX));
            self.inner(name, document.to_vec());
        }
    }

    /// Takes what a file without text within this document says about itself, if it is a picture, and
    /// hands over a document that stands in it.
    pub(super) fn silent(&mut self, name: &str, bytes: &[u8]) {
        if let Some(read) = super::picture(bytes, self.budget) {
            self.out.pictures.push((name.to_owned(), read));
        }
        self.stowed(name, bytes);
    }

    /// Whether no such document was asked about before.
    pub(super) fn is_new_document(&mut self, bytes: &[u8]) -> bool {
        self.documents.insert(Sha256::digest(bytes).into())
    }

    /// Records what was not read, once.
    pub(super) fn gap(&mut self, gap: Gap) {
        if self.gaps.insert(gap.clone()) {
            self.out.gaps.push(gap);
        }
    }

    /// Whether any running text was found.
    pub(super) fn has_running_text(&self) -> bool {
        self.out.text.segments().iter().any(|s| s.at.place.is_running_text())
    }

    /// Ends the reading: pictures are a gap where there is no text beside them.
    pub(super) fn finish(mut self) -> Extracted {
        let pictures = self.pictures;
        if pictures > 0 && !self.has_running_text() {
            self.gap(Gap::new(GapKind::Image, format!("{pictures} pictures and no text")));
        }
        self.out
    }
}
