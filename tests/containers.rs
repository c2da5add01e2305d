//! Cabinets, disc images, RAR archives, XPS documents and drawings within other documents, made by
//! hand: everything in them is found, and what is cut off is never clean.

#![expect(clippy::unwrap_used, reason = "a fixture that can't be built is a failed test")]

#[path = "support/package.rs"]
mod package;
#[path = "support/screened.rs"]
mod screened;

use mijian::document::Document;
use mijian::finding::Verdict;
use package::package;
use screened::{read, screener};
use std::collections::BTreeSet;

fn assert_found(found: &BTreeSet<String>, expected: &[&str]) {
    for expected in expected {
        assert!(found.contains(*expected), "{expected:?} is not among {found:#?}");
    }
    assert!(!found.iter().any(|line| line.contains("gap ")), "{found:#?}");
}

fn never_clean(whole: &[u8], step: usize) {
    // A few bytes are no file of any kind.
    for end in (64..whole.len()).step_by(step) {
        let screening = screener().screen(&Document::new("x", &whole[..end]));
        assert!(screening.verdict > Verdict::Pass, "{end} of {}", whole.len());
    }
}

/// A cabinet with one folder of one block, compressed by this method, and files in it: name, start, size,
/// folder.
fn cabinet(method: u16, block: &[u8], size: u16, files: &[(&str, u32, u32, u16)]) -> Vec<u8> {
    let mut list = Vec::new();
    for (name, start, size, folder) in files {
        list.extend([size.to_le_bytes(), start.to_le_bytes()].concat());
        list.extend([folder.to_le_bytes(), [0; 2], [0; 2], 0x80_u16.to_le_bytes()].concat());
        list.extend([name.as_bytes(), &[0]].concat());
    }
    let files_at = 36 + 8_u32;
    let data_at = files_at + u32::try_from(list.len()).unwrap();
    let mut bytes = b"MSCF\0\0\0\0".to_vec();
    bytes.resize(16, 0);
    bytes.extend(files_at.to_le_bytes());
    bytes.extend([0, 0, 0, 0, 3, 1, 1, 0]);
    bytes.extend(u16::try_from(files.len()).unwrap().to_le_bytes());
    bytes.extend([0; 6]);
    bytes.extend([&data_at.to_le_bytes()[..], &1_u16.to_le_bytes(), &method.to_le_bytes()].concat());
    bytes.extend(list);
    let packed = u16::try_from(block.len()).unwrap();
    bytes.extend([&[0; 4][..], &packed.to_le_bytes(), &size.to_le_bytes(), block].concat());
    bytes
}

#[test]
fn what_a_cabinet_keeps_back_is_a_gap() {
    let block = "机密文件".as_bytes(); // 12 bytes
    let gaps = |bytes: &[u8]| -> Vec<String> {
        read(bytes).into_iter().filter_map(|line| line.strip_prefix("gap ").map(str::to_owned)).collect()
    };
    let whole = cabinet(0, block, 12, &[("a", 0, 12, 0)]);
    assert_eq!(gaps(&whole), [""; 0]);
    let behind = [&whole[..], "后面".as_bytes()].concat();
    let mut reaching = whole.clone();
    reaching[16] -= 4;
    for (bytes, expected) in [
        (
            cabinet(0, block, 12, &[("a", 0, 6, 0)]),
            "unread.damaged cab: unpacked bytes that belong to no file",
        ),
        (
            cabinet(0, block, 12, &[("a", 0, 3, 0), ("b", 6, 6, 0)]),
            "unread.damaged cab: unpacked bytes that belong to no file",
        ),
        (cabinet(0, block, 12, &[("a", 0, 13, 0)]), "unread.damaged cab: a: shorter than stated"),
        (
            cabinet(0, block, 12, &[("a", 0, 12, 0), ("b", 0, 1, 9)]),
            "unread.damaged cab: b: shorter than stated",
        ),
        (
            cabinet(0, block, 12, &[("a", 0, 12, 0), ("b", 0, 1, 0xffff)]),
            "unread.damaged cab: b: one cabinet of several",
        ),
        (cabinet(0, block, 13, &[("a", 0, 13, 0)]), "unread.damaged cab: a: shorter than stated"),
        (cabinet(1, block, 12, &[("a", 0, 12, 0)]), "unread.damaged cab: a: shorter than stated"),
        (cabinet(2, block, 12, &[("a", 0, 12, 0)]), "unread.unsupported cab: a: Quantum compression"),
        (behind, "unread.damaged cab: bytes that belong to no block"),
        (reaching, "unread.damaged cab: the list of folders reaches into the files"),
    ] {
        assert!(gaps(&bytes).iter().any(|gap| gap == expected), "{expected}: {:?}", gaps(&bytes));
    }
}

/// A cabinet with one stored folder and two files in it.
#[test]
fn cabinets() {
    let (first, second) = ("机密★10年".as_bytes(), "第二个".as_bytes());
    let content = [first, second].concat();
    let mut files = Vec::new();
    for (name, bytes, start, attributes) in
        [(&b"a.txt"[..], first, 0, 0x20_u16), ("密件.txt".as_bytes(), second, first.len(), 0xa0)]
    {
        files.extend(u32::try_from(bytes.len()).unwrap().to_le_bytes());
        files.extend(u32::try_from(start).unwrap().to_le_bytes());
        files.extend([0; 6]);
        files.extend(attributes.to_le_bytes());
        files.extend(name);
        files.push(0);
    }
    let files_at = 36 + 8_usize;
    let data_at = files_at + files.len();
    let mut bytes = b"MSCF\0\0\0\0".to_vec();
    bytes.resize(16, 0);
    bytes.extend(u32::try_from(files_at).unwrap().to_le_bytes());
    bytes.extend([0, 0, 0, 0, 3, 1, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0]);
    bytes.extend(u32::try_from(data_at).unwrap().to_le_bytes());
    bytes.extend([1, 0, 0, 0]);
    bytes.extend(&files);
    let size = u16::try_from(content.len()).unwrap().to_le_bytes();
    bytes.extend([0; 4]);
    bytes.extend(size);
    bytes.extend(size);
    bytes.extend(&content);
    assert_found(&read(&bytes), &["a.txt! body 机密★10年", "密件.txt! body 第二个"]);
    never_clean(&bytes, 7);
}

/// A disc with one folder of one file, its names in Unicode.
#[test]
fn disc_images() {
    let record = |name: &[u8], sector: u32, size: usize, flags: u8| {
        let mut record = vec![0; 33];
        record[2..6].copy_from_slice(&sector.to_le_bytes());
        record[10..14].copy_from_slice(&u32::try_from(size).unwrap().to_le_bytes());
        record[25] = flags;
        record[32] = u8::try_from(name.len()).unwrap();
        record.extend(name);
        record.resize(record.len().next_multiple_of(2), 0);
        record[0] = u8::try_from(record.len()).unwrap();
        record
    };
    let wide = |name: &str| name.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let content = "机密★10年".as_bytes();
    let mut image = vec![0; 16 * 2048];
    let mut descriptor = |kind: u8, escape: &[u8], root: &[u8]| {
        let mut sector = vec![0; 2048];
        sector[0] = kind;
        sector[1..6].copy_from_slice(b"CD001");
        sector[88..88 + escape.len()].copy_from_slice(escape);
        sector[156..156 + root.len()].copy_from_slice(root);
        image.extend(sector);
    };
    let root = record(&[0], 19, 2048, 2);
    descriptor(1, b"", &record(&[0], 30, 2048, 2));
    descriptor(2, b"%/E", &root);
    descriptor(255, b"", b"");
    let mut sector = |parts: &[Vec<u8>]| {
        let mut sector = parts.concat();
        sector.resize(2048, 0);
        image.extend(sector);
    };
    sector(&[root.clone(), record(&[1], 19, 2048, 2), record(&wide("密件"), 20, 2048, 2)]);
    sector(&[record(&[0], 20, 2048, 2), root, record(&wide("方案.txt;1"), 21, content.len(), 0)]);
    sector(&[content.to_vec()]);
    assert_found(&read(&image), &["name 密件", "密件/方案.txt! body 机密★10年"]);
    never_clean(&image[..21 * 2048], 2048 * 5);
}

#[test]
fn rar_archives() {
    use rars::{ArchiveVersion, Builder};
    let build = |version: ArchiveVersion, solid: bool, password: Option<&[u8]>| {
        let mut builder = Builder::new(version).solid(solid).password(password.map(<[u8]>::to_vec));
        let long = "机密★10年\n".to_owned() + &"正文内容。\n".repeat(40) + "\n末行内容";
        builder.add_bytes("密件/方案.txt".into(), long.into(), None, None).unwrap();
        builder.add_bytes(b"b.txt".to_vec(), "第二个".into(), None, None).unwrap();
        builder.to_bytes().unwrap()
    };
    for (version, solid) in [(ArchiveVersion::Rar50, false), (ArchiveVersion::Rar50, true)] {
        let bytes = build(version, solid, None);
        let expected =
            ["密件/方案.txt! body 机密★10年", "密件/方案.txt! body \n末行内容", "b.txt! body 第二个"];
        assert_found(&read(&bytes), &expected);
        never_clean(&bytes, 13);
    }
}

#[test]
fn every_place_of_an_xps() {
    let types = "<Types><Override PartName='/FixedDocumentSequence.fdseq' \
        ContentType='application/vnd.ms-package.xps-fixeddocumentsequence+xml'/></Types>";
    let page = |glyphs: &str| {
        format!(
            "<FixedPage xmlns='http://schemas.microsoft.com/xps/2005/06' Width='794' Height='1123'>{glyphs}</FixedPage>"
        )
    };
    let glyph = |x: u32, y: u32, more: &str, text: &str| {
        format!(
            "<Glyphs OriginX='{x}' OriginY='{y}' FontRenderingEmSize='20' {more} UnicodeString='{text}'/>"
        )
    };
    let first = page(
        &[
            // Set one character at a time, far from each other.
            glyph(600, 90, "", "机"),
            glyph(640, 90, "", "密"),
            glyph(100, 500, "", "正文内容"),
            format!("<Canvas RenderTransform='1,0,0,1,0,100'>{}</Canvas>", glyph(100, 500, "", "画布内容")),
            glyph(100, 700, "Fill='#FFFFFFFF'", "白色文字"),
            glyph(100, 2000, "", "页外文字"),
            "<Path AutomationProperties.Name='替代文字'/><!--注释内容-->".to_owned(),
        ]
        .concat(),
    );
    let second = page(&glyph(100, 100, "", "第二页"));
    let bytes = package(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("FixedDocumentSequence.fdseq", b"<FixedDocumentSequence/>"),
        ("Documents/1/FixedDoc.fdoc", b"<FixedDocument><PageContent Source='Pages/2.fpage'/><PageContent Source='Pages/1.fpage'/></FixedDocument>"),
        ("Documents/1/Pages/1.fpage", second.as_bytes()),
        ("Documents/1/Pages/2.fpage", first.as_bytes()),
        ("docProps/core.xml", "<coreProperties><title>标题内容</title></coreProperties>".as_bytes()),
    ]);
    let found = read(&bytes);
    let expected = [
        "body 正文内容",
        "body 画布内容",
        "body 第二页",
        "hidden 白色文字",
        "hidden 页外文字",
        "alt-text 替代文字",
        "hidden 注释内容",
    ];
    assert_found(&found, &expected);
    assert!(found.iter().any(|line| line.starts_with("docProps/core.xml!") && line.contains("标题内容")));
    assert!(found.iter().any(|line| line.starts_with("body 机") && line.ends_with('密')), "{found:#?}");
    let parts = screener().read(&Document::new("x", bytes.clone()));
    let text = &parts[0].1.text;
    let page = |needle: &str| text.location(text.as_str().find(needle).unwrap()).unwrap().page.unwrap().get();
    assert_eq!((page("正文内容"), page("第二页")), (1, 2));
    never_clean(&bytes, 211);
}

/// Sets the compression method of an entry in both of its headers.
fn set_method(package: &mut [u8], name: &str, method: u8) {
    let at = |package: &[u8], from: usize| {
        package[from..].windows(name.len()).position(|window| window == name.as_bytes()).map(|at| from + at)
    };
    let local = at(package, 0).unwrap();
    let central = at(package, local + 1).unwrap();
    package[local - 30 + 8] = method;
    package[central - 46 + 10] = method;
}

#[test]
fn no_entry_of_a_package_is_passed_over() {
    let marked = "机密★10年\n\n关于会议的通知\n".as_bytes();
    let odt: &[(&str, &[u8])] = &[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        (
            "content.xml",
            b"<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\"><office:body>\
              <office:text/></office:body></office:document-content>",
        ),
    ];
    let ofd: &[(&str, &[u8])] = &[
        ("OFD.xml", b"<ofd:OFD xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:DocBody><ofd:DocRoot>D.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"),
        ("D.xml", b"<ofd:Document xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:Pages><ofd:Page ID=\"1\" BaseLoc=\"P.xml\"/></ofd:Pages></ofd:Document>"),
        ("P.xml", b"<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:Content/></ofd:Page>"),
    ];
    let epub: &[(&str, &[u8])] = &[
        ("mimetype", b"application/epub+zip"),
        (
            "META-INF/container.xml",
            b"<container><rootfiles><rootfile full-path=\"c.opf\"/></rootfiles></container>",
        ),
        ("c.opf", b"<package><metadata/></package>"),
    ];
    let docx: &[(&str, &[u8])] = &[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", b"<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body/></w:document>"),
    ];
    for (kind, parts) in [("odt", odt), ("ofd", ofd), ("epub", epub), ("docx", docx)] {
        // Whatever they are called, texts are read.
        for name in ["stray.txt", "fonts/f.odttf", "fonts/f.ttf", "layout-cache", "folder/", "mimetype2"] {
            let bytes = package(&[parts, &[(name, marked)]].concat());
            let screening = screener().screen(&Document::new("x", bytes));
            assert_eq!((&*screening.file_type, screening.verdict), (kind, Verdict::Block), "{name}");
        }
        // One that can't be decompressed is a gap.
        let mut bytes = package(&[parts, &[("stray.txt", marked)]].concat());
        set_method(&mut bytes, "stray.txt", 12);
        let screening = screener().screen(&Document::new("x", bytes));
        assert_eq!((screening.verdict, screening.unread.len()), (Verdict::Review, 1), "{kind}");
    }
}
