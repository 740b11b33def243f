"""PPTX: the text of slides in order, shapes by their place, tables; behind them the notes of the speaker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from aligner.documents.blocks import Document
from aligner.documents.places import Places
from aligner.documents.runs import Paragraph, document_of_paragraphs
from aligner.files.packages import MAX_DEPTH, NAMES, ElementCounter, Package, Target, too_deep

ROW: Final = 180_000
"""EMU, a fifth of an inch: shapes whose tops differ by less stand side by side: hands do not place them exactly."""

_SHAPES: Final = frozenset({"p:sp", "p:graphicFrame", "p:grpSp", "p:pic", "p:cxnSp"})
_FOOTERS: Final = frozenset({"sldNum", "dt", "ftr", "hdr"})
_TITLES: Final = frozenset({"title", "ctrTitle"})
_COMPUTED: Final = ("slidenum", "datetime")

# Parts beside a slide, by the last word of the type of their relationship.
_BESIDE: Final = {"chart": "charts", "diagramData": "diagrams", "oleObject": "embedded objects"}


def pptx_document(data: bytes) -> Document:
    """Blocks of a slide show: the paragraphs and cells of each slide, title first; the notes of the speaker behind all.

    Notes
    -----
    Shapes come row by row, from left to right, those of a group together. Left out and counted: hidden slides and
    shapes, dates, numbers and footers of slides, comments, charts, diagrams. Runs in fonts of legacy encodings are
    decoded.
    """
    package = Package(data, "PPTX", "save it as .pptx or .txt")
    main = package.main_part("ppt/presentation.xml")
    order = _Order()
    if not package.parse(main, order):
        raise package.fault(KeyError(main))
    links = package.links(main)
    layouts: dict[str, dict[str, _Point]] = {}
    left_out: Counter[str] = Counter()
    places = Places()
    paragraphs: list[Paragraph] = []
    notes: list[Paragraph] = []
    for identity in order.slides:
        if identity not in links:
            continue
        slide = links[identity].target
        beside = package.links(slide)
        known: dict[str, _Point] = {}
        for link in beside.values():
            if link.type == "slideLayout":
                if link.target not in layouts:
                    layouts[link.target] = _placeholders(package, link.target)
                known = layouts[link.target]
        reader = _SlideReader(places, known)
        package.parse(slide, reader)
        if reader.is_hidden:
            left_out["hidden slides"] += 1
            continue
        left_out.update(reader.left_out)
        paragraphs += reader.paragraphs
        for link in beside.values():
            if link.type == "notesSlide":
                spoken = _SlideReader(places, {}, notes=True)
                package.parse(link.target, spoken)
                notes += spoken.paragraphs
            elif link.type == "comments":
                counter = ElementCounter("p:cm", "p:text")
                package.parse(link.target, counter)
                left_out["comments"] += counter.n or 1
            elif link.type in _BESIDE:
                left_out[_BESIDE[link.type]] += 1
    return document_of_paragraphs([*paragraphs, *notes], left_out)


class _Point(NamedTuple):
    """Where a shape begins, in EMU."""

    y: int
    x: int


def _placeholders(package: Package, layout: str) -> dict[str, _Point]:
    """Where the placeholders of a layout are, and those of its master that it says nothing of."""
    found: dict[str, _Point] = {}
    masters = [link.target for link in package.links(layout).values() if link.type == "slideMaster"]
    for part in (*masters, layout):
        reader = _SlideReader(Places(), {})
        package.parse(part, reader)
        found |= reader.placeholders
    return found


class _Order(Target):
    """The relationships of the slides, in their order."""

    def __init__(self) -> None:
        self.slides: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if NAMES[tag] == "p:sldId":
            self.slides += [text for key, text in attributes.items() if key.endswith("relationships}id")]


@dataclass(slots=True)
class _Shape:
    """A shape, or a group of them."""

    point: _Point | None = None
    holder: str = ""
    is_holder: bool = False
    is_hidden: bool = False
    paragraphs: list[Paragraph] = field(default_factory=list)
    shapes: list[_Shape] = field(default_factory=list)


class _SlideReader(Target):
    """The paragraphs of a slide, or of the notes to one."""

    def __init__(self, places: Places, known: Mapping[str, _Point], *, notes: bool = False) -> None:
        self.placeholders: dict[str, _Point] = {}
        self.left_out: Counter[str] = Counter()
        self.paragraphs: list[Paragraph] = []
        self.is_hidden = False
        self._known, self._is_notes = known, notes
        self._places = places
        self._path: list[str] = []
        self._shapes = [_Shape()]
        self._open: list[Paragraph] = []
        self._font = ""
        self._aside: list[int] = []  # depths of the open elements whose text is not shown
        self._index = ""
        self._text = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take an opening tag."""
        name = NAMES[tag]
        parent = self._path[-1] if self._path else ""
        self._path.append(name)
        if len(self._path) > MAX_DEPTH:
            raise too_deep()
        shape = self._shapes[-1]
        if name == "p:sld":
            self.is_hidden = attributes.get("show") in ("0", "false")
        elif name in _SHAPES:
            self._shapes.append(_Shape())
        elif name == "mc:Fallback" or (name == "a:fld" and attributes.get("type", "").startswith(_COMPUTED)):
            self._aside.append(len(self._path))
        elif name == "p:cNvPr":
            shape.is_hidden = attributes.get("hidden") in ("1", "true")
        elif name == "p:ph":
            shape.is_holder, shape.holder = True, attributes.get("type", "obj")
            self._index = attributes.get("idx", "")
            by_index = self._known.get(f"#{self._index}") if self._index else None
            shape.point = shape.point or by_index or self._known.get(shape.holder)
        elif name == "a:off" and parent in ("a:xfrm", "p:xfrm") and len(self._shapes) > 1:
            self._place(shape, attributes)
        elif name == "a:p":
            self._open.append(Paragraph(self._places.cell()))
            self._font = ""
        elif name in ("a:r", "m:r", "a:fld"):
            self._font = ""
        elif self._open:
            self._of_paragraph(name, parent, attributes)
        elif name == "a:tbl":
            self._places.begin_table()
        elif name == "a:tr":
            self._places.begin_row()
        elif name == "a:tc":
            self._places.begin_cell()

    def _place(self, shape: _Shape, attributes: Mapping[str, str]) -> None:
        try:
            shape.point = _Point(int(attributes.get("y", "0")[:12]), int(attributes.get("x", "0")[:12]))
        except ValueError:
            return
        if shape.is_holder:
            self.placeholders[shape.holder] = shape.point
            self.placeholders[f"#{self._index}"] = shape.point

    def _of_paragraph(self, name: str, parent: str, attributes: Mapping[str, str]) -> None:
        """Take what stands in a paragraph."""
        paragraph = self._open[-1]
        if name in ("a:t", "m:t"):
            self._text = True
        elif name in ("a:br", "a:tab") and not self._aside and parent != "a:tabLst":
            paragraph.runs.append(("\n" if name == "a:br" else " ", self._font))
        elif name == "a:latin" and parent == "a:rPr":
            self._font = attributes.get("typeface", "")
        elif name in ("a:buChar", "a:buAutoNum"):
            paragraph.marked = paragraph.is_item = True

    def data(self, text: str) -> None:
        """Take text."""
        if self._text and self._open and not self._aside:
            self._open[-1].runs.append((text, self._font))

    def end(self, tag: str) -> None:
        """Take a closing tag."""
        name = self._path.pop()
        self._text = False
        if name in _SHAPES and len(self._shapes) > 1:
            shape = self._shapes.pop()
            self._shapes[-1].shapes.append(shape)
        elif self._aside and self._aside[-1] == len(self._path) + 1:
            self._aside.pop()
        elif name == "a:p" and self._open:
            paragraph = self._open.pop()
            if not self._aside:
                self._shapes[-1].paragraphs.append(paragraph)
        elif name == "a:tc":
            self._places.end_cell()
        elif name == "a:tr":
            self._places.end_row()
        elif name == "a:tbl":
            self._places.end_table()

    def close(self) -> None:
        """Take the end: the shapes come in the order in which people read."""
        waiting = [self._shapes[0]]
        while waiting:  # no recursion: groups may be nested as deep as a hostile file likes
            shape = waiting.pop()
            has_text = any(one.has_text for one in shape.paragraphs)
            if shape.is_hidden:
                self.left_out["hidden shapes"] += 1
            elif shape.holder in _FOOTERS:
                self.left_out["footers"] += has_text
            elif not self._is_notes or shape.holder == "body" or not shape.is_holder:
                self.paragraphs += shape.paragraphs
                waiting += reversed(_ordered(shape.shapes))


def _ordered(shapes: list[_Shape]) -> list[_Shape]:
    """Titles first, then row by row; as they stand in the file where one has no place."""
    titles = [shape for shape in shapes if shape.holder in _TITLES]
    others = [shape for shape in shapes if shape.holder not in _TITLES]
    placed = [(shape.point, k) for k, shape in enumerate(others) if shape.point is not None]
    if len(placed) < len(others):
        return titles + others
    rows: list[list[tuple[int, int]]] = []
    top = 0
    for point, k in sorted(placed):
        if not rows or point.y - top > ROW:
            rows.append([])
            top = point.y
        rows[-1].append((point.x, k))
    return titles + [others[k] for row in rows for _, k in sorted(row)]
