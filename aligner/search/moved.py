"""Beyond order: sentences without counterpart whose translation stands elsewhere, and copies of other sentences.

An alignment keeps the order of both sides, so a paragraph that the translator put elsewhere is left alone on both.
Here the sentences left alone are compared with one another, wherever they stand.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aligner.bitext import Bead, Sentence
from aligner.encoders.embedded import unit_rows
from aligner.logistic import logistic
from aligner.search.features import MOVED_FEATURES
from aligner.search.lattice import BeadType
from aligner.search.sharing import MAX_OCCURRENCES, Keys
from aligner.search.sides import APART
from aligner.search.weights import AlignmentWeights
from aligner.text.marks import end_mark, opens_lower

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

MOVED_TYPES: tuple[BeadType, ...] = ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1))
"""Sizes of pairs that are looked for; larger ones are rare in order, and rarer out of order."""

REACH = 4_000
"""Sentences of the other side, before and behind the place where a sentence would be expected, that it is compared
with. Up to 4,000 sentences that is all of them; beyond, time grows with the number of nulls (test_moved.py: cost)."""

CHUNK = 512
"""Nulls compared at a time; bounds the memory of their cosines (512 x 8,000 float32, 16 MB)."""

N_SEEDS = 3
"""Best nulls of the other side that a null sentence is tried with."""

SEED_COSINE = 0.2
"""Cosine below which two nulls are not tried: of right pairs 0.06 % have less (scripts/fit_moved.py)."""

N_RIVALS = 8
"""Best sentences of the other side that are kept of each null, to see how much better a pair is than what is usual."""

USUAL_RIVALS = 4
"""Rivals whose mean cosine is what is usual, as in the ratio margin of Artetxe & Schwenk (2019)."""

LEAST_PROBABILITY = 0.5
"""Probability from which on a pair is given. Of 200 fresh documents of eleven kinds .81 of the moved pairs are found so
and .92 of those found are right; with .3 .84 and .90 (docs/decisions/0013; test_moved.py holds the result)."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs of runs of nulls, with what speaks for them.

    Attributes
    ----------
    pairs : list of pairs of (first, stop)
        Half-open runs of source and target sentences.
    features : float64 array, shape (n, len(MOVED_FEATURES))
    cosine : float64 array, shape (n,)
    distance : float64 array, shape (n,)
        How far out of order, as a share of the pairs in order, 0..1; 1 more where the layout pairs them with others.
    """

    pairs: list[tuple[tuple[int, int], tuple[int, int]]]
    features: NDArray[np.float64]
    cosine: NDArray[np.float64]
    distance: NDArray[np.float64]


def find_moved(
    beads: Sequence[Bead],
    source: Sequence[Sentence],
    target: Sequence[Sentence],
    source_vectors: Floats,
    target_vectors: Floats,
    *,
    keys: tuple[Keys, Keys],
    model: AlignmentWeights,
    units: tuple[Sequence[int], Sequence[int]] | None = None,
) -> tuple[Bead, ...]:
    """Find the pairs among the sentences without counterpart that stand in another order.

    Parameters
    ----------
    beads : sequence of Bead
        The alignment in order, as `beads.find_beads` gives it.
    source, target : sequence of Sentence
        n and m sentences.
    source_vectors, target_vectors : float32 arrays, shapes (n, d) and (m, d)
        Additive sentence vectors.
    keys : pair of sequences of sequences of str
        What each sentence and its translation are likely to hold alike (`search.keys`).
    model : AlignmentWeights
        Weights.
    units : pair of sequences of int, optional
        Unit of each sentence by the layout, -1 where it tells nothing; decides between copies.

    Returns
    -------
    tuple of Bead
        In order of the source, each with `moved` set, all its sentences null in `beads` and in one pair at most, and a
        pair in order between them. `probability` is a calibrated one, LEAST_PROBABILITY or more.

    Notes
    -----
    A pair at one place of the order is none of these: the search in order has seen it and left it.
    """
    found = find_candidates(
        beads, source, target, source_vectors, target_vectors, keys=keys, units=units, length_ratio=model.length_ratio
    )
    probability = logistic(found.features @ np.array([model.moved[name] for name in MOVED_FEATURES]))
    taken: tuple[set[int], set[int]] = (set(), set())
    result = []
    # Copies differ in the last digits of their probability at most; of those the nearest goes first.
    order = np.lexsort((found.distance, -probability.round(3)))
    for k in order[probability[order] >= LEAST_PROBABILITY]:
        s, t = (tuple(range(*run)) for run in found.pairs[k])
        if taken[0].isdisjoint(s) and taken[1].isdisjoint(t):
            taken[0].update(s)
            taken[1].update(t)
            result.append(Bead(s, t, float(probability[k]), float(np.clip(found.cosine[k], -1, 1)), moved=True))
    return tuple(sorted(result, key=lambda bead: bead.source))


def find_candidates(
    beads: Sequence[Bead],
    source: Sequence[Sentence],
    target: Sequence[Sentence],
    source_vectors: Floats,
    target_vectors: Floats,
    *,
    keys: tuple[Keys, Keys],
    units: tuple[Sequence[int], Sequence[int]] | None,
    length_ratio: float,
) -> Candidates:
    """Find the pairs that are worth a look, with their features; parameters as for `find_moved`.

    `length_ratio` is the number of characters of the target language for one of the source's.
    """
    sides = _make_side(source, source_vectors, length_ratio), _make_side(target, target_vectors, 1.0)
    nulls, ranks, expected = _order(beads, (source, target))
    seeds: set[tuple[int, int]] = set()
    rivals: list[dict[int, list[tuple[float, int]]]] = []
    for this in (0, 1):
        best, near = _nearest(
            nulls[this], expected[this], sides[this].unit_vectors, sides[1 - this].unit_vectors, nulls[1 - this]
        )
        rivals.append(near)
        seeds.update((i, j) if this == 0 else (j, i) for i, j in best)
    spans = _grow(seeds, frozenset(nulls[0].tolist()), frozenset(nulls[1].tolist()), ranks)
    anchors = _Anchors(keys)
    log_nulls = float(np.log1p(min(len(nulls[0]), REACH)) + np.log1p(min(len(nulls[1]), REACH)))
    rows = [_features(pair, sides, rivals, anchors, log_nulls) for pair in spans]
    features = np.array(rows, np.float64).reshape(len(spans), len(MOVED_FEATURES))
    cosine = features[:, MOVED_FEATURES.index("cosine")]
    features[:, MOVED_FEATURES.index("neighbour")] = _neighbours(spans, cosine)
    n_pairs = max(sum(not bead.is_null for bead in beads), 1)
    distance = np.array(
        [abs(int(ranks[0][s[0]]) - int(ranks[1][t[0]])) / n_pairs + _apart(units, s[0], t[0]) for s, t in spans]
    )
    return Candidates(spans, features, cosine, distance)


@dataclass(frozen=True, slots=True)
class _Side:
    """One side: texts, characters in those of the target, unit vectors, and prefix sums of the vectors."""

    texts: list[str]
    characters: NDArray[np.float64]
    unit_vectors: Floats
    sums: NDArray[np.float64]
    words: dict[int, Counter[str]]


def _make_side(sentences: Sequence[Sentence], vectors: Floats, scale: float) -> _Side:
    """Put a side into arrays."""
    texts = [s.text for s in sentences]
    sums = np.concatenate([np.zeros((1, vectors.shape[1])), np.cumsum(vectors, axis=0, dtype=np.float64)])
    return _Side(texts, np.array([len(t) for t in texts], np.float64) * scale, unit_rows(vectors), sums, {})


def _order(
    beads: Sequence[Bead], sentences: tuple[Sequence[Sentence], Sequence[Sentence]]
) -> tuple[tuple[Ints, Ints], tuple[Ints, Ints], tuple[Ints, Ints]]:
    """Of both sides: the nulls; by sentence the pairs before it, and the other side's node that it stands at.

    Credits, date lines and boilerplate are left out: alike wherever they stand, they belong to what is beside them.
    """
    n, m = map(len, sentences)
    ranks, expected = (np.zeros(n, np.int64), np.zeros(m, np.int64)), (np.zeros(n, np.int64), np.zeros(m, np.int64))
    nulls: tuple[list[int], list[int]] = ([], [])
    rank = i = j = 0
    for bead in beads:
        for side, ids, at in ((0, bead.source, j), (1, bead.target, i)):
            for k in ids:
                ranks[side][k], expected[side][k] = rank, at
            if bead.is_null:
                nulls[side].extend(k for k in ids if sentences[side][k].kind not in APART)
        rank += not bead.is_null
        i, j = i + len(bead.source), j + len(bead.target)
    return (np.array(nulls[0], np.int64), np.array(nulls[1], np.int64)), ranks, expected


def _nearest(
    nulls: Ints, expected: Ints, vectors: Floats, others: Floats, other_nulls: Ints
) -> tuple[list[tuple[int, int]], dict[int, list[tuple[float, int]]]]:
    """Pairs of each null with its N_SEEDS best of the other side's nulls; its N_RIVALS best of the other side."""
    best: list[tuple[int, int]] = []
    near: dict[int, list[tuple[float, int]]] = {}
    for chunk in np.array_split(nulls, max(-(-len(nulls) // CHUNK), 1)):
        if not len(chunk) or not len(other_nulls):
            continue
        first = max(int(expected[chunk].min()) - REACH, 0)
        stop = min(int(expected[chunk].max()) + REACH, len(others))
        cosine = vectors[chunk] @ others[first:stop].T
        within = other_nulls[(other_nulls >= first) & (other_nulls < stop)]
        for column, found in ((within - first, best), (np.arange(stop - first), None)):
            k = min(N_SEEDS if found is not None else N_RIVALS, len(column))
            if not k:
                continue
            part = cosine[:, column]
            top = np.argpartition(-part, k - 1, axis=1)[:, :k]
            for i, row, places in zip(chunk.tolist(), part, top, strict=True):
                values = sorted(((float(row[p]), int(column[p]) + first) for p in places), key=lambda v: (-v[0], v[1]))
                if found is None:
                    near[i] = values
                else:
                    found += [(i, j) for value, j in values if value >= SEED_COSINE]
    return best, near


def _grow(
    seeds: set[tuple[int, int]], source_nulls: frozenset[int], target_nulls: frozenset[int], ranks: tuple[Ints, Ints]
) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Pairs of runs of nulls around the seeds, out of order alone."""
    found = set()
    for i, j in seeds:
        if ranks[0][i] == ranks[1][j]:
            continue
        for a, b in MOVED_TYPES:
            for i0 in range(i - a + 1, i + 1):
                if not source_nulls.issuperset(range(i0, i0 + a)):
                    continue
                for j0 in range(j - b + 1, j + 1):
                    if target_nulls.issuperset(range(j0, j0 + b)):
                        found.add(((i0, i0 + a), (j0, j0 + b)))
    return sorted(found)


_STOPS = {".": ".", "!": ".", "?": "?"}
"""Marks that end a sentence, by what a translator may write for them; others are none."""


def _features(
    pair: tuple[tuple[int, int], tuple[int, int]],
    sides: tuple[_Side, _Side],
    rivals: Sequence[Mapping[int, Sequence[tuple[float, int]]]],
    anchors: _Anchors,
    log_nulls: float,
) -> list[float]:
    """Features of a pair, in order of MOVED_FEATURES; `neighbour` is filled in when all pairs are known."""
    (i0, i1), (j0, j1) = pair
    cosine = _cosine(sides, i0, i1, j0, j1)
    best, usual = [], []
    for this, (run, counterpart) in enumerate((pair, pair[::-1])):
        for k in range(*run):
            values = _rivals(rivals[this].get(k, ()), counterpart, sides[1 - this])
            best.append(values[0])
            usual.append(float(np.mean(values[:USUAL_RIVALS])))
    characters = [float(side.characters[slice(*run)].sum()) for side, run in zip(sides, pair, strict=True)]
    size = min(sum(characters) / 200, 1.0)
    several = (i1 - i0) + (j1 - j0) - 2
    gain, weakest = 0.0, cosine
    if several:
        gain = cosine - max(_cosine(sides, i, i + 1, j, j + 1) for i in range(i0, i1) for j in range(j0, j1))
        parts = [_cosine(sides, i, i + 1, j0, j1) for i in range(i0, i1)] if i1 - i0 > 1 else []
        parts += [_cosine(sides, i0, i1, j, j + 1) for j in range(j0, j1)] if j1 - j0 > 1 else []
        weakest = min(parts)
    shared, missed = anchors.compare(pair)
    opens = [opens_lower(side.texts[run[0]]) for side, run in zip(sides, pair, strict=True)]
    ends = [_STOPS.get(end_mark(side.texts[run[1] - 1]), "") for side, run in zip(sides, pair, strict=True)]
    return [
        1.0,
        cosine,
        cosine - float(np.mean(best)),
        cosine - float(np.mean(usual)),
        size * (np.log1p(characters[0]) - np.log1p(characters[1])) ** 2,
        float(np.log1p(min(characters))),
        float(np.log1p(shared)),
        float(np.log1p(missed)),
        float(several),
        gain,
        cosine - weakest,
        0.0,
        log_nulls,
        float(opens[0] != opens[1]),
        float(ends[0] != ends[1]),
    ]


def _cosine(sides: tuple[_Side, _Side], i0: int, i1: int, j0: int, j1: int) -> float:
    """Cosine of two runs."""
    one, other = sides[0].sums[i1] - sides[0].sums[i0], sides[1].sums[j1] - sides[1].sums[j0]
    return float(one @ other / max(float(np.sqrt((one @ one) * (other @ other))), 1e-9))


def _rivals(values: Sequence[tuple[float, int]], counterpart: tuple[int, int], other: _Side) -> list[float]:
    """Best cosines of a sentence to the other side, its counterpart and copies of that left out; 0 if none is left."""
    run = range(*counterpart)
    own = [_words(other, k) for k in run]
    left = [v for v, k in values if k not in run and not any(_same(_words(other, k), words) for words in own)]
    return left or [0.0]


def _neighbours(
    spans: Sequence[tuple[tuple[int, int], tuple[int, int]]], cosine: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Cosines of the best pairs that end where a pair begins and begin where it ends, added up: blocks move whole."""
    ends: dict[tuple[int, int], float] = defaultdict(float)
    starts: dict[tuple[int, int], float] = defaultdict(float)
    for (s, t), value in zip(spans, cosine, strict=True):
        ends[s[1], t[1]] = max(ends[s[1], t[1]], float(value))
        starts[s[0], t[0]] = max(starts[s[0], t[0]], float(value))
    return np.array([ends.get((s[0], t[0]), 0.0) + starts.get((s[1], t[1]), 0.0) for s, t in spans])


def _apart(units: tuple[Sequence[int], Sequence[int]] | None, i: int, j: int) -> int:
    """Whether the layout pairs two sentences with others."""
    return int(units is not None and units[0][i] != units[1][j] and min(units[0][i], units[1][j]) >= 0)


class _Anchors:
    """Keys of both sides, weighted by how few sentences of the document have them."""

    def __init__(self, keys: tuple[Keys, Keys]) -> None:
        self._keys = keys
        counts = [Counter(key for row in side for key in set(row)) for side in keys]
        common = counts[0].keys() & counts[1].keys()
        more = {key: max(counts[0][key], counts[1][key]) for key in common}
        self._weight = {key: 1 / count for key, count in more.items() if count <= MAX_OCCURRENCES}

    def compare(self, pair: tuple[tuple[int, int], tuple[int, int]]) -> tuple[float, float]:
        """Weight of what two runs share, and of what either has that the other side has elsewhere."""
        one, other = (
            {key for row in side[slice(*run)] for key in row if key in self._weight}
            for side, run in zip(self._keys, pair, strict=True)
        )
        return sum(self._weight[key] for key in one & other), sum(self._weight[key] for key in one ^ other)


COPIED = 0.85
"""Share of their words (Dice) from which two sentences are copies of each other, one perhaps with a slip."""

QUOTED = 0.9
"""Share of a sentence's words that must stand in a longer one for it to be a quotation of that."""

QUOTE_WORDS = 6
"""Words from which on near copies and quotations count; shorter sentences must be alike word for word."""

MAX_PLACES = 16
"""Sentences with a pair of neighbouring words beyond which it says nothing about copies; bounds the time."""

_WORD = re.compile(r"\w+")


def find_copies(sentences: Sequence[Sentence], nulls: Sequence[int], paired: Sequence[int]) -> dict[int, int]:
    """Find the sentences without counterpart that repeat one with a counterpart: captions, pull quotes.

    Parameters
    ----------
    sentences : sequence of Sentence
        One side.
    nulls, paired : sequences of int
        Which have no counterpart, and which have one.

    Returns
    -------
    dict of int to int
        By null sentence, the nearest of the paired ones that it is a copy of: the same words whatever their case and
        punctuation, or COPIED of them with the same numbers, or QUOTED of them in a row of a longer sentence.

    Examples
    --------
    >>> texts = ["A boat on the lake", "It rained.", "A boat on the lake."]
    >>> find_copies([Sentence(t, 0, len(t)) for t in texts], [0], [1, 2])
    {0: 2}
    """
    words = {k: _WORD.findall(sentences[k].text.casefold()) for k in (*nulls, *paired)}
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for k in paired:
        for part in {tuple(words[k]), *itertools.pairwise(words[k])}:
            places[part].append(k)
    found = {}
    for k in nulls:
        own = words[k]
        if not own:
            continue
        exact = [p for p in places.get(tuple(own), ()) if words[p] == own]
        if not exact and len(own) >= QUOTE_WORDS:
            near: Counter[int] = Counter()
            for part in set(itertools.pairwise(own)):
                if len(there := places.get(part, ())) <= MAX_PLACES:
                    near.update(there)
            exact = [p for p, _ in near.most_common(4) if _repeats(own, words[p])]
        if exact:
            found[k] = min(exact, key=lambda p: (abs(p - k), p))
    return found


def _repeats(words: Sequence[str], other: Sequence[str]) -> bool:
    """Whether words are those of another sentence, or in a row of it."""
    if _same(Counter(words), Counter(other)):
        return True
    pairs = Counter(itertools.pairwise(other))
    shared = sum((Counter(itertools.pairwise(words)) & pairs).values())
    numbers = {word for word in words if any(map(str.isdecimal, word))}
    return len(other) > len(words) and shared >= QUOTED * (len(words) - 1) and numbers <= set(other)


def _same(one: Counter[str], other: Counter[str]) -> bool:
    """Whether two bags of words are those of copies."""
    if one == other:
        return True
    total = one.total() + other.total()
    if min(one.total(), other.total()) < QUOTE_WORDS or 2 * (one & other).total() < COPIED * total:
        return False
    return not any(any(map(str.isdecimal, word)) for word in (one - other) + (other - one))


def _words(side: _Side, k: int) -> Counter[str]:
    """Bag of words of a sentence, kept."""
    if k not in side.words:
        side.words[k] = Counter(_WORD.findall(side.texts[k].casefold()))
    return side.words[k]
