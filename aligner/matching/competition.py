"""One to one: the best pair of all first, then the best of what is left; and how near each was to another choice."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aligner.matching.piles import Ints

Doubles = NDArray[np.float64]


def pair_greedily(rows: Ints, columns: Ints, scores: Doubles) -> Ints:
    """Choose pairs so that no document is in two, by competitive linking (Melamed 2000).

    Parameters
    ----------
    rows, columns : int64 arrays, shape (k,)
        Candidates.
    scores : float64 array, shape (k,)
        How well each fits.

    Returns
    -------
    int64 array
        Places of the chosen ones among the candidates, ascending. Of equals the one with the first row is chosen, then
        that with the first column.

    Examples
    --------
    >>> pair_greedily(np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([0.9, 0.8, 0.7])).tolist()
    [0]
    """
    taken_rows: set[int] = set()
    taken_columns: set[int] = set()
    chosen = []
    for k in np.lexsort((columns, rows, -scores)).tolist():
        i, j = int(rows[k]), int(columns[k])
        if i not in taken_rows and j not in taken_columns:
            taken_rows.add(i)
            taken_columns.add(j)
            chosen.append(k)
    return np.array(sorted(chosen), np.int64)


def margins(rows: Ints, columns: Ints, scores: Doubles) -> Doubles:
    """How far each candidate is ahead of the best other one of either of its documents; below 0 where it is behind.

    Returns
    -------
    float64 array, shape (k,)
        Where neither document has another candidate, the score itself.

    Examples
    --------
    >>> margins(np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([0.9, 0.8, 0.5])).round(2).tolist()
    [0.1, -0.1, -0.4]
    """
    best = np.zeros(len(scores))
    for documents in (rows, columns):
        size = int(documents.max(initial=-1)) + 1
        first, second = np.zeros(size), np.zeros(size)
        np.maximum.at(first, documents, scores)
        is_first = scores == first[documents]
        ties = np.bincount(documents[is_first], minlength=size) > 1
        np.maximum.at(second, documents[~is_first], scores[~is_first])
        second = np.where(ties, first, second)
        best = np.maximum(best, np.where(is_first, second[documents], first[documents]))
    return scores - best
