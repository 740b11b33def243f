"""XLIFF out, for editors of translations: 1.2 and 2.0, in constant memory."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Final

from aligner.files.streams import open_packed
from aligner.pairs.chunks import PAIR_ID, TEXTS, Chunk, Tally, Target, as_attribute, as_xml, in_columns
from aligner.version import TOOL

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
            '<?xml version="1.0" encoding="UTF-8"?>\n'
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
            file.write(f"{_opened(as_attribute('pairs', tally), head, target, tally)}</body>\n</file>\n")
        file.write(f"<!-- pairs: {tally.pairs} -->\n</xliff>\n")


def write_xliff2(chunks: Iterator[Chunk], target: Target, tally: Tally) -> None:
    """Write pairs as XLIFF 2.0; columns, version and signature as in `write_xliff`.

    Notes
    -----
    ``state`` of the segment: ``translated``; ``initial`` where the pair's decision is ``drop``.
    """
    signature, version = as_xml([target.signature, f"{TOOL} {target.version}"], tally)
    head = f'<notes><note category="tool">{version}</note>'
    head += (f'<note category="signature">{signature}</note>' if signature else "") + "</notes>\n"
    en, vi = (as_attribute(locale, tally) for locale in target.locales)
    with open_packed(target.path) as file:
        file.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
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


def _opened(original: str, head: str, target: Target, tally: Tally) -> str:
    """The beginning of a document in XLIFF 1.2."""
    en, vi = (as_attribute(locale, tally) for locale in target.locales)
    return (
        f'<file original={original} source-language={en} target-language={vi} datatype="plaintext" '
        f'tool-id="{TOOL}">\n{head}'
    )


def _notes(row: dict[str, str], number: str, attribute: str, target: Target, tally: Tally) -> str:
    """A note for each filled cell that has no other place, its column in an attribute; without notes it is counted."""
    told = {name: cell for name, cell in row.items() if cell and name not in (*TEXTS, "doc_id")}
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
        yield as_attribute(document or "pairs", Tally()), rows  # counted where the cells are escaped


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
