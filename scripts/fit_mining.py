"""Fit the line by which a mined pair is probable (aligner/mining/probability.py) and print its constants.

usage: fit_mining.py PAIRS.tsv.gz … [--without SOURCE …] [--seed 1]

Of each source with at least 1,500 pairs, translations are planted among sentences of the same source that have none:
a share of .05, .2 or .5 of the source's first 4,000 or so pairs keeps both sides, of the rest the first half keeps its
English and the second its Vietnamese. All are mined; each source weighs the same. Prints the constants, and for each
source, of a line that did not see it, the F1 at .3, .4, .5 and .6, that at .5 among margins from 1.1 on, and how far
its probabilities are off.
"""

from __future__ import annotations

import argparse
import collections
import pathlib
import tempfile
from collections.abc import Sequence

import numpy as np
from made_documents import read_rows
from numpy.typing import NDArray

from aligner.corpus.mining import MiningConfig, mine
from aligner.logistic import logistic
from aligner.mining.probability import estimate_share, features_of, probability_of
from aligner.pairs.files import read_pairs

SHARES = (0.05, 0.2, 0.5)
"""Shares of the pairs that are planted: base rates that collections may have."""

THRESHOLDS = (0.3, 0.4, 0.5, 0.6)
"""Thresholds whose F1 is printed."""

LEAST, MOST = 1500, 4000
"""Pairs that a source has at least, and that are taken of it."""

PENALTY = 1e-3
"""On half the squared weights, in nats for each pair: the features are few, and it only keeps the search still."""

Texts = tuple[list[str], list[str]]


def plant(en: Sequence[str], vi: Sequence[str], share: float) -> tuple[Texts, int]:
    """Sentences of two collections; the first of both sides are translations of each other, as many as said."""
    n = round(share * len(en))
    middle = n + (len(en) - n) // 2
    return ([*en[:middle]], [*vi[:n], *vi[middle:]]), n


def mine_planted(
    en: Sequence[str], vi: Sequence[str], share: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_], int]:
    """Features of all pairs mined, whether they are planted ones, and how many were planted."""
    (left, right), n = plant(en, vi, share)
    with tempfile.TemporaryDirectory() as folder:
        paths = [pathlib.Path(folder, name) for name in ("en.txt", "vi.txt", "pairs.tsv")]
        for path, side in zip(paths, (left, right), strict=False):
            path.write_text("\n".join(side) + "\n", encoding="utf-8")
        mine(paths[0], paths[1], paths[2], config=MiningConfig(threshold=0.0), jobs=1)
        frames = list(read_pairs(paths[2], swap=False))
    columns = {
        name: np.array([float(cell) for frame in frames for cell in frame[name]])
        for name in ("margin", "gap", "pair_quality", "src_line", "trg_line")
    }
    is_planted = (columns["src_line"] == columns["trg_line"]) & (columns["src_line"] <= n)
    return features_of(columns["margin"], columns["gap"], columns["pair_quality"]), is_planted, n


def fit_line(
    table: NDArray[np.float64], is_good: NDArray[np.bool_], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """Logistic regression by Newton's method, the intercept last; and the share of good ones."""
    rows = np.column_stack([table, np.ones(len(table))])
    line = np.zeros(rows.shape[1])
    for _ in range(50):
        p = logistic(rows @ line)
        gradient = rows.T @ (weights * (is_good - p)) - PENALTY * line
        curvature = (rows * (weights * p * (1 - p))[:, None]).T @ rows + PENALTY * np.eye(len(line))
        line = line + np.linalg.solve(curvature, gradient)
    return line, float((weights * is_good).sum() / weights.sum())


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", nargs="+", type=pathlib.Path)
    parser.add_argument("--without", nargs="+", default=["alt", "tatoeba"], metavar="SOURCE")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    rng = np.random.default_rng(chosen.seed)
    sources: dict[str, dict[str, str]] = collections.defaultdict(dict)
    seen: dict[str, set[str]] = collections.defaultdict(set)
    for path in chosen.pairs:
        for source, _, en, vi in read_rows(path):
            # Only sentences, and each text once: a second translation elsewhere would be a right pair called wrong.
            if len(en.split()) > 3 and en not in sources[source] and vi not in seen[source]:
                sources[source][en] = vi
                seen[source].add(vi)
    found = {}
    skipped = (*chosen.without, "dictionary", "dictionary-vi-en", "evb-core")
    for source, texts in sorted(sources.items()):
        if len(texts) < LEAST or source in skipped:
            continue
        items = list(texts.items())[:MOST]
        planted_first = rng.permutation(len(items)).tolist()
        for share in SHARES:
            n = round(share * len(items))
            rest = sorted(planted_first[n:])  # in the source's order, so that halves are halves of documents
            order = [items[k] for k in [*planted_first[:n], *rest]]
            found[source, share] = mine_planted([en for en, _ in order], [vi for _, vi in order], share)
    table, good, weights, origin = (
        np.concatenate(parts)
        for parts in zip(
            *(
                (t, g, np.full(len(g), 1000 / len(g)), np.full(len(g), source))
                for (source, _), (t, g, _) in found.items()
            ),
            strict=True,
        )
    )
    for source in sorted(set(origin.tolist())):
        line, base = fit_line(table[origin != source], good[origin != source], weights[origin != source])
        for share in SHARES:
            t, g, n = found[source, share]
            odds = t @ line[:3] + line[3]
            p = probability_of(odds, estimate_share(odds, base), base)
            f1s = " ".join(f"{f1_at(p, g, n, threshold):.3f}" for threshold in THRESHOLDS)
            f1s += f", margins from 1.1 {f1_at(np.where(t[:, 0] >= 0.1, p, 0), g, n, 0.5):.3f}"
            print(f"{source:36} {share:4} F1 {f1s}  mean probability {p.mean():.3f}, right {g.mean():.3f}")
    line, base = fit_line(table, good, weights)
    print("MARGIN, GAP, QUALITY, INTERCEPT, SHARE =", ", ".join(f"{value:.2f}" for value in [*line, base]))


def f1_at(probabilities: NDArray[np.float64], is_good: NDArray[np.bool_], n: int, threshold: float) -> float:
    """F1 of the pairs from a threshold on, where n were planted."""
    is_found = probabilities >= threshold
    return 2 * int((is_good & is_found).sum()) / (int(is_found.sum()) + n)


if __name__ == "__main__":
    main()
