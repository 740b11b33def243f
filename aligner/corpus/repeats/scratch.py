"""Room for columns of many rows: in memory while they are small, behind that in files that vanish with the process."""

from __future__ import annotations

import contextlib
import itertools
import tempfile
from array import array
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import IO, Any, Final

import numpy as np
from numpy.typing import DTypeLike, NDArray

from aligner.errors import FilePath, InputError

HELD: Final = 3 << 27
"""Bytes of columns that stay in memory: those of 500,000 pairs with their rows. What is given back when they go to
files may stay with the process, so it counts for larger corpora, too (docs/decisions/0034)."""

PART: Final = 1 << 28
"""Bytes of records that are sorted at a time; sorting takes some three times as much beside them. 0034."""

BLOCK: Final = 1 << 16
"""Rows that are read at a time: 2 MB of keys, and more is no faster."""

MAX_PARTS: Final = 256
"""Files that records are scattered to; systems let a process open a thousand."""


class Scratch:
    """Columns that share the memory they may take; once it is used up, all of them go on in files.

    Parameters
    ----------
    folder : str or path, optional
        Where files are made: they have no name there, and are gone when they are closed or the process ends, however it
        does. By default the system's folder for such files.

    Examples
    --------
    >>> with Scratch() as scratch:
    ...     column = Column(scratch, np.int64)
    ...     column.append(np.arange(3))
    ...     column.take(np.array([0, 2]))
    array([0, 2])
    """

    def __init__(self, folder: FilePath | None = None) -> None:
        self.folder = folder
        self.room = HELD
        self.columns: list[Column] = []

    def __enter__(self) -> Scratch:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for column in list(self.columns):
            column.close()

    @property
    def is_full(self) -> bool:
        """Whether columns are in files."""
        return self.room < 0

    def hold(self, size: int) -> None:
        """Note that so many bytes more are held in memory."""
        self.room -= size
        if self.is_full:
            for column in self.columns:
                column.spill()


class Column:
    """Rows of one type, put down one behind the other.

    Parameters
    ----------
    scratch : Scratch
        Where they are.
    dtype : numpy.dtype
        What a row is; it may have a shape.
    """

    def __init__(self, scratch: Scratch, dtype: DTypeLike) -> None:
        self.scratch, self.dtype, self.n = scratch, np.dtype(dtype), 0
        self._held: list[NDArray[Any]] = []
        self._file: IO[bytes] | None = None
        scratch.columns.append(self)

    def __len__(self) -> int:
        return self.n

    def append(self, rows: NDArray[Any]) -> None:
        """Put rows behind the others."""
        self.n += len(rows)
        if self._file is None and not self.scratch.is_full:
            self._held.append(rows)
            self.scratch.hold(rows.nbytes)
        else:
            self._write(rows)

    def spill(self) -> None:
        """Bring the rows from memory into a file."""
        held, self._held = self._held, []
        for rows in held:
            self._write(rows)

    def _write(self, rows: NDArray[Any]) -> None:
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(dir=self.scratch.folder)  # noqa: SIM115 - closed by `close`
            self._file.write(np.ascontiguousarray(rows).data.cast("B") if rows.size else b"")
            self._file.flush()  # a few rows would find the disk full only where they are read
        except OSError as error:
            folder = self.scratch.folder or tempfile.gettempdir()
            todo = "free some space there: pairs take a kilobyte each while they are compared"
            raise InputError("no room", path=folder, found=error.strerror or str(error), todo=todo) from None

    def _whole(self) -> NDArray[Any]:
        """All rows, where they are in memory."""
        if len(self._held) != 1:
            base, shape = self.dtype.base, self.dtype.shape
            self._held = [np.concatenate([np.zeros((0, *shape), base), *self._held])]
        return self._held[0]

    def read(self, first: int = 0, last: int | None = None) -> NDArray[Any]:
        """Give the rows from `first` up to `last`."""
        last = self.n if last is None else last
        if self._file is None:
            return self._whole()[first:last]
        self._file.seek(first * self.dtype.itemsize)
        return np.frombuffer(self._file.read((last - first) * self.dtype.itemsize), self.dtype)

    def blocks(self) -> Iterator[tuple[int, NDArray[Any]]]:
        """Give all rows, some at a time, each time with the number of the first one."""
        for first in range(0, self.n, BLOCK):
            yield first, self.read(first, min(first + BLOCK, self.n))

    def take(self, rows: NDArray[Any]) -> NDArray[Any]:
        """Give some rows, in any order, by one way through the column."""
        taken: NDArray[Any]
        if self._file is None:
            taken = self._whole()[rows]
            return taken
        by_row = np.argsort(rows, kind="stable")
        ordered = rows[by_row]
        taken = np.empty((len(rows), *self.dtype.shape), self.dtype.base)
        edges = np.searchsorted(ordered, np.arange(0, self.n + BLOCK, BLOCK)).tolist()
        for k, (a, b) in enumerate(itertools.pairwise(edges)):
            if a < b:
                first = k * BLOCK
                taken[by_row[a:b]] = self.read(first, min(first + BLOCK, self.n))[ordered[a:b] - first]
        return taken

    def close(self) -> None:
        """Give the room back."""
        if self._file is not None:
            with contextlib.suppress(OSError):  # what a full disk did not take is tried again
                self._file.close()
            self._file = None
        elif not self.scratch.is_full:
            self.scratch.room += sum(rows.nbytes for rows in self._held)
        self._held = []
        self.scratch.columns.remove(self)


class Records:
    """Bytes of any length by number.

    Examples
    --------
    >>> with Scratch() as scratch:
    ...     records = Records(scratch)
    ...     records.append([b"one", b"", b"three"])
    ...     records.read(2), records.read(1), len(records)
    (b'three', b'', 3)
    """

    def __init__(self, scratch: Scratch) -> None:
        self._bytes, self._ends = Column(scratch, np.uint8), array("q", [0])

    def __len__(self) -> int:
        return len(self._ends) - 1

    def append(self, records: Iterable[bytes]) -> None:
        """Put records behind the others."""
        made = list(records)
        end = self._ends[-1]
        for record in made:
            end += len(record)
            self._ends.append(end)
        self._bytes.append(np.frombuffer(b"".join(made), np.uint8))

    def read(self, number: int) -> bytes:
        """Give one record."""
        return self._bytes.read(self._ends[number], self._ends[number + 1]).tobytes()

    def run(self, first: int, last: int) -> list[bytes]:
        """Give the records from `first` up to `last`, in one reading."""
        ends = self._ends[first : last + 1]
        whole = self._bytes.read(ends[0], ends[-1]).tobytes()
        return [whole[a - ends[0] : b - ends[0]] for a, b in itertools.pairwise(ends)]


def count_parts(n: int, size: int) -> int:
    """In how many parts n records are sorted for each of which so many bytes count.

    Examples
    --------
    >>> count_parts(1_000_000, 8), count_parts(50_000_000, 40)
    (1, 8)
    """
    return min(max(-(-n * size // PART), 1), MAX_PARTS)


def part_of(values: NDArray[np.uint64], parts: int) -> NDArray[np.uint64]:
    """In which part a value is by its upper 32 bits, which should be as good as random.

    Examples
    --------
    >>> part_of(np.array([0, 2**63, 2**64 - 1], np.uint64), 3).tolist()
    [0, 1, 2]
    """
    part: NDArray[np.uint64] = ((values >> np.uint64(32)) * np.uint64(parts)) >> np.uint64(32)
    return part


def scatter(
    scratch: Scratch, dtype: DTypeLike, blocks: Iterable[tuple[NDArray[Any], NDArray[Any]]], parts: int
) -> Iterator[NDArray[Any]]:
    """Bring records together that belong to one part: those of the first, of the second …, in their order.

    Parameters
    ----------
    blocks : iterable of two arrays
        Records, and the part of each from 0 up to `parts`.

    Examples
    --------
    >>> blocks = [(np.array([5, 6, 7]), np.array([1, 0, 1])), (np.array([8]), np.array([0]))]
    >>> with Scratch() as scratch:
    ...     [part.tolist() for part in scatter(scratch, np.int64, blocks, 2)]
    [[6, 8], [5, 7]]
    """
    columns = [Column(scratch, dtype) for _ in range(parts)]
    for records, part in blocks:
        if parts == 1:
            columns[0].append(records)
            continue
        by_part = np.argsort(part, kind="stable")
        edges = np.searchsorted(part[by_part], np.arange(parts + 1)).tolist()
        for column, (a, b) in zip(columns, itertools.pairwise(edges), strict=True):
            if a < b:
                column.append(records[by_part[a:b]])
    for column in columns:
        records = column.read()
        column.close()
        yield records


def ahead(map: Any, work: Any, groups: Iterable[Sequence[Sequence[Any]]]) -> Iterator[Any]:
    """Map over the arguments of group after group, one group ahead: an executor works while the next one is read.

    `map` of an executor takes all that there is at once, which may be more than memory holds.

    Examples
    --------
    >>> list(ahead(map, len, [(["a", "bb"],), (["ccc"],)]))
    [1, 2, 3]
    """
    waiting: Iterable[Any] = ()
    for arguments in groups:
        started = map(work, *arguments)
        yield from waiting
        waiting = started
    yield from waiting
