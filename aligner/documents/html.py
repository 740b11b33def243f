"""HTML: the text of its block elements, cells and comments, taken out of the page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aligner.documents.blocks import WHITE, Declared, Document, Kind, RawBlock, join_chunks
from aligner.errors import InputError, MissingExtraError
from aligner.text.fonts import decode_runs, font_code, font_votes
from aligner.text.language import detect_language

# A comment in HTML is prose from this number of words on: 'Google Tag Manager', 'end of header' are notes.
MIN_COMMENT_WORDS = 4

# Elements that begin a new line: 'display: block', 'list-item' and the table values in the HTML standard, section 15.3.
BLOCK_TAGS = frozenset(
    re.findall(
        r"\w+",
        """address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset
        figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li listing main
        menu nav ol optgroup option p plaintext pre search section select slot summary table tbody td
        textarea tfoot th thead title tr ul xmp""",
    )
)
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
# "annotation" holds a formula once more, in the words of TeX.
_HIDDEN_TAGS = frozenset({"title", "script", "style", "template", "annotation", "annotation-xml"})
# What a link to a note or back from one holds, in a book: a number, a letter, a star, an arrow.
_NOTE_MARK = re.compile(
    r"[\[(]?(?:[0-9]{1,4}|[a-z]|[ivxl]{1,6}|[←↩↑^][\ufe0e\ufe0f]?[0-9]{0,4}|[*†‡§¶#]{1,4}|⏎)[\])]?\.?"
)
# The first font that a rule of a style sheet names. No sheet is read beyond so many characters: what a program
# writes for its fonts stands at the top.
_FAMILY = re.compile(
    r"""font-family\s*:\s*["']?\s*([^;"',{}]{1,80})|font\s*:[^;{}]{0,200}?["'\s,]((?:\.Vn|VNI|VPS|VISCII)[\w-]{0,40})""",
    re.IGNORECASE,
)
_LONGEST_STYLES = 100_000
_CODE_CLASS = re.compile(
    r"(?<![\w-])(?:highlight(?:-[\w+]+)?|sourceCode|programlisting|language-[\w+]+|codehilite)(?![\w-])"
)
_NOTE_KINDS = frozenset({"noteref", "backlink", "doc-noteref", "doc-backlink"})
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
    reader = PageReader()
    feed_html(text, reader)
    if reader.votes:  # now that all of the page says what its fonts hold
        reader = PageReader(votes=reader.votes)
        feed_html(text, reader)
    document = join_chunks(reader.chunks)
    return replace(document, set_aside=tuple(reader.decoded)) if reader.decoded else document


def main_text_document(text: str) -> Document:
    """Blocks of the main text of a page: no menus, footers, advertisements, comments of readers.

    Raises
    ------
    InputError
        If no main text is found.
    MissingExtraError
        Without trafilatura (extra `web`), which tells what is main text.
    """
    try:
        import trafilatura
    except ImportError:
        raise MissingExtraError("finding the main text of a page", package="trafilatura", extra="web") from None
    try:
        found = trafilatura.extract(text, output_format="html", include_comments=False, include_tables=True)
    except Exception as error:  # of lxml, of its own: a page that it cannot read has no main text
        found, fault = None, f"{type(error).__name__}: {error}"
    else:
        fault = "none that trafilatura knows as such"
    if not found:
        raise InputError("no main text in the page", found=fault, todo="read the page as a whole")
    document = html_document(found)
    n = len(html_document(text).blocks) - len(document.blocks)
    return replace(document, left_out={"blocks beside the main text": n} if n > 0 else {})


def feed_html(text: str, reader: PageReader) -> None:
    """Hand a page to a reader, its nesting repaired."""
    from lxml import etree

    target: Any = reader  # a duck of lxml's ParserTarget, without the parts for doctypes and instructions
    parser = etree.HTMLParser(target=target, huge_tree=True)
    # As bytes: of a str, libxml2 would believe the encoding that an XML declaration or a meta element names.
    parser.feed(b"\xef\xbb\xbf" + text.encode("utf-8"))
    parser.close()


class PageReader:
    """A target of lxml's parsers: gathers text until the tag of a block element.

    Parameters
    ----------
    before : PageReader, optional
        That of the page before in a book: tables and rows are counted on. In books marks of notes and page numbers are
        left out and counted, and comments are none of the text.
    is_book : bool
        Whether it is a page of a book.
    votes : Counter, optional
        What the page's legacy fonts hold (`text.fonts.font_votes`): runs in them are decoded.
    """

    def __init__(
        self, before: PageReader | None = None, *, is_book: bool = False, votes: Counter[str] | None = None
    ) -> None:
        self.given_votes = votes
        self.votes: Counter[str] = Counter()
        self.decoded: list[tuple[str, str]] = []  # blocks in which runs were decoded
        self.fonts = [""]  # of the open elements, each its parent's unless it says otherwise
        self.gathered_fonts: list[str] = []  # of each text that was gathered
        self.styles: dict[str, str] = {}  # fonts by selector: p, .name, p.name
        self.is_style = False
        self.coloured: list[bool] = []  # of the open elements: whether a highlighter of code wrote it
        self.is_book = is_book
        self.left_out: Counter[str] = Counter()
        self.links: list[int] = []  # for each open link to a place, where its text begins; -1 for other links
        self.is_after_mark = False
        self.page_breaks: list[int] = []  # depths of the open elements that hold a page number
        self.chunks: list[tuple[str, RawBlock]] = []
        self.gathered: list[str] = []
        self.depth = {"ul": 0, "blockquote": 0, "pre": 0}
        self.is_code = False
        self.opens_item = False  # whether nothing of the list item has come yet
        self.hidden = 0  # open elements whose text is not shown
        self.languages: list[Declared] = [None]  # of the open elements, each its parent's unless it says otherwise
        self.tables: list[tuple[int, int, int]] = []  # table, row and column in each open table
        self.n_tables: int = before.n_tables if before is not None else 0
        self.n_rows: int = before.n_rows if before is not None else 0

    def data(self, text: str) -> None:
        """Take text, entities decoded."""
        if self.is_style:
            self._read_styles(text)
        if not self.hidden:
            # Under a legacy font a no-break space may be a letter.
            white = r"[ \t\n\r\f]+" if font_code(self.fonts[-1]) else r"\s+"
            self._gather(text if self.depth["pre"] else re.sub(white, " ", text))

    def _gather(self, text: str) -> None:
        self.gathered.append(text)
        self.gathered_fonts.append(self.fonts[-1])

    def _read_styles(self, text: str) -> None:
        """Take the fonts that a style sheet gives to elements and classes."""
        for rule in text[:_LONGEST_STYLES].split("}"):
            selectors, _, body = rule.rpartition("{")
            if found := _FAMILY.search(body[:2000]):
                font = (found[1] or found[2]).strip()
                self.styles.update((selector.strip().lower(), font) for selector in selectors[-500:].split(","))

    def _font_of(self, tag: str, attributes: Mapping[str, str]) -> str:
        """The font of an element: its own, that of its class or name, or its parent's."""
        if found := _FAMILY.search(attributes.get("style", "")[:2000]):
            return (found[1] or found[2]).strip()
        if tag == "font" and attributes.get("face"):
            return attributes["face"].split(",")[0].strip(" '\"")
        for name in attributes.get("class", "").lower().split() if self.styles else ():
            for selector in (f"{tag}.{name}", f".{name}"):
                if selector in self.styles:
                    return self.styles[selector]
        return self.styles.get(tag, self.fonts[-1])

    def comment(self, text: str) -> None:
        """Take a comment."""
        if self.is_book:
            return
        text = re.sub(r"<[^<>]*>|\s+", " ", text)
        if len(text.split()) >= MIN_COMMENT_WORDS and detect_language(text) != "und":
            self._flush()
            self.chunks.append((text, RawBlock(0, 0, "comment")))

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take an opening tag."""
        tag = tag.rpartition("}")[2]
        if self.is_book:
            self._of_book(tag, attributes)
        if tag == "br":
            self._gather("\n")
        if tag in BLOCK_TAGS:
            self._flush()
        self.opens_item |= tag == "li"
        declared = (attributes.get("lang") or attributes.get(_XML_LANG, "")).lower().split("-")[0]
        self.languages.append(_DECLARED.get(declared, self.languages[-1]))
        self.fonts.append(self._font_of(tag, attributes))
        self.is_style |= tag == "style"
        self.hidden += tag in _HIDDEN_TAGS
        self.is_code |= tag == "code" and self.depth["pre"] > 0
        # As highlighters write it: Pygments, Rouge, Prism, pandoc, DocBook.
        is_coloured = tag in ("div", "pre") and _CODE_CLASS.search(attributes.get("class", "")) is not None
        self.coloured.append(is_coloured or (bool(self.coloured) and self.coloured[-1]))
        self.is_code |= tag == "pre" and self.coloured[-1]
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
        tag = tag.rpartition("}")[2]
        if self.is_book:
            self._end_of_book(tag)
        if tag in BLOCK_TAGS:
            self._flush()
        self.opens_item &= tag != "li"
        self.languages.pop()
        self.fonts.pop()
        self.coloured.pop()
        self.is_style &= tag != "style"
        self.hidden -= tag in _HIDDEN_TAGS
        if tag in self.depth:
            self.depth[tag] -= 1
        if tag == "table":
            self.tables.pop()

    def close(self) -> None:
        """End the last block."""
        self._flush()

    def _of_book(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take an opening tag of a book for what it says of notes and pages."""
        told = {word for name in ("epub:type", _EPUB_TYPE, "role") for word in attributes.get(name, "").split()}
        if tag == "a":
            href = attributes.get("href", "")
            self.links.append(len(self.gathered) if "#" in href or told & _NOTE_KINDS else -1)
        if told & {"pagebreak", "doc-pagebreak"}:
            self.page_breaks.append(len(self.languages))
            self.hidden += 1
            self.left_out["page numbers"] += 1

    def _end_of_book(self, tag: str) -> None:
        """Take a closing tag of a book: the mark of a note is taken out."""
        if self.page_breaks and self.page_breaks[-1] == len(self.languages) - 1:
            self.page_breaks.pop()
            self.hidden -= 1
        start = self.links.pop() if tag == "a" and self.links else -1
        if 0 <= start <= len(self.gathered):
            shown = "".join(self.gathered[start:]).strip()
            if _NOTE_MARK.fullmatch(shown):
                self.is_after_mark |= not "".join(self.gathered[max(start - 50, 0) : start]).strip()
                del self.gathered[start:], self.gathered_fonts[start:]
                self.left_out["marks of notes"] += 1

    def _decoded(self) -> str:
        """What was gathered, runs in legacy fonts decoded."""
        chunk = "".join(self.gathered)
        if not any(map(font_code, self.gathered_fonts)):
            return chunk
        runs = list(zip(self.gathered, self.gathered_fonts, strict=True))
        self.votes.update(font_votes([runs]))
        if self.given_votes is None:
            return chunk
        decoded = decode_runs(runs, self.given_votes)
        if decoded != chunk:
            self.decoded.append(("block decoded by its fonts", " ".join(decoded.split())))
        return decoded

    def _flush(self) -> None:
        """End the block."""
        chunk = self._decoded()
        if self.is_after_mark:
            chunk, self.is_after_mark = chunk.lstrip(" .:)]\t\n\u00a0"), False
        if not self.is_code:
            chunk = "\n".join(re.sub(r"[ \t]+", " ", line).strip() for line in chunk.split("\n"))
        if chunk.strip(WHITE):
            cell = self.tables[-1] if self.tables and self.tables[-1][2] >= 0 else None
            marked = self.depth["ul"] + self.depth["blockquote"] > 0
            kind: Kind = "code" if self.is_code else "text"
            self.chunks.append((chunk, RawBlock(0, 0, kind, marked, cell, self.languages[-1], self.opens_item)))
            self.opens_item = False
        self.gathered.clear()
        self.gathered_fonts.clear()
        self.is_code = False
