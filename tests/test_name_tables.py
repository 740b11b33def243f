"""The tables of names: their form, what must be in them, and that the builder writes the shipped bytes."""

import csv
import importlib.resources
import json
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DATA = ROOT / "aligner" / "data"
KINDS = {"place", "organisation", "person", "title", "other"}
ROLES = {
    *("family", "middle", "honorific_en", "honorific_vi", "address_en", "address_vi", "deputy_en", "deputy_vi"),
    *("organisation_en", "organisation_vi", "place_en", "place_vi", "before_place_en", "head_vi", "link_en"),
    *(
        "abbreviation",
        "before_place_vi",
        "calendar_vi",
        "compound_vi",
        "currency",
        "people_vi",
        "relative_vi",
        "word_vi",
    ),
}

UNMERGED = "VN-HN VN-26 VN-01 VN-71 VN-05 VN-09 VN-13 VN-21 VN-22 VN-23 VN-04"
"""The 11 provinces and cities that Resolution 202/2025/QH15 left as they were."""

MERGED = {
    "VN-07": "Hà Giang",
    "VN-02": "Yên Bái",
    "VN-69": "Bắc Kạn",
    "VN-68": "Vĩnh Phúc, Hòa Bình",
    "VN-56": "Bắc Giang",
    "VN-66": "Thái Bình",
    "VN-HP": "Hải Dương",
    "VN-18": "Hà Nam, Nam Định",
    "VN-25": "Quảng Bình",
    "VN-DN": "Quảng Nam",
    "VN-29": "Kon Tum",
    "VN-30": "Bình Định",
    "VN-34": "Ninh Thuận",
    "VN-35": "Đắk Nông, Bình Thuận",
    "VN-33": "Phú Yên",
    "VN-SG": "Bà Rịa - Vũng Tàu, Bình Dương",
    "VN-39": "Bình Phước",
    "VN-37": "Long An",
    "VN-CT": "Sóc Trăng, Hậu Giang",
    "VN-49": "Bến Tre, Trà Vinh",
    "VN-45": "Tiền Giang",
    "VN-59": "Bạc Liêu",
    "VN-44": "Kiên Giang",
}
"""The 29 provinces that ended on 1 July 2025, under the one that each went into."""

PAIRS = [
    ("Germany", "Đức"),
    ("Russian", "Nga"),
    ("the States", "Mỹ"),
    ("UK", "Vương quốc Anh"),
    ("Singapore", "Xinh-ga-po"),
    ("Moscow", "Mát-xcơ-va"),
    ("Saudi Arabia", "Ả Rập Xê Út"),
    ("South Korea", "Hàn Quốc"),
    ("North Korea", "Triều Tiên"),
    ("East Sea", "Biển Đông"),
    ("Beijing", "Bắc Kinh"),
    ("HCM City", "TP.HCM"),
    ("Chancellor", "Thủ tướng"),
    ("President", "Chủ tịch nước"),
    ("President", "Tổng thống"),
    ("UN", "Liên Hợp Quốc"),
    ("White House", "Nhà Trắng"),
    ("Xi Jinping", "Tập Cận Bình"),
    ("National Day", "Quốc khánh"),
    ("CPV", "Đảng Cộng sản Việt Nam"),
]


def read_rows(name: str) -> list[dict[str, str]]:
    """Rows of a table."""
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def forms(row: dict[str, str], *columns: str) -> list[str]:
    """Forms in the columns of a row."""
    return [form for column in columns for form in row[column].split("|") if form]


def form_key(form: str) -> str:
    """Case, dashes and spaces folded, as the builder folds them."""
    return re.sub(r"[\s\-–—]+", " ", form).strip().casefold()


NAMES = read_rows("names.tsv")
NAME_WORDS = read_rows("name_words.tsv")


@pytest.mark.parametrize("name", ["names.tsv", "name_words.tsv"])
def test_text_is_nfc_without_stray_spaces(name: str) -> None:
    text = (DATA / name).read_bytes().decode("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert text.endswith("\n")
    assert not re.search(r"\r|\|\||  | \t|\t | \||\| |\|\t|\t\|| $|[^\S \t\n]|\u200b|\ufeff", text, re.MULTILINE)
    assert "’" not in text


def test_names_have_their_columns() -> None:
    head, *lines = (DATA / "names.tsv").read_text(encoding="utf-8").splitlines()
    assert head == "entity\tkind\ten\ten_adjective\tvi\tpart_of\tsource"
    assert {line.count("\t") for line in lines} == {6}


def test_names_are_sorted_and_each_entity_stands_once() -> None:
    kinds = ["place", "organisation", "person", "title", "other"]
    keys = [(kinds.index(row["kind"]), row["entity"]) for row in NAMES]
    assert keys == sorted(set(keys))
    assert len({row["entity"] for row in NAMES}) == len(NAMES)


def test_every_row_is_whole() -> None:
    entity = re.compile(r"[A-Z]{2}|(VN|XE)-[A-Z0-9]{2,3}|[a-z]+:[a-z0-9-]+")
    for row in NAMES:
        assert row["kind"] in KINDS, row
        assert all((row["en"], row["vi"], row["source"])), row
        assert entity.fullmatch(row["entity"]), row
        for column in ("en", "en_adjective", "vi"):
            keys = [form_key(form) for form in forms(row, column)]
            assert len(keys) == len(set(keys)), row


def test_parts_lie_in_entities_and_not_in_a_ring() -> None:
    part_of = {row["entity"]: row["part_of"] for row in NAMES}
    for entity, whole in part_of.items():
        assert not whole or (whole in part_of and not part_of[whole]), entity


def test_present_and_former_provinces() -> None:
    rows = {row["entity"]: row for row in NAMES}
    present = {*UNMERGED.split(), *MERGED}
    assert len(present) == 34
    assert not [code for code in present if rows[code]["part_of"]]
    former = {name: code for code, names in MERGED.items() for name in names.split(", ")}
    assert len(former) == 29
    by_name = {forms(row, "vi")[0]: row for entity, row in rows.items() if entity.startswith("VN-")}
    assert {name: by_name[name]["part_of"] for name in former} == former


def test_provinces_have_an_english_form_without_marks() -> None:
    for row in NAMES:
        if row["entity"].startswith("VN-"):
            assert forms(row, "en")[0].isascii(), row["entity"]


@pytest.mark.parametrize(("en", "vi"), PAIRS)
def test_pairs(en: str, vi: str) -> None:
    assert [row for row in NAMES if en in forms(row, "en", "en_adjective") and vi in forms(row, "vi")]


def test_every_country_of_iso_3166_has_both_languages() -> None:
    rows = {row["entity"]: row for row in NAMES}
    iso_codes = importlib.resources.files("pycountry").joinpath("databases", "iso3166-1.json")
    for record in json.loads(iso_codes.read_text("utf-8"))["3166-1"]:
        row = rows[record["alpha_2"]]
        assert row["kind"] == "place"
        assert row["en"]
        assert row["vi"]


def test_name_words() -> None:
    assert {row["role"] for row in NAME_WORDS} == ROLES
    rows = [(row["role"], row["word"]) for row in NAME_WORDS]
    assert len(rows) == len(set(rows))
    assert all(row["source"] for row in NAME_WORDS)
    families = {name for role, name in rows if role == "family"}
    assert {"Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Võ", "Vũ", "Tô", "Lương"} <= families
    assert len(families) >= 150


def test_builder_writes_the_shipped_bytes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "scripts/write_names.py", str(tmp_path)], cwd=ROOT, check=True)
    for name in ("names.tsv", "name_words.tsv"):
        assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes(), f"{name}: run make data"
