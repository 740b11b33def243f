"""The measured parts of docs/proof.md, from benchmarks/results and the digests that ship; and the runs behind them.

usage: python -m benchmarks.proof                                     write them, and the pictures
       python -m benchmarks.proof --run [--dev FOLDER] [--python SYSTEM=PYTHON ...]    measure first: `make proof`

--dev names the development sets (README.md, *Every kind of text*); what needs them is left out without. A peer that is
not installed keeps the figures of the last run that had it, with their date.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from aligner.version import shipped_digest
from benchmarks import alignment, quality, quality_kinds
from benchmarks.charts import line_chart
from benchmarks.results import FOLDER, Result, Row, labelled, read_results

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "proof.md"
PICTURES = "proof"  # folder beside the page
MARK = "†"

DRAWN = 1_000
"""Pairs from which on a kind has a line of its own in the picture of qualities."""
OVERVIEW, END = "all runs", "<!-- end of measured -->"


class Program(NamedTuple):
    """A run: the words behind `python -m benchmarks.`, $DEV for the development sets, and whether it takes --python."""

    words: str
    peers: bool = False


RUNS: Mapping[str, Program] = {
    "kinds": Program("kinds $DEV/align $DEV/domains $DEV/german_french --apart verse lecture_subs"),
    "quality_kinds": Program("quality_kinds $DEV/domains $DEV/align/natural $DEV/quality/domains.tsv", peers=True),
    "quality_news": Program("quality $DEV/quality/ntrex_corrupted.tsv", peers=True),
    "quality_corpus": Program("quality", peers=True),
    "alignment": Program("alignment --bound 20"),
    "review": Program("review"),
    "review_page": Program("review_page"),
}
"""What `make proof` runs, by the name of its result; the page has the minutes that each took. `translation`
and `duplicates` are not here: their texts are in neither place."""

Results = Mapping[str, Result]


class Block(NamedTuple):
    """A measured part of the page: from which results, and how they are shown."""

    names: tuple[str, ...]
    show: Callable[[Results, dict[str, str]], list[str]]
    """Its paragraphs; puts its pictures, by file name, into the dictionary."""


def number(value: object) -> str:
    """As tables have it: .989, 1,234, 12.3."""
    if isinstance(value, float) and -1 <= value <= 1:
        return f"{value:.3f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.3f}"
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def named(row: Row) -> str:
    """The system of a row, marked where its figures are older than the run."""
    return labelled(row.system, row.version) + (f" {MARK} {row.earlier}" if row.earlier else "")


def pivot(rows: Sequence[Row], figures: Sequence[str], *, first: str, count: str = "", best: bool = False) -> str:
    """A row a kind, a column a system, in a cell its figures joined by ' / '; the best of a row in bold."""
    shown = [row for row in rows if all(name in row.figures for name in figures)]
    systems = list(dict.fromkeys(named(row) for row in shown))
    lines = []
    for kind in dict.fromkeys(row.kind for row in shown):
        by_system = {named(row): row for row in shown if row.kind == kind}
        values = [[by_system[s].figures[name] for name in figures] if s in by_system else [] for s in systems]
        top = max((number(value[0]) for value in values if value), default="") if best else ""
        cells = [" / ".join(map(number, value)) for value in values]
        cells = [
            f"**{cell}**" if best and value and number(value[0]) == top else cell
            for cell, value in zip(cells, values, strict=True)
        ]
        n = [number(next(iter(by_system.values())).figures[count])] if count else []
        lines.append([kind, *n, *cells])
    return table([first, *([count] if count else []), *systems], lines)


def absent(rows: Sequence[Row]) -> list[str]:
    """A line for each system that could not be measured."""
    return [f"Not measured: {row.system} ({row.missing})." for row in rows if not row.kind]


def picture(pictures: dict[str, str], name: str, alt: str, svg: str) -> str:
    pictures[f"{name}.svg"] = svg
    return f"![{alt}]({PICTURES}/{name}.svg)"


def calibration(pictures: dict[str, str], name: str, title: str, rows: Sequence[Row], what: str) -> str:
    """A picture of what was said and what was so, a line a kind; parts of few are left out."""
    lines = {row.kind: [(p, share) for p, share, n in row.bins if n >= alignment.FEW] for row in rows}
    series = {kind: line for kind, line in lines.items() if line}
    told = "; ".join(f"{row.kind}: calibration error {number(row.figures['calibration error'])}" for row in rows)
    alt = f"{title}. {told}."
    svg = line_chart(title, alt, series, x_label=what, y_label="share that is right", diagonal=True)
    return picture(pictures, name, alt, svg)


def show_kinds(results: Results, pictures: dict[str, str]) -> list[str]:
    rows = results["kinds"].rows
    plain = [row for row in rows if "average" not in row.figures]
    means = [row for row in rows if "average" in row.figures]
    return [
        pivot(plain, ["strict F1"], first="strict F1", count="beads", best=True),
        "Averages over kinds, verse and *lecture_subs* apart, and the lowest of them:",
        pivot(means, ["average", "lowest"], first="average / lowest"),
        *absent(rows),
    ]  # fmt: skip


def show_corpus(results: Results, pictures: dict[str, str]) -> list[str]:
    rows = [row for row in results["alignment"].rows if "with nulls F1" in row.figures or not row.kind]
    title = "Strict F1 by the share of pairs with a side deleted or replaced"
    series: dict[str, list[tuple[float, float]]] = {}
    for row in rows:
        if row.figures and (row.kind == "clean" or row.kind.startswith("noisy ")):
            noise = float(row.kind.removeprefix("noisy ").replace("clean", "0"))
            series.setdefault(named(row), []).append((noise, float(row.figures["strict F1"])))
    alt = f"{title}. " + "; ".join(f"{name}: {line[0][1]:.3f} to {line[-1][1]:.3f}" for name, line in series.items())
    svg = line_chart(title, alt, series, x_label="share of the pairs", y_label="strict F1")
    return [
        pivot(rows, ["strict F1", "with nulls F1"], first="F1: strict / null beads counted", best=True),
        *absent(rows),
        picture(pictures, "noise", alt, svg),
    ]


def show_beads(results: Results, pictures: dict[str, str]) -> list[str]:
    rows = [row for name in ("kinds", "alignment") for row in results[name].rows if row.bins]
    lines = [[row.kind, number(row.figures["beads"]), number(row.figures["calibration error"])] for row in rows]
    return [
        table(["beads of", "beads", "expected calibration error"], lines),
        calibration(pictures, "beads", "Probabilities of beads: said and so", rows, "mean probability of a bead"),
    ]


def show_quality_kinds(results: Results, pictures: dict[str, str]) -> list[str]:
    rows = results["quality_kinds"].rows
    return [pivot(rows, ["good kept", "bad kept"], first="good kept / bad kept", count="good"), *absent(rows)]


def show_quality_ways(results: Results, pictures: dict[str, str]) -> list[str]:
    parts = []
    for name, text in (("quality_news", "News:"), ("quality_corpus", "The corpus of the project:")):
        rows = results[name].rows
        speeds = [row for row in rows if row.kind == quality.SPEED]
        kept = [row for row in rows if row.kind != quality.SPEED]
        kept.sort(key=lambda row: (("good", "bad").index(row.kind) if row.kind in ("good", "bad") else 2, row.kind))
        parts += [text, pivot(kept, ["kept"], first="share kept", count="pairs"), *absent(rows)]
        lines = [[named(row), number(row.figures["pairs/s"]), number(row.figures["MB"])] for row in speeds]
        parts.append(table(["system", "pairs a second of processor time", "MB"], lines))
    return parts


def show_qualities(results: Results, pictures: dict[str, str]) -> list[str]:
    rows = [row for row in results["quality_kinds"].rows if row.bins]
    lines = [[row.kind, *(number(row.figures[name]) for name in ("pairs", "AUC", "calibration error"))] for row in rows]
    drawn = [row for row in rows if float(row.figures["pairs"]) >= DRAWN or row.kind == quality_kinds.POOLED]
    return [
        table(["kind", "pairs", "area under the ROC curve", "expected calibration error"], lines),
        calibration(pictures, "quality", "Quality of pairs: said and so", drawn, "mean quality of a pair"),
    ]  # fmt: skip


def show_translation(results: Results, pictures: dict[str, str]) -> list[str]:
    rows = results["translation"].rows
    scores = [name for name in rows[0].figures if f"{name}, 95 %" in rows[0].figures]
    lines = []
    for row in rows:
        if row.missing:
            continue
        cells = [named(row), number(row.figures["pairs"]), f"{row.figures['good']:.3f}"]
        for name in scores:
            less, p = row.figures.get(f"{name}, less aligner's"), row.figures.get(f"{name}, p")
            behind = f"; {less:+.2f}, p {p:.3f}" if isinstance(less, float) and isinstance(p, float) else ""
            cells.append(f"{row.figures[name]:.2f} ({row.figures[f'{name}, 95 %']}{behind})")
        lines.append(cells)
    return [table(["selection", "pairs", "good", *scores], lines), *absent(rows)]


def show_speed(results: Results, pictures: dict[str, str]) -> list[str]:
    systems: dict[str, list[Row]] = {}
    for row in results["alignment"].rows:
        if row.kind.endswith("sentences a side"):
            systems.setdefault(row.system, []).append(row)
    systems = dict(sorted(systems.items(), key=lambda item: not item[0].startswith("aligner")))  # ours first
    sizes = list(dict.fromkeys(row.kind for rows in systems.values() for row in rows))
    lines = []
    for rows in systems.values():
        told = {row.kind: row.missing for row in rows}
        for row in rows:
            if row.figures:
                seconds, mb, f1 = (row.figures[name] for name in ("seconds", "MB", "strict F1"))
                told[row.kind] = f"{seconds:,.2f} s, {mb:,} MB, {number(f1)}"
        lines.append([named(rows[0]), *(told.get(size, "") for size in sizes)])
    drawn = []
    for name, figure, label in (("time", "seconds", "seconds of processor time"), ("memory", "MB", "MB at most")):
        series = {
            named(rows[0]): [(float(r.figures["sentences"]), float(r.figures[figure])) for r in rows if r.figures]
            for rows in systems.values()
            if rows[0].figures
        }
        ours, points = next(iter(series.items()))
        title = f"Alignment: {label} by sentences a side"
        alt = f"{title}. {ours}: " + ", ".join(f"{y:,g} at {x:,g}" for x, y in points) + "."
        svg = line_chart(title, alt, series, x_label="sentences a side", y_label=label, logarithmic=True)
        drawn.append(picture(pictures, name, alt, svg))
    return [table(["system", *sizes], lines), *drawn]


def show_review(results: Results, pictures: dict[str, str]) -> list[str]:
    rows = [row for name in ("review", "review_page") for row in results[name].rows]
    return [
        table(
            [f"{row.system}, {row.kind}", ""],
            [[k, v if isinstance(v, str) else f"{v:,}"] for k, v in row.figures.items()],
        )
        for row in rows
    ]


def show_duplicates(results: Results, pictures: dict[str, str]) -> list[str]:
    rows = results["duplicates"].rows
    columns = list(rows[0].figures)
    lines = [[f"{row.system}, {row.kind}", *(number(row.figures[column]) for column in columns)] for row in rows]
    return [table(["", *columns], lines)]


BLOCKS: Mapping[str, Block] = {
    "kinds": Block(("kinds",), show_kinds),
    "corpus": Block(("alignment",), show_corpus),
    "beads": Block(("kinds", "alignment"), show_beads),
    "kept by kind": Block(("quality_kinds",), show_quality_kinds),
    "kept by what is wrong": Block(("quality_news", "quality_corpus"), show_quality_ways),
    "quality": Block(("quality_kinds",), show_qualities),
    "translation": Block(("translation",), show_translation),
    "speed": Block(("alignment",), show_speed),
    "review": Block(("review", "review_page"), show_review),
    "duplicates": Block(("duplicates",), show_duplicates),
}
"""What stands between the marks of the page, by the name in them; what is around them is written by hand."""


def stale(result: Result, ships: Mapping[str, str]) -> str:
    """Which model a result was measured on, where it is not the one that ships; else nothing."""
    other = [
        f"{name} {digest}, ships {ships.get(name, 'none')}"
        for name, digest in result.model.items()
        if ships.get(name) != digest
    ]
    return "; ".join(other)


def status(result: Result, ships: Mapping[str, str]) -> str:
    """What a row of the list of runs says of the model."""
    if not result.model:
        return "no model in it"
    return "**measured on another model**" if stale(result, ships) else "the one that ships"


def span(load: Sequence[float] | None) -> str:
    return "not kept" if load is None else " to ".join(dict.fromkeys(f"{value:g}" for value in load))


def overview(results: Results, ships: Mapping[str, str]) -> str:
    rows = [
        [
            f"[{result.name}](../benchmarks/results/{result.name}.json)",
            result.date,
            "not kept" if result.minutes is None else f"{result.minutes:g}",
            span(result.load),
            status(result, ships),
        ]
        for result in results.values()
    ]
    return table(["result", "measured", "minutes", "load", "model"], rows)


def head_of(result: Result, ships: Mapping[str, str]) -> list[str]:
    """What stands above the figures of a result: command, signature, and what is old."""
    model = ", ".join(f"{name} {digest}" for name, digest in result.model.items())
    said = f"{result.date}; {result.machine}; load {span(result.load)}; aligner {result.version}" + (
        f"; {model}" if model else ""
    )
    lines = [f"```console\n$ {result.command}\n```", f"{said}."]
    if other := stale(result, ships):
        lines.append(f"**Measured on another model than the one that ships: {other}.**")
    if result.note:
        lines.append(f"**Note: {result.note}.**")
    if earlier := sorted({row.earlier for row in result.rows if row.earlier}):
        lines.append(
            f"{MARK}: measured on {', '.join(earlier)} with what shipped then; not again, for want of the system."
        )
    return lines


def wrapped(part: str) -> str:
    """Running text in lines of 120 characters; tables and commands as they are."""
    if part.startswith(("|", "```")):
        return part
    return textwrap.fill(part, 120, break_long_words=False, break_on_hyphens=False)


def page_of(page: str, results: Results, ships: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The page with its measured parts made anew, and its pictures by file name."""
    pictures: dict[str, str] = {}

    def measured(found: re.Match[str]) -> str:
        name = found[1]
        if name == OVERVIEW:
            parts = [overview(results, ships)]
        else:
            block = BLOCKS[name]
            parts = [line for k in block.names if k in results for line in head_of(results[k], ships)]
            gone = [k for k in block.names if k not in results]
            parts += [f"Not measured yet: {', '.join(gone)}."] if gone else block.show(results, pictures)
        body = "\n\n".join(map(wrapped, parts))
        return f"<!-- measured: {name} -->\n\n{body}\n\n{END}"

    return re.sub(rf"<!-- measured: ([^>]*?) -->\n.*?{re.escape(END)}", measured, page, flags=re.DOTALL), pictures


def shipped(results: Results) -> dict[str, str]:
    """The digests of the model's files that ship now, of those that some result names."""
    found = {}
    for name in sorted({name for result in results.values() for name in result.model}):
        try:
            found[name] = shipped_digest(name)
        except KeyError:  # a file that no longer ships: its results are stale
            continue
    return found


def write_page(folder: Path = FOLDER, page: Path = PAGE) -> None:
    """Write the page and its pictures."""
    results = read_results(folder)
    text, pictures = page_of(page.read_text("utf-8"), results, shipped(results))
    beside = page.parent / PICTURES
    beside.mkdir(parents=True, exist_ok=True)
    for path in beside.glob("*.svg"):
        if path.name not in pictures:
            path.unlink()
    for path, content in {page: text, **{beside / name: svg for name, svg in pictures.items()}}.items():
        part = path.with_name(path.name + ".part")
        part.write_text(content, "utf-8", newline="\n")
        part.replace(path)


def run_all(dev: Path | None, pythons: Sequence[str]) -> list[str]:
    """Measure what can be measured here, each in a process of its own; the names of what failed."""
    failed = []
    environment = os.environ | ({"DEV": str(dev)} if dev else {})
    for name, program in RUNS.items():
        if "$DEV" in program.words and dev is None:
            print(f"{name}: left out, without --dev; its figures stay those of before", file=sys.stderr)
            continue
        words = program.words.replace("$DEV", str(dev)).split(" ")
        peers = [word for python in pythons for word in ("--python", python)] if program.peers else []
        command = [
            sys.executable,
            "-m",
            f"benchmarks.{words[0]}",
            *words[1:],
            *peers,
            "--json",
            str(FOLDER / f"{name}.json"),
        ]
        print(f"{name}: {' '.join(command)}", file=sys.stderr, flush=True)
        if status := subprocess.run(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=False
        ).returncode:
            print(f"{name}: ended with status {status}; its figures stay those of before", file=sys.stderr)
            failed.append(name)
    return failed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", action="store_true", help="measure first (README.md has the peers)")
    parser.add_argument("--dev", type=Path, metavar="FOLDER", help="the development sets")
    parser.add_argument("--python", action="append", default=[], metavar="SYSTEM=PYTHON", help="as for quality.py")
    chosen = parser.parse_args()
    if (chosen.dev or chosen.python) and not chosen.run:
        parser.error("--dev and --python go with --run")
    if chosen.dev and not chosen.dev.is_dir():
        parser.error(f"{chosen.dev}: no folder there; without --dev, what needs it is left out")
    failed = run_all(chosen.dev and chosen.dev.resolve(), chosen.python) if chosen.run else []
    write_page()
    if failed:
        sys.exit(f"failed: {', '.join(failed)}; {PAGE.relative_to(ROOT)} has their figures of before")


if __name__ == "__main__":
    main()
