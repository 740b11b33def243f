"""Alignment of every kind of text in some folders, beside peers, in one table; a row a kind.

usage: python -m benchmarks.kinds FOLDER ... [--apart PREFIX ...] [--bound 600] [--json FILE]

FOLDER holds a folder a kind, or is one: NAME.en, NAME.vi (one sentence a line) and NAME.gold ([source ids]:[target ids]
a line). A kind with NAME.en.npy and NAME.vi.npy, the vectors of its sentences, is aligned by these, in any languages.
The table goes to standard output, as Markdown. README.md says what is measured.
"""

from __future__ import annotations

import argparse
import datetime
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import aligner
from aligner.version import shipped_digest
from benchmarks import alignment, results

SYSTEMS = ("aligner", "hunalign", "galechurch", "sentweave (vecalign)", "Bertalign's search")
NOISY = "_noisy"
"""How the name of a kind ends that was made of another one: it has an average of its own."""


class Kind(NamedTuple):
    """The documents of a kind, and the files of vectors of each, if it has some."""

    folder: str
    name: str
    documents: list[alignment.Document]
    vectors: list[tuple[Path, Path] | None]


def read_kinds(folder: Path) -> list[Kind]:
    """The kinds of a folder, by name; one that has beads itself is a kind."""
    own = any(folder.glob("*.gold"))
    folders = [folder] if own else sorted(path for path in folder.glob("*") if path.is_dir())
    if not folders:
        raise SystemExit(f"{folder}: no kind of text there; see benchmarks/README.md")
    return [_read_kind(folder.name, path) for path in folders]


def _read_kind(folder: str, path: Path) -> Kind:
    documents = alignment.read_folder(path, whole=False)
    pairs = [(path / f"{d.name}.en.npy", path / f"{d.name}.vi.npy") for d in documents]
    there = [file for pair in pairs for file in pair if file.exists()]
    if there and len(there) < 2 * len(pairs):
        missing = next(file for pair in pairs for file in pair if not file.exists())
        raise SystemExit(f"{missing}: not there, while {there[0].name} is; give the vectors of all files or of none")
    return Kind(folder, path.name, documents, [*pairs] if there else [None] * len(pairs))


def measure(kinds: Sequence[Kind], bound: int) -> dict[str, dict[str, Any]]:
    """By system: its version and strict F1 by kind, or what it lacks; one process each, over all documents."""
    documents = [document for kind in kinds for document in kind.documents]
    vectors = [paths for kind in kinds for paths in kind.vectors]
    figures = {}
    for system in SYSTEMS:
        result = alignment.run(system, documents, None, None if system == "aligner" else bound, vectors)
        if "beads" in result:
            parts = by_kind(kinds, result["beads"])
            scores = [alignment.scores(k.documents, part)["strict"][2] for k, part in zip(kinds, parts, strict=True)]
            told = {"version": result["version"], "f1": scores}
            if system == "aligner":
                values = by_kind(kinds, result["probabilities"])
                told["calibration"] = [
                    alignment.reliability(k.documents, {"beads": beads, "probabilities": probabilities})
                    for k, beads, probabilities in zip(kinds, parts, values, strict=True)
                ]
            result = told
        figures[system] = result
        print(f"{system}: {'measured' if 'f1' in result else 'not measured'}", file=sys.stderr)
    return figures


def by_kind(kinds: Sequence[Kind], values: Sequence[Any]) -> list[list[Any]]:
    """What there is of each document, by kind."""
    given = iter(values)
    return [[next(given) for _ in kind.documents] for kind in kinds]


def averages(kinds: Sequence[Kind], apart: Sequence[str]) -> dict[str, list[int]]:
    """By name of the row: which kinds it is over; of each folder with several, those that are not set apart."""
    rows: dict[str, list[int]] = {}
    for folder in dict.fromkeys(kind.folder for kind in kinds):
        for noisy, word in ((False, "plain"), (True, "noisy")):
            over = [
                k
                for k, kind in enumerate(kinds)
                if kind.folder == folder
                and kind.name.endswith(NOISY) == noisy
                and not kind.name.startswith(tuple(apart))
            ]
            if len(over) > 1:
                rows[f"{folder}: average, lowest of {len(over)} {word}"] = over
    return rows


def figure(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


def table(kinds: Sequence[Kind], figures: dict[str, dict[str, Any]], apart: Sequence[str]) -> str:
    """A row a kind, a column a system that could be measured, the best in bold; then averages, and who is missing."""
    measured = {system: result for system, result in figures.items() if "f1" in result}
    rows = []
    for k, kind in enumerate(kinds):
        cells = [figure(result["f1"][k]) for result in measured.values()]
        best = max(cells, key=float, default="")
        name = kind.name + ", vectors given" * (kind.vectors[0] is not None)
        rows.append([name, f"{n_beads(kind):,}", *(f"**{cell}**" if cell == best else cell for cell in cells)])
    for name, over in averages(kinds, apart).items():
        parts = [[result["f1"][k] for k in over] for result in measured.values()]
        rows.append([name, "", *(f"{figure(sum(part) / len(part))}, {figure(min(part))}" for part in parts)])
    heads = [alignment.label(system, [result]) for system, result in measured.items()]
    text = alignment.table(["strict F1", "beads", *heads], rows)
    for system, result in figures.items():
        if "f1" not in result:
            reason = f"not here: {result['missing']}" if "missing" in result else f"failed: {result['failed']}"
            text += f"\n{system} {reason}.\n"
    return text


def n_beads(kind: Kind) -> int:
    """Gold beads that have both sides."""
    return sum(bool(en and vi) for document in kind.documents for en, vi in document.gold)


def rows_of(kinds: Sequence[Kind], figures: dict[str, dict[str, Any]], apart: Sequence[str]) -> list[results.Row]:
    """The figures as results have them: F1 by kind and system; last the calibration of beads, by folder."""
    rows = []
    for system, result in figures.items():
        if "f1" not in result:
            rows.append(results.row_of("", system, result, {}))
            continue
        for kind, f1 in zip(kinds, result["f1"], strict=True):
            rows.append(results.row_of(kind.name, system, result, {"strict F1": f1, "beads": n_beads(kind)}))
        for name, over in averages(kinds, apart).items():
            part = [result["f1"][k] for k in over]
            told = {"average": round(sum(part) / len(part), 4), "lowest": min(part)}
            rows.append(results.row_of(name, system, result, told))
    values = figures["aligner"].get("calibration", [])
    groups = averages(kinds, apart) | {k.name: [n] for n, k in enumerate(kinds) if k.name.startswith(tuple(apart))}
    for group, over in groups.items() if values else ():
        binned = alignment.binned([pair for k in over for pair in values[k]])
        told = {"calibration error": binned["expected_error"], "beads": binned["beads"]}
        rows.append(results.Row(group.replace("average, lowest of ", ""), "aligner", told, binned["bins"]))
    return rows


def signature(kinds: Sequence[Kind]) -> str:
    """What a reader needs to make the table again."""
    documents = [document for kind in kinds for document in kind.documents]
    return (
        f"{datetime.date.today().isoformat()}, {platform.system()} {platform.machine()}, Python "
        f"{platform.python_version()}, numpy {np.__version__}; aligner {aligner.__version__} with encoder "
        f"{shipped_digest('encoder.npz')} and weights {shipped_digest('alignment.json')}; {len(documents)} documents, "
        f"digest {alignment.digest(documents)}."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER", help="of kinds: KIND/NAME.en, .vi and .gold")
    parser.add_argument("--apart", nargs="+", default=[], metavar="PREFIX", help="kinds left out of the averages")
    parser.add_argument("--bound", type=int, default=600, help="processor seconds of a peer (%(default)s)")
    results.add_option(parser)
    chosen = parser.parse_args()
    under_way = results.Run(("encoder.npz", "alignment.json"))
    kinds = [kind for folder in chosen.folders for kind in read_kinds(folder.resolve())]
    names = [kind.name for kind in kinds]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        parser.error(f"two kinds of one name: {', '.join(twice)}; rename a folder")
    if idle := [prefix for prefix in chosen.apart if not any(name.startswith(prefix) for name in names)]:
        parser.error(f"no kind begins with {', '.join(idle)}")
    figures = measure(kinds, chosen.bound)
    print(f"{signature(kinds)}\n\n{table(kinds, figures, chosen.apart)}", end="")
    if chosen.json:
        under_way.write(chosen.json, rows_of(kinds, figures, chosen.apart))


if __name__ == "__main__":
    main()
