"""Plain text: paragraphs between blank lines, or lines where each line is a paragraph."""

from __future__ import annotations

import re

from aligner.documents.blocks import Document, RawBlock, cut_blocks, paragraph_spans

# Characters other than \n that end a line (str.splitlines); each is made one \n, so that offsets fit.
_LINE_ENDS = dict.fromkeys(map(ord, "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), "\n")
_IS_END = re.compile(f"[{''.join(map(chr, _LINE_ENDS))}]")
_PARAGRAPH = re.compile("[^\u2029]+")


def plain_document(text: str) -> Document:
    r"""Blocks of plain text: paragraphs between blank lines, or lines where each line is a paragraph.

    A form feed and Unicode's other line ends count as '\n', in `plain` too; U+2029 ends a paragraph.

    Examples
    --------
    >>> [(b.start, b.end) for b in plain_document("Good morning, everyone.\nChào buổi sáng mọi người.\n\n2025").blocks]
    [(0, 23), (24, 49), (51, 55)]
    """
    plain = text.translate(_LINE_ENDS) if _IS_END.search(text) else text  # as of most; it is slow
    blocks = [RawBlock(*span) for part in _PARAGRAPH.finditer(text) for span in paragraph_spans(plain, *part.span())]
    return Document(text, plain, tuple(cut_blocks(plain, blocks)), is_plain=True)
