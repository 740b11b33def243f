"""Times of subtitles: of sentences and pairs, and pairs put back into the cues that they came from."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from aligner.bitext import AlignedDocument, Cue, Sentence
from aligner.errors import InputError
from aligner.text.marks import end_mark

if TYPE_CHECKING:
    import pandas as pd

TIMES: Final = ("src_time", "trg_time")
"""Columns of a frame with times: of subtitles alone."""

CUE_COLUMNS: Final = (*TIMES, "src_text", "trg_text")
"""Columns of what `cues_frame` gives."""

_WORD: Final = re.compile(r"\S+")


def clock(ms: int) -> str:
    """Write a time as WebVTT does.

    Examples
    --------
    >>> clock(3_723_040)
    '01:02:03.040'
    """
    seconds, ms = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{ms:03}"


def time_cell(cues: Sequence[Cue], sentences: Sequence[Sentence]) -> str:
    """Tell when the sentences of a bead's side are shown: from where the first cue begins to where the last one ends.

    Examples
    --------
    >>> time_cell([Cue(0, 3, 500, 900), Cue(4, 9, 900, 2000)], [Sentence("No. It rained.", 0, 9)])
    '00:00:00.500-00:00:02.000'
    """
    if not cues or not sentences:
        return ""
    places = _range_of(cues, sentences[0].start, sentences[-1].end)
    shown = [cues[k] for k in places]
    return _span(Cue(0, 0, min(cue.start_ms for cue in shown), max(cue.end_ms for cue in shown)))


def _span(cue: Cue) -> str:
    return f"{clock(cue.start_ms)}-{clock(cue.end_ms)}"


def _range_of(cues: Sequence[Cue], start: int, end: int) -> range:
    """Indices of the cues that a span of the text has a part in, at least one; cues are in the order of the text."""
    first = min(bisect.bisect_right(cues, start, key=lambda cue: cue.end), len(cues) - 1)
    return range(first, max(first + 1, bisect.bisect_left(cues, end, lo=first, key=lambda cue: cue.start)))


def sentence_times(cues: Sequence[Cue], sentences: Sequence[Sentence]) -> NDArray[np.float64]:
    """Give when each sentence is spoken, in milliseconds: within a cue, time passes as characters do.

    Parameters
    ----------
    cues : sequence of Cue
        Of the text that the sentences were cut from.
    sentences : sequence of Sentence
        n sentences.

    Returns
    -------
    float64 array, shape (n, 2)
        Beginning and end of each; nan where there are no cues.

    Examples
    --------
    >>> sentence_times([Cue(0, 10, 1000, 2000)], [Sentence("No.", 0, 3), Sentence("Why?", 5, 9)]).tolist()
    [[1000.0, 1300.0], [1500.0, 1900.0]]
    """
    times = np.full((len(sentences), 2), np.nan)
    for k, sentence in enumerate(sentences if cues else ()):
        places = _range_of(cues, sentence.start, sentence.end)
        times[k] = _at(cues[places[0]], sentence.start), _at(cues[places[-1]], sentence.end)
    return times


def _at(cue: Cue, place: int) -> float:
    """When a place of the text is reached."""
    share = (place - cue.start) / max(1, cue.end - cue.start)
    return cue.start_ms + min(max(share, 0.0), 1.0) * (cue.end_ms - cue.start_ms)


def cues_frame(document: AlignedDocument) -> pd.DataFrame:
    """Put the beads back into the source's cues: a row for each cue, with the part of the translation that falls to it.

    Parameters
    ----------
    document : AlignedDocument
        An alignment of a subtitle file, its source, with any text.

    Returns
    -------
    pandas.DataFrame
        With `CUE_COLUMNS`; ``trg_time`` is empty where the target is no subtitle file.

    Raises
    ------
    InputError
        If the source has no cues.

    Notes
    -----
    Where a bead runs over several cues, so does its translation: it is cut between words, in proportion to the
    characters that each cue has of the source, and where the target's own cues or its clauses end if that is near.
    Sentences that the target alone has stand in the cue before.
    """
    import pandas as pd

    cues = document.cues[0]
    check_cues(cues, document.doc_id)
    said: list[list[str]] = [[] for _ in cues]
    translated: list[list[str]] = [[] for _ in cues]
    times: list[list[Sentence]] = [[] for _ in cues]
    for sentence in document.source:
        for k in _range_of(cues, sentence.start, sentence.end):
            piece = sentence.text[max(0, cues[k].start - sentence.start) : cues[k].end - sentence.start].strip()
            said[k] += [piece] if piece else []
    last = 0
    for bead in document.beads:
        target = [document.target[j] for j in bead.target]
        places = range(last, last + 1)
        sizes = [1]
        if bead.source:
            start, end = document.source[bead.source[0]].start, document.source[bead.source[-1]].end
            places = _range_of(cues, start, end)
            sizes = [min(cues[k].end, end) - max(cues[k].start, start) for k in places]
            last = places[-1]
        text = " ".join(sentence.text for sentence in target)
        for k, part in zip(places, share_out(text, sizes, _ends_of_cues(document.cues[1], target)), strict=True):
            translated[k] += [part] if part else []
            times[k] += target
    rows = [
        (_span(cue), time_cell(document.cues[1], sentences), " ".join(one), " ".join(other))
        for cue, sentences, one, other in zip(cues, times, said, translated, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(CUE_COLUMNS), dtype=object)


def check_cues(cues: Sequence[Cue], name: str) -> None:
    """Raise an InputError where there are no cues to put anything into.

    Examples
    --------
    >>> check_cues((), "a.txt")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: a.txt: the English has no cues; give subtitles (.srt .vtt .ass .ssa) as the English file
    """
    if not cues:
        todo = "give subtitles (.srt .vtt .ass .ssa) as the English file"
        raise InputError("the English has no cues", path=name or None, todo=todo)


def _ends_of_cues(cues: Sequence[Cue], sentences: Sequence[Sentence]) -> set[int]:
    """Where cues end in the text that the sentences make when joined by spaces."""
    ends, at = set(), 0
    for sentence in sentences:
        ends |= {at + cues[k].end - sentence.start for k in _range_of(cues, sentence.start, sentence.end)}
        at += len(sentence.text) + 1
    return ends


def share_out(text: str, sizes: Sequence[int], ends: Collection[int] = ()) -> list[str]:
    """Cut a text between words into as many parts as there are sizes, in proportion to these.

    Parameters
    ----------
    text : str
        Words parted by spaces.
    sizes : sequence of int
        What the parts are in proportion to; their sum is above 0.
    ends : collection of int
        Places where a cut is better than elsewhere.

    Returns
    -------
    list of str
        As many as sizes; joined by spaces, those that are not empty give the text.

    Examples
    --------
    >>> share_out("Trời mưa suốt đêm, nên tôi ở nhà.", [20, 14])
    ['Trời mưa suốt đêm,', 'nên tôi ở nhà.']
    """
    words = [match.span() for match in _WORD.finditer(text)]
    reach = SLACK * len(text) / len(sizes)
    places, gains = [0], [0.0]
    for (start, end), (after, _) in itertools.pairwise(words):
        places.append(after)
        gains.append(reach * (bool(end_mark(text[start:end])) + 2 * (end in ends)))
    places.append(len(text))
    gains.append(0.0)
    widest = 3 * reach + max((end - start for start, end in words), default=0) + 1
    parts, at, done = [], 0, 0
    for size in sizes[:-1]:
        done += size
        ideal = max(done / max(1, sum(sizes)) * len(text), places[at])
        stop = bisect.bisect_right(places, ideal + widest)
        near = range(max(at, min(bisect.bisect_left(places, ideal - widest), stop - 1)), stop)
        best = min(near, key=lambda k, ideal=ideal: abs(places[k] - ideal) - gains[k])  # type: ignore[misc]
        parts.append(text[places[at] : places[best]].rstrip())
        at = best
    return [*parts, text[places[at] :].rstrip()]


SLACK: Final = 0.15
"""Share of a part's length that a cut is moved for the end of a clause, twice that for the end of a cue; chosen by hand
(test_subtitles.py: back to cues)."""


def srt_text(frame: pd.DataFrame) -> str:
    r"""Write cues with both languages as SubRip: English above Vietnamese, at the times of the English.

    Examples
    --------
    >>> import pandas as pd
    >>> cue = ("00:00:01.000-00:00:02.500", "", "It rained.", "Trời mưa.")
    >>> srt_text(pd.DataFrame([cue], columns=list(CUE_COLUMNS)))
    '1\n00:00:01,000 --> 00:00:02,500\nIt rained.\nTrời mưa.\n'
    """
    blocks = []
    for number, (time, english, vietnamese) in enumerate(
        zip(frame["src_time"], frame["src_text"], frame["trg_text"], strict=True), 1
    ):
        lines = [str(number), time.replace(".", ",").replace("-", " --> "), *filter(None, (english, vietnamese))]
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)
