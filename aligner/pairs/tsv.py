"""TSV in and out: a line a pair, nothing quoted; also as Bitextor and bicleaner have it, without a header."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Final

from aligner.errors import FilePath, InputError
from aligner.files.streams import open_packed, read_lines
from aligner.pairs.chunks import (
    CHUNK,
    TEXTS,
    Chunk,
    Source,
    Tally,
    Target,
    as_fields,
    check_columns,
    guarded,
    in_columns,
)
from aligner.pairs.records import text_names
from aligner.pairs.sidecars import beside, read_signature

_HEADINGS: Final = frozenset(
    ("id", "doc_id", "text", "sentence", "translation", "source", "target", "score", "quality", "label", "lang",
     "language", "src_lang", "trg_lang", "tgt_lang", "url", "src_url", "trg_url", "date", "licence", "license", "name",
     "title")
)  # fmt: skip
"""Names that headers have: a first line with two of them, but not with both texts, is a header that lacks one. No line
of the training pairs has two as whole cells."""

_URLS: Final = ("src_url", "trg_url")
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,20}://\S")


def read_tsv(source: Source, tally: Tally) -> Iterator[Chunk]:
    """Read the columns of a TSV file, with or without a header that names the texts.

    Raises
    ------
    InputError
        If a line has more or fewer columns than the first one, or the header names one text only; says which line.
    """
    path = source.path
    tally.signature = read_signature(path, tally)
    columns: list[str] | None = None
    number = 1
    lines = itertools.chain.from_iterable(block for _, block in read_lines(path, encoding=source.encoding))
    while chunk := list(itertools.islice(lines, CHUNK)):
        rows = [line.split("\t") for line in chunk]
        if columns is None:
            names = _named(rows[0], path)
            columns = names or _unnamed(rows[0])
            if names:
                rows, number = rows[1:], 2
        if set(map(len, rows)) - {len(columns)}:
            k, row = next((k, row) for k, row in enumerate(rows) if len(row) != len(columns))
            _refuse_row(row, columns, path, number + k)
        number += len(rows)
        if rows:
            yield dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True))


def _refuse_row(row: list[str], columns: list[str], path: FilePath, line: int) -> None:
    """Say what is wrong with the number of a row's columns."""
    if len(row) < len(columns):
        found = f"{len(row)} of {len(columns)} columns"
        raise InputError("too few tabs", path=path, line=line, found=found, todo="separate the columns by tabs")
    found = f"{len(row)} columns for {len(columns)}"
    raise InputError("too many tabs", path=path, line=line, found=found, todo="remove tabs inside texts")


def _named(fields: list[str], path: FilePath) -> list[str]:
    """The names of the columns if this is a header; nothing if it is a pair."""
    lowered = [field.strip().lower() for field in fields]
    if known := text_names(lowered):
        names = [known.get(name, field) for name, field in zip(lowered, fields, strict=True)]
        check_columns(names, path)
        return names
    if any(text in lowered for text in TEXTS) or len(_HEADINGS.intersection(lowered)) > 1:
        check_columns(fields, path)
    if len(fields) < 2:
        raise InputError("too few tabs", path=path, line=1, found="1 column", todo="give English, a tab, Vietnamese")
    return []


def _unnamed(fields: list[str]) -> list[str]:
    """Names for columns without a header: Bitextor's and bicleaner's where two addresses come first."""
    with_urls = len(fields) >= 4 and all(map(_URL.match, fields[:2]))
    known = [*_URLS, *TEXTS] if with_urls else list(TEXTS)
    return [*known, *(f"column_{k}" for k in range(len(known) + 1, len(fields) + 1))]


def write_tsv_chunks(chunks: Iterator[Chunk], target: Target, tally: Tally, *, guard: bool = False) -> None:
    """Write a header, then a line a pair; with `guard` an apostrophe before cells that a spreadsheet would run.

    Examples
    --------
    >>> write_tsv_chunks(iter([{"src_text": ["a"], "trg_text": ["b"]}]), Target("-"), Tally())
    ... # doctest: +NORMALIZE_WHITESPACE
    src_text	trg_text
    a	b
    """
    first = True
    with beside(target, tally), open_packed(target.path) as file:
        for columns, cells in in_columns(chunks, tally):
            if first:
                file.write(as_fields([[name] for name in columns], tally)[0] + "\n")
                first = False
            lines = as_fields(guarded(cells, tally) if guard else cells, tally)
            if lines:
                file.write("\n".join(lines) + "\n")
        if first:
            file.write("\t".join(TEXTS) + "\n")
