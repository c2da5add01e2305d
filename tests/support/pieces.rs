//! What was extracted, piece by piece.

use mijian::extract::Extracted;
use mijian::text::At;

/// The pieces with their descriptions.
pub(crate) fn pieces(extracted: &Extracted) -> Vec<(At, String)> {
    let text = extracted.text.as_str();
    extracted.text.segments().iter().map(|s| (s.at, text[s.range.clone()].to_owned())).collect()
}
