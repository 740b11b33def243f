"""Captions: what stands in subtitles beside what is said: sounds, songs, credits, advertisements.

What is told here is told from the text of one cue and from a table of words; what the cues before and behind tell, and
what becomes of it, is decided where subtitles are read.
"""

from __future__ import annotations

import functools
import itertools
import re
from typing import Final, Literal

from aligner.text.marks import end_mark
from aligner.text.tables import read_table

CaptionKind = Literal["sound", "credit", "advertisement"]

NOTES: Final = "♩♪♫♬🎵🎶"
"""Signs for music, around what is sung or alone."""

# Limits in characters and words; chosen by hand, held by the cases of tests/test_captions.py.
_LONGEST_CREDIT: Final = 160
_LONGEST_SOUND: Final = 150
_MOST_SOUND_WORDS: Final = 6  # of round brackets in small letters: '(door closes in the distance)'
_NEAR: Final = 40  # looked at on either side of a bracket
_URL_SHARE: Final = 0.3  # of the characters of a cue, from which it is there for its address
_URL_ALONE: Final = 0.9  # the same where the words around it may go on over the cue

_BRACKETS: Final = re.compile(rf"\[[^\[\]]{{1,{_LONGEST_SOUND}}}\]|［[^［］]{{1,{_LONGEST_SOUND}}}］")
_PARENTHESES: Final = re.compile(rf"\([^()]{{1,{_LONGEST_SOUND}}}\)|（[^（）]{{1,{_LONGEST_SOUND}}}）")
_STARS: Final = re.compile(r"\A\s*\*[^*\n]{1,80}\*\s*\Z")
_NEXT: Final = re.compile(r"\s?[\"“¿¡]?[^\W\d_a-z]")
_LETTER: Final = re.compile(r"[^\W\d_]")
_ENDED: Final = re.compile(r"(?:\A|[.!?…,:;\"”’'\-–—\n])\s*\Z")
_URL: Final = re.compile(
    r"https?://\S{1,200}|\bwww\.\S{1,200}"
    r"|\b[\w-]{2,40}(?:\.[\w-]{2,40}){0,2}\.(?:com|net|org|tv|info|vn|mx|am|ru|io|me|cc|xyz|link|club|site)\b"
    r"(?:/\S{0,200})?"
    r"|\bfb(?:\.com|/)\S{0,100}",
    re.IGNORECASE,
)


@functools.cache
def _marks() -> dict[str, re.Pattern[str]]:
    phrases: dict[str, list[str]] = {}
    for phrase, kind in read_table("subtitle_marks.tsv", "phrase", "class"):
        phrases.setdefault(kind, []).append(re.escape(phrase).replace(r"\ ", r"\s+"))
    found = {kind: "|".join(sorted(set(words), key=len, reverse=True)) for kind, words in phrases.items()}
    several = "|".join(word for word in found["credit"].split("|") if r"\s" in word)
    labelled = r"\s?[:：|~=]|\s[-–—]\s|(?<=\sby)\s|(?<=\sbởi)\s|(?<=\sdo)\s|\s(?:by|bởi|(?:của|do)\snhóm)\s"
    joined = rf"(?:{found['credit']})(?:\s?(?:[&/,+]|and|và)\s?(?:{found['credit']})){{0,3}}"
    return {
        # 'Dịch: Lan', 'Dịch & phụ đề: Lan', 'Subtitles by Lan'; alone, a label of several words: 'English subtitles'.
        "credit": re.compile(rf"\W{{0,8}}(?:{joined}(?:{labelled})|(?:{several})\W{{0,4}}\Z)", re.IGNORECASE),
        "advertisement": re.compile(rf"(?<!\w)(?:{found['advertisement']})(?!\w)", re.IGNORECASE),
        "sound": re.compile(rf"(?<!\w)(?:{found['sound']})(?!\w)", re.IGNORECASE),
    }


def find_sounds(text: str) -> list[tuple[int, int]]:
    r"""Find what describes a sound or names who speaks: brackets that hold no words of a sentence.

    Parameters
    ----------
    text : str
        The text of one cue, lines parted by '\n'.

    Returns
    -------
    list of (start, end)
        Half-open spans in order. Square brackets count unless the sentence around them goes on in small letters, as
        where an editor put a word in; round ones, which hold glosses of translators as well, if they hold capitals
        alone, or few words of which one is that of a sound, or open the cue with a name.

    Examples
    --------
    >>> find_sounds("[bell] Hi! (LAUGHS)"), find_sounds("He gave it [the map] to her.")
    ([(0, 6), (11, 19)], [])
    """
    if match := _STARS.match(text):
        return [match.span()] if len(match[0].split()) <= _MOST_SOUND_WORDS else []
    spans = [m.span() for m in _BRACKETS.finditer(text) if _LETTER.search(m[0]) and not _goes_on(text, *m.span())]
    is_loud, first = text.isupper(), len(text) - len(text.lstrip(" -–—\n"))
    for match in _PARENTHESES.finditer(text):
        inner, (start, end) = match[0][1:-1].strip(), match.span()
        words = inner.split()
        is_short = len(words) <= _MOST_SOUND_WORDS and end_mark(inner) not in (".", "!", "?")
        is_shouted = inner.isupper() and not is_loud and sum(map(str.isalpha, inner)) > 1
        is_sound = is_short and _marks()["sound"].search(inner) and not _goes_on(text, start, end)
        is_name = start <= first and len(words) < 3 and inner.istitle() and _NEXT.match(text, end)
        if is_shouted or is_sound or is_name:
            spans.append((start, end))
    ordered = sorted(spans)
    ends = itertools.accumulate((end for _, end in ordered), max, initial=0)
    return [span for span, end in zip(ordered, ends, strict=False) if span[0] >= end]


def _goes_on(text: str, start: int, end: int) -> bool:
    """Whether a sentence runs over a bracket: no mark before it, a small letter or a mark behind it."""
    before, after = text[max(0, start - _NEAR) : start].rstrip(), text[end : end + _NEAR].lstrip()
    if not before or _ENDED.search(before[-4:]) or before[-1] in ")]":
        return False
    return after[:1].islower() or after[:1] in tuple(",.;:?!")


def is_sung(text: str) -> bool:
    """Tell whether a line is sung: a sign for music stands in it, or a hash at both ends.

    Examples
    --------
    >>> [is_sung(text) for text in ("♪ Row, row your boat", "# Happy birthday #", "We're #1", "It rained.")]
    [True, True, False, False]
    """
    bare = text.strip()
    return any(c in NOTES for c in bare) or (len(bare) > 3 and bare.startswith("# ") and bare.endswith(" #"))


def caption_kind(text: str, *, is_apart: bool = True) -> CaptionKind | None:
    """Tell whether a whole cue is a credit, a sign for music alone, or an advertisement; None for what is said.

    Parameters
    ----------
    text : str
        The text of one cue.
    is_apart : bool
        Whether no sentence runs into it or out of it; inside of one, an address is what somebody says.

    Examples
    --------
    >>> [caption_kind(text) for text in ("Subtitles by Lan", "Dịch: Minh", "www.films.example.com", "♪♪", "Dịch bệnh.")]
    ['credit', 'credit', 'advertisement', 'sound', None]
    """
    bare = " ".join(text.split())
    if not _LETTER.search(bare):
        return "sound" if any(c in NOTES for c in bare) else None
    n_url = sum(m.end() - m.start() for m in _URL.finditer(bare[:1000]))
    if not is_apart:
        return "advertisement" if n_url >= _URL_ALONE * len(bare) else None
    if _marks()["advertisement"].search(bare[:1000]) or n_url >= _URL_SHARE * len(bare):
        return "advertisement"
    if (
        len(bare) <= _LONGEST_CREDIT
        and (n_url or end_mark(bare) not in (".", "!", "?"))
        and _marks()["credit"].match(bare)
    ):
        return "credit"
    return None
