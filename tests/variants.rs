//! The same mark in documents that are written otherwise than most programs write them: each is found.

#![expect(clippy::unwrap_used, reason = "a fixture that can't be built is a failed test")]

#[path = "support/package.rs"]
mod package;
#[expect(dead_code, reason = "others read every place")]
#[path = "support/screened.rs"]
mod screened;

use mijian::document::Document;
use mijian::finding::Verdict;
use package::package;
use screened::screener;

const MARK: &str = "机密★10年";

fn content_types(main: &str) -> String {
    format!(
        "<Types><Override PartName=\"/x\" ContentType=\"application/vnd.openxmlformats-officedocument.{main}.main+xml\"/></Types>"
    )
}

/// A package of Office whose main part is the one given.
fn office(kind: &str, name: &str, part: &[u8]) -> Vec<u8> {
    package(&[("[Content_Types].xml", content_types(kind).as_bytes()), (name, part)])
}

fn docx(part: &[u8]) -> Vec<u8> {
    office("wordprocessingml.document", "word/document.xml", part)
}

/// What is screened as `name`, and the type that it is taken for.
fn assert_blocked(name: &str, bytes: Vec<u8>, file_type: &str) {
    let screening = screener().screen(&Document::new(name, bytes));
    let levels: Vec<_> = screening.findings.iter().filter_map(|finding| finding.mark.as_ref()).collect();
    assert_eq!(&*screening.file_type, file_type, "{name}");
    assert_eq!(screening.verdict, Verdict::Block, "{name}: {:?}", screening.unread);
    assert!(levels.iter().any(|mark| mark.period.is_some()), "{name}");
}

/// An exception for one of two marks must not hide the other.
#[test]
fn a_mark_in_markup_is_told_beside_the_same_mark_in_plain_writing() {
    let found = |text: &str| {
        let screening = screener().screen(&Document::new("a.json", text.as_bytes().to_vec()));
        screening.findings.iter().filter(|finding| finding.mark.is_some()).count()
    };
    let plain = r#""a":"<p>机密★10年</p><p>正文如下。</p>""#;
    let split = r#""b":"<p><b>机</b>密★10年</p><p>另文如下。</p>""#;
    assert_eq!(found(&format!("{{{plain}}}")), 1);
    assert_eq!(found(&format!("{{{split}}}")), 1);
    assert_eq!(found(&format!("{{{plain},{split}}}")), 2);
}

#[test]
fn office_packages_of_other_producers() {
    let strict = "http://purl.oclc.org/ooxml";
    let split = "<w:p><w:r><w:t>机</w:t></w:r><w:r><w:t>密★10年</w:t></w:r></w:p>";
    let document = |root: &str, body: &str| {
        format!("<w:document xmlns:w=\"{root}\"><w:body>{body}</w:body></w:document>")
    };
    let transitional = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    let word = document(transitional, split);
    let wide: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(
            format!("<?xml version=\"1.0\" encoding=\"UTF-16\"?>{word}")
                .encode_utf16()
                .flat_map(u16::to_le_bytes),
        )
        .collect();
    let gbk =
        encoding_rs::GBK.encode(&format!("<?xml version=\"1.0\" encoding=\"GBK\"?>{word}")).0.into_owned();
    assert_blocked(
        "strict.docx",
        docx(document(&format!("{strict}/wordprocessingml/main"), split).as_bytes()),
        "docx",
    );
    assert_blocked(
        "plain-names.docx",
        docx(word.replace("w:", "").replace("xmlns:w", "xmlns").as_bytes()),
        "docx",
    );
    assert_blocked(
        "other-prefix.docx",
        docx(word.replace("w:", "ns0:").replace(":w=", ":ns0=").as_bytes()),
        "docx",
    );
    assert_blocked("wide.docx", docx(&wide), "docx");
    assert_blocked("gbk.docx", docx(&gbk), "docx");
    assert_blocked(
        "entities.docx",
        docx(
            document(transitional, "<w:p><w:r><w:t>&#26426;&#x5BC6;&#9733;10&#24180;</w:t></w:r></w:p>")
                .as_bytes(),
        ),
        "docx",
    );
    assert_blocked(
        "sections.docx",
        docx(
            document(transitional, &format!("<w:p><w:r><w:t><![CDATA[{MARK}]]></w:t></w:r></w:p>"))
                .as_bytes(),
        ),
        "docx",
    );
    let sheet = format!(
        "<x:worksheet xmlns:x=\"{strict}/spreadsheetml/main\"><x:sheetData><x:row><x:c t=\"str\"><x:v>{MARK}</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    );
    assert_blocked(
        "strict.xlsx",
        office("spreadsheetml.sheet", "xl/worksheets/sheet1.xml", sheet.as_bytes()),
        "xlsx",
    );
    let slide = format!(
        "<p:sld xmlns:p=\"{strict}/presentationml/main\" xmlns:a=\"{strict}/drawingml/main\"><p:cSld><p:spTree><p:sp><p:txBody><a:p><a:r><a:t>{MARK}</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>"
    );
    assert_blocked(
        "strict.pptx",
        office("presentationml.presentation", "ppt/slides/slide1.xml", slide.as_bytes()),
        "pptx",
    );
}

#[test]
fn parts_that_say_nothing_to_a_reader() {
    let document =
        b"<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>text</w:t></w:r></w:p></w:body></w:document>";
    let foreign = "TOP SECRET//SI//NOFORN";
    let parts = [
        ("word/theme/theme1.xml", format!("<a:theme xmlns:a=\"a\" name=\"{MARK}\"><a:x/></a:theme>")),
        ("word/theme/theme1.xml", format!("<a:theme xmlns:a=\"a\">\n <a:x>{foreign}</a:x></a:theme>")),
        ("word/theme/theme1.xml", format!("<a:theme xmlns:a=\"a\"><!-- {foreign} --></a:theme>")),
        ("word/theme/theme1.xml", format!("<a:theme xmlns:a=\"a\"><a:x/></a:theme> {foreign}")),
        (
            "word/styles.xml",
            format!(
                "<w:styles xmlns:w=\"w\"><w:latentStyles w:count=\"1\"><w:lsdException w:name=\"{MARK}\"/></w:latentStyles></w:styles>"
            ),
        ),
        (
            "word/styles.xml",
            format!(
                "<w:styles xmlns:w=\"w\"><w:latentStyles w:count=\"1\"><w:lsdException w:name=\"a\"/>{foreign}</w:latentStyles></w:styles>"
            ),
        ),
    ];
    for (name, part) in parts {
        let types = content_types("wordprocessingml.document");
        let bytes = package(&[
            ("[Content_Types].xml", types.as_bytes()),
            ("word/document.xml", document),
            (name, part.as_bytes()),
        ]);
        let screening = screener().screen(&Document::new("x.docx", bytes));
        assert_eq!(screening.verdict, Verdict::Block, "{part}");
    }
}

#[test]
fn documents_in_one_xml_file() {
    let body = "<w:body><w:p><w:r><w:t>机</w:t></w:r><w:r><w:t>密★10年</w:t></w:r></w:p></w:body>";
    let instruction =
        |program: &str| format!("<?xml version=\"1.0\"?>\n<?mso-application progid=\"{program}\"?>\n");
    let old = format!(
        "<w:wordDocument xmlns:w=\"http://schemas.microsoft.com/office/word/2003/wordml\">{body}</w:wordDocument>"
    );
    assert_blocked("word.xml", (instruction("Word.Document") + &old).into(), "docx");
    let flat = format!(
        "<pkg:package xmlns:pkg=\"http://schemas.microsoft.com/office/2006/xmlPackage\"><pkg:part pkg:name=\"/word/document.xml\"><pkg:xmlData><w:document xmlns:w=\"w\">{body}</w:document></pkg:xmlData></pkg:part></pkg:package>"
    );
    assert_blocked("flat.xml", (instruction("Word.Document") + &flat).into(), "docx");
    let book = format!(
        "<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet><Table><Row><Cell><Data>{MARK}</Data></Cell></Row></Table></Worksheet></Workbook>"
    );
    assert_blocked("book.xml", (instruction("Excel.Sheet") + &book).into(), "xml");
    // A program is no XML because it begins like it.
    let page = screener().screen(&Document::new("a.php", "<?php echo 1; ?><div>x</div>".as_bytes()));
    assert_eq!(&*page.file_type, "text");
}

#[test]
fn mail_in_rare_encodings_and_without_boundaries() {
    let mail = |charset: &str, body: &[u8]| {
        let head = format!(
            "From: a@b.cn\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset={charset}\r\n\r\n"
        );
        [head.as_bytes(), body].concat()
    };
    assert_blocked("hz.eml", mail("hz-gb-2312", b"~{;zC\\!o~}10~{Dj~}\r\n"), "eml");
    assert_blocked("iso.eml", mail("ISO-2022-CN", b"\x1b$)A\x0e;zC\\!o\x0f10\x0eDj\x0f\r\n"), "eml");
    assert_blocked("utf-7.eml", mail("utf-7", b"+Zzpbxg-+JgU-10+XnQ-\r\n"), "eml");
    let parts = "From: a@b.cn\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\
                 Content-Transfer-Encoding: base64\r\n\r\n5py65a+G4piFMTDlubQ=\r\n--b--\r\n";
    assert_blocked("parts.eml", parts.into(), "eml");
    let screening =
        screener().screen(&Document::new("parts.eml", parts.replace("5py65a+G4piFMTDlubQ=", "eA==")));
    assert_eq!(screening.verdict, Verdict::Review, "what names no boundary is never clean");
}

#[test]
fn addresses_in_plain_text() {
    let shortcut = "[InternetShortcut]\nURL=http://a.cn/%E6%9C%BA%E5%AF%86%E2%98%8510%E5%B9%B4.docx\n";
    let screening = screener().screen(&Document::new("a.url", shortcut.as_bytes()));
    assert_eq!(screening.verdict, Verdict::Block);
    assert_eq!(screening.findings[0].at.line.get(), 2);
    let harmless = "URL=http://a.cn/%E9%80%9A%E7%9F%A5?x=100%&y=%20%2F\n";
    assert_eq!(screener().screen(&Document::new("a.url", harmless.as_bytes())).verdict, Verdict::Pass);
}

#[test]
fn documents_of_the_uniform_office_format() {
    let runs = "<字:句><字:文本串>机密</字:文本串></字:句><字:句><字:文本串>★10年</字:文本串></字:句>";
    let flat = format!(
        "<?xml version=\"1.0\"?><uof:UOF xmlns:uof=\"u\" xmlns:字=\"w\"><字:段落>{runs}</字:段落></uof:UOF>"
    );
    assert_blocked("a.uof", flat.clone().into_bytes(), "xml");
    // The later version numbers its names and packs its parts.
    let numbered =
        flat.replace("段落>", "段落_416B>").replace("句>", "句_419D>").replace("文本串>", "文本串_415B>");
    assert_blocked("a.uot", package(&[("uof.xml", b"<a/>"), ("content.xml", numbered.as_bytes())]), "zip");
    // Two paragraphs are none, and what has a name is told behind it.
    let apart = flat.replace("</字:句><字:句>", "</字:句></字:段落><字:段落><字:句>");
    let screening = screener().screen(&Document::new("a.uof", apart.into_bytes()));
    assert!(
        screening
            .findings
            .iter()
            .all(|finding| finding.mark.as_ref().is_none_or(|mark| mark.period.is_none()))
    );
}

#[test]
fn pages_that_call_themselves_documents() {
    let page = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/html; \
                charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n5py65a+G4piFMTDlubQ=\r\n--b--\r\n";
    assert_blocked("saved.doc", page.into(), "mht");
}

#[test]
fn values_within_other_words_are_texts_of_their_own() {
    let tag = MARK.chars().map(|c| format!("\\u{}?", u32::from(c))).collect::<String>();
    let mail = format!("{{\\rtf1\\ansi\\fromhtml1 {{\\*\\htmltag64 <p title=\"{tag}\">}}x}}");
    assert_blocked("mail.rtf", mail.into_bytes(), "rtf");
    let sheet = b"<worksheet xmlns=\"spreadsheetml\"><sheetData><row><c><f>\"\xe6\x9c\xba\"&amp;\"\xe5\xaf\x86\"&amp;\"\xe2\x98\x8510\xe5\xb9\xb4\"</f></c></row></sheetData></worksheet>";
    assert_blocked("joined.xlsx", office("spreadsheetml.sheet", "xl/worksheets/sheet1.xml", sheet), "xlsx");
    let styles = format!(
        "<styleSheet xmlns=\"spreadsheetml\"><numFmts><numFmt numFmtId=\"200\" formatCode=\"&quot;{MARK}&quot;@\"/></numFmts></styleSheet>"
    );
    assert_blocked("format.xlsx", office("spreadsheetml.sheet", "xl/styles.xml", styles.as_bytes()), "xlsx");
    let styles = format!("<a:tblStyleLst><a:tblStyle styleName=\"{MARK}\"/></a:tblStyleLst>");
    assert_blocked(
        "style.pptx",
        office("presentationml.presentation", "ppt/tableStyles.xml", styles.as_bytes()),
        "pptx",
    );
    let ruby = "<office:document-content><office:body><office:text><text:p><text:ruby><text:ruby-base>机</text:ruby-base>\
        <text:ruby-text>jī</text:ruby-text></text:ruby>密★10年</text:p></office:text></office:body></office:document-content>";
    let odt = package(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", ruby.as_bytes()),
    ]);
    assert_blocked("ruby.odt", odt, "odt");
}

#[test]
fn workbooks_without_a_compound_file() {
    let (gbk, _, _) = encoding_rs::GBK.encode(MARK);
    let record = |kind: u16, parts: &[&[u8]]| {
        let data = parts.concat();
        [&kind.to_le_bytes()[..], &u16::try_from(data.len()).unwrap().to_le_bytes(), &data].concat()
    };
    let long = u16::try_from(gbk.len()).unwrap().to_le_bytes();
    // As programs of websites write them, and as Excel 2 did.
    let begin = record(0x809, &[&[0, 0, 0x10, 0, 0, 0, 0, 0]]);
    let label = record(0x204, &[&[1, 0, 2, 0, 0, 0], &long, &gbk]);
    let end = record(0x0a, &[]);
    assert_blocked("list.xls", [begin.clone(), label, end.clone()].concat(), "xls");
    let oldest = record(0x004, &[&[1, 0, 2, 0, 0, 0, 0], &long[..1], &gbk]);
    assert_blocked("old.xls", [record(0x009, &[&[2, 0, 0x10, 0]]), oldest, end].concat(), "xls");
    let cut = screener().screen(&Document::new("list.xls", [begin, vec![4, 2, 9, 0, 1]].concat()));
    assert!(cut.verdict > Verdict::Pass);
}

#[test]
fn documents_in_values_of_data() {
    // {\rtf1 机密★10年}, and blanks behind it.
    let document =
        ["e1xydGYxIFx1MjY0MjY/XHUyMzQ5ND9cdTk3MzM/MTBcdTI0MTgwPyAg", &"ICAg".repeat(40), "fQ=="].concat();
    let json = format!("{{\"files\": [{{\"name\": \"a\", \"content\": \"{document}\"}}]}}");
    let screening = screener().screen(&Document::new("a.json", json.into_bytes()));
    assert_eq!(screening.verdict, Verdict::Block, "{:?}", screening.unread);
}
