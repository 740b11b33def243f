"""How probable it is that a mined pair is a translation: a line on its margin, lead and quality, and a base rate."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aligner.logistic import logistic

MARGIN: Final = 7.14
GAP: Final = 4.46
QUALITY: Final = 0.71
INTERCEPT: Final = -3.16
"""Nats: for each unit of margin above 1, for each unit of lead over the next best, for each nat of the pair's quality,
and alone, for a collection of whose judged pairs `SHARE` are translations. scripts/fit_mining.py found them on
translations planted in 28 sources of the training pairs, news and Tatoeba not among them; the encoder has seen these
sources, so that margins there are a little larger than elsewhere. benchmarks/mining.py measures them on others."""

SHARE: Final = 0.67
"""Share of translations among the judged pairs that the line was fitted on."""

_DOUBT: Final = 20.0
"""Pairs of the share where the line was fitted that count beside those of a collection, whose share few pairs cannot
tell."""

FLOOR: Final = 1.05
"""Margin below which mutual best pairs are not judged: the line was fitted on those above. A floor of 1.1 loses up to
one point of F1 on planted sources on average, 3.5 on one (scripts/fit_mining.py); what is saved is judging."""

_STEPS: Final = 100
"""Steps of the estimate; after 100 the share changes by less than 1e-4 a step (test_mining.py)."""

_CLIP: Final = 1e-3
"""Qualities nearer to 0 or 1 tell nothing more."""


def mined_log_odds(margins: ArrayLike, gaps: ArrayLike, qualities: ArrayLike) -> NDArray[np.float64]:
    """Compute the log odds that mined pairs are translations, were `SHARE` of all pairs that are judged.

    Parameters
    ----------
    margins, gaps : array_like, shape (n,)
        As `find_best` and `pair_mutual` give them.
    qualities : array_like, shape (n,)
        ``pair_quality`` of `score_pairs`, 0..1.

    Returns
    -------
    float64 array, shape (n,)
        Nats; never lower for a larger margin, gap or quality.

    Examples
    --------
    >>> low, high = mined_log_odds([1.1, 1.5], [0.01, 0.3], [0.2, 0.9])
    >>> bool(low < 0 < high)
    True
    """
    table = features_of(margins, gaps, qualities)
    # Added one by one: a product of matrices may add in another order for other numbers of rows.
    odds: NDArray[np.float64] = INTERCEPT + MARGIN * table[:, 0] + GAP * table[:, 1] + QUALITY * table[:, 2]
    return odds


def estimate_share(log_odds: NDArray[np.float64], base: float = SHARE) -> float:
    """Estimate how many of the judged pairs of a collection are translations, from `mined_log_odds` of all of them.

    Parameters
    ----------
    log_odds : float64 array, shape (n,)
    base : float
        Share of translations where the line was fitted.

    Returns
    -------
    float
        Strictly in 0..1; `base` for no pairs.

    Notes
    -----
    The base rate of a new collection by expectation and maximisation, Saerens et al. (2002, section 2.2),
    https://doi.org/10.1162/089976602753284446 ; it begins at `base`, which counts as `_DOUBT` pairs beside the others.

    Examples
    --------
    >>> round(estimate_share(np.full(1000, -6.0)), 2), estimate_share(np.zeros(0)) == SHARE
    (0.01, True)
    """
    share = base
    for _ in range(_STEPS):
        total = float(probability_of(log_odds, share, base).sum())
        share = (total + _DOUBT * base) / (len(log_odds) + _DOUBT)
    return share


def probability_of(log_odds: NDArray[np.float64], share: float, base: float = SHARE) -> NDArray[np.float64]:
    """Turn `mined_log_odds` into probabilities for a collection of whose judged pairs this share are translations.

    `base` is the share where the line was fitted.

    Examples
    --------
    >>> probability_of(np.array([0.0]), SHARE).tolist()
    [0.5]
    """
    return logistic(log_odds + math.log(share / (1 - share)) - math.log(base / (1 - base)))


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
