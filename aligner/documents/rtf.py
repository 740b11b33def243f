r"""RTF: the text of paragraphs, tables, text boxes and notes, whatever code pages and fonts it is in.

Read here, word by word: striprtf knows no fonts, so that neither the code page of one (`\fcharset163`) nor text in a
legacy font (.VnTime) can be read with it; it drops notes and keeps hidden text.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from aligner.documents.blocks import Document
from aligner.documents.places import Places
from aligner.documents.runs import Paragraph, document_of_paragraphs
from aligner.errors import InputError
from aligner.text.fonts import font_code

MAX_TOKENS: Final = 5_000_000
"""Control words, braces and stretches of text in a file: 0.7 µs each; a page of Word has 500 to 3,000."""

_LONGEST_NAME: Final = 200  # characters of the name of a font; Windows has 31

# A control word with its number, a byte, a control symbol, a brace, or a stretch of text.
_TOKEN: Final = re.compile(
    r"\\(?P<word>[A-Za-z]{1,32})(?P<number>-?[0-9]{1,10})?[ ]?|\\'(?P<byte>[0-9A-Fa-f]{2})|\\(?P<symbol>[^A-Za-z])"
    r"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)|[\r\n]+|\\"
)

# Words and symbols that stand for text.
_TEXTS: Final = {
    "line": "\n", "lbr": "\n", "softline": "\n", "tab": " ", "emspace": " ", "enspace": " ", "qmspace": " ",
    "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•",
}  # fmt: skip
_SYMBOLS: Final = {
    "~": "\u00a0",
    "_": "-",
    "-": "\u00ad",
    "\\": "\\",
    "{": "{",
    "}": "}",
    "\r": "",
    "\n": "",
    "\t": " ",
}

# Destinations whose text is not shown, by what they are counted as; '' for what is no text of a reader.
_ASIDE: Final = {
    **dict.fromkeys(("header", "headerl", "headerr", "headerf"), "headers"),
    **dict.fromkeys(("footer", "footerl", "footerr", "footerf"), "footers"),
    "annotation": "comments",
    **dict.fromkeys(
        ("colortbl", "stylesheet", "info", "pict", "object", "fldinst", "listtext", "pntext", "pntxta", "pntxtb",
         "nonesttables", "listtable", "listoverridetable", "revtbl", "rsidtbl", "generator", "xmlnstbl", "themedata",
         "datafield", "filetbl", "bkmkstart", "bkmkend", "atnid", "atnauthor", "atntime", "atndate", "atnref", "atnicn",
         "ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn", "latentstyles", "datastore", "shprslt", "sp",
         "private", "nonshppict", "userprops", "template", "operator", "xe", "tc", "falt", "panose", "fname"), ""),
}  # fmt: skip
# Destinations that may be passed over by who does not know them, and hold text all the same.
_KNOWN: Final = frozenset({"shpinst", "shptxt", "footnote", "ud", "shppict", "fldrslt", "nesttableprops"})

_CHARACTER: Final = frozenset({"f", "v", "deleted", "plain", "uc"})

# Code pages of character sets of fonts (\fcharset) and of the document (\mac, \pc, \pca), as RTF 1.9.1 has them.
_CHARSETS: Final = {
    77: "mac-roman", 128: "cp932", 129: "cp949", 130: "cp1361", 134: "cp936", 136: "cp950", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250", 255: "cp437",
}  # fmt: skip
_PAGES: Final = {"mac": "mac-roman", "pc": "cp437", "pca": "cp850", "ansi": "cp1252"}


def rtf_document(data: bytes) -> Document:
    r"""Blocks of an RTF file: paragraphs and table cells in document order, text boxes too; behind them the notes.

    Notes
    -----
    Bytes are read in the code page of their font, else in that of the document; text in legacy fonts (.VnTime,
    VNI-Times) is decoded. Left out and counted: headers, footers, comments, hidden text and deletions.

    Examples
    --------
    >>> rtf_document(rb"{\rtf1\ansi\ansicpg1258{\fonttbl{\f0 Arial;}}\f0 Vi\u7879?t Nam\par H\'e0 N\u7897?i\par}").text
    'Việt Nam\n\nHà Nội'
    """
    reader = _RtfReader()
    text = data.decode("latin-1").lstrip("\ufeff\xef\xbb\xbf \t\r\n")
    if not text.startswith("{\\rtf"):
        raise InputError("not an RTF file", found=repr(text[:10]), todo="save it as .rtf, .docx or .txt")
    reader.read(text)
    return document_of_paragraphs([*reader.paragraphs, *reader.notes], reader.left_out)


@dataclass(slots=True)
class _State:
    """What holds in a group, and goes on holding in those inside it."""

    font: int | None = None
    is_hidden: bool = False
    is_deleted: bool = False
    is_aside: bool = False
    is_note: bool = False
    is_contents: bool = False
    skip: int = 1  # characters that follow one of Unicode for those that know none
    destination: str = ""

    def inner(self) -> _State:
        """The state in which a group begins; `dataclasses.replace` takes three times as long."""
        return _State(self.font, self.is_hidden, self.is_deleted, self.is_aside, self.is_note, self.is_contents,
                      self.skip, self.destination)  # fmt: skip


@dataclass(slots=True)
class _Layout:
    """What holds for a paragraph until it is set anew: whether in a table and how deep, whether in a list."""

    in_table: bool = False
    depth: int = 1
    is_listed: bool = False
    is_heading: bool = False


@dataclass(slots=True)
class _Font:
    """A font: its name and the code page of its characters."""

    name: str = ""
    page: str = ""
    is_named: bool = False  # whether the semicolon has come that ends its name


class _RtfReader:
    """The paragraphs of a file."""

    def __init__(self) -> None:
        self.paragraphs: list[Paragraph] = []
        self.notes: list[Paragraph] = []
        self.left_out: Counter[str] = Counter()
        self._states = [_State()]
        self._fonts: dict[int, _Font] = {}
        self._page, self._default = "cp1252", 0
        self._runs: list[tuple[str, str]] = []  # of the open paragraph
        self._layout = _Layout()
        self._saved: list[tuple[int, list[tuple[str, str]], _Layout]] = []  # paragraphs around open notes and boxes
        self._bytes: list[int] = []
        self._pending = 0  # characters to pass over
        self._is_star = False
        self._code = ""  # of the open field, as far as it begins
        self._tables = Places()
        self._depth = 0  # open tables

    def read(self, text: str) -> None:
        """Take the file, a character for each byte."""
        n, at = 0, 0
        while match := _TOKEN.match(text, at):
            at = match.end()
            n += 1
            if n > MAX_TOKENS:
                raise InputError("too large a file", found=f"more than {MAX_TOKENS:,} words of RTF", todo="cut it")
            if (word := match["word"]) is not None:
                number = int(match["number"]) if match["number"] else None
                if word == "bin":
                    at += max(number or 0, 0)
                elif word == "u":
                    self._character(number or 0)
                else:
                    self._word(word, number)
            elif match["text"] is not None:
                self._text(match["text"])
            elif match["byte"] is not None:
                self._byte(int(match["byte"], 16))
            elif match["symbol"] is not None:
                self._symbol(match["symbol"])
            elif match["brace"] == "{":
                self._flush()
                self._pending = 0
                self._states.append(self._states[-1].inner())
            elif match["brace"] == "}":
                self._close()
            self._is_star = match["symbol"] == "*"
        self._flush()
        self._end_paragraph()

    def _close(self) -> None:
        """End a group."""
        self._flush()
        self._pending = 0
        if self._saved and self._saved[-1][0] == len(self._states):
            self._end_paragraph()
            _, self._runs, self._layout = self._saved.pop()
        if len(self._states) > 1:
            self._states.pop()

    def _begin_story(self) -> None:
        """Begin what has paragraphs of its own inside one: a note, a box."""
        self._flush()
        self._saved.append((len(self._states), self._runs, self._layout))
        self._runs, self._layout = [], _Layout()

    # Text

    def _character(self, number: int) -> None:
        """Take a character of Unicode; surrogates come one by one."""
        if self._pending:
            self._pending -= 1
            return
        self._flush()
        self._put(chr(number & 0xFFFF))
        self._pending = self._states[-1].skip

    def _byte(self, byte: int) -> None:
        if self._pending:
            self._pending -= 1
        else:
            self._bytes.append(byte)

    def _text(self, text: str) -> None:
        if self._pending:
            n = min(self._pending, len(text))
            self._pending -= n
            text = text[n:]
        if self._states[-1].destination == "fonttbl":
            self._font_name(text)
        elif text.isascii():
            self._flush()
            self._put(text)
        else:
            self._bytes += text.encode("latin-1")

    def _symbol(self, symbol: str) -> None:
        if symbol in "\r\n":
            self._word("par", None)
        elif symbol in _SYMBOLS:
            if self._pending:
                self._pending -= 1
                return
            self._flush()
            self._put(_SYMBOLS[symbol])

    def _flush(self) -> None:
        """Decode the bytes that were gathered, in the code page of their font."""
        if not self._bytes:
            return
        data = bytes(self._bytes)
        self._bytes.clear()
        font = self._font()
        if font_code(font.name):
            page = "latin-1"
        elif self._states[-1].destination == "fonttbl":
            page = self._page
        else:
            page = font.page or self._page
        text = decoded(data, page)
        if self._states[-1].destination == "fonttbl":
            self._font_name(text)
        else:
            self._put(text)

    def _put(self, text: str) -> None:
        """Put text into the open paragraph, if it is shown."""
        state = self._states[-1]
        if state.is_aside or not text:
            if state.destination == "fldinst" and not self._code.strip() and (code := text.lstrip()):
                self._code = code
                for above in self._states[-2:-8:-1]:  # the group of the field, and so that of what it shows
                    if above.destination == "field":
                        above.is_contents |= code.startswith("TOC")
                        break
            return
        if state.is_deleted or state.is_hidden:
            self.left_out["deleted revisions" if state.is_deleted else "hidden runs"] += not text.isspace()
            return
        self._runs.append((text, self._font().name))

    # Fonts

    def _font(self) -> _Font:
        number = self._states[-1].font
        return self._fonts.get(self._default if number is None else number) or _Font()

    def _font_name(self, text: str) -> None:
        """Take a piece of the name of a font; a semicolon ends it."""
        number = self._states[-1].font
        if number is None or self._states[-1].is_aside:
            return
        font = self._fonts.setdefault(number, _Font())
        if not font.is_named:
            font.name = (font.name + text)[:_LONGEST_NAME]
            font.is_named = ";" in font.name
            font.name = font.name.partition(";")[0].strip() if font.is_named else font.name

    # Words

    def _word(self, word: str, number: int | None) -> None:
        """Take a control word."""
        self._flush()
        state = self._states[-1]
        if word in _ASIDE:
            if word in ("pict", "object") and state.is_aside:
                return
            state.destination = word
            if not state.is_aside and _ASIDE[word]:
                self.left_out[_ASIDE[word]] += 1
            self._layout.is_listed |= word in ("listtext", "pntext") and not state.is_aside
            state.is_aside = True
        elif word in _TEXTS:
            if self._pending:
                self._pending -= 1
            else:
                self._put(_TEXTS[word])
        elif word in _CHARACTER:
            self._of_characters(word, number)
        elif word in ("footnote", "shptxt"):
            self._begin_story()
            state.destination = word
            state.is_note |= word == "footnote"
            state.font = None
        elif word in ("fonttbl", "field"):
            state.destination = word
            self._code = ""
        elif state.destination == "fonttbl":
            self._of_fonts(word, number)
        elif word == "upr":
            state.destination = word  # what follows is told twice: the second time in Unicode
            state.is_aside = True
        elif word == "ud":
            state.is_aside = len(self._states) > 2 and self._states[-3].is_aside
        elif self._is_star and word not in _KNOWN:
            state.is_aside = True
        elif not state.is_aside:
            self._of_paragraph(word, number)

    def _of_characters(self, word: str, number: int | None) -> None:
        """Take what holds for the characters that follow."""
        state = self._states[-1]
        if word == "f":
            state.font = number or 0
        elif word == "v":
            state.is_hidden = number != 0
        elif word == "deleted":
            state.is_deleted = number != 0
        elif word == "plain":
            state.is_hidden = state.is_deleted = False
            state.font = None
        else:
            state.skip = min(max(number or 0, 0), 10)

    def _of_fonts(self, word: str, number: int | None) -> None:
        if word == "fcharset":
            font = self._fonts.setdefault(self._states[-1].font or 0, _Font())
            font.page = _CHARSETS.get(number or 0, "")
        elif word == "cpg":
            self._fonts.setdefault(self._states[-1].font or 0, _Font()).page = f"cp{number}"

    def _of_paragraph(self, word: str, number: int | None) -> None:
        """Take what makes documents, paragraphs and tables."""
        if word in ("par", "sect", "page", "column"):
            self._end_paragraph()
        elif word == "pard":
            self._layout = _Layout()
        elif word in ("cell", "nestcell"):
            self._end_cell(2 if word == "nestcell" else 1)
        elif word in ("row", "nestrow"):
            self._end_row(2 if word == "nestrow" else 1)
        elif word == "intbl":
            self._layout.in_table = True
        elif word == "itap":
            self._layout.depth = number or 0
            self._layout.in_table |= bool(number)
        elif word == "ls":
            self._layout.is_listed = True
        elif word == "outlinelevel":
            self._layout.is_heading = number != 9
        elif word == "ansicpg":
            self._page = f"cp{number}" if number else "cp1252"
        elif word in _PAGES:
            self._page = _PAGES[word]
        elif word == "deff":
            self._default = number or 0

    def _end_paragraph(self) -> None:
        """End a paragraph; one outside of tables ends them."""
        state = self._states[-1]
        place = None
        if self._layout.in_table and not self._saved:
            self._open_cell(max(self._layout.depth, 1))
            place = self._tables.cell()
        elif not self._saved:
            self._close_tables(0)
        elif not state.is_note:
            place = self._tables.cell()
        if self._runs and state.is_contents:
            self.left_out["lines of the table of contents"] += any(not text.isspace() for text, _ in self._runs)
        elif self._runs:
            listed = self._layout.is_listed and not self._layout.is_heading
            paragraph = Paragraph(place, _with_pairs(self._runs), marked=listed, is_item=listed)
            (self.notes if state.is_note else self.paragraphs).append(paragraph)
        self._runs = []

    def _open_cell(self, depth: int) -> None:
        """Make tables as many as stand in each other here, and the last one's cell open."""
        depth = min(depth, 50)
        self._close_tables(depth)
        while self._depth < depth:
            self._tables.begin_table()
            self._tables.begin_cell_in_row()
            self._depth += 1
        self._tables.begin_cell_in_row()

    def _close_tables(self, depth: int) -> None:
        while self._depth > depth:
            self._tables.end_table()
            self._depth -= 1

    def _end_cell(self, least: int) -> None:
        depth = max(self._layout.depth, least)
        self._layout.in_table = True
        self._layout.depth = depth
        self._end_paragraph()
        self._tables.end_cell()

    def _end_row(self, least: int) -> None:
        if self._runs:
            self._end_cell(least)
        self._close_tables(max(self._depth if least > 1 else 1, 1))
        self._tables.end_row()


def _with_pairs(runs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Runs whose surrogates are made characters; they come one by one, in one font."""
    if not any("\ud800" <= text <= "\udfff" for text, _ in runs):
        return runs
    joined: list[tuple[str, str]] = []
    for text, font in runs:
        if joined and "\ud800" <= joined[-1][0][-1:] <= "\udbff" and "\udc00" <= text[:1] <= "\udfff":
            pair = (joined[-1][0][-1] + text[0]).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
            joined[-1] = (joined[-1][0][:-1] + pair + text[1:], joined[-1][1])
        else:
            joined.append((text, font))
    return joined


@functools.lru_cache(maxsize=64)
def _is_known(page: str) -> bool:
    try:
        return b"a".decode(page) == "a"
    except (LookupError, ValueError):
        return False


def decoded(data: bytes, page: str) -> str:
    r"""Decode bytes in a code page, in Windows-1252 where nobody knows it; what has no character is U+FFFD.

    Examples
    --------
    >>> decoded(b"\xc0\xfd", "cp1258"), decoded(b"\x93", "cp99999")
    ('Àư', '“')
    """
    return data.decode(page if _is_known(page) else "cp1252", "replace")
