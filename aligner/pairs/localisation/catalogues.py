"""A catalogue: the texts of one file of a program, each under its key, in one language or in both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from aligner.errors import FilePath, InputError
from aligner.files.streams import read_blocks
from aligner.files.whole import decode
from aligner.pairs.chunks import Source, Tally

MOST_BYTES: Final = 8_000_000
"""Bytes of a file that is read at once: the largest bundles of programs have 3 MB; of nested brackets alone this many
take 250 MB and two seconds. Held by tests/test_localisation.py."""

MOST_TEXTS: Final = 200_000
"""Values of such a file: the largest programs have 60,000 texts; a million would take 10 s. Held by the same."""

_LONGEST_KEY: Final = 2_000
"""Characters of a key with all that it stands in: real ones have 200."""


class Entry(NamedTuple):
    """A text of a program.

    Attributes
    ----------
    key : str
        What joins it with the text of the other language: in another file, if `source` is missing.
    text : str
        It, in the language of the file; the translation, where the file holds both.
    line : int
        Where it begins; 0 where that is not known.
    source : str, optional
        What it translates, where the file holds both languages.
    shown : str
        What the pair is called, where that is not its key.
    """

    key: str
    text: str
    line: int = 0
    source: str | None = None
    shown: str = ""


@dataclass(slots=True)
class Catalogue:
    """The texts of a file.

    Attributes
    ----------
    entries : iterator of Entry
        Those that are translated; all others are counted in the tally as they are passed over.
    language : str
        The language of `Entry.text`, as the file says: "en", "vi", another code, or nothing.
    source_language : str
        That of `Entry.source`.
    is_bilingual : bool
        Whether its entries have a source.
    """

    entries: Iterator[Entry]
    language: str = ""
    source_language: str = ""
    is_bilingual: bool = False


Opener = Callable[[Source, Tally], Catalogue]
"""What reads the file of a source, without the other one."""


def read_small(source: Source) -> bytes:
    """Read all of a file, unpacked; InputError for one of more than `MOST_BYTES`."""
    blocks, n_bytes = [], 0
    for block in read_blocks(source.path):
        blocks.append(block)
        n_bytes += len(block)
        if n_bytes > MOST_BYTES:
            found, todo = f"more than {MOST_BYTES:,} bytes", "cut it into files of fewer texts"
            raise InputError("too large for texts of a program", path=source.path, found=found, todo=todo)
    if not n_bytes:
        raise InputError("the file is empty", path=source.path)
    return b"".join(blocks)


def read_small_text(source: Source) -> str:
    """Read all of a text file, as `files.whole.read_text` does, unpacked."""
    return decode(read_small(source), encoding=source.encoding, path=source.path)


def joined_key(parts: tuple[str, ...], path: FilePath, line: int | None = None) -> str:
    """Join the keys that a text stands under; InputError for a key that no program has.

    Examples
    --------
    >>> joined_key(("menu", "file", "0"), "en.json")
    'menu.file.0'
    """
    if sum(map(len, parts)) + len(parts) > _LONGEST_KEY:
        found = f"{sum(map(len, parts)):,} characters"
        raise InputError("a key too long", path=path, line=line or None, found=found, todo="give texts of a program")
    return ".".join(parts)


def closing_quote(text: str, at: int) -> int:
    r"""Find the next quote that no backslash is before; -1 where there is none.

    In place of an expression, whose stack would take a hundred bytes for each escape.

    Examples
    --------
    >>> closing_quote(r'a\"b\\" c', 0), closing_quote("a", 0)
    (6, -1)
    """
    while True:
        end = text.find('"', at)
        before = end
        while before > at and text[before - 1] == "\\":
            before -= 1
        if (end - before) % 2 == 0:
            return end
        at = end + 1


def check_number(n: int, path: FilePath, line: int | None = None) -> None:
    """Raise an InputError for more than `MOST_TEXTS`."""
    if n > MOST_TEXTS:
        found, todo = f"more than {MOST_TEXTS:,} values", "cut it into files of fewer texts"
        raise InputError("too many for texts of a program", path=path, line=line, found=found, todo=todo)


def once(entries: Iterator[Entry], tally: Tally) -> Iterator[Entry]:
    """Give entries without empty ones; both kinds are counted.

    Examples
    --------
    >>> tally = Tally()
    >>> [entry.key for entry in once(iter([Entry("a", "x", 1), Entry("b", " ", 2)]), tally)], tally.first
    (['a'], {'empty texts': 2})
    """
    for entry in entries:
        if entry.text.strip():
            yield entry
        elif entry.line:
            tally.skip("empty texts", entry.line)
        else:
            tally.count("empty texts")
