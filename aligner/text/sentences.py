"""Sentences: where running English or Vietnamese text breaks, and the span of every sentence.

One pass over the text stops at every mark that could end a sentence (a stop, a line break, an inline bullet) and asks
what stands before and behind it. A stop ends a sentence unless a reason speaks against it; a line break ends none
unless a reason speaks for it. Abbreviations and the words that open sentences are tables in aligner/data.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from aligner.bitext import Sentence, check_language
from aligner.errors import InputError
from aligner.text.clauses import cut_clauses
from aligner.text.marks import BULLETS, CLOSERS, EMPHASIS, NUMERAL, OPENERS, abbreviation_class, abbreviations
from aligner.text.tables import read_table
from aligner.text.unicode import composed, nfc

_CLOSER = f"[{re.escape(CLOSERS + EMPHASIS)}]"
# Every part but the first is optional, so that a match never fails half-way: the scan stays linear.
_CANDIDATE = re.compile(
    rf"""(?P<stop>[.!?…]+(?:\ \.(?!\w))*)  # a run of stops, spaced ones (. . .) included
         (?P<close>(?:{_CLOSER}|/\.|\[\d{{1,3}}\]|\ ["”’»](?=\s))*)  # quotes, brackets, './.', a note [1]
         (?P<gap>\s*)
       | (?P<line>\n\s*)
       | (?P<bullet>[{BULLETS}])""",
    re.VERBOSE,
)
# A bullet in front of a number is part of the list marker, not layout.
_BULLET = re.compile(rf"[{BULLETS}](?!\s?\d{{1,3}}(?:\.\)|[.)])\s)")
# The next word of the same line and the marks in front of it; bounded, as it runs at every stop.
_NEXT = re.compile(r"[^\w\n]{0,20}(\w{1,30})")
_TOKEN = re.compile(r"\S{1,40}")
_NUMBER = re.compile(r"\S{1,40}(?: \S{1,40})?")  # no break is made on purpose between a number and what it counts
# List markers: 3. / 3) / 3.) / (3) / 1.2.3. / IV. / a) / a. / (ii), at the head of a line or of a sentence.
_NUMERAL = rf"(?:{NUMERAL}|[^\W\d_])"  # a capital too: 'A. One', though it may be an initial
_ITEM = re.compile(rf"[-–—*+]\s|[{BULLETS}]|(?:\({_NUMERAL}\)|{_NUMERAL}(?:\.\)|[.)]))\s")
_LETTER_ITEM = re.compile(r"\(?(?:[a-zđ]|[ivx]{1,5})\)\s")
_LABELS = (
    "điều|chương|mục|phần|bước|hình|bảng|khoản|điểm|bài|câu|lục|article|clause|chapter|section|part|step|figure|table"
    "|lesson|question|appendix|rule|item|page"
)
_LABEL = re.compile(rf"(?:{_LABELS})", re.IGNORECASE)
# What a full stop does not end at the head of a sentence: a list number, and labels that name what follows.
_HEAD = re.compile(rf"\W{{0,4}}(?i:(?:phụ )?(?:{_LABELS}) )?{_NUMERAL}")
# Items on one line that no stop divides: '1) One 2) Two', 'a. One b. Two'; after ';', ',' or ':' they are one sentence.
_SERIES_NUMERAL = re.compile(r"[0-9]{1,3}|[a-z]")
_SERIES_HEAD = re.compile(r"\W{0,3}([0-9]{1,3}|[a-z])(\.\)|[.)])\s")
_SERIES_ITEM = re.compile(r"(?<=[^\s;,:])\s+(?=([0-9]{1,3}|[a-z])\)\s+[^\W\d_a-z])")
_CREDIT = re.compile(
    r"\((?:photo|image|picture|source|video|illustration|file|ảnh|nguồn|hình|tranh|minh họa)\b[^()\n]{0,100}\)\s*",
    re.IGNORECASE,
)
# A bracket and the letter behind it, lower-case inside a running sentence: 'Co. (seated in Huế) and'.
_ASIDE = re.compile(rf"\((?!{_NUMERAL}\))[^()]{{0,200}}\)[\s,;]{{1,3}}[^\W\d_]")
# Who says what was quoted: '"Why?" I ask.', '"Why?" Mr. Lee asked.'
_SAYS = re.compile(
    r"""(?:I|(?:(?:Mrs?|Ms|Dr)\.\ )?[A-Z][^\W\d_]{1,20}(?:\ [A-Z][^\W\d_]{1,20}){0,2})
        \ (?:said|(?:say|ask|answer|repeat|shout|yell|exclaim|scream|whisper|murmur|mutter|wonder)(?:s|ed)?
           |(?:repl|cr)(?:y|ies|ied))\b""",
    re.VERBOSE,
)
_AGENCY = re.compile(r"\(?[—–-]?\s?\(?[A-Z]{2,6}\)?[^\S\n]{0,9}(?:\n|\Z)")  # — VNS, (TTXVN), the last of its paragraph
# A stop without a space behind it: one capitalised word must follow, and then no more of an identifier or a domain.
_GLUED = re.compile(r"([^\W\d_][^\W\d_A-Z]{0,29})(?![\w@/(=]|[.:-]\w{0,30}[^\W\d_A-Z])")
_CODE = re.compile(r"[@/\\_=<>{}#$&]")
_ENGLISH_ENDING = re.compile(r"...(?:ed|ing|ly|tion|sion|ment|ness|ity|ies|ance|ence|day)\Z")
# Line breaks other than a newline, as str.splitlines knows them.
_LINE_BREAK = re.compile(r"\r\n|[\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")

# Look-back for the token before a stop and for the head of a sentence, in characters: the longest entry of the table
# is far shorter, and an unbounded look-back over text without spaces would be quadratic.
_LOOK_BACK = 40
# A line break in text of lines shorter than NARROW or longer than WIDE characters is meant: mail and plain text are
# wrapped at 60 to 100 columns.
NARROW, WIDE = 40, 130


def _ordinal(numeral: str) -> int:
    return int(numeral) if numeral.isdigit() else ord(numeral)


_Span = tuple[int, int, int, bool]  # start, end, paragraph, whether a layout bullet opened it


@dataclass(frozen=True)
class _Rules:
    starters: frozenset[str]  # words that open a sentence more often than they open a name, capitalised
    dangling: frozenset[str]  # words that end no line on purpose
    auxiliaries: frozenset[str]
    conjunctions: frozenset[str]


@functools.cache
def _rules(lang: str) -> _Rules:
    rows = read_table("function_words.tsv", "language", "word", "class")
    words = [(word, kind) for language, word, kind in rows if language == lang]
    starters = {word.capitalize() for word, kind in words if kind not in ("calendar", "lookalike")}
    dangling = {word for word, kind in words if kind in ("conjunction", "determiner", "preposition")}
    auxiliaries, conjunctions = (
        frozenset(word for word, kind in words if kind == wanted) for wanted in ("auxiliary", "conjunction")
    )
    return _Rules(frozenset(starters), frozenset(dangling), auxiliaries, conjunctions)


def opens_sentence(word: str, lang: str) -> bool:
    """Tell whether a word with a capital opens a sentence more often than it opens a name.

    Examples
    --------
    >>> [opens_sentence(word, "en") for word in ("The", "It", "Hue")]
    [True, True, False]
    """
    return word in _rules(lang).starters


def split_sentences(text: str, lang: str, *, max_chars: int | None = None) -> list[Sentence]:
    """Split running text into sentences.

    Parameters
    ----------
    text : str
        Any text; paragraphs are separated by blank lines.
    lang : {"en", "vi", "und"}
        The language of the text; "und", a third one, is split by marks, titles ('Dr.') and initials alone.
    max_chars : int, optional
        Cut sentences longer than this, in code points, into units at clause boundaries: semicolons first, then list
        letters, colons, dashes, commas. A unit without such a boundary stays longer.

    Returns
    -------
    list of Sentence
        In order, not overlapping; between them stand only white space and layout bullets. One that such a bullet opened
        is of kind "list-item", all others are "body".

    Raises
    ------
    InputError
        If lang is none of these, or max_chars is below 1.

    Notes
    -----
    A blank line always ends a sentence. A single line break is a space, unless a sentence ended there, a list item or a
    line of dialogue begins behind it, or the line was broken on purpose: the next word would have fitted. After an
    abbreviation that may end a sentence ('U.S.', 'Inc.'), the next word decides: a function word opens a sentence
    ('It'), anything else is taken for a name. Kiss & Strunk (2006), section 4.3, call it the orthographic heuristic.
    https://aclanthology.org/J06-4003/

    Examples
    --------
    >>> [s.text for s in split_sentences("Bà sống ở TP. Huế. Ông thì không.", "vi")]
    ['Bà sống ở TP. Huế.', 'Ông thì không.']
    """
    check_language(lang, or_none=True)
    if max_chars is not None and max_chars < 1:
        raise InputError("max_chars out of range", found=repr(max_chars), todo="give 1 or more, or None for no limit")
    work, offsets = composed(_LINE_BREAK.sub(lambda m: " \n"[-len(m[0]) :], text))
    sentences = []
    rules = _rules(lang)
    spans = _Splitter(work, rules, lang).spans()
    if max_chars is not None:
        spans = _units(work, spans, max_chars, rules.conjunctions)
    for start, end, block, is_item in spans:
        if offsets is not None:
            start, end = offsets[start], offsets[end]
        shown = text[start:end]
        if not shown.isascii() or not shown.isprintable():
            shown = " ".join(filter(None, map(str.strip, shown.splitlines())))
        if offsets is not None:  # a part of a text in NFC is in NFC
            shown = nfc(shown)
        sentences.append(Sentence(shown, start, end, block, "list-item" if is_item else "body"))
    return sentences


def _units(text: str, spans: Iterator[_Span], max_chars: int, conjunctions: frozenset[str]) -> Iterator[_Span]:
    """The spans, those longer than max_chars cut into clauses, without the white space between these."""
    for start, end, block, is_item in spans:
        first = start
        for cut in cut_clauses(text[start:end], max_chars, conjunctions):
            yield first, first + len(text[first : start + cut].rstrip()), block, is_item and first == start
            first = start + cut
        yield first, end, block, is_item and first == start


class _Splitter:
    """One pass over one text; knows where the sentence, the line and the paragraph it is in began."""

    def __init__(self, text: str, rules: _Rules, lang: str) -> None:
        self.text, self.rules, self.lang = text, rules, lang
        self.known = abbreviations(lang)
        self.start = self.line = self.paragraph = self.block = 0
        self.measured = (-1, 0, False)  # of the paragraph: end, longest line, whether it looks like a list

    def spans(self) -> Iterator[_Span]:
        """Every sentence, white space and layout bullets left out."""
        text, size = self.text, len(self.text)
        self.line = blank = size - len(text.lstrip())
        for match in _CANDIDATE.finditer(text):
            kind, after = match.lastgroup, match.end()
            end = match.start(kind) if kind else after
            breaks = 0 if kind == "bullet" else text.count("\n", end, after)
            if breaks > 1 or after == size:
                ended = True
            elif kind == "line":
                ended = self._line_ends(end, after)
            elif kind == "bullet":
                after = end
                ended = end > self.start and text[end - 1].isspace() and text[self.line] == text[end]
            elif end == after:
                ended = text[end].isupper() and self._stop_lacks_space(match)
            else:
                item = self._series_item(match)
                if item is not None:
                    yield from self._sentence(item)
                    self.start = item
                    continue
                if match["stop"] == ". . . ." and end - match.start() == 7 and not text[match.start() - 1].isspace():
                    end = match.start() + 1
                    after = end + 1
                ended = self._stop_ends(match, breaks)
            if ended:
                yield from self._sentence(end)
                self.start = after
            if breaks:
                self.line = after
            if breaks > 1:
                self.paragraph = after
                self.block += end > blank
        yield from self._sentence(size)

    def _sentence(self, end: int) -> Iterator[_Span]:
        """The span from the start of the sentence to end, cut behind a credit and before the items of a series."""
        text, start, is_item = self.text, self.start, False
        while True:
            while start < end and text[start].isspace():
                start += 1
            bullet = _BULLET.match(text, start, end)
            if bullet is None:
                break
            start, is_item = bullet.end(), True
        while end > start and text[end - 1].isspace():
            end -= 1
        if start == end:
            return
        for cut in self._cuts(start, end):
            yield start, len(text[start:cut].rstrip()) + start, self.block, is_item
            start, is_item = cut, False
        yield start, end, self.block, is_item

    def _series_item(self, match: re.Match[str]) -> int | None:
        """Where 'b.' begins in 'a. One b. Two', if this is its stop: no stop divides the items."""
        head, token = _SERIES_HEAD.match(self.text, self.start), self._token(match.start())
        at = match.start() - len(token)
        if head is None or at <= head.end() or not _SERIES_NUMERAL.fullmatch(token) or self.text[at - 2] in ".;:,!?":
            return None
        follows = _ordinal(token) == _ordinal(head[1]) + 1 and match["stop"] + match["close"] == head[2]
        following = _NEXT.match(self.text, match.end())
        return at if follows and following and following[1][0].isupper() else None

    def _cuts(self, start: int, end: int) -> list[int]:
        """Where a sentence begins inside a span without any stop: behind '(Photo: VNA)', at '2) Two' after '1) One'."""
        text = self.text
        if text[start] == "(":
            credit = _CREDIT.match(text, start, end)
            return [credit.end()] if credit and text[credit.end() : credit.end() + 1].isupper() else []
        first = _SERIES_HEAD.match(text, start, end)
        if first is None or first[2] != ")":
            return []
        cuts, last = [], _ordinal(first[1])
        for item in _SERIES_ITEM.finditer(text, first.end(), end):
            if _ordinal(item[1]) == last + 1:
                cuts.append(item.end())
                last += 1
        return cuts

    def _stop_ends(self, match: re.Match[str], breaks: int) -> bool:
        """Whether a stop with white space behind it ends the sentence."""
        text, stop, close, after = self.text, match["stop"], match["close"], match.end()
        if breaks and _ITEM.match(text, after):
            return True
        following = _NEXT.match(text, after)
        if following is None:  # nothing but marks on the rest of the line: they stay with the sentence
            return breaks > 0
        word = following[1]
        is_lower = word[0].islower() and not word[1:2].isupper()
        if stop == ".":
            if text[after] == "(":
                aside = _ASIDE.match(text, after)
                if aside and text[aside.end() - 1].islower():
                    return False
                is_lower = is_lower and self._token(match.start()) in self.known
            if is_lower and not (breaks and not close) and not _LETTER_ITEM.match(text, after):
                return False
            return not self._holds(match.start(), following)
        if is_lower:
            return _LETTER_ITEM.match(text, after) is not None
        if close and close[0] in ")]":  # '(gạo, ngô...) Việt Nam', '(why?) Singapore': inside a sentence
            return text[self.start] in "([" or (word in self.rules.starters and text[after] not in "([")
        if "!" in stop or "?" in stop:
            if close and self._says(match.end(), word):
                return False
            return self._token(match.start()) + stop not in self.known or self._starts(following)
        return word[0].isupper() and not (self.lang == "en" and word == "I" and self._is_unfinished(match.start()))

    def _says(self, at: int, word: str) -> bool:
        """Whether it goes on with who said what stands in the quotes; with a small letter it does anyway."""
        is_name = word == "I" or word not in self.rules.starters  # 'She said' opens a sentence, 'she said' does not
        return self.lang == "en" and is_name and _SAYS.match(self.text, at) is not None

    def _is_unfinished(self, at: int) -> bool:
        """Whether the ellipsis here only holds a sentence up: 'Well… I see', 'The truth is… I forgot'."""
        words = self.text[max(self.start, at - _LOOK_BACK) : at].split()
        return len(words) < 4 or words[-1] in self.rules.dangling or words[-1] in self.rules.auxiliaries

    def _holds(self, at: int, following: re.Match[str]) -> bool:
        """Whether the full stop at this place belongs to an abbreviation, an initial or a list number."""
        token, word = self._token(at), following[1]
        if not token:
            return False
        if at - self.start <= _LOOK_BACK and _HEAD.fullmatch(self.text, self.start, at):
            return True
        kind = abbreviation_class(token, self.lang)
        if kind == "either":
            return not self._starts(following)
        if kind == "number":
            return word[0].isdigit() or (word.isupper() and len(word) < 5 and word not in self.rules.starters)
        return kind == "title"

    def _starts(self, following: re.Match[str]) -> bool:
        """Whether the next word opens a sentence, after an abbreviation that may end one."""
        word, after = following[1], following.end()
        if word in self.rules.starters:
            return self.text[after : after + 1] != "."  # 'A.' is an initial
        if _CREDIT.match(self.text, following.start()) or _AGENCY.match(self.text, following.start()):
            return True
        # 'At 5 p.m. Mr. Smith left.' against 'He left at 5 p.m. Mr. Smith stayed.': a few words are no sentence.
        is_title = self.known.get(word) == "title" and self.text[after : after + 1] == "."
        return is_title and len(self.text[self.start : following.start()][:_LOOK_BACK].split()) > 4

    def _stop_lacks_space(self, match: re.Match[str]) -> bool:
        """Whether a stop and a capital without white space between them divide sentences: 'agreed.They met'."""
        text, at, end = self.text, match.start(), match.end()
        token, following = self._token(at), _GLUED.match(text, end)
        if not token or following is None or _CODE.search(token) or self.known.get(token, "end") != "end":
            return False
        word, before = following[1], text[at - 1]
        starts = word in self.rules.starters and (len(word) > 2 or not word.isascii())
        if not before.islower():
            if not (starts and (before in "0123456789)%" or len(token) > 1)):
                return False
            return not self._holds(at, following)
        if not (token + word).isascii():  # no identifier
            return True
        return starts or (token.islower() and _ENGLISH_ENDING.search(token) is not None)

    def _line_ends(self, at: int, after: int) -> bool:
        """Whether a line break without a stop before it ends a sentence."""
        text = self.text
        longest, is_list = self._wrap(at)
        while text[at - 1] == " " and at > self.line:
            at -= 1
        token = (_NUMBER if text[after].isdigit() else _TOKEN).match(text, after)
        fits = at - self.line + 1 + (len(token[0]) if token else 0) <= longest
        if _ITEM.match(text, after):
            # In wrapped text, '3. Then' or 'J. Smith' may have come to stand at the head of a line by chance.
            is_wrapped = NARROW <= longest <= WIDE and not fits
            return not is_wrapped or not text[after].isalnum() or text[at - 1] in ".:;!?"
        following = _NEXT.match(text, after)
        if following is None:
            return True
        last = self._token(at)
        if following[1][0].islower() or text[at - 1] in ",;–—-(“‘/&" or last in self.rules.dangling:
            return False
        if following[1][0].isdigit() and _LABEL.fullmatch(last):
            return False
        return fits or longest > WIDE or is_list

    def _wrap(self, at: int) -> tuple[int, bool]:
        """Longest line of the paragraph, and whether its lines are short and end without a stop, as a list's do."""
        if at > self.measured[0]:
            blank = _BLANK_LINE.search(self.text, at)
            end = blank.start() if blank else len(self.text)
            paragraph = self.text[self.paragraph : end].rstrip()
            longest = max(map(len, paragraph.split("\n")))
            self.measured = end, longest, longest < NARROW and paragraph[-1:] not in ".!?…"
        return self.measured[1:]

    def _token(self, at: int) -> str:
        """The run of characters without white space that ends at this place, opening punctuation left out."""
        before = self.text[max(self.start, at - _LOOK_BACK) : at]
        if not before or before[-1].isspace():
            return ""
        return before.rsplit(None, 1)[-1].lstrip(OPENERS)
