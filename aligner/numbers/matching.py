"""Whether an English and a Vietnamese text say the same numbers.

Mentions are paired in rounds, from the same value of the same kind to what a translator may write instead; every
round looks values up in a table, so that the time grows with the text. What is left over decides.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from fractions import Fraction
from typing import Final

from aligner.agreement import NO_MENTIONS, Agreement, Tally, tally_alone
from aligner.bitext import check_language
from aligner.doors import checked
from aligner.numbers.quantities import Kind, Number, Quantity, Reading, Value, dimensions, rough_units, simple
from aligner.numbers.rules_en import ENGLISH
from aligner.numbers.rules_vi import VIETNAMESE
from aligner.text.unicode import nfc

GRAMMARS: Final = {grammar.lang: grammar for grammar in (ENGLISH, VIETNAMESE)}
# Mentions looked at for one that has the same value: more would make a long row of equal numbers quadratic.
_MOST_LOOKS: Final = 8
# Relative difference that a conversion may leave: of rounded figures (60 miles, 100 km), of figures with three digits
# (385 miles, 620 km), and of a figure that was kept (30 yards, 30 m: 9 % apart). Chosen by hand, held by
# tests/test_numbers_matching.py.
_CONVERTED: Final = Fraction(1, 20)
_CONVERTED_EXACTLY: Final = Fraction(1, 100)
_SAME_FIGURE: Final = Fraction(1, 10)
_CONVERTED_ROUGHLY: Final = Fraction(1, 6)  # of units that were never the same everywhere: 600 shekels, 6 kg
_DOLLARS: Final = frozenset(("USD", "SGD", "AUD", "CAD", "HKD", "NZD", "TWD", "dollar"))
_PLAIN: Final = frozenset(("cardinal", "ordinal", "fraction", "multiple"))
_CLOCKS: Final = frozenset(("date", "time"))
_FIGURED: Final = _PLAIN | {"measure", "money", "percent"}
_ONE_HANDLE: Final = frozenset(("cardinal", "ordinal", "multiple", "money", "identifier"))
_DATE_HYPHENS: Final = frozenset(("-", "–", " - ", " – "))
_SCORE_MARKS: Final = frozenset("-–&:−—")
# Words with capitals but for the small ones between, and no stop: at least three words.
_TITLE: Final = re.compile(r"[A-Z][a-z]{0,20}(?: [A-Za-z][a-z]{0,20}){1,8} [A-Z][a-z]{0,20}")
_FALLS: Final = re.compile(r"\b(?:giảm|trừ|mất|bớt|lỗ|thua|sụt|tụt|hạ|xuống|thấp hơn|kém)\b")
_FALLS_EN: Final = re.compile(r"\b(?:fall|fell|drop|los[est]|decreas|reduc|cut|below|down)")
_RUN: Final = re.compile("[0-9]+")
_FIGURE: Final = re.compile("[0-9]+(?:[.,][0-9]+)*")
_WIDEST_FIGURE: Final = 40  # characters; a longer one is no amount
_WIDEST_NOTE: Final = 12  # characters between the brackets of a footnote's marks
_NOTES: Final = re.compile("[0-9]+(?:[-–, ]{1,2}[0-9]+)*")
_STOPS: Final = frozenset(".,?!")
_WIDEST_JOINT: Final = 3  # characters between two figures of a score
_STRICT: Final = frozenset(("half", "th"))  # of a year; of 'the third', which may be Tuesday: nothing stands for them
# English words of a text that is held to be exact. Held, as the two below, by tests/test_numbers_matching.py.
_PHRASE: Final = 8
# English words of a sentence whose small number words count. One of 10,400 good pairs (news, Tatoeba, Wesnoth, Debian)
# has two such at odds, in a longer one; 64 % of the small words changed in the news are found, 52 % with 30 words.
_SENTENCE: Final = 40
# Values that a translated sentence adds or leaves out ('1-0', 'phần 2', 'tầng 2'): 4 of the 12 false alarms on 915 good
# pairs of news, while every changed number of 107 is still found.
_SLIGHT: Final = (0, 1, 2, 3)


@checked
def find_numbers(text: str, lang: str) -> list[Quantity]:
    """Find numbers, dates and amounts in a text of one language, in order.

    Parameters
    ----------
    text : str
        Any text; spans count its code points, in whatever normal form.
    lang : {"en", "vi"}

    Returns
    -------
    list of Quantity
        Sorted by place, not overlapping.

    Raises
    ------
    InputError
        If lang is neither.

    Examples
    --------
    >>> [(q.text, q.value) for q in find_numbers("1.500 người, hai mươi mốt nước", "vi")]
    [('1.500 người', 1500), ('hai mươi mốt', 21)]
    """
    check_language(lang)
    return GRAMMARS[lang].find(text)


@checked
def numbers_match(en: str, vi: str) -> bool:
    """Whether nothing in the numbers of the two texts speaks against one being a translation of the other.

    Examples
    --------
    >>> numbers_match("US$9 billion", "9 tỷ USD"), numbers_match("US$9 billion", "9 triệu USD")
    (True, False)
    >>> numbers_match("on Monday, March 12", "thứ Hai, 12/3"), numbers_match("VND1 trillion", "1 tỷ đồng")
    (True, False)
    """
    return compare_numbers(en, vi).agrees


@checked
def compare_numbers(en: str, vi: str) -> Agreement[Quantity]:
    """Pair the numbers of an English and a Vietnamese text, and say whether they agree.

    Returns
    -------
    Agreement of Quantity
        `matched` pairs may share a mention, where one side says a number twice or writes a date in two parts.
        `different` holds what stands in each other's place, and amounts that a translator converted to another unit.

    Notes
    -----
    Figures, long number words and dates without a counterpart speak against the pair. Small number words ('one',
    'second', 'hai') speak against it only where both sides have one left over.

    Examples
    --------
    >>> compare_numbers("worth 9 billion", "trị giá 80 tỷ").reason("numbers")
    'numbers differ: 9 billion / 80 tỷ'
    """
    return compare_quantities(en, vi, ENGLISH.find(en), VIETNAMESE.find(vi))


def compare_quantities(en: str, vi: str, source: list[Quantity], target: list[Quantity]) -> Agreement[Quantity]:
    """`compare_numbers` for two texts whose numbers were found before."""
    pairs, again = _pair(source, target)
    pairs = _without_contrary(pairs, _scores(source, en), _scores(target, vi))
    return _sort_out(en, vi, source, target, pairs, again)


def _sort_out(
    en: str,
    vi: str,
    source: list[Quantity],
    target: list[Quantity],
    pairs: list[tuple[int, int]],
    again: tuple[bool, bool],
) -> Agreement[Quantity]:
    """Sort mentions by what became of them, and decide; `again`: a side says twice what the other says once."""
    paired_source = {i for i, _ in pairs}
    paired_target = {j for _, j in pairs}
    left_source, left_target = _left(source, paired_source), _left(target, paired_target)
    matched = tuple((source[i], target[j]) for i, j in sorted(pairs))
    if not left_source and not left_target:
        return Agreement._make(matched)
    ones = _has_one(source, paired_source), _has_one(target, paired_target)
    converted = _conversions(source, target, left_source, left_target)
    left_source = [i for i in left_source if i not in converted]
    taken = set(converted.values())
    left_target = [j for j in left_target if j not in taken]
    telling_source, telling_target = (
        [side[k] for k in left if not (_repeats_in_other_unit(side, k) or _is_label(side[k], text))]
        for side, left, text in ((source, left_source, en), (target, left_target, vi))
    )
    if not telling_target:
        telling_source = _without_notes(telling_source, en, vi)
    elif not telling_source:
        telling_target = _without_notes(telling_target, vi, en)
    agrees = _verdict(telling_source, telling_target, again, ones, en, vi)
    for find in (_written_alike, _dates_by_hyphen):
        if agrees or not (further := find(source, target, left_source, left_target, en, vi)):
            continue
        first, second = {i for i, _ in further}, {j for _, j in further}
        gone = {id(source[i]) for i in first} | {id(target[j]) for j in second}
        left_source = [i for i in left_source if i not in first]
        left_target = [j for j in left_target if j not in second]
        pairs = sorted({*pairs, *further})
        matched = tuple((source[i], target[j]) for i, j in pairs)
        telling_source = [q for q in telling_source if id(q) not in gone]
        telling_target = [q for q in telling_target if id(q) not in gone]
        agrees = _verdict(telling_source, telling_target, again, ones, en, vi)
    different = [(i, j) for i, j in converted.items()]
    if not agrees:
        opposed = _opposed(source, target, left_source, left_target)
        different += opposed
        first, second = {i for i, _ in opposed}, {j for _, j in opposed}
        left_source = [i for i in left_source if i not in first]
        left_target = [j for j in left_target if j not in second]
    return Agreement._make(
        matched,
        tuple((source[i], target[j]) for i, j in sorted(different)),
        tuple(source[i] for i in left_source),
        tuple(target[j] for j in left_target),
        agrees,
    )


def tally_quantities(en: str, vi: str, source: list[Quantity], target: list[Quantity]) -> Tally:
    """Tally `compare_quantities`, without sorting mentions where all that counts has its counterpart.

    Examples
    --------
    >>> tally_quantities("9 cats", "9 con mèo", ENGLISH.find("9 cats"), VIETNAMESE.find("9 con mèo")).n_matched
    1
    """
    if not source and not target:
        return NO_MENTIONS
    pairs, again = _pair(source, target)
    if len(source) > 1 and len(target) > 1 and (scores := _scores(source, en)):
        pairs = _without_contrary(pairs, scores, _scores(target, vi))
    if not _left(source, {i for i, _ in pairs}) and not _left(target, {j for _, j in pairs}):
        return tally_alone(len(pairs), 0)
    return _sort_out(en, vi, source, target, pairs, again).tally()


def _left(mentions: Sequence[Quantity], paired: set[int]) -> list[int]:
    """What has no counterpart; a word that only may be a number is one where the other side has the number."""
    if len(paired) == len(mentions):
        return []
    return [k for k, mention in enumerate(mentions) if k not in paired and mention.weight != "faint"]


def _is_label(mention: Quantity, text: str) -> bool:
    """Whether a number only counts the items of a list ('2. Public ponds'), where either text may count anew."""
    opens = not text[: mention.start].strip(" (") and mention.text.isdigit() and len(mention.text) <= 3
    return opens and text[mention.end : mention.end + 2] in (". ", ") ", ".\n", ")\n")


def _without_notes(mentions: list[Quantity], text: str, other: str) -> list[Quantity]:
    """Left-over mentions of the one side that has any, without marks of footnotes and the verses that a title names."""
    left = [mention for mention in mentions if not _is_note(mention, text)]
    return [] if len(left) == 2 and not _FIGURE.search(other) and _is_range_of_title(left, text) else left


def _is_note(mention: Quantity, text: str) -> bool:
    """Whether a number is the mark of a footnote: 'late.[12]', '[8, 9]', 'he agreed.(1)', 'research.12 Further'."""
    start, end = mention.start, mention.end
    opening = text.rfind("[", max(start - _WIDEST_NOTE, 0), start)
    closing = text.find("]", end, end + _WIDEST_NOTE)
    if opening >= 0 and closing >= 0 and _NOTES.fullmatch(text, opening + 1, closing):
        return True
    if not mention.text.isdecimal() or len(mention.text) > 3:
        return False
    behind = text[end : end + 1]
    if text[start - 1 : start] == "(":
        return behind == ")" and start > 1 and not text[start - 2].isspace()
    if text[start - 1 : start] == ">":
        return text[max(start - 4 * _WIDEST_NOTE, 0) : start].rpartition("<")[2].startswith("sup")
    # Glued behind the stop of a word; 'fig.12' and 'No.5' say where to look.
    word = text[max(start - 8, 0) : start].rstrip("”\"’'")
    return word[-1:] in _STOPS and len(word) > 4 and word[-5:-1].isalpha() and (not behind or behind.isspace())


def _is_range_of_title(mentions: list[Quantity], text: str) -> bool:
    """Whether two numbers are the range of verses at the end of a title: 'Sayings of the Wise 1–20'."""
    one, two = mentions
    joint = text[one.end : two.start]
    return (
        joint in ("–", "-")
        and not text[two.end :].strip()
        and one.kind == two.kind == "cardinal"
        and text[one.start - 1 : one.start] == " "
        and _TITLE.fullmatch(text[: one.start - 1]) is not None
    )


def _verdict(
    source: list[Quantity],
    target: list[Quantity],
    again: tuple[bool, bool],
    ones: tuple[bool, bool],
    en: str,
    vi: str,
) -> bool:
    """Whether what is left over may be so in a good pair.

    again: a side says twice what the other says once; ones: a side has an unpaired 'one' or 'một'.
    """
    if not source and not target:
        return True
    hard_source = any(q.weight == "hard" for q in source)
    hard_target = any(q.weight == "hard" for q in target)
    if hard_source or hard_target:
        # A side of a sentence may add or leave out a weekday, or a part that has a small number.
        # Where the other side says a number twice instead, one of the two is wrong.
        alone = not (target or again[1]) if hard_source else not (source or again[0])
        return alone and all(map(_is_slight, source or target)) and not _are_phrases(en, vi)
    if (source and again[1]) or (target and again[0]):
        return False  # 'seven girls and eight boys': 8 cô gái và 8 cậu bé
    if source and target:
        counted = [any(map(_is_count, side)) for side in (source, target)]
        return not (_are_phrases(en, vi) or (all(counted) and len(en.split()) <= _SENTENCE))
    # 'one country' is not 'hai nước'
    return not (ones[1 if source else 0] and any(map(_is_count, source or target)) and _are_phrases(en, vi))


def _are_phrases(en: str, vi: str) -> bool:
    """Whether two texts are short enough to be held to be exact."""
    return len(en) < 400 and len(vi) < 400 and len(en.split()) <= _PHRASE and len(vi.split()) <= 2 * _PHRASE


def _repeats_in_other_unit(mentions: list[Quantity], i: int) -> bool:
    """Whether a measure says its neighbour again, as in '200 metres (656 feet)'."""
    return any(0 <= k < len(mentions) and _converts(mentions[i], mentions[k]) for k in (i - 1, i + 1))


def _has_one(mentions: list[Quantity], paired: set[int]) -> bool:
    return any(q.value == 1 and q.text.lower() in ("one", "một") and i not in paired for i, q in enumerate(mentions))


def _is_count(mention: Quantity) -> bool:
    """Whether it counts two or more."""
    return mention.kind in ("cardinal", "measure", "ordinal") and mention.value not in (0, 1)


def _is_slight(mention: Quantity) -> bool:
    """Whether a translation may leave it out: a weekday, a name with figures (UTF-8), a small number."""
    named = mention.kind == "identifier" and not mention.unit and mention.text[:2].isalpha()
    return named or mention.kind == "weekday" or mention.weight == "soft" or mention.value in _SLIGHT


def _handles(reading: tuple[Kind, Value, str]) -> Iterable[Hashable]:
    """Table keys under which a reading is found: whatever may be equal has one in common."""
    kind, value, unit = reading
    if kind == "date":
        assert isinstance(value, tuple)
        year, month, day = value
        return [part for part in (year, day, None if month is None else ("month", month)) if part is not None]
    if kind == "time":
        assert isinstance(value, tuple)
        return [("time", minutes) for minutes in value] + _hours(value)
    if kind == "weekday":
        return [("weekday", value)]
    if kind == "measure":
        assert isinstance(value, int | Fraction)
        return [value, _in_base_units(value, unit)]
    if kind == "fraction":
        assert isinstance(value, int | Fraction)
        return [value, value * 100]
    return [abs(value)] if kind == "percent" and isinstance(value, int | Fraction) else [value]


@functools.lru_cache(maxsize=1 << 10)
def _in_base_units(value: Number, unit: str) -> tuple[str, Number]:
    """The dimension of a measure, and how many of its base units it is."""
    dimension, factor = dimensions()[unit]
    return dimension, simple(Fraction(value * factor))


def _all_handles(mention: Quantity) -> Iterable[Hashable]:
    """Each handle of all readings, once."""
    if not mention.others:  # as most have none
        return (mention.value,) if mention.kind in _ONE_HANDLE else dict.fromkeys(_handles(mention[:3]))
    return dict.fromkeys(handle for reading in mention.readings for handle in _handles(reading))


def _agree(one: Reading, other: Reading) -> int:
    """How well two readings agree: 2 the same, 1 what may stand for it, 0 not."""
    if one.kind == other.kind:
        return _agree_alike(one, other)
    kinds = {one.kind, other.kind}
    if one.value == other.value:
        if "money" in kinds and kinds & {"measure", "percent"}:
            return 0
        if "approximate" in kinds:
            return int("cardinal" in kinds)
        if kinds <= _PLAIN:
            return 0 if {one.unit, other.unit} & _STRICT else 2
        return 1
    if kinds == {"fraction", "percent"}:
        share, hundredths = (one.value, other.value) if one.kind == "fraction" else (other.value, one.value)
        assert isinstance(share, int | Fraction)
        return int(share * 100 == hundredths)
    if "date" in kinds:
        date, bare = (one, other) if one.kind == "date" else (other, one)
        assert isinstance(date.value, tuple)
        year, _, day = date.value
        counts = bare.kind in ("cardinal", "ordinal", "decade") or bare.unit in ("day", "year")
        return int(counts and bare.value in (year, day))
    if "time" in kinds:
        clock, bare = (one, other) if one.kind == "time" else (other, one)
        assert isinstance(clock.value, tuple)
        return int((bare.kind == "cardinal" or bare.unit == "h") and bare.value in _hours(clock.value))
    return 0


def _agree_alike(one: Reading, other: Reading) -> int:
    """`_agree` for readings of one kind."""
    _, a, unit = one
    kind, b, unit2 = other
    if kind == "date":
        assert isinstance(a, tuple)
        assert isinstance(b, tuple)
        both = [(x, y) for x, y in zip(a, b, strict=True) if x is not None and y is not None]
        return 2 if a == b else int(bool(both) and all(x == y for x, y in both))
    if kind == "time":
        assert isinstance(a, tuple)
        assert isinstance(b, tuple)
        return 0 if set(a).isdisjoint(b) else 2
    if kind == "money":
        return 2 if a == b and _is_one_currency(unit, unit2) else 0
    if kind == "measure" and unit != unit2:
        assert isinstance(a, int | Fraction)
        assert isinstance(b, int | Fraction)
        dimension, factor = dimensions()[unit]
        dimension2, factor2 = dimensions()[unit2]
        return 2 if dimension == dimension2 and a * factor == b * factor2 else 0
    if kind == "percent" and a != b:
        assert isinstance(a, int | Fraction)
        assert isinstance(b, int | Fraction)
        return int(a == -b)  # '−0.3 percentage points' is 'giảm 0,3 điểm phần trăm'
    return 2 if a == b and (unit == unit2 or "half" not in (unit, unit2)) else 0


def _hours(minutes: tuple[int | None, ...]) -> list[int]:
    """Full hours of the clock that a time may mean, in both ways of counting."""
    full = [minute // 60 for minute in minutes if minute is not None and minute % 60 == 0]
    return full + [hour - 12 for hour in full if hour > 12]


def _best(one: Quantity, other: Quantity) -> int:
    """How well two mentions agree in their best readings."""
    if one.kind == other.kind:
        if one.value == other.value and one.unit == other.unit:
            return 2
    elif "approximate" in (one.kind, other.kind) and (other if one.kind == "approximate" else one).weight == "hard":
        return 0  # 'a hundred times' may be 'mấy trăm lần', 100 is not
    if one.kind == other.kind == "measure" and one.unit != other.unit:
        dimension, factor = dimensions()[one.unit]
        dimension2, factor2 = dimensions()[other.unit]
        assert isinstance(one.value, int | Fraction)
        assert isinstance(other.value, int | Fraction)
        rough = rough_units()
        if dimension == dimension2 and one.value * factor != other.value * factor2 and one.unit not in rough:
            return 0  # 8 tonnes, 8 tạ: whatever else the second may be
    if one.unit == "version" and other.kind == "cardinal" and not any(r.unit == "version" for r in other.others):
        return 0 if other.precision else 1
    best = 0
    for a in one.readings:
        for b in other.readings:
            best = max(best, _agree(a, b))
            if best == 2:
                return 2
    return best


def _candidates(
    mention: Quantity, table: dict[Hashable, list[int]], heads: dict[Hashable, int], free: list[bool]
) -> list[int]:
    """Mentions of the other side that may say the same: some behind the head of each of their rows in the table.

    heads: where in its row a handle's first free mention may be, moved on here.
    """
    seen: dict[int, None] = {}
    handles = _all_handles(mention)
    if table.keys().isdisjoint(handles):
        return []
    for handle in handles:
        if row := table.get(handle):
            head = heads.get(handle, 0)
            while head + _MOST_LOOKS < len(row) and not free[row[head]]:
                head += 1
            heads[handle] = head
            seen.update(dict.fromkeys(row[head : head + _MOST_LOOKS]))
    return list(seen)


def _pair(source: list[Quantity], target: list[Quantity]) -> tuple[list[tuple[int, int]], tuple[bool, bool]]:
    """Indices of mentions that say the same, and whether a side says a number twice that the other says once."""
    if not source or not target:
        return [], (False, False)
    if len(source) == len(target) and [mention[:3] for mention in source] == [mention[:3] for mention in target]:
        return [(i, i) for i in range(len(source))], (False, False)  # what the rounds below find as well
    table: dict[Hashable, list[int]] = {}
    for j, mention in enumerate(target):
        for handle in _all_handles(mention):
            table.setdefault(handle, []).append(j)
    pairs: list[tuple[int, int]] = []
    free = [True] * len(target)
    heads: dict[Hashable, int] = {}
    waiting: list[tuple[int, list[int]]] = []
    candidates_of: list[list[int]] = []
    for i, mention in enumerate(source):
        candidates = _candidates(mention, table, heads, free)
        candidates_of.append(candidates)
        for j in candidates:
            if free[j] and _best(mention, target[j]) == 2:
                pairs.append((i, j))
                free[j] = False
                break
        else:
            if candidates:
                waiting.append((i, candidates))
    still: list[tuple[int, list[int]]] = []
    for i, candidates in waiting:
        for j in candidates:
            if free[j] and _best(source[i], target[j]):
                pairs.append((i, j))
                free[j] = False
                break
        else:
            still.append((i, candidates))
    # Said twice on one side, or in two parts.
    source_again = target_again = False
    for i, candidates in still:
        chosen = next((j for j in candidates if _best(source[i], target[j])), -1)
        if chosen >= 0:
            pairs.append((i, chosen))
            source_again = source_again or source[i].weight == "hard"
    if any(free):
        reached = _reach(source, target, candidates_of, free)
        pairs += [(i, j) for j, i in reached.items()]
        target_again = any(target[j].weight == "hard" for j in reached)
    return pairs + _parts(source, target, pairs), (source_again, target_again)


def _reach(
    source: list[Quantity], target: list[Quantity], candidates_of: list[list[int]], free: list[bool]
) -> dict[int, int]:
    """Target mentions that are still free, each with the first source mention that says the same."""
    reached: dict[int, int] = {}
    for i, candidates in enumerate(candidates_of):
        for j in candidates:
            if free[j] and j not in reached and _best(source[i], target[j]):
                reached[j] = i
    return reached


def _scores(mentions: list[Quantity], text: str) -> list[tuple[int, tuple[Value, ...]]]:
    """Two figures joined by a mark, as in 2-1, 4&3, 51–49: the place of the first, and both values in order of size."""
    return [
        (i, tuple(sorted((one.value, two.value))))
        for i, (one, two) in enumerate(itertools.pairwise(mentions))
        if one.kind == two.kind == "cardinal"
        and two.start - one.end <= _WIDEST_JOINT
        and text[one.end : two.start].strip() in _SCORE_MARKS
    ]


def _without_contrary(
    pairs: list[tuple[int, int]],
    source: list[tuple[int, tuple[Value, ...]]],
    target: list[tuple[int, tuple[Value, ...]]],
) -> list[tuple[int, int]]:
    """Leave out pairs of scores that one side alone has, where both have such: in 2-2 and 2-1 a 2 has a counterpart."""
    said, said_too = {score for _, score in source}, {score for _, score in target}
    left = {k for i, score in source if score not in said_too for k in (i, i + 1)}
    left_too = {k for j, score in target if score not in said for k in (j, j + 1)}
    if not left or not left_too:
        return pairs
    return [(i, j) for i, j in pairs if i not in left and j not in left_too]


def _parts(source: list[Quantity], target: list[Quantity], pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Pair 19/29 with '19 of his 29', and 30/2020/NĐ-CP with 'No. 30 of 2020': all parts stand on the other side."""
    found: list[tuple[int, int]] = []
    if not any(mention.others or mention.kind == "identifier" for mention in (*source, *target)):
        return found
    for wholes, others, side in ((source, target, 0), (target, source, 1)):
        composite = [
            (i, parts)
            for i, q in enumerate(wholes)
            if (q.others or q.kind == "identifier") and len(parts := _written_parts(q)) > 1
        ]
        if not composite:
            continue
        paired = {pair[1 - side] for pair in pairs}
        values: dict[Hashable, int] = {}
        for j, mention in sorted(enumerate(others), key=lambda item: item[0] in paired):
            for reading in mention.readings:
                for value in (
                    reading.value if reading.kind == "date" and isinstance(reading.value, tuple) else (reading.value,)
                ):
                    values.setdefault(value, j)
        for i, parts in composite:
            if all(part in values for part in parts) and not all(values[part] in paired for part in parts):
                found += ((i, values[part]) if side == 0 else (values[part], i) for part in parts)
    return found


def _written_parts(mention: Quantity) -> list[int]:
    """Whole numbers that are written with a slash between them."""
    for reading in mention.readings:
        if reading.kind == "identifier" and isinstance(reading.value, str) and "/" in reading.value:
            return [int(part) for part in reading.value.split("/") if part.isdecimal() and len(part) < 9]
    return []


def _conversions(
    source: list[Quantity], target: list[Quantity], left_source: list[int], left_target: list[int]
) -> dict[int, int]:
    """Left-over measures that one side converted to another unit."""
    found: dict[int, int] = {}
    measures = [j for j in left_target if any(r.kind == "measure" for r in target[j].readings)][: 4 * _MOST_LOOKS]
    if not measures:
        return found
    taken: set[int] = set()
    for i in left_source:
        if not any(reading.kind == "measure" for reading in source[i].readings):
            continue
        for j in measures:
            if j not in taken and _converts(source[i], target[j]):
                found[i] = j
                taken.add(j)
                break
    return found


def _converts(one: Quantity, other: Quantity) -> bool:
    """Whether two amounts may be measures of different units that are about the same."""
    return any(
        _near(a, b) for a in one.readings for b in other.readings if a.kind == b.kind == "measure" and a.unit != b.unit
    )


def _near(one: Reading, other: Reading) -> bool:
    a, b = one.value, other.value
    assert isinstance(a, int | Fraction)
    assert isinstance(b, int | Fraction)
    if {one.unit, other.unit} <= {"°C", "°F", "deg"}:
        fahrenheit, celsius = (a, b) if one.unit == "°F" or other.unit == "°C" else (b, a)
        return abs((fahrenheit - 32) * Fraction(5, 9) - celsius) <= 2
    dimension, factor = dimensions()[one.unit]
    dimension2, factor2 = dimensions()[other.unit]
    if dimension != dimension2 or not a or not b:
        return False
    exact = max(_significant(a), _significant(b)) > 2
    tolerance = _SAME_FIGURE if a == b else _CONVERTED_EXACTLY if exact else _CONVERTED
    if not rough_units().isdisjoint((one.unit, other.unit)):
        tolerance = _CONVERTED_ROUGHLY
    return abs(a * factor / (b * factor2) - 1) <= tolerance


def _significant(value: Number) -> int:
    """Digits without the zeros at both ends, of up to six decimals."""
    return len(str(int(abs(Fraction(value)) * 10**6)).strip("0"))


def _written_alike(
    source: list[Quantity], target: list[Quantity], left_source: list[int], left_target: list[int], en: str, vi: str
) -> list[tuple[int, int]]:
    """Left-over mentions that are written with the same digits, whatever each language reads in their signs.

    English takes 2.125 for a decimal and Vietnamese for thousands, but a text may hold on to the other's custom.
    """
    pairs: list[tuple[int, int]] = []
    falls = functools.cache(lambda: _FALLS.search(vi) is not None or _FALLS_EN.search(en) is not None)  # few ask
    waiting: dict[Hashable, list[int]] = {}
    for j in reversed(left_target):
        waiting.setdefault(_digits(target[j].text), []).append(j)
    for i in left_source:
        digits = _digits(source[i].text)
        row = waiting.get(digits, []) if digits else []
        first = max(len(row) - _MOST_LOOKS, 0)
        place = next(
            (k for k in range(len(row) - 1, first - 1, -1) if _says_alike(source[i], target[row[k]], falls)), -1
        )
        if place >= 0:
            pairs.append((i, row.pop(place)))
    # '7 hours and 49 minutes' is one mention, '7 tiếng' and '49 phút' are two.
    taken = {i for i, _ in pairs}, {j for _, j in pairs}
    spans = [i for i in left_source if i not in taken[0]], [j for j in left_target if j not in taken[1]]
    of_time = [all(_is_of_time(side[k]) for k in left) for side, left in zip((source, target), spans, strict=True)]
    if all(spans) and all(of_time):
        parts = [
            [(digits, k) for k in left for digits in _digits(side[k].text)]
            for side, left in zip((source, target), spans, strict=True)
        ]
        if [digits for digits, _ in parts[0]] == [digits for digits, _ in parts[1]]:
            pairs += dict.fromkeys((i, j) for (_, i), (_, j) in zip(*parts, strict=True))
    return pairs


def _dates_by_hyphen(
    source: list[Quantity], target: list[Quantity], left_source: list[int], left_target: list[int], en: str, vi: str
) -> list[tuple[int, int]]:
    """English dates of a day whose month or day is left over in Vietnamese, which may write a hyphen: 11-9."""
    dates: dict[Hashable, int] = {}
    for i, mention in enumerate(source):
        if mention.kind == "date" and isinstance(mention.value, tuple):
            dates.setdefault(mention.value[1:], i)
    found: list[tuple[int, int]] = []
    left = set(left_target)
    for j in range(len(target) - 1) if dates else ():
        day, month = target[j], target[j + 1]
        if not left.isdisjoint((j, j + 1)) and vi[day.end : month.start] in _DATE_HYPHENS:
            i = dates.get((month.value, day.value), -1)
            found += [(i, j), (i, j + 1)] if i >= 0 else []
    return found


def _says_alike(one: Quantity, other: Quantity, falls: Callable[[], bool]) -> bool:
    """Whether two mentions with the same digits differ in nothing but how these are read.

    falls: whether a word of the texts may say what the other has as a sign: -1 movement, giảm 1.
    """
    if _is_turned(one, other) and not falls():
        return False
    if _squeezed(one.text) == _squeezed(other.text):
        return True
    kinds = {one.kind, other.kind}
    if kinds & _CLOCKS:
        if any(_is_of_time(q) and _lasts_otherwise(p, q.unit) for q, p in ((one, other), (other, one))):
            return False  # '20 minutes', '20 giờ'
        return bool(kinds & {"cardinal", "measure"})  # '06.30', '6 giờ 30'; '2 months', '2 tháng một'
    if not kinds <= _FIGURED or not (len(kinds) == 1 or "cardinal" in kinds) or _scale(one, ".") != _scale(other, ","):
        return False
    same = one.unit == other.unit or len(kinds) > 1 or ("money" in kinds and _is_one_currency(one.unit, other.unit))
    return same and all(isinstance(q.value, int | Fraction) and q.value >= 0 for q in (one, other))


def _lasts_otherwise(mention: Quantity, unit: str) -> bool:
    """Whether a mention, which may be a span of time, is none in this unit."""
    units = {reading.unit for reading in mention.readings if reading.kind == "measure"}
    return bool(units) and unit not in units


def _is_turned(one: Quantity, other: Quantity) -> bool:
    """Whether one is below zero and the other above."""
    a, b = one.value, other.value
    return isinstance(a, int | Fraction) and isinstance(b, int | Fraction) and one.kind != "percent" and a * b < 0


def _is_one_currency(unit: str, unit2: str) -> bool:
    """Whether two currencies can be one: 'đô la' may be those of any country, $ are not those of Singapore."""
    return unit == unit2 or (unit2 == "dollar" and unit in _DOLLARS) or (unit == "dollar" and unit2 == "USD")


def _is_of_time(mention: Quantity) -> bool:
    """Whether it is a span of time."""
    return mention.kind == "measure" and dimensions()[mention.unit][0] == dimensions()["h"][0]


def _squeezed(text: str) -> str:
    """A text in small letters without spaces."""
    return "".join(text.lower().split())


def _digits(text: str) -> tuple[str, ...]:
    """The runs of digits of a text, without the zeros before them."""
    return tuple(run.lstrip("0") or "0" for run in _RUN.findall(text))


def _scale(mention: Quantity, point: str) -> Number | None:
    """What words multiply a figure by (9 billion, 9 tỷ), 1 for none; None where there is more than one figure.

    point: the decimal point of the language; the other sign parts thousands.
    """
    if any(reading.kind == "identifier" for reading in mention.readings):
        return 1
    figures = _FIGURE.findall(mention.text)
    if len(figures) != 1 or len(figures[0]) > _WIDEST_FIGURE or not isinstance(mention.value, int | Fraction):
        return None
    thousands = figures[0].replace("." if point == "," else ",", "").split(point)
    whole, *decimals = thousands if len(thousands) == 2 else ["".join(thousands)]
    figure = Fraction(whole + "." + decimals[0]) if decimals else Fraction(whole)
    return Fraction(mention.value) / figure if figure else 1


def _opposed(
    source: list[Quantity], target: list[Quantity], left_source: list[int], left_target: list[int]
) -> list[tuple[int, int]]:
    """Left-over mentions of one kind in each other's place, in order."""
    found: list[tuple[int, int]] = []
    taken: set[int] = set()
    by_kind: dict[str, list[int]] = {}
    for j in left_target:
        by_kind.setdefault(_sort(target[j]), []).append(j)
    rest: list[int] = []
    places: dict[str, int] = {}
    for i in left_source:
        sort = _sort(source[i])
        n = places.get(sort, 0)
        if n < len(by_kind.get(sort, ())):
            found.append((i, by_kind[sort][n]))
            taken.add(by_kind[sort][n])
            places[sort] = n + 1
        elif source[i].weight != "faint":
            rest.append(i)
    others = [j for j in left_target if j not in taken and target[j].weight != "faint"]
    return found + list(zip(rest, others, strict=False))


def _sort(mention: Quantity) -> str:
    """Kinds that stand in each other's place have one sort."""
    if mention.weight == "faint":
        return "faint"
    value = mention.value[0] if mention.kind == "date" and isinstance(mention.value, tuple) else mention.value
    if mention.kind in ("cardinal", "date") and isinstance(value, int) and 1000 <= value < 2200:
        return "year" if mention.kind == "cardinal" or mention.value == (value, None, None) else "date"
    return "plain" if mention.kind in _PLAIN or mention.kind in ("measure", "identifier") else mention.kind


def number_keys(text: str, lang: str, *, parts: list[str] | None = None) -> tuple[str, ...]:
    """Keys of the values in a text that tell much: equal values of both languages mostly have one key.

    Parameters
    ----------
    text : str
        Any text.
    lang : {"en", "vi"}
    parts : list of str, optional
        The text in gaps and words, as `quantities.cut` takes it, where it is composed and was split already.

    Returns
    -------
    tuple of str
        Sorted, each once: '2018', 'd:3-12' (month and day), 'm:9000000000:USD', 'p:7.5', 'w:0' (Monday).

    Raises
    ------
    InputError
        If lang is neither "en" nor "vi".

    Examples
    --------
    >>> number_keys("US$9 billion on March 12, 2018", "en")
    ('2018', 'd:3-12', 'm:9000000000:USD')
    >>> number_keys("9 tỷ USD hôm 12/3/2018", "vi")
    ('2018', 'd:3-12', 'm:9000000000:USD')
    """
    check_language(lang)
    keys: set[str] = set()
    scan = GRAMMARS[lang].read(nfc(text), parts) if GRAMMARS[lang].may_hold(text) else None
    for made in scan.made if scan else ():
        if made.weight == "hard":
            keys.update(_keys(made.kind, made.value, made.unit))
    return tuple(sorted(keys))


def _keys(kind: Kind, value: Value, unit: str) -> list[str]:
    """Keys of a quantity, none for what stands for many values."""
    if kind == "date":
        assert isinstance(value, tuple)
        year, month, day = value
        keys = [] if year is None else [str(year)]
        if month is not None:
            keys.append(f"d:{month}" if day is None else f"d:{month}-{day}")
        elif day is not None:
            keys.append(str(day))
        return keys
    if kind == "time":
        assert isinstance(value, tuple)
        return [f"t:{value[0]}"] if len(value) == 1 else []
    if kind == "money":
        return [f"m:{value}:{'USD' if unit == 'dollar' else unit}"]
    prefix = {"percent": "p:", "weekday": "w:", "decade": "x:", "century": "c:", "identifier": "i:"}.get(kind, "")
    return [f"{prefix}{value}"]
