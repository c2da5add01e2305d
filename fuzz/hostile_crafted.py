"""Hostile files of all formats but PDF for hostile.py: sound ones that were cut, flipped and misnamed,
nested ones, bombs, archives and compound files that lie.
"""
import bz2, gzip, lzma, os, random, struct, zipfile, zlib

from hostile_seeds import *

MAGICS = {
    "7z": b"7z\xbc\xaf\x27\x1c\0\4", "rar": b"Rar!\x1a\x07\x01\0", "zst": b"\x28\xb5\x2f\xfd", "jpg": b"\xff\xd8\xff\xe1",
    "gif": b"GIF89a", "tif": b"II*\0\x08\0\0\0", "webp": b"RIFF\x20\x4e\0\0WEBPVP8X", "psd": b"8BPS\0\1", "bmp": b"BM\x36\x4e\0\0\0\0\0\0",
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0heicmif1", "ico": b"\0\0\1\0\1\0", "xml": b"<?xml version='1.0'?><a>", "svg": b"<svg xmlns='http://www.w3.org/2000/svg'>",
    "html": b"<!DOCTYPE html><html><body>", "mht": b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n",
}


def crafted(put):
    """Hands name and bytes of every file to `put`."""
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
    # The same of what no seed is there for; some first bytes are a text when nothing follows.
    for kind, magic in MAGICS.items():
        put(f"random.{kind}", magic + random.randbytes(20000))
        put(f"{'ok-' if kind in ('gif', 'webp', 'html') else ''}magic-only.{kind}", magic)
    # Of nothing, all is read.
    for kind in ("docx", "xls", "ofd", "rtf", "eml", "zip", "png", "txt"):
        put(f"ok-empty.{kind}", b"")
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
    put("ok-text-500mb.txt", ("机关工作通知" * 100 + "\n").encode() * 277000)
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
