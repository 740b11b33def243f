"""Fingerprints of pairs: their keys, and what near-duplicates are found by."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike, NDArray

from aligner.corpus.repeats.copies import Copies
from aligner.corpus.repeats.keys import digest_keys, make_keys
from aligner.corpus.repeats.scratch import Column, Records, Scratch, ahead
from aligner.corpus.repeats.shingles import BANDS, ODD, ROWS, Words, cut_words, hash_shingles, hash_texts, mix

HISTOGRAM: Final = 16
"""Classes of letters that are counted, a power of two: a link whose counts differ too much is not looked at."""

CHUNK: Final = 4096
"""Rows that are hashed at a time; 20 MB of arrays for rows of 200 characters, and larger is no faster."""


_ROWS_NEAR: Final = 512
"""Rows whose words are hashed at a time: arrays of half a megabyte, which the allocator keeps. With larger ones the
system gave the same memory anew each time, which took a third of the time of it all."""

SHAPE: Final = np.dtype([("lengths", "<i4", 2), ("letters", "u1", (2, HISTOGRAM))])
"""Characters of either side's words, and how many of them fall into each class; 255 for more."""

_COLUMNS: Final[tuple[DTypeLike, ...]] = (
    *(("<u8", 2), ("<u8", 2)),  # keys
    "<u8",  # telling
    SHAPE,
    *["<u8"] * (BANDS + 2),  # buckets
)
"""What is put down of a pair beside its words, as `_take_prints` gives it; without near-duplicates the first two."""

_GROUP: Final = 16
"""Chunks that an executor is given at a time: some 40 MB of texts and prints; with 64 it is no faster."""


class Fingerprints:
    """What is compared of pairs, put down one behind the other.

    224 bytes a pair and its words; without near-duplicates 32 bytes.

    Parameters
    ----------
    scratch : Scratch
        Where they are put.
    near : bool
        Also what near-duplicates are found by; without it, those columns have no rows.

    Attributes
    ----------
    numbers : list of int arrays
        Where copies share what is put down: of pairs after pairs the row below that each has. Else there are none.
    keys : two columns of uint64, shape (n, 2)
        128 bits of either side's comparison key; zero for a side without text.
    telling : column of uint64
        Of the numbers and other words in which near-duplicates must not differ.
    shapes : column of SHAPE
        Lengths and letters, which bound how alike two pairs can be.
    buckets : columns of uint64, BANDS + 2 of them
        Pairs that share one are compared: of the signature, and of either side's words.
    words : Records
        The words of both sides joined by spaces, as they are compared, with a line break between the sides.
    """

    def __init__(self, scratch: Scratch, *, near: bool = True) -> None:
        self.scratch, self.near = scratch, near
        self.numbers: list[NDArray[np.int32]] = []
        made = [Column(scratch, dtype) for dtype in _COLUMNS]
        self.keys, self.telling, self.shapes, self.buckets = (made[0], made[1]), made[2], made[3], made[4:]
        self.words = Records(scratch)
        self._filled = made if near else made[:2]

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.keys[0])

    def add(
        self,
        chunks: Iterable[tuple[Sequence[str], Sequence[str]]],
        map: Callable[..., Iterable[Any]] = map,
        *,
        once: bool = False,
    ) -> None:
        """Put down the fingerprints of chunks of pairs: n English and n Vietnamese texts each.

        With `once`, for the last ones that are added, those with the same texts share a row; there are as many as are
        new, in order.
        """
        found = self._leave_out_copies(chunks) if once else iter(chunks)
        groups = iter(lambda: list(zip(*itertools.islice(found, _GROUP), strict=True)), [])
        for part, words in ahead(map, functools.partial(_take_prints, near=self.near), groups):
            for column, rows in zip(self._filled, part, strict=True):
                column.append(rows)
            self.words.append(words)

    def _leave_out_copies(
        self, chunks: Iterable[tuple[Sequence[str], Sequence[str]]]
    ) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
        """The pairs of chunks, each once; what row each has is noted."""
        copies, first = Copies(), len(self)
        self.numbers.append(np.arange(first, dtype=np.int32))
        for chunk in chunks:
            before = copies.n - 1
            numbers = copies.number(*chunk)
            self.numbers.append((first + numbers).astype(np.int32))
            is_new = (numbers > np.maximum.accumulate(np.concatenate([[before], numbers[:-1]]))).tolist()
            yield list(itertools.compress(chunk[0], is_new)), list(itertools.compress(chunk[1], is_new))

    def sides(self, rows: NDArray[Any]) -> tuple[list[str], list[str]]:
        """Give the words of both sides of some rows."""
        source, _, target = zip(
            *(self.words.read(row).decode("utf-8").partition("\n") for row in rows.tolist()), strict=True
        )
        return list(source), list(target)


def fingerprints(
    scratch: Scratch,
    source: Sequence[str],
    target: Sequence[str],
    *,
    near: bool = True,
    map: Callable[..., Iterable[Any]] = map,
) -> Fingerprints:
    """Take the fingerprints of pairs of texts.

    Parameters
    ----------
    scratch : Scratch
        Where they are put.
    source, target : sequence of str
        n English and n Vietnamese texts.
    near : bool
        Also what near-duplicates are found by; without it, those columns have no rows.
    map : callable
        As the builtin one; an executor's shares the work among processes.

    Examples
    --------
    >>> with Scratch() as scratch:
    ...     a = fingerprints(scratch, ["Thank you!", "thank you !"], ["Cảm ơn!", "cảm ơn!"]).keys[0].read()
    >>> bool((a[0] == a[1]).all())
    True
    """
    made = Fingerprints(scratch, near=near)
    made.add(cut_chunks(source, target), map)
    return made


def _take_prints(source: Sequence[str], target: Sequence[str], near: bool) -> tuple[list[NDArray[Any]], list[bytes]]:
    """Fingerprints of one chunk, by column, and its words."""
    keys = make_keys(source, "en"), make_keys(target, "vi")
    prints: list[NDArray[Any]] = [*map(digest_keys, keys)]
    if not near:
        return prints, []
    words: list[bytes] = []
    parts = []
    for first in range(0, max(len(source), 1), _ROWS_NEAR):
        sides = cut_words(keys[0][first : first + _ROWS_NEAR]), cut_words(keys[1][first : first + _ROWS_NEAR])
        words += [f"{en}\n{vi}".encode() for en, vi in zip(sides[0].texts(), sides[1].texts(), strict=True)]
        parts.append(_take_near(*sides))
    return [*prints, *map(np.concatenate, zip(*parts, strict=True))], words


def cut_chunks(source: Sequence[str], target: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Chunks of at most CHUNK rows and a million characters, or one row."""
    first = letters = 0
    for i, (a, b) in enumerate(zip(source, target, strict=True)):
        letters += len(a) + len(b)
        if i > first and (i - first == CHUNK or letters > 1 << 20):
            yield source[first:i], target[first:i]
            first, letters = i, len(a) + len(b)
    if first < len(source):
        yield source[first:], target[first:]


def _take_near(source: Words, target: Words) -> list[NDArray[Any]]:
    """All but the keys, of one chunk of words."""
    sides, n = (source, target), len(source.first)
    (whole_s, telling_s), (whole_t, telling_t) = (hash_texts(side) for side in sides)
    telling = mix(mix(telling_s) + telling_t * ODD)
    least = np.minimum(hash_shingles(sides[0], 1), hash_shingles(sides[1], 2)).reshape(BANDS, ROWS, -1)
    buckets = []
    for band in range(BANDS):
        mixed = np.full(n, band, np.uint64)
        for values in least[band]:
            mixed = mix(mixed + (values.astype(np.uint64) + np.uint64(1)) * ODD)
        buckets.append(mixed)
    shapes = np.empty(n, SHAPE)
    for k, side in enumerate(sides):
        shapes["lengths"][:, k] = side.last - side.first
        shapes["letters"][:, k] = _count_letters(side)
    return [telling, shapes, *buckets, whole_s, whole_t]


def _count_letters(words: Words) -> NDArray[np.uint8]:
    """Characters by class, at most 255."""
    n, lengths = len(words.first), words.last - words.first
    place = np.arange(int(lengths.sum())) + np.repeat(words.first - (np.cumsum(lengths) - lengths), lengths)
    classes = (words.codes[place] * np.uint32(0x9E3779B1)) >> np.uint32(32 - HISTOGRAM.bit_length() + 1)
    cells = np.repeat(np.arange(n) * HISTOGRAM, lengths) + classes
    counts = np.bincount(cells, minlength=n * HISTOGRAM)
    return np.minimum(counts, 255).astype(np.uint8).reshape(n, HISTOGRAM)
