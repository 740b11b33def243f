"""Records of pairs as others have them: keys for the two texts, translations within a record."""

from __future__ import annotations

import itertools
from typing import Any

from aligner.errors import FilePath, InputError
from aligner.pairs.chunks import TEXTS, Chunk, Tally
from aligner.pairs.headings import alias_pair, heading_pairs


def text_names(names: tuple[str, ...]) -> dict[str, str]:
    """Give our names for the two text keys by theirs; none where they are not there, or nothing tells them.

    Examples
    --------
    >>> text_names(("id", "en", "vi")), text_names(("en-US", "vi-VN")), text_names(("text", "label"))
    ({'en': 'src_text', 'vi': 'trg_text'}, {'en-US': 'src_text', 'vi-VN': 'trg_text'}, {})
    """
    pair = alias_pair(names) or next(iter(heading_pairs(names)), None)
    return {} if pair is None else dict(zip((names[k] for k in pair), TEXTS, strict=True))


def columns_of(records: list[dict[str, Any]]) -> Chunk:
    """Turn records into columns; what one has not is missing.

    Examples
    --------
    >>> columns_of([{"a": 1}, {"b": 2}])
    {'a': [1, None], 'b': [None, 2]}
    """
    names = dict.fromkeys(itertools.chain.from_iterable(records))
    return {name: [record.get(name) for record in records] for name in names}


def flat(record: dict[str, Any]) -> dict[str, Any]:
    """Take the texts out of a translation as Hugging Face has it: a key for each language, or a list of two.

    Examples
    --------
    >>> flat({"translation": {"en": "a", "vi": "b"}, "id": 1})
    {'en': 'a', 'vi': 'b', 'id': 1}
    """
    inner = record.get("translation")
    if not isinstance(inner, dict):
        return record
    result: dict[str, Any] = {}
    for key, value in record.items():
        result |= inner if key == "translation" else {key: value}
    return result


def named(record: dict[str, Any], tally: Tally) -> dict[str, Any] | None:
    """Give a record with the texts under our names; None for one that has them not.

    Examples
    --------
    >>> named({"translation": {"en": "a", "vi": "b", "fr": "c"}, "id": 1}, Tally())
    {'src_text': 'a', 'trg_text': 'b', 'id': 1}
    """
    inner = record.get("translation")
    texts = inner if isinstance(inner, dict) else record
    names = text_names(tuple(map(str, texts)))
    if not names:
        return None
    tally.keys = tally.keys or {name: key for key, name in names.items() if key != name}
    if texts is record:
        return {names.get(key, key): value for key, value in record.items()}
    tally.skipped["texts in other languages"] += len(texts) - 2
    pair = {name: texts[key] for key, name in names.items()}
    result: dict[str, Any] = {}
    for key, value in record.items():
        result |= pair if key == "translation" else {key: value}
    return result


def columns_under(chunk: Chunk, path: FilePath, tally: Tally, *, is_asked: bool) -> Chunk:
    """Give a chunk of columns the texts of a translation as columns of their own.

    Examples
    --------
    >>> columns_under({"translation": [{"en": "a", "vi": "b"}]}, "a.parquet", Tally(), is_asked=False)
    {'src_text': ['a'], 'trg_text': ['b']}
    """
    inner = chunk.get("translation")
    if not inner or not all(isinstance(value, dict) for value in inner):
        return chunk
    records = [dict(zip(chunk, row, strict=True)) for row in zip(*chunk.values(), strict=True)]
    found = [flat(record) if is_asked else named(record, tally) for record in records]
    whole = [record for record in found if record is not None]
    if len(whole) < len(records):
        keys, todo = ", ".join(map(str, records[0]["translation"])) or "none", "name the texts en and vi"
        raise InputError("no text keys", path=path, found=keys, todo=todo)
    return columns_of(whole)
