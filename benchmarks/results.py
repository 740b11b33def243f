"""The figures of a benchmark in a file: one schema for all, from which proof.py makes docs/proof.md.

A file of benchmarks/results/ is one run: what ran (command, version, digests of the model's files), when and where
(date, machine, load), and rows, each a kind of text or a size, a system, and its figures. What a figure was measured
on, and whether anything was fitted on it, docs/proof.md says; how it is measured, README.md.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import shlex
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from aligner.version import VERSION, shipped_digest

FOLDER = Path(__file__).parent / "results"
FIELDS: Mapping[str, Any] = {
    "benchmark": str,
    "command": str,
    "date": str,
    "minutes": (int, float, type(None)),  # None: not known
    "version": str,
    "model": dict,  # file of aligner/data -> first 12 hex digits of its SHA-256; empty: no figure depends on one
    "machine": str,
    "load": (list, type(None)),  # lowest and highest at begin and end of the run
    "note": str,
    "rows": list,
}
Figures = Mapping[str, float | int | str]


class Row(NamedTuple):
    """What a system did on a kind of text, or at a size: figures by name, or why there are none.

    `bins` are those of a calibration: mean probability, share that is right, how many. `earlier` is the date of
    figures that are older than the run: the system was there then, and is not now.
    """

    kind: str
    system: str
    figures: Figures
    bins: Sequence[tuple[float, float, int]] = ()
    missing: str = ""
    earlier: str = ""
    version: str = ""


class Result(NamedTuple):
    """A file of results; `name` is that of the file."""

    name: str
    command: str
    date: str
    minutes: float | None
    version: str
    model: Mapping[str, str]
    machine: str
    load: Sequence[float] | None
    note: str
    rows: Sequence[Row]


class Run:
    """A benchmark under way: begun when it is made, written when it has its rows."""

    def __init__(self, files: Sequence[str]) -> None:
        self.files = files
        self.begun = time.monotonic()
        self.loads = [os.getloadavg()[0]]

    def write(self, path: Path, rows: Sequence[Row]) -> None:
        """Write the figures of this run; a peer that is not here now keeps those that it had, with their date."""
        self.loads += os.getloadavg()[:2]  # of the last minute, and of the last five
        rows = with_earlier(rows, read_result(path)) if path.exists() else rows
        write_result(
            path,
            Result(
                path.stem,
                command_line(),
                datetime.date.today().isoformat(),
                round((time.monotonic() - self.begun) / 60, 1),
                VERSION,
                {name: shipped_digest(name) for name in self.files},
                machine(),
                [round(min(self.loads), 1), round(max(self.loads), 1)],
                "",
                rows,
            ),
        )


def row_of(kind: str, system: str, found: Mapping[str, Any], figures: Figures) -> Row:
    """A row of what a process found: figures with its version, why it failed, or, of no kind, why it is not there."""
    if "missing" in found:
        return Row("", system, {}, missing=found["missing"])
    return Row(kind, system, figures, missing=found.get("failed", ""), version=found.get("version", ""))


def with_earlier(rows: Sequence[Row], before: Result) -> list[Row]:
    """For a system that is not there (no kind), the rows that it had in the run before, if it had figures there."""
    found: list[Row] = []
    for row in rows:
        old = [] if row.kind else [b for b in before.rows if b.kind and b.system == row.system]
        found += [b._replace(earlier=b.earlier or before.date) for b in old] or [row]
    return found


def labelled(system: str, version: str) -> str:
    """The name of a system with its version behind the first word; what is no version, behind all.

    >>> labelled("sentweave (vecalign)", "0.3.3"), labelled("OpusFilter, without Lingua", "3.3.1, 13 filters")
    ('sentweave 0.3.3 (vecalign)', 'OpusFilter 3.3.1, 13 filters, without Lingua')
    """
    if version.startswith("("):
        return f"{system} {version}"
    package, *setting = system.split(" ", 1)
    comma = "," * package.endswith(",")
    return " ".join([package.rstrip(","), f"{version}{comma}", *setting]) if version else system


def add_option(parser: argparse.ArgumentParser) -> None:
    """The option of every benchmark that the proof shows."""
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there, for docs/proof.md")


def command_line(words: Sequence[str] | None = None) -> str:
    """The command that is running, as README.md writes it: without --json, with $DEV for the folder of that name."""
    given = sys.orig_argv[1:] if words is None else list(words)
    kept: list[str] = []
    for k, word in enumerate(given):
        if word.startswith("--json") or (k and given[k - 1] == "--json"):
            continue
        kept.append(shlex.quote(word))
    text = " ".join(["python", *kept])
    dev = os.environ.get("DEV", "").rstrip("/")
    return text.replace(dev, "$DEV") if dev else text


def machine() -> str:
    """System, processor, cores and Python."""
    info = Path("/proc/cpuinfo")
    names = info.read_text("utf-8").split("model name") if info.exists() else []
    processor = f" ({names[1].splitlines()[0].strip(': 	')})" if len(names) > 1 else ""
    system = f"{platform.system()} {platform.machine()}{processor}, {os.cpu_count()} cores"
    return f"{system}, Python {platform.python_version()}"


def write_result(path: Path, result: Result) -> None:
    """A line for each field and each row, so that a new run is read as a difference."""
    fields = {"benchmark": result.name} | {
        name: getattr(result, name) for name in FIELDS if name not in ("benchmark", "rows")
    }
    lines = [f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items()]
    rows = []
    for row in result.rows:
        told: dict[str, Any] = {"kind": row.kind, "system": row.system, "figures": dict(row.figures)}
        told |= {"bins": [list(part) for part in row.bins]} if row.bins else {}
        told |= {name: value for name in ("version", "missing", "earlier") if (value := getattr(row, name))}
        rows.append(json.dumps(told, ensure_ascii=False))
    text = "{\n" + ",\n".join([*lines, '"rows": [\n' + ",\n".join(rows) + "\n]"]) + "\n}\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(text, "utf-8")
    part.replace(path)


def read_result(path: Path) -> Result:
    """Read a file of results; raises ValueError with what is wrong, where it is none."""
    try:
        told = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise ValueError(f"{path}: not JSON: {error}") from None
    for name, kind in FIELDS.items():
        if not isinstance(told, dict) or not isinstance(told.get(name), kind):
            raise ValueError(f"{path}: no {name}, or not of its type; write it with --json of a benchmark")
    if told["benchmark"] != path.stem or not told["command"] or not told["rows"]:
        raise ValueError(f"{path}: names another benchmark, or has no command or no rows")
    rows = []
    for k, row in enumerate(told["rows"]):
        if not row.get("system") or bool(row.get("figures")) == bool(row.get("missing")):
            raise ValueError(f"{path}: row {k} needs a system, and either figures or why there are none")
        bins = tuple((p, share, n) for p, share, n in row.get("bins", []))
        texts = {name: row.get(name, "") for name in ("missing", "earlier", "version")}
        rows.append(Row(row["kind"], row["system"], row["figures"], bins, **texts))
    return Result(
        **{name: told[name] for name in FIELDS if name not in ("benchmark", "rows")}, name=path.stem, rows=rows
    )


def read_results(folder: Path = FOLDER) -> dict[str, Result]:
    """All results of a folder, by name."""
    return {path.stem: read_result(path) for path in sorted(folder.glob("*.json"))}
