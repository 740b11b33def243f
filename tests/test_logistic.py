"""The one logistic function of the package."""

import math

import numpy as np
import pytest

from aligner.logistic import LIMIT, logistic


def test_logistic_is_that_of_plain_arithmetic_and_never_certain() -> None:
    nats = np.linspace(-LIMIT, LIMIT, 121)
    with np.errstate(all="raise"):
        found = logistic(nats)
        extremes = logistic([-np.inf, -1e308, -1e3, 1e3, 1e308, np.inf])
    assert found.tolist() == pytest.approx([math.exp(x) / (1 + math.exp(x)) for x in nats.tolist()], rel=1e-12)
    assert (np.diff(found) > 0).all()
    assert ((extremes > 0) & (extremes < 1)).all()
    assert extremes.tolist() == [found[0]] * 3 + [found[-1]] * 3
    assert float(logistic(0)) == 0.5
