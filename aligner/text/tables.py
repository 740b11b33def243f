"""Tables: the one reader of aligner/data/*.tsv, the words and rules that were written by hand."""

from __future__ import annotations

import importlib.resources

from aligner.errors import InputError


def read_table(name: str, *columns: str) -> list[tuple[str, ...]]:
    """Read columns of a table of the package.

    Parameters
    ----------
    name : str
        The file in aligner/data: UTF-8, tab-separated, no quoting, its first line the names of its columns.
    *columns : str
        The columns wanted, in the order wanted.

    Returns
    -------
    list of tuple of str
        A row for each line below the header.

    Raises
    ------
    InputError
        If the table lacks such a column, or a line has more or fewer cells than the header.

    Examples
    --------
    >>> read_table("segment_marks.tsv", "class", "phrase")[0]
    ('photo', 'photo')
    """
    text = importlib.resources.files("aligner").joinpath("data", name).read_text("utf-8")
    return parse_table(text, name, columns)


def parse_table(text: str, name: str, columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    r"""Take columns out of the text of a table; `read_table` says what it is.

    Examples
    --------
    >>> parse_table("a\tb\n1\t2\n3\n", "x.tsv", ("b",))
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: x.tsv:3: a row with 1 cell where the header has 2 (found '3'); give one a column
    """
    head, *lines = text.removesuffix("\n").split("\n")
    header = head.split("\t")
    if missing := [column for column in columns if column not in header]:
        what = f"no column {missing[0]!r}"
        raise InputError(what, path=name, line=1, found=", ".join(header), todo="name the columns as its readers do")
    places = [header.index(column) for column in columns]
    rows = []
    for number, line in enumerate(lines, start=2):
        cells = line.split("\t")
        if len(cells) != len(header):
            n_cells = f"{len(cells)} cell{'s' * (len(cells) != 1)}"
            what = f"a row with {n_cells} where the header has {len(header)}"
            raise InputError(what, path=name, line=number, found=repr(line[:60]), todo="give one a column")
        rows.append(tuple([cells[place] for place in places]))
    return rows
