"""Mutated PDF files: none may panic or hang, and one without a gap must have given all its text.

Usage: mutants.py MIJIAN COUNT SEED WORKFOLDER FOLDER...

Bit flips, splices and truncations of the PDF files below the folders (up to 300 KB each) are screened
in one run. Whatever has no unread part is read by mutool and pdfium (pypdfium2) too: if one of them
finds more characters than we, white space left out, the file is kept and counted as a hole. Only
characters count that two of the three find in the sound files: a damaged font makes peers read two
wrong letters for one ideograph. Forms of one character (vertical, full width) count as the same. Beside that stands how many characters of the peer our text lacks, whatever else ours
holds. The exit code is 1 when a file crashed, was slow, got lost or is a hole.
"""

import json
import random
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path
from threading import Timer

LARGEST = 300_000
SLOW_MS = 2_000
PEER_SECONDS = 20


def mutate(rng, seeds):
    """A changed copy of one of the seeds, and the numbers of the seeds in it."""
    used = [rng.randrange(len(seeds))]
    data = bytearray(seeds[used[0]])
    kind = rng.randrange(5)
    if kind == 0:
        for _ in range(rng.choice([1, 2, 5, 20, 100])):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    elif kind == 1:
        del data[rng.randrange(len(data)):]
    elif kind == 2:
        used.append(rng.randrange(len(seeds)))
        other = seeds[used[1]]
        start = rng.randrange(len(other))
        at = rng.randrange(len(data))
        piece = other[start:start + rng.choice([10, 100, 1000, 10_000])]
        data[at:at + rng.choice([0, len(piece)])] = piece
    elif kind == 3:
        at = rng.randrange(len(data))
        del data[at:at + rng.choice([1, 3, 10, 100, 1000])]
    else:
        words = [m.span() for m in re.finditer(rb"\d+ \d+ obj|endobj|stream|endstream|/\w+|xref|trailer|\d+ 0 R", data)]
        for _ in range(rng.choice([1, 1, 2, 5])):
            (a, b), (c, d) = rng.choice(words), rng.choice(words)
            piece = bytes(data[c:d])
            if b - a == d - c:
                data[a:b] = piece
            else:
                data[a:b] = (piece + b" " * (b - a))[: b - a]
    return bytes(data), used


def characters(text):
    text = unicodedata.normalize("NFKC", text)
    return Counter(c for c in text if not c.isspace() and c != "\ufffd" and c.isprintable())


def output(*command):
    try:
        return subprocess.run(command, capture_output=True, timeout=PEER_SECONDS).stdout.decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        return ""


def mutool(path):
    return output("mutool", "draw", "-q", "-F", "txt", path)


def serve_pdfium():
    """Reads paths, one a line, and answers each with its text as a line of JSON."""
    import pypdfium2

    for line in sys.stdin:
        pages = []
        try:
            document = pypdfium2.PdfDocument(line.rstrip("\n"))
            for page in document:
                pages.append(page.get_textpage().get_text_bounded())
            document.close()
        except Exception:
            pass
        print(json.dumps("\n".join(pages)), flush=True)


class Pdfium:
    """One process that reads files one after another; a new one after a crash or a hang."""

    def __init__(self):
        self.process = None

    def text(self, path):
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen([sys.executable, __file__, "--serve-pdfium"], stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        limit = Timer(PEER_SECONDS, self.process.kill)
        limit.start()
        try:
            self.process.stdin.write(f"{path}\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        except OSError:
            answer = ""
        limit.cancel()
        if not answer:
            self.process.kill()
            self.process.wait()
        return json.loads(answer) if answer else ""


def main():
    mijian, count, seed, work, *folders = sys.argv[1:]
    rng = random.Random(int(seed))
    paths = sorted(p for folder in folders for p in Path(folder).rglob("*.pdf") if p.stat().st_size <= LARGEST)
    seeds = [p.read_bytes() for p in paths]
    sound, pdfium = {}, Pdfium()

    def known(index):
        if index not in sound:
            path = paths[index]
            ours = characters(output(mijian, "text", "--plain", path))
            first, second = characters(mutool(path)), characters(pdfium.text(path))
            sound[index] = ours & first | ours & second | first & second
        return sound[index]

    made, kept = Path(work) / f"made-{seed}", Path(work) / f"kept-{seed}"
    made.mkdir(parents=True)
    kept.mkdir()
    used = {}
    for number in range(int(count)):
        data, used[f"{number}.pdf"] = mutate(rng, seeds)
        (made / f"{number}.pdf").write_bytes(data)
    run = subprocess.run([mijian, "scan", "--format", "jsonl", made], capture_output=True)
    records = [json.loads(line) for line in run.stdout.decode().splitlines()]
    records = [record for record in records if "summary" not in record]
    total = dict(files=len(records), lost=int(count) - len(records), crashed=0, slow=0, gaps=0, compared=0, holes=0, missing=0)
    for record in records:
        name = record["name"]
        path, rules, why = made / name, {u["rule"] for u in record["unread"]}, []
        if rules & {"unread.crashed", "unread.timeout", "unread.memory"}:
            total["crashed"] += 1
            why.append("crashed")
        if record["ms"] > SLOW_MS:
            total["slow"] += 1
            why.append("slow")
        if rules:
            total["gaps"] += 1
        else:
            total["compared"] += 1
            truth = sum((known(index) for index in used[name]), Counter())
            ours = characters(output(mijian, "text", "--plain", path)) & truth
            for tool, text in (("mutool", mutool(path)), ("pdfium", pdfium.text(path))):
                theirs = characters(text) & truth
                lacking = (theirs - ours).total()
                if theirs.total() > ours.total():
                    why.append(f"hole-{tool}-{theirs.total()}-{ours.total()}")
                elif lacking > 0:
                    why.append(f"missing-{tool}-{theirs.total()}-{lacking}")
            total["holes"] += any(w.startswith("hole") for w in why)
            total["missing"] += any(w.startswith("missing") for w in why)
        if why:
            sources = ",".join(paths[index].name for index in used[name])
            print(name, *why, sources, sep="\t", flush=True)
            (kept / name).write_bytes(path.read_bytes())
    print(total)
    return any(total[key] for key in ("lost", "crashed", "slow", "holes"))


if __name__ == "__main__":
    if sys.argv[1:] == ["--serve-pdfium"]:
        serve_pdfium()
    else:
        sys.exit(main())
