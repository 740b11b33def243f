"""How fast `aligner build` is and what it holds in memory: seconds, CPU seconds and bytes over all its processes.

usage: building.py DOCUMENTS [--jobs 2]      (a folder or a manifest; the corpus is built anew and thrown away)
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time


def family(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for thread in pathlib.Path(f"/proc/{pid}/task").iterdir():
        found += [p for child in (thread / "children").read_text().split() for p in family(int(child))]
    return found


def memory(pid: int) -> tuple[int, int]:
    """Resident and proportional bytes of a process and all below it; pages that they share count once in the latter."""
    totals = [0, 0]
    for member in family(pid):
        for line in pathlib.Path(f"/proc/{member}/smaps_rollup").read_text().splitlines()[1:]:
            for k, name in enumerate(("Rss:", "Pss:")):
                totals[k] += int(line.split()[1]) * 1024 if line.startswith(name) else 0
    return totals[0], totals[1]


def cpu_seconds(pid: int) -> float:
    """CPU seconds of a process so far."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Build once, watch."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("documents")
    parser.add_argument("--jobs", default="2")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        call = [
            sys.executable,
            "-m",
            "aligner",
            "build",
            chosen.documents,
            "-o",
            f"{folder}/corpus",
            "--jobs",
            chosen.jobs,
        ]
        begun = time.perf_counter()
        process = subprocess.Popen(call, stderr=subprocess.PIPE)
        most, cpu = [0, 0], dict[int, float]()
        while process.poll() is None:
            try:
                most = [max(pair) for pair in zip(most, memory(process.pid), strict=True)]
                cpu |= {pid: cpu_seconds(pid) for pid in family(process.pid)}
            except (OSError, IndexError):  # a process that has just ended
                continue
            time.sleep(0.1)
        seconds = time.perf_counter() - begun
        if process.returncode:
            sys.exit((process.stderr or sys.stdin.buffer).read().decode())
        counts = json.loads(pathlib.Path(folder, "corpus", "corpus.json").read_bytes())["counts"]
    used = sum(cpu.values())
    pairs = counts["pairs"]
    print(f"{pairs} pairs, {counts['en_sentences'] + counts['vi_sentences']} sentences; load {os.getloadavg()[0]:.1f}")
    print(f"{seconds:.1f} s: {pairs / seconds:.0f} a second; {used:.1f} s of CPU, {pairs / used:.0f} a second and core")
    print(f"memory over all processes: {most[0] / 1e6:.0f} MB resident, {most[1] / 1e6:.0f} MB with shared pages once")


if __name__ == "__main__":
    main()
