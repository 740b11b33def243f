"""ODT, and ODS and ODP, which have the same words: paragraphs, tables, text boxes and notes, revisions accepted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from aligner.documents.blocks import Document
from aligner.documents.places import Places, number_of
from aligner.documents.runs import Paragraph, document_of_paragraphs
from aligner.errors import InputError
from aligner.files.packages import MAX_DEPTH, NAMES, Package, Target, too_deep, value

_PARAGRAPHS: Final = frozenset({"text:p", "text:h"})
_SPACE: Final = re.compile(r"[ \t\r\n]+")

# What holds text that is none of the document's, by what it is counted as; '' for what needs no count.
_ASIDE: Final = {
    "office:annotation": "comments",
    "text:tracked-changes": "",
    "table:tracked-changes": "",
    "text:note-citation": "",
    "text:ruby-text": "ruby annotations",
    "text:number": "",
    "office:forms": "",
    "draw:object": "embedded objects",
    "draw:object-ole": "embedded objects",
    "text:alphabetical-index": "indexes",
    "text:illustration-index": "indexes",
    "text:table-index": "indexes",
    "text:object-index": "indexes",
    "text:user-index": "indexes",
}
_LONGEST_CHAIN: Final = 20  # styles based on each other; LibreOffice's own have six
_TITLES: Final = frozenset({"title", "desc"})  # of drawings: what is said in place of a picture


def odt_document(data: bytes) -> Document:
    """Blocks of an OpenDocument text, sheet or slide show: paragraphs and cells in order; behind them the notes.

    Notes
    -----
    Read as with all changes accepted. Footnotes, endnotes and the notes of speakers come behind the text. Left out and
    counted: headers, footers, comments, deletions, what is hidden (text, sections, rows, columns, sheets, slides), the
    table of contents, other indexes, what is embedded. Text in fonts of legacy encodings is decoded.
    """
    package = Package(data, "OpenDocument", "save it as .odt, .docx or .txt")
    if b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise InputError("an OpenDocument file locked by a password", todo="save it without one")
    reader = _OdtReader()
    package.parse("styles.xml", reader)  # headers and footers stand there, and no text
    if not package.parse("content.xml", reader):
        raise package.fault(KeyError("content.xml"))
    return document_of_paragraphs([*reader.paragraphs, *reader.notes], reader.left_out)


@dataclass(slots=True)
class _Style:
    """What a style says; None where its parent does."""

    parent: str = ""
    is_hidden: bool | None = None
    font: str | None = None


@dataclass(slots=True)
class _Open:
    """A paragraph that is being read."""

    paragraph: Paragraph
    style: str
    is_note: bool
    is_hidden: bool = False
    inner: list[Paragraph] = field(default_factory=list)
    spans: list[str] = field(default_factory=list)


class _OdtReader(Target):
    """The paragraphs of a document, and what its styles say."""

    def __init__(self) -> None:
        self.paragraphs: list[Paragraph] = []
        self.notes: list[Paragraph] = []
        self.left_out: Counter[str] = Counter()
        self._styles: dict[str, _Style] = {}
        self._style = _Style()
        self._fonts: dict[str, str] = {}
        self._path: list[str] = []
        self._open: list[_Open] = []
        self._aside: list[int] = []  # depths of the open elements whose text is not taken
        self._notes: list[int] = []  # depths of the open notes
        self._contents: list[int] = []
        self._items: list[bool] = []  # of each open list, whether its item has had a paragraph
        self._places = Places()
        self._hidden_columns: list[list[tuple[int, int]]] = []
        self._n_columns: list[int] = []
        self._bar = ""  # the open header or footer, until it has had text

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take an opening tag."""
        name = NAMES[tag]
        self._path.append(name)
        depth = len(self._path)
        if depth > MAX_DEPTH:
            raise too_deep()
        prefix = name.partition(":")[0]
        if prefix == "style":
            self._of_style(name, attributes)
        elif self._aside:
            self.left_out["deleted revisions"] += name == "text:deletion"
        elif name in _PARAGRAPHS:
            self._begin(name, attributes)
        elif prefix == "table":
            self._of_table(name, attributes)
        elif name in _ASIDE or (prefix == "?" and name[2:] in _TITLES):
            self._set_aside(_ASIDE.get(name, ""))
        elif name in ("text:note", "presentation:notes"):
            self._notes.append(depth)
        elif name == "text:table-of-content":
            self._contents.append(depth)
        else:
            self._inner(name, attributes)

    def _inner(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take what stands in paragraphs or around them."""
        if name == "text:span":
            if self._open:
                self._open[-1].spans.append("text " + value(attributes, "style-name"))
        elif name in ("text:s", "text:tab", "text:line-break"):
            self._add("\n" if name == "text:line-break" else " ")
        elif name == "text:list":
            self._items.append(False)
        elif name in ("text:list-item", "text:list-header") and self._items:
            self._items[-1] = name == "text:list-item"
        elif name == "text:section" and value(attributes, "display") in ("none", "condition"):
            if value(attributes, "display") == "none" or value(attributes, "is-hidden") == "true":
                self._set_aside("hidden sections")
        elif name == "text:hidden-paragraph" and self._open:
            self._open[-1].is_hidden = value(attributes, "is-hidden") == "true"
        elif name == "text:hidden-text" and value(attributes, "is-hidden") == "true":
            self._set_aside("hidden runs")
        elif name == "draw:page" and self._said("drawing-page", value(attributes, "style-name")).is_hidden:
            self._set_aside("hidden slides")

    def _set_aside(self, kind: str) -> None:
        self._aside.append(len(self._path))
        if kind:
            self.left_out[kind] += 1

    def _of_style(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take what the styles say, headers and footers among them."""
        if name.startswith(("style:header", "style:footer")):
            self._bar = f"{name[6:12]}s"
        elif name == "style:style":
            family = value(attributes, "family")
            self._style = _Style(f"{family} {value(attributes, 'parent-style-name')}")
            self._styles[f"{family} {value(attributes, 'name')}"] = self._style
        elif name == "style:default-style":
            self._style = self._styles.setdefault(f"{value(attributes, 'family')} ", _Style())
        elif name == "style:font-face":
            self._fonts[value(attributes, "name")] = value(attributes, "font-family").strip("'\" ")
        elif name == "style:text-properties":
            if value(attributes, "display"):
                self._style.is_hidden = value(attributes, "display") == "none"
            font = value(attributes, "font-name")
            self._style.font = self._fonts.get(font, font) or value(attributes, "font-family").strip("'\" ") or None
        elif name == "style:table-properties" and value(attributes, "display"):
            self._style.is_hidden = value(attributes, "display") == "false"
        elif name == "style:drawing-page-properties" and value(attributes, "visibility"):
            self._style.is_hidden = value(attributes, "visibility") == "hidden"

    def _of_table(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take what makes a table."""
        is_hidden = value(attributes, "visibility") in ("collapse", "filter")
        if name == "table:table":
            self._places.begin_table()
            self._hidden_columns.append([])
            self._n_columns.append(0)
            if self._said("table", value(attributes, "style-name")).is_hidden:
                self._set_aside("hidden sheets")
        elif name == "table:table-column" and self._n_columns:
            first = self._n_columns[-1]
            self._n_columns[-1] += number_of(value(attributes, "number-columns-repeated"))
            if is_hidden and len(self._hidden_columns[-1]) < 1000:
                self._hidden_columns[-1].append((first, self._n_columns[-1]))
                self.left_out["hidden columns"] += 1
        elif name == "table:table-row":
            self._places.begin_row()
            if is_hidden:
                self._set_aside("hidden rows")
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._places.begin_cell()
            self._places.widen(value(attributes, "number-columns-repeated"))
            cell = self._places.cell()
            if cell and self._hidden_columns and any(a <= cell[2] < b for a, b in self._hidden_columns[-1][:20]):
                self._set_aside("")

    def _said(self, family: str, style: str) -> _Style:
        """What a style says with all above it."""
        found, seen, name = _Style(), set[str](), f"{family} {style}"
        while name in self._styles and name not in seen and len(seen) < _LONGEST_CHAIN:
            seen.add(name)
            said = self._styles[name]
            found.is_hidden = said.is_hidden if found.is_hidden is None else found.is_hidden
            found.font = said.font if found.font is None else found.font
            name = said.parent
        return found

    def data(self, text: str) -> None:
        """Take text."""
        if self._open and not self._aside:
            self._add(_SPACE.sub(" ", text))

    def _add(self, text: str) -> None:
        """Put text into the open paragraph, if it is shown."""
        if not self._open:
            return
        opened = self._open[-1]
        said = [self._said(*name.split(" ", 1)) for name in (*opened.spans[:-9:-1], opened.style)]
        if next((one.is_hidden for one in said if one.is_hidden is not None), False):
            self.left_out["hidden runs"] += not text.isspace()
            return
        font = next((one.font for one in said if one.font is not None), "")
        opened.paragraph.runs.append((text, font))

    def _begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """Begin a paragraph; headings with numbers stand in lists and are no items."""
        is_listed = bool(self._items) and name == "text:p"
        is_item = is_listed and self._items[-1]
        if self._items:
            self._items[-1] = False
        is_note = bool(self._notes)
        paragraph = Paragraph(None if is_note else self._places.cell(), marked=is_listed, is_item=is_item)
        self._open.append(_Open(paragraph, "paragraph " + value(attributes, "style-name"), is_note))

    def end(self, tag: str) -> None:
        """Take a closing tag."""
        name, depth = self._path.pop(), len(self._path) + 1
        if self._aside:
            if self._aside[-1] != depth:
                return
            self._aside.pop()
        if name in _PARAGRAPHS and self._open:
            self._end()
        elif name == "text:span" and self._open and self._open[-1].spans:
            self._open[-1].spans.pop()
        elif name == "text:list" and self._items:
            self._items.pop()
        elif name == "table:table":
            self._places.end_table()
            self._hidden_columns.pop()
            self._n_columns.pop()
        elif name == "table:table-row":
            self._places.end_row()
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._places.end_cell()
        for depths in (self._notes, self._contents):
            if depths and depths[-1] == depth:
                depths.pop()

    def _end(self) -> None:
        """End a paragraph: those of its text boxes follow it, its notes come behind the text."""
        opened = self._open.pop()
        has_text = opened.paragraph.has_text
        if "office:master-styles" in self._path[:2]:
            if has_text and self._bar:
                self.left_out[self._bar] += 1
                self._bar = ""
        elif self._contents:
            self.left_out["lines of the table of contents"] += has_text
        elif opened.is_hidden:
            self.left_out["hidden paragraphs"] += has_text
        elif opened.is_note:
            self.notes += [opened.paragraph, *opened.inner]
        elif self._open:
            self._open[-1].inner += [opened.paragraph, *opened.inner]
        else:
            self.paragraphs += [opened.paragraph, *opened.inner]
