"""The rules of English: figures, number words, money, dates, times and measures."""

from __future__ import annotations

import functools
from fractions import Fraction
from typing import Final

from aligner.numbers.engine import (
    LINKS,
    MOST_WORDS,
    SOFT_VALUES,
    Grammar,
    Scan,
    currency_before,
    currency_behind,
    decade,
    degrees,
    document,
    fixed_phrase,
    glued_name,
    name_with_figures,
    negated,
    percent,
    phone,
    plain_figures,
    roman_numeral,
    signed,
    with_cents,
    year_span,
)
from aligner.numbers.quantities import (
    DASHES,
    FRACTION_SIGNS,
    HYPHENS,
    SPACES,
    Num,
    Number,
    Reading,
    Weight,
    figures_at,
    is_group,
    read_figures,
    read_mixed,
    read_roman,
    simple,
    year_at,
)

ENGLISH: Final = Grammar("en")

_BIG: Final = 1000  # scales from here on part a number word in groups
_APOSTROPHES: Final = frozenset(("'", "’", "‘"))
_FEET: Final = frozenset(("'", "’", "′"))
_INCHES: Final = frozenset(('"', "”", "″", "'", "’"))
_HALF: Final = Fraction(1, 2)


# Bare numbers ---------------------------------------------------------------------------------------------------------


def _bare_number(s: Scan, i: int) -> Num | None:
    """The number written from token i on, in figures or in words, with its scale words."""
    if s.figure(i):
        return _figures(s, i)
    if sign := FRACTION_SIGNS.get(s.words[i]):
        return _scaled(s, (sign,), 0, i, i + 1)
    return _number_words(s, i)


def _figures(s: Scan, i: int) -> Num:
    """1,234.5; 1 500 000; 2½; 1.5 million."""
    word, end = s.words[i], i + 1
    values, precision = read_figures(word, ".")
    if precision == 3 and len(values) == 1 and word[0] != "0" and "," not in word and word.find(".") <= 3:
        nouns = s.words[end : end + 2] if s.gaps[end] == " " else []
        if any(noun == "people" or (len(noun) > 3 and noun.endswith("s")) for noun in nouns):
            values = (*values, int(word.replace(".", "")))  # 1.500 households, in English written in Vietnam
    if len(word) <= 3 and s.words[end].isdecimal() and word.isdecimal() and word[0] != "0":
        while end < i + 5 and is_group(s, end):
            values = (int(values[0]) * 1000 + int(s.words[end]),)
            end += 1
    if not values:
        return Num((), 0, i, end, True, "hard")
    if precision == 0 and (sign := FRACTION_SIGNS.get(s.words[end])) and s.gaps[end] in ("", " "):
        values = (values[0] + sign,)
        end += 1
    return _scaled(s, values, precision, i, end)


def _scaled(s: Scan, values: tuple[Number, ...], precision: int, first: int, end: int, figures: bool = True) -> Num:
    """Take in the scale words behind a number: 1.5 million, $5bn, 10k, 3 dozen, 2 and a half million."""
    added: Number = 0
    if figures and s.words[end].isdecimal() and end == first + 1 and (added := read_mixed(s, end)):
        end += 2
    if s.words[end] == "and" and s.follow(end, "and", "a", "half"):
        added += _HALF
        end += 3
    num = Num(tuple(value + added for value in values) if added else values, precision, first, end, figures, "hard")
    if s.words[end] not in s.scale and s.words[end] not in s.table["suffix"] and s.words[end] not in s.table["many"]:
        return num
    for _ in range(3):
        if not (factor := _factor(s, num.end)):
            break
        num = num._replace(values=num.times(factor), end=num.end + 1)
    further = s.words[num.end]
    if figures and s.spaced(num.end) and further.isdecimal() and len(further) <= 3 and s.gaps[num.end + 1] == " ":
        smaller = s.scale.get(s.words[num.end + 1], 0) * int(further)  # 3 million 200 thousand
        if 1000 < smaller < s.scale.get(s.words[num.end - 1], 0):
            num = num._replace(values=tuple(value + smaller for value in num.values), end=num.end + 2)
    return num


def _factor(s: Scan, end: int) -> int:
    """What the scale word or letter at a token multiplies by: 5 million, 5bn, 5 bn; 0 where none."""
    word, gap, suffix = s.words[end], s.gaps[end], s.table["suffix"]
    if (word in s.scale or word in s.table["many"]) and gap in LINKS:
        return s.scale.get(word, 0) or s.scale.get(word[:-1], 0)  # 5 millions of stars
    if word not in suffix or not (gap == "" or (gap == " " and word in ("bn", "mn", "mil", "tn", "trn"))):
        return 0
    if gap == "" and s.gaps[end + 1] == "" and s.words[end + 1][:1].isdecimal():
        return 0  # a part of a name: 5k3
    return suffix[word]


def _joined(total: int, current: int, value: int) -> int:
    """A group of a number word with a further word: twenty-one, three hundred five, nineteen eighty; -1 where none."""
    if current < 0:
        return value
    if 100 <= current < 1000 and current % 100 == 0:
        return current + value
    if 0 < value < 10 and current % 10 == 0 and current % 100 >= 20:
        return current + value
    if 20 <= value < 100 and current < 10:  # five-and-twenty
        return current + value
    return current * 100 + value if 10 <= current < 100 and value >= 10 and total == 0 else -1


_AND_DEPTH: Final = 3  # further groups behind commas: of billions, of millions, of thousands


def _goes_on(s: Scan, k: int, i: int, current: int) -> bool:
    """Whether 'and' at token k joins the words of one number from token i on: a hundred and five, five-and-twenty."""
    value = s.number.get(s.words[k + 1], 0)
    if k == i or not value or s.gaps[k + 1] not in LINKS:
        return False
    if s.words[k - 1] in s.scale or s.words[k - 1][:-1] in s.scale:
        return True
    if i > s.floor and s.words[i - 1] == "between":
        return False
    if value < 10:
        return current % 10 == 0 and current % 100 >= 20
    if s.words[k - 1].endswith("score"):
        return value < 20  # threescore and ten
    return k == i + 1 and 0 < current < 10 and value % 10 == 0 and 20 <= value < 100 and s.words[k + 2] not in s.number


@functools.cache
def _going_on() -> frozenset[str]:
    """Words that may go on with a number."""
    words = ENGLISH.lexicon.words
    plain = frozenset(word for kind in ("number", "scale") for word in words[kind])
    return plain | {f"{scale}s" for scale in words["scale"]} | {"score", "and", "a", "an", "point"}


def _number_words(s: Scan, i: int, depth: int = _AND_DEPTH) -> Num | None:
    """Twenty-one, three hundred and five thousand, nineteen eighty-four, four score, two million."""
    digit = s.number.get(s.words[i])
    if digit is not None and s.words[i + 1] not in _going_on():  # most are alone
        weight: Weight = "faint" if digit == 1 else "soft" if digit in SOFT_VALUES else "hard"
        return Num((digit,), 0, i, i + 1, False, weight)
    total, current = 0, -1  # current: the group below 1,000 being read, -1 for none
    k = end = i
    while k < i + MOST_WORDS and (k == i or s.gaps[k] in LINKS):
        word = s.words[k]
        if word in s.number:
            joined = _joined(total, current, s.number[word])
            if s.words[k - 1] == "and" and s.words[k - 2].endswith("score"):
                joined = current + s.number[word]
            if joined < 0 or (0 < current < 10 and s.words[k - 1] != "and"):
                break
            current = joined
        elif factor := s.scale.get(word, 0) or (current > 0 and s.scale.get(word[:-1], 0)):
            if factor < _BIG:
                if current < 0 and k > i:
                    break
                current = abs(current) * factor
            elif current < 0 and k > i:
                total *= factor
            else:
                total, current = total + abs(current) * factor, -1
        elif word == "score" and 0 < current < 10 and s.gaps[k] == " ":
            current *= 20
        elif word == "and" and _goes_on(s, k, i, current):
            k += 1
            continue
        elif word in ("a", "an") and current < 0 and total and s.scale.get(s.words[k + 1], 0) == 100:
            k += 1  # two thousand an hundred and five
            continue
        else:
            break
        k += 1
        end = k
    if depth and current < 0 and total and s.gaps[end] == ", " and s.words[end] in s.number:
        # two million, six hundred thousand
        further = _number_words(s, end, depth - 1)
        if further and 100 <= further.values[0] < s.scale.get(s.words[end - 1], 0) and further.precision == 0:
            return further._replace(values=(total + further.values[0],), first=i)
    return _with_tail(s, total + max(current, 0), i, end) if end > i else None


def _with_tail(s: Scan, value: int, i: int, end: int) -> Num:
    """Take in what follows number words: two point five million, a million and a half."""
    if s.words[end] == "point" and s.words[end + 1] in s.number:
        decimals = ""
        while s.words[end + 1 + len(decimals)] in s.number and len(decimals) < 6:
            decimals += str(s.number[s.words[end + 1 + len(decimals)]])[:1]
        exact = simple(value + Fraction(int(decimals), 10 ** len(decimals)))
        return _scaled(s, (exact,), len(decimals), i, end + 1 + len(decimals), False)
    if s.words[end] == "and" and s.follow(end, "and", "a", "half"):
        if factor := s.scale.get(s.words[end - 1]):
            return Num((simple(value + Fraction(factor, 2)),), 0, i, end + 3, False, "hard")
        return _scaled(s, (value,), 0, i, end, False)
    weight: Weight = "soft" if value in SOFT_VALUES and end <= i + 2 else "hard"
    return Num((value,), 0, i, end, False, "faint" if value == 1 and end == i + 1 else weight)


# What begins a quantity -----------------------------------------------------------------------------------------------


@functools.cache
def _behind_figures() -> frozenset[str]:
    """Words that may be a part of the number or the time before them."""
    words = ENGLISH.lexicon.words
    return _BEHIND_HOURS.union({"and"}, FRACTION_SIGNS, *(words[kind] for kind in ("scale", "suffix", "many")))


@ENGLISH.begins("figures")
def number_in_figures(s: Scan, i: int) -> int:
    """Whatever begins with figures: dates, telephone numbers, clock times, and numbers with what they count."""
    if num := plain_figures(s, i, _behind_figures()):
        return _counted(s, num)
    if done := _compound(s, i) or phone(s, i):
        return done
    num = _bare_number(s, i)
    assert num is not None
    if done := _clock(s, num):
        return done
    if not num.values:
        return s.add("identifier", s.words[i], i, num.end - 1)
    return _counted(s, signed(s, num))


@ENGLISH.begins("minus")
def negative(s: Scan, i: int) -> int:
    """Minus 20, minus twenty degrees, negative 3; not 'tested negative three times'."""
    k = i + 1
    num = _bare_number(s, k) if s.spaced(k) and (s.figure(k) or s.words[k] in s.number) else None
    weight = num.weight if num else "hard"
    if not (num := negated(s, num, i)):
        return 0
    if s.words[i] == "negative" and weight == "faint":
        num = num._replace(weight="soft")  # 'the negative one'
    if i > 0 and s.cue(i - 1, "before result"):
        return 0
    return _counted(s, num)


@ENGLISH.begins("article", then="unit")
def article_with_unit(s: Scan, i: int) -> int:
    """A year, which may be '1 năm'; a year and a half."""
    if s.words[i + 1] not in s.phrases["unit"] or s.words[i + 1] == "second" or not s.spaced(i + 1):
        return 0
    if not (unit := s.phrase(i + 1, "unit")):
        return 0
    symbol, last = unit
    if s.follow(last + 1, "and", "a", "half"):
        return s.add("measure", 3 * _HALF, i, last + 3, "soft", unit=symbol, precision=1)
    return s.add("measure", 1, i, last, "faint", unit=symbol)


ENGLISH.begins("hour", "holiday")(fixed_phrase)


@ENGLISH.begins("month")
def month_first(s: Scan, i: int) -> int:
    """March 12, 2025; March 2025; March."""
    if not s.capital(i):
        return 0
    month, k = s.table["month"][s.words[i]], i + 1
    dotted = s.gaps[k] in (". ", ".") and len(s.words[i]) <= 4 and s.words[i] != "may"
    if dotted or s.gaps[k] in (" ", "-", "\N{NO-BREAK SPACE}", ", "):
        k += s.words[k] == "the"
        day = _day_at(s, k) if s.gaps[k] != ", " else None
        if day:
            return _days_of(s, month, i, *day)
        if year := year_at(s, k):
            return s.add("date", (year, month, None), i, k)
    return s.add("date", (None, month, None), i, i, _weight_of_month(s, i))


def _days_of(s: Scan, month: int, first: int, day: int, last: int) -> int:
    """March 11, 2025; March 11-13, 2025, whose second day has the same month."""
    year = None
    if s.gaps[last + 1] in (", ", " ", "., ", ",", "\N{NO-BREAK SPACE}") and (year := year_at(s, last + 1)):
        last += 1
    done = s.add("date", (year, month, day), first, last)
    k = done + (not s.figure(done))
    joined = s.gaps[done] in DASHES or (s.words[done] in ("to", "and", "through", "until") and s.spaced(done))
    second = _day_at(s, k) if joined and (k == done or s.spaced(k)) else None
    if not second or s.words[second[1] + 1] in s.table["month"]:
        return done
    end, later = second[1], None
    if s.gaps[end + 1] in (", ", " ") and (later := year_at(s, end + 1)):
        end += 1
    if k == done or later or s.gaps[end + 1][:1] in (",", ".", "\n", ";", ")"):
        return s.add("date", (later, month, second[0]), k, end)
    return done


def _weight_of_month(s: Scan, i: int) -> Weight:
    """How much a month's name alone tells: 'may' is mostly a verb, and June Smith a person."""
    word = s.words[i]
    sure = i > 0 and s.cue(i - 1, "before month") and s.spaced(i)
    if s.cue(i, "doubtful month") and not sure:
        alone = s.n == 1 if word in ("may", "march") else s.gaps[i + 1].startswith(".")
        if not alone:
            return "faint"
    return "faint" if not sure and s.cue(i, "like a name") and _named(s, i) else "hard"


def _named(s: Scan, i: int) -> bool:
    """Whether a capitalised word follows, as in June Smith."""
    return s.gaps[i + 1] == " " and s.words[i + 1][:1].isalpha() and s.capital(i + 1)


@ENGLISH.begins("weekday")
def weekday(s: Scan, i: int) -> int:
    """Monday; Sun only beside figures or a stop, and hardly in The Sunday Telegraph."""
    if not s.capital(i):
        return 0
    if s.cue(i, "short day"):
        gap = s.gaps[i + 1]
        listed = i > 0 and s.gaps[i] in DASHES and s.cue(i - 1, "short day")  # Mon-Fri
        following = s.words[i + 1]
        beside = following[:1].isdecimal() or following in s.table["month"] or gap.strip() in ("-", "–")
        if not (listed or beside):
            # '(Sun)', 'on Thu, we'; but 'Mr. Thu, sit down', 'far from the Sun.'
            stops = s.n == 1 or gap[:1] in (".", ",")
            return s.add("weekday", s.table["weekday"][s.words[i]], i, i, "faint") if stops else 0
    named = i > 0 and s.words[i - 1] == "the" and _named(s, i)
    return s.add("weekday", s.table["weekday"][s.words[i]], i, i, "faint" if named else "hard")


@ENGLISH.begins("many")
def approximate(s: Scan, i: int) -> int:
    """Tens of thousands, hundreds of millions of dollars, dozens."""
    many = s.table["many"]
    value, last = many[s.words[i]], i
    while s.words[last + 1] == "of" and s.words[last + 2] in many and last < i + 4:
        last += 2
        value *= many[s.words[last]]
    return s.add("approximate", value, i, last, "soft")


@ENGLISH.begins("part")
def half_or_quarter(s: Scan, i: int) -> int:
    """Half, half a million, a quarter of an hour, half past two, half a percent, the second quarter."""
    part = 4 if s.words[i] == "quarter" else 2
    value, end = Fraction(1, part), i + 1
    of = end + (s.words[end] == "of")
    a = of + s.cue(of, "article")
    if (a > of or a == end) and (factor := s.scale.get(s.words[a])):
        return s.add("cardinal", simple(value * factor), i, a, "soft")
    if s.words[end] in ("past", "to", "after", "till") and (hour := _hour_at(s, end + 1)):
        return _from_hour(s, 60 // part if s.words[end] in ("past", "after") else -60 // part, hour, i, end + 1, "soft")
    if a > end and s.words[a] in ("percentage", "percent"):
        return s.add("percent", value, i, a + (s.words[a + 1] == "point"), precision=part // 2)
    if (unit := s.phrase(a, "unit")) and s.gaps[a] in LINKS:
        return s.add("measure", value, i, unit[1], "soft", (Reading("fraction", value),), unit[0])
    # half-time, first half, the fourth quarter: a part with a number of its own
    named = part == 4 or s.words[end] in ("time", "way") or (i > s.floor and s.cue(i - 1, "before part"))
    return s.add("fraction", value, i, i, "faint" if named else "soft")


def _from_hour(
    s: Scan, minutes: int, hour: int, first: int, last: int, weight: Weight, others: tuple[Reading, ...] = ()
) -> int:
    """Add a time so many minutes past or to an hour, and the part of the day behind it."""
    part, after = _part_of_day(s, last + 1)
    clock = hour % 12 * 60 + minutes
    times = tuple(sorted({time % 1440 for time in _either_half(clock, part)}))
    return s.add("time", times, first, after if part else last, weight, others)


@ENGLISH.behind("minutes past")
def minutes_past(s: Scan, num: Num) -> int:
    """Five past three, twenty minutes to eight, ten to six; not 'from ten to twelve'."""
    named = s.words[num.end] in ("minute", "minutes")
    k, minutes = num.end + named, num.whole
    word, hour = s.words[k], _hour_at(s, k + 1)
    if not hour or not 0 < minutes < 60 or s.gaps[num.end] not in SPACES or not s.spaced(k + 1):
        return 0
    past = word in ("past", "after")
    if not (past or word in ("to", "before", "till")) or (word in ("after", "before") and not named):
        return 0
    behind = s.words[k + 2]
    closed = not behind or not s.spaced(k + 2) or s.cue(k + 2, "function") or s.cue(k + 2, "after hour")
    if not closed or s.scale.get(behind):
        return 0
    if word == "to" and not named:
        round_minutes = minutes % 5 == 0 and minutes < 30 and not num.figures
        if not round_minutes or (num.first > s.floor and s.cue(num.first - 1, "before range")):
            return 0
    others = () if named else (Reading("identifier", f"{minutes}/{hour}"),)
    return _from_hour(
        s, minutes if past else -minutes, hour, num.first, k + 1, "hard" if named or past else "soft", others
    )


def _hour_at(s: Scan, i: int) -> int:
    """An hour of the clock, 1 to 12, at token i, else 0."""
    value = s.number.get(s.words[i], 0) or max(figures_at(s, i, most=12), 0)
    return value if value <= 12 else 0


@ENGLISH.begins("ordinal")
def ordinal_word(s: Scan, i: int) -> int:
    """First, the third, which may be a part of three; a second is a unit of time in 'per second'."""
    word = s.words[i]
    if word == "second" and i > 0 and s.cue(i - 1, "before second") and s.words[i + 1] in ("", "and", "or"):
        return 0
    value = s.table["ordinal"][word]
    parts = 0 if word == "second" else s.table["denominator"].get(word, 0)
    others = (Reading("fraction", Fraction(1, parts)),) if parts else ()
    return _after_ordinal(s, value, i, i, "soft" if value <= 10 else "hard", others)


_NEAR_MONTH: Final = 6  # tokens between 'the third month' and 'the tenth' of its days


def _month_by_ordinal(s: Scan, k: int) -> tuple[int, int] | None:
    """Number and last token of 'the third (lunar) month' from token k on."""
    k += s.words[k] == "the"
    figures = figures_at(s, k, most=12) if s.cue(k + 1, "ordinal ending") and s.gaps[k + 1] == "" else -1
    month = figures if figures > 0 else s.table["ordinal"].get(s.words[k], 0)
    k += 1 + (figures > 0)
    k += s.words[k] == "lunar"
    return (month, k) if 1 <= month <= 12 and s.words[k] == "month" and s.spaced(k) else None


def _after_ordinal(s: Scan, value: int, first: int, last: int, weight: Weight, others: tuple[Reading, ...] = ()) -> int:
    """An ordinal at [first, last]: of a century, of a month, or alone."""
    following, gap = s.words[last + 1], s.gaps[last + 1]
    if following in ("century", "centuries") and gap in LINKS:
        return s.add("century", value, first, last + 1)
    day = following == "day" and s.spaced(last + 1)
    of = last + 1 + day
    k = of + (s.words[of] == "of")
    if s.words[k] in s.table["month"] and s.capital(k) and s.gaps[k] in SPACES and 1 <= value <= 31:
        return _day_first(s, value, first, k)
    if k > of and value <= 31 and (month := _month_by_ordinal(s, k)):
        return s.add("date", (None, month[0], value), first, month[1])
    if day and value <= 31 and (before := s.made[-1] if s.made else None) and before.last >= first - _NEAR_MONTH:
        # in the third month, on the tenth day
        month_before = [reading.value[1] for reading in before.others if isinstance(reading.value, tuple)]
        if before.kind == "ordinal" and s.words[before.last + 1] == "month" and month_before:
            others += (Reading("ordinal", value),)
            return s.add("date", (None, month_before[0], value), first, last + 1, "hard", others)
    if following == "lunar" or (following == "month" and value <= 12):
        others += (Reading("date", (None, value, None)),)
    if following in ("quarter", "half") and gap in LINKS and value <= 4:
        return s.add("ordinal", value, first, last + 1, weight, (*others, Reading("ordinal", value)), following)
    return s.add("ordinal", value, first, last, weight, others)


@ENGLISH.begins("number", "scale")
def number_in_words(s: Scan, i: int) -> int:
    """Twenty-one people, nine million dollars, at eight thirty, several thousand, one in five."""
    num = _number_words(s, i)
    assert num is not None
    if num.end == i + 1 and s.words[i] in s.number and s.words[num.end] not in s.number:
        return _counted(s, num)  # most are one word
    if done := _clock_words(s, num):
        return done
    value = num.values[0]
    if i > s.floor and s.words[i] in s.scale and s.cue(i - 1, "some"):
        # 'several thousand' is 'vài nghìn', 'a few dozen' 'vài chục'
        return s.add("approximate", value // 12 * 10 if value % 12 == 0 else value, i, num.end - 1, "soft")
    if done := _two_numbers(s, num):
        return done
    if num.end == i + 2 and s.words[i] in ("ten", "hundred") and s.words[i + 1] in s.table["many"]:
        # David slew his ten thousands
        return s.add("cardinal", value, i, i + 1, "soft", (Reading("approximate", value),))
    done = _counted(s, num)
    if s.words[i + 1] == "and" and num.end == i + 3 and s.words[i] in s.number:  # between the ages of three and twenty
        parts = Reading("identifier", f"{s.number[s.words[i]]}/{s.number[s.words[i + 2]]}")
        s.made[-1] = s.made[-1]._replace(others=(*s.made[-1].others, parts))
    return done


def _two_numbers(s: Scan, num: Num) -> int:
    """Seven-thirty, two fifty, one-eighty thousand: a time, a price or hundreds; 0 where none."""
    i, end = num.first, num.end
    if end > i + 2 or (s.words[end] not in s.number and s.words[i + 1] not in s.number):
        return 0
    first = num.whole
    if end == i + 2 and 1000 < first < 1300 and s.words[i + 1] in s.number:  # ten thirty
        clock = (Reading("time", _either_half(first // 100 % 12 * 60 + first % 100, "")),) if first % 100 < 60 else ()
        return s.add_number("cardinal", num, end - 1, "", *clock) if _stands_for_itself(s, end) else 0
    if end != i + 1 or not 0 < first < 13 or s.number.get(s.words[end], 0) < 10 or s.gaps[end] not in LINKS:
        return 0
    value, k = s.number[s.words[end]], end + 1
    if value >= 20 and 0 < s.number.get(s.words[k], 0) < 10 and s.gaps[k] in LINKS:
        value, k = value + s.number[s.words[k]], k + 1
    if value >= 100:
        return 0
    factor = s.scale.get(s.words[k], 0) if s.gaps[k] in LINKS else 0
    if factor:
        return _counted(s, Num((int((first * 100 + value) * factor),), 0, i, k + 1, False, "hard"))
    if not _stands_for_itself(s, k):
        return 0
    others = [Reading("cardinal", simple(first + Fraction(value, 100))), Reading("identifier", f"{first}/{value}")]
    if value < 60:
        part, after = _part_of_day(s, k)
        others.append(Reading("time", _either_half(first % 12 * 60 + value, part)))
        k = after + 1 if part else k
    return s.add("cardinal", first * 100 + value, i, k - 1, "hard", tuple(others))


def _stands_for_itself(s: Scan, k: int) -> bool:
    """Whether at token k stands nothing that a number counts or goes on with: seven twenty-year-olds."""
    word = s.words[k]
    return s.gaps[k] not in HYPHENS and not (s.phrase(k, "unit") or s.phrase(k, "currency")) and word not in s.number


def _clock_words(s: Scan, num: Num) -> int:
    """At eight thirty; 0 where none."""
    i, end = num.first, num.end
    if not (i > 0 and s.cue(i - 1, "before clock") and num.values[0] in range(1, 13) and s.words[end] in s.number):
        return 0
    minute = _number_words(s, end) if s.gaps[end] in (" ", "-", "- ") else None
    if minute is None or minute.values[0] not in range(10, 60):
        return 0
    part, after = _part_of_day(s, minute.end)
    times = _either_half(int(num.values[0]) % 12 * 60 + int(minute.values[0]), part)
    return s.add("time", times, i, after if part else minute.end - 1, "soft")


@ENGLISH.begins("decade")
def decade_word(s: Scan, i: int) -> int:
    """The eighties."""
    value = s.table["decade"][s.words[i]]
    return decade(s, value, i, i, "soft", Reading("cardinal", value))


@ENGLISH.begins("letter")
def roman_letter(s: Scan, i: int) -> int:
    """Chapter V; alone, I, V and X are letters."""
    if i > s.floor and s.cue(i - 1, "before roman") and s.written(i).isupper() and s.spaced(i):
        return s.add("ordinal", read_roman(s.words[i]), i, i, "faint")
    return 0


ENGLISH.begins("roman")(roman_numeral)


@ENGLISH.begins("multiple")
def multiple_word(s: Scan, i: int) -> int:
    """Twice, fourfold, tripled."""
    return s.add(
        "multiple", s.table["multiple"][s.words[i]], i, i, "faint" if s.cue(i, "doubtful multiple") else "soft"
    )


ENGLISH.begins("faint")(fixed_phrase)


# What a number counts -------------------------------------------------------------------------------------------------


def _counted(s: Scan, num: Num) -> int:
    """Read a number with what stands before and behind it."""
    if done := currency_before(s, num):
        return done
    if s.words[num.end] in ("in", "out") and (done := _ratio(s, num)):
        return done
    if s.words[num.end] == "below" and _below_zero(s, num.end):
        return s.add_number("cardinal", num._replace(values=num.times(-1)), num.end + 1)
    for rule in s.grammar.following.get(s.words[num.end], ()):
        if done := rule(s, num):
            return done
    return _alone(s, num)


def _below_zero(s: Scan, k: int) -> bool:
    """Whether from token k on stands 'below zero'."""
    return s.words[k] == "below" and s.words[k + 1] in ("zero", "0", "freezing") and s.spaced(k + 1)


def _ratio(s: Scan, num: Num) -> int:
    """One in five, 3 out of 4: a fraction, or both its numbers; 0 where none."""
    k, value = num.end + 1, num.values[0]
    if s.words[num.end] == "out":
        k += 1
        if s.words[num.end + 1] != "of":
            return 0
    elif value != 1:
        return 0
    k += s.words[k] == "every"
    whole = _bare_number(s, k) if s.figure(k) or s.words[k] in s.number else None
    if whole is None or not whole.values or not value < whole.values[0] <= 1000 or value.denominator != 1:
        return 0
    if s.phrase(whole.end, "unit") and s.words[whole.end] not in ("people", "persons"):
        return 0
    parts = (Reading("identifier", f"{value}/{whole.values[0]}"),)
    share = simple(Fraction(value) / whole.values[0])
    return s.add("fraction", share, num.first, whole.end - 1, "hard" if whole.figures else "soft", parts)


@ENGLISH.behind("ordinal")
def tens_with_ordinal(s: Scan, num: Num) -> int:
    """Twenty-first."""
    value, last_digit = num.values[0], s.table["ordinal"][s.words[num.end]]
    if not num.figures and last_digit < 10 and s.gaps[num.end] in LINKS and value % 10 == 0 and value % 100 >= 20:
        return _after_ordinal(s, int(value) + last_digit, num.first, num.end, "hard")
    return 0


ENGLISH.behind("percent")(percent)


@ENGLISH.behind("ordinal ending")
def figures_with_ordinal_ending(s: Scan, num: Num) -> int:
    """80th."""
    glued = num.figures and s.gaps[num.end] == ""
    return _after_ordinal(s, num.whole, num.first, num.end, "hard") if glued else 0


@ENGLISH.behind("decade ending")
def decade_in_figures(s: Scan, num: Num) -> int:
    """The 1990s, the 90's."""
    gap, value = s.gaps[num.end], num.whole
    if num.figures and value >= 0 and value % 10 == 0 and (gap == "" or (gap in ("'", "’") and value)):
        return decade(s, value, num.first, num.end, "hard", Reading("cardinal", value))
    return 0


@ENGLISH.behind("times sign")
def figures_with_x(s: Scan, num: Num) -> int:
    """3x; not 3x4."""
    if num.figures and s.gaps[num.end] == "" and not s.words[num.end + 1][:1].isdecimal():
        return s.add_number("multiple", num, num.end)
    return 0


@ENGLISH.behind("month")
def day_before_month(s: Scan, num: Num) -> int:
    """12 March (2025)."""
    end, day = num.end, num.whole
    if num.figures and 1 <= day <= 31 and s.capital(end) and s.gaps[end] in SPACES | HYPHENS:
        return _day_first(s, day, num.first, end)
    return 0


@ENGLISH.behind("denominator")
def fraction_in_words(s: Scan, num: Num) -> int:
    """Two thirds, three quarters; 3 third is none."""
    word, gap, whole = s.words[num.end], s.gaps[num.end], num.whole
    if word == "half" or not 0 < whole < 20 or not (gap == " " or gap in HYPHENS):
        return 0
    if (num.figures and word in ("third", "fourth", "fifth")) or (word == "quarter" and whole > 3):
        return 0
    share = simple(Fraction(whole, s.table["denominator"][word]))
    k = num.end + 2
    if s.follow(num.end + 1, "of") and s.words[k] in ("a", "an") and (unit := s.phrase(k + 1, "unit")):
        return s.add("measure", share, num.first, unit[1], "soft", (Reading("fraction", share),), unit[0])
    return s.add("fraction", share, num.first, num.end, "soft")


@ENGLISH.behind("currency")
def money(s: Scan, num: Num) -> int:
    """9 billion dollars; not 'in 2014 won'."""
    if s.words[num.end] == "won" and year_at(s, num.first):
        return 0
    done = currency_behind(s, num)
    k = done + (s.words[done] == "and")
    if done and s.spaced(k) and (s.figure(k) or s.words[k] in s.number) and (cents := _bare_number(s, k)):
        return with_cents(s, cents.whole, cents.end - 1) or done
    return done


@ENGLISH.behind("unit")
def measure(s: Scan, num: Num) -> int:
    """1.2 km, 29-year-old, two hours and a half, 6-foot-6, 80 degrees C."""
    word, gap = s.words[num.end], s.gaps[num.end]
    unit = s.phrase(num.end, "unit") if gap in LINKS else None
    if unit is None or (gap == " " and (word == "in" or (word in ("l", "t", "w", "g") and not _ends_unit(s, num)))):
        return 0
    if gap == "" and len(word) == 1 and (word not in "mgl°w" or (word in "mgl" and s.capital(num.end))):
        return 0  # 5G
    symbol, last = unit
    last += s.cue(last + 1, "old") and s.gaps[last + 1] in LINKS
    if symbol in ("h", "min", "year", "month", "week", "day", "decade") and s.follow(last + 1, "and", "a", "half"):
        return s.add("measure", num.values[0] + _HALF, num.first, last + 3, num.weight, (), symbol, 1)
    if symbol in ("h", "ft") and (done := _second_unit(s, num, symbol, last)):
        return done
    symbol, last = degrees(s, symbol, last)
    if _below_zero(s, last + 1):
        num, last = num._replace(values=num.times(-1), weight="hard"), last + 2
    return s.add_number("measure", num, last, symbol)


def _ends_unit(s: Scan, num: Num) -> bool:
    """Whether a letter behind figures and a space stands alone, as in '300 g': no t-shirt and no w/o."""
    return (
        num.figures
        and s.written(num.end).islower() is (s.words[num.end] in ("g", "l", "t"))
        and (s.gaps[num.end + 1][:1] not in ("-", "/", "'", "’", "."))
    )


def _second_unit(s: Scan, num: Num, symbol: str, last: int) -> int:
    """3 hours and 45 minutes, 6-foot-6, 5 feet 11 inches: one measure of two units; 0 where it is none."""
    k = last + 1 + (s.words[last + 1] == "and")
    joints = (" ", "-", ", ", "")
    if num.values[0].denominator != 1 or s.gaps[last + 1] not in joints or s.gaps[k] not in joints:
        return 0
    small = figures_at(s, k, most=59)
    small = s.number.get(s.words[k], -1) if small < 0 else small
    if small < 0:
        return 0
    unit = s.phrase(k + 1, "unit")
    lower, ratio = ("min", 60) if symbol == "h" else ("in", 12)
    if unit and unit[0] == lower and s.gaps[k + 1] in LINKS:
        k = unit[1]
    elif symbol == "h" or small >= ratio or s.gaps[k] != "-":
        return 0
    return s.add("measure", simple(num.values[0] + Fraction(small, ratio)), num.first, k, "hard", (), symbol, 2)


def _alone(s: Scan, num: Num) -> int:
    """A number that nothing behind explains: 5G, G7, COVID-19, VSIP 2.0, 1430 GMT, 5m, '71, or a plain number."""
    i, end, value = num.first, num.end, num.values[0]
    if not num.figures:
        return s.add_number("cardinal", num, end - 1)
    if done := glued_name(s, num):
        return done
    if end == i + 1:
        if done := name_with_figures(s, num) or _version(s, num) or _military_time(s, num):
            return done
        if (s.gaps[i][-1:] in _APOSTROPHES or s.gaps[i].strip() in _APOSTROPHES) and len(s.words[i]) == 2:
            years = (Reading("date", (century + int(value), None, None)) for century in (1900, 2000, 1800))
            return s.add_number("cardinal", num, i, "", *years)
    elif end == i + 2 and s.gaps[i + 1] == "":
        if s.words[i + 1] == "m":
            metres = (Reading("measure", length, "m") for length in num.times(Fraction(1, 10**6)))
            return s.add_number("cardinal", num, i + 1, "", *metres)
        return s.add_number("cardinal", num, i + 1, "", Reading("identifier", s.words[i] + s.words[i + 1]))
    return s.add_number("cardinal", num, end - 1)


def _version(s: Scan, num: Num) -> int:
    """VSIP 2.0; 0 where none."""
    i = num.first
    if num.precision != 1 or i <= s.floor or s.gaps[i] not in SPACES:
        return 0
    before = s.words[i - 1]
    if not (before.isalpha() and before.isascii()) or (s.cue(i - 1, "function") and i > 1):
        return 0
    if before in ("version", "v") or (s.capital(i - 1) and not s.cue(i - 1, "function")):
        return s.add("identifier", s.words[i], i, i, "hard", (Reading("cardinal", num.values[0]),), "version", 1)
    return 0


def _military_time(s: Scan, num: Num) -> int:
    """1430 GMT; 0 where none."""
    i, value = num.first, num.whole
    if len(s.words[i]) == 4 and s.cue(i + 1, "after clock") and 1000 <= value < 2400 and value % 100 < 60:
        clock = value // 100 * 60 + value % 100
        return s.add("time", (clock,), i, i, "hard", (Reading("cardinal", value),))
    return 0


# Dates and times ------------------------------------------------------------------------------------------------------


def _day_first(s: Scan, day: int, first: int, k: int) -> int:
    """12 March (2025): the day is read, the month is at token k."""
    month, year = s.table["month"][s.words[k]], None
    if s.gaps[k + 1] in (" ", ", ", "-", ". ", ".,", "., ", " of ", "\N{NO-BREAK SPACE}"):
        year = year_at(s, k + 1)
    return s.add("date", (year, month, day), first, k + bool(year))


def _day_at(s: Scan, i: int) -> tuple[int, int] | None:
    """A day of the month at token i, in figures with or without their ending or as an ordinal, and its last token."""
    day, gap = figures_at(s, i, most=31), s.gaps[i + 1]
    if day < 1:
        ordinals = s.table["ordinal"]
        if s.words[i] in ordinals:
            return (ordinals[s.words[i]], i) if ordinals[s.words[i]] <= 31 else None
        tens, ones = s.number.get(s.words[i], 0), ordinals.get(s.words[i + 1], 0)
        return (
            (tens + ones, i + 1) if tens in (20, 30) and 0 < ones < 10 and gap in LINKS and tens + ones < 32 else None
        )
    if gap == "" and s.cue(i + 1, "ordinal ending"):
        return day, i + 1
    if (gap == "" and s.words[i + 1][:1].isalpha()) or gap == ":":
        return None
    return None if s.words[i + 1] in ("%", "percent", "million", "billion") else (day, i)


def _compound(s: Scan, i: int) -> int:
    """What figures are joined by a mark: 6'2", 1939-45, 2025-03-26, 3/12/2025, 30/2020/ND-CP, 2/3; 0 where none."""
    gap = s.gaps[i + 1]
    if gap in _FEET:
        return _feet_and_inches(s, i)
    if gap not in ("/", "-", "–", "."):
        return 0
    if done := year_span(s, i) or (gap == s.gaps[i + 2] and _full_date(s, i)):
        return done
    return _slashed(s, i) if gap == "/" and s.words[i + 1].isdecimal() else 0


def _feet_and_inches(s: Scan, i: int) -> int:
    """6'2"; 0 where none."""
    feet, inches = figures_at(s, i, most=8), figures_at(s, i + 1, most=11)
    if feet > 0 and inches >= 0 and s.gaps[i + 2][:1] in _INCHES:
        return s.add("measure", simple(feet + Fraction(inches, 12)), i, i + 1, unit="ft", precision=2)
    return 0


def _full_date(s: Scan, i: int) -> int:
    """2025-03-26, 3/12/2025, 3/12/25; 0 where none."""
    gap, third = s.gaps[i + 1], s.words[i + 2]
    if gap in "/-" and (year := year_at(s, i)):
        month, day = figures_at(s, i + 1, most=12), figures_at(s, i + 2, most=31)
        if month > 0 and day > 0 and len(s.words[i + 1]) == 2:
            return s.add("date", (year, month, day), i, i + 2)
    if gap not in "/-" or not (third[:1].isdecimal() and (len(third) == 4 or gap == "/")):
        return 0
    one, two = figures_at(s, i, most=31), figures_at(s, i + 1, most=31)
    year = year_at(s, i + 2) or (2000 + int(third) if len(third) == 2 and third.isdecimal() else None)
    ways = [(year, month, day) for month, day in ((one, two), (two, one)) if month <= 12]
    if one > 0 and two > 0 and year and ways:
        return s.add("date", ways[0], i, i + 2, "hard", tuple(Reading("date", way) for way in ways[1:]))
    return 0


def _slashed(s: Scan, i: int) -> int:
    """30/2020/ND-CP, 3/2025, 2/3, which may be a date; 0 where none."""
    following, third, gap = s.words[i + 1], s.words[i + 2], s.gaps[i + 2]
    if third.isalpha() and (gap == "/" or (gap == "" and len(following) == 4)):
        return document(s, i)
    if len(following) == 4 and (year := year_at(s, i + 1)) and (month := figures_at(s, i, most=12)) > 0:
        others: tuple[Reading, ...] = (Reading("identifier", f"{month}/{following}"),)
        return s.add("date", (year, month, None), i, i + 1, "hard", others)
    one, two = figures_at(s, i, 3, 999), figures_at(s, i + 1, 3, 999)
    if one < 0 or two <= 0 or gap == "/":
        return 0
    dates = [(None, month, day) for month, day in ((one, two), (two, one)) if 1 <= month <= 12 and 1 <= day <= 31]
    others = (Reading("identifier", f"{one}/{two}"), *(Reading("date", date) for date in dates))
    return s.add("fraction", simple(Fraction(one, two)), i, i + 1, "hard", others)


def _part_of_day(s: Scan, i: int) -> tuple[str, int]:
    """'am' or 'pm' written from token i on, and its last token; an empty text where none."""
    word, gap = s.words[i], s.gaps[i]
    if gap in ("", " ", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"):
        if word in ("am", "pm"):
            return word, i
        if word in ("a", "p") and s.words[i + 1] == "m" and s.gaps[i + 1] in (".", ". "):
            return word + "m", i + 1
    if gap == " " and word in ("in", "at"):
        k = i + 1 + (s.words[i + 1] == "the")
        if s.cue(k, "time of day"):
            return ("am" if s.words[k] == "morning" else "pm"), k
    return "", i


def _either_half(clock: int, part: str) -> tuple[int, ...]:
    """Minutes since midnight of a clock time before noon, or both ways where no part of the day is told."""
    return (clock + 720,) if part == "pm" else (clock,) if part else (clock, clock + 720)


_BEHIND_HOURS: Final = frozenset(("am", "pm", "a", "p", "in", "at", "oclock", "o"))


def _clock(s: Scan, num: Num) -> int:
    """2:30 p.m., 14:30, 7.55am, 2 pm, 10 o'clock; 0 where none."""
    i, end = num.first, num.end
    if end != i + 1 or (s.gaps[end] != ":" and s.words[end] not in _BEHIND_HOURS):
        return 0
    if not (written := _hour_and_minute(s, num)):
        return 0
    hour, minute, end = written
    colon = end > i + 1
    part, last = _part_of_day(s, end)
    if part and not (s.cue(last, "time of day") and not colon and hour > 12):
        if hour > 12:
            return s.add("time", (hour * 60 + minute,), i, last)
        times = _either_half(hour % 12 * 60 + minute, part)
        return s.add("time", (*times, times[0] - 720) if s.words[last] == "night" else times, i, last)
    if s.words[end] == "oclock" or s.follow(end, "o", "clock"):
        last = end + (s.words[end] == "o")
        part, after = _part_of_day(s, last + 1)
        return s.add("time", _either_half(hour % 12 * 60, part), i, after if part else last)
    if not colon:
        return 0
    clock = hour * 60 + minute
    times = (clock, clock + 720) if 1 <= hour < 12 else (clock % 1440,)
    return s.add("time", times, i, end - 1, "hard", (Reading("identifier", f"{hour}:{minute}"),))


def _hour_and_minute(s: Scan, num: Num) -> tuple[int, int, int] | None:
    """The hour, the minute and the token behind, of 14:30, 14:30:00, 7.55 or 2."""
    i, end = num.first, num.end
    hour = figures_at(s, i, most=24)
    if hour >= 0:
        if s.gaps[end] != ":" or len(s.words[end]) != 2:
            return hour, 0, end
        minute, end = figures_at(s, end, most=59), end + 1
        if s.gaps[end] == ":" and len(s.words[end]) == 2 and figures_at(s, end, most=59) >= 0:
            end += 1
        return (hour, minute, end) if minute >= 0 else None
    head, mark, tail = s.words[i].partition(".")
    if num.precision == 2 and mark and head.isdecimal() and tail.isdecimal() and len(head) <= 2:
        return (int(head), int(tail), end) if int(head) <= 24 and int(tail) < 60 else None
    return None
