"""The pieces of text on a PDF's pages and where they stand, read by PDFium in a process of its own.

A file from outside may unpack to gigabytes or draw itself forever, and PDFium can neither be stopped nor asked before.
So a child process reads, under limits of memory and processor time that its kernel keeps, and says what it found as a
line of JSON a page; what a broken library could do with these lines is to be wrong.
"""

from __future__ import annotations

import ctypes
import importlib.util
import json
import math
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from aligner.errors import InputError, MissingExtraError

# Limits; tests/test_pdf.py has a file over each.
MAX_PAGES: Final = 10_000
"""Pages of a file; the longest reports have two thousand."""
MAX_CHARACTERS: Final = 100_000
"""Characters of a file, and so many more for each of its bytes as `CHARACTERS_PER_BYTE` says: with places and fonts a
character of text takes half a byte at least, and a file of few bytes with more text draws the same again and again."""
CHARACTERS_PER_BYTE: Final = 5
PAGE_SECONDS: Final = 3.0
"""Processor time for one page; a full page of text takes 0.02 s, a map of 100,000 lines 0.5 s."""
MEMORY: Final = 320_000_000
"""Bytes of memory, and thrice the file's own size; a report of 300 pages needs 60 MB."""
MAX_RULES: Final = 2_000
"""Objects of a page that are looked at for ruled lines and pictures; a ruled table of a page has some hundred."""

# Of the type size ("em"), found on what browsers, office programs and TeX print.
WORD_GAP: Final = 0.15  # a wider gap is a space: kerning stays below 0.1, TeX shrinks its spaces to 0.22
BACKWARDS: Final = 0.7  # so far back goes a mark that is set over its letter
RAISED: Final = (0.12, 0.75)  # heights of what is raised, over the baseline
AFTER_MARK: Final = 2.0  # a tab's width, between the number of a note at the foot and its text
SMALLER: Final = (0.45, 0.87)  # of the size beside it has what is raised or lowered; beside a large initial all is less

_SPACES: Final = frozenset(map(ord, " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000")) | {
    *range(0x2000, 0x200B)
}
_NO_WIDTH: Final = frozenset({0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF})
_GUESS: Final = -1  # a space that PDFium guesses between two runs
_HYPHEN: Final = 2  # PDFium's own character for a hyphen at the end of a line


class Piece(NamedTuple):
    """Characters of one font beside one another.

    Attributes
    ----------
    text : str
        Without white space, as the font's map has it.
    x0, x1 : float
        From the left of the page, in points.
    y : float
        The baseline, from the bottom; of what is raised or lowered the baseline of the text that it belongs to.
    size : float
        Type size in points, as it is shown.
    font : int
        Index into the names of the fonts.
    rise : int
        1 for what is raised, -1 for what is lowered, else 0.
    joint : int
        -1 where the file has a space before it; 1 where it is drawn right behind the piece before it, in another font
        or raised; 0 where the places must tell, since the letters that a font lacks are often drawn after all others.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    font: int
    rise: int = 0
    joint: int = 0


class Rule(NamedTuple):
    """A ruled line or a thin bar, in points."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on a page.

    Attributes
    ----------
    width, height : float
        In points.
    pieces : tuple of Piece
        In the order in which the file draws them.
    rules : tuple of Rule
        Ruled lines.
    picture : float
        Share of the page that its largest picture covers, 0..1.
    """

    width: float
    height: float
    pieces: tuple[Piece, ...]
    rules: tuple[Rule, ...] = ()
    picture: float = 0.0


@dataclass(frozen=True, slots=True)
class Pages:
    """All pages of a file.

    Attributes
    ----------
    pages : tuple of Page
        In order.
    fonts : tuple of str
        Names of the fonts.
    unmapped : int
        Characters of which the file does not say what letters they are.
    left_out : mapping of str to int
        What was not taken, in words.
    """

    pages: tuple[Page, ...]
    fonts: tuple[str, ...] = ()
    unmapped: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict, hash=False)


_REFUSALS: Final = {
    "password": ("encrypted PDF", "", "open it with its password and save it without (qpdf --decrypt)"),
    "format": ("not a PDF file", "", "open it in a PDF reader and print it to a new PDF"),
    "pages": ("too many pages", f"more than {MAX_PAGES:,}", "cut the file into parts"),
    "characters": (
        "a PDF that unpacks to too much text",
        f"more than {MAX_CHARACTERS:,} characters and {CHARACTERS_PER_BYTE} for each byte of the file",
        "cut the file into parts",
    ),
    "time": ("a PDF that is too slow to draw", f"a page of more than {PAGE_SECONDS:g} s", "print it to a new PDF"),
    "crash": (
        "a PDF that is broken, or unpacks to too much",
        f"PDFium ended; it has {MEMORY // 1_000_000} MB and thrice the file's size",
        "print it to a new PDF",
    ),
}


def read_pages(data: bytes) -> Pages:
    """Read the pages of a PDF file.

    Raises
    ------
    InputError
        If it is none, encrypted, or over a limit.
    MissingExtraError
        Without the extra `pdf`.

    Examples
    --------
    >>> read_pages(b"no PDF")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: not a PDF file; open it in a PDF reader and print it to a new PDF
    """
    if importlib.util.find_spec("pypdfium2_raw") is None:
        raise MissingExtraError("reading PDF", package="pypdfium2", extra="pdf")
    if b"%PDF-" not in data[:1024]:
        raise _refusal("format")
    # The child looks where this process looks for modules, never in the folder that it is started in.
    code = f"import sys; sys.path[:] = {sys.path!r}; from aligner.documents.pdf_pages import main; main()"
    ended = subprocess.run([sys.executable, "-I", "-c", code], input=data, capture_output=True, check=False)
    lines = ended.stdout.decode("ascii", "replace").splitlines()
    if ended.returncode:
        is_late = ended.returncode in (-getattr(signal, "SIGPROF", 0), -getattr(signal, "SIGXCPU", 0))
        raise _refusal("time" if is_late else "crash")
    last: dict[str, Any] = json.loads(lines[-1]) if lines else {"refused": "crash"}
    if "refused" in last:
        raise _refusal(last["refused"])
    return Pages(tuple(map(_page, lines[:-1])), tuple(last["fonts"]), last["unmapped"], last["left_out"])


def _refusal(why: str) -> InputError:
    what, found, todo = _REFUSALS[why]
    return InputError(what, found=found, todo=todo)


def _page(line: str) -> Page:
    told = json.loads(line)
    pieces = (Piece(_repaired(text), *rest) for text, *rest in told["pieces"])
    rules = tuple(Rule(*ends) for ends in told["rules"])
    return Page(told["width"], told["height"], tuple(pieces), rules, told["picture"])


def _repaired(text: str) -> str:
    """Text whose characters beyond U+FFFF came in halves."""
    if text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


# The child


def main() -> None:
    """Read a PDF from standard input and write what its pages hold to standard output: a line of JSON a page."""
    data = sys.stdin.buffer.read()
    _limit(len(data))
    out = sys.stdout
    try:
        for told in _read(data):
            print(json.dumps(told, separators=(",", ":")), file=out)
    except _Refused as refused:
        print(json.dumps({"refused": str(refused)}), file=out)
    out.flush()


class _Refused(Exception):
    """Why the file is not read: a key of `_REFUSALS`."""


def _limit(size: int) -> None:
    """Have the kernel end this process where it takes too much."""
    if sys.platform != "win32":
        import resource

        most = MEMORY + 3 * size
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, PAGE_SECONDS)


def _allow(seconds: float) -> None:
    """Give time for what comes next, never more than a page may take."""
    if sys.platform != "win32":
        left, _ = signal.getitimer(signal.ITIMER_PROF)
        signal.setitimer(signal.ITIMER_PROF, min(PAGE_SECONDS, left + seconds))


def _read(data: bytes) -> Iterator[dict[str, Any]]:
    """Pages, then the fonts and what was left out."""
    import pypdfium2_raw as pdfium

    config = pdfium.FPDF_LIBRARY_CONFIG(version=2)
    pdfium.FPDF_InitLibraryWithConfig(ctypes.byref(config))
    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        locked = (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
        raise _Refused("password" if pdfium.FPDF_GetLastError() in locked else "format")
    n_pages = pdfium.FPDF_GetPageCount(document)
    if n_pages > MAX_PAGES:
        raise _Refused("pages")
    room = MAX_CHARACTERS + CHARACTERS_PER_BYTE * len(data)
    reader = _Reader(pdfium)
    for number in range(n_pages):
        page = pdfium.FPDF_LoadPage(document, number)
        if not page:
            reader.left_out["pages that cannot be drawn"] += 1
            continue
        text = pdfium.FPDFText_LoadPage(page)
        n = pdfium.FPDFText_CountChars(text) if text else 0
        room -= max(n, 0)
        if room < 0:
            raise _Refused("characters")
        yield reader.page(page, text, n)
        if text:
            pdfium.FPDFText_ClosePage(text)
        pdfium.FPDF_ClosePage(page)
        _allow(0.02 + 20e-6 * n)
    fonts = [name for name, _ in sorted(reader.fonts.items(), key=lambda item: item[1])]
    yield {"fonts": fonts, "unmapped": reader.unmapped, "left_out": dict(reader.left_out)}


class _Character(NamedTuple):
    """A character upright: its code, its ends, its baseline, size and font."""

    code: int
    x0: float
    x1: float
    y: float
    size: float
    font: int


class _Reader:
    """Reads pages and keeps what belongs to the file: its fonts, what had no map, what was left out."""

    def __init__(self, pdfium: Any) -> None:
        self.pdfium = pdfium
        self.fonts: dict[str, int] = {}
        self.unmapped = 0
        self.left_out: Counter[str] = Counter()

    def page(self, page: Any, text: Any, n: int) -> dict[str, Any]:
        """One page as it is told."""
        pdfium = self.pdfium
        width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
        found: dict[int, list[_Character]] = {0: [], 90: [], 180: [], 270: [], -1: []}
        # Word spaces count where they stand, so that text that lies on its side is no reason to turn the page.
        for turn, character in self._characters(text, n):
            found[turn].append(character)
        turn = max((0, 90, 180, 270), key=lambda t: len(found[t]))
        self.left_out["characters that stand askew"] += sum(len(c) for t, c in found.items() if t != turn)
        box = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(page, box)
        low, high = (box.left, box.right) if turn in (0, 180) else (box.bottom, box.top)
        low, high = (low, high) if turn in (0, 90) else (-high, -low)
        inside = [c for c in found[turn] if low - 2 <= c.x1 and c.x0 <= high + 2] if high > low else found[turn]
        self.left_out["characters beside the page"] += len(found[turn]) - len(inside)
        rules, picture = self._objects(page, width * height) if turn == 0 else ([], 0.0)
        pieces = [[p[0], *(round(v, 2) for v in p[1:5]), *p[5:]] for p in _pieces(inside)]
        return {"width": width, "height": height, "pieces": pieces, "rules": rules, "picture": picture}

    def _characters(self, text: Any, n: int) -> Iterator[tuple[int, _Character]]:
        """The characters that the file draws, each with the angle at which it stands; 0 is upright, -1 askew."""
        pdfium = self.pdfium
        code_of, object_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetTextObject
        box_of, origin_of = pdfium.FPDFText_GetLooseCharBox, pdfium.FPDFText_GetCharOrigin
        is_unmapped = pdfium.FPDFText_HasUnicodeMapError
        box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
        styles: dict[int, tuple[int, float, int]] = {}
        style: tuple[int, float, int] | None = None
        for i in range(n):
            place = ctypes.cast(object_of(text, i), ctypes.c_void_p).value
            if place is None:  # PDFium's own guess at spaces and line breaks; without width, of which no font tells
                if code_of(text, i) == 32 and style is not None:
                    origin_of(text, i, x, y)
                    yield style[0], _Character(_GUESS, x.value, x.value, y.value, style[1], style[2])
                continue
            style = styles.get(place)
            if style is None:
                style = styles[place] = self._style(text, i)
            turn, size, font = style
            code = code_of(text, i)
            if code in _NO_WIDTH or not 0.5 < size < 2_000:
                continue
            if is_unmapped(text, i) == 1 or code == 0 or 0xFFFD <= code <= 0xFFFF:
                self.unmapped += 1
                code = 0xFFFD
            elif code == _HYPHEN:
                code = 0x2D
            elif code < 32 and code not in _SPACES:
                continue
            box_of(text, i, box)
            origin_of(text, i, x, y)
            if turn == 90:
                yield turn, _Character(code, box.bottom, box.top, -x.value, size, font)
            elif turn == 180:
                yield turn, _Character(code, -box.right, -box.left, -y.value, size, font)
            elif turn == 270:
                yield turn, _Character(code, -box.top, -box.bottom, x.value, size, font)
            else:
                yield turn, _Character(code, box.left, box.right, y.value, size, font)

    def _style(self, text: Any, i: int) -> tuple[int, float, int]:
        """Angle, size and font of the text that a character belongs to."""
        pdfium = self.pdfium
        matrix, flags = pdfium.FS_MATRIX(), ctypes.c_int()
        pdfium.FPDFText_GetMatrix(text, i, matrix)
        name = ctypes.create_string_buffer(256)
        pdfium.FPDFText_GetFontInfo(text, i, name, 256, flags)
        font = self.fonts.setdefault(name.value.decode("utf-8", "replace"), len(self.fonts))
        angle = math.degrees(math.atan2(matrix.b, matrix.a)) % 360
        turn = next((t for t in (0, 90, 180, 270, 360) if abs(angle - t) < 5), -1)
        size = pdfium.FPDFText_GetFontSize(text, i) * math.hypot(matrix.c, matrix.d)
        return turn % 360 if turn >= 0 else -1, size, font

    def _objects(self, page: Any, area: float) -> tuple[list[list[float]], float]:
        """Ruled lines, and the share of the page that the largest picture covers."""
        pdfium = self.pdfium
        rules: list[list[float]] = []
        picture = 0.0
        ends = [ctypes.c_float() for _ in range(4)]
        for k in range(min(pdfium.FPDFPage_CountObjects(page), MAX_RULES)):
            drawn = pdfium.FPDFPage_GetObject(page, k)
            kind = pdfium.FPDFPageObj_GetType(drawn)
            if kind == pdfium.FPDF_PAGEOBJ_TEXT or not pdfium.FPDFPageObj_GetBounds(drawn, *ends):
                continue
            x0, y0, x1, y1 = (round(end.value, 2) for end in ends)
            if kind == pdfium.FPDF_PAGEOBJ_PATH:
                if min(x1 - x0, y1 - y0) < 3 and max(x1 - x0, y1 - y0) > 10:
                    rules.append([x0, y0, x1, y1])
            elif area > 0:
                picture = max(picture, min(1.0, (x1 - x0) * (y1 - y0) / area))
        return rules, picture


def _pieces(characters: list[_Character]) -> list[Piece]:
    """Characters put together where nothing stands between them, in the order in which they are drawn."""
    pieces: list[Piece] = []
    codes: list[int] = []
    first: _Character | None = None  # of the piece that is open
    last: _Character | None = None
    base_y = base_size = 0.0  # of the text that raised pieces belong to
    rise, joint = 0, 0
    space: _Character | None = None  # if it came last
    is_guessed = False

    def end() -> None:
        nonlocal first
        if first is not None and last is not None:
            text = "".join(map(chr, codes))
            y = base_y if rise else first.y
            pieces.append(Piece(text, first.x0, last.x1, y, first.size, first.font, rise, joint))
        first = None
        codes.clear()

    for c in characters:
        if c.code == _GUESS:
            is_guessed = True
            continue
        if c.code in _SPACES:
            end()
            if c.x1 - c.x0 > 0.02 * c.size:  # one without width is PDFium's guess at what a shift means
                space = c
            continue
        if last is None or space is not None:
            gap, is_near = math.inf, False
        else:
            gap = c.x0 - last.x1
            is_near = -BACKWARDS * max(c.size, last.size) < gap < WORD_GAP * max(c.size, last.size)
        if first is not None and last is not None and is_near and not is_guessed:
            if c.code == last.code and abs(c.x0 - last.x0) < 0.08 * c.size and c.x1 - c.x0 > 0.1 * c.size:
                continue  # struck twice, to look bold
            if c.font == last.font and abs(c.size - last.size) < 0.02 * c.size and abs(c.y - last.y) < 0.05 * c.size:
                codes.append(c.code)
                last = c
                continue
        if last is None:
            base_y, base_size = c.y, c.size
        rise_now = 0 if last is None or space is not None else _rise(c, last, base_y, base_size)
        starts_note = last is not None and rise_now == 0 and _is_mark_before(last, c)
        before, was_open = last, first is not None
        end()
        if starts_note and before is not None and abs(pieces[-1].y - before.y) < 0.01 and not pieces[-1].rise:
            pieces[-1] = pieces[-1]._replace(y=c.y, rise=1)
        same_line = abs(c.y - base_y) < 0.05 * c.size or rise_now != 0 or starts_note
        is_spaced = space is not None and abs(space.y - c.y) < 0.1 * c.size and -0.6 < (c.x0 - space.x1) / c.size < 0.1
        if is_guessed and last is not None and abs(c.y - last.y) < 0.1 * c.size and -0.3 * c.size < c.x0 - last.x1:
            is_spaced = is_spaced or c.x0 - last.x1 < 0.5 * c.size  # letters that lean reach into the space
        is_guessed = False
        joint = -1 if is_spaced else int(was_open and is_near and same_line)
        rise = rise_now
        if not rise:
            base_y, base_size = c.y, c.size
        codes.append(c.code)
        first = last = c
        space = None
    end()
    return pieces


def _rise(c: _Character, last: _Character, base_y: float, base_size: float) -> int:
    """1 for what is raised behind the last character, -1 for what is lowered, else 0."""
    over = (c.y - base_y) / base_size
    is_near = -BACKWARDS * base_size < c.x0 - last.x1 < 0.35 * base_size
    is_small = SMALLER[0] * base_size < c.size < SMALLER[1] * base_size
    if is_small and is_near and RAISED[0] < abs(over) < RAISED[1]:
        return 1 if over > 0 else -1
    return 0


def _is_mark_before(last: _Character, c: _Character) -> bool:
    """Whether a note begins with the last character: raised, before there is a line that it is raised over."""
    return (
        SMALLER[0] * c.size < last.size < SMALLER[1] * c.size
        and RAISED[0] < (last.y - c.y) / c.size < RAISED[1]
        and -0.3 * c.size < c.x0 - last.x1 < AFTER_MARK * c.size
    )
