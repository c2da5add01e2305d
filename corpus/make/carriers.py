"""Carriers other than pages of text: spreadsheets, slides, OFD, mail and archives. A Doc in, a file out."""
import email.message
import email.policy
import html
import io
import shutil
import struct
import subprocess
import tempfile
import zipfile
from pathlib import Path

import producers
from handmade import compound_file, zip_bytes
from model import plain_lines

NS = " ".join('xmlns:%s="urn:oasis:names:tc:opendocument:xmlns:%s:1.0"' % (k, v) for k, v in (
    ("office", "office"), ("style", "style"), ("text", "text"), ("table", "table"), ("fo", "xsl-fo-compatible"), ("svg", "svg-compatible"),
    ("draw", "drawing"), ("presentation", "presentation"), ("meta", "meta"))) + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
esc = lambda s: html.escape(s, quote=False).replace("  ", " <text:s/>")


def rows(doc):
    out = []
    for kind, text in doc.blocks:
        if kind == "table": out += text
        elif kind not in ("rule", "break"): out.append([text])
    return out


def fods(doc):
    """A sheet: rows of tables as rows, everything else in the first cell of a row; page header, notes and sheet name from the Doc."""
    cell = lambda c: '<table:table-cell office:value-type="string"><text:p>%s</text:p></table:table-cell>' % esc(c)
    lines = ["<table:table-row>%s</table:table-row>" % "".join(map(cell, row)) for row in rows(doc)]
    if doc.props.get("note"):
        note = '<office:annotation><text:p>%s</text:p></office:annotation>' % esc(doc.props["note"])
        lines[0] = lines[0].replace('office:value-type="string">', 'office:value-type="string">' + note, 1)
    head = "<style:header><text:p>%s</text:p></style:header>" % esc(doc.header) if doc.header else '<style:header style:display="false"/>'
    meta = "<dc:title>%s</dc:title>" % esc(doc.props.get("title", doc.title))
    return """<?xml version="1.0" encoding="UTF-8"?>
<office:document %s office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:meta>%s</office:meta>
<office:automatic-styles><style:page-layout style:name="PL"><style:page-layout-properties fo:page-width="210mm" fo:page-height="297mm"/><style:header-style><style:header-footer-properties fo:min-height="8mm"/></style:header-style></style:page-layout></office:automatic-styles>
<office:master-styles><style:master-page style:name="Default" style:page-layout-name="PL">%s<style:footer style:display="false"/></style:master-page></office:master-styles>
<office:body><office:spreadsheet><table:table table:name="%s">%s</table:table></office:spreadsheet></office:body></office:document>""" % (
        NS, meta, head, html.escape(doc.props.get("sheet", "表1")), "".join(lines))


def slides(doc):
    """Lines of the slides: the first is the title, six more follow."""
    lines = [t.replace("\t", "  ") for t in plain_lines(doc)]
    return [lines[k:k + 7] for k in range(0, len(lines), 7)]


def pptx(doc, path):
    """Slides by python-pptx: title and body placeholders, notes from the Doc."""
    from pptx import Presentation
    show = Presentation()
    for i, page in enumerate(slides(doc)):
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text = page[0]
        slide.placeholders[1].text = "\n".join(page[1:])
        if i == 0 and doc.props.get("note"):
            slide.notes_slide.notes_text_frame.text = doc.props["note"]
    show.core_properties.title = doc.props.get("title", doc.title)
    show.core_properties.created = show.core_properties.modified = producers.WHEN.replace(tzinfo=None)
    show.save(path)
    producers.pin(path)


def odp(doc):
    box = lambda y, h, text: '<draw:frame svg:x="2cm" svg:y="%scm" svg:width="21cm" svg:height="%scm"><draw:text-box>%s</draw:text-box></draw:frame>' % (
        y, h, "".join("<text:p>%s</text:p>" % esc(t) for t in text))
    out = ""
    for i, page in enumerate(slides(doc)):
        note = doc.props.get("note") if i == 0 else None
        notes = '<presentation:notes><draw:frame presentation:class="notes" svg:x="2cm" svg:y="14cm" svg:width="17cm" svg:height="10cm"><draw:text-box><text:p>%s</text:p></draw:text-box></draw:frame></presentation:notes>' % esc(note) if note else ""
        out += '<draw:page draw:name="page%d">%s%s%s</draw:page>' % (i + 1, box(1, 1.5, page[:1]), box(3, 10, page[1:] or [" "]), notes)
    kind = "application/vnd.oasis.opendocument.presentation"
    decl = '<?xml version="1.0" encoding="UTF-8"?>'
    return zip_bytes({
        "mimetype": kind,
        "content.xml": decl + '<office:document-content %s office:version="1.3"><office:body><office:presentation>%s</office:presentation></office:body></office:document-content>' % (NS, out),
        "meta.xml": decl + '<office:document-meta %s office:version="1.3"><office:meta><dc:title>%s</dc:title></office:meta></office:document-meta>' % (NS, esc(doc.props.get("title", doc.title))),
        "META-INF/manifest.xml": decl + '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="%s"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>' % kind})


def ppt(doc):
    """Records of MS-PPT: the outline text of the slides, then that of the notes."""
    record = lambda version, instance, kind, data: struct.pack("<HHI", version | instance << 4, kind, len(data)) + data
    def texts(instance, pages, first):
        out = b""
        for n, page in enumerate(pages):
            out += record(0, 0, 0x03F3, struct.pack("<IIIII", first + n, 0, 2, 256 + n, 0))
            for which, part in ((0, page[:1]), (1, page[1:])):
                if part:
                    out += record(0, which, 0x0F9F, struct.pack("<I", which)) + record(0, 0, 0x0FA0, "\r".join(part).encode("utf-16-le"))
        return record(15, instance, 0x0FF0, out)
    body = texts(0, slides(doc), 2)
    if doc.props.get("note"):
        body += texts(2, [[doc.props["note"]]], 2 + len(slides(doc)))
    document = record(15, 0, 0x03E8, record(1, 0, 0x03E9, b"\0" * 40) + body + record(0, 0, 0x03EA, b""))
    parts = [document] + [record(15, 0, 0x03EE, record(2, 0, 0x03EF, b"\0" * 24)) for _ in slides(doc)] + ([record(15, 0, 0x03F0, record(1, 0, 0x03F1, b"\0" * 8))] if doc.props.get("note") else [])
    starts = [sum(map(len, parts[:k])) for k in range(len(parts))]
    directory = sum(map(len, parts))
    parts.append(record(0, 0, 0x1772, struct.pack("<I%dI" % len(starts), 1 | len(starts) << 20, *starts)))
    edit = sum(map(len, parts))
    parts.append(record(0, 0, 0x0FF5, struct.pack("<IHBBIIIIHH", 256, 0, 0, 3, 0, directory, 1, len(starts) + 1, 1, 0)))
    user = record(0, 0, 0x0FF6, struct.pack("<IIIHHBBH", 20, 0xE391C05F, edit, 4, 0x3F4, 3, 0, 0) + b"User" + struct.pack("<I", 8))
    return compound_file({"PowerPoint Document": b"".join(parts), "Current User": user})


FILTERS = {".xlsx": (fods, "fods", "xlsx:Calc MS Excel 2007 XML"), ".xls": (fods, "fods", "xls:MS Excel 97"), ".ods": (fods, "fods", "ods:calc8"),
           ".doc": (producers.fodt, "fodt", "doc:MS Word 97"), ".rtf": (producers.fodt, "fodt", "rtf:Rich Text Format"), ".odt": (producers.fodt, "fodt", "odt:writer8")}


def office(jobs, profile):
    """jobs: [(Doc, path)] with any of the extensions of FILTERS; one LibreOffice run for each."""
    for ext, (write, flat, flt) in FILTERS.items():
        mine = [(d, Path(p)) for d, p in jobs if Path(p).suffix == ext]
        if not mine:
            continue
        with tempfile.TemporaryDirectory() as tmp:
            src = []
            for i, (doc, _) in enumerate(mine):
                f = Path(tmp, "in", "%03d.%s" % (i, flat))
                f.parent.mkdir(exist_ok=True)
                f.write_text(write(doc), encoding="utf-8")
                src.append(str(f))
            subprocess.run(["soffice", "-env:UserInstallation=file://" + profile, "--headless", "--convert-to", flt, "--outdir", tmp + "/out"] + src,
                           check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for i, (_, path) in enumerate(mine):
                shutil.copy(Path(tmp, "out", "%03d%s" % (i, ext)), path)
                if ext in (".xlsx", ".ods", ".odt"):
                    producers.pin(path)


def ofd(doc):
    """GB/T 33190: one text object a line, A4 pages of thirty lines."""
    O = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    lines = [t.replace("\t", "  ") for t in plain_lines(doc)]
    wrapped = [line[k:k + 34] for line in lines for k in range(0, max(1, len(line)), 34)]
    pages = [wrapped[k:k + 30] for k in range(0, len(wrapped), 30)]
    parts = {"OFD.xml": '<?xml version="1.0" encoding="UTF-8"?><ofd:OFD %s DocType="OFD" Version="1.1"><ofd:DocBody><ofd:DocInfo><ofd:Title>%s</ofd:Title></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>' % (O, html.escape(doc.props.get("title", doc.title)))}
    refs, ident = "", 100
    for n, page in enumerate(pages):
        objects = ""
        for k, text in enumerate(page):
            ident += 1
            deltas = " ".join(["5"] * (len(text) - 1))
            objects += '<ofd:TextObject ID="%d" Boundary="25 %g 180 7" Font="2" Size="5"><ofd:TextCode X="0" Y="5" DeltaX="%s">%s</ofd:TextCode></ofd:TextObject>' % (ident, 37 + 7.5 * k, deltas, html.escape(text))
        parts["Doc_0/Pages/Page_%d/Content.xml" % n] = '<?xml version="1.0" encoding="UTF-8"?><ofd:Page %s><ofd:Content><ofd:Layer ID="%d" Type="Body">%s</ofd:Layer></ofd:Content></ofd:Page>' % (O, 50 + n, objects)
        refs += '<ofd:Page ID="%d" BaseLoc="Pages/Page_%d/Content.xml"/>' % (10 + n, n)
    parts["Doc_0/Document.xml"] = '<?xml version="1.0" encoding="UTF-8"?><ofd:Document %s><ofd:CommonData><ofd:MaxUnitID>999</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData><ofd:Pages>%s</ofd:Pages></ofd:Document>' % (O, refs)
    parts["Doc_0/PublicRes.xml"] = '<?xml version="1.0" encoding="UTF-8"?><ofd:Res %s BaseLoc="Res"><ofd:Fonts><ofd:Font ID="2" FontName="FangSong" FamilyName="FangSong"/></ofd:Fonts></ofd:Res>' % O
    return zip_bytes(parts)


def eml(doc):
    """A message with a plain and an HTML reading; the subject from the Doc."""
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"] = "office@example.org", "all@example.org"
    message["Date"], message["Message-ID"] = "Mon, 05 Jan 2026 09:00:00 +0800", "<1@example.org>"
    message["Subject"] = doc.props.get("subject", doc.title)
    message.set_content("\n".join(plain_lines(doc)) + "\n", cte="base64")
    message.add_alternative("<html><body>%s</body></html>" % producers.html_body(doc), subtype="html", cte="base64")
    message.set_boundary("corpus-boundary-1")
    return message.as_bytes()


def archive(doc, name):
    """A folder with the document as text (and as OFD) and a harmless note beside it; names in UTF-8."""
    out = io.BytesIO()
    stem = doc.props.get("inner", Path(name).stem)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for inner, data in (("说明.txt", "本压缩包内为会议材料，请解压后查看。\r\n".encode("utf-8")), (stem + ".txt", producers.txt(doc).encode("utf-8")), (stem + ".ofd", ofd(doc))):
            z.writestr(zipfile.ZipInfo(inner, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def msg(doc):
    """An Outlook message: subject and body as Unicode properties."""
    values = {0x0037: doc.props.get("subject", doc.title), 0x1000: "\r\n".join(plain_lines(doc)), 0x0C1A: "办公室", 0x001A: "IPM.Note"}
    stream = b"\0" * 32
    tree = {}
    for tag, text in sorted(values.items()):
        raw = text.encode("utf-16-le")
        stream += struct.pack("<HHIII", 0x1F, tag, 6, len(raw) + 2, 0)
        tree["__substg1.0_%04X001F" % tag] = raw
    tree["__properties_version1.0"] = stream
    tree["__nameid_version1.0"] = {"__substg1.0_00020102": b"\0" * 16, "__substg1.0_00030102": b"", "__substg1.0_00040102": b""}
    return compound_file(tree)


HAND = {".ofd": lambda doc, path: ofd(doc), ".eml": lambda doc, path: eml(doc), ".zip": lambda doc, path: archive(doc, path.name), ".msg": lambda doc, path: msg(doc),
        ".odp": lambda doc, path: odp(doc), ".ppt": lambda doc, path: ppt(doc)}
