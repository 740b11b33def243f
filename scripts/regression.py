"""Logistic regression, as all scripts that fit weights of single judgements need it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit


def regress(
    rows: NDArray[np.float64],
    labels: NDArray[np.float64],
    ridge: float,
    bounds: Sequence[tuple[float | None, float | None]] | None = None,
) -> NDArray[np.float64]:
    """Find the weights, within bounds, that maximise the likelihood less `ridge` times half their squares."""

    def objective(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        z = rows @ w
        loss = float(np.logaddexp(0, z).sum() - labels @ z + ridge / 2 * w @ w)
        return loss, rows.T @ (expit(z) - labels) + ridge * w

    weights: NDArray[np.float64] = minimize(objective, np.zeros(rows.shape[1]), jac=True, bounds=bounds).x
    return weights
