"""How probable it is that a mined pair is a translation: a collection's pairs as translations and strangers, mixed.

Margin, lead and quality of a pair are looked at together. Of strangers the margin and lead are known from planted
collections, and the quality from the collection itself: sentences beside a near neighbour that is not their best are no
translations, and the texts of the pair are judged as those of others. What translations are like is learned from the
pairs, from what they usually are on; so is their share.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aligner.logistic import logistic

Table = NDArray[np.float64]
Triple = tuple[float, float, float]


class Prior(NamedTuple):
    """What pairs of both kinds usually are like: logarithm of margin, root of lead, log odds of quality.

    translations, strangers: means in collections of TYPICAL sentences; of strangers the third is how far the mean
    quality lies above that of near neighbours. growth: what of both means a collection larger by a nat has more.
    spread: covariance within either kind. share: of translations among the pairs.
    """

    translations: Triple
    strangers: Triple
    translations_growth: Triple
    strangers_growth: Triple
    spread: tuple[Triple, Triple, Triple]
    share: float


PRIOR: Final = Prior(
    translations=(0.39, 0.673, 3.687),
    strangers=(0.136, 0.297, 0.339),
    translations_growth=(-0.03, -0.044, 0.0),
    strangers_growth=(-0.024, -0.026, 0.0),
    spread=((0.015, 0.02, 0.037), (0.02, 0.041, 0.02), (0.037, 0.02, 5.961)),
    share=0.56,
)
"""Of translations planted in 28 sources of the training pairs, news and Tatoeba not among them, in collections of 450
to 5,200 sentences (scripts/fit_mining.py). The encoder has seen these sources, so that margins there are a little
larger than elsewhere; benchmarks/mining.py measures on others."""

TYPICAL: Final = 4000
"""Sentences a side where the means of `PRIOR` hold."""

SIZES: Final = (450, 10_500)
"""Sentences a side from the smallest collection that the growth was fitted on to the largest that it was measured on;
beyond, means are those of the nearer: of a million, strangers would be put below the floor (test_mining.py)."""

LEARNED: Final = (1000.0, 5.0)
"""Pairs that the usual means of strangers and of translations count as beside those of a collection. Strangers' margins
and leads hardly differ from one collection to another: with 200 or 5,000 the calibration error is the same. For
translations 2 to 20 are as good on the planted sources, and on kinds of text that none of these is (dialogue,
scripture, literature), 5 and fewer are best (docs/mining.md)."""

DOUBT: Final = 20.0
"""Pairs that the usual share counts as, and the usual quality of neighbours: few pairs cannot tell."""

USUAL_QUALITY: Final = -2.0
"""Mean log odds of the quality of near neighbours, where a collection has few."""

FLOOR: Final = 1.05
"""Margin below which mutual best pairs are not judged: the means were fitted on those above. A floor of 1.1 lost up to
one point of F1 on planted sources on average, 3.5 on one; what is saved is judging."""

NEIGHBOURS_JUDGED: Final = 4096
"""Near neighbours that are judged to learn what strangers' quality is: a second of CPU, and a mean within .05."""

FITTED: Final = 1 << 18
"""Pairs that a mixture is fitted on at most, evenly out of all: a few hundred would do, and the memory stays small."""

_STEPS: Final = 100
"""Steps of the fit; after 100 the share changes by less than 1e-4 a step (test_mining.py)."""

_CLIP: Final = 1e-3
"""Qualities nearer to 0 or 1 tell nothing more."""


@dataclass(frozen=True, slots=True)
class Mixture:
    """The pairs of one collection as two kinds.

    Attributes
    ----------
    share : float
        Of translations among the pairs, strictly in 0..1.
    weights : tuple of three floats
        Nats for each unit of the features, never negative.
    intercept : float
        Nats, with the share in it.
    """

    share: float
    weights: Triple
    intercept: float

    def probabilities(self, table: Table) -> NDArray[np.float64]:
        """Compute the probability that pairs are translations, shape (n,): never lower for any larger feature.

        Examples
        --------
        >>> Mixture(0.5, (1.0, 1.0, 1.0), 0.0).probabilities(np.zeros((1, 3))).tolist()
        [0.5]
        """
        # Added one by one: a product of matrices may add in another order for other numbers of rows.
        first, second, third = (weight * table[:, k] for k, weight in enumerate(self.weights))
        return logistic(self.intercept + first + second + third)


def features_of(margins: ArrayLike, gaps: ArrayLike, qualities: ArrayLike) -> Table:
    """Put together what is looked at, shape (n, 3): logarithm of margin, root of lead, log odds of quality.

    Parameters
    ----------
    margins, gaps : array_like, shape (n,)
        As `find_best` and `pair_mutual` give them.
    qualities : array_like, shape (n,)
        ``pair_quality`` of `score_pairs`, 0..1.

    Examples
    --------
    >>> features_of([1.0], [0.25], [0.5]).tolist()
    [[0.0, 0.5, 0.0]]
    """
    margin, gap = np.asarray(margins, np.float64), np.asarray(gaps, np.float64)
    return np.stack([np.log(np.maximum(margin, 1)), np.sqrt(gap), log_odds_of(qualities)], axis=1)


def log_odds_of(qualities: ArrayLike) -> NDArray[np.float64]:
    """Turn qualities into log odds.

    Examples
    --------
    >>> log_odds_of([0.5]).tolist()
    [0.0]
    """
    quality = np.clip(np.asarray(qualities, np.float64), _CLIP, 1 - _CLIP)
    odds: NDArray[np.float64] = np.log(quality / (1 - quality))
    return odds


def fit_mixture(table: Table, neighbours: ArrayLike, size: float, prior: Prior = PRIOR) -> Mixture:
    """Fit the mixture to the judged pairs of a collection.

    Parameters
    ----------
    table : float64 array, shape (n, 3)
        `features_of` the pairs.
    neighbours : array_like, shape (k,)
        Qualities, 0..1, of sentences beside near neighbours that are not their best.
    size : float
        Sentences of the collection, a mean of both sides.
    prior : Prior
        What pairs usually are like.

    Returns
    -------
    Mixture
        The usual one for no pairs.

    Notes
    -----
    Expectation and maximisation of two normal distributions of one covariance, which stays that of the prior, and of
    their shares: Dempster et al. (1977), section 4.3; means with pairs counted in as a prior has them, Fraley & Raftery
    (2007), https://doi.org/10.1007/s00357-007-0004-5 . One covariance makes the log odds a line, which no larger
    feature lowers. Near neighbours in place of strangers: the decoys of Elias & Gygi (2007),
    https://doi.org/10.1038/nmeth1019 .

    Examples
    --------
    >>> fit_mixture(np.zeros((0, 3)), [], 1).share == PRIOR.share
    True
    >>> found = fit_mixture(features_of([1.1, 1.5], [0.01, 0.3], [0.02, 0.9]), [0.02], 2)
    >>> low, high = found.probabilities(features_of([1.1, 1.5], [0.01, 0.3], [0.02, 0.9]))
    >>> bool(low < 0.5 < high)
    True
    """
    nats = math.log(min(max(size, SIZES[0]), SIZES[1]) / TYPICAL)
    near = log_odds_of(neighbours)
    usual = [
        np.asarray(mean) + nats * np.asarray(growth)
        for mean, growth in (
            (prior.strangers, prior.strangers_growth),
            (prior.translations, prior.translations_growth),
        )
    ]
    usual[0][2] += (float(near.sum()) + DOUBT * USUAL_QUALITY) / (len(near) + DOUBT)
    inverse = np.linalg.inv(np.asarray(prior.spread))
    means, found = list(usual), Mixture(prior.share, (0, 0, 0), 0)
    share = prior.share
    for _ in range(_STEPS):
        weights = np.maximum((inverse * (means[1] - means[0])).sum(axis=1), 0)
        intercept = math.log(share / (1 - share)) - float((weights * (means[0] + means[1])).sum()) / 2
        found = Mixture(share, (float(weights[0]), float(weights[1]), float(weights[2])), intercept)
        if not len(table):
            break
        good = found.probabilities(table)
        for k, part in enumerate((1 - good, good)):
            means[k] = ((part[:, None] * table).sum(axis=0) + LEARNED[k] * usual[k]) / (part.sum() + LEARNED[k])
        means[0][2] = usual[0][2]  # known from the neighbours
        share = (float(good.sum()) + DOUBT * prior.share) / (len(table) + DOUBT)
    return found
