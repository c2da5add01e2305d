"""One function per producer: a Doc in, a file out. Everything that a clock or a random id would change is pinned afterwards."""
import datetime
import hashlib
import html
import io
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from model import plain_lines

EPOCH = 1767225600  # 2026-01-01, the clock of every producer
WHEN = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
os.environ["SOURCE_DATE_EPOCH"] = str(EPOCH)
WQY = "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"
RED = "#c00000"


# ---- plain text, Markdown, HTML

def txt(doc):
    lines = []
    for kind, text in doc.blocks:
        if kind == "table": lines += ["  ".join(r) for r in text]
        elif kind == "p": lines.append("  " + text)
        elif kind in ("title", "red", "centre", "mark-centre"): lines.append(" " * max(0, 20 - len(text) // 2) + text)
        elif kind in ("right", "mark-right"): lines.append(" " * max(0, 36 - len(text)) + text)
        elif kind == "item": lines.append("· " + text)
        elif kind == "break": lines.append("")
        elif kind != "rule": lines.append(text)
    if doc.header: lines.insert(0, doc.header)
    if doc.footer: lines.append(doc.footer)
    return "\r\n".join(lines) + "\r\n"


def markdown(doc, front=None):
    out = []
    if front:
        out.append("---\n" + "\n".join("%s: %s" % kv for kv in front.items()) + "\n---\n")
    for kind, text in doc.blocks:
        if kind in ("title", "red"): out.append("# " + text + "\n")
        elif kind == "head": out.append("## " + text + "\n")
        elif kind == "item": out.append("- " + text)
        elif kind == "table":
            out.append("| " + " | ".join(text[0]) + " |\n|" + " --- |" * len(text[0]))
            out += ["| " + " | ".join(r) + " |" for r in text[1:]] + [""]
        elif kind == "rule": out.append("---\n")
        elif kind != "break": out.append(text + "\n")
    return "\n".join(out)


def html_body(doc):
    esc, out = html.escape, []
    tags = {"title": "<h1>%s</h1>", "head": "<h2>%s</h2>", "centre": '<p class="c">%s</p>', "right": '<p class="r">%s</p>', "left": '<p class="n">%s</p>',
            "mark-left": '<p class="k">%s</p>', "mark-right": '<p class="k r">%s</p>', "mark-centre": '<p class="k c">%s</p>', "red": '<p class="red">%s</p>',
            "item": "<ul><li>%s</li></ul>", "p": "<p>%s</p>"}
    for kind, text in doc.blocks:
        if kind == "table":
            rows = ["<tr>" + "".join("<%s>%s</%s>" % (t, esc(c), t) for c in r) + "</tr>" for t, r in [("th", text[0])] + [("td", r) for r in text[1:]]]
            out.append("<table>" + "\n".join(rows) + "</table>")
        elif kind == "rule": out.append("<hr>")
        elif kind == "break": out.append('<div class="pb"></div>')
        else: out.append(tags[kind] % esc(text))
    return "\n".join(out)


def html_print(doc, sans=False):
    font = "WenQuanYi Zen Hei" if sans else "Noto Serif CJK SC"
    box = ""
    if doc.header: box += '@top-%s{content:"%s";font:10pt "%s"}' % (doc.header_align, doc.header, font)
    if doc.footer: box += '@bottom-center{content:"%s";font:10pt "%s"}' % (doc.footer, font)
    return """<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>%s</title><style>
@page{size:A4;margin:37mm 26mm 35mm 28mm;%s}
body{font:14pt/1.7 "%s";margin:0}h1{font-size:18pt;text-align:center;font-weight:normal}h2{font-size:15pt;font-weight:normal}
p{text-indent:2em;margin:0.2em 0}.n,.k,.c,.r,.red{text-indent:0}.r{text-align:right}.c{text-align:center}
.red{color:%s;font-size:26pt;text-align:center;letter-spacing:.1em}hr{border:0;border-top:2px solid %s}
table{border-collapse:collapse;width:100%%;font-size:12pt}td,th{border:1px solid #000;padding:2px 6px;font-weight:normal}.pb{page-break-after:always}
</style></head><body>%s</body></html>""" % (html.escape(doc.title), box, font, RED, RED, html_body(doc))


def html_site(doc, site="政务公开", head="", extra=""):
    """A page as an office's website serves it: navigation, scripts, footer."""
    return """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>%s_%s</title>
<meta name="keywords" content="%s">
%s<style>.nav{background:#036}.article p{text-indent:2em}</style>
<script>function show(id){document.getElementById(id).style.display='block';}</script>
</head>
<body>
<div class="nav"><a href="/">首页</a> <a href="/zwgk/">政务公开</a> <a href="/bsfw/">办事服务</a> <a href="/hdjl/">互动交流</a></div>
<div class="article">
%s
</div>
%s<div class="foot">版权所有 联系我们 网站地图</div>
</body>
</html>
""" % (html.escape(doc.title), site, site, head, html_body(doc), extra)


# ---- LibreOffice: flat ODF in, docx or pdf out, many files per run

def fodt(doc):
    esc = lambda s: html.escape(s, quote=False).replace("  ", " <text:s/>")
    names = {"title": "Ti", "head": "He", "p": "Pa", "item": "Pa", "left": "Le", "right": "Ri", "centre": "Ce", "mark-left": "ML", "mark-right": "MR",
             "mark-centre": "MC", "red": "Re", "rule": "Ru", "break": "Br"}
    styles = [("Ti", "center", 20, "Sans", ""), ("He", "start", 16, "Sans", ""), ("Pa", "justify", 14, "Serif", 'fo:text-indent="28pt"'), ("Le", "start", 14, "Serif", ""),
              ("Ri", "end", 14, "Serif", ""), ("Ce", "center", 14, "Serif", ""), ("ML", "start", 16, "Sans", ""), ("MR", "end", 16, "Sans", ""), ("MC", "center", 22, "Sans", ""),
              ("Re", "center", 30, "Sans", ""), ("Ru", "start", 4, "Serif", 'fo:border-bottom="1.5pt solid %s"' % RED), ("Br", "start", 4, "Serif", 'fo:break-after="page"'), ("Cell", "start", 12, "Serif", "")]
    style_xml = "".join(
        '<style:style style:name="%s" style:family="paragraph"><style:paragraph-properties fo:text-align="%s" %s/><style:text-properties style:font-name="Noto %s CJK SC" style:font-name-asian="Noto %s CJK SC" fo:font-size="%dpt" style:font-size-asian="%dpt"%s/></style:style>'
        % (n, a, x, f, f, s, s, ' fo:color="%s"' % RED if n == "Re" else "") for n, a, s, f, x in styles)
    body, tables = [], 0
    for kind, text in doc.blocks:
        if kind == "table":
            tables += 1
            rows = "".join("<table:table-row>" + "".join('<table:table-cell table:style-name="TC" office:value-type="string"><text:p text:style-name="Cell">%s</text:p></table:table-cell>' % esc(c) for c in r) + "</table:table-row>" for r in text)
            body.append('<table:table table:name="T%d"><table:table-column table:number-columns-repeated="%d"/>%s</table:table>' % (tables, len(text[0]), rows))
        else:
            body.append('<text:p text:style-name="%s">%s</text:p>' % (names[kind], esc(("• " if kind == "item" else "") + text)))
    head = foot = hs = ""
    if doc.header:
        hs += '<style:header-style><style:header-footer-properties fo:min-height="8mm" fo:margin-bottom="4mm"/></style:header-style>'
        head = '<style:header><text:p text:style-name="%s">%s</text:p></style:header>' % ("MR" if doc.header_align == "right" else "ML", esc(doc.header))
    if doc.footer:
        hs += '<style:footer-style><style:header-footer-properties fo:min-height="8mm" fo:margin-top="4mm"/></style:footer-style>'
        foot = '<style:footer><text:p text:style-name="Ce">%s</text:p></style:footer>' % esc(doc.footer)
    meta = "<dc:title>%s</dc:title><meta:creation-date>2026-01-01T00:00:00</meta:creation-date>" % esc(doc.props.get("title", doc.title))
    if "subject" in doc.props: meta += "<dc:subject>%s</dc:subject>" % esc(doc.props["subject"])
    if "keywords" in doc.props: meta += "<meta:keyword>%s</meta:keyword>" % esc(doc.props["keywords"])
    fonts = "".join('<style:font-face style:name="Noto %s CJK SC" svg:font-family="&apos;Noto %s CJK SC&apos;"/>' % (f, f) for f in ("Serif", "Sans"))
    return """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
<office:meta>%s</office:meta><office:font-face-decls>%s</office:font-face-decls>
<office:styles>%s<style:default-style style:family="paragraph"><style:text-properties fo:language="zh" fo:country="CN" style:language-asian="zh" style:country-asian="CN"/></style:default-style></office:styles>
<office:automatic-styles><style:style style:name="TC" style:family="table-cell"><style:table-cell-properties fo:border="0.5pt solid #000000" fo:padding="1mm"/></style:style>
<style:page-layout style:name="PL"><style:page-layout-properties fo:page-width="210mm" fo:page-height="297mm" fo:margin-top="%s" fo:margin-bottom="%s" fo:margin-left="28mm" fo:margin-right="26mm"/>%s</style:page-layout></office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="PL">%s%s</style:master-page></office:master-styles>
<office:body><office:text>%s</office:text></office:body></office:document>""" % (
        meta, fonts, style_xml, "20mm" if head else "37mm", "20mm" if foot else "35mm", hs, head, foot, "".join(body))


def libreoffice(jobs, profile):
    """jobs: [(Doc, path)] with .docx or .pdf paths."""
    for ext, flt in ((".docx", "docx:MS Word 2007 XML"), (".pdf", "pdf:writer_pdf_Export"), (".odt", "odt:writer8")):
        mine = [(d, Path(p)) for d, p in jobs if str(p).endswith(ext)]
        if not mine:
            continue
        with tempfile.TemporaryDirectory() as tmp:
            src = []
            for i, (doc, _) in enumerate(mine):
                f = Path(tmp, "in", "%03d.fodt" % i)
                f.parent.mkdir(exist_ok=True)
                f.write_text(fodt(doc), encoding="utf-8")
                src.append(str(f))
            subprocess.run(["soffice", "-env:UserInstallation=file://" + profile, "--headless", "--convert-to", flt, "--outdir", tmp + "/out"] + src,
                           check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for i, (_, path) in enumerate(mine):
                shutil.copy(Path(tmp, "out", "%03d%s" % (i, ext)), path)
                pin(path)


# ---- browsers and typesetters

def chromium(jobs):
    for doc, path in jobs:
        with tempfile.TemporaryDirectory() as tmp:
            src = Path(tmp, "in.html")
            src.write_text(html_print(doc, sans=not doc.props.get("serif")), encoding="utf-8")
            subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                            "--disable-component-update", "--disable-sync", "--user-data-dir=" + tmp + "/profile", "--no-pdf-header-footer",
                            "--print-to-pdf=" + str(Path(path).resolve()), src.as_uri()], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        pin(path)


def weasyprint(jobs):
    import weasyprint as wp
    for doc, path in jobs:
        wp.HTML(string=html_print(doc, sans=True)).write_pdf(str(path), pdf_identifier=hashlib.md5(Path(path).name.encode()).digest())
        pin(path)


def typst_pdf(jobs):
    import typst
    bs = lambda s: '"' + s.replace("\\", "\\\\").replace('"', '\\"') + '"'
    for doc, path in jobs:
        src = ['#set document(title: %s, keywords: (%s), date: datetime(year: 2026, month: 1, day: 1))' % (bs(doc.title), bs(doc.props["keywords"]) + "," if "keywords" in doc.props else ""),
               '#set page(paper: "a4", margin: (top: 37mm, bottom: 35mm, left: 28mm, right: 26mm)%s%s)' % (
                   ", header: align(%s, text(font: \"Noto Sans CJK SC\", size: 12pt, %s))" % (doc.header_align, bs(doc.header)) if doc.header else "",
                   ", footer: align(center, text(size: 10pt, %s))" % bs(doc.footer) if doc.footer else ""),
               '#set text(font: "Noto Serif CJK SC", size: 14pt, lang: "zh", region: "cn")', "#set par(leading: 0.9em)"]
        for kind, text in doc.blocks:
            if kind == "table":
                cells = "".join("[#%s], " % bs(c) for r in text for c in r)
                src.append("#table(columns: %d, %s)" % (len(text[0]), cells))
            elif kind == "rule": src.append('#line(length: 100%%, stroke: 1.5pt + rgb("%s"))' % RED)
            elif kind == "break": src.append("#pagebreak()")
            elif kind in ("title", "centre"): src.append("#align(center, text(size: %s, %s))\n" % ("18pt" if kind == "title" else "14pt", bs(text)))
            elif kind == "red": src.append('#align(center, text(size: 26pt, fill: rgb("%s"), %s))\n' % (RED, bs(text)))
            elif kind == "head": src.append('#text(font: "Noto Sans CJK SC", size: 15pt, %s)\n' % bs(text))
            elif kind == "right": src.append("#align(right, text(%s))\n" % bs(text))
            elif kind.startswith("mark"): src.append('#align(%s, text(font: "Noto Sans CJK SC", size: 16pt, %s))\n' % ({"mark-left": "left", "mark-right": "right", "mark-centre": "center"}[kind], bs(text)))
            elif kind == "left": src.append("#text(%s)\n" % bs(text))
            else: src.append("#h(2em)#text(%s)\n" % bs(("• " if kind == "item" else "") + text))
        Path(path).write_bytes(typst.compile(("\n".join(src)).encode(), format="pdf"))
        pin(path)


def _styles(font, heavy):
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.enums import TA_CENTER, TA_RIGHT
    from reportlab.lib.colors import HexColor
    S = lambda n, **k: ParagraphStyle(n, **{**dict(fontName=font, fontSize=14, leading=24, wordWrap="CJK"), **k})
    return {"p": S("p", firstLineIndent=28), "item": S("i", firstLineIndent=28), "left": S("l"), "right": S("r", alignment=TA_RIGHT), "centre": S("c", alignment=TA_CENTER),
            "title": S("t", fontSize=18, leading=30, alignment=TA_CENTER), "head": S("h", fontSize=15), "mark-left": S("ml", fontSize=16, fontName=heavy),
            "mark-right": S("mr", fontSize=16, alignment=TA_RIGHT, fontName=heavy), "mark-centre": S("mc", fontSize=20, leading=34, alignment=TA_CENTER, fontName=heavy),
            "red": S("red", fontSize=26, leading=46, alignment=TA_CENTER, textColor=HexColor(RED)), "cell": S("cell", fontSize=11, leading=16)}


def reportlab_pdf(jobs, cid):
    """cid: the STSong-Light CID font, which is not embedded; else WenQuanYi Zen Hei as an embedded TrueType subset."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import SimpleDocTemplate, Paragraph, Table, HRFlowable, PageBreak, Spacer
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.lib.colors import HexColor, black
    font = "STSong-Light" if cid else "ZenHei"
    if font not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(font) if cid else TTFont(font, WQY, subfontIndex=0))
    st = _styles(font, font)
    for doc, path in jobs:
        flow = []
        for kind, text in doc.blocks:
            if kind == "table":
                flow.append(Table([[Paragraph(html.escape(c), st["cell"]) for c in r] for r in text], style=[("GRID", (0, 0), (-1, -1), 0.5, black)]))
            elif kind == "rule": flow.append(HRFlowable(width="100%", thickness=1.5, color=HexColor(RED)))
            elif kind == "break": flow.append(PageBreak())
            else: flow.append(Paragraph(html.escape(("· " if kind == "item" else "") + text).replace("  ", "&nbsp;&nbsp;"), st[kind]))
        def page(canvas, _):
            canvas.setFont(font, 11)
            if doc.header:
                (canvas.drawRightString(184 * mm, 275 * mm, doc.header) if doc.header_align == "right" else canvas.drawString(28 * mm, 275 * mm, doc.header))
            if doc.footer:
                canvas.drawCentredString(105 * mm, 20 * mm, doc.footer)
            if "outline" in doc.props:
                canvas.bookmarkPage("a")
                canvas.addOutlineEntry(doc.props["outline"], "a", 0)
            if "invisible" in doc.props and canvas.getPageNumber() == 1:
                t = canvas.beginText(28 * mm, 150 * mm)
                t.setFont(font, 9)
                t.setTextRenderMode(3)
                t.textLine(doc.props["invisible"])
                t.setTextRenderMode(0)
                canvas.drawText(t)
            if "white" in doc.props and canvas.getPageNumber() == 1:
                canvas.setFillColor(HexColor("#ffffff"))
                canvas.drawString(28 * mm, 60 * mm, doc.props["white"])
        SimpleDocTemplate(str(path), pagesize=A4, topMargin=37 * mm, bottomMargin=35 * mm, leftMargin=28 * mm, rightMargin=26 * mm, invariant=1,
                          title=doc.props.get("title", doc.title), subject=doc.props.get("subject"), keywords=doc.props.get("keywords")).build(flow, onFirstPage=page, onLaterPages=page)


def fpdf2_pdf(jobs):
    import logging
    from fpdf import FPDF
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    logging.getLogger("fpdf").setLevel(logging.ERROR)
    for doc, path in jobs:
        class P(FPDF):
            def header(self):
                if doc.header:
                    self.set_y(20); self.set_font("Z", size=11)
                    self.cell(0, 6, doc.header, align="R" if doc.header_align == "right" else "L"); self.set_y(37)
            def footer(self):
                if doc.footer:
                    self.set_y(-25); self.set_font("Z", size=10); self.cell(0, 6, doc.footer, align="C")
        pdf = P(format="A4")
        pdf.add_font("Z", fname=WQY, collection_font_number=0)
        pdf.set_creation_date(WHEN)
        pdf.set_title(doc.props.get("title", doc.title))
        if "keywords" in doc.props: pdf.set_keywords(doc.props["keywords"])
        pdf.set_margins(28, 37, 26); pdf.set_auto_page_break(True, 35); pdf.add_page()
        for kind, text in doc.blocks:
            pdf.set_text_color(0)
            if kind == "table":
                pdf.set_font("Z", size=11)
                with pdf.table(first_row_as_headings=False) as t:
                    for r in text: t.row(r)
                pdf.ln(3); continue
            if kind == "rule":
                pdf.set_draw_color(192, 0, 0); pdf.line(28, pdf.get_y() + 1, 184, pdf.get_y() + 1); pdf.ln(3); pdf.set_draw_color(0); continue
            if kind == "break":
                pdf.add_page(); continue
            size = {"title": 18, "red": 26, "head": 15, "mark-left": 16, "mark-right": 16, "mark-centre": 20}.get(kind, 14)
            align = {"title": "C", "red": "C", "centre": "C", "mark-centre": "C", "right": "R", "mark-right": "R"}.get(kind, "L")
            if kind == "red": pdf.set_text_color(192, 0, 0)
            pdf.set_font("Z", size=size)
            pdf.multi_cell(0, size * 0.6, ("  " if kind == "p" else "· " if kind == "item" else "") + text, align=align, new_x="LMARGIN", new_y="NEXT", wrapmode="CHAR")
        pdf.output(str(path))
        pin(path)


def python_docx(jobs):
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH as A
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor
    for doc, path in jobs:
        d = docx.Document()
        s = d.sections[0]
        s.page_width, s.page_height, s.top_margin, s.bottom_margin, s.left_margin, s.right_margin = Mm(210), Mm(297), Mm(37), Mm(35), Mm(28), Mm(26)
        for kind, text in doc.blocks:
            if kind == "table":
                t = d.add_table(rows=len(text), cols=len(text[0]), style="Table Grid")
                for i, r in enumerate(text):
                    for j, c in enumerate(r):
                        t.cell(i, j).text = c
                continue
            if kind == "break":
                d.add_page_break(); continue
            p = d.add_paragraph(style="List Bullet" if kind == "item" else None)
            if kind == "rule":
                text = "─" * 34
            run = p.add_run(text)
            run.font.size = Pt({"title": 22, "red": 36, "head": 16, "mark-centre": 22}.get(kind, 16))
            run.font.name = "黑体" if kind.startswith("mark") or kind == "head" else "仿宋"
            run._element.rPr.rFonts.set(qn("w:eastAsia"), run.font.name)
            if kind in ("red", "rule"): run.font.color.rgb = RGBColor(0xC0, 0, 0)
            if kind in ("right", "mark-right"): p.alignment = A.RIGHT
            elif kind in ("title", "red", "centre", "mark-centre"): p.alignment = A.CENTER
            elif kind == "p": p.paragraph_format.first_line_indent = Pt(32)
        if doc.header:
            p = s.header.paragraphs[0]; p.text = doc.header
            p.alignment = A.RIGHT if doc.header_align == "right" else A.LEFT
        if doc.footer:
            s.footer.paragraphs[0].text = doc.footer; s.footer.paragraphs[0].alignment = A.CENTER
        if "comment" in doc.props:
            par = [p for p in d.paragraphs if len(p.text) > 20][0]
            d.add_comment(par.runs, text=doc.props["comment"], author="办公室", initials="B")
        c = d.core_properties
        c.title, c.author, c.created, c.modified, c.comments = doc.props.get("title", doc.title), "办公室", WHEN.replace(tzinfo=None), WHEN.replace(tzinfo=None), doc.props.get("comments", "")
        for k in ("keywords", "subject", "category"):
            if k in doc.props: setattr(c, k, doc.props[k])
        d.save(str(path))
        pin(path)


# ---- pinning: what a clock or a random id put in is replaced, nothing else is touched

def pin(path):
    path = Path(path)
    if path.suffix == ".pdf":
        data = path.read_bytes()
        ident = hashlib.md5(path.name.encode()).hexdigest().upper().encode()
        data = re.sub(rb"D:20\d{12}", b"D:20260101000000", data)
        data = re.sub(rb"(\d{4})-\d\d-\d\dT\d\d:\d\d:\d\d", b"2026-01-01T00:00:00", data)
        m = re.search(rb"/ID\s*\[\s*<([0-9A-Fa-f]{32})>\s*<([0-9A-Fa-f]{32})>", data)
        if m:
            for g in {m.group(1), m.group(2)}:
                data = data.replace(g, ident)
        data = re.sub(rb"/DocChecksum /[0-9A-F]{32}", b"/DocChecksum /" + ident, data)
        path.write_bytes(data)
    else:
        src = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
            for info in src.infolist():
                data = src.read(info)
                if info.filename == "docProps/core.xml":
                    data = re.sub(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-01-01T00:00:00Z", data)
                if info.filename == "word/comments.xml":
                    data = re.sub(rb'w:date="[^"]*"', b'w:date="2026-01-01T00:00:00Z"', data)
                if info.filename == "meta.xml":
                    data = re.sub(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?", b"2026-01-01T00:00:00", data)
                if info.filename == "settings.xml":
                    data = re.sub(rb'(config:name="Rsid(?:Root)?" config:type="int">)\d+', rb"\g<1>1260314", data)
                z.writestr(zipfile.ZipInfo(info.filename, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
        path.write_bytes(out.getvalue())
