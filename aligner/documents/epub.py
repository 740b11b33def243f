"""EPUB: the pages of a book in the order in which it is read, each by the reader of HTML."""

from __future__ import annotations

import html
import posixpath
import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

from aligner.documents.blocks import Document, RawBlock, join_chunks
from aligner.documents.html import PageReader, feed_html
from aligner.errors import InputError
from aligner.files.packages import NAMES, Package, Target, joined, value

_NO_PAGES: Final = ("image/", "audio/", "video/", "font/", "text/css")  # how media types begin that are no pages
_GUIDES: Final = {"toc": "navigation pages", "cover": "cover pages"}
_DECLARATION: Final = re.compile(r"\A\s*<\?xml[^<>]{0,300}\?>")
_ENTITY: Final = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
_KEPT: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})  # those that XML has itself
_ENCODING: Final = re.compile(rb"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})""")
_DOCTYPE: Final = re.compile(r"<!DOCTYPE[^<>\[]*>", re.IGNORECASE)
_OBFUSCATED: Final = (b"http://www.idpf.org/2008/embedding", b"http://ns.adobe.com/pdf/enc#RC")  # fonts, no text


def epub_document(data: bytes) -> Document:
    """Blocks of a book: those of its pages, in the order of its spine.

    Notes
    -----
    Notes stay where they stand in the pages, the marks that lead to them and back are left out. Left out and counted:
    navigation pages (tables of contents), cover pages, marks of notes.
    """
    package = Package(data, "EPUB", "save it as .epub, .html or .txt")
    _refuse_locked(package)
    container = _Container()
    package.parse("META-INF/container.xml", container)
    root = container.path if container.path in package else next(iter(package.names(".opf")), "")
    book = _Book(posixpath.dirname(root))
    if not package.parse(root, book):
        raise package.fault(KeyError("META-INF/container.xml"))
    if not book.spine:
        raise InputError(
            "no pages in an EPUB file", found="an empty spine", todo="save it anew, as Calibre or Sigil do"
        )
    left_out: Counter[str] = Counter()
    chunks: list[tuple[str, RawBlock]] = []
    reader = None
    for page in dict.fromkeys(book.spine):
        if kind := book.kind(page):
            left_out[kind] += 1
            continue
        reader = _read(package, page, reader)
        chunks += reader.chunks
        left_out.update(reader.left_out)
    return join_chunks(chunks, soft_breaks=True, left_out=left_out)


def _read(package: Package, page: str, before: PageReader | None) -> PageReader:
    """Read a page as XML, as books should have it; as HTML where it is none."""
    from lxml import etree

    data = package.read(page)
    told = _ENCODING.match(data)
    markup = _decoded(data, told[1].decode("ascii") if told else "utf-8")
    reader = PageReader(before, is_book=True)
    try:
        package.feed(_ENTITY.sub(_character, _DOCTYPE.sub("", markup)).encode("utf-8"), page, reader)
    except etree.XMLSyntaxError:
        reader = PageReader(before, is_book=True)
        feed_html(markup, reader)
    reader.left_out["unreadable characters"] += markup.count("\ufffd")
    return reader


def _decoded(data: bytes, encoding: str) -> str:
    """The markup of a page without its declaration, in the encoding that this named, else in UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    try:
        text = data.decode(encoding, "replace")
    except (LookupError, UnicodeError):
        text = data.decode("utf-8", "replace")
    return _DECLARATION.sub("", text.removeprefix("\ufeff")).replace("\0", "\ufffd")


def _character(match: re.Match[str]) -> str:
    """What an entity of HTML stands for, as a character; XML knows but five."""
    if match[1] in _KEPT:
        return match[0]
    found = html.unescape(match[0])
    return f"&amp;{match[1]};" if found == match[0] else found


def _refuse_locked(package: Package) -> None:
    """Raise an InputError for a book whose pages are encrypted; fonts may be."""
    data = package.read("META-INF/encryption.xml")
    n = data.count(b"EncryptionMethod ")
    if n > sum(data.count(name) for name in _OBFUSCATED):
        raise InputError("a locked book (DRM)", found="encrypted pages", todo="give one without a lock")


class _Container(Target):
    """Where the package document of a book is."""

    def __init__(self) -> None:
        self.path = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if NAMES[tag] == "container:rootfile" and not self.path:
            self.path = joined("", value(attributes, "full-path"))


class _Book(Target):
    """The pages of a book in order, and which of them lead through it."""

    def __init__(self, folder: str) -> None:
        self.spine: list[str] = []
        self._folder = folder
        self._items: dict[str, str] = {}  # id: page
        self._media: dict[str, str] = {}
        self._kinds: dict[str, str] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = NAMES[tag].partition(":")[2]
        page = joined(self._folder, value(attributes, "href"))
        if name == "item":
            self._items[value(attributes, "id")] = page
            self._media[page] = value(attributes, "media-type").lower()
            if "nav" in value(attributes, "properties").split():
                self._kinds[page] = "navigation pages"
        elif name == "itemref" and value(attributes, "idref") in self._items:
            self.spine.append(self._items[value(attributes, "idref")])
        elif name == "reference" and value(attributes, "type").lower() in _GUIDES:
            self._kinds.setdefault(page, _GUIDES[value(attributes, "type").lower()])

    def kind(self, page: str) -> str:
        """Tell what a page is that is not read; nothing for one that is."""
        if self._media.get(page, "").startswith(_NO_PAGES):
            return "pages without text"
        stem = posixpath.splitext(posixpath.basename(page.lower()))[0]
        return self._kinds.get(page) or ("cover pages" if re.fullmatch("cover[-_]?(?:page)?", stem) else "")
