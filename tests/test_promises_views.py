"""Promises of views: text from outside stays text, in every place where people look at it.

Marks of direction turn nothing round, controls steer no terminal, and no link, picture or markup of a text is live.
"""

import dataclasses
import html
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from markdown_it import MarkdownIt

import aligner
from aligner.errors import InputError, printable
from aligner.showing import boundary_lines, moved_lines, names_text, pairs_text, summary_lines
from tests.commands import run

TURNING = "\u202e\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u2066\u2067\u2068\u2069"
LIVE = "![i](http://x.vn/i.png) <img src=x> [a](http://x.vn) http://x.vn www.x.vn a@x.vn | `c` $a$ $b$"
BAD = f"\u202e {TURNING}\x1b[31m {LIVE}"
EN, VI = [f"\u202eIt rained. {BAD}", "We stayed at home."], [f"\u202eTrời mưa. {BAD}", "Chúng tôi ở nhà."]
ALIGNMENT = aligner.align(EN, VI)
FRAME = pd.DataFrame({"src_text": EN, "trg_text": VI, "quality": 0.5, "decision": "keep", "reasons": BAD,
                      "bead_type": BAD, "doc_id": BAD})  # fmt: skip
TABLE = aligner.NameTable((aligner.NameEntry(BAD, BAD, conflicts=(BAD,)),), BAD)


def file_of(path: Path, write: Callable[[Path], object]) -> str:
    write(path)
    return path.read_text("utf-8")


def command(path: Path, *words: str) -> str:
    """All that a verb prints, of a file of pairs."""
    FRAME.drop(columns="bead_type").to_csv(path / "a.tsv", sep="\t", index=False)
    done = run(words[0], str(path / "a.tsv"), *words[1:])
    return str(done.stdout + done.stderr)


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        list(aligner.read_pairs(path / f"{BAD.replace('/', '')}.tsv"))
    return str(caught.value)


def card(path: Path) -> str:
    row = {"id": BAD, "en_text": "It rained.", "vi_text": "Trời mưa.", "licence": BAD, "source": BAD}
    pd.DataFrame([row]).to_json(path / "m.jsonl", orient="records", lines=True)
    with ThreadPoolExecutor(1) as executor:
        aligner.build_corpus(path / "m.jsonl", path / "corpus", executor=executor)
    aligner.export_corpus(path / "corpus", path / "out")
    return (path / "out" / "README.md").read_text("utf-8")


VIEWS: dict[str, Callable[[Path], str]] = {
    "terminal": lambda path: pairs_text(ALIGNMENT, ALIGNMENT.beads),
    "summary": lambda path: "\n".join(summary_lines(aligner.align(EN, ["Trời mưa."]))),
    "moved": lambda path: "\n".join(moved_lines(ALIGNMENT, ALIGNMENT.beads, 0)),
    "boundaries": lambda path: "\n".join(
        boundary_lines([aligner.Boundary("join", "source", (0, 1), 1, (BAD, BAD), (BAD,), 0.0, 0.5)])
    ),
    "names": lambda path: names_text(TABLE),
    "alignment in a notebook": lambda path: ALIGNMENT._repr_html_(),
    "article in a notebook": lambda path: aligner.parse_article("\n\n".join([*EN, *VI]))._repr_html_(),
    "pairs in a notebook": lambda path: aligner.show_pairs(FRAME).html,
    "page": lambda path: file_of(path / "p.html", lambda to: aligner.write_pairs(FRAME, to)),
    "markdown": lambda path: file_of(path / "p.md", lambda to: aligner.write_pairs(FRAME, to)),
    "card": card,
    "error": refusal,
    "describe": lambda path: command(path, "describe"),
    "describe by document": lambda path: command(path, "describe", "--by", "doc_id"),
    "error of the command": lambda path: run("describe", path / f"{BAD.replace('/', '')}.tsv").stderr,
}
"""All places where text of others is shown, but for the page of `aligner report`, whose script shows it in a browser
(test_html_report_browser.py)."""


@pytest.mark.parametrize("name", VIEWS)
def test_no_mark_of_direction_and_no_control_is_in_a_view(tmp_path: Path, name: str) -> None:
    shown = VIEWS[name](tmp_path)
    assert not set(html.unescape(shown)) & set(TURNING + "\x1b")
    assert not set(shown) & set(TURNING + "\x1b")
    assert "[U+202E]" in shown.replace("\\", "") or name == "describe"  # whose figures name no text


class Elements(HTMLParser):
    """The elements of a page that would load something or lead somewhere."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.live: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("a", "img", "script", "iframe", "object", "link") or {"src", "href"} & {name for name, _ in attrs}:
            self.live.append(tag)


@pytest.mark.parametrize("name", [name for name in VIEWS if "notebook" in name or name == "page"])
def test_no_element_of_a_text_is_live(tmp_path: Path, name: str) -> None:
    assert Elements(VIEWS[name](tmp_path)).live == []


@pytest.mark.parametrize("name", ["markdown", "card"])
def test_no_markdown_of_a_text_is_live(tmp_path: Path, name: str) -> None:
    text = VIEWS[name](tmp_path)
    assert Elements(MarkdownIt("commonmark").enable("table").render(text)).live == []
    assert not re.search(r"https?://|www\.|\w@\w", text)  # of which GFM would make links


def test_each_part_of_a_line_turns_on_its_own() -> None:
    shown = aligner.show_pairs(FRAME.assign(doc_id="\u05d0\u05d1", bead_type="1:1")).html
    assert "<bdi>1:1</bdi> · <bdi>\u05d0\u05d1</bdi>" in shown


def test_a_name_in_a_plot_is_no_formula() -> None:
    pytest.importorskip("matplotlib")
    alignment = dataclasses.replace(aligner.align(["It rained."], ["Trời mưa."]), doc_id=f"$\\frac{{$ {TURNING}")
    axes: Any = aligner.plot_alignment(alignment)
    axes.figure.canvas.draw()
    assert not set(axes.get_title()) & set(TURNING)


def test_every_character_without_a_picture_is_shown_by_its_number() -> None:
    for character in TURNING + "\x00\x1b\x7f\xad\u200b\ufeff\ud800\U000e0041":
        assert printable(f"a{character}b") == f"a[U+{ord(character):04X}]b"
    assert printable("Đà a\u0301") == "Đà a\u0301"
