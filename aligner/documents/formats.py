"""The formats of documents, a row each: their names and suffixes, what reads them, how a text shows that it is one."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from aligner.documents.blocks import Document
from aligner.documents.cues import looks_like_cues
from aligner.documents.docx import docx_document
from aligner.documents.epub import epub_document
from aligner.documents.html import html_document, main_text_document
from aligner.documents.markdown import FRONT_MATTER, markdown_document
from aligner.documents.markup import leave_code, strip_markdown
from aligner.documents.odt import odt_document
from aligner.documents.pdf import pdf_document
from aligner.documents.plain import plain_document
from aligner.documents.pptx import pptx_document
from aligner.documents.rtf import rtf_document
from aligner.documents.subtitles import subtitle_document
from aligner.documents.table import table_document
from aligner.documents.xlsx import xlsx_document
from aligner.errors import FilePath, InputError
from aligner.files.whole import binary_kind

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# A page or a fragment of one: the first thing that is no comment is the tag of a block element.
_HTML = re.compile(
    r"\s*<(?:!doctype|\?xml|html|head|body|meta|title|div|p|table|article|main|section|ul|ol|h[1-6])\b[^<>]*>",
    re.IGNORECASE,
)
_MARKDOWN = re.compile(r"<!--|#{1,6} \S|```")

# Share of the lines with text that have a tab between two words, from which the text is a table: titles and notes among
# the rows have none. In prose next to no line has one; tests/test_articles.py holds a table with few notes.
TABLE_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Format:
    """A format of documents.

    Attributes
    ----------
    name : str
        What people call it.
    suffixes : tuple of str
        Those of its files, in lower case, with their dots.
    read : callable
        Makes a `Document` of a file's text, or of its bytes where `is_binary`; raises an InputError that names no path.
    looks : callable, optional
        Whether a text of no known suffix is of this format; without it a text never is. The first row that says so has
        the text, so the order of the rows counts.
    is_binary : bool
        Whether `read` takes bytes: such a file says its own encoding, and one that is named is for the others.
    is_told : bool
        Whether a file of these suffixes is looked at as one without: .txt may hold a table.
    extra : str
        The extra of the package that reading needs.
    holds : callable, optional
        Whether the bytes of a file of no known suffix are of this format.
    read_main : callable, optional
        As `read`, of the main text alone, where a format has other text beside it.
    strip : callable, optional
        Takes markup out of the `Document` that `read` made; without it there is none.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[Any], Document]
    looks: Callable[[str], bool] | None = None
    is_binary: bool = False
    is_told: bool = False
    extra: str = ""
    holds: Callable[[bytes], bool] | None = None
    read_main: Callable[[Any], Document] | None = None
    strip: Callable[[Document], Document] | None = None

    def document(self, given: str | bytes, *, strip: bool = False, main_text: bool = False) -> Document:
        """Read a file's text, or its bytes: the main text alone, and without its markup, if asked."""
        if main_text and self.read_main is None:
            raise InputError("main text is asked of what is no page", found=self.name, todo="leave --main-text out")
        document = self.read_main(given) if main_text and self.read_main is not None else self.read(given)
        return self.strip(document) if strip and self.strip is not None else document


@dataclass(frozen=True, slots=True)
class Unread:
    """A format that is not read, and the way out.

    Attributes
    ----------
    name : str
        What its files are, in words.
    suffixes : tuple of str
        Those of its files.
    todo : str
        What makes a file of it that is read; FILE stands for its path.
    mark : bytes
        What its files hold that those of its kin do not, where the first bytes tell the kin; the suffix may lie.
    is_text : bool
        Whether its files are text, in which nothing but the suffix tells what is none of the prose.
    """

    name: str
    suffixes: tuple[str, ...]
    todo: str
    mark: bytes = b""
    is_text: bool = False


def _convert(suffix: str) -> str:
    return f"save it as .{suffix}, or run: soffice --headless --convert-to {suffix} FILE"


_OLE: Final = b"\xd0\xcf\x11\xe0"  # a compound file, as offices wrote until 2007, and write locked ones today

UNREAD: Final = (
    Unread("a file locked by a password", (), "save it without one", "EncryptedPackage".encode("utf-16-le")),
    Unread("a Word document from before 2007", (".doc", ".dot"), _convert("docx"), "WordDocument".encode("utf-16-le")),
    Unread("a PowerPoint file from before 2007", (".ppt", ".pps", ".pot"), _convert("pptx"),
           "PowerPoint Document".encode("utf-16-le")),
    Unread("an Excel file from before 2007", (".xls", ".xlt"), _convert("xlsx"), "Workbook".encode("utf-16-le")),
    Unread("a binary Excel workbook", (".xlsb",), _convert("xlsx")),
    Unread("a Kindle book", (".mobi", ".azw", ".azw3", ".prc", ".kfx"),
           "convert it with Calibre: ebook-convert FILE FILE.epub"),
    Unread("a Pages document", (".pages",), "export it as .docx from Pages"),
    Unread("a Keynote show", (".key",), "export it as .pptx from Keynote"),
    Unread("a Numbers sheet", (".numbers",), "export it as .xlsx from Numbers"),
    Unread("a WordPerfect document", (".wpd",), _convert("docx")),
    Unread("a DjVu scan", (".djvu", ".djv"), "export its text as .txt"),
    Unread("subtitles of another kind", (".sub", ".sbv", ".lrc", ".ttml", ".dfxp", ".smi", ".stl"),
           "save them as .srt, or run: ffmpeg -i FILE FILE.srt", is_text=True),
    Unread("a FictionBook", (".fb2",), "convert it with Calibre: ebook-convert FILE FILE.epub", is_text=True),
    Unread("a text with markup of its own",
           (".tex", ".ltx", ".rst", ".adoc", ".asciidoc", ".org", ".dbk", ".dita", ".wiki"),
           "run: pandoc FILE --to markdown --wrap none --output FILE.md", is_text=True),
    Unread("a Jupyter notebook", (".ipynb",), "run: jupyter nbconvert --to markdown FILE", is_text=True),
    Unread("mail or a saved page", (".eml", ".mbox", ".mht", ".mhtml"), "save its text as .txt or .html", is_text=True),
)  # fmt: skip
"""Formats that people have and that are not read; docs/articles.md has them, too."""


def _archive(*marks: bytes) -> Callable[[bytes], bool]:
    """Whether bytes are a ZIP archive with one of these names or media types in it; names are never packed."""
    return lambda data: data.startswith(b"PK\x03\x04") and any(mark in data for mark in marks)


def _looks_like_html(text: str) -> bool:
    return _HTML.match(_COMMENT.sub("", text)) is not None


def _looks_like_a_table(text: str) -> bool:
    lines = [line for line in text.split("\n") if line.strip()]
    return bool(lines) and sum("\t" in line.strip() for line in lines) >= TABLE_SHARE * len(lines)


def _looks_like_markdown(text: str) -> bool:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    is_rule = ("|" in line and "-" in line and not line.strip("|:- \t>") for line in lines)  # under a table's header
    return FRONT_MATTER.match(text) is not None or any(is_rule) or any(map(_MARKDOWN.match, lines))


FORMATS: Final = (
    Format("subtitles", (".srt", ".vtt", ".ass", ".ssa"), subtitle_document, looks_like_cues),
    Format("HTML", (".html", ".htm", ".xhtml"), html_document, _looks_like_html, read_main=main_text_document,
           strip=leave_code),
    Format("table", (".tsv",), table_document, _looks_like_a_table),
    Format("Markdown", (".md", ".mdx", ".markdown"), markdown_document, _looks_like_markdown, strip=strip_markdown),
    Format("DOCX", (".docx", ".docm"), docx_document, is_binary=True, holds=_archive(b"word/document")),
    Format("PDF", (".pdf",), pdf_document, is_binary=True, holds=lambda data: b"%PDF-" in data[:1024], extra="pdf"),
    Format("OpenDocument", (".odt", ".ods", ".odp"), odt_document, is_binary=True,
           holds=_archive(b"mimetypeapplication/vnd.oasis.opendocument")),
    Format("RTF", (".rtf",), rtf_document, is_binary=True, holds=lambda data: data.lstrip()[:5] == b"{\\rtf"),
    Format("PPTX", (".pptx", ".ppsx"), pptx_document, is_binary=True, holds=_archive(b"ppt/presentation")),
    Format("XLSX", (".xlsx", ".xlsm"), xlsx_document, is_binary=True, holds=_archive(b"xl/workbook.xml")),
    Format("EPUB", (".epub",), epub_document, is_binary=True, holds=_archive(b"mimetypeapplication/epub+zip"),
           strip=leave_code),
    Format("plain text", (".txt", ".text"), plain_document, lambda text: True, is_told=True),
)  # fmt: skip
"""All formats of documents; a new one is a row here and a module beside this one (docs/articles.md has them all)."""


def document_suffixes() -> tuple[str, ...]:
    """List the suffixes of all formats, in order of the rows.

    Examples
    --------
    >>> ".docx" in document_suffixes()
    True
    """
    return tuple(suffix for row in FORMATS for suffix in row.suffixes)


def format_of(path: FilePath) -> Format | None:
    """Find the format that a file's suffix tells; None where the text itself must.

    Examples
    --------
    >>> format_of("A.HTM").name, format_of("a.txt"), format_of("-")
    ('HTML', None, None)
    """
    suffix = os.path.splitext(path)[1].lower()
    return next((row for row in FORMATS if suffix in row.suffixes and not row.is_told), None)


def format_of_file(path: FilePath, data: bytes) -> Format | None:
    r"""Find the format of a file by its suffix, else by its first bytes; None where its text must tell.

    Raises
    ------
    InputError
        For a format that is not read (`UNREAD`), with the way out.

    Examples
    --------
    >>> format_of_file("talk.doc", b"{\\rtf1 }").name, format_of_file("a.txt", b"One.")
    ('RTF', None)
    """
    row = format_of(path)
    if data.startswith(_OLE):
        refused = next((row for row in UNREAD if row.mark and row.mark in data), None)
        _refuse(refused or _unread(path) or UNREAD[1], path)
    if row is None:
        row = next((row for row in FORMATS if row.holds is not None and row.holds(data)), None)
    if row is None and (refused := _unread(path)):
        is_lying = refused.is_text and looks_like_cues(data[:4096].decode("utf-8", "replace"))
        if (refused.is_text and not is_lying) or binary_kind(data) or b"\0" in data[:4096]:
            _refuse(refused, path)
    return row


def _unread(path: FilePath) -> Unread | None:
    """The format that is not read, by its suffix."""
    suffix = os.path.splitext(path)[1].lower()
    return next((row for row in UNREAD if suffix in row.suffixes), None)


def _refuse(row: Unread, path: FilePath) -> NoReturn:
    name = os.path.basename(os.fspath(path))
    raise InputError(f"{row.name}, which is not read", todo=row.todo.replace("FILE", name))


def format_of_text(text: str) -> Format:
    """Find the format that a text looks like.

    Examples
    --------
    >>> format_of_text("# Heading").name
    'Markdown'
    """
    return next(row for row in FORMATS if row.looks is not None and row.looks(text))
