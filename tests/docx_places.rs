//! One DOCX with a different text in every place where the format can hide one: each has to be
//! found, with the place it stands in.

#![expect(clippy::unwrap_used, reason = "a fixture that can't be built is a failed test")]

#[path = "support/package.rs"]
mod package;
#[path = "support/pieces.rs"]
mod pieces;

use mijian::extract::{Extracted, extract};
use mijian::filetype::FileType;
use mijian::limits::{Budget, GapKind, Limits};
use mijian::text::{Align, Break, Place, Zone};
use package::package;
use pieces::pieces;

const NAMESPACES: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
 xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"
 xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:r="r" xmlns:o="o" xmlns:a="a"
 xmlns:wp="wp" xmlns:pic="pic" xmlns:w14="w14" xmlns:m="m""#;

fn read(bytes: &[u8]) -> Extracted {
    extract(bytes, FileType::Docx, &mut Budget::new(&Limits::default()))
}

fn document(body: &str) -> String {
    format!("<?xml version=\"1.0\"?><w:document {NAMESPACES}><w:body>{body}</w:body></w:document>")
}

fn read_body(body: &str) -> Extracted {
    read(&package(&[("word/document.xml", document(body).as_bytes())]))
}

/// The pieces with place and repetition only.
fn brief(extracted: &Extracted) -> Vec<(&'static str, bool, String)> {
    pieces(extracted).into_iter().map(|(at, text)| (at.place.as_str(), at.again, text)).collect()
}

fn run(text: &str) -> String {
    format!("<w:r><w:t>{text}</w:t></w:r>")
}

fn paragraph(text: &str) -> String {
    format!("<w:p>{}</w:p>", run(text))
}

/// The body of the fixture: what has to be found there is in `EXPECTED`.
fn full_body() -> String {
    [
        &paragraph("正文一"),
        // Split over runs by everything that can split.
        "<w:p><w:r><w:t>分</w:t></w:r><w:proofErr w:type=\"spellStart\"/><w:smartTag w:element=\"x\"><w:smartTagPr>\
         <w:attr w:name=\"n\" w:val=\"智能标记属性\"/></w:smartTagPr><w:r><w:t>成</w:t></w:r></w:smartTag>\
         <w:bookmarkStart w:id=\"0\" w:name=\"书签名\"/><w:hyperlink r:id=\"rId9\" w:tooltip=\"链接提示\"><w:r><w:t>几</w:t>\
         </w:r></w:hyperlink><w:bookmarkEnd w:id=\"0\"/><w:sdt><w:sdtPr><w:alias w:val=\"控件标题\"/><w:tag w:val=\"控件标记\"/>\
         <w:dropDownList><w:listItem w:displayText=\"控件选项\" w:value=\"v\"/></w:dropDownList></w:sdtPr><w:sdtContent>\
         <w:r><w:t>段</w:t></w:r></w:sdtContent></w:sdt></w:p>",
        "<w:p><w:r><w:t>秘密</w:t></w:r><w:r><w:sym w:font=\"Wingdings\" w:char=\"F0AB\"/></w:r>\
         <w:r><w:t>10</w:t><w:noBreakHyphen/><w:t>年</w:t><w:tab/><w:t>软\u{ad}连字</w:t><w:br/><w:t>下行</w:t></w:r></w:p>",
        "<w:p><w:r><w:t>改</w:t></w:r><w:ins w:author=\"甲\"><w:r><w:t>新</w:t></w:r></w:ins><w:del w:author=\"甲\">\
         <w:r><w:delText>旧</w:delText></w:r></w:del></w:p>",
        "<w:p><w:del><w:r><w:delText>全删段</w:delText></w:r></w:del></w:p>",
        "<w:p><w:moveFrom><w:r><w:t>移走段</w:t></w:r></w:moveFrom></w:p>",
        "<w:p><w:moveTo><w:r><w:t>移来段</w:t></w:r></w:moveTo></w:p>",
        "<w:p><w:r><w:t>露</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r></w:p>",
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>全藏段</w:t></w:r></w:p>",
        "<w:p><w:r><w:rPr><w:rStyle w:val=\"Ghost\"/></w:rPr><w:t>字符样式藏</w:t></w:r></w:p>",
        "<w:p><w:pPr><w:pStyle w:val=\"GhostP\"/></w:pPr><w:r><w:t>段落样式藏</w:t></w:r></w:p>",
        "<w:p><w:r><w:rPr><w:color w:val=\"FFFFFF\"/></w:rPr><w:t>白字</w:t></w:r></w:p>",
        "<w:p><w:r><w:rPr><w:color w:val=\"FFFFFF\"/><w:shd w:val=\"clear\" w:fill=\"000000\"/></w:rPr><w:t>黑底白字</w:t></w:r></w:p>",
        "<w:p><w:r><w:rPr><w:sz w:val=\"2\"/></w:rPr><w:t>微字</w:t></w:r></w:p>",
        "<w:p><w:r><w:rPr><w14:textFill><w14:noFill/></w14:textFill></w:rPr><w:t>无填充字</w:t></w:r></w:p>",
        "<w:p><w:r><w:rPr><w:webHidden/></w:rPr><w:t>网页藏</w:t></w:r></w:p>",
        "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText> QUOTE \"域</w:instrText></w:r>\
         <w:r><w:instrText>代码\" </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>\
         <w:r><w:t>域结果</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>",
        "<w:p><w:fldSimple w:instr=\"TITLE 简单域\"><w:r><w:t>简单域结果</w:t></w:r></w:fldSimple></w:p>",
        // A text box in both branches, with WordArt and alternative texts.
        "<w:p><w:r><w:t>锚</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><w:drawing><wp:anchor>\
         <wp:docPr id=\"1\" name=\"文本框 1\" descr=\"替代文字\" title=\"替代标题\"/><a:graphic><wps:wsp><wps:txbx><w:txbxContent>\
         <w:p><w:r><w:t>文本框</w:t></w:r></w:p></w:txbxContent></wps:txbx></wps:wsp></a:graphic></wp:anchor></w:drawing></mc:Choice>\
         <mc:Fallback><w:pict><v:shape id=\"x\" alt=\"替代文字\"><v:textbox><w:txbxContent><w:p><w:r><w:t>文本框</w:t></w:r></w:p>\
         <w:p><w:r><w:t>只在后备</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback>\
         </mc:AlternateContent></w:r><w:r><w:t>尾</w:t></w:r></w:p>",
        "<w:p><w:r><w:drawing><wp:inline><wp:docPr id=\"2\" name=\"Picture 7\"/><pic:cNvPr id=\"0\" name=\"扫描件.png\" descr=\"图片说明\"/>\
         </wp:inline></w:drawing></w:r></w:p>",
        "<w:p><w:r><w:pict><v:shape id=\"s\" href=\"http://e/形状链接\" title=\"形状标题\"><v:imagedata o:title=\"图像标题\"/></v:shape></w:pict></w:r></w:p>",
        "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"><w:ffData><w:name w:val=\"窗体名\"/><w:helpText w:val=\"窗体帮助\"/>\
         <w:statusText w:val=\"窗体状态\"/><w:textInput><w:default w:val=\"窗体默认\"/></w:textInput><w:ddList>\
         <w:listEntry w:val=\"1\"/><w:listEntry w:val=\"窗体选项\"/></w:ddList></w:ffData></w:fldChar></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>",
        "<w:p><w:r><w:ruby><w:rt><w:r><w:t>注音</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>本字</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>",
        "<w:p><m:oMath><m:r><m:t>公式文字</m:t></m:r></m:oMath></w:p>",
        "<w:tbl><w:tblPr><w:tblCaption w:val=\"表题\"/><w:tblDescription w:val=\"表说明\"/></w:tblPr>\
         <w:tr><w:tc><w:p><w:r><w:t>密级</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>机密</w:t></w:r></w:p></w:tc></w:tr>\
         <w:tr><w:trPr><w:hidden/></w:trPr><w:tc><w:p><w:r><w:t>隐藏行</w:t></w:r></w:p></w:tc></w:tr>\
         <w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>删除行</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
        "<w:p w:foo=\"未知属性\"><w:unknown>未知元素</w:unknown></w:p><!--注释文字-->",
        "<w:p><w:r><w:rPr><w:strike/></w:rPr><w:t>划去段</w:t></w:r></w:p>",
        &paragraph("倒数三"),
        &paragraph("倒数二"),
        "<w:p><w:pPr><w:jc w:val=\"right\"/></w:pPr><w:r><w:t>最后段</w:t></w:r></w:p>",
    ]
    .concat()
}

fn full_package() -> Vec<u8> {
    let story = |root: &str, inside: &str| format!("<w:{root} {NAMESPACES}>{inside}</w:{root}>");
    let header = story(
        "hdr",
        "<w:p><w:pPr><w:jc w:val=\"right\"/></w:pPr><w:r><w:t>页眉字</w:t></w:r><w:r><w:pict><v:shape id=\"PowerPlusWaterMarkObject1\">\
         <v:textpath string=\"艺术字水印\"/></v:shape></w:pict></w:r></w:p>\
         <w:p><w:r><w:drawing><wp:anchor><wp:docPr name=\"PowerPlusWaterMarkObject2\"/><wps:txbx><w:txbxContent>\
         <w:p><w:r><w:t>图形水印</w:t></w:r></w:p></w:txbxContent></wps:txbx></wp:anchor></w:drawing></w:r></w:p>\
         <w:tbl><w:tr><w:tc><w:p><w:r><w:t>页眉表</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
    );
    let embedded = package(&[("xl/workbook.xml", b"<workbook/>")]);
    let parts: Vec<(&str, Vec<u8>)> = vec![
        ("[Content_Types].xml", b"<Types><Override PartName=\"/word/document.xml\"/></Types>".to_vec()),
        (
            "word/_rels/document.xml.rels",
            "<Relationships><Relationship Id=\"rId9\" Type=\"t/hyperlink\" Target=\"http://e/%E9%93%BE%E6%8E%A5%E5%9C%B0%E5%9D%80\" \
             TargetMode=\"External\"/></Relationships>"
                .into(),
        ),
        ("word/document.xml", document(&full_body()).into()),
        ("word/header1.xml", header.into()),
        ("word/header2.xml", story("hdr", &paragraph("首页页眉")).into()),
        ("word/header3.xml", story("hdr", &paragraph("偶数页眉")).into()),
        ("word/footer1.xml", story("ftr", &paragraph("页脚字")).into()),
        ("word/footnotes.xml", story("footnotes", &format!("<w:footnote>{}</w:footnote>", paragraph("脚注字"))).into()),
        ("word/endnotes.xml", story("endnotes", &format!("<w:endnote>{}</w:endnote>", paragraph("尾注字"))).into()),
        (
            "word/comments.xml",
            story("comments", &format!("<w:comment w:author=\"批注人\">{}</w:comment>", paragraph("批注字"))).into(),
        ),
        ("word/glossary/document.xml", story("glossaryDocument", &paragraph("构建基块")).into()),
        (
            "word/styles.xml",
            story(
                "styles",
                "<w:style w:type=\"character\" w:styleId=\"Ghost\"><w:name w:val=\"样式名\"/><w:rPr><w:vanish/></w:rPr></w:style>\
                 <w:style w:type=\"paragraph\" w:styleId=\"GhostB\"><w:rPr><w:vanish/></w:rPr></w:style>\
                 <w:style w:type=\"paragraph\" w:styleId=\"GhostP\"><w:basedOn w:val=\"GhostB\"/></w:style>",
            )
            .into(),
        ),
        ("word/numbering.xml", story("numbering", "<w:lvl><w:lvlText w:val=\"编号%1文字\"/></w:lvl>").into()),
        (
            "word/settings.xml",
            story(
                "settings",
                "<w:docVars><w:docVar w:name=\"变量\" w:val=\"变量值\"/></w:docVars><w:mailMerge><w:query w:val=\"合并查询\"/></w:mailMerge>",
            )
            .into(),
        ),
        (
            "docProps/core.xml",
            "<cp:coreProperties><dc:title>题名</dc:title><dc:subject>主题</dc:subject><cp:keywords>关键词</cp:keywords>\
             <dc:description>备注</dc:description><cp:category>类别</cp:category><cp:contentStatus>状态</cp:contentStatus></cp:coreProperties>"
                .into(),
        ),
        ("docProps/app.xml", "<Properties><Company>单位</Company><Manager>经理</Manager></Properties>".into()),
        (
            "docProps/custom.xml",
            "<Properties><property fmtid=\"x\" pid=\"2\" name=\"密级\"><vt:lpwstr>自定义值</vt:lpwstr></property></Properties>".into(),
        ),
        ("customXml/item1.xml", "<根><字段>自定义数据</字段></根>".into()),
        ("word/charts/chart1.xml", "<c:chartSpace><c:title><a:p><a:r><a:t>图表题</a:t></a:r></a:p></c:title></c:chartSpace>".into()),
        ("word/diagrams/data1.xml", "<dgm:dataModel><a:p><a:r><a:t>图示字</a:t></a:r></a:p></dgm:dataModel>".into()),
        ("word/embeddings/sheet1.xlsx", embedded),
        ("word/afchunk.htm", "<html><body>导入块</body></html>".into()),
        ("word/vbaProject.bin", b"\xd0\xcf\x11\xe0macros".to_vec()),
        ("word/media/图名.png", b"\x89PNG\r\n".to_vec()),
        // No relationship names it, and its name says nothing.
        ("word/old/x1.dat", story("hdr", &paragraph("孤儿页眉")).into()),
    ];
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    package(&parts)
}

/// Place, whether it is another reading of the piece before it, and the text.
const EXPECTED: &[(Place, bool, &str)] = &[
    (Place::Body, false, "正文一"),
    (Place::Body, false, "分成几段"),
    (Place::Attribute, false, "智能标记属性"),
    (Place::Bookmark, false, "书签名"),
    (Place::Attribute, false, "链接提示"),
    (Place::Form, false, "控件标题"),
    (Place::Form, false, "控件标记"),
    (Place::Form, false, "控件选项"),
    (Place::Body, false, "秘密★10-年 软连字\n下行"),
    (Place::Body, false, "改新"),
    (Place::Deleted, true, "改旧"),
    (Place::Deleted, false, "全删段"),
    (Place::Deleted, false, "移走段"),
    (Place::Body, false, "移来段"),
    (Place::Body, false, "露"),
    (Place::Hidden, true, "露藏"),
    (Place::Hidden, false, "全藏段"),
    (Place::Hidden, false, "字符样式藏"),
    (Place::Hidden, false, "段落样式藏"),
    (Place::Hidden, false, "白字"),
    (Place::Body, false, "黑底白字"),
    (Place::Hidden, false, "微字"),
    (Place::Hidden, false, "无填充字"),
    (Place::Hidden, false, "网页藏"),
    (Place::Body, false, "域结果"),
    (Place::Field, true, " QUOTE \"域代码\" "),
    (Place::Body, false, "简单域结果"),
    (Place::Field, true, "TITLE 简单域"),
    (Place::Body, false, "锚尾"),
    (Place::AltText, false, "替代标题"),
    (Place::AltText, false, "替代文字"),
    (Place::Textbox, false, "文本框"),
    (Place::Textbox, false, "只在后备"),
    (Place::AltText, false, "扫描件.png"),
    (Place::AltText, false, "图片说明"),
    (Place::AltText, false, "形状标题"),
    (Place::Attribute, false, "http://e/形状链接"),
    (Place::AltText, false, "图像标题"),
    (Place::Form, false, "窗体帮助"),
    (Place::Form, false, "窗体状态"),
    (Place::Form, false, "窗体默认"),
    (Place::Form, false, "窗体选项"),
    (Place::Attribute, false, "窗体名"),
    (Place::Body, false, "本字"),
    (Place::Body, true, "注音"),
    (Place::Body, false, "公式文字"),
    (Place::Table, false, "密级"),
    (Place::Table, false, "机密"),
    (Place::AltText, false, "表题"),
    (Place::AltText, false, "表说明"),
    (Place::Hidden, false, "隐藏行"),
    (Place::Deleted, false, "删除行"),
    (Place::Attribute, false, "未知属性"),
    (Place::Hidden, false, "未知元素"),
    (Place::Hidden, false, "注释文字"),
    (Place::Body, false, "划去段"),
    (Place::Body, false, "最后段"),
    (Place::Header, false, "页眉字"),
    (Place::Watermark, false, "艺术字水印"),
    (Place::Watermark, false, "图形水印"),
    (Place::Header, false, "页眉表"),
    (Place::Header, false, "首页页眉"),
    (Place::Header, false, "偶数页眉"),
    (Place::Header, false, "孤儿页眉"),
    (Place::Footer, false, "页脚字"),
    (Place::Note, false, "脚注字"),
    (Place::Note, false, "尾注字"),
    (Place::Comment, false, "批注人"),
    (Place::Comment, false, "批注字"),
    (Place::Hidden, false, "构建基块"),
    (Place::Attribute, false, "样式名"),
    (Place::Field, false, "编号%1文字"),
    (Place::Property, false, "变量: 变量值"),
    (Place::Property, false, "合并查询"),
    (Place::Property, false, "title: 题名"),
    (Place::Property, false, "subject: 主题"),
    (Place::Property, false, "keywords: 关键词"),
    (Place::Property, false, "description: 备注"),
    (Place::Property, false, "category: 类别"),
    (Place::Property, false, "contentStatus: 状态"),
    (Place::Property, false, "Company: 单位"),
    (Place::Property, false, "Manager: 经理"),
    (Place::Property, false, "密级: 自定义值"),
    (Place::Property, false, "字段: 自定义数据"),
    (Place::Textbox, false, "图表题"),
    (Place::Textbox, false, "图示字"),
    (Place::Attribute, false, "http://e/链接地址"),
    (Place::Name, false, "word/media/图名.png"),
];

#[test]
fn every_place_is_found_once() {
    let extracted = read(&full_package());
    assert_eq!(extracted.gaps, []);
    let found = pieces(&extracted);
    for (place, again, text) in EXPECTED {
        let hits: Vec<_> = found.iter().filter(|(_, piece)| piece == text).collect();
        assert_eq!(hits.len(), 1, "{text}: {hits:?}");
        assert_eq!((hits[0].0.place, hits[0].0.again), (*place, *again), "{text}");
    }
    let names: Vec<&str> = extracted.inner.iter().map(|inner| inner.name.as_str()).collect();
    assert_eq!(names, ["word/afchunk.htm", "word/vbaProject.bin", "word/embeddings/sheet1.xlsx"]);
}

#[test]
fn zones_follow_alignment_and_the_ends_of_the_body() {
    let extracted = read(&full_package());
    let found = pieces(&extracted);
    let at = |text: &str| found.iter().find(|(_, piece)| piece == text).unwrap().0;
    assert_eq!(at("正文一").zone, Some(Zone::TopLeft));
    assert_eq!(at("页眉字").zone, Some(Zone::TopRight));
    assert_eq!(at("页眉字").align, Some(Align::Right));
    assert_eq!(at("页脚字").zone, Some(Zone::FootLeft));
    assert_eq!(at("密级").zone, None);
    assert_eq!(at("划去段").zone, None);
    assert_eq!(at("倒数三").zone, Some(Zone::FootLeft));
    assert_eq!(at("最后段").zone, Some(Zone::FootRight));
    assert!(at("划去段").struck && !at("最后段").struck);
    assert_eq!(at("密级").parted, Break::Paragraph);
    assert_eq!(at("机密").parted, Break::Cell);
}

#[test]
fn cells_lines_and_nested_tables() {
    let cell = |inside: &str| format!("<w:tc>{inside}</w:tc>");
    let nested = format!("<w:tbl><w:tr>{}{}</w:tr></w:tbl>", cell(&paragraph("c")), cell(&paragraph("d")));
    let deleted = "<w:p><w:r><w:t>e</w:t></w:r><w:del><w:r><w:delText>x</w:delText></w:r></w:del></w:p>";
    let body = format!(
        "<w:tbl><w:tr>{}{}{}</w:tr><w:tr>{}{}</w:tr></w:tbl>{}",
        cell(&(paragraph("a") + &paragraph("b"))),
        cell(&nested),
        cell(&paragraph("f")),
        cell(deleted),
        cell(&paragraph("g")),
        paragraph("h"),
    );
    let extracted = read_body(&body);
    assert_eq!(extracted.text.as_str(), "a\nb\nc\td\nf\ne\tg\nex\nh");
}

#[test]
fn a_hidden_paragraph_end_joins_what_is_seen_as_one_line() {
    let extracted = read_body(
        "<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:t>机</w:t></w:r></w:p><w:p><w:r><w:t>密</w:t></w:r></w:p>\
         <w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>绝</w:t></w:r></w:p><w:p><w:r><w:t>密</w:t></w:r></w:p>",
    );
    let expected = [
        ("body", false, "机密".to_owned()),
        ("hidden", true, "机\n密".to_owned()),
        ("body", false, "绝密".to_owned()),
        ("deleted", true, "绝\n密".to_owned()),
    ];
    assert_eq!(brief(&extracted), expected);
}

#[test]
fn a_field_without_an_end_hides_nothing() {
    let extracted = read_body(&format!(
        "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>{}",
        paragraph("机密")
    ));
    assert_eq!(brief(&extracted), [("field", false, "PAGE".to_owned()), ("body", false, "机密".to_owned())]);
}

#[test]
fn cells_hidden_by_a_switch_that_is_off_are_seen() {
    let extracted = read_body(
        "<w:tbl><w:tr><w:trPr><w:hidden w:val=\"0\"/></w:trPr><w:tc><w:p><w:r><w:rPr><w:vanish w:val=\"false\"/></w:rPr>\
         <w:t>机密</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
    );
    assert_eq!(brief(&extracted), [("table", false, "机密".to_owned())]);
}

#[test]
fn former_properties_do_not_count() {
    let extracted = read_body(
        "<w:p><w:pPr><w:jc w:val=\"center\"/><w:pPrChange><w:pPr><w:jc w:val=\"right\"/></w:pPr></w:pPrChange></w:pPr>\
         <w:r><w:rPr><w:sz w:val=\"32\"/><w:rPrChange><w:rPr><w:vanish/><w:sz w:val=\"20\"/></w:rPr></w:rPrChange></w:rPr><w:t>题</w:t></w:r></w:p>",
    );
    let at = pieces(&extracted)[0].0;
    assert_eq!((at.place, at.align, at.size), (Place::Body, Some(Align::Centre), Some(160)));
}

#[test]
fn alternatives_in_running_text() {
    let body = |choice: &str, other: &str| {
        format!(
            "<w:p>{}<mc:AlternateContent><mc:Choice Requires=\"x\">{choice}</mc:Choice><mc:Fallback>{other}</mc:Fallback>\
             </mc:AlternateContent>{}</w:p>",
            run("甲"),
            run("乙")
        )
    };
    assert_eq!(brief(&read_body(&body(&run("丙"), &run("丙")))), [("body", false, "甲丙乙".to_owned())]);
    assert_eq!(
        brief(&read_body(&body(&run("丙"), &run("丁")))),
        [("body", false, "甲丙乙".to_owned()), ("body", true, "甲丁乙".to_owned())]
    );
    assert_eq!(brief(&read_body(&body("", &run("丁")))), [("body", false, "甲丁乙".to_owned())]);
}

#[test]
fn alternatives_of_whole_paragraphs() {
    let extracted = read_body(&format!(
        "<mc:AlternateContent><mc:Choice>{}{}</mc:Choice><mc:Fallback>{}{}</mc:Fallback></mc:AlternateContent>",
        paragraph("aaaa"),
        paragraph("bbbb"),
        paragraph("aaaa"),
        paragraph("cccc")
    ));
    assert_eq!(extracted.text.as_str(), "aaaa\nbbbb\ncccc");
}

#[test]
fn a_very_long_paragraph_is_told_whole() {
    let long = "长".repeat(1_000_000);
    let extracted = read_body(&format!("<w:p>{}{}</w:p>{}", run(&long), run("尾"), paragraph("次")));
    assert_eq!(extracted.text.as_str(), format!("{long}尾\n次"));
    assert_eq!(extracted.gaps, []);
}

#[test]
fn any_prefix_any_encoding_strict_or_not() {
    let strict = "<x:document xmlns:x=\"http://purl.oclc.org/ooxml/wordprocessingml/main\"><x:body><x:p><x:r><x:t>机密</x:t></x:r>\
                  </x:p></x:body></x:document>";
    assert_eq!(read(&package(&[("a.xml", strict.as_bytes())])).text.as_str(), "机密");
    let bare = strict.replace("x:", "");
    let utf16: Vec<u8> =
        "\u{feff}".encode_utf16().chain(bare.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(read(&package(&[("a.xml", &utf16)])).text.as_str(), "机密");
}

#[test]
fn a_package_in_one_file() {
    let flat = format!(
        "<?xml version=\"1.0\"?><?mso-application progid=\"Word.Document\"?><pkg:package xmlns:pkg=\"p\">\
         <pkg:part pkg:name=\"/word/header1.xml\"><pkg:xmlData><w:hdr>{}</w:hdr></pkg:xmlData></pkg:part>\
         <pkg:part pkg:name=\"/word/document.xml\"><pkg:xmlData><w:document {NAMESPACES}><w:body>{}</w:body></w:document></pkg:xmlData>\
         </pkg:part><pkg:part pkg:name=\"/word/x.bin\"><pkg:binaryData>5py6\n5a+G</pkg:binaryData></pkg:part></pkg:package>",
        paragraph("页眉"),
        paragraph("正文")
    );
    let extracted = read(flat.as_bytes());
    assert_eq!(brief(&extracted), [("body", false, "正文".to_owned()), ("header", false, "页眉".to_owned())]);
    assert_eq!(extracted.gaps, []);
    assert_eq!(extracted.inner.len(), 1);
    assert_eq!(
        (extracted.inner[0].name.as_str(), extracted.inner[0].bytes.as_slice()),
        ("/word/x.bin", "机密".as_bytes())
    );
}

#[test]
fn pictures_without_text_are_a_gap() {
    let rels =
        "<Relationships><Relationship Type=\"http://x/image\" Target=\"media/a.png\"/></Relationships>";
    let picture: (&str, &[u8]) = ("word/media/a.png", b"\x89PNG");
    let rels: (&str, &[u8]) = ("word/_rels/document.xml.rels", rels.as_bytes());
    let blank = document("<w:p/>");
    let extracted = read(&package(&[("word/document.xml", blank.as_bytes()), rels, picture]));
    assert_eq!(extracted.gaps.iter().map(|gap| gap.kind).collect::<Vec<_>>(), [GapKind::Image]);
    let written = document(&paragraph("字"));
    let extracted = read(&package(&[("word/document.xml", written.as_bytes()), rels, picture]));
    assert_eq!(extracted.gaps, []);
}

#[test]
fn deep_wide_and_endless_input_ends_with_a_gap() {
    let kinds = |extracted: &Extracted| extracted.gaps.iter().map(|gap| gap.kind).collect::<Vec<_>>();

    let tables = format!(
        "{}{}{}",
        "<w:tbl><w:tr><w:tc>".repeat(1000),
        paragraph("最深"),
        "</w:tc></w:tr></w:tbl>".repeat(1000)
    );
    let extracted = read_body(&tables);
    assert_eq!((extracted.text.as_str(), kinds(&extracted)), ("最深", vec![]));

    let nested = format!("{}机密{}", "<w:p>".repeat(300_000), "</w:p>".repeat(300_000));
    let extracted = read_body(&nested);
    assert!(extracted.text.as_str().contains("机密"));
    assert_eq!(kinds(&extracted), [GapKind::Limit]);

    let boxes = format!(
        "{}机密{}",
        "<w:p><w:r><w:txbxContent>".repeat(2000),
        "</w:txbxContent></w:r></w:p>".repeat(2000)
    );
    assert!(read_body(&boxes).text.as_str().contains("机密"));

    let bomb = "<!DOCTYPE x [<!ENTITY a \"绝密\"><!ENTITY b \"&a;&a;&a;&a;\">]>".to_owned()
        + &document("<w:p><w:r><w:t>&b;</w:t></w:r></w:p>");
    let extracted = read(&package(&[("word/document.xml", bomb.as_bytes())]));
    assert!(extracted.text.as_str().contains("绝密"));
    assert_eq!(kinds(&extracted), [GapKind::Damaged]);

    let limits = Limits { text: 100, ..Limits::default() };
    let long = document(&paragraph(&"长".repeat(1000)));
    let bytes = package(&[("word/document.xml", long.as_bytes())]);
    let extracted = extract(&bytes, FileType::Docx, &mut Budget::new(&limits));
    assert_eq!(extracted.text.as_str(), "长".repeat(33));
    assert_eq!(kinds(&extracted), [GapKind::Limit]);
}

#[test]
fn truncated_files_yield_their_beginning() {
    let bytes = full_package();
    let whole = read(&bytes).text.len();
    for share in [3, 4, 5, 7, 9] {
        let extracted = read(&bytes[..bytes.len() * share / 10]);
        assert!(extracted.gaps.iter().any(|gap| gap.kind == GapKind::Damaged), "{share}");
        assert!(extracted.text.len() <= whole && extracted.text.as_str().contains("正文一"), "{share}");
    }
}

#[test]
fn people_fonts_and_ends_of_links_have_names_too() {
    let element = |root: &str, inside: &str| format!("<{root} {NAMESPACES}>{inside}</{root}>");
    let extracted = read(&package(&[
        (
            "word/document.xml",
            document("<w:p><w:hyperlink w:docLocation=\"链内位置\"><w:r><w:t>链</w:t></w:r></w:hyperlink><w:moveTo w:author=\"移者\">\
                      <w:r><w:t>移来</w:t></w:r></w:moveTo><w:pPr><w:pPrChange w:author=\"改者\"/></w:pPr></w:p>")
            .as_bytes(),
        ),
        ("word/people.xml", element("w15:people", "<w15:person w15:author=\"人名\"><w15:presenceInfo w15:userId=\"用户名\"/></w15:person>").as_bytes()),
        ("word/fontTable.xml", element("w:fonts", "<w:font w:name=\"字体名\"><w:altName w:val=\"字体别名\"/></w:font>").as_bytes()),
        ("word/comments.xml", element("w:comments", "<w:comment w:author=\"批者\" w:initials=\"批者缩写\"><w:p/></w:comment>").as_bytes()),
        (
            "docProps/custom.xml",
            b"<Properties><property name=\"k\" linkTarget=\"\xe9\x93\xbe\xe6\x8e\xa5\xe7\x9b\xae\xe6\xa0\x87\"><vt:lpwstr>v</vt:lpwstr></property></Properties>",
        ),
        ("docProps/app.xml", "<Properties><Application>程序名</Application><Pages>3</Pages></Properties>".as_bytes()),
    ]));
    let found = brief(&extracted);
    for text in [
        "链内位置",
        "移者",
        "改者",
        "人名",
        "用户名",
        "字体名",
        "字体别名",
        "批者",
        "批者缩写",
        "链接目标",
        "Application: 程序名",
    ] {
        assert_eq!(found.iter().filter(|(_, _, piece)| piece == text).count(), 1, "{text}: {found:#?}");
    }
    assert!(!found.iter().any(|(_, _, piece)| piece.contains("Pages")));
}
