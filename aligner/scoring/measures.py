"""How good a quality is: area under the ROC curve, calibration, intervals. All in NumPy, all exact."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def auc(good: Array, bad: Array, good_weights: Array | None = None, bad_weights: Array | None = None) -> float:
    """Area under the ROC curve: how often a good pair has more than a bad one, ties counted half; 0..1.

    Examples
    --------
    >>> auc(np.array([0.9, 0.5]), np.array([0.1, 0.5]))
    0.875
    """
    a = np.ones(len(good)) if good_weights is None else good_weights
    b = np.ones(len(bad)) if bad_weights is None else bad_weights
    order = np.argsort(bad, kind="stable")
    below = np.concatenate([[0.0], np.cumsum(b[order])])
    left, right = (np.searchsorted(bad[order], good, side=side) for side in ("left", "right"))
    return float((a * (below[left] + below[right]) / 2).sum() / (a.sum() * b.sum()))


def calibration_error(quality: Array, is_good: Array, weights: Array | None = None, bins: int = 10) -> float:
    """Expected calibration error: mean distance, over bins of one width, of mean quality and share of good; 0..1.

    Examples
    --------
    >>> calibration_error(np.array([0.75, 0.75]), np.array([1, 0]))
    0.25
    """
    w = np.ones(len(quality)) if weights is None else weights
    place = np.minimum((quality * bins).astype(int), bins - 1)
    total = np.bincount(place, w, bins)
    gap = np.abs(np.bincount(place, w * quality, bins) - np.bincount(place, w * is_good, bins))
    return float(gap.sum() / total.sum())


def reliability(quality: Array, is_good: Array, weights: Array | None = None, bins: int = 10) -> list[dict[str, float]]:
    """For each bin that holds anything: its pairs, their mean quality, the share of them that is good, an interval.

    Examples
    --------
    >>> reliability(np.array([0.75, 0.75]), np.array([1, 0]))[0]["good"]
    0.5
    """
    w = np.ones(len(quality)) if weights is None else weights
    place = np.minimum((quality * bins).astype(int), bins - 1)
    rows = []
    for k in range(bins):
        inside = place == k
        n = int(inside.sum())
        if n:
            share = float(np.average(is_good[inside], weights=w[inside]))
            low, high = wilson(share * n, n)
            row = {"quality": float(np.average(quality[inside], weights=w[inside])), "good": share}
            rows.append({"pairs": n} | {key: round(x, 4) for key, x in (row | {"low": low, "high": high}).items()})
    return rows


def wilson(hits: float, n: int) -> tuple[float, float]:
    """Interval of a share that holds it in 95 of 100 samples (Wilson 1927).

    Examples
    --------
    >>> [round(x, 3) for x in wilson(8, 10)]
    [0.49, 0.943]
    """
    if not n:
        return 0.0, 1.0
    z, p = 1.959964, hits / n
    middle = p + z * z / (2 * n)
    spread = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    whole = 1 + z * z / n
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)
