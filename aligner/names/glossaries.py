"""Glossaries: name tables read and written as TSV and as TBX, told by the suffix."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from aligner.doors import checked
from aligner.errors import FilePath, InputError
from aligner.files.whole import refuse_folder
from aligner.names.entries import Forms, completed, merge_entries, shown, sum_forms, tidy
from aligner.names.glossary_tbx import read_tbx, write_tbx
from aligner.names.glossary_tsv import read_tsv_glossary, write_tsv_glossary
from aligner.names.table import NameTable
from aligner.pairs.tables import fit_field


class GlossaryFormat(NamedTuple):
    """A format of glossaries.

    Attributes
    ----------
    name : str
    suffixes : tuple of str
        The first is the usual one. '-', standard input and output, is the first format's.
    read, write : callable
        Of a path, of a table and a path.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[FilePath], NameTable]
    write: Callable[[NameTable, FilePath], None]


GLOSSARY_FORMATS: Final = (
    GlossaryFormat("TSV", (".tsv",), read_tsv_glossary, write_tsv_glossary),
    GlossaryFormat("TBX", (".tbx", ".xml"), read_tbx, write_tbx),
)
"""All formats. Reading, writing, errors and the command's help ask these rows; docs/glossaries.md and docs/command.md
are held to them (test_glossaries.py)."""

_NOT_XML: Final = re.compile("[\ufffe\uffff]")  # the only two that fit_field leaves and XML 1.0 does not have


@checked
def read_glossary(path: FilePath) -> NameTable:
    """Read a glossary: TSV from .tsv and standard input ('-'), TBX from .tbx and .xml.

    Parameters
    ----------
    path : str or path
        docs/glossaries.md says what either format may hold.

    Returns
    -------
    NameTable
        Entries in the file's order, texts in NFC, with single spaces. Its signature is that of the file's rows; for
        TBX it is empty, or says how many entries were left out because no term of theirs is English or Vietnamese.

    Raises
    ------
    InputError
        If the file cannot be read, its suffix is another one, or it is malformed: says in which line. For TBX also if
        it declares entities, or has no English or no Vietnamese terms at all.

    Examples
    --------
    >>> read_glossary("names.csv")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: names.csv: unknown format of a glossary (found the suffix '.csv'); use .tsv, .tbx or .xml
    """
    return glossary_format(path).read(path)


@checked
def write_glossary(table: NameTable, path: FilePath) -> int:
    r"""Write a name table as TSV (.tsv, '-' for standard output) or as TBX version 3 (.tbx, .xml).

    Parameters
    ----------
    table : NameTable
        Entries that are the same in English, Vietnamese, kind and entity are written as one.
    path : str or path
        The file appears whole or not at all.

    Returns
    -------
    int
        Number of characters replaced: tabs, line breaks and other controls by a space, what is no character
        (lone surrogates, U+FFFE, U+FFFF) by U+FFFD.

    Raises
    ------
    InputError
        If the file cannot be written, its suffix is another one, or an entry has no visible character on either side.

    Examples
    --------
    >>> write_glossary(NameTable(), "-")  # doctest: +NORMALIZE_WHITESPACE
    en vi kind n_pairs confidence en_forms vi_forms conflicts example_en example_vi entity signature
    0
    """
    form = glossary_format(path)
    table, replaced = _fitted(table)
    form.write(table, path)
    return replaced


def glossary_format(path: FilePath) -> GlossaryFormat:
    """Tell the format of a glossary by its suffix, before any work is done; InputError for another one.

    Examples
    --------
    >>> glossary_format("names.xml").name
    'TBX'
    """
    if os.fspath(path) == "-":
        return GLOSSARY_FORMATS[0]
    suffix = Path(path).suffix.lower()
    for form in GLOSSARY_FORMATS:
        if suffix in form.suffixes:
            return form
    refuse_folder(path)
    *others, last = [suffix for form in GLOSSARY_FORMATS for suffix in form.suffixes]
    found = f"the suffix {shown(suffix)}" if suffix else "no suffix"
    todo = f"use {', '.join(others)} or {last}"
    raise InputError("unknown format of a glossary", path=path, found=found, todo=todo)


def _fitted(table: NameTable) -> tuple[NameTable, int]:
    """The table as both formats can hold it and give it back, and the number of characters replaced."""
    replaced = 0

    def fit(text: str) -> str:
        nonlocal replaced
        text, n_controls = fit_field(text)
        text, n_others = _NOT_XML.subn("\ufffd", text)
        replaced += n_controls + n_others
        return tidy(text)

    def fit_forms(form: str, forms: Forms) -> tuple[str, Forms]:
        written = [(fit(text), count) for text, count in forms]
        known = {text: fitted for (text, _), (fitted, _) in zip(forms, written, strict=True)}
        return completed(known[form] if form in known else fit(form), sum_forms(pair for pair in written if pair[0]))

    entries = []
    for number, entry in enumerate(table.entries, start=1):
        en, en_forms = fit_forms(entry.en, entry.en_forms)
        vi, vi_forms = fit_forms(entry.vi, entry.vi_forms)
        if not en and not vi:
            found = f"{entry.en!r} and {entry.vi!r}"
            raise InputError(f"entry {number} has no name that can be written", found=found, todo="leave it out")
        examples = [(fit(english), fit(vietnamese)) for english, vietnamese in entry.examples]
        fitted = replace(
            entry,
            en=en,
            vi=vi,
            en_forms=en_forms,
            vi_forms=vi_forms,
            conflicts=tuple(filter(None, map(fit, entry.conflicts))),
            examples=tuple(pair for pair in examples if any(pair)),
            entity=fit(entry.entity),
        )
        entries.append(fitted)
    return NameTable(merge_entries(entries), fit(table.signature)), replaced
