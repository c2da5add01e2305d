#!/usr/bin/env python3
"""Writes hostile files of every format into a folder, runs mijian over each, and prints a table of
verdict, user CPU seconds and peak memory; the exit code is 1 when one took more than 10 s or 512 MB,
or passed without having been read.

    hostile.py FOLDER [MIJIAN]      writes the files, unless the folder holds some, then runs MIJIAN
                                    (if given) over them

Files whose name begins with "ok-" may pass: everything in them can be read.
"""
import bz2, gzip, io, json, lzma, os, random, resource, struct, subprocess, sys, tarfile, zipfile, zlib

random.seed(7)
OUT = sys.argv[1]
os.makedirs(OUT, exist_ok=True)
MARK = "机密★10年"


def put(name, data):
    with open(os.path.join(OUT, name), "wb") as f:
        f.write(data.encode() if isinstance(data, str) else data)


def zipped(parts, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as z:
        for name, data in parts:
            z.writestr(zipfile.ZipInfo(name) if method == 0 else name, data)
    return buffer.getvalue()


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def types(main):
    return f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/x" ContentType="application/{main}"/></Types>'


OOX = "vnd.openxmlformats-officedocument."


def docx(body, more=()):
    return zipped([("[Content_Types].xml", types(OOX + "wordprocessingml.document.main+xml")),
                   ("word/document.xml", f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'), *more])


def xlsx(sheet, more=()):
    n = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return zipped([("[Content_Types].xml", types(OOX + "spreadsheetml.sheet.main+xml")),
                   ("xl/workbook.xml", f'<workbook {n}><sheets><sheet name="a" sheetId="1"/></sheets></workbook>'),
                   ("xl/worksheets/sheet1.xml", f"<worksheet {n}><sheetData>{sheet}</sheetData></worksheet>"), *more])


def pptx(shapes):
    p = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    return zipped([("[Content_Types].xml", types(OOX + "presentationml.presentation.main+xml")),
                   ("ppt/presentation.xml", f"<p:presentation {p}/>"),
                   ("ppt/slides/slide1.xml", f"<p:sld {p}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>")])


def odt(body, kind="text"):
    n = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    return zipped([("mimetype", f"application/vnd.oasis.opendocument.{kind}"),
                   ("content.xml", f"<office:document-content {n}><office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>")])


def ofd(objects, more=(), pages='<ofd:Page ID="1" BaseLoc="P.xml"/>'):
    n = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    return zipped([("OFD.xml", f"<ofd:OFD {n}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"),
                   ("Doc_0/Document.xml", f"<ofd:Document {n}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>{pages}</ofd:Pages></ofd:Document>"),
                   ("Doc_0/P.xml", f"<ofd:Page {n}><ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>"), *more])


def glyphs(text):
    return f'<ofd:TextObject Boundary="20 20 100 7" Size="5"><ofd:TextCode X="0" Y="5" DeltaX="g 99 5">{text}</ofd:TextCode></ofd:TextObject>'


def epub(body):
    return zipped([("mimetype", "application/epub+zip"), ("META-INF/container.xml", "<container/>"),
                   ("a.opf", "<package><manifest><item id='a' href='a.xhtml'/></manifest><spine><itemref idref='a'/></spine></package>"),
                   ("a.xhtml", f"<html><body>{body}</body></html>")])


def xps(glyph):
    return zipped([("[Content_Types].xml", types("vnd.ms-package.xps-fixeddocumentsequence+xml")),
                   ("a.fpage", f'<FixedPage Width="794" Height="1123">{glyph}</FixedPage>')])


END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def cfb(streams, cycle=False, size=None):
    """A compound file: directory first, then the streams, then the table."""
    body, table = b"", []

    def chain(data):
        nonlocal body
        if not data:
            return END
        start, count = len(table), -(-len(data) // 512)
        table.extend(range(start + 1, start + count))
        table.append(start if cycle else END)
        body += data + b"\0" * (-len(data) % 512)
        return start

    def entry(name, kind, right, child, start, length):
        wide = name.encode("utf-16-le")
        return (wide + b"\0" * 64)[:64] + struct.pack("<HBBIII", len(wide) + 2, kind, 1, FREE, right, child) + b"\0" * 36 + struct.pack("<IQ", start, length)

    starts = [chain(data) for _, data in streams]
    entries = [entry("Root Entry", 5, FREE, 1 if streams else FREE, END, 0)]
    for index, ((name, data), start) in enumerate(zip(streams, starts)):
        entries.append(entry(name, 2, index + 2 if index + 1 < len(streams) else FREE, FREE, start, size if size is not None else len(data)))
    directory_data = b"".join(entries)
    keep, cycle = cycle, False
    directory = chain(directory_data + b"\0" * (-len(directory_data) % 512))
    cycle = keep
    own = 1
    while (len(table) + own + 127) // 128 > own:
        own += 1
    first = len(table)
    table.extend([FAT] * own)
    table.extend([FREE] * (-len(table) % 128))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 10
    header += struct.pack("<IIIIIIII", own, directory, 0, 0, END, 0, END, 0)
    header += b"".join(struct.pack("<I", first + i if i < own else FREE) for i in range(109))
    return header + body + struct.pack(f"<{len(table)}I", *table)


def doc(text, flags=0):
    wide = text.encode("utf-16-le")
    word = bytearray(0x400) + wide
    struct.pack_into("<HH", word, 0, 0xA5EC, 0xC1)
    struct.pack_into("<H", word, 10, 0x200 | flags)
    struct.pack_into("<II", word, 0x18, 0x400, 0x400 + len(wide))
    struct.pack_into("<I", word, 0x4C, len(wide) // 2)
    pieces = b"\2" + struct.pack("<I", 16) + struct.pack("<II", 0, len(wide) // 2) + struct.pack("<HIH", 0, 0x400, 0)
    struct.pack_into("<II", word, 0x9A + 8 * 33, 0, len(pieces))
    return [("WordDocument", bytes(word)), ("1Table", pieces)]


def biff(kind, body):
    return struct.pack("<HH", kind, len(body)) + body


def xls(text, password=False):
    wide = text.encode("utf-16-le")
    label = struct.pack("<HHH", 0, 0, 0) + struct.pack("<HB", len(text), 1) + wide
    bof = lambda kind: biff(0x809, struct.pack("<8H", 0x600, kind, 0, 0, 0, 0, 0, 0))
    locked = biff(0x2F, struct.pack("<HHH", 1, 1, 1) + bytes(range(48))) if password else b""
    name = b"\1\0" + "a".encode()
    globals_ = lambda at: bof(5) + locked + biff(0x85, struct.pack("<IH", at, 0) + name) + biff(10, b"")
    return [("Workbook", globals_(len(globals_(0))) + bof(0x10) + biff(0x204, label) + biff(10, b""))]


def rec(version, kind, body):
    return struct.pack("<HHI", version, kind, len(body)) + body


def ppt(text, encrypted=False):
    slide = rec(15, 0x3EE, rec(0, 0xFA0, text.encode("utf-16-le")))
    persist = rec(15, 0xFF0, rec(0, 0x3F3, struct.pack("<5I", 2, 0, 0, 0, 0)))
    document = rec(15, 0x3E8, persist)
    stream = document + slide
    directory = len(stream)
    stream += rec(0, 0x1772, struct.pack("<III", 2 << 20 | 1, 0, len(document)))
    edit = len(stream)
    stream += rec(0, 0xFF5, struct.pack("<7I", 0, 0, 0, directory, 0, 0, 0))
    token = 0xF3D1C4DF if encrypted else 0xE391C05F
    return [("PowerPoint Document", stream), ("Current User", struct.pack("<5I", 0, 0, 0, token, edit))]


def msg(text):
    return [("__properties_version1.0", b"\0" * 32), ("__substg1.0_1000001F", text.encode("utf-16-le"))]


def rtf(text):
    return "{\\rtf1\\ansi\\ansicpg936 " + "".join(f"\\u{ord(c)}?" for c in text) + "}"


def eml(text):
    return f"From: a@b.cn\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n--b--\r\n"


def emf(text):
    wide = text.encode("utf-16-le")
    body = struct.pack("<17I", 0, 0, 0, 0, 1, 0, 0, 0, 0, len(text), 76, 0, 0, 0, 0, 0, 0) + wide
    body += b"\0" * (-len(body) % 4)
    header = struct.pack("<II", 1, 88) + b"\0" * 32 + b" EMF" + b"\0" * 44
    return header + struct.pack("<II", 84, len(body) + 8) + body + struct.pack("<IIIII", 14, 20, 0, 0, 20)


def wmf(text):
    raw = text.encode("gb18030")
    raw += b"\0" * (len(raw) % 2)
    body = struct.pack("<H", len(raw)) + raw + b"\0" * 4
    return struct.pack("<HHHIHIH", 1, 9, 0x300, 0, 0, 0, 0) + struct.pack("<IH", (len(body) + 6) // 2, 0x521) + body + struct.pack("<IH", 3, 0)


def tnef(text):
    data = text.encode("gb18030") + b"\0"
    return b"\x78\x9f\x3e\x22\x01\0" + b"\1" + struct.pack("<II", 0x0002800C, len(data)) + data + b"\0\0"


def tar(text):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as t:
        info = tarfile.TarInfo("a.txt")
        info.size = len(text.encode())
        t.addfile(info, io.BytesIO(text.encode()))
    return buffer.getvalue()


def cab(text):
    data = text.encode()
    name = b"a.txt\0"
    files = struct.pack("<IIHHHH", len(data), 0, 0, 0, 0, 0x20) + name
    at = 36 + 8 + len(files)
    head = b"MSCF" + b"\0" * 12 + struct.pack("<IIBBHHHHH", 44, 0, 3, 1, 1, 1, 0, 0, 0)
    return head + struct.pack("<IHH", at, 1, 0) + files + struct.pack("<IHH", 0, len(data), len(data)) + data


def iso(text, loop=False):
    def record(name, sector, size, flags=0):
        name += b"\0" * (len(name) % 2 == 0)
        return bytes([33 + len(name), 0]) + struct.pack("<II", sector, 0) + struct.pack("<II", size, 0) + b"\0" * 7 + bytes([flags]) + b"\0" * 6 + bytes([len(name)]) + name

    sector = lambda data: data + b"\0" * (-len(data) % 2048)
    root = record(b"\0", 18, 2048, 2)
    first = bytearray(2048)
    first[:6] = b"\1CD001"
    first[156:156 + len(root)] = root
    entries = root + record(b"\1", 18, 2048, 2) + record(b"A.TXT;1", 19, len(text.encode()))
    if loop:
        entries += record(b"LOOP", 18, 2048, 2) * 20
    return b"\0" * 32768 + bytes(first) + sector(b"\xffCD001") + sector(entries) + sector(text.encode())


def png(text):
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)) + chunk(b"iTXt", b"Title\0\0\0\0\0" + text.encode()) + chunk(b"IDAT", zlib.compress(b"\0" * 72)) + chunk(b"IEND", b"")


def pdf(text):
    content = b"BT /F 12 Tf 72 720 Td <" + text.encode("utf-16-be").hex().encode() + b"> Tj ET"
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
               b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
               b"<</Length %d>>stream\n" % len(content) + content + b"\nendstream",
               b"<</Type/Font/Subtype/Type0/BaseFont/S/Encoding/UniGB-UTF16-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType0/BaseFont/S/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>>>]>>"]
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    at = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % o for o in offsets)
    return out + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % at


T = "这是一份普通的通知，内容并不重要。" * 20
SEEDS = {
    "docx": docx(f"<w:p><w:r><w:t>{T}</w:t></w:r></w:p>"),
    "xlsx": xlsx(f'<row><c t="inlineStr"><is><t>{T}</t></is></c></row>'),
    "pptx": pptx(f"<p:sp><p:txBody><a:p><a:r><a:t>{T}</a:t></a:r></a:p></p:txBody></p:sp>"),
    "odt": odt(f"<text:p>{T}</text:p>"), "ods": odt(f"<table:table><table:table-row><table:table-cell><text:p>{T}</text:p></table:table-cell></table:table-row></table:table>", "spreadsheet"),
    "ofd": ofd(glyphs(T)), "epub": epub(f"<p>{T}</p>"), "xps": xps(f'<Glyphs OriginX="10" OriginY="90" FontRenderingEmSize="9" UnicodeString="{T}"/>'),
    "doc": cfb(doc(T)), "xls": cfb(xls(T)), "ppt": cfb(ppt(T)), "msg": cfb(msg(T)), "rtf": rtf(T).encode(),
    "eml": eml(T).encode(), "emf": emf(T), "wmf": wmf(T), "dat": tnef(T), "zip": zipped([("a.txt", T)]), "tar": tar(T),
    "gz": gzip.compress(T.encode()), "bz2": bz2.compress(T.encode()), "xz": lzma.compress(T.encode()), "cab": cab(T), "iso": iso(T),
    "png": png(T), "pdf": pdf(T),
}
TEXTLIKE = {"eml"}


def crafted():
    # Truncated at three places and flipped. A mail cut within its text is a shorter mail.
    # At the end of some stand entries and zeros that nothing needs.
    for kind, seed in SEEDS.items():
        put(f"ok-whole.{kind}", seed)
        low, high = {"iso": (33000, 38000), "tar": (600, 1600)}.get(kind, (0, len(seed)))
        for part in (25, 50, 80):
            cut = low + (high - low) * part // 100
            put(f"cut-{part}.{kind}", seed[:cut])
        flipped = bytearray(seed)
        for _ in range(max(3, len(seed) // 200)):
            flipped[random.randrange(len(seed))] ^= 1 << random.randrange(8)
        put(f"ok-flipped.{kind}", bytes(flipped))
        # Random bytes behind the right first ones.
        head = {"iso": 32776, "tar": 512}.get(kind, 64 if kind in ("emf", "doc", "xls", "ppt", "msg") else 12)
        put(f"random.{kind}", seed[:head] + random.randbytes(20000))
    names = list(SEEDS)
    for index, kind in enumerate(names):
        put(f"ok-named-{kind}.{names[(index + 7) % len(names)]}", SEEDS[kind])
    put("zero.docx", b"\0" * 10000)
    put("zero.pdf", b"\0" * 10000)
    put("noise.bin", random.randbytes(1 << 20))

    # Nested.
    deep = 300000
    put("nested-xml-300000.xml", "<a>" * deep + MARK + "</a>" * deep)
    put("nested-html-300000.html", "<div>" * deep + MARK + "</div>" * deep)
    put("nested-rtf-300000.rtf", "{\\rtf1 " + "{" * deep + "x" + "}" * deep + "}")
    put("nested-tables.docx", docx("<w:tbl><w:tr><w:tc>" * 50000 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 50000))
    put("nested-textboxes.docx", docx("<w:p><w:r><w:pict><w:txbxContent>" * 20000 + "</w:txbxContent></w:pict></w:r></w:p>" * 20000))
    put("nested-groups.pptx", pptx("<p:grpSp>" * 100000 + "</p:grpSp>" * 100000))
    put("nested-sections.odt", odt("<text:section>" * 200000 + "</text:section>" * 200000))
    put("nested-blocks.ofd", ofd("<ofd:PageBlock>" * 200000 + "</ofd:PageBlock>" * 200000))
    put("nested-mail.eml", "".join(f"Content-Type: multipart/mixed; boundary=b{i}\r\nSubject: x\r\nMIME-Version: 1.0\r\n\r\n--b{i}\r\n" for i in range(2000)))
    put("nested-records.ppt", cfb([("PowerPoint Document", b"".join(struct.pack("<HHI", 15, 0x3EE, 8 * (60000 - i)) for i in range(60000))), ("Current User", b"\0" * 20)]))
    inner = SEEDS["zip"]
    for _ in range(50):
        inner = zipped([("inner.zip", inner)], 0)
    put("nested-50.zip", inner)
    inner = T.encode()
    for _ in range(50):
        inner = gzip.compress(inner)
    put("nested-50.gz", inner)
    inner = SEEDS["docx"]
    for _ in range(10):
        inner = docx("<w:p/>", [("word/embeddings/o.docx", inner)])
    put("nested-10.docx", inner)

    # Bombs.
    zeros = b"\0" * (1 << 20)
    pack = zlib.compressobj(9, zlib.DEFLATED, -15)
    big = b"".join(pack.compress(b"a" * (1 << 20)) for _ in range(1024)) + pack.flush()
    local = lambda name, data, size, method=8: struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, method, 0, 0, 0, len(data), size, len(name), 0) + name + data
    central = lambda name, data, size, at, method=8: struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, method, 0, 0, 0, len(data), size, len(name), 0, 0, 0, 0, 0, at) + name
    end = lambda count, size, at: struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, min(count, 65535), min(count, 65535), size, at, 0)

    def by_hand(entries):
        """Entries: name, stored bytes, stated size, offset of the local header or None."""
        out, listed = b"", b""
        for name, data, size, at in entries:
            if at is None:
                at = len(out)
                out += local(name, data, size)
            listed += central(name, data, size, at)
        return out + listed + end(len(entries), len(listed), len(out))

    put("bomb-1gb.zip", by_hand([(b"a.txt", big, 1 << 30, None)]))
    put("bomb-overlap-640gb.zip", by_hand([(b"a.txt", big, 1 << 30, None)] + [(b"%d" % i, big, 1 << 30, 0) for i in range(640)]))
    put("bomb-lying-small.zip", by_hand([(b"a.txt", big, 10, None)]))
    put("bomb-lying-large.zip", by_hand([(b"a.txt", zlib.compress(b"abc")[2:-4], 0xFFFFFFF0, None)]))
    put("bomb.docx", zipped([("[Content_Types].xml", types(OOX + "wordprocessingml.document.main+xml")), ("word/document.xml", b"<w:document>" + b" " * (1 << 29))]))
    layer = zipped([("a.txt", zeros * 64)])
    put("bomb-fan-out.zip", zipped([(f"{i}.zip", layer) for i in range(640)], 0))
    put("bomb.gz", gzip.compress(zeros * 1024))
    put("bomb.bz2", bz2.compress(zeros * 1024))
    put("bomb.xz", lzma.compress(zeros * 1024))
    put("bomb.png", b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0) + b"\0" * 4 + (lambda d: struct.pack(">I", len(d)) + b"zTXt" + d + b"\0" * 4)(b"k\0\0" + zlib.compress(zeros * 256)))
    put("bomb-entities.xml", "<!DOCTYPE a [<!ENTITY a0 'lol'>" + "".join(f"<!ENTITY a{i} '" + f"&a{i-1};" * 10 + "'>" for i in range(1, 20)) + "]><a>&a19;</a>")
    put("bomb-entities.docx", zipped([("[Content_Types].xml", types(OOX + "wordprocessingml.document.main+xml")), ("word/document.xml", "<!DOCTYPE a [<!ENTITY a0 'lol'>" + "".join(f"<!ENTITY a{i} '" + f"&a{i-1};" * 10 + "'>" for i in range(1, 20)) + f"]><w:document xmlns:w='{W}'><w:body><w:p><w:r><w:t>&a19;</w:t></w:r></w:p></w:body></w:document>")]))
    put("external-entity.xml", "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>")
    put("external-entity.odt", odt("<text:p>&x;</text:p>").replace(b"", b"", 0))
    put("ok-repeat.ods", odt('<table:table><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"><text:p>甲</text:p></table:table-cell></table:table-row></table:table>', "spreadsheet"))
    put("ok-repeat-spaces.odt", odt('<text:p><text:s text:c="2000000000"/>甲</text:p>'))
    put("shared-1000000.xlsx", xlsx("".join('<row><c t="s"><v>0</v></c></row>' for _ in range(300000)), [("xl/sharedStrings.xml", f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{"长" * 100000}</t></si></sst>')]))
    put("cells.xlsx", xlsx("<row>" + "<c><v>1</v></c>" * 2000000 + "</row>"))
    put("runs.docx", docx("<w:p>" + "<w:r><w:t>甲</w:t></w:r>" * 1000000 + "</w:p>"))
    put("paragraphs.docx", docx("<w:p><w:r><w:t>甲</w:t></w:r></w:p>" * 500000))
    put("one-run-500mb.docx", zipped([("[Content_Types].xml", types(OOX + "wordprocessingml.document.main+xml")), ("word/document.xml", (f"<w:document xmlns:w='{W}'><w:body><w:p><w:r><w:t>" + "机关工作" * 41666666).encode())]))
    put("ok-delta.ofd", ofd('<ofd:TextObject Boundary="0 0 9 9" Size="5"><ofd:TextCode X="0" Y="5" DeltaX="g 2000000000 5">甲</ofd:TextCode></ofd:TextObject>' * 1000))
    put("ok-transform.ofd", ofd('<ofd:TextObject Boundary="0 0 9 9" Size="5"><ofd:CGTransform CodePosition="0" CodeCount="2000000000" GlyphCount="2000000000"><ofd:Glyphs>1</ofd:Glyphs></ofd:CGTransform><ofd:TextCode X="0" Y="5">甲</ofd:TextCode></ofd:TextObject>'))
    put("ok-many-pages.ofd", ofd(glyphs("甲" * 200), pages="".join(f'<ofd:Page ID="{i}" BaseLoc="P.xml"/>' for i in range(60000))))
    put("text-500mb.txt", ("机关工作通知" * 100 + "\n").encode() * 277000)
    put("css.html", "<style>" + "".join(f".a{i}{{display:none}}" for i in range(300000)) + "</style>" + "<p class='" + " ".join(f"a{i}" for i in range(100000)) + f"'>{MARK}")
    put("styles-open.html", "<style" * 300000 + MARK)
    put("comments.html", "<!--" * 300000 + MARK)
    put("attributes.html", "<p " + " ".join(f"a{i}=1" for i in range(300000)) + f">{MARK}")
    put("ok-joins.html", "<script>" + '"机"+' * 500000 + "</script>")
    put("ok-symbols.rtf", "{\\rtf1\\ansi" + "\\'bb\\'fa" * 1000000 + "}")
    put("hex.rtf", "{\\rtf1{\\pict\\wmetafile8 " + "0100090000030000" * 1000000 + "}}")
    put("ok-unicode.rtf", "{\\rtf1\\uc16 " + "\\u26426 " * 500000 + "}")
    put("colours.rtf", "{\\rtf1{\\colortbl" + ";" * 3000000 + "}{\\fonttbl" + "".join(f"{{\\f{i} a;}}" for i in range(300000)) + "}x}")
    put("records.emf", emf(T)[:88] + struct.pack("<II", 2, 8) * 3000000)
    put("texts.emf", emf(T)[:88] + emf("机关")[88:-20] * 300000 + emf(T)[-20:])
    put("lying-count.emf", emf(T)[:88] + struct.pack("<II", 97, 48) + struct.pack("<10I", 0, 0, 0, 0, 1, 0, 0, 0xFFFFFFFF, 0, 0))
    put("zero-size.wmf", wmf(T)[:18] + struct.pack("<IH", 0, 0x521) * 1000)

    # Archives.
    put("ok-climb.zip", zipped([("../../etc/passwd", T), ("/absolute.txt", T), ("C:\\x.txt", T), ("a/../../b", T), (" ", T)]))
    put("block-duplicate.zip", by_hand([(b"a.txt", zlib.compress(T.encode())[2:-4], len(T.encode()), None), (b"a.txt", zlib.compress(MARK.encode())[2:-4], len(MARK.encode()), None)]))
    put("overlapping.zip", by_hand([(b"a.txt", zlib.compress(T.encode())[2:-4], len(T.encode()), None), (b"b.txt", zlib.compress(T.encode())[2:-4], len(T.encode()), 0)]))
    whole = zipped([("a.txt", MARK)])
    put("block-no-directory.zip", whole[:whole.find(b"PK\1\2")])
    put("directory-only.zip", whole[whole.find(b"PK\1\2"):])
    put("entries-100000.zip", zipped([(f"{i}.txt", "x") for i in range(100000)], 0))
    put("entries-100000.tar", b"".join(SEEDS["tar"][:1024] for _ in range(100000)))
    crypt = bytearray(whole)
    crypt[6] |= 1
    crypt[whole.find(b"PK\1\2") + 8] |= 1
    put("encrypted.zip", bytes(crypt))
    put("method-99.zip", whole.replace(b"\x08\0", b"\x63\0"))
    put("spanned.zip", b"PK\x07\x08" + whole)
    put("ok-loop.iso", iso(T, True))
    lying = bytearray(SEEDS["iso"])
    at = 18 * 2048
    struct.pack_into("<I", lying, at + 34 + 34 + 10, 0xFFFFFFFF)
    put("lying.iso", bytes(lying))
    folders = bytearray(cab(T))
    struct.pack_into("<H", folders, 26, 65535)
    put("folders.cab", bytes(folders))
    put("part.rar", b"Rar!\x1a\x07\x01\x00" + random.randbytes(2000))
    put("old.rar", b"Rar!\x1a\x07\x00" + random.randbytes(2000))
    put("header.7z", b"7z\xbc\xaf\x27\x1c\0\4" + b"\0" * 4 + struct.pack("<QQI", 0, 0xFFFFFFFFFFFF, 0) + b"\0" * 100)
    put("quine.gz", bytes.fromhex("1f8b0800000000000003") + b"\0" * 64)

    # Compound files.
    for kind, streams in (("doc", doc(T)), ("xls", xls(T)), ("ppt", ppt(T)), ("msg", msg(T))):
        put(f"cyclic.{kind}", cfb(streams, cycle=True, size=1 << 30))
        put(f"lying-size.{kind}", cfb(streams, size=0xFFFFFFFF))
        selfish = bytearray(cfb(streams))
        struct.pack_into("<I", selfish, 68, 0)
        struct.pack_into("<I", selfish, 72, 0xFFFFFFFF)
        put(f"list-cycle.{kind}", bytes(selfish)[:512] + b"\0" * 4096)
    put("encrypted.doc", cfb(doc(T, 0x100)))
    put("obscured.doc", cfb(doc(T, 0x8100)))
    put("encrypted.xls", cfb(xls(T, True)))
    put("encrypted.ppt", cfb(ppt(T, True)))
    put("encrypted.docx", cfb([("EncryptionInfo", b"\4\0\4\0" + b"\0" * 100), ("EncryptedPackage", random.randbytes(5000))]))
    put("streams-20000.doc", cfb(doc(T) + [(f"s{i}", b"") for i in range(30000)]))
    put("unknown.ole", cfb([("Nobody knows", random.randbytes(5000))]))
    put("encrypted.pdf", SEEDS["pdf"].replace(b"/Root 1 0 R", b"/Encrypt<</Filter/Standard/V 2/R 3/O(x)/U(x)/P 0/Length 128>>/Root 1 0 R"))
    put("encrypted.odt", zipped([("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", random.randbytes(3000)), ("META-INF/manifest.xml", "<manifest:manifest xmlns:manifest='m'><manifest:file-entry manifest:full-path='content.xml'><manifest:encryption-data/></manifest:file-entry></manifest:manifest>")]))
    put("encrypted.ofd", zipped([("OFD.xml", random.randbytes(3000)), ("Encryptions.xml", "<x/>")]))
    put("encrypted.eml", "From: a@b.cn\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\nMIIB\r\n")


def run(binary):
    rows, bad = [], 0
    print("file\ttype\tverdict\tunread\tCPU s\tMB\t", flush=True)
    for name in sorted(os.listdir(OUT)):
        if name.endswith(".tsv"):
            continue
        code = f"import resource,subprocess,sys;p=subprocess.run(sys.argv[1:],stdout=subprocess.PIPE,stderr=subprocess.DEVNULL,timeout=120);r=resource.getrusage(resource.RUSAGE_CHILDREN);sys.stdout.buffer.write(p.stdout);print('#',r.ru_utime+r.ru_stime,r.ru_maxrss,p.returncode)"
        out = subprocess.run([sys.executable, "-c", code, binary, "scan", "--format", "jsonl", "--fail-on", "never", "--jobs", "1", os.path.join(OUT, name)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode(errors="replace")
        lines = out.splitlines()
        seconds, memory, status = (lines[-1].split()[1:] + ["0", "0", "?"])[:3] if lines and lines[-1].startswith("#") else ("120", "0", "timeout")
        record = {}
        for line in lines:
            if line.startswith("{") and '"name"' in line:
                record = json.loads(line)
                break
        verdict = record.get("verdict", f"exit {status}")
        why = ",".join(sorted({unread["rule"].removeprefix("unread.") for unread in record.get("unread", [])}))
        flags = []
        if float(seconds) > 10:
            flags.append("SLOW")
        if int(memory) > 512 * 1024:
            flags.append("FAT")
        if verdict == "pass" and not name.startswith("ok-") or verdict not in ("pass", "review", "block"):
            flags.append("VERDICT")
        if name.startswith("block-") and verdict != "block":
            flags.append("MISSED")
        bad += bool(flags)
        rows.append(name)
        print(f"{name}\t{record.get('type', '?')}\t{verdict}\t{why}\t{float(seconds):.2f}\t{int(memory) // 1024}\t{' '.join(flags)}", flush=True)
    print(f"{len(rows)} files, {bad} with trouble")
    return bad


if not os.listdir(OUT):
    crafted()
if len(sys.argv) > 2:
    sys.exit(1 if run(sys.argv[2]) else 0)
print(len(os.listdir(OUT)), "files")
