"""The one file of the weights of alignment: every feature weighed, each script's section its own."""

import argparse
import importlib.util
import json
import re
from dataclasses import fields, replace
from pathlib import Path

import pytest

import aligner
from aligner.search.weights import NAMES, AlignmentWeights, shipped_weights

ROOT = Path(__file__).parents[1]
STORED = json.loads((ROOT / "aligner" / "data" / "alignment.json").read_text("utf-8"))


def test_the_shipped_weights_are_those_of_the_file() -> None:
    flat = {name: value for section in STORED.values() for name, value in section.items()}
    for field in fields(AlignmentWeights):
        assert getattr(shipped_weights(), field.name) == flat[field.name]
    assert {part: tuple(flat[part]) for part in NAMES} == NAMES


@pytest.mark.parametrize("part", NAMES)
def test_weights_of_other_features_are_refused(part: str) -> None:
    first, *others = NAMES[part]
    wrong = {**dict.fromkeys(others, 0.0), "made_up": 1.0}
    found = re.escape(f"(found missing ['{part}.{first}'], unknown ['{part}.made_up'])")
    with pytest.raises(aligner.InputError, match=f"do not fit this version {found}; rebuild them: scripts/fit_"):
        replace(shipped_weights(), **{part: wrong})


@pytest.mark.parametrize("section", ["alignment", "verdict", "moved", "boundaries"])
def test_each_section_says_what_wrote_it(section: str) -> None:
    (script,) = re.findall(r"^scripts/(\w+\.py) PAIRS", STORED[section]["command"])
    assert f'"{section}",' in (ROOT / "scripts" / script).read_text("utf-8")


def test_a_script_writes_its_section_and_keeps_the_others(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("weights_file", ROOT / "scripts" / "weights_file.py")
    assert spec is not None
    assert spec.loader is not None
    scripts = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scripts)
    for name in ("pairs", "encoder.npz"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "encoder.json").write_text('{"command": "train"}')
    path = tmp_path / "weights.json"
    path.write_text(json.dumps(STORED))
    arguments = argparse.Namespace(
        weights=path, encoders=[tmp_path], pairs=[tmp_path / "pairs"], without=[], documents=3, seed=1
    )
    scripts.write_section(arguments, "moved", "what it is", {"moved": {"bias": 1.0}})
    after = json.loads(path.read_text("utf-8"))
    assert {**after, "moved": STORED["moved"]} == STORED
    assert after["moved"]["moved"] == {"bias": 1.0}
    # New features of a later fit do not stop it: only what it aligns by must be there.
    assert scripts.read_model(path).weights == shipped_weights().weights
    assert sorted(p.name for p in tmp_path.iterdir()) == ["encoder.json", "encoder.npz", "pairs", "weights.json"]
