"""The pieces of a PDF's pages as words in rows, and the rows that stand at the edge of page after page."""

from __future__ import annotations

import bisect
import itertools
import re
import statistics
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from aligner.documents.pdf_pages import AFTER_MARK, SMALLER, WORD_GAP, Pages, Piece
from aligner.documents.pdf_pages import RAISED as RAISED_BY
from aligner.text.fonts import decode_fonts
from aligner.text.words import english_words

RAISED, END_RAISED = "\x0e", "\x0f"
"""Stand around raised characters in a word until it is known whether they point to a note; no text has them."""

# Of the type size ("em"). Held by the articles that tests/test_pdf.py prints.
_SAME_ROW: Final = 0.25  # baselines nearer than this are one row: TrueType rounds by a tenth, lines are 0.9 apart
_INITIAL: Final = 1.9  # of the usual size: an initial goes over two lines or more
_MOST_INITIALS: Final = 20  # on a page; each is sought among all pieces
_EDGE_ROWS: Final = 4  # rows from an edge that may be running heads: title, chapter, a rule of hyphens, number
_SAME_HEIGHT: Final = 6.0  # points; a running head stands at one height
_SET_APART: Final = 1.3  # of the usual leading: between a running head and the text, where it is not set smaller
_LARGEST_HEAD: Final = 1.05  # of the size of running text: what is larger and numbered is a heading

_SUBSET: Final = re.compile(r"[A-Z]{6}\+")
_STYLE: Final = re.compile(r"(?:[ ,-]?(?:bold|italic|oblique|regular|normal|mt|ps))+$", re.IGNORECASE)
_BOLD: Final = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
_NO_DOT: Final = re.compile(r"[._]?(?=V[nN][A-Z][a-z])")
# Fonts of pictures: whatever letter they have on a key is a mark to look at.
_PICTURES: Final = re.compile(r"wingdings|webdings|dingbats", re.IGNORECASE)
_LIGATURES: Final = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
_SYMBOLS: Final = {0xF0B7: "•", 0xF0A7: "▪", 0xF0D8: "➢", 0xF0FC: "✓", 0xF06F: "◦", 0xF0A8: "◦", 0xF076: "❖"}

_NUMBER: Final = re.compile(r"(?<!\d)\d{1,4}(?!\d)")
_OF_ALL: Final = re.compile(r"(?<!\d)(\d{1,4})\s?(?:/|\||of|trên|trong)\s?\d{1,4}(?!\d)")  # a page of all
# A row that is nothing but a page's number: '12', '- 12 -', 'Page 3 of 12', 'Trang 3/12', 'xii'.
_PAGE_NUMBER: Final = re.compile(
    r"[^\w\s]{0,3}\s?(?:(?:page|trang|p\.|tr\.)\s?)?(?P<number>\d{1,4}|[ivxl]{1,7})"
    r"(?:\s?(?:/|\||of|trên|trong)\s?(?P<all>\d{1,4}))?\s?[^\w\s]{0,3}",
    re.IGNORECASE,
)


# What browsers print above a page: date, time, title.
_BROWSER_HEAD: Final = re.compile(r"\d{1,2}/\d{1,2}/\d{2,4},? \d{1,2}:\d{2}(?: [AP]M|\b)")


class Word(NamedTuple):
    """Characters between spaces: text, ends and baseline in points, size, and whether bold."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool


@dataclass(slots=True)
class Row:
    """Words on one baseline, from left to right."""

    words: list[Word]
    y: float

    @property
    def text(self) -> str:
        """The words with a space between them."""
        return " ".join(word.text for word in self.words)

    @property
    def size(self) -> float:
        """Size of most of its characters."""
        return most_common((word.size, len(word.text)) for word in self.words)


def most_common(values: Iterable[tuple[float, int]]) -> float:
    """The value of the greatest weight, to a tenth; 0 without any.

    Examples
    --------
    >>> most_common([(12.0, 3), (9.96, 10)])
    10.0
    """
    weights: Counter[float] = Counter()
    for value, weight in values:
        weights[round(value, 1)] += weight
    return max(weights, key=lambda value: (weights[value], -value), default=0.0)


def font_name(name: str) -> str:
    """Name of a font without what PDF writers do to it.

    Examples
    --------
    >>> font_name("ABCDEF+VnTimeH,Bold"), font_name("_VnArial"), font_name("VNI-Times-Italic")
    ('.VnTimeH', '.VnArial', 'VNI-Times')
    """
    plain = _SUBSET.sub("", name, count=1).replace("#2E", ".").replace("#20", " ")
    return _NO_DOT.sub(".", _STYLE.sub("", plain), count=1)


def rows_of(read: Pages) -> list[list[Row]]:
    """Rows of each page, from the top, their words in Unicode's letters.

    Examples
    --------
    >>> from aligner.documents.pdf_pages import Page
    >>> piece = Piece("ViÖt", 10, 30, 700, 12, 0)
    >>> pages = Pages((Page(595, 842, (piece, Piece("Nam", 34, 50, 700, 12, 0))),), (".VnTime",))
    >>> [row.text for row in rows_of(pages)[0]]
    ['Việt Nam']
    """
    names = [font_name(name) for name in read.fonts]
    bold = [bool(_BOLD.search(name)) for name in read.fonts]
    pictures = [bool(_PICTURES.search(name)) for name in read.fonts]
    rows = [_with_raised(_rows(_with_initials(page.pieces))) for page in read.pages]
    words = [word for page in rows for row in page for word in _words(row)]
    texts = decode_fonts([[(_marked(p, pictures[p.font]), names[p.font]) for p in pieces] for pieces in words])
    decoded = iter(zip(words, texts, strict=True))
    return [[_row(itertools.islice(decoded, len(_words(row))), bold) for row in page] for page in rows]


def _with_initials(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces with large initials brought up to the line that they begin."""
    found = list(pieces)
    usual = most_common((piece.size, len(piece.text)) for piece in pieces)
    large = [
        k
        for k, piece in enumerate(pieces)
        if len(piece.text) <= 2 and piece.text[-1:].isupper() and piece.size >= _INITIAL * usual
    ]
    for k in large if len(large) <= _MOST_INITIALS else ():  # browsers draw them before all other text
        initial = pieces[k]
        if sum(piece.size > 0.8 * initial.size and abs(piece.y - initial.y) < 1 for piece in pieces) > 1:
            continue  # a letter of a title
        beside = [i for i, piece in enumerate(pieces) if _is_beside(piece, initial)]
        if beside:
            first = max(beside, key=lambda i: (pieces[i].y, -pieces[i].x0))
            line = pieces[first]
            found[k] = initial._replace(y=line.y, size=line.size, rise=0)
            is_word = initial.text in ("A", "I") and (initial.text + line.text).lower() not in english_words()[0]
            found[first] = line._replace(joint=-1 if is_word else 1)
    return found


def _is_beside(piece: Piece, initial: Piece) -> bool:
    """Whether a piece begins right of an initial, over its baseline."""
    return (
        _INITIAL * piece.size <= initial.size
        and -0.3 * piece.size < piece.x0 - initial.x1 < 1.2 * piece.size
        and 0.1 < (piece.y - initial.y) / initial.size < 0.95
    )


def _rows(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces by their baselines, from the top, those of a row from left to right."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (-piece.y, piece.x0)):
        if rows and rows[-1][0].y - piece.y < _SAME_ROW * min(piece.size, rows[-1][0].size):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    for row in rows:
        row.sort(key=lambda piece: piece.x0)  # stable: a mark that has its letter's place stays behind it
    return rows


def _with_raised(rows: Sequence[list[Piece]]) -> list[list[Piece]]:
    """Small pieces that stand raised behind words of one of the next rows made part of it."""
    kept: list[list[Piece]] = []
    for row in reversed(rows):
        candidates = kept[:-4:-1]  # in columns, rows of another may stand between
        rest = []
        for piece in row:
            below = next((other for other in candidates if _is_raised(piece, other, piece is row[0])), None)
            if below is None:
                rest.append(piece)
            else:
                bisect.insort(below, piece._replace(y=below[0].y, rise=1, joint=0), key=_left)
        if rest:
            kept.append(rest)
    return kept[::-1]


def _left(piece: Piece) -> float:
    return piece.x0


def _is_raised(piece: Piece, below: Sequence[Piece], is_first: bool) -> bool:
    """Whether a piece is raised behind one of the row's that it touches, or before it if it is the first of its own."""
    if piece.rise or len(piece.text) > 6:
        return False
    at = bisect.bisect_left(below, piece.x0, key=_left)
    return any(
        SMALLER[0] * other.size < piece.size < SMALLER[1] * other.size
        and RAISED_BY[0] < (piece.y - other.y) / other.size < RAISED_BY[1]
        and (
            abs(piece.x0 - other.x1) < 0.35 * other.size
            or (is_first and at == 0 and -0.3 * other.size < other.x0 - piece.x1 < AFTER_MARK * other.size)
        )
        for other in below[max(at - 2, 0) : at + 2]
    )


def _words(row: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces between which there is no space."""
    words: list[list[Piece]] = []
    for piece in row:
        last = words[-1][-1] if words else None
        if last is None or piece.joint < 0:
            words.append([piece])
        elif piece.joint > 0 or piece.x0 - last.x1 < WORD_GAP * max(piece.size, last.size):
            words[-1].append(piece)
        else:
            words.append([piece])
    return words


def _row(words: Iterable[tuple[Sequence[Piece], str]], bold: Sequence[bool]) -> Row:
    found = []
    for pieces, text in words:
        text = unicodedata.normalize("NFC", text.translate(_SYMBOLS).translate(_LIGATURES))
        size = most_common((p.size, len(p.text)) for p in pieces if not p.rise) or pieces[0].size
        is_bold = 2 * sum(len(p.text) for p in pieces if bold[p.font]) >= sum(len(p.text) for p in pieces)
        x0, x1 = min(p.x0 for p in pieces), max(p.x1 for p in pieces)
        found.append(Word(text, x0, x1, pieces[-1].y, size, is_bold))
    return Row(found, found[0].y)


def _marked(piece: Piece, is_picture: bool) -> str:
    """The text of a piece, with signs around what is raised."""
    if is_picture:
        return "•" * len(piece.text)
    return f"{RAISED}{piece.text}{END_RAISED}" if piece.rise > 0 else piece.text


def body_size(pages: Sequence[Sequence[Row]]) -> float:
    """Size of most characters of a document."""
    return most_common((word.size, len(word.text)) for rows in pages for row in rows for word in row.words)


def take_out_heads(pages: Sequence[list[Row]], body: float) -> Counter[str]:
    """Take the running heads and page numbers out of the rows of the pages.

    Parameters
    ----------
    pages : sequence of list of Row
        Rows of each page, from the top; changed.
    body : float
        Size of running text.

    Returns
    -------
    Counter
        Rows taken out: "running heads", "page numbers".

    Notes
    -----
    Such a row stands within four of the edge, all rows between it and the edge are such, too, and it says at the same
    height on another page the same, but for a number that counts the pages; a gap or a smaller size sets it apart.
    Where half of the pages have a head at one height and in one size, what else stands there is one.
    """
    taken: Counter[str] = Counter()
    edges = [(page, rows, edge) for page, rows in enumerate(pages) for edge in (1, -1)]
    offset = _number_offset([(page, rows[::edge][:_EDGE_ROWS]) for page, rows, edge in edges])
    seen: defaultdict[tuple[int, str], list[tuple[int, float]]] = defaultdict(list)
    for page, rows, edge in edges:
        for row in rows[::edge][:_EDGE_ROWS]:
            for text in {row.text, _folded(row, page, offset, body)}:
                seen[edge, text].append((page, row.y))
    heads: list[list[int]] = [[] for _ in pages]
    places: Counter[tuple[int, float, float]] = Counter()
    for page, rows, edge in edges:
        run = []
        for k, row in enumerate(rows[::edge][:_EDGE_ROWS]):
            texts = {row.text, _folded(row, page, offset, body)}
            others = [other for text in texts for other in seen[edge, text]]
            is_head = any(p != page and abs(y - row.y) < _SAME_HEIGHT for p, y in others)
            if not (is_head or _is_lone_number(rows[::edge], k, page, len(pages))):
                break
            run.append(k)
        for k in run[: _apart(rows[::edge], len(run))]:
            row = rows[::edge][k]
            heads[page].append(k if edge == 1 else len(rows) - 1 - k)
            places[edge, round(row.y), round(row.size)] += 1
    usual = {place for place, n in places.items() if n >= max(3, len(pages) / 2)}
    for page, rows, edge in edges:
        k = 0 if edge == 1 else len(rows) - 1
        if rows and k not in heads[page] and (edge, round(rows[k].y), round(rows[k].size)) in usual:
            heads[page].append(k)
    for rows, found in zip(pages, heads, strict=True):
        for k in sorted(set(found), reverse=True):
            taken["page numbers" if _PAGE_NUMBER.fullmatch(rows[k].text) else "running heads"] += 1
            del rows[k]
    return taken


def _apart(rows: Sequence[Row], n: int) -> int:
    """How many of the first n rows are set apart from what comes next, by a gap or by their size; page numbers are so.

    Where all that were looked at say the same on another page, it is the pages that are alike.
    """
    steps = [abs(a.y - b.y) for a, b in itertools.pairwise(rows)]
    usual = statistics.median(steps) if steps else 0.0
    for k in range(n if n < _EDGE_ROWS else 1, 0, -1):
        is_number = _PAGE_NUMBER.fullmatch(rows[k - 1].text) is not None
        if k == len(rows) or is_number or steps[k - 1] > _SET_APART * usual or rows[k - 1].size < 0.95 * rows[k].size:
            return k
    return 0


def _number_offset(edges: Sequence[tuple[int, Sequence[Row]]]) -> int | None:
    """By how much the numbers at the edges of most pages are ahead of the pages' own; rows of a number count twice."""
    votes: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for page, rows in edges:
        for row in rows:
            weight = 2 if _PAGE_NUMBER.fullmatch(row.text) else 1
            for number in _NUMBER.findall(row.text):
                found = votes[int(number) - page]
                found[page] = max(found.get(page, 0), weight)
    n_pages = len({page for page, rows in edges if rows})
    offset = max(votes, key=lambda key: (sum(votes[key].values()), -abs(key - 1), key), default=None)
    return offset if offset is not None and len(votes[offset]) >= max(2, n_pages / 2) else None


def _folded(row: Row, page: int, offset: int | None, body: float) -> str:
    """The row's text with '#' for the page's number; as it is where it may be a heading."""
    text = row.text
    is_number = _PAGE_NUMBER.fullmatch(text)
    if is_number and not is_number["number"].isdigit():
        return "#"
    if not is_number and row.size > _LARGEST_HEAD * body:
        return text
    text = _OF_ALL.sub(lambda match: "#" if int(match[1]) - page == offset else match[0], text)
    return _NUMBER.sub(lambda match: "#" if int(match[0]) - page == offset else match[0], text)


def _is_lone_number(rows: Sequence[Row], k: int, page: int, n_pages: int) -> bool:
    """Whether the row says no more than the page's own number, apart from the text or with the number of all pages."""
    match = _PAGE_NUMBER.fullmatch(rows[k].text)
    if match is None or not match["number"].isdigit():
        tokens = rows[k].words[-1].text if rows[k].words else ""
        is_foot = tokens == f"{page + 1}/{n_pages}" and "://" in rows[k].text
        return is_foot or _BROWSER_HEAD.match(rows[k].text) is not None
    if int(match["number"]) != page + 1:
        return False
    if match["all"] is not None:
        return int(match["all"]) == n_pages
    if k + 1 >= len(rows):
        return False
    leadings = [abs(a.y - b.y) for a, b in zip(rows[k + 1 :], rows[k + 2 :], strict=False)]
    usual = statistics.median(leadings) if leadings else rows[k].size
    return abs(rows[k].y - rows[k + 1].y) > 1.5 * usual
