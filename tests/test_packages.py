"""Hostile packages: what unpacks to much, nests without end or declares entities ends soon, in one line."""

import io
import zipfile

import pytest

from aligner.documents.docx import docx_document
from aligner.documents.epub import epub_document
from aligner.documents.odt import odt_document
from aligner.documents.pptx import pptx_document
from aligner.documents.rtf import rtf_document
from aligner.documents.xlsx import xlsx_document
from aligner.errors import InputError
from aligner.files import packages
from tests import office_files as made
from tests.growth import assert_linear
from tests.office_files import wp, wr

BOMBS = {
    "three million empty paragraphs": (docx_document, made.docx("<w:p/>" * 3_000_000)),
    "fewer of them": (docx_document, made.docx("<w:p/>" * 600_000)),
    "one long text": (docx_document, made.docx(wp(wr("a" * 60_000_000)))),
    "empty paragraphs of OpenDocument": (odt_document, made.odt("<text:p/>" * 500_000)),
    "empty shapes": (pptx_document, made.pptx(["<p:sp/>" * 500_000])),
    "empty cells": (xlsx_document, made.xlsx({"a": "<x:c/>" * 500_000})),
    "an empty page": (epub_document, made.epub({"a.xhtml": made.page("<p/>" * 900_000)})),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_small_file_that_unpacks_to_much_is_refused(name: str) -> None:
    read, data = BOMBS[name]
    assert len(data) < 100_000
    with pytest.raises(InputError, match=r"^too large a file \(found [\d,]+ (bytes unpacked|elements)") as caught:
        read(data)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("read", "data"),
    [
        (docx_document, made.docx("<w:tbl><w:tr><w:tc>" * 5000 + "</w:tc></w:tr></w:tbl>" * 5000)),
        (docx_document, made.docx("<w:p><w:r>" * 5000 + "</w:r></w:p>" * 5000)),
        (odt_document, made.odt("<text:section>" * 5000 + "</text:section>" * 5000)),
        (pptx_document, made.pptx(["<p:grpSp>" * 5000 + "</p:grpSp>" * 5000])),
    ],
)
def test_a_nesting_without_end_is_refused(read, data: bytes) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=r"^too deep a nesting"):
        read(data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_entities_are_refused(encoding: str) -> None:
    lines = "".join(f'<!ENTITY a{k} "&a{k - 1};&a{k - 1};">' for k in range(1, 30))
    document = f'<!DOCTYPE d [<!ENTITY a0 "ha">{lines}]><d>&a29;</d>'
    data = made.archive({"x": "x", "word/document.xml": document.encode(encoding)})
    with pytest.raises(InputError, match="a DOCX file that declares entities"):
        docx_document(data)


def test_archives_in_archives_are_left_where_they_are() -> None:
    text = made.xml("w:document", f"<w:body>{wp(wr('Hello.'))}</w:body>")
    inner = made.docx(wp(wr("Hello.")))
    for _ in range(6):
        inside = {f"word/media/{k}.zip": inner for k in range(16)}
        inner = made.archive({"x": "x", **inside, "word/document.xml": text})
    assert docx_document(inner).text == "Hello."


def test_a_locked_archive_is_told() -> None:
    data = bytearray(made.docx(wp(wr("x"))))
    for k, sign in ((6, b"PK\x03\x04"), (8, b"PK\x01\x02")):  # the flag of encryption, in both headers of each part
        at = data.find(sign)
        while at >= 0:
            data[at + k] |= 1
            at = data.find(sign, at + 4)
    with pytest.raises(InputError, match="a DOCX file locked by a password; save it without one"):
        docx_document(bytes(data))


def test_parts_are_found_without_regard_to_case_and_slashes() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("Word\\Document.xml", made.xml("w:document", f"<w:body>{wp(wr('Hello.'))}</w:body>"))
    assert docx_document(buffer.getvalue()).text == "Hello."


@pytest.mark.slow
@pytest.mark.parametrize(
    "one",
    [
        f"<w:tc>{wp(wr('a'))}</w:tc>",
        wp(wr("a")),
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>',
        "<w:p><w:r><w:t>A</w:t><w:br/></w:r></w:p>",
        "<w:del><w:r/></w:del>",
    ],
)
def test_reading_docx_takes_linear_time(one: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "_FREE_ELEMENTS", 10**7)
    monkeypatch.setattr(packages, "_FREE_BYTES", 10**8)
    data: dict[int, bytes] = {}

    def read(n: int) -> None:
        docx_document(data.setdefault(n, made.docx(f"<w:tbl><w:tr>{one * n}</w:tr></w:tbl>")))

    assert_linear(read, 16_000)


@pytest.mark.slow
@pytest.mark.parametrize(
    "one", ["{", "{\\b a}", "a\\cell\\row ", "\\'e1", "\\u7879?", "{\\f1 aaaa}", "{\\footnote a\\par}", "\\u-10179?"]
)
def test_reading_rtf_takes_linear_time(one: str) -> None:
    def read(n: int) -> None:
        rtf_document(made.rtf("{\\fonttbl" + one * (n // 2) + "}" + one * n))

    assert_linear(read, 40_000)


def test_too_many_words_of_rtf_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aligner.documents.rtf.MAX_TOKENS", 100)
    with pytest.raises(InputError, match="more than 100 words of RTF"):
        rtf_document(made.rtf("\\b " * 200))
