"""Rows of a table, whatever file they stand in: head lines, a header or none, lines that are no rows."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Final

from aligner.errors import InputError
from aligner.pairs.chunks import TEXTS, Chunk, Source, Tally, check_columns, check_share, refuse_subtitles
from aligner.pairs.headings import alias_pair, is_header
from aligner.pairs.sides import names_asked
from aligner.text.unicode import nfc

Numbered = tuple[int, list[str]]
"""A row and the number of its line."""

_URLS: Final = ("src_url", "trg_url")
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,20}://\S")
_NUMBER: Final = re.compile(r"\s*[+-]?[0-9][0-9.,:/-]{0,30}\s*")
_MOST_WORDS: Final = 3
"""Words of a cell of a header, where only the numbers below it tell that it is one."""

_HEAD: Final = re.compile(r"#\s?([a-z]{2,10})(?: (column))?:(.{0,200})", re.IGNORECASE)
"""A head line as Anki writes it: ``#separator:tab``, ``#tags column:3`` (Anki manual, Text Files)."""

SEPARATORS: Final = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " ", "colon": ":"}
"""Separators by Anki's names."""


def head_of(line: str) -> tuple[str, str] | None:
    r"""Read a head line of Anki's, or the one that Excel knows: its key and its value.

    Examples
    --------
    >>> head_of("#separator:tab"), head_of("#columns:English\tVietnamese"), head_of("#1 hit\tbài số 1")
    (('separator', 'tab'), ('columns', 'English\tVietnamese'), None)
    >>> head_of("sep=;")
    ('separator', ';')
    """
    if line[:4].lower() == "sep=" and len(line) == 5:
        return "separator", line[4]
    found = _HEAD.fullmatch(line)
    known = ("separator", "html", "columns", "tags", "deck", "notetype", "guid")
    if found is None or found[1].lower() not in known:
        return None
    return found[1].lower() + (" column" if found[2] else ""), found[3]


def table_chunks(
    rows: Iterable[Numbered], source: Source, tally: Tally, size: int, *, what: str = "tabs"
) -> Iterator[Chunk]:
    """Turn rows into columns under the names of the header; without one they are numbered.

    A row has as many cells as most of the first chunk have; empty cells behind these are left out. Rows of another
    width are set aside, empty lines and head lines too.

    Parameters
    ----------
    rows : iterable of (int, list of str)
        Each with the number of its line.
    size : int
        Rows in a chunk.
    what : str
        What separates the cells, for errors.

    Raises
    ------
    InputError
        If no more rows have the width than have not (says which line is the first), or two columns have one name.

    Examples
    --------
    >>> list(table_chunks([(1, ["en", "vi"]), (2, ["Hi.", "Chào."]), (3, [""])], Source("a.tsv"), Tally(), 9))
    [{'en': ['Hi.'], 'vi': ['Chào.']}]
    """
    names: list[str] = []
    fault: InputError | None = None
    n_bad = n_good = 0
    begun = False
    rows = iter(rows)
    while batch := list(itertools.islice(rows, size)):
        filled = batch
        if not all(map(str.strip, map("".join, map(itemgetter(1), batch)))):
            filled = []
            for number, row in batch:
                if any(cell.strip() for cell in row):
                    filled.append((number, row))
                else:
                    tally.skip("empty lines", number)
        if not begun and filled:
            begun = True
            # A line that parts into cells is none of theirs: a text of a pair may begin with a time.
            refuse_subtitles(((number, row[0]) for number, row in filled if len(row) == 1), source.path)
            named, filled = _after_head(filled, tally)
            width = _width(filled)
            names, filled = _named(named, filled, width, source)
        fitting = [row for _, row in filled]
        if set(map(len, fitting)) - {len(names)}:
            fitting = []
            for number, row in filled:
                if len(row) > len(names) and not any(row[len(names) :]):
                    row = row[: len(names)]
                if len(row) == len(names):
                    fitting.append(row)
                    continue
                few = len(row) < len(names)
                tally.skip(f"lines with too {'few' if few else 'many'} {what}", number)
                n_bad += 1
                fault = fault or _fault(row, names, source, number, what)
        n_good += len(fitting)
        check_share(n_bad, n_good, fault)
        if fitting:
            yield dict(zip(names, map(list, zip(*fitting, strict=True)), strict=True))


def _after_head(rows: list[Numbered], tally: Tally) -> tuple[list[str], list[Numbered]]:
    """The names that a head says, of Anki's lines or of comments, and the rows behind it."""
    named: list[str] = []
    for k, (number, row) in enumerate(rows):
        head = head_of("\t".join(row))
        if head is None and not (len(row) == 1 and row[0].lstrip().startswith("#")):
            return named, rows[k:]
        tally.skip("head lines", number)
        if head is not None and head[0] == "columns":
            named = [name.strip() for name in head[1].split("\t")]
    return named, []


def _width(rows: Sequence[Numbered]) -> int:
    """Cells of most rows; where as many have another number, of those with several cells, of the first one."""
    widths = Counter(len(row) for _, row in rows)
    return max(widths, key=lambda width: (widths[width], width > 1), default=0)


def _named(named: list[str], rows: list[Numbered], width: int, source: Source) -> tuple[list[str], list[Numbered]]:
    """Names of the columns, and the rows below them."""
    if not rows:
        return named, rows
    number, first = rows[0]
    if len(named) < 2:
        asked = set(names_asked(source.columns))
        is_asked = bool(asked) and asked <= {nfc(cell).strip().casefold() for cell in first}
        goes_on = (
            any(cell and cell == below for cell, below in zip(first, rows[1][1], strict=False)) if rows[1:] else False
        )
        is_head = not goes_on and (is_header(first) or _is_above_numbers(first, rows[1:]))
        if len(first) > 1 and (is_asked or is_head or alias_pair(first) is not None):
            named, rows = first, rows[1:]
            while len(named) > max(width, 2) and not named[-1].strip():
                named = named[:-1]
            _check_header(named, source)
    if len(named) > 1:
        names = [name.strip().strip("\ufeff") or f"column_{k}" for k, name in enumerate(named, 1)]
        alias = alias_pair(names)
        if alias is not None and tuple(names[k].lower() for k in alias) == TEXTS:
            names = [name.lower() if k in alias else name for k, name in enumerate(names)]
        check_columns(names, source.path, ())
        return names, rows
    if width < 2:
        number = next(number for number, row in rows if len(row) < 2)
        todo = "give English, a tab, Vietnamese"
        raise InputError("too few tabs", path=source.path, line=number, found="1 column", todo=todo)
    urls = list(_URLS) if width >= 4 and all(map(_URL.match, first[:2])) else []
    return [*urls, *(f"column_{k}" for k in range(len(urls) + 1, width + 1))], rows


def _check_header(fields: list[str], source: Source) -> None:
    """Refuse a header that has one of our two names and not the other, or no two columns for texts."""
    lowered = [field.strip().lower() for field in fields]
    if source.columns is None and any(text in lowered for text in TEXTS) and alias_pair(lowered) is None:
        check_columns(fields, source.path)


def _is_above_numbers(first: Sequence[str], rows: Sequence[Numbered]) -> bool:
    """Whether a first row of short words stands above a column of nothing but numbers."""
    if not rows or any(len(cell.split()) > _MOST_WORDS or cell.rstrip().endswith((".", "?", "!")) for cell in first):
        return False
    for k, cell in enumerate(first):
        below = [row[k] for _, row in rows[:200] if k < len(row)]
        if below and cell.strip() and not any(map(str.isdigit, cell)) and all(map(_NUMBER.fullmatch, below)):
            return True
    return False


def _fault(row: list[str], names: list[str], source: Source, line: int, what: str) -> InputError:
    """What is wrong with the number of a row's cells."""
    if len(row) < len(names):
        found, todo = f"{len(row)} of {len(names)} columns", f"separate the columns by {what}"
        return InputError(f"too few {what}", path=source.path, line=line, found=found, todo=todo)
    found, todo = f"{len(row)} columns for {len(names)}", f"remove {what} inside texts"
    return InputError(f"too many {what}", path=source.path, line=line, found=found, todo=todo)
