"""Errors: one type for everything that bad input gets.

AlignerError
 ├─ InputError        what was given cannot be read as bilingual text
 └─ MissingExtraError a feature needs a package that is not installed

Every message says what is wrong, where, what was found and what to do, on one line.
"""

from __future__ import annotations

import os

FilePath = str | os.PathLike[str]
"""A file as callers name it."""


class AlignerError(Exception):
    """Base of every error that bad input gets; the message fits on one line."""


class InputError(AlignerError):
    """Bad input: says what is wrong, where it stands, what was found and what to do.

    Parameters
    ----------
    what : str
        The fault, in a few words.
    path : str or os.PathLike, optional
        The file, as the caller named it.
    line : int, optional
        1-based line in that file.
    found : str, optional
        What stood there.
    todo : str, optional
        What the reader of the message can do about it.

    Examples
    --------
    >>> print(InputError("no Vietnamese text", path="a.txt", found="12 English blocks", todo="give the other file too"))
    a.txt: no Vietnamese text (found 12 English blocks); give the other file too
    """

    def __init__(
        self,
        what: str,
        *,
        path: FilePath | None = None,
        line: int | None = None,
        found: str | None = None,
        todo: str | None = None,
    ) -> None:
        self.what, self.path, self.line, self.found, self.todo = what, path, line, found, todo
        where = "" if path is None else os.fspath(path)
        where += "" if line is None else f":{line}" if where else f"line {line}"
        message = f"{where}: {what}" if where else what
        message += f" (found {found})" if found else ""
        message += f"; {todo}" if todo else ""
        # A path or an excerpt may hold line breaks or lone surrogates; the message must print anywhere, on one line.
        super().__init__(" ".join(message.encode("utf-8", "backslashreplace").decode("utf-8").split()))


class MissingExtraError(AlignerError):
    """A feature needs a package that is not installed; the message has the pip line.

    Examples
    --------
    >>> print(MissingExtraError("reading Parquet", package="pyarrow", extra="parquet"))
    reading Parquet needs the package pyarrow; run: pip install 'envi-aligner[parquet]'
    """

    def __init__(self, feature: str, *, package: str, extra: str) -> None:
        super().__init__(f"{feature} needs the package {package}; run: pip install 'envi-aligner[{extra}]'")
