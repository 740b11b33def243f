"""CSV in: cells in quotes, separated by commas, semicolons, tabs or bars."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator
from typing import Final

from aligner.errors import InputError
from aligner.files.streams import MAX_UNIT, read_lines
from aligner.pairs.chunks import CHUNK, Chunk, Source, Tally
from aligner.pairs.rows import SEPARATORS, Numbered, head_of, table_chunks
from aligner.pairs.sidecars import read_signature

_SEPARATORS: Final = ",;\t|"
_SAMPLE: Final = 50
"""Lines by which the separator is told."""


def read_csv(source: Source, tally: Tally) -> Iterator[Chunk]:
    r"""Read the columns of a CSV file (RFC 4180, or with another separator), with or without a header.

    The separator is the one that parts most lines of the first 50 into equally many cells, unless a first line says it
    (``sep=;`` as Excel has it, ``#separator:`` as Anki has it).

    Raises
    ------
    InputError
        If a quote never ends, and as `rows.table_chunks` does.
    """
    tally.signature = read_signature(source.path, tally)
    blocks = read_lines(source.path, encoding=source.encoding)
    lines = itertools.chain.from_iterable(block for _, block in blocks)
    yield from table_chunks(csv_rows(lines, source), source, tally, CHUNK, what="cells")


def csv_rows(lines: Iterator[str], source: Source) -> Iterator[Numbered]:
    """Give the cells of each record, with the number of its first line; head lines as they stand.

    Examples
    --------
    >>> list(csv_rows(iter(["#separator:semicolon", '"Hi, you.";Chào bạn.']), Source("a.csv")))
    [(1, ['#separator:semicolon']), (2, ['Hi, you.', 'Chào bạn.'])]
    """
    sample = list(itertools.islice(lines, _SAMPLE))
    before = 0
    separator = ""
    for line in sample:
        head = head_of(line)
        if head is None:
            break
        before += 1
        if head[0] == "separator":
            said = head[1] if head[1] == "\t" else head[1].strip()
            separator = SEPARATORS.get(said.lower(), said)
        if head[0] == "columns" and len(separator) == 1:
            line = "#columns:" + "\t".join(next(csv.reader([head[1]], delimiter=separator), []))
        yield before, [line]
    separator = separator if len(separator) == 1 else _separator(sample[before:])
    quotes = [0]  # of the record being read
    reader = csv.reader(_counted(itertools.chain(sample[before:], lines), quotes), delimiter=separator)
    begun = before + 1
    limit = csv.field_size_limit(MAX_UNIT)
    try:
        for row in reader:
            if quotes[0] % 2 and reader.line_num + before > begun:
                raise InputError("a quote that never ends", path=source.path, line=begun, todo="end it, or take it out")
            yield begun, row
            quotes[0] = 0
            begun = before + reader.line_num + 1
    except csv.Error as error:
        raise InputError("not CSV", path=source.path, line=begun, found=str(error), todo="save it again") from None
    finally:
        csv.field_size_limit(limit)


def _counted(lines: Iterator[str], quotes: list[int]) -> Iterator[str]:
    """Lines with their ends, which a cell in quotes keeps; their quotes are counted."""
    for line in lines:
        quotes[0] += line.count('"')
        yield f"{line}\n"


def _separator(lines: list[str]) -> str:
    """The separator that parts most records into equally many cells, two or more; the more cells the better."""
    best = (0, 0, ",")
    for mark in _SEPARATORS:
        widths = [len(row) for row in csv.reader((f"{line}\n" for line in lines), delimiter=mark) if row]
        width = max(set(widths) - {1}, key=widths.count, default=0)
        if width:
            best = max(best, (widths.count(width), width, mark), key=lambda found: found[:2])
    return best[2]
