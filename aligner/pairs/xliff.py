"""XLIFF 1.2 and 2.0 in and out, for editors of translations, in constant memory."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from aligner.errors import InputError
from aligner.files.streams import open_packed
from aligner.pairs.chunks import (
    CHUNK,
    PAIR_ID,
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
from aligner.pairs.xml import Node, read_nodes
from aligner.version import TOOL

ROOT: Final = "xliff"
"""The root element."""

KEY: Final = "key"
"""The column of what a unit, or a text of a program, is called in its file."""

_ASIDE: Final = {
    "new": "new",
    "needs-translation": "untranslated",
    "needs-l10n": "untranslated",
    "needs-adaptation": "untranslated",
    "initial": "untranslated",
    "notstarted": "untranslated",
    "draft": "draft",
    "rejected": "rejected",
    "rejectedtranslation": "rejected",
    "rejectedsignoff": "rejected",
}
"""States of a target that is no translation yet, in lower case: of XLIFF 1.2 (section 3.2.3, ``state``) and 2.0
(section 4.3.1.35), and those of memoQ (``mq:status``) and SDL Trados (``sdl:seg conf``). Those that wait for a review
are translations."""

_DROPPED: Final = ("needs-review-translation", "initial")
"""States of pairs to drop, as we write them in 1.2 and 2.0."""

_NO_DOCUMENT: Final = "pairs"
"""What the file of pairs is called that have no document."""

HELD: Final = (*TEXTS, "doc_id", "decision", PAIR_ID)
"""Columns that have a place of their own: the file element, the state, the unit's id. Others are notes, where asked."""

_TOKEN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9._-]{0,99}")
"""What a unit's id may be in both versions (NMTOKEN)."""


def write_xliff(chunks: Iterator[Chunk], target: Target, tally: Tally) -> None:
    """Write pairs as XLIFF 1.2: a file element for each run of one document, a unit for each pair.

    A pair's id is that of the unit, without one its place. Columns that have no place become notes where these are
    asked for, empty cells none; else they are counted. Version and signature stand in each file element's header.

    Notes
    -----
    ``state`` of the target: ``translated``; ``needs-review-translation`` where the pair's decision is ``drop``.
    """
    first, chunks = _peek(chunks)
    version = as_attribute(target.version, tally)
    (signature,) = as_xml([target.signature], tally)
    head = (
        "<header>"
        + (f'<note from="signature">{signature}</note>' if signature else "")
        + f'<tool tool-id="{TOOL}" tool-name="{TOOL}" tool-version={version}/></header>\n<body>\n'
    )
    en, vi = (as_attribute(locale, tally) for locale in target.locales)
    with open_packed(target.path) as file:
        file.write(
            f'<?xml version="1.0" encoding="UTF-8"?>\n{_columns_of(first, target)}'
            '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">\n'
        )
        for original, rows in _documents(chunks, target, tally):
            file.write(_opened(original, head, target, tally))
            for number, row, raw in rows:
                state = "needs-review-translation" if raw.get("decision") == "drop" else "translated"
                file.write(
                    f'<trans-unit id="{number}" xml:space="preserve"><source xml:lang={en}>{row[TEXTS[0]]}</source>'
                    f'<target xml:lang={vi} state="{state}">{row[TEXTS[1]]}</target>'
                    f"{_notes(row, number, 'from', target, tally)}</trans-unit>\n"
                )
            file.write("</body>\n</file>\n")
        if not tally.pairs:
            file.write(f"{_opened(as_attribute(_NO_DOCUMENT, tally), head, target, tally)}</body>\n</file>\n")
        file.write(f"<!-- pairs: {tally.pairs} -->\n</xliff>\n")


def write_xliff2(chunks: Iterator[Chunk], target: Target, tally: Tally) -> None:
    """Write pairs as XLIFF 2.0; columns, version and signature as in `write_xliff`.

    Notes
    -----
    ``state`` of the segment: ``translated``; ``initial`` where the pair's decision is ``drop``.
    """
    first, chunks = _peek(chunks)
    signature, version = as_xml([target.signature, f"{TOOL} {target.version}"], tally)
    head = f'<notes><note category="tool">{version}</note>'
    head += (f'<note category="signature">{signature}</note>' if signature else "") + "</notes>\n"
    en, vi = (as_attribute(locale, tally) for locale in target.locales)
    with open_packed(target.path) as file:
        file.write(
            f'<?xml version="1.0" encoding="UTF-8"?>\n{_columns_of(first, target)}'
            f'<xliff version="2.0" srcLang={en} trgLang={vi} xmlns="urn:oasis:names:tc:xliff:document:2.0">\n'
        )
        for n_files, (original, rows) in enumerate(_documents(chunks, target, tally), 1):
            file.write(f'<file id="f{n_files}" original={original}>\n{head}')
            for number, row, raw in rows:
                state = "initial" if raw.get("decision") == "drop" else "translated"
                notes = _notes(row, number, "category", target, tally)
                file.write(
                    f'<unit id="{number}" xml:space="preserve">{f"<notes>{notes}</notes>" if notes else ""}'
                    f'<segment state="{state}"><source>{row[TEXTS[0]]}</source><target>{row[TEXTS[1]]}</target>'
                    "</segment></unit>\n"
                )
            file.write("</file>\n")
        file.write(f"<!-- pairs: {tally.pairs} -->\n</xliff>\n")


def _peek(chunks: Iterator[Chunk]) -> tuple[list[str], Iterator[Chunk]]:
    """The columns of the first chunk, and all chunks."""
    first = next(chunks, None)
    return list(TEXTS if first is None else first), itertools.chain([] if first is None else [first], chunks)


def _columns_of(columns: list[str], target: Target) -> str:
    """The columns in order, as an instruction that other readers pass over."""
    named = json.dumps([name for name in columns if target.has_notes or name in HELD]).replace(
        ">", "\\u003e"
    )  # in ASCII, without the end of an instruction
    return f"<?{TOOL} columns={named}?>\n"


def _opened(original: str, head: str, target: Target, tally: Tally) -> str:
    """The beginning of a document in XLIFF 1.2."""
    en, vi = (as_attribute(locale, tally) for locale in target.locales)
    return (
        f'<file original={original} source-language={en} target-language={vi} datatype="plaintext" '
        f'tool-id="{TOOL}">\n{head}'
    )


def _notes(row: dict[str, str], number: str, attribute: str, target: Target, tally: Tally) -> str:
    """A note for each filled cell that has no other place, its column in an attribute; without notes it is counted."""
    told = {name: cell for name, cell in row.items() if cell and name not in TEXTS}
    if told.get("doc_id") != _NO_DOCUMENT:
        told.pop("doc_id", None)
    if told.get(PAIR_ID) == number:
        del told[PAIR_ID]
    if not target.has_notes:
        tally.left_out.update(name for name in told if name != "decision")
        return ""
    return "".join(f"<note {attribute}={as_attribute(name, tally)}>{cell}</note>" for name, cell in told.items())


Row = tuple[str, dict[str, str], dict[str, str]]
"""Id of the unit, escaped cells and cells as they were of a pair."""


def _documents(chunks: Iterator[Chunk], target: Target, tally: Tally) -> Iterator[tuple[str, Iterator[Row]]]:
    """Runs of pairs of one document, each with its name as an attribute."""
    for document, rows in itertools.groupby(_rows(chunks, target, tally), key=lambda row: row[2].get("doc_id", "")):
        yield as_attribute(document or _NO_DOCUMENT, Tally()), rows  # counted where the cells are escaped


def _rows(chunks: Iterator[Chunk], target: Target, tally: Tally) -> Iterator[Row]:
    """Pairs one by one."""
    number = 0
    for columns, cells in in_columns(chunks, tally):
        escaped = [
            as_xml(column, tally) if target.has_notes or name in HELD else column
            for name, column in zip(columns, cells, strict=True)
        ]
        for row, raw in zip(zip(*escaped, strict=True), zip(*cells, strict=True), strict=True):
            number += 1
            cells_of = dict(zip(columns, raw, strict=True))
            own = cells_of.get(PAIR_ID, "")
            yield own if _TOKEN.fullmatch(own) else str(number), dict(zip(columns, row, strict=True)), cells_of


def read_xliff(source: Source, tally: Tally) -> Iterator[Chunk]:
    """Read the units of XLIFF 1.2 or 2.0 that are translated, ours and those of editors.

    A pair is a unit, or each of its segments; several files in one are documents. Our own files give back their
    columns. Others give ``doc_id`` (the original), ``key`` (the unit's id), ``state``. Skipped and counted are targets
    that are no translation yet by their state, units without target or not to be translated, notes, alternative
    translations, and marks, as in TMX.

    Raises
    ------
    InputError
        As `xml.read_nodes` does, and if no unit is translated, or all are in other languages.
    """
    reader = _Reader(tally)
    nodes = read_nodes(source, tally, [ROOT], ["trans-unit", "bin-unit", "unit", "note", "tool"], [ROOT, "file"])
    empty = True
    rows: list[dict[str, str]] = []
    for node in nodes:
        rows += reader.rows(node)
        if len(rows) >= CHUNK:
            empty = False
            yield reader.chunk(rows)
            rows = []
    if rows:
        empty = False
        yield reader.chunk(rows)
    if empty:
        aside = ", ".join(f"{n} {kind}" for kind, n in sorted(tally.skipped.items()) if n)
        told = f"{reader.n_units} units, languages {', '.join(sorted(reader.languages)) or 'none'}"
        todo = "give the file when it has translations in English and Vietnamese"
        found = "; ".join(filter(None, (told, aside)))
        raise InputError("no translated unit", path=source.path, found=found, todo=todo)


class _Reader:
    """What is known of the file around the unit being read."""

    def __init__(self, tally: Tally) -> None:
        self.n_units = 0
        self.languages: set[str] = set()
        self._tally = tally
        self._columns: list[str] | None = None
        self._is_own = False
        self._original = ""
        self._pair: tuple[str, str] = ("", "")

    def chunk(self, rows: list[dict[str, str]]) -> Chunk:
        """Rows as columns: those that our file says, else all that the rows have."""
        self._tally.is_ours = self._is_own
        names = list(dict.fromkeys([*(self._columns or TEXTS), *(name for row in rows for name in row)]))
        return {name: [row.get(name, "") for row in rows] for name in names}

    def rows(self, node: Node) -> Iterator[dict[str, str]]:
        """The pairs of a unit; nothing for what is around units, which is kept in mind."""
        name = node.name
        if name == f"?{TOOL}":
            self._columns = _names(node.text())
        elif name == ROOT:
            self._pair = tuple(language_of(node.attributes.get(key, "")) for key in ("srcLang", "trgLang"))  # type: ignore[assignment]
        elif name == "file":
            self._begin_file(node)
        elif name == "tool":
            self._is_own = self._is_own or node.attributes.get("tool-id") == TOOL
        elif name == "note":
            self._hear_note(node)
        elif name == "bin-unit":
            self._tally.skip("units of other files", node.line)
        elif name in ("trans-unit", "unit"):
            self.n_units += 1
            yield from self._of_unit(node)

    def _begin_file(self, node: Node) -> None:
        attributes = node.attributes
        self._original = attributes.get("original") or attributes.get("id", "")
        if "source-language" in attributes or "target-language" in attributes:
            named = (attributes.get(key, "") for key in ("source-language", "target-language"))
            self._pair = tuple(map(language_of, named))  # type: ignore[assignment]
        self._is_own = self._is_own or attributes.get("tool-id") == TOOL

    def _hear_note(self, node: Node) -> None:
        """A note of a file: what made it, where it is ours."""
        about, text = _about(node), node.text()
        if about == "tool" and text.startswith(f"{TOOL} "):
            self._is_own = True
        elif about == "signature":
            self._tally.signature = self._tally.signature or text
        elif not self.n_units or not self._is_own:
            self._tally.count("notes")

    def _of_unit(self, unit: Node) -> Iterator[dict[str, str]]:
        notes = {}
        for note in _notes_of(unit):
            if self._is_own:
                notes[_about(note)] = note.text()
            else:
                self._tally.count("notes")
        if unit.attributes.get("translate") == "no":
            self._tally.skip("units not to be translated", unit.line)
            return
        found = list(_segments(unit))
        self._tally.count("alternative translations", sum(1 for _ in unit.children("alt-trans", "matches")))
        data = {
            node.attributes.get("id", ""): node.text()
            for original in unit.children("originalData")
            for node in original.children("data")
        }
        for key, source, target, state in found:
            sides = self._sides(source, target)
            if sides is None:
                self._tally.skip("units in other languages", unit.line)
                continue
            if (kind := self._aside(target, state)) is not None:
                self._tally.skip(f"{kind} units", unit.line)
                continue
            assert target is not None  # or it is set aside
            texts = [_text_of(node, data, self._tally, keeps_spaces=self._is_own) for node in (source, target)]
            if not all(text.strip() for text in texts) and not self._is_own:
                self._tally.skip("untranslated units", unit.line)
                continue
            row = dict(zip(sides, texts, strict=True))
            yield {name: row[name] for name in TEXTS} | self._beside(unit, key, state, notes, len(found))

    def _beside(self, unit: Node, key: str, state: str, notes: Mapping[str, str], n_segments: int) -> dict[str, str]:
        """The other cells of a pair."""
        if not self._is_own:
            name = unit.attributes.get("id", "") or unit.attributes.get("name", "")
            shown = f"{name}:{key}" if n_segments > 1 else name
            return {"doc_id": self._original, KEY: shown, "state": state}
        cells = {name: cell for name, cell in notes.items() if name and name not in TEXTS}
        has_document = self._columns is None or "doc_id" in self._columns
        if "doc_id" not in cells and has_document and self._original != _NO_DOCUMENT:
            cells["doc_id"] = self._original
        if PAIR_ID in (self._columns or ()) and PAIR_ID not in cells:
            cells[PAIR_ID] = unit.attributes.get("id", "")
        if "decision" in (self._columns or ()):
            cells["decision"] = _decision(cells.get("decision"), state.lower())
        return cells

    def _sides(self, source: Node, target: Node | None) -> tuple[str, str] | None:
        """The columns of source and target, by their languages; none for other languages."""
        named = [
            language_of(node.attributes.get("xml:lang", "") if node is not None else "") or language
            for node, language in zip((source, target), self._pair, strict=True)
        ]
        self.languages.update(filter(None, named))
        if not set(named) <= {"en", "vi", ""} or (named[0] and named[0] == named[1]):
            return None
        is_turned = named[0] == "vi" or named[1] == "en"
        if not self._is_own:
            words = ("the target", "the source") if is_turned else ("the source", "the target")
            languages = ("en", "vi") if any(named) else ("", "")
            self._tally.labels = self._tally.labels or {
                text: (word, language) for text, word, language in zip(TEXTS, words, languages, strict=True)
            }
        return (TEXTS[1], TEXTS[0]) if is_turned else TEXTS

    def _aside(self, target: Node | None, state: str) -> str | None:
        """Why a unit is set aside; none of our own, whose states are decisions."""
        if target is None:
            return "untranslated"
        return None if self._is_own else _ASIDE.get(state.lower())


def _decision(written: str | None, state: str) -> str:
    """The decision on a pair of ours: what we wrote, unless somebody has rejected, reopened or confirmed it since.

    The state is in lower case.

    Examples
    --------
    >>> [_decision(*told) for told in ((None, "initial"), (None, "final"), ("drop", "final"), ("keep", "rejected"))]
    ['drop', 'keep', 'keep', 'drop']
    """
    is_dropped = state in _DROPPED or state in _ASIDE
    if written is None or (written == "keep" and state in _ASIDE):
        return "drop" if is_dropped else "keep"
    return "keep" if written == "drop" and state and not is_dropped else written


def _names(text: str) -> list[str] | None:
    """Names of the columns, if an instruction is ours."""
    try:
        names = json.loads(text.removeprefix("columns="))
        if isinstance(names, list) and all(isinstance(name, str) for name in names):
            check_columns(names)
            return names
    except (ValueError, RecursionError, InputError):
        pass
    return None


def _about(note: Node) -> str:
    """What a note is about: our columns stand there."""
    return note.attributes.get("from") or note.attributes.get("category", "")


def _notes_of(unit: Node) -> Iterator[Node]:
    """The notes of a unit: right in it (1.2), or together (2.0)."""
    yield from unit.children("note")
    for notes in unit.children("notes"):
        yield from notes.children("note")


def _segments(unit: Node) -> Iterator[tuple[str, Node, Node | None, str]]:
    """Segments of a unit: key, source, target, state."""
    if unit.name == "unit":
        for number, segment in enumerate(unit.children("segment"), 1):
            source, target = (next(segment.children(name), None) for name in ("source", "target"))
            if source is not None:
                key = segment.attributes.get("id") or str(number)
                yield key, source, target, segment.attributes.get("state", "")
        return
    source, target = (next(unit.children(name), None) for name in ("source", "target"))
    if source is None:
        return
    said = unit.attributes | (target.attributes if target is not None else {})
    state = said.get("state") or said.get("mq:status", "")
    parted = next(unit.children("seg-source"), None)
    if parted is not None and target is not None:
        sides = [_marked(side) for side in (parted, target)]
        if sides[0] and sides[0].keys() == sides[1].keys():
            confirmed = _confirmed(unit)
            for key, part in sides[0].items():
                yield key, part, sides[1][key], confirmed.get(key, state)
            return
    yield "1", source, target, state


def _marked(side: Node) -> dict[str, Node]:
    """The segments that marks tell, by their number."""
    found: dict[str, Node] = {}
    stack = [side]
    while stack:
        for child in stack.pop().parts:
            if isinstance(child, Node):
                if child.name == "mrk" and child.attributes.get("mtype") == "seg":
                    found[child.attributes.get("mid", "")] = child
                else:
                    stack.append(child)
    return found


def _confirmed(unit: Node) -> dict[str, str]:
    """States of segments as SDL Trados has them beside the texts."""
    return {
        seg.attributes.get("id", ""): seg.attributes.get("conf", "") or "draft"
        for definitions in unit.children("seg-defs")
        for seg in definitions.children("seg")
    }


def _text_of(side: Node, data: Mapping[str, str], tally: Tally, *, keeps_spaces: bool) -> str:
    """The text of a source or a target."""
    segment = Segment(tally.skipped, keeps_spaces=keeps_spaces)
    stack = [iter(side.parts)]
    while stack:
        part = next(stack[-1], None)
        if part is None:
            stack.pop()
            if stack:
                segment.end_mark()
        elif isinstance(part, str):
            segment.hear(part)
        else:
            code = part.attributes.get("dataRef", "")
            segment.begin_mark(part.name, part.attributes | ({"equiv": data[code]} if code in data else {}))
            stack.append(iter(part.parts))
    return segment.end()
