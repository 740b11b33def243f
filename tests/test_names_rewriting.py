"""Names written in one way: every style on both sides, undone again, and what must not be touched."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.errors import InputError
from aligner.names.detection import find_names
from aligner.names.learning import learn_names
from aligner.names.rewriting import NAME_STYLES, normalise_names
from aligner.names.table import NameEntry, NameTable

TABLE = NameTable(
    (
        NameEntry("Cuong", "Lương Cường", "person", vi_forms=(("Lương Cường", 1), ("Cường", 1))),
        NameEntry("Hanoi", "Hà Nội", "place"),
        NameEntry("Vietnam", "Việt Nam", "place"),
        NameEntry("Hoa Binh", "Hòa Bình", "place"),
        NameEntry("Ana Núñez", "Ana Núñez", "person"),
        NameEntry("Wong", "Wong", "person"),
        NameEntry("Hung", "Hùng", "person", vi_forms=(("Hùng", 1), ("Hưng", 1))),  # two men in one entry
        NameEntry("Tuan", "Tuấn", "person"),
        NameEntry("Ms Tuan", "bà Tuân", "person", en_forms=(("Tuan", 1),), vi_forms=(("Tuân", 1),)),  # and in two
        NameEntry("Prime Minister", "Thủ tướng", "title"),
        NameEntry("Hiep Fund", "Quỹ Hiệp", "organisation", vi_forms=(("Hiệp", 3),)),
    )
)


def rewritten(text: str, lang: str, style: str) -> str:
    (report,) = normalise_names([text], TABLE, lang=lang, names=style)  # type: ignore[arg-type]
    assert report.undo() == text
    return report.text


@pytest.mark.parametrize(
    ("text", "vietnamese", "plain"),
    [
        ("Mr Cuong left.", "Mr Cường left.", "Mr Cuong left."),
        ("Mr Cường left.", "Mr Cường left.", "Mr Cuong left."),
        ("Mr Lương Cường left.", "Mr Lương Cường left.", "Mr Luong Cuong left."),
        ("Mr Luong Cuong left.", "Mr Lương Cường left.", "Mr Luong Cuong left."),
        ("We saw Hanoi and Ha Noi.", "We saw Hà Nội and Hà Nội.", "We saw Hanoi and Hanoi."),
        ("We saw Việt Nam.", "We saw Việt Nam.", "We saw Vietnam."),
        ("We saw Hòa Bình and Hoà Bình.", "We saw Hòa Bình and Hòa Bình.", "We saw Hoa Binh and Hoa Binh."),
        ("We met Ana Núñez.", "We met Ana Núñez.", "We met Ana Núñez."),
        ("Mr Wong left Zug.", "Mr Wong left Zug.", "Mr Wong left Zug."),
        ("Prime Minister Wong left.", "Prime Minister Wong left.", "Prime Minister Wong left."),
        ("Mr Hung, Mr Hùng, Mr Hưng left.", "Mr Hung, Mr Hùng, Mr Hưng left.", "Mr Hung, Mr Hung, Mr Hung left."),
        ("Mr Tuan and Mr Tuân left.", "Mr Tuan and Mr Tuân left.", "Mr Tuan and Mr Tuân left."),
        ("The cuong of hanoi left.", "The cuong of hanoi left.", "The cuong of hanoi left."),
        ("", "", ""),
    ],
)  # fmt: skip
def test_english(text: str, vietnamese: str, plain: str) -> None:
    assert rewritten(text, "en", "vietnamese") == vietnamese
    assert rewritten(text, "en", "ascii") == plain
    assert rewritten(text, "en", "keep") == text


@pytest.mark.parametrize(
    ("text", "vietnamese"),
    [
        ("Ông Cuong rời Hanoi.", "Ông Cường rời Hà Nội."),
        ("Ông Luong Cuong ở Hoà Bình.", "Ông Lương Cường ở Hòa Bình."),
        ("Ông Cường rời Hà Nội.", "Ông Cường rời Hà Nội."),
        ("Ông Hùng gặp ông Hưng.", "Ông Hùng gặp ông Hưng."),
        ("Họ sống trong hòa bình, hoà bình.", "Họ sống trong hòa bình, hoà bình."),
        ("Thủ tướng Wong gặp Ana Núñez.", "Thủ tướng Wong gặp Ana Núñez."),
    ],
)
def test_vietnamese(text: str, vietnamese: str) -> None:
    assert rewritten(text, "vi", "vietnamese") == vietnamese
    assert rewritten(text, "vi", "ascii") == text  # Vietnamese has its marks
    assert rewritten(text, "vi", "keep") == text


@pytest.mark.parametrize(
    ("lang", "texts", "expected"),
    [
        ("en", ["Mr Cường left.", "Mr Cuong is back in Ha Noi.", "We saw Hanoi."],
         ["Mr Cường left.", "Mr Cường is back in Ha Noi.", "We saw Ha Noi."]),
        ("en", ["Mr Cuong left.", "Mr Cường is back."], ["Mr Cuong left.", "Mr Cuong is back."]),
        ("vi", ["Ta thấy Hoà Bình.", "Ta rời Hòa Bình."], ["Ta thấy Hoà Bình.", "Ta rời Hoà Bình."]),
        ("vi", ["Ông Hùng đến.", "Ông Hưng đi."], ["Ông Hùng đến.", "Ông Hưng đi."]),
        ("en", ["Mr Zug left.", "Mr Žug left."], ["Mr Zug left.", "Mr Žug left."]),  # in no table
    ],
)  # fmt: skip
def test_first_is_how_the_first_text_has_it(lang: str, texts: list[str], expected: list[str]) -> None:
    reports = normalise_names(texts, TABLE, lang=lang, names="first")
    assert [report.text for report in reports] == expected
    assert [report.undo() for report in reports] == texts


def test_an_entry_of_both_sides_goes_before_one_of_one_side() -> None:
    known = NameEntry("Binh", "Bình", "person")
    table = NameTable((NameEntry("Binh", "", "person", confidence=0.0), known))
    (report,) = normalise_names(["Mr Binh left."], table, lang="en")
    assert report.text == "Mr Bình left."
    two = NameTable((*table.entries, NameEntry("Binh", "Bính", "person")))
    assert normalise_names(["Mr Binh left."], two, lang="en")[0].text == "Mr Binh left."


def test_a_change_says_where_what_and_why() -> None:
    (report,) = normalise_names(["Today Mr Cuong left Ha Noi."], TABLE, lang="en", names="vietnamese")
    assert [(c.start, c.end, c.before, c.after, c.rule) for c in report.changes] == [
        (9, 14, "Cuong", "Cường", "names: vietnamese"),
        (20, 26, "Ha Noi", "Hà Nội", "names: vietnamese"),
    ]


@pytest.mark.parametrize(
    ("style", "lang", "expected"),
    [
        ("ascii", "en", "Then Mr Cuong left Hanoi for Vietnam."),
        ("vietnamese", "en", "Then Mr Cường left Hà Nội for Việt Nam."),
    ],
)
def test_spans_count_in_decomposed_text(style: str, lang: str, expected: str) -> None:
    text = unicodedata.normalize("NFD", "Then Mr Cường left Hà Nội for Việt Nam.")
    (report,) = normalise_names([text], TABLE, lang=lang, names=style)  # type: ignore[arg-type]
    assert report.text == expected
    assert report.undo() == text
    assert all(text[change.start : change.end] == change.before for change in report.changes)


def test_the_table_that_a_document_gives_is_enough() -> None:
    pairs = [("Mr Cuong left.", "Ông Cường đi."), ("Mr Luong Cuong is back.", "Ông Lương Cường đã về.")]
    table = learn_names(pairs)
    (first, second) = normalise_names([en for en, _ in pairs], table, lang="en", names="vietnamese")
    assert (first.text, second.text) == ("Mr Cường left.", "Mr Lương Cường is back.")
    hung = [("Mr Hung spoke.", "Ông Hùng nói."), ("Mr Hung left.", "Ông Hưng đi.")]
    for lang, side in (("en", 0), ("vi", 1)):
        reports = normalise_names([pair[side] for pair in hung], learn_names(hung), lang=lang, names="vietnamese")
        assert [report.changes for report in reports] == [(), ()]


def test_what_is_unknown_is_refused() -> None:
    with pytest.raises(InputError, match="unknown way to write names"):
        normalise_names([], TABLE, lang="en", names="accents")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="unknown language"):
        normalise_names([], TABLE, lang="fr")


PARTS = st.sampled_from(
    ["Cuong", "Cường", "Lương", "Luong", "Mr", "Ông", "Hanoi", "Ha", "Noi", "Hà", "Nội", "hà", "Hùng", "Hưng", "Hung",
     "Núñez", "Ana", "Tuan", "Vietnam", "Việt", "Nam", "Hoà", "Bình", "Hòa", "Wong", ".", ",", "-", "'s", "\n",
     "\u0301", "\u0323", "\ud800", "Ĩ", "the", "left", "CUONG", "HÀ"]
)  # fmt: skip
TEXTS = st.lists(st.lists(PARTS, max_size=10).map(" ".join) | st.text(max_size=20), max_size=3)


@given(TEXTS, st.sampled_from(NAME_STYLES), st.sampled_from(["en", "vi"]), st.sampled_from(["NFC", "NFD"]))
def test_undo_gives_the_text_back_and_twice_is_once(texts: list[str], style: str, lang: str, form: str) -> None:
    given_texts = [unicodedata.normalize(form, text) for text in texts]
    reports = normalise_names(given_texts, TABLE, lang=lang, names=style)  # type: ignore[arg-type]
    assert [report.undo() for report in reports] == given_texts
    once = [report.text for report in reports]
    again = normalise_names(once, TABLE, lang=lang, names=style)  # type: ignore[arg-type]
    for before, text, report in zip(given_texts, once, again, strict=True):
        if len(before.split()) == len(text.split()):  # else see below
            assert report.text == text


@pytest.mark.xfail(
    reason="with Hà Nội for Hanoi it has nine words, is no phrase any more, and has another name", strict=True
)
def test_a_phrase_that_becomes_longer_is_read_as_before() -> None:
    text = "Cuong Cuong Hanoi Cuong Ĩ Cuong Cuong Cuong"
    (once,) = normalise_names([text], TABLE, lang="en", names="vietnamese")
    (again,) = normalise_names([once.text], TABLE, lang="en", names="vietnamese")
    assert again.text == once.text


@given(st.lists(PARTS, max_size=10).map(" ".join), st.sampled_from(NAME_STYLES), st.sampled_from(["en", "vi"]))
def test_only_names_are_touched(text: str, style: str, lang: str) -> None:
    (report,) = normalise_names([text], TABLE, lang=lang, names=style)  # type: ignore[arg-type]
    spans = {(name.start, name.end) for name in find_names(text, lang)}
    assert {(change.start, change.end) for change in report.changes} <= spans


@pytest.mark.parametrize("style", NAME_STYLES)
def test_a_document_rewritten_twice_is_rewritten_once(style: str) -> None:
    texts = ["Mr Cuong met Mr Hưng in Ha Noi.", "Then Mr Lương Cường left Hà Nội for Vietnam.", "Viet Nam is old."]
    once = [report.text for report in normalise_names(texts, TABLE, lang="en", names=style)]  # type: ignore[arg-type]
    again = normalise_names(once, TABLE, lang="en", names=style)  # type: ignore[arg-type]
    assert [report.changes for report in again] == [(), (), ()]
