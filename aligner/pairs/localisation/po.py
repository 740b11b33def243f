"""Catalogues of GNU gettext: PO, read line by line in constant memory, and MO, its compiled form.

Own code in place of `polib` (MIT): that one keeps the whole file in memory, stops at the first broken line, reads
lengths of MO files as they are said, and takes a name that is no file for the content.

Notes
-----
GNU gettext manual, "The Format of PO Files" and "The Format of GNU MO Files".
"""

from __future__ import annotations

import itertools
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from aligner.errors import InputError
from aligner.files.streams import read_blocks, read_lines
from aligner.pairs.chunks import CHUNK, Source, Tally, check_share
from aligner.pairs.headings import language_of
from aligner.pairs.localisation.catalogues import Catalogue, Entry, closing_quote, read_small

_LINE: Final = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr)?\s{0,20}(?:\[([0-9]{1,2})\])?\s{0,20}"')
_LONGEST_ENTRY: Final = 2_000_000
"""Characters of an entry with its comments: a licence, the longest text of programs, has 40,000."""

_ESCAPE: Final = re.compile(r"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,4})|(.))")
_LETTERS: Final = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_CHARSET: Final = re.compile(rb"charset=([A-Za-z0-9._:-]{2,40})")
_CONTEXT: Final = re.compile(r"_:\s?([^\n]{0,500})\n(?=.)", re.DOTALL)
"""Of KDE 3, before msgctxt was there."""

_CREDITS: Final = re.compile(
    r"translator[-_ ]credits|(?:NAME|EMAIL) OF TRANSLATORS|Your (?:names|emails)", re.IGNORECASE
)
"""Contexts and texts of GNOME and KDE that ask translators for their names, which are no translation."""


@dataclass(slots=True)
class _Unit:
    """An entry while it is read."""

    line: int = 0
    strings: dict[str, list[str]] = field(default_factory=dict)
    is_fuzzy: bool = False
    fault: InputError | None = None

    def get(self, keyword: str) -> str:
        return "".join(self.strings.get(keyword, ()))

    def is_whole(self) -> bool:
        """Whether the next entry may begin."""
        return any(keyword.startswith("msgstr") for keyword in self.strings)

    def ends_before(self, word: str, line: str) -> bool:
        """Whether a line begins the next entry."""
        if line.startswith("#"):
            return self.is_whole() or self.fault is not None
        if word in ("msgid", "msgctxt"):
            is_next = word in self.strings or (word == "msgctxt" and bool(self.strings)) or self.is_whole()
            return is_next or (self.fault is not None and not self.strings)
        return False

    def forms(self) -> list[str]:
        """The translations, by number."""
        keywords = sorted((k for k in self.strings if k.startswith("msgstr")), key=lambda k: (len(k), k))
        return [self.get(keyword) for keyword in keywords]


def read_po(source: Source, tally: Tally) -> Catalogue:
    """Read a PO file: ``msgid`` is the source, ``msgstr`` the text, ``msgctxt`` what the pair is called.

    The charset is that of the header, unless the source names one. Fuzzy, untranslated and obsolete entries are
    counted, and those that ask for the names of translators. The last of the plural forms belongs to ``msgid_plural``,
    the first of several to ``msgid``.

    Raises
    ------
    InputError
        If as many entries are broken as are whole (says which line is the first), or an entry never ends.
    """
    first_block = next(read_blocks(source.path), b"")
    if not first_block:
        raise InputError("the file is empty", path=source.path)
    if source.encoding is None and (charset := _CHARSET.search(first_block)):
        named = charset[1].decode("ascii")
        source = source if named.lower() in ("charset", "utf-8") else replace(source, encoding=named.lower())
    units = _units(source, tally)
    first = next(units, None)
    header = _unescaped(first.forms()[0]) if first is not None and _is_header(first) else ""
    entries = _entries(itertools.chain([] if first is None else [first], units), tally)
    fields = dict(line.partition(":")[::2] for line in header.split("\n"))
    return Catalogue(
        entries,
        language_of(fields.get("Language", "")),
        language_of(fields.get("X-Source-Language", "")),
        is_bilingual=True,
    )


def _is_header(unit: _Unit) -> bool:
    return bool(unit.forms()) and not unit.get("msgid") and "msgctxt" not in unit.strings


def _units(source: Source, tally: Tally) -> Iterator[_Unit]:
    """Entries as they stand, one after the other; those that are broken are set aside."""
    unit, keyword = _Unit(), ""
    counts = [0, 0]  # whole, broken
    n_letters = 0
    fault: InputError | None = None
    lines = itertools.chain.from_iterable(block for _, block in read_lines(source.path, encoding=source.encoding))
    for number, line in enumerate(itertools.chain(lines, ["#"]), 1):
        line = line.strip()
        n_letters += len(line) + 1
        if n_letters > _LONGEST_ENTRY:
            found, todo = f"more than {_LONGEST_ENTRY:,} characters", "give a PO file of sentences"
            raise InputError("an entry too long", path=source.path, line=unit.line or 1, found=found, todo=todo)
        if line.startswith("#~"):
            tally.count("obsolete entries", line[2:].lstrip().startswith("msgid "))
            continue
        parsed = None if not line or line.startswith("#") else _LINE.match(line)
        end = closing_quote(line, parsed.end()) if parsed else -1
        is_quoted = end >= 0 and (end == len(line) - 1 or line[end + 1 :].lstrip().startswith("#"))
        word = "" if parsed is None else (parsed[1] or "")
        if unit.ends_before(word, line):
            n_letters = 0
            unit.fault = unit.fault or (None if unit.is_whole() else _cut(unit, source))
            counts[unit.fault is not None] += 1
            if unit.fault is None:
                yield unit
            else:
                fault = fault or unit.fault
                tally.skip("broken entries", unit.fault.line or 1)
            if sum(counts) % CHUNK == 0:
                check_share(counts[1], counts[0], fault)
            unit, keyword = _Unit(), ""
        if not line or line.startswith("#"):
            unit.is_fuzzy = unit.is_fuzzy or (line.startswith("#,") and "fuzzy" in re.split(r"[\s,]+", line[2:200]))
            continue
        keyword = word + (parsed[2] or "0").zfill(2) if parsed and word == "msgstr" else word or keyword
        if not is_quoted or not keyword or (word and keyword in unit.strings):
            todo = 'write msgid "…" and msgstr "…", each string in quotes'
            broken = InputError("not PO", path=source.path, line=number, found=repr(line[:40]), todo=todo)
            unit.fault = unit.fault or broken
        if parsed is not None:
            unit.line = unit.line or number
            unit.strings.setdefault(keyword, []).append(line[parsed.end() : end])
    if unit.strings or unit.fault:
        counts[1] += 1
        unit.fault = unit.fault or _cut(unit, source)
        fault = fault or unit.fault
        tally.skip("broken entries", unit.fault.line or 1)
    check_share(counts[1], counts[0], fault)


def _cut(unit: _Unit, source: Source) -> InputError:
    """What is wrong with an entry that has no translation, not even an empty one."""
    todo = "give the whole file"
    return InputError("an entry without msgstr", path=source.path, line=unit.line or 1, found="its end", todo=todo)


def _entries(units: Iterator[_Unit], tally: Tally) -> Iterator[Entry]:
    """Those that are translated."""
    for number, unit in enumerate(units):
        forms = [_unescaped(form) for form in unit.forms()]
        if _is_header(unit) and (not number or "Content-Type" in forms[0]):
            continue
        msgid, plural, context = (_unescaped(unit.get(keyword)) for keyword in ("msgid", "msgid_plural", "msgctxt"))
        yield from entries_of(msgid, plural, context, forms, unit.line, tally, is_fuzzy=unit.is_fuzzy)


def entries_of(
    msgid: str, plural: str, context: str, forms: list[str], line: int, tally: Tally, *, is_fuzzy: bool = False
) -> Iterator[Entry]:
    """Give the pairs of an entry of gettext: one, or with a plural one for each form that both languages have.

    Examples
    --------
    >>> tally = Tally()
    >>> [(e.source, e.text) for e in entries_of("%d file", "%d files", "", ["%d tệp"], 1, tally)]
    [('%d files', '%d tệp')]
    >>> +tally.skipped
    Counter({'singular forms beside one form': 1})
    """
    kind = ""
    if _CREDITS.match(context) or _CREDITS.match(msgid):
        kind = "names of translators"
    elif not any(form.strip() for form in forms):
        kind = "untranslated entries"
    elif is_fuzzy:
        kind = "fuzzy entries"
    if kind:
        tally.skip(kind, line)
        return
    old = _CONTEXT.match(msgid)
    if old is not None:
        context, msgid, plural = context or old[1], msgid[old.end() :], plural[old.end() :] if plural else ""
    key = f"{context} | {msgid}" if context else msgid
    if not plural:
        yield Entry(key, forms[-1], line, msgid, context)
        return
    tally.count("singular forms beside one form", len(forms) == 1)
    tally.count("further plural forms", max(len(forms) - 2, 0))
    if len(forms) > 1 and forms[0].strip():
        yield Entry(f"{key}[1]", forms[0], line, msgid, context)
    if forms[-1].strip():
        yield Entry(f"{key}[n]", forms[-1], line, plural, context)


def _unescaped(text: str) -> str:
    """A string of PO as it is shown."""

    def character(found: re.Match[str]) -> str:
        if found[1] or found[2]:
            number = int(found[1], 8) if found[1] else int(found[2], 16)
            return chr(number) if not 0xD800 <= number < 0xE000 else "\ufffd"
        return _LETTERS.get(found[3], found[3])

    return _ESCAPE.sub(character, text) if "\\" in text else text


def read_mo(source: Source, tally: Tally) -> Catalogue:
    """Read a compiled catalogue of gettext.

    Own code in place of the standard library's `gettext`, which loses plurals of the source and takes lengths as they
    are said: strings that lie over each other would be gigabytes.

    Raises
    ------
    InputError
        If it is no MO file, or its strings lie outside of it or over each other.
    """
    data = read_small(source)
    order = {b"\xde\x12\x04\x95": "<", b"\x95\x04\x12\xde": ">"}.get(data[:4], "")
    todo = "give the PO file that it was made of"
    if not order or len(data) < 20:
        raise InputError("not an MO file", path=source.path, found=f"{data[:4].hex(' ')} first", todo=todo)
    n, originals, translations = struct.unpack_from(f"{order}3I", data, 8)
    strings: list[list[bytes]] = []
    for table in (originals, translations):
        if table + 8 * n > len(data):
            raise InputError("a broken MO file", path=source.path, found=f"{n} strings", todo=todo)
        places = list(struct.iter_unpack(f"{order}2I", data[table : table + 8 * n]))
        if any(start + length > len(data) for length, start in places) or sum(p[0] for p in places) > len(data):
            raise InputError("a broken MO file", path=source.path, found="strings outside of it", todo=todo)
        strings.append([data[start : start + length] for length, start in places])
    header = next((text for key, text in zip(*strings, strict=True) if not key), b"")
    charset = _CHARSET.search(header)
    encoding = source.encoding or (charset[1].decode("ascii") if charset else "utf-8")
    fields = dict(line.partition(":")[::2] for line in header.decode("latin-1").split("\n"))

    def decoded() -> Iterator[Entry]:
        for key, text in zip(*strings, strict=True):
            try:
                msgid, translation = key.decode(encoding), text.decode(encoding)
            except (LookupError, ValueError):
                found, way = f"the charset {encoding[:40]}", "give its encoding (--encoding)"
                raise InputError("cannot be decoded", path=source.path, found=found, todo=way) from None
            context, _, msgid = msgid.rpartition("\x04")
            msgid, _, plural = msgid.partition("\0")
            if msgid or context:
                forms = translation.split("\0")
                yield from (entry._replace(line=0) for entry in entries_of(msgid, plural, context, forms, 1, tally))

    return Catalogue(decoded(), language_of(fields.get("Language", "")), is_bilingual=True)
