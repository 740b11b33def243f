"""The frame and TSV of an alignment."""

import unicodedata
from pathlib import Path

import pandas as pd
import pytest

import aligner
from aligner.pairs.tables import COLUMNS, write_tsv

CONTRACT = [
    "src_text", "trg_text", "aligner_score", "quality", "decision", "reasons", "bead_type", "src_ids", "trg_ids",
    "src_start", "src_end", "trg_start", "trg_end", "doc_id",
]  # fmt: skip
EN = ["It rained.", "We stayed at home.", "Nobody came.", "Then the sun\tcame\nout."]
VI = ["Trời mưa.", "Chúng tôi ở nhà.", unicodedata.normalize("NFD", "Rồi mặt trời ló ra.")]


def read_tsv(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text("utf-8").split("\n")[:-1]]


def test_the_contract_s_columns_come_first() -> None:
    frame = aligner.align(EN, VI).to_frame()
    assert list(frame.columns)[: len(CONTRACT)] == CONTRACT
    assert tuple(frame.columns) == COLUMNS
    assert frame["bead_type"].tolist() == ["1:1"] * 3
    assert frame["src_ids"].tolist() == ["0", "1", "3"]
    assert frame["quality"].between(0, 1).all()
    assert set(frame["decision"]) <= {"keep", "drop"}


def test_types_do_not_depend_on_the_rows() -> None:
    frames = [aligner.align(EN, VI).to_frame(nulls=nulls) for nulls in (False, True)]
    frames += [aligner.align(en, vi).to_frame(nulls=True) for en, vi in (([], []), (["Hi."], []), ([], ["Chào."]))]
    assert len({tuple(map(str, frame.dtypes)) for frame in frames}) == 1


def test_null_beads_come_on_request() -> None:
    frame = aligner.align(EN, VI).to_frame(nulls=True)
    (null,) = frame[frame["bead_type"] == "1:0"].itertuples()
    assert (null.src_text, null.trg_text, null.reasons, null.decision) == ("Nobody came.", "", "null", "drop")
    assert (null.trg_ids, null.quality) == ("", 0.0)
    assert pd.isna(null.trg_start)


def test_tsv_is_one_line_a_pair_in_nfc(tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv"
    assert aligner.align(EN, VI).to_tsv(path) == 2  # the tab and the line break
    header, *rows = read_tsv(path)
    assert header == list(COLUMNS)
    assert [row[:2] for row in rows] == [
        ["It rained.", "Trời mưa."],
        ["We stayed at home.", "Chúng tôi ở nhà."],
        ["Then the sun came out.", "Rồi mặt trời ló ra."],
    ]
    assert {len(row) for row in rows} == {len(COLUMNS)}


@pytest.mark.parametrize(
    ("text", "written", "replaced"),
    [
        ('say "no"', 'say "no"', 0),  # nothing is quoted
        ("=1+1", "=1+1", 0),
        ("a\r\nb", "a  b", 2),
        ("a\u2028b\x85c", "a b c", 2),
        ("a\x00b\x1b[31m", "a b [31m", 2),
        ("a\x9bb", "a b", 1),
        ("\ud800", "\ufffd", 1),
        ("", "", 0),
        ("NA", "NA", 0),
    ],
)
def test_any_text_survives_tsv_on_one_line(tmp_path: Path, text: str, written: str, replaced: int) -> None:
    path = tmp_path / "x.tsv"
    assert write_tsv(pd.DataFrame({"a": [text], "b": ["end"]}, dtype=object), path) == replaced
    assert read_tsv(path) == [["a", "b"], [written, "end"]]


def test_a_tab_in_a_column_s_name_is_replaced_too(tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    assert write_tsv(pd.DataFrame({"a\tb": ["1"]}), path) == 1
    assert read_tsv(path) == [["a b"], ["1"]]


def test_pandas_reads_it_back(tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv"
    frame = aligner.align(EN[:3], VI[:2]).to_frame(nulls=True)
    write_tsv(frame, path)
    back = pd.read_csv(path, sep="\t", quoting=3, keep_default_na=False, na_values={"trg_start": "", "trg_end": ""})
    assert back["src_text"].tolist() == frame["src_text"].tolist()
    assert back["quality"].tolist() == pytest.approx(frame["quality"].tolist(), abs=1e-4)
    assert "signature" not in back


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(aligner.AlignerError, match="nowhere"):
        aligner.align(EN, VI).to_tsv(tmp_path / "nowhere" / "pairs.tsv")
    assert list(tmp_path.iterdir()) == []
