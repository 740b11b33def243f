"""Fuzz the library for as long as asked: hostile sentences through all steps, bad input through all verbs.

usage: python -m tests.fuzz [--minutes 60 | --sentences N] [--seed 1] [--workers 2] [--only texts|inputs] [--batch K]

Texts (`tests/hostile.py`) are split, normalised, aligned, written in formats of pairs in turn, each packed and as a
stream where it can be, and read back. What is promised: spans rebuild the text, a repaired text needs no repair, each
sentence is in exactly one bead, what is read is what was written, and what a format cannot hold is told and counted as
docs/formats.md says. What a format holds is said here once more, cell by cell (`HOLDS`), not asked of the library.

Bad inputs (`tests/bad_inputs.py`) are given to every verb in every way that it takes a file.

A batch is drawn by the seed and its number: any one can be run again alone (--batch). Each broken promise is a line on
standard output with the smallest text found that breaks it, and the status is then 1.
"""

from __future__ import annotations

import argparse
import contextlib
import html
import io
import itertools
import multiprocessing
import re
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pandas as pd
from tqdm import tqdm

import aligner
from aligner.errors import AlignerError
from tests import bad_inputs
from tests.hostile import Maker

PAIRS: Final = 220
"""Pairs that a batch is drawn from: documents of the size of a long article, of which twice as many are no faster."""

AT_ONCE: Final = 2
"""Forms that each batch is written in; the next batch has the next ones, so that all have their turn."""

BULLETS: Final = frozenset("•▪●◦‣·∙⁃■□▫○◆◇►▸▶➢➤➔✓✔❖★☆\uf0b7\uf0a7")

# What formats hold ----------------------------------------------------------------------------------------------------

Held = Callable[[str], tuple[str, int]]
"""A cell as a format holds it, and the characters that it replaces."""

_LINE: Final = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029]")
_XML: Final = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f]")
_NONE: Final = re.compile("[\ud800-\udfff]")
_XML_NONE: Final = re.compile("[\ud800-\udfff\ufffe\uffff]")


def _replaced(text: str, spaced: re.Pattern[str], refused: re.Pattern[str]) -> tuple[str, int]:
    text, n = spaced.subn(" ", text)
    text, m = refused.subn("\N{REPLACEMENT CHARACTER}", text)
    return text, n + m


def in_lines(text: str) -> tuple[str, int]:
    """As TSV and Moses hold it."""
    return _replaced(unicodedata.normalize("NFC", text), _LINE, _NONE)


def in_xml(text: str) -> tuple[str, int]:
    """As TMX and XLIFF hold it."""
    return _replaced(text, _XML, _XML_NONE)


def in_csv(text: str) -> tuple[str, int]:
    """As CSV holds it: line breaks are line feeds."""
    text, n = re.subn("\r\n?", "\n", text)
    held, m = in_xml(text)
    return held, n + m


def in_json(text: str) -> tuple[str, int]:
    """As JSON holds it: all of it; of two surrogates beside each other it makes the character that they stand for."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass"), 0


def in_parquet(text: str) -> tuple[str, int]:
    """As Parquet holds it."""
    return _replaced(text, re.compile(r"(?!)"), _NONE)


def in_sheet(text: str) -> tuple[str, int]:
    """As a workbook holds it: 32,767 units of UTF-16."""
    held, n = in_xml(text)
    return held.encode("utf-16-le")[: 2 * 32_767].decode("utf-16-le", "ignore"), n


def guarded(held: Held) -> Held:
    """With an apostrophe before what a spreadsheet would run."""

    def hold(text: str) -> tuple[str, int]:
        shown = text.lstrip()
        is_number = re.fullmatch(r"[+-]?[0-9]{1,20}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?", text)
        return held("'" + text if shown and shown[0] in "=+-@＝＋－＠" and not is_number else text)

    return hold


ALL: Final = ("src_text", "trg_text", "doc_id", "src_ids", "trg_ids", "decision", "note")


@dataclass(frozen=True)
class Form:
    """A way of writing pairs.

    Attributes
    ----------
    name, format : str
        Its name, and the format's where the suffix does not tell; `suffix` of the file.
    hold : callable
        A cell as it comes back.
    columns : tuple of str
        Those of `ALL` that come back.
    guards, streams : bool
        Whether formulas are guarded; whether it goes through standard output and input.
    shown : callable, optional
        Of formats for readers: the texts in the file.
    """

    name: str
    suffix: str
    hold: Held
    format: str | None = None
    columns: tuple[str, ...] = ALL
    guards: bool = False
    streams: bool = False
    shown: Callable[[str], list[str]] | None = None


def _on_page(page: str) -> list[str]:
    return [html.unescape(cell) for cell in re.findall(r'<td lang="(?:en|vi)" dir="auto">(.*?)</td>', page, re.DOTALL)]


def _in_markdown(text: str) -> list[str]:
    lines = text.removesuffix("\n").split("\n")[:-1]  # the last one says what made it
    bare = (line.removeprefix("## ") for line in lines[::2] if line != "---")
    return [re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", line) for line in bare]


def _turned(held: Held) -> Held:
    """With marks of direction shown by their numbers, as readers see them."""

    def hold(text: str) -> tuple[str, int]:
        kept, n = held(text)
        return re.sub("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", lambda m: f"[U+{ord(m[0]):04X}]", kept), n

    return hold


def _paragraph(text: str) -> tuple[str, int]:
    held, n = _replaced(text, _LINE, _NONE)
    return held.strip(), n


SIDED: Final = ("src_text", "trg_text", "doc_id", "src_ids", "trg_ids")
FORMS: Final = (
    Form("TSV", "a.tsv", in_lines),
    Form("TSV, gzip", "a.tsv.gz", in_lines),
    Form("TSV, Zstandard", "a.tsv.zst", in_lines),
    Form("TSV, guarded", "a.tsv", guarded(in_lines), guards=True),
    Form("TSV, stream", "-", in_lines, "tsv", streams=True),
    Form("CSV", "a.csv", in_csv),
    Form("CSV, gzip", "a.csv.gz", in_csv),
    Form("CSV, guarded", "a.csv", guarded(in_csv), guards=True),
    Form("CSV, stream", "-", in_csv, "csv", streams=True),
    Form("JSON Lines", "a.jsonl", in_json),
    Form("JSON Lines, Zstandard", "a.jsonl.zst", in_json),
    Form("JSON Lines, stream", "-", in_json, "jsonl", streams=True),
    Form("TMX", "a.tmx", in_xml),
    Form("TMX, gzip", "a.tmx.gz", in_xml),
    Form("TMX, stream", "-", in_xml, "tmx", streams=True),
    Form("XLIFF 1.2", "a.xlf", in_xml),
    Form("XLIFF 1.2, Zstandard", "a.xliff.zst", in_xml),
    Form("XLIFF 2.0", "b.xlf", in_xml, "xliff2"),
    Form("XLIFF 2.0, stream", "-", in_xml, "xliff2", streams=True),
    Form("Parquet", "a.parquet", in_parquet),
    Form("Moses", "m", in_lines, "moses", SIDED),
    Form("Moses, gzip", "m.gz", in_lines, "moses", SIDED),
    Form("Hugging Face", "h.jsonl", in_json, "huggingface"),
    Form("Hugging Face, folder", "h", in_json, "huggingface"),
    Form("Hugging Face, Parquet", "h.parquet", in_parquet, "huggingface"),
    Form("XLSX", "a.xlsx", in_sheet),
    Form("HTML", "a.html", _turned(in_xml), columns=("src_text", "trg_text"), shown=_on_page),
    Form("Markdown", "a.md", _turned(_paragraph), columns=("src_text", "trg_text"), shown=_in_markdown),
)
"""Every format that is written, every way of packing, and streams; a test holds that none is forgotten."""

REFUSALS: Final = ("subtitles, not pairs", "not lines of text", "a file of pairs, which has both languages")
"""What a reader may say of a file of hostile pairs that we wrote: the first cells look like another kind of file."""


# Promises -------------------------------------------------------------------------------------------------------------


@dataclass
class Found:
    """What a batch gave."""

    sentences: int = 0
    pairs: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def add(self, other: Found) -> None:
        """Count another one's with these."""
        self.sentences += other.sentences
        self.pairs.update(other.pairs)
        self.refused.update(other.refused)
        self.faults += other.faults


def wrong_spans(text: str, sentences: Sequence[aligner.Sentence]) -> str:
    """What is wrong with the spans of a text's sentences, or nothing."""
    end = 0
    for k, sentence in enumerate(sentences):
        between = text[end : sentence.start]
        if not end <= sentence.start < sentence.end <= len(text):
            return f"sentence {k} spans {sentence.start}–{sentence.end} behind {end}"
        if lost := [c for c in between if not (c.isspace() or c in BULLETS)]:
            return f"lost before sentence {k}: {''.join(lost)!r}"
        inside = text[sentence.start : sentence.end]
        if letters(sentence.text) != letters(inside):
            return f"sentence {k} is not its span: {sentence.text!r}, {inside!r}"
        end = sentence.end
    if lost := [c for c in text[end:] if not (c.isspace() or c in BULLETS)]:
        return f"lost at the end: {''.join(lost)!r}"
    return ""


def letters(text: str) -> str:
    """A text in NFC without white space and without the hyphens at which lines may be broken."""
    return re.sub("[-\u2010\u00ad]", "", "".join(unicodedata.normalize("NFC", text).split()))


def wrong_repair(text: str, lang: str) -> str:
    """What is wrong with a repaired text."""
    once = aligner.normalise(text, lang=lang)
    if (twice := aligner.normalise(once, lang=lang)) != once:
        return f"normalise is not the same twice: {once!r}, {twice!r}"
    if not unicodedata.is_normalized("NFC", once):
        return f"normalised, but not NFC: {once!r}"
    return ""


def wrong_beads(beads: Iterable[aligner.Bead], n_source: int, n_target: int) -> str:
    """What is wrong with beads: each sentence must be in exactly one, in order."""
    beads = list(beads)
    for side, n in (("source", n_source), ("target", n_target)):
        places = list(itertools.chain.from_iterable(getattr(bead, side) for bead in beads))
        if places != list(range(n)):
            return f"{side} sentences are not each in one bead: {sorted(set(range(n)) ^ set(places))[:9]}"
    return ""


@contextlib.contextmanager
def streams(given: bytes = b"") -> Iterator[io.BytesIO]:
    """Standard input and output of this process for a while."""
    before = sys.stdin, sys.stdout
    out = io.BytesIO()
    sys.stdin, sys.stdout = io.TextIOWrapper(io.BytesIO(given)), io.TextIOWrapper(out, "utf-8", newline="\n")
    try:
        yield out
        sys.stdout.flush()
    finally:
        sys.stdout.detach()  # type: ignore[attr-defined]
        sys.stdin, sys.stdout = before


def write_and_read(frame: pd.DataFrame, form: Form, folder: Path, *, swap: bool | None) -> tuple[Any, Any]:
    """Write a frame and read it again: what was counted, and what came back (texts, of formats for readers)."""
    path: Any = "-" if form.streams else folder / form.suffix
    options: Any = {"guard_formulas": form.guards, "format": form.format}
    if form.streams:
        with streams() as out:
            told = aligner.write_pairs(frame, path, **options)
        with streams(out.getvalue()):
            return told, list(aligner.read_pairs(path, format=form.format, swap=swap))
    told = aligner.write_pairs(frame, path, **options)
    if form.shown is not None:
        return told, form.shown(path.read_bytes().decode("utf-8"))
    if form.format == "huggingface":
        path = path / "train.jsonl" if path.is_dir() else path
    format_ = form.format if form.format == "moses" else None
    return told, list(aligner.read_pairs(path, format=format_, swap=swap))


def wrong_writing(
    frame: pd.DataFrame, form: Form, folder: Path, refused: Counter[str] | None = None, *, swap: bool | None = False
) -> str:
    """What is wrong with what comes back from a file."""
    try:
        told, read = write_and_read(frame, form, folder, swap=swap)
    except AlignerError as error:
        if getattr(error, "what", "") in REFUSALS and refused is not None:
            refused[f"{form.name}: {error.what}"] += 1  # type: ignore[attr-defined]
            return ""
        return f"refused: {error}"
    given = {name: [form.hold(cell)[0] for cell in frame[name]] for name in form.columns}
    if form.shown is not None:
        texts = list(itertools.chain.from_iterable(zip(given["src_text"], given["trg_text"], strict=True)))
        if form.name == "Markdown":
            texts = list(filter(None, texts))
        return _first_other(form.name, texts, read)
    columns = {name: list(itertools.chain.from_iterable(chunk[name].tolist() for chunk in read if name in chunk))
               for name in form.columns}  # fmt: skip
    skipped = {kind: n for kind, n in read[-1].attrs["skipped"].items() if n}
    if skipped:
        return f"not all that was written was read: {skipped}"
    if swap is None and any("English" in notice for notice in read[-1].attrs.get("notices", ())):
        columns["src_text"], columns["trg_text"] = columns["trg_text"], columns["src_text"]
        columns["src_ids"], columns["trg_ids"] = given["src_ids"], given["trg_ids"]
    for name in form.columns:
        found = ["" if cell is None or cell != cell else cell for cell in columns[name]]
        if wrong := _first_other(name, given[name], found):
            return wrong
    held = held_of(frame, form)
    held += ["doc_id"] * (form.format == "moses")  # which names the document of either side
    replaced = sum(form.hold(cell)[1] for name in held for cell in frame[name])
    if told["pairs"] != len(frame) or told["replaced"] != replaced:
        return f"told {told['pairs']} pairs, {told['replaced']} replaced; there are {len(frame)}, {replaced}"
    return ""


def held_of(frame: pd.DataFrame, form: Form) -> list[str]:
    """Columns of text that a form writes."""
    texts = [name for name in frame.columns if all(isinstance(cell, str) for cell in frame[name])]
    return [name for name in texts if form.format != "moses" or name in form.columns]


def _first_other(name: str, given: Sequence[str], found: Sequence[str]) -> str:
    if len(given) != len(found):
        return f"{name}: {len(given)} were written, {len(found)} were read"
    for k, (one, other) in enumerate(zip(given, found, strict=True)):
        if one != other:
            return f"{name}, row {k}: {_short(one)} was read as {_short(other)}"
    return ""


def _short(text: object, limit: int = 200) -> str:
    shown = ascii(text)
    return shown if len(shown) <= limit else f"{shown[: limit // 2]}…{shown[-limit // 2 :]}"


# Smaller ones that fail -----------------------------------------------------------------------------------------------


def shrunk(items: Sequence[Any], fails: Callable[[Any], bool], most: int = 120) -> Any:
    """The smallest part of a text or a list found that still fails, in so many trials: a half left out, a quarter …"""
    kind: Any = str if isinstance(items, str) else list
    size = len(items) // 2
    while size and most > 0:
        start = 0
        while start < len(items) and most > 0:
            smaller = kind(items[:start]) + kind(items[start + size :])
            most -= 1
            if smaller and fails(smaller):
                items = smaller
            else:
                start += size
        size = min(size, len(items)) // 2
    return items


def safely(check: Callable[..., str], *arguments: Any, **options: Any) -> str:
    """What a check says; any error but bad input is a fault too."""
    try:
        return check(*arguments, **options)
    except Exception as error:
        return f"{type(error).__name__}: {_short(str(error))}"


def _fault(what: str, given: Any, check: Callable[[Any], str]) -> str:
    """A line that says what was broken, and by how little."""
    small = shrunk(given, lambda smaller: bool(safely(check, smaller)))
    return f"{what}: {_short(safely(check, small), 500)} ON {_short(small, 600)}"


def plain_frame(alignment: aligner.Alignment) -> pd.DataFrame:
    """The pairs of an alignment without scores, which take as long as the alignment itself."""
    columns: dict[str, list[str]] = {"src_text": [], "trg_text": [], "src_ids": [], "trg_ids": [], "decision": []}
    for bead in alignment.beads:
        cells = (*alignment.texts(bead), *(",".join(map(str, ids)) for ids in (bead.source, bead.target)), "keep")
        for column, cell in zip(columns.values(), cells, strict=True):
            column.append(cell)
    return pd.DataFrame(columns, dtype=object)


def _small(rows: pd.DataFrame, form: Form, folder: Path, swap: bool | None) -> str:
    """What is wrong with a part of a frame, as small as is found."""

    def check(places: Sequence[int]) -> str:
        return safely(wrong_writing, rows.iloc[list(places)], form, folder, swap=swap)

    kind = check(range(len(rows))).partition(" ")[0]
    places = shrunk(range(len(rows)), lambda part: check(part).startswith(kind))
    shown = rows.iloc[list(places)][list(form.columns)].head(3).to_dict("list")
    return (said := check(places)) and f"{said} ON {len(places)} rows: {_short(shown, 600)}"


# A batch --------------------------------------------------------------------------------------------------------------


def spans_of(text: str, lang: str) -> str:
    """Whether the spans of a text's sentences rebuild it."""
    return wrong_spans(text, aligner.split_sentences(text, lang))


def aligned(source: Any, target: Any) -> tuple[aligner.Alignment, str]:
    """An alignment, and what is wrong with it."""
    found = aligner.align(source, target)
    wrong = wrong_beads(found.beads, len(found.source), len(found.target))
    for given, sentences in ((source, found.source), (target, found.target)):
        if isinstance(given, str):
            wrong = wrong or wrong_spans(given, sentences)
        elif given != [sentence.text for sentence in sentences]:
            wrong = wrong or "aligned other sentences than were given"
    return found, wrong


def run_batch(
    seed: int, number: int, folder: Path, forms: Sequence[Form] = FORMS, n: int = PAIRS, at_once: int = AT_ONCE
) -> Found:
    """Draw a batch, take it through all steps, and say what was broken."""
    result = Found()
    maker = Maker(seed, number)
    sides = maker.sides(n)

    def broken(what: str, given: Any, check: Callable[[Any], str]) -> None:
        if safely(check, given):
            result.faults.append(f"seed {seed}, batch {number}: {_fault(what, given, check)}")

    texts = [maker.join(side) for side in sides]
    for text, lang in zip(texts, ("en", "vi"), strict=True):
        broken(f"split, {lang}", text, lambda given, lang=lang: spans_of(given, lang))  # type: ignore[misc]
        broken(f"normalise, {lang}", text, lambda given, lang=lang: wrong_repair(given, lang))  # type: ignore[misc]
    result.sentences = sum(map(len, sides))
    # Every second document as running text, in which the library finds the sentences itself.
    given: Any = texts if number % 2 else sides
    try:
        alignment, wrong = aligned(*given)
        frame = alignment.to_frame(nulls=True) if number % 8 == 0 else plain_frame(alignment)
    except AlignerError as error:
        result.refused[f"align: {getattr(error, 'what', error)}"] += 1
        return result
    except Exception as error:
        wrong = f"{type(error).__name__}: {error}"
    if wrong:
        result.faults.append(f"seed {seed}, batch {number}: align: {_short(wrong, 500)}")
        return result
    more = {"doc_id": maker.documents(len(frame)), "note": maker.cells(len(frame))}
    rows = frame.assign(**{name: pd.Series(cells, dtype=object) for name, cells in more.items()})
    swap = maker.rng.choice((False, False, False, None))
    for k in range(min(at_once, len(forms))):
        form = forms[(number * at_once + k) % len(forms)]
        wrong = safely(wrong_writing, rows, form, folder, result.refused, swap=swap)
        if wrong:
            result.faults.append(
                f"seed {seed}, batch {number}: {form.name}: {_small(rows, form, folder, swap) or wrong}"
            )
        result.pairs[form.name] += len(rows)
    return result


def _run_job(job: tuple[int, int]) -> Found:
    with tempfile.TemporaryDirectory() as folder:
        return run_batch(*job, Path(folder))


def run_texts(seed: int, sentences: int | None, minutes: float, workers: int) -> Found:
    """Batches one after another, until there were as many sentences as asked for, or the time is up."""
    total = Found()
    begun = time.monotonic()
    jobs = ((seed, number) for number in itertools.count())
    with contextlib.ExitStack() as stack:
        results: Iterator[Found]
        if workers > 1:
            pool = stack.enter_context(multiprocessing.get_context("fork").Pool(workers))
            # A window, so that no more is begun than is wanted.
            window = [pool.apply_async(_run_job, (next(jobs),)) for _ in range(2 * workers)]

            def ordered() -> Iterator[Found]:
                while True:
                    window.append(pool.apply_async(_run_job, (next(jobs),)))
                    yield window.pop(0).get()

            results = ordered()
        else:
            results = map(_run_job, jobs)
        bar = stack.enter_context(tqdm(total=sentences, unit=" sentences", file=sys.stderr))
        for found in results:
            total.add(found)
            bar.update(found.sentences)
            for fault in found.faults:
                bar.write(fault, file=sys.stdout)
            if sentences is not None and total.sentences >= sentences:
                break
            if sentences is None and time.monotonic() - begun > minutes * 60:
                break
    return total


def main() -> None:
    """Fuzz, and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60, help="how long texts are drawn; bad inputs take theirs")
    parser.add_argument("--sentences", type=int, help="as many sentences, in place of minutes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--only", choices=("texts", "inputs"), help="one of the two parts")
    parser.add_argument("--batch", type=int, help="this batch of texts alone")
    chosen = parser.parse_args()
    aligner.align("It rained.", "Trời mưa.")  # models into memory, for all children
    if chosen.batch is not None:
        with tempfile.TemporaryDirectory() as folder:
            faults = run_batch(chosen.seed, chosen.batch, Path(folder)).faults
        for fault in faults:
            print(fault)
        sys.exit(bool(faults))
    n_faults = 0
    if chosen.only != "texts":
        begun = time.monotonic()
        tried = bad_inputs.run_inputs(chosen.workers)
        n_faults += len(tried.faults)
        seconds = time.monotonic() - begun
        print(f"bad inputs: {tried.kinds} kinds, {tried.ways} ways into {tried.verbs} verbs, {tried.calls:,} calls "
              f"({tried.refused:,} refused), {len(tried.faults)} faults, {seconds:.0f} s")  # fmt: skip
    if chosen.only != "inputs":
        begun = time.monotonic()
        total = run_texts(chosen.seed, chosen.sentences, chosen.minutes, chosen.workers)
        n_faults += len(total.faults)
        seconds = time.monotonic() - begun
        print(f"texts: seed {chosen.seed}, {total.sentences:,} sentences, {len(total.faults)} faults, {seconds:.0f} s, "
              f"{total.sentences / seconds:,.0f} sentences a second")  # fmt: skip
        print("pairs written and read: " + ", ".join(f"{name} {n:,}" for name, n in total.pairs.items()))
        print("refused: " + (", ".join(f"{n} {what}" for what, n in total.refused.most_common()) or "none"))
    sys.exit(bool(n_faults))


if __name__ == "__main__":
    main()
