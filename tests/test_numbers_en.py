"""English numbers: what each way of writing stands for."""

import unicodedata
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.numbers.quantities import Value, read_figures, read_roman
from aligner.numbers.rules_en import ENGLISH

# text: what is found, as (kind, value, unit)
FOUND: dict[str, list[tuple[str, Value, str]]] = {
    "2,750 tonnes": [("measure", 2750, "t")],
    "2 750 sheep": [("cardinal", 2750, "")],
    "12,34,567": [("cardinal", 1234567, "")],
    "1.500": [("cardinal", Fraction(3, 2), "")],
    "1,234.5": [("cardinal", Fraction(2469, 2), "")],
    "16½-11½": [("cardinal", Fraction(33, 2), ""), ("cardinal", Fraction(23, 2), "")],
    "2 1/2 cups": [("cardinal", Fraction(5, 2), "")],
    "-7 degrees": [("measure", -7, "deg")],
    "thirty-one": [("cardinal", 31, "")],
    "three hundred and five thousand": [("cardinal", 305000, "")],
    "nineteen eighty-four": [("cardinal", 1984, "")],
    "twelve hundred": [("cardinal", 1200, "")],
    "two point five million": [("cardinal", 2500000, "")],
    "a million and a half": [("cardinal", 1500000, "")],
    "three dozen": [("cardinal", 36, "")],
    "a dozen": [("cardinal", 12, "")],
    "£640m": [("money", 640000000, "GBP")],
    "$3.2tn": [("money", 3200000000000, "dollar")],
    "US$5 bn": [("money", 5000000000, "USD")],
    "VND80 billion": [("money", 80000000000, "VND")],
    "40 Singapore dollars": [("money", 40, "SGD")],
    "45 per cent": [("percent", 45, "")],
    "2 percentage points": [("percent", 2, "")],
    "half a percentage point": [("percent", Fraction(1, 2), "")],
    "two-thirds": [("fraction", Fraction(2, 3), "")],
    "one in four": [("fraction", Fraction(1, 4), "")],
    "half an hour": [("measure", Fraction(1, 2), "h")],
    "6-foot-6": [("measure", Fraction(13, 2), "ft")],
    "3 hours and 45 minutes": [("measure", Fraction(15, 4), "h")],
    "a nine-year-old girl": [("measure", 9, "year")],
    "104°F": [("measure", 104, "°F")],
    "fourfold": [("multiple", 4, "")],
    "twenty-first": [("ordinal", 21, "")],
    "the 19th century": [("century", 19, "")],
    "the 1970s": [("decade", 1970, "")],
    "tens of thousands of fans": [("approximate", 10000, "")],
    "several hundred": [("approximate", 100, "")],
    "March 11–13, 2025": [("date", (None, 3, 11), ""), ("date", (2025, 3, 13), "")],
    "12th of March 2025": [("date", (2025, 3, 12), "")],
    "Oct. 7": [("date", (None, 10, 7), "")],
    "2019-10-07": [("date", (2019, 10, 7), "")],
    "in May": [("date", (None, 5, None), "")],
    "the 2022-23 season": [("date", (2022, None, None), ""), ("date", (2023, None, None), "")],
    "on Monday": [("weekday", 0, "")],
    "2:30 p.m.": [("time", (870,), "")],
    "6.35am": [("time", (395,), "")],
    "at eight thirty": [("time", (510, 1230), "")],
    "half past six": [("time", (390, 1110), "")],
    "G7": [("identifier", "g7", "")],
    "Python 3.1": [("identifier", "3.1", "version")],
    "Decision 15/2020/QĐ-TTg": [("identifier", "15/2020/qd-ttg", "document")],
    "call 024 3825 1234": [("identifier", "02438251234", "phone")],
    "1.2.3": [("identifier", "1.2.3", "")],
    "World War II": [("ordinal", 2, "")],
    "They march on as one may": [("cardinal", 1, "")],
    "€10 Percentage": [("money", 10, "EUR")],
    "€10 percent": [("percent", 10, "")],
    "QR codes": [],
    "": [],
}


@pytest.mark.parametrize("text", FOUND)
def test_found(text: str) -> None:
    assert [(q.kind, q.value, q.unit) for q in ENGLISH.find(text)] == FOUND[text]


@pytest.mark.parametrize(
    ("text", "weight"),
    [("58 votes", "hard"), ("fifty-eight votes", "hard"), ("three votes", "soft"), ("one vote", "faint")],
)
def test_weight(text: str, weight: str) -> None:
    assert ENGLISH.find(text)[0].weight == weight


def test_an_ambiguous_date_has_both_readings() -> None:
    (found,) = ENGLISH.find("03/12/2025")
    assert [reading.value for reading in found.readings] == [(2025, 3, 12), (2025, 12, 3)]


def test_month_names_that_are_words_need_a_cue() -> None:
    assert [q.weight for q in ENGLISH.find("May I ask whether March came in May?")] == ["faint", "faint", "hard"]


@pytest.mark.parametrize(
    ("token", "mark", "values"),
    [
        ("1.500", ".", (Fraction(3, 2),)),
        ("1.500", ",", (1500,)),
        ("1,500", ",", (Fraction(3, 2), 1500)),
        ("0.500", ",", (Fraction(1, 2),)),
        ("1.234.567", ".", (1234567,)),
        ("1.234,56", ".", (Fraction(30864, 25),)),
        ("1.2.3", ".", ()),
        ("9" * 5000, ".", ()),
        ("007", ".", (7,)),
    ],
)
def test_figures(token: str, mark: str, values: tuple[object, ...]) -> None:
    assert read_figures(token, mark).values == values


@pytest.mark.parametrize("n", range(1, 40))
def test_roman(n: int) -> None:
    ones = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"]
    assert read_roman("x" * (n // 10) + ones[n % 10]) == n


@pytest.mark.parametrize("word", ["", "iiii", "vx", "mix", "l", "xxxx"])
def test_no_roman(word: str) -> None:
    assert read_roman(word) == 0


WORDS = (
    "one two twenty hundred thousand million half a quarter third second March May Monday 2025 12 13th 3/4 2:30 "
    "p.m. $ £ US$ 5bn 10k km feet percent % - – , . of and to in the 1990s G7 ½ 1,500 1.5 century decades ' '71 "
)
PIECES = st.lists(
    st.sampled_from(WORDS.split(" ")),
    max_size=14,
).map(" ".join)


@given(st.one_of(PIECES, PIECES.map(lambda text: text.replace(" ", "")), st.text()))
def test_spans(text: str) -> None:
    last = 0
    for found in ENGLISH.find(text):
        assert last <= found.start < found.end <= len(text)
        assert text[found.start : found.end] == found.text
        last = found.end


def test_decomposed_text_has_its_own_spans() -> None:
    text = unicodedata.normalize("NFD", "Café Thượng Hải: 5 km, ½ Đô")
    assert [text[q.start : q.end] for q in ENGLISH.find(text)] == ["5 km", "½"]
