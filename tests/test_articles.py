"""The door: formats by suffix and by sniffing, names, offsets, and every message for bad input."""

import contextlib
import io
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aligner.documents import articles
from aligner.documents.articles import parse_article, read_article
from aligner.documents.formats import FORMATS, document_suffixes
from aligner.errors import InputError
from tests.growth import assert_linear, shortened

EN, VI = "The old town is quiet at night.", "Phố cổ yên tĩnh vào ban đêm."
EN_2, VI_2 = "Lanterns hang above every door.", "Đèn lồng treo trên mỗi cánh cửa."
SAMPLES = {
    "plain": f"{EN}\n\n  • {VI}\n\n{EN_2}\n\n  • {VI_2}\n",
    "table": f"{EN}\t{VI}\n{EN_2}\t{VI_2}\n",
    "markdown table": f"a | b\n--|--\n{EN} | {VI}\n{EN_2} | {VI_2}\n",
    "comments": f"<!--\n{EN}\n-->\n{VI}\n<!--\n{EN_2}\n-->\n{VI_2}\n",
    "headings": f"# {EN}\n\n# {VI}\n\n{EN_2}\n\n{VI_2}\n",
    "page": f"<!-- a page -->\n<!DOCTYPE html><p>{EN}<p>{VI}<p>{EN_2}<p>{VI_2}",
    "subtitles": f"1\n00:00:01,000 --> 00:00:02,000\n{EN}\n{VI}\n\n2\n00:00:03,000 --> 00:00:04,000\n{EN_2}\n{VI_2}\n",
    "fragment": f"<div>{EN}<br>{VI}</div><div>{EN_2}<br>{VI_2}</div>",
}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_format_is_told_from_the_text(name: str) -> None:
    article = parse_article(SAMPLES[name])
    assert [s.text for s in article.source if s.text != "a"] == [EN, EN_2]
    assert [s.text for s in article.target if s.text != "b"] == [VI, VI_2]
    assert [article.source_text[s.start : s.end] for s in article.source] == [s.text for s in article.source]
    assert article.name == ""


TEXT_SUFFIXES = [suffix for row in FORMATS if not row.is_binary for suffix in row.suffixes]


@pytest.mark.parametrize("suffix", ["", ".TXT", ".news", ".MD", *TEXT_SUFFIXES])
def test_the_format_is_told_from_the_suffix(tmp_path: Path, suffix: str) -> None:
    subtitles = dict.fromkeys((".srt", ".vtt", ".ass", ".ssa"), "subtitles")
    kind = {".html": "page", ".htm": "page", ".xhtml": "page", ".tsv": "table", **subtitles}.get(suffix, "headings")
    path = tmp_path / f"town{suffix}"
    path.write_text(SAMPLES[kind], "utf-8")
    article = read_article(path)
    assert [s.text for s in article.source] == [EN, EN_2]
    assert [s.text for s in article.target] == [VI, VI_2]
    assert article.name == f"town{suffix}"


def test_a_suffix_overrules_the_text(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text(f"# {EN}\t{VI}\n", "utf-8")
    assert read_article(tmp_path / "a.tsv").source[0].text == f"# {EN}"


def test_docx(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    for text in (EN, VI, EN_2, VI_2):
        document.add_paragraph(text)
    document.save(str(tmp_path / "town.docx"))
    article = read_article(tmp_path / "town.docx")
    assert article.layout == "paragraphs"
    assert [s.text for s in article.target] == [VI, VI_2]
    (tmp_path / "town.docx").write_bytes(b"no archive")
    with pytest.raises(InputError, match=r"town.docx: not a DOCX file"):
        read_article(tmp_path / "town.docx")


def test_two_files_in_two_encodings(tmp_path: Path) -> None:
    (tmp_path / "en.txt").write_text(EN, "utf-8")
    (tmp_path / "vi.md").write_text(f"# {VI}\n", "utf-16")
    article = read_article(tmp_path / "en.txt", tmp_path / "vi.md")
    assert (article.layout, article.name) == ("two-files", "en.txt")
    assert (article.source_text, article.target_text) == (EN, f"# {VI}\n")
    assert article.target[0].text == VI


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SAMPLES["plain"].encode())))
    article = read_article("-")
    assert (article.layout, article.name) == ("bulleted", "")


def test_an_encoding_by_option(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(
        "Nous sommes là: the town is quiet.\nPho co yen tinh vao ban dem.".encode("latin-1")
    )
    assert "là" in read_article(tmp_path / "a.txt", encoding="latin-1").source_text


@pytest.mark.parametrize("text", [f"{EN}\r\n{VI}\r\n", f"{EN}\r{VI}\r", f"# {EN}\r\n\r\n{VI}\r\n"])
def test_offsets_fit_the_string_given_whatever_its_line_breaks(text: str) -> None:
    article = parse_article(text)
    assert [text[s.start : s.end] for s in (*article.source, *article.target)] == [EN, VI]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no text (found nothing); give text in English and Vietnamese"),
        (" \n\u00a0\n", "no text (found only white space or markup); give text in English and Vietnamese"),
        ("<p><br></p>", "no text (found nothing); give text in English and Vietnamese"),
        (
            f"{EN}\n{VI}\0",
            "line 2: a NUL character (found U+0000 at character 60); decode the text with its right encoding",
        ),
        (
            f"{EN}\ud83d",
            "line 1: a lone surrogate (found U+D83D at character 31); decode the text with its right encoding",
        ),
        (
            EN,
            "no Vietnamese text (found 1 English block); give both files: an English and a Vietnamese one",
        ),
    ],
)
def test_a_bad_string_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        parse_article(text)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b"\n \n", "no text (found only white space or markup); give text in English and Vietnamese"),
        (b"\x89PNG", "not a text file (found a PNG image, by its first bytes); save it as one of {known}"),
        (b"The\0town", "binary data (found a NUL at byte 3); save it as plain text in UTF-8"),
        (
            EN.encode(),
            "no Vietnamese text (found 1 English block); give both files: an English and a Vietnamese one",
        ),
    ],
)
@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".tsv"])
def test_a_bad_file_is_refused_by_name(tmp_path: Path, suffix: str, data: bytes, message: str) -> None:
    if suffix == ".html":
        message = message.replace("only white space or markup", "nothing")
    path = tmp_path / f"bad{suffix}"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_article(path)
    assert str(caught.value) == f"{path}: {message.replace('{known}', ' '.join(document_suffixes()))}"


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".tsv"])
@pytest.mark.parametrize(("data", "encoding"), [(b"+2AA-", "utf-7"), (rb"\ud800", "unicode_escape")])
def test_a_lone_surrogate_that_an_encoding_gives(tmp_path: Path, suffix: str, data: bytes, encoding: str) -> None:
    path = tmp_path / f"bad{suffix}"
    path.write_bytes(b"The town\n" + data)
    with pytest.raises(InputError, match=r"bad\.\w+:2: a lone surrogate .found U\+D800 at character 9"):
        read_article(path, encoding=encoding)


def test_refuses_standard_input_twice() -> None:
    with pytest.raises(InputError, match="standard input cannot be both files"):
        read_article("-", "-")


def test_a_table_with_a_few_lines_without_a_tab() -> None:
    article = parse_article(f"{EN}\t{VI}\nUnit 2\n{EN_2}\t{VI_2}\n{EN}\t{VI}\n")
    assert article.layout == "columns"
    assert [s.text for s in article.target] == [VI, VI_2, VI]


def test_front_matter_tells_markdown() -> None:
    article = parse_article(f"---\ntitle: {EN_2}\n---\n\n{EN}\n\n{VI}\n")
    assert "---" not in " ".join(s.text for s in (*article.source, *article.target))
    assert article.target[0].text == VI


def test_refuses_files(tmp_path: Path) -> None:
    en, vi = tmp_path / "en.txt", tmp_path / "vi.txt"
    en.write_text(EN, "utf-8")
    vi.write_text(VI, "utf-8")
    with pytest.raises(InputError, match=r"none.txt: no such file"):
        read_article(en, tmp_path / "none.txt")
    with pytest.raises(InputError, match=r"this is a folder; give a file"):
        read_article(tmp_path)
    with pytest.raises(InputError, match=r"vi.txt, .*en.txt: the files are swapped"):
        read_article(vi, en)
    with pytest.raises(InputError, match=r"en.txt, .*en.txt: both files are English"):
        read_article(en, en)
    vi.write_bytes(b"\xfe l\xf8n")
    with pytest.raises(InputError, match=r"vi.txt:1: not UTF-8 .found bytes FE 20 at byte 0"):
        read_article(en, vi)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        EN + " " + (EN + " ") * 10_000 + "\n" + (VI + " ") * 10_000,
        " " * 1_000_000 + f"{EN}\n{VI}",
        "# x\n\n" + "<!-- " * 200_000,
        "<p>" + "<a " * 300_000,
        "<p>" + "<!--x>" * 150_000,
        "<p>" + "<a '\"" * 200_000,
        "|" * 500_000 + "\n|-|\n",
        "# x\n\n" + "> " * 500_000,
        "\t" * 500_000 + "x",
    ],
    ids=lambda text: text[:10],
)
def test_long_lines_take_linear_time(text: str) -> None:
    def parse(n: int) -> None:
        with contextlib.suppress(InputError):
            parse_article(shortened(text, n))

    assert_linear(parse, len(text))


@pytest.mark.slow
@pytest.mark.parametrize("row", ["| ab | cd |\n", "|x\n", "x|\n", "ab\tcd\n"])
def test_rows_of_two_characters_take_linear_time(row: str) -> None:
    def parse(n: int) -> None:
        with contextlib.suppress(InputError):
            parse_article(("|a|b|\n|-|-|\n" if "|" in row else "") + row * (n // len(row)))

    assert_linear(parse, 80_000)


@settings(max_examples=30)
@given(st.text(max_size=80))
def test_any_text_is_an_article_or_an_input_error(text: str) -> None:
    for sample in (
        text,
        f"{EN}\n\n{VI}\n\n{text}",
        f"<p>{EN}<p>{VI}<p>{text}",
        f"{EN}\t{VI}\n{text}\t{text}",
        f"# {EN}\n\n{VI}\n{text}",
    ):
        with contextlib.suppress(InputError):
            parse_article(sample)


def test_a_line_that_no_article_has_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(articles, "MAX_LINE", 40)
    path = tmp_path / "a.txt"
    path.write_text("It rained.\n\nTrời mưa.\n\n" + "It rained. " * 8 + "\n", "utf-8")
    with pytest.raises(InputError, match=r"a\.txt:5: too long a line \(found 88 characters\); cut the file"):
        read_article(path)
