"""Workbooks (XLSX) in and out: for reviewers, texts that are never formulas; from others, the cells of their sheets."""

from __future__ import annotations

import contextlib
import datetime
import io
import re
import tempfile
import zipfile
from collections.abc import Iterator
from typing import IO, Any, Final

from aligner.errors import InputError, MissingExtraError
from aligner.files.whole import check_name, open_atomic_bytes, real_path, refuse_path
from aligner.pairs.chunks import (
    CHUNK,
    NOT_XML,
    NUMERIC,
    PAIR_ID,
    PLAIN_NUMBER,
    TEXTS,
    Chunk,
    Source,
    Tally,
    Target,
    fitted,
    in_columns,
)
from aligner.pairs.rows import Numbered, table_chunks
from aligner.version import TOOL

MAX_ROWS: Final = 1_048_576
"""Rows of a sheet, that of the names too; limits of Excel."""

MAX_CELL: Final = 32_767
"""Characters of a cell (UTF-16 units)."""

_WIDTHS: Final = {**dict.fromkeys(TEXTS, 70), "reasons": 40, "doc_id": 20}
"""Widths of columns, in characters."""

_HIDDEN: Final = frozenset(
    {
        PAIR_ID,
        *NUMERIC,
        "bead_type",
        "src_ids",
        "trg_ids",
        "src_kind",
        "trg_kind",
        "src_original",
        "trg_original",
    }
) - {"quality"}
"""Columns that are there, but not shown: no reviewer needs them, and the pair's id must not be touched."""

_DECISIONS: Final = ("keep", "drop")
"""What a cell of decision may be; a list in the sheet to choose from."""

_ABOUT: Final = "about"
"""The sheet that says what made the pairs."""

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the first time that a ZIP archive can hold
_MODIFIED: Final = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
"""When a workbook was made, in docProps/core.xml."""


def write_xlsx(chunks: Iterator[Chunk], target: Target, tally: Tally) -> None:
    """Write pairs as a workbook for reviewers: a sheet of pairs, and one that says what made them.

    Texts are stored as text, so that no cell is ever a formula; scores and offsets of the contract are numbers.
    The head is bold, stays in sight and has a filter; ids, offsets and such are hidden; decisions are chosen from a
    list. More pairs than a sheet holds go on in another one; version and signature stand in the sheet ``about``.
    Counted are cells cut at 32,767 characters too, and as ``guarded`` cells that would have been formulas.

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
        _fill(book, chunks, target, tally)
        # In a file: the workbook's sheets are in files as well, so that memory stays what it is.
        with tempfile.TemporaryFile() as packed, open_atomic_bytes(target.path) as file:
            book.save(packed)
            _repack(packed, file)
    except BaseException:
        for sheet in book.worksheets:  # ends and removes the files of its sheets
            with contextlib.suppress(Exception):
                sheet.close()
                sheet._writer.cleanup()
        raise


def _fill(book: Any, chunks: Iterator[Chunk], target: Target, tally: Tally) -> None:
    """The sheets of pairs, and the one that says what made them."""
    sheet: Any = None
    n_rows = 0
    columns = list(TEXTS)
    for columns, cells in in_columns(chunks, tally):
        for row in zip(*cells, strict=True):
            if sheet is None or n_rows == MAX_ROWS:
                if sheet is not None:
                    _finish(sheet, columns, n_rows)
                sheet, n_rows = _sheet(book, columns, tally), 1
            sheet.append([_cell(sheet, name, cell, tally) for name, cell in zip(columns, row, strict=True)])
            n_rows += 1
    _finish(sheet or _sheet(book, columns, tally), columns, max(n_rows, 1))
    notes = book.create_sheet(_ABOUT)
    told = {"tool": TOOL, "version": target.version, "signature": target.signature, "pairs": tally.pairs}
    for name, value in told.items():
        notes.append([name, _text_cell(notes, value, tally) if isinstance(value, str) else value])


def _sheet(book: Any, columns: list[str], tally: Tally) -> Any:
    """A sheet of pairs with the names of the columns on top."""
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    number = len(book.worksheets) + 1
    sheet = book.create_sheet("pairs" if number == 1 else f"pairs {number}")
    sheet.freeze_panes = "A2"
    for k, name in enumerate(columns, 1):
        dimension = sheet.column_dimensions[get_column_letter(k)]
        dimension.width, dimension.hidden = _WIDTHS.get(name, 12), name in _HIDDEN
    head = [_text_cell(sheet, name, tally) for name in columns]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    return sheet


def _finish(sheet: Any, columns: list[str], n_rows: int) -> None:
    """A filter over all rows, and the list of decisions: a sheet has both behind its rows."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{n_rows}"
    if "decision" in columns and n_rows > 1:
        letter = get_column_letter(columns.index("decision") + 1)
        choice = DataValidation(type="list", formula1=f'"{",".join(_DECISIONS)}"', allow_blank=True)
        choice.add(f"{letter}2:{letter}{n_rows}")
        sheet.data_validations.append(choice)


def _cell(sheet: Any, name: str, text: str, tally: Tally) -> Any:
    """A number where the contract has one, else text."""
    if name in NUMERIC and PLAIN_NUMBER.fullmatch(text):
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


def read_xlsx(source: Source, tally: Tally) -> Iterator[Chunk]:
    """Read the rows of a workbook: of its first sheet, and of the others with the same first row.

    Cells are text; of a formula what it gave when the file was saved. Sheets of other things are counted. What is
    hidden is read, unlike in `files.sheets`: a filter hides rows, and `write_xlsx` the columns of ids.

    Raises
    ------
    InputError
        If the file is no workbook, and as `rows.table_chunks` does.
    MissingExtraError
        Without openpyxl.
    """
    path = source.path
    if source.encoding is not None:
        raise InputError("XLSX has no encoding", path=path, found=repr(source.encoding), todo="leave encoding out")
    try:
        import openpyxl
    except ImportError:
        raise MissingExtraError("reading XLSX", package="openpyxl", extra="xlsx") from None
    check_name(path)
    try:
        with open(real_path(path), "rb") as file:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            about = _about(book)
            signature = about.get("signature")
            tally.signature = signature if isinstance(signature, str) else ""
            yield from table_chunks(_rows(book, tally, is_ours=bool(about)), source, tally, CHUNK, what="cells")
    except InputError:
        raise
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        refuse_path(error, path, "cannot be opened")
    # What openpyxl raises for a file that is none, or a broken one, is anything.
    except Exception as error:
        found = " ".join(str(error).split())[:100]
        raise InputError("not a whole XLSX file", path=path, found=found, todo="save it again") from None


def _rows(book: Any, tally: Tally, *, is_ours: bool) -> Iterator[Numbered]:
    """The rows of all sheets that go on with the first one, each as wide as the widest before it.

    A sheet that does not say its size, as ours, ends each row with its last filled cell.
    """
    first: list[str] | None = None
    number = width = 0
    for sheet in book.worksheets:
        if is_ours and sheet.title == _ABOUT:
            continue
        rows = ([_text_of(cell, tally) for cell in row] for row in sheet.iter_rows())
        head = next((row for row in rows if any(row)), None)
        if head is None:
            continue
        if first is None:
            first = head
            yield 1, head
        elif head != first:
            tally.skipped["other sheets"] += 1
            continue
        for row in rows:
            number += 1
            width = max(width, len(head), len(row))
            yield number + 1, row + [""] * (width - len(row))


def _text_of(cell: Any, tally: Tally) -> str:
    """A cell as text: whole numbers without a point, dates as ISO 8601 has them; of an error nothing, and it counts."""
    if cell.data_type == "e":  # '#REF!', which as a text is one
        tally.skipped["cells with an error"] += 1
        return ""
    value = cell.value
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return "" if value is None else str(value)


def _about(book: Any) -> dict[Any, Any]:
    """What our own sheet says of what made the pairs; nothing in a workbook of others."""
    if _ABOUT not in book.sheetnames:
        return {}
    told = {row[0]: row[1] for row in book[_ABOUT].iter_rows(values_only=True) if len(row) == 2}
    return told if told.get("tool") == TOOL else {}


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
