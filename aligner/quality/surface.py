"""Evidence from the letters of pairs: languages, marks, punctuation, what was copied, damaged, repeated or left over.

Everything here is a count over one pass of the texts, so that the time grows with their length whatever they hold. Some
pairs are read together: their characters, and their words, are rows of NumPy, and only what few texts hold is looked at
by itself.
"""

from __future__ import annotations

import functools
import itertools
import re
import string
from collections.abc import Sequence, Set
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from aligner.names.spelling import VIETNAMESE_KEYS, Memory, Words, is_foreign
from aligner.quality.accents import N_LOOKS, look_of, read_accents
from aligner.text.language import tell_language
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

Ints = NDArray[np.int64]
Pair = tuple[str, str, Words, Words]
"""Both texts, in NFC, and their words (`names.spelling.words_of`)."""

# UTF-8 read as Latin-1 or Windows-1252: a lead byte, then continuation bytes. 'ĐÃ' and 'hoá”' have a letter alone or
# one such pair; damaged Vietnamese has one in five characters.
_MOJIBAKE: Final = re.compile(
    "[ÂÃÄÅÆ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|á[º»][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]?|â€.?|Æ[°¡]|Ä[ƒ‘]|ï¿½|\ufffd"
)
_RESIDUE: Final = re.compile(
    r"https?://|www\.|</?[a-zA-Z][a-zA-Z0-9]{0,15}[ >/]|&(?:[a-z]{2,8}|#[0-9]{1,6});"
    r"|[{}\\\\|]|\]\(|%[0-9$]{0,3}[sdif]\b|\$\$"
)
_COMMON_ENGLISH: Final = frozenset(
    ("the", "of", "to", "and", "in", "a", "is", "that", "for", "on", "was",
     "with", "as", "it", "he", "be", "at", "by", "are", "have", "from", "his", "this", "has", "an", "they",
     "you", "we", "will", "not")
)  # fmt: skip
_LETTERS: Final = frozenset(string.ascii_lowercase)
SELDOM: Final = 30
"""Times in five million Vietnamese syllables up to which an English function word counts as none of Vietnamese: 'the'
and 'them' are syllables too, of 28 and 7; 'be' has 35, 'in' 1,290 (syllables.tsv; test_accents.py)."""
_COUNTED: Final = "?!:;()[/%&"
_STOPS: Final = ".!?…"
_STOP: Final = re.compile(rf"[{_STOPS}][{re.escape(CLOSERS)}]{{0,2}}\s")

MARKED_SHARE: Final = 0.12
"""Share of letters with Vietnamese marks from which on a text is Vietnamese without a closer look; good pairs have
.27 ± .04, English none."""

FEW_MARKS: Final = 0.02
"""Share of letters with Vietnamese marks below which a text has none but of a name or two; good Vietnamese has .27."""


def surface_features(pairs: Sequence[Pair]) -> NDArray[np.float64]:
    """Compute the evidence of n pairs that their letters give.

    Parameters
    ----------
    pairs : sequence of n tuples
        The two texts and their words each.

    Returns
    -------
    float64 array, shape (n, len(SURFACE_FEATURES))
        `SURFACE_FEATURES`, docs/quality.md says what each counts.

    Examples
    --------
    >>> from aligner.names.spelling import words_of
    >>> en, vi = "Where is it?", "Where is it?"
    >>> (row,) = surface_features([(en, vi, words_of(en, "en"), words_of(vi, "vi"))]).tolist()
    >>> found = dict(zip(SURFACE_FEATURES, row))
    >>> found["copied"], found["untranslated"], found["end_differs"]
    (1.0, 1.0, 0.0)
    """
    n = len(pairs)
    if not n:
        return np.zeros((0, len(SURFACE_FEATURES)))
    en, vi, source, target = zip(*pairs, strict=True)
    characters = _count_characters([*en, *vi])
    one, two = ({name: counts[half] for name, counts in characters.items()} for half in (slice(n), slice(n, 2 * n)))
    source_keys, target_keys = ([frozenset(words.keys) for words in side] for side in (source, target))
    words = _count_words(target, source_keys)
    n_source, n_target = (np.array([max(len(words.texts), 1) for words in side]) for side in (source, target))
    source_share = one["letters"] / np.maximum([*map(len, en)], 1)
    target_share = two["letters"] / np.maximum(words.letters, 1)
    accents = read_accents(target, words.looks, words.is_shared)
    vietnamese = np.ones(n)
    for k in np.flatnonzero(~(target_share > MARKED_SHARE)).tolist():
        vietnamese[k] = _is_vietnamese(target_share[k], vi[k], bool(accents.is_readable[k]))
    punctuation = sum(abs(one[mark] - two[mark]) for mark in _COUNTED)
    punctuation += (abs(one["quotes"] - two["quotes"]) + 1) // 2
    sides = ((en, one), (vi, two))
    damage = np.array([[*map(_damage, texts, counts["odd"].tolist())] for texts, counts in sides])
    residue = np.array([[*map(_residue, texts, counts["code"].tolist())] for texts, counts in sides])
    # Translators exchange semicolons and commas.
    ends = [[end_mark(text).replace(";", ",") for text in texts] for texts in (en, vi)]
    opens = [[_opens_lower(text) for text in texts] for texts in (en, vi)]
    repeated = np.array(
        [
            [*map(_repetition, [words.keys for words in side], different)]
            for side, different in ((source, source_keys), (target, target_keys))
        ]
    )
    columns = (
        [*map(_is_english, source_keys, source_share.tolist(), en)],
        vietnamese,
        source_share,
        # Where no word would have marks, Vietnamese lacks none, and another language all.
        np.where(np.isnan(accents.marked), vietnamese >= 0.5, accents.marked),
        [one != two for one, two in zip(*ends, strict=True)],
        np.minimum(punctuation, 6),
        np.clip(one["commas"] - two["commas"], -4, 4),
        np.clip(one["stops"] - two["stops"], -2, 2),
        [one != two for one, two in zip(*opens, strict=True)],
        words.copied / np.where(n_target > n_source / 2, n_target, n_source),
        words.untranslated / np.maximum(words.plain, 1),
        np.minimum(words.english, 3),
        np.minimum(words.strangers, 3),
        np.minimum(damage.max(axis=0), 0.3),
        abs(repeated[0] - repeated[1]),
        np.minimum(abs(residue[0] - residue[1]), 4),
        accents.odd,
    )
    return np.stack([np.asarray(column, np.float64) for column in columns], axis=1)


class _WordCounts(NamedTuple):
    """What the words of n Vietnamese texts tell: of each word behind the other, then of each text."""

    looks: NDArray[np.uint8]
    is_shared: NDArray[np.bool_]
    """Whether the English text has it too."""
    letters: Ints
    """Characters of the words, but for names that are copied, which have no marks."""
    plain: Ints
    """Words in small letters, but for a letter alone."""
    copied: Ints
    untranslated: Ints
    """Copied words in small letters."""
    english: Ints
    """Different function words of English alone that the English text has, too."""
    strangers: Ints
    """Words with a capital that are none of Vietnamese, and that no word of the English begins like."""


def _traits(word: str) -> int:
    """What a Vietnamese text's word tells by itself, as bits; its length is above them."""
    is_lower, is_ascii, key = word.islower(), word.isascii(), VIETNAMESE_KEYS[word]
    is_foreign_name = is_ascii and len(word) > 2 and word[0].isupper() and is_foreign(key)
    return (
        look_of(word)
        | is_ascii * _ASCII
        | (is_lower and word not in _LETTERS) * _SMALL
        | is_lower * _LOWER
        | is_foreign_name * _FOREIGN_NAME
        | (key in _english_alone()) * _ENGLISH_ALONE
        | (key != word.lower()) * _RESPELT
        | len(word) * _LENGTH
    )


_ASCII, _SMALL, _LOWER, _FOREIGN_NAME, _ENGLISH_ALONE, _RESPELT, _LENGTH = (N_LOOKS << k for k in range(7))
_TRAITS: Final = Memory(_traits)


def _count_words(targets: Sequence[Words], source_keys: Sequence[Set[str]]) -> _WordCounts:
    """Count the words of n Vietnamese texts beside the keys of their English ones."""
    sizes = [len(words.texts) for words in targets]
    starts = [0, *itertools.accumulate(sizes)]
    written = itertools.chain.from_iterable([words.texts for words in targets])
    traits = np.fromiter(map(_TRAITS.__getitem__, written), np.int64, starts[-1])
    flags = bytearray()
    for words, keys in zip(targets, source_keys, strict=True):
        flags.extend(map(keys.__contains__, words.keys))
    key_is_shared = np.frombuffer(flags, bool)
    lower_is_shared = key_is_shared.copy()
    owners = np.repeat(np.arange(len(targets)), sizes)
    is_respelt = np.flatnonzero(traits & _RESPELT)
    for at, k in zip(is_respelt.tolist(), owners[is_respelt].tolist(), strict=True):
        lower_is_shared[at] = targets[k].texts[at - starts[k]].lower() in source_keys[k]
    lengths = traits // _LENGTH
    is_copied = lower_is_shared & (traits & _ASCII > 0)
    is_lower = traits & _LOWER > 0

    def total(values: NDArray[Any]) -> Ints:
        """Sums of the texts."""
        sums: Ints = np.concatenate([[0], np.cumsum(values, dtype=np.int64)])[starts]
        return sums[1:] - sums[:-1]

    english, strangers = np.zeros((2, len(targets)), np.int64)
    for k in dict.fromkeys(owners[key_is_shared & (traits & _ENGLISH_ALONE > 0)].tolist()):
        english[k] = len(source_keys[k] & _english_alone() & {*targets[k].keys})
    beginnings: dict[int, str] = {}
    for at in np.flatnonzero(~lower_is_shared & (traits & _FOREIGN_NAME > 0)).tolist():
        k = int(owners[at])
        if k not in beginnings:
            beginnings[k] = " " + " ".join(source_keys[k])
        strangers[k] += f" {targets[k].texts[at - starts[k]].lower()[:4]}" not in beginnings[k]
    return _WordCounts(
        (traits & (N_LOOKS - 1)).astype(np.uint8),
        lower_is_shared | key_is_shared,
        total(np.where(is_copied & ~is_lower, 0, lengths)),
        total(traits & _SMALL > 0),
        total(is_copied),
        total(is_copied & is_lower & (lengths > 1)),
        english,
        strangers,
    )


@functools.cache
def _properties() -> dict[str, frozenset[str]]:
    """What characters are counted for: the names of the counts, and the characters of each."""
    letters = re.findall(f"[{VIETNAMESE_LETTERS}]", "".join(map(chr, range(0x80, 0x1F00))))
    return {
        **{mark: frozenset(mark) for mark in _COUNTED},
        "commas": frozenset(","),
        "quotes": frozenset('"“”«»'),
        "letters": frozenset(letters),  # of Vietnamese, with marks
        "odd": frozenset("ÂÃÄÅÆº»€½\ufffd"),  # one at least is in all that `_MOJIBAKE` finds, and in few good texts
        "code": frozenset("<&{}|\\]%$"),  # one of these, 'http' or 'www.' is in all that `_RESIDUE` finds
        "stops": frozenset(_STOPS),
        "closers": frozenset(CLOSERS),
        "spaces": frozenset(filter(str.isspace, map(chr, range(0x3001)))),  # U+3000 is the last one
    }


@functools.cache
def _classes() -> tuple[NDArray[np.uint8], Ints]:
    """For each character up to U+FFFF its class, and which properties the characters of each class have."""
    properties = _properties()
    numbers: dict[tuple[bool, ...], int] = {(False,) * len(properties): 0}
    table = np.zeros(1 << 16, np.uint8)
    for character in frozenset().union(*properties.values()):
        has = tuple(character in characters for characters in properties.values())
        table[ord(character)] = numbers.setdefault(has, len(numbers))
    return table, np.array(list(numbers), np.int64)


def _count_characters(texts: Sequence[str]) -> dict[str, Ints]:
    """Count for each of n texts the characters of each property, but stops that end a sentence before another one."""
    # What parts texts has no property, so that nothing is found across them.
    written = ("\0".join(texts) + "\0" * 3).encode("utf-32-le", "surrogatepass")
    table, has = _classes()
    classes = table.take(np.frombuffer(written, np.uint32), mode="clip")
    owners = np.repeat(np.arange(len(texts)), [len(text) + 1 for text in texts])
    places = owners * len(has)
    places += classes[: len(places)]
    counts = np.bincount(places, minlength=len(texts) * len(has)).reshape(-1, len(has)) @ has
    found = dict(zip(_properties(), counts.T, strict=True))
    is_stop, is_closer, is_space = (has[:, [*found].index(name)] > 0 for name in ("stops", "closers", "spaces"))
    at = np.flatnonzero(is_stop[classes])  # as `_STOP` finds them
    ahead = [classes[at + k] for k in (1, 2, 3)]
    ends = is_space[ahead[2]] & is_closer[ahead[1]] | is_space[ahead[1]]
    ends = ends & is_closer[ahead[0]] | is_space[ahead[0]]
    found["stops"] = np.bincount(owners[at[ends]], minlength=len(texts))
    return found


@functools.cache
def _english_alone() -> frozenset[str]:
    """English function words that Vietnamese text has next to never; 'video' and 'May' are common to both."""
    counts = vietnamese_syllables()
    words = grammar_words("en", without=("calendar", "credit", "lookalike"))
    return frozenset(word for word in words if counts.get(word, 0) <= SELDOM)


def _opens_lower(text: str) -> bool:
    """Whether a text goes on with a sentence, what stands before its first word left out."""
    first = text[:1]
    return first.islower() if first.isalpha() else opens_lower(strip_opening(text))


def _residue(text: str, n_signs: int) -> int:
    """Remains of addresses, code and markup; `n_signs` of code stand in the text."""
    return len(_RESIDUE.findall(text)) if n_signs or "http" in text or "www." in text else 0


def _is_english(words: Set[str], marked: float, text: str) -> float:
    """1 for English, 0.5 where nothing tells, 0 for anything else."""
    if marked < 0.03 and len(_COMMON_ENGLISH & words) >= max(2, len(words) // 12):
        return 1.0
    return {"en": 1.0, "und": 0.5}.get(tell_language(text)[0], 0.0)


def _is_vietnamese(marked: float, text: str, is_readable: bool) -> float:
    """1 for Vietnamese, 0.75 where it may be English, 0.5 where nothing tells, 0.25 without marks, 0 for English.

    For a text in which the share of marked letters is `MARKED_SHARE` at most.
    """
    language, _ = tell_language(text)
    if language == "vi" or (language == "vi-unaccented" and marked >= FEW_MARKS):
        return 1.0  # `target_marks` tells how many it lacks
    if is_readable:
        return 0.75 if language == "en" else 1.0
    return {"und": 0.5, "vi-unaccented": 0.25}.get(language, 0.0)


def _damage(text: str, n_odd: int) -> float:
    """Share of a text that is UTF-8 read as something else; a single place may be chance. `n_odd` letters are odd."""
    found = _MOJIBAKE.findall(text) if n_odd else ()
    return sum(map(len, found)) / len(text) if len(found) > 1 else 0.0


def _repetition(keys: Sequence[str], different: Set[str]) -> float:
    """Share of the runs of two words that stood before; `different` are the words, each once."""
    # A run that stood before has two words that did.
    if len(keys) < 4 or len(keys) - len(different) < 2:
        return 0.0
    return 1 - len(set(itertools.pairwise(keys))) / (len(keys) - 1)
