"""Glossaries: what is read, what is refused and with which words, and that what is written reads back the same."""

import argparse
import io
import re
import sys
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from aligner.commands import names
from aligner.errors import InputError
from aligner.names.glossaries import (
    GLOSSARY_FORMATS,
    GlossaryFormat,
    glossary_format,
    read_glossary,
    write_glossary,
)
from aligner.names.glossary_tsv import NAME_COLUMNS, names_frame
from aligner.names.table import NAME_KINDS, NameEntry, NameTable
from aligner.text.unicode import nfc
from tests.growth import assert_linear

DOCS = Path(__file__).parents[1] / "docs"
HEADER_TODO = (
    "the first line must name the columns, between tabs: en, vi and any of kind, n_pairs, confidence, en_forms, "
    "vi_forms, conflicts, example_en, example_vi, entity, signature"
)

LEARNT = NameTable(
    (
        NameEntry(
            "Tran Van Binh",
            "Trần Văn Bình",
            "person",
            (("Mr Binh", 4), ("Tran Van Binh", 4), ("Binh: the |other|", 1)),
            (("ông Bình", 5), ("Trần Văn Bình", 3)),
            7,
            0.9876,
            ("Binh / Bình", r"back\slash"),
            (("Mr Binh | a guest | spoke.", "Ông Bình nói."), ("", "Ông Bình đến.")),
            "P17",
        ),
        NameEntry("Ministry of Health", "Bộ Y tế", "organisation", n_pairs=2, confidence=0.5),
        NameEntry("", "Sở Xây dựng", "organisation", vi_forms=(("Sở Xây dựng", 1),), confidence=0.0),
    ),
    "aligner 0.2 names=3",
)


def glossary(tmp_path: Path, text: str | bytes, name: str = "g.tsv") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def error_of(path: Path) -> str:
    try:
        read_glossary(path)
    except InputError as error:
        return str(error)
    return ""


# TSV -----------------------------------------------------------------------------------------------------------------


def test_two_columns_in_any_order_are_enough(tmp_path: Path) -> None:
    path = glossary(tmp_path, "VI\tEN\nHội An\tHoi An\n\nĐắk Lắk \tDak  Lak\n")
    assert read_glossary(path) == NameTable((NameEntry("Hoi An", "Hội An"), NameEntry("Dak Lak", "Đắk Lắk")))


@pytest.mark.parametrize(
    ("header", "row", "entry"),
    [
        ("en\tvi\tkind", "Hue\tHuế\tPlace", NameEntry("Hue", "Huế", "place")),
        ("en\tvi", "Hue\tHue\u0302\u0301", NameEntry("Hue", "Huế")),
        ("en\tvi", "Phu\x1f\u3000Bai\tPhú\x85\u2028Bài", NameEntry("Phu Bai", "Phú Bài")),
        ("en\tvi", "Hue\t", NameEntry("Hue", "", confidence=0.0)),
        ("en\tvi", '"Hue"\t#Huế', NameEntry('"Hue"', "#Huế")),  # nothing is quoted, nothing is a comment
        ("en\tvi", "A|B:2\\\tC", NameEntry("A|B:2\\", "C")),  # only lists have escapes
        ("en\tvi\ten_forms", "A\tC\tB|D", NameEntry("A", "C", en_forms=(("A", 0), ("B", 0), ("D", 0)))),
        ("en\tvi\ten_forms", "A\tC\tB:1|D:3", NameEntry("A", "C", en_forms=(("D", 3), ("B", 1), ("A", 0)))),
        ("en\tvi\ten_forms", "\tC\tB:1|D:3", NameEntry("D", "C", en_forms=(("D", 3), ("B", 1)))),
        ("en\tvi\ten_forms", r"A\: \|\\" + "\tC\t" + r"A\: \|\\:2", NameEntry("A\\: \\|\\\\", "C", en_forms=(
            (r"A: |" + "\\", 2), ("A\\: \\|\\\\", 0)))),
        ("en\tvi\tn_pairs\tconfidence", "A\tC\t12\t0.25", NameEntry("A", "C", n_pairs=12, confidence=0.25)),
        ("en\tvi\tn_pairs\tconfidence", "A\tC\t\t", NameEntry("A", "C")),
        ("en\tvi\tconflicts", r"A	C	a / b|c\|d", NameEntry("A", "C", conflicts=("a / b", "c|d"))),
        ("en\tvi\texample_en\texample_vi", "A\tC\tD|E\tF|", NameEntry("A", "C", examples=(("D", "F"), ("E", "")))),
        ("en\tvi\texample_en\texample_vi", "A\tC\tA.\t", NameEntry("A", "C", examples=(("A.", ""),))),
        ("en\tvi\tentity", "A\tC\tQ1", NameEntry("A", "C", entity="Q1")),
    ],
)  # fmt: skip
def test_reads_tsv(tmp_path: Path, header: str, row: str, entry: NameEntry) -> None:
    assert read_glossary(glossary(tmp_path, f"{header}\n{row}\n")) == NameTable((entry,))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Hoi An\tHội An\n", f"g.tsv:1: no header (found 'Hoi An\\tHội An'); {HEADER_TODO}"),
        ("# names\nen\tvi\n", f"g.tsv:1: no header (found '# names'); {HEADER_TODO}"),
        ("\nen\tvi\n", f"g.tsv:1: no header (found ''); {HEADER_TODO}"),
        ("en,vi\nHue,Huế\n", f"g.tsv:1: no header (found 'en,vi'); {HEADER_TODO}"),
        ("en\tkind\n", f"g.tsv:1: no column 'vi' (found en, kind); {HEADER_TODO}"),
        ("vi\n", f"g.tsv:1: no column 'en' (found vi); {HEADER_TODO}"),
        (
            "en\tvi\tnote\ttag\n",
            f"g.tsv:1: unknown columns (found 'note', 'tag'); known are {', '.join(NAME_COLUMNS)}",
        ),
        ("en\tvi\ten\n", "g.tsv:1: a column twice (found 'en'); give each column once"),
        (
            "en\tvi\nHue\n",
            "g.tsv:2: a wrong number of fields (found 0 tabs where the header has 1); "
            "give every row all fields, empty ones too",
        ),
        (
            "en\tvi\n\nA\tB\tC\tD\n",
            "g.tsv:3: a wrong number of fields (found 3 tabs where the header has 1); "
            "give every row all fields, empty ones too",
        ),
        (
            "en\tvi\n \t\u00a0\n",
            "g.tsv:2: a name without a form (found en and vi empty); fill one of them or delete the line",
        ),
        (
            "en\tvi\tkind\nA\tB\triver\n",
            f"g.tsv:2: unknown kind of name (found 'river'); kind must be one of {NAME_KINDS}",
        ),
        (
            "en\tvi\ten_forms\nA\tB\tStar: a story\n",
            "g.tsv:2: a bad count in en_forms (found 'Star: a story'); "
            r"write form:count with a whole number, and \: for a colon of the form",
        ),
        (
            "en\tvi\tvi_forms\nA\tB\tB:1:2\n",
            "g.tsv:2: a bad count in vi_forms (found 'B:1:2'); "
            r"write form:count with a whole number, and \: for a colon of the form",
        ),
        (
            "en\tvi\tvi_forms\nA\tB\tB:٣\n",
            "g.tsv:2: a bad count in vi_forms (found 'B:٣'); "
            r"write form:count with a whole number, and \: for a colon of the form",
        ),
        (
            "en\tvi\ten_forms\nA\tB\tA||C\n",
            "g.tsv:2: an empty form in en_forms (found ''); write form|form, or form:2|form:1",
        ),
        ("en\tvi\ten_forms\nA\tB\tA|A:2\n", "g.tsv:2: a form twice in en_forms (found 'A'); give each form once"),
        (
            "en\tvi\ten_forms\nA\tB\tA\\n\n",
            r"g.tsv:2: a backslash that escapes nothing (found '\\n'); write \\ for a backslash",
        ),
        (
            "en\tvi\tconflicts\nA\tB\tA\\\n",
            r"g.tsv:2: a backslash that escapes nothing (found '\\'); write \\ for a backslash",
        ),
        ("en\tvi\tn_pairs\nA\tB\t-1\n", "g.tsv:2: n_pairs is no count (found '-1'); write a whole number"),
        (
            "en\tvi\tconfidence\nA\tB\t1.5\n",
            "g.tsv:2: confidence is no probability (found '1.5'); write a number from 0 to 1, such as 0.95",
        ),
        (
            "en\tvi\tconfidence\nA\tB\tnan\n",
            "g.tsv:2: confidence is no probability (found 'nan'); write a number from 0 to 1, such as 0.95",
        ),
        (
            "en\tvi\texample_en\texample_vi\nA\tB\ta|b\tc\n",
            "g.tsv:2: examples that are no pairs (found 2 in example_en, 1 in example_vi); "
            r"write \| for a bar inside an example",
        ),
        (
            "en\tvi\texample_en\texample_vi\nA\tB\ta|\tc|\n",
            "g.tsv:2: an example empty on both sides; remove its bar from both columns",
        ),
        (
            "en\tvi\tconflicts\nA\tB\ta / b|\n",
            "g.tsv:2: an empty text in conflicts (found 'a / b|'); write text|text",
        ),
        (
            "en\tvi\nA\tB\nC\tD\nA\tB \n",
            "g.tsv:4: the same name twice (found it in line 2 too); keep one of them, all forms in it",
        ),
        ("en\tvi\nA\tB\0\n", "g.tsv: binary data (found a NUL at byte 9); save it as plain text in UTF-8"),
        ("", "g.tsv: the file is empty"),
    ],
)
def test_refuses_tsv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str) -> None:
    glossary(tmp_path, text)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        read_glossary("g.tsv")
    assert str(caught.value) == message


def test_the_same_forms_of_two_kinds_are_two_names(tmp_path: Path) -> None:
    path = glossary(tmp_path, "en\tvi\tkind\nWashington\tWashington\tperson\nWashington\tWashington\tplace\n")
    assert [entry.kind for entry in read_glossary(path).entries] == ["person", "place"]


def test_tables_put_one_behind_the_other_keep_their_signatures(tmp_path: Path) -> None:
    path = glossary(tmp_path, "en\tvi\tsignature\nA\tB\tone\nC\tD\t\nE\tF\ttwo\nG\tH\tone\n")
    assert read_glossary(path).signature == "one + two"


def test_standard_input_and_output_are_tsv(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert write_glossary(LEARNT, "-") == 0
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(capsys.readouterr().out.encode())))
    assert read_glossary("-") == LEARNT


@pytest.mark.parametrize("name", ["g.csv", "g", "g.tsv.gz", "g.xlsx"])
@pytest.mark.parametrize("write", [False, True])
def test_other_suffixes_are_refused(tmp_path: Path, name: str, write: bool) -> None:
    path = tmp_path / name
    with pytest.raises(InputError, match=r"unknown format of a glossary \(found .*\); use \.tsv, \.tbx or \.xml"):
        write_glossary(LEARNT, path) if write else read_glossary(path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", GLOSSARY_FORMATS, ids=lambda form: form.name)
def test_reading_writing_help_and_documentation_know_every_format(form: GlossaryFormat, tmp_path: Path) -> None:
    for suffix in form.suffixes:
        assert glossary_format(f"g{suffix.upper()}") is form
        path = tmp_path / f"g{suffix}"
        write_glossary(LEARNT, path)
        assert [entry.vi for entry in read_glossary(path).entries] == [entry.vi for entry in LEARNT.entries]
        assert f"`{suffix}`" in (DOCS / "glossaries.md").read_text("utf-8").partition("\n## ")[0]
    assert f"\n## {form.name}\n" in (DOCS / "glossaries.md").read_text("utf-8")
    assert f"OUT{form.suffixes[0]}" in (DOCS / "command.md").read_text("utf-8")
    verb = argparse.ArgumentParser()
    names.add(verb)
    said = verb.format_help()
    assert f"OUT{form.suffixes[0]}" in said
    assert form.name in said


# Each takes under a second; quadratic work would not end within minutes.
@pytest.mark.parametrize(
    ("start", "filling"),
    [
        ("", "a\t"),
        ("", "Huế\tHue "),
        ("", "word "),
        ("en\tvi\nA\tB", "\t"),
        ("en\tvi\ten_forms\nA\tB\tC", "|C"),
        ("en\tvi\ten_forms\nA\tB\tC", "\\|"),
        ("en\tvi\ten_forms\nA\tB\tC", ":1"),
        ("en\tvi\tconfidence\nA\tB\t0.", "1"),
        ("en\tvi\tn_pairs\nA\tB\t", "1"),
        ("en\tvi\tconflicts\nA\tB\tC", "\\\\|"),
        ("en\tvi\nA\tB", "\u0323\u0301"),
    ],
)
def test_a_line_of_two_megabytes_takes_linear_time(tmp_path: Path, start: str, filling: str) -> None:
    def refuse(n: int) -> None:
        assert len(error_of(glossary(tmp_path, start + filling * (n // len(filling.encode()))))) < 500

    assert_linear(refuse, 2_000_000)


def test_a_line_of_megabytes_is_shown_in_part(tmp_path: Path) -> None:
    path = glossary(tmp_path, "Huế\tHue " * 200_000)
    assert error_of(path).startswith(f"{path}:1: no header (found 'Huế\\tHue Huế")


# TBX -----------------------------------------------------------------------------------------------------------------

VERSION_2 = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE martif SYSTEM "TBXcoreStructV02.dtd">
<martif type="TBX" xml:lang="en">
  <martifHeader><fileDesc><sourceDesc><p>A termbase of a trade fair.</p></sourceDesc></fileDesc></martifHeader>
  <text><body>
    <termEntry id="e1">
      <descripGrp><descrip type="subjectField">Địa danh</descrip></descripGrp>
      <langSet xml:lang="EN-us">
        <tig><term>Sa Pa Town</term><termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote></tig>
        <ntig><termGrp><term>Sa <!-- two words --><hi>Pa</hi>
        </term><termNote type="partOfSpeech">proper noun</termNote></termGrp></ntig>
        <tig><term>Sa Pa Town</term></tig>
      </langSet>
      <langSet xml:lang="VI"><tig><term>Sa Pa</term></tig></langSet>
      <langSet xml:lang="fr"><tig><term>Chapa</term></tig></langSet>
    </termEntry>
    <termEntry id="e2">
      <langSet lang="vi_VN">
        <tig><term>Hội chợ Xuân</term></tig>
        <ntig>
          <termGrp><term>Chợ Tết</term><termNote type="normativeAuthorization">preferredTerm</termNote></termGrp>
        </ntig>
        <tig><term> </term></tig>
      </langSet>
    </termEntry>
    <termEntry id="e3"><langSet xml:lang="fr"><tig><term>foire</term></tig></langSet></termEntry>
  </body></text>
</martif>
"""
DCT = """\
<?xml version="1.0" encoding="UTF-8"?>
<tbx xmlns="urn:iso:std:iso:30042:ed-2" xmlns:min="http://www.tbxinfo.net/ns/min" type="TBX-Basic" style="dct"
     xml:lang="en">
  <tbxHeader><fileDesc><sourceDesc><p>Names of a port.</p></sourceDesc></fileDesc></tbxHeader>
  <text><body>
    <conceptEntry id="c1">
      <min:subjectField>Shipping</min:subjectField>
      <min:subjectField>organization</min:subjectField>
      <langSec xml:lang="en">
        <termSec>
          <term>Port Office</term><min:administrativeStatus>admittedTerm-admn-sts</min:administrativeStatus>
        </termSec>
        <termSec>
          <term>R&amp;D Port</term><min:administrativeStatus>preferredTerm-admn-sts</min:administrativeStatus>
        </termSec>
      </langSec>
      <langSec xml:lang="vi"><termSec><term>Cảng vụ</term></termSec></langSec>
    </conceptEntry>
    <conceptEntry id="c2">
      <langSec xml:lang="en"><termSec><term>Port Office</term></termSec></langSec>
      <langSec xml:lang="vi"><termSec><term>Cảng vụ</term></termSec></langSec>
    </conceptEntry>
    <conceptEntry id="c3">
      <langSec xml:lang="en"><termSec><term>Port Office</term></termSec><termSec><term>PO</term></termSec></langSec>
      <langSec xml:lang="vi"><termSec><term>Cảng vụ</term></termSec></langSec>
    </conceptEntry>
  </body></text>
</tbx>
"""


@pytest.mark.parametrize("suffix", [".tbx", ".xml", ".TBX"])
def test_reads_version_2(tmp_path: Path, suffix: str) -> None:
    assert read_glossary(glossary(tmp_path, VERSION_2, "g" + suffix)) == NameTable(
        (
            NameEntry("Sa Pa", "Sa Pa", "place", en_forms=(("Sa Pa", 0), ("Sa Pa Town", 0))),
            NameEntry("", "Chợ Tết", vi_forms=(("Chợ Tết", 0), ("Hội chợ Xuân", 0)), confidence=0.0),
        ),
        "entries without English and Vietnamese terms left out: 1",
    )


def test_reads_version_3_in_either_style(tmp_path: Path) -> None:
    table = NameTable(
        (
            NameEntry("R&D Port", "Cảng vụ", "organisation", en_forms=(("R&D Port", 0), ("Port Office", 0))),
            # Entries of the same names become one.
            NameEntry("Port Office", "Cảng vụ", en_forms=(("Port Office", 0), ("PO", 0))),
        )
    )
    assert read_glossary(glossary(tmp_path, DCT, "g.tbx")) == table
    dca = re.sub(r"<min:(subjectField)>(.*?)</min:\1>", r'<descrip type="\1">\2</descrip>', DCT)
    dca = re.sub(r"<min:(\w+)>(.*?)</min:\1>", r'<termNote type="\1">\2</termNote>', dca)
    assert "<min:" not in dca
    assert read_glossary(glossary(tmp_path, dca, "g.tbx")) == table
    assert read_glossary(glossary(tmp_path, dca.replace("UTF-8", "UTF-16").encode("utf-16"), "g.tbx")) == table


def wrapped(body: str, doctype: str = "") -> str:
    return f'<?xml version="1.0"?>\n{doctype}<tbx><text><body>\n{body}</body></text></tbx>\n'


def concept(en: str, vi: str) -> str:
    sides = (("en", en), ("vi", vi))
    sections = [f'<langSec xml:lang="{k}"><termSec><term>{v}</term></termSec></langSec>' for k, v in sides if v]
    return f"<conceptEntry>{''.join(sections)}</conceptEntry>\n"


ENTITIES = (
    "entities declared in the DOCTYPE (found <!ENTITY); write the characters themselves and remove the declarations"
)
LAUGHS = '<!ENTITY a0 "ha">\n' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">\n' for n in range(1, 10))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            wrapped(concept("&x;", "B"), '<!DOCTYPE tbx [<!ENTITY x SYSTEM "secret.txt">]>\n'),
            f"g.tbx: {ENTITIES}",
        ),
        (
            wrapped(concept("&a9;", "B"), f"<!DOCTYPE tbx [{LAUGHS}]>\n"),
            f"g.tbx: {ENTITIES}",
        ),
        (wrapped(concept("A", "B"), '<!DOCTYPE tbx [<!ENTITY % p SYSTEM "secret.dtd"> %p;]>\n'), f"g.tbx: {ENTITIES}"),
        (
            wrapped(concept("A", "caf&eacute;"), '<!DOCTYPE tbx SYSTEM "secret.dtd">\n'),
            "g.tbx:4: an entity in a term (found '&eacute;'); write the character itself",
        ),
        (
            "<!DOCTYPE html>\n<html><body><p>Hue</p></body></html>",
            "g.tbx: XML, but not TBX (found the root <html>); a TBX file has <tbx> (version 3) or <martif> (version 2)",
        ),
        (
            wrapped(concept("A", "")),
            "g.tbx: no Vietnamese terms (found terms in 'en'); "
            "they must stand in a langSet or langSec with xml:lang='vi'",
        ),
        (
            wrapped(concept("", "B").replace('"vi"', '"de"') + concept("", "B")),
            "g.tbx: no English terms (found terms in 'de', 'vi'); "
            "they must stand in a langSet or langSec with xml:lang='en'",
        ),
        (
            wrapped(""),
            "g.tbx: no English terms (found no terms); they must stand in a langSet or langSec with xml:lang='en'",
        ),
        ("", "g.tbx: the file is empty"),
    ],
)
def test_refuses_tbx(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str) -> None:
    glossary(tmp_path, text, "g.tbx")
    glossary(tmp_path, "a secret", "secret.txt")
    glossary(tmp_path, '<!ENTITY eacute "a secret">', "secret.dtd")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        read_glossary("g.tbx")
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (wrapped(concept("A", "B")).replace("</body>", ""), 4),
        (wrapped(concept("A & B", "C")), 3),
        (wrapped(concept("&nbsp;", "C")), 3),
        (wrapped(concept("\x07", "C")), 3),
        (wrapped(concept("A", "B") * 2000) + "<more/>", 2004),
        ("en\tvi\nHue\tHuế\n", 1),
        (wrapped(concept("A", "B")).encode("utf-8")[:-30] + b"\xff\xfe", 3),
        (wrapped(concept("A", "B")).replace("?>", ' encoding="no-such"?>'), 1),
        (wrapped("<p>" * 100_000), 3),
        (wrapped(concept("&nbsp;", "C") + "<p/>\n" * 50_000 + wrapped(concept("A", "B"))[22:]), 3),
        # An attribute is expanded by any parser; libxml2 stops it.
        (wrapped(concept("A", "B"), f"<!DOCTYPE tbx [{LAUGHS}]>\n").replace("<tbx>", '<tbx a="&a9;">'), 13),
    ],
)  # fmt: skip
def test_malformed_xml_says_the_line(tmp_path: Path, text: str | bytes, line: int) -> None:
    path = glossary(tmp_path, text, "g.tbx")
    with pytest.raises(InputError, match=r"not well-formed XML \(found .+\); save it as XML again$") as caught:
        read_glossary(path)
    assert caught.value.line == line


@given(
    st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"<tbx>{text}</tbx>".encode("utf-8", "replace"))
)
@settings(max_examples=100, deadline=None)
def test_any_bytes_give_an_input_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    for name in ("g.tbx", "g.tsv"):
        with pytest.raises(InputError):
            read_glossary(glossary(folder, data, name))


@pytest.mark.slow
def test_a_large_file_is_read_entry_by_entry(tmp_path: Path) -> None:
    many = "".join(concept(f"A{number}", f"B{number}") for number in range(20_000))
    path = glossary(tmp_path, wrapped("<p>junk</p>" * 20_000 + many), "g.tbx")
    assert len(read_glossary(path).entries) == 20_000


def test_terms_in_nested_groups_are_read_once(tmp_path: Path) -> None:
    deep = '<langSec xml:lang="en"><termSec>' * 100 + "<term>A</term>" * 20_000 + "</termSec></langSec>" * 100
    path = glossary(tmp_path, wrapped(f"<conceptEntry>{deep}</conceptEntry>" + concept("", "B")), "g.tbx")
    assert read_glossary(path).entries[0] == NameEntry("A", "", confidence=0.0)


def test_writes_tbx_basic(tmp_path: Path) -> None:
    path = tmp_path / "g.tbx"
    assert write_glossary(LEARNT, path) == 0
    root = etree.parse(path).getroot()
    space = {"t": "urn:iso:std:iso:30042:ed-2"}
    assert (root.tag, root.get("type"), root.get("style")) == (f"{{{space['t']}}}tbx", "TBX-Basic", "dca")
    assert root.findtext(".//t:sourceDesc/t:p", None, space) == LEARNT.signature
    concepts = root.findall("t:text/t:body/t:conceptEntry", space)
    assert [c.get("id") for c in concepts] == ["c1", "c2", "c3"]
    assert [c.findtext("t:descrip[@type='subjectField']", None, space) for c in concepts] == [
        "person", "organisation", "organisation"
    ]  # fmt: skip
    assert [t.text for t in concepts[0].findall("t:langSec/t:termSec/t:term", space)] == [
        "Tran Van Binh", "Mr Binh", "Binh: the |other|", "Trần Văn Bình", "ông Bình"
    ]  # fmt: skip
    assert [d.text for d in concepts[0].findall(".//t:descrip[@type='context']", space)] == list(
        LEARNT.entries[0].examples[0]
    )
    # The core structure has the term first, then notes, then descriptions.
    (first, *_) = concepts[0].findall("t:langSec/t:termSec", space)
    assert [etree.QName(child).localname for child in first] == ["term", "termNote", "descrip"]


# Round trips ---------------------------------------------------------------------------------------------------------


def test_a_learnt_table_reads_back(tmp_path: Path) -> None:
    write_glossary(LEARNT, tmp_path / "g.tsv")
    assert read_glossary(tmp_path / "g.tsv") == LEARNT


TEXT = (
    st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs"]), min_size=1, max_size=12)
    | st.text(r"ab|:\1é ", min_size=1, max_size=8)
).map(lambda text: " ".join(nfc(text).split()))  # fmt: skip
NAMES = TEXT.filter(bool)


@st.composite
def sides(draw: st.DrawFn) -> tuple[str, tuple[tuple[str, int], ...]]:
    forms = draw(st.dictionaries(NAMES, st.integers(0, 10**9), min_size=1, max_size=4))
    ordered = sorted(forms.items(), key=lambda pair: -pair[1])
    return draw(st.sampled_from([form for form, _ in ordered])), tuple(ordered)


@st.composite
def entries(draw: st.DrawFn) -> NameEntry:
    nothing = ("", ())
    (en, en_forms), (vi, vi_forms) = draw(
        st.tuples(sides(), sides()) | st.tuples(sides(), st.just(nothing)) | st.tuples(st.just(nothing), sides())
    )
    examples = st.lists(st.tuples(TEXT, TEXT).filter(any), max_size=3)
    return NameEntry(
        en,
        vi,
        draw(st.sampled_from(NAME_KINDS)),
        en_forms,
        vi_forms,
        draw(st.integers(0, 10**9)),
        draw(st.integers(0, 10_000)) / 10_000,
        tuple(draw(st.lists(NAMES, max_size=3))),
        tuple(draw(examples)),
        draw(TEXT),
    )


def key(entry: NameEntry) -> tuple[str, ...]:
    return entry.en, entry.vi, entry.kind, entry.entity


TABLES = st.builds(NameTable, st.lists(entries(), min_size=1, max_size=4, unique_by=key).map(tuple), TEXT)


@pytest.mark.slow
@given(TABLES)
@settings(max_examples=200, deadline=None)
def test_any_table_survives_tsv(tmp_path_factory: pytest.TempPathFactory, table: NameTable) -> None:
    path = tmp_path_factory.mktemp("tsv") / "g.tsv"
    assert write_glossary(table, path) == 0
    assert read_glossary(path) == table


@pytest.mark.slow
@given(TABLES)
@settings(max_examples=200, deadline=None)
def test_names_kinds_and_forms_survive_tbx(tmp_path_factory: pytest.TempPathFactory, table: NameTable) -> None:
    both = NameTable((NameEntry("The Sum of All", "Tổng của tất cả", "title"), *table.entries), table.signature)
    path = tmp_path_factory.mktemp("tbx") / "g.tbx"
    assert write_glossary(both, path) == 0

    def held(entry: NameEntry) -> tuple[object, ...]:
        forms = (frozenset(form for form, _ in forms) for forms in (entry.en_forms, entry.vi_forms))
        return entry.en, entry.vi, entry.kind, *forms

    # TBX holds no entity: entries that differ in nothing else become one, with the forms of all.
    if max(Counter((e.en, e.vi, e.kind) for e in both.entries).values()) == 1:
        assert [*map(held, read_glossary(path).entries)] == [*map(held, both.entries)]


ANY = st.text(st.characters() | st.sampled_from("\t\n\0\ud800\ufffe\u2028|:\\ é"), max_size=8)
HOSTILE = st.builds(
    NameEntry,
    ANY,
    ANY.map("x".__add__),
    en_forms=st.lists(st.tuples(ANY, st.integers(0, 9)), max_size=3).map(tuple),
    conflicts=st.lists(ANY, max_size=3).map(tuple),
    examples=st.lists(st.tuples(ANY, ANY), max_size=3).map(tuple),
    entity=ANY,
)


@pytest.mark.slow
@given(st.builds(NameTable, st.lists(HOSTILE, max_size=4).map(tuple), ANY))
@settings(max_examples=200, deadline=None)
def test_whatever_is_written_reads_back_and_stays(tmp_path_factory: pytest.TempPathFactory, table: NameTable) -> None:
    folder = tmp_path_factory.mktemp("hostile")
    write_glossary(table, folder / "1.tsv")
    once = read_glossary(folder / "1.tsv")
    assert write_glossary(once, folder / "2.tsv") == 0
    assert read_glossary(folder / "2.tsv") == once
    both = NameTable((*once.entries, NameEntry("en", "vi")))
    write_glossary(both, folder / "1.tbx")
    assert len(read_glossary(folder / "1.tbx").entries) <= len(both.entries)


@pytest.mark.parametrize("name", ["g.tsv", "g.tbx"])
def test_characters_that_do_not_fit_are_replaced_and_counted(tmp_path: Path, name: str) -> None:
    entry = NameEntry("A\tB\ud800", "Huê\u0301\ufffe", en_forms=(("A\tB\ud800", 2), ("A\nB\ud801", 1), ("\x00", 1)))
    path = tmp_path / name
    assert write_glossary(NameTable((entry,)), path) == 6
    (read,) = read_glossary(path).entries
    assert (read.en, read.vi) == ("A B\ufffd", "Huế\ufffd")
    assert read.en_forms == (("A B\ufffd", 3 if name == "g.tsv" else 0),)


def test_entries_of_the_same_name_are_written_as_one(tmp_path: Path) -> None:
    one = NameEntry("A", "B", en_forms=(("A", 2),), n_pairs=2, confidence=0.5, conflicts=("x",), examples=(("a", "b"),))
    two = NameEntry("A", "B", en_forms=(("C", 3), ("A", 2)), n_pairs=3, confidence=0.75, conflicts=("x", "y"))
    write_glossary(NameTable((one, two)), tmp_path / "g.tsv")
    assert read_glossary(tmp_path / "g.tsv").entries == (
        NameEntry("A", "B", "other", (("A", 4), ("C", 3)), (("B", 0),), 5, 0.75, ("x", "y"), (("a", "b"),)),
    )


@pytest.mark.parametrize("name", ["g.tsv", "g.tbx"])
def test_an_entry_of_controls_is_refused_and_nothing_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError) as caught:
        write_glossary(NameTable((NameEntry("A", "B"), NameEntry("\x00", "\x01"))), tmp_path / name)
    assert str(caught.value) == "entry 2 has no name that can be written (found '\\x00' and '\\x01'); leave it out"
    assert list(tmp_path.iterdir()) == []


# The frame -----------------------------------------------------------------------------------------------------------


def test_columns_and_types_do_not_depend_on_the_rows() -> None:
    frames = [names_frame(table) for table in (LEARNT, NameTable(LEARNT.entries[1:2]), NameTable())]
    assert {tuple(frame.columns) for frame in frames} == {NAME_COLUMNS}
    assert len({tuple(map(str, frame.dtypes)) for frame in frames}) == 1
    assert frames[0]["n_pairs"].tolist() == [7, 2, 0]
    assert frames[0]["signature"].unique().tolist() == [LEARNT.signature]
    assert frames[0]["en_forms"][0] == r"Mr Binh:4|Tran Van Binh:4|Binh\: the \|other\|:1"


def test_an_empty_table_is_a_header(tmp_path: Path) -> None:
    write_glossary(NameTable(), tmp_path / "g.tsv")
    assert (tmp_path / "g.tsv").read_text("utf-8") == "\t".join(NAME_COLUMNS) + "\n"
    assert read_glossary(tmp_path / "g.tsv") == NameTable()


def test_pandas_reads_the_tsv(tmp_path: Path) -> None:
    write_glossary(LEARNT, tmp_path / "g.tsv")
    frame = pd.read_csv(tmp_path / "g.tsv", sep="\t", quoting=3, keep_default_na=False)
    pd.testing.assert_frame_equal(frame, names_frame(LEARNT), check_dtype=False)
