"""Small sound files of every format, and the functions that make them, for hostile.py."""
import bz2, gzip, io, lzma, random, struct, tarfile, zipfile, zlib

random.seed(7)
MARK = "机密★10年"


def zipped(parts, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as z:
        for name, data in parts:
            z.writestr(zipfile.ZipInfo(name) if method == 0 else name, data)
    return buffer.getvalue()


def repeated(data, times, before=b"", behind=b""):
    """Raw deflate data of `before`, `data` so many times, and `behind`: packed only once."""
    def piece(content, flush):
        pack = zlib.compressobj(9, zlib.DEFLATED, -15)
        return pack.compress(content) + pack.flush(flush)

    return piece(before, zlib.Z_FULL_FLUSH) + piece(data, zlib.Z_FULL_FLUSH) * times + piece(behind, zlib.Z_FINISH)


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
