"""Clauses: where a long sentence is cut, in which order, and what is never lost."""

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.errors import InputError
from aligner.text.clauses import cut_clauses
from aligner.text.sentences import split_sentences
from tests.growth import assert_linear

# Own sentences. Units are joined by "| "; no unit is longer than the limit but those that hold no boundary.
CASES = [
    ("en", 60, "short", "A short sentence; it stays whole, and so it should."),
    ("en", 20, "semicolons", "It rained; | she stayed; | he, wet, left."),
    ("en", 30, "all semicolons, not some", "One; | two; | three; | four and the rest of it."),
    ("en", 40, "list letters", "Each ship must carry: | a) two boats, tarred; | b) a bell; | c) a lamp."),
    ("en", 30, "bracketed list letters", "He needs | (a) a rope, | (b) a hook and | (c) a very long pole."),
    ("en", 40, "colon before comma", "Three of them came, all late: | Lan, who led, Hoa and Minh."),
    ("en", 45, "dash", "The old bridge, built of teak, fell — | nobody, luckily, was on it."),
    ("en", 45, "conjunction before comma", "The old, low bridge fell at noon, | but nobody, luckily, was there."),
    ("en", 30, "comma nearest the middle", "Salt, pepper, some flour, | the oil, two eggs were there."),
    (
        "en",
        30,
        "brackets stay whole",
        "It left (a tug; a barge), | and it came back soon.",
    ),
    ("en", 24, "inside brackets at last", "The fleet (three tugs; | two barges) sailed."),
    ("en", 30, "quotes stay whole", "“We wait; we watch,” | she said, | and so they did for days."),
    ("en", 30, "straight quotes", 'She said "so; it is," | and he believed it all.'),
    ("en", 25, "a bracket that never closes", "1) The first of them; | 2) the second (of many."),
    ("en", 20, "figures", "It cost 2,500 at 10:30 on July 1, 2026 in;all"),
    ("en", 1, "nothing to cut at", "No boundary stands in this sentence."),
    ("vi", 30, "semicolons", "Trời mưa to; | cô ở lại; | anh về một mình trong đêm."),
    ("vi", 40, "conjunction before comma", "Cầu gỗ, cũ và thấp, sập lúc giữa trưa, | nhưng may, không có ai ở đó."),
    ("vi", 15, "list letters", "Hồ sơ gồm: | a) đơn đề nghị; | b) ảnh; | c) bản sao hóa đơn."),
]


@pytest.mark.parametrize(("lang", "limit", "what", "marked"), CASES, ids=[f"{case[0]}: {case[2]}" for case in CASES])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_units(lang: str, limit: int, what: str, marked: str, form: str) -> None:
    text = unicodedata.normalize(form, marked.replace("| ", ""))
    units = [unit.text for unit in split_sentences(text, lang, max_chars=limit)]
    assert units == [unit.strip() for unit in marked.split("| ")]


def test_without_a_limit_nothing_is_cut() -> None:
    assert len(split_sentences("One; " * 100 + "end.", "en")) == 1


def test_units_keep_block_and_span_over_line_breaks() -> None:
    text = "Go.\n\nIt rained;\nshe\nstayed."
    found = [(unit.text, unit.start, unit.end, unit.block) for unit in split_sentences(text, "en", max_chars=12)]
    assert found == [("Go.", 0, 3, 0), ("It rained;", 5, 15, 1), ("she stayed.", 16, 27, 1)]


@pytest.mark.parametrize("limit", [0, -3])
def test_a_limit_below_one_is_refused(limit: int) -> None:
    with pytest.raises(InputError) as caught:
        split_sentences("a", "en", max_chars=limit)
    assert str(caught.value) == f"max_chars out of range (found {limit}); give 1 or more, or None for no limit"


PIECES = st.sampled_from(
    [*'ab12;:,–()[]“”«»."\u0301\ud800', "and", "và", "a) ", " (b) ", " ii) ", ",” ", "; ", ", ", " ", "  ", "\n"]
)


@given(st.lists(PIECES, max_size=40).map("".join), st.integers(1, 12))
def test_units_are_the_sentences_cut(text: str, limit: int) -> None:
    whole, units = split_sentences(text, "en"), split_sentences(text, "en", max_chars=limit)
    for sentence in whole:
        inside = [unit for unit in units if sentence.start <= unit.start < sentence.end]
        assert (inside[0].start, inside[-1].end) == (sentence.start, sentence.end)
        assert {unit.block for unit in inside} == {sentence.block}
        for left, right in itertools.pairwise(inside):
            assert text[left.end : right.start].isspace()
        if sentence.end - sentence.start <= limit:
            assert inside == [sentence]
    assert sum(unit.end - unit.start for unit in units) <= len(text)


@given(st.lists(PIECES, max_size=40).map("".join), st.integers(1, 12))
def test_cuts_rise_and_lie_inside(text: str, limit: int) -> None:
    cuts = list(cut_clauses(text, limit, frozenset({"and"})))
    assert cuts == sorted(set(cuts))
    assert all(0 < cut < len(text) for cut in cuts)


@pytest.mark.parametrize(
    "unit", ["; ", ", ", "(", "([", ")]", '"', "“ ", "a) ", "(; ", "(, ) ", "a, and ", ",  ", " – ", "x"]
)
def test_time_grows_with_length(unit: str) -> None:
    assert_linear(lambda n: list(cut_clauses(unit * (n // len(unit)), 10, frozenset({"and"}))), 200_000)


@pytest.mark.slow
def test_time_of_very_many_units() -> None:
    """Many units in one sentence: an end found from the sentence's start, not the unit's, takes quadratic time."""

    def split(n: int) -> None:
        assert len(split_sentences("a b; " * n, "en", max_chars=10)) == n

    assert_linear(split, 40_000)
