"""Names as the other language says them: which Vietnamese spellings may be which foreign name."""

import pytest

from aligner.names.sounds import UNLIKE, sounds_alike
from aligner.text.tables import read_table


@pytest.mark.parametrize(
    ("foreign", "transliterated"),
    [
        ("Stockholm", "Xtốc-khôm"),
        ("Napoleon", "Na-pô-lê-ông"),
        ("Lincoln", "Lin-côn"),
        ("Newton", "Niu-tơn"),
        ("Chicago", "Si-ca-gô"),
        ("Beethoven", "Bét-tô-ven"),
        ("Singapore", "Xinh-ga-po"),
        ("Geneva", "Giơ-ne-vơ"),
        ("Athens", "A-ten"),
        ("tokyo", "TÔ KI Ô"),
    ],
)
def test_a_transliteration_sounds_alike(foreign: str, transliterated: str) -> None:
    assert sounds_alike(foreign, transliterated)


@pytest.mark.parametrize(
    ("foreign", "transliterated"),
    [
        ("Berlin", "Ma-đrít"),
        ("Chicago", "Xtốc-khôm"),
        ("Hamburg", "Xinh-ga-po"),
        ("Lenin", "Mao"),
        ("Paris", "Luân Đôn"),
        ("Napoleon", "Na"),  # a part of a name is not the name
        ("Anna", ""),
        ("", "An-na"),
        ("12", "12"),
        ("", ""),
    ],
)
def test_another_name_does_not_sound_alike(foreign: str, transliterated: str) -> None:
    assert not sounds_alike(foreign, transliterated)


@pytest.mark.parametrize(
    ("foreign", "transliterated"),
    [
        ("Zebulun", "Xê-bu-lun"),
        ("Israel", "Y-sơ-ra-ên"),
        ("Jerusalem", "Giêrusalem"),
        ("Almodad", "Anh-mô-đát"),
        ("Noah", "Nô-ê"),
        ("Levites", "Lê-vi"),
        ("Bethlehemite", "Bết-lê-hem"),
        ("Nebuchadnezzar", "Nê-bu-cát-nết-sa"),
        ("Feynman", "Fai-nờ-man"),
        ("Dostoevsky", "Đốt-xtôi-ép-xki"),
    ],
)
def test_names_of_scripture_and_of_books_sound_alike(foreign: str, transliterated: str) -> None:
    assert sounds_alike(foreign, transliterated)


@pytest.mark.parametrize(
    ("foreign", "transliterated"),
    [("Moses", "Giô-suê"), ("Esau", "Gia-cốp"), ("Jephunneh", "A-bi-mê-léc"), ("Iran", "I-rắc"), ("David", "Sa-mu-ên")],
)
def test_other_names_of_scripture_do_not(foreign: str, transliterated: str) -> None:
    assert not sounds_alike(foreign, transliterated)


def test_the_table_is_whole() -> None:
    rows = read_table("sounds.tsv", "role", "first", "second", "cost", "source")
    sounds = {first for role, first, *_ in rows if role == "lost"}
    assert {role for role, *_ in rows} == {"spelling_en", "spelling_vi", "near", "lost", "ending_en"}
    for role, first, second, cost, source in rows:
        assert source
        if role.startswith("spelling"):
            assert (first.isascii(), set(second) <= sounds, cost) == (True, True, "")
        elif role == "near":
            assert {first, second} <= sounds
            assert 0 <= int(cost) < UNLIKE
        elif role == "lost":
            assert second == ""
            assert 0 < int(cost) < UNLIKE
