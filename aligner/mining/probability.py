"""How probable it is that a mined pair is a translation: a line on its margin, its lead and the quality of its texts."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aligner.logistic import logistic

INTERCEPT: Final = -8.0
MARGIN: Final = 10.0
GAP: Final = 5.0
QUALITY: Final = 0.5
"""Nats: alone, for each unit of margin above 1, of lead over the next best, and for each nat of the pair's quality."""

FLOOR: Final = 1.05
"""Margin below which mutual best pairs are not judged any more."""

_CLIP: Final = 1e-3
"""Qualities nearer to 0 or 1 tell nothing more."""


def mined_probability(margins: ArrayLike, gaps: ArrayLike, qualities: ArrayLike) -> NDArray[np.float64]:
    """Compute the probability that mined pairs are translations.

    Parameters
    ----------
    margins, gaps : array_like, shape (n,)
        As `find_best` and `pair_mutual` give them.
    qualities : array_like, shape (n,)
        ``pair_quality`` of `score_pairs`, 0..1.

    Returns
    -------
    float64 array, shape (n,)
        Strictly in 0..1, and never lower for a larger margin, gap or quality.

    Examples
    --------
    >>> low, high = mined_probability([1.1, 1.5], [0.01, 0.3], [0.2, 0.9])
    >>> bool(low < 0.5 < high)
    True
    """
    return logistic(features_of(margins, gaps, qualities) @ np.array([MARGIN, GAP, QUALITY]) + INTERCEPT)


def features_of(margins: ArrayLike, gaps: ArrayLike, qualities: ArrayLike) -> NDArray[np.float64]:
    """Put together what the line is on, shape (n, 3).

    Examples
    --------
    >>> features_of([1.5], [0.25], [0.5]).tolist()
    [[0.5, 0.25, 0.0]]
    """
    quality = np.clip(np.asarray(qualities, np.float64), _CLIP, 1 - _CLIP)
    margin, gap = np.asarray(margins, np.float64) - 1, np.asarray(gaps, np.float64)
    return np.stack([margin, gap, np.log(quality / (1 - quality))], axis=1)
