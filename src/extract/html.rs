//! HTML pages: the encoding first, then what [`crate::read::html`] reads.

use super::Extracted;
use crate::limits::Budget;
use crate::read::encoding::{self, Decoded};
use crate::read::html::Page;

/// Bytes at the start of a page in which it may name its encoding. Browsers look at as many; a few
/// pages name it later, behind scripts.
const PRESCAN_BYTES: usize = 4096;

/// Reads a document of this format.
pub(super) fn extract(bytes: &[u8], budget: &mut Budget) -> Extracted {
    let Decoded { best, guessed, others } = encoding::decode_labelled(bytes, charset(bytes).as_deref());
    let mut page = Page::default();
    page.gaps.extend(best.gap());
    page.text.guessed = guessed;
    page.read(&best.text, budget);
    let mut alternatives = Vec::new();
    for other in others {
        let mut reading = Page::default();
        reading.text.guessed = true;
        reading.read(&other.text, budget);
        alternatives.push(reading.text);
    }
    Extracted { text: page.text, alternatives, inner: page.inner, gaps: page.gaps }
}

/// The encoding that the page names: in `<meta charset>`, in `<meta http-equiv>` or in an XML
/// declaration.
fn charset(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..PRESCAN_BYTES).unwrap_or(bytes);
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let behind = |(at, word): (usize, &str)| {
        let value = head.get(at + word.len()..)?.trim_start().strip_prefix('=')?;
        let value = value.trim_start().trim_start_matches(['"', '\'']);
        let end = value.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | ':' | '.'));
        value.get(..end.unwrap_or(value.len())).filter(|label| !label.is_empty()).map(str::to_owned)
    };
    let declared =
        head.trim_start().starts_with("<?xml").then(|| head.match_indices("encoding").next()).flatten();
    head.match_indices("charset").chain(declared).find_map(behind)
}
