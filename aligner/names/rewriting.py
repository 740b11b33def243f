"""Write each name in one way through a document: on request, by its name table, and so that it can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, get_args

from aligner.bitext import check_language
from aligner.doors import checked
from aligner.errors import InputError
from aligner.names.detection import Name, find_names
from aligner.names.gazetteer import gazetteer
from aligner.names.spelling import bare_letters, fold, vietnamese_key
from aligner.names.table import NameEntry, NameTable
from aligner.text.normalisation import Change, NormaliseReport
from aligner.text.syllables import parse_syllable

NameStyle = Literal["keep", "vietnamese", "ascii", "first"]
NAME_STYLES: Final[tuple[NameStyle, ...]] = get_args(NameStyle)

_WRITTEN: Final = frozenset(("person", "place", "organisation", "other"))
"""Kinds of names that are written in one way; offices are words of the language."""


@checked
def normalise_names(
    texts: Sequence[str], table: NameTable, *, lang: str, names: NameStyle = "vietnamese"
) -> list[NormaliseReport]:
    """Write every name of a side in one way.

    Parameters
    ----------
    texts : sequence of str
        The side's texts, in order.
    table : NameTable
        From `learn_names` or a glossary: says which spellings are one name.
    lang : {"en", "vi"}
    names : {"keep", "vietnamese", "ascii", "first"}
        "vietnamese": as Vietnamese spells it, where the letters are the same (Cuong to Cường, Hanoi to Hà Nội; Wong and
        Australia stay). "ascii": without Vietnamese marks, in the form that is usual in English (Cường to Cuong, Việt
        Nam to Vietnam); Vietnamese text is left alone. "first": as the first text that has it spells it. "keep":
        nothing.

    Returns
    -------
    list of NormaliseReport
        One a text; its ``undo()`` gives the text back as it was.

    Raises
    ------
    InputError
        If lang or names is another.

    Notes
    -----
    Only names that `find_names` finds are written anew, so a word in small letters (hòa bình) is never touched, nor is
    a capital at a sentence's start that may be a common word's.

    Examples
    --------
    >>> table = NameTable((NameEntry("Cường", "Lương Cường", "person"), NameEntry("Hanoi", "Hà Nội", "place")))
    >>> [r.text for r in normalise_names(["President Cuong is in Hanoi."], table, lang="en")]
    ['President Cường is in Hà Nội.']
    >>> [r.text for r in normalise_names(["President Cường is in Hà Nội."], table, lang="en", names="ascii")]
    ['President Cuong is in Hanoi.']
    """
    check_language(lang)
    if names not in NAME_STYLES:
        raise InputError("unknown way to write names", found=repr(names), todo=f"names must be one of {NAME_STYLES}")
    if names == "keep" or (names == "ascii" and lang == "vi"):
        return [NormaliseReport(text, ()) for text in texts]
    by_letters = _index(table, skip_unclear=names != "ascii")
    first: dict[str, str] = {}
    reports = []
    for text in texts:
        changes = []
        for name in find_names(text, lang):
            entry = by_letters.get(bare_letters(name.text))
            if entry is None or name.kind not in _WRITTEN or entry.kind not in _WRITTEN:
                continue
            after = _written(name, entry, lang, names, first)
            if after != name.text:
                changes.append(Change(name.start, name.end, text[name.start : name.end], after, f"names: {names}"))
        reports.append(NormaliseReport.of(text, changes))
    return reports


def _index(table: NameTable, *, skip_unclear: bool) -> dict[str, NameEntry]:
    """Entries by the letters of all their forms, without letters that several entries share.

    Where `skip_unclear`, letters that an entry itself writes with different marks are left out too (Hùng, Hưng). An
    entry of one side is asked only where none of both has the letters: a glossary's Cường, beside a text's Cuong.
    """
    found: dict[str, NameEntry | None] = {}
    for is_whole in (True, False):
        seen: dict[str, NameEntry | None] = {}
        for entry in table.entries:
            if bool(entry.en and entry.vi) != is_whole:
                continue
            marks: dict[str, set[tuple[str, ...]]] = {}
            for form, _ in (*entry.en_forms, *entry.vi_forms):
                marked = marks.setdefault(bare_letters(form), set())
                if _is_vietnamese(form):
                    marked.add(tuple(map(vietnamese_key, form.replace("-", " ").split())))
            for key, spellings in marks.items():
                is_clear = len(spellings) < 2 or not skip_unclear
                seen[key] = None if key in seen or not is_clear else entry
        found = {**seen, **found}
    return {key: entry for key, entry in found.items() if key and entry is not None}


def _written(name: Name, entry: NameEntry, lang: str, style: NameStyle, first: dict[str, str]) -> str:
    """How a mention is to be written."""
    if style == "first":
        return first.setdefault(bare_letters(name.text), name.text)
    if style == "vietnamese":
        return _with_marks(name.text, entry)
    known = gazetteer().entities.get(entry.entity)
    forms = (*_by_use(entry.en, entry.en_forms), *(known.en if known else ()))
    usual = next((form for form in forms if form.isascii() and bare_letters(form) == bare_letters(name.text)), "")
    return usual or _without_marks(name.text)


def _by_use(usual: str, forms: Sequence[tuple[str, int]]) -> list[str]:
    """The usual form, then the others."""
    return [usual, *(form for form, _ in forms)]


def _with_marks(text: str, entry: NameEntry) -> str:
    """A mention with the marks that the entry's Vietnamese spelling has, the whole or word by word."""
    forms = [form for form in (*_by_use(entry.vi, entry.vi_forms), *_by_use(entry.en, entry.en_forms)) if form]
    for form in forms:
        if bare_letters(form) == bare_letters(text) and _is_vietnamese(form):
            return form
    words: dict[str, dict[str, str]] = {}
    for form in forms:
        for word in filter(_is_vietnamese, form.split()):
            words.setdefault(fold(word), {}).setdefault(vietnamese_key(word), word)
    only = {letters: next(iter(found.values())) for letters, found in words.items() if len(found) == 1}
    return " ".join(only.get(fold(word), word) for word in text.split(" "))


def _without_marks(text: str) -> str:
    """A mention without Vietnamese marks; words that are no Vietnamese syllables (Núñez) stay."""
    return " ".join(
        "".join(c if c.isascii() else _plain(c) for c in word) if _is_vietnamese(word) else word
        for word in text.split(" ")
    )


def _plain(letter: str) -> str:
    """A letter without its marks, in its case."""
    bare = fold(letter)
    return bare.upper() if letter.isupper() else bare


def _is_vietnamese(text: str) -> bool:
    """Whether all words are Vietnamese syllables and one has marks."""
    words = text.replace("-", " ").split()
    return not text.isascii() and all(parse_syllable(word) is not None for word in words)
