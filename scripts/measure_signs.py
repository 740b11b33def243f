"""Tell how often signs clash in good pairs, and how often in the same pairs with a sign of them turned round.

By kind of sign and by source, for pairs of the training files taken by chance: the first table is the share of good
pairs with a clash (false alarms; where the pairs are wrong as they stand, right ones), the second the share of pairs
with one of `damage.SIGN_WAYS` in which the features find it, in those that had no clash before. `negation = 1` leaves
out what counts half in long sentences. The third table judges pairs of the sources that the model of quality is fitted
on: what of them `balanced` keeps by evidence alone, and what once a clash in a close and short pair turns it round
(`Evidence.is_contrary`), in good pairs the mean of the sources, in damaged ones of all. Nothing is written. A
minute of one core.

usage: measure_signs.py PAIRS.tsv.gz ... [--pairs N] [--seed S] [--sources SOURCE ...]
"""

from __future__ import annotations

import argparse
import pathlib
import sys
import time
from collections.abc import Iterator, Sequence

import numpy as np
from damage import SIGN_WAYS, Pair
from fit_quality import WORDS_ALONE
from made_pairs import PAIR_KINDS, is_fit, read_pairs_by_source
from numpy.typing import NDArray

from aligner.names.spelling import Words, words_of
from aligner.quality.model import shipped_model, shipped_witness
from aligner.quality.signs import SIGN_FEATURES, compare_signs

COLUMNS = (*SIGN_FEATURES, "any", "negation = 1")

LEAST = 400
"""Pairs of a source from which on it has a row of its own."""

DAMAGED = 4000
"""Pairs at most that each way of damage is tried on; enough for a per cent and a half."""

JUDGED, LEAST_JUDGED = 350, 30
"""Pairs at most, and at least, of each source that are judged."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    parser.add_argument("--pairs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sources", nargs="*", default=[])
    args = parser.parse_args()
    rng = np.random.default_rng(args.seed)
    known = list(_sentences(args.files))
    if args.sources:
        known = [row for row in known if row[0] in args.sources]
    if not known:
        sys.exit("measure_signs.py: no pairs of these sources; give names of the first column of the files")
    chosen = [known[int(k)] for k in rng.permutation(len(known))[: args.pairs]]
    sources, pairs = [source for source, _ in chosen], [pair for _, pair in chosen]
    read = [_read(pair) for pair in pairs]
    begun = time.process_time()
    found = np.array([compare_signs(*words).features for words in read])
    spent = time.process_time() - begun
    print(f"{len(pairs)} good pairs, seed {args.seed}; {1e6 * spent / len(pairs):.1f} microseconds a pair\n")
    print(f"{'clashes in good pairs, %':34}{'pairs':>8}" + "".join(f"{name:>19}" for name in COLUMNS))
    names = [name for name in dict.fromkeys(sources) if sources.count(name) >= LEAST]
    _row("all", np.ones(len(pairs), bool), found)
    for name in sorted(names, key=sources.count, reverse=True):
        _row(name, np.array([source == name for source in sources]), found)
    print(f"\n{'found of damaged pairs, %':34}{'pairs':>8}" + "".join(f"{name:>19}" for name in COLUMNS))
    for way, damage in SIGN_WAYS.items():
        damaged: list[Pair] = []
        for k in rng.permutation(len(pairs)):
            result = damage(pairs, int(k), rng, ())
            # What clashes before is no merit.
            if result is not None and not found[k].any():
                damaged.append(result)
            if len(damaged) == DAMAGED:
                break
        told = np.array([compare_signs(*_read(pair)).features for pair in damaged])
        n_words = np.array([len(en.split()) for en, _ in damaged])
        for what, some in (("", n_words > 0), (", 12 words at most", n_words <= 12), (", more", n_words > 12)):
            _row(way + what, some, told)
    _judge(known, rng)


def _judge(known: Sequence[tuple[str, Pair]], rng: np.random.Generator) -> None:
    """Print what `balanced` keeps of good and of damaged pairs, with and without turning contrary ones round."""
    by_source: dict[str, list[Pair]] = {source: [] for sources in PAIR_KINDS.values() for source in sources}
    for source, pair in known:
        if source in by_source:
            by_source[source].append(pair)
    good: dict[str, NDArray[np.float64]] = {}
    damaged: dict[str, list[NDArray[np.bool_]]] = {way: [] for way in SIGN_WAYS}
    for source, all_pairs in by_source.items():
        if len(all_pairs) < LEAST_JUDGED:
            continue
        pairs = [all_pairs[int(k)] for k in rng.permutation(len(all_pairs))[:JUDGED]]
        good[source] = _kept(pairs).mean(axis=0)
        for way, damage in SIGN_WAYS.items():
            made = [damage(pairs, k, rng, ()) for k in range(len(pairs))]
            if wrong := [pair for pair in made if pair is not None]:
                damaged[way].append(_kept(wrong))
    print(f"\n{'kept by balanced, %':34}{'':8}{'by evidence alone':>19}{'turned round':>19}{'lost':>19}")
    if good:
        worst = max(good, key=lambda source: good[source][0] - good[source][1])
        _shares(f"good, mean of {len(good)} sources", np.mean([*good.values()], axis=0))
        _shares(f"good, {worst}", good[worst])
    for way, some in damaged.items():
        if some:
            _shares(way, np.concatenate(some).mean(axis=0))


def _kept(pairs: Sequence[Pair]) -> NDArray[np.bool_]:
    """Whether each pair reaches `balanced` by its evidence alone, and with what a contrary one loses."""
    model = shipped_model()
    en, vi = zip(*pairs, strict=True)
    evidence = shipped_witness().examine(en, vi, groups=np.zeros(len(pairs), np.int64))
    nats = model.additive.contributions(evidence.table, evidence.words)
    quality = model.additive.probability(nats, evidence.words)
    return np.stack([quality, evidence.turned(quality)], axis=1) >= model.threshold("balanced")


def _shares(name: str, kept: NDArray[np.float64]) -> None:
    """A row of what is kept and what is lost."""
    print(f"{name:42}" + "".join(f"{100 * share:19.2f}" for share in (*kept, kept[0] - kept[1])))


def _sentences(paths: Sequence[pathlib.Path]) -> Iterator[tuple[str, Pair]]:
    """Source and texts of the pairs that are sentences."""
    for source, documents in read_pairs_by_source(paths).items():
        if source not in WORDS_ALONE:
            yield from ((source, pair) for pairs in documents.values() for pair in pairs if is_fit(pair))


def _read(pair: Pair) -> tuple[Words, Words]:
    return words_of(pair[0], "en"), words_of(pair[1], "vi")


def _row(name: str, some: NDArray[np.bool_], found: NDArray[np.float64]) -> None:
    """Shares of the pairs chosen."""
    if some.any():
        speaks = found[some] > 0
        shares = [*speaks.mean(axis=0), speaks.any(axis=1).mean(), (found[some, 0] == 1).mean()]
        print(f"{name:34}{some.sum():8}" + "".join(f"{100 * share:19.2f}" for share in shares))


if __name__ == "__main__":
    main()
