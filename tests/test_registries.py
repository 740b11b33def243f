"""The registries of formats: a row is all that a new format needs, and the docs have the same rows."""

import gzip
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import aligner
from aligner.cli import main
from aligner.corpus.exports.export import export_formats
from aligner.documents import formats as documents
from aligner.documents.blocks import Document
from aligner.documents.plain import plain_document
from aligner.errors import InputError
from aligner.files.whole import read_text, write_text
from aligner.pairs import formats as pairs
from aligner.pairs.chunks import Chunk, Source, Tally, Target
from aligner.pairs.sidecars import SIDECAR, beside, read_signature
from aligner.pairs.tables import write_tsv

ROOT = Path(__file__).parents[1]
EN, VI = "The shop opens at nine o'clock.", "Cửa hàng mở cửa lúc chín giờ."


def docs_table(page: str, first: str) -> list[list[str]]:
    """Rows of the table of a page whose first column is called so, without its head; marks of code left out."""
    lines = (ROOT / "docs" / page).read_text("utf-8").split("\n")
    at = next(k for k, line in enumerate(lines) if line.startswith(f"| {first} |"))
    rows = []
    for line in lines[at + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().replace("`", "") for cell in line.strip("|").split("|")])
    return rows


def built(documents_folder: Path, corpus: Path) -> dict[str, Any]:
    """A corpus that a thread builds: other processes would not know the row that a test adds."""
    with ThreadPoolExecutor(1) as executor:
        return aligner.build_corpus(documents_folder, corpus, executor=executor)


def help_of(verb: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit):
        main([verb, "--help"])
    return " ".join(capsys.readouterr().out.split())


# Documents ------------------------------------------------------------------------------------------------------------


def shouted(data: bytes) -> Document:
    """A format of bytes that no other is: letters turned about, behind a mark."""
    if not data.startswith(b"SHOUT"):
        raise InputError("not shouted", found=repr(data[:5]), todo="shout")
    return plain_document(data.removeprefix(b"SHOUT").decode("utf-8").swapcase())


@pytest.fixture
def _with_shout(monkeypatch: pytest.MonkeyPatch) -> None:
    row = documents.Format("shout", (".shout",), shouted, is_binary=True)
    monkeypatch.setattr(documents, "FORMATS", (row, *documents.FORMATS))


@pytest.mark.usefixtures("_with_shout")
def test_a_row_makes_a_format_of_documents_known_everywhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.shout").write_bytes(b"SHOUT" + f"{EN}\n\n{VI}\n".swapcase().encode())
    assert aligner.read_article(folder / "a.shout").source[0].text == EN
    assert main(["align", str(folder / "a.shout"), "-o", str(tmp_path / "a.tsv")]) == 0
    assert VI in (tmp_path / "a.tsv").read_text("utf-8")
    total = built(folder, tmp_path / "corpus")
    assert (total["documents"], total["passed_over"]) == (1, {})
    capsys.readouterr()
    assert all(".shout" in help_of(verb, capsys) for verb in ("align", "names", "build"))
    (folder / "b.shout").write_bytes(b"whispered")
    with pytest.raises(InputError, match=r"b\.shout: not shouted \(found b'whisp'\); shout"):
        aligner.read_article(folder / "b.shout")
    (tmp_path / "c.txt").write_bytes(b"\x89PNG\r\n")
    with pytest.raises(InputError, match=r"a PNG image.*save it as one of \.shout "):
        aligner.read_article(tmp_path / "c.txt")
    (tmp_path / "none").mkdir()
    with pytest.raises(InputError, match=r"no documents \(found files: none\).* a folder of \.shout "):
        built(tmp_path / "none", tmp_path / "other")


def test_without_the_row_it_is_passed_over_counted_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    (folder / "more").mkdir(parents=True)
    for name in ("z.shout", "more/b.shout", "more/a.JPG", "README", ".hidden"):
        (folder / name).write_bytes(b"SHOUT")
    corpus = tmp_path / "corpus"
    with pytest.raises(InputError, match=r"no documents \(found files: 2 \.shout, 1 without a suffix, 1 \.jpg\)"):
        built(folder, corpus)
    (folder / "a.md").write_text(f"{EN}\n\n{VI}\n", "utf-8")
    assert main(["build", str(folder), "-o", str(corpus), "-j", "1"]) == 0
    told = capsys.readouterr().err
    assert "passed over, files by suffix: 2 .shout, 1 .jpg, 1 without a suffix; passed_over.tsv names them" in told
    expected = "path\tsuffix\nREADME\t\nz.shout\t.shout\nmore/a.JPG\t.jpg\nmore/b.shout\t.shout\n"
    assert (corpus / "passed_over.tsv").read_text("utf-8") == expected
    assert json.loads((corpus / "corpus.json").read_text("utf-8"))["passed_over"] == {"": 1, ".jpg": 1, ".shout": 2}


def test_the_docs_have_the_formats_of_documents() -> None:
    found = {tuple(row[:2]) for row in docs_table("articles.md", "format")}
    assert found == {
        (row.name + (f" (extra {row.extra})" if row.extra else ""), " ".join(row.suffixes)) for row in documents.FORMATS
    }


def test_no_other_module_knows_a_suffix_of_documents() -> None:
    """A manifest (.tsv, .jsonl) and formats of pairs have suffixes of their own, which some documents share."""
    own = {".xhtml", ".mdx", ".markdown", ".docx", ".text"}
    for path in sorted((ROOT / "aligner").rglob("*.py")):
        if path.relative_to(ROOT).as_posix() != "aligner/documents/formats.py":
            assert own.isdisjoint(re.findall(r"""["'](\.[a-z]+)["']""", path.read_text("utf-8"))), path


# Pairs ----------------------------------------------------------------------------------------------------------------


def read_bars(source: Source, tally: Tally) -> Iterator[Chunk]:
    """A format that no other is: the two texts with bars between them."""
    tally.signature = read_signature(source.path, tally)
    lines = [line.split("||") for line in read_text(source.path, encoding=source.encoding).splitlines()]
    yield {"src_text": [line[0] for line in lines], "trg_text": [line[1] for line in lines]}


def write_bars(chunks: Iterator[Chunk], target: Target, tally: Tally) -> None:
    with beside(target, tally):
        lines = []
        for chunk in chunks:
            lines += [f"{en}||{vi}\n" for en, vi in zip(chunk["src_text"], chunk["trg_text"], strict=True)]
        tally.pairs = len(lines)
        write_text(target.path, "".join(lines))


@pytest.fixture
def _with_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    row = pairs.Format("bars", (".bars",), read_bars, write_bars, is_text=False, columns=("src_text", "trg_text"))
    monkeypatch.setattr(pairs, "FORMATS", (*pairs.FORMATS, row))


@pytest.mark.usefixtures("_with_bars")
def test_a_row_makes_a_format_of_pairs_known_everywhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.bars").write_text(f"{EN}||{VI}\n", "utf-8")
    (tmp_path / "in.txt").write_text(f"{EN}\n\n{VI}\n", "utf-8")
    bars, tsv, corpus = (str(tmp_path / name) for name in ("a.bars", "a.tsv", "corpus"))
    for words in (
        ["convert", bars, tsv],
        ["convert", tsv, str(tmp_path / "b.bars")],
        ["convert", tsv, str(tmp_path / "c.bars"), "--to", "bars"],
        ["score", bars, "-o", str(tmp_path / "d.bars")],
        ["align", str(tmp_path / "in.txt"), "-o", str(tmp_path / "e.bars")],
        ["deduplicate", bars, "--exact", "-o", str(tmp_path / "f.bars")],
        ["report", bars, "-o", str(tmp_path / "g.html")],
        ["describe", bars, "--format", "bars"],
    ):
        assert main(words) == 0, capsys.readouterr().err
    assert {path.read_text("utf-8") for path in tmp_path.glob("*.bars")} == {f"{EN}||{VI}\n"}
    (tmp_path / "manifest.tsv").write_text("id\ten\nrain\tin.txt\n", "utf-8")
    built(tmp_path / "manifest.tsv", tmp_path / "corpus")
    out = tmp_path / "exported"
    assert main(["export", corpus, "-o", str(out), "--format", "bars", "--threshold", "recall"]) == 0
    assert {path.name for path in out.iterdir()} == {
        "pairs.bars", f"pairs.bars{SIDECAR}", "README.md", "croissant.json", "documents.tsv", "MANIFEST.tsv"
    }  # fmt: skip
    assert "Columns: `src_text`, `trg_text`.\n" in (out / "README.md").read_text("utf-8")
    assert "bars" in export_formats()
    assert "bars.gz" not in export_formats()
    capsys.readouterr()
    for verb, word in (("convert", ".bars"), ("score", ".bars"), ("align", ".bars"), ("deduplicate", ".bars"),
                       ("report", ".bars"), ("describe", ".bars"), ("export", "bars")):  # fmt: skip
        assert word in help_of(verb, capsys), verb
    for call in (
        lambda: list(aligner.read_pairs(__file__)),
        lambda: list(aligner.read_pairs("a", format="ods")),
        lambda: aligner.write_pairs(pd.DataFrame(), "a.ods"),
        lambda: aligner.export_corpus(corpus, tmp_path / "x", format="ods"),
    ):
        with pytest.raises(InputError, match=r"\bbars\b"):
            call()


def test_without_the_row_no_command_knows_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.bars").write_text(f"{EN}||{VI}\n", "utf-8")
    assert main(["convert", str(tmp_path / "a.bars"), str(tmp_path / "a.tsv")]) == 2
    told = capsys.readouterr().err
    assert "unknown format (found .bars); name it .tsv" in told
    assert ".csv, give its format (--format)" in told


def test_the_docs_have_the_formats_of_pairs() -> None:
    found = {row[0].split(" ")[0]: row for row in docs_table("formats.md", "format")}
    assert list(found) == [row.name for row in pairs.FORMATS]
    for row in pairs.FORMATS:
        name, suffixes, read, written, columns, signed = found[row.name]
        assert ("extra" in name, f"(extra {row.extra})" in name) == (bool(row.extra), bool(row.extra))
        assert re.findall(r"\.[a-z]+", suffixes)[: len(row.suffixes)] == list(row.suffixes)
        assert set(re.findall(r"\.[a-z]+", suffixes)) == set(filter(None, (*row.suffixes, *row.also)))
        assert (read.startswith("yes"), written) == (row.read is not None, "yes" if row.write else "no")
        named = set(re.findall(r"[a-z]+(?:_[a-z]+)+|decision", columns))
        assert named == set(row.columns or ()), row.name
        assert ("sidecar" in signed) == (row.name in SIDECARS)


SIDECARS = {"tsv", "csv", "jsonl", "moses", "huggingface"}
"""Formats that have no place for a signature; all others say in the file what made it."""


def test_pairs_and_documents_know_the_same_subtitles() -> None:
    rows = [row for row in (*documents.FORMATS, *documents.UNREAD) if row.name.startswith("subtitles")]
    assert sorted(pairs.SUBTITLES) == sorted(suffix for row in rows for suffix in row.suffixes)


def test_no_other_module_knows_a_suffix_of_pairs() -> None:
    own = {".tmx", ".ndjson", ".xlf", ".xliff", ".xlsx", ".parquet", ".sent", ".tab"}
    for path in sorted((ROOT / "aligner").rglob("*.py")):
        where = path.relative_to(ROOT).as_posix()
        known = {".parquet"} if where == "aligner/pairs/huggingface.py" else set()  # the file that it is asked for
        known |= {".xlsx"} if where == "aligner/documents/formats.py" else set()  # a workbook is a document as well
        known |= {".ndjson"} if where == "aligner/corpus/documents.py" else set()  # of a manifest
        if where != "aligner/pairs/formats.py":
            assert own.intersection(re.findall(r"""["'](\.[a-z]+)["']""", path.read_text("utf-8"))) <= known, path


# The signature --------------------------------------------------------------------------------------------------------

HOSTILE = 'v|1 & <2> "x" \u2028 — ệ'


@pytest.mark.parametrize("row", [row for row in pairs.FORMATS if row.write], ids=lambda row: row.name)
def test_every_format_says_what_made_it_once_a_file(tmp_path: Path, row: pairs.Format) -> None:
    frame = pd.DataFrame({"src_text": [EN] * 3, "trg_text": [VI] * 3})
    path = tmp_path / f"a{row.suffix}"
    told = aligner.write_pairs(frame, path, format=row.name, signature="made|so")
    assert told["signature"] == "made|so"
    sidecars = list(tmp_path.rglob(f"*{SIDECAR}"))
    assert len(sidecars) == (row.name in SIDECARS)
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path not in sidecars]
    if sidecars:
        assert all(b"made|so" not in file.read_bytes() for file in files)
        record = json.loads(sidecars[0].read_text("utf-8"))
        size = Path(str(sidecars[0]).removesuffix(SIDECAR)).stat().st_size
        assert record == {"tool": "envi-aligner", "version": aligner.__version__, "signature": "made|so", "bytes": size,
                          "pairs": 3, "replaced": 0, "guarded": 0, "cut": 0, "left_out": {}}  # fmt: skip
    elif row.name not in ("parquet", "xlsx"):
        assert sum(file.read_bytes().count(b"made|so") for file in files) == 1
    if row.read is not None:
        (found,) = aligner.read_pairs(path, format=row.name)
        assert found.attrs["signature"] == "made|so"
        assert "signature" not in found


@pytest.mark.parametrize("way", [".tsv", ".tsv.gz", ".jsonl", ".tmx.gz", ".parquet"])
def test_the_signature_goes_on_from_file_to_file(tmp_path: Path, way: str) -> None:
    frame = pd.DataFrame({"src_text": [EN], "trg_text": [VI]})
    frame.attrs["signature"] = HOSTILE
    aligner.write_pairs(frame, tmp_path / f"a{way}")
    for suffix in (".tsv", ".jsonl.zst", ".tmx", ".parquet"):
        told = aligner.convert_pairs(tmp_path / f"a{way}", tmp_path / f"b{suffix}")
        (found,) = aligner.read_pairs(tmp_path / f"b{suffix}")
        assert (told["signature"], found.attrs["signature"]) == (HOSTILE, HOSTILE)
    total = aligner.score_file(tmp_path / f"a{way}", tmp_path / "c.tsv")
    assert total["signature"].startswith(f"{HOSTILE} + envi-aligner|v:")
    (found,) = aligner.read_pairs(tmp_path / "c.tsv")
    assert found.attrs["signature"] == total["signature"]
    again = aligner.score_file(tmp_path / "c.tsv", tmp_path / "d.tmx")["signature"]
    assert again == total["signature"]  # each once


def test_a_file_that_was_changed_has_lost_its_signature_and_that_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.tsv"
    aligner.write_pairs(pd.DataFrame({"src_text": [EN], "trg_text": [VI]}), path, signature="s")
    with path.open("a", encoding="utf-8") as file:
        file.write("More.\tNữa.\n")
    (found,) = aligner.read_pairs(path)
    assert "signature" not in found.attrs
    assert found.attrs["skipped"] == {"signatures of other bytes": 1}
    assert main(["convert", str(path), str(tmp_path / "b.tsv")]) == 0
    assert "not read: 1 signatures of other bytes" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"tool": "another"}', "{" * 100_000])
def test_a_file_of_others_in_the_place_of_a_sidecar_is_left_alone(tmp_path: Path, content: str) -> None:
    path, other = tmp_path / "a.tsv", tmp_path / f"a.tsv{SIDECAR}"
    path.write_text(f"{EN}\t{VI}\n", "utf-8")
    other.write_text(content, "utf-8")
    (found,) = aligner.read_pairs(path)
    assert found.attrs == {"skipped": {"sidecars of other tools": 1}}
    with pytest.raises(InputError, match=r"a\.tsv\.meta\.json: a file of another tool"):
        aligner.write_pairs(found, path)
    assert (path.read_text("utf-8"), other.read_text("utf-8")) == (f"{EN}\t{VI}\n", content)


def test_what_fails_half_way_leaves_the_old_sidecar(tmp_path: Path) -> None:
    frame = pd.DataFrame({"src_text": [EN], "trg_text": [VI]})

    def broken() -> Iterator[pd.DataFrame]:
        yield frame
        raise InputError("stop")

    aligner.write_pairs(frame, tmp_path / "a.tsv", signature="old")
    with pytest.raises(InputError, match="stop"):
        aligner.write_pairs(broken(), tmp_path / "a.tsv", signature="new")
    (found,) = aligner.read_pairs(tmp_path / "a.tsv")
    assert found.attrs["signature"] == "old"


def test_standard_output_and_devices_have_no_sidecar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    frame = pd.DataFrame({"src_text": [EN], "trg_text": [VI]})
    for path in ("-", "/dev/null"):
        assert aligner.write_pairs(frame, path, format="tsv", signature="s")["signature"] == "s"
    assert list(tmp_path.iterdir()) == []
    assert not Path(f"/dev/null{SIDECAR}").exists()


def test_frames_have_no_column_of_it(tmp_path: Path) -> None:
    alignment = aligner.align([EN], [VI])
    for options in ({}, {"moved": True}, {"names": "vietnamese"}, {"nulls": True, "moved": True}):
        frame = alignment.to_frame(**options)
        assert "signature" not in frame
        assert frame.attrs["signature"].startswith(alignment.signature)
    scored = aligner.score_pairs(alignment.to_frame())
    assert "signature" not in scored
    assert scored.attrs["signature"].startswith(f"{alignment.signature} + ")
    alignment.to_tsv(tmp_path / "a.tsv")
    (found,) = aligner.read_pairs(tmp_path / "a.tsv")
    assert found.attrs["signature"] == alignment.signature


def test_the_commands_carry_it_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in.txt").write_text(f"{EN}\n\n{VI}\n", "utf-8")
    a, b, page = (str(tmp_path / name) for name in ("a.tsv", "b.tmx", "c.html"))
    assert main(["align", str(tmp_path / "in.txt"), "-o", a]) == 0
    signature = json.loads((tmp_path / f"a.tsv{SIDECAR}").read_text("utf-8"))["signature"]
    capsys.readouterr()
    assert main(["deduplicate", a, "--exact", "-o", b]) == 0
    assert f"signature: {signature}\n" in capsys.readouterr().err
    assert main(["convert", b, "-"]) == 0
    assert f"signature: {signature}\n" in capsys.readouterr().err
    assert main(["report", a, "-o", page]) == 0
    assert json.dumps(signature) in Path(page).read_text("utf-8")
    assert main(["report", a, "--score", "-o", page]) == 0
    assert f'"{signature} + ' in Path(page).read_text("utf-8")


def test_the_signature_of_a_corpus_is_that_of_its_frames_and_files(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text(f"{EN}\n\n{VI}\n", "utf-8")
    (tmp_path / "manifest.tsv").write_text("id\ten\nrain\tin.txt\n", "utf-8")
    total = built(tmp_path / "manifest.tsv", tmp_path / "corpus")
    ((frame, _),) = aligner.read_shards(tmp_path / "corpus")
    assert frame.attrs["signature"] == total["signature"]
    (shard,) = (tmp_path / "corpus" / "shards").glob("*.gz")
    assert b"envi-aligner" not in gzip.decompress(shard.read_bytes())
    aligner.export_corpus(tmp_path / "corpus", tmp_path / "out", threshold="recall")
    (found,) = aligner.read_pairs(tmp_path / "out" / "pairs.tsv")
    assert found.attrs["signature"].startswith(f"{total['signature']}|export:tsv|")
    assert f"pairs.tsv{SIDECAR}\t" in (tmp_path / "out" / "MANIFEST.tsv").read_text("utf-8")


def test_what_is_read_is_written() -> None:
    assert pairs.input_formats().keys() <= pairs.output_formats().keys()


def test_a_file_without_a_signature_keeps_no_sidecar_of_another(tmp_path: Path) -> None:
    frame = aligner.align(["It rained."], ["Trời mưa."]).to_frame()
    write_tsv(frame, tmp_path / "a.tsv")
    assert (tmp_path / f"a.tsv{SIDECAR}").exists()
    frame.attrs.clear()
    write_tsv(frame, tmp_path / "a.tsv")
    assert not (tmp_path / f"a.tsv{SIDECAR}").exists()
    (tmp_path / f"a.tsv{SIDECAR}").write_text('{"tool": "another"}', "utf-8")
    write_tsv(frame, tmp_path / "a.tsv")
    assert (tmp_path / f"a.tsv{SIDECAR}").exists()
