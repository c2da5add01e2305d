//! EPUB: every page through the reader for HTML, the package's metadata, the tables of contents.
//!
//! Parts are told by their root element; what the package does not list is read too.

use std::collections::{HashMap, HashSet};

use super::{Extracted, SILENT_BYTES};
use crate::document::Inner;
use crate::filetype::{FileType, identify};
use crate::limits::{Budget, Gap, GapKind, MARKUP_BYTES};
use crate::read::html::{Page, address};
use crate::read::stowed;
use crate::read::xml::{self, Event, Xml};
use crate::read::zip::Archive;
use crate::text::{At, Break, Place};

/// Bytes at the start of an entry that tell what it is.
const HEAD_BYTES: usize = 4 << 10;
/// Bytes of a part's name that a message shows.
const NAME_BYTES: usize = 100;

/// Pages whose order is looked up.
const PAGES: usize = 2_000;

/// What an entry is, in the order in which entries are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Encryption,
    /// The package's list and metadata.
    Package,
    Page,
    /// XML of another kind: tables of contents.
    Part,
    Inner,
    Picture,
    Silent,
}

/// Reads a document of this format.
pub(super) fn extract(bytes: &[u8], budget: &mut Budget) -> Extracted {
    let archive = Archive::open(bytes, budget);
    let mut page = Page { gaps: archive.gaps.clone(), ..Page::default() };
    let mut parts: Vec<_> = archive
        .entries
        .iter()
        .map(|entry| {
            let head = archive.peek(entry, HEAD_BYTES);
            (head.map_or(Kind::Inner, |head| kind(&head, &entry.name)), entry)
        })
        .collect();
    let order = parts.iter().find(|(kind, _)| *kind == Kind::Package).map(|(_, entry)| {
        let head = archive.peek(entry, MARKUP_BYTES).unwrap_or_default();
        spine(&xml::decode(&head).0)
    });
    let order = order.unwrap_or_default();
    let place = |name: &str| {
        order.iter().position(|page| {
            name == page || name.strip_suffix(page).is_some_and(|folder| folder.ends_with('/'))
        })
    };
    parts.sort_by_key(|(kind, entry)| (*kind, place(&entry.name).is_none(), place(&entry.name)));
    let pictures = parts.iter().filter(|(kind, _)| *kind == Kind::Picture).count();
    let mut encrypted = HashSet::new();
    let mut pictures_read = Vec::new();
    for (kind, entry) in parts {
        if encrypted.contains(entry.name.as_str()) {
            continue;
        }
        if matches!(kind, Kind::Silent | Kind::Picture) {
            if let Some(bytes) = archive.peek(entry, SILENT_BYTES) {
                silent(&entry.name, &bytes, &mut page, &mut pictures_read, budget);
            }
            continue;
        }
        let content = archive.read(entry, budget);
        page.gaps.extend(content.gap);
        if content.bytes.len() > MARKUP_BYTES {
            page.inner.push(Inner { name: entry.name.clone(), bytes: content.bytes });
            continue;
        }
        let shown = entry.name.get(..entry.name.floor_char_boundary(NAME_BYTES)).unwrap_or_default();
        let (source, damaged) = xml::decode(&content.bytes);
        if damaged && kind != Kind::Inner {
            page.gaps.push(Gap::new(GapKind::Damaged, format!("{shown}: characters")));
        }
        match kind {
            Kind::Encryption => {
                encrypted = encrypted_parts(&source);
                if !encrypted.is_empty() {
                    let detail = format!("{} parts are encrypted", encrypted.len());
                    page.gaps.push(Gap::new(GapKind::Encrypted, detail));
                }
            }
            Kind::Package => part(&source, shown, Place::Property, &mut page, budget),
            Kind::Part => part(&source, shown, Place::Bookmark, &mut page, budget),
            Kind::Page => page.read(undeclared(&source), budget),
            Kind::Inner => page.inner.push(Inner { name: entry.name.clone(), bytes: content.bytes }),
            Kind::Picture | Kind::Silent => {}
        }
    }
    for entry in archive.entries.iter().filter(|entry| !entry.name.is_ascii()) {
        page.push(At::new(Place::Name).parted(Break::Part), &entry.name, budget);
    }
    page.push(At::new(Place::Property).parted(Break::Part), &archive.comment, budget);
    if pictures > 0 && !page.text.segments().iter().any(|s| s.at.place.is_running_text()) {
        page.gaps.push(Gap::new(GapKind::Image, format!("{pictures} pictures and no text")));
    }
    Extracted {
        text: page.text,
        inner: page.inner,
        pictures: pictures_read,
        gaps: page.gaps,
        ..Extracted::default()
    }
}

/// Takes what a picture says about itself, and a document that stands in a file without text.
fn silent(
    name: &str,
    bytes: &[u8],
    page: &mut Page,
    pictures: &mut Vec<(String, Extracted)>,
    budget: &mut Budget,
) {
    pictures.extend(super::picture(bytes, budget).map(|read| (name.to_owned(), read)));
    if let Some(document) = stowed::find(bytes).and_then(|at| bytes.get(at..)) {
        budget.spend_inflated(document.len() as u64);
        page.inner.push(Inner { name: name.to_owned(), bytes: document.to_vec() });
    }
}

/// The pages in reading order, as the package names them.
fn spine(source: &str) -> Vec<String> {
    let mut xml = Xml::new(source);
    let mut items = HashMap::new();
    let mut pages = Vec::new();
    while let Some(event) = xml.next() {
        let Event::Start(element) = event else { continue };
        let of = |name: &str| element.attribute(name).unwrap_or_default().into_owned();
        match element.local() {
            "item" => drop(items.insert(of("id"), address(&of("href")))),
            "itemref" => pages.extend(items.get(&of("idref")).cloned()),
            _ => {}
        }
    }
    pages.truncate(PAGES);
    pages
}

/// XHTML without its XML declaration, which HTML takes for a comment.
fn undeclared(source: &str) -> &str {
    let source = source.trim_start();
    let declaration = source.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>"));
    declaration.map_or(source, |(_, rest)| rest)
}

/// Tells what an entry is.
fn kind(head: &[u8], name: &str) -> Kind {
    let text = if xml::may_begin(head) { xml::decode(head).0 } else { "".into() };
    if text.trim_start().starts_with('<') {
        let mut xml = Xml::new(text.trim_start());
        while let Some(event) = xml.next() {
            if let Event::Start(root) = event {
                return match root.local() {
                    "encryption" => Kind::Encryption,
                    "package" => Kind::Package,
                    "ncx" | "container" => Kind::Part,
                    root if root.eq_ignore_ascii_case("html") => Kind::Page,
                    _ => Kind::Inner,
                };
            }
        }
        return Kind::Page;
    }
    match identify(head, name).file_type {
        FileType::Empty => Kind::Silent,
        found if found.is_picture() => Kind::Picture,
        found if found.has_no_text() => Kind::Silent,
        _ if name == "mimetype" && head.starts_with(b"application/epub+zip") => Kind::Silent,
        _ => Kind::Inner,
    }
}

/// Tells the texts of a part one by one, as properties behind the names of their elements.
fn part(source: &str, name: &str, place: Place, page: &mut Page, budget: &mut Budget) {
    let mut xml = Xml::new(source);
    let mut text = String::new();
    let mut key = String::new();
    let at = At::new(place).parted(Break::Part);
    while let Some(event) = xml.next() {
        match event {
            Event::Start(element) => {
                text.clear();
                key = element.local().to_owned();
                if element.local() == "meta" {
                    key = element.attribute("property").or(element.attribute("name")).map_or(key, Into::into);
                }
                for (_, value) in element.attributes().filter(|(_, value)| !value.is_ascii()) {
                    page.push(At::new(Place::Attribute).parted(Break::Part), &value, budget);
                }
            }
            Event::Text(piece) => text.push_str(&piece),
            Event::End => {
                let value = text.trim();
                let counts = value.is_ascii() && matches!(key.as_str(), "identifier" | "date" | "language")
                    || key == "dcterms:modified";
                match place {
                    _ if counts || !value.chars().any(char::is_alphabetic) => {}
                    Place::Property => page.push(at, &format!("{key}: {value}"), budget),
                    _ => page.push(at, value, budget),
                }
                text.clear();
            }
            Event::Aside(text) => page.push(At::new(Place::Hidden).parted(Break::Part), &text, budget),
        }
    }
    page.gaps.extend(xml.gap(name));
}

/// The names of encrypted parts. Fonts that are only made unusable outside of the book do not count.
fn encrypted_parts(source: &str) -> HashSet<String> {
    let mut xml = Xml::new(source);
    let mut found = HashSet::new();
    let mut scrambled = false;
    while let Some(event) = xml.next() {
        let Event::Start(element) = event else { continue };
        match element.local() {
            "EncryptionMethod" => {
                let method = element.attribute("Algorithm").unwrap_or_default();
                scrambled =
                    method.contains("idpf.org/2008/embedding") || method.contains("adobe.com/pdf/enc#RC");
            }
            "CipherReference" if !scrambled => {
                found.insert(element.attribute("URI").unwrap_or_default().into_owned());
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use std::io::{Cursor, Write};

    fn read(parts: &[(&str, &str)]) -> Extracted {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        let bytes = writer.finish().unwrap().into_inner();
        assert_eq!(identify(&bytes, "a").file_type, FileType::Epub);
        extract(&bytes, &mut Budget::new(&Limits::default()))
    }

    #[test]
    fn pages_metadata_and_contents() {
        let opf = "<package><metadata><dc:title>标题一</dc:title><dc:date>2020-01-01</dc:date><meta property=\"x\">密级机密</meta></metadata>\
            <manifest><item href=\"1.xhtml\"/></manifest></package>";
        let read = read(&[
            ("mimetype", "application/epub+zip"),
            ("META-INF/container.xml", "<container><rootfiles/></container>"),
            ("a.opf", opf),
            (
                "toc.ncx",
                "<ncx><navMap><navPoint><navLabel><text>目录一</text></navLabel></navPoint></navMap></ncx>",
            ),
            (
                "1.xhtml",
                "<?xml version=\"1.0\"?><html><body><p>正文一</p><p hidden=\"\">藏文一</p></body></html>",
            ),
            ("orphan.xhtml", "<html><body><p>孤页一</p></body></html>"),
            ("s.css", "a::before{content:'样式一'}"),
        ]);
        let text = read.text.as_str();
        let found: Vec<(&str, &str)> =
            read.text.segments().iter().map(|s| (s.at.place.as_str(), &text[s.range.clone()])).collect();
        let expected = [
            ("property", "title: 标题一"),
            ("property", "x: 密级机密"),
            ("body", "正文一"),
            ("hidden", "藏文一"),
            ("body", "孤页一"),
            ("bookmark", "目录一"),
        ];
        assert_eq!(found, expected);
        assert_eq!(read.inner.iter().map(|i| i.name.as_str()).collect::<Vec<_>>(), ["s.css"]);
        assert_eq!(read.gaps, []);
    }

    #[test]
    fn encrypted_pages_are_a_gap_and_scrambled_fonts_are_not() {
        let list = |method: &str, part: &str| {
            format!(
                "<encryption><EncryptedData><EncryptionMethod Algorithm=\"{method}\"/><CipherData><CipherReference URI=\"{part}\"/>\
                 </CipherData></EncryptedData></encryption>"
            )
        };
        let kinds = |list: &str| {
            let read = read(&[
                ("mimetype", "application/epub+zip"),
                ("META-INF/encryption.xml", list),
                ("1.xhtml", "\u{1}\u{2}"),
            ]);
            (read.gaps.iter().map(|gap| gap.kind).collect::<Vec<_>>(), read.inner.len())
        };
        assert_eq!(kinds(&list("aes256-cbc", "1.xhtml")), (vec![GapKind::Encrypted], 0));
        assert_eq!(kinds(&list("http://www.idpf.org/2008/embedding", "f.otf")), (vec![], 1));
    }
}
