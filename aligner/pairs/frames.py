"""Frames of pairs as anybody may give them: checked, and their columns as cells, texts and numbers."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aligner.errors import FilePath, InputError
from aligner.pairs.chunks import TEXTS, cell_text, check_columns
from aligner.text.unicode import nfc

if TYPE_CHECKING:
    import pandas as pd


def frames_of(
    pairs: pd.DataFrame | Iterable[pd.DataFrame], needed: Sequence[str] = TEXTS, *, path: FilePath | None = None
) -> Iterator[pd.DataFrame]:
    """Give one frame, or the frames of several, each with the columns that are needed.

    Parameters
    ----------
    pairs : pandas.DataFrame or iterable of them
        As `read_pairs` gives them.
    needed : sequence of str
        Columns that each frame must have.
    path : str or path, optional
        The file that errors name.

    Raises
    ------
    InputError
        If something is no frame, a column is missing, or any stands twice.

    Examples
    --------
    >>> next(frames_of("a.tsv"))
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: pairs are no frame (found str); give a frame with src_text and trg_text
    """
    import pandas as pd

    if isinstance(pairs, (str, bytes, pd.DataFrame)) or not isinstance(pairs, Iterable):
        check_frame(pairs, needed, path=path)
        yield pairs
        return
    for k, frame in enumerate(pairs):
        check_frame(frame, needed, path=path, what=f"chunk {k} is")
        yield frame


def make_frame(data: Any, columns: Sequence[str] | None = None) -> pd.DataFrame:
    r"""Make a frame of rows or of columns as pandas does, whatever is in their texts.

    pandas' own text, with pyarrow behind it, has no lone surrogates: a column that has some is one of objects.

    Examples
    --------
    >>> make_frame([("\ud800", 1)], ["text", "n"]).dtypes.tolist()
    [dtype('O'), dtype('int64')]
    """
    import pandas as pd

    try:
        return pd.DataFrame(data, columns=columns)  # type: ignore[arg-type]
    except UnicodeEncodeError:
        frame = pd.DataFrame(data, columns=columns, dtype=object)  # type: ignore[arg-type]
    for name in frame.columns:
        with contextlib.suppress(UnicodeEncodeError):
            frame[name] = frame[name].infer_objects()
    return frame


def put_texts(frame: pd.DataFrame, column: str, texts: list[Any]) -> None:
    r"""Put a column of texts into a frame, a text for each row, whatever is in them (`make_frame`).

    Examples
    --------
    >>> frame = make_frame({"n": [1]})
    >>> put_texts(frame, "text", ["\ud800"])
    >>> len(frame["text"][0])
    1
    """
    import pandas as pd

    try:
        frame[column] = texts
    except UnicodeEncodeError:
        frame[column] = pd.Series(texts, index=frame.index, dtype=object)


def join_frames(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Join the chunks of a file into one frame, with the ``attrs`` of the last one, which counts for all before it.

    Examples
    --------
    >>> import pandas as pd
    >>> chunks = [pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [2]})]
    >>> chunks[1].attrs["signature"] = "s"
    >>> join_frames(chunks).attrs
    {'signature': 's'}
    """
    import pandas as pd

    chunks = list(frames)
    whole = pd.concat(chunks, ignore_index=True)
    whole.attrs = dict(chunks[-1].attrs)
    return whole


def check_frame(
    frame: object, needed: Sequence[str] = TEXTS, *, path: FilePath | None = None, what: str = "pairs are"
) -> None:
    """Raise an InputError if this is no frame, lacks a column that is needed, or has any twice.

    Examples
    --------
    >>> check_frame(["It rained."])
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: pairs are no frame (found list); give a frame with src_text and trg_text
    """
    import pandas as pd

    if not isinstance(frame, pd.DataFrame):
        todo = "give a frame with src_text and trg_text"
        raise InputError(f"{what} no frame", path=path, found=type(frame).__name__, todo=todo)
    check_columns(list(map(str, frame.columns)), path, needed)


def cells_of(column: pd.Series[Any]) -> list[Any]:
    """Give a column's cells as Python has them; None for what is missing, whatever the frame has for that.

    Examples
    --------
    >>> import pandas as pd
    >>> cells_of(pd.Series([1, pd.NA], dtype="Int64")), cells_of(pd.Series(["a", float("nan")], dtype=object))
    ([1, None], ['a', None])
    """
    return (column.astype(object).where(column.notna(), None) if column.hasnans else column).tolist()


def texts_of(column: pd.Series[Any]) -> list[str]:
    """Give a column's cells as text in NFC; what is missing is empty.

    Examples
    --------
    >>> import pandas as pd
    >>> texts_of(pd.Series(["Hi.", None, 3, True], dtype=object))
    ['Hi.', '', '3', 'True']
    """
    return [nfc(cell_text(cell)) for cell in cells_of(column)]


def fractions_of(
    frame: pd.DataFrame, name: str, *, path: FilePath | None = None, first: int = 0, may_miss: bool = True
) -> NDArray[np.float64]:
    """Give a column of numbers in 0..1, as probabilities and qualities are; nan for a cell that is empty or says so.

    Parameters
    ----------
    frame : pandas.DataFrame
        Cells may be text, as a TSV file has them.
    name : str
        The column.
    path, first
        The file that errors name, and the pairs of it that stood before.
    may_miss : bool
        Whether cells may be empty, or 'nan' as numpy writes it.

    Raises
    ------
    InputError
        If a cell is no number in 0..1; it names the pair, counted from 1.

    Examples
    --------
    >>> import pandas as pd
    >>> fractions_of(pd.DataFrame({"quality": ["0.9", "", "sure"]}), "quality")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: pair 3: quality is no number in 0..1 (found 'sure'); mend it, or leave the column out
    """
    numbers = numbers_of(frame[name])
    wrong = np.flatnonzero(~((numbers >= 0) & (numbers <= 1))).tolist()
    cells = cells_of(frame[name]) if wrong else []
    for k in wrong:
        if not (may_miss and cell_text(cells[k]).strip().lower() in ("", "nan")):
            found, todo = repr(cells[k])[:80], "mend it, or leave the column out"
            raise InputError(f"pair {first + k + 1}: {name} is no number in 0..1", path=path, found=found, todo=todo)
    return numbers


def numbers_of(column: pd.Series[Any]) -> NDArray[np.float64]:
    """Give a column's cells as numbers, also those that a TSV file has as text; nan where there is none.

    Examples
    --------
    >>> import pandas as pd
    >>> numbers_of(pd.Series(["0.5", "", None])).tolist()
    [0.5, nan, nan]
    """
    import pandas as pd

    numbers: NDArray[np.float64] = pd.to_numeric(column, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    return numbers
