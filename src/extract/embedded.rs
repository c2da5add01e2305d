//! Pages within other text: data, programs and templates of web sites hold the markup of pages in their
//! strings. What it shows is another reading of the text: `"<b>机密</b>★20年"` shows 机密★20年.

use memchr::{memchr2, memchr3, memmem};

use super::Extracted;
use crate::filetype::FileType;
use crate::limits::{Budget, Gap, GapKind};
use crate::read::escape::string;
use crate::read::html::{Page, is_element};
use crate::read::xml;
use crate::text::{Place, count};

/// Bytes of a tag: longer ones are taken for text of programs.
const TAG_BYTES: usize = 4096;
/// Parts of a tag, fewer than the attributes with which the reader of pages ends: others are taken for text, too.
const TAG_PARTS: usize = 200;
/// Bytes of a text that are read at once.
const PIECE_BYTES: usize = 4 << 20;
/// How often strings may be escaped one within the other.
const LEVELS: usize = 16;

/// Adds what the pages within the text show. In what its reader knows as markup only scripts and properties are
/// looked at: elsewhere markup is shown as it stands there, as in lessons about it. So it is on laid out pages
/// without a Chinese character, which printed manuals are: a page within them costs as much as they do.
pub(super) fn read(extracted: &mut Extracted, file_type: FileType, budget: &mut Budget) {
    use FileType::{Eml, Epub, Html, Markdown, Mht, Ofd, Pdf, Xps};
    let text = &extracted.text;
    let is_shown = match file_type {
        Html | Markdown | Eml | Mht | Epub => true,
        Pdf | Ofd | Xps => !holds_ideographs(text.as_str()),
        _ => false,
    };
    let mut page = Page::default();
    (page.text.guessed, page.text.derived) = (text.guessed, true);
    // The text itself has been paid for, and is read whole whatever becomes of this reading.
    let left = budget.text;
    let mut look = |piece: &str| {
        let mut rest = piece;
        while !rest.is_empty() {
            let (piece, behind) = rest.split_at(piece_end(rest));
            match source(piece) {
                Ok(Some(source)) => page.read(&source, budget),
                Ok(None) => {}
                Err(gap) => page.gaps.push(gap),
            }
            rest = behind;
        }
    };
    if is_shown {
        let holds_strings = |place| matches!(place, Place::Script | Place::Property);
        for segment in text.segments().iter().filter(|segment| holds_strings(segment.at.place)) {
            look(text.as_str().get(segment.range.clone()).unwrap_or_default());
        }
    } else {
        look(text.as_str());
    }
    budget.text = left;
    // What breaks off in a page within a text has been read as that text.
    page.gaps.retain(|gap| gap.kind != GapKind::Damaged);
    extracted.gaps.append(&mut page.gaps);
    extracted.inner.append(&mut page.inner);
    if !page.text.is_empty() {
        extracted.alternatives.push(page.text);
    }
}

/// Whether there are characters from U+4000 to U+9FFF, told by their first bytes.
fn holds_ideographs(text: &str) -> bool {
    count(text.as_bytes(), |byte| (0xe4..=0xe9).contains(&byte)) > 0
}

/// Where to cut a text, so that little of it is copied at once: behind a line, or in front of markup.
fn piece_end(text: &str) -> usize {
    if text.len() <= PIECE_BYTES {
        return text.len();
    }
    let head = text.get(..text.floor_char_boundary(PIECE_BYTES)).unwrap_or(text);
    let line_end = head.rfind('\n').map(|at| at + 1);
    line_end.or_else(|| head.rfind('<').filter(|&at| at > 0)).unwrap_or(head.len())
}

/// The text with its markup written as in a page; `None` where it has none. A gap where strings are escaped
/// further than is looked.
fn source(text: &str) -> Result<Option<String>, Gap> {
    if memchr3(b'<', b'&', b'\\', text.as_bytes()).is_none() {
        return Ok(None);
    }
    // Each way to write an end tag has one of these.
    let may_have = ["</", "<\\", "u003c", "u003C", "x3c", "x3C", "lt;", "<br", "<BR"];
    if !may_have.iter().any(|sign| memmem::find(text.as_bytes(), sign.as_bytes()).is_some()) {
        return Ok(None);
    }
    let mut source = string(text);
    for level in 0..=LEVELS {
        if let Some(page) = page(&source) {
            return Ok(Some(page));
        }
        let mut inner = string(&source);
        if inner == source {
            inner = xml::unescape(&source);
        }
        if inner == source {
            return Ok(None);
        }
        if level == LEVELS {
            break;
        }
        source = inner.into_owned().into();
    }
    Err(Gap::new(GapKind::Limit, format!("strings escaped more than {LEVELS} times, one within the other")))
}

/// The text with its lines as lines of a page and with other angle brackets than those of tags as characters; `None`
/// where no element of pages ends, nor a line.
fn page(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut ends_any = false;
    // Bytes behind the last end of a comment, so that each is searched for only where it is.
    let behind_comments = text.rfind("-->").map_or(text.len(), |at| text.len() - at - 3);
    while let Some(at) = memchr2(b'<', b'\n', rest.as_bytes()) {
        let (before, sign) = rest.split_at(at);
        out.push_str(before);
        let comment = sign.strip_prefix("<!--").filter(|inner| inner.len() >= behind_comments + 3);
        let found = match comment {
            Some(inner) => inner.find("-->").map(|end| (end + 7, false)),
            None => tag(sign),
        };
        let length = match found {
            Some((length, ends)) => {
                ends_any |= ends;
                out.push_str(sign.get(..length).unwrap_or_default());
                length
            }
            None => {
                out.push_str(if sign.starts_with('<') { "&lt;" } else { "<br>" });
                1
            }
        };
        rest = sign.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    ends_any.then_some(out)
}

/// The bytes of the tag at the start of `text`, and whether it is the end of an element of pages or of a line.
fn tag(text: &str) -> Option<(usize, bool)> {
    let inner = text.strip_prefix('<')?;
    let (slash, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
    let length = inner.bytes().take_while(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(b)).count();
    let (name, behind) = inner.split_at(length);
    if !name.starts_with(|c: char| c.is_ascii_alphabetic())
        || !behind.starts_with(|c: char| c == '>' || c == '/' || c.is_whitespace())
    {
        return None;
    }
    let end = tag_end(behind)?;
    let name = name.to_ascii_lowercase();
    Some((text.len() - behind.len() + end + 1, slash && is_element(&name) || name == "br"))
}

/// Where the tag ends that goes on like this behind its name: at the first `>` that is not between quotation marks.
fn tag_end(behind: &str) -> Option<usize> {
    let mut quoted = None;
    let mut parts = 0;
    for (at, byte) in behind.bytes().take(TAG_BYTES).enumerate() {
        match (quoted, byte) {
            (Some(quote), _) if byte == quote => {
                quoted = None;
                parts += 1;
            }
            (Some(_), _) => {}
            (None, b'>') => return (parts <= TAG_PARTS).then_some(at),
            (None, b'<') => return None,
            (None, b'"' | b'\'') => quoted = Some(byte),
            (None, b'/') => parts += 1,
            (None, _) => parts += usize::from(byte.is_ascii_whitespace()),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_every_writing_is_found() {
        for text in [
            "<b>机</b>密",
            r"<b>机<\/b>密",
            r"\u003cb\u003e机\u003c/b\u003e密",
            r"\u003Cb\u003E机\u003C\/b\u003E密",
            r"\x3cb\x3e机\x3c/b\x3e密",
            "&lt;b&gt;机&lt;/b&gt;密",
            "&amp;lt;b&amp;gt;机&amp;lt;/b&amp;gt;密",
            r"\\u003cb\\u003e机\\u003c/b\\u003e密",
        ] {
            assert_eq!(source(text).unwrap().as_deref(), Some("<b>机</b>密"), "{text}");
        }
        assert_eq!(source(r#"<p a=\"b\">甲\n乙<\/p>"#).unwrap().as_deref(), Some("<p a=\"b\">甲<br>乙</p>"));
        assert_eq!(source("甲<br/>乙").unwrap().as_deref(), Some("甲<br/>乙"));
        assert!(source("<SPAN>甲</SPAN >").unwrap().is_some());
        assert_eq!(source("<b title='a<b>'>机</b>密").unwrap().as_deref(), Some("<b title='a<b>'>机</b>密"));
        let broken = source("<a href=\"x>甲</a><p>乙</p>").unwrap().unwrap();
        assert_eq!(broken, "&lt;a href=\"x>甲</a><p>乙</p>");
        let many = format!("<b {}>甲</b>", "a ".repeat(300));
        assert!(source(&many).unwrap().unwrap().starts_with("&lt;b a a "));
        let mixed =
            source("if (a < b) <Text a={x}>甲</Text><p>乙</p> <!-- 丙 --> a<b && c").unwrap().unwrap();
        assert_eq!(mixed, "if (a &lt; b) <Text a={x}>甲</Text><p>乙</p> <!-- 丙 --> a&lt;b && c");
        assert_eq!(source("<!---->甲<br>-->乙<!--").unwrap().as_deref(), Some("<!---->甲<br>-->乙&lt;!--"));
        assert_eq!(source("甲\n<p\nid=a>乙</p>").unwrap().as_deref(), Some("甲<br><p\nid=a>乙</p>"));
    }

    #[test]
    fn strings_within_strings_are_read_to_the_limit_which_is_a_gap() {
        let within =
            |levels: usize| format!("&{}lt;b>机</b&{}gt;密", "amp;".repeat(levels), "amp;".repeat(levels));
        let written = |levels: usize| source(&within(levels).replace("</b", "&amp;lt;/b"));
        let page = written(LEVELS - 2).unwrap();
        assert_eq!(page.as_deref(), Some("<b>机</b>密"));
        let gap = written(LEVELS + 2).unwrap_err();
        assert_eq!(gap.kind, GapKind::Limit);
        // A long way to nothing is none.
        assert_eq!(source(&format!("a &{}b lt; c", "amp;".repeat(LEVELS - 2))), Ok(None));
    }

    #[test]
    fn nothing_is_lost_whatever_stands_there() {
        const PIECES: [&str; 22] = [
            "<", "</", "b>", "<b>", "</b>", "<br>", "<!--", "-->", "\\", "\\u003c", "\\n", "&lt;", "&",
            "lt;", "甲", "乙", "\n", " ", "\"", "\\x3c", ">", "/",
        ];
        let mut state = 20_261_129_u64;
        let mut next = |bound: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            usize::try_from(state >> 33).unwrap() % bound
        };
        let letters = |text: &str| text.chars().filter(|c| matches!(c, '甲' | '乙')).collect::<String>();
        let mut read = 0;
        for _ in 0..20_000 {
            let text: String = (0..next(24)).map(|_| PIECES[next(PIECES.len())]).collect();
            if let Some(page) = source(&text).unwrap() {
                assert_eq!(letters(&page), letters(&text), "{text}");
                read += 1;
            }
        }
        assert!(read > 5_000);
    }

    #[test]
    fn angle_brackets_of_programs_are_no_markup() {
        for text in [
            "if (a < b && c > d) { Vec<String> }",
            "#include <stdio.h>",
            "甲</config>乙</bean>",
            r"C:\new\table <\b",
            "a </ b",
            "<brand>",
            "&lt;甲&gt;",
            "",
            "\\",
            r"\u003",
            r"\x3",
            r"\xé</",
        ] {
            assert_eq!(source(text).unwrap(), None, "{text}");
        }
    }
}
