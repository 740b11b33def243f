"""Both languages on one line: `Good morning. (Chào buổi sáng.)`, `Good morning. / Chào buổi sáng.`, one pair or more.

What parts the two is told by all lines together: a bracket, a stroke, a dash, a colon … that most lines have, with
English words before it and Vietnamese ones behind, or the other way round. Where a line holds several pairs, it is cut
wherever a language could end, and pieces of one language that follow each other are put together again. The pairs
become rows of a table; lines that hold both languages and that nothing parts are refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from aligner.documents.blocks import MARKER, Document, RawBlock, Span, keep_spans, line_spans, strip_span
from aligner.errors import InputError
from aligner.text.columns import LETTER, Tongue, look_at, order_of, tongue_of
from aligner.text.marks import CLOSERS

# Shares of lines, found on the documents of tests/test_paired.py, which hold them.
_PARTED: Final = 0.75  # that have what parts the two languages
_TOLD: Final = 0.5  # that come out as several pairs, each part in a language that its words tell
_AGAINST: Final = 0.2  # at most, of those that are parted, that have a part in the language of the other one
_MIXED: Final = 1 / 3  # that hold both languages, from which on a document that cannot be taken apart is refused
_SAMPLE: Final = 60  # lines, spread over the document, that must come out so before all are looked at
_MOST_CUTS: Final = 12  # places in a line where it may be cut
_LONGEST: Final = 5_000  # characters of a line that is looked at: more is no pair of sentences

_LABEL: Final = re.compile(
    r"(?:en|eng|english|anh|tiếng anh)\s?[:：.)-]|(?:vi|vn|vie|vietnamese|việt|tiếng việt|dịch|nghĩa)\s?[:：.)-]",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"\(?\d{1,3}[.)/:]\s+|#\d{1,3}\s+|\d{1,3}\s?[-–]\s+")
_OPENING: Final = {")": "(", "]": "[", "}": "{", "）": "（", "】": "【", "」": "「"}
_WEAK: Final = re.compile(rf"[.?!…][{re.escape(CLOSERS)}]*\s+")
_STRONG: Final = re.compile(
    r"\t+|\s*\|{1,2}\s*|\s+(?:/{1,2}|[-–—=~•·►▶»]|[-=]{1,2}>|→|⇒|<?[-=]{2,3})\s+|(?<=[\w.?!])\s?[:：]\s*|;\s+"
)
_CLOSED: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|（[^（）]*）|【[^【】]*】")

# Marks that part the two languages of a line, the surest first; those of prose last.
_MARKS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"\t+",
        r"\s*\|{1,2}\s*",
        r"\s*(?:[-=~]{1,2}>|→|⇒|⟶|»|►|▶)\s*",
        r"\s+={1,3}\s+|(?<=[^\W\d_])=(?=[^\W\d_])",
        r"\s+/{1,2}\s+|(?<=[.?!])\s?/{1,2}\s?",
        r"\s+(?:~|•|·|\*|\+|&)\s+",
        r"\s*;\s+",
        r"\s+[-–—―]{1,3}\s+|(?<=[.?!])[–—]|[–—](?=[A-ZÀ-Ỹ])",
        r"\s*[:：]\s*",
        r",\s+",
    )
)


class _Cut(NamedTuple):
    """A line in two."""

    left: Span
    right: Span


class _Piece(NamedTuple):
    """A part of a line between two places where a language could end."""

    start: int
    end: int
    tongue: Tongue
    in_brackets: bool = False


Spans = Sequence[tuple[Span, RawBlock]]
"""Lines or paragraphs, each with the block it stands in."""

Cutter = Callable[[str, int, int], list[_Cut]]
"""What finds the places where a line may be cut."""


def part_lines(document: Document) -> Document:
    r"""Take the lines of a document apart that hold both languages; a document without such lines is left as it is.

    Raises
    ------
    InputError
        If a third of the lines hold both languages, and nothing parts them.

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
    plain = document.plain
    for spans in _granularities(document):
        sample = _sampled(plain, spans)
        if _hold_several(plain, sample):
            return _parted(document, [(span, block, _several(plain, span)) for span, block in spans])
        for cutter in _CUTTERS:
            if tongue := _first_tongue(plain, sample, cutter):
                return _parted(document, [(span, block, _pair(plain, span, cutter, tongue)) for span, block in spans])
    _refuse_mixed(document)
    return document


def _refuse_mixed(document: Document) -> None:
    """Raise an InputError for a document whose lines hold both languages, though nothing parts them."""
    sample = _sampled(document.plain, next(_granularities(document)))
    n = sum(_is_mixed(document.plain, span) for span in sample)
    if n >= max(_MIXED * len(sample), 1):
        todo = "put each language on a line of its own, or a tab between them"
        found = f"{n} of {len(sample)} lines looked at"
        raise InputError("both languages on one line, and nothing that parts them", found=found, todo=todo)


def _is_mixed(plain: str, span: Span) -> bool:
    """Whether a line has English at one end and Vietnamese at the other."""
    tongues = [piece.tongue for piece in _pieces(plain, *span) if plain.count(" ", piece.start, piece.end)]
    if {"en", "vi"} <= set(tongues):
        return tongues[0] != tongues[-1]
    words = plain[span[0] : span[1]][:_LONGEST].split()
    third = len(words) // 3
    ends = {tongue_of(" ".join(words[: third + 1])), tongue_of(" ".join(words[len(words) - third - 1 :]))}
    return third > 0 and ends == {"en", "vi"}


def _granularities(document: Document) -> Iterator[Spans]:
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


def _sampled(plain: str, spans: Spans) -> list[Span]:
    """Some lines with words, spread over the document."""
    filled = [span for span, _ in spans if LETTER.search(plain, *span) and span[1] - span[0] <= _LONGEST]
    return filled[:: -(-len(filled) // _SAMPLE) or 1]


# One pair a line


def _bared(plain: str, start: int, end: int) -> Span:
    """A line without the mark of a list item, its number and the bars around a row."""
    if mark := MARKER.match(plain, start, end):
        start = mark.end()
    if number := _NUMBER.match(plain, start, end):
        start = number.end()
    while start < end and plain[start] in "| \t":
        start += 1
    while start < end and plain[end - 1] in "| \t":
        end -= 1
    return start, end


def _in_brackets(plain: str, start: int, end: int) -> list[_Cut]:
    """The cut before brackets that stand at the end, whatever stands in them; a stop may follow."""
    stop = end - (plain[end - 1] in ".,;!?")
    closing = plain[stop - 1] if stop > start else ""
    opening = _OPENING.get(closing)
    depth, at = 0, stop - 1
    while opening is not None and at > start:
        depth += (plain[at] == closing) - (plain[at] == opening)
        if not depth:
            left, right = strip_span(plain, start, at), strip_span(plain, at + 1, stop - 1)
            return [_Cut(left, right)] if left[0] < left[1] and right[0] < right[1] else []
        at -= 1
    return []


def _behind_labels(plain: str, start: int, end: int) -> list[_Cut]:
    """The cut before the second of two labels of languages, both left out."""
    first = _LABEL.match(plain, start, end)
    second = first and next(
        (m for m in _LABEL.finditer(plain, first.end(), end) if plain[m.start() - 1] in " \t/|(-–—,;."), None
    )
    if not first or not second:
        return []
    left, right = strip_span(plain, first.end(), second.start()), strip_span(plain, second.end(), end)
    trimmed = plain[left[0] : left[1]].rstrip("/|(-–—,; \t")
    return [_Cut((left[0], left[0] + len(trimmed)), right)] if trimmed and right[0] < right[1] else []


def _at_marks(mark: re.Pattern[str]) -> Cutter:
    """The cuts at a kind of mark."""

    def cuts(plain: str, start: int, end: int) -> list[_Cut]:
        found = []
        for match in mark.finditer(plain, start, end):
            left, right = strip_span(plain, start, match.start()), strip_span(plain, match.end(), end)
            if LETTER.search(plain, *left) and LETTER.search(plain, *right):
                found.append(_Cut(left, right))
            if len(found) == _MOST_CUTS:
                break
        return found

    return cuts


_CUTTERS: Final[tuple[Cutter, ...]] = (
    _behind_labels,
    _in_brackets,
    *map(_at_marks, _MARKS),
    _at_marks(re.compile(rf"(?<=[.?!…{re.escape(CLOSERS)}])\s+")),
)


def _cuts(plain: str, span: Span, cutter: Cutter) -> list[_Cut]:
    return cutter(plain, *_bared(plain, *span))


def _first_tongue(plain: str, sample: Sequence[Span], cutter: Cutter) -> Tongue | None:
    """The language before the cuts, if most lines have one and the words of all tell two languages apart."""
    cuts = [found for span in sample if (found := _cuts(plain, span, cutter))]
    if not cuts or len(cuts) < _PARTED * len(sample):
        return None
    both: tuple[Tongue, Tongue] = ("en", "vi")
    for first, second in (both, both[::-1]):
        best = [_best(plain, found, first) for found in cuts]
        texts = [(plain[a:b], plain[c:d]) for (a, b), (c, d) in best]
        told = [(tongue_of(left), tongue_of(right)) for left, right in texts]
        n_for = told.count((first, second))
        n_against = sum(left == second or right == first for left, right in told)
        order = order_of(look_at([left for left, _ in texts]), look_at([right for _, right in texts]))
        if n_for and n_against <= _AGAINST * len(told) and order == (1 if first == "en" else -1):
            return first
    return None


def _best(plain: str, cuts: Sequence[_Cut], first: Tongue) -> _Cut:
    """Of several cuts, the one with the first language before it and the other behind, and parts of like length."""
    if len(cuts) == 1:
        return cuts[0]
    second = "vi" if first == "en" else "en"

    def fits(cut: _Cut) -> tuple[int, float]:
        (a, b), (c, d) = cut
        tongues = tongue_of(plain[a:b][-200:]), tongue_of(plain[c:d])
        told = (tongues[0] == first) - (tongues[0] == second) + (tongues[1] == second) - (tongues[1] == first)
        return told, -abs(math.log((b - a) / (d - c)))

    return max(cuts, key=fits)


def _pair(plain: str, span: Span, cutter: Cutter, first: Tongue) -> list[_Piece]:
    """The two parts of a line; none where it is not cut, or its words say that both parts are in one language."""
    cuts = _cuts(plain, span, cutter) if span[1] - span[0] <= _LONGEST else []
    if not cuts:
        return []
    left, right = _best(plain, cuts, first)
    tongues = tongue_of(plain[slice(*left)]), tongue_of(plain[slice(*right)])
    if tongues[0] == tongues[1] != "und":
        return []
    is_turned = tongues[0] != first and "und" not in tongues
    order: tuple[Tongue, Tongue] = ("vi", "en") if (first == "vi") != is_turned else ("en", "vi")
    return [_Piece(*left, order[0]), _Piece(*right, order[1])]


# Several pairs a line


def _hold_several(plain: str, sample: Sequence[Span]) -> bool:
    """Whether most lines hold several pairs, one after another, each part in a language that its words tell."""
    found = [_several(plain, span) for span in sample]
    return sum(len(parts) > 2 for parts in found) > _TOLD * len(sample)


def _several(plain: str, span: Span) -> list[_Piece]:
    """The parts of a line whose languages alternate, as many in one as in the other; none where they do not."""
    parts = _joined(_pieces(plain, *span)) if span[1] - span[0] <= _LONGEST else []
    is_paired = len(parts) > 1 and len(parts) % 2 == 0 and all(part.tongue != "und" for part in parts)
    return parts if is_paired else []


def _pieces(plain: str, start: int, end: int) -> list[_Piece]:
    """A line cut wherever a language could end; a number belongs to what follows, other marks to nothing."""
    start, end = _bared(plain, start, min(end, start + _LONGEST))
    cuts = [(found.start(), found.end(), True) for found in _CLOSED.finditer(plain, start, end)]
    cuts += [(found.start(), found.end(), False) for found in _STRONG.finditer(plain, start, end)]
    cuts += [(found.end(), found.end(), False) for found in _WEAK.finditer(plain, start, end)]
    pieces: list[_Piece] = []
    at = begun = start
    for a, b, is_closed in [*sorted(cuts), (end, end, False)]:
        if a < at:  # a stop inside brackets
            continue
        left, right = strip_span(plain, begun, a)
        if LETTER.search(plain, left, right):
            pieces.append(_Piece(left, right, tongue_of(plain[left:right])))
        if is_closed and LETTER.search(plain, a, b):
            left, right = strip_span(plain, a + 1, b - 1)
            pieces.append(_Piece(left, right, tongue_of(plain[left:right]), in_brackets=True))
            begun = b
        elif not any(map(str.isdigit, plain[begun:a])) or LETTER.search(plain, begun, a):
            begun = b
        at = b
    return pieces


def _joined(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Pieces of one language, and those whose words tell nothing, put together to parts."""
    parts: list[_Piece] = []
    for piece in pieces:
        last = parts[-1] if parts else None
        if last is not None and ("und" in (piece.tongue, last.tongue) or piece.tongue == last.tongue):
            start, end = last.start - last.in_brackets, piece.end + piece.in_brackets
            parts[-1] = _Piece(start, end, last.tongue if piece.tongue == "und" else piece.tongue)
        else:
            parts.append(piece)
    return parts


def _parted(document: Document, lines: Sequence[tuple[Span, RawBlock, Sequence[_Piece]]]) -> Document:
    """The document with a row of two cells for each pair; a line that is none stands outside of the table."""
    plain, blocks = document.plain, [block for block in document.blocks if block.kind != "text"]
    row = 0
    for (start, end), block, parts in lines:
        if not parts:
            blocks.append(replace(block, start=start, end=end))
        for pair in zip(parts[::2], parts[1::2], strict=True):
            for part in pair:
                cell = (0, row, int(part.tongue == "vi"))
                blocks.append(RawBlock(part.start, part.end, declared=block.declared, cell=cell))
            row += 1
    blocks.sort(key=lambda block: block.start)
    kept = keep_spans(plain, ((block.start, block.end) for block in blocks))
    return replace(document, plain=kept, blocks=tuple(blocks), is_plain=False)
