#!/usr/bin/env python3
"""Writes hostile files of every format into a folder, runs mijian over each, and prints a table of
verdict, CPU seconds and peak memory; the exit code is 1 when one took more than 10 s or 512 MB (a PDF
more than 2 s, or 2 s per 10 MB, or 200 MB), or passed without having been read.

    hostile.py FOLDER [MIJIAN]      writes the files, unless the folder holds some, then runs MIJIAN
                                    (if given) over them

Files whose name begins with "ok-" may pass: everything in them can be read.
"""
import json, os, subprocess, sys
from collections import Counter, namedtuple

import hostile_crafted, hostile_lying, hostile_pdf


Row = namedtuple("Row", "kind verdict why seconds megabytes")


def measure(binary, path):
    """What a scan of a file says, and what it takes: processor seconds and MB of all its processes."""
    code = "import resource,subprocess,sys;p=subprocess.run(sys.argv[1:],stdout=subprocess.PIPE,stderr=subprocess.DEVNULL,timeout=120);r=resource.getrusage(resource.RUSAGE_CHILDREN);sys.stdout.buffer.write(p.stdout);print('#',r.ru_utime+r.ru_stime,r.ru_maxrss,p.returncode)"
    command = [binary, "scan", "--format", "jsonl", "--fail-on", "never", "--jobs", "1", path]
    out = subprocess.run([sys.executable, "-c", code, *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    lines = out.stdout.decode(errors="replace").splitlines()
    seconds, memory, status = (lines[-1].split()[1:] + ["0", "0", "?"])[:3] if lines and lines[-1].startswith("#") else ("120", "0", "timeout")
    record = next((json.loads(line) for line in lines if line.startswith("{") and '"name"' in line), {})
    why = ",".join(sorted({unread["rule"].removeprefix("unread.") for unread in record.get("unread", [])}))
    return Row(record.get("type", "?"), record.get("verdict", f"exit {status}"), why, float(seconds), int(memory) // 1024)


def run(folder, binary):
    rows, verdicts, bad = [], Counter(), 0
    print("file\ttype\tverdict\tunread\tCPU s\tMB\t", flush=True)
    for name in sorted(os.listdir(folder)):
        if name.endswith(".tsv"):
            continue
        path = os.path.join(folder, name)
        row = measure(binary, path)
        flags = []
        megabytes = os.path.getsize(path) / 1e6
        if row.seconds > (max(2, megabytes / 5) if name.endswith(".pdf") else 10):
            flags.append("SLOW")
        if row.megabytes > (200 if name.endswith(".pdf") else 512):
            flags.append("FAT")
        if row.verdict == "pass" and not name.startswith("ok-") or row.verdict not in ("pass", "review", "block"):
            flags.append("VERDICT")
        if name.startswith("block-") and row.verdict != "block":
            flags.append("MISSED")
        bad += bool(flags)
        rows.append(name)
        verdicts[row.verdict] += 1
        print(f"{name}\t{row.kind}\t{row.verdict}\t{row.why}\t{row.seconds:.2f}\t{row.megabytes}\t{' '.join(flags)}", flush=True)
    print(f"{len(rows)} files, {dict(verdicts)}, {bad} with trouble")
    return bad


def write(folder):
    def put(name, data):
        with open(os.path.join(folder, name), "wb") as f:
            f.write(data.encode() if isinstance(data, str) else data)

    hostile_crafted.crafted(put)
    hostile_lying.lying(put)
    hostile_pdf.pdf(put)


if __name__ == "__main__":
    FOLDER = sys.argv[1]
    os.makedirs(FOLDER, exist_ok=True)
    if not os.listdir(FOLDER):
        write(FOLDER)
    if len(sys.argv) > 2:
        sys.exit(1 if run(FOLDER, sys.argv[2]) else 0)
    print(len(os.listdir(FOLDER)), "files")
