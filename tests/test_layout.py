"""Layouts: the samples were written for these tests, after the kinds of bilingual text that are published.

Each sample is given as it stands, and its blocks as (unit, side, text), where the side is s or t.
"""

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aligner.bitext import Article
from aligner.documents.blocks import Document
from aligner.documents.html import html_document
from aligner.documents.layout import arrange, arrange_two
from aligner.documents.markdown import markdown_document
from aligner.documents.plain import plain_document
from aligner.documents.table import table_document
from aligner.errors import InputError

EN = [
    "The old town is quiet at night.",
    "Lanterns hang above every door and the river is dark.",
    "My grandmother sells vegetables and fruit at the market.",
    "We waited ten years for this bridge.",
    "Thousands of people came to see it.",
    "The children walk to school together.",
]
VI = [
    "Phố cổ yên tĩnh vào ban đêm.",
    "Đèn lồng treo trên mỗi cánh cửa và dòng sông tối đen.",
    "Bà tôi bán rau và hoa quả ở chợ.",
    "Chúng tôi đã chờ cây cầu này mười năm.",
    "Hàng nghìn người đã đến xem.",
    "Bọn trẻ cùng nhau đi bộ đến trường.",
]


def blocks(article: Article) -> list[tuple[int, str, str]]:
    texts = {"source": article.source_text, "target": article.target_text}
    return [(b.unit, b.side[0], " ".join(texts[b.side][b.start : b.end].split())) for b in article.blocks]


def units(article: Article) -> str:
    """Units and sides, as in '0s 0t 1s'."""
    return " ".join(f"{block.unit}{block.side[0]}" for block in article.blocks)


def check(article: Article, *documents: Document) -> None:
    """What holds for every article: spans, order, units that never fall, and nothing lost."""
    for side, sentences, document in (
        ("source", article.source, documents[0]),
        ("target", article.target, documents[-1]),
    ):
        mine = [i for i, block in enumerate(article.blocks) if block.side == side]
        found = [article.blocks[i].unit for i in mine]
        assert found == sorted(found)
        inside = [""] * len(document.text)
        for i in mine:
            for k in range(article.blocks[i].start, article.blocks[i].end):
                inside[k] += "b"
        at = 0
        for sentence in sentences:
            block = article.blocks[sentence.block]
            assert max(at, block.start) <= sentence.start < sentence.end <= block.end
            assert sentence.text.strip() == sentence.text != ""
            assert "\n" not in sentence.text
            at = sentence.end
            for k in range(sentence.start, sentence.end):
                inside[k] += "s"
        if len(documents) == 2:
            assert_nothing_lost(document, inside)
    if len(documents) == 1:
        inside = [""] * len(article.source_text)
        for block in article.blocks:
            for k in range(block.start, block.end):
                inside[k] += "b"
        for sentence in (*article.source, *article.target):
            for k in range(sentence.start, sentence.end):
                inside[k] += "s"
        assert_nothing_lost(documents[0], inside)


def assert_nothing_lost(document: Document, inside: list[str]) -> None:
    """Every character of `plain` but white space and the bullet of a block is in one block and in one sentence."""
    for k, character in enumerate(document.plain):
        if character.isspace():
            continue
        assert inside[k] in ("bs", "b"), (k, character)
        if inside[k] == "b":
            assert character in "•-–*>", (k, document.plain[max(0, k - 20) : k + 20])


class Case(NamedTuple):
    text: str
    layout: str
    units: str


def interleaved(pattern: str, between: str = "\n\n", bullet: str = "") -> str:
    """'etet' -> English 0, Vietnamese 0, English 1, …"""
    pieces, at = [], {"e": 0, "t": 0}
    for letter in pattern:
        pieces.append(EN[at["e"]] if letter == "e" else bullet + VI[at["t"]])
        at[letter] += 1
    return between.join(pieces)


PLAIN = {
    "paragraphs": Case(interleaved("etetet"), "paragraphs", "0s 0t 1s 1t 2s 2t"),
    "Vietnamese first": Case(interleaved("tetete"), "paragraphs", "0t 0s 1t 1s 2t 2s"),
    "one pair": Case(interleaved("et"), "paragraphs", "0s 0t"),
    "one pair, Vietnamese first": Case(interleaved("te"), "paragraphs", "0t 0s"),
    "bulleted": Case(interleaved("etet", bullet="  • "), "bulleted", "0s 0t 1s 1t"),
    "dashes": Case(interleaved("etet", "\n", bullet="- "), "bulleted", "0s 0t 1s 1t"),
    "Vietnamese first, English below": Case(interleaved("tete", "\n"), "lines", "0t 0s 1t 1s"),
    "line pairs": Case(interleaved("etetet", "\n"), "lines", "0s 0t 1s 1t 2s 2t"),
    "line pairs apart": Case(
        "\n\n".join(f"{e}\n{v}" for e, v in zip(EN, VI, strict=True)), "lines", " ".join(f"{i}s {i}t" for i in range(6))
    ),
    "halves": Case("\n\n".join(EN + VI), "halves", " ".join(["-1s"] * 6 + ["-1t"] * 6)),
    "halves, Vietnamese first": Case("\n".join(VI + EN), "halves", " ".join(["-1t"] * 6 + ["-1s"] * 6)),
    # Textbooks: a heading above each half; 'English' is in neither language, 'Bản dịch:' is Vietnamese.
    "headed halves": Case(
        "\n\n".join(["English", *EN[:3], "Bản dịch:", *VI[:3]]), "halves", "-1s -1s -1s -1s -1t -1t -1t -1t"
    ),
    # k source blocks before l target blocks
    "2 before 1": Case(interleaved("eetetet"), "paragraphs", "0s 1s 1t 2s 2t 3s 3t"),
    "1 before 2": Case(interleaved("ettetet"), "paragraphs", "0s 0t 1t 2s 2t 3s 3t"),
    "2 before 2": Case(interleaved("eetteteett"), "paragraphs", "0s 1s 0t 1t 2s 2t 3s 4s 3t 4t"),
    "3 before 2": Case(interleaved("eteeettet"), "paragraphs", "0s 0t 1s 1s 1s 1t 1t 2s 2t"),
    # A date belongs to no pair; a link that stands twice is one for each side; a name and its Vietnamese form too.
    "date": Case(f"{EN[0]}\n\n{VI[0]}\n\n12/3/2025\n\n{EN[1]}\n\n{VI[1]}", "paragraphs", "0s 0t 1s 2s 2t"),
    "twin links": Case(
        f"{EN[0]}\n\n{VI[0]}\n\nhttp://a.vn\n\nhttp://a.vn\n\n{EN[1]}\n\n{VI[1]}", "paragraphs", "0s 0t 1s 1t 2s 2t"
    ),
    "twin names": Case(f"{EN[0]}\n{VI[0]}\nHanoi\nHà Nội\n{EN[1]}\n{VI[1]}", "lines", "0s 0t 1s 1t 2s 2t"),
    # Subtitles: the number and the time are in neither language; so is 'OK', but a Vietnamese line stands below it.
    "subtitles": Case(
        f"1\n00:00:01,000 --> 00:00:03,000\n{EN[0]}\n{VI[0]}\n\n2\n00:00:04,000 --> 00:00:05,000\nOK\nĐược rồi\n\n"
        f"3\n00:00:06,000 --> 00:00:07,000\n{EN[1]}\n{VI[1]}\n",
        "lines",
        "0s 1s 2s 2t 3s 4s 5s 5t 6s 7s 8s 8t",
    ),
    # The line of a pair that is in neither language stands after an English one.
    "answer in neither language": Case(
        f"{EN[0]}\n{VI[0]}\n\nAll of us are fine.\nOK\n\n{EN[1]}\n{VI[1]}", "lines", "0s 0t 1s 1t 2s 2t"
    ),
    # The bullet places a date and a short line that looks like the other language.
    "bulleted date": Case(
        f"{EN[0]}\n\n• {VI[0]}\n\n3/2025\n\n• 3/2025\n\nĐà Nẵng\n\n• Đà Nẵng"
        f"\n\n{EN[1]}\n\n• {VI[1]}\n\n{EN[2]}\n\n• {VI[2]}\n\n{EN[3]}\n\n• {VI[3]}",
        "bulleted",
        "0s 0t 1s 1t 2s 2t 3s 3t 4s 4t 5s 5t",
    ),
    "mixed": Case("\n\n".join([*EN[:3], VI[2], *EN[3:]]), "mixed", "0s 1s 2s 2t 3s 4s 5s"),
    "unaccented": Case(
        f"{EN[0]}\n\nPho co yen tinh vao ban dem.\n\n{EN[2]}\n\nBa toi ban rau va hoa qua o cho.",
        "paragraphs",
        "0s 0t 1s 1t",
    ),
}


@pytest.mark.parametrize("name", PLAIN)
def test_plain_layouts(name: str) -> None:
    case = PLAIN[name]
    document = plain_document(case.text)
    article = arrange(document)
    assert (article.layout, units(article)) == (case.layout, case.units)
    check(article, document)


def test_marks_are_left_out_of_the_sentences() -> None:
    for bullet in ("• ", "- ", "> ", "–  "):
        article = arrange(plain_document(interleaved("etet", bullet=bullet)))
        assert [s.text for s in article.target] == VI[:2]
        assert [article.target_text[s.start : s.end] for s in article.target] == VI[:2]


def test_tables() -> None:
    rows = [
        ("id", "English", "Tiếng Việt", "score"),
        ("1", EN[0], VI[0], "0.9"),
        ("2", "Hanoi", "Hà Nội", "1"),
        ("3", EN[1], VI[1], "0"),
    ]
    by_tabs = arrange(table_document("\n".join("\t".join(row) for row in rows)))
    by_pipes = arrange(markdown_document("\n".join("|".join(row) for row in [rows[0], ["-"] * 4, *rows[1:]])))
    by_tags = arrange(html_document("<table>" + "".join("<tr><td>" + "<td>".join(row) for row in rows) + "</table>"))
    for article in (by_tabs, by_pipes, by_tags):
        assert article.layout == "columns"
        assert [s.text for s in article.source] == [EN[0], "Hanoi", EN[1]]
        assert [s.text for s in article.target] == [VI[0], "Hà Nội", VI[1]]
        # Header, numbers and scores stay as blocks without a sentence, each in its row.
        assert len(article.blocks) == 16
        assert [article.blocks[s.block].unit for s in article.target] == [1, 2, 3]
        assert [article.blocks[s.block].unit for s in article.source] == [1, 2, 3]


def test_columns_are_found_by_content() -> None:
    article = arrange(table_document(f"{VI[0]}\t{EN[0]}\n{VI[1]}\t{EN[1]}\n"))
    assert [s.text for s in article.source] == EN[:2]


def test_a_row_with_equally_many_paragraphs_is_paired_in_order() -> None:
    cells = ["".join(f"<p>{text}" for text in side[:3]) for side in (VI, EN)]
    assert units(arrange(html_document(f"<table><tr><td>{cells[0]}<td>{cells[1]}</table>"))) == "0t 1t 2t 0s 1s 2s"


def test_prose_around_a_table() -> None:
    table = "\n".join(["a | b", "-|-", *(f"{e} | {v}" for e, v in zip(EN[:3], VI[:3], strict=True))])
    document = markdown_document(f"{EN[3]}\n\n{VI[3]}\n\n{table}\n\n{EN[4]}\n\n{VI[4]}\n")
    article = arrange(document)
    assert article.layout == "columns"
    assert units(article) == "0s 0t 1s 1t 2s 2t 3s 3t 4s 4t 5s 5t"


def test_english_in_comments() -> None:
    text = f"""<!--
# {EN[0]}
-->

# {VI[0]}
:label:`sec_town`

<!--
{EN[1]} {EN[2]}

{EN[3]}
-->

{VI[1]} {VI[2]}

{VI[3]}

```python
x = 1
```

<!--
{EN[4]}
-->

{VI[4]}
"""
    document = markdown_document(text)
    article = arrange(document)
    assert article.layout == "comments"
    assert units(article) == "0s 0t 1t 2s 3s 2t 3t 4t 5s 5t"
    assert [s.text for s in article.source] == EN[:5]
    assert [s.text for s in article.target] == [VI[0], ":label:`sec_town`", *VI[1:4], "x = 1", VI[4]]
    check(article, document)


def test_quotes_over_several_lines() -> None:
    document = markdown_document("".join(f"{e}\n\n> {v[:10]}\n> {v[10:]}\n\n" for e, v in zip(EN, VI, strict=True)))
    article = arrange(document)
    assert article.layout == "bulleted"
    assert [s.text.replace(" ", "") for s in article.target] == [v.replace(" ", "") for v in VI]
    check(article, document)


def test_two_files() -> None:
    source, target = markdown_document("# Town\n\n" + "\n\n".join(EN)), plain_document("\n\n".join([*VI, EN[0]]))
    article = arrange_two(source, target)
    assert article.layout == "two-files"
    assert [s.text for s in article.source] == ["Town", *EN]
    assert [s.text for s in article.target] == [*VI, EN[0]]  # what is not translated stays
    assert {block.unit for block in article.blocks} == {-1}
    check(article, source, target)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "\n\n".join(EN),
            "no Vietnamese text (found 6 English blocks); give both files: an English and a Vietnamese one",
        ),
        (
            "\n\n".join(VI),
            "no English text (found 6 Vietnamese blocks); give both files: an English and a Vietnamese one",
        ),
        (
            "12/3/2025\n\n99",
            "no English and no Vietnamese text (found 2 blocks in neither language); give text in both languages",
        ),
    ],
)
def test_one_language_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        arrange(plain_document(text))


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        (
            VI,
            EN,
            "the files are swapped (found Vietnamese in the first, English in the second); give the English file first",
        ),
        (EN, EN, "both files are English; give an English file first and a Vietnamese one second"),
        (VI, VI, "both files are Vietnamese; give an English file first and a Vietnamese one second"),
    ],
)
def test_wrong_files_are_refused(source: list[str], target: list[str], message: str) -> None:
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        arrange_two(plain_document("\n".join(source)), plain_document("\n".join(target)))


PIECES = st.sampled_from([*EN, *VI, "12/3/2025", "http://a.vn", "Hanoi", "• Hà Nội", "- OK", *(f"• {v}" for v in VI)])


@settings(max_examples=40)
@given(st.lists(st.tuples(PIECES, st.sampled_from(["\n", "\n\n", "\t", " | "])), max_size=12))
def test_nothing_is_lost(pieces: list[tuple[str, str]]) -> None:
    text = f"{EN[0]}\n\n{VI[0]}\n\n" + "".join(piece + gap for piece, gap in pieces)
    for read in (plain_document, markdown_document):
        document = read(text)
        check(arrange(document), document)
    source, target = plain_document(text + "\n\n".join(EN * 4)), markdown_document(text + "\n\n".join(VI * 4))
    check(arrange_two(source, target), source, target)
    table = arrange(table_document(text))
    for side in ("source", "target"):
        found = [block.unit for block in table.blocks if block.side == side]
        assert found == sorted(found)


def test_a_column_of_labels_is_no_language_column() -> None:
    rows = "".join(f"{en}\t{vi}\tkeep\n" for en, vi in zip(EN, VI, strict=True))
    for text in (rows, "English\tVietnamese\tdecision\n" + rows):
        article = arrange(table_document(text))
        assert article.layout == "columns"
        assert [s.text for s in article.source] == EN
        assert [s.text for s in article.target] == VI


def test_a_header_decides_before_the_weight_of_the_columns() -> None:
    note = "The translator was not sure of this sentence and asked the editor to read it again."
    text = "note\tsrc_text\ttrg_text\n" + f"{note}\t{EN[0]}\t{VI[0]}\n"
    assert [s.text for s in arrange(table_document(text)).source] == [EN[0]]
    # A source in the sense of a reference is not the English column: nothing in it is English.
    text = f"Source\tEnglish\tVietnamese\nhttps://a.vn/1\t{EN[0]}\t{VI[0]}\n"
    assert [s.text for s in arrange(table_document(text)).source] == [EN[0]]


def test_exported_pairs_are_read_back() -> None:
    text = (Path(__file__).parent.parent / "corpus" / "pairs" / "ferry.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines()[1:]]
    article = arrange(table_document(text))
    assert article.layout == "columns"
    for column, sentences, whole in (
        (0, article.source, article.source_text),
        (1, article.target, article.target_text),
    ):
        spans = {article.blocks[s.block] for s in sentences}
        assert sorted(whole[b.start : b.end] for b in spans) == sorted(row[column] for row in rows if row[column])


@pytest.mark.parametrize(
    ("text", "source", "target"),
    [
        ("Hello.\n\nXin chào các bạn.", ["Hello."], ["Xin chào các bạn."]),
        ("Welcome!\n\nChào mừng các bạn đã đến.", ["Welcome!"], ["Chào mừng các bạn đã đến."]),
        ("Hello\tXin chào\n", ["Hello"], ["Xin chào"]),
        ("English\tVietnamese\nHello\tXin chào\n", ["Hello"], ["Xin chào"]),
    ],
)
def test_a_text_too_short_to_tell_is_in_the_missing_language(text: str, source: list[str], target: list[str]) -> None:
    article = arrange(table_document(text) if "\t" in text else plain_document(text))
    assert [s.text for s in article.source] == source
    assert [s.text for s in article.target] == target
    assert [block.unit for block in article.blocks][-2:] == [article.blocks[-1].unit] * 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{VI[0]}\n\n12.5", "1 Vietnamese block, 1 in neither language"),
        (f"{VI[0]}\n\nhttps://example.org/hello", "1 Vietnamese block, 1 in neither language"),
        (f"{VI[0]}\n\n你好", "1 Vietnamese block, 1 in neither language"),
        # An article in one language with a name in it is no bilingual text.
        ("\n\n".join([*EN, "Reuters"]), "6 English blocks, 1 in neither language"),
    ],
)
def test_blocks_that_are_not_the_missing_language(text: str, found: str) -> None:
    with pytest.raises(InputError, match=rf"^no (?:English|Vietnamese) text .found {found}\)"):
        arrange(plain_document(text))
