"""Quantities as frozen data, the tables of words and units, and what both languages read alike: tokens and digits.

A text is cut once into tokens (figures, words, signs) and the gaps between them; the rules of English and of
Vietnamese walk over those. A value is an int or a Fraction, never a float.
"""

from __future__ import annotations

import functools
import itertools
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, NamedTuple, TypeAlias

from aligner.doors import Place, checked_tuple
from aligner.text.marks import WEB_ADDRESS
from aligner.text.tables import read_table

Kind = Literal[
    "cardinal",
    "ordinal",
    "fraction",
    "multiple",
    "percent",
    "money",
    "measure",
    "approximate",
    "date",
    "weekday",
    "time",
    "decade",
    "century",
    "identifier",
]
Weight = Literal["hard", "soft", "faint"]
Number: TypeAlias = "int | Fraction"
Value: TypeAlias = "int | Fraction | str | tuple[int | None, ...]"


class Reading(NamedTuple):
    """One way to understand a piece of text: kind, value and unit as in `Quantity`."""

    kind: Kind
    value: Value
    unit: str = ""


@checked_tuple
class Quantity(NamedTuple):
    """A number, a date, an amount: one piece of text that stands for a value.

    Attributes
    ----------
    kind : str
        "cardinal", "ordinal", "fraction", "multiple" (twice, gấp đôi), "percent", "money", "measure",
        "approximate" (thousands of, hàng nghìn), "date", "weekday", "time", "decade", "century" or "identifier"
        (document numbers, versions, names such as G7).
    value : int, Fraction, str or tuple
        Exact. A date is (year, month, day) with None for what is not said; a weekday 0 (Monday) to 6; a time the
        minutes since midnight it may mean, in a tuple; an approximate quantity its power of ten; an identifier its
        letters and figures as written, in lower case without marks.
    unit : str
        ISO 4217 code ("dollar" where no country is named) or unit symbol ("km", "year"); empty where there is none.
    precision : int
        Decimals written, 0 or more.
    start, end : int
        Half-open span in code points of the text.
    text : str
        ``text[start:end]`` of the text it was found in.
    weight : {"hard", "soft", "faint"}
        How much it tells: figures, long number words, dates; small number words, which either language may leave out;
        words that only may be numbers ('một' for 'a', 'both', 'năm').
    others : tuple of Reading
        Other readings, where the text alone does not decide.

    Examples
    --------
    >>> Quantity("measure", 5, "km", 0, 0, 4, "5 km").value
    5
    """

    kind: Kind
    value: Value
    unit: str
    precision: Place
    start: Place
    end: Place
    text: str
    weight: Weight = "hard"
    others: tuple[Reading, ...] = ()

    @property
    def readings(self) -> tuple[Reading, ...]:
        """All readings, the likeliest first."""
        return (Reading(self.kind, self.value, self.unit), *self.others)


FRACTION_SIGNS: Final = {
    "½": Fraction(1, 2), "⅓": Fraction(1, 3), "⅔": Fraction(2, 3), "¼": Fraction(1, 4), "¾": Fraction(3, 4),
    "⅕": Fraction(1, 5), "⅖": Fraction(2, 5), "⅗": Fraction(3, 5), "⅘": Fraction(4, 5), "⅙": Fraction(1, 6),
    "⅚": Fraction(5, 6), "⅛": Fraction(1, 8), "⅜": Fraction(3, 8), "⅝": Fraction(5, 8), "⅞": Fraction(7, 8),
}  # fmt: skip
_SIGNS: Final = "".join(FRACTION_SIGNS)
_MARKS: Final = f"{_SIGNS}$€£¥₫₩฿₽₹₭៛₱₺₪¢%‰°&"
# One character class or one literal at each place, so that splitting is linear; words first, which most tokens are.
_SPLIT: Final = re.compile(rf"([^\W\d_{_SIGNS}]+|[0-9]+(?:[.,][0-9]+)*|[{_MARKS}])")
# The same for a text that holds words alone, and for one of ASCII letters, in a third less time.
_SPLIT_WORDS: Final = re.compile(rf"([^\W\d_{_SIGNS}]+)")
_SPLIT_ASCII_WORDS: Final = re.compile("([A-Za-z]+)")
_SPLIT_ASCII: Final = re.compile("([A-Za-z]+|[0-9]+(?:[.,][0-9]+)*|[$%&])")
_NO_WORD: Final = re.compile(f"[0-9\N{FULLWIDTH DIGIT ZERO}-\N{FULLWIDTH DIGIT NINE}{_MARKS}]")
# What holds figures that are no number of the text: addresses, tags, styles of subtitles, character references.
_MARKUP: Final = re.compile(WEB_ADDRESS + r"|</?[A-Za-z][^<>]{0,300}>|\{\\[^{}]{0,100}\}|&#[0-9A-Za-z]{1,6};")
# Marks as a tokeniser writes them between the parts of a number: 10 @,@ 000, 2 . 3, 14 : 30, 20 / 10 / 2020.
_TOKENISED: Final = re.compile(r" @([-.,:/])@ |(?<=[0-9]) ([.,:/]) (?=[0-9])")
_WIDE: Final = re.compile("[\N{FULLWIDTH PERCENT SIGN}-\N{FULLWIDTH DIGIT NINE}]")
_FULL_WIDTH: Final = {**{0xFF10 + n: str(n) for n in range(10)}, 0xFF05: "%", 0xFF0C: ",", 0xFF0E: "."}
# What may stand between the words of one phrase: us-$, year-old, U.S. dollar.
JOINTS: Final = frozenset(
    (*("", " ", "-", ".", ". ", "'", "’", "/"), *"\N{NON-BREAKING HYPHEN}\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}")
)
SPACES: Final = frozenset((" ", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "\N{THIN SPACE}"))
HYPHENS: Final = frozenset(("-", "\N{NON-BREAKING HYPHEN}", "\N{EN DASH}", "\N{HYPHEN}", "\N{MINUS SIGN}"))
DASHES: Final = HYPHENS | {" - ", " – ", "—", " — ", "- ", " -", "– ", " –"}
# More than any reader looks ahead at once; the gaps join nothing.
NO_WORDS: Final = [""] * 16
NO_GAPS: Final = ["\n\n"] * 16
# Longer figures are a picture of something, not a number: their value is the text itself.
MOST_DIGITS: Final = 30


class Tokens:
    """A text cut into figures, words and signs, and the gaps between them.

    Attributes
    ----------
    text : str
        The text, composed.
    parts : list of str
        Gap, token, gap, token, …, gap; together they are as long as the text, in lower case or not.
    words : list of str
        Each token in lower case; empty ones behind the last, so that readers may look ahead.
    gaps : list of str
        ``gaps[i]`` stands before token i; one more for the end of the text.
    n : int
        Tokens, without the empty ones.
    """

    __slots__ = ("_ends", "gaps", "n", "parts", "text", "words")

    def __init__(self, text: str, parts: list[str], words: list[str]) -> None:
        self.text, self.parts = text, parts
        self.n = len(words)
        self.words = words + NO_WORDS
        self.gaps = parts[::2] + NO_GAPS
        self._ends: list[int] = []

    def written(self, i: int) -> str:
        """Token i as written."""
        if not self._ends:  # where each part ends, found once, and only where a rule asks for it
            self._ends = list(itertools.accumulate(map(len, self.parts)))
        start = self._ends[2 * i]
        return self.text[start : start + len(self.words[i])]

    def capital(self, i: int) -> bool:
        """Whether token i begins with a capital."""
        return self.written(i)[:1].isupper()

    def spaced(self, i: int) -> bool:
        """Whether token i stands one space behind the token before."""
        return self.gaps[i] in SPACES


def has_figures(text: str) -> bool:
    """Whether a text may hold figures or signs.

    Examples
    --------
    >>> has_figures("two"), has_figures("2"), has_figures("two %")
    (False, True, True)
    """
    return _NO_WORD.search(text) is not None


def tidy(text: str, decimal_mark: str) -> tuple[str, list[int] | None]:
    r"""Hide the figures of markup, and join numbers that a tokeniser took apart.

    Parameters
    ----------
    text : str
        A text with figures.
    decimal_mark : {".", ","}
        Which mark parts the decimals in this language.

    Returns
    -------
    text : str
        With NUL for every character of markup, and figures of full width as plain ones.
    places : list of int, or None
        Where each of its characters and its end stands in the text given; None where they are the same.

    Examples
    --------
    >>> tidy("10 @,@ 000", ".")
    ('10,000', [0, 1, 4, 7, 8, 9, 10])
    >>> tidy("ftp://example.org/2024 , 30", ".")[0].strip("\0")
    ' , 30'
    >>> tidy("2 . 3 % in 1975 , 30 people", ".")[0]
    '2.3 % in 1975, 30 people'
    """
    if "<" in text or "://" in text or "www." in text or "{\\" in text or "&#" in text:
        text = _MARKUP.sub(lambda match: "\0" * len(match[0]), text)
    if _WIDE.search(text):
        text = text.translate(_FULL_WIDTH)
    if " @" not in text and " , " not in text and " . " not in text and " : " not in text and " / " not in text:
        return text, None
    parts: list[str] = []
    places: list[int] = []
    last = 0
    for match in _TOKENISED.finditer(text):
        start, end = match.span()
        mark = match[1] or match[2]
        if match[2] and not _is_joint(text, start, end, mark, decimal_mark):
            if mark != ",":
                continue
            end -= 1  # of a list or a date: April 30 , 1975
            mark = ","
        parts += text[last:start], mark
        places += range(last, start)
        places.append(start + text[start:end].index(mark))
        last = end
    if not last:
        return text, None
    return "".join([*parts, text[last:]]), [*places, *range(last, len(text) + 1)]


_FIGURES_BEFORE: Final = re.compile("[0-9]+$")
_FIGURES_BEHIND: Final = re.compile("[0-9]+")
_LISTED: Final = re.compile(r" (?:, [0-9]|(?:và|hoặc|and|or) )")


def _is_joint(text: str, start: int, end: int, mark: str, decimal_mark: str) -> bool:
    """Whether the spaced mark at [start, end) of a text, between figures, stands within one number."""
    before = _FIGURES_BEFORE.search(text[max(start - 5, 0) : start])
    behind = _FIGURES_BEHIND.match(text[end : end + 5])
    assert before
    assert behind
    n, m = len(before[0]), len(behind[0])
    if mark == "/":
        return n <= 4 and m <= 4
    if mark == ":":
        return n <= 2 and m == 2
    if n > 3 or m > 3 or m == 3:
        return n <= 3 and m == 3
    if mark == "." or mark != decimal_mark:
        return mark == "."
    in_list = text[max(start - 8, 0) : start - n].rstrip().endswith(",") or _LISTED.match(text[end + m : end + m + 8])
    return not in_list


def cut(text: str, parts: list[str] | None, figures: bool) -> tuple[list[str], list[str]]:
    """Cut a composed text into gap, token, gap, …, gap, in time that grows with its length.

    Parameters
    ----------
    text : str
        In NFC.
    parts : list of str, optional
        The text as somebody else has cut it, into gap, word, gap, …, gap, words being runs of letters and figures: it
        saves the time of doing it again where the text has neither figures nor signs.
    figures : bool
        Whether there may be any, as `has_figures` says.

    Returns
    -------
    parts : list of str
        As long as the text together; in lower case but for what was given.
    words : list of str
        The tokens in lower case.

    Examples
    --------
    >>> cut("US$5bn, a year-old", None, True)[0]
    ['', 'us', '', '$', '', '5', '', 'bn', ', ', 'a', ' ', 'year', '-', 'old', '']
    """
    if parts is not None and not figures:
        return parts, [*map(str.lower, parts[1::2])]
    lowered = text.replace("İ", "ı").lower()  # the one letter that becomes two
    if lowered.isascii():
        parts = (_SPLIT_ASCII if figures else _SPLIT_ASCII_WORDS).split(lowered)
    else:
        parts = (_SPLIT if figures else _SPLIT_WORDS).split(lowered)
    return parts, parts[1::2]


def is_group(tokens: Tokens, i: int) -> bool:
    """Whether token i is three further digits of the figures before it: 1 500, or with a stray space 1, 000."""
    word, gap = tokens.words[i], tokens.gaps[i]
    if i > 1 and tokens.gaps[i - 1] == "" and len(tokens.words[i - 2]) == 1 and tokens.words[i - 2].isalpha():
        return False  # Airbus A320 184 chỗ
    return len(word) == 3 and word.isdecimal() and (gap in SPACES or (word == "000" and gap in (", ", ". ")))


def read_mixed(tokens: Tokens, i: int) -> Number:
    """Value of the fraction at token i that belongs to the figures before it, as in 2 1/2; 0 where none."""
    top, bottom = tokens.words[i], tokens.words[i + 1]
    if tokens.gaps[i] not in SPACES or tokens.gaps[i + 1] != "/" or len(top) != 1 or len(bottom) > 2:
        return 0
    if (
        not (top.isdecimal() and bottom.isdecimal() and 0 < int(top) < int(bottom) <= 16)
        or tokens.gaps[i + 2][:1] == "/"
    ):
        return 0
    return Fraction(int(top), int(bottom))


class Made(NamedTuple):
    """A quantity before its span is cut out of the text: tokens [first, last] and the rest as in `Quantity`."""

    kind: Kind
    value: Value
    unit: str
    precision: int
    first: int
    last: int
    weight: Weight = "hard"
    others: tuple[Reading, ...] = ()


class Figures(NamedTuple):
    """What figures may stand for, the likeliest first, and the decimals written."""

    values: tuple[Number, ...]
    precision: int


def read_figures(token: str, decimal_mark: str) -> Figures:
    """Values of figures with points and commas; none where they are no number (1.2.3, or too long).

    Parameters
    ----------
    token : str
        ASCII digits with single points or commas between them.
    decimal_mark : {".", ","}
        Which mark parts the decimals in this language.

    Examples
    --------
    >>> read_figures("1.500", ".").values, read_figures("1.500", ",").values
    ((Fraction(3, 2),), (1500,))
    >>> read_figures("1,500", ",").values  # an English way of writing in Vietnamese
    (Fraction(3, 2), 1500)
    """
    if len(token) > MOST_DIGITS:
        return Figures((), 0)
    dots, commas = token.count("."), token.count(",")
    if not dots and not commas:
        return Figures((int(token),), 0)
    if dots and commas:
        mark = "." if token.rfind(".") > token.rfind(",") else ","
        whole, _, decimals = token.rpartition(mark)
        if mark in whole or not _grouped(whole.split("," if mark == "." else ".")):
            return Figures((), 0)
        return Figures((_decimal(re.sub("[.,]", "", whole), decimals),), len(decimals))
    mark = "." if dots else ","
    parts = token.split(mark)
    if len(parts) > 2:
        return Figures((int("".join(parts)),) if _grouped(parts) else (), 0)
    whole, decimals = parts
    grouped = _grouped(parts)
    if mark != decimal_mark:
        if grouped:
            return Figures((int(whole + decimals),), 0)
        return Figures((_decimal(whole, decimals),), len(decimals))
    value = _decimal(whole, decimals)
    # Vietnamese texts write 10,000 the English way, English ones never 10.000 the Vietnamese way for ten thousand.
    return Figures((value, int(whole + decimals)) if grouped and mark == "," else (value,), len(decimals))


def _grouped(parts: list[str]) -> bool:
    """Whether digits are parted in groups of three, or the Indian way."""
    head, *groups = parts
    if not groups or len(head) > 3 or head.startswith("0") or len(groups[-1]) != 3:
        return False
    return all(len(group) == 3 for group in groups) or (
        len(head) <= 2 and len(groups) > 1 and all(len(group) == 2 for group in groups[:-1])
    )


def _decimal(whole: str, decimals: str) -> Number:
    return simple(Fraction(int(whole + decimals), 10 ** len(decimals)))


def simple(value: Number) -> Number:
    """An int where the value is whole."""
    return value.numerator if value.denominator == 1 else value


class Num(NamedTuple):
    """A bare number: what it may be worth, and the tokens [first, end) it is written with."""

    values: tuple[Number, ...]
    precision: int
    first: int
    end: int
    figures: bool
    weight: Weight

    @property
    def whole(self) -> int:
        """Its value where that is a whole number, else -1; what has too many figures to be read has none."""
        return int(self.values[0]) if self.values and self.values[0].denominator == 1 else -1

    def times(self, factor: Number) -> tuple[Number, ...]:
        """Its values multiplied."""
        return tuple(simple(Fraction(value * factor)) for value in self.values)


def year_at(tokens: Tokens, i: int) -> int | None:
    """A year in four figures at token i."""
    word = tokens.words[i]
    return int(word) if len(word) == 4 and word.isdecimal() and word > "0999" else None


def figures_at(tokens: Tokens, i: int, digits: int = 2, most: int = 10**9) -> int:
    """Figures of at most so many digits at token i and at most so large, else -1."""
    word = tokens.words[i]
    return value if 0 < len(word) <= digits and word.isdecimal() and (value := int(word)) <= most else -1


_ROMAN: Final = re.compile(r"(x{0,3})(ix|iv|v?i{0,3})\Z")
_ROMAN_SIGNS: Final = {chr(0x216F + n): n for n in range(1, 13)}  # Ⅰ to Ⅻ, one character each
_ROMAN_ONES: Final = {"": 0, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9}


def read_roman(word: str) -> int:
    """Value 1 to 39 of a Roman numeral in small letters, 0 where it is none.

    Examples
    --------
    >>> read_roman("xxi"), read_roman("xix"), read_roman("mix"), read_roman("iix")
    (21, 19, 0, 0)
    """
    if word in _ROMAN_SIGNS:
        return _ROMAN_SIGNS[word]
    match = _ROMAN.match(word) if 0 < len(word) <= 7 else None
    return len(match[1]) * 10 + _ROMAN_ONES[match[2]] if match else 0


# Those of more than one letter: I, V and X alone are mostly letters.
ROMANS: Final = {
    tens + ones: read_roman(tens + ones)
    for tens in ("", "x", "xx", "xxx")
    for ones in _ROMAN_ONES
    if len(tens + ones) > 1
} | _ROMAN_SIGNS

Phrases: TypeAlias = "dict[str, tuple[tuple[tuple[str, ...], str], ...]]"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language, from the rows of ``data/quantities.tsv``: those of the language and those of both.

    Attributes
    ----------
    words : dict
        Kind -> word -> value, of rows with a single word and a whole number.
    phrases : dict
        Kind -> first word -> (further words, value), the longest first, of all rows.
    cues : dict
        Group -> words that decide beside a number.
    compounds : dict
        Word -> words that make another word of it when they follow: tỷ lệ, triệu chứng.
    """

    words: dict[str, dict[str, int]]
    phrases: dict[str, Phrases]
    cues: dict[str, frozenset[str]]
    compounds: dict[str, frozenset[str]]


def _rows() -> list[tuple[str, ...]]:
    return read_table("quantities.tsv", "language", "phrase", "kind", "value", "source")


@functools.cache
def lexicon(lang: str) -> Lexicon:
    """The words of one language."""
    words: dict[str, dict[str, int]] = {}
    phrases: dict[str, dict[str, list[tuple[tuple[str, ...], str]]]] = {}
    cues: dict[str, set[str]] = {}
    compounds: dict[str, set[str]] = {}
    for language, phrase, kind, value, _ in _rows():
        if language not in (lang, "*") or kind == "dimension":
            continue
        first, *rest = _SPLIT.split(phrase)[1::2]
        if kind == "cue":
            cues.setdefault(value, set()).add(phrase)
        elif kind == "compound":
            compounds.setdefault(first, set()).update(rest)
        else:
            phrases.setdefault(kind, {}).setdefault(first, []).append((tuple(rest), value))
            if not rest and value.isdecimal():
                words.setdefault(kind, {})[phrase] = int(value)
    return Lexicon(
        words,
        {
            kind: {first: tuple(sorted(ways, key=lambda way: -len(way[0]))) for first, ways in table.items()}
            for kind, table in phrases.items()
        },
        *({name: frozenset(group) for name, group in groups.items()} for groups in (cues, compounds)),
    )


@functools.cache
def dimensions() -> dict[str, tuple[str, Fraction]]:
    """Unit symbol -> its dimension, and how many base units it is."""
    rows = (row for row in _rows() if row[2] == "dimension")
    return {symbol: (value.split()[0], Fraction(value.split()[1])) for _, symbol, _, value, _ in rows}


@functools.cache
def rough_units() -> frozenset[str]:
    """Symbols of units that were never the same everywhere."""
    return frozenset(
        symbol for _, symbol, kind, value, _ in _rows() if kind == "dimension" and value.endswith(" rough")
    )
