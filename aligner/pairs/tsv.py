"""TSV in and out: a line a pair, nothing quoted; also as Bitextor and bicleaner have it, without a header."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from aligner.files.streams import open_packed, read_lines
from aligner.pairs.chunks import CHUNK, TEXTS, Chunk, Source, Tally, Target, as_fields, guarded, in_columns
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
    if head_of(first[1][0]) is not None:
        lines = itertools.chain(first[1], itertools.chain.from_iterable(block for _, block in blocks))
        yield from csv_rows(lines, source)
        return
    for begun, block in itertools.chain([first], blocks):
        for number, line in enumerate(block, begun):
            yield from _cells(number, line)


def _cells(number: int, line: str) -> Iterator[Numbered]:
    """The row of a line, or the rows where a file of other line ends was put behind one of these."""
    pieces = line.split("\r")
    if len(pieces) > 1 and all("\t" in piece for piece in pieces):
        yield from ((number, piece.split("\t")) for piece in pieces)
    else:
        yield number, line.split("\t")


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
