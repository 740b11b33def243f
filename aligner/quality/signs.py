"""Evidence from small words that turn a meaning round: negations, opposites, times, persons that clash.

An encoder hears no more of "not", "yesterday" or "she" than one word's weight, so that a text and its contrary look
alike to it. The words are rows of signs.tsv, which aligner/data/README.md describes; here are only the three rules by
which the signs of two texts are compared. All of them speak on what both sides say, but for negation, and are silent
where a translator may have turned the phrase.
"""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Sequence
from typing import Final, NamedTuple

from aligner.names.spelling import Words, words_of
from aligner.text.tables import read_table

SIGN_FEATURES: Final = ("negation_differs", "opposite", "time_differs", "person_differs")
"""Names of the numbers in `Clashes.features`."""

KINDS: Final = ("negation", "opposite", "time", "person", "none")
"""Kinds of signs: those of `SIGN_FEATURES` in their order, and words that are no sign but look like one."""

_NEGATION: Final = 0
"""Index of the axis of negation, whose rows are the first of the table: 'no', 'deny', 'weak'."""
_OPPOSITE: Final = KINDS.index("opposite")
_PERSON: Final = KINDS.index("person")
_NO, _ALONE = 0b001, 0b011
_ALLOWED: Final = 16
"""Bits by which a value that a sign only allows ('would' may be of the past or to come) stands above one that it says;
no axis has as many values (test_signs.py)."""
_SAID: Final = (1 << _ALLOWED) - 1
_STOPS: Final = frozenset('.,;:!?…)"”')
"""What ends a clause."""

MOST: Final = (1.0, 3.0, 3.0, 1.0)
"""Clashes of each kind that are counted: more say no more (test_signs.py)."""

LONG: Final = 24
"""English words from which on a lone negation counts half: good pairs of fewer words have one in 0.6 %, those of more
in 1.3 %, since a translator turns one phrase or another of a long sentence (100,000 pairs, scripts/measure_signs.py;
held by test_signs.py)."""

Signs = tuple[tuple[int, int], ...]
"""Axes, and values as bits, that a phrase stands for; none where it only looks like a sign."""

Hit = tuple[Signs, int, int]
"""What a phrase of a text stands for, and its half-open span of words."""


class Clashes(NamedTuple):
    """What the signs of two texts say against each other.

    Attributes
    ----------
    features : tuple of float
        `SIGN_FEATURES`: whether one side alone is negated (0 or 1, in a long sentence 0.5); on how many axes of
        opposites the sides say the contrary of each other, and on how many of time (0 to 3); whether they speak of
        other persons (0 or 1).
    words : tuple of str
        For each of them the words that clash, English first, as in ``tomorrow / hôm qua``; empty where none do.
    """

    features: tuple[float, ...]
    words: tuple[str, ...]


SILENT: Final = Clashes((0.0,) * len(SIGN_FEATURES), ("",) * len(SIGN_FEATURES))
"""Nothing speaks against a pair."""


class _Phrase(NamedTuple):
    """A phrase of the table behind its second word: the other words, whether a clause must end there, its signs."""

    rest: tuple[str, ...]
    ends: bool
    signs: Signs


class _Entry(NamedTuple):
    """What begins with a word.

    Attributes
    ----------
    alone, closing : Signs or None
        Of the word itself, and where a clause ends behind it; None where the table has no such row.
    phrases : dict of str to tuple of _Phrase
        Phrases of two words and more by their second one, the longest first.
    """

    alone: Signs | None
    closing: Signs | None
    phrases: dict[str, tuple[_Phrase, ...]]


class _Lexicon(NamedTuple):
    """The signs of a language.

    Attributes
    ----------
    entries : dict of str to _Entry
        By first word.
    prefixes, suffixes : tuples of str
        Beginnings and ends of words that negate.
    exempt : tuple of str
        Beginnings that look like such ones.
    """

    entries: dict[str, _Entry]
    prefixes: tuple[str, ...]
    suffixes: tuple[str, ...]
    exempt: tuple[str, ...]


@functools.cache
def _axes() -> tuple[dict[str, dict[str, int]], tuple[int, ...]]:
    """For each axis the bits of each of its values, in the table's order; the feature that each axis counts for."""
    axes: dict[str, dict[str, int]] = {}
    kinds = []
    for kind, axis, values in read_table("signs.tsv", "kind", "axis", "value"):
        if kind == "none":
            continue
        if axis not in axes:
            axes[axis] = {}
            kinds.append(KINDS.index(kind))
        for value in values.split(","):
            name = value.removesuffix("?")
            bit = 1 << len(axes[axis]) // 2
            axes[axis].setdefault(name, bit)
            axes[axis].setdefault(f"{name}?", axes[axis][name] << _ALLOWED)
    return axes, tuple(kinds)


@functools.cache
def _lexicon(language: str) -> _Lexicon:
    """The table's rows of a language, by first word."""
    axes, _ = _axes()
    places = {axis: k for k, axis in enumerate(axes)}
    found: dict[str, dict[tuple[tuple[str, ...], bool], dict[int, int]]] = {}
    affixes: dict[str, list[str]] = {"prefixes": [], "suffixes": [], "exempt": []}
    for kind, axis, values, lang, phrases in read_table("signs.tsv", "kind", "axis", "value", "language", "words"):
        for phrase in phrases.split(", ") if lang == language else ():
            if phrase.endswith("-"):
                affixes["exempt" if kind == "none" else "prefixes"].append(phrase[:-1])
            elif phrase.startswith("-"):
                affixes["suffixes"].append(phrase[1:])
            else:
                keys = words_of(phrase, language).keys
                signs = found.setdefault(keys[0], {}).setdefault((keys[1:], phrase.endswith("|")), {})
                if kind != "none":
                    bits = sum(axes[axis][value] for value in values.split(","))
                    signs[places[axis]] = signs.get(places[axis], 0) | bits
    # 'thiếu hụt' is a deficit, and may stand for a negation as 'thiếu' does.
    alone = {word: rows[(), False].get(_NEGATION, 0) for word, rows in found.items() if ((), False) in rows}
    for word, rows in found.items():
        for (rest, _), signs in rows.items():
            held = functools.reduce(operator.or_, [alone.get(key, 0) for key in (word, *rest)])
            if rest and signs and held:
                signs.setdefault(_NEGATION, held)
    entries = {word: _entry(rows) for word, rows in found.items()}
    return _Lexicon(entries, *(tuple(affixes[name]) for name in ("prefixes", "suffixes", "exempt")))


def _entry(rows: dict[tuple[tuple[str, ...], bool], dict[int, int]]) -> _Entry:
    """Sort what begins with one word by the word behind it."""
    alone, closing = (tuple(rows[(), ends].items()) if ((), ends) in rows else None for ends in (False, True))
    by_second: dict[str, list[_Phrase]] = {}
    for (rest, ends), signs in sorted(rows.items(), key=lambda row: (-len(row[0][0]), not row[0][1])):
        if rest:
            by_second.setdefault(rest[0], []).append(_Phrase(rest[1:], ends, tuple(signs.items())))
    return _Entry(alone, closing, {second: tuple(behind) for second, behind in by_second.items()})


def compare_signs(source: Words, target: Words) -> Clashes:
    """Compare the signs of an English and a Vietnamese text.

    Parameters
    ----------
    source, target : Words
        The words of the two texts (`names.spelling.words_of`).

    Returns
    -------
    Clashes
        `SILENT` itself where nothing clashes.

    Notes
    -----
    An axis clashes where both sides say something of it, and nothing that the other side says or allows. Persons clash
    also where both texts begin with one, and with another one. Negation clashes where one side alone has one, and the
    other has nothing that may stand for one: no word that denies ("refuse", "thiếu"), no phrase that is often turned
    ("not only", "… không?"), no English word in un- or -less. A contrary stands for a negation too, so that both are
    silent where one side alone is negated ("not easy", "khó"). The time grows with the number of words.

    Examples
    --------
    >>> from aligner.names.spelling import words_of
    >>> found = compare_signs(words_of("He will come tomorrow.", "en"), words_of("Cô ấy đã đến hôm qua.", "vi"))
    >>> found.features
    (0.0, 0.0, 2.0, 1.0)
    >>> found.words
    ('', '', 'will, tomorrow / đã, hôm qua, tomorrow / hôm qua', 'He / Cô ấy')
    >>> compare_signs(words_of("I don't know.", "en"), words_of("Tôi biết.", "vi")).words[0]
    "don't / —"
    """
    english, vietnamese = _read(source, _lexicon("en").entries), _read(target, _lexicon("vi").entries)
    if not english and not vietnamese:
        return SILENT
    here, there = _values(english), _values(vietnamese)
    negated, denied = here.get(_NEGATION, 0), there.get(_NEGATION, 0)
    clashing: list[list[int]] = [[], [], [], []]
    kinds = _axes()[1]
    both_begin = bool(english and vietnamese) and english[0][1] == vietnamese[0][1] == 0
    for axis, values in here.items():
        others = there.get(axis)
        if not others or axis == _NEGATION:
            continue
        kind = kinds[axis]
        if _clash(values, others) or (both_begin and kind == _PERSON and _begin_apart(english, vietnamese, axis)):
            clashing[kind].append(axis)
    if (negated ^ denied) & _NO and clashing[_OPPOSITE]:
        clashing[_OPPOSITE].clear()  # 'not easy', 'khó'
    elif clashing[_OPPOSITE] and negated & denied & _NO:
        one = _denied(english) ^ _denied(vietnamese)  # 'unsafe', 'không an toàn', and another negation on both sides
        clashing[_OPPOSITE] = [axis for axis in clashing[_OPPOSITE] if axis not in one]
    elif (negated & _ALONE and not denied) or (denied & _ALONE and not negated and not _is_affixed(source.keys)):
        clashing[_NEGATION].append(_NEGATION)
    if not any(clashing):
        return SILENT
    counts = [min(float(len(axes)), most) for axes, most in zip(clashing, MOST, strict=True)]
    if len(source) >= LONG:
        counts[_NEGATION] /= 2
    told = [dict.fromkeys(_tell(source, english, target, vietnamese, axis) for axis in axes) for axes in clashing]
    return Clashes(tuple(counts), tuple(map(", ".join, told)))


def _read(words: Words, entries: dict[str, _Entry]) -> list[Hit]:
    """The signs of a text in their order; of those that begin at a word the longest, and none inside of it."""
    keys, hits, after = words.keys, [], 0
    last = len(keys) - 1
    for at in itertools.compress(itertools.count(), map(entries.__contains__, keys)):
        if at < after:
            continue
        signs, closing, phrases = entries[keys[at]]
        end = at + 1
        if closing is not None and not _goes_on(words, end):
            signs = closing
        if phrases and at < last and keys[end] in phrases:
            for rest, ends, longer in phrases[keys[end]]:
                beyond = end + 1 + len(rest)
                if (not rest or keys[end + 1 : beyond] == rest) and not (ends and _goes_on(words, beyond)):
                    signs, end = longer, beyond
                    break
        if signs is not None:
            after = end
            if signs:
                hits.append((signs, at, end))
    return hits


def _goes_on(words: Words, at: int) -> bool:
    """Whether a clause goes on with this word."""
    return at < len(words) and _STOPS.isdisjoint(words.gaps[at])


def _values(hits: list[Hit]) -> dict[int, int]:
    """For each axis, what its signs say together."""
    found: dict[int, int] = {}
    for signs, _, _ in hits:
        for axis, bits in signs:
            found[axis] = found.get(axis, 0) | bits
    return found


def _denied(hits: list[Hit]) -> set[int]:
    """The axes of which a sign stands right behind a negation: 'không an toàn'."""
    ends = {end for signs, _, end in hits if dict(signs).get(_NEGATION, 0) & _NO}
    return {axis for signs, at, _ in hits if at in ends for axis, _ in signs}


def _is_affixed(keys: Sequence[str]) -> bool:
    """Whether an English text has a word that a prefix or suffix negates."""
    entries, prefixes, suffixes, exempt = _lexicon("en")
    return any(
        (key.startswith(prefixes) and not key.startswith(exempt)) or (key.endswith(suffixes) and key not in entries)
        for key in keys
    )


def _clash(values: int, others: int) -> bool:
    """Whether both sides say something of an axis, and nothing that the other one says or allows."""
    said, told = values & _SAID, others & _SAID
    return bool(said and told) and not (said | values >> _ALLOWED) & (told | others >> _ALLOWED)


def _begin_apart(english: list[Hit], vietnamese: list[Hit], axis: int) -> bool:
    """Whether both texts, which begin with a sign, begin with one of this axis, and with another one."""
    first, other = (dict(hits[0][0]).get(axis, 0) for hits in (english, vietnamese))
    return _clash(first, other)


def _tell(source: Words, english: list[Hit], target: Words, vietnamese: list[Hit], axis: int) -> str:
    """The signs of an axis as they stand in both texts; of negation those that need a counterpart."""
    telling = _ALONE if axis == _NEGATION else _SAID
    found = [
        dict.fromkeys(_written(words, at, end) for signs, at, end in hits if dict(signs).get(axis, 0) & telling)
        for words, hits in ((source, english), (target, vietnamese))
    ]
    return " / ".join(", ".join(words) or "—" for words in found)


def _written(words: Words, at: int, end: int) -> str:
    """Words with what stands between them."""
    return words.texts[at] + "".join(words.gaps[k] + words.texts[k] for k in range(at + 1, end))
