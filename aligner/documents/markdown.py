"""Markdown: CommonMark with tables, front matter, MDX tags and comments; its text keeps its place."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from aligner.documents.blocks import (
    WHITE,
    Document,
    Kind,
    RawBlock,
    Span,
    cut_blocks,
    keep_spans,
    line_spans,
    strip_span,
)
from aligner.text.language import detect_language

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

# Comments, scripts and styles, tags, declarations. A tag ends before the next '<' at the latest, and the parts of the
# repeated group begin with different characters: the scan is linear.
_MARKUP = re.compile(
    r"""<!--(?P<comment>.*?)(?:-->|\Z)
      | <(?P<raw>script|style)\b.*?(?:</(?P=raw)[^<>]*>|\Z)
      | </?[a-z][\w:.-]*(?:(?:[^<>"']|"[^"<]*"|'[^'<]*')*|[^<>]*)>
      | <[!?][^<>]*>""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)

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
    return Document(text, plain, tuple(cut_blocks(plain, sorted(reader.blocks, key=lambda b: b.start), wrapped=True)))


class _MarkdownReader:
    """Finds the tokens' text in the raw text; what no token accounts for becomes a block as it stands."""

    def __init__(self, text: str, parser: MarkdownIt, kind: Kind = "text") -> None:
        self.text, self.parser, self.kind = text, parser, kind
        self.lines = text.split("\n")
        self.starts = list(itertools.accumulate((len(line) + 1 for line in self.lines), initial=0))
        self.seen = [not line.strip(WHITE) for line in self.lines]
        self.blocks: list[RawBlock] = []
        self.shown: list[Span] = []  # the spans that are text, not markup
        self.numbers: dict[int, str] = {}  # by line: the number of the list item that begins there
        self.tables = self.rows = 0
        self._read()

    def plain(self) -> str:
        """The text with its markup made spaces."""
        return keep_spans(self.text, sorted(self.shown))

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
        spans = [span for span in line_spans(self.text, *match.span(1)) if span[0] < span[1]]
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
        for wanted in filter(None, (line.strip(WHITE) for line in token.content.split("\n"))):
            for i in range(row, last):
                raw = self.lines[i].rstrip(WHITE)
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
        row = self.starts[i]
        spans = [strip_span(self.text, row + a + 1, row + b) for a, b in itertools.pairwise(edges)]
        if not self.text[slice(*spans[0])].strip(">" + WHITE):  # only a quote mark before the first pipe
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
            run += [span for span in line_spans(self.text, start, until) if span[0] < span[1]]
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
                self._add([strip_span(self.text, start, end)])
