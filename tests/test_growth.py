"""The measure of growth sees what it is for."""

import pytest

from tests.growth import assert_linear


def test_linear_work_passes_and_quadratic_does_not() -> None:
    assert_linear(lambda n: sorted(range(n)), 400_000)
    with pytest.raises(AssertionError, match="8 times the input took"):
        # 8,000 would be below growth.FLOOR on Python 3.14, which sums twice as fast.
        assert_linear(lambda n: [sum(range(n)) for _ in range(n // 10)], 16_000)
