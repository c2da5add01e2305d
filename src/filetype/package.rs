//! Kinds of ZIP, told by the names inside and by one or two small members.
//!
//! Names come from the central directory, or, when that is gone, from the local headers, so that a
//! truncated DOCX is still one. Nothing is inflated but the list of content types, the ODF and
//! EPUB type name and the ODF manifest, each under a cap.

use std::io::Read;

use super::{FileType, find};

/// Names looked at. More than any reader opens.
const NAMES: usize = 20_000;
/// Bytes to which one of the small members may inflate.
const MEMBER_BYTES: u64 = 1 << 20;
/// Bytes at the end in which the end record stands: itself and the longest comment.
const END_BYTES: usize = 22 + 65_535;
/// Bytes of a name that is believed to be one.
const NAME_BYTES: usize = 1024;

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";

/// Whether the bytes start as a ZIP does: with a member, an end record or a spanning mark.
pub(super) fn starts(bytes: &[u8]) -> bool {
    [LOCAL, END, b"PK\x07\x08", b"PK00PK\x03\x04"].iter().any(|sign| bytes.starts_with(sign))
}

/// Whether the bytes end as a ZIP does: an end record that reaches the end of the file and points
/// to a directory. What stands in front does not matter (self-extracting archives).
pub(super) fn ends(bytes: &[u8]) -> bool {
    directory_of(bytes).is_some()
}

/// Tells what a ZIP holds.
pub(super) fn kind(bytes: &[u8]) -> FileType {
    let members = match directory_of(bytes).map(|start| central(bytes, start)) {
        Some(members) if !members.is_empty() => members,
        _ => local(bytes),
    };
    let named = |wanted: &str| members.iter().find(|member| member.name.eq_ignore_ascii_case(wanted));
    let below = |folder: &str| members.iter().any(|member| member.name.starts_with(folder));
    if let Some(found) = named("mimetype").and_then(|member| by_mimetype(&member.content(bytes)?)) {
        return found;
    }
    if named("OFD.xml").is_some() {
        return FileType::Ofd;
    }
    let types = named("[Content_Types].xml");
    if let Some(found) = types.and_then(|member| by_content_types(&member.content(bytes)?)) {
        return found;
    }
    if named("word/document.xml").is_some() || types.is_some() && below("word/") {
        return FileType::Docx;
    }
    if named("xl/workbook.bin").is_some() {
        return FileType::Xlsb;
    }
    if named("xl/workbook.xml").is_some() || types.is_some() && below("xl/") {
        return FileType::Xlsx;
    }
    if named("ppt/presentation.xml").is_some() || types.is_some() && below("ppt/") {
        return FileType::Pptx;
    }
    // Some writers leave the type name out; the manifest repeats it.
    let manifest = named("META-INF/manifest.xml").and_then(|member| member.content(bytes));
    if let Some(found) = manifest.and_then(|content| {
        find(&content, b"vnd.oasis.opendocument").and_then(|at| by_mimetype(content.get(at..)?))
    }) {
        return found;
    }
    if named("META-INF/container.xml").is_some() && members.iter().any(|m| m.name.ends_with(".opf")) {
        return FileType::Epub;
    }
    FileType::Zip
}

fn by_mimetype(content: &[u8]) -> Option<FileType> {
    let content = String::from_utf8_lossy(content.get(..128).unwrap_or(content));
    let content = content.trim_start_matches(['\u{feff}', ' ', '\n', '\r']);
    if content.starts_with("application/epub+zip") {
        return Some(FileType::Epub);
    }
    let content = content.strip_prefix("application/").unwrap_or(content);
    let kind = content.strip_prefix("vnd.oasis.opendocument.").or(content.strip_prefix("vnd.sun.xml."))?;
    Some(match kind {
        _ if kind.starts_with("spreadsheet") || kind.starts_with("calc") => FileType::Ods,
        _ if ["presentation", "graphics", "impress", "draw"].iter().any(|k| kind.starts_with(k)) => {
            FileType::Odp
        }
        _ => FileType::Odt,
    })
}

/// By the content type of the main part. Embedded documents are listed with other types.
fn by_content_types(content: &[u8]) -> Option<FileType> {
    const MAIN_TYPES: &[(&str, FileType)] = &[
        ("wordprocessingml.document.main+xml", FileType::Docx),
        ("wordprocessingml.template.main+xml", FileType::Docx),
        ("ms-word.document.macroenabled.main+xml", FileType::Docx),
        ("ms-word.template.macroenabledtemplate.main+xml", FileType::Docx),
        ("ms-excel.sheet.binary.macroenabled.main", FileType::Xlsb),
        ("spreadsheetml.sheet.main+xml", FileType::Xlsx),
        ("spreadsheetml.template.main+xml", FileType::Xlsx),
        ("ms-excel.sheet.macroenabled.main+xml", FileType::Xlsx),
        ("ms-excel.template.macroenabled.main+xml", FileType::Xlsx),
        ("ms-excel.addin.macroenabled.main+xml", FileType::Xlsx),
        ("presentationml.presentation.main+xml", FileType::Pptx),
        ("presentationml.slideshow.main+xml", FileType::Pptx),
        ("presentationml.template.main+xml", FileType::Pptx),
        ("ms-powerpoint.presentation.macroenabled.main+xml", FileType::Pptx),
        ("ms-powerpoint.slideshow.macroenabled.main+xml", FileType::Pptx),
        ("ms-powerpoint.template.macroenabled.main+xml", FileType::Pptx),
        ("xps-fixeddocumentsequence+xml", FileType::Xps),
    ];
    // The parts may be in UTF-16.
    let content: Vec<u8> = content.iter().filter(|&&b| b != 0).map(u8::to_ascii_lowercase).collect();
    MAIN_TYPES.iter().find(|(main, _)| find(&content, main.as_bytes()).is_some()).map(|&(_, found)| found)
}

/// A member: its name and where its local header or its data starts.
#[derive(Debug)]
struct Member {
    name: String,
    method: u16,
    /// Offset of the local header.
    header: usize,
}

impl Member {
    fn new(name: &[u8], method: u16, header: usize) -> Self {
        Self { name: String::from_utf8_lossy(name).replace('\\', "/"), method, header }
    }

    /// The content, up to [`MEMBER_BYTES`]; what a broken stream yields before it breaks.
    fn content(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let local = bytes.get(self.header..).filter(|rest| rest.starts_with(LOCAL))?;
        let data = 30 + usize::from(u16_at(local, 26)?) + usize::from(u16_at(local, 28)?);
        let data = local.get(data..)?;
        let mut content = Vec::new();
        let _ = match self.method {
            // The size may stand behind the data only; what comes next does no harm here.
            0 => data.take(4096).read_to_end(&mut content),
            8 => flate2::read::DeflateDecoder::new(data).take(MEMBER_BYTES).read_to_end(&mut content),
            _ => return None,
        };
        Some(content)
    }
}

/// Offset of the central directory's first entry, found through the end record. Offsets in the file
/// are not believed: the directory ends where the end record starts, whatever stands before the ZIP.
fn directory_of(bytes: &[u8]) -> Option<usize> {
    let from = bytes.len().saturating_sub(END_BYTES);
    let tail = bytes.get(from..)?;
    let at = from + tail.windows(END.len()).rposition(|window| window == END)?;
    let end = bytes.get(at..)?;
    let size = u32_at(end, 12)?;
    let is_entry = |start: &usize| bytes.get(*start..).is_some_and(|rest| rest.starts_with(CENTRAL));
    let by_size = at.checked_sub(size as usize).filter(is_entry);
    by_size.or_else(|| usize::try_from(u32_at(end, 16)?).ok().filter(is_entry)).or_else(|| zip64(bytes, at))
}

/// The same through the 64-bit end record, which stands before the locator before the end record.
fn zip64(bytes: &[u8], end: usize) -> Option<usize> {
    let locator = bytes.get(end.checked_sub(20)?..end).filter(|l| l.starts_with(b"PK\x06\x07"))?;
    let record = bytes.get(usize::try_from(u64_at(locator, 8)?).ok()?..)?;
    let start = usize::try_from(u64_at(record, 48)?).ok()?;
    bytes.get(start..)?.starts_with(CENTRAL).then_some(start)
}

fn central(bytes: &[u8], start: usize) -> Vec<Member> {
    let first = bytes.get(start..).unwrap_or_default();
    // Junk in front of the ZIP moves every offset by its length.
    let mut members = Vec::new();
    let mut rest = first;
    let mut shift = None;
    while rest.starts_with(CENTRAL) && members.len() < NAMES {
        let (Some(method), Some(name), Some(extra), Some(comment), Some(header)) =
            (u16_at(rest, 10), u16_at(rest, 28), u16_at(rest, 30), u16_at(rest, 32), u32_at(rest, 42))
        else {
            break;
        };
        let (name, header) = (usize::from(name), header as usize);
        let shift = *shift.get_or_insert_with(|| match bytes.get(header..) {
            Some(local) if local.starts_with(LOCAL) => 0,
            _ => find(bytes, LOCAL).unwrap_or(0),
        });
        let Some(bytes_of_name) = rest.get(46..46 + name) else { break };
        members.push(Member::new(bytes_of_name, method, header.saturating_add(shift)));
        let Some(behind) = rest.get(46 + name + usize::from(extra) + usize::from(comment)..) else { break };
        rest = behind;
    }
    members
}

/// Every local header in the file, wherever it lies.
fn local(bytes: &[u8]) -> Vec<Member> {
    let mut members = Vec::new();
    let mut from = 0;
    while members.len() < NAMES
        && let Some(at) = bytes.get(from..).and_then(|rest| find(rest, LOCAL))
    {
        let header = from + at;
        let entry = bytes.get(header..).unwrap_or_default();
        let name = u16_at(entry, 26).map_or(0, usize::from);
        if let (1..=NAME_BYTES, Some(method), Some(name)) = (name, u16_at(entry, 8), entry.get(30..30 + name))
            && !name.iter().any(|b| b.is_ascii_control())
        {
            members.push(Member::new(name, method, header));
        }
        from = header + LOCAL.len();
    }
    members
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}
