"""The notebooks run, quickly and without a warning; they are kept without outputs and define nothing of their own."""

import ast
import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import aligner

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
ALLOWED = {"IPython.display", "aligner", "matplotlib", "numpy", "pandas", "pathlib", "tempfile", "zlib"}
ALONE = [path for path in NOTEBOOKS if path.name.startswith("07")]
"""Those that write their own texts."""

MAX_LINES = 3
"""Of a function: what is longer belongs in the package."""

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="an sdist has no notebooks")
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells_of(path: Path, kind: str) -> list[str]:
    return ["".join(c["source"]) for c in json.loads(path.read_text("utf-8"))["cells"] if c["cell_type"] == kind]


def faults_in(code: str) -> list[str]:
    """What a notebook must not do."""
    faults = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ClassDef):
            faults.append(f"class {node.name}")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            if node.end_lineno - node.lineno >= MAX_LINES:
                faults.append(f"def {node.name} is longer than {MAX_LINES} lines")
        elif isinstance(node, ast.Import):
            faults += [f"import {alias.name}" for alias in node.names if alias.name not in ALLOWED]
        elif isinstance(node, ast.ImportFrom):
            if node.module not in ALLOWED - {"aligner"}:
                faults.append(f"from {node.module}")
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "aligner":
            faults += [f"aligner.{node.attr} is not public"] * (node.attr not in aligner.__all__)
    return faults


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("class A:\n    pass", "class A"),
        ("def f(x):\n    y = x\n    z = y\n    return z", "def f is longer than 3 lines"),
        ("import requests", "import requests"),
        ("import aligner.alignment", "import aligner.alignment"),
        ("from aligner.scoring import measures", "from aligner.scoring"),
        ("from aligner import align", "from aligner"),
        ("aligner.alignment.align", "aligner.alignment is not public"),
    ],
)
def test_faults_are_seen(code: str, fault: str) -> None:
    assert faults_in(code) == [fault]


def test_what_is_allowed_is_no_fault() -> None:
    code = "import numpy as np\nimport aligner\ndef f(texts):\n    n = len(texts)\n    return np.ones(n)\naligner.align"
    assert faults_in(code) == []


def test_there_are_seven_and_the_readme_lists_them() -> None:
    assert [path.name[:3] for path in NOTEBOOKS] == ["01_", "02_", "03_", "04_", "05_", "06_", "07_"]
    listed = re.findall(r"^\| \[\w+\]\((\w+\.ipynb)\)", (FOLDER / "README.md").read_text("utf-8"), re.MULTILINE)
    assert listed == [path.name for path in NOTEBOOKS]


@each
def test_they_define_nothing_that_belongs_in_the_package(path: Path) -> None:
    # Whole, so that a line of IPython's own (%, !) is a syntax error, too.
    assert faults_in("\n".join(cells_of(path, "code"))) == []


@each
def test_they_are_kept_without_outputs(path: Path) -> None:
    text = path.read_text("utf-8")
    assert script("strip_notebooks").stripped(text, path.name[:2]) == text, "run python scripts/strip_notebooks.py"


def test_stripping_takes_out_what_running_left() -> None:
    left = {
        "cells": [
            {
                "cell_type": "code",
                "execution_count": 7,
                "id": "a1b2",
                "metadata": {"collapsed": True, "execution": {"iopub.execute_input": "2026-01-01"}},
                "outputs": [{"output_type": "stream", "name": "stdout", "text": ["secret"]}],
                "source": "x = 1\nx",
            },
            {"cell_type": "markdown", "id": "c", "metadata": {"tags": []}, "attachments": {}, "source": ["# T"]},
        ],
        "metadata": {"language_info": {"name": "python", "version": "3.11.2"}, "widgets": {}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    module = script("strip_notebooks")
    once = module.stripped(json.dumps(left), "09")
    assert json.loads(once)["cells"] == [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": "09-01",
            "metadata": {},
            "outputs": [],
            "source": ["x = 1\n", "x"],
        },
        {"cell_type": "markdown", "id": "09-02", "metadata": {}, "source": ["# T"]},
    ]
    assert json.loads(once)["metadata"] == module.METADATA
    assert module.stripped(once, "09") == once


@each
def test_they_begin_with_a_title_and_their_links_lead_somewhere(path: Path) -> None:
    texts = cells_of(path, "markdown")
    assert texts[0].startswith(f"# {int(path.name[:2])}. ")
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", "\n".join(texts)):
        assert (FOLDER / target).exists(), target
    for mentioned in re.findall(r"`(docs/[\w/.]+)`", "\n".join(texts)):
        assert (ROOT / mentioned).exists(), mentioned


@each
@pytest.mark.parametrize("place", [".", "notebooks", "notebooks/.."])
def test_they_find_the_corpus_from_the_root_and_from_their_folder(
    path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = re.findall(r"^ROOT = .*$", "\n".join(cells_of(path, "code")), re.MULTILINE)
    monkeypatch.chdir(ROOT / place)
    names: dict[str, Any] = {"Path": Path, "ROOT": ROOT}
    exec("\n".join(lines), names)
    assert names["ROOT"] == ROOT
    assert len(lines) == (path not in ALONE)


@each
def test_they_say_where_the_corpus_is_to_be_had(path: Path) -> None:
    (code, *_), (text, *_) = cells_of(path, "code"), cells_of(path, "markdown")
    assert ("`pip download --no-deps --no-binary :all: envi-aligner`" in text) is (path not in ALONE)
    assert ('assert ROOT, "no folder corpus here' in code) is (path not in ALONE)


@each
def test_every_picture_has_words_for_whoever_does_not_see_it(path: Path) -> None:
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        last = "".join(cell["source"]).splitlines()[-1]
        if cell["cell_type"] == "code" and (
            last.endswith(".figure") or re.search(r"\.(hist|plot|fill_between)\(", last)
        ):
            assert len(cell["metadata"]["mystnb"]["image"]["alt"]) > 40, last


@pytest.mark.slow
@each
def test_they_run(path: Path, tmp_path: Path) -> None:
    pytest.importorskip("ipykernel")
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("nbclient")
    # Where they are kept, `make docs` need not run them once more.
    folder = Path(os.environ.get("ALIGNER_KEEP_NOTEBOOKS", tmp_path / "ran"))
    command = [sys.executable, ROOT / "scripts" / "run_notebooks.py", folder, path]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr

    notebook = nbformat.read(folder / path.name, as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert [output["text"] for output in outputs if output.get("name") == "stderr"] == []
    shown = {kind for output in outputs for kind in output.get("data", {})}
    # Names and marks need no picture.
    assert shown >= ({"text/html"} if path.name.startswith("04") else {"text/html", "image/png"})
    for cell in notebook.cells:  # what the fast test looks for has missed no picture
        if any("image/png" in output.get("data", {}) for output in cell.get("outputs", [])):
            assert "mystnb" in cell["metadata"], cell["source"]


def test_a_notebook_that_changes_the_project_is_told() -> None:
    runner = script("run_notebooks")
    assert any(name.startswith("corpus/gold/") for name in runner.state_of(ROOT))
    assert any(name.startswith("notebooks/01") for name in runner.state_of(ROOT))


def script(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
