//! What kind of file some bytes are: decided by content first, by name second.
//!
//! Whoever uploads chooses the name, so it decides only between kinds that look the same (Markdown
//! and other text). Types that carry no text pass unread; nothing counts as one of them that could
//! be read as text or as a ZIP.

mod magic;
mod markup;
mod ole;
mod package;

use crate::read::encoding;

/// Bytes at the start of a file that tell text from binary and one kind of text from another.
const SAMPLE_BYTES: usize = 64 << 10;
/// Bytes that may stand before `%PDF-`; readers accept as many.
const PDF_JUNK_BYTES: usize = 1024;
/// Bytes at the end of a PDF in which its `startxref` stands.
const PDF_TRAILER_BYTES: usize = 2048;
/// Bytes that may stand before `{\rtf`.
const RTF_JUNK_BYTES: usize = 256;

/// The kinds of file that are told apart. The names are those of the JSON contract's `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum FileType {
    Empty,
    Text,
    Markdown,
    Html,
    Xml,
    Eml,
    Mht,
    Rtf,
    Pdf,
    Docx,
    Xlsx,
    Xlsb,
    Pptx,
    Doc,
    Xls,
    Ppt,
    Msg,
    /// A compound file of another program.
    Ole,
    /// A password-protected DOCX, XLSX or PPTX: a compound file around the encrypted package.
    EncryptedOffice,
    Odt,
    Ods,
    /// Presentations and drawings.
    Odp,
    Ofd,
    Epub,
    Zip,
    SevenZip,
    Rar,
    Gzip,
    Bzip2,
    Xz,
    Zstd,
    Tar,
    Cab,
    Iso,
    Png,
    Jpeg,
    Gif,
    Bmp,
    Tiff,
    Webp,
    Ico,
    Psd,
    Heic,
    Audio,
    Video,
    Font,
    Executable,
    Sqlite,
    Unknown,
}

impl FileType {
    /// The name in reports (`docx`).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Xml => "xml",
            Self::Eml => "eml",
            Self::Mht => "mht",
            Self::Rtf => "rtf",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Xlsb => "xlsb",
            Self::Pptx => "pptx",
            Self::Doc => "doc",
            Self::Xls => "xls",
            Self::Ppt => "ppt",
            Self::Msg => "msg",
            Self::Ole => "ole",
            Self::EncryptedOffice => "encrypted-office",
            Self::Odt => "odt",
            Self::Ods => "ods",
            Self::Odp => "odp",
            Self::Ofd => "ofd",
            Self::Epub => "epub",
            Self::Zip => "zip",
            Self::SevenZip => "7z",
            Self::Rar => "rar",
            Self::Gzip => "gz",
            Self::Bzip2 => "bz2",
            Self::Xz => "xz",
            Self::Zstd => "zst",
            Self::Tar => "tar",
            Self::Cab => "cab",
            Self::Iso => "iso",
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Gif => "gif",
            Self::Bmp => "bmp",
            Self::Tiff => "tiff",
            Self::Webp => "webp",
            Self::Ico => "ico",
            Self::Psd => "psd",
            Self::Heic => "heic",
            Self::Audio => "audio",
            Self::Video => "video",
            Self::Font => "font",
            Self::Executable => "executable",
            Self::Sqlite => "sqlite",
            Self::Unknown => "unknown",
        }
    }

    /// Whether files of this type carry no text to screen: they are counted and pass.
    pub fn has_no_text(self) -> bool {
        matches!(self, Self::Audio | Self::Video | Self::Font)
    }
}

/// What [`identify`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identified {
    /// What the content is.
    pub file_type: FileType,
    /// What the name claims, where it claims something else: its extension in lower case.
    pub named_as: Option<String>,
}

/// Tells what `bytes` are; `name` decides only between kinds that look the same.
pub fn identify(bytes: &[u8], name: &str) -> Identified {
    let extension = extension(name);
    let file_type = of_content(bytes, &extension);
    let claimed = claimed_by(&extension);
    let contradicts = !claimed.is_empty() && file_type != FileType::Empty && !claimed.contains(&file_type);
    Identified { file_type, named_as: contradicts.then_some(extension) }
}

fn of_content(bytes: &[u8], extension: &str) -> FileType {
    if bytes.is_empty() {
        return FileType::Empty;
    }
    if bytes.starts_with(&ole::SIGNATURE) {
        return ole::kind(bytes);
    }
    if package::starts(bytes) {
        return package::kind(bytes);
    }
    if is_pdf(bytes) {
        return FileType::Pdf;
    }
    if is_rtf(bytes) {
        return FileType::Rtf;
    }
    let found = match magic::binary(bytes) {
        Some(found) => found,
        None => {
            let sample = bytes.get(..SAMPLE_BYTES).unwrap_or(bytes);
            if encoding::is_text(sample) {
                return markup::kind(&encoding::decode(sample).best.text, extension);
            }
            magic::ascii(bytes).unwrap_or(FileType::Unknown)
        }
    };
    // Behind a program, a picture or a film there may be a whole archive.
    let may_hide = found.has_no_text()
        || matches!(
            found,
            FileType::Unknown
                | FileType::Executable
                | FileType::Png
                | FileType::Jpeg
                | FileType::Gif
                | FileType::Bmp
                | FileType::Webp
                | FileType::Ico
        );
    if may_hide && package::ends(bytes) {
        return package::kind(bytes);
    }
    if found == FileType::Unknown && (has_late_pdf(bytes) || bytes.starts_with(b"%PDF-")) {
        return FileType::Pdf;
    }
    found
}

/// `%PDF-` near the start, and at least one object: a sentence about PDF is no PDF.
fn is_pdf(bytes: &[u8]) -> bool {
    let head = bytes.get(..PDF_JUNK_BYTES + 8).unwrap_or(bytes);
    let Some(at) = find(head, b"%PDF-") else { return false };
    let version = bytes.get(at + 5).is_some_and(u8::is_ascii_digit);
    let body = bytes.get(at..).unwrap_or_default();
    match at {
        0 => find(body, b" obj").is_some() || find(body, b"startxref").is_some(),
        _ => version && find(body, b"endobj").is_some(),
    }
}

/// A PDF behind more junk than readers accept, with its trailer in place. Behind text it is a text
/// that shows one.
fn has_late_pdf(bytes: &[u8]) -> bool {
    let tail = bytes.get(bytes.len().saturating_sub(PDF_TRAILER_BYTES)..).unwrap_or_default();
    find(tail, b"startxref").is_some() && find(bytes, b"%PDF-").is_some()
}

/// `{\rtf` at the start, or behind white space and junk with its version and a header word.
fn is_rtf(bytes: &[u8]) -> bool {
    let head = bytes.get(..RTF_JUNK_BYTES + 5).unwrap_or(bytes);
    let Some(at) = find(head, b"{\\rtf") else { return false };
    let junk = head.get(..at).unwrap_or_default();
    let blank = |b: &u8| b.is_ascii_whitespace() || matches!(b, 0 | 0xef | 0xbb | 0xbf);
    let sample = bytes.get(at..bytes.len().min(at + SAMPLE_BYTES)).unwrap_or_default();
    junk.iter().all(blank)
        || [&b"\\ansi"[..], b"\\fonttbl", b"\\pard"].iter().any(|word| find(sample, word).is_some())
}

/// Where `needle` first stands in `bytes`.
fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let &first = needle.first()?;
    let mut from = 0;
    while let Some(at) = bytes.get(from..).and_then(|rest| rest.iter().position(|&b| b == first)) {
        if bytes.get(from + at..).is_some_and(|rest| rest.starts_with(needle)) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

/// What follows the last dot of the last name, in lower case.
fn extension(name: &str) -> String {
    let last = name.rsplit(['/', '\\', crate::document::INNER_SEPARATOR]).next().unwrap_or(name);
    last.rsplit_once('.').map_or(String::new(), |(_, extension)| extension.trim().to_lowercase())
}

/// The types that a file of this extension may be without contradiction; none when the extension
/// says nothing.
fn claimed_by(extension: &str) -> &'static [FileType] {
    use FileType as T;
    match extension {
        "pdf" => &[T::Pdf],
        "docx" | "docm" | "dotx" | "dotm" => &[T::Docx, T::EncryptedOffice],
        "xlsx" | "xlsm" | "xltx" | "xltm" | "xlam" => &[T::Xlsx, T::EncryptedOffice],
        "xlsb" => &[T::Xlsb, T::EncryptedOffice],
        "pptx" | "pptm" | "ppsx" | "ppsm" | "potx" | "potm" => &[T::Pptx, T::EncryptedOffice],
        "doc" | "dot" => &[T::Doc, T::EncryptedOffice],
        "xls" | "xlt" => &[T::Xls, T::EncryptedOffice],
        "ppt" | "pps" | "pot" => &[T::Ppt, T::EncryptedOffice],
        // WPS Office writes both generations of containers under its own extensions.
        "wps" | "wpt" => &[T::Doc, T::Docx, T::EncryptedOffice, T::Ole],
        "et" | "ett" => &[T::Xls, T::Xlsx, T::EncryptedOffice, T::Ole],
        "dps" | "dpt" => &[T::Ppt, T::Pptx, T::EncryptedOffice, T::Ole],
        "msg" => &[T::Msg],
        "rtf" => &[T::Rtf],
        "odt" | "ott" => &[T::Odt],
        "ods" | "ots" => &[T::Ods],
        "odp" | "otp" | "odg" | "otg" => &[T::Odp],
        "ofd" => &[T::Ofd],
        "epub" => &[T::Epub],
        "zip" => &[T::Zip],
        "7z" => &[T::SevenZip],
        "rar" => &[T::Rar],
        "gz" | "tgz" => &[T::Gzip],
        "bz2" => &[T::Bzip2],
        "xz" => &[T::Xz],
        "zst" => &[T::Zstd],
        "tar" => &[T::Tar],
        "cab" => &[T::Cab],
        "iso" => &[T::Iso],
        "png" => &[T::Png],
        "jpg" | "jpeg" | "jfif" => &[T::Jpeg],
        "gif" => &[T::Gif],
        "bmp" => &[T::Bmp],
        "tif" | "tiff" => &[T::Tiff],
        "webp" => &[T::Webp],
        "ico" => &[T::Ico],
        "psd" => &[T::Psd],
        "heic" | "heif" => &[T::Heic],
        "mp3" | "wav" | "flac" | "m4a" | "aac" | "wma" | "amr" | "mid" => &[T::Audio, T::Video],
        "mp4" | "avi" | "mov" | "mkv" | "wmv" | "flv" | "webm" | "mpg" | "mpeg" | "rmvb" | "ogg" => {
            &[T::Video, T::Audio]
        }
        "ttf" | "otf" | "ttc" | "woff" | "woff2" | "eot" => &[T::Font],
        "exe" | "dll" | "so" => &[T::Executable],
        "htm" | "html" | "xhtml" | "shtml" => &[T::Html, T::Xml],
        "xml" | "svg" | "xsd" | "xsl" => &[T::Xml, T::Html],
        "eml" => &[T::Eml, T::Mht],
        "mht" | "mhtml" => &[T::Mht, T::Eml],
        "md" | "markdown" => &[T::Markdown],
        "txt" | "text" | "csv" | "tsv" | "json" | "log" | "yaml" | "yml" | "toml" | "ini" | "css" | "js"
        | "tex" | "srt" => &[T::Text, T::Html, T::Xml, T::Eml, T::Mht],
        _ => &[],
    }
}
