//! One OFD with a different text in every place where the format can hide one, and pages whose
//! characters stand where only geometry joins them to lines.

#![expect(clippy::unwrap_used, reason = "a fixture that can't be built is a failed test")]

#[path = "support/package.rs"]
mod package;

use mijian::extract::{Extracted, extract};
use mijian::filetype::{FileType, identify};
use mijian::limits::{Budget, GapKind, Limits};
use mijian::text::{Break, Place, Zone};
use package::package;

const XMLNS: &str = "xmlns:ofd=\"http://www.ofdspec.org/2016\"";

fn read(bytes: &[u8]) -> Extracted {
    assert_eq!(identify(bytes, "a").file_type, FileType::Ofd);
    extract(bytes, FileType::Ofd, &mut Budget::new(&Limits::default()))
}

/// An OFD with one page that paints `objects`.
fn one_page(objects: &str) -> Vec<u8> {
    package(&[
        ("OFD.xml", root("").as_bytes()),
        ("Doc_0/Document.xml", document("", "<ofd:Page ID=\"1\" BaseLoc=\"P.xml\"/>", "").as_bytes()),
        ("Doc_0/P.xml", page("", objects).as_bytes()),
    ])
}

fn root(more: &str) -> String {
    format!(
        "<ofd:OFD {XMLNS} DocType=\"OFD\"><ofd:DocBody>{more}<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    )
}

fn document(common: &str, pages: &str, more: &str) -> String {
    format!(
        "\u{feff}<?xml version=\"1.0\"?><ofd:Document {XMLNS}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297\
         </ofd:PhysicalBox></ofd:PageArea>{common}</ofd:CommonData><ofd:Pages>{pages}</ofd:Pages>{more}</ofd:Document>"
    )
}

fn page(more: &str, objects: &str) -> String {
    format!("<ofd:Page {XMLNS}>{more}<ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>")
}

/// A text object whose characters are an em of 5 mm apart.
fn text(x: u32, y: u32, more: &str, text: &str) -> String {
    format!(
        "<ofd:TextObject Boundary=\"{x} {y} 100 7\" Size=\"5\" {more}><ofd:TextCode X=\"0\" Y=\"5\" DeltaX=\"g 99 5\">{text}\
         </ofd:TextCode></ofd:TextObject>"
    )
}

fn pieces(extracted: &Extracted) -> Vec<(&'static str, String)> {
    let text = extracted.text.as_str();
    let of = |s: &mijian::text::Segment| (s.at.place.as_str(), text[s.range.clone()].to_owned());
    extracted.text.segments().iter().map(of).collect()
}

fn kinds(extracted: &Extracted) -> Vec<GapKind> {
    extracted.gaps.iter().map(|gap| gap.kind).collect()
}

#[test]
fn every_place_is_read_and_named() {
    let info = "<ofd:DocInfo><ofd:DocID>0123456789abcdef</ofd:DocID><ofd:Title>标题一</ofd:Title><ofd:Author>作者一</ofd:Author>\
        <ofd:Subject>主题一</ofd:Subject><ofd:Abstract>摘要一</ofd:Abstract><ofd:CreationDate>2020-01-01</ofd:CreationDate>\
        <ofd:Keywords><ofd:Keyword>关键词一</ofd:Keyword><ofd:Keyword>关键词二</ofd:Keyword></ofd:Keywords><ofd:CustomDatas>\
        <ofd:CustomData Name=\"密级\">机密</ofd:CustomData><ofd:CustomData Name=\"x\">12</ofd:CustomData></ofd:CustomDatas></ofd:DocInfo>\
        <ofd:Versions><ofd:Version ID=\"0\" BaseLoc=\"Doc_0/Versions/V0.xml\"/></ofd:Versions>\
        <ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>";
    let common = "<ofd:PublicRes>Res.xml</ofd:PublicRes><ofd:TemplatePage ID=\"8\" BaseLoc=\"Tpl.xml\"/>\
        <ofd:TemplatePage ID=\"9\" Name=\"模板名\" BaseLoc=\"Unused.xml\"/>";
    let pages = "<ofd:Page ID=\"1\" BaseLoc=\"/Doc_0/Pages/p0/CONTENT.XML\"/><ofd:Page ID=\"2\" BaseLoc=\"Pages\\p1\\Content.xml\"/>";
    let more = "<ofd:Outlines><ofd:OutlineElem Title=\"大纲一\"><ofd:OutlineElem Title=\"大纲二\"><ofd:Actions><ofd:Action Event=\"CLICK\">\
        <ofd:URI URI=\"http://x/链接\"/></ofd:Action></ofd:Actions></ofd:OutlineElem></ofd:OutlineElem></ofd:Outlines>\
        <ofd:Bookmarks><ofd:Bookmark Name=\"书签一\"/></ofd:Bookmarks><ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>\
        <ofd:Attachments>Attachments.xml</ofd:Attachments><ofd:CustomTags>Tags.xml</ofd:CustomTags>\
        <ofd:Extensions>Extensions.xml</ofd:Extensions><!-- 注释一 -->";
    let first = [
        &text(20, 50, "", "正文一"),
        &text(20, 150, "Visible=\"false\"", "不可见一"),
        &text(20, 160, "Alpha=\"0\"", "透明一"),
        &text(230, 170, "", "页外一"),
        &text(20, 180, "Fill=\"false\"", "不填充一"),
        "<ofd:TextObject Boundary=\"20 190 100 7\" Size=\"5\"><ofd:FillColor Value=\"255 255 255\"/><ofd:TextCode X=\"0\" Y=\"5\" \
         DeltaX=\"g 3 5\">白字一</ofd:TextCode></ofd:TextObject>",
        // White on a dark ground is seen.
        "<ofd:PathObject Boundary=\"20 200 100 7\" Fill=\"true\"><ofd:FillColor Value=\"0 0 128\"/><ofd:AbbreviatedData>M 0 0 L 9 9 C\
         </ofd:AbbreviatedData></ofd:PathObject><ofd:TextObject Boundary=\"20 200 100 7\" Size=\"5\"><ofd:FillColor Value=\"255 255 255\"/>\
         <ofd:TextCode X=\"0\" Y=\"5\" DeltaX=\"g 3 5\">白底一</ofd:TextCode></ofd:TextObject>",
        "<ofd:Layer Visible=\"false\"><ofd:PageBlock>",
        &text(20, 210, "", "隐层一"),
        "</ofd:PageBlock></ofd:Layer><ofd:CompositeObject ResourceID=\"70\" Boundary=\"20 220 50 20\" CTM=\"2 0 0 2 0 0\"/>",
        &text(20, 250, "DrawParam=\"71\"", "参数白一"),
    ]
    .concat();
    let resources = format!(
        "<ofd:Res {XMLNS} BaseLoc=\"Res\"><ofd:Fonts><ofd:Font ID=\"3\" FontName=\"宋体\"/></ofd:Fonts><ofd:DrawParams><ofd:DrawParam ID=\"71\">\
         <ofd:FillColor Value=\"255 255 255\"/></ofd:DrawParam></ofd:DrawParams><ofd:CompositeGraphicUnits>\
         <ofd:CompositeGraphicUnit ID=\"70\"><ofd:Content>{}</ofd:Content></ofd:CompositeGraphicUnit>\
         <ofd:CompositeGraphicUnit ID=\"72\"><ofd:Content>{}</ofd:Content></ofd:CompositeGraphicUnit>\
         </ofd:CompositeGraphicUnits></ofd:Res>",
        text(0, 0, "", "复合一"),
        text(0, 0, "", "未用复合一"),
    );
    let annotations = format!(
        "<ofd:PageAnnot {XMLNS}><ofd:Annot Type=\"Highlight\" Creator=\"批注人\"><ofd:Remark>批注一</ofd:Remark><ofd:Parameters>\
         <ofd:Parameter Name=\"k\">参数一</ofd:Parameter></ofd:Parameters><ofd:Appearance Boundary=\"20 60 100 20\">{}</ofd:Appearance>\
         </ofd:Annot><ofd:Annot Type=\"Watermark\"><ofd:Appearance Boundary=\"0 0 210 297\">{}{}</ofd:Appearance></ofd:Annot>\
         <ofd:Annot Type=\"Stamp\" Visible=\"false\"><ofd:Appearance Boundary=\"20 80 100 20\">{}</ofd:Appearance></ofd:Annot></ofd:PageAnnot>",
        text(0, 0, "", "外观一"),
        text(20, 100, "", "水印一"),
        text(120, 130, "", "水印一"),
        text(0, 0, "", "隐批一"),
    );
    let bytes = package(&[
        ("OFD.xml", root(info).as_bytes()),
        ("Doc_0/Document.xml", document(common, pages, more).as_bytes()),
        ("Doc_0/Res.xml", resources.as_bytes()),
        ("Doc_0/Tpl.xml", page("", &text(20, 10, "", "模板一：")).as_bytes()),
        ("Doc_0/Unused.xml", page("", &text(20, 10, "", "未用模板")).as_bytes()),
        ("Doc_0/Pages/p0/Content.xml", page("<ofd:Template TemplateID=\"8\"/>", &first).as_bytes()),
        // The value of the template's label.
        (
            "Doc_0/Pages/p1/Content.xml",
            page("<ofd:Template TemplateID=\"8\"/>", &text(40, 10, "", "值")).as_bytes(),
        ),
        (
            "Doc_0/Annots/Annotations.xml",
            format!("<ofd:Annotations {XMLNS}><ofd:Page PageID=\"1\"><ofd:FileLoc>A.xml</ofd:FileLoc></ofd:Page></ofd:Annotations>")
                .as_bytes(),
        ),
        ("Doc_0/Annots/A.xml", annotations.as_bytes()),
        (
            "Doc_0/Attachments.xml",
            format!(
                "<ofd:Attachments {XMLNS}><ofd:Attachment Name=\"附件一\"><ofd:FileLoc>Attachs/1.txt</ofd:FileLoc></ofd:Attachment>\
                 </ofd:Attachments>"
            )
            .as_bytes(),
        ),
        ("Doc_0/Attachs/1.txt", "附件正文".as_bytes()),
        (
            "Doc_0/Tags.xml",
            format!("<ofd:CustomTags {XMLNS}><ofd:CustomTag><ofd:FileLoc>Tag.xml</ofd:FileLoc></ofd:CustomTag></ofd:CustomTags>").as_bytes(),
        ),
        ("Doc_0/Tag.xml", "<a><标引一>标引值</标引一><b c=\"属性一\"><ObjectRef>8</ObjectRef></b></a>".as_bytes()),
        (
            "Doc_0/Extensions.xml",
            format!("<ofd:Extensions {XMLNS}><ofd:Extension><ofd:Property Name=\"p\">扩展一</ofd:Property></ofd:Extension></ofd:Extensions>")
                .as_bytes(),
        ),
        (
            "Doc_0/Versions/V0.xml",
            format!("<ofd:DocVersion {XMLNS}><ofd:DocRoot>Doc_old.xml</ofd:DocRoot></ofd:DocVersion>").as_bytes(),
        ),
        ("Doc_0/Versions/Doc_old.xml", document("", "<ofd:Page ID=\"1\" BaseLoc=\"old.xml\"/>", "").as_bytes()),
        ("Doc_0/Versions/old.xml", page("", &text(20, 50, "", "旧版一")).as_bytes()),
        (
            "Doc_0/Signs/Signatures.xml",
            format!("<ofd:Signatures {XMLNS}><ofd:Signature BaseLoc=\"S/Signature.xml\"/></ofd:Signatures>").as_bytes(),
        ),
        (
            "Doc_0/Signs/S/Signature.xml",
            format!(
                "<ofd:Signature {XMLNS}><ofd:SignedInfo><ofd:Provider ProviderName=\"签章商\"/><ofd:CheckValue>dGVzdA==</ofd:CheckValue>\
                 <ofd:Seal><ofd:BaseLoc>Seal.esl</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo><ofd:SignedValue>SignedValue.dat</ofd:SignedValue>\
                 </ofd:Signature>"
            )
            .as_bytes(),
        ),
        ("Doc_0/Signs/S/Seal.esl", b"\x30\x81\x08\x0c\x06\xe5\x8d\xb0\xe7\xab\xa0"),
        ("Doc_0/Signs/S/SignedValue.dat", b"\x30\x81\x03\x02\x01\x01"),
        ("Doc_0/Pages/orphan.xml", page("", &text(20, 50, "", "孤页一")).as_bytes()),
        ("Doc_0/Res/font.ttf", b"\0\x01\0\0\0\x0b\0\x80\0\x03\0\x30OS/2\0\0"),
        ("Doc_0/Res/pic.png", b"\x89PNG\r\n\x1a\n"),
        ("Doc_0/遗留.bin", "遗留文件".as_bytes()),
    ]);
    let read = read(&bytes);
    let found = pieces(&read);
    let expected = [
        ("property", "Title: 标题一"),
        ("property", "Author: 作者一"),
        ("property", "Subject: 主题一"),
        ("property", "Abstract: 摘要一"),
        ("property", "Keyword: 关键词一"),
        ("property", "Keyword: 关键词二"),
        ("property", "密级: 机密"),
        ("attribute", "模板名"),
        ("bookmark", "大纲一"),
        ("bookmark", "大纲二"),
        ("attribute", "http://x/链接"),
        ("bookmark", "书签一"),
        ("hidden", " 注释一 "),
        ("body", "模板一："),
        ("body", "正文一"),
        ("body", "白底一"),
        ("body", "复合一"),
        ("hidden", "不可见一"),
        ("hidden", "透明一"),
        ("hidden", "页外一"),
        ("hidden", "不填充一"),
        ("hidden", "白字一"),
        ("hidden", "隐层一"),
        ("hidden", "参数白一"),
        ("attribute", "批注人"),
        ("annotation", "批注一"),
        ("annotation", "k: 参数一"),
        ("annotation", "外观一"),
        ("watermark", "水印一"),
        ("hidden", "隐批一"),
        ("body", "模板一：值"),
        ("master", "未用模板"),
        ("property", "标引一"),
        ("property", "标引一: 标引值"),
        ("property", "c: 属性一"),
        ("property", "Property: 扩展一"),
        ("property", "ProviderName: 签章商"),
        ("property", "印章"),
        ("revision", "旧版一"),
        ("hidden", "孤页一"),
        ("hidden", "未用复合一"),
        ("name", "Doc_0/遗留.bin"),
    ];
    for (place, text) in expected {
        let count = found.iter().filter(|(p, t)| (*p, t.as_str()) == (place, text)).count();
        assert_eq!(count, 1, "{place}: {text} in {found:#?}");
    }
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    let inner: Vec<&str> = read.inner.iter().map(|inner| inner.name.as_str()).collect();
    assert_eq!(inner, ["附件一.txt", "Doc_0/遗留.bin"]);
    assert_eq!(read.inner[0].bytes, "附件正文".as_bytes());
    assert_eq!(read.gaps, []);
}

#[test]
fn single_characters_are_lines_with_page_and_zone() {
    // As many writers do: one object for one character, out of order, with steps as `g n d`.
    let objects: String = [("机", 20), ("★", 30), ("密", 25), ("0", 38), ("2", 35), ("年", 41)]
        .iter()
        .map(|(c, x)| text(*x, 40, "", c))
        .collect();
    let more = text(150, 280, "", "第1页")
        + "<ofd:TextObject Boundary=\"20 100 100 30\" Size=\"5\"><ofd:TextCode X=\"0\" Y=\"5\" DeltaX=\"g 2 5 -10 g 2 5\" DeltaY=\"g 2 0 7 g 2 0\">\
           第一行第二行</ofd:TextCode></ofd:TextObject><ofd:TextObject Boundary=\"20 200 100 7\" Size=\"5\"><ofd:TextCode X=\"0\" Y=\"5\">无步长</ofd:TextCode>\
           </ofd:TextObject><ofd:TextObject Boundary=\"20 220 100 7\" Size=\"4\" CTM=\"2 0 0 2 0 0\"><ofd:TextCode X=\"0\" Y=\"5\" DeltaX=\"2 2 2 2\">Hello</ofd:TextCode>\
           </ofd:TextObject><ofd:TextObject Boundary=\"190 60 7 100\" Size=\"5\"><ofd:TextCode X=\"0\" Y=\"5\" DeltaY=\"g 3 5\">竖排文字</ofd:TextCode></ofd:TextObject>";
    let read = read(&one_page(&(objects + &more)));
    let segments = read.text.segments();
    let of = |needle: &str| {
        let text = read.text.as_str();
        segments
            .iter()
            .find(|s| &text[s.range.clone()] == needle)
            .unwrap_or_else(|| panic!("{needle} in {text}"))
            .at
    };
    let mark = of("机密★20年");
    assert_eq!((mark.place, mark.page.unwrap().get(), mark.zone), (Place::Body, 1, Some(Zone::TopLeft)));
    assert_eq!((mark.size, mark.parted), (Some(142), Break::Page));
    assert_eq!(of("第1页").zone, Some(Zone::FootRight));
    for line in ["第一行", "第二行", "无步长", "Hello", "竖排文字"] {
        of(line);
    }
    assert_eq!(segments.len(), 7);
}

#[test]
fn rotated_and_pale_text_is_a_watermark() {
    let objects = text(20, 40, "", "正文")
        + &text(60, 150, "CTM=\"0.866 -0.5 0.5 0.866 0 0\"", "斜水印")
        + "<ofd:TextObject Boundary=\"20 180 180 30\" Size=\"20\" Alpha=\"60\"><ofd:TextCode X=\"0\" Y=\"20\" DeltaX=\"20 20\">淡水印\
           </ofd:TextCode></ofd:TextObject>";
    let read = read(&one_page(&objects));
    assert_eq!(
        pieces(&read),
        [("body", "正文"), ("watermark", "淡水印"), ("watermark", "斜水印")].map(|(p, t)| (p, t.to_owned()))
    );
}

#[test]
fn what_has_no_characters_is_a_gap() {
    let glyphs = |count: usize, more: &str| {
        format!(
            "<ofd:TextObject Boundary=\"20 40 100 7\" Size=\"5\"><ofd:CGTransform CodePosition=\"0\" CodeCount=\"{count}\" GlyphCount=\"{count}\">\
             <ofd:Glyphs>1 2 3</ofd:Glyphs></ofd:CGTransform>{more}</ofd:TextObject>"
        )
    };
    assert_eq!(kinds(&read(&one_page(&glyphs(3, "")))), [GapKind::Glyphs]);
    let placeholders = glyphs(3, "<ofd:TextCode X=\"0\" Y=\"5\" DeltaX=\"5 5\">¤¤¤</ofd:TextCode>");
    assert_eq!(kinds(&read(&one_page(&placeholders))), [GapKind::Glyphs]);
    let squares = glyphs(3, "<ofd:TextCode X=\"0\" Y=\"5\" DeltaX=\"5 5\">□□□</ofd:TextCode>");
    assert_eq!(kinds(&read(&one_page(&squares))), [GapKind::Glyphs]);
    let ligature = glyphs(1, "<ofd:TextCode X=\"0\" Y=\"5\" DeltaX=\"5 5\">文件号</ofd:TextCode>");
    assert_eq!(kinds(&read(&one_page(&ligature))), []);
    let picture = "<ofd:ImageObject Boundary=\"0 0 210 297\" ResourceID=\"5\"/>";
    assert_eq!(kinds(&read(&one_page(picture))), [GapKind::Image]);
    assert_eq!(kinds(&read(&one_page(&(picture.to_owned() + &text(20, 40, "", &"字".repeat(30)))))), []);
    let outlines = format!(
        "<ofd:PathObject Boundary=\"0 0 9 9\" Fill=\"true\"><ofd:AbbreviatedData>M 0 0 {}C</ofd:AbbreviatedData></ofd:PathObject>",
        "L 1 1 ".repeat(300)
    );
    assert_eq!(kinds(&read(&one_page(&outlines))), [GapKind::Image]);
    assert_eq!(kinds(&read(&one_page("<ofd:CompositeObject ResourceID=\"5\"/>"))), [GapKind::Damaged]);
}

#[test]
fn damaged_and_encrypted_packages_are_gaps() {
    let lost = package(&[
        ("OFD.xml", root("").as_bytes()),
        ("Doc_0/Document.xml", document("", "<ofd:Page ID=\"1\" BaseLoc=\"P.xml\"/>", "").as_bytes()),
    ]);
    assert!(kinds(&read(&lost)).contains(&GapKind::Damaged));
    assert!(kinds(&read(&package(&[("OFD.xml", b"<ofd:OFD")]))).contains(&GapKind::Damaged));
    let encrypted = package(&[
        ("OFD.xml", root("").as_bytes()),
        ("Encryptions.xml", b"<ofd:Encryptions><ofd:EncryptInfo/></ofd:Encryptions>"),
        ("Doc_0/Document.xml", &[0x9a; 900]),
    ]);
    assert!(kinds(&read(&encrypted)).contains(&GapKind::Encrypted));
    // A package without its list still shows its pages.
    let headless = package(&[
        ("OFD.xml", b"<x/>"),
        ("d.xml", document("", "<ofd:Page ID=\"1\" BaseLoc=\"p.xml\"/>", "").as_bytes()),
        ("p.xml", page("", &text(20, 40, "", "仍可读")).as_bytes()),
    ]);
    assert_eq!(pieces(&read(&headless)), [("body", "仍可读".to_owned())]);
}

#[test]
fn hostile_sizes_end() {
    // A unit that paints itself ten times over, and steps without end.
    let unit: String = "<ofd:CompositeObject ResourceID=\"7\"/>".repeat(10);
    let resources = format!(
        "<ofd:Res {XMLNS}><ofd:CompositeGraphicUnit ID=\"7\"><ofd:Content>{unit}{}</ofd:Content></ofd:CompositeGraphicUnit></ofd:Res>",
        text(0, 0, "", "炸")
    );
    let bytes = package(&[
        ("OFD.xml", root("").as_bytes()),
        (
            "Doc_0/Document.xml",
            document("<ofd:PublicRes>R.xml</ofd:PublicRes>", "<ofd:Page ID=\"1\" BaseLoc=\"P.xml\"/>", "")
                .as_bytes(),
        ),
        ("Doc_0/R.xml", resources.as_bytes()),
        ("Doc_0/P.xml", page("", "<ofd:CompositeObject ResourceID=\"7\"/>").as_bytes()),
    ]);
    assert_eq!(kinds(&read(&bytes)), [GapKind::Limit]);
    let steps = "<ofd:TextObject Boundary=\"20 40 9 9\" Size=\"5\"><ofd:TextCode DeltaX=\"g 4000000000 5\" DeltaY=\"g 99999999999999999999 x\">两字</ofd:TextCode></ofd:TextObject>";
    assert_eq!(pieces(&read(&one_page(steps))), [("body", "两字".to_owned())]);
    let deep = "<ofd:PageBlock>".repeat(300_000) + &text(20, 40, "", "深");
    let found = read(&one_page(&deep));
    assert!(found.text.as_str().contains('深') && !found.gaps.is_empty());
    for number in ["NaN", "1e39", "-1e38", ""] {
        let odd = format!(
            "<ofd:TextObject Boundary=\"{number} {number} 1 1\" Size=\"{number}\" CTM=\"{number} 0 0 1 0 0\"><ofd:TextCode X=\"{number}\" Y=\"5\" DeltaX=\"{number}\">奇数\
             </ofd:TextCode></ofd:TextObject>"
        );
        assert!(read(&one_page(&odd)).text.as_str().replace('\n', "").contains("奇数"), "{number}");
    }
}

/// A font file with nothing but a map of characters: two stretches of three and one glyph.
fn font() -> Vec<u8> {
    let words = |numbers: &[u16]| -> Vec<u8> { numbers.iter().flat_map(|n| n.to_be_bytes()).collect() };
    let glyph = |code: u16, glyph: u16| glyph.wrapping_sub(code);
    // Format 4: ends, a pad, starts, steps, offsets.
    let map = words(&[
        4,
        48,
        0,
        8,
        0,
        0,
        0,
        0x2605,
        0x5bc6,
        0x673a,
        0xffff,
        0,
        0x2605,
        0x5bc6,
        0x673a,
        0xffff,
        glyph(0x2605, 7),
        glyph(0x5bc6, 8),
        glyph(0x673a, 9),
        1,
        0,
        0,
        0,
        0,
    ]);
    let cmap = [words(&[0, 1, 3, 1, 0, 12]), map].concat();
    let head = [&[0, 1, 0, 0][..], &words(&[1, 0, 0, 0]), b"cmap", &[0; 4], &28_u32.to_be_bytes()].concat();
    [head, u32::try_from(cmap.len()).unwrap().to_be_bytes().to_vec(), cmap].concat()
}

#[test]
fn glyph_numbers_are_read_through_the_fonts_own_map() {
    let numbered = |numbers: &str| {
        format!(
            "<ofd:TextObject Boundary=\"20 20 100 7\" Size=\"5\" Font=\"3\"><ofd:CGTransform CodePosition=\"0\" CodeCount=\"3\" \
             GlyphCount=\"3\"><ofd:Glyphs>{numbers}</ofd:Glyphs></ofd:CGTransform><ofd:TextCode X=\"0\" Y=\"5\" DeltaX=\"g 99 5\">\
             \u{e001}\u{e002}\u{e003}10年</ofd:TextCode></ofd:TextObject>"
        )
    };
    let with = |fonts: &str, numbers: &str| {
        let resources = format!("<ofd:Res {XMLNS} BaseLoc=\"Res\"><ofd:Fonts>{fonts}</ofd:Fonts></ofd:Res>");
        let common = "<ofd:PublicRes>R.xml</ofd:PublicRes>";
        package(&[
            ("OFD.xml", root("").as_bytes()),
            ("Doc_0/Document.xml", document(common, "<ofd:Page ID=\"1\" BaseLoc=\"P.xml\"/>", "").as_bytes()),
            ("Doc_0/P.xml", page("", &numbered(numbers)).as_bytes()),
            ("Doc_0/R.xml", resources.as_bytes()),
            ("Doc_0/Res/f.ttf", &font()),
        ])
    };
    let file = "<ofd:Font ID=\"2\" FontName=\"x\"/><ofd:Font ID=\"3\" FontName=\"y\"><ofd:FontFile>f.ttf</ofd:FontFile></ofd:Font>";
    let known = read(&with(file, "9 8 7"));
    assert_eq!(known.text.as_str(), "机密★10年");
    assert_eq!(kinds(&known), []);
    // A number that the font does not have, and a font without a file.
    for unknown in [with(file, "9 8 70"), with("<ofd:Font ID=\"3\" FontName=\"y\"/>", "9 8 7")] {
        assert_eq!(kinds(&read(&unknown)), [GapKind::Glyphs]);
    }
}

#[test]
fn drawing_parameters_take_from_others() {
    let resources = |first: &str| {
        format!(
            "<ofd:Res {XMLNS}><ofd:DrawParams><ofd:DrawParam ID=\"72\" Relative=\"71\"/><ofd:DrawParam ID=\"71\" Relative=\"70\"/>{first}\
             <ofd:DrawParam ID=\"80\" Relative=\"81\"/><ofd:DrawParam ID=\"81\" Relative=\"80\"/></ofd:DrawParams></ofd:Res>"
        )
    };
    let place = |first: &str, id: &str| {
        let objects = text(20, 100, &format!("DrawParam=\"{id}\""), "内容一");
        let read = read(&package(&[
            ("OFD.xml", root("").as_bytes()),
            (
                "Doc_0/Document.xml",
                document(
                    "<ofd:PublicRes>R.xml</ofd:PublicRes>",
                    "<ofd:Page ID=\"1\" BaseLoc=\"P.xml\"/>",
                    "",
                )
                .as_bytes(),
            ),
            ("Doc_0/P.xml", page("", &objects).as_bytes()),
            ("Doc_0/R.xml", resources(first).as_bytes()),
        ]));
        read.text.segments()[0].at.place
    };
    let white = "<ofd:DrawParam ID=\"70\"><ofd:FillColor Value=\"255 255 255\"/></ofd:DrawParam>";
    let black = "<ofd:DrawParam ID=\"70\"><ofd:FillColor Value=\"0 0 0\"/></ofd:DrawParam>";
    assert_eq!(place(white, "72"), Place::Hidden);
    assert_eq!(place(black, "72"), Place::Body);
    // In a ring there is no colour.
    assert_eq!(place(white, "80"), Place::Body);
}

#[test]
fn a_seal_as_large_as_stamps_are_is_no_gap() {
    // A seal in the structure of GB/T 38540 whose picture has as many pixels as a page.
    let picture = [
        &b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"[..],
        &1000_u32.to_be_bytes(),
        &1000_u32.to_be_bytes(),
        b"\x08\x02\0\0\0....\0\0\0\x1btEXtTitle\0a seal of some office....\0\0\0\0IEND....",
    ]
    .concat();
    let body =
        [&[0x0c, 6][..], "印章".as_bytes(), &[0x04, 0x81, u8::try_from(picture.len()).unwrap()], &picture]
            .concat();
    let seal = [&[0x30, 0x81, u8::try_from(body.len()).unwrap()][..], &body].concat();
    let read = |stamps: &str| {
        let signature = format!(
            "<ofd:Signature {XMLNS}><ofd:SignedInfo><ofd:Seal><ofd:BaseLoc>Seal.esl</ofd:BaseLoc></ofd:Seal>{stamps}</ofd:SignedInfo>\
             </ofd:Signature>"
        );
        let bytes = package(&[
            ("OFD.xml", root("<ofd:Signatures>Signs/Signatures.xml</ofd:Signatures>").as_bytes()),
            ("Doc_0/Document.xml", document("", "<ofd:Page ID=\"1\" BaseLoc=\"P.xml\"/>", "").as_bytes()),
            ("Doc_0/P.xml", page("", &text(20, 50, "", "正文一")).as_bytes()),
            (
                "Signs/Signatures.xml",
                format!(
                    "<ofd:Signatures {XMLNS}><ofd:Signature BaseLoc=\"Signature.xml\"/></ofd:Signatures>"
                )
                .as_bytes(),
            ),
            ("Signs/Signature.xml", signature.as_bytes()),
            ("Signs/Seal.esl", &seal),
        ]);
        read(&bytes)
    };
    let stamp = |boundary: &str| format!("<ofd:StampAnnot PageRef=\"1\" ID=\"1\" Boundary=\"{boundary}\"/>");
    // A round one, one across the edges of all pages, as they are: its texts alone are told.
    for stamps in [stamp("120 200 42 42"), stamp("205 0 5 297") + &stamp("0 0 60 60")] {
        let read = read(&stamps);
        assert!(pieces(&read).contains(&("property", "印章".to_owned())), "{stamps}");
        assert_eq!((kinds(&read), read.inner.len(), read.pictures.len()), (vec![], 0, 1), "{stamps}");
    }
    // As large as a page, of unknown size, or nowhere: a document of its own, and a gap as one.
    for stamps in
        [stamp("0 0 210 297"), stamp("120 200 42 42") + &stamp("0 0 100 100"), stamp("1 1"), String::new()]
    {
        let read = read(&stamps);
        assert_eq!((read.inner.len(), read.pictures.len()), (1, 0), "{stamps}");
    }
}
