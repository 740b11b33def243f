"""Files of beads: a bead a line as `[0, 1]:[2]`, or TSV with the columns src_ids and trg_ids; one file or a folder."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from aligner.doors import checked
from aligner.errors import FilePath, InputError
from aligner.evaluation.beads import Ids
from aligner.files.whole import read_text
from aligner.pairs.chunks import out_of_quotes

GOLD_SUFFIXES: Final = (".gold", ".tsv")
PREDICTED_SUFFIXES: Final = (".out", ".tsv", ".gold")
"""Files of a folder that are beads: those of the first suffix that any file there has."""

COLUMNS: Final = ("src_ids", "trg_ids")

# What stands behind a second colon is left alone: vecalign writes the bead's cost there.
_LINE = re.compile(r"\s*\[([^\[\]:]*)\]\s*:\s*\[([^\[\]:]*)\]\s*(?::.*)?")
_NUMBER = re.compile("[0-9]{1,9}")
_SHOWN: Final = 60
"""Characters of a line that an error shows."""


@checked
def read_beads(
    path: FilePath, *, suffixes: Sequence[str] = GOLD_SUFFIXES, encoding: str | None = None
) -> dict[str, list[Ids]]:
    r"""Read beads, gold or predicted, to be given to `evaluate`.

    Parameters
    ----------
    path : str or os.PathLike
        A file; ``-`` is standard input; or a folder of files, one a document. A file holds a bead a line, as
        ``[0, 1]:[2]`` (0-based numbers of the source's and of the target's sentences, ``[]`` on the empty side of a
        null bead; lines that are empty or begin with ``#`` and all behind a second colon are skipped), or TSV with the
        columns ``src_ids`` and ``trg_ids``, as `Alignment.to_tsv` writes it with ``nulls=True``; rows whose ``moved``
        is True are skipped, since their sentences have null rows of their own.
    suffixes : sequence of str
        Of a folder, the files with the first suffix that any file there has are read.
    encoding : str, optional
        As for `read_article`.

    Returns
    -------
    dict of str to list of (source indices, target indices)
        By document: the file's name without suffix in a folder, the ``doc_id`` in a TSV file with several; "" for the
        only document of a file.

    Raises
    ------
    InputError
        If a file cannot be read, a line is no bead or the same bead again (says which line), a column is missing (says
        which were found), or a folder holds no such file.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "walk.gold")
    ...     _ = path.write_text("[0]:[0]\n[1, 2]:[1]\n[]:[2]\n", encoding="utf-8")
    ...     read_beads(path), list(read_beads(folder))
    ({'': [((0,), (0,)), ((1, 2), (1,)), ((), (2,))]}, ['walk'])
    """
    if os.fspath(path) == "-" or not os.path.isdir(path):
        return _read_file(path, encoding)
    documents: dict[str, list[Ids]] = {}
    for file in bead_files(path, suffixes):
        found = _read_file(file, encoding)
        if len(found) > 1:
            todo = "give one file a document, or the file itself in place of its folder"
            raise InputError("a file with several documents", path=file, found=f"{len(found)} doc_ids", todo=todo)
        documents[file.stem] = next(iter(found.values()))
    return documents


def bead_files(folder: FilePath, suffixes: Sequence[str]) -> list[Path]:
    """List a folder's files with the first of the suffixes that any has, sorted.

    Examples
    --------
    >>> bead_files("no/such/folder", [".gold"])
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: no/such/folder: cannot be listed (found No such file or directory); check the path
    """
    try:
        paths = sorted(path for path in Path(folder).iterdir() if not path.name.startswith(".") and path.is_file())
    except OSError as error:
        found = error.strerror or str(error)
        raise InputError("cannot be listed", path=folder, found=found, todo="check the path") from None
    for suffix in suffixes:
        if chosen := [path for path in paths if path.suffix == suffix]:
            return chosen
    found = ", ".join(sorted({path.suffix or "no suffix" for path in paths})) or "nothing"
    raise InputError(f"no file named *{', *'.join(suffixes)}", path=folder, found=found, todo="give another folder")


def _read_file(path: FilePath, encoding: str | None) -> dict[str, list[Ids]]:
    """Beads of one file, by document."""
    lines = read_text(path, encoding=encoding).split("\n")
    is_table = os.fspath(path).lower().endswith(".tsv") or ("\t" in lines[0] and "src_ids" in lines[0].split("\t"))
    return _read_table(path, lines) if is_table else {"": _read_lines(path, lines)}


def _read_lines(path: FilePath, lines: Sequence[str]) -> list[Ids]:
    """Beads as `[0, 1]:[2]`."""
    beads: dict[Ids, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        sides = None if match is None else (_ids(match[1]), _ids(match[2]))
        _keep(beads, sides, path, number, line, "write a bead as [0, 1]:[2], with 0-based numbers of sentences")
    if not beads:
        raise InputError("no beads", path=path, todo="give a file with a bead a line")
    return list(beads)


def _read_table(path: FilePath, lines: Sequence[str]) -> dict[str, list[Ids]]:
    """Beads of a TSV file."""
    header = lines[0].split("\t")
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        found = ", ".join(header)[:200]
        what = f"no column{'s' if len(missing) > 1 else ''} {' and '.join(missing)}"
        raise InputError(what, path=path, line=1, found=found, todo="write it by `aligner align -o OUT.tsv --nulls`")
    at = {name: k for k, name in enumerate(header)}
    documents: dict[str, dict[Ids, int]] = {}
    for number, line in enumerate(lines[1:], 2):
        if not line and number == len(lines):
            break
        cells = line.split("\t")
        if len(cells) != len(header):
            found = f"{len(cells)} of {len(header)} columns"
            raise InputError("a row of another length", path=path, line=number, found=found, todo="write it again")
        if "moved" in at and cells[at["moved"]] == "True":
            continue
        beads = documents.setdefault(out_of_quotes(cells[at["doc_id"]]) if "doc_id" in at else "", {})
        source, target = (cells[at[column]] for column in COLUMNS)
        todo = "give 0-based numbers of sentences, joined by commas"
        _keep(beads, (_ids(source), _ids(target)), path, number, f"{source} and {target}", todo)
    if not documents:
        raise InputError("no beads", path=path, found="a header alone", todo="give a file with a bead a line")
    if len(documents) == 1:
        return {"": list(next(iter(documents.values())))}
    return {name: list(beads) for name, beads in documents.items()}


def _ids(text: str) -> tuple[int, ...] | None:
    """Numbers joined by commas, sorted; None where they are none, or one stands twice."""
    if not text.strip():
        return ()
    parts = [part.strip() for part in text.split(",")]
    if not all(_NUMBER.fullmatch(part) for part in parts):
        return None
    ids = sorted(map(int, parts))
    return tuple(ids) if len(set(ids)) == len(ids) else None


def _keep(
    beads: dict[Ids, int],
    sides: tuple[tuple[int, ...] | None, tuple[int, ...] | None] | None,
    path: FilePath,
    number: int,
    shown: str,
    todo: str,
) -> None:
    """Add a bead with its line, or say what is wrong with it."""
    source, target = sides or (None, None)
    if source is None or target is None:
        raise InputError("not a bead", path=path, line=number, found=repr(shown[:_SHOWN]), todo=todo)
    if not source and not target:
        raise InputError("a bead of nothing", path=path, line=number, found=repr(shown[:_SHOWN]), todo="remove it")
    if (source, target) in beads:
        found = f"{shown[:_SHOWN]!r}, as in line {beads[source, target]}"
        raise InputError("a bead that is there twice", path=path, line=number, found=found, todo="give each bead once")
    beads[source, target] = number
