//! Kinds of text: HTML, XML and mail by what they start with, Markdown by name only.

use super::FileType;

/// Elements that an HTML fragment without a head starts with.
const HTML_ELEMENTS: &[&str] = &[
    "html",
    "head",
    "body",
    "title",
    "meta",
    "link",
    "base",
    "script",
    "style",
    "noscript",
    "div",
    "p",
    "span",
    "table",
    "tr",
    "td",
    "ul",
    "ol",
    "li",
    "dl",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "a",
    "b",
    "i",
    "u",
    "s",
    "em",
    "strong",
    "font",
    "center",
    "br",
    "hr",
    "img",
    "iframe",
    "form",
    "input",
    "header",
    "footer",
    "main",
    "section",
    "article",
    "aside",
    "nav",
    "figure",
    "blockquote",
    "pre",
    "marquee",
    "frameset",
];
/// How files end that are XML, whether they say so or not.
const XML_EXTENSIONS: &[&str] = &[
    "xml", "svg", "xsd", "xsl", "xslt", "rss", "atom", "wsdl", "fodt", "fods", "fodp", "drawio", "dio",
    "opml", "kml", "gpx", "plist", "xliff", "xlf", "tmx", "resx", "xaml", "ttml", "dfxp", "dita", "ditamap",
    "docbook", "mm",
];
/// Elements that such files begin with, whatever they are called.
const XML_ROOTS: &[&str] = &[
    "svg",
    "mxfile",
    "mxgraphmodel",
    "opml",
    "kml",
    "gpx",
    "plist",
    "rss",
    "feed",
    "xliff",
    "tmx",
    "urlset",
];
/// Header fields that programs write into mail and people do not write into notes.
const MAIL_TRACES: &[&str] =
    &["message-id", "mime-version", "received", "return-path", "content-type", "delivered-to", "x-mailer"];
/// Header fields of which a mail has at least one.
const MAIL_FIELDS: &[&str] = &["from", "to", "subject", "date", "sender", "cc"];
/// Header lines looked at.
const HEADER_LINES: usize = 200;

/// Tells what kind of text this is; `text` is the start of the file, `extension` in lower case.
pub(super) fn kind(text: &str, extension: &str) -> FileType {
    if matches!(extension, "md" | "markdown" | "mdown" | "mkd") {
        return FileType::Markdown;
    }
    if let Some(found) = mail(text, extension) {
        return found;
    }
    if let Some(found) = markup(text, extension) {
        return found;
    }
    match extension {
        "htm" | "html" | "xhtml" | "shtml" => FileType::Html,
        _ => FileType::Text,
    }
}

fn markup(text: &str, extension: &str) -> Option<FileType> {
    let mut rest = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let mut declared = false;
    loop {
        // Comments, declarations and processing instructions may come first, in any number.
        let behind = if rest.starts_with("<!--") {
            rest.split_once("-->").map_or("", |(_, behind)| behind)
        } else if rest.starts_with("<?xml") || declared && rest.starts_with("<?") {
            declared = true;
            rest.split_once('>').map_or("", |(_, behind)| behind)
        } else {
            break;
        };
        rest = behind.trim_start();
        if rest.is_empty() {
            return Some(if declared || extension == "xml" { FileType::Xml } else { FileType::Html });
        }
    }
    let lower = |s: &str| s.to_ascii_lowercase();
    if let Some(doctype) = rest.get(..9).filter(|start| lower(start) == "<!doctype") {
        let root = rest.get(doctype.len()..).unwrap_or_default().trim_start();
        let end = root.find(|c: char| c.is_whitespace() || c == '>' || c == '[').unwrap_or(root.len());
        let html = lower(root.get(..end).unwrap_or_default()) == "html";
        return Some(if html { FileType::Html } else { FileType::Xml });
    }
    let tag = rest.strip_prefix('<')?;
    let end = tag.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))?;
    let name = tag.get(..end).unwrap_or_default();
    let local = lower(name.rsplit(':').next().unwrap_or(name));
    if local == "html" {
        return Some(FileType::Html);
    }
    let first_tag = tag.split('>').next().unwrap_or_default();
    // A whole OpenDocument in one file; its type stands in an attribute.
    if local == "document" && first_tag.contains("opendocument") {
        return Some(match first_tag {
            _ if first_tag.contains("opendocument.spreadsheet") => FileType::Ods,
            _ if ["presentation", "graphics"]
                .iter()
                .any(|k| first_tag.contains(&format!("opendocument.{k}"))) =>
            {
                FileType::Odp
            }
            _ => FileType::Odt,
        });
    }
    // A package of Office that is one XML file, and what Word 2003 wrote.
    if local == "package" && first_tag.contains("office/2006/xmlPackage") {
        return Some(match text {
            _ if text.contains("progid=\"PowerPoint") => FileType::Pptx,
            _ if text.contains("progid=\"Excel") => FileType::Xlsx,
            _ => FileType::Docx,
        });
    }
    if local == "worddocument" && first_tag.contains("office/word/2003/wordml") {
        return Some(FileType::Docx);
    }
    let named_xml = XML_EXTENSIONS.contains(&extension);
    if !declared && !named_xml && HTML_ELEMENTS.contains(&local.as_str()) {
        return Some(FileType::Html);
    }
    let is_name = name.chars().all(|c| c.is_alphanumeric() || matches!(c, ':' | '-' | '_' | '.'))
        && name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    (is_name && (declared || named_xml || XML_ROOTS.contains(&local.as_str()) || first_tag.contains("xmlns")))
        .then_some(FileType::Xml)
}

fn mail(text: &str, extension: &str) -> Option<FileType> {
    let named = matches!(extension, "eml" | "mht" | "mhtml");
    let text = text.trim_start_matches('\u{feff}').trim_start_matches(['\r', '\n']);
    let (mut fields, mut traces, mut archive) = (0, 0, extension.starts_with("mht"));
    // What Word saves as one page has no field of a mail, and is often called a document.
    let (mut version, mut content) = (false, false);
    for (index, line) in text.lines().take(HEADER_LINES).enumerate() {
        if line.trim().is_empty() {
            break;
        }
        let lower = line.to_ascii_lowercase();
        // A page saved by a browser says so, in one of these fields or in their continuation.
        archive |= lower.contains("multipart/related") && lower.starts_with("content-type")
            || lower.starts_with("snapshot-content-location")
            || lower.contains("saved by") && lower.starts_with("from");
        if line.starts_with([' ', '\t']) && index > 0 || index == 0 && line.starts_with("From ") {
            continue;
        }
        let (name, _) = lower.split_once(':')?;
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_graphic()) {
            return None;
        }
        fields += usize::from(MAIL_FIELDS.contains(&name));
        traces += usize::from(MAIL_TRACES.contains(&name));
        version |= name == "mime-version";
        content |= name == "content-type";
    }
    let received = text.lines().take(HEADER_LINES).any(|line| line.starts_with("Received:"));
    match (fields, traces) {
        (1.., 1..) if archive && !received => Some(FileType::Mht),
        (1.., 1..) => Some(FileType::Eml),
        (0, _) if version && content => Some(if archive { FileType::Mht } else { FileType::Eml }),
        (_, 1..) | (1.., _) if named => Some(if archive { FileType::Mht } else { FileType::Eml }),
        _ => None,
    }
}
