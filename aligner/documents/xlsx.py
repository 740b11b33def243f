"""XLSX: a table for each sheet, a block for each cell with text."""

from __future__ import annotations

from aligner.documents.blocks import WHITE, Document, RawBlock, join_chunks
from aligner.files.sheets import read_sheets


def xlsx_document(data: bytes) -> Document:
    """Blocks of a workbook: the cells of its sheets, row by row.

    Notes
    -----
    Which columns are English and Vietnamese is told from their words, as in any table. Left out and counted: hidden
    sheets, rows and columns, comments, charts, formulas without a saved value.
    """
    sheets, left_out = read_sheets(data)
    chunks = []
    n_rows = 0
    for table, sheet in enumerate(sheets):
        for row in sheet.rows:
            for column, text in sorted(row.items()):
                if text.strip(WHITE):
                    chunks.append((text, RawBlock(0, 0, cell=(table, n_rows, column))))
            n_rows += 1
    return join_chunks(chunks, soft_breaks=True, left_out=left_out)
