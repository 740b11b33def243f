"""docs/proof.md: its measured parts are those of benchmarks/results, with commands and models; what is old says so."""

import re
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from benchmarks import alignment, kinds, proof, quality, quality_kinds, results
from benchmarks.charts import HEIGHT, WIDTH, line_chart
from benchmarks.results import Result, Row

PAGE = proof.PAGE.read_text("utf-8")
RESULTS = results.read_results()
SHIPS = proof.shipped(RESULTS)
ONE = Result(
    "one", "python -m benchmarks.one", "2026-01-02", 1.5, "0.1.0", {"encoder.npz": "0" * 12}, "box", [0.1, 0.2], "",
    [Row("news", "peer", {"F1": 0.5}, version="1.2"), Row("news", "aligner", {"F1": 1.0}, ((0.25, 0.5, 4),))],
)  # fmt: skip


def squashed(text: str) -> str:
    return " ".join(text.split())


def sections() -> list[str]:
    return [squashed(part) for part in PAGE.split("\n## ")[1:]]


def test_the_page_and_its_pictures_are_what_the_results_give() -> None:
    text, pictures = proof.page_of(PAGE, RESULTS, SHIPS)
    assert text == PAGE, "run python -m benchmarks.proof (make data does)"
    beside = proof.PAGE.parent / proof.PICTURES
    assert {path.name: path.read_text("utf-8") for path in beside.iterdir()} == pictures


def test_every_measured_part_is_on_the_page_with_text_fit_command_and_model() -> None:
    found = re.findall(r"<!-- measured: ([^>]*?) -->", PAGE)
    assert sorted(found) == sorted([proof.OVERVIEW, *proof.BLOCKS])
    assert {name for block in proof.BLOCKS.values() for name in block.names} == RESULTS.keys() >= proof.RUNS.keys()
    for section in sections():
        for name in re.findall(r"<!-- measured: ([^>]*?) -->", section):
            assert "**Text:**" in section, name
            assert "**Fitted on it:**" in section, name
            for result in (RESULTS[k] for k in proof.BLOCKS[name].names):
                assert f"$ {squashed(result.command)} ```" in section
                assert all(f"{file} {digest}" in section for file, digest in result.model.items())
                assert result.date in section
    assert "## What is not measured" in PAGE


@pytest.mark.parametrize("name", proof.RUNS)
def test_make_proof_runs_the_command_that_the_page_shows(name: str) -> None:
    told = RESULTS[name].command
    assert told.split(" --python ")[0] == f"python -m benchmarks.{proof.RUNS[name].words}"
    assert proof.RUNS[name].peers or "--python" not in told


def test_figures_of_another_model_are_marked_and_stay() -> None:
    other = dict.fromkeys(SHIPS, "f" * 12)
    text, _ = proof.page_of(PAGE, RESULTS, other)
    with_model = [result for result in RESULTS.values() if result.model]
    assert text.count("**measured on another model**") == len(with_model) > 4
    for result in with_model:
        assert f"encoder.npz {result.model['encoder.npz']}, ships {'f' * 12}" in squashed(text)
    figures = [line for line in PAGE.splitlines() if line.startswith("|") and "results/" not in line]
    assert [line for line in text.splitlines() if line.startswith("|") and "results/" not in line] == figures
    text, _ = proof.page_of(PAGE, RESULTS, {})  # a file of the model that no longer ships
    assert "ships none" in squashed(text)


def test_what_has_no_result_says_so() -> None:
    text, _ = proof.page_of(PAGE, {k: v for k, v in RESULTS.items() if k != "kinds"}, SHIPS)
    assert text.count("Not measured yet: kinds.") == 2


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    results.write_result(path, ONE)
    assert results.read_result(path) == ONE
    assert [p.name for p in tmp_path.iterdir()] == ["one.json"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"rows": [', '"rows": {', "not JSON"),
        ('"command": "python', '"comand": "python', "no command"),
        ('"command": "python -m benchmarks.one"', '"command": ""', "no command"),
        ('"benchmark": "one"', '"benchmark": "two"', "another benchmark"),
        ('"model": {"encoder.npz": "000000000000"}', '"model": null', "no model"),
        ('"figures": {"F1": 0.5}', '"figures": {}', "row 0"),
        ('"figures": {"F1": 0.5}', '"figures": {"F1": 0.5}, "missing": "x"', "row 0"),
    ],
)
def test_a_file_that_is_no_result_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "one.json"
    results.write_result(path, ONE)
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(ValueError, match=rf"one\.json: .*{said}"):
        results.read_result(path)


@pytest.mark.parametrize(
    ("system", "version", "told"),
    [
        ("hunalign", "(program ee23c2341e07)", "hunalign (program ee23c2341e07)"),
        ("sentweave (vecalign)", "0.3.3", "sentweave 0.3.3 (vecalign)"),
        ("sentweave, size 4", "0.3.3", "sentweave 0.3.3, size 4"),
        ("OpusFilter", "3.3.1, 14 filters", "OpusFilter 3.3.1, 14 filters"),
        ("OpusFilter, without Lingua", "3.3.1, 13 filters", "OpusFilter 3.3.1, 13 filters, without Lingua"),
        ("cosine", "", "cosine"),
    ],
)
def test_a_system_is_told_with_its_version(system: str, version: str, told: str) -> None:
    assert results.labelled(system, version) == told


def test_a_peer_that_is_gone_keeps_its_figures_with_their_date() -> None:
    now = [Row("", "peer", {}, missing="no module"), Row("", "other", {}, missing="no module")]
    rows = results.with_earlier(now, ONE)
    assert rows == [ONE.rows[0]._replace(earlier="2026-01-02"), now[1]]
    again = results.with_earlier(now, ONE._replace(date="2026-03-04", rows=rows))
    assert again == rows
    assert proof.absent(rows) == ["Not measured: other (no module)."]
    table = proof.pivot([*rows, ONE.rows[1]], ["F1"], first="F1", best=True)
    assert table.splitlines() == [
        "| F1 | peer 1.2 † 2026-01-02 | aligner |", "| --- | --- | --- |", "| news | .500 | **1.000** |",
    ]  # fmt: skip


def test_a_command_is_told_as_a_reader_would_type_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEV", "/somewhere/dev/")
    words = ["-m", "benchmarks.kinds", "/somewhere/dev/align", "--json", "x.json", "--apart", "two words", "--json=y"]
    assert results.command_line(words) == "python -m benchmarks.kinds $DEV/align --apart 'two words'"
    monkeypatch.delenv("DEV")
    assert results.command_line(["a/b"]) == "python a/b"


COLUMNS = ("vn_film", "tv_dialogue", "bible_", "literature_paragraphs", "ted", "verse")
"""Kinds of the README's table by kind, in its order: the lowest of those that begin so."""


NEWS_AND_MANUALS = ("ntrex_clean", "ntrex_noisy", "ntrex_remix", "ntrex_long_noisy", "ntrex_long_remix", "natural")
"""The sets of the tables of README.md and docs/alignment.md that stand above those by kind, in their order."""


@pytest.mark.parametrize(
    ("page", "name", "system"),
    [
        ("README.md", "hunalign", "hunalign"),
        ("README.md", "aligner", "aligner"),
        ("docs/alignment.md", "hunalign", "hunalign"),
        ("docs/alignment.md", "Gale–Church", "galechurch"),
        ("docs/alignment.md", "aligner", "aligner"),
    ],
)
def test_tables_of_news_and_manuals_have_the_figures_of_the_page(page: str, name: str, system: str) -> None:
    found = {row.kind: row.figures["strict F1"] for row in RESULTS["kinds"].rows
             if row.system == system and "strict F1" in row.figures}  # fmt: skip
    cells = [proof.number(found[kind]) for kind in NEWS_AND_MANUALS]
    assert f"| {name} | {' | '.join(cells)} |" in (proof.ROOT / page).read_text("utf-8")


def test_the_readmes_table_by_kind_has_the_figures_of_the_page() -> None:
    lowest: dict[tuple[str, str, bool], float] = {}
    for row in RESULTS["kinds"].rows:
        for start in COLUMNS:
            if row.kind.startswith(start) and "strict F1" in row.figures:
                key = (row.system, start, row.kind.endswith(kinds.NOISY))
                lowest[key] = min(float(row.figures["strict F1"]), lowest.get(key, 1.0))
    peers = {system for system, *_ in lowest} - {"aligner"}
    readme = (proof.ROOT / "README.md").read_text("utf-8")
    for name, systems in (("best peer", peers), ("aligner", {"aligner"})):
        cells = [
            " / ".join(proof.number(max(lowest[system, start, noisy] for system in systems)) for noisy in (False, True))
            for start in COLUMNS
        ]
        assert f"| {name} | {' | '.join(cells)} |" in readme


def test_runs_without_the_development_sets_leave_out_what_needs_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    commands: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        commands.append(command[2:])
        return subprocess.CompletedProcess(command, int("benchmarks.review" in command))

    monkeypatch.setattr(subprocess, "run", run)
    assert proof.run_all(None, ["OpusFilter=p"]) == ["review"]
    told = capsys.readouterr().err
    assert "kinds: left out, without --dev; its figures stay" in told
    assert "review: ended with status 1; its figures stay" in told
    assert commands[0] == [
        "benchmarks.quality",
        "--python",
        "OpusFilter=p",
        "--json",
        str(results.FOLDER / "quality_corpus.json"),
    ]
    assert not [word for command in commands[1:] for word in command if word == "--python"]
    commands.clear()
    proof.run_all(tmp_path, [])
    assert len(commands) == len(proof.RUNS)
    assert commands[0][1] == f"{tmp_path}/align"


def test_charts_are_whole_described_and_hold_their_points() -> None:
    lines = {"a<b": [(10.0, 0.5), (20_000.0, 300.0)], "c": [(1_000.0, 2.0)]}
    text = line_chart("T & t", "said", lines, x_label="x", y_label="y", logarithmic=True)
    assert text == line_chart("T & t", "said", lines, x_label="x", y_label="y", logarithmic=True)
    root = ET.fromstring(text)
    tag = "{http://www.w3.org/2000/svg}"
    assert [root.findtext(f"{tag}{name}") for name in ("title", "desc")] == ["T & t", "said"]
    assert root.get("role") == "img"
    for circle in root.iter(f"{tag}circle"):
        assert 0 < float(circle.get("cx")) < WIDTH
        assert 0 < float(circle.get("cy")) < HEIGHT


def test_pairs_of_a_kind_are_made_wrong_once_by_the_seed(tmp_path: Path) -> None:
    for name, content in (
        ("en", "It rained.\nWe slept.\n"),
        ("vi", "Trời mưa.\nChúng tôi ngủ.\n"),
        ("gold", "[0]:[0]\n[1]:[1]\n"),
    ):
        for kind in ("plain", "plain_noisy"):
            (tmp_path / "set" / kind).mkdir(parents=True, exist_ok=True)
            (tmp_path / "set" / kind / f"a.{name}").write_text(content, "utf-8")
    (found,) = quality_kinds.read_pairs(tmp_path / "set", 1)
    assert found == quality_kinds.read_pairs(tmp_path / "set", 1)[0]
    assert [row.kind for row in found.rows[:2]] == ["good", "good"]
    assert 2 <= len(found.rows) <= 4
    path = tmp_path / "pairs.tsv"
    path.write_text("label\tkind\ten\tvi\ngood\tnews\ta\tb\nbad:random\tnews\ta\tc\n", "utf-8")
    (labelled,) = quality_kinds.read_pairs(path, 1)
    assert (labelled.kind, [row.kind for row in labelled.rows]) == ("news", ["good", "random"])
    path.write_text("label\tkind\ten\tvi\ngood\tnews\ta\n", "utf-8")
    with pytest.raises(SystemExit, match=r"pairs\.tsv:2: not four columns"):
        quality_kinds.read_pairs(path, 1)


def test_benchmarks_give_their_figures_as_rows() -> None:
    document = alignment.Document("d", ["a"], ["b"], [((0,), (0,))])
    found = kinds.rows_of(
        [kinds.Kind("set", "news", [document], [None]), kinds.Kind("set", "verse", [document], [None])],
        {
            "aligner": {"version": "1", "f1": [0.5, 0.75], "calibration": [[(0.9, True)], [(0.1, False)]]},
            "peer": {"missing": "no module"},
        },
        ["verse"],
    )
    assert found == [
        Row("news", "aligner", {"strict F1": 0.5, "beads": 1}, version="1"),
        Row("verse", "aligner", {"strict F1": 0.75, "beads": 1}, version="1"),
        Row("", "peer", {}, missing="no module"),
        Row("verse", "aligner", {"calibration error": 0.1, "beads": 1}, [(0.1, 0.0, 1)]),
    ]
    scores = {"strict": [1.0, 1.0, 1.0], "with nulls": [0.5, 0.5, 0.5]}
    report = {
        "quality": {"peer": {"clean": {"version": "2", "scores": scores}, "remix": {"failed": "over 20 s"}},
                    "gone": {"clean": {"missing": "no module"}}},
        "speed": {"peer": [{"length": 1000, "seconds": 0.123, "peak_mb": 9.6, "version": "2", "scores": scores}],
                  "gone": [{"length": 1000, "missing": "no module"}]},
        "calibration": {},
    }  # fmt: skip
    assert alignment.rows_of(report) == [
        Row("clean", "peer", {"strict F1": 1.0, "with nulls F1": 0.5}, version="2"),
        Row("remix", "peer", {}, missing="over 20 s"),
        Row("", "gone", {}, missing="no module"),
        Row(
            "1,000 sentences a side",
            "peer",
            {"sentences": 1000, "seconds": 0.12, "MB": 10, "strict F1": 1.0},
            version="2",
        ),
    ]
    judged = [quality.Row("good", "a", "b"), quality.Row("random", "a", "c"), quality.Row("name", "a", "d")]
    verdicts = {"peer": {"version": "3", "kept": [True, True, False], "seconds": 0.5, "peak_mb": 7.0}}
    assert [(row.kind, *row.figures.values()) for row in quality.rows_of(judged, verdicts)] == [
        ("good", 1.0, 1), ("random", 1.0, 1), ("bad", 0.5, 2), ("name", 0.0, 1), (quality.SPEED, 6, 7),
    ]  # fmt: skip
