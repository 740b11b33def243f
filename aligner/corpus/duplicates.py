"""Duplicates among pairs of texts: the same pair again, nearly the same, or one text with many others.

Texts are compared by `comparison_key`, which never drops a tone. Near-duplicates are found by MinHash over the letters
of both sides, verified one by one, and grouped around the pair that is kept: nothing is dropped for being like a pair
that is dropped itself. Time and memory are linear in the text; docs/decisions/0022 has what was measured.
"""

from __future__ import annotations

import functools
import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from aligner.errors import InputError, MissingExtraError
from aligner.pairs.chunks import TEXTS
from aligner.pairs.frames import check_frame, numbers_of, texts_of
from aligner.text.normalisation import comparison_key

if TYPE_CHECKING:
    import pandas as pd

OneSided = Literal["keep", "source", "target", "both"]

KINDS: Final = ("against", "exact", "near", "one_sided_source", "one_sided_target")
"""What a pair may be, the first that holds."""

THRESHOLD: Final = 0.9
"""Similarity of either side, 0..1, from which on pairs are near-duplicates: docs/decisions/0022; test_threshold."""

SHINGLE: Final = 5
"""Characters of a shingle; 4 gave nine times the candidates, 6 found less. docs/decisions/0022."""

BANDS: Final = 16
ROWS: Final = 3
"""Bands of a signature and hashes in each: pairs that share half of their shingles meet with probability .88."""

NEIGHBOURS: Final = 8
"""Pairs of a bucket that each one is compared with: its first ones, and as many just before it. A bucket of a million
pairs costs no more than a million buckets, and the first ones are those that would be kept."""

MISSPELT: Final = 0.6
"""Similarity of two words, 0..1, from which on one may be the other misspelt: 'goverment', not 'curved' for 'straight'.
docs/decisions/0022; test_a_word_in_the_place_of_another."""

WORDS_TO_A_STRANGER: Final = 20
"""Words of a side that may have one word in the place of an unlike one and still say nearly the same."""

HISTOGRAM: Final = 16
"""Classes of letters that are counted, a power of two: a link whose counts differ too much is not looked at."""

MAX_LETTERS: Final = 2000
"""Characters of a side up to which edits are counted, in quadratic time; longer ones share pairs of words."""

CHUNK: Final = 4096
"""Rows that are hashed at a time; 20 MB of arrays for rows of 200 characters, and larger is no faster."""

EVERY_TWO: Final = 1 << 20
"""Links up to which nearest neighbours are sought among all of them; some seconds."""

LEAST_NEIGHBOUR: Final = 0.5
"""Similarity below which a pair is no neighbour to speak of, where signatures find them."""

LINKS: Final = 1 << 14
"""Links that are verified at a time; some 10 MB of texts."""

_MAX_TOKENS: Final = 1 << 18
"""Keys of words that are remembered, some 40 MB; the vocabulary of most corpora."""

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

_U64 = NDArray[np.uint64]
_U32 = NDArray[np.uint32]


# --- keys -------------------------------------------------------------------------------------------------------------


# Words for which it matters what stands around them, or that may: spaces to repair before a mark, references, credits
# ('Photo:VNA'), what may be mojibake, marks on their own.
_NOT_ALONE: Final = re.compile(
    "^[,.;:!?]|[&\u0300-\u036f]|:.|[ÃÄÅÆËÌÎÏð]|[Âáâï][\x80-\xbf\N{LATIN CAPITAL LIGATURE OE}-\N{TRADE MARK SIGN}]"
)
_ENGLISH: Final = re.compile(r"[\x21-\x7e“”‘’–—…]+")  # what Vietnamese words elsewhere in the line do not change


class _WordKeys(dict[str, str | None]):
    """Keys of words, made when first asked for; None where the word alone does not decide."""

    def __init__(self, lang: str) -> None:
        super().__init__()
        self.lang = lang

    def __missing__(self, word: str) -> str | None:
        key: str | None
        if self.lang == "en" and word.isascii() and word.isalnum():
            key = word.lower()
        elif (
            not word
            or not (word.isprintable() if self.lang == "vi" else _ENGLISH.fullmatch(word))
            or _NOT_ALONE.search(word)
            or not unicodedata.is_normalized("NFC", word)
        ):
            key = None
        else:
            key = comparison_key(word, lang=self.lang)
        if len(word) <= 32:
            self[word] = key
        return key


@functools.cache
def _word_keys(lang: str) -> _WordKeys:
    """What is remembered of a language's words."""
    return _WordKeys(lang)


# In English of these signs alone, and without spaces to repair, the key is the text in small letters.
_TO_REPAIR: Final = ("  ", " ,", " .", " ;", " :", " !", " ?", "&", "--", "''", "`")


def _keys(texts: Sequence[str], lang: str) -> list[str]:
    """`comparison_key` of each text, by words where that gives the same, seven times as fast."""
    known = _word_keys(lang)
    if len(known) > _MAX_TOKENS:
        known.clear()
    keys = []
    for text in texts:
        if (
            lang == "en"
            and text.isascii()
            and text.isprintable()
            and not any([sign in text for sign in _TO_REPAIR])  # noqa: C419 (a generator takes twice as long)
            and (":" not in text or text.count(":") == text.count(": "))
            and text[:1] != " " != text[-1:]
        ):
            keys.append(text.lower())
            continue
        by_word = [known[word] for word in text.split(" ")]
        keys.append(comparison_key(text, lang=lang) if None in by_word else " ".join(by_word))  # type: ignore[arg-type]
    return keys


def _digests(keys: Sequence[str]) -> _U64:
    """128 bits of each key, shape (n, 2); zero for a key without text."""
    blank = bytes(16)
    made = [
        hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=16).digest() if key and not key.isspace() else blank
        for key in keys
    ]
    return np.frombuffer(b"".join(made), "<u8").reshape(-1, 2).astype(np.uint64)


# --- words and shingles as arrays -------------------------------------------------------------------------------------

_BETWEEN, _LETTER, _TELLING, _PAD = range(4)  # kinds of characters
_LAST: Final = 0x2FFF  # code points behind it are taken for letters


@functools.cache
def _character_kinds() -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
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
class _Words:
    """The words of some texts, one after the other, as code points.

    codes: words with one space behind each and SHINGLE - 1 zeros behind each text. first, last: (n,) where a text's
    words begin, and where the last one ends. starts, ends: of every word; by_text: (n + 1,) the words of text i are
    by_text[i] : by_text[i + 1].
    """

    codes: _U32
    telling: NDArray[np.bool_]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    by_text: NDArray[np.int64]
    asks: NDArray[np.bool_]

    def text(self, i: int) -> str:
        """The words of a text, joined by spaces."""
        return self.codes[self.first[i] : self.last[i]].astype("<u4").tobytes().decode("utf-32-le", "replace")


def _words(keys: Sequence[str]) -> _Words:
    """Cut keys into words: no punctuation, but 3.5, 10:30 and -5 stay whole."""
    tail = "\n" + "\0" * (SHINGLE - 1)
    codes = np.frombuffer((tail.join(keys) + tail).encode("utf-32-le", "replace"), "<u4").astype(np.uint32)
    lengths = np.fromiter(map(len, keys), np.int64, len(keys)) + len(tail)
    edges = np.concatenate([[0], np.cumsum(lengths)])
    kinds, digits = _character_kinds()
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
    return _Words(compact, (kind == _TELLING)[kept], first, last, starts, ends, by_text, asks)


_ODD: Final = np.uint64(0x9E3779B97F4A7C15)


def _mix(x: _U64) -> _U64:
    """Spread 64 bits (the finaliser of splitmix64: Steele, Lea & Flood 2014, fig. 15)."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: _U64 = x ^ (x >> np.uint64(31))
    return mixed


def _sums(values: _U64, edges: NDArray[np.int64]) -> _U64:
    """Sums modulo 2**64 of values[edges[i] : edges[i + 1]]."""
    totals = np.concatenate([np.zeros(1, np.uint64), np.cumsum(values, dtype=np.uint64)])
    found: _U64 = totals[edges[1:]] - totals[edges[:-1]]
    return found


def _word_hashes(words: _Words) -> _U64:
    """64 bits of every word."""
    if not len(words.starts):
        return np.zeros(0, np.uint64)
    lengths = words.ends - words.starts
    powers = np.cumprod(np.full(int(lengths.max()), _ODD, np.uint64), dtype=np.uint64)
    place = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    letters = words.codes[place + np.repeat(words.starts, lengths)].astype(np.uint64)
    return _mix(_sums((letters + np.uint64(1)) * powers[place], np.concatenate([[0], np.cumsum(lengths)])))


@functools.cache
def _telling_hashes() -> _U64:
    """Hashes of the words and single letters that tell, sorted."""
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1) if chr(code) not in _QUIET_LETTERS]
    return np.sort(_word_hashes(_words([*TELLING_WORDS.split(), *letters])))


def _text_hashes(words: _Words) -> tuple[_U64, _U64]:
    """64 bits of each text's words in order, and of what tells in it, in any order."""
    hashes = _word_hashes(words)
    n_words = np.diff(words.by_text)
    place = np.arange(len(hashes)) - np.repeat(words.by_text[:-1], n_words)
    whole = _sums(_mix(hashes + place.astype(np.uint64) * _ODD), words.by_text)
    signs = np.concatenate([[0], np.cumsum(words.telling)])
    tells = signs[words.ends] > signs[words.starts]
    known = _telling_hashes()
    tells |= known[np.minimum(np.searchsorted(known, hashes), len(known) - 1)] == hashes
    telling = _sums(np.where(tells, _mix(hashes ^ _ODD), np.uint64(0)), words.by_text)
    return whole, telling + words.asks.astype(np.uint64) * _ODD


@functools.cache
def _multipliers() -> _U32:
    """Odd factors, each a permutation of 32 bits."""
    made = [hashlib.blake2b(b"minhash %d" % k, digest_size=4).digest() for k in range(BANDS * ROWS)]
    return np.frombuffer(b"".join(made), "<u4").astype(np.uint32) | np.uint32(1)


def _min_hashes(words: _Words, salt: int) -> _U32:
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
    for k, factor in enumerate(_multipliers()):
        np.multiply(h, factor, out=permuted)
        found[k, has] = np.minimum.reduceat(permuted, edges)[::2]
    return found


# --- what is known of each row ----------------------------------------------------------------------------------------


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

    keys: _U64
    telling: _U64
    buckets: _U64
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
    chunks = list(_chunks(source, target))
    work = _near_prints if near else _exact_prints
    made: Fingerprints | None = None
    for rows, part in zip(
        chunks, map(work, [source[rows] for rows in chunks], [target[rows] for rows in chunks]), strict=True
    ):
        if made is None:
            made = _no_prints(len(source), near)
        made.keys[rows] = part.keys
        if near:
            made.telling[rows], made.buckets[:, rows] = part.telling, part.buckets
            made.lengths[rows], made.letters[rows] = part.lengths, part.letters
    return _no_prints(0, near) if made is None else made


def _no_prints(n: int, near: bool) -> Fingerprints:
    """Room for n pairs."""
    m = n if near else 0
    return Fingerprints(
        np.zeros((n, 4), np.uint64),
        np.zeros(m, np.uint64),
        np.zeros((BANDS + 2, m), np.uint64),
        np.zeros((m, 2), np.int32),
        np.zeros((m, 2 * HISTOGRAM), np.uint8),
    )


def _exact_prints(source: Sequence[str], target: Sequence[str]) -> Fingerprints:
    """Fingerprints of one chunk, the keys alone."""
    made = _no_prints(len(source), near=False)
    made.keys[:] = np.hstack([_digests(_keys(source, "en")), _digests(_keys(target, "vi"))])
    return made


def _near_prints(source: Sequence[str], target: Sequence[str]) -> Fingerprints:
    """Fingerprints of one chunk."""
    made = _no_prints(len(source), near=True)
    keys = _keys(source, "en"), _keys(target, "vi")
    made.keys[:] = np.hstack([_digests(keys[0]), _digests(keys[1])])
    _take_near(made, *keys)
    return made


def _chunks(source: Sequence[str], target: Sequence[str]) -> Iterator[slice]:
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
    sides = _words(source), _words(target)
    (whole_s, telling_s), (whole_t, telling_t) = (_text_hashes(side) for side in sides)
    telling = _mix(_mix(telling_s) + telling_t * _ODD)
    least = np.minimum(_min_hashes(sides[0], 1), _min_hashes(sides[1], 2)).reshape(BANDS, ROWS, -1)
    buckets = made.buckets
    for band in range(BANDS):
        mixed = np.full(len(source), band, np.uint64)
        for values in least[band]:
            mixed = _mix(mixed + (values.astype(np.uint64) + np.uint64(1)) * _ODD)
        buckets[band] = mixed
    buckets[BANDS], buckets[BANDS + 1] = whole_s, whole_t
    made.telling[:] = telling
    for k, side in enumerate(sides):
        made.lengths[:, k] = side.last - side.first
        made.letters[:, k * HISTOGRAM : (k + 1) * HISTOGRAM] = _histogram(side)


def _histogram(words: _Words) -> NDArray[np.uint8]:
    """Characters by class, at most 255."""
    n, lengths = len(words.first), words.last - words.first
    place = np.arange(int(lengths.sum())) + np.repeat(words.first - (np.cumsum(lengths) - lengths), lengths)
    classes = (words.codes[place] * np.uint32(0x9E3779B1)) >> np.uint32(32 - HISTOGRAM.bit_length() + 1)
    cells = np.repeat(np.arange(n) * HISTOGRAM, lengths) + classes
    counts = np.bincount(cells, minlength=n * HISTOGRAM)
    return np.minimum(counts, 255).astype(np.uint8).reshape(n, HISTOGRAM)


# --- near-duplicates --------------------------------------------------------------------------------------------------


def candidate_links(
    prints: Fingerprints, order: NDArray[np.int64], *, threshold: float = THRESHOLD, telling: bool = True
) -> tuple[NDArray[np.int64], int]:
    """Which pairs to compare: those that share a bucket, and whose lengths and letters allow the similarity.

    Parameters
    ----------
    prints : Fingerprints
    order : int array
        Rows to compare, the one that is kept before all others first.
    threshold : float
        Similarity of either side below which a link is of no use, 0..1.
    telling : bool
        Only pairs that agree in what tells.

    Returns
    -------
    int array, shape (k, 2)
        Places in `order`, the lower one first; each link once, sorted.
    int
        Buckets so large that not every two of their pairs were compared.

    Examples
    --------
    >>> texts = ["It was raining in Huế.", "Good morning.", "It was raining in Huê."]
    >>> candidate_links(fingerprints(texts, texts), np.array([2, 1, 0]))
    (array([[0, 2]]), 0)
    """
    usable = np.flatnonzero(prints.lengths[order].min(axis=1) > 0)
    order = order[usable]
    n = len(order)
    bits = np.uint64(max(n - 1, 1).bit_length())
    places, low = np.arange(n, dtype=np.uint64), (np.uint64(1) << bits) - np.uint64(1)
    found: list[NDArray[np.int64]] = []
    n_capped = n_waiting = 0
    for bucket in prints.buckets:
        # One sort of numbers, the place in the lower bits. What the upper bits join by chance is told apart later.
        found_in = _mix(bucket[order] + prints.telling[order] * _ODD) if telling else bucket[order]
        packed = np.sort((found_in & ~low) | places)
        values, members = packed & ~low, (packed & low).astype(np.int64)
        same = values[1:] == values[:-1]
        shared = np.zeros(n, bool)
        shared[1:] = same
        shared[:-1] |= same
        values, members = values[shared], members[shared]
        if not len(values):
            continue
        at = np.arange(len(values))
        head = np.maximum.accumulate(np.where(np.concatenate([[True], values[1:] != values[:-1]]), at, 0))
        n_capped += int((at - head == 2 * NEIGHBOURS + 1).sum())
        for k in range(1, NEIGHBOURS + 1):
            late = at[at - head >= k]
            far = at[at - head >= NEIGHBOURS + k]  # before that, those just before it are the first ones
            for a, b in ((late - k, late), (head[far] + k - 1, far)):
                links = members[a] * n + members[b]
                links = links[_possible(prints, order[members[a]], order[members[b]], threshold, telling)]
                found.append(links)
                n_waiting += len(links)
        if n_waiting > 1 << 23:
            found = [np.unique(np.concatenate(found))]
            n_waiting = 0
    joined = np.unique(np.concatenate([np.zeros(0, np.int64), *found]))
    return usable[np.stack([joined // max(n, 1), joined % max(n, 1)], axis=1)], n_capped


def _possible(
    prints: Fingerprints, a: NDArray[np.int64], b: NDArray[np.int64], threshold: float, telling: bool
) -> NDArray[np.bool_]:
    """Whether rows could be as alike as that: each letter too many is an edit."""
    ok: NDArray[np.bool_] = prints.telling[a] == prints.telling[b] if telling else np.ones(len(a), bool)
    at = np.flatnonzero(ok)
    for first in range(0, len(at), 1 << 18):
        part = at[first : first + (1 << 18)]
        rows = a[part], b[part]
        lengths = [prints.lengths[r].astype(np.int64) for r in rows]
        edits = (lengths[0] + lengths[1]) * (1 - threshold) + 1e-9
        letters = [prints.letters[r].reshape(-1, 2, HISTOGRAM).astype(np.int16) for r in rows]
        extra = np.abs(letters[0] - letters[1]).sum(axis=2)
        is_long = np.maximum(lengths[0], lengths[1]) > MAX_LETTERS  # compared by words
        ok[part] = ((np.maximum(extra, np.abs(lengths[0] - lengths[1])) <= edits) | is_long).all(axis=1)
    return ok


def similarities(
    source: Sequence[str],
    target: Sequence[str],
    links: NDArray[np.int64],
    *,
    threshold: float = 0.0,
    map: Callable[..., Iterable[Any]] = map,
) -> NDArray[np.float64]:
    """How alike linked pairs are: the less alike of their two sides.

    Parameters
    ----------
    source, target : sequence of str
        n texts each.
    links : int array, shape (k, 2)
    threshold : float
        Pairs that are no near-duplicates at this similarity get 0; with 0, every pair gets its similarity.
    map : callable
        As the builtin one; an executor's shares the work among processes.

    Returns
    -------
    float array, shape (k,)
        0..1: of the characters of both sides' words, those that an alignment by insertions and deletions keeps. Sides
        longer than MAX_LETTERS share pairs of neighbouring words (Dice). 0 where a side has no words.

    Raises
    ------
    MissingExtraError
        Without rapidfuzz.

    Examples
    --------
    >>> similarities(["Good morning", "Good morning!"], ["Chào buổi sáng", "chào buổi sáng."], np.array([[0, 1]]))
    array([1.])
    """
    sources, targets, places = [], [], []
    for first in range(0, len(links), LINKS):
        part = links[first : first + LINKS]
        rows, at = np.unique(part, return_inverse=True)
        places.append(at.reshape(part.shape))
        sources.append([source[i] for i in rows.tolist()])
        targets.append([target[i] for i in rows.tolist()])
    found = list(map(_verify, sources, targets, places, [threshold] * len(places)))
    return np.concatenate([np.zeros(0), *found])


def _verify(
    source: Sequence[str], target: Sequence[str], links: NDArray[np.int64], threshold: float
) -> NDArray[np.float64]:
    """`similarities` of one chunk of links."""
    alike = np.ones(len(links))
    sides = _words_of(source, "en"), _words_of(target, "vi")
    for words in sides:
        asked = np.flatnonzero(alike >= threshold)
        alike[asked] = np.minimum(alike[asked], _alike(words, links[asked], threshold))
    if threshold:
        alike[alike < threshold] = 0
        for k in np.flatnonzero(alike).tolist():
            i, j = links[k].tolist()
            if _says_something_else(sides[0][i], sides[0][j], sides[1][i], sides[1][j]):
                alike[k] = 0
    return alike


def _says_something_else(source: str, other_source: str, target: str, other_target: str) -> bool:
    """Whether two pairs differ on both sides in a word that is no misspelling, and have few others."""
    if max(map(len, (source, other_source, target, other_target))) > MAX_LETTERS:
        return False
    is_short = False
    for a, b in ((source, other_source), (target, other_target)):
        n = _strangers(a, b)
        if not n:
            return False
        is_short |= n * WORDS_TO_A_STRANGER > min(a.count(" "), b.count(" ")) + 1
    return is_short


def _strangers(a: str, b: str) -> int:
    """Words of which each text has one in the place of the other's, and which look unlike."""
    if a == b:
        return 0
    from rapidfuzz.distance import Indel, Levenshtein

    left, right = a.split(" "), b.split(" ")
    n = 0
    for edit in Levenshtein.opcodes(left, right):
        if edit.tag == "replace":
            start, end = edit.src_start, edit.src_end
            pair = "".join(left[start:end]), "".join(right[edit.dest_start : edit.dest_end])
            if Indel.normalized_similarity(*pair) < MISSPELT:
                n += end - start
    return n


def nearest_links(
    prints: Fingerprints,
    source: Sequence[str],
    target: Sequence[str],
    rows: NDArray[np.int64],
    others: NDArray[np.int64],
    *,
    k: int,
    threshold: float = THRESHOLD,
) -> tuple[NDArray[np.int64], NDArray[np.float64], int, bool]:
    """Find the pairs of two sets that are most alike.

    Parameters
    ----------
    prints : Fingerprints
        Of source and target, of which rows and others are places.
    k : int
        How many to give.
    threshold : float
        Similarity from which on near-duplicates are counted.

    Returns
    -------
    int array, shape (at most k, 2); float array
        A row and another, and their similarity, the most alike first.
    int
        Near-duplicates found.
    bool
        Whether every two were compared, which is done up to EVERY_TWO; else those that share a bucket.

    Examples
    --------
    >>> en, vi = ["Good day", "Good night", "Good days"], ["Chào bạn", "Chúc ngủ ngon", "Chào bạn"]
    >>> nearest_links(fingerprints(en, vi), en, vi, np.array([0, 1]), np.array([2]), k=1)[0].tolist()
    [[0, 2]]
    """
    is_exact = len(rows) * len(others) <= EVERY_TWO
    if is_exact:
        links = np.stack([np.repeat(rows, len(others)), np.tile(others, len(rows))], axis=1)
        near = links[_possible(prints, links[:, 0], links[:, 1], threshold, True)]
    else:
        order = np.concatenate([others, rows])  # the smaller set first: each of the larger one meets its first ones
        if len(others) > len(rows):
            order = np.concatenate([rows, others])
        near, links = (
            order[candidate_links(prints, order, threshold=least, telling=tells)[0]]
            for least, tells in ((threshold, True), (LEAST_NEIGHBOUR, False))
        )
        is_other = np.zeros(len(prints), bool)
        is_other[others] = True
        near, links = (
            np.where(is_other[found[:, :1]], found[:, ::-1], found)[is_other[found].sum(axis=1) == 1]
            for found in (near, links)
        )
    n_near = int((similarities(source, target, near, threshold=threshold) > 0).sum())
    links = links[np.lexsort((links[:, 1], links[:, 0]))]
    alike = similarities(source, target, links) if k else np.zeros(len(links))
    best = np.argsort(-alike, kind="stable")[:k]
    return links[best], alike[best], n_near, is_exact


def _words_of(texts: Sequence[str], lang: str) -> list[str]:
    """The words of texts, joined by spaces, as they are compared."""
    made: list[str] = []
    for rows in _chunks(texts, texts):
        words = _words(_keys(texts[rows], lang))
        made += [words.text(i) for i in range(len(words.first))]
    return made


def _need_rapidfuzz() -> None:
    """Raise a MissingExtraError if texts cannot be compared."""
    try:
        import rapidfuzz  # noqa: F401
    except ImportError:
        raise MissingExtraError("finding near-duplicates", package="rapidfuzz", extra="duplicates") from None


def _alike(words: Sequence[str], links: NDArray[np.int64], threshold: float) -> NDArray[np.float64]:
    """Similarity of linked texts, 0..1."""
    from rapidfuzz.distance import Indel
    from rapidfuzz.process import cpdist

    lengths = np.fromiter(map(len, words), np.int64, len(words))[links]
    found = np.zeros(len(links))
    shorter, longer = lengths.min(axis=1), lengths.max(axis=1)
    # No alignment keeps more than twice the shorter one.
    possible = (shorter > 0) & (2 * shorter >= threshold * (shorter + longer))
    short = np.flatnonzero(possible & (longer <= MAX_LETTERS))
    a, b = ([words[i] for i in links[short, side].tolist()] for side in (0, 1))
    if len(short):
        found[short] = cpdist(a, b, scorer=Indel.normalized_similarity, score_cutoff=threshold, dtype=np.float64)
    for i in np.flatnonzero(possible & (longer > MAX_LETTERS)).tolist():
        found[i] = _dice(words[links[i, 0]], words[links[i, 1]])
    return found


def _dice(a: str, b: str) -> float:
    """Share of pairs of neighbouring words that two texts have in common, 0..1."""
    if a == b:
        return 1.0
    counts = []
    for text in (a, b):
        words = text.split(" ")
        counts.append(Counter(zip(words, [*words[1:], ""], strict=True)))
    return 2 * (counts[0] & counts[1]).total() / (counts[0].total() + counts[1].total())


# --- frames -----------------------------------------------------------------------------------------------------------


SAID: Final = {
    "exact": "the same pair as",
    "near": "alike by {:.2f} to",
    "one_sided_source": "the same English as",
    "one_sided_target": "the same Vietnamese as",
}
"""What is said of the row that is repeated, by kind; the similarity goes in."""


def find_duplicates(
    pairs: pd.DataFrame,
    *,
    near: bool = True,
    threshold: float = THRESHOLD,
    against: pd.DataFrame | Mapping[str, pd.DataFrame] | None = None,
    map: Callable[..., Iterable[Any]] = map,
) -> pd.DataFrame:
    """Find the pairs that repeat others, and say which and why.

    Parameters
    ----------
    pairs : pandas.DataFrame
        With ``src_text`` (English) and ``trg_text`` (Vietnamese); ``quality`` (the best of a group is kept, the first
        of equals) and ``doc_id`` are used where they are there. A cell that is no text counts as empty.
    near : bool
        Also near-duplicates; they need the extra ``duplicates``.
    threshold : float
        Similarity in 0.5..1 that both sides of near-duplicates have at least; see `similarities`.
    against : pandas.DataFrame or mapping of name to DataFrame, optional
        Test sets: pairs that repeat one of theirs, nearly, or share a side with one, are reported.
    map : callable
        As the builtin one; `ProcessPoolExecutor(2).map` reads and compares the texts in two processes.

    Returns
    -------
    pandas.DataFrame
        One row for each pair that repeats another, in order: ``row`` (0-based), ``kind`` (see `KINDS`; the first that
        holds), ``group`` (a number; rows of a group lead to the same pair that is kept), ``duplicate_of`` (0-based row
        that it repeats, of the test set for the kind ``against``), ``against`` (name of the test set that the group
        leads to, else empty), ``similarity`` (0..1), ``shares_source`` and ``shares_target`` (with a better pair that
        is kept), ``across_documents`` and ``why``. ``attrs["duplicates"]`` counts rows by kind.

    Raises
    ------
    InputError
        If a column is missing or the threshold is none.
    MissingExtraError
        If near-duplicates are asked for without rapidfuzz.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("Thank you!", "Cảm ơn!"), ("Thank you !", "cảm ơn!"), ("Thank you!", "Cám ơn nhé!")]
    >>> find_duplicates(pd.DataFrame(rows, columns=["src_text", "trg_text"]))[["row", "kind", "duplicate_of"]]
       row              kind  duplicate_of
    0    1             exact             0
    1    2  one_sided_source             0
    """
    import pandas as pd

    if not 0.5 <= threshold <= 1:
        raise InputError("threshold is no similarity", found=repr(threshold), todo="give a number from 0.5 to 1")
    if near:
        _need_rapidfuzz()  # whatever the pairs are: not only once two look alike
    check_frame(pairs)
    tests = {"test": against} if isinstance(against, pd.DataFrame) else dict(against or {})
    for frame in tests.values():
        check_frame(frame)
    frames = (pairs, *tests.values())
    source, target = ([text for frame in frames for text in texts_of(frame[column])] for column in TEXTS)
    n = len(pairs)
    order = np.concatenate([np.arange(n, len(source)), _order(pairs)])
    search = Search(fingerprints(source, target, near=near, map=map), order, np.arange(len(source)) >= n)
    n_compared, n_cut = search.run(source, target, near=near, threshold=threshold, map=map)
    found = _table(search, list(tests), [len(frame) for frame in frames], _documents(pairs))
    counts = Counter(found["kind"].tolist())
    found.attrs["duplicates"] = {
        "pairs": n,
        **{kind: counts[kind] for kind in KINDS},
        "across_documents": int(found["across_documents"].sum()),
        "compared": n_compared,
        "buckets_cut": n_cut,
    }
    return found


def _table(search: Search, names: list[str], sizes: list[int], documents: list[str] | None) -> pd.DataFrame:
    """One row for each row of the first frame that repeats another."""
    import pandas as pd

    n = sizes[0]
    rows = np.flatnonzero(search.said[:n] >= 0)
    of, roots = search.of[rows], search.roots()[rows]
    frame = np.repeat(np.arange(len(sizes)), sizes)
    places = of - (np.cumsum(sizes) - sizes)[frame[of]]
    against = [(["", *names])[k] for k in frame[roots].tolist()]
    doc = documents or [""] * n
    crosses = np.array([j < n and doc[i] != doc[j] for i, j in zip(rows.tolist(), of.tolist(), strict=True)], bool)
    kinds = np.where(of >= n, KINDS.index("against"), search.said[rows])
    why = [
        f"{SAID[KINDS[said]].format(alike)} row {place}" + (f" of {where}" if where else "")
        for said, alike, place, where in zip(
            search.said[rows].tolist(),
            search.alike[rows].tolist(),
            places.tolist(),
            [names[frame[j] - 1] if j >= n else doc[j] if c else "" for j, c in zip(of, crosses, strict=True)],
            strict=True,
        )
    ]
    return pd.DataFrame(
        {
            "row": rows,
            "kind": pd.Series([KINDS[k] for k in kinds.tolist()], dtype=object),
            "group": pd.factorize(roots)[0],
            "duplicate_of": places,
            "against": pd.Series(against, dtype=object),
            "similarity": search.alike[rows],
            "shares_source": search.shares[rows, 0],
            "shares_target": search.shares[rows, 1],
            "across_documents": crosses,
            "why": pd.Series(why, dtype=object),
        }
    )


def drop_duplicates(
    pairs: pd.DataFrame,
    found: pd.DataFrame | None = None,
    *,
    near: bool = True,
    threshold: float = THRESHOLD,
    against: pd.DataFrame | Mapping[str, pd.DataFrame] | None = None,
    one_sided: OneSided = "keep",
) -> pd.DataFrame:
    """Keep one pair of each group of duplicates: the one of the best quality, the first of equals.

    Parameters
    ----------
    pairs, near, threshold, against
        As for `find_duplicates`.
    found : pandas.DataFrame, optional
        What `find_duplicates` gave for these pairs, where it has been asked already.
    one_sided : {"keep", "source", "target", "both"}
        Whether pairs are dropped that share only their source, only their target, or either with a better one. One
        source with many translations is no fault.

    Returns
    -------
    pandas.DataFrame
        The pairs kept, in order, with their index. ``attrs["duplicates"]`` has what `find_duplicates` counted, and
        ``kept`` and ``dropped``, which add up to ``pairs``.

    Raises
    ------
    InputError
        As `find_duplicates` does, and if one_sided is none of these.
    MissingExtraError
        If near-duplicates are asked for without rapidfuzz.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("Thank you!", "Cảm ơn!", 0.7), ("Thank you !", "cảm ơn!", 0.9), ("Good night.", "Chúc ngủ ngon.", 0.8)]
    >>> drop_duplicates(pd.DataFrame(rows, columns=["src_text", "trg_text", "quality"])).index.tolist()
    [1, 2]
    """
    sides: dict[str, list[str]] = {"keep": [], "source": ["source"], "target": ["target"], "both": ["source", "target"]}
    if one_sided not in sides:
        raise InputError("unknown one_sided", found=repr(one_sided), todo=f"one_sided must be {', '.join(sides)}")
    if found is None:
        found = find_duplicates(pairs, near=near, threshold=threshold, against=against)
    is_dropped = found["kind"].isin(["against", "exact", "near"]).to_numpy()
    for side in sides[one_sided]:
        is_dropped = is_dropped | found[f"shares_{side}"].to_numpy()
    rows = found["row"].to_numpy()[is_dropped]
    is_kept = np.ones(len(pairs), bool)
    is_kept[rows] = False
    kept = pairs[is_kept]
    kept.attrs = {
        **pairs.attrs,
        "duplicates": {**found.attrs["duplicates"], "kept": len(kept), "dropped": len(pairs) - len(kept)},
    }
    return kept


def _order(pairs: pd.DataFrame) -> NDArray[np.int64]:
    """Rows, the best quality first; the first of equals, and what has none last."""
    if "quality" not in pairs.columns:
        return np.arange(len(pairs))
    quality = numbers_of(pairs["quality"])
    return np.argsort(-np.where(np.isnan(quality), -np.inf, quality), kind="stable")


def _documents(pairs: pd.DataFrame) -> list[str] | None:
    """Document of each row."""
    return texts_of(pairs["doc_id"]) if "doc_id" in pairs.columns else None


class Search:
    """Which rows repeat others.

    Parameters
    ----------
    prints : Fingerprints
    order : int array
        Rows to look at: those of test sets first, then the best.
    is_test : bool array
        Of every row, whether a test set has it: such rows are repeated, and not judged.

    Attributes
    ----------
    of : int array
        The row that each row repeats; its own number where it repeats none.
    said : int8 array
        In what way: a place in KINDS, or -1.
    alike : float array
        How alike the two are, 0..1.
    shares : bool array, shape (n, 2)
        Whether a better row that repeats none has the same source, or target.
    """

    def __init__(self, prints: Fingerprints, order: NDArray[np.int64], is_test: NDArray[np.bool_]) -> None:
        total = len(prints)
        self.prints, self.order, self.is_test = prints, order, is_test
        self.of = np.arange(total)
        self.said = np.full(total, -1, np.int8)
        self.alike = np.zeros(total)
        self.shares = np.zeros((total, 2), bool)

    def run(
        self,
        source: Sequence[str],
        target: Sequence[str],
        *,
        near: bool,
        threshold: float,
        within: bool = True,
        map: Callable[..., Iterable[Any]] = map,
    ) -> tuple[int, int]:
        """Look for all kinds, for what test sets have first; counts of links verified and of buckets cut."""
        self._exact(within)
        self._one_sided(within=False)
        counts = self._near(source, target, threshold, within, map) if near else (0, 0)
        if within:
            self._one_sided(within=True)
        return counts

    def roots(self) -> NDArray[np.int64]:
        """Of every row the one that is kept in its place."""
        root = self.of
        while (root[root] != root).any():  # an exact duplicate of a near one: two steps
            root = root[root]
        return root

    def _mark(
        self, rows: NDArray[np.int64], of: NDArray[np.int64], kind: str, alike: NDArray[np.float64] | float
    ) -> None:
        """Rows repeat others."""
        self.said[rows], self.of[rows], self.alike[rows] = KINDS.index(kind), of, alike

    def _same(
        self, columns: slice, order: NDArray[np.int64], within: bool
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Of rows in order: those whose key an earlier one has, and the first that has it."""
        chosen = self.prints.keys[order, columns]
        by_key = np.lexsort((np.arange(len(order)), *chosen.T))
        chosen = chosen[by_key]
        is_new = np.ones(len(order), bool)
        is_new[1:] = (chosen[1:] != chosen[:-1]).any(axis=1)
        first = np.maximum.accumulate(np.where(is_new, np.arange(len(order)), 0))
        rows, of = order[by_key[~is_new]], order[by_key[first[~is_new]]]
        asked = ~self.is_test[rows] & (within | self.is_test[of])
        return rows[asked], of[asked]

    def _open(self) -> NDArray[np.int64]:
        """Rows that repeat none, in order."""
        return self.order[self.said[self.order] < 0]

    def _exact(self, within: bool) -> None:
        """Both keys the same."""
        self._mark(*self._same(slice(0, 4), self.order, within), "exact", 1.0)

    def _one_sided(self, within: bool) -> None:
        """One side's key the same."""
        order = self._open()
        for side, kind in enumerate(("one_sided_source", "one_sided_target")):
            columns = slice(2 * side, 2 * side + 2)
            has_text = self.prints.keys[order, columns].any(axis=1)
            rows, of = self._same(columns, order[has_text], within)
            self.shares[rows, side] = True
            is_first = self.said[rows] < 0
            self._mark(rows[is_first], of[is_first], kind, 1.0)

    def _near(
        self,
        source: Sequence[str],
        target: Sequence[str],
        threshold: float,
        within: bool,
        map: Callable[..., Iterable[Any]],
    ) -> tuple[int, int]:
        """Both sides alike: each row repeats the one most like it of those that repeat none."""
        order = self._open()
        links, n_cut = candidate_links(self.prints, order, threshold=threshold)
        is_test = self.is_test[order]
        links = links[~is_test[links[:, 1]] & (within | is_test[links[:, 0]])]
        n_compared = len(links)
        alike = similarities(source, target, order[links], threshold=threshold, map=map)
        links, alike = links[alike > 0], alike[alike > 0]
        # By the later row; what test sets have, then the most alike, then the earlier row.
        by_row = np.lexsort((links[:, 0], -alike, ~is_test[links[:, 0]], links[:, 1]))
        is_dropped = np.zeros(len(order), bool)
        chosen = []
        for k, (i, j) in zip(by_row.tolist(), links[by_row].tolist(), strict=True):
            if not is_dropped[j] and not is_dropped[i]:
                is_dropped[j] = True
                chosen.append(k)
        self._mark(order[links[chosen, 1]], order[links[chosen, 0]], "near", alike[chosen])
        return n_compared, n_cut
