"""Pairs that are read once, chunk by chunk, and given out again: texts by row, and the frames they came in."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aligner.corpus.repeats.fingerprints import Fingerprints
from aligner.corpus.repeats.scratch import Column, Records, Scratch
from aligner.pairs.chunks import TEXTS
from aligner.pairs.frames import check_frame, fractions_of, texts_of
from aligner.text.unicode import nfc

if TYPE_CHECKING:
    import pandas as pd


class Shelf:
    """Pairs and their fingerprints, those of test sets before the others.

    Parameters
    ----------
    scratch : Scratch
        Where they are put.
    near : bool
        Also what near-duplicates are found by.
    once : bool
        Whether pairs with the same texts share their fingerprints; else the rows of these are those of the shelf.
    texts : bool
        Whether texts are asked for.
    map : callable
        As the builtin one.

    Attributes
    ----------
    prints : Fingerprints
    names : list of str
        Of the test sets.
    starts : list of int
        The first row of each test set and, last, of the pairs.
    """

    def __init__(
        self,
        scratch: Scratch,
        *,
        near: bool = True,
        once: bool = False,
        texts: bool = False,
        map: Callable[..., Iterable[Any]] = map,
    ) -> None:
        self.prints, self._map, self._has_texts = Fingerprints(scratch, near=near), map, texts
        self.names: list[str] = []
        self.starts: list[int] = [0]
        self._n_rows, self._once = 0, once
        self._texts, self._frames, self._documents = (Records(scratch) for _ in range(3))
        self._sizes: list[int] = []
        self._columns: dict[str, None] = {}
        self._attrs: dict[Any, Any] = {}
        self._quality = Column(scratch, np.float64)

    @property
    def n_pairs(self) -> int:
        """Pairs that are of no test set."""
        return self._n_rows - self.starts[-1]

    def add_test(self, name: str, frames: Iterable[pd.DataFrame]) -> None:
        """Put down a test set; all of them before the pairs."""
        self.prints.add(map(self._put_texts, frames), self._map)
        self.names.append(name)
        self.starts.append(self._n_rows)

    def add(self, frames: Iterable[pd.DataFrame]) -> None:
        """Put down the pairs."""
        self.prints.add(map(self._put, frames), self._map, once=self._once)

    def _put_texts(self, frame: pd.DataFrame) -> tuple[list[str], list[str]]:
        """Texts of a frame, put down."""
        check_frame(frame)
        source, target = (texts_of(frame[column]) for column in TEXTS)
        self._n_rows += len(frame)
        if self._has_texts:
            encoded = ([text.encode("utf-8", "surrogatepass") for text in side] for side in (source, target))
            self._texts.append(len(a).to_bytes(8, "little") + a + b for a, b in zip(*encoded, strict=True))
        return source, target

    def _put(self, frame: pd.DataFrame) -> tuple[list[str], list[str]]:
        """A frame, put down with its texts."""
        texts = self._put_texts(frame)
        self._frames.append([pickle.dumps(frame, pickle.HIGHEST_PROTOCOL)])
        self._sizes.append(len(frame))
        self._columns.update(dict.fromkeys(frame.columns))
        self._attrs = dict(frame.attrs)
        if "doc_id" in self._columns:
            self._documents.append([b""] * (sum(self._sizes[:-1]) - len(self._documents)))  # of frames without
            self._documents.append(name_documents(frame))
        absent = np.full(len(frame), np.nan)
        self._quality.append(fractions_of(frame, "quality") if "quality" in frame.columns else absent)
        return texts

    def order(self) -> NDArray[np.int64]:
        """Rows: those of test sets, then the pairs, the best quality first; the first of equals, what has none last."""
        n = self.starts[-1]
        if "quality" not in self._columns:
            return np.arange(self._n_rows)
        return np.concatenate([np.arange(n), n + order_by(self._quality.read())])

    def texts(self, rows: NDArray[Any]) -> tuple[list[str], list[str]]:
        """English and Vietnamese texts of rows, where the shelf has them."""
        sides: tuple[list[str], list[str]] = ([], [])
        for record in map(self._texts.read, rows.tolist()):
            end = 8 + int.from_bytes(record[:8], "little")
            for side, data in zip(sides, (record[8:end], record[end:]), strict=True):
                side.append(data.decode("utf-8", "surrogatepass"))
        return sides

    def document(self, row: int) -> str:
        """Name of the document of a pair; nothing where it has none."""
        return nfc(self._documents.read(row - self.starts[-1]).decode("utf-8")) if len(self._documents) else ""

    def documents(self, first: int, last: int) -> list[bytes]:
        """Names of the documents of a range of pairs, as they are given."""
        if not len(self._documents):
            return [b""] * (last - first)
        return self._documents.run(first - self.starts[-1], last - self.starts[-1])

    def frames(self, is_kept: NDArray[np.bool_]) -> Iterator[pd.DataFrame]:
        """The frames with the pairs that are kept and all columns that any has; what was told of them is in each."""
        first = 0
        for number, size in enumerate(self._sizes):
            frame: pd.DataFrame = pickle.loads(self._frames.read(number))
            kept = frame[is_kept[first : first + size]].reset_index(drop=True)
            if len(kept.columns) < len(self._columns):
                kept = kept.reindex(columns=list(self._columns))
            kept.attrs = dict(self._attrs)
            first += size
            yield kept


def order_by(quality: NDArray[np.float64]) -> NDArray[np.int64]:
    """Rows, the best quality first; the first of equals, and what has none last.

    Examples
    --------
    >>> order_by(np.array([0.5, np.nan, 0.9, 0.5])).tolist()
    [2, 0, 3, 1]
    """
    return np.argsort(-np.where(np.isnan(quality), -np.inf, quality), kind="stable")


def name_documents(pairs: pd.DataFrame) -> list[bytes]:
    """Name of each pair's document; nothing where it has none.

    Examples
    --------
    >>> import pandas as pd
    >>> name_documents(pd.DataFrame({"doc_id": ["a", None, 3]}))
    [b'a', b'', b'3']
    """
    if "doc_id" not in pairs.columns:
        return [b""] * len(pairs)
    names = [
        "" if cell is None or (isinstance(cell, float) and math.isnan(cell)) else str(cell)
        for cell in pairs["doc_id"].astype(object).tolist()
    ]
    return [name.encode("utf-8", "backslashreplace") for name in names]
