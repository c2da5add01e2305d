//! The gaps of one PDF: each kind of trouble once a page, and not without end.

use std::num::NonZeroU32;

use super::filter::Decoded;
use crate::limits::{Gap, GapKind};

/// Gaps that are listed; one more says that there were others.
const GAPS: usize = 1_000;

/// Collects gaps, each only once.
#[derive(Debug, Default)]
pub(super) struct Gaps {
    list: Vec<Gap>,
    /// The page being read.
    pub(super) page: Option<NonZeroU32>,
}

impl Gaps {
    /// Adds a gap on the page being read.
    pub(super) fn add(&mut self, kind: GapKind, detail: impl Into<String>) {
        let gap = Gap { kind, page: self.page, detail: detail.into() };
        if self.list.len() < GAPS && !self.list.contains(&gap) {
            self.list.push(gap);
            if self.list.len() == GAPS {
                self.list.push(Gap::new(GapKind::Limit, format!("gaps of a document: {GAPS}")));
            }
        }
    }

    /// Adds what went wrong with a stream, if anything did.
    pub(super) fn stream(&mut self, decoded: &Decoded<'_>, what: &str) {
        if let Some(trouble) = &decoded.trouble {
            self.add(trouble.kind(), trouble.detail(what));
        }
    }

    /// Whether nothing is missing so far.
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All of them.
    pub(super) fn into_list(self) -> Vec<Gap> {
        self.list
    }
}
