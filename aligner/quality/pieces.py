"""Evidence from pieces: how near the two texts are, what of each the other covers, and in what order.

A piece's vector comes from the encoder's table; its length is the weight that the encoder gives the piece. Two pieces
are linked as strongly as their directions agree, of either alone or with a neighbour (Vietnamese writes most English
words with two syllables), or as the lexicon has it. A piece is covered by the piece that it is linked to most strongly;
where that one is linked to another yet more strongly, the square of how much more is taken off: a word said twice, or a
clause that is added, has counterparts only in what has others. The vectors may have any dimension.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

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

_CELLS: Final = 48_000
"""Cells (pieces × pieces × pairs) compared at once: a few arrays of that size stay in the processor's cache."""

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
    # One row of zeros behind the table stands for no piece.
    norms = np.append(np.sqrt(np.einsum("ij,ij->i", table, table)), np.float32(0))
    cut = [[_cut(pieces) for pieces in side] for side in (source, target)]
    lengths = np.array([[len(pieces) for pieces in side] for side in cut], np.int64)
    sums = [np.zeros((n, table.shape[1]), np.float32) for _ in range(2)]
    # Nearly by the Vietnamese length, then by the English one: batches are then narrow on both sides.
    order = np.lexsort((lengths[0], lengths[1] // 8))
    at = 0
    while at < n:
        widest = np.maximum.accumulate(lengths[:, order[at : at + 256]], axis=1)
        sizes = np.arange(1, widest.shape[1] + 1) * (widest[0] + 1) * (widest[1] + 1)
        take = max(1, int(np.searchsorted(sizes, _CELLS, side="right")))
        rows = order[at : at + take]
        found = _compare([_padded([side[k] for k in rows], len(table)) for side in cut], table, norms, lexicon)
        result[rows, 2:], sums[0][rows], sums[1][rows] = found
        at += take
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


def _padded(texts: Sequence[Sequence[int]], blank: int) -> Ints:
    """Rows of one length, blanks behind; at least two columns and one blank, so that every piece has a neighbour."""
    width = max(1, *map(len, texts)) + 1
    return np.array([[*pieces, *[blank] * (width - len(pieces))] for pieces in texts], np.int64)


def _compare(
    numbers: list[Ints], table: Floats, norms: Floats, lexicon: Lexicon
) -> tuple[Floats, Floats, Floats]:
    """Evidence of b pairs, their pieces in rows of one length: columns 2.. of `piece_features`, and the sums."""
    # mode="clip" reads the last vector for blanks, which are made zero.
    vectors = [table.take(side, axis=0, mode="clip") for side in numbers]
    for side, pieces in zip(vectors, numbers, strict=True):
        side[pieces == len(table)] = 0
    weights = [norms[side] for side in numbers]  # (b, m), (b, n)
    dots = vectors[0] @ vectors[1].transpose(0, 2, 1)  # (b, m, n)
    one = [_inverse(w) for w in weights]
    two = [
        _inverse(np.sqrt(np.maximum(w[:, :-1] ** 2 + w[:, 1:] ** 2 + 2 * _neighbours(v), 0)))
        for w, v in zip(weights, vectors, strict=True)
    ]
    # The vector of two neighbours is the sum of theirs, so its products are sums of products.
    wide = dots[:, :, :-1] + dots[:, :, 1:]  # a piece by two
    high = dots[:, :-1] + dots[:, 1:]  # two by a piece
    dots *= one[0][:, :, None]
    dots *= one[1][:, None]
    wide *= one[0][:, :, None]
    wide *= two[1][:, None]
    high *= two[0][:, :, None]
    high *= one[1][:, None]
    known = lexicon.strengths(*numbers)
    known *= (numbers[1] < len(table))[:, None]  # a blank may share a cell with something
    links = np.maximum(dots, known)
    np.maximum(links[:, :, :-1], wide, out=links[:, :, :-1])
    np.maximum(links[:, :, 1:], wide, out=links[:, :, 1:])
    np.maximum(links[:, :-1], high, out=links[:, :-1])
    np.maximum(links[:, 1:], high, out=links[:, 1:])
    of_source, of_target = links.max(axis=2), links.max(axis=1)
    best = [
        (links * _squared(links / np.maximum(of_target, _TINY)[:, None])).max(axis=2),
        (links * _squared(links / np.maximum(of_source, _TINY)[:, :, None])).max(axis=1),
    ]
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
    for w, t, axis in zip(weights, total, (2, 1), strict=True):
        columns.append((w * known.max(axis=axis)).sum(axis=1) / t)
    sums = [np.einsum("bij->bj", side) for side in vectors]  # sum(axis=1), a fifth faster
    return np.stack(columns, axis=1).astype(np.float32), sums[0], sums[1]


def _squared(ratios: Floats) -> Floats:
    """The square of each, in its place."""
    ratios *= ratios
    return ratios


def _inverse(lengths: Floats) -> Floats:
    """One over each length, zero over zero."""
    return np.where(lengths > 1e-6, 1 / np.maximum(lengths, np.float32(1e-6)), 0).astype(np.float32)


def _neighbours(vectors: Floats) -> Floats:
    """Products of each piece's vector with the next one's."""
    products: Floats = np.einsum("bij,bij->bi", vectors[:, :-1], vectors[:, 1:])
    return products


def _order(cosines: Floats, weights: Floats) -> Floats:
    """Correlation of the places of pieces and of their nearest counterparts, times the root of the number of pieces."""
    b, m, n = cosines.shape
    w = weights * np.maximum(cosines.max(axis=2), 0) ** 2  # nothing for what is nearest to a blank
    x = np.broadcast_to(np.arange(m, dtype=np.float32), (b, m))
    # Of equal pieces the first, whatever the last bit of a product says.
    y = (cosines - np.float32(1e-5) * np.arange(n, dtype=np.float32)).argmax(axis=2).astype(np.float32)
    total = np.maximum(w.sum(axis=1), _TINY)[:, None]
    x, y = x - (w * x).sum(axis=1)[:, None] / total, y - (w * y).sum(axis=1)[:, None] / total
    spread = np.sqrt((w * x * x).sum(axis=1) * (w * y * y).sum(axis=1))
    correlation = (w * x * y).sum(axis=1) / np.maximum(spread, _TINY)
    result: Floats = correlation * np.sqrt((w > 0).sum(axis=1))
    return result
