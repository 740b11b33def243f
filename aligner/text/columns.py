"""Languages of columns: which of two lists of texts is English and which Vietnamese, by all of their words together.

One name, one short phrase, one line without marks tells little; a column of them tells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from aligner.text.language import detect_language
from aligner.text.unicode import VIETNAMESE_LETTERS, nfc

Tongue = Literal["en", "vi", "und"]

_CELL: Final = 300
"""Characters of a text that are looked at: two sentences."""

# Shares, found on the pairs of tests/test_sides.py, which hold them.
_MAIN: Final = 0.75  # of the letters of texts that tell a language: from it on the column is in that one
_CONTRAST: Final = 4.0  # times the marks of the other column, from which on marks tell where words do not
_LEAST_MARKED: Final = 0.03  # of letters with Vietnamese marks: .2 to .35 in Vietnamese, to .02 in English with names
# Of each column, for marks to tell: 'mẹ' beside 'mum' does not, 'bố mẹ' beside 'parents' does.
_LEAST_LETTERS: Final = 4
_SURE_WORDS: Final = 2  # with marks, for words to speak against names that are ours: no chance of letters

LETTER: Final = re.compile(r"[^\W\d_]")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_MARKED: Final = re.compile(f"[{VIETNAMESE_LETTERS}]")


class Look(NamedTuple):
    """What the words of a column tell.

    Attributes
    ----------
    language : {"en", "vi", "both", "und"}
        That of three letters in four; "both" where neither has them, "und" where no text tells.
    letters : int
        Letters of the distinct texts.
    marked : float
        Share of them with Vietnamese marks.
    words : int
        Distinct words of two letters and more with such marks.
    """

    language: str
    letters: int
    marked: float
    words: int


def tongue_of(text: str) -> Tongue:
    """Tell English from Vietnamese, with its marks or without.

    Examples
    --------
    >>> tongue_of("Xin chao cac ban"), tongue_of("Hello my friends"), tongue_of("12/3")
    ('vi', 'en', 'und')
    """
    found = detect_language(text[:_CELL])
    return "vi" if found == "vi-unaccented" else found


def look_at(texts: Sequence[str]) -> Look:
    """Look at a column, each distinct text once.

    Examples
    --------
    >>> look_at(["Xin chào các bạn", "Hà Nội", "OK"]).language
    'vi'
    """
    distinct = list(dict.fromkeys(nfc(text[:_CELL]) for text in texts if text.strip()))
    letters = [len(LETTER.findall(text)) for text in distinct]
    marked = sum(len(_MARKED.findall(text)) for text in distinct)
    told = {"en": 0, "vi": 0, "und": 0}
    for text, n in zip(distinct, letters, strict=True):
        told[tongue_of(text)] += n
    sure = told["en"] + told["vi"]
    language: str = "both"
    if not sure:
        language = tongue_of("\n".join(distinct)[: 100 * _CELL])
    elif max(told["en"], told["vi"]) >= _MAIN * sure:
        language = "en" if told["en"] > told["vi"] else "vi"
    words = {word for text in distinct for word in _WORD.findall(text) if _MARKED.search(word)}
    return Look(language, sum(letters), marked / max(sum(letters), 1), len(words))


def order_of(first: Look, second: Look, *, is_sure: bool = False) -> int:
    """Tell which of two columns is English: 1 for the first, -1 for the second, 0 where the words do not tell.

    Without `is_sure`, marks that only one of them has tell as well as words.

    Examples
    --------
    >>> en, vi = look_at(["Hello my friends"]), look_at(["Xin chào các bạn"])
    >>> order_of(en, vi), order_of(vi, en), order_of(look_at(["Lan"]), look_at(["Lan"]))
    (1, -1, 0)
    """
    if is_sure:
        if max(first.words, second.words) < _SURE_WORDS or min(first.letters, second.letters) < _LEAST_LETTERS:
            return 0
        return {("en", "vi"): 1, ("vi", "en"): -1}.get((first.language, second.language), 0)
    return int(_speaks_for(first, second)) - int(_speaks_for(second, first))


def _speaks_for(en: Look, vi: Look) -> bool:
    """Whether the words say that these are English and Vietnamese, in this order."""
    has_contrast = vi.marked >= _LEAST_MARKED and vi.marked > _CONTRAST * en.marked
    has_contrast = has_contrast and min(en.letters, vi.letters) >= _LEAST_LETTERS
    if en.language == "en":
        return vi.language == "vi" or has_contrast
    return en.language != "vi" and has_contrast
