"""Faults that pass: of the machine at a time, not of a document, which may be built the next time."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from typing import Final

from aligner.errors import AlignerError

_MEMORY: Final = "memory"
_DISK: Final = "disk"
_SYSTEM: Final = "system"

_NUMBERS: Final = {
    **dict.fromkeys(("ENOMEM",), _MEMORY),
    **dict.fromkeys(("ENOSPC", "EDQUOT", "EIO", "EROFS", "ESTALE", "EFBIG"), _DISK),
    **dict.fromkeys(
        ("EMFILE", "ENFILE", "EAGAIN", "EINTR", "EBUSY", "ETIMEDOUT", "ETXTBSY", "ENOLCK", "EDEADLK", "ECONNRESET",
         "ECONNABORTED", "ECONNREFUSED", "ENETDOWN", "ENETUNREACH", "ENETRESET", "EHOSTDOWN", "EHOSTUNREACH", "EPIPE"),
        _SYSTEM,
    ),
}  # fmt: skip
"""Numbers of the system's errors (errno(3)) that say nothing of the file that was asked for, by what was wanting."""

_KINDS: Final = {getattr(errno, name): kind for name, kind in _NUMBERS.items() if hasattr(errno, name)}

_WORDS: Final = (
    (re.compile(r"bad_alloc|[Cc]annot allocate|[Uu]nable to allocate|out of memory (?:error|in)|[Mm]emory allocation|"
                r"failed to map segment|[Nn]o memory"), _MEMORY),
    (re.compile(r"[Nn]o space left|database or disk is full|disk quota"), _DISK),
    (re.compile(r"can't start new thread|[Tt]oo many open files|Resource temporarily unavailable"), _SYSTEM),
)  # fmt: skip
"""Words of libraries in C that have no type for it: libstdc++, glibc's loader, libxml2, SQLite, CPython's threads."""


def tell_passing(error: BaseException) -> str:
    """Tell what an error says was wanting for a time: 'memory', 'disk', 'system'; nothing for one of the data.

    What an error was raised for counts too: a reader puts what the system says into words of its own.

    Examples
    --------
    >>> tell_passing(MemoryError()), tell_passing(OSError(28, "No space left")), tell_passing(FileNotFoundError(2, ""))
    ('memory', 'disk', '')
    """
    for cause in _causes(error):
        if isinstance(cause, MemoryError):
            return _MEMORY
        if isinstance(cause, TimeoutError):
            return _SYSTEM
        if isinstance(cause, OSError) and cause.errno in _KINDS:
            return _KINDS[cause.errno]
        if isinstance(
            cause, (AlignerError, ValueError, LookupError)
        ):  # they quote the data; what is behind them counts
            continue
        for words, kind in _WORDS:
            if words.search(str(cause)[:1000]):
                return kind
    return ""


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and those behind it, the outermost first."""
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or following.__context__
