"""Evidence from Vietnamese marks: whether words lack those they would carry, have others, or need none."""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Collection
from typing import Final, Literal, NamedTuple

from aligner.names.spelling import Words
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

Kind = Literal["marked", "plain", "stripped"]


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


def read_accents(source_keys: Collection[str], target: Words) -> Accents:
    """Tell what the marks of a Vietnamese text say.

    Words that the English text has too say nothing, nor do the parts of what hyphens join (Ki-rin, Giê-ru-sa-lem).

    Parameters
    ----------
    source_keys : collection of str
        Keys of the English words.
    target : Words
        Of the Vietnamese text.

    Examples
    --------
    >>> from aligner.names.spelling import words_of
    >>> read_accents(["headphone"], words_of("tai nghe", "vi"))
    Accents(marked=None, is_readable=True, odd=0.0)
    >>> read_accents(["the", "council"], words_of("Hoi đồng hop phiên", "vi")).marked
    0.5
    >>> read_accents(["council"], words_of("hội đống", "vi")).odd, read_accents([], words_of("hội đỡng", "vi")).odd
    (0.0, 0.3333333333333333)
    """
    kinds, gaps, surprises = _kinds(), target.gaps, _surprises()
    counts: Counter[Kind | None] = Counter()
    nats: dict[Kind | None, float] = {"plain": 0.0, "stripped": 0.0}
    n_odd = n_accented = n_foreign = 0
    behind = (*gaps[1:], "")[: len(gaps)]
    for text, key, gap, next_gap in zip(target.texts, target.keys, gaps, behind, strict=True):
        if key in source_keys or text.lower() in source_keys:
            continue
        kind, is_plain = kinds.get(key), key.isascii()
        if gap == "-" or next_gap == "-":
            counts["plain"] += bare(key) in bare_syllables()
            continue
        counts[kind] += 1
        if kind in nats:
            nats[kind] += surprises[key]
        n_accented += not is_plain
        if text.islower():
            n_odd += kind is None and not is_plain and is_odd(key)
            n_foreign += kind is None and is_plain
    n_marked = counts["marked"] + n_odd
    lost = counts["stripped"]
    if not n_marked:  # then words that may stand without marks may have lost theirs too
        lost += counts["plain"]
        nats["stripped"] += nats["plain"]
    if nats["stripped"] < LOST:
        lost = 0
    return Accents(
        n_marked / (n_marked + lost) if n_marked + lost else None,
        not lost and n_marked + counts["plain"] + counts["stripped"] >= max(1, n_foreign),
        n_odd / max(n_accented, FEW_WORDS),
    )


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
def _kinds() -> dict[str, Kind]:
    """The kind of each Vietnamese syllable, and of what is left of one without its marks."""
    counts = vietnamese_syllables()
    kinds: dict[str, Kind] = {key: "marked" for key in counts if not key.isascii()}
    for letters, total in _totals().items():
        own = counts.get(letters, 0)
        if own >= FREQUENT_PLAIN or own >= PLAIN_SHARE * total > 0:
            kinds[letters] = "plain"
        elif total - own >= FREQUENT_MARKED:
            kinds[letters] = "stripped"
    return kinds
