"""Anchors: what a sentence and its translation are likely to hold alike, as keys of no language.

Numbers and names are read and written anew in either language; words that no Vietnamese syllable is spelled like are
mostly kept as they are. Where a third language is in the document, only what is written alike on both sides is left.
"""

from __future__ import annotations

import functools
import re

from aligner.bitext import check_language
from aligner.names.detection import name_keys, scan, unlike_small
from aligner.names.gazetteer import gazetteer
from aligner.names.table import NameTable
from aligner.numbers.matching import number_keys
from aligner.text.syllables import is_syllable
from aligner.text.unicode import nfc

_RUN = re.compile(r"\w+")
_WORD = re.compile(r"[^\W\d_]\w+")  # what of a run is a word: no figures in front
# What any language leaves as it is: addresses; figures, whatever divides them (2,500 and 2.500); words.
_ALIKE = re.compile(r"(?P<u>\S+@\w\S*|https?://\S+|www\.\S+)|(?P<n>\d+(?:[.,]\d+)*)|(?P<v>[^\W\d_]\w+)")


def anchor_keys(text: str, lang: str, *, glossary: NameTable | None = None, keep: bool = False) -> tuple[str, ...]:
    """Find what a translation of a text is likely to hold in the same or in another spelling.

    Parameters
    ----------
    text : str
        A sentence, in any normalisation form.
    lang : {"en", "vi", "und"}
        "und" for both sides where one is in a third language (`Languages.compared`).
    glossary : NameTable, optional
        Names that are known to belong together.
    keep : bool
        Keep what was found in the text for others who ask soon (`names.detection.scan`).

    Returns
    -------
    tuple of str
        ``n:`` and a number's key; the keys of names (``e:``, ``w:``); ``v:`` and a foreign word with a capital anywhere
        (names that begin a sentence, abbreviations, identifiers), in small letters and without a final s, since
        Vietnamese has no plural. With repetitions. For "und" ``n:`` and figures, ``v:`` and a word with a capital
        anywhere, ``u:`` and an address.

    Raises
    ------
    InputError
        If lang is none of these.

    Notes
    -----
    Small foreign words were tried as well; texts that keep some ('component', 'data') also translate them, as they
    please (docs/decisions/0009).

    Examples
    --------
    >>> sorted({*anchor_keys("Sisley drew 300 SVGs.", "en")} & {*anchor_keys("Sisley vẽ 300 SVG.", "vi")})
    ['n:300', 'v:sisley', 'v:svg', 'w:sisley']
    """
    check_language(lang, or_none=True)
    text = nfc(text)
    if lang == "und":
        return tuple(filter(None, map(_alike, _ALIKE.finditer(text))))
    found = scan(text, lang, gazetteer(glossary), keep=keep)
    keys = [f"n:{key}" for key in number_keys(text, lang, parts=found.words.parts)]
    keys += name_keys(found)
    # The words of names end at a low line, which identifiers have inside.
    keys += filter(None, map(_foreign, _RUN.findall(text) if "_" in text else unlike_small(found.words)))
    return tuple(keys)


def _alike(found: re.Match[str]) -> str:
    """Key of what is written alike in any language; empty for a word in small letters, which is translated."""
    kind, text = str(found.lastgroup), found[0]
    if kind == "v" and text.islower():
        return ""
    return f"{kind}:{re.sub('[.,]', '', text) if kind == 'n' else text.casefold().rstrip('.,;:!?)')}"


@functools.lru_cache(maxsize=1 << 14)
def _foreign(run: str) -> str:
    """Key of a word, without the s of a plural or of a lost apostrophe ('CEOs', 'Vietnams'); empty for a syllable."""
    found = _WORD.search(run)
    if not found or found[0].islower() or is_syllable(found[0]):
        return ""
    word = found[0].lower()
    return f"v:{word[:-1] if len(word) > 3 and word.endswith('s') and not word.endswith('ss') else word}"
