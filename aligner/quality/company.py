"""What the other pairs of a file or document say of a pair: whether its texts are nearer to others, and what is usual.

The rule of retrieval by margins (Artetxe & Schwenk 2019) turned round: there the nearest of a collection are looked
for, here it is asked whether a pair that is given is the nearest.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aligner.encoders.embedded import Floats

COMPANY_FEATURES: Final = ("rival", "usual_cosine")
"""Columns of `company_features`."""

LEAST_RIVALS: Final = 2
"""Other texts of each side that must be there before a pair is compared with them; set by hand."""

MOST: Final = 512
"""Pairs that are compared with each other: a group of more is cut into equal parts. The files that the model is fitted
on have 400 at most, and of more rivals some are nearer by chance; with verse, 2,048 have an area under the ROC curve of
.81 where 512 have .88 (docs/decisions/0029)."""

LEAST_USUAL: Final = 8
"""Pairs from which on something is usual among them; set by hand, as is the next."""

USUAL_SHARE: Final = 0.25
"""Share of the pairs of a file that must be nearer than their rivals before their cosines are what is usual in it: in a
file of strangers some are by chance."""

ALIKE: Final = 0.75
"""Cosine of two texts of one language from which on what is near to one may be near to the other: such a text is no
rival. Set by hand; scripts/made_pairs.py takes what is nearer for no fault, too."""


_NONE: Final = np.float32(-2)
"""Below every cosine: not to be looked at."""

_TURNS: Final = 3
"""Nearest texts that are looked at one by one."""


def company_features(units: tuple[Floats, Floats], groups: NDArray[np.int64]) -> Floats:
    """Compute the evidence that the other pairs of their groups give of n pairs.

    Parameters
    ----------
    units : pair of float32 arrays, shape (n, d)
        Unit rows of the English and the Vietnamese texts; a row of zeros for a text without pieces.
    groups : int64 array, shape (n,)
        A number for each file or document, rising; -1 for a pair of which nothing else is known.

    Returns
    -------
    float32 array, shape (n, 2)
        `COMPANY_FEATURES`: the cosine less the mean of those of the nearest other text of each side, -2..2, texts apart
        that are alike to the pair's own; the median cosine of the pairs of the group that are nearer than their rivals,
        -1..1. nan where too few others, or such pairs, are there.

    Examples
    --------
    >>> rows = np.eye(3, dtype=np.float32)
    >>> company_features((rows, rows[[0, 2, 1]]), np.zeros(3, np.int64))[:, 0].tolist()
    [1.0, -1.0, -1.0]
    """
    result = np.full((len(groups), len(COMPANY_FEATURES)), np.nan, np.float32)
    cosine = np.einsum("ij,ij->i", *units)
    has_text = (np.einsum("ij,ij->i", units[0], units[0]) > 0.5) & (np.einsum("ij,ij->i", units[1], units[1]) > 0.5)
    parts = (
        part
        for group in np.unique(groups[groups >= 0])
        for rows in (np.flatnonzero((groups == group) & has_text),)
        for part in np.array_split(rows, max(1, -(-len(rows) // MOST)))
    )
    for rows in parts:
        if len(rows) <= LEAST_RIVALS:
            continue
        en, vi = units[0][rows], units[1][rows]
        crossed = en @ vi.T
        result[rows, 0] = cosine[rows] - (_nearest(crossed, vi) + _nearest(crossed.T, en)) / 2
        nearest = result[rows, 0] > 0
        if nearest.sum() >= max(LEAST_USUAL, USUAL_SHARE * len(rows)):
            result[rows, 1] = np.median(cosine[rows][nearest])
    return result


def _nearest(cosines: Floats, others: Floats) -> Floats:
    """For each row the cosine of the nearest of the others that is not alike to its own; nan where none is."""
    n = len(cosines)
    found = np.full(n, np.nan, np.float32)
    left = np.arange(n)
    cosines = cosines.copy()
    cosines[left, left] = _NONE
    # The nearest is looked at first, so that likenesses are computed of few; where many texts are alike, of all.
    for turn in range(_TURNS + 1):
        if turn == _TURNS:
            cosines[left] = np.where(others[left] @ others.T > ALIKE, _NONE, cosines[left])
        best = (cosines if len(left) == n else cosines[left]).argmax(axis=1)  # without another copy of all
        value = cosines[left, best]
        alike = (np.einsum("ij,ij->i", others[left], others[best]) > ALIKE) & (value > _NONE) & (turn < _TURNS)
        found[left[~alike]] = np.where(value[~alike] > _NONE, value[~alike], np.nan)
        cosines[left[alike], best[alike]] = _NONE
        left = left[alike]
    return found


def relative_to_usual(column: Floats, groups: NDArray[np.int64]) -> Floats:
    """Weigh what differs in a pair by how seldom it does in its group: a mark that all pairs lack tells nothing.

    Parameters
    ----------
    column : float32 array, shape (n,)
        0..1.
    groups : int64 array, shape (n,)

    Returns
    -------
    float32 array, shape (n,)
        Times one less the group's mean, where the group has `LEAST_USUAL` pairs.

    Examples
    --------
    >>> relative_to_usual(np.ones(8, np.float32), np.zeros(8, np.int64)).tolist()[:2]
    [0.0, 0.0]
    """
    result = column.copy()
    for group in np.unique(groups[groups >= 0]):
        rows = groups == group
        if rows.sum() >= LEAST_USUAL:
            result[rows] *= np.float32(1) - column[rows].mean()
    return result


def cut_groups(documents: Sequence[object], most: int) -> list[slice]:
    """Cut rows into stretches of at most so many, a document's rows together where they fit.

    Examples
    --------
    >>> cut_groups("aabbbb", 4)
    [slice(0, 2, None), slice(2, 6, None)]
    >>> cut_groups("aaaaabb", 4)
    [slice(0, 4, None), slice(4, 7, None)]
    """
    borders = [0, *(k for k in range(1, len(documents)) if documents[k] != documents[k - 1]), len(documents)]
    result: list[slice] = []
    first = 0
    for start, end in itertools.pairwise(borders):
        if end - first <= most:
            continue
        if first < start:
            result.append(slice(first, start))
            first = start
        while end - first > most:
            result.append(slice(first, first + most))
            first += most
    if first < len(documents) or not result:
        result.append(slice(first, len(documents)))
    return result


def number_groups(documents: Sequence[object]) -> NDArray[np.int64]:
    """Number the documents of rows: those of one that follow each other have one number.

    Examples
    --------
    >>> number_groups("aaba").tolist()
    [0, 0, 1, 2]
    """
    changes = [k > 0 and documents[k] != documents[k - 1] for k in range(len(documents))]
    return np.cumsum(changes, dtype=np.int64)
