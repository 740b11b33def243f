"""The files of the page of a review, read and not run: its keys, its colours, and nothing that its policy forbids."""

import re
import shutil
import subprocess
from importlib import resources
from pathlib import Path

import pytest

from aligner.review.editing import KINDS
from aligner.review.server import CALLS, PAGE

DATA = resources.files("aligner") / "data"
DOCS = Path(__file__).parents[1] / "docs" / "review.md"
SIGNS = {"↓": "ArrowDown", "↑": "ArrowUp"}
"""Keys as the documentation shows them."""


def text_of(name: str) -> str:
    return (DATA / name).read_text("utf-8")


def keys_in_code() -> list[str]:
    """Each key of the table that the page obeys and shows."""
    (table,) = re.findall(r"^const KEYS = \[\n(.*?)^\];", text_of("review.js"), re.DOTALL | re.MULTILINE)
    return [key for keys in re.findall(r'\{ keys: "(.*?)"', table) for key in keys.split()]


@pytest.mark.skipif(shutil.which("node") is None, reason="node reads scripts without a browser")
@pytest.mark.parametrize("name", [file for file, kind in PAGE.values() if kind == "text/javascript"])
def test_scripts_can_be_read(name: str) -> None:
    """A name that is declared twice ends the page before it begins, and only a browser would say so."""
    command = ["node", "--check", "--input-type=module"]
    done = subprocess.run(command, input=text_of(name), capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_every_key_is_one_thing_and_documented() -> None:
    keys = keys_in_code()
    assert len(set(keys)) == len(keys) > 30
    rows = re.findall(r"^\| (`.*?) \|", DOCS.read_text("utf-8"), re.MULTILINE)
    documented = [SIGNS.get(key, key) for row in rows for key in re.findall(r"`(.+?)`", row)]
    assert sorted(documented) == sorted(keys)


def test_the_colours_are_those_of_the_page_of_pairs() -> None:
    blocks = [re.findall(r":root \{(.*?)\}", text_of(name), re.DOTALL) for name in ("review.css", "report.html")]
    assert blocks[0] == blocks[1]
    assert len(blocks[0]) == 2


@pytest.mark.parametrize("name", [name for name, _ in PAGE.values()])
def test_nothing_is_in_a_file_that_the_policy_forbids_or_that_makes_markup_of_text(name: str) -> None:
    text = text_of(name)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text)
    assert not re.search(r'\son\w+="|\sstyle="|javascript:|@import|url\(', text)
    assert re.findall(r"https?://[^\s\"]*", text) == (["http://www.w3.org/2000/svg"] if name.endswith(".svg") else [])


def test_the_page_asks_for_what_there_is_and_does_every_kind_of_edit() -> None:
    script = text_of("review.js")
    asked = set(re.findall(r"/api/(\w+)", script)) | set(re.findall(r'back\("(\w+)"', script))
    assert asked == set(CALLS)
    kinds = set(re.findall(r'\b(?:edit|decide)\("(\w+)"', script))
    assert kinds == {*KINDS, "repair"}
    assert set(re.findall(r'from "(/.*?)"', script)) | set(
        re.findall(r'(?:src|href)="(/.*?)"', text_of("review.html"))
    ) == (set(PAGE) - {"/"})
