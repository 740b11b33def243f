"""Measure how often good and damaged pairs have each finding of aligner/quality.py; write aligner/data/quality.json.

A third of the bad pairs has a changed number, a third a changed name, a third the Vietnamese text of the pair after it.
No dev set is read.

usage: fit_quality.py PAIRS.tsv.gz --sources tatoeba gnome-help ...
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import pathlib
import re
import sys
from collections import Counter
from collections.abc import Iterator

import numpy as np
from tqdm import tqdm

from aligner.evidence.names.detection import Name, find_names
from aligner.evidence.names.matching import names_match
from aligner.evidence.numbers.matching import numbers_match

BAD_SHARE = 0.05
"""Share of bad pairs among those that are judged, before anything is known of one. A judgement, not a measurement: one
aligned pair in twenty is wrong in corpora that people clean (docs/decisions/0010)."""

SOURCES = ("tatoeba", "gnome-help", "debian-installation-guide", "messages/wesnoth-1.16-campaigns", "libreoffice-help")
CHECKS = {"numbers_differ": numbers_match, "names_differ": names_match}


def read_pairs(path: pathlib.Path, sources: set[str], most: int, rng: np.random.Generator) -> list[tuple[str, str]]:
    """Read pairs of the named sources, as many of each."""
    by_source: dict[str, list[tuple[str, str]]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            source, _, en, vi = line.rstrip("\n").split("\t")
            if source in sources:
                by_source.setdefault(source, []).append((en, vi))
    if missing := sorted(sources - by_source.keys()):
        sys.exit(f"fit_quality.py: no such source in {path}: {missing}")
    pairs = []
    for source in sorted(by_source):
        rows = by_source[source]
        first = int(rng.integers(max(len(rows) - most, 0) + 1))
        pairs += rows[first : first + most]
    return pairs


def changed_number(vi: str, rng: np.random.Generator) -> str | None:
    """Change one run of digits; None where there is none."""
    runs = list(re.finditer(r"\d+", vi))
    if not runs:
        return None
    run = runs[int(rng.integers(len(runs)))]
    new = str(int(run[0][-9:]) + int(rng.integers(1, 10)))
    return vi[: run.start()] + new + vi[run.end() :]


def changed_name(vi: str, strangers: list[str], rng: np.random.Generator) -> str | None:
    """Put a stranger in the place of a person, a place or an organisation; None where there is none."""
    names = [name for name in find_names(vi, "vi") if is_stranger(name)]
    if not names:
        return None
    name = names[int(rng.integers(len(names)))]
    stranger = strangers[int(rng.integers(len(strangers)))]
    return None if stranger == name.text else vi[: name.start] + stranger + vi[name.end :]


def is_stranger(name: Name) -> bool:
    """Whether a Vietnamese text's name is surely that of a person or a place, so that changing it makes a bad pair."""
    return name.kind in ("person", "place") and name.is_certain and name.start > 0


def bad_pairs(pairs: list[tuple[str, str]], rng: np.random.Generator) -> Iterator[tuple[str, str, str]]:
    """Give bad pairs with what was done to them."""
    strangers = sorted({name.text for _, vi in pairs for name in find_names(vi, "vi") if is_stranger(name)})
    for k, (en, vi) in enumerate(pairs):
        if (number := changed_number(vi, rng)) is not None:
            yield "number", en, number
        if (name := changed_name(vi, strangers, rng)) is not None:
            yield "name", en, name
        yield "neighbour", en, pairs[(k + 1) % len(pairs)][1]


def main() -> None:
    """Count and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=pathlib.Path)
    parser.add_argument("--sources", nargs="+", default=list(SOURCES))
    parser.add_argument("--most", type=int, default=1400, help="pairs of a source")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("aligner/data/quality.json"))
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    pairs = read_pairs(arguments.pairs, set(arguments.sources), arguments.most, rng)
    counts: Counter[tuple[str, str]] = Counter()
    sizes: Counter[str] = Counter()
    bad = list(bad_pairs(pairs, rng))
    for kind, en, vi in tqdm([*(("good", en, vi) for en, vi in pairs), *bad], disable=None):
        sizes[kind] += 1
        for code, agrees in CHECKS.items():
            counts[code, kind] += not agrees(en, vi)
    findings = {}
    for code in CHECKS:
        rates = {kind: (counts[code, kind] + 0.5) / (sizes[kind] + 1) for kind in sorted(sizes)}
        of_good, of_bad = rates["good"], float(np.mean([rates[kind] for kind in ("number", "name", "neighbour")]))
        odds = (1 - BAD_SHARE) * of_good / (BAD_SHARE * of_bad)
        rounded = {kind: round(rate, 4) for kind, rate in rates.items()}
        findings[code] = {"probability": round(odds / (1 + odds), 4), "rates": rounded}
    stored = {
        "what": "How often pairs have each finding of aligner/quality.py, and the share of those with it that are good",
        "command": "scripts/fit_quality.py PAIRS.tsv.gz --sources " + " ".join(arguments.sources),
        "pairs_file_sha256": hashlib.sha256(arguments.pairs.read_bytes()).hexdigest(),
        "seed": arguments.seed,
        "bad_share": BAD_SHARE,
        "pairs": dict(sorted(sizes.items())),
        "findings": findings,
    }
    arguments.out.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
