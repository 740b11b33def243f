"""Shared anchors: keys that sentences of both sides have, weighted by how few sentences within reach have them.

A key is any string that a translation is likely to keep (`search.keys` makes them); here it is only compared. As
with dot products, what a bead shares is the sum of what its sentence pairs share, so a sparse list of pairs is enough.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aligner.search.lattice import Band

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Keys = Sequence[Sequence[str]]

MAX_OCCURRENCES = 8
"""Sentences within reach that may have a key, beyond which it counts for nothing: its weight would be 1/9 and less, and
the list of pairs would grow faster than the text. With the limit it holds 8 pairs a key at most (test_anchors.py)."""


@dataclass(frozen=True, slots=True)
class SharedAnchors:
    """What the sentences of two sides share.

    Attributes
    ----------
    source, target : int64 arrays, shape (n_pairs,)
        Sentence pairs that share a key, each once, in order of the source and then of the target.
    weight : float32 array, shape (n_pairs,)
        Sum over the keys of a pair of 1 / (sentences of the side that has more of them within reach); 1 for a key
        that each side has in one sentence.
    source_total, target_total : float32 arrays, shapes (n,) and (m,)
        What a sentence could share: the same sum, over the keys that the other side has within reach.
    """

    source: Ints
    target: Ints
    weight: Floats
    source_total: Floats
    target_total: Floats


def share_anchors(source: Keys, target: Keys, band: Band) -> SharedAnchors:
    """Find the sentence pairs of a band that have a key in common.

    Parameters
    ----------
    source, target : sequence of sequences of str
        Keys of the n source and the m target sentences; repeated ones count once.
    band : Band
        Nodes; sentence pair (i, j) is within reach where node (i + 1, j + 1) is in the band.

    Returns
    -------
    SharedAnchors
        Swapping the sides swaps it.

    Notes
    -----
    A key's rarity is counted within reach, not over the document: a name is rare at any page of a long text where it
    stands once, and a text and its repetition get the same weights. Where a key is in c sentences of one side and d of
    the other, min(c, d) of its c · d pairs are right at most, one in max(c, d).

    Examples
    --------
    >>> shared = share_anchors([["1975"], []], [["2"], ["1975", "2"]], Band.full(2, 2))
    >>> list(zip(shared.source.tolist(), shared.target.tolist(), shared.weight.tolist()))
    [(0, 1, 1.0)]
    >>> shared.source_total.tolist(), shared.target_total.tolist()
    ([1.0, 0.0], [0.0, 1.0])
    """
    n, m = len(source), len(target)
    common = set(itertools.chain.from_iterable(source)).intersection(itertools.chain.from_iterable(target))
    number = {key: k for k, key in enumerate(sorted(common))}
    s_key, s_at = _occurrences(source, number)
    t_key, t_at = _occurrences(target, number)
    # Both edges of a band never fall, so its columns are ranges of rows as its rows are ranges of columns.
    columns = np.arange(1, m + 1)
    tops = np.searchsorted(band.hi, columns)
    bottoms = np.searchsorted(band.lo, columns, side="right") - 1
    s_first, s_count = _within(s_key, band.lo[s_at + 1], band.hi[s_at + 1], t_key * m + t_at, m)
    _, t_count = _within(t_key, tops[t_at], bottoms[t_at], s_key * n + s_at, n)
    few = np.where(s_count <= MAX_OCCURRENCES, s_count, 0)
    s_of_pair = np.repeat(np.arange(len(s_key)), few)
    t_of_pair = np.arange(len(s_of_pair)) + np.repeat(s_first - (np.cumsum(few) - few), few)
    more = np.maximum(s_count[s_of_pair], t_count[t_of_pair])
    kept = more <= MAX_OCCURRENCES
    s_of_pair, t_of_pair, weight = s_of_pair[kept], t_of_pair[kept], 1 / more[kept]
    pairs, inverse = np.unique(s_at[s_of_pair] * m + t_at[t_of_pair], return_inverse=True)
    return SharedAnchors(
        source=pairs // max(m, 1),
        target=pairs % max(m, 1),
        weight=np.bincount(inverse, weight, len(pairs)).astype(np.float32),
        source_total=_totals(s_of_pair, weight, s_at, n),
        target_total=_totals(t_of_pair, weight, t_at, m),
    )


def _occurrences(keys: Keys, number: dict[str, int]) -> tuple[Ints, Ints]:
    """Key and sentence of each occurrence of the numbered keys, in order of both, each once."""
    size = max(len(keys), 1)
    codes = [number[key] * size + i for i, row in enumerate(keys) for key in row if key in number]
    # Asked for counts, NumPy does not load its masked arrays to see whether this is one: 7 ms of a first call.
    found, _ = np.unique(np.array(codes, np.int64), return_counts=True)
    return found // size, found % size


def _within(key: Ints, lo: Ints, hi: Ints, other: Ints, size: int) -> tuple[Ints, Ints]:
    """Of each occurrence: the first occurrence of its key on the other side within nodes lo .. hi, and their number."""
    first = np.searchsorted(other, key * size + np.maximum(lo - 1, 0))
    count = np.searchsorted(other, key * size + hi) - first
    return first, np.maximum(count, 0)


def _totals(occurrence: Ints, weight: NDArray[np.float64], sentence: Ints, size: int) -> Floats:
    """Sum over the occurrences in each sentence of the largest weight of a pair."""
    largest = np.zeros(len(sentence))
    np.maximum.at(largest, occurrence, weight)
    totals: Floats = np.bincount(sentence, largest, size).astype(np.float32)
    return totals
