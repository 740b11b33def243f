"""Moses in and out: the two sides in two files line by line, documents and ids in a third one, as OPUS has them."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from aligner.errors import FilePath, InputError
from aligner.files.streams import PACKED, bare_name, open_packed, read_lines
from aligner.files.whole import real_path
from aligner.pairs.chunks import CHUNK, TEXTS, Chunk, Source, Tally, Target, as_fields, in_columns, refuse_subtitles
from aligner.pairs.headings import file_labels
from aligner.pairs.sidecars import beside, read_signature
from aligner.text.columns import look_at

_IDS: Final = ("doc_id", "src_ids", "trg_ids")

PLACES: Final = (*TEXTS, *_IDS, "trg_doc_id")
"""Columns that have a place in the three files."""


def sides_of(path: FilePath, other: FilePath | None) -> tuple[FilePath, FilePath, FilePath]:
    """Name the files, English, Vietnamese and ids: from two names, or from what they begin with.

    Examples
    --------
    >>> sides_of("out.gz", None), sides_of("a.en", "a.vi")
    (('out.en.gz', 'out.vi.gz', 'out.ids.gz'), ('a.en', 'a.vi', 'a.ids'))
    """
    name = os.fspath(path)
    packing = next((suffix for suffix in PACKED if name.lower().endswith(suffix)), "")
    stem = name[: len(name) - len(packing)]
    if other is None:
        return f"{stem}.en{packing}", f"{stem}.vi{packing}", f"{stem}.ids{packing}"
    return path, other, f"{os.path.splitext(stem)[0]}.ids{packing}"


def read_moses(source: Source, tally: Tally) -> Iterator[Chunk]:
    """Read the lines of two files side by side, and of the third where it is there.

    The first file is English until `sides.settle` says otherwise; the third has the English document and ids first.

    Raises
    ------
    InputError
        If one is shorter than another, or a line of the third has not four columns; says which line.
    """
    path, other, ids = sides_of(source.path, source.other)
    tally.signature = read_signature(path, tally) or read_signature(other, tally)
    tally.labels = dict(zip(TEXTS, file_labels(os.fspath(path), os.fspath(other)), strict=True))
    names = [path, other, *([ids] if os.path.exists(real_path(ids)) else [])]
    sides = [itertools.chain.from_iterable(b for _, b in read_lines(name, encoding=source.encoding)) for name in names]
    number = 0
    has_two = False
    while True:
        columns = [list(itertools.islice(side, CHUNK)) for side in sides]
        if not number:
            for name, column in zip(names[:2], columns, strict=False):
                refuse_subtitles(enumerate(column, 1), name)
                _refuse_code(column, name)
                _refuse_pairs(column, name)
        lengths = [len(column) for column in columns]
        if len(set(lengths)) > 1:
            short, long = names[lengths.index(min(lengths))], names[lengths.index(max(lengths))]
            what, line = f"fewer lines than {os.fspath(long)}", max(number + min(lengths), 1)
            raise InputError(what, path=short, line=line, found="its end", todo="give files of as many lines")
        if not columns[0]:
            return
        chunk: Chunk = dict(zip(TEXTS, columns[:2], strict=True))
        for k, line_of_ids in enumerate(columns[2] if len(columns) > 2 else ()):
            fields = line_of_ids.split("\t")
            if len(fields) != 4:
                found = f"{len(fields)} columns"
                todo = "give English document, Vietnamese document, English ids, Vietnamese ids, or remove the file"
                raise InputError("not four columns", path=ids, line=number + k + 1, found=found, todo=todo)
            has_two = fields[0] != fields[1] if number + k == 0 else has_two
            chunk.setdefault("doc_id", []).append(fields[0])
            if has_two:
                chunk.setdefault("trg_doc_id", []).append(fields[1])
            elif fields[0] != fields[1]:
                found = f"{fields[1][:60]!r} beside {fields[0][:60]!r}"
                todo = "name both documents in all lines, or one"
                raise InputError("two documents", path=ids, line=number + k + 1, found=found, todo=todo)
            for name, field in zip(_IDS[1:], fields[2:], strict=True):
                chunk.setdefault(name, []).append(field.replace(" ", ","))
        yield chunk
        number += lengths[0]


_CODE: Final = re.compile(
    r"\s*(?:"
    r"</?[A-Za-z!?][^<>]*>?\s*(?:<|\Z)|<[A-Za-z][\w:-]*\s[^<>]*>"  # markup
    r"|[\[\]{}()<>;,]+\s*\Z|//|/\*|\*/|#\s?(?:include|define|pragma)\b|<\?"  # brackets, comments
    r"|[\w$]{1,60}(?:[.:\[\]-][\w$]{1,60}){0,9}\]?\s{0,20}=(?!=)"  # key = value
    r"|(?:[\w$]{1,60}[._][\w.$]{1,60}|\"[^\"]{1,200}\"|'[^']{1,200}')\s{0,20}(?::|=>)\s"  # "key": value
    r"|[\w-]{1,60}:\s{0,9}(?:[|>&{\[].{0,99})?\Z"  # what YAML nests
    r"|(?:msgid|msgstr|msgctxt)\b|(?:return|export|module|const|var|let|package|import)\b.{0,200}[({;]\s*\Z"
    r")"
)
"""Lines of program code, markup and files of settings."""

_MOST_CODE: Final = 0.5
"""Share of a file's first lines that are code, from which on it is no file of sentences. Held by
tests/test_localisation.py."""


_MOST_ROWS: Final = 0.5
"""Share of a file's first lines that part into cells, from which on it may be a table (test_sides.py)."""

_COLUMNS: Final = 12
"""Cells of a line that are looked at for two languages; files of pairs have their texts in the first."""


def _refuse_code(lines: list[str], path: FilePath) -> None:
    """Refuse a file whose lines are no sentences: joined line by line, keys and brackets would become text."""
    filled = [line[:400] for line in lines[:400] if line.strip()]
    coded = [line for line in filled if _CODE.match(line)]
    if coded and len(coded) > _MOST_CODE * len(filled):
        todo = (
            "give files of one sentence a line, or of texts under keys: .po .json .properties .strings .xml .yml .arb"
        )
        found = f"{len(coded)} of {len(filled)} lines like {coded[0].strip()[:40]!r}"
        raise InputError("not lines of text", path=path, found=found, todo=todo)


def _refuse_pairs(lines: list[str], path: FilePath) -> None:
    """Refuse a file whose lines have both languages: joined with another's, whole rows would become texts."""
    filled = [line for line in lines[:400] if line.strip()]
    for mark in ("\t", *(",;" if bare_name(path).endswith(".csv") else "")):
        rows = [line.split(mark) for line in filled if mark in line.strip()]
        if not rows or len(rows) < _MOST_ROWS * len(filled):
            continue
        columns = itertools.islice(itertools.zip_longest(*rows, fillvalue=""), _COLUMNS)
        if {"en", "vi"} <= {look_at(column).language for column in columns}:
            todo = "give it alone, or files of one sentence a line"
            raise InputError("a file of pairs, which has both languages", path=path, found=rows[0][0][:40], todo=todo)


def write_moses(chunks: Iterator[Chunk], target: Target, tally: Tally) -> None:
    """Write a line a pair in two files; in a third one documents and ids, as OPUS has them, where any is known.

    The sidecar stands beside the English file.
    """
    paths = sides_of(target.path, target.other)
    first: Chunk = next(chunks, {name: [] for name in TEXTS})
    with contextlib.ExitStack() as stack:
        stack.enter_context(beside(replace(target, path=paths[0]), tally))
        en, vi = (stack.enter_context(open_packed(path)) for path in paths[:2])
        ids = stack.enter_context(open_packed(paths[2])) if any(name in first for name in _IDS) else None
        for _, cells in in_columns(itertools.chain([first], chunks), tally, PLACES):
            for file, column in ((en, cells[0]), (vi, cells[1])):
                file.writelines(f"{line}\n" for line in as_fields([column], tally))
            if ids is not None:
                src_ids, trg_ids = ([cell.replace(",", " ") for cell in column] for column in cells[3:5])
                documents = [b or a for a, b in zip(cells[2], cells[5], strict=True)]
                ids.writelines(f"{line}\n" for line in as_fields([cells[2], documents, src_ids, trg_ids], tally))
