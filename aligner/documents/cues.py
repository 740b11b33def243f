"""Cues: SubRip, WebVTT and ASS/SSA files as cues with times and lines, markup taken out.

Files that people have keep no format to the letter: blank lines and counters are missing or doubled, times have commas
or periods, a .srt holds WebVTT. So nothing but the lines with two times is relied on; what stands between two of them
is the text of the first. A library was tried: docs/decisions/0030.
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NoReturn

from aligner.errors import InputError
from aligner.text.unicode import nfc

MAX_CUES: Final = 30_000
"""Cues from which on a file is none that people watch: a day of speech, where a film has 2,000. At 100 microseconds
each they end within the five seconds that a bomb may take (test_subtitles.py: bombs)."""

MAX_CUE: Final = 10_000
"""Characters of one cue, markup included, from which on it is none: nobody reads that from a screen. The overrides of
ASS are not counted, which may draw a picture (test_subtitles.py: bombs)."""

_CLOCK: Final = r"-?\s?(?:(\d{1,4})\s?:\s?)?(\d{1,3})\s?:\s?(\d{1,2})(?:\s?[.,:;]\s?(\d{1,6}))?"
_ARROW: Final = r"[^\S\n]{0,9}(?:-{1,3}\s?>|[–—]>|→|=>)[^\S\n]{0,9}"
_TIMES: Final = re.compile(rf"[^\S\n]{{0,20}}(?:\d{{1,7}}\s{{1,9}})?({_CLOCK}){_ARROW}({_CLOCK})(?![\d:])")
_SETTINGS: Final = re.compile(r"(?:\s{0,9}[A-Za-z]\w{0,20}:\S{0,60}){0,20}\s*")  # align:start, X1:040
_COUNTER: Final = re.compile(r"\s*#?(\d{1,7})\s*")
_BEGINS: Final = re.compile(rf"[\s\ufeff]{{0,100}}(?:\d{{1,7}}\s{{1,9}})?{_TIMES.pattern}")
_PLAIN_CLOCK: Final = r"(?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{1,3}"
_NO_ARROW: Final = re.compile(rf"\s{{0,20}}{_PLAIN_CLOCK}\W{{1,9}}{_PLAIN_CLOCK}\s*\Z")
_HEADED: Final = re.compile(r"[\s\ufeff]{0,100}(?:WEBVTT\b|\[(?:Script Info|V4\+? Styles|Events)\]\s|;)", re.IGNORECASE)
_EVENT: Final = re.compile(r"^[ \t]{0,9}Dialogue:[ \t]{0,9}(?:Marked=)?\d", re.IGNORECASE | re.MULTILINE)
_ASS_FIELDS: Final = ("layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text")
_ASS_CLOCK: Final = re.compile(r"\s*-?(\d{1,4}):(\d{1,2}):(\d{1,2})(?:[.,:](\d{1,3}))?\s*")

_OVERRIDE: Final = re.compile(r"\{[^{}]*\}")
_DRAWING: Final = re.compile(r"\\p[1-9]")
# In SubRip and WebVTT: '{\an8}', '{b}', '{Y:i}'; and tags that such files have, of whatever case.
_BRACED: Final = re.compile(r"\{(?:\\[^{}]*|[a-zA-Z]:[^{}]*|/?[biusBIUS])\}")
_VOICE: Final = re.compile(r"<v(?:\.[^<>\s]*)?\s+([^<>]*)>")
_RUBY: Final = re.compile(r"<rt>[^<>]*(?:</rt>)?")
_BREAK: Final = re.compile(r"<br\s*/?>|\\N|\\n(?![a-z])")
_NAMES: Final = "i|b|u|s|font|c|v|lang|ruby|rt|span|p|div|em|strong|big|small|sub|sup|a|tt|center|html|body"
_TAG: Final = re.compile(rf"<\s?/?\s?(?:{_NAMES})(?=[\s.>/=])[^<>]*>|<\d[\d:.]*>", re.IGNORECASE)
_WIDTHLESS: Final = dict.fromkeys([0xFEFF, 0x200B, 0x2060, 0xAD, *range(0x200E, 0x2010), *range(0x202A, 0x202F)])


@dataclass(frozen=True, slots=True)
class TimedLines:
    """What one cue of a file shows, and when.

    Attributes
    ----------
    start_ms, end_ms : int
        In milliseconds; it never ends before it begins.
    lines : tuple of str
        Its lines without markup, none of them blank. One that another voice begins opens with '- '.
    style : str
        The style that an ASS file gives it.
    """

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]
    style: str = ""


@dataclass(frozen=True, slots=True)
class CueFile:
    """The cues of a file in order, and what is no cue, by its kind."""

    cues: tuple[TimedLines, ...]
    set_aside: tuple[tuple[str, str], ...] = ()


def looks_like_cues(text: str) -> bool:
    r"""Tell whether a text begins as a subtitle file does.

    Examples
    --------
    >>> [looks_like_cues(text) for text in ("1\n00:00:01,000 --> 00:00:02,000\nHi.", "WEBVTT is a format.", "1\nHi.")]
    [True, False, False]
    """
    if _BEGINS.match(text) or (_EVENT.match(text) is not None):
        return True
    return _HEADED.match(text) is not None and ("-->" in text or _EVENT.search(text) is not None)


def read_cues(text: str) -> CueFile:
    r"""Read the cues of a SubRip, WebVTT or ASS/SSA file; which of them it is, the text tells.

    Parameters
    ----------
    text : str
        The whole file.

    Returns
    -------
    CueFile
        In order of time within a part (files of several disks begin at zero again); lines that captions repeat while
        they roll are there once.

    Raises
    ------
    InputError
        If there is no cue, or far too many, or times that cannot be read; says in which line.

    Examples
    --------
    >>> read_cues("1\n00:00:01,000 --> 00:00:02,500\n<i>Hi.</i>\n").cues
    (TimedLines(start_ms=1000, end_ms=2500, lines=('Hi.',), style=''),)
    """
    if text.count("-->") > MAX_CUES:  # before any of them is read
        _refuse_many()
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "")
    head = _HEADED.match(text)
    is_ass = (head is not None and "[" in head[0]) or ("-->" not in text and _EVENT.search(text) is not None)
    aside: list[tuple[str, str]] = []
    read = _ass_cues(text, aside) if is_ass else _timed_cues(text, aside)
    found_cues = list(itertools.islice(read, MAX_CUES + 1))
    if len(found_cues) > MAX_CUES:
        _refuse_many()
    if not found_cues:
        shown = repr(text.strip()[:40]) if text.strip() else "only white space"
        todo = "give a subtitle file with times, or name a text .txt"
        raise InputError("no cue with times", found=shown, todo=todo)
    filled = [cue for cue in found_cues if cue.lines]
    aside += [("empty cue", "")] * (len(found_cues) - len(filled))
    return CueFile(tuple(_without_repeats(_in_order(filled, is_ass=is_ass), aside)), tuple(aside))


def _refuse_many() -> NoReturn:
    raise InputError("too many cues for one film", found=f"more than {MAX_CUES:,}", todo="cut the file into parts")


def _milliseconds(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> int:
    return (int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)) * 1000 + int((fraction or "0").ljust(3, "0")[:3])


def _when(match: re.Match[str], aside: list[tuple[str, str]]) -> tuple[int, int]:
    """The two times of a line; a negative one is the beginning, and a cue that ends before it begins ends there."""
    times = []
    for k in (1, 6):
        ms = _milliseconds(*match.group(k + 1, k + 2, k + 3, k + 4))
        times.append(0 if match[k].startswith("-") else ms)
        if match[k].startswith("-") and ms:
            aside.append(("time before the beginning", match[k]))
    if times[1] < times[0]:
        aside.append(("end before its beginning", match[0].strip()))
        times[1] = times[0]
    return times[0], times[1]


def _timed_cues(text: str, aside: list[tuple[str, str]]) -> Iterator[TimedLines]:
    """Cues of SubRip and WebVTT: what stands between two lines of times, less counters, identifiers and notes."""
    is_vtt = text.lstrip().startswith("WEBVTT")
    lines = text.split("\n")
    places: list[tuple[int, re.Match[str]]] = []
    for k, line in enumerate(lines):
        if match := _TIMES.match(line):
            places.append((k, match))
        elif ("-->" in line and ":" in line) or _NO_ARROW.match(line):
            todo = "write them as 00:00:01,000 --> 00:00:02,000"
            raise InputError("times that cannot be read", line=k + 1, found=repr(line.strip()[:60]), todo=todo)
    counter, voice = 0, ""
    stops = [*(k for k, _ in places[1:]), len(lines)][: len(places)]
    heads = []  # where the counter or identifier of each cue stands; its times' line where it has none
    for k, _ in places:
        head, counter = _head(lines, k, counter, is_vtt=is_vtt)
        heads.append(head)
    for n, ((k, match), stop) in enumerate(zip(places, stops, strict=True)):
        rest = lines[k][match.end() :]
        own = [] if _SETTINGS.fullmatch(rest) else [rest]
        own += lines[k + 1 : heads[n + 1] if n + 1 < len(heads) else stop]
        if is_vtt:
            own = _without_notes(own, aside)
        said = "\n".join(own)
        _check_size(said, k + 1)
        shown, voice = _vtt_lines(said, voice)
        yield TimedLines(*_when(match, aside), shown)


def _head(lines: Sequence[str], k: int, counter: int, *, is_vtt: bool) -> tuple[int, int]:
    """Where a cue with its times in line k begins, and its number: at the counter, or the identifier of WebVTT."""
    above = k - 1
    while above > 0 and not lines[above].strip() and k - above < 4:  # a blank line between counter and times
        above -= 1
    if above < 0:
        return k, counter
    number = _COUNTER.fullmatch(lines[above])
    is_first = above == 0 or not lines[above - 1].strip()
    if number and (is_first or (counter and 0 < int(number[1]) - counter <= 20)):
        return above, int(number[1])
    is_identifier = is_vtt and above == k - 1 and lines[above].strip() and is_first
    return (above if is_identifier else k), counter


def _without_notes(lines: Sequence[str], aside: list[tuple[str, str]]) -> list[str]:
    """Lines of a WebVTT cue without the blocks behind it that are comments or styles."""
    kept: list[str] = []
    for is_blank, run in itertools.groupby(lines, key=lambda line: not line.strip()):
        block = [] if is_blank else list(run)
        if block and kept and re.match(r"(?:NOTE|STYLE|REGION)\b", block[0]):
            aside.append(("comment", " ".join(block)))
        else:
            kept += block
    return kept


def _vtt_lines(text: str, voice: str) -> tuple[tuple[str, ...], str]:
    """Lines without markup, a dash before those of another voice; and whose voice was last."""
    if "<" in text:
        for name in _VOICE.findall(text):
            is_other, voice = name.strip() != voice, name.strip()
            text = _VOICE.sub("\n- " if is_other else "", text, count=1)
        text = _TAG.sub("", _BREAK.sub("\n", _RUBY.sub("", text)))
    if "{" in text:
        text = _BRACED.sub("", text)
    if "&" in text:
        text = html.unescape(text)
    return _clean_lines(text.replace("\\N", "\n").replace("\\h", " ")), voice


def _clean_lines(text: str) -> tuple[str, ...]:
    lines = (" ".join(nfc(line).translate(_WIDTHLESS).split()) for line in text.split("\n"))
    return tuple(filter(None, lines))


def _ass_cues(text: str, aside: list[tuple[str, str]]) -> Iterator[TimedLines]:
    """Cues of ASS and SSA: the lines `Dialogue:` of its events, in the columns that `Format:` names."""
    fields: tuple[str, ...] = _ASS_FIELDS
    section = "[events]"
    for number, line in enumerate(text.split("\n"), 1):
        key, _, value = line.strip().partition(":")
        key = key.lower()
        if line.lstrip().startswith("["):
            section = line.strip().lower()
        elif key == "format" and section == "[events]":
            fields = tuple(name.strip().lower() for name in value.split(","))
            if {"start", "end", "text"} - set(fields):
                todo = "name Start, End and Text, as Aegisub does"
                raise InputError("events without times or text", line=number, found=repr(value.strip()[:80]), todo=todo)
        elif key == "comment" and section == "[events]":
            aside.append(("comment", value.split(",", 9)[-1][:200]))
        elif key == "dialogue":
            cells = dict(zip(fields, value.split(",", len(fields) - 1), strict=False))
            times = [_ASS_CLOCK.fullmatch(cells.get(name, "")) for name in ("start", "end")]
            if not all(times) or "text" not in cells:
                todo = "write it as Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,Text"
                raise InputError("an event that cannot be read", line=number, found=repr(line[:60]), todo=todo)
            start, end = (_milliseconds(*match.groups()) for match in times if match)
            if end < start:
                aside.append(("end before its beginning", value[:60].strip()))
            said = _ass_text(cells["text"])
            _check_size(said, number)
            shown = _clean_lines(_TAG.sub("", said))
            if not shown and _DRAWING.search(cells["text"]):
                aside.append(("drawing", ""))
                continue
            yield TimedLines(start, max(start, end), shown, cells.get("style", "").strip().lstrip("*"))


def _check_size(said: str, line: int) -> None:
    """Raise an InputError for a cue that is none."""
    if len(said) > MAX_CUE:
        todo = "mend the file, or name it .txt if it is no subtitle file"
        raise InputError("too long a cue", line=line, found=f"{len(said):,} characters", todo=todo)


def _ass_text(text: str) -> str:
    """An event's text without overrides; what a drawing draws is none of it."""
    parts, at, draws = [], 0, False
    for override in _OVERRIDE.finditer(text):
        if not draws:
            parts.append(text[at : override.start()])
        at = override.end()
        if drawing := re.search(r".*\\p(\d)", override[0], re.DOTALL):
            draws = drawing[1] != "0"
    if not draws:
        parts.append(text[at:])
    return re.sub(r"\\[Nn]", "\n", "".join(parts)).replace("\\h", " ")


RESTART_MS: Final = 60_000
"""Milliseconds by which the time must fall for another part of the film to begin, and to below half of what it was;
cues that merely stand out of order are closer to each other (test_subtitles.py: two disks in one file)."""


def _in_order(cues: list[TimedLines], *, is_ass: bool) -> list[TimedLines]:
    """Cues in order of time, part by part; ASS files have no parts, and their lines stand by style."""
    parts: list[list[TimedLines]] = [[]]
    latest = 0
    for cue in cues:
        if not is_ass and latest - cue.start_ms > RESTART_MS and 2 * cue.start_ms < latest:
            parts.append([])
            latest = 0
        parts[-1].append(cue)
        latest = max(latest, cue.start_ms)
    return [cue for part in parts for cue in sorted(part, key=lambda cue: cue.start_ms)]


ROLLING_SHARE: Final = 0.3
"""Share of cues that begin with lines of the one before, from which a file is one of rolling captions: of YouTube's,
two in three do, of a film's one in a hundred (test_subtitles.py: rolling captions, people repeat themselves)."""

TOUCHING_MS: Final = 100
"""Milliseconds between two cues that are one, shown twice (test_subtitles.py: frame by frame)."""


def _without_repeats(cues: list[TimedLines], aside: list[tuple[str, str]]) -> list[TimedLines]:
    """Cues without the lines that only go on being shown: rolling captions, signs frame by frame, cues given twice."""
    n_rolling = sum(_n_rolled(a, b) > 0 for a, b in itertools.pairwise(cues))
    is_rolling = n_rolling >= ROLLING_SHARE * len(cues) and n_rolling > 1
    kept: list[TimedLines] = []
    places: dict[tuple[str, ...], int] = {}  # of what is shown, its cue among those kept
    before: TimedLines | None = None
    for cue in cues:
        n, at = 0, places.get(cue.lines, -1)
        if at >= 0 and cue.start_ms - kept[at].end_ms <= TOUCHING_MS:
            is_twice = cue.start_ms == kept[at].start_ms
            n = len(cue.lines) * (is_rolling or is_twice or sum(len(line.split()) for line in cue.lines) > 2)
        elif is_rolling and before is not None:
            n, at = _n_rolled(before, cue), len(kept) - 1
            if n == len(cue.lines) and cue.start_ms - before.end_ms > TOUCHING_MS:
                n = 0  # said again
        aside += [("repeated line", line) for line in cue.lines[:n]]
        if n == len(cue.lines):
            kept[at] = replace(kept[at], end_ms=max(kept[at].end_ms, cue.end_ms))
        else:
            kept.append(replace(cue, lines=cue.lines[n:]))
            at = len(kept) - 1
        places[cue.lines] = at
        before = cue
    return kept


def _n_rolled(one: TimedLines, other: TimedLines) -> int:
    """Number of first lines of a cue that are the last ones of the cue before."""
    most = min(len(one.lines), len(other.lines), 4)
    return next((n for n in range(most, 0, -1) if one.lines[-n:] == other.lines[:n]), 0)
