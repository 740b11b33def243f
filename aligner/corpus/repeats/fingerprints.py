"""Fingerprints of pairs: their keys, and what near-duplicates are found by."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aligner.corpus.repeats.keys import digest_keys, make_keys
from aligner.corpus.repeats.shingles import BANDS, ODD, ROWS, U64, Words, cut_words, hash_shingles, hash_texts, mix

HISTOGRAM: Final = 16
"""Classes of letters that are counted, a power of two: a link whose counts differ too much is not looked at."""

CHUNK: Final = 4096
"""Rows that are hashed at a time; 20 MB of arrays for rows of 200 characters, and larger is no faster."""


@dataclass(frozen=True)
class Fingerprints:
    """What is compared of n pairs; 230 bytes a pair.

    Attributes
    ----------
    keys : uint64 array, shape (n, 4)
        128 bits of each side's comparison key; zero for a side without text.
    telling : uint64 array, shape (n,)
        Of the numbers and other words in which near-duplicates must not differ.
    buckets : uint64 array, shape (BANDS + 2, n)
        Pairs that share one are compared: of the signature, and of either side's words.
    lengths : int32 array, shape (n, 2)
        Characters of either side's words.
    letters : uint8 array, shape (n, 2 * HISTOGRAM)
        How many characters of either side fall into each of HISTOGRAM classes; 255 for more.
    """

    keys: U64
    telling: U64
    buckets: U64
    lengths: NDArray[np.int32]
    letters: NDArray[np.uint8]

    def __len__(self) -> int:
        """Count the pairs."""
        return len(self.keys)


def fingerprints(
    source: Sequence[str], target: Sequence[str], *, near: bool = True, map: Callable[..., Iterable[Any]] = map
) -> Fingerprints:
    """Take the fingerprints of pairs of texts.

    Parameters
    ----------
    source, target : sequence of str
        n English and n Vietnamese texts.
    near : bool
        Also what near-duplicates are found by; without it, those fields have no rows.
    map : callable
        As the builtin one; an executor's shares the work among processes.

    Examples
    --------
    >>> a = fingerprints(["Thank you!", "thank you !"], ["Cảm ơn!", "cảm ơn!"])
    >>> bool((a.keys[0] == a.keys[1]).all())
    True
    """
    chunks = list(cut_chunks(source, target))
    work = functools.partial(_take_prints, near=near)
    made: Fingerprints | None = None
    for rows, part in zip(
        chunks, map(work, [source[rows] for rows in chunks], [target[rows] for rows in chunks]), strict=True
    ):
        if made is None:
            made = _make_room(len(source), near)
        made.keys[rows] = part.keys
        if near:
            made.telling[rows], made.buckets[:, rows] = part.telling, part.buckets
            made.lengths[rows], made.letters[rows] = part.lengths, part.letters
    return _make_room(0, near) if made is None else made


def _make_room(n: int, near: bool) -> Fingerprints:
    """Room for n pairs."""
    m = n if near else 0
    return Fingerprints(
        np.zeros((n, 4), np.uint64),
        np.zeros(m, np.uint64),
        np.zeros((BANDS + 2, m), np.uint64),
        np.zeros((m, 2), np.int32),
        np.zeros((m, 2 * HISTOGRAM), np.uint8),
    )


def _take_prints(source: Sequence[str], target: Sequence[str], near: bool) -> Fingerprints:
    """Fingerprints of one chunk."""
    made = _make_room(len(source), near)
    keys = make_keys(source, "en"), make_keys(target, "vi")
    made.keys[:] = np.hstack([digest_keys(side) for side in keys])
    if near:
        _take_near(made, *keys)
    return made


def cut_chunks(source: Sequence[str], target: Sequence[str]) -> Iterator[slice]:
    """Slices of at most CHUNK rows and a million characters, or one row."""
    first = letters = 0
    for i, (a, b) in enumerate(zip(source, target, strict=True)):
        letters += len(a) + len(b)
        if i > first and (i - first == CHUNK or letters > 1 << 20):
            yield slice(first, i)
            first, letters = i, len(a) + len(b)
    if first < len(source):
        yield slice(first, len(source))


def _take_near(made: Fingerprints, source: Sequence[str], target: Sequence[str]) -> None:
    """Fill in, for one chunk of keys, all but the keys."""
    sides = cut_words(source), cut_words(target)
    (whole_s, telling_s), (whole_t, telling_t) = (hash_texts(side) for side in sides)
    telling = mix(mix(telling_s) + telling_t * ODD)
    least = np.minimum(hash_shingles(sides[0], 1), hash_shingles(sides[1], 2)).reshape(BANDS, ROWS, -1)
    buckets = made.buckets
    for band in range(BANDS):
        mixed = np.full(len(source), band, np.uint64)
        for values in least[band]:
            mixed = mix(mixed + (values.astype(np.uint64) + np.uint64(1)) * ODD)
        buckets[band] = mixed
    buckets[BANDS], buckets[BANDS + 1] = whole_s, whole_t
    made.telling[:] = telling
    for k, side in enumerate(sides):
        made.lengths[:, k] = side.last - side.first
        made.letters[:, k * HISTOGRAM : (k + 1) * HISTOGRAM] = _count_letters(side)


def _count_letters(words: Words) -> NDArray[np.uint8]:
    """Characters by class, at most 255."""
    n, lengths = len(words.first), words.last - words.first
    place = np.arange(int(lengths.sum())) + np.repeat(words.first - (np.cumsum(lengths) - lengths), lengths)
    classes = (words.codes[place] * np.uint32(0x9E3779B1)) >> np.uint32(32 - HISTOGRAM.bit_length() + 1)
    cells = np.repeat(np.arange(n) * HISTOGRAM, lengths) + classes
    counts = np.bincount(cells, minlength=n * HISTOGRAM)
    return np.minimum(counts, 255).astype(np.uint8).reshape(n, HISTOGRAM)
