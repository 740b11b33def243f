"""Vectors as small numbers, and their signatures: a bit for each number, whether it lies above the collection's mean.

All that is added up here is whole numbers that their type holds, so that no order of adding, no block and no library
of linear algebra changes a bit of what is found.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.int8]
Signatures = NDArray[np.uint8]

BITS: Final = 512
"""Bits of a signature by the embedded encoder, one for each number of a vector. Of planted news among 90,000 sentences
98.0 % of the translations are among the 32 nearest by them, and 98.9 % by cosine (benchmarks/mining.py nearest)."""

LARGEST: Final = 127
"""Largest number of a vector. A product of two vectors of d numbers stays below d × 127², which float32 holds to the
last bit up to d = 1040 (`widen`)."""

_UNIT: Final = 1 << 20
"""A vector's length where a collection's mean is taken: sums of 2⁴³ of them fit into 64 bits."""


def quantise(vectors: NDArray[np.float32]) -> Vectors:
    """Scale each row so that its largest number is 127 or -127, and round; a row of zeros stays.

    Examples
    --------
    >>> quantise(np.array([[0.5, -1.0], [0, 0]], np.float32)).tolist()
    [[64, -127], [0, 0]]
    """
    largest = np.abs(vectors).max(axis=1, keepdims=True, initial=0)
    scaled = vectors / np.where(largest > 0, largest, 1) * np.float32(LARGEST)
    rounded: Vectors = np.rint(scaled).astype(np.int8)
    return rounded


def widen(vectors: Vectors) -> NDArray[Any]:
    """Make vectors floating-point numbers that hold any product of two of them to the last bit.

    Examples
    --------
    >>> [widen(np.zeros((1, d), np.int8)).dtype.name for d in (512, 1536)]
    ['float32', 'float64']
    """
    return vectors.astype(np.float32 if vectors.shape[1] * LARGEST**2 < 1 << 24 else np.float64)


def lengths(vectors: Vectors) -> NDArray[np.float64]:
    """Compute the Euclidean length of each row.

    Examples
    --------
    >>> lengths(np.array([[3, -4]], np.int8)).tolist()
    [5.0]
    """
    wide = widen(vectors)
    squares = np.einsum("ij,ij->i", wide, wide).astype(np.float64)
    found: NDArray[np.float64] = np.sqrt(squares)
    return found


def sum_units(vectors: Vectors) -> NDArray[np.int64]:
    """Add up the rows, each scaled to a length of 2²⁰ and rounded: what a mean is made of, whatever the blocks.

    Examples
    --------
    >>> (sum_units(np.array([[3, -4], [0, 5]], np.int8)) / 2**20).round(4).tolist()
    [0.6, 0.2]
    """
    total: NDArray[np.int64] = np.rint(_units(vectors) * _UNIT).astype(np.int64).sum(axis=0)
    return total


def mean_of(total: NDArray[np.int64], n: int) -> NDArray[np.float64]:
    """Turn the sum of `sum_units` over n rows into the mean of unit vectors.

    Examples
    --------
    >>> mean_of(sum_units(np.array([[3, -4], [0, 5]], np.int8)), 2).round(4).tolist()
    [0.3, 0.1]
    """
    mean: NDArray[np.float64] = total / (max(n, 1) * _UNIT)
    return mean


def centre(vectors: Vectors, mean: NDArray[np.float64]) -> Vectors:
    """Take the mean of the collection off rows of length one: what any two texts have in common by some encoders.

    Examples
    --------
    >>> centre(np.array([[4, 3], [4, -3], [0, 0]], np.int8), np.array([0.8, 0.0])).tolist()
    [[0, 127], [0, -127], [0, 0]]
    """
    rows = np.where(vectors.any(axis=1, keepdims=True), _units(vectors) - mean, 0)
    return quantise(rows.astype(np.float32))


def sign(vectors: Vectors, mean: NDArray[np.float64]) -> Signatures:
    """Pack a bit for each number: whether it lies above the mean, once the rows have length one.

    Parameters
    ----------
    vectors : int8 array, shape (n, d)
    mean : float64 array, shape (d,)
        Of the collection, as `mean_of` gives it.

    Returns
    -------
    uint8 array, shape (n, d / 8)
        Rounded up: bits that are missing are 0.

    Examples
    --------
    >>> sign(np.full((1, 64), 5, np.int8), np.zeros(64)).tolist()
    [[255, 255, 255, 255, 255, 255, 255, 255]]
    """
    return np.packbits(_units(vectors) > mean, axis=1)


def _units(vectors: Vectors) -> NDArray[np.float64]:
    """Rows of length one; a row of zeros stays."""
    length = lengths(vectors)
    rows: NDArray[np.float64] = vectors / np.where(length > 0, length, 1)[:, None]
    return rows
