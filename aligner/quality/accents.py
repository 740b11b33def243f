"""Evidence from Vietnamese marks: whether words lack those they would carry, have others, or need none."""

from __future__ import annotations

import functools
import itertools
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from aligner.names.spelling import VIETNAMESE_KEYS, Words
from aligner.text.syllables import bare, bare_syllables, parse_syllable
from aligner.text.words import vietnamese_syllables

FREQUENT_PLAIN: Final = 50
"""Times in five million that a syllable without marks must stand to be a word of its own ('trong', 'tai', 'voi'); so
must those that are `PLAIN_SHARE` of all that is spelled with their letters. 424 are, and a tenth of running text; of
the words with marks, 53 % become none of these when they lose them (counted in the training pairs, test_accents.py)."""

PLAIN_SHARE: Final = 0.02
"""Share of the syllables with some letters, whatever their marks, from which on the one without marks is a word."""

FREQUENT_MARKED: Final = 300
"""Times in five million that syllables with marks must stand for their letters to be taken for one that lost them."""

FREQUENT_LETTERS: Final = 1000
"""Times in five million that syllables with some letters must stand for another one with them to be a slip: of the
words with marks, one in 1,000 of good pairs in sources that were not counted, one in four of those with a wrong tone
(counted in the training pairs, test_accents.py)."""

LOST: Final = 7.0
"""Nats from which on words without marks are held to have lost them: the sum of the logarithms of how much oftener
their letters stand than they do as they are. One word ('voi', 6.0) is below, four are above (test_accents.py)."""

FEW_WORDS: Final = 3
"""Words with marks up to which one that is in no list may be a rare word; set by hand."""

_MARKED, _PLAIN, _STRIPPED, _PART, _ODD, _STRANGE, _FOREIGN, _SILENT = range(8)
"""What a word tells. Part: between hyphens, a syllable but for marks. Odd: with marks and in no list, `is_odd` and in
small letters; strange: not so. Foreign: without marks, in no list and in small letters; not so it is silent."""
N_LOOKS: Final = 8
"""Looks that `look_of` tells apart."""


class Accents(NamedTuple):
    """What the marks of n Vietnamese texts tell.

    Attributes
    ----------
    marked : float64 array, shape (n,)
        Of the words that carry marks, and of those that would if they had not lost them, the share that does, 0..1;
        nan where there are none of either.
    is_readable : bool array, shape (n,)
        Whether a Vietnamese may have written it so: no words have lost their marks (`LOST`), and those that are
        Vietnamese as they stand are not fewer than the foreign ones in small letters.
    odd : float64 array, shape (n,)
        Of the words with marks, taken for `FEW_WORDS` at least, the share that no Vietnamese word is, 0..1.
    """

    marked: NDArray[np.float64]
    is_readable: NDArray[np.bool_]
    odd: NDArray[np.float64]


def read_accents(targets: Sequence[Words], looks: NDArray[np.uint8], is_shared: NDArray[np.bool_]) -> Accents:
    """Tell what the marks of n Vietnamese texts say.

    Words that the English text has too say nothing, nor do the parts of what hyphens join (Ki-rin, Giê-ru-sa-lem).

    Parameters
    ----------
    targets : sequence of n Words
        Of the Vietnamese texts.
    looks : uint8 array
        `look_of` each of their words, text behind text.
    is_shared : bool array
        Which of them the English text has, too.

    Examples
    --------
    >>> from aligner.names.spelling import words_of
    >>> texts = [words_of(text, "vi") for text in ("tai nghe", "Hoi đồng hop phiên", "hội đỡng")]
    >>> looks = np.array([look_of(word) for words in texts for word in words.texts], np.uint8)
    >>> found = read_accents(texts, looks, np.zeros(len(looks), bool))
    >>> found.marked.tolist(), found.odd.round(2).tolist()
    ([nan, 0.5, 1.0], [0.0, 0.0, 0.33])
    """
    n, sizes = len(targets), [len(words.texts) for words in targets]
    starts = [0, *itertools.accumulate(sizes)]
    looks = looks.copy()
    for start, target in zip(starts, targets, strict=False):
        if "-" in target.gaps:
            for at in _joined(target.gaps):
                looks[start + at] = _PART if bare(target.keys[at]) in bare_syllables() else _SILENT
    looks[is_shared] = _SILENT
    counts = np.bincount(np.repeat(np.arange(n) * N_LOOKS, sizes) + looks, minlength=n * N_LOOKS)
    of = counts.reshape(n, N_LOOKS).T
    n_plain, n_marked = of[_PLAIN] + of[_PART], of[_MARKED] + of[_ODD]
    # Without any mark, words that may stand without marks may have lost theirs too.
    lost = of[_STRIPPED] + np.where(n_marked == 0, n_plain, 0)
    for k in np.flatnonzero(lost).tolist():
        told, keys = looks[starts[k] : starts[k + 1]].tolist(), targets[k].keys
        nats = _nats(_STRIPPED, told, keys)
        if not n_marked[k]:
            nats += _nats(_PLAIN, told, keys)
        if nats < LOST:
            lost[k] = 0
    telling = n_marked + lost
    return Accents(
        np.where(telling > 0, n_marked / np.maximum(telling, 1), np.nan),
        (lost == 0) & (n_marked + n_plain + of[_STRIPPED] >= np.maximum(of[_FOREIGN], 1)),
        of[_ODD] / np.maximum(n_marked + of[_STRANGE], FEW_WORDS),
    )


def _joined(gaps: Sequence[str]) -> Iterator[int]:
    """The words that a hyphen joins to the one before or behind."""
    for at, gap in enumerate(gaps):
        if gap == "-":
            yield from (at - 1, at) if at else (at,)


def _nats(look: int, looks: Sequence[int], keys: Sequence[str]) -> float:
    """How much oftener the letters of the words of a look stand than they do as they are, in logarithms."""
    surprises, nats = _surprises(), 0.0
    for key in itertools.compress(keys, map(look.__eq__, looks)):
        nats += surprises[key]
    return nats


def look_of(text: str) -> int:
    """What a word tells, but for those beside it: a number below `N_LOOKS`, so that a text's words are counted by it.

    Examples
    --------
    >>> look_of("đồng") == look_of("Phiên"), look_of("đồng") == look_of("trong")
    (True, False)
    """
    key = VIETNAMESE_KEYS[text]
    kind = _kinds().get(key)
    if kind is not None:
        return kind
    if key.isascii():
        return _FOREIGN if text.islower() else _SILENT
    return _ODD if text.islower() and is_odd(key) else _STRANGE


@functools.lru_cache(maxsize=1 << 12)
def is_odd(key: str) -> bool:
    """Whether a word with marks is none: no syllable at all, or none of a word where others with its letters are many.

    Words made Vietnamese that are several syllables (virút) are no slips.

    Examples
    --------
    >>> is_odd("bưc"), is_odd("tuơng"), is_odd("đổi"), is_odd("virút")
    (True, True, False, False)
    """
    letters = bare(key)
    if key in vietnamese_syllables() or letters not in bare_syllables():
        return False
    return _totals().get(letters, 0) >= (1 if parse_syllable(key) is None else FREQUENT_LETTERS)


@functools.cache
def _totals() -> dict[str, int]:
    """How often syllables with some letters stand, whatever their marks."""
    totals: Counter[str] = Counter()
    for key, n in vietnamese_syllables().items():
        totals[bare(key)] += n
    return dict(totals)


@functools.cache
def _surprises() -> dict[str, float]:
    """How much oftener letters stand with any marks than without, as a logarithm."""
    counts = vietnamese_syllables()
    return {letters: math.log(total / counts.get(letters, 1)) for letters, total in _totals().items()}


@functools.cache
def _kinds() -> dict[str, int]:
    """What each Vietnamese syllable tells, and what is left of one without its marks."""
    counts = vietnamese_syllables()
    kinds = {key: _MARKED for key in counts if not key.isascii()}
    for letters, total in _totals().items():
        own = counts.get(letters, 0)
        if own >= FREQUENT_PLAIN or own >= PLAIN_SHARE * total > 0:
            kinds[letters] = _PLAIN
        elif total - own >= FREQUENT_MARKED:
            kinds[letters] = _STRIPPED
    return kinds
