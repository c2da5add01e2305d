//! PostScript: programs that draw a page, whose strings and comments are read as they stand there.
//!
//! What the page shows is known to who runs the program only, mostly glyphs by number or as outlines: the file
//! stays a gap.

use super::{Extracted, binary, plain};
use crate::filetype::FileType;
use crate::limits::{Budget, Gap, GapKind};
use crate::read::encoding;

/// Bytes at the start that tell a program in text from one with a preview in front of it.
const SAMPLE_BYTES: usize = 64 << 10;

/// Reads a document of this format.
pub(super) fn extract(bytes: &[u8], budget: &mut Budget) -> Extracted {
    if !encoding::is_text(bytes.get(..SAMPLE_BYTES).unwrap_or(bytes)) {
        return binary::extract(bytes, FileType::PostScript, budget);
    }
    let mut extracted = plain::extract(bytes, plain::Rest::default(), budget);
    extracted.gaps.push(Gap::new(GapKind::Unsupported, FileType::PostScript.as_str()));
    extracted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    #[test]
    fn strings_and_comments_are_text_and_the_page_is_a_gap() {
        let program = "%!PS-Adobe-3.0\n%%Title: 机密★20年\n(内部资料) show <673a5bc6> show showpage\n";
        let preview = [b"\xc5\xd0\xd3\xc6\x20\0\0\0\0\0\0\0\xff\xfe\0\0", program.as_bytes()].concat();
        for bytes in [program.as_bytes(), &preview] {
            let read = extract(bytes, &mut Budget::new(&Limits::default()));
            assert_eq!(read.gaps, [Gap::new(GapKind::Unsupported, "postscript")]);
            let text = read.text.as_str();
            assert!(text.contains("机密★20年") && text.contains("内部资料"), "{text}");
        }
    }
}
