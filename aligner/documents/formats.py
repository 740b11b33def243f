"""The formats of documents, a row each: their names and suffixes, what reads them, how a text shows that it is one."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from aligner.documents.blocks import Document
from aligner.documents.docx import docx_document
from aligner.documents.html import html_document
from aligner.documents.markdown import FRONT_MATTER, markdown_document
from aligner.documents.pdf import pdf_document
from aligner.documents.plain import plain_document
from aligner.documents.table import table_document
from aligner.errors import FilePath

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
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[Any], Document]
    looks: Callable[[str], bool] | None = None
    is_binary: bool = False
    is_told: bool = False
    extra: str = ""


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
    Format("HTML", (".html", ".htm", ".xhtml"), html_document, _looks_like_html),
    Format("table", (".tsv",), table_document, _looks_like_a_table),
    Format("Markdown", (".md", ".mdx", ".markdown"), markdown_document, _looks_like_markdown),
    Format("DOCX", (".docx",), docx_document, is_binary=True, extra="docx"),
    Format("PDF", (".pdf",), pdf_document, is_binary=True, extra="pdf"),
    Format("plain text", (".txt", ".text"), plain_document, lambda text: True, is_told=True),
)
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


def document_of(text: str) -> Document:
    """Read a text in the format that it looks like.

    Examples
    --------
    >>> document_of("<p>Hello.</p>").text
    'Hello.'
    """
    row = next(row for row in FORMATS if row.looks is not None and row.looks(text))
    return row.read(text)
