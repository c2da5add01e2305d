//! What kind of file some bytes are: decided by content first, by name second.
//!
//! Whoever uploads chooses the name, so it decides only between kinds that look the same (Markdown
//! and other text). Types that carry no text pass unread; nothing counts as one of them that could
//! be read as text or as a ZIP.

mod magic;
mod markup;
mod name;
mod ole;
mod package;

use self::name::{claimed_by, extension};
use crate::read::encoding;

/// Bytes at the start of a file that tell text from binary and one kind of text from another.
const SAMPLE_BYTES: usize = 64 << 10;
/// Bytes that may stand before `%PDF-`; readers accept as many.
const PDF_JUNK_BYTES: usize = 1024;
/// Bytes at the end of a PDF in which its `startxref` stands.
const PDF_TRAILER_BYTES: usize = 2048;
/// Bytes that may stand before `{\rtf`.
const RTF_JUNK_BYTES: usize = 256;
/// Bytes that may stand before `%!PS`.
const POSTSCRIPT_JUNK_BYTES: usize = 16;

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
    /// Programs that draw pages.
    PostScript,
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
    /// Drawings in records, whose texts are texts.
    Emf,
    Wmf,
    Xps,
    Tnef,
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
            Self::PostScript => "postscript",
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
            Self::Emf => "emf",
            Self::Wmf => "wmf",
            Self::Xps => "xps",
            Self::Tnef => "tnef",
            Self::Audio => "audio",
            Self::Video => "video",
            Self::Font => "font",
            Self::Executable => "executable",
            Self::Sqlite => "sqlite",
            Self::Unknown => "unknown",
        }
    }

    /// Whether this is a picture of pixels.
    pub fn is_picture(self) -> bool {
        matches!(
            self,
            Self::Png
                | Self::Jpeg
                | Self::Gif
                | Self::Bmp
                | Self::Tiff
                | Self::Webp
                | Self::Ico
                | Self::Psd
                | Self::Heic
        )
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
    if is_pdf(bytes) || is_headless_pdf(bytes) {
        return FileType::Pdf;
    }
    if is_rtf(bytes) {
        return FileType::Rtf;
    }
    if is_postscript(bytes) {
        return FileType::PostScript;
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
        || found.is_picture()
        || matches!(found, FileType::Unknown | FileType::Executable);
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

/// A PDF whose first line is broken: readers that repair show it all the same.
fn is_headless_pdf(bytes: &[u8]) -> bool {
    let head = bytes.get(..PDF_JUNK_BYTES).unwrap_or(bytes);
    let tail = bytes.get(bytes.len().saturating_sub(PDF_TRAILER_BYTES)..).unwrap_or_default();
    find(head, b" 0 obj").is_some()
        && find(tail, b"startxref").is_some()
        && find(tail, b"%%EOF").is_some()
        && find(bytes, b"endobj").is_some()
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

/// `%!PS` at the start, where some writers put a sign that ends the job before, or the header of an EPS
/// with a preview. Fonts and other resources for such programs show no page.
fn is_postscript(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"\xc5\xd0\xd3\xc6") {
        return true;
    }
    let blank = |b: &u8| b.is_ascii_whitespace() || matches!(b, 4 | 0xef | 0xbb | 0xbf);
    let junk = bytes.iter().take(POSTSCRIPT_JUNK_BYTES).take_while(|b| blank(b)).count();
    let program = bytes.get(junk..).unwrap_or_default();
    let line_end = program.iter().position(|b| matches!(b, b'\r' | b'\n')).unwrap_or(program.len());
    let first = program.get(..line_end).unwrap_or_default();
    let is_resource = [&b"Font"[..], b"Resource-"].iter().any(|kind| find(first, kind).is_some());
    // A sentence that begins so is none.
    first.starts_with(b"%!PS") && first.is_ascii() && !is_resource
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write};
    use zip::write::SimpleFileOptions;

    fn of(bytes: &[u8], name: &str) -> FileType {
        identify(bytes, name).file_type
    }

    fn zip(members: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in members {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn main_part(content_type: &str) -> Vec<u8> {
        let types =
            format!("<Types><Override PartName='/x' ContentType='application/{content_type}'/></Types>");
        zip(&[("[Content_Types].xml", &types), ("x", "<x/>")])
    }

    #[test]
    fn a_pdf_whose_first_line_is_broken_is_one() {
        let rest =
            "\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n";
        for first in ["%QDF-1.4", "", "%PD"] {
            let bytes = format!("{first}{rest}");
            assert_eq!(identify(bytes.as_bytes(), "a.txt").file_type, FileType::Pdf, "{first}");
        }
        let told = "A file ends with startxref and %%EOF; its objects begin with 1 0 obj.";
        assert_eq!(identify(told.as_bytes(), "a.txt").file_type, FileType::Text);
        assert_eq!(identify(b"Objects begin with 1 0 obj.", "a.txt").file_type, FileType::Text);
    }

    #[test]
    fn kinds_of_zip() {
        let word = "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
        assert_eq!(of(&main_part(word), "a.docx"), FileType::Docx);
        assert_eq!(of(&main_part("vnd.ms-word.template.macroEnabledTemplate.main+xml"), "a"), FileType::Docx);
        let sheet = "vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        assert_eq!(of(&main_part(&format!("{sheet}.main+xml")), "a"), FileType::Xlsx);
        assert_eq!(of(&main_part(sheet), "a"), FileType::Zip);
        assert_eq!(of(&main_part("vnd.ms-excel.sheet.binary.macroEnabled.main"), "a"), FileType::Xlsb);
        let show = "vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml";
        assert_eq!(of(&main_part(show), "a"), FileType::Pptx);
        assert_eq!(of(&zip(&[("word\\document.xml", "<w/>")]), "a"), FileType::Docx);
        assert_eq!(of(&zip(&[("OFD.xml", "<ofd/>"), ("Doc_0/Document.xml", "")]), "a"), FileType::Ofd);
        let odf = |kind| zip(&[("mimetype", kind), ("content.xml", "<x/>")]);
        assert_eq!(of(&odf("application/vnd.oasis.opendocument.text-template"), "a"), FileType::Odt);
        assert_eq!(of(&odf("application/vnd.oasis.opendocument.spreadsheet"), "a"), FileType::Ods);
        assert_eq!(of(&odf("application/vnd.oasis.opendocument.presentation"), "a"), FileType::Odp);
        assert_eq!(of(&odf("application/epub+zip"), "a"), FileType::Epub);
        assert_eq!(of(&zip(&[("附件/x.docx", "")]), "a"), FileType::Zip);
        assert_eq!(of(b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "a.zip"), FileType::Zip);
    }

    #[test]
    fn a_truncated_or_prefixed_package_is_still_one() {
        let whole = zip(&[("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<w/>"), ("z", "z")]);
        assert_eq!(of(&whole[..whole.len() * 2 / 3], "a.docx"), FileType::Docx);
        let prefixed = [b"MZ\x90\0\x03\0\0\0 self-extracting", whole.as_slice()].concat();
        assert_eq!(of(&prefixed, "a.exe"), FileType::Docx);
        let behind_sound = [b"OggS\0\x02\0\0", whole.as_slice()].concat();
        assert_eq!(of(&behind_sound, "a.ogg"), FileType::Docx);
    }

    /// A compound file whose directory holds a root and, as its children, `names`.
    fn ole(names: &[&str]) -> Vec<u8> {
        let mut header = vec![0_u8; 512];
        header[..8].copy_from_slice(&ole::SIGNATURE);
        header[30] = 9;
        header[48] = 1; // the directory starts in sector 1; sector 0 holds the allocation table
        header[80..512].fill(0xff);
        let mut table = vec![0xff_u8; 512];
        table[4..8].copy_from_slice(&0xffff_fffe_u32.to_le_bytes());
        let mut directory = vec![0_u8; 512];
        for (index, name) in ["Root Entry"].iter().chain(names).enumerate() {
            let entry = &mut directory[index * 128..][..128];
            for (at, unit) in name.encode_utf16().enumerate() {
                entry[at * 2..][..2].copy_from_slice(&unit.to_le_bytes());
            }
            entry[64] = u8::try_from(name.len() * 2 + 2).unwrap();
            entry[68..80].fill(0xff);
            if index > 0 && index < names.len() {
                entry[72] = u8::try_from(index + 1).unwrap();
                entry[73..76].fill(0);
            }
        }
        directory[76..80].copy_from_slice(&1_u32.to_le_bytes());
        [header, table, directory].concat()
    }

    #[test]
    fn kinds_of_compound_file() {
        assert_eq!(of(&ole(&["WordDocument"]), "a.doc"), FileType::Doc);
        assert_eq!(of(&ole(&["\u{5}SummaryInformation", "Book"]), "a.xls"), FileType::Xls);
        assert_eq!(of(&ole(&["PowerPoint Document"]), "a.ppt"), FileType::Ppt);
        assert_eq!(of(&ole(&["__substg1.0_001A001E"]), "a.msg"), FileType::Msg);
        assert_eq!(of(&ole(&["EncryptionInfo", "EncryptedPackage"]), "a.docx"), FileType::EncryptedOffice);
        assert_eq!(identify(&ole(&["EncryptedPackage"]), "a.docx").named_as, None);
        assert_eq!(of(&ole(&["CONTENTS"]), "a.wps"), FileType::Ole);
    }

    #[test]
    fn broken_compound_files_end_the_walk() {
        let mut cyclic = ole(&["WordDocument", "x"]);
        cyclic[512 + 4..512 + 8].copy_from_slice(&1_u32.to_le_bytes());
        let last = cyclic.len() - 128;
        cyclic[last + 72] = 1;
        assert_eq!(of(&cyclic, "a.doc"), FileType::Doc);
        let mut lost = ole(&["Workbook"]);
        lost[48..52].fill(0xee);
        assert_eq!(of(&lost, "a.xls"), FileType::Xls);
        assert_eq!(of(&ole::SIGNATURE, "a.doc"), FileType::Ole);
    }

    #[test]
    fn pdf_at_the_start_and_behind_junk() {
        let pdf = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\nstartxref\n9\n%%EOF";
        assert_eq!(of(pdf, "a.pdf"), FileType::Pdf);
        assert_eq!(of(&[&[0_u8; 900], &pdf[..]].concat(), "a.pdf"), FileType::Pdf);
        assert_eq!(of(&[b"HTTP/1.1 200 OK\r\n\r\n", &pdf[..]].concat(), "a"), FileType::Pdf);
        assert_eq!(of(&[&[1_u8; 5000], &pdf[..]].concat(), "a.pdf"), FileType::Pdf);
        assert_eq!(of("%PDF-1.7 是文件头的写法".as_bytes(), "a.txt"), FileType::Text);
        assert_eq!(of("文件以 %PDF-1.7 开头".as_bytes(), "a.txt"), FileType::Text);
        assert_eq!(of(b"%PDF-1.7\n\x01\x02\x03\xff\xfe", "a.pdf"), FileType::Pdf);
    }

    #[test]
    fn rtf_and_text_about_it() {
        assert_eq!(of(b"{\\rtf1\\ansi x}", "a.rtf"), FileType::Rtf);
        assert_eq!(of(b"\xef\xbb\xbf \r\n{\\rtf1 x}", "a.doc"), FileType::Rtf);
        assert_eq!(of("开头是 {\\rtf1 的文件".as_bytes(), "a.txt"), FileType::Text);
        assert_eq!(of("PK 是压缩包的开头".as_bytes(), "a.txt"), FileType::Text);
    }

    #[test]
    fn postscript_and_its_resources() {
        let page = "%!PS-Adobe-3.0\n/Song findfont 12 scalefont setfont <673a> show showpage\n";
        for name in ["a.ps", "a.eps", "a.txt", "a"] {
            assert_eq!(of(page.as_bytes(), name), FileType::PostScript, "{name}");
        }
        assert_eq!(identify(page.as_bytes(), "a.txt").named_as.as_deref(), Some("txt"));
        assert_eq!(of(b"%!PS\n(a) show", "a.ps"), FileType::PostScript);
        assert_eq!(of(b"\x04%!PS-Adobe-3.0 EPSF-3.0\r", "a.eps"), FileType::PostScript);
        assert_eq!(of(b"\xc5\xd0\xd3\xc6\x20\0\0\0", "a.eps"), FileType::PostScript);
        for other in
            ["%!PS-AdobeFont-1.0: Song", "%!PS-Adobe-3.0 Resource-CMap", "%!PS 是一种页面描述语言", "a %!PS"]
        {
            assert_eq!(of(other.as_bytes(), "a"), FileType::Text, "{other}");
        }
    }

    #[test]
    fn kinds_of_text() {
        assert_eq!(of(b"", "a.docx"), FileType::Empty);
        assert_eq!(of(b" \n", "a.txt"), FileType::Text);
        for html in [
            "<!DOCTYPE html><html>",
            "\u{feff}<!-- a -->\n<html>",
            "<?xml version='1.0'?><!DOCTYPE html PUBLIC ''><html>",
            "<div>片段</div>",
            "<!-- 注释没有结束",
            "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>",
        ] {
            assert_eq!(of(html.as_bytes(), "a"), FileType::Html, "{html}");
        }
        assert_eq!(of("正文".as_bytes(), "a.htm"), FileType::Html);
        assert_eq!(of(b"<?xml version='1.0'?><a/>", "a"), FileType::Xml);
        assert_eq!(of(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg"), FileType::Xml);
        assert_eq!(of(b"<template>x</template>", "a.vue"), FileType::Text);
        assert_eq!(of(b"a < b", "a.txt"), FileType::Text);
        assert_eq!(of("# 标题".as_bytes(), "目录/a.MD"), FileType::Markdown);
        assert_eq!(of("# 标题".as_bytes(), "a"), FileType::Text);
        assert_eq!(of(&[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], "a.md"), FileType::Png);
    }

    #[test]
    fn mail_and_memos() {
        let mail = "Received: by x\r\nFrom: a@b\r\nSubject: =?x?=\r\n folded\r\nMessage-ID: <1>\r\n\r\nbody";
        assert_eq!(of(mail.as_bytes(), "a.txt"), FileType::Eml);
        let page =
            "From: <Saved by Blink>\r\nSnapshot-Content-Location: http://x\r\nMIME-Version: 1.0\r\n\r\n";
        assert_eq!(of(page.as_bytes(), "a.mht"), FileType::Mht);
        assert_eq!(of("From: 甲\nTo: 乙\nSubject: 丙\n\n正文".as_bytes(), "a.txt"), FileType::Text);
        // As Word writes it, and pages that call it a document.
        let saved = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"b\"\r\n\r\n--b\r\n";
        assert_eq!(of(saved.as_bytes(), "a.doc"), FileType::Mht);
        assert_eq!(of(b"Content-Type: text/html\n\nWhat a server answers.", "a.txt"), FileType::Text);
        assert_eq!(of("Subject: 丙\n\n正文".as_bytes(), "a.eml"), FileType::Eml);
    }

    #[test]
    fn what_has_no_text_must_not_be_text() {
        assert!(of(b"OggS\0\x02\0\0\0\0", "a.ogg").has_no_text());
        assert!(of(b"\0\x01\0\0\0\x0b\0\x80\0\x03\0\x30OS/2\0\0", "a.ttf").has_no_text());
        assert!(of(b"\0\0\0\x20ftypisom\0\0\x02\0", "a.mp4").has_no_text());
        for text in ["OggS机密★20年", "ID3机密★20年", "true机密", "#!AMR 机密", "RIFF1234WAVE机密★20年"]
        {
            assert_eq!(of(text.as_bytes(), "a.mp3"), FileType::Text, "{text}");
        }
    }

    #[test]
    fn names_that_contradict() {
        let named = |bytes: &[u8], name: &str| identify(bytes, name).named_as;
        let archive = zip(&[("a.txt", "a")]);
        assert_eq!(named(&archive, "x.PDF").as_deref(), Some("pdf"));
        assert_eq!(named(&archive, "x.zip"), None);
        assert_eq!(named(&archive, "附件.zip!x.docx").as_deref(), Some("docx"));
        assert_eq!(named(&zip(&[("word/document.xml", "")]), "x.wps"), None);
        assert_eq!(named(&zip(&[("word/document.xml", "")]), "x.dotm"), None);
        assert_eq!(named(b"fn main() {}", "main.rs"), None);
        assert_eq!(named(b"a,b", "x.csv"), None);
        assert_eq!(named(b"a", "x.jpg").as_deref(), Some("jpg"));
        assert_eq!(named(b"", "x.jpg"), None);
    }

    #[test]
    fn old_tar_by_its_checksum() {
        let mut block = vec![0_u8; 1024];
        block[..5].copy_from_slice(b"a.txt");
        block[100..107].copy_from_slice(b"0000644");
        block[148..156].fill(b' ');
        let sum: u32 = block.iter().map(|&b| u32::from(b)).sum();
        block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        assert_eq!(of(&block, "a.tar"), FileType::Tar);
        block[0] = b'b';
        assert_eq!(of(&block, "a.tar"), FileType::Unknown);
    }
}
