"""Fit what mined pairs usually are like (PRIOR of aligner/mining/probability.py) and print it.

usage: fit_mining.py PAIRS.tsv.gz … [--without SOURCE …] [--seed 1]

Of each source with at least 1,500 pairs, translations are planted among sentences that have none. Of 2,000 pairs of
the source or of 500, a share keeps both sides, and of the rest the first half keeps its English and the second its
Vietnamese; or 200 stand among 5,000 or 500 sentences a side of all other sources. All are mined. The means of
translations and of strangers, and how they grow with the logarithm of the size, are fitted to the means of these
heaps, each of which counts the same; whether a heap is of one source is a term of its own, of which half is taken.
Prints for each heap, by what the other sources say, the F1 at .3, .5 and .7 and the best at any threshold, the
expected calibration error in ten bins, the mean probability and the share of right ones; then the means of these by
kind of heap; then the constants.
"""

from __future__ import annotations

import argparse
import collections
import pathlib
import tempfile
from collections.abc import Iterable
from typing import Any, NamedTuple
from unittest import mock

import numpy as np
from made_documents import read_rows
from numpy.typing import NDArray

from aligner.corpus.finding import mining
from aligner.corpus.finding.mining import MiningConfig, mine
from aligner.mining.probability import DOUBT, TYPICAL, USUAL_QUALITY, Prior, fit_mixture, log_odds_of
from aligner.pairs.files import read_pairs

KINDS = ((2000, 0.05), (2000, 0.5), (500, 0.8))
"""Heaps of one source: pairs taken, and the share that is planted."""

PLANTED, OTHERS = 200, (5000, 500)
"""Pairs planted, and among how many sentences a side of other sources."""

WIDER = 1.25
"""What the covariance is multiplied by: tails of both kinds are longer than normal ones. With 1, 1.18 and 1.43 the mean
calibration error of sources that were not seen is .042, .039 and .037; more takes recall where few are planted."""

THRESHOLDS = (0.3, 0.5, 0.7)
"""Thresholds whose F1 is printed."""

LEAST = 1500
"""Pairs that a source has at least."""

ENOUGH = 20
"""Pairs of a kind in a heap whose mean is looked at."""

SAME = 3.0
"""Log odds of quality from which pairs that were not planted are passed over where many sources are together: programs
say the same, and most of these pairs are translations (of 5,000 sentences 6 % of the strangers, of 500 1 %)."""

Pairs = list[tuple[str, str]]


class Heap(NamedTuple):
    """A heap as it was mined: features, qualities of neighbours, size; which pairs are planted, of how many."""

    table: NDArray[np.float64]
    neighbours: NDArray[np.float64]
    size: float
    is_good: NDArray[np.bool_]
    n: int


def mine_planted(planted: Pairs, en: list[str], vi: list[str]) -> Heap:
    """Mine planted translations among others."""
    caught: list[Any] = []

    def catch(table: NDArray[np.float64], neighbours: NDArray[np.float64], size: float) -> object:
        caught[:] = [table, neighbours, size]
        return fit_mixture(table, neighbours, size)

    sides = [*(e for e, _ in planted), *en], [*(v for _, v in planted), *vi]
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(mining, "fit_mixture", catch):
        paths = [pathlib.Path(folder, name) for name in ("en.txt", "vi.txt", "pairs.tsv")]
        for path, side in zip(paths, sides, strict=False):
            path.write_text("\n".join(side) + "\n", encoding="utf-8")
        mine(paths[0], paths[1], paths[2], config=MiningConfig(threshold=0.0), jobs=1)
        frames = list(read_pairs(paths[2], swap=False))
    lines = [[int(cell) for frame in frames for cell in frame[name]] for name in ("src_line", "trg_line")]
    is_good = np.array([i == j <= len(planted) for i, j in zip(*lines, strict=True)], bool)
    return Heap(caught[0], caught[1], caught[2], is_good, len(planted))


def make_heaps(sources: dict[str, Pairs], seed: int) -> dict[tuple[str, str], Heap]:
    """Mine all heaps, by source and kind."""
    rng = np.random.default_rng(seed)
    found = {}
    for source, pairs in sorted(sources.items()):
        for most, share in KINDS:
            items = pairs[:most]
            order = rng.permutation(len(items)).tolist()
            n = round(share * len(items))
            rest = [items[k] for k in sorted(order[n:])]  # in the source's order: halves are halves of documents
            middle = len(rest) // 2
            planted = [items[k] for k in order[:n]]
            sides = [en for en, _ in rest[:middle]], [vi for _, vi in rest[middle:]]
            found[source, f"{share} of {most}"] = mine_planted(planted, *sides)
        planted = [pairs[k] for k in rng.permutation(len(pairs))[:PLANTED].tolist()]
        others = [pair for name, those in sorted(sources.items()) if name != source for pair in those[:LEAST]]
        order = rng.permutation(len(others)).tolist()
        for most in OTHERS:
            sides = [others[k][0] for k in order[: 2 * most : 2]], [others[k][1] for k in order[1 : 2 * most : 2]]
            found[source, f"among {most}"] = mine_planted(planted, *sides)
    return found


def _triple(row: NDArray[np.float64]) -> tuple[float, float, float]:
    return float(row[0]), float(row[1]), float(row[2])


def fit_prior(heaps: Iterable[tuple[str, Heap]]) -> Prior:
    """Means of translations and strangers by the size of the heap, their covariance, the share."""
    lines, spreads = [], []
    named = list(heaps)
    for wanted in (True, False):
        rows = [(kind, heap, heap.table[heap.is_good == wanted]) for kind, heap in named]
        if not wanted:
            rows = [(k, heap, t[t[:, 2] < SAME] if k.startswith("among") else t) for k, heap, t in rows]
        rows = [row for row in rows if len(row[2]) >= ENOUGH]
        means = np.array([table.mean(axis=0) for *_, table in rows])
        if not wanted:
            near = [log_odds_of(heap.neighbours) for _, heap, _ in rows]
            means[:, 2] -= [(odds.sum() + DOUBT * USUAL_QUALITY) / (len(odds) + DOUBT) for odds in near]
        nats = [np.log(heap.size / TYPICAL) for _, heap, _ in rows]
        is_mixed = [kind.startswith("among") - 0.5 for kind, *_ in rows]
        line = np.linalg.lstsq(np.stack([np.ones(len(nats)), nats, is_mixed], axis=1), means, rcond=None)[0][:2]
        line[:, 2] = means[:, 2].mean(), 0.0  # what texts say of themselves does not hang on others
        lines.append(line.round(3))
        spreads.append(np.mean([np.cov(table.T) for *_, table in rows], axis=0))
    spread = (WIDER * np.mean(spreads, axis=0)).round(3)
    (translations, faster), (strangers, slower) = lines
    share = round(float(np.mean([heap.is_good.mean() for _, heap in named])), 2)
    covariance = _triple(spread[0]), _triple(spread[1]), _triple(spread[2])
    return Prior(_triple(translations), _triple(strangers), _triple(faster), _triple(slower), covariance, share)


def measure(heap: Heap, prior: Prior) -> list[float]:
    """F1 at each threshold and the best, calibration error, mean probability, share of right ones."""
    p = fit_mixture(heap.table, heap.neighbours, heap.size, prior).probabilities(heap.table)
    f1s = [2 * int((heap.is_good & (p >= t)).sum()) / (int((p >= t).sum()) + heap.n) for t in THRESHOLDS]
    order = np.argsort(-p, kind="stable")
    best = (2 * np.cumsum(heap.is_good[order]) / (np.arange(1, len(p) + 1) + heap.n)).max()
    bins = np.minimum((10 * p).astype(int), 9)
    error = sum(abs(float((p - heap.is_good)[bins == k].sum())) for k in range(10)) / len(p)
    return [*f1s, float(best), error, float(p.mean()), float(heap.is_good.mean())]


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", nargs="+", type=pathlib.Path)
    parser.add_argument("--without", nargs="+", default=["alt", "tatoeba"], metavar="SOURCE")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    sources: dict[str, dict[str, str]] = collections.defaultdict(dict)
    seen: dict[str, set[str]] = collections.defaultdict(set)
    for path in chosen.pairs:
        for source, _, en, vi in read_rows(path):
            # Only sentences, and each text once: a second translation elsewhere would be a right pair called wrong.
            if len(en.split()) > 3 and en not in sources[source] and vi not in seen[source]:
                sources[source][en] = vi
                seen[source].add(vi)
    skipped = (*chosen.without, "dictionary", "dictionary-vi-en", "evb-core")
    kept = {name: list(t.items()) for name, t in sources.items() if len(t) >= LEAST and name not in skipped}
    heaps = make_heaps(kept, chosen.seed)
    by_kind: dict[str, list[list[float]]] = collections.defaultdict(list)
    told = "F1 {:.3f} {:.3f} {:.3f}, best {:.3f}; error {:.3f}, mean probability {:.3f}, right {:.3f}"
    for source in sorted(kept):
        prior = fit_prior((kind, heap) for (name, kind), heap in heaps.items() if name != source)
        for (name, kind), heap in heaps.items():
            if name == source:
                by_kind[kind].append(measure(heap, prior))
                print(f"{source:36} {kind:14}", told.format(*by_kind[kind][-1]))
    for kind, rows in by_kind.items():
        print(f"{'mean':36} {kind:14}", told.format(*np.mean(rows, axis=0)))
    print("PRIOR =", fit_prior((kind, heap) for (_, kind), heap in heaps.items()))


if __name__ == "__main__":
    main()
