"""Chinese names in their Vietnamese reading: Mao Zedong, Mao Trạch Đông."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Final

from aligner.text.tables import read_table

LONGEST: Final = 6
"""Letters of the longest syllables of pinyin (zhuang)."""

SYLLABLES: Final = range(2, 5)
"""Syllables of a Chinese name: family and given name, of one or two each (Sima Xiangru)."""


@functools.cache
def _readings() -> Mapping[str, frozenset[str]]:
    """Vietnamese readings by syllable of pinyin without tones (aligner/data/readings.tsv)."""
    found: dict[str, set[str]] = {}
    for pinyin, reading in read_table("readings.tsv", "pinyin", "reading"):
        found.setdefault(pinyin, set()).add(reading)
    return {pinyin: frozenset(readings) for pinyin, readings in found.items()}


def is_pinyin(keys: tuple[str, ...]) -> bool:
    """Whether the words of an English text's name may be Chinese syllables, two to four of them.

    Examples
    --------
    >>> is_pinyin(("wang", "jianguo")), is_pinyin(("jane", "austen"))
    (True, False)
    """
    return any(n in _counts(keys) for n in SYLLABLES)


@functools.lru_cache(maxsize=1 << 12)
def _counts(keys: tuple[str, ...]) -> frozenset[int]:
    """The numbers of syllables that words can be cut into, each word by itself; none where one cannot be cut."""
    readings, counts = _readings(), {0}
    for key in keys:
        if len(key) > LONGEST * SYLLABLES.stop:
            return frozenset()
        reached = {0: counts}
        for end in range(1, len(key) + 1):
            reached[end] = {
                n + 1
                for start in range(max(0, end - LONGEST), end)
                if key[start:end] in readings
                for n in reached[start]
                if n < SYLLABLES.stop
            }
        counts = reached[len(key)]
    return frozenset(counts)


@functools.lru_cache(maxsize=1 << 12)
def reads_as(keys: tuple[str, ...], syllables: tuple[str, ...]) -> bool:
    """Whether Vietnamese syllables are how a Chinese name is read, the family name first in one or both.

    Parameters
    ----------
    keys : tuple of str
        The words of the English text's name: pinyin, folded.
    syllables : tuple of str
        Those of the Vietnamese name, as `vietnamese_key` has them.

    Examples
    --------
    >>> reads_as(("mao", "zedong"), ("mao", "trạch", "đông")), reads_as(("jianguo", "wang"), ("vương", "kiến", "quốc"))
    (True, True)
    >>> reads_as(("wang", "jianguo"), ("lý", "kiến", "quốc"))
    False
    """
    if len(syllables) not in SYLLABLES or len(syllables) not in _counts(keys):
        return False
    orders = {keys, (keys[-1], *keys[:-1])}
    return any(_reads("".join(order), syllables) for order in orders)


def _reads(letters: str, syllables: tuple[str, ...]) -> bool:
    """Whether letters can be cut into syllables that are read so."""
    readings, ends = _readings(), {0}
    for syllable in syllables:
        ends = {
            end
            for start in ends
            for end in range(start + 1, min(start + LONGEST, len(letters)) + 1)
            if syllable in readings.get(letters[start:end], ())
        }
    return len(letters) in ends
