"""The name table of a document: forms, kinds, counts, conflicts, what is joined and what must not be."""

import unicodedata

import pytest

from aligner.names.learning import LEFTOVER_COSINE, N_EXAMPLES, UNSURE, join_tables, learn_names
from aligner.names.table import NameEntry, NameTable

Pairs = list[tuple[str, str]]


def forms(pairs: Pairs, glossary: NameTable | None = None) -> list[tuple[str, str]]:
    return [(entry.en, entry.vi) for entry in learn_names(pairs, glossary=glossary).entries]


def entry_of(table: NameTable, form: str) -> NameEntry:
    (entry,) = [entry for entry in table.entries if form in (entry.en, entry.vi)]
    return entry


STORY: Pairs = [
    ("President Luong Cuong met Ellen Kowalski in Ostrava.", "Chủ tịch nước Lương Cường gặp Ellen Kowalski ở Ostrava."),
    ("Mr Cuong thanked Ms Kowalski.", "Ông Cường cảm ơn bà Kowalski."),
    ("Then Mr Cường flew to Germany.", "Rồi ông Cường bay sang Đức."),
    ("The Germans and the German press were glad.", "Người dân và báo chí nước Đức rất vui."),
]


def test_one_entry_an_entity_with_its_forms_kind_and_counts() -> None:
    table = learn_names(STORY)
    cuong = entry_of(table, "Luong Cuong")
    assert (cuong.vi, cuong.kind) == ("Lương Cường", "person")
    assert cuong.en_forms == (("Cuong", 1), ("Cường", 1), ("Luong Cuong", 1))
    assert cuong.vi_forms == (("Cường", 2), ("Lương Cường", 1))
    assert (cuong.n_pairs, cuong.confidence) == (3, 1.0)
    kowalski = entry_of(table, "Ellen Kowalski")
    assert (kowalski.vi, kowalski.kind, kowalski.n_pairs) == ("Ellen Kowalski", "person", 2)
    germany = entry_of(table, "Đức")
    assert (germany.entity, germany.kind) == ("DE", "place")
    assert germany.en == "Germany"  # no demonym stands for a country
    assert entry_of(table, "Ostrava").n_pairs == 1


def test_the_most_frequent_come_first_and_equal_ones_by_kind_and_letters() -> None:
    pairs = [("We saw Peru, Zug, Kowalski, Dubois and Zug.", "Ta thấy Peru, Zug, Kowalski, Dubois và Zug.")]
    first = learn_names(pairs)
    assert [entry.en for entry in first.entries] == ["Zug", "Peru", "Dubois", "Kowalski"]
    turned = [("We saw Dubois, Zug, Kowalski, Peru and Zug.", "Ta thấy Zug, Kowalski, Zug, Peru và Dubois.")]
    assert [entry.en for entry in learn_names(turned).entries] == [entry.en for entry in first.entries]


def test_two_runs_are_equal() -> None:
    assert learn_names(STORY) == learn_names(STORY) == learn_names(iter(STORY))


def test_examples_are_the_first_beads_that_name_it_on_both_sides() -> None:
    pairs = [("Mr Kowalski left.", ""), *[(f"Mr Kowalski ate {k}.", f"Ông Kowalski ăn {k}.") for k in range(3)]]
    entry = entry_of(learn_names(pairs), "Kowalski")
    assert entry.examples == tuple(pairs[1 : 1 + N_EXAMPLES])
    assert (entry.n_pairs, entry.confidence) == (3, pytest.approx((3 + 1) / (4 + 1)))


@pytest.mark.parametrize(
    ("pairs", "conflicts"),
    [
        ([("Mr Cuong left.", "Ông Cường đi."), ("Mr Cường left.", "Ông Cường đi.")], ("Cuong / Cường",)),
        ([("We left Hanoi.", "Ta rời Hà Nội."), ("We saw Ha Noi.", "Ta thấy Hà Nội.")], ("Ha Noi / Hanoi",)),
        ([("Mr Hòa left.", "Ông Hòa đi."), ("Mr Hòa left.", "Ông Hoà đi.")], ("Hoà / Hòa",)),
        ([("HANOI", "HÀ NỘI"), ("We left Hanoi.", "Ta rời Hà Nội.")], ()),  # capitals are no other spelling
        ([("We left Russia on a Russian ship.", "Ta rời Nga trên tàu Nga.")], ()),
    ],
)
def test_conflicts_are_spellings_of_one_name(pairs: Pairs, conflicts: tuple[str, ...]) -> None:
    (entry,) = learn_names(pairs).entries
    assert entry.conflicts == conflicts


def test_composed_and_decomposed_spellings_are_one_form() -> None:
    pair = ("Mr Cường left.", "Ông Cường đi.")
    loose = unicodedata.normalize("NFD", pair[0]), unicodedata.normalize("NFD", pair[1])
    (entry,) = learn_names([pair, loose]).entries
    assert (entry.en_forms, entry.vi_forms, entry.conflicts) == ((("Cường", 2),), (("Cường", 2),), ())


def test_two_men_of_one_english_spelling_are_told() -> None:
    (entry,) = learn_names([("Mr Hung spoke.", "Ông Hùng nói."), ("Mr Hung left.", "Ông Hưng đi.")]).entries
    assert entry.conflicts == ("Hùng / Hưng",)
    full = learn_names([("Mr Tran Hung spoke.", "Ông Trần Hùng nói."), ("Mr Tran Hung left.", "Ông Trần Hưng đi.")])
    assert [(entry.en, entry.vi) for entry in full.entries] == [("Tran Hung", "Trần Hùng"), ("", "Trần Hưng")]
    assert full.entries[0].conflicts == ("Tran Hung: Trần Hùng / Trần Hưng",)


def test_marks_tell_two_names_apart() -> None:
    pairs = [("Mr Hùng met Mr Hưng.", "Ông Hùng gặp ông Hưng.")]
    assert sorted(forms(pairs)) == [("Hùng", "Hùng"), ("Hưng", "Hưng")]


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        # one full name ends so
        ([("We met Mr Tom Kowalski.", "Ta gặp ông Tom Kowalski."), ("Kowalski left.", "Kowalski đi.")],
         [("Tom Kowalski", "Tom Kowalski")]),
        ([("We met Mr Tran Van Ba.", "Ta gặp ông Trần Văn Ba."), ("Then Mr Ba left.", "Rồi ông Ba đi.")],
         [("Tran Van Ba", "Trần Văn Ba")]),
        # two do
        ([("Mr Tom Kowalski met Ms Ada Kowalski.", "Ông Tom Kowalski gặp bà Ada Kowalski."),
          ("Kowalski left.", "Kowalski đi.")],
         [("Ada Kowalski", "Ada Kowalski"), ("Kowalski", "Kowalski"), ("Tom Kowalski", "Tom Kowalski")]),
        ([("Mr Tran Van Ba met Mr Le Van Ba.", "Ông Trần Văn Ba gặp ông Lê Văn Ba."),
          ("Then Mr Ba left.", "Rồi ông Ba đi.")],
         [("Ba", "Ba"), ("Le Van Ba", "Lê Văn Ba"), ("Tran Van Ba", "Trần Văn Ba")]),
        # two do, and nothing says that the second is a person
        ([("Ellen Marsh met Tom Marsh.", "Ellen Marsh gặp Tom Marsh."), ("Later Marsh left.", "Sau đó Marsh đi.")],
         [("Ellen Marsh", "Ellen Marsh"), ("Marsh", "Marsh"), ("Tom Marsh", "Tom Marsh")]),
        # a known place is no short form
        ([("We met Mr Tran Hue.", "Ta gặp ông Trần Huệ."), ("We left Hue.", "Ta rời Huế.")],
         [("Hue", "Huế"), ("Tran Hue", "Trần Huệ")]),
    ],
)  # fmt: skip
def test_short_forms_are_joined_only_where_one_full_name_ends_so(pairs: Pairs, expected: list[tuple[str, str]]) -> None:
    assert sorted(forms(pairs)) == expected


def test_what_one_side_alone_names_has_an_entry_without_confidence() -> None:
    table = learn_names(
        [("We saw Dubois.", "Ta thấy bà ấy."), ("We rested.", "Ta nghỉ ở Huế."), ("Mr Moreau left.", "")]
    )
    assert [(entry.en, entry.vi, entry.n_pairs, entry.confidence) for entry in table.entries] == [
        ("Moreau", "", 0, 0.0),
        ("", "Huế", 0, 0.0),
        ("Dubois", "", 0, 0.0),
    ]


def test_offices_in_small_letters_are_words() -> None:
    pairs = [
        ("He saw the president.", "Anh thấy tổng thống."),
        ("Then President Dubois left.", "Rồi Tổng thống Dubois đi."),
    ]
    assert sorted(forms(pairs)) == [("Dubois", "Dubois"), ("President", "Tổng thống")]
    assert entry_of(learn_names(pairs), "President").en_forms == (("President", 1),)


def test_leftovers_are_paired_where_the_encoder_takes_them_for_each_other() -> None:
    pairs = [
        ("Today the Clean Water Fund was founded.", "Hôm nay, Quỹ Nước sạch được lập."),
        ("Later the Clean Water Fund grew.", "Về sau, Quỹ Nước sạch lớn lên."),
    ]
    (entry,) = learn_names(pairs).entries
    assert (entry.en, entry.vi, entry.kind) == ("Clean Water Fund", "Quỹ Nước sạch", "organisation")
    assert (entry.n_pairs, entry.confidence) == (2, pytest.approx((2 + UNSURE) / (2 + 1)))
    (once,) = learn_names(pairs[:1]).entries
    assert once.confidence == pytest.approx((1 + UNSURE) / 2)
    assert 0.3 < LEFTOVER_COSINE < 0.7
    # Another fund is no translation of it, and two known names are never leftovers of each other.
    assert ("Clean Water Fund", "") in forms([(pairs[0][0], "Hôm nay, ông Trần Văn Ba được bầu.")])
    assert ("Hanoi", "") in forms([("They went to Hanoi.", "Họ đến Huế.")])


def test_a_glossary_is_evidence() -> None:
    glossary = NameTable((NameEntry("Blue Heron", "Cò Trắng", "organisation"), NameEntry("Unseen", "Chưa Thấy")))
    pairs = [("We saw Blue Heron.", "Ta thấy Cò Trắng.")]
    assert ("Blue Heron", "Cò Trắng") not in forms(pairs)
    (entry,) = learn_names(pairs, glossary=glossary).entries
    assert (entry.en, entry.vi, entry.kind, entry.n_pairs) == ("Blue Heron", "Cò Trắng", "organisation", 1)
    assert (entry.confidence, entry.entity) == (1.0, "glossary:0")


@pytest.mark.parametrize("pairs", [[], [("", "")], [("It rained.", "Mưa rơi.")], [("\ud800", "\x00")]])
def test_nothing_named_is_an_empty_table(pairs: Pairs) -> None:
    assert learn_names(pairs) == NameTable()


def test_a_bead_as_long_as_a_book_is_learnt_from() -> None:
    (entry,) = learn_names([("We saw Kowalski. " * 2000, "Ta thấy Kowalski. " * 2000)]).entries
    assert (entry.en_forms, entry.vi_forms) == ((("Kowalski", 2000),), (("Kowalski", 2000),))
    many = learn_names([(" and ".join(f"Mr Ko{k:x}wski" for k in range(400)), " và ".join(["ông Lâm"] * 400))])
    assert len(many.entries) == 401


# Corpora -------------------------------------------------------------------------------------------------------------

FIRST: Pairs = [("Mr Tran Ba left Hanoi.", "Ông Trần Ba rời Hà Nội."), ("Mr Dubois left.", "")]
SECOND: Pairs = [
    ("Then Mr Ba met Mr Tran Ba.", "Rồi ông Ba gặp ông Trần Ba."),
    ("Hanoi is old.", "Thành phố Hà Nội đã cổ."),
    ("We saw Mr Kowalski.", "Ta thấy ông Kowalski."),
]


def test_tables_of_documents_are_joined_by_entity_and_full_forms() -> None:
    joined = join_tables([learn_names(FIRST), learn_names(SECOND)])
    ba = entry_of(joined, "Tran Ba")
    assert ba.en_forms == (("Tran Ba", 2), ("Ba", 1))
    assert ba.vi_forms == (("Trần Ba", 2), ("Ba", 1))
    assert ba.n_pairs == 2
    assert ba.examples == (FIRST[0], SECOND[0])
    hanoi = entry_of(joined, "Hanoi")
    assert (hanoi.entity, hanoi.n_pairs, dict(hanoi.en_forms)) == ("VN-HN", 2, {"Hanoi": 2})
    assert entry_of(joined, "Dubois").vi == ""
    assert entry_of(joined, "Kowalski").n_pairs == 1


def test_joining_sees_conflicts_between_documents() -> None:
    tables = [
        learn_names([("Mr Tran Ba left.", "Ông Trần Ba đi.")]),
        learn_names([("Mr Trần Ba left.", "Ông Trần Ba đi.")]),
    ]
    (entry,) = join_tables(tables).entries
    assert entry.conflicts == ("Tran Ba / Trần Ba",)


def test_one_word_of_two_documents_may_be_two_persons() -> None:
    tables = [learn_names([("Mr Ba left.", "Rồi ông Ba đi.")]), learn_names([("Ms Ba left.", "Rồi bà Bá đi.")])]
    assert len(join_tables(tables).entries) == 2


def test_a_table_joined_alone_is_itself_and_none_is_empty() -> None:
    table = learn_names(STORY)
    assert join_tables([table]) == table
    assert join_tables([]) == join_tables([NameTable()]) == NameTable()
    assert join_tables([learn_names(FIRST), learn_names(SECOND)]) == join_tables(
        [learn_names(FIRST), learn_names(SECOND)]
    )
    sizes = {len(join_tables([learn_names(a), learn_names(b)]).entries) for a, b in ((FIRST, SECOND), (SECOND, FIRST))}
    assert len(sizes) == 1


def test_joined_confidence_lies_between() -> None:
    sure = NameTable((NameEntry("Aa Bb", "Cc Dd", "person", n_pairs=3, confidence=0.9),))
    unsure = NameTable((NameEntry("Aa Bb", "Cc Dd", "person", n_pairs=1, confidence=0.5),))
    (entry,) = join_tables([sure, unsure]).entries
    assert (entry.n_pairs, entry.confidence) == (4, pytest.approx(0.8))
