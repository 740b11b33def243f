"""Which column is which: by its words, whatever the names say; lines that are no pairs; what is said of both."""

import csv
import json
import os
import random
import unicodedata
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aligner
from aligner.cli import main
from aligner.errors import InputError
from aligner.pairs.headings import heading_pairs, is_header

PAIRS = (
    ("Hello my friends, how are you?", "Xin chào các bạn, các bạn khỏe không?"),
    ("Goodbye now.", "Tạm biệt nhé."),
    ("The shop opens at nine o'clock.", "Cửa hàng mở cửa lúc chín giờ."),
    ("Lan lives in Huế with her mother.", "Lan sống ở Huế với mẹ."),
    ("We walked along the beach.", "Chúng tôi đi bộ dọc bãi biển."),
    ("OK", "Được"),
    ("Nguyễn Văn Hùng met Mr. Smith.", "Nguyễn Văn Hùng gặp ông Smith."),
    ("It costs 20 dollars.", "Nó giá 20 đô la."),
    ("Where is the station?", "Nhà ga ở đâu?"),
    ("Hà Nội", "Hà Nội"),
)
"""Written for these tests: sentences, a short answer, names with marks on both sides."""

HEADERS = (
    ("en", "vi"), ("EN", "VI"), ("eng", "vie"), ("en-US", "vi-VN"), ("en_GB", "vi_VN"), ("English", "Vietnamese"),
    ("ENGLISH", "VIETNAMESE"), ("Tiếng Anh", "Tiếng Việt"), ("tieng anh", "tieng viet"), ("Anh", "Việt"),
    ("src_text", "trg_text"), ("SRC_TEXT", "TRG_TEXT"), ("source_text", "target_text"), ("source", "target"),
    ("src", "tgt"), ("src", "trg"), ("Source", "Translation"), ("original", "translation"),
    ("sentence_en", "sentence_vi"),
    ("text_en", "text_vi"), ("en_text", "vi_text"), ("enText", "viText"),
    ("English sentence", "Vietnamese translation"),
    ("Câu tiếng Anh", "Câu tiếng Việt"), ("Bản gốc", "Bản dịch"), ("Câu gốc", "Câu dịch"), ("Nguồn", "Đích"),
    ("eng_Latn", "vie_Latn"), ("translation.en", "translation.vi"), ("Front", "Back"), ("Term", "Definition"),
    ("input", "output"), ("prompt", "completion"), ("sent1", "sent2"), ("text_1", "text_2"), ("lang_a", "lang_b"),
    ("wiki_en", "wiki_vi"), ("English (US)", "Vietnamese (VN)"), ("question", "answer"), ("sentence 1", "sentence 2"),
    ("English text", "Vietnamese text"), ("Anh ngữ", "Việt ngữ"), ("goc", "ban_dich"), ("cau_goc", "cau_dich"),
    ("Nguyen van", "Ban dich"), ("van_ban_goc", "van_ban_dich"), ("ngon_ngu_nguon", "ngon_ngu_dich"),
)  # fmt: skip
"""Headers of tables on Hugging Face, OPUS, Tatoeba and Kaggle, of Anki, Quizlet and of spreadsheets."""

EXTRAS = {
    "id": lambda k: str(1276 + k),
    "score": lambda k: f"0.{50 + k}",
    "url": lambda k: f"https://a.example/{k}?x={k}",
    "domain": lambda k: "news",
    "date": lambda k: f"2025-03-{k + 1:02d}",
    "lang": lambda k: "eng",
    "attribution": lambda k: f"CC-BY 2.0 (France) Attribution: tatoeba.org #{k} (CK) & #{k + 9} (lan)",
}
"""Columns beside the texts, with what stands in row k."""


def write_table(path: Path, header: list[str] | None, rows: list[list[str]]) -> None:
    """A table in the format of its suffix."""
    suffix = path.suffix
    names = header or [f"k{k}" for k in range(len(rows[0]))]
    if suffix == ".tsv":
        path.write_text("".join("\t".join(row) + "\n" for row in [*([header] if header else []), *rows]), "utf-8")
    elif suffix == ".csv":
        with open(path, "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([*([header] if header else []), *rows])
    elif suffix == ".jsonl":
        path.write_text("".join(json.dumps(dict(zip(names, row, strict=True))) + "\n" for row in rows), "utf-8")
    elif suffix == ".parquet":
        pd.DataFrame(rows, columns=names).to_parquet(path)
    else:
        import openpyxl

        book = openpyxl.Workbook()
        for row in [*([header] if header else []), *rows]:
            book.active.append(row)
        book.save(path)


def texts_of(*paths: Path, **options: Any) -> list[tuple[str, str]]:
    frame = pd.concat(list(aligner.read_pairs(*paths, **options)), ignore_index=True)
    return list(zip(frame["src_text"], frame["trg_text"], strict=True))


@settings(max_examples=120, deadline=None)
@given(
    heads=st.sampled_from([None, *HEADERS]),
    suffix=st.sampled_from([".tsv", ".csv", ".jsonl", ".parquet", ".xlsx"]),
    extras=st.lists(st.sampled_from(sorted(EXTRAS)), max_size=3, unique=True),
    seed=st.integers(0, 10**6),
    lie=st.booleans(),
)
def test_a_table_in_any_format_with_columns_in_any_order_reads_back_right(
    tmp_path_factory: pytest.TempPathFactory,
    heads: tuple[str, str] | None,
    suffix: str,
    extras: list[str],
    seed: int,
    lie: bool,
) -> None:
    """Also under names that lie."""
    rng = random.Random(seed)
    rows = rng.sample(PAIRS, rng.randint(3, len(PAIRS)))
    if sum(len(en.split()) > 2 and "ễ" not in en for en, _ in rows) < 2:
        rows += PAIRS[:1]
    en_head, vi_head = heads or ("x", "y")
    if lie:
        en_head, vi_head = vi_head, en_head
    columns = {en_head: [en for en, _ in rows], vi_head: [vi for _, vi in rows]}
    columns |= {name: [EXTRAS[name](k) for k in range(len(rows))] for name in extras}
    names = list(columns)
    rng.shuffle(names)
    path = tmp_path_factory.mktemp("table") / f"a{suffix}"
    write_table(path, names if heads else None, [list(row) for row in zip(*(columns[n] for n in names), strict=True)])
    assert texts_of(path) == list(rows)


@pytest.mark.parametrize("heads", HEADERS, ids="|".join)
def test_every_header_is_known_in_both_orders(heads: tuple[str, str], tmp_path: Path) -> None:
    """With one row, whose words alone could be anything."""
    assert is_header(heads)
    for order in (0, 1):
        path = tmp_path / f"{order}.tsv"
        names, row = list(heads), ["Smith (2011)", "Hùng (2011)"]
        if order:
            names, row = names[::-1], row[::-1]
        path.write_text("\t".join(names) + "\n" + "\t".join(row) + "\n", "utf-8")
        assert len(texts_of(path)) == 1
        if heading_pairs(heads) and heads not in (("text_1", "text_2"),):
            assert texts_of(path) == [("Smith (2011)", "Hùng (2011)")]


@pytest.mark.parametrize(
    "row",
    [
        ("English", "tiếng Anh"), ("Vietnamese", "tiếng Việt"), ("translation", "bản dịch"), ("source", "nguồn"),
        ("question", "câu hỏi"), ("answer", "câu trả lời"), ("name", "tên"), ("date", "ngày"), ("title", "tiêu đề"),
        ("text", "văn bản"), ("sentence", "câu"), ("iPhone", "iPhone"), ("YouTube", "Facebook"), ("author", "tác giả"),
        ("COVID-19", "COVID-19"), ("meaning", "nghĩa"), ("Hello", "Xin chào"), ("notes", "ghi chú"), ("No", "Không"),
        ("page", "trang"), ("chapter", "chương"), ("word", "từ"), ("original", "bản gốc"),
    ],
    ids="|".join,
)  # fmt: skip
def test_a_pair_of_a_glossary_is_no_header(row: tuple[str, str]) -> None:
    assert not is_header(row)


MOSES = [
    ("train.en", "train.vi"), ("a.en.txt", "a.vi.txt"), ("corpus.en-vi.en", "corpus.en-vi.vi"),
    ("en/t.txt", "vi/t.txt"),
    ("train.eng", "train.vie"), ("english.txt", "vietnamese.txt"), ("src.txt", "tgt.txt"), ("one.txt", "two.txt"),
    ("dev.en.gz", "dev.vi.gz"), ("tieng_anh.txt", "tieng_viet.txt"), ("train.source", "train.target"),
    ("OPUS.EN", "OPUS.VI"),
]  # fmt: skip


@pytest.mark.parametrize("names", MOSES, ids="|".join)
@pytest.mark.parametrize("named_right", [True, False])
@pytest.mark.parametrize("in_order", [True, False])
def test_two_files_are_told_apart_by_their_words(
    tmp_path: Path, names: tuple[str, str], named_right: bool, in_order: bool
) -> None:
    import gzip

    paths = [tmp_path / name for name in names]
    for k, path in enumerate(paths if named_right else paths[::-1]):
        path.parent.mkdir(exist_ok=True)
        data = "".join(f"{pair[k]}\n" for pair in PAIRS).encode()
        path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    assert texts_of(*(paths if in_order else paths[::-1])) == list(PAIRS)


def test_what_was_decided_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    en, vi = tmp_path / "train.en", tmp_path / "train.vi"
    en.write_text("".join(f"{pair[0]}\n" for pair in PAIRS), "utf-8")
    vi.write_text("".join(f"{pair[1]}\n" for pair in PAIRS), "utf-8")
    (frame,) = aligner.read_pairs(en, vi)
    assert "notices" not in frame.attrs
    (frame,) = aligner.read_pairs(vi, en)
    assert frame.attrs["notices"] == ["English is train.en, Vietnamese train.vi, by their names"]
    os.rename(en, tmp_path / "x")
    os.rename(vi, en)
    os.rename(tmp_path / "x", vi)
    for verb in (["convert", str(en), str(vi), str(tmp_path / "o.tmx")],
                 ["score", str(en), str(vi), "-o", str(tmp_path / "o.tsv")],
                 ["describe", str(en), str(vi)], ["report", str(en), str(vi), "-o", str(tmp_path / "o.html")],
                 ["deduplicate", str(en), str(vi), "-o", str(tmp_path / "p.tsv")]):  # fmt: skip
        assert main(verb) == 0
        told = capsys.readouterr().err
        assert "English is train.vi, Vietnamese train.en, by their words; their names say the contrary" in told, verb
    assert '<tuv xml:lang="en"><seg>Hello my friends' in (tmp_path / "o.tmx").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        ("1\tone\thai\t3\n", {"columns": "en=2,vi=3"}, ("one", "hai")),
        ("1\tone\thai\t3\n", {"columns": {"vi": 2, "en": 3}}, ("hai", "one")),
        ("a\tb\tc\none\thai\tx\n", {"columns": "en=a,vi=b"}, ("one", "hai")),
        ("Ghi chú\tCột A\tCột B\nx\tone\thai\n", {"columns": {"en": "cột a", "vi": "CỘT B"}}, ("one", "hai")),
        ("Xin chào các bạn\tHello my friends\n", {"swap": False}, ("Xin chào các bạn", "Hello my friends")),
        ("one\thai\n", {"swap": True}, ("hai", "one")),
        ("en\tvi\none\thai\n", {"swap": True}, ("hai", "one")),
        ("7\tone\thai\n", {"swap": True}, ("hai", "one")),
        ("Xin chào các bạn\tHello my friends\n", {}, ("Hello my friends", "Xin chào các bạn")),
    ],
)
def test_the_caller_has_the_last_word(
    tmp_path: Path, text: str, options: dict[str, Any], expected: tuple[str, str]
) -> None:
    (tmp_path / "a.tsv").write_text(text, "utf-8")
    assert texts_of(tmp_path / "a.tsv", **options) == [expected]


def test_the_command_line_has_the_last_word(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").write_text("n,x,y\n1,one,hai\n2,two,ba\n", "utf-8")
    assert main(["convert", str(tmp_path / "a.csv"), "-", "--columns", "en=x,vi=y"]) == 0
    assert capsys.readouterr().out == "n\tsrc_text\ttrg_text\n1\tone\thai\n2\ttwo\tba\n"
    assert main(["convert", str(tmp_path / "a.csv"), "-", "--columns", "en=3,vi=2"]) == 0
    assert capsys.readouterr().out == "n\ttrg_text\tsrc_text\n1\tone\thai\n2\ttwo\tba\n"
    assert main(["convert", str(tmp_path / "a.csv"), "-", "--columns", "en=7,vi=2"]) == 2
    assert "no column '7' (found 1 n, 2 x, 3 y)" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["convert", str(tmp_path / "a.csv"), "-", "--columns", "2,3"])
    assert "these name no columns" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"columns": "en=1"}, "these name no columns"),
        ({"columns": "en=1,vi=1"}, "one column for both languages"),
        ({"columns": {"en": 1, "fr": 2}}, "these name no columns"),
        ({"columns": "en=1,vi=2", "swap": True}, "exclude each other"),
        ({"columns": "en=0,vi=2"}, "no column '0'"),
        ({"columns": "en=1,vi=nothing"}, "no column 'nothing'"),
    ],
)
def test_what_cannot_be_asked_is_said(tmp_path: Path, call: dict[str, Any], message: str) -> None:
    (tmp_path / "a.tsv").write_text("one\thai\n", "utf-8")
    with pytest.raises(InputError, match=message):
        texts_of(tmp_path / "a.tsv", **call)
    (tmp_path / "a.tmx").write_text("<tmx/>", "utf-8")
    with pytest.raises(InputError, match=r"no columns to choose from|exclude|name no"):
        texts_of(tmp_path / "a.tmx", columns="en=1,vi=2")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        # A human and a machine translation; two English columns of the same size; sides that change.
        ("".join(f"{e}\t{v}\t{v} nhé\n" for e, v in PAIRS), "not clear which columns.*2: Vietnamese, 3: Vietnamese"),
        ("".join(f"{e} yes\t{e}\t{v}\n" for e, v in PAIRS), "not clear which columns.*columns='en=1,vi=2'"),
        (
            "".join("\t".join(p if k % 2 else p[::-1]) + "\n" for k, p in enumerate(PAIRS)),
            "change sides from row to row",
        ),
        ("1\t2\t3\n4\t5\t6\n", "not clear which columns.*no text"),
    ],
)
def test_what_is_not_clear_is_refused_with_the_way_out(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "a.tsv").write_text(text, "utf-8")
    with pytest.raises(InputError, match=message):
        texts_of(tmp_path / "a.tsv")


GOOD = [f"{en}\t{vi}" for en, vi in PAIRS[:3]]


@pytest.mark.parametrize(
    ("lines", "kind", "first"),
    [
        ([GOOD[0], "", *GOOD[1:]], "empty lines", 2),
        ([*GOOD, ""], "empty lines", 4),
        (["", *GOOD], "empty lines", 1),
        ([GOOD[0], "   ", "\t", *GOOD[1:]], "empty lines", 2),
        (["#separator:tab", "#html:true", *GOOD], "head lines", 1),
        (["#separator:tab", "#columns:English\tVietnamese", *GOOD], "head lines", 1),
        (["#columns:Tiếng Anh\tTiếng Việt", *GOOD], "head lines", 1),
        (["#separator:Tab", "#html:false", "#notetype:Basic", "#deck:Anh", "#tags column:3",
          *(f"{g}\tx" for g in GOOD)],
         "head lines", 1),
        ([*GOOD[:2], "no tab here", GOOD[2]], "lines with too few tabs", 3),
        ([*GOOD, "a\tb\tc"], "lines with too many tabs", 4),
        (["en\tvi", GOOD[0], "", *GOOD[1:]], "empty lines", 3),
    ],
)  # fmt: skip
def test_lines_that_are_no_pairs_are_set_aside_and_told(
    tmp_path: Path, lines: list[str], kind: str, first: int, capsys: pytest.CaptureFixture[str]
) -> None:
    for end in ("\n", "\r\n", "\r"):
        path = tmp_path / "a.tsv"
        path.write_bytes((end.join(lines) + end).encode())
        assert texts_of(path) == list(PAIRS[:3])
        (frame,) = aligner.read_pairs(path)
        assert frame.attrs["first"][kind] == first
        assert frame.attrs["skipped"][kind] > 0
    assert main(["convert", str(path), str(tmp_path / "b.tmx")]) == 0
    assert f"{kind} (first at line {first})" in capsys.readouterr().err


def test_trailing_empty_cells_are_no_fault(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text(f"{GOOD[0]}\n{GOOD[1]}\t\t\n{GOOD[2]}\n", "utf-8")
    assert texts_of(tmp_path / "a.tsv") == list(PAIRS[:3])


@pytest.mark.parametrize("separator", ["semicolon", "comma", "pipe", ";", "|"])
def test_anki_names_its_separator(tmp_path: Path, separator: str) -> None:
    mark = {"semicolon": ";", "comma": ",", "pipe": "|"}.get(separator, separator)
    rows = "".join(f'"{en}"{mark}"{vi}"\n' for en, vi in PAIRS)
    (tmp_path / "a.txt").write_text(f"#separator:{separator}\n#html:true\n{rows}", "utf-8")
    assert texts_of(tmp_path / "a.txt") == list(PAIRS)


@pytest.mark.parametrize("mark", list(",;\t|"))
def test_csv_of_any_separator_with_quotes_and_line_breaks(tmp_path: Path, mark: str) -> None:
    rows = [*PAIRS, ('He said "no",\nand; left|\tat once.', "Anh ấy nói “không”,\nrồi; đi|\tngay.")]
    with open(tmp_path / "a.csv", "w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=mark).writerows(
            [("STT", "Việt", "Anh"), *((k, v, e) for k, (e, v) in enumerate(rows))]
        )
    assert texts_of(tmp_path / "a.csv") == rows
    (tmp_path / "b.csv").write_text("sep=;\nen;vi\n" + "".join(f"{e};{v}\n" for e, v in PAIRS), "utf-8")
    assert texts_of(tmp_path / "b.csv") == list(PAIRS)


def test_a_quote_that_never_ends_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('en,vi\nHi,Chào\n"Hello,Xin chào\nBye,Tạm biệt\n', "utf-8")
    with pytest.raises(InputError, match=r"a\.csv:3: a quote that never ends"):
        texts_of(tmp_path / "a.csv")


@pytest.mark.parametrize(
    "record",
    [
        lambda e, v: {"translation": {"en-US": e, "vi-VN": v}},
        lambda e, v: {"translation": {"vie": v, "eng": e, "fra": "x"}},
        lambda e, v: {"English": e, "Vietnamese": v, "id": 3},
        lambda e, v: {"sentence_vi": v, "sentence_en": e},
        lambda e, v: {"src": v, "tgt": e},
        lambda e, v: {"instruction": "Translate into English.", "input": v, "output": e},
        lambda e, v: {"prompt": e, "completion": v},
        lambda e, v: {"a": v, "b": e},
        lambda e, v: {"id": 7, "one": e, "two": v, "score": 0.5},
        lambda e, v: {"source_text": e, "target_text": v},
    ],
)
def test_foreign_keys_of_json_lines(tmp_path: Path, record: Any) -> None:
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(record(*pair)) + "\n" for pair in PAIRS), "utf-8")
    assert texts_of(tmp_path / "a.jsonl") == list(PAIRS)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ('{"en": "Only English"}', "objects without both texts"),
        ('{"id": 1}', "objects without both texts"),
        ("{}", "objects without both texts"),
        ("[1]", "lines without an object"),
        ('{"en": "a"', "lines that are not JSON"),
        ("not JSON", "lines that are not JSON"),
        ("", "empty lines"),
    ],
)
def test_a_bad_record_refuses_no_file(tmp_path: Path, line: str, kind: str) -> None:
    good = [json.dumps({"en": en, "vi": vi}) for en, vi in PAIRS[:3]]
    (tmp_path / "a.jsonl").write_text("\n".join([*good[:2], line, good[2]]) + "\n", "utf-8")
    (frame,) = aligner.read_pairs(tmp_path / "a.jsonl")
    assert frame["trg_text"].tolist() == [vi for _, vi in PAIRS[:3]]
    assert (frame.attrs["skipped"][kind], frame.attrs["first"][kind]) == (1, 3)


def test_a_file_of_mostly_bad_lines_is_still_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"en": "a", "vi": "b"}\n' + '{"en": "x"}\n' * 2, "utf-8")
    with pytest.raises(InputError, match=r"a\.jsonl:2: no text keys"):
        texts_of(tmp_path / "a.jsonl")
    (tmp_path / "a.tsv").write_text(f"{GOOD[0]}\n" + "It rained all day long.\n" * 2, "utf-8")
    with pytest.raises(InputError, match=r"a\.tsv:2: too few tabs"):
        texts_of(tmp_path / "a.tsv")


def test_a_bare_control_character_in_json_is_text(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"en": "a\x01\tb", "vi": "c"}\n')
    assert texts_of(tmp_path / "a.jsonl") == [("a\x01\tb", "c")]


TMX = '<?xml version="1.0"?><tmx version="1.4"><header srclang="en"/><body>{}</body></tmx>'
UNIT = '<tu><tuv xml:lang="en"><seg>{}</seg></tuv><tuv xml:lang="vi"><seg>{}</seg></tuv></tu>'


@pytest.mark.parametrize(
    "mark",
    [
        "<ph>&lt;br/&gt;</ph>", "<ph>&lt;br&gt;</ph>", "<ph>&lt;BR /&gt;</ph>", '<ph type="lb"/>', '<ph type="x-br"/>',
        '<it pos="begin">&lt;br&gt;</it>', '<bpt i="1">&lt;br&gt;</bpt><ept i="1">&lt;/br&gt;</ept>', "<ut>\\n</ut>",
        "<ph>&#10;</ph>", "<ph>&lt;w:br/&gt;</ph>", "<ph>&lt;text:line-break/&gt;</ph>",
        '<x equiv-text="&lt;br/&gt;"/>',
        '<ph x="1"><sub>a</sub>&lt;br&gt;</ph>', "<ph>&lt;/p&gt;&lt;p&gt;</ph>", '<ph type="linebreak">1</ph>', "<br/>",
        "<ph>&lt;/td&gt;&lt;td&gt;</ph>", "<ph>&lt;w:tab/&gt;</ph>", "<ph>\\line </ph>", '<ph ctype="lb" x="2"/>',
        "<ph>{br}</ph>",
    ],
)  # fmt: skip
def test_a_line_break_in_a_mark_parts_two_words(tmp_path: Path, mark: str) -> None:
    unit = UNIT.format(f"First line{mark}second line", f"Dòng một {mark} dòng hai{mark}")
    (tmp_path / "a.tmx").write_text(TMX.format(unit), "utf-8")
    assert texts_of(tmp_path / "a.tmx") == [("First line second line", "Dòng một dòng hai")]


@pytest.mark.parametrize("mark", ["<ph>&lt;b&gt;</ph>", "<ph>&lt;i&gt;</ph>", '<ph type="bold"/>',
                                  "<ut>{brand}</ut>", "<ph>&lt;brand&gt;</ph>",
                                  "<ph>%s</ph>", "<it pos='end'>&lt;/span&gt;</it>"])  # fmt: skip
def test_another_mark_leaves_nothing(tmp_path: Path, mark: str) -> None:
    (tmp_path / "a.tmx").write_text(TMX.format(UNIT.format(f"un{mark}able", f"kh{mark}ông")), "utf-8")
    assert texts_of(tmp_path / "a.tmx") == [("unable", "không")]


@pytest.mark.parametrize(
    "bad", ["&#x1;", "&#1;", "\x01", "&#x1F;", "&#xFFFE;", "\x1b", "&#xD800;", "\ufffe", "&#x0;", "\x0b"]
)
def test_a_character_that_xml_has_not_refuses_no_file(
    tmp_path: Path, bad: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = TMX.format(UNIT.format(f"A{bad} b &#233; &#x1EA1;", "B") + UNIT.format(*PAIRS[0]))
    (tmp_path / "a.tmx").write_bytes(text.encode("utf-8", "surrogatepass"))
    for size in (1 << 18, 200, 7, 3):
        monkeypatch.setattr("aligner.files.streams.BLOCK", size)
        (frame,) = aligner.read_pairs(tmp_path / "a.tmx")
        assert " ".join(frame["src_text"][0].split()) == "A b é ạ"
        assert frame["trg_text"].tolist() == ["B", PAIRS[0][1]]
        assert frame.attrs["skipped"] == {"characters that XML does not have": 1}


TELLING = [  # what was met while these were written; the texts are one pair or two
    ("1276\teng\tHello my friends\t5678\tvie\tXin chào các bạn\n", 1),
    ("vie\tXin chào các bạn\teng\tHello my friends\nvie\tTạm biệt nhé\teng\tGoodbye now\n", 2),
    ("train\tHello my friends\tXin chào các bạn\ntest\tGoodbye now\tTạm biệt nhé\n", 2),
    ("news\tHello my friends\tXin chào các bạn\n", 1),
    ("a1b2\tXin chào các bạn\tHello my friends\nc3d4\tTạm biệt nhé\tGoodbye now\n", 2),
    ("2024-01-02\tXin chào các bạn\tHello my friends\n", 1),
    ("0,98\t0,5\tHello my friends\tXin chào các bạn\n", 1),
    ("doc1.txt\t3\tHello my friends\tXin chào các bạn\n", 1),
    ("Language A\tLanguage B\nXin chào các bạn\tHello my friends\n", 1),
    ("source_lang\ttarget_lang\tsource\ttarget\nvi\ten\tXin chào các bạn\tHello my friends\n", 1),
    ("# English-Vietnamese corpus\n# v1\nHello my friends\tXin chào các bạn\nGoodbye now\tTạm biệt nhé\n", 2),
    ("Xin chao cac ban\tHello my friends\nTam biet nhe\tGoodbye now\n", 2),
    ('"vi"\t"en"\nXin chào các bạn\tHello my friends\n', 1),
    ("\ufeffNo.\tEnglish\tTiếng Việt\tGhi chú\n1\tHello my friends\tXin chào các bạn\tx\n", 1),
    ("Hello my friends\tXin chào các bạn\rGoodbye now\tTạm biệt nhé", 2),
    ("#separator:tab\n#guid column:1\n#deck column:2\nabc\tAnh\tHello my friends\tXin chào các bạn\n", 1),
    ("Hello my friends\tXin chào các bạn\tCC-BY 2.0 (France) Attribution: tatoeba.org #28 (CM) & #1 (x)\n", 1),
    ("Subject\tHello my friends\tXin chào các bạn\nSubject\tGoodbye now\tTạm biệt nhé\n", 2),
    ("01:15\tHello my friends\tXin chào các bạn\n", 1),
    ("x@a.example\tXin chào các bạn\tHello my friends\n", 1),
]


@pytest.mark.parametrize(("text", "n"), TELLING)
def test_what_stands_beside_the_texts_is_none_of_them(tmp_path: Path, text: str, n: int) -> None:
    known = [("Hello my friends", "Xin chào các bạn"), ("Goodbye now", "Tạm biệt nhé")]
    (tmp_path / "a.tsv").write_bytes(text.encode())
    found = texts_of(tmp_path / "a.tsv")
    if "Xin chao" in text:
        known = [("Hello my friends", "Xin chao cac ban"), ("Goodbye now", "Tam biet nhe")]
    assert found == known[:n]


@pytest.mark.parametrize("name", ["Tiếng Việt.tsv", "dữ liệu/cặp câu.tsv", "Hà Nội.tsv.gz"])
def test_a_path_is_found_in_either_form(tmp_path: Path, name: str) -> None:
    import gzip

    for on_disk, asked in (("NFD", "NFC"), ("NFC", "NFD")):
        path = tmp_path / on_disk / unicodedata.normalize(on_disk, name)  # type: ignore[arg-type]
        path.parent.mkdir(parents=True)
        data = "\n".join(GOOD).encode()
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        given_name = tmp_path / on_disk / unicodedata.normalize(asked, name)  # type: ignore[arg-type]
        assert texts_of(given_name) == list(PAIRS[:3])
        with pytest.raises(InputError, match="the output is also an input"):
            aligner.convert_pairs(given_name, path)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", "1\n00:00:01,000 --> 00:00:02,500\nWhere is he?\n"),
        ("a.tsv", "WEBVTT\n\n00:01.000 --> 00:02.500\nWhere is he?\n"),
        ("a.txt", "[Events]\nDialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,Where is he?\n"),
        ("a.txt", "{25}{63}Where is he?\n"),
        ("a.txt", "[00:01.00]Where is he?\n"),
        ("a.srt", "1\n00:00:01,000 --> 00:00:02,500\nWhere is he?\n"),
        ("a.vtt", "WEBVTT\n"),
    ],
)
def test_subtitles_are_refused_in_one_line(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(InputError, match=r"subtitles, not pairs.* align them by aligner align$"):
        texts_of(tmp_path / name)
    with pytest.raises(InputError, match="subtitles, not pairs"):
        texts_of(tmp_path / name, tmp_path / name)


@pytest.mark.parametrize(
    "name", ["a.tsv", "a.tsv.gz", "a.tmx", "a.jsonl", "a.csv", "a.parquet", "a.xlsx", "a.tab", "b", "c.txt"]
)
def test_align_says_which_command_pairs_want(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    texts = {"b": '{"en": "Hello.", "vi": "Chào."}\n', "c.txt": TMX.format("")}
    (tmp_path / name).write_text(texts.get(name, "Hello.\tChào.\n"), "utf-8")
    assert main(["align", str(tmp_path / name)]) == 2
    told = capsys.readouterr().err
    assert "pairs are aligned already" in told
    assert "aligner score" in told
    assert told.count("\n") == 1


def test_what_is_said_of_a_side_goes_with_it(tmp_path: Path) -> None:
    rows = "".join(f"https://v/{k}\thttps://e/{k}\t{vi}\t{en}\n" for k, (en, vi) in enumerate(PAIRS))
    for head in ("", "src_url\ttrg_url\tsrc_text\ttrg_text\n"):
        (tmp_path / "a.sent").write_text(head + rows, "utf-8")
        (frame,) = aligner.read_pairs(tmp_path / "a.sent")
        assert frame["src_url"][0] == "https://e/0"
        assert frame["trg_url"][0] == "https://v/0"
        assert frame["src_text"][0] == PAIRS[0][0]


@pytest.mark.parametrize("suffix", [".tsv", ".jsonl", ".tmx", ".parquet", ".xlsx"])
def test_what_is_written_reads_back_and_says_nothing(tmp_path: Path, suffix: str) -> None:
    frame = pd.DataFrame(PAIRS, columns=["src_text", "trg_text"])
    aligner.write_pairs(frame, tmp_path / f"a{suffix}", signature="s")
    (found,) = aligner.read_pairs(tmp_path / f"a{suffix}")
    assert found.values.tolist() == frame.values.tolist()
    assert found.attrs["signature"] == "s"
    assert "notices" not in found.attrs


@pytest.mark.parametrize("format_", ["tmx", "xliff", "xliff2"])
def test_sides_of_our_own_files_stay_whatever_their_words(tmp_path: Path, format_: str) -> None:
    rows = [("Xin chào các bạn của tôi.", "Good morning."), ("AÀ", ""), ("Tôi thích mưa ở Huế.", "Rain falls.")]
    frame = pd.DataFrame(rows, columns=["src_text", "trg_text"])
    path = tmp_path / ("a.tmx" if format_ == "tmx" else "a.xlf")
    aligner.write_pairs(frame, path, format=format_)
    (found,) = aligner.read_pairs(path)
    assert found[["src_text", "trg_text"]].to_numpy().tolist() == frame.to_numpy().tolist()


@pytest.mark.parametrize("suffix", [".tsv", ".csv", ".jsonl", ".parquet"])
@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("en=src_text,vi=machine", {"trg_text_before": "Trời mưa."}),
        ("en=1,vi=3", {"trg_text_before": "Trời mưa."}),
        ("en=edited,vi=trg_text", {"src_text_before": "It rains."}),
        ("en=edited,vi=machine", {"src_text_before": "It rains.", "trg_text_before": "Trời mưa."}),
        ("en=src_text,vi=trg_text", {}),
        ("en=trg_text,vi=src_text", {}),
    ],
)
def test_another_column_is_read_beside_our_own_names(
    tmp_path: Path, suffix: str, asked: str, kept: dict[str, str]
) -> None:
    """Files of ours with another system's translation beside them: what was asked for is read, nothing is lost."""
    header = ["src_text", "trg_text", "machine", "edited"]
    row = ["It rains.", "Trời mưa.", "Trời đang mưa.", "It is raining."]
    write_table(tmp_path / f"a{suffix}", header, [row])
    (frame,) = aligner.read_pairs(tmp_path / f"a{suffix}", columns=asked)
    cells = {str(name): cell for name, cell in frame.iloc[0].items()}
    by_name = dict(zip(header, row, strict=True)) | dict(zip("1234", row, strict=True))
    en, vi = (part.split("=")[1] for part in asked.split(","))
    assert (cells["src_text"], cells["trg_text"]) == (by_name[en], by_name[vi])
    assert {name: cell for name, cell in cells.items() if name.endswith("_before")} == kept
    assert sorted(cells.values()) == sorted(row)
    assert [f"{name[:-7]} is kept as {name}" for name in kept] == frame.attrs.get("notices", [])


@pytest.mark.parametrize(
    ("suffix", "mark"),
    [(".csv", ","), (".csv", ";"), (".tsv", "\t"), (".txt", "\t")],
)
def test_two_files_of_pairs_are_not_joined_line_by_line(tmp_path: Path, suffix: str, mark: str) -> None:
    rows = [("It rained today", "Hôm nay trời mưa"), ("We left early", "Chúng tôi đi sớm"), ("They slept", "Họ đã ngủ")]
    for name in ("a", "b"):
        (tmp_path / f"{name}{suffix}").write_text("".join(f"{mark.join(row)}\n" for row in rows), "utf-8")
    with pytest.raises(InputError, match=r"a file of pairs, which has both languages .*give it alone"):
        list(aligner.read_pairs(tmp_path / f"a{suffix}", tmp_path / f"b{suffix}"))


def test_files_of_one_column_are_joined_whatever_their_suffix(tmp_path: Path) -> None:
    rows = [
        ("It rained, and we left.", "Trời mưa, và chúng tôi đi."),
        ("Lan, who met An, slept.", "Lan, gặp An, đã ngủ."),
    ]
    for name, side in zip("ab", zip(*rows, strict=True), strict=True):
        (tmp_path / f"{name}.csv").write_text("\n".join(side) + "\n", "utf-8")
    (frame,) = aligner.read_pairs(tmp_path / "a.csv", tmp_path / "b.csv")
    assert frame[["src_text", "trg_text"]].to_numpy().tolist() == [list(row) for row in rows]


def test_a_cell_with_an_error_is_no_text_and_counts(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["English", "Vietnamese"], ["It rains.", "Trời mưa."], ["We left.", "#REF!"], ["#N/A", "Không có."]):
        book.active.append(row)
    book.active["B3"].data_type = "e"
    book.active["A4"].data_type = "s"
    book.save(tmp_path / "a.xlsx")
    (frame,) = aligner.read_pairs(tmp_path / "a.xlsx")
    assert frame["trg_text"].tolist() == ["Trời mưa.", "", "Không có."]
    assert frame["src_text"].tolist()[2] == "#N/A"
    assert frame.attrs["skipped"] == {"cells with an error": 1}
