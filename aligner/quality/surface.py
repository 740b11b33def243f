"""Evidence from the letters of a pair: languages, marks, punctuation, what was copied, damaged, repeated or left over.

Everything here is a count over one pass of the two texts, so that the time grows with their length whatever they hold.
"""

from __future__ import annotations

import functools
import itertools
import re
import string
from collections.abc import Sequence
from typing import Final

from aligner.names.spelling import VIETNAMESE_KEYS, Memory, Words, is_foreign
from aligner.quality.accents import Accents, read_accents
from aligner.text.language import detect_language
from aligner.text.marks import CLOSERS, end_mark, opens_lower, strip_opening
from aligner.text.unicode import VIETNAMESE_LETTERS
from aligner.text.words import grammar_words, vietnamese_syllables

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

_OTHER: Final = re.compile(f"[^\x00-\x7f{VIETNAMESE_LETTERS}]")
"""What is neither ASCII nor a Vietnamese letter with marks: few of a text, so that they are found sooner than those."""

# UTF-8 read as Latin-1 or Windows-1252: a lead byte, then continuation bytes. 'ĐÃ' and 'hoá”' have a letter alone or
# one such pair; damaged Vietnamese has one in five characters.
_MOJIBAKE: Final = re.compile(
    "[ÂÃÄÅÆ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|á[º»][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]?|â€.?|Æ[°¡]|Ä[ƒ‘]|ï¿½|\ufffd"
)
_ODD: Final = frozenset("ÄÅÆº»€½\ufffd")
"""One of these, or 'Â' or 'Ã', is in all that `_MOJIBAKE` finds, and in few good texts."""
_RESIDUE: Final = re.compile(
    r"https?://|www\.|</?[a-zA-Z][a-zA-Z0-9]{0,15}[ >/]|&(?:[a-z]{2,8}|#[0-9]{1,6});"
    r"|[{}\\\\|]|\]\(|%[0-9$]{0,3}[sdif]\b|\$\$"
)
_SIGNS: Final = frozenset("<&{}|\\]%$")
"""One of these, 'http' or 'www.' stands in every residue, and is found faster."""
_COMMON_ENGLISH: Final = frozenset(
    ("the", "of", "to", "and", "in", "a", "is", "that", "for", "on", "was",
     "with", "as", "it", "he", "be", "at", "by", "are", "have", "from", "his", "this", "has", "an", "they",
     "you", "we", "will", "not")
)  # fmt: skip
_LETTERS: Final = frozenset(string.ascii_lowercase)
_FOREIGN_NAMES: Final = Memory(
    lambda word: word.lower() if len(word) > 2 and word.isascii() and is_foreign(VIETNAMESE_KEYS[word]) else ""
)
"""Words with a capital that are none of Vietnamese, in small letters; of others nothing."""
SELDOM: Final = 30
"""Times in five million Vietnamese syllables up to which an English function word counts as none of Vietnamese: 'the'
and 'them' are syllables too, of 28 and 7; 'be' has 35, 'in' 1,290 (syllables.tsv; test_accents.py)."""
_COUNTED: Final = frozenset("?!:;()[/%&")
_QUOTES: Final = frozenset('"“”«»')
_STOPS: Final = frozenset(".!?…")
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
    source_keys, target_keys, words = set(source.keys), set(target.keys), target.texts
    n_source, n_target = max(len(source.keys), 1), max(len(words), 1)
    # What stands between words, spaces left out, has all marks: a few characters, which are counted sooner.
    source_signs, target_signs = ("".join(side.parts[::2]).replace(" ", "") for side in (source, target))
    source_marked, source_others = _marked(en)
    target_marked, target_others = _marked(vi)
    copied = untranslated = strangers = 0
    letters = len("".join(words))
    plain = [*itertools.compress(words, map(str.isascii, words))]
    n_plain = sum(map(str.islower, words)) - sum(map(_LETTERS.__contains__, plain))
    for text in itertools.compress(plain, map(source_keys.__contains__, map(str.lower, plain))):
        copied += 1
        if text.islower():
            untranslated += len(text) > 1
        else:
            letters -= len(text)  # names have no marks
    folded = ""
    for key in filter(None, map(_FOREIGN_NAMES.__getitem__, itertools.compress(words, target.flags))):
        if key not in source_keys:
            folded = folded or " " + " ".join(source_keys)
            strangers += f" {key[:4]}" not in folded
    target_share = target_marked / max(letters, 1)
    source_share = source_marked / max(len(en), 1)
    accents = read_accents(source_keys, target)
    vietnamese = _is_vietnamese(target_share, vi, accents)
    source_class, target_class = (end_mark(text).replace(";", ",") for text in (en, vi))  # translators exchange them
    differing = {mark: source_signs.count(mark) - target_signs.count(mark) for mark in {*source_signs, *target_signs}}
    punctuation = sum([abs(differing[mark]) for mark in _COUNTED.intersection(differing)])
    punctuation += (abs(sum([differing[mark] for mark in _QUOTES.intersection(differing)])) + 1) // 2
    stops = _stops(en, source_signs) - _stops(vi, target_signs)
    damage = max(_damage(en, source_others), _damage(vi, target_others))
    residue = _residue(en, source_signs) - _residue(vi, target_signs)
    return (
        _is_english(source_keys, source_share, en),
        vietnamese,
        source_share,
        # Where no word would have marks, Vietnamese lacks none, and another language all.
        float(vietnamese >= 0.5) if accents.marked is None else accents.marked,
        float(source_class != target_class),
        float(min(punctuation, 6)),
        float(max(-4, min(differing.get(",", 0), 4))),
        float(max(-2, min(stops, 2))),
        float(opens_lower(strip_opening(en)) != opens_lower(strip_opening(vi))),
        copied / n_target if n_target > n_source / 2 else copied / n_source,
        untranslated / max(n_plain, 1),
        float(min(len(_english_alone() & target_keys & source_keys), 3)),
        float(min(strangers, 3)),
        min(damage, 0.3),
        abs(_repetition(source.keys, source_keys) - _repetition(target.keys, target_keys)),
        float(min(abs(residue), 4)),
        accents.odd,
    )


@functools.cache
def _english_alone() -> frozenset[str]:
    """English function words that Vietnamese text has next to never; 'video' and 'May' are common to both."""
    counts = vietnamese_syllables()
    words = grammar_words("en", without=("calendar", "credit", "lookalike"))
    return frozenset(word for word in words if counts.get(word, 0) <= SELDOM)


def _marked(text: str) -> tuple[int, list[str]]:
    """How many letters have Vietnamese marks, and what else is not ASCII."""
    if text.isascii():
        return 0, []
    others = _OTHER.findall(text)
    return len(text) - len(text.encode("ascii", "ignore")) - len(others), others


def _stops(text: str, signs: str) -> int:
    """Ends of sentences with something behind them; `signs` are those of the text."""
    # In most sentences no stop stands but at the end.
    is_inside = not _STOPS.isdisjoint(signs[:-1] if text.endswith(signs[-1:]) else signs)
    return len(_STOP.findall(text)) if is_inside else 0


def _residue(text: str, signs: str) -> int:
    """Remains of addresses, code and markup."""
    is_likely = not _SIGNS.isdisjoint(signs) or "http" in text or "www." in text
    return len(_RESIDUE.findall(text)) if is_likely else 0


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


def _damage(text: str, others: list[str]) -> float:
    """Share of a text that is UTF-8 read as something else; a single place may be chance."""
    if _ODD.isdisjoint(others) and "Ã" not in text and "Â" not in text:
        return 0.0
    found = _MOJIBAKE.findall(text)
    return sum(map(len, found)) / len(text) if len(found) > 1 else 0.0


def _repetition(keys: Sequence[str], different: set[str]) -> float:
    """Share of the runs of two words that stood before; `different` are the words, each once."""
    # A run that stood before has two words that did.
    if len(keys) < 4 or len(keys) - len(different) < 2:
        return 0.0
    return 1 - len(set(itertools.pairwise(keys))) / (len(keys) - 1)
