"""Sheets of a workbook (XLSX): rows of cells as they are shown, values of formulas as they were saved."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from aligner.files.packages import NAMES, ElementCounter, Package, Target
from aligner.text.fonts import decode_fonts

_LAST: Final = 16_384
"""Columns of a sheet, in Excel."""

_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")
"""A character that XML cannot hold, as workbooks write it; a carriage return more often than not."""

Runs = list[tuple[str, str]]
"""Pieces of a cell, each a text with the name of its font; '' for that of the cell."""


@dataclass(slots=True)
class Sheet:
    """A sheet: its name, and its rows with text, each the filled cells by their column, 0-based."""

    name: str
    rows: list[dict[int, str]] = field(default_factory=list)


def read_sheets(data: bytes) -> tuple[list[Sheet], Counter[str]]:
    """Read a workbook.

    Parameters
    ----------
    data : bytes
        The file.

    Returns
    -------
    sheets : list of Sheet
        In order. Text in fonts of legacy encodings is decoded; numbers stand as they are saved, dates as numbers.
    left_out : Counter of str
        How many hidden sheets, rows and columns, formulas without a saved value, cells with an error, charts and
        comments there are.

    Raises
    ------
    InputError
        If it is no workbook, locked or too large.

    Examples
    --------
    >>> read_sheets(b"PK")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: not an XLSX file (found BadZipFile: File is not a zip file); save it as .xlsx or .tsv
    """
    package = Package(data, "XLSX", "save it as .xlsx or .tsv")
    main = package.main_part("xl/workbook.xml")
    book = _Book()
    if not package.parse(main, book):
        raise package.fault(KeyError(main))
    links = package.links(main)
    by_type = {link.type: link.target for link in links.values()}
    styles, shared = _Styles(), _Shared()
    package.parse(by_type.get("styles", ""), styles)
    package.parse(by_type.get("sharedStrings", ""), shared)
    left_out: Counter[str] = Counter()
    sheets = []
    for name, identity, is_hidden in book.sheets:
        if identity not in links or links[identity].type != "worksheet":
            continue
        if is_hidden:
            left_out["hidden sheets"] += 1
            continue
        part = links[identity].target
        reader = _Rows(shared.texts, styles)
        package.parse(part, reader)
        left_out.update(reader.left_out)
        for link in package.links(part).values():
            if link.type == "comments":
                comments = ElementCounter("x:comment", "x:t")
                package.parse(link.target, comments)
                left_out["comments"] += comments.n
            elif link.type == "drawing":
                left_out["charts"] += sum(drawn.type == "chart" for drawn in package.links(link.target).values())
        texts = iter(decode_fonts([runs for row in reader.rows for runs in row.values()]))
        rows = [{column: _ESCAPED.sub(_unescaped, next(texts)) for column in row} for row in reader.rows]
        sheets.append(Sheet(name, rows))
    return sheets, left_out


def _unescaped(match: re.Match[str]) -> str:
    char = chr(int(match[1], 16))
    return "" if char in "\r\0" or "\ud800" <= char <= "\udfff" else char


class _Book(Target):
    """The sheets of a workbook: name, relationship, whether it is hidden."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, bool]] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if NAMES[tag] == "x:sheet":
            identity = next((text for key, text in attributes.items() if key.endswith("relationships}id")), "")
            self.sheets.append((attributes.get("name", ""), identity, attributes.get("state", "visible") != "visible"))


class _Styles(Target):
    """The fonts of cells, by the number of their format."""

    def __init__(self) -> None:
        self._fonts: list[str] = []
        self._formats: list[int] = []
        self._path: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = NAMES[tag]
        self._path.append(name)
        if name == "x:font" and self._path[-2:-1] == ["x:fonts"]:
            self._fonts.append("")
        elif name == "x:name" and self._path[-3:-1] == ["x:fonts", "x:font"]:
            self._fonts[-1] = attributes.get("val", "")
        elif name == "x:xf" and self._path[-2:-1] == ["x:cellXfs"]:
            self._formats.append(_number(attributes.get("fontId", "")))

    def end(self, tag: str) -> None:
        self._path.pop()

    def font(self, style: str) -> str:
        """The font of cells of a format."""
        number = _number(style)
        font = self._formats[number] if 0 <= number < len(self._formats) else -1
        return self._fonts[font] if 0 <= font < len(self._fonts) else ""


def _number(told: str) -> int:
    """A whole number; -1 for none."""
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else -1


class _Texts(Target):
    """Gathers the runs of rich text: those of `t`, but for phonetic ones."""

    def __init__(self) -> None:
        self.runs: Runs = []
        self._font = ""
        self._is_text = False
        self._is_phonetic = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = NAMES[tag]
        self._is_text = name == "x:t"
        if name == "x:rPh":
            self._is_phonetic = True
        elif name == "x:rFont":
            self._font = attributes.get("val", "")
        elif name == "x:r":
            self._font = ""

    def data(self, text: str) -> None:
        if self._is_text and not self._is_phonetic:
            self.runs.append((text, self._font))

    def end(self, tag: str) -> None:
        name = NAMES[tag]
        self._is_text = False
        if name == "x:rPh":
            self._is_phonetic = False
        elif name == "x:r":
            self._font = ""


class _Shared(_Texts):
    """The texts that cells share."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[Runs] = []

    def end(self, tag: str) -> None:
        super().end(tag)
        if NAMES[tag] == "x:si":
            self.texts.append(self.runs)
            self.runs = []


class _Rows(_Texts):
    """The rows of a sheet that are shown."""

    def __init__(self, shared: list[Runs], styles: _Styles) -> None:
        super().__init__()
        self.rows: list[dict[int, Runs]] = []
        self.left_out: Counter[str] = Counter()
        self._shared, self._styles = shared, styles
        self._hidden: list[tuple[int, int]] = []
        self._is_hidden = False
        self._row: dict[int, Runs] = {}
        self._column = -1
        self._kind = self._style = ""
        self._value: list[str] = []
        self._is_value = self._is_formula = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        super().start(tag, attributes)
        name = NAMES[tag]
        if name == "x:c":
            told = attributes.get("r", "")
            self._column = column_of(told) if told else self._column + 1
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "0")
            self._value, self.runs, self._is_formula = [], [], False
        elif name == "x:row":
            self._row, self._column = {}, -1
            self._is_hidden = attributes.get("hidden") in ("1", "true")
        elif name == "x:col" and attributes.get("hidden") in ("1", "true") and len(self._hidden) < _LAST:
            first, last = _number(attributes.get("min", "")), _number(attributes.get("max", ""))
            self._hidden.append((first - 1, min(last, _LAST) - 1))
        self._is_value = name == "x:v"
        self._is_formula |= name == "x:f"

    def data(self, text: str) -> None:
        super().data(text)
        if self._is_value:
            self._value.append(text)

    def end(self, tag: str) -> None:
        super().end(tag)
        name = NAMES[tag]
        self._is_value = False
        if name == "x:c":
            self._end_cell()
        elif name == "x:row" and self._row:
            if self._is_hidden:
                self.left_out["hidden rows"] += 1
            else:
                self.rows.append(self._row)

    def _end_cell(self) -> None:
        told = "".join(self._value)
        if self._kind == "s":
            number = _number(told)
            runs = self._shared[number] if 0 <= number < len(self._shared) else []
        elif self._kind == "inlineStr":
            runs = self.runs
        else:
            runs = [] if self._kind == "e" else [(told, "")]
        if self._kind == "e":
            self.left_out["cells with an error"] += 1
        elif not any(text.strip() for text, _ in runs):
            self.left_out["formulas without a value"] += self._is_formula
        elif 0 <= self._column < _LAST:
            font = self._styles.font(self._style)
            self._row[self._column] = [(text, of_run or font) for text, of_run in runs] if font else runs

    def close(self) -> None:
        """Take the end: the columns that are hidden go, those with text are counted."""
        if self._hidden:
            hidden = bytearray(_LAST)
            for first, last in self._hidden:
                hidden[max(first, 0) : last + 1] = b"\1" * len(hidden[max(first, 0) : last + 1])
            gone = {column for row in self.rows for column in row if hidden[column]}
            self.left_out["hidden columns"] += len(gone)
            self.rows = [{k: runs for k, runs in row.items() if k not in gone} for row in self.rows]
            self.rows = [row for row in self.rows if row]


def column_of(reference: str) -> int:
    """Give the column of a cell that is named as in 'B7', 0-based.

    Examples
    --------
    >>> column_of("B7"), column_of("AA1")
    (1, 26)
    """
    column = 0
    for letter in reference[:3].upper():
        if not "A" <= letter <= "Z":
            break
        column = 26 * column + ord(letter) - 64
    return column - 1
