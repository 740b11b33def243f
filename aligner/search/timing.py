"""Timing: what the times of two subtitle files say about beads, however far the files have drifted apart.

Two files of one film seldom agree: one begins later, one was made for another frame rate, one lacks a scene. So nothing
is believed of the times until a first alignment of the texts has told how one file's clock runs by the other's; and how
much is believed, the scatter around that tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aligner.bitext import Bead
from aligner.search.lattice import BEAD_TYPES, Band, BeadType, places

Doubles = NDArray[np.float64]
Times = tuple[Doubles, Doubles]
"""Beginning and end of each sentence of both sides in milliseconds, shapes (n, 2) and (m, 2)."""

SURE: Final = 0.9
"""Probability from which a bead of the first pass tells how the clocks go."""

LEAST_BEADS: Final = 12
"""Beads that must do so: fewer fit any line (test_timing.py: too few)."""

NEIGHBOURS: Final = 10
"""Beads before and behind a place that tell the clocks' difference there: a scene that one file lacks moves it at once,
and half a minute later it is known (test_timing.py: a cut)."""

SPANS: Final = 8
"""Parts of a film that slopes are taken over: over longer ones a missing scene would be in most of them, over shorter
ones they scatter (test_timing.py: a cut, rates and shifts)."""

WORST_MS: Final = 2500.0
"""Scatter, the median distance in milliseconds, from which times say nothing: cues follow each other as fast."""

LEAST_MS: Final = 150.0
"""Scatter that is always allowed for: times within a cue are guessed from its characters."""

RANGE_MS: Final = 10_000.0
"""Milliseconds around the right time within which a wrong bead may have any."""

DOUBT: Final = 0.15
"""Share of right beads that translators time freely; bounds what times can say against a bead to ln(DOUBT) a side."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How the target's clock runs by the source's.

    Attributes
    ----------
    at : float64 array, shape (k,)
        Times of the source in milliseconds, rising.
    offsets : float64 array, shape (k,)
        What is to be added to `rate` times such a time, for the target's.
    rate : float
        Milliseconds of the target's clock to one of the source's: 1.0427 between 25 and 23.976 frames.
    scatter : float
        Median distance of right beads from that, in milliseconds.
    """

    at: Doubles
    offsets: Doubles
    rate: float
    scatter: float

    def target_time(self, source_ms: Doubles) -> Doubles:
        """What the target's clock shows.

        Examples
        --------
        >>> Clock(np.array([0.0]), np.array([500.0]), 2.0, 0.0).target_time(np.array([1000.0])).tolist()
        [2500.0]
        """
        told: Doubles = self.rate * source_ms + np.interp(source_ms, self.at, self.offsets)
        return told


def fit_clock(beads: Sequence[Bead], times: Times) -> Clock | None:
    """Tell from the beads of a first pass how the clocks run; None where they do not tell.

    Parameters
    ----------
    beads : sequence of Bead
        In order.
    times : pair of float64 arrays, shapes (n, 2) and (m, 2)
        Beginnings and ends of the sentences.

    Returns
    -------
    Clock or None
        None with fewer than LEAST_BEADS that are sure, or if they scatter by WORST_MS or more: then these are other
        films, or times that nobody kept.

    Notes
    -----
    The rate is the median of the slopes between beads that are far apart (Theil–Sen, after Sen 1968), which no quarter
    of wrong beads can move, nor a scene that is missing; what is left is the median over neighbours, so that it may
    jump.
    """
    sure = [bead for bead in beads if not bead.is_null and bead.probability >= SURE]
    if len(sure) < LEAST_BEADS:
        return None
    x = np.array([times[0][bead.source[0], 0] for bead in sure])
    y = np.array([times[1][bead.target[0], 0] for bead in sure])
    apart = min(max(len(sure) // SPANS, NEIGHBOURS), len(sure) // 2)
    run = x[apart:] - x[:-apart]
    slopes = (y[apart:] - y[:-apart])[run > 0] / run[run > 0]
    rate = float(np.median(slopes)) if len(slopes) else 1.0
    rate = rate if 0.5 < rate < 2.0 else 1.0
    left = y - rate * x
    window = np.lib.stride_tricks.sliding_window_view(
        np.pad(left, NEIGHBOURS, mode="reflect" if len(left) > NEIGHBOURS else "edge"), 2 * NEIGHBOURS + 1
    )
    offsets = np.median(window, axis=1)
    scatter = float(np.median(np.abs(left - offsets)))
    if scatter >= WORST_MS:
        return None
    order = np.argsort(x, kind="stable")
    return Clock(x[order], offsets[order], rate, scatter)


def describe_clock(clock: Clock | None) -> str:
    """Say in words how the clocks run.

    Examples
    --------
    >>> describe_clock(Clock(np.array([0.0]), np.array([500.0]), 1.0427, 180.0))
    'Vietnamese clock × 1.0427, half of the pairs begin within 0.18 s'
    """
    if clock is None:
        return "no evidence: too few sure pairs, or far apart in time"
    return f"Vietnamese clock × {clock.rate:.4f}, half of the pairs begin within {clock.scatter / 1000:.2f} s"


def time_scores(clock: Clock, times: Times, band: Band) -> dict[BeadType, Doubles]:
    """Tell in nats what the times say for each bead that ends in each cell of a band; nulls have none.

    Notes
    -----
    The log of how much likelier the distance of the two beginnings, and of the two ends, is of a right bead (Laplace's
    distribution of the clock's scatter, in DOUBT of cases any) than of a wrong one (any within RANGE_MS); times
    the sentences of the shorter side, so that two 1:1 beads say no more than one 2:2 bead, and 2:1 no more than 1:1.
    """
    rows, columns = places(band)
    told = clock.target_time(times[0])
    width = max(clock.scatter, LEAST_MS) / np.log(2)  # of Laplace's distribution, the median is ln 2 of the width
    found: dict[BeadType, Doubles] = {}
    ends = _likelihood(told[np.maximum(rows - 1, 0), 1] - times[1][np.maximum(columns - 1, 0), 1], width)
    for a, b in BEAD_TYPES:
        if a and b:
            begins = told[np.maximum(rows - a, 0), 0] - times[1][np.maximum(columns - b, 0), 0]
            found[a, b] = (_likelihood(begins, width) + ends) * min(a, b)
    return found


def _likelihood(distance: Doubles, width: float) -> Doubles:
    right = (1 - DOUBT) * np.exp(-np.abs(distance) / width) / (2 * width) + DOUBT / (2 * RANGE_MS)
    ratio: Doubles = np.log(right * 2 * RANGE_MS)
    return ratio
