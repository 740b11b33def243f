"""Marks: what opens and closes a sentence, and what its first and last marks tell of it.

Which marks close, which word is an abbreviation, what opens a list item: everybody who asks, asks here.
"""

from __future__ import annotations

import functools
import re
import string
from typing import Final

from aligner.text.tables import read_table

PAIRS: Final = {"(": ")", "[": "]", "{": "}", "“": "”", "‘": "’", "«": "»", "‹": "›"}
"""Brackets and quotes that differ, the opening one and what closes it."""

CLOSERS: Final = "\"'" + "".join(PAIRS.values())
"""Quotes and brackets that may stand behind the last mark of a sentence."""

EMPHASIS: Final = "*_"
"""Marks of Markdown around words, which no reader takes away: '**Note.**'."""

OPENERS: Final = "\"'" + "".join(PAIRS) + EMPHASIS + "-–—"
"""Quotes, brackets, emphasis and dashes that may stand before a word without being a part of it."""

BULLETS: Final = "•▪●◦‣·∙⁃■□▫○◆◇►▸▶➢➤➔✓✔❖★☆\uf0b7\uf0a7"
"""Signs that open list items and are no part of the text; the last two are of the font Symbol, as Word has them."""

NUMERAL: Final = r"\d{1,3}(?:\.\d{1,3}){0,4}|[IVXLC]{1,6}|[ivx]{1,5}|[a-zđ]"
"""Pattern of what numbers a list item: 3, 1.2.3, IV, iv, a, đ."""

WEB_ADDRESS: Final = r"(?:(?:https?|ftp)://|www\.)[^\s<>\"]+"
"""Pattern of an address of the web as it stands in running text, with the marks that end the sentence behind it."""

_END: Final = {
    mark: kind
    for marks, kind in ((".。…", "."), ("?？", "?"), ("!！", "!"), (":：", ":"), (";；", ";"), (",，", ","))
    for mark in marks
}
_CLOSING: Final = CLOSERS + EMPHASIS + string.whitespace + "\u00a0"
_OPENING: Final = OPENERS + BULLETS + "#>" + string.whitespace + "\u00a0"
# White space is asked for behind all but bullets; a dash is asked for in `is_list_item`.
_ITEM: Final = re.compile(rf"[{BULLETS}]|[*+]\s|(?:\(\s?(?:{NUMERAL})\)|(?:{NUMERAL})(?:\.\)|[.)]))\s")
_DASH: Final = re.compile(r"[-–—]\s")
_ACRONYM: Final = re.compile(r"[^\W\d_](?:\.-?[^\W\d_]{1,2})*")
# Characters looked at from either end, so that time does not grow with the text: marks in a row and the longest
# abbreviation are far shorter (test_marks.py).
_WINDOW: Final = 80


def end_mark(text: str) -> str:
    """Tell the mark that a sentence ends with, closing quotes and brackets passed over.

    Parameters
    ----------
    text : str
        A sentence.

    Returns
    -------
    {".", "?", "!", ":", ";", ",", ""}
        Its class, "" for none. An ellipsis is a full stop; marks of full width are as the others.

    Examples
    --------
    >>> end_mark("He said “No.”"), end_mark("Wait… "), end_mark("two ropes;"), end_mark("Introduction")
    ('.', '.', ';', '')
    """
    return _END.get(text[-1:]) or _END.get(text[-_WINDOW:].rstrip(_CLOSING)[-1:], "")


def opens_lower(text: str) -> bool:
    """Tell whether a sentence begins as if the one before went on: with a small letter, or a mark that opens nothing.

    A quote, a dash or a bullet begins something new, whatever stands behind it (`strip_opening` takes them off).

    Examples
    --------
    >>> opens_lower("and then"), opens_lower(", he said"), opens_lower("“and then"), opens_lower("He said")
    (True, True, False, False)
    """
    head = text[:_WINDOW].lstrip()[:1]
    return head.islower() or (bool(head) and head in ",;)%")


def strip_opening(text: str) -> str:
    """Take quotes, brackets, bullets, emphasis and white space off the beginning of a text.

    Examples
    --------
    >>> strip_opening("- “(and then)”")
    'and then)”'
    """
    return text.lstrip(_OPENING)


_CONJUNCTIONS = frozenset({"as", "because", "if", "that", "when", "while"})
_LONGEST_ACRONYM = 3  # US, UK, EU, UN, WHO


def ends_cut(text: str, lang: str = "en") -> bool:
    """Tell whether a sentence ends as if the stop of an abbreviation or an initial had been taken for its end.

    Parameters
    ----------
    text : str
        A sentence.
    lang : {"en", "vi", "und"}
        Of a third language only titles, initials and letters with stops between them are known (`abbreviations`).

    Returns
    -------
    bool
        True after a title, whatever its case, and after any other abbreviation of the table, an initial or letters with
        stops between them, if it begins with a capital: 'no.' and '5 p.m.' end sentences. A number's label alone
        ('No.') is an answer. What is all capitals is no abbreviation for that: 'EU.' ends a sentence, but not right
        behind a conjunction, where a clause has only begun ('comes as US.').

    Examples
    --------
    >>> ends_cut("It was signed by Dr."), ends_cut("chủ trì bởi TT."), ends_cut("He likes John F.")
    (True, True, True)
    >>> ends_cut("Họ đến Việt Nam."), ends_cut("She left the EU."), ends_cut("No."), ends_cut("It comes as US.")
    (False, False, False, True)
    """
    last = text[-_WINDOW:].rstrip()
    if not last.endswith("."):
        return False
    *before, word = last.rsplit(None, 2)[-2:]
    word = word.lstrip(OPENERS)[:-1]
    if before and lang != "und" and before[0] in _CONJUNCTIONS and 1 < len(word) <= _LONGEST_ACRONYM and word.isupper():
        return True
    kind = abbreviation_class(word, lang)
    if kind is None or kind == "end":
        return False
    if kind == "number" and word == text.strip().strip(OPENERS)[:-1]:
        return False
    return kind == "title" or word[0].isupper()


@functools.cache
def abbreviations(lang: str = "en") -> dict[str, str]:
    """Abbreviations of both languages without their last full stop, and their classes (aligner/data/README.md).

    Vietnamese names stand in English news, and the reverse, so neither language has a table of its own. Titles are
    known in capitals too. For a third language ("und") there are only the titles, many of which ('Dr.', 'Prof.') it
    shares: the others are words that it may end a sentence with ('Art.', 'Est.').

    Examples
    --------
    >>> abbreviations()["Mr"], abbreviations()["MR"], abbreviations()["TP"]
    ('title', 'title', 'title')
    """
    rows = [
        (word.removesuffix("."), kind)
        for word, kind in read_table("abbreviations.tsv", "abbreviation", "class")
        if lang != "und" or kind == "title"
    ]
    return dict(rows) | {word.upper(): kind for word, kind in rows if kind == "title" and word[0].isupper()}


def abbreviation_class(token: str, lang: str = "en") -> str | None:
    """Tell the class of an abbreviation, its last full stop left out; None for a word.

    Examples
    --------
    >>> [abbreviation_class(token) for token in ("Prof", "PGS.TS", "U.S", "J", "Nam", "EU")]
    ['title', 'title', 'either', 'either', None, None]
    """
    known = abbreviations(lang)
    if token in known:
        return known[token]
    if token.isalpha():  # no stops inside
        return "either" if len(token) == 1 and token.isupper() else None
    if known.get(re.split(r"[.\-/]", token)[-1]) == "title":  # PGS.TS. = PGS. TS.
        return "title"
    is_acronym = _ACRONYM.fullmatch(token) and (len(token) > 1 or token.isupper())
    return "either" if is_acronym else None


def is_list_item(text: str) -> bool:
    """Tell whether a sentence opens with the mark of a list item: a bullet, a star, a dash, a number or a letter.

    What a dash opens is a list item unless it ends as a sentence does: so Vietnamese writes what somebody says.

    Examples
    --------
    >>> [is_list_item(text) for text in ("• rope", "2) rope", "đ. dây", "- rope", "- Tôi về.", "J. Smith")]
    [True, True, True, True, False, False]
    """
    if _DASH.match(text):
        return end_mark(text) not in (".", "?", "!") and text.rstrip()[-1] not in CLOSERS
    return _ITEM.match(text) is not None
