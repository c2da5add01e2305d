//! One workbook with a different text in every place where the format can hide one: each has to be
//! found, with the place it stands in.

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

const MAIN: &str = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"r\" xmlns:x14=\"x14\" \
                    xmlns:xm=\"xm\"";

fn read(bytes: &[u8]) -> Extracted {
    extract(bytes, FileType::Xlsx, &mut Budget::new(&Limits::default()))
}

fn element(root: &str, inside: &str) -> Vec<u8> {
    format!("<?xml version=\"1.0\"?><{root} {MAIN}>{inside}</{root}>").into()
}

fn relations(targets: &[(&str, &str)]) -> Vec<u8> {
    let one =
        |(id, target): &(&str, &str)| format!("<Relationship Id=\"{id}\" Type=\"t\" Target=\"{target}\"/>");
    format!("<Relationships>{}</Relationships>", targets.iter().map(one).collect::<String>()).into()
}

/// A workbook of one sheet, with these cells and shared strings.
fn sheet(inside: &str, strings: &str) -> Vec<u8> {
    package(&[
        ("xl/worksheets/sheet1.xml", &element("worksheet", inside)),
        ("xl/sharedStrings.xml", &element("sst", strings)),
    ])
}

fn inline(address: &str, text: &str) -> String {
    format!("<c r=\"{address}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

fn row(number: u32, attributes: &str, cells: &str) -> String {
    format!("<row r=\"{number}\" {attributes}>{cells}</row>")
}

fn first_sheet() -> String {
    let cells = [
        row(1, "", "<c r=\"A1\" t=\"s\" s=\"1\"><v>0</v></c>"),
        row(2, "", "<c r=\"A2\" t=\"s\"><v>1</v></c><c r=\"B2\" t=\"s\"><v>2</v></c><c r=\"D2\" t=\"s\"><v>3</v></c>"),
        row(
            3,
            "",
            "<c r=\"A3\" t=\"s\"><v>4</v></c><c r=\"B3\"><v>1.1010119900307888E+17</v></c><c r=\"D3\" s=\"2\"><v>45000</v></c>",
        ),
        row(4, "hidden=\"1\"", &inline("A4", "隐藏行")),
        row(5, "ht=\"0\" customHeight=\"1\"", &inline("A5", "零高行")),
        row(6, "", &(inline("A6", "露出格") + &inline("C6", "隐藏列") + &inline("D6", "又露格"))),
        row(7, "", "<c r=\"A7\" t=\"str\"><f>IF(B1=\"公式文字\",\"x\",A1)</f><v>公式结果</v></c><c r=\"B7\" t=\"b\"><v>1</v></c>"),
        row(8, "", "<c r=\"A8\" t=\"s\" s=\"3\"><v>5</v></c>"),
        row(9, "", "<c r=\"A9\" t=\"s\" s=\"4\"><v>6</v></c>"),
        row(10, "", "<c r=\"A10\" t=\"s\" s=\"5\"><v>7</v></c>"),
        row(11, "", "<c r=\"A11\" s=\"6\"><v>20</v></c>"),
        row(12, "", "<c r=\"A12\" t=\"inlineStr\"><is><r><t>分</t></r><r><rPr><b/></rPr><t>成几段</t></r><rPh sb=\"0\" eb=\"1\">\
                     <t>行内注音</t></rPh></is></c>"),
        row(13, "", "<c r=\"A13\" t=\"e\"><v>#N/A</v></c>"),
    ]
    .concat();
    format!(
        "<sheetPr codeName=\"代码名\"/><cols><col min=\"3\" max=\"3\" hidden=\"1\"/></cols><sheetData>{cells}</sheetData>\
         <protectedRanges><protectedRange name=\"保护区名\" sqref=\"A1\"/></protectedRanges>\
         <scenarios><scenario name=\"方案名\" comment=\"方案注\"><inputCells r=\"A1\" val=\"方案值\"/></scenario></scenarios>\
         <autoFilter ref=\"A1\"><filterColumn colId=\"0\"><filters><filter val=\"筛选值\"/></filters></filterColumn></autoFilter>\
         <conditionalFormatting><cfRule type=\"containsText\" text=\"条件字\"><formula>SEARCH(\"条件公式\",A1)</formula></cfRule>\
         </conditionalFormatting>\
         <dataValidations><dataValidation type=\"list\" promptTitle=\"提示题\" prompt=\"提示字\" errorTitle=\"错误题\" error=\"错误字\" \
         sqref=\"A1\"><formula1>\"选项甲,选项乙\"</formula1></dataValidation></dataValidations>\
         <hyperlinks><hyperlink ref=\"A1\" tooltip=\"链接提示\" display=\"链接显示\" location=\"目标表!A1\"/></hyperlinks>\
         <headerFooter><oddHeader>&amp;L&amp;\"黑体\"&amp;16左页眉&amp;R右页眉</oddHeader><evenHeader>偶页眉</evenHeader>\
         <firstFooter>&amp;C首页脚&amp;P</firstFooter></headerFooter>\
         <extLst><ext><x14:dataValidations><x14:dataValidation prompt=\"新提示\"><x14:formula1><xm:f>\"新选项\"</xm:f></x14:formula1>\
         <xm:sqref>A1</xm:sqref></x14:dataValidation></x14:dataValidations><未知>未知元素</未知></ext></extLst><!--注释文字-->"
    )
}

const STYLES: &str = "<numFmts><numFmt numFmtId=\"200\" formatCode=\";;;\"/><numFmt numFmtId=\"201\" formatCode=\"&quot;前缀&quot;@\"/>\
    <numFmt numFmtId=\"202\" formatCode=\"&quot;期限&quot;0&quot;年&quot;\"/></numFmts>\
    <fonts><font><name val=\"宋体\"/></font><font><color rgb=\"FFFFFFFF\"/></font></fonts><fills><fill><patternFill patternType=\"none\"/></fill></fills>\
    <cellStyleXfs><xf numFmtId=\"9\"/></cellStyleXfs>\
    <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"0\"><alignment horizontal=\"center\"/></xf><xf numFmtId=\"31\"/><xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\"/>\
    <xf numFmtId=\"200\"/><xf numFmtId=\"201\"/><xf numFmtId=\"202\"/></cellXfs><cellStyles><cellStyle name=\"样式名\"/></cellStyles>";

const STRINGS: &str = "<si><t>标题字</t></si><si><t>姓名</t></si><si><t>身份证号</t></si><si><t>日期</t></si>\
    <si><r><t>张</t></r><r><rPr><rFont val=\"楷体\"/></rPr><t>三</t></r><rPh sb=\"0\" eb=\"1\"><t>注音字</t></rPh></si>\
    <si><t>白字格</t></si><si><t>不显格</t></si><si><t>后缀</t></si><si><t>遗留串</t></si>";

fn full_package() -> Vec<u8> {
    let workbook = element(
        "workbook",
        "<workbookPr/><sheets><sheet name=\"表一\" sheetId=\"1\" r:id=\"a\"/><sheet name=\"隐藏表\" sheetId=\"2\" state=\"hidden\" r:id=\"b\"/>\
         <sheet name=\"深藏表\" sheetId=\"3\" state=\"veryHidden\" r:id=\"c\"/><sheet name=\"图表页\" sheetId=\"4\" r:id=\"d\"/></sheets>\
         <definedNames><definedName name=\"定义名\" comment=\"定义注\">\"名称值\"</definedName>\
         <definedName name=\"_xlnm.Print_Titles\" localSheetId=\"0\">表一!$1:$2</definedName></definedNames>",
    );
    let parts: Vec<(&str, Vec<u8>)> = vec![
        ("[Content_Types].xml", b"<Types><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>".to_vec()),
        ("xl/workbook.xml", workbook),
        (
            "xl/_rels/workbook.xml.rels",
            relations(&[("a", "worksheets/s9.xml"), ("b", "/xl/worksheets/s1.xml"), ("c", "worksheets/s2.xml"), ("d", "chartsheets/c.xml")]),
        ),
        ("xl/worksheets/s9.xml", element("worksheet", &first_sheet())),
        ("xl/worksheets/s1.xml", element("worksheet", &format!("<sheetData>{}</sheetData>", row(1, "", &inline("A1", "隐藏表格"))))),
        ("xl/worksheets/s2.xml", element("worksheet", &format!("<sheetData>{}</sheetData>", row(1, "", &inline("A1", "深藏表格"))))),
        ("xl/chartsheets/c.xml", element("chartsheet", "<headerFooter><oddHeader>图表页眉</oddHeader></headerFooter>")),
        ("xl/worksheets/_rels/s1.xml.rels", relations(&[("a", "../comments7.xml")])),
        ("xl/styles.xml", element("styleSheet", STYLES)),
        ("xl/sharedStrings.xml", element("sst", STRINGS)),
        (
            "xl/comments7.xml",
            element(
                "comments",
                "<authors><author>批注人</author></authors><commentList><comment ref=\"A1\"><text><r><t>批</t></r><r><rPr><rFont val=\"宋体\"/>\
                 </rPr><t>注字</t></r></text></comment><comment ref=\"A2\"><text><t>又一批注</t></text></comment></commentList>",
            ),
        ),
        (
            "xl/threadedComments/t1.xml",
            "<ThreadedComments xmlns=\"http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments\"><threadedComment ref=\"A1\">\
             <text>会话批注</text></threadedComment></ThreadedComments>"
                .into(),
        ),
        ("xl/persons/person.xml", "<personList><person displayName=\"会话人\" userId=\"x\"/></personList>".into()),
        (
            "xl/tables/table1.xml",
            element("table", "<tableColumns><tableColumn name=\"表列名\" totalsRowLabel=\"汇总字\"><calculatedColumnFormula>\"列公式\"&amp;A1\
                     </calculatedColumnFormula></tableColumn></tableColumns>").into_iter().collect(),
        ),
        (
            "xl/externalLinks/externalLink1.xml",
            element(
                "externalLink",
                "<externalBook><sheetNames><sheetName val=\"外部表名\"/></sheetNames><sheetDataSet><sheetData><row r=\"1\"><cell r=\"A1\" t=\"str\">\
                 <v>外部值</v></cell><cell r=\"B1\"><v>110101199003078888</v></cell></row></sheetData></sheetDataSet></externalBook>",
            ),
        ),
        (
            "xl/pivotCache/pivotCacheDefinition1.xml",
            element("pivotCacheDefinition", "<cacheFields><cacheField name=\"缓存字段\"><sharedItems><s v=\"缓存项\"/></sharedItems></cacheField></cacheFields>"),
        ),
        (
            "xl/pivotCache/pivotCacheRecords1.xml",
            element("pivotCacheRecords", "<r><s v=\"缓存记录\"/><n v=\"7\"/></r><r><s v=\"次条记录\"/></r>"),
        ),
        ("xl/pivotTables/pivotTable1.xml", element("pivotTableDefinition", "<dataFields><dataField name=\"透视字段\"/></dataFields>")),
        (
            "xl/revisions/revisionLog1.xml",
            element("revisions", "<rcc rId=\"1\"><oc t=\"inlineStr\"><is><t>修订旧值</t></is></oc><nc t=\"inlineStr\"><is><t>修订新值</t></is></nc></rcc>"),
        ),
        ("xl/connections.xml", element("connections", "<connection name=\"连接名\"><dbPr command=\"SELECT 命令\"/></connection>")),
        (
            "xl/drawings/drawing1.xml",
            "<xdr:wsDr><xdr:sp><xdr:cNvPr name=\"文本框 1\" descr=\"SECRET ALT\" title=\"替代标题\"/><xdr:txBody><a:p><a:r><a:t>图形</a:t></a:r><a:r>\
             <a:t>文字</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:wsDr>"
                .into(),
        ),
        (
            "xl/drawings/vmlDrawing1.vml",
            "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\"><v:shape alt=\"旧式替代\"><v:textbox><div><font face=\"宋体\">旧式文本框</font></div></v:textbox><x:ClientData \
             ObjectType=\"Note\"><x:Anchor>1, 15, 29</x:Anchor><x:Row>3</x:Row></x:ClientData></v:shape></xml>"
                .into(),
        ),
        (
            "xl/charts/chart1.xml",
            "<c:chartSpace><c:title><a:p><a:r><a:t>图表标题</a:t></a:r></a:p></c:title><c:cat><c:strRef><c:f>Sheet1!$A$1</c:f><c:strCache><c:pt>\
             <c:v>图表类别</c:v></c:pt></c:strCache></c:strRef></c:cat></c:chartSpace>"
                .into(),
        ),
        (
            "docProps/custom.xml",
            "<Properties><property name=\"密级\"><vt:lpwstr>自定义值</vt:lpwstr></property></Properties>".into(),
        ),
        ("xl/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0object".to_vec()),
        ("xl/embeddings/book.xlsx", b"PK\x03\x04book".to_vec()),
        ("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0macros".to_vec()),
        ("xl/printerSettings/printerSettings1.bin", [&[0; 64][..], b"\x01\x04\0\x06\xdc\0", &[0; 150]].concat()),
        ("xl/media/图名.png", b"\x89PNG\r\n".to_vec()),
        // No relationship names it, and its name says nothing.
        ("old/x1.dat", element("worksheet", &format!("<sheetData>{}</sheetData>", row(1, "", &inline("A1", "孤儿表格"))))),
    ];
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    package(&parts)
}

/// Place, page, whether it is another reading of the piece before it, and the text.
const EXPECTED: &[(Place, u32, bool, &str)] = &[
    (Place::SheetName, 1, false, "表一"),
    (Place::SheetName, 2, false, "隐藏表"),
    (Place::SheetName, 3, false, "深藏表"),
    (Place::SheetName, 4, false, "图表页"),
    (Place::Bookmark, 0, false, "定义名"),
    (Place::Attribute, 0, false, "定义注"),
    (Place::Field, 0, false, "名称值"),
    (Place::Table, 1, false, "标题字"),
    (Place::Table, 1, false, "姓名\t身份证号\t\t日期"),
    (Place::Table, 1, false, "张三\t110101199003078880\t\t2023年3月15日"),
    (Place::Table, 1, true, "注音字"),
    (Place::Hidden, 1, false, "隐藏行"),
    (Place::Hidden, 1, false, "零高行"),
    (Place::Hidden, 1, false, "\t隐藏列"),
    (Place::Field, 1, false, "公式文字"),
    (Place::Table, 1, false, "公式结果\tTRUE"),
    (Place::Hidden, 1, false, "白字格"),
    (Place::Hidden, 1, false, "不显格"),
    (Place::Table, 1, false, "前缀后缀"),
    (Place::Table, 1, false, "期限20年"),
    (Place::Table, 1, false, "分成几段"),
    (Place::Table, 1, true, "行内注音"),
    (Place::Attribute, 1, false, "代码名"),
    (Place::Hidden, 1, false, "保护区名"),
    (Place::Hidden, 1, false, "方案名"),
    (Place::Hidden, 1, false, "方案注"),
    (Place::Hidden, 1, false, "方案值"),
    (Place::Attribute, 1, false, "筛选值"),
    (Place::Attribute, 1, false, "条件字"),
    (Place::Field, 1, false, "条件公式"),
    (Place::Form, 1, false, "提示题"),
    (Place::Form, 1, false, "提示字"),
    (Place::Form, 1, false, "错误题"),
    (Place::Form, 1, false, "错误字"),
    (Place::Form, 1, false, "选项甲,选项乙"),
    (Place::Form, 1, false, "新提示"),
    (Place::Form, 1, false, "新选项"),
    (Place::Attribute, 1, false, "链接提示"),
    (Place::Attribute, 1, false, "链接显示"),
    (Place::Attribute, 1, false, "目标表!A1"),
    (Place::Header, 1, false, "左页眉"),
    (Place::Header, 1, false, "右页眉"),
    (Place::Header, 1, false, "偶页眉"),
    (Place::Footer, 1, false, "首页脚"),
    (Place::Hidden, 1, false, "未知元素"),
    (Place::Hidden, 1, false, "注释文字"),
    (Place::Hidden, 2, false, "隐藏表格"),
    (Place::Hidden, 3, false, "深藏表格"),
    (Place::Header, 4, false, "图表页眉"),
    (Place::Table, 0, false, "孤儿表格"),
    (Place::Attribute, 0, false, "样式名"),
    (Place::Hidden, 0, false, "遗留串"),
    (Place::Comment, 2, false, "批注人"),
    (Place::Comment, 2, false, "批注字"),
    (Place::Comment, 2, false, "又一批注"),
    (Place::Comment, 0, false, "会话批注"),
    (Place::Attribute, 0, false, "会话人"),
    (Place::Attribute, 0, false, "表列名"),
    (Place::Attribute, 0, false, "汇总字"),
    (Place::Field, 0, false, "列公式"),
    (Place::Hidden, 0, false, "外部表名"),
    (Place::Hidden, 0, false, "外部值"),
    (Place::Hidden, 0, false, "110101199003078888"),
    (Place::Hidden, 0, false, "缓存字段"),
    (Place::Hidden, 0, false, "缓存项"),
    (Place::Hidden, 0, false, "缓存记录"),
    (Place::Hidden, 0, false, "次条记录"),
    (Place::Attribute, 0, false, "透视字段"),
    (Place::Revision, 0, false, "修订旧值"),
    (Place::Revision, 0, false, "修订新值"),
    (Place::Property, 0, false, "name: 连接名"),
    (Place::Property, 0, false, "command: SELECT 命令"),
    (Place::Textbox, 0, false, "图形文字"),
    (Place::AltText, 0, false, "SECRET ALT"),
    (Place::AltText, 0, false, "替代标题"),
    (Place::AltText, 0, false, "旧式替代"),
    (Place::Textbox, 0, false, "旧式文本框"),
    (Place::Textbox, 0, false, "图表标题"),
    (Place::Textbox, 0, false, "图表类别"),
    (Place::Property, 0, false, "密级: 自定义值"),
    (Place::Name, 0, false, "xl/media/图名.png"),
];

#[test]
fn every_place_is_found_once() {
    let bytes = full_package();
    assert_eq!(identify(&bytes, "a.xlsx").file_type, FileType::Xlsx);
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
    let names: Vec<&str> = extracted.inner.iter().map(|inner| inner.name.as_str()).collect();
    assert_eq!(names, ["xl/vbaProject.bin", "xl/embeddings/book.xlsx", "xl/embeddings/oleObject1.bin"]);
    for noise in ["宋体", "楷体", "黑体", "29", "_xlnm"] {
        assert!(!found.iter().any(|(_, piece)| piece.contains(noise)), "{noise}");
    }
}

#[test]
fn zones_follow_the_first_rows_and_header_parts() {
    let extracted = read(&full_package());
    let found = pieces(&extracted);
    let at = |text: &str| found.iter().find(|(_, piece)| piece == text).unwrap().0;
    assert_eq!((at("标题字").zone, at("标题字").align), (Some(Zone::TopCentre), Some(Align::Centre)));
    assert_eq!(at("姓名\t身份证号\t\t日期").zone, Some(Zone::TopLeft));
    assert_eq!(at("分成几段").zone, None);
    assert_eq!(at("右页眉").zone, Some(Zone::TopRight));
    assert_eq!(at("首页脚").zone, Some(Zone::FootCentre));
    assert_eq!(at("\t隐藏列").parted, Break::Cell);
}

#[test]
fn what_is_found_has_the_address_of_its_cell() {
    let cell = |extracted: &Extracted, text: &str| {
        let offset = extracted.text.as_str().find(text).unwrap();
        extracted.text.location(offset).unwrap().cell.map(|cell| cell.to_string())
    };
    let extracted = read(&full_package());
    for (text, address) in [
        ("标题字", "A1"),
        ("姓名", "A2"),
        ("身份证号", "B2"),
        ("日期", "D2"),
        ("2023年3月15日", "D3"),
        ("隐藏行", "A4"),
        ("露出格", "A6"),
        ("隐藏列", "C6"),
        ("又露格", "D6"),
        ("期限20年", "A11"),
        ("孤儿表格", "A1"),
    ] {
        assert_eq!(cell(&extracted, text).as_deref(), Some(address), "{text}");
    }
    assert_eq!(cell(&extracted, "批注字"), None);
    // Gaps that are told as fewer cells than they are, line ends and tabs within cells.
    let cells = [
        row(
            9,
            "",
            &(inline("C9", "甲\n一\t二") + &inline("D9", "乙") + &inline("AA9", "丙") + &inline("AC9", "丁")),
        ),
        row(70000, "", &inline("XFD70000", "独\t自")),
    ];
    let extracted = read(&sheet(&format!("<sheetData>{}</sheetData>", cells.concat()), ""));
    for (text, address) in [
        ("甲", "C9"),
        ("二", "C9"),
        ("乙", "D9"),
        ("丙", "AA9"),
        ("丁", "AC9"),
        ("独", "XFD70000"),
        ("自", "XFD70000"),
    ] {
        assert_eq!(cell(&extracted, text).as_deref(), Some(address), "{text}");
    }
}

#[test]
fn a_row_is_a_line() {
    let cells = [
        row(1, "", &(inline("A1", "姓\n名") + &inline("B1", "号码"))),
        row(2, "", &inline("C2", "第一行\n第二行")),
        row(9, "", &(inline("B9", "甲") + &inline("AA9", "乙"))),
        "<row><c t=\"inlineStr\"><is><t>无址</t></is></c><c><v>0.1</v></c></row>".to_owned(),
    ];
    let extracted = read(&sheet(&format!("<sheetData>{}</sheetData>", cells.concat()), ""));
    let gap = "\t".repeat(17);
    assert_eq!(extracted.text.as_str(), format!("姓 名\t号码\n第一行\n第二行\n\t甲{gap}乙\n无址\t0.1"));
    let parted: Vec<Break> = extracted.text.segments().iter().map(|s| s.at.parted).collect();
    // Behind a gap that is told as fewer cells begins a piece with an address of its own.
    assert_eq!(parted, [Break::Part, Break::Line, Break::Paragraph, Break::Cell, Break::Line]);
}

#[test]
fn strings_that_are_not_there_are_a_gap() {
    let extracted =
        read(&sheet("<sheetData><row><c t=\"s\"><v>7</v></c></row></sheetData>", "<si><t>x</t></si>"));
    assert_eq!(extracted.gaps.iter().map(|gap| gap.kind).collect::<Vec<_>>(), [GapKind::Damaged]);
    assert_eq!(extracted.text.as_str(), "7\nx");
}

#[test]
fn deep_wide_and_endless_input_ends_with_a_gap() {
    let kinds = |extracted: &Extracted| extracted.gaps.iter().map(|gap| gap.kind).collect::<Vec<_>>();

    // A cell of every column in many rows, each with the same long string.
    let long = "长".repeat(100_000);
    let cells = "<row>".to_owned() + &"<c t=\"s\"><v>0</v></c>".repeat(20_000) + "</row>";
    let extracted =
        read(&sheet(&format!("<sheetData>{cells}{cells}</sheetData>"), &format!("<si><t>{long}</t></si>")));
    assert_eq!(kinds(&extracted), [GapKind::Limit]);
    // Breaks are not counted.
    assert!(extracted.text.len() <= Limits::default().text + 10_000);

    let columns = "<col min=\"1\" max=\"4294967295\" hidden=\"1\"/>".repeat(1_000);
    let nested =
        format!("<cols>{columns}</cols>{}机密{}", "<row><c>".repeat(30_000), "</c></row>".repeat(30_000));
    let extracted = read(&sheet(&nested, ""));
    assert!(extracted.text.as_str().contains("机密"));
    assert_eq!(kinds(&extracted), [GapKind::Limit]);
}

#[test]
fn truncated_files_yield_their_beginning() {
    let bytes = full_package();
    for share in [3, 5, 7, 9] {
        let extracted = read(&bytes[..bytes.len() * share / 10]);
        assert!(extracted.gaps.iter().any(|gap| gap.kind == GapKind::Damaged), "{share}");
        assert!(extracted.text.as_str().contains("隐藏行"), "{share}");
    }
}

/// A record of a binary workbook.
fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let [low, high] = [kind & 0x7f, kind >> 7].map(|half| u8::try_from(half).unwrap());
    let mut bytes = if high == 0 { vec![low] } else { vec![low | 0x80, high] };
    let length = u8::try_from(data.len() & 0x7f).unwrap();
    match u8::try_from(data.len() >> 7).unwrap() {
        0 => bytes.push(length),
        more => bytes.extend([length | 0x80, more]),
    }
    [&bytes, data].concat()
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let count = u32::try_from(units.len()).unwrap();
    count.to_le_bytes().into_iter().chain(units.into_iter().flat_map(u16::to_le_bytes)).collect()
}

/// A cell: its column, its format, its value.
fn cell(kind: u16, column: u32, value: &[u8]) -> Vec<u8> {
    record(kind, &[&column.to_le_bytes()[..], &[0; 4], value].concat())
}

fn binary_row(number: u32, hidden: bool) -> Vec<u8> {
    record(0, &[&number.to_le_bytes()[..], &[0; 7], &[if hidden { 0x10 } else { 0 }], &[0; 5]].concat())
}

#[test]
fn binary_workbooks_have_the_same_places() {
    let sheet_of = |state: u32, id: &str, name: &str| {
        record(156, &[&state.to_le_bytes()[..], &[1, 0, 0, 0], &wide(id), &wide(name)].concat())
    };
    let workbook = [
        record(131, &[]),
        sheet_of(0, "a", "表一"),
        sheet_of(2, "b", "深藏表"),
        record(39, &[&[0; 9][..], &wide("定义名"), &[4, 0, 0, 0, 0x17, 1, 0, 0x57, 0x5b]].concat()),
        record(132, &[]),
    ]
    .concat();
    let literal = [&[9, 0, 0, 0, 0x17, 2, 0][..], &wide("公式")[4..], &[0x0b, 0]].concat();
    let columns = [[2_u32, 2, 2560, 0].map(u32::to_le_bytes).concat(), vec![1, 0]].concat();
    let first = [
        record(129, &[]),
        record(60, &columns),
        binary_row(0, false),
        cell(7, 0, &0_u32.to_le_bytes()),
        cell(6, 1, &wide("身份证号")),
        cell(6, 2, &wide("隐藏列")),
        binary_row(1, false),
        cell(62, 0, &[&[1][..], &wide("张三"), &1_u32.to_le_bytes(), &[0; 4]].concat()),
        cell(5, 1, &110_101_199_003_078_880_f64.to_le_bytes()),
        cell(2, 3, &(7_u32 << 2 | 2).to_le_bytes()),
        // A short cell stands behind the one before.
        record(17, &[&[0; 4][..], &wide("短格")].concat()),
        binary_row(2, true),
        cell(6, 0, &wide("隐藏行")),
        binary_row(3, false),
        cell(8, 0, &[wide("结果"), vec![0, 0], literal].concat()),
        cell(4, 1, &[1]),
        record(146, &[]),
        record(479, &[&[0, 0][..], &wide("&R右页眉"), &wide("&C页脚字"), &[0xff; 16]].concat()),
        record(494, &[&[0; 16][..], &wide("rId1"), &wide(""), &wide("链接提示"), &wide("链接显示")].concat()),
        record(
            64,
            &[&[0; 8][..], &wide("错误题"), &wide("错误字"), &wide("提示题"), &wide("提示字")].concat(),
        ),
        record(1111, &[&[1, 2, 3][..], &wide("未知记录")].concat()),
        record(130, &[]),
    ]
    .concat();
    let second =
        [record(129, &[]), binary_row(0, false), cell(6, 0, &wide("深藏格")), record(130, &[])].concat();
    let strings = [
        record(159, &[0; 8]),
        record(19, &[&[0][..], &wide("姓名")].concat()),
        record(19, &[&[0][..], &wide("遗留串")].concat()),
    ];
    let comments = [
        record(628, &[]),
        record(632, &wide("批注人")),
        record(637, &[&[0][..], &wide("批注字")].concat()),
        record(629, &[]),
    ];
    let bytes = package(&[
        ("xl/workbook.bin", &workbook),
        (
            "xl/_rels/workbook.bin.rels",
            &relations(&[("a", "worksheets/sheet1.bin"), ("b", "worksheets/sheet2.bin")]),
        ),
        ("xl/worksheets/sheet1.bin", &first),
        ("xl/worksheets/sheet2.bin", &second),
        ("xl/sharedStrings.bin", &strings.concat()),
        ("xl/comments1.bin", &comments.concat()),
        ("xl/pivotCache/pivotCacheDefinition1.bin", &record(179, &wide("缓存值"))),
    ]);
    assert_eq!(identify(&bytes, "a.xlsb").file_type, FileType::Xlsb);
    let extracted = extract(&bytes, FileType::Xlsb, &mut Budget::new(&Limits::default()));
    let found: Vec<_> = pieces(&extracted)
        .into_iter()
        .map(|(at, text)| (at.place, at.page.map_or(0, |page| page.get()), text))
        .collect();
    let expected = [
        (Place::SheetName, 1, "表一"),
        (Place::SheetName, 2, "深藏表"),
        (Place::Bookmark, 0, "定义名"),
        (Place::Field, 0, "字"),
        (Place::Table, 1, "姓名\t身份证号"),
        (Place::Hidden, 1, "隐藏列"),
        (Place::Table, 1, "张三\t110101199003078880\t\t7\t短格"),
        (Place::Hidden, 1, "隐藏行"),
        (Place::Table, 1, "结果\tTRUE"),
        (Place::Field, 1, "公式"),
        (Place::Header, 1, "右页眉"),
        (Place::Footer, 1, "页脚字"),
        (Place::Attribute, 1, "链接提示"),
        (Place::Attribute, 1, "链接显示"),
        (Place::Form, 1, "错误题"),
        (Place::Form, 1, "错误字"),
        (Place::Form, 1, "提示题"),
        (Place::Form, 1, "提示字"),
        (Place::Attribute, 1, "未知记录"),
        (Place::Hidden, 2, "深藏格"),
        (Place::Comment, 0, "批注人"),
        (Place::Comment, 0, "批注字"),
        (Place::Hidden, 0, "缓存值"),
        (Place::Hidden, 0, "遗留串"),
    ];
    assert_eq!(found, expected.map(|(place, page, text)| (place, page, text.to_owned())));
    assert_eq!((extracted.gaps, extracted.inner), (vec![], vec![]));
}

#[test]
fn captions_of_pivot_tables_and_users_of_scenarios() {
    let read = read(&package(&[
        ("xl/worksheets/sheet1.xml", &element("worksheet", "<sheetData/><scenarios><scenario name=\"方案名\" user=\"方案者\"/></scenarios>")),
        (
            "xl/pivotTables/pivotTable1.xml",
            format!(
                "<pivotTableDefinition {MAIN} dataCaption=\"数值题\" grandTotalCaption=\"总计题\" rowHeaderCaption=\"行题\" \
                 missingCaption=\"缺题\"><pivotFields><pivotField subtotalCaption=\"小计题\"><items><item n=\"项题\"/></items>\
                 </pivotField></pivotFields></pivotTableDefinition>"
            )
            .as_bytes(),
        ),
        ("xl/pivotCache/pivotCacheDefinition1.xml", &element("pivotCacheDefinition", "<cacheFields><cacheField name=\"f\" formula=\"字段式\"><sharedItems><s v=\"存值\" c=\"存题\"/></sharedItems></cacheField></cacheFields>")),
    ]));
    let found: Vec<String> = pieces(&read).into_iter().map(|(_, text)| text).collect();
    for text in
        ["方案名", "方案者", "数值题", "总计题", "行题", "缺题", "小计题", "项题", "存值", "存题", "字段式"]
    {
        assert!(found.iter().any(|piece| piece == text), "{text}: {found:?}");
    }
}
