"""Which words are each other's translations: a lexicon of pieces, learnt from pairs, that a product of vectors blurs.

A cell holds how strongly an English piece calls for a Vietnamese one, or for two neighbouring ones, since Vietnamese
writes most English words with two syllables. The strengths come from IBM model 1 (Brown et al. 1993, section 4;
scripts/train_lexicon.py), hashed into two bytes a cell: one of strength, one that tells most strangers in a cell apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aligner.encoders.embedded import Floats

Ints = NDArray[np.int64]

BITS: Final = 21
"""Bits of a cell's number: 518,379 entries fill a quarter of the cells, and 4 MB stay in a processor's cache."""

_LEVELS: Final = 255
"""Steps of strength in a byte."""

_MIXER: Final = np.uint64(0x9E3779B97F4A7C15)
_OTHER: Final = np.uint64(0xC2B2AE3D27D4EB4F)
"""Odd numbers whose products spread the bits of what they are multiplied with (Knuth, vol. 3, 6.4; xxHash's second)."""


@dataclass(frozen=True)
class Lexicon:
    """Strengths of pairs of pieces.

    Attributes
    ----------
    cells : uint16 array, shape (2^BITS,)
        Strength, 0..255, and above it the byte that must agree.

    Examples
    --------
    >>> lexicon = Lexicon.of(np.array([3, 3]), np.array([5, 6]), np.array([-1, 7]), np.array([1.0, 0.5]))
    >>> lexicon.strengths(np.array([[3, 4]]), np.array([[5, 6, 7]])).round(1).tolist()
    [[[1.0, 0.5, 0.5], [0.0, 0.0, 0.0]]]
    """

    cells: NDArray[np.uint16]

    @classmethod
    def of(cls, source: Ints, first: Ints, second: Ints, strength: NDArray[np.float64]) -> Lexicon:
        """Make a lexicon of n entries: an English piece, a Vietnamese one and the one behind it (-1 for none), 0..1."""
        cells = np.zeros(1 << BITS, np.uint16)
        second_keys = np.where(second >= 0, _followed(_spread(first), _spread(second)), _spread(first))
        place, check = _places(_spread(source, _OTHER) ^ second_keys)
        # Where two share a cell, the stronger one stands.
        order = np.argsort(strength, kind="stable")
        cells[place[order]] = check[order] | np.round(strength[order] * _LEVELS).astype(np.uint16)
        return cls(cells)

    def strengths(self, source: Ints, target: Ints) -> Floats:
        """Look up how strongly the pieces of b pairs of texts call for each other.

        Parameters
        ----------
        source, target : int64 arrays, shapes (b, m) and (b, n)
            The pieces of each text, blanks of -1 behind them.

        Returns
        -------
        float32 array, shape (b, m, n)
            0..1; two neighbouring Vietnamese pieces that stand for an English one have both its strength.
        """
        calls, keys = _spread(source, _OTHER)[:, :, None], _spread(target)
        # What is not there may share a cell with something.
        is_there = (source >= 0)[:, :, None] & (target >= 0)[:, None]
        result = self._look_up(calls ^ keys[:, None])
        result *= is_there
        if target.shape[1] > 1:
            both = self._look_up(calls ^ _followed(keys[:, :-1], keys[:, 1:])[:, None])
            both *= is_there[:, :, 1:]
            np.maximum(result[:, :, :-1], both, out=result[:, :, :-1])
            np.maximum(result[:, :, 1:], both, out=result[:, :, 1:])
        return result

    def _look_up(self, keys: NDArray[np.uint64]) -> Floats:
        """Strength of each key."""
        place, check = _places(keys)
        found = self.cells.take(place)
        # The upper byte agrees where what is left of it is nothing.
        found ^= check
        return _STRENGTHS.take(np.minimum(found, 256))


_STRENGTHS: Final[Floats] = np.append(np.arange(256) / _LEVELS, 0).astype(np.float32)


def _spread(pieces: Ints, mixer: np.uint64 = _MIXER) -> NDArray[np.uint64]:
    """Spread the numbers of pieces over 64 bits."""
    return (pieces.astype(np.uint64) + np.uint64(1)) * mixer


def _followed(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The keys of two neighbours from theirs."""
    return first * _OTHER + second


def _places(keys: NDArray[np.uint64]) -> tuple[Ints, NDArray[np.uint16]]:
    """The cell of each key, and the byte that must agree, in its place above the strength."""
    mixed = (keys ^ (keys >> np.uint64(29))) * _MIXER
    return (mixed >> np.uint64(64 - BITS)).astype(np.int64), ((mixed >> np.uint64(16)) & np.uint64(0xFF00)).astype(
        np.uint16
    )
