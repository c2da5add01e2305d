"""OOXML packages, compound files and PDF extras written by hand: the hiding places that office programs do not let one fill from a script."""
import html
import io
import struct
import zipfile
import zlib
from pathlib import Path

W = ('xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
     'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
     'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
     'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
     'xmlns:w10="urn:schemas-microsoft-com:office:word"')
DECL = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
WML = "application/vnd.openxmlformats-officedocument.wordprocessingml."
esc = lambda s: html.escape(s, quote=True)


def run(text, rpr=""):
    return '<w:r>%s<w:t xml:space="preserve">%s</w:t></w:r>' % ("<w:rPr>%s</w:rPr>" % rpr if rpr else "", esc(text))


def para(content, jc="", ind=""):
    ppr = ('<w:ind w:firstLine="640"/>' if ind else "") + ('<w:jc w:val="%s"/>' % jc if jc else "")
    return "<w:p>%s%s</w:p>" % ("<w:pPr>%s</w:pPr>" % ppr if ppr else "", content)


def body_xml(doc):
    out = []
    look = {"title": ("center", 44), "red": ("center", 72), "head": ("", 32), "centre": ("center", 32), "right": ("right", 32), "mark-left": ("left", 32), "mark-right": ("right", 32),
            "mark-centre": ("center", 44), "left": ("", 32), "item": ("", 32), "p": ("", 32)}
    for kind, text in doc.blocks:
        if kind == "raw":
            out.append(text)
        elif kind == "table":
            rows = "".join("<w:tr>" + "".join('<w:tc><w:tcPr><w:tcW w:w="2200" w:type="dxa"/></w:tcPr>%s</w:tc>' % para(run(c)) for c in r) + "</w:tr>" for r in text)
            out.append('<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid>%s</w:tblGrid>%s</w:tbl>' % ('<w:gridCol w:w="2200"/>' * len(text[0]), rows))
        elif kind == "rule":
            out.append('<w:p><w:pPr><w:pBdr><w:bottom w:val="single" w:sz="12" w:space="1" w:color="C00000"/></w:pBdr></w:pPr></w:p>')
        elif kind == "break":
            out.append('<w:p><w:r><w:br w:type="page"/></w:r></w:p>')
        else:
            jc, size = look[kind]
            rpr = '<w:rFonts w:eastAsia="%s"/>%s<w:sz w:val="%d"/>' % ("黑体" if kind.startswith("mark") or kind == "head" else "仿宋", '<w:color w:val="C00000"/>' if kind == "red" else "", size)
            out.append(para(run(text, rpr), jc, "1" if kind == "p" else ""))
    return out


def watermark_xml(text):
    return ('<w:r><w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" path="m@7,l@8,m@5,21600l@6,21600e"><v:path textpathok="t"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
            '<v:shape id="PowerPlusWaterMarkObject1" type="#_x0000_t136" style="position:absolute;width:400pt;height:120pt;rotation:315;z-index:-251658752" fillcolor="silver" stroked="f">'
            '<v:fill opacity=".5"/><v:textpath style="font-family:&quot;宋体&quot;;font-size:1pt" string="%s"/></v:shape></w:pict></w:r>' % esc(text))


def textbox_xml(text):
    """A text box the way Word writes it: DrawingML in the choice, VML in the fallback, the same text in both."""
    inner = para(run(text))
    return ('<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="2" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">'
            '<wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="page"><wp:posOffset>1008000</wp:posOffset></wp:positionH><wp:positionV relativeFrom="page"><wp:posOffset>1332000</wp:posOffset></wp:positionV>'
            '<wp:extent cx="1800000" cy="360000"/><wp:wrapNone/><wp:docPr id="20" name="文本框 20"/><a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
            '<wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="1800000" cy="360000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></wps:spPr>'
            '<wps:txbx><w:txbxContent>%s</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>'
            '<mc:Fallback><w:pict><v:shape id="s20" style="position:absolute;width:140pt;height:28pt"><v:textbox><w:txbxContent>%s</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>' % (inner, inner))


def picture_xml(rid, descr, title=""):
    return ('<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="360000" cy="360000"/><wp:docPr id="30" name="图片 1" descr="%s" title="%s"/><a:graphic>'
            '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="0" name="logo.png"/><pic:cNvPicPr/></pic:nvPicPr>'
            '<pic:blipFill><a:blip r:embed="%s"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="360000" cy="360000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
            '</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>' % (esc(descr), esc(title), rid))


def png(width=8, height=8, rgb=(192, 0, 0)):
    chunk = lambda t, d: struct.pack(">I", len(d)) + t + d + struct.pack(">I", zlib.crc32(t + d))
    raw = b"".join(b"\0" + bytes(rgb) * width for _ in range(height))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def zip_bytes(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in parts.items():
            z.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data if isinstance(data, bytes) else data.encode("utf-8"), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def workbook(text, sheet="附表"):
    """A small .xlsx with one inline string, for embedding."""
    S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return zip_bytes({
        "[Content_Types].xml": DECL + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        "_rels/.rels": DECL + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="%sofficeDocument" Target="xl/workbook.xml"/></Relationships>' % REL,
        "xl/workbook.xml": DECL + '<workbook xmlns="%s" xmlns:r="%s"><sheets><sheet name="%s" sheetId="1" r:id="rId1"/></sheets></workbook>' % (S, REL.rstrip("/"), esc(sheet)),
        "xl/_rels/workbook.xml.rels": DECL + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="%sworksheet" Target="worksheets/sheet1.xml"/></Relationships>' % REL,
        "xl/worksheets/sheet1.xml": DECL + '<worksheet xmlns="%s"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>%s</t></is></c></row><row r="2"><c r="A2"><v>12</v></c></row></sheetData></worksheet>' % (S, esc(text)),
    })


def compound_file(tree):
    """A compound file (MS-CFB, version 3). tree: {name: bytes | {…}}. One FAT sector list in the header, so up to some seven megabytes."""
    entries = [["Root Entry", 5, b"", []]]
    def add(parent, items):
        for name, value in items.items():
            i = len(entries)
            entries.append([name, 1 if isinstance(value, dict) else 2, b"" if isinstance(value, dict) else value, []])
            entries[parent][3].append(i)
            if isinstance(value, dict):
                add(i, value)
    add(0, tree)
    sectors, fat = [], []
    def alloc(data):
        start = len(sectors)
        count = max(1, -(-len(data) // 512))
        for k in range(count):
            sectors.append(data[k * 512:(k + 1) * 512].ljust(512, b"\0"))
            fat.append(start + k + 1 if k < count - 1 else 0xFFFFFFFE)
        return start
    starts, sizes, mini, minifat = {}, {}, b"", []
    for i, (_, kind, data, _) in enumerate(entries):
        if kind == 2 and len(data) >= 4096:
            starts[i], sizes[i] = alloc(data), len(data)
        elif kind == 2:  # short streams live in the mini stream, in sectors of 64 bytes
            count = max(1, -(-len(data) // 64))
            starts[i], sizes[i] = len(minifat), len(data)
            minifat += [len(minifat) + k + 1 for k in range(count - 1)] + [0xFFFFFFFE]
            mini += data.ljust(count * 64, b"\0")
    starts[0], sizes[0] = (alloc(mini), len(mini)) if mini else (0xFFFFFFFE, 0)
    minifat += [0xFFFFFFFF] * (-len(minifat) % 128)
    mini_sectors = len(minifat) // 128
    mini_start = alloc(struct.pack("<%dI" % len(minifat), *minifat)) if minifat else 0xFFFFFFFE
    links = {i: [0xFFFFFFFF] * 3 for i in range(len(entries))}  # left, right, child
    def tree_of(kids):  # balanced, ordered by name length, then upper case, as MS-CFB asks
        if not kids: return 0xFFFFFFFF
        mid = len(kids) // 2
        links[kids[mid]][0], links[kids[mid]][1] = tree_of(kids[:mid]), tree_of(kids[mid + 1:])
        return kids[mid]
    for i, e in enumerate(entries):
        links[i][2] = tree_of(sorted(e[3], key=lambda k: (len(entries[k][0]), entries[k][0].upper())))
    dirs = b""
    for i, (name, kind, _, _) in enumerate(entries):
        raw = name.encode("utf-16-le") + b"\0\0"
        dirs += raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, *links[i]) + b"\0" * 36 + struct.pack("<IQ", starts.get(i, 0), sizes.get(i, 0))
    while len(dirs) % 512:
        dirs += b"\0" * 64 + struct.pack("<HBBIII", 0, 0, 0, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF) + b"\0" * 48
    dir_start = alloc(dirs)
    n = 1
    while n * 128 < len(fat) + n: n += 1
    fat_start = len(sectors)
    fat += [0xFFFFFFFD] * n
    fat += [0xFFFFFFFF] * (n * 128 - len(fat))
    raw = struct.pack("<%dI" % len(fat), *fat)
    sectors += [raw[k * 512:(k + 1) * 512] for k in range(n)]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6 + struct.pack("<IIIIIIIII", 0, n, dir_start, 0, 4096, mini_start, mini_sectors, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", *([fat_start + k for k in range(n)] + [0xFFFFFFFF] * (109 - n)))
    return head + b"".join(sectors)


def ole_package(name, data):
    """An OLE object of class Package (Ole10Native) that holds one file."""
    raw = struct.pack("<H", 2) + name.encode("gbk") + b"\0" + ("C:\\" + name).encode("gbk") + b"\0" + struct.pack("<HH", 0, 3)
    path = ("C:\\" + name).encode("gbk") + b"\0"
    raw += struct.pack("<I", len(path)) + path + struct.pack("<I", len(data)) + data
    return compound_file({"\x01Ole10Native": struct.pack("<I", len(raw)) + raw})


def vba_project(code):
    """A vbaProject.bin with one module; MS-OVBA compression with literal tokens only."""
    def compress(data):
        out = b"\x01"
        for k in range(0, len(data), 3600):
            chunk = data[k:k + 3600]
            body = b"".join(b"\0" + chunk[j:j + 8] for j in range(0, len(chunk), 8))
            out += struct.pack("<H", (len(body) + 2 - 3) & 0x0FFF | 0xB000) + body
        return out
    rec = lambda i, d: struct.pack("<HI", i, len(d)) + d
    u16 = lambda s: s.encode("utf-16-le")
    d = rec(0x01, struct.pack("<I", 1)) + rec(0x02, struct.pack("<I", 0x804)) + rec(0x14, struct.pack("<I", 0x804)) + rec(0x03, struct.pack("<H", 936)) + rec(0x04, b"Project")
    d += rec(0x05, b"") + rec(0x40, b"") + rec(0x06, b"") + rec(0x3D, b"") + rec(0x07, b"\0" * 4) + rec(0x08, b"\0" * 4) + struct.pack("<HIIH", 0x09, 4, 1, 1) + rec(0x0C, b"") + rec(0x3C, b"")
    d += rec(0x0F, struct.pack("<H", 1)) + rec(0x13, b"\xff\xff")
    d += rec(0x19, b"Module1") + rec(0x47, u16("Module1")) + rec(0x1A, b"Module1") + rec(0x32, u16("Module1")) + rec(0x1C, b"") + rec(0x48, b"") + rec(0x31, b"\0" * 4) + rec(0x1E, b"\0" * 4) + rec(0x2C, b"\xff\xff") + rec(0x21, b"") + rec(0x2B, b"")
    d += rec(0x10, b"")
    return compound_file({"PROJECT": b'ID="{00000000-0000-0000-0000-000000000000}"\r\nModule=Module1\r\nName="Project"\r\n', "VBA": {
        "dir": compress(d), "_VBA_PROJECT": b"\xcc\x61\xff\xff\x00\x00\x00", "Module1": compress(code.encode("gbk"))}})


def docx(doc, path, **x):
    """A .docx by hand. Keyword arguments name a hiding place and give the text that goes there."""
    parts, types, rels, root = {}, [], [], []
    def part(name, ctype, data, rel=None, rid=None, mode=None):
        parts[name] = data
        if ctype: types.append('<Override PartName="/%s" ContentType="%s"/>' % (name, ctype))
        if rel:
            rid = rid or "rId%d" % (len(rels) + 1)
            rels.append('<Relationship Id="%s" Type="%s" Target="%s"/>' % (rid, rel if ":" in rel else REL + rel, name.replace("word/", "", 1) if name.startswith("word/") else "../" + name))
        return rid
    body = body_xml(doc)
    tail = []
    at = next((i for i, (k, _) in enumerate(doc.blocks) if k == "p"), 0) + 1  # extras go behind the first plain paragraph
    def insert(xml):
        body.insert(at, xml)
    hidden_sect = ""
    # headers and footers
    refs, refs2 = "", ""
    for key, kind, tag in (("header", "default", "hdr"), ("first_header", "first", "hdr"), ("even_header", "even", "hdr"), ("footer", "default", "ftr"), ("first_footer", "first", "ftr"), ("even_footer", "even", "ftr"), ("section_header", "default", "hdr")):
        text = x.get(key) or (getattr(doc, key, None) if key in ("header", "footer") else None)
        mark = watermark_xml(x["watermark"]) if key == "header" and "watermark" in x else ""
        if text or mark:
            name = "word/%s_%s.xml" % (tag, key)
            rid = part(name, WML + ("header" if tag == "hdr" else "footer") + "+xml", DECL + "<w:%s %s>%s</w:%s>" % (tag, W, para((run(text) if text else "") + mark, doc.header_align if tag == "hdr" else "center"), tag), "header" if tag == "hdr" else "footer")
            ref = '<w:%sReference w:type="%s" r:id="%s"/>' % ("header" if tag == "hdr" else "footer", kind, rid)
            if key == "section_header": refs2 += ref
            else: refs += ref
    size = '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1985" w:left="1588" w:header="850" w:footer="990" w:gutter="0"/>' + ("<w:titlePg/>" if "first_header" in x or "first_footer" in x else "")
    if refs2:
        tail.append('<w:p><w:pPr><w:sectPr>%s%s</w:sectPr></w:pPr></w:p>' % (refs, size))
        tail.append(para(run("附件另行印发。")))
        refs = refs2
    # notes and comments
    for key, one, ctype in (("footnote", "footnote", "footnotes"), ("endnote", "endnote", "endnotes")):
        if key in x:
            part("word/%s.xml" % ctype, WML + ctype + "+xml", DECL + '<w:%s %s><w:%s w:type="separator" w:id="-1">%s</w:%s><w:%s w:id="1">%s</w:%s></w:%s>' % (
                ctype, W, one, para("<w:r><w:separator/></w:r>"), one, one, para(run(x[key])), one, ctype), ctype)
            insert(para(run("有关数据以最终核定为准。") + '<w:r><w:%sReference w:id="1"/></w:r>' % one, ind="1"))
    if "comment" in x:
        part("word/comments.xml", WML + "comments+xml", DECL + '<w:comments %s><w:comment w:id="0" w:author="审稿人" w:date="2026-01-01T00:00:00Z" w:initials="S">%s</w:comment></w:comments>' % (W, para(run(x["comment"]))), "comments")
        insert(para('<w:commentRangeStart w:id="0"/>' + run("以上意见请一并研究。") + '<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>', ind="1"))
    if "deleted" in x:
        body.insert(0, para('<w:del w:id="90" w:author="审稿人" w:date="2026-01-01T00:00:00Z"><w:r><w:delText xml:space="preserve">%s</w:delText></w:r></w:del>' % esc(x["deleted"])))
    if "inserted" in x:
        body.insert(0, para('<w:ins w:id="91" w:author="审稿人" w:date="2026-01-01T00:00:00Z">%s</w:ins>' % run(x["inserted"])))
    if "vanish" in x:
        body.insert(0, para(run(x["vanish"], "<w:vanish/>")))
    if "textbox" in x:
        body.insert(0, para(textbox_xml(x["textbox"])))
    if "content_control" in x:
        body.insert(0, '<w:sdt><w:sdtPr><w:alias w:val="文号"/><w:tag w:val="no"/></w:sdtPr><w:sdtContent>%s</w:sdtContent></w:sdt>' % para(run(x["content_control"])))
    if "sdt_placeholder" in x:
        insert('<w:sdt><w:sdtPr><w:alias w:val="%s"/><w:text/></w:sdtPr><w:sdtContent>%s</w:sdtContent></w:sdt>' % (esc(x["sdt_placeholder"]), para(run("(待填)"))))
    fld = lambda code, result: ('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> %s </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>%s<w:r><w:fldChar w:fldCharType="end"/></w:r>' % (esc(code), run(result)))
    if "field_code" in x:
        insert(para(run("文件标识:") + fld('IF 1 = 2 "%s" "见首页"' % x["field_code"], "见首页")))
    if "field_result" in x:
        insert(para(fld("DOCPROPERTY 标识 \\* MERGEFORMAT", x["field_result"])))
    if "alt_text" in x or "alt_title" in x:
        part("word/media/image1.png", None, png())
        rels.append('<Relationship Id="rIdPic" Type="%simage" Target="media/image1.png"/>' % REL)
        insert(para(picture_xml("rIdPic", x.get("alt_text", ""), x.get("alt_title", ""))))
    if "bookmark" in x:
        insert(para('<w:bookmarkStart w:id="7" w:name="%s"/>' % esc(x["bookmark"]) + run("附件清单见后。") + '<w:bookmarkEnd w:id="7"/>'))
    if "hyperlink" in x:
        rels.append('<Relationship Id="rIdUrl" Type="%shyperlink" Target="%s" TargetMode="External"/>' % (REL, esc(x["hyperlink"])))
        insert(para('<w:hyperlink r:id="rIdUrl"%s>%s</w:hyperlink>' % (' w:tooltip="%s"' % esc(x["tooltip"]) if "tooltip" in x else "", run("点击下载附件"))))
    if "custom_xml" in x:
        part("customXml/item1.xml", None, DECL + '<meta xmlns="urn:office:meta"><标识>%s</标识></meta>' % esc(x["custom_xml"]), "customXml")
    if "embedded_workbook" in x:
        part("word/embeddings/book1.xlsx", None, workbook(x["embedded_workbook"]), "package")
    if "ole_object" in x:
        part("word/embeddings/oleObject1.bin", None, ole_package("附件.txt", (x["ole_object"] + "\r\n附件正文从略。\r\n").encode("gbk")), "oleObject")
    if "alt_chunk" in x:
        rid = part("word/chunk1.html", None, '<html><head><meta charset="utf-8"></head><body><p>%s</p><p>附表一</p></body></html>' % esc(x["alt_chunk"]), "aFChunk")
        tail.append('<w:altChunk r:id="%s"/>' % rid)
    if "glossary" in x:
        part("word/glossary/document.xml", WML + "document.glossary+xml", DECL + '<w:glossaryDocument %s><w:docParts><w:docPart><w:docPartPr><w:name w:val="抬头"/></w:docPartPr><w:docPartBody>%s</w:docPartBody></w:docPart></w:docParts></w:glossaryDocument>' % (W, para(run(x["glossary"]))), "glossaryDocument")
    settings = ("<w:evenAndOddHeaders/>" if "even_header" in x or "even_footer" in x else "") + ('<w:docVars><w:docVar w:name="标识" w:val="%s"/></w:docVars>' % esc(x["document_variable"]) if "document_variable" in x else "")
    part("word/settings.xml", WML + "settings+xml", DECL + "<w:settings %s>%s</w:settings>" % (W, settings), "settings")
    if "macro" in x:
        part("word/vbaProject.bin", "application/vnd.ms-office.vbaProject", vba_project('Attribute VB_Name = "Module1"\r\nSub Stamp()\r\n    Selection.TypeText "%s"\r\nEnd Sub\r\n' % x["macro"]), "http://schemas.microsoft.com/office/2006/relationships/vbaProject")
    # properties
    core = "".join("<%s>%s</%s>" % (tag, esc(x[key]), tag) for key, tag in (("title", "dc:title"), ("subject", "dc:subject"), ("keywords", "cp:keywords"), ("comments", "dc:description"), ("category", "cp:category"), ("status", "cp:contentStatus")) if key in x)
    if "title" not in x:
        core = "<dc:title>%s</dc:title>" % esc(doc.title) + core
    parts["docProps/core.xml"] = DECL + '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:creator>办公室</dc:creator>%s</cp:coreProperties>' % core
    app = "<Application>Microsoft Office Word</Application>" + ("<Company>%s</Company>" % esc(x["company"]) if "company" in x else "") + ("<Manager>%s</Manager>" % esc(x["manager"]) if "manager" in x else "")
    parts["docProps/app.xml"] = DECL + '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">%s</Properties>' % app
    root += ['<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>', '<Relationship Id="rId3" Type="%sextended-properties" Target="docProps/app.xml"/>' % REL]
    types += ['<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>', '<Override PartName="/docProps/app.xml" ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/>']
    if "custom_property" in x:
        name, value = x["custom_property"] if isinstance(x["custom_property"], tuple) else ("标识", x["custom_property"])
        parts["docProps/custom.xml"] = DECL + '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="%s"><vt:lpwstr>%s</vt:lpwstr></property></Properties>' % (esc(name), esc(value))
        root.append('<Relationship Id="rId4" Type="%scustom-properties" Target="docProps/custom.xml"/>' % REL)
        types.append('<Override PartName="/docProps/custom.xml" ContentType="application/vnd.openxmlformats-officedocument.custom-properties+xml"/>')
    parts["word/document.xml"] = DECL + '<w:document %s><w:body>%s<w:sectPr>%s%s</w:sectPr></w:body></w:document>' % (W, "".join(body + tail), refs, size)
    parts["word/_rels/document.xml.rels"] = DECL + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>' % "".join(rels)
    parts["_rels/.rels"] = DECL + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="%sofficeDocument" Target="word/document.xml"/>%s</Relationships>' % (REL, "".join(root))
    head = {"[Content_Types].xml": DECL + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/><Default Extension="bin" ContentType="application/vnd.openxmlformats-officedocument.oleObject"/><Default Extension="xlsx" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"/><Default Extension="html" ContentType="text/html"/><Override PartName="/word/document.xml" ContentType="%sdocument.main+xml"/>%s</Types>' % (WML, "".join(types))}
    Path(path).write_bytes(zip_bytes({**head, **parts}))


def pdf_extras(path, base, annotation=None, form=None, attachment=None, xmp=None, javascript=None, layer=None):
    """Adds one hidden place to a PDF made by another producer."""
    import pikepdf
    from pikepdf import Array, Dictionary, Name, String
    pdf = pikepdf.open(base)
    page = pdf.pages[0]
    if annotation:
        note = pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([80, 700, 100, 720]), Contents=String(annotation), T=String("审稿人"), Open=False))
        page.obj.Annots = Array([note])
    if form:
        field = pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("biaozhi"), V=String(form), Rect=Array([80, 740, 220, 760]), F=4))
        page.obj.Annots = Array([field])
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]), NeedAppearances=True)
    if attachment:
        name, data = attachment
        pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, data, filename=name)
    if xmp:
        pdf.Root.Metadata = pdf.make_stream(('<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>' % esc(xmp)).encode("utf-8"), Type=Name.Metadata, Subtype=Name.XML)
    if javascript:
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String('app.alert("%s");' % javascript))
    if layer:
        ocg = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("底稿")))
        pdf.Root.OCProperties = Dictionary(OCGs=Array([ocg]), D=Dictionary(OFF=Array([ocg]), Order=Array([ocg])))
        font = next(iter(page.obj.Resources.Font.keys()))
        page.obj.Resources.Properties = Dictionary(Lay1=ocg)
        text = layer.encode("utf-16-be").hex().encode()  # the base uses a predefined Unicode encoding
        page.contents_add(b"/OC /Lay1 BDC BT " + cid_font(page).encode() + b" 16 Tf 80 730 Td <" + text + b"> Tj ET EMC")
    pdf.save(path, deterministic_id=True, linearize=False)


def cid_font(page):
    for name, font in page.obj.Resources.Font.items():
        if str(font.get("/Encoding", "")).startswith("/Uni"):
            return str(name)
    raise ValueError("no font with a predefined Unicode encoding")


def raw_pdf(lines, path, older=None):
    """A PDF of one page written object by object: an unembedded STSong font under UniGB-UCS2-H. With `older`, the page's first version holds
    those lines and an incremental update replaces them."""
    def content(rows):
        ops = b"BT /F1 16 Tf 22 TL 80 720 Td\n"
        for row in rows:
            ops += b"<" + row.encode("utf-16-be").hex().encode() + b"> Tj T*\n"
        return ops + b"ET"
    objs = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>", None,
            b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[6 0 R]>>",
            b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/DW 1000/FontDescriptor 7 0 R>>",
            b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>"]
    stream = lambda rows: b"<</Length %d>>\nstream\n%s\nendstream" % (len(content(rows)), content(rows))
    objs[3] = stream(older or lines)
    out = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    offsets = []
    for i, o in enumerate(objs, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (i, o)
    xref = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objs) + 1) + b"".join(b"%010d 00000 n \n" % o for o in offsets) + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objs) + 1, xref)
    if older:
        at = len(out)
        out += b"4 0 obj\n%s\nendobj\n" % stream(lines)
        out += b"xref\n4 1\n%010d 00000 n \ntrailer\n<</Size %d/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (at, len(objs) + 1, xref, len(out))
    Path(path).write_bytes(out)
