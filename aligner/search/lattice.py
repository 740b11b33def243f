"""The alignment lattice: best path and posterior probabilities over beads, by whole rows.

A node (i, j) stands for "i source and j target sentences are done"; a bead of type (a, b) is an arc from (i - a, j - b)
to (i, j). Only the nodes of a band exist: row i has the columns lo[i] .. hi[i]. Everything here is arrays of numbers;
what a bead is worth is decided elsewhere.

Within a row, nodes depend on each other only through the arc (0, 1), a running maximum (or sum), so a row costs a few
vector operations and no compiler is needed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
BeadType = tuple[int, int]

NULL_TARGET: BeadType = (0, 1)


LEAST_LOG_PROBABILITY = -36.0
"""Nats below which a node counts as impossible: about the precision of a float64 sum that ends at 1."""


@dataclass(frozen=True, slots=True)
class Band:
    """The nodes that exist: for each row i of n + 1, the columns lo[i] .. hi[i], both included.

    Attributes
    ----------
    lo, hi : int64 array, shape (n + 1,)
        Never falling; lo[0] = 0, hi[n] = m, lo[i + 1] <= hi[i], so that null beads alone make a path.
    start : int64 array, shape (n + 2,)
        Node (i, j) is cell ``start[i] + j - lo[i]`` of a flat array of ``n_cells``.
    moves : dict
        What `_moves` found so far; every search in the band needs it.

    Examples
    --------
    >>> Band.full(2, 3).n_cells
    12
    """

    lo: Ints
    hi: Ints
    start: Ints
    moves: dict[BeadType, list[tuple[slice, slice] | None]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, lo: Ints, hi: Ints) -> Band:
        """Make a band of its two edges."""
        if len(lo) != len(hi) or not len(lo) or lo[0] != 0 or (np.diff(lo) < 0).any() or (np.diff(hi) < 0).any():
            raise ValueError("Band: lo and hi must be of one length and never fall, and lo[0] must be 0")
        if (lo > hi).any() or (lo[1:] > hi[:-1]).any():
            raise ValueError("Band: rows must not be empty, and each must share a column with the next")
        return cls(lo, hi, np.concatenate([[0], np.cumsum(hi - lo + 1)]))

    @classmethod
    def full(cls, n: int, m: int) -> Band:
        """All nodes of n source and m target sentences."""
        return cls.of(np.zeros(n + 1, np.int64), np.full(n + 1, m, np.int64))

    @property
    def n_cells(self) -> int:
        """Number of nodes."""
        return int(self.start[-1])


def _moves(band: Band, bead: BeadType) -> list[tuple[slice, slice] | None]:
    """By row: the cells that a bead type reaches and the cells that it comes from; None where there are none."""
    if bead in band.moves:
        return band.moves[bead]
    a, b = bead
    n_rows = len(band.lo)
    rows, before = np.arange(a, n_rows), np.arange(n_rows - a)
    first = np.maximum(band.lo[rows], band.lo[before] + b)
    last = np.minimum(band.hi[rows], band.hi[before] + b)
    to = band.start[rows] - band.lo[rows]
    from_ = band.start[before] - band.lo[before] - b
    edges = zip(first.tolist(), last.tolist(), to.tolist(), from_.tolist(), strict=True)
    moves: list[tuple[slice, slice] | None] = [None] * min(a, n_rows)
    moves += [(slice(t + x, t + y + 1), slice(f + x, f + y + 1)) if x <= y else None for x, y, t, f in edges]
    band.moves[bead] = moves
    return moves


def best_path(scores: dict[BeadType, Floats], band: Band) -> list[BeadType]:
    """Find the bead types of the path with the largest sum of scores (Viterbi).

    Parameters
    ----------
    scores : dict of float64 arrays, shape (n_cells,)
        By bead type, the score of the bead that ends in each cell; a larger score is better, -inf is allowed. Must
        hold (0, 1) and (1, 0), finite everywhere, so that every band has a path.
    band : Band
        The nodes.

    Returns
    -------
    list of (int, int)
        Bead types from the first sentence to the last. Ties go to the type that stands first in `scores`.

    Notes
    -----
    Time and memory are linear in the number of cells.

    Examples
    --------
    >>> scores = {t: np.full(4, s) for t, s in {(1, 1): 1.0, (1, 0): 0.0, (0, 1): 0.0}.items()}
    >>> best_path(scores, Band.full(1, 1))
    [(1, 1)]
    """
    types = list(scores)
    moves = [(scores[t], _moves(band, t)) for t in types if t != NULL_TARGET]
    best = np.full(band.n_cells, -np.inf)
    starts = band.start.tolist()
    for i in range(len(band.lo)):
        row = slice(starts[i], starts[i + 1])
        for score, by_row in moves:
            if move := by_row[i]:
                to, from_ = move
                np.maximum(best[to], best[from_] + score[to], out=best[to])
        if i == 0:
            best[0] = 0.0
        skipped = np.cumsum(scores[NULL_TARGET][row])
        best[row] = np.maximum.accumulate(best[row] - skipped) + skipped
    path: list[BeadType] = []
    i, j = len(band.lo) - 1, int(band.hi[-1])
    while i or j:
        cell = int(band.start[i]) + j - int(band.lo[i])
        options = [(_before(best, scores, band, i, j, t, cell), -k, t) for k, t in enumerate(types)]
        t = max(options)[2]
        path.append(t)
        i, j = i - t[0], j - t[1]
    return path[::-1]


def _before(
    best: Floats, scores: dict[BeadType, Floats], band: Band, i: int, j: int, bead: BeadType, cell: int
) -> float:
    """Value of reaching node (i, j) by this bead type; -inf where that is outside the band."""
    i, j = i - bead[0], j - bead[1]
    if i < 0 or not band.lo[i] <= j <= band.hi[i]:
        return -np.inf
    return float(best[band.start[i] + j - band.lo[i]] + scores[bead][cell])


def posteriors(scores: dict[BeadType, Floats], band: Band) -> tuple[float, dict[BeadType, Floats]]:
    """Compute the log partition function and the probability of every bead (forward-backward).

    Parameters
    ----------
    scores : dict of float64 arrays, shape (n_cells,)
        Log potentials as for `best_path`.
    band : Band
        The nodes.

    Returns
    -------
    log_z : float
        Log of the sum over all paths of exp(sum of scores), in nats.
    probability : dict of float64 arrays, shape (n_cells,)
        By bead type, the probability in 0..1 that the alignment has the bead ending in each cell.

    Notes
    -----
    A semi-Markov conditional random field (Sarawagi & Cohen 2004, section 3) over beads. Moore (2002, section 3.2)
    gave sentence alignment posteriors by the same recursions.

    Examples
    --------
    >>> scores = {t: np.zeros(4) for t in [(1, 1), (1, 0), (0, 1)]}
    >>> log_z, p = posteriors(scores, Band.full(1, 1))
    >>> round(float(np.exp(log_z))), p[1, 1].round(2).tolist()
    (3, [0.0, 0.0, 0.0, 0.33])
    """
    moves = {t: _moves(band, t) for t in scores}
    forward = _forward(scores, band, moves)
    backward = _backward(scores, band, moves)
    log_z = float(forward[-1])
    # A bead is at most as probable as the node it ends at, and nearly all nodes are next to impossible.
    cells = np.flatnonzero(forward + backward - log_z > LEAST_LOG_PROBABILITY)
    rows = np.searchsorted(band.start, cells, side="right") - 1
    columns = cells - band.start[rows] + band.lo[rows]
    probability = {}
    for (a, b), score in scores.items():
        before, column = np.maximum(rows - a, 0), columns - b
        inside = (rows >= a) & (column >= band.lo[before]) & (column <= band.hi[before])
        to, from_ = cells[inside], (band.start[before] + column - band.lo[before])[inside]
        probability[a, b] = np.zeros(band.n_cells)
        probability[a, b][to] = np.exp(np.minimum(forward[from_] + score[to] + backward[to] - log_z, 0.0))
    return log_z, probability


Moves = dict[BeadType, list[tuple[slice, slice] | None]]


def _forward(scores: dict[BeadType, Floats], band: Band, moves: Moves) -> Floats:
    """Log of the sum over all paths from the first node to each cell."""
    arcs = [(scores[t], moves[t]) for t in scores if t != NULL_TARGET]
    total = np.full(band.n_cells, -np.inf)
    starts = band.start.tolist()
    buffer = np.empty((len(arcs) + 1, int(np.diff(band.start).max())))
    for i in range(len(band.lo)):
        first, stop = starts[i], starts[i + 1]
        into = buffer[:, : stop - first]
        into.fill(-np.inf)
        for k, (score, by_row) in enumerate(arcs):
            if move := by_row[i]:
                to, from_ = move
                np.add(total[from_], score[to], out=into[k, to.start - first : to.stop - first])
        if i == 0:
            into[-1, 0] = 0.0
        skipped = np.cumsum(scores[NULL_TARGET][first:stop])
        total[first:stop] = np.logaddexp.accumulate(_log_sum(into) - skipped) + skipped
    return total


def _backward(scores: dict[BeadType, Floats], band: Band, moves: Moves) -> Floats:
    """Log of the sum over all paths from each cell to the last node."""
    n_rows = len(band.lo)
    arcs = [(t[0], scores[t], moves[t]) for t in scores if t != NULL_TARGET]
    total = np.full(band.n_cells, -np.inf)
    starts = band.start.tolist()
    buffer = np.empty((len(arcs) + 1, int(np.diff(band.start).max())))
    for i in range(n_rows - 1, -1, -1):
        first, stop = starts[i], starts[i + 1]
        out = buffer[:, : stop - first]
        out.fill(-np.inf)
        for k, (a, score, by_row) in enumerate(arcs):
            if i + a < n_rows and (move := by_row[i + a]):
                to, from_ = move
                np.add(total[to], score[to], out=out[k, from_.start - first : from_.stop - first])
        if i == n_rows - 1:
            out[-1, -1] = 0.0
        # Leaving cell k by (0, 1) costs the score of cell k + 1, so the running sum is of the cells behind.
        skipped = np.cumsum(scores[NULL_TARGET][first:stop])
        behind = _log_sum(out) + skipped
        total[first:stop] = np.logaddexp.accumulate(behind[::-1])[::-1] - skipped
    return total


def _log_sum(rows: Floats) -> Floats:
    """Log of the sum of exponentials over axis 0, -inf where all are; the rows are used up."""
    top = rows.max(axis=0)
    safe = np.where(np.isfinite(top), top, 0.0)
    np.subtract(rows, safe, out=rows)
    np.exp(rows, out=rows)
    with np.errstate(divide="ignore"):
        result: Floats = np.log(rows.sum(axis=0)) + safe
    return result
