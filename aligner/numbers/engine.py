"""The engine that runs the rules of a language over a text, and the rules that both languages share.

A rule is a function with a name: ``(scan, i) -> end`` reads a quantity whose first token is i, and ``(scan, num) ->
end`` reads what stands behind a number. It adds to ``scan.made`` what it has read and returns the token to go on from,
or 0 where it does not apply. Rules are found by the word they begin with, so that only those are tried that may apply,
and an English text without any of these words is let go after one look.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable
from fractions import Fraction
from typing import ClassVar, Final, TypeAlias, TypeVar

from aligner.numbers.quantities import (
    DASHES,
    FRACTION_SIGNS,
    HYPHENS,
    JOINTS,
    MOST_DIGITS,
    NO_GAPS,
    NO_WORDS,
    ROMANS,
    SPACES,
    Kind,
    Lexicon,
    Made,
    Num,
    Phrases,
    Quantity,
    Reading,
    Tokens,
    Value,
    Weight,
    cut,
    dimensions,
    has_figures,
    lexicon,
    simple,
    tidy,
)
from aligner.text.unicode import composed

LINKS: Final = SPACES | HYPHENS | {""}  # between the words of a number and what it counts
MOST_WORDS: Final = 24  # of one number; a longer row of number words is no number
SOFT_VALUES: Final = frozenset((*range(13), 100, 1000))  # of number words that either language may leave out
# Byte by byte: small letters, 0 for all digits, and a space for what is neither.
_PLAIN: Final = bytes(
    ord("0") if chr(c).isdecimal() else c if chr(c).isalpha() else ord(" ") for c in bytes(range(128)).lower()
) + bytes(b" " * 128)
_SIGN: Final = re.compile(
    f"[{''.join(FRACTION_SIGNS)}\N{ROMAN NUMERAL ONE}-\N{ROMAN NUMERAL TWELVE}"
    "\N{FULLWIDTH DIGIT ZERO}-\N{FULLWIDTH DIGIT NINE}]"
)
_MANY_SPOTS: Final = 1000  # more than any sentence has

Rule: TypeAlias = "Callable[[Scan, int], int]"
Behind: TypeAlias = "Callable[[Scan, Num], int]"
_Any = TypeVar("_Any", "Callable[[Scan, int], int]", "Callable[[Scan, Num], int]")


class Scan(Tokens):
    """The tokens of a text, the words of its language, and what the rules have read so far.

    Attributes
    ----------
    made : list of Made
        What was read, in order.
    floor : int
        The token behind the last that was read or tried; no rule reaches back before it.
    places : list of int, or None
        Where each character stands in the text given, as of `tidy`.
    """

    __slots__ = ("floor", "made", "places")

    # Of the language, in the class that `of` makes for it.
    grammar: ClassVar[Grammar]
    table: ClassVar[dict[str, dict[str, int]]]
    phrases: ClassVar[dict[str, Phrases]]
    cues: ClassVar[dict[str, frozenset[str]]]
    compounds: ClassVar[dict[str, frozenset[str]]]
    number: ClassVar[dict[str, int]]
    scale: ClassVar[dict[str, int]]

    def __init__(self, text: str, parts: list[str], tokens: list[str]) -> None:
        self.text, self.parts, self.n = text, parts, len(tokens)  # as `Tokens` does, without a call
        self.words, self.gaps, self._ends = tokens + NO_WORDS, parts[::2] + NO_GAPS, []
        self.made: list[Made] = []
        self.floor = 0
        self.places: list[int] | None = None

    @classmethod
    def of(cls, grammar: Grammar) -> type[Scan]:
        """Make the class of a language, so that no scan needs to be told its words."""
        words = grammar.lexicon
        table = words.words
        own = {"grammar": grammar, "table": table, "phrases": words.phrases, "cues": words.cues}
        own |= {"compounds": words.compounds, "number": table["number"], "scale": table["scale"], "__slots__": ()}
        return type(cls.__name__, (cls,), own)

    def add(
        self,
        kind: Kind,
        value: Value,
        first: int,
        last: int,
        weight: Weight = "hard",
        others: tuple[Reading, ...] = (),
        unit: str = "",
        precision: int = 0,
    ) -> int:
        """Add a quantity at tokens [first, last]; return the token behind."""
        self.made.append(Made(kind, value, unit, precision, first, last, weight, others))
        return last + 1

    def add_number(self, kind: Kind, num: Num, last: int, unit: str = "", *more: Reading, hard: bool = False) -> int:
        """Add a quantity of the value of a number and with its further readings."""
        values, precision, first, _, _, weight = num
        if len(values) > 1:
            more = (*(Reading(kind, value, unit) for value in values[1:]), *more)
        self.made.append(Made(kind, values[0], unit, precision, first, last, "hard" if hard else weight, more))
        return last + 1

    def cue(self, i: int, group: str) -> bool:
        """Whether token i is one of a group of words."""
        return self.words[i] in self.cues[group]

    def follow(self, i: int, *words: str) -> bool:
        """Whether these words stand from token i on."""
        return self.words[i : i + len(words)] == list(words)

    def figure(self, i: int) -> bool:
        """Whether token i begins with a digit."""
        return "/" < self.words[i] < ":"

    def phrase(self, i: int, kind: str) -> tuple[str, int] | None:
        """Value of the longest phrase of a kind that begins at token i, and its last token."""
        for rest, value in self.phrases[kind].get(self.words[i], ()):
            n = len(rest)
            if not n:
                return value, i
            if tuple(self.words[i + 1 : i + 1 + n]) == rest and JOINTS.issuperset(self.gaps[i + 1 : i + 1 + n]):
                return value, i + n
        return None

    def compound(self, i: int) -> bool:
        """Whether token i is the first part of another word, as in tỷ lệ, triệu chứng, đồng minh."""
        return self.words[i + 1] in self.compounds.get(self.words[i], ()) and self.spaced(i + 1)


class Grammar:
    """The rules of one language, by the words that may begin what they read.

    Examples
    --------
    >>> grammar = Grammar("en")
    >>> @grammar.begins("weekday")
    ... def weekday(s: Scan, i: int) -> int:
    ...     return s.add("weekday", s.table["weekday"][s.words[i]], i, i)
    >>> [(q.text, q.value) for q in grammar.find("on Monday or Friday")]
    [('Monday', 0), ('Friday', 4)]
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.decimal_mark = "," if lang == "vi" else "."
        self._begins: list[tuple[Rule, tuple[str, ...], str]] = []
        self._behind: list[tuple[Behind, tuple[str, ...]]] = []

    def begins(self, *kinds: str, then: str = "") -> Callable[[Rule], Rule]:
        """Declare a rule for the words of these kinds or groups of the table, for 'figures' or 'roman' numerals.

        `then` says what must follow at one space, for words so frequent that they alone are not worth a look.
        Rules that begin with the same word are tried in the order in which they are declared.
        """

        def declare(rule: Rule) -> Rule:
            self._begins.append((rule, kinds, then))
            return rule

        return declare

    def behind(self, *kinds: str) -> Callable[[Behind], Behind]:
        """Declare a rule for a number with such a word behind."""

        def declare(rule: Behind) -> Behind:
            self._behind.append((rule, kinds))
            return rule

        return declare

    @functools.cached_property
    def lexicon(self) -> Lexicon:
        """The words of the language."""
        return lexicon(self.lang)

    @functools.cached_property
    def beginning(self) -> dict[str, tuple[Rule, ...]]:
        """Word -> rules; those for figures stand under ''."""
        return _index([(rule, kinds) for rule, kinds, _ in self._begins], self.lexicon)

    @functools.cached_property
    def following(self) -> dict[str, tuple[Behind, ...]]:
        """Word -> rules for what it says behind a number."""
        return _index(self._behind, self.lexicon)

    @functools.cached_property
    def _scan(self) -> type[Scan]:
        return Scan.of(self)

    @functools.cached_property
    def currency_ends(self) -> frozenset[str]:
        """Last words of currencies."""
        currencies = self.lexicon.phrases["currency"]
        return frozenset(rest[-1] if rest else first for first, ways in currencies.items() for rest, _ in ways)

    @functools.cached_property
    def _plain(self) -> tuple[frozenset[bytes], dict[bytes, frozenset[bytes]]]:
        """For the first look: words that may begin a quantity, and those that do so before certain others alone."""
        guarded: dict[bytes, frozenset[bytes]] = {}
        for _, kinds, then in self._begins:
            if then:
                following = frozenset(word.encode() for word in _first_words(then, self.lexicon))
                guarded |= {word.encode(): following for kind in kinds for word in _first_words(kind, self.lexicon)}
        return frozenset(word.encode() for word in self.beginning if word and word.encode() not in guarded), guarded

    def may_hold(self, text: str) -> bool:
        """Whether a text may hold a quantity: one look at its ASCII words and for figures, without cutting it.

        Only where the words of the language are ASCII does this say no; a text of others is cut to be looked at.
        """
        if self.lang != "en":
            return True
        plain = text.encode("ascii", "replace").translate(_PLAIN)
        if b"0" in plain:
            return True
        words = plain.split()
        begin, guarded = self._plain
        if not begin.isdisjoint(words):
            return True
        if guarded.keys().isdisjoint(words):
            return not text.isascii() and _SIGN.search(text) is not None
        following = (after in guarded[word] for word, after in itertools.pairwise(words) if word in guarded)
        return not text.isascii() or any(following)

    def read(self, text: str, parts: list[str] | None = None) -> Scan | None:
        """Read a composed text; what was found is `made` of the scan, None for nothing. `parts` as in `cut`."""
        figured, places = has_figures(text), None
        if figured:
            text, places = tidy(text, self.decimal_mark)
        parts, tokens = cut(text, parts, figured)
        rules = self.beginning
        if figured:
            spots = [i for i, word in enumerate(tokens) if word in rules or "/" < word < ":"]
        else:
            spots = [*itertools.compress(itertools.count(), map(rules.__contains__, tokens))]
        if not spots:
            return None
        scan = self._scan(text, parts, tokens)
        scan.places = places
        words = scan.words
        if len(spots) > _MANY_SPOTS:  # a row of one word is no text: only its ends are looked at
            spots = [i for i in spots if not words[i - 1] == words[i] == words[i + 1]]
        figures = rules.get("", ())
        for i in spots:
            if i >= scan.floor:
                end = i + 1
                for rule in rules.get(words[i], figures):
                    if done := rule(scan, i):
                        end = done
                        break
                scan.floor = end
        if len(scan.made) > 1:
            _share_scales(scan)
        return scan if scan.made else None

    def find(self, text: str, parts: list[str] | None = None) -> list[Quantity]:
        """The quantities of a text, in order, not overlapping; spans are those of the text given, in NFC or not.

        `parts` as in `cut`.
        """
        if not self.may_hold(text):
            return []
        whole, places = composed(text)
        scan = self.read(whole, parts)
        if scan and scan.places is not None:
            places = scan.places if places is None else [places[place] for place in scan.places]
        return _placed(scan, text, places) if scan else []


def _index(rules: list[tuple[_Any, tuple[str, ...]]], words: Lexicon) -> dict[str, tuple[_Any, ...]]:
    """The rules by the words that begin them."""
    found: dict[str, list[_Any]] = {}
    for rule, kinds in rules:
        for word in {word for kind in kinds for word in _first_words(kind, words)}:
            found.setdefault(word, []).append(rule)
    return {word: tuple(ways) for word, ways in found.items()}


def _first_words(kind: str, words: Lexicon) -> frozenset[str]:
    """The words that begin what is of a kind or in a group."""
    if kind == "figures":
        return frozenset(("", *FRACTION_SIGNS))
    if kind == "roman":
        return frozenset(ROMANS)
    return frozenset(words.phrases[kind] if kind in words.phrases else words.cues[kind])


def _placed(scan: Scan, text: str, places: list[int] | None) -> list[Quantity]:
    """Quantities with spans in the text given."""
    found: list[Quantity] = []
    parts = scan.parts
    behind, done = 0, 0  # the last quantity, in characters and in parts
    for kind, value, unit, precision, first, last, weight, others in scan.made:
        start = begin = behind + len("".join(parts[done : 2 * first + 1]))
        done = 2 * last + 2
        end = behind = begin + len("".join(parts[2 * first + 1 : done]))
        if places is not None:
            start, end = places[begin], places[behind]
        if start < end:  # else inside of what is one letter
            # Unasked (`doors.checked_tuple`): it is ours, and there are millions.
            fields = (kind, value, unit, precision, start, end, text[start:end], weight, others)
            found.append(Quantity._make(fields))
    return found


# Rules of both languages ----------------------------------------------------------------------------------------------


def fixed_phrase(s: Scan, i: int) -> int:
    """What always says the same, and only may be a number: both, fortnight, noon, Christmas Day; cặp, duy nhất, rằm."""
    for kind in ("holiday", "hour", "faint ordinal", "faint"):
        if kind in s.phrases and (found := s.phrase(i, kind)):
            break
    else:
        return 0
    said, last = found
    if kind == "holiday":
        month, day = map(int, said.split("-"))
        return s.add("date", (None, month or None, day), i, last, "faint")
    if kind == "hour":
        return s.add("time", (int(said),), i, last, "faint")
    value, _, unit = said.partition(" ")
    made: Kind = "measure" if unit else "ordinal" if kind == "faint ordinal" else "cardinal"
    return s.add(made, int(value), i, last, "faint", unit=unit)


def roman_numeral(s: Scan, i: int) -> int:
    """Congress XII; those of more than one letter."""
    return s.add("ordinal", ROMANS[s.words[i]], i, i, "soft") if s.written(i).isupper() else 0


def year_span(s: Scan, i: int) -> int:
    """2023/24, 1939-45: two years."""
    word, short = s.words[i], s.words[i + 1]
    if not (len(word) == 4 and word.isdecimal() and "1000" <= word <= "2199" and len(short) == 2 and short.isdecimal()):
        return 0
    if s.gaps[i + 1] not in ("/", "-", "\N{EN DASH}") or short <= word[2:] or s.gaps[i + 2][:1] in ("/", "-"):
        return 0
    s.add("date", (int(word), None, None), i, i)
    return s.add("date", (int(word[:2] + short), None, None), i + 1, i + 1)


_PHONE_GAPS: Final = frozenset((" ", "-", ".", "\N{NO-BREAK SPACE}"))
_SERVICE_NUMBERS: Final = frozenset(("1900", "1800", "0800"))  # of Vietnam and Britain


def phone(s: Scan, i: int) -> int:
    """024 3825 1234: told by a leading zero, a plus or a service number, and by 8 to 15 digits in groups."""
    word = s.words[i]
    if not (word[0] == "0" or s.gaps[i][-1:] == "+" or word[:4] in _SERVICE_NUMBERS) or not s.figure(i) or "," in word:
        return 0
    digits, last, groups = word.replace(".", ""), i, word.count(".") + 1
    while s.gaps[last + 1] in _PHONE_GAPS and s.figure(last + 1) and len(digits) <= 15:
        if s.gaps[last + 2] == "/" or "," in s.words[last + 1]:
            break
        last += 1
        digits += s.words[last].replace(".", "")
        groups += 1
    if 8 <= len(digits) <= 15 and (groups > 1 or word[0] == "0"):
        return s.add("identifier", digits, i, last, unit="phone")
    return 0


def document(s: Scan, i: int) -> int:
    """30/2020/NĐ-CP: figures and letters joined by slashes and hyphens."""
    last = i + 1
    while last < i + 8 and s.gaps[last + 1] in ("/", "-", "") and s.words[last + 1]:
        last += 1
    name = "".join(part for k in range(i, last + 1) for part in (s.gaps[k] if k > i else "", s.words[k].lstrip("0")))
    return s.add("identifier", name.replace("đ", "d"), i, last, unit="document")


_MINUS: Final = frozenset("-\N{MINUS SIGN}\N{EN DASH}")
_SIGNED: Final = _MINUS | {"+"}
# What a rule may go on behind, of clocks, dates, ranges, feet; no rule goes on behind another dash.
_JOINING: Final = frozenset((":", "/", "-", "\N{EN DASH}", " - ", " \N{EN DASH} ", "'", "’", "\N{PRIME}"))


def plain_figures(s: Scan, i: int, parts: frozenset[str]) -> Num | None:
    """Figures that nothing goes on with, as most are, read without asking what else they might be: 5 people, 20%.

    parts: words that may be a part of the number before them.
    """
    word, following = s.words[i], s.words[i + 1]
    if not word.isdecimal() or word[0] == "0" or following in parts or s.gaps[i + 1] in _JOINING:
        return None
    if s.gaps[i][-1:] in _SIGNED or following[:1].isdecimal() or word[:4] in _SERVICE_NUMBERS:
        return None
    return Num((int(word),), 0, i, i + 1, True, "hard") if len(word) <= MOST_DIGITS else None


_BEFORE_MINUS: Final = frozenset(" (\N{NO-BREAK SPACE}[")
_ENDS: Final = frozenset(".?!…:")  # behind these a line of a dialogue may begin with its dash


def signed(s: Scan, num: Num) -> Num:
    """The number with its sign, if in figures: -5; not 3-5 and not - 5; at the start of a line it may be a dash."""
    i, gap = num.first, s.gaps[num.first]
    if gap[-1:] not in _MINUS or not num.figures or (i > 0 and s.figure(i - 1)):
        return num
    opens = i == 0 and len(gap) == 1
    if not (opens or (gap[-2:-1] in _BEFORE_MINUS and len(gap) > 1)):
        return num
    unit = s.phrase(num.end, "unit") if opens or not _ENDS.isdisjoint(gap) else ("deg", 0)
    doubtful = not unit or dimensions()[unit[0]][0] not in ("angle", "temperature")
    return num._replace(values=(*(-value for value in num.values), *(num.values if doubtful else ())))


def negated(s: Scan, num: Num | None, i: int) -> Num | None:
    """The number behind the word at token i that makes it negative: minus twenty, âm năm; None where none is read.

    Behind a number that word takes away: eight minus three.
    """
    if num is None or not num.values or (s.made and s.made[-1].last == i - 1):
        return None
    return num._replace(values=tuple(-value for value in num.values), first=i, weight="hard")


def currency_before(s: Scan, num: Num) -> int:
    """US$5, VND 5 billion, €5; $5 USD says its currency twice."""
    i, gap = num.first, s.gaps[num.first]
    if i <= s.floor or (gap and gap != " ") or s.words[i - 1] not in s.grammar.currency_ends:
        return 0
    if not (found := _currency_ending_at(s, i - 1)) or s.cue(num.end, "no money"):
        return 0
    (unit, first), last = found, num.end - 1
    if (behind := currency_at(s, num.end)) and behind[0] not in ("CENT", "PENNY"):
        unit, last = behind[0] if unit == "dollar" else unit, behind[1]
    return s.add_number("money", num._replace(first=first), last, unit, hard=True)


def _currency_ending_at(s: Scan, last: int) -> tuple[str, int] | None:
    """The currency whose last token is this, and its first token."""
    behind = s.made[-1].last + 1 if s.made else 0
    for first in range(max(behind, last - 2), last + 1):
        if (found := s.phrase(first, "currency")) and found[1] == last:
            if first < last and len(s.words[first]) == 1 and (s.gaps[last] or not _stands_alone(s, first)):
                continue  # the company's $5, a $5 note
            # 'pound 5' is no money
            small = s.words[first].isalpha() and not s.written(first).isupper()
            return None if small and (first == last or s.grammar.lang == "vi") else (found[0], first)
    return None


def _stands_alone(s: Scan, i: int) -> bool:
    """Whether the letter at token i is a capital and no ending: S$5, not the company's $5."""
    return s.capital(i) and s.gaps[i][-1:] not in ("'", "’")


def currency_at(s: Scan, i: int) -> tuple[str, int] | None:
    """Currency written behind a number, from token i on, and its last token; no sign of the next number."""
    if s.gaps[i] not in LINKS or not (found := s.phrase(i, "currency")):
        return None
    last = found[1]
    if (s.words[last + 1][:1].isdecimal() and s.gaps[last + 1] == "") or (last == i and s.compound(i)):
        return None
    return found


# What nothing costs in the money of Vietnam, whose least coin was of 200: so few 'đồng' are dollars or coins of a tale.
_LEAST_DONG: Final = 100


def currency_behind(s: Scan, num: Num) -> int:
    """9 billion dollars, 9 tỷ USD, 5 cents; 100 pounds may be a weight."""
    if not (found := currency_at(s, num.end)):
        return 0
    unit, last = found
    more: list[Reading] = []
    if unit == "CENT":
        more = [Reading("money", value, "dollar") for value in num.times(Fraction(1, 100))]
    elif weight := s.phrase(num.end, "unit"):  # pounds, shekels
        more = [Reading("measure", value, weight[0]) for value in num.values]
    elif unit == "VND" and last == num.end and s.words[last] == "đồng" and 0 < num.values[0] <= _LEAST_DONG:
        more = [Reading("cardinal", value) for value in num.values]
    return s.add_number("money", num, last, unit, *more)


def with_cents(s: Scan, cents: int, last: int) -> int:
    """Take cents that end at token `last` into the money just read: one dollar and eighty-seven cents."""
    money = s.made[-1]
    found = s.phrase(last + 1, "currency")
    if not (found and found[0] == "CENT" and 0 < cents < 100 and isinstance(money.value, int)):
        return 0
    tail = Fraction(cents, 100)
    others = tuple(r._replace(value=r.value + tail) for r in money.others if isinstance(r.value, int))
    s.made[-1] = money._replace(value=money.value + tail, precision=2, last=found[1], others=others)
    return found[1] + 1


def percent(s: Scan, num: Num) -> int:
    """5%, 5 per cent, 2 percentage points, 15 basis points; 5 phần trăm, 2 điểm phần trăm, 15 điểm cơ bản."""
    found = s.phrase(num.end, "percent") if s.gaps[num.end] in LINKS else None
    if not found:
        return 0
    if found[0]:
        num = num._replace(values=num.times(Fraction(found[0])))
    return s.add_number("percent", num, found[1], hard=not found[0])


def glued_name(s: Scan, num: Num) -> int:
    """5G, 3D, 10K: figures with letters behind that are neither unit nor scale."""
    end = num.end
    if s.gaps[end] == "" and num.figures and s.words[end][:1].isalpha() and len(s.words[end]) <= 4:
        others = (Reading("cardinal", num.values[0]),)
        return s.add("identifier", "".join(s.words[num.first : end + 1]), num.first, end, "hard", others)
    return 0


def name_with_figures(s: Scan, num: Num) -> int:
    """G7, COVID-19, Q3, T2 (thứ Hai)."""
    i, value = num.first, num.values[0]
    before, gap = s.words[i - 1] if i > s.floor else "", s.gaps[i]
    if not (before.isalpha() and before.isascii()):
        return 0
    written = s.written(i - 1)
    if gap and not (gap in HYPHENS and written.isupper() and len(before) <= 6):
        return 0
    if before == "q" and 1 <= value <= 4:
        return s.add("ordinal", value, i - 1, i, "hard", (Reading("identifier", f"q{value}"),))
    others: tuple[Reading, ...] = (Reading("cardinal", value),)
    if written == "T" and gap == "" and 2 <= value <= 7 and s.grammar.lang == "vi":
        return s.add("identifier", f"t{value}", i - 1, i, "hard", (Reading("weekday", int(value) - 2), *others))
    return s.add("identifier", before + s.words[i], i - 1, i, "hard", others, precision=num.precision)


def decade(s: Scan, value: int, first: int, last: int, weight: Weight = "hard", *more: Reading) -> int:
    """The 1990s; of the 90s the text alone does not say the century."""
    others = (Reading("decade", 1900 + value), Reading("decade", 2000 + value), *more) if value < 100 else ()
    return s.add("decade", value, first, last, weight, others)


def degrees(s: Scan, symbol: str, last: int) -> tuple[str, int]:
    """The unit with the letter of its scale: 30 degrees C, 30 độ F."""
    if symbol == "deg" and s.words[last + 1] in ("c", "f") and s.gaps[last + 1] in (" ", ""):
        return "°" + s.words[last + 1].upper(), last + 1
    return symbol, last


_SCALED: Final = frozenset(("cardinal", "money", "measure"))


def _share_tens(s: Scan, k: int, one: Made, two: Made) -> bool:
    """Give a digit what the next says that is one more: sáu bảy chục ngàn is sixty to seventy thousand."""
    low, high = s.number.get(s.words[two.first - 1], 0), s.number.get(s.words[two.first], 0)
    if not 0 < low < 9 or low + 1 != high or two.kind not in _SCALED or one.value != low or two.first == two.last:
        return False
    if isinstance(two.value, str | tuple) or two.value < 20 or two.value % high:
        return False
    reading = Reading(two.kind, simple(Fraction(two.value / high * low)), two.unit)
    s.made[k] = one._replace(others=(*one.others, reading), weight="soft")
    s.made[k + 1] = two._replace(weight="soft")
    return True


def _share_scales(s: Scan) -> None:
    """Give the first number of a range what the second says, as another reading: 5 to 10 million, 5 to 7 p.m."""
    for k, (one, two) in enumerate(itertools.pairwise(s.made)):
        if two.kind == "time":
            if one.kind == "cardinal" and one.last < two.first <= one.last + 2 and one.value in range(13):
                assert isinstance(one.value, int)
                hour = one.value % 12 * 60
                s.made[k] = one._replace(others=(*one.others, Reading("time", (hour, hour + 720))))
            continue
        if s.spaced(two.first) and one.last + 1 == two.first and _share_tens(s, k, one, two):
            continue
        if two.kind not in _SCALED or one.kind not in _SCALED or two.first - one.last > 2 or one.last >= two.last:
            continue
        near = s.gaps[two.first] in DASHES if two.first == one.last + 1 else s.cue(one.last + 1, "range")
        if not near or isinstance(one.value, str | tuple) or not 0 < one.value < 1000:
            continue
        factor = 1
        for word in s.words[two.first : two.last + 1]:
            factor *= s.scale.get(word, 1)
        if factor > 1:
            reading = Reading(two.kind, simple(Fraction(one.value * factor)), two.unit)
            s.made[k] = one._replace(others=(*one.others, reading))
