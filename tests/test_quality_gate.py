"""The quality gate on the corpus, and the gate itself."""

import json
from pathlib import Path

import pytest

from tests import quality_gate


def test_no_score_fell_below_its_floor() -> None:
    stored = json.loads(quality_gate.FLOORS.read_text("utf-8"))
    assert stored["corpus_sha256"] == quality_gate.digest(), "the corpus changed: measure again with --update"
    assert quality_gate.fallen(quality_gate.measure(), stored["floors"]) == []


def test_a_fallen_score_and_a_missing_article_are_named() -> None:
    floors = {"a": {"beads": 0.9}, "b": {"beads": 0.9}}
    assert quality_gate.fallen({"a": {"beads": 0.8}, "c": {"beads": 1.0}}, floors) == [
        "c has no floor; run with --update",
        "a, beads: 0.8 is below the floor of 0.9",
        "b, beads: None is below the floor of 0.9",
    ]


@pytest.mark.parametrize(("floor", "flags", "status", "kept"), [
    (0.9, ["--update"], 0, False),
    (0.99, ["--update"], 1, True),
    (0.99, ["--update", "--allow-regression"], 0, False),
    (0.99, [], 1, True),
    (0.9, [], 0, True),
])  # fmt: skip
def test_update_lowers_no_floor_unless_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, floor: float, flags: list[str], status: int, kept: bool
) -> None:
    monkeypatch.setattr(quality_gate, "measure", lambda corpus: {"a": {"beads": 0.9756}})
    path = tmp_path / "floors.json"
    before = json.dumps({"floors": {"a": {"beads": floor}}})
    path.write_text(before, "utf-8")
    assert quality_gate.main(flags, path) == status
    assert (path.read_text("utf-8") == before) == kept
    if not kept:
        assert json.loads(path.read_text("utf-8"))["floors"] == {"a": {"beads": 0.975}}
