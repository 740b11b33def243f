"""Characters: normal form, what is not seen, HTML character references, and the order of Vietnamese marks.

Each repair is a pattern that finds what may need it and a function from the match to its replacement, so that
`aligner.text.normalisation` can say what was changed where.
"""

from __future__ import annotations

import html
import html.entities
import re
import unicodedata
from typing import Final

# Vertical tab, form feed, next line, line and paragraph separator, carriage return: str.splitlines breaks at each, and
# removing them as controls would glue two words together.
_BREAKS: Final = "\x0b\x0c\x85\u2028\u2029"
_SPACES: Final = "\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"  # category Zs without U+0020
# Categories Cc and Cf of Unicode 16 and U+034F, a mark that is not seen; without tab and newline, and without the
# prepended concatenation marks (Arabic number signs), format characters that are seen. Spelled out, so that the result
# does not change with Python's tables.
_INVISIBLE: Final = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
# Pictographs that a zero-width joiner makes one of: a family is three people and two joiners. Every emoji of Unicode 16
# that is joined stands in these blocks. https://www.unicode.org/Public/emoji/16.0/emoji-zwj-sequences.txt
_PICTOGRAPH: Final = "\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_JOINS: Final = rf"(?<=[{_PICTOGRAPH}\ufe0f]\u200d)(?=[{_PICTOGRAPH}])"
NOT_PLAIN: Final = re.compile(
    rf"(?P<line>\r\n?|[{_BREAKS}])|(?P<space>[{_SPACES}]+)|(?P<surrogate>[\ud800-\udfff]+)"
    rf"|(?:[{_INVISIBLE}]|\u200d(?!{_JOINS}))+"
)

# More marks than any writing puts on a letter (UAX #15, section 13, allows 30); U+034F stops reordering and stays put.
_MARK_RUN: Final = re.compile(r"[\u0300-\u034e\u0350-\u036f][\u0300-\u034e\u0350-\u036f]{30,}")
# Latin letters and ASCII are in NFC by themselves and never joined to what stands before; all else is composed together
# with the one of these in front of it.
_APART: Final = r"\x00-\u02ff\u1e00-\u1eff"
COMPOSABLE: Final = re.compile(rf"[{_APART}]?[^{_APART}]+")

_LETTERS: Final = "àáâãèéêìíòóôõùúýăđĩũơư"
VIETNAMESE_LETTERS: Final = f"{_LETTERS}{_LETTERS.upper()}\u1ea0-\u1ef9"
"""What stands between the brackets of a pattern for Vietnamese letters that are not ASCII, in NFC."""

TONE_MARKS: Final = (
    "\N{COMBINING GRAVE ACCENT}\N{COMBINING ACUTE ACCENT}\N{COMBINING HOOK ABOVE}\N{COMBINING TILDE}"
    "\N{COMBINING DOT BELOW}"
)
_VOWEL_SIGNS: Final = "\N{COMBINING CIRCUMFLEX ACCENT}\N{COMBINING BREVE}\N{COMBINING HORN}"
_VOWELS: Final = "aeiouyâêôăơưàèìòùỳầềồằờừáéíóúýấếốắớứảẻỉỏủỷẩểổẳởửãẽĩõũỹẫễỗẵỡữạẹịọụỵậệộặợự"
# What NFC leaves apart of a Vietnamese vowel; with any other mark it is another letter.
STACKED: Final = re.compile(rf"([{_VOWELS}{_VOWELS.upper()}])([{TONE_MARKS}{_VOWEL_SIGNS}]+)(?![\u0300-\u036f])")

_CLUSTER: Final = re.compile(r"[^\W\d_][\u0300-\u036f]+")
REFERENCES: Final = re.compile(r"&[&#;0-9A-Za-z]*")  # a character reference, and all that may become part of one
_REFERENCE: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][0-9A-Za-z]{1,31});\Z")
MAX_REFERENCE: Final = 34  # characters that _REFERENCE can match


def nfc(text: str) -> str:
    r"""Return the text in Normalization Form C, in time that grows with its length.

    Python orders the marks on a letter by insertion, in quadratic time for a letter with very many; in order already,
    they cost nothing.

    Examples
    --------
    >>> nfc("Vi\u0065\u0323\u0302t")
    'Việt'
    """
    # Marks out of order are seen at once, so that this is linear.
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text
    if _MARK_RUN.search(text):
        text = _MARK_RUN.sub(lambda run: "".join(sorted(run[0], key=unicodedata.combining)), text)
    return unicodedata.normalize("NFC", text)


def composed(text: str) -> tuple[str, list[int] | None]:
    r"""Compose a text's letters with their marks, and tell where each character starts in the text given.

    Returns
    -------
    text : str
        In NFC.
    offsets : list of int, or None
        By character of that text and for its end; None where the text was in NFC already.

    Examples
    --------
    >>> composed("a\u0301b")
    ('áb', [0, 2, 3])
    """
    if text.isascii() or nfc(text) == text:
        return text, None
    parts: list[str] = []
    offsets: list[int] = []
    last = 0
    for cluster in _CLUSTER.finditer(text):
        start, end = cluster.span()
        letter = nfc(cluster[0])
        parts += text[last:start], letter
        offsets += range(last, start)
        offsets += [start] * len(letter)
        last = end
    offsets += range(last, len(text) + 1)
    return "".join([*parts, text[last:]]), offsets


def plain(match: re.Match[str]) -> str:
    r"""What is written instead of a match of `NOT_PLAIN`.

    A newline for every line break, U+0020 for every space, U+FFFD for a lone surrogate, nothing for controls and format
    characters (zero-width spaces, soft hyphen, byte order mark, bidirectional controls, joiners but those of emoji).

    Examples
    --------
    >>> NOT_PLAIN.sub(plain, "Việt\u00a0Nam\u200b\r\n")
    'Việt Nam\n'
    """
    if match["line"]:
        return "\n"
    return " " * len(match["space"] or "") + "\N{REPLACEMENT CHARACTER}" * len(match["surrogate"] or "")


def order_marks(match: re.Match[str]) -> str:
    r"""The one letter that a match of `STACKED` was meant to be, or the match where that is not certain.

    NFC keeps the order of marks that stand on the same side of a letter, so that a tone typed before the vowel sign
    never joins it; and it keeps a mark typed twice. https://www.unicode.org/reports/tr15/#Canonical_Composition_Examples

    Examples
    --------
    >>> STACKED.sub(order_marks, "a\u0301\u0302 \u00e1\u0302 \u00ea\u0323\u0323")
    'ấ ấ ệ'
    """
    letters = unicodedata.normalize("NFD", match[1])
    base, marks = letters[0], {*letters[1:], *match[2]}
    signs = sorted(marks.intersection(_VOWEL_SIGNS))
    tones = sorted(marks.intersection(TONE_MARKS))
    letter = unicodedata.normalize("NFC", "".join([base, *signs, *tones]))
    return letter if len(letter) == 1 and len(signs) <= 1 and len(tones) <= 1 else match[0]


def decode_references(match: re.Match[str]) -> str:
    r"""The text of a match of `REFERENCES` without HTML character references.

    Only those with their semicolon. From left to right: what one decodes to may end another ('&amp;lt;'), and all are
    decoded, so that a second time finds none.

    Examples
    --------
    >>> REFERENCES.sub(decode_references, "H&#224;&nbsp;N&#7897;i &amp;amp; AT&T; &copy 2025")
    'Hà Nội & AT&T; &copy 2025'
    """
    *closed, rest = match[0].split(";")
    done, tail = [], ""
    for piece in closed:
        tail += piece + ";"
        while (reference := _REFERENCE.search(tail)) and (
            reference[0][1] == "#" or reference[0][1:] in html.entities.html5
        ):
            tail = tail[: reference.start()] + nfc(NOT_PLAIN.sub(plain, html.unescape(reference[0])))
        done.append(tail[:-MAX_REFERENCE])
        tail = tail[-MAX_REFERENCE:]
    return "".join(done) + tail + rest


_LIGATURES: Final = str.maketrans(
    {chr(0xFB00 + k): letters for k, letters in enumerate(("ff", "fi", "fl", "ffi", "ffl", "st", "st"))}
    | {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2160, 0x2180)}
)
_SINGLE: Final = r"\ufb00-\ufb06\u2160-\u217f"
_FULL_WIDTH: Final = r"\uff01-\uff5e"
COMPATIBLE: Final = re.compile(f"[{_SINGLE}]|[{_FULL_WIDTH}]+")
COMPATIBLE_LETTERS: Final = _SINGLE + _FULL_WIDTH
"""What stands between the brackets of a pattern for a character that `COMPATIBLE` begins with."""
_FULL_WIDTH_WORD: Final = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")


def write_plainly(match: re.Match[str]) -> str:
    r"""The letters of a match of `COMPATIBLE`: a ligature, a Roman numeral, full-width letters and marks between them.

    Of the compatibility characters (UAX #15) these alone are two ways to write one text; a superscript or a fraction
    says something else than its letters. Full-width marks by themselves belong to a Chinese or Japanese text.

    Examples
    --------
    >>> COMPATIBLE.sub(write_plainly, "o\ufb03ce \uff2f\uff2b\uff01 \u6f22\uff01")
    'office OK! 漢！'
    """
    shown = match[0]
    return shown.translate(_LIGATURES) if shown[0] < "\uff00" or _FULL_WIDTH_WORD.search(shown) else shown
