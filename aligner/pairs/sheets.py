"""Parquet in and out, spreadsheets (XLSX) out: formats of packages that are extras."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import tempfile
import zipfile
from collections.abc import Iterator
from typing import IO, Any, Final

from aligner.errors import InputError, MissingExtraError
from aligner.files.whole import open_atomic_bytes, refuse_path
from aligner.pairs.chunks import (
    NOT_XML,
    NUMBERS,
    OFFSETS,
    SURROGATES,
    TEXTS,
    About,
    Chunk,
    Tally,
    cell_text,
    fitted,
    in_columns,
    n_rows,
)
from aligner.version import TOOL

_Path = str | os.PathLike[str]

GROUP: Final = 1 << 16
"""Rows of a Parquet row group: some 20 MB of text in memory, and few enough groups to read fast."""

METADATA: Final = TOOL
"""Key of a Parquet file's own metadata: JSON with version, signature and number of pairs."""

MAX_ROWS: Final = 1_048_576
"""Rows of a sheet, that of the names too; limits of Excel."""

MAX_CELL: Final = 32_767
"""Characters of a cell (UTF-16 units)."""

_NUMERIC: Final = frozenset({*NUMBERS, *OFFSETS})
"""Columns whose cells become numbers."""

_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
"""What the contract writes in these columns; all else stays text, as what a double would change."""

_WIDTHS: Final = {**dict.fromkeys(TEXTS, 70), "reasons": 40, "signature": 20, "doc_id": 20}
"""Widths of columns, in characters."""

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the first time that a ZIP archive can hold
_MODIFIED: Final = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
"""When a workbook was made, in docProps/core.xml."""


def write_parquet(chunks: Iterator[Chunk], path: _Path, about: About, tally: Tally) -> None:
    """Write pairs as Parquet, packed by Zstandard inside; numbers, truth values and nested cells keep their type.

    Parameters
    ----------
    chunks : iterator of Chunk
        Columns and their types are those of the first 65,536 pairs; text read from TSV stays text.
    path : str or path
        It appears whole or not at all.
    about : About
        Goes into the file's metadata, with the number of pairs.
    tally : Tally
        Counts pairs, lone surrogates, and filled cells of later columns.

    Raises
    ------
    InputError
        If a later cell does not fit its column's type.
    MissingExtraError
        Without pyarrow.
    """
    pa, pq = _pyarrow("writing Parquet")
    schema: Any = None
    writer: Any = None
    with open_atomic_bytes(path) as file, contextlib.ExitStack() as stack:
        for group in _groups(chunks):
            if schema is None:
                schema = pa.schema([(name, _arrow_type(pa, values)) for name, values in group.items()])
                writer = pq.ParquetWriter(file, schema, compression="zstd")
                stack.callback(writer.close)  # while the file is open, whatever happens
            n = n_rows(group)
            tally.pairs += n
            for name in group.keys() - set(schema.names):
                tally.left_out.update({name: sum(map(bool, map(cell_text, group[name])))})
            columns = [_arrow_column(pa, field, group.get(field.name, [None] * n), path, tally) for field in schema]
            writer.write_table(pa.table(columns, schema=schema))
        if writer is None:
            writer = pq.ParquetWriter(file, pa.schema([(name, pa.string()) for name in TEXTS]), compression="zstd")
            stack.callback(writer.close)
        told = {"version": about.version, "signature": about.signature, "pairs": tally.pairs}
        writer.add_key_value_metadata({METADATA: json.dumps(told, ensure_ascii=True)})


def _pyarrow(feature: str) -> tuple[Any, Any]:
    """The package and its part for Parquet, or the line that installs it."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise MissingExtraError(feature, package="pyarrow", extra="parquet") from None
    return pyarrow, pyarrow.parquet


def _groups(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """Chunks joined to row groups."""
    group: Chunk = {}
    n = 0
    for chunk in chunks:
        rows = n_rows(chunk)
        for name in dict.fromkeys([*group, *chunk]):
            group.setdefault(name, [None] * n).extend(chunk.get(name, [None] * rows))
        n += rows
        if n >= GROUP:
            yield group
            group, n = {}, 0
    if group:
        yield group


def _arrow_type(pa: Any, values: list[Any]) -> Any:
    """Type of a column by its cells; text where they are of several kinds, or none is there."""
    kinds = {type(value) for value in values} - {type(None)}
    if kinds and kinds <= {dict} and _is_translation(values):
        return pa.struct([("en", pa.string()), ("vi", pa.string())])
    if kinds == {bool}:
        return pa.bool_()
    if kinds == {int} and all(value is None or -(2**63) <= value < 2**63 for value in values):
        return pa.int64()
    if kinds and kinds <= {int, float}:
        return pa.float64()
    return pa.string()


def _is_translation(values: list[Any]) -> bool:
    """Whether all cells are what Hugging Face has for a pair."""
    return all(isinstance(value, dict) and set(value) == {"en", "vi"} for value in values)


def _arrow_column(pa: Any, field: Any, values: list[Any], path: _Path, tally: Tally) -> Any:
    """A column of the file's type."""
    if field.type == pa.string():
        cells = [value if value is None or isinstance(value, str) else _plain(value) for value in values]
        try:
            return pa.array(cells, field.type)
        except UnicodeEncodeError:
            return pa.array([None if c is None else fitted(c, SURROGATES, tally) for c in cells], field.type)
    if pa.types.is_struct(field.type):
        values = [
            {side: fitted(cell_text(text), SURROGATES, tally) for side, text in value.items()} for value in values
        ]
    try:
        return pa.array(values, field.type)
    except (pa.ArrowException, TypeError, OverflowError, ValueError) as error:
        what = f"a cell of column {field.name} that is no {field.type}"
        todo = "give the column one type, or make it text"
        raise InputError(what, path=path, found=str(error)[:100], todo=todo) from None


def _plain(value: object) -> str:
    """A number in full, others as in TSV."""
    return repr(value) if isinstance(value, (int, float)) else cell_text(value)


def parquet_chunks(path: _Path, size: int) -> Iterator[Chunk]:
    """Read the columns of a Parquet file, chunk by chunk.

    Parameters
    ----------
    path : str or path
        A file that can be sought in: neither standard input nor packed.
    size : int
        Pairs in a chunk.

    Yields
    ------
    Chunk
        Columns under their own names, cells as Python has them.

    Raises
    ------
    InputError
        If the file is missing or no whole Parquet file.
    MissingExtraError
        Without pyarrow.

    Examples
    --------
    >>> next(parquet_chunks("no/such/file.parquet", 2))  # doctest: +SKIP
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: no/such/file.parquet: no such file; check the path
    """
    pa, pq = _pyarrow("reading Parquet")
    try:
        with open(path, "rb") as file, pq.ParquetFile(file, pre_buffer=False) as parquet:
            names = parquet.schema_arrow.names
            if len(set(names)) < len(names):
                twice = next(name for name in names if names.count(name) > 1)
                raise InputError(f"more than one column {twice}", path=path, todo="give each a name of its own")
            for batch in parquet.iter_batches(batch_size=size):
                yield {name: column.to_pylist() for name, column in zip(names, batch.columns, strict=True)}
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        refuse_path(error, path, "cannot be opened")
    except (pa.ArrowException, OSError, ValueError) as error:
        found = " ".join(str(error).split())[:100]
        raise InputError("not a whole Parquet file", path=path, found=found, todo="write it again") from None


def write_xlsx(chunks: Iterator[Chunk], path: _Path, about: About, tally: Tally) -> None:
    """Write pairs as a workbook for reviewers: a sheet of pairs, and one that says what made them.

    Parameters
    ----------
    chunks : iterator of Chunk
        The columns are those of the first. Texts are stored as text, so that no cell is ever a formula; the scores and
        offsets of the contract are numbers.
    path : str or path
        It appears whole or not at all. More pairs than a sheet holds go on in another one.
    about : About
        Goes into the sheet ``about``.
    tally : Tally
        Counts pairs, characters that XML does not have, cells cut at 32,767 characters, and as ``guarded`` cells that
        would have been formulas.

    Raises
    ------
    MissingExtraError
        Without openpyxl.
    """
    try:
        import openpyxl
    except ImportError:
        raise MissingExtraError("writing XLSX", package="openpyxl", extra="xlsx") from None
    book = openpyxl.Workbook(write_only=True)
    try:
        _fill(book, chunks, about, tally)
        # In a file: the workbook's sheets are in files as well, so that memory stays what it is.
        with tempfile.TemporaryFile() as packed, open_atomic_bytes(path) as file:
            book.save(packed)
            _repack(packed, file)
    except BaseException:
        for sheet in book.worksheets:  # ends and removes the files of its sheets
            with contextlib.suppress(Exception):
                sheet.close()
                sheet._writer.cleanup()
        raise


def _fill(book: Any, chunks: Iterator[Chunk], about: About, tally: Tally) -> None:
    """The sheets of pairs, and the one that says what made them."""
    sheet: Any = None
    n_rows = 0
    for columns, cells in in_columns(chunks, tally):
        for row in zip(*cells, strict=True):
            if sheet is None or n_rows == MAX_ROWS:
                sheet, n_rows = _sheet(book, columns, tally), 1
            sheet.append([_cell(sheet, name, cell, tally) for name, cell in zip(columns, row, strict=True)])
            n_rows += 1
    if sheet is None:
        _sheet(book, list(TEXTS), tally)
    notes = book.create_sheet("about")
    told = {"tool": TOOL, "version": about.version, "signature": about.signature, "pairs": tally.pairs}
    for name, value in told.items():
        notes.append([name, _text_cell(notes, value, tally) if isinstance(value, str) else value])


def _sheet(book: Any, columns: list[str], tally: Tally) -> Any:
    """A sheet of pairs with the names of the columns on top."""
    from openpyxl.utils import get_column_letter

    number = len(book.worksheets) + 1
    sheet = book.create_sheet("pairs" if number == 1 else f"pairs {number}")
    sheet.freeze_panes = "A2"
    for k, name in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(k)].width = _WIDTHS.get(name, 12)
    sheet.append([_text_cell(sheet, name, tally) for name in columns])
    return sheet


def _cell(sheet: Any, name: str, text: str, tally: Tally) -> Any:
    """A number where the contract has one, else text."""
    if name in _NUMERIC and _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return _text_cell(sheet, text, tally, wrapped=name in TEXTS) if text else None


def _text_cell(sheet: Any, text: str, tally: Tally, *, wrapped: bool = False) -> Any:
    """A cell of text, whatever it begins with."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment

    text = fitted(text, NOT_XML, tally)
    if len(text) + sum(character > "\uffff" for character in text) > MAX_CELL:
        text = text.encode("utf-16-le")[: 2 * MAX_CELL].decode("utf-16-le", "ignore")
        tally.cut += 1
    cell = WriteOnlyCell(sheet, value=text)
    tally.guarded += cell.data_type != "s"
    cell.data_type = "s"
    if wrapped:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _repack(packed: IO[bytes], file: IO[bytes]) -> None:
    """Copy a workbook without the times in it: the same pairs give the same bytes."""
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with source.open(name) as read, target.open(entry, "w", force_zip64=True) as written:
                if name == "docProps/core.xml":
                    read = io.BytesIO(_MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z", read.read()))
                while block := read.read(1 << 16):
                    written.write(block)
