"""HTML: the text of its block elements, cells and comments, taken out of the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from aligner.documents.blocks import WHITE, Declared, Document, Kind, RawBlock, join_chunks
from aligner.text.language import detect_language

# A comment in HTML is prose from this number of words on: 'Google Tag Manager', 'end of header' are notes.
MIN_COMMENT_WORDS = 4

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
    return join_chunks(reader.chunks)


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
        if chunk.strip(WHITE):
            cell = self.tables[-1] if self.tables and self.tables[-1][2] >= 0 else None
            marked = self.depth["ul"] + self.depth["blockquote"] > 0
            kind: Kind = "code" if self.is_code else "text"
            self.chunks.append((chunk, RawBlock(0, 0, kind, marked, cell, self.languages[-1], self.opens_item)))
            self.opens_item = False
        self.gathered.clear()
        self.is_code = False
