"""The logistic function: log odds into a probability."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

LIMIT: Final = 30.0
"""Nats from 0 beyond which log odds tell nothing more: nothing overflows, and no probability is 0 or 1. What is left of
doubt, 1e-13, is far below what any model here can know (test_logistic.py)."""


def logistic(log_odds: ArrayLike) -> NDArray[np.float64]:
    """Turn log odds in nats into probabilities, strictly in 0..1, of the same shape.

    Examples
    --------
    >>> float(logistic(0)), logistic([-1e9, 0.0]).round(3).tolist()
    (0.5, [0.0, 0.5])
    """
    probability: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(log_odds, -LIMIT, LIMIT)))
    return probability
