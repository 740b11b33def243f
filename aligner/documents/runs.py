"""Paragraphs of runs, as offices write them, into a document: fonts decoded, empty ones gone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from aligner.documents.blocks import WHITE, Document, RawBlock, join_chunks
from aligner.text.fonts import decode_fonts
from aligner.text.legacy import tell_legacy

# What no text has: controls, which files that were converted badly hold. Soft hyphens only say where a word may be
# broken, but in TCVN3 they are the letter ư: they go once fonts are decoded, unless words are in TCVN3 under another.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff]")
_LINE_ENDS = str.maketrans(dict.fromkeys("\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", "\n"))


@dataclass(slots=True)
class Paragraph:
    """A paragraph: its runs, each a text with the name of its font, and what its block will say (`RawBlock`)."""

    cell: tuple[int, int, int] | None = None
    runs: list[tuple[str, str]] = field(default_factory=list)
    marked: bool = False
    is_item: bool = False

    @property
    def has_text(self) -> bool:
        """Whether anything but white space is there."""
        return any(not text.isspace() for text, _ in self.runs)


def document_of_paragraphs(paragraphs: Iterable[Paragraph], left_out: Mapping[str, int]) -> Document:
    r"""Make a document of paragraphs; their line breaks are soft.

    Examples
    --------
    >>> document_of_paragraphs([Paragraph(None, [("ViÖt ", ".VnTime"), ("Nam", "Arial")])], {}).text
    'Việt Nam'
    """
    filled = [one for one in paragraphs if any(text.strip(WHITE) for text, _ in one.runs)]
    decoded = decode_fonts([one.runs for one in filled])
    if tell_legacy("\n".join(decoded)) is None:
        decoded = [text.replace("\u00ad", "") for text in decoded]
    texts = (_CONTROLS.sub("", text.translate(_LINE_ENDS)) for text in decoded)
    chunks = [
        (text, RawBlock(0, 0, marked=one.marked, cell=one.cell, is_item=one.is_item))
        for text, one in zip(texts, filled, strict=True)
        if text.strip(WHITE)
    ]
    return join_chunks(chunks, soft_breaks=True, left_out=left_out)
