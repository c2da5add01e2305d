"""Mutated PDF files: none may panic or hang, and one without a gap must have given all its text.

Usage: mutants.py MIJIAN COUNT SEED WORKFOLDER FOLDER...

Bit flips, splices and truncations of the PDF files below the folders (up to 300 KB each) are screened
in batches. Whatever has no unread part is read by mutool and pdfium (pypdfium2) too: if one of them
finds more characters than we, white space left out, the file is kept and counted as a hole. Only
characters count that the sound files have too: a damaged font makes peers read two wrong letters for
one ideograph.
"""

import json
import random
import re
import subprocess
import sys
from collections import Counter
from multiprocessing import Process, Queue
from pathlib import Path

BATCH = 500
LARGEST = 300_000
SLOW_MS = 2_000


def mutate(rng, seeds):
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
    return Counter(c for c in text if not c.isspace() and c != "\ufffd" and c.isprintable())


def pdfium_text(path, queue):
    import pypdfium2

    pages = []
    try:
        document = pypdfium2.PdfDocument(path)
        for page in document:
            pages.append(page.get_textpage().get_text_bounded())
    except Exception:
        pass
    queue.put("\n".join(pages))


def pdfium(path):
    queue = Queue()
    process = Process(target=pdfium_text, args=(path, queue))
    process.start()
    try:
        text = queue.get(timeout=20)
    except Exception:
        text = ""
    process.kill()
    process.join()
    return text


def output(*command):
    try:
        return subprocess.run(command, capture_output=True, timeout=20).stdout.decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        return ""


def main():
    mijian, count, seed, work, *folders = sys.argv[1:]
    rng = random.Random(int(seed))
    paths = sorted(p for folder in folders for p in Path(folder).rglob("*.pdf") if p.stat().st_size <= LARGEST)
    seeds = [p.read_bytes() for p in paths]
    sound = [characters(output("mutool", "draw", "-q", "-F", "txt", p)) for p in paths]
    work = Path(work)
    batch_folder, kept = work / "batch", work / "kept"
    batch_folder.mkdir(parents=True, exist_ok=True)
    kept.mkdir(exist_ok=True)
    total = dict(files=0, gaps=0, compared=0, holes=0, crashed=0, slow=0, lost=0)
    for start in range(0, int(count), BATCH):
        names, truth = [], {}
        for number in range(start, min(start + BATCH, int(count))):
            path = batch_folder / f"{number}.pdf"
            data, used = mutate(rng, seeds)
            path.write_bytes(data)
            names.append(path)
            truth[path.name] = sum((sound[index] for index in used), Counter())
        run = subprocess.run([mijian, "scan", "--jobs", "1", "--format", "jsonl", batch_folder], capture_output=True, timeout=1800)
        seen = set()
        for line in run.stdout.decode().splitlines():
            record = json.loads(line)
            if "summary" in record:
                continue
            seen.add(record["name"])
            total["files"] += 1
            path = batch_folder / record["name"]
            rules = {u["rule"] for u in record["unread"]}
            keep = None
            if "unread.crashed" in rules:
                total["crashed"] += 1
                keep = "crashed"
            if record["ms"] > SLOW_MS:
                total["slow"] += 1
                keep = "slow"
            if rules:
                total["gaps"] += 1
            else:
                total["compared"] += 1
                known = truth[record["name"]]
                sound_part = lambda text: (characters(text) & known).total()
                ours = sound_part(output(mijian, "text", "--plain", path))
                theirs = [("mutool", sound_part(output("mutool", "draw", "-q", "-F", "txt", path)))]
                theirs.append(("pdfium", sound_part(pdfium(path))))
                for tool, found in theirs:
                    if found > ours:
                        keep = f"hole-{tool}-{found}-{ours}"
                if keep and keep.startswith("hole"):
                    total["holes"] += 1
            if keep:
                (kept / f"{keep}-{record['name']}").write_bytes(path.read_bytes())
        total["lost"] += len(names) - len(seen)
        for path in names:
            path.unlink()
        print(total, flush=True)


if __name__ == "__main__":
    main()
