"""PDF: paragraphs, cells and notes, put together again from characters and where they stand.

A PDF says which glyph stands where, not what is a paragraph. Rows, columns and tables come from the places (pdf_rows,
pdf_frames), paragraphs here: from leading, indentation, type size, and from whether the next word would have fitted.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from aligner.documents.blocks import MARKER, Document, RawBlock, join_chunks
from aligner.documents.pdf_frames import Frame, frames_of, take_out_notes
from aligner.documents.pdf_pages import Page, Pages, read_pages
from aligner.documents.pdf_rows import END_RAISED, RAISED, Row, body_size, most_common, rows_of, take_out_heads
from aligner.errors import InputError
from aligner.text.words import english_words

SCAN_CHARACTERS: Final = 100
"""Characters that a scanned page has at most: the stamp of a scanning program, a page number."""
SCAN_PICTURE: Final = 0.5
"""Share of a scanned page that its picture covers at least."""
UNMAPPED_SHARE: Final = 0.1
"""Share of the characters without a letter from which on a PDF is refused: bullets and formulas without one are fewer
than one in a hundred, text in one font of three is a third (test_pdf.py)."""

# Of the type size ("em") or of the usual leading; held by the articles that tests/test_pdf.py prints.
_LEADING: Final = 1.2  # where no paragraph of two full lines tells it
_TOLD_LEADING: Final = 200  # tenths of full lines in a size from which on it has a leading of its own
_WIDER: Final = 1.25  # of the usual leading: from here on a new paragraph; raised numbers spread lines by 1.15
_INDENT: Final = 0.8
_OTHER_SIZE: Final = 0.06
_HABIT: Final = 8  # lines after a full stop that are indented alike, from which on this is a habit
_SAME_PLACE: Final = 1.5  # points
_SLACK: Final = 0.4  # what a line may lack beside the next word: no break where a word cannot be parted from another
_FREE: Final = 0.25  # share of a line that is free where a sentence goes on only in the next paragraph
_MOSTLY_FREE: Final = 0.6  # and where the next line begins small, as in a list of words
_CENTRED: Final = 1.5
_SET_IN: Final = 0.08  # of the width of the frame: what a centred line leaves free on either side, or its neighbour
_MOSTLY_BOLD: Final = 0.6  # of the characters of a line in bold: letters that a bold font lacks come from another

_PAUSES: Final = ":;"  # a sentence may go on behind them
_DASHES: Final = "-–—"
_CLOSERS: Final = "\"'”’»)]}›"
_TERMINAL: Final = re.compile(rf"[.!?…:;][{re.escape(_CLOSERS)}{RAISED}{END_RAISED}\d*]*$")
# What begins an item or a clause, where the line before it has ended.
_ITEM: Final = re.compile(
    r"(?:\(?(?:\d{1,3}|[a-zđ]|[ivx]{1,5})[.)]|\d{1,2}(?:\.\d{1,2}){1,3}\.?|[IVX]{1,5}\.|[-–—*+•▪◦])\s"
    r"|(?:Điều|Khoản|Chương|Mục|Phần|Phụ lục|Article|Chapter|Section|Part|Annex|Appendix|Clause)\s+[\dIVXA-Z]{1,5}\b"
)
_NUMBERED: Final = re.compile(r"\(?(\d{1,3})[.)]\s")
_RAISED: Final = re.compile(f"{RAISED}([^{RAISED}{END_RAISED}]*){END_RAISED}")
_SUPERSCRIPTS: Final = str.maketrans("0123456789+-−n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ")
_CID: Final = re.compile(r"\(cid:\d+\)")
_WORD: Final = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_HYPHENS: Final = "-\u2010\xad"


@dataclass(slots=True)
class _Line:
    """A row as paragraphs need it."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    first_width: float
    page: int


@dataclass(slots=True)
class _Paragraph:
    """Lines that belong together, the frame they begin in, and where they stand in a table."""

    lines: list[_Line]
    frame: Frame
    is_note: bool = False
    cell: tuple[int, int, int] | None = None


def pdf_document(data: bytes) -> Document:
    """Blocks of a PDF file: paragraphs, cells of tables row by row, and after them the notes at the foot of pages.

    Parameters
    ----------
    data : bytes
        The file.

    Returns
    -------
    Document
        Columns one after another; paragraphs that run over columns and pages joined, and words that a hyphen parts at
        the end of a line; in NFC, ligatures as letters, the fonts of TCVN3, VNI and VPS decoded. Running heads, page
        numbers, and the signs that point to notes are in `left_out`.

    Raises
    ------
    InputError
        If it is no PDF, encrypted, a scan, without a map from its glyphs to letters, or over a limit of `pdf_pages`.
    MissingExtraError
        Without the extra `pdf`.

    Examples
    --------
    >>> pdf_document(b"GIF89a")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: not a PDF file; open it in a PDF reader and print it to a new PDF
    """
    read = read_pages(data)
    left_out = Counter(read.left_out)
    _refuse_unreadable(read, left_out)
    return _document(read, left_out)


def _refuse_unreadable(read: Pages, left_out: Counter[str]) -> None:
    """Refuse a file without letters; count the pages and characters that lack them."""
    n_characters = [sum(len(piece.text) for piece in page.pieces) for page in read.pages]
    scanned = [_is_scan(page, n) for page, n in zip(read.pages, n_characters, strict=True)]
    total = sum(n_characters)
    todo = "recognise its text first: ocrmypdf -l vie+eng IN.pdf OUT.pdf"
    if any(scanned) and sum(n for n, is_scan in zip(n_characters, scanned, strict=True) if not is_scan) == 0:
        found = f"{sum(scanned)} of {len(scanned)} pages are pictures without text"
        raise InputError("a scanned PDF", found=found, todo=todo)
    if not total and read.pages:
        found = f"only drawings, on {len(read.pages)} of {len(read.pages)} pages"
        raise InputError("a PDF without text", found=found, todo=todo)
    n_cids = sum(
        map(len, (match for page in read.pages for match in _CID.findall("".join(p.text for p in page.pieces))))
    )
    n_lost = read.unmapped + n_cids
    if n_lost > UNMAPPED_SHARE * total:
        found = f"{n_lost:,} of {total:,} characters"
        todo = "recognise its text anew: ocrmypdf --force-ocr -l vie+eng IN.pdf OUT.pdf"
        raise InputError("a PDF that does not say which letters its glyphs are", found=found, todo=todo)
    if any(scanned):
        left_out["scanned pages"] += sum(scanned)
    if read.unmapped:
        left_out["characters without a letter"] += read.unmapped


def _is_scan(page: Page, n_characters: int) -> bool:
    return page.picture >= SCAN_PICTURE and n_characters <= SCAN_CHARACTERS


def _document(read: Pages, left_out: Counter[str]) -> Document:
    rows = rows_of(read)
    body = body_size(rows)
    left_out.update(take_out_heads(rows, body))
    frames: list[Frame] = []
    notes: list[Frame] = []
    marks: list[set[str]] = []
    n_tables = 0
    for number, (page, of_page) in enumerate(zip(read.pages, rows, strict=True)):
        found = frames_of(of_page, page.rules, number, n_tables)
        n_tables += len({frame.cell[0] for frame in found if frame.cell})
        noted, pointed = take_out_notes(found, page.rules, body)
        frames += found
        notes += noted
        marks.append(pointed)
    _set_margins(frames)
    habits = _habits(frames, body)
    paragraphs = _joined(list(_paragraphs(frames, habits)), habits)
    for k, note in enumerate(notes):
        lines = [_line(row, note.page) for row in note.rows]
        goes_on = k > 0 and note.page != notes[k - 1].page and not _ends(_text_of(notes[k - 1].rows[-1]))
        if goes_on and lines[0].text[:1].islower():
            paragraphs[-1].lines += lines
        else:
            paragraphs.append(_Paragraph(lines, note, is_note=True))
    words = Counter(word.lower() for of_page in rows for row in of_page for word in _WORD.findall(row.text))
    chunks = []
    for paragraph in paragraphs:
        text = _resolved(paragraph, marks, words, left_out)
        if text:
            chunks.append((text, RawBlock(0, 0, cell=paragraph.cell)))
    return join_chunks(chunks, left_out=dict(sorted(left_out.items())))


# Lines


def _text_of(row: Row) -> str:
    return row.text.replace(f" {END_RAISED}", END_RAISED)


def _line(row: Row, page: int) -> _Line:
    words = row.words
    letters = [word for word in words if any(map(str.isalnum, word.text))] or words
    n_bold = sum(len(word.text) for word in letters if word.bold)
    is_bold = n_bold >= _MOSTLY_BOLD * sum(len(word.text) for word in letters)
    first = words[0].x1 - words[0].x0
    return _Line(_text_of(row), words[0].x0, words[-1].x1, row.y, row.size, is_bold, first, page)


def _set_margins(frames: Sequence[Frame]) -> None:
    """Give frames the right margin of the widest frame that begins where they do; cells that of their column."""
    widest: dict[tuple[int, int] | int, float] = {}

    def keys(frame: Frame) -> list[tuple[int, int] | int]:
        if frame.cell is not None:
            return [(frame.cell[0], frame.cell[2])]
        return [round(frame.left / 6) + k for k in (-1, 0, 1)]

    for frame in frames:
        for key in keys(frame):
            widest[key] = max(widest.get(key, 0.0), frame.right)
    for frame in frames:
        if frame.cell is not None or len(frame.rows) < 4:
            frame.right = widest[keys(frame)[-1 if frame.cell else 1]]


def _usual_leading(frames: Sequence[Frame]) -> Callable[[float], float]:
    """From a type size to the usual distance of its baselines, in points: between a full line and the next."""
    full: dict[float, Counter[float]] = {}
    for frame in frames:
        for above, below in itertools.pairwise(frame.rows):
            size = above.size
            if size and abs(below.size - size) < 0.3:
                is_full = above.words[-1].x1 > frame.right - 3 * size
                step = round((above.y - below.y) / size / 0.05) * 0.05
                if 0.8 <= step <= 3:
                    full.setdefault(round(size), Counter())[round(step, 2)] += 10 if is_full else 1
    steps = {size: _peak(counts) for size, counts in full.items()}
    default = most_common((100 * step, sum(full[size].values())) for size, step in steps.items()) / 100 or _LEADING
    steps = {size: step for size, step in steps.items() if sum(full[size].values()) >= _TOLD_LEADING}
    return lambda size: size * steps.get(round(size), default)


def _peak(counts: Counter[float]) -> float:
    """The step that most lines have, but for a twentieth."""

    def near(step: float) -> int:
        return sum(counts[round(step + k * 0.05, 2)] for k in (-1, 0, 1))

    return max(counts, key=lambda step: (near(step), counts[step], -step))


# Paragraphs


@dataclass(frozen=True, slots=True)
class _Habits:
    """How a document is set.

    Attributes
    ----------
    leading : callable
        From a type size to the usual distance between baselines, in points.
    body : float
        Size of running text.
    indent : float
        How far first lines are indented, in points; 0 where they are not.
    numbers : frozenset of int
        The numbers that lines begin with.
    """

    leading: Callable[[float], float]
    body: float
    indent: float
    numbers: frozenset[int]

    def is_item(self, text: str) -> bool:
        """Whether a line begins like an item; of numbers only where the one before or behind begins a line, too."""
        if not _ITEM.match(text):
            return False
        number = _NUMBERED.match(text)
        return (
            number is None
            or int(number[1]) == 1
            or not self.numbers.isdisjoint((int(number[1]) - 1, int(number[1]) + 1))
        )


def _habits(frames: Sequence[Frame], body: float) -> _Habits:
    indents: Counter[int] = Counter()
    numbers = set()
    for frame in frames:
        for row in frame.rows:
            if match := _NUMBERED.match(row.text):
                numbers.add(int(match[1]))
        if frame.cell is None:
            offsets = Counter(
                round(row.words[0].x0 - frame.left)
                for above, row in itertools.pairwise(frame.rows)
                if _ends(above.text)
            )
            indents.update(offsets)
    indent, n = max(indents.items(), key=lambda item: (item[1], -item[0]), default=(0, 0))
    is_habit = n >= _HABIT and n > sum(indents.values()) / 2 and _INDENT * body < indent < 5 * body
    return _Habits(_usual_leading(frames), body, float(indent) if is_habit else 0.0, frozenset(numbers))


def _paragraphs(frames: Sequence[Frame], habits: _Habits) -> Iterator[_Paragraph]:
    for frame in frames:
        lines = [_line(row, frame.page) for row in frame.rows]
        open_: list[_Line] = []
        for k, line in enumerate(lines):
            below = lines[k + 1] if k + 1 < len(lines) else None
            if open_ and _begins(open_, line, below, frame, habits):
                yield _Paragraph(open_, frame, cell=frame.cell)
                open_ = []
            open_.append(line)
        yield _Paragraph(open_, frame, cell=frame.cell)


def _begins(before: Sequence[_Line], line: _Line, below: _Line | None, frame: Frame, habits: _Habits) -> bool:
    """Whether a line begins a paragraph after the lines of the one that is open."""
    last = before[-1]
    size = max(last.size, line.size)
    ended, is_small = _ends(last.text), _begins_small(line.text)
    if last.y - line.y > _WIDER * habits.leading(size) + 0.5:
        return True
    if _is_other_style(last, line):
        return not (is_small and not ended and abs(last.size - line.size) <= _OTHER_SIZE * size)
    if MARKER.match(line.text) and not line.text.startswith(("-", "–", "—")):
        return True
    room = frame.right - last.x1
    fitted = line.first_width + _SLACK * size + 0.25 * size < room
    is_free = room > _FREE * (frame.right - frame.left)
    if habits.is_item(line.text) and (
        ended or (fitted and is_free) or (last.text.endswith(",") and not line.text[0].isupper())
    ):
        return True
    if _are_centred(last, line, frame):
        is_title = size > 1.05 * habits.body or last.bold or last.text.isupper()
        return ended or (fitted and not is_title) or last.text.isupper() != line.text.isupper()
    if _is_indented(before, line, below, ended, size):
        return True
    if habits.indent and abs(line.x0 - frame.left - habits.indent) < _SAME_PLACE:
        hangs = len(before) == 1 and abs(last.x0 - line.x0) > _SAME_PLACE
        if not hangs or ended or not is_small:
            return True
    if not fitted:
        return False
    if ended and last.text[-1:] not in _PAUSES:
        return True
    if is_small or line.text[:1].isdigit():
        return room > _MOSTLY_FREE * (frame.right - frame.left)
    return is_free or (last.text[-1:] in _PAUSES and line.text[:1] in _DASHES)


def _is_other_style(last: _Line, line: _Line) -> bool:
    return abs(last.size - line.size) > _OTHER_SIZE * max(last.size, line.size) or last.bold != line.bold


def _are_centred(last: _Line, line: _Line, frame: Frame) -> bool:
    middle, width = (frame.left + frame.right) / 2, frame.right - frame.left
    are_mid = all(abs((one.x0 + one.x1) / 2 - middle) < _CENTRED * one.size for one in (last, line))
    return are_mid and max(last.x0, line.x0) - frame.left > _SET_IN * width


def _is_indented(before: Sequence[_Line], line: _Line, below: _Line | None, ended: bool, size: float) -> bool:
    """Whether the line stands further in than the one before as a first line does, or further out as an item does."""
    last = before[-1]
    step = line.x0 - last.x0
    if step > _INDENT * size:
        if len(before) == 1 and (MARKER.match(last.text) or _ITEM.match(last.text)):
            return False  # an item's second line hangs
        goes_back = below is None or below.x0 < line.x0 - _INDENT * size or _ends(line.text)
        return ended and (goes_back or len(before) > 1)
    if step < -_INDENT * size:
        return len(before) > 1 and ended  # an item after one that hangs
    return False


def _ends(text: str) -> bool:
    """Whether a sentence or a part of a list ends with the text."""
    return _TERMINAL.search(text) is not None


def _begins_small(text: str) -> bool:
    return text[:1].islower() or text[:1] in ",;%)"


def _joined(paragraphs: list[_Paragraph], habits: _Habits) -> list[_Paragraph]:
    """Join what runs on in the next column or page; tables that do are one, their rows counted on."""
    joined: list[_Paragraph] = []
    shift: dict[int, tuple[int, int]] = {}  # table -> the table that it goes on, and its rows before
    for paragraph in paragraphs:
        before = joined[-1] if joined else None
        cell = paragraph.cell
        if cell is not None:
            if cell[0] not in shift:
                shift[cell[0]] = _table_before(before, paragraph)
            table, n_rows = shift[cell[0]]
            paragraph.cell = cell = (table, n_rows + cell[1], cell[2])
            if n_rows and cell[1] == n_rows and (open_ := _cell_that_runs_on(joined, paragraph)) is not None:
                open_.lines += paragraph.lines
                continue
        if before is not None and cell is None and before.cell is None and _runs_on(before, paragraph, habits):
            before.lines += paragraph.lines
        else:
            joined.append(paragraph)
    return joined


def _table_before(before: _Paragraph | None, paragraph: _Paragraph) -> tuple[int, int]:
    """The table that this one goes on from the page before, and the number of its rows; itself and 0 for none."""
    assert paragraph.cell is not None
    if before is None or before.cell is None or before.lines[-1].page != paragraph.lines[0].page - 1:
        return paragraph.cell[0], 0
    return before.cell[0], before.cell[1] + 1


def _cell_that_runs_on(joined: Sequence[_Paragraph], paragraph: _Paragraph) -> _Paragraph | None:
    """The cell over the page's end in whose middle the page ended."""
    assert paragraph.cell is not None
    table, row, column = paragraph.cell
    for other in reversed(joined):
        if other.cell is None or other.cell[0] != table or other.cell[1] < row - 1:
            return None
        if other.cell == (table, row - 1, column):
            goes_on = not _ends(other.lines[-1].text) and _begins_small(paragraph.lines[0].text)
            return other if goes_on else None
    return None


def _runs_on(before: _Paragraph, paragraph: _Paragraph, habits: _Habits) -> bool:
    """Whether a paragraph of another frame goes on with the last one."""
    last, line = before.lines[-1], paragraph.lines[0]
    if before.frame is paragraph.frame or _is_other_style(last, line) or _ends(last.text):
        return False
    if MARKER.match(line.text) or habits.is_item(line.text):
        return False
    room = before.frame.right - last.x1
    if _begins_small(line.text):
        return room < _FREE * (before.frame.right - before.frame.left) or before.frame.right == last.x1
    is_full = line.first_width + _SLACK * line.size >= room
    is_flush = line.x0 - paragraph.frame.left < _INDENT * line.size
    return is_full and is_flush and (len(before.lines) > 1 or last.text[-1:] == ",")


# Text


def _resolved(paragraph: _Paragraph, marks: Sequence[set[str]], words: Counter[str], left_out: Counter[str]) -> str:
    """The paragraph's text on one line."""
    text = ""
    for line in paragraph.lines:

        def shown(match: re.Match[str], page: int = line.page) -> str:
            if not paragraph.is_note and match[1] in marks[page]:
                left_out["signs that point to notes"] += 1
                return ""
            return match[1].translate(_SUPERSCRIPTS)

        text = _with(text, _RAISED.sub(shown, line.text).strip(), words)
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _with(text: str, more: str, words: Counter[str]) -> str:
    """Two lines as one: a space between them, unless a word is parted there.

    A hyphen goes where the parts are a word without it, and stays where the word has one elsewhere, where a number, a
    capital or a Vietnamese syllable stands at it, and where both parts are words but together none.
    """
    if not text or not more:
        return text + more
    if text[-1] == "/" and text[-2:-1].isalnum():
        return text + more
    if text[-1] in "–—" and text[-2:-1].isdigit() and more[0].isdigit():
        return text + more
    if text[-1] == more[0] == "-":  # an option of a command
        return text + more
    if text[-1] not in _HYPHENS or not text[-2:-1].isalnum():
        return f"{text} {more}"
    if text[-1] == "\xad":
        return text[:-1] + more
    head, tail = _last_word(text[:-1]), _first_word(more)
    if not tail or not head:
        return text + more
    whole, parted = (head + tail).lower(), f"{head}-{tail}".lower()
    if not tail[0].islower() or not (head + tail).isascii() or words[parted]:
        return text + more
    english, _ = english_words()
    stem = head.rpartition("-")[2].lower()
    joined = stem + tail.lower()
    if words[whole] or words[joined] or joined in english or not (stem in english and tail.lower() in english):
        return text[:-1] + more
    return text + more


def _last_word(text: str) -> str:
    match = re.search(r"[^\W\d_]+(?:-[^\W\d_]+)*$", text[-60:])
    return match[0] if match else ""


def _first_word(text: str) -> str:
    match = re.match(r"[^\W\d_]+", text)
    return match[0] if match else ""
