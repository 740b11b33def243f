"""Formats to blocks: plain text, Markdown, HTML, tab-separated tables and DOCX become one text with spans in it.

Plain text, Markdown and tables keep their text as it stands; of HTML and DOCX the text is taken out, blocks joined by
blank lines. Which language a block is in, and which blocks belong together, is decided a floor higher, in layout.
"""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from aligner.errors import InputError, MissingExtraError
from aligner.text.language import detect_language
from aligner.text.marks import BULLETS

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

Kind = Literal["text", "code", "comment"]
Declared = Literal["en", "vi"] | None
Span = tuple[int, int]

# Characters other than \n that end a line (str.splitlines); each is made one \n, so that offsets fit.
_LINE_ENDS = dict.fromkeys(map(ord, "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), "\n")
_PARAGRAPH = re.compile("[^\u2029]+")

# What can open a list item or a translation set off by a mark; '>' quotes in mail and Markdown.
MARKER = re.compile(rf"(?:[{BULLETS}]|[-–—*+>»→](?=\s))\s*")
_ITEM = re.compile(rf"{MARKER.pattern}|\(?(?:\d{{1,3}}|[a-zđ])[.)]\s")

# White space and the characters without width that editors leave on blank lines.
_WHITE = "".join(c for c in map(chr, range(0x3001)) if c.isspace()) + "\u200b\u2060\ufeff"

# A text is hard-wrapped if at least this share of its line breaks inside a paragraph stand before a small letter.
# Wrapped English and Vietnamese prose has 0.75 and more, text with one paragraph a line next to none.
WRAPPED_SHARE = 0.3

_KNOWN = {"en": "en", "vi": "vi", "vi-unaccented": "vi"}

# A comment in HTML is prose from this number of words on: 'Google Tag Manager', 'end of header' are notes.
MIN_COMMENT_WORDS = 4


@dataclass(frozen=True, slots=True)
class RawBlock:
    """A block before its language is known.

    Attributes
    ----------
    start, end : int
        Half-open span in `Document.text`, no white space at either end.
    kind : {"text", "code", "comment"}
        Code stays whole; "comment" stood in a Markdown or HTML comment.
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
    """

    text: str
    plain: str
    blocks: tuple[RawBlock, ...]


def plain_document(text: str) -> Document:
    r"""Blocks of plain text: paragraphs between blank lines, or lines where each line is a paragraph.

    A form feed and Unicode's other line ends count as '\n', in `plain` too; U+2029 ends a paragraph.

    Examples
    --------
    >>> [(b.start, b.end) for b in plain_document("Good morning, everyone.\nChào buổi sáng mọi người.\n\n2025").blocks]
    [(0, 23), (24, 49), (51, 55)]
    """
    plain = text.translate(_LINE_ENDS)
    blocks = [RawBlock(*span) for part in _PARAGRAPH.finditer(text) for span in _paragraphs(plain, *part.span())]
    return Document(text, plain, tuple(_cut(plain, blocks)))


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
            start, end = _strip(text, at, at + len(cell))
            if start < end:
                blocks.append(RawBlock(start, end, cell=(0, row, column) if len(cells) > 1 else None))
            at += len(cell) + 1
    return Document(text, text, tuple(blocks))


def _strip(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    left = piece.lstrip(_WHITE)
    start = end - len(left)
    return start, start + len(left.rstrip(_WHITE))


def _lines(text: str, start: int, end: int) -> Iterator[Span]:
    """Spans of the lines, white space at their ends left out; a blank line is an empty span."""
    for line in text[start:end].split("\n"):
        yield _strip(text, start, start + len(line))
        start += len(line) + 1


def _paragraphs(text: str, start: int, end: int) -> Iterator[Span]:
    """Spans of what stands between blank lines."""
    for blank, lines in itertools.groupby(_lines(text, start, end), lambda span: span[0] == span[1]):
        if not blank:
            spans = list(lines)
            yield spans[0][0], spans[-1][1]


def _cut(plain: str, blocks: Iterable[RawBlock], wrapped: bool | None = None) -> Iterator[RawBlock]:
    """Cut blocks of several lines where the language changes, and into their lines unless the lines are wrapped prose.

    `wrapped` None: told from the document as a whole, as one paragraph has too few line breaks to tell.
    """
    lines: list[list[Span]] = []
    languages: list[list[str | None]] = []
    blocks = list(blocks)
    for block in blocks:
        spans = [(block.start, block.end)]
        if block.kind != "code":
            spans = [span for span in _lines(plain, block.start, block.end) if span[0] < span[1]]
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
        yield _marked(plain, replace(block, start=start))


def _marked(plain: str, block: RawBlock) -> RawBlock:
    return replace(block, marked=True) if not block.marked and MARKER.match(plain, block.start) else block


def _join(chunks: Iterable[tuple[str, RawBlock]]) -> Document:
    """The document whose text is the chunks joined by blank lines; each block says all but where its chunk stands."""
    parts: list[str] = []
    blocks: list[RawBlock] = []
    at = 0
    for chunk, block in chunks:
        parts.append(chunk)
        spans = [_strip(chunk, 0, len(chunk))] if block.kind == "code" else _paragraphs(chunk, 0, len(chunk))
        blocks += [replace(block, start=at + a, end=at + b) for a, b in spans if a < b]
        at += len(chunk) + 2
    text = "\n\n".join(parts)
    return Document(text, text, tuple(_cut(text, blocks)))


# Comments, scripts and styles, tags, declarations. A tag ends before the next '<' at the latest, and the parts of the
# repeated group begin with different characters: the scan is linear.
_MARKUP = re.compile(
    r"""<!--(?P<comment>.*?)(?:-->|\Z)
      | <(?P<raw>script|style)\b.*?(?:</(?P=raw)[^<>]*>|\Z)
      | </?[a-z][\w:.-]*(?:(?:[^<>"']|"[^"<]*"|'[^'<]*')*|[^<>]*)>
      | <[!?][^<>]*>""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)

# Markdown --------------------------------------------------------------------------------------------------------

FRONT_MATTER = re.compile(r"---[ \t]*\n(?=[\w-]+[ \t]*:)((?:(?!---[ \t]*$).*\n)*)---[ \t]*(?:\n|\Z)", re.MULTILINE)
_PIPE = re.compile(r"\\.|\|")
_NOT_PROSE = re.compile(r"\s*<(?:script|style|pre)\b", re.IGNORECASE)


def markdown_document(text: str) -> Document:
    r"""Blocks of Markdown: paragraphs, headings, list items, table cells, code, and what stands in comments.

    Parameters
    ----------
    text : str
        CommonMark with tables, front matter and MDX tags. Markup inside a line (links, emphasis) stays in the text.

    Returns
    -------
    Document
        Left out as markup: heading, list and quote marks, table pipes and rules, code fences and their first line,
        comment delimiters, HTML tags between blocks, the rules around front matter.

    Notes
    -----
    Lines that the parser drops (it nests 20 deep) are blocks of their own: nothing is lost. Indented code that reads
    as English or Vietnamese is taken for text.

    Examples
    --------
    >>> document = markdown_document("<!--\n# Title\n-->\n\n# Tiêu đề\n")
    >>> [(document.text[b.start : b.end], b.kind) for b in document.blocks]
    [('Title', 'comment'), ('Tiêu đề', 'text')]
    """
    from markdown_it import MarkdownIt

    # Only block structure is wanted. Reference definitions leave no token: as paragraphs they are not lost.
    parser = MarkdownIt("commonmark").enable("table").disable(["inline", "reference"])
    reader = _MarkdownReader(text, parser)
    plain = reader.plain()
    # A single line break is a space in Markdown, so lines of one language are never cut.
    return Document(text, plain, tuple(_cut(plain, sorted(reader.blocks, key=lambda b: b.start), wrapped=True)))


class _MarkdownReader:
    """Finds the tokens' text in the raw text; what no token accounts for becomes a block as it stands."""

    def __init__(self, text: str, parser: MarkdownIt, kind: Kind = "text") -> None:
        self.text, self.parser, self.kind = text, parser, kind
        self.lines = text.split("\n")
        self.starts = list(itertools.accumulate((len(line) + 1 for line in self.lines), initial=0))
        self.seen = [not line.strip(_WHITE) for line in self.lines]
        self.blocks: list[RawBlock] = []
        self.shown: list[Span] = []  # the spans that are text, not markup
        self.numbers: dict[int, str] = {}  # by line: the number of the list item that begins there
        self.tables = self.rows = 0
        self._read()

    def plain(self) -> str:
        """The text with its markup made spaces."""
        parts, at = [], 0
        for start, end in sorted(self.shown):
            parts += [re.sub(r"[^\n]", " ", self.text[at:start]), self.text[start:end]]
            at = end
        return "".join([*parts, re.sub(r"[^\n]", " ", self.text[at:])])

    def _read(self) -> None:
        body, marks, in_table, is_item = self._front_matter(), 0, False, False
        for token in self.parser.parse(body):
            marks += (token.type in ("bullet_list_open", "blockquote_open")) * 1
            marks -= (token.type in ("bullet_list_close", "blockquote_close")) * 1
            in_table = token.type == "table_open" or (in_table and token.type != "table_close")
            if token.type == "list_item_open" and token.info and token.map:
                self.numbers[token.map[0]] = token.info + token.markup
            if token.type in ("list_item_open", "list_item_close"):
                is_item = token.type == "list_item_open" and not token.info
            if token.type == "tr_open":
                self._row(token)
            elif token.type == "inline" and not in_table:
                self._located(token, self.kind, marked=marks > 0, is_item=is_item)
                is_item = False
            elif token.type in ("fence", "code_block"):
                prose = token.type == "code_block" and detect_language(token.content) != "und"
                self._located(token, self.kind if prose or self.kind == "comment" else "code")
            elif token.type == "html_block" and _NOT_PROSE.match(token.content):
                self._located(token, "code")
            elif token.type == "html_block":
                self._html(token)
            if token.type == "table_open":
                self.tables += 1
            if token.map and token.type in ("fence", "html_block", "hr", "heading_open", "table_open"):
                self.seen[token.map[0] : token.map[1]] = [True] * (token.map[1] - token.map[0])
        self._rest()

    def _front_matter(self) -> str:
        """Read the lines between the two rules at the top; return the text with blank lines in their place."""
        match = FRONT_MATTER.match(self.text)
        if not match or self.kind == "comment":
            return self.text
        spans = [span for span in _lines(self.text, *match.span(1)) if span[0] < span[1]]
        self._add(spans)
        n_lines = match[0].count("\n")
        self.seen[: n_lines or 1] = [True] * (n_lines or 1)
        return "\n" * n_lines + self.text[match.end() :]

    def _add(self, spans: Iterable[Span], kind: Kind | None = None) -> None:
        """Add each span as a block of its own."""
        for start, end in spans:
            self.shown.append((start, end))
            self.blocks.append(RawBlock(start, end, kind or self.kind))

    def _located(self, token: Token, kind: Kind, marked: bool = False, is_item: bool = False) -> None:
        """Find the token's lines, in order, at the ends of the raw lines; the start of a raw line is its markup."""
        row, last = token.map or (0, 0)
        row += token.type == "fence"
        found: list[Span] = []
        for wanted in filter(None, (line.strip(_WHITE) for line in token.content.split("\n"))):
            for i in range(row, last):
                raw = self.lines[i].rstrip(_WHITE)
                at = len(raw) - len(wanted) if raw.endswith(wanted) else raw.find(wanted)
                if at >= 0:
                    # The number of a clause or a step is text: others refer to it.
                    number = raw.find(self.numbers.pop(i, ""), 0, at) if i in self.numbers else -1
                    found.append((self.starts[i] + (number if number >= 0 else at), self.starts[i] + at + len(wanted)))
                    self.seen[i], row = True, i + 1
                    break
        if found:
            self.shown += found
            self.blocks.append(RawBlock(found[0][0], found[-1][1], kind, marked, is_item=is_item))

    def _row(self, token: Token) -> None:
        """Cut the raw line at its pipes: the parser drops cells beyond the width of the header."""
        i = token.map[0] if token.map else 0
        pipes = [pipe.start() for pipe in _PIPE.finditer(self.lines[i]) if pipe[0] == "|"]
        edges = [-1, *pipes, len(self.lines[i])]
        spans = [_strip(self.text, self.starts[i] + a + 1, self.starts[i] + b) for a, b in itertools.pairwise(edges)]
        if not self.text[slice(*spans[0])].strip(">" + _WHITE):  # only a quote mark before the first pipe
            del spans[0]
        for column, (start, end) in enumerate(spans):
            if start < end:
                self.shown.append((start, end))
                self.blocks.append(RawBlock(start, end, self.kind, cell=(self.tables, self.rows, column)))
        self.rows += 1

    def _html(self, token: Token) -> None:
        """Read the comments as Markdown of their own; of the rest, leave out the tags."""
        first, last = token.map or (0, 0)
        start, end = self.starts[first], min(self.starts[last], len(self.text))
        run: list[Span] = []  # text between two comments

        def close_run() -> None:
            if run:
                self.shown.extend(run)
                self.blocks.append(RawBlock(run[0][0], run[-1][1], self.kind))
                run.clear()

        for match in [*_MARKUP.finditer(self.text, start, end), None]:
            until = match.start() if match else end
            run += [span for span in _lines(self.text, start, until) if span[0] < span[1]]
            if match and match["comment"] is not None:
                close_run()
                self._comment(match.start("comment"), match["comment"])
            start = match.end() if match else end
        close_run()

    def _comment(self, at: int, inner: str) -> None:
        # Comments do not nest: a second opening is text, and made blank here no comment is read in a comment.
        reader = _MarkdownReader(inner.replace("<!--", "    "), self.parser, "comment")
        self.shown += [(at + a, at + b) for a, b in reader.shown]
        for block in reader.blocks:
            cell = block.cell and (self.tables + block.cell[0], self.rows + block.cell[1], block.cell[2])
            self.blocks.append(replace(block, start=at + block.start, end=at + block.end, cell=cell))
        self.tables, self.rows = self.tables + reader.tables, self.rows + reader.rows

    def _rest(self) -> None:
        """Add what no token accounted for, if there are letters or digits in it."""
        for seen, run in itertools.groupby(range(len(self.lines)), self.seen.__getitem__):
            rows = list(run)
            start, end = self.starts[rows[0]], self.starts[rows[-1]] + len(self.lines[rows[-1]])
            if not seen and any(map(str.isalnum, self.text[start:end])):
                self._add([_strip(self.text, start, end)])


# HTML ------------------------------------------------------------------------------------------------------------

# Elements that begin a new line: 'display: block', 'list-item' and the table values in the HTML standard, section 15.3.
_BLOCK_TAGS = frozenset(
    re.findall(
        r"\w+",
        """address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset
        figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li listing main
        menu nav ol optgroup option p plaintext pre search section select slot summary table tbody td
        textarea tfoot th thead title tr ul xmp""",
    )
)
_HIDDEN_TAGS = frozenset({"title", "script", "style", "template"})
_DECLARED: dict[str, Declared] = {"en": "en", "vi": "vi"}


def html_document(text: str) -> Document:
    r"""Blocks of HTML: the text of its block elements, table cells row by row, and comments that are prose.

    Notes
    -----
    lxml repairs the nesting and hands over tags and text one by one; no tree is built, so no depth is too deep. Left
    out: the page's title, scripts, styles, short comments, attributes such as `alt`.

    Examples
    --------
    >>> html_document("<p>Hello.<br>Xin chào.<script>x()</script>").text
    'Hello.\nXin chào.'
    """
    from lxml import etree

    reader = _HtmlReader()
    target: Any = reader  # a duck of lxml's ParserTarget, without the parts for doctypes and instructions
    parser = etree.HTMLParser(target=target, huge_tree=True)
    # As bytes: of a str, libxml2 would believe the encoding that an XML declaration or a meta element names.
    parser.feed(b"\xef\xbb\xbf" + text.encode("utf-8"))
    parser.close()
    return _join(reader.chunks)


class _HtmlReader:
    """A target of lxml's parser: gathers text until the tag of a block element."""

    def __init__(self) -> None:
        self.chunks: list[tuple[str, RawBlock]] = []
        self.gathered: list[str] = []
        self.depth = {"ul": 0, "blockquote": 0, "pre": 0}
        self.is_code = False
        self.opens_item = False  # whether nothing of the list item has come yet
        self.hidden = 0  # open elements whose text is not shown
        self.languages: list[Declared] = [None]  # of the open elements, each its parent's unless it says otherwise
        self.tables: list[tuple[int, int, int]] = []  # table, row and column in each open table
        self.n_tables = self.n_rows = 0

    def data(self, text: str) -> None:
        """Take text, entities decoded."""
        if not self.hidden:
            self.gathered.append(text if self.depth["pre"] else re.sub(r"\s+", " ", text))

    def comment(self, text: str) -> None:
        """Take a comment."""
        text = re.sub(r"<[^<>]*>|\s+", " ", text)
        if len(text.split()) >= MIN_COMMENT_WORDS and detect_language(text) != "und":
            self._flush()
            self.chunks.append((text, RawBlock(0, 0, "comment")))

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take an opening tag."""
        if tag == "br":
            self.gathered.append("\n")
        if tag in _BLOCK_TAGS:
            self._flush()
        self.opens_item |= tag == "li"
        declared = attributes.get("lang", "").lower().split("-")[0]
        self.languages.append(_DECLARED.get(declared, self.languages[-1]))
        self.hidden += tag in _HIDDEN_TAGS
        self.is_code |= tag == "code" and self.depth["pre"] > 0
        if tag in self.depth:
            self.depth[tag] += 1
        if tag == "table":
            self.tables.append((self.n_tables, -1, -1))
            self.n_tables += 1
        elif tag == "tr" and self.tables:
            self.tables[-1] = (self.tables[-1][0], self.n_rows, -1)
            self.n_rows += 1
        elif tag in ("td", "th") and self.tables:
            table, row, column = self.tables[-1]
            self.tables[-1] = (table, row, column + 1)

    def end(self, tag: str) -> None:
        """Take a closing tag; the parser has seen to it that there is one for each opening tag."""
        if tag in _BLOCK_TAGS:
            self._flush()
        self.opens_item &= tag != "li"
        self.languages.pop()
        self.hidden -= tag in _HIDDEN_TAGS
        if tag in self.depth:
            self.depth[tag] -= 1
        if tag == "table":
            self.tables.pop()

    def close(self) -> None:
        """End the last block."""
        self._flush()

    def _flush(self) -> None:
        """End the block."""
        chunk = "".join(self.gathered)
        if not self.is_code:
            chunk = "\n".join(re.sub(r"[ \t]+", " ", line).strip() for line in chunk.split("\n"))
        if chunk.strip(_WHITE):
            cell = self.tables[-1] if self.tables and self.tables[-1][2] >= 0 else None
            marked = self.depth["ul"] + self.depth["blockquote"] > 0
            kind: Kind = "code" if self.is_code else "text"
            self.chunks.append((chunk, RawBlock(0, 0, kind, marked, cell, self.languages[-1], self.opens_item)))
            self.opens_item = False
        self.gathered.clear()
        self.is_code = False


# DOCX ------------------------------------------------------------------------------------------------------------


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
    return _join((chunk, block) for chunk, block in chunks if chunk.strip(_WHITE))
