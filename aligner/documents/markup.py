"""Markup taken out of the text of Markdown and HTML: what of a block a reader would not read.

Every mark is an edit (start, end, what is read in its place), so that offsets go on to count in the source file. What
is no text at all (code, front matter, definitions of links, imports) is set aside and counted.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from aligner.documents.blocks import (
    WHITE,
    Document,
    Edit,
    Kind,
    RawBlock,
    Span,
    keep_spans,
    paragraph_spans,
    strip_span,
)
from aligner.documents.html import BLOCK_TAGS
from aligner.documents.markdown import FRONT_MATTER
from aligner.text.language import detect_language

# The elements of the HTML standard that stand in a line (section 4.5, embedded content, forms), and those that it calls
# obsolete (16.2). https://html.spec.whatwg.org/
_INLINE_TAGS = frozenset(
    re.findall(
        r"\w+",
        """a abbr acronym area audio b bdi bdo big br canvas cite code data datalist del dfn em embed font i iframe img
        input ins kbd label link map mark math meta meter nobr noscript object output param picture progress q rp rt
        ruby s samp script slot small source span strike strong style sub sup svg template time track tt u var video
        wbr""",
    )
)
_VOID_TAGS = frozenset(re.findall(r"\w+", "area br col embed hr img input link meta param source track wbr"))
_TAGS = BLOCK_TAGS | _INLINE_TAGS
_APART_TAGS = BLOCK_TAGS | {"br", "hr", "img"}  # these part words: 'one<br>two'

# No mark of a line is longer, in characters: what is searched for its end no further stays linear on any text. The
# longest tags and addresses of handbooks have under 1,000 (test_markup.py: growth).
_LONGEST = 2000

_SPECIAL = re.compile(r"(?:https?|ftp)://|[\\`<\[\]!*_~&{$:]")
_URL = re.compile(r"[a-z]+://(?:[^\s<>\[\]*`|()\"']|\*(?=[\w?/.])|\([^\s<>()]{0,200}\))*", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][0-9A-Za-z]{1,31});")
_AUTOLINK = re.compile(r"<((?:[a-z][a-z0-9+.-]{1,31}:[^\s<>]*)|[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+)>", re.IGNORECASE)
_BRACES = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]{0,500}\}){0,500}\}){0,500}\}"
_ATTRIBUTE = rf"(?:[\w:@.#*-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|{_BRACES}|[^\s\"'=<>`{{}}]+))?|{_BRACES})"
_TAG = re.compile(
    r"<(?:(?P<close>/)\s*(?P<closed>[A-Za-z][\w:.-]*)?\s*>|"
    rf"(?P<name>[A-Za-z][\w:.-]*+)(?P<rest>(?:\s++{_ATTRIBUTE})*+)\s*+(?P<empty>/?)>|>)"
)
_NAMES = re.compile(r"<(/?)([A-Za-z][\w:.-]{0,60})")
# Where a link leads, and its title: CommonMark 0.31, section 6.3; brackets nest twice here.
_DESTINATION = re.compile(
    r"""\(\s*(?:<[^<>\n]*>|(?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.|\([^\s()]*\))*\))*)
        (?:\s+(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\)))?\s*(?:=[0-9%x]*\s*)?\)""",
    re.VERBOSE | re.DOTALL,
)
# What is no link to CommonMark but meant as one: an address with a space in it, a space before it.
_LOOSE_DESTINATION = re.compile(
    r"[ ]?\((?:(?:https?://|\.{0,2}/|#)[^()\n]{0,500}"
    r"|[^()\n]{1,300}\.(?:mdx?|html?|pdf|png|jpe?g|gif|svg|webp|docx?))\)"
)
_LABEL = re.compile(r"[ ]?\[([^\[\]]{0,999})\]")
_DEFINITION = re.compile(
    r"""^[ \t>]*+\[(?!\^)(?P<label>[^\[\]\n]{1,999})\]:[ \t]*(?:<[^<>\n]*>|(?=[^\s]*[/.\#:])[^\s]+)
        (?:[ \t]+(?:"[^\n]*"|'[^\n]*'|\([^\n]*\)))?[ \t]*$""",
    re.VERBOSE | re.MULTILINE,
)
_FOOTNOTE = re.compile(r"[ \t>]*+\[\^([^\s\[\]]{1,99})\]:[ \t]*")
_FOOTNOTES = re.compile(rf"^{_FOOTNOTE.pattern}", re.MULTILINE)
_WIKI = re.compile(r"\[\[(?!\s)([^\[\]|\n]{1,200})(?:\|([^\[\]|\n]{1,200}))?\]\]")
_ANCHOR = re.compile(r"[A-Za-z][\w:.-]*", re.ASCII)
_UNDERLINE = re.compile(r"[ \t]*\n[ \t>]*(?:==|--)")
_LINE_END = re.compile(r"[ \t\xa0]*+(?:\n|\Z)")
_FORMULA = re.compile(r"[\^_=]|\\[a-zA-Z]")
_TIGHT_HEADING = re.compile(r"#{2,6}(?=[^\W\d_])")  # '##Title', which CommonMark takes for text
# Directives of MyST whose fences hold text, not code: its admonitions, and what stands beside the text.
_DIRECTIVE = re.compile(
    r"[ \t>]*(?:`{3,}|~{3,})\{(?:admonition|attention|caution|danger|error|hint|important|margin|note|seealso"
    r"|sidebar|tip|todo|topic|versionadded|versionchanged|warning)\}(?P<title>[^\n]*)"
)
_OPTION = re.compile(r"[ \t>]*:[\w-]+:[^\n]*(?:\n|\Z)")
_TASK = re.compile(r"\[[ xX]\](?=\s)")
_ALERT = re.compile(r"\[![A-Za-z]{2,20}\][+-]?")
_CONTENTS = re.compile(r"\[{1,2}_{0,2}toc_{0,2}\]{1,2}", re.IGNORECASE)
# Ids and classes: kramdown's and pandoc's lists of attributes, Docusaurus's and Hugo's ids of headings.
_ATTRIBUTES = re.compile(
    r"""\{:?[ \t]*(?:[#.][\w:.-]+|[\w:-]+=(?:"[^"{}\n]*"|'[^'{}\n]*'|[^\s{}"']+)|(?<=:)[\w-]+)
        (?:[ \t]+(?:[#.]?[\w:.-]+|[\w:-]+=(?:"[^"{}\n]*"|'[^'{}\n]*'|[^\s{}"']+)))*[ \t]*\}""",
    re.VERBOSE,
)
_ROLE = re.compile(r":(?P<name>[a-z][a-z:_-]{1,30}):(?=`)")
_DUMB_ROLES = frozenset({"label", "width", "height", "begin_tab", "end_tab"})  # whose text is an id or a size
_DUNDER = re.compile(
    r"__(?:[a-z]+__(?=[.(\[]\w)|(?:all|call|class|dict|doc|enter|eq|exit|file|getattr|hash|init|iter|len|main|name|new"
    r"|next|repr|setattr|slots|str|version)__)"
)
# Svelte's blocks, as handbooks for two frameworks have them: {#if pt}, {:else}, {/if}, {@html x}.
_BLOCK = re.compile(
    r"\{(?:[#/](?:if|each|await|key|snippet)|:(?:else|then|catch)|@(?:html|const|render))\b[^{}\n]{0,300}\}"
)
_ENDS = {"{{": "}}", "{%": "%}", "{/*": "*/}", "{#": "#}"}

_TOML = re.compile(r"\+\+\+[ \t]*\n(?:(?!\+\+\+[ \t]*$).*\n)*\+\+\+[ \t]*(?:\n|\Z)", re.MULTILINE)
_LIQUID_CODE = re.compile(
    r"\{%-?\s*(?P<name>codeblock|highlight|code|comment|mermaid|uml)\b[^%\n]{0,500}%\}|\{%-?\s*end(?P<end>[a-z]+)\s*-?%\}"
)
_MDX = re.compile(
    r"import\s(?:[^'\"\n]{1,500}\sfrom\s|\s*)['\"][^'\"\n]+['\"];?|import\s*\{[^{}]{1,1000}\}\s*from\s*['\"][^'\"\n]+['\"];?"
    r"|export\s+(?:default\s+(?:function\b|class\b|async\b|\w+\s*(?:[;({=]|\Z)|[({])|(?:const|let|var)\s+[\w{[]"
    r"|(?:async\s+)?function\s*\*?\s*\w*\s*\(|class\s+\w+\s*(?:\{|extends\b)|\{|\*\s*from\b)"
)
# The first line of an admonition, and its last: Docusaurus and VuePress (:::note Title), MkDocs (!!! note "Title").
_FENCE = re.compile(
    r"""^[ \t>]*+(?::{3,}+[ \t]*+(?:\{[^{}\n]*\}|[\w-]+(?:\{[^{}\n]*\})?)?+(?P<title>[^\n]*)
          |(?:!!!|\?\?\?\+?|===)[ \t]+(?=["\w])[\w -]{0,100}?(?:"(?P<named>[^"\n]*)")?[ \t]*)$""",
    re.VERBOSE | re.MULTILINE,
)


@dataclass
class _Page:
    """What lines of a document say of others: labels that are defined, tags that are opened and closed."""

    text: str

    @cached_property
    def labels(self) -> frozenset[str]:
        """Labels of links, folded."""
        return frozenset(_fold(found["label"]) for found in _DEFINITION.finditer(self.text))

    @cached_property
    def has_fragments(self) -> bool:
        """Whether a fragment of JSX is closed anywhere."""
        return "</>" in self.text

    @cached_property
    def notes(self) -> frozenset[str]:
        """Labels of footnotes."""
        return frozenset(_FOOTNOTES.findall(self.text))

    @cached_property
    def tags(self) -> tuple[frozenset[str], frozenset[str]]:
        """Names of opening and of closing tags."""
        names = _NAMES.findall(self.text)
        return frozenset(n for slash, n in names if not slash), frozenset(n for slash, n in names if slash)


def _fold(label: str) -> str:
    return " ".join(label.split()).casefold()


def strip_markdown(document: Document) -> Document:
    r"""Take the markup out of a Markdown document: its blocks show what is read, and nothing else is a block.

    Parameters
    ----------
    document : Document
        As `markdown_document` gives it.

    Returns
    -------
    Document
        Links and images leave their text, emphasis, code spans, tags and escapes what they hold, character references
        their character; heading ids, lists of attributes, Liquid and MDX expressions nothing. Set aside: front matter,
        code, definitions of links, imports, blocks in which only markup stands. Comments stay (`leave_comments`).

    Examples
    --------
    >>> from aligner.documents.markdown import markdown_document
    >>> document = strip_markdown(markdown_document("# See [the *map*](m.png) {#see}\n\n```\nx = 1\n```\n"))
    >>> [document.read(b.start, b.end).strip() for b in document.blocks], document.set_aside
    (['See the map'], (('code', 'x = 1'),))
    """
    page = _Page(document.text)
    head = FRONT_MATTER.match(document.text) or _TOML.match(document.text)
    sheet = _Sheet(document)
    if head:
        sheet.aside.append(("front matter", head[0].strip()))
    coded = list(_coded_spans(document.text))
    starts = [start for start, _ in coded]
    for block in document.blocks:
        k = bisect_right(starts, block.start) - 1
        if head and block.end <= head.end():
            continue
        parts = _directive(sheet, block) if block.kind == "code" else []
        if parts:
            for part in parts:
                _strip_block(sheet, part, page)
        elif block.kind == "code" or (k >= 0 and block.end <= coded[k][1]):
            sheet.leave("code", block)
        elif _MDX.match(document.plain, block.start, block.end):
            sheet.leave("import or export", block)
        else:
            for part in _cut_fences(sheet, block):
                _strip_block(sheet, part, page)
    return sheet.document()


def leave_code(document: Document) -> Document:
    """Set the code of a page or a book aside; its tags are taken out already.

    Examples
    --------
    >>> from aligner.documents.html import html_document
    >>> leave_code(html_document("<p>Run it.<pre><code>x()</code></pre>")).set_aside
    (('code', 'x()'),)
    """
    return _leave(document, "code")


def _leave(document: Document, kind: Kind) -> Document:
    """Set the blocks of a kind aside."""
    sheet = _Sheet(document)
    for block in document.blocks:
        if block.kind == kind:
            sheet.leave(kind, block)
        else:
            sheet.keep(block)
    return sheet.document()


def leave_comments(documents: Sequence[Document]) -> list[Document]:
    r"""Set comments aside, except where one document has one language in its comments and the other outside of them.

    Examples
    --------
    >>> from aligner.documents.markdown import markdown_document
    >>> [document] = leave_comments([markdown_document("<!-- To do: update this. -->\n\nThe well is dry again.\n")])
    >>> document.set_aside
    (('comment', 'To do: update this.'),)
    """
    return [
        _leave(document, "comment")
        if any(block.kind == "comment" for block in document.blocks)
        and not (len(documents) == 1 and _is_translated(document))
        else document
        for document in documents
    ]


def _is_translated(document: Document) -> bool:
    """Whether the comments are in one language and next to all else is in the other."""
    inside, outside = Counter[str](), Counter[str]()
    for block in document.blocks:
        read = document.read(block.start, block.end)
        (inside if block.kind == "comment" else outside)[detect_language(read)[:2]] += len(read)
    for own, other in (("en", "vi"), ("vi", "en")):
        if inside[own] > inside[other] and outside[other] > 0:
            return outside[own] < _FOREIGN_SHARE * outside[other] and inside[own] > _FOREIGN_SHARE * outside[other]
    return False


# Of the language of translated comments, at most this share of the characters stands outside of them (names, headings
# that were kept), and they have more than this share of what they translate; held by test_markup.py.
_FOREIGN_SHARE = 0.2
_NO_PROSE = re.compile(r"(?:(?:https?|ftp)://|www\.)\S+|[\w.+-]{1,64}@[\w.-]+|\$[^$]+\$")
_NO_WORD = re.compile(r"(?<!\S)[^\s/\\\d]*+[/\\\d]\S*")  # from the start of a word alone, which may be long


def leave_the_same(source: Document, target: Document) -> tuple[Document, Document]:
    r"""Set aside blocks without prose (addresses, numbers, code alone) that both sides have: nobody translates them.

    Examples
    --------
    >>> from aligner.documents.plain import plain_document
    >>> left = leave_the_same(plain_document("See here:\n\nhttps://a.org/x"), plain_document("https://a.org/x"))
    >>> [len(document.blocks) for document in left], left[0].set_aside
    ([1, 0], (('the same on both sides', 'https://a.org/x'),))
    """
    shown = [[_shown(document, block) for block in document.blocks] for document in (source, target)]
    on_both = set(shown[0]).intersection(shown[1])  # few blocks are, and only these can be the same
    if not on_both:
        return source, target
    keys = [
        [
            _bare_key(document, block, text) if text in on_both else ""
            for block, text in zip(document.blocks, texts, strict=True)
        ]
        for document, texts in zip((source, target), shown, strict=True)
    ]
    shared = Counter(filter(None, keys[0])) & Counter(filter(None, keys[1]))
    left = []
    for document, own in zip((source, target), keys, strict=True):
        if not shared:
            return source, target
        rest, sheet = Counter(shared), _Sheet(document)
        for block, key in zip(document.blocks, own, strict=True):
            if rest[key]:
                rest[key] -= 1
                sheet.leave("the same on both sides", block)
            else:
                sheet.keep(block)
        left.append(sheet.document())
    return left[0], left[1]


def _shown(document: Document, block: RawBlock) -> str:
    """What is read of a block."""
    return document.read(block.start, block.end).strip(WHITE)


def _bare_key(document: Document, block: RawBlock, shown: str) -> str:
    """What a block without prose says; nothing for one that has some."""
    if block.cell is not None:
        return ""
    raw = document.text[block.start : block.end]
    is_code = raw[:1] == "`" == raw[-1:] and "`" not in raw.strip("`") and " " not in raw
    return shown if is_code or not any(map(str.isalpha, _NO_WORD.sub("", _NO_PROSE.sub("", shown)))) else ""


class _Sheet:
    """The blocks and edits of a document as they are decided, and what is set aside."""

    def __init__(self, document: Document) -> None:
        self.given = document
        self.blocks: list[RawBlock] = []
        self.edits: list[Edit] = []
        self.aside: list[tuple[str, str]] = []

    def keep(self, block: RawBlock) -> None:
        self.blocks.append(block)

    def leave(self, kind: str, block: RawBlock) -> None:
        self.aside.append((kind, " ".join(self.given.plain[block.start : block.end].split())))

    def document(self) -> Document:
        """The document with these blocks; all else of its plain text is blank."""
        plain = keep_spans(self.given.plain, ((block.start, block.end) for block in self.blocks))
        edits = tuple(sorted({*self.given.edits, *self.edits}))
        aside = (*self.given.set_aside, *self.aside)
        return replace(self.given, plain=plain, blocks=tuple(self.blocks), edits=edits, set_aside=aside)


def _coded_spans(text: str) -> Iterator[Span]:
    """What stands between Liquid tags that show code or hide what they hold."""
    opened: re.Match[str] | None = None
    for found in _LIQUID_CODE.finditer(text):
        if opened is None and found["name"]:
            opened = found
        elif opened is not None and found["end"] == opened["name"]:
            yield opened.start(), found.end()
            opened = None


def _cut_fences(sheet: _Sheet, block: RawBlock) -> Iterator[RawBlock]:
    """A block cut at the fences of admonitions, of which the title is left."""
    plain, at = sheet.given.plain, block.start
    first = block
    for found in _FENCE.finditer(plain, block.start, block.end):
        yield from _part(plain, replace(first, start=at, end=found.start()))
        name = "title" if found["title"] is not None else "named"
        a, b = strip_span(plain, max(found.start(name), 0), max(found.end(name), 0))
        if plain.startswith("[", a) and plain.startswith("]", b - 1):
            a, b = a + 1, b - 1
        yield from _part(plain, replace(block, start=a, end=b, is_item=False))
        at, first = found.end(), replace(block, is_item=False)
    yield from _part(plain, replace(first, start=at, end=block.end))


def _directive(sheet: _Sheet, block: RawBlock) -> list[RawBlock]:
    """The paragraphs of a fence that holds text; none of one that holds code."""
    document, start = sheet.given, block.start
    before = document.text[max(start - 500, 0) : start].rstrip(" \t\n>")
    found = _DIRECTIVE.fullmatch(before[before.rfind("\n") + 1 :])
    if found is None:
        return []
    if found["title"].strip():
        sheet.aside.append(("title of a fence", found["title"].strip()))
    while option := _OPTION.match(document.plain, start, block.end):
        start = option.end()
    return [replace(block, kind="text", start=a, end=b) for a, b in paragraph_spans(document.plain, start, block.end)]


def _part(plain: str, block: RawBlock) -> Iterator[RawBlock]:
    start, end = strip_span(plain, block.start, block.end)
    if start < end:
        yield replace(block, start=start, end=end)


def _strip_block(sheet: _Sheet, block: RawBlock, page: _Page) -> None:
    """Find the edits of a block, and keep it if anything is left to read."""
    document, start = sheet.given, block.start
    piece = document.plain[start : block.end]
    edits: list[Edit] = []
    for found in _DEFINITION.finditer(piece):
        sheet.aside.append(("link definition", found[0].strip(" \t>")))
        edits.append((*found.span(), ""))
    before = document.text[max(start - 200, 0) : start]  # a heading's mark is nearer
    is_heading = before[before.rfind("\n") + 1 :].lstrip(" \t>").startswith("#")
    is_heading |= _UNDERLINE.match(document.text, block.end) is not None
    marks = _Inline(piece, page, is_heading, list(edits), block.cell is not None).find()
    made = tuple((start + a, start + b, shown) for a, b, shown in marks)
    if replace(document, edits=made).read(start, block.end).strip(WHITE):
        sheet.edits += made
        sheet.keep(block)
    elif not edits:
        sheet.leave("markup", block)


@dataclass(slots=True)
class _Run:
    """A run of delimiters."""

    at: int  # of the first that is not used yet
    length: int
    is_opener: bool
    is_closer: bool
    given: int  # how many it was


@dataclass
class _Inline:
    """Scans the text of one block once, from left to right."""

    text: str
    page: _Page
    is_heading: bool
    edits: list[Edit]
    is_cell: bool = False  # of a table: a pipe is escaped even in code
    brackets: list[Span] = field(default_factory=list)  # where each opens, and behind its mark
    runs: list[tuple[str, _Run]] = field(default_factory=list)
    first: int = 0  # where the text begins behind white space

    def find(self) -> list[Edit]:
        """All edits, in order, none in another."""
        text, at = self.text, 0
        defined = [(a, b) for a, b, _ in self.edits]
        self.first = len(text) - len(text.lstrip(WHITE))
        scanners = {
            "\\": self._escape, "`": self._code, "<": self._tag, "[": self._open, "]": self._close, "!": self._image,
            "*": self._run, "_": self._run, "~": self._run, "&": self._entity, "{": self._braces, "$": self._math,
            ":": self._role,
        }  # fmt: skip
        if found := _FOOTNOTE.match(text):
            self._drop(0, found.end())
            at = found.end()
        elif (found := _TIGHT_HEADING.match(text)) or (
            found := (_TASK.match(text) or _ALERT.match(text) or _CONTENTS.fullmatch(text))
        ):
            self._drop(*found.span())
            at = found.end()
        while special := _SPECIAL.search(text, at):
            i = special.start()
            while defined and defined[0][1] <= i:
                del defined[0]
            if defined and defined[0][0] <= i:
                at = defined[0][1]
            elif len(special[0]) > 1:
                url = _URL.match(text, i)
                at = i + len(url[0].rstrip("_~.,;:!?&")) if url else special.end()
            else:
                at = scanners[special[0]](i)
        self._pair()
        return _apart(self.edits)

    def _drop(self, start: int, end: int, shown: str = "") -> None:
        if start < end:
            self.edits.append((start, end, shown))

    def _space(self, start: int, end: int) -> str:
        """What stands for a mark that parts what is before it and behind it."""
        before, after = self.text[max(start - 1, 0) : start], self.text[end : end + 1]
        return " " if before.isalnum() or after.isalnum() else ""

    def _escape(self, i: int) -> int:
        after = self.text[i + 1 : i + 2]
        closing = self.text.find("\\]", i + 2, i + _LONGEST) if after == "[" else -1
        if closing > 0 and _FORMULA.search(self.text, i + 2, closing):
            return closing + 2
        if after == "(" and (end := self.text.find("\\)", i, i + _LONGEST)) > 0:
            return end + 2  # mathematics
        if after and (after == "\n" or (after.isascii() and unicodedata.category(after)[0] in "PS")):
            self._drop(i, i + 1)
            return i + 2
        return i + 1

    @cached_property
    def _ticks(self) -> dict[int, list[int]]:
        """Where runs of backticks stand, by their length."""
        found: dict[int, list[int]] = {}
        for run in re.finditer(r"`+", self.text):
            found.setdefault(len(run[0]), []).append(run.start())
        return found

    def _code(self, i: int) -> int:
        n = 1
        while self.text.startswith("`", i + n):
            n += 1
        places = self._ticks.get(n, [])
        k = bisect_left(places, i + n)
        if k == len(places):
            return i + n
        end = places[k]
        inner = self.text[i + n : end]
        pad = inner[:1] == " " == inner[-1:] and inner.strip(" ") != ""
        self._drop(i, i + n + pad)
        self._drop(end - pad, end + n)
        for pipe in re.finditer(r"\\(?=\|)", inner) if self.is_cell else ():
            self._drop(i + n + pipe.start(), i + n + pipe.end())
        return end + n

    def _tag(self, i: int) -> int:
        text = self.text
        if text.startswith("<!--", i):
            end = text.find("-->", i + 4)
            if end < 0:
                return len(text)
            self._drop(i, end + 3, self._space(i, end + 3))
            return end + 3
        if found := _AUTOLINK.match(text, i, i + _LONGEST):
            self._drop(i, i + 1)
            self._drop(found.end() - 1, found.end())
            return found.end()
        found = _TAG.match(text, i, i + _LONGEST)
        if found is None or not self._is_tag(found):
            return i + 1
        name = (found["name"] or found["closed"] or "").lower()
        self._drop(*found.span(), self._space(*found.span()) if name in _APART_TAGS else "")
        return found.end()

    def _is_tag(self, found: re.Match[str]) -> bool:
        """Whether this is a tag: not what stands for a type ('List<int>') or a value ('<your name>')."""
        opened, closed = self.page.tags
        if found["close"]:
            name = found["closed"]
            return not name or name in opened or name.lower() in _TAGS
        name = found["name"]
        if not name:  # an empty tag opens a fragment of JSX
            return self.page.has_fragments
        if "=" not in found["rest"] and "{" not in found["rest"] and len(found["rest"].split()) > 1:
            return False
        is_known = name.lower() in _TAGS
        is_paired = bool(found["empty"]) or name in closed
        if self.text[max(found.start() - 1, 0) : found.start()].isalnum():  # 'Set<i>'
            return is_paired or (is_known and name.lower() in _VOID_TAGS)
        return is_paired or is_known

    def _image(self, i: int) -> int:
        if self.text.startswith("[", i + 1) and not self.text.startswith("[[", i + 1):
            self.brackets.append((i, i + 2))
            return i + 2
        return i + 1

    def _open(self, i: int) -> int:
        text = self.text
        wiki = _WIKI.match(text, i)
        if wiki and not text.startswith(("(", "["), wiki.end()) and any(map(str.isalpha, wiki[1])):
            is_alone = (self.is_heading or i == self.first) and _LINE_END.match(text, wiki.end())
            if wiki[2] is None and _ANCHOR.fullmatch(wiki[1]) and is_alone:
                self._drop(*wiki.span())
            else:
                shown = 2 if wiki[2] is not None else 1
                self._drop(i, wiki.start(shown))
                self._drop(wiki.end(shown), wiki.end())
            return wiki.end()
        self.brackets.append((i, i + 1))
        return i + 1

    def _close(self, j: int) -> int:
        if not self.brackets:
            return j + 1
        text, (start, inner) = self.text, self.brackets.pop()
        is_image = inner - start == 2
        label = text[inner:j] if j - inner < 1000 else ""
        if label.startswith("^") and (label[1:] in self.page.notes or label[1:].isdecimal()):
            self._drop(start, j + 1)
            return j + 1
        end = j + 1
        found = _DESTINATION.match(text, j + 1, j + 1 + _LONGEST) or _LOOSE_DESTINATION.match(text, j + 1)
        if found is None and (named := _LABEL.match(text, j + 1)) and _fold(named[1] or label) in self.page.labels:
            found = named
        if found:
            end = found.end()
        elif _fold(label) not in self.page.labels and not _ATTRIBUTES.match(text, j + 1):
            return j + 1
        if attributes := _ATTRIBUTES.match(text, end):
            end = attributes.end()
        is_glued = is_image and text[max(start - 1, 0) : start].isalnum(), is_image and text[end : end + 1].isalnum()
        self._drop(start, inner, " " * is_glued[0])
        self._drop(j, end, " " * is_glued[1])
        return end

    def _run(self, i: int) -> int:
        text, mark = self.text, self.text[i]
        end = i + 1
        while text.startswith(mark, end):
            end += 1
        if mark == "_" and (dunder := _DUNDER.match(text, i)):
            return dunder.end()
        before, after = text[max(i - 1, 0) : i] or " ", text[end : end + 1] or " "
        left = not after.isspace() and (not _is_mark(after) or before.isspace() or _is_mark(before))
        right = not before.isspace() and (not _is_mark(before) or after.isspace() or _is_mark(after))
        if mark == "_":
            left, right = left and (not right or _is_mark(before)), right and (not left or _is_mark(after))
        is_product = before.isalnum() and after.isalnum() and (before.isdigit() or after.isdigit())
        is_path = "/" in (before, after)  # **/*.js
        if not is_product and not is_path and (mark != "~" or end - i == 2):
            self.runs.append((mark, _Run(i, end - i, left, right, end - i)))
        return end

    def _entity(self, i: int) -> int:
        found = _REFERENCE.match(self.text, i)
        shown = html.unescape(found[0]) if found else ""
        if found is None or shown == found[0] or unicodedata.category(shown[0]) in ("Cc", "Cs", "Cn"):
            return i + 1
        self._drop(*found.span(), " " if shown.isspace() else shown)
        return found.end()

    def _braces(self, i: int) -> int:
        text = self.text
        for mark, closing in _ENDS.items():
            if text.startswith(mark, i) and (end := text.find(closing, i + len(mark), i + _LONGEST)) > 0:
                if mark == "{#" and not text[i + 2 : i + 3].isspace():
                    continue  # an id, not a comment of a template
                end += len(closing)
                self._drop(i, end)
                return end
        if found := _BLOCK.match(text, i):
            self._drop(*found.span())
            return found.end()
        found = _ATTRIBUTES.match(text, i, i + _LONGEST)
        is_behind = i > 0 and text[i - 1] in "`*])"
        if found and (is_behind or _LINE_END.match(text, found.end())):
            self._drop(*found.span())
            return found.end()
        return i + 1

    def _math(self, i: int) -> int:
        """Leave mathematics as it is: a dollar sign, no space behind it, and none before the one that closes."""
        text = self.text
        mark = "$$" if text.startswith("$$", i) else "$"
        end = text.find(mark, i + len(mark), i + _LONGEST)
        if end < 0:
            return i + len(mark)
        is_price = text[i + 1].isspace() or text[end - 1].isspace() or text[end + 1 : end + 2].isdigit()
        if mark == "$" and is_price:
            return i + 1
        return end + len(mark)

    def _role(self, i: int) -> int:
        """A role of Sphinx or of the d2l books, as :ref:`text`."""
        found = _ROLE.match(self.text, i)
        if found is None:
            return i + 1
        end = self.text.find("`", found.end() + 1, found.end() + _LONGEST)
        if end < 0:
            return i + 1
        if found["name"] in _DUMB_ROLES:
            self._drop(i, end + 1)
            return end + 1
        self._drop(*found.span())
        return found.end()

    def _pair(self) -> None:
        """Pair delimiters as CommonMark 0.31 does (section 6.2), each closer with the nearest opener of its kind."""
        open_runs: dict[str, list[_Run]] = {"*": [], "_": [], "~": []}
        for mark, run in self.runs:
            stack = open_runs[mark]
            while run.is_closer and run.length and stack:
                opener = stack[-1]
                odd = (opener.is_closer or run.is_opener) and (opener.given + run.given) % 3 == 0
                if odd and (opener.given % 3 or run.given % 3):
                    break
                n = 2 if min(opener.length, run.length) >= 2 else 1
                self._drop(opener.at + opener.length - n, opener.at + opener.length)
                self._drop(run.at, run.at + n)
                opener.length -= n
                run.at, run.length = run.at + n, run.length - n
                for other in open_runs.values():
                    while other and other[-1].at > opener.at:
                        other.pop()
                if not opener.length:
                    stack.pop()
            if run.is_opener and run.length:
                stack.append(run)
        self._pair_strays()

    def _pair_strays(self) -> None:
        """Pair what browsers show and writers meant: '**Lưu ý:**Hãy', '**Lưu ý: **Hãy'."""
        strays = [run for mark, run in self.runs if mark == "*" and run.length == run.given == 2]
        while len(strays) > 1:
            first, last = strays[0], strays[1]
            inner = self.text[first.at + 2 : last.at]
            is_apart = not self.text[last.at + 2 : last.at + 3].isalnum()  # not '**kwargs and **options'
            is_closed = is_apart or not inner[-1:].isspace() or inner.rstrip()[-1:] in (":", ".", "!", "?")
            if inner and not inner[0].isspace() and is_closed:
                self._drop(first.at, first.at + 2)
                self._drop(last.at, last.at + 2)
                del strays[:2]
            else:
                del strays[0]


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


def _apart(edits: Iterable[Edit]) -> list[Edit]:
    """Edits in order; one that begins inside another is part of it."""
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda e: (e[0], -e[1])):
        if not kept or edit[0] >= kept[-1][1]:
            kept.append(edit)
    return kept
