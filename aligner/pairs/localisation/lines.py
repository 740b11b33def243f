"""Bundles of texts that are lines of keys and values: Java's properties, Apple's strings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from aligner.errors import InputError
from aligner.files.whole import decode, unicode_form
from aligner.pairs.chunks import Source, Tally, check_share
from aligner.pairs.localisation.catalogues import (
    Catalogue,
    Entry,
    check_number,
    closing_quote,
    joined_key,
    once,
    read_small,
)
from aligner.pairs.localisation.nested import read_plist

_LETTERS: Final = {"n": "\n", "t": "\t", "r": "\r", "f": "\f"}
_JAVA: Final = re.compile(r"\\(?:u+([0-9A-Fa-f]{4})|(u)|(.))", re.DOTALL)
_KEY: Final = re.compile(r"((?:[^\\=:\s]|\\.){0,4000})(?:\s*[=:]\s*|\s+|\Z)", re.DOTALL)

_WORD: Final = re.compile(r"[\w.$/-]{1,200}")
_SPACE: Final = re.compile(r"\s*")
_APPLE: Final = re.compile(r"\\(?:[uU]([0-9A-Fa-f]{4})|([0-7]{3})|(.))", re.DOTALL)


def _joined(text: str) -> str:
    """Text whose halves of characters beyond the BMP are joined; one alone becomes U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def read_properties(source: Source, tally: Tally) -> Catalogue:
    r"""Read a bundle of Java's: ``key=value``, ``\uXXXX``, lines that go on behind a backslash.

    UTF-8 (Java 9, Spring), or ISO-8859-1 where it is none: then that is told.

    Raises
    ------
    InputError
        If an escape is cut off.

    Notes
    -----
    ``java.util.Properties.load``.
    """
    data = read_small(source)
    try:
        text = decode(data, encoding=source.encoding, path=source.path)
    except InputError:
        if source.encoding is not None or unicode_form(data[: len(data) & ~1], source.path) != "utf-8" or b"\0" in data:
            raise
        text = decode(data, encoding="latin-1", path=source.path)
        tally.notices.append(f"{source.path} is no UTF-8 and was read as ISO-8859-1, as Java has it")
    return Catalogue(once(_properties(text, source, tally), tally))


def _properties(text: str, source: Source, tally: Tally) -> Iterator[Entry]:
    found: dict[str, Entry] = {}
    lines = iter(enumerate(text.split("\n"), 1))
    n = 0
    for number, line in lines:
        line = line.lstrip(" \t\f")
        if not line or line[0] in "#!":
            continue
        parts = []
        while (len(line) - len(line.rstrip("\\"))) % 2:  # it goes on
            parts.append(line[:-1])
            line = next(lines, (0, ""))[1].lstrip(" \t\f")
        line = "".join([*parts, line])
        named = _KEY.match(line)
        if named is None:
            joined_key((line,), source.path, number)  # too long
            tally.skip("broken entries", number)
            continue
        n += 1
        check_number(n, source.path, number)
        key, value = (_unescaped(part, source, number) for part in (named[1], line[named.end() :]))
        key = joined_key((key,), source.path, number)
        tally.count("keys given twice", key in found)
        found[key] = Entry(key, value, number)
    yield from found.values()


def _unescaped(text: str, source: Source, number: int) -> str:
    def character(found: re.Match[str]) -> str:
        if found[2]:
            todo = r"write \uXXXX with four digits, or the character itself"
            shown = repr(text[found.start() : found.start() + 6])
            raise InputError("an escape cut off", path=source.path, line=number, found=shown, todo=todo)
        return chr(int(found[1], 16)) if found[1] else _LETTERS.get(found[3], found[3])

    return _joined(_JAVA.sub(character, text)) if "\\" in text else text


def read_strings(source: Source, tally: Tally) -> Catalogue:
    r"""Read a bundle of Apple's: ``"key" = "value";``, UTF-8 or UTF-16, or a property list.

    Raises
    ------
    InputError
        If as many entries are broken as are whole, or it is a compiled one.
    """
    data = read_small(source)
    if data.startswith(b"bplist") or data.lstrip(b"\xef\xbb\xbf \r\n")[:5] in (b"<?xml", b"<!DOC", b"<plis"):
        return read_plist(source, tally)
    text = decode(data, encoding=source.encoding, path=source.path)
    return Catalogue(once(_strings(text, replace(source, other=None), tally), tally))


def _strings(text: str, source: Source, tally: Tally) -> Iterator[Entry]:
    found: dict[str, Entry] = {}
    at, line = 0, 1
    n_bad = n_good = 0
    fault: InputError | None = None
    while at < len(text):
        end = _after_comments(text, at)
        line += text.count("\n", at, end)
        at = end
        entry = _entry(text, at) if at < len(text) else None
        if entry is None and at < len(text):
            stop = text.find("\n", at)
            stop = len(text) if stop < 0 else stop
            todo = 'write "key" = "value"; and end each with a semicolon'
            shown = repr(text[at : min(stop, at + 40)])
            fault = fault or InputError("not strings of Apple's", path=source.path, line=line, found=shown, todo=todo)
            tally.skip("broken entries", line)
            n_bad += 1
            if n_bad % 1_000 == 0:
                check_share(n_bad, n_good, fault)
            at = stop
        elif entry is not None:
            name, value, end = entry
            n_good += 1
            check_number(n_good, source.path, line)
            key = joined_key((_shown(name),), source.path, line)
            tally.count("keys given twice", key in found)
            found[key] = Entry(key, _shown(value), line)
            line += text.count("\n", at, end)
            at = end
    check_share(n_bad, n_good, fault)
    yield from found.values()


def _entry(text: str, at: int) -> tuple[str, str, int] | None:
    """Key and value as they are written, and where the entry ends; a key alone is its own value."""
    parts: list[str] = []
    while len(parts) < 2:
        if text.startswith('"', at):
            end = closing_quote(text, at + 1)
            parts.append(text[at + 1 : end])
            at = end + 1
        else:
            word = _WORD.match(text, at)
            end = word.end() if word else -1
            parts.append(text[at:end])
            at = end
        if end < 0:
            return None
        at = _after_comments(text, at)
        if text.startswith(";", at):
            return parts[0], parts[-1], at + 1
        if len(parts) > 1 or not text.startswith("=", at):
            return None
        at = _after_comments(text, at + 1)
    return None


def _after_comments(text: str, at: int) -> int:
    """Where the next entry begins; a comment that never ends is the rest of the file."""
    while True:
        space = _SPACE.match(text, at)
        at = space.end() if space else at
        mark = {"/*": "*/", "//": "\n"}.get(text[at : at + 2])
        if mark is None:
            return at
        end = text.find(mark, at + 2)
        if end < 0:
            return len(text)
        at = end + len(mark)


def _shown(text: str) -> str:
    def character(found: re.Match[str]) -> str:
        if found[1] or found[2]:
            return chr(int(found[1], 16) if found[1] else int(found[2], 8))
        return _LETTERS.get(found[3], found[3])

    return _joined(_APPLE.sub(character, text)) if "\\" in text else text
