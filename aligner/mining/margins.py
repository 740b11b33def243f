"""Ratio margins between sentences and their candidates, and pairs that are each other's best.

Artetxe & Schwenk (2019), sections 3.1 and 3.2, https://aclanthology.org/P19-1309/ .
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aligner.mining.neighbours import Ids

NEIGHBOURS: Final = 4
"""k of the margin, as in the paper; with 8 and 16 F1 on planted news is 0.9 and 1.5 points lower (benchmarks/mining.py
planted)."""

LEAST: Final = 0.25
"""Least mean cosine that a margin divides by, chosen by hand: in a collection of a dozen sentences all means lie below
it, and any two sentences would be far nearer than their neighbours (test_mining.py: planted among five)."""


@dataclass(frozen=True, slots=True)
class Best:
    """Each sentence's best candidate by margin.

    Attributes
    ----------
    ids : int64 array, shape (n,)
        Its place on the other side.
    margins : float64 array, shape (n,)
        Its margin.
    others : float64 array, shape (n,)
        The margin of the next best; 0 where there is none.
    cosines : float32 array, shape (n,)
        The best's cosine.
    nexts : int64 array, shape (n,)
        The next best's place on the other side; -1 where there is none.
    """

    ids: Ids
    margins: NDArray[np.float64]
    others: NDArray[np.float64]
    cosines: NDArray[np.float32]
    nexts: Ids


def mean_nearest(cosines: NDArray[np.float32], k: int = NEIGHBOURS) -> NDArray[np.float64]:
    """Average the k largest cosines of each row, or all where there are fewer.

    Examples
    --------
    >>> mean_nearest(np.array([[0.5, 0.25, 1.0]], np.float32), 2).tolist()
    [0.75]
    """
    ordered = np.sort(cosines.astype(np.float64), axis=1)[:, ::-1][:, :k]
    mean: NDArray[np.float64] = ordered.mean(axis=1)
    return mean


def find_best(ids: Ids, cosines: NDArray[np.float32], own: NDArray[np.float64], other: NDArray[np.float64]) -> Best:
    """Find each sentence's best candidate by ratio margin: its cosine over the mean of both sides' `mean_nearest`.

    Parameters
    ----------
    ids, cosines : arrays of shape (n, k), k > 0
        Candidates on the other side.
    own : float64 array, shape (n,)
        `mean_nearest` of these sentences.
    other : float64 array, shape (m,)
        `mean_nearest` of all sentences of the other side.

    Returns
    -------
    Best
        Of equal margins the first of the other side.

    Examples
    --------
    >>> ids, cosines = np.array([[1, 0]]), np.array([[0.5, 0.5]], np.float32)
    >>> best = find_best(ids, cosines, np.array([0.5]), np.array([0.5, 0.25]))
    >>> best.ids.tolist(), best.margins.round(3).tolist(), best.others.tolist()
    ([1], [1.333], [1.0])
    """
    margins = cosines / np.maximum((own[:, None] + other[ids]) / 2, LEAST)
    order = np.lexsort((ids, -margins), axis=1)
    rows = np.arange(len(ids))
    first = order[:, 0]
    others, nexts = np.zeros(len(ids)), np.full(len(ids), -1, np.int64)
    if ids.shape[1] > 1:
        others, nexts = margins[rows, order[:, 1]], ids[rows, order[:, 1]]
    return Best(ids[rows, first], margins[rows, first], others, cosines[rows, first], nexts)


def pair_mutual(source: Best, target: Best) -> tuple[Ids, Ids, NDArray[np.float64]]:
    """Pair sentences that are each other's best.

    Returns
    -------
    source, target : int64 arrays, shape (p,)
        Their places, in order of the source.
    gaps : float64 array, shape (p,)
        How far the margin lies above the next best of either sentence; never negative.

    Examples
    --------
    >>> zeros = np.zeros(2)
    >>> source = Best(np.array([1, 1]), np.array([1.5, 1.2]), zeros + 1, np.zeros(2, np.float32), 1 - np.arange(2))
    >>> target = Best(np.array([0, 0]), np.array([1.1, 1.5]), zeros + 1.25, np.zeros(2, np.float32), np.arange(2))
    >>> [found.tolist() for found in pair_mutual(source, target)]
    [[0], [1], [0.25]]
    """
    rows = np.arange(len(source.ids))
    is_mutual = target.ids[source.ids] == rows if len(rows) else np.zeros(0, bool)
    i = rows[is_mutual]
    j = source.ids[i]
    gaps = source.margins[i] - np.maximum(source.others[i], target.others[j])
    return i, j, np.maximum(gaps, 0)
