"""What a project shows to those who find it: a citation, forms for issues, a way to report, a release."""

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import aligner

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

from write_sbom import NOT_USED  # noqa: E402

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
HOST = ROOT / ".github"
on_the_host = pytest.mark.skipif(not HOST.is_dir(), reason="an sdist has no forms of the code host")


def read(path: Path) -> Any:
    return pytest.importorskip("yaml").safe_load(path.read_text("utf-8"))


def test_the_citation_has_what_its_format_requires() -> None:
    citation = read(ROOT / "CITATION.cff")
    # The keys that schema 1.2.0 of the Citation File Format requires, and those of an author who is no person.
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert citation["cff-version"] == "1.2.0"
    assert citation["type"] in ("software", "dataset")
    assert citation["authors"] == PROJECT["authors"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", citation["version"])
    assert citation["version"] == aligner.__version__
    assert citation["license"] == PROJECT["license"]
    known = {"abstract", "authors", "cff-version", "date-released", "doi", "keywords", "license", "message", "title"}
    assert set(citation) <= known | {"type", "url", "version"}
    assert all(isinstance(word, str) for word in citation["keywords"])
    assert len(set(citation["keywords"])) == len(citation["keywords"])


def test_the_metadata_are_complete_and_name_no_address_that_is_not_there() -> None:
    assert PROJECT["classifiers"] == sorted(PROJECT["classifiers"], key=natural)
    assert not [
        row for row in PROJECT["classifiers"] if row.startswith("License")
    ]  # beside an SPDX expression: refused
    assert PROJECT["keywords"] == sorted(PROJECT["keywords"])
    assert {url.split("#")[0] for url in PROJECT["urls"].values()} == {"https://pypi.org/project/envi-aligner/"}


def natural(text: str) -> list[tuple[int, str]]:
    """So that 3.9 stands before 3.11."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", text)]


@on_the_host
@pytest.mark.parametrize("path", sorted((HOST / "ISSUE_TEMPLATE").glob("*.yml")), ids=lambda path: path.stem)
def test_a_form_for_issues_is_one_that_the_host_takes(path: Path) -> None:
    form = read(path)
    if path.stem == "config":
        assert set(form) <= {"blank_issues_enabled", "contact_links"}
        return
    assert {"name", "description", "body"} <= set(form)
    inputs = [field for field in form["body"] if field["type"] != "markdown"]
    assert {field["type"] for field in inputs} <= {"textarea", "input", "dropdown", "checkboxes"}
    assert len({field["id"] for field in inputs}) == len(inputs)
    assert all(field["attributes"]["label"] for field in inputs)


@on_the_host
def test_the_release_publishes_without_a_password() -> None:
    steps = read(HOST / "workflows" / "release.yml")["jobs"]
    assert steps["publish"]["permissions"] == {"id-token": "write"}
    text = (HOST / "workflows" / "release.yml").read_text("utf-8")
    assert "secrets." not in text


@on_the_host
def test_workflows_run_targets_that_exist_and_take_each_action_in_one_version() -> None:
    text = "\n".join(path.read_text("utf-8") for path in sorted((HOST / "workflows").glob("*.yml")))
    runs = re.findall(r"run: make ([a-z ]+)", text)
    assert "dist sbom" in runs
    for target in " ".join(runs).split():
        assert f"\n{target}:" in (ROOT / "Makefile").read_text("utf-8"), target
    taken = set(re.findall(r"uses: (\S+)@(\S+)", text))
    assert len(dict(taken)) == len(taken)
    assert {name for name, version in taken if not re.fullmatch(r"v\d+", version)} == {"pypa/gh-action-pypi-publish"}


@on_the_host  # an sdist has no notebooks, whose page tells of their extra
def test_bills_of_materials_are_of_the_extras_that_users_are_told_of() -> None:
    extras = set(PROJECT["optional-dependencies"])
    assert extras >= NOT_USED
    pages = [ROOT / "README.md", ROOT / "notebooks" / "README.md", *(ROOT / "docs").glob("*.md")]
    text = "\n".join(page.read_text("utf-8") for page in pages)
    told = {name for name in extras if re.search(rf"extras? (?:`\w+`, )*`{name}`|`{name}` extra|\[{name}\]", text)}
    assert extras - NOT_USED <= told


@pytest.mark.parametrize("name", ["SECURITY.md", "CODE_OF_CONDUCT.md", "docs/releasing.md"])
def test_no_address_is_invented(name: str) -> None:
    assert not re.search(r"[\w.]+@[\w.]+\.\w+", (ROOT / name).read_text("utf-8"))
