"""Places in tables: which table, row and column text stands in, counted as the tags of a document come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MAX_SPAN: Final = 1000
"""Columns that a cell may cover or be repeated over, as far as they are counted: Word has 63 in all, sheets 16,384, but
those are empty."""


@dataclass(slots=True)
class _Table:
    number: int
    row: int = -1
    column: int = 0
    span: int = 1
    is_cell: bool = False


class Places:
    """Counts tables, rows and columns, nested ones too; tags that are where none should be are passed over.

    Examples
    --------
    >>> places = Places()
    >>> places.begin_table(); places.begin_row(); places.begin_cell(); places.cell()
    (0, 0, 0)
    """

    def __init__(self) -> None:
        self._tables: list[_Table] = []
        self._n_tables = self._n_rows = 0

    def cell(self) -> tuple[int, int, int] | None:
        """Give table, row and column of the innermost open cell, all 0-based."""
        for table in reversed(self._tables):
            if table.is_cell and table.row >= 0:
                return table.number, table.row, table.column
        return None

    def begin_table(self) -> None:
        """Take the beginning of a table."""
        self._tables.append(_Table(self._n_tables))
        self._n_tables += 1

    def begin_row(self) -> None:
        """Take the beginning of a row; row numbers are unique in a document."""
        if self._tables:
            table = self._tables[-1]
            table.row, table.column, table.span, table.is_cell = self._n_rows, 0, 1, False
            self._n_rows += 1

    def begin_cell(self) -> None:
        """Take the beginning of a cell."""
        if self._tables:
            self._tables[-1].span, self._tables[-1].is_cell = 1, True

    def begin_cell_in_row(self) -> None:
        """Take text of a cell where no tag begins rows and cells, as in RTF."""
        if self._tables and self._tables[-1].row < 0:
            self.begin_row()
        self.begin_cell()

    def widen(self, told: str) -> None:
        """Take the number of columns that the open cell covers."""
        if self._tables:
            self._tables[-1].span = number_of(told)

    def skip(self, told: str) -> None:
        """Take a number of columns without a cell."""
        if self._tables:
            self._tables[-1].column += number_of(told)

    def end_cell(self) -> None:
        """Take the end of a cell."""
        if self._tables and self._tables[-1].is_cell:
            table = self._tables[-1]
            table.column, table.is_cell = table.column + table.span, False

    def end_row(self) -> None:
        """Take the end of a row."""
        if self._tables:
            self._tables[-1].row, self._tables[-1].is_cell = -1, False

    def end_table(self) -> None:
        """Take the end of a table."""
        if self._tables:
            self._tables.pop()


def number_of(told: str) -> int:
    """Read a number of columns or spaces, 1 where there is none, `MAX_SPAN` at most.

    Examples
    --------
    >>> number_of("2"), number_of("many"), number_of("99999999999")
    (2, 1, 1000)
    """
    return min(max(int(told[:9]), 1), MAX_SPAN) if told.isascii() and told.isdigit() else 1
