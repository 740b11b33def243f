"""Parquet in and out: numbers, truth values and nested cells keep their type."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any, Final

from aligner.errors import FilePath, InputError, MissingExtraError
from aligner.files.whole import open_atomic_bytes, real_path, refuse_path
from aligner.pairs.chunks import CHUNK, SURROGATES, TEXTS, Chunk, Source, Tally, Target, cell_text, fitted, n_rows
from aligner.pairs.records import columns_under
from aligner.version import TOOL

GROUP: Final = 1 << 16
"""Rows of a Parquet row group: some 20 MB of text in memory, and few enough groups to read fast."""

METADATA: Final = TOOL
"""Key of a Parquet file's own metadata: JSON with version, signature and number of pairs."""


def write_parquet(chunks: Iterator[Chunk], target: Target, tally: Tally) -> None:
    """Write pairs as Parquet, packed by Zstandard inside; numbers, truth values and nested cells keep their type.

    Columns and their types are those of the first 65,536 pairs; text read from TSV stays text. Filled cells of later
    columns are counted, and lone surrogates. Version and signature go into the metadata, with the number of pairs.

    Raises
    ------
    InputError
        If a later cell does not fit its column's type.
    MissingExtraError
        Without pyarrow.
    """
    pa, pq = _pyarrow("writing Parquet")
    schema: Any = None
    writer: Any = None
    with open_atomic_bytes(target.path) as file, contextlib.ExitStack() as stack:
        for group in _groups(chunks):
            if schema is None:
                schema = pa.schema([(name, _arrow_type(pa, values)) for name, values in group.items()])
                writer = pq.ParquetWriter(file, schema, compression="zstd")
                stack.callback(writer.close)  # while the file is open, whatever happens
            n = n_rows(group)
            tally.pairs += n
            for name in [name for name in group if name not in schema.names]:
                tally.left_out.update({name: sum(map(bool, map(cell_text, group[name])))})
            cells = [group.get(name, [None] * n) for name in schema.names]
            columns = [_arrow_column(pa, f, c, target.path, tally) for f, c in zip(schema, cells, strict=True)]
            writer.write_table(pa.table(columns, schema=schema))
        if writer is None:
            writer = pq.ParquetWriter(file, pa.schema([(name, pa.string()) for name in TEXTS]), compression="zstd")
            stack.callback(writer.close)
        told = {"version": target.version, "signature": target.signature, "pairs": tally.pairs}
        writer.add_key_value_metadata({METADATA: json.dumps(told, ensure_ascii=True)})


def _pyarrow(feature: str) -> tuple[Any, Any]:
    """The package and its part for Parquet, or the line that installs it."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise MissingExtraError(feature, package="pyarrow", extra="parquet") from None
    return pyarrow, pyarrow.parquet


def _groups(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """Chunks joined to row groups."""
    group: Chunk = {}
    n = 0
    for chunk in chunks:
        rows = n_rows(chunk)
        for name in dict.fromkeys([*group, *chunk]):
            group.setdefault(name, [None] * n).extend(chunk.get(name, [None] * rows))
        n += rows
        if n >= GROUP:
            yield group
            group, n = {}, 0
    if group:
        yield group


def _arrow_type(pa: Any, values: list[Any]) -> Any:
    """Type of a column by its cells; text where they are of several kinds, or none is there."""
    kinds = {type(value) for value in values} - {type(None)}
    # As Hugging Face has a pair, in all cells.
    if kinds == {dict} and all(value is not None and set(value) == {"en", "vi"} for value in values):
        return pa.struct([("en", pa.string()), ("vi", pa.string())])
    if kinds == {bool}:
        return pa.bool_()
    if kinds == {int} and all(value is None or -(2**63) <= value < 2**63 for value in values):
        return pa.int64()
    if kinds and kinds <= {int, float}:
        return pa.float64()
    return pa.string()


def _arrow_column(pa: Any, field: Any, values: list[Any], path: FilePath, tally: Tally) -> Any:
    """A column of the file's type."""
    if field.type == pa.string():
        cells = [value if value is None or isinstance(value, str) else _plain(value) for value in values]
        try:
            return pa.array(cells, field.type)
        except UnicodeEncodeError:
            return pa.array([None if c is None else fitted(c, SURROGATES, tally) for c in cells], field.type)
    if pa.types.is_struct(field.type):
        values = [
            {side: fitted(cell_text(text), SURROGATES, tally) for side, text in value.items()} for value in values
        ]
    try:
        return pa.array(values, field.type)
    except (pa.ArrowException, TypeError, OverflowError, ValueError) as error:
        what = f"a cell of column {field.name} that is no {field.type}"
        todo = "give the column one type, or make it text"
        raise InputError(what, path=path, found=str(error)[:100], todo=todo) from None


def _plain(value: object) -> str:
    """A number in full, others as in TSV."""
    return repr(value) if isinstance(value, (int, float)) else cell_text(value)


def read_parquet(source: Source, tally: Tally) -> Iterator[Chunk]:
    """Read the columns of a Parquet file, chunk by chunk.

    It must be a file that can be sought in, neither standard input nor packed, and has no encoding to be named. Cells
    are as Python has them; texts in other languages are skipped.

    Raises
    ------
    InputError
        If the file is missing or no whole Parquet file.
    MissingExtraError
        Without pyarrow.

    Examples
    --------
    >>> next(read_parquet(Source("no/such/file.parquet"), Tally()))  # doctest: +SKIP
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: no/such/file.parquet: no such file; check the path
    """
    path = source.path
    if source.encoding is not None:
        raise InputError("Parquet has no encoding", path=path, found=repr(source.encoding), todo="leave encoding out")
    pa, pq = _pyarrow("reading Parquet")
    try:
        with open(real_path(path), "rb") as file, pq.ParquetFile(file, pre_buffer=False) as parquet:
            names = parquet.schema_arrow.names
            if len(set(names)) < len(names):
                twice = next(name for name in names if names.count(name) > 1)
                raise InputError(f"more than one column {twice}", path=path, todo="give each a name of its own")
            _refuse_bytes(pa, parquet.schema_arrow, path)
            tally.signature = _signature(parquet.metadata.metadata)
            for batch in parquet.iter_batches(batch_size=CHUNK):
                columns = {name: column.to_pylist() for name, column in zip(names, batch.columns, strict=True)}
                yield columns_under(columns, path, tally, is_asked=source.columns is not None)
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        refuse_path(error, path, "cannot be opened")
    except (pa.ArrowException, OSError, ValueError) as error:
        found = " ".join(str(error).split())[:100]
        raise InputError("not a whole Parquet file", path=path, found=found, todo="write it again") from None


def _refuse_bytes(pa: Any, schema: Any, path: FilePath) -> None:
    """Refuse columns of bytes, as Arrow calls those that say no encoding: which text they are is for their maker."""
    kinds = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary)
    for field in schema:
        if any(is_kind(field.type) for is_kind in kinds):
            todo = "write it as text, as column.cast(pyarrow.string())"
            raise InputError(f"column {field.name} holds bytes, no text", path=path, found=str(field.type), todo=todo)


def _signature(metadata: dict[bytes, bytes] | None) -> str:
    """What our own metadata says of what made the pairs; nothing in a file of others."""
    try:
        told = json.loads((metadata or {})[METADATA.encode()])
    except (KeyError, ValueError, RecursionError):
        return ""
    found = told.get("signature", "") if isinstance(told, dict) else ""
    return found if isinstance(found, str) else ""
