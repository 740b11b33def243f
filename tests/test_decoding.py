"""Legacy Vietnamese where it lives: in bytes, in UTF-8, in office files and pages. Samples written for this."""

import io
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.bitext import Cue
from aligner.documents.articles import parse_article, read_article, split_encodings
from aligner.documents.blocks import Document, RawBlock
from aligner.documents.decoding import decode_document, decode_text
from aligner.documents.html import html_document
from aligner.errors import InputError
from aligner.files.streams import read_lines
from aligner.files.whole import decode
from aligner.text.legacy import decode_bytes, decode_lines, tell_legacy, view_bytes
from tests.commands import run
from tests.growth import assert_linear
from tests.test_legacy import BYTES, FOREIGN, GOOD, VIETNAMESE, table

CODES = table()
EN = [
    "This morning the engineers checked the pumps again before the rainy season began.",
    "The commune decided to open two more evening classes for adults who want to read.",
    "Captain Bảy said that the wind was strong but that all came home safely.",
]


def shown(text: str, encoding: str) -> str:
    """Vietnamese as the bytes of an encoding are seen in Latin-1."""
    return "".join(CODES[encoding].get(letter, letter) for letter in text)


def in_bytes(text: str, encoding: str) -> bytes:
    return shown(text, encoding).encode("latin-1")


def texts(article) -> list[str]:  # type: ignore[no-untyped-def]
    return [sentence.text for sentence in article.target]


def kinds(article) -> list[str]:  # type: ignore[no-untyped-def]
    return [kind for kind, _ in article.set_aside]


@pytest.mark.parametrize("encoding", BYTES)
@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".tsv"])
def test_a_file_of_bytes_is_decoded_and_said(tmp_path: Path, suffix: str, encoding: str) -> None:
    begin, end = ("<p>", "</p>") if suffix == ".html" else ("", "\n\n")
    (tmp_path / f"en{suffix}").write_text("".join(f"{begin}{line}{end}" for line in EN), "utf-8")
    (tmp_path / f"vi{suffix}").write_bytes(in_bytes("".join(f"{begin}{v}{end}" for v in VIETNAMESE), encoding))
    article = read_article(tmp_path / f"en{suffix}", tmp_path / f"vi{suffix}")
    assert texts(article) == VIETNAMESE
    assert [s.text for s in article.source] == EN
    assert any(f"in {encoding.upper()}, decoded" in kind for kind in kinds(article))


@pytest.mark.parametrize("encoding", BYTES)
def test_lines_in_utf_8_are_decoded_and_good_ones_stay(tmp_path: Path, encoding: str) -> None:
    lines = [
        VIETNAMESE[0],
        shown(VIETNAMESE[1], encoding),
        "Quán café ở góc phố, tên là Là.",
        shown(VIETNAMESE[2], encoding),
    ]
    (tmp_path / "en.txt").write_text("\n\n".join([*EN, "A café."]), "utf-8")
    (tmp_path / "vi.txt").write_text("\n\n".join(lines), "utf-8")
    article = read_article(tmp_path / "en.txt", tmp_path / "vi.txt")
    assert texts(article) == [VIETNAMESE[0], VIETNAMESE[1], lines[2], VIETNAMESE[2]]
    assert kinds(article) == [f"line in {encoding.upper()}, decoded"] * 2
    assert [article.target_text[s.start : s.end] for s in article.target] == texts(article)
    assert article.source[-1].text == "A café."


def test_too_little_to_be_sure_is_offered(tmp_path: Path) -> None:
    few = "Hà Nội là thủ đô."
    (tmp_path / "en.txt").write_text("Hanoi is the capital.", "utf-8")
    (tmp_path / "vi.txt").write_bytes(in_bytes(few, "tcvn3"))
    with pytest.raises(InputError, match=r"not UTF-8 .*its words are Vietnamese in TCVN3: give .*--encoding tcvn3"):
        read_article(tmp_path / "en.txt", tmp_path / "vi.txt")
    assert texts(read_article(tmp_path / "en.txt", tmp_path / "vi.txt", encoding="tcvn3")) == [few]
    with pytest.raises(InputError, match=r"Vietnamese in TCVN3: give encoding='tcvn3'"):
        list(read_lines(tmp_path / "vi.txt"))
    with pytest.raises(InputError, match=r"found text that may be in TCVN3 \(--encoding tcvn3 decodes it\)"):
        parse_article("Hanoi is the capital, and has been for long.", shown(few, "tcvn3"))
    article = parse_article("\n\n".join(EN), "\n\n".join([*VIETNAMESE, shown(few, "tcvn3")]))
    assert kinds(article) == ["text that may be in TCVN3 (--encoding tcvn3 decodes it)"]


@pytest.mark.parametrize(
    "text", [*GOOD, *(f"{a}\n{a}\n{a}" for a in FOREIGN), "\n".join(FOREIGN), "\n".join(GOOD[:-2])]
)
def test_good_text_and_other_languages_are_left(text: str) -> None:
    assert tell_legacy(text) is None
    assert decode_text(text, None) == (text, ())


@pytest.mark.parametrize("read_as", ["latin-1", "cp1252"])
def test_mojibake_of_utf_8_is_no_legacy_encoding(read_as: str) -> None:
    assert tell_legacy("\n".join(text.encode().decode(read_as, "replace") for text in VIETNAMESE)) is None


@pytest.mark.parametrize("name", ["cp1250", "cp1251", "cp1253", "koi8-r", "gb18030", "shift_jis", "euc-kr"])
def test_bytes_of_other_languages_are_none(name: str) -> None:
    samples = ["Příliš žluťoučký kůň úpěl ďábelské ódy, řeka teče pod mostem.", "Быстрая лиса прыгает через собаку."]
    samples += [
        "今天天气很好，我们去公园散步。",
        "Σήμερα ο καιρός είναι καλός.",
        "今日はとても良い天気です。",
        "오늘은 날씨가 좋아서 공원에 갔습니다.",
    ]
    for sample in samples:
        assert tell_legacy("\n".join([view_bytes(sample.encode(name, "ignore"))] * 4)) is None


def test_punctuation_of_windows_stays() -> None:
    data = b"\x93Vi\xd6t Nam\x94 \x96 \x91m\xe9t\x92 \x85"
    assert decode(data, encoding="tcvn3") == "“Việt Nam” – ‘một’ …"
    assert decode(b"\x93Vie\xe4t\x94 \x85", encoding="vni") == "“Việt” …"


def test_bytes_in_blocks_are_read_alike(tmp_path: Path) -> None:
    good = "Việt Nam, “một” – Huế".encode()
    (tmp_path / "a.txt").write_bytes(b"\x93Vi\xd6t\x94 \x85\r\n" + good + b"\nplain\n")
    assert [line for _, block in read_lines(tmp_path / "a.txt", encoding="tcvn3") for line in block] == [
        "“Việt” …",
        "Việt Nam, “một” – Huế",
        "plain",
    ]
    (tmp_path / "b.txt").write_bytes("\ufeffHuế\n".encode())
    assert [line for _, block in read_lines(tmp_path / "b.txt", encoding="vni") for line in block] == ["Huế"]


@pytest.mark.parametrize("encoding", [*BYTES, "viqr"])
def test_valid_utf_8_stays(encoding: str) -> None:
    for text in [*VIETNAMESE, "Quán café, số 5 – “là và cô”", "Già, là, và\nViệt Nam"]:
        assert decode(text.encode("utf-8"), encoding=encoding) == text
        assert decode(text.encode("utf-16"), encoding=encoding) == text


@given(st.sampled_from(BYTES), st.lists(st.sampled_from([*VIETNAMESE, *EN, "", "12/3", "Và là"]), max_size=6))
def test_nothing_is_decoded_twice(encoding: str, lines: list[str]) -> None:
    text = "\n".join(lines)
    once = decode_bytes(in_bytes(text, encoding) if "Bảy" not in text else text.encode(), encoding)
    assert decode_bytes(once.encode(), encoding) == once
    assert decode_lines(once, encoding)[0] == once


def test_an_encoding_for_each_side(tmp_path: Path) -> None:
    (tmp_path / "en.txt").write_bytes("\n\n".join([*EN[:2], "It’s “fine” – naïve."]).encode("cp1252"))
    (tmp_path / "vi.txt").write_bytes(in_bytes("\n\n".join(VIETNAMESE), "vni"))
    article = read_article(tmp_path / "en.txt", tmp_path / "vi.txt", encoding=("cp1252", "vni"))
    assert texts(article) == VIETNAMESE
    assert article.source[-1].text == "It’s “fine” – naïve."
    assert kinds(article) == []
    done = run("align", tmp_path / "en.txt", tmp_path / "vi.txt", "--encoding-en", "cp1252", "--encoding-vi", "vni")
    assert VIETNAMESE[0][:20] in done.stdout
    alone = run("align", tmp_path / "vi.txt", "--encoding-vi", "vni")
    assert (alone.returncode, alone.stderr.count("\n")) == (2, 1)
    assert "an encoding for each side, and one file" in alone.stderr
    assert "klingon" in run("align", "a", "b", "--encoding-vi", "klingon").stderr
    with pytest.raises(InputError, match="encodings of two sides"):
        split_encodings(("a", "b", "c"))  # type: ignore[arg-type]


# What Word and the ministries' sites wrote: fonts by elements, by style, by classes; Unicode beside them.
ABC, VNI = ([shown(text, name) for text in VIETNAMESE] for name in ("tcvn3", "vni"))


@pytest.mark.parametrize(
    ("page", "blocks"),
    [
        (f'<p><font face=".VnTime">{ABC[0]}</font></p>', [VIETNAMESE[0]]),
        (f'<p><font face=".VnTime, serif">{ABC[0]}</font> và {VIETNAMESE[1]}', [f"{VIETNAMESE[0]} và {VIETNAMESE[1]}"]),
        (f"<p style='font-family:\".VnTime\"'>{ABC[0]} <b>{ABC[2]}</b></p>", [" ".join(VIETNAMESE[::2])]),
        (
            f"<style>p.c, .d {{ font-family: VNI-Times; }}</style><p class=c>{VNI[0]}<p class='x d'>{VNI[1]}",
            VIETNAMESE[:2],
        ),
        (f"<style>p {{ font: 12pt '.VnTime' }}</style><p>{ABC[0]}<div>là</div>", [VIETNAMESE[0], "là"]),
        (f'<font face=".VnTimeH">{shown("uỷ ban nhân dân", "tcvn3")}</font>', ["UỶ BAN NHÂN DÂN"]),
        (
            '<font face="VNI-Times">Vie&auml;t <i>Na</i>m, ha<b>&oslash;</b> n&ouml;&ocirc;&ugrave;c</font>',
            ["Việt Nam, hà nước"],
        ),
        (f'<font face="VNI-Times">{VNI[0]} <font face="Arial">là Việt</font></font>', [VIETNAMESE[0] + " là Việt"]),
        (
            f'<font face=".VnTime">{VIETNAMESE[0]} và</font>',
            [VIETNAMESE[0] + " và"],
        ),  # the font is named, Unicode shown
        (f'<font face=".VnTime">{VIETNAMESE[0]}</font><p><font face=".VnTime">là và</font>', [VIETNAMESE[0], "là và"]),
    ],
)
def test_pages_are_decoded_by_their_fonts(page: str, blocks: list[str]) -> None:
    document = decode_document(html_document(page), None)
    read = [" ".join(document.text[b.start : b.end].split()) for b in document.blocks]
    assert [unicodedata.normalize("NFC", text) for text in read] == blocks


def test_pages_without_fonts_are_decoded_by_lines(tmp_path: Path) -> None:
    (tmp_path / "en.html").write_text("".join(f"<p>{line}" for line in EN), "utf-8")
    (tmp_path / "vi.html").write_text(f"<p>{VNI[0]}<p>{VIETNAMESE[1]}<p>{VNI[2]}", "utf-8")
    article = read_article(tmp_path / "en.html", tmp_path / "vi.html")
    assert texts(article) == VIETNAMESE
    assert [article.target_text[s.start : s.end] for s in article.target] == VIETNAMESE
    assert kinds(article) == ["line in VNI, decoded"] * 2


def test_office_files_without_legacy_fonts_are_decoded_by_lines(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    for line in ABC:
        document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    (tmp_path / "vi.docx").write_bytes(buffer.getvalue())
    (tmp_path / "en.txt").write_text("\n\n".join(EN), "utf-8")
    assert texts(read_article(tmp_path / "en.txt", tmp_path / "vi.docx")) == VIETNAMESE


def test_spans_move_with_the_text() -> None:
    line = shown("một hai ba bốn năm sáu bảy tám chín mười", "vni")
    cut = line.index(" ba")
    text = f"{line}\nplain"
    blocks = (RawBlock(0, cut), RawBlock(cut + 1, len(line)), RawBlock(len(line) + 1, len(text)))
    edits = ((cut + 1, cut + 2, "B"),)
    cues = (Cue(cut + 1, len(line), 0, 1),)
    document = decode_document(Document(text, text, blocks, cues=cues, edits=edits), "vni")
    read = [document.text[b.start : b.end] for b in document.blocks]
    assert read == ["một hai", "ba bốn năm sáu bảy tám chín mười", "plain"]
    assert document.shown(document.blocks[1].start, document.blocks[1].end).text.startswith("Ba bốn")
    assert document.text[document.cues[0].start : document.cues[0].end] == read[1]


@given(st.text(st.sampled_from("aeou ÖäöøùÕ¸µ\n.AN"), max_size=60))
def test_documents_keep_their_blocks_in_order(text: str) -> None:
    given_blocks = html_document(f"<pre>{text}</pre><p>{text}")
    for encoding in BYTES:
        document = decode_document(given_blocks, encoding)
        assert len(document.text) == len(document.plain)
        assert len(document.blocks) == len(given_blocks.blocks)
        assert all(0 <= b.start < b.end <= len(document.text) for b in document.blocks)


@pytest.mark.parametrize("piece", ["Ö", "ViÖt ", "Ö\n", "Vieät\n", "¸µ ", "a", "<font face=.VnTime>Ö"])
def test_time_grows_with_the_text(piece: str) -> None:
    def act(n: int) -> Document:
        text = piece * (n // len(piece)) + f" {n}"
        decode_text(text, None)
        return decode_document(Document(text, text, (RawBlock(0, len(text)),)), "vni")

    assert_linear(act, 64_000)
