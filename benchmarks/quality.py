"""Which pairs are kept, and how fast, beside filters from PyPI, in one table on one file.

usage: python -m benchmarks.quality [PAIRS.tsv] [--seed 1] [--python SYSTEM=PYTHON ...] [--json FILE]

PAIRS.tsv has a header and three columns: kind ('good', or what is wrong), English, Vietnamese. Without it the pairs of
corpus/ are made wrong in the ways of scripts/damage.py. The table goes to standard output. README.md says what is
measured.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import aligner
from aligner.quality.measures import wilson
from aligner.version import shipped_digest
from benchmarks import results

ROOT = Path(__file__).parents[1]
PAIRS = ROOT / "corpus" / "pairs"
WORKER = Path(__file__).parent / "peers" / "judges.py"
SYSTEMS = (
    "aligner, strict",
    "aligner, balanced",
    "aligner, recall",
    "aligner, rules alone",
    "OpusFilter",
    "OpusFilter, without Lingua",
    "bicleaner-hardrules",
    "bicleaner-hardrules, without languages",
)
STRANGERS = ("Hawthorne", "Bergström", "Castellanos", "Fitzgerald", "Yamamoto", "Lindqvist", "Rotterdam", "Zagreb")
SPEED = "speed"  # what the rows of speed and memory have for a kind
OURS = "aligner, balanced"  # what the speeds of others are told beside


class Row(NamedTuple):
    kind: str
    en: str
    vi: str


def good_pairs(folder: Path = PAIRS) -> list[tuple[str, str]]:
    """The pairs of the corpus that have both sides, in order, each once."""
    pairs: dict[tuple[str, str], None] = {}
    for path in sorted(folder.glob("*.tsv")):
        for frame in aligner.read_pairs(path):
            rows = zip(frame["src_text"], frame["trg_text"], frame["bead_type"], strict=True)
            pairs |= {(en, vi): None for en, vi, bead in rows if en and vi and "0" not in str(bead).split(":")}
    return list(pairs)


def damaged(pairs: list[tuple[str, str]], seed: int) -> list[Row]:
    """Each pair as it is, and once in each way in which it can be made wrong."""
    sys.path.insert(0, str(ROOT / "scripts"))
    from damage import WAYS

    rng = np.random.default_rng(seed)
    rows = [Row("good", en, vi) for en, vi in pairs]
    for kind, (make, _) in WAYS.items():
        made = [make(pairs, k, rng, STRANGERS) for k in range(len(pairs))]
        rows += [Row(kind, *pair) for pair in made if pair]
    # A worker reads a pair a line.
    return [Row(row.kind, *(" ".join(text.split()) for text in row[1:])) for row in rows]


def read_rows(path: Path) -> list[Row]:
    """The pairs of a file, with what is wrong with each."""
    rows = []
    for number, line in enumerate(path.read_text("utf-8").split("\n")[1:], 2):
        cells = line.split("\t")
        if line and len(cells) != 3:
            raise SystemExit(f"{path}:{number}: {len(cells)} columns; give kind, English, Vietnamese")
        if line:
            rows.append(Row(*cells))
    kinds = {row.kind for row in rows}
    if "good" not in kinds or len(kinds) < 2:
        raise SystemExit(f"{path}: needs good pairs and others (kinds found: {', '.join(sorted(kinds)) or 'none'})")
    return rows


def run(system: str, rows: list[Row], python: str = sys.executable) -> dict[str, Any]:
    """A system's verdicts, from a process of its own with one thread."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    with tempfile.TemporaryDirectory() as folder:
        given, result = Path(folder, "pairs.tsv"), Path(folder, "result.json")
        given.write_text("".join(f"{row.en}\t{row.vi}\n" for row in rows), "utf-8")
        command = [python, str(WORKER), system, str(given), str(result)]
        done = subprocess.run(command, env={**os.environ, **threads}, capture_output=True, text=True, check=False)
        if not result.exists():
            return {"missing": (done.stderr.strip().splitlines() or ["no result"])[-1]}
        found: dict[str, Any] = json.loads(result.read_text("utf-8"))
        return found


def shares(rows: list[Row], kept: list[bool]) -> dict[str, float]:
    """Share kept of each kind, of the good and of all bad pairs."""
    hits, sizes = Counter[str](), Counter[str]()
    for row, keep in zip(rows, kept, strict=True):
        for kind in (row.kind, "" if row.kind == "good" else "bad"):
            sizes[kind] += 1
            hits[kind] += keep
    return {kind: hits[kind] / n for kind, n in sizes.items() if kind}


def table(rows: list[Row], found: dict[str, dict[str, Any]]) -> str:
    """A row a system, a column a kind; then speed and memory."""
    sizes = Counter(row.kind for row in rows)
    kinds = sorted(sizes.keys() - {"good"})
    n_bad = len(rows) - sizes["good"]
    head = ["share kept", f"good ({sizes['good']:,})", f"bad ({n_bad:,})", *(f"{k} ({sizes[k]})" for k in kinds)]
    lines = [[*head, "pairs/s", "MB"]]
    ours = found.get(OURS, {}).get("seconds")
    for system, result in found.items():
        if "missing" in result:
            lines.append([system, f"not here: {result['missing']}", *[""] * (len(kinds) + 3)])
            continue
        share = shares(rows, result["kept"])
        low, high = wilson(share["good"] * sizes["good"], sizes["good"])
        good = f"{share['good']:.3f} ({low:.3f}–{high:.3f})"
        times = f" (×{ours / result['seconds']:.2g})" if ours else ""
        speed = f"{len(rows) / result['seconds']:,.0f}{times}"
        name = results.labelled(system, result["version"])
        figures = [f"{share[kind]:.3f}" for kind in ("bad", *kinds)]
        lines.append([name, good, *figures, speed, f"{result['peak_mb']:.0f}"])
    lines.insert(1, ["---"] * len(lines[0]))
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def signature(rows: list[Row], seed: int | None) -> dict[str, Any]:
    """What a reader needs to make the table again."""
    return {
        "version": aligner.__version__,
        "data": {name: shipped_digest(name) for name in ("encoder.npz", "quality.json")},
        "pairs": hashlib.sha256(repr(rows).encode("utf-8", "surrogatepass")).hexdigest()[:12],
        "seed": seed,
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "load": round(os.getloadavg()[0], 1),
    }


def read_pythons(parser: argparse.ArgumentParser, given: list[str]) -> dict[str, str]:
    """By system, the Python that has it."""
    pythons = dict(entry.partition("=")[::2] for entry in given)
    names = {system.partition(", ")[0] for system in SYSTEMS}
    if unknown := pythons.keys() - names:
        parser.error(f"no system {', '.join(sorted(unknown))}; there are {', '.join(sorted(names))}")
    return pythons


def rows_of(rows: list[Row], found: dict[str, dict[str, Any]]) -> list[results.Row]:
    """The figures as results have them: shares kept by way to be wrong and system, then speed and memory."""
    sizes = Counter(row.kind for row in rows)
    told = []
    for system, result in found.items():
        if "missing" in result:
            told.append(results.row_of("", system, result, {}))
            continue
        for kind, share in shares(rows, result["kept"]).items():
            n = len(rows) - sizes["good"] if kind == "bad" else sizes[kind]
            told.append(results.row_of(kind, system, result, {"kept": round(share, 4), "pairs": n}))
        speed = {"pairs/s": round(len(rows) / result["seconds"]), "MB": round(result["peak_mb"])}
        told.append(results.row_of(SPEED, system, result, speed))
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path, nargs="?", metavar="PAIRS.tsv", help="pairs that somebody has judged")
    parser.add_argument("--seed", type=int, default=1, help="of the damage (%(default)s)")
    parser.add_argument(
        "--python",
        action="append",
        default=[],
        metavar="SYSTEM=PYTHON",
        help="a Python that has a peer installed (peers may need versions that exclude each other)",
    )
    results.add_option(parser)
    chosen = parser.parse_args()
    under_way = results.Run(("encoder.npz", "fluency.npz", "lexicon.npz", "quality.json"))
    pythons = read_pythons(parser, chosen.python)
    rows = read_rows(chosen.pairs) if chosen.pairs else damaged(good_pairs(), chosen.seed)
    print(json.dumps(signature(rows, None if chosen.pairs else chosen.seed)))
    found = {system: run(system, rows, pythons.get(system.partition(", ")[0], sys.executable)) for system in SYSTEMS}
    print(f"\n{table(rows, found)}")
    if chosen.json:
        under_way.write(chosen.json, rows_of(rows, found))


if __name__ == "__main__":
    main()
