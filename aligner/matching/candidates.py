"""Which documents are looked at together: those whose mean vectors are nearest, and those of one name."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from aligner.encoders.embedded import Floats
from aligner.matching.piles import Ints, Pile, Rows

NEAREST: Final = 32
"""Candidates of a document by its mean vector, from either side; benchmarks/matching.py holds that the right one is
among them."""

MOST_NAMESAKES: Final = 8
"""Documents that share a name, a side, up to which they are candidates of each other: 'index' of a thousand folders is
no name."""

BLOCK: Final = 1024
"""Documents of one side compared at a time with BLOCK of the other: 4 MiB of cosines, however many there are."""


def find_candidates(source: Pile, target: Pile, means: tuple[Floats, Floats]) -> tuple[Ints, Ints]:
    """Find the pairs of documents that are worth a closer look.

    Parameters
    ----------
    source, target : Pile
        Documents of both languages.
    means : pair of float32 arrays
        Their mean vectors, of length one.

    Returns
    -------
    pair of int64 arrays
        Documents of the source, ascending, and of the target, ascending for each; no pair twice.
    """
    n = max(len(target), 1)
    rows, columns = _nearest(*means)
    others, own = _nearest(means[1], means[0])
    named = _namesakes(source.words, target.words)
    keys = [rows * n + columns, own * n + others, named[0] * n + named[1]]
    pairs = np.unique(np.concatenate(keys))
    return pairs // n, pairs % n


def _nearest(vectors: Floats, others: Floats) -> tuple[Ints, Ints]:
    """For each row its NEAREST among others, in blocks; of equals those that come first."""
    k = min(NEAREST, len(others))
    found = np.zeros((len(vectors), k), np.int64)
    for i in range(0, len(vectors) if k else 0, BLOCK):
        mine = vectors[i : i + BLOCK]
        best = np.full((len(mine), 0), 0, np.float32)
        place = np.zeros((len(mine), 0), np.int64)
        for j in range(0, len(others), BLOCK):
            cosines = mine @ others[j : j + BLOCK].T
            best = np.concatenate([best, cosines], axis=1)
            here = np.broadcast_to(np.arange(j, j + cosines.shape[1]), cosines.shape)
            place = np.concatenate([place, here], axis=1)
            if best.shape[1] > k:
                order = np.argsort(-best, axis=1, kind="stable")[:, :k]
                best, place = np.take_along_axis(best, order, 1), np.take_along_axis(place, order, 1)
        found[i : i + BLOCK] = place
    return np.repeat(np.arange(len(vectors)), k), found.ravel()


def _namesakes(source: Rows, target: Rows) -> tuple[Ints, Ints]:
    """Pairs of documents whose addresses have the same words."""
    names: dict[bytes, tuple[list[int], list[int]]] = {}
    for side, rows in enumerate((source, target)):
        for k in range(len(rows.start) - 1):
            if len(codes := rows.of(k)[0]):
                names.setdefault(codes.tobytes(), ([], []))[side].append(k)
    pairs = [
        (i, j)
        for ours, theirs in names.values()
        if max(len(ours), len(theirs)) <= MOST_NAMESAKES
        for i in ours
        for j in theirs
    ]
    found: NDArray[np.int64] = np.array(pairs, np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]
