"""How well two documents fit: best matches between their sentences both ways, anchors, and the names they have.

The best match of each sentence in the other document, averaged both ways, is the BiMax of Wang et al. (2025); here each
sentence weighs by its length and by how rare it is in the collection, so that what pages share says nothing, and what
tells one version of a page from another says most.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from aligner.encoders.embedded import Floats
from aligner.matching.piles import Ints, Pile, Rows

ANCHORS_WEIGHT: Final = 0.5
"""What the share of anchors weighs beside the mean of best cosines, which has a like range. Chosen by hand: of two
documents that differ in one number or name, the right one is taken (benchmarks/matching.py)."""

NAME_WEIGHT: Final = 0.02
"""What the same name weighs: about half of what one sentence of twenty does, so that any content overrules it, and a
little more than nothing, so that of equal copies the one of the same name is taken (test_matching.py)."""


class Fits(NamedTuple):
    """How well pairs of documents fit, an entry a pair, all in 0..1 or near it.

    forward, backward: mean over one document's sentences of the best cosine in the other; anchors, words: share of the
    weight of anchors, and of the words of addresses, that both have (Dice).
    """

    forward: Floats
    backward: Floats
    anchors: Floats
    words: Floats

    @property
    def score(self) -> NDArray[np.float64]:
        """All in one number, rising."""
        content = (self.forward.astype(np.float64) + self.backward) / 2
        score: NDArray[np.float64] = content + ANCHORS_WEIGHT * self.anchors + NAME_WEIGHT * self.words
        return score


def score_candidates(source: Pile, target: Pile, i: int, candidates: Ints) -> Fits:
    """Say how well a document of the source fits each of its candidates.

    Parameters
    ----------
    source, target : Pile
        Documents of both languages.
    i : int
        The document.
    candidates : int64 array, shape (k,)
        Documents of the target, k > 0.

    Returns
    -------
    Fits
        k entries. The same whatever other documents are asked about in the same run.
    """
    here = slice(source.start[i], source.start[i + 1])
    sizes = target.start[candidates + 1] - target.start[candidates]
    start = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    taken = np.arange(start[-1]) + np.repeat(target.start[candidates] - start[:-1], sizes)
    weights, others = source.weights[here].astype(np.float64), target.weights[taken].astype(np.float64)
    cosines = source.vectors[here].astype(np.float32) @ target.vectors[taken].astype(np.float32).T
    forward = weights @ np.maximum.reduceat(cosines, start[:-1], axis=1) / weights.sum()
    backward = np.add.reduceat(others * cosines.max(axis=0), start[:-1]) / np.add.reduceat(others, start[:-1])
    return Fits(
        forward.astype(np.float32),
        backward.astype(np.float32),
        anchors=_shared(source.anchors, target.anchors, i, candidates),
        words=_shared(source.words, target.words, i, candidates),
    )


def _shared(source: Rows, target: Rows, i: int, candidates: Ints) -> Floats:
    """Twice the weight that two documents share over the weight of both; 0 where neither has any."""
    codes, weights = source.of(i)
    own = weights.sum(dtype=np.float64)
    result = np.zeros(len(candidates), np.float32)
    for k, j in enumerate(candidates):
        others, other_weights = target.of(int(j))
        total = own + other_weights.sum(dtype=np.float64)
        if total > 0 and len(codes):
            place = np.minimum(np.searchsorted(codes, others), len(codes) - 1)
            result[k] = 2 * other_weights[codes[place] == others].sum(dtype=np.float64) / total
    return result


def find_boilerplate(source: Pile, target: Pile, i: int, j: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Mark the units of two documents that both have with many others: common ones whose best match is common too.

    What one language alone repeats, as that of many versions of a page of which one was translated, is none.

    Returns
    -------
    pair of bool arrays
        An entry a unit of either document.
    """
    here, there = (slice(p.start[k], p.start[k + 1]) for p, k in ((source, i), (target, j)))
    common, other = source.common[here], target.common[there]
    if not common.any() or not other.any():
        return np.zeros_like(common), np.zeros_like(other)
    cosines = source.vectors[here].astype(np.float32) @ target.vectors[there].astype(np.float32).T
    return common & other[cosines.argmax(axis=1)], other & common[cosines.argmax(axis=0)]
