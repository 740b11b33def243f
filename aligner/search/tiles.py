"""Rectangles of the lattice with the dot products of their sentences: whole arrays at a time, in a narrow band too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aligner.search.lattice import MAX_RUN, Band
from aligner.search.sharing import SharedAnchors

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

TILE_ROWS = 128
"""Rows of a tile at most; a few hundred KB of float32 a feature keep within the processor's second-level cache."""

SHEARED_ROWS = 512
"""Rows of a sheared tile at most: a narrow band has few nodes a row, and what a tile costs beside its nodes counts. Of
128, 256 and 512 rows, scores of 10,500 sentences take .39, .26 and .22 s. Its products are made TILE_ROWS rows at a
time, since those of a sheared tile as a whole would be mostly for nothing. No influence but as of MOST_COVERED."""

MOST_COVERED = 3
"""Nodes that a tile may cover for one of the band: with less, tiles are many, with more, most in them is for nothing. A
fact about time, of no influence on results but for the last bits of products."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A rectangle of nodes, or one sheared along the diagonal, with the dot products that its beads need.

    Attributes
    ----------
    i0, i1, j0, j1, slope : int
        Rows i0 .. i1 - 1; in row i0 + r the columns j0 + slope * r .. j1 - 1 + slope * r, where slope is 0 or 1.
    dots : float32 array, shape (i1 - i0 + MAX_RUN - 1, j1 - j0 + (1 + slope) * (MAX_RUN - 1))
        Dot products of the vectors of the sentences that stand before its nodes, and of MAX_RUN - 1 ones before these;
        where it is sheared, in each row those of as many more behind, which stand before nodes of the rows below.
    anchors : float32 array of the same shape, or None
        Weight of the anchors that the same sentences share; None where none do.
    """

    i0: int
    i1: int
    j0: int
    j1: int
    slope: int
    dots: Floats
    anchors: Floats | None = None

    def columns(self, up: int = 0, left: int = 0, right: int = 0) -> Ints:
        """Columns of its nodes by row, one row for all where it is a rectangle, with margins of so many nodes."""
        rows = np.arange(-up, self.i1 - self.i0)[:, None] if self.slope else np.zeros((1, 1), np.int64)
        columns: Ints = rows + np.arange(self.j0 - left, self.j1 + right)
        return columns


def make_tiles(
    source: Floats, target: Floats, band: Band, anchors: SharedAnchors | None = None, *, sheared: bool = False
) -> list[Tile]:
    """Cut a band into rectangles that cover it, without covering much more, and multiply the vectors of each.

    Parameters
    ----------
    source, target : float32 arrays, shapes (n, d) and (m, d)
        Sentence vectors.
    band : Band
        The nodes.
    anchors : SharedAnchors, optional
        What the same sentences share.
    sheared : bool
        Whether rectangles may be sheared along the diagonal, where more rows of a narrow band fit into one then.

    Returns
    -------
    list of Tile
        From the first row to the last, each row in one tile.

    Examples
    --------
    >>> (tile,) = make_tiles(np.ones((2, 4), np.float32), np.ones((3, 4), np.float32), Band.full(2, 3))
    >>> (tile.i0, tile.i1, tile.j0, tile.j1), tile.dots.shape
    ((0, 3, 0, 4), (7, 8))
    """
    return [*each_tile(source, target, band, anchors, sheared=sheared)]


def each_tile(
    source: Floats, target: Floats, band: Band, anchors: SharedAnchors | None = None, *, sheared: bool = False
) -> Iterator[Tile]:
    """The tiles of `make_tiles` one after the other, for who needs each but once: products are large."""
    i0 = 0
    while i0 < len(band.lo):
        i1, j0, j1, slope = _cut(band, i0, 0, TILE_ROWS)
        if sheared and _cut(band, i0, 1, TILE_ROWS)[0] > i1:
            i1, j0, j1, slope = _cut(band, i0, 1, SHEARED_ROWS)
        dots = _sheared_dots(source, target, i0, i1, j0, j1) if slope else _dots(source, target, i0, i1, j0, j1)
        yield Tile(i0, i1, j0, j1, slope, dots, _dense(anchors, i0, j0, slope, dots.shape))
        i0 = i1


def _dots(source: Floats, target: Floats, i0: int, i1: int, j0: int, j1: int) -> Floats:
    """Dot products of a rectangle, with its margins."""
    margin = MAX_RUN - 1
    rows, columns = np.arange(i0, i1 + margin), np.arange(j0, j1 + margin)
    dots: Floats = _padded_rows(source, rows) @ _padded_rows(target, columns).T
    return dots


def _sheared_dots(source: Floats, target: Floats, i0: int, i1: int, j0: int, j1: int) -> Floats:
    """Dot products of a sheared tile: part of rectangles, whose rows begin one by one further right."""
    margin = MAX_RUN - 1
    dots = np.empty((i1 - i0 + margin, j1 - j0 + 2 * margin), np.float32)
    for first in range(0, len(dots), TILE_ROWS):
        part = dots[first : first + TILE_ROWS]
        rows = np.arange(first, first + len(part))
        columns = np.arange(first, first + sum(part.shape) - 1) + (j0 - margin)
        block = _padded_rows(source, rows + i0) @ _padded_rows(target, columns).T
        down, right = block.strides
        part[:] = np.lib.stride_tricks.as_strided(block, part.shape, (down + right, right))
    return dots


def _padded_rows(vectors: Floats, rows: Ints) -> Floats:
    """Rows of the vectors behind MAX_RUN rows of zeros, clipped to those there are, without a copy of the whole.

    Sentence i - 1 stands before node i and at row i - 1 + MAX_RUN of these.
    """
    if not len(vectors):
        return np.zeros((len(rows), vectors.shape[1]), np.float32)
    found: Floats = vectors.take(rows - MAX_RUN, axis=0, mode="clip")
    found[rows < MAX_RUN] = 0
    return found


def _cut(band: Band, i0: int, slope: int, most: int) -> tuple[int, int, int, int]:
    """Last row but one, columns and slope of the largest tile from row i0 on that covers little but the band."""
    rows = np.arange(i0, min(i0 + most, len(band.lo)))
    first = np.minimum.accumulate(band.lo[rows] - slope * (rows - i0))
    last = np.maximum.accumulate(band.hi[rows] - slope * (rows - i0))
    is_large = (rows + 1 - i0) * (last + 1 - first) > MOST_COVERED * (band.start[rows + 1] - band.start[i0])
    n = int(is_large.argmax()) if is_large.any() else len(rows)
    return i0 + n, int(first[n - 1]), int(last[n - 1]) + 1, slope


def _dense(anchors: SharedAnchors | None, i0: int, j0: int, slope: int, shape: tuple[int, ...]) -> Floats | None:
    """Weights of what the sentence pairs of a tile share, shape (rows, columns); None where they share nothing."""
    if anchors is None:
        return None
    first, stop = np.searchsorted(anchors.source, (i0 - MAX_RUN, i0 - MAX_RUN + shape[0]))
    rows = anchors.source[first:stop] + MAX_RUN - i0
    columns = anchors.target[first:stop] + MAX_RUN - j0 - slope * (rows - MAX_RUN + 1)
    within = (columns >= 0) & (columns < shape[1])
    if not within.any():
        return None
    result = np.zeros(shape, np.float32)
    result[rows[within], columns[within]] = anchors.weight[first:stop][within]
    return result


def inside(band: Band, tile: Tile) -> NDArray[np.bool_]:
    """Which nodes of a tile are in the band, shape (rows, columns)."""
    columns = tile.columns()
    rows = slice(tile.i0, tile.i1)
    result: NDArray[np.bool_] = (columns >= band.lo[rows, None]) & (columns <= band.hi[rows, None])
    return result


def best_cosines(source: Floats, target: Floats, band: Band, tiles: Sequence[Tile]) -> tuple[Floats, Floats]:
    """Largest cosine of each sentence to a sentence of the other side within the band.

    Parameters
    ----------
    source, target : float32 arrays, shapes (n, d) and (m, d)
        Sentence vectors.
    band : Band
        Nodes; sentence pair (i, j) is in the band where node (i + 1, j + 1) is.
    tiles : sequence of Tile
        Of these vectors and this band.

    Returns
    -------
    tuple of float32 arrays, shapes (n,) and (m,)
        -1..1; 0 where the band holds no pair.

    Examples
    --------
    >>> v, band = np.eye(2, dtype=np.float32), Band.full(2, 1)
    >>> [b.tolist() for b in best_cosines(v, v[:1], band, make_tiles(v, v[:1], band))]
    [[1.0, 0.0], [1.0]]
    """
    norms = [np.maximum(np.sqrt(np.einsum("ij,ij->i", v, v)), np.float32(1e-9)) for v in (source, target)]
    best = [np.full(len(v), -np.inf, np.float32) for v in (source, target)]
    for tile in tiles:
        i0, j0 = max(tile.i0, 1), max(tile.j0, 1)
        rows, columns = slice(i0 - 1, tile.i1 - 1), slice(j0 - 1, tile.j1 - 1)
        if i0 >= tile.i1 or j0 >= tile.j1:
            continue
        margin = MAX_RUN - 1
        dots = tile.dots[margin + i0 - tile.i0 :, margin + j0 - tile.j0 :]
        cosine = dots / norms[0][rows, None] / norms[1][None, columns]
        cosine[~inside(band, tile)[i0 - tile.i0 :, j0 - tile.j0 :]] = -np.inf
        np.maximum(best[0][rows], cosine.max(axis=1), out=best[0][rows])
        np.maximum(best[1][columns], cosine.max(axis=0), out=best[1][columns])
    for values in best:
        values[np.isneginf(values)] = 0
    return best[0], best[1]
