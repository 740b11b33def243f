"""Whether time grows with the input: the CPU time of two sizes in one run, so that no machine's speed is assumed."""

import time
from collections.abc import Callable

from aligner.collector import paused_collector

FACTOR = 8
MOST = 24  # times the CPU time for FACTOR times the input; linear is 8, quadratic 64, and 23 is half-way by ratio
TRIES = 5  # the least of several counts: another process can only make a ratio too large by chance, not all of them
FLOOR = 0.002  # seconds: below, the clock's steps and what is done once are all one sees


def assert_linear(run: Callable[[int], object], size: int) -> None:
    """Fail where `run(size)` takes a time out of proportion to that of `run(size // FACTOR)`.

    Each try has sizes of its own, so that nothing is found in a cache.
    """
    run(size // FACTOR)  # what is loaded or compiled once
    ratios: list[float] = []
    for k in range(TRIES):
        n = size - k * size // 64
        small, large = seconds(run, n // FACTOR), seconds(run, n)
        ratios.append(large / max(small, FLOOR))
        if ratios[-1] <= MOST:
            return
    raise AssertionError(f"{FACTOR} times the input took {min(ratios):.0f} times the time or more, {TRIES} times")


def seconds(run: Callable[[int], object], n: int) -> float:
    """CPU time of this process, without the collector's, which looks at all that other tests have left."""
    with paused_collector():
        begun = time.process_time()
        run(n)
        return time.process_time() - begun


def shortened(text: str, n: int) -> str:
    """A hostile text cut to about `n` characters: each long line by the same share, its last words kept."""
    share = n / max(len(text), 1)
    lines = text.split("\n")
    return "\n".join(x if len(x) <= 200 else x[: max(0, int(len(x) * share) - 100)] + x[-100:] for x in lines)
