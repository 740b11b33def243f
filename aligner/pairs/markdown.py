"""Markdown out, for readers: an English paragraph, its Vietnamese one, and so on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from aligner.errors import unturned
from aligner.files.streams import open_packed
from aligner.pairs.chunks import TEXTS, UNFIT, Chunk, Tally, Target, as_attribute, fitted
from aligner.pairs.html import READ, shown_rows
from aligner.version import TOOL

SHOWN: Final = tuple(name for name in READ if name != "decision")
"""Columns that have a place: those of a page, but for the decision, which text without colour cannot show."""

# Everything that CommonMark lets a backslash stand before (section 2.4), where it could mean something in a line; and
# what makes a link of a bare address (GFM, section 6.9).
_MARKDOWN: Final = re.compile(r"[\\`*_\[\]<>&|~]|:(?=//)|(?<=www)\.|(?<=\w)@(?=\w)", re.IGNORECASE)
_LINE_START: Final = re.compile(r"(?:[#+=-]|[0-9]{1,9}(?=[.)]))")


def write_markdown(chunks: Iterator[Chunk], target: Target, tally: Tally) -> None:
    r"""Write pairs as Markdown: an English paragraph, its Vietnamese one, and so on, as `read_article` reads it.

    A new ``doc_id`` begins under a rule. Line breaks in a text become spaces, counted. The signature stands at the end,
    in the attribute of an element that is not shown.

    Examples
    --------
    >>> write_markdown(iter([{"src_text": ["1. *A*"], "trg_text": ["b"]}]), Target("-", version="1"), Tally())
    1\. \*A\*
    <BLANKLINE>
    b
    <BLANKLINE>
    <meta name="generator" content="envi-aligner 1; pairs: 1">
    """
    with open_packed(target.path) as file:
        document: str | None = None
        for row in shown_rows(chunks, tally, SHOWN):
            if document is not None and row["doc_id"] != document:
                file.write("---\n\n")
            document = row["doc_id"]
            heading = "## " if row["src_kind"] == "headline" else ""
            for name in TEXTS:
                if text := _paragraph(row[name], tally):
                    file.write(f"{heading}{text}\n\n")
        # Attributes: neither a page nor `read_article` shows them, as the latter would the words of a comment.
        told = f"{TOOL} {target.version}; pairs: {tally.pairs}"
        signature, _ = UNFIT.subn(" ", target.signature)
        told = as_attribute(f"{told}; {signature}" if signature else told, tally)
        file.write(f'<meta name="generator" content={told}>\n')


def escape_markdown(text: str) -> str:
    r"""Escape a text of one line, so that Markdown shows it as it is: no markup, no link, no picture.

    Examples
    --------
    >>> print(escape_markdown("![a](http://b.vn/c.png) | <b>"))
    !\[a\](http\://b.vn/c.png) \| \<b\>
    """
    return _MARKDOWN.sub(lambda match: "\\" + match[0], text)


def _paragraph(text: str, tally: Tally) -> str:
    """A text as one line of Markdown that shows it as it is."""
    text = escape_markdown(unturned(fitted(text, UNFIT, tally).strip()))
    start = _LINE_START.match(text)
    if start is None:
        return text
    digits = start[0] if start[0][0].isdigit() else ""
    return f"{digits}\\{text[len(digits) :]}"
