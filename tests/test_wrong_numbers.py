"""Sentences with a right and a wrong number: nearly all the wrong ones are noticed, and no right one is."""

from pathlib import Path

from aligner.numbers.matching import compare_numbers
from aligner.text.unicode import nfc

_ROWS = [
    line.split("\t") for line in (Path(__file__).parent / "cases" / "wrong_numbers.tsv").read_text("utf-8").splitlines()
]


def _reason(en: str, vi: str) -> str:
    return compare_numbers(en, vi).reason("numbers")


def test_cases_are_whole() -> None:
    """Each English sentence once, in NFC, with two translations that differ."""
    head, *rows = _ROWS
    assert head == ["kind", "en", "right", "wrong"]
    assert len(rows) >= 160
    assert len({en for _, en, _, _ in rows}) == len(rows)
    for row in rows:
        assert all(nfc(cell) == cell for cell in row), row
        assert row[2] != row[3], row


def test_wrong_numbers_are_noticed() -> None:
    """At least .95 of the translations with a wrong number are told of."""
    missed = [
        (kind, en, wrong) for kind, en, _, wrong in _ROWS[1:] if not _reason(en, wrong).startswith("numbers differ")
    ]
    assert len(missed) <= 0.05 * (len(_ROWS) - 1), missed


def test_right_numbers_pass() -> None:
    """No translation with the right number is told of."""
    told = [(kind, en, right, why) for kind, en, right, _ in _ROWS[1:] if (why := _reason(en, right))]
    assert not told, told
