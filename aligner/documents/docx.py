"""DOCX: the text of paragraphs, tables, text boxes and notes as Word shows it, revisions accepted.

Read by zipfile and lxml, tag by tag: python-docx has no notes, no revisions and no limits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from aligner.documents.blocks import Document
from aligner.documents.places import Places
from aligner.documents.runs import Paragraph, document_of_paragraphs
from aligner.files.packages import MAX_DEPTH, NAMES, ElementCounter, Package, Target, is_on, too_deep, value
from aligner.text.fonts import font_code

_SHOWN: Final = {
    "w:br": "\n",
    "w:cr": "\n",
    "w:tab": " ",
    "w:ptab": " ",
    "w:noBreakHyphen": "-",
    "w:softHyphen": "\u00ad",
}
_RUNS: Final = frozenset({"w:r", "m:r"})
_TEXTS: Final = frozenset({"w:t", "m:t", "w:delText", "w:instrText", "w:delInstrText"})

# What holds text that is not shown once changes are accepted, by what it is counted as; '' for what is shown elsewhere.
_ASIDE: Final = {
    "w:del": "deleted revisions",
    "w:moveFrom": "deleted revisions",
    "mc:Fallback": "",
    "w:rt": "ruby annotations",
}
_MARKS: Final = frozenset({"w:rPr", "w:trPr", "w:tcPr"})  # in these a revision only marks what it is about
_OLD: Final = frozenset(f"w:{name}PrChange" for name in ("r", "p", "sect", "tbl", "tr", "tc", "tblEx"))
_MOST_FIELDS: Final = 20  # inside each other; in real documents three
_NOT_NOTES: Final = frozenset({"separator", "continuationSeparator", "continuationNotice"})

# Parts beside the text, by the last word of the type of their relationship.
_BESIDE: Final = {
    "header": "headers",
    "footer": "footers",
    "chart": "charts",
    "diagramData": "diagrams",
    "aFChunk": "embedded objects",
    "package": "embedded objects",
    "oleObject": "embedded objects",
}


def docx_document(data: bytes) -> Document:
    """Blocks of a DOCX file: paragraphs and table cells in document order, text boxes once; behind them the notes.

    Notes
    -----
    Read as with all changes accepted: insertions are text, deletions are not. Footnotes and endnotes come behind the
    text, in the order in which it refers to them, so that they part no paragraph from its translation. Left out and
    counted: headers, footers, comments, hidden runs and rows, deletions, the table of contents, what is embedded.
    Runs in fonts of legacy encodings (.VnTime, VNI-Times) are decoded.
    """
    package = Package(data, "DOCX", "save it as .docx or .txt")
    main = package.main_part("word/document.xml")
    links = package.links(main)
    by_type = {link.type: link.target for link in links.values()}
    folder = main.rpartition("/")[0]
    styles = _Styles()
    package.parse(by_type.get("styles", f"{folder}/styles.xml"), styles)
    reader = _WordReader(styles)
    if not package.parse(main, reader):
        raise package.fault(KeyError(main))
    left_out, paragraphs = reader.left_out, reader.paragraphs
    for kind in ("footnote", "endnote"):
        notes = _WordReader(styles, places=reader.places)
        package.parse(by_type.get(f"{kind}s", f"{folder}/{kind}s.xml"), notes)
        references = dict.fromkeys(reader.references[kind])
        paragraphs += [paragraph for note in references for paragraph in notes.notes.get(note, ())]
        left_out["notes without a reference"] += sum(
            note not in references for note, text in notes.notes.items() if text
        )
        left_out.update(notes.left_out)
    for link in dict.fromkeys(links.values()):
        if link.type == "comments":
            comments = ElementCounter("w:comment", "w:t")
            package.parse(link.target, comments)
            left_out["comments"] += comments.n
        elif link.type in ("header", "footer"):
            text = ElementCounter("w:p", "w:t")
            package.parse(link.target, text)
            left_out[_BESIDE[link.type]] += text.has_text
        elif link.type in _BESIDE:
            left_out[_BESIDE[link.type]] += 1
    return document_of_paragraphs(paragraphs, left_out)


@dataclass(slots=True)
class _Style:
    """What a style says; None where it says nothing, and what it is based on does."""

    name: str = ""
    base: str = ""
    is_hidden: bool | None = None
    font: str | None = None
    is_listed: bool | None = None
    is_heading: bool = False


class _Styles(Target):
    """The styles of a document, by their ids; '' is the default of paragraphs."""

    def __init__(self) -> None:
        self.styles: dict[str, _Style] = {"": _Style()}
        self._path: list[str] = []
        self._style = _Style()
        self._resolved: dict[str, _Style] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take an opening tag."""
        name = NAMES[tag]
        parent = self._path[-1] if self._path else ""
        self._path.append(name)
        if name == "w:style":
            self._style = self.styles.setdefault(value(attributes, "styleId"), _Style())
            if value(attributes, "type") == "paragraph" and value(attributes, "default") in ("1", "true", "on"):
                default = self.styles[""]  # what the document's defaults said holds where this says nothing
                self._style.font = default.font
                self.styles[""] = self._style
        elif name == "w:rPrDefault":
            self._style = self.styles[""]
        elif name == "w:name":
            self._style.name = value(attributes, "val").lower()
        elif name == "w:basedOn":
            self._style.base = value(attributes, "val")
        elif name == "w:outlineLvl":
            self._style.is_heading = True
        elif name == "w:numId":
            self._style.is_listed = value(attributes, "val") != "0"
        elif name == "w:vanish" and parent == "w:rPr":
            self._style.is_hidden = is_on(attributes)
        elif name == "w:rFonts" and parent == "w:rPr":
            self._style.font = font_of(attributes) or self._style.font

    def end(self, tag: str) -> None:
        """Take a closing tag."""
        self._path.pop()

    def resolved(self, style: str) -> _Style:
        """What a style says with all it is based on."""
        if style not in self._resolved:
            found = replace(self.styles.get(style, self.styles[""]))
            seen, base = {style}, found.base
            while base and base not in seen and base in self.styles:
                seen.add(base)
                below = self.styles[base]
                found.is_hidden = below.is_hidden if found.is_hidden is None else found.is_hidden
                found.font = below.font if found.font is None else found.font
                found.is_listed = below.is_listed if found.is_listed is None else found.is_listed
                found.is_heading |= below.is_heading
                base = below.base
            self._resolved[style] = found
        return self._resolved[style]

    def is_list(self, style: str) -> bool:
        """Whether paragraphs of the style are items of a list; numbered headings are none."""
        found = self.resolved(style)
        is_named = found.name.startswith("list") or (not found.name and style.startswith("List"))
        return not found.is_heading and (is_named or bool(found.is_listed))


def font_of(attributes: Mapping[str, str]) -> str:
    """Give the font of letters beyond ASCII that `w:rFonts` names; nothing for a font of the theme, which is Unicode.

    Examples
    --------
    >>> font_of({"ascii": "VNI-Times", "hAnsi": "VNI-Times"})
    'VNI-Times'
    """
    return value(attributes, "hAnsi") or value(attributes, "ascii")


@dataclass(slots=True)
class _Open:
    """A paragraph that is being read."""

    paragraph: Paragraph
    style: str = ""
    is_numbered: bool | None = None
    is_heading: bool = False
    is_entry: bool = False  # of a table of contents
    goes_on: bool = False  # its end is deleted: the next paragraph is the rest of it
    inner: list[Paragraph] = field(default_factory=list)  # those of text boxes in it


@dataclass(slots=True)
class _Run:
    """A run that is being read."""

    font: str | None = None
    is_hidden: bool | None = None
    style: str = ""
    texts: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Field:
    """A field: its code comes first, what it shows behind."""

    is_code: bool = True
    code: str = ""
    is_contents: bool = False


class _WordReader(Target):
    """The paragraphs of a story: the text of a document, or its notes."""

    def __init__(self, styles: _Styles, places: Places | None = None) -> None:
        self.styles = styles
        self.paragraphs: list[Paragraph] = []
        self.notes: dict[str, list[Paragraph]] = {}
        self.references: dict[str, list[str]] = {"footnote": [], "endnote": []}
        self.left_out: Counter[str] = Counter()
        self.places = Places() if places is None else places
        self._path: list[str] = []
        self._open: list[_Open] = []
        self._runs: list[_Run] = []
        self._fields: list[_Field] = []
        self._aside: list[int] = []  # depths of the open elements whose text is not shown
        self._old = 0  # open elements with properties from before a change
        self._contents: list[int] = []  # depths of the open tables of contents
        self._text = False
        self._carried: Paragraph | None = None  # what goes on in the next paragraph, its end being deleted
        self._note = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take an opening tag."""
        name = NAMES[tag]
        path = self._path
        parent = path[-1] if path else ""
        path.append(name)
        if len(path) > MAX_DEPTH:
            raise too_deep()
        if name in _TEXTS:
            self._text = True
        elif name in _RUNS:
            self._runs.append(_Run())
        elif name == "w:p":
            self._begin(Paragraph(self.places.cell()))
        elif name in _OLD:
            self._old += 1
        elif self._old:
            pass
        elif parent in ("w:pPr", "w:numPr") or (parent in _MARKS and name != "w:cnfStyle"):
            self._property(name, attributes)
        elif parent in _RUNS:
            self._shown(name, attributes)
        elif name == "w:tbl":
            self._end_carried()
            self.places.begin_table()
        elif name in ("w:tr", "w:tc"):
            self.places.begin_row() if name == "w:tr" else self.places.begin_cell()
        else:
            self._container(name, attributes)

    def _container(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take what holds runs or paragraphs."""
        path = self._path
        if name in _ASIDE:
            self._aside.append(len(path))
            if _ASIDE[name] and not self._is_aside(but=1):
                self.left_out[_ASIDE[name]] += 1
        elif name == "w:docPartGallery" and "contents" in value(attributes, "val").lower() and "w:sdt" in path:
            self._contents.append(len(path) - path[::-1].index("w:sdt"))
        elif name in ("w:footnote", "w:endnote"):
            self._note = "" if value(attributes, "type") in _NOT_NOTES else value(attributes, "id")

    def _property(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take a property of a paragraph, of its end, of a run, of a row or of a cell."""
        parent, above = self._path[-2], self._path[-3] if len(self._path) > 2 else ""
        opened = self._open[-1] if self._open else None
        if parent == "w:rPr" and above in _RUNS:
            run = self._runs[-1]
            if name == "w:vanish":
                run.is_hidden = is_on(attributes)
            elif name == "w:rFonts":
                run.font = font_of(attributes) or run.font
            elif name == "w:rStyle":
                run.style = value(attributes, "val")
        elif parent == "w:rPr" and above == "w:pPr" and opened is not None:
            opened.goes_on |= name in ("w:del", "w:moveFrom")
        elif parent in ("w:pPr", "w:numPr") and opened is not None:
            if name == "w:pStyle":
                opened.style = value(attributes, "val")
            elif name == "w:numId":
                opened.is_numbered = value(attributes, "val") != "0"
            elif name == "w:outlineLvl":
                opened.is_heading = value(attributes, "val") != "9"
        elif parent == "w:trPr" and (name == "w:del" or (name == "w:hidden" and is_on(attributes))):
            self.left_out["deleted revisions" if name == "w:del" else "hidden rows"] += 1
            self._aside.append(len(self._path) - 2)  # the row's
        elif name == "w:gridSpan":
            self.places.widen(value(attributes, "val"))
        elif name == "w:gridBefore":
            self.places.skip(value(attributes, "val"))

    def _shown(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take what stands in a run beside its text."""
        if name in _SHOWN:
            self._runs[-1].texts.append(_SHOWN[name])
        elif name == "w:sym":
            self._symbol(attributes)
        elif name in ("w:footnoteReference", "w:endnoteReference"):
            if not self._is_aside():
                self.references[name[2:-9]].append(value(attributes, "id"))
        elif name == "w:fldChar":
            kind = value(attributes, "fldCharType")
            if kind == "begin" and len(self._fields) < _MOST_FIELDS:
                self._fields.append(_Field())
            elif kind == "separate" and self._fields:
                self._fields[-1].is_code = False
                self._fields[-1].is_contents = self._fields[-1].code.split()[:1] == ["TOC"]
            elif kind == "end" and self._fields:
                self._fields.pop()

    def _symbol(self, attributes: Mapping[str, str]) -> None:
        """Take a character of a font of symbols: text in a legacy font, or one of Unicode; else a mark."""
        try:
            char = chr(int(value(attributes, "char"), 16))
        except (ValueError, OverflowError):
            return
        font = value(attributes, "font")
        opened = self._open[-1] if self._open else None
        if opened is not None and font_code(font):
            self._finish_texts(self._runs[-1])
            opened.paragraph.runs.append((char, font))
        elif "\ue000" <= char <= "\uf8ff":
            self.left_out["symbols"] += 1
        elif not "\ud800" <= char <= "\udfff":
            self._runs[-1].texts.append(char)

    def data(self, text: str) -> None:
        """Take text."""
        if self._text and self._runs:
            if self._path[-1] in ("w:t", "m:t"):
                self._runs[-1].texts.append(text)
            elif self._path[-1] == "w:instrText" and self._fields and len(self._fields[-1].code) < 20:
                self._fields[-1].code += text

    def end(self, tag: str) -> None:
        """Take a closing tag."""
        name = self._path.pop()
        depth = len(self._path) + 1
        if name in _TEXTS:
            self._text = False
        elif name in _RUNS:
            self._finish_texts(self._runs.pop())
        elif name == "w:p":
            self._end()
        elif name in _OLD:
            self._old -= 1
        elif name == "w:tc":
            self._end_carried()
            self.places.end_cell()
        elif name == "w:tr":
            self.places.end_row()
        elif name == "w:tbl":
            self.places.end_table()
        if self._aside and self._aside[-1] == depth:
            self._aside.pop()
        if self._contents and self._contents[-1] == depth:
            self._contents.pop()

    def _is_aside(self, but: int = 0) -> bool:
        return len(self._aside) > but or any(one.is_code for one in self._fields)

    def _finish_texts(self, run: _Run) -> None:
        """Put the text of a run into its paragraph, if it is shown."""
        text, opened = "".join(run.texts), self._open[-1] if self._open else None
        run.texts.clear()
        if not text or opened is None or self._is_aside():
            return
        of_run = self.styles.resolved(run.style) if run.style else _Style()
        of_paragraph = self.styles.resolved(opened.style)
        hidden = next(
            (told for told in (run.is_hidden, of_run.is_hidden, of_paragraph.is_hidden) if told is not None), 0
        )
        if hidden:
            self.left_out["hidden runs"] += not text.isspace()
            return
        opened.paragraph.runs.append((text, run.font or of_run.font or of_paragraph.font or ""))
        opened.is_entry |= bool(self._contents) or any(one.is_contents for one in self._fields)

    def _begin(self, paragraph: Paragraph) -> None:
        """Begin a paragraph; where the end of the one before is deleted, it goes on."""
        if self._carried and not self._open:
            paragraph.runs += self._carried.runs
            self._carried = None
        self._open.append(_Open(paragraph))

    def _end(self) -> None:
        """End a paragraph: those of its text boxes follow it."""
        opened = self._open.pop()
        for one in self._fields:
            one.is_code = False  # codes end with their paragraph, lest one that is not ended hide all that follows
        if not opened.paragraph.runs and not opened.inner and not opened.goes_on:
            return
        found = [opened.paragraph, *opened.inner]
        if opened.is_entry or self._is_entry(opened.style):
            self.left_out["lines of the table of contents"] += opened.paragraph.has_text
            return
        is_listed = opened.is_numbered
        if is_listed is None:
            is_listed = self.styles.is_list(opened.style)
        elif opened.is_heading or self.styles.resolved(opened.style).is_heading:
            is_listed = False
        if is_listed:
            opened.paragraph.marked = opened.paragraph.is_item = True
        if opened.goes_on and not self._open:
            self._carried = opened.paragraph
            found = opened.inner
        self._take(found)

    def _is_entry(self, style: str) -> bool:
        """Whether a style is that of lines in a table of contents."""
        name = self.styles.resolved(style).name if style else ""
        return name.startswith("toc ") and name[4:].isdigit()

    def _take(self, found: Iterable[Paragraph]) -> None:
        if self._open:
            self._open[-1].inner += found
        elif self._note:
            self.notes.setdefault(self._note, []).extend(found)
        else:
            self.paragraphs += found

    def _end_carried(self) -> None:
        """End what was to go on, where no paragraph follows in its cell or story."""
        if self._carried:
            self._take([self._carried])
            self._carried = None

    def close(self) -> None:
        """Take the end."""
        self._end_carried()
