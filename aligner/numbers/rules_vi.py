"""The rules of Vietnamese: figures, number words, money, dates, times and measures."""

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

VIETNAMESE: Final = Grammar("vi")

_HALF: Final = Fraction(1, 2)
_LONGEST_UNIT: Final = 3  # words: ki lô gam
_NO_SCALE: Final = 10**30  # more than any scale
_MOST_DECIMALS: Final = 9  # of a number in words; a longer row of digits is no number


# Bare numbers ---------------------------------------------------------------------------------------------------------


def _small(s: Scan, i: int) -> tuple[int, int]:
    """A small whole number at token i in figures, words or Roman numerals, and its last token; -1 where none."""
    if s.gaps[i] not in LINKS:
        return -1, i
    word = s.words[i]
    if (value := figures_at(s, i, 4)) >= 0:
        return value, i
    if (value := read_roman(word)) and s.written(i).isupper():
        return value, i
    if word in s.number and (num := _number_words(s, i)):
        return int(num.values[0]), num.end - 1
    return s.table["rank"].get(word, -1), i


def _figures(s: Scan, i: int) -> Num:
    """1.500; 1 500 000; 2 1/2; 14½; 5tr; 1 tỷ 250 triệu; 3 triệu rưỡi."""
    word, end = s.words[i], i + 1
    if sign := FRACTION_SIGNS.get(word):
        return Num((sign,), 0, i, end, True, "hard")
    values, precision = read_figures(word, ",")
    if len(word) <= 3 and s.words[end].isdecimal() and word.isdecimal() and word[0] != "0":
        while end < i + 5 and is_group(s, end):
            values = (int(values[0]) * 1000 + int(s.words[end]),)
            end += 1
    if not values:
        return Num((), 0, i, end, True, "hard")
    if precision == 0:
        if mixed := read_mixed(s, end) if end == i + 1 and s.words[end].isdecimal() else 0:
            return Num(tuple(value + mixed for value in values), 0, i, end + 2, True, "hard")
        if (sign := FRACTION_SIGNS.get(s.words[end])) and s.gaps[end] in ("", " "):
            values = (values[0] + sign,)
            end += 1
    num = Num(values, precision, i, end, True, "hard")
    word = s.words[end]
    if s.gaps[end] == "" or word == "tr":
        if suffixed := _suffixed(s, num):
            return suffixed
    elif s.cue(end, "decimal point"):
        return _with_decimals(s, num)
    if dozen := s.table["dozen"].get(word):
        return num._replace(values=num.times(dozen), end=end + 1) if s.gaps[end] in LINKS else num
    if word not in s.scale and word not in s.phrases["ten"]:
        return num
    scaled = [_scaled(s, value, end) for value in values]
    return num._replace(values=tuple(value for value, _ in scaled), end=scaled[0][1])


def _suffixed(s: Scan, num: Num) -> Num | None:
    """Figures with a scale written at them, as prices are: 50k, 3tr, 3tr5, 2tỷ5, 15k5, 3tr250, 1tỷ250tr."""
    end, suffix = num.end, s.table["suffix"]
    word, behind = s.words[end], s.words[end + 1]
    if s.gaps[end] not in ("", " ") or not (factor := suffix.get(word) or s.scale.get(word, 0)):
        return None
    if not behind[:1].isdecimal() or s.gaps[end + 1] not in ("", s.gaps[end]):
        half = Fraction(factor, 2) if s.cue(end + 1, "and a half") and s.gaps[end + 1] in LINKS else 0
        values = tuple(simple(Fraction(value + half)) for value in num.times(factor))
        return num._replace(values=values, end=end + 1 + bool(half)) if word in suffix else None
    if word == "k" and num.whole < 10 and s.written(end).isupper():
        return None  # NBA 2K8
    if s.gaps[end + 1] != s.gaps[end] or not behind.isdecimal() or len(behind) > 3 or num.precision or factor < 1000:
        return None
    k = end + 2
    if s.gaps[k] == "" and (smaller := suffix.get(s.words[k]) or s.scale.get(s.words[k], 0)):
        if smaller * int(behind) >= factor:
            return None
        return num._replace(values=tuple(value + smaller * int(behind) for value in num.times(factor)), end=k + 1)
    tenths = Fraction(int(behind) * factor, 10 ** len(behind))
    values = tuple(simple(Fraction(value + tenths)) for value in num.times(factor))
    if factor == 1000 and num.whole == 2 and len(behind) == 1:  # born in 2k3
        values = (*values, 2000 + int(behind))
    return num._replace(values=values, end=k)


def _with_decimals(s: Scan, num: Num) -> Num:
    """Take in decimals behind 'phẩy', in words or figures, and their scale: hai phẩy năm, ba phẩy mười bốn triệu."""
    k, digits = num.end + 1, ""
    if not s.spaced(num.end) or not s.spaced(k):
        return num
    if s.figure(k) and s.words[k].isdecimal():
        digits, k = s.words[k][:_MOST_DECIMALS], k + 1
    while len(digits) < _MOST_DECIMALS and s.words[k] in s.number and s.spaced(k):
        value = s.number[s.words[k]]
        if digits.strip("0") and s.cue(k, "year") and not _is_decimal_five(s, k):
            break  # hai phẩy năm năm
        if value == 10 or s.words[k + 1] in s.table["tens"]:
            k += 1 + (value < 10)
            value *= 1 if value == 10 else 10
            if 0 < s.number.get(s.words[k], 0) < 10 and s.spaced(k):
                value += s.number[s.words[k]]
                k += 1
        else:
            k += 1
        digits += str(value)
    if not digits:
        return num
    factor, k = _scale_words(s, k, LINKS)
    tail = Fraction(int(digits), 10 ** len(digits))
    values = tuple(simple(Fraction((value + tail) * factor)) for value in num.values)
    return num._replace(values=values, precision=len(digits), end=k, weight="hard")


def _is_decimal_five(s: Scan, k: int) -> bool:
    """Whether behind 'năm' at token k stands what makes it a digit and no year."""
    return s.words[k + 1] in _numerals() or s.cue(k + 1, "part") or _is_counted(s, k)


def _scale_words(s: Scan, start: int, gaps: frozenset[str], *kinds: str) -> tuple[int, int]:
    """The product of up to three scale words, or words of further kinds for ten each, and the token behind."""
    factor, k = 1, start
    while k < start + 3 and s.gaps[k] in gaps:
        word = s.words[k]
        if word in s.scale and not s.compound(k):
            factor *= s.scale[word]
        elif any(word in s.phrases[kind] for kind in kinds):
            factor *= 10
        else:
            break
        k += 1
    return factor, k


def _scaled(s: Scan, value: Number, end: int) -> tuple[Number, int]:
    """Take in the scale words behind figures, further terms (1 tỷ 250 triệu) and 'rưỡi'."""
    total: Number = 0
    last = _NO_SCALE
    for _ in range(6):
        factor, k = _scale_words(s, end, LINKS, "ten")
        if factor == 1 or factor >= last:
            break
        total += value * factor
        end, last = k, factor
        if s.cue(end, "and a half") and s.gaps[end] in LINKS:
            return simple(total + Fraction(factor, 2)), end + 1
        # A smaller term behind: figures, and a scale word that is smaller.
        word = s.words[end]
        if not (s.gaps[end] in SPACES and word.isdecimal() and len(word) <= 3):
            break
        smaller, k = _scale_words(s, end + 1, SPACES)
        if smaller == 1 and factor >= 10**6 and len(word) == 1 and not s.words[k][:1].isalnum():
            return simple(total + Fraction(int(word) * factor, 10)), k  # 2 tỷ 3
        if smaller == 1 or smaller * int(word) >= factor:
            break
        value = int(word)
        end += 1
    return (value if last == _NO_SCALE else simple(Fraction(total))), end


# From here on thousands of a scale are counted: 2,500 million, 1,200 billion.
_LEAST_OF_SCALES: Final = 10**6


class _Numeral:
    """A number word while it is read: what is complete, and the group below 1,000 at its end."""

    __slots__ = ("closed", "first", "group", "last_scale", "place", "terms")

    def __init__(self, first: int) -> None:
        self.first = first
        self.terms: list[tuple[int, Number]] = []  # scale and value of what is complete, the largest first
        self.group = -1  # -1 for none
        self.place = 0  # of the last place read in the group: 1 for ones, 10 for tens, 100
        self.last_scale = _NO_SCALE
        self.closed = False  # nothing may follow: hai triệu rưỡi

    def put(self, group: int, place: int, end: int) -> int:
        """Take a group that ends before token end."""
        self.group, self.place = group, place
        return end


@functools.cache
def _numerals() -> frozenset[str]:
    """Words that may go on with a number."""
    words = VIETNAMESE.lexicon
    return (words.cues["zero tens"] | words.cues["decimal point"]).union(
        *(words.words[kind] for kind in ("number", "scale", "ten", "tens", "dozen"))
    )


# 'A' and 'not' are most number words of the news, and mostly alone: they are read at once, as the rules below would.
_MOSTLY_ALONE: Final = {"một": 1, "không": 0}


@functools.cache
def _telling(grammar: Grammar) -> frozenset[str]:
    """Words that make of one before them more than a word that only may be a number."""
    return _numerals().union(grammar.following)


def _number_words(s: Scan, i: int) -> Num | None:
    """Hai mươi mốt, một trăm linh năm, ba triệu rưỡi, mười nghìn tỷ, một chục."""
    digit = s.number.get(s.words[i])
    if digit is not None and s.words[i + 1] not in _numerals() and not s.cue(i, "behind tens"):
        return Num((digit,), 0, i, i + 1, False, "soft")  # most are alone
    n, end = _Numeral(i), i
    while end < i + MOST_WORDS and not n.closed and (end == i or s.gaps[end] in LINKS):
        further = _take_word(s, n, end)
        if not further:
            break
        end = further
    if end == i:
        return None
    value = simple(Fraction(sum(term for _, term in n.terms) + max(n.group, 0)))
    soft = value in SOFT_VALUES and end <= i + 2 and not n.closed
    num = Num((value,), 0, i, end, False, "soft" if soft else "hard")
    if s.cue(end, "decimal point"):
        return _with_decimals(s, num)
    return num._replace(values=(value, *_colloquial(s, n, value, end))) if n.terms else num


def _colloquial(s: Scan, n: _Numeral, value: Number, end: int) -> tuple[Number, ...]:
    """Further values by the digit behind a scale: 'mười tỷ một' is ten billion, and one, or 10.1 billion."""
    scale = n.last_scale
    if n.closed and s.words[end - 1] in s.number:
        digit = s.number[s.words[end - 1]]
        return (simple(Fraction(value - Fraction(digit * scale, 10) + digit)),)
    digit = s.number.get(s.words[end], 0)
    if n.group >= 0 or scale < 1000 or not 0 < digit < 10 or not s.spaced(end):
        return ()
    if s.words[end + 1] in _numerals() or (s.cue(end, "year") and not _is_counted(s, end)):
        return ()
    return (value + digit, simple(Fraction(value + Fraction(digit * scale, 10))))


def _take_word(s: Scan, n: _Numeral, k: int) -> int:
    """Take the word at token k into a number; return the token behind, 0 where it is no part of it."""
    word, table = s.words[k], s.table
    if word in s.number:
        return _take_digit(s, n, k)
    if word in s.scale:
        return _take_scale(s, n, k)
    if ten := table["ten"].get(word):
        if not (0 < n.group <= 9 or (n.group < 0 and k == n.first)):
            return 0
        return n.put(abs(n.group) * ten, 10, k + 1)  # hai chục; chục
    if (dozen := table["dozen"].get(word)) and n.group > 0:
        return n.put(n.group * dozen, 1, k + 1)
    digit = s.number.get(s.words[k + 1], -1)
    if (twenty := table["twenties"].get(word)) and n.group < 0 and digit >= 0:
        return n.put(twenty, 10, k + 1)  # hăm mốt
    if s.cue(k, "zero tens") and k > n.first and (n.place == 100 or n.group < 0) and 0 <= digit < 10:
        return n.put(max(n.group, 0) + digit, 1, k + 2)  # một trăm linh năm
    return 0


def _take_digit(s: Scan, n: _Numeral, k: int) -> int:
    """A digit's word, or ten: hai, hai mươi, mười; mốt, lăm and tư stand behind tens; 0 where it is no part."""
    value, group = s.number[s.words[k]], n.group
    opens = group < 0 or n.place == 100
    if value == 10:
        return n.put(max(group, 0) + 10, 10, k + 1) if opens else 0
    if opens and 2 <= value <= 9 and s.words[k + 1] in s.table["tens"]:
        return n.put(max(group, 0) + value * 10, 10, k + 2)
    behind_tens = s.cue(k, "behind tens")
    if group < 0:
        further = k > n.first
        if behind_tens and (further or not s.cue(k, "four")):
            return 0
        if further and s.words[k + 1] not in s.scale and _is_no_term(s, k):
            return 0
        return n.put(value, 1, k + 1)
    if n.place == 1 and k == n.first + 1 and 2 <= group <= 9 and behind_tens:  # hai lăm, ba mốt; Ba Tư is Persia
        persia = group == 3 and s.cue(k, "four")
        return 0 if persia or s.cue(n.first, "four") else n.put(group * 10 + value, 1, k + 1)
    if n.place != 10 or s.cue(k, "not behind tens") or (value == 1 and behind_tens and group % 100 < 20):
        return 0
    return n.put(group + value, 1, k + 1)


def _is_no_term(s: Scan, k: int) -> bool:
    """Whether a digit behind a scale word is none of its terms: 'hai triệu năm' goes on with years."""
    tens = s.words[k + 1] in s.table["tens"] or s.words[k + 1] in s.table["ten"]
    return s.cue(k, "year") or (s.cue(k, "not further") and not tens)


def _take_scale(s: Scan, n: _Numeral, k: int) -> int:
    """Trăm, nghìn, triệu, and what may close the number behind it; 0 where it is no part."""
    factor, half = s.scale[s.words[k]], s.cue(k + 1, "and a half")
    if factor == 100 and n.group < 100 and n.place != 10:
        hundreds = abs(n.group) * factor
        return n.put(hundreds + 50, 1, k + 2) if half else n.put(hundreds, 100, k + 1)
    if s.compound(k):
        return 0
    if n.group < 0 and n.terms:  # nghìn tỷ, trăm triệu: a scale of a scale
        scale, value = n.terms[-1]
        n.terms[-1] = (scale * factor, value * factor)
    elif factor < n.last_scale:
        n.terms.append((factor, abs(n.group) * factor))
    elif factor < _LEAST_OF_SCALES or any(scale == factor for scale, _ in n.terms):
        return 0
    else:  # một nghìn hai trăm tỷ
        coefficient: Number = max(n.group, 0)
        while n.terms and n.terms[-1][0] < factor:
            coefficient += n.terms.pop()[1]
        n.terms.append((factor, coefficient * factor))
    n.last_scale = n.terms[-1][0]
    n.put(-1, 0, k)
    if half and s.gaps[k + 1] in LINKS:
        tenths = 5
    elif factor >= 1000 and s.cue(k + 1, "tenths") and s.spaced(k + 1) and _closes(s, k + 1):
        tenths = s.number[s.words[k + 1]]  # hai triệu tư, một nghìn bảy
    else:
        return k + 1
    n.terms.append((1, Fraction(factor * tenths, 10)))
    n.closed = True
    return k + 2


def _closes(s: Scan, k: int) -> bool:
    """Whether a digit's word can have nothing behind it that it counts."""
    return s.cue(k, "behind tens") or not s.words[k + 1] or s.gaps[k + 1] not in SPACES


# What begins a quantity -----------------------------------------------------------------------------------------------


@functools.cache
def _behind_figures() -> frozenset[str]:
    """Words that may be a part of the number before them."""
    words = VIETNAMESE.lexicon
    parts = frozenset(FRACTION_SIGNS).union(words.cues["decimal point"], words.phrases["ten"])
    return parts.union(*(words.words[kind] for kind in ("scale", "suffix", "dozen")))


@VIETNAMESE.begins("figures")
def number_in_figures(s: Scan, i: int) -> int:
    """Whatever begins with figures: dates, telephone numbers, clock times, and numbers with what they count."""
    if num := plain_figures(s, i, _behind_figures()):
        return currency_before(s, num) or _counted(s, num)
    if done := ((s.gaps[i + 1] not in SPACES or "." in s.words[i]) and _compound(s, i)) or phone(s, i):
        return done
    num = _figures(s, i)
    if not num.values:
        return s.add("identifier", s.words[i], i, num.end - 1)
    num = signed(s, num)
    return currency_before(s, num) or _counted(s, num)


@VIETNAMESE.begins("minus")
def negative(s: Scan, i: int) -> int:
    """Âm 5, âm hai mươi độ; not 'phát âm hai từ'."""
    k = i + 1
    if not s.spaced(k) or (i > 0 and s.cue(i - 1, "before sound")):
        return 0
    num = _figures(s, k) if s.figure(k) else _number_words(s, k) if s.words[k] in s.number else None
    turned = negated(s, num, i)
    if num and turned and s.cue(i, "taken away"):  # trừ 5: minus 5, or five taken away
        turned = turned._replace(values=(*num.values, *turned.values), weight=num.weight) if num.values[0] else None
    return _counted(s, turned) if turned else 0


@VIETNAMESE.begins("number", "scale", "ten", "twenties")
def number_in_words(s: Scan, i: int) -> int:
    """Hai mươi mốt người, chín triệu đô la, ba nước; 'ba' may be a father, 'năm' a year."""
    word, following = s.words[i], s.words[i + 1]
    if word in _MOSTLY_ALONE and following not in _telling(s.grammar) and s.n > 1:
        if word == "một" and following in s.cues["after article"]:
            return 0
        return s.add("cardinal", _MOSTLY_ALONE[word], i, i, "faint")
    if s.cue(i, "year") and (year := year_at(s, i + 1)) is not None and s.spaced(i + 1):
        return _year(s, i, year)
    if s.cue(i, "year") and (year := _year_by_digits(s, i + 1)):
        return s.add("date", (year, None, None), i, i + 4)
    if not (num := _number_words(s, i)):
        return 0
    weighed = num if num.end > i + 1 else _weighed(s, num)
    return _counted(s, weighed) if weighed else num.end


def _year_by_digits(s: Scan, k: int) -> int:
    """The year read digit by digit from token k on, một chín chín chín; 0 where none."""
    year = 0
    for word in s.words[k : k + 4]:
        digit = s.number.get(word, 10)
        if digit > 9:
            return 0
        year = 10 * year + digit
    return year if 1000 <= year < 2200 and SPACES.issuperset(s.gaps[k : k + 4]) else 0


def _weighed(s: Scan, num: Num) -> Num | None:
    """Give a single number word its weight by what stands around it; None where it is no number."""
    i, following = num.first, s.words[num.end]
    weight: Weight | None = num.weight
    if s.cue(num.end, "part") or s.n == 1:
        weight = "soft"
    elif s.cue(i, "behind tens") or (num.values[0] == 3 and s.cue(num.end, "four")):
        weight = None  # these are digits in longer numbers alone; Ba Tư is Persia
    elif s.cue(i, "year"):
        weight = _weight_of_five(s, i)
    elif s.cue(i, "one"):
        # 'một số' is some, 'một cách' makes an adverb
        weight = None if following in s.cues["after article"] else "faint"
    elif s.cue(i, "faint alone"):
        weight = "soft" if num.values[0] == 9 and _is_counted(s, i) else "faint"
    elif _is_father(s, num) or (i > 0 and s.capital(i) and s.spaced(i) and not _is_counted(s, i)):
        weight = "faint"
    return num._replace(weight=weight) if weight else None


def _is_father(s: Scan, num: Num) -> bool:
    """Whether 'ba' may be a father."""
    i = num.first
    return num.values[0] == 3 and (s.cue(num.end, "after father") or (s.capital(i) and i > s.floor))


def _is_counted(s: Scan, i: int) -> bool:
    """Whether behind the word at token i stands what is counted."""
    word = s.words[i + 1]
    kinds = ("classifier", "unit", "currency")
    return s.gaps[i + 1] in SPACES and any(word in s.phrases[kind] for kind in kinds)


def _weight_of_five(s: Scan, i: int) -> Weight | None:
    """How much 'năm' tells, which is five or a year; None for a year."""
    counted, before = _is_counted(s, i), s.words[i - 1] if i else ""
    # 'sau năm ngày' is after five days, 'mỗi năm ngày' is not
    lasts = counted and s.cue(i + 1, "time unit") and before in s.cues["preposition"]
    if lasts or s.cue(i + 1, "year"):
        return "soft"
    if before in s.cues["before year"] or (s.cue(i + 1, "after year") and not counted):
        return None
    return "soft" if counted else "faint"


VIETNAMESE.begins("holiday", "hour", "faint", "faint ordinal")(fixed_phrase)
VIETNAMESE.begins("roman")(roman_numeral)


@VIETNAMESE.begins("before roman")
def roman_behind_its_word(s: Scan, i: int) -> int:
    """Khóa X, chương V, Đại hội I."""
    value = read_roman(s.words[i + 1])
    return s.add("ordinal", value, i + 1, i + 1) if value and s.spaced(i + 1) and s.written(i + 1).isupper() else 0


@VIETNAMESE.begins("quarter")
def quarter(s: Scan, i: int) -> int:
    """Quý III, quý 1, quý hai năm nay; not 'quý nhất', the dearest, nor 'yêu quý hai con'."""
    value, last = _small(s, i + 1)
    if not (s.figure(i + 1) or s.written(i + 1).isupper()):
        ends = s.gaps[last + 1] not in SPACES or not s.words[last + 1] or s.cue(last + 1, "after quarter")
        if s.words[i + 1] not in s.number or not ends or (i > 0 and s.cue(i - 1, "before dear")):
            return 0
    return s.add("ordinal", value, i, last, "hard", (Reading("identifier", f"q{value}"),)) if 1 <= value <= 4 else 0


@VIETNAMESE.begins("many")
def approximate(s: Scan, i: int) -> int:
    """Hàng nghìn, hàng chục nghìn, vài trăm, hàng tá, hàng trăm hàng nghìn."""
    value, k = _scale_words(s, i + 1, SPACES, "ten", "tens", "dozen")
    if value == 1:
        return 0
    others: tuple[Reading, ...] = ()
    if s.words[k] == s.words[i] and s.words[k + 1] in s.scale and not s.compound(k + 1):
        further = s.scale[s.words[k + 1]]
        others = (Reading("approximate", value), Reading("approximate", further))
        value, k = value * further, k + 2
    return s.add("approximate", value, i, k - 1, "soft", others)


@VIETNAMESE.begins("and a half")
def half_alone(s: Scan, i: int) -> int:
    """Lít rưỡi, tháng rưỡi: one and a half; or a half whose number was not understood."""
    behind = s.made[-1].last + 1 if s.made else 0
    for first in range(max(behind, i - _LONGEST_UNIT), i):
        if (unit := s.phrase(first, "unit")) and unit[1] == i - 1 and s.spaced(i):
            return s.add("measure", 3 * _HALF, first, i, "hard", (), unit[0], 1)
    return s.add("fraction", _HALF, i, i, "faint")


@VIETNAMESE.begins("half")
def half(s: Scan, i: int) -> int:
    """Nửa, một nửa, nửa triệu, nửa tá, nửa tiếng, nửa điểm phần trăm."""
    if not (found := s.phrase(i, "half")):
        return 0
    first, last = i, found[1]
    before = s.made[-1] if s.made else None
    if before and before.last == i - 1 and before[:2] == ("cardinal", 1) and before.weight == "faint":  # một nửa
        first = s.made.pop().first
    k = last + 1
    word = s.words[k]
    if dozen := s.table["dozen"].get(word):
        return s.add("cardinal", dozen // 2, first, k, "soft")
    if s.spaced(k) and word in s.scale and not s.compound(k):
        return s.add("cardinal", simple(Fraction(s.scale[word], 2)), first, k, "soft")
    if word == "điểm" and (percent := s.phrase(k, "percent")):
        return s.add("percent", _HALF, first, percent[1], precision=1)
    if (unit := s.phrase(k, "unit")) and s.spaced(k):
        return s.add("measure", _HALF, first, unit[1], "soft", (Reading("fraction", _HALF),), unit[0])
    more = first > s.floor and s.words[first - 1] == "hơn"
    return s.add("fraction", _HALF, first, last, "faint" if more or s.cue(k, "after half") else "soft")


@VIETNAMESE.begins("times")
def multiple(s: Scan, i: int) -> int:
    """Gấp đôi, gấp ba (lần), gấp 4,5 lần."""
    k = i + 1
    if not s.spaced(k):
        return 0
    if twice := s.table["multiple"].get(s.words[k]):
        return s.add("multiple", twice, i, k, "soft")
    if s.cue(k, "and a half"):
        return s.add("multiple", 3 * _HALF, i, k, "soft")
    num = _figures(s, k) if s.figure(k) else _number_words(s, k) if s.words[k] in s.number else None
    if not num or not num.values:
        return 0
    num = num._replace(first=i, weight="hard" if num.figures else "soft")
    last = num.end - 1 + s.cue(num.end, "time")
    if s.cue(last + 1, "and a half") and s.spaced(last + 1):
        num, last = num._replace(values=(num.values[0] + _HALF,)), last + 1
    return s.add_number("multiple", num, last)


@VIETNAMESE.begins("weekday", "sunday")
def sunday(s: Scan, i: int) -> int:
    """Chủ nhật, CN; máy chủ nhật ký is none."""
    if s.cue(i, "sunday"):
        return s.add("weekday", 6, i, i, "faint") if s.written(i) == "CN" else 0
    found = s.phrase(i, "weekday")
    if not found or not s.spaced(i + 1) or s.cue(found[1] + 1, "after server"):
        return 0
    return s.add("weekday", int(found[0]), i, found[1])


@VIETNAMESE.begins("ordinal")
def ordinal_or_weekday(s: Scan, i: int) -> int:
    """Thứ Hai is Monday or the second; thứ 80."""
    k = i + 1
    value, last = _small(s, k)
    if last > k and s.cue(k, "weekday digit") and s.words[k + 1] not in s.table["tens"]:
        value, last = s.number[s.words[k]], k
    if value < 0:
        return 0
    figures = s.figure(k)
    if not 2 <= value <= 7 or s.cue(k, "no weekday") or read_roman(s.words[k]):
        return s.add("ordinal", value, i, last, "hard" if figures or value > 10 else "soft")
    if (not figures and s.capital(k)) or (i and s.cue(i - 1, "before weekday")):
        return s.add("weekday", value - 2, i, last, "hard", (Reading("ordinal", value, "th"),))
    return s.add("ordinal", value, i, last, "hard" if figures else "soft", (Reading("weekday", value - 2),))


@VIETNAMESE.begins("century name")
def century(s: Scan, i: int) -> int:
    """Thế kỷ XXI, thế kỷ 21, thế kỷ thứ 19, thế kỷ hai mươi."""
    if not (found := s.phrase(i, "century name")):
        return 0
    value, last = _small(s, found[1] + 1 + s.cue(found[1] + 1, "ordinal"))
    return s.add("century", value, i, last) if value > 0 else s.add("measure", 1, i, found[1], "faint", (), "century")


@VIETNAMESE.begins("decade name")
def decade_by_name(s: Scan, i: int) -> int:
    """Thập niên 1990, thập niên 90, thập niên những năm 90."""
    if not (found := s.phrase(i, "decade name")):
        return 0
    value, last = _small(s, found[1] + 1 + s.cue(found[1] + 1, "behind decade"))
    if value >= 10 and value % 10 == 0:
        return _decade(s, value, i, last)
    return s.add("measure", 1, i, found[1], "faint", (), "decade")


@VIETNAMESE.begins("decades")
def decade_by_years(s: Scan, i: int) -> int:
    """Những năm 1990, những năm 80 của thế kỷ XX."""
    value = figures_at(s, i + 2, 4) if s.cue(i + 1, "year") else -1
    return _decade(s, value, i, i + 2) if value >= 10 and value % 10 == 0 else 0


def _decade(s: Scan, value: int, first: int, last: int) -> int:
    """Take in the century behind a decade."""
    k = last + 1 + (s.words[last + 1] == "của")
    if value < 100 and (name := s.phrase(k, "century name")):
        number, end = _small(s, name[1] + 1)
        if 0 < number < 30:
            value, last = (number - 1) * 100 + value, end
    return decade(s, value, first, last)


# What a number counts -------------------------------------------------------------------------------------------------


def _counted(s: Scan, num: Num) -> int:
    """Read a number with what stands behind it."""
    if num.figures and num.values[0] == 2 and s.cue(num.end, "persons"):
        num = num._replace(weight="soft")  # '2 đứa' are 'you' of two
    for rule in s.grammar.following.get(s.words[num.end], ()):
        if done := rule(s, num):
            return done
    return _alone(s, num)


def _alone(s: Scan, num: Num) -> int:
    """A number that nothing behind explains: 5G, G7, COVID-19, T2, or a plain number."""
    if num.figures:
        if done := glued_name(s, num):
            return done
        if num.end == num.first + 1:
            if done := name_with_figures(s, num):
                return done
            word = s.words[num.first]
            if num.precision and "," not in word:
                # A decimal point is no Vietnamese way to write: a version, or copied as it was.
                version: tuple[Reading, ...] = (Reading("identifier", word, "version"),)
                day, _, month = word.partition(".")
                if len(word) <= 5 and len(month) <= 2 and 1 <= int(day) <= 31 and 1 <= int(month) <= 12:
                    version = (*version, Reading("date", (None, int(month), int(day))))  # 30.8
                return s.add("cardinal", num.values[0], num.first, num.first, "hard", version, "", num.precision)
    return s.add_number("cardinal", num, num.end - 1)


VIETNAMESE.behind("percent")(percent)


@VIETNAMESE.behind("part")
def fraction(s: Scan, num: Num) -> int:
    """Hai phần ba."""
    parts, last = _small(s, num.end + 1)
    if parts <= 1 or s.gaps[num.end] not in LINKS:
        return 0
    share = simple(Fraction(num.values[0]) / parts)
    return s.add("fraction", share, num.first, last, "hard" if num.figures else "soft")


@VIETNAMESE.behind("and a half")
def clock_and_a_half(s: Scan, num: Num) -> int:
    """2 rưỡi chiều."""
    if s.gaps[num.end] not in SPACES or not 1 <= num.whole <= 12 or num.precision:
        return 0
    part, end = _part_of_day(s, num.end + 1)
    exact = (Reading("cardinal", num.values[0] + _HALF),)
    return s.add("time", _minutes(num.whole, 30, part), num.first, end - 1, num.weight, exact)


@VIETNAMESE.behind("hour mark")
def hour(s: Scan, num: Num) -> int:
    """14h30, 2 giờ 30 phút chiều, 2 giờ rưỡi, 22 giờ; 48 giờ lasts."""
    end, gap = num.end, s.gaps[num.end]
    letter = len(s.words[end]) == 1
    if gap not in LINKS or (letter and not (num.figures and gap == "")):
        return 0
    if s.words[end] == "g" and not s.words[end + 1][:1].isdecimal() and not _part_of_day(s, end + 1)[0]:
        return 0  # of 8g, 'measure' gives both readings
    if s.words[end] == "g" and s.capital(end):
        return 0
    value, minute = num.whole, 0
    hours, _, minutes = s.words[num.first].partition(".")
    if value < 0 and num.precision == 2 and num.figures and hours.isdecimal() and minutes.isdecimal():
        value, minute = int(hours), int(minutes)  # 7.55 giờ sáng, not 1.567,89 giờ
    if not 0 <= value <= 24 or minute > 59:
        return s.add_number("measure", num, end, "h")
    value, minute, k, exact = _minutes_behind(s, value, minute, end + 1)
    part, k = _part_of_day(s, k)
    exact = exact or bool(part) or letter or num.figures
    lasts = (Reading("measure", simple(Fraction(value * 60 + minute, 60)), "h"),)
    times = _minutes(value % 24, minute, "" if part == "am" and value > 12 else part)
    part = "" if part == "am" and value > 12 else part
    return s.add("time", times, num.first, k - 1, "hard" if exact else num.weight, () if part else lasts)


def _minutes_behind(s: Scan, value: int, minute: int, k: int) -> tuple[int, int, int, bool]:
    """Hour, minute, the token behind, and whether they are told: giờ 30 (phút), giờ rưỡi, giờ kém 15."""
    if s.cue(k, "and a half") and s.spaced(k):
        return value, 30, k + 1, False
    if s.cue(k, "less") and (less := _small(s, k + 1))[0] > 0:
        end = less[1] + 1
        return value - 1, 60 - less[0] if less[0] < 60 else 0, end + (s.words[end] == "phút"), True
    told, last = -1, k
    if s.gaps[k] == "":
        told = figures_at(s, k)
    elif s.spaced(k):
        told, last = _small(s, k)
    end = last + 1
    if 0 <= told < 60 and (s.words[k].isdecimal() or s.words[end] == "phút"):
        return value, told, end + (s.cue(end, "minute") and s.gaps[end] in ("", " ")), True
    if 10 <= told < 60 and not s.figure(k) and not _is_counted(s, last) and s.words[end] not in s.scale:
        return value, told, end, False  # bốn giờ mười, sáu giờ ba mươi
    return value, minute, k, False


@VIETNAMESE.behind("month")
def day_before_month(s: Scan, num: Num) -> int:
    """12 tháng 3; five months and twelve days are none."""
    day, k = num.whole, num.end + 1
    if not 1 <= day <= 31 or s.gaps[num.end] not in SPACES or s.gaps[k] not in SPACES or not (num.figures or day >= 11):
        return 0
    month, last = _small(s, k)
    if not (1 <= month <= 12 or s.words[k] in s.table["named month"]) or s.cue(last + 1, "after months"):
        return 0
    return _month_at(s, num.end, num.first, day) or num.end + 1


@VIETNAMESE.behind("currency")
def money(s: Scan, num: Num) -> int:
    """9 tỷ USD, một đồng tám mươi bảy xu."""
    done = currency_behind(s, num)
    if not done or not s.spaced(done) or s.words[num.end] not in s.cues["has cents"]:
        return done
    cents, last = _small(s, done)
    return with_cents(s, cents, last) or done


@VIETNAMESE.behind("unit")
def measure(s: Scan, num: Num) -> int:
    """5 km, 30 độ C, hai năm rưỡi, 1m75, một mét bảy, 9 giây 58, 3 tiếng 45 phút."""
    word, gap = s.words[num.end], s.gaps[num.end]
    unit = s.phrase(num.end, "unit") if gap in LINKS else None
    if unit is None or (gap == " " and not num.figures and s.cue(num.end, "doubtful behind words")):
        return 0
    if gap == "" and len(word) == 1 and (word not in "mgl°w" or (word in "mgl" and s.capital(num.end))):
        return 0  # 5G
    symbol, last = unit
    if symbol == "year" and len(num.values) > 1 and not num.figures and _is_counted(s, last):
        return 0  # một triệu năm người
    if num.values[0].denominator == 1 and (done := _smaller_unit(s, num, symbol, last)):
        return done
    others: tuple[Reading, ...] = ()
    if s.cue(last, "doubtful unit"):
        others = (Reading("cardinal", num.values[0]),)
    if word == "năm" and num.precision and not num.figures:  # không phẩy bốn năm, which may be 0.45
        others = (Reading("cardinal", num.values[0] + Fraction(5, 10 ** (num.precision + 1))),)
    if word == "g" and gap == "" and 0 <= num.whole <= 24:  # from 8g to 17g
        others = (Reading("time", _minutes(num.whole % 24, 0, "")),)
    symbol, last = degrees(s, symbol, last)
    following = s.words[last + 1]
    if following == "dưới" and s.words[last + 2] in ("không", "0") and s.words[last + 3] != "độ":
        return s.add_number("measure", num._replace(values=num.times(-1), weight="hard"), last + 2, symbol)
    if s.cue(last + 1, "and a half") and s.gaps[last + 1] in SPACES:
        value = simple(num.values[0] + _HALF)
        return s.add("measure", value, num.first, last + 1, num.weight, (), symbol, 1)
    if symbol == "year" and (year_at(s, last + 1) or 0) > 999 and s.cue(last, "year") and num.values[0] != 1:
        # 'thứ 5 năm 2018': the year has its own number
        return s.add("cardinal", num.values[0], num.first, last - 1, num.weight, (), "", num.precision)
    if symbol == "month" and num.values[0] == 6 and following in s.table["part of year"] and s.cue(last + 2, "year"):
        others += (Reading("ordinal", s.table["part of year"][following], "half"),)
    return s.add_number("measure", num, last, symbol, *others)


def _smaller_unit(s: Scan, num: Num, symbol: str, last: int) -> int:
    """1m75, một mét bảy, 9 giây 58, 3 tiếng 45 phút: what a smaller unit adds; 0 where none."""
    value, first, k = num.values[0], num.first, last + 1
    decimals = s.words[k]
    if symbol in ("m", "kg") and s.gaps[k] == "" and num.figures and 0 < len(decimals) <= 2 and decimals.isdecimal():
        exact = value + Fraction(int(decimals), 10 ** len(decimals))
        return s.add("measure", simple(exact), first, k, "hard", (), symbol, len(decimals))
    if not s.spaced(k):
        return 0
    if (
        symbol == "s"
        and num.figures
        and len(decimals) == 2
        and decimals.isdecimal()
        and not s.words[k + 1][:1].isalpha()
    ):
        return s.add("measure", simple(value + Fraction(int(decimals), 100)), first, k, "hard", (), symbol, 2)
    if symbol == "h":
        minutes, end = _small(s, k)
        if 0 < minutes < 60 and s.words[end + 1] == "phút":
            return s.add("measure", simple(value + Fraction(minutes, 60)), first, end + 1, "hard", (), "h")
    if s.cue(last, "before tenths"):  # một mét bảy, một cân hai
        centimetres, end = _small(s, k)
        closes = not s.words[end + 1] or s.gaps[end + 1] not in SPACES
        if 1 < centimetres < 100 and not s.figure(k) and (closes or centimetres > 10):
            exact = value + Fraction(centimetres, 10 if centimetres < 10 else 100)
            return s.add("measure", simple(exact), first, end, "hard", (), symbol, 2)
    return 0


@VIETNAMESE.behind("time")
def times(s: Scan, num: Num) -> int:
    """Hai lần: twice, or two times."""
    if s.gaps[num.end] in LINKS and num.weight != "hard":
        return s.add_number("cardinal", num, num.end - 1, "", Reading("multiple", num.values[0]))
    return 0


@VIETNAMESE.behind("times sign")
def number_with_x(s: Scan, num: Num) -> int:
    """3x; not 3x4."""
    if s.gaps[num.end] == "" and not s.words[num.end + 1][:1].isdecimal():
        return s.add_number("multiple", num, num.end)
    return 0


# Dates and times ------------------------------------------------------------------------------------------------------


def _year(s: Scan, i: int, year: int) -> int:
    """Năm 1973; năm 2024-2025 is two years."""
    if done := year_span(s, i + 1):
        s.made[-2] = s.made[-2]._replace(first=i)
        return done
    return s.add("date", (year, None, None), i, i + 1)


@VIETNAMESE.begins("day", "moon day")
def day_first(s: Scan, i: int) -> int:
    """Ngày 12 tháng 3 năm 2025, ngày 12/3, mùng 2 tháng 9, ngày 11."""
    k = i + 1
    named = s.cue(i, "moon day") or s.cue(k, "moon day")
    k += s.cue(i, "day") and s.cue(k, "moon day")
    if not s.spaced(k):
        return 0
    figures = s.figure(k)
    if figures:
        if done := _compound(s, k, day=True):
            if s.made[-1].kind == "date" and s.made[-1].first == k:
                s.made[-1] = s.made[-1]._replace(first=i)
            return done
        value, last = figures_at(s, k), k
    elif s.words[k] in s.number:
        value, last = _small(s, k)
    else:
        return 0
    if not 1 <= value <= 31:
        return 0
    if s.cue(last + 1, "month") and s.spaced(last + 1) and (done := _month_at(s, last + 1, i, value)):
        return done
    if not figures and not named:
        return 0  # 'ngày một' day by day, 'ngày hai lần' twice a day
    return s.add("date", (None, None, value), i, last, "hard" if figures else "soft")


@VIETNAMESE.begins("month")
def month_first(s: Scan, i: int) -> int:
    """Tháng 3, tháng Giêng, tháng 3/2025, tháng 3-5."""
    return _month_at(s, i, i, None)


def _month_at(s: Scan, i: int, first: int, day: int | None) -> int:
    """Read the month at token i ('tháng'), whose day was read from token first on, and the year behind it."""
    k = i + 1
    if not (s.spaced(k) or s.gaps[k] == ""):
        return 0
    figure, point, written_year = s.words[k].partition(".")
    if point and len(figure) <= 2 and len(written_year) == 4 and written_year.isdecimal() and 1 <= int(figure) <= 12:
        return s.add("date", (int(written_year), int(figure), day), first, k)  # tháng 6.2021
    month, last = _month_number(s, k, day is None)
    if not 1 <= month <= 12:
        if month > 12 and s.words[k].isdecimal() and month < 100:
            # Not a month, but what stands there after a month's word: keep it as a date that equals none.
            return s.add("date", (None, month, day), first, last)
        return 0
    soft = day is None and last == k and s.cue(k, "soft month") and not s.capital(k)
    n, year = last + 1, None
    if s.cue(n, "year") and s.gaps[n] in (" ", ", ") and (year := year_at(s, n + 1)):
        last = n + 1
    elif s.gaps[n] in ("/", "-", " - ", ".", " / ", ", ", " ") and (year := year_at(s, n)) and 1000 < year < 2200:
        last = n
    else:
        year = None
    done = s.add("date", (year, month, day), first, last, "soft" if soft else "hard")
    if day is None and year is None and s.gaps[done] in HYPHENS and s.gaps[done + 1] not in ("/", "-"):
        until = figures_at(s, done)  # tháng 3-5
        if month < until <= 12 and s.words[done + 1] != "%" and not s.cue(done + 1, "part"):
            return s.add("date", (None, until, None), done, done)
    return done


def _month_number(s: Scan, k: int, alone: bool) -> tuple[int, int]:
    """Number of the month at token k and its last token; -1 where none."""
    if month := s.table["named month"].get(s.words[k]):
        return month, k
    if s.cue(k, "year"):  # tháng năm: May, or months and years
        no_month = s.words[k + 1][:1].isdecimal() or (alone and not s.capital(k))
        return (-1 if no_month else 5), k
    month, last = _small(s, k)
    if last > k and month > 12 and s.words[k] in s.number:
        return s.number[s.words[k]], k
    return month, last


def _compound(s: Scan, i: int, day: bool = False) -> int:
    """What figures are joined by a mark: 12/3/2025, 14:30, 11-13/3, 30/2020/NĐ-CP, 2/3; 0 where none."""
    word, gap = s.words[i], s.gaps[i + 1]
    if word.count(".") == 2 and (done := _dotted_date(s, i)):
        return done
    if gap == ":":
        return _colon(s, i)
    if gap not in ("/", "-", " - ", "–", " – ") or not s.words[i + 1].isdecimal():
        return 0
    if done := year_span(s, i) or (gap in "/-" and gap == s.gaps[i + 2] and _full_date(s, i)):
        return done
    return _slashed(s, i, day) if gap == "/" else _days_of_one_month(s, i, day)


def _dotted_date(s: Scan, i: int) -> int:
    """12.3.2025; 0 where none."""
    parts = [int(part) for part in s.words[i].split(".") if len(part) in (1, 2, 4) and part.isdecimal()]
    if len(parts) == 3 and 1 <= parts[0] <= 31 and 1 <= parts[1] <= 12 and parts[2] > 999:
        others = (Reading("identifier", s.words[i]),)
        return s.add("date", (parts[2], parts[1], parts[0]), i, i, "hard", others)
    return 0


def _full_date(s: Scan, i: int) -> int:
    """12/3/2025, 12-3-2025, 2025-03-12, 12/3/25, 30/12/NĐ-CP; 0 where none."""
    gap, third = s.gaps[i + 1], s.words[i + 2]
    one, two = figures_at(s, i), figures_at(s, i + 1)
    if (year := year_at(s, i)) and 1 <= two <= 12 and 1 <= (last := figures_at(s, i + 2)) <= 31:
        return s.add("date", (year, two, last), i, i + 2)
    year = year_at(s, i + 2)
    if year is None and gap == "/" and len(third) == 2 and third.isdecimal():
        year = 2000 + int(third)
    if year and 1 <= one <= 31 and 1 <= two <= 31:
        return s.add("date", (year, two, one), i, i + 2)
    return document(s, i) if gap == "/" and third.isalpha() else 0


def _slashed(s: Scan, i: int, day: bool) -> int:
    """15/2018/NĐ-CP, 3/2025, 2/3, which may be a date; 0 where none."""
    following, third, one = s.words[i + 1], s.words[i + 2], figures_at(s, i)
    if s.gaps[i + 2] in ("/", "") and third.isalpha() and len(following) == 4 and one >= 0:
        return document(s, i)
    if len(following) == 4 and (year := year_at(s, i + 1)) and 1 <= one <= 12:
        return s.add("date", (year, one, None), i, i + 1, "hard", (Reading("identifier", f"{one}/{following}"),))
    low, high = figures_at(s, i, 3), figures_at(s, i + 1, 3)
    if low < 0 or high <= 0:
        return 0
    share, date = Reading("fraction", simple(Fraction(low, high))), Reading("date", (None, high, low))
    is_date = 1 <= low <= 31 and 1 <= high <= 12
    cue = i > 0 and is_date and s.cue(i - 1, "before date") and s.gaps[i] in (" ", ", ", " (")
    if cue or (day and 1 <= low <= 31):
        return s.add("date", date.value, i, i + 1, "hard", () if day or s.gaps[i] == " " else (share,))
    others = (Reading("identifier", f"{low}/{high}"),)
    return s.add("fraction", share.value, i, i + 1, "hard", (date, *others) if is_date else others)


def _days_of_one_month(s: Scan, i: int, day: bool) -> int:
    """11-13/3, 11 - 13/3/2025; ngày 12-3; 0 where none."""
    one, two, month = figures_at(s, i), figures_at(s, i + 1), figures_at(s, i + 2)
    if s.gaps[i + 2] == "/" and 1 <= one <= 31 and 1 <= two <= 31 and 1 <= month <= 12:
        year = year_at(s, i + 3) if s.gaps[i + 3] in ("/", "-") else None
        s.add("date", (None, month, one), i, i)
        return s.add("date", (year, month, two), i + 1, i + 2 + bool(year))
    if day and s.gaps[i + 1] == "-" and 1 <= one <= 31 and 1 <= two <= 12 and not s.cue(i + 2, "month"):
        return s.add("date", (None, two, one), i, i + 1)
    return 0


def _minutes(hour: int, minute: int, part: str) -> tuple[int, ...]:
    """Minutes since midnight that a clock time may mean."""
    clock, first_half = hour * 60 + minute, hour % 12 * 60 + minute
    if part == "am" or hour > 12:
        return (first_half if hour == 12 else clock,)
    if part == "pm":
        return (first_half + 720,)
    if part == "noon":
        return (clock if hour > 9 else clock + 720,)
    if part == "night":
        return (first_half,) if hour == 12 else (first_half, first_half + 720)
    return (clock, (clock + 720) % 1440) if 1 <= hour <= 12 else (clock,)


def _part_of_day(s: Scan, i: int) -> tuple[str, int]:
    """Part of day named at token i, and the token behind it."""
    if s.gaps[i] not in SPACES:
        return "", i
    k = i + (s.cue(i, "before part of day") or s.words[i] == "giờ")  # 05:00 giờ sáng
    part = s.phrase(k, "part of day")
    return (part[0], k + 1) if part else ("", i)


def _colon(s: Scan, i: int) -> int:
    """14:30, 2:30 chiều."""
    hour, minute, end = figures_at(s, i), figures_at(s, i + 1), i + 2
    if len(s.words[i + 1]) != 2 or not (0 <= hour <= 24 and 0 <= minute < 60):
        return 0
    if s.gaps[end] == ":" and len(s.words[end]) == 2 and figures_at(s, end) >= 0:
        end += 1
    part, end = _part_of_day(s, end)
    times = _minutes(hour % 24, minute, "" if part == "am" and hour > 12 else part)
    return s.add("time", times, i, end - 1, "hard", (Reading("identifier", f"{hour}:{minute:02}"),))
