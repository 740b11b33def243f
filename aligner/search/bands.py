"""Which part of the lattice to search: all of it for short texts, a band around a coarse alignment for long ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aligner.evidence.encoder import unit_rows
from aligner.search.features import MAX_RUN, inside, make_tiles
from aligner.search.lattice import Band, BeadType, best_path

Floats = NDArray[np.float32]

FULL_CELLS = 250_000
"""Nodes up to which the whole lattice is searched (500 x 500 sentences), so that articles never depend on a band."""

COARSE_CELLS = 8_000_000
"""Nodes up to which a lattice of groups is searched whole (2,800 x 2,800); 40,000 sentences need one more step."""

GROUP = 4
"""Sentences that one step of coarsening joins. With 8, a repetitive text of 40,000 sentences left the band; with 4 none
did (docs/decisions/0004)."""

MARGIN = 6
"""Groups on each side of the coarse path that the band takes in: 24 sentences (docs/decisions/0004;
test_bands.py: deleted runs)."""

SKIP = -0.03
"""Score of a group without a counterpart, in units of cosine of centred vectors; right pairs have 0.3 and more
(test_bands.py: deleted runs)."""


def choose_band(source: Floats, target: Floats) -> Band:
    """Choose the nodes to search.

    Parameters
    ----------
    source, target : float32 arrays, shapes (n, d) and (m, d)
        Additive sentence vectors.

    Returns
    -------
    Band
        The full lattice up to FULL_CELLS nodes, else a band around the best path over groups of GROUP sentences, which
        is itself searched in a band where there are many groups: time and memory grow with n + m.

    Notes
    -----
    Coarse to fine as in Thompson & Koehn (2019, section 3.2), who average vectors two by two; additive vectors allow
    larger steps, since a group's vector is what its text as a whole would get.

    Examples
    --------
    >>> choose_band(np.ones((2, 4), np.float32), np.ones((3, 4), np.float32)).n_cells
    12
    """
    n, m = len(source), len(target)
    if (n + 1) * (m + 1) <= FULL_CELLS or min(n, m) == 0:
        return Band.full(n, m)
    return _widen(_coarse_path(_groups(_centred(source)), _groups(_centred(target))), n, m)


def _centred(vectors: Floats) -> Floats:
    """Directions of the vectors without what all of the side have in common, which drowns the rest in sums of many."""
    rows = unit_rows(vectors)
    centred: Floats = rows - rows.mean(axis=0)
    return centred


def _groups(vectors: Floats) -> Floats:
    """Vectors of runs of GROUP sentences, the last one shorter."""
    sums: Floats = np.add.reduceat(vectors, np.arange(0, len(vectors), GROUP), axis=0)
    return sums


def _coarse_path(source: Floats, target: Floats) -> list[tuple[int, int]]:
    """Nodes of the best path over groups, one to one or skipped."""
    band = (
        Band.full(len(source), len(target))
        if (len(source) + 1) * (len(target) + 1) <= COARSE_CELLS
        else _widen(_coarse_path(_groups(source), _groups(target)), len(source), len(target))
    )
    match = np.empty(band.n_cells)
    for tile in make_tiles(unit_rows(source), unit_rows(target), band):
        cells = slice(int(band.start[tile.i0]), int(band.start[tile.i1]))
        match[cells] = tile.dots[MAX_RUN - 1 :, MAX_RUN - 1 :][inside(band, tile)]
    skip = np.full(band.n_cells, SKIP)
    scores: dict[BeadType, NDArray[np.float64]] = {(1, 1): match, (1, 0): skip, (0, 1): skip}
    nodes, i, j = [(0, 0)], 0, 0
    for a, b in best_path(scores, band):
        i, j = i + a, j + b
        nodes.append((i, j))
    return nodes


def _widen(path: list[tuple[int, int]], n: int, m: int) -> Band:
    """Band of the nodes within MARGIN groups of a coarse path, in sentences."""
    lo, hi = np.full(n + 1, m, np.int64), np.zeros(n + 1, np.int64)
    reach = MARGIN * GROUP
    for i, j in path:
        # Every row of the group and of the margin takes in the columns around the node.
        top, bottom = max(i * GROUP - reach, 0), min((i + 1) * GROUP + reach, n)
        lo[top : bottom + 1] = np.minimum(lo[top : bottom + 1], max(j * GROUP - reach, 0))
        hi[top : bottom + 1] = np.maximum(hi[top : bottom + 1], min((j + 1) * GROUP + reach, m))
    # Monotone edges; the corners belong to every band.
    lo[0], hi[n] = 0, m
    return Band.of(np.minimum.accumulate(lo[::-1])[::-1], np.maximum.accumulate(hi))
