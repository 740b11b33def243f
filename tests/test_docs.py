"""The docs say what the code does: examples run; every option, column, layout and public name is described."""

import argparse
import contextlib
import io
import re
from pathlib import Path
from typing import get_args

import pytest

import aligner
from aligner.bitext import PURPOSES, Layout, SegmentKind
from aligner.cli import _parser
from aligner.pairs.tables import COLUMNS
from aligner.quality.features import FEATURES
from aligner.quality.reasons import REASONS
from aligner.quality.rules import RULES
from aligner.text.legacy import ENCODINGS
from tests.commands import run
from tests.test_notebooks import script

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
PAGES = {path.name: path.read_text("utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}


def test_the_readme_s_examples_print_what_they_say() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    expected = [line.removeprefix("# ") for line in code.splitlines() if line.startswith("# ")]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, {})
    assert printed.getvalue().splitlines() == expected
    assert expected


TUTORIAL = re.compile(
    r"(?:[Ss]ave (?:this )?as `(?P<file>[\w.]+)`:\n\n```text\n(?P<text>.*?)```)"
    r"|(?:In `(?P<changed>[\w.]+)`, write `(?P<after>[^`]+)` in place of `(?P<before>[^`]+)`)"
    r"|(?:```(?P<kind>console|python)\n(?P<code>.*?)```)",
    re.DOTALL,
)
"""What a reader of the tutorial does: save a file, change it, run a command or a piece of Python."""


def test_the_tutorial_prints_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")  # the terminal that the page shows
    done = []
    for step in TUTORIAL.finditer(PAGES["tutorial.md"]):
        if step["file"]:
            Path(step["file"]).write_text(step["text"], "utf-8")
        elif step["changed"]:
            file = Path(step["changed"])
            assert step["before"] in file.read_text("utf-8")
            file.write_text(file.read_text("utf-8").replace(step["before"], step["after"]), "utf-8")
        elif step["kind"] == "python":
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(step["code"], {})
            said = [line.removeprefix("# ") for line in step["code"].splitlines() if line.startswith("# ")]
            assert [line.rstrip() for line in printed.getvalue().splitlines()] == said
        else:
            for command in re.split(r"^\$ ", step["code"], flags=re.MULTILINE)[1:]:
                words, *lines = command.splitlines()
                if words.startswith("aligner "):
                    told = run(*words.split()[1:])
                    assert told.returncode == 0, told.stderr
                    pattern = "".join(r"(?:.*\n)*?" if line == "…" else f"{re.escape(line)}\n" for line in lines)
                    assert re.fullmatch(pattern, told.stdout + told.stderr), told.stdout + told.stderr
        done.append(step.lastgroup)
    assert len(done) == len(re.findall(r"^```\w", PAGES["tutorial.md"], re.MULTILINE)) + 1  # nothing was passed over


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{'word ' * 30}\nand on", f"{'word ' * 23}word\n{'word ' * 6}and on"),
        (f"* {'word ' * 30}", f"* {'word ' * 22}word\n  {'word ' * 6}word"),
        (f"1. {'word ' * 22}- word word", f"1. {'word ' * 22}- word\n   word"),  # a dash begins no line
        (f"{'word ' * 23}wor - 3. x", f"{'word ' * 23}\nwor - 3. x".replace(" \n", "\n")),
        (f"| {'word ' * 30}|", None),
        (f"## {'word ' * 30}", None),
        (f"```text\n{'word ' * 30}\n```", None),
        ("short\nlines\n\nstay", None),
    ],
)
def test_a_page_is_reflowed(before: str, after: str | None) -> None:
    reflow = script("reflow_pages")
    assert reflow.reflowed(before) == (before if after is None else after)
    assert reflow.reflowed(reflow.reflowed(before)) == reflow.reflowed(before)


def test_no_page_has_long_lines() -> None:
    reflow = script("reflow_pages")
    assert [
        path.name for path in reflow.pages() if reflow.reflowed(path.read_text("utf-8")) != path.read_text("utf-8")
    ] == []


def test_every_public_name_is_in_the_reference_once() -> None:
    pages = [path.read_text("utf-8") for path in (ROOT / "docs" / "reference").glob("*.md")]
    names = [name for page in pages for block in re.findall(r"```\{names\}\n(.*?)```", page, re.DOTALL)
             for name in block.split()]  # fmt: skip
    assert sorted([*names, "__version__"]) == sorted(aligner.__all__)


def test_the_readme_names_the_two_commands() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in ("demo", "test"):
        assert f"make {target}" in README
        assert f"\n{target}:" in makefile


def verbs() -> dict[str, argparse.ArgumentParser]:
    (action,) = (a for a in _parser()._actions if isinstance(a, argparse._SubParsersAction))
    return dict(action.choices)


@pytest.mark.parametrize("name", verbs())
def test_every_verb_and_option_is_documented_and_has_help(name: str) -> None:
    for_all, *sections = PAGES["command.md"].split("\n## ")
    (section,) = (section for section in sections if section.startswith(f"{name}\n"))
    section += for_all  # what every verb takes
    for action in verbs()[name]._actions:
        assert action.help, action
        for option in action.option_strings:
            assert option in section or option in ("-h", "--help", "--output"), option


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("columns.md", [f"`{column}`" for column in COLUMNS]),
        ("articles.md", [f"`{layout}`" for layout in get_args(Layout)]),
        ("columns.md", [f"`{kind}`" for kind in get_args(SegmentKind)]),
        ("text.md", [f"`{encoding}`" for encoding in ENCODINGS]),
        ("quality.md", [f"`{word}`" for word in (*REASONS, *FEATURES, *RULES, *PURPOSES)]),
    ],
)
def test_every_value_is_described(page: str, words: list[str]) -> None:
    assert [word for word in words if word not in PAGES[page]] == []


def test_every_public_function_is_mentioned() -> None:
    text = "\n".join([README, *PAGES.values(), (ROOT / "CHANGELOG.md").read_text("utf-8")])
    functions = [name for name in aligner.__all__ if name[0].islower()]
    assert [name for name in functions if f"aligner.{name}" not in text] == []


def test_every_page_is_on_the_site() -> None:
    """The site cannot be built otherwise, which only a slow step would say."""
    shown = set(re.findall(r"^(?:.*<)?([\w./-]+?)>?$", (ROOT / "docs" / "index.md").read_text("utf-8"), re.MULTILINE))
    assert {path.stem for path in (ROOT / "docs").glob("*.md")} - shown == {"index", "README"}


def test_links_between_pages_lead_somewhere() -> None:
    pages = [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        ROOT / "corpus/README.md",
        ROOT / "aligner/data/README.md",
    ]
    for page in pages:
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
