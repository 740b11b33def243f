"""PDF: paragraphs, columns, tables, heads and notes put together from places; fonts decoded; what is refused."""

import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("pypdfium2")

import aligner
from aligner.documents import pdf_pages
from aligner.documents.articles import read_article
from aligner.documents.pdf import pdf_document
from aligner.documents.pdf_rows import font_name
from aligner.errors import InputError, MissingExtraError
from tests import printed
from tests.commands import run
from tests.made_pdf import Bar, Drawn, Text, lines, objects, pdf, stream


def texts(data: bytes) -> list[str]:
    document = pdf_document(data)
    return [document.text[block.start : block.end] for block in document.blocks]


def cells(data: bytes) -> dict[tuple[int, int], str]:
    document = pdf_document(data)
    return {b.cell[1:]: document.text[b.start : b.end] for b in document.blocks if b.cell is not None}


# A column of 40 letters: 240 points from 72 to 312.
PROSE = [
    "The river had turned the colour of tea.",
    "It carried the clumps of hyacinth that",
    "the rain had torn loose from the banks,",
    "and nobody was there.",
]
JOINED = " ".join(PROSE)


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (lines(PROSE), [JOINED]),
        # leading
        (lines(PROSE) + lines(PROSE, y=680), [JOINED, JOINED]),
        # an early end: the next word would have fitted
        (lines([*PROSE, *PROSE]), [JOINED, JOINED]),
        # size, weight
        ([Text(72, 780, "The last ferry", 18), *lines(PROSE, y=764)], ["The last ferry", JOINED]),
        ([Text(72, 774, "The last ferry of all the many ferries", font="Times-Bold"), *lines(PROSE)],
         ["The last ferry of all the many ferries", JOINED]),
        # a heading of two lines
        ([Text(72, 790, "The last ferry of", 18), Text(72, 770, "the year", 18), *lines(PROSE, y=748)],
         ["The last ferry of the year", JOINED]),
        # bullets, numbers
        (lines(["• one thing that is long enough, and", "goes on", "• another"]),
         ["• one thing that is long enough, and goes on", "• another"]),
        (lines(["1. This decision governs the collection", "of rain.", "2. It applies to every household there."]),
         ["1. This decision governs the collection of rain.", "2. It applies to every household there."]),
        # a number that no item has before it
        (lines(["The hot spell went on for longer than Oct.", "29. It was 30 degrees in the water."]),
         ["The hot spell went on for longer than Oct. 29. It was 30 degrees in the water."]),
        # decomposed letters, ligatures, symbols of a symbol font
        (lines(["Vie\u0302\u0323t Nam, o\ufb03ce, \ufb02at"]), ["Việt Nam, office, flat"]),
        ([Text(72, 700, "\uf0b7", font="Symbol"), Text(90, 700, "one")], ["• one"]),
        # raised numbers that point to no note
        ([Text(72, 700, "12 km"), Text(102, 704, "2", 7), Text(108, 700, "of sea")], ["12 km² of sea"]),
        # a large initial, the first letter of a word or a word
        ([Text(72, 672, "T", 42),
          *lines(["he river had turned the colour of tea", "and carried the clumps of it,"], x=95, y=700),
          *lines(["and nobody was there, nobody at all, and no", "lamp."], y=672)],
         ["The river had turned the colour of tea and carried the clumps of it, and nobody was there, nobody at all,"
          " and no lamp."]),
        ([Text(72, 686, "A", 28), *lines(["lamp hung there, unlit, over the bench", "and the broom,"], x=88, y=700)],
         ["A lamp hung there, unlit, over the bench and the broom,"]),
        # a letter in another font, drawn after the line
        ([Text(72, 700, "h"), Text(84, 700, "i ha"), Text(78, 700, "ồ", font="Fallback")], ["hồi ha"]),
    ],
)  # fmt: skip
def test_paragraphs(page: Sequence[Drawn], expected: list[str]) -> None:
    assert texts(pdf([page])) == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("the collec-", "tion of rain", "the collection of rain"),
        ("a well-", "known place", "a well-known place"),
        ("the Franco-", "Prussian war", "the Franco-Prussian war"),
        ("in 2020-", "2021 they", "in 2020-2021 they"),
        ("năm ki-", "lô-mét", "năm ki-lô-mét"),
        ("số 12/2026/QĐ-", "UBND ngày", "số 12/2026/QĐ-UBND ngày"),
        ("the rain\xad", "water", "the rainwater"),
        ("both and/", "or none", "both and/or none"),
        ("from 8 –", "and then", "from 8 – and then"),
        ("run it with -", "-version", "run it with --version"),
    ],
)
def test_hyphens_at_the_end_of_a_line(first: str, second: str, expected: str) -> None:
    pad = "wide words that fill the line so that "  # the first line reaches the margin
    assert texts(pdf([lines([pad + first, second + " and more text"])])) == [f"{pad}{expected} and more text"]


def test_a_word_that_has_its_hyphen_elsewhere_keeps_it() -> None:
    page = lines(["the no-take zone is a zone with a no-", "take rule, here"])
    assert texts(pdf([page])) == ["the no-take zone is a zone with a no-take rule, here"]


def columns(*, width: int, tops: Sequence[int] = (760, 753)) -> list[Drawn]:
    return [*lines(PROSE * 2, y=tops[0]), *lines([p.replace("river", "canal") for p in PROSE], x=72 + width, y=tops[1])]


@pytest.mark.parametrize("width", [245, 260, 280])  # gutters of 0.9 em and more, lines beside each other or not
@pytest.mark.parametrize("tops", [(760, 760), (760, 753)])
def test_columns_are_read_one_after_another(width: int, tops: tuple[int, int]) -> None:
    title: list[Drawn] = [Text(72, 800, "A title that goes over both of the columns, all the way to the end", 14)]
    found = texts(pdf([title + columns(width=width, tops=tops)]))
    assert found == [title[0].text, JOINED, JOINED, JOINED.replace("river", "canal")]  # type: ignore[union-attr]


def test_a_paragraph_runs_over_columns_and_pages() -> None:
    left, right = lines(PROSE[:2]), lines(PROSE[2:], x=340)
    assert texts(pdf([[*lines(PROSE), *lines(PROSE[:2], y=690)], lines([*PROSE[2:], *PROSE])])) == [JOINED] * 3
    left += [Text(72, 732, PROSE[2]), Text(72, 718, "and then the ferry came that we all saw")]
    found = texts(pdf([[*left, *right, *lines(PROSE, x=340, y=732)]]))
    assert found[0].endswith("that we all saw the rain had torn loose from the banks, and nobody was there.")


ROWS = [
    (["The committee shall meet at least", "twice a year."], ["Ủy ban họp ít nhất hai lần một", "năm."]),
    (["Members are appointed for five", "years."], ["Các thành viên có nhiệm kỳ năm", "năm."]),
    (["The chair presides."], ["Chủ tịch điều hành phiên họp."]),
    (["Decisions are taken by a majority."], ["Quyết định được thông qua theo đa", "số."]),
]


def table(*, ruled: bool, gap: int) -> list[Drawn]:
    page: list[Drawn] = []
    y = 760
    for en, vi in ROWS:
        if ruled:
            page += [Bar(66, y + 12, 230, 1), Bar(296, y + 12, 230, 1), Bar(66, y - 30, 1, 42), Bar(290, y - 30, 1, 42)]
        page += [*lines(en, y=y), *lines(vi, x=296, y=y)]
        y -= 14 * max(len(en), len(vi)) + gap
    return page


@pytest.mark.parametrize(("ruled", "gap"), [(True, 4), (True, 10), (False, 10), (False, 20)])
def test_a_table_is_read_row_by_row(ruled: bool, gap: int) -> None:
    found = cells(pdf([table(ruled=ruled, gap=gap)]))
    assert found == {(r, c): " ".join(row[c]) for r, row in enumerate(ROWS) for c in (0, 1)}
    document = pdf_document(pdf([table(ruled=ruled, gap=gap)]))
    assert len({block.cell[0] for block in document.blocks if block.cell}) == 1


def test_a_bilingual_table_is_two_columns_of_an_article(tmp_path: Path) -> None:
    path = tmp_path / "rules.PDF"
    path.write_bytes(pdf([table(ruled=True, gap=8), table(ruled=True, gap=8)]))
    article = read_article(path)
    assert article.layout == "columns"
    assert [s.text for s in article.source][:2] == [" ".join(ROWS[0][0]), " ".join(ROWS[1][0])]
    assert len({block.unit for block in article.blocks}) == 2 * len(ROWS)


@pytest.mark.parametrize(
    ("heads", "left_out"),
    [
        (lambda k: [Text(72, 810, "The quarterly"), Text(290, 30, str(k))], {"page numbers": 4, "running heads": 4}),
        (lambda k: [Text(72, 810, f"The quarterly, page {k + 3}")], {"running heads": 4}),
        (lambda k: [Text(72, 30, f"Trang {k}/4")], {"page numbers": 4}),
        (lambda k: [Text(72, 30, "26-10455"), Text(500, 30, f"{k}/4")], {"running heads": 4}),
        (lambda k: [Text(72, 30, "i" * k)], {"page numbers": 4}),
        (lambda k: [Text(72 + 300 * (k % 2), 810, ("Left", "Right")[k % 2])], {"running heads": 4}),
    ],
)
def test_running_heads_and_page_numbers_are_left_out_and_counted(
    heads: Callable[[int], list[Drawn]], left_out: dict[str, int]
) -> None:
    pages = [[*heads(k), *lines([p.replace("river", f"river {chr(96 + k)}") for p in PROSE])] for k in range(1, 5)]
    document = pdf_document(pdf(pages))
    assert dict(document.left_out) == left_out
    assert len(document.blocks) == 4


def test_headings_that_begin_pages_are_no_running_heads() -> None:
    pages = [[Text(72, 790, f"Chapter {k}", 18), *lines(PROSE)] for k in range(1, 5)]
    assert texts(pdf(pages))[::2] == [f"Chapter {k}" for k in range(1, 5)]


def note_page(*, ruled: bool, raised: bool, size: float) -> list[Drawn]:
    page = lines(PROSE)
    page += [Text(72 + 6 * len(PROSE[3]), 722, "1", 7), Text(72, 700, "More text stands below, with a word")]
    page += [Bar(72, 116, 120, 0.5)] if ruled else []
    mark = Text(72, 104, "1", 6) if raised else Text(72, 100, "1", size)
    return [*page, mark, Text(84, 100, "See the annex on", size), Text(72, 88, "the ferry.", size)]


@pytest.mark.parametrize(
    ("ruled", "raised", "size"),
    [(True, True, 9), (False, True, 9), (True, False, 9), (False, False, 9), (True, True, 12)],
)
def test_notes_stand_behind_the_text_and_nothing_points_to_them(ruled: bool, raised: bool, size: float) -> None:
    document = pdf_document(pdf([note_page(ruled=ruled, raised=raised, size=size), lines(PROSE)]))
    found = [document.text[block.start : block.end] for block in document.blocks]
    assert found == [JOINED, "More text stands below, with a word", JOINED, "See the annex on the ferry."]
    assert document.left_out == {"signs that point to notes": 1}


@pytest.mark.parametrize(
    ("name", "written", "expected"),
    [
        (".VnTime", "ViÖt Nam, n­íc", "Việt Nam, nước"),
        ("ABCDEF+.VnArialH", "viÖt nam", "VIỆT NAM"),
        (".VnTimeH,Bold", "viÖt nam", "VIỆT NAM"),
        ("_VnTime", "§éc lËp", "Độc lập"),
        ("VNI-Times", "Vieät Nam, ñaát nöôùc", "Việt Nam, đất nước"),
        ("VNI-Helve-Condense", "Coäng hoøa", "Cộng hòa"),
        ("Times New Roman", "São Paulo", "São Paulo"),
        (".VnTime", "Việt Nam, đất nước", "Việt Nam, đất nước"),  # mapped to Unicode by the writer
    ],
)
def test_fonts_from_before_unicode(name: str, written: str, expected: str) -> None:
    assert texts(pdf([lines([written], font=name)])) == [expected]


def test_one_line_in_two_encodings() -> None:
    page = [Text(72, 700, "Hµ Néi ", font=".VnTime"), Text(114, 700, "and São Paulo")]
    assert texts(pdf([page])) == ["Hà Nội and São Paulo"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("AAAAAA+VnTime", ".VnTime"),
        ("#2EVnTimeH", ".VnTimeH"),
        ("VNI#20Times", "VNI Times"),
        ("Vnvogue", "Vnvogue"),
    ],
)
def test_names_of_fonts(name: str, expected: str) -> None:
    assert font_name(name) == expected


def locked() -> bytes:
    trailer = b"/Encrypt<</Filter/Standard/V 1/R 2/O<%s>/U<%s>/P -4>>/ID[<00><00>]" % (b"00" * 32, b"11" * 32)
    return objects([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 0/Kids[]>>"], trailer)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"GIF89a", "not a PDF file; open it in a PDF reader and print it to a new PDF"),
        (b"%PDF-1.4 and no more", "not a PDF file; open it"),
        (locked(), "encrypted PDF; open it with its password and save it without (qpdf --decrypt)"),
        (
            pdf([[], []], picture=True),
            "a scanned PDF (found 2 of 2 pages are pictures without text); recognise its text first: ocrmypdf -l vie",
        ),
        (pdf([lines(["Scanned by a telephone"]), []], picture=True), "a scanned PDF (found 2 of 2 pages"),
        (pdf([[b"0 0 100 100 re f"]]), "a PDF without text (found only drawings, on 1 of 1 pages); recognise"),
        (
            pdf([lines(PROSE)], mapped=False),
            "a PDF that does not say which letters its glyphs are (found 137 of 137 characters); recognise its text",
        ),
        (pdf([lines(["(cid:12)(cid:7) (cid:31)"])]), "a PDF that does not say which letters its glyphs are"),
    ],
)
def test_what_is_refused_says_what_to_do(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "a.pdf").write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_article(tmp_path / "a.pdf")
    assert str(caught.value).removeprefix(f"{tmp_path / 'a.pdf'}: ").startswith(message)


def test_some_scanned_pages_are_counted() -> None:
    data = pdf([lines(PROSE * 4), []], picture=True)
    assert pdf_document(data).left_out == {"scanned pages": 1}


def test_an_empty_file_has_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(objects([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 0/Kids[]>>"]))
    with pytest.raises(InputError, match=r"a\.pdf: "):
        read_article(tmp_path / "a.pdf")


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"reading PDF needs the package pypdfium2; .*envi-aligner\[pdf\]"):
        pdf_document(b"%PDF-1.7")


def packed(unit: bytes, n: int) -> bytes:
    """A page whose content unpacks to so many bytes."""
    packer = zlib.compressobj(9)
    block = unit * (100_000 // len(unit))
    content = b"".join(packer.compress(block) for _ in range(n // len(block))) + packer.flush()
    return one_page(b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(content), content))


FONT = b"/Font<</F0<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"


def one_page(content: bytes, *more: bytes, n_pages: int = 1) -> bytes:
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<%s/XObject<</X 5 0 R>>>>>>" % FONT
    )
    pages = b"<</Type/Pages/Count %d/Kids[%s]>>" % (n_pages, b"3 0 R " * n_pages)
    return objects([b"<</Type/Catalog/Pages 2 0 R>>", pages, page, content, *more])


def nested(depth: int, width: int) -> bytes:
    """A form that draws the next so often, which draws the next."""
    forms = []
    for number in range(6, 6 + depth):
        dictionary = b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</X %d 0 R>>%s>>" % (
            number,
            FONT,
        )
        forms.append(stream(b"/X Do " * width, dictionary))
    leaf = stream(
        b"BT /F0 12 Tf 9 9 Td (a) Tj ET", b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<<%s>>" % FONT
    )
    return one_page(stream(b"/X Do"), *forms, leaf)


LINE = b"BT /F0 12 Tf 9 %d Td (All the same words again, and again) Tj ET "


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (packed(b" ", 1_000_000_000), "broken, or unpacks to too much"),
        (packed(b"(aaaa) Tj ", 300_000_000), "broken, or unpacks to too much"),
        (nested(20, 12), "too slow to draw|broken, or unpacks to too much"),
        (one_page(stream(b""), n_pages=pdf_pages.MAX_PAGES + 1), r"too many pages \(found more than 10,000\)"),
        (
            one_page(stream(b"".join(LINE % y for y in range(20, 800, 15))), n_pages=400),
            "unpacks to too much text .found more than 100,000 characters and 5 for each byte",
        ),
    ],
    ids=["spaces", "text", "forms", "pages", "characters"],
)
def test_a_bomb_ends_at_a_limit_that_is_said(data: bytes, message: str) -> None:
    assert len(data) < 1_500_000
    with pytest.raises(InputError, match=message):
        pdf_document(data)


@given(st.binary(max_size=400), st.integers(0, 2_000))
@settings(max_examples=15, deadline=None)
def test_a_damaged_file_is_read_or_refused(noise: bytes, at: int) -> None:
    data = bytearray(pdf([lines(PROSE)]))
    data[at : at + len(noise)] = noise
    try:
        document = pdf_document(bytes(data))
    except InputError:
        return
    assert all(document.text[block.start : block.end].strip() for block in document.blocks)


def test_turned_pages_are_read_and_what_stands_askew_is_counted() -> None:
    up = (0, 1, -1, 0)
    page = [Text(100 + 14 * k, 72, text, turn=up) for k, text in enumerate(PROSE)]
    document = pdf_document(pdf([[*page, Text(500, 500, "DRAFT", turn=(0.7, 0.7, -0.7, 0.7))]]))
    assert document.text == JOINED
    assert document.left_out == {"characters that stand askew": 5}


def test_the_command_says_what_was_left_out(tmp_path: Path) -> None:
    words = [" ".join(row[0]) for row in ROWS], [" ".join(row[1]) for row in ROWS]
    for name, side in zip(("en.pdf", "vi.pdf"), words, strict=True):
        pages = [[*lines(side, step=30), Text(290, 30, str(k))] for k in (1, 2)]
        (tmp_path / name).write_bytes(pdf(pages))
    done = run("align", str(tmp_path / "en.pdf"), str(tmp_path / "vi.pdf"))
    assert done.returncode == 0
    assert "left out of the text: 4 page numbers" in done.stderr


@pytest.mark.slow
@pytest.mark.skipif(printed.CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize(
    ("layout", "floor"), [("web one column", 0.98), ("web A5 ragged", 0.98), ("web two columns", 0.96)]
)
def test_articles_that_a_browser_prints_come_back(tmp_path: Path, layout: str, floor: float) -> None:
    scores = printed.measure(layout, tmp_path)
    assert len(scores) == 9
    assert sum(scores.values()) / len(scores) >= floor


@pytest.mark.slow
@pytest.mark.skipif(printed.OFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(("layout", "floor"), [("office notes and heads", 0.98), ("office two columns", 0.96)])
def test_articles_that_an_office_prints_come_back(tmp_path: Path, layout: str, floor: float) -> None:
    scores = printed.measure(layout, tmp_path)
    assert sum(scores.values()) / len(scores) >= floor


def test_reading_is_the_same_every_time() -> None:
    data = pdf([columns(width=260), table(ruled=True, gap=8)])
    assert pdf_document(data) == pdf_document(data)
    assert aligner.__file__
