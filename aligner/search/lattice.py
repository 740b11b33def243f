"""The alignment lattice: best path and posterior probabilities over beads, by whole rows.

A node (i, j) stands for "i source and j target sentences are done"; a bead of type (a, b) is an arc from (i - a, j - b)
to (i, j). Only the nodes of a band exist: row i has the columns lo[i] .. hi[i]. Everything here is arrays of numbers;
what a bead is worth is decided elsewhere.

Within a row, nodes depend on each other only through the arc (0, 1), a running maximum (or sum), so a row costs a few
vector operations over all its nodes and bead types at once, and no compiler is needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Gains = NDArray[np.float32] | NDArray[np.float64]
BeadType = tuple[int, int]

BEAD_TYPES: tuple[BeadType, ...] = (
    (1, 1),
    (1, 2),
    (2, 1),
    (2, 2),
    (1, 3),
    (3, 1),
    (1, 4),
    (4, 1),
    (1, 5),
    (5, 1),
    (2, 3),
    (3, 2),
    (3, 3),
    (1, 0),
    (0, 1),
)
"""All bead types; in a tie the one that stands first is taken."""

MAX_RUN = max(map(max, BEAD_TYPES))
"""Sentences that one side of a bead holds at most."""

NULL_TARGET: BeadType = (0, 1)

LEAST_LOG_PROBABILITY = -36.0
"""Nats below which a node counts as impossible: about the precision of a float64 sum that ends at 1."""

CHUNK_CELLS = 1 << 14
"""Nodes whose arcs are looked up at a time, two megabytes: a fact about memory, of no influence on any result."""


@dataclass(frozen=True, slots=True)
class Band:
    """The nodes that exist: for each row i of n + 1, the columns lo[i] .. hi[i], both included.

    Attributes
    ----------
    lo, hi : int64 array, shape (n + 1,)
        Never falling; lo[0] = 0, hi[n] = m, lo[i + 1] <= hi[i], so that null beads alone make a path.
    start : int64 array, shape (n + 2,)
        Node (i, j) is cell ``start[i] + j - lo[i]`` of a flat array of ``n_cells``.

    Examples
    --------
    >>> Band.full(2, 3).n_cells
    12
    """

    lo: Ints
    hi: Ints
    start: Ints

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
    def is_full(self) -> bool:
        """Whether all nodes are there."""
        return self.n_cells == len(self.lo) * (int(self.hi[-1]) + 1)

    @property
    def n_cells(self) -> int:
        """Number of nodes."""
        return int(self.start[-1])


def places(band: Band) -> tuple[Ints, Ints]:
    """Row and column of every cell.

    Examples
    --------
    >>> [v.tolist() for v in places(Band.full(1, 2))]
    [[0, 0, 0, 1, 1, 1], [0, 1, 2, 0, 1, 2]]
    """
    rows = np.repeat(np.arange(len(band.lo)), np.diff(band.start))
    return rows, np.arange(band.n_cells) - band.start[rows] + band.lo[rows]


def nodes(band: Band, cells: Ints) -> tuple[Ints, Ints]:
    """Row and column of each of some cells.

    Examples
    --------
    >>> [v.tolist() for v in nodes(Band.full(2, 3), np.array([0, 5]))]
    [[0, 1], [0, 1]]
    """
    rows = np.searchsorted(band.start, cells, side="right") - 1
    return rows, cells - band.start[rows] + band.lo[rows]


def _chunks(start: Ints) -> Iterator[tuple[int, int]]:
    """First and last row but one of runs of rows that hold about CHUNK_CELLS nodes; `start` as of a band."""
    n_rows, first = len(start) - 1, 0
    while first < n_rows:
        stop = int(np.searchsorted(start, start[first] + CHUNK_CELLS, side="right")) - 1
        stop = min(max(stop, first + 1), n_rows)
        yield first, stop
        first = stop


def _arcs(band: Band, beads: list[BeadType], first: int, stop: int, *, ahead: bool) -> Ints:
    """Cells that the arcs of rows first .. stop - 1 come from (or lead to), shape (types, cells); n_cells for none."""
    rows = np.arange(first, stop)
    widths = np.diff(band.start)[first:stop]
    columns = np.arange(band.start[first], band.start[stop]) - np.repeat(band.start[rows] - band.lo[rows], widths)
    sign, n_rows = (1 if ahead else -1), len(band.lo)
    found = np.empty((len(beads), len(columns)), np.int64)
    for a in {a for a, _ in beads}:
        there = np.clip(rows + sign * a, 0, n_rows - 1)
        # A row that is not there has no columns.
        lo = np.where(there == rows + sign * a, band.lo[there], band.hi[there] + 1)
        lo, hi, start = (np.repeat(v, widths) for v in (lo, band.hi[there], band.start[there] - band.lo[there]))
        for k, bead in enumerate(beads):
            if bead[0] == a:
                column = columns + sign * bead[1]
                found[k] = np.where((column >= lo) & (column <= hi), start + column, band.n_cells)
    return found


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
    beads = [t for t in scores if t != NULL_TARGET]
    best = np.full(band.n_cells + 1, -np.inf)  # the last is where arcs from outside the band come from
    taken = np.empty(band.n_cells, np.int8)
    null, starts = scores[NULL_TARGET], band.start.tolist()
    for first, stop in _chunks(band.start):
        base = starts[first]
        before = _arcs(band, beads, first, stop, ahead=False)
        arcs = np.stack([scores[t][base : starts[stop]] for t in beads])
        for i in range(first, stop):
            x, y = starts[i], starts[i + 1]
            values = best.take(before[:, x - base : y - base], mode="clip")
            values += arcs[:, x - base : y - base]
            row = np.maximum.reduce(values)
            if i == 0:
                row[0] = 0.0
            skipped = np.add.accumulate(null[x:y])
            row -= skipped
            np.maximum.accumulate(row, out=row)
            np.add(row, skipped, out=best[x:y])
        taken[base : starts[stop]] = _best_arcs(best, before, arcs, scores, band, first, stop)
    return _trace(taken, list(scores), band)


def _best_arcs(
    best: Floats, before: Ints, arcs: Floats, scores: dict[BeadType, Floats], band: Band, first: int, stop: int
) -> Ints:
    """Number of the bead type that reached each cell of rows first .. stop - 1 with the best value."""
    place = list(scores).index(NULL_TARGET)
    x, y = int(band.start[first]), int(band.start[stop])
    values = np.insert(best.take(before) + arcs, place, -np.inf, axis=0)
    values[place, 1:] = best[x : y - 1] + scores[NULL_TARGET][x + 1 : y]
    values[place, band.start[first:stop] - x] = -np.inf  # (0, 1) comes from a cell of the same row
    taken: Ints = values.argmax(axis=0)
    return taken


def _trace(taken: NDArray[np.int8], beads: list[BeadType], band: Band) -> list[BeadType]:
    """Bead types of the path that reached the last node with the best value."""
    lo, hi, start = band.lo.tolist(), band.hi.tolist(), band.start.tolist()
    path: list[BeadType] = []
    i, j = len(lo) - 1, hi[-1]
    while i or j:
        bead = beads[taken[start[i] + j - lo[i]]]
        path.append(bead)
        i, j = i - bead[0], j - bead[1]
    return path[::-1]


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
    with np.errstate(divide="ignore"):  # the log of nothing, of cells that no path reaches
        forward, backward = _sums(scores, band)
    log_z = float(forward[-1])
    # A bead is at most as probable as the node it ends at, and nearly all nodes are next to impossible.
    cells = np.flatnonzero(forward + backward - log_z > LEAST_LOG_PROBABILITY)
    rows, columns = nodes(band, cells)
    probability = {t: np.zeros(band.n_cells) for t in scores}
    for a in {a for a, _ in scores}:
        before = np.maximum(rows - a, 0)
        # A row that is not there has no columns.
        lo, hi = np.where(rows >= a, band.lo[before], band.hi[before] + 1), band.hi[before]
        start = band.start[before] - band.lo[before]
        for bead in [t for t in scores if t[0] == a]:
            column = columns - bead[1]
            inside = (column >= lo) & (column <= hi)
            to, from_ = cells[inside], (start + column)[inside]
            sums = forward[from_] + scores[bead][to] + backward[to]
            probability[bead][to] = np.exp(np.minimum(sums - log_z, 0.0))
    return log_z, probability


def _sums(scores: dict[BeadType, Floats], band: Band) -> tuple[Floats, Floats]:
    """Log of the sum over all paths from the first node to each cell, and from each cell to the last node.

    Step k takes row k from the front and row k from behind, whose cells stand side by side: rows are so short that half
    as many steps take little more than half the time. From behind, cells come last to first.
    """
    beads = [t for t in scores if t != NULL_TARGET]
    n_rows, n_cells, widths = len(band.lo), band.n_cells, np.diff(band.start)
    # What an arc is worth stands at the cell that it leads to; behind the last cell stands what leads nowhere.
    worth = np.stack([np.append(scores[t], -np.inf) for t in beads])
    offset = (np.arange(len(beads)) * (n_cells + 1))[:, None]
    total = np.full(2 * (n_cells + 1), -np.inf)
    forward, backward = total[: n_cells + 1], total[n_cells + 1 :]
    null, starts = scores[NULL_TARGET], band.start.tolist()
    for first, stop in _chunks(np.concatenate([[0], np.cumsum(widths + widths[::-1])])):
        behind = n_rows - stop, n_rows - first
        before = _arcs(band, beads, first, stop, ahead=False)
        after = _arcs(band, beads, *behind, ahead=True)[:, ::-1]
        steps = np.arange(first, stop)
        step = np.concatenate([np.repeat(steps, widths[steps]), np.repeat(steps, widths[::-1][steps])])
        order = np.argsort(step, kind="stable")
        from_ = np.concatenate([before, after + (n_cells + 1)], axis=1).take(order, axis=1)
        arcs = np.concatenate([worth[:, starts[first] : starts[stop]], worth.ravel().take(after + offset)], axis=1)
        arcs = arcs.take(order, axis=1)
        x = 0
        for k in range(first, stop):
            (i, j), (u, v) = starts[k : k + 2], starts[n_rows - 1 - k : n_rows + 1 - k]
            middle, y = x + j - i, x + j - i + v - u
            values = total.take(from_[:, x:y], mode="clip")
            values += arcs[:, x:y]
            row = _log_sum(values)
            ahead, back = row[: middle - x], row[middle - x :]
            if k == 0:
                ahead[0] = back[0] = 0.0
            skipped = np.add.accumulate(null[i:j])
            ahead -= skipped
            np.logaddexp.accumulate(ahead, out=ahead)
            np.add(ahead, skipped, out=forward[i:j])
            # Leaving cell k by (0, 1) costs the score of cell k + 1, so the running sum is of the cells behind.
            skipped = np.add.accumulate(null[u:v])[::-1]
            back += skipped
            np.logaddexp.accumulate(back, out=back)
            np.subtract(back, skipped, out=backward[u:v][::-1])
            x = y
    return forward[:-1], backward[:-1]


def _log_sum(rows: Floats) -> Floats:
    """Log of the sum of exponentials over axis 0, about LEAST where all are -inf; the rows are used up."""
    top: Floats = np.maximum.reduce(rows, initial=LEAST)
    rows -= top
    np.exp(rows, out=rows)
    total: Floats = np.add.reduce(rows)
    np.log(total, out=total)
    total += top
    return total


LEAST = -1e300
"""Stands for the log of zero where a difference to it is taken, so that none is infinity less infinity."""


def shortfall(gain: Gains, band: Band) -> Gains:
    """How far the best path through each node stays behind the best path of all, where skipping costs nothing.

    Parameters
    ----------
    gain : float32 or float64 array, shape (n_cells,)
        What pairing the two sentences before each node gains over skipping both, in any unit.
    band : Band
        The nodes.

    Returns
    -------
    array of the same type and shape
        In the same unit, 0 or more up to rounding; 0 on a best path.

    Notes
    -----
    A Viterbi pass from either end. Scores of nulls that depend on the sentence alone can be taken out of every path
    and into the gains, and a row costs three vector operations.

    Examples
    --------
    >>> shortfall(np.array([0, 0, 0, 2], np.float32), Band.full(1, 1)).tolist()
    [0.0, 2.0, 2.0, 0.0]
    """
    starts, lo = band.start.tolist(), band.lo.tolist()
    # All null beads make a path to and from every node of a band, so that nothing is below 0.
    before, after = np.zeros((2, band.n_cells), gain.dtype)
    for i in range(1, len(lo)):
        row, last = before[starts[i] : starts[i + 1]], before[starts[i - 1] : starts[i]]
        shift = lo[i] - lo[i - 1]
        shared = last[shift:]
        row[: len(shared)] = shared
        # A pair comes from one column to the left, which the last row may lack.
        lack = int(shift == 0)
        paired = last[shift - 1 + lack :][: len(row) - lack]
        reached = row[lack : lack + len(paired)]
        np.maximum(reached, paired + gain[starts[i] + lack : starts[i] + lack + len(paired)], out=reached)
        np.maximum.accumulate(row, out=row)
    for i in range(len(lo) - 2, -1, -1):
        # The same from the other end; a gain stands at the node that its pair leads to.
        row, later = after[starts[i] : starts[i + 1]], after[starts[i + 1] : starts[i + 2]]
        shift = lo[i + 1] - lo[i]
        shared = row[shift:]
        shared[:] = later[: len(shared)]
        lack = int(shift == 0)
        reached = row[shift - 1 + lack :][: len(later) - lack]
        first = starts[i + 1] + lack
        np.maximum(reached, later[lack : lack + len(reached)] + gain[first : first + len(reached)], out=reached)
        backwards = row[::-1]
        np.maximum.accumulate(backwards, out=backwards)
    before += after
    result: Gains = np.subtract(after[0], before, out=before)
    return result
