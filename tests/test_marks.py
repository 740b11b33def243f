"""Marks: the end of a sentence, its beginning, cuts at abbreviations, list items; one meaning for all who ask."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.text.marks import (
    BULLETS,
    CLOSERS,
    EMPHASIS,
    OPENERS,
    PAIRS,
    abbreviation_class,
    abbreviations,
    end_mark,
    ends_cut,
    is_list_item,
    opens_lower,
    strip_opening,
)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("One.", "."),
        ("“Two!”", "!"),
        ("(Three?)", "?"),
        ("Four:", ":"),
        ("Five", ""),
        ("", ""),
        ("Six…", "."),
        ("Seven...", "."),
        ("eight;", ";"),
        ("nine,”", ","),
        ("**Ten.**", "."),
        ("‹Eleven.›", "."),
        ("“Twelve.” ", "."),
        ("十三。", "."),
        ("Fourteen.\u00a0»", "."),
        ("3.14", ""),
    ],
)
def test_end_mark(text: str, mark: str) -> None:
    assert end_mark(text) == mark


@pytest.mark.parametrize("closer", [*CLOSERS, *EMPHASIS])
def test_every_closing_mark_is_passed_over(closer: str) -> None:
    assert end_mark(f"Done!{closer}") == "!"


@pytest.mark.parametrize("opener", [*OPENERS, *BULLETS])
def test_every_opening_mark_is_passed_over(opener: str) -> None:
    assert strip_opening(f"{opener}and then") == "and then"
    assert not opens_lower(f"{opener}and then")


@pytest.mark.parametrize(
    ("text", "lower"),
    [
        ("and then", True),
        (", he said", True),
        ("; the rest", True),
        (") and so on", True),
        ("% of it", True),
        ("“where did", False),
        ("- where did", False),
        ("đến nay", True),
        ("And then", False),
        ("Đến nay", False),
        ("12 men", False),
        ("", False),
    ],
)
def test_opens_lower(text: str, lower: bool) -> None:
    assert opens_lower(text) is lower


# What ends as if cut, and what ends a sentence: the second half was taken for abbreviations by its length.
CUT = [
    ("It was signed by Dr.", True),
    ("Mr.", True),
    ("The Rev.", True),
    ("DR.", True),
    ("He met (Prof.", True),
    ("tàu hỏa hay tàu điện, e.g.", True),
    ("chủ trì bởi PGS.TS.", True),
    ("Bà sống ở TP.", True),
    ("bởi TT.", True),
    ("The U.S.", True),
    ("He likes John F.", True),
    ("the rest, No.", True),
    ("He works for Miller Inc.", True),
    ("No.", False),
    ("“No.", False),
    ("He said no.", False),
    ("It begins at 5 p.m.", False),
    ("ropes, bells, etc.", False),
    ("gạo, ngô, v.v.", False),
    ("Họ đến Việt Nam.", False),
    ("Ông sang Mỹ.", False),
    ("She left the EU.", False),
    ("Cầu đóng cửa hôm thứ Hai.", False),
    ("The mayor, Mr. Nguyen Van Lam.", False),
    ("She went to the U.S.”", False),
    ("The U.S", False),
    ("It comes as US.", True),
    ("He moved to the US.", False),
    ("They are known as NATO.", False),
    ("", False),
    (".", False),
]


@pytest.mark.parametrize(("text", "cut"), CUT)
def test_ends_cut(text: str, cut: bool) -> None:
    assert ends_cut(text) is cut


@pytest.mark.parametrize("text", ["- Tôi về.’", "- Tôi về!»", "- Tôi về.)", "- Tôi đi đâu？", "- Tôi về."])
def test_what_somebody_says_is_no_list_item(text: str) -> None:
    assert not is_list_item(text)


def test_a_row_of_the_table_is_what_makes_an_abbreviation() -> None:
    titles = [word for word, kind in abbreviations().items() if kind == "title"]
    assert len(titles) > 80
    assert all(ends_cut(f"by {word}.") for word in titles)
    assert not any(ends_cut(f"by {word}.") for word, kind in abbreviations().items() if kind == "end")


@pytest.mark.parametrize(
    ("token", "kind"),
    list(
        zip(
            ("Prof", "PROF", "GS.TS", "U.S", "J", "No", "j", "Nam", "EU", "", "."),
            ("title", "title", "title", "either", "either", "number", None, None, None, None, None),
            strict=True,
        )
    ),
)
def test_abbreviation_class(token: str, kind: str | None) -> None:
    assert abbreviation_class(token) == kind


@given(st.one_of(st.sampled_from(sorted(abbreviations())), st.text("aAbđĐ.-/ ²1", max_size=6), st.text(max_size=4)))
def test_abbreviation_class_is_that_of_all_rules(token: str) -> None:
    known = abbreviations()
    parts = re.split(r"[.\-/]", token)
    is_acronym = re.fullmatch(r"[^\W\d_](?:\.-?[^\W\d_]{1,2})*", token) and (len(token) > 1 or token.isupper())
    plain = known.get(token) or ("title" if known.get(parts[-1]) == "title" else "either" if is_acronym else None)
    assert abbreviation_class(token) == plain


@pytest.mark.parametrize("mark", [f"{bullet} " for bullet in BULLETS] + ["* ", "+ ", "- ", "– ", "— "])
def test_every_bullet_opens_a_list_item(mark: str) -> None:
    assert is_list_item(f"{mark}two ropes")


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("1. One", True),
        ("1.2.3. One", True),
        ("12) One", True),
        ("(iv) a bell", True),
        ("IV. Results", True),
        ("a) a lamp", True),
        ("đ. dây", True),
        ("•rope", True),
        ("- Tôi về Huế.", False),
        ("– Chị về đâu?", False),
        ("J. Smith came", False),
        ("3.5 metres", False),
        ("*very* good", False),
        ("Rope", False),
        ("", False),
    ],
)
def test_is_list_item(text: str, item: bool) -> None:
    assert is_list_item(text) is item


def test_pairs_open_and_close() -> None:
    assert set(PAIRS) <= set(OPENERS)
    assert set(PAIRS.values()) <= set(CLOSERS)
    assert len(BULLETS) == len(set(BULLETS))


@given(st.text(st.characters(codec=None, categories=None)))
def test_any_text_has_an_answer(text: str) -> None:
    assert end_mark(text) in (".", "?", "!", ":", ";", ",", "")
    assert {type(ask(text)) for ask in (opens_lower, ends_cut, is_list_item)} == {bool}


@given(st.text(max_size=30), st.sampled_from(["x", "”", " ", "U.S.", ".a"]))
def test_only_the_ends_are_looked_at(text: str, unit: str) -> None:
    """80 characters tell as much as 100,000, so that time does not grow with the text."""
    assert end_mark(unit * 200 + text) == end_mark((unit * 200 + text)[-80:])
    assert opens_lower(text + unit * 200) == opens_lower((text + unit * 200)[:80])


def test_of_a_third_language_titles_and_initials_are_known() -> None:
    assert [ends_cut(text, "und") for text in ("von Dr.", "von A.", "eine Art.", "comes as US.")] == [
        True,
        True,
        False,
        False,
    ]
    assert ends_cut("see Art.", "en")
