"""An additive logistic model that can be read: for each feature lines through a few points, in nats, and their sum.

``logit P(good) = bias(s) + Σ_f value_f(x_f, s)``, s being the size of a pair in words. value_f is drawn through the
feature's knots and flat outside them, one line for each of `SIZES`; between two sizes it is the mean of their lines,
the nearer one weighing more (varying coefficients, Hastie & Tibshirani 1993). Lines rise or fall only
where sense demands it. Fitted by Newton's method with a penalty on the values, on their bends and on what differs from
one size to the next, then calibrated by a monotone line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aligner.logistic import logistic

Doubles = NDArray[np.float64]

SIZES: Final = (1.0, 3.0, 8.0, 25.0)
"""Words of a pair for which there is a line each: a word, a title, a short sentence, a long one."""

MAX_KNOTS: Final = 8
"""Points of a feature's line; with more, lines fitted on 30,000 pairs begin to follow chance."""

RIDGE: Final = 0.5
"""Penalty on half the squared values, in nats for the whole sample, chosen with BEND and TIE by the loss on kinds of
text that were held out (docs/decisions/0029)."""

BEND: Final = 20.0
"""Penalty on half the squared changes of slope, for knots at equal distances: keeps lines readable."""

TIE: Final = 4.0
"""Penalty on half the squared differences of the lines of two neighbouring sizes."""

STAY: Final = 20.0
"""How much dearer changes of a prior are: 50 labels against it change little, 1,000 much (test_scoring.py)."""

_FUSED: Final = 1e5
"""Penalty on half the squared difference of two points that would otherwise break a monotone line."""

_ROUNDS: Final = 10
"""Minima that are looked for, each with other points held together."""

_LIMIT: Final = 12.0
"""Nats beyond which a sum tells nothing more: a probability of 6e-6."""

Lines = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Additive:
    """The model.

    Attributes
    ----------
    features : tuple of str
        Names of the columns, in order.
    knots : tuple of tuples of float
        For each feature the points of its lines: rising values of the feature.
    values : tuple of tuples of tuples of float
        For each feature, for each of `SIZES`, the nats at the points.
    bias : tuple of float
        For each of `SIZES` the nats before anything is known.
    calibration : pair of tuples of float
        Points of the monotone line from the sum to the calibrated sum, both in nats; empty for none.
    """

    features: tuple[str, ...]
    knots: tuple[tuple[float, ...], ...]
    values: tuple[Lines, ...]
    bias: tuple[float, ...]
    calibration: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())

    def contributions(self, table: NDArray[Any], words: NDArray[Any]) -> Doubles:
        """What each feature says of each row, in nats.

        Parameters
        ----------
        table : array, shape (n, features)
        words : array, shape (n,)
            Size of each pair (`features.pair_words`).

        Returns
        -------
        float64 array, shape (n, features)
        """
        parts = _size_parts(words)
        result = np.zeros((len(table), len(self.features)))
        for k, (knots, lines) in enumerate(zip(self.knots, self.values, strict=True)):
            for part, line in zip(parts.T, lines, strict=True):
                result[:, k] += part * np.interp(table[:, k], knots, line)
        return np.where(np.isnan(result), 0.0, result)

    def probability(self, contributions: Doubles, words: NDArray[Any]) -> Doubles:
        """Calibrated probability in 0..1 of each row of contributions."""
        return self.calibrated(self.total(contributions, words))

    def calibrated(self, total: Doubles) -> Doubles:
        """Calibrated probability in 0..1 of each sum of nats."""
        if self.calibration[0]:
            total = _interpolate(total, *self.calibration)
        return logistic(np.clip(total, -_LIMIT, _LIMIT))

    def total(self, contributions: Doubles, words: NDArray[Any]) -> Doubles:
        """Nats of each row, not calibrated."""
        result: Doubles = _size_parts(words) @ np.array(self.bias) + contributions.sum(axis=1)
        return result

    def to_json(self) -> dict[str, Any]:
        """The model as plain data, rounded."""
        return {
            "sizes": list(SIZES),
            "bias": [round(x, 4) for x in self.bias],
            "calibration": {
                "sum": [round(x, 4) for x in self.calibration[0]],
                "logit": [round(x, 4) for x in self.calibration[1]],
            },
            "features": {
                name: {
                    "at": [float(f"{x:.5g}") for x in knots],
                    "nats": [[round(v, 4) for v in line] for line in lines],
                }
                for name, knots, lines in zip(self.features, self.knots, self.values, strict=True)
            },
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Additive:
        """The model that `to_json` gave."""
        lines = stored["features"]
        calibration = stored["calibration"]
        return cls(
            tuple(lines),
            tuple(tuple(line["at"]) for line in lines.values()),
            tuple(tuple(map(tuple, line["nats"])) for line in lines.values()),
            tuple(stored["bias"]),
            (tuple(calibration["sum"]), tuple(calibration["logit"])),
        )


def _size_parts(words: NDArray[Any]) -> Doubles:
    """How much each of `SIZES` counts for each row, shape (n, sizes): nearer ones more, in its logarithm."""
    return _hats(np.log(np.maximum(np.asarray(words, np.float64), SIZES[0])), np.log(SIZES))


def fit(
    features: Sequence[str],
    table: NDArray[Any],
    words: NDArray[Any],
    labels: NDArray[Any],
    weights: Doubles | None = None,
    *,
    signs: Mapping[str, int] | None = None,
    prior: Additive | None = None,
) -> Additive:
    """Fit the model, not yet calibrated.

    Parameters
    ----------
    features : sequence of str
        Names of the columns.
    table : array, shape (n, features)
    words : array, shape (n,)
        Size of each pair.
    labels : array, shape (n,)
        1 for good, 0 for bad.
    weights : array, shape (n,), optional
        How much each row counts.
    signs : mapping of str to int, optional
        Features whose lines may only rise (1) or only fall (-1).
    prior : Additive, optional
        A model of the same features to stay near: its knots are kept, and only what is changed costs.

    Examples
    --------
    >>> x = np.linspace(0, 1, 50_000)[:, None]
    >>> words = np.full(len(x), 8)
    >>> model = fit(["x"], x, words, x[:, 0] > 0.5)
    >>> low, high = model.probability(model.contributions(np.array([[0.1], [0.9]]), words[:2]), words[:2])
    >>> bool(low < 0.2), bool(high > 0.8)
    (True, True)
    """
    y = np.asarray(labels, np.float64)
    weight = np.ones(len(y)) if weights is None else np.asarray(weights, np.float64)
    parts = _size_parts(words)
    if prior is None:
        knots = [_knots(np.asarray(table[:, k], np.float64)) for k in range(table.shape[1])]
        start = np.zeros(len(SIZES) * (1 + sum(map(len, knots))))
    else:
        knots = [np.array(at) for at in prior.knots]
        start = np.concatenate([np.array(prior.bias), *(np.concatenate(lines) for lines in prior.values)])
    # A column a point and size: how near a row is to both.
    columns = [parts]
    for k, at in enumerate(knots):
        hats = _hats(table[:, k], at)
        columns.append((parts[:, :, None] * hats[:, None]).reshape(len(y), -1))
    basis = np.concatenate(columns, axis=1)
    penalty = np.zeros((basis.shape[1], basis.shape[1]))
    size = len(SIZES)
    between = np.zeros((size, size))
    for a in range(size - 1):
        step = np.zeros(size)
        step[a : a + 2] = 1, -1
        between += TIE * np.outer(step, step)
    penalty[:size, :size] = between
    bounds: list[tuple[int, int]] = []
    first = size
    for name, at in zip(features, knots, strict=True):
        n = len(at)
        penalty[first : first + size * n, first : first + size * n] = np.kron(np.eye(size), _penalty(at)) + np.kron(
            between, np.eye(n)
        )
        sign = (signs or {}).get(name, 0)
        for a in range(size) if sign else ():
            for k in range(n - 1):
                low, high = first + a * n + k, first + a * n + k + 1
                bounds.append((low, high) if sign > 0 else (high, low))
        first += size * n
    if prior is not None:
        penalty *= STAY
    solution = _newton(basis, y, weight, penalty, start, bounds)
    bias = solution[:size].copy()
    values: list[Lines] = []
    first = size
    good = weight * y + 1e-12
    for k, at in enumerate(knots):
        lines = solution[first : first + size * len(at)].reshape(size, -1)
        first += size * len(at)
        # The mean over good rows is what is usual; it goes into the bias, so that nats below zero speak against a pair.
        is_known = ~np.isnan(table[:, k])
        if not is_known.any():
            values.append(tuple(tuple(row) for row in lines.tolist()))
            continue
        known, shares = table[is_known, k], (good[:, None] * (parts + 1e-9))[is_known]
        usual = np.array(
            [np.average(np.interp(known, at, line), weights=part) for line, part in zip(lines, shares.T, strict=True)]
        )
        bias += usual
        values.append(tuple(tuple(row) for row in (lines - usual[:, None]).tolist()))
    return Additive(tuple(features), tuple(tuple(at.tolist()) for at in knots), tuple(values), tuple(bias.tolist()))


def calibrate(model: Additive, total: NDArray[Any], labels: NDArray[Any], weights: Doubles | None = None) -> Additive:
    """Give the model a monotone line from its sum to the log odds that rows with such a sum have (isotonic, in bins).

    Parameters
    ----------
    model : Additive
    total : array, shape (n,)
        Nats (`Additive.total`) of rows that it was not fitted on.
    labels, weights : arrays, shape (n,)
        As for `fit`.
    """
    y = np.asarray(labels, np.float64)
    weight = np.ones(len(y)) if weights is None else np.asarray(weights, np.float64)
    order = np.argsort(total, kind="stable")
    bins = np.array_split(order, max(1, min(20, len(order) // 50)))
    points = [
        (np.average(total[b], weights=weight[b]), np.average(y[b], weights=weight[b]), weight[b].sum(), len(b))
        for b in bins
    ]
    level = _isotonic(np.array([p[1] for p in points]), np.array([p[2] for p in points]))
    size = np.array([p[3] for p in points], np.float64)
    level = (level * size + 0.5) / (size + 1)  # half a row of either kind: no bin is certain
    xs = [float(p[0]) for p in points]
    ys = [float(np.log(v / (1 - v))) for v in np.maximum.accumulate(level)]
    return Additive(model.features, model.knots, model.values, model.bias, (tuple(xs), tuple(ys)))


def _interpolate(total: Doubles, xs: Sequence[float], ys: Sequence[float]) -> Doubles:
    """The line through the points; beyond the last ones it goes on by one nat a nat, so that order is never lost."""
    inner = np.interp(total, xs, ys)
    result: Doubles = inner + np.minimum(total - xs[0], 0) + np.maximum(total - xs[-1], 0)
    # A step of isotonic regression is flat; a hundredth of the sum keeps the order of what stands on it.
    return result + 0.01 * total


def _knots(column: Doubles) -> Doubles:
    """Points at quantiles; all values where there are few."""
    values = np.unique(column[~np.isnan(column)])
    if len(values) > MAX_KNOTS:
        values = np.unique(np.nanquantile(column, [0.005, 0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95, 0.995]))
        spread = values[-1] - values[0]
        keep = [0]
        for k in range(1, len(values)):
            if values[k] - values[keep[-1]] > 0.01 * spread:
                keep.append(k)
        values = values[keep]
    if len(values) == 1:  # a column that never changes says nothing, but may change later
        values = np.array([values[0], values[0] + 1.0])
    return np.asarray(values, np.float64)


def _hats(column: NDArray[Any], knots: Doubles) -> Doubles:
    """How much each knot counts for each row: 1 at the knot, falling to 0 at its neighbours; 0 of what is missing."""
    hats = np.stack([np.interp(column, knots, row) for row in np.eye(len(knots))], axis=1)
    return np.where(np.isnan(hats), 0.0, hats)


def _penalty(knots: Doubles) -> Doubles:
    """Quadratic form of the penalty on the values at the knots."""
    n = len(knots)
    form = RIDGE * np.eye(n)
    if n > 2:
        x = (knots - knots[0]) / (knots[-1] - knots[0]) * (n - 1)
        for k in range(1, n - 1):
            bend = np.zeros(n)
            before, behind = x[k] - x[k - 1], x[k + 1] - x[k]
            bend[k - 1], bend[k], bend[k + 1] = 1 / before, -1 / before - 1 / behind, 1 / behind
            bend /= 1 / before + 1 / behind
            form += BEND * np.outer(bend, bend)
    return form


def _newton(
    basis: Doubles, y: Doubles, weight: Doubles, penalty: Doubles, start: Doubles, bounds: Sequence[tuple[int, int]]
) -> Doubles:
    """Minimise the logistic loss and the penalty on what is changed from the start.

    Each of the bounds (low, high) asks that solution[low] ≤ solution[high]: those that the minimum breaks are held
    together, those that no longer pull are let go, until nothing changes (an active set, Nocedal & Wright 2006, 16.5).
    """
    solution = start.copy()
    steady = 1e-6 * np.eye(len(solution))
    held: list[tuple[int, int]] = []
    for _ in range(_ROUNDS):
        together = np.zeros_like(penalty)
        for low, high in held:
            together[[low, high], [low, high]] += _FUSED
            together[[low, high], [high, low]] -= _FUSED
        for _ in range(30):
            p = logistic(basis @ solution)
            gradient = basis.T @ (weight * (p - y)) + penalty @ (solution - start) + together @ solution
            curvature = (basis * (weight * np.maximum(p * (1 - p), 1e-6))[:, None]).T @ basis
            step = np.linalg.solve(curvature + penalty + together + steady, gradient)
            largest = float(np.abs(step).max())
            solution -= step * min(1.0, 3.0 / max(largest, 1e-12))
            if largest < 1e-3:
                break
        # What is held stays so while it still pulls the wrong way.
        before = held
        held = [pair for pair in bounds if solution[pair[0]] > solution[pair[1]] + (0 if pair in before else 1e-3)]
        if held == before:
            break
    return solution


def _isotonic(levels: Doubles, weights: Doubles) -> Doubles:
    """Pool adjacent violators (Barlow et al. 1972): the nearest levels that never fall."""
    blocks: list[list[float]] = []
    for level, weight in zip(levels, weights, strict=True):
        blocks.append([float(level), float(weight), 1])
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            level, weight, count = blocks.pop()
            last = blocks[-1]
            whole = max(last[1] + weight, 1e-300)
            last[0] = (last[0] * last[1] + level * weight) / whole
            last[1], last[2] = whole, last[2] + count
    return np.concatenate([np.full(int(count), level) for level, _, count in blocks])
