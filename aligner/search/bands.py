"""Which part of the lattice to search: all of it for short texts, a band around a coarse alignment for long ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aligner.encoders.embedded import CHUNK_ROWS, sum_of_units, unit_rows
from aligner.search.lattice import MAX_RUN, Band, nodes, row_blocks, shortfall
from aligner.search.tiles import each_tile, inside

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

FULL_CELLS = 250_000
"""Nodes up to which the whole lattice is searched (500 x 500 sentences), so that articles never depend on a band."""

COARSE_CELLS = 8_000_000
"""Nodes up to which a lattice of groups is searched whole (2,800 x 2,800); 40,000 sentences need one more step."""

GROUP = 4
"""Sentences that one step of coarsening joins. With 8, a repetitive text of 40,000 sentences left the band; with 4 none
did (docs/decisions/0004)."""

MARGIN = 3
"""Groups around what the coarse search leaves that the band takes in: 12 sentences (docs/decisions/0012;
test_bands.py: deleted runs)."""

USUAL_COSINE = 0.25
"""Cosine of centred groups from which pairing them gains over skipping both; groups that translate each other have .45
on average, others 0 (docs/decisions/0012; test_bands.py: an island between two gaps)."""

SLACK = 1.5
"""How much less than the best coarse path, in units of cosine, a path may gain for its nodes to be searched: about
seven groups that translate each other (docs/decisions/0012; test_bands.py: an island between two gaps)."""


NARROW_SLACK = 30.0
"""Nats by which a path of pairs and nulls alone may score less than the best of these for its nodes to be searched with
all bead types. On the dev sets 12, 20, 30 and all nodes give the same beads, and probabilities within 1e-6
(docs/decisions/0012; test_bands.py: the full search)."""

NARROW_MARGIN = 2
"""Nodes around these that are searched as well; beads of many sentences end there (test_bands.py: the full search)."""


def choose_band(source: Floats, target: Floats) -> Band:
    """Choose the nodes to search.

    Parameters
    ----------
    source, target : float32 arrays, shapes (n, d) and (m, d)
        Additive sentence vectors.

    Returns
    -------
    Band
        The full lattice up to FULL_CELLS nodes, else the surroundings of all good paths over groups of GROUP sentences,
        which are themselves searched in a band where there are many groups: time and memory grow with n + m.

    Notes
    -----
    Coarse to fine as in Thompson & Koehn (2019, section 3.2), who average vectors two by two; additive vectors allow
    larger steps, since a group's vector is what its text as a whole would get. Not one coarse path but all that are
    nearly as good make the band: at the edges of missing chapters the best one is often wrong by a few groups, and
    between two gaps it may miss an island altogether.

    Examples
    --------
    >>> choose_band(np.ones((2, 4), np.float32), np.ones((3, 4), np.float32)).n_cells
    12
    """
    n, m = len(source), len(target)
    if (n + 1) * (m + 1) <= FULL_CELLS or min(n, m) == 0:
        return Band.full(n, m)
    return _finer(_first_groups(source), _first_groups(target), n, m)


def _first_groups(vectors: Floats) -> Floats:
    """Groups of the vectors' directions without what all of the side have in common, which drowns the rest in sums."""
    common, groups = sum_of_units(vectors) / np.float32(len(vectors)), []
    for first in range(0, len(vectors), GROUP * CHUNK_ROWS):
        rows = unit_rows(vectors[first : first + GROUP * CHUNK_ROWS])
        rows -= common
        groups.append(_groups(rows))
    return np.concatenate(groups)


def _groups(vectors: Floats) -> Floats:
    """Vectors of runs of GROUP sentences, the last one shorter."""
    sums = vectors[::GROUP].copy()
    others = np.zeros_like(sums)  # all but the first of each: the order in which NumPy's reduceat adds, and its bits
    for k in range(1, GROUP):
        others[: len(vectors[k::GROUP])] += vectors[k::GROUP]
    sums += others
    return sums


def _finer(source: Floats, target: Floats, n: int, m: int) -> Band:
    """Band over n and m sentences (or groups) of the nodes that are near a good path over groups of them."""
    coarse = (
        Band.full(len(source), len(target))
        if (len(source) + 1) * (len(target) + 1) <= COARSE_CELLS
        else _finer(_groups(source), _groups(target), len(source), len(target))
    )
    gain = _group_gains(unit_rows(source), unit_rows(target), coarse)
    lo, hi = narrow(gain, SLACK, coarse)
    reach, at = MARGIN * GROUP, np.arange(n + 1)
    # Sentence nodes of group i are i * GROUP .. (i + 1) * GROUP.
    first = np.clip(-((reach - at) // GROUP) - 1, 0, len(lo) - 1)
    last = np.minimum((at + reach) // GROUP, len(lo) - 1)
    return Band.of(np.maximum(lo[first] * GROUP - reach, 0), np.minimum((hi[last] + 1) * GROUP + reach, m))


def _group_gains(source: Floats, target: Floats, band: Band) -> Floats | NDArray[np.float64]:
    """What pairing the two groups before each node gains over skipping both, by their cosine."""
    if band.is_full:
        whole = np.zeros((len(source) + 1, len(target) + 1), np.float32)
        for first in range(0, len(source), CHUNK_ROWS):
            part = source[first : first + CHUNK_ROWS]
            np.subtract(part @ target.T, USUAL_COSINE, out=whole[first + 1 : first + 1 + len(part), 1:])
        return whole.ravel()
    # Sums of many thousand gains need float64; the lattices that are searched whole hold shorter paths but more nodes.
    gain = np.zeros(band.n_cells)
    for tile in each_tile(source, target, band):
        cells = slice(int(band.start[tile.i0]), int(band.start[tile.i1]))
        gain[cells] = (tile.dots[MAX_RUN - 1 :, MAX_RUN - 1 :] - USUAL_COSINE)[inside(band, tile)]
    return gain


def narrow(gain: Floats | NDArray[np.float64], slack: float, band: Band) -> tuple[Ints, Ints]:
    """Edges of what is left of a band without the nodes that no good path of pairs and nulls visits.

    Parameters
    ----------
    gain : float array, shape (n_cells,)
        What pairing the two sentences before each node gains over skipping both.
    slack : float
        How much less than the best path another may gain, in units of `gain`, 0 or more.
    band : Band
        The nodes.

    Returns
    -------
    lo, hi : int64 arrays, one entry a row
        First and last column left, never falling.

    Examples
    --------
    >>> lo, hi = narrow(np.array([0, 0, 0, 2], np.float32), 1.0, Band.full(1, 1))
    >>> lo.tolist(), hi.tolist()
    ([0, 1], [0, 1])
    """
    behind = shortfall(gain, band)
    # A best path visits every row; rounding must not lose it.
    limit, widths = np.maximum(np.minimum.reduceat(behind, band.start[:-1]), slack), np.diff(band.start)
    near = [
        np.flatnonzero(behind[cells] <= np.repeat(limit[part], widths[part])) + cells.start
        for part, cells in row_blocks(band)
    ]
    rows, columns = nodes(band, np.concatenate(near))
    at = np.searchsorted(rows, np.arange(len(band.lo) + 1))
    lo, hi = columns[at[:-1]], columns[at[1:] - 1]
    return np.minimum.accumulate(lo[::-1])[::-1], np.maximum.accumulate(hi)


def narrow_band(gain: NDArray[np.float64], band: Band) -> Band:
    """Leave of a band what is worth the scores of all bead types.

    Parameters
    ----------
    gain : float64 array, shape (n_cells,)
        What a 1:1 bead of the two sentences before each node scores over two null beads, in nats.
    band : Band
        The nodes.

    Returns
    -------
    Band
        Part of `band`.
    """
    return widen(*narrow(gain, NARROW_SLACK, band), NARROW_MARGIN, (band.lo, band.hi))


def widen(lo: Ints, hi: Ints, margin: int, limits: tuple[Ints, Ints] | tuple[int, int]) -> Band:
    """Take in so many rows and columns around the nodes between two edges, as far as the limits allow.

    Examples
    --------
    >>> widen(np.array([0, 1, 2]), np.array([0, 1, 2]), 1, (0, 2)).hi.tolist()
    [2, 2, 2]
    """
    first = np.maximum(np.arange(len(lo)) - margin, 0)
    last = np.minimum(np.arange(len(lo)) + margin, len(lo) - 1)
    return Band.of(np.maximum(lo[first] - margin, limits[0]), np.minimum(hi[last] + margin, limits[1]))
