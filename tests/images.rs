//! Pictures: every place of every kind where a text can stand, and the rule for what they show.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::io::Write;

use encoding_rs::GB18030;
use mijian::document::Document;
use mijian::extract::{Extracted, extract};
use mijian::filetype::{FileType, identify};
use mijian::finding::Verdict;
use mijian::limits::{Budget, GapKind, Limits};
use mijian::text::Place;

#[path = "support/package.rs"]
mod package;
#[expect(dead_code, reason = "others read every place")]
#[path = "support/screened.rs"]
mod screened;

use package::package;
use screened::screener;

fn read(bytes: &[u8]) -> Extracted {
    extract(bytes, identify(bytes, "picture").file_type, &mut Budget::new(&Limits::default()))
}

fn lines(extracted: &Extracted) -> Vec<&str> {
    assert!(extracted.text.segments().iter().all(|s| s.at.place == Place::Property));
    extracted.text.as_str().lines().collect()
}

fn kinds(extracted: &Extracted) -> Vec<GapKind> {
    extracted.gaps.iter().map(|gap| gap.kind).collect()
}

fn chunk(name: &[u8], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length[..], name, data, &[0; 4]].concat()
}

fn png(width: u32, height: u32, chunks: &[Vec<u8>]) -> Vec<u8> {
    let head = [width.to_be_bytes(), height.to_be_bytes()].concat();
    let head = chunk(b"IHDR", &[&head[..], &[8, 2, 0, 0, 0]].concat());
    [b"\x89PNG\r\n\x1a\n".to_vec(), head, chunks.concat(), chunk(b"IEND", b"")].concat()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A directory of entries (tag, type, data) in little-endian order, the values behind it.
fn directory(at: u32, entries: &[(u16, u16, Vec<u8>)]) -> Vec<u8> {
    let mut head = u16::try_from(entries.len()).unwrap().to_le_bytes().to_vec();
    let mut values = Vec::new();
    let start = at + 2 + 12 * u32::try_from(entries.len()).unwrap() + 4;
    for (tag, kind, data) in entries {
        let each = match kind {
            3 => 2,
            4 => 4,
            _ => 1,
        };
        head.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
        head.extend(u32::try_from(data.len() / each).unwrap().to_le_bytes());
        if data.len() <= 4 {
            head.extend(data.iter().copied().chain([0; 4]).take(4));
        } else {
            head.extend((start + u32::try_from(values.len()).unwrap()).to_le_bytes());
            values.extend(data);
        }
    }
    [head, vec![0; 4], values].concat()
}

/// EXIF with a directory of its own for the comment.
fn exif(extra: &[(u16, u16, Vec<u8>)]) -> Vec<u8> {
    let comment = [b"UNICODE\0".to_vec(), wide("用户注释")].concat();
    let inner = directory(8, &[(0x9286, 7, comment)]);
    let at = 8 + u32::try_from(inner.len()).unwrap();
    let mut entries = vec![
        (0x010e, 2, "秘密★10年\0".as_bytes().to_vec()),
        (0x013b, 2, GB18030.encode("摄影：内部资料注意保存\0").0.into_owned()),
        (0x8298, 2, b"copyright\0".to_vec()),
        (0x8769, 4, 8_u32.to_le_bytes().to_vec()),
        (0x9c9b, 1, wide("标题\0")),
        (0x9c9c, 1, wide("备注\0")),
        (0x9c9e, 1, wide("关键词\0")),
    ];
    entries.extend_from_slice(extra);
    let outer = directory(at, &entries);
    [b"II*\0".to_vec(), at.to_le_bytes().to_vec(), inner, outer].concat()
}

const EXIF_LINES: [&str; 7] = [
    "description: 秘密★10年",
    "artist: 摄影：内部资料注意保存",
    "copyright: copyright",
    "title: 标题",
    "comment: 备注",
    "keywords: 关键词",
    "comment: 用户注释",
];

fn xmp() -> Vec<u8> {
    "<?xpacket begin='' id=''?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/rdf'>\
     <rdf:Description photoshop:Headline='头条'><dc:description><rdf:Alt><rdf:li xml:lang='zh'>机密★5年</rdf:li>\
     </rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>"
        .as_bytes()
        .to_vec()
}

fn has_xmp(lines: &[&str]) -> bool {
    lines.contains(&"Headline: 头条") && lines.contains(&"description: 机密★5年")
}

/// Photoshop resources with an IPTC record.
fn iptc() -> Vec<u8> {
    let set = |number: u8, text: &str| {
        let length = u16::try_from(text.len()).unwrap().to_be_bytes();
        [&[0x1c, 2, number][..], &length, text.as_bytes()].concat()
    };
    let records = [set(120, "说明文字"), set(105, "标题行"), set(25, "关键词一")].concat();
    let length = u32::try_from(records.len()).unwrap().to_be_bytes();
    [b"8BIM\x04\x04\0\0".to_vec(), length.to_vec(), records].concat()
}

const IPTC_LINES: [&str; 3] = ["caption: 说明文字", "headline: 标题行", "keyword: 关键词一"];

fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker][..], &length, data].concat()
}

fn jpeg(width: u16, height: u16, segments: &[Vec<u8>]) -> Vec<u8> {
    let frame = [&[8][..], &height.to_be_bytes(), &width.to_be_bytes(), &[3, 1, 0x22, 0]].concat();
    let scan = [0xff, 0xda, 0, 2, 1, 2, 3, 0xff, 0xd9];
    [vec![0xff, 0xd8], segments.concat(), segment(0xc0, &frame), scan.to_vec()].concat()
}

#[test]
fn texts_in_png() {
    let chunks = [
        chunk(b"tEXt", "Comment\0注释".as_bytes()),
        chunk(b"tEXt", &[b"Title\0", GB18030.encode("绝密★30年的一份报告").0.as_ref()].concat()),
        chunk(b"zTXt", &[b"Description\0\0".to_vec(), zlib("压缩的说明".as_bytes())].concat()),
        chunk(b"iTXt", "Author\0\0\0zh\0作者\0甲".as_bytes()),
        chunk(b"iTXt", &[b"Source\0\x01\0\0\0".to_vec(), zlib("来源".as_bytes())].concat()),
        chunk(b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0".to_vec(), xmp()].concat()),
        chunk(b"eXIf", &exif(&[])),
    ];
    let read = read(&png(100, 100, &chunks));
    let lines = lines(&read);
    let expected = [
        "Comment: 注释",
        "Title: 绝密★30年的一份报告",
        "Description: 压缩的说明",
        "keyword: 作者",
        "Author: 甲",
        "Source: 来源",
    ];
    assert_eq!(lines[..6], expected);
    assert!(has_xmp(&lines));
    assert_eq!(lines[lines.len() - 7..], EXIF_LINES);
    assert_eq!(kinds(&read), []);
}

#[test]
fn texts_in_jpeg() {
    let segments = [
        segment(0xe0, b"JFIF\0"),
        segment(0xe1, &[b"Exif\0\0".to_vec(), exif(&[])].concat()),
        segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0".to_vec(), xmp()].concat()),
        segment(0xed, &[b"Photoshop 3.0\0".to_vec(), iptc()].concat()),
        segment(0xfe, "注释".as_bytes()),
    ];
    let read = read(&jpeg(100, 100, &segments));
    let lines = lines(&read);
    assert_eq!(lines[..7], EXIF_LINES);
    assert!(has_xmp(&lines));
    assert_eq!(lines[lines.len() - 4..lines.len() - 1], IPTC_LINES);
    assert_eq!(lines.last(), Some(&"comment: 注释"));
    assert_eq!(kinds(&read), []);
}

#[test]
fn texts_in_tiff_webp_and_gif() {
    let short = |value: u16| value.to_le_bytes().to_vec();
    let tiff =
        exif(&[(0x0100, 3, short(640)), (0x0101, 3, short(480)), (0x02bc, 1, xmp()), (0x8649, 1, iptc())]);
    let found = read(&tiff);
    let told = lines(&found);
    assert!(EXIF_LINES.iter().chain(&IPTC_LINES).all(|line| told.contains(line)), "{told:?}");
    assert!(has_xmp(&told));
    assert_eq!(kinds(&found), []);

    let riff = |name: &[u8], data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap().to_le_bytes();
        [name, &length, data, &vec![0; data.len() % 2]].concat()
    };
    let chunks =
        [riff(b"VP8X", &[0, 0, 0, 0, 99, 0, 0, 99, 0, 0]), riff(b"EXIF", &exif(&[])), riff(b"XMP ", &xmp())];
    let webp = [b"RIFF\0\0\0\0WEBP".to_vec(), chunks.concat()].concat();
    let found = read(&webp);
    assert_eq!(lines(&found)[..7], EXIF_LINES);
    assert!(has_xmp(&lines(&found)));
    assert_eq!(kinds(&found), []);

    // The packet's own bytes serve as lengths; a run of falling ones leads every reader to the end.
    let trailer: Vec<u8> = [1].into_iter().chain((0..=255).rev()).collect();
    let gif = [
        b"GIF89a\x10\0\x10\0\0\0\0".to_vec(),
        b"\x21\xfe\x06".to_vec(),
        "注释".as_bytes().to_vec(),
        b"\0\x21\xff\x0bXMP DataXMP".to_vec(),
        xmp(),
        trailer,
        b"\0\x2c\0\0\0\0\x10\0\x10\0\0\x02\x02\x4c\x01\0;".to_vec(),
    ];
    let found = read(&gif.concat());
    assert_eq!(lines(&found)[0], "comment: 注释");
    assert!(has_xmp(&lines(&found)), "{:?}", lines(&found));
    assert_eq!(kinds(&found), []);
}

#[test]
fn page_like_pictures_are_gaps_and_icons_are_not() {
    let gaps = |width, height| kinds(&read(&png(width, height, &[])));
    for (width, height) in [(595, 842), (1920, 1080), (540, 960), (800, 600), (2480, 3508)] {
        assert_eq!(gaps(width, height), [GapKind::Image], "{width} by {height}");
    }
    for (width, height) in [(16, 16), (256, 256), (640, 480), (499, 2000), (1200, 300), (600, 600)] {
        assert_eq!(gaps(width, height), [], "{width} by {height}");
    }
    let found = read(&jpeg(1000, 1400, &[]));
    assert_eq!(found.gaps[0].detail, "jpeg of 1000 by 1400 pixels");
}

#[test]
fn sizes_that_cannot_be_read_are_gaps() {
    assert_eq!(kinds(&read(b"\x89PNG\r\n\x1a\n")), [GapKind::Damaged, GapKind::Image]);
    assert_eq!(kinds(&read(b"\xff\xd8\xff\xe0\0\x10JFIF\0")), [GapKind::Damaged, GapKind::Image]);
    assert_eq!(kinds(&read(b"\0\0\0\x18ftypheic\0\0\0\0")), [GapKind::Image]);
    let mut bitmap = b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec();
    bitmap.extend([1000_i32.to_le_bytes(), (-1000_i32).to_le_bytes()].concat());
    assert_eq!(kinds(&read(&bitmap)), [GapKind::Image]);
}

#[test]
fn cycles_bombs_and_any_byte_end() {
    let mut cyclic = exif(&[]);
    let end = cyclic.len();
    cyclic[4..8].copy_from_slice(&8_u32.to_le_bytes());
    // The inner directory names itself as the next one.
    let next = 8 + 2 + 12;
    cyclic[next..next + 4].copy_from_slice(&8_u32.to_le_bytes());
    assert_eq!(lines(&read(&cyclic)), ["comment: 用户注释"]);
    assert_eq!(cyclic.len(), end);

    let bomb = [b"Comment\0\0".to_vec(), zlib(&vec![b' '; 40 << 20])].concat();
    assert_eq!(kinds(&read(&png(1, 1, &[chunk(b"zTXt", &bomb)]))), [GapKind::Limit]);

    let whole = jpeg(
        10,
        10,
        &[
            segment(0xe1, &[b"Exif\0\0".to_vec(), exif(&[])].concat()),
            segment(0xed, &[b"Photoshop 3.0\0".to_vec(), iptc()].concat()),
        ],
    );
    for at in 0..whole.len() {
        for value in [0, 1, 0x7f, 0xff] {
            let mut mutant = whole.clone();
            mutant[at] = value;
            read(&mutant);
        }
        read(&whole[..at]);
    }
}

#[test]
fn drawings_are_read_as_text() {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' aria-label='标签'><!-- 秘密★1年 --><title>标题</title>\
        <text x='1'><tspan>机</tspan><tspan>密</tspan>★20年</text><a href='%E6%9C%BA%E5%AF%86.doc'/>\
        <image href='data:text/plain;base64,5py65a+G'/><style>.机密 {}</style></svg>";
    let read = read(svg.as_bytes());
    let pieces: Vec<(&str, &str)> = read
        .text
        .segments()
        .iter()
        .map(|s| (s.at.place.as_str(), &read.text.as_str()[s.range.clone()]))
        .collect();
    // Where the text stands (x) is no text.
    let expected = [
        ("attribute", "标签"),
        ("comment", " 秘密★1年 "),
        ("alt-text", "标题"),
        ("body", "机密★20年"),
        ("attribute", "机密.doc"),
        ("script", ".机密 {}"),
    ];
    assert_eq!(pieces, expected);
    assert_eq!(
        read.inner.iter().map(|inner| inner.bytes.as_slice()).collect::<Vec<_>>(),
        ["机密".as_bytes()]
    );
    assert_eq!(identify(svg.as_bytes(), "x").file_type, FileType::Xml);
    let feed = "<?xml version='1.0'?><rss><item><description>&lt;p&gt;机&lt;b&gt;密&lt;/b&gt;&lt;/p&gt;</description></item></rss>";
    let found = extract(feed.as_bytes(), FileType::Xml, &mut Budget::new(&Limits::default()));
    assert_eq!(found.text.as_str(), "机密");
}

/// Documents of every kind with this picture in them, each with the name of it.
fn illustrated(picture: &[u8]) -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let office = |kind: &str, main: &str, body: &str, media: &'static str| {
        let types = format!(
            "<Types><Override PartName='/x' ContentType='application/vnd.openxmlformats-officedocument.{kind}.main+xml'/></Types>"
        );
        package(&[("[Content_Types].xml", types.as_bytes()), (main, body.as_bytes()), (media, picture)])
    };
    let ofd = "<ofd:OFD xmlns:ofd='http://www.ofdspec.org/2016'><ofd:DocBody><ofd:DocRoot>D.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>";
    let ofd_document = "<ofd:Document xmlns:ofd='http://www.ofdspec.org/2016'><ofd:Pages><ofd:Page ID='1' BaseLoc='P.xml'/></ofd:Pages></ofd:Document>";
    let ofd_page = "<ofd:Page xmlns:ofd='http://www.ofdspec.org/2016'><ofd:Content><ofd:Layer><ofd:TextObject ID='2' Boundary='9 9 90 9' Size='5'>\
        <ofd:TextCode X='0' Y='5'>正文</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>";
    let odt = "<office:document-content xmlns:office='o' xmlns:text='t'><office:body><office:text><text:p>正文</text:p></office:text>\
        </office:body></office:document-content>";
    let hex: String = picture.iter().map(|byte| format!("{byte:02x}")).collect();
    vec![
        (
            "docx",
            office(
                "wordprocessingml.document",
                "word/document.xml",
                "<w:document xmlns:w='w'><w:body><w:p><w:r><w:t>正文</w:t></w:r></w:p></w:body></w:document>",
                "word/media/image1.jpeg",
            ),
            "word/media/image1.jpeg",
        ),
        (
            "xlsx",
            office(
                "spreadsheetml.sheet",
                "xl/worksheets/sheet1.xml",
                "<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData><row><c t='inlineStr'><is>\
                 <t>正文</t></is></c></row></sheetData></worksheet>",
                "xl/media/image1.jpeg",
            ),
            "xl/media/image1.jpeg",
        ),
        (
            "pptx",
            office(
                "presentationml.presentation",
                "ppt/slides/slide1.xml",
                "<p:sld xmlns:p='http://schemas.openxmlformats.org/presentationml/2006/main' xmlns:a='a'><p:cSld><p:spTree><p:sp><p:txBody>\
                 <a:p><a:r><a:t>正文</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>",
                "ppt/media/image1.jpeg",
            ),
            "ppt/media/image1.jpeg",
        ),
        (
            "odt",
            package(&[
                ("mimetype", b"application/vnd.oasis.opendocument.text"),
                ("content.xml", odt.as_bytes()),
                ("Pictures/1.jpg", picture),
            ]),
            "Pictures/1.jpg",
        ),
        (
            "ofd",
            package(&[
                ("OFD.xml", ofd.as_bytes()),
                ("D.xml", ofd_document.as_bytes()),
                ("P.xml", ofd_page.as_bytes()),
                ("Res/1.jpg", picture),
            ]),
            "Res/1.jpg",
        ),
        (
            "epub",
            package(&[
                ("mimetype", b"application/epub+zip"),
                ("META-INF/container.xml", b"<container/>"),
                ("a.opf", b"<package/>"),
                ("a.xhtml", "<html><body>正文</body></html>".as_bytes()),
                ("images/1.jpg", picture),
            ]),
            "images/1.jpg",
        ),
        (
            "rtf",
            format!("{{\\rtf1\\ansi \\u27491?\\u25991?\\par{{\\pict\\jpegblip {hex}}}}}").into_bytes(),
            "picture",
        ),
    ]
}

#[test]
fn pictures_within_documents_say_what_they_say_about_themselves() {
    // As large as a page: what it shows is no gap in a document with a text of its own.
    let exif = segment(0xe1, &[b"Exif\0\0".to_vec(), exif(&[])].concat());
    for (kind, document, name) in illustrated(&jpeg(1000, 1400, &[exif])) {
        let screening = screener().screen(&Document::new(format!("x.{kind}"), document));
        let told: Vec<_> = screening
            .findings
            .iter()
            .filter(|finding| finding.mark.as_ref().is_some_and(|mark| mark.period.is_some()))
            .map(|finding| (finding.verdict, finding.at.place, finding.inner.clone()))
            .collect();
        assert_eq!(told, [(Verdict::Block, Place::Property, Some(name.to_owned()))], "{kind}");
        assert!(screening.unread.iter().all(|unread| unread.gap.kind != GapKind::Image), "{kind}");
    }
    for (kind, document, _) in illustrated(&jpeg(1000, 1400, &[])) {
        let screening = screener().screen(&Document::new(format!("x.{kind}"), document));
        assert_eq!(screening.findings, [], "{kind}");
    }
}
