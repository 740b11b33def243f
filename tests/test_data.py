"""What is derived is what its builders make: `make data` changes nothing that is committed, so no second run does."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("aligner", "benchmarks", "corpus", "docs", "notebooks", "scripts", "tests")
PICTURE = "docs/quality_reliability.png"  # its bytes are those of the pinned matplotlib


def state_of(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in FOLDERS
        for path in (root / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def paths(root: Path) -> dict[str, str]:
    """Environment of a process that imports the copy."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))}


def test_every_script_that_needs_no_training_data_is_a_step() -> None:
    steps = (ROOT / "scripts" / "make_data.py").read_text("utf-8")
    builders = {path.name for path in (ROOT / "scripts").glob("*.py")}
    by_hand = {
        "train_encoder.py",
        "fit_alignment.py",
        "fit_verdict.py",
        "fit_moved.py",
        "fit_boundaries.py",
        "fit_quality.py",
        "damage.py",
        "made_documents.py",
        "made_pairs.py",
        "train_lexicon.py",
        "fit_mining.py",
        "measure_signs.py",
        "write_readings.py",
        "regression.py",
        "weights_file.py",
        "run_notebooks.py",
        "write_sbom.py",
    }
    assert {name for name in builders if f'"scripts/{name}"' in steps} == builders - by_hand - {"make_data.py"}


@pytest.mark.slow
def test_make_data_changes_nothing(tmp_path: Path) -> None:
    if not (ROOT / "notebooks").is_dir():
        pytest.skip("an sdist has no notebooks")
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    before = state_of(tmp_path)
    subprocess.run([sys.executable, "scripts/make_data.py"], cwd=tmp_path, env=paths(tmp_path), check=True)
    after = state_of(tmp_path)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert changed <= {PICTURE}, "run make data and commit what it changes"


def test_contributing_names_what_is_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    tests = set(re.findall(r"test_\w+\.py", text))
    assert [name for name in tests if not (ROOT / "tests" / name).exists()] == []
    files = re.findall(r"`((?:aligner|scripts|tests|docs|corpus)/[\w./-]+)`", text)
    assert [name for name in files if not (ROOT / name).exists()] == []
