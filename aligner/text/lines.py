"""Lines: whether the line breaks of a text part units (verse, subtitles, terms) or only wrap prose, by both languages.

One text alone often cannot tell: lines of verse may begin small, and wrapped prose may have names at line starts. The
translation tells: it keeps the lines of a poem, and where one side shows that its lines are meant, both are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from aligner.bitext import Sentence
from aligner.text.marks import CLOSERS, is_list_item
from aligner.text.sentences import NARROW, WIDE, split_sentences
from aligner.text.unicode import nfc

# All found on the poems and the prose of tests/test_lines.py, which holds them.
_LEAST_LINES: Final = 3
_COUNT_SLACK: Final = 0.25  # of the lines of the longer side: how far free translations of verse differ in number
_SEVERAL_SHARE: Final = 0.25  # of lines with a sentence end inside; from it on lines are paragraphs
_OPEN_SHARE: Final = 0.3  # of lines without a stop at their end, on one side at least; below, stops tell as much
_ITEM_SHARE: Final = 0.3  # of lines with the mark of a list item: the splitter knows those, and takes the mark off
_CAPITAL_SHARE: Final = 0.6  # of unended lines before a capital: names make .1 to .3 of it in wrapped prose
_TIGHT_SHARE: Final = 0.85  # of unended lines before a small letter that the next word would have made too long
_LOOSE_SHARE: Final = 0.7  # the same, at most, in verse: a metre makes lines of nearly one length
_LONGEST: Final = 0.9  # quantile of the lengths of lines that counts as the width: an address may stand out

_ENDED = re.compile(rf"[.!?…][{re.escape(CLOSERS)}]*\Z")
_ENDED_INSIDE = re.compile(rf"[^\W\d_]{{2}}[.!?…][{re.escape(CLOSERS)}]*\s+\W{{0,3}}([^\W\d_])")


@dataclass(frozen=True, slots=True)
class Lines:
    """What was decided about the lines of two texts.

    Attributes
    ----------
    are_units : bool
        Whether every line break ends a unit.
    reason : str
        Why, in words.
    """

    are_units: bool
    reason: str


class _Shape:
    """What the lines of one text look like, each when it is first asked for; shares in 0..1."""

    def __init__(self, text: str) -> None:
        self._lines = [line.strip() for line in text.split("\n")]
        self._filled = [line for line in self._lines if line]
        self.count = len(self._filled)

    @cached_property
    def width(self) -> int:
        """Length of the longer lines, in code points."""
        lengths = sorted(map(len, self._filled)) or [0]
        return lengths[min(int(_LONGEST * len(lengths)), len(lengths) - 1)]

    @cached_property
    def several(self) -> float:
        """Share of lines that hold more than one sentence."""
        several = sum(any(match[1].isupper() for match in _ENDED_INSIDE.finditer(line)) for line in self._filled)
        return several / max(self.count, 1)

    @cached_property
    def items(self) -> float:
        """Share of lines that open with the mark of a list item."""
        return sum(map(is_list_item, self._filled)) / max(self.count, 1)

    @cached_property
    def _pairs(self) -> list[tuple[str, str]]:
        """Lines that another follows in the paragraph, with that."""
        following = zip(self._lines, [*self._lines[1:], ""], strict=True)
        return [(line, after) for line, after in following if line and after]

    @cached_property
    def _unended(self) -> list[tuple[str, str]]:
        """Those of these without a stop at their end."""
        return [(line, after) for line, after in self._pairs if not _ENDED.search(line)]

    @cached_property
    def _small(self) -> list[tuple[str, str]]:
        """Those of these that a small letter follows."""
        return [(line, after) for line, after in self._unended if after[0].islower()]

    @property
    def open(self) -> float:
        """Share of lines without a stop at their end, of those that another follows in the paragraph."""
        return len(self._unended) / max(len(self._pairs), 1)

    @cached_property
    def capital(self) -> float:
        """Share of open lines that a capital follows."""
        capital = sum(_first_letter(after).isupper() for _, after in self._unended)
        return capital / max(len(self._unended), 1)

    @cached_property
    def tight(self) -> float:
        """Share of the open lines before a small letter that the next word would have made longer than the width."""
        tight = sum(len(line) + 1 + len(after.split(None, 1)[0]) > self.width for line, after in self._small)
        return tight / max(len(self._small), 1)

    @property
    def is_wrapped(self) -> bool:
        """Whether these are lines of wrapped prose."""
        small = len(self._small) >= 2 and self.capital < _CAPITAL_SHARE
        return self.width >= NARROW and small and self.tight >= _TIGHT_SHARE

    @property
    def is_meant(self) -> bool:
        """Whether these are lines that were broken on purpose."""
        return self.capital >= _CAPITAL_SHARE or (len(self._small) >= 2 and self.tight <= _LOOSE_SHARE)


def decide_lines(source: str, target: str) -> Lines:
    r"""Decide from both texts whether their lines are units.

    Parameters
    ----------
    source, target : str
        Running text, paragraphs (stanzas) between blank lines.

    Returns
    -------
    Lines
        Units only if the two have about equally many lines, few lines hold several sentences, many end without a stop,
        one side at least shows that its lines are meant, and none that they were wrapped. A line is meant if the next
        begins with a capital though no sentence ended, or if the next word would have fitted on it.

    Examples
    --------
    >>> en = "The rain came down\nupon the old tin roof,\nand no one spoke"
    >>> vi = "Mưa rơi xuống rồi\nTrên mái tôn đã cũ\nVà không ai nói gì"
    >>> decide_lines(en, vi)
    Lines(are_units=True, reason='3 and 3 short lines, 100% and 100% without a stop')
    """
    shapes = one, two = _Shape(source), _Shape(target)
    if min(one.count, two.count) < _LEAST_LINES:
        return Lines(False, "too few lines to tell")
    if abs(one.count - two.count) > _COUNT_SLACK * max(one.count, two.count):
        return Lines(False, f"the sides have {one.count} and {two.count} lines")
    if max(one.width, two.width) > WIDE or one.several >= _SEVERAL_SHARE or two.several >= _SEVERAL_SHARE:
        return Lines(False, "lines hold several sentences, or are as long as paragraphs")
    if max(one.items, two.items) >= _ITEM_SHARE:
        return Lines(False, "lines are list items")
    if max(one.open, two.open) < _OPEN_SHARE:
        return Lines(False, "lines end in stops")
    if any(shape.is_wrapped for shape in shapes):
        return Lines(False, "lines are wrapped: small letters begin them, and the next word would not have fitted")
    if not any(shape.is_meant for shape in shapes):
        return Lines(False, "nothing shows that lines are meant")
    return Lines(True, f"{one.count} and {two.count} short lines, {one.open:.0%} and {two.open:.0%} without a stop")


def _first_letter(line: str) -> str:
    return next(filter(str.isalpha, line), "")


def split_lines(text: str, lang: str) -> Iterator[Sentence]:
    r"""Make a sentence of every line with text; a line as long as a paragraph is split as running text.

    Examples
    --------
    >>> [(s.text, s.start, s.block) for s in split_lines("no more,\n no less\n\nthe end", "en")]
    [('no more,', 0, 0), ('no less', 10, 0), ('the end', 19, 1)]
    """
    at = block = 0
    filled = False
    for line in text.split("\n"):
        start = at + len(line) - len(line.lstrip())
        end = start + len(line.strip())
        if start < end:
            filled = True
            if end - start <= WIDE:
                yield Sentence(nfc(text[start:end]), start, end, block)
            else:
                for s in split_sentences(text[start:end], lang):
                    yield replace(s, start=start + s.start, end=start + s.end, block=block)
        elif filled:
            block, filled = block + 1, False
        at += len(line) + 1
