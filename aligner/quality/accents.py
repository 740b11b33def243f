"""Evidence from Vietnamese marks: whether words lack those they would carry, have others, or need none."""

from __future__ import annotations

import functools
import itertools
import math
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from typing import Final, NamedTuple

from aligner.names.spelling import VIETNAMESE_KEYS, Memory, Words
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

_MARKED, _PLAIN, _STRIPPED = "m", "p", "s"
_PART: Final = "h"
"""Between hyphens, a syllable but for marks."""
_ODD, _STRANGE = "o", "n"
"""With marks and in no list: `is_odd` and in small letters, or not."""
_FOREIGN, _SILENT = "f", " "
"""Without marks and in no list: in small letters, or not, which tells nothing."""


class Accents(NamedTuple):
    """What the marks of a Vietnamese text tell.

    Attributes
    ----------
    marked : float or None
        Of the words that carry marks, and of those that would if they had not lost them, the share that does, 0..1;
        None where there are none of either.
    is_readable : bool
        Whether a Vietnamese may have written it so: no words have lost their marks (`LOST`), and those that are
        Vietnamese as they stand are not fewer than the foreign ones in small letters.
    odd : float
        Of the words with marks, taken for `FEW_WORDS` at least, the share that no Vietnamese word is, 0..1.
    """

    marked: float | None
    is_readable: bool
    odd: float


def read_accents(source_keys: Set[str], target: Words) -> Accents:
    """Tell what the marks of a Vietnamese text say.

    Words that the English text has too say nothing, nor do the parts of what hyphens join (Ki-rin, Giê-ru-sa-lem).

    Parameters
    ----------
    source_keys : set of str
        Keys of the English words.
    target : Words
        Of the Vietnamese text.

    Examples
    --------
    >>> from aligner.names.spelling import words_of
    >>> read_accents({"headphone"}, words_of("tai nghe", "vi"))
    Accents(marked=None, is_readable=True, odd=0.0)
    >>> read_accents({"the", "council"}, words_of("Hoi đồng hop phiên", "vi")).marked
    0.5
    >>> read_accents({"council"}, words_of("hội đống", "vi")).odd, read_accents(set(), words_of("hội đỡng", "vi")).odd
    (0.0, 0.3333333333333333)
    """
    texts, keys = target.texts, target.keys
    looks = [*map(_LOOKS.__getitem__, texts)]
    if "-" in target.gaps:
        for at in _joined(target.gaps):
            looks[at] = _PART if bare(keys[at]) in bare_syllables() else _SILENT
    lowers = [*map(str.lower, texts)]
    if not (source_keys.isdisjoint(keys) and source_keys.isdisjoint(lowers)):
        looks = [
            _SILENT if key in source_keys or lower in source_keys else look
            for look, key, lower in zip(looks, keys, lowers, strict=True)
        ]
    count = "".join(looks).count
    n_odd, n_stripped, n_plain = count(_ODD), count(_STRIPPED), count(_PLAIN) + count(_PART)
    n_marked = count(_MARKED) + n_odd
    lost = n_stripped
    if not n_marked:  # then words that may stand without marks may have lost theirs too
        lost += n_plain
    if lost:
        nats = _nats(_STRIPPED, looks, keys)
        if not n_marked:
            nats += _nats(_PLAIN, looks, keys)
        if nats < LOST:
            lost = 0
    return Accents(
        n_marked / (n_marked + lost) if n_marked + lost else None,
        not lost and n_marked + n_plain + n_stripped >= max(1, count(_FOREIGN)),
        n_odd / max(n_marked + count(_STRANGE), FEW_WORDS),
    )


def _joined(gaps: Sequence[str]) -> Iterator[int]:
    """The words that a hyphen joins to the one before or behind."""
    for at, gap in enumerate(gaps):
        if gap == "-":
            yield from (at - 1, at) if at else (at,)


def _nats(look: str, looks: Sequence[str], keys: Sequence[str]) -> float:
    """How much oftener the letters of the words of a look stand than they do as they are, in logarithms."""
    surprises, nats = _surprises(), 0.0
    for key in itertools.compress(keys, map(look.__eq__, looks)):
        nats += surprises[key]
    return nats


def _look(text: str) -> str:
    """What a word tells, but for those beside it: a letter, so that a text's words are counted as letters are."""
    key = VIETNAMESE_KEYS[text]
    kind = _kinds().get(key)
    if kind is not None:
        return kind
    if key.isascii():
        return _FOREIGN if text.islower() else _SILENT
    return _ODD if text.islower() and is_odd(key) else _STRANGE


_LOOKS: Final = Memory(_look)


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
def _kinds() -> dict[str, str]:
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
