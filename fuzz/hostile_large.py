#!/usr/bin/env python3
"""Large hostile files of every format that carries text, one after the other: as many of the smallest pieces
as go into 250 MB, and one piece of 250 MB. Each is written, screened by MIJIAN and removed.

    hostile_large.py FOLDER MIJIAN [PATTERN]     only files whose whole name the expression matches

The exit code is 1 when one took more than 512 MB (a file of 500 MB: 32 MB beside itself) or longer than 10 s (a file
of 500 MB: twice that).
"""
import array, base64, os, random, re, sys

from hostile import measure
from hostile_lying import package
from hostile_seeds import *

SIZE = 250 << 20
# What a file of 500 MB, which is in memory as a whole, may take beside itself.
FILE_MB = 32
# What is repeated: longer than deflate looks back.
BLOCK = 4 << 20
HAN = [chr(random.randrange(0x4E00, 0x9FA0)) for _ in range(20000)]


def block(template, size=BLOCK):
    """At least `size` bytes of a template, another character for each X in it."""
    count = size // len(template.encode()) + 1
    parts = template.split("X")
    text = "".join(random.choice(HAN).join(parts) if len(parts) == 2 else
                   "".join(part + random.choice(HAN) for part in parts[:-1]) + parts[-1] for _ in range(count))
    return text.encode()


def run(size=BLOCK):
    return "".join(random.choices(HAN, k=size // 3)).encode()


def unlike(template, size=SIZE):
    """`size` bytes of a template, another number for each X in it."""
    return "".join(template.replace("X", f"名{i}") for i in range(size // (len(template) + 8))).encode()


def write(path, pieces):
    with open(path, "wb") as f:
        for piece in pieces:
            f.write(piece)


def flat(before, body, behind=b"", size=SIZE):
    yield before if isinstance(before, bytes) else before.encode()
    for _ in range(size // len(body)):
        yield body
    yield behind if isinstance(behind, bytes) else behind.encode()


def packed(kind, find, body, before="", behind="", size=SIZE):
    """The seed of a package with `body` in place of `find`, so often that its part is `size` bytes long."""
    with zipfile.ZipFile(io.BytesIO(SEEDS[kind])) as z:
        parts = [(name, z.read(name)) for name in z.namelist()]
    out = []
    for name, data in parts:
        head, found, tail = data.partition(find.encode())
        if found:
            times = max(1, size // len(body))
            data_packed = repeated(body, times, head + before.encode(), behind.encode() + tail)
            out.append((name, data_packed, len(head + before.encode()) + times * len(body) + len(behind.encode() + tail)))
        else:
            out.append((name, repeated(data, 1), len(data)))
    assert any(size > 1 << 20 for *_, size in out), (kind, find)
    return [package(out)]


def parts(kind, name, content, count, more=()):
    """The seed of a package with `count` parts of this content; `{}` in its name is their number."""
    with zipfile.ZipFile(io.BytesIO(SEEDS[kind])) as z:
        listed = [(n, repeated(z.read(n), 1), len(z.read(n))) for n in z.namelist()]
    data = repeated(content, 1)
    return [package(listed + [(name.format(i), data, len(content)) for i in range(count)])]


def compound(streams):
    """Like `cfb`, for long streams."""
    table, offsets, bodies = 0, [], []
    for name, data in streams:
        offsets.append(table if data else END)
        table += -(-len(data) // 512)
    entry = lambda name, kind, right, child, start, length: (lambda wide: (wide + b"\0" * 64)[:64] + struct.pack("<HBBIII", len(wide) + 2, kind, 1, FREE, right, child) + b"\0" * 36 + struct.pack("<IQ", start, length))(name.encode("utf-16-le"))
    entries = [entry("Root Entry", 5, FREE, 1, END, 0)]
    for i, ((name, data), start) in enumerate(zip(streams, offsets)):
        entries.append(entry(name, 2, i + 2 if i + 1 < len(streams) else FREE, FREE, start, len(data)))
    directory = b"".join(entries)
    directory += b"\0" * (-len(directory) % 512)
    place, used = table, table + len(directory) // 512
    own = 1
    while (used + own + own // 128 + 127) // 128 > own:
        own += 1
    spare = max(0, own - 109)
    lists = -(-spare // 127)
    fat = array.array("I")
    for (name, data), start in zip(streams, offsets):
        count = -(-len(data) // 512)
        if count:
            fat.extend(range(start + 1, start + count))
            fat.append(END)
    fat.extend(range(place + 1, used))
    fat.append(END)
    first = len(fat)
    fat.extend([FAT] * own)
    fat.extend([0xFFFFFFFC] * lists)
    while len(fat) > own * 128:
        own += 1
        return compound(streams + [("pad", b"x" * 65536)])
    fat.extend([FREE] * (own * 128 - len(fat)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 10
    listed = first + own
    header += struct.pack("<IIIIIIII", own, place, 0, 0, END, 0, listed if lists else END, lists)
    header += b"".join(struct.pack("<I", first + i if i < own else FREE) for i in range(109))
    yield header
    for name, data in streams:
        yield data
        yield b"\0" * (-len(data) % 512)
    yield directory
    yield fat.tobytes()
    for i in range(lists):
        numbers = [first + 109 + i * 127 + j for j in range(127)]
        numbers = [n if n < first + own else FREE for n in numbers]
        yield struct.pack("<127I", *numbers) + struct.pack("<I", listed + i + 1 if i + 1 < lists else END)


def records(make, size=SIZE):
    """`size` bytes of what `make` makes of a character."""
    some = b"".join(make(random.choice(HAN)) for _ in range(20000))
    return some * (size // len(some))


def large():
    """Name, and what writes the file."""
    wide = lambda text: text.encode("utf-16-le")
    # Plain text and what is read like it.
    for kind, template in {"txt": "X\n", "csv": "X,", "tex": "\\textbf{X}&", "json": '{"X":"X"},', "yaml": "X: X\n",
                           "py": 'x = "X"  # X\n', "vcf": "BEGIN:VCARD\nFN:X\nEND:VCARD\n", "srt": "1\n00:00:01,000 --> 00:00:02,000\nX\n\n"}.items():
        yield f"pieces.{kind}", lambda template=template: flat("", block(template))
    yield "ok-run.txt", lambda: flat("", run())
    yield "ok-run-500.txt", lambda: flat("", run(), size=500 << 20)
    yield "run-gbk.txt", lambda: flat("", "".join(random.choices(HAN[:3000], k=1 << 20)).encode("gb18030"))
    yield "run-wide.txt", lambda: flat(b"\xff\xfe", wide(run().decode()))
    yield "noise-text.bin", lambda: flat(b"\0\1\2\3", run() + random.randbytes(1000) + block("X\0"))
    for size in (250, 500):
        for name, template in {"pieces": "<p>X", "cells": "<tr><td>X", "comments": "<!--X-->", "attributes": "<b title=X>", "options": "<option>X",
                               "hidden": "<p>X<i hidden>X</i>", "lines": "X<br>", "nested": "<div>X", "links": "<a href=X>X</a>", "data": "<img src=data:,X>"}.items():
            yield f"{name}-{size}.html", lambda template=template: flat("<!DOCTYPE html><html><body>", block(template), size=size << 20)
        yield f"run-{size}.html", lambda: flat("<!DOCTYPE html><html><body><p>", run(), size=size << 20)
        yield f"script-{size}.html", lambda: flat("<!DOCTYPE html><html><script>", block('a="X";'), "</script>", size=size << 20)
        for name, template in {"pieces": "# X\n\n", "cells": "|X|X|\n", "lists": "- X\n", "links": "[X](X)\n", "emphasis": "*X* ", "definitions": "[X]: X\n", "code": "`X` ", "html": "<b>X</b> "}.items():
            yield f"{name}-{size}.md", lambda template=template, name=name: flat("# a\n\n" + "|a|b|\n|-|-|\n" * (name == "cells"), block(template), size=size << 20)
        yield f"run-{size}.md", lambda: flat("# a\n\n", run(), size=size << 20)
        for name, template in {"pieces": "<b>X</b>", "attributes": '<b a="X"/>', "comments": "<!--X-->", "named": '<string name="X">X</string>'}.items():
            yield f"{name}-{size}.xml", lambda template=template: flat("<?xml version='1.0'?><a>", block(template), "</a>", size=size << 20)
        yield f"run-{size}.xml", lambda: flat("<?xml version='1.0'?><a>", run(), "</a>", size=size << 20)
        yield f"pieces-{size}.svg", lambda: flat("<svg xmlns='http://www.w3.org/2000/svg'>", block("<text>X</text>"), "</svg>", size=size << 20)
        yield f"pieces-{size}.fodt", lambda: flat('<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text>', block("<text:p>X</text:p>"), "</office:text></office:body></office:document>", size=size << 20)
        head = "From: a@b.cn\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        html = head + "Content-Type: text/html; charset=utf-8\r\n\r\n"
        yield f"pieces-{size}.eml", lambda: flat(html, block("<p>X"), size=size << 20)
        yield f"run-{size}.eml", lambda: flat(head + "Content-Type: text/plain; charset=utf-8\r\n\r\n", run(), size=size << 20)
        yield f"lines-{size}.eml", lambda: flat(head + "Content-Type: text/plain; charset=utf-8\r\n\r\n", block("X\r\n"), size=size << 20)
        yield f"quoted-{size}.eml", lambda: flat(head + "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", block("<p>X=E6=9C=BA"), size=size << 20)
        yield f"base64-{size}.eml", lambda: flat(head + "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n", base64.encodebytes(block("<p>X", BLOCK * 3)[: 57 * 200000]), size=size << 20)
        yield f"headers-{size}.eml", lambda: flat(head, block("X-A: =?utf-8?B?5py6?= X\r\n"), size=size << 20)
        yield f"attachments-{size}.eml", lambda: flat(head + "Content-Type: multipart/mixed; boundary=b\r\n\r\n", block("--b\r\nContent-Type: text/plain; name=X.txt\r\n\r\nX\r\n"), size=size << 20)
        yield f"mailbox-{size}.mbox", lambda: flat("", block("From a\r\nFrom: X@b.cn\r\nSubject: X\r\n\r\nX\r\n\r\n"), size=size << 20)
        yield f"pieces-{size}.mht", lambda: flat("From: a\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Location: a\r\n\r\n", block("<p>X"), "\r\n--b--\r\n", size=size << 20)
        for name, template in {"pieces": "\\par a", "unicode": "\\u26426 \\par ", "cells": "a\\cell ", "groups": "{\\*\\x a}", "fields": "{\\field{\\*\\fldinst a}}", "hex": "\\'bb\\'fa\\par ", "notes": "{\\footnote a}", "hidden": "a{\\v b}\\par "}.items():
            yield f"{name}-{size}.rtf", lambda template=template: flat("{\\rtf1\\ansi\\ansicpg936 ", (template * (BLOCK // len(template))).encode(), "}", size=size << 20)
        yield f"run-{size}.rtf", lambda: flat("{\\rtf1\\ansi\\ansicpg936 ", b"abcdefgh" * (1 << 19), "}", size=size << 20)
    # Packages.
    docx = {"paragraphs": "<w:p><w:r><w:t>X</w:t></w:r></w:p>", "cells": "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>X</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
            "runs": "<w:r><w:t>X</w:t></w:r>", "deleted": '<w:p><w:del w:id="1"><w:r><w:delText>X</w:delText></w:r></w:del></w:p>',
            "hidden": "<w:p><w:r><w:t>X</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>X</w:t></w:r></w:p>", "names": '<w:bookmarkStart w:name="XX"/>',
            "comments": "<!--X-->", "alt": '<wp:docPr descr="XX"/>', "textboxes": "<w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>X</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>",
            "one-table": "<w:tr><w:tc><w:p><w:r><w:t>X</w:t></w:r></w:p></w:tc></w:tr>"}
    for name, template in docx.items():
        yield f"{name}.docx", lambda name=name, template=template: packed("docx", "<w:p>", block(template), *(("<w:tbl>", "</w:tbl><w:p>") if name == "one-table" else ("", "<w:p>")))
    yield "unlike-names.docx", lambda: packed("docx", "<w:p>", unlike('<w:bookmarkStart w:name="X"/>'), "", "<w:p>")
    yield "unlike-links.odt", lambda: packed("odt", "<text:p>", unlike('<text:bookmark text:name="X"/>'), "", "<text:p>")
    yield "run.docx", lambda: packed("docx", T, run())
    for name, template in {"cells": '<row><c t="inlineStr"><is><t>X</t></is></c></row>', "one-row": '<c t="inlineStr"><is><t>X</t></is></c>', "values": "<row><c><v>1</v></c></row>", "formulas": "<row><c><f>X&amp;1</f><v>1</v></c></row>"}.items():
        yield f"{name}.xlsx", lambda template=template, name=name: packed("xlsx", "<row>", block(template), *(("<row>", "</row><row>") if name == "one-row" else ("", "<row>")))
    yield "run.xlsx", lambda: packed("xlsx", T, run())
    strings = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    def shared():
        with zipfile.ZipFile(io.BytesIO(SEEDS["xlsx"])) as z:
            listed = [(n, repeated(z.read(n), 1), len(z.read(n))) for n in z.namelist()]
        body = block("<si><t>XX</t></si>")
        times = SIZE // len(body)
        return [package(listed + [("xl/sharedStrings.xml", repeated(body, times, strings.encode(), b"</sst>"), len(body) * times)])]
    yield "shared.xlsx", shared
    def commented():
        with zipfile.ZipFile(io.BytesIO(SEEDS["xlsx"])) as z:
            listed = [(n, repeated(z.read(n), 1), len(z.read(n))) for n in z.namelist()]
        body = block('<comment ref="A1"><text><t>X</t></text></comment>')
        times = SIZE // len(body)
        return [package(listed + [("xl/comments1.xml", repeated(body, times, b'<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><commentList>', b"</commentList></comments>"), len(body) * times)])]
    yield "comments.xlsx", commented
    for name, template in {"paragraphs": "<a:p><a:r><a:t>X</a:t></a:r></a:p>", "runs": "<a:r><a:t>X</a:t></a:r>"}.items():
        yield f"{name}.pptx", lambda template=template, name=name: packed("pptx", "<a:p>", block(template), *(("<a:p>", "</a:p><a:p>") if name == "runs" else ("", "<a:p>")))
    yield "shapes.pptx", lambda: packed("pptx", "<p:sp>", block('<p:sp><p:nvSpPr><p:cNvPr name="XX" descr="XX"/></p:nvSpPr><p:txBody><a:p><a:r><a:t>X</a:t></a:r></a:p></p:txBody></p:sp>'), "", "<p:sp>")
    yield "run.pptx", lambda: packed("pptx", T, run())
    yield "slides.pptx", lambda: parts("pptx", "ppt/slides/slide{}.xml", b'<p:sld xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><p:cSld><p:spTree>' + block("<p:sp><p:txBody><a:p><a:r><a:t>X</a:t></a:r></a:p></p:txBody></p:sp>", 12000) + b"</p:spTree></p:cSld></p:sld>", 19000)
    yield "parts.docx", lambda: parts("docx", "word/header{}.xml", b'<w:hdr xmlns:w="' + W.encode() + b'">' + block("<w:p><w:r><w:t>X</w:t></w:r></w:p>", 12000) + b"</w:hdr>", 19000)
    yield "inner.docx", lambda: parts("docx", "word/embeddings/{}.txt", block("X\n", 12000), 19000)
    for name, template in {"paragraphs": "<text:p>X</text:p>", "spans": "<text:span>X</text:span>", "notes": "<text:p><text:note><text:note-body><text:p>X</text:p></text:note-body></text:note></text:p>", "names": '<text:bookmark text:name="XX"/>'}.items():
        yield f"{name}.odt", lambda template=template, name=name: packed("odt", "<text:p>", block(template), *(("<text:p>", "</text:p><text:p>") if name == "spans" else ("", "<text:p>")))
    yield "run.odt", lambda: packed("odt", T, run())
    yield "cells.ods", lambda: packed("ods", "<table:table-row>", block("<table:table-row><table:table-cell><text:p>X</text:p></table:table-cell></table:table-row>"), "", "<table:table-row>")
    yield "one-row.ods", lambda: packed("ods", "<table:table-cell>", block("<table:table-cell><text:p>X</text:p></table:table-cell>"), "", "<table:table-cell>")
    yield "run.ods", lambda: packed("ods", T, run())
    yield "pieces.ofd", lambda: packed("ofd", "<ofd:TextObject", block('<ofd:TextObject Boundary="20 20 100 7" Size="5"><ofd:TextCode X="0" Y="5">X</ofd:TextCode></ofd:TextObject>'), "", "<ofd:TextObject")
    yield "codes.ofd", lambda: packed("ofd", "<ofd:TextCode", block('<ofd:TextCode X="0" Y="5">X</ofd:TextCode>'), "", "<ofd:TextCode")
    yield "run.ofd", lambda: packed("ofd", T, run())
    yield "pages.ofd", lambda: parts("ofd", "Doc_0/P{}.xml", b'<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Content><ofd:Layer>' + block('<ofd:TextObject Boundary="20 20 100 7" Size="5"><ofd:TextCode X="0" Y="5">X</ofd:TextCode></ofd:TextObject>', 12000) + b"</ofd:Layer></ofd:Content></ofd:Page>", 19000)
    yield "pieces.epub", lambda: packed("epub", "<p>", block("<p>X</p>"), "", "<p>")
    yield "run.epub", lambda: packed("epub", T, run())
    yield "properties.epub", lambda: packed("epub", "<manifest>", block("<dc:title>X</dc:title>"), "", "<manifest>")
    yield "pages.epub", lambda: parts("epub", "p{}.xhtml", b"<html><body>" + block("<p>X</p>", 12000) + b"</body></html>", 19000)
    yield "inner.epub", lambda: parts("epub", "p{}.txt", block("X\n", 12000), 19000)
    yield "pieces.xps", lambda: packed("xps", "<Glyphs", block('<Glyphs OriginX="10" OriginY="90" FontRenderingEmSize="9" UnicodeString="X"/>'), "", "<Glyphs")
    yield "run.xps", lambda: packed("xps", T, run())
    # Archives.
    yield "run.zip", lambda: packed("zip", T, run())
    yield "entries.zip", lambda: parts("zip", "{}.txt", block("X\n", 12000), 19000)
    yield "entries.html.zip", lambda: parts("zip", "{}.html", b"<html><body>" + block("<p>X", 12000), 19000)
    yield "stored.zip", lambda: zipped_stored(block("X\n", BLOCK), 30)
    yield "html.zip", lambda: [package([("a.html", repeated(block("<p>X"), SIZE // BLOCK, b"<html><body>"), SIZE)])]
    yield "markdown.zip", lambda: [package([("a.md", repeated(block("# X\n\n"), SIZE // BLOCK, b"# a\n"), SIZE)])]
    yield "mail.zip", lambda: [package([("a.eml", repeated(block("<p>X"), SIZE // BLOCK, b"From: a@b.cn\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"), SIZE)])]
    yield "rtf.zip", lambda: [package([("a.rtf", repeated(b"\\par a" * 700000, SIZE // BLOCK, b"{\\rtf1 ", b"}"), SIZE)])]
    yield "html.gz", lambda: [b"\x1f\x8b\x08" + b"\0" * 7 + repeated(block("<p>X"), SIZE // BLOCK, b"<html><body>")]
    yield "stored.tar", lambda: tarred(block("X\n", BLOCK), 30)
    yield "stored.iso", lambda: [iso_long(run() * 60)]
    yield "stored.cab", lambda: cab_long(run(32768)[:32766], 8000)
    # Compound files.
    text = lambda: wide("".join(c + "\r" for c in HAN)) * (SIZE // (len(HAN) * 4))
    def word():
        body = text()
        stream = bytearray(0x400) + body
        struct.pack_into("<HHH", stream, 0, 0xA5EC, 0xC1, 0)
        struct.pack_into("<H", stream, 10, 0x200)
        struct.pack_into("<II", stream, 0x18, 0x400, 0x400 + len(body))
        struct.pack_into("<I", stream, 0x4C, len(body) // 2)
        pieces = b"\2" + struct.pack("<I", 16) + struct.pack("<II", 0, len(body) // 2) + struct.pack("<HIH", 0, 0x400, 0)
        struct.pack_into("<II", stream, 0x9A + 8 * 33, 0, len(pieces))
        return compound([("WordDocument", bytes(stream)), ("1Table", pieces)])
    yield "paragraphs.doc", word
    def book(cells):
        bof = lambda kind: biff(0x809, struct.pack("<8H", 0x600, kind, 0, 0, 0, 0, 0, 0))
        globals_ = lambda at: bof(5) + biff(0x85, struct.pack("<IH", at, 0) + b"\1\0a") + biff(10, b"")
        return compound([("Workbook", globals_(len(globals_(0))) + bof(0x10) + cells + biff(10, b""))])
    yield "labels.xls", lambda: book(records(lambda c: biff(0x204, struct.pack("<HHH", random.randrange(65536), random.randrange(256), 0) + struct.pack("<HB", 1, 1) + wide(c))))
    yield "numbers.xls", lambda: book(records(lambda c: biff(0x203, struct.pack("<HHHd", random.randrange(65536), random.randrange(256), 0, ord(c)))))
    def strings_xls():
        bof = biff(0x809, struct.pack("<8H", 0x600, 5, 0, 0, 0, 0, 0, 0))
        some = b"".join(struct.pack("<HB", 2, 1) + wide(random.choice(HAN) + random.choice(HAN)) for _ in range(1170))
        goes_on = biff(0x3C, some) * (SIZE // len(some))
        return compound([("Workbook", bof + biff(0xFC, struct.pack("<II", 1 << 26, 1 << 26)) + goes_on + biff(10, b""))])
    yield "strings.xls", strings_xls
    def show(atoms):
        stream = rec(15, 0x3EE, atoms)
        return compound([("PowerPoint Document", stream), ("Current User", struct.pack("<5I", 0, 0, 0, 0xE391C05F, 0))])
    yield "atoms.ppt", lambda: show(records(lambda c: rec(0, 0xFA0, wide(c))))
    yield "strings.ppt", lambda: show(records(lambda c: rec(0, 0xFBA, wide(c + c))))
    yield "run.ppt", lambda: show(rec(0, 0xFA0, text()))
    page = lambda: block("<p>X")
    yield "html.msg", lambda: compound([("__properties_version1.0", b"\0" * 32), ("__substg1.0_10130102", page() * (SIZE // BLOCK))])
    yield "body.msg", lambda: compound([("__properties_version1.0", b"\0" * 32), ("__substg1.0_1000001F", text())])
    yield "html-wide.msg", lambda: compound([("__properties_version1.0", b"\0" * 32), ("__substg1.0_1013001F", wide(page().decode()) * (SIZE // BLOCK // 2))])
    yield "stray.ole", lambda: compound([(f"stream {i}", run()) for i in range(60)])
    # The rest.
    yield "attributes.dat", lambda: flat(SEEDS["dat"][:6], records(lambda c: b"\1" + struct.pack("<II", 0x0002800C, 3) + c.encode("gb18030")[:2] + b"\0" + struct.pack("<H", 0x126), BLOCK))
    yield "texts.emf", lambda: flat(emf(T)[:88], block_bytes(lambda c: emf(c)[88:-20]), emf(T)[-20:])
    yield "texts.wmf", lambda: flat(wmf(T)[:18], block_bytes(lambda c: wmf(c)[18:-6]), wmf(T)[-6:])
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    yield "chunks.png", lambda: flat(SEEDS["png"][:33], block_bytes(lambda c: chunk(b"iTXt", b"Title\0\0\0\0\0" + c.encode())), SEEDS["png"][33:])
    yield "segments.jpg", lambda: flat(b"\xff\xd8", block_bytes(lambda c: b"\xff\xfe\0\x05" + c.encode()), b"\xff\xd9")
    yield "xmp.jpg", lambda: flat(b"\xff\xd8", block_bytes(lambda c: (lambda d: b"\xff\xe1" + struct.pack(">H", len(d) + 2) + d)(b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><dc:title>" + c.encode() + b"</dc:title></x:xmpmeta>")), b"\xff\xd9")


def block_bytes(make):
    return b"".join(make(random.choice(HAN)) for _ in range(20000))


def zipped_stored(data, count):
    crc = zlib.crc32(data)
    listed, at = b"", 0
    for i in range(count):
        name = b"%d.txt" % i
        head = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 0, 0, 0, crc, len(data), len(data), len(name), 0) + name
        listed += struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 0, 0, 0, crc, len(data), len(data), len(name), 0, 0, 0, 0, 0, at) + name
        at += len(head) + len(data)
        yield head
        yield data
    yield listed + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(listed), at, 0)


def tarred(data, count):
    for i in range(count):
        info = tarfile.TarInfo(f"{i}.txt")
        info.size = len(data)
        yield info.tobuf()
        yield data
        yield b"\0" * (-len(data) % 512)
    yield b"\0" * 1024


def iso_long(data):
    whole = bytearray(iso(T))
    short = struct.pack("<II", len(T.encode()), 0)
    at = bytes(whole).rfind(short, 0, 19 * 2048)
    whole[at:at + 4] = struct.pack("<I", len(data))
    return bytes(whole[: 19 * 2048]) + data + b"\0" * (-len(data) % 2048)


def cab_long(data, count):
    name = b"a.txt\0"
    files = struct.pack("<IIHHHH", len(data) * count, 0, 0, 0, 0, 0x20) + name
    at = 36 + 8 + len(files)
    yield b"MSCF" + b"\0" * 12 + struct.pack("<IIBBHHHHH", 44, 0, 3, 1, 1, 1, 0, 0, 0)
    yield struct.pack("<IHH", at, count, 0) + files
    one = struct.pack("<IHH", 0, len(data), len(data)) + data
    for _ in range(count):
        yield one


if __name__ == "__main__":
    folder, binary, wanted = sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else ".*"
    os.makedirs(folder, exist_ok=True)
    bad = count = 0
    print("file\ttype\tverdict\tunread\tCPU s\tMB\tfile MB\t", flush=True)
    for name, make in large():
        if not re.fullmatch(wanted, name):
            continue
        path = os.path.join(folder, name)
        write(path, make())
        megabytes = os.path.getsize(path) >> 20
        row = measure(binary, path)
        flags = " ".join(["SLOW"] * (row.seconds > 10 * max(1, megabytes / 262)) + ["FAT"] * (row.megabytes > max(512, megabytes + FILE_MB)) + ["VERDICT"] * (row.verdict not in ("pass", "review", "block")))
        os.remove(path)
        bad += bool(flags)
        count += 1
        print(f"{name}\t{row.kind}\t{row.verdict}\t{row.why}\t{row.seconds:.2f}\t{row.megabytes}\t{megabytes}\t{flags}", flush=True)
    print(f"{count} files, {bad} with trouble")
    sys.exit(1 if bad else 0)
