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

# What a code point is, a bit each; what stands between words has no bit of the first three. The others say more of it.
_LETTER, _TELLING, _PAD, _DIGIT, _JOINS, _MINUS, _ASKS = (np.uint8(1 << k) for k in range(7))
_KIND: Final = _LETTER | _TELLING | _PAD
_LAST: Final = 0x2FFF  # code points behind it are taken for letters


@functools.cache
def _classify_characters() -> NDArray[np.uint8]:
    """What every code point up to _LAST is.

    What ends or joins sentences stands between words; digits and other signs ('+', '%', '_') tell.
    """
    classes = np.zeros(_LAST + 1, np.uint8)
    for code in range(_LAST):
        char = chr(code)
        category = unicodedata.category(char)
        if category[0] in "NS" or char in "/\\@#%&*_":
            classes[code] = _TELLING
        elif category[0] not in "PZC":
            classes[code] = _LETTER
        if category == "Nd":
            classes[code] |= _DIGIT
    classes[_LAST] = _LETTER
    classes[0] = _PAD  # keys hold no controls
    for chars, bit in ((".,:", _JOINS), ("-", _MINUS), ("?", _ASKS)):
        for char in chars:
            classes[ord(char)] |= bit
    return classes


@dataclass(frozen=True)
class Words:
    """The words of some texts, one after the other, as code points.

    codes: words with one space behind each and SHINGLE - 1 zeros behind each text. telling: places of characters that
    tell. first, last: (n,) where a text's words begin, and where the last one ends. starts, ends: of every word;
    by_text: (n + 1,) the words of text i are by_text[i] : by_text[i + 1]. asks: (n,) whether a text asks ('?').
    """

    codes: U32
    telling: NDArray[np.int64]
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
    codes = np.frombuffer((tail.join(keys) + tail).encode("utf-32-le", "replace"), "<u4").astype(np.uint32, copy=False)
    lengths = np.fromiter(map(len, keys), np.int64, len(keys)) + len(tail)
    edges = np.concatenate([[0], np.cumsum(lengths)])
    classes = _classify_characters().take(codes, mode="clip")
    kind = classes & _KIND
    # Signs that may be part of a number are few, so they are looked at one by one. All texts end with zeros: there is
    # something behind each, and before the first character stands what stands before all texts.
    joins, minus, asking = (np.flatnonzero((classes & bit) != 0) for bit in (_JOINS, _MINUS, _ASKS))
    kind[joins[(classes[joins - 1] & classes[joins + 1] & _DIGIT) != 0]] = _TELLING
    kind[minus[((classes[minus + 1] & _DIGIT) != 0) & ((kind[minus - 1] & ~_PAD) == 0)]] = _TELLING
    kept = kind != 0
    kept[1:] |= (kind[:-1] & ~_PAD) != 0  # one space behind each word
    place = np.flatnonzero(kept)
    compact, kind = codes.take(place), kind.take(place)
    edges_kept = np.searchsorted(place, edges)
    ends = np.flatnonzero(kind == 0)
    compact[ends] = ord(" ")
    first = edges_kept[:-1]
    by_text = np.searchsorted(ends, edges_kept)
    has_words = by_text[1:] > by_text[:-1]
    # Before the zeros and the last space; in front of `first` where there is no word.
    last = np.where(has_words, edges_kept[1:] - SHINGLE, first)
    starts = np.empty_like(ends)
    starts[1:] = ends[:-1] + 1
    starts[by_text[:-1][has_words]] = first[has_words]
    asks = np.zeros(len(keys), bool)
    asks[np.searchsorted(edges, asking, side="right") - 1] = True
    return Words(compact, np.flatnonzero(kind == _TELLING), first, last, starts, ends, by_text, asks)


ODD: Final = np.uint64(0x9E3779B97F4A7C15)


def mix(x: U64) -> U64:
    """Spread 64 bits (the finaliser of splitmix64: Steele, Lea & Flood 2014, fig. 15)."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: U64 = x ^ (x >> np.uint64(31))
    return mixed


def _sum_spans(values: U64, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> U64:
    """Sums modulo 2**64 of values[starts[i] : ends[i]]."""
    totals = np.zeros(len(values) + 1, np.uint64)
    np.cumsum(values, out=totals[1:])
    found: U64 = totals[ends] - totals[starts]
    return found


_INVERSE: Final = np.uint64(pow(int(ODD), -1, 1 << 64))


def _hash_words(words: Words) -> U64:
    """64 bits of every word: of the sum of its letters, each times a power of ODD that its place in the word says.

    All are summed by their places in the whole, and what stands before a word divided out: ODD has an inverse.
    """
    n = len(words.codes)
    powers, inverse = (made[:n] for made in (_make_powers() if n <= _POWERS else _make_powers.__wrapped__(n)))
    terms = words.codes.astype(np.uint64)
    terms += np.uint64(1)
    terms *= powers
    return mix(_sum_spans(terms, words.starts, words.ends) * inverse[words.starts])


_POWERS: Final = 1 << 17
"""Powers that are kept, 2 MB; some more than the letters of a block of rows (fingerprints.py)."""


@functools.cache
def _make_powers(n: int = _POWERS) -> tuple[U64, U64]:
    """Powers of ODD from the first on, and from the zeroth on those of its inverse."""
    powers = np.cumprod(np.full(n, ODD), dtype=np.uint64)
    inverse = np.full(n, _INVERSE)
    inverse[:1] = 1
    return powers, np.cumprod(inverse, dtype=np.uint64)


@functools.cache
def _hash_telling_words() -> tuple[U64, NDArray[np.bool_]]:
    """Hashes of the words and single letters that tell, sorted; and of every 16 lower bits whether one has them."""
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1) if chr(code) not in _QUIET_LETTERS]
    known = np.sort(_hash_words(cut_words([*TELLING_WORDS.split(), *letters])))
    may_tell = np.zeros(1 << 16, bool)
    may_tell[known & _LOW] = True
    return known, may_tell


_LOW: Final = np.uint64(0xFFFF)


def hash_texts(words: Words) -> tuple[U64, U64]:
    """64 bits of each text's words in order, and of what tells in it, in any order."""
    hashes = _hash_words(words)
    spans = words.by_text[:-1], words.by_text[1:]
    place = np.arange(len(hashes)) - np.repeat(spans[0], np.diff(words.by_text))
    whole = _sum_spans(mix(hashes + place.astype(np.uint64) * ODD), *spans)
    known, may_tell = _hash_telling_words()
    at = np.flatnonzero(may_tell[hashes & _LOW])
    at = at[known[np.minimum(np.searchsorted(known, hashes[at]), len(known) - 1)] == hashes[at]]
    tells = np.zeros(len(hashes), np.uint64)
    for told in (at, np.searchsorted(words.ends, words.telling)):
        tells[told] = mix(hashes[told] ^ ODD)
    return whole, _sum_spans(tells, *spans) + words.asks.astype(np.uint64) * ODD


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
        h *= np.uint32(0x01000193)
        h += words.codes[k : k + len(h)]
    h ^= h >> np.uint32(16)  # the finaliser of MurmurHash3
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> np.uint32(13)
    h *= np.uint32(0xC2B2AE35)
    h ^= h >> np.uint32(16)
    first, last = words.first[has], words.last[has]
    begins = np.zeros(len(words.codes), np.int8)
    begins[first] = 1
    begins[last] -= 1  # where another text cannot begin: zeros stand between
    h = h[np.cumsum(begins[: len(h)], dtype=np.int8).view(bool)]  # without those over the end of a text
    edges = np.cumsum(last - first) - (last - first)
    permuted = np.empty_like(h)
    for k, factor in enumerate(_make_multipliers()):
        np.multiply(h, factor, out=permuted)
        found[k, has] = np.minimum.reduceat(permuted, edges)
    return found
