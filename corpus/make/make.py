#!/usr/bin/env python3
"""Builds the corpus: documents, labels.jsonl, make/places.json and make/truth/. See ../README.md for what it needs.

    python3 make.py [--out DIR] [--seed N] [--only WORD] [--profile DIR]
"""
import argparse
import json
import shutil
import tempfile
from pathlib import Path

import carriers
import handmade
import producers
from catalogue import CASES
from model import CJK, Doc, Slots, parse, plain_lines, wide  # noqa: F401
from texts_body import BODIES
from texts_reg import regulation

PLACES = [  # one mark for each hiding place of a .docx
    ("header", "default header"), ("first_header", "first-page header"), ("even_header", "even-page header"), ("section_header", "header of a later section"), ("footer", "default footer"), ("first_footer", "first-page footer"),
    ("even_footer", "even-page footer"), ("textbox", "text box (both branches of AlternateContent)"), ("watermark", "WordArt watermark, VML textpath"), ("footnote", "footnote"),
    ("endnote", "endnote"), ("comment", "comment"), ("deleted", "tracked deletion"), ("inserted", "tracked insertion"), ("vanish", "hidden text"), ("field_code", "field code"), ("field_result", "field result"),
    ("content_control", "content control"), ("sdt_placeholder", "title of a content control"), ("alt_text", "alternative text of a picture"), ("alt_title", "title of a picture"), ("bookmark", "bookmark name"),
    ("hyperlink", "hyperlink target"), ("tooltip", "hyperlink tooltip"), ("custom_xml", "custom XML part"), ("embedded_workbook", "embedded workbook"), ("ole_object", "OLE object holding a text file"), ("alt_chunk", "altChunk (HTML)"),
    ("glossary", "glossary part"), ("title", "property: title"), ("subject", "property: subject"), ("keywords", "property: keywords"), ("comments", "property: comments"), ("category", "property: category"), ("status", "property: status"),
    ("company", "property: company"), ("manager", "property: manager"), ("custom_property", "custom property"), ("document_variable", "document variable"), ("macro", "macro code (vbaProject.bin)")]


def place_marks():
    """A different lawful mark for each place: 秘密 1 to 10 years, 机密 1 to 20, 绝密 1 to 30."""
    marks = ["秘密★%d年" % n for n in range(1, 11)] + ["机密★%d年" % n for n in range(1, 21)] + ["绝密★%d年" % n for n in range(1, 31)]
    return [(key, what, mark) for (key, what), mark in zip(PLACES, marks)]


def document(c, seed):
    slots = Slots(seed, c["file"])
    markup, widen = c["markup"], True
    if c.get("regulation") is not None:
        markup, widen = regulation(c["regulation"], slots), c["regulation"] % 5 != 2
    raw = []
    if markup.startswith("%"):
        line, markup = markup.split("\n", 1)
        kind, rest = line[1:].split(" ", 1)
        pieces = rest.split("|")
        if kind == "WINGDINGS":  # the star as a symbol: character AB of Wingdings
            xml = handmade.run(pieces[0]) + '<w:r><w:sym w:font="Wingdings" w:char="F0AB"/></w:r>' + handmade.run(pieces[1])
        else:  # one phrase in several runs, with what Word leaves between them
            xml = '<w:proofErr w:type="spellStart"/>'.join(handmade.run(p) for p in pieces)
            xml = xml.replace("</w:r><w:proofErr", '</w:r><w:bookmarkStart w:id="3" w:name="_GoBack"/><w:bookmarkEnd w:id="3"/><w:proofErr', 1)
        raw = [("raw", handmade.para(xml, "left"))]
    fix = lambda t: wide(slots.fill(t)) if t else t
    doc = parse(markup, slots, widen, header=fix(c.get("header")), footer=fix(c.get("footer")), header_align=c.get("header_align", "left"), props=dict(c.get("props", {})), title=c.get("title"))
    doc.blocks = raw + doc.blocks
    return doc


def encode(text, encoding):
    if encoding.endswith("-bom"):
        name = encoding[:-4]
        return ("\ufeff" + text).encode(name)
    return text.encode(encoding)


def build(out, seed, only, profile):
    queues = {}
    for c in CASES:
        if only and only not in c["file"]:
            continue
        path = out / c["file"]
        path.parent.mkdir(parents=True, exist_ok=True)
        doc, origin = document(c, seed), c["origin"]
        if origin == "chromium" and ("recall-1" in c["file"] or "full-width" in c["file"]):
            doc.props["serif"] = True
        if c.get("truth"):
            truth = out / "make" / "truth" / (path.stem + ".txt")
            truth.parent.mkdir(parents=True, exist_ok=True)
            truth.write_text("\n".join(plain_lines(doc)) + "\n", encoding="utf-8")
        if path.suffix in carriers.FILTERS:
            queues.setdefault("office", []).append((doc, path))
        elif path.suffix == ".pptx":
            carriers.pptx(doc, path)
        elif path.suffix in carriers.HAND:
            path.write_bytes(carriers.HAND[path.suffix](doc, path))
        elif origin != "hand":
            queues.setdefault(origin, []).append((doc, path))
        elif path.suffix == ".txt":
            path.write_bytes(encode(producers.txt(doc), c.get("encoding", "utf-8")))
        elif path.suffix == ".md":
            path.write_text(producers.markdown(doc, c.get("front")) + c.get("extra", ""), encoding="utf-8")
        elif path.suffix == ".html":
            path.write_text(producers.html_site(doc, head=c.get("head", ""), extra=c.get("extra", "")), encoding="utf-8")
        elif path.suffix == ".docx":
            handmade.docx(doc, path, **c.get("hidden", {}))
        elif "raw" in c:
            handmade.raw_pdf(c["raw"]["lines"], path, c["raw"].get("older"))
        else:
            with tempfile.TemporaryDirectory() as tmp:
                base = Path(tmp, path.name)
                producers.reportlab_pdf([(doc, base)], cid=True)
                handmade.pdf_extras(path, base, **c["pdf"])
    if not only or "all-places" in only:
        doc = parse(BODIES["sanitation"].replace("> {date}", ""), Slots(seed, "all-places"))
        marks = place_marks()
        (out / "block").mkdir(parents=True, exist_ok=True)
        handmade.docx(doc, out / "block/docx-all-places.docx", **{k: ("https://example.com/download?name=" + m if k == "hyperlink" else m) for k, _, m in marks})
        (out / "make").mkdir(exist_ok=True)
        (out / "make/places.json").write_text(json.dumps({"file": "block/docx-all-places.docx", "places": [{"place": k, "what": w, "text": m} for k, w, m in marks]}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    run = {"office": lambda j: carriers.office(j, profile), "libreoffice": lambda j: producers.libreoffice(j, profile), "chromium": producers.chromium, "weasyprint": producers.weasyprint, "typst": producers.typst_pdf, "fpdf2": producers.fpdf2_pdf,
           "python-docx": producers.python_docx, "reportlab-cid": lambda j: producers.reportlab_pdf(j, True), "reportlab-ttf": lambda j: producers.reportlab_pdf(j, False)}
    for origin, jobs in queues.items():
        print("%-14s %d" % (origin, len(jobs)), flush=True)
        run[origin](jobs)
    labels = [dict(file="block/docx-all-places.docx", expected="block", rule="mark.state", place="header", disguise="none", origin="hand")]
    labels += [{k: c[k] for k in ("file", "expected", "rule", "place", "disguise", "origin")} for c in CASES]
    for row in labels:
        if row["expected"] == "pass":
            row["place"] = None
    labels.sort(key=lambda r: r["file"])
    assert len({r["file"] for r in labels}) == len(labels)
    if not only:
        (out / "labels.jsonl").write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in labels), encoding="utf-8")


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--out", type=Path, default=Path(__file__).resolve().parent.parent)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--only", help="build only files whose name contains this; labels.jsonl stays as it is")
    p.add_argument("--profile", default=tempfile.gettempdir() + "/lo-corpus", help="LibreOffice profile folder")
    a = p.parse_args()
    build(a.out, a.seed, a.only, a.profile)
