#!/usr/bin/env python3
"""Documents and megabytes a second, memory, and what was found, beside two peers in one run.

    cargo build --release
    pip install docx2txt ferret-scan==2.5.5; apt-get install poppler-utils ripgrep
    python3 benches/throughput.py [--rounds 5] [--program FILE] [FOLDER]...

Screens the corpus and every FOLDER named on one core and on two (by the affinity of the processes):
mijian with its documents in processes of their own, and without; ripgrep for the words of marks over
what pdftotext and docx2txt make of PDF and DOCX files, and over all other files as they are;
ferret-scan, which looks for other things and reads PDF and Office files too. A peer that is not
installed is left out and named. Least of all rounds, since other work on the machine only adds.

For the corpus the answers are checked: of the documents labelled block, how many did the tool stop, and
of those labelled pass. mijian has to stop every one of the first and none of the second.
"""

import argparse
import concurrent.futures
import json
import multiprocessing
import os
import pathlib
import resource
import shutil
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORDS = "绝密|机密|秘密|内部资料|内部文件|内部明电|TOP SECRET|CONFIDENTIAL"


# What ferret-scan may take for one folder.
FERRET_SECONDS = 120
FERRET_BYTES = 4 << 30


def files_of(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def peak_of(pid):
    """The most memory a process has held so far, in bytes; 0 when it is gone."""
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    fields = [line.split() for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(fields[0][1]) * 1024 if fields else 0


def children_of(pid):
    children = []
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children += task.read_text().split()
        except OSError:
            pass
    return children


def mijian(program, folder, cores, isolation):
    """The names that are stopped, and the peaks of the run and of its largest worker."""
    command = [program, "scan", folder, "--format", "jsonl", "--isolation", isolation, "--jobs", str(cores)]
    with tempfile.TemporaryFile() as report:
        child = subprocess.Popen(command, stdout=report)
        peaks = [0, 0]

        def watch():
            while child.poll() is None:
                peaks[0] = max(peaks[0], peak_of(child.pid))
                peaks[1] = max([peaks[1]] + [peak_of(pid) for pid in children_of(child.pid)])
                time.sleep(0.01)

        watcher = threading.Thread(target=watch)
        watcher.start()
        watcher.join()
        report.seek(0)
        lines = [json.loads(line) for line in report]
    documents = [line for line in lines if "name" in line]
    assert len(documents) == len(files_of(folder)) == lines[-1]["summary"]["documents"], "a document without answer"
    return {line["name"] for line in documents if line["verdict"] == "block"}, peaks


def ripgrep(folder, cores):
    """The names of files in which, or in the text of which, one of the words stands."""
    with tempfile.TemporaryDirectory() as texts:

        def text_of(path):
            out = pathlib.Path(texts, str(path.relative_to(folder)) + ".txt")
            out.parent.mkdir(parents=True, exist_ok=True)
            if path.suffix == ".pdf":
                subprocess.run(["pdftotext", path, out], stderr=subprocess.DEVNULL, check=False)
            elif path.suffix == ".docx":
                with open(out, "wb") as file:
                    subprocess.run(["docx2txt", path], stdout=file, stderr=subprocess.DEVNULL, check=False)
            else:
                out.symlink_to(path)

        with concurrent.futures.ThreadPoolExecutor(cores) as pool:
            list(pool.map(text_of, files_of(folder)))
        command = ["rg", "--text", "--follow", "--no-ignore", "--hidden", "-l", "-j", str(cores), WORDS, texts]
        found = subprocess.run(command, stdout=subprocess.PIPE, check=False).stdout.decode()
    return {name[len(texts) + 1 : -len(".txt")] for name in found.splitlines()}, None


def ferret(folder, _cores):
    """The same, by ferret-scan with limits: without them it has made a machine of 8 GB stand still."""
    command = ["ferret-scan", "--file", folder, "--recursive", "--format", "json", "--limit", "0", "--quiet"]

    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (FERRET_BYTES, FERRET_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (FERRET_SECONDS, FERRET_SECONDS))

    try:
        found = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
            preexec_fn=limit,
            timeout=2 * FERRET_SECONDS,
        ).stdout
    except subprocess.TimeoutExpired:
        found = b""
    if not found:
        print(f"ferret-scan gave no answer within {FERRET_SECONDS} s of processor time and {FERRET_BYTES >> 30} GB")
    report = json.loads(found or b"{}")
    results = report if isinstance(report, list) else report.get("results") or report.get("findings") or []
    # It names files without their folders.
    names = {os.path.basename(finding.get("filename", "")) for finding in results}
    return {str(path.relative_to(folder)) for path in files_of(folder) if path.name in names}, None


def in_process(tool, arguments, cores, answer):
    """Runs a tool in a process of its own, so that what its processes use is known apart."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    start = time.monotonic()
    stopped, peaks = tool(*arguments)
    clock, used = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    answer.send((clock, used.ru_utime + used.ru_stime, stopped, peaks or [used.ru_maxrss * 1024, 0]))


def measured(tool, arguments, cores, rounds):
    rows = []
    for _ in range(rounds):
        here, there = multiprocessing.Pipe()
        process = multiprocessing.Process(target=in_process, args=(tool, arguments, cores, there))
        process.start()
        rows.append(here.recv())
        process.join()
    peaks = [max(row[3][part] for row in rows) for part in (0, 1)]
    return min(row[0] for row in rows), min(row[1] for row in rows), rows[-1][2], peaks


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="*", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--program", default=str(ROOT / "target/release/mijian"))
    options = parser.parse_args()
    tools = {
        "mijian": lambda folder, cores: mijian(options.program, folder, cores, "process"),
        "mijian --isolation none": lambda folder, cores: mijian(options.program, folder, cores, "none"),
    }
    peers = [("ripgrep", ripgrep, ["rg", "pdftotext", "docx2txt"]), ("ferret-scan", ferret, ["ferret-scan"])]
    for name, tool, needed in peers:
        missing = [program for program in needed if not shutil.which(program)]
        if missing:
            print(f"{name} is left out: {', '.join(missing)} not installed")
        else:
            tools[name] = tool
    labels = [json.loads(line) for line in ROOT.joinpath("corpus/labels.jsonl").read_text().splitlines() if line]
    labelled = {kind: {label["file"] for label in labels if label["expected"] == kind} for kind in ("block", "pass")}

    print(f"load at the start: {os.getloadavg()[0]:.1f}; rounds: {options.rounds}\n")
    print("| set | tool | cores | clock s | CPU s | documents/s | MB/s | peak MB, run / worker | stopped: of block, of pass |")
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    for folder in [ROOT / "corpus", *options.folders]:
        folder = folder.resolve()
        files = files_of(folder)
        size = sum(path.stat().st_size for path in files) / 1e6
        for name, tool in tools.items():
            # A peer that takes minutes is run once, on one core.
            slow = tool is ferret
            for cores in [1] if slow else [1, 2]:
                rounds = 1 if slow else options.rounds
                clock, cpu, stopped, peaks = measured(tool, (folder, cores), cores, rounds)
                said = f"{len(stopped)} documents"
                if folder == ROOT / "corpus":
                    counts = {kind: (len(stopped & names), len(names)) for kind, names in labelled.items()}
                    said = ", ".join(f"{found} of {all_}" for found, all_ in counts.values())
                    assert not name.startswith("mijian") or counts["block"][0] == counts["block"][1], said
                    assert not name.startswith("mijian") or counts["pass"][0] == 0, said
                memory = " / ".join(f"{peak / 1e6:.0f}" for peak in peaks if peak)
                print(
                    f"| {folder.name} ({len(files)}, {size:.1f} MB) | {name} | {cores} | {clock:.2f} | {cpu:.2f} "
                    f"| {len(files) / clock:.0f} | {size / clock:.1f} | {memory} | {said} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
