"""Evidence from the letters of a pair: languages, marks, punctuation, what was copied, damaged, repeated or left over.

Everything here is a count over one pass of the two texts, so that the time grows with their length whatever they hold.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Final

from aligner.names.spelling import Words, fold, is_foreign
from aligner.quality.accents import Accents, read_accents
from aligner.text.language import detect_language
from aligner.text.marks import CLOSERS, end_mark, opens_lower, strip_opening

SURFACE_FEATURES: Final = (
    "source_english",
    "target_vietnamese",
    "source_marks",
    "target_marks",
    "end_differs",
    "punctuation",
    "commas",
    "stops",
    "capital_differs",
    "copied",
    "untranslated",
    "english_left",
    "strangers",
    "mojibake",
    "repetition",
    "residue",
    "odd_syllables",
)
"""Names of the numbers that `surface_features` gives."""

_MARKED: Final = re.compile("[àáâãèéêìíòóôõùúýăđĩũơưÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯ\u1ea0-\u1ef9]")

# UTF-8 read as Latin-1 or Windows-1252: a lead byte, then continuation bytes. 'ĐÃ' and 'hoá”' have a letter alone or
# one such pair; damaged Vietnamese has one in five characters.
_MOJIBAKE: Final = re.compile(
    "[ÂÃÄÅÆ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|á[º»][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]?|â€.?|Æ[°¡]|Ä[ƒ‘]|ï¿½|\ufffd"
)
_ODD: Final = "ÂÃÄÅÆº»€½\ufffd"
"""One of these is in all that `_MOJIBAKE` finds, and in few good texts."""
_RESIDUE: Final = re.compile(
    r"https?://|www\.|</?[a-zA-Z][a-zA-Z0-9]{0,15}[ >/]|&(?:[a-z]{2,8}|#[0-9]{1,6});"
    r"|[{}\\\\|]|\]\(|%[0-9$]{0,3}[sdif]\b|\$\$"
)
_SIGNS: Final = ("<", "&", "{", "}", "|", "\\", "](", "%", "$$", "http", "www.")
"""What stands in every residue, found faster."""
_COMMON_ENGLISH: Final = frozenset(
    ("the", "of", "to", "and", "in", "a", "is", "that", "for", "on", "was",
     "with", "as", "it", "he", "be", "at", "by", "are", "have", "from", "his", "this", "has", "an", "they",
     "you", "we", "will", "not")
)  # fmt: skip
_ENGLISH_ALONE: Final = _COMMON_ENGLISH - {"to", "in", "a", "on", "as", "it", "he", "be", "at", "by", "an", "we"}
"""What no Vietnamese word is, with its marks."""
_COUNTED: Final = ("?", "!", ":", ";", "(", ")", "[", "/", "%", "&")
_QUOTES: Final = '"“”«»'
_STOPS: Final = ".!?…"
_STOP: Final = re.compile(rf"[.!?…][{re.escape(CLOSERS)}]{{0,2}}\s")

MARKED_SHARE: Final = 0.12
"""Share of letters with Vietnamese marks from which on a text is Vietnamese without a closer look; good pairs have
.27 ± .04, English none."""

FEW_MARKS: Final = 0.02
"""Share of letters with Vietnamese marks below which a text has none but of a name or two; good Vietnamese has .27."""


def surface_features(en: str, vi: str, source: Words, target: Words) -> tuple[float, ...]:
    """Compute the evidence of one pair that its letters give.

    Parameters
    ----------
    en, vi : str
        The two texts, in NFC.
    source, target : Words
        Their words (`names.spelling.words_of`).

    Returns
    -------
    tuple of float
        `SURFACE_FEATURES`, docs/quality.md says what each counts.

    Examples
    --------
    >>> from aligner.names.spelling import words_of
    >>> en, vi = "Where is it?", "Where is it?"
    >>> found = dict(zip(SURFACE_FEATURES, surface_features(en, vi, words_of(en, "en"), words_of(vi, "vi"))))
    >>> found["copied"], found["untranslated"], found["end_differs"]
    (1.0, 1.0, 0.0)
    """
    source_keys = set(source.keys)
    n_source, n_target = max(len(source), 1), max(len(target), 1)
    source_marked = 0 if en.isascii() else len(_MARKED.findall(en)) / max(len(en), 1)
    copied = untranslated = strangers = 0
    n_plain, letters = sum(map(str.islower, target.texts)), len("".join(target.texts))
    folded = ""
    for text, word_key in [both for both in zip(target.texts, target.keys, strict=True) if both[0].isascii()]:
        key = text.lower()
        if text.islower():
            if key in source_keys:
                copied += 1
                untranslated += len(text) > 1
            n_plain -= len(text) == 1
        elif key in source_keys:
            copied += 1
            letters -= len(text)  # names have no marks
        elif len(text) > 2 and text[0].isupper() and is_foreign(word_key):
            folded = folded or " " + " ".join(source_keys)
            strangers += f" {fold(key)[:4]}" not in folded
    target_marked = 0 if vi.isascii() else len(_MARKED.findall(vi)) / max(letters, 1)
    accents = read_accents(source_keys, target)
    vietnamese = _is_vietnamese(target_marked, vi, accents)
    source_class, target_class = (end_mark(text).replace(";", ",") for text in (en, vi))  # translators exchange them
    punctuation = sum([abs(en.count(mark) - vi.count(mark)) for mark in _COUNTED])
    punctuation += (abs(sum(map(en.count, _QUOTES)) - sum(map(vi.count, _QUOTES))) + 1) // 2
    commas = en.count(",") - vi.count(",")
    stops = _stops(en) - _stops(vi)
    damage = max(_damage(en), _damage(vi))
    residue = [len(_RESIDUE.findall(text)) if any(map(text.__contains__, _SIGNS)) else 0 for text in (en, vi)]
    repeated = _repetition(source.keys), _repetition(target.keys)
    return (
        _is_english(source_keys, source_marked, en),
        vietnamese,
        float(source_marked),
        # Where no word would have marks, Vietnamese lacks none, and another language all.
        float(vietnamese >= 0.5) if accents.marked is None else accents.marked,
        float(source_class != target_class),
        float(min(punctuation, 6)),
        float(max(-4, min(commas, 4))),
        float(max(-2, min(stops, 2))),
        float(opens_lower(strip_opening(en)) != opens_lower(strip_opening(vi))),
        copied / n_target if n_target > n_source / 2 else copied / n_source,
        untranslated / max(n_plain, 1),
        float(min(len(_ENGLISH_ALONE & source_keys & set(target.keys)), 3)),
        float(min(strangers, 3)),
        min(damage, 0.3),
        abs(repeated[0] - repeated[1]),
        float(min(abs(residue[0] - residue[1]), 4)),
        accents.odd,
    )


def _stops(text: str) -> int:
    """Ends of sentences with something behind them."""
    # In most sentences no stop stands but at the end.
    inside = [text.find(mark, 0, -1) >= 0 for mark in _STOPS]
    return len(_STOP.findall(text)) if any(inside) else 0


def _is_english(words: set[str], marked: float, text: str) -> float:
    """1 for English, 0.5 where nothing tells, 0 for anything else."""
    if marked < 0.03 and len(_COMMON_ENGLISH & words) >= max(2, len(words) // 12):
        return 1.0
    return {"en": 1.0, "und": 0.5}.get(detect_language(text), 0.0)


def _is_vietnamese(marked: float, text: str, accents: Accents) -> float:
    """1 for Vietnamese, 0.75 where it may be English, 0.5 where nothing tells, 0.25 without marks, 0 for English."""
    if marked > MARKED_SHARE:
        return 1.0
    language = detect_language(text)
    if language == "vi" or (language == "vi-unaccented" and marked >= FEW_MARKS):
        return 1.0  # `target_marks` tells how many it lacks
    if accents.is_readable:
        return 0.75 if language == "en" else 1.0
    return {"und": 0.5, "vi-unaccented": 0.25}.get(language, 0.0)


def _damage(text: str) -> float:
    """Share of a text that is UTF-8 read as something else; a single place may be chance."""
    if text.isascii() or not any(map(text.__contains__, _ODD)):
        return 0.0
    found = _MOJIBAKE.findall(text)
    return sum(map(len, found)) / len(text) if len(found) > 1 else 0.0


def _repetition(keys: Sequence[str]) -> float:
    """Share of the runs of two words that stood before."""
    if len(keys) < 4:
        return 0.0
    return 1 - len(set(itertools.pairwise(keys))) / (len(keys) - 1)
