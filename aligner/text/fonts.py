"""Fonts from before Unicode: which encoding their characters are in, and runs of text decoded by their fonts."""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from aligner.text.legacy import SUSPECT, decode_legacy


class FontCode(NamedTuple):
    """What the characters under a font stand for: an encoding, and whether the font shows capitals alone."""

    encoding: str
    is_capital: bool = False


# How names of fonts begin that are in these encodings, longest first: those of ABC and VietKey (.VnTime, .VnArialH), of
# VNI (VNI-Times, VNI Times), of VPS (VPS Times), of VISCII (VI Times, VISCII ...).
# https://www.wazu.jp/gallery/Fonts_Vietnamese.html; held by tests/test_office.py.
_FONTS: Final = ((".vn", "tcvn3"), ("vni", "vni"), ("vps", "vps"), ("viscii", "viscii"), ("vi ", "viscii"))


@functools.lru_cache(maxsize=256)
def font_code(font: str) -> FontCode | None:
    """Tell by the name of a font what stands under it; None for one of Unicode.

    Examples
    --------
    >>> font_code(".VnTimeH"), font_code("VNI-Times"), font_code("Times New Roman")
    (FontCode(encoding='tcvn3', is_capital=True), FontCode(encoding='vni', is_capital=False), None)
    """
    name = font.strip().lower()
    encoding = next((encoding for begin, encoding in _FONTS if name.startswith(begin)), None)
    if encoding is None:
        return None
    return FontCode(encoding, encoding == "tcvn3" and font.rstrip().endswith("H"))


# Word keeps the characters of fonts that call themselves symbols there.
_SYMBOLS: Final = {0xF000 + byte: byte for byte in range(0x20, 0x100)}


def decode_fonts(paragraphs: Sequence[Sequence[tuple[str, str]]]) -> list[str]:
    """Decode the runs of a document whose fonts are those of a legacy encoding.

    Parameters
    ----------
    paragraphs : sequence of sequence of (str, str)
        The runs of each, a text with the name of its font.

    Returns
    -------
    list of str
        The text of each paragraph. Left as it is: what is in a font of Unicode, and a stretch that holds Vietnamese
        letters which no byte stands for, since a font may be named and another shown; all of an encoding, where such
        stretches are as many as those with bytes of it.

    Examples
    --------
    >>> decode_fonts([[("Vieä", "VNI-Times"), ("t Nam, ", "VNI-Times"), ("Việt Nam", "Arial")]])
    ['Việt Nam, Việt Nam']
    """
    if not any(font_code(font) for runs in paragraphs for _, font in runs):
        return ["".join(text for text, _ in runs) for runs in paragraphs]
    votes = font_votes(paragraphs)
    return [decode_runs(runs, votes) for runs in paragraphs]


def font_votes(paragraphs: Sequence[Sequence[tuple[str, str]]]) -> Counter[str]:
    """Count, by encoding, stretches with bytes of it less those whose letters no byte is.

    Examples
    --------
    >>> font_votes([[("Vieät", "VNI-Times")], [("Việt", "VNI-Times")], [("Nam", "VNI-Times")]])
    Counter({'vni': 0})
    """
    votes: Counter[str] = Counter()
    for runs in paragraphs:
        for text, code in _stretches(runs):
            if code is not None:
                votes[code.encoding] += _vote(text)
    return votes


def decode_runs(runs: Sequence[tuple[str, str]], votes: Counter[str]) -> str:
    """Decode the runs of a paragraph, by the votes of its document.

    Examples
    --------
    >>> decode_runs([("ViÖt Nam", ".VnTimeH")], Counter())
    'VIỆT NAM'
    """
    return "".join(_shown(text, code, votes) for text, code in _stretches(runs))


def _stretches(runs: Sequence[tuple[str, str]]) -> list[tuple[str, FontCode | None]]:
    """Runs of one encoding joined."""
    stretches = []
    for code, group in itertools.groupby(runs, key=lambda run: font_code(run[1])):
        text = "".join(text for text, _ in group)
        stretches.append((text if code is None else text.translate(_SYMBOLS), code))
    return stretches


def _vote(text: str) -> int:
    """1 for a stretch with bytes that are no Vietnamese in Latin-1, -1 for one with letters that no byte is, else 0."""
    return -1 if _is_unicode(text) else int(SUSPECT.search(text) is not None)


def _is_unicode(text: str) -> bool:
    """Whether a letter is there that no byte of Latin-1 or Windows-1252 stands for."""
    letters = {char for char in text if char > "\xff" and char.isalpha()}
    return any(not char.encode("cp1252", "ignore") for char in letters)


def _shown(text: str, code: FontCode | None, votes: Counter[str]) -> str:
    """A stretch as its font shows it."""
    if code is None:
        return text
    if votes[code.encoding] >= 0 and not _is_unicode(text):
        text = decode_legacy(text, code.encoding)
    return text.upper() if code.is_capital else text
