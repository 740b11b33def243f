"""Pairs with a wrong name and their good twins: how many are noticed (tests/cases/wrong_names.tsv)."""

import csv
from pathlib import Path

import pytest

from aligner.names.detection import scan
from aligner.names.gazetteer import gazetteer
from aligner.names.matching import compare_texts

with (Path(__file__).parent / "cases" / "wrong_names.tsv").open(encoding="utf-8", newline="") as lines:
    ROWS = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))

FIRST = [row for row in ROWS if row["set"] == "first"]
"""Rows that were written before the rules were changed."""

NOTICED = 0.95
"""Share of the wrong names that must be noticed, as the plan of this part asks."""


def differ(en: str, vi: str) -> bool:
    """Whether the names of two texts are said to differ."""
    known = gazetteer()
    return not compare_texts(scan(en, "en", known), scan(vi, "vi", known)).agrees


def test_wrong_names_are_noticed() -> None:
    for rows in (FIRST, ROWS):
        wrong = [row for row in rows if row["wrong"]]
        missed = [(row["en"], row["wrong"]) for row in wrong if not differ(row["en"], row["wrong"])]
        assert len(wrong) >= 160
        assert len(missed) <= (1 - NOTICED) * len(wrong), missed


@pytest.mark.parametrize(("en", "vi"), [(row["en"], row["vi"]) for row in ROWS])
def test_good_twins_are_let_be(en: str, vi: str) -> None:
    assert not differ(en, vi)
