"""Files of pairs, read and written in chunks of constant memory: one door to TSV, Moses, JSON Lines, TMX and others."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, cast, get_args

from aligner.errors import InputError
from aligner.files.streams import PACKED, bare_name, open_packed, read_lines
from aligner.pairs.chunks import (
    TEXTS,
    About,
    Chunk,
    Tally,
    Writer,
    as_fields,
    cell_text,
    check_columns,
    guarded,
    in_columns,
    json_fault,
    n_rows,
)
from aligner.pairs.frames import cells_of, frames_of
from aligner.pairs.readings import write_dataset_card, write_html, write_markdown
from aligner.pairs.sheets import parquet_chunks, write_parquet, write_xlsx
from aligner.pairs.tmx import tmx_chunks, write_tmx
from aligner.pairs.xliff import write_xliff, write_xliff2
from aligner.version import VERSION

if TYPE_CHECKING:
    import pandas as pd

_Path = str | os.PathLike[str]
Format = Literal["tsv", "jsonl", "tmx", "parquet", "moses"]
OutputFormat = Literal[
    "tsv", "jsonl", "tmx", "parquet", "moses", "huggingface", "xliff", "xliff2", "html", "markdown", "xlsx"
]

FORMATS: Final[tuple[str, ...]] = get_args(Format)
"""Formats that are read."""

OUTPUT_FORMATS: Final[tuple[str, ...]] = get_args(OutputFormat)
"""Formats that are written."""

UNSTREAMED: Final = frozenset({"parquet", "xlsx"})
"""Formats of bytes that are written to a file of their own: neither packed once more nor sent to standard output."""

CHUNK: Final = 2048
"""Pairs in a chunk; what scoring takes at a time."""

_SUFFIXES: Final[Mapping[str, OutputFormat]] = {
    ".tsv": "tsv",
    ".txt": "tsv",
    ".tab": "tsv",
    ".sent": "tsv",  # Bitextor's .sent.gz
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".tmx": "tmx",
    ".parquet": "parquet",
    ".xlf": "xliff",
    ".xliff": "xliff",
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".xlsx": "xlsx",
}
_ALIASES: Final = (("src_text", "trg_text"), ("source", "target"), ("src", "trg"), ("src", "tgt"), ("en", "vi"),
                   ("english", "vietnamese"))  # fmt: skip
"""Names of the two text columns that a header or a record may have."""

_HEADINGS: Final = frozenset(
    ("id", "doc_id", "text", "sentence", "translation", "source", "target", "score", "quality", "label", "lang",
     "language", "src_lang", "trg_lang", "tgt_lang", "url", "src_url", "trg_url", "date", "licence", "license", "name",
     "title")
)  # fmt: skip
"""Names that headers have: a first line with two of them, but not with both texts, is a header that lacks one. No line
of the training pairs has two as whole cells."""

_URLS: Final = ("src_url", "trg_url")
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,20}://\S")

_IDS: Final = ("doc_id", "src_ids", "trg_ids")


def read_pairs(
    path: _Path, other: _Path | None = None, *, format: Format | None = None, encoding: str | None = None
) -> Iterator[pd.DataFrame]:
    """Read a file of pairs, chunk by chunk.

    Parameters
    ----------
    path : str or path
        TSV (with a header that names the text columns; or without one: English, Vietnamese, and whatever follows, or
        two addresses before them, as Bitextor and bicleaner have it), JSON Lines, TMX or Parquet, by suffix; with
        ``.gz`` or ``.zst`` behind it, unpacked on the way. ``-`` is TSV on standard input.
    other : str or path, optional
        The Vietnamese file, where the two sides stand in two files line by line (Moses).
    format : {"tsv", "jsonl", "tmx", "parquet", "moses"}, optional
        Where the suffix does not tell. For ``moses`` without `other` the files are ``PATH.en`` and ``PATH.vi``.
    encoding : str, optional
        As for `read_article`: without it UTF-8, or UTF-16 by its byte order mark or zero bytes; TMX says its own.

    Yields
    ------
    pandas.DataFrame
        With ``src_text``, ``trg_text`` and the other columns; text as it stands: 'NA' and 'null' are words. The number
        of things that were not read is in ``attrs["skipped"]``, by kind, up to this chunk.

    Raises
    ------
    InputError
        If a line cannot be decoded, has too few columns or is no JSON object (says which line), a text column is
        missing, two files differ in length or another format than Moses is named for them, or a TMX file declares
        entities or has no English and Vietnamese side.
    MissingExtraError
        For Parquet without pyarrow, for ``.zst`` without zstandard.

    Examples
    --------
    >>> next(read_pairs("no/such/file.tsv"))
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: no/such/file.tsv: no such file; check the path
    """
    import pandas as pd

    tally = Tally()
    for chunk in _read(path, other, format, encoding, tally):
        try:
            frame = pd.DataFrame(chunk)
        except UnicodeEncodeError:  # pandas' own text, with pyarrow behind it, has no lone surrogates
            frame = pd.DataFrame(chunk, dtype=object)
        frame.attrs["skipped"] = dict(tally.skipped)
        yield frame


def _read(path: _Path, other: _Path | None, format: str | None, encoding: str | None, tally: Tally) -> Iterator[Chunk]:
    """Chunks of a file."""
    if other is not None and format not in (None, "moses"):
        raise InputError("two files, but not Moses", path=path, found=repr(format), todo="leave one of them out")
    kind = "moses" if other is not None else format if format is not None else _input_format(path)
    if kind == "moses":
        chunks = _moses(*_sides(path, other), encoding)
    elif kind == "tsv":
        chunks = _tsv(path, encoding)
    elif kind == "jsonl":
        chunks = _jsonl(path, encoding, tally)
    elif kind == "tmx":
        chunks = tmx_chunks(path, CHUNK, tally, encoding=encoding)
    elif kind == "parquet":
        if encoding is not None:
            raise InputError("Parquet has no encoding", path=path, found=repr(encoding), todo="leave encoding out")
        chunks = (_renamed(chunk, path, tally) for chunk in parquet_chunks(path, CHUNK))
    else:
        raise InputError("unknown format", path=path, found=repr(format), todo=f"formats are {', '.join(FORMATS)}")
    empty = True
    for chunk in chunks:
        empty = False
        yield chunk
    if empty:
        raise InputError("no pairs", path=path, todo="give a file with at least one")


def _input_format(path: _Path) -> str:
    """The format that the suffix tells."""
    if os.fspath(path) == "-":
        return "tsv"
    suffix = Path(bare_name(path)).suffix
    if _SUFFIXES.get(suffix, "none") not in FORMATS:
        todo = "name it .tsv, .jsonl, .tmx or .parquet, give its format (--format), or give the Vietnamese file too"
        raise InputError("unknown format", path=path, found=suffix or "no suffix", todo=todo)
    return _SUFFIXES[suffix]


def _sides(path: _Path, other: _Path | None) -> tuple[_Path, _Path, _Path]:
    """Moses' files, English, Vietnamese and ids: from two names, or from what they begin with."""
    name = os.fspath(path)
    packing = next((suffix for suffix in PACKED if name.lower().endswith(suffix)), "")
    stem = name[: len(name) - len(packing)]
    if other is None:
        return f"{stem}.en{packing}", f"{stem}.vi{packing}", f"{stem}.ids{packing}"
    return path, other, f"{os.path.splitext(stem)[0]}.ids{packing}"


# Reading --------------------------------------------------------------------------------------------------------------


def _tsv(path: _Path, encoding: str | None) -> Iterator[Chunk]:
    """Columns of a TSV file."""
    columns: list[str] | None = None
    number = 1
    lines = itertools.chain.from_iterable(block for _, block in read_lines(path, encoding=encoding))
    while chunk := list(itertools.islice(lines, CHUNK)):
        rows = [line.split("\t") for line in chunk]
        if columns is None:
            names = _named(rows[0], path)
            columns = names or _unnamed(rows[0])
            if names:
                rows, number = rows[1:], 2
        if set(map(len, rows)) - {len(columns)}:
            k, row = next((k, row) for k, row in enumerate(rows) if len(row) != len(columns))
            _refuse_row(row, columns, path, number + k)
        number += len(rows)
        if rows:
            yield dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True))


def _refuse_row(row: list[str], columns: list[str], path: _Path, line: int) -> None:
    """Say what is wrong with the number of a row's columns."""
    if len(row) < len(columns):
        found = f"{len(row)} of {len(columns)} columns"
        raise InputError("too few tabs", path=path, line=line, found=found, todo="separate the columns by tabs")
    found = f"{len(row)} columns for {len(columns)}"
    raise InputError("too many tabs", path=path, line=line, found=found, todo="remove tabs inside texts")


def _named(fields: list[str], path: _Path) -> list[str]:
    """The names of the columns if this is a header; nothing if it is a pair."""
    lowered = [field.strip().lower() for field in fields]
    if known := _text_names(lowered):
        names = [known.get(name, field) for name, field in zip(lowered, fields, strict=True)]
        check_columns(names, path)
        return names
    if any(text in lowered for text in TEXTS) or len(_HEADINGS.intersection(lowered)) > 1:
        check_columns(fields, path)
    if len(fields) < 2:
        raise InputError("too few tabs", path=path, line=1, found="1 column", todo="give English, a tab, Vietnamese")
    return []


def _text_names(names: Collection[str]) -> dict[str, str]:
    """Our names for the two text columns by theirs; none where they are not there."""
    found = next((pair for pair in _ALIASES if pair[0] in names and pair[1] in names), ())
    return dict(zip(found, TEXTS, strict=False))


def _unnamed(fields: list[str]) -> list[str]:
    """Names for columns without a header: Bitextor's and bicleaner's where two addresses come first."""
    with_urls = len(fields) >= 4 and all(map(_URL.match, fields[:2]))
    known = [*_URLS, *TEXTS] if with_urls else list(TEXTS)
    return [*known, *(f"column_{k}" for k in range(len(known) + 1, len(fields) + 1))]


def _moses(path: _Path, other: _Path, ids: _Path, encoding: str | None) -> Iterator[Chunk]:
    """Lines of two files side by side, and of the third where it is there."""
    names = [path, other, *([ids] if os.path.exists(ids) else [])]
    sides = [itertools.chain.from_iterable(b for _, b in read_lines(name, encoding=encoding)) for name in names]
    number = 0
    has_two = False
    while True:
        columns = [list(itertools.islice(side, CHUNK)) for side in sides]
        lengths = [len(column) for column in columns]
        if len(set(lengths)) > 1:
            short, long = names[lengths.index(min(lengths))], names[lengths.index(max(lengths))]
            what, line = f"fewer lines than {os.fspath(long)}", max(number + min(lengths), 1)
            raise InputError(what, path=short, line=line, found="its end", todo="give files of as many lines")
        if not columns[0]:
            return
        chunk: Chunk = dict(zip(TEXTS, columns[:2], strict=True))
        for k, line_of_ids in enumerate(columns[2] if len(columns) > 2 else ()):
            fields = line_of_ids.split("\t")
            if len(fields) != 4:
                found = f"{len(fields)} columns"
                todo = "give English document, Vietnamese document, English ids, Vietnamese ids, or remove the file"
                raise InputError("not four columns", path=ids, line=number + k + 1, found=found, todo=todo)
            has_two = fields[0] != fields[1] if number + k == 0 else has_two
            chunk.setdefault("doc_id", []).append(fields[0])
            if has_two:
                chunk.setdefault("trg_doc_id", []).append(fields[1])
            elif fields[0] != fields[1]:
                found = f"{fields[1][:60]!r} beside {fields[0][:60]!r}"
                todo = "name both documents in all lines, or one"
                raise InputError("two documents", path=ids, line=number + k + 1, found=found, todo=todo)
            for name, field in zip(_IDS[1:], fields[2:], strict=True):
                chunk.setdefault(name, []).append(field.replace(" ", ","))
        yield chunk
        number += lengths[0]


def _jsonl(path: _Path, encoding: str | None, tally: Tally) -> Iterator[Chunk]:
    """Objects of a JSON Lines file."""
    records: list[dict[str, Any]] = []
    for first, lines in read_lines(path, encoding=encoding):
        for number, line in enumerate(lines, first):
            if not line.strip():
                tally.skipped["empty lines"] += 1
                continue
            try:
                record = json.loads(line)
            except (ValueError, RecursionError) as error:
                found, todo = json_fault(error), "write one object a line"
                raise InputError("not JSON", path=path, line=number, found=found, todo=todo) from None
            if not isinstance(record, dict):
                found = type(record).__name__
                raise InputError("no JSON object", path=path, line=number, found=found, todo="write one object a line")
            records.append(_flat(record, path, number, tally))
            if len(records) == CHUNK:
                yield _columns_of(records)
                records = []
    if records:
        yield _columns_of(records)


def _columns_of(records: list[dict[str, Any]]) -> Chunk:
    """Records as columns; what one has not is missing."""
    names = dict.fromkeys(itertools.chain.from_iterable(records))
    return {name: [record.get(name) for record in records] for name in names}


def _flat(record: dict[str, Any], path: _Path, number: int | None, tally: Tally) -> dict[str, Any]:
    """A record with the texts under our names, taken out of a translation as Hugging Face has it."""
    inner = record.get("translation")
    texts = inner if isinstance(inner, dict) else record
    names = _text_names(texts)
    if not names:
        found, todo = ", ".join(map(str, texts)) or "none", "name the texts src_text and trg_text"
        raise InputError("no text keys", path=path, line=number, found=found, todo=todo)
    if texts is record:
        flat = {names.get(key, key): value for key, value in record.items()}
    else:
        tally.skipped["texts in other languages"] += len(texts) - 2
        pair = {name: texts[key] for key, name in names.items()}
        flat = {}
        for key, value in record.items():
            flat |= pair if key == "translation" else {key: value}
    if len(flat) != len(record) + (texts is not record):
        raise InputError("more than one text key", path=path, line=number, found=", ".join(record), todo="give one")
    return flat


def _renamed(chunk: Chunk, path: _Path, tally: Tally) -> Chunk:
    """A chunk of a Parquet file with the texts under our names."""
    inner = chunk.get("translation")
    if inner and all(isinstance(value, dict) for value in inner):
        rows = zip(*chunk.values(), strict=True)
        return _columns_of([_flat(dict(zip(chunk, row, strict=True)), path, None, tally) for row in rows])
    names = _text_names(chunk)
    columns = [names.get(name, name) for name in chunk]
    check_columns(columns, path)
    return dict(zip(columns, chunk.values(), strict=True))


# Writing --------------------------------------------------------------------------------------------------------------


def write_pairs(
    pairs: pd.DataFrame | Iterable[pd.DataFrame],
    path: _Path,
    other: _Path | None = None,
    *,
    format: OutputFormat | None = None,
    signature: str | None = None,
    guard_formulas: bool = False,
) -> dict[str, Any]:
    r"""Write pairs in any format, chunk by chunk in constant memory; docs/formats.md says what each can hold.

    Parameters
    ----------
    pairs : DataFrame or iterable of DataFrame
        With ``src_text`` and ``trg_text``. The columns are those of the first frame; filled cells of columns that come
        later are counted in ``left_out``.
    path : str or path
        The format goes by suffix: .tsv .txt .jsonl .ndjson .tmx .parquet .xlf .xliff .html .md .xlsx, with .gz or .zst
        behind those that are text. ``-`` is TSV on standard output, or `format`. It appears whole or not at all, and
        the same pairs give the same bytes.
    other : str or path, optional
        The Vietnamese file, where `path` is to be the English one (Moses).
    format : str, optional
        Where the suffix does not tell: ``moses`` (PATH.en, PATH.vi, and PATH.ids where documents or ids are known),
        ``huggingface`` (``{"translation": {"en": …, "vi": …}}``: JSON Lines or Parquet by suffix; without a suffix a
        folder with train.jsonl and its card), ``xliff2`` (2.0; .xlf is 1.2) …
    signature : str, optional
        What made the pairs, for formats with room for it. By default that of the first frame: its
        ``attrs["signature"]``, or its ``signature`` column where that has one value.
    guard_formulas : bool
        In TSV, an apostrophe before cells that a spreadsheet would run; XLSX never has formulas.

    Returns
    -------
    dict
        ``pairs``; ``replaced``: characters that the format cannot hold; ``guarded`` and ``cut`` cells; ``left_out``:
        filled cells by column that have no place in the format.

    Raises
    ------
    InputError
        If the format is unknown, a text column is missing, or the file cannot be written.
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
    kind = check_output(path, other, format)
    frames = frames_of(pairs, path=path)
    first = next(frames, None)
    told = signature
    if told is None and first is not None:
        told = _signature_of(first)
    every = itertools.chain([] if first is None else [first], frames)
    tally = Tally()
    _write(map(_chunk_of, every), path, other, kind, told or "", guard_formulas, tally)
    return tally.as_dict()


def convert_pairs(
    path: _Path,
    out: _Path,
    *,
    other: _Path | None = None,
    format: Format | None = None,
    encoding: str | None = None,
    out_other: _Path | None = None,
    out_format: OutputFormat | None = None,
    guard_formulas: bool = False,
) -> dict[str, Any]:
    r"""Read pairs in one format and write them in another, in constant memory.

    Parameters
    ----------
    path, other, format, encoding
        As for `read_pairs`.
    out, out_other, out_format, guard_formulas
        As `path`, `other` and so on for `write_pairs`.

    Returns
    -------
    dict
        What `write_pairs` counts, and ``skipped``: what the input held beside pairs, by kind.

    Raises
    ------
    InputError, MissingExtraError
        As both do.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.tsv").write_text("It rained.\tTrời mưa.\n", encoding="utf-8")
    >>> convert_pairs(folder / "a.tsv", folder / "a.tmx")["pairs"]
    1
    """
    kind = check_output(out, out_other, out_format)
    tally = Tally()
    chunks = _read(path, other, format, encoding, tally)
    first = next(chunks)
    signature = _single(first.get("signature", []))
    _write(itertools.chain([first], chunks), out, out_other, kind, signature, guard_formulas, tally)
    return tally.as_dict()


def check_output(path: _Path, other: _Path | None = None, format: str | None = None) -> OutputFormat:
    """Tell the format to be written, before any work is done; InputError for an unknown or impossible one.

    Examples
    --------
    >>> check_output("pairs.xlf.gz")
    'xliff'
    """
    name = os.fspath(path)
    if not name:
        raise InputError("no file name", todo="give a file")
    suffix = Path(bare_name(path)).suffix
    kind = format
    if other is not None:
        if format not in (None, "moses"):
            raise InputError("two files, but not Moses", path=path, found=repr(format), todo="leave one of them out")
        kind = "moses"
    if kind is None:
        kind = "tsv" if name == "-" else _SUFFIXES.get(suffix)
        if kind is None:
            todo = f"name the file with one of {' '.join(_SUFFIXES)}, or give a format: {', '.join(OUTPUT_FORMATS)}"
            raise InputError("unknown output format", path=path, found=suffix or "no suffix", todo=todo)
    if kind not in OUTPUT_FORMATS:
        todo = f"formats are {', '.join(OUTPUT_FORMATS)}"
        raise InputError("unknown output format", path=path, found=repr(format), todo=todo)
    in_parquet = kind == "huggingface" and suffix == ".parquet"
    if kind == "huggingface" and suffix not in ("", ".jsonl", ".ndjson", ".parquet"):
        todo = "name a .jsonl or a .parquet file, or a folder"
        raise InputError("not a name for Hugging Face's layout", path=path, found=suffix, todo=todo)
    if name == "-" and (kind in UNSTREAMED or kind == "moses"):
        raise InputError("not for standard output", path=path, found=f"the format {kind}", todo="give a file")
    if name.lower().endswith(PACKED) and (kind in UNSTREAMED or in_parquet):
        raise InputError("a format that packs itself", path=path, found=f"{kind}", todo="leave .gz or .zst out")
    return cast("OutputFormat", kind)


def _write(
    chunks: Iterator[Chunk],
    path: _Path,
    other: _Path | None,
    kind: str,
    signature: str,
    guard_formulas: bool,
    tally: Tally,
) -> None:
    """Write chunks in a format that has been checked."""
    about = About(VERSION, signature)
    if kind == "tsv":
        _write_tsv(chunks, path, tally, guard_formulas)
    elif guard_formulas and kind != "xlsx":
        todo = "leave it out; XLSX never has formulas"
        raise InputError("formulas are guarded in TSV only", path=path, found=kind, todo=todo)
    elif kind == "moses":
        _write_moses(chunks, _sides(path, other), tally)
    elif kind == "huggingface":
        _write_huggingface(chunks, path, about, tally)
    else:
        _WRITERS[kind](chunks, path, about, tally)


def _write_tsv(chunks: Iterator[Chunk], path: _Path, tally: Tally, guard_formulas: bool) -> None:
    """A header, then a line a pair; nothing quoted."""
    first = True
    with open_packed(path) as file:
        for columns, cells in in_columns(chunks, tally):
            if first:
                file.write(as_fields([[name] for name in columns], tally)[0] + "\n")
                first = False
            lines = as_fields(guarded(cells, tally) if guard_formulas else cells, tally)
            if lines:
                file.write("\n".join(lines) + "\n")
        if first:
            file.write("\t".join(TEXTS) + "\n")


def _write_jsonl(chunks: Iterator[Chunk], path: _Path, about: About, tally: Tally) -> None:
    """An object a line; numbers in full, lone surrogates escaped, what is missing or no number null."""
    encode = json.JSONEncoder(ensure_ascii=False, default=cell_text).encode
    with open_packed(path) as file:
        for chunk in chunks:
            tally.pairs += n_rows(chunk)
            columns = [[_json_cell(v, tally) for v in column] for column in chunk.values()]
            text = "".join(f"{encode(dict(zip(chunk, row, strict=True)))}\n" for row in zip(*columns, strict=True))
            file.write(text.encode("utf-8", "backslashreplace").decode("utf-8"))


def _json_cell(value: Any, tally: Tally) -> Any:
    """A cell as JSON can have it: null for what is missing; infinity, which it has not, is counted."""
    if isinstance(value, float) and not abs(value) < float("inf"):
        tally.replaced += value == value
        return None
    return value


def _write_moses(chunks: Iterator[Chunk], paths: tuple[_Path, _Path, _Path], tally: Tally) -> None:
    """A line a pair in two files; in the third one documents and ids, as OPUS has them, where any is known."""
    first: Chunk = next(chunks, {name: [] for name in TEXTS})
    places = [*TEXTS, *_IDS, "trg_doc_id"]
    with contextlib.ExitStack() as stack:
        en, vi = (stack.enter_context(open_packed(path)) for path in paths[:2])
        ids = stack.enter_context(open_packed(paths[2])) if any(name in first for name in _IDS) else None
        for _, cells in in_columns(itertools.chain([first], chunks), tally, places):
            for file, column in ((en, cells[0]), (vi, cells[1])):
                file.writelines(f"{line}\n" for line in as_fields([column], tally))
            if ids is not None:
                source, target = ([cell.replace(",", " ") for cell in column] for column in cells[3:5])
                documents = [b or a for a, b in zip(cells[2], cells[5], strict=True)]
                ids.writelines(f"{line}\n" for line in as_fields([cells[2], documents, source, target], tally))


def _write_huggingface(chunks: Iterator[Chunk], path: _Path, about: About, tally: Tally) -> None:
    """Pairs as translations: a file, or a folder with a file and its card."""
    names: list[str] = []

    def nested() -> Iterator[Chunk]:
        for chunk in chunks:
            pairs = [{"en": en, "vi": vi} for en, vi in zip(chunk[TEXTS[0]], chunk[TEXTS[1]], strict=True)]
            rest = {name: column for name, column in chunk.items() if name not in TEXTS}
            names.extend(name for name in ("translation", *rest) if name not in names)
            yield {"translation": pairs, **rest}

    suffix = Path(bare_name(path)).suffix
    if suffix == ".parquet":
        write_parquet(nested(), path, about, tally)
    elif suffix or os.fspath(path) == "-":
        _write_jsonl(nested(), path, about, tally)
    else:
        folder = Path(path)
        try:
            is_new = not folder.exists()
            folder.mkdir(exist_ok=True)
        except (OSError, ValueError) as error:
            raise InputError("no folder can be made", path=path, found=str(error), todo="give another path") from None
        try:
            _write_jsonl(nested(), folder / "train.jsonl", about, tally)
            write_dataset_card(folder / "README.md", names, about, tally)
        except BaseException:
            if is_new:
                shutil.rmtree(folder, ignore_errors=True)
            raise


_WRITERS: Final[Mapping[str, Writer]] = {
    "jsonl": _write_jsonl,
    "tmx": write_tmx,
    "parquet": write_parquet,
    "xliff": write_xliff,
    "xliff2": write_xliff2,
    "html": write_html,
    "markdown": write_markdown,
    "xlsx": write_xlsx,
}


def _chunk_of(frame: pd.DataFrame) -> Chunk:
    """A frame's columns as lists; None for what is missing."""
    return {str(name): cells_of(frame.iloc[:, k]) for k, name in enumerate(frame.columns)}


def _signature_of(frame: pd.DataFrame) -> str:
    """What a frame says of what made it."""
    told = frame.attrs.get("signature")
    if isinstance(told, str):
        return told
    return _single(frame["signature"].tolist()) if "signature" in frame.columns else ""


def _single(values: list[Any]) -> str:
    """The one text of a column, if there is but one."""
    return values[0] if values and isinstance(values[0], str) and set(values) == {values[0]} else ""
