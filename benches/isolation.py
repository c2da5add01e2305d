#!/usr/bin/env python3
"""The price of looking into documents in processes of their own.

    cargo build --release && python3 benches/isolation.py [--rounds 7] [--program FILE] [FOLDER]...

Scans small texts that it writes itself (a few hundred, some thousands), the corpus and every FOLDER
named, with `--isolation process` and `--isolation none` in turns, on one and two jobs, and prints
processor seconds (user and system, all processes of the run) and seconds by the clock: the least of
all rounds, since other work on the machine only adds. The answers of both have to be the same.
"""

import argparse
import json
import os
import pathlib
import random
import resource
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SENTENCES = [
    "今日天气晴朗，图书馆开放时间调整",
    "会议在上午举行，请各单位按时参加",
    "本通知自发布之日起施行",
    "道路施工期间请车辆绕行",
    "欢迎市民报名参加，截止日期为月底",
    "工作人员应当认真学习有关规定",
]
SMALL = [300, 3_000, 20_000]


def write_small(folder, count):
    """Texts of 0.5 to 5 KB, a fiftieth of them marked, a twentieth of them talking about marks."""
    chance = random.Random(count)
    for number in range(count):
        lines = [chance.choice(SENTENCES) + "。" for _ in range(chance.randint(10, 80))]
        if number % 50 == 0:
            lines.insert(0, "机密★10年\n")
        if number % 20 == 0:
            lines.append("国家秘密分为绝密、机密、秘密三级。")
        folder.joinpath(f"{number // 500:03}").mkdir(parents=True, exist_ok=True)
        folder.joinpath(f"{number // 500:03}", f"{number:05}.txt").write_text("\n".join(lines))


def answers(report):
    """The report without times."""
    lines = [json.loads(line) for line in report.splitlines()]
    for line in lines:
        line.pop("ms", None)
        line.get("summary", {}).pop("seconds", None)
    return lines


def run(program, folder, isolation, jobs):
    """Processor seconds, seconds by the clock, report."""
    command = [program, "scan", folder, "--format", "jsonl", "--isolation", isolation, "--jobs", str(jobs)]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    report = subprocess.run(command, stdout=subprocess.PIPE, check=False).stdout
    clock, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, clock, report


def measure(program, name, folder, rounds):
    for jobs in [1, 2]:
        least = {}
        seen = {}
        for _ in range(rounds):
            for isolation in ["none", "process"]:
                cpu, clock, report = run(program, folder, isolation, jobs)
                old = least.get(isolation, (cpu, clock))
                least[isolation] = (min(cpu, old[0]), min(clock, old[1]))
                seen[isolation] = report
        assert answers(seen["none"]) == answers(seen["process"]), f"{name}: the answers differ"
        documents = answers(seen["none"])[-1]["summary"]["documents"]
        (cpu_none, clock_none), (cpu, clock) = least["none"], least["process"]
        print(
            f"| {name} | {documents} | {jobs} | {cpu_none:.3f} | {cpu:.3f} | {100 * (cpu / cpu_none - 1):+.1f} % "
            f"| {clock_none:.3f} | {clock:.3f} | {100 * (clock / clock_none - 1):+.1f} % |",
            flush=True,
        )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="*", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--program", default=str(ROOT / "target/release/mijian"))
    options = parser.parse_args()
    print(f"load at the start: {os.getloadavg()[0]:.1f}; rounds: {options.rounds}\n")
    print("| set | documents | jobs | CPU s, none | CPU s, process | price | clock s, none | clock s, process | price |")
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        for count in SMALL:
            folder = pathlib.Path(temporary, str(count))
            write_small(folder, count)
            measure(options.program, "small texts", folder, options.rounds)
    for folder in [ROOT / "corpus", *options.folders]:
        measure(options.program, folder.name, folder, options.rounds)


if __name__ == "__main__":
    main()
