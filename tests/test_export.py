"""Exporting a corpus: which pairs, in which format, with which card; and what goes wrong."""

import csv
import hashlib
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import aligner
from aligner.cli import main
from aligner.corpus.card import Tallies, dataset_card, manifest
from aligner.corpus.configuration import BuildConfig
from aligner.corpus.export import export_formats
from aligner.corpus.splits import split_corpus
from aligner.errors import InputError
from tests.commands import run

ROOT = Path(__file__).parents[1]

PAIRS = [
    ("Ms Nguyen Thi Hoa has run the ferry station since 1998.", "Bà Nguyễn Thị Hoà điều hành bến phà từ năm 1998."),
    ("Hoa sells 300 tickets on a market day.", "Bà Hoà bán 300 vé vào ngày chợ phiên."),
    ("The crossing takes twenty minutes in good weather.", "Chuyến đi mất hai mươi phút khi thời tiết đẹp."),
    ("Most of the passengers are fishermen and teachers.", "Phần lớn hành khách là ngư dân và giáo viên."),
    ("In the rainy season it takes twice as long.", "Vào mùa mưa, thời gian đi lâu gấp đôi."),
    (
        "A ticket costs 15,000 dong, and children travel free.",
        "Một vé giá 25.000 đồng, còn trẻ em đi miễn phí.",
    ),  # number
    ("const station = openStation(ferry);", "const station = openStation(ferry);"),
    ("Nobody remembers a winter as cold as this one.", "Không ai nhớ có mùa đông nào lạnh như mùa đông này."),
]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three documents of two sources, one document in a shard."""
    folder = tmp_path_factory.mktemp("export")
    rows = []
    for k, (source, licence) in enumerate([("news | city", "CC-BY-4.0"), ("news | city", "CC-BY-4.0"), ("", "")]):
        own = PAIRS[k:] + PAIRS[:k]
        texts = {"en_text": "\n\n".join(en for en, _ in own), "vi_text": "\n\n".join(vi for _, vi in own)}
        rows.append({"id": f"d{k}", "source": source, "licence": licence, "date": f"2024-05-0{k + 1}", **texts})
    (folder / "m.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with ThreadPoolExecutor(1) as executor:
        config = BuildConfig(shard_bytes=1)
        aligner.build_corpus(folder / "m.jsonl", folder / "corpus", config=config, executor=executor)
    return folder / "corpus"


def table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, sep="\t", quoting=csv.QUOTE_NONE, keep_default_na=False)


def beads(corpus: Path) -> pd.DataFrame:
    return pd.concat([frame for frame, _ in aligner.read_shards(corpus)], ignore_index=True)


def written_signature(folder: Path) -> str:
    """What stands beside the pairs, which is what the card says too."""
    signature: str = json.loads((folder / "pairs.tsv.meta.json").read_text("utf-8"))["signature"]
    assert signature in (folder / "README.md").read_text("utf-8")
    return signature


def test_the_pairs_that_the_corpus_keeps_are_exported(corpus: Path, tmp_path: Path) -> None:
    total = aligner.export_corpus(corpus, tmp_path / "out")
    kept = beads(corpus).query("decision == 'keep'")
    written = table(tmp_path / "out" / "pairs.tsv")
    assert written["src_text"].tolist() == kept["src_text"].tolist()
    assert 15 <= len(written) == total["pairs"]["pairs"] < 24
    assert written["licence"].tolist() == ["CC-BY-4.0" if id_ != "d2" else "" for id_ in written["doc_id"]]
    assert set(written["date"]) == {"2024-05-01", "2024-05-02", "2024-05-03"}
    assert total["documents"] == {"pairs": 3}
    assert total["left_out"]["rule_identical"] == 3
    assert total["signature"] == written_signature(tmp_path / "out")


@pytest.mark.parametrize("threshold", [0.0, 0.5, 0.9, "strict", 1.0])
def test_a_threshold_chooses_by_quality_and_rules_bar_at_any(
    corpus: Path, tmp_path: Path, threshold: str | float
) -> None:
    aligner.export_corpus(corpus, tmp_path / "out", threshold=threshold)
    limit = threshold if isinstance(threshold, float) else 0.9
    written, whole = table(tmp_path / "out" / "pairs.tsv"), beads(corpus)
    is_barred = whole["reasons"].str.contains("rule_|null|empty|uncertain_bead|document_not_parallel")
    assert (written["quality"] >= limit).all()
    assert not written["src_text"].str.startswith("const").any()
    if isinstance(threshold, float):
        assert len(written) == ((whole["quality"] >= limit) & ~is_barred).sum()


def test_names_and_tones_are_written_in_one_way(corpus: Path, tmp_path: Path) -> None:
    aligner.export_corpus(corpus, tmp_path / "a", names="ascii")
    aligner.export_corpus(corpus, tmp_path / "b", names="vietnamese", tone="old")
    ascii_, old = (table(tmp_path / name / "pairs.tsv") for name in "ab")
    assert "Ms Nguyen Thi Hoa has run the ferry station since 1998." in ascii_["src_text"].tolist()
    row = old["src_text"].str.startswith("Ms Nguy")
    assert (old["src_text"][row].iloc[0], old["trg_text"][row].iloc[0]) == (
        "Ms Nguyễn Thị Hòa has run the ferry station since 1998.",
        "Bà Nguyễn Thị Hòa điều hành bến phà từ năm 1998.",
    )
    card = (tmp_path / "b" / "README.md").read_text("utf-8")
    assert "Every name was written in one way within its document: vietnamese." in card
    assert "Tones were written in the old style." in card


@pytest.mark.parametrize(
    ("format", "files"),
    [
        ("tsv", ["pairs.tsv"]),
        ("tsv.gz", ["pairs.tsv.gz"]),
        ("jsonl", ["pairs.jsonl"]),
        ("huggingface", ["pairs.jsonl"]),
        ("tmx", ["pairs.tmx"]),
        ("moses", ["pairs.en", "pairs.ids", "pairs.vi"]),
        ("moses.gz", ["pairs.en.gz", "pairs.ids.gz", "pairs.vi.gz"]),
        ("xliff", ["pairs.xlf"]),
        ("html", ["pairs.html"]),
        ("markdown", ["pairs.md"]),
    ],
)
def test_every_format_is_a_folder_with_card_and_digests(
    corpus: Path, tmp_path: Path, format: str, files: list[str]
) -> None:
    total = aligner.export_corpus(corpus, tmp_path / "out", format=format)
    assert total["files"] == {"pairs": files}
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    sidecars = [f"{files[0]}.meta.json"] if format.startswith(("tsv", "jsonl", "huggingface", "moses")) else []
    assert names == sorted(["MANIFEST.tsv", "README.md", "documents.tsv", *files, *sidecars])
    rows = table(tmp_path / "out" / "MANIFEST.tsv").set_index("file")
    for name in names:
        if name != "MANIFEST.tsv":
            content = (tmp_path / "out" / name).read_bytes()
            assert (rows["sha256"][name], rows["bytes"][name]) == (hashlib.sha256(content).hexdigest(), len(content))
    aligner.export_corpus(corpus, tmp_path / "again" / "out", format=format)
    for name in names:
        assert (tmp_path / "again" / "out" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()


@pytest.mark.parametrize(
    ("format", "said"),
    [
        ("jsonl", "Columns: `src_text`, `trg_text`, `aligner_score`, "),
        ("huggingface", "Columns: `translation`, `aligner_score`, "),
        ("html", "Columns: `src_text`, `trg_text`, `decision`, `doc_id`, `src_kind`.\n"),
    ],
)
def test_the_card_names_the_columns_that_the_files_have(corpus: Path, tmp_path: Path, format: str, said: str) -> None:
    aligner.export_corpus(corpus, tmp_path / "out", format=format)
    card = (tmp_path / "out" / "README.md").read_text("utf-8")
    assert said in card


def test_an_export_of_nothing_says_so(corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(corpus), "-o", str(tmp_path / "out"), "--threshold", "1"]) == 0
    assert capsys.readouterr().err.startswith("pairs: 0 pairs of 0 documents in pairs.tsv\nleft out: ")
    assert len(table(tmp_path / "out" / "pairs.tsv")) == 0


def test_every_format_can_be_read_back(corpus: Path, tmp_path: Path) -> None:
    texts = beads(corpus).query("decision == 'keep'")["src_text"].tolist()
    for format in ("tsv.gz", "jsonl", "huggingface", "tmx"):
        total = aligner.export_corpus(corpus, tmp_path / format, format=format)
        (name,) = total["files"]["pairs"]
        read = pd.concat(list(aligner.read_pairs(tmp_path / format / name)))
        assert read["src_text"].tolist() == texts
    assert set(export_formats()) >= {"tsv", "moses", "jsonl", "huggingface", "tmx", "parquet", "xlsx", "xliff.gz"}


@pytest.mark.parametrize("repeats", ["exact", "near"])
def test_of_pairs_that_repeat_each_other_the_best_is_exported(corpus: Path, tmp_path: Path, repeats: Any) -> None:
    kept = beads(corpus).query("decision == 'keep'")  # three documents with the same pairs
    total = aligner.export_corpus(corpus, tmp_path / "out", repeats=repeats)
    written = table(tmp_path / "out" / "pairs.tsv")
    assert sorted(written["src_text"]) == sorted(set(kept["src_text"]))
    best = kept.groupby("src_text")["quality"].max()
    assert written["quality"].astype(float).tolist() == pytest.approx(best[written["src_text"]].tolist(), abs=1e-4)
    assert total["left_out"]["repeats_exact"] == len(kept) - len(written)
    assert f"|repeats:{repeats}|" in total["signature"]
    assert f"Of pairs that repeat each other ({repeats})" in (tmp_path / "out" / "README.md").read_text("utf-8")


def test_what_a_test_set_holds_is_left_out(corpus: Path, tmp_path: Path) -> None:
    kept = beads(corpus).query("decision == 'keep'")
    (en, _), (_, vi) = PAIRS[3], PAIRS[4]
    tests = {"t.tsv": pd.DataFrame([(en, "Câu khác."), ("Another one.", vi)], columns=["src_text", "trg_text"])}
    total = aligner.export_corpus(corpus, tmp_path / "out", against=tests)
    written = table(tmp_path / "out" / "pairs.tsv")
    assert sorted(written["src_text"]) == sorted(kept[~kept["src_text"].isin([en, PAIRS[4][0]])]["src_text"])
    assert total["left_out"]["repeats_against"] == len(kept) - len(written) > 0  # other repeats stay
    assert "|against:t.tsv|" in total["signature"]


def test_splits_are_written_each_to_its_file(corpus: Path, tmp_path: Path) -> None:
    pytest.importorskip("rapidfuzz")
    shares = {"dev": 0.3, "test": 0.3}
    total = aligner.export_corpus(corpus, tmp_path / "out", split=shares, format="jsonl")
    whole = split_corpus(beads(corpus).query("decision == 'keep'"), **shares)
    written = {
        path.stem: [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        for path in (tmp_path / "out").glob("*.jsonl")
    }
    assert {name: [row["src_text"] for row in rows] for name, rows in written.items()} == {
        name: part["src_text"].tolist() for name, part in whole.groupby("split") if name != "excluded"
    }
    # All three documents have the same pairs in other orders: one split has them all.
    assert total["left_out"]["excluded"] == (whole["split"] == "excluded").sum() > 0
    assert total["signature"].endswith("split:dev=0.3,test=0.3")
    card = (tmp_path / "out" / "README.md").read_text("utf-8")
    for name in written:
        shown = "validation" if name == "dev" else name
        assert f'  - split: {shown}\n    path: "{name}.jsonl"\n' in card
    assert "Split by document (dev=0.3,test=0.3, the rest train)" in card


def test_the_card_says_what_was_asked_for(corpus: Path, tmp_path: Path) -> None:
    total = aligner.export_corpus(corpus, tmp_path / "my corpus")
    card = (tmp_path / "my corpus" / "README.md").read_text("utf-8")
    n = total["pairs"]["pairs"]
    words = table(tmp_path / "my corpus" / "pairs.tsv")["src_text"].str.split().map(len).sum()
    assert card.startswith("---\nlanguage:\n- en\n- vi\n")
    assert f"{n} pairs of 3 documents" in card
    assert f"| pairs | `pairs.tsv` | 3 | {n} | {words} |" in card
    assert "| news / city | CC-BY-4.0 | 2 |" in card
    assert "| not stated | not stated | 1 |" in card
    assert "* 3 `rule_identical`" in card
    assert total["signature"] in card
    bars = card.split("```text\n")[1].split("```")[0].splitlines()
    assert sum(int(bar.split()[1].replace(",", "")) for bar in bars) == n
    for heading in ("Sizes", "Sources and licences", "How it was made", "Quality", "Known limits"):
        assert f"\n## {heading}\n" in card


def test_a_hostile_source_breaks_no_card() -> None:
    tallies = Tallies()
    tallies.add("pairs", ["a b"], ["c"], [1.0])
    tallies.add_document("pairs", "x | y\n# <script>", "l", 1)
    card = dataset_card(tallies, title="a\n---\n|", files={"pairs": ['a"\\.jsonl']}, columns=[], steps=[], left_out={},
                        signature="s", is_loaded=True)  # fmt: skip
    assert "| x / y # ‹script› | l | 1 | 1 |" in card
    assert 'path: "a\\"\\\\.jsonl"' in card
    assert tallies.bins[9] == 1


def test_a_manifest_lists_files_in_order(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x").write_bytes(b"1")
    (tmp_path / "a").write_bytes(b"")
    rows = manifest(tmp_path, ["b/x", "a"]).splitlines()
    assert [row.split("\t")[0] for row in rows] == ["file", "a", "b/x"]
    assert rows[1].split("\t")[1:] == [hashlib.sha256(b"").hexdigest(), "0"]


# What goes wrong


def copy_of(corpus: Path, folder: Path) -> Path:
    for path in corpus.rglob("*"):
        if path.is_file():
            target = folder / path.relative_to(corpus)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    return folder


def test_a_corpus_that_is_not_whole_is_refused(corpus: Path, tmp_path: Path) -> None:
    broken = copy_of(corpus, tmp_path / "c")
    head = json.loads((broken / "corpus.json").read_text("utf-8"))
    (broken / "corpus.json").write_text(json.dumps({**head, "complete": False}), encoding="utf-8")
    with pytest.raises(InputError, match="not complete; run aligner build again"):
        aligner.export_corpus(broken, tmp_path / "out")
    (broken / "corpus.json").write_text(json.dumps(head), encoding="utf-8")
    shard = broken / "shards" / "00001.tsv.gz"
    shard.write_bytes(shard.read_bytes()[:-1])
    with pytest.raises(InputError, match=r"00001\.tsv\.gz: a shard is not what was written"):
        aligner.export_corpus(broken, tmp_path / "out")
    shard.with_name("00001.json").write_text("{}", "utf-8")  # of another program
    with pytest.raises(InputError, match=r"00001\.tsv\.gz: a shard is not what was written"):
        aligner.export_corpus(broken, tmp_path / "out")
    shard.unlink()
    with pytest.raises(InputError, match="a shard is not there"):
        aligner.export_corpus(broken, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["c"]  # nothing half-written


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"repeats": "all"}, "unknown repeats .* must be keep, exact, near"),
        ({"format": "docx"}, "unknown format"),
        ({"format": "parquet.gz"}, "unknown format"),
        ({"threshold": "best"}, "best"),
        ({"threshold": 2.0}, "2.0"),
        ({"names": "short"}, "unknown style of names"),
        ({"tone": "nice"}, "nice"),
        ({"split": {"dev": 0.1, "valid": 0.1}}, "unknown split"),
        ({"split": {"dev": 0.9, "test": 0.9}}, "nothing is left to train on"),
    ],
)
def test_an_unknown_option_is_an_error(corpus: Path, tmp_path: Path, options: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        aligner.export_corpus(corpus, tmp_path / "out", **options)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_there_is_left_alone(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    aligner.export_corpus(corpus, tmp_path / "out")  # an empty one is taken
    before = (tmp_path / "out" / "pairs.tsv").read_bytes()
    with pytest.raises(InputError, match="the folder is there already"):
        aligner.export_corpus(corpus, tmp_path / "out", threshold="strict")
    assert (tmp_path / "out" / "pairs.tsv").read_bytes() == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_an_error(corpus: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="cannot be written"):
        aligner.export_corpus(corpus, tmp_path / "out")


def test_the_command_exports(corpus: Path, tmp_path: Path) -> None:
    call = ["export", corpus, "-o", tmp_path / "out", "--format", "jsonl"]
    done = run(*call)
    assert done.returncode == 0, done.stderr
    assert "pairs of 3 documents in pairs.jsonl" in done.stderr
    assert "signature: envi-aligner|" in done.stderr
    again = run(*call)
    assert again.returncode == 2
    assert len(again.stderr.splitlines()) == 1
