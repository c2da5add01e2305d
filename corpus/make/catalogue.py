"""Every document of the corpus: where it goes, what it says, who produces it and what a screening has to answer."""
import catalogue_carriers
from texts_body import BODIES, RECALL
from texts_pass import TEXTS
from texts_reg import UNITS, regulation

CASES = []
PDF = {"libreoffice", "chromium", "reportlab-cid", "reportlab-ttf", "weasyprint", "fpdf2", "typst"}


def case(file, expected, rule, place, markup, origin="hand", disguise="none", **kw):
    """markup: the document in the light markup; kw: header, footer, header_align, props, title; encoding (txt); front, head, extra (md, html);
    hidden (places of a hand-written docx); pdf (extras of a hand-written pdf); find: the decisive text, looked for when the file is checked."""
    CASES.append(dict(file=file, expected=expected, rule=rule, place=place, markup=markup, origin=origin, disguise=disguise, **kw))


def block(file, rule, place, markup, find, origin="hand", disguise="none", **kw):
    case("block/" + file, "block", rule, place, markup, origin, disguise, find=find, **kw)


def review(file, rule, place, markup, find, origin="hand", disguise="none", **kw):
    case("review/" + file, "review", rule, place, markup, origin, disguise, find=find, **kw)


def ok(file, markup, origin="hand", **kw):
    case("pass/" + file, "pass", None, "body", markup, origin, "none", **kw)


def B(name):
    return BODIES[name]


def official(mark, body, office="{city}人民政府文件", number="{city}政〔2026〕{seq}号", urgent="特急", copy=True, letter=False, side="!L"):
    """First page by GB/T 9704: copy number, mark, urgency, then the red head; in the letter format under the first red line."""
    lines = (["%s {copy}" % side] if copy else []) + (["%s %s" % (side, m) for m in mark.split("\n")] if mark else []) + (["%s %s" % (side, urgent)] if urgent else [])
    head = ["!RED " + office]
    if letter:
        return "\n".join(head + ["!RULE"] + lines + ["> " + number, body, "!RULE"])
    return "\n".join(lines + head + ["### " + number, "!RULE", body])


def cover(mark, title, body, side="!L"):
    return "\n".join([side + " " + mark, "### ", "!C " + title, "### {city}", "### {date}", "!PB", body])


# ---- block: state secrets, visible

block("gbt2012-01.docx", "mark.state", "body", official("机密★20年", B("plan")), "机密★20年", "libreoffice")
block("gbt2012-02.pdf", "mark.state", "body", official("绝密★30年", B("research"), urgent="加急"), "绝密★30年", "libreoffice")
block("gbt2012-04.pdf", "mark.state", "body", official("机密★15年", B("plan"), copy=False), "机密★15年", "reportlab-cid")
block("gbt2012-05.pdf", "mark.state", "body", official("秘 密 ★ 10 年", B("reform"), urgent="平急"), "秘 密 ★ 10 年", "typst", "spaces")
block("gbt2012-06.pdf", "mark.state", "body", official("机密★2040年12月31日", B("minutes")), "机密★2040年12月31日", "weasyprint")
block("gbt2012-08.docx", "mark.state", "body", official("机密", B("research"), urgent=""), "机密", "python-docx")
block("gbt2012-letter.pdf", "mark.state", "body", official("机密★20年", B("inspection"), office="{city}人民政府", letter=True), "机密★20年", "libreoffice")
block("gbt1999-01.pdf", "mark.state", "body", official("秘　密", B("training"), urgent="特　急", copy=False, side="!R"), "秘　密", "fpdf2", "spaces")
block("gbt1999-04.docx", "mark.state", "body", official("绝　密", B("reform"), urgent="", copy=False, side="!R"), "绝　密", "libreoffice", "spaces")
block("condition-01.docx", "mark.state", "body", official("秘密★公布前", B("minutes"), urgent="", copy=False), "秘密★公布前", "libreoffice")
block("condition-03.pdf", "mark.state", "body", "!L 绝密★启用前\n" + B("survey"), "绝密★启用前", "weasyprint")
block("cover-table.docx", "mark.state", "table", "!C 储备体系建设实施方案\n| 文件编号 | CB-2026-{seq} |\n| 密级 | 机密 |\n| 保密期限 | 20年 |\n| 编制单位 | {city}粮食和物资储备局 |\n!PB\n" + B("plan"), "机密", "python-docx")
block("cover-label.pdf", "mark.state", "body", cover("密级:秘密 ★ 10年", "产业布局调整研究", B("research")), "密级:秘密 ★ 10年", "weasyprint", "spaces")
block("header-label.docx", "mark.state", "header", B("handover"), "定密级别:机密 保密期限:10年", "python-docx", header="定密级别:机密 保密期限:10年")
block("header-02.docx", "mark.state", "header", B("reform"), "绝　密", "python-docx", "spaces", header="绝　密", header_align="right")
block("header-first.docx", "mark.state", "header", B("minutes"), "绝密★30年", hidden=dict(first_header="绝密★30年", header="专题会议纪要"))
block("header-even.docx", "mark.state", "header", B("plan"), "机密★20年", hidden=dict(even_header="机密★20年", header="工作报告"))
block("footer-01.docx", "mark.state", "footer", B("handover"), "秘密＊10年", "libreoffice", "star-variant", footer="秘密＊10年")
block("map-title.pdf", "mark.state", "body", "# {county}防洪工程布置图\n### 机密★长期\n图例:堤防、水闸、泵站、备用口门。比例尺一比五万。\n| 编号 | 名称 | 里程 |\n| 1 | 北堤闸 | 3+200 |\n| 2 | 柳湾泵站 | 7+450 |\n| 3 | 石埠口门 | 11+080 |\n< 图上未标注的备用口门见附册。", "机密★长期", "reportlab-cid")
block("paragraph-mark.docx", "mark.state", "body", "# 半年工作情况汇报\n一、业务开展平稳,各项指标完成过半。\n二、北山库区的警戒力量由两组增至四组,换班时间改为凌晨三时,应急通道启用西门。(机密)\n三、下半年继续抓好队伍建设。\n> {city}物资储备中心\n> {date}", "(机密)", "libreoffice")
block("word-mixed.md", "mark.state", "body", "机密★20年\n" + B("minutes"), "机密★20年")
block("plain-head.html", "mark.state", "body", "!R 秘密★10年\n" + B("training"), "秘密★10年")

# ---- block: state secrets, disguised

block("disguise-traditional-01.txt", "mark.state", "body", "!R 機密★長期\n" + B("trad"), "機密★長期", disguise="traditional", encoding="utf-8")
block("disguise-kangxi-01.pdf", "mark.state", "body", official("绝密★⻓期", B("research"), urgent=""), "绝密★⻓期", "reportlab-ttf", "kangxi")
block("disguise-kangxi-02.docx", "mark.work", "body", "!L ⼯作秘密\n" + B("reform"), "⼯作秘密", disguise="kangxi", hidden={})
block("disguise-zero-width-01.docx", "mark.state", "body", "!L 机\u200b密\u200b★\u200b20年\n" + B("plan"), "机\u200b密", disguise="zero-width", hidden={})
block("disguise-bidi.txt", "mark.state", "body", "!L \u202d秘密★\u202c10年\n" + B("handover"), "秘密★", disguise="bidi", encoding="utf-8")
block("disguise-full-width.pdf", "mark.state", "body", official("机密★２０年", B("training"), urgent=""), "机密★２０年", "chromium", "full-width")
block("disguise-star-01.pdf", "mark.state", "body", official("机密☆20年", B("plan"), urgent=""), "机密☆20年", "reportlab-cid", "star-variant")
block("disguise-star-02.txt", "mark.state", "body", "!L 秘密*10年\n" + B("minutes"), "秘密*10年", disguise="star-variant", encoding="utf-8")
block("disguise-star-03.docx", "mark.state", "body", "!L 绝密⭐30年\n" + B("inspection"), "绝密⭐30年", disguise="star-variant", hidden={})
block("disguise-wingdings.docx", "mark.state", "body", "%WINGDINGS 机密|20年\n" + B("survey"), "机密", disguise="wingdings", hidden={})
block("disguise-split-runs.docx", "mark.state", "body", "%RUNS 机|密★2|0年\n" + B("training"), "机", disguise="split-runs", hidden={})
block("disguise-split-cells.docx", "mark.state", "table", "| 秘 | 密 | ★ | 10年 |\n" + B("plan"), "秘", "python-docx", "split-cells")
block("disguise-vertical.pdf", "mark.state", "body", "!R 机\n!R 密\n!R ★\n!R 20年\n" + B("inspection"), "机\n", "reportlab-ttf", "vertical")
block("disguise-lines.txt", "mark.state", "body", "!L 绝\n!L 密★长期\n" + B("reform"), "绝\n", disguise="split-lines", encoding="utf-8")
block("disguise-ocr.pdf", "mark.state", "body", official("绝秘★长期", B("minutes"), urgent="", copy=False), "绝秘★长期", "fpdf2", "ocr")

# ---- block: hidden places

block("watermark.docx", "mark.state", "watermark", B("research"), "机  密", disguise="spaces", hidden=dict(watermark="机  密"))
block("textbox.docx", "mark.state", "textbox", B("plan"), "機密★20年", disguise="traditional", hidden=dict(textbox="機密★20年"))
block("footnote.docx", "mark.state", "note", B("minutes"), "密级:机密★10年", hidden=dict(footnote="密级:机密★10年"))
block("comment-01.docx", "mark.state", "comment", B("training"), "秘密✱10年", "python-docx", "star-variant", props={"comment": "秘密✱10年"})
block("deleted.docx", "mark.state", "deleted", B("inspection"), "机\u200b密★20年", disguise="zero-width", hidden=dict(deleted="机\u200b密★20年"))
block("vanish.docx", "mark.state", "hidden", B("handover"), "绝密★30年", hidden=dict(vanish="绝密★30年"))
block("alt-text.docx", "mark.state", "alt-text", B("survey"), "机密★长期", hidden=dict(alt_text="机密★长期"))
block("custom-xml.docx", "mark.state", "property", B("plan"), "秘密★10年", hidden=dict(custom_xml="秘密★10年"))
block("field.docx", "mark.state", "field", B("research"), "机密★20年", hidden=dict(field_code="机密★20年"))
block("property-keywords.docx", "mark.state", "property", B("inspection"), "机密★20年", "python-docx", props={"keywords": "机密★20年"})
block("property-custom.docx", "mark.state", "property", B("minutes"), "机密", hidden=dict(custom_property=("密级", "机密")))
block("property-subject.docx", "mark.work", "property", B("reform"), "工作秘密", "libreoffice", props={"subject": "工作秘密"})
block("机密★10年 工作方案.docx", "mark.state", "name", B("inspection"), None, "python-docx")
block("绝密★长期 专项/实施方案.docx", "mark.state", "name", B("research"), None, "libreoffice")
block("html-comment.html", "mark.state", "comment", B("training"), "机密★20年", extra="<!-- 机密★20年 -->\n")
block("html-attribute.html", "mark.state", "attribute", B("plan"), "秘密★10年", extra='<img src="/img/head.png" title="秘密★10年" width="40">\n')
block("html-hidden.html", "mark.state", "hidden", B("minutes"), "绝密★３０年", extra='<div style="display:none">绝密★３０年</div>\n', disguise="full-width")
block("front-matter.md", "mark.state", "property", B("research"), "密级: 机密", front={"title": "调研报告", "密级": "机密", "保密期限": "20年"})
block("pdf-annotation.pdf", "mark.state", "annotation", B("survey"), "机密★20年", pdf=dict(annotation="机密★20年"))
block("pdf-form.pdf", "mark.state", "form", B("handover"), "秘密★10年", pdf=dict(form="秘密★10年"))
block("pdf-attachment.pdf", "mark.state", "body", B("journal"), "机密★20年", pdf=dict(attachment=("fujian.txt", "机密★20年\r\n附件:人员编组表\r\n第一组四人,第二组五人。\r\n".encode("utf-8"))))
block("pdf-xmp.pdf", "mark.state", "property", B("plan"), "机密★20年", pdf=dict(xmp="机密★20年"))
block("pdf-layer-off.pdf", "mark.state", "hidden", B("research"), "绝密★30年", pdf=dict(layer="绝密★30年"))
block("pdf-javascript.pdf", "mark.state", "script", B("minutes"), "机密★20年", pdf=dict(javascript="机密★20年"))
block("pdf-info.pdf", "mark.state", "property", B("training"), "机密★20年", "reportlab-cid", props={"keywords": "机密★20年"})
block("pdf-outline.pdf", "mark.state", "bookmark", B("inspection"), "秘密★10年", "reportlab-ttf", props={"outline": "秘密★10年"})
block("pdf-invisible.pdf", "mark.state", "hidden", B("reform"), "机密★20年", "reportlab-cid", props={"invisible": "机密★20年"})

# ---- block: plain text in every encoding

for name, enc, mark, body in (("utf-8", "utf-8", "机密★20年", "plan"), ("utf-8-bom", "utf-8-sig", "秘密★10年", "reform"), ("gbk", "gbk", "机密★15年", "minutes"), ("gb18030", "gb18030", "绝密★30年", "training"),
                              ("big5", "big5", "機密★20年", "trad"), ("utf-16le", "utf-16-le-bom", "机密★20年", "inspection"), ("utf-16le-no-bom", "utf-16-le", "秘密★10年", "handover"), ("utf-16be", "utf-16-be-bom", "绝密★长期", "survey")):
    tail = "\n抄送:㐀溪站站长。" if name == "gb18030" else ""
    block("encoding-%s.txt" % name, "mark.state", "body", "!L %s\n" % mark + B(body) + tail, mark, disguise="traditional" if name == "big5" else "none", encoding=enc)

# ---- block: other families

block("telegram-01.pdf", "mark.telegram", "body", official("密码电报", B("telegram"), office="发　电", number="{city}密发〔2026〕{seq}号", urgent="特提", copy=False), "密码电报", "libreoffice")
block("telegram-02.docx", "mark.telegram", "body", official("", B("telegram"), office="{city}应急指挥中心", number="{city}密发〔2026〕{seq}号", urgent="", copy=False), "密发〔2026〕", "python-docx")
block("telegram-03.txt", "mark.telegram", "body", "!R 密  电\n!R 特急\n" + B("telegram"), "密  电", disguise="spaces", encoding="gbk")
block("work-secret-01.docx", "mark.work", "body", official("工作秘密", B("reform"), urgent="", copy=False), "工作秘密", "libreoffice")
block("work-secret-02.pdf", "mark.work", "body", "!L 工作秘密★10年\n# 巡查排班说明\n巡查分四组,每组三人,夜间加密一次。换班地点在东门岗亭,口令每日更换,由组长当面传达。\n各组发现异常先报组长,不得在群聊中说明位置。\n本说明只发到组长。", "工作秘密★10年", "weasyprint")
block("work-secret-03.pdf", "mark.work", "body", B("minutes"), "内 部 事 项  注意保管", "chromium", "spaces", header="内 部 事 项  注意保管")
block("work-secret-04.docx", "mark.work", "body", official("内部", B("handover"), urgent="", copy=False), "内部", "python-docx")
block("internal-01.docx", "internal.warning", "header", B("journal"), "内部资料 注意保存", "libreoffice", header="内部资料 注意保存", header_align="right")
block("internal-03.pdf", "internal.warning", "body", "!C 情况反映\n!C 内部刊物  注意保管\n!PB\n" + B("journal"), "内部刊物", "fpdf2")
block("internal-04.docx", "internal.warning", "body", "# 季度分析会材料\n### (仅限内部传阅)\n" + B("research"), "仅限内部传阅", "libreoffice")
block("internal-05.pdf", "internal.warning", "body", "!R 阅 后 收 回\n" + B("reform"), "阅 后 收 回", "reportlab-cid", "spaces")
block("internal-06.docx", "internal.warning", "body", "!R 密件,不得复印\n" + B("inspection"), "密件,不得复印", "python-docx")
block("internal-08.docx", "internal.warning", "watermark", B("journal"), "内部资料", hidden=dict(watermark="内部资料 注意保密"))
block("internal-09.html", "internal.warning", "body", "!R 內部資料 注意保存\n" + B("trad"), "內部資料 注意保存", disguise="traditional")
block("internal-10.pdf", "internal.warning", "body", "!R 内____文件 注意保存\n" + B("minutes"), "内____文件 注意保存", "reportlab-ttf", "blank")
block("internal-11.docx", "internal.warning", "body", "!R 内 部 资 料\n!R 注 意 保 存\n" + B("journal"), "内 部 资 料", "libreoffice", "spaces")
block("internal-12.txt", "internal.warning", "body", "内部www.example.com资料,注意保存\n" + B("training"), "内部www.example.com资料", disguise="url-inside", encoding="utf-8")
block("level-internal.docx", "mark.work", "table", "# 信息系统运维方案\n| 文档编号 | YW-{seq} |\n| 密级 | 内部 |\n| 版本 | 1.0 |\n" + B("handover"), "内部", "libreoffice")
block("withheld-01.docx", "publication.withheld", "body", official("", B("reform"), urgent="", copy=False) + "\n< (此件不予公开)", "此件不予公开", "python-docx")
block("withheld-02.pdf", "publication.withheld", "body", official("", B("inspection"), urgent="", copy=False) + "\n< 公开属性:不 予 公 开", "公开属性:不 予 公 开", "reportlab-cid", "spaces")
block("enterprise-01.docx", "mark.enterprise", "body", "!L 核心商密★10年\n" + B("firm"), "核心商密★10年", "libreoffice")
block("enterprise-02.pdf", "mark.enterprise", "body", "!L {firm} 核心商密☆长期\n" + B("firm"), "核心商密☆长期", "weasyprint", "star-variant")
block("enterprise-03.docx", "mark.enterprise", "header", B("firm"), "普通商密 ☆ 10年", "python-docx", "star-variant", header="普通商密 ☆ 10年")
block("enterprise-05.docx", "mark.enterprise", "watermark", B("firm"), "商业秘密", hidden=dict(watermark="商业秘密"))
block("enterprise-06.pdf", "mark.enterprise", "body", "!R 公 司 绝 密\n" + B("firm"), "公 司 绝 密", "typst", "spaces")
block("foreign-01.pdf", "mark.foreign", "body", B("english"), "TOP SECRET//SI//NOFORN", "reportlab-ttf", header="TOP SECRET//SI//NOFORN", footer="TOP SECRET//SI//NOFORN")
block("foreign-02.docx", "mark.foreign", "header", B("english"), "SECRET//REL TO USA, FVEY", "python-docx", header="SECRET//REL TO USA, FVEY", footer="SECRET//REL TO USA, FVEY")
block("foreign-03.pdf", "mark.foreign", "body", "!C CONFIDENTIAL\n" + B("english") + "\n!C CONFIDENTIAL", "CONFIDENTIAL", "chromium")
block("foreign-06.md", "mark.foreign", "body", "TLP:RED\n" + B("english"), "TLP:RED")
block("foreign-08.docx", "mark.foreign", "body", "!R ＴＯＰ ＳＥＣＲＥＴ\n" + B("english"), "ＴＯＰ ＳＥＣＲＥＴ", disguise="full-width", hidden={})

# ---- review

review("expired-01.docx", "mark.state", "body", official("机密★10年", B("old-report") + "\n> {city}地质队\n> 1998年11月20日", number="地发〔1998〕{seq}号", office="{city}地质队文件", urgent=""), "机密★10年", "libreoffice")
review("expired-02.pdf", "mark.state", "body", official("秘密★5年", B("old-report") + "\n> {county}人民政府\n> 2005年3月8日", number="{county}政〔2005〕{seq}号", urgent=""), "秘密★5年", "reportlab-cid")
review("expired-03.txt", "mark.state", "body", "!R 秘密\n" + B("old-report") + "\n> {county}矿产公司\n> 一九八九年四月六日", "秘密", encoding="gbk")
review("expired-04.pdf", "mark.state", "body", official("机　密★20年", B("old-report") + "\n> {city}地质队\n> 2001年6月15日", number="地发〔2001〕{seq}号", office="{city}地质队文件", urgent="", copy=False, side="!R"), "机　密★20年", "chromium", "spaces")
review("exam-01.docx", "mark.exam", "body", "!L 绝密★启用前\n" + B("exam-paper"), "绝密★启用前", "libreoffice")
review("exam-02.pdf", "mark.exam", "body", "!L 绝密★考试结束前\n" + B("exam-paper"), "绝密★考试结束前", "chromium")
review("exam-03.pdf", "mark.exam", "body", "!L 机密★启封前\n" + B("exam-paper"), "机密★启封前", "reportlab-ttf")
review("exam-04.docx", "mark.exam", "body", "!L 绝 密 ★ 启 用 前\n" + B("exam-paper"), "绝 密 ★ 启 用 前", "python-docx", "spaces")
review("telegram-internal-01.pdf", "internal.telegram", "body", official("内部明电", B("telegram"), office="发　电", number="{city}办发电〔2026〕{seq}号", urgent="特急", copy=False), "内部明电", "libreoffice")
review("distribution-01.docx", "internal.distribution", "body", official("", B("sanitation") + "\n< (此件发至县团级)", urgent="", copy=False), "此件发至县团级", "libreoffice")
review("distribution-02.pdf", "internal.distribution", "body", official("", B("sanitation") + "\n< 此件发至乡镇级,不登报", urgent="", copy=False), "发至乡镇级", "weasyprint")
review("distribution-04.txt", "internal.distribution", "body", "阅读范围:各科室负责人\n" + B("sanitation"), "阅读范围", encoding="utf-8")
review("on-request-01.docx", "publication.on-request", "body", official("", B("sanitation") + "\n< (此件依申请公开)", urgent="", copy=False), "此件依申请公开", "python-docx")
review("on-request-02.pdf", "publication.on-request", "body", official("", B("sanitation") + "\n< (此件删减后公开)", urgent="", copy=False), "此件删减后公开", "libreoffice")
review("on-request-03.pdf", "publication.on-request", "body", official("", B("sanitation") + "\n< 公开属性:依申请公开", urgent="", copy=False), "公开属性:依申请公开", "reportlab-cid")
review("licensed-01.pdf", "internal.licensed", "body", "< 内部资料,免费交流\n< 准印证号:(澄)字第A-0{seq}号\n" + B("bulletin-licensed"), "准印证号", "chromium")
review("licensed-02.docx", "internal.licensed", "body", B("bulletin-licensed") + "\n< 连续性内部资料出版物准印证号:第B-1{seq}号\n< 内部资料 免费交流", "准印证号", "libreoffice")
review("id-list-01.docx", "personal.id-card", "table", B("id-list"), None, "python-docx")
review("id-list-02.pdf", "personal.id-card", "body", B("id-list"), None, "weasyprint")
review("id-list-03.txt", "personal.id-card", "body", B("id-list"), None, encoding="gbk")
review("phone-list-01.docx", "personal.phone", "table", B("phone-list"), None, "libreoffice")
review("phone-list-02.pdf", "personal.phone", "body", B("phone-list"), None, "reportlab-cid")
review("card-list-01.docx", "personal.bank-card", "table", B("card-list"), None, "libreoffice")
review("passport-list.pdf", "personal.passport", "body", B("passport-list"), None, "fpdf2")
review("plate-list.docx", "personal.plate", "table", B("plate-list"), None, "python-docx")
review("personnel-01.docx", "business.personnel", "body", B("personnel"), "拟提拔", "libreoffice")
review("personnel-02.pdf", "business.personnel", "body", B("personnel-list"), "拟任", "reportlab-ttf")
review("petition-01.docx", "business.petition", "body", B("petition"), "举报人", "python-docx")
review("petition-02.pdf", "business.petition", "body", B("petition-report"), "举报人", "chromium")
review("tender-01.docx", "business.tender", "body", B("tender"), "标底", "libreoffice")
review("tender-02.pdf", "business.tender", "body", B("tender-floor"), "底价", "reportlab-cid")
review("unpublished-01.docx", "business.unpublished", "body", B("unpublished"), "尚未公布", "libreoffice")
review("unpublished-02.pdf", "business.unpublished", "body", B("unpublished-draft"), "送审稿", "weasyprint")
review("unit.docx", "facility.unit", "body", B("unit"), "99001部队", "python-docx")
review("coordinates.pdf", "facility.coordinates", "body", B("coordinates"), "29°52′", "fpdf2")
review("pdf-revision.pdf", "mark.state", "revision", "", "机密★20年", raw=dict(older=["机密★20年", "关于巡查安排的通知", "请各单位按照原定路线巡查。"], lines=["关于巡查安排的通知", "请各单位按照原定路线巡查。", "二〇二六年五月十一日"]))

# ---- pass: regulations

ORIGINS = [("docx", "libreoffice"), ("pdf", "reportlab-cid"), ("docx", "python-docx"), ("pdf", "chromium"), ("txt", "hand"), ("pdf", "libreoffice"), ("html", "hand"), ("pdf", "typst"), ("docx", "libreoffice"), ("pdf", "weasyprint"),
           ("md", "hand"), ("pdf", "reportlab-ttf"), ("docx", "python-docx"), ("pdf", "fpdf2"), ("txt", "hand")]
for i in range(len(UNITS)):
    ext, origin = ORIGINS[i % len(ORIGINS)]
    ok("regulation-%02d.%s" % (i + 1, ext), None, origin, regulation=i, encoding="utf-8" if i < 15 else "gbk")

# ---- pass: everything else

PASS_FORMATS = """
news-month html hand
news-check docx libreoffice
news-court pdf chromium
news-archive html hand
news-vote docx python-docx
training-basics pdf weasyprint
training-cases docx libreoffice
quiz-one docx python-docx
quiz-judge pdf reportlab-cid
advert-clerk pdf chromium
advert-escape html hand
novel-clock txt hand
novel-spy txt hand
novel-garden docx libreoffice
tech-confidential-computing md hand
tech-shamir md hand
tech-password html hand
tech-crypto-law pdf fpdf2
contract-service docx libreoffice
contract-nda docx python-docx
contract-labour pdf reportlab-cid
form-personnel docx python-docx
form-review pdf libreoffice
form-pledge docx libreoffice
notice-flood pdf libreoffice
notice-holiday docx libreoffice
notice-meeting pdf reportlab-cid
notice-letter docx python-docx
notice-heating html hand
declassified-report pdf reportlab-ttf
declassified-exhibit docx python-docx
level-public docx libreoffice
level-none pdf typst
level-non pdf reportlab-cid
md-bold md hand
md-stars md hand
md-changelog md hand
bilingual-tour pdf weasyprint
bilingual-survey docx libreoffice
bilingual-law html hand
bilingual-abstract pdf typst
phones-office docx libreoffice
phones-duty pdf reportlab-cid
masked-list pdf fpdf2
masked-exam docx python-docx
credit-codes html hand
misjoin-police docx libreoffice
misjoin-health pdf reportlab-ttf
misjoin-machinery pdf typst
misjoin-travel txt hand
draft-parking docx python-docx
draft-secret pdf reportlab-cid
notice-bid pdf fpdf2
notice-reward html hand
guide-foi docx libreoffice
report-foi pdf reportlab-cid
audit-internal docx python-docx
guide-trade-secret pdf weasyprint
notice-exam docx libreoffice
paper-ordinary docx python-docx
museum-radio txt hand
recipe html hand
minutes-public pdf reportlab-cid
emergency docx libreoffice
tlp-clear pdf chromium
science-nature txt hand
letter-reader txt hand
speech-police docx python-docx
press-licence docx libreoffice
faq-levels html hand
rules-website md hand
standard-format pdf libreoffice
law-explained docx libreoffice
story-bookshop txt hand
movie-week pdf reportlab-ttf
tender-guide docx python-docx
privacy-policy html hand
single-contact docx libreoffice
appendix-secretary pdf reportlab-cid
rfc-tlp md hand
survey-result pdf fpdf2
inspection-form docx python-docx
doc-list html hand
"""
EXTRA = {"news-month": dict(extra="<!-- 导航开始 secret-nav classified-list -->\n"), "notice-heating": dict(extra='<div class="confidential-free" data-level="public">编辑:秘书科</div>\n'),
         "level-public": dict(header="密级:公开", header_align="right"), "speech-police": dict(header="保密工作简报"), "tech-crypto-law": dict(footer="密码科普"), "md-bold": dict(front={"title": "密级知识", "tags": "[保密, 密级]", "密级": "公开"})}
ENCODINGS = {"novel-clock": "utf-8-sig", "novel-spy": "gbk", "misjoin-travel": "utf-16-le-bom", "museum-radio": "utf-16-le", "science-nature": "utf-16-be-bom", "letter-reader": "gb18030"}
for line in PASS_FORMATS.split("\n"):
    if line:
        name, ext, origin = line.split()
        more = "\n来信人:㐀女士" if name == "letter-reader" else ""
        ok("%s.%s" % (name, ext), TEXTS[name] + more, origin, encoding=ENCODINGS.get(name, "utf-8"), **EXTRA.get(name, {}))
TRAD = """
# 圖書館講座:密碼學的故事
本館定於{date}下午二時舉辦公開講座,歡迎讀者參加,無須報名。
講者將介紹凱撒密碼、恩尼格瑪機,以及現代的機密計算和秘密共享。古人把秘密寫在羊皮帶上,今人把秘密交給數學。
講座後設有親子遊戲「解開絕密檔案」,小朋友可領取紀念品。場地座位有限,先到先得。
查詢電話:{tel}。館內部分區域整修,請由東門進入。
> 市立圖書館推廣部
"""
ok("library-talk-big5.txt", TRAD, encoding="big5")
ok("保密宣传/保密工作知识读本.docx", TEXTS["training-basics"], "libreoffice")
ok("保密宣传/国家秘密定密常识问答.pdf", TEXTS["quiz-judge"], "reportlab-ttf")
ok("notice-flood-copy.docx", TEXTS["notice-flood"], "python-docx")
ok("news-month-print.pdf", TEXTS["news-month"], "typst")
ok("tech-secret-sharing.pdf", TEXTS["tech-shamir"], "reportlab-ttf")
ok("guide-foi-site.html", TEXTS["guide-foi"], head='<meta name="description" content="政府信息公开指南:主动公开、依申请公开、不予公开">\n')

for name, file, origin in (("news-check", "news-check-print.pdf", "reportlab-cid"), ("training-cases", "training-cases.pdf", "fpdf2"), ("quiz-one", "quiz-one.pdf", "libreoffice"), ("contract-nda", "contract-nda.pdf", "weasyprint"),
                           ("form-personnel", "form-personnel.pdf", "reportlab-ttf"), ("level-public", "level-public.pdf", "chromium"), ("bilingual-law", "bilingual-law.pdf", "libreoffice"), ("guide-trade-secret", "guide-trade-secret.docx", "python-docx"),
                           ("novel-spy", "novel-spy.docx", "libreoffice"), ("faq-levels", "faq-levels.pdf", "reportlab-cid"), ("standard-format", "standard-format.docx", "libreoffice"), ("declassified-report", "declassified-report.docx", "libreoffice"),
                           ("md-stars", "film-ratings.docx", "python-docx"), ("rules-website", "rules-website.docx", "libreoffice")):
    ok(file, TEXTS[name], origin)

# ---- the character-recall set: the same three texts from every PDF producer

for key, (mark, text) in RECALL.items():
    for origin in ("libreoffice", "chromium", "reportlab-cid", "reportlab-ttf", "weasyprint", "fpdf2", "typst"):
        name = "recall-%s-%s.pdf" % (key, origin)
        if mark:
            block(name, "mark.state", "body", text, mark, origin, truth=True)
        else:
            ok(name, text, origin, truth=True)

# ---- the other carriers

catalogue_carriers.add(block, review, ok, BODIES, TEXTS)
