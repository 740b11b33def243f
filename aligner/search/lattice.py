"""The alignment lattice: best path and posterior probabilities over beads, by whole rows.

A node (i, j) stands for "i source and j target sentences are done"; a bead of type (a, b) is an arc from (i - a, j - b)
to (i, j). Only the nodes of a band exist: row i has the columns lo[i] .. hi[i]. Everything here is arrays of numbers;
what a bead is worth is decided elsewhere.

Within a row, nodes depend on each other only through the arc (0, 1), a running maximum (or sum), so a row costs a few
vector operations over all its nodes and bead types at once, and no compiler is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Gains = NDArray[np.float32] | NDArray[np.float64]
BeadType = tuple[int, int]
Number = TypeVar("Number", np.int8, np.float64)

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

    def from_behind(self) -> Band:
        """The same nodes counted from the last one.

        Examples
        --------
        >>> Band.of(np.array([0, 1]), np.array([1, 3])).from_behind().hi.tolist()
        [2, 3]
        """
        last = self.hi[-1]
        return Band(last - self.hi[::-1], last - self.lo[::-1], self.n_cells - self.start[::-1])

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


def row_blocks(band: Band) -> Iterator[tuple[slice, slice]]:
    """Runs of rows that hold about CHUNK_CELLS nodes: the rows, and their cells.

    Examples
    --------
    >>> [*row_blocks(Band.full(2, 3))]
    [(slice(0, 3, None), slice(0, 12, None))]
    """
    n_rows, first = len(band.lo), 0
    while first < n_rows:
        stop = int(np.searchsorted(band.start, band.start[first] + CHUNK_CELLS, side="right")) - 1
        stop = min(max(stop, first + 1), n_rows)
        yield slice(first, stop), slice(int(band.start[first]), int(band.start[stop]))
        first = stop


class _Chunks:
    """The rows of a band in runs that are worked on together, each row padded to the widest of its run.

    So arrays over a run are rectangles, and a row of a lattice is had without cutting it out of anything. Of several
    lanes (the band, the band from behind) row k of each is worked on in step k, side by side.

    Attributes
    ----------
    runs : list of (first, stop, width)
        The steps of each run, and how many nodes a row has there.
    starts : list of int64 arrays, shape (n + 1,)
        By lane, where each row begins in a flat array of `size` nodes with their padding. At 0 stands what is before
        the first node.
    """

    def __init__(self, bands: Sequence[Band]) -> None:
        self.bands = bands
        widths = np.max([np.diff(band.start) for band in bands], axis=0)
        self.runs: list[tuple[int, int, int]] = []
        self.size, n_rows = 1, len(widths)
        self.starts = [np.empty(n_rows, np.int64) for _ in bands]
        while (first := self.runs[-1][1] if self.runs else 0) < n_rows:
            widest = np.maximum.accumulate(widths[first : first + CHUNK_CELLS // int(widths[first]) + 1])
            n = max(int(np.searchsorted(widest * np.arange(1, len(widest) + 1), CHUNK_CELLS, side="right")), 1)
            width = int(widest[n - 1])
            for lane, starts in enumerate(self.starts):
                starts[first : first + n] = self.size + (np.arange(n) * len(bands) + lane) * width
            self.runs.append((first, first + n, width))
            self.size += n * width * len(bands)

    def rows(self, total: NDArray[Number], first: int, stop: int, width: int) -> NDArray[Number]:
        """The rows of a run in such a flat array, shape (steps, lanes, width)."""
        begin, shape = int(self.starts[0][first]), (stop - first, len(self.bands), width)
        return total[begin : begin + shape[0] * shape[1] * width].reshape(shape)

    def cells(self, lane: int, first: int, stop: int, width: int) -> Ints:
        """The cells of a run's rows, shape (steps, width); what pads a row means nothing, and may not be there."""
        return self.bands[lane].start[first:stop, None] + np.arange(width)

    def arcs(
        self,
        scores: Mapping[BeadType, Gains],
        first: int,
        stop: int,
        width: int,
        weigh: Callable[[BeadType], float] | None = None,
    ) -> tuple[Ints, Floats]:
        """Where the arcs to a run's rows come from in the flat array, and what they are worth.

        Parameters
        ----------
        scores : dict of float arrays, shape (n_cells,)
            By type of an arc, what it is worth, at the cell of the first lane's band that it leads to.
        first, stop, width : int
            The run.
        weigh : callable, optional
            Gives of a bead type what its scores are multiplied by.

        Returns
        -------
        index : int64 array, shape (steps, types, lanes, width)
        worth : float64 array, the same shape
            In the second lane, the band from behind, arcs lead back. -inf where there is no arc; what stands in `index`
            then means nothing.
        """
        rows, columns, (a, b) = np.arange(first, stop)[:, None], np.arange(width), np.array([*scores], np.int64).T
        shape = (stop - first, len(scores), len(self.bands), width)
        index, worth = np.empty(shape, np.int64), np.empty(shape)
        above = np.maximum(rows - a, 0)  # by step and type, as all but `columns` below
        for lane, (band, starts) in enumerate(zip(self.bands, self.starts, strict=True)):
            lo = band.lo[rows]
            shift = lo - b - band.lo[above]
            np.add((starts[above] + shift)[..., None], columns, out=index[:, :, lane])
            cells = self.cells(lane, first, stop, width)
            last = (band.n_cells - 1 - band.start[above] - shift)[..., None]
            for k, (bead, values) in enumerate(scores.items()):
                worth[:, k, lane] = values.take(last[:, k] - columns if lane else cells, mode="clip")
                if weigh:
                    worth[:, k, lane] *= weigh(bead)
            # A row that is not there has no columns.
            most = np.where(rows < a, -1, np.minimum(band.hi[rows], band.hi[above] + b) - lo)
            is_none = (columns < -shift[..., None]) | (columns > most[..., None])
            np.copyto(worth[:, :, lane], -np.inf, where=is_none)
        if first == 0:  # to the first node leads what is before it
            index[0, 0, :, 0], worth[0, 0, :, 0] = 0, 0.0
        return index, worth


def best_path(
    scores: Mapping[BeadType, Gains], band: Band, weigh: Callable[[BeadType], float] | None = None
) -> list[BeadType]:
    """Find the bead types of the path with the largest sum of scores (Viterbi).

    Parameters
    ----------
    scores : dict of float32 or float64 arrays, shape (n_cells,)
        By bead type, the score of the bead that ends in each cell; a larger score is better, -inf is allowed. Must
        hold (0, 1) and (1, 0), finite everywhere, so that every band has a path.
    band : Band
        The nodes.
    weigh : callable, optional
        Gives of a bead type what its scores are multiplied by, here and there where they are looked at.

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
    chunks = _Chunks([band])
    others = {t: values for t, values in scores.items() if t != NULL_TARGET}
    best, taken = np.zeros(chunks.size), np.zeros(chunks.size, np.int8)
    for run in chunks.runs:
        index, worth = chunks.arcs(others, *run, weigh)
        null = scores[NULL_TARGET].take(chunks.cells(0, *run), mode="clip").astype(np.float64)[:, None]
        if weigh:
            null *= weigh(NULL_TARGET)
        rows, values = chunks.rows(best, *run), np.empty_like(worth)
        for at, arc, found, passed, into in zip(
            index, worth, values, np.add.accumulate(null, axis=2), rows, strict=True
        ):
            best.take(at, out=found, mode="clip")
            np.add(found, arc, out=found)
            row = np.maximum.reduce(found)
            row -= passed
            np.maximum.accumulate(row, axis=1, out=row)
            np.add(row, passed, out=into)
        null[..., 1:] += rows[..., :-1]  # (0, 1) comes from a cell of the same row
        null[..., 0] = -np.inf
        options, chosen, top = iter(np.moveaxis(values, 1, 0)), chunks.rows(taken, *run), np.full(rows.shape, -np.inf)
        for k, bead in enumerate(scores):
            option = null if bead == NULL_TARGET else next(options)
            chosen[option > top] = k
            np.maximum(top, option, out=top)
    return _trace(taken, list(scores), band, chunks.starts[0].tolist())


def _trace(taken: NDArray[np.int8], beads: list[BeadType], band: Band, starts: list[int]) -> list[BeadType]:
    """Bead types of the path that reached the last node with the best value; rows of `taken` begin at `starts`."""
    lo, hi = band.lo.tolist(), band.hi.tolist()
    path: list[BeadType] = []
    i, j = len(lo) - 1, hi[-1]
    while i or j:
        bead = beads[taken[starts[i] + j - lo[i]]]
        path.append(bead)
        i, j = i - bead[0], j - bead[1]
    return path[::-1]


def posteriors(scores: Mapping[BeadType, Gains], band: Band) -> tuple[float, dict[BeadType, Floats]]:
    """Compute the log partition function and the probability of every bead (forward-backward).

    Parameters
    ----------
    scores : dict of float32 or float64 arrays, shape (n_cells,)
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
    behind, before = backward[cells], np.append(forward, -np.inf)
    for a in {a for a, _ in scores}:
        above = np.maximum(rows - a, 0)
        # A row that is not there has no columns.
        lo, hi = np.where(rows >= a, band.lo[above], band.hi[above] + 1), band.hi[above]
        start = band.start[above] - band.lo[above]
        for bead in [t for t in scores if t[0] == a]:
            column = columns - bead[1]
            from_ = np.where((column >= lo) & (column <= hi), start + column, band.n_cells)
            sums = before[from_] + scores[bead][cells] + behind
            probability[bead][cells] = np.exp(np.minimum(sums - log_z, 0.0))
    return log_z, probability


def _sums(scores: Mapping[BeadType, Gains], band: Band) -> tuple[Floats, Floats]:
    """Log of the sum over all paths from the first node to each cell, and from each cell to the last node.

    Step k takes row k from the front and row k from behind side by side: rows are so short that half as many steps take
    little more than half the time. From behind, cells come last to first.
    """
    chunks = _Chunks([band, band.from_behind()])
    others = {t: values for t, values in scores.items() if t != NULL_TARGET}
    total, sums = np.zeros(chunks.size), np.empty((2, band.n_cells))
    for run in chunks.runs:
        index, worth = chunks.arcs(others, *run)
        cells = chunks.cells(0, *run), band.n_cells - chunks.cells(1, *run)  # from behind, what (0, 1) leads to
        passed = np.stack([scores[NULL_TARGET].take(at, mode="clip") for at in cells], axis=1).astype(np.float64)
        passed[..., 0] = 0.0
        np.add.accumulate(passed, axis=2, out=passed)
        rows, values = chunks.rows(total, *run), np.empty(worth.shape[1:])
        for at, arc, null, into in zip(index, worth, passed, rows, strict=True):
            total.take(at, out=values, mode="clip")
            np.add(values, arc, out=values)
            row = _log_sum(values)
            row -= null
            np.logaddexp.accumulate(row, axis=1, out=row)
            np.add(row, null, out=into)
        for lane, found in enumerate(sums):
            start = chunks.bands[lane].start[run[0] : run[1] + 1]
            found[start[0] : start[-1]] = rows[:, lane][np.arange(run[2]) < np.diff(start)[:, None]]
    return sums[0], sums[1][::-1]


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
    after = np.zeros(band.n_cells, gain.dtype)
    for i in range(len(lo) - 2, -1, -1):
        # A gain stands at the node that its pair leads to.
        row, later = after[starts[i] : starts[i + 1]], after[starts[i + 1] : starts[i + 2]]
        shift = lo[i + 1] - lo[i]
        shared = row[shift:]
        shared[:] = later[: len(shared)]
        # A pair comes from one column to the left, which the last row may lack.
        lack = int(shift == 0)
        reached = row[shift - 1 + lack :][: len(later) - lack]
        first = starts[i + 1] + lack
        np.maximum(reached, later[lack : lack + len(reached)] + gain[first : first + len(reached)], out=reached)
        backwards = row[::-1]
        np.maximum.accumulate(backwards, out=backwards)
    most = after[0]
    last = np.zeros(0, gain.dtype)
    for rows, cells in row_blocks(band):
        # The same from the other end, some rows at a time: what is asked for takes the place of what is known.
        before = np.zeros(cells.stop - cells.start, gain.dtype)
        for i in range(rows.start, rows.stop):
            begin, end = starts[i], starts[i + 1]
            row = before[begin - cells.start : end - cells.start]
            shift = lo[i] - lo[max(i - 1, 0)]
            shared = last[shift:]
            row[: len(shared)] = shared
            lack = int(shift == 0)
            paired = last[shift - 1 + lack :][: len(row) - lack]
            reached = row[lack : lack + len(paired)]
            np.maximum(reached, paired + gain[begin + lack : begin + lack + len(paired)], out=reached)
            np.maximum.accumulate(row, out=row)
            last = row
        after[cells] += before
        np.subtract(most, after[cells], out=after[cells])
    result: Gains = after
    return result
