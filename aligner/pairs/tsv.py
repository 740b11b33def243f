"""TSV in and out: a line a pair, quoted only where programs need it.

Also read as Bitextor and bicleaner have it, without a header, and as spreadsheets save it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Final

from aligner.files.streams import open_packed, read_lines
from aligner.pairs.chunks import (
    CHUNK,
    TEXTS,
    Chunk,
    Source,
    Tally,
    Target,
    as_tsv,
    guarded,
    in_columns,
    out_of_quotes,
)
from aligner.pairs.csv import csv_rows
from aligner.pairs.rows import Numbered, head_of, table_chunks
from aligner.pairs.sidecars import beside, read_signature


def read_tsv(source: Source, tally: Tally) -> Iterator[Chunk]:
    """Read the columns of a TSV file, with or without a header, or with Anki's head lines.

    Raises
    ------
    InputError
        As `rows.table_chunks` does.
    """
    tally.signature = read_signature(source.path, tally)
    yield from table_chunks(_rows(source), source, tally, CHUNK)


def _rows(source: Source) -> Iterator[Numbered]:
    """The cells of each line; behind Anki's head lines as Anki writes them, in quotes where they need some."""
    blocks = read_lines(source.path, encoding=source.encoding)
    first = next(blocks, None)
    if first is None:
        return
    if head_of(first[1][0]) is not None or _is_quoted(first[1]):
        lines = itertools.chain(first[1], itertools.chain.from_iterable(block for _, block in blocks))
        yield from csv_rows(lines, source)
        return
    for begun, block in itertools.chain([first], blocks):
        whole = "\n".join(block)
        if "\r" in whole or '""' in whole:
            for number, line in enumerate(block, begun):
                yield from _cells(number, line)
        else:
            yield from zip(itertools.count(begun), map(str.split, block, itertools.repeat("\t")), strict=False)


def _is_quoted(lines: list[str]) -> bool:
    """Whether a spreadsheet saved the lines: in quotes are the cells with a comma or a quote in them, and no others."""
    cells = [cell for line in lines[:_SAMPLE] for cell in line.split("\t")]
    marked = [cell for cell in cells if "," in cell or '"' in cell]
    if len(marked) < _LEAST or not all(cell[0] == cell[-1] == '"' for cell in marked):
        return False
    inner = [cell[1:-1] for cell in marked if len(cell) > 1]
    return all(("," in cell or '""' in cell) and '"' not in cell.replace('""', "") for cell in inner)


_SAMPLE: Final = 200
"""Lines in which quotes are looked for: 1 ms."""

_LEAST: Final = 8
"""Cells in quotes from which on these are a spreadsheet's: of as many things that people say, some have no comma. Found
on dialogues of our own; held by tests/test_edits.py."""


def _cells(number: int, line: str) -> Iterator[Numbered]:
    """The row of a line, or the rows where a file of other line ends was put behind one of these."""
    pieces = line.split("\r")
    if len(pieces) < 2 or not all("\t" in piece for piece in pieces):
        pieces = [line]
    for piece in pieces:
        cells = piece.split("\t")
        yield number, list(map(out_of_quotes, cells)) if '""' in piece else cells


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
                file.write(as_tsv([[name] for name in columns], tally)[0] + "\n")
                first = False
            lines = as_tsv(guarded(cells, tally) if guard else cells, tally)
            if lines:
                file.write("\n".join(lines) + "\n")
        if first:
            file.write("\t".join(TEXTS) + "\n")
