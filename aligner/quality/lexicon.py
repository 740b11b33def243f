"""Which words are each other's translations: a lexicon of pieces, learnt from pairs, that a product of vectors blurs.

A cell holds how strongly an English piece calls for a Vietnamese one, or for two neighbouring ones, since Vietnamese
writes most English words with two syllables. The strengths come from IBM model 1 (Brown et al. 1993, section 4;
scripts/train_lexicon.py), hashed into two bytes a cell: one of strength, one that tells most strangers in a cell apart.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aligner.encoders.embedded import Floats

Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]

BITS: Final = 21
"""Bits of a cell's number: 518,379 entries fill a quarter of the cells, and 4 MB stay in a processor's cache, or the
2 MB of the bytes that must agree, which alone all pieces are compared with."""

_LEVELS: Final = 255
"""Steps of strength in a byte."""

_MIXER: Final = np.uint64(0x9E3779B97F4A7C15)
_OTHER: Final = np.uint64(0xC2B2AE3D27D4EB4F)
"""Odd numbers whose products spread the bits of what they are multiplied with (Knuth, vol. 3, 6.4; xxHash's second)."""
_SHIFT: Final = np.uint64(29)
"""What a key is shifted by and joined with before it is multiplied: its upper bits, too, reach the whole product."""


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
        cells[place[order]] = check[order] * np.uint16(256) | np.round(strength[order] * _LEVELS).astype(np.uint16)
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
        calls, keys = _spread(source, _OTHER), _spread(target)
        # What is not there may share a cell with something.
        is_there = (source >= 0)[:, :, None] & (target >= 0)[:, None]
        result = np.zeros(is_there.shape, np.float32)
        cells = result.reshape(-1)
        at, strengths = self._find(calls, keys, is_there)
        cells[at] = strengths
        if target.shape[1] > 1:
            at, strengths = self._find(calls, _followed(keys[:, :-1], keys[:, 1:]), is_there[:, :, 1:])
            at += at // (target.shape[1] - 1)  # a row there is a cell shorter
            for place in (at, at + 1):
                cells[place] = np.maximum(cells[place], strengths)
        return result

    def _find(self, calls: Keys, keys: Keys, is_there: NDArray[np.bool_]) -> tuple[Ints, Floats]:
        """Which of (b, m, n) pairs of keys, counted one behind the other, have an entry, and how strong it is.

        Few have one: all are asked for the byte that must agree alone, half of what would be met in no order.
        """
        # The mixer's shift goes through xor, so that it is done for m + n keys.
        mixed: Keys = np.bitwise_xor((calls ^ (calls >> _SHIFT))[:, :, None], (keys ^ (keys >> _SHIFT))[:, None])
        mixed *= _MIXER
        place, check = _cut(mixed)
        at = np.flatnonzero((self._checks.take(place) == check) & is_there)
        return at, _STRENGTHS.take(self.cells.take(place.reshape(-1)[at]) & np.uint16(_LEVELS))

    @functools.cached_property
    def _checks(self) -> NDArray[np.uint8]:
        """Of each cell the byte that must agree."""
        return (self.cells >> np.uint16(8)).astype(np.uint8)


_STRENGTHS: Final[Floats] = (np.arange(_LEVELS + 1) / _LEVELS).astype(np.float32)


def _spread(pieces: Ints, mixer: np.uint64 = _MIXER) -> Keys:
    """Spread the numbers of pieces over 64 bits."""
    return (pieces.astype(np.uint64) + np.uint64(1)) * mixer


def _followed(first: Keys, second: Keys) -> Keys:
    """The keys of two neighbours from theirs."""
    return first * _OTHER + second


def _places(keys: Keys) -> tuple[Ints, NDArray[np.uint8]]:
    """The cell of each key, and the byte that must agree."""
    return _cut((keys ^ (keys >> _SHIFT)) * _MIXER)


def _cut(mixed: Keys) -> tuple[Ints, NDArray[np.uint8]]:
    """Take what `_places` tells out of keys that are mixed."""
    return (mixed >> np.uint64(64 - BITS)).view(np.int64), (mixed >> np.uint64(24)).astype(np.uint8)
