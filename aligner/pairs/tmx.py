"""TMX 1.4b in and out, in constant memory: the names of ParaCrawl's properties, no DTD fetched, no entity expanded."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator
from typing import Final
from xml.parsers import expat

from aligner.errors import FilePath, InputError
from aligner.files.streams import open_packed, read_blocks
from aligner.pairs.chunks import (
    CHUNK,
    NOT_XML,
    TEXTS,
    Chunk,
    Source,
    Tally,
    Target,
    as_attribute,
    as_xml,
    check_columns,
    in_columns,
)
from aligner.pairs.headings import language_of
from aligner.pairs.segments import Segment
from aligner.pairs.xml import mended, parse, safe_parser
from aligner.version import TOOL

UNIT_PROPS: Final = {
    "aligner_score": "score-aligner",
    "bicleaner_score": "score-bicleaner",
    "bicleaner_ai_score": "score-bicleaner-ai",
    "bead_type": "type",
    "length_ratio": "lengthRatio",
    "biroamer_entities_detected": "biroamer-entities",
}
"""Columns that Bitextor's TMX, which ParaCrawl publishes, has as properties of a unit under other names."""

VARIANT_PROPS: Final = {
    "url": "source-document",
    "deferred_hash": "checksum-seg",
}
"""Columns src_… and trg_… that it has as properties of a variant; a column src_url becomes one of the English."""

_COLUMN_OF: Final = {prop: column for column, prop in UNIT_PROPS.items()}
_SIDED_OF: Final = {prop: column for column, prop in VARIANT_PROPS.items()}

_OWN: Final = "column:"
"""Before the name of a column that would read back as another one."""

_OURS: Final = f'<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4">\n<header creationtool="{TOOL}" '
"""How our own files begin."""

_OTHER_REFERENCE: Final = re.compile("&(?!(?:lt|gt|amp|#13);)")

Row = tuple[str, ...] | dict[str, str]
"""A unit's cells, by column, or in the order in which our own units have them."""

_SIDES: Final = {"en": "src", "vi": "trg"}


def write_tmx(chunks: Iterator[Chunk], target: Target, tally: Tally) -> None:
    r"""Write pairs as TMX 1.4b, a unit each; all other columns become properties.

    Version and signature stand in the header, with the names of the columns in order.

    Examples
    --------
    >>> write_tmx(iter([{"src_text": ["a"], "trg_text": ["b"]}]), Target("-", version="1"), Tally())
    ... # doctest: +ELLIPSIS, +NORMALIZE_WHITESPACE
    <?xml version="1.0" encoding="UTF-8"?>
    <tmx version="1.4">
    ...
    <tu tuid="1"><tuv xml:lang="en"><seg>a</seg></tuv><tuv xml:lang="vi"><seg>b</seg></tuv></tu>
    </body>
    <!-- pairs: 1 -->
    </tmx>
    """
    source_lang, target_lang = (as_attribute(locale, tally) for locale in target.locales)
    with open_packed(target.path) as file:
        first = True
        number = 1
        for columns, cells in in_columns(chunks, tally):
            if first:
                file.write(_header(columns, target, tally))
                first = False
            escaped = dict(zip(columns, (as_xml(column, tally) for column in cells), strict=True))
            parts: dict[str, list[Iterable[str]]] = {"tu": [], "src": [], "trg": []}
            for name, column in escaped.items():
                if name not in TEXTS:
                    level, prop = _prop_of(name)
                    parts[level].append(_props(prop, column, tally))
            n = len(escaped[TEXTS[0]])
            empty = [""] * n
            unit, en, vi = (_joined(parts[level], empty) for level in ("tu", "src", "trg"))
            file.writelines(
                f'<tu tuid="{k}">{u}<tuv xml:lang={source_lang}>{s}<seg>{source}</seg></tuv>'
                f"<tuv xml:lang={target_lang}>{t}<seg>{translation}</seg></tuv></tu>\n"
                for k, u, s, source, t, translation in zip(
                    range(number, number + n), unit, en, escaped[TEXTS[0]], vi, escaped[TEXTS[1]], strict=True
                )
            )
            number += n
        if first:
            file.write(_header(list(TEXTS), target, tally))
        file.write(f"</body>\n<!-- pairs: {number - 1} -->\n</tmx>\n")


def _header(columns: list[str], target: Target, tally: Tally) -> str:
    """Everything before the first unit; no time stands there, so that the same pairs give the same bytes."""
    names, signature = as_xml([json.dumps(columns, ensure_ascii=False), target.signature], tally)
    return (
        f'{_OURS}creationtoolversion={as_attribute(target.version, tally)} segtype="sentence" '
        f'o-tmf="{TOOL}" adminlang="en" srclang={as_attribute(target.locales[0], tally)} datatype="plaintext">\n'
        f'<prop type="columns">{names}</prop>\n'
        + (f'<prop type="signature">{signature}</prop>\n' if signature else "")
        + "</header>\n<body>\n"
    )


def _prop_of(column: str) -> tuple[str, str]:
    """Where a column stands (the unit or a side), and the type of its property."""
    side, _, rest = column.partition("_")
    if side in ("src", "trg") and rest in VARIANT_PROPS:
        return side, VARIANT_PROPS[rest]
    prop = UNIT_PROPS.get(column, column)
    return "tu", f"{_OWN}{column}" if column in _COLUMN_OF or column.startswith(_OWN) else prop


def _props(name: str, column: list[str], tally: Tally) -> list[str]:
    """A property each; none for an empty cell."""
    opened = f"<prop type={as_attribute(name, tally)}>"
    return [f"{opened}{cell}</prop>" if cell else "" for cell in column]


def _joined(columns: list[Iterable[str]], empty: list[str]) -> list[str]:
    """Properties of a unit or a side, row by row."""
    return list(map("".join, zip(*columns, strict=True))) if columns else empty


def read_tmx(source: Source, tally: Tally) -> Iterator[Chunk]:
    """Read the units of a TMX file that have an English and a Vietnamese variant.

    Cells are text alone; a property that a unit has not is empty. An encoding that is named goes before what the XML
    declaration says. Skipped are units without both languages, further variants, marks inside segments and notes; a
    mark that is a line break leaves a space.

    Raises
    ------
    InputError
        If the XML is not well-formed, is no TMX, declares or refers to an entity, has a unit of over 10 MB, or no unit
        with both languages; says in which line.
    """
    path, size = source.path, CHUNK
    reader = _Reader(path, tally)
    empty = True
    parser, rows = reader.parser(None if source.encoding is None else "utf-8"), reader.rows
    for _ in parse(parser, _parts(reader, path), source, lambda: reader.n_units):
        for k in range(0, len(rows) - size + 1, size):
            empty = False
            yield reader.chunk(rows[k : k + size])
        del rows[: len(rows) - len(rows) % size]
    if reader.rows:
        empty = False
        yield reader.chunk(reader.rows)
    if empty:
        shown = ", ".join(sorted(reader.languages)) or "none"
        found = f"{reader.n_units} units, languages {shown}"
        raise InputError("no unit with English and Vietnamese", path=path, found=found, todo="give a TMX with both")


def _parts(reader: _Reader, path: FilePath) -> Iterator[bytes]:
    """What the parser has to read: all of a file, or of our own only what is no unit as we write it.

    A parser's call for each tag takes five times as long as one expression for a whole line. What that expression does
    not match goes to the parser from there on, after as many line feeds as it has missed.
    """
    blocks = read_blocks(path)
    first = next(blocks, b"")
    head, body, rest = first.partition(b"\n<body>\n")
    if not body or not head.startswith(_OURS.encode()):
        yield from mended(itertools.chain([first], blocks), reader.tally)
        return
    yield head + body
    whole = _line_of(reader.columns) if reader.columns else None
    lines = 0
    for block in itertools.chain([b""], blocks):
        rest += block
        end = rest.rfind(b"\n") + 1
        units = _own_units(rest[:end], whole) if whole is not None and end else None
        if units is None or not end:
            yield from itertools.chain([b"\n" * lines, rest], blocks)
            return
        reader.rows += units
        reader.n_units += len(units)
        lines += len(units)
        rest = rest[end:]
        yield b""
    yield b"\n" * lines + rest


def _line_of(columns: list[str]) -> re.Pattern[str]:
    """A unit as `write_tmx` writes it, a group for each cell."""
    parts: dict[str, str] = {"tu": "", "src": "", "trg": ""}
    for column in columns:
        if column not in TEXTS:
            level, prop = _prop_of(column)
            opened = re.escape(f"<prop type={as_attribute(prop, Tally())}>")
            parts[level] += f"(?:{opened}([^<>]*)</prop>)?"
    return re.compile(
        f'<tu tuid="[0-9]{{1,20}}">{parts["tu"]}<tuv xml:lang="en">{parts["src"]}<seg>([^<>]*)</seg></tuv>'
        f'<tuv xml:lang="vi">{parts["trg"]}<seg>([^<>]*)</seg></tuv></tu>'
    )


def _groups(columns: list[str]) -> list[str]:
    """Columns in the order in which a unit has them."""
    levels = {column: _prop_of(column)[0] for column in columns if column not in TEXTS}
    by_level = {level: [column for column, its in levels.items() if its == level] for level in ("tu", "src", "trg")}
    return [*by_level["tu"], *by_level["src"], TEXTS[0], *by_level["trg"], TEXTS[1]]


def _own_units(block: bytes, whole: re.Pattern[str]) -> list[Row] | None:
    """Cells of units as we write them, in the order of the expression's groups; nothing if a line is another one."""
    try:
        text = block.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if NOT_XML.search(text) or "\r" in text or _OTHER_REFERENCE.search(text):
        return None
    units: list[Row] = []
    for line in text[:-1].split("\n"):
        match = whole.fullmatch(line)
        if match is None:
            return None
        units.append(tuple(map(_unescaped, match.groups(""))) if "&" in line else match.groups(""))
    return units


_REFERENCES: Final = (("&gt;", ">"), ("&lt;", "<"), ("&#13;", "\r"), ("&amp;", "&"))
"""What `as_xml` writes for some characters, the one that stands in all others last. `xml.sax.saxutils` has as much, but
brings all that speaks over networks with it: some milliseconds of every start."""


def _unescaped(text: str) -> str:
    """A text as it was before `as_xml`."""
    for reference, character in _REFERENCES:
        text = text.replace(reference, character)
    return text


class _Reader:
    """What expat calls: keeps the unit being read and the rows of those that are whole."""

    def __init__(self, path: FilePath, tally: Tally) -> None:
        self.rows: list[Row] = []
        self.languages: set[str] = set()
        self.n_units = 0
        self.columns: list[str] | None = None
        self._path, self.tally, self._skipped = path, tally, tally.skipped
        self._segment = Segment(tally.skipped)
        self._parts: list[str] = []
        self._known: dict[tuple[str, str], str] = {}
        self._unit: dict[str, str] = {}
        self._lang = self._prop = ""
        self._in_unit = self._in_segment = False

    def chunk(self, rows: list[Row]) -> Chunk:
        """Rows as columns: those of the header, else the texts and what the rows have."""
        names = list(TEXTS) if self.columns is None else self.columns
        groups = _groups(names)
        tuples = [row for row in rows if type(row) is tuple]
        if len(tuples) == len(rows):
            columns = dict(zip(groups, map(list, zip(*tuples, strict=True)), strict=True))
            return {name: columns[name] for name in names}
        cells = [row if isinstance(row, dict) else dict(zip(groups, row, strict=True)) for row in rows]
        names = list(dict.fromkeys([*names, *(name for row in cells for name in row)]))
        return {name: [row.get(name, "") for row in cells] for name in names}

    def parser(self, encoding: str | None) -> expat.XMLParserType:
        """A parser that calls this reader; one for each file."""
        parser = safe_parser(self._path, encoding)
        parser.StartElementHandler = self._first
        self._parser = parser
        return parser

    def _first(self, name: str, attributes: dict[str, str]) -> None:
        """The root; then the handlers of all other elements take over."""
        if name.rpartition(":")[2] != "tmx":
            found = f"the root <{name[:60]}>"
            raise InputError("XML, but not TMX", path=self._path, found=found, todo="give a TMX file")
        self._take_over(name.rpartition(":")[0])

    def _take_over(self, prefix: str) -> None:
        """Hand the elements over to a method each, by their names in the file; those without one are passed over."""
        begins = {
            "seg": self._begin_seg,
            "tuv": self._begin_tuv,
            "tu": self._begin_tu,
            "prop": self._begin_prop,
            "note": self._begin_note,
        }
        ends = {"seg": self._end_seg, "tuv": self._end_tuv, "tu": self._end_tu, "prop": self._end_prop}
        if prefix:
            begins = {f"{prefix}:{name}": begin for name, begin in begins.items()}
            ends = {f"{prefix}:{name}": end for name, end in ends.items()}
        self._seg, self._cut = (f"{prefix}:seg", len(prefix) + 1) if prefix else ("seg", 0)
        begin_of, end_of = begins.get, ends.get
        segment, parser = self._segment, self._parser

        def start(name: str, attributes: dict[str, str]) -> None:
            if self._in_segment and name != self._seg:
                segment.begin_mark(name[self._cut :], attributes)
                parser.CharacterDataHandler = segment.hear
            elif begin := begin_of(name):
                begin(attributes)

        def stop(name: str) -> None:
            if self._in_segment and name != self._seg:
                segment.end_mark()
                parser.CharacterDataHandler = segment.hear
            elif end := end_of(name):
                end()

        self._parser.StartElementHandler, self._parser.EndElementHandler = start, stop

    def _begin_seg(self, attributes: dict[str, str]) -> None:
        self._in_segment = True
        self._segment.keeps_spaces = self.columns is not None  # in our own files white space is text
        self._parser.CharacterDataHandler = self._segment.hear

    def _begin_tuv(self, attributes: dict[str, str]) -> None:
        named = attributes.get("xml:lang") or attributes.get("lang") or ""
        self._lang = language_of(named) or "none"

    def _begin_tu(self, attributes: dict[str, str]) -> None:
        self._unit, self._in_unit, self._lang = {}, True, ""
        self.n_units += 1

    def _begin_prop(self, attributes: dict[str, str]) -> None:
        self._prop = attributes.get("type", "prop")
        self._parts.clear()
        self._parser.CharacterDataHandler = self._parts.append

    def _begin_note(self, attributes: dict[str, str]) -> None:
        if self._in_unit:
            self._skipped["notes"] += 1

    def _end_seg(self) -> None:
        self._parser.CharacterDataHandler = None
        self._in_segment = False
        text = self._segment.end()
        self.languages.add(self._lang)
        if self._lang not in _SIDES:
            self._skipped["variants in other languages"] += 1
            return
        column = TEXTS[self._lang == "vi"]
        if column in self._unit:
            self._skipped["further variants"] += 1
        else:
            self._unit[column] = text

    def _end_prop(self) -> None:
        self._parser.CharacterDataHandler = None
        text, lang, unit = "".join(self._parts), self._lang, self._unit
        if not self._in_unit:
            self._of_header(text)
        elif lang and lang not in _SIDES:
            self._skipped["properties of other languages"] += 1
        else:
            key = self._prop, lang
            column = self._known.get(key) or self._known.setdefault(key, _column(*key))
            unit[column] = f"{unit[column]} {text}" if column in unit else text

    def _of_header(self, text: str) -> None:
        """A property before all units: our columns, and what made them."""
        if self.n_units:
            return
        if self._prop == "columns":
            self.columns = _names(text)
            self.tally.is_ours = self.columns is not None
        elif self._prop == "signature" and self.columns is not None:
            self.tally.signature = text

    def _end_tuv(self) -> None:
        self._lang = ""

    def _end_tu(self) -> None:
        self._in_unit = False
        if TEXTS[0] in self._unit and TEXTS[1] in self._unit:
            self.rows.append(self._unit)
        else:
            self._skipped["units without both languages"] += 1


def _column(prop: str, lang: str) -> str:
    """The column of a property: that of a unit, or of a side; never one of the texts."""
    if lang:
        column = f"{_SIDES[lang]}_{_SIDED_OF.get(prop, prop)}"
    else:
        column = prop.removeprefix(_OWN) if prop.startswith(_OWN) else _COLUMN_OF.get(prop, prop)
    return f"prop_{column}" if column in TEXTS else column


def _names(text: str) -> list[str] | None:
    """Names of the columns, if a header's property is ours."""
    try:
        names = json.loads(text)
        if isinstance(names, list) and all(isinstance(name, str) for name in names):
            check_columns(names)
            return names
    except (ValueError, RecursionError, InputError):
        pass
    return None
