"""Exporting a corpus: which pairs, in which format, with which card; and what goes wrong."""

import csv
import gzip
import hashlib
import json
import math
import os
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aligner
from aligner.cli import main
from aligner.corpus.building.configuration import BuildConfig
from aligner.corpus.exports.card import Tallies, dataset_card, manifest
from aligner.corpus.exports.croissant import CROISSANT
from aligner.corpus.exports.export import export_formats
from aligner.corpus.exports.licences import HUB, hub_licence, licence_address
from aligner.corpus.exports.opus import cut_documents
from aligner.corpus.exports.splits import split_corpus
from aligner.errors import InputError, printable
from aligner.pairs.chunks import NOT_XML, Tally, fitted
from aligner.pairs.formats import output_formats
from aligner.pairs.huggingface import front_matter
from aligner.pairs.opus import Link, OpusDocument, document_file, open_opus
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
    assert names == sorted(["MANIFEST.tsv", "README.md", "croissant.json", "documents.tsv", *files, *sidecars])
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
    template = (
        *("# Dataset Details", "## Dataset Description", "# Dataset Structure", "# Dataset Creation", "## Source Data"),
        *("### Data Collection and Processing", "## Annotations", "## Personal and Sensitive Information"),
        *("# Bias, Risks, and Limitations", "# More Information"),
    )
    places = [card.index(f"\n#{heading}\n") for heading in template]
    assert places == sorted(places)


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


# What others load


HOSTILE = "../a <b>&amp;.md"


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three documents under two licences and none, with beads of several sentences, null beads, and hostile text."""
    folder = tmp_path_factory.mktemp("mixed")
    more = [
        ("The boat left at six in the morning. Forty people were on board.",
         "Thuyền rời bến lúc sáu giờ sáng, trên thuyền có bốn mươi người."),
        ("This one stands alone in English, and the other side of the river says nothing of it.", ""),
        ("The report ]]> says that rice < 5 kg & tea are 'free'.", "Báo cáo ]]> nói gạo < 5 kg & trà là 'miễn phí'."),
    ]  # fmt: skip
    rows = []
    for k, (id_, source, licence) in enumerate(
        [(HOSTILE, 'x "y" <z>', "CC-BY-4.0"), ("b/Tin mới", "t", "cc by-sa 4.0"), ("c", "", "")]
    ):
        own = [*PAIRS[k * 2 :], *more, *PAIRS[: k * 2]]
        texts = {"en_text": "\n\n".join(en for en, _ in own), "vi_text": "\n\n".join(vi for _, vi in own if vi)}
        rows.append({"id": id_, "source": source, "licence": licence, "date": "2024-05-01" * (k > 0), **texts})
    (folder / "m.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with ThreadPoolExecutor(1) as executor:
        config = BuildConfig(shard_bytes=1)
        aligner.build_corpus(folder / "m.jsonl", folder / "corpus", config=config, executor=executor)
    found = beads(folder / "corpus")
    assert {"1:0", "2:1"} <= set(found["bead_type"])
    return folder / "corpus"


def read_opus(folder: Path) -> list[dict[str, Any]]:
    """A plain reader: documents with their attributes, sentences by id, and links."""
    documents = []
    names = [f"{folder.parent.name}/raw/{lang}/" for lang in ("en", "vi")]
    archives = [zipfile.ZipFile(folder / "raw" / f"{lang}.zip") for lang in ("en", "vi")]
    links = ElementTree.fromstring(gzip.decompress((folder / "xml" / "en-vi.xml.gz").read_bytes()))
    for group in links:
        files = [group.get("fromDoc", ""), group.get("toDoc", "")]
        roots = [
            ElementTree.fromstring(archive.read(name + file.split("/", 1)[1].removesuffix(".gz")))
            for archive, name, file in zip(archives, names, files, strict=True)
        ]
        documents.append({
            "files": files, "group": group.attrib, "attributes": [root.attrib for root in roots],
            "texts": [{s.get("id"): s.text for s in root} for root in roots],
            "links": [([part.split() for part in link.get("xtargets", "").split(";")], link.attrib) for link in group],
        })  # fmt: skip
    assert [len(archive.namelist()) for archive in archives] == [len(documents)] * 2
    return documents


def test_the_layout_of_opus_holds_every_sentence_and_every_null_link(mixed: Path, tmp_path: Path) -> None:
    total = aligner.export_corpus(mixed, tmp_path / "c", format="opus")
    read = read_opus(tmp_path / "c" / "pairs")
    assert len(read) == total["documents"]["pairs"] == 3
    n_linked = 0
    for document, (id_, rows) in zip(read, beads(mixed).groupby("doc_id", sort=False), strict=True):
        licence = {HOSTILE: "CC-BY-4.0", "b/Tin mới": "cc by-sa 4.0"}.get(str(id_))
        for attributes in document["attributes"]:
            assert (attributes["id"], attributes.get("licence")) == (id_, licence)
        assert document["group"].get("licence") == licence
        wanted = rows[(rows["decision"] == "keep") | rows["reasons"].str.startswith("null")]
        assert [(en, vi) for (en, vi), _ in document["links"]] == [
            tuple([str(int(k) + 1) for k in ids.split(",") if k] for ids in both)
            for both in zip(wanted["src_ids"], wanted["trg_ids"], strict=True)
        ]
        assert [float(attributes["certainty"]) for _, attributes in document["links"]] == wanted["quality"].tolist()
        assert [attributes["id"] for _, attributes in document["links"]] == [f"SL{k + 1}" for k in range(len(wanted))]
        for texts, column, ids in zip(document["texts"], ("src_text", "trg_text"), ("src_ids", "trg_ids"), strict=True):
            assert [*texts] == [str(k + 1) for k in range(len(texts))]
            for text, numbers in zip(rows[column], rows[ids], strict=True):  # of all beads, exported or not
                assert " ".join(texts[str(int(k) + 1)] for k in numbers.split(",") if k) == text
            assert sum(len(numbers.split(",")) for numbers in rows[ids] if numbers) == len(texts)
        n_linked += sum(bool(en and vi) for (en, vi), _ in document["links"])
    assert n_linked == total["pairs"]["pairs"]


def test_moses_and_tmx_of_the_layout_are_its_links(mixed: Path, tmp_path: Path) -> None:
    aligner.export_corpus(mixed, tmp_path / "c", format="opus")
    folder = tmp_path / "c" / "pairs"
    expected, ids = [], []
    for document in read_opus(folder):
        for both, _ in document["links"]:
            if all(both):
                sides = zip(document["texts"], both, strict=True)
                expected.append(tuple(" ".join(texts[k] for k in numbers) for texts, numbers in sides))
                ids.append("\t".join([*document["files"], *map(" ".join, both)]))
    lines = [(folder / "moses" / f"en-vi.{kind}").read_text("utf-8").splitlines() for kind in ("en", "vi", "ids")]
    assert list(zip(*lines[:2], strict=True)) == expected
    assert lines[2] == ids
    tmx = pd.concat(list(aligner.read_pairs(folder / "tmx" / "en-vi.tmx.gz")))
    assert list(zip(tmx["src_text"], tmx["trg_text"], strict=True)) == expected
    assert set(tmx["licence"]) == {"CC-BY-4.0", "cc by-sa 4.0", ""}
    moses = pd.concat(list(aligner.read_pairs(folder / "moses" / "en-vi.en", folder / "moses" / "en-vi.vi")))
    assert moses["doc_id"].tolist() == [line.split("\t")[0] for line in ids]


def test_the_layout_of_opus_is_the_same_bytes_again(mixed: Path, tmp_path: Path) -> None:
    for place in "ab":
        aligner.export_corpus(mixed, tmp_path / place / "c", format="opus")
    one, other = ((tmp_path / place / "c" / "MANIFEST.tsv").read_bytes() for place in "ab")
    assert one == other


@pytest.mark.parametrize(
    ("options", "n"),
    [
        ({"names": "vietnamese", "tone": "old"}, 3),
        ({"repeats": "exact"}, 1),
        ({"threshold": 0.99}, 3),
        ({"threshold": 1.0}, 0),
    ],
)
def test_the_layout_of_opus_has_the_pairs_of_other_formats(
    mixed: Path, tmp_path: Path, options: dict[str, Any], n: int
) -> None:
    aligner.export_corpus(mixed, tmp_path / "a", format="opus", **options)
    total = aligner.export_corpus(mixed, tmp_path / "b", **options)
    lines = (tmp_path / "a" / "pairs" / "moses" / "en-vi.en").read_text("utf-8").splitlines()
    assert lines == table(tmp_path / "b" / "pairs.tsv")["src_text"].tolist()
    read = read_opus(tmp_path / "a" / "pairs")
    assert len(read) == total["documents"]["pairs"] == n
    name = "Ms Nguyễn Thị Hòa has run the ferry station since 1998."
    assert sum(name in document["texts"][0].values() for document in read) == (3 if "names" in options else 0)


def test_sentences_that_no_rule_would_part_again_are_parted(tmp_path: Path) -> None:
    """Lines of a document that was read line by line, without a stop between them."""
    en = ["the market opens at five", "we walked along the river in the morning", "and met the fishermen there",
          "the boats were blue and green", "a bowl of noodles costs two dollars"]  # fmt: skip
    vi = ["chợ mở cửa lúc năm giờ", "buổi sáng chúng tôi đi dọc bờ sông và gặp những người đánh cá ở đó",
          "những chiếc thuyền màu xanh lam và xanh lục", "một bát mì giá hai đô la"]  # fmt: skip
    row = {"id": "verse", "en_text": "\n".join(en), "vi_text": "\n".join(vi)}
    (tmp_path / "m.jsonl").write_text(json.dumps(row), "utf-8")
    with ThreadPoolExecutor(1) as executor:
        aligner.build_corpus(
            tmp_path / "m.jsonl", tmp_path / "corpus", config=BuildConfig(lines=True), executor=executor
        )
    assert "2:1" in set(beads(tmp_path / "corpus")["bead_type"])
    aligner.export_corpus(tmp_path / "corpus", tmp_path / "c", format="opus", threshold=0.0)
    (document,) = read_opus(tmp_path / "c" / "pairs")
    assert [list(texts.values()) for texts in document["texts"]] == [en, vi]
    assert [["2", "3"], ["2"]] in [both for both, _ in document["links"]]


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=4), TEXT, TEXT)
def test_any_text_comes_back_from_the_layout_of_opus(pairs: list[tuple[str, str]], name: str, licence: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "c", "pairs")
        with open_opus(folder, "c", Tally()) as add:
            links = [Link(((k,), (k,)), {"certainty": 0.5, "probability": math.nan}, True) for k in range(len(pairs))]
            texts = tuple({k: pair[side] for k, pair in enumerate(pairs)} for side in (0, 1))
            add(OpusDocument(name, {"licence": licence}, (texts[0], texts[1]), links))
        (document,) = read_opus(folder)
        lines = [(folder / "moses" / f"en-vi.{lang}").read_text("utf-8") for lang in ("en", "vi")]
    held = [[fitted(text, NOT_XML, Tally()) for text in pair] for pair in pairs]
    assert [[text or "" for text in texts.values()] for texts in document["texts"]] == [
        list(of) for of in zip(*held, strict=True)
    ]
    assert [attributes["id"] for attributes in document["attributes"]] == [fitted(name, NOT_XML, Tally())] * 2
    assert document["attributes"][0].get("licence", "") == fitted(licence, NOT_XML, Tally())
    assert [attributes for _, attributes in document["links"]] == [
        {"xtargets": f"{k + 1};{k + 1}", "id": f"SL{k + 1}", "certainty": "0.5000"} for k in range(len(pairs))
    ]
    assert [text.count("\n") for text in lines] == [len(pairs)] * 2


def test_splits_in_the_layout_of_opus_are_releases(mixed: Path, tmp_path: Path) -> None:
    pytest.importorskip("rapidfuzz")
    total = aligner.export_corpus(mixed, tmp_path / "c", format="opus", split={"dev": 0.3, "test": 0.3})
    assert len(total["pairs"]) >= 1
    for name, n in total["documents"].items():
        assert len(read_opus(tmp_path / "c" / name)) == n
        assert f"{name}/raw/en.zip" in total["files"][name]


def test_a_corpus_that_does_not_record_its_sentences_has_no_layout_of_opus(mixed: Path) -> None:
    shards = ((frame, {"documents": [{**r, "lengths": {}} for r in record["documents"]]})
              for frame, record in aligner.read_shards(mixed))  # fmt: skip
    with pytest.raises(
        InputError, match=r"no lengths of the sentences of a document.*build it anew into another folder"
    ):
        list(cut_documents(shards, mixed, names="keep", tone="keep", glossary=None))


@pytest.mark.parametrize(
    "name", ["", ".", "..", "/", "/etc/passwd", "a//b", "a/../b", "a\\b", "%2E", "a\nb", "x" * 300, "ế" * 90, "a/.b"]
)
def test_a_document_goes_into_no_other_folder(name: str) -> None:
    file = document_file(name)
    assert file.isascii()
    assert len(file) <= 200
    assert not any(part in (".", "..") for part in file.split("/"))
    assert "\\" not in file
    assert not file.startswith("/")


def test_documents_of_different_names_have_different_files() -> None:
    names = ["", ".", "..", "%2E", "a/b", "a%2Fb", "a//b", "a/./b", "A", "a", "á", "a\u0301", "x" * 300, "x" * 301]
    assert len({document_file(name) for name in names}) == len(names)


# Licences


@pytest.mark.parametrize(
    ("stated", "hub", "address"),
    [
        ("CC-BY-4.0", "cc-by-4.0", "https://spdx.org/licenses/CC-BY-4.0"),
        (" cc by sa 3.0 ", "cc-by-sa-3.0", "https://spdx.org/licenses/CC-BY-SA-3.0"),
        ("https://creativecommons.org/licenses/by-nc-nd/4.0/deed.vi", "cc-by-nc-nd-4.0",
         "https://spdx.org/licenses/CC-BY-NC-ND-4.0"),
        ("http://creativecommons.org/publicdomain/zero/1.0/", "cc0-1.0", "https://spdx.org/licenses/CC0-1.0"),
        ("https://spdx.org/licenses/ODbL-1.0.html", "odbl", "https://spdx.org/licenses/ODbL-1.0"),
        ("GPL-3.0-or-later", "gpl-3.0", "GPL-3.0-or-later"),
        ("MIT", "mit", "https://spdx.org/licenses/MIT"),
        ("CC-BY", "other", "CC-BY"),
        ("CC BY 4.0 and more", "other", "CC BY 4.0 and more"),
        ("all rights reserved", "other", "all rights reserved"),
        ("", "unknown", ""),
    ],
)  # fmt: skip
def test_a_licence_is_named_as_others_name_it(stated: str, hub: str, address: str) -> None:
    assert (hub_licence(stated), licence_address(stated)) == (hub, address)


def test_every_identifier_is_that_of_its_own_name() -> None:
    assert all(hub_licence(hub) == hub == (hub_licence(name) if name else hub) for hub, name in HUB.items())
    assert len(HUB) == 67


def test_the_licence_of_each_source_is_carried_through(
    mixed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(mixed), "-o", str(tmp_path / "c")]) == 0
    written = table(tmp_path / "c" / "pairs.tsv")
    counts = Counter(written["licence"].tolist())
    said = next(line for line in capsys.readouterr().err.splitlines() if line.startswith("licences: "))
    for name, n in counts.items():
        assert f"{n} {name or 'not stated'}" in said
    card = (tmp_path / "c" / "README.md").read_text("utf-8")
    assert "license:\n- cc-by-4.0\n- cc-by-sa-4.0\n- unknown\n" in card
    assert "The sources are under different licences; the column `licence` says which a pair has." in card
    assert "For some sources no licence was stated" in card
    assert json.loads((tmp_path / "c" / CROISSANT).read_text("utf-8"))["license"] == [
        "https://spdx.org/licenses/CC-BY-4.0", "https://spdx.org/licenses/CC-BY-SA-4.0",
    ]  # fmt: skip
    assert set(table(tmp_path / "c" / "documents.tsv")["licence"]) == set(written["licence"])


@pytest.mark.parametrize(
    ("licences", "head", "said"),
    [
        (["MIT"], "license: mit\nannotations", "| s | MIT | 1 | 1 |"),
        (["Ours: 1\n2"], 'license: other\nlicense_name: "Ours\\u003a 1 2"\n', "| s | Ours: 1 2 | 1 | 1 |"),
        (["a", "b"], "license: other\nannotations", "under different licences; `documents.tsv` says"),
        ([""], "license: unknown\n", "No licence was stated when the corpus was built"),
        (["CC-BY-4.0", "cc by 4.0"], "license: cc-by-4.0\nannotations", "\n#### Data Collection"),
        (["MIT", ""], "license:\n- mit\n- unknown\n", "For some sources no licence was stated"),
    ],
)
def test_the_card_says_which_licences_there_are(licences: list[str], head: str, said: str) -> None:
    tallies = Tallies()
    for licence in licences:
        tallies.add_document("pairs", "s", licence, 1)
    card = dataset_card(tallies, title="t", files={}, columns=[], steps=[], left_out={}, signature="s")
    assert head in card
    assert said in card
    assert ("different licences" in card) == (len({*licences} - {"cc by 4.0"}) > 1)


# Metadata


def test_croissant_names_every_file_with_its_digest_and_every_column(corpus: Path, tmp_path: Path) -> None:
    versions = set()
    for k, (format, threshold) in enumerate(
        [("tsv.gz", 0.5), ("jsonl", 0.5), ("jsonl", 0.99), ("moses", 0.5), ("opus", 0.5)]
    ):
        folder = tmp_path / str(k)
        total = aligner.export_corpus(corpus, folder, format=format, threshold=threshold)
        told = json.loads((folder / CROISSANT).read_text("utf-8"))
        assert told["conformsTo"] == "http://mlcommons.org/croissant/1.1"
        assert total["signature"] in told["description"]
        files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
        assert {file["contentUrl"] for file in told["distribution"]} == files.keys() - {CROISSANT, "MANIFEST.tsv"}
        for file in told["distribution"]:
            content = files[file["@id"]].read_bytes()
            assert (file["sha256"], file["contentSize"]) == (hashlib.sha256(content).hexdigest(), f"{len(content)} B")
        versions.add(told["version"])
        assert ("recordSet" in told) == (format not in ("moses", "opus"))
        if format == "jsonl":
            (record,) = told["recordSet"]
            row = json.loads((folder / "pairs.jsonl").read_text("utf-8").splitlines()[0])
            kinds = {field["name"]: field["dataType"] for field in record["field"]}
            assert list(kinds) == list(row)
            assert (kinds["quality"], kinds["src_start"], kinds["date"], kinds["licence"]) == (
                "sc:Float", "sc:Integer", "sc:Date", "sc:Text",
            )  # fmt: skip
    assert len(versions) == 5


@pytest.mark.parametrize("title", ["Tin mới", 'a: "b"\n---\n- c', "# x", "\x1b[31m\u202e", "null"])
def test_the_front_matter_is_yaml_whatever_it_is_called(title: str) -> None:
    yaml = pytest.importorskip("yaml")
    text = front_matter(
        5, [("pairs", "a.tsv.gz")], locales=["en-US", "no"], licences=["other"], licence_name=title, title=title
    )
    told = yaml.safe_load(text.split("---\n", 1)[1].rsplit("\n---\n", 1)[0])
    assert told["language_details"] == ["en-US", "no"]
    assert isinstance(told["pretty_name"], str)
    assert told["license_name"] == told["pretty_name"] == printable(title)
    assert told["configs"][0]["keep_default_na"] is False
    assert told["configs"][0]["na_values"] == [""]


LOADED = [name + packed for name, row in output_formats().items() if row.is_loaded for packed in ("", ".gz")
          if row.is_text or not packed]  # fmt: skip


def loaded_elsewhere(script: str, *given: Path, **environment: str) -> list[Any]:
    """What a script in a process of its own prints, a line of JSON each."""
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, given)], capture_output=True, text=True, encoding="utf-8", check=False,
        env={**os.environ, "HF_DATASETS_OFFLINE": "1", "HF_HUB_OFFLINE": "1", "PYTHONUTF8": "1", **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.slow
def test_datasets_loads_every_export_that_it_can(mixed: Path, tmp_path: Path) -> None:
    pytest.importorskip("datasets")
    assert LOADED == ["tsv", "tsv.gz", "jsonl", "jsonl.gz", "parquet", "huggingface", "huggingface.gz", "csv", "csv.gz"]
    script = """
import datasets, json, sys
datasets.disable_progress_bars()
for folder in sys.argv[1:]:
    loaded = datasets.load_dataset(folder)
    rows = {name: [{k: v for k, v in row.items() if v} for row in part] for name, part in loaded.items()}
    print(json.dumps([rows, str(next(iter(loaded.values())).features)], default=str))
"""
    for name in LOADED:
        aligner.export_corpus(mixed, tmp_path / name, format=name)
    aligner.export_corpus(mixed, tmp_path / "split", format="jsonl", split={"dev": 0.3, "test": 0.3})
    folders = [tmp_path / name for name in [*LOADED, "split"]]
    *each, (split, _) = loaded_elsewhere(script, *folders, HF_HOME=str(tmp_path / "hf"))
    texts = table(tmp_path / "tsv" / "pairs.tsv")
    for loaded, features in each:
        (rows,) = loaded.values()
        assert "timestamp" not in features
        assert [*loaded] == ["train"]
        pairs = [row.get("translation") or {"en": row["src_text"], "vi": row["trg_text"]} for row in rows]
        assert [(pair["en"], pair["vi"]) for pair in pairs] == list(
            zip(texts["src_text"], texts["trg_text"], strict=True)
        )
        for column in ("licence", "pair_id", "doc_id", "date"):
            assert [row.get(column, "") for row in rows] == texts[column].tolist()
        assert {type(row["src_start"]) for row in rows if row.get("src_start")} == {int}
        assert ("'translation': Translation(languages=['en', 'vi'])" in features) == ("translation" in rows[0])
    written = {"validation" if p.stem == "dev" else p.stem for p in (tmp_path / "split").glob("*.jsonl")}
    assert {*split} == written


@pytest.mark.slow
def test_hugging_face_reads_the_card_as_it_was_meant(mixed: Path, tmp_path: Path) -> None:
    hub = pytest.importorskip("huggingface_hub")
    aligner.export_corpus(mixed, tmp_path / "c")
    told = hub.metadata_load(tmp_path / "c" / "README.md")
    data = hub.DatasetCard.load(tmp_path / "c" / "README.md").data
    assert data.to_dict() == told
    assert (data.language, data.annotations_creators, data.pretty_name) == (["en", "vi"], ["machine-generated"], "c")
    assert told["language_details"] == ["en", "vi"]
    known = {*hub.DatasetCardData().__dict__, "language_details", "license_name", "configs", "dataset_info"}
    assert told.keys() <= known


@pytest.mark.slow
@pytest.mark.parametrize("format", [*LOADED, "moses", "opus", "tmx"])
def test_mlcroissant_finds_no_fault_and_reads_the_records(mixed: Path, tmp_path: Path, format: str) -> None:
    mlcroissant = pytest.importorskip("mlcroissant")
    total = aligner.export_corpus(mixed, tmp_path / "c", format=format)
    dataset = mlcroissant.Dataset(jsonld=str(tmp_path / "c" / CROISSANT))
    issues = dataset.metadata.ctx.issues
    assert not issues.errors
    assert {str(issue).split("/")[-1].split('"')[0] for issue in issues.warnings} == {"citeAs", "datePublished"}
    assert [record.uuid for record in dataset.metadata.record_sets] == (["pairs"] if format in LOADED else [])
    if format in LOADED:
        rows = list(dataset.records(record_set="pairs"))
        assert len(rows) == total["pairs"]["pairs"]
        aligner.export_corpus(mixed, tmp_path / "plain")
        texts = table(tmp_path / "plain" / "pairs.tsv")
        for column in ("src_text", "trg_text", "src_ids", "licence", "pair_id"):
            cells = [(row[f"pairs/{column}"] or b"").decode() for row in rows]
            if column == "src_ids" and format.startswith("csv"):
                cells = [cell.strip("[]") for cell in cells]  # where they are lists
            assert cells == texts[column].tolist()


@pytest.mark.slow
def test_tools_of_opus_read_the_layout(mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opustools = pytest.importorskip("opustools")
    aligner.export_corpus(mixed, tmp_path / "c", format="opus")
    monkeypatch.chdir(tmp_path)  # where it would put what it downloads
    common: dict[str, Any] = {"directory": "c", "source": "en", "target": "vi", "release": "pairs", "preprocess": "raw",
                              "root_directory": str(tmp_path), "write_mode": "moses"}  # fmt: skip
    opustools.OpusRead(**common, leave_non_alignments_out=True, write=["m.en", "m.vi"]).printPairs()
    for lang in ("en", "vi"):
        ours = (tmp_path / "c" / "pairs" / "moses" / f"en-vi.{lang}").read_text("utf-8")
        assert (tmp_path / f"m.{lang}").read_text("utf-8") == ours
    opustools.OpusRead(**common, write=["n.en", "n.vi"]).printPairs()
    alone = [(en, vi) for document in read_opus(tmp_path / "c" / "pairs") for (en, vi), _ in document["links"]]
    lines = (tmp_path / "n.en").read_text("utf-8").splitlines(), (tmp_path / "n.vi").read_text("utf-8").splitlines()
    assert [(bool(en), bool(vi)) for en, vi in zip(*lines, strict=True)] == [(bool(en), bool(vi)) for en, vi in alone]
    opustools.OpusRead(**common, attribute="certainty", threshold="0.99", write=["o.en", "o.vi"]).printPairs()
    n = (beads(mixed).query("decision == 'keep'")["quality"] >= 0.99).sum()
    assert len((tmp_path / "o.en").read_text("utf-8").splitlines()) == n


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
        ({"format": "opus.gz"}, "unknown format"),
        ({"format": "opus", "locales": "en-US,vi-VN"}, "no place for locales and notes in this format"),
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
