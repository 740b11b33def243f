"""Segments of TMX and XLIFF as text: marks in them go with their code; one that is a line break leaves a space."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

_MARKS: Final = frozenset({"bpt", "ept", "ph", "it", "ut", "x", "br", "bx", "ex", "sc", "ec", "cp", "sm", "em"})
"""Elements in a segment whose content is code of the original's format, or nothing; that of hi, g, pc and mrk is
text."""

_BREAK: Final = re.compile(
    r"<\s{0,3}/?(?:\w{1,10}:)?(?:br|lb|cr|p|div|li|ul|ol|tr|td|th|h[1-6]|hr|tab|blockquote|line-?break|newline|"
    r"linefeed)(?![\w-])"  # a tag that ends a line, a paragraph or a cell: of HTML, DOCX (w:br), ODF (text:line-break)
    r"|\\[nrt]\b|\\line\b|\\par\b|[\n\r\t\v\f\u2028\u2029\u0085]|&#(?:10|13|x0?[ad]);"
    r"|\[(?:br|lb)\s?/?\]|\{(?:br|lb|n)\}",
    re.IGNORECASE,
)
"""What code of a mark says that there is a break between two words."""

_BREAK_TYPES: Final = re.compile(
    r"(?:x-)?(?:html-|w-)?(?:lb|br|pb|cr|lf|tab|(?:line-?|soft-?|hard-?|page-?)?break|new-?line|linefeed|paragraph|struct)",
    re.IGNORECASE,
)
"""Values of a mark's attributes `type` (TMX 1.4b names ``lb``, ``pb``, ``struct``), `ctype` (XLIFF 1.2) and `subType`
(XLIFF 2.0, ``xlf:lb``) that say so."""


class Segment:
    """The text of a segment while its marks are read one by one.

    Attributes
    ----------
    hear : callable
        Takes the characters that come next: text, or code of a mark.
    keeps_spaces : bool
        Whether white space is text, as in our own files; else line breaks, and the white space beside them, are one
        space.

    Examples
    --------
    >>> segment = Segment(Counter())
    >>> segment.hear("One"), segment.begin_mark("ph", {"type": "lb"}), segment.end_mark(), segment.hear("two")
    (None, None, None, None)
    >>> segment.end()
    'One two'
    """

    def __init__(self, skipped: Counter[str], *, keeps_spaces: bool = False) -> None:
        self.keeps_spaces = keeps_spaces
        self._skipped = skipped
        self._parts: list[str] = []
        self._code: list[str] = []
        self._is_break = False
        self._depth = 0  # of marks
        self.hear: Callable[[str], None] = self._parts.append

    def begin_mark(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take an element, its name without prefix."""
        if name in _MARKS:
            if not self._depth:
                self._code.clear()
                self._is_break = name == "br"
            self._skipped["marks in segments"] += 1
            self._depth += 1
            types = (attributes.get(key, "").removeprefix("xlf:") for key in ("type", "ctype", "subType"))
            self._is_break = self._is_break or any(map(_BREAK_TYPES.fullmatch, types))
            self._code += [attributes.get(key, "") for key in ("equiv-text", "equiv", "disp")]
        elif self._depth:
            self._depth += 1
        self.hear = self._code.append if self._depth else self._parts.append

    def end_mark(self) -> None:
        """Take the end of one; a line break in its code parts two words, which a space must do without it."""
        if self._depth == 1 and (self._is_break or _BREAK.search("".join(self._code))):
            self._parts.append(" " if self.keeps_spaces else "\n")
        self._depth -= self._depth > 0
        if not self._depth:
            self.hear = self._parts.append

    def end(self) -> str:
        """Give the text; the next segment may begin."""
        text = "".join(self._parts)
        self._parts.clear()
        self._depth, self.hear = 0, self._parts.append
        if "\n" in text and not self.keeps_spaces:
            text = " ".join(filter(None, (line.strip(" \t\r") for line in text.split("\n"))))
        return text
