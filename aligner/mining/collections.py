"""A collection of sentences, read in constant memory: each with its file and line, what is none counted."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aligner.errors import FilePath, InputError
from aligner.files.streams import bare_name, read_lines
from aligner.files.whole import TEMPORARY, refuse_path
from aligner.pairs.sides import place_of
from aligner.text.sentences import split_sentences

MAX_CHARACTERS: Final = 4000
"""Characters of a sentence at most: paragraphs are found as well, but what is longer is a page or a table, and would
cost more than it gives."""

SUFFIXES: Final = (".txt", ".tsv", ".jsonl")
"""Of files that are read in a folder, with .gz or .zst behind them; any other file named is read as text."""

COLUMN: Final = "text"
"""The column or key that holds the sentences of TSV and JSON Lines, where none is named."""

_BREAKS: Final = re.compile(r"[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence and where it stands: number of the file from 0 on, line from 1 on."""

    text: str
    file: int
    line: int


def list_files(given: FilePath | Sequence[FilePath]) -> list[str]:
    """Name the files of a collection: a file, several, or those of a folder and the folders in it, by name.

    Raises
    ------
    InputError
        If a folder holds none, or standard input is named: it can be read once only.

    Examples
    --------
    >>> list_files(["b.txt", "a.txt"])
    ['b.txt', 'a.txt']
    """
    names: list[str] = []
    for item in [given] if isinstance(given, (str, os.PathLike)) else given:
        if not isinstance(item, (str, os.PathLike)):
            raise InputError("no path of a file", found=repr(item)[:100], todo="give a file, a folder, or several")
        if os.fspath(item) == "-":
            todo = "give a file: what is read again after a stop cannot be standard input"
            raise InputError("a collection cannot be standard input", path="-", todo=todo)
        if os.path.exists(item) and not (os.path.isfile(item) or os.path.isdir(item)):
            todo = "give a file: what is read again after a stop cannot be a pipe"
            raise InputError("a collection cannot be a pipe or a device", path=item, todo=todo)
        if not os.path.isdir(item):
            names.append(os.fspath(item))
            continue
        try:
            inside = sorted(p for p in Path(item).rglob("*") if p.is_file() and not p.name.endswith(TEMPORARY))
        except OSError as error:
            refuse_path(error, item, "cannot be listed")
        files = [os.fspath(path) for path in inside if bare_name(path).endswith(SUFFIXES)]
        if not files:
            todo = f"give one with files in {', '.join(SUFFIXES)}, packed or not"
            raise InputError("no collection", path=item, found=f"{len(inside)} files, none of text", todo=todo)
        names += files
    if not names:
        raise InputError("no file", todo="give at least one for each language")
    return names


def read_collection(
    files: Sequence[str],
    lang: str,
    left_out: Counter[str],
    *,
    column: int | str | None = None,
    split: bool = False,
    encoding: str | None = None,
) -> Iterator[Found]:
    r"""Read sentences, line by line.

    Parameters
    ----------
    files : sequence of str
        Text with a sentence a line; TSV with a header and JSON Lines, by suffix, with a column of sentences.
    lang : {"en", "vi"}
        Its language, for splitting.
    left_out : Counter
        What is no sentence is counted here: ``blank``, ``no letters``, ``too long``.
    column : int or str, optional
        The column by number or name, the key by name; ``text`` where none is named.
    split : bool
        Whether each line or cell is running text, to be split into sentences.
    encoding : str, optional
        As for `read_article`.

    Yields
    ------
    Found

    Raises
    ------
    InputError
        If a file cannot be read, has no such column, or a line is no record; says which.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "a.jsonl")
    >>> _ = path.write_text('{"text": "It rained. We stayed."}\n{"text": "--"}\n', encoding="utf-8")
    >>> left_out = Counter()
    >>> [found.text for found in read_collection([str(path)], "en", left_out, split=True)], left_out
    (['It rained.', 'We stayed.'], Counter({'no letters': 1}))
    """
    for number, path in enumerate(files):
        for line, cell in _read_cells(path, column, encoding):
            texts = [piece.text for piece in split_sentences(cell, lang=lang)] if split and cell.strip() else [cell]
            for piece in texts:
                text = _BREAKS.sub(" ", piece).strip()
                if not text:
                    left_out["blank"] += 1
                elif len(text) > MAX_CHARACTERS:
                    left_out["too long"] += 1
                elif not any(map(str.isalpha, text)):
                    left_out["no letters"] += 1
                else:
                    yield Found(text, number, line)


def _read_cells(path: str, column: int | str | None, encoding: str | None) -> Iterator[tuple[int, str]]:
    """Lines, cells or values of a file, each with the number of its line."""
    name = bare_name(path)
    is_table, is_json = name.endswith(".tsv"), name.endswith(".jsonl")
    place: int | None = None
    for first, lines in read_lines(path, encoding=encoding):
        for line, text in enumerate(lines, first):
            if is_json:
                if text.strip():
                    yield line, _value_of(text, column, path, line)
            elif not is_table:
                yield line, text
            elif place is None:
                place = place_of(COLUMN if column is None else column, text.split("\t"), path)
            else:
                cells = text.split("\t")
                if place >= len(cells):
                    found = f"{len(cells)} cells"
                    raise InputError("a row too short", path=path, line=line, found=found, todo="mend the table")
                yield line, cells[place]


def _value_of(text: str, column: int | str | None, path: str, line: int) -> str:
    """The sentence of a record."""
    key = COLUMN if column is None else str(column)
    try:
        record: Any = json.loads(text)
    except (ValueError, RecursionError):
        todo = "give JSON Lines: an object a line"
        raise InputError("not JSON", path=path, line=line, found=repr(text[:40]), todo=todo) from None
    value = record.get(key) if isinstance(record, dict) else None
    if not isinstance(value, str):
        shown = ", ".join(map(str, record))[:80] if isinstance(record, dict) else type(record).__name__
        todo = "name the key of the sentences: --columns en=KEY,vi=KEY"
        raise InputError(f"no text under {key!r}", path=path, line=line, found=shown or "none", todo=todo)
    return value
