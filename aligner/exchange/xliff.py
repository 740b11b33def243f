"""XLIFF out, for editors of translations: 1.2 and 2.0, in constant memory."""

from __future__ import annotations

import os
from collections.abc import Iterator

from aligner.exchange.chunks import TEXTS, About, Chunk, Tally, as_attribute, as_xml, in_columns
from aligner.exchange.streams import open_packed

_Path = str | os.PathLike[str]


def write_xliff(chunks: Iterator[Chunk], path: _Path, about: About, tally: Tally) -> None:
    """Write pairs as XLIFF 1.2: a file element for each run of one document, a unit for each pair.

    Parameters
    ----------
    chunks : iterator of Chunk
        The columns are those of the first; all but the texts and ``doc_id`` become notes, empty cells none.
    path : str or path
        Packed by suffix; it appears whole or not at all.
    about : About
        Stands in each file's header.
    tally : Tally
        Counts pairs, and characters that XML 1.0 does not have.

    Notes
    -----
    ``state`` of the target: ``translated``; ``needs-review-translation`` where the pair's decision is ``drop``.
    """
    version = as_attribute(about.version, tally)
    (signature,) = as_xml([about.signature], tally)
    head = (
        "<header>"
        + (f'<note from="signature">{signature}</note>' if signature else "")
        + f'<tool tool-id="envi-aligner" tool-name="envi-aligner" tool-version={version}/></header>\n<body>\n'
    )
    with open_packed(path) as file:
        file.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">\n'
        )
        document: str | None = None
        for number, row, raw in _rows(chunks, tally):
            if row.get("doc_id", "") != document:
                if document is not None:
                    file.write("</body>\n</file>\n")
                document = row.get("doc_id", "")
                original = as_attribute(raw.get("doc_id") or "pairs", Tally())
                file.write(
                    f'<file original={original} source-language="en" target-language="vi" datatype="plaintext" '
                    f'tool-id="envi-aligner">\n{head}'
                )
            state = "needs-review-translation" if raw.get("decision") == "drop" else "translated"
            notes = "".join(
                f"<note from={as_attribute(name, tally)}>{cell}</note>"
                for name, cell in row.items()
                if _is_note(name, cell)
            )
            file.write(
                f'<trans-unit id="{number}" xml:space="preserve"><source xml:lang="en">{row[TEXTS[0]]}</source>'
                f'<target xml:lang="vi" state="{state}">{row[TEXTS[1]]}</target>{notes}</trans-unit>\n'
            )
        if document is None:
            file.write(
                f'<file original="pairs" source-language="en" target-language="vi" datatype="plaintext">\n{head}'
            )
        file.write(f"</body>\n</file>\n<!-- pairs: {tally.pairs} -->\n</xliff>\n")


def write_xliff2(chunks: Iterator[Chunk], path: _Path, about: About, tally: Tally) -> None:
    """Write pairs as XLIFF 2.0; parameters as for `write_xliff`.

    Notes
    -----
    ``state`` of the segment: ``translated``; ``initial`` where the pair's decision is ``drop``.
    """
    signature, version = as_xml([about.signature, f"envi-aligner {about.version}"], tally)
    head = f'<notes><note category="tool">{version}</note>'
    head += (f'<note category="signature">{signature}</note>' if signature else "") + "</notes>\n"
    with open_packed(path) as file:
        file.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<xliff version="2.0" srcLang="en" trgLang="vi" xmlns="urn:oasis:names:tc:xliff:document:2.0">\n'
        )
        document: str | None = None
        n_files = 0
        for number, row, raw in _rows(chunks, tally):
            if row.get("doc_id", "") != document:
                if document is not None:
                    file.write("</file>\n")
                document = row.get("doc_id", "")
                n_files += 1
                original = as_attribute(raw.get("doc_id") or "pairs", Tally())
                file.write(f'<file id="f{n_files}" original={original}>\n{head}')
            state = "initial" if raw.get("decision") == "drop" else "translated"
            notes = "".join(
                f"<note category={as_attribute(name, tally)}>{cell}</note>"
                for name, cell in row.items()
                if _is_note(name, cell)
            )
            file.write(
                f'<unit id="{number}" xml:space="preserve">{f"<notes>{notes}</notes>" if notes else ""}'
                f'<segment state="{state}"><source>{row[TEXTS[0]]}</source><target>{row[TEXTS[1]]}</target></segment>'
                "</unit>\n"
            )
        file.write(f"{'</file>' if n_files else ''}\n<!-- pairs: {tally.pairs} -->\n</xliff>\n")


def _is_note(name: str, cell: str) -> bool:
    """Whether a cell becomes a note."""
    return bool(cell) and name not in (*TEXTS, "doc_id")


def _rows(chunks: Iterator[Chunk], tally: Tally) -> Iterator[tuple[int, dict[str, str], dict[str, str]]]:
    """Number, escaped cells and cells as they were of each pair."""
    number = 0
    for columns, cells in in_columns(chunks, tally):
        escaped = [as_xml(column, tally) for column in cells]
        for row, raw in zip(zip(*escaped, strict=True), zip(*cells, strict=True), strict=True):
            number += 1
            yield number, dict(zip(columns, row, strict=True)), dict(zip(columns, raw, strict=True))
