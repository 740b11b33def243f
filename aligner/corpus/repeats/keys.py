"""Keys of texts: what two texts share that differ in nothing but case, spaces, marks and the place of a tone."""

from __future__ import annotations

import functools
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aligner.text.legacy import LETTERS_OF_1250, MAY_BE_MOJIBAKE
from aligner.text.normalisation import (
    comparison_key,
    fold_style,
    has_vietnamese_letter,
    is_well_spelled,
    join_endings,
    join_tokens,
    normalise,
    repair_spaces,
)

_MAX_TOKENS: Final = 1 << 18
"""Keys of words that are remembered, some 40 MB; the vocabulary of most corpora (test_duplicates.py)."""

_LONGEST: Final = 32
"""Characters of a word that is remembered."""

_ROUNDS: Final = 3
"""Times that spaces are repaired before the text goes the long way; nearly all are done with one."""

_UNDECIDED: Final = "\0"
"""In the place of the key of a word that needs its text; keys hold no controls."""

# Words to which the rules may do in a text what they do not do to them alone: credits ('Photo:VNA'), marks on their
# own, what may be mojibake, full-width signs of these.
_NOT_ALONE: Final = re.compile(
    rf"[\u0300-\u036f\uff06\uff1a\uff1b]|:[^\W\d_a-z]|[{LETTERS_OF_1250}]|{MAY_BE_MOJIBAKE.pattern}"
)

# Words for which it may matter what stands before or behind them: spaces to repair before a mark, what a tokeniser
# left or cut off, numbers and their signs.
_AT_EDGES: Final = re.compile(r"^[,.;:!?%°'’‘`´$€£₫]|^n['’]t|['’$€£]\Z|[@_]")

_VIETNAMESE: Final = " ạ"
"""Behind an English word, it makes its line one in which Vietnamese words are repaired."""


class _Known(dict[str, str]):
    """Keys of words, made when first asked for; undecided where the word alone does not tell it.

    Parameters
    ----------
    lang : {"en", "vi"}
    is_vietnamese : bool
        Whether a letter that only Vietnamese has stands in their line, which matters in English.

    Attributes
    ----------
    respelled : dict of str to str
        Of the words asked for, those whose letters the rules change.
    inside : dict of str to str
        Keys of words that matter to what stands beside them, or are mended by it: as `make` gives them.
    """

    def __init__(self, lang: str, is_vietnamese: bool) -> None:
        super().__init__()
        self.lang, self.behind = lang, _VIETNAMESE if is_vietnamese and lang == "en" else ""
        self.is_vietnamese = is_vietnamese or lang == "vi"
        self.respelled: dict[str, str] = {}
        self.inside: dict[str, str] = {}

    def __missing__(self, word: str) -> str:
        key = _UNDECIDED
        if word.isalnum() or (word and not _AT_EDGES.search(word)):
            key = self.make(word)
            # The rules may put there what matters beside others: a full-width mark made plain, a quote made straight.
            if not key.isalnum() and (_AT_EDGES.search(self.respelled.get(word, word)) or _AT_EDGES.search(key)):
                key = _UNDECIDED
        if len(word) <= _LONGEST:
            self[word] = word if key == word else key  # one in memory, not two
        return key

    def make(self, word: str) -> str:
        """The key of a word whatever spaces stand beside it; undecided where its letters need their text."""
        if not _is_alone(word):
            return _UNDECIDED
        plain = word
        # Of ASCII, the rules change spaces, references and credits alone.
        if not word.isascii() and not is_well_spelled(word, is_vietnamese=self.is_vietnamese):
            plain = normalise(word + self.behind, lang=self.lang, tone="new").removesuffix(self.behind)
        if not self.is_vietnamese and has_vietnamese_letter(plain):  # which makes another line of theirs
            return _UNDECIDED
        if plain != word:
            if len(word) > _LONGEST:
                return _UNDECIDED
            self.respelled[word] = plain
        return fold_style(plain, self.lang)

    def find_inside(self, word: str) -> str:
        """What `make` gives, remembered."""
        key = self.inside.get(word)
        if key is None:
            key = self.make(word)
            if len(word) <= _LONGEST:
                self.inside[word] = key
        return key


def _is_alone(word: str) -> bool:
    """Whether the rules do to a word's letters what they do to them in any text with such letters."""
    return (word.isascii() and word.isalnum()) or (
        word.isprintable()
        and not ("&" in word and ";" in word)  # a reference
        and not _NOT_ALONE.search(word)
        and unicodedata.is_normalized("NFC", word)
    )


def _join_words(text: str, words: list[str], keys: list[str], known: _Known) -> str:
    """`comparison_key` of a text by its words and their keys, some of which are in need of those beside them.

    What `normalise` does to words it does to each alone, and then repairs spaces, round by round: after a round the
    text goes on as if it had been given so. Where letters, too, are in need of the text, it goes the long way.
    """
    part = text
    if _are_tokens(words, keys, known.lang):
        part = join_tokens(text, known.lang)
        words = part.split(" ")
        keys = [*map(known.__getitem__, words)]
    for _ in range(_ROUNDS):
        key = " ".join(
            [known.find_inside(word) if key == _UNDECIDED else key for word, key in zip(words, keys, strict=True)]
        )
        if _UNDECIDED in key:
            break
        plain = part
        if not known.respelled.keys().isdisjoint(words):
            plain = " ".join([known.respelled.get(word, word) for word in words])
        part = repair_spaces(plain)
        if part == plain:
            return join_endings(key) if known.lang == "en" else key
        words = part.split(" ")
        keys = [*map(known.__getitem__, words)]
    return comparison_key(text, lang=known.lang)


def _are_tokens(words: Sequence[str], keys: Sequence[str], lang: str) -> bool:
    """Whether `join_tokens` changes words: what it joins has a word that is undecided, and no more than its neighbours.

    The whole text would take it five times as long.
    """
    for k in [k for k, key in enumerate(keys) if key == _UNDECIDED]:
        part = " ".join(words[max(k - 1, 0) : k + 2])
        if join_tokens(part, lang) != part:
            return True
    return False


@functools.cache
def _recall(lang: str, is_vietnamese: bool) -> _Known:
    """What is remembered of a language's words."""
    return _Known(lang, is_vietnamese)


# Two characters of ASCII, one of a row's first ones before one of its second ones, for which an English text may have
# another key than its small letters: spaces to repair, quotes and dashes of two, and signs that tell of more.
_ALL: Final = "".join(map(chr, range(128)))
_IN_TEXT: Final = "\n" + "".join(char for char in _ALL if char.isprintable())
_PAIRS: Final = (
    (" ", " \n,.;:!?%$'"),
    ("\n", " "),
    ("'", " '"),
    ("$", " "),
    ("-", "-"),
    (":", _ALL.replace(" ", "")),
    ("n", "'"),  # behind a space
    (_ALL, "&`@" + "".join(set(_ALL) - set(_IN_TEXT))),
)
_AT_N: Final = 1 << _PAIRS.index(("n", "'"))


@functools.cache
def _tables_of_pairs() -> tuple[bytes, bytes]:
    """For every character, a bit for each row of _PAIRS: whether it is among its first ones; its second ones."""
    first, second = (
        bytes(sum((char in row[side]) << bit for bit, row in enumerate(_PAIRS)) for char in map(chr, range(256)))
        for side in (0, 1)
    )
    return first, second


def _are_plain(texts: Sequence[str]) -> NDArray[np.bool_]:
    """Of English texts in ASCII, each of one line: whether its key is the text in small letters."""
    lines = "\n".join(["", *texts, ""]).encode("ascii")
    first, second = (np.frombuffer(lines.translate(table), np.uint8) for table in _tables_of_pairs())
    met = first[:-1] & second[1:]
    at = np.flatnonzero(met)
    at = at[(met[at] != _AT_N) | (np.frombuffer(lines, np.uint8)[at - 1] == ord(" "))]
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1)
    plain = np.ones(len(texts), bool)
    plain[np.searchsorted(ends, at, side="right")] = False
    return plain


def make_keys(texts: Sequence[str], lang: str) -> list[str]:
    """`comparison_key` of each text, by words where that gives the same."""
    plain, with_vietnamese = _recall(lang, False), _recall(lang, True)
    if sum(len(table) + len(table.inside) for table in (plain, with_vietnamese)) > _MAX_TOKENS:
        # New tables, and none is emptied: another thread may be in the midst of one.
        _recall.cache_clear()
        plain, with_vietnamese = _recall(lang, False), _recall(lang, True)
    keys = [text.lower() for text in texts] if lang == "en" else [""] * len(texts)
    left: Iterable[int] = range(len(texts))
    if lang == "en":
        lines = [k for k, text in enumerate(texts) if text.isascii() and "\n" not in text]
        is_plain = np.zeros(len(texts), bool)
        is_plain[lines] = _are_plain([texts[k] for k in lines])
        left = np.flatnonzero(~is_plain).tolist()
    for k in left:
        text = texts[k]
        known = with_vietnamese if lang == "en" and not text.isascii() and has_vietnamese_letter(text) else plain
        words = text.split(" ")
        own = [*map(known.__getitem__, words)]
        key = " ".join(own)
        keys[k] = _join_words(text, words, own, known) if _UNDECIDED in key else key
    return keys


def digest_keys(keys: Sequence[str]) -> NDArray[np.uint64]:
    """128 bits of each key, shape (n, 2); zero for a key without text."""
    blank = bytes(16)
    made = [
        hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=16).digest() if key and not key.isspace() else blank
        for key in keys
    ]
    return np.frombuffer(b"".join(made), "<u8").reshape(-1, 2).astype(np.uint64)
