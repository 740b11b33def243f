"""Whether a Vietnamese text's words stand in an order that Vietnamese has: counts of neighbouring pieces.

The counts come from the training text (scripts/fit_quality.py), hashed into one byte a cell, so that they take some
hundred kilobytes whatever the text was. No smoothing beyond half a count: what is asked is not how probable a text is,
but whether its neighbours follow each other oftener than the same pieces would at other places.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aligner.encoders.embedded import Floats

Ints = NDArray[np.int64]

FLUENCY_FEATURES: Final = ("fluency", "fluency_gain")
"""Columns of `Fluency.features`."""

STEPS: Final = 16
"""Steps a doubling of the count in a byte: 4 per cent apart, up to 2^15."""

_MIXER: Final = 0x9E3779B97F4A7C15
"""2^64 over the golden ratio, made odd: the upper bits of a product with it are well spread (Knuth, vol. 3, 6.4)."""


@dataclass(frozen=True)
class Fluency:
    """Counts of pieces and of neighbouring pieces.

    Attributes
    ----------
    single : float32 array, shape (V,)
        How often each piece stood before or behind another.
    cells : uint8 array, shape (a power of two,)
        At a pair's hash, ``STEPS · log2`` of how often it stood, plus 1; 0 where it never did.

    Examples
    --------
    >>> fluency = Fluency.count([[1, 2, 3, 4, 5]] * 9, vocabulary=8, cells=1 << 12)
    >>> right, wrong = fluency.features([[1, 2, 3, 4, 5], [3, 1, 4, 2, 5]])
    >>> bool(right[0] > wrong[0] and right[1] > wrong[1])
    True
    """

    single: Floats
    cells: NDArray[np.uint8]

    @classmethod
    def count(cls, texts: Iterable[Sequence[int]], *, vocabulary: int, cells: int) -> Fluency:
        """Count the neighbours in texts, given as piece numbers."""
        single = np.zeros(vocabulary, np.float32)
        rows = [np.asarray(pieces, np.int64) for pieces in texts if len(pieces) > 1]
        if not rows:
            return cls(single, np.zeros(cells, np.uint8))
        first = np.concatenate([row[:-1] for row in rows])
        second = np.concatenate([row[1:] for row in rows])
        single += np.bincount(first, minlength=vocabulary)
        keys, counts = np.unique(first * vocabulary + second, return_counts=True)
        table = np.zeros(cells, np.int64)
        # Where two pairs share a cell, the more frequent one's count stands.
        np.maximum.at(table, _places(keys // vocabulary, keys % vocabulary, cells), counts)
        steps = np.where(table, np.minimum(np.round(STEPS * np.log2(np.maximum(table, 1))) + 1, 255), 0)
        return cls(single, steps.astype(np.uint8))

    def features(self, texts: Sequence[Sequence[int]]) -> Floats:
        """Compute `FLUENCY_FEATURES` of n texts, given as piece numbers.

        Returns
        -------
        float32 array, shape (n, 2)
            Mean over the neighbours of the logarithm of how much oftener they stood together than chance has it; and
            what that is more than for the same pieces one place apart or turned round, times the root of their number.
            Both 0 for texts of less than four pieces.
        """
        result = np.zeros((len(texts), 2), np.float32)
        lengths = np.array([len(pieces) for pieces in texts], np.int64)
        long = np.flatnonzero(lengths >= 4)
        if not len(long):
            return result
        flat = np.concatenate([np.asarray(texts[k], np.int64) for k in long.tolist()])
        owner = np.repeat(np.arange(len(long)), lengths[long])
        size = lengths[long].astype(np.float32)

        def mean(first: int, second: int) -> Floats:
            """Mean over each text of the value of pieces at two distances."""
            far = max(first, second)
            a, b = flat[first : len(flat) - far + first], flat[second : len(flat) - far + second]
            inside = owner[: len(flat) - far] == owner[far:]
            values = np.where(inside, self._values(a, b), 0)
            return (np.bincount(owner[: len(flat) - far], values, len(long)) / (size - far)).astype(np.float32)

        straight = mean(0, 1)
        others = (mean(1, 0) + mean(0, 2) + mean(2, 0) + mean(0, 3)) / 4
        result[long, 0] = straight
        result[long, 1] = (straight - others) * np.sqrt(size)
        return result

    def _values(self, first: Ints, second: Ints) -> Floats:
        """Logarithm of how often pairs stood over how often chance has it, half a pair added to both."""
        steps = self.cells[_places(first, second, len(self.cells))]
        total = max(float(self.single.sum()), 1.0)
        expected = self.single[first] * self.single[second] / np.float32(total)
        values: Floats = np.log((_COUNTS[steps] + np.float32(0.5)) / (expected + np.float32(0.5)))
        return values


_COUNTS: Final[Floats] = np.append(0.0, 2.0 ** (np.arange(255) / STEPS)).astype(np.float32)


def _places(first: Ints, second: Ints, cells: int) -> Ints:
    """Cells of pairs of pieces."""
    keys = first.astype(np.uint64) * np.uint64(1 << 20) + second.astype(np.uint64)
    mixed = (keys * np.uint64(_MIXER)) >> np.uint64(64 - cells.bit_length() + 1)  # numpy wraps at 2^64, as is meant
    return mixed.astype(np.int64)
