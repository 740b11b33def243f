"""JSON Lines in and out: an object a line, with the types of its cells."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from aligner.errors import InputError
from aligner.files.streams import open_packed, read_lines
from aligner.pairs.chunks import CHUNK, Chunk, Source, Tally, Target, cell_text, json_fault, n_rows
from aligner.pairs.records import columns_of, flat
from aligner.pairs.sidecars import beside, read_signature


def read_jsonl(source: Source, tally: Tally) -> Iterator[Chunk]:
    """Read the objects of a JSON Lines file, with the texts in them or in a translation; empty lines are counted.

    Raises
    ------
    InputError
        If a line is no object, or has no texts; says which line.
    """
    path = source.path
    tally.signature = read_signature(path, tally)
    records: list[dict[str, Any]] = []
    for first, lines in read_lines(path, encoding=source.encoding):
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
            records.append(flat(record, path, number, tally))
            if len(records) == CHUNK:
                yield columns_of(records)
                records = []
    if records:
        yield columns_of(records)


def write_jsonl(chunks: Iterator[Chunk], target: Target, tally: Tally) -> None:
    """Write an object a line; numbers in full, lone surrogates escaped, what is missing or no number null.

    Examples
    --------
    >>> write_jsonl(iter([{"src_text": ["a"], "trg_text": ["b"]}]), Target("-"), Tally())
    {"src_text": "a", "trg_text": "b"}
    """
    encode = json.JSONEncoder(ensure_ascii=False, default=cell_text).encode
    with beside(target, tally), open_packed(target.path) as file:
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
