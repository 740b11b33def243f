"""`aligner evaluate`: tables, JSON, comparisons, and what it refuses."""

import json
from pathlib import Path

import pandas as pd
import pytest

import aligner
from aligner.cli import main
from aligner.evaluation.bead_files import read_beads

ROOT = Path(__file__).parents[1]
GOLD_FOLDER = ROOT / "corpus" / "gold"
GOLD = "[0]:[0]\n[1]:[1]\n[2]:[]\n[3, 4]:[2]\n"
FOUND = "[0]:[0]\n[1, 2]:[1]\n[3]:[2]\n[4]:[]\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    files = {
        "a.gold": GOLD,
        "found.out": FOUND,
        "en.txt": "It rained.\nThank you very much.\nThe train is late.\n",
        "vi.txt": "Trời mưa.\nCảm ơn rất nhiều.\nTàu đến muộn.\n",
        "split.txt": "It rained. Thank you very much.\nThe train\nis late.\n",
        "pairs.tsv": "It rained.\tTrời mưa.\nThe train is late.\tTàu đến muộn.\n",
        "hyp.txt": "Trời đổ mưa.\nTàu đến muộn.\n",
        "hyp2.txt": "Nắng.\nXe đến.\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["evaluate", *arguments])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_the_project_s_own_gold(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, str(GOLD_FOLDER), str(GOLD_FOLDER), "--json", "-")
    assert status == 0, err
    record = json.loads(out)
    assert record["scores"]["strict"]["f1"]["value"] == 1
    assert record["names"] == sorted(path.stem for path in GOLD_FOLDER.glob("*.gold"))


def test_the_table_and_json_are_those_of_the_library(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "found.out", "a.gold", "--json", "run.json", "--samples", "100", "--seed", "4")
    e = aligner.evaluate(read_beads("found.out")[""], read_beads("a.gold")[""], samples=100, seed=4)
    assert (status, out, err) == (0, f"{e}\n", "")
    assert json.loads((folder / "run.json").read_text("utf-8")) == json.loads(json.dumps(e.to_dict()))
    assert run(capsys, "run.json") == (0, f"{e}\n", "")


def test_folders_go_by_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("gold", "runs"):
        (folder / name).mkdir()
    for k in range(3):
        (folder / "gold" / f"{k}.gold").write_text(GOLD, "utf-8")
        (folder / "runs" / f"{k}.out").write_text(FOUND if k else GOLD, "utf-8")
    status, out, _ = run(capsys, "runs", "gold")
    assert status == 0
    assert "bootstrap over 3 documents" in out
    (folder / "runs" / "0.out").unlink()
    status, _, err = run(capsys, "runs", "gold")
    assert (status, err) == (
        2,
        "aligner: predicted and gold name different documents (found only in one: 0); give the same names\n",
    )


def test_a_tsv_without_nulls_is_remarked_on(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.tsv").write_text("src_ids\ttrg_ids\n0\t0\n1\t1\n3,4\t2\n", "utf-8")
    status, out, err = run(capsys, "a.tsv", "a.gold")
    assert status == 0
    assert "strict             1.0000" in out
    assert err == "note: a.tsv has no null beads, the gold 1: write them (--nulls) for the scores with nulls\n"
    (folder / "twice.out").write_text("[0]:[0]\n[0, 1]:[1]\n[2]:[]\n", "utf-8")
    assert "note: 1 sentences stand in more than one of the predicted beads" in run(capsys, "twice.out", "a.gold")[2]


def test_two_runs_by_their_files_or_their_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "a.gold", "a.gold", "--compare", "found.out", "--json", "one.json")
    table = out.split("\n\n")[1]
    assert table.split()[:3] == ["one", "other", "difference"]
    run(capsys, "found.out", "a.gold", "--json", "other.json")
    assert run(capsys, "one.json", "--compare", "other.json")[1].split("\n\n")[1] == table
    assert run(capsys, "a.gold", "a.gold", "--compare", "other.json")[1].split("\n\n")[1] == table
    record = json.loads((folder / "one.json").read_text("utf-8"))
    assert record["comparison"]["scores"]["strict"]["f1"]["difference"] > 0


def test_boundaries(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "--boundaries", "split.txt", "en.txt", "--json", "-")
    record = json.loads(out)
    assert status == 0
    assert record["scores"]["boundaries"]["precision"]["value"] == 0.5
    for name in ("one", "other"):
        (folder / name).mkdir()
        for k in range(2):
            (folder / name / f"{k}.txt").write_text("It rained.\nWe left.\n", "utf-8")
    assert "bootstrap over 2 documents" in run(capsys, "--boundaries", "one", "other")[1]
    (folder / "one" / "x.md").write_text("x", "utf-8")
    assert "files of several kinds (found .md, .txt)" in run(capsys, "--boundaries", "one", "other")[2]


def test_retrieval(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "--retrieval", "en.txt", "vi.txt", "--json", "r.json")
    assert status == 0
    assert "margin accuracy  1.0000" in out
    assert "xsim error" in out
    assert "p randomisation" in run(capsys, "--retrieval", "en.txt", "vi.txt", "--compare", "r.json")[1]


def test_translations(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "--hypotheses", "hyp.txt", "pairs.tsv", "-o", "scored.tsv", "--compare", "hyp2.txt")
    assert status == 0
    assert "chrF++" in out
    assert "p randomisation" in out
    scored = pd.read_csv(folder / "scored.tsv", sep="\t")
    assert scored["hypothesis"].tolist() == ["Trời đổ mưa.", "Tàu đến muộn."]
    assert scored["ter"].tolist()[1] == 0
    again = run(capsys, "--hypotheses", "hyp.txt", "en.txt", "vi.txt")
    assert (
        again[2]
        == "aligner: hyp.txt: not one translation a pair (found 2 lines, 3 pairs); give as many, in one order\n"
    )


def test_what_was_decided_is_told_when_all_is_done(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "odd.tsv").write_text(
        "score\tvi\ten\n1\tTrời mưa.\tIt rained.\n\n2\tTàu muộn.\tThe train is late.\n", "utf-8"
    )
    (folder / "three.txt").write_text("a\n" * 3, "utf-8")
    assert run(capsys, "--hypotheses", "three.txt", "odd.tsv")[2].count("\n") == 1
    status, _, told = run(capsys, "--hypotheses", "hyp.txt", "odd.tsv")
    assert (status, told) == (0, "set aside: 1 empty lines (first at line 3)\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere", "a.gold"], "nowhere: no such file; check the path"),
        (["found.out"], "found.out: nothing to score by; give the gold beads, or JSON of an earlier run"),
        (["found.out", "en.txt"], "en.txt:1: not a bead (found 'It rained.')"),
        (["found.out", "run.json"], "run.json: JSON of a run is no gold; compare two runs by --compare"),
        (["run.json", "a.gold"], "nothing to be scored (found a.gold beside JSON of earlier runs)"),
        (["bad.json"], "bad.json: not JSON (found Expecting value"),
        (["list.json"], "no evaluation to compare (found kind list"),
        (["run.json", "--samples", "9"], "--samples does nothing for JSON of an earlier run; leave it out"),
        (["run.json", "--retrieval", "--encoder", "x"], "--encoder does nothing for JSON of an earlier run"),
        (["--retrieval", "run.json"], "run.json: no evaluation of retrieval (found beads); leave --retrieval out"),
        (["--retrieval", "en.txt", "hyp.txt"], "en.txt: files of different length (found 3 lines, and 2 in hyp.txt)"),
        (["--retrieval", "en.txt", "vi.txt", "--compare", "vi.txt"], "vi.txt: two encoders are compared by JSON"),
        (["--hypotheses", "hyp.txt"], "hyp.txt: no pairs to score by"),
        (["--hypotheses", "hyp.txt", "pairs.tsv", "-o", "x.csv"], "x.csv: unknown output format"),
        (["--hypotheses", "hyp.txt", "pairs.tsv", "--compare", "run.json"], "run.json: JSON holds no translations"),
        (["found.out", "a.gold", "-o", "x.tsv"], "-o needs --hypotheses"),
        (["found.out", "a.gold", "--encoder", "x"], "--encoder needs --retrieval"),
        (["found.out", "a.gold", "b.gold"], "a third file needs --hypotheses"),
        (["-", "-"], "standard input cannot be two files"),
        (["found.out", "a.gold", "--samples", "0"], "--samples out of range (found 0)"),
        (["found.out", "a.gold", "--seed", "-3"], "--seed out of range (found -3)"),
    ],
)
def test_what_is_refused(folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    run(capsys, "found.out", "a.gold", "--json", "run.json")
    (folder / "bad.json").write_text("?", "utf-8")
    (folder / "list.json").write_text("[]", "utf-8")
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert err.startswith(f"aligner: {message}")
    assert err.count("\n") == 1


@pytest.mark.parametrize("words", [["--hypotheses", "hyp.txt", "pairs.tsv"], ["--boundaries", "hyp.txt", "hyp.txt"],
                                   ["--retrieval", "hyp.txt", "hyp.txt"], ["found.out", "a.gold"]])  # fmt: skip
def test_all_files_may_be_in_another_encoding(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    expected = run(capsys, *words, "--samples", "9")[:2]
    for name in set(words):
        if not name.startswith("--"):
            (folder / name).write_bytes((folder / name).read_bytes().decode("utf-8").encode("utf-32"))
    assert expected[0] == 0
    assert run(capsys, *words, "--samples", "9")[0] == 2
    assert run(capsys, *words, "--samples", "9", "--encoding", "utf-32")[:2] == expected
