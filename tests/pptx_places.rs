//! One deck with a different text in every place where the format can hide one: each has to be found,
//! with the place it stands in.

#![expect(clippy::unwrap_used, reason = "a fixture that can't be built is a failed test")]

#[path = "support/package.rs"]
mod package;
#[path = "support/pieces.rs"]
mod pieces;

use mijian::extract::{Extracted, extract};
use mijian::filetype::{FileType, identify};
use mijian::limits::{Budget, GapKind, Limits};
use mijian::text::{Align, Break, Place, Zone};
use package::package;
use pieces::pieces;

const MAIN: &str = "xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\" xmlns:a=\"a\" xmlns:r=\"r\" \
                    xmlns:mc=\"mc\" xmlns:p14=\"p14\"";

fn read(bytes: &[u8]) -> Extracted {
    extract(bytes, FileType::Pptx, &mut Budget::new(&Limits::default()))
}

fn element(root: &str, inside: &str) -> Vec<u8> {
    format!("<?xml version=\"1.0\"?><p:{root} {MAIN}>{inside}</p:{}>", root.split(' ').next().unwrap()).into()
}

/// A slide, layout or page of notes with these shapes.
fn tree(root: &str, shapes: &str) -> Vec<u8> {
    element(
        root,
        &format!(
            "<p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id=\"1\" name=\"\"/></p:nvGrpSpPr><p:grpSpPr/>{shapes}</p:spTree></p:cSld>"
        ),
    )
}

fn relations(targets: &[(&str, &str)]) -> Vec<u8> {
    let one =
        |(id, target): &(&str, &str)| format!("<Relationship Id=\"{id}\" Type=\"t\" Target=\"{target}\"/>");
    format!("<Relationships>{}</Relationships>", targets.iter().map(one).collect::<String>()).into()
}

fn paragraph(text: &str) -> String {
    format!("<a:p><a:r><a:t>{text}</a:t></a:r></a:p>")
}

fn shape(holder: &str, place: &str, paragraphs: &str) -> String {
    format!(
        "<p:sp><p:nvSpPr><p:cNvPr id=\"2\" name=\"TextBox 2\"/><p:nvPr>{holder}</p:nvPr></p:nvSpPr><p:spPr>{place}</p:spPr>\
         <p:txBody>{paragraphs}</p:txBody></p:sp>"
    )
}

fn at(x: i32, y: i32, width: i32, height: i32) -> String {
    format!("<a:xfrm><a:off x=\"{x}\" y=\"{y}\"/><a:ext cx=\"{width}\" cy=\"{height}\"/></a:xfrm>")
}

fn first_slide() -> String {
    let run = |properties: &str, text: &str| format!("<a:r>{properties}<a:t>{text}</a:t></a:r>");
    let cell = |text: &str| format!("<a:tc><a:txBody>{}</a:txBody></a:tc>", paragraph(text));
    [
        shape("<p:ph idx=\"1\"/>", "", &(paragraph("正文段一") + &paragraph("正文段二"))),
        shape("<p:ph type=\"ctrTitle\"/>", &at(0, 0, 900, 100), "<a:p><a:pPr algn=\"ctr\"/><a:r><a:t>标</a:t></a:r><a:r><a:t>题字</a:t></a:r></a:p>"),
        shape("", &at(750, 20, 100, 40), "<a:p><a:r><a:rPr sz=\"3200\"/><a:t>右上章</a:t></a:r></a:p>"),
        shape("", &at(-500, 20, 100, 40), &paragraph("片外字")),
        shape("", "", &format!("<a:p>{}{}</a:p>", run("", "露"), run("<a:rPr><a:noFill/></a:rPr>", "藏"))),
        shape("", "", &format!("<a:p>{}</a:p>", run("<a:rPr sz=\"100\"/>", "微字"))),
        shape("", "", &format!("<a:p>{}</a:p>", run("<a:rPr strike=\"sngStrike\"/>", "划去字"))),
        shape("", "", &format!("<a:p>{}{}{}</a:p>", run("", "秘密"), run("<a:rPr><a:latin typeface=\"Wingdings\"/></a:rPr>", "«"), run("", "10年"))),
        shape(
            "",
            "",
            &format!("<a:p>{}</a:p>", run("<a:rPr><a:sym typeface=\"Wingdings\"/></a:rPr>", "fonts\u{f0ab}")),
        ),
        shape("", "", "<a:p><a:r><a:t>上行</a:t></a:r><a:br/><a:fld type=\"x\"><a:t>下行</a:t></a:fld></a:p>"),
        shape("<p:ph type=\"ftr\" idx=\"11\"/>", "", &paragraph("页脚字")),
        shape("<p:ph type=\"dt\"/>", "", &paragraph("日期字")),
        "<p:sp><p:nvSpPr><p:cNvPr id=\"9\" name=\"形状名字\" descr=\"替代文字\" title=\"替代标题\"><a:hlinkClick tooltip=\"链接提示\"/></p:cNvPr>\
         </p:nvSpPr></p:sp>"
            .to_owned(),
        "<p:sp><p:nvSpPr><p:cNvPr id=\"9\" name=\"TextBox 9\" hidden=\"1\"/></p:nvSpPr><p:txBody><a:p><a:r><a:t>隐藏形状</a:t></a:r></a:p></p:txBody></p:sp>"
            .to_owned(),
        format!(
            "<p:grpSp><p:nvGrpSpPr><p:cNvPr name=\"Group 1\"/></p:nvGrpSpPr><p:grpSpPr><a:xfrm><a:off x=\"2000\" y=\"0\"/><a:ext cx=\"100\" cy=\"100\"/>\
             <a:chOff x=\"0\" y=\"0\"/><a:chExt cx=\"100\" cy=\"100\"/></a:xfrm></p:grpSpPr>{}</p:grpSp>",
            shape("", &at(0, 0, 100, 100), &paragraph("组内片外"))
        ),
        format!(
            "<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr name=\"Table 1\"/></p:nvGraphicFramePr><p:xfrm><a:off x=\"0\" y=\"200\"/>\
             <a:ext cx=\"900\" cy=\"200\"/></p:xfrm><a:graphic><a:tbl><a:tblPr><a:tableStyleId>{{GUID}}</a:tableStyleId></a:tblPr>\
             <a:tr>{}{}</a:tr><a:tr>{}{}</a:tr></a:tbl></a:graphic></p:graphicFrame>",
            cell("姓名"),
            cell("身份证号"),
            cell("张三"),
            cell("110101199003078888")
        ),
        format!(
            "<mc:AlternateContent><mc:Choice>{}</mc:Choice><mc:Fallback>{}{}</mc:Fallback></mc:AlternateContent>",
            shape("", "", &paragraph("两支同文")),
            shape("", "", &paragraph("两支同文")),
            shape("", "", &paragraph("只在后备"))
        ),
        "<p:pic><p:nvPicPr><p:cNvPr name=\"Picture 3\" descr=\"图片说明\"/></p:nvPicPr></p:pic><p:extLst><p:ext><x>未知元素</x></p:ext></p:extLst>\
         <!--注释文字-->"
            .to_owned(),
    ]
    .concat()
}

fn full_package() -> Vec<u8> {
    let presentation = element(
        "presentation",
        "<p:sldIdLst><p:sldId id=\"256\" r:id=\"b\"/><p:sldId id=\"257\" r:id=\"a\"/></p:sldIdLst><p:sldSz cx=\"900\" cy=\"600\"/>\
         <p:custShowLst><p:custShow name=\"放映名\"/></p:custShowLst><p:kinsoku lang=\"zh-CN\" invalStChars=\"！、。\"/>\
         <p:extLst><p:ext><p14:sectionLst><p14:section name=\"节名\"/></p14:sectionLst></p:ext></p:extLst>",
    );
    let modern = "xmlns:p188=\"http://schemas.microsoft.com/office/powerpoint/2018/8/main\"";
    let parts: Vec<(&str, Vec<u8>)> = vec![
        ("[Content_Types].xml", b"<Types><Override PartName=\"/ppt/presentation.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml\"/></Types>".to_vec()),
        ("ppt/presentation.xml", presentation),
        ("ppt/_rels/presentation.xml.rels", relations(&[("a", "slides/slide1.xml"), ("b", "slides/slide7.xml"), ("m", "slideMasters/slideMaster1.xml")])),
        ("ppt/slides/slide7.xml", tree("sld", &first_slide())),
        ("ppt/slides/slide1.xml", tree("sld show=\"0\"", &shape("<p:ph type=\"title\"/>", "", &paragraph("隐藏片字")))),
        ("ppt/slides/_rels/slide7.xml.rels", relations(&[("l", "../slideLayouts/slideLayout1.xml"), ("c", "../comments/comment1.xml"), ("d", "../diagrams/data1.xml")])),
        ("ppt/slides/_rels/slide1.xml.rels", relations(&[("n", "../notesSlides/notesSlide1.xml"), ("l", "../slideLayouts/slideLayout1.xml")])),
        (
            "ppt/notesSlides/notesSlide1.xml",
            tree("notes", &(shape("<p:ph type=\"body\"/>", "", &paragraph("备注字")) + &shape("<p:ph type=\"hdr\"/>", "", &paragraph("备注页眉")))),
        ),
        ("ppt/slideLayouts/slideLayout1.xml", tree("sldLayout", &shape("<p:ph type=\"ftr\"/>", &at(0, 550, 100, 40), &paragraph("版式字")))),
        ("ppt/slideMasters/slideMaster1.xml", tree("sldMaster", &shape("", &at(0, 0, 100, 40), &paragraph("母版字")))),
        ("ppt/notesMasters/notesMaster1.xml", tree("notesMaster", &shape("", "", &paragraph("备注母版")))),
        ("ppt/handoutMasters/handoutMaster1.xml", tree("handoutMaster", &shape("<p:ph type=\"hdr\"/>", "", &paragraph("讲义页眉")))),
        ("ppt/comments/comment1.xml", element("cmLst", "<p:cm authorId=\"0\"><p:pos x=\"1\" y=\"2\"/><p:text>旧式批注</p:text></p:cm>")),
        ("ppt/commentAuthors.xml", element("cmAuthorLst", "<p:cmAuthor name=\"批注人\" initials=\"P\"/>")),
        (
            "ppt/comments/modernComment1.xml",
            format!(
                "<p188:cmLst {modern}><p188:cm><p188:replyLst><p188:reply><p188:txBody>{}</p188:txBody></p188:reply></p188:replyLst>\
                 <p188:txBody>{}{}</p188:txBody></p188:cm></p188:cmLst>",
                paragraph("批注答复"),
                paragraph("新式批注"),
                paragraph("批注次段")
            )
            .into(),
        ),
        ("ppt/authors.xml", format!("<p188:authorLst {modern}><p188:author name=\"新批注人\"/></p188:authorLst>").into()),
        ("ppt/tags/tag1.xml", element("tagLst", "<p:tag name=\"LEVEL\" val=\"标记值\"/>")),
        ("ppt/charts/chart1.xml", "<c:chartSpace><c:title><a:p><a:r><a:t>图表题</a:t></a:r></a:p></c:title></c:chartSpace>".into()),
        ("ppt/diagrams/data1.xml", "<dgm:dataModel><a:p><a:r><a:t>图示字</a:t></a:r></a:p></dgm:dataModel>".into()),
        ("ppt/diagrams/drawing1.xml", "<dsp:drawing><a:p><a:r><a:t>图示字</a:t></a:r></a:p></dsp:drawing>".into()),
        ("customXml/item1.xml", "<根><字段>自定义数据</字段></根>".into()),
        ("docProps/core.xml", "<cp:coreProperties><dc:title>题名</dc:title></cp:coreProperties>".into()),
        ("ppt/embeddings/book.xlsx", b"PK\x03\x04book".to_vec()),
        ("ppt/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0object".to_vec()),
        ("ppt/vbaProject.bin", b"\xd0\xcf\x11\xe0macros".to_vec()),
        ("ppt/media/image1.png", b"\x89PNG\r\n".to_vec()),
        // No relationship names it, and its name says nothing.
        ("old/x1.dat", tree("sld", &shape("<p:ph/>", "", &paragraph("孤儿片字")))),
    ];
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    package(&parts)
}

/// Place, slide (0 for none), whether it is another reading of the piece before it, and the text.
const EXPECTED: &[(Place, u32, bool, &str)] = &[
    (Place::Body, 1, false, "标题字"),
    (Place::Body, 1, false, "正文段一"),
    (Place::Body, 1, false, "正文段二"),
    (Place::Textbox, 1, false, "右上章"),
    (Place::Hidden, 1, false, "片外字"),
    (Place::Textbox, 1, false, "露"),
    (Place::Hidden, 1, true, "露藏"),
    (Place::Hidden, 1, false, "微字"),
    (Place::Textbox, 1, false, "划去字"),
    (Place::Textbox, 1, false, "秘密★10年"),
    (Place::Textbox, 1, false, "fonts★"),
    (Place::Textbox, 1, false, "上行\n下行"),
    (Place::Footer, 1, false, "页脚字"),
    (Place::Footer, 1, false, "日期字"),
    (Place::AltText, 1, false, "形状名字"),
    (Place::AltText, 1, false, "替代文字"),
    (Place::AltText, 1, false, "替代标题"),
    (Place::Attribute, 1, false, "链接提示"),
    (Place::Hidden, 1, false, "隐藏形状"),
    (Place::Hidden, 1, false, "组内片外"),
    (Place::Table, 1, false, "姓名"),
    (Place::Table, 1, false, "身份证号"),
    (Place::Table, 1, false, "张三"),
    (Place::Table, 1, false, "110101199003078888"),
    (Place::Textbox, 1, false, "两支同文"),
    (Place::Textbox, 1, false, "只在后备"),
    (Place::AltText, 1, false, "图片说明"),
    (Place::Hidden, 1, false, "未知元素"),
    (Place::Hidden, 1, false, "注释文字"),
    (Place::Hidden, 2, false, "隐藏片字"),
    (Place::Body, 0, false, "孤儿片字"),
    (Place::Notes, 2, false, "备注字"),
    (Place::Header, 2, false, "备注页眉"),
    (Place::Comment, 1, false, "旧式批注"),
    (Place::Comment, 0, false, "批注人"),
    (Place::Comment, 0, false, "批注答复"),
    (Place::Comment, 0, false, "新式批注\n批注次段"),
    (Place::Comment, 0, false, "新批注人"),
    (Place::Master, 0, false, "版式字"),
    (Place::Master, 0, false, "母版字"),
    (Place::Master, 0, false, "备注母版"),
    (Place::Master, 0, false, "讲义页眉"),
    (Place::Property, 0, false, "放映名"),
    (Place::Property, 0, false, "节名"),
    (Place::Property, 0, false, "LEVEL: 标记值"),
    (Place::Textbox, 0, false, "图表题"),
    (Place::Textbox, 1, false, "图示字"),
    (Place::Property, 0, false, "字段: 自定义数据"),
    (Place::Property, 0, false, "title: 题名"),
];

#[test]
fn every_place_is_found_once() {
    let bytes = full_package();
    assert_eq!(identify(&bytes, "a.pptx").file_type, FileType::Pptx);
    let extracted = read(&bytes);
    assert_eq!(extracted.gaps, []);
    let found = pieces(&extracted);
    for (place, page, again, text) in EXPECTED {
        let hits: Vec<_> = found.iter().filter(|(_, piece)| piece == text).collect();
        assert_eq!(hits.len(), 1, "{text}: {hits:?}");
        let at = hits[0].0;
        assert_eq!(
            (at.place, at.page.map_or(0, |page| page.get()), at.again),
            (*place, *page, *again),
            "{text}"
        );
    }
    assert_eq!(found[0].1, "标题字");
    let names: Vec<&str> = extracted.inner.iter().map(|inner| inner.name.as_str()).collect();
    assert_eq!(names, ["ppt/vbaProject.bin", "ppt/embeddings/book.xlsx", "ppt/embeddings/oleObject1.bin"]);
    for noise in ["GUID", "TextBox", "！、。"] {
        assert!(!found.iter().any(|(_, piece)| piece.contains(noise)), "{noise}");
    }
}

#[test]
fn zones_breaks_and_looks() {
    let extracted = read(&full_package());
    let found = pieces(&extracted);
    let at = |text: &str| found.iter().find(|(_, piece)| piece == text).unwrap().0;
    assert_eq!((at("标题字").zone, at("标题字").align), (Some(Zone::TopCentre), Some(Align::Centre)));
    assert_eq!((at("右上章").zone, at("右上章").size), (Some(Zone::TopRight), Some(320)));
    assert_eq!(at("正文段一").zone, None);
    assert_eq!(at("姓名").zone, Some(Zone::Body));
    assert_eq!(at("页脚字").zone, Some(Zone::FootCentre));
    assert_eq!(at("版式字").zone, Some(Zone::FootLeft));
    assert_eq!(at("母版字").zone, Some(Zone::TopLeft));
    assert!(at("划去字").struck && !at("右上章").struck);
    assert_eq!((at("正文段一").parted, at("正文段二").parted), (Break::Part, Break::Paragraph));
    assert_eq!((at("身份证号").parted, at("张三").parted), (Break::Cell, Break::Line));
}

#[test]
fn without_a_presentation_slides_are_in_the_order_of_their_numbers() {
    let slide = |text: &str| tree("sld", &shape("", "", &paragraph(text)));
    let (tenth, second) = (slide("十"), slide("二"));
    let extracted = read(&package(&[("ppt/slides/slide10.xml", &tenth), ("ppt/slides/slide2.xml", &second)]));
    assert_eq!(extracted.text.as_str(), "二\n十");
    let pages: Vec<u32> = extracted.text.segments().iter().map(|s| s.at.page.unwrap().get()).collect();
    assert_eq!(pages, [1, 2]);
}

#[test]
fn deep_wide_and_endless_input_ends_with_a_gap() {
    let kinds = |extracted: &Extracted| extracted.gaps.iter().map(|gap| gap.kind).collect::<Vec<_>>();
    for nested in ["p:grpSp", "p:sp", "a:tbl", "a:p", "mc:AlternateContent"] {
        let source = format!(
            "{}{}{}",
            format!("<{nested}>").repeat(100_000),
            paragraph("最深"),
            format!("</{nested}>").repeat(100_000)
        );
        let extracted = read(&package(&[("a.xml", &tree("sld", &source))]));
        assert!(extracted.text.as_str().contains("最深"), "{nested}");
        assert_eq!(kinds(&extracted), [GapKind::Limit], "{nested}");
    }
    let long = tree("sld", &shape("", "", &paragraph(&"长".repeat(1000))));
    let limits = Limits { text: 100, ..Limits::default() };
    let extracted = extract(&package(&[("a.xml", &long)]), FileType::Pptx, &mut Budget::new(&limits));
    assert_eq!(extracted.text.as_str(), "长".repeat(33));
    assert_eq!(kinds(&extracted), [GapKind::Limit]);
}

#[test]
fn who_commented_has_initials_and_a_user_name() {
    let authors = "<p188:authorLst xmlns:p188=\"http://schemas.microsoft.com/office/powerpoint/2018/8/main\">\
                   <p188:author id=\"x\" name=\"批者\" initials=\"批者缩写\" userId=\"用户名\"/></p188:authorLst>";
    let read = read(&package(&[
        (
            "ppt/presentation.xml",
            b"<p:presentation xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\"/>",
        ),
        ("ppt/authors.xml", authors.as_bytes()),
    ]));
    for text in ["批者", "批者缩写", "用户名"] {
        assert!(read.text.as_str().lines().any(|line| line == text), "{text}: {}", read.text.as_str());
    }
}
