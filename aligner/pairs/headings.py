"""Names of columns and keys: what a heading says of what stands below it, by a table of words."""

from __future__ import annotations

import functools
import os
import re
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from aligner.pairs.chunks import TEXTS
from aligner.text.columns import tongue_of
from aligner.text.tables import read_table
from aligner.text.unicode import nfc

_ALIASES: Final = (TEXTS, ("source", "target"), ("src", "trg"), ("src", "tgt"), ("en", "vi"), ("english", "vietnamese"))
"""Whole names of the two text columns, the first pair that is there before all other names."""

_LONGEST: Final = 60
"""Characters of a heading: no name of a column of the files in docs/formats.md has more than 30; a sentence has."""

_MOST_WORDS: Final = 6
"""Words of a heading: 'Câu tiếng Việt (bản dịch)' has six."""

_WORD: Final = re.compile(r"[^\W\d_]+")
_WORD_OF_NAME: Final = re.compile(r"[^\W_]+")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_IDENTIFIER: Final = re.compile(r"[A-Za-z]\w{0,50}_\w{1,8}|[a-z]{1,20}[0-9]{1,2}", re.ASCII)


_LANGUAGES: Final = {"en": "en", "eng": "en", "vi": "vi", "vie": "vi"}  # ISO 639-1 and 639-2


def language_of(code: str) -> str:
    """Give the language of a code with its region (BCP 47, POSIX): "en", "vi", or its own primary subtag.

    Examples
    --------
    >>> language_of("vi-VN"), language_of("eng_US"), language_of("fr"), language_of("")
    ('vi', 'en', 'fr', '')
    """
    primary = re.split("[-_@.]", code.strip().lower(), maxsplit=1)[0]
    return _LANGUAGES.get(primary, primary)


class Heading(NamedTuple):
    """What a heading says.

    Attributes
    ----------
    language : {"en", "vi", ""}
        The one that it names; nothing where it names none or both.
    order : {"source", "target", ""}
        What its text is to the other one.
    is_known : bool
        Whether all its words are in the table.
    is_bare : bool
        Whether no word of it speaks of anything but language, order and text: 'en_url' does.
    words : frozenset of str
        Languages that its words are of, ``code`` beside "en" and "vi".
    """

    language: str = ""
    order: str = ""
    is_known: bool = False
    is_bare: bool = False
    words: frozenset[str] = frozenset()


@functools.cache
def _table() -> dict[tuple[str, ...], tuple[str, str]]:
    """Phrase, as its words -> its language and what it means."""
    rows = read_table("headings.tsv", "phrase", "language", "means")
    return {tuple(phrase.split()): (language, means) for phrase, language, means in rows}


@functools.lru_cache(maxsize=1 << 12)
def read_heading(name: str) -> Heading:
    """Read a heading, whatever joins its words: spaces, underscores, points, capitals, brackets.

    Examples
    --------
    >>> [read_heading(name).language for name in ("en-US", "Tiếng Việt", "sentence_vi", "textEn", "corpus.en-vi", "id")]
    ['en', 'vi', 'vi', 'en', '', '']
    >>> read_heading("Bản dịch").order, read_heading("en_url").is_bare, read_heading("Hello there").is_known
    ('target', False, False)
    """
    name = nfc(name).strip().strip("\ufeff\"'“”*#")
    if not name or len(name) > _LONGEST:
        return Heading()
    tokens = [word.casefold() for word in _WORD.findall(_CAMEL.sub(" ", name))]
    if not tokens or len(tokens) > _MOST_WORDS:
        return Heading()
    tokens = [word for word in tokens if len(word) > 1] or tokens  # 'Language A'
    table = _table()
    means, words, at, is_known = [], set(), 0, True
    while at < len(tokens):
        found = next((n for n in (4, 3, 2, 1) if tuple(tokens[at : at + n]) in table and at + n <= len(tokens)), 0)
        if found:
            language, meaning = table[tuple(tokens[at : at + found])]
            means.append(meaning)
            words.add(language)
        else:
            is_known = False
        at += found or 1
    languages = {meaning for meaning in means if meaning in ("en", "vi")}
    orders = {meaning for meaning in means if meaning in ("source", "target")}
    return Heading(
        languages.pop() if len(languages) == 1 else "",
        orders.pop() if len(orders) == 1 else "",
        is_known,
        is_known and "other" not in means,
        frozenset(words),
    )


def alias_pair(names: Sequence[str]) -> tuple[int, int] | None:
    """Find the two texts by whole names, in any case: `TEXTS` before all, then what others call them.

    Examples
    --------
    >>> alias_pair(["id", "vi", "en"]), alias_pair(["a", "b"])
    ((2, 1), None)
    """
    lowered = [name.strip().lower() for name in names]
    found = next((pair for pair in _ALIASES if pair[0] in lowered and pair[1] in lowered), None)
    return found and (lowered.index(found[0]), lowered.index(found[1]))


def heading_pairs(names: Sequence[str]) -> list[tuple[int, int]]:
    """Find the two texts by what their headings say: English and Vietnamese, the surest pair first.

    Without names of languages the first text is taken for English, as ours: whoever calls asks the words.

    Examples
    --------
    >>> heading_pairs(["id", "Tiếng Việt", "Tiếng Anh"]), heading_pairs(["original", "translation"])
    ([(2, 1)], [(0, 1)])
    >>> heading_pairs(["en", "en_url", "vi"]), heading_pairs(["vi", "translation"]), heading_pairs(["x", "y"])
    ([(0, 2), (1, 2)], [(1, 0)], [])
    """
    pair = alias_pair(names)
    heads = [read_heading(name) for name in names]
    found = [] if pair is None else [pair]
    by_language = {lang: [k for k, head in enumerate(heads) if head.language == lang] for lang in ("en", "vi")}
    by_order = {
        order: [k for k, head in enumerate(heads) if head.order == order and not head.language]
        for order in ("source", "target")
    }
    others = [*by_order["source"], *by_order["target"]]
    if by_language["en"] and by_language["vi"]:
        found += [(en, vi) for en in by_language["en"] for vi in by_language["vi"]]
    elif len(by_language["en"]) == 1 and len(others) == 1:
        found.append((by_language["en"][0], others[0]))
    elif len(by_language["vi"]) == 1 and len(others) == 1:
        found.append((others[0], by_language["vi"][0]))
    found += [(source, target) for source in by_order["source"] for target in by_order["target"]]
    # Stable: of pairs that are as bare, the first stays first; the whole names stay before all.
    rest = sorted(found[pair is not None :], key=lambda two: -(heads[two[0]].is_bare + heads[two[1]].is_bare))
    return list(dict.fromkeys([*found[: pair is not None], *rest]))


def is_header(fields: Sequence[str]) -> bool:
    """Whether a row of cells is the header of a table, by its words alone.

    It is if it names both texts, if two cells are headings of one language ('id', 'score'), or if all cells are names
    as programs have them. 'English' beside 'tiếng Anh' is a pair of a glossary: both mean the same.

    Examples
    --------
    >>> is_header(["en-US", "vi-VN"]), is_header(["English", "Tiếng Anh"]), is_header(["Hello my friends", "Xin chào"])
    (True, False, False)
    >>> is_header(["id", "text", "score"]), is_header(["text_1", "text_2"]), is_header(["date", "ngày"])
    (True, True, False)
    """
    cells = [cell.strip() for cell in fields]
    filled = [cell for cell in cells if cell]
    if len(filled) < 2 or max(map(len, filled)) > _LONGEST:
        return False
    if alias_pair(cells) is not None or any(text in map(str.lower, cells) for text in TEXTS):
        return True
    heads = [read_heading(cell) for cell in cells]
    told = {tongue_of(cell) for cell, head in zip(cells, heads, strict=True) if not head.is_known}
    if {"en", "vi"} <= told:  # a pair itself, beside the codes of its languages
        return False
    names = [bool(head.is_known or _is_identifier(cell)) for head, cell in zip(heads, cells, strict=True)]
    if any(names[en] and names[vi] for en, vi in heading_pairs(cells)):
        return True
    known = {cell.casefold(): head for cell, head in zip(cells, heads, strict=True) if head.is_known}
    languages = [head.words for head in known.values()]
    if any(sum(words <= {"code", lang} and lang in words for words in languages) > 1 for lang in ("en", "vi")):
        return True
    return all(map(_is_identifier, filled)) and len({cell.casefold() for cell in filled}) == len(filled)


def _is_identifier(cell: str) -> bool:
    """Whether a cell is a name as programs write it: text_en, lang1; not iPhone, which a glossary has."""
    return _IDENTIFIER.fullmatch(cell) is not None


def file_labels(path: str, other: str) -> list[tuple[str, str]]:
    """Give what to call two files, and the languages that they are named for by what their names do not share.

    Examples
    --------
    >>> file_labels("app/en.json", "app/vi.json"), file_labels("values/strings.xml", "values-vi/strings.xml")
    ([('en.json', 'en'), ('vi.json', 'vi')], [('values/strings.xml', ''), ('values-vi/strings.xml', 'vi')])
    """
    bases = [os.path.basename(name) for name in (path, other)]
    shown = (path, other) if bases[0] == bases[1] else bases
    words = [Counter(_WORD_OF_NAME.findall(name)) for name in (path, other)]
    own = [" ".join((words[k] - words[1 - k]).elements()) for k in (0, 1)]
    return [(name, read_heading(word).language) for name, word in zip(shown, own, strict=True)]
