"""Sentences of docstrings about names and articles that no other test holds; each falls with a change of one line."""

from pathlib import Path

import pytest

import aligner
from aligner import NameEntry, NameTable

EN = "The sea is calm today and the boats are out.\n"
VI = "Hôm nay biển lặng và thuyền đã ra khơi.\n"


def test_the_longest_known_name_is_found() -> None:
    assert [n.text for n in aligner.find_names("She left South Korea and Korea.", "en")] == ["South Korea", "Korea"]


@pytest.mark.parametrize(
    ("text", "lang", "names"),
    [
        ("Kowalski left.", "en", ["Kowalski"]),  # in no list of words
        ("Rivers rose.", "en", []),
        ("Nguyễn Lan đi.", "vi", ["Nguyễn Lan"]),  # a family name before a capital
        ("Thuyền về.", "vi", []),
        ("Dubois đi.", "vi", ["Dubois"]),  # no Vietnamese syllable
    ],
)
def test_capitals_at_the_start_of_a_sentence(text: str, lang: str, names: list[str]) -> None:
    assert [n.text for n in aligner.find_names(text, lang)] == names


def test_what_differs_stands_in_order_and_only_where_names_disagree() -> None:
    compared = aligner.compare_names(
        "Kowalski flew from Toronto to Hamburg.", "Kowalski bay từ Berlin đến Luân Đôn hôm nay."
    )
    assert not compared.agrees
    assert [(a.text, b.text) for a, b in compared.different] == [("Toronto", "Berlin"), ("Hamburg", "Luân Đôn")]
    agreeing = aligner.compare_names("Kowalski left.", "Kowalski rời Toronto.")
    assert (agreeing.agrees, agreeing.different) == (True, ())


def test_two_full_names_are_never_joined_and_a_short_one_is() -> None:
    pairs = [
        ("Lawrence Wong met Kevin Wong.", "Lawrence Wong gặp Kevin Wong."),
        ("We met Lech Kowalski.", "Ta gặp Lech Kowalski."),
        ("Then Kowalski left.", "Rồi Kowalski đi."),
    ]
    entries = aligner.learn_names(pairs).entries
    assert sorted((e.en, e.n_pairs) for e in entries) == [("Kevin Wong", 1), ("Lawrence Wong", 1), ("Lech Kowalski", 2)]
    assert entries[0].en == "Lech Kowalski"  # the most frequent first


TABLE = NameTable((NameEntry("Cường", "Lương Cường", "person"), NameEntry("Hanoi", "Hà Nội", "place"),
                   NameEntry("Australia", "Úc", "place")))  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "names", "text", "written"),
    [
        ("en", "vietnamese", "Cuong left Hanoi for Australia.", "Cường left Hà Nội for Australia."),
        ("en", "ascii", "Cường left Hà Nội.", "Cuong left Hanoi."),
        ("vi", "ascii", "Ông Lương Cường rời Hà Nội.", "Ông Lương Cường rời Hà Nội."),  # Vietnamese is left alone
        ("en", "keep", "Cuong left Hà Nội.", "Cuong left Hà Nội."),
    ],
)
def test_names_in_one_way(lang: str, names: str, text: str, written: str) -> None:
    (report,) = aligner.normalise_names([text], TABLE, lang=lang, names=names)
    assert report.text == written
    assert report.undo() == text


def test_the_first_spelling_is_that_of_the_first_text() -> None:
    texts = ["He is in Hà Nội.", "Hanoi is old."]
    assert [r.text for r in aligner.normalise_names(texts, TABLE, lang="en", names="first")] == [
        "He is in Hà Nội.",
        "Hà Nội is old.",
    ]


def test_a_glossary_keeps_the_order_of_its_file_with_single_spaces_in_nfc(tmp_path: Path) -> None:
    path = tmp_path / "names.tsv"
    path.write_text("en\tvi\nZed  Zed\tZét\nAda\tA-\u0111a\nHue\tHue\u0302\u0301\n", "utf-8")
    assert [(e.en, e.vi) for e in aligner.read_glossary(path).entries] == [
        ("Zed Zed", "Zét"),
        ("Ada", "A-đa"),
        ("Hue", "Huế"),
    ]


def test_offsets_of_an_article_fit_the_strings_given() -> None:
    article = aligner.parse_article(EN, VI)
    for text, sentences in ((EN, article.source), (VI, article.target)):
        assert [text[s.start : s.end] for s in sentences] == [s.text for s in sentences]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (("", None), "no text"),
        ((EN, None), "no Vietnamese"),
        ((VI, None), "no English"),
        ((VI, EN), "swapped"),
        ((EN + "\0", VI), "NUL"),
        ((EN + "\ud800", VI), "surrogate"),
    ],
)
def test_what_is_no_article_is_refused(texts: tuple[str, str | None], message: str) -> None:
    with pytest.raises(aligner.InputError, match=message):
        aligner.parse_article(*texts)
