"""Which pairs of every kind of text are kept, beside filters from PyPI; and whether our quality holds what it says.

usage: python -m benchmarks.quality_kinds FOLDER|FILE.tsv ... [--seed 1] [--python SYSTEM=PYTHON ...] [--json FILE]

FOLDER holds a folder a kind, as for kinds.py: its gold beads with both sides are the good pairs, in order; each is made
wrong once, in a way of scripts/damage.py that is drawn by its weight there. Kinds whose names end in _noisy are left
out: they are the same pairs. FILE.tsv has a header and the columns label (good, or bad:WAY), kind, English, Vietnamese.
The table goes to standard output, as Markdown. README.md says what is measured.
"""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

import aligner
from aligner.quality.measures import auc, calibration_error, reliability
from benchmarks import kinds, quality, results

SYSTEMS = tuple(name for name in quality.SYSTEMS if name not in ("aligner, strict", "aligner, recall"))
POOLED = "all kinds together"


class Pairs(NamedTuple):
    """The pairs of a kind, good ones first, each with what is wrong with it."""

    kind: str
    rows: list[quality.Row]


def made_wrong(pairs: list[tuple[str, str]], seed: int) -> list[quality.Row]:
    """Each pair as it is; then each made wrong in one way, drawn by its weight; a way that does not fit gives none."""
    sys.path.insert(0, str(quality.ROOT / "scripts"))
    from damage import WAYS

    rng = np.random.default_rng(seed)
    weights = np.array([weight for _, weight in WAYS.values()])
    names = rng.choice(list(WAYS), len(pairs), p=weights / weights.sum())
    rows = [quality.Row("good", *pair) for pair in pairs]
    for k, name in enumerate(names):
        if made := WAYS[name][0](pairs, k, rng, quality.STRANGERS):
            rows.append(quality.Row(str(name), *made))
    return [quality.Row(row.kind, *(" ".join(text.split()) for text in row[1:])) for row in rows]


def read_pairs(path: Path, seed: int) -> list[Pairs]:
    """The kinds of a folder of alignments, or of a file of labelled pairs."""
    if path.is_dir():
        found = []
        for kind in kinds.read_kinds(path):
            if not kind.name.endswith(kinds.NOISY) and kind.vectors[0] is None:
                beads = ((d, en, vi) for d in kind.documents for en, vi in d.gold if en and vi)
                pairs = [(" ".join(d.en[i] for i in en), " ".join(d.vi[j] for j in vi)) for d, en, vi in beads]
                found.append(Pairs(kind.name, made_wrong(pairs, seed)))
        return found
    lines = path.read_text("utf-8").split("\n")[1:]
    cells = [line.split("\t") for line in lines if line]
    if bad := [k for k, row in enumerate(cells, 2) if len(row) != 4]:
        raise SystemExit(f"{path}:{bad[0]}: not four columns; give label, kind, English, Vietnamese")
    by_kind: dict[str, list[quality.Row]] = {}
    for label, name, en, vi in cells:
        by_kind.setdefault(name, []).append(quality.Row(label.removeprefix("bad:"), en, vi))
    return [Pairs(name, rows) for name, rows in by_kind.items()]


def qualities(kinds_of: Sequence[Pairs]) -> list[np.ndarray[Any, Any]]:
    """Our quality of the pairs of each kind: a kind is a document."""
    found = []
    for pairs in kinds_of:
        frame = pd.DataFrame([row[1:] for row in pairs.rows], columns=["src_text", "trg_text"], dtype=object)
        found.append(aligner.score_pairs(frame)["quality"].to_numpy(float))
    return found


def rows_of(kinds_of: Sequence[Pairs], verdicts: dict[str, list[dict[str, Any]]]) -> list[results.Row]:
    """Shares kept by kind and system; ours with the area under the curve and the calibration."""
    rows = []
    for system, by_kind in verdicts.items():
        for pairs, result in zip(kinds_of, by_kind, strict=True):
            if "missing" in result:
                rows.append(results.row_of("", system, result, {}))
                break
            share = quality.shares(pairs.rows, result["kept"])
            n_good = sum(row.kind == "good" for row in pairs.rows)
            told = {"good kept": round(share["good"], 4), "bad kept": round(share["bad"], 4)}
            told |= {"good": n_good, "bad": len(pairs.rows) - n_good}
            rows.append(results.row_of(pairs.kind, system, result, told))
    every = qualities(kinds_of)
    good = [np.array([row.kind == "good" for row in pairs.rows]) for pairs in kinds_of]
    groups = [*zip((pairs.kind for pairs in kinds_of), every, good, strict=True)]
    for kind, q, is_good in [*groups, (POOLED, np.concatenate(every), np.concatenate(good))]:
        told = {
            "AUC": round(auc(q[is_good], q[~is_good]), 4),
            "calibration error": round(calibration_error(q, is_good), 4),
            "pairs": len(q),
        }
        bins = [(part["quality"], part["good"], int(part["pairs"])) for part in reliability(q, is_good)]
        rows.append(results.Row(kind, "aligner", told, bins))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("given", type=Path, nargs="+", metavar="FOLDER|FILE.tsv", help="kinds of text")
    parser.add_argument("--seed", type=int, default=1, help="of the damage (%(default)s)")
    parser.add_argument("--python", action="append", default=[], metavar="SYSTEM=PYTHON", help="as for quality.py")
    results.add_option(parser)
    chosen = parser.parse_args()
    under_way = results.Run(("encoder.npz", "fluency.npz", "lexicon.npz", "quality.json"))
    pythons = quality.read_pythons(parser, chosen.python)
    kinds_of = [pairs for path in chosen.given for pairs in read_pairs(path, chosen.seed)]
    verdicts = {}
    for system in SYSTEMS:
        python = pythons.get(system.partition(", ")[0], sys.executable)
        verdicts[system] = [quality.run(system, pairs.rows, python) for pairs in kinds_of[:1]]
        if "missing" not in verdicts[system][0]:
            verdicts[system] += [quality.run(system, pairs.rows, python) for pairs in kinds_of[1:]]
        print(f"{system}: done", file=sys.stderr)
    rows = rows_of(kinds_of, verdicts)
    print(f"{datetime.date.today().isoformat()}, aligner {aligner.__version__}, seed {chosen.seed}\n")
    head = ["kind", "system", *dict.fromkeys(name for row in rows for name in row.figures)]
    cells = [
        [
            row.kind,
            results.labelled(row.system, row.version),
            *(str(row.figures.get(name, row.missing)) for name in head[2:]),
        ]
        for row in rows
    ]
    print("".join(f"| {' | '.join(line)} |\n" for line in [head, ["---"] * len(head), *cells]), end="")
    if chosen.json:
        under_way.write(chosen.json, rows)


if __name__ == "__main__":
    main()
