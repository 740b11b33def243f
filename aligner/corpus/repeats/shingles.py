"""Words and shingles of texts as arrays, and their hashes: many texts at a time, in time linear in their letters."""

from __future__ import annotations

import functools
import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

SHINGLE: Final = 5
"""Characters of a shingle; 4 gave nine times the candidates, 6 found less. docs/decisions/0022."""

BANDS: Final = 16
ROWS: Final = 3
"""Bands of a signature and hashes in each: pairs that share half of their shingles meet with probability .88."""

# Words that turn what a text says though they are short: pairs that differ in them are no near-duplicates. Numbers,
# days, months, directions, negation. A word's own letters decide, so năm counts wherever it stands.
TELLING_WORDS: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion "
    "first second third fourth fifth sixth seventh eighth ninth tenth half twice "
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december north south east west northern southern eastern western left right "
    "not no never none nor neither nothing nobody nowhere cannot without "
    "không chưa chẳng chả đừng chớ "
    "một hai ba bốn tư năm sáu bảy tám chín mười mươi mốt lăm rưỡi trăm nghìn ngàn vạn triệu tỷ tỉ nhất nhì "
    "giêng chạp bắc nam đông tây trái phải"
)
_QUIET_LETTERS: Final = "ais"  # a and I are words, 's is none of its own; other single letters are names: option B

U64 = NDArray[np.uint64]
U32 = NDArray[np.uint32]

_BETWEEN, _LETTER, _TELLING, _PAD = range(4)  # kinds of characters
_LAST: Final = 0x2FFF  # code points behind it are taken for letters


@functools.cache
def _classify_characters() -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Kind of every code point up to _LAST, and whether it is a digit.

    What ends or joins sentences stands between words; digits and other signs ('+', '%', '_') tell.
    """
    kinds = np.full(_LAST + 1, _LETTER, np.uint8)
    digits = np.zeros(_LAST + 1, bool)
    for code in range(_LAST):
        char = chr(code)
        category = unicodedata.category(char)
        if category[0] in "NS" or char in "/\\@#%&*_":
            kinds[code] = _TELLING
        elif category[0] in "PZC":
            kinds[code] = _BETWEEN
        digits[code] = category == "Nd"
    kinds[0] = _PAD  # keys hold no controls
    return kinds, digits


@dataclass(frozen=True)
class Words:
    """The words of some texts, one after the other, as code points.

    codes: words with one space behind each and SHINGLE - 1 zeros behind each text. first, last: (n,) where a text's
    words begin, and where the last one ends. starts, ends: of every word; by_text: (n + 1,) the words of text i are
    by_text[i] : by_text[i + 1].
    """

    codes: U32
    telling: NDArray[np.bool_]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    by_text: NDArray[np.int64]
    asks: NDArray[np.bool_]

    def texts(self) -> list[str]:
        """The words of each text, joined by spaces."""
        whole = self.codes.astype("<u4").tobytes().decode("utf-32-le", "replace")
        return [whole[first:last] for first, last in zip(self.first.tolist(), self.last.tolist(), strict=True)]


def cut_words(keys: Sequence[str]) -> Words:
    """Cut keys into words: no punctuation, but 3.5, 10:30 and -5 stay whole."""
    tail = "\n" + "\0" * (SHINGLE - 1)
    codes = np.frombuffer((tail.join(keys) + tail).encode("utf-32-le", "replace"), "<u4").astype(np.uint32)
    lengths = np.fromiter(map(len, keys), np.int64, len(keys)) + len(tail)
    edges = np.concatenate([[0], np.cumsum(lengths)])
    kinds, digits = _classify_characters()
    low = np.minimum(codes, _LAST)
    kind, digit = kinds[low], digits[low]
    inner = digit[:-2] & digit[2:] & ((codes[1:-1] == ord(".")) | (codes[1:-1] == ord(",")) | (codes[1:-1] == ord(":")))
    kind[1:-1][inner] = _TELLING
    minus = (codes[:-1] == ord("-")) & digit[1:]
    minus[1:] &= (kind[:-2] == _BETWEEN) | (kind[:-2] == _PAD)
    kind[:-1][minus] = _TELLING
    in_word = (kind == _LETTER) | (kind == _TELLING)
    kept = in_word | (kind == _PAD)
    kept[1:] |= (kind[1:] == _BETWEEN) & in_word[:-1]
    before = np.concatenate([[0], np.cumsum(kept)])
    first = before[edges[:-1]]
    is_space = (kind == _BETWEEN)[kept]
    ends = np.flatnonzero(is_space)
    spaces = np.concatenate([[0], np.cumsum(is_space)])
    by_text = spaces[before[edges]]
    last = before[edges[1:]] - SHINGLE  # the zeros and the last space; before `first` where there is no word
    has_words = by_text[1:] > by_text[:-1]
    starts = np.empty_like(ends)
    starts[1:] = ends[:-1] + 1
    starts[by_text[:-1][has_words]] = first[has_words]
    asks = np.add.reduceat((codes == ord("?")).astype(np.int32), edges[:-1]) > 0 if len(keys) else np.zeros(0, bool)
    compact = codes[kept]
    compact[is_space] = ord(" ")
    last = np.where(has_words, last, first)
    return Words(compact, (kind == _TELLING)[kept], first, last, starts, ends, by_text, asks)


ODD: Final = np.uint64(0x9E3779B97F4A7C15)


def mix(x: U64) -> U64:
    """Spread 64 bits (the finaliser of splitmix64: Steele, Lea & Flood 2014, fig. 15)."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: U64 = x ^ (x >> np.uint64(31))
    return mixed


def _sum_spans(values: U64, edges: NDArray[np.int64]) -> U64:
    """Sums modulo 2**64 of values[edges[i] : edges[i + 1]]."""
    totals = np.concatenate([np.zeros(1, np.uint64), np.cumsum(values, dtype=np.uint64)])
    found: U64 = totals[edges[1:]] - totals[edges[:-1]]
    return found


def _hash_words(words: Words) -> U64:
    """64 bits of every word."""
    if not len(words.starts):
        return np.zeros(0, np.uint64)
    lengths = words.ends - words.starts
    powers = np.cumprod(np.full(int(lengths.max()), ODD, np.uint64), dtype=np.uint64)
    place = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    letters = words.codes[place + np.repeat(words.starts, lengths)].astype(np.uint64)
    return mix(_sum_spans((letters + np.uint64(1)) * powers[place], np.concatenate([[0], np.cumsum(lengths)])))


@functools.cache
def _hash_telling_words() -> U64:
    """Hashes of the words and single letters that tell, sorted."""
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1) if chr(code) not in _QUIET_LETTERS]
    return np.sort(_hash_words(cut_words([*TELLING_WORDS.split(), *letters])))


def hash_texts(words: Words) -> tuple[U64, U64]:
    """64 bits of each text's words in order, and of what tells in it, in any order."""
    hashes = _hash_words(words)
    n_words = np.diff(words.by_text)
    place = np.arange(len(hashes)) - np.repeat(words.by_text[:-1], n_words)
    whole = _sum_spans(mix(hashes + place.astype(np.uint64) * ODD), words.by_text)
    signs = np.concatenate([[0], np.cumsum(words.telling)])
    tells = signs[words.ends] > signs[words.starts]
    known = _hash_telling_words()
    tells |= known[np.minimum(np.searchsorted(known, hashes), len(known) - 1)] == hashes
    telling = _sum_spans(np.where(tells, mix(hashes ^ ODD), np.uint64(0)), words.by_text)
    return whole, telling + words.asks.astype(np.uint64) * ODD


@functools.cache
def _make_multipliers() -> U32:
    """Odd factors, each a permutation of 32 bits."""
    made = [hashlib.blake2b(b"minhash %d" % k, digest_size=4).digest() for k in range(BANDS * ROWS)]
    return np.frombuffer(b"".join(made), "<u4").astype(np.uint32) | np.uint32(1)


def hash_shingles(words: Words, salt: int) -> U32:
    """For each hash the least over a text's shingles, shape (BANDS * ROWS, n); the largest value where it has none.

    Broder (1997), On the resemblance and containment of documents. https://doi.org/10.1109/SEQUEN.1997.666900
    """
    found = np.full((BANDS * ROWS, len(words.first)), 0xFFFFFFFF, np.uint32)
    has = words.last > words.first
    if not has.any():
        return found
    h = np.full(len(words.codes) - SHINGLE + 1, salt, np.uint32)
    for k in range(SHINGLE):
        h = h * np.uint32(0x01000193) + words.codes[k : k + len(h)]
    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)  # the finaliser of MurmurHash3
    h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    h ^= h >> np.uint32(16)
    edges = np.stack([words.first[has], words.last[has]], axis=1).ravel()
    permuted = np.empty_like(h)
    for k, factor in enumerate(_make_multipliers()):
        np.multiply(h, factor, out=permuted)
        found[k, has] = np.minimum.reduceat(permuted, edges)[::2]
    return found
