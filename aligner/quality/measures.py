"""How good a quality is: area under the ROC curve, calibration, intervals. All in NumPy, all exact."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from aligner.doors import checked
from aligner.errors import InputError, check_whole

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]


MAX_PARTS: Final = 10_000
"""Parts that 0..1 is cut into at most: qualities are written with four decimals (test_numbers_of_options)."""


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


@checked
def reliability(quality: Array, is_good: Array, weights: Array | None = None, bins: int = 10) -> list[dict[str, float]]:
    """Compare what a quality says with what is so: how many of the pairs near each quality are good.

    Parameters
    ----------
    quality : sequence of float
        Of each pair, 0..1.
    is_good : sequence of bool
        Whether it is good, from labels or gold.
    weights : sequence of float, optional
        How much each pair counts; all the same by default.
    bins : int
        Parts of one width that 0..1 is cut into.

    Returns
    -------
    list of dict
        For each part that holds anything, in order: ``pairs``, their mean ``quality``, the share of them that is
        ``good``, and the interval ``low``..``high`` that holds the true share in 95 of 100 samples (Wilson 1927).

    Raises
    ------
    InputError
        If there are not as many labels as qualities, a quality is outside 0..1, or there are no parts.

    Examples
    --------
    >>> reliability([0.75, 0.75], [1, 0])[0]["good"]
    0.5
    """
    q, good = _judged(quality, is_good)
    check_whole(bins, "bins out of range", 1, MAX_PARTS, todo=f"give a number in 1..{MAX_PARTS}")
    w = np.ones(len(q)) if weights is None else _weights(weights, len(q))
    place = np.minimum((q * bins).astype(int), bins - 1)
    rows = []
    for k in range(bins):
        inside = place == k
        n = int(inside.sum())
        if n:
            share = float(np.average(good[inside], weights=w[inside]))
            low, high = wilson(share * n, n)
            row = {"quality": float(np.average(q[inside], weights=w[inside])), "good": share}
            rows.append({"pairs": n} | {key: round(x, 4) for key, x in (row | {"low": low, "high": high}).items()})
    return rows


@checked
def threshold_table(quality: Array, is_good: Array, steps: int = 20) -> pd.DataFrame:
    """Show what each threshold on a quality keeps: to choose one by.

    Parameters
    ----------
    quality, is_good
        As for `reliability`.
    steps : int
        Parts of one width that 0..1 is cut into; each of their ends is a threshold.

    Returns
    -------
    pandas.DataFrame
        One row a threshold: ``threshold``; ``kept``, the pairs whose quality reaches it; ``precision``, the share of
        those that is good, with the interval ``low``..``high`` that holds the true share in 95 of 100 samples (missing
        where none is kept); ``recall``, the share of the good pairs that is kept (missing where none is good).

    Raises
    ------
    InputError
        If there are not as many labels as qualities, a quality is outside 0..1, or there are no steps.

    Examples
    --------
    >>> threshold_table([0.9, 0.6, 0.2], [1, 0, 1], steps=2)[["threshold", "kept", "precision", "recall"]]
       threshold  kept  precision  recall
    0        0.0     3   0.666667     1.0
    1        0.5     2   0.500000     0.5
    2        1.0     0        NaN     0.0
    """
    import pandas as pd

    q, good = _judged(quality, is_good)
    check_whole(steps, "steps out of range", 1, MAX_PARTS, todo=f"give a number in 1..{MAX_PARTS}")
    rows = []
    for k in range(steps + 1):
        kept = q >= k / steps
        n, hits = int(kept.sum()), int(good[kept].sum())
        precision, recall = (hits / of if of else math.nan for of in (n, int(good.sum())))
        low, high = wilson(hits, n) if n else (math.nan, math.nan)
        rows.append((k / steps, n, precision, low, high, recall))
    return pd.DataFrame(rows, columns=["threshold", "kept", "precision", "low", "high", "recall"])


def _weights(weights: Array, n: int) -> NDArray[np.float64]:
    """Weights as an array: one for each of n pairs."""
    try:
        w = np.asarray(weights, np.float64)
    except (TypeError, ValueError) as error:
        raise InputError("weights are no numbers", found=str(error), todo="give one a pair") from None
    if w.shape != (n,) or not (np.isfinite(w) & (w > 0)).all():
        raise InputError("not one weight a pair", found=f"{w.shape} of {n}", todo="give a number above 0 for each pair")
    return w


def _judged(quality: Array, is_good: Array) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Qualities and labels as arrays of one length."""
    try:
        q, good = np.asarray(quality, np.float64), np.asarray(is_good, np.float64)
    except (TypeError, ValueError) as error:
        raise InputError("quality or labels are no numbers", found=str(error), todo="give 0..1, and 1 or 0") from None
    if q.ndim != 1 or q.shape != good.shape:
        raise InputError(
            "qualities and labels differ in number", found=f"{q.shape} and {good.shape}", todo="give one each"
        )
    if not ((q >= 0) & (q <= 1)).all():
        raise InputError("quality out of range", found=str(q[~((q >= 0) & (q <= 1))][0]), todo="give numbers in 0..1")
    if not np.isin(good, (0, 1)).all():
        found = str(good[~np.isin(good, (0, 1))][0])
        raise InputError("a label is neither good nor bad", found=found, todo="give 1 or 0, True or False")
    return q, good.astype(bool)


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
