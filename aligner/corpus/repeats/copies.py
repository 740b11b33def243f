"""Copies: pairs that are given again letter for letter, found before anything is made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aligner.corpus.repeats.shingles import ODD, mix

REMEMBERED: Final = 1 << 20
"""Pairs that are remembered, the first ones, in 24 MB: with all of them memory would grow with the corpus. What repeats
a later one is found by its key, like all else. Held by tests/test_duplicates.py."""


class Copies:
    """Numbers of pairs, one for all that have the same texts.

    A table with open addresses, looked up for many pairs at a time; a dict would take 150 bytes a pair.

    Parameters
    ----------
    remembered : int
        Pairs that are remembered.

    Attributes
    ----------
    n : int
        Numbers given.

    Examples
    --------
    >>> copies = Copies()
    >>> copies.number(["Hi.", "Bye.", "Hi."], ["Chào.", "Chào.", "Chào."]).tolist()
    [0, 1, 0]
    >>> copies.number(["Hello.", "Bye."], ["Chào.", "Chào."]).tolist()
    [2, 1]
    """

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self.n, self._is_full = 0, False
        size = 1 << (2 * remembered - 1).bit_length()  # half of the places stay free
        self._mask = np.uint64(size - 1)
        self._entries = np.zeros(size, np.int32)  # a number and one; zero where nothing is
        self._hashes = np.empty((remembered, 2), np.uint64)

    def number(self, source: Sequence[str], target: Sequence[str]) -> NDArray[np.int64]:
        """Give the number of each pair; those that are new have the next ones, in order."""
        # Python's own hashes, 128 bits a pair. They are keyed anew in each process: no texts can be made to meet.
        n, size = self.n, len(source)
        hashes = np.empty((size, 2), np.uint64)
        for side, texts in enumerate((source, target)):
            hashes[:, side] = np.fromiter(map(hash, texts), np.int64, size).view(np.uint64)
        self._is_full |= n + size > len(self._hashes)
        if not self._is_full:
            self._hashes[n : n + size] = hashes
        at = mix(hashes[:, 0] + mix(hashes[:, 1]) * ODD) & self._mask
        found, places, left = np.empty(size, np.int64), at.copy(), np.arange(size)
        while len(left):
            if not self._is_full:
                free = self._entries[at] == 0
                self._entries[at[free][::-1]] = n + 1 + left[free][::-1]  # written last, the first one stays
            entries = self._entries[at].astype(np.int64) - 1
            is_done = (entries < 0) | (self._hashes[entries] == hashes[left]).all(axis=1)
            found[left[is_done]], places[left[is_done]] = entries[is_done], at[is_done]
            left, at = left[~is_done], (at[~is_done] + np.uint64(1)) & self._mask
        if self._is_full:
            new = np.flatnonzero(found < 0)
            found[new] = n + np.arange(len(new))
        else:
            new = np.flatnonzero(found == n + np.arange(size))
            numbers = np.empty(size, np.int64)
            numbers[new] = n + np.arange(len(new))
            is_late = found >= n
            found[is_late] = numbers[found[is_late] - n]
            self._entries[places[new]] = n + 1 + np.arange(len(new))
            self._hashes[n : n + len(new)] = hashes[new]
        self.n += len(new)
        return found
