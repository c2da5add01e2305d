#!/usr/bin/env python3
"""Makes the tables beside this file from Adobe's published resources.

    python3 make.py CMAP_RESOURCES

CMAP_RESOURCES is a folder with Adobe's CMap resources, one folder per collection (the cMap folder
of Debian's package poppler-data, or a checkout of github.com/adobe-type-tools/cmap-resources with
mapping-resources-pdf copied over it). Glyph names are Adobe's list as the Python package fontTools
carries it.

adobe-{gb1,cns1,japan1,korea1}.z   zlib; UTF-8; line N (from 0) is the text of CID N, empty if none
private-{gb1,cns1}.z               zlib; UTF-8; line N is the text of U+E000 + N in the Unicode CMaps
cns-euc.z                          zlib; the CMap CNS-EUC-H without comments
cff-strings.z                      zlib; line N is standard string N of the Compact Font Format
glyph-names.z                      zlib; UTF-8; lines "name<TAB>text", sorted by name
"""
import os
import re
import sys
import zlib

from fontTools import agl
from fontTools.cffLib import cffStandardStrings

COLLECTIONS = {
    "gb1": ("Adobe-GB1", "GB"),
    "cns1": ("Adobe-CNS1", "CNS"),
    "japan1": ("Adobe-Japan1", "JIS"),
    "korea1": ("Adobe-Korea1", "KS"),
}


def blocks(data, kind):
    for block in re.finditer(rf"begin{kind}(.*?)end{kind}", data, re.S):
        yield block.group(1)


def code_to_cid(path):
    """(code point, CID) pairs of a UTF-32 CMap."""
    data = open(path, encoding="latin-1").read()
    for block in blocks(data, "cidrange"):
        for low, high, cid in re.findall(r"<(\w+)>\s*<(\w+)>\s*(\d+)", block):
            for i in range(int(high, 16) - int(low, 16) + 1):
                yield int(low, 16) + i, int(cid) + i
    for block in blocks(data, "cidchar"):
        for code, cid in re.findall(r"<(\w+)>\s*(\d+)", block):
            yield int(code, 16), int(cid)


def cid_to_text(path):
    """(CID, text) pairs of an Adobe-*-UCS2 CMap."""
    data = open(path, encoding="latin-1").read()
    utf16 = lambda h: bytes.fromhex(h).decode("utf-16-be", "replace")
    for block in blocks(data, "bfrange"):
        for low, high, array, target in re.findall(r"<(\w+)>\s*<(\w+)>\s*(?:\[(.*?)\]|<(\w+)>)", block, re.S):
            first = int(low, 16)
            targets = re.findall(r"<(\w+)>", array)
            for i in range(int(high, 16) - first + 1):
                if targets:
                    yield first + i, utf16(targets[i])
                else:
                    yield first + i, utf16("%0*X" % (len(target), int(target, 16) + i))
    for block in blocks(data, "bfchar"):
        for code, target in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            yield int(code, 16), utf16(target)


def rank(code):
    """Ordinary characters first, radicals and compatibility forms after them."""
    odd = 0x2E80 <= code < 0x2FE0 or 0xF900 <= code < 0xFB00 or 0xFE30 <= code < 0xFE50
    return odd, 0xE000 <= code < 0xF900 or code >= 0xF0000, code


def usable(text):
    return text and not any(c < " " or c == "\ufffd" or 0xE000 <= ord(c) < 0xF900 for c in text)


def collection(folder, short, root):
    table = {}
    for mode in "HV":
        path = os.path.join(root, folder, f"Uni{short}-UTF32-{mode}")
        best = {}
        for code, cid in code_to_cid(path):
            if cid not in best or rank(code) < rank(best[cid]):
                best[cid] = code
        for cid, code in best.items():
            table.setdefault(cid, chr(code))
    for cid, text in cid_to_text(os.path.join(root, folder, f"{folder}-UCS2")):
        table.setdefault(cid, text)
    table = {cid: text for cid, text in table.items() if usable(text)}
    return "\n".join(table.get(cid, "") for cid in range(max(table) + 1))


def private(folder, short, root):
    """What the codes for private use mean: those that UTF-32 has, then those that only UCS-2 had."""
    texts = collection(folder, short, root).split("\n")
    table = {}
    for form in ("UTF32", "UCS2"):
        for code, cid in code_to_cid(os.path.join(root, folder, f"Uni{short}-{form}-H")):
            if 0xE000 <= code < 0xF900 and cid < len(texts) and texts[cid]:
                table.setdefault(code - 0xE000, texts[cid])
    return "\n".join(table.get(code, "") for code in range(max(table) + 1))


def cns_euc(root):
    with open(os.path.join(root, "Adobe-CNS1", "CNS-EUC-H"), encoding="latin-1") as file:
        return "".join(line for line in file if not line.startswith("%"))


def glyph_names():
    names = dict(agl.LEGACY_AGL2UV)
    lines = {name: "".join(chr(c) for c in (codes if isinstance(codes, (list, tuple)) else [codes]))
             for name, codes in names.items()}
    for number in range(1, 207):
        text = agl._zapfDingbatsToUnicode(f"a{number}")
        if text:
            lines.setdefault(f"a{number}", text)
    return "\n".join(f"{name}\t{text}" for name, text in sorted(lines.items()) if usable(text))


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    files = {f"adobe-{name}": collection(*spec, sys.argv[1]) for name, spec in COLLECTIONS.items()}
    files |= {f"private-{name}": private(*COLLECTIONS[name], sys.argv[1]) for name in ("gb1", "cns1")}
    files["cns-euc"] = cns_euc(sys.argv[1])
    files["glyph-names"] = glyph_names()
    files["cff-strings"] = "\n".join(cffStandardStrings)
    for name, text in files.items():
        packed = zlib.compress(text.encode(), 9)
        with open(os.path.join(here, name + ".z"), "wb") as out:
            out.write(packed)
        print(name, text.count("\n") + 1, "lines", len(text.encode()), "bytes, packed", len(packed))


main()
