"""Vietnamese quantities: figures, number words, money, dates, times and measures in a Vietnamese text."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from aligner.numbers.quantities import (
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
_MOST_WORDS: Final = 24  # of one number; a longer row of number words is no number
_SOFT_VALUES: Final = frozenset((*range(13), 100, 1000))  # of number words that either language may leave out
_RANGE_WORDS: Final = frozenset(("đến", "tới", "và", "hoặc", "hay"))
_HALVES: Final = frozenset(("rưỡi", "rưởi"))
_TAILS: Final = frozenset((2, 3, 6, 7, 8, 9))  # a digit behind a scale is its tenths: một nghìn bảy
_PARTS_OF_DAY: Final = {"sáng": "am", "chiều": "pm", "tối": "pm", "trưa": "noon", "đêm": "night", "khuya": "night"}


def _is_scale(tokens: Tokens, i: int, words: Lexicon) -> bool:
    """Whether token i is a scale word, and no part of another word: tỷ lệ, triệu chứng, vạn vật."""
    word = tokens.words[i]
    if word not in words.words["scale"]:
        return False
    return not (tokens.words[i + 1] in words.cues.get(f"no scale {word}", ()) and tokens.spaced(i + 1))


def find_quantities(text: str) -> list[Quantity]:
    """Find the quantities of a Vietnamese text, in order.

    Returns
    -------
    list of Quantity
        Sorted by place, not overlapping.

    Examples
    --------
    >>> [(q.kind, q.value, q.unit) for q in find_quantities("9 tỷ USD trước ngày 12/3/2025, sau năm năm")]
    [('money', 9000000000, 'USD'), ('date', (2025, 3, 12), ''), ('measure', 5, 'year')]
    """
    tokens = split(text)
    return finish(tokens, read(tokens), text)


def read(tokens: Tokens) -> list[Made]:
    """The quantities among the tokens of a Vietnamese text, in order, without their spans."""
    words = lexicon("vi")
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
    following = tokens.words[i + 1]
    if holiday := find_phrase(tokens, i, words.phrases["holiday"]):
        month, day = holiday[0].split("-")
        made.append(Made("date", (None, int(month), int(day)), "", 0, i, holiday[1], "faint"))
        return holiday[1] + 1
    if word in ("ngày", "mùng", "mồng"):
        return _read_day(tokens, i, words, made)
    if word == "tháng":
        return _read_month(tokens, i, i, None, words, made)
    if word == "năm" and (year := year_at(tokens, i + 1)) is not None and tokens.spaced(i + 1):
        return _read_year(tokens, i, year, made)
    if word == "những":
        if following == "năm" and (short := figures_at(tokens, i + 2, 4)) >= 0 and short % 10 == 0 and short >= 10:
            return _decade(tokens, short, i, i + 2, words, made)
        return i + 1
    if word in ("thứ", "chủ", "chúa", "cn"):
        return _read_thu(tokens, i, words, made)
    if word == "thế" and following in ("kỷ", "kỉ"):
        return _read_century(tokens, i, words, made)
    if word == "thập" and following in ("niên", "kỷ", "kỉ"):
        return _read_decade(tokens, i, words, made)
    if word in ("quý", "qúy"):
        value, last = _small(tokens, i + 1, words)
        if 1 <= value <= 4:
            made.append(Made("ordinal", value, "", 0, i, last, "hard", (Reading("identifier", f"q{value}"),)))
            return last + 1
        return i + 1
    if word in ("hàng", "hằng", "vài", "mấy", "nhiều"):
        return _read_many(tokens, i, words, made)
    if word in ("nửa", "rưỡi", "rưởi") or (word == "phân" and following == "nửa"):
        return _read_half(tokens, i, floor, words, made)
    if word == "gấp":
        return _read_multiple(tokens, i, words, made)
    if word in ("đôi", "cặp", "kép"):
        made.append(Made("cardinal", 2, "", 0, i, i, "faint"))
        return i + 1
    if word == "rằm":
        made.append(Made("date", (None, None, 15), "", 0, i, i, "faint"))
        return i + 1
    if word == "duy":
        if following == "nhất":
            made.append(Made("cardinal", 1, "", 0, i, i + 1, "faint"))
            return i + 2
        return i + 1
    if word == "đầu":
        if following == "tiên":
            made.append(Made("ordinal", 1, "", 0, i, i + 1, "faint"))
            return i + 2
        return i + 1
    if word == "trưa":
        made.append(Made("time", (720,), "", 0, i, i, "faint"))
        return i + 1
    if word in ("khóa", "khoá", "chương", "lần", "hội"):
        value = read_roman(following)
        if value and tokens.spaced(i + 1) and tokens.written(i + 1).isupper():
            made.append(Made("ordinal", value, "", 0, i + 1, i + 1))
            return i + 2
        return i + 1
    if roman := ROMANS.get(word):
        if tokens.written(i).isupper():
            made.append(Made("ordinal", roman, "", 0, i, i, "soft"))
        return i + 1
    if word in table["number"] or word in table["scale"] or word in ("chục", "hăm", "băm"):
        return _read_number(tokens, i, floor, words, made)
    return i + 1


# Numbers ------------------------------------------------------------------------------------------------------------


def _small(tokens: Tokens, i: int, words: Lexicon) -> tuple[int, int]:
    """A small whole number at token i in figures, words or Roman numerals, and its last token; -1 where none."""
    if tokens.gaps[i] not in _LINKS:
        return -1, i
    word = tokens.words[i]
    if (value := figures_at(tokens, i, 4)) >= 0:
        return value, i
    if (value := read_roman(word)) and tokens.written(i).isupper():
        return value, i
    if word == "nhất":
        return 1, i
    if word == "nhì":
        return 2, i
    if word in words.words["number"] and (num := _number_words(tokens, i, words)):
        return int(num.values[0]), num.end - 1
    return -1, i


def _bare_number(tokens: Tokens, i: int, words: Lexicon) -> Num | None:
    """The number written from token i on: 1.500, 1 tỷ 250 triệu, hai mươi mốt, 3 triệu rưỡi."""
    word = tokens.words[i]
    if word in FRACTION_SIGNS:
        return Num((FRACTION_SIGNS[word],), 0, i, i + 1, True, "hard")
    if "/" < word < ":":
        return _figures(tokens, i, words)
    return _number_words(tokens, i, words)


def _figures(tokens: Tokens, i: int, words: Lexicon) -> Num:
    word = tokens.words[i]
    values, precision = read_figures(word, ",")
    end = i + 1
    if len(word) <= 3 and word.isdecimal() and not word.startswith("0"):  # 1 500 000
        while end < i + 5 and is_group(tokens, end):
            values = (int(values[0]) * 1000 + int(tokens.words[end]),)
            end += 1
    if not values:
        return Num((), 0, i, end, True, "hard")
    if mixed := read_mixed(tokens, end) if end == i + 1 and precision == 0 else 0:
        return Num(tuple(value + mixed for value in values), 0, i, end + 2, True, "hard")
    if tokens.words[end] in FRACTION_SIGNS and tokens.gaps[end] in ("", " ") and precision == 0:
        values = (values[0] + FRACTION_SIGNS[tokens.words[end]],)
        end += 1
    suffix = words.words["suffix"]
    if tokens.words[end] in suffix and tokens.gaps[end] == "" and not tokens.words[end + 1][:1].isdecimal():
        factor = suffix[tokens.words[end]]
        return Num(tuple(simple(Fraction(v * factor)) for v in values), precision, i, end + 1, True, "hard")
    scaled = [_scaled(value, tokens, end, words) for value in values]
    end = scaled[0][1]
    return Num(tuple(value for value, _ in scaled), precision, i, end, True, "hard")


def _scaled(value: Number, tokens: Tokens, end: int, words: Lexicon) -> tuple[Number, int]:
    """Take in the scale words behind figures, further terms (1 tỷ 250 triệu) and 'rưỡi'."""
    scale = words.words["scale"]
    total: Number = 0
    last = 10**30
    for _ in range(6):
        factor = 1
        k = end
        while k < end + 3 and tokens.gaps[k] in _LINKS and (_is_scale(tokens, k, words) or tokens.words[k] == "chục"):
            factor *= scale.get(tokens.words[k], 10)
            k += 1
        if factor == 1:
            break
        if factor >= last:
            break
        total += value * factor
        end, last = k, factor
        if tokens.words[end] in _HALVES and tokens.gaps[end] in _LINKS:
            total += Fraction(factor, 2)
            end += 1
            break
        # A smaller term behind: figures, and a scale word that is smaller.
        word = tokens.words[end]
        if not (tokens.gaps[end] in SPACES and word.isdecimal() and len(word) <= 3):
            break
        further, k = 1, end + 1
        while k < end + 3 and tokens.gaps[k] in SPACES and _is_scale(tokens, k, words):
            further *= scale[tokens.words[k]]
            k += 1
        if further == 1 and factor >= 10**6 and len(word) == 1 and not tokens.words[k][:1].isalnum():
            total += Fraction(int(word) * factor, 10)  # 2 tỷ 3
            end = k
            break
        if further == 1 or further * int(word) >= factor:
            break
        value = int(word)
        end += 1
    else:
        return simple(Fraction(total)), end
    if last == 10**30:
        return value, end
    return simple(Fraction(total)), end


def _number_words(tokens: Tokens, i: int, words: Lexicon) -> Num | None:
    """Read number words: hai mươi mốt, một trăm linh năm, ba triệu rưỡi, mười nghìn tỷ, một chục."""
    number, scale = words.words["number"], words.words["scale"]
    total: Number = 0
    group = -1  # below 1,000, being read; -1 for none
    place = 0  # value of the last place read in the group: 1 for ones, 10 for tens, 100
    last_scale = 10**30
    k = i
    end = i
    halved = False
    while k < i + _MOST_WORDS:
        word, following = tokens.words[k], tokens.words[k + 1]
        if k > i and tokens.gaps[k] not in _LINKS:
            break
        if word in number:
            value = number[word]
            if value == 10:
                if group < 0 or place == 100:
                    group, place = max(group, 0) + 10, 10
                else:
                    break
            elif following == "mươi" and (group < 0 or place == 100) and 2 <= value <= 9:
                group, place = max(group, 0) + value * 10, 10
                k += 1
            elif group < 0:
                if word in ("lăm", "nhăm", "mốt"):
                    break
                if word == "tư" and k > i:
                    break
                if word == "năm" and k > i and following not in scale:
                    break  # 'hai triệu năm' goes on with years
                if (
                    k > i
                    and word in ("hai", "ba", "một")
                    and following not in scale
                    and following not in ("mươi", "chục")
                ):
                    break
                group, place = value, 1
            elif (
                place == 1
                and k == i + 1
                and 2 <= group <= 9
                and tokens.words[i] != "tư"
                and (word in ("mốt", "lăm", "nhăm") or (word == "tư" and group != 3))  # Ba Tư is Persia
            ):
                group = group * 10 + value  # hai lăm, ba mốt
            elif place == 10 and value < 10:
                if word in ("năm", "không") or (word == "mốt" and group % 100 < 20):
                    break  # 'hai mươi năm' is twenty years
                group, place = group + value, 1
            else:
                break
        elif word in ("hăm", "băm") and group < 0 and following in number:
            group, place = 20 if word == "hăm" else 30, 10
        elif word in ("linh", "lẻ") and k > i and (place == 100 or group < 0) and following in number:
            if number[following] < 10:
                group, place = max(group, 0) + number[following], 1
                k += 1
            else:
                break
        elif word == "chục":
            if 0 < group <= 9:
                group, place = group * 10, 10
            elif group < 0 and k == i:
                group, place = 10, 10
            else:
                break
        elif word == "tá" and group > 0:
            group, place = group * 12, 1
        elif word == "trăm" and group < 100 and place != 10:
            group, place = (group if group >= 0 else 1) * 100, 100
            if following in _HALVES:
                group, place = group + 50, 1
                k += 1
        elif _is_scale(tokens, k, words):
            factor = scale[word]
            if group < 0 and k > i:
                # nghìn tỷ, trăm triệu: a scale of a scale
                if factor <= 1:
                    break
                total *= factor
                last_scale = last_scale * factor
            else:
                if factor >= last_scale:
                    break
                total += (group if group >= 0 else 1) * factor
                last_scale = factor
                group, place = -1, 0
            if following in _HALVES and tokens.gaps[k + 1] in _LINKS:
                total += Fraction(factor, 2)
                halved = True
                k += 2
                end = k
                break
            if (
                factor >= 1000
                and group < 0
                and (following in ("tư", "mốt") or (following in number and number[following] in _TAILS))
                and tokens.spaced(k + 1)
                and (following in ("tư", "mốt") or not tokens.words[k + 2] or tokens.gaps[k + 2] not in SPACES)
            ):  # hai triệu tư, một nghìn bảy
                total += Fraction(factor * number[following], 10)
                halved = True
                k += 2
                end = k
                break
        else:
            break
        k += 1
        end = k
    if end == i:
        return None
    value_ = simple(Fraction(total + max(group, 0)))
    weight: Weight = "soft" if value_ in _SOFT_VALUES and end <= i + 2 and not halved else "hard"
    return Num((value_,), 0, i, end, False, weight)


def _read_number(tokens: Tokens, i: int, floor: int, words: Lexicon, made: list[Made]) -> int:
    """Read a number and what it counts."""
    word = tokens.words[i]
    if "/" < word < ":":
        if done := _read_compound(tokens, i, floor, words, made):
            return done
        if phone := read_phone(tokens, i):
            made.append(Made("identifier", phone[0], "phone", 0, i, phone[1]))
            return phone[1] + 1
    num = _bare_number(tokens, i, words)
    if num is None or num.end == i:
        return i + 1
    first, end = num.first, num.end
    if not num.values:
        made.append(Made("identifier", word, "", 0, i, end - 1))
        return end
    if num.figures and (is_negative(tokens, i) or (i > floor and tokens.words[i - 1] == "âm")):
        num = num._replace(values=tuple(-value for value in num.values))
    if not num.figures:
        num = _weighed(tokens, num, floor, words)
        if num is None:
            return end
    if (
        (currency := _currency_before(tokens, first, floor, words))
        and num.figures
        and tokens.words[end] not in ("%", "phần")
    ):
        unit, first = currency
        last = end - 1
        if after := _currency_after(tokens, end, words):
            last = after[1]
            unit = after[0] if unit == "dollar" else unit
        made.append(
            Made("money", num.values[0], unit, num.precision, first, last, "hard", further("money", num.values, unit))
        )
        return last + 1
    return _read_counted(tokens, num, floor, words, made)


def _weighed(tokens: Tokens, num: Num, floor: int, words: Lexicon) -> Num | None:
    """Give a number word its weight by what stands around it: 'ba' is a father, 'năm' a year, 'một' an article."""
    i, end = num.first, num.end
    if end > i + 1:
        return num
    word, before, following = tokens.words[i], tokens.words[i - 1] if i else "", tokens.words[end]
    counted = tokens.gaps[end] in SPACES and (
        following in words.phrases["classifier"]
        or following in words.phrases["unit"]
        or following in words.phrases["currency"]
    )
    if following == "phần" or tokens.n == 1:
        return num._replace(weight="soft")
    if word in ("tư", "mốt", "lăm", "nhăm") or (word == "ba" and following == "tư"):
        return None  # these are digits in longer numbers alone; Ba Tư is Persia
    if word == "năm":
        lasts = counted and following in words.cues["time unit"] and before in words.cues["preposition"]
        if following == "năm" or lasts:  # 'sau năm ngày' is after five days, 'mỗi năm ngày' is not
            return num._replace(weight="soft")
        if before in words.cues["before year"] or (following in words.cues["after year"] and not counted):
            return None
        return num._replace(weight="soft" if counted else "faint")
    if word == "một":
        # 'một số' is some, 'một cách' makes an adverb
        return None if following in words.cues["after article"] else num._replace(weight="faint")
    if word in (
        "không",
        "tư",
        "chín",
        "mốt",
        "lăm",
        "nhăm",
        "tỉ",
        "vạn",
        "trăm",
        "nghìn",
        "ngàn",
        "chục",
        "triệu",
        "tỷ",
    ):
        return num._replace(weight="soft" if word == "chín" and counted else "faint")
    if word == "ba" and (following in words.cues["after father"] or (tokens.capital(i) and i > floor)):
        return num._replace(weight="faint")
    if not counted and tokens.capital(i) and i > 0 and tokens.spaced(i):
        return num._replace(weight="faint")
    return num


def _currency_before(tokens: Tokens, i: int, floor: int, words: Lexicon) -> tuple[str, int] | None:
    """Currency written before the number at token i, and its first token: US$, VND, €."""
    if i <= floor or tokens.gaps[i] not in ("", " "):
        return None
    for back in (3, 2, 1):
        first = i - back
        if first >= floor and (found := find_phrase(tokens, first, words.phrases["currency"])) and found[1] == i - 1:
            if tokens.words[first].isalpha() and not tokens.written(first).isupper():
                return None
            return found[0], first
    return None


def _currency_after(tokens: Tokens, i: int, words: Lexicon) -> tuple[str, int] | None:
    """Currency written behind a number, from token i on, and its last token."""
    if tokens.gaps[i] not in _LINKS:
        return None
    found = find_phrase(tokens, i, words.phrases["currency"])
    if found and tokens.words[found[1] + 1][:1].isdecimal() and tokens.gaps[found[1] + 1] == "":
        return None  # the sign of the next number
    if (
        found
        and found[1] == i
        and tokens.words[i] == "đồng"
        and tokens.words[i + 1] in words.cues["no money"]
        and tokens.spaced(i + 1)
    ):
        return None
    return found


def _read_counted(tokens: Tokens, num: Num, floor: int, words: Lexicon, made: list[Made]) -> int:
    """Read the sign or the word behind a number: percent, money, unit, month, hour."""
    first, end = num.first, num.end
    word, gap, following = tokens.words[end], tokens.gaps[end], tokens.words[end + 1]
    value, values, precision, weight = num.values[0], num.values, num.precision, num.weight
    whole = int(value) if value.denominator == 1 else -1

    def add(kind: Kind, unit: str, last: int, *more: Reading, hard: bool = False) -> int:
        others = further(kind, values, unit) + more
        made.append(Made(kind, value, unit, precision, first, last, "hard" if hard else weight, others))
        return last + 1

    if gap in _LINKS:
        if word == "phần":
            if following == "trăm":
                return add("percent", "", end + 1, hard=True)
            low, last = _small(tokens, end + 1, words)
            if low > 1 and tokens.words[end + 1] != "nhất":
                made.append(
                    Made(
                        "fraction",
                        simple(Fraction(value) / low),
                        "",
                        0,
                        first,
                        last,
                        "soft" if not num.figures else "hard",
                    )
                )
                return last + 1
        if word == "%":
            return add("percent", "", end, hard=True)
        if word == "điểm" and (following == "%" or (following == "phần" and tokens.words[end + 2] == "trăm")):
            return add("percent", "", end + 1 + (following != "%"), hard=True)
        if word in _HALVES and gap in SPACES and 1 <= whole <= 12 and not precision:  # 2 rưỡi chiều
            part, end_ = _part_of_day(tokens, end + 1)
            exact = Reading("cardinal", value + Fraction(1, 2))
            made.append(Made("time", _minutes(whole, 30, part), "", 0, first, end_ - 1, weight, (exact,)))
            return end_
        if word == "giờ" or (
            word in ("h", "g")
            and gap == ""
            and num.figures
            and not (word == "g" and (tokens.capital(end) or not following[:1].isdecimal()))
        ):
            return _read_hour(tokens, num, words, made)
        if word == "tháng" and 1 <= whole <= 31 and gap in SPACES:
            month, _ = _small(tokens, end + 1, words)
            if tokens.words[end + 1] in ("giêng", "chạp"):
                month = 1
            unit_after = tokens.words[_small(tokens, end + 1, words)[1] + 1]
            if (
                1 <= month <= 12
                and tokens.gaps[end + 1] in SPACES
                and unit_after not in ("ngày", "tuần", "giờ", "người")
                and (num.figures or whole >= 11)
            ):
                return _read_month(tokens, end, first, whole, words, made)
        if currency := _currency_after(tokens, end, words):
            more = [Reading("measure", v, "lb") for v in values] if word in ("pound", "pounds") else []
            if currency[0] == "CENT":
                more = [Reading("money", simple(Fraction(v) / 100), "dollar") for v in values]
            return add("money", currency[0], currency[1], *more)
        if unit := find_phrase(tokens, end, words.phrases["unit"]):
            symbol, last = unit
            letter = gap == "" and len(word) == 1 and (word not in "mgl°w" or (word in "mgl" and tokens.capital(end)))
            doubtful = gap == " " and not num.figures and word in ("w", "ft", "cây", "khối", "cân", "hôm")
            if not letter and not doubtful:
                return _measure(tokens, num, symbol, last, words, made)
        if word == "lần" and weight != "hard":
            return add("cardinal", "", end - 1, Reading("multiple", value))
    if gap == "" and word == "x" and not following[:1].isdecimal():
        return add("multiple", "", end)
    if num.figures and gap == "" and word[:1].isalpha() and len(word) <= 4:
        name = "".join(tokens.words[first : end + 1])
        made.append(Made("identifier", name, "", 0, first, end, "hard", (Reading("cardinal", value),)))
        return end + 1
    if num.figures and end == first + 1:
        return _identifier_or_number(tokens, num, floor, made)
    return add("cardinal", "", end - 1)


def _measure(tokens: Tokens, num: Num, symbol: str, last: int, words: Lexicon, made: list[Made]) -> int:
    """Read what may follow a unit: 1m75, 30 độ C, hai năm rưỡi, 3 tiếng 45 phút."""
    value, first = num.values[0], num.first
    others = further("measure", num.values, symbol)
    if tokens.words[last] in words.cues["doubtful unit"]:
        others += (Reading("cardinal", value),)
    if symbol in ("m", "kg") and value.denominator == 1 and tokens.gaps[last + 1] == "" and num.figures:
        decimals = tokens.words[last + 1]
        if 0 < len(decimals) <= 2 and decimals.isdecimal():
            exact = simple(value + Fraction(int(decimals), 10 ** len(decimals)))
            made.append(Made("measure", exact, symbol, len(decimals), first, last + 1))
            return last + 2
    if tokens.words[last] == "mét" and value.denominator == 1 and tokens.spaced(last + 1):  # một mét bảy
        centimetres, end = _small(tokens, last + 1, words)
        closes = not tokens.words[end + 1] or tokens.gaps[end + 1] not in SPACES
        if 1 < centimetres < 100 and not tokens.words[last + 1][:1].isdecimal() and (closes or centimetres > 10):
            exact = value + Fraction(centimetres, 10 if centimetres < 10 else 100)
            made.append(Made("measure", simple(exact), "m", 2, first, end))
            return end + 1
    if symbol == "s" and num.figures and value.denominator == 1 and tokens.spaced(last + 1):  # 9 giây 58
        decimals = tokens.words[last + 1]
        if len(decimals) == 2 and decimals.isdecimal() and not tokens.words[last + 2][:1].isalpha():
            exact = simple(value + Fraction(int(decimals), 100))
            made.append(Made("measure", exact, symbol, 2, first, last + 1))
            return last + 2
    if symbol == "h" and value.denominator == 1 and tokens.spaced(last + 1):
        minutes, end = _small(tokens, last + 1, words)
        if 0 < minutes < 60 and tokens.words[end + 1] == "phút":
            made.append(Made("measure", simple(value + Fraction(minutes, 60)), "h", 0, first, end + 1))
            return end + 2
    if symbol == "deg" and tokens.words[last + 1] in ("c", "f") and tokens.gaps[last + 1] in (" ", ""):
        symbol, last = "°" + tokens.words[last + 1].upper(), last + 1
    if tokens.words[last + 1] in _HALVES and tokens.gaps[last + 1] in SPACES:
        made.append(Made("measure", simple(value + Fraction(1, 2)), symbol, 1, first, last + 1, num.weight))
        return last + 2
    if (
        symbol == "year"
        and (year_at(tokens, last + 1) or 0) > 999
        and tokens.words[last] == "năm"
        and num.values[0] != 1
    ):
        # 'thứ 5 năm 2018': the year has its own number
        made.append(Made("cardinal", value, "", num.precision, first, last - 1, num.weight))
        return last
    if (
        symbol == "month"
        and value == 6
        and tokens.words[last + 1] in ("đầu", "cuối")
        and tokens.words[last + 2] == "năm"
    ):
        others += (Reading("ordinal", 1 if tokens.words[last + 1] == "đầu" else 2, "half"),)
    made.append(Made("measure", value, symbol, num.precision, first, last, num.weight, others))
    return last + 1


def _identifier_or_number(tokens: Tokens, num: Num, floor: int, made: list[Made]) -> int:
    """G7, COVID-19, or a plain number."""
    i, value = num.first, num.values[0]
    before = tokens.words[i - 1] if i > floor else ""
    if before.isalpha() and before.isascii():
        gap = tokens.gaps[i]
        if gap == "" or (gap in HYPHENS and tokens.written(i - 1).isupper() and len(before) <= 6):
            if before == "q" and 1 <= value <= 4:
                made.append(Made("ordinal", value, "", 0, i - 1, i, "hard", (Reading("identifier", f"q{value}"),)))
            elif before == "t" and gap == "" and 2 <= value <= 7 and tokens.written(i - 1) == "T":
                weekday = Reading("weekday", int(value) - 2)
                made.append(
                    Made("identifier", f"t{value}", "", 0, i - 1, i, "hard", (weekday, Reading("cardinal", value)))
                )
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
    if num.precision and "," not in tokens.words[i]:
        # A decimal point is no Vietnamese way to write: a version, or copied as it was.
        made.append(
            Made(
                "cardinal",
                value,
                "",
                num.precision,
                i,
                i,
                "hard",
                (Reading("identifier", tokens.words[i], "version"),),
            )
        )
        return i + 1
    made.append(Made("cardinal", value, "", num.precision, i, i, num.weight, further("cardinal", num.values, "")))
    return i + 1


# Fractions, approximate quantities, multiples, ordinals ---------------------------------------------------------------


def _read_many(tokens: Tokens, i: int, words: Lexicon, made: list[Made]) -> int:
    """Hàng nghìn, hàng chục nghìn, vài trăm, mấy triệu, hàng tá."""
    scale = words.words["scale"]
    value, k = 1, i + 1
    while (
        k < i + 4
        and tokens.gaps[k] in SPACES
        and (_is_scale(tokens, k, words) or tokens.words[k] in ("chục", "tá", "mươi"))
    ):
        value *= scale.get(tokens.words[k], 10)
        k += 1
    if value == 1:
        return i + 1
    others: tuple[Reading, ...] = ()
    if tokens.words[k] == "hàng" and _is_scale(tokens, k + 1, words):  # hàng trăm hàng nghìn
        further = scale[tokens.words[k + 1]]
        others = (Reading("approximate", value), Reading("approximate", further))
        value, k = value * further, k + 2
    made.append(Made("approximate", value, "", 0, i, k - 1, "soft", others))
    return k


def _read_half(tokens: Tokens, i: int, floor: int, words: Lexicon, made: list[Made]) -> int:
    """Nửa, một nửa, nửa triệu, nửa tiếng."""
    last = i + (tokens.words[i] == "phân")
    if tokens.words[i] in _HALVES:
        made.append(Made("fraction", Fraction(1, 2), "", 0, i, i, "faint"))
        return i + 1
    first = i
    if (
        made
        and made[-1].last == i - 1
        and made[-1].value == 1
        and made[-1].weight == "faint"
        and made[-1].kind == "cardinal"
    ):
        first = made.pop().first
    k = last + 1
    if tokens.words[k] == "tá":
        made.append(Made("cardinal", 6, "", 0, first, k, "soft"))
        return k + 1
    if _is_scale(tokens, k, words) and tokens.spaced(k):
        made.append(
            Made("cardinal", simple(Fraction(words.words["scale"][tokens.words[k]], 2)), "", 0, first, k, "soft")
        )
        return k + 1
    if tokens.words[k] == "điểm" and tokens.words[k + 1] in ("%", "phần"):
        made.append(Made("percent", Fraction(1, 2), "", 1, first, k + 1 + (tokens.words[k + 1] == "phần")))
        return made[-1].last + 1
    if (unit := find_phrase(tokens, k, words.phrases["unit"])) and tokens.spaced(k):
        half = Fraction(1, 2)
        made.append(Made("measure", half, unit[0], 0, first, unit[1], "soft", (Reading("fraction", half),)))
        return unit[1] + 1
    before = tokens.words[first - 1] if first > floor else ""
    weight: Weight = (
        "faint"
        if tokens.words[k] in ("đầu", "cuối", "sau", "trước", "đêm", "vời", "kia") or before == "hơn"
        else "soft"
    )
    made.append(Made("fraction", Fraction(1, 2), "", 0, first, last, weight))
    return last + 1


def _read_multiple(tokens: Tokens, i: int, words: Lexicon, made: list[Made]) -> int:
    """Gấp đôi, gấp ba (lần), gấp 4,5 lần."""
    word = tokens.words[i + 1]
    if word in _HALVES or not tokens.spaced(i + 1):
        return i + 1
    if word == "đôi":
        made.append(Made("multiple", 2, "", 0, i, i + 1, "soft"))
        return i + 2
    if word in words.words["number"] or "/" < word < ":":
        num = _bare_number(tokens, i + 1, words)
        if num and num.values:
            last = num.end - 1 + (tokens.words[num.end] == "lần")
            weight: Weight = "hard" if num.figures else "soft"
            made.append(
                Made("multiple", num.values[0], "", num.precision, i, last, weight, further("multiple", num.values, ""))
            )
            return last + 1
    return i + 1


def _read_thu(tokens: Tokens, i: int, words: Lexicon, made: list[Made]) -> int:
    """Thứ Hai is Monday or the second; thứ 80; Chủ nhật."""
    word = tokens.words[i]
    if word == "cn":
        if tokens.written(i) == "CN":
            made.append(Made("weekday", 6, "", 0, i, i, "faint"))
        return i + 1
    if word in ("chủ", "chúa"):
        if tokens.words[i + 1] != "nhật" or tokens.words[i + 2] in ("ký", "kí", "báo") or not tokens.spaced(i + 1):
            return i + 1
        made.append(Made("weekday", 6, "", 0, i, i + 1))
        return i + 2
    value, last = _small(tokens, i + 1, words)
    k = i + 1
    if (
        tokens.words[k] in ("hai", "ba", "tư", "năm", "sáu", "bảy", "bẩy")
        and last > k
        and tokens.words[k + 1] != "mươi"
    ):
        value, last = words.words["number"][tokens.words[k]], k
    if value < 0:
        return i + 1
    figures = tokens.words[k][:1].isdecimal()
    if 2 <= value <= 7 and tokens.words[k] not in ("nhì", "bốn") and not read_roman(tokens.words[k]):
        ordinal, day = Reading("ordinal", value), Reading("weekday", value - 2)
        sure = not figures and tokens.capital(k)
        before = tokens.words[i - 1] if i else ""
        if sure or before in ("ngày", "hôm", "sáng", "chiều", "tối", "đêm", "trưa"):
            made.append(Made("weekday", value - 2, "", 0, i, last, "hard", (ordinal._replace(unit="th"),)))
        else:
            made.append(Made("ordinal", value, "", 0, i, last, "hard" if figures else "soft", (day,)))
        return last + 1
    weight: Weight = "hard" if figures or value > 10 else "soft"
    made.append(Made("ordinal", value, "", 0, i, last, weight))
    return last + 1


def _read_century(tokens: Tokens, i: int, words: Lexicon, made: list[Made]) -> int:
    """Thế kỷ XXI, thế kỷ 21, thế kỷ thứ 19, thế kỷ hai mươi."""
    k = i + 2 + (tokens.words[i + 2] == "thứ")
    value, last = _small(tokens, k, words)
    if value > 0:
        made.append(Made("century", value, "", 0, i, last))
        return last + 1
    made.append(Made("measure", 1, "century", 0, i, i + 1, "faint"))
    return i + 2


def _read_decade(tokens: Tokens, i: int, words: Lexicon, made: list[Made]) -> int:
    """Thập niên 1990, thập niên 90, những thập niên 90 của thế kỷ trước."""
    k = i + 2 + (tokens.words[i + 2] in ("năm", "kỷ", "những"))
    value, last = _small(tokens, k, words)
    if value >= 10 and value % 10 == 0:
        return _decade(tokens, value, i, last, words, made)
    made.append(Made("measure", 1, "decade", 0, i, i + 1, "faint"))
    return i + 2


def _decade(tokens: Tokens, value: int, first: int, last: int, words: Lexicon, made: list[Made]) -> int:
    """Take in the century behind a decade: những năm 80 của thế kỷ XX."""
    k = last + 1 + (tokens.words[last + 1] == "của")
    if value < 100 and tokens.words[k] == "thế" and tokens.words[k + 1] in ("kỷ", "kỉ"):
        century, end = _small(tokens, k + 2, words)
        if 0 < century < 30:
            value, last = (century - 1) * 100 + value, end
    others: tuple[Reading, ...] = ()
    if value < 100:
        others = (Reading("decade", 1900 + value), Reading("decade", 2000 + value))
    made.append(Made("decade", value, "", 0, first, last, "hard", others))
    return last + 1


# Dates and times ------------------------------------------------------------------------------------------------------


def _read_year(tokens: Tokens, i: int, year: int, made: list[Made]) -> int:
    """Năm 1973; năm 2024-2025 is two years."""
    if done := read_year_span(tokens, i + 1, made):
        made[-2] = made[-2]._replace(first=i)
        return done
    made.append(Made("date", (year, None, None), "", 0, i, i + 1))
    return i + 2


def _read_day(tokens: Tokens, i: int, words: Lexicon, made: list[Made]) -> int:
    """Ngày 12 tháng 3 năm 2025, ngày 12/3, mùng 2 tháng 9, ngày 11."""
    word, k = tokens.words[i], i + 1
    k += word == "ngày" and tokens.words[k] in ("mùng", "mồng")
    if not tokens.spaced(k):
        return i + 1
    if "/" < tokens.words[k] < ":":
        if (done := _read_compound(tokens, k, i, words, made, day=True)) and made[-1].kind == "date":
            made[-1] = made[-1]._replace(first=i if made[-1].first == k else made[-1].first)
            return done
        if done:
            return done
        value, last = figures_at(tokens, k), k
    elif tokens.words[k] in words.words["number"]:
        value, last = _small(tokens, k, words)
    else:
        return i + 1
    if not 1 <= value <= 31:
        return i + 1
    if tokens.words[last + 1] == "tháng" and tokens.spaced(last + 1):
        n = len(made)
        done = _read_month(tokens, last + 1, i, value, words, made)
        if len(made) > n:
            return done
    if word == "ngày" and not "/" < tokens.words[k] < ":":
        if tokens.words[k] in ("mùng", "mồng"):
            k += 1
        else:
            return i + 1  # 'ngày một' day by day, 'ngày hai lần' twice a day
    weight: Weight = "hard" if "/" < tokens.words[k] < ":" else "soft"
    made.append(Made("date", (None, None, value), "", 0, i, last, weight))
    return last + 1


_NAMED_MONTHS: Final = {"giêng": 1, "chạp": 12}


def _read_month(tokens: Tokens, i: int, first: int, day: int | None, words: Lexicon, made: list[Made]) -> int:
    """Read the month at token i ('tháng'), whose day was read from token first on, and the year behind it."""
    k = i + 1
    word = tokens.words[k]
    if not (tokens.spaced(k) or tokens.gaps[k] == ""):
        return i + 1
    if word in _NAMED_MONTHS:
        month, last = _NAMED_MONTHS[word], k
    else:
        month, last = _small(tokens, k, words)
        if word == "năm":
            month, last = 5, k
            if tokens.words[k + 1][:1].isdecimal() or (day is None and not tokens.capital(k)):
                month = -1
        elif last > k and word in words.words["number"] and month > 12:
            month, last = words.words["number"][word], k
    if not 1 <= month <= 12:
        if month > 12 and tokens.words[k].isdecimal() and month < 100:
            # Not a month, but what stands there after a month's word: keep it as a date that equals none.
            made.append(Made("date", (None, month, day), "", 0, first, last))
            return last + 1
        return i + 1
    if (
        tokens.words[k] in ("một", "hai", "ba", "tư", "sáu", "bảy")
        and day is None
        and not tokens.capital(k)
        and last == k
    ):
        weight: Weight = "soft"
    else:
        weight = "hard"
    year = None
    n = last + 1
    if tokens.words[n] == "năm" and tokens.gaps[n] in (" ", ", ") and (year := year_at(tokens, n + 1)):
        last = n + 1
    elif (
        tokens.gaps[n] in ("/", "-", " - ", ".", " / ", ", ", " ")
        and (year := year_at(tokens, n))
        and 1000 < year < 2200
    ):
        last = n
    else:
        year = None
    made.append(Made("date", (year, month, day), "", 0, first, last, weight))
    if day is None and year is None and tokens.gaps[last + 1] in HYPHENS and tokens.gaps[last + 2] not in ("/", "-"):
        until = figures_at(tokens, last + 1)  # tháng 3-5
        if month < until <= 12 and tokens.words[last + 2] not in ("%", "phần"):
            made.append(Made("date", (None, until, None), "", 0, last + 1, last + 1))
            return last + 2
    return last + 1


def _read_compound(tokens: Tokens, i: int, floor: int, words: Lexicon, made: list[Made], *, day: bool = False) -> int:
    """Dates in figures, document numbers, fractions: 12/3/2025, 2025-03-26, 11-13/3, 30/2020/NĐ-CP, 2/3; 0 if none."""
    word, gap = tokens.words[i], tokens.gaps[i + 1]
    following, third, gap2 = tokens.words[i + 1], tokens.words[i + 2], tokens.gaps[i + 2]
    if word.count(".") == 2:  # 12.3.2025
        parts = [int(part) for part in word.split(".") if len(part) in (1, 2, 4) and part.isdecimal()]
        if len(parts) == 3 and 1 <= parts[0] <= 31 and 1 <= parts[1] <= 12 and parts[2] > 999:
            date = (parts[2], parts[1], parts[0])
            made.append(Made("date", date, "", 0, i, i, "hard", (Reading("identifier", word),)))
            return i + 1
    if done := read_year_span(tokens, i, made):
        return done
    if gap == ":" and len(following) == 2:
        return _read_colon(tokens, i, made)
    if gap not in ("/", "-", " - ", "–", " – ") or not (following.isdecimal()):
        return 0
    one, two = figures_at(tokens, i), figures_at(tokens, i + 1)
    if gap in ("/", "-") and gap2 == gap:
        if (year_ := year_at(tokens, i)) and 1 <= two <= 12 and 1 <= figures_at(tokens, i + 2) <= 31:
            made.append(Made("date", (year_, two, figures_at(tokens, i + 2)), "", 0, i, i + 2))
            return i + 3
        year_ = year_at(tokens, i + 2)
        if year_ is None and gap == "/" and len(third) == 2 and third.isdecimal():
            year_ = 2000 + int(third)
        if year_ and 1 <= one <= 31 and 1 <= two <= 31:
            made.append(Made("date", (year_, two, one), "", 0, i, i + 2))
            return i + 3
        if gap == "/" and third.isalpha():
            return read_document(tokens, i, made)
    if gap == "/":
        if gap2 in ("/", "") and third.isalpha() and len(following) == 4 and one >= 0:
            return read_document(tokens, i, made)
        if len(following) == 4 and year_at(tokens, i + 1) and 1 <= one <= 12:
            ident = Reading("identifier", f"{one}/{following}")
            made.append(Made("date", (int(following), one, None), "", 0, i, i + 1, "hard", (ident,)))
            return i + 2
        low, high = figures_at(tokens, i, 3), figures_at(tokens, i + 1, 3)
        if low >= 0 and high > 0:
            ident = Reading("identifier", f"{low}/{high}")
            is_date = 1 <= low <= 31 and 1 <= high <= 12
            fraction = Reading("fraction", simple(Fraction(low, high)))
            cue = (
                i > 0
                and is_date
                and tokens.words[i - 1] in words.cues["before date"]
                and tokens.gaps[i] in (" ", ", ", " (")
            )
            if (day or cue) and 1 <= low <= 31:
                others = () if day or tokens.gaps[i] == " " else (fraction,)
                made.append(Made("date", (None, high, low), "", 0, i, i + 1, "hard", others))
            elif is_date:
                made.append(Made(*fraction, 0, i, i + 1, "hard", (Reading("date", (None, high, low)), ident)))
            else:
                made.append(Made(*fraction, 0, i, i + 1, "hard", (ident,)))
            return i + 2
        return 0
    # 11-13/3, 11 - 13/3/2025: two days of one month; 12-3 behind 'ngày' is a date
    if gap2 == "/" and 1 <= one <= 31 and 1 <= two <= 31 and 1 <= figures_at(tokens, i + 2) <= 12:
        month = figures_at(tokens, i + 2)
        year_ = year_at(tokens, i + 3) if tokens.gaps[i + 3] in ("/", "-") else None
        made.append(Made("date", (None, month, one), "", 0, i, i))
        made.append(Made("date", (year_, month, two), "", 0, i + 1, i + 2 + bool(year_)))
        return made[-1].last + 1
    if day and gap == "-" and 1 <= one <= 31 and 1 <= two <= 12 and tokens.words[i + 2] != "tháng":
        made.append(Made("date", (None, two, one), "", 0, i, i + 1))
        return i + 2
    return 0


def _minutes(hour: int, minute: int, part: str) -> tuple[int, ...]:
    """Minutes since midnight that a clock time may mean."""
    if part == "am" or hour > 12:
        return ((hour % 12 if hour == 12 and part == "am" else hour) * 60 + minute,)
    if part == "pm":
        return (hour % 12 * 60 + minute + 720,)
    if part == "noon":
        return ((hour if hour > 9 else hour + 12) * 60 + minute,)
    if part == "night":
        late = hour % 12 * 60 + minute
        return (late,) if hour == 12 else (late, late + 720)
    clock = hour * 60 + minute
    return (clock, (clock + 720) % 1440) if 1 <= hour <= 12 else (clock,)


def _part_of_day(tokens: Tokens, i: int) -> tuple[str, int]:
    """Part of day named at token i, and the token behind it."""
    if tokens.gaps[i] not in SPACES:
        return "", i
    k = i + (tokens.words[i] in ("buổi", "vào"))
    part = _PARTS_OF_DAY.get(tokens.words[k], "")
    if not part and tokens.words[i] == "giờ":  # 05:00 giờ sáng
        part = _PARTS_OF_DAY.get(tokens.words[i + 1], "")
        return (part, i + 2) if part else ("", i)
    return (part, k + 1) if part else ("", i)


def _read_colon(tokens: Tokens, i: int, made: list[Made]) -> int:
    """14:30, 2:30 chiều."""
    hour, minute = figures_at(tokens, i), figures_at(tokens, i + 1)
    if not (0 <= hour <= 24 and 0 <= minute < 60):
        return 0
    end = i + 2
    if tokens.gaps[end] == ":" and len(tokens.words[end]) == 2 and figures_at(tokens, end) >= 0:
        end += 1
    part, end = _part_of_day(tokens, end)
    if part == "am" and hour > 12:
        part = ""
    made.append(
        Made(
            "time",
            _minutes(hour % 24, minute, part),
            "",
            0,
            i,
            end - 1,
            "hard",
            (Reading("identifier", f"{hour}:{minute:02}"),),
        )
    )
    return end


def _read_hour(tokens: Tokens, num: Num, words: Lexicon, made: list[Made]) -> int:
    """14h30, 2 giờ 30 phút chiều, 2 giờ rưỡi, 22 giờ; 48 giờ lasts."""
    first, end = num.first, num.end
    value = num.values[0]
    hour, minute = (int(value), 0) if value.denominator == 1 else (-1, 0)
    if hour < 0 and num.precision == 2 and num.figures and "." in tokens.words[first]:  # 7.55 giờ sáng
        head, _, tail = tokens.words[first].partition(".")
        hour, minute = int(head), int(tail)
    k = end + 1
    exact = False  # minutes or a part of day make it a clock time
    if hour < 0 or hour > 24 or minute > 59:
        made.append(
            Made("measure", value, "h", num.precision, first, end, num.weight, further("measure", num.values, "h"))
        )
        return k
    if tokens.words[k] in _HALVES and tokens.spaced(k):
        minute, k = 30, k + 1
    elif tokens.words[k] == "kém" and (less := _small(tokens, k + 1, words))[0] > 0:
        hour, minute, k = hour - 1, 60 - less[0] if less[0] < 60 else 0, less[1] + 1
        exact = True
        k += tokens.words[k] == "phút"
    else:
        glued = tokens.gaps[k] == ""
        m, last = (figures_at(tokens, k), k) if glued else _small(tokens, k, words) if tokens.spaced(k) else (-1, k)
        if 0 <= m < 60 and (tokens.words[k].isdecimal() or tokens.words[last + 1] == "phút"):
            minute, k = m, last + 1
            exact = True
            k += tokens.words[k] in ("phút", "p") and tokens.gaps[k] in ("", " ")
    part, k = _part_of_day(tokens, k)
    if part == "am" and hour > 12:
        part = ""
    exact = exact or bool(part) or tokens.words[end] != "giờ"
    lasts = Reading("measure", simple(Fraction(hour * 60 + minute, 60)), "h")
    weight: Weight = "hard" if exact or num.figures else num.weight
    made.append(Made("time", _minutes(hour % 24, minute, part), "", 0, first, k - 1, weight, () if part else (lasts,)))
    return k
