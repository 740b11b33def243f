"""Quantities as frozen data, the tables of words and units, and what both languages read alike: tokens and digits.

A text is split once into tokens (figures, words, signs) and the gaps between them; the readers of English and of
Vietnamese walk over those. A value is an int or a Fraction, never a float.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, NamedTuple, TypeAlias

from aligner.text.tables import read_table
from aligner.text.unicode import composed

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


@dataclass(frozen=True, slots=True)
class Quantity:
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
    precision: int
    start: int
    end: int
    text: str
    weight: Weight = "hard"
    others: tuple[Reading, ...] = ()

    @property
    def readings(self) -> tuple[Reading, ...]:
        """All readings, the likeliest first."""
        return (Reading(self.kind, self.value, self.unit), *self.others)


# One character class or one literal at each place, so that splitting is linear; words first, which most tokens are.
FRACTION_SIGNS: Final = {
    "½": Fraction(1, 2), "⅓": Fraction(1, 3), "⅔": Fraction(2, 3), "¼": Fraction(1, 4), "¾": Fraction(3, 4),
    "⅕": Fraction(1, 5), "⅖": Fraction(2, 5), "⅗": Fraction(3, 5), "⅘": Fraction(4, 5), "⅙": Fraction(1, 6),
    "⅚": Fraction(5, 6), "⅛": Fraction(1, 8), "⅜": Fraction(3, 8), "⅝": Fraction(5, 8), "⅞": Fraction(7, 8),
}  # fmt: skip
_SIGNS: Final = "".join(FRACTION_SIGNS)
_MARKS: Final = f"{_SIGNS}$€£¥₫₩฿₽₹₭៛₱₺₪¢%‰°&"
_SPLIT: Final = re.compile(rf"([^\W\d_{_SIGNS}]+|[0-9]+(?:[.,][0-9]+)*|[{_MARKS}])")
_SPLIT_ASCII: Final = re.compile(r"([a-z]+|[0-9]+(?:[.,][0-9]+)*|[$%&])")  # the same for such a text, a third faster
_NO_WORD: Final = re.compile(rf"[\d{_MARKS}]")  # without these, tokens are words
# What may stand between the words of one phrase: us-$, year-old, U.S. dollar.
JOINTS: Final = frozenset(
    (*("", " ", "-", ".", ". ", "'", "’", "/"), *"\N{NON-BREAKING HYPHEN}\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}")
)
SPACES: Final = frozenset((" ", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "\N{THIN SPACE}"))
HYPHENS: Final = frozenset(("-", "\N{NON-BREAKING HYPHEN}", "\N{EN DASH}", "\N{HYPHEN}", "\N{MINUS SIGN}"))
DASHES: Final = HYPHENS | {" - ", " – ", "—", " — ", "- ", " -", "– ", " –"}
_SENTINELS: Final = 16  # more than any reader looks ahead
_MANY_SPOTS: Final = 1000  # more than any sentence has
# Longer figures are a picture of something, not a number: their value is the text itself.
_MOST_DIGITS: Final = 30


@dataclass(slots=True)
class Tokens:
    """A text split: token i is words[i], and gaps[i] stands before it; gaps has one more for the end."""

    text: str
    words: list[str]  # in lower case, and empty ones behind the last, so that readers may look ahead
    gaps: list[str]  # in lower case
    parts: list[str]  # gap, token, gap, token, …, gap
    places: list[int] | None  # where each code point of the composed text stands in the text given, if not the same
    n: int  # tokens, without the empty ones
    known_bounds: list[int] | None = None  # `bounds`, where somebody has asked for them

    @property
    def bounds(self) -> list[int]:
        """Start and end of each token, in turn, in code points of the text as composed."""
        if self.known_bounds is None:
            self.known_bounds = list(itertools.accumulate(map(len, self.parts)))
            self.known_bounds += [len(self.text)] * (2 * _SENTINELS)
        return self.known_bounds

    def written(self, i: int) -> str:
        """Token i as written."""
        return self.text[self.bounds[2 * i] : self.bounds[2 * i + 1]]

    def capital(self, i: int) -> bool:
        """Whether token i begins with a capital."""
        start = self.bounds[2 * i]
        return self.text[start : start + 1].isupper()

    def spaced(self, i: int) -> bool:
        """Whether token i stands one space behind the token before."""
        return self.gaps[i] in SPACES


def split(text: str, parts: list[str] | None = None) -> Tokens:
    """Split a text into tokens; NFD is composed, and spans stay those of the text given.

    Where somebody has split it already, a composed text, into gap, word, gap, …, gap, words being runs of letters and
    figures, `parts` saves the time of doing it again.
    """
    whole, places = composed(text)
    if parts is not None and not _NO_WORD.search(whole):
        words = list(map(str.lower, parts[1::2]))
    else:
        lower = whole.lower()
        if len(lower) != len(whole):
            lower = "".join(low if len(low := char.lower()) == 1 else char for char in whole)
        parts = (_SPLIT_ASCII if lower.isascii() else _SPLIT).split(lower)
        words = parts[1::2]
    n, gaps = len(words), parts[::2]
    words += [""] * _SENTINELS
    gaps += ["\n\n"] * _SENTINELS  # joins nothing
    return Tokens(whole, words, gaps, parts, places, n)


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


def share_scales(tokens: Tokens, made: list[Made], scale: dict[str, int], joints: frozenset[str]) -> None:
    """Give the first number of a range the scale of the second as another reading: '5 to 10 million'."""
    for k in range(len(made) - 1):
        one, two = made[k], made[k + 1]
        if (
            two.kind == "time"
            and one.kind == "cardinal"
            and one.last < two.first <= one.last + 2
            and one.value in range(13)
        ):
            # 5 to 7 p.m.
            assert isinstance(one.value, int)
            hour = one.value % 12 * 60
            made[k] = one._replace(others=(*one.others, Reading("time", (hour, hour + 720))))
            continue
        if two.kind not in _SCALED or one.kind not in _SCALED or two.first - one.last > 2 or one.last >= two.last:
            continue
        near = tokens.gaps[two.first] in DASHES
        if not (near if two.first == one.last + 1 else tokens.words[one.last + 1] in joints):
            continue
        factor = 1
        for i in range(two.first, two.last + 1):
            factor *= scale.get(tokens.words[i], 1)
        if factor > 1 and not isinstance(one.value, str | tuple) and 0 < one.value < 1000:
            reading = Reading(two.kind, simple(Fraction(one.value * factor)), two.unit)
            made[k] = one._replace(others=(*one.others, reading))


_SCALED: Final = frozenset(("cardinal", "money", "measure"))


def read_year_span(tokens: Tokens, i: int, made: list[Made]) -> int:
    """Read 2023/24 or 1939-45 as two years, where it stands at token i; 0 where it does not."""
    word, short = tokens.words[i], tokens.words[i + 1]
    if not (len(word) == 4 and word.isdecimal() and "1000" <= word <= "2199" and len(short) == 2 and short.isdecimal()):
        return 0
    if tokens.gaps[i + 1] not in ("/", "-", "\N{EN DASH}") or short <= word[2:] or tokens.gaps[i + 2][:1] in ("/", "-"):
        return 0
    for k, year in ((i, int(word)), (i + 1, int(word[:2] + short))):
        made.append(Made("date", (year, None, None), "", 0, k, k))
    return i + 2


_PHONE_GAPS: Final = frozenset((" ", "-", ".", "\N{NO-BREAK SPACE}"))
_SERVICE_NUMBERS: Final = frozenset(("1900", "1800", "0800"))  # of Vietnam and Britain


def read_phone(tokens: Tokens, i: int) -> tuple[str, int] | None:
    """Digits of a telephone number whose first group is token i, and its last token.

    Told by a leading zero, a plus or a service number, and by 8 to 15 digits in groups.
    """
    word = tokens.words[i]
    if not (word.startswith("0") or tokens.gaps[i].endswith("+") or word[:4] in _SERVICE_NUMBERS) or "," in word:
        return None
    digits, last, groups = word.replace(".", ""), i, word.count(".") + 1
    while tokens.gaps[last + 1] in _PHONE_GAPS and "/" < tokens.words[last + 1] < ":" and len(digits) <= 15:
        if tokens.gaps[last + 2] == "/" or "," in tokens.words[last + 1]:
            break
        last += 1
        digits += tokens.words[last].replace(".", "")
        groups += 1
    return (digits, last) if 8 <= len(digits) <= 15 and (groups > 1 or word.startswith("0")) else None


def is_negative(tokens: Tokens, i: int) -> bool:
    """Whether a minus sign stands at the figures of token i: -5, not 3-5 and not - 5."""
    gap = tokens.gaps[i]
    return (
        gap[-1:] in _MINUS
        and ((len(gap) == 1 and i == 0) or (gap[-2:-1] in _BEFORE_MINUS and len(gap) > 1))
        and not (i > 0 and "/" < tokens.words[i - 1] < ":")
    )


_MINUS: Final = frozenset("-\N{MINUS SIGN}\N{EN DASH}")
_BEFORE_MINUS: Final = frozenset(" (\N{NO-BREAK SPACE}[")


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


def finish(tokens: Tokens, made: Sequence[Made], original: str) -> list[Quantity]:
    """Quantities with spans in the original text."""
    if not made:
        return []
    found = []
    bounds = tokens.bounds
    for kind, value, unit, precision, first, last, weight, others in made:
        start, end = bounds[2 * first], bounds[2 * last + 1]
        if tokens.places is not None:
            start, end = tokens.places[start], tokens.places[end]
            if start == end:  # inside of what is one letter
                continue
        found.append(Quantity(kind, value, unit, precision, start, end, original[start:end], weight, others))
    return found


def find_spots(tokens: Tokens, vocabulary: frozenset[str]) -> list[int]:
    """Tokens that may begin a quantity: figures, and words of the vocabulary."""
    words = tokens.words
    spots = [i for i, word in enumerate(words[: tokens.n]) if word in vocabulary or (word < ":" and word > "/")]
    if len(spots) > _MANY_SPOTS:  # a row of one word is no text: only its ends are looked at
        spots = [i for i in spots if not words[i - 1] == words[i] == words[i + 1]]
    return spots


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
    if len(token) > _MOST_DIGITS:
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


def further(kind: Kind, values: tuple[Number, ...], unit: str) -> tuple[Reading, ...]:
    """Readings for all values but the first."""
    return tuple(Reading(kind, value, unit) for value in values[1:])


def year_at(tokens: Tokens, i: int) -> int | None:
    """A year in four figures at token i."""
    word = tokens.words[i]
    return int(word) if len(word) == 4 and word.isdecimal() and word > "0999" else None


def figures_at(tokens: Tokens, i: int, digits: int = 2, most: int = 10**9) -> int:
    """Figures of at most so many digits at token i and at most so large, else -1."""
    word = tokens.words[i]
    return value if 0 < len(word) <= digits and word.isdecimal() and (value := int(word)) <= most else -1


def read_document(tokens: Tokens, i: int, made: list[Made]) -> int:
    """30/2020/NĐ-CP: figures and letters joined by slashes and hyphens."""
    last = i + 1
    while last < i + 8 and tokens.gaps[last + 1] in ("/", "-", "") and tokens.words[last + 1]:
        last += 1
    name = "".join(
        part for k in range(i, last + 1) for part in (tokens.gaps[k] if k > i else "", tokens.words[k].lstrip("0"))
    )
    made.append(Made("identifier", name.replace("đ", "d"), "document", 0, i, last))
    return last + 1


_ROMAN: Final = re.compile(r"(x{0,3})(ix|iv|v?i{0,3})\Z")
_ROMAN_ONES: Final = {"": 0, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9}


def read_roman(word: str) -> int:
    """Value 1 to 39 of a Roman numeral in small letters, 0 where it is none.

    Examples
    --------
    >>> read_roman("xxi"), read_roman("xix"), read_roman("mix"), read_roman("iix")
    (21, 19, 0, 0)
    """
    match = _ROMAN.match(word) if 0 < len(word) <= 7 else None
    return len(match[1]) * 10 + _ROMAN_ONES[match[2]] if match else 0


# Those of more than one letter: I, V and X alone are mostly letters.
ROMANS: Final = {
    tens + ones: read_roman(tens + ones)
    for tens in ("", "x", "xx", "xxx")
    for ones in _ROMAN_ONES
    if len(tens + ones) > 1
}

Phrases: TypeAlias = "dict[str, tuple[tuple[tuple[str, ...], str], ...]]"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language: single words by kind, and phrases by their first word."""

    words: dict[str, dict[str, int]]  # kind -> word -> value
    phrases: dict[str, Phrases]  # kind -> first word -> (further words, value), the longest first
    cues: dict[str, frozenset[str]]  # group -> words that decide beside a number
    vocabulary: frozenset[str]  # words that may begin or be a quantity without figures


# Kinds whose words are no phrases and whose values are whole numbers.
_SINGLE: Final = frozenset(
    ("number", "scale", "suffix", "ordinal", "denominator", "multiple", "faint", "many", "month", "weekday", "decade")
)


def _rows() -> list[tuple[str, ...]]:
    return read_table("quantities.tsv", "language", "phrase", "kind", "value", "source")


@functools.cache
def lexicon(lang: str) -> Lexicon:
    """The tables of one language."""
    words: dict[str, dict[str, int]] = {kind: {} for kind in _SINGLE}
    found: dict[str, dict[str, list[tuple[tuple[str, ...], str]]]] = {
        kind: {} for kind in ("unit", "currency", "holiday", "classifier")
    }
    cues: dict[str, set[str]] = {}
    for language, phrase, kind, value, _ in _rows():
        if language not in (lang, "*") or kind == "dimension":
            continue
        if kind == "cue":
            cues.setdefault(value, set()).add(phrase)
            continue
        first, *rest = _SPLIT.split(phrase)[1::2]
        if kind in _SINGLE:
            words[kind][phrase] = int(value)
        else:
            found[kind].setdefault(first, []).append((tuple(rest), value))
    phrases = {
        kind: {first: tuple(sorted(ways, key=lambda way: -len(way[0]))) for first, ways in table.items()}
        for kind, table in found.items()
    }
    begin = {"number", "scale", "ordinal", "multiple", "faint", "many", "month", "weekday", "decade"}
    vocabulary = {word for kind in begin for word in words[kind]}
    vocabulary |= phrases["holiday"].keys() | FRACTION_SIGNS.keys() | ROMANS.keys()
    groups = {name: frozenset(group) for name, group in cues.items()}
    return Lexicon(words, phrases, groups, frozenset(vocabulary | cues["trigger"]))


@functools.cache
def dimensions() -> dict[str, tuple[str, Fraction]]:
    """Unit symbol -> its dimension, and how many base units it is."""
    rows = (row for row in _rows() if row[2] == "dimension")
    return {symbol: (value.split()[0], Fraction(value.split()[1])) for _, symbol, _, value, _ in rows}


def find_phrase(tokens: Tokens, i: int, phrases: Phrases) -> tuple[str, int] | None:
    """Value of the longest phrase that begins at token i, and its last token."""
    for rest, value in phrases.get(tokens.words[i], ()):
        n = len(rest)
        if not n:
            return value, i
        if tuple(tokens.words[i + 1 : i + 1 + n]) == rest and all(
            gap in JOINTS for gap in tokens.gaps[i + 1 : i + 1 + n]
        ):
            return value, i + n
    return None
