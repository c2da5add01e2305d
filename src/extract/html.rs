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
    Extracted { text: page.text, alternatives, inner: page.inner, gaps: page.gaps, ..Extracted::default() }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    fn text(bytes: &[u8]) -> String {
        extract(bytes, &mut Budget::new(&Limits::default())).text.as_str().to_owned()
    }

    #[test]
    fn the_page_names_its_encoding() {
        assert_eq!(charset(b"<meta charset=\"GB2312\">").as_deref(), Some("gb2312"));
        assert_eq!(charset(b"<meta content='text/html; charset = big5'>").as_deref(), Some("big5"));
        assert_eq!(charset(b"<?xml version='1.0' encoding='gbk'?><html>").as_deref(), Some("gbk"));
        assert_eq!(charset(b"<p>charset</p>"), None);
        let page = |label: &str, body: &[u8]| [b"<meta charset=", label.as_bytes(), b"><p>", body].concat();
        assert_eq!(text(&page("gbk", b"\xbb\xfa\xc3\xdc")), "机密");
        assert_eq!(text(&page("big5", b"\xbe\xf7\xb1K")), "機密");
        assert_eq!(text(&page("utf-8", "机密".as_bytes())), "机密");
    }

    #[test]
    fn a_wrong_label_is_another_reading_and_not_the_only_one() {
        let page = [&b"<meta charset=big5><p>"[..], "机密★20年".as_bytes()].concat();
        let read = extract(&page, &mut Budget::new(&Limits::default()));
        assert_eq!(read.text.as_str(), "机密★20年");
        assert_eq!(read.alternatives.len(), 1);
    }
}
