"""Subtitles: SubRip, WebVTT and ASS/SSA files as running text, with the times at which it is shown.

Cues are cut by seconds and by the width of a screen, not by sentences. So their lines are joined to running text, which
is split like any other, and a blank line is put where something shows that another sentence begins: another speaker, a
pause, a capital where stops are left out.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from aligner.bitext import Cue
from aligner.documents.blocks import Document, Kind, RawBlock
from aligner.documents.cues import TimedLines, read_cues
from aligner.text.captions import NOTES, caption_kind, find_sounds, is_sung
from aligner.text.language import detect_language
from aligner.text.marks import CLOSERS, abbreviation_class
from aligner.text.sentences import opens_sentence

PAUSE_MS: Final = 1000
"""Milliseconds without a cue from which a capital begins a sentence though no stop ended one; inside of a sentence
cues follow each other at once (test_subtitles.py: joins)."""

CAPITAL_SHARE: Final = 0.6
"""Share of the lines behind one without a stop that begin with a capital, from which a capital begins a sentence: the
file leaves stops out. Names make a tenth to a third where it does not, as in wrapped prose (`text.lines`)."""

UPPER_SHARE: Final = 0.7
"""Share of capitals among the letters from which a file is in capitals, and these tell nothing."""

STOPPED_SHARE: Final = 0.1
"""Stops for each cue below which a file has none, as where speech was recognised (test_subtitles.py: cues as lines)."""

BILINGUAL_SHARE: Final = 0.25
"""Share of the times of a file at which both languages are shown, from which it is bilingual: such a file has both
nearly always, a Vietnamese one with English songs or signs next to never (test_subtitles.py: two languages)."""

LEAST_LABELS: Final = 3
"""Labels such as 'JOHN:' from which they say who speaks; one alone may be a word of the text."""

RUN_ON: Final = 200
"""Characters for each stop from which a file leaves stops out: with stops it has one in 20 (talk) to 100 (lectures);
of six real files the one without has one in 900 (test_subtitles.py: capitals where stops are left out)."""

SAMPLE: Final = 400
"""Lines that are looked at to tell whether a file has two languages."""

_DASH: Final = re.compile(r"(?:[-–—‐−]|>{2,3})\s*(?=\S)")
# Another speaker on the same line: '- Where? - There.'; a word with a dash inside has no space before it.
_SECOND: Final = re.compile(r"(?<=[.!?…\"”’)\]])\s+(?:[-–—‐]\s?|>{2,3}\s?)(?=[\"“¿¡(\[…]*[^\W_a-z])")
_LABEL: Final = re.compile(r"(?:[^\W\d_a-z][^\sa-z:]{0,20}\s?){1,3}:\s+(?=\S)")
_LABEL_ALONE: Final = re.compile(r"(?<=[^\W\d_a-z]):[ ]?\n(?=.)")
_ENDED: Final = re.compile(rf"[.!?…:;][{re.escape(CLOSERS)}{NOTES}]*\Z")
_CUT: Final = re.compile(r"(?:--|[–—]|(?<=[^\W_])-|\s-)\Z")  # somebody is interrupted, or goes on
_TRAILS: Final = re.compile(r"(?:…|\.{2,4})\Z")
_LEADS: Final = re.compile(r"(?:…|\.{2,4})\s*(?=\S)")
_STOPS: Final = re.compile(r"[.!?…](?=\W|\Z)")
_ANSWER: Final = re.compile(r"[^\W\d_a-z][^\W\d_]{0,12}\.?")  # 'OK'; 'Ừ.', which might be taken for an initial
_CAPITAL: Final = re.compile(r"(?<=[^\W\d_A-Z])\s+([^\W\d_a-z][^\W\d_]{0,20})\b")
_WORD: Final = re.compile(r"[^\W\d_]{1,30}")
_HASHES: Final = re.compile(r"\A# | #\Z")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A line of a cue, cleaned, or the part of it that one speaker has."""

    text: str
    cue: int
    opens: bool = False
    """Whether somebody else begins here."""
    is_sung: bool = False
    lang: str = ""
    """Language that it is told to be in, where the file has two."""


def subtitle_document(text: str) -> Document:
    r"""Make a document of a subtitle file: what is said as running text, and the times of its cues.

    Counters, times and styling are left out. Set aside by their kinds are sounds, credits, advertisements and lines
    that captions repeat; what is sung is a block of lyrics for each line.

    Parameters
    ----------
    text : str
        A SubRip, WebVTT or ASS/SSA file.

    Returns
    -------
    Document
        Of a file with two languages in each cue, its `tracks` are these apart.

    Raises
    ------
    InputError
        As `cues.read_cues` does.

    Examples
    --------
    >>> document = subtitle_document("1\n00:00:01,000 --> 00:00:02,000\n(SIGHS) I went to the…\n\n"
    ...                              "2\n00:00:02,000 --> 00:00:03,000\n…market. <i>Alone.</i>\n")
    >>> document.text, [(cue.start, cue.end, cue.start_ms) for cue in document.cues], document.set_aside
    ('I went to the market. Alone.', [(0, 13, 1000), (14, 28, 2000)], (('sound', '(SIGHS)'),))
    """
    file = read_cues(text)
    aside = list(file.set_aside)
    pieces = _pieces(file.cues, aside)
    if tracks := _tracks(pieces, file.cues):
        both = [_lay_out(track, file.cues, ()) for track in tracks]
        if all(document.blocks for document in both):
            return replace(_lay_out(pieces, file.cues, tuple(aside)), tracks=(both[0], both[1]))
    return _lay_out(pieces, file.cues, tuple(aside))


def keep_cues(document: Document) -> Document:
    """Cut all blocks where cues end, so that each is a unit: of a file without stops, nothing else tells.

    Examples
    --------
    >>> text = "so today we go"
    >>> document = Document(text, text, (RawBlock(0, 14),), cues=(Cue(0, 8, 0, 900), Cue(9, 14, 900, 2000)))
    >>> [(block.start, block.end) for block in keep_cues(document).blocks]
    [(0, 8), (9, 14)]
    """
    blocks, first = [], 0
    for cue in document.cues:
        while document.blocks[first].end <= cue.start:
            first += 1
        k = first
        while k < len(document.blocks) and document.blocks[k].start < cue.end:
            block = document.blocks[k]
            blocks.append(replace(block, start=max(block.start, cue.start), end=min(block.end, cue.end)))
            k += 1
    plain = document.plain.replace("\n", " ")  # speakers of one cue are one unit as well
    return replace(document, plain=plain, blocks=tuple(blocks), keeps_lines=True)


# What a cue says ------------------------------------------------------------------------------------------------------


def _pieces(cues: Sequence[TimedLines], aside: list[tuple[str, str]]) -> list[_Piece]:
    """The pieces of all cues; what nobody says is put aside."""
    texts = _without_captions(["\n".join(cue.lines) for cue in cues], aside)
    letters = "".join(texts[:: max(1, len(texts) // SAMPLE)])
    is_upper = sum(map(str.isupper, letters)) > UPPER_SHARE * max(1, sum(map(str.isalpha, letters)))
    heads = (line for text in texts for line in _LABEL_ALONE.sub(": ", text).split("\n"))
    labels = 0 if is_upper else sum(_LABEL.match(line) is not None for line in heads)
    found: list[_Piece] = []
    for k, text in enumerate(texts):
        song = False  # it goes on over the lines of a cue, from one sign for music to the next
        if labels >= LEAST_LABELS:  # a label alone on its line is that of the next
            text = _LABEL_ALONE.sub(": ", text)
        for line in filter(None, text.split("\n")):
            n_notes = sum(map(line.count, NOTES))
            if is_sung(line) or song:
                song = (song + n_notes) % 2 == 1
                line = _HASHES.sub("", line.strip()).translate(dict.fromkeys(map(ord, NOTES))).strip(" -–—")
                if line:
                    found.append(_Piece(" ".join(line.split()), k, opens=True, is_sung=True))
                continue
            found += _speeches(line, k, labels >= LEAST_LABELS, aside)
    return found


def _without_captions(texts: list[str], aside: list[tuple[str, str]]) -> list[str]:
    """Texts of cues without sounds, and those of credits and advertisements empty."""
    said = []
    for text in texts:
        if text and not any(map(str.isalnum, text)) and not any(note in text for note in NOTES):
            aside.append(("no words", text))
            text = ""
        for start, end in reversed(find_sounds(text)):
            aside.append(("sound", " ".join(text[start:end].split())))
            text = text[:start] + text[end:]
        said.append("\n".join(filter(_has_words, (" ".join(line.split()) for line in text.split("\n")))))
    kept = []
    before = ""
    for text, after in itertools.zip_longest(said, said[1:], fillvalue=""):
        goes_on = text[:1].islower() and before and not _ENDED.search(before[-9:])
        leads_on = after[:1].islower() and caption_kind(after) is None
        kind = caption_kind(text, is_apart=not (goes_on or leads_on or text.endswith(",")))
        if kind:
            aside.append((kind, " ".join(text.split())))
        else:
            before = text or before
        kept.append("" if kind else text)
    return kept


def _has_words(line: str) -> bool:
    """Whether more is left of a line than the marks around what was taken out."""
    return bool(line.strip(" -–—:.,")) or line.startswith(("...", "…"))


def _speeches(line: str, cue: int, has_labels: bool, aside: list[tuple[str, str]]) -> Iterator[_Piece]:
    """What each speaker says on a line, dashes and labels left out."""
    at = 0
    for part in [*(match.span() for match in _SECOND.finditer(line)), (len(line), len(line))]:
        text, opens = line[at : part[0]].strip(), at > 0
        at = part[1]
        if (dash := _DASH.match(text)) and not (text.startswith("--") and text.lstrip("-–— ")[:1].islower()):
            text, opens = text[dash.end() :], True
        if has_labels and (label := _LABEL.match(text)):
            aside.append(("speaker", label[0].strip()))
            text, opens = text[label.end() :], True
        if text:
            yield _Piece(text, cue, opens)


# Running text ---------------------------------------------------------------------------------------------------------


def _lay_out(pieces: Sequence[_Piece], cues: Sequence[TimedLines], aside: tuple[tuple[str, str], ...]) -> Document:
    """Join pieces to text: by a space where a sentence may go on, by a blank line where another begins."""
    pieces = _cut_run_ons(pieces)
    begins = _Beginnings(pieces, cues)
    texts = [piece.text for piece in pieces]
    gaps = [""] * len(pieces)
    for k, (one, other) in enumerate(itertools.pairwise(pieces), 1):
        end, texts[k], joins = begins.joined(one, other)
        texts[k - 1] = texts[k - 1][: len(texts[k - 1]) - len(one.text) + end]
        gaps[k] = " " if joins else "\n\n"
    parts: list[str] = []
    spans: dict[int, tuple[int, int]] = {}
    runs: list[tuple[int, int, Kind]] = []
    at = 0
    for piece, gap, text in zip(pieces, gaps, texts, strict=True):
        if not text:  # an ellipsis alone, which the next one goes on from
            continue
        gap = gap if parts else ""
        at += len(gap)
        end = at + len(text)
        kind: Kind = "lyrics" if piece.is_sung else "text"
        is_more = bool(runs) and runs[-1][2] == kind == "text"
        runs[len(runs) - is_more :] = [(runs[-1][0] if is_more else at, end, kind)]
        spans[piece.cue] = spans.get(piece.cue, (at, at))[0], end
        parts += [gap, text]
        at = end
    whole = "".join(parts)
    timed = tuple(Cue(*span, cues[k].start_ms, cues[k].end_ms) for k, span in spans.items())
    has_stops = len(_STOPS.findall(whole)) >= STOPPED_SHARE * len(timed)
    blocks = tuple(RawBlock(*run) for run in runs)
    return Document(whole, whole, blocks, cues=timed, has_stops=has_stops, set_aside=aside)


def _cut_run_ons(pieces: Sequence[_Piece]) -> Sequence[_Piece]:
    """Cut the lines of a file that leaves stops out where a word that opens sentences has a capital inside of them."""
    said = [piece.text for piece in pieces if not piece.is_sung]
    if sum(map(len, said)) <= RUN_ON * sum(len(_STOPS.findall(text)) for text in said):
        return pieces
    lang = _language(" ".join(said[:SAMPLE])) or "vi"
    cut: list[_Piece] = []
    for piece in pieces:
        at = 0
        for match in _CAPITAL.finditer("" if piece.is_sung or piece.text.isupper() else piece.text):
            if match[1] != "I" and opens_sentence(match[1], lang):
                cut.append(replace(piece, text=piece.text[at : match.start()], opens=piece.opens and not at))
                at = match.start(1)
        cut.append(replace(piece, text=piece.text[at:], opens=piece.opens and not at))
    return cut


class _Beginnings:
    """Tells whether a sentence begins with a piece, by what the pieces of the whole file are like."""

    def __init__(self, pieces: Sequence[_Piece], cues: Sequence[TimedLines]) -> None:
        self.cues = cues
        sample = " ".join(piece.text for piece in pieces[:: max(1, len(pieces) // SAMPLE)])
        self.lang = "en" if detect_language(sample) == "en" else "vi"
        n_upper = sum(map(str.isupper, sample))
        self.is_upper = n_upper > UPPER_SHARE * max(1, sum(map(str.isalpha, sample)))
        self.has_capitals = n_upper > 0 and not self.is_upper
        counts: Counter[tuple[bool, bool]] = Counter()  # by whether both are of one cue, and whether a capital follows
        for a, b in itertools.pairwise(pieces):
            is_open = not (b.opens or a.is_sung or _ENDED.search(a.text[-9:]) or a.text.endswith(","))
            if is_open and (word := _WORD.search(b.text[:40])) and word[0] not in ("I", "Ok", "OK"):
                counts[a.cue == b.cue, word[0][0].isupper()] += 1
        self.leaves_out = {
            within: counts[within, True] >= CAPITAL_SHARE * max(2, counts[within, True] + counts[within, False])
            for within in (True, False)
        }

    def joined(self, a: _Piece, b: _Piece) -> tuple[int, str, bool]:
        """How two pieces join: how much of the first stays, text of the second, whether the sentence may go on."""
        end, text = len(a.text), b.text
        if a.is_sung or b.is_sung:
            return end, text, False
        if self.has_capitals and _is_sign(a.text) != _is_sign(text):
            return end, text, False
        trails, leads = _TRAILS.search(a.text), _LEADS.match(text)
        cut = _CUT.search(a.text)
        if leads and not trails and _ENDED.search(a.text[-9:]):
            return end, text, False
        is_small = text.lstrip("-–—…. \"“'").lstrip()[:1].islower()
        if leads and (trails or not _ENDED.search(a.text[-9:])) and not (b.opens and not is_small):
            return (trails.start() if trails else end), text[leads.end() :], True
        if cut and is_small and (b.opens or text[:1] in "-–—"):
            return len(a.text[: cut.start()].rstrip()), text.lstrip("-–— "), True
        if text.startswith("--"):
            text = text.lstrip("-–— ") or text
        if b.opens:
            return end, text, is_small and not _ENDED.search(a.text[-9:]) and self.has_capitals
        if _ANSWER.fullmatch(a.text) and not is_small and abbreviation_class(a.text.rstrip("."), self.lang) != "title":
            return end, text, not self.has_capitals
        if is_small or self.is_upper or a.text.endswith(",") or _ENDED.search(a.text[-9:]):
            return end, text, True
        word = _WORD.search(text[:40])
        if cut:
            return end, text, word is None
        if word is None or not word[0][0].isupper():
            return end, text, True
        begins = self.leaves_out[a.cue == b.cue] or self.cues[b.cue].start_ms - self.cues[a.cue].end_ms >= PAUSE_MS
        begins = begins and (word[0] != "I" or self.leaves_out[a.cue == b.cue])
        return end, text, not (begins or (word[0] != "I" and opens_sentence(word[0], self.lang)))


def _is_sign(text: str) -> bool:
    """Whether a line is what the picture shows in letters, which subtitles give in capitals: 'POLICE STATION'."""
    words = [word for word in text.split() if any(map(str.isalpha, word))]
    return len(words) > 1 and text.isupper()


# Two languages --------------------------------------------------------------------------------------------------------


def _language(text: str) -> str:
    """Which of the two a line is surely in; without its marks, Vietnamese in a line is too like English."""
    found = detect_language(text)
    return found if found in ("en", "vi") else ""


def _tracks(pieces: Sequence[_Piece], cues: Sequence[TimedLines]) -> tuple[list[_Piece], list[_Piece]] | None:
    """The English and the Vietnamese pieces of a file that has both; None for a file in one language.

    A piece too short to tell has its place: the languages stand in one order in all cues, and ASS gives each a style.
    """
    shown = [list(run) for _, run in itertools.groupby(pieces, key=lambda piece: cues[piece.cue].start_ms)]
    if not _has_both(_told(run) for run in shown[:: max(1, len(shown) // SAMPLE)]):
        return None
    shown = [_told(run) for run in shown]
    if not _has_both(shown):
        return None
    told = [piece for run in shown for piece in run]
    styles: dict[str, Counter[str]] = {}
    for piece in told:
        styles.setdefault(cues[piece.cue].style, Counter())[piece.lang] += len(piece.text)
    of_style = {
        style: lang
        for style, counts in styles.items()
        for lang, other in (("en", "vi"), ("vi", "en"))
        if style and counts[lang] > 9 * counts[other] and len(styles) > 1
    }
    orders = Counter((a.lang, b.lang) for run in shown for a, b in itertools.pairwise(run))
    first, second = ("vi", "en") if orders["vi", "en"] > orders["en", "vi"] else ("en", "vi")
    tracks: dict[str, list[_Piece]] = {"en": [], "vi": []}
    for run in shown:
        known = [piece.lang or of_style.get(cues[piece.cue].style, "") for piece in run]
        cut = min(range(len(run) + 1), key=lambda k: (_misfits(known, k, first, second), abs(2 * k - len(run))))
        is_clean = _misfits(known, cut, first, second) == 0
        for k, (piece, lang) in enumerate(zip(run, known, strict=True)):
            by_place = first if k < cut else second
            tracks[by_place if is_clean else (lang or by_place)].append(piece)
    return tracks["en"], tracks["vi"]


def _misfits(known: Sequence[str], cut: int, first: str, second: str) -> int:
    """Pieces that are on the wrong side of a cut between the two languages."""
    return sum(lang == second for lang in known[:cut]) + sum(lang == first for lang in known[cut:])


def _told(run: Sequence[_Piece]) -> list[_Piece]:
    return [replace(piece, lang=_language(piece.text)) for piece in run]


def _has_both(shown: Iterable[Sequence[_Piece]]) -> bool:
    """Whether both languages are shown at a time often enough."""
    languages = [found for run in shown if (found := {piece.lang for piece in run} - {""})]
    return len(languages) > 1 and sum(len(found) == 2 for found in languages) >= BILINGUAL_SHARE * len(languages)
