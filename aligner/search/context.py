"""What a document is like as a whole, read off a first alignment of it, and what a second pass takes from that.

One price of a null for all documents is wrong for each: where a translation is complete and free, two sentences that
face each other are each other's translation, however little their vectors agree; where sentences were lost, they are
strangers. Which of the two a document is shows in the rest of it: how many of its sentences are left over, whether the
leftovers of the two sides face each other, how closely its sure pairs agree, how often sentences are joined. The length
of a translation is the document's own, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from aligner.search.lattice import Band, BeadType, Gains, places

Numbers = NDArray[np.float64]
Ints = NDArray[np.int64]
Features = dict[str, Numbers | float]

CONTEXT_FEATURES: Final = (
    "null_literal",
    "null_rate",
    "null_facing",
    "merged_rate",
    "merged_enclosed",
    "merged_enclosed_rate",
    "enclosed",
    "enclosed_rate",
    "enclosed_literal",
    "surprise",
    "surprise_long",
    "enclosed_surprise",
    "enclosed_surprise_long",
)
"""Names of the features of the second pass: of nulls, of beads of more than two sentences, of 1:1 and 2:2 beads."""


SQUARE: Final = frozenset({(1, 1), (2, 2)})
"""Bead types that fill a gap whose sentences face each other."""

MERGED: Final = frozenset({(1, 2), (2, 1), (1, 3), (3, 1)})
"""Bead types that compete with a 1:1 bead beside nulls: a half of a sentence must not be left alone where little is."""


class Usual(NamedTuple):
    """What a document is taken for of which nothing is known, and how much that weighs: as so many counted in it."""

    value: float
    weight: float


LITERAL: Final = Usual(0.45, 6.0)
"""Mean excess cosine of the 1:1 beads, 1 for the same vectors; weighs as so many beads."""
NULL_RATE: Final = Usual(0.1, 10.0)
"""Share of the sentences without counterpart; weighs as so many sentences."""
FACING: Final = Usual(0.3, 4.0)
"""Share of the nulls that face one of the other side; weighs as so many nulls."""
MERGED_RATE: Final = Usual(0.08, 10.0)
"""Share of the beads with more than two sentences; weighs as so many beads. Values and weights of all four were
chosen by hand; their effect is fitted (docs/decisions/0027; test_context.py: figures of a document)."""

LOW_EXCESS: Final = 0.2
"""Excess cosine below which a sure 1:1 bead is taken for a free translation: none of a hundred in news, one of ten in
films."""
LOW_WIDTH: Final = 0.1
"""Width of the slope from none to all around `LOW_EXCESS`: no last bit of a cosine may move all weights."""

LOW_RATE: Final = Usual(0.0, 10.0)
"""Share of the 1:1 beads below `LOW_EXCESS`; weighs as so many beads."""
FREE_RATE: Final = 0.1
"""Share of the 1:1 beads below `LOW_EXCESS` from which on a document is as free as can be told (test_context.py:
freedom needs more than one strange pair)."""

USUAL_PAIRS: Final = 20.0
"""Sentence pairs that the usual length ratio weighs as many as, chosen by hand: on the dev sets the document's own
ratio changes one bead in a thousand, on German and French, whose ratio is another, three (docs/decisions/0027)."""

SURE_GAIN: Final = 3.0
"""Nats over two nulls from which on a pair of sentences that prefer each other counts for the length ratio
(test_context.py: pairs prefer each other)."""


def estimate_length_ratio(source: Numbers, target: Numbers, usual: float) -> float:
    """Target characters for one of the source (geometric mean), the usual ratio counted in.

    Parameters
    ----------
    source, target : float64 arrays, shape (n,)
        Characters of both sides of n sentence pairs.
    usual : float
        The ratio where there are none.

    Examples
    --------
    >>> estimate_length_ratio(np.array([]), np.array([]), 1.1)
    1.1
    """
    total = float(np.log((target + 1) / (source + 1)).sum()) + USUAL_PAIRS * float(np.log(usual))
    return round(float(np.exp(total / (len(source) + USUAL_PAIRS))), 12)


def mutual_pairs(gain: Gains, band: Band) -> tuple[Ints, Ints]:
    """Source and target sentences that gain most with each other, and by far over being left alone; each at most once.

    A line that is repeated gains as much with every copy of its translation: of these the first pair counts.

    Parameters
    ----------
    gain : float32 or float64 array, shape (n_cells,)
        What pairing the two sentences before each node gains over skipping both, in nats.
    band : Band
        The nodes.

    Returns
    -------
    int64 arrays of one length
        0-based numbers of the sentences.

    Examples
    --------
    >>> [found.tolist() for found in mutual_pairs(np.array([0, 0, 0, 9.0]), Band.full(1, 1))]
    [[0], [0]]
    """
    rows, columns = places(band)
    real = np.where((rows > 0) & (columns > 0), gain, -np.inf)
    in_row = np.maximum.reduceat(real, band.start[:-1])
    in_column = np.full(int(band.hi[-1]) + 1, -np.inf, real.dtype)
    np.maximum.at(in_column, columns, real)
    found = np.flatnonzero((real == in_row[rows]) & (real == in_column[columns]) & (real > SURE_GAIN))
    for of_side in (rows, columns):
        found = found[np.unique(of_side[found], return_index=True)[1]]
    return rows[found] - 1, columns[found] - 1


class Context(NamedTuple):
    """How a document differs from the usual; all 0 where nothing is known.

    Attributes
    ----------
    freedom : float
        How freely it is translated, 0..1: the share of its sure pairs that hardly agree, over `FREE_RATE`.
    literal : float
        Excess cosine of its sure pairs less the usual one.
    null_rate, merged_rate : float
        Log odds of its shares of nulls and of joined beads less the usual ones.
    facing : float
        Share of its nulls that face another less the usual one.
    """

    freedom: float
    literal: float
    null_rate: float
    facing: float
    merged_rate: float


def read_context(path: Sequence[BeadType], probability: Numbers, excess: Numbers) -> Context:
    """Read a document's context off a path through its first pass.

    Parameters
    ----------
    path : sequence of bead types
        n beads in order.
    probability, excess : float64 arrays, shape (n,)
        Their posterior probabilities; (cosine - background) / (1 - background) of their sides.

    Returns
    -------
    Context
        Shrunk towards 0 by what `LITERAL` and the others weigh.

    Examples
    --------
    >>> context = read_context([(1, 1), (1, 0), (0, 1)], np.ones(3), np.array([0.8, 0, 0]))
    >>> [round(value, 2) for value in context]
    [0.0, 0.05, 0.9, 0.23, -0.1]
    """
    sizes = np.array(path, np.int64).reshape(-1, 2)
    is_one, is_null = (sizes == 1).all(axis=1), sizes.min(axis=1) == 0
    n_nulls, n_pairs = int(is_null.sum()), int((~is_null).sum())
    run = np.cumsum(~is_null)[is_null]  # nulls with no pair between them stand together
    left, right = (np.bincount(run, sizes[is_null, side], minlength=1) for side in (0, 1))
    sure = probability[is_one]
    literal = _mean(float(sure @ excess[is_one]), float(sure.sum()), LITERAL)
    facing = _mean(2.0 * float(np.minimum(left, right).sum()), n_nulls, FACING)
    null_rate = _mean(n_nulls, int(sizes.sum()), NULL_RATE)
    merged_rate = _mean(float(probability[~is_null & ~is_one].sum()), n_pairs, MERGED_RATE)
    low = np.clip((LOW_EXCESS - excess[is_one]) / LOW_WIDTH + 0.5, 0, 1)
    low_rate = _mean(float(sure @ low), float(sure.sum()), LOW_RATE)
    return Context(
        min(low_rate / FREE_RATE, 1.0),
        literal - LITERAL.value,
        _log_odds(null_rate) - _log_odds(NULL_RATE.value),
        facing - FACING.value,
        _log_odds(merged_rate) - _log_odds(MERGED_RATE.value),
    )


def _mean(total: float, count: float, usual: Usual) -> float:
    return (total + usual.weight * usual.value) / (count + usual.weight)


def _log_odds(share: float) -> float:
    return float(np.log(share / (1 - share)))


def context_features(
    context: Context, bead: BeadType, visited: Numbers, band: Band, excess: Numbers, size: Numbers
) -> Features:
    """Features of a bead type in the second pass.

    Parameters
    ----------
    context : Context
        Of the document.
    bead : BeadType
        The type: those of all at once would be many arrays.
    visited : float64 array, shape (n_cells,)
        Probability by the first pass that some bead ends in each cell.
    band : Band
        The nodes.
    excess, size : float64 arrays, shape (n_cells,)
        Of the two sentences before each node: their excess cosine, and their length, 1 from `LONG_CHARACTERS` on.

    Returns
    -------
    dict
        By name of `CONTEXT_FEATURES`, a number for all cells or an array over them; what is missing is 0.

    Notes
    -----
    ``enclosed`` is the probability that paths go through both nodes that a square bead would fill the gap between: what
    stands between two sure beads; ``merged_enclosed`` the same of `MERGED`. ``surprise`` is how much less than the
    document's sure pairs two sentences agree.
    """
    if 0 in bead:
        return {"null_literal": context.literal, "null_rate": context.null_rate, "null_facing": context.facing}
    found: Features = {"merged_rate": context.merged_rate} if sum(bead) > 2 else {}
    if bead in MERGED:
        shut = _enclosed(visited, band, bead)
        found |= {"merged_enclosed": shut, "merged_enclosed_rate": shut * context.null_rate}
    elif bead in SQUARE:
        shut = _enclosed(visited, band, bead)
        found |= {
            "enclosed": shut,
            "enclosed_rate": shut * context.null_rate,
            "enclosed_literal": shut * context.literal,
        }
        if bead == (1, 1):
            strange = np.maximum(LITERAL.value + context.literal - excess, 0.0)
            found |= {
                "surprise": strange,
                "surprise_long": strange * size,
                "enclosed_surprise": shut * strange,
                "enclosed_surprise_long": shut * strange * size,
            }
    return found


def _enclosed(visited: Numbers, band: Band, bead: BeadType) -> Numbers:
    """Probability that paths go through both ends of a bead, by its last node."""
    visited = np.minimum(visited, 1.0)
    visited[0] = 1.0
    rows, columns = places(band)
    above, left = np.maximum(rows - bead[0], 0), columns - bead[1]
    there = (rows >= bead[0]) & (left >= band.lo[above]) & (left <= band.hi[above])
    before = np.where(there, band.start[above] + left - band.lo[above], 0)
    result: Numbers = np.where(there, visited * visited[before], 0.0)
    return result
