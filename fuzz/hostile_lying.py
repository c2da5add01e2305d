"""More hostile files for hostile.py: each format with lies about its sizes, cycles, bombs in every part,
and encrypted.
"""
import gzip, io, re, struct, tarfile, zipfile, zlib

from hostile_seeds import *

PACKAGES = ["docx", "xlsx", "pptx", "odt", "ods", "ofd", "epub", "xps"]


def package(entries):
    """A ZIP of name, raw deflate data and stated size."""
    out, listed = bytearray(), bytearray()
    for name, data, size in entries:
        name = name.encode()
        at = len(out)
        out += struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 0, 0, len(data), size, len(name), 0) + name + data
        listed += struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 8, 0, 0, 0, len(data), size, len(name), 0, 0, 0, 0, 0, at) + name
    return bytes(out + listed + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, len(entries), len(entries), len(listed), len(out), 0))


def packages(put):
    for kind in PACKAGES:
        with zipfile.ZipFile(io.BytesIO(SEEDS[kind])) as z:
            parts = [(name, z.read(name)) for name in z.namelist()]
        # The largest part is the one with the text; a bomb goes on where it breaks off.
        main = max(parts, key=lambda part: len(part[1]))[0]
        for filler, name in ((b" " * (1 << 20), "spaces"), (b"<a>" * (1 << 18), "elements"), ("机关".encode() * (1 << 17), "text")):
            bomb = []
            for part, data in parts:
                cut = data.find("</".encode(), len(data) // 2) if part == main else len(data)
                packed = repeated(filler, 600 if part == main else 0, data[:cut], data[cut:])
                bomb.append((part, packed, 0xFFFFFFF0 if part == main else len(data)))
            put(f"bomb-{name}.{kind}", package(bomb))
        put(f"lying-names.{kind}", package([(part * 2000 if part == main else part, repeated(data, 1), len(data)) for part, data in parts]))
        # Every attribute twice as long as the part, one part a hundred times, and two packages in one.
        put(f"entities.{kind}", zipped([(part, b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + data.replace("通知".encode(), b"&x;", 1) if part == main else data) for part, data in parts]))
        # To the reader of HTML and where the text is in attributes, elements within others are no loss.
        put(f"{'ok-' * (kind in ('epub', 'xps'))}deep.{kind}", zipped([(part, data.replace("这".encode(), b"<x>" * 100000 + "这".encode() + b"</x>" * 100000, 1) if part == main else data) for part, data in parts]))
        put(f"block-twice.{kind}", zipped(parts + [("extra/" + main.rsplit("/", 1)[-1], next(d for p, d in parts if p == main).replace("这是一份普通的通知".encode(), f"{MARK} 这是一份普通的通知".encode(), 1))]))
        flagged = bytearray(zipped(parts))
        for found in re.finditer(b"PK\1\2|PK\3\4", bytes(flagged)):
            flagged[found.start() + (8 if found.group() == b"PK\1\2" else 6)] |= 1
        put(f"encrypted-entries.{kind}", bytes(flagged))
        if kind in ("docx", "xlsx", "pptx"):
            put(f"encrypted-office.{kind}", cfb([("EncryptionInfo", b"\2\0\2\0" + b"\x24\0\0\0" + b"\0" * 120), ("EncryptedPackage", struct.pack("<Q", 1 << 40) + b"x" * 5000)]))
    put("encrypted-ods.ods", zipped([("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", bytes(range(256)) * 9), ("META-INF/manifest.xml", "<manifest:manifest xmlns:manifest='m'><manifest:file-entry manifest:full-path='content.xml'><manifest:encryption-data/></manifest:file-entry></manifest:manifest>")]))
    put("encrypted.epub", zipped([("mimetype", "application/epub+zip"), ("META-INF/encryption.xml", "<encryption xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><EncryptedData xmlns='http://www.w3.org/2001/04/xmlenc#'><CipherData><CipherReference URI='a.xhtml'/></CipherData></EncryptedData></encryption>"), ("a.xhtml", bytes(range(256)) * 9)]))
    put("ok-cyclic-pages.ofd", ofd(glyphs(T), pages='<ofd:Page ID="1" BaseLoc="P.xml"/><ofd:Page ID="2" BaseLoc="Document.xml"/><ofd:Page ID="3" BaseLoc="../OFD.xml"/>'))
    put("ok-cyclic-template.ofd", ofd(glyphs(T) + '</ofd:Layer></ofd:Content><ofd:Template TemplateID="1" ZOrder="Background"/><ofd:Content><ofd:Layer>'))
    put("ok-cyclic-spine.epub", zipped([("mimetype", "application/epub+zip"), ("META-INF/container.xml", "<container/>"), ("a.opf", "<package><manifest><item id='a' href='a.opf'/><item id='b' href='a.xhtml'/></manifest><spine>" + "<itemref idref='a'/>" * 50000 + "</spine></package>"), ("a.xhtml", f"<html><body><iframe src='a.xhtml'/>{T}</body></html>")]))
    put("ok-cyclic-styles.odt", odt("<text:p text:style-name='a'>" + T + "</text:p>").replace(b"", b""))
    put("ok-cells-wide.xlsx", xlsx("".join(f'<row r="{i}"><c r="XFD{i}"><v>1</v></c></row>' for i in range(1, 400000))))
    put("ok-dimension.xlsx", xlsx('<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>甲</t></is></c></row>'))
    put("ok-ranges.xlsx", xlsx("<row><c t='inlineStr'><is><t>甲</t></is></c></row></sheetData><mergeCells>" + "<mergeCell ref='A1:XFD1048576'/>" * 10000 + "</mergeCells><sheetData>"))
    put("ok-columns.xlsx", xlsx("<row><c t='inlineStr'><is><t>甲</t></is></c></row></sheetData><cols>" + "<col min='1' max='4294967295' hidden='1'/>" * 10000 + "</cols><sheetData>"))


def poke(data, at, form, *values):
    out = bytearray(data)
    struct.pack_into(form, out, at, *values)
    return bytes(out)


def compound(put):
    """Streams of old Office files that lie about what is in them."""
    word, table = (data for _, data in doc(T))
    # The table of pieces says itself how long it is.
    put("ok-lying-piece-count.doc", cfb([("WordDocument", poke(word, 0x9A + 8 * 33 + 4, "<I", 0x7FFFFFFF)), ("1Table", table)]))
    for name, at, value in (("piece-offset", 0x9A + 8 * 33, 0x7FFFFFFF), ("text-length", 0x4C, 0x7FFFFFFF), ("header-length", 0x54, 0x7FFFFFFF)):
        put(f"lying-{name}.doc", cfb([("WordDocument", poke(word, at, "<I", value)), ("1Table", table)]))
    put("lying-piece-place.doc", cfb([("WordDocument", word), ("1Table", poke(table, 5 + 8 + 2, "<I", 0x7FFFFFF0))]))
    # Two thousand pieces over one text.
    wide, count = T.encode("utf-16-le"), 100000
    length = len(wide) // 2
    positions = b"".join(struct.pack("<I", i * length) for i in range(count + 1))
    pieces = positions + struct.pack("<HIH", 0, 0x400, 0) * count
    many = bytearray(poke(word, 0x4C, "<I", length * count))
    struct.pack_into("<II", many, 0x9A + 8 * 33, 0, len(pieces) + 5)
    put("amplified-pieces.doc", cfb([("WordDocument", bytes(many)), ("1Table", b"\2" + struct.pack("<I", len(pieces)) + pieces)]))
    book = xls(T)[0][1]
    put("lying-record.xls", cfb([("Workbook", book[:-4] + biff(0x204, b"")[:2] + b"\xff\xff")]))
    put("lying-sheet-place.xls", cfb([("Workbook", book.replace(book[24:28], b"\xf0\xff\xff\x7f", 1))]))
    strings = lambda count, length, body: biff(0x809, struct.pack("<8H", 0x600, 5, 0, 0, 0, 0, 0, 0)) + biff(0xFC, struct.pack("<II", count, count) + struct.pack("<HB", length, 1) + body) + biff(10, b"")
    # The string that no cell shows is told as hidden; nothing stands behind it.
    put("ok-lying-string-count.xls", cfb([("Workbook", strings(0x7FFFFFFF, 2, "甲乙".encode("utf-16-le")))]))
    put("block-unshown.xls", cfb([("Workbook", strings(1, len(MARK), MARK.encode("utf-16-le")))]))
    put("lying-string-length.xls", cfb([("Workbook", strings(1, 0xFFFF, "甲乙".encode("utf-16-le")))]))
    rich = biff(0x809, struct.pack("<8H", 0x600, 5, 0, 0, 0, 0, 0, 0)) + biff(0xFC, struct.pack("<II", 1, 1) + struct.pack("<HBHI", 2, 0x0D, 0xFFFF, 0x7FFFFFFF) + "甲乙".encode("utf-16-le")) + biff(10, b"")
    put("lying-string-runs.xls", cfb([("Workbook", rich)]))
    put("continued.xls", cfb([("Workbook", book[:20] + biff(0x3C, b"") * 500000 + book[20:])]))
    label = biff(0x204, struct.pack("<HHH", 65535, 255, 0) + struct.pack("<HB", 2, 1) + "甲乙".encode("utf-16-le"))
    marked = biff(0x204, struct.pack("<HHH", 65535, 255, 0) + struct.pack("<HB", len(MARK), 1) + MARK.encode("utf-16-le"))
    put("block-overwritten.xls", cfb([("Workbook", book[:-4] + marked + label + biff(10, b""))]))
    put("ok-labels-100000.xls", cfb([("Workbook", book[:-4] + label * 100000 + biff(10, b""))]))
    show = ppt(T)
    stream, user = show[0][1], show[1][1]
    put("lying-edit.ppt", cfb([("PowerPoint Document", stream), ("Current User", poke(user, 16, "<I", 0x7FFFFFFF))]))
    put("lying-atom.ppt", cfb([("PowerPoint Document", stream.replace(struct.pack("<I", len(T) * 2), b"\xff\xff\xff\x7f", 1)), show[1]]))
    edit = struct.unpack_from("<I", user, 16)[0]
    # Every record on the first level is read, whatever the saves lead to.
    put("ok-cyclic-edits.ppt", cfb([("PowerPoint Document", poke(stream, edit + 16, "<I", edit)), show[1]]))
    put("texts-1000000.ppt", cfb([("PowerPoint Document", rec(15, 0x3EE, rec(0, 0xFA0, "甲乙".encode("utf-16-le")) * 1000000)), show[1]]))
    # The stream with the body says itself how long it is.
    put("ok-lying-properties.msg", cfb([("__properties_version1.0", b"\0" * 32 + struct.pack("<IIII", 0x1000001F, 6, 0x7FFFFFFF, 0)), ("__substg1.0_1000001F", T.encode("utf-16-le"))]))
    put("lying-compressed.msg", cfb([("__properties_version1.0", b"\0" * 32), ("__substg1.0_10090102", struct.pack("<IIII", 0x7FFFFFFF, 0x7FFFFFFF, 0x75465A4C, 0) + b"\xff" * 4000)]))
    put("bomb-compressed.msg", cfb([("__properties_version1.0", b"\0" * 32), ("__substg1.0_10090102", struct.pack("<IIII", 0x7FFFFFFF, 0x7FFFFFFF, 0x75465A4C, 0) + (b"\xff" + b"\0\x0f" * 8) * 500000)]))
    picture = zlib.compress(b"\0" * (1 << 28), 9)
    blip = rec(0, 0xF01A, b"\0" * 16 + struct.pack("<I", 1 << 28) + b"\0" * 24 + struct.pack("<IBB", len(picture), 0, 0xFE) + picture)
    put("bomb-picture.ppt", cfb([*show, ("Pictures", blip)]))
    put("bomb-macro.doc", cfb([*doc(T), ("VBA/dir", b"\1" + (b"\x03\xb0" + b"\x02\x61\xff\x0f") * 300000)]))
    put("unnamed-macro.doc", cfb([*doc(T), ("VBA/dir", b"\1\x00\xb0\0"), ("VBA/a", b"\1\x03\xb0\x02\x61\x45\0")]))
    put("ok-names.doc", cfb(doc(T) + [(chr(0x4E00 + i) * 31, b"") for i in range(500)]))
    # A directory that is its own child, brother and root; entries that nothing leads to are read too.
    whole = bytearray(cfb(doc(T)))
    directory = 512 + 512 * struct.unpack_from("<I", whole, 48)[0]
    for entry in range(3):
        struct.pack_into("<III", whole, directory + entry * 128 + 68, 1, 1, 1)
    put("ok-cyclic-directory.doc", bytes(whole))


def archives(put):
    entry = bytearray(SEEDS["tar"])
    for name, size in (("huge", b"77777777777\0"), ("negative", b"\xff" * 12), ("binary", b"\x80" + b"\0" * 3 + b"\x7f" * 8), ("words", b"very large\0\0")):
        lying = bytearray(entry)
        lying[124:136] = size
        lying[148:156] = b" " * 8
        lying[148:156] = b"%06o\0 " % sum(lying[:512])
        put(f"lying-{name}.tar", bytes(lying))
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as t:
        for i in range(3):
            info = tarfile.TarInfo(f"{i}")
            info.type, info.linkname = tarfile.SYMTYPE, f"{(i + 1) % 3}"
            t.addfile(info)
        info = tarfile.TarInfo("a" * 60000)
        info.size = 3
        t.addfile(info, io.BytesIO(b"abc"))
    put("ok-cyclic-links.tar", buffer.getvalue())
    inner = T.encode()
    for i in range(20):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as t:
            info = tarfile.TarInfo("a.tar" if i else "a.txt")
            info.size = len(inner)
            t.addfile(info, io.BytesIO(inner))
        inner = buffer.getvalue()
    put("nested-20.tar", inner)
    put("lying-size.gz", poke(SEEDS["gz"], len(SEEDS["gz"]) - 4, "<I", 5))
    put("lying-checksum.gz", poke(SEEDS["gz"], len(SEEDS["gz"]) - 8, "<I", 5))
    put("ok-members-20000.gz", gzip.compress("机关工作通知，".encode()) * 20000)
    whole = SEEDS["cab"]
    put("lying-data.cab", poke(whole, len(whole) - len(T.encode()) - 4, "<HH", 65535, 65535))
    put("unowned.cab", poke(whole, 44, "<I", 100))
    put("unlisted.cab", whole + MARK.encode())
    put("lying-file.cab", poke(whole, 44, "<II", 0x7FFFFFFF, 0x7FFFFFFF))
    put("lying-files.cab", poke(whole, 28, "<H", 65535))
    put("bomb.cab", poke(poke(whole, 40, "<HH", 60000, 1), 44, "<I", 60000 * 32768)[:36 + 8 + 22] + b"".join(struct.pack("<IHH", 0, len(d), 32768) + d for d in [b"CK" + repeated(b"a" * 32768, 1)] * 60000))
    put("ok-loop-deep.iso", iso(T, True))
    put("lying-root.iso", poke(SEEDS["iso"], 32768 + 156 + 10, "<I", 0xFFFFFFFF))
    put("lying-sector.iso", poke(SEEDS["iso"], 32768 + 156 + 2, "<I", 0x7FFFFFFF))
    whole = zipped([("a.txt", T)])
    aes = whole.replace(b"\x08\0\0\0", b"\x63\0\0\0")
    put("encrypted-aes.zip", poke(aes, 6, "<H", 1))
    at = whole.find(b"PK\5\6")
    # The entries are read up to the end of the directory, not up to their number.
    put("ok-lying-count.zip", poke(whole, at + 8, "<HH", 65535, 65535))
    put("lying-directory.zip", poke(whole, at + 12, "<II", 0xFFFFFFFF, 0xFFFFFFFE))
    put("ok-two-ends.zip", whole + zipped([("b.txt", T)]))
    put("lying-64.zip", whole[:at] + struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, 1 << 60, 1 << 60, 1 << 60, 1 << 60) + struct.pack("<IIQI", 0x07064B50, 0, at, 1) + poke(whole[at:], 8, "<HHII", 65535, 65535, 0xFFFFFFFF, 0xFFFFFFFF))
    put("encrypted.7z", b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<I", 0) + struct.pack("<QQI", 32, 40, 0) + b"x" * 32 + b"\x17\6\0\1\x09\x20\0\7\x0b\1\0\1\x24\6\xf1\7\1\x0a\x13\0" + b"\0" * 20)
    put("lying-header.7z", b"7z\xbc\xaf\x27\x1c\0\4" + b"\0" * 4 + struct.pack("<QQI", 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF, 0) + b"\0" * 100)
    put("lying.zst", b"\x28\xb5\x2f\xfd" + b"\xe0" + struct.pack("<Q", 1 << 62) + b"\x01\0\0")
    put("bomb.zst", b"\x28\xb5\x2f\xfd" + b"\x00\x58" + b"\x02\x00\x10a" * 8000 + b"\x03\x00\x10a")


def others(put):
    put("lying-binary.rtf", "{\\rtf1 \\bin2147483647 " + "甲" * 100 + "}")
    put("ok-lying-negative.rtf", "{\\rtf1 \\bin-5 \\uc-9 \\u-99999999999 x \\uc4294967295 \\u26426 ok}")
    put("ok-fonts.rtf", "{\\rtf1{\\fonttbl" + "{\\f0\\fcharset134 a;}" * 200000 + "}\\f0\\'bb\\'fa}")
    put("objects.rtf", "{\\rtf1" + "{\\object\\objemb{\\*\\objdata 0105}}" * 100000 + "}")
    put("ok-words.rtf", "{\\rtf1 " + "\\" + "a" * 3000000 + " x}")
    put("ok-parts-30000.eml", "From: a@b.cn\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 15000 + "--b--\r\n")
    put("parts-100000.eml", "From: a@b.cn\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 100000 + "--b--\r\n")
    put("ok-headers.eml", "From: a@b.cn\r\n" + "".join(f"X-{i}: =?gb2312?B?u/rD3A==?=\r\n" for i in range(100000)) + "\r\nx\r\n")
    put("ok-folded.eml", "From: a@b.cn\r\nSubject: a" + "\r\n =?utf-8?Q?a?=" * 300000 + "\r\n\r\nx\r\n")
    put("ok-boundaries.eml", "From: a@b.cn\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=" + "b" * 100000 + "\r\n\r\n" + ("--" + "b" * 99999 + "\r\n") * 100)
    put("nested-messages.eml", "".join("From: a@b.cn\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n" for _ in range(5000)) + "x")
    whole = SEEDS["emf"]
    put("lying-record.emf", poke(whole, 92, "<I", 0xFFFFFFF8))
    put("lying-text.emf", poke(whole, 88 + 8 + 36, "<II", 0x7FFFFFFF, 0x7FFFFFFF))
    put("lying-size.wmf", poke(SEEDS["wmf"], 18, "<I", 0x7FFFFFFF))
    put("lying-length.wmf", poke(SEEDS["wmf"], 24, "<H", 0xFFFF))
    put("lying-attribute.dat", poke(SEEDS["dat"], 11, "<I", 0x7FFFFFFF))
    put("ok-attributes-200000.dat", SEEDS["dat"][:6] + (b"\1" + struct.pack("<II", 0x0002800C, 4) + b"abc\0" + struct.pack("<H", 0x126)) * 200000)
    put("lying-chunk.png", poke(SEEDS["png"], 33, ">I", 0x7FFFFFFF))
    put("ok-chunks.png", SEEDS["png"][:33] + (struct.pack(">I", 0) + b"tEXt" + struct.pack(">I", zlib.crc32(b"tEXt"))) * 300000 + SEEDS["png"][33:])
    segment = lambda kind, data: b"\xff" + bytes([kind]) + struct.pack(">H", len(data) + 2) + data
    tiff = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", 1) + struct.pack("<HHII", 0x8769, 4, 1, 8) + struct.pack("<I", 8)
    put("ok-cyclic.jpg", b"\xff\xd8" + segment(0xE1, tiff) + b"\xff\xd9")
    put("lying-exif.jpg", b"\xff\xd8" + segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", 65535) + struct.pack("<HHII", 0x010E, 2, 0xFFFFFFFF, 8) * 100) + b"\xff\xd9")
    put("ok-quotes.csv", '"' * 3000000)
    put("ok-columns.csv", "," * 3000000 + "甲")
    # To plain text, brackets are characters.
    put("ok-nested.json", "[" * 3000000 + "]" * 3000000)
    put("ok-nested.yaml", "- " * 1000000 + "x")
    put("ok-nested.md", "> " * 500000 + "x\n" + "[" * 500000 + "](" * 100000 + "*" * 500000)
    put("ok-nested.tex", "{" * 1000000 + "x" + "}" * 1000000)
    put("ok-namespaces.xml", "<a " + " ".join(f"xmlns:n{i}='u'" for i in range(100000)) + ">甲</a>")
    put("nested.svg", "<svg xmlns='http://www.w3.org/2000/svg'>" + "<g>" * 300000 + "<text>x</text>" + "</g>" * 300000 + "</svg>")
    put("ok-uses.svg", "<svg xmlns='http://www.w3.org/2000/svg'><g id='a'>" + "<use href='#a'/>" * 100000 + "<text>x</text></g></svg>")
    put("ok-lines.txt", "\n" * 5000000)
    put("ok-one-line.txt", "机" * 5000000)
    put("block-marks.txt", "机密★10年" * 300000)
    put("ok-almost.txt", "机 密 ★ " * 500000)
    put("ok-controls.txt", "机\u200b\u202e" * 500000)
    put("ok-not-utf8.txt", b"\xbb\xfa" * 1000000 + b"\xff\xfe\x81" * 100000)


def lying(put):
    """Hands name and bytes of every file to `put`."""
    packages(put)
    compound(put)
    archives(put)
    others(put)
