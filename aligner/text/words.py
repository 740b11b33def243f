"""Lists of words: those of English as written, the Vietnamese syllables that are words, the small words of both."""

from __future__ import annotations

import functools
import gzip
import importlib.resources
from collections.abc import Mapping

from aligner.text.tables import read_table


@functools.cache
def english_words() -> tuple[frozenset[str], frozenset[str]]:
    """Load the list, once.

    Returns
    -------
    words : frozenset of str
        76,000 words as written: 'Paris' and 'peace', 'Turkey' and 'turkey'.
    nouns : frozenset of str
        Those that the list has with 's.

    Notes
    -----
    The file is front-coded: each line is a letter, 'A' plus the number of characters shared with the word before it,
    and the rest of the word; a final apostrophe marks a noun (scripts/write_words.py).

    Examples
    --------
    >>> words, nouns = english_words()
    >>> "paris" in words, "Paris" in words, "peace" in nouns
    (False, True, True)
    """
    data = importlib.resources.files("aligner").joinpath("data", "english_words.txt.gz").read_bytes()
    words, nouns, last = [], [], ""
    for line in gzip.decompress(data).decode("ascii").split("\n"):
        last = last[: ord(line[0]) - ord("A")] + line[1:].removesuffix("'")
        words.append(last)
        if line[-1] == "'":
            nouns.append(last)
    return frozenset(words), frozenset(nouns)


@functools.cache
def vietnamese_syllables() -> Mapping[str, int]:
    """Load the Vietnamese syllables that are words, and how often each stands in five million.

    Returns
    -------
    mapping of str to int
        5,700 syllables as `names.spelling.vietnamese_key` writes them, in small letters: of headwords of a dictionary,
        and those that stand there five times.

    Examples
    --------
    >>> counts = vietnamese_syllables()
    >>> counts["không"] > counts["trong"] > counts["tai"] > 0, "khổng" in counts, "khõng" in counts
    (True, True, False)
    """
    return {syllable: int(n) for syllable, n in read_table("syllables.tsv", "syllable", "count")}


@functools.cache
def function_words(lang: str) -> Mapping[str, frozenset[str]]:
    """Load the closed classes of English ("en") or Vietnamese ("vi"), once; those of any other language are empty.

    Returns
    -------
    mapping of str to frozenset of str
        Words in small letters by class (function_words.tsv): "pronoun", "conjunction", …; and what stands in that table
        beside them: "calendar", "credit", "lookalike".

    Examples
    --------
    >>> "the" in function_words("en")["determiner"], "và" in function_words("vi")["conjunction"]
    (True, True)
    """
    classes: dict[str, set[str]] = {}
    for language, word, kind in read_table("function_words.tsv", "language", "word", "class"):
        words = classes.setdefault(kind, set())
        if language == lang:
            words.add(word.lower())
    return {kind: frozenset(words) for kind, words in classes.items()}


@functools.cache
def grammar_words(lang: str, *, without: tuple[str, ...] = ("lookalike",)) -> frozenset[str]:
    """The words of all of these classes but some, by default but those that only look like words of the other language.

    Examples
    --------
    >>> "monday" in grammar_words("en"), "monday" in grammar_words("en", without=("calendar", "lookalike"))
    (True, False)
    """
    return frozenset().union(*(words for kind, words in function_words(lang).items() if kind not in without))
