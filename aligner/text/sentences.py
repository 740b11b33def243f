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

from aligner.bitext import SegmentKind, Sentence, check_language
from aligner.doors import checked
from aligner.errors import check_whole
from aligner.text.clauses import cut_clauses
from aligner.text.marks import BULLETS, CLOSERS, EMPHASIS, NUMERAL, OPENERS, abbreviation_class, abbreviations
from aligner.text.syllables import is_syllable
from aligner.text.unicode import composed, nfc
from aligner.text.words import english_words, function_words, grammar_words

_CLOSER = f"[{re.escape(CLOSERS + EMPHASIS)}]"
# Marks of other formats that close behind a stop, each of bounded length: tags and references of HTML, escaped ones,
# styles of subtitles, the address of a link, notes. A reference to a space and '<br>' are white space as well.
_MARKUP_CLOSER = r"""</\w{1,20}\s?>|<br\s?/?>|\{\\[^{}\n]{1,40}\}|\]\((?:[^()\n]|\([^()\n]{0,80}\)){1,200}\)
           |&(?:quot|apos|r[sd]quo|r?s?aquo|nbsp|\#(?:3[49]|160|187|8217|8221|x2[27]));|&lt;(?:/\w{1,20}|br\s?/?)&gt;
           |\[[^][\n]{1,30}\](?!\()|\(\d{1,3}\)|[\u00b9\u00b2\u00b3\u2070\u2074-\u2079\u1d2c-\u1d6a](?:[,–-](?=[\u00b9\u00b2\u00b3\u2070\u2074-\u2079\u1d2c-\u1d6a]))?|[†‡§¶]|\\N
           |<sup\b[^<>\n]{0,80}>(?:<a\b[^<>\n]{0,200}>)?[^<>\n]{1,20}(?:</a>)?</sup>|<ref\b[^<>\n]{0,80}>[^<>\n]{1,200}</ref>"""
# Every part but the first is optional, so that a match never fails half-way: the scan stays linear.
_CANDIDATE = re.compile(
    rf"""(?P<stop>[.!?…]+(?:\ \.(?!\w))*)  # a run of stops, spaced ones (. . .) included
         (?P<close>(?:(?=[^\sa-zA-Z0-9])(?:{_MARKUP_CLOSER}|{_CLOSER}|/\.)|\ ["”’»](?=\s))*)  # quotes, tags, './.', [1]
         (?P<note>\d{{1,3}}(?:[,–-]\d{{1,3}}){{0,3}}(?=\s))?  # a note's number, or the rest of a decimal
         (?P<gap>\s*)
       | (?P<line>\n\s*)
       | (?P<bullet>[{BULLETS}])""",
    re.VERBOSE,
)
# What begins one: a search for a set alone is several times as fast.
_MAY_END = re.compile(rf"[.!?…\n{BULLETS}]")
# A bullet in front of a number is part of the list marker, not layout.
_BULLET = re.compile(rf"[{BULLETS}](?!\s?\d{{1,3}}(?:\.\)|[.)])\s)")
# The next word of the same line and the marks in front of it; bounded, as it runs at every stop.
_NEXT = re.compile(r"[^\w\n]{0,20}(\w{1,30})")
_MARKUP = re.compile(
    r"[^\w\n<&{]{0,9}(?:<[A-Za-z][^<>\n]{0,200}>|&lt;\w{1,20}&gt;|&(?:#\w{2,6}|\w{2,8});|\{\\[^{}\n]{1,40}\})"
)
_MOST_MARKUP = 4  # tags and references before a word; a style, a colour and a quote are three
# Between these no white space is needed: what begins behind a line break, a block, or the next tag.
_MARKUP_BREAK = re.compile(
    r"(?:<br\s?/?>|</(?:p|li|div|h[1-6]|td|th|tr|ul|ol|dd|dt)\s?>|&nbsp;|&#160;|&lt;br\s?/?&gt;|\\N)\Z"
)
_TOKEN = re.compile(r"\S{1,40}")
_NUMBER = re.compile(r"\S{1,40}(?: \S{1,40})?")  # no break is made on purpose between a number and what it counts
# List markers: 3. / 3) / 3.) / (3) / 1.2.3. / IV. / a) / a. / (ii), at the head of a line or of a sentence.
_NUMERAL = rf"(?:{NUMERAL}|[^\W\d_])"  # a capital too: 'A. One', though it may be an initial
_ITEM = re.compile(rf"[-–—*+]\s|[{BULLETS}]|(?:\({_NUMERAL}\)|{_NUMERAL}(?:\.\)|[.)]))\s")
_LETTER_ITEM = re.compile(r"\(?(?:[a-zđ]|[ivx]{1,5})\)\s")
# A point on one line, 'a. Citizens vote.', counts from the point before it, or from a first one with a second to come.
_POINT = re.compile(r"([a-zđ]|[ivx]{1,4})\.\s+[\"“‘«(*_]{0,2}[^\W\d_]")
_SECOND_POINT = {"a": re.compile(r"\sb\.\s"), "i": re.compile(r"\sii\.\s")}
_POINTS_APART = 1000  # characters up to the second point; a longer first one is not known for a point
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_LETTERS = "abcdđefghijklmnopqrstuvwxyz"
_POINTS = frozenset((*_LETTERS, *_ROMAN))
_LABELS = (
    "điều|chương|mục|phần|bước|hình|bảng|khoản|điểm|bài|câu|lục|article|clause|chapter|section|part|step|figure|table"
    "|lesson|question|appendix|rule|item|page"
)
_LABEL = re.compile(rf"(?:{_LABELS})", re.IGNORECASE)
# What a full stop does not end at the head of a sentence: a list number, and labels that name what follows.
_HEAD = re.compile(rf"\W{{0,4}}(?:<[^<>\n]{{1,30}}>\W{{0,2}}){{0,3}}(?i:(?:phụ )?(?:{_LABELS}) )?{_NUMERAL}")
# A stop that a tokeniser set apart: '2 . 3 %', '10 . 000', '3 . 4 . 2025', 'U . S .'.
_TOKENISED = tuple(
    (re.compile(before), re.compile(behind))
    for before, behind in (
        (r"(?<!\d)\d{1,3} \Z", r"\d{1,3}(?!\d)"),
        (r"(?<!\d)\d{1,2} \. \d{1,2} \Z", r"\d{4}(?!\d)"),
        (r"(?<!\w)[A-Z] \Z", r"[A-Z] \."),
    )
)
# Items on one line that no stop divides: '1) One 2) Two', 'a. One b. Two'; after ';', ',' or ':' they are one sentence.
_SERIES_NUMERAL = re.compile(r"[0-9]{1,3}|[a-z]")
_SERIES_HEAD = re.compile(r"\W{0,3}([0-9]{1,3}|[a-z])(\.\)|[.)])\s")
_SERIES_ITEM = re.compile(r"(?<=[^\s;,:])\s+(?=([0-9]{1,3}|[a-z])\)\s+([^\W\d_]))")
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
_AFTER_SHORT = re.compile(r"([^\W\d_]{1,2})(?:['’][a-z]{1,2})?,? ([^\W\d_A-Z][^\W\d_]{0,30}|I\b)")
_CODE = re.compile(r"[@/\\_=<>{}#$&]")
_ENGLISH_ENDING = re.compile(r"...(?:ed|ing|ly|tion|sion|ment|ness|ity|ies|ance|ence|day)\Z")
# Line breaks other than a newline, as str.splitlines knows them.
_LINE_BREAK = re.compile(r"[\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029](?:(?<=\r)\n)?")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")

# Look-back for the token before a stop and for the head of a sentence, in characters: the longest entry of the table
# is far shorter, and an unbounded look-back over text without spaces would be quadratic.
_LOOK_BACK = 40
# A line break in text of lines shorter than NARROW or longer than WIDE characters is meant: mail and plain text are
# wrapped at 60 to 100 columns.
NARROW, WIDE = 40, 130


def _ordinal(numeral: str) -> int:
    return int(numeral) if numeral.isdigit() else ord(numeral)


def _succeeds(numeral: str, last: str) -> bool:
    """Whether a point comes after the last one: b after a, e after d (or đ), ii after i."""
    if not last:
        return False
    if numeral in _ROMAN and last in _ROMAN and _ROMAN.index(numeral) == _ROMAN.index(last) + 1:
        return True
    if len(numeral) > 1 or len(last) > 1:
        return False
    step = _LETTERS.index(numeral) - _LETTERS.index(last)
    return step == 1 or (step == 2 and "đ" in _LETTERS[_LETTERS.index(last) : _LETTERS.index(numeral)])


_Span = tuple[int, int, int, bool]  # start, end, paragraph, whether a layout bullet opened it


@dataclass(frozen=True)
class _Rules:
    starters: frozenset[str]  # words that open a sentence more often than they open a name, capitalised
    dangling: frozenset[str]  # words that end no line on purpose
    auxiliaries: frozenset[str]
    conjunctions: frozenset[str]


@functools.cache
def _rules(lang: str) -> _Rules:
    words = function_words(lang)
    starters = frozenset(map(str.capitalize, grammar_words(lang, without=("calendar", "lookalike"))))
    dangling = words["conjunction"] | words["determiner"] | words["preposition"]
    return _Rules(starters, dangling, words["auxiliary"], words["conjunction"])


def opens_sentence(word: str, lang: str) -> bool:
    """Tell whether a word with a capital opens a sentence more often than it opens a name.

    Examples
    --------
    >>> [opens_sentence(word, "en") for word in ("The", "It", "Hue")]
    [True, True, False]
    """
    return word in _rules(lang).starters


@checked
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
    ('It'), anything else is taken for a name. Tags, references, the end of a link and the mark of a note behind a stop
    stay with its sentence. A word that a line end broke at a hyphen is one in `Sentence.text`, its own hyphen kept
    ('price-determining'). Kiss & Strunk (2006), section 4.3, call it the orthographic heuristic.
    https://aclanthology.org/J06-4003/

    Examples
    --------
    >>> [s.text for s in split_sentences("Bà sống ở TP. Huế. Ông thì không.", "vi")]
    ['Bà sống ở TP. Huế.', 'Ông thì không.']
    """
    check_language(lang, or_none=True)
    if max_chars is not None:
        check_whole(max_chars, "max_chars out of range", 1, todo="give 1 or more, or None for no limit")
    return [Sentence(*fields) for fields in cut_sentences(text, lang, max_chars)]


def cut_sentences(
    text: str, lang: str, max_chars: int | None = None
) -> Iterator[tuple[str, int, int, int, SegmentKind]]:
    """Give the fields of what `split_sentences` gives, for whoever makes sentences of other offsets.

    Examples
    --------
    >>> [fields[:3] for fields in cut_sentences("It rained. We stayed.", "en")]
    [('It rained.', 0, 10), ('We stayed.', 11, 21)]
    """
    work, offsets = composed(_LINE_BREAK.sub(lambda m: " \n"[-len(m[0]) :], text))
    rules = _rules(lang)
    spans = _Splitter(work, rules, lang).spans()
    if max_chars is not None:
        spans = _units(work, spans, max_chars, rules.conjunctions)
    for start, end, block, is_item in spans:
        if offsets is not None:
            start, end = offsets[start], offsets[end]
        shown = text[start:end]
        if offsets is not None:  # a part of a text in NFC is in NFC
            shown = nfc(shown)
        if not shown.isprintable():
            shown = _join_lines(shown)
        yield shown, start, end, block, "list-item" if is_item else "body"


# A hyphen that a line was broken at, and the parts of the word on either side of it.
_BROKEN = re.compile(r"([^\W_]{1,40})([-\u2010\u00ad])\s*\Z")
_REST = re.compile(r"[^\W_]{1,40}")


def _join_lines(text: str) -> str:
    """The lines of a sentence as one line: a space between them, nothing where a word was broken at a hyphen."""
    lines = list(filter(None, map(str.strip, text.splitlines())))
    if len(lines) < 2 or not any([line[-1] in "-\u2010\u00ad" for line in lines]):  # noqa: C419 (faster than a generator)
        return " ".join(lines)
    pieces: list[str] = []
    for line in lines:
        if pieces and line[0].isalnum() and pieces[-1][-1] in "-\u2010\u00ad":
            broken, rest = _BROKEN.search(pieces[-1][-_LOOK_BACK:]), _REST.match(line)
            hyphen = None if broken is None or rest is None else _hyphen(broken[1], broken[2], rest[0])
            if hyphen is not None:
                pieces[-1] = pieces[-1][:-1] + hyphen + line
                continue
        pieces.append(line)
    return " ".join(pieces)


def _hyphen(head: str, mark: str, tail: str) -> str | None:
    """What stands between the parts of a word broken at a line end: nothing, or its own hyphen; None for two words.

    The whole decides where it is a word or a syllable, and else the parts: if both are words, the hyphen was theirs.
    """
    if mark == "\u00ad":
        return ""
    if not (head + tail).isalpha() or (tail[0].isupper() and not head.isupper()):
        return mark  # COVID-19, Asia-Pacific
    low_head, low_tail = head.lower(), tail.lower()
    if low_tail in _SUSPENDED:
        return None  # 'pre- and post-war'
    whole = low_head + low_tail
    if not whole.isascii():
        is_broken = is_syllable(whole) and not (is_syllable(low_head) and is_syllable(low_tail))
        return "" if is_broken else mark
    words, _ = english_words()
    if (
        whole in words
        or whole.capitalize() in words
        or (len(head) > 1 and not all(part in words for part in (low_head, low_tail)))
    ):
        return ""
    return mark


_SUSPENDED = frozenset(["and", "or", "to", "nor", "but", "và", "hoặc", "hay"])


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
        self.point = ""  # the last point of a series on one line: 'b'
        self.measured = (-1, 0, False)  # of the paragraph: end, longest line, whether it looks like a list

    def spans(self) -> Iterator[_Span]:
        """Every sentence, white space and layout bullets left out."""
        text, size = self.text, len(self.text)
        self.line = blank = size - len(text.lstrip())
        for match in self._candidates():
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
            elif match["note"] and not self._is_note(match):
                ended = breaks > 0 and self._line_ends(end, after)
            elif end == after and not self._follows_markup(match):
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
                self.paragraph, self.point = after, ""
                self.block += end > blank
        yield from self._sentence(size)

    def _candidates(self) -> Iterator[re.Match[str]]:
        """Every mark that could end a sentence."""
        text, at = self.text, 0
        while (mark := _MAY_END.search(text, at)) and (match := _CANDIDATE.match(text, mark.start())):
            yield match
            at = match.end()

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
        head = _SERIES_HEAD.match(self.text, self.start)
        if head is None:
            return None
        token = self._token(match.start())
        at = match.start() - len(token)
        if at <= head.end() or not _SERIES_NUMERAL.fullmatch(token) or self.text[at - 2] in ".;:,!?":
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
            word = text[max(start, item.start() - _LOOK_BACK) : item.start()].rsplit(None, 1)[-1]
            is_meant = item[2].isupper() or word not in self.rules.conjunctions  # 'between 1) iron and 2) steel'
            if _ordinal(item[1]) == last + 1 and is_meant:
                cuts.append(item.end())
                last += 1
        return cuts

    def _stop_ends(self, match: re.Match[str], breaks: int) -> bool:
        """Whether a stop with white space behind it ends the sentence."""
        text, stop, close, after = self.text, match["stop"], match["close"], match.end()
        if breaks and _ITEM.match(text, after):
            return True
        following = self._next(after)
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
            if is_lower and not (breaks and not close) and not self._opens_item(after):
                return False
            return not self._holds(match.start(), following)
        if is_lower:
            return self._opens_item(after)
        # '(gạo, ngô...) Việt Nam', '(why?) Singapore': inside a sentence; but a link ends with it
        if close and close[0] in ")]" and close[:2] != "](":
            return text[self.start] in "([" or (word in self.rules.starters and text[after] not in "([")
        if "!" in stop or "?" in stop:
            if close and self._says(match.end(), word):
                return False
            return self._token(match.start()) + stop not in self.known or self._starts(following)
        return word[0].isupper() and not (self.lang == "en" and word == "I" and self._is_unfinished(match.start()))

    def _next(self, at: int) -> re.Match[str] | None:
        """The next word on the line, tags and references before it passed over."""
        following = _NEXT.match(self.text, at)
        for _ in range(_MOST_MARKUP):
            if following is None or following.start(1) == at or self.text[following.start(1) - 1] not in "<&#\\":
                break
            markup = _MARKUP.match(self.text, at)
            if markup is None:
                break
            at = markup.end()
            following = _NEXT.match(self.text, at)
        return following

    def _follows_markup(self, match: re.Match[str]) -> bool:
        """Whether what closes behind a stop without white space is a line break, or another tag opens there."""
        close, end = match["close"], match.end()
        if not close or close[-1] not in ">;N":
            return False
        return _MARKUP_BREAK.search(close) is not None or (close[-1] == ">" and self.text[end] == "<")

    def _is_note(self, match: re.Match[str]) -> bool:
        """Whether the figures glued to a stop number a note ('research.1 Then'), and are no part of what is before."""
        at = match.start()
        before, token = self.text[at - 1 : at], self._token(at)
        if match["close"]:
            return True
        following = self._next(match.end())
        if (
            following is None
            or not (before.isalpha() or before in "%)")
            or _CODE.search(token)
            or "." in token
            or _LABEL.fullmatch(token)
        ):
            return False
        if abbreviation_class(token, self.lang) is not None:
            return False
        return token.islower() or following[1] in self.rules.starters

    def _opens_item(self, at: int) -> bool:
        """Whether an item with a small letter begins here: 'b) both', or a point of a series, 'b. The second'."""
        if _LETTER_ITEM.match(self.text, at):
            return True
        point = _POINT.match(self.text, at)
        if point is None:
            return False
        numeral = point[1]
        second = None if _succeeds(numeral, self._last_point()) else _SECOND_POINT.get(numeral)
        if second and not second.search(self.text, point.end(), point.end() + _POINTS_APART):
            return False
        if not second and not _succeeds(numeral, self.point):
            return False
        self.point = numeral
        return True

    def _last_point(self) -> str:
        """The last point of a series, the one at the head of this sentence if none was seen."""
        if not self.point and (head := _POINT.match(self.text, self.start)):
            self.point = head[1]
        return self.point

    def _is_point(self, token: str, at: int) -> bool:
        """Whether a letter with a stop is a point inside a sentence, as in 'these: a. Red ink; b. Blue ink'."""
        mark = self.text[max(self.start, at - len(token) - 3) : at - len(token)].rstrip()[-1:]
        if mark not in (":", ";", ",") or not (token in _SECOND_POINT or _succeeds(token, self._last_point())):
            return False
        self.point = token
        return True

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
            before = self.text[max(self.start, at - _LOOK_BACK) : at]
            word = before.split()[-1:]  # of a tokeniser: 'Mr . Lee', 'No . 5'
            if word and self.known.get(word[0]) in (("title", "number") if following[1][0].isdigit() else ("title",)):
                return True
            return any(one.search(before) and other.match(self.text, following.start()) for one, other in _TOKENISED)
        if token in _POINTS and self._is_point(token, at):
            return True
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
        starts = word in self.rules.starters and (len(word) > 2 or not word.isascii() or self._runs_on(match, token))
        if not before.islower():
            if not (starts and (before in "0123456789)%" or len(token) > 1)):
                return False
            return not self._holds(at, following)
        if not (token + word).isascii():  # no identifier
            return True
        return starts or (token.islower() and _ENGLISH_ENDING.search(token) is not None)

    def _runs_on(self, match: re.Match[str], token: str) -> bool:
        """Whether a short word glued to a stop goes on as a sentence does ('now.I am'), and a word stands before it."""
        behind = _AFTER_SHORT.match(self.text, match.end())
        if behind is None or not token.isalpha() or len(token) < 2 or behind[2] in self.rules.dangling:
            return False
        if len(match["stop"]) > 1 and match["stop"][-1] in ".…":  # 'Well...I see'
            return False
        if token.islower():  # 'vitamin.A is good'
            return behind[1] != "A" or behind[2] not in self.rules.auxiliaries
        is_alone = match["stop"] != "." or (behind[1] != "A" and match.start() - len(token) == self.start)
        return is_alone and token.lower() in english_words()[0]

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
        token = before.rsplit(None, 1)[-1]
        if ">" in token or ";" in token:  # behind a tag or a reference
            token = re.split("[>;]", token)[-1]
        return token.lstrip(OPENERS)
