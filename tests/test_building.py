"""Building a corpus: what an input names, what comes out, what goes wrong, and that it can be gone on with."""

import contextlib
import csv
import gzip
import hashlib
import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import aligner
from aligner.corpus import shards
from aligner.corpus.building import building, configuration
from aligner.corpus.building import leftovers as leftovers_module
from aligner.corpus.building.building import (
    DOCUMENT_COLUMNS,
    SET_ASIDE_COLUMNS,
    Job,
    build_shard,
    count_documents,
    read_corpus,
)
from aligner.corpus.building.configuration import BuildConfig
from aligner.corpus.documents import Listed, language_mark, open_listing
from aligner.corpus.finding import mining
from aligner.corpus.jobs.workers import collect_results, connect_dask
from aligner.corpus.shards import Shard, cut_shards, digest_input, pack_text, read_finished, write_bytes
from aligner.errors import InputError
from aligner.files.whole import replace_file
from aligner.names.table import NameEntry, NameTable
from aligner.pairs.tables import COLUMNS, reason_codes
from tests.commands import run, run_process
from tests.test_mining import ENGLISH, PLANTED, VIETNAMESE

ROOT = Path(__file__).parents[1]

EN = [
    "The ferry leaves the island at seven every morning.",
    "Most of the passengers are fishermen and teachers.",
    "A ticket costs 15,000 dong, and children travel free.",
    "In the rainy season the crossing takes twice as long.",
    "Nobody remembers a winter as cold as this one.",
]
VI = [
    "Phà rời đảo lúc bảy giờ mỗi sáng.",
    "Phần lớn hành khách là ngư dân và giáo viên.",
    "Một vé giá 15.000 đồng, còn trẻ em đi miễn phí.",
    "Vào mùa mưa, chuyến đi lâu gấp đôi.",
    "Không ai nhớ có mùa đông nào lạnh như mùa đông này.",
]


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def some_documents(folder: Path, n: int = 6) -> Path:
    """n small documents in en/ and vi/, every one another rotation of the sentences."""
    files = {}
    for k in range(n):
        files[f"en/d{k}.txt"] = "\n\n".join(EN[k % 5 :] + EN[: k % 5]) + "\n"
        files[f"vi/d{k}.txt"] = "\n\n".join(VI[k % 5 :] + VI[: k % 5]) + "\n"
    return write(folder, files)


def small(**changes: Any) -> BuildConfig:
    """Shards of a document or two, as plain TSV."""
    return BuildConfig(**{"shard_bytes": 700, "compress": False, **changes})


def build(documents: Path, corpus: Path, **options: Any) -> dict[str, Any]:
    """Build in this process: a pool of processes would take seconds to start."""
    with ThreadPoolExecutor(2) as executor:
        return aligner.build_corpus(documents, corpus, executor=executor, **{"config": small(), **options})


def table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, sep="\t", quoting=csv.QUOTE_NONE, keep_default_na=False, dtype=str)


def beads(corpus: Path) -> pd.DataFrame:
    return pd.concat([table(path) for path in sorted((corpus / "shards").glob("*.tsv*"))], ignore_index=True)


def everything(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def listed(folder: Path) -> list[Listed]:
    return list(open_listing(folder).documents())


# What an input names


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("a.md", ("a", ".md", "")),
        ("a.en.md", ("a", ".md", "en")),
        ("a_VI.txt", ("a", ".txt", "vi")),
        ("a-en-US.html", ("a", ".html", "en")),
        ("talk.vi", ("talk", "", "vi")),
        ("en/a.md", ("a", ".md", "en")),
        ("docs/vi-VN/x/a.md", ("docs/x/a", ".md", "vi")),
        ("en/a.en.md", ("a", ".md", "en")),
        ("vi/a.en.md", ("vi/a", ".md", "en")),  # the name's own mark goes before the folder's
        ("en/vi/a.md", ("en/a", ".md", "vi")),  # the inner folder before the outer
        ("eno/avi.md", ("eno/avi", ".md", "")),
        (".en.md", (".en", ".md", "")),
        ("men.md", ("men", ".md", "")),
    ],
)
def test_the_language_is_read_off_the_path(path: str, told: tuple[str, str, str]) -> None:
    assert language_mark(path) == told


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["a.en.md", "a.vi.md"], [("a.md", "a.en.md", "a.vi.md")]),
        (["en/x/a.md", "vi/x/a.md"], [("x/a.md", "en/x/a.md", "vi/x/a.md")]),
        (["a.md", "a.vi.md"], [("a.md", "a.md", "a.vi.md")]),
        (["a.md", "a.en.md"], [("a.md", "a.en.md", "a.md")]),
        (["a.md", "b.html"], [("a.md", "a.md", ""), ("b.html", "b.html", "")]),
        (["talk.en", "talk.vi"], [("talk", "talk.en", "talk.vi")]),
        (["a.en.md", "a.vi.html"], [("a.md", "a.en.md", "a.vi.html")]),
        (
            ["a.en.md", "a.vi.md", "a.en.html", "a.vi.html"],
            [("a.html", "a.en.html", "a.vi.html"), ("a.md", "a.en.md", "a.vi.md")],
        ),
        (["a.md", "picture.png", ".hidden.md", ".git/x.md", "notes"], [("a.md", "a.md", "")]),
        (["b.md", "a.md", "c/a.md"], [("a.md", "a.md", ""), ("b.md", "b.md", ""), ("c/a.md", "c/a.md", "")]),
    ],
)  # fmt: skip
def test_files_of_a_folder_are_paired_by_name(
    tmp_path: Path, names: list[str], found: list[tuple[str, str, str]]
) -> None:
    write(tmp_path, dict.fromkeys(names, "x"))
    assert [(d.id, d.en, d.vi) for d in listed(tmp_path)] == found
    assert not [d for d in listed(tmp_path) if d.fault]


@pytest.mark.parametrize(
    ("names", "faults"),
    [
        (["a.en.md"], [("a.en.md", "unpaired")]),
        (["vi/a.md", "en/b.md"], [("a.vi.md", "unpaired"), ("b.en.md", "unpaired")]),
        (["a.en.md", "a.vi.md", "a.md"], [("a.md", "ambiguous")]),
        (["a.en.md", "en/a.md", "a.vi.md"], [("a.md", "ambiguous")]),
    ],
)
def test_files_that_make_no_pair_are_told(tmp_path: Path, names: list[str], faults: list[tuple[str, str]]) -> None:
    write(tmp_path, dict.fromkeys(names, "x"))
    found = listed(tmp_path)
    assert [(d.id, d.fault) for d in found] == faults
    assert all(any(name in d.error for name in names) for d in found)


def test_names_in_nfd_with_spaces_and_line_breaks_are_paired(tmp_path: Path) -> None:
    nfd, nfc = (unicodedata.normalize(form, "Bài học số 1") for form in ("NFD", "NFC"))
    write(tmp_path, {f"en/{nfd}.txt": "x", f"vi/{nfc}.txt": "x", "a\nb.en.txt": "x", "a\nb.vi.txt": "x"})
    assert [(d.id, d.fault) for d in listed(tmp_path)] == [(f"{nfc}.txt", ""), ("a b.txt", "")]


def test_a_name_that_is_no_utf8_is_built(tmp_path: Path) -> None:
    name = os.path.join(os.fsencode(tmp_path), b"\xe9t\xe9")
    for lang, text in (("en", EN), ("vi", VI)):
        with open(name + f".{lang}.txt".encode(), "w", encoding="utf-8") as file:
            file.write("\n\n".join(text))
    total = build(tmp_path, tmp_path / "corpus")
    assert (total["documents"], total["set_aside"]) == (1, {})
    assert table(tmp_path / "corpus" / "documents.tsv")["id"].tolist() == ["\ufffdt\ufffd.txt"]


def manifest(tmp_path: Path, text: str, name: str = "m.tsv") -> list[Listed]:
    write(tmp_path, {"a.txt": "x", "b.txt": "x", name: text})
    return list(open_listing(tmp_path / name).documents())


def test_a_manifest_says_all_there_is(tmp_path: Path) -> None:
    rows = (
        "\ufeffid\ten\tvi\tlicense\tsource\tdate\r\n1\ta.txt\tb.txt\tCC0\tnews\t2024-05-01\r\n\r\n2\ta.txt\t\t\t\t\r\n"
    )
    first, second = manifest(tmp_path, rows)
    assert first == Listed("1", "a.txt", "b.txt", licence="CC0", source="news", date="2024-05-01", size=2)
    assert (second.id, second.en, second.vi, second.fault) == ("2", "a.txt", "", "")
    rows = '{"id": "1", "en": "a.txt", "vi": "b.txt", "licence": "CC0", "source": "news", "date": "2024-05-01"}\n'
    assert manifest(tmp_path, rows, "m.jsonl") == [first]
    texts = manifest(tmp_path, json.dumps({"en_text": "One.", "vi_text": "Một."}) + "\n", "m.jsonl")
    assert [(d.id, d.en_text, d.vi_text) for d in texts] == [("row 1", "One.", "Một.")]


@pytest.mark.parametrize(
    ("row", "fault", "said"),
    [
        ("1\tno.txt\tb.txt", "missing", "m.tsv:2: cannot be read: no.txt (found No such file or directory)"),
        ("1\t.\tb.txt", "missing", "m.tsv:2: cannot be read: . (found a folder)"),
        ("1\ta.txt", "row", "m.tsv:2: a row of another length (found 2 columns for 3)"),
        ("1\t\tb.txt", "row", "m.tsv:2: a row names one English file or text (found neither)"),
        ("1\thttps://x.org/a\t", "row", "m.tsv:2: an address, not a file"),
        ("1\ta\0b\t", "row", "m.tsv:2: a NUL in a path"),
    ],
)
def test_a_bad_row_is_one_with_a_fault_and_the_rest_goes_on(tmp_path: Path, row: str, fault: str, said: str) -> None:
    bad, good = manifest(tmp_path, f"id\ten\tvi\n{row}\n2\ta.txt\tb.txt\n")
    assert (bad.fault, good.fault, good.id) == (fault, "", "2")
    assert said in bad.error


def test_a_row_that_is_no_utf8_and_one_that_is_no_json_are_faults(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": "x"})
    (tmp_path / "m.tsv").write_bytes(b"id\ten\n1\t\xff.txt\n2\ta.txt\n")
    assert [d.fault for d in open_listing(tmp_path / "m.tsv").documents()] == ["row", ""]
    rows = manifest(tmp_path, '{"en": 3}\n[]\n{\n{"en": "a.txt", "title": "x"}\n{"en": "a.txt"}\n', "m.jsonl")
    assert [d.fault for d in rows] == ["row", "row", "row", "row", ""]
    assert "m.jsonl:1: not a row (found 'en' is int, no text)" in rows[0].error
    assert "m.jsonl:3: not a row (found Expecting property name enclosed in double quotes at char" in rows[2].error
    assert "unknown column 'title'" in rows[3].error


@pytest.mark.parametrize(("on_disk", "named"), [("NFD", "NFC"), ("NFC", "NFD")])
def test_a_manifest_names_files_in_either_unicode_form(tmp_path: Path, on_disk: Any, named: Any) -> None:
    name = "Bài học/số 1.txt"
    write(tmp_path, {unicodedata.normalize(on_disk, name): "x"})
    one, other = manifest(tmp_path, f"id\ten\n1\t{unicodedata.normalize(named, name)}\n2\tBài học/số 2.txt\n")
    assert (one.fault, one.en, one.size) == ("", unicodedata.normalize(on_disk, name), 1)
    assert other.fault == "missing"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name here")
def test_a_pipe_among_the_documents_is_set_aside(tmp_path: Path) -> None:
    documents = some_documents(tmp_path / "in", 1)
    os.mkfifo(documents / "pipe.txt")
    total = build(documents, tmp_path / "corpus")
    assert (total["documents"], total["set_aside"]) == (1, {"missing": 1})


def test_a_list_of_documents_that_finds_no_space_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def execute(self, *_: object) -> None:
            raise sqlite3.OperationalError("database or disk is full")

        def close(self) -> None:
            pass

    monkeypatch.setattr(sqlite3, "connect", lambda _: Full())
    with pytest.raises(InputError, match=r"m\.tsv: documents cannot be listed \(found database or disk is full\)"):
        manifest(tmp_path, "id\ten\n1\ta.txt\n")


def test_two_documents_with_one_id_are_told_by_row(tmp_path: Path) -> None:
    first, second, third = manifest(tmp_path, "id\ten\n1\ta.txt\n1\tb.txt\n1\ta.txt\n")
    assert (first.fault, second.fault, third.fault) == ("", "duplicate", "duplicate")
    assert (second.id, third.id) == ("1 (2)", "1 (3)")
    assert "m.tsv:3: an id that another document has (found '1', first at m.tsv:2)" in second.error


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "the manifest is empty"), ("id\tvi\n", "no column en"), ("id\ten\ttitle\n", "unknown column 'title'"),
     ("en\ten\n", "two of 'en'")],
)  # fmt: skip
def test_a_manifest_that_is_none_is_an_error(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        manifest(tmp_path, text)


def test_what_is_neither_folder_nor_manifest_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": "x"})
    with pytest.raises(InputError, match="neither a folder nor a manifest"):
        open_listing(tmp_path / "a.txt")
    with pytest.raises(InputError, match="no such file or folder"):
        open_listing(tmp_path / "b")


def test_a_folder_that_cannot_be_read_is_told_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"a.md": "x", "locked/b.md": "x"})
    scandir = os.scandir

    def refuse(path: str) -> Any:  # root may read any folder, so the tests say no themselves
        if os.fspath(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = listed(tmp_path)
    assert [(d.id, d.fault) for d in found] == [("a.md", ""), ("locked/", "missing")]
    assert found[1].error == "locked: folder cannot be read (found Permission denied); change its rights"


def test_an_input_without_documents_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(InputError, match="no documents"):
        build(tmp_path / "in", tmp_path / "corpus")
    assert [path.name for path in tmp_path.iterdir()] == ["in"]  # nothing half made


# Shards


def test_shards_hold_every_document_once_in_order() -> None:
    rng = random.Random(7)
    documents = [Listed(str(k), size=rng.randrange(100)) for k in range(3000)]
    shards = list(cut_shards(documents, shard_bytes=250))
    assert [d for shard in shards for d in shard.documents] == documents
    assert [shard.number for shard in shards] == list(range(len(shards)))
    assert all(250 <= sum(d.size for d in shard.documents) < 350 for shard in shards[:-1])
    assert len(list(cut_shards([Listed(str(k)) for k in range(2500)]))) == 3  # empty ones fill a shard by number


def test_packing_is_the_same_at_any_time() -> None:
    first = pack_text("văn bản")
    assert gzip.decompress(first).decode("utf-8") == "văn bản"
    assert first == pack_text("văn bản")
    assert first[4:8] == bytes(4)  # no time


# What comes out


def test_a_corpus_has_every_sentence_of_every_document(tmp_path: Path) -> None:
    documents = some_documents(tmp_path / "in")
    write(documents, {"en/d9.txt": EN[0] + "\n\nAn extra line about tea.\n", "vi/d9.txt": VI[0] + "\n"})
    total = build(documents, tmp_path / "corpus")
    frame, rows = beads(tmp_path / "corpus"), table(tmp_path / "corpus" / "documents.tsv")
    assert tuple(frame.columns) == COLUMNS
    assert tuple(rows.columns) == DOCUMENT_COLUMNS
    assert total["complete"]
    assert (total["documents"], total["counts"]["en_sentences"], total["counts"]["vi_sentences"]) == (7, 32, 31)
    for id_, part in frame.groupby("doc_id"):
        article = aligner.read_article(documents / "en" / str(id_), documents / "vi" / str(id_))
        for column, sentences in (("src_ids", article.source), ("trg_ids", article.target)):
            ids = [int(i) for cell in part[column] if cell for i in cell.split(",")]
            assert ids == list(range(len(sentences)))
        for row in part.to_dict("records"):
            if row["src_ids"]:
                assert article.source_text[int(row["src_start"]) : int(row["src_end"])] == row["src_text"]
    counts = rows.set_index("id").loc[["d9.txt"], ["pairs", "en_alone", "vi_alone"]].astype(int).iloc[0].tolist()
    assert counts == [1, 1, 0]
    assert total["counts"]["kept"] == (frame["decision"] == "keep").sum() > 25
    assert sum(total["histogram"]) == total["counts"]["pairs"]
    assert f"pairs:{total['counts']['pairs']}" in total["signature"]


def test_quality_joins_what_the_bead_and_the_pair_say(tmp_path: Path) -> None:
    build(some_documents(tmp_path / "in", 1), tmp_path / "corpus")
    frame = beads(tmp_path / "corpus")
    article = aligner.align_article(aligner.read_article(tmp_path / "in/en/d0.txt", tmp_path / "in/vi/d0.txt"))
    alone = aligner.score_pairs(frame[["src_text", "trg_text"]])
    assert (frame["pair_quality"].astype(float) - alone["quality"]).abs().max() < 1e-4
    together = frame["probability"].astype(float) * article.parallel_probability
    assert (frame["quality"].astype(float) - alone["quality"] * together).abs().max() < 2e-4


def test_a_document_that_is_no_translation_is_dropped_with_its_reason(tmp_path: Path) -> None:
    other = ["Tôi mua ba quyển sách cũ.", "Con mèo ngủ trên mái nhà.", "Đội bóng thua trận chung kết.", "Thuế sẽ tăng."]
    write(tmp_path, {"a.en.txt": "\n\n".join(EN), "a.vi.txt": "\n\n".join(other)})
    total = build(tmp_path, tmp_path / "corpus")
    assert (total["documents"], total["counts"]["kept"]) == (1, 0)
    assert set(beads(tmp_path / "corpus")["decision"]) == {"drop"}


def test_texts_are_normalised_and_spans_stay(tmp_path: Path) -> None:
    row = {
        "id": "x",
        "en_text": f"{EN[0]}  {EN[1]}",
        "vi_text": f"{VI[0]} Phần lớn hành khách là ngư dân , tòan giáo viên.",
    }
    write(tmp_path, {"m.jsonl": json.dumps(row) + "\n"})
    build(tmp_path / "m.jsonl", tmp_path / "corpus", config=small(tone="new"))
    frame = beads(tmp_path / "corpus")
    assert frame["trg_text"].tolist()[1] == "Phần lớn hành khách là ngư dân, toàn giáo viên."
    start, end = (int(frame[name][1]) for name in ("trg_start", "trg_end"))
    assert row["vi_text"][start:end] == "Phần lớn hành khách là ngư dân , tòan giáo viên."


def test_bad_documents_are_set_aside_and_counted(tmp_path: Path) -> None:
    documents = some_documents(tmp_path / "in", 3)
    write(documents, {"only.en.txt": EN[0], "english.md": "\n\n".join(EN), "en/e.txt": "", "vi/e.txt": VI[0]})
    (documents / "en" / "b.txt").write_bytes(b"\xff\xfe\xfa")
    write(documents, {"vi/b.txt": VI[0]})
    total = build(documents, tmp_path / "corpus")
    rows = table(tmp_path / "corpus" / "set_aside.tsv")
    assert tuple(rows.columns) == SET_ASIDE_COLUMNS
    assert total["documents"] == 3
    assert total["set_aside"] == {"document": 3, "unpaired": 1}
    said = dict(zip(rows["id"], rows["error"], strict=True))
    assert said["e.txt"] == "en/e.txt: the file is empty"
    assert "no Vietnamese text" in said["english.md"]
    assert str(tmp_path) not in " ".join(rows["error"])  # the same wherever the input lies


def test_a_document_too_long_for_a_worker_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = some_documents(tmp_path / "in", 2)
    (folder / "long.txt").write_text("It rained.\n\nTrời mưa.\n\n" * 30, "utf-8")
    monkeypatch.setattr(building, "MAX_SENTENCES", 50)
    total = build(folder, tmp_path / "corpus")
    assert (total["documents"], total["set_aside"]) == (2, {"document": 1})
    (error,) = table(tmp_path / "corpus" / "set_aside.tsv")["error"]
    assert error == "too long a document (found 60 sentences); cut it into parts"


@pytest.fixture
def in_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Build in threads of this process: where processes are not the point, starting them takes seconds."""
    monkeypatch.setattr(building, "start_processes", ThreadPoolExecutor)


@pytest.mark.usefixtures("in_threads")
def test_when_nothing_could_be_built_the_command_says_so(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("It rained all day, and nobody came.\n", "utf-8")
    done = run("build", tmp_path / "in", "-o", tmp_path / "corpus")
    assert done.returncode == 2
    *_, line = done.stderr.splitlines()
    assert line.endswith("no document could be built (found 1 set aside); set_aside.tsv there says why")


def test_an_unforeseen_fault_of_one_document_stops_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(article: aligner.Article, **_: Any) -> aligner.Alignment:
        if article.name == "d1.txt":
            raise RuntimeError("out of\tluck")
        return aligner.align_article(article)

    monkeypatch.setattr(building, "align_article", fail)
    total = build(some_documents(tmp_path / "in", 3), tmp_path / "corpus")
    assert (total["documents"], total["set_aside"]) == (2, {"document": 1})
    assert table(tmp_path / "corpus" / "set_aside.tsv")["error"].tolist() == ["RuntimeError: out of luck"]


def test_fail_fast_names_the_first_bad_document(tmp_path: Path) -> None:
    documents = some_documents(tmp_path / "in", 2)
    (documents / "vi" / "d1.txt").write_bytes(b"")
    with pytest.raises(InputError, match=r"d1\.txt: vi/d1\.txt: the file is empty"):
        build(documents, tmp_path / "corpus", fail_fast=True)
    build(documents, tmp_path / "corpus")  # sets it aside
    with pytest.raises(InputError, match="the file is empty"):
        build(documents, tmp_path / "corpus", fail_fast=True)  # though the shard is done
    write(documents, {"only.en.txt": "x"})
    with pytest.raises(InputError, match=r"only\.en\.txt: no Vietnamese file beside it"):
        build(documents, tmp_path / "corpus", fail_fast=True)


# Going on


def test_nothing_is_done_twice_and_changes_are_seen(tmp_path: Path) -> None:
    documents, corpus = some_documents(tmp_path / "in"), tmp_path / "corpus"
    records: list[dict[str, Any]] = []
    build(documents, corpus, progress=records.append)
    assert len(records) > 2
    assert all(record["fresh"] for record in records)
    before, times = everything(corpus), {p: p.stat().st_mtime_ns for p in (corpus / "shards").iterdir()}
    again: list[dict[str, Any]] = []
    build(documents, corpus, progress=again.append)
    assert not any(record["fresh"] for record in again)
    assert everything(corpus) == before
    assert {p: p.stat().st_mtime_ns for p in (corpus / "shards").iterdir()} == times
    last = sorted((documents / "vi").iterdir())[-1]
    last.write_text("\n\n".join(VI[:4]), encoding="utf-8")
    changed: list[dict[str, Any]] = []
    build(documents, corpus, progress=changed.append)
    assert sum(record["fresh"] for record in changed) == 1


@pytest.mark.parametrize("harm", ["no record", "half a record", "half the pairs", "other pairs", "no pairs", "a rest"])
def test_a_shard_that_is_not_whole_is_built_anew(tmp_path: Path, harm: str) -> None:
    documents, corpus = some_documents(tmp_path / "in", 4), tmp_path / "corpus"
    build(documents, corpus)
    before = everything(corpus)
    pairs, record = corpus / "shards" / "00001.tsv", corpus / "shards" / "00001.json"
    if harm == "no record":
        record.unlink()
    elif harm == "half a record":
        record.write_bytes(record.read_bytes()[:100])
    elif harm == "half the pairs":
        pairs.write_bytes(pairs.read_bytes()[:-100])
    elif harm == "other pairs":
        pairs.write_bytes(pairs.read_bytes().replace(b"keep", b"drop"))
    elif harm == "no pairs":
        pairs.unlink()
    else:
        (corpus / "shards" / ".00001.tsv.0badcafe.tmp").write_bytes(b"half")
    build(documents, corpus)
    assert everything(corpus) == before


def test_what_another_run_sweeps_away_is_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    swept: list[Path] = []

    @contextlib.contextmanager
    def taken(path: Path, mode: Any) -> Iterator[Any]:
        with replace_file(path, mode) as file:
            yield file
            if not swept:
                swept.extend(tmp_path.glob(".*"))
                swept[0].unlink()

    monkeypatch.setattr(shards, "replace_file", taken)
    shards.write_bytes(tmp_path / "00001.json", b"{}")
    assert [path.name for path in tmp_path.iterdir()] == ["00001.json"]
    with pytest.raises(InputError, match="cannot be written"):
        shards.write_bytes(tmp_path / "no" / "00001.json", b"{}")


def test_shards_that_the_input_no_longer_has_go_away(tmp_path: Path) -> None:
    documents, corpus = some_documents(tmp_path / "in", 6), tmp_path / "corpus"
    build(documents, corpus)
    for lang in ("en", "vi"):
        for k in (3, 4, 5):
            (documents / lang / f"d{k}.txt").unlink()
    total = build(documents, corpus)
    assert total["documents"] == 3
    assert len(list((corpus / "shards").glob("*.json"))) == total["shards"]
    build(documents, tmp_path / "fresh")
    assert everything(corpus) == everything(tmp_path / "fresh")


def test_parts_make_the_same_corpus(tmp_path: Path) -> None:
    documents = some_documents(tmp_path / "in", 7)
    build(documents, tmp_path / "whole")
    totals = [build(documents, tmp_path / "parts", part=(i, 3)) for i in (3, 1, 2)]
    assert [total["complete"] for total in totals] == [False, False, True]
    assert totals[0]["missing"]
    assert everything(tmp_path / "parts") == everything(tmp_path / "whole")
    with pytest.raises(InputError, match="no such part"):
        build(documents, tmp_path / "parts", part=(4, 3))


def test_a_corpus_of_other_options_or_another_version_is_refused(tmp_path: Path) -> None:
    documents, corpus = some_documents(tmp_path / "in", 2), tmp_path / "corpus"
    build(documents, corpus)
    before = everything(corpus)
    with pytest.raises(InputError, match=r"built otherwise \(found threshold balanced, now strict\)"):
        build(documents, corpus, config=small(threshold="strict"))
    assert everything(corpus) == before
    stored = json.loads((corpus / "corpus.json").read_text("utf-8"))
    old = {**stored, "config": {**stored["config"], "version": "0.0.1"}, "config_digest": "0" * 12}
    (corpus / "corpus.json").write_text(json.dumps(old), encoding="utf-8")
    with pytest.raises(InputError, match=r"found version 0\.0\.1, now"):
        build(documents, corpus)
    build(documents, corpus, rebuild=True)
    assert everything(corpus) == before
    build(documents, corpus, config=small(compress=True), rebuild=True)
    assert not list((corpus / "shards").glob("*.tsv"))


def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    documents = some_documents(tmp_path / "in", 2)
    write(tmp_path / "home", {"thesis.txt": "x"})
    with pytest.raises(InputError, match=r"holds something else \(found thesis\.txt\)"):
        build(documents, tmp_path / "home")
    with pytest.raises(InputError, match="not a folder"):
        build(documents, tmp_path / "home" / "thesis.txt")
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["thesis.txt"]
    write(tmp_path / "layout", {"corpus.json": '{"format": 99}'})
    with pytest.raises(InputError, match=r"another layout \(found format 99\)"):
        build(documents, tmp_path / "layout")


def test_a_corpus_inside_its_input_is_none_of_it(tmp_path: Path) -> None:
    documents = some_documents(tmp_path, 2)
    first = build(documents, documents / "corpus")
    assert build(documents, documents / "corpus") == first


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
        with pytest.raises(InputError, match=r"cannot be written .*the same command goes on where it stopped"):
            write_bytes(tmp_path / "a.tsv", b"x" * 2000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert list(tmp_path.iterdir()) == []


def test_a_shard_is_done_only_with_its_own_input(tmp_path: Path) -> None:
    documents = some_documents(tmp_path / "in", 1)
    (tmp_path / "corpus" / "shards").mkdir(parents=True)
    job = Job(str(tmp_path / "corpus"), str(documents), Shard(0, tuple(listed(documents))), small())
    record = build_shard(job)
    told = {"config": small().digest(), "inputs": record["input"], "compress": False}
    assert read_finished(job.corpus, 0, **told) is not None
    assert read_finished(job.corpus, 0, **{**told, "inputs": "other"}) is None
    assert read_finished(job.corpus, 0, **{**told, "config": "other"}) is None
    assert record["output"] == hashlib.sha256((tmp_path / "corpus/shards/00000.tsv").read_bytes()).hexdigest()


@pytest.mark.parametrize(
    "bad", [{"threshold": "best"}, {"tone": "nice"}, {"shard_bytes": 0}, {"encoding": "klingon"}, {"mine": 1}]
)
def test_a_bad_configuration_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        BuildConfig(**bad)


def test_every_option_decides_and_so_do_the_models(monkeypatch: pytest.MonkeyPatch) -> None:
    glossaries = [NameTable((NameEntry(en, "Huế", "place"),)) for en in ("Hue", "Hué")]
    changes: list[dict[str, Any]] = [
        {}, {"threshold": "strict"}, {"tone": "old"}, {"encoding": "cp1258"}, {"shard_bytes": 1}, {"compress": False},
        *({"glossary": glossary} for glossary in glossaries), {"mine": True},
    ]  # fmt: skip
    digests = {BuildConfig(**change).digest() for change in changes}
    assert len(digests) == len(changes)
    for name in ("VERSION", "data_digest"):
        with monkeypatch.context() as patch:
            patch.setattr(configuration, name, "0" if name.isupper() else lambda: "other")
            assert BuildConfig().digest() not in digests


@pytest.mark.parametrize(
    "change",
    ["id", "en", "vi", "en_text", "vi_text", "licence", "source", "date", "fault", "error"],
)
def test_a_shard_is_built_anew_whatever_its_input_says(tmp_path: Path, change: str) -> None:
    before = Listed("a", "a.txt", "", None, None)
    assert digest_input([before], str(tmp_path)) != digest_input([replace(before, **{change: "other"})], str(tmp_path))
    write(tmp_path, {"a.txt": "x"})
    assert digest_input([Listed("a", "b.txt", "")], str(tmp_path)) != digest_input([before], str(tmp_path))


def test_an_encoding_and_a_glossary_are_used(tmp_path: Path) -> None:
    row = {"id": "z", "en_text": "We left Zorblat.", "vi_text": "Ta rời Kwimp."}
    write(tmp_path, {"m.jsonl": json.dumps(row) + "\n", "in/a.en.txt": "\n\n".join(EN)})
    (tmp_path / "in" / "a.vi.txt").write_bytes(unicodedata.normalize("NFC", "Chào cà phê.").encode("cp1252", "replace"))
    known = NameTable((NameEntry("Zorblat", "Kwimp", "place"),))
    for glossary, found in ((None, True), (known, False)):
        corpus = tmp_path / f"glossary-{found}"
        build(tmp_path / "m.jsonl", corpus, config=small(glossary=glossary))
        assert beads(corpus)["reasons"].str.contains("names_differ").any() == found
    assert build(tmp_path / "in", tmp_path / "utf-8")["set_aside"] == {"document": 1}
    assert build(tmp_path / "in", tmp_path / "cp1252", config=small(encoding="cp1252"))["documents"] == 1


def test_alignment_is_given_the_glossary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known, given = NameTable((NameEntry("Zorblat", "Kwimp", "place"),)), []

    def spy(article: aligner.Article, **options: Any) -> aligner.Alignment:
        given.append(options["glossary"])
        return aligner.align_article(article, **options)

    monkeypatch.setattr(building, "align_article", spy)
    build(some_documents(tmp_path / "in", 1), tmp_path / "corpus", config=small(glossary=known))
    assert given == [known]


def test_the_tables_say_what_the_shards_hold(tmp_path: Path) -> None:
    documents = some_documents(tmp_path / "in", 4)
    write(documents, {"en/long.txt": EN[0] + "\n\nA line\u0085about tea.\n", "vi/long.txt": VI[0] + "\n",
                      "x.en.txt": "x", "y.en.txt": "y"})  # fmt: skip
    total = build(documents, tmp_path / "corpus")
    frame, rows = beads(tmp_path / "corpus"), table(tmp_path / "corpus" / "documents.tsv").set_index("id")
    kept = (frame["decision"] == "keep").groupby(frame["doc_id"]).sum()
    assert rows["kept"].astype(int).to_dict() == kept.to_dict()
    for number, path in enumerate(sorted((tmp_path / "corpus" / "shards").glob("*.tsv"))):
        assert set(rows.index[rows["shard"] == str(number)]) == set(table(path)["doc_id"])
    codes = Counter(code for cell in frame["reasons"] for code in reason_codes(cell))
    assert total["reasons"] == dict(sorted(codes.items()))
    is_pair = (frame["src_ids"] != "") & (frame["trg_ids"] != "")
    bins = (frame["quality"][is_pair].astype(float) * 10).astype(int).clip(upper=9)
    assert total["histogram"] == [int((bins == k).sum()) for k in range(10)]
    assert total["set_aside"] == {"unpaired": 2}
    assert count_documents(documents, tmp_path / "corpus") == 7  # bad ones included


def test_a_corpus_is_not_complete_before_it_is(tmp_path: Path) -> None:
    documents = some_documents(tmp_path / "in", 4)
    build(documents, tmp_path / "corpus", part=(1, 2))
    assert read_corpus(tmp_path / "corpus")["complete"] is False
    build(documents, tmp_path / "corpus", part=(2, 2))
    assert read_corpus(tmp_path / "corpus")["complete"] is True


def test_there_is_no_record_of_pairs_that_are_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    documents, corpus = some_documents(tmp_path / "in", 1), tmp_path / "corpus"
    build(documents, corpus)
    (documents / "vi" / "d0.txt").write_text("\n\n".join(VI[:3]), "utf-8")

    def refuse(path: Path, content: bytes) -> None:
        raise InputError("no space")

    monkeypatch.setattr(shards, "write_bytes", refuse)
    with pytest.raises(InputError, match="no space"):
        build(documents, corpus)
    assert shards.read_record(corpus, 0) is None


class Counting(Executor):
    """Does a job when its result is asked for, and knows how many wait."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error, self.most = error, 0
        self.given: list[Any] = []

    def submit(self, function: Any, /, *arguments: Any, **_: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.given.append(future)
        self.most = max(self.most, sum(not future.done() for future in self.given))
        if self.error is not None and len(self.given) == 3:
            self.given[0].set_exception(self.error)
        elif len(self.given) % 3 == 0:
            for waiting in self.given:
                if not waiting.done():
                    waiting.set_result(function(*arguments))
        return future


def test_no_more_jobs_wait_than_asked_for_and_a_dead_worker_is_told() -> None:
    executor = Counting()
    assert list(collect_results(len, ["a"] * 9, executor, 3)) == [1] * 9
    assert executor.most == 3
    broken = Counting(BrokenExecutor())
    with pytest.raises(InputError, match="a worker died; perhaps it ran out of memory"):
        list(collect_results(len, ["a"] * 9, broken, 3))
    assert len(broken.given) == 3
    assert all(future.cancelled() for future in broken.given[1:])


# Mining what is no translation


def leftovers(folder: Path) -> Path:
    """A manifest of three documents: translations, and two whose sentences have theirs in each other, out of order."""
    other = [(en, vi) for en, vi in zip(ENGLISH, VIETNAMESE, strict=True)]
    sides = {
        "a": ([en for en, _ in PLANTED[:4]] + [en for en, _ in other[:3]], [vi for _, vi in other[2:]]),
        "b": ([en for en, _ in other[3:]], [vi for _, vi in other[:2]] + [vi for _, vi in PLANTED[3::-1]]),
        "c": (EN, VI),
    }
    rows = [
        {"id": id_, "en_text": "\n\n".join(en), "vi_text": "\n\n".join(vi), "licence": f"CC-{id_}", "source": "news"}
        for id_, (en, vi) in sides.items()
    ]
    write(folder, {"m.jsonl": "".join(json.dumps(row) + "\n" for row in rows)})
    return folder / "m.jsonl"


def test_sentences_of_what_is_no_translation_are_mined_on_request(tmp_path: Path) -> None:
    given = leftovers(tmp_path / "in")
    total = build(given, tmp_path / "corpus", config=small(mine=True))
    mined = total["mined"]
    assert mined["documents"] == {"en": 2, "vi": 2}
    assert mined["sentences"] == {"en": 9, "vi": 9}
    frame, rows = beads(tmp_path / "corpus"), table(tmp_path / "corpus" / "documents.tsv").set_index("id")
    found = frame[frame["doc_id"] == "a + b"]
    assert set(zip(found["src_text"], found["trg_text"], strict=True)) == set(PLANTED[:4])
    assert mined["pairs"] == len(found) == mined["kept"]
    assert found["src_ids"].tolist() == ["0", "1", "2", "3"]
    assert found["trg_ids"].tolist() == ["5", "4", "3", "2"]
    texts = {row["id"]: row for row in map(json.loads, given.read_text("utf-8").splitlines())}
    for row in found.to_dict("records"):  # both sides are where they are said to be
        assert texts["a"]["en_text"][int(row["src_start"]) : int(row["src_end"])] == row["src_text"]
        assert texts["b"]["vi_text"][int(row["trg_start"]) : int(row["trg_end"])] == row["trg_text"]
    told = dict(rows.loc["a + b"])
    assert [told[name] for name in ("layout", "licence", "source", "pairs", "kept")] == [
        "mined", "CC-a; CC-b", "news", "4", "4"
    ]  # fmt: skip
    assert total["documents"] == 3
    assert total["counts"]["pairs"] == sum(total["histogram"]) == rows["pairs"].astype(int).sum()
    assert total["counts"]["kept"] == (frame["decision"] == "keep").sum()
    assert not (tmp_path / "corpus" / "mining").exists()
    exported = aligner.export_corpus(tmp_path / "corpus", tmp_path / "out")
    assert "were mined: 4 pairs" in (tmp_path / "out" / "README.md").read_text("utf-8")
    pairs = table(tmp_path / "out" / "pairs.tsv")
    assert exported["pairs"] == {"pairs": len(pairs)}
    assert set(pairs["licence"]) == {"CC-c", "CC-a; CC-b"}
    assert "mined" not in build(given, tmp_path / "plain")


def test_mined_shards_are_the_same_in_parts_and_are_not_mined_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, config = leftovers(tmp_path / "in"), small(mine=True)
    monkeypatch.setattr(leftovers_module, "SHARD_PAIRS", 1)
    total = build(given, tmp_path / "whole", config=config)
    for part in ((2, 2), (1, 2)):
        build(given, tmp_path / "parts", config=config, part=part)
    assert everything(tmp_path / "parts") == everything(tmp_path / "whole")
    with monkeypatch.context() as patch:
        patch.setattr(leftovers_module, "Pool", None)
        assert build(given, tmp_path / "parts", config=config) == total
    rows = given.read_text("utf-8").splitlines()
    given.write_text("\n".join(rows[1:]) + "\n", "utf-8")  # b alone is left over
    assert build(given, tmp_path / "parts", config=config)["mined"]["pairs"] == 0
    build(given, tmp_path / "fresh", config=config)
    assert everything(tmp_path / "parts") == everything(tmp_path / "fresh")


def test_mining_that_was_killed_goes_on_with_other_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given, config = leftovers(tmp_path / "in"), small(mine=True)

    def kill(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(mining, "pair_mutual", kill)
        with pytest.raises(KeyboardInterrupt):
            build(given, tmp_path / "corpus", config=config)
    assert (tmp_path / "corpus" / "mining").exists()
    given.write_text(given.read_text("utf-8").replace("CC-a", "CC-d").replace(ENGLISH[0], ENGLISH[0] * 2), "utf-8")
    build(given, tmp_path / "corpus", config=config)
    build(given, tmp_path / "fresh", config=config)
    assert everything(tmp_path / "corpus") == everything(tmp_path / "fresh")


def test_a_part_that_sees_too_early_that_shards_are_wanting_looks_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, config, looks = leftovers(tmp_path / "in"), small(mine=True), []

    def look(*asked: Any) -> Any:
        looks.append(look_back(*asked))
        return None if len(looks) == 1 else looks[-1]  # another part writes the last one behind this one's back

    look_back = leftovers_module.look_back
    total = build(given, tmp_path / "whole", config=config)
    monkeypatch.setattr(building, "look_back", look)
    assert build(given, tmp_path / "corpus", config=config) == total
    assert len(looks) == 2
    assert everything(tmp_path / "corpus") == everything(tmp_path / "whole")
    looks.clear()
    assert build(given, tmp_path / "whole", config=config, part=(1, 2)) == total  # nothing of the other's went


@pytest.mark.usefixtures("in_threads")
def test_files_without_a_partner_are_mined_too(tmp_path: Path) -> None:
    en = [en for en, _ in PLANTED[:3]] + ENGLISH
    vi = VIETNAMESE + [vi for _, vi in PLANTED[2::-1]]
    write(
        some_documents(tmp_path / "in", 2), {"en/x.txt": "\n\n".join(en), "vi/y.txt": "\n\n".join(vi), "vi/z.txt": ""}
    )
    total = build(tmp_path / "in", tmp_path / "corpus", config=small(mine=True))
    assert total["set_aside"] == {"unpaired": 3}
    assert (total["partners"]["found"], total["mined"]["documents"]) == (0, {"en": 1, "vi": 1})
    rows = table(tmp_path / "corpus" / "documents.tsv").set_index("id")
    told = dict(rows.loc["en/x.txt + vi/y.txt"])
    assert [told[name] for name in ("en", "vi", "pairs")] == ["en/x.txt", "vi/y.txt", "3"]
    done = run(
        "build", tmp_path / "in", "-o", tmp_path / "again", "--mine", "-j", "1", "--plain", "--shard-bytes", "700"
    )
    assert "mined out of 1 English texts (8 sentences) and 1 Vietnamese texts (8 sentences): 3 of" in done.stderr


# The command, processes, kills, clusters


@pytest.mark.slow
def test_the_command_gives_the_same_bytes_with_any_number_of_workers(tmp_path: Path) -> None:
    documents = some_documents(tmp_path / "in", 9)
    for jobs in (1, 3):
        done = run_process("build", documents, "-o", tmp_path / f"c{jobs}", "--jobs", jobs, "--shard-bytes", 700)
        assert done.returncode == 0, done.stderr
        assert "documents: 9; set aside: 0" in done.stderr
        assert done.stdout == ""
    assert everything(tmp_path / "c1") == everything(tmp_path / "c3")
    again = run_process("build", documents, "-o", tmp_path / "c1", "--shard-bytes", 700)
    assert "0 built now" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no/such"], "no such file or folder"),
        ([ROOT / "corpus/articles", "--engine", "dask"], "--engine dask and --scheduler go together"),
        ([ROOT / "corpus/articles", "--shard", "3/2"], "no such part"),
        ([ROOT / "corpus/articles", "--threshold", "best"], "best"),
    ],
)
def test_the_command_says_what_is_wrong(tmp_path: Path, arguments: list[object], said: str) -> None:
    done = run("build", *arguments, "-o", tmp_path / "corpus")
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.slow
def test_a_terminal_shows_how_far_it_is(tmp_path: Path) -> None:
    pty, fcntl, termios = (pytest.importorskip(name) for name in ("pty", "fcntl", "termios"))
    documents = some_documents(tmp_path / "in", 4)
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    call = [sys.executable, "-m", "aligner", "build", str(documents), "-o", str(tmp_path / "corpus"), "--jobs", "1"]
    process = subprocess.Popen(call, cwd=ROOT, stderr=child, stdout=subprocess.PIPE)
    os.close(child)
    shown = b""
    while True:
        try:
            piece = os.read(parent, 4096)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(parent)
    assert process.wait() == 0
    assert "4/4" in shown.decode("utf-8")
    assert "documents/s" in shown.decode("utf-8") or "s/ documents" in shown.decode("utf-8")
    assert "0 set aside" in shown.decode("utf-8")


def larger(folder: Path) -> Path:
    """The project's own articles under several names: seconds of work."""
    for k in range(4):
        for path in (ROOT / "corpus" / "articles").iterdir():
            (folder / f"{k}").mkdir(parents=True, exist_ok=True)
            shutil.copy(path, folder / f"{k}" / path.name)
    return folder


@pytest.mark.slow
def test_kills_at_any_moment_leave_the_same_corpus(tmp_path: Path) -> None:
    documents = larger(tmp_path / "in")
    call = [sys.executable, "-m", "aligner", "build", str(documents), "--shard-bytes", "9000", "--jobs", "2", "-o"]
    subprocess.run([*call, str(tmp_path / "whole")], cwd=ROOT, check=True, capture_output=True)
    rng = random.Random(5)
    for _ in range(3):
        process = subprocess.Popen([*call, str(tmp_path / "killed")], cwd=ROOT, stderr=subprocess.PIPE)
        try:
            process.communicate(timeout=rng.uniform(0.5, 5))
        except subprocess.TimeoutExpired:
            process.kill()  # SIGKILL
            process.communicate()  # until the workers, who have the pipe too, have seen that their parent is gone
    subprocess.run([*call, str(tmp_path / "killed")], cwd=ROOT, check=True, capture_output=True)
    assert everything(tmp_path / "killed") == everything(tmp_path / "whole")


@pytest.mark.slow
def test_a_dask_cluster_builds_the_same_though_a_worker_is_killed(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    documents = larger(tmp_path / "in")
    config = BuildConfig(shard_bytes=9000, compress=False)
    build(documents, tmp_path / "here", config=config)
    killed: list[Any] = []
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        worker = next(iter(cluster.workers.values())).pid

        def kill_one(record: dict[str, Any]) -> None:
            if not killed:
                killed.append(worker)
                os.kill(worker, signal.SIGKILL)

        with connect_dask(cluster.scheduler_address) as executor:
            total = aligner.build_corpus(
                documents, tmp_path / "there", config=config, executor=executor, progress=kill_one
            )
    assert killed
    assert total["complete"]
    assert everything(tmp_path / "there") == everything(tmp_path / "here")


def test_a_cluster_that_does_not_answer_is_an_error() -> None:
    pytest.importorskip("distributed")
    with pytest.raises(InputError, match="no Dask scheduler answers"), connect_dask("nonsense://nowhere"):
        pass
