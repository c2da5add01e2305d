//! What a part of a package is: told by its root element, or by its first bytes where it is not
//! XML; hardly ever by its name.

use super::{presentation, spreadsheet};
use crate::read::encoding;
use crate::read::xml::{self, Element, Event, Xml};

/// Bytes at the start of a part that are enough to tell.
pub(super) const HEAD_BYTES: usize = 4 << 10;

/// What a part is. In the order in which parts are read: what is seen first comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Looks and names of styles.
    Styles,
    /// The main text.
    Main,
    /// A header.
    Header,
    /// A footer.
    Footer,
    /// Footnotes or endnotes.
    Notes,
    /// Comments.
    Comments,
    /// Part of a workbook.
    Spreadsheet(spreadsheet::Part),
    /// Part of a workbook, in binary records.
    Binary(spreadsheet::Part),
    /// Part of a presentation.
    Presentation(presentation::Part),
    /// Drawn text: charts, diagrams.
    Shapes,
    /// A drawing in the older language for them, VML.
    Legacy,
    /// Building blocks.
    Glossary,
    /// Core, application or custom properties.
    Properties,
    /// Settings, with document variables.
    Settings,
    /// Numbering definitions.
    Numbering,
    /// Relationships.
    Relationships,
    /// XML that says nothing to a reader.
    Quiet,
    /// XML of any other kind.
    Data,
    /// A package written as one XML file.
    Package,
    /// A document of its own.
    Inner,
    /// A picture of pixels.
    Picture,
    /// A font, or how a printer is set.
    Skipped,
}

/// Tells what a part is by its first bytes; the name decides only about what has no XML in it.
pub(super) fn kind(head: &[u8], name: &str) -> Kind {
    if xml::may_begin(head) {
        if let Some(kind) = head.get(..first_tag(head)).and_then(rooted) {
            return kind;
        }
        let (text, _) = xml::decode(head);
        if text.trim_start().starts_with('<') {
            return rooted(head).unwrap_or(Kind::Data);
        }
    }
    if is_picture(head) {
        return Kind::Picture;
    }
    if let Some(part) = spreadsheet::binary_part(head) {
        return Kind::Binary(part);
    }
    let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let known = [&b"PK\x03\x04"[..], b"\xd0\xcf\x11\xe0", b"%PDF", b"{\\rtf"];
    match extension.as_str() {
        _ if is_printer_settings(head) => Kind::Skipped,
        _ if known.iter().any(|magic| head.starts_with(magic)) => Kind::Inner,
        "odttf" | "ttf" | "otf" | "fntdata" if !encoding::is_text(head) => Kind::Skipped,
        _ => Kind::Inner,
    }
}

/// Where the first tag of what seems to be XML ends that is no declaration.
fn first_tag(head: &[u8]) -> usize {
    let mut at = 0;
    while let Some(start) = memchr::memchr(b'<', head.get(at..).unwrap_or_default()).map(|start| at + start) {
        let Some(end) = memchr::memchr(b'>', head.get(start..).unwrap_or_default()) else { break };
        at = start + end + 1;
        if !matches!(head.get(start + 1), Some(b'?' | b'!')) {
            return at;
        }
    }
    head.len()
}

/// What a part is by its first element, if it has one.
fn rooted(head: &[u8]) -> Option<Kind> {
    let (text, _) = xml::decode(head);
    let mut xml = Xml::new(Some(text.trim_start()).filter(|text| text.starts_with('<'))?);
    while let Some(event) = xml.next() {
        if let Event::Start(root) = event {
            return Some(by_root(&root));
        }
    }
    None
}

fn by_root(root: &Element<'_>) -> Kind {
    let namespaces = root.raw_attributes();
    if let Some(part) = spreadsheet::Part::of(root.local(), namespaces.contains("spreadsheetml")) {
        return Kind::Spreadsheet(part);
    }
    // Comments of the newer kind have a namespace of their own.
    let named = namespaces.contains("presentationml") || namespaces.contains("/powerpoint/");
    if let Some(part) = presentation::Part::of(root.local(), named) {
        return Kind::Presentation(part);
    }
    match root.local() {
        "document" | "wordDocument" => Kind::Main,
        "hdr" => Kind::Header,
        "ftr" => Kind::Footer,
        "footnotes" | "endnotes" => Kind::Notes,
        "comments" => Kind::Comments,
        "glossaryDocument" => Kind::Glossary,
        "styles" => Kind::Styles,
        "numbering" => Kind::Numbering,
        "settings" => Kind::Settings,
        "coreProperties" | "Properties" => Kind::Properties,
        "package" => Kind::Package,
        "Relationships" => Kind::Relationships,
        "chartSpace" | "chart" | "dataModel" | "drawing" | "wsDr" | "userShapes" => Kind::Shapes,
        "xml" if namespaces.contains("schemas-microsoft-com:vml") => Kind::Legacy,
        "Types" | "theme" | "themeOverride" | "fonts" | "webSettings" | "layoutDef" | "colorsDef"
        | "styleDef" | "chartStyle" | "colorStyle" | "commentsEx" | "commentsIds" | "commentsExtensible"
        | "people" | "personList" | "datastoreItem" | "calcChain" | "viewPr" | "presentationPr"
        | "tblStyleLst" | "revInfo" => Kind::Quiet,
        root if root.eq_ignore_ascii_case("html") => Kind::Inner,
        _ => Kind::Data,
    }
}

/// Whether bytes are nothing but filling, as entries are that a program left behind.
pub(super) fn is_padding(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, 0 | 0xff))
}

/// Whether this is a `DEVMODE` structure: its version, its own size, the size of what follows.
fn is_printer_settings(head: &[u8]) -> bool {
    let word = |at: usize| head.get(at..)?.first_chunk().map(|bytes| u16::from_le_bytes(*bytes));
    matches!((word(64), word(68)), (Some(0x0400..=0x0404), Some(0x9c..=0x200)))
}

fn is_picture(head: &[u8]) -> bool {
    let magics = [&b"\x89PNG"[..], b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"II\xbc\x01"];
    magics.iter().any(|magic| head.starts_with(magic))
        || (head.starts_with(b"BM") && head.get(6..10) == Some(&[0; 4]))
        || (head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides() {
        assert_eq!(kind(b"<?xml version='1.0'?><!-- x --><w:hdr/>", "logo.png"), Kind::Header);
        assert_eq!(kind(b"\xef\xbb\xbf<x:document/>", "a.bin"), Kind::Main);
        assert_eq!(kind(b"<HTML><p>", "a.xml"), Kind::Inner);
        assert_eq!(kind(b"\x89PNG", "document.xml"), Kind::Picture);
        assert_eq!(kind(b"PK\x03\x04", "a.odttf"), Kind::Inner);
        assert_eq!(kind(b"\xa1\x02\0\x93\x07\0\0\x1f\0\xe8\0\x04", "a.odttf"), Kind::Skipped);
        assert_eq!(kind("机密★10年".as_bytes(), "a.odttf"), Kind::Inner);
        assert_eq!(kind(b"BMW", "a.bmp"), Kind::Inner);
    }
}
