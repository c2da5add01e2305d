//! OpenDocument and RTF with a different text in every place where the formats can hide one: each
//! has to be found, with the place it stands in.

#![expect(clippy::unwrap_used, reason = "a fixture that can't be built is a failed test")]

#[path = "support/package.rs"]
mod package;

use mijian::extract::{Extracted, extract};
use mijian::filetype::{FileType, identify};
use mijian::limits::{Budget, GapKind, Limits};
use mijian::text::{Align, Break, Zone};
use package::package;

const NAMESPACES: &str = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:text=\"t\" xmlns:table=\"tb\" \
    xmlns:draw=\"d\" xmlns:svg=\"s\" xmlns:style=\"st\" xmlns:fo=\"fo\" xmlns:dc=\"dc\" xmlns:meta=\"m\" xmlns:xlink=\"x\" \
    xmlns:presentation=\"p\" xmlns:form=\"f\" xmlns:config=\"c\" xmlns:script=\"sc\"";

fn read_as(file_type: FileType, bytes: &[u8]) -> Extracted {
    assert_eq!(identify(bytes, "a").file_type, file_type);
    extract(bytes, file_type, &mut Budget::new(&Limits::default()))
}

/// The pieces with place and repetition.
fn pieces(extracted: &Extracted) -> Vec<(&'static str, bool, String)> {
    let text = extracted.text.as_str();
    let of = |s: &mijian::text::Segment| (s.at.place.as_str(), s.at.again, text[s.range.clone()].to_owned());
    extracted.text.segments().iter().map(of).collect()
}

/// Fails unless exactly these pieces were found, each once, in whatever order.
fn assert_found(extracted: &Extracted, expected: &[(&str, &str)]) {
    let found = pieces(extracted);
    for (place, text) in expected {
        let (place, again) = place.strip_prefix('+').map_or((*place, false), |place| (place, true));
        let count = found.iter().filter(|(p, a, t)| (*p, *a, t.as_str()) == (place, again, *text)).count();
        assert_eq!(count, 1, "{place}: {text} in {found:#?}");
    }
    let wanted = |(p, _, t): &&(&str, bool, String)| {
        !expected.iter().any(|(place, text)| place.trim_start_matches('+') == *p && text == t)
    };
    let more: Vec<_> = found.iter().filter(wanted).collect();
    assert!(more.is_empty(), "found as well: {more:#?}");
}

fn kinds(extracted: &Extracted) -> Vec<GapKind> {
    extracted.gaps.iter().map(|gap| gap.kind).collect()
}

fn content(styles: &str, body: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><office:document-content {NAMESPACES}><office:automatic-styles>{styles}</office:automatic-styles>\
         <office:body>{body}</office:body></office:document-content>"
    )
}

const HIDING: &str = "<style:style style:name=\"H\" style:family=\"text\"><style:text-properties text:display=\"none\"/></style:style>\
    <style:style style:name=\"H2\" style:family=\"text\" style:parent-style-name=\"H\"/>\
    <style:style style:name=\"W\" style:family=\"text\"><style:text-properties fo:color=\"#FFFFFF\"/></style:style>\
    <style:style style:name=\"S\" style:family=\"text\"><style:text-properties style:text-line-through-style=\"solid\"/></style:style>\
    <style:style style:name=\"R\" style:family=\"paragraph\"><style:paragraph-properties fo:text-align=\"end\"/>\
    <style:text-properties fo:font-size=\"16pt\"/></style:style>\
    <style:style style:name=\"T0\" style:family=\"table\"><style:table-properties table:display=\"false\"/></style:style>\
    <style:style style:name=\"D0\" style:family=\"drawing-page\"><style:drawing-page-properties presentation:visibility=\"hidden\"/></style:style>";

#[test]
fn odt_every_place() {
    let body = "<office:text><text:tracked-changes><text:changed-region text:id=\"c1\"><text:deletion><office:change-info>\
        <dc:creator>删者</dc:creator><dc:date>2020-01-01</dc:date></office:change-info><text:p>旧</text:p></text:deletion></text:changed-region>\
        <text:changed-region text:id=\"c2\"><text:insertion><office:change-info/></text:insertion></text:changed-region>\
        <text:changed-region text:id=\"c3\"><text:deletion><text:p>无主删</text:p></text:deletion></text:changed-region></text:tracked-changes>\
        <text:user-field-decls><text:user-field-decl text:name=\"u\" office:string-value=\"变量一\"/></text:user-field-decls>\
        <office:forms><form:form><form:textarea form:label=\"表单标\" form:current-value=\"表单值\"/><form:listbox><form:option form:label=\"表单项\"/>\
        </form:listbox></form:form></office:forms>\
        <text:p text:style-name=\"R\">秘密<text:span text:style-name=\"x\">★</text:span>10<text:soft-page-break/>年</text:p>\
        <text:h>标题<text:s text:c=\"2\"/>甲<text:tab/>乙<text:line-break/>丙</text:h>\
        <text:p>改<text:change text:change-id=\"c1\"/><text:change-start text:change-id=\"c2\"/>新<text:change-end text:change-id=\"c2\"/>文</text:p>\
        <text:p>露<text:span text:style-name=\"H2\">藏</text:span></text:p><text:p><text:span text:style-name=\"W\">白字</text:span></text:p>\
        <text:p><text:span text:style-name=\"S\">划去</text:span></text:p>\
        <text:section text:name=\"s\" text:display=\"none\"><text:p>藏节</text:p></text:section>\
        <text:p>字段<text:hidden-text text:condition=\"x\" text:string-value=\"藏文\" text:is-hidden=\"true\"/></text:p>\
        <text:p>整段藏<text:hidden-paragraph text:condition=\"x\" text:is-hidden=\"true\"/></text:p>\
        <text:p>条件<text:conditional-text text:string-value-if-true=\"真文\" text:string-value-if-false=\"假文\">真文</text:conditional-text></text:p>\
        <text:p>脚<text:note text:note-class=\"footnote\"><text:note-citation>1</text:note-citation><text:note-body><text:p>脚注一</text:p></text:note-body>\
        </text:note>注<office:annotation><dc:creator>批者</dc:creator><dc:date>2020</dc:date><text:p>批注一</text:p><text:p>批注二</text:p></office:annotation>后</text:p>\
        <text:p>框<draw:frame><draw:text-box><text:p>框文一</text:p></draw:text-box><svg:title>替代一</svg:title><svg:desc>替代二</svg:desc></draw:frame>外</text:p>\
        <draw:custom-shape><text:p>形文一</text:p></draw:custom-shape>\
        <text:p>链<text:bookmark-start text:name=\"书签一\"/><text:a xlink:href=\"http://x/链接\">接</text:a></text:p>\
        <table:table table:name=\"表名\"><table:table-row><table:table-cell><text:p>密级</text:p></table:table-cell><table:table-cell table:number-columns-repeated=\"900000000\">\
        <text:p>机密</text:p></table:table-cell></table:table-row><table:table-row table:visibility=\"collapse\"><table:table-cell><text:p>藏行</text:p></table:table-cell>\
        </table:table-row></table:table><draw:object><office:document><office:body><office:text><text:p>内嵌平</text:p></office:text></office:body></office:document></draw:object>\
        <draw:object-ole><office:binary-data>5py65a+G5YaF5bWM</office:binary-data></draw:object-ole><!-- 注释一 --></office:text>";
    let styles = format!(
        "<office:document-styles {NAMESPACES}><office:styles>{HIDING}</office:styles><office:master-styles><style:master-page style:name=\"Standard\">\
         <style:header><text:p>页眉一</text:p></style:header><style:header-left><text:p text:style-name=\"R\">左页眉</text:p></style:header-left>\
         <style:footer><text:p>页脚一</text:p></style:footer></style:master-page></office:master-styles></office:document-styles>"
    );
    let meta = format!(
        "<office:document-meta {NAMESPACES}><office:meta><dc:title>标题一</dc:title><dc:subject>主题一</dc:subject><dc:description>说明一</dc:description>\
         <meta:keyword>关键词一</meta:keyword><meta:generator>LibreOffice</meta:generator><meta:user-defined meta:name=\"密级\">绝密</meta:user-defined>\
         <meta:document-statistic meta:page-count=\"1\"/></office:meta></office:document-meta>"
    );
    let bytes = package(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", content(HIDING, body).as_bytes()),
        ("styles.xml", styles.as_bytes()),
        ("meta.xml", meta.as_bytes()),
        (
            "settings.xml",
            format!(
                "<office:document-settings {NAMESPACES}><config:config-item config:name=\"x\">设置一</config:config-item>\
                 <config:config-item config:name=\"y\">true</config:config-item></office:document-settings>"
            )
            .as_bytes(),
        ),
        ("Object 1/content.xml", content("", "<office:text><text:p>对象一</text:p></office:text>").as_bytes()),
        ("Object 2", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 ole"),
        ("Basic/Standard/M.xml", b"<script:module xmlns:script=\"s\">' \xe5\xae\x8f\xe4\xb8\x80</script:module>"),
        ("\u{5b64}.xml", "<x>孤文</x>".as_bytes()),
        ("Thumbnails/thumbnail.png", b"\x89PNG\r\n\x1a\n"),
        ("layout-cache", b"\x01\x02\x03\x04"),
    ]);
    let read = read_as(FileType::Odt, &bytes);
    let expected = [
        ("body", "秘密★10年"),
        ("body", "标题  甲\t乙\n丙"),
        ("body", "改新文"),
        ("+deleted", "改旧文"),
        ("deleted", "无主删"),
        ("attribute", "删者"),
        ("field", "变量一"),
        ("form", "表单标"),
        ("form", "表单值"),
        ("form", "表单项"),
        ("body", "露"),
        ("+hidden", "露藏"),
        ("hidden", "白字"),
        ("body", "划去"),
        ("hidden", "藏节"),
        ("body", "字段"),
        ("+hidden", "字段藏文"),
        ("hidden", "整段藏"),
        ("body", "条件真文"),
        ("+field", "真文\n假文"),
        ("body", "脚注后"),
        ("note", "脚注一"),
        ("attribute", "批者"),
        ("comment", "批注一"),
        ("comment", "批注二"),
        ("body", "框外"),
        ("textbox", "框文一"),
        ("alt-text", "替代一"),
        ("alt-text", "替代二"),
        ("textbox", "形文一"),
        ("body", "链接"),
        ("bookmark", "书签一"),
        ("attribute", "http://x/链接"),
        ("attribute", "表名"),
        ("table", "密级"),
        ("table", "机密"),
        ("hidden", "藏行"),
        ("body", "内嵌平"),
        ("hidden", " 注释一 "),
        ("header", "页眉一"),
        ("header", "左页眉"),
        ("footer", "页脚一"),
        ("property", "title: 标题一"),
        ("property", "subject: 主题一"),
        ("property", "description: 说明一"),
        ("property", "keyword: 关键词一"),
        ("property", "密级: 绝密"),
        ("property", "x: 设置一"),
        ("body", "对象一"),
        ("script", "' 宏一"),
        ("hidden", "孤文"),
        ("name", "孤.xml"),
    ];
    assert_found(&read, &expected);
    let inner: Vec<(&str, &[u8])> =
        read.inner.iter().map(|i| (i.name.as_str(), i.bytes.as_slice())).collect();
    assert_eq!(inner[0], ("object", "机密内嵌".as_bytes()));
    assert_eq!(inner[1].0, "Object 2");
    assert_eq!(read.gaps, []);
    let at = |text: &str| {
        let index = read.text.segments().iter().position(|s| &read.text.as_str()[s.range.clone()] == text);
        read.text.segments()[index.unwrap()].at
    };
    let mark = at("秘密★10年");
    assert_eq!((mark.zone, mark.align, mark.size), (Some(Zone::TopRight), Some(Align::Right), Some(160)));
    assert_eq!(at("机密").parted, Break::Cell);
    assert!(at("划去").struck);
    assert_eq!((at("左页眉").zone, at("页脚一").zone), (Some(Zone::TopRight), Some(Zone::FootLeft)));
}

#[test]
fn flat_odt_is_told_by_its_root() {
    let flat = format!(
        "<?xml version=\"1.0\"?><office:document {NAMESPACES} office:mimetype=\"application/vnd.oasis.opendocument.text\"><office:meta>\
         <dc:title>标题一</dc:title></office:meta><office:automatic-styles>{HIDING}</office:automatic-styles><office:body><office:text>\
         <text:p>露<text:span text:style-name=\"H\">藏</text:span></text:p></office:text></office:body></office:document>"
    );
    let read = read_as(FileType::Odt, flat.as_bytes());
    assert_found(&read, &[("property", "title: 标题一"), ("body", "露"), ("+hidden", "露藏")]);
}

#[test]
fn ods_every_place() {
    let body = "<office:spreadsheet><table:tracked-changes><table:cell-content-change><table:previous><table:change-track-table-cell>\
        <text:p>旧值</text:p></table:change-track-table-cell></table:previous></table:cell-content-change></table:tracked-changes>\
        <table:content-validations><table:content-validation table:condition=\"of:cell-content-is-in-list(&quot;甲&quot;;&quot;乙&quot;)\">\
        <table:help-message table:title=\"提示题\"><text:p>提示文</text:p></table:help-message></table:content-validation></table:content-validations>\
        <table:table table:name=\"名单\"><table:table-column/><table:table-column table:visibility=\"collapse\" table:number-columns-repeated=\"2\"/>\
        <table:table-column/><table:table-row><table:table-cell><text:p>姓名</text:p></table:table-cell><table:table-cell><text:p>藏列</text:p></table:table-cell>\
        <table:covered-table-cell/><table:table-cell><text:p>号码</text:p></table:table-cell></table:table-row><table:table-row table:visibility=\"filter\">\
        <table:table-cell><text:p>藏行</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell office:string-value=\"无段值\"/>\
        <table:table-cell table:number-columns-repeated=\"2\"/><table:table-cell table:formula=\"of:=CONCATENATE(&quot;机&quot;;&quot;密&quot;)\" office:string-value=\"机密\">\
        <text:p>机密</text:p><office:annotation><text:p>格批注</text:p></office:annotation></table:table-cell></table:table-row></table:table>\
        <table:table table:name=\"藏表\" table:style-name=\"T0\"><table:table-row><table:table-cell><text:p>藏表文</text:p></table:table-cell></table:table-row></table:table>\
        <table:named-expressions><table:named-expression table:name=\"名称一\" table:expression=\"&quot;名值&quot;\"/></table:named-expressions></office:spreadsheet>";
    let bytes = package(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content(HIDING, body).as_bytes()),
    ]);
    let read = read_as(FileType::Ods, &bytes);
    let expected = [
        ("deleted", "旧值"),
        ("field", "of:cell-content-is-in-list(\"甲\";\"乙\")"),
        ("attribute", "提示题"),
        ("table", "提示文"),
        ("sheet-name", "名单"),
        ("table", "姓名"),
        ("hidden", "藏列"),
        ("table", "号码"),
        ("hidden", "藏行"),
        ("table", "无段值"),
        ("table", "机密"),
        ("field", "of:=CONCATENATE(\"机\";\"密\")"),
        ("comment", "格批注"),
        ("sheet-name", "藏表"),
        ("hidden", "藏表文"),
        ("field", "名称一"),
        ("field", "\"名值\""),
    ];
    assert_found(&read, &expected);
    assert_eq!(kinds(&read), []);
    let text = read.text.as_str();
    let between = |a: &str, b: &str| read.text.break_between(text.find(a).unwrap(), text.find(b).unwrap());
    assert_eq!(between("姓名", "藏列"), Break::Cell);
    assert_eq!(between("号码", "藏行"), Break::Part);
}

#[test]
fn pictures_of_tables_show_what_the_page_says() {
    let page = content("", "<office:presentation><draw:page><draw:frame/></draw:page></office:presentation>");
    let gaps = |name: &str, picture: &[u8]| {
        let parts: [(&str, &[u8]); 3] = [
            ("mimetype", b"application/vnd.oasis.opendocument.presentation"),
            ("content.xml", page.as_bytes()),
            (name, picture),
        ];
        let read = read_as(FileType::Odp, &package(&parts));
        (read.gaps.len(), read.inner.len())
    };
    assert_eq!(gaps("Pictures/TablePreview1.svm", b"VCLMTF\x01\0\x31\0"), (0, 0));
    // What only has the name, or stands elsewhere, is a document that is looked at.
    assert_eq!(gaps("Pictures/TablePreview1.svm", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), (0, 1));
    assert_eq!(gaps("Pictures/x.svm", b"VCLMTF\x01\0\x31\0"), (0, 1));
}

#[test]
fn odp_every_place() {
    let body = "<office:presentation><draw:page draw:name=\"首页名\"><draw:frame><draw:text-box><text:p>片文一</text:p></draw:text-box></draw:frame>\
        <draw:custom-shape><text:p>形文一</text:p></draw:custom-shape><presentation:notes><draw:frame><draw:text-box><text:p>备注一</text:p></draw:text-box></draw:frame>\
        </presentation:notes></draw:page><draw:page draw:style-name=\"D0\"><draw:frame><draw:text-box><text:p>藏片文</text:p></draw:text-box></draw:frame></draw:page>\
        </office:presentation>";
    let styles = format!(
        "<office:document-styles {NAMESPACES}><office:master-styles><style:master-page style:name=\"D\"><draw:frame><draw:text-box><text:p>母版一</text:p>\
         </draw:text-box></draw:frame></style:master-page></office:master-styles></office:document-styles>"
    );
    let bytes = package(&[
        ("mimetype", b"application/vnd.oasis.opendocument.presentation"),
        ("content.xml", content(HIDING, body).as_bytes()),
        ("styles.xml", styles.as_bytes()),
    ]);
    let read = read_as(FileType::Odp, &bytes);
    let expected = [
        ("attribute", "首页名"),
        ("body", "片文一"),
        ("body", "形文一"),
        ("notes", "备注一"),
        ("hidden", "藏片文"),
        ("master", "母版一"),
    ];
    assert_found(&read, &expected);
    let slide = |needle: &str| read.text.location(read.text.as_str().find(needle).unwrap()).unwrap().page;
    assert_eq!((slide("片文一").unwrap().get(), slide("藏片文").unwrap().get()), (1, 2));
}

#[test]
fn frames_of_a_slide_have_zones() {
    let frame = |element: &str, place: &str, text: &str| {
        format!(
            "<draw:{element} {place}><draw:text-box><text:p>{text}</text:p></draw:text-box></draw:{element}>"
        )
    };
    let body = [
        frame("frame", "svg:x=\"1cm\" svg:y=\"0.5cm\" svg:width=\"3cm\" svg:height=\"1cm\"", "左上"),
        frame("custom-shape", "svg:x=\"7in\" svg:y=\"0.2in\" svg:width=\"1in\" svg:height=\"0.4in\"", "右上"),
        frame("frame", "svg:x=\"110mm\" svg:y=\"180mm\" svg:width=\"30mm\" svg:height=\"8mm\"", "脚中"),
        frame("frame", "svg:x=\"1cm\" svg:y=\"8cm\" svg:width=\"20cm\" svg:height=\"3cm\"", "正文"),
        // As high as the slide: its middle counts.
        frame("frame", "svg:x=\"1cm\" svg:y=\"0cm\" svg:width=\"20cm\" svg:height=\"19cm\"", "全高"),
        frame("frame", "svg:x=\"far\" svg:y=\"0cm\"", "无处"),
        "<draw:custom-shape><text:p>未定</text:p></draw:custom-shape>".to_owned(),
    ];
    let body = format!("<office:presentation><draw:page>{}</draw:page></office:presentation>", body.concat());
    let layout = |width: &str, height: &str| {
        format!(
            "<style:page-layout><style:page-layout-properties fo:page-width=\"{width}\" fo:page-height=\"{height}\"/></style:page-layout>"
        )
    };
    let styles = format!(
        "<office:document-styles {NAMESPACES}><office:automatic-styles>{}{}</office:automatic-styles></office:document-styles>",
        layout("21cm", "29.7cm"),
        layout("25.4cm", "19.05cm")
    );
    let bytes = package(&[
        ("mimetype", b"application/vnd.oasis.opendocument.presentation"),
        ("content.xml", content("", &body).as_bytes()),
        ("styles.xml", styles.as_bytes()),
    ]);
    let read = read_as(FileType::Odp, &bytes);
    let zone = |needle: &str| read.text.location(read.text.as_str().find(needle).unwrap()).unwrap().zone;
    assert_eq!(
        ["左上", "右上", "脚中", "正文", "全高", "无处", "未定"].map(zone),
        [Some(Zone::TopLeft), Some(Zone::TopRight), Some(Zone::FootCentre), None, None, None, None]
    );
}

#[test]
fn odf_encrypted_and_hostile() {
    let manifest = "<manifest:manifest xmlns:manifest=\"m\"><manifest:file-entry manifest:full-path=\"content.xml\"><manifest:encryption-data/>\
        </manifest:file-entry></manifest:manifest>";
    let bytes = package(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", &[0x9b; 500]),
        ("META-INF/manifest.xml", manifest.as_bytes()),
    ]);
    let read = read_as(FileType::Odt, &bytes);
    assert_eq!((kinds(&read), read.inner.len()), (vec![GapKind::Encrypted], 0));
    let deep = "<text:section><draw:frame><draw:text-box><text:p>".repeat(75_000) + "深";
    let bytes = package(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", content("", &format!("<office:text>{deep}")).as_bytes()),
    ]);
    let read = read_as(FileType::Odt, &bytes);
    assert!(read.text.as_str().contains('深') && !read.gaps.is_empty());
    let long = "字".repeat(1_000_000);
    let body = format!("<office:text><text:p>{long}机密</text:p></office:text>");
    let bytes = package(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", content("", &body).as_bytes()),
    ]);
    assert_eq!(read_as(FileType::Odt, &bytes).text.as_str(), format!("{long}机密"));
}

fn rtf(body: &str) -> Vec<u8> {
    // Characters of the test stand for the bytes of GBK.
    let source = format!(
        "{{\\rtf1\\ansi\\ansicpg936\\deff0{{\\fonttbl{{\\f0\\fnil\\fcharset134 SimSun;}}{{\\f1\\fcharset0 Times;}}{{\\f2\\fcharset136 MingLiU;}}\
         {{\\f3\\fcharset2 Wingdings;}}{{\\f4\\fcharset128 MS Mincho;}}}}{{\\colortbl;\\red255\\green255\\blue255;\\red0\\green0\\blue0;}}{body}}}"
    );
    encoding_rs::GB18030.encode(&source).0.into_owned()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("\\'{byte:02x}")).collect()
}

fn gbk(text: &str) -> String {
    hex(&encoding_rs::GB18030.encode(text).0)
}

#[test]
fn rtf_every_place() {
    let object: String = [
        &b"\x01\x05\0\0\x02\0\0\0\x0f\0\0\0Word.Document.8"[..],
        b"\0\0\0\0\0\0\0\0\x08\0\0\0\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    ]
    .concat()
    .iter()
    .map(|byte| format!("{byte:02x}"))
    .collect();
    let body = [
        "{\\stylesheet{\\s0 Normal;}{\\s1 样式一;}}{\\info{\\title 标题一}{\\subject 主题一}{\\keywords 关键词一}{\\*\\company 公司一}\
         {\\doccomm 说明一}{\\creatim\\yr2020}}{\\*\\userprops{\\propname 密级}\\proptype30{\\staticval 机密}}{\\*\\docvar{变量名}{变量值}}",
        "{\\header\\pard\\qr 页眉一\\par}{\\footerf 页脚一}",
        "\\pard\\plain\\qr\\fs32 ",
        &gbk("秘密"),
        "{\\f3\\'ab}10\\'c4{\\b\\'ea}\\par\n",
        // Unicode with its stand-ins, a character beyond the basic plane among them.
        "\\pard\\uc1\\u26426 ?\\u23494\\'c3\\uc2\\u25991\\'ce\\'c4{\\uc0\\u-10176\\u-9216}\\par",
        "\\f2 ",
        &hex(b"\xbe\xf7\xb1K"),
        "\\f4 ",
        &hex(b"\x94\xe9\x96\xa7"),
        "\\f0\\line ascii\\{\\}\\\\\\emdash\\~x\\tab y\\par",
        "露{\\v 藏}\\par{\\v0\\cf1 白字}\\par{\\cf1\\highlight2 有底}\\par 改{\\deleted 旧}{\\revised 新}文\\par{\\strike 划去}\\par",
        "链{\\field{\\*\\fldinst HYPERLINK \"http://x/域\"}{\\fldrslt 接}}\\par",
        "脚{\\footnote 脚注一}注{\\*\\atnid 批}{\\*\\atnauthor 批者}{\\*\\annotation{\\*\\atnref 1}批注一}后{\\*\\bkmkstart 书签一}{\\*\\bkmkend 书签一}\\par",
        "框{\\shp{\\*\\shpinst\\shpleft0{\\sp{\\sn gtextUNICODE}{\\sv 艺术字}}{\\sp{\\sn wzDescription}{\\sv 替代一}}{\\sp{\\sn fillColor}{\\sv 255}}\
         {\\shptxt 框文一\\par}}}外\\par",
        "{\\xe 索引一}{\\*\\formfield{\\*\\ffdeftext 表单一}}{\\*\\unknown 未知一}{\\*\\unknown 0a0b0c}",
        "\\trowd\\cellx1\\cellx2\\pard\\intbl 密级\\cell 机密\\cell\\row\\trowd 次行\\cell 空\\cell\\row\\pard 表后\\par",
        "{\\object\\objemb{\\*\\objclass X}{\\*\\objdata ",
        &object,
        "}{\\result 图}}{\\pict\\bin5 }}}}}}\\par{\\*\\themedata 504b0304}",
    ]
    .concat();
    let read = read_as(FileType::Rtf, &rtf(&body));
    let expected = [
        ("attribute", "样式一"),
        ("property", "title: 标题一"),
        ("property", "subject: 主题一"),
        ("property", "keywords: 关键词一"),
        ("property", "company: 公司一"),
        ("property", "comment: 说明一"),
        ("property", "密级: 机密"),
        ("property", "变量名: 变量值"),
        ("header", "页眉一"),
        ("footer", "页脚一"),
        ("body", "秘密★10年"),
        ("body", "机密文𠀀"),
        ("body", "機密秘密\nascii{}\\—\u{a0}x\ty"),
        ("body", "露"),
        ("+hidden", "露藏"),
        ("hidden", "白字"),
        ("body", "有底"),
        ("body", "改新文"),
        ("+deleted", "改旧文"),
        ("body", "划去"),
        ("body", "链接"),
        ("+field", "HYPERLINK \"http://x/域\""),
        ("body", "脚注后"),
        ("note", "脚注一"),
        ("attribute", "批"),
        ("attribute", "批者"),
        ("comment", "批注一"),
        ("bookmark", "书签一"),
        ("body", "框外"),
        ("watermark", "艺术字"),
        ("alt-text", "替代一"),
        ("textbox", "框文一"),
        ("hidden", "索引一"),
        ("form", "表单一"),
        ("hidden", "未知一"),
        ("table", "密级"),
        ("table", "机密"),
        ("table", "次行"),
        ("table", "空"),
        ("body", "表后"),
        ("body", "图"),
    ];
    assert_found(&read, &expected);
    let inner: Vec<(&str, &[u8])> =
        read.inner.iter().map(|i| (i.name.as_str(), i.bytes.as_slice())).collect();
    let stored: [(&str, &[u8]); 3] = [
        ("Word.Document.8", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("picture", b"}}}}}"),
        ("object", b"PK\x03\x04"),
    ];
    assert_eq!(inner, stored);
    assert_eq!(read.gaps, []);
    let at = |text: &str| {
        let index = read.text.segments().iter().position(|s| &read.text.as_str()[s.range.clone()] == text);
        read.text.segments()[index.unwrap()].at
    };
    let mark = at("秘密★10年");
    assert_eq!((mark.zone, mark.align, mark.size), (Some(Zone::TopRight), Some(Align::Right), Some(160)));
    assert_eq!(
        (at("机密").parted, at("次行").parted, at("空").parted),
        (Break::Cell, Break::Line, Break::Cell)
    );
    assert!(at("划去").struck);
    assert_eq!((at("页眉一").zone, at("页脚一").zone), (Some(Zone::TopRight), Some(Zone::FootLeft)));
}

#[test]
fn rtf_damaged_and_hostile() {
    let text = |bytes: &[u8]| read_as(FileType::Rtf, bytes).text.as_str().to_owned();
    // Half a character that never comes to its other half does not spoil the rest.
    assert_eq!(text(&rtf(&format!("a\\'bb{{\\b {}}}", gbk("机密")))), "a\u{fffd}机密");
    // Halves in different groups are one character.
    assert_eq!(text(&rtf("\\'bb{\\b\\'fa}\\'c3\\i\\'dc")), "机密");
    // UTF-8 as it stands, whatever the header says.
    assert_eq!(text("{\\rtf1\\ansi\\ansicpg1252 机密★20年}".as_bytes()), "机密★20年");
    let mut deep = b"{\\rtf1 ".to_vec();
    deep.extend("{".repeat(300_000).bytes());
    deep.extend(b"deep");
    let found = read_as(FileType::Rtf, &deep);
    assert_eq!((found.text.as_str(), kinds(&found)), ("deep", vec![GapKind::Damaged, GapKind::Limit]));
    let ended = read_as(FileType::Rtf, &[&b"{\\rtf1 a}"[..], "尾巴".as_bytes()].concat());
    assert_eq!(ended.text.as_str(), "a\n尾巴");
    assert_eq!(kinds(&ended), [GapKind::Damaged]);
    let lying = read_as(FileType::Rtf, b"{\\rtf1 a{\\pict\\bin2000000000 abc");
    assert_eq!(kinds(&lying), [GapKind::Damaged; 2]);
    assert_eq!(
        text(&[&b"{\\rtf1 "[..], "长".repeat(500_000).as_bytes(), b"}"].concat()).chars().count(),
        500_000
    );
    for odd in [
        "\\u",
        "\\u99999999999 ",
        "\\uc-5\\u1 a",
        "\\'",
        "\\'z",
        "\\cf-1 a",
        "\\fs-9 a",
        "\\cell\\row\\row}}}}a",
        "\\*",
        "\\",
    ] {
        read_as(FileType::Rtf, &rtf(odd));
    }
}

#[test]
fn separators_of_notes_names_of_lists_and_values_that_nothing_shows() {
    let body = "{\\*\\ftnsep 分隔一}{\\*\\aftnsepc 分隔二}{\\*\\listtable{\\list{\\listname 列表名;}}}{\\*\\generator 程序名;}\
                {\\object{\\*\\objname 对象名}}正文\\par";
    let read = read_as(FileType::Rtf, &rtf(body));
    for text in ["分隔一", "分隔二", "列表名", "程序名", "对象名"] {
        assert!(read.text.as_str().contains(text), "{text}: {}", read.text.as_str());
    }
    let body = "<office:spreadsheet><table:table table:name=\"t\"><table:table-row><table:table-cell office:string-value=\"另一值\">\
                <text:p>所见</text:p><office:annotation><text:sender-initials>批者缩写</text:sender-initials><text:p>批</text:p>\
                </office:annotation></table:table-cell></table:table-row></table:table></office:spreadsheet>";
    let bytes = package(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content(HIDING, body).as_bytes()),
    ]);
    let read = read_as(FileType::Ods, &bytes);
    for text in ["另一值", "批者缩写", "所见"] {
        assert!(read.text.as_str().contains(text), "{text}: {}", read.text.as_str());
    }
}
