"""The page without a browser: what is in the file, and that no text can leave its script tag."""

import base64
import hashlib
import json
import re
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import aligner
from aligner import fragments
from aligner.html_report import script_json, write_report
from aligner.pairs.files import chunk_of
from aligner.pairs.identity import ids_of
from aligner.quality import reasons
from tests.commands import run

HOSTILE = "</script><!--<script> ]]> & ' \" \u2028\u2029 \u202e \x00 \ud800"
SPARED = re.compile("[<>&\u2028\u2029\ud800-\udfff]")


def page_of(path: Path, pairs: Any, **options: str) -> str:
    write_report(pairs, path / "page.html", **options)
    return (path / "page.html").read_text("utf-8")


def data_of(page: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    chunks = re.findall(r'<script type="application/json" class="pairs">(.*?)</script>', page, re.DOTALL)
    (about,) = re.findall(r'<script type="application/json" id="about">(.*?)</script>', page, re.DOTALL)
    return [json.loads(chunk) for chunk in chunks], json.loads(about)


@given(st.text(st.characters(codec=None)))
def test_json_in_a_script_tag_comes_back_and_holds_nothing_special(text: str) -> None:
    written = script_json([text])
    assert not SPARED.search(written)
    assert json.loads(written) == [text]


def test_every_column_comes_back(tmp_path: Path) -> None:
    first = {"src_text": [HOSTILE, None], "trg_text": ["Trời mưa.", ""], "quality": ["0.9712", "nan"],
             "decision": ["keep", "drop"], "reasons": ["", "null;x: <b>"], "bead_type": ["1:1", "1:0"],
             "doc_id": [HOSTILE, "b"], "moved": [True, "False"]}  # fmt: skip
    frames = [pd.DataFrame(first, dtype=object), pd.DataFrame(first, dtype=object)]
    for frame in frames:
        frame.attrs["signature"] = "one"
    page = page_of(tmp_path, frames, title=HOSTILE)
    (chunk, again), about = data_of(page)
    ids = [own for columns in (chunk, again) for own in columns.pop("p")]
    assert ids == [own for k in (0, 1) for own in ids_of(chunk_of(frames[k]), 2 * k)]
    assert len(set(ids)) == 4
    assert chunk == again
    assert chunk == {
        "s": [HOSTILE, ""],
        "t": ["Trời mưa.", ""],
        "q": [971, None],
        "k": [1, 0],
        "r": ["", "null;x: <b>"],
        "b": [0, 1],
        "d": [0, 1],
        "m": [1, 0],
    }
    assert about["documents"] == [HOSTILE, "b"]
    assert about["types"] == ["1:1", "1:0"]
    assert about["signatures"] == ["one"]
    assert about["signature"].startswith(f"envi-aligner|v:{aligner.__version__}|page:")
    assert page.count("<script") == page.count("</script>") == 4


def test_the_policy_allows_the_page_s_own_script_and_style_alone(tmp_path: Path) -> None:
    page = page_of(tmp_path, pd.DataFrame({"src_text": ["a"], "trg_text": ["b"]}))
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for opened, tag in (('<script type="module">', "script"), ("<style>", "style")):
        (content,) = re.findall(f"{opened}(.*?)</{tag}>", page, re.DOTALL)
        assert base64.b64encode(hashlib.sha256(content.encode()).digest()).decode() in policy
    assert "innerHTML" not in page
    assert not re.search(r"https?://|src=|href=|@import|url\(", page)


def test_many_signatures_are_counted(tmp_path: Path) -> None:
    frames = [pd.DataFrame({"src_text": ["a"], "trg_text": ["b"]}) for _ in range(25)]
    for k, frame in enumerate(frames):
        frame.attrs["signature"] = f"s{k}"
    _, about = data_of(page_of(tmp_path, frames))
    assert (len(about["signatures"]), about["more_signatures"]) == (20, 5)


def test_chunks_take_constant_memory(tmp_path: Path) -> None:
    def chunks(n: int) -> Iterator[pd.DataFrame]:
        for _ in range(n):
            yield pd.DataFrame({"src_text": ["a b c " * 20] * 500, "trg_text": ["đ e f " * 20] * 500})

    peaks = []
    for n in (2, 20):
        tracemalloc.start()
        write_report(chunks(n), tmp_path / "page.html")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ("a.tsv", "pairs are no frame"),
        (3, "pairs are no frame"),
        ([["a", "b"]], "chunk 0 is no frame"),
        (pd.DataFrame({"src_text": []}), "no column trg_text"),
    ],
)
def test_what_is_no_frame_of_pairs_is_told_and_nothing_written(tmp_path: Path, pairs: Any, message: str) -> None:
    with pytest.raises(aligner.InputError, match=message):
        write_report(pairs, tmp_path / "page.html")
    assert list(tmp_path.iterdir()) == []


def test_the_command_scores_on_request(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("Thank you very much.\tCảm ơn bạn rất nhiều.\n", "utf-8")
    done = run("report", tmp_path / "a.tsv", "-o", tmp_path / "a.html", "--title", "Thanks")
    assert done.returncode == 0, done.stderr
    assert "no quality" in done.stderr
    done = run("report", tmp_path / "a.tsv", "-o", tmp_path / "a.html", "--score")
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "a.html").read_text("utf-8")
    (chunk,), about = data_of(page)
    assert chunk["q"][0] > 500
    assert "<title>a.tsv</title>" in page
    assert "|quality:" in about["signatures"][0]


def test_the_command_names_what_it_cannot_do(tmp_path: Path) -> None:
    done = run("report", "no.tsv", "-o", tmp_path / "a.pdf")
    assert (done.returncode, done.stderr) == (
        2,
        f"aligner: {tmp_path / 'a.pdf'}: unknown output format; name the file OUT.html\n",
    )
    assert run("report", "no.tsv", "-o", tmp_path / "a.html").returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_the_page_has_the_colours_of_the_views() -> None:
    template = (Path(aligner.__file__).parent / "data" / "report.html").read_text("utf-8").replace(": #", ":#")
    for colours in (fragments._LIGHT, fragments._DARK):
        assert colours.replace(";", "; ") in template


def test_the_page_marks_the_words_of_codes_that_there_are() -> None:
    marking = (Path(aligner.__file__).parent / "data" / "marking.js").read_text("utf-8")
    (lacking,) = re.findall(r"const LACKS = \{(.*?)\};", marking)
    sides = dict.fromkeys(reasons._SOURCE, "0") | dict.fromkeys(reasons._TARGET, "1")
    assert dict(pair.split(": ") for pair in lacking.strip().split(", ")) == sides
    (differing,) = re.findall(r"const DIFFERS = new Set\((\[.*?\])\);", marking)
    assert set(json.loads(differing)) <= set(reasons.REASONS)
