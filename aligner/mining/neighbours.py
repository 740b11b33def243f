"""Nearest neighbours by Hamming distance between signatures, block by block, and their cosines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aligner.mining.signatures import Signatures, Vectors, lengths, widen

CANDIDATES: Final = 32
"""Neighbours by signature that are looked at by cosine; of planted news among 90,000 sentences 98.0 % of the
translations are among 32, 96.9 % among 8 and 98.4 % among 64 (benchmarks/mining.py nearest)."""

_ROWS, _COLUMNS = 512, 8192
"""Signatures whose products are held at a time where faiss is missing: 16 MB."""

_GATHERED: Final = 8192
"""Candidates whose vectors are held at a time: 32 MB."""

Ids = NDArray[np.int64]
Nearest = Callable[[Signatures, Signatures, int], tuple[Ids, Ids]]
"""Distances and places of the k nearest of some signatures for each of others, by distance, then by place."""


def find_nearest(
    queries: Signatures, blocks: Iterable[Signatures], k: int = CANDIDATES, *, nearest: Nearest | None = None
) -> tuple[Ids, Ids]:
    """Find for each signature the k nearest of a collection that is given block by block.

    Parameters
    ----------
    queries : uint8 array, shape (n, b)
    blocks : iterable of uint8 arrays, shape (m, b)
        The collection, in its order; how it is cut does not change what is found.
    k : int
        Neighbours wanted.
    nearest : callable, optional
        What searches one block; `nearest_by_faiss` where faiss is installed, else `nearest_by_products`.

    Returns
    -------
    distances, ids : int64 arrays, shape (n, min(k, size of the collection))
        Bits that differ, and places in the collection; by distance, and of equal ones the first of the collection.

    Examples
    --------
    >>> bits = np.array([[0] * 8, [255] * 8, [1] * 8], np.uint8)
    >>> find_nearest(bits[:1], [bits[:2], bits[2:]], 2)[1].tolist()
    [[0, 2]]
    """
    search = nearest or (nearest_by_faiss if has_faiss() else nearest_by_products)
    first, best = 0, np.empty((len(queries), 0), np.int64)
    for block in blocks:
        if not len(block):  # all of it was repeated
            continue
        distances, places = search(queries, block, min(k, len(block)))
        # One number that orders by distance, then by place: the collection has fewer than 2^40 sentences.
        best = np.concatenate([best, distances << 40 | (places + first)], axis=1)
        if best.shape[1] > k:
            best = np.partition(best, k - 1, axis=1)[:, :k]
        first += len(block)
    best.sort(axis=1)
    return best >> 40, best & ((1 << 40) - 1)


def has_faiss() -> bool:
    """Tell whether faiss is installed (extra ``mine``): without it the same is found, in ten times the time.

    Examples
    --------
    >>> has_faiss() in (True, False)
    True
    """
    try:
        import faiss  # noqa: F401
    except ImportError:
        return False
    return True


def nearest_by_faiss(queries: Signatures, block: Signatures, k: int) -> tuple[Ids, Ids]:
    """Search one block by faiss: it keeps the first of equal distances, as `find_nearest` asks (test_mining.py)."""
    import faiss

    index: Any = faiss.IndexBinaryFlat(8 * block.shape[1])
    index.add(np.ascontiguousarray(block))
    distances, places = index.search(np.ascontiguousarray(queries), k)
    return distances.astype(np.int64), places.astype(np.int64)


def nearest_by_products(queries: Signatures, block: Signatures, k: int) -> tuple[Ids, Ids]:
    """Search one block by products of rows of 1 and -1, which float32 holds to the last bit.

    Examples
    --------
    >>> bits = np.array([[0] * 8, [255] * 8, [1] * 8], np.uint8)
    >>> nearest_by_products(bits[:1], bits, 2)[0].tolist()
    [[0, 8]]
    """
    found = np.empty((len(queries), k), np.int64)
    for top in range(0, len(queries), _ROWS):
        rows = _spread(queries[top : top + _ROWS])
        best = np.empty((len(rows), 0), np.int64)
        for left in range(0, len(block), _COLUMNS):
            columns = _spread(block[left : left + _COLUMNS])
            distances = (rows.shape[1] - (rows @ columns.T)) / 2
            if best.shape[1] < k:
                keys = distances.astype(np.int64) << 40 | np.arange(left, left + len(columns))
                best = _smallest(np.concatenate([best, keys], axis=1), k)
                continue
            # Only what is nearer than the last of the best can enter: of equal ones the first stays.
            row, column = np.nonzero(distances < (best.max(axis=1) >> 40)[:, None])
            keys = distances[row, column].astype(np.int64) << 40 | (left + column)
            best = _merge(best, row, keys)
        best.sort(axis=1)
        found[top : top + len(rows)] = best
    return found >> 40, found & ((1 << 40) - 1)


def _spread(signatures: Signatures) -> NDArray[np.float32]:
    """Bits as 1 and -1."""
    bits: NDArray[np.float32] = np.unpackbits(signatures, axis=1).astype(np.float32) * 2 - 1
    return bits


def _smallest(keys: Ids, k: int) -> Ids:
    """The k smallest of each row, or all, in no order."""
    return keys if keys.shape[1] <= k else np.partition(keys, k - 1, axis=1)[:, :k]


def _merge(best: Ids, row: NDArray[np.intp], keys: Ids) -> Ids:
    """The best of each row and some more keys of some rows; as many as before are kept."""
    n, k = best.shape
    rows = np.concatenate([np.repeat(np.arange(n), k), row])
    every = np.concatenate([best.ravel(), keys])
    order = np.lexsort((every, rows))
    counts = np.bincount(rows, minlength=n)
    starts = np.cumsum(counts) - counts
    merged: Ids = every[order][starts[:, None] + np.arange(k)]
    return merged


def cosines_of(queries: Vectors, ids: Ids, blocks: Iterable[tuple[int, Vectors]]) -> NDArray[np.float32]:
    """Compute the cosine of each query with each of its candidates.

    Parameters
    ----------
    queries : int8 array, shape (n, d)
    ids : int64 array, shape (n, k)
        Places of the candidates in their collection.
    blocks : iterable of (int, int8 array of shape (m, d))
        The collection's vectors, each block with the place of its first.

    Returns
    -------
    float32 array, shape (n, k)
        In -1..1; 0 with a vector of zeros.

    Examples
    --------
    >>> one = np.array([[3, 4]], np.int8)
    >>> cosines_of(one, np.array([[0, 1]]), [(0, one), (1, np.array([[4, -3]], np.int8))]).tolist()
    [[1.0, 0.0]]
    """
    found = np.zeros(ids.shape, np.float32)
    own = lengths(queries)
    for first, vectors in blocks:
        row, column = np.nonzero((ids >= first) & (ids < first + len(vectors)))
        length = lengths(vectors)
        for part in _parts(len(row)):
            i, j = row[part], ids[row[part], column[part]] - first
            products = np.einsum("ij,ij->i", widen(queries[i]), widen(vectors[j]))
            both = own[i] * length[j]
            found[i, column[part]] = products.astype(np.float64) / np.where(both > 0, both, 1)
    return found


def _parts(n: int) -> Iterator[slice]:
    """Slices of what is held at a time."""
    return (slice(first, first + _GATHERED) for first in range(0, n, _GATHERED))
