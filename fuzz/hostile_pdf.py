"""Hostile PDF files for hostile.py: bombs, cycles, amplification by references, lies about sizes,
nesting, and pages that are hard to lay out. None of them is wholly readable, except those in READ_WHOLE.
"""
import random, zlib

from hostile_seeds import repeated

PAGES = [(1, b"<</Type/Catalog/Pages 2 0 R>>"), (2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>")]
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def stream(data, entries=b""):
    return b"<<" + entries + b"/Length %d>>stream\n" % len(data) + data + b"\nendstream"


def flate(data, entries=b""):
    return stream(zlib.compress(data, 9), b"/Filter/FlateDecode" + entries)


def document(objects, trailer=b"/Root 1 0 R"):
    """Objects are pairs of number and body; a number may come twice."""
    out, offsets = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects:
        offsets[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    at = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    out += b"".join(b"%d 1\n%010d 00000 n \n" % (number, offset) for number, offset in sorted(offsets.items()))
    size = max(offsets) + 1
    return bytes(out + b"trailer<</Size %d" % size + trailer + b">>\nstartxref\n%d\n%%%%EOF\n" % at)


def page(content, resources=b"", entries=b"", more=(), catalogue=b"", font=FONT):
    """One page with one font F; `content` is a whole stream object or plain operators."""
    if not content.startswith(b"<<"):
        content = flate(content)
    return document([
        (1, b"<</Type/Catalog/Pages 2 0 R" + catalogue + b">>"), PAGES[1],
        (3, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>" + resources + b">>" + entries + b">>"),
        (4, content), (5, font), *more])


def composite(to_unicode=b"", encoding=b"/Identity-H", descendant=b""):
    return (b"<</Type/Font/Subtype/Type0/BaseFont/S/Encoding" + encoding + to_unicode
            + b"/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/BaseFont/S" + descendant + b">>]>>")


SHOW = b"BT /F 12 Tf 72 720 Td (Hello) Tj ET "
WIDE = b"BT /F 12 Tf 72 720 Td <00410042> Tj ET "


def bombs():
    gigabyte = b"\x78\xda" + repeated(b" " * (1 << 20), 1024)
    twice = zlib.compress(gigabyte, 9)
    double = b"/Filter[/FlateDecode/FlateDecode]"
    yield "content-2kb", page(stream(twice, double))
    yield "content-1mb", page(stream(gigabyte, b"/Filter/FlateDecode"))
    chain = twice
    for _ in range(6):
        chain = zlib.compress(chain, 9)
    yield "chain-8", page(stream(chain, b"/Filter[" + b"/FlateDecode" * 8 + b"]"))
    yield "chain-300", page(stream(chain, b"/Filter[" + b"/FlateDecode" * 300 + b"]"))
    for kind in (b"/Type/ObjStm/N 1/First 4", b"/Type/XRef/W[1 2 1]/Size 9"):
        yield "structure-" + kind[6:10].decode().lower(), document([*PAGES, (3, b"<</Type/Page/Parent 2 0 R>>"), (5, stream(twice, kind + double))])
    bomb = (9, stream(twice, double))
    yield "to-unicode", page(WIDE, more=[bomb], font=composite(b"/ToUnicode 9 0 R"))
    yield "encoding", page(WIDE, more=[bomb], font=composite(encoding=b" 9 0 R"))
    yield "font-file", page(WIDE, more=[bomb], font=composite(descendant=b"/FontDescriptor<</FontFile2 9 0 R>>"))
    yield "glyph-map", page(WIDE, more=[bomb, (10, stream(b"\0\1\0\0" + b"\0" * 64))], font=composite(descendant=b"/CIDToGIDMap 9 0 R/FontDescriptor<</FontFile2 10 0 R>>"))
    yield "font-file-3", page(SHOW, more=[(9, stream(twice, double + b"/Subtype/Type1C"))], font=b"<</Type/Font/Subtype/Type1/BaseFont/S/FontDescriptor<</Flags 4/FontFile3 9 0 R>>>>")
    yield "glyph-procedure", page(SHOW, more=[bomb], font=b"<</Type/Font/Subtype/Type3/FontMatrix[1 0 0 1 0 0]/CharProcs<</H 9 0 R>>/Encoding<</Differences[72/H]>>>>")
    yield "metadata", page(SHOW, more=[(9, stream(twice, double + b"/Type/Metadata/Subtype/XML"))], catalogue=b"/Metadata 9 0 R")
    yield "attachment", page(SHOW, more=[(9, stream(twice, double + b"/Type/EmbeddedFile"))], catalogue=b"/Names<</EmbeddedFiles<</Names[(a.txt)<</Type/Filespec/F(a.txt)/EF<</F 9 0 R>>>>]>>>>")
    yield "appearance", page(SHOW, entries=b"/Annots[<</Subtype/Stamp/Rect[0 0 9 9]/AP<</N 9 0 R>>>>]", more=[(9, stream(twice, double + b"/Subtype/Form/BBox[0 0 9 9]"))])
    yield "script", page(SHOW, more=[bomb], catalogue=b"/OpenAction<</S/JavaScript/JS 9 0 R>>")
    yield "orphan", page(SHOW, more=[bomb])
    yield "orphans-64", page(SHOW, more=[(9 + i, stream(gigabyte, b"/Filter/FlateDecode")) for i in range(8)])
    yield "predictor", page(flate(SHOW, b"/DecodeParms<</Predictor 12/Columns 2147483647/Colors 4/BitsPerComponent 16>>"))
    yield "run-length", page(stream(zlib.compress(b"\x81 " * (8 << 20), 9), b"/Filter[/FlateDecode/RunLengthDecode]"))
    yield "contents-10000", page(SHOW, entries=b"").replace(b"/Contents 4 0 R", b"/Contents[" + b"9 0 R " * 12000 + b"]").replace(b"4 0 obj", b"9 0 obj")


def amplified():
    """A little that is named again and again."""
    levels = [(20 + i, stream(b"/G Do " * 10, b"/Subtype/Form/Resources<</XObject<</G %d 0 R>>>>" % (21 + i))) for i in range(12)]
    yield "forms-12-levels", page(b"/G Do", b"/XObject<</G 20 0 R>>", more=[*levels, (32, stream(SHOW, b"/Subtype/Form/Resources<</Font<</F 5 0 R>>>>"))])
    yield "form-of-itself", page(b"/G Do", b"/XObject<</G 9 0 R>>", more=[(9, stream(b"/G Do /G Do " + SHOW, b"/Subtype/Form/Resources<</XObject<</G 9 0 R>>>>"))])
    yield "form-1000000-calls", page(b"/G Do " * 1000000, b"/XObject<</G 9 0 R>>", more=[(9, stream(SHOW, b"/Subtype/Form/Resources<</Font<</F 5 0 R>>>>"))])
    numbers = b"[" + b"500 " * 90000 + b"]"
    yield "widths", page(WIDE, more=[(9, numbers), (10, b"[" + b"0 9 0 R " * 45000 + b"]")], font=composite(descendant=b"/W 10 0 R"))
    yield "differences", page(SHOW, more=[(9, b"[" + b"72/uni5BC6 " * 300000 + b"]")], font=b"<</Type/Font/Subtype/Type1/BaseFont/S/Encoding<</Differences 9 0 R>>>>")
    yield "fonts-20000", page(b"".join(b"BT /F%d 9 Tf (x) Tj ET " % i for i in range(20000)), more=[(9, stream(b"1 beginbfrange <00> <ff> <4e00> endbfrange"))]).replace(
        b"/Font<</F 5 0 R>>", b"/Font<<" + b"".join(b"/F%d<</Type/Font/Subtype/Type1/ToUnicode 9 0 R>>" % i for i in range(20000)) + b">>")
    text = b"(" + b"actual " * 150000 + b")"
    yield "actual-text", page(b"/S /P BDC " + SHOW + b"EMC " + b"/S /P BDC EMC " * 20000, b"/Properties<</P 9 0 R>>", more=[(9, b"<</ActualText" + text + b">>")])
    yield "annotations", page(SHOW, entries=b"/Annots[" + b"9 0 R " * 100000 + b"]", more=[(9, b"<</Subtype/Text/Rect[0 0 9 9]/Contents" + text + b">>")])
    yield "annotations-different", page(SHOW, entries=b"/Annots[" + b"<</Subtype/Text/Rect[0 0 9 9]/Contents 9 0 R>>" * 50000 + b"]", more=[(9, text)])
    yield "pages-one-60000", document([PAGES[0], (2, b"<</Type/Pages/Kids[" + b"3 0 R " * 60000 + b"]/Count 60000>>"), (3, b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"), (4, flate(SHOW * 2000)), (5, FONT)])
    yield "pages-60000", document([PAGES[0], (2, b"<</Type/Pages/Kids[" + b"".join(b"%d 0 R " % (10 + i) for i in range(60000)) + b"]/Count 60000>>"), (4, flate(SHOW * 2000)), (5, FONT),
                                   *[(10 + i, b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>") for i in range(60000)]])
    yield "kids-levels", document([PAGES[0], *[(2 + i, b"<</Type/Pages/Kids[" + b"%d 0 R " % (3 + i) * 10 + b"]/Count 10>>") for i in range(12)], (14, b"<</Type/Page/Contents 15 0 R/Resources<</Font<</F 16 0 R>>>>>>"), (15, flate(SHOW)), (16, FONT)])
    names = [(20 + i, b"<</Kids[" + b"%d 0 R " % (21 + i) * 10 + b"]>>") for i in range(12)]
    yield "name-tree-levels", page(SHOW, more=[*names, (32, b"<</Names[(a)(b)]>>")], catalogue=b"/Names<</Dests 20 0 R/EmbeddedFiles 20 0 R/JavaScript 20 0 R>>")
    fields = [(20 + i, b"<</T(a)/Kids[" + b"%d 0 R " % (21 + i) * 10 + b"]>>") for i in range(12)]
    yield "fields-levels", page(SHOW, more=[*fields, (32, b"<</T(a)/V(b)/FT/Tx>>")], catalogue=b"/AcroForm<</Fields[20 0 R]>>")
    elements = [(20 + i, b"<</S/P/K[" + b"%d 0 R " % (21 + i) * 10 + b"]>>") for i in range(12)]
    yield "elements-levels", page(SHOW, more=[*elements, (32, b"<</S/P/Alt(a)>>")], catalogue=b"/StructTreeRoot 20 0 R")
    # One large object that many name: the object library parses it anew each time.
    large = b"<<" + b"".join(b"/K%d %d" % (i, i) for i in range(80000)) + b"/Font<</F 5 0 R>>>>"
    yield "states", page(b"/G gs " * 500000 + SHOW, b"/ExtGState<</G 9 0 R>>", more=[(9, large)])
    yield "properties", page(b"/S /P BDC EMC " * 300000 + SHOW, b"/Properties<</P 9 0 R>>", more=[(9, large)])
    yield "colours", page(b"/C cs " * 500000 + SHOW, b"/ColorSpace<</C 9 0 R>>", more=[(9, b"[/Indexed/DeviceRGB 9(" + b"colours " * 120000 + b")]")])
    picture = stream(b"x" * 1_000_000, b"/Subtype/Image").replace(b"/Length 1000000", b"/Length 3")
    yield "pictures", page(b"/I Do " * 500000 + SHOW, b"/XObject<</I 9 0 R>>", more=[(9, picture)])
    yield "forms-resources", page(b"/G Do " * 20000 + SHOW, b"/XObject<</G 9 0 R>>", more=[(8, large), (9, stream(SHOW, b"/Subtype/Form/Resources 8 0 R"))])
    padded = stream(zlib.compress(SHOW) + b"x" * 1_000_000, b"/Subtype/Form/Filter/FlateDecode/Resources<</Font<</F 5 0 R>>>>")
    yield "forms-length", page(b"/G Do " * 20000 + SHOW, b"/XObject<</G 9 0 R>>", more=[(9, padded.replace(b"/Length 10", b"/Length 90"))])
    many = lambda entries: b"/Font<<" + b"".join(b"/F%d<</Type/Font/Subtype/Type1/Widths 9 0 R%s>>" % (i, entries) for i in range(20000)) + b">>"
    uses = b"".join(b"BT /F%d 9 Tf (x) Tj ET " % i for i in range(20000))
    yield "fonts-widths", page(uses, more=[(9, numbers)]).replace(b"/Font<</F 5 0 R>>", many(b""))
    yield "fonts-descriptors", page(uses, more=[(9, b"[500]"), (10, large)]).replace(b"/Font<</F 5 0 R>>", many(b"/FontDescriptor 10 0 R"))
    yield "contents-plain", page(SHOW).replace(b"/Contents 4 0 R", b"/Contents[" + b"9 0 R " * 10000 + b"]").replace(b"xref\n0 1", b"9 0 obj\n" + stream(SHOW + b" " * 1_000_000) + b"\nendobj\nxref\n0 1")
    yield "xfa", page(SHOW, more=[(9, stream(b"<a>" + b"xfa " * 250000 + b"</a>"))], catalogue=b"/AcroForm<</XFA[" + b"(a)9 0 R " * 40000 + b"]>>")
    yield "options", page(SHOW, more=[(9, text), (10, b"<</T(a)/FT/Ch/Opt[" + b"9 0 R " * 40000 + b"]>>")], catalogue=b"/AcroForm<</Fields[10 0 R]>>")
    yield "files", page(SHOW, entries=b"/AF[" + b"9 0 R " * 40000 + b"]", more=[(9, large)])
    yield "destinations", page(SHOW, more=[(9, large), *[(10 + i, b"<</Dests 9 0 R/Pages 9 0 R>>") for i in range(20000)]])
    # The library parses what each page may use when it opens the file; of more pages, the limit of processor time is the end.
    yield "resources", document([PAGES[0], (2, b"<</Type/Pages/Kids[" + b"".join(b"%d 0 R " % (10 + i) for i in range(60)) + b"]/Count 60>>"), (4, stream(SHOW)), (5, FONT), (9, large),
                                 *[(10 + i, b"<</Type/Page/Contents 4 0 R/Resources 9 0 R>>") for i in range(60)]])
    inherited = b"<</Type/Pages/Resources<</Font" + large + b">>/Kids["
    yield "resources-inherited", document([PAGES[0], (2, inherited + b"".join(b"%d 0 R " % (10 + i) for i in range(30)) + b"]/Count 30>>"), (4, stream(SHOW)), (5, FONT),
                                           *[(10 + i, b"<</Type/Page/Contents 4 0 R>>") for i in range(30)]])


def cyclic():
    yield "pages", document([PAGES[0], (2, b"<</Type/Pages/Kids[2 0 R 2 0 R 2 0 R]/Count 3>>")])
    yield "parent", document([*PAGES, (3, b"<</Type/Page/Parent 3 0 R/Contents 3 0 R>>")])
    yield "length", document([*PAGES, (3, b"<</Type/Page/Contents 4 0 R>>"), (4, b"<</Length 4 0 R>>stream\n" + SHOW + b"\nendstream")])
    yield "references", document([*PAGES, (3, b"<</Type/Page/Contents 4 0 R>>"), (4, b"5 0 R"), (5, b"4 0 R")])
    yield "outline", page(SHOW, more=[(9, b"<</Title(a)/First 9 0 R/Next 9 0 R>>")], catalogue=b"/Outlines 9 0 R")
    yield "names", page(SHOW, more=[(9, b"<</Kids[9 0 R 9 0 R]>>")], catalogue=b"/Names<</EmbeddedFiles 9 0 R>>/PageLabels 9 0 R")
    yield "fields", page(SHOW, more=[(9, b"<</T(a)/Kids[9 0 R 9 0 R]/Parent 9 0 R>>")], catalogue=b"/AcroForm<</Fields[9 0 R]>>")
    yield "elements", page(SHOW, more=[(9, b"<</S/P/K[9 0 R 9 0 R]/P 9 0 R>>")], catalogue=b"/StructTreeRoot 9 0 R")
    yield "actions", page(SHOW, more=[(9, b"<</S/JavaScript/JS(a)/Next[9 0 R 9 0 R]>>")], catalogue=b"/OpenAction 9 0 R")
    yield "base-map", page(WIDE, more=[(9, stream(b"", b"/Type/CMap/UseCMap 9 0 R"))], font=composite(encoding=b" 9 0 R"))
    yield "glyph-procedure", page(SHOW, more=[(9, stream(SHOW))], font=b"<</Type/Font/Subtype/Type3/FontMatrix[1 0 0 1 0 0]/Resources<</Font<</F 5 0 R>>>>/CharProcs<</H 9 0 R>>/Encoding<</Differences[72/H]>>>>")
    whole = page(SHOW)
    at = int(whole.split(b"startxref\n")[1].split()[0])
    yield "sections", whole.replace(b"/Root", b"/Prev %d/Root" % at)


def nested():
    deep = 300000
    yield "arrays", document([*PAGES, (3, b"<</Type/Page/X " + b"[" * deep + b"]" * deep + b">>")])
    yield "arrays-open", b"%PDF-1.4\n1 0 obj\n" + b"[" * deep
    yield "dictionaries", document([*PAGES, (3, b"<</Type/Page/X " + b"<</X" * deep + b">>" * deep + b">>")])
    yield "arrays-sparse", document([*PAGES, (3, b"<</Type/Page/X " + b"[ 1234567890123456789012345678901234567890 " * 100000 + b"]" * 100000 + b">>")])
    yield "arrays-100-deep", document([*PAGES, (3, b"<</Type/Page>>"), *[(10 + i, b"[" * 99 + b"]" * 99) for i in range(15000)]])
    yield "strings", document([*PAGES, (3, b"<</Type/Page/X " + b"(" * deep + b")" * deep + b">>")])
    yield "content-arrays", page(b"[" * deep + b"]" * deep + SHOW)
    yield "content-dictionaries", page(b"/S " + b"<</X" * deep + b">>" * deep + b" BDC " + SHOW)
    yield "states", page(b"q " * 1000000 + SHOW)
    yield "sections", page(b"/S BMC " * 1000000 + SHOW)
    yield "texts", page(b"BT " * 1000000 + SHOW)
    yield "map-arrays", page(WIDE, more=[(9, flate(b"1 beginbfrange <00> <ff> " + b"[" * deep))], font=composite(b"/ToUnicode 9 0 R"))
    yield "page-tree", document([PAGES[0], *[(2 + i, b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (3 + i)) for i in range(100000)], (100002, b"<</Type/Page>>")])
    yield "outline", page(SHOW, more=[(9 + i, b"<</Title(a)/First %d 0 R>>" % (10 + i)) for i in range(100000)], catalogue=b"/Outlines 9 0 R")
    yield "outline-long", page(SHOW, more=[(8, b"<</First 9 0 R>>"), *[(9 + i, b"<</Title(a)/Next %d 0 R>>" % (10 + i)) for i in range(100000)]], catalogue=b"/Outlines 8 0 R")
    inner = page(SHOW)
    for _ in range(12):
        inner = page(SHOW, more=[(9, flate(inner, b"/Type/EmbeddedFile"))], catalogue=b"/Names<</EmbeddedFiles<</Names[(a.pdf)<</Type/Filespec/F(a.pdf)/EF<</F 9 0 R>>>>]>>>>")
    yield "attachments", inner


def lying():
    whole = page(stream(SHOW))
    length = b"/Length %d" % len(SHOW)
    for name, lie in (("0", b"/Length 0"), ("huge", b"/Length 99999999999999999999"), ("negative", b"/Length -5"), ("none", b"")):
        yield "length-" + name, whole.replace(length, lie)
    yield "count", whole.replace(b"/Count 1", b"/Count 999999999")
    yield "table-size", whole.replace(b"xref\n0 1\n", b"xref\n0 999999999\n")
    yield "table-first", whole.replace(b"xref\n0 1\n", b"xref\n4294967295 999999999\n")
    yield "startxref", whole.replace(b"startxref\n", b"startxref\n9999999999")
    yield "table-widths", document([*PAGES, (3, b"<</Type/Page>>"), (9, flate(b"\0" * 4096, b"/Type/XRef/W[999999999 999999999 999999999]/Index[0 4294967295]/Size 4294967295/Root 1 0 R"))])
    yield "stream-count", document([*PAGES, (3, b"<</Type/Page>>"), (9, flate(b"1 0 2 5 <<>> <<>>", b"/Type/ObjStm/N 4294967295/First 4294967295"))])
    yield "map-range", page(WIDE, more=[(9, flate(b"1 beginbfrange <00000000> <ffffffff> <0041> endbfrange"))], font=composite(b"/ToUnicode 9 0 R"))
    yield "map-ranges", page(WIDE, more=[(9, flate(b"1 beginbfrange " + b"<0000> <ffff> <0041> " * 1000000 + b"endbfrange"))], font=composite(b"/ToUnicode 9 0 R"))
    yield "map-spaces", page(WIDE, more=[(9, flate(b"1 begincodespacerange " + b"<0000> <ffff> " * 1000000 + b"endcodespacerange"))], font=composite(encoding=b" 9 0 R"))
    yield "map-target", page(WIDE * 20000, more=[(9, flate(b"1 beginbfchar <0041> <" + b"5BC6" * 500000 + b"> endbfchar"))], font=composite(b"/ToUnicode 9 0 R"))
    tables = b"\0\1\0\0\xff\xff\0\0\0\0\0\0" + (b"cmap\0\0\0\0\0\0\0\x0c\xff\xff\xff\xff" * 4000)
    yield "font-tables", page(WIDE, more=[(9, flate(tables))], font=composite(descendant=b"/FontDescriptor<</FontFile2 9 0 R>>"))
    groups = b"\0\x0c\0\0\xff\xff\xff\xff\0\0\0\0\xff\xff\xff\xff" + b"\0\0\0\0\xff\xff\xff\xff\0\0\0\0" * 50000
    cmap = b"\0\0\0\1\0\3\0\x0a\0\0\0\x0c" + groups
    yield "font-groups", page(WIDE, more=[(9, flate(b"\0\1\0\0\0\1\0\0\0\0\0\0cmap\0\0\0\0\0\0\0\x1c" + len(cmap).to_bytes(4, "big") + cmap))], font=composite(descendant=b"/FontDescriptor<</FontFile2 9 0 R>>"))
    yield "font-index", page(SHOW, more=[(9, flate(b"\1\0\4\4" + b"\xff\xff\4" + b"\xff" * 60000, b"/Subtype/Type1C"))], font=b"<</Type/Font/Subtype/Type1/BaseFont/S/FontDescriptor<</Flags 4/FontFile3 9 0 R>>>>")
    yield "media-box", whole.replace(b"[0 0 595 842]", b"[-1e38 -1e38 1e38 1e38]/UserUnit 1e30")
    # A chain of sections, the last of which is a bomb.
    out = bytearray(page(SHOW))
    at = int(bytes(out).split(b"startxref\n")[1].split()[0])
    gigabyte = b"\x78\xda" + repeated(b"\0" * (1 << 20), 1024)
    first = len(out)
    out += b"9 0 obj\n" + stream(zlib.compress(gigabyte, 9), b"/Type/XRef/W[1 2 1]/Size 9/Filter[/FlateDecode/FlateDecode]/Prev %d" % at) + b"\nendobj\n"
    previous = first
    for _ in range(300):
        here = len(out)
        out += b"xref\n0 0\ntrailer<</Size 9/Root 1 0 R/Prev %d>>\n" % previous
        previous = here
    yield "sections-300-bomb", bytes(out + b"startxref\n%d\n%%%%EOF\n" % previous)


def laborious():
    """Whatever might be quadratic: megabytes of one keyword, of revisions, of glyphs."""
    rng = random.Random(5)
    for word in (b"1 0 obj\n", b"1 0 obj<<>>endobj\n", b"obj ", b"stream\n", b"endstream ", b"endobj ", b"/ObjStm ", b"<</Type/ObjStm/X(", b"trailer<<", b"startxref\n0\n",
                 b"%PDF-1.4\n", b"%%EOF\n", b"1 0 R ", b"(", b"<", b"<</A", b"/Encrypt<<", b"1 0 obj<</Type/Page>>endobj ", b"BT(x)Tj ET ", b"xref\n0 1\n", b"#41/"):
        name = "".join(c for c in word.decode() if c.isalnum()) or {b"(": "parenthesis", b"<": "angle"}[word]
        yield "words-" + name, b"%PDF-1.7\n" + word * (3_000_000 // len(word))
        yield "within-" + name, page(stream(SHOW, b"/X 1")).replace(b"xref\n0 1\n", word * (1_000_000 // len(word)) + b"xref\n0 1\n", 1)
    yield "objects-200000", page(SHOW, more=[(10 + i, b"<</A(b)>>") for i in range(200000)])
    yield "versions-100000", page(SHOW, more=[(9, b"<</A(%d)>>" % i) for i in range(100000)])
    revised = bytearray(page(SHOW))
    previous = int(bytes(revised).split(b"startxref\n")[1].split()[0])
    for i in range(2000):
        at = len(revised)
        revised += b"4 0 obj\n" + stream(b"BT /F 9 Tf 9 9 Td (%d) Tj ET" % i) + b"\nendobj\n"
        here = len(revised)
        revised += b"xref\n4 1\n%010d 00000 n \ntrailer<</Size 9/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (at, previous, here)
        previous = here
    yield "revisions-2000", bytes(revised)
    place = lambda: b"%d %d" % (rng.randrange(595), rng.randrange(842))
    yield "glyphs-anywhere", page(b"BT /F 9 Tf " + b"".join(b"1 0 0 1 %s Tm (x) Tj " % place() for _ in range(300000)))
    yield "glyphs-one-place", page(b"BT /F 9 Tf 99 99 Td " + b"1 0 0 1 99 99 Tm (x) Tj " * 300000)
    yield "glyphs-one-line", page(b"BT /F 9 Tf 9 99 Td " + b"(x) Tj " * 300000)
    yield "glyphs-rotated", page(b"BT /F 9 Tf " + b"".join(b"%.4f %.4f %.4f %.4f %s Tm (x) Tj " % (*((a := rng.random()), (b := rng.random()), -b, a),  place()) for _ in range(200000)))
    yield "glyphs-steps", page(b"BT /F 9 Tf " + b"".join(b"1 0 0 1 %.3f %.3f Tm (x) Tj " % (i * .001, i * .0015) for i in range(300000)))
    yield "glyphs-sizes", page(b"BT " + b"".join(b"/F %d Tf 1 0 0 1 %s Tm (x) Tj " % (rng.randrange(1, 2000), place()) for _ in range(200000)))
    yield "glyphs-white", page(b"1 g BT /F 9 Tf " + b"".join(b"1 0 0 1 %s Tm (x) Tj " % place() for _ in range(300000)))
    yield "rectangles", page(b"".join(b"%s 9 9 re f " % place() for _ in range(300000)) + b"1 g BT /F 9 Tf " + b"".join(b"1 0 0 1 %s Tm (x) Tj " % place() for _ in range(100000)))
    yield "covers", page(b"BT /F 9 Tf " + b"".join(b"1 0 0 1 %s Tm (x) Tj " % place() for _ in range(100000)) + b"ET 1 g " + b"".join(b"%s 9 9 re f " % place() for _ in range(300000)))
    yield "clips", page(b"".join(b"%s 500 500 re W n " % place() for _ in range(300000)) + SHOW)
    yield "images", page(b"BI /W 1 /H 1 ID x EI\x02 " * 300000 + SHOW)
    yield "images-open", page(b"BI /W 1 /H 1 ID x " * 300000 + SHOW)
    yield "operands", page(b"1 " * 3000000 + SHOW)
    yield "values-not-finite", page(b"BT /F 1e38 Tf 1e38 1e38 1e38 1e38 1e38 1e38 Tm (x) Tj -1e38 1e38 Td (x) Tj ET " * 30000)


# Files that may pass, since everything in them is read: what is in them, and why that is all.
READ_WHOLE = {
    # What many name, or what names itself, is read once.
    "one text, however often it is named": """amplified-annotations-different amplified-destinations amplified-elements-levels amplified-fields-levels amplified-fonts-20000
        amplified-forms-length amplified-name-tree-levels amplified-pictures amplified-resources amplified-xfa cyclic-actions cyclic-elements cyclic-fields
        cyclic-glyph-procedure cyclic-names cyclic-outline cyclic-sections""",
    "the last of the differences counts": "amplified-differences",
    # mutool and pdfium count all of the letters; here the same letter in nearly the same place only makes it bold.
    "one letter all over a page": """laborious-covers laborious-glyphs-anywhere laborious-glyphs-one-line laborious-glyphs-rotated laborious-glyphs-sizes
        laborious-glyphs-steps laborious-glyphs-white laborious-rectangles""",
    "one line under many clips": "laborious-clips",
    "objects of one letter": "laborious-objects-200000",
    "keywords between the objects": " ".join("laborious-within-" + word for word in "10R EOF PDF14 endobj endstream obj parenthesis startxref0 stream xref01".split()),
    # Nothing can open these as PDF; they are read as text.
    "keywords without an object": " ".join("laborious-words-" + word for word in """10R 41 A BTxTjET EOF Encrypt ObjStm PDF14 TypeObjStmX angle endobj endstream parenthesis
        stream trailer xref01""".split()),
    "the lie has no part in the text": "lying-font-groups lying-startxref lying-table-first lying-table-size",
    "a page without content": "lying-table-widths nested-page-tree",
    "one string, whatever the brackets in it": "nested-strings",
    "one line behind many beginnings": "nested-texts",
    "the end of a stream is found without its length": "lying-length-0 lying-length-huge lying-length-negative lying-length-none",
}


def pdf(put):
    """Hands name and bytes of every file to `put`."""
    may_pass = {name for names in READ_WHOLE.values() for name in names.split()}
    for prefix, group in (("bomb", bombs), ("amplified", amplified), ("cyclic", cyclic), ("nested", nested), ("lying", lying), ("laborious", laborious)):
        for name, data in group():
            name = f"{prefix}-{name}"
            put(f"{'ok-' if name in may_pass else ''}pdf-{name}.pdf", data)
