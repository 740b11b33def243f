"""Packages of XML in a ZIP archive, as offices and books have them: parts read within limits, XML without entities.

What is read comes from strangers. A part is read whole, at most `MAX_PART` bytes of it and `MAX_TOTAL` of all, and its
XML is handed over tag by tag, so that no tree is built: memory does not grow with the number of elements.
"""

from __future__ import annotations

import io
import posixpath
import re
import urllib.parse
import zipfile
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from aligner.errors import InputError

MAX_PART: Final = 100_000_000
"""Bytes of one part, unpacked: ten times the largest novel in Word; the text of one is in memory twice."""

MAX_TOTAL: Final = 300_000_000
"""Bytes of all parts that are read of one file, unpacked: a second of unpacking."""

MAX_ELEMENTS: Final = 4_000_000
"""Elements of all parts that are read of one file, 3 µs each; a book of 1,000 pages in Word has up to 1,000,000."""

MAX_DEPTH: Final = 1000
"""Elements inside each other, of office documents: a table in a table takes seven, and nobody nests a hundred."""

# A few kilobytes can be packed so that they unpack to all that is allowed. What a file may hold grows with its bytes:
# real parts unpack to 5 to 40 times theirs, and have less than one element a byte (empty tables: 2). A file of 20 kB
# then takes two seconds at most (tests/test_packages.py). What any file may have, and what for each of its bytes:
_FREE_BYTES: Final = 5_000_000
_BYTES_A_BYTE: Final = 100
_FREE_ELEMENTS: Final = 250_000
_ELEMENTS_A_BYTE: Final = 4

_FEED: Final = 1 << 16
"""Bytes handed to the parser at a time: it refuses more than 10 MB at once."""

# An entity may be declared in UTF-16, too. None of the formats needs one, and a few can make gigabytes of nothing.
_ENTITY: Final = re.compile(rb"<\0?!\0?E\0?N\0?T\0?I\0?T\0?Y")

# Prefixes that the readers know namespaces by; ISO 29500 Strict has others for the same words.
_PREFIXES: Final = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://purl.oclc.org/ooxml/drawingml/main": "a",
    "http://schemas.openxmlformats.org/presentationml/2006/main": "p",
    "http://purl.oclc.org/ooxml/presentationml/main": "p",
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "x",
    "http://purl.oclc.org/ooxml/spreadsheetml/main": "x",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.openxmlformats.org/package/2006/relationships": "rel",
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0": "office",
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0": "text",
    "urn:oasis:names:tc:opendocument:xmlns:table:1.0": "table",
    "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0": "draw",
    "urn:oasis:names:tc:opendocument:xmlns:style:1.0": "style",
    "urn:oasis:names:tc:opendocument:xmlns:presentation:1.0": "presentation",
    "urn:oasis:names:tc:opendocument:xmlns:container": "container",
    "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0": "manifest",
    "http://www.idpf.org/2007/opf": "opf",
    "http://www.w3.org/1999/xhtml": "h",
}


class _Names(dict[str, str]):
    """Names as the parser has them -> 'prefix:name'; '?' for a namespace that no reader knows."""

    def __missing__(self, tag: str) -> str:
        space, _, name = tag.removeprefix("{").rpartition("}")
        known = f"{_PREFIXES.get(space, '?')}:{name}"
        if len(self) < 10_000:  # a hostile file may have a new name for every element
            self[tag] = known
        return known


NAMES: Final = _Names()
"""Names of elements as the parser has them, in Clark's notation, to those with the prefixes above: 'w:p'."""


class Link(NamedTuple):
    """A relationship of a part in Office Open XML: the last word of its type, and the part it leads to."""

    type: str
    target: str


def too_deep() -> InputError:
    """Say that elements stand in each other deeper than anybody nests them.

    Examples
    --------
    >>> print(too_deep())
    too deep a nesting (found more than 1,000 elements inside each other); save it anew
    """
    found = f"more than {MAX_DEPTH:,} elements inside each other"
    return InputError("too deep a nesting", found=found, todo="save it anew")


def value(attributes: Mapping[str, str], name: str) -> str:
    """Give an attribute by its name, in whatever namespace; nothing where it is not there.

    Examples
    --------
    >>> value({"{http://schemas.openxmlformats.org/wordprocessingml/2006/main}val": "1"}, "val")
    '1'
    """
    if name in attributes:
        return attributes[name]
    return next((text for key, text in attributes.items() if key.endswith("}" + name)), "")


def is_on(attributes: Mapping[str, str]) -> bool:
    """Tell whether a switch of Office Open XML is on: it is where nothing says that it is not.

    Examples
    --------
    >>> is_on({}), is_on({"val": "0"})
    (True, False)
    """
    return value(attributes, "val").lower() not in ("0", "false", "off")


def _article(kind: str) -> str:
    """'a' or 'an', as the name of a format is spoken."""
    return "an" if kind[0] in "EOX" else "a"


class Package:
    """The parts of a file.

    Parameters
    ----------
    data : bytes
        The file.
    kind : str
        What it should be, for errors.
    todo : str
        What else to do about a file that is none.

    Raises
    ------
    InputError
        If it is no ZIP archive.
    """

    def __init__(self, data: bytes, kind: str, todo: str) -> None:
        self.kind, self.todo = kind, todo
        self._size = len(data)
        self.n_bytes = self.n_elements = 0
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            entries = self._archive.infolist()
        except Exception as error:  # zipfile has several: BadZipFile, NotImplementedError, struct.error, ValueError …
            raise self.fault(error) from None
        # Names are compared without case; some that write them use backslashes.
        self._entries = {entry.filename.replace("\\", "/").lstrip("/").lower(): entry for entry in entries}

    def fault(self, error: Exception) -> InputError:
        """Say that this is none of its kind."""
        return InputError(
            f"not {_article(self.kind)} {self.kind} file", found=f"{type(error).__name__}: {error}", todo=self.todo
        )

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._entries

    def names(self, ending: str) -> list[str]:
        """Give the names of the parts that end so, in small letters and in order."""
        return sorted(name for name in self._entries if name.endswith(ending))

    def read(self, name: str) -> bytes:
        """Give the bytes of a part; none where it is not there.

        Raises
        ------
        InputError
            If it is damaged, locked, or too large.
        """
        entry = self._entries.get(name.lower())
        if entry is None:
            return b""
        if entry.flag_bits & 1:
            raise InputError(f"{_article(self.kind)} {self.kind} file locked by a password", todo="save it without one")
        self.n_bytes += entry.file_size
        most = min(MAX_PART, _FREE_BYTES + _BYTES_A_BYTE * self._size)
        if entry.file_size > most or self.n_bytes > MAX_TOTAL:
            found = f"{entry.file_size:,} bytes unpacked in {name}, {most:,} at most"
            raise InputError("too large a file", found=found, todo="save it anew, or cut it into smaller ones")
        try:
            with self._archive.open(entry) as part:
                return part.read(MAX_PART)  # no more than the size that the directory told
        except Exception as error:  # BadZipFile, zlib.error, NotImplementedError, EOFError …
            raise self.fault(error) from None

    def parse(self, name: str, target: Any) -> bool:
        """Hand the XML of a part to a target, tag by tag; tell whether the part is there.

        Raises
        ------
        InputError
            If it is no XML, declares entities or has too many elements.
        """
        from lxml import etree

        data = self.read(name)
        try:
            if data:
                self.feed(data, name, target)
        except etree.XMLSyntaxError as error:
            raise self.fault(error) from None
        return bool(data)

    def feed(self, data: bytes, name: str, target: Any) -> None:
        """Hand the XML of a part that was read to a target; errors of its syntax are the parser's own."""
        from lxml import etree

        self.n_elements += data.count(b"<") - data.count(b"</")
        most = min(MAX_ELEMENTS, _FREE_ELEMENTS + _ELEMENTS_A_BYTE * self._size)
        if self.n_elements > most:
            found = f"{self.n_elements:,} elements of XML, {most:,} at most"
            raise InputError("too large a file", found=found, todo="save it anew, or cut it into smaller ones")
        if _ENTITY.search(data):
            raise InputError(
                f"{_article(self.kind)} {self.kind} file that declares entities", found=name, todo="save it anew"
            )
        parser = etree.XMLParser(target=target, resolve_entities=False, no_network=True, huge_tree=False)
        for at in range(0, len(data), _FEED):
            parser.feed(data[at : at + _FEED])
        parser.close()

    def links(self, part: str) -> dict[str, Link]:
        """Give the relationships of a part in Office Open XML, by their ids; those of the package for ''."""
        folder, name = posixpath.split(part)
        reader = _Links(folder)
        self.parse(posixpath.join(folder, "_rels", f"{name}.rels"), reader)
        return reader.links

    def main_part(self, default: str) -> str:
        """Give the part that an Office Open XML file begins with."""
        found = (link.target for link in self.links("").values() if link.type == "officeDocument")
        return next((name for name in found if name in self), default)


class Target:
    """What a parser hands tags and text to; one that takes nothing."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take an opening tag."""

    def end(self, tag: str) -> None:
        """Take a closing tag."""

    def data(self, text: str) -> None:
        """Take text."""

    def close(self) -> None:
        """Take the end."""


class _Links(Target):
    """Relationships."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.links: dict[str, Link] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if NAMES[tag] == "rel:Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.links[attributes.get("Id", "")] = Link(kind, joined(self.folder, attributes.get("Target", "")))


class ElementCounter(Target):
    """Counts elements of one name, and tells whether there is text in those that hold some."""

    def __init__(self, counted: str, holding: str) -> None:
        self.counted, self.holding = counted, holding
        self.n, self.has_text, self._is_open = 0, False, False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take an opening tag."""
        name = NAMES[tag]
        self.n += name == self.counted
        self._is_open = name == self.holding

    def end(self, tag: str) -> None:
        """Take a closing tag."""
        self._is_open = False

    def data(self, text: str) -> None:
        """Take text."""
        self.has_text = self.has_text or (self._is_open and not text.isspace())


def joined(folder: str, target: str) -> str:
    """Give the part that a relative address in a folder leads to, without what follows '#'.

    Examples
    --------
    >>> joined("OEBPS/text", "../notes%201.xhtml#n1"), joined("word", "/word/document.xml")
    ('OEBPS/notes 1.xhtml', 'word/document.xml')
    """
    path = urllib.parse.unquote(target.partition("#")[0])
    return posixpath.normpath(posixpath.join(folder, path)).lstrip("/") if path else ""
