"""Names as the other language says them: which Vietnamese spellings may be which foreign name."""

import pytest

from aligner.names.sounds import sounds_alike


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
