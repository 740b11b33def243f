"""Kinds of bad input, a row each, and every way into every verb: what `python -m tests.fuzz --only inputs` tries.

What is promised of each call: status 0 or 2 and no traceback; with 2 one line on standard error, no longer than a
screen, and nothing written; with 0 what was asked for, and no line of a table gone untold; never a temporary file, a
changed input, an open file, or no end.
"""

from __future__ import annotations

import codecs
import contextlib
import functools
import gc
import gzip
import io
import itertools
import json
import multiprocessing
import os
import random
import re
import shutil
import signal
import socket
import stat
import struct
import sys
import tempfile
import threading
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from tqdm import tqdm

import aligner
from aligner.cli import main
from tests import made_pdf, office_files
from tests.commands import run, run_process

EN: Final = (
    "The ferry leaves at seven.",
    "A ticket costs 3,000 dong.",
    "Nobody was late on Monday.",
    "It rained all day.",
)
VI: Final = ("Phà rời bến lúc bảy giờ.", "Một vé giá 3.000 đồng.", "Thứ hai không ai đến muộn.", "Trời mưa cả ngày.")
ARTICLE: Final = "".join(f"{en}\n\n• {vi}\n\n" for en, vi in zip(EN, VI, strict=True))
ROWS: Final = "".join(f"{en}\t{vi}\n" for en, vi in zip(EN, VI, strict=True))
TABLE: Final = "src_text\ttrg_text\n" + ROWS

LONGEST: Final = 1400
"""Characters of a message: what, where and found are cut at 300 each, and what to do may list formats."""

# Good files, to be broken ---------------------------------------------------------------------------------------------


@functools.cache
def good() -> Mapping[str, bytes]:
    """A good file of every kind that is read, by suffix."""
    found: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "a.tsv").write_text(TABLE, "utf-8")
        for suffix in (".csv", ".jsonl", ".tmx", ".xlf", ".parquet", ".xlsx"):
            aligner.convert_pairs(folder / "a.tsv", folder / f"b{suffix}")
            found[suffix] = (folder / f"b{suffix}").read_bytes()
        aligner.write_glossary(aligner.align(" ".join(EN), " ".join(VI)).name_table, folder / "g.tbx")
        found[".tbx"] = (folder / "g.tbx").read_bytes()
    pairs = list(zip(EN, VI, strict=True))
    entries = [
        ('""', '"Language: vi\\nContent-Type: text/plain; charset=UTF-8\\n"'),
        *((f'"{a}"', f'"{b}"') for a, b in pairs),
    ]
    found[".po"] = "\n".join(f"msgid {a}\nmsgstr {b}\n" for a, b in entries).encode()
    found[".mo"] = _mo(pairs)
    messages = "".join(f"<message><source>{a}</source><translation>{b}</translation></message>" for a, b in pairs)
    found[".ts"] = (
        f'<!DOCTYPE TS><TS version="2.1" language="vi"><context><name>M</name>{messages}</context></TS>'.encode()
    )
    found[".json"] = json.dumps(
        {"en": {f"k{k}": a for k, a in enumerate(EN)}, "vi": {f"k{k}": b for k, b in enumerate(VI)}}
    ).encode()
    found[".yml"] = (
        "en:\n"
        + "".join(f'  k{k}: "{a}"\n' for k, a in enumerate(EN))
        + "vi:\n"
        + "".join(f'  k{k}: "{b}"\n' for k, b in enumerate(VI))
    ).encode()
    found[".arb"] = json.dumps({f"k{k}": b for k, b in enumerate(VI)}).encode()
    found[".properties"] = "".join(f"k{k} = {b}\n" for k, b in enumerate(VI)).encode()
    found[".strings"] = "".join(f'"k{k}" = "{b}";\n' for k, b in enumerate(VI)).encode()
    found[".xml"] = (
        "<resources>" + "".join(f'<string name="k{k}">{b}</string>' for k, b in enumerate(VI)) + "</resources>"
    ).encode()
    found[".resx"] = (
        "<root>" + "".join(f'<data name="k{k}"><value>{b}</value></data>' for k, b in enumerate(VI)) + "</root>"
    ).encode()
    found[".xcstrings"] = json.dumps(
        {
            "sourceLanguage": "en",
            "version": "1.0",
            "strings": {
                a: {"localizations": {"vi": {"stringUnit": {"state": "translated", "value": b}}}} for a, b in pairs
            },
        }
    ).encode()
    cues = [f"{k}\n00:00:0{k},000 --> 00:00:0{k},900\n{a}\n{b}\n" for k, (a, b) in enumerate(pairs, 1)]
    found[".srt"] = "\n".join(cues).encode()
    found[".vtt"] = ("WEBVTT\n\n" + "\n".join(cues).replace(",", ".")).encode()
    found[".ass"] = (
        "[Script Info]\n[Events]\nFormat: Start, End, Text\n"
        + "".join(f"Dialogue: 0:00:0{k}.00,0:00:0{k}.90,{b}\n" for k, b in enumerate(VI))
    ).encode()
    found[".html"] = (
        "<!DOCTYPE html><html><body>" + "".join(f"<p>{a}</p><p>{b}</p>" for a, b in pairs) + "</body></html>"
    ).encode()
    found[".md"] = ("# Ferries\n\n" + ARTICLE).encode()
    found[".docx"] = office_files.docx(
        "".join(office_files.wp(office_files.wr(text)) for pair in pairs for text in pair)
    )
    found[".pptx"] = office_files.pptx([office_files.shape(*pair) for pair in pairs])
    found[".odt"] = office_files.odt("".join(f"<text:p>{text}</text:p>" for pair in pairs for text in pair))
    found[".epub"] = office_files.epub(
        {"a.xhtml": office_files.page("".join(f"<p>{a}</p><p>{b}</p>" for a, b in pairs))}
    )
    found[".rtf"] = office_files.rtf(
        "".join(f"{office_files.rtf_text(text)}\\par\n" for pair in pairs for text in pair)
    )
    found[".pdf"] = made_pdf.pdf([made_pdf.lines([text for pair in pairs for text in pair])])
    found[".npy"] = _npy(np.eye(4, dtype=np.float32))
    found[".gold"] = b"[0]:[0]\n[1]:[1]\n[2]:[2]\n[3]:[3]\n"
    return found | {".tsv": TABLE.encode(), ".txt": ARTICLE.encode()}


def _mo(pairs: Sequence[tuple[str, str]]) -> bytes:
    texts = [("", "Content-Type: text/plain; charset=UTF-8\n"), *sorted(pairs)]
    n, at, places, data = len(texts), 28 + 16 * len(texts), [[], []], b""  # type: ignore[var-annotated]
    for side in (0, 1):
        for pair in texts:
            raw = pair[side].encode()
            places[side] += [len(raw), at + len(data)]
            data += raw + b"\0"
    return (
        struct.pack("<7I", 0x950412DE, 0, n, 28, 28 + 8 * n, 0, 0)
        + struct.pack(f"<{4 * n}I", *places[0], *places[1])
        + data
    )


def _npy(array: Any, **options: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, **options)
    return buffer.getvalue()


def _zip(parts: Mapping[str, str | bytes]) -> bytes:
    return office_files.archive(parts)


def _doubled_zip(data: bytes, name: str) -> bytes:
    """An archive that has one name twice."""
    buffer = io.BytesIO(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(buffer, "a") as packed:
            packed.writestr(name, "<other/>")
    return buffer.getvalue()


# Kinds ----------------------------------------------------------------------------------------------------------------

Make = Callable[[Path], None]


@dataclass(frozen=True)
class Kind:
    """A kind of bad input.

    Attributes
    ----------
    name : str
        What is wrong.
    file : str
        What the file is called; its suffix is what a verb goes by.
    make : callable
        Makes it at a path.
    data : bytes, optional
        What is in it, where it is a plain file: this may come from standard input as well.
    given : str, optional
        What is said in the command, where that is not the file's path.
    is_pipe : bool
        Whether somebody must write into it while it is read.
    """

    name: str
    file: str
    make: Make
    data: bytes | None = None
    given: str | None = None
    is_pipe: bool = False


def _file(name: str, file: str, data: bytes | str) -> Kind:
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    return Kind(name, file, lambda path: _put(path, raw), raw)


def _put(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _broken() -> Iterator[Kind]:
    """Every kind of good file: cut, with noise, with a NUL, twice, empty, of another suffix."""
    rng = random.Random(5)
    for suffix, data in good().items():
        n, label = len(data), suffix[1:]
        yield _file(f"{label}, cut in half", f"cut{suffix}", data[: n // 2])
        yield _file(f"{label}, noise in it", f"noise{suffix}", data[: n // 3] + rng.randbytes(40) + data[n // 3 + 40 :])
        yield _file(f"{label}, a NUL in it", f"nul{suffix}", data[: n // 2] + b"\0" + data[n // 2 :])
        yield _file(f"{label}, twice", f"twice{suffix}", data + data)
        yield _file(f"{label}, its first bytes gone", f"headless{suffix}", data[7:])
        yield _file(f"{label}, no bytes", f"empty{suffix}", b"")
        for other in {
            ".tsv": (".txt", ".docx", ".tmx", ".parquet", ".npy", ".json", ".gold"),
            ".txt": (".tsv", ".jsonl", ".pdf", ".xlsx", ".tbx", ".srt"),
        }.get(suffix, (".tsv", ".txt")):
            yield _file(f"{label}, called {other[1:]}", f"other{other}", data)


ENCODINGS: Final = (
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "utf-7",
    "cp1258",
    "cp1252",
    "latin-1",
    "shift_jis",
    "gb18030",
    "cp037",
    "koi8-r",
    "utf-8-sig",
)


def _encoded() -> Iterator[Kind]:
    """Texts and tables in all kinds of bytes."""
    for file, text in (("a.txt", ARTICLE), ("a.tsv", TABLE), ("a.csv", "en,vi\n" + ROWS.replace("\t", ","))):
        for name in ENCODINGS:
            yield _file(f"{file[2:]} in {name}", file, text.encode(name, "replace"))
        raw = text.encode()
        for what, data in (
            ("UTF-8 and cp1258 mixed", raw + "Thành phố".encode("cp1258", "replace")),
            ("cut within a letter", raw.rstrip(b"\n")[:-2]),
            ("overlong UTF-8", raw + b"\xc0\xaf\xe0\x80\xaf"),
            ("CESU-8", raw + b"\xed\xa0\xbd\xed\xb8\x80\n"),
            ("a byte order mark alone", codecs.BOM_UTF8),
            ("two byte order marks", codecs.BOM_UTF8 * 2 + raw),
            ("a byte order mark inside", raw[:40] + codecs.BOM_UTF8 + raw[40:]),
            ("UTF-16, a byte short", text.encode("utf-16")[:-1]),
            ("one byte", b"a"),
            ("one line feed", b"\n"),
            ("one NUL", b"\0"),
            ("white space alone", b" \t \r\n\n \n"),
            ("carriage returns alone", text.replace("\n", "\r").encode()),
            ("line separators alone", text.replace("\n", "\u2028").encode()),
            ("every byte", bytes(range(256)) * 8),
            ("all of it 0xFF", b"\xff" * 600),
            ("controls", text.replace(" ", "\x01").encode()),
            ("bidi marks", text.replace(" ", "\u202e \u2066").encode()),
            ("one line of 200,000 letters", b"x" * 200_000 + b"\n"),
            ("lone surrogates, as Python passes them", "Ti\ud800ng\tV\udfff\n".encode("utf-8", "surrogatepass")),
        ):
            yield _file(f"{file[2:]}, {what}", file, data)


def _tables() -> Iterator[Kind]:
    """Tables and records of pairs that are not what they should be."""
    head = "src_text\ttrg_text"
    for what, text in {
        "a header alone": f"{head}\n",
        "a header without a text": "src_text\tquality\nHi.\t0.5\n",
        "a header with a name twice": "src_text\ttrg_text\tsrc_text\na\tb\tc\n",
        "a header of empty names": "\t\t\n" + "a\tb\tc\n" * 3,
        "a header of 5,000 columns": "\t".join(f"c{k}" for k in range(5000)) + "\n",
        "rows of no cells": f"{head}\n\n\n\n",
        "rows too short": f"{head}\n" + "alone\n" * 5,
        "rows too long": f"{head}\n" + "a\tb\tc\td\n" * 5,
        "rows of all lengths": f"{head}\n" + "".join("x\t" * k + "y\n" for k in range(9)),
        "one column": "Hello.\nGood morning.\n",
        "both columns English": "It rained.\tWe stayed at home all day.\n" * 9,
        "sides that change": "".join(f"{a}\t{b}\n{b}\t{a}\n" for a, b in zip(EN, VI, strict=True)),
        "quality of words": f"{head}\tquality\n" + "a\tb\tgood\n" * 3,
        "quality out of range": f"{head}\tquality\n" + "a\tb\t7\n" * 3,
        "quality not a number": f"{head}\tquality\n" + "a\tb\tnan\n" * 3,
        "quality infinite": f"{head}\tquality\n" + "a\tb\tinf\n" * 3,
        "probability below 0": f"{head}\tprobability\n" + "a\tb\t-0.1\n" * 3,
        "an unknown decision": f"{head}\tdecision\n" + "a\tb\tmaybe\n" * 3,
        "ids twice": f"{head}\tpair_id\n" + "a\tb\tx1\n" * 3,
        "ids of nobody": f"{head}\tpair_id\n" + "a\tb\tnobody\n",
        "ids empty": f"{head}\tpair_id\n" + "a\tb\t\n" * 2,
        "offsets of words": f"{head}\tsrc_start\tsrc_end\n" + "a\tb\tone\ttwo\n" * 2,
        "numbers of sentences of words": f"{head}\tsrc_ids\ttrg_ids\n" + "a\tb\tx\ty\n" * 2,
        "numbers of sentences below 0": f"{head}\tsrc_ids\ttrg_ids\n" + "a\tb\t-1\t0\n" * 2,
        "numbers of sentences beyond all": f"{head}\tsrc_ids\ttrg_ids\n" + f"a\tb\t{'9' * 30}\t0\n" * 2,
        "a cell of a million letters": f"{head}\n{'x' * 1_000_000}\tb\n",
        "quotes that never end": f'{head}\n"a\tb\n"c\td\n',
        "quotes within quotes": f'{head}\n"a ""b"" c"\t"""""\n',
        "formulas": f"{head}\n=1+1\t@SUM(A1)\n",
        "empty texts": f"{head}\tid\n\t\t1\n\t\t2\n",
        "one text each": f"{head}\n" + "Hi.\t\n\tChào.\n" * 2,
        "words for nothing": f"{head}\nnull\tNA\nnan\tNone\n",
        "line separators in cells": f"{head}\na\u2028b\tc\x85d\n",
        "old Macs' line ends in some lines": f"{head}\na\tb\rc\td\n",
        "subtitles": "1\n00:00:01,000 --> 00:00:02,000\nHi.\n",
        "code": "x = 1;\n}\n{\nreturn x;\n",
        "head lines of Anki alone": "#separator:tab\n#html:true\n",
        "an unknown separator": "#separator:klingon\na\tb\n",
        "a manifest of paths that are not there": "en\tvi\nno/such.txt\tno/such.vi\n",
        "a manifest of paths outside": "id\ten\tvi\nx\t/etc/../etc/hostname\t../../../etc/hostname\n",
        "a manifest of folders": "en\tvi\n.\t..\n",
        "a manifest of unknown columns": "en\tvi\tcolour\na.txt\tb.txt\tred\n",
        "a manifest with a NUL escaped": "en\tvi\n\\0\t%00\n",
        "names of a glossary on one side": "en\tvi\nHanoi\t\n\tHà Nội\n",
    }.items():
        yield _file(f"tsv, {what}", "a.tsv", text)
        if "\t" in text and len(text) < 1000:
            yield _file(f"csv, {what}", "a.csv", text.replace("\t", ","))
    for what, text in {
        "a list": "[]\n",
        "numbers": "1\n2\n",
        "null": "null\n",
        "no keys": "{}\n{}\n",
        "one key": '{"en": "a"}\n' * 3,
        "texts that are numbers": '{"en": 1, "vi": 2}\n',
        "texts that are lists": '{"en": ["a"], "vi": {"b": 1}}\n',
        "texts that are null": '{"en": null, "vi": null}\n',
        "texts true and false": '{"en": true, "vi": false}\n',
        "a translation that is a text": '{"translation": "a"}\n',
        "a translation without Vietnamese": '{"translation": {"en": "a", "fr": "b"}}\n',
        "100,000 brackets": "[" * 100_000 + "\n",
        "100,000 objects": '{"a":' * 100_000 + "\n",
        "a number of 5,000 digits": '{"en": "a", "vi": "b", "n": ' + "9" * 5000 + "}\n",
        "numbers that are none": '{"en": "a", "vi": "b", "quality": NaN}\n{"en": "a", "vi": "b", "n": -Infinity}\n',
        "lone surrogates": '{"en": "\\ud800", "vi": "\\udfff"}\n',
        "NULs": '{"en": "\\u0000", "vi": "a\\u0000b"}\n',
        "keys twice": '{"en": "a", "en": "b", "vi": "c", "vi": "d"}\n',
        "keys of all kinds": '{"": "a", "en": "b", " vi ": "c", "\\u0000": 1}\n',
        "single quotes": "{'en': 'a', 'vi': 'b'}\n",
        "objects over several lines": '{\n"en": "a",\n"vi": "b"\n}\n',
        "two objects a line": '{"en": "a", "vi": "b"}{"en": "c", "vi": "d"}\n',
        "a line cut": '{"en": "a", "vi": "b"}\n{"en": "a", "v',
        "types that change": "".join(
            f'{{"en": "a", "vi": "b", "n": {n}}}\n' for n in ("1", "[1]", "{}", "null", "true")
        ),
        "quality of words": '{"en": "a", "vi": "b", "quality": "good"}\n',
        "quality true": '{"en": "a", "vi": "b", "quality": true}\n',
        "documents without language": '{"id": "1", "text": "a"}\n',
        "documents in three languages": '{"id": "1", "text": "a", "lang": "fr"}\n{"id": 2, "text": 3, "lang": 4}\n',
        "documents with one id": '{"id": "1", "text": "Hello.", "lang": "en"}\n' * 2,
        "an int as large as a float has": '{"en": "a", "vi": "b", "n": 1e400}\n{"en": "a", "vi": "b", "n": 1'
        + "0" * 400
        + "}\n",
    }.items():
        yield _file(f"jsonl, {what}", "a.jsonl", text)


def _packed() -> Iterator[Kind]:
    """Packed files that are not whole, or no packed files."""
    import zstandard

    data = TABLE.encode()
    gz, zst = gzip.compress(data, mtime=0), zstandard.ZstdCompressor().compress(data)
    flipped = bytearray(gz)
    flipped[-6] ^= 1
    for what, file, raw in (
        ("gzip, cut", "a.tsv.gz", gz[:-9]),
        ("gzip, a wrong checksum", "a.tsv.gz", bytes(flipped)),
        ("gzip, noise behind", "a.tsv.gz", gz + b"noise"),
        ("gzip, zeros behind", "a.tsv.gz", gz + b"\0" * 99),
        ("gzip, of nothing", "a.tsv.gz", gzip.compress(b"", mtime=0)),
        ("gzip, no bytes", "a.tsv.gz", b""),
        ("gzip, its magic alone", "a.tsv.gz", b"\x1f\x8b"),
        ("gzip, plain text", "a.tsv.gz", data),
        ("gzip within gzip", "a.tsv.gz", gzip.compress(gz, mtime=0)),
        ("gzip, without its suffix", "a.tsv", gz),
        ("gzip, of a workbook", "a.tsv.gz", gzip.compress(good()[".xlsx"], mtime=0)),
        ("gzip, a bomb of 40 MB of spaces", "a.tsv.gz", gzip.compress(b" " * 40_000_000, mtime=0)),
        ("gzip, a bomb of 200,000 lines", "a.tsv.gz", gzip.compress(b"\n" * 200_000, mtime=0)),
        ("gzip, of TMX, cut", "a.tmx.gz", gzip.compress(good()[".tmx"], mtime=0)[:-20]),
        ("gzip, of Parquet", "a.parquet.gz", gzip.compress(good()[".parquet"], mtime=0)),
        ("gzip, of an article", "a.txt.gz", gzip.compress(ARTICLE.encode(), mtime=0)),
        ("Zstandard, cut", "a.tsv.zst", zst[:-4]),
        ("Zstandard, no bytes", "a.tsv.zst", b""),
        ("Zstandard, noise behind", "a.tsv.zst", zst + b"noise"),
        ("Zstandard, plain text", "a.tsv.zst", data),
        ("Zstandard called gzip", "a.tsv.gz", zst),
        ("gzip called Zstandard", "a.tsv.zst", gz),
        ("Zstandard, without its suffix", "a.tsv", zst),
        ("Zstandard, a window of a terabyte", "a.tsv.zst", b"\x28\xb5\x2f\xfd\x00\xf8" + b"\x01\x00\x00"),
        ("a ZIP archive called gzip", "a.tsv.gz", _zip({"a.tsv": data})),
        ("bzip2", "a.tsv.bz2", b"BZh91AY&SY" + b"\0" * 40),
        ("a ZIP archive", "a.zip", _zip({"a.tsv": data})),
        ("a tar archive", "a.tar", b"a.tsv".ljust(512, b"\0") * 3),
        ("xz", "a.tsv.xz", b"\xfd7zXZ\0" + b"\0" * 30),
    ):
        yield _file(what, file, raw)


LAUGHS: Final = (
    "<!DOCTYPE x ["
    + '<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{k} "{f"&a{k - 1};" * 10}">' for k in range(1, 10))
    + "]>"
)


def _xml() -> Iterator[Kind]:
    """XML that is none, or wants too much."""
    unit = '<tu><tuv xml:lang="en"><seg>{}</seg></tuv><tuv xml:lang="vi"><seg>b</seg></tuv></tu>'
    for what, text in {
        "entities within entities": f"{LAUGHS}<tmx><body>{unit.format('&a9;')}</body></tmx>",
        "an entity from a file": f'<!DOCTYPE tmx [<!ENTITY f SYSTEM "file:///etc/hostname">]><tmx><body>{unit.format("&f;")}</body></tmx>',
        "a DTD from the network": f'<!DOCTYPE tmx SYSTEM "http://localhost:1/a.dtd"><tmx><body>{unit.format("a")}</body></tmx>',
        "an unknown entity": f"<tmx><body>{unit.format('&nope;')}</body></tmx>",
        "no units": '<tmx version="1.4"><header/><body/></tmx>',
        "units in other languages": '<tmx><body><tu><tuv xml:lang="fr"><seg>a</seg></tuv></tu></body></tmx>',
        "units without a language": "<tmx><body><tu><tuv><seg>a</seg></tuv><tuv><seg>b</seg></tuv></tu></body></tmx>",
        "another root": "<html><body/></html>",
        "no root": "<!-- nothing -->",
        "text before it": f"Hello <tmx><body>{unit.format('a')}</body></tmx>",
        "100,000 levels": "<tmx>" + "<a>" * 100_000,
        "a tag of a megabyte": f'<tmx><body><tu tuid="{"x" * 1_000_000}"></tu></body></tmx>',
        "an attribute twice": '<tmx a="1" a="2"/>',
        "an encoding of nobody": f"<?xml version='1.0' encoding='klingon'?><tmx><body>{unit.format('a')}</body></tmx>",
        "another encoding": f"<?xml version='1.0' encoding='utf-16'?><tmx><body>{unit.format('ạ')}</body></tmx>",
        "XML 1.1": f'<?xml version="1.1"?><tmx><body>{unit.format("a&#1;")}</body></tmx>',
        "references to what it has not": f"<tmx><body>{unit.format('&#0;&#xD800;&#x110000;')}</body></tmx>",
        "a comment that never ends": "<tmx><!-- ",
        "a segment that is a tree": f"<tmx><body>{unit.format('<bpt>' * 500 + '</bpt>' * 500)}</body></tmx>",
    }.items():
        yield _file(f"tmx, {what}", "a.tmx", text)
    xliff = '<xliff version="1.2"><file original="a" source-language="en" target-language="vi">'
    for what, text in {
        "no units": f"{xliff}<body/></file></xliff>",
        "an unknown version": '<xliff version="9"><file/></xliff>',
        "units of other languages": xliff.replace("en", "fr") + '<body><trans-unit id="1">'
        "<source>a</source><target>b</target></trans-unit></body></file></xliff>",
        "units without target": xliff + '<body><trans-unit id="1">'
        "<source>a</source></trans-unit></body></file></xliff>",
        "entities within entities": f"{LAUGHS}<xliff>&a9;</xliff>",
        "columns of ours that are none": "<?envi-aligner columns=[1,{}]?><xliff version='1.2'></xliff>",
    }.items():
        yield _file(f"xliff, {what}", "a.xlf", text)
    for file, root in (
        ("a.ts", "TS"),
        ("a.xml", "resources"),
        ("a.resx", "root"),
        ("a.tbx", "martif"),
        ("a.stringsdict", "plist"),
    ):
        yield _file(f"{file[2:]}, empty root", file, f"<{root}/>")
        yield _file(f"{file[2:]}, entities within entities", file, f"{LAUGHS}<{root}>&a9;</{root}>")
        yield _file(f"{file[2:]}, 100,000 levels", file, f"<{root}>" + "<a>" * 100_000)


def _texts() -> Iterator[Kind]:
    """Files of programs, subtitles and marked-up texts that are broken in their own way."""
    for file, what, text in (
        ("a.po", "a text that never ends", 'msgid "a\nmsgstr "b"\n'),
        ("a.po", "a header of another charset", 'msgid ""\nmsgstr "Content-Type: text/plain; charset=klingon\\n"\n'),
        ("a.po", "no msgstr", 'msgid "a"\n'),
        ("a.po", "plurals of plurals", 'msgid "a"\nmsgid_plural "b"\nmsgstr[99] "c"\nmsgstr[x] "d"\n'),
        ("a.po", "escapes of nothing", 'msgid "\\q\\x"\nmsgstr "\\"\n'),
        ("a.po", "fuzzy alone", '#, fuzzy\nmsgid "a"\nmsgstr "b"\n'),
        ("a.json", "100,000 brackets", "[" * 100_000),
        ("a.json", "a number", "3"),
        ("a.json", "a number of 5,000 digits", "9" * 5000),
        ("a.json", "keys twice", '{"en": {"a": "b", "a": "c"}, "vi": {"a": "d"}}'),
        ("a.json", "NaN", '{"en": NaN, "vi": Infinity}'),
        ("a.json", "an earlier run without its fields", '{"kind": "beads"}'),
        ("a.json", "an earlier run of wrong types", '{"signature": 1, "documents": "x", "counts": [null]}'),
        ("a.json", "a list of lists", "[[[1]]]"),
        ("a.json", "a comment", '{"a": 1} // end'),
        (
            "a.yml",
            "aliases of aliases",
            "a: &a [x, x]\n"
            + "".join(f"{chr(98 + k)}: &{chr(98 + k)} [{', '.join([f'*{chr(97 + k)}'] * 9)}]\n" for k in range(8)),
        ),
        ("a.yml", "an object of Python", "en: !!python/object/apply:os.system ['true']\n"),
        ("a.yml", "tabs", "en:\n\tk: a\n"),
        ("a.yml", "a list", "- a\n- b\n"),
        ("a.yml", "deep", "".join("  " * k + "a:\n" for k in range(400))),
        ("a.yml", "itself within itself", "a: &a\n  b: *a\n"),
        ("a.properties", "broken escapes", "a=\\u12\nb=\\uZZZZ\nc=\\"),
        ("a.properties", "no keys", "=\n=\n:\n"),
        ("a.strings", "no semicolon", '"a" = "b"'),
        ("a.strings", "a comment that never ends", "/* a"),
        ("a.strings", "compiled", "bplist00\0\1"),
        ("a.mo", "places beyond the end", struct.pack("<7I", 0x950412DE, 0, 9, 28, 4_000_000_000, 0, 0)),
        ("a.mo", "four billion texts", struct.pack("<7I", 0x950412DE, 0, 0xFFFFFFFF, 28, 28, 0, 0)),
        ("a.srt", "times of letters", "1\naa:bb:cc --> dd\nHi.\n"),
        ("a.srt", "times backwards", "1\n00:00:09,000 --> 00:00:01,000\nHi.\nChào bạn.\n"),
        ("a.srt", "an hour 99999", "1\n99999:00:00,000 --> 99999:00:01,000\nHi.\nChào bạn.\n"),
        ("a.srt", "numbers alone", "1\n2\n3\n"),
        ("a.srt", "cues without text", "1\n00:00:01,000 --> 00:00:02,000\n\n"),
        ("a.vtt", "its head alone", "WEBVTT\n"),
        ("a.ass", "no events", "[Script Info]\n"),
        ("a.ass", "a format without text", "[Events]\nFormat: Start, End\nDialogue: 0:00:01.00,0:00:02.00\n"),
        ("a.html", "20,000 levels", "<div>" * 20_000 + "Hi."),
        ("a.html", "scripts alone", "<script>alert(1)</script><style>a{}</style>"),
        ("a.html", "tags that never end", "<p <p <p <a href='"),
        ("a.html", "a NUL reference", "<p>&#0;&#xD800;&#x110000;&#99999999999;</p>"),
        ("a.html", "an attribute of 300,000 letters", f"<p title='{'x' * 300_000}'>Hi.</p>"),
        ("a.html", "frames", "<frameset><frame src='a.html'></frameset>"),
        ("a.md", "20,000 quotes", ">" * 20_000 + " a"),
        ("a.md", "20,000 brackets", "[" * 20_000),
        ("a.md", "20,000 stars", "*a **b " * 10_000),
        ("a.md", "front matter alone", "---\na: b\n---\n"),
        ("a.md", "a fence that never ends", "```\n" + ARTICLE),
        ("a.rtf", "20,000 groups", "{\\rtf1 " + "{" * 20_000),
        ("a.rtf", "binary beyond the end", "{\\rtf1 \\bin999999999 a}"),
        ("a.rtf", "groups that close too often", "{\\rtf1 a}}}}}}"),
        ("a.rtf", "numbers beyond all", "{\\rtf1\\u99999999999 ?\\uc-5 \\'zz\\ansicpg0 a}"),
        ("a.gold", "words", "one two\n"),
        ("a.gold", "a bead twice", "[0]:[0]\n[0]:[0]\n"),
        ("a.gold", "numbers beyond all", f"[{'9' * 5000}]:[0]\n"),
        ("a.gold", "numbers below 0", "[-1]:[0]\n"),
        ("a.gold", "a gap", "[0]:[0]\n[7]:[9]\n"),
        ("a.txt", "one language", "\n\n".join(EN)),
        ("a.txt", "a third language", "Il pleut.\n\nNous restons à la maison.\n"),
        ("a.txt", "Cyrillic", "Шёл дождь.\n\nМы остались дома.\n"),
        ("a.txt", "marks alone", "… !!! ??? --- ***\n" * 9),
        ("a.txt", "numbers alone", "1 2 3\n4 5 6\n"),
        ("a.txt", "combining marks alone", "\u0301" * 5000),
        ("a.txt", "letters without spaces", "ạ" * 20_000),
        ("a.txt", "a list of paths that are not there", "no/such\n/no/such/either\n\n"),
        ("a.txt", "a list of folders", ".\n..\n/\n"),
        ("a.txt", "code", "def f(x):\n    return x\n" * 9),
        ("a.txt", "20,000 stops", ". " * 20_000),
    ):
        yield _file(f"{file[2:]}, {what}", file, text)


def _binary() -> Iterator[Kind]:
    """Archives, pages, tables and vectors that are broken in their own way."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    def parquet(**columns: Any) -> bytes:
        buffer = io.BytesIO()
        pq.write_table(pa.table(columns), buffer)
        return buffer.getvalue()

    files = good()
    docx, xlsx = files[".docx"], files[".xlsx"]
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b" " * 80_000_000)
    crc = bytearray(docx)
    crc[14] ^= 1
    for file, what, data in (
        ("a.docx", "no document in it", _zip({"[Content_Types].xml": "<Types/>"})),
        ("a.docx", "an empty archive", b"PK\x05\x06" + b"\0" * 18),
        ("a.docx", "a bomb of 80 MB", bomb.getvalue()),
        (
            "a.docx",
            "a document that is no XML",
            _zip({"_rels/.rels": office_files.links(officeDocument="word/document.xml"), "word/document.xml": "hello"}),
        ),
        (
            "a.docx",
            "entities within entities",
            _zip(
                {
                    "_rels/.rels": office_files.links(officeDocument="word/document.xml"),
                    "word/document.xml": f"{LAUGHS}<a>&a9;</a>",
                }
            ),
        ),
        (
            "a.docx",
            "a target outside",
            _zip({"_rels/.rels": office_files.links(officeDocument="../../../etc/hostname")}),
        ),
        ("a.docx", "a wrong checksum", bytes(crc)),
        ("a.docx", "a name twice", _doubled_zip(docx, "word/document.xml")),
        ("a.docx", "an old Word file", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        ("a.docx", "no end of the archive", docx[:-22]),
        ("a.docx", "bytes before the archive", b"MZ" * 50 + docx),
        ("a.docx", "without a text", office_files.docx("")),
        ("a.docx", "20,000 levels", office_files.docx("<w:sdt>" * 20_000)),
        ("a.xlsx", "no sheets", office_files.xlsx({})),
        ("a.xlsx", "an empty sheet", office_files.xlsx({"a": ""})),
        ("a.xlsx", "one column", office_files.xlsx({"a": office_files.sheet_rows([["a"], ["b"]])})),
        (
            "a.xlsx",
            "cells of nowhere",
            office_files.xlsx(
                {"a": '<x:sheetData><x:row><x:c r="ZZZZ9999999"><x:v>1</x:v></x:c></x:row></x:sheetData>'}
            ),
        ),
        (
            "a.xlsx",
            "a shared text that is not there",
            office_files.xlsx(
                {"a": '<x:sheetData><x:row><x:c t="s"><x:v>99</x:v></x:c><x:c t="s"/></x:row></x:sheetData>'}
            ),
        ),
        (
            "a.xlsx",
            "an encrypted one",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600,
        ),
        ("a.xlsx", "a Word document", docx),
        ("a.xlsx", "a name twice", _doubled_zip(xlsx, "xl/workbook.xml")),
        (
            "a.xlsx",
            "a row beyond all",
            office_files.xlsx({"a": '<x:sheetData><x:row r="999999999"><x:c><x:v>1</x:v></x:c></x:row></x:sheetData>'}),
        ),
        ("a.pptx", "no slides", office_files.pptx([])),
        ("a.odt", "no content", _zip({"mimetype": "application/vnd.oasis.opendocument.text"})),
        (
            "a.odt",
            "a cell a million times",
            office_files.odt(
                '<table:table><table:table-row table:number-rows-repeated="1000000">'
                '<table:table-cell table:number-columns-repeated="1000000"><text:p>a</text:p></table:table-cell>'
                "</table:table-row></table:table>"
            ),
        ),
        ("a.epub", "no pages", office_files.epub({})),
        (
            "a.epub",
            "pages that are not there",
            _zip(
                {
                    "mimetype": "application/epub+zip",
                    "META-INF/container.xml": '<container><rootfiles><rootfile full-path="x"/></rootfiles></container>',
                }
            ),
        ),
        (
            "a.epub",
            "encrypted",
            office_files.epub(
                {"a.xhtml": office_files.page("<p>a</p>")}, extra={"META-INF/encryption.xml": "<encryption/>"}
            ),
        ),
        ("a.pdf", "its head alone", b"%PDF-1.7\n"),
        ("a.pdf", "no pages", made_pdf.objects([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 0/Kids[]>>"])),
        (
            "a.pdf",
            "encrypted",
            made_pdf.objects(
                [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 0/Kids[]>>"],
                b"/Encrypt<</Filter/Standard/V 9>>",
            ),
        ),
        (
            "a.pdf",
            "pages within themselves",
            made_pdf.objects([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 9/Kids[2 0 R]>>"]),
        ),
        ("a.pdf", "pictures alone", made_pdf.pdf([[]], picture=True)),
        ("a.pdf", "no text", made_pdf.pdf([[]])),
        ("a.pdf", "a page of no size", made_pdf.pdf([made_pdf.lines(EN)], size=(0, 0))),
        ("a.pdf", "a stream that is no zlib", files[".pdf"].replace(zlib.compress(b"x")[:2], b"\0\0")),
        (
            "a.pdf",
            "a billion pages",
            made_pdf.objects([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1000000000/Kids[]>>"]),
        ),
        ("a.parquet", "its magic alone", b"PAR1PAR1"),
        ("a.parquet", "a footer of four gigabytes", b"PAR1" + b"\xff\xff\xff\xffPAR1"),
        ("a.parquet", "no rows", parquet(src_text=pa.array([], pa.string()), trg_text=pa.array([], pa.string()))),
        ("a.parquet", "one column", parquet(src_text=["a"])),
        ("a.parquet", "bytes", parquet(src_text=[b"a"], trg_text=[b"b"])),
        ("a.parquet", "lists", parquet(src_text=[["a"]], trg_text=[["b"]])),
        ("a.parquet", "numbers", parquet(src_text=[1], trg_text=[2.5])),
        ("a.parquet", "nothing in it", parquet(src_text=[None], trg_text=[None])),
        ("a.parquet", "no columns", parquet()),
        ("a.parquet", "quality of words", parquet(src_text=["a"], trg_text=["b"], quality=["x"])),
        (
            "a.parquet",
            "times and decimals",
            parquet(
                src_text=["a"],
                trg_text=["b"],
                t=pa.array([10**18], pa.timestamp("ns")),
                d=pa.array([None], pa.decimal128(5)),
            ),
        ),
        ("a.npy", "objects", _npy(np.array([{"a": 1}], dtype=object), allow_pickle=True)),
        ("a.npy", "words", _npy(np.array(["a"] * 4))),
        ("a.npy", "one dimension", _npy(np.zeros(4, np.float32))),
        ("a.npy", "other sizes", _npy(np.zeros((9, 9), np.float32))),
        ("a.npy", "nothing", _npy(np.zeros((0, 4), np.float32))),
        ("a.npy", "not numbers", _npy(np.full((4, 4), np.nan, np.float32))),
        ("a.npy", "zeros", _npy(np.zeros((4, 4), np.float32))),
        ("a.npy", "infinite", _npy(np.full((4, 4), np.inf, np.float32))),
        ("a.npy", "complex", _npy(np.zeros((4, 4), complex))),
        (
            "a.npy",
            "a shape of a terabyte",
            b"\x93NUMPY\x01\x00v\x00"
            + b"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000, 300), }".ljust(117)
            + b"\n",
        ),
        ("a.png", "a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 60),
        ("a.exe", "a program", b"MZ" + b"\0" * 200),
        ("a.sqlite", "a database", b"SQLite format 3\0" + b"\0" * 90),
        ("a.mp4", "a film", b"\0\0\0\x18ftypmp42" + b"\0" * 60),
        ("a.doc", "an old Word file", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        (
            "a.xls",
            "an old workbook",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + b"\0" * 600,
        ),
    ):
        yield _file(f"{file[2:]}, {what}", file, data)


def _nothing(path: Path) -> None:
    """Make nothing."""


def _circle(path: Path) -> None:
    path.symlink_to(path.with_name("back"))
    path.with_name("back").symlink_to(path)


def _unreadable(path: Path) -> None:
    path.write_bytes(TABLE.encode())
    path.chmod(0)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as held:
        here = os.getcwd()
        os.chdir(path.parent)  # the name of a socket may have 107 bytes
        try:
            held.bind(path.name)
        finally:
            os.chdir(here)


def _places() -> Iterator[Kind]:
    """Names and places that are no files."""

    def folder(path: Path) -> None:
        path.mkdir()

    for suffix in ("", ".tsv", ".txt", ".tmx", ".gz", ".xlsx", ".docx", ".npy", ".tbx", ".json"):
        yield Kind(f"a folder called {suffix or 'anything'}", f"folder{suffix}", folder)
        yield Kind(f"missing, {suffix or 'no suffix'}", f"missing{suffix}", _nothing)
    for suffix in (".tsv", ".txt"):
        yield Kind(f"a link to nowhere, {suffix}", f"nowhere{suffix}", lambda path: path.symlink_to("no/such/place"))
        yield Kind(f"a link to itself, {suffix}", f"itself{suffix}", lambda path: path.symlink_to(path))
        yield Kind(f"links in a circle, {suffix}", f"circle{suffix}", _circle)
        yield Kind(f"a link to a folder, {suffix}", f"linked{suffix}", lambda path: path.symlink_to("."))
        yield Kind(f"unreadable, {suffix}", f"unreadable{suffix}", _unreadable)
        yield Kind(f"a socket, {suffix}", f"socket{suffix}", _socket)
        yield Kind(f"a named pipe, {suffix}", f"pipe{suffix}", os.mkfifo, good()[suffix], is_pipe=True)
        yield Kind(f"a named pipe of nothing, {suffix}", f"pipe0{suffix}", os.mkfifo, b"", is_pipe=True)
        yield Kind(
            f"a file taken for a folder, {suffix}", "plain", lambda path: _put(path, b"a"), None, f"plain/a{suffix}"
        )
        yield Kind(
            f"a slash behind a file, {suffix}",
            f"plain{suffix}",
            lambda path: _put(path, b"a\tb\n"),
            None,
            f"plain{suffix}/",
        )
        yield Kind(f"a name too long, {suffix}", f"{'n' * 300}{suffix}", _nothing)
        yield Kind(f"a path too long, {suffix}", "-", _nothing, None, "n/" * 3000 + f"a{suffix}")
        yield Kind(f"a NUL in the name, {suffix}", "-", _nothing, None, f"a\0b{suffix}")
        yield Kind(f"a lone surrogate in the name, {suffix}", "-", _nothing, None, f"a\ud800{suffix}")
        yield Kind(
            f"bytes that are no UTF-8 in the name, {suffix}",
            f"a\udcff{suffix}",
            lambda path: _put(path, TABLE.encode()),
        )
        yield _file(f"a line break in the name, {suffix}", f"a\nb\r{suffix}", good()[suffix][:-9])
        yield _file(f"controls in the name, {suffix}", f"a\x1b[31m\u202e{suffix}", good()[suffix][:-9])
        yield _file(f"a name in NFD, {suffix}", f"a\u0323\u0302{suffix}", b"\xff\xfe\x00")
        yield Kind(
            f"a name in the other form, {suffix}",
            f"ha\u0323\u0302{suffix}",
            lambda path: _put(path, TABLE.encode()),
            None,
            f"h\u1ead{suffix}",
        )
        yield Kind(f"a star, {suffix}", "-", _nothing, None, f"*{suffix}")
        yield Kind(f"a home, {suffix}", "-", _nothing, None, f"~/nobody{suffix}")
        yield Kind(f"an address, {suffix}", "-", _nothing, None, f"https://localhost:1/a{suffix}")
        yield _file(f"a suffix twice, {suffix}", f"a{suffix}{suffix}", b"\0\1")
        yield _file(f"a suffix in capitals, {suffix}", f"A{suffix.upper()}", b"\0\1")
        yield _file(f"a suffix alone, {suffix}", suffix, b"\0\1")
    yield Kind("no name", "-", _nothing, None, "")
    yield Kind("a space for a name", "-", _nothing, None, " ")
    yield Kind("the null device", "-", _nothing, None, "/dev/null")
    yield Kind("the memory of the process", "-", _nothing, None, "/proc/self/mem")
    yield Kind("a folder of the system", "-", _nothing, None, "/dev/fd")
    yield _file("an unknown suffix", "a.klingon", TABLE)
    yield _file("a stop at the end", "a.", TABLE)
    yield _file("no suffix", "a", TABLE)


def kinds() -> list[Kind]:
    """All kinds of bad input."""
    return [*_places(), *_encoded(), *_tables(), *_packed(), *_xml(), *_texts(), *_binary(), *_broken()]


# Ways -----------------------------------------------------------------------------------------------------------------

WAYS: Final = tuple(
    line.split()
    for line in """
align IN -o OUT.tsv
align IN
align IN VI.txt -o OUT.tsv --nulls
align EN.txt IN -o OUT.jsonl --moved --boundaries apply
align - -o - <
align ART.txt --glossary IN -o OUT.tmx
align EN.txt VI.txt --lines --vectors IN NPY -o OUT.tsv
align EN.txt VI.txt --lines --vectors NPY NPY --overlaps IN VI.txt -o OUT.tsv
align IN IN --cues OUT.srt -o OUT.tsv
review IN --project P.review -o OUT.tsv
review --project IN -o OUT.tsv
names IN
names IN --lang vi -o OUT.tbx
names ART.txt --glossary IN -o OUT.tsv
score IN -o OUT.tsv
score IN VI.txt -o OUT.csv
score EN.txt IN
score - <
score GOOD.tsv --glossary IN -o OUT.tsv
convert IN OUT.jsonl
convert IN OUT.xlsx
convert IN VI.txt OUT.tsv
convert EN.txt IN OUT.tmx
convert IN OUT.xlf --format tsv --notes
convert IN OUT.tsv --format csv
convert IN OUT.tsv --format jsonl
convert IN OUT.tsv --format tmx
convert IN OUT.tsv --format xliff
convert IN OUT.tsv --format parquet
convert IN OUT.tsv --format xlsx
convert IN OUT.tsv --format moses
convert - OUT.parquet <
apply IN GOOD.tsv -o OUT.tsv
apply IDS.tsv IN -o OUT.tsv --report OUT2.tsv
deduplicate IN -o OUT.tsv --report OUT2.tsv
deduplicate GOOD.tsv --against IN -o OUT.tsv
match HEAP -o OUT.tsv -j 1 --report OUT2.tsv
match IN -o OUT.jsonl -j 1
build HEAP -o CORPUS -j 1
build IN -o CORPUS -j 1
build DOCS -o CORPUS -j 1 --glossary IN
mine IN VI.txt -o OUT.tsv -j 1
mine EN.txt IN -o OUT.tsv -j 1
mine EN.txt IN -o OUT.tsv -j 1 --split
export IN -o CORPUS
export BUILT -o CORPUS --against IN
evaluate IN GOLD.gold
evaluate GOLD.gold IN --json OUT.json
evaluate --boundaries IN EN.txt --samples 9
evaluate --retrieval IN VI.txt --samples 9
evaluate --hypotheses IN GOOD.tsv --samples 9
evaluate --hypotheses VI.txt IN --samples 9 -o OUT.tsv
evaluate IN
evaluate RUN.json --compare IN
describe IN -o OUT.tsv --json OUT.json
describe IN --by doc_id
completion IN
report IN -o OUT.html
report IN -o OUT.html --score
split IN --lang vi -o OUT.txt
split - --lang en --max-chars 5 <
normalise IN --lang vi -o OUT.txt --tone old --names first
normalise EN.txt --lang en --names first --glossary IN
""".strip().splitlines()
)
"""Words of the command: IN is the bad input, HEAP the folder that it lies in, `<` gives its bytes to standard input;
OUT and CORPUS are to be written."""

KEEPING: Final = ("build", "mine")
"""Verbs that keep what is done so far: the same command goes on."""


@dataclass
class Tried:
    """What calls gave."""

    kinds: int = 0
    ways: int = 0
    verbs: int = 0
    calls: int = 0
    refused: int = 0
    faults: list[str] = field(default_factory=list)


@functools.cache
def _places_of_good() -> tuple[dict[str, str], tempfile.TemporaryDirectory[str]]:
    """Good files beside the bad one, by the words of `WAYS`; made once a process."""
    held = tempfile.TemporaryDirectory()
    folder = Path(held.name)
    names = {}
    files = {
        "EN.txt": "\n".join(EN) + "\n",
        "VI.txt": "\n".join(VI) + "\n",
        "ART.txt": ARTICLE,
        "GOOD.tsv": TABLE,
        "NPY": good()[".npy"],
        "GOLD.gold": good()[".gold"],
    }
    for name, data in files.items():
        path = folder / (name if "." in name else "v.npy")
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        names[name] = str(path)
    (folder / "docs").mkdir()
    (folder / "docs" / "a.txt").write_text(ARTICLE, "utf-8")
    names["DOCS"] = str(folder / "docs")
    aligner.convert_pairs(folder / "GOOD.tsv", folder / "IDS.tsv", ids=True)
    names["IDS.tsv"] = str(folder / "IDS.tsv")
    with _in_threads():
        for words in (
            ["build", names["DOCS"], "-o", str(folder / "built"), "-j", "1"],
            ["evaluate", names["GOLD.gold"], names["GOLD.gold"], "--json", str(folder / "RUN.json"), "--samples", "9"],
        ):
            done = run(*words)
            assert done.returncode == 0, done.stderr
    names |= {"BUILT": str(folder / "built"), "RUN.json": str(folder / "RUN.json")}
    return names, held


@contextlib.contextmanager
def _threads(jobs: int) -> Iterator[ThreadPoolExecutor]:
    """In place of processes, whose start takes longer than all calls."""
    with ThreadPoolExecutor(jobs) as executor:
        yield executor


@contextlib.contextmanager
def _in_threads() -> Iterator[pytest.MonkeyPatch]:
    """Have no verb start processes."""
    from aligner.corpus.building import building
    from aligner.corpus.finding import heaps, mining

    with pytest.MonkeyPatch.context() as patch:
        for module in (building, heaps, mining):
            patch.setattr(module, "start_processes", _threads)
        yield patch


class _Hung(BaseException):
    """A call that does not end."""


@contextlib.contextmanager
def _ending(seconds: int) -> Iterator[None]:
    """Have what does not end raise; only a main thread can."""

    def stop(*_: object) -> None:
        raise _Hung

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def _fed(path: Path, data: bytes, is_pipe: bool) -> Iterator[None]:
    """Have somebody write into a named pipe, once."""
    if not is_pipe:
        yield
        return

    def write() -> None:
        with contextlib.suppress(OSError), path.open("wb") as pipe:
            pipe.write(data)

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # whoever still waits for a reader gets one
            while writer.is_alive():
                held = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
                writer.join(0.05)
                os.close(held)


def try_call(kind: Kind, way: Sequence[str], folder: Path, call: Callable[..., Any] = run) -> tuple[int, str]:
    """Give one bad input to one verb: the status, and what is wrong, or nothing."""
    heap, out = folder / "heap", folder / "out"
    out.mkdir()
    bad = heap / kind.file
    given = str(bad) if kind.given is None else kind.given
    if kind.given is not None and kind.given.startswith(f"{kind.file}"):
        given = str(heap / kind.given)
    names = _places_of_good()[0]
    words = []
    for word in way:
        if word == "IN":
            words.append(given)
        elif word == "HEAP":
            words.append(str(heap))
        elif word.startswith(("OUT", "CORPUS")):
            words.append(str(out / word.lower()))
        elif word != "<":
            words.append(names.get(word, word))
    before = _seen(heap)
    try:
        with _ending(60), _fed(bad, kind.data or b"", kind.is_pipe):
            done = call(*words, given=(kind.data or b"") if "<" in way else b"")
        wrong = _wrong(kind, way, done, out)
        status = done.returncode
    except _Hung:
        status, wrong = -1, "does not end"
    except Exception as error:
        import traceback

        at = traceback.extract_tb(error.__traceback__)[-1]
        status, wrong = (
            1,
            f"traceback: {type(error).__name__}: {ascii(str(error))[:200]} at {at.filename[-40:]}:{at.lineno}",
        )
    finally:
        left = [path.relative_to(folder).as_posix() for path in out.rglob("*") if path.name.endswith(".tmp")]
        shutil.rmtree(out)
    if left:
        wrong = wrong or f"temporary files left: {left}"
    if _seen(heap) != before:
        wrong = wrong or f"the input's folder was changed: {sorted(map(str, _seen(heap).keys() ^ before.keys()))}"
    return status, wrong


def _seen(folder: Path) -> dict[str, tuple[int, int]]:
    """What lies in a folder: sizes and times."""
    found = {}
    for root, folders, files in os.walk(folder):
        for name in (*folders, *files):
            told = os.lstat(os.path.join(root, name))
            is_pipe = stat.S_ISFIFO(told.st_mode)  # whose time is that of its last writer
            found[os.path.join(root, name)] = (told.st_size, 0 if is_pipe else told.st_mtime_ns)
    return found


def _wrong(kind: Kind, way: Sequence[str], done: Any, out: Path) -> str:
    """What a call promised and did not keep."""
    said = done.stderr.splitlines()
    if "Traceback" in done.stderr:
        return f"traceback: {said[-1][:200]}"
    if done.returncode not in (0, 2):
        return f"status {done.returncode}"
    if done.returncode == 2:
        own = [line for line in said if re.match(r"aligner( \w+)?: ", line)]
        if len(own) != 1 or (len(said) > 1 and not said[0].startswith("usage:") and way[0] not in KEEPING):
            return f"not one line: {done.stderr[:300]!r}"
        if len(own[0]) > LONGEST:
            return f"a message of {len(own[0])} characters: {own[0][:200]!r}"
        written = sorted(path.name for path in out.iterdir())
        if written and way[0] not in KEEPING:
            return f"refused, but written: {written}"
        return ""
    if done.stderr.startswith("usage:"):
        return "usage and status 0"
    for word in way:
        if word.startswith(("OUT", "CORPUS")) and not (out / word.lower()).exists():
            return f"status 0, but {word} was not written"
    return _lost(kind, way, done, out)


def _lost(kind: Kind, way: Sequence[str], done: Any, out: Path) -> str:
    """Whether lines of a table are neither in the output nor told."""
    if way != ["convert", "IN", "OUT.jsonl"] or kind.data is None or not kind.file.endswith((".tsv", ".jsonl")):
        return ""
    try:
        text = kind.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""
    filled = [line for line in text.split("\n") if line.strip()]
    n_written = (out / "out.jsonl").read_bytes().count(b"\n")
    told = re.findall(r"(\d+) (?:empty|lines|objects|head|texts)", done.stderr)
    n_told = sum(map(int, told))
    if n_written + n_told + 1 < len(filled):
        return f"{len(filled)} lines, {n_written} written, {n_told} told: {done.stderr[:300]!r}"
    return ""


def try_kind(kind: Kind, ways: Sequence[Sequence[str]] = WAYS, call: Callable[..., Any] = run) -> Tried:
    """Give one bad input to every verb in every way."""
    tried = Tried(kinds=1)
    with tempfile.TemporaryDirectory() as name, _in_threads() as patch:
        folder = Path(name)
        patch.chdir(folder)
        (folder / "heap").mkdir()
        for lang, texts in (("en", EN), ("vi", VI)):
            (folder / "heap" / f"good.{lang}.txt").write_text("\n\n".join(texts) + "\n", "utf-8")
        kind.make(folder / "heap" / kind.file)
        for way in ways:
            if "<" in way and (kind.data is None or kind.is_pipe):
                continue
            if kind.is_pipe and way.count("IN") > 1:  # one writer has no two readers
                continue
            n_open = len(os.listdir("/proc/self/fd"))
            status, wrong = try_call(kind, way, folder, call)
            if not wrong and len(os.listdir("/proc/self/fd")) > n_open:
                gc.collect()
                n_more = len(os.listdir("/proc/self/fd")) - n_open
                wrong = f"{n_more} files left open" if n_more > 0 and way[0] not in KEEPING else ""
            tried.calls += 1
            tried.refused += status == 2
            if wrong:
                tried.faults.append(f"{kind.name} ({ascii(kind.file)[:60]}) TO {' '.join(way)}: {wrong}")
        for path in (folder / "heap").iterdir():
            with contextlib.suppress(OSError):
                path.chmod(0o700)
    return tried


def _prepare() -> None:
    """Have in memory what all calls need."""
    _places_of_good()


def run_inputs(workers: int = 1, every: int = 1, processes: int = len(WAYS)) -> Tried:
    """Try all kinds, or every so many-th, in all ways; of these so many also in processes of their own."""
    chosen = kinds()[::every]
    _prepare()
    total = Tried(ways=len(WAYS), verbs=len({way[0] for way in WAYS}))
    with contextlib.ExitStack() as stack:
        results: Iterator[Tried]
        if workers > 1:
            global _CHOSEN
            _CHOSEN = chosen  # kinds hold functions, which do not pickle: children have them by fork
            pool = stack.enter_context(multiprocessing.get_context("fork").Pool(workers))
            results = pool.imap(_try_number, range(len(chosen)))
        else:
            results = map(try_kind, chosen)
        bar = stack.enter_context(tqdm(total=len(chosen), unit=" kinds", file=sys.stderr))
        for tried in results:
            bar.update()
            for fault in tried.faults:
                bar.write(fault, file=sys.stdout)
            total.kinds += tried.kinds
            total.calls += tried.calls
            total.refused += tried.refused
            total.faults += tried.faults
    # In processes of their own: a kind a way, so that all ways and many kinds are there.
    spread = itertools.cycle(chosen[:: max(len(chosen) // len(WAYS), 1)])
    for way, kind in itertools.islice(zip(WAYS, spread, strict=False), processes):
        tried = try_kind(kind, [way], run_process)
        for fault in tried.faults:
            print(f"as a process: {fault}")
        total.calls += tried.calls
        total.refused += tried.refused
        total.faults += tried.faults
    return total


_CHOSEN: list[Kind] = []


def _try_number(number: int) -> Tried:
    return try_kind(_CHOSEN[number])


__all__ = ["WAYS", "Kind", "Tried", "kinds", "main", "run_inputs", "try_kind"]
