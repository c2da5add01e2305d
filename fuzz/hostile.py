#!/usr/bin/env python3
"""Writes hostile files of every format into a folder, runs mijian over each, and prints a table of
verdict, CPU seconds and peak memory; the exit code is 1 when one took more than 10 s or 512 MB (a PDF
more than 2 s, or 2 s per 10 MB, or 200 MB), or passed without having been read.

    hostile.py FOLDER [MIJIAN]      writes the files, unless the folder holds some, then runs MIJIAN
                                    (if given) over them

Files whose name begins with "ok-" may pass: everything in them can be read.
"""
import json, os, subprocess, sys
from collections import Counter

import hostile_crafted, hostile_lying, hostile_pdf

OUT = sys.argv[1]
os.makedirs(OUT, exist_ok=True)


def put(name, data):
    with open(os.path.join(OUT, name), "wb") as f:
        f.write(data.encode() if isinstance(data, str) else data)


def run(binary):
    rows, verdicts, bad = [], Counter(), 0
    print("file\ttype\tverdict\tunread\tCPU s\tMB\t", flush=True)
    for name in sorted(os.listdir(OUT)):
        if name.endswith(".tsv"):
            continue
        code = f"import resource,subprocess,sys;p=subprocess.run(sys.argv[1:],stdout=subprocess.PIPE,stderr=subprocess.DEVNULL,timeout=120);r=resource.getrusage(resource.RUSAGE_CHILDREN);sys.stdout.buffer.write(p.stdout);print('#',r.ru_utime+r.ru_stime,r.ru_maxrss,p.returncode)"
        out = subprocess.run([sys.executable, "-c", code, binary, "scan", "--format", "jsonl", "--fail-on", "never", "--jobs", "1", os.path.join(OUT, name)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode(errors="replace")
        lines = out.splitlines()
        seconds, memory, status = (lines[-1].split()[1:] + ["0", "0", "?"])[:3] if lines and lines[-1].startswith("#") else ("120", "0", "timeout")
        record = {}
        for line in lines:
            if line.startswith("{") and '"name"' in line:
                record = json.loads(line)
                break
        verdict = record.get("verdict", f"exit {status}")
        why = ",".join(sorted({unread["rule"].removeprefix("unread.") for unread in record.get("unread", [])}))
        flags = []
        megabytes = os.path.getsize(os.path.join(OUT, name)) / 1e6
        if float(seconds) > (max(2, megabytes / 5) if name.endswith(".pdf") else 10):
            flags.append("SLOW")
        if int(memory) > (200 if name.endswith(".pdf") else 512) * 1024:
            flags.append("FAT")
        if verdict == "pass" and not name.startswith("ok-") or verdict not in ("pass", "review", "block"):
            flags.append("VERDICT")
        if name.startswith("block-") and verdict != "block":
            flags.append("MISSED")
        bad += bool(flags)
        rows.append(name)
        verdicts[verdict] += 1
        print(f"{name}\t{record.get('type', '?')}\t{verdict}\t{why}\t{float(seconds):.2f}\t{int(memory) // 1024}\t{' '.join(flags)}", flush=True)
    print(f"{len(rows)} files, {dict(verdicts)}, {bad} with trouble")
    return bad


if not os.listdir(OUT):
    hostile_crafted.crafted(put)
    hostile_lying.lying(put)
    hostile_pdf.pdf(put)
if len(sys.argv) > 2:
    sys.exit(1 if run(sys.argv[2]) else 0)
print(len(os.listdir(OUT)), "files")
