"""English quantities: figures, number words, money, dates, times and measures in an English text."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from aligner.numbers.quantities import (
    DASHES,
    FRACTION_SIGNS,
    HYPHENS,
    ROMANS,
    SPACES,
    Kind,
    Lexicon,
    Made,
    Num,
    Number,
    Quantity,
    Reading,
    Tokens,
    Weight,
    figures_at,
    find_phrase,
    find_spots,
    finish,
    further,
    is_group,
    is_negative,
    lexicon,
    read_document,
    read_figures,
    read_mixed,
    read_phone,
    read_roman,
    read_year_span,
    share_scales,
    simple,
    split,
    year_at,
)

_LINKS: Final = SPACES | HYPHENS | {""}
_BIG: Final = 1000  # scales from here on part a number word in groups
_MOST_WORDS: Final = 24  # of one number; a longer row of number words is no number
_SOFT_VALUES: Final = frozenset((*range(13), 100, 1000))  # of number words that either language may leave out
_ORDINAL_ENDS: Final = frozenset(("st", "nd", "rd", "th"))
_APOSTROPHES: Final = frozenset(("'", "’", "‘"))
_FEET: Final = frozenset(("'", "’", "′"))
_INCHES: Final = frozenset(('"', "”", "″", "'", "’"))
_RANGE_WORDS: Final = frozenset(("to", "and", "or"))
_SHORT_DAYS: Final = frozenset(("mon", "tue", "wed", "thu", "fri", "sat", "sun", "thur"))
_TIMES_OF_DAY: Final = frozenset(("morning", "afternoon", "evening", "night"))


def find_quantities(text: str) -> list[Quantity]:
    """Find the quantities of an English text, in order.

    Returns
    -------
    list of Quantity
        Sorted by place, not overlapping.

    Examples
    --------
    >>> [(q.kind, q.value, q.unit) for q in find_quantities("US$9 billion by March 12, 2025")]
    [('money', 9000000000, 'USD'), ('date', (2025, 3, 12), '')]
    """
    tokens = split(text)
    return finish(tokens, read(tokens), text)


def read(tokens: Tokens) -> list[Made]:
    """The quantities among the tokens of an English text, in order, without their spans."""
    words = lexicon("en")
    made: list[Made] = []
    done = 0
    for i in find_spots(tokens, words.vocabulary):
        if i >= done:
            done = _read(tokens, i, done, words, made)
    if made:
        share_scales(tokens, made, words.words["scale"], _RANGE_WORDS)
    return made


def _read(tokens: Tokens, i: int, floor: int, words: Lexicon, made: list[Made]) -> int:
    """Read what begins at token i, not reaching back before floor; return the token to go on from."""
    word = tokens.words[i]
    table = words.words
    if "/" < word < ":" or word in FRACTION_SIGNS:
        return _read_number(tokens, i, floor, words, made)
    if word in ("a", "an"):
        return _read_article(tokens, i, words, made)
    if word in ("noon", "midday", "midnight"):
        made.append(Made("time", (0,) if word == "midnight" else (720,), "", 0, i, i, "faint"))
        return i + 1
    if holiday := find_phrase(tokens, i, words.phrases["holiday"]):
        month, day = holiday[0].split("-")
        made.append(Made("date", (None, int(month), int(day)), "", 0, i, holiday[1], "faint"))
        return holiday[1] + 1
    if word in table["month"] and (end := _read_month(tokens, i, words, made)):
        return end
    if word in table["weekday"] and tokens.capital(i) and _is_weekday(tokens, i):
        named = i > 0 and tokens.words[i - 1] == "the" and _named(tokens, i)  # The Sunday Telegraph
        made.append(Made("weekday", table["weekday"][word], "", 0, i, i, "faint" if named else "hard"))
        return i + 1
    if word in table["many"]:
        return _read_many(tokens, i, floor, words, made)
    if word in ("half", "quarter", "halves") or (word in table["ordinal"] and not _is_second(tokens, i)):
        return _read_ordinal(tokens, i, floor, words, made)
    if word in table["number"] or word in table["scale"]:
        return _read_number(tokens, i, floor, words, made)
    if word in table["decade"]:
        return _decade(table["decade"][word], i, i, made, "soft")
    if word in ("i", "v", "x"):
        if (
            i > floor
            and tokens.words[i - 1] in words.cues["roman"]
            and tokens.written(i).isupper()
            and tokens.spaced(i)
        ):
            made.append(Made("ordinal", read_roman(word), "", 0, i, i, "faint"))
        return i + 1
    if roman := ROMANS.get(word):
        if tokens.written(i).isupper():
            made.append(Made("ordinal", roman, "", 0, i, i, "soft"))
        return i + 1
    if word in table["multiple"]:
        made.append(
            Made("multiple", table["multiple"][word], "", 0, i, i, "faint" if word in ("doubles", "once") else "soft")
        )
        return i + 1
    if word in table["faint"]:
        if word == "fortnight":
            made.append(Made("measure", 14, "day", 0, i, i, "faint"))
        else:
            made.append(Made("cardinal", table["faint"][word], "", 0, i, i, "faint"))
    return i + 1


def _read_article(tokens: Tokens, i: int, words: Lexicon, made: list[Made]) -> int:
    """'A year', which may be '1 năm'; a year and a half."""
    unit = find_phrase(tokens, i + 1, words.phrases["unit"]) if tokens.spaced(i + 1) else None
    if unit is None or tokens.words[i + 1] == "second":
        return i + 1
    symbol, last = unit
    if tuple(tokens.words[last + 1 : last + 4]) == ("and", "a", "half"):
        made.append(Made("measure", Fraction(3, 2), symbol, 1, i, last + 3, "soft"))
        return last + 4
    made.append(Made("measure", 1, symbol, 0, i, last, "faint"))
    return last + 1


def _is_second(tokens: Tokens, i: int) -> bool:
    """Whether 'second' is a unit of time here, as in 'per second'; a number before it has taken it already."""
    return (
        tokens.words[i] == "second"
        and i > 0
        and tokens.words[i - 1] in ("per", "a", "every", "each", "split")
        and (tokens.words[i + 1] in ("", "and", "or"))
    )


def _is_weekday(tokens: Tokens, i: int) -> bool:
    """Whether a capitalised day name is a day: short ones ('Sun') only beside figures or a stop."""
    if tokens.words[i] not in _SHORT_DAYS:
        return True
    gap = tokens.gaps[i + 1]
    if i and tokens.gaps[i] in DASHES and tokens.words[i - 1] in _SHORT_DAYS:
        return True  # Mon-Fri
    return gap.startswith(".") or tokens.words[i + 1][:1].isdecimal() or gap.strip() in ("-", "–", ",")


# Numbers ------------------------------------------------------------------------------------------------------------


def _bare_number(tokens: Tokens, i: int, words: Lexicon) -> Num | None:
    """The number written from token i on, in figures or in words, with its scale words."""
    word = tokens.words[i]
    if "/" < word < ":":
        return _figures(tokens, i, words)
    if word in FRACTION_SIGNS:
        return _scaled((FRACTION_SIGNS[word],), 0, tokens, i, i + 1, words, True)
    return _number_words(tokens, i, words)


def _figures(tokens: Tokens, i: int, words: Lexicon) -> Num:
    word = tokens.words[i]
    values, precision = read_figures(word, ".")
    end = i + 1
    if precision == 3 and len(values) == 1 and word[0] != "0" and "," not in word and word.find(".") <= 3:
        nouns = tokens.words[end : end + 2] if tokens.gaps[end] == " " else []
        if any(noun == "people" or (len(noun) > 3 and noun.endswith("s")) for noun in nouns):
            values = (*values, int(word.replace(".", "")))  # 1.500 households, in English written in Vietnam
    if len(word) <= 3 and word.isdecimal() and not word.startswith("0"):  # 1 500 000
        while end < i + 5 and is_group(tokens, end):
            values = (int(values[0]) * 1000 + int(tokens.words[end]),)
            end += 1
    if not values:
        return Num((), 0, i, end, True, "hard")
    if tokens.words[end] in FRACTION_SIGNS and tokens.gaps[end] in ("", " ") and precision == 0:
        values = (values[0] + FRACTION_SIGNS[tokens.words[end]],)
        end += 1
    return _scaled(values, precision, tokens, i, end, words, True)


def _scaled(
    values: tuple[Number, ...], precision: int, tokens: Tokens, first: int, end: int, words: Lexicon, figures: bool
) -> Num:
    """Take in the scale words behind a number: 1.5 million, $5bn, 10k, 3 dozen, 2 and a half million."""
    if end == first + 1 and figures and (mixed := read_mixed(tokens, end)):
        values = tuple(value + mixed for value in values)
        end += 2
    scale, suffix = words.words["scale"], words.words["suffix"]
    if tuple(tokens.words[end : end + 3]) == ("and", "a", "half"):
        values = tuple(value + Fraction(1, 2) for value in values)
        end += 3
    for _ in range(3):
        word, gap = tokens.words[end], tokens.gaps[end]
        if word in scale and gap in _LINKS:
            factor = scale[word]
        elif word in suffix and (gap == "" or (gap == " " and word in ("bn", "mn", "tn", "trn"))):
            if gap == "" and tokens.gaps[end + 1] == "" and tokens.words[end + 1][:1].isdecimal():
                break  # a part of a name: 5k3
            factor = suffix[word]
        else:
            break
        values = tuple(simple(Fraction(value * factor)) for value in values)
        end += 1
    return Num(values, precision, first, end, figures, "hard")


def _number_words(tokens: Tokens, i: int, words: Lexicon) -> Num | None:
    """Read number words: 'twenty-one', 'three hundred and five thousand', 'nineteen eighty-four', 'a dozen'."""
    number, scale = words.words["number"], words.words["scale"]
    total, current, last = 0, -1, 0  # current: the group below 1,000 being read, -1 for none
    k = i
    end = i
    while k < i + _MOST_WORDS:
        word = tokens.words[k]
        if k > i and tokens.gaps[k] not in _LINKS:
            break
        if word in number:
            value = number[word]
            if current < 0:
                current = value
            elif (100 <= current < 1000 and current % 100 == 0) or (
                0 < value < 10 and current % 10 == 0 and current % 100 >= 20
            ):
                current += value
            elif 10 <= current < 100 and value >= 10 and total == 0 and last != 2:
                current = current * 100 + value  # nineteen eighty
                last = 2
            else:
                break
        elif word in scale:
            factor = scale[word]
            if factor < _BIG:
                if current < 0 and k > i:
                    break
                current = (current if current >= 0 else 1) * factor
            elif current < 0 and k > i:
                total *= factor
            else:
                total += (current if current >= 0 else 1) * factor
                current = -1
        elif word == "score" and k > i and 0 < current < 10 and tokens.gaps[k] == " ":
            current *= 20
        elif word == "and" and k > i and tokens.words[k - 1] in scale and tokens.words[k + 1] in number:
            k += 1
            continue
        else:
            break
        k += 1
        end = k
    if end == i:
        return None
    value = total + max(current, 0)
    single = end == i + 1
    first = i
    weight: Weight = "soft" if value in _SOFT_VALUES and (single or end == i + 2) else "hard"
    if tokens.words[i] in scale and i and tokens.words[i - 1] in ("a", "an", "one") and tokens.gaps[i] in _LINKS:
        first = i - 1
    if value == 1 and single:
        weight = "faint"
    num = Num((value,), 0, first, end, False, weight)
    if tokens.words[end] == "point" and tokens.words[end + 1] in number:
        decimals = ""
        while tokens.words[end + 1 + len(decimals)] in number and len(decimals) < 6:
            decimals += str(number[tokens.words[end + 1 + len(decimals)]])[:1]
        exact = simple(value + Fraction(int(decimals), 10 ** len(decimals)))
        return _scaled((exact,), len(decimals), tokens, first, end + 1 + len(decimals), words, False)
    if tuple(tokens.words[end : end + 3]) == ("and", "a", "half"):
        if tokens.words[end - 1] in scale:  # a million and a half
            half = simple(Fraction(scale[tokens.words[end - 1]], 2))
            return num._replace(values=(value + half,), end=end + 3, weight="hard")
        return _scaled((value,), 0, tokens, first, end, words, False)
    return num


def _read_number(tokens: Tokens, i: int, floor: int, words: Lexicon, made: list[Made]) -> int:
    """Read a number and what it counts."""
    num = _bare_number(tokens, i, words)
    if num is None:
        return i + 1
    first = max(num.first, floor)
    i, end = num.first, num.end
    if num.figures and (done := _read_compound(tokens, i, made)):
        return done
    if num.figures and (phone := read_phone(tokens, i)):
        made.append(Made("identifier", phone[0], "phone", 0, i, phone[1]))
        return phone[1] + 1
    if num.figures and (done := _read_clock(tokens, num, made)):
        return done
    if (
        not num.figures
        and i > 0
        and tokens.words[i - 1] in words.cues["clock"]
        and num.values[0] in range(1, 13)
        and tokens.gaps[end] in (" ", "-", "- ")
        and tokens.words[end] in words.words["number"]
        and (minute := _number_words(tokens, end, words))
        and minute.values[0] in range(10, 60)
    ):
        clock = int(num.values[0]) % 12 * 60 + int(minute.values[0])  # at eight thirty
        part, after = _part_of_day(tokens, minute.end)
        minutes = (clock + 720,) if part == "pm" else (clock,) if part else (clock, clock + 720)
        made.append(Made("time", minutes, "", 0, i, after if part else minute.end - 1, "soft"))
        return made[-1].last + 1
    if not num.values:
        made.append(Made("identifier", tokens.words[i], "", 0, i, end - 1))
        return end
    if num.figures and (is_negative(tokens, i) or (i > floor and tokens.words[i - 1] == "minus")):
        num = num._replace(values=tuple(-value for value in num.values))
    value = num.values[0]
    some = i > floor and tokens.words[i - 1] in ("several", "few", "many", "couple")
    if some and not num.figures and tokens.words[i] in words.words["scale"]:
        # 'several thousand' is 'vài nghìn', 'a few dozen' 'vài chục'
        about = value // 12 * 10 if value % 12 == 0 else value
        made.append(Made("approximate", about, "", 0, i, end - 1, "soft"))
        return end
    if (currency := _currency_before(tokens, num.first, floor, words)) and tokens.words[end] not in ("percent", "%"):
        unit, first = currency
        last = end - 1
        if (behind := _currency_after(tokens, end, words)) and behind[0] not in ("CENT", "PENNY"):  # $5 USD
            last = behind[1]
            unit = behind[0] if unit == "dollar" else unit
        made.append(Made("money", value, unit, num.precision, first, last, "hard", further("money", num.values, unit)))
        return last + 1
    last_digit = words.words["ordinal"].get(tokens.words[end], 10)
    if not num.figures and last_digit < 10 and tokens.gaps[end] in _LINKS and value % 10 == 0 and value % 100 >= 20:
        return _after_ordinal(tokens, int(value) + last_digit, first, end, "hard", words, made)  # twenty-first
    if done := _read_ratio(tokens, num, words, made):
        return done
    return _read_counted(tokens, num, first, floor, words, made)


def _read_ratio(tokens: Tokens, num: Num, words: Lexicon, made: list[Made]) -> int:
    """One in five, 3 out of 4: a fraction, or both its numbers; 0 where none."""
    k, value = num.end, num.values[0]
    if value == 1 and tokens.words[k] == "in":
        k += 1
    elif tokens.words[k] == "out" and tokens.words[k + 1] == "of":
        k += 2
    else:
        return 0
    if not ("/" < tokens.words[k] < ":" or tokens.words[k] in words.words["number"]):
        return 0
    whole = _bare_number(tokens, k, words)
    if whole is None or not whole.values or not value < whole.values[0] <= 1000 or value.denominator != 1:
        return 0
    if find_phrase(tokens, whole.end, words.phrases["unit"]) and tokens.words[whole.end] not in ("people", "persons"):
        return 0
    parts = Reading("identifier", f"{value}/{whole.values[0]}")
    weight: Weight = "hard" if whole.figures else "soft"
    made.append(
        Made("fraction", simple(Fraction(value) / whole.values[0]), "", 0, num.first, whole.end - 1, weight, (parts,))
    )
    return whole.end


def _currency_before(tokens: Tokens, i: int, floor: int, words: Lexicon) -> tuple[str, int] | None:
    """Currency written before the number at token i, and its first token: US$, VND, €."""
    if i <= floor or tokens.gaps[i] not in ("", " "):
        return None
    for back in (3, 2, 1):
        first = i - back
        if first >= floor and (found := find_phrase(tokens, first, words.phrases["currency"])) and found[1] == i - 1:
            if back == 1 and tokens.words[first].isalpha() and not tokens.written(first).isupper():
                return None  # 'pound 5' is no money
            return found[0], first
    return None


def _currency_after(tokens: Tokens, i: int, words: Lexicon) -> tuple[str, int] | None:
    """Currency written behind a number, from token i on, and its last token."""
    if tokens.gaps[i] not in _LINKS:
        return None
    found = find_phrase(tokens, i, words.phrases["currency"])
    if found and tokens.words[found[1] + 1][:1].isdecimal() and tokens.gaps[found[1] + 1] == "":
        return None  # the sign of the next number
    return found


def _read_counted(tokens: Tokens, num: Num, first: int, floor: int, words: Lexicon, made: list[Made]) -> int:
    """Read the sign or the word behind a number: percent, money, unit, month, ordinal ending."""
    table, end = words.words, num.end
    word, gap = tokens.words[end], tokens.gaps[end]
    value, values, precision, weight = num.values[0], num.values, num.precision, num.weight
    whole = int(value) if value.denominator == 1 else -1

    def add(kind: Kind, unit: str, last: int, *more: Reading, hard: bool = False) -> int:
        others = further(kind, values, unit) + more
        made.append(Made(kind, value, unit, precision, first, last, "hard" if hard else weight, others))
        return last + 1

    if word == "percentage" and tokens.words[end + 1] in ("point", "points") and gap in _LINKS:
        return add("percent", "", end + 1, hard=True)
    if (word in ("percent", "%", "pct", "percentage") and gap in _LINKS) or (
        word == "per" and tokens.words[end + 1] == "cent"
    ):
        return add("percent", "", end + (word == "per"), hard=True)
    if gap == "" and num.figures:
        if word in _ORDINAL_ENDS:
            return _after_ordinal(tokens, whole, first, end, "hard", words, made)
        if word == "s" and whole >= 0 and whole % 10 == 0:
            return _decade(whole, first, end, made)
        if word == "x" and not tokens.words[end + 1][:1].isdecimal():
            return add("multiple", "", end)
    if gap in ("'", "’") and word == "s" and whole >= 10 and whole % 10 == 0 and num.figures:
        return _decade(whole, first, end, made)
    if gap in _LINKS:
        if (
            word in table["month"]
            and num.figures
            and 1 <= whole <= 31
            and tokens.capital(end)
            and gap in SPACES | HYPHENS
        ):
            return _day_first(tokens, whole, first, end, words, made)
        if (
            word in table["denominator"]
            and word not in ("half", "second")
            and 0 < whole < 20
            and (gap == " " or gap in HYPHENS)
            and not (num.figures and word in ("third", "fourth", "fifth"))
            and not (word == "quarter" and whole > 3)
        ):
            fraction = simple(Fraction(whole, table["denominator"][word]))
            made.append(Made("fraction", fraction, "", 0, first, end, "soft"))
            return end + 1
        currency = _currency_after(tokens, end, words)
        if currency and not (word == "won" and year_at(tokens, num.first)):  # 'in 2014 won'
            more = [Reading("measure", v, "lb") for v in values] if word in ("pound", "pounds") else []
            if currency[0] == "CENT":
                more = [Reading("money", simple(Fraction(v) / 100), "dollar") for v in values]
            return add("money", currency[0], currency[1], *more)
        if unit := find_phrase(tokens, end, words.phrases["unit"]):
            symbol, last = unit
            if not (
                gap == "" and len(word) == 1 and (word not in "mgl°w" or (word in "mgl" and tokens.capital(end)))
            ) and not (gap == " " and word in ("in", "l", "t", "w", "g")):
                if tokens.words[last + 1] in ("old", "olds") and tokens.gaps[last + 1] in _LINKS:
                    last += 1
                if symbol in ("h", "min", "year", "month", "week", "day", "decade") and tuple(
                    tokens.words[last + 1 : last + 4]
                ) == ("and", "a", "half"):
                    made.append(Made("measure", value + Fraction(1, 2), symbol, 1, first, last + 3, weight))
                    return last + 4
                if done := _second_unit(tokens, num, symbol, first, last, words, made):
                    return done
                if symbol == "deg" and tokens.words[last + 1] in ("c", "f") and tokens.gaps[last + 1] in (" ", ""):
                    symbol, last = "°" + tokens.words[last + 1].upper(), last + 1
                return add("measure", symbol, last)
    # A letter or a word glued on: 5G, 3D, 10K.
    if num.figures and gap == "" and word[:1].isalpha() and len(word) <= 4:
        name = "".join(tokens.words[num.first : end + 1])
        made.append(Made("identifier", name, "", 0, first, end, "hard", (Reading("cardinal", value),)))
        return end + 1
    if num.figures and num.end == num.first + 2 and tokens.words[end - 1] == "m" and tokens.gaps[end - 1] == "":
        return add("cardinal", "", end - 1, *(Reading("measure", simple(Fraction(v) / 10**6), "m") for v in values))
    if num.figures and num.end == num.first + 2 and tokens.gaps[end - 1] == "":
        return add("cardinal", "", end - 1, Reading("identifier", "".join(tokens.words[num.first : end])))
    if num.figures and num.end == num.first + 1:
        return _identifier_or_number(tokens, num, first, floor, words, made)
    return add("cardinal", "", end - 1)


def _second_unit(tokens: Tokens, num: Num, symbol: str, first: int, last: int, words: Lexicon, made: list[Made]) -> int:
    """3 hours and 45 minutes, 6-foot-6, 5 feet 11 inches: one measure of two units; 0 where it is none."""
    if symbol not in ("h", "ft") or num.values[0].denominator != 1:
        return 0
    k = last + 1 + (tokens.words[last + 1] == "and")
    if tokens.gaps[last + 1] not in (" ", "-", ", ", "") or tokens.gaps[k] not in (" ", "-", ", ", ""):
        return 0
    small = figures_at(tokens, k, most=59)
    if small < 0:
        small = words.words["number"].get(tokens.words[k], -1)
    if small < 0:
        return 0
    unit = find_phrase(tokens, k + 1, words.phrases["unit"])
    lower, ratio = ("min", 60) if symbol == "h" else ("in", 12)
    end = k
    if unit and unit[0] == lower and tokens.gaps[k + 1] in _LINKS:
        end = unit[1]
    elif symbol == "h" or small >= ratio or tokens.gaps[k] != "-":
        return 0
    value = simple(num.values[0] + Fraction(small, ratio))
    made.append(Made("measure", value, symbol, 2, first, end, "hard"))
    return end + 1


def _decade(value: int, first: int, last: int, made: list[Made], weight: Weight = "hard") -> int:
    others: tuple[Reading, ...] = ()
    if value < 100:
        others = (Reading("decade", 1900 + value), Reading("decade", 2000 + value), Reading("cardinal", value))
    made.append(Made("decade", value, "", 0, first, last, weight, others))
    return last + 1


def _identifier_or_number(tokens: Tokens, num: Num, first: int, floor: int, words: Lexicon, made: list[Made]) -> int:
    """G7, COVID-19, VSIP 2.0, or a plain number."""
    i = num.first
    value = num.values[0]
    others = further("cardinal", num.values, "")
    before = tokens.words[i - 1] if i > floor else ""
    if tokens.gaps[i][-1:] in _APOSTROPHES and len(tokens.words[i]) == 2:  # '71
        others += (Reading("date", (1900 + int(value), None, None)), Reading("date", (2000 + int(value), None, None)))
    if before.isalpha() and before.isascii():
        gap = tokens.gaps[i]
        if gap == "" or (gap in HYPHENS and tokens.written(i - 1).isupper() and len(before) <= 6):
            if before == "q" and 1 <= value <= 4:
                made.append(Made("ordinal", value, "", 0, i - 1, i, "hard", (Reading("identifier", f"q{value}"),)))
            else:
                made.append(
                    Made(
                        "identifier",
                        before + tokens.words[i],
                        "",
                        num.precision,
                        i - 1,
                        i,
                        "hard",
                        (Reading("cardinal", value),),
                    )
                )
            return i + 1
        if (
            num.precision == 1
            and gap in SPACES
            and (before in ("version", "v") or (tokens.capital(i - 1) and before not in words.cues["function"]))
            and (i == 1 or before not in words.cues["function"])
        ):
            made.append(
                Made(
                    "identifier",
                    tokens.words[i],
                    "version",
                    num.precision,
                    first,
                    i,
                    "hard",
                    (Reading("cardinal", value),),
                )
            )
            return i + 1
    if (
        len(tokens.words[i]) == 4
        and value >= 1000
        and tokens.words[i + 1] in ("gmt", "utc", "et", "hours")
        and value % 100 < 60
        and value < 2400
    ):
        minutes = int(value) // 100 * 60 + int(value) % 100
        made.append(Made("time", (minutes,), "", 0, first, i, "hard", (Reading("cardinal", value),)))
        return i + 1
    made.append(Made("cardinal", value, "", num.precision, first, i, "hard", others))
    return i + 1


# Fractions, ordinals, approximate quantities --------------------------------------------------------------------------


def _read_many(tokens: Tokens, i: int, floor: int, words: Lexicon, made: list[Made]) -> int:
    """Tens of thousands, hundreds of millions of dollars, dozens."""
    many = words.words["many"]
    value, last = many[tokens.words[i]], i
    while tokens.words[last + 1] == "of" and tokens.words[last + 2] in many and last < i + 4:
        last += 2
        value *= many[tokens.words[last]]
    made.append(Made("approximate", value, "", 0, i, last, "soft"))
    return last + 1


def _read_ordinal(tokens: Tokens, i: int, floor: int, words: Lexicon, made: list[Made]) -> int:
    """First, twenty-first (whose tens stand before), half, a third, a quarter of a million, the second quarter."""
    word, table = tokens.words[i], words.words
    before = tokens.words[i - 1] if i > floor else ""
    if word in ("half", "halves", "quarter"):
        value = Fraction(1, 2 if word != "quarter" else 4)
        end, first = i + 1, i
        if before in ("a", "one") and tokens.gaps[i] in _LINKS:
            first = i - 1
        k = end + (tokens.words[end] == "of")
        if tokens.words[k] in ("a", "an") and tokens.words[k + 1] in table["scale"]:
            made.append(
                Made("cardinal", simple(value * table["scale"][tokens.words[k + 1]]), "", 0, first, k + 1, "soft")
            )
            return k + 2
        if tokens.words[end] in table["scale"]:
            made.append(Made("cardinal", simple(value * table["scale"][tokens.words[end]]), "", 0, first, end, "soft"))
            return end + 1
        if tokens.words[end] in ("past", "to") and (hour := _hour_at(tokens, end + 1, words)):
            clock = hour % 12 * 60 + int(60 * value)
            if tokens.words[end] == "to":
                clock = hour % 12 * 60 - int(60 * value)
            made.append(Made("time", (clock % 1440, (clock + 720) % 1440), "", 0, first, end + 1, "soft"))
            return end + 2
        k = end + (tokens.words[end] == "of") + (tokens.words[end + (tokens.words[end] == "of")] in ("a", "an"))
        if k > end and tokens.words[k] in ("percentage", "percent"):
            last = k + (tokens.words[k + 1] == "point")
            made.append(Made("percent", value, "", 1 if value == Fraction(1, 2) else 2, first, last, "hard"))
            return last + 1
        if (unit := find_phrase(tokens, k, words.phrases["unit"])) and tokens.gaps[k] in _LINKS:
            made.append(Made("measure", value, unit[0], 0, first, unit[1], "soft", (Reading("fraction", value),)))
            return unit[1] + 1
        # half-time, first half, the fourth quarter: a part with a number of its own
        named = (
            tokens.words[end] in ("time", "way")
            or before in ("the", "every", "each", "this", "last", "next", "final")
            or before in table["ordinal"]
        )
        weight: Weight = "faint" if named or (word == "quarter" and before not in ("a", "one")) else "soft"
        made.append(Made("fraction", value, "", 0, first, i, weight))
        return i + 1
    value_ = table["ordinal"][word]
    first = i
    others: tuple[Reading, ...] = ()
    if word not in ("first", "second") and first == i:
        denominator = table["denominator"].get(word)
        if denominator:
            others = (Reading("fraction", Fraction(1, denominator)),)
    weight_: Weight = "soft" if value_ <= 10 else "hard"
    return _after_ordinal(tokens, value_, first, i, weight_, words, made, others)


def _after_ordinal(
    tokens: Tokens,
    value: int,
    first: int,
    last: int,
    weight: Weight,
    words: Lexicon,
    made: list[Made],
    others: tuple[Reading, ...] = (),
) -> int:
    """An ordinal at [first, last]: of a century, of a month, or alone."""
    following, gap = tokens.words[last + 1], tokens.gaps[last + 1]
    if following in ("century", "centuries") and gap in _LINKS:
        made.append(Made("century", value, "", 0, first, last + 1, "hard"))
        return last + 2
    k = last + 1 + (following == "of")
    if tokens.words[k] in words.words["month"] and tokens.capital(k) and tokens.gaps[k] in SPACES and 1 <= value <= 31:
        return _day_first(tokens, value, first, k, words, made)
    if following == "lunar" or (following == "month" and value <= 12):
        others += (Reading("date", (None, value, None)),)
    if following in ("quarter", "half") and gap in _LINKS and value <= 4:
        made.append(Made("ordinal", value, following, 0, first, last + 1, weight, (*others, Reading("ordinal", value))))
        return last + 2
    made.append(Made("ordinal", value, "", 0, first, last, weight, others))
    return last + 1


def _hour_at(tokens: Tokens, i: int, words: Lexicon) -> int:
    """An hour of the clock, 1 to 12, at token i, else 0."""
    value = words.words["number"].get(tokens.words[i], 0) or max(figures_at(tokens, i, most=12), 0)
    return value if value <= 12 else 0


# Dates and times ------------------------------------------------------------------------------------------------------


def _day_first(tokens: Tokens, day: int, first: int, month_at: int, words: Lexicon, made: list[Made]) -> int:
    """12 March (2025): the day is read, the month is at token month_at."""
    month, last = words.words["month"][tokens.words[month_at]], month_at
    year = None
    if tokens.gaps[last + 1] in (" ", ", ", "-", ". ", ".,", "., ", " of ", "\N{NO-BREAK SPACE}") and (
        year := year_at(tokens, last + 1)
    ):
        last += 1
    made.append(Made("date", (year, month, day), "", 0, first, last))
    return last + 1


def _day_at(tokens: Tokens, i: int) -> tuple[int, int] | None:
    """A day of the month in figures at token i, with or without its ending, and its last token."""
    word = tokens.words[i]
    if not (len(word) <= 2 and word.isdecimal() and 1 <= int(word) <= 31):
        return None
    if tokens.words[i + 1] in _ORDINAL_ENDS and tokens.gaps[i + 1] == "":
        return int(word), i + 1
    if tokens.gaps[i + 1] == "" and tokens.words[i + 1][:1].isalpha():
        return None
    if tokens.gaps[i + 1] == ":" or tokens.words[i + 1] in ("%", "percent", "million", "billion"):
        return None
    return int(word), i


def _read_month(tokens: Tokens, i: int, words: Lexicon, made: list[Made]) -> int:
    """March 12, 2025; March 2025; March; 0 where the word is no month here."""
    if not tokens.capital(i):
        return 0
    word = tokens.words[i]
    month = words.words["month"][word]
    k = i + 1
    if tokens.gaps[k] in (". ", ".") and len(word) <= 4 and word != "may":
        near = True
    else:
        near = tokens.gaps[k] in (" ", "-", "\N{NO-BREAK SPACE}", " the ")
    near = near or tokens.gaps[k] == ", "
    if near:
        k += tokens.words[k] == "the"
        day = _day_at(tokens, k) if tokens.gaps[k] != ", " else None
        if day:
            value, last = day
            year = None
            if tokens.gaps[last + 1] in (", ", " ", "., ", ",", "\N{NO-BREAK SPACE}") and (
                year := year_at(tokens, last + 1)
            ):
                last += 1
            made.append(Made("date", (year, month, value), "", 0, i, last))
            # March 11-13, 2025: the second day has the same month.
            if tokens.gaps[last + 1] in DASHES or (
                tokens.words[last + 1] in ("to", "and", "through", "until") and tokens.spaced(last + 1)
            ):
                n = last + 1 + (not tokens.words[last + 1][:1].isdecimal())
                if (
                    (n == last + 1 or tokens.spaced(n))
                    and (second := _day_at(tokens, n))
                    and tokens.words[second[1] + 1] not in words.words["month"]
                ):
                    end = second[1]
                    later = None
                    if tokens.gaps[end + 1] in (", ", " ") and (later := year_at(tokens, end + 1)):
                        end += 1
                    if n == last + 1 or later or tokens.gaps[end + 1][:1] in (",", ".", "\n", ";", ")"):
                        made.append(Made("date", (later, month, second[0]), "", 0, n, end))
                        return end + 1
            return last + 1
        if year := year_at(tokens, k):
            made.append(Made("date", (year, month, None), "", 0, i, k))
            return k + 1
    before = tokens.words[i - 1] if i else ""
    sure = before in words.cues["month"] and tokens.spaced(i)
    if word in ("may", "march", "mar", "jan", "jun", "dec", "sep") and not sure:
        if word in ("may", "march") and tokens.n == 1:
            pass  # the whole text
        elif word in ("mar", "jan", "jun", "dec", "sep") and tokens.gaps[i + 1].startswith("."):
            pass
        else:
            made.append(Made("date", (None, month, None), "", 0, i, i, "faint"))
            return i + 1
    weight: Weight = "hard" if sure or word not in ("april", "june", "august") or not _named(tokens, i) else "faint"
    made.append(Made("date", (None, month, None), "", 0, i, i, weight))
    return i + 1


def _named(tokens: Tokens, i: int) -> bool:
    """Whether a capitalised word follows, as in June Smith."""
    return tokens.gaps[i + 1] == " " and tokens.words[i + 1][:1].isalpha() and tokens.capital(i + 1)


def _read_compound(tokens: Tokens, i: int, made: list[Made]) -> int:
    """Dates in figures, document numbers, fractions: 2025-03-26, 3/12/2025, 30/2020/ND-CP, 2/3; 0 where none."""
    gap, following = tokens.gaps[i + 1], tokens.words[i + 1]
    feet, inches = figures_at(tokens, i, most=8), figures_at(tokens, i + 1, most=11)
    if gap in _FEET and feet > 0 and inches >= 0 and tokens.gaps[i + 2][:1] in _INCHES:
        made.append(Made("measure", simple(feet + Fraction(inches, 12)), "ft", 2, i, i + 1))
        return i + 2
    if gap not in ("/", "-", "–", ".") and tokens.words[i].count(".") != 2:
        return 0
    third, gap2 = tokens.words[i + 2], tokens.gaps[i + 2]
    if done := read_year_span(tokens, i, made):
        return done
    if gap in ("-", "/") and len(tokens.words[i]) == 4 and (year := year_at(tokens, i)) and gap2 == gap:
        month, day = figures_at(tokens, i + 1, most=12), figures_at(tokens, i + 2, most=31)
        if month > 0 and day > 0 and len(following) == 2:
            made.append(Made("date", (year, month, day), "", 0, i, i + 2))
            return i + 3
    if gap == gap2 and gap in "/-" and third[:1].isdecimal() and (len(third) == 4 or gap == "/"):
        one, two = figures_at(tokens, i, most=31), figures_at(tokens, i + 1, most=31)
        year = year_at(tokens, i + 2) or (2000 + int(third) if len(third) == 2 and third.isdecimal() else None)
        if one > 0 and two > 0 and year:
            ways = [(year, m, d) for m, d in ((one, two), (two, one)) if m <= 12]
            if ways:
                made.append(
                    Made("date", ways[0], "", 0, i, i + 2, "hard", tuple(Reading("date", way) for way in ways[1:]))
                )
                return i + 3
    if gap == "/" and following.isdecimal():
        if (gap2 == "/" and third.isalpha()) or (gap2 == "" and third.isalpha() and len(following) == 4):
            return read_document(tokens, i, made)
        if len(following) == 4 and year_at(tokens, i + 1) and figures_at(tokens, i, most=12) > 0:
            made.append(
                Made(
                    "date",
                    (int(following), int(tokens.words[i]), None),
                    "",
                    0,
                    i,
                    i + 1,
                    "hard",
                    (Reading("identifier", f"{int(tokens.words[i])}/{following}"),),
                )
            )
            return i + 2
        one, two = figures_at(tokens, i, 3, 999), figures_at(tokens, i + 1, 3, 999)
        if one >= 0 and two > 0 and gap2 != "/":
            others = [Reading("identifier", f"{one}/{two}")]
            if 1 <= one <= 12 and 1 <= two <= 31:
                others.append(Reading("date", (None, one, two)))
            if 1 <= two <= 12 and 1 <= one <= 31:
                others.append(Reading("date", (None, two, one)))
            made.append(Made("fraction", simple(Fraction(one, two)), "", 0, i, i + 1, "hard", tuple(others)))
            return i + 2
    return 0


def _part_of_day(tokens: Tokens, i: int) -> tuple[str, int]:
    """'am' or 'pm' written from token i on, and its last token; an empty text where none is."""
    word, gap = tokens.words[i], tokens.gaps[i]
    if gap in ("", " ", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"):
        if word in ("am", "pm"):
            return word, i
        if word in ("a", "p") and tokens.words[i + 1] == "m" and tokens.gaps[i + 1] in (".", ". "):
            return word + "m", i + 1
    if gap == " " and word in ("in", "at"):
        k = i + 1 + (tokens.words[i + 1] == "the")
        if tokens.words[k] in _TIMES_OF_DAY:
            return ("am" if tokens.words[k] == "morning" else "pm"), k
    return "", i


def _read_clock(tokens: Tokens, num: Num, made: list[Made]) -> int:
    """2:30 p.m., 14:30, 7.55am, 2 pm, 10 o'clock; 0 where none."""
    i, end = num.first, num.end
    if end != i + 1:
        return 0
    written = tokens.words[i]
    hour, minute = figures_at(tokens, i, most=24), 0
    colon = tokens.gaps[end] == ":" and hour >= 0 and len(tokens.words[end]) == 2
    if colon:
        minute = figures_at(tokens, end, most=59)
        if minute < 0:
            return 0
        end += 1
        if tokens.gaps[end] == ":" and len(tokens.words[end]) == 2 and figures_at(tokens, end, most=59) >= 0:
            end += 1
    elif num.precision == 2 and written.count(".") == 1 and "," not in written:
        head, _, tail = written.partition(".")
        if not (len(head) <= 2 and int(head) <= 24 and int(tail) < 60):
            return 0
        hour, minute = int(head), int(tail)
    elif hour < 0:
        return 0
    part, last = _part_of_day(tokens, end)
    if part and not (tokens.words[last] in _TIMES_OF_DAY and not colon and hour > 12):
        if hour > 12:
            minutes: tuple[int, ...] = (hour * 60 + minute,)
        else:
            minutes = (hour % 12 * 60 + minute + (720 if part == "pm" else 0),)
            if tokens.words[last] == "night":
                minutes = (hour % 12 * 60 + minute + 720, hour % 12 * 60 + minute)
        made.append(Made("time", minutes, "", 0, i, last))
        return last + 1
    if tokens.words[end] in ("o", "oclock") and (tokens.words[end] == "oclock" or tokens.words[end + 1] == "clock"):
        last = end + (tokens.words[end] == "o")
        part, after = _part_of_day(tokens, last + 1)
        clock = hour % 12 * 60
        minutes = (clock + 720,) if part == "pm" else (clock,) if part else (clock, clock + 720)
        made.append(Made("time", minutes, "", 0, i, after if part else last))
        return made[-1].last + 1
    if colon:
        clock = hour * 60 + minute
        minutes = (clock, clock + 720) if 1 <= hour < 12 else (clock % 1440,)
        made.append(Made("time", minutes, "", 0, i, end - 1, "hard", (Reading("identifier", f"{hour}:{minute}"),)))
        return end
    return 0
