"""Pairs that go out to people and come back: ids, what is written where, CSV and TSV that defaults read, edits."""

import json
import re
import unicodedata
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aligner
from aligner.cli import main
from aligner.errors import InputError
from aligner.pairs.edits import COUNTS
from aligner.pairs.formats import FORMATS, input_formats
from aligner.pairs.identity import ID
from aligner.pairs.locales import read_locales

EN = [
    "The bakery opens before six.",
    '"Yes," she said, "come in."',
    "It's 5\" wide -- no more...",
    "=SUM of all parts",
    "Nobody answered the phone.",
]
VI = [
    "Tiệm bánh mở cửa trước sáu giờ.",
    '"Vâng," cô nói, "mời vào."',
    'Nó rộng 5" -- không hơn...',
    "=TỔNG của mọi phần",
    "Không ai nghe điện thoại.",
]


def pairs(**columns: list[object]) -> pd.DataFrame:
    """Five pairs as an alignment has them, the last of which is dropped."""
    frame = pd.DataFrame(
        {
            "src_text": EN, "trg_text": VI, "quality": [0.9, 0.8, 0.7, 0.6, 0.1], "aligner_score": [0.5] * 5,
            "decision": ["keep"] * 4 + ["drop"], "reasons": ["", "", "", "", "low_quality"],
            "src_ids": ["0", "1", "2", "3", "4"], "trg_ids": ["0", "1", "2", "3", "4"], "doc_id": ["bread"] * 5,
            **columns,
        }
    )  # fmt: skip
    frame.attrs["signature"] = "made|so"
    return frame


def read(path: Path) -> pd.DataFrame:
    return pd.concat(list(aligner.read_pairs(path)), ignore_index=True)


# Ids ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".tsv", ".csv", ".jsonl", ".tmx", ".parquet", ".xlsx"])
def test_an_id_goes_through_every_format_and_is_the_same_from_each(tmp_path: Path, suffix: str) -> None:
    aligner.write_pairs(pairs(), tmp_path / f"a{suffix}", ids=True)
    ids = read(tmp_path / f"a{suffix}")["pair_id"].tolist()
    assert all(map(ID.fullmatch, ids))
    assert len(set(ids)) == 5
    aligner.convert_pairs(tmp_path / f"a{suffix}", tmp_path / "b.jsonl", ids=True)
    assert read(tmp_path / "b.jsonl")["pair_id"].tolist() == ids
    aligner.write_pairs(pairs(), tmp_path / "plain.tsv")
    aligner.convert_pairs(tmp_path / "plain.tsv", tmp_path / "c.jsonl", ids=True)
    assert read(tmp_path / "c.jsonl")["pair_id"].tolist() == ids


def test_the_id_of_a_bead_is_the_same_whatever_stands_around_it(tmp_path: Path) -> None:
    aligner.write_pairs(pairs(), tmp_path / "a.jsonl", ids=True)
    aligner.write_pairs(pairs()[::-1].iloc[:3], tmp_path / "b.jsonl", ids=True)
    assert read(tmp_path / "b.jsonl")["pair_id"].tolist() == read(tmp_path / "a.jsonl")["pair_id"].tolist()[:1:-1]


def test_equal_pairs_without_beads_have_ids_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("Hi.\tChào.\n" * 3000, "utf-8")  # more than a chunk
    aligner.convert_pairs(tmp_path / "a.tsv", tmp_path / "b.jsonl", ids=True)
    assert read(tmp_path / "b.jsonl")["pair_id"].nunique() == 3000


@pytest.mark.parametrize("row", [row for row in FORMATS if row.write], ids=lambda row: row.name)
def test_the_command_writes_ids_where_people_send_files_back(tmp_path: Path, row: object) -> None:
    name = row.name  # type: ignore[attr-defined]
    aligner.write_pairs(pairs(), tmp_path / "a.tsv")
    out = tmp_path / f"b{row.suffix}"  # type: ignore[attr-defined]
    assert main(["convert", str(tmp_path / "a.tsv"), str(out), "--to", name]) == 0
    expected = name in ("tmx", "xliff", "xliff2", "xlsx", "csv")
    if name in input_formats():
        found = pd.concat(list(aligner.read_pairs(out, format=name)))
        assert ("pair_id" in found) == expected
    elif name.startswith("xliff"):
        assert out.read_text("utf-8").count(' id="p') == 4


# What is written ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["tmx", "xliff", "xliff2"])
def test_a_memory_has_whole_pairs_that_are_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    frame = pairs()
    frame.loc[1, "trg_text"] = ""
    aligner.write_pairs(frame, tmp_path / "a.tsv")
    words = ["convert", str(tmp_path / "a.tsv"), str(tmp_path / "b.xlf"), "--to", name]
    assert main(words) == 0
    assert "not written: 1 to drop, 1 without counterpart\n" in capsys.readouterr().err
    text = (tmp_path / "b.xlf").read_text("utf-8")
    assert "<!-- pairs: 3 -->" in text
    assert main([*words, "--all"]) == 0
    assert "not written: 1 without counterpart\n" in capsys.readouterr().err
    assert "<!-- pairs: 4 -->" in (tmp_path / "b.xlf").read_text("utf-8")
    with pytest.raises(SystemExit):
        main([*words, "--all", "--kept-only"])


def test_other_formats_have_all_unless_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    aligner.write_pairs(pairs(), tmp_path / "a.tsv")
    assert main(["convert", str(tmp_path / "a.tsv"), str(tmp_path / "b.jsonl")]) == 0
    assert len(read(tmp_path / "b.jsonl")) == 5
    assert main(["convert", str(tmp_path / "a.tsv"), str(tmp_path / "b.jsonl"), "--kept-only"]) == 0
    assert len(read(tmp_path / "b.jsonl")) == 4
    assert "not written: 1 to drop" in capsys.readouterr().err


def test_align_writes_what_convert_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = f"{EN[0]}\n{EN[4]}\nA line that stands alone here.\n\n{VI[0]}\n{VI[4]}\n"
    (tmp_path / "a.txt").write_text(text, "utf-8")
    words = ["align", str(tmp_path / "a.txt"), "-o", str(tmp_path / "b")]
    assert main([*words, "--to", "tmx", "--nulls", "--all", "--locales", "en-GB,vi-VN"]) == 0
    root = ElementTree.parse(tmp_path / "b").getroot()
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    assert {tuv.attrib[lang] for tuv in root.iter("tuv")} == {"en-GB", "vi-VN"}
    assert all(seg.text for seg in root.iter("seg"))
    assert "without counterpart" in capsys.readouterr().err.split("not written: ")[1].split("\n")[0]
    assert main([*words, "--to", "xliff2"]) == 0
    assert '<note category="quality"' not in (tmp_path / "b").read_text("utf-8")
    assert main([*words, "--to", "xliff2", "--notes"]) == 0
    assert '<note category="quality"' in (tmp_path / "b").read_text("utf-8")
    assert main([*words, "--to", "jsonl"]) == 0
    assert ID.fullmatch(json.loads((tmp_path / "b").read_text("utf-8").split("\n")[0])["pair_id"])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--to", "tmx"], "--to is about the file"),
        (["--kept-only"], "--kept-only is about the file"),
        (["--all"], "--all is about the file"),
        (["--notes"], "--notes is about the file"),
        (["-o", "b.csv", "--locales", "en,vi"], "no place for locales in this format (found csv)"),
        (
            ["-o", "b.tmx", "--notes"],
            "no notes in this format (found tmx); leave it out, or write one of xliff, xliff2",
        ),
    ],
)
def test_options_that_would_do_nothing_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    (tmp_path / "a.txt").write_text(f"{EN[0]}\n\n{VI[0]}\n", "utf-8")
    assert main(["align", str(tmp_path / "a.txt"), *words]) == 2
    assert told in capsys.readouterr().err


# RFC 5646, section 2.1 and appendix A
@pytest.mark.parametrize(
    ("given_tags", "read_tags"),
    [
        ("en-US,vi-VN", ("en-US", "vi-VN")),
        ("EN-us, VI-vn", ("en-US", "vi-VN")),
        ("en,vi", ("en", "vi")),
        ("en-Latn-GB-oxendict,vi-Hani", ("en-Latn-GB-oxendict", "vi-Hani")),
        ("en-001,vi-x-south", ("en-001", "vi-x-south")),
        ("en-a-bbb-x-a-ccc,vi-u-co-standard", ("en-a-bbb-x-a-ccc", "vi-u-co-standard")),
        ("en-1994,vi-VN", ("en-1994", "vi-VN")),
    ],
)
def test_tags_of_bcp_47_are_read(given_tags: str, read_tags: tuple[str, str]) -> None:
    assert read_locales(given_tags) == read_tags
    assert read_locales(given_tags.split(",")) == read_tags
    assert read_locales(read_tags) == read_tags


@pytest.mark.parametrize(
    "tags",
    ["en_US,vi_VN", "en-UK,vi", "vi-VN,en-US", "en-US", "en,vi,fr", "eng-US,vie-VN", "en-USA,vi", "english,vi",
     "en-,vi", ",vi", "en,vi-VI", "en-US-,vi", "en-X1,vi", "en,vi-vnm", "en US,vi VN", "",
     "en,\N{FULLWIDTH LATIN SMALL LETTER V}i"],
)  # fmt: skip
def test_what_is_no_tag_is_refused(tags: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InputError):
        read_locales(tags)
    with pytest.raises(SystemExit, match="2"):
        main(["convert", "a.tsv", "b.tmx", "--locales", tags])
    assert "--locales: " in capsys.readouterr().err


def test_regions_are_those_of_iso_3166() -> None:
    pycountry = pytest.importorskip("pycountry")
    for country in pycountry.countries:
        assert read_locales(f"en-{country.alpha_2},vi")[0] == f"en-{country.alpha_2}"


# TSV and CSV ----------------------------------------------------------------------------------------------------------

QUOTES = st.text(st.sampled_from('"""\'ab ,;\N{LATIN SMALL LETTER O WITH CIRCUMFLEX}=-'), max_size=10)


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(st.tuples(QUOTES, QUOTES, QUOTES), min_size=1, max_size=12))
def test_any_quotes_survive_tsv_and_csv(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("quotes")
    rows = [(f"a{en}" if not (en + vi + more).strip() else en, vi, more) for en, vi, more in rows]
    frame = pd.DataFrame(rows, columns=["src_text", "trg_text", "more"])
    for name in ("a.tsv", "a.csv"):
        aligner.write_pairs(frame, folder / name)
        found = pd.concat(list(aligner.read_pairs(folder / name, swap=False)))
        assert found.values.tolist() == frame.values.tolist(), name
        plain = pd.read_csv(folder / name, sep="\t" if name == "a.tsv" else ",", keep_default_na=False, dtype=str)
        assert plain.values.tolist() == frame.values.tolist(), name


@settings(max_examples=100, deadline=None)
@given(rows=st.lists(st.tuples(*[st.text(st.characters(codec="utf-8"), max_size=8)] * 2), min_size=1, max_size=5))
def test_any_text_survives_csv_but_for_carriage_returns(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    from aligner.pairs.chunks import NOT_XML

    path = tmp_path_factory.mktemp("any") / "a.csv"
    rows = [(f"a{en}", f"b{vi}") for en, vi in rows]
    aligner.write_pairs(pd.DataFrame(rows, columns=["src_text", "trg_text"]), path)
    fitted = [
        [
            NOT_XML.sub(lambda m: "\ufffd" if m[0] >= "\ud800" else " ", c.replace("\r\n", "\n").replace("\r", "\n"))
            for c in row
        ]
        for row in rows
    ]
    found = pd.concat(list(aligner.read_pairs(path, swap=False)))
    assert found.values.tolist() == fitted
    plain = pd.read_csv(path, keep_default_na=False)
    assert plain.values.tolist() == fitted


DEFAULTS = {
    "pandas": lambda path: pd.read_csv(path, sep="\t" if path.suffix == ".tsv" else ",").to_dict("list"),
    "polars": lambda path: (
        pytest.importorskip("polars")
        .read_csv(path, separator="\t" if path.suffix == ".tsv" else ",")
        .to_dict(as_series=False)
    ),
}


@pytest.mark.parametrize("suffix", [".tsv", ".csv"])
@pytest.mark.parametrize("tool", DEFAULTS)
def test_the_defaults_of_others_lose_no_row(tmp_path: Path, suffix: str, tool: str) -> None:
    """pandas.read_csv(sep="\\t") lost three of four rows where two cells began with a quote (issue)."""
    said = ['"Wait," he said.', "A plain line.", '"No', 'An open " quote', '"', '""', "The last."]
    frame = pd.DataFrame({"src_text": said, "trg_text": [f"vi {text}" for text in said]})
    aligner.write_pairs(frame, tmp_path / f"a{suffix}")
    assert DEFAULTS[tool](tmp_path / f"a{suffix}") == frame.to_dict("list")


@pytest.mark.parametrize("tool", DEFAULTS)
def test_csv_has_types_that_hold_for_all_rows(tmp_path: Path, tool: str) -> None:
    """polars tells types by a hundred rows: numbers of sentences stay text."""
    n = 150
    frame = pd.DataFrame(
        {"src_text": ["two\nlines"] * n, "trg_text": ["x, y"] * n, "src_ids": ["0"] * (n - 1) + ["1,2"],
         "quality": [0.5] * (n - 1) + [float("nan")], "src_start": pd.array([1] * (n - 1) + [None], dtype="Int64")}
    )  # fmt: skip
    aligner.write_pairs(frame, tmp_path / "a.csv")
    found = DEFAULTS[tool](tmp_path / "a.csv")
    assert list(found) == list(frame)  # no mark before the first name
    assert found["src_ids"][-1] == "[1,2]"
    assert found["quality"][0] == 0.5
    assert set(found["src_text"]) == {"two\nlines"}
    assert read(tmp_path / "a.csv")["src_ids"].tolist() == frame["src_ids"].tolist()


def test_a_spreadsheet_s_tsv_loses_its_quotes_and_a_dialogue_keeps_its_own(tmp_path: Path) -> None:
    saved = ["src_text\ttrg_text"]
    saved += [f'"One, {k}"\t"Một ""và"", {k}"' for k in range(6)] + ["No comma\tKhông phẩy"]
    (tmp_path / "a.tsv").write_text("\n".join(saved) + "\n", "utf-16")
    assert read(tmp_path / "a.tsv").values.tolist()[0] == ["One, 0", 'Một "và", 0']
    spoken = [f'"Well, John {k}."\t"Nào, John {k}."' for k in range(6)] + ['"Stop!"\t"Dừng!"']
    (tmp_path / "b.tsv").write_text("\n".join(spoken) + "\n", "utf-8")
    assert read(tmp_path / "b.tsv").values.tolist()[0] == ['"Well, John 0."', '"Nào, John 0."']


def test_formulas_are_guarded_in_csv(tmp_path: Path) -> None:
    assert aligner.write_pairs(pairs(), tmp_path / "a.csv", guard_formulas=True)["guarded"] == 2
    assert read(tmp_path / "a.csv")["src_text"][3] == "'=SUM of all parts"


# XLSX -----------------------------------------------------------------------------------------------------------------


def test_a_workbook_is_ready_for_a_reviewer(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    aligner.write_pairs(pairs(), tmp_path / "a.xlsx", ids=True)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["pairs"]
    names = {cell.value: cell.column_letter for cell in sheet[1]}
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", f"A1:{names['pair_id']}6")
    assert all(cell.font.b for cell in sheet[1])
    hidden = {name for name, letter in names.items() if sheet.column_dimensions[letter].hidden}
    assert hidden == {"aligner_score", "src_ids", "trg_ids", "pair_id"}
    (choice,) = sheet.data_validations.dataValidation
    assert (choice.formula1, str(choice.sqref)) == ('"keep,drop"', f"{names['decision']}2:{names['decision']}6")


# Edits ----------------------------------------------------------------------------------------------------------------


def edited_in(suffix: str, folder: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Path:
    """A copy that went out in a format and came back changed."""
    aligner.write_pairs(pairs(), folder / f"out{suffix}", ids=True)
    frame = change(read(folder / f"out{suffix}"))
    aligner.write_pairs(frame, folder / f"back{suffix}")
    return folder / f"back{suffix}"


def reviewed(frame: pd.DataFrame) -> pd.DataFrame:
    """What a reviewer does: a text, a decision, quotes that a program made, another order."""
    frame = frame.copy()
    frame.loc[0, "trg_text"] = "Lò bánh mở cửa trước sáu giờ."
    frame.loc[1, "src_text"] = "\u201cYes,\u201d  she said,\u00a0\u201ccome in.\u201d"
    frame.loc[2, "src_text"] = 'It\u2019s 5" wide \u2014 no more\u2026'
    frame.loc[3, "src_text"] = "'=SUM of all parts"
    frame.loc[4, "decision"] = " KEEP"
    return frame.iloc[::-1]


@pytest.mark.parametrize("suffix", [".tsv", ".csv", ".tmx", ".xlsx", ".jsonl", ".parquet"])
def test_edits_come_back_by_id(tmp_path: Path, suffix: str) -> None:
    back = edited_in(suffix, tmp_path, reviewed)
    frame = aligner.apply_edits(pairs(), back)
    assert frame["src_text"].tolist() == EN
    assert frame["trg_text"].tolist() == ["Lò bánh mở cửa trước sáu giờ.", *VI[1:]]
    assert frame["edited"].tolist() == ["target", "", "", "", "decision"]
    assert frame["decision"].tolist() == ["keep"] * 5
    assert frame["quality"].isna().tolist() == [True, False, False, False, False]
    assert frame["aligner_score"].isna().tolist() == [True, False, False, False, False]
    counts = frame.attrs["edits"]
    assert counts == {
        **dict.fromkeys(COUNTS, 0), "pairs": 5, "came_back": 5, "unchanged": 3, "edited_target": 1, "set_to_keep": 1,
        "as_programs_write": 3, "kept": 5,
    }  # fmt: skip
    assert frame.attrs["signature"] == "made|so + edits"


def test_what_comes_back_unchanged_changes_nothing(tmp_path: Path) -> None:
    for suffix in (".tsv", ".csv", ".tmx", ".xlsx"):
        frame = aligner.apply_edits(pairs(), edited_in(suffix, tmp_path, lambda frame: frame))
        assert frame[list(pairs())].to_dict("list") == pairs().to_dict("list"), suffix
        assert set(frame["edited"]) == {""}


@pytest.mark.parametrize("suffix", [".tsv", ".csv", ".tmx", ".xlsx", ".xlf"])
def test_what_a_format_cannot_hold_is_no_edit(tmp_path: Path, suffix: str) -> None:
    odd = pd.DataFrame({"src_text": ["a\x08b", "c\x1f d"], "trg_text": ["e\udcfff", "g\uffff"]}, dtype=object)
    aligner.write_pairs(odd, tmp_path / "a.jsonl", ids=True)
    aligner.convert_pairs(tmp_path / "a.jsonl", tmp_path / f"b{suffix}", ids=True)
    frame = aligner.apply_edits(tmp_path / "a.jsonl", tmp_path / f"b{suffix}")
    assert frame[list(odd)].to_dict("list") == odd.to_dict("list")
    assert set(frame["edited"]) == {""}


@pytest.mark.parametrize("name", ["xliff", "xliff2"])
def test_xliff_comes_back(tmp_path: Path, name: str) -> None:
    if name not in input_formats():
        pytest.skip(f"{name} is not read")
    aligner.write_pairs(pairs(), tmp_path / "a.xlf", format=name, ids=True)
    text = (tmp_path / "a.xlf").read_text("utf-8").replace(VI[0], "Lò bánh mở cửa sớm.")
    (tmp_path / "a.xlf").write_text(text, "utf-8")
    frame = aligner.apply_edits(pairs(), tmp_path / "a.xlf")
    assert frame["edited"].tolist() == ["target", "", "", "", ""]
    assert frame["trg_text"].tolist() == ["Lò bánh mở cửa sớm.", *VI[1:]]


@pytest.mark.skipif("xliff" not in input_formats(), reason="XLIFF is not read")
@pytest.mark.parametrize("is_ours", [True, False], ids=["as we wrote it", "without what says that it is ours"])
def test_states_of_xliff_are_decisions_and_targets_texts(tmp_path: Path, is_ours: bool) -> None:
    aligner.write_pairs(pairs(), tmp_path / "a.tsv")
    assert main(["convert", str(tmp_path / "a.tsv"), str(tmp_path / "a.xlf"), "--all"]) == 0
    text = (tmp_path / "a.xlf").read_text("utf-8").replace(VI[1].replace('"', "&quot;"), "").replace(VI[1], "")
    text = text.replace(VI[2], "Rộng năm.")
    if is_ours:
        text = text.replace('state="translated"', 'state="rejected"', 1).replace("needs-review-translation", "final")
    else:
        text = re.sub(r'<\?envi.*?\?>|<header>.*?</header>|tool-id="[^"]*"', "", text, flags=re.DOTALL)
    (tmp_path / "a.xlf").write_text(text, "utf-8")
    if not is_ours:  # a target without text is no translation in a file of others
        with pytest.raises(InputError, match=r"a\.xlf:\d+: untranslated units in an edited file"):
            aligner.apply_edits(pairs(), tmp_path / "a.xlf")
        (tmp_path / "a.xlf").write_text(text.replace("></target>", ">Vâng.</target>"), "utf-8")
    frame = aligner.apply_edits(pairs(), tmp_path / "a.xlf")
    assert frame["trg_text"].tolist() == [VI[0], VI[1] if is_ours else "Vâng.", "Rộng năm.", VI[3], VI[4]]
    expected = ["drop", "drop", "keep", "keep", "keep"] if is_ours else ["keep"] * 4 + ["drop"]
    assert frame["decision"].tolist() == expected


def test_a_deleted_row_is_dropped_or_kept_as_asked(tmp_path: Path) -> None:
    back = edited_in(".csv", tmp_path, lambda frame: frame.drop(index=[1, 4]))
    frame = aligner.apply_edits(pairs(), back)
    assert frame["decision"].tolist() == ["keep", "drop", "keep", "keep", "drop"]
    assert frame["edited"].tolist() == ["", "decision", "", "", ""]
    assert frame["src_text"].tolist() == EN  # no text is lost
    assert (frame.attrs["edits"]["missing"], frame.attrs["edits"]["set_to_drop"]) == (2, 1)
    kept = aligner.apply_edits(pairs(), back, missing="keep")
    assert kept["decision"].tolist() == pairs()["decision"].tolist()
    with pytest.raises(InputError, match=r"unknown missing \(found 'gone'\); give drop or keep"):
        aligner.apply_edits(pairs(), back, missing="gone")  # type: ignore[arg-type]


def test_a_text_left_empty_drops_the_pair_and_stays(tmp_path: Path) -> None:
    def emptied(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[2, "trg_text"] = " "
        return frame

    frame = aligner.apply_edits(pairs(), edited_in(".xlsx", tmp_path, emptied))
    assert frame["decision"][2] == "drop"
    assert frame["trg_text"].tolist() == VI
    assert frame.attrs["edits"]["emptied"] == 1


def test_pairs_without_decision_get_one_and_a_second_round_adds_to_the_first() -> None:
    original = pd.DataFrame({"src_text": EN[:2], "trg_text": VI[:2]})
    out = original.assign(pair_id=aligner.apply_edits(original, original.assign(pair_id=ids(original)))["pair_id"])
    first = aligner.apply_edits(out, out.assign(src_text=["The bakery is open.", EN[1]]))
    assert first[["decision", "edited"]].values.tolist() == [["keep", "source"], ["keep", ""]]
    second = aligner.apply_edits(first, first.assign(trg_text=["Tiệm bánh mở cửa.", VI[1]], decision=["keep", "drop"]))
    assert second["edited"].tolist() == ["source,target", "decision"]


def ids(frame: pd.DataFrame) -> list[str]:
    from aligner.pairs.identity import ids_of

    return ids_of({str(name): frame[name].tolist() for name in frame})


# AutoCorrect of Office, spreadsheets, editors of translations; the last column: whether a person changed it.
@pytest.mark.parametrize(
    ("before", "after", "is_edit"),
    [
        ('It\'s "here".', "It\u2019s \u201chere\u201d.", False),
        ("wait...", "wait\u2026", False),
        ("a -- b", "a \u2013 b", False),
        ("10 - 12", "10 \u2013 12", False),
        ("one two", "one\u00a0two ", False),
        ("one\ntwo", "one\r\ntwo", False),
        ("one\ntwo", "one_x000D_\ntwo", False),
        ("one two", "one\ntwo", False),
        ("=1+1", "'=1+1", False),
        ("-5 degrees", "'-5 degrees", False),
        ("1.50", "1.5", False),
        ("007", "7", False),
        ("Hòa", "Ho\u0300a", False),
        ('Hi, "you"', '"Hi, ""you"""', False),
        ("a, b", '"a, b"', False),
        ("(c) 1999", "\u00a9 1999", False),
        ("x" * 40_000, "x" * 32_767, False),
        ("soft\u00adhyphen", "softhyphen", False),
        ("Hòa", "Hoà", True),
        ("1.50", "1.05", True),
        ("'tis so", "tis so", True),
        ("Yes.", "Yes!", True),
        ("yes.", "Yes.", True),
        ("a-b", "a b", True),
        ("do not", "don't", True),
        ("x" * 40_000, "x" * 31_000, True),
        ("", "filled in", True),
    ],
)
def test_what_programs_change_is_no_edit(before: str, after: str, is_edit: bool) -> None:
    original = pd.DataFrame({"src_text": [before, "b"], "trg_text": ["vi", "c"], "pair_id": ["1", "2"]})
    frame = aligner.apply_edits(original, original.assign(src_text=[after, "b"]))
    assert frame["edited"].tolist() == ["source" if is_edit else "", ""]
    assert frame["src_text"][0] == (after if is_edit else before)


def test_what_the_copy_says_a_person_changed_is_taken_to_the_letter() -> None:
    original = pairs(pair_id=list("abcde"))
    copy = original.assign(edited=["source", "target", "source,decision", "", ""])
    copy["src_text"] = ["The bakery  opens before six\N{HORIZONTAL ELLIPSIS}", EN[1], "'=1+1", EN[3], EN[4]]
    copy["trg_text"] = [VI[0], VI[1].replace("ờ", "?"), *VI[2:]]
    frame = aligner.apply_edits(original, copy)
    assert frame["src_text"].tolist() == copy["src_text"].tolist()
    assert frame["trg_text"].tolist() == copy["trg_text"].tolist()
    assert frame["edited"].tolist() == ["source", "target", "source", "", ""]
    again = aligner.apply_edits(frame, frame.assign(src_text=frame["src_text"].str.replace(" ", "  ")))
    assert again["src_text"].tolist() == frame["src_text"].tolist()  # said by an earlier round, not by this copy


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800", "a\u2028\tb"])
def test_what_a_line_of_tsv_cannot_hold_is_no_edit(tmp_path: Path, text: str) -> None:
    original = pd.DataFrame({"src_text": [text, "b"], "trg_text": ["c", "d"]}, dtype=object)
    aligner.write_pairs(original, tmp_path / "a.tsv", ids=True)
    frame = aligner.apply_edits(original, tmp_path / "a.tsv")
    assert frame["edited"].tolist() == ["", ""]
    assert frame["src_text"].tolist() == [text, "b"]


@pytest.mark.parametrize(
    "lose",
    [
        lambda text: text.encode("cp1252", "replace").decode("cp1252"),
        lambda text: "".join(c if c.isascii() else "?" for c in text),
        lambda text: text.encode("utf-8").decode("cp1252", "ignore"),
    ],
)
def test_letters_lost_in_a_code_page_are_refused(lose: Callable[[str], str]) -> None:
    original = pairs(trg_text=["Nhà có vườn", "Chị đi chợ", "Nó rộng", "Tổng", "Không ai nghe"], pair_id=list("abcde"))
    with pytest.raises(InputError, match=r"letters that were lost, pair . \(found .*save it as CSV UTF-8"):
        aligner.apply_edits(original, original.assign(trg_text=list(map(lose, original["trg_text"]))))


def test_a_code_page_that_is_named_is_read(tmp_path: Path) -> None:
    text = "pair_id,src_text,trg_text\n" + "".join(
        f"{own},{en},{vi}\n" for own, en, vi in zip("abc", ("One", "Two", "Three"), ("Một", "Hai", "Bốn"), strict=True)
    )
    (tmp_path / "a.csv").write_bytes(unicodedata.normalize("NFD", text).encode("cp1258", "ignore"))
    original = pd.DataFrame(
        {"pair_id": list("abc"), "src_text": ["One", "Two", "Three"], "trg_text": ["M", "Hai", "Ba"]}
    )
    frame = aligner.apply_edits(original, tmp_path / "a.csv", encoding="cp1258")
    assert frame["edited"].tolist()[1] == ""


def test_a_column_sorted_by_itself_is_told() -> None:
    original = pairs(pair_id=list("abcde"))
    frame = aligner.apply_edits(original, original.assign(trg_text=sorted(VI)))
    assert frame.attrs["edits"]["moved"] >= 3
    frame = aligner.apply_edits(original, original.assign(trg_text=[f"{text} Nhé." for text in VI]))
    assert frame.attrs["edits"]["moved"] == 0


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda f: f.drop(columns="pair_id"), "no column of ids"),
        (lambda f: pd.concat([f, f[:1]]), "pair 6: an id that stands twice"),
        (lambda f: f.assign(pair_id=["", *f["pair_id"][1:]]), "pair 1: a row without an id"),
        (lambda f: f.assign(pair_id=[*f["pair_id"][:4], "p0000000000000000"]), "ids that the original has not"),
        (lambda f: f.assign(decision=[*f["decision"][:4], "maybe"]), r"pair 5: no decision \(found 'maybe'\)"),
    ],
)
def test_edits_that_fit_no_pair_are_refused(
    tmp_path: Path, change: Callable[[pd.DataFrame], pd.DataFrame], told: str
) -> None:
    aligner.write_pairs(pairs(), tmp_path / "a.jsonl", ids=True)
    edited = change(read(tmp_path / "a.jsonl"))
    with pytest.raises(InputError, match=told):
        aligner.apply_edits(tmp_path / "a.jsonl", edited)
    twice = pd.concat([pairs(), pairs()])
    with pytest.raises(InputError, match="two pairs with one id"):
        aligner.apply_edits(twice, read(tmp_path / "a.jsonl"))


def test_a_line_that_is_broken_is_no_deletion(tmp_path: Path) -> None:
    aligner.write_pairs(pairs(), tmp_path / "a.tsv", ids=True)
    lines = (tmp_path / "a.tsv").read_text("utf-8").split("\n")
    lines[2] = lines[2].replace("\t", " ", 1)
    (tmp_path / "b.tsv").write_text("\n".join(lines), "utf-8")
    with pytest.raises(InputError, match=r"b\.tsv:3: lines with too few tabs in an edited file"):
        aligner.apply_edits(tmp_path / "a.tsv", tmp_path / "b.tsv")


def test_ids_are_found_under_another_name() -> None:
    original = pairs()
    edited = original.assign(unit=ids(original)).rename(columns={"decision": "Decision"})
    edited.loc[0, "Decision"] = "drop"
    assert aligner.apply_edits(original, edited)["decision"].tolist() == ["drop", "keep", "keep", "keep", "drop"]


def test_the_command_applies_counts_and_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    aligner.write_pairs(pairs(), tmp_path / "a.tsv")
    assert main(["convert", str(tmp_path / "a.tsv"), str(tmp_path / "b.csv")]) == 0
    frame = reviewed(read(tmp_path / "b.csv")).drop(index=1)
    aligner.write_pairs(frame, tmp_path / "c.csv")
    capsys.readouterr()
    out, report = tmp_path / "d.tsv", tmp_path / "changes.tsv"
    words = ["apply", str(tmp_path / "a.tsv"), str(tmp_path / "c.csv"), "-o", str(out), "--report", str(report)]
    assert main(words) == 0
    told = capsys.readouterr().err
    for line in (
        "pairs: 5, 4 to keep, 1 to drop",
        "came back: 4, 2 of them unchanged",
        "changed: 0 English and 1 Vietnamese texts; decisions to keep 1, to drop 1",
        "did not come back: 1, 1 of them dropped for it",
        "only quotes, dashes, spaces or line ends differ: 2 texts",
        "aligner score judges them again",
        "signature: made|so + edits",
    ):
        assert line in told
    assert read(out)["edited"].tolist() == ["target", "decision", "", "", "decision"]
    assert pd.read_csv(report, sep="\t")["what"].tolist() == ["target", "decision", "decision"]
    assert main(["apply", str(tmp_path / "a.tsv"), str(tmp_path / "c.csv"), "-o", str(tmp_path / "e.tmx")]) == 0
    assert "not written: 1 to drop" in capsys.readouterr().err
    assert main(["apply", str(tmp_path / "c.csv"), str(tmp_path / "b.csv"), "-o", str(tmp_path / "f.tsv")]) == 2
    assert not (tmp_path / "f.tsv").exists()


def test_scoring_fills_what_edits_emptied(tmp_path: Path) -> None:
    back = edited_in(".tsv", tmp_path, reviewed)
    aligner.write_pairs(aligner.apply_edits(pairs(), back), tmp_path / "a.tsv")
    aligner.score_file(tmp_path / "a.tsv", tmp_path / "b.tsv")
    assert all(read(tmp_path / "b.tsv")["quality"])


@pytest.mark.parametrize("suffix", [".tsv", ".csv", ".jsonl", ".xlsx", ".tmx", ".parquet"])
def test_aligned_pairs_are_scored_again_after_edits(tmp_path: Path, suffix: str) -> None:
    """`align` writes both probabilities; edits empty the bead's, which counts as 1, as no other empty cell does."""
    original = pairs(probability=[0.9] * 5, document_probability=[0.8] * 5)
    applied = aligner.apply_edits(original, edited_in(".tsv", tmp_path, reviewed))
    aligner.write_pairs(applied, tmp_path / f"a{suffix}")
    aligner.score_file(tmp_path / f"a{suffix}", tmp_path / "b.tsv")
    found = read(tmp_path / "b.tsv")[["quality", "pair_quality"]].astype(float)
    changed = [bool({"source", "target"} & set(str(cell).split(","))) for cell in applied["edited"]]
    assert set(changed) == {True, False}
    for quality, own, is_changed in zip(found["quality"], found["pair_quality"], changed, strict=True):
        assert quality == pytest.approx(own * 0.8 * (1 if is_changed else 0.9), abs=2e-4)
    applied.loc[changed.index(False), "probability"] = None
    with pytest.raises(aligner.InputError, match=rf"pair {changed.index(False) + 1}: probability is no number"):
        aligner.score_pairs(applied)


def test_what_else_is_written_as_tsv_is_read_back_out_of_quotes(tmp_path: Path) -> None:
    """Names and documents that begin with a quote, or have one alone."""
    from aligner.names.table import NameEntry, NameTable

    table = NameTable(
        (NameEntry('"The Rock" Nam', '"Đá" Nam', "person"), NameEntry('5" Bar', 'Quán 5"', "organisation"))
    )
    aligner.write_glossary(table, tmp_path / "g.tsv")
    assert [(entry.en, entry.vi) for entry in aligner.read_glossary(tmp_path / "g.tsv").entries] == [
        (entry.en, entry.vi) for entry in table.entries
    ]
    aligner.write_pairs(pairs(doc_id=['"a"'] * 2 + ['b"'] * 3), tmp_path / "a.tsv")
    assert set(aligner.read_beads(tmp_path / "a.tsv")) == {'"a"', 'b"'}
