"""Formats of pairs: round trips, what each cannot hold, hostile files, the same bytes each time, the command."""

import gzip
import io
import json
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html

import aligner
from aligner.cli import main
from aligner.errors import AlignerError, InputError, MissingExtraError
from aligner.files import streams
from aligner.pairs import chunks, tmx

EN = "The shop opens at nine o'clock."
VI = "Cửa hàng mở cửa lúc chín giờ."
EN2 = 'Fish & chips <b>now</b> "cheap", isn\'t it?'
VI2 = "Cá & khoai <b>nay</b> “rẻ”, phải không?"

ROWS = {
    "src_url": ["https://a.example/1?x=1&y=2", "", ""],
    "src_text": [EN, EN2, "NA"],
    "trg_text": [VI, VI2, "null"],
    "aligner_score": ["0.9123", "", "-0.1000"],
    "quality": ["0.9", "1e5", "nan"],
    "type": ["a", "", "b"],
    "bead_type": ["1:1", "1:2", "2:1"],
    "column:x": ["1", "", "None"],
    "trg_url": ["", "https://b.example/<2>", ""],
    "src_ids": ["0", "1,2", "3"],
    "doc_id": ["d1", "d1", "d2"],
    'odd "name" & <more>': ["x", "  two  spaces ", ""],
}
"""Text as TSV has it: everything a later format may take for something else."""

TEXT_FORMATS = (
    ".tsv", ".tsv.gz", ".tsv.zst", ".jsonl", ".jsonl.gz", ".tmx", ".tmx.gz", ".tmx.zst", ".parquet", ".xlf",
    ".xliff.gz",
)  # fmt: skip


def frame(**columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame({"src_text": [EN, EN2], "trg_text": [VI, VI2], **columns})


def read(path: Path, other: Path | None = None, **options: str) -> pd.DataFrame:
    return pd.concat(list(aligner.read_pairs(path, other, **options)), ignore_index=True)  # type: ignore[arg-type]


def text_of(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")


# Round trips ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", TEXT_FORMATS)
def test_all_columns_survive_every_format_and_the_tsv_is_the_same_again(tmp_path: Path, suffix: str) -> None:
    table, there, back = tmp_path / "a.tsv", tmp_path / f"b{suffix}", tmp_path / "c.tsv"
    rows = zip(*ROWS.values(), strict=True)
    table.write_text("".join("\t".join(row) + "\n" for row in [tuple(ROWS), *rows]), "utf-8")
    first = aligner.convert_pairs(table, there)
    assert (first["pairs"], first["replaced"], first["left_out"], first["skipped"]) == (3, 0, {}, {})
    aligner.convert_pairs(there, back)
    assert back.read_bytes() == table.read_bytes()
    assert read(there).to_dict("list") == ROWS
    again = tmp_path / f"again{suffix}"
    aligner.convert_pairs(back, again)
    assert again.read_bytes() == there.read_bytes()


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_numbers_missing_cells_and_truth_keep_their_type(tmp_path: Path, suffix: str) -> None:
    given_frame = frame(quality=[0.123456789, float("nan")], n=[1, 2], ok=[True, False], missing=[None, "x"])
    aligner.write_pairs(given_frame, tmp_path / f"a{suffix}")
    found = read(tmp_path / f"a{suffix}")
    assert found["quality"][0] == 0.123456789
    assert pd.isna(found["quality"][1])
    assert found["n"].tolist() == [1, 2]
    assert found["ok"].tolist() == [True, False]
    assert pd.isna(found["missing"][0])
    assert found["missing"][1] == "x"


def test_tsv_has_four_decimals_and_nothing_for_what_is_missing(tmp_path: Path) -> None:
    numbers = pd.array([1, None], dtype="Int64")
    aligner.write_pairs(frame(quality=[0.5, float("nan")], src_start=list(numbers)), tmp_path / "a.tsv")
    assert [line.split("\t")[2:] for line in text_of(tmp_path / "a.tsv").split("\n")[:3]] == [
        ["quality", "src_start"],
        ["0.5000", "1"],
        ["", ""],
    ]


CELL = st.text(st.characters(codec="utf-8"), max_size=12)
NAME = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=5),
    name=NAME.filter(lambda name: name not in chunks.TEXTS and name == chunks.NOT_XML.sub("", name)),
)
def test_any_text_survives_tmx_but_for_what_xml_has_not(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], name: str
) -> None:
    path = tmp_path_factory.mktemp("any") / "a.tmx"
    total = aligner.write_pairs(pd.DataFrame(rows, columns=["src_text", "trg_text", name]), path)
    bad = sum(len(chunks.NOT_XML.findall(cell)) for row in rows for cell in row)
    assert total["replaced"] == bad
    expected = [[chunks.NOT_XML.sub(lambda m: "\ufffd" if m[0] >= "\ud800" else " ", c) for c in row] for row in rows]
    found = read(path)
    assert found.columns.tolist() == ["src_text", "trg_text", name]
    assert found.values.tolist() == expected
    etree.parse(str(path))  # well-formed for another parser too


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5))
def test_any_text_becomes_a_row_of_tsv(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]) -> None:
    """Against the slow way: each cell fitted by itself, so that the fast one sees no block; decision 0033's quotes."""
    from aligner.pairs.chunks import quoted
    from aligner.pairs.tables import fit_field

    path = tmp_path_factory.mktemp("any") / "a.tsv"
    total = aligner.write_pairs(pd.DataFrame(rows, columns=["src_text", "trg_text"]), path)
    fitted = [[fit_field(cell) for cell in row] for row in rows]
    lines = (
        path.read_text("utf-8", newline="").split("\n")  # type: ignore[call-arg, unused-ignore]
        if sys.version_info >= (3, 13)
        else (path.read_bytes().decode("utf-8").split("\n"))
    )
    assert lines[1:-1] == ["\t".join(quoted(text) for text, _ in row) for row in fitted]
    assert total["replaced"] == sum(count for row in fitted for _, count in row)


@settings(max_examples=30, deadline=None)
@given(rows=st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5))
def test_any_text_survives_json_lines(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]) -> None:
    path = tmp_path_factory.mktemp("any") / "a.jsonl"
    aligner.write_pairs(pd.DataFrame(rows, columns=["src_text", "trg_text"]), path)
    assert read(path).values.tolist() == [list(row) for row in rows]


def test_lone_surrogates_are_replaced_and_counted_where_they_cannot_be(tmp_path: Path) -> None:
    odd = frame().astype(object).assign(note=pd.Series(["a\ud800b", "\udfff"], dtype=object))
    for suffix, count in ((".tsv", 2), (".tmx", 2), (".parquet", 2), (".xlf", 2), (".html", 0), (".xlsx", 2)):
        assert aligner.write_pairs(odd, tmp_path / f"a{suffix}")["replaced"] == count, suffix
    aligner.write_pairs(odd, tmp_path / "a.jsonl")
    assert read(tmp_path / "a.jsonl")["note"].tolist() == ["a\ud800b", "\udfff"]


# Moses, Hugging Face, Bitextor ----------------------------------------------------------------------------------------


def test_moses_goes_by_what_its_files_begin_with_or_by_two_names(tmp_path: Path) -> None:
    given_frame = frame(doc_id=["d1", "d2"], src_ids=["0,1", "2"], trg_ids=["0", ""], quality=["0.5", ""])
    total = aligner.write_pairs(given_frame, tmp_path / "x", format="moses")
    assert total["left_out"] == {"quality": 1}
    assert text_of(tmp_path / "x.en") == f"{EN}\n{EN2}\n"
    assert text_of(tmp_path / "x.ids") == "d1\td1\t0 1\t0\nd2\td2\t2\t\n"
    expected = given_frame.drop(columns="quality").to_dict("list")
    assert read(tmp_path / "x.en", tmp_path / "x.vi").to_dict("list") == expected
    assert read(tmp_path / "x", format="moses").to_dict("list") == expected
    aligner.write_pairs(given_frame[["src_text", "trg_text"]], tmp_path / "y.en.gz", tmp_path / "y.vi.gz")
    assert read(tmp_path / "y.gz", format="moses")["trg_text"].tolist() == [VI, VI2]
    assert not (tmp_path / "y.en.ids.gz").exists()


def test_the_ids_of_opus_name_two_documents(tmp_path: Path) -> None:
    for suffix, text in (("en", "a\n"), ("vi", "b\n"), ("ids", "en/1.xml.gz\tvi/1.xml.gz\t1 2\t1\n")):
        (tmp_path / f"x.{suffix}").write_text(text, "utf-8")
    found = read(tmp_path / "x.en", tmp_path / "x.vi")
    assert found.iloc[0].to_dict() == {
        "src_text": "a", "trg_text": "b", "doc_id": "en/1.xml.gz", "trg_doc_id": "vi/1.xml.gz", "src_ids": "1,2",
        "trg_ids": "1",
    }  # fmt: skip
    aligner.write_pairs(found, tmp_path / "z", format="moses")
    assert text_of(tmp_path / "z.ids") == text_of(tmp_path / "x.ids")
    (tmp_path / "x.ids").write_text("one column\n", "utf-8")
    with pytest.raises(InputError, match=r"x\.ids:1: not four columns"):
        read(tmp_path / "x.en", tmp_path / "x.vi")


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.zst", ".parquet"])
def test_the_layout_of_hugging_face_reads_back(tmp_path: Path, suffix: str) -> None:
    aligner.write_pairs(frame(quality=[0.5, 1.0]), tmp_path / f"a{suffix}", format="huggingface")
    assert read(tmp_path / f"a{suffix}").to_dict("list") == frame(quality=[0.5, 1.0]).to_dict("list")
    if suffix == ".jsonl":
        first = json.loads(text_of(tmp_path / "a.jsonl").split("\n")[0])
        assert first == {"translation": {"en": EN, "vi": VI}, "quality": 0.5}


def test_a_folder_for_hugging_face_has_a_card(tmp_path: Path) -> None:
    aligner.write_pairs(frame(), tmp_path / "set", format="huggingface", signature="made|so")
    names = sorted(path.name for path in (tmp_path / "set").iterdir())
    assert names == ["README.md", "train.jsonl", "train.jsonl.meta.json"]
    card = text_of(tmp_path / "set" / "README.md")
    assert card.startswith("---\nlanguage:\n- en\n- vi\n")
    assert all(word in card for word in ('path: "train.jsonl"', "2 pairs", "made|so", "n<1K", "`translation`"))


def test_a_folder_for_hugging_face_is_whole_or_not_at_all(tmp_path: Path) -> None:
    def broken() -> Iterator[pd.DataFrame]:
        yield frame()
        raise InputError("no more")

    with pytest.raises(InputError, match="no more"):
        aligner.write_pairs(broken(), tmp_path / "set", format="huggingface")
    assert list(tmp_path.iterdir()) == []


def test_other_languages_in_a_translation_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"translation": {"en": "a", "vi": "b", "fr": "c"}}\n\n', "utf-8")
    (found,) = aligner.read_pairs(tmp_path / "a.jsonl")
    assert found.attrs["skipped"] == {"texts in other languages": 1, "empty lines": 1}
    assert found.columns.tolist() == ["src_text", "trg_text"]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("https://a/1\thttps://b/1\ta\tb\n", ["src_url", "trg_url", "src_text", "trg_text"]),
        ("http://a\thttp://b\ta\tb\t0.5\n", ["src_url", "trg_url", "src_text", "trg_text", "column_5"]),
        ("https://a/1\tb\n", ["src_text", "trg_text"]),
        ("src_url\ttrg_url\tsrc_text\ttrg_text\tbicleaner_score\nu\tv\ta\tb\t0.5\n",
         ["src_url", "trg_url", "src_text", "trg_text", "bicleaner_score"]),
    ],
)  # fmt: skip
def test_the_layouts_of_bitextor_and_bicleaner_are_known(tmp_path: Path, text: str, columns: list[str]) -> None:
    (tmp_path / "a.sent").write_text(text, "utf-8")
    found = read(tmp_path / "a.sent")
    assert found.columns.tolist() == columns
    assert len(found) == 1


# TMX ------------------------------------------------------------------------------------------------------------------

FOREIGN = """<?xml version="1.0"?>
<!DOCTYPE tmx SYSTEM "http://unreachable.invalid/tmx14.dtd">
<tmx version="1.4"><header srclang="en"><prop type="x">y</prop></header><body>
<tu tuid="1"><prop type="score-bicleaner">0.7</prop><prop type="score-aligner">0.8</prop><prop type="type">1:1</prop>
<tuv xml:lang="EN-us"><prop type="source-document">http://a</prop><prop type="source-document">http://b</prop>
<seg>One <bpt i="1">&lt;b&gt;</bpt><hi>two</hi><ept i="1"/>
  three<ph x="1">code<sub>in</sub></ph>.</seg></tuv>
<tuv xml:lang="VI"><prop type="source-document">http://c</prop><seg>Một hai\u00a0ba.</seg></tuv>
<tuv xml:lang="vi-VN"><seg>Hai.</seg></tuv></tu>
<tu><note>n</note><tuv lang="vie"><seg> b  c </seg></tuv><tuv lang="eng"><seg>a</seg></tuv></tu>
<tu><tuv xml:lang="en"><seg>lone</seg></tuv><tuv xml:lang="fr"><prop type="p">q</prop><seg>seul</seg></tuv></tu>
</body></tmx>"""


def test_foreign_tmx_is_read_by_paracrawl_s_names_and_what_is_not_read_is_counted(tmp_path: Path) -> None:
    (tmp_path / "a.tmx").write_text(FOREIGN, "utf-8")
    (found,) = aligner.read_pairs(tmp_path / "a.tmx")
    assert found.iloc[0].to_dict() == {
        "src_text": "One two three.", "trg_text": "Một hai\u00a0ba.", "bicleaner_score": "0.7",
        "aligner_score": "0.8", "bead_type": "1:1", "src_url": "http://a http://b", "trg_url": "http://c",
    }  # fmt: skip
    assert found.iloc[1][["src_text", "trg_text"]].tolist() == ["a", " b  c "]
    assert found.attrs["skipped"] == {
        "marks in segments": 3, "further variants": 1, "notes": 1, "variants in other languages": 1,
        "properties of other languages": 1, "units without both languages": 1,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["a.tmx", "a.tmx.gz"])
def test_utf16_and_declared_encodings_of_tmx(tmp_path: Path, name: str) -> None:
    text = FOREIGN.replace('<?xml version="1.0"?>', '<?xml version="1.0" encoding="UTF-16"?>')
    data = text.encode("utf-16")
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    assert read(tmp_path / name)["trg_text"][0] == "Một hai\u00a0ba."
    old = FOREIGN.replace("Một hai\u00a0ba.", "café").replace('"1.0"?', '"1.0" encoding="windows-1252"?')
    (tmp_path / "b.tmx").write_bytes(old.encode("cp1252"))
    assert read(tmp_path / "b.tmx")["trg_text"][0] == "café"
    (tmp_path / "c.tmx").write_bytes(FOREIGN.replace("Một hai\u00a0ba.", "café").encode("cp1252"))
    assert read(tmp_path / "c.tmx", encoding="cp1252")["trg_text"][0] == "café"
    with pytest.raises(InputError, match=r"c\.tmx:8: not well-formed XML"):
        read(tmp_path / "c.tmx")


def test_a_namespace_prefix_changes_nothing(tmp_path: Path) -> None:
    body = '<t:tu><t:tuv xml:lang="en"><t:seg>a</t:seg></t:tuv><t:tuv xml:lang="vi"><t:seg>b</t:seg></t:tuv></t:tu>'
    (tmp_path / "a.tmx").write_text(f'<t:tmx xmlns:t="http://x"><t:body>{body}</t:body></t:tmx>', "utf-8")
    assert read(tmp_path / "a.tmx").values.tolist() == [["a", "b"]]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<seg>x3 a</seg>", "<seg>x3 <hi>a</hi></seg>"),
        ("<seg>x3 a</seg>", "<seg>x3 &#97;</seg>"),
        ("<seg>x3 a</seg>", "<seg>x3 <![CDATA[a]]></seg>"),
        ('<tu tuid="4">', '<tu tuid="4" >'),
        ('<tu tuid="4">', '<!-- c --><tu tuid="4">'),
        ("x3 a</seg></tuv>", "x3 a</seg></tuv>\n"),
        ("\n<tu", "\r\n<tu"),
    ],
)
def test_our_files_changed_by_others_read_the_same(tmp_path: Path, old: str, new: str) -> None:
    """The fast way over our own lines gives way to the parser wherever a line is another one."""
    given_frame = pd.DataFrame(
        {"src_text": [f"x{k} a" for k in range(9)], "trg_text": ["y <&>"] * 9, "q": list("123456789")}
    )
    path = tmp_path / "a.tmx"
    aligner.write_pairs(given_frame, path)
    text = path.read_text("utf-8")
    assert old in text
    path.write_bytes(text.replace(old, new).encode("utf-8"))
    assert read(path).to_dict("list") == given_frame.to_dict("list")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("x3 a", "x3 <a", r"a\.tmx:10: not well-formed XML"),
        ("x3 a", "x3 &nbsp;", r"a\.tmx:10: not well-formed XML \(found undefined entity\)"),
        ("x3 a", "x3 \x01", r"a\.tmx:10: not well-formed XML"),
        ("x3 a", "x3 ]]>", r"a\.tmx:10: not well-formed XML"),
        ("</tmx>", "", r"not well-formed XML \(found no element found\)"),
        ("<body>\n", "<body>\n<x>", r"not well-formed XML \(found mismatched tag\)"),
    ],
)
def test_faults_in_our_files_are_told_with_their_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "a.tmx"
    aligner.write_pairs(pd.DataFrame({"src_text": [f"x{k} a" for k in range(9)], "trg_text": ["y"] * 9}), path)
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(InputError, match=message):
        read(path)


def bomb(kind: str) -> str:
    lol = "".join(f'<!ENTITY l{k} "{f"&l{k - 1};" * 10}">' for k in range(1, 10))
    heads = {
        "laughs": f'<!DOCTYPE tmx [<!ENTITY l0 "lol">{lol}]>',
        "parameter": '<!DOCTYPE tmx [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]>',
        "file": '<!DOCTYPE tmx [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
        "unknown": '<!DOCTYPE tmx SYSTEM "file:///etc/passwd">',
    }
    body = '<tu><tuv xml:lang="en"><seg>&l9;</seg></tuv><tuv xml:lang="vi"><seg>b</seg></tuv></tu>'
    return f'<?xml version="1.0"?>{heads[kind]}<tmx version="1.4"><body>{body}</body></tmx>'


@pytest.mark.parametrize("kind", ["laughs", "parameter", "file", "unknown"])
def test_entities_are_refused_not_expanded_and_no_dtd_is_fetched(tmp_path: Path, kind: str) -> None:
    (tmp_path / "a.tmx").write_text(bomb(kind), "utf-8")
    said = "an unknown entity" if kind == "unknown" else "entities declared"
    with pytest.raises(InputError, match=rf"a\.tmx:1: {said}"):
        read(tmp_path / "a.tmx")


def test_translate_toolkit_opens_tmx_and_xliff(tmp_path: Path) -> None:
    factory = pytest.importorskip("translate.storage.factory")
    poliglot = pytest.importorskip("translate.storage.tmx")
    full = frame(quality=["0.9", ""], doc_id=["d1", "d2"], decision=["keep", "drop"])
    aligner.write_pairs(full, tmp_path / "a.tmx", signature="s")
    with open(tmp_path / "a.tmx", "rb") as file:
        units = poliglot.tmxfile(file, "en", "vi").units
    assert [(unit.source, unit.target) for unit in units] == [(EN, VI), (EN2, VI2)]
    for suffix, form in ((".xlf", "xliff"), (".xliff", "xliff2")):
        aligner.write_pairs(full, tmp_path / f"a{suffix}", format=form, signature="s")  # type: ignore[arg-type]
    store = factory.getobject(str(tmp_path / "a.xlf"))
    assert [(unit.source, unit.target) for unit in store.units if unit.source] == [(EN, VI), (EN2, VI2)]


def test_the_header_says_what_made_it(tmp_path: Path) -> None:
    given_frame = frame()
    given_frame.attrs["signature"] = "v|1 & <2>"
    aligner.write_pairs(given_frame, tmp_path / "a.tmx")
    root = ElementTree.parse(tmp_path / "a.tmx").getroot()
    header = root.find("header")
    assert header is not None
    assert header.attrib["creationtool"] == tmx.TOOL  # type: ignore[attr-defined]
    assert header.attrib["creationtoolversion"] == aligner.__version__
    assert {prop.attrib["type"]: prop.text for prop in header}["signature"] == "v|1 & <2>"
    assert "<!-- pairs: 2 -->" in text_of(tmp_path / "a.tmx")


# Out only -------------------------------------------------------------------------------------------------------------


def test_xliff_1_2_has_documents_states_and_notes(tmp_path: Path) -> None:
    full = frame(quality=["0.9", ""], doc_id=["d1", "d&2"], decision=["keep", "drop"])
    aligner.write_pairs(full, tmp_path / "a.xlf", signature="s & t")
    root = etree.parse(str(tmp_path / "a.xlf")).getroot()
    space = {"x": "urn:oasis:names:tc:xliff:document:1.2"}
    assert root.xpath("//x:file/@original", namespaces=space) == ["d1", "d&2"]
    assert root.xpath("//x:target/@state", namespaces=space) == ["translated", "needs-review-translation"]
    assert root.xpath("//x:source/text()", namespaces=space) == [EN, EN2]
    assert root.xpath("//x:trans-unit/x:note/@from", namespaces=space) == ["quality", "decision", "decision"]
    assert set(root.xpath("//x:header/x:note/text()", namespaces=space)) == {"s & t"}


def test_xliff_2_has_units_of_one_segment(tmp_path: Path) -> None:
    full = frame(doc_id=["d1", "d1"], decision=["keep", "drop"])
    aligner.write_pairs(full, tmp_path / "a.xlf", format="xliff2", signature="s")
    root = etree.parse(str(tmp_path / "a.xlf")).getroot()
    space = {"x": "urn:oasis:names:tc:xliff:document:2.0"}
    assert (root.get("version"), root.get("srcLang"), root.get("trgLang")) == ("2.0", "en", "vi")
    assert root.xpath("//x:segment/@state", namespaces=space) == ["translated", "initial"]
    assert root.xpath("//x:target/text()", namespaces=space) == [VI, VI2]
    assert root.xpath("//x:file/@id", namespaces=space) == ["f1"]


def test_html_escapes_everything(tmp_path: Path) -> None:
    attack = "<script>alert(1)</script> & \"'"
    given_frame = pd.DataFrame(
        {"src_text": [attack, EN], "trg_text": [attack, VI], "doc_id": [attack, "d2"], "decision": ["drop", attack],
         "src_kind": ["headline", attack], "quality": [1.0, 0.5]}
    )  # fmt: skip
    total = aligner.write_pairs(given_frame, tmp_path / "a.html", signature=attack)
    page = html.parse(str(tmp_path / "a.html"), parser=html.HTMLParser(encoding="utf-8")).getroot()
    assert page.xpath("//script") == []
    assert page.xpath("//td/text()") == [attack, attack, EN, VI]
    assert page.xpath("//td/@lang") == ["en", "vi"] * 2
    assert page.xpath("//tr/@class") == ["headline drop"]
    assert page.xpath("//h2/text()") == [attack, "d2"]
    assert attack in page.xpath("string(//footer)")
    assert "2 pairs" in page.xpath("string(//footer)")
    assert not page.xpath("//@src | //@href | //link")
    assert total["left_out"] == {"quality": 2}


def test_markdown_shows_every_text_as_it_is(tmp_path: Path) -> None:
    from markdown_it import MarkdownIt

    odd = [
        "1. We *walked* home, _slowly_ & <b>late</b>.",
        "# No | `code`",
        "- [a](b) ~~c~~ \\n",
        "+ &lt;",
        "12) =",
        "===",
    ]
    aligner.write_pairs(pd.DataFrame({"src_text": odd, "trg_text": odd}), tmp_path / "a.md")
    tokens = MarkdownIt().enable("table").parse(text_of(tmp_path / "a.md").rpartition("<meta")[0])
    shown = ["".join(part.content for part in token.children or ()) for token in tokens if token.type == "inline"]
    assert shown == [text for text in odd for _ in range(2)]
    assert {token.type for token in tokens} == {"paragraph_open", "paragraph_close", "inline"}


def test_markdown_reads_back_as_an_article(tmp_path: Path) -> None:
    total = aligner.write_pairs(frame()[:1], tmp_path / "a.md", signature="s -- t\n")
    assert total["replaced"] == 0
    article = aligner.read_article(tmp_path / "a.md")
    assert [[s.text for s in side] for side in (article.source, article.target)] == [[EN], [VI]]
    end = f'<meta name="generator" content="envi-aligner {aligner.__version__}; pairs: 1; s -- t ">\n'
    assert text_of(tmp_path / "a.md").endswith(end)


def test_xlsx_holds_text_never_formulas(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    given_frame = pd.DataFrame(
        {"src_text": ["=1+1", "a\x07b"], "trg_text": ["#REF!", "x" * 40_000], "quality": [0.5, 1.0], "n": ["007", "+1"]}
    )
    total = aligner.write_pairs(given_frame, tmp_path / "a.xlsx", signature="=s")
    assert (total["pairs"], total["replaced"], total["cut"]) == (2, 1, 1)
    assert total["guarded"] == 3
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    rows = list(book["pairs"].iter_rows())
    assert [[cell.value for cell in row] for row in rows[:2]] == [list(given_frame), ["=1+1", "#REF!", 0.5, "007"]]
    assert {cell.data_type for row in rows for cell in row} <= {"s", "inlineStr", "n"}
    assert rows[1][0].data_type != "f"
    assert len(rows[2][1].value) == 32_767
    assert {row[0].value: row[1].value for row in book["about"].iter_rows()} == {
        "tool": "envi-aligner", "version": aligner.__version__, "signature": "=s", "pairs": 2,
    }  # fmt: skip
    with zipfile.ZipFile(tmp_path / "a.xlsx") as packed:
        assert not any(b"<f>" in packed.read(name) for name in packed.namelist())


def test_sheets_go_on_where_one_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    monkeypatch.setattr("aligner.pairs.xlsx.MAX_ROWS", 2)
    aligner.write_pairs(frame(), tmp_path / "a.xlsx")
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames == ["pairs", "pairs 2", "about"]


def test_rows_of_a_workbook_that_end_in_empty_cells_are_whole(tmp_path: Path) -> None:
    given_frame = frame(note=["x", ""], more=["", ""])
    aligner.write_pairs(given_frame, tmp_path / "a.xlsx")
    (found,) = aligner.read_pairs(tmp_path / "a.xlsx")
    assert found.to_dict("list") == given_frame.to_dict("list")
    assert found.attrs["skipped"] == {}  # nor is our own sheet 'about' one of others


@pytest.mark.parametrize("suffix", [".tsv", ".csv", ".jsonl", ".tmx", ".xlf", ".parquet", ".xlsx"])
def test_a_text_that_begins_as_subtitles_do_is_read(tmp_path: Path, suffix: str) -> None:
    texts = ["WEBVTT is a format.", "00:01:02,000 --> 00:01:04,000", "[00:12.50] Hi.", "Dialogue: 1"]
    given_frame = pd.DataFrame({"src_text": texts, "trg_text": texts[::-1]})
    aligner.write_pairs(given_frame, tmp_path / f"a{suffix}")
    assert read(tmp_path / f"a{suffix}", swap=False).to_dict("list") == given_frame.to_dict("list")  # type: ignore[arg-type]


def test_a_first_cell_of_csv_may_be_long(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"en,vi\n{'x' * 200_000},b\n", "utf-8")
    assert read(tmp_path / "a.csv")["src_text"].map(len).tolist() == [200_000]
    (tmp_path / "b.csv").write_text("x" * 200_000 + "\n", "utf-8")
    with pytest.raises(InputError, match="too few"):
        read(tmp_path / "b.csv")


@pytest.mark.parametrize("data", [b"\n", b"a"])
def test_a_file_of_one_byte_is_utf_8(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    assert list(streams.read_lines(tmp_path / "a.txt")) == [(1, [data.decode().strip()])]


def test_formulas_in_tsv_are_guarded_on_request(tmp_path: Path) -> None:
    odd = frame(note=["=HYPERLINK(1)", "-5.5"], more=["@x", "plain"])
    assert aligner.write_pairs(odd, tmp_path / "a.tsv")["guarded"] == 0
    total = aligner.write_pairs(odd, tmp_path / "b.tsv", guard_formulas=True)
    assert total["guarded"] == 2
    assert read(tmp_path / "b.tsv")["note"].tolist() == ["'=HYPERLINK(1)", "-5.5"]
    with pytest.raises(InputError, match=r"formulas are not guarded.*\(found tmx\).* one of tsv, xlsx"):
        aligner.write_pairs(odd, tmp_path / "a.tmx", guard_formulas=True)


def test_parquet_says_what_made_it_and_refuses_what_does_not_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    aligner.write_pairs(frame(), tmp_path / "a.parquet", signature="s")
    told = json.loads(parquet.ParquetFile(tmp_path / "a.parquet").metadata.metadata[b"envi-aligner"])
    assert told == {"version": aligner.__version__, "signature": "s", "pairs": 2}
    monkeypatch.setattr("aligner.pairs.parquet.GROUP", 1)
    with pytest.raises(InputError, match="a cell of column n that is no int64"):
        aligner.write_pairs([frame(n=[1, 2]), frame(n=["a", "b"])], tmp_path / "b.parquet")
    assert not (tmp_path / "b.parquet").exists()
    later = [frame(n=[None, None]), frame(n=[1, 2], m=[3, None])]
    assert aligner.write_pairs(later, tmp_path / "c.parquet")["left_out"] == {"m": 1}
    assert read(tmp_path / "c.parquet")["n"].tolist()[2:] == ["1", "2"]


# All formats ----------------------------------------------------------------------------------------------------------

ALL = (".tsv", ".tsv.gz", ".tsv.zst", ".jsonl", ".tmx", ".tmx.gz", ".parquet", ".xlf", ".html", ".md", ".xlsx", ".csv")


@pytest.mark.parametrize("suffix", ALL)
def test_the_same_pairs_give_the_same_bytes_and_nothing_but_a_sidecar_beside(tmp_path: Path, suffix: str) -> None:
    for name in ("a", "b"):
        aligner.write_pairs(frame(quality=[0.5, 0.25]), tmp_path / f"{name}{suffix}")
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()
    beside = [path for path in tmp_path.iterdir() if path.name.endswith(".meta.json")]
    assert len(list(tmp_path.iterdir())) == 2 + len(beside)
    assert {path.read_bytes() for path in beside} == ({beside[0].read_bytes()} if beside else set())


@pytest.mark.parametrize("suffix", ALL)
def test_what_fails_half_way_leaves_the_old_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"old")

    def broken() -> Iterator[pd.DataFrame]:
        yield frame()
        raise InputError("stop")

    with pytest.raises(InputError, match="stop"):
        aligner.write_pairs(broken(), path)
    assert path.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("suffix", ALL)
def test_no_pairs_are_a_valid_file(tmp_path: Path, suffix: str) -> None:
    for number, nothing in enumerate([[], frame()[:0]]):
        path = tmp_path / f"{number}{suffix}"
        assert aligner.write_pairs(nothing, path)["pairs"] == 0
        if suffix in (".tmx", ".xlf"):
            etree.parse(str(path))
        if suffix in (".tsv", ".tmx", ".jsonl", ".parquet"):
            with pytest.raises(InputError, match=r"no pairs|no unit|empty"):
                read(path)


@pytest.mark.parametrize("suffix", ALL)
def test_frames_in_pieces_are_one_file(tmp_path: Path, suffix: str) -> None:
    whole = frame(doc_id=["d", "d"])
    aligner.write_pairs(whole, tmp_path / f"a{suffix}")
    aligner.write_pairs((whole[k : k + 1] for k in range(2)), tmp_path / f"b{suffix}")
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


@pytest.mark.parametrize("suffix", [".tsv", ".tmx", ".jsonl", ".parquet"])
def test_a_column_that_comes_later_is_never_lost_uncounted(tmp_path: Path, suffix: str) -> None:
    if suffix == ".jsonl":
        aligner.write_pairs([frame(), frame(late=["x", ""])], tmp_path / "a.jsonl")
        assert read(tmp_path / "a.jsonl")["late"].tolist()[2:] == ["x", ""]
        return
    if suffix == ".parquet":
        return  # its groups are larger than this: test_parquet_says_…
    total = aligner.write_pairs([frame(), frame(late=["x", ""])], tmp_path / f"a{suffix}")
    assert total["left_out"] == {"late": 1}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda p: aligner.write_pairs(frame(), p / "a.ods"), r"unknown output format \(found \.ods\); .*\.csv$"),
        (lambda p: aligner.write_pairs(frame(), p / "a", format="ods"), r"unknown output format \(found 'ods'\)"),
        (lambda p: aligner.write_pairs(frame(), p / "a.xlsx.gz"), "a format that packs itself"),
        (lambda p: aligner.write_pairs(frame(), "-", format="parquet"), "not for standard output"),
        (lambda p: aligner.write_pairs(frame(), p / "a.csv", format="huggingface"), "not a name for the format"),
        (lambda p: aligner.write_pairs(frame(), p / "a", p / "b", format="tmx"), "two files, but not Moses"),
        (lambda p: aligner.write_pairs(frame()[["src_text"]], p / "a.tsv"), "no column trg_text"),
        (lambda p: aligner.write_pairs(["a"], p / "a.tsv"), r"chunk 0 is no frame \(found str\)"),
        (lambda p: aligner.write_pairs(frame(), p / "no" / "a.tmx.gz"), "no such folder"),
        (lambda p: aligner.write_pairs(frame(), p / "no" / "set", format="huggingface"), "no such folder"),
        (lambda p: aligner.write_pairs(frame(), ""), "no file name"),
        (lambda p: list(aligner.read_pairs("")), "no file name"),
        (lambda p: list(aligner.read_pairs(p / "a.html")), "a.html: no such file"),
        (lambda p: list(aligner.read_pairs(__file__)), r"unknown format \(found \.py\)"),
        (lambda p: list(aligner.read_pairs(p)), "this is a folder"),
        (lambda p: aligner.write_pairs(frame(), p), "this is a folder"),
        (lambda p: list(aligner.read_pairs(p / "a.parquet", encoding="utf-8")), "Parquet has no encoding"),
        (lambda p: list(aligner.read_pairs(p / "a.parquet")), "no such file"),
        (lambda p: list(aligner.read_pairs(p, format="parquet")), "this is a folder"),
        (lambda p: list(aligner.read_pairs(p, format="tsv")), "this is a folder"),
        (lambda p: list(aligner.read_pairs(p / "a.zst", format="tsv")), "no such file"),
    ],
)  # fmt: skip
def test_wrong_calls_are_told(tmp_path: Path, call: Callable[[Path], object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        call(tmp_path)
    assert list(tmp_path.iterdir()) == []


GOOD = f"{EN}\t{VI}\n".encode()
HOSTILE = [
    ("a.tsv", b"\x89PNG\r\n\x1a\n\x00\x00", r"a\.tsv: not a text file \(found a PNG image"),
    ("a.tsv", GOOD + b"a\0\tb\n", r"a\.tsv:2: binary data \(found a NUL\)"),
    ("a.tsv", gzip.compress(GOOD, mtime=0), r"not a text file \(found a gzip archive.*name it \.gz"),
    ("a.tsv.gz", GOOD, "not a whole gzip file"),
    ("a.tsv.gz", gzip.compress(GOOD * 99, mtime=0)[:-9], "not a whole gzip file"),
    ("a.tsv.zst", GOOD, "not a whole Zstandard file"),
    ("a.tsv", GOOD + b"caf\xe9\tb\n", r"a\.tsv:2: not UTF-8 \(found byte E9 at byte 3 of the line\)"),
    ("a.tsv", GOOD + "x\ty\n".encode("utf-16"), r"a\.tsv:2: not UTF-8"),
    ("a.tsv", "x\ty\n".encode("utf-32"), r"not UTF-8 \(found UTF-32"),
    ("a.tsv", b"src_text\ttrg_text\tx\tx\na\tb\tc\td\n", "more than one column x"),
    ("a.jsonl", b'{"src_text": "a", "trg_text": "b"}\n{"source": "a", "target": "b"', ":2: not JSON"),
    ("a.jsonl", b"[" * 100_000, ":1: not JSON"),
    ("a.jsonl", b'{"x": ' + b"9" * 5_000 + b"}", ":1: not JSON"),
    ("a.tmx", b"", "the file is empty"),
    ("a.tmx", GOOD, r"a\.tmx:1: not well-formed XML"),
    ("a.tmx", b"%PDF-1.7", "not a text file"),
    ("a.tmx", b'<?xml version="1.0" encoding="klingon"?><tmx/>', "not well-formed XML|cannot be decoded"),
    ("a.parquet", GOOD, "not a whole Parquet file"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "message"), HOSTILE)
def test_hostile_files_are_told_with_their_line(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=message):
        read(tmp_path / name)


@pytest.mark.parametrize("size", [streams.MAX_UNIT + streams.BLOCK + 1])
@pytest.mark.parametrize(
    ("name", "head", "message"),
    [
        ("a.tsv", GOOD, r"a\.tsv:2: a line too long \(found more than 10,000,000 characters\)"),
        ("a.jsonl", b'{"src_text": "', r"a\.jsonl:1: a line too long"),
        ("a.tmx", b'<tmx><body><tu><tuv xml:lang="en"><seg>', r"a\.tmx:1: a unit too long"),
    ],
)
def test_a_line_without_end_is_refused_in_little_memory(
    tmp_path: Path, size: int, name: str, head: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(head + b"x" * 4 * size)
    tracemalloc.start()
    with pytest.raises(InputError, match=message):
        read(tmp_path / name)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * size


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(n: int) -> int:
        source = tmp_path / "a.tsv"
        source.write_bytes(GOOD * n)
        tracemalloc.start()
        aligner.convert_pairs(source, tmp_path / "a.tmx.gz")
        aligner.convert_pairs(tmp_path / "a.tmx.gz", tmp_path / "b.jsonl")
        result = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return result

    few = peak(8_000)
    assert peak(16_000) < 1.2 * few


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-16-le"])
def test_unicode_forms_need_no_name(tmp_path: Path, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "BLOCK", 64)
    (tmp_path / "a.tsv").write_bytes(f"src_text\ttrg_text\r\n{EN}\t{VI}\r\n".encode(encoding))
    assert read(tmp_path / "a.tsv").values.tolist() == [[EN, VI]]


def test_other_encodings_go_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_bytes("one\tViÖt Nam\n".encode("latin-1"))
    assert read(tmp_path / "a.tsv", encoding="tcvn3").values.tolist() == [["one", "Việt Nam"]]
    (tmp_path / "b.tsv").write_bytes("one\tcà phê\ntwo\té".encode("cp1252"))
    assert read(tmp_path / "b.tsv", encoding="cp1252").values.tolist() == [["one", "cà phê"], ["two", "é"]]
    for name in ("klingon", "hex", "a\0b"):
        with pytest.raises(InputError, match="unknown encoding"):
            read(tmp_path / "b.tsv", encoding=name)
    with pytest.raises(InputError, match=r"b\.tsv:1: not ASCII \(found byte E0 at byte 5"):
        read(tmp_path / "b.tsv", encoding="ascii")


def test_blocks_of_any_size_give_the_same_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = "một\r\n\n\nhai\u2028ba\rbốn\n\u00e0".encode()
    (tmp_path / "a.txt").write_bytes(data)
    for size in (1, 2, 3, 5, 100):
        monkeypatch.setattr(streams, "BLOCK", size)
        found = list(streams.read_lines(tmp_path / "a.txt", encoding="utf-8"))
        assert [line for _, lines in found for line in lines] == ["một", "", "", "hai\u2028ba\rbốn", "à"]
        for number, lines in found:
            assert lines[0] == ["một", "", "", "hai\u2028ba\rbốn", "à"][number - 1]


@pytest.mark.parametrize(
    ("module", "path", "extra"),
    [("pyarrow", "a.parquet", "parquet"), ("openpyxl", "a.xlsx", "xlsx"), ("zstandard", "a.tsv.zst", "zst")],
)
def test_a_missing_extra_prints_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, path: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=rf"pip install 'envi-aligner\[{extra}\]'"):
        aligner.write_pairs(frame(), tmp_path / path)
    assert list(tmp_path.iterdir()) == []
    if extra != "xlsx":
        with pytest.raises(MissingExtraError, match=extra):
            read(tmp_path / path)


@pytest.mark.filterwarnings("error::UserWarning")
def test_parquet_of_others_is_scored_with_its_dates(tmp_path: Path) -> None:
    given_frame = pd.DataFrame({"en": [EN], "vi": [VI], "when": [pd.Timestamp("2025-01-02")], "x": [0.123456]})
    given_frame.to_parquet(tmp_path / "a.parquet")
    aligner.score_file(tmp_path / "a.parquet", tmp_path / "b.tsv")
    row = read(tmp_path / "b.tsv").iloc[0]
    assert (row["when"], row["x"], row["decision"]) == ("2025-01-02 00:00:00", "0.1235", "keep")
    pd.DataFrame({"translation": [{"en": EN, "fr": "Non."}]}).to_parquet(tmp_path / "c.parquet")
    with pytest.raises(InputError, match=r"c\.parquet: no text keys"):
        read(tmp_path / "c.parquet")


def test_every_format_can_be_written_by_score_file(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_bytes(GOOD)
    total = aligner.score_file(tmp_path / "a.tsv", tmp_path / "b.tmx.gz")
    assert total["signature"] in text_of(tmp_path / "b.tmx.gz")
    found = read(tmp_path / "b.tmx.gz").iloc[0]
    assert found["decision"] == "keep"
    aligner.score_file(tmp_path / "a.tsv", tmp_path / "b.jsonl")
    assert json.loads(text_of(tmp_path / "b.jsonl"))["quality"] == float(found["quality"])


# The command ----------------------------------------------------------------------------------------------------------


def test_the_command_converts_and_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.tmx").write_text(FOREIGN, "utf-8")
    assert main(["convert", str(tmp_path / "a.tmx"), str(tmp_path / "x"), "--to", "moses"]) == 0
    told = capsys.readouterr().err
    assert told.startswith("pairs: 2\nleft out, cells by column: 1 aligner_score, ")
    assert "not read: 3 marks in segments, 1 further variants" in told
    assert main(["convert", str(tmp_path / "x.en"), str(tmp_path / "x.vi"), "-"]) == 0
    assert capsys.readouterr().out == "src_text\ttrg_text\nOne two three.\tMột hai\u00a0ba.\na\t b  c \n"
    assert main(["convert", str(tmp_path / "a.tmx"), str(tmp_path / "b.ods")]) == 2
    assert "b.ods: unknown output format" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [("score", "-o"), ("deduplicate", "--exact", "-o"), ("convert",)],
    ids=lambda words: words[0],
)
def test_what_is_lost_on_the_way_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    (tmp_path / "a.tmx").write_text(FOREIGN, "utf-8")
    verb, *options = arguments
    assert main([verb, str(tmp_path / "a.tmx"), *options, str(tmp_path / "a.html")]) == 0
    told = capsys.readouterr().err
    assert "left out, cells by column: " in told
    assert "\nnot read: 3 marks in segments, 1 further variants" in told


@pytest.mark.parametrize("verb", ["describe", "report"])
def test_what_is_not_read_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], verb: str) -> None:
    (tmp_path / "a.tmx").write_text(FOREIGN, "utf-8")
    out = ["-o", str(tmp_path / "a.html")] if verb == "report" else []
    assert main([verb, str(tmp_path / "a.tmx"), *out]) == 0
    assert "not read: 3 marks in segments, 1 further variants" in capsys.readouterr().err


def test_what_align_cannot_write_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("Good morning.\n\n• Chào buổi sáng.\n", "utf-8")
    assert main(["align", str(tmp_path / "a.txt"), "-o", str(tmp_path / "a.md")]) == 0
    assert "left out, cells by column: 1 aligner_score, " in capsys.readouterr().err


def test_the_command_reads_and_writes_streams(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "aligner", "convert", "-", "-", "--guard-formulas"]
    done = subprocess.run(command, input="=a\tb\r\n".encode("utf-16"), capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (0, b"src_text\ttrg_text\n'=a\tb\n")
    assert b"guarded: 1 cells" in done.stderr
    command = [sys.executable, "-m", "aligner", "convert", "-", "-", "--to", "jsonl"]
    done = subprocess.run(command, input=b"a\tb\n", capture_output=True, check=False)
    assert json.loads(done.stdout) == {"src_text": "a", "trg_text": "b"}


def test_all_errors_are_ours(tmp_path: Path) -> None:
    """Random bytes in every format that is read."""
    import random

    rng = random.Random(1)
    for name in ("a.tsv", "a.tsv.gz", "a.jsonl", "a.tmx", "a.tmx.zst", "a.parquet"):
        for n in (1, 10, 1000):
            (tmp_path / name).write_bytes(rng.randbytes(n))
            with pytest.raises(AlignerError):
                read(tmp_path / name)


def test_cut_and_changed_files_give_our_errors_or_pairs(tmp_path: Path) -> None:
    import random

    rng = random.Random(2)
    buffer = io.BytesIO()
    for suffix in (".tsv.gz", ".tmx", ".tmx.zst", ".jsonl", ".parquet"):
        path = tmp_path / f"a{suffix}"
        aligner.write_pairs(frame(quality=[0.5, 1.0]), path)
        data = path.read_bytes()
        for _ in range(40):
            changed = bytearray(data)
            for _ in range(rng.randrange(1, 4)):
                changed[rng.randrange(len(changed))] = rng.randrange(256)
            path.write_bytes(changed[: rng.randrange(1, len(changed) + 1)] if rng.random() < 0.5 else changed)
            try:
                buffer.write(str(len(read(path))).encode())
            except AlignerError:
                buffer.write(b"e")
    assert b"e" in buffer.getvalue()
    assert b"2" in buffer.getvalue()


@pytest.mark.parametrize(
    ("source", "out", "options"),
    [
        (["a.tsv"], "a.tsv", {}),
        (["a.tsv"], "linked.jsonl", {}),
        (["a.en", "a.vi"], "a", {"out_format": "moses"}),
        (["a"], "a.vi", {"format": "moses", "out_format": "tsv"}),
        (["set/train.jsonl"], "set", {"out_format": "huggingface"}),
    ],
)
def test_pairs_are_not_converted_into_their_own_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: list[str], out: str, options: dict[str, str]
) -> None:
    monkeypatch.chdir(tmp_path)
    aligner.write_pairs(frame(), "a.tsv")
    aligner.write_pairs(frame(), "a", format="moses")
    aligner.write_pairs(frame(), "set", format="huggingface")
    Path("linked.jsonl").symlink_to("a.tsv")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()}
    with pytest.raises(InputError, match="the output is also an input"):
        aligner.convert_pairs(source[0], out, other=dict(enumerate(source)).get(1), **options)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()} == before


@pytest.mark.parametrize("name", ["no/a.en", "no/a", "no/a.tsv", "no/a.jsonl"])
def test_a_folder_that_is_not_there_is_refused_before_the_work(tmp_path: Path, name: str) -> None:
    def pairs() -> Iterator[pd.DataFrame]:
        pytest.fail("work was begun")
        yield pd.DataFrame()

    format = "moses" if name.endswith(".en") else "huggingface" if name.endswith("/a") else None
    with pytest.raises(aligner.InputError, match="no such folder"):
        aligner.write_pairs(pairs(), tmp_path / name, format=format)
    assert not (tmp_path / "no").exists()
