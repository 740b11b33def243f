"""Blocks of a document, before their languages are known: the types, and what all readers of formats share.

Plain text, Markdown and tables keep their text as it stands; of all other formats the text is taken out, blocks joined
by blank lines. Which language a block is in, and which blocks belong together, is decided a floor higher, in layout.
"""

from __future__ import annotations

import itertools
import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from aligner.bitext import Cue
from aligner.text.language import detect_language
from aligner.text.marks import BULLETS

Kind = Literal["text", "code", "comment", "lyrics"]
Declared = Literal["en", "vi"] | None
Span = tuple[int, int]
Edit = tuple[int, int, str]
"""Start and end of a mark in a text, and what is read in its place."""

# What can open a list item or a translation set off by a mark; '>' quotes in mail and Markdown.
MARKER = re.compile(rf"(?:[{BULLETS}]|[-–—*+>»→](?=\s))\s*")
_ITEM = re.compile(rf"{MARKER.pattern}|\(?(?:\d{{1,3}}|[a-zđ])[.)]\s")

# White space and the characters without width that editors leave on blank lines.
WHITE = "".join(c for c in map(chr, range(0x3001)) if c.isspace()) + "\u200b\u2060\ufeff"

_INK = re.compile(r"[^\n]")

# A text is hard-wrapped if at least this share of its line breaks inside a paragraph stand before a small letter.
# Wrapped English and Vietnamese prose has 0.75 and more, text with one paragraph a line next to none.
WRAPPED_SHARE = 0.3

_KNOWN = {"en": "en", "vi": "vi", "vi-unaccented": "vi"}


@dataclass(frozen=True, slots=True)
class RawBlock:
    """A block before its language is known.

    Attributes
    ----------
    start, end : int
        Half-open span in `Document.text`, no white space at either end.
    kind : {"text", "code", "comment", "lyrics"}
        Code stays whole; "comment" stood in a Markdown or HTML comment; lyrics are what a song's sentences are.
    marked : bool
        Whether a bullet or quote mark opens it.
    cell : tuple of int, optional
        Table, row and column, all 0-based, where it stands in a table.
    declared : {"en", "vi"}, optional
        The language that an HTML attribute claims for it.
    is_item : bool
        Whether it opens a list item whose mark is not in the text, as those of `<li>`, DOCX and Markdown's bullets.
    """

    start: int
    end: int
    kind: Kind = "text"
    marked: bool = False
    cell: tuple[int, int, int] | None = None
    declared: Declared = None
    is_item: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A text and its blocks in order.

    Attributes
    ----------
    text : str
        What the offsets count in.
    plain : str
        The same text with every character of markup made a space, so that the offsets fit both.
    blocks : tuple of RawBlock
        In the order of the text, not overlapping; outside of them `plain` is white space.
    is_plain : bool
        Whether only white space lays it out, so that a line break may mean anything.
    keeps_lines : bool
        Whether every block is one line, and this a unit of its own (`keep_lines`).
    cues : tuple of Cue
        When its parts are shown, in the order of the text; of a subtitle file.
    has_stops : bool
        Whether marks end its sentences, as they do not where speech was recognised; told of subtitle files alone.
    set_aside : tuple of (str, str)
        What was read and is in no block, by its kind.
    tracks : pair of Document, optional
        The English and the Vietnamese of a file that has both and keeps them apart: a bilingual subtitle file.
    left_out : mapping of str to int
        What the reader left out, counted by what it is, in words ('page numbers').
    soft_breaks : bool
        Whether line breaks inside its blocks are those of writers who wanted no new paragraph: what they part is
        decided with the other language (`settle_breaks`).
    edits : tuple of Edit
        Markup inside blocks and what is read in its place, in order, not overlapping; none where markup is kept.
    """

    text: str
    plain: str
    blocks: tuple[RawBlock, ...]
    is_plain: bool = False
    keeps_lines: bool = False
    cues: tuple[Cue, ...] = ()
    has_stops: bool = True
    set_aside: tuple[tuple[str, str], ...] = ()
    tracks: tuple[Document, Document] | None = None
    left_out: Mapping[str, int] = field(default_factory=dict, hash=False)
    soft_breaks: bool = False
    edits: tuple[Edit, ...] = ()

    def read(self, start: int, end: int) -> str:
        """Give the text alone of what is `shown`.

        Examples
        --------
        >>> Document("a *b*", "a *b*", (RawBlock(0, 5),), edits=((2, 3, ""), (4, 5, ""))).read(0, 5)
        'a b'
        """
        return self.shown(start, end).text if self.edits else self.plain[start:end]

    def shown(self, start: int, end: int) -> Shown:
        """Give what is read of a span of `plain`, its edits made.

        Examples
        --------
        >>> document = Document("a *b*", "a *b*", (RawBlock(0, 5),), edits=((2, 3, ""), (4, 5, "")))
        >>> shown = document.shown(0, 5)
        >>> shown.text, shown.span(2, 3)
        ('a b', (3, 4))
        """
        first = bisect_left(self.edits, (start,))
        if first == len(self.edits) or self.edits[first][0] >= end:
            return Shown(self.plain[start:end], start)
        texts, starts, ends, at = [], [], [], start
        for a, b, instead in itertools.takewhile(lambda edit: edit[0] < end, itertools.islice(self.edits, first, None)):
            texts += [self.plain[at:a], instead]
            starts += [*range(at, a), *[a] * len(instead)]
            ends += [*range(at + 1, a + 1), *[b] * len(instead)]
            at = b
        texts.append(self.plain[at:end])
        starts += range(at, end)
        ends += range(at + 1, end + 1)
        return Shown("".join(texts), start, starts, ends)


@dataclass(frozen=True, slots=True)
class Shown:
    """What is read of a stretch of a document, and where it stands there.

    Attributes
    ----------
    text : str
        Without markup.
    start : int
        Where the stretch begins.
    starts, ends : sequence of int
        Of each character, where it begins and ends in the document; none where nothing is edited.
    """

    text: str
    start: int
    starts: Sequence[int] = ()
    ends: Sequence[int] = ()

    def span(self, start: int, end: int) -> Span:
        """Give the span in the document of a span of the text that is not empty; at its ends no markup is in it."""
        if not self.starts:
            return self.start + start, self.start + end
        return self.starts[start], self.ends[end - 1]


def strip_span(text: str, start: int, end: int) -> Span:
    """Leave out the white space at both ends of a span.

    Examples
    --------
    >>> strip_span("a  b  ", 1, 6)
    (3, 4)
    """
    left = text[start:end].lstrip(WHITE)
    start = end - len(left)
    return start, start + len(left.rstrip(WHITE))


def keep_spans(text: str, spans: Iterable[Span]) -> str:
    r"""Make every character outside of the spans a space, but for line breaks; the spans come in order.

    Examples
    --------
    >>> keep_spans("# A *b*\n", [(2, 4), (5, 6)])
    '  A  b \n'
    """
    parts, at = [], 0
    for start, end in spans:
        parts += [_INK.sub(" ", text[at:start]), text[start:end]]
        at = end
    return "".join([*parts, _INK.sub(" ", text[at:])])


def line_spans(text: str, start: int, end: int) -> Iterator[Span]:
    r"""Give the spans of the lines, white space at their ends left out; a blank line is an empty span.

    Examples
    --------
    >>> list(line_spans("a\n\n b", 0, 5))
    [(0, 1), (2, 2), (4, 5)]
    """
    for line in text[start:end].split("\n"):
        yield strip_span(text, start, start + len(line))
        start += len(line) + 1


def paragraph_spans(text: str, start: int, end: int) -> Iterator[Span]:
    r"""Give the spans of what stands between blank lines.

    Examples
    --------
    >>> list(paragraph_spans("a\nb\n\nc", 0, 6))
    [(0, 3), (5, 6)]
    """
    first = last = None
    for span in line_spans(text, start, end):
        if span[0] < span[1]:
            first, last = span if first is None else first, span
        elif first is not None and last is not None:
            yield first[0], last[1]
            first = None
    if first is not None and last is not None:
        yield first[0], last[1]


def cut_blocks(plain: str, blocks: Iterable[RawBlock], wrapped: bool | None = None) -> Iterator[RawBlock]:
    r"""Cut blocks of several lines where the language changes, and into their lines unless the lines are wrapped prose.

    `wrapped` None: told from the document as a whole, as one paragraph has too few line breaks to tell.

    Examples
    --------
    >>> text = "Good morning, everyone.\nChào buổi sáng mọi người."
    >>> [(block.start, block.end) for block in cut_blocks(text, [RawBlock(0, len(text))])]
    [(0, 23), (24, 49)]
    """
    lines: list[list[Span]] = []
    languages: list[list[str | None]] = []
    blocks = list(blocks)
    for block in blocks:
        spans = [(block.start, block.end)]
        if block.kind != "code" and "\n" in plain[block.start : block.end]:
            spans = [span for span in line_spans(plain, block.start, block.end) if span[0] < span[1]]
        lines.append(spans)
        languages.append([_KNOWN.get(detect_language(plain[a:b])) for a, b in spans] if len(spans) > 1 else [None])
    if wrapped is None:
        breaks = [
            plain[b[0]].islower()
            for spans, langs in zip(lines, languages, strict=True)
            for b, lang, before in zip(spans[1:], langs[1:], langs, strict=False)
            if lang == before is not None
        ]
        wrapped = sum(breaks) > WRAPPED_SHARE * len(breaks)
    for block, spans, langs in zip(blocks, lines, languages, strict=True):
        start = block.start
        for a, b, before, lang in zip(spans, spans[1:], langs, langs[1:], strict=False):
            goes_on = plain[b[0]].islower() and (wrapped or lang == before is not None)
            changes = None is not lang != before is not None
            if not goes_on and (changes or not wrapped or _ITEM.match(plain, b[0])):
                yield _marked(plain, replace(block, start=start, end=a[1]))
                start = b[0]
        yield _marked(plain, replace(block, start=start) if start != block.start else block)


def keep_lines(document: Document) -> Document:
    r"""Cut all blocks of a document into their lines.

    Examples
    --------
    >>> document = keep_lines(Document("no more,\nno less", "no more,\nno less", (RawBlock(0, 16),)))
    >>> [(block.start, block.end) for block in document.blocks]
    [(0, 8), (9, 16)]
    """
    blocks = [
        _marked(document.plain, replace(block, start=start, end=end))
        for block in document.blocks
        for start, end in line_spans(document.plain, block.start, block.end)
        if start < end
    ]
    return replace(document, blocks=tuple(blocks), keeps_lines=True)


def _marked(plain: str, block: RawBlock) -> RawBlock:
    return replace(block, marked=True) if not block.marked and MARKER.match(plain, block.start) else block


def settle_breaks(documents: Sequence[Document]) -> list[Document]:
    r"""Decide for both languages at once what the soft line breaks inside blocks part: lines on both sides, or nothing.

    Parameters
    ----------
    documents : sequence of Document
        One in both languages, or an English and a Vietnamese one; those without `soft_breaks` only count.

    Returns
    -------
    list of Document
        Every line a block where the two languages have as many blocks that way as with the breaks inside, or more
        nearly as many, and neither breaks inside its sentences; else each break is a space.

    Examples
    --------
    >>> texts = "Dear Sir,\nthank you.\nYours", "Kính gửi ông,\nXin cảm ơn."
    >>> documents = [Document(text, text, (RawBlock(0, len(text)),), soft_breaks=True) for text in texts]
    >>> [len(document.blocks) for document in settle_breaks(documents)]
    [1, 1]
    """
    if not any(document.soft_breaks and _has_breaks(document) for document in documents):
        return list(documents)
    n_blocks, n_lines, n_breaks, n_small = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for k, document in enumerate(documents):
        for block in document.blocks:
            piece = document.plain[block.start : block.end]
            side = str(k) if len(documents) > 1 else _KNOWN.get(detect_language(piece), "")[:2]
            lines = [line.strip(WHITE) for line in piece.split("\n")] if document.soft_breaks else [piece]
            n_blocks[side] += 1
            n_lines[side] += sum(map(bool, lines))
            ends = [(a, b) for a, b in itertools.pairwise(lines) if a and b]
            n_breaks[side] += len(ends)
            n_small[side] += sum(b[0].islower() for _, b in ends)
    sides = ("0", "1") if len(documents) > 1 else ("en", "vi")
    apart, whole = (abs(math.log((n[sides[0]] + 1) / (n[sides[1]] + 1))) for n in (n_lines, n_blocks))
    is_wrapped = any(n_small[side] > WRAPPED_SHARE * n_breaks[side] for side in sides)
    cuts = not is_wrapped and apart <= whole + _SLACK
    return [_with_breaks(document, cuts) if document.soft_breaks else document for document in documents]


def _has_breaks(document: Document) -> bool:
    return any("\n" in document.plain[block.start : block.end] for block in document.blocks)


# Nats by which the numbers of lines may fit worse than those of blocks: 10 %. Between 0 and .3 the same is decided in
# all of tests/test_office.py.
_SLACK = 0.1


def _with_breaks(document: Document, cuts: bool) -> Document:
    """The document with every soft break the end of a block, or a space."""
    if cuts:
        lines = keep_lines(replace(document, blocks=tuple(b for b in document.blocks if b.kind != "code"))).blocks
        code = (block for block in document.blocks if block.kind == "code")
        return replace(document, blocks=tuple(sorted((*lines, *code), key=lambda block: block.start)))
    pieces, at = [], 0
    for block in document.blocks:
        inner = document.plain[block.start : block.end]
        if block.kind != "code" and "\n" in inner:
            pieces += [document.plain[at : block.start], inner.replace("\n", " ")]
            at = block.end
    return replace(document, plain="".join([*pieces, document.plain[at:]]))


def join_chunks(
    chunks: Iterable[tuple[str, RawBlock]], *, soft_breaks: bool = False, left_out: Mapping[str, int] | None = None
) -> Document:
    """Join chunks by blank lines into a document; each block says all but where its chunk stands.

    Of `soft_breaks` only those between two languages are cut at here.

    Examples
    --------
    >>> document = join_chunks([("One.", RawBlock(0, 0)), ("Two.", RawBlock(0, 0))])
    >>> [(block.start, block.end) for block in document.blocks]
    [(0, 4), (6, 10)]
    """
    parts: list[str] = []
    blocks: list[RawBlock] = []
    at = 0
    for chunk, block in chunks:
        parts.append(chunk)
        spans = [strip_span(chunk, 0, len(chunk))] if block.kind == "code" else paragraph_spans(chunk, 0, len(chunk))
        blocks += [replace(block, start=at + a, end=at + b) for a, b in spans if a < b]
        at += len(chunk) + 2
    text = "\n\n".join(parts)
    cut = tuple(cut_blocks(text, blocks, wrapped=True if soft_breaks else None))
    counts = {kind: n for kind, n in (left_out or {}).items() if n}
    return Document(text, text, cut, left_out=counts, soft_breaks=soft_breaks)
