"""The registries of formats: a row is all that a new format needs, and the docs have the same rows."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import aligner
from aligner.cli import main
from aligner.documents import formats as documents
from aligner.documents.blocks import Document
from aligner.documents.plain import plain_document
from aligner.errors import InputError

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
    (tmp_path / "c.txt").write_bytes(b"%PDF-1.7")
    with pytest.raises(InputError, match=r"a PDF file.*save it as one of \.shout "):
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
