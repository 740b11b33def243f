"""Whether a pair that won its competition is one: by the aligner's verdict and by how near another choice was."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

from aligner.logistic import logistic


class Verified(NamedTuple):
    """What the aligner says of two documents: probability of translations, share of either side with a counterpart."""

    parallel: float
    source_share: float
    target_share: float


BIAS: Final = 2.5
PARALLEL_WEIGHT: Final = 1.0
SHARE_WEIGHT: Final = 2.0
MARGIN_WEIGHT: Final = 2.0
"""Weights of a logistic model: of the log odds of the aligner's probability, of those of the smaller share, and of the
margin to the second candidate. By regression on made crawls of 151 documents a side of one half of the texts and of
1,000 of training texts, then rounded (benchmarks/matching.py; the other half measures)."""

MOST_ODDS: Final = 2.0
"""Log odds of the aligner's probability that count, at most: that a page surely translates a tenth of another does not
make the two a pair (test_matching.py: one of several parts)."""

MOST_MARGIN: Final = 0.3
"""Margin that counts, at most, either way: far ahead is far ahead."""

_FLOOR: Final = 0.02  # as SHARE_FLOOR of the verdict: log odds of a share stay within 4 of 0
_LEAST: Final = 1e-3  # of a probability, before its log odds are taken


def pair_probability(found: Verified, margin: float) -> float:
    """Say how probably two documents are a pair.

    Parameters
    ----------
    found : Verified
        What the aligner says.
    margin : float
        How far their score is ahead of the second candidate's (`competition.margins`).

    Returns
    -------
    float
        In 0..1; from LIKELY on the pair is kept.

    Examples
    --------
    >>> whole, part = Verified(0.99, 0.9, 0.8), Verified(0.99, 0.05, 0.9)
    >>> round(pair_probability(whole, 0.3), 2), round(pair_probability(part, 0.0), 2)
    (1.0, 0.32)
    """
    parallel = min(max(found.parallel, _LEAST), 1 - _LEAST)
    share = min(found.source_share, found.target_share)
    logit = (
        BIAS
        + PARALLEL_WEIGHT * min(math.log(parallel / (1 - parallel)), MOST_ODDS)
        + SHARE_WEIGHT * math.log((share + _FLOOR) / (1 - share + _FLOOR))
        + MARGIN_WEIGHT * min(max(margin, -MOST_MARGIN), MOST_MARGIN)
    )
    return float(logistic(logit))
