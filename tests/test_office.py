"""Documents of offices and books: what is text, what is left out and counted, and the same pairs as of plain text."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aligner
from aligner.corpus.building.building import build_corpus
from aligner.corpus.building.configuration import BuildConfig
from aligner.documents.articles import read_article
from aligner.documents.blocks import Document
from aligner.documents.docx import docx_document
from aligner.documents.epub import epub_document
from aligner.documents.formats import UNREAD, format_of_file
from aligner.documents.odt import odt_document
from aligner.documents.pptx import pptx_document
from aligner.documents.rtf import rtf_document
from aligner.documents.xlsx import xlsx_document
from aligner.errors import InputError
from tests import office_files as made
from tests.office_files import rtf_text, shape, wp, wr

ROOT = Path(__file__).parents[1]
EN, VI = "The old town is quiet at night.", "Phố cổ yên tĩnh vào ban đêm."
EN_2, VI_2 = "Lanterns hang above every door.", "Đèn lồng treo trên mỗi cánh cửa."


def texts(document: Document) -> list[str]:
    return [document.text[block.start : block.end] for block in document.blocks]


# DOCX -----------------------------------------------------------------------------------------------------------------

BOX = f"<w:txbxContent>{wp(wr('In a box.'))}</w:txbxContent>"
FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
CODE = "<w:r><w:instrText>{}</w:instrText></w:r>"
DELETED = "<w:del><w:r><w:delText>quite </w:delText></w:r></w:del>"
DOCX = {
    # ISO 29500-1, 17.13.5: w:ins, w:del, w:moveFrom, w:moveTo.
    "revisions": (
        wp(wr("It is "), f"<w:ins>{wr('very ')}</w:ins>", DELETED, wr("old."))
        + wp(f"<w:moveFrom>{wr('Moved.')}</w:moveFrom>", wr("Kept."))
        + wp(f"<w:moveTo>{wr('Moved.')}</w:moveTo>"),
        ["It is very old.", "Kept.", "Moved."],
        {"deleted revisions": 2},
    ),
    "the end of a paragraph deleted": (
        f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{wr('One ')}</w:p>" + wp(wr("sentence.")) + wp(wr("Next.")),
        ["One sentence.", "Next."],
        {},
    ),
    "the end of the last paragraph of a cell deleted": (
        f"<w:tbl><w:tr><w:tc><w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{wr('One.')}</w:p></w:tc>"
        f"<w:tc>{wp(wr('Two.'))}</w:tc></w:tr></w:tbl>",
        ["One.", "Two."],
        {},
    ),
    "properties from before a change": (
        "<w:p><w:pPr><w:pPrChange><w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr></w:pPrChange></w:pPr>"
        "<w:r><w:rPr><w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange></w:rPr><w:t>Shown.</w:t></w:r></w:p>",
        ["Shown."],
        {},
    ),
    "a row deleted": (
        f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>{wp(wr('Gone.'))}</w:tc></w:tr>"
        f"<w:tr><w:tc>{wp(wr('Here.'))}</w:tc></w:tr></w:tbl>",
        ["Here."],
        {"deleted revisions": 1},
    ),
    "hidden runs": (
        wp(wr("Shown. "), wr("Hidden.", "<w:vanish/>"), wr("Too.", '<w:vanish w:val="0"/>'))
        + wp(wr("By style."), style="Secret")
        + wp(wr("Its sign alone hidden."))
        + "<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>" + wr("The mark alone.") + "</w:p>",
        ["Shown. Too.", "Its sign alone hidden.", "The mark alone."],
        {"hidden runs": 2},
    ),
    "text boxes once, behind their paragraph": (
        wp("<w:r><mc:AlternateContent><mc:Choice>" + BOX + "</mc:Choice><mc:Fallback>" + BOX + "</mc:Fallback>"
           "</mc:AlternateContent></w:r>", wr("Around it.")) + wp(wr("After it.")),
        ["Around it.", "In a box.", "After it."],
        {},
    ),
    "a field shows its result": (
        wp(wr("Page "), FIELD.format("begin"), CODE.format("X"), FIELD.format("separate"), wr("7"), FIELD.format("end"))
        + wp(FIELD.format("begin"), CODE.format("BROKEN"), wr("code")) + wp(wr("Not lost.")),
        ["Page 7", "Not lost."],
        {},
    ),
    "a table of contents": (
        wp(FIELD.format("begin"), CODE.format(' TOC \\o "1-3" '), FIELD.format("separate"), wr("Coasts 3"))
        + wp(wr("Ports 5"), FIELD.format("end"))
        + f'<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{wp(wr('Contents'))}</w:sdtContent></w:sdt>" + wp(wr("Coasts")),
        ["Coasts"],
        {"lines of the table of contents": 3},
    ),
    "what stands for characters": (
        wp("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:noBreakHyphen/><w:t>c</w:t><w:softHyphen/><w:t>d</w:t></w:r>",
           '<w:r><w:sym w:font="Symbol" w:char="F0B7"/></w:r>', "<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>"),
        ["a b-cdx=1"],
        {"symbols": 1},
    ),
    "links, tags, controls are no walls": (
        wp(f"<w:hyperlink>{wr('a ')}</w:hyperlink>", f"<w:smartTag>{wr('b ')}</w:smartTag>",
           f"<w:sdt><w:sdtContent>{wr('c')}</w:sdtContent></w:sdt>"),
        ["a b c"],
        {},
    ),
    "a cell outside of a row": (f"<w:tc>{wp(wr('Lost cell.'))}</w:tc>" + wp(wr("Text.")), ["Lost cell.", "Text."], {}),
}  # fmt: skip
STYLES = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Hid"><w:name w:val="Hid"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Secret"><w:basedOn w:val="Hid"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="oancuaDanhsach"><w:name w:val="List Paragraph"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="u1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/>'
    '<w:numPr><w:numId w:val="3"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Vn"><w:rPr><w:rFonts w:hAnsi=".VnTime"/></w:rPr></w:style>'
)


@pytest.mark.parametrize("name", DOCX)
def test_docx(name: str) -> None:
    body, expected, left_out = DOCX[name]
    document = docx_document(made.docx(body, styles=STYLES))
    assert texts(document) == expected
    assert document.left_out == left_out


def test_notes_of_docx_come_behind_the_text_in_the_order_of_their_references() -> None:
    def note(kind: str, number: int, text: str, told: str = "") -> str:
        return f'<w:{kind} w:id="{number}"{told}>{wp(wr(text))}</w:{kind}>'

    footnotes = (
        note("footnote", 0, "—", ' w:type="separator"') + note("footnote", 2, "Second.") + note("footnote", 3, "First.")
    )
    body = wp(wr(EN), '<w:r><w:footnoteReference w:id="3"/></w:r>') + wp(
        wr(VI), '<w:r><w:footnoteReference w:id="2"/></w:r>', '<w:r><w:endnoteReference w:id="5"/></w:r>'
    )
    document = docx_document(
        made.docx(
            body,
            footnotes=footnotes + note("footnote", 4, "Nobody's."),
            endnotes=note("endnote", 5, "Last."),
            comments=f'<w:comment w:id="1">{wp(wr("Really?"))}</w:comment>',
            header1=wp(wr("On top")),
            header2=wp(),
            footer1=wp(wr("Below")),
        )
    )
    assert texts(document) == [EN, VI, "First.", "Second.", "Last."]
    assert document.left_out == {"notes without a reference": 1, "comments": 1, "headers": 1, "footers": 1}


def test_places_in_tables_of_docx() -> None:
    def cell(text: str, told: str = "") -> str:
        return f"<w:tc><w:tcPr>{told}</w:tcPr>{text}</w:tc>"

    wide = '<w:gridSpan w:val="2"/>'
    nested = f"<w:tbl><w:tr>{cell(wp(wr('inner')))}</w:tr></w:tbl>"
    body = (
        f"<w:tbl><w:tr>{cell(wp(wr('wide')), wide)}{cell(wp(wr('third')))}</w:tr>"
        f'<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>{cell(wp(wr("second")))}{cell(nested + wp(wr("after")))}'
        "</w:tr></w:tbl>"
    )
    document = docx_document(made.docx(body))
    found = dict(zip(texts(document), [block.cell for block in document.blocks], strict=True))
    assert found == {"wide": (0, 0, 0), "third": (0, 0, 2), "second": (0, 1, 1), "inner": (1, 2, 0), "after": (0, 1, 2)}


def test_list_items_of_docx_are_told_by_numbers_and_names_of_styles() -> None:
    numbered = '<w:p><w:pPr><w:numPr><w:numId w:val="{}"/></w:numPr></w:pPr>' + wr("x") + "</w:p>"
    body = numbered.format(1) + numbered.format(0) + wp(wr("x"), style="oancuaDanhsach") + wp(wr("x"), style="u1")
    document = docx_document(made.docx(body, styles=STYLES))
    assert [block.is_item for block in document.blocks] == [True, False, True, False]


LEGACY = {
    # The codes are those of aligner/data/legacy.tsv: 'Việt Nam' in TCVN3 and VNI.
    "a run": (wp(wr("ViÖt Nam", '<w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/>')), "Việt Nam"),
    "a letter cut in two": (
        wp(*(wr(text, '<w:rFonts w:ascii="VNI-Times" w:hAnsi="VNI-Times"/>') for text in ("Vie", "ät Nam"))),
        "Việt Nam",
    ),
    "a font of capitals": (wp(wr("ViÖt Nam", '<w:rFonts w:ascii=".VnTimeH" w:hAnsi=".VnTimeH"/>')), "VIỆT NAM"),
    "by style": (wp(wr("ViÖt Nam"), style="Vn"), "Việt Nam"),
    "a letter that looks like a soft hyphen": (
        wp(
            wr("M", '<w:rFonts w:hAnsi=".VnTime"/>'),
            '<w:r><w:rPr><w:rFonts w:hAnsi=".VnTime"/></w:rPr><w:softHyphen/></w:r>',
            wr("a ®", '<w:rFonts w:hAnsi=".VnTime"/>'),
        ),
        "Mưa đ",
    ),
    "symbols": (wp(wr("Vi\uf0d6t Nam", '<w:rFonts w:hAnsi=".VnTime"/>')), "Việt Nam"),
    "Unicode in spite of the font": (wp(wr("Việt Nam và Lào", '<w:rFonts w:hAnsi=".VnTime"/>')), "Việt Nam và Lào"),
    "another font": (wp(wr("ViÖt", '<w:rFonts w:hAnsi="Arial"/>')), "ViÖt"),
}


@pytest.mark.parametrize("name", LEGACY)
def test_fonts_from_before_unicode(name: str) -> None:
    body, expected = LEGACY[name]
    assert texts(docx_document(made.docx(body, styles=STYLES))) == [expected]


# Soft line breaks -----------------------------------------------------------------------------------------------------


def broken(*lines: str) -> str:
    return wp("<w:r>" + "<w:br/>".join(f"<w:t>{line}</w:t>" for line in lines) + "</w:r>")


@pytest.mark.parametrize(
    ("en", "vi", "n"),
    [
        # Lines on both sides, one language beginning small: lines on neither.
        ([["Dear Sir,", "thank you for the letter."]], [["Kính gửi ông,", "Cảm ơn ông đã gửi thư."]], (1, 1)),
        # Wrapped by hand on one side, names at the beginning of a line.
        (
            [
                ["The road was opened by", "President Nguyen after", "Hanoi had agreed."],
                ["It is long."],
                ["It is wide."],
            ],
            [["Con đường được chủ tịch khánh thành sau khi Hà Nội đồng ý."], ["Đường dài."], ["Đường rộng."]],
            (3, 3),
        ),
        # Soft breaks on one side, paragraphs on the other.
        (
            [["THE GOVERNMENT", "Decree No. 12", "On fishing ports"]],
            [["CHÍNH PHỦ"], ["Nghị định số 12"], ["Về cảng cá"]],
            (3, 3),
        ),
        # The same lines on both sides.
        (
            [["SOCIALIST REPUBLIC OF VIETNAM", "Independence - Freedom - Happiness"]],
            [["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]],
            (2, 2),
        ),
    ],
)
def test_soft_breaks_are_treated_alike_on_both_sides(
    tmp_path: Path, en: list[list[str]], vi: list[list[str]], n: tuple[int, int]
) -> None:
    for name, paragraphs in (("en", en), ("vi", vi)):
        (tmp_path / f"{name}.docx").write_bytes(made.docx("".join(broken(*lines) for lines in paragraphs)))
    article = read_article(tmp_path / "en.docx", tmp_path / "vi.docx")
    assert (len(article.source), len(article.target)) == n


def test_a_soft_break_between_two_languages_is_cut_at(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(made.docx(broken(EN, VI) + broken(EN_2, VI_2)))
    article = read_article(tmp_path / "a.docx")
    assert [s.text for s in article.source] == [EN, EN_2]
    assert [s.text for s in article.target] == [VI, VI_2]


# OpenDocument ---------------------------------------------------------------------------------------------------------

ODT = {
    "notes behind": (
        "<text:p>One.<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Note.</text:p>"
        "</text:note-body></text:note></text:p><text:p>Two.</text:p>",
        ["One.", "Two.", "Note."],
        {},
    ),
    "changes": (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>Gone.</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes><text:p>It is <text:change-start/>very <text:change-end/>old."
        "<office:annotation><text:p>Really?</text:p></office:annotation></text:p>",
        ["It is very old."],
        {"deleted revisions": 1, "comments": 1},
    ),
    "white space": ("<text:p>a\n   b<text:s text:c='3'/>c<text:tab/>d<text:line-break/>e</text:p>", ["a b c d\ne"], {}),
    "hidden": (
        '<text:section text:display="none"><text:p>No.</text:p></text:section><text:p>Yes. '
        '<text:span text:style-name="T1">No.</text:span></text:p>',
        ["Yes."],
        {"hidden sections": 1, "hidden runs": 1},
    ),
    "boxes": (
        "<text:p><draw:frame><draw:text-box><text:p>Box.</text:p></draw:text-box><svg:title>Alt</svg:title></draw:frame>"
        "Around.</text:p>",
        ["Around.", "Box."],
        {},
    ),
    "lists": (
        "<text:list><text:list-item><text:p>One.</text:p><text:p>More.</text:p></text:list-item></text:list>"
        "<text:list><text:list-item><text:h>Head.</text:h></text:list-item></text:list>"
        '<text:p text:style-name="P1">ViÖt</text:p>',
        ["One.", "More.", "Head.", "Việt"],
        {},
    ),
    "contents": (
        "<text:table-of-content><text:index-body><text:p>Coasts 3</text:p></text:index-body></text:table-of-content>"
        "<text:h>Coasts</text:h>",
        ["Coasts"],
        {"lines of the table of contents": 1},
    ),
}
ODT_STYLES = (
    '<style:style style:name="T1" style:family="text"><style:text-properties text:display="none"/></style:style>'
    '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="P0"/>'
    '<style:style style:name="P0" style:family="paragraph"><style:text-properties style:font-name="F"/></style:style>'
    '<style:font-face style:name="F" svg:font-family="\'.VnTime\'"/>'
)


@pytest.mark.parametrize("name", ODT)
def test_odt(name: str) -> None:
    body, expected, left_out = ODT[name]
    fonts = '<style:font-face style:name="F" svg:font-family="\'.VnTime\'"/>'
    document = odt_document(made.odt(body, styles=fonts + ODT_STYLES))
    assert texts(document) == expected
    assert document.left_out == left_out


def test_headers_of_odt_are_counted_and_sheets_are_tables(tmp_path: Path) -> None:
    bars = (
        "<style:header><text:p>Top</text:p><text:p>More</text:p></style:header><style:footer><text:p/></style:footer>"
    )
    assert odt_document(made.odt("<text:p>One.</text:p>", bars=bars)).left_out == {"headers": 1}
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    rows = "".join(
        f"<table:table-row>{cell.format(a)}{cell.format(b)}</table:table-row>" for a, b in ((EN, VI), (EN_2, VI_2))
    )
    gone = f'<table:table-row table:visibility="collapse">{cell.format("x")}</table:table-row>'
    (tmp_path / "a.ods").write_bytes(made.odt(f"<table:table>{rows}{gone}</table:table>", kind="spreadsheet"))
    article = read_article(tmp_path / "a.ods")
    assert (article.layout, article.left_out) == ("columns", {"hidden rows": 1})
    assert [s.text for s in article.target] == [VI, VI_2]


# RTF ------------------------------------------------------------------------------------------------------------------

RTF = {
    # RTF 1.9.1; \'hh in the code page of the font, \u with what follows it passed over.
    "unicode": (r"Vi\u7879?t \uc2 Nam\u8217ab\uc0\u233 .\par", ["Việt Nam’é."], {}),
    "a code page by font": (r"{\f1 Ti\'EA\'ECng} \'e9\par", ["Tiê\u0301ng é"], {}),
    "a legacy font": (r"{\f2 Vi\'d6t m\-a}\par{\f3 Vi\'d6t}\par ca\-no\par", ["Việt mưa", "VIỆT", "cano"], {}),
    "notes": (
        r"One.{\super\chftn}{\footnote \pard {\super\chftn} A note.\par}\par Two.\par",
        ["One.", "Two.", "A note."],
        {},
    ),
    "boxes": (
        r"Around.{\shp{\*\shpinst{\sp{\sn x}{\sv y}}{\shptxt\pard In a box.\par}}{\shprslt no}}\par",
        ["In a box.", "Around."],
        {},
    ),
    "hidden and deleted": (
        r"a {\v no}b {\deleted no}{\revised c}\par",
        ["a b c"],
        {"hidden runs": 1, "deleted revisions": 1},
    ),
    "bars and comments": (
        r"{\header\pard Top\par}{\footerf x\par}One.{\*\atnid A}{\*\annotation\pard Hm.\par}\par",
        ["One."],
        {"headers": 1, "footers": 1, "comments": 1},
    ),
    "lists": (
        r"{\listtext\pard 1.\tab}\pard\ls1 One.\par{\pntext\'B7\tab}\pard Two.\par\pard Three.\par",
        ["One.", "Two.", "Three."],
        {},
    ),
    "fields": (r'{\field{\*\fldinst HYPERLINK "x"}{\fldrslt here}} it is.\par', ["here it is."], {}),
    "contents": (
        r"{\field{\*\fldinst { TOC \\o}}{\fldrslt Coasts 3\par Ports 5\par}}\pard Coasts\par",
        ["Coasts"],
        {"lines of the table of contents": 2},
    ),
    "symbols": (r"a\~b\_c\-d\{e\}\\ \lquote x\rquote\emdash y\line z\par", ["a\u00a0b-cd{e}\\ ‘x’—y\nz"], {}),
    "pictures and bytes": (r"a{\pict\bin5 }}{{}x}b{\*\unknown no}c\par", ["abc"], {}),
    "pairs of surrogates": (r"\u-10179?\u-8694?\par", ["😊"], {}),
    "told twice": (r"{\upr{ansi}{\*\ud{\u7879?}}}\par", ["ệ"], {}),
}
FONTS = (
    r"{\f0\fnil\fcharset0 Arial;}{\f1\fcharset163 Times New Roman{\*\falt x};}{\f2\fnil .VnTime;}{\f3\fnil .VnTimeH;}"
)


@pytest.mark.parametrize("name", RTF)
def test_rtf(name: str) -> None:
    body, expected, left_out = RTF[name]
    document = rtf_document(made.rtf(body, FONTS))
    assert texts(document) == expected
    assert document.left_out == left_out


def test_tables_of_rtf() -> None:
    rows = "".join(rf"\trowd\cellx1\cellx2\pard\intbl {a}\cell {b}\cell\row " for a, b in (("a", "b"), ("", "d")))
    nested = r"\trowd\pard\intbl e\par\pard\intbl\itap2 f\nestcell{\*\nesttableprops\trowd\nestrow}"
    nested += r"\pard\intbl\itap1 g\cell h\cell\row"
    document = rtf_document(made.rtf(rf"{rows}\pard out\par {nested}\pard end\par"))
    found = dict(zip(texts(document), [block.cell for block in document.blocks], strict=True))
    assert found["a"] == (0, 0, 0)
    assert found["b"] == (0, 0, 1)
    assert found["d"] == (0, 1, 1)
    assert found["out"] is found["end"] is None
    assert found["e"] == found["g"] == (1, 2, 0)
    assert found["f"] == (2, 3, 0)
    assert found["h"] == (1, 2, 1)


def test_rtf_in_vietnamese_code_page() -> None:
    body = "Ti\\'ea\\'ecng Vi\\'ea\\'f2t\\par"
    assert texts(rtf_document(made.rtf(body, head="\\ansi\\ansicpg1258"))) == ["Tiê\u0301ng Viê\u0323t"]


# PPTX, XLSX, EPUB -----------------------------------------------------------------------------------------------------


def test_slides_of_pptx_in_order_shapes_by_place() -> None:
    first = (
        shape("right", at=(5_000_000, 2_000_100))
        + shape("left", at=(0, 2_100_000))
        + shape("3", at=(0, 9_000_000), holder="sldNum")
        + shape("unseen", at=(0, 0), hidden=True)
        + shape("Heading", at=(0, 5_000_000), holder="title")
        + "<p:grpSp><p:grpSpPr><a:xfrm><a:off x='0' y='7000000'/></a:xfrm></p:grpSpPr>"
        + shape("grouped", at=(9, 0))
        + "</p:grpSp>"
    )
    cells = "".join(f"<a:tc><a:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:txBody></a:tc>" for text in (EN, VI))
    second = f"<p:graphicFrame><a:tbl><a:tr>{cells}</a:tr></a:tbl></p:graphicFrame>" + shape(
        "<a:p><a:pPr><a:buChar char='x'/></a:pPr><a:r><a:t>one</a:t></a:r><a:br/>"
        "<a:fld type='slidenum'><a:t>9</a:t></a:fld>"
        "<a:r><a:rPr><a:latin typeface='.VnTime'/></a:rPr><a:t>ViÖt</a:t></a:r></a:p>"
    )
    notes = {0: shape("Say hello.", holder="body") + shape("5", holder="sldNum")}
    document = pptx_document(made.pptx([first, second, shape("never")], notes, hidden=[2]))
    assert texts(document) == ["Heading", "left", "right", "grouped", EN, VI, "one\nViệt", "Say hello."]
    assert document.left_out == {"footers": 1, "hidden shapes": 1, "hidden slides": 1}
    assert [block.cell for block in document.blocks if block.cell] == [(0, 0, 0), (0, 0, 1)]
    assert [block.is_item for block in document.blocks].count(True) == 1


def test_xlsx_as_a_bilingual_document(tmp_path: Path) -> None:
    rows = [["id", "English", "Tiếng Việt"], ["1", EN, VI], ["2", EN_2, VI_2]]
    other = (
        '<x:cols><x:col min="2" max="2" hidden="1"/></x:cols><x:sheetData>'
        '<x:row hidden="1"><x:c r="A1" t="inlineStr"><x:is><x:t>gone</x:t></x:is></x:c></x:row>'
        '<x:row><x:c r="A2" t="str"><x:f>x</x:f><x:v>It rained.</x:v></x:c>'
        '<x:c r="B2" t="inlineStr"><x:is><x:t>hidden</x:t></x:is></x:c>'
        '<x:c r="D2" s="1" t="inlineStr"><x:is><x:r><x:t>Trêi m\u00ada.</x:t></x:r>'
        "<x:rPh><x:t>no</x:t></x:rPh></x:is></x:c>"
        "</x:row><x:row><x:c r='A3'><x:f>y</x:f></x:c><x:c r='D3' t='e'><x:v>#REF!</x:v></x:c></x:row></x:sheetData>"
    )
    styles = (
        '<x:fonts><x:font><x:name val="Arial"/></x:font><x:font><x:name val=".VnTime"/></x:font></x:fonts>'
        '<x:cellXfs><x:xf fontId="0"/><x:xf fontId="1"/></x:cellXfs>'
    )
    data = made.xlsx({"a": made.sheet_rows(rows), "b": other, "c": made.sheet_rows([["no"]])}, styles, hidden=["c"])
    document = xlsx_document(data)
    assert texts(document)[-2:] == ["It rained.", "Trời mưa."]
    assert document.blocks[-1].cell == (1, 3, 3)
    assert document.left_out == {
        "hidden sheets": 1, "hidden rows": 1, "hidden columns": 1, "formulas without a value": 1,
        "cells with an error": 1,
    }  # fmt: skip
    (tmp_path / "a.xlsx").write_bytes(data)
    article = read_article(tmp_path / "a.xlsx")
    assert article.layout == "columns"
    assert [s.text for s in article.source] == [EN, EN_2, "It rained."]
    assert [s.text for s in article.target] == [VI, VI_2, "Trời mưa."]


def test_charts_of_a_workbook_are_counted() -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append([EN, VI])
    for cell in ("D2", "D20"):
        chart = openpyxl.chart.BarChart()
        chart.add_data(openpyxl.chart.Reference(book.active, min_col=1, min_row=1))
        book.active.add_chart(chart, cell)
    book.save(data := io.BytesIO())
    assert xlsx_document(data.getvalue()).left_out == {"charts": 2}


def test_pages_of_epub_in_the_order_of_the_spine() -> None:
    note = '<a epub:type="noteref" href="#n1">1</a>'
    pages = {
        "cover.xhtml": made.page("<p>Cover</p>"),
        "toc.xhtml": made.page('<nav epub:type="toc"><ol><li><a href="b.xhtml">B</a></li></ol></nav>'),
        "b.xhtml": made.page(
            f"<script/><h1>Coasts&nbsp;&mdash; ports</h1><p>One.{note} Two<sup><a href='#n2'>[2]</a></sup>.</p>"
            "<p><span epub:type='pagebreak'>12</span>Three.</p><!-- a comment that is prose in English words -->"
            "<aside epub:type='footnote'><p><a href='#r1'>1</a>. A note. <a href='#r1'>↩︎</a></p></aside>"
            "<p>See <a href='c.xhtml#x'>the next chapter</a>.</p>"
            "<table><tr><td>x</td></tr></table>"
        ),
        "a%20b.xhtml": made.page("<table><tr><td>y</td></tr></table><p>Four<br>unclosed"),
    }
    extra = {"OEBPS/text/a b.xhtml": pages["a%20b.xhtml"]}
    document = epub_document(made.epub(pages, nav="toc.xhtml", extra=extra))
    expected = [
        "Coasts — ports",
        "One. Two.",
        "Three.",
        "A note.",
        "See the next chapter.",
        "x",
        "y",
        "Four\nunclosed",
    ]
    assert texts(document) == expected
    assert document.left_out == {"cover pages": 1, "navigation pages": 1, "marks of notes": 4, "page numbers": 1}
    assert [block.cell for block in document.blocks if block.cell] == [(0, 0, 0), (1, 1, 0)]


def test_a_guide_tells_cover_and_contents() -> None:
    pages = {name: made.page(f"<p>{name}</p>") for name in ("titlepage.xhtml", "list.xhtml", "one.xhtml")}
    guide = '<reference type="cover" href="text/titlepage.xhtml"/><reference type="toc" href="text/list.xhtml#x"/>'
    document = epub_document(made.epub(pages, guide=guide))
    assert texts(document) == ["one.xhtml"]
    assert document.left_out == {"cover pages": 1, "navigation pages": 1}


def test_a_locked_book_is_refused_one_with_locked_fonts_is_not() -> None:
    told = '<encryption><EncryptedData><EncryptionMethod Algorithm="{}"/></EncryptedData></encryption>'
    pages = {"a.xhtml": made.page(f"<p>{EN}</p>")}
    font = told.format("http://www.idpf.org/2008/embedding")
    assert texts(epub_document(made.epub(pages, extra={"META-INF/encryption.xml": font}))) == [EN]
    with pytest.raises(InputError, match=r"a locked book \(DRM\)"):
        epub_document(made.epub(pages, extra={"META-INF/encryption.xml": told.format("aes256")}))


# Formats that are not read, files under a wrong name ------------------------------------------------------------------

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.doc", OLE + "WordDocument".encode("utf-16-le"), "a Word document .*convert-to docx a.doc"),
        ("a.doc", OLE, "a Word document .*convert-to docx a.doc"),
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "locked by a password.*save it without one"),
        ("a.xls", OLE + "Workbook".encode("utf-16-le"), "an Excel file .*convert-to xlsx a.xls"),
        ("a.PPT", OLE + "PowerPoint Document".encode("utf-16-le"), "a PowerPoint file .*convert-to pptx a.PPT"),
        ("a.mobi", b"A book" + bytes(54) + b"BOOKMOBI", r"a Kindle book.*ebook-convert FILE|a.mobi a.mobi.epub"),
        ("a.azw3", bytes(90), "a Kindle book, which is not read"),
        ("a.sub", b"{0}{25}Where is he?", r"subtitles of another kind.*ffmpeg -i a.sub a.sub.srt"),
        ("a.sbv", b"0:00:01.000,0:00:02.000\nWhere?", "subtitles of another kind, which is not read"),
        ("a.lrc", b"[00:12.00]Where is he?", "subtitles of another kind"),
        ("a.ttml", b"<tt><body><p begin='1s'>Hi.</p></body></tt>", "subtitles of another kind"),
        ("a.fb2", b"<FictionBook/>", "a FictionBook.*ebook-convert"),
        ("a.tex", b"\\section{Rain} It rained.", "a text with markup of its own.*pandoc a.tex"),
        ("a.rst", b"Rain\n====\nIt rained.", "a text with markup of its own"),
        ("a.ipynb", b'{"cells": []}', "a Jupyter notebook.*nbconvert"),
        ("a.eml", b"From: a@example.org\n\nIt rained.", "mail or a saved page"),
        ("a.pages", made.archive({"Index/Document.iwa": b"\0"}), "a Pages document.*export it as .docx"),
    ],
)
def test_a_format_that_is_not_read_says_the_way_out(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=message) as caught:
        read_article(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_what_a_file_holds_counts_not_its_name(tmp_path: Path) -> None:
    body = rf"{rtf_text(EN)}\par {rtf_text(VI)}\par"
    files = {
        "a.doc": made.rtf(body),
        "b.doc": made.docx(wp(wr(EN)) + wp(wr(VI))),
        "c.doc": f"<html><body><p>{EN}</p><p>{VI}</p></body></html>".encode(),
        "d": made.epub({"a.xhtml": made.page(f"<p>{EN}</p><p>{VI}</p>")}),
        "e.bin": made.odt(f"<text:p>{EN}</text:p><text:p>{VI}</text:p>"),
        "f.zip": made.pptx([shape(EN, VI)]),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        assert [s.text for s in read_article(tmp_path / name).target] == [VI], name
    assert all(not row.todo.endswith(".") for row in UNREAD)
    assert format_of_file("x.docx", b"PK") is not None


# Faults ---------------------------------------------------------------------------------------------------------------

READERS = {
    "docx": docx_document, "odt": odt_document, "rtf": rtf_document, "pptx": pptx_document, "xlsx": xlsx_document,
    "epub": epub_document,
}  # fmt: skip


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no archive", made.archive({"a": "b"}), made.docx("")[:300]])
def test_what_is_none_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(InputError, match=r"^not an? "):
        READERS[name](data)


def test_broken_xml_is_refused() -> None:
    with pytest.raises(InputError, match=r"not a DOCX file .found XMLSyntaxError"):
        docx_document(made.docx("<w:p>"))


@pytest.mark.parametrize(("font", "char"), [(".VnTime", "F0D6"), ("VPS Times", "F08C"), ("VISCII Roman", "F0AE")])
def test_a_symbol_in_a_legacy_font_is_its_letter(font: str, char: str) -> None:
    data = made.docx(wp(wr("Vi"), f'<w:r><w:sym w:font="{font}" w:char="{char}"/></w:r>', wr("t Nam")))
    assert (texts(docx_document(data)), docx_document(data).left_out) == (["Việt Nam"], {})


def test_what_is_left_out_is_told(tmp_path: Path) -> None:
    path = tmp_path / "in" / "a.docx"
    path.parent.mkdir()
    path.write_bytes(made.docx(wp(wr(EN)) + wp(wr(VI)), header1=wp(wr("x")), footer1=wp(wr("x"))))
    assert aligner.read_article(path).left_out == {"headers": 1, "footers": 1}
    done = subprocess.run([sys.executable, "-m", "aligner", "align", str(path)], capture_output=True, encoding="utf-8")
    assert "left out of the text: 1 footers, 1 headers\n" in done.stderr
    build_corpus(path.parent, tmp_path / "out", config=BuildConfig(compress=False), jobs=1)
    head, row = ((tmp_path / "out" / "documents.tsv").read_text("utf-8")).splitlines()
    assert dict(zip(head.split("\t"), row.split("\t"), strict=True))["left_out"] == "1 × footers, 1 × headers"


def test_the_main_text_of_a_page(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura")
    menu = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/n'>News</a></li></ul></nav>"
    text = "".join(
        f"<p>{en} It has been so for a long time now.</p><p>{vi} Từ lâu đã như vậy rồi.</p>"
        for en, vi in ((EN, VI), (EN_2, VI_2))
    )
    (tmp_path / "a.html").write_text(
        f"<html><body>{menu}<article>{text}</article><footer>Imprint</footer></body></html>", "utf-8"
    )
    whole, main = read_article(tmp_path / "a.html"), read_article(tmp_path / "a.html", main_text=True)
    assert "Home" in whole.source_text
    assert "Home" not in main.source_text
    assert [s.text for s in main.target][::2] == [VI, VI_2]
    assert main.left_out == {"blocks beside the main text": 3}
    (tmp_path / "a.txt").write_text(f"{EN}\n\n{VI}\n", "utf-8")
    with pytest.raises(InputError, match=r"main text is asked of what is no page .found plain text"):
        read_article(tmp_path / "a.txt", main_text=True)


def test_a_corpus_of_main_texts(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura")
    folder = tmp_path / "in"
    folder.mkdir()
    text = "".join(
        f"<p>{en} It has been so for long.</p><p>{vi} Từ lâu đã như vậy rồi.</p>" for en, vi in ((EN, VI),) * 3
    )
    page = f"<html><body><nav><a href='/'>Home page of the town</a></nav><article>{text}</article></body></html>"
    (folder / "a.html").write_text(page, "utf-8")
    (folder / "b.docx").write_bytes(made.docx(wp(wr(EN)) + wp(wr(VI))))
    found = {}
    for main_text in (False, True):
        config = aligner.BuildConfig(main_text=main_text, compress=False)
        total = aligner.build_corpus(folder, tmp_path / str(main_text), config=config, jobs=1)
        assert (total["documents"], total["set_aside"]) == (2, {})
        found[main_text] = total["counts"]["en_sentences"]
    assert found[False] == found[True] + 1
    assert "main_text" not in aligner.BuildConfig().describe()


# The same pairs as of plain text --------------------------------------------------------------------------------------

ARTICLES = sorted(path for path in (ROOT / "corpus/articles").iterdir() if ".vi." not in path.name)

WRITERS = {
    "docx": lambda paragraphs: made.docx("".join(wp(wr(text)) for text in paragraphs)),
    "odt": lambda paragraphs: made.odt("".join(f"<text:p>{made.escape(text)}</text:p>" for text in paragraphs)),
    "rtf": lambda paragraphs: made.rtf("".join(rf"\pard {rtf_text(text)}\par" + "\n" for text in paragraphs)),
    "pptx": lambda paragraphs: made.pptx([shape(*paragraphs[k : k + 4]) for k in range(0, len(paragraphs), 4)]),
    "epub": lambda paragraphs: made.epub(
        {
            f"{k}.xhtml": made.page("".join(f"<p>{made.escape(text)}</p>" for text in paragraphs[k : k + 7]))
            for k in range(0, len(paragraphs), 7)
        }
    ),
    "xlsx": lambda paragraphs: made.xlsx({"a": made.sheet_rows([[text] for text in paragraphs])}),
    "html": lambda paragraphs: made.page("".join(f"<p>{made.escape(text)}</p>" for text in paragraphs)).encode(),
}


def pairs_of(article: aligner.Article) -> set[tuple[str, ...]]:
    alignment = aligner.align_article(article)
    return {
        tuple(" ".join(text.split()) for text in alignment.texts(bead)) for bead in alignment.beads if not bead.is_null
    }


def paragraphs_of(article: aligner.Article, side: str) -> list[str]:
    """The paragraphs of a side, each its sentences."""
    found: dict[int, list[str]] = {}
    for sentence in article.source if side == "en" else article.target:
        found.setdefault(sentence.block, []).append(sentence.text)
    return [" ".join(sentences) for sentences in found.values()]


def twin_f1(path: Path, folder: Path, suffixes: list[str]) -> dict[str, float]:
    """F1 of the pairs of an article in each format, against those of its two sides as plain text."""
    other = path.with_name(path.name.replace(".en.", ".vi."))
    article = read_article(path, other if other != path else None)
    sides = {lang: paragraphs_of(article, lang) for lang in ("en", "vi")}
    for lang, paragraphs in sides.items():
        (folder / f"a.{lang}.txt").write_text("\n\n".join(paragraphs) + "\n", "utf-8")
    expected = pairs_of(read_article(folder / "a.en.txt", folder / "a.vi.txt"))
    found = {}
    for suffix in suffixes:
        for lang, paragraphs in sides.items():
            (folder / f"a.{lang}.{suffix}").write_bytes(WRITERS[suffix](paragraphs))
        pairs = pairs_of(read_article(folder / f"a.en.{suffix}", folder / f"a.vi.{suffix}"))
        found[suffix] = 2 * len(pairs & expected) / (len(pairs) + len(expected))
    return found


def test_an_article_in_every_format_gives_the_pairs_of_its_plain_twin(tmp_path: Path) -> None:
    found = twin_f1(ROOT / "corpus/articles/weather_station.md", tmp_path, list(WRITERS))
    assert {suffix: f1 for suffix, f1 in found.items() if f1 < 0.99} == {}


LETTERS = st.characters(
    codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"], exclude_characters="\u00ad\ufffe\uffff"
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(LETTERS, min_size=1, max_size=30), min_size=1, max_size=6))
def test_every_format_keeps_every_letter(paragraphs: list[str]) -> None:
    expected = "".join("".join(paragraphs).split())
    for suffix, read in READERS.items():
        document = read(WRITERS[suffix](paragraphs))
        found = "".join(document.text[block.start : block.end] for block in document.blocks)
        blank = dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))  # at the ends of blocks as good as white space
        assert "".join(found.split()).translate(blank) == expected.translate(blank), suffix


@pytest.mark.slow
@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_all_articles_in_every_format_give_the_pairs_of_their_plain_twins(path: Path, tmp_path: Path) -> None:
    found = twin_f1(path, tmp_path, list(WRITERS))
    assert {suffix: f1 for suffix, f1 in found.items() if f1 < 0.99} == {}


@pytest.mark.parametrize("kind", ["docx", "xlsx", "ods", "html"])
def test_two_columns_of_a_table_are_two_languages(tmp_path: Path, kind: str) -> None:
    article = read_article(ROOT / "corpus/articles/interview.txt")
    rows = [
        (article.source_text[a.start : a.end], article.target_text[b.start : b.end])
        for a, b in zip(article.blocks[::2], article.blocks[1::2], strict=False)
        if (a.side, b.side, a.unit) == ("source", "target", b.unit) and a.language == "en"
    ][:12]
    assert len(rows) > 5
    cells = [[" ".join(text.split()) for text in row] for row in rows]
    if kind == "docx":
        told = "".join("<w:tr>" + "".join(f"<w:tc>{wp(wr(text))}</w:tc>" for text in row) + "</w:tr>" for row in cells)
        data = made.docx(f"<w:tbl>{told}</w:tbl>")
    elif kind == "xlsx":
        data = made.xlsx({"a": made.sheet_rows(cells)})
    elif kind == "ods":
        cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
        told = "".join(
            "<table:table-row>" + "".join(cell.format(made.escape(t)) for t in row) + "</table:table-row>"
            for row in cells
        )
        data = made.odt(f"<table:table>{told}</table:table>", kind="spreadsheet")
    else:
        told = "".join("<tr>" + "".join(f"<td>{made.escape(text)}</td>" for text in row) + "</tr>" for row in cells)
        data = f"<table>{told}</table>".encode()
    (tmp_path / f"a.{kind}").write_bytes(data)
    found = read_article(tmp_path / f"a.{kind}")
    assert found.layout == "columns"
    tsv = tmp_path / "a.tsv"
    tsv.write_text("\n".join("\t".join(row) for row in cells) + "\n", "utf-8")
    assert pairs_of(found) == pairs_of(read_article(tsv))
