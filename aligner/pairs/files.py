"""Files of pairs, read and written in chunks of constant memory: one door to all formats."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, get_args

from aligner.doors import checked
from aligner.errors import FilePath, InputError, Progress, is_one_of
from aligner.files.whole import check_apart
from aligner.pairs.chunks import PAIR_ID, READ, TEXTS, Chunk, Columns, Source, Tally, Target, cell_text
from aligner.pairs.formats import Format, check_input, check_output, files_of, output_formats
from aligner.pairs.frames import cells_of, frames_of, make_frame
from aligner.pairs.identity import with_ids
from aligner.pairs.locales import read_locales
from aligner.pairs.sides import check_asked, settle

if TYPE_CHECKING:
    import pandas as pd

Wanted = Literal["all", "whole", "kept"]
"""Which pairs are written: all, those with both texts, or of these those whose ``decision`` is not ``drop``."""


@checked
def read_pairs(
    path: FilePath,
    other: FilePath | None = None,
    *,
    format: str | None = None,
    encoding: str | None = None,
    columns: Columns | str | None = None,
    swap: bool | None = None,
) -> Iterator[pd.DataFrame]:
    """Read a file of pairs, chunk by chunk.

    Parameters
    ----------
    path : str or path
        By its suffix in a format of `pairs.formats.FORMATS` that is read (docs/formats.md): TSV, CSV, XLSX (with a
        header or without one), JSON Lines, TMX, Parquet …; with ``.gz`` or ``.zst`` behind those that are text,
        unpacked on the way. ``-`` is TSV on standard input.
    other : str or path, optional
        The other file, where the two sides stand in two files line by line (Moses).
    format : str, optional
        Its name, where the suffix does not tell. For ``moses`` without `other` the files are ``PATH.en`` and
        ``PATH.vi``.
    encoding : str, optional
        As for `read_article`: without it UTF-8, or UTF-16 by its byte order mark or zero bytes; TMX says its own.
    columns : mapping or str, optional
        Which column is which, by number from 1 on or by name: ``{"en": 2, "vi": "Tiếng Việt"}`` or ``"en=2,vi=3"``.
        By default the names and the words of the first chunk tell.
    swap : bool, optional
        True: the first text (file, column) is Vietnamese. False: the texts are read as they are named, or stand,
        without a look at their words.

    Yields
    ------
    pandas.DataFrame
        With ``src_text``, ``trg_text`` and the other columns; text as it stands: 'NA' and 'null' are words. The number
        of things that were not read is in ``attrs["skipped"]``, by kind, up to this chunk, and where these are lines,
        in ``attrs["first"]`` the number of the first one. What was decided about columns and sides, beyond what the
        file says, is in ``attrs["notices"]``, in words. What made the pairs, where the file or its sidecar says so, is
        in ``attrs["signature"]``.

    Raises
    ------
    InputError
        If a line cannot be decoded, as many lines are no pairs as are (says which is the first), a text column is
        missing or nothing tells which it is, two files differ in length or another format than Moses is named for them,
        a file holds subtitles, or a TMX file declares entities or has no English and Vietnamese side.
    MissingExtraError
        For Parquet without pyarrow, XLSX without openpyxl, ``.zst`` without zstandard.

    Examples
    --------
    >>> next(read_pairs("no/such/file.tsv"))
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: no/such/file.tsv: no such file; check the path
    """
    tally = Tally()
    row = check_input(path, other, format, columns=columns)
    for chunk in _read(row, Source(path, other, encoding, check_asked(columns, swap), swap), tally):
        frame = make_frame(chunk)
        told = tally.as_dict()
        frame.attrs |= {key: told[key] for key in READ if told[key] or key == "skipped"}
        if tally.signature:
            frame.attrs["signature"] = tally.signature
        yield frame


def _read(row: Format, source: Source, tally: Tally) -> Iterator[Chunk]:
    """Chunks of a file; there is at least one."""
    empty = True
    for chunk in settle(row.read(source, tally), source, tally) if row.read is not None else ():
        empty = False
        yield chunk
    if empty:
        raise InputError("no pairs", path=source.path, todo="give a file with at least one")


@checked
def write_pairs(
    pairs: pd.DataFrame | Iterable[pd.DataFrame],
    path: FilePath,
    other: FilePath | None = None,
    *,
    format: str | None = None,
    signature: str | None = None,
    guard_formulas: bool = False,
    ids: bool = False,
    wanted: Wanted = "all",
    locales: str | Sequence[str] | None = None,
    notes: bool = True,
) -> dict[str, Any]:
    r"""Write pairs in any format, chunk by chunk in constant memory; docs/formats.md says what each can hold.

    Parameters
    ----------
    pairs : DataFrame or iterable of DataFrame
        With ``src_text`` and ``trg_text``. The columns are those of the first frame; filled cells of columns that come
        later are counted in ``left_out``.
    path : str or path
        The format goes by suffix (`pairs.formats.FORMATS`), with .gz or .zst behind those that are text. ``-`` is TSV
        on standard output, or `format`. It appears whole or not at all, and the same pairs give the same bytes.
    other : str or path, optional
        The Vietnamese file, where `path` is to be the English one (Moses).
    format : str, optional
        Where the suffix does not tell: ``moses`` (PATH.en, PATH.vi, and PATH.ids where documents or ids are known),
        ``huggingface`` (``{"translation": {"en": …, "vi": …}}``: JSON Lines or Parquet by suffix; without a suffix a
        folder with train.jsonl and its card), ``xliff2`` (2.0; .xlf is 1.2) …
    signature : str, optional
        What made the pairs. By default ``attrs["signature"]`` of the first frame. It stands in the file where the
        format has a place for it (TMX, Parquet …), else in ``PATH.meta.json``, with the version and the counts;
        `read_pairs` finds it again. Standard output has no such file.
    guard_formulas : bool
        In TSV and CSV, an apostrophe before cells that a spreadsheet would run; XLSX never has formulas.
    ids : bool
        Also write ``pair_id``, by which `apply_edits` finds the pair again; ids that are there stay.
    wanted : {"all", "whole", "kept"}
        All pairs, those with both texts, or of these those whose ``decision`` is not ``drop``.
    locales : str or pair of str, optional
        Codes of English and Vietnamese for TMX and XLIFF: ``"en-US,vi-VN"`` (BCP 47). By default en and vi.
    notes : bool
        In XLIFF, write columns that have no place as notes, from which they are read back; else they are counted.

    Returns
    -------
    dict
        ``pairs``; ``replaced``: characters that the format cannot hold; ``guarded`` and ``cut`` cells; ``left_out``:
        filled cells by column that have no place in the format; ``unwritten``: pairs that were not wanted, by why;
        ``signature``.

    Raises
    ------
    InputError
        If the format is unknown or has no place for what was asked, a text column is missing, a locale is none, or the
        file cannot be written.
    MissingExtraError
        For Parquet without pyarrow, XLSX without openpyxl, .zst without zstandard.

    Examples
    --------
    >>> import pandas as pd
    >>> write_pairs(pd.DataFrame({"src_text": ["It\trained."], "trg_text": ["Mưa."]}), "-")["replaced"]
    ... # doctest: +NORMALIZE_WHITESPACE
    src_text	trg_text
    It rained.	Mưa.
    1
    """
    row = check_output(path, other, format)
    asked = _asked(row, path, ids=ids, wanted=wanted, locales=locales, notes=notes, guard_formulas=guard_formulas)
    frames = frames_of(pairs, path=path)
    first = next(frames, None)
    if signature is None:
        found = "" if first is None else first.attrs.get("signature", "")
        signature = found if isinstance(found, str) else ""
    every = itertools.chain([] if first is None else [first], frames)
    tally = Tally(signature=signature)
    _write(row, map(chunk_of, every), Target(path, other, signature, *asked), tally, ids, wanted, guard_formulas)
    return tally.as_dict()


@checked
def convert_pairs(
    path: FilePath,
    out: FilePath,
    *,
    other: FilePath | None = None,
    format: str | None = None,
    encoding: str | None = None,
    columns: Columns | str | None = None,
    swap: bool | None = None,
    out_other: FilePath | None = None,
    out_format: str | None = None,
    guard_formulas: bool = False,
    ids: bool = False,
    wanted: Wanted = "all",
    locales: str | Sequence[str] | None = None,
    notes: bool = True,
    progress: Progress | None = None,
) -> dict[str, Any]:
    r"""Read pairs in one format and write them in another, in constant memory.

    Parameters
    ----------
    path, other, format, encoding, columns, swap
        As for `read_pairs`.
    out, out_other, out_format, guard_formulas, ids, wanted, locales, notes
        As `path`, `other` and so on for `write_pairs`.
    progress : callable, optional
        Called with ``"converted"``, the number of pairs so far, and 0, since nobody knows of how many; once a chunk.

    Returns
    -------
    dict
        What `write_pairs` counts, and ``skipped``, ``first`` and ``notices`` as `read_pairs` has them in ``attrs``.
        ``signature`` is the input's, and goes on into the output.

    Raises
    ------
    InputError, MissingExtraError
        As both do; and if the output is the input.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.tsv").write_text("It rained.\tTrời mưa.\n", encoding="utf-8")
    >>> convert_pairs(folder / "a.tsv", folder / "a.tmx")["pairs"]
    1
    """
    row, read = check_output(out, out_other, out_format), check_input(path, other, format, columns=columns)
    asked = _asked(row, out, ids=ids, wanted=wanted, locales=locales, notes=notes, guard_formulas=guard_formulas)
    check_apart(files_of(row, out, out_other), files_of(read, path, other))
    tally = Tally()
    chunks = _read(read, Source(path, other, encoding, check_asked(columns, swap), swap), tally)
    first = next(chunks)  # with it the signature is known
    target = Target(out, out_other, tally.signature, *asked)
    followed = _following(itertools.chain([first], chunks), progress)
    _write(row, followed, target, tally, ids, wanted, guard_formulas)
    return tally.as_dict()


def _following(chunks: Iterable[Chunk], progress: Progress | None) -> Iterator[Chunk]:
    """The chunks; how many pairs they have had is told behind each."""
    n = 0
    for chunk in chunks:
        yield chunk
        n += len(chunk[TEXTS[0]])
        if progress is not None:
            progress("converted", n, 0)


def check_writing(
    path: FilePath,
    *,
    format: str | None = None,
    locales: str | Sequence[str] | None = None,
    notes: bool = False,
) -> Format:
    """Tell the format to be written, as `check_output` does; InputError where it has no place for what is asked.

    Examples
    --------
    >>> check_writing("a.tmx", locales="en-US,vi-VN").name
    'tmx'
    >>> check_writing("a.tmx", notes=True)
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: a.tmx: no notes in this format (found tmx); leave it out, or write one of xliff, xliff2
    """
    row = check_output(path, None, format)
    _check_able(row, path, locales is not None, lambda form: form.is_memory, "no place for locales in this format")
    _check_able(row, path, notes, lambda form: form.has_notes, "no notes in this format")
    read_locales(locales)
    return row


def _check_able(row: Format, path: FilePath, is_asked: bool, is_able: Callable[[Format], bool], what: str) -> None:
    """Refuse what is asked of a format that cannot do it."""
    if is_asked and not is_able(row):
        able = ", ".join(name for name, form in output_formats().items() if is_able(form))
        raise InputError(what, path=path, found=row.name, todo=f"leave it out, or write one of {able}")


def _asked(
    row: Format,
    path: FilePath,
    *,
    ids: bool,
    wanted: Wanted,
    locales: str | Sequence[str] | None,
    notes: bool,
    guard_formulas: bool,
) -> tuple[tuple[str, str], bool]:
    """What a target says of locales and notes; what is asked of a format that has no place for it is refused."""
    if not is_one_of(wanted, get_args(Wanted)):
        raise InputError("unknown pairs wanted", found=repr(wanted), todo=f"give {', '.join(get_args(Wanted))}")
    guarding = "formulas are not guarded in this format"
    _check_able(row, path, guard_formulas, lambda form: form.write_guarded is not None, guarding)
    _check_able(row, path, locales is not None, lambda form: form.is_memory, "no place for locales in this format")
    _check_able(row, path, ids, lambda form: form.columns is None or PAIR_ID in form.columns, "no place for ids here")
    return read_locales(locales), notes


def _write(
    row: Format,
    chunks: Iterator[Chunk],
    target: Target,
    tally: Tally,
    ids: bool,
    wanted: Wanted,
    guard_formulas: bool,
) -> None:
    """Write chunks in a format that has been checked; ids are made before pairs are left out."""
    if ids:
        chunks = with_ids(chunks)
    if wanted != "all":
        chunks = _chosen(chunks, wanted, tally)
    write = row.write_guarded if guard_formulas else row.write
    assert write is not None  # check_output, _asked
    write(chunks, target, tally)


def _chosen(chunks: Iterator[Chunk], wanted: Wanted, tally: Tally) -> Iterator[Chunk]:
    """Chunks without the pairs that are not wanted, which are counted."""
    for chunk in chunks:
        sides = zip(*(map(cell_text, chunk[name]) for name in TEXTS), strict=True)
        is_whole = [bool(en.strip() and vi.strip()) for en, vi in sides]
        is_kept = [True] * len(is_whole)
        if wanted == "kept" and "decision" in chunk:
            is_kept = [cell_text(cell).strip().lower() != "drop" for cell in chunk["decision"]]
        taken = [whole and kept for whole, kept in zip(is_whole, is_kept, strict=True)]
        n_whole = sum(is_whole)
        counts = {"without counterpart": len(is_whole) - n_whole, "to drop": n_whole - sum(taken)}
        tally.unwritten.update({why: n for why, n in counts.items() if n})
        if all(taken):
            yield chunk
        else:
            yield {name: list(itertools.compress(column, taken)) for name, column in chunk.items()}


def chunk_of(frame: pd.DataFrame) -> Chunk:
    """A frame's columns as lists; None for what is missing."""
    return {str(name): cells_of(frame.iloc[:, k]) for k, name in enumerate(frame.columns)}
