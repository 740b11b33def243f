"""Formats to blocks. The samples were written for these tests; what a case shows is said beside it."""

import builtins
import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.documents.blocks import Document
from aligner.documents.docx import docx_document
from aligner.documents.html import html_document
from aligner.documents.markdown import markdown_document
from aligner.documents.plain import plain_document
from aligner.documents.table import table_document
from aligner.errors import InputError


def texts(document: Document) -> list[str]:
    return [" ".join(document.plain[block.start : block.end].split()) for block in document.blocks]


EN, VI = "The old town is quiet at night.", "Phố cổ yên tĩnh vào ban đêm."


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        (f"{EN}\n\n \t\n{VI}\n", [EN, VI]),
        (f"{EN}\n\u200b\n{EN}", [EN, EN]),  # a zero width space on a blank line, as web editors leave it
        (f"{EN}\n{VI}\n{EN}\n{VI}", [EN, VI, EN, VI]),  # line pairs
        ("Boats\nare for\nrent.", ["Boats are for rent."]),
        # Wrapped prose stays whole, but is cut where the language changes.
        (
            "The old town is quiet at night when\nthe shops have closed and the boats\nare back.\n"
            "Phố cổ yên tĩnh vào ban đêm khi các\ncửa hàng đã đóng và thuyền đã về bến.",
            [
                "The old town is quiet at night when the shops have closed and the boats are back.",
                "Phố cổ yên tĩnh vào ban đêm khi các cửa hàng đã đóng và thuyền đã về bến.",
            ],
        ),
        # Wrapped list items begin new blocks.
        (
            "- the old town is quiet when\n  the shops have closed\n- and the boats come back to\n  the river bank",
            ["- the old town is quiet when the shops have closed", "- and the boats come back to the river bank"],
        ),
        # One paragraph a line, no blank lines.
        (f"{EN}\n{EN}\n{EN}", [EN, EN, EN]),
        ("", []),
        (" \n\u00a0\n\ufeff", []),
    ],
)
def test_plain(text: str, blocks: list[str]) -> None:
    document = plain_document(text)
    assert texts(document) == blocks
    assert document.text == document.plain == text


@pytest.mark.parametrize("end", ["\f", "\x85", "\u2028", "\u2029"])
def test_other_line_ends_of_plain_text(end: str) -> None:
    text = f"{EN}{end}{VI}{end}{EN}"
    document = plain_document(text)
    assert [text[block.start : block.end] for block in document.blocks] == [EN, VI, EN]
    assert (document.text, document.plain) == (text, text.replace(end, "\n"))


def test_a_paragraph_separator_cuts_wrapped_prose() -> None:
    text = "the old town\nis quiet\u2029when the shops\nhave closed"
    assert texts(plain_document(text)) == ["the old town is quiet", "when the shops have closed"]


@pytest.mark.parametrize(
    ("text", "marked"),
    [("• Chào", True), ("- Chào", True), ("-Chào", False), ("> Chào", True), ("5. Chào", False), ("Chào", False)],
)
def test_marks(text: str, marked: bool) -> None:
    assert [block.marked for block in plain_document(text).blocks] == [marked]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("# Town #\n\nOld\ntown\n\nSetext\n===\n", ["Town", "Old town", "Setext"]),
        ("---\ntitle: Town\nlang: en\n---\n\n# Town\n", ["title: Town", "lang: en", "Town"]),
        ("---\n\nNo front matter\n\n---\n", ["No front matter"]),
        ("1. 1\n2. two\n   more\n   - [ ] three\n", ["1. 1", "2. two more", "[ ] three"]),
        ("> quoted\n> text\n>> deeper\n", ["quoted text", "deeper"]),
        ("> lazy\ncontinuation\n", ["lazy continuation"]),
        ("```js\njs\n\ncode()\n```\nafter\n", ["js code()", "after"]),
        ("~~~\n<!-- no comment -->\n~~~\n", ["<!-- no comment -->"]),
        ("> ```\n> quoted code\n> ```\n", ["quoted code"]),
        ("    x = y[1:]\n", ["x = y[1:]"]),
        (
            "| a | b \\| c |\n|---|:-:|\n| d || e |\nf | g\n",
            ["a", "b \\| c", "d", "e", "f", "g"],
        ),  # 'e' is beyond the header
        ("> | a | b |\n> |---|---|\n", ["a", "b"]),
        ('<div class="a > b">\nText <b>bold</b>\n</div>\n', ["Text bold"]),
        ("<Intro>\n\nText\n\n</Intro>\n", ["Text"]),
        ("<style>\n.a { color: red }\n</style>\n", ["<style> .a { color: red } </style>"]),
        ('[ref]: http://example.org "A title"\n', ['[ref]: http://example.org "A title"']),
        ("<!-- one -->after\n<!-- two\n\n# three\n-->\n", ["one", "after", "two", "three"]),
        ("<!-- not <!-- nested -->\n", ["not <!-- nested"]),
        ("<!-- never closed\n", ["never closed"]),
        ("> " * 30 + "deep\n", ["> " * 29 + "> deep"]),  # deeper than the parser nests
        ("\u00a0\nOld\n\u00a0\ntown\n", ["Old town"]),  # lines that are blank for us, not for CommonMark
    ],
)
def test_markdown(text: str, blocks: list[str]) -> None:
    document = markdown_document(text)
    assert texts(document) == blocks
    assert document.text == text


def test_markdown_comments_and_code_are_told() -> None:
    document = markdown_document(f"<!--\n# {EN}\n\n```\ncode\n```\n-->\n\n# {VI}\n\n    {VI}\n\n```\ncode\n```\n")
    assert [block.kind for block in document.blocks] == ["comment", "comment", "text", "text", "code"]


def test_markdown_cells() -> None:
    document = markdown_document("| a | b |\n|--|--|\n|   | c |\n\n| d |\n|---|\n")
    assert [block.cell for block in document.blocks] == [(1, 0, 0), (1, 0, 1), (1, 1, 1), (2, 2, 0)]


def test_markdown_paragraph_in_two_languages_is_cut() -> None:
    assert texts(markdown_document(f"{EN}\n{VI}\n")) == [EN, VI]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("<p>Old <b>town</b></p><p>by\nnight", ["Old town", "by night"]),
        ("<p>A &amp; B &#7897;&nbsp;&lt;b&gt;", ["A & B ộ <b>"]),
        (f"<div>{EN}<br/>{VI}<br><br>{VI}</div>", [EN, VI, VI]),
        ("<script>var a = '<p>no</p>';</script><style>p {}</style>yes", ["yes"]),
        ("<b><p>bad</b> nesting</p></div></table>", ["bad nesting"]),
        ('<p title="a > b">text', ["text"]),
        ('<p title="open>text</p>', []),  # an attribute to the end, as browsers read it
        ("<title>Tab</title><p>Page</p>", ["Page"]),
        ('<?xml version="1.0" encoding="iso-8859-1"?><meta charset="iso-8859-1"><p>Hà Nội', ["Hà Nội"]),
        ("1 < 2 and 3 > 2", ["1 < 2 and 3 > 2"]),
        (f"<!-- {EN} --><p>{VI}<!-- end --><!-- Google Tag Manager -->", [EN, VI]),
        ("<pre>line one\n  line two</pre>", ["line one line two"]),
        ("<pre><code>x = 1\n\ny = 2</code></pre>", ["x = 1 y = 2"]),
        ("<!-- unclosed", []),
    ],
)
def test_html(text: str, blocks: list[str]) -> None:
    assert texts(html_document(text)) == blocks


def test_html_cells_row_by_row() -> None:
    nested = "<table><tr><th>a<td>b<tr><td>c<td><table><tr><td>d</table>e</table>f"
    found = [
        (text, block.cell)
        for text, block in zip(texts(html_document(nested)), html_document(nested).blocks, strict=True)
    ]
    assert found == [
        ("a", (0, 0, 0)),
        ("b", (0, 0, 1)),
        ("c", (0, 1, 0)),
        ("d", (1, 2, 0)),
        ("e", (0, 1, 1)),
        ("f", None),
    ]


def test_html_nesting_has_no_limit() -> None:
    assert texts(html_document("<div><ul><li><b>" * 30_000 + "deep")) == ["deep"]


def test_table() -> None:
    document = table_document("1\t Old \tPhố cổ\n\nno tab\n\t\tx\n")
    assert texts(document) == ["1", "Old", "Phố cổ", "no tab", "x"]
    assert [block.cell for block in document.blocks] == [(0, 0, 0), (0, 0, 1), (0, 0, 2), None, (0, 3, 2)]


@pytest.mark.parametrize("read", [plain_document, markdown_document, html_document, table_document])
@given(text=st.text(st.sampled_from(list("ab1 \n\n\t#>-*|`<!/p\\[]:.'\"=&\u00a0ộ")), max_size=80))
def test_blocks_are_in_order_and_nothing_is_lost(read: Callable[[str], Document], text: str) -> None:
    document = read(text)
    assert len(document.plain) == len(document.text)
    assert all(shown in (kept, " ") for shown, kept in zip(document.plain, document.text, strict=True))
    at = 0
    for block in document.blocks:
        assert at <= block.start < block.end
        assert not document.plain[at : block.start].strip()
        assert not document.plain[block.start].isspace()
        assert not document.plain[block.end - 1].isspace()
        at = block.end
    assert not document.plain[at:].strip()


@given(
    st.lists(
        st.sampled_from(
            ["# ", "> ", "- ", "12. ", "    ", "\t", "\n", "\n\n", "| ", "|-|\n", "```\n", "word", "<!--", "-->", "x"]
        ),
        max_size=25,
    )
)
def test_markdown_keeps_every_word(pieces: list[str]) -> None:
    # An info string (```word) is markup; no fence is followed by a word on its line here.
    text = "".join(pieces)
    assert markdown_document(text).plain.count("word") == text.count("word")


def docx_bytes(build: Callable[..., None]) -> bytes:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    build(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_docx_in_document_order() -> None:
    def build(document) -> None:  # type: ignore[no-untyped-def]
        document.add_heading("The old town")
        document.add_paragraph(EN).add_run().add_break()
        table = document.add_table(rows=1, cols=2)
        table.cell(0, 0).text, table.cell(0, 1).text = "Hello", "Xin chào"
        document.add_paragraph(VI, style="List Bullet")

    document = docx_document(docx_bytes(build))
    assert texts(document) == ["The old town", EN, "Hello", "Xin chào", VI]
    assert [block.cell for block in document.blocks] == [None, None, (0, 0, 0), (0, 0, 1), None]
    assert [block.marked for block in document.blocks] == [False, False, False, False, True]
    assert [block.is_item for block in document.blocks] == [False, False, False, False, True]


def test_docx_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match=r"not a DOCX file .found BadZipFile: .*; save it as .docx or .txt"):
        docx_document(b"PK\x03\x04 no archive")
    real = builtins.__import__

    def without_docx(name: str, *rest: object, **kinds: object) -> object:
        if name.startswith("docx"):
            raise ImportError(name)
        return real(name, *rest, **kinds)  # type: ignore[arg-type]

    made = docx_bytes(lambda document: document.add_paragraph(EN))
    monkeypatch.setattr(builtins, "__import__", without_docx)
    assert texts(docx_document(made)) == [EN]  # python-docx was needed once, and is no longer
