"""Evidence from pieces: how near the two texts are, what of each the other covers, and in what order.

A piece's vector comes from the encoder's table; its length is the weight that the encoder gives the piece. Two pieces
are linked as strongly as their directions agree, of either alone or with a neighbour (Vietnamese writes most English
words with two syllables), or as the lexicon has it. A piece is covered by the piece that it is linked to most strongly;
where that one is linked to another yet more strongly, it counts by the square of the ratio: a word said twice, or a
clause that is added, has counterparts only in what has others. The vectors may have any dimension.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aligner.encoders.embedded import Floats, unit_rows
from aligner.quality.lexicon import Lexicon

Ints = NDArray[np.int64]

PIECE_FEATURES: Final = (
    "cosine",
    "margin",
    "source_coverage",
    "target_coverage",
    "source_gap",
    "target_gap",
    "source_head",
    "source_tail",
    "target_head",
    "target_tail",
    "order",
    "weight_ratio",
    "source_known",
    "target_known",
)
"""Columns of `piece_features`."""

MAX_PIECES: Final = 256
"""Pieces of a text that are compared one by one, half of them from either end: a sentence has 40, and the time grows
with the product of both sides' (test_scoring.py: a megabyte)."""

COVERED: Final = 0.35
"""Strength of a link from which on a piece speaks for its being covered, in the runs that `gap` sums."""

NEAREST: Final = 4
"""Background texts that the margin looks at, as many as in retrieval (Artetxe & Schwenk 2019, k = 4)."""

_CELLS: Final = 96_000
"""Cells (pieces × pieces × pairs) compared at once: a few arrays of that size stay in the processor's cache."""

_ROWS: Final = 256
"""Vectors of a side that are looked up at once: half a megabyte stays in the processor's cache to be read again."""

_SMALL: Final = 600_000
"""Multiplications up to which OpenBLAS takes two matrices as they lie; larger ones it copies first, which doubles the
time of those a little larger."""

_FEW: Final = 4
"""Parts that a product is cut into at most, to be small: beyond, the copies are worth their while."""

_TINY: Final = np.float32(1e-9)


def piece_features(
    source: Sequence[Sequence[int]],
    target: Sequence[Sequence[int]],
    table: Floats,
    background: tuple[Floats, Floats],
    lexicon: Lexicon,
) -> tuple[Floats, tuple[Floats, Floats]]:
    """Compute the evidence of n pairs that pieces give.

    Parameters
    ----------
    source, target : sequences of n sequences of int
        The pieces of each text, as numbers of rows of the table.
    table : float32 array, shape (V, d)
        The pieces' vectors.
    background : pair of float32 arrays, shape (k, d)
        Unit rows of source and target texts that have nothing to do with the pairs.
    lexicon : Lexicon
        Of the same pieces.

    Returns
    -------
    float32 array, shape (n, 14)
        `PIECE_FEATURES`: cosine of the two sums, -1..1; the cosine less the mean of the nearest background texts' of
        both sides, -2..2; for each side how far its pieces are covered, their weighted mean, 0..1, and the weight of
        its worst run that the other side does not cover, of all, of those that begin or end the text, 0..1; how far the
        best counterparts' places grow with the pieces' own, a correlation, -1..1, times the root of the number of
        pieces; logarithm of the source's whole weight over the target's; for each side how far the lexicon alone
        knows its pieces as translations of the other's, 0..1.
    pair of float32 arrays, shape (n, d)
        Unit rows of the sums of each side.

    Examples
    --------
    >>> table = np.eye(3, dtype=np.float32)
    >>> nothing = Lexicon(np.zeros(1 << 21, np.uint16))
    >>> found, _ = piece_features([[0, 1]], [[0, 1, 2]], table, (table[2:], table[2:]), nothing)
    >>> [round(float(x), 2) for x in found[0, :5]]
    [0.82, 0.53, 1.0, 0.78, 0.0]
    """
    n = len(source)
    result = np.zeros((n, len(PIECE_FEATURES)), np.float32)
    if not n:
        return result, (np.zeros((0, table.shape[1]), np.float32), np.zeros((0, table.shape[1]), np.float32))
    sums = [np.zeros((n, table.shape[1]), np.float32) for _ in range(2)]
    for rows, sides, weights, dots in _batches(source, target, table):
        result[rows, 2:] = _compare(dots, sides, weights, lexicon)
        sums[0][rows], sums[1][rows] = sides[0].sums, sides[1].sums
    for texts, side in ((source, sums[0]), (target, sums[1])):
        for k, pieces in enumerate(texts):
            if len(pieces) > MAX_PIECES:
                numbers, counts = np.unique(np.asarray(pieces), return_counts=True)
                side[k] = counts.astype(np.float32) @ table[numbers]
    units = unit_rows(sums[0]), unit_rows(sums[1])
    result[:, 0] = np.einsum("ij,ij->i", units[0], units[1])
    near = [_nearest(units[0] @ background[1].T), _nearest(units[1] @ background[0].T)]
    result[:, 1] = result[:, 0] - (near[0] + near[1]) / 2
    return result, units


def _batches(
    source: Sequence[Sequence[int]], target: Sequence[Sequence[int]], table: Floats
) -> Iterator[tuple[Ints, list[_Side], list[Floats], Floats]]:
    """Cut n pairs into batches of b: their rows, both sides, the weights of their pieces, and their products.

    Weights have the shapes (b, m) and (b, n), products (b, m, n), and zeros behind.
    """
    cut = [[_cut(pieces) for pieces in side] for side in (source, target)]
    lengths = np.array([[len(pieces) for pieces in side] for side in cut], np.int64)
    # Nearly by the Vietnamese length, then by the English one: batches are then narrow on both sides.
    order = np.lexsort((lengths[0], lengths[1] // 8))
    lengths = lengths[:, order]
    flat = [
        np.fromiter(itertools.chain.from_iterable([side[k] for k in order.tolist()]), np.int64, int(total))
        for side, total in zip(cut, lengths.sum(axis=1), strict=True)
    ]
    norms = piece_norms(flat, table)
    rooms = [np.empty((max(_ROWS, MAX_PIECES), table.shape[1]), np.float32) for _ in range(2)]
    at, done = 0, [0, 0]
    while at < len(order):
        widest = np.maximum(np.maximum.accumulate(lengths[:, at : at + 256], axis=1), 1)
        sizes = np.arange(1, widest.shape[1] + 1) * widest[0] * widest[1]
        behind = at + max(1, int(np.searchsorted(sizes, _CELLS, side="right")))
        sides = []
        for k in range(2):
            part = lengths[k, at:behind]
            sides.append(_Side(flat[k][done[k] : done[k] + int(part.sum())], part, table.shape[1]))
            done[k] += len(sides[k].numbers)
        dots = _look_up(sides[0], sides[1], table, rooms)
        yield order[at:behind], sides, [side.spread(norms[side.numbers]) for side in sides], dots
        at = behind


def _nearest(cosines: Floats) -> Floats:
    """Mean of each row's largest."""
    k = min(NEAREST, cosines.shape[1])
    if not k:
        return np.zeros(len(cosines), np.float32)
    mean: Floats = np.partition(cosines, cosines.shape[1] - k, axis=1)[:, -k:].mean(axis=1)
    return mean


def _cut(pieces: Sequence[int]) -> Sequence[int]:
    """Both ends of a text that is too long."""
    half = MAX_PIECES // 2
    return pieces if len(pieces) <= MAX_PIECES else [*pieces[:half], *pieces[-half:]]


@dataclass(slots=True)
class _Side:
    """The texts of one side of a batch: their pieces one behind the other, and what the vectors tell of them."""

    numbers: Ints
    lengths: Ints
    dimension: int
    sums: Floats = field(init=False)
    products: Floats = field(init=False)
    """Of each piece's vector with the next one's of its text; 0 for the last."""

    def __post_init__(self) -> None:
        self.sums = np.zeros((len(self.lengths), self.dimension), np.float32)
        self.products = np.zeros(len(self.numbers), np.float32)

    def spread(self, values: NDArray[Any], blank: int = 0) -> NDArray[Any]:
        """A row a text of the values of its pieces, blanks behind; one column at least."""
        width = max(1, int(self.lengths.max()))
        rows = np.full((len(self.lengths), width), blank, values.dtype)
        rows[np.arange(width) < self.lengths[:, None]] = values
        return rows


def piece_norms(flat: Sequence[Ints], table: Floats) -> Floats:
    """Lengths of the vectors of the pieces that are there, shape (V,); 0 of others.

    Examples
    --------
    >>> piece_norms([np.array([1])], np.array([[1, 0], [3, 4]], np.float32)).tolist()
    [0.0, 5.0]
    """
    is_there = np.zeros(len(table), bool)
    for numbers in flat:
        is_there[numbers] = True
    norms = np.zeros(len(table), np.float32)
    used = np.flatnonzero(is_there)
    for rows in np.array_split(used, len(used) // _ROWS + 1):
        vectors = table[rows]
        norms[rows] = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    return norms


def _look_up(source: _Side, target: _Side, table: Floats, rooms: Sequence[Floats]) -> Floats:
    """Products of the pieces of b pairs, (b, m, n), zeros behind; sums and neighbours' products go to the sides.

    `rooms` hold the vectors of a few pairs, which are read while they are in the processor's cache.
    """
    m, n = (max(1, int(side.lengths.max())) for side in (source, target))
    dots = np.zeros((len(source.lengths), m, n), np.float32)
    ones = np.ones(max(m, n), np.float32)
    bounds = [[0, *np.cumsum(side.lengths).tolist()] for side in (source, target)]
    step = max(1, _ROWS // max(m, n))
    for first in range(0, len(dots), step):
        behind = min(first + step, len(dots))
        found = []
        for side, bound, room in zip((source, target), bounds, rooms, strict=True):
            start, end = bound[first], bound[behind]
            # Without a mode NumPy would not trust the numbers, and fill a copy of the room.
            vectors = table.take(side.numbers[start:end], axis=0, out=room[: end - start], mode="clip")
            if end > start:
                # A stack of products of a row by a column: einsum takes half as long again.
                side.products[start : end - 1] = (vectors[:-1, None] @ vectors[1:, :, None])[:, 0, 0]
            texts = [vectors[a - start : b - start] for a, b in itertools.pairwise(bound[first : behind + 1])]
            for k, text in enumerate(texts, first):
                np.matmul(ones[: len(text)], text, out=side.sums[k])
            found.append(texts)
        for k, (one, two) in enumerate(zip(*found, strict=True), first):
            _multiply(one, two.T, dots[k, : len(one), : len(two)])
    for side, bound in zip((source, target), bounds, strict=True):
        side.products[[end - 1 for end in bound if end]] = 0
    return dots


def _multiply(one: Floats, two: Floats, out: Floats) -> None:
    """The product of two matrices, in parts of equal size if that is faster."""
    m = len(one)
    parts = -(-one.size * two.shape[1] // _SMALL)
    if not 1 < parts <= _FEW:
        np.matmul(one, two, out=out)
        return
    height = -(-m // parts)
    for k in range(0, m, height):
        np.matmul(one[k : k + height], two, out=out[k : k + height])


def cover(
    source: Sequence[Sequence[int]], target: Sequence[Sequence[int]], table: Floats, lexicon: Lexicon
) -> list[tuple[Floats, Floats]]:
    """Tell how far each piece of n pairs is covered by the other side, 0..1: what `piece_features` takes the mean of.

    Parameters
    ----------
    source, target : sequences of n sequences of int
        `MAX_PIECES` pieces at most of each text.

    Returns
    -------
    list of pairs of float32 arrays
        As long as the texts have pieces.

    Examples
    --------
    >>> nothing = Lexicon(np.zeros(1 << 21, np.uint16))
    >>> ((source, target),) = cover([[0, 1]], [[1]], np.eye(2, dtype=np.float32), nothing)
    >>> [round(x, 2) for x in source.tolist()], target.tolist()
    ([0.35, 1.0], [1.0])
    """
    found: dict[int, tuple[Floats, Floats]] = {}
    for rows, sides, weights, dots in _batches(source, target, table) if source else ():
        links, _ = _link(dots, sides, weights, lexicon)
        best = _covered(links)
        for k, row in enumerate(rows.tolist()):
            found[row] = best[0][k, : sides[0].lengths[k]], best[1][k, : sides[1].lengths[k]]
    return [found[k] for k in range(len(source))]


def _link(dots: Floats, sides: Sequence[_Side], weights: Sequence[Floats], lexicon: Lexicon) -> tuple[Floats, Floats]:
    """How strongly the pieces of b pairs are linked, (b, m, n), and how strongly by the lexicon alone.

    `dots` hold the products of their vectors, zeros behind, and become cosines. What is blank has the weight 0, whose
    inverse is 0.
    """
    one = [_inverse(w) for w in weights]
    two = [np.zeros_like(w) for w in weights]
    for inverse, w, side in zip(two, weights, sides, strict=True):
        square = w[:, :-1] ** 2 + w[:, 1:] ** 2 + 2 * side.spread(side.products)[:, :-1]
        inverse[:, :-1] = _inverse(np.sqrt(np.maximum(square, 0)))
        inverse[:, :-1] *= w[:, 1:] > 0  # the last piece has a blank behind it, which is no neighbour
    # The vector of two neighbours is the sum of theirs, so its products are sums of products. Rows are added as if one
    # went on in the next: what that makes of the last of each has no neighbour, whose inverse is 0.
    wide, high = np.zeros_like(dots), np.zeros_like(dots)  # a piece by two, two by a piece
    cells, n = dots.reshape(-1), dots.shape[2]
    np.add(cells[:-1], cells[1:], out=wide.reshape(-1)[:-1])
    np.add(cells[:-n], cells[n:], out=high.reshape(-1)[:-n])
    for products, by_row, by_column in ((dots, one[0], one[1]), (wide, one[0], two[1]), (high, two[0], one[1])):
        products *= by_row[:, :, None]
        products *= by_column[:, None]
    known = lexicon.strengths(*(side.spread(side.numbers, blank=-1) for side in sides))
    links = np.maximum(dots, known)  # what is known is never below zero
    np.maximum(links, wide, out=links)
    np.maximum(links[:, :, 1:], wide[:, :, :-1], out=links[:, :, 1:])
    np.maximum(links, high, out=links)
    np.maximum(links[:, 1:], high[:, :-1], out=links[:, 1:])
    return links, known


def _covered(links: Floats) -> list[Floats]:
    """How far the pieces of each side are covered, (b, m) and (b, n).

    By the best link, times the square of its share of the strongest that its other end has.
    """
    result, room = [], np.empty_like(links)
    for stronger, largest in ((_highest(links)[:, None], _widest), (_widest(links)[:, :, None], _highest)):
        np.multiply(links, links, out=room)
        room *= links
        room /= np.maximum(stronger, _TINY) ** 2
        result.append(np.maximum(largest(room), 0))
    return result


def _compare(dots: Floats, sides: Sequence[_Side], weights: Sequence[Floats], lexicon: Lexicon) -> Floats:
    """Evidence of b pairs from what `_batches` gives of them: columns 2.. of `piece_features`."""
    links, known = _link(dots, sides, weights, lexicon)
    best = _covered(links)
    total = [np.maximum(w.sum(axis=1), _TINY) for w in weights]
    columns = [(w * c).sum(axis=1) / t for w, c, t in zip(weights, best, total, strict=True)]
    gaps, ends = [], []
    for w, c, t in zip(weights, best, total, strict=True):
        lacking = np.cumsum(w * (np.float32(COVERED) - c), axis=1) / t[:, None]
        lowest = np.minimum(np.minimum.accumulate(lacking, axis=1), 0)
        before = np.concatenate([np.zeros_like(lowest[:, :1]), lowest[:, :-1]], axis=1)
        gaps.append(np.maximum((lacking - before).max(axis=1), 0))
        ends += [np.maximum(lacking.max(axis=1), 0), lacking[:, -1] - lowest[:, -1]]
    columns += gaps + ends + [_order(dots, weights[0])]
    columns.append(np.log(np.maximum(total[0], 1e-3) / np.maximum(total[1], 1e-3)))
    for w, t, largest in zip(weights, total, (_widest, _highest), strict=True):
        columns.append((w * largest(known)).sum(axis=1) / t)
    return np.stack(columns, axis=1).astype(np.float32)


def _widest(cells: Floats) -> Floats:
    """Largest of each row; twice as fast as `max` for rows as short as these."""
    b, m, n = cells.shape
    return np.maximum.reduceat(cells.reshape(-1), np.arange(0, b * m * n, n)).reshape(b, m)


def _highest(cells: Floats) -> Floats:
    """Largest of each column, in time that `max` would take for a few rows: the halves are compared as a whole."""
    while (m := cells.shape[1]) > 1:
        half = (m + 1) // 2
        cells = np.maximum(cells[:, :half], cells[:, m - half :])
    return cells[:, 0]


def _inverse(lengths: Floats) -> Floats:
    """One over each length, zero over zero."""
    return np.where(lengths > 1e-6, 1 / np.maximum(lengths, np.float32(1e-6)), 0).astype(np.float32)


def _order(cosines: Floats, weights: Floats) -> Floats:
    """Correlation of the places of pieces and of their nearest counterparts, times the root of the number of pieces."""
    b, m, n = cosines.shape
    w = weights * np.maximum(_widest(cosines), 0) ** 2  # nothing for what is nearest to a blank
    x = np.broadcast_to(np.arange(m, dtype=np.float32), (b, m))
    # Of equal pieces the first, whatever the last bit of a product says.
    y = (cosines - np.float32(1e-5) * np.arange(n, dtype=np.float32)).argmax(axis=2).astype(np.float32)
    total = np.maximum(w.sum(axis=1), _TINY)[:, None]
    x, y = x - (w * x).sum(axis=1)[:, None] / total, y - (w * y).sum(axis=1)[:, None] / total
    spread = np.sqrt((w * x * x).sum(axis=1) * (w * y * y).sum(axis=1))
    correlation = (w * x * y).sum(axis=1) / np.maximum(spread, _TINY)
    result: Floats = correlation * np.sqrt((w > 0).sum(axis=1))
    return result
