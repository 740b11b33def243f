"""Vectors that another tool has made: .npy files, and vecalign's raw float32 files with their text of overlaps."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Sequence
from typing import Final

import numpy as np

from aligner.doors import checked
from aligner.encoders.embedded import Floats
from aligner.errors import FilePath, InputError, check_whole
from aligner.files.whole import read_bytes, read_text

BLANK_LINE: Final = "BLANK_LINE"
"""What vecalign's overlap.py writes for an empty sentence."""

MAX_LINE_CHARACTERS: Final = 10_000
"""Where vecalign's overlap.py cuts a line (its dp_utils.py, MAX_LINE_CHARS; test_vectors.py: a long sentence)."""


@checked
def read_vectors(
    path: FilePath,
    *,
    texts: Sequence[str] | None = None,
    overlaps: FilePath | None = None,
    dimension: int | None = None,
) -> Floats:
    r"""Read the vectors of one side's sentences, to be given to `align` as ``encode=(source, target)``.

    Parameters
    ----------
    path : str or os.PathLike
        A .npy file of shape (n, d), told by its first bytes; any other file is read as raw float32 numbers, lowest byte
        first, one vector after the other, as vecalign and LASER have them.
    texts : sequence of str, optional
        The n sentences. Given, their number must be that of the vectors; needed with `overlaps`.
    overlaps : str or os.PathLike, optional
        The text file that vecalign's overlap.py made: line k belongs to vector k. The sentences are looked up in it;
        runs of several sentences, which it also holds, are not used.
    dimension : int, optional
        Length d of the vectors. Needed for a raw file without `overlaps`: with the wrong file, a number of texts may
        divide the numbers there by chance. With `overlaps` it is otherwise the file's numbers over their lines.

    Returns
    -------
    float32 array, shape (n, d)
        A vector for each text, in order; without `texts` all of the file.

    Raises
    ------
    InputError
        If a file cannot be read, is of another shape or number of vectors, or holds a number that is not finite; if a
        sentence has no line in `overlaps`, or a line stands there twice.

    Notes
    -----
    vecalign takes a random vector for a sentence that it does not find (dp_utils.py, make_doc_embedding); that is
    refused here.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "en.npy")
    ...     np.save(path, np.eye(2, dtype=np.float32))
    ...     read_vectors(path, texts=["It rained.", "We left."]).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    if isinstance(texts, str):
        raise InputError("texts is a single str", todo="give a list of sentences")
    if dimension is not None:
        check_whole(dimension, "dimension is no positive number", 1, todo="give the length of a vector")
    if overlaps is not None and texts is None:
        raise InputError("overlaps without texts", path=overlaps, todo="give the sentences: texts=[...]")
    places = None if overlaps is None else _places(overlaps)
    n = len(places) if places is not None else None if texts is None else len(texts)
    rows = _rows(path, read_bytes(path), None if places is None else len(places), dimension)
    named = "lines in the overlaps" if overlaps is not None else "sentences"
    if n is not None and len(rows) != n:
        found = f"{len(rows)} vectors, {n} {named}"
        raise InputError("not one vector a line", path=path, found=found, todo="give the vectors of this very text")
    if places is not None and overlaps is not None and texts is not None:
        rows = rows[_found(texts, places, overlaps)]
    finite = np.isfinite(rows).all(axis=1)
    if not finite.all():
        k = int(np.argmin(finite))
        value = float(rows[k][~np.isfinite(rows[k])][0])
        raise InputError(f"vector {k} is not finite", path=path, found=str(value), todo="make the vectors again")
    return rows


def _rows(path: FilePath, data: bytes, n_lines: int | None, dimension: int | None) -> Floats:
    """All vectors of a file, by its format."""
    rows = _npy(path, data) if data.startswith(b"\x93NUMPY") else _raw(path, data, n_lines, dimension)
    if dimension is not None and rows.shape[1] != dimension:
        found = f"{rows.shape[1]} numbers a vector, {dimension} asked for"
        raise InputError("vectors of another length", path=path, found=found, todo="check dimension")
    return rows


def _npy(path: FilePath, data: bytes) -> Floats:
    """Read a .npy file; the header is checked against the bytes there are before anything is made of it."""
    todo = "save it by numpy.save, as float32 numbers of shape (n, d)"
    file = io.BytesIO(data)
    try:
        version = np.lib.format.read_magic(file)
        read_header = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a header written by Python 2
            shape, by_columns, dtype = read_header[version](file)
    except Exception as error:  # KeyError, ValueError, SyntaxError, TokenError, RecursionError …
        found = f"{type(error).__name__}: {error}"[:200]
        raise InputError("not a .npy file that can be read", path=path, found=found, todo=todo) from None
    if len(shape) != 2 or min(shape) < 1 or dtype.kind not in "fiu":
        raise InputError("not an array of vectors", path=path, found=f"shape {shape} of {dtype}"[:200], todo=todo)
    n_bytes = len(data) - file.tell()
    if math.prod(shape) * dtype.itemsize != n_bytes:
        found = f"{n_bytes} bytes for shape {shape} of {dtype}"
        raise InputError("a .npy file cut short or too long", path=path, found=found, todo="copy or save it again")
    array = np.frombuffer(data, dtype, offset=file.tell()).reshape(shape, order="F" if by_columns else "C")
    with np.errstate(over="ignore"):  # what float32 cannot hold becomes infinite, and is refused
        return array.astype(np.float32)


def _raw(path: FilePath, data: bytes, n_lines: int | None, dimension: int | None) -> Floats:
    """Read raw float32 numbers."""
    n_numbers, rest = divmod(len(data), 4)
    if rest:
        found = f"{len(data)} bytes, no multiple of 4"
        raise InputError("neither .npy nor raw float32", path=path, found=found, todo="give one of these")
    if dimension is None and n_lines is None:
        todo = "give the overlaps that they belong to, or their dimension; or save them as .npy"
        raise InputError("raw float32 numbers of unknown dimension", path=path, found=f"{n_numbers} numbers", todo=todo)
    if dimension is None and (not n_lines or n_numbers % n_lines):
        found = f"{n_numbers} numbers for {n_lines} lines"
        raise InputError("not one vector a line", path=path, found=found, todo="give the vectors of this very text")
    width = dimension or n_numbers // (n_lines or 1)
    if n_numbers % width:
        found = f"{n_numbers} numbers, no multiple of {width}"
        raise InputError("vectors of another length", path=path, found=found, todo="check dimension")
    return np.frombuffer(data, "<f4").reshape(-1, width).astype(np.float32)


def _places(overlaps: FilePath) -> dict[str, int]:
    """Line number by text, as vecalign reads them: white space at both ends off, each line once."""
    places: dict[str, int] = {}
    lines = read_text(overlaps).split("\n")
    if not lines[-1]:
        lines.pop()
    for k, line in enumerate(lines):
        if places.setdefault(line.strip(), k) != k:
            found = f"also line {places[line.strip()] + 1}: {line[:60]!r}"
            raise InputError("a line that stands twice", path=overlaps, line=k + 1, found=found, todo="make it anew")
    return places


def _found(texts: Sequence[str], places: dict[str, int], overlaps: FilePath) -> list[int]:
    """Where each sentence stands in the overlaps."""
    result = []
    for k, text in enumerate(texts):
        if not isinstance(text, str):
            raise InputError(f"texts[{k}] is not a str", found=type(text).__name__, todo="give a list of sentences")
        place = places.get((text.strip() or BLANK_LINE)[:MAX_LINE_CHARACTERS].strip())
        if place is None:
            todo = "make the overlaps of this very text, and their vectors, anew"
            raise InputError(f"sentence {k} has no line", path=overlaps, found=repr(text[:60]), todo=todo)
        result.append(place)
    return result
