"""Lost apostrophes: English words that became no words when U+2019 was stripped, and what they were.

Only forms that are in no list of English words are looked at, so 'its', 'were' and "the governments decision", which
the missing mark left good English words, are not found: a program would have to understand the sentence.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass

from aligner.doors import checked
from aligner.errors import InputError
from aligner.text.words import english_words, grammar_words

_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
# A word of ASCII letters that is no part of an address, a compound or an identifier.
_WORD = re.compile(r"(?<![\w'’@/\\.&#=_-])[A-Za-z]{2,40}(?![\w'’@/\\&(=_-]|\.\w)")
_BEFORE = re.compile(r"([A-Za-z]{1,20})\s\Z")
_AFTER = re.compile(r"\s([A-Za-z]{2,40})")
_PLURAL_ES = re.compile(r"(?:[^aeiou]y|[sxz]|[cs]h)\Z")  # nouns whose plural is not made by s alone
_HOSTS = frozenset(("he", "here", "how", "she", "that", "there", "what", "where", "who"))  # that's = that is
_TIMES = frozenset(("day", "week", "weekend", "month", "year", "season", "summer", "winter", "decade", "century"))
_CONTRACTED = re.compile(r"(?:n't|'(?:d|ll|re|ve)|\AI'm)\Z")
_ADJECTIVE = re.compile(r"(?:al|an|ant|ary|ent|ese|est|ic|ing|ive|ous)\Z")
# Letters of the parts of a glued word. Shorter ones are found by chance, in 'clanswoman' and 'overstrike': with 5 and 5
# in 3 good lines of 40,000 of the training text, with 5 and 6 in none. Held by tests/test_apostrophes.py.
_SHORTEST_OWNER, _SHORTEST_OWNED = 5, 6


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An apostrophe that seems to be lost.

    Attributes
    ----------
    start, end : int
        Half-open span in code points of the text.
    before, after : str
        What stands there, and what it seems to have been.
    evidence : str
        Why, in words.
    """

    start: int
    end: int
    before: str
    after: str
    evidence: str


@dataclass(frozen=True)
class _Lexicon:
    words: frozenset[str]  # as written and in lower case
    nouns: frozenset[str]  # words that take 's, pronouns included, as written
    contractions: dict[str, str]  # without its apostrophe -> as it was, for forms that are no words of their own
    function_words: frozenset[str]


@functools.cache
def _lexicon() -> _Lexicon:
    words, nouns = english_words()
    known = {form for word in words for form in (word, word.lower())}
    stripped = {word.replace("'", ""): word for word in words if _CONTRACTED.search(word)}
    return _Lexicon(
        frozenset(known),
        nouns,
        {bare: word for bare, word in stripped.items() if bare not in known},
        grammar_words("en", without=("calendar", "lookalike")),
    )


@checked
def find_lost_apostrophes(text: str) -> list[Suggestion]:
    """Find English words that lost their apostrophe, in contractions, possessives and glued possessives.

    Parameters
    ----------
    text : str
        English text.

    Returns
    -------
    list of Suggestion
        In order, not overlapping; nothing is changed until `apply_suggestions` is called.

    Examples
    --------
    >>> [(s.before, s.after) for s in find_lost_apostrophes("The countrys farmers dont sell.")]
    [('countrys', 'country’s'), ('dont', 'don’t')]
    """
    found = []
    for match in _WORD.finditer(text):
        if repaired := _repair(text, match):
            after, evidence = repaired
            found.append(Suggestion(match.start(), match.end(), match[0], after, evidence))
    return found


@checked
def apply_suggestions(text: str, suggestions: Iterable[Suggestion]) -> str:
    """Put the apostrophes in.

    Parameters
    ----------
    text : str
        The text in which the suggestions were found.
    suggestions : iterable of Suggestion
        Those wanted, in any order.

    Raises
    ------
    InputError
        If a suggestion does not belong to this text, or two overlap.

    Examples
    --------
    >>> text = "It isnt so."
    >>> apply_suggestions(text, find_lost_apostrophes(text))
    'It isn’t so.'
    """
    parts: list[str] = []
    last = 0
    for suggestion in sorted(suggestions, key=lambda suggestion: suggestion.start):
        start, end = suggestion.start, suggestion.end
        if start < last or text[start:end] != suggestion.before:
            raise InputError(
                "suggestion does not fit the text",
                found=f"{suggestion.before!r} at {start}..{end}",
                todo="apply suggestions once, to the text they were found in",
            )
        parts += text[last:start], suggestion.after
        last = end
    return "".join([*parts, text[last:]])


def _repair(text: str, match: re.Match[str]) -> tuple[str, str] | None:
    """What the word was and why, if an apostrophe seems to be lost."""
    word, lexicon = match[0], _lexicon()
    lower = word.lower()
    before, after = _BEFORE.search(text, max(0, match.start() - 22), match.start()), _AFTER.match(text, match.end())
    previous, following = before[1] if before else "", after[1] if after else ""
    if word[:-1].isupper() and len(word) > 2:
        return None  # acronyms and their plurals
    if lower in lexicon.words:
        return _time(word, previous, following)
    contraction = lexicon.contractions.get(word) or lexicon.contractions.get(lower)
    if contraction:
        marked = word[0] + contraction[1:].replace("'", _APOSTROPHE)
        return marked, f"{word!r} is no word, the contraction {contraction!r} is"
    stem = word[:-1]
    if not lower.endswith("s") or len(stem) < 2:
        return _unglue(word)
    if stem.lower() in _HOSTS:
        return f"{stem}{_APOSTROPHE}s", f"{word!r} is no word, {stem!r} with 's is"
    if len(stem) < 3 or not lexicon.nouns & {stem, stem.lower()}:
        return _unglue(word)
    if not following or following.lower() in lexicon.function_words:
        return None
    if following[0].islower() and following not in lexicon.words:
        return None
    is_name = stem.lower() not in lexicon.nouns
    if is_name and (previous.lower() in ("the", "two", "other") or not _is_owned(following)):  # 'the Smiths left'
        return None
    reason = "makes its plural otherwise" if _PLURAL_ES.search(stem) else "has no such plural in the list"
    return f"{stem}{_APOSTROPHE}s", f"{word!r} is no word, the noun {stem!r} {reason}, and {following!r} follows"


def _is_noun(word: str) -> bool:
    nouns = _lexicon().nouns
    return word in nouns or (word[-1] == "s" and word[:-1] in nouns)


def _is_owned(word: str) -> bool:
    """Whether the word can follow a possessive and is no verb: 'Jaynes said' names somebody."""
    return word[0].isupper() or _is_noun(word) or _ADJECTIVE.search(word) is not None


def _time(word: str, previous: str, following: str) -> tuple[str, str] | None:
    """'last weeks talks': a plural behind 'last', 'this' or 'next' and before what it belongs to."""
    lexicon = _lexicon()
    if word[:-1] not in _TIMES or previous.lower() not in ("last", "this", "next"):
        return None
    if following not in lexicon.nouns or following in lexicon.function_words:
        return None
    return f"{word[:-1]}{_APOSTROPHE}s", f"{previous!r} stands before one {word[:-1]!r}, and {following!r} follows"


def _unglue(word: str) -> tuple[str, str] | None:
    """'nationspeople': a possessive and the noun behind it, which the apostrophe and its space held apart."""
    lexicon = _lexicon()
    splits = [
        (word[:at], word[at:])
        for at in range(_SHORTEST_OWNER, len(word) - _SHORTEST_OWNED + 1)
        if word[at - 1] == "s" and _is_noun(word[at:]) and word[: at - 1] in lexicon.nouns
    ]
    if len(splits) != 1:
        return None
    first, second = splits[0]
    owner = f"{first}{_APOSTROPHE}" if first in lexicon.words else f"{first[:-1]}{_APOSTROPHE}s"
    return f"{owner} {second}", f"{word!r} is no word, {first!r} and {second!r} are its parts"
