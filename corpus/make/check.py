#!/usr/bin/env python3
"""Checks a built corpus by independent means: the decisive text is in its file (read with pdftotext, pikepdf, zipfile), labels and files agree,
identity numbers are valid and older than 1920, and no document that must pass has a line that stands alone as a mark.

    python3 check.py [CORPUS]      needs pdftotext with the CJK maps (poppler-utils, poppler-data)
"""
import email
import email.policy
import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pikepdf

from catalogue import CASES
from make import place_marks
from model import wide

ROOT = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
squeeze = lambda s: re.sub(r"\s+", "", s)
ENC = {"utf-16-le-bom": "utf-16", "utf-16-be-bom": "utf-16"}


def zip_text(data):
    out = []
    z = zipfile.ZipFile(io.BytesIO(data))
    assert z.testzip() is None
    for name in z.namelist():
        part = z.read(name)
        if part[:2] == b"PK":
            out.append(zip_text(part))
        elif name.endswith((".xml", ".rels", ".html", ".txt")):
            t = part.decode("utf-8")
            attributes = " \n".join(re.findall(r'(?:string|descr|title|w:name|w:val|w:tooltip|Target|name|w:alias)="([^"]*)"', t))
            t = re.sub(r"</(w:p|w:tr|p|dc:\w+|cp:\w+|Company|Manager|row)>", "\n", t)
            out.append(re.sub(r"<[^>]+>", "", t) + "\n" + attributes)
        elif part[:4] == b"\xd0\xcf\x11\xe0":
            out.append(part.replace(b"\0", b"").decode("gbk", "ignore"))
    return "\n".join(out)


def pdf_text(path):
    text = subprocess.run(["pdftotext", "-enc", "UTF-8", str(path), "-"], capture_output=True, check=True)
    out = [text.stdout.decode("utf-8")]
    pdf = pikepdf.open(path)
    for obj in pdf.objects:
        if isinstance(obj, pikepdf.Stream):
            if obj.get("/Type") in ("/Metadata", "/EmbeddedFile"):
                out.append(obj.read_bytes().decode("utf-8", "ignore"))
            obj = obj.stream_dict if hasattr(obj, "stream_dict") else pikepdf.Dictionary()
        if isinstance(obj, pikepdf.Dictionary):
            for v in obj.values():
                if isinstance(v, pikepdf.String):
                    out.append(str(v))
                elif isinstance(v, pikepdf.Dictionary):
                    out += [str(s) for s in v.values() if isinstance(s, pikepdf.String)]
    for page in pdf.pages:  # text shown in predefined Unicode encodings, hidden or not, and earlier revisions in the raw bytes
        contents = page.obj.Contents
        for s in contents if isinstance(contents, pikepdf.Array) else [contents]:
            for h in re.findall(rb"<([0-9A-Fa-f]+)>\s*Tj", s.read_bytes()):
                if len(h) % 4 == 0: out.append(bytes.fromhex(h.decode()).decode("utf-16-be", "ignore"))
    for h in re.findall(rb"<([0-9A-Fa-f]{8,})>\s*Tj", path.read_bytes()):
        if len(h) % 4 == 0: out.append(bytes.fromhex(h.decode()).decode("utf-16-be", "ignore"))
    return "\n".join(out)


def text_of(c):
    path = ROOT / c["file"]
    if path.suffix == ".docx": return zip_text(path.read_bytes())
    if path.suffix == ".pdf": return pdf_text(path)
    if path.read_bytes()[:2] == b"PK": return zip_text(path.read_bytes())
    if path.suffix in (".doc", ".xls", ".ppt", ".msg"): return path.read_bytes().decode("utf-16-le", "ignore")
    if path.suffix == ".eml": return email.message_from_bytes(path.read_bytes(), policy=email.policy.default).get_body(("plain",)).get_content()
    if path.suffix != ".txt": return path.read_text(encoding="utf-8")
    return path.read_bytes().decode(ENC.get(c.get("encoding"), c.get("encoding", "utf-8")))


def id_ok(n):
    w = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return "10X98765432"[sum(int(d) * k for d, k in zip(n, w)) % 11] == n[17] and int(n[6:10]) < 1920


def main():
    bad, alone = [], []
    labels = {json.loads(line)["file"]: json.loads(line) for line in (ROOT / "labels.jsonl").read_text(encoding="utf-8").splitlines()}
    files = {str(p.relative_to(ROOT)) for d in ("block", "review", "pass") for p in (ROOT / d).rglob("*") if p.is_file()}
    for f in sorted(files ^ set(labels)):
        bad.append((f, "label or file is missing"))
    whole = re.compile(r"^[\s((【]*(绝密|機密|机密|秘密|内部资料|内部文件|内部刊物|内部|密件|工作秘密|密码电报|商业秘密|公司机密)\s*([★☆*·]\s*\S{1,12})?[\s))】]*$")
    for c in CASES:
        text = text_of(c)
        flat = squeeze(text)
        if c.get("find") and squeeze(wide(c["find"])) not in flat and squeeze(c["find"]) not in flat:
            bad.append((c["file"], "decisive text not found: " + c["find"]))
        if len(flat) < 60:
            bad.append((c["file"], "hardly any text: %d characters" % len(flat)))
        for n in re.findall(r"(?<!\d)[1-8]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])\d{5}[\dX](?!\d)", text):
            if not id_ok(n):
                bad.append((c["file"], "identity number " + n))
        if c["expected"] == "pass":
            alone += [(c["file"], line.strip()) for line in text.split("\n") if whole.match(line)]
    text = zip_text((ROOT / "block/docx-all-places.docx").read_bytes())
    for key, _, mark in place_marks():
        if mark not in text and key != "macro":
            bad.append(("block/docx-all-places.docx", key))
    for f, what in bad: print("WRONG ", f, what)
    for f, line in alone: print("alone ", f, repr(line))
    counts = {}
    for row in labels.values(): counts[row["expected"]] = counts.get(row["expected"], 0) + 1
    blocks = [r for r in labels.values() if r["expected"] == "block"]
    print(counts, "disguised: %d of %d block" % (sum(r["disguise"] != "none" for r in blocks), len(blocks)), "bytes:", sum((ROOT / f).stat().st_size for f in files))
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
