"""DOCX: paragraphs and cells of its tables, taken out of the file."""

from __future__ import annotations

import io
from typing import Any

from aligner.documents.blocks import WHITE, Document, RawBlock, join_chunks
from aligner.errors import InputError, MissingExtraError


def docx_document(data: bytes) -> Document:
    """Blocks of a DOCX file: paragraphs and table cells in document order, text boxes and insertions included.

    Notes
    -----
    Headers, footers, footnotes and deleted text are not read. Needs the extra `docx`.
    """
    try:
        import docx
        from docx.oxml.ns import qn
    except ImportError:
        raise MissingExtraError("reading DOCX", package="python-docx", extra="docx") from None
    try:
        body = docx.Document(io.BytesIO(data)).element.body
    except Exception as error:  # python-docx has no type of its own: KeyError, BadZipFile, XMLSyntaxError, ValueError …
        found = f"{type(error).__name__}: {error}"
        raise InputError("not a DOCX file", found=found, todo="save it as .docx or .txt") from None
    paragraph, cell, row, fallback = qn("w:p"), qn("w:tc"), qn("w:tr"), "{*}Fallback"
    shown = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): " ", qn("w:noBreakHyphen"): "-"}
    tables: dict[Any, int] = {}
    rows: dict[Any, int] = {}
    chunks = []
    for node in body.iter(paragraph):
        if next(node.iterancestors(fallback), None) is not None:  # Word writes text boxes twice
            continue
        pieces = (piece for piece in node.iter(qn("w:t"), *shown) if next(piece.iterancestors(paragraph)) is node)
        chunk = "".join(shown.get(piece.tag, piece.text or "") for piece in pieces)
        is_listed = node.find(f".//{qn('w:numPr')}") is not None or (node.style or "").startswith("List")
        place = None
        if (inside := next(node.iterancestors(cell), None)) is not None:
            line = next(inside.iterancestors(row))
            table = tables.setdefault(line.getparent(), len(tables))
            place = (table, rows.setdefault(line, len(rows)), list(line.iterchildren(cell)).index(inside))
        chunks.append((chunk, RawBlock(0, 0, marked=is_listed, cell=place, is_item=is_listed)))
    return join_chunks((chunk, block) for chunk, block in chunks if chunk.strip(WHITE))
