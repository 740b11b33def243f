"""Glossaries as TSV: the columns of a name table, lists in fields, and every fault by its line."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final, cast

from aligner.errors import FilePath, InputError
from aligner.files.whole import read_text
from aligner.names.entries import Forms, completed, shown, tidy
from aligner.names.table import NameEntry, NameKind, NameTable
from aligner.pairs.chunks import out_of_quotes
from aligner.pairs.tables import write_tsv

if TYPE_CHECKING:
    import pandas as pd

# No more digits than an int64 or a float64 can tell apart; longer ones are no count and no probability.
_COUNT: Final = re.compile("[0-9]{1,18}")
_PROBABILITY: Final = re.compile(r"0(?:\.[0-9]{1,17})?|1(?:\.0{1,17})?")

_ESCAPE: Final = re.compile(r"\\(.?)", re.DOTALL)
_SPECIAL: Final = r"\|:"


def _join(texts: Iterable[str]) -> str:
    return "|".join(re.sub(r"[\\|]", r"\\\g<0>", text) for text in texts)


def _join_forms(forms: Forms) -> str:
    escaped = [(re.sub(r"[\\|:]", r"\\\g<0>", form), count) for form, count in forms]
    return "|".join(f"{form}:{count}" if count else form for form, count in escaped)


_CELLS: Final[dict[str, Callable[[NameEntry], object]]] = {
    "en": lambda entry: entry.en,
    "vi": lambda entry: entry.vi,
    "kind": lambda entry: entry.kind,
    "n_pairs": lambda entry: entry.n_pairs,
    "confidence": lambda entry: entry.confidence,
    "en_forms": lambda entry: _join_forms(entry.en_forms),
    "vi_forms": lambda entry: _join_forms(entry.vi_forms),
    "conflicts": lambda entry: _join(entry.conflicts),
    "example_en": lambda entry: _join(en for en, _ in entry.examples),
    "example_vi": lambda entry: _join(vi for _, vi in entry.examples),
    "entity": lambda entry: entry.entity,
}
NAME_COLUMNS: Final = (*_CELLS, "signature")
"""Columns of a name table's frame and of its TSV; docs/glossaries.md says what each holds."""

_HEADER: Final = f"the first line must name the columns, between tabs: en, vi and any of {', '.join(NAME_COLUMNS[2:])}"


def names_frame(table: NameTable) -> pd.DataFrame:
    """Put a name table into a frame, one row an entry.

    Parameters
    ----------
    table : NameTable
        The names.

    Returns
    -------
    pandas.DataFrame
        With `NAME_COLUMNS`; `n_pairs` is int64, `confidence` float64, all others are text. Forms, conflicts and
        examples are joined as in TSV.

    Examples
    --------
    >>> table = NameTable((NameEntry("To Lam", "Tô Lâm", "person", vi_forms=(("Tô Lâm", 2), ("Ông Lâm", 1))),))
    >>> names_frame(table)["vi_forms"].tolist()
    ['Tô Lâm:2|Ông Lâm:1']
    """
    import pandas as pd

    # An empty frame would have no types of its own; texts stay objects, since Arrow's strings hold no lone surrogates.
    types = {"n_pairs": "int64", "confidence": "float64"}
    rows = [(*(cell(entry) for cell in _CELLS.values()), table.signature) for entry in table.entries]
    return pd.DataFrame(rows, columns=list(NAME_COLUMNS), dtype=object).astype(types)


def write_tsv_glossary(table: NameTable, path: FilePath) -> None:
    """Write a name table as TSV."""
    write_tsv(names_frame(table), path)


# Lists in a field ----------------------------------------------------------------------------------------------------


def _split(text: str, mark: str) -> list[str]:
    """Cut at every mark that no backslash escapes; escapes stay."""
    cuts = [m.start() for m in re.finditer(r"\\.|" + re.escape(mark), text, re.DOTALL) if m[0] == mark]
    return [text[a + 1 : b] for a, b in itertools.pairwise([-1, *cuts, len(text)])]


def _unescape(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        if match[1] and match[1] in _SPECIAL:
            return match[1]
        raise InputError("a backslash that escapes nothing", found=shown(match[0]), todo=r"write \\ for a backslash")

    return tidy(_ESCAPE.sub(character, text))


def _split_forms(text: str, column: str) -> Forms:
    forms: dict[str, int] = {}
    for item in _split(text, "|") if text else []:
        written, *counts = _split(item, ":")
        form = _unescape(written)
        if not form:
            raise InputError(f"an empty form in {column}", found=shown(item), todo="write form|form, or form:2|form:1")
        if len(counts) > 1 or not all(map(_COUNT.fullmatch, counts)):
            todo = r"write form:count with a whole number, and \: for a colon of the form"
            raise InputError(f"a bad count in {column}", found=shown(item), todo=todo)
        if form in forms:
            raise InputError(f"a form twice in {column}", found=shown(form), todo="give each form once")
        forms[form] = int(*counts)
    return tuple(forms.items())


def _split_examples(en: str, vi: str) -> tuple[tuple[str, str], ...]:
    if not en and not vi:
        return ()
    sides = [list(map(_unescape, _split(text, "|"))) for text in (en, vi)]
    if len(sides[0]) != len(sides[1]):
        found = f"{len(sides[0])} in example_en, {len(sides[1])} in example_vi"
        raise InputError("examples that are no pairs", found=found, todo=r"write \| for a bar inside an example")
    examples = tuple(zip(*sides, strict=True))
    if not all(map(any, examples)):
        raise InputError("an example empty on both sides", todo="remove its bar from both columns")
    return examples


def _split_conflicts(text: str) -> tuple[str, ...]:
    conflicts = tuple(map(_unescape, _split(text, "|"))) if text else ()
    if not all(conflicts):
        raise InputError("an empty text in conflicts", found=shown(text), todo="write text|text")
    return conflicts


# Reading -------------------------------------------------------------------------------------------------------------


def read_tsv_glossary(path: FilePath) -> NameTable:
    """Read a glossary from TSV; the first fault is refused with its line."""
    columns: list[str] = []
    entries: list[NameEntry] = []
    signatures: dict[str, None] = {}
    seen: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if number > 1 and not line:
            continue
        try:
            if number == 1:
                columns = _columns(line)
                continue
            cells = _cells(line, columns)
            entry = _entry_of(cells)
            key = (entry.en, entry.vi, entry.kind, entry.entity)
            if key in seen:
                todo = "keep one of them, all forms in it"
                raise InputError("the same name twice", found=f"it in line {seen[key]} too", todo=todo)
        except InputError as error:
            raise InputError(error.what, path=path, line=number, found=error.found, todo=error.todo) from None
        seen[key] = number
        entries.append(entry)
        signatures[cells["signature"]] = None
    # Tables put one behind the other keep the signature of each; rows added by hand have none.
    return NameTable(tuple(entries), " + ".join(filter(None, signatures)))


def _columns(line: str) -> list[str]:
    # At most one piece more than there are columns: a line of 50 MB is not cut into millions of pieces.
    columns = [tidy(name).lower() for name in line.split("\t", len(NAME_COLUMNS))]
    if not {"en", "vi"} & set(columns):
        raise InputError("no header", found=shown(line), todo=_HEADER)
    if unknown := [name for name in columns if name not in NAME_COLUMNS]:
        found = ", ".join(map(shown, unknown[:5]))
        raise InputError("unknown columns", found=found, todo=f"known are {', '.join(NAME_COLUMNS)}")
    if len(set(columns)) < len(columns):
        twice = next(name for name in columns if columns.count(name) > 1)
        raise InputError("a column twice", found=repr(twice), todo="give each column once")
    for name in ("en", "vi"):
        if name not in columns:
            raise InputError(f"no column '{name}'", found=", ".join(columns), todo=_HEADER)
    return columns


def _cells(line: str, columns: Sequence[str]) -> dict[str, str]:
    """The row's cells by column; those of columns that the file does not have are empty."""
    cells = [out_of_quotes(cell) for cell in line.split("\t", len(columns))]
    if len(cells) != len(columns):
        found = f"{line.count(chr(9))} tabs where the header has {len(columns) - 1}"
        raise InputError("a wrong number of fields", found=found, todo="give every row all fields, empty ones too")
    return dict.fromkeys(NAME_COLUMNS, "") | dict(zip(columns, map(tidy, cells), strict=True))


def _entry_of(cells: dict[str, str]) -> NameEntry:
    en, en_forms = completed(cells["en"], _split_forms(cells["en_forms"], "en_forms"))
    vi, vi_forms = completed(cells["vi"], _split_forms(cells["vi_forms"], "vi_forms"))
    if not en and not vi:
        raise InputError("a name without a form", found="en and vi empty", todo="fill one of them or delete the line")
    if not _COUNT.fullmatch(cells["n_pairs"] or "0"):
        raise InputError("n_pairs is no count", found=shown(cells["n_pairs"]), todo="write a whole number")
    if not _PROBABILITY.fullmatch(cells["confidence"] or "0"):
        todo = "write a number from 0 to 1, such as 0.95"
        raise InputError("confidence is no probability", found=shown(cells["confidence"]), todo=todo)
    return NameEntry(
        en,
        vi,
        cast("NameKind", cells["kind"].lower() or "other"),  # NameEntry refuses any other
        en_forms,
        vi_forms,
        int(cells["n_pairs"] or 0),
        float(cells["confidence"] or (1 if en and vi else 0)),
        _split_conflicts(cells["conflicts"]),
        _split_examples(cells["example_en"], cells["example_vi"]),
        cells["entity"],
    )
