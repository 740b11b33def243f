"""The benchmark of filters: pairs made wrong, files of judged pairs, verdicts from a process of its own."""

from pathlib import Path

import pytest

from benchmarks import quality
from benchmarks.peers import judges

ROWS = [
    quality.Row("good", "The bridge was opened on Monday.", "Cây cầu đã được khánh thành hôm thứ Hai."),
    quality.Row("untranslated", "The bridge was opened on Monday.", "The bridge was opened on Monday."),
    quality.Row("good", "It is raining hard.", "Trời đang mưa to."),
]


def test_good_pairs_have_both_sides_and_damage_follows_the_seed() -> None:
    pairs = quality.good_pairs()
    assert len(pairs) > 300
    assert all(en and vi for en, vi in pairs)
    assert len(set(pairs)) == len(pairs)
    some = pairs[:40]
    rows = quality.damaged(some, 1)
    assert rows == quality.damaged(some, 1) != quality.damaged(some, 2)
    assert [row.kind for row in rows[:40]] == ["good"] * 40
    assert len({row.kind for row in rows}) > 10
    assert not [row for row in rows if {"\t", "\n"} & {*row.en, *row.vi}]


def test_files_of_judged_pairs_are_read_and_wrong_ones_refused(tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv"
    lines = ["\t".join(row) for row in ROWS]
    path.write_text("\n".join(["kind\ten\tvi", *lines, ""]), "utf-8")
    assert quality.read_rows(path) == ROWS
    path.write_text("\n".join(["kind\ten\tvi", *lines, "good\tx"]), "utf-8")
    with pytest.raises(SystemExit, match=r"pairs\.tsv:5: 2 columns"):
        quality.read_rows(path)
    path.write_text("\n".join(["kind\ten\tvi", lines[0]]), "utf-8")
    with pytest.raises(SystemExit, match="needs good pairs and others"):
        quality.read_rows(path)


def test_the_table_has_shares_speeds_and_what_is_missing() -> None:
    kept = {"version": "1", "kept": [True, False, False], "seconds": 0.5, "peak_mb": 9.0}
    text = quality.table(ROWS, {"aligner, balanced": kept, "other": {"missing": "no module"}})
    head, _, first, second = text.splitlines()
    assert head == "| share kept | good (2) | bad (1) | untranslated (1) | pairs/s | MB |"
    assert first.startswith("| aligner 1, balanced | 0.500 (")
    assert first.endswith("| 0.000 | 0.000 | 6 (×1) | 9 |")
    assert second == "| other | not here: no module |  |  |  |  |"


def test_a_system_judges_in_a_process_of_its_own() -> None:
    result = quality.run("aligner, rules alone", ROWS)
    assert result["kept"] == [True, False, True]
    assert result["seconds"] > 0
    assert result["peak_mb"] > 1
    assert "missing" in quality.run("aligner, balanced", ROWS, python="/bin/false")


@pytest.mark.parametrize("system", ["OpusFilter, without Lingua", "bicleaner-hardrules, without languages"])
def test_a_peer_judges_or_says_what_it_lacks(system: str) -> None:
    result = judges.run(system, ROWS[:1])
    assert result.get("missing") or len(result["kept"]) == 1
