"""First normalisation: one code point sequence for what looks the same, nothing invisible left."""

from __future__ import annotations

import re
import unicodedata

from aligner.errors import InputError

# Vertical tab, form feed, next line, line and paragraph separator, carriage return: str.splitlines breaks at each, and
# removing them as controls would glue two words together.
_LINE_BREAK = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Categories Cc and Cf of Unicode 16 and U+034F, a mark that is not seen; without tab and newline, and without the
# prepended concatenation marks (Arabic number signs), format characters that are seen. Spelled out, so that the result
# does not change with Python's tables.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    r"\ufff9-\ufffb\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f]"
)
_SPACE = re.compile(r"[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")  # category Zs without U+0020
_SURROGATE = re.compile(r"[\ud800-\udfff]")
# More marks than any writing puts on a letter (UAX #15, section 13, allows 30); U+034F stops reordering and stays put.
_MARK_RUN = re.compile(r"[\u0300-\u034e\u0350-\u036f]{31,}")


def nfc(text: str) -> str:
    r"""Return the text in Normalization Form C, in time that grows with its length.

    Python orders the marks on a letter by insertion, in quadratic time for a letter with very many; in order already,
    they cost nothing.

    Examples
    --------
    >>> nfc("Vi\u0065\u0323\u0302t")
    'Việt'
    """
    if text.isascii():
        return text
    if _MARK_RUN.search(text):
        text = _MARK_RUN.sub(lambda run: "".join(sorted(run[0], key=unicodedata.combining)), text)
    return unicodedata.normalize("NFC", text)


def normalise(text: str, *, lang: str) -> str:
    r"""Bring text into NFC with plain spaces, plain line breaks and no invisible characters.

    Parameters
    ----------
    text : str
        Any string, lone surrogates included.
    lang : {"en", "vi"}
        The language of the text.

    Returns
    -------
    str
        NFC text; normalising it again changes nothing.

    Raises
    ------
    InputError
        If lang is neither "en" nor "vi".

    Notes
    -----
    Format characters (zero-width spaces and joiners, soft hyphen, byte order mark, bidirectional controls) and controls
    are removed, line separators become newlines, space separators become U+0020, lone surrogates U+FFFD. Composition
    comes last: two marks may meet only when what stood between them is gone, and NFC itself (UAX #15) brings back
    none of the characters removed. https://www.unicode.org/reports/tr15/

    Examples
    --------
    >>> normalise("Viê\u0323t\u00a0Nam\u200b", lang="vi")
    'Việt Nam'
    """
    if lang not in ("en", "vi"):
        raise InputError("unknown language", found=repr(lang), todo="lang must be 'en' or 'vi'")
    if text.isascii() and text.isprintable():
        return text
    text = _LINE_BREAK.sub("\n", text)
    text = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
    text = _SPACE.sub(" ", _INVISIBLE.sub("", text))
    return nfc(text)
