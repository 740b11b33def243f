"""Tab-separated tables: a block a cell."""

from __future__ import annotations

from aligner.documents.blocks import Document, RawBlock, strip_span


def table_document(text: str) -> Document:
    r"""Blocks of a tab-separated table: one a cell, no quoting; a line without a tab stands outside the table.

    Examples
    --------
    >>> [b.cell for b in table_document("1\tHello\tXin chào\n").blocks]
    [(0, 0, 0), (0, 0, 1), (0, 0, 2)]
    """
    blocks, at = [], 0
    for row, line in enumerate(text.split("\n")):
        cells = line.split("\t")
        for column, cell in enumerate(cells):
            start, end = strip_span(text, at, at + len(cell))
            if start < end:
                blocks.append(RawBlock(start, end, cell=(0, row, column) if len(cells) > 1 else None))
            at += len(cell) + 1
    return Document(text, text, tuple(blocks))
