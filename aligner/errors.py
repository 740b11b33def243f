"""Errors: one type for everything that bad input gets, and what asks for a number, so that no door takes any other.

AlignerError
 ├─ InputError        what was given cannot be read as bilingual text
 └─ MissingExtraError a feature needs a package that is not installed

Every message says what is wrong, where, what was found and what to do, on one line.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from numbers import Integral, Real
from typing import Final

FilePath = str | os.PathLike[str]
"""A file as callers name it."""

Progress = Callable[[str, int, int], None]
"""What is told of a step, how much of it is done, and of how much; 0 where nobody knows."""

MAX_QUOTED: Final = 300
"""Characters of what a message quotes: three lines of a terminal. A line of a file, or its name, may have millions
(test_no_message_is_longer_than_a_screen)."""


def shorten(text: str, limit: int = MAX_QUOTED) -> str:
    """Cut a text that a message quotes, in the middle: what it is shows at its start, what went wrong often at its end.

    Examples
    --------
    >>> shorten("0123456789" * 100, 20)
    '012345678…0123456789'
    """
    return text if len(text) <= limit else f"{text[: (limit - 1) // 2]}…{text[len(text) - limit // 2 :]}"


_TURNING: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks and controls of direction (UAX 9, 2.1 to 2.5): they turn the text behind them round, too."""


def printable(text: str) -> str:
    r"""Make text safe to show: what has no picture is shown by its number, what is white space as a space.

    A terminal would obey controls, and marks of direction turn round what stands beside the text.

    Examples
    --------
    >>> printable("a\x1b[31mb\u202e\n\ud800")
    'a[U+001B][31mb[U+202E] [U+D800]'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == " " else " " if c.isspace() else _number(c) for c in text)


def _number(character: str) -> str:
    return f"[U+{ord(character):04X}]"


def unturned(text: str) -> str:
    r"""Show what turns text round by its number, and leave all else: for pages that are text to be used, too.

    Examples
    --------
    >>> unturned("a\u202eb\u200d")
    'a[U+202E]b\u200d'
    """
    return _TURNING.sub(lambda match: _number(match[0]), text)


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
        # Attributes hold all of it; the message is for a screen.
        where = "" if path is None else shorten(os.fspath(path))
        where += "" if line is None else f":{line}" if where else f"line {line}"
        message = f"{where}: {shorten(what)}" if where else shorten(what)
        message += f" (found {shorten(found)})" if found else ""
        message += f"; {todo}" if todo else ""
        # A path or an excerpt may hold line breaks or lone surrogates; the message must print anywhere, on one line.
        message = " ".join(message.encode("utf-8", "backslashreplace").decode("utf-8").split())
        super().__init__(printable(message))

    def __reduce__(self) -> tuple[object, ...]:
        """As it was made: a worker's error comes back whole."""
        return _remake, (self.what, self.path, self.line, self.found, self.todo)


def _remake(what: str, path: FilePath | None, line: int | None, found: str | None, todo: str | None) -> InputError:
    return InputError(what, path=path, line=line, found=found, todo=todo)


class MissingExtraError(AlignerError):
    """A feature needs a package that is not installed; the message has the pip line.

    Examples
    --------
    >>> print(MissingExtraError("reading Parquet", package="pyarrow", extra="parquet"))
    reading Parquet needs the package pyarrow; run: pip install 'envi-aligner[parquet]'
    """

    def __init__(self, feature: str, *, package: str, extra: str) -> None:
        self.feature, self.package, self.extra = feature, package, extra
        super().__init__(f"{feature} needs the package {package}; run: pip install 'envi-aligner[{extra}]'")

    def __reduce__(self) -> tuple[object, ...]:
        """As it was made."""
        return _remake_missing, (self.feature, self.package, self.extra)


def _remake_missing(feature: str, package: str, extra: str) -> MissingExtraError:
    return MissingExtraError(feature, package=package, extra=extra)


def check_number(value: object, what: str, low: float, high: float, *, todo: str, below: bool = False) -> None:
    """Raise an InputError unless this is a number from low to high; with `below` high itself is none.

    True and False are no numbers here, nor is nan, nor a text that reads as one.

    Examples
    --------
    >>> check_number(float("nan"), "dev is no share", 0, 1, todo="give a number from 0 up to 1", below=True)
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: dev is no share (found nan); give a number from 0 up to 1
    """
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    if not is_number or not low <= value <= high or (below and value == high):  # type: ignore[operator]
        raise InputError(what, found=repr(value), todo=todo)


def check_whole(
    value: object, what: str, low: int, high: float = float("inf"), *, todo: str, found: str | None = None
) -> None:
    """Raise an InputError unless this is a whole number from low to high; True, False and 2.0 are none.

    Examples
    --------
    >>> check_whole(2.5, "jobs out of range", 1, todo="give a whole number above 0")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: jobs out of range (found 2.5); give a whole number above 0
    """
    is_whole = isinstance(value, Integral) and not isinstance(value, bool)
    if not is_whole or not low <= value <= high:  # type: ignore[operator]
        raise InputError(what, found=found or repr(value), todo=todo)


def is_one_of(value: object, words: Sequence[str]) -> bool:
    """Whether a value is one of some words; what compares as a table does is none.

    Examples
    --------
    >>> is_one_of("keep", ("keep", "strip")), is_one_of(None, ("keep",))
    (True, False)
    """
    return isinstance(value, str) and value in words
