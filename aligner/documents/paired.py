"""Both languages on one line: `Good morning. (Chào buổi sáng.)`, `Good morning. / Chào buổi sáng.`, one pair or several.

A line is cut wherever one language could end: at brackets, at strokes and dashes with spaces, at colons, behind stops. The
language of each piece is read off its words; pieces of one language that follow each other are put together again. Only
where most lines of a document come out as pairs are they taken apart, each pair as a row of a table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, Literal, NamedTuple

from aligner.documents.blocks import MARKER, Document, RawBlock, Span, line_spans, strip_span
from aligner.text.language import detect_language
from aligner.text.marks import CLOSERS

# Shares of lines, found on the documents of tests/test_paired.py, which hold them.
_PAIRED: Final = 0.5  # that come out as pairs, with both languages told by their words
_LIKE: Final = 0.8  # the same, with those that are parted by a mark though the words of a part tell nothing ('OK / Được')
_ORDERED: Final = 0.8  # of those, that have the same language first
_SAMPLE: Final = 60  # lines, spread over the document, that must come out so before all are looked at
_LONGEST: Final = 20_000  # characters of a line that is looked at: more is a dump

# Between two languages: with a strong one, each part is a whole; behind a stop, what follows may go on.
_STRONG: Final = re.compile(
    r"\t+|\s*\|{1,2}\s*|\s+(?:/{1,2}|[-–—=~•·►▶»]|[-=]{1,2}>|→|⇒|<?[-=]{2,3})\s+|(?<=\w)\s?[:：]\s+|;\s+"
    r"|[(\[{（【][^()\[\]{}（）【】]*[)\]}）】]"
)
_WEAK: Final = re.compile(rf"[.?!…][{re.escape(CLOSERS)}]*\s+")
_BRACKETS: Final = "([{（【"
_LETTER: Final = re.compile(r"[^\W\d_]")

Tongue = Literal["en", "vi", "und"]


class _Piece(NamedTuple):
    """A part of a line between two places where a language could end."""

    start: int
    end: int
    tongue: Tongue
    is_strong: bool  # whether a mark, and no mere stop, parts it from the one before
    in_brackets: bool


class _Part(NamedTuple):
    """Pieces of one language that follow each other."""

    start: int
    end: int
    tongue: Tongue


def part_lines(document: Document) -> Document:
    r"""Take the lines of a document apart that hold both languages; a document without such lines is left as it is.

    Examples
    --------
    >>> from aligner.documents.plain import plain_document
    >>> text = "Good morning. (Chào buổi sáng.)\nSee you soon. (Hẹn gặp lại.)"
    >>> parted = part_lines(plain_document(text))
    >>> [(parted.text[b.start : b.end], b.cell) for b in parted.blocks][:2]
    [('Good morning.', (0, 0, 0)), ('Chào buổi sáng.', (0, 0, 1))]
    """
    if any(block.cell is not None for block in document.blocks):
        return document
    for spans in _granularities(document):
        if first := _first_tongue(document.plain, spans):
            return _parted(document, spans, first)
    return document


def n_mixed(document: Document) -> int:
    """Count the blocks that hold both languages, whether or not anything parts them.

    Examples
    --------
    >>> from aligner.documents.plain import plain_document
    >>> n_mixed(plain_document("I live in a small village Tôi sống ở một ngôi làng nhỏ"))
    1
    """
    return sum(_is_mixed(document.plain[block.start : block.end][:_LONGEST]) for block in document.blocks)


def _is_mixed(text: str) -> bool:
    words = text.split()
    third = len(words) // 3
    halves = {_tongue(" ".join(words[: third + 1])), _tongue(" ".join(words[len(words) - third - 1 :]))}
    return third > 0 and halves == {"en", "vi"}


def _granularities(document: Document) -> Iterator[list[tuple[Span, RawBlock]]]:
    """The lines of all blocks; then, where some have several, the blocks."""
    text = [block for block in document.blocks if block.kind == "text"]
    lines = [
        (span, block)
        for block in text
        for span in line_spans(document.plain, block.start, block.end)
        if span[0] < span[1]
    ]
    yield lines
    if len(lines) > len(text):
        yield [((block.start, block.end), block) for block in text]


def _first_tongue(plain: str, spans: Sequence[tuple[Span, RawBlock]]) -> Tongue | None:
    """The language that comes first in the lines, if most are pairs."""
    with_words = [span for span, _ in spans if _LETTER.search(plain, *span)]
    sample = with_words[:: -(-len(with_words) // _SAMPLE) or 1]
    firsts: Counter[Tongue] = Counter()
    n_like = 0
    for start, end in sample:
        pieces = _pieces(plain, start, min(end, start + _LONGEST))
        parts = _parts(pieces, None)
        if _is_paired(parts):
            firsts[parts[0].tongue] += 1
        n_like += len(pieces) == 2 and pieces[1].is_strong and "und" in (pieces[0].tongue, pieces[1].tongue)
    n = firsts.total()
    if not n or n < _PAIRED * len(sample) or n + n_like < _LIKE * len(sample):
        return None
    tongue, n_first = firsts.most_common(1)[0]
    return tongue if n_first >= _ORDERED * n else None


def _is_paired(parts: Sequence[_Part]) -> bool:
    """Whether the languages alternate, as many parts in one as in the other."""
    return len(parts) > 1 and len(parts) % 2 == 0 and all(part.tongue != "und" for part in parts)


def _pieces(plain: str, start: int, end: int) -> list[_Piece]:
    """A line cut wherever a language could end; what has no letter belongs to the piece behind it, or before it."""
    if mark := MARKER.match(plain, start, end):
        start = mark.end()
    cuts = [(found.start(), found.end(), True) for found in _STRONG.finditer(plain, start, end)]
    cuts += [(found.end(), found.end(), False) for found in _WEAK.finditer(plain, start, end)]
    found: list[_Piece] = []
    at, is_strong, begun = start, False, None
    for a, b, is_mark in [*sorted(cuts), (end, end, False)]:
        if a < at:  # a stop inside brackets
            continue
        if _LETTER.search(plain, at, a):
            left, right = strip_span(plain, at if begun is None else begun, a)
            found.append(_Piece(left, right, _tongue(plain[left:right]), is_strong, False))
            begun, is_strong = None, False
        elif begun is None and plain[at:a].strip():
            begun = at  # a number: it opens what follows
        if is_mark and plain[a] in _BRACKETS and _LETTER.search(plain, a, b):
            left, right = strip_span(plain, a + 1, b - 1)
            found.append(_Piece(left, right, _tongue(plain[left:right]), True, True))
            begun = None
        is_strong = is_strong or is_mark
        at = b
    return found


def _tongue(text: str) -> Tongue:
    found = detect_language(text)
    return "vi" if found == "vi-unaccented" else found


def _parts(pieces: Sequence[_Piece], first: Tongue | None) -> list[_Part]:
    """Pieces of one language put together; with `first`, that of a part whose words tell nothing is told by its place."""
    tongues = [piece.tongue for piece in pieces]
    if first is not None and len(pieces) == 2 and pieces[1].is_strong:
        other: Tongue = "vi" if first == "en" else "en"
        if tongues == ["und", "und"]:
            tongues = [first, other]
        for k in (0, 1):
            if tongues[k] == "und":
                tongues[k] = "vi" if tongues[1 - k] == "en" else "en"
    parts: list[_Part] = []
    for k, (piece, tongue) in enumerate(zip(pieces, tongues, strict=True)):
        outer = (piece.start - 1, piece.end + 1) if piece.in_brackets else (piece.start, piece.end)
        if parts and (tongue in ("und", parts[-1].tongue) or parts[-1].tongue == "und"):
            last = parts[-1]
            joined = _Part(last.start, outer[1], last.tongue if tongue == "und" else tongue)
            if pieces[k - 1].in_brackets and last.start == pieces[k - 1].start:
                joined = joined._replace(start=last.start - 1)
            parts[-1] = joined
        else:
            parts.append(_Part(piece.start, piece.end, tongue))
    return parts


def _parted(document: Document, spans: Sequence[tuple[Span, RawBlock]], first: Tongue) -> Document:
    """The document with a row of two cells for each pair; what is no pair stands outside of the table."""
    plain, blocks = document.plain, [block for block in document.blocks if block.kind != "text"]
    row = 0
    for (start, end), block in spans:
        parts = _parts(_pieces(plain, start, min(end, start + _LONGEST)), first)
        if end - start > _LONGEST or not _is_paired(parts):
            blocks.append(replace(block, start=start, end=end))
            continue
        for pair in zip(parts[::2], parts[1::2], strict=True):
            for part in pair:
                cell = (0, row, int(part.tongue == "vi"))
                blocks.append(RawBlock(part.start, part.end, declared=block.declared, cell=cell))
            row += 1
    blocks.sort(key=lambda block: block.start)
    kept, at = [], 0
    for block in blocks:
        kept += [_blank(plain[at : block.start]), plain[block.start : block.end]]
        at = block.end
    return Document(document.text, "".join([*kept, _blank(plain[at:])]), tuple(blocks))


def _blank(text: str) -> str:
    """White space as long as a text, with its line breaks."""
    return re.sub(r"[^\n]", " ", text)
