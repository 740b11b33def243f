"""CSV in and out: cells in quotes, separated by commas, semicolons, tabs or bars."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator
from typing import Final

from aligner.errors import InputError
from aligner.files.streams import MAX_UNIT, open_packed, read_lines
from aligner.pairs.chunks import (
    CHUNK,
    NOT_XML,
    NUMERIC,
    PLAIN_NUMBER,
    TEXTS,
    Chunk,
    Source,
    Tally,
    Target,
    fitted,
    guarded,
    in_columns,
    in_quotes,
)
from aligner.pairs.rows import SEPARATORS, Numbered, head_of, table_chunks
from aligner.pairs.sidecars import beside, read_signature

_SEPARATORS: Final = ",;\t|"
_SAMPLE: Final = 50
"""Lines by which the separator is told."""

_BREAK: Final = re.compile(r"\r\n?")

_LISTS: Final = ("src_ids", "trg_ids")
"""Columns of numbers that are written as lists: polars takes a column for numbers whose first hundred cells are some,
and fails at 1,2; Excel makes a number of 1,2 where a comma is the decimal mark (decision 0033)."""

_LIST: Final = re.compile(r"\[([0-9, ]*)\]")


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
    for chunk in table_chunks(csv_rows(lines, source), source, tally, CHUNK, what="cells"):
        yield {
            name: [_LIST.sub(_bare, cell) for cell in column] if name in _LISTS else column
            for name, column in chunk.items()
        }


def _bare(found: re.Match[str]) -> str:
    """What stands in a list."""
    return found[1].replace(" ", "")


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
    quotes = [0]  # of the record being read
    begun = before + 1
    limit = csv.field_size_limit(MAX_UNIT)
    try:
        separator = separator if len(separator) == 1 else _separator(sample[before:])
        reader = csv.reader(_counted(itertools.chain(sample[before:], lines), quotes), delimiter=separator)
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


def write_csv(chunks: Iterator[Chunk], target: Target, tally: Tally, *, guard: bool = False) -> None:
    """Write CSV as RFC 4180 has it, behind a byte order mark: what pandas, polars and Excel read with their defaults.

    Texts are in quotes and keep their line breaks; scores and offsets are numbers; numbers of sentences are lists. With
    `guard` an apostrophe stands before cells that a spreadsheet would run.
    """
    first = True
    with beside(target, tally), open_packed(target.path) as file:
        for columns, cells in in_columns(chunks, tally):
            if first:
                file.write(_header(columns, tally))
                first = False
            cells = guarded(cells, tally) if guard else cells
            written = [
                [_cell(name, cell, tally) for cell in column] for name, column in zip(columns, cells, strict=True)
            ]
            file.writelines(",".join(row) + "\r\n" for row in zip(*written, strict=True))
        if first:
            file.write(_header(list(TEXTS), tally))


def _header(columns: list[str], tally: Tally) -> str:
    """The first line; without the mark Excel takes UTF-8 for the code page of the computer."""
    return "\ufeff" + ",".join(in_quotes(fitted(name, NOT_XML, tally)) for name in columns) + "\r\n"


def _cell(name: str, text: str, tally: Tally) -> str:
    """A number as it stands, a text in quotes; what is missing but for a text, nothing."""
    if name in NUMERIC:
        return text if not text or PLAIN_NUMBER.fullmatch(text) else in_quotes(fitted(text, NOT_XML, tally))
    if name in _LISTS and text:
        text = f"[{text}]"
    text, n_breaks = _BREAK.subn("\n", text)
    tally.replaced += n_breaks
    return in_quotes(fitted(text, NOT_XML, tally)) if text or name in TEXTS else ""
