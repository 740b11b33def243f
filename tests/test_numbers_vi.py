"""Vietnamese numbers: what each way of writing stands for."""

import functools
import unicodedata
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.numbers import quantities, rules_vi
from aligner.numbers.engine import Grammar
from aligner.numbers.quantities import Value
from aligner.numbers.rules_vi import VIETNAMESE

# text: what is found, as (kind, value, unit)
FOUND: dict[str, list[tuple[str, Value, str]]] = {
    "2.750 tấn": [("measure", 2750, "t")],
    "1.234,5": [("cardinal", Fraction(2469, 2), "")],
    "0,75%": [("percent", Fraction(3, 4), "")],
    "$½ phần hai": [("fraction", Fraction(1, 4), "")],
    "âm 7 độ": [("measure", -7, "deg")],
    "mười lăm": [("cardinal", 15, "")],
    "hai mươi mốt": [("cardinal", 21, "")],
    "hăm lăm": [("cardinal", 25, "")],
    "ba mươi tư": [("cardinal", 34, "")],
    "hai lăm": [("cardinal", 25, "")],
    "một trăm linh năm": [("cardinal", 105, "")],
    "hai trăm lẻ một": [("cardinal", 201, "")],
    "năm nghìn không trăm linh hai": [("cardinal", 5002, "")],
    "hai mươi lăm vạn": [("cardinal", 250000, "")],
    "1 tỷ 250 triệu": [("cardinal", 1250000000, "")],
    "2 tỷ 3": [("cardinal", 2300000000, "")],
    "3 triệu rưỡi": [("cardinal", 3500000, "")],
    "hai triệu tư": [("cardinal", 2400000, "")],
    "ba nghìn tỷ đồng": [("money", 3000000000000, "VND")],
    "nửa triệu": [("cardinal", 500000, "")],
    "một tá": [("cardinal", 12, "")],
    "640 triệu bảng Anh": [("money", 640000000, "GBP")],
    "100.000đ": [("money", 100000, "VND")],
    "40 đô la Úc": [("money", 40, "AUD")],
    "5 đồng minh": [("cardinal", 5, "")],
    "hai điểm phần trăm": [("percent", 2, "")],
    "ba phần tư": [("fraction", Fraction(3, 4), "")],
    "gấp bốn lần": [("multiple", 4, "")],
    "gấp đôi": [("multiple", 2, "")],
    "hai năm rưỡi": [("measure", Fraction(5, 2), "year")],
    "năm năm qua": [("measure", 5, "year")],
    "năm nay, hàng năm": [],
    "hai mươi năm": [("measure", 20, "year")],
    "cao 1m75": [("measure", Fraction(7, 4), "m")],
    "3 tiếng 45 phút": [("measure", Fraction(15, 4), "h")],
    "48 giờ": [("measure", 48, "h")],
    "1.567,89 giờ": [("measure", Fraction(156789, 100), "h")],
    "14h30": [("time", (870,), "")],
    "2 giờ 30 phút chiều": [("time", (870,), "")],
    "2 rưỡi chiều": [("time", (870,), "")],
    "4 giờ kém 15": [("time", (225, 945), "")],
    "04:00 giờ sáng": [("time", (240,), "")],
    "từ ngày 11 đến ngày 13 tháng 3 năm 2025": [("date", (None, None, 11), ""), ("date", (2025, 3, 13), "")],
    "11-13/3": [("date", (None, 3, 11), ""), ("date", (None, 3, 13), "")],
    "ngày mùng 2 tháng 9": [("date", (None, 9, 2), "")],
    "ngày 12/3/2025": [("date", (2025, 3, 12), "")],
    "12-3-2025": [("date", (2025, 3, 12), "")],
    "tháng 11/2021": [("date", (2021, 11, None), "")],
    "tháng Giêng": [("date", (None, 1, None), "")],
    "tháng Mười Hai": [("date", (None, 12, None), "")],
    "18 tháng": [("measure", 18, "month")],
    "năm 1973": [("date", (1973, None, None), "")],
    "thứ Hai": [("weekday", 0, "")],
    "Chủ nhật": [("weekday", 6, "")],
    "máy chủ nhật ký": [],
    "lần thứ 80": [("ordinal", 80, "")],
    "thứ nhì": [("ordinal", 2, "")],
    "Đại hội XIII": [("ordinal", 13, "")],
    "quý III": [("ordinal", 3, "")],
    "thế kỷ XXI": [("century", 21, "")],
    "những năm 1990": [("decade", 1990, "")],
    "những năm 80 của thế kỷ XX": [("decade", 1980, "")],
    "hàng chục nghìn": [("approximate", 10000, "")],
    "hàng trăm hàng nghìn": [("approximate", 100000, "")],
    "vài trăm": [("approximate", 100, "")],
    "nghị định 15/2018/NĐ-CP": [("identifier", "15/2018/nd-cp", "document")],
    "tỷ lệ, triệu chứng": [],
    "vịnh Ba Tư": [],
    "": [],
}


@pytest.mark.parametrize("text", FOUND)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_found(text: str, form: str) -> None:
    found = VIETNAMESE.find(unicodedata.normalize(form, text))  # type: ignore[arg-type]
    assert [(q.kind, q.value, q.unit) for q in found] == FOUND[text]


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("58 nước", "hard"),
        ("năm mươi tám nước", "hard"),
        ("ba nước", "soft"),
        ("một nước", "faint"),
        ("ba tôi", "faint"),
    ],
)
def test_weight(text: str, weight: str) -> None:
    assert VIETNAMESE.find(text)[0].weight == weight


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("thứ ba", {("ordinal", 3), ("weekday", 1)}),
        ("2/9", {("fraction", Fraction(2, 9)), ("date", (None, 9, 2)), ("identifier", "2/9")}),
        ("10,000", {("cardinal", 10), ("cardinal", 10000)}),
        ("2 giờ", {("time", (120, 840)), ("measure", 2)}),
    ],
)
def test_what_the_text_alone_does_not_decide_has_all_readings(text: str, readings: set[tuple[str, Value]]) -> None:
    (found,) = VIETNAMESE.find(text)
    assert {(reading.kind, reading.value) for reading in found.readings} == readings


@pytest.mark.parametrize("form", ["một {}", "hai {} trứng", "nửa {}", "hàng {} người", "mười {}", "vài {}", "{}"])
def test_a_new_word_is_one_row_of_the_table(monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    """With a row for 'lố', whatever is read with 'tá' is read with it."""
    rows = quantities._rows()
    monkeypatch.setattr(quantities, "_rows", lambda: [*rows, ["vi", "lố", "dozen", "12", "test"]])
    grammar = Grammar("vi")
    grammar._begins, grammar._behind = VIETNAMESE._begins, VIETNAMESE._behind
    grammar.lexicon = quantities.lexicon.__wrapped__("vi")
    monkeypatch.setattr(rules_vi, "_numerals", functools.cache(rules_vi._numerals.__wrapped__))
    monkeypatch.setattr(rules_vi, "VIETNAMESE", grammar)
    said, known = ([q[:4] for q in grammar.find(form.format(word))] for word in ("lố", "tá"))
    assert said == known
    assert bool(said) is (form != "{}")


WORDS = (
    "một hai ba năm tư lăm mốt mươi mười trăm linh nghìn vạn triệu tỷ rưỡi nửa chục ngày tháng thứ chủ nhật thế "
    "kỷ thập niên quý XIII 2025 12 3/4 14h30 giờ kém phút sáng $ 5tr đồng USD km mét phần % - – , . và đến hàng "
    "vài gấp những của 1.500 1,5 ½ đầu cuối âm "
)
PIECES = st.lists(
    st.sampled_from(WORDS.split(" ")),
    max_size=14,
).map(" ".join)


@given(st.one_of(PIECES, PIECES.map(lambda text: text.replace(" ", "")), st.text()))
def test_spans(text: str) -> None:
    for given_text in (text, unicodedata.normalize("NFD", text)):
        last = 0
        for found in VIETNAMESE.find(given_text):
            assert last <= found.start < found.end <= len(given_text)
            assert given_text[found.start : found.end] == found.text
            last = found.end
