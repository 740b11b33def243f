"""Chunks of pairs as the formats pass them on: columns of cells, cells as text, and what a format cannot hold."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

from aligner.errors import FilePath, InputError, shorten
from aligner.text.unicode import nfc
from aligner.version import VERSION

Chunk = dict[str, list[Any]]
"""Columns of equal length, some of them texts; a frame without pandas."""

Cells = list[list[str]]
"""Columns as text."""

Columns = Mapping[str, int | str]
"""Which column of a table is which: ``en`` and ``vi``, each by its number from 1 on or by its name."""

TEXTS: Final = ("src_text", "trg_text")
"""English and Vietnamese."""

READ: Final = ("skipped", "first", "notices")
"""What the reading of pairs tells beside them, as `Tally` has it, in the ``attrs`` of frames."""

PAIR_ID: Final = "pair_id"
"""Column that tells a pair wherever its file goes (`identity`)."""

OFFSETS: Final = ("src_start", "src_end", "trg_start", "trg_end")
"""Columns with places in a document's text, whole numbers."""

NUMBERS: Final = ("aligner_score", "quality", "pair_quality", "probability", "document_probability")
"""Columns with fractions."""

NUMERIC: Final = frozenset({*NUMBERS, *OFFSETS})
"""Columns whose cells are numbers where the format has such."""

PLAIN_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
"""What the contract writes in these columns; all else stays text, as what a double would change."""

CHUNK: Final = 2048
"""Pairs in a chunk, which scoring judges at a time: 8 MB of arrays, and a larger chunk is no faster."""

UNFIT: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""What no TSV field can hold: controls, with tab and all line breaks; lone surrogates, which UTF-8 does not have."""

_UNFIT_BUT_BREAKS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""The same without tab and line feed, which join cells and rows."""

NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 does not have (section 2.2), escaped or not."""

SURROGATES: Final = re.compile("[\ud800-\udfff]")
"""What UTF-8 does not have."""

_FORMULA: Final = re.compile(r"[=+@＝＋－＠-]")
"""First characters that make a cell a formula for spreadsheets (OWASP, CSV injection), wide forms too."""

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,20}(?:\.[0-9]{1,20})?(?:[eE][+-]?[0-9]{1,3})?")
"""Cells that no spreadsheet runs although they begin with a sign."""


@dataclass
class Tally:
    """What was written, and what a format could not hold as it was.

    Attributes
    ----------
    pairs : int
        Pairs written.
    replaced : int
        Characters replaced, since the format cannot hold them.
    guarded : int
        Cells kept from being formulas.
    cut : int
        Cells cut to the length that the format allows.
    left_out : Counter of str
        Filled cells by column that have no place in the format.
    unwritten : Counter of str
        Pairs that were not asked for, by why.
    skipped : Counter of str
        What the file read held beside pairs, by kind.
    first : dict of str to int
        The line where a kind of what was skipped was first, where it is one of lines.
    notices : list of str
        What was decided about the columns and sides of the file read, beyond what it says of itself.
    keys : dict of str to str
        By our names, those that a format of records has for the texts.
    labels : dict of str to pair of str
        Of a text column that has no name in the file: what to call it, and the language that this names.
    is_ours : bool
        Whether we wrote the file read, by its own word and with the languages in it: nothing overrules its sides.
    signature : str
        What made the pairs, as the file read says or as it was written.
    """

    pairs: int = 0
    replaced: int = 0
    guarded: int = 0
    cut: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    unwritten: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    first: dict[str, int] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    labels: dict[str, tuple[str, str]] = field(default_factory=dict)
    is_ours: bool = False
    signature: str = ""

    def skip(self, kind: str, line: int) -> None:
        """Count a line that is set aside.

        Examples
        --------
        >>> tally = Tally()
        >>> tally.skip("empty lines", 3)
        >>> tally.skipped, tally.first
        (Counter({'empty lines': 1}), {'empty lines': 3})
        """
        self.skipped[kind] += 1
        self.first.setdefault(kind, line)

    def count(self, kind: str, n: int = 1) -> None:
        """Count what is not read and has no line of its own.

        Examples
        --------
        >>> tally = Tally()
        >>> tally.count("notes", 2), tally.count("marks", 0), tally.skipped
        (None, None, Counter({'notes': 2}))
        """
        if n:
            self.skipped[kind] += n

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data.

        Examples
        --------
        >>> Tally(pairs=2).as_dict()
        ... # doctest: +NORMALIZE_WHITESPACE
        {'pairs': 2, 'replaced': 0, 'guarded': 0, 'cut': 0, 'left_out': {}, 'unwritten': {}, 'skipped': {},
         'first': {}, 'notices': [], 'signature': ''}
        """
        told = {**vars(self), "left_out": dict(self.left_out), "skipped": dict(self.skipped)}
        told |= {"unwritten": dict(self.unwritten), "first": dict(self.first), "notices": list(self.notices)}
        return {name: value for name, value in told.items() if name not in ("keys", "labels", "is_ours")}


@dataclass(frozen=True, slots=True)
class Source:
    """Where pairs are read from: a file, for some formats the one beside it, and what a caller says of them.

    Attributes
    ----------
    path, other : str or path
        The files.
    encoding : str, optional
        That of the text.
    columns : Columns, optional
        Which column is which.
    swap : bool, optional
        Whether the first text is Vietnamese; by default the words tell.
    """

    path: FilePath
    other: FilePath | None = None
    encoding: str | None = None
    columns: Columns | None = None
    swap: bool | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Where pairs are written to, and what the file says of itself: what made the pairs, the tool's version.

    Attributes
    ----------
    path, other : str or path
        The files.
    signature : str
        What made the pairs.
    locales : pair of str
        Codes of English and Vietnamese, where the format names the languages.
    has_notes : bool
        Whether a format that has notes in place of columns has them.
    version : str
        That of the tool.
    """

    path: FilePath
    other: FilePath | None = None
    signature: str = ""
    locales: tuple[str, str] = ("en", "vi")
    has_notes: bool = True
    version: str = VERSION


Reader = Callable[[Source, Tally], Iterator[Chunk]]
"""What reads a format: chunks of `CHUNK` pairs, columns under the file's own names, or ours (`sides.settle` finds the
texts); text is unpacked by suffix. What is no pair is counted, as ``skipped``, and the file's signature is put into the
tally before the first chunk."""

Writer = Callable[[Iterator[Chunk], Target, Tally], None]
"""What writes a format: all chunks into one file, text packed by suffix, which appears whole or not at all. The columns
are those of the first chunk. Pairs, and characters and cells that the format cannot hold, are counted in the tally. The
signature stands where the format has a place for it, else beside the file (`sidecars.beside`)."""


def check_columns(columns: Sequence[str], path: FilePath | None = None, needed: Sequence[str] = TEXTS) -> None:
    """Raise an InputError if a column that is needed is missing or any stands twice; it says which were found.

    Examples
    --------
    >>> check_columns(["src_text", "vi"])
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: no column trg_text (found src_text, vi); name the columns src_text and trg_text
    """
    shown = ", ".join(columns[:20]) or "none"
    for column in needed:
        if column not in columns:
            todo = "name the columns src_text and trg_text" if column in TEXTS else "give a column that is there"
            raise InputError(f"no column {column}", path=path, found=shown, todo=todo)
    if len(set(columns)) < len(columns):
        twice = next(name for name in columns if columns.count(name) > 1)
        raise InputError(f"more than one column {twice}", path=path, found=shown, todo="give each a name of its own")


def check_share(n_broken: int, n_good: int, fault: InputError | None, n_bare: int = 0) -> None:
    """Raise the first fault of a file's lines where most are bad: then it is a file of another kind.

    `n_bare` are whole records that lack a text, of which there may be as many as of the good ones.

    Examples
    --------
    >>> check_share(1, 2, InputError("too few tabs", line=3))
    >>> check_share(2, 2, InputError("too few tabs", line=3))
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: line 3: too few tabs
    """
    if fault is not None and (n_broken >= max(n_good, 1) or n_broken + n_bare > n_good):
        raise fault


_CUE: Final = re.compile(
    r"(?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{2,3}\s{0,3}(?:-->|,)"  # SubRip, WebVTT, SBV
    r"\s{0,3}(?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{2,3}(?!\d)"
    r"|WEBVTT(?!\S)|Dialogue:\s?\d|\{\d{1,8}\}\{\d{0,8}\}|\[\d{1,3}:\d\d\.\d{2,3}\]"  # SubStation Alpha, MicroDVD, LRC
)


def refuse_subtitles(lines: Iterable[tuple[int, str]], path: FilePath) -> None:
    """Raise an InputError for a file of subtitles, given numbered lines: their numbers and times would become text.

    Examples
    --------
    >>> refuse_subtitles([(1, "WEBVTT"), (3, "Where is he?")], "a.txt")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: a.txt:1: subtitles, not pairs (found 'WEBVTT'); align them by aligner align
    """
    for number, line in lines:
        if _CUE.match(line.lstrip("\ufeff ")):
            todo = "align them by aligner align"
            raise InputError("subtitles, not pairs", path=path, line=number, found=repr(line[:40]), todo=todo)


def json_fault(error: Exception) -> str:
    """Say what is wrong with one line of JSON, without a line number of its own beside that of the file.

    Examples
    --------
    >>> try:
    ...     json.loads('{"en"}')
    ... except ValueError as error:
    ...     json_fault(error)
    "Expecting ':' delimiter at character 6"
    """
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at character {error.pos + 1}"
    return str(error)[:100]


def cell_text(value: object) -> str:
    """Return a cell as text: fractions with four decimals, what is missing as nothing, what is nested as JSON.

    Examples
    --------
    >>> [cell_text(value) for value in ("a", 1, 0.5, None, float("nan"), ["x"])]
    ['a', '1', '0.5000', '', '', '["x"]']
    """
    if isinstance(value, str):
        return str(value)
    if value is None:
        return ""
    if isinstance(value, float):
        return "" if value != value else f"{value:.4f}"
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, default=_read_other)
    return _read_other(value)


def _read_other(value: object) -> str:
    """What is no text as one; bytes would be the text b'…'."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        found, todo = shorten(repr(bytes(value[:100])), 60), "decode the column, as column.str.decode('utf-8')"
        raise InputError("a cell of bytes, which are no text", found=found, todo=todo)
    return str(value)


def n_rows(chunk: Chunk) -> int:
    """Return the number of pairs in a chunk.

    Examples
    --------
    >>> n_rows({"src_text": ["a"], "trg_text": ["b"]})
    1
    """
    return len(next(iter(chunk.values())))


def in_columns(
    chunks: Iterable[Chunk], tally: Tally, columns: Sequence[str] | None = None
) -> Iterator[tuple[list[str], Cells]]:
    """Give all chunks the columns of the first one, or those named, as text; what has no column is counted.

    Yields
    ------
    columns : list of str
        The same each time.
    cells : list of list of str
        One list a column.

    Examples
    --------
    >>> tally = Tally()
    >>> list(in_columns([{"src_text": ["a"], "x": [1]}, {"src_text": ["b"], "y": [2]}], tally))
    [(['src_text', 'x'], [['a'], ['1']]), (['src_text', 'x'], [['b'], ['']])]
    >>> tally.left_out
    Counter({'y': 1})
    """
    names = None if columns is None else list(columns)
    for chunk in chunks:
        if names is None:
            names = list(chunk)
        n = n_rows(chunk)
        tally.pairs += n
        for name in [name for name in chunk if name not in names]:  # in their order: it is written down
            tally.left_out.update({name: sum(map(bool, map(cell_text, chunk[name])))})
        yield names, [_as_text(chunk[name]) if name in chunk else [""] * n for name in names]


def _as_text(values: list[Any]) -> list[str]:
    """Cells as text; the list itself where all are text."""
    return values if set(map(type, values)) <= {str} else [cell_text(value) for value in values]


def as_fields(cells: Cells, tally: Tally) -> list[str]:
    r"""Return rows as lines of TSV without their ends, in NFC; what no field can hold is replaced and counted.

    Examples
    --------
    >>> as_fields([["a\tb"], ["c"]], Tally())
    ['a b\tc']
    """
    lines = list(map("\t".join, zip(*cells, strict=True)))
    text = "\n".join(lines)
    n_rows, n_columns = len(lines), len(cells)
    if (
        text.count("\t") == n_rows * (n_columns - 1)
        and text.count("\n") == max(n_rows - 1, 0)
        and not _UNFIT_BUT_BREAKS.search(text)
    ):
        return nfc(text).split("\n") if n_rows else []
    fields = [[fitted(nfc(cell), UNFIT, tally) for cell in column] for column in cells]
    return list(map("\t".join, zip(*fields, strict=True)))


def as_tsv(cells: Cells, tally: Tally) -> list[str]:
    r"""Return rows as lines of TSV as `as_fields` does, with cells in quotes where programs need them (`quoted`).

    Examples
    --------
    >>> as_tsv([['"Yes," she said.'], ['a "b"']], Tally())[0].replace('"', "*")
    '***Yes,** she said.*\ta *b*'
    """
    lines = as_fields(cells, tally)
    return ["\t".join(map(quoted, line.split("\t"))) if '"' in line else line for line in lines]


def quoted(cell: str) -> str:
    """Quote a cell of TSV that begins with a quote, or has an odd number of them (decision 0033).

    Examples
    --------
    >>> print(quoted('say "b"'), quoted('5" wide'))
    say "b" "5"" wide"
    """
    return in_quotes(cell) if cell.startswith('"') or cell.count('"') % 2 else cell


def in_quotes(cell: str) -> str:
    """Quote a cell as CSV does (RFC 4180).

    Examples
    --------
    >>> print(in_quotes('a "b" c'))
    "a ""b"" c"
    """
    doubled = cell.replace('"', '""')
    return f'"{doubled}"'


def out_of_quotes(cell: str) -> str:
    """Undo `in_quotes` where a cell has quotes in it that only CSV writes so; others stay as they stand.

    Examples
    --------
    >>> [out_of_quotes(cell) for cell in ('"She said ""yes""."', '"Yes."', '"Yes," she said, "no."')]
    ['She said "yes".', '"Yes."', '"Yes," she said, "no."']
    """
    inner = cell[1:-1]
    if len(cell) < 4 or not cell[0] == cell[-1] == '"' or '""' not in inner or '"' in inner.replace('""', ""):
        return cell
    return inner.replace('""', '"')


def fitted(text: str, unfit: re.Pattern[str], tally: Tally) -> str:
    r"""Replace and count what a format cannot hold: by a space for a control, by U+FFFD for what is no character.

    Examples
    --------
    >>> fitted("a\tb\ud800", UNFIT, Tally())
    'a b\ufffd'
    """
    text, count = unfit.subn(lambda match: "\ufffd" if match[0] >= "\ud800" else " ", text)
    tally.replaced += count
    return text


def guarded(cells: Cells, tally: Tally) -> Cells:
    """Put an apostrophe before each cell that a spreadsheet would take for a formula; numbers stay.

    Examples
    --------
    >>> guarded([["=1+1", "-0.5", "a"]], Tally())
    [["'=1+1", '-0.5', 'a']]
    """
    result = []
    for column in cells:
        dangerous = [bool(_FORMULA.match(cell.lstrip())) and not _NUMBER.fullmatch(cell) for cell in column]
        tally.guarded += sum(dangerous)
        result.append(["'" + cell if bad else cell for cell, bad in zip(column, dangerous, strict=True)])
    return result


def as_xml(texts: list[str], tally: Tally) -> list[str]:
    r"""Escape texts for XML and HTML; what XML cannot hold is replaced and counted.

    Examples
    --------
    >>> as_xml(["a < b & c", "\x00\r"], Tally())
    ['a &lt; b &amp; c', ' &#13;']
    """
    joined = "\0".join(texts)  # at once: a call for each text would take four times as long
    if joined.count("\0") == len(texts) - 1 and not NOT_XML.search(joined.replace("\0", "")):
        return _escaped(joined).split("\0")
    return [_escaped(fitted(text, NOT_XML, tally)) for text in texts]


def _escaped(text: str) -> str:
    """Text of an element; a parser would take a bare carriage return for a line feed."""
    return escape(text, quote=False).replace("\r", "&#13;")


def as_attribute(text: str, tally: Tally) -> str:
    r"""Quote a text as the value of an XML or HTML attribute; what XML cannot hold is replaced and counted.

    Examples
    --------
    >>> as_attribute("a & b", Tally())
    '"a &amp; b"'
    """
    from xml.sax.saxutils import quoteattr  # brings all that fetches web pages

    return quoteattr(fitted(text, NOT_XML, tally))
