"""Files of pairs from anywhere, read and scored in chunks of constant memory: TSV, Moses, JSON Lines, TMX."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Literal, cast

from aligner.errors import InputError
from aligner.evidence.names.table import NameTable
from aligner.exchange.files import open_atomic
from aligner.exchange.tables import fit_field
from aligner.scoring.model import QualityModel
from aligner.scoring.scores import CHUNK, TEXTS, check_columns, score_pairs

if TYPE_CHECKING:
    import pandas as pd
    from lxml.etree import _Element

_Path = str | os.PathLike[str]
PairFormat = Literal["tsv", "jsonl", "tmx"]

FORMATS: Final = ("tsv", "jsonl", "tmx")
"""Formats of one file with both sides; two plain files are Moses."""

_SUFFIXES: Final[Mapping[str, PairFormat]] = {
    ".tsv": "tsv",
    ".txt": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".tmx": "tmx",
}
_ALIASES: Final = (("src_text", "trg_text"), ("source", "target"), ("src", "trg"), ("src", "tgt"), ("en", "vi"))
"""Names of the two text columns that a header or a record may have."""

_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"


def read_pairs(path: _Path, other: _Path | None = None, *, format: PairFormat | None = None) -> Iterator[pd.DataFrame]:
    """Read a file of pairs, chunk by chunk.

    Parameters
    ----------
    path : str or path
        TSV (with a header that names the text columns, or without one: English, Vietnamese, and whatever follows),
        JSON Lines or TMX, by suffix; with ``.gz`` behind it, unpacked on the way. ``-`` is TSV on standard input.
    other : str or path, optional
        The Vietnamese file, where the two sides stand in two files line by line (Moses).
    format : {"tsv", "jsonl", "tmx"}, optional
        Where the suffix does not tell.

    Yields
    ------
    pandas.DataFrame
        With ``src_text``, ``trg_text`` and the other columns, all text as it stands: 'NA' and 'null' are words.

    Raises
    ------
    InputError
        If a line is not UTF-8, has too few columns or is no JSON object (says which line), a text column is missing,
        the two files differ in length, or a TMX file declares entities or has no English and Vietnamese side.

    Examples
    --------
    >>> next(read_pairs("no/such/file.tsv"))
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: no/such/file.tsv: no such file; check the path
    """
    import pandas as pd

    kind = "moses" if other is not None else format if format is not None else _format_of(path)
    rows: Iterator[dict[str, Any]]
    if kind == "moses":
        assert other is not None
        rows = _moses(path, other)
    elif kind in FORMATS:
        rows = {"tsv": _tsv, "jsonl": _jsonl, "tmx": _tmx}[kind](path)
    else:
        raise InputError("unknown format", path=path, found=repr(format), todo=f"formats are {', '.join(FORMATS)}")
    empty = True
    while chunk := list(itertools.islice(rows, CHUNK)):
        empty = False
        yield pd.DataFrame(chunk, columns=list(dict.fromkeys(itertools.chain.from_iterable(chunk))))
    if empty:
        raise InputError("no pairs", path=path, todo="give a file with at least one")


def _format_of(path: _Path) -> PairFormat:
    """The format that the suffix tells."""
    name = os.fspath(path).lower().removesuffix(".gz")
    if name == "-":
        return "tsv"
    suffix = Path(name).suffix
    if suffix not in _SUFFIXES:
        todo = "name it .tsv, .jsonl or .tmx, give format=, or give the Vietnamese file too"
        raise InputError("unknown format", path=path, found=suffix or "no suffix", todo=todo)
    return _SUFFIXES[suffix]


def _open(name: str) -> IO[bytes]:
    """The file, unpacked where its name says so."""
    return cast("IO[bytes]", gzip.open(name)) if name.lower().endswith(".gz") else open(name, "rb")


@contextlib.contextmanager
def _opened(path: _Path) -> Iterator[IO[bytes]]:
    """A file's bytes, unpacked; what the system says is put into words."""
    name = os.fspath(path)
    try:
        if name == "-":
            yield sys.stdin.buffer
        else:
            with contextlib.closing(_open(name)) as file:
                yield file
    except FileNotFoundError:
        raise InputError("no such file", path=path, todo="check the path") from None
    except IsADirectoryError:
        raise InputError("this is a folder", path=path, todo="give a file") from None
    except PermissionError:
        raise InputError("no permission", path=path, todo="change it or give another path") from None
    except (EOFError, gzip.BadGzipFile) as error:
        raise InputError("not a whole gzip file", path=path, found=str(error), todo="pack it again") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise InputError("cannot be opened", path=path, found=str(error), todo="check the path") from None


def _lines(path: _Path) -> Iterator[tuple[int, str]]:
    """Numbered lines, without their ends and the byte order mark; only line feeds end a line."""
    with _opened(path) as file:
        for number, line in enumerate(file, 1):
            if number == 1:
                if line.startswith((b"\xff\xfe", b"\xfe\xff")):
                    raise InputError("not UTF-8", path=path, found="UTF-16", todo="save it as UTF-8")
                line = line.removeprefix(b"\xef\xbb\xbf")
            try:
                text = line.decode("utf-8")
            except UnicodeDecodeError as error:
                found = f"byte {line[error.start]:02X} at byte {error.start} of the line"
                raise InputError("not UTF-8", path=path, line=number, found=found, todo="save it as UTF-8") from None
            yield number, text.removesuffix("\n").removesuffix("\r")


def _tsv(path: _Path) -> Iterator[dict[str, Any]]:
    """Rows of a TSV file."""
    columns: list[str] | None = None
    for number, line in _lines(path):
        fields = line.split("\t")
        if columns is None:
            names = _named(fields, path)
            columns = names or [*TEXTS, *(f"column_{k}" for k in range(3, len(fields) + 1))]
            if names:
                continue
        if len(fields) < min(2, len(columns)) or len(fields) < len(columns):
            found = f"{len(fields)} of {len(columns)} columns"
            raise InputError("too few tabs", path=path, line=number, found=found, todo="separate the columns by tabs")
        if len(fields) > len(columns):
            found = f"{len(fields)} columns for {len(columns)}"
            raise InputError("too many tabs", path=path, line=number, found=found, todo="remove tabs inside texts")
        yield dict(zip(columns, fields, strict=True))


def _named(fields: list[str], path: _Path) -> list[str]:
    """The names of the columns if this is a header; nothing if it is a pair."""
    lowered = [field.strip().lower() for field in fields]
    for source, target in _ALIASES:
        if source in lowered and target in lowered:
            names = [{source: TEXTS[0], target: TEXTS[1]}.get(name, fields[k]) for k, name in enumerate(lowered)]
            check_columns(names, path)
            return names
    if any(text in lowered for text in TEXTS):
        check_columns(fields, path)
    if len(fields) < 2:
        raise InputError("too few tabs", path=path, line=1, found="1 column", todo="give English, a tab, Vietnamese")
    return []


def _moses(path: _Path, other: _Path) -> Iterator[dict[str, Any]]:
    """Lines of two files, side by side."""
    sides = _lines(path), _lines(other)
    number = 0
    for number, (source, target) in enumerate(itertools.zip_longest(*sides), 1):
        if source is None or target is None:
            short, long = (path, other) if source is None else (other, path)
            what = f"fewer lines than {os.fspath(long)}"
            raise InputError(what, path=short, line=number - 1, found="its end", todo="give files of as many lines")
        yield {TEXTS[0]: source[1], TEXTS[1]: target[1]}


def _jsonl(path: _Path) -> Iterator[dict[str, Any]]:
    """Objects of a JSON Lines file."""
    for number, line in _lines(path):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            todo = "write one object a line"
            raise InputError("not JSON", path=path, line=number, found=str(error)[:100], todo=todo) from None
        if not isinstance(record, dict):
            found = type(record).__name__
            raise InputError("no JSON object", path=path, line=number, found=found, todo="write one object a line")
        inner = record.get("translation")  # as Hugging Face has it
        texts = inner if isinstance(inner, dict) else record
        for source, target in _ALIASES:
            if source in texts and target in texts:
                rest = {k: v for k, v in record.items() if k not in (source, target, "translation")}
                yield {TEXTS[0]: texts[source], TEXTS[1]: texts[target], **rest}
                break
        else:
            found = ", ".join(map(str, texts)) or "none"
            todo = "name the texts src_text and trg_text"
            raise InputError("no text keys", path=path, line=number, found=found, todo=todo)


def _tmx(path: _Path) -> Iterator[dict[str, Any]]:
    """Translation units with an English and a Vietnamese variant; the tree is thrown away as it is read."""
    from lxml import etree

    units = pairs = 0
    languages: Counter[str] = Counter()
    with _opened(path) as file:
        events = etree.iterparse(
            file,
            events=("start", "end"),
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            for k, (event, element) in enumerate(events):
                if k == 0:
                    _check_root(element, path)
                if event != "end" or _name(element) != "tu":
                    continue
                units += 1
                texts = _variants(element, path)
                languages.update(texts.keys())
                if "en" in texts and "vi" in texts:
                    pairs += 1
                    yield {TEXTS[0]: texts["en"], TEXTS[1]: texts["vi"]}
                element.clear()
                parent = element.getparent()
                while parent is not None and element.getprevious() is not None:
                    del parent[0]
        except etree.XMLSyntaxError as error:
            found = re.sub(", line [0-9]+, column [0-9]+.*$", "", str(error))[:200]
            raise InputError(
                "not well-formed XML", path=path, line=error.lineno or None, found=found, todo="save it as XML again"
            ) from None
    if not pairs:
        shown = ", ".join(sorted(languages)) or "none"
        found = f"{units} units, languages {shown}"
        raise InputError("no unit with English and Vietnamese", path=path, found=found, todo="give a TMX with both")


def _check_root(root: _Element, path: _Path) -> None:
    """Refuse declared entities, which could stand for anything, and XML that is no TMX."""
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(True for _ in dtd.iterentities()):
        todo = "write the characters themselves and remove the declarations"
        raise InputError("entities declared in the DOCTYPE", path=path, found="<!ENTITY", todo=todo)
    if _name(root) != "tmx":
        raise InputError("XML, but not TMX", path=path, found=f"the root <{_name(root)[:60]}>", todo="give a TMX file")


def _name(element: _Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _variants(unit: _Element, path: _Path) -> dict[str, str]:
    """Texts of a unit by language ('en' for 'en-US'), the first of each; inner marks of TMX left out."""
    from lxml import etree

    found: dict[str, str] = {}
    for variant in unit.iter("{*}tuv"):
        lang = (variant.get(_XML_LANG) or variant.get("lang") or "").lower().replace("_", "-").split("-")[0]
        segment = next(variant.iter("{*}seg"), None)
        if segment is None or not lang:
            continue
        for entity in segment.iter(etree.Entity):
            raise InputError("an entity in a segment", path=path, line=segment.sourceline, found=str(entity.text),
                             todo="write the character itself")  # fmt: skip
        inline = {"bpt", "ept", "ph", "it", "ut"}
        parts = [segment.text or ""]
        for child in segment:
            parts.append("" if _name(child) in inline else "".join(child.itertext()))
            parts.append(child.tail or "")
        found.setdefault(lang, " ".join("".join(parts).split()))
    return found


def score_file(
    path: _Path,
    out: _Path,
    *,
    other: _Path | None = None,
    format: PairFormat | None = None,
    threshold: str | float = "balanced",
    features: bool = False,
    rules: Iterable[str] | None = None,
    kept_only: bool = False,
    glossary: NameTable | None = None,
    model: QualityModel | None = None,
) -> dict[str, Any]:
    r"""Score a file of pairs into another one, in constant memory.

    Parameters
    ----------
    path, other, format
        As for `read_pairs`.
    out : str or path
        TSV, or JSON Lines for ``.jsonl``; ``-`` is TSV on standard output. It appears whole or not at all. Its columns
        are those of the first chunk's, with what `score_pairs` gives behind them.
    threshold, features, rules, glossary, model
        As for `score_pairs`.
    kept_only : bool
        Write only the pairs that are kept; the others are counted all the same.

    Returns
    -------
    dict
        ``pairs``, ``kept``, ``rules`` and ``reasons`` (rows by rule and by code), ``replaced`` (characters that TSV
        cannot hold), ``threshold``, ``signature``.

    Raises
    ------
    InputError
        As `read_pairs` and `score_pairs` do, and if the file cannot be written.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.tsv").write_text("Thank you very much.\tCảm ơn bạn rất nhiều.\n", encoding="utf-8")
    >>> score_file(folder / "a.tsv", folder / "b.tsv")["pairs"]
    1
    """
    is_jsonl = os.fspath(out).lower().endswith((".jsonl", ".ndjson"))
    if not is_jsonl and os.fspath(out) != "-" and not os.fspath(out).lower().endswith((".tsv", ".txt")):
        raise InputError("unknown output format", path=out, todo="name the file OUT.tsv or OUT.jsonl")
    total: dict[str, Any] = {"pairs": 0, "kept": 0, "rules": Counter(), "reasons": Counter(), "replaced": 0}
    chosen = None if rules is None else list(rules)
    columns: list[str] = []
    with open_atomic(out) as file:
        for chunk in read_pairs(path, other, format=format):
            scored = score_pairs(
                chunk, threshold=threshold, features=features, rules=chosen, glossary=glossary, model=model
            )
            is_kept = scored["decision"] == "keep"
            total["pairs"] += len(scored)
            total["kept"] += int(is_kept.sum())
            total["rules"].update(scored.attrs["rules"])
            for reasons in scored["reasons"]:
                total["reasons"].update([reason.split(":")[0] for reason in reasons.split(";") if reason])
            total |= {key: scored.attrs[key] for key in ("threshold", "signature")}
            rows = scored[is_kept] if kept_only else scored
            if is_jsonl:
                file.writelines(_record(row) for row in rows.to_dict("records"))
                continue
            if not columns:
                columns = list(map(str, scored.columns))
                file.write("\t".join(fit_field(name)[0] for name in columns) + "\n")
            for row in rows.reindex(columns=columns).itertuples(index=False, name=None):
                fields = [fit_field(_shown(value)) for value in row]
                total["replaced"] += sum(count for _, count in fields)
                file.write("\t".join(text for text, _ in fields) + "\n")
    for key in ("rules", "reasons"):
        total[key] = dict(total[key])
    return total


def _shown(value: object) -> str:
    """A cell as TSV has it: numbers with four decimals, what is missing as nothing."""
    if isinstance(value, float):
        return "" if value != value else f"{value:.4f}"
    return "" if value is None else str(value)


def _record(row: Mapping[Any, Any]) -> str:
    """A row as a line of JSON; numbers with four decimals, lone surrogates escaped."""
    cells = {str(k): round(float(v), 4) if isinstance(v, float) else v for k, v in row.items()}
    cells = {k: None if isinstance(v, float) and v != v else v for k, v in cells.items()}
    text = json.dumps(cells, ensure_ascii=False, default=str)
    return text.encode("utf-8", "backslashreplace").decode("utf-8") + "\n"
