"""Tables of the package: every one is whole, and a fault is told with its file and line."""

from pathlib import Path

import pytest

import aligner
from aligner.errors import InputError
from aligner.text.tables import parse_table, read_table

DATA = Path(aligner.__file__).parent / "data"


def test_columns_come_in_the_order_wanted() -> None:
    assert parse_table("a\tb\tc\n1\t2\t3\n4\t\t6\n", "x.tsv", ("c", "a")) == [("3", "1"), ("6", "4")]


@pytest.mark.parametrize("path", sorted(DATA.glob("*.tsv")), ids=lambda path: path.name)
def test_every_table_is_whole(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.endswith("\n")
    assert text.count("\r") == 0
    header = text.split("\n")[0].split("\t")
    assert len(set(header)) == len(header)
    assert len(read_table(path.name, *header)) == text.count("\n") - 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a\tb\n1\t2\n1\t2\t3\n", "x.tsv:3: a row with 3 cells where the header has 2 (found '1\\t2\\t3')"),
        ("a\tb\n1\t2\n\n", "x.tsv:3: a row with 1 cell where the header has 2 (found '')"),
        ("a\tc\n1\t2\n", "x.tsv:1: no column 'b' (found a, c)"),
        ("", "x.tsv:1: no column 'a'"),
    ],
)
def test_a_fault_is_told_with_its_line(text: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_table(text, "x.tsv", ("a", "b"))
    assert str(caught.value).startswith(told)
