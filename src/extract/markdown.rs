//! Markdown: not written yet, so nothing passes.

use super::Extracted;
use crate::limits::{Budget, Gap, GapKind};

/// Reads a document of this format.
pub(super) fn extract(_bytes: &[u8], _budget: &mut Budget) -> Extracted {
    Extracted { gaps: vec![Gap::new(GapKind::Unsupported, "markdown")], ..Extracted::default() }
}
