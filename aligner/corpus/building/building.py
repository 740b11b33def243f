"""Build a corpus out of many documents: in shards, on all cores or machines, to be gone on with after a kill."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NoReturn

import numpy as np

from aligner.alignment import Alignment, align_article
from aligner.bitext import tally_kinds
from aligner.collector import paused_collector
from aligner.corpus.building import leftovers
from aligner.corpus.building.configuration import BuildConfig, normalise_article, read_document
from aligner.corpus.building.leftovers import PARTNERS, Look, look_back, mine_leftovers, other_partners
from aligner.corpus.documents import Listed, Listing, open_listing
from aligner.corpus.jobs.faults import tell_passing
from aligner.corpus.jobs.locks import FolderLock
from aligner.corpus.jobs.workers import check_jobs, check_part, collect_results, count_cores, start_processes
from aligner.corpus.shards import (
    BINS,
    COUNTS,
    FOLDER,
    Shard,
    as_lines,
    bin_qualities,
    cut_shards,
    describe_shard,
    digest_input,
    dump_record,
    is_sealed,
    is_temporary,
    join_digests,
    name_paths,
    read_finished,
    read_record,
    refuse_writing,
    seal,
    shard_number,
    sweep,
    write_bytes,
    write_pieces,
    write_shard,
)
from aligner.documents.formats import document_suffixes
from aligner.doors import checked
from aligner.errors import AlignerError, FilePath, InputError, shorten
from aligner.files.whole import TEMPORARY, file_digest, sync_folder
from aligner.pairs.tables import columns_of, fit_field, reason_codes, rows_of
from aligner.quality.judging import judge_documents
from aligner.quality.rules import RULES
from aligner.version import SIGNED, shipped_digest

FORMAT: Final = 1
"""Number of this layout of a corpus; docs/corpora.md describes it."""

DOCUMENT_COLUMNS: Final = (
    *("id", "shard", "en", "vi", "licence", "source", "date", "layout", "verdict", "parallel_probability"),
    *("en_sentences", "vi_sentences", "pairs", "kept", "en_alone", "vi_alone", "replaced", "left_out"),
)
"""Columns of documents.tsv."""

PASSED_OVER_COLUMNS: Final = ("path", "suffix")
"""Columns of passed_over.tsv: files of the input that are no documents by their names, which documents.tsv, a row a
document that was built, has no columns for."""

SET_ASIDE_COLUMNS: Final = ("id", "shard", "kind", "en", "vi", "licence", "source", "date", "error")
"""Columns of set_aside.tsv."""


@dataclass(frozen=True, slots=True)
class Job:
    """One shard to build, with all that another process or machine needs to know."""

    corpus: str
    root: str
    shard: Shard
    config: BuildConfig
    fail_fast: bool = False
    is_watched: bool = False  # a worker that had it in hand has died: it writes down where it is

    @property
    def place(self) -> Path:
        """Where a watched worker writes down which document it has in hand."""
        return Path(self.corpus, FOLDER, f".{self.shard.number:05d}.hand{TEMPORARY}")


@checked
def build_corpus(
    documents: FilePath,
    corpus: FilePath,
    *,
    config: BuildConfig | None = None,
    jobs: int | None = None,
    executor: Executor | None = None,
    part: tuple[int, int] = (1, 1),
    fail_fast: bool = False,
    rebuild: bool = False,
    progress: Callable[[dict[str, Any]], None] | None = None,
) -> dict[str, Any]:
    r"""Build a corpus: read, normalise, align and score every document, and write all beads in shards.

    Parameters
    ----------
    documents : str or path
        A folder of documents paired by name, or a manifest (.tsv, .jsonl) with the columns ``id``, ``en``, ``vi`` (or
        ``en_text``, ``vi_text``), ``licence``, ``source``, ``date``; docs/corpora.md.
    corpus : str or path
        The folder to write; made if it is not there. A corpus of the same configuration is gone on with: shards that
        are done are left, those whose documents have changed are built anew.
    config : BuildConfig, optional
        Threshold, tone, encoding, glossary, size and packing of shards.
    jobs : int, optional
        Shards at a time: processes of this machine, all cores by default; with an executor, shards that it is given at
        a time, 64 by default.
    executor : concurrent.futures.Executor, optional
        Where to build in place of processes of this machine. Its workers must see the same folders.
    part : tuple of int
        (i, n), 1-based: build only every n-th shard, for n machines that share the folder and nothing else.
    fail_fast : bool
        Raise at the first document that cannot be built. Otherwise it is set aside with its error and counted.
    rebuild : bool
        Build a corpus of another version or configuration anew, in place.
    progress : callable, optional
        Called with every shard's record when it is done.

    Returns
    -------
    dict
        What corpus.json holds: ``complete`` (False if other parts are not there yet, or memory or disk did not suffice
        for some shards, which ``passing`` then names with the error; they are tried again the next time), ``counts``,
        ``documents``, ``set_aside`` by kind, ``passed_over`` (files that are no documents, by suffix), ``reasons``,
        ``histogram``, ``shards``, ``signature``, and what it was built by. Of a folder ``partners``: how many documents
        are no translations as their names pair them (``doubted``), and how many pairs were built instead (``found``);
        with `BuildConfig.mine` ``mined``: documents and sentences of both sides, pairs and those kept.

    Raises
    ------
    InputError
        If the input or the folder is none, the folder holds something else or a corpus that was built otherwise,
        another build is at work there, it cannot be written, or a worker died.

    Examples
    --------
    >>> import concurrent.futures, json, pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> row = {"id": "rain", "en_text": "It rained all night.", "vi_text": "Trời mưa suốt đêm."}
    >>> _ = (folder / "all.jsonl").write_text(json.dumps(row), encoding="utf-8")
    >>> with concurrent.futures.ThreadPoolExecutor(1) as executor:  # leave it out, and all cores are used
    ...     build_corpus(folder / "all.jsonl", folder / "corpus", executor=executor)["counts"]["pairs"]
    1
    """
    config = config if config is not None else BuildConfig()
    check_part(part)
    if jobs is not None:
        check_jobs(jobs)
    listing = open_listing(documents, skip=corpus)
    folder = Path(os.path.abspath(corpus))
    shards = _cut_listing(listing, config, fail_fast)
    first = next(shards, None)  # before anything is made: an input without documents leaves nothing
    if first is None:
        _refuse_empty(listing)
    n_shards = 0

    def work() -> Iterator[Shard]:
        nonlocal n_shards
        for shard in itertools.chain([first], shards):
            n_shards = shard.number + 1
            if shard.number % part[1] == part[0] - 1:
                yield shard

    with _at_work(folder, config, rebuild, part) as lock:
        if executor is None and jobs is None:
            jobs = count_cores()
        window = 64 if jobs is None else jobs + 2

        def run(given: Iterable[Job], jobs: int, window: int) -> Iterator[dict[str, Any]]:
            """Build shards; the records of those that memory, disk, system or a worker's life did not suffice for."""
            for record in _build_each(given, executor, jobs, window):
                if record.get("passing"):
                    yield record
                elif progress is not None:
                    progress(record)

        def build(shards: Iterable[Shard]) -> list[dict[str, Any]]:
            """Build shards, those that failed a second time; the records of those that failed again."""
            given = (Job(str(folder), listing.root, shard, config, fail_fast) for shard in shards)
            failed = sorted(run(given, jobs or 1, window), key=lambda record: record["shard"])
            # One at a time, when nothing else wants memory: a worker that dies then says what it died of.
            again = [replace(record["job"], is_watched=record["passing"] == WORKER) for record in failed]
            return list(run(again, 1, 1))

        failed = build(work())
        while True:
            second: dict[str, Any] = {}
            if not failed and (look := look_back(folder, config, n_shards)) is not None:
                with lock.first():
                    failed, n_shards, second = _look_again(
                        folder, listing, config, look, build=build, jobs=jobs, executor=executor
                    )
            with lock.door():
                total = _conclude(folder, config, n_shards, listing, failed, second)
            if total is not None:
                return total
            failed = []  # another part has built what was wanting: the second look is still to be taken


def _refuse_empty(listing: Listing) -> NoReturn:
    """Raise an InputError that says what an input without documents holds."""
    passed = Counter(suffix for _, suffix in listing.passed_over())
    found = ", ".join(f"{n} {suffix or 'without a suffix'}" for suffix, n in passed.most_common()) or "none"
    todo = f"give a manifest, or a folder of {' '.join(document_suffixes())} (docs/corpora.md)"
    raise InputError("no documents", path=listing.path, found=f"files: {found}", todo=todo)


def _look_again(
    folder: Path,
    listing: Listing,
    config: BuildConfig,
    look: Look,
    *,
    build: Callable[[Iterable[Shard]], list[dict[str, Any]]],
    jobs: int | None,
    executor: Executor | None,
) -> tuple[list[dict[str, Any]], int, dict[str, Any]]:
    """Build what names misled about, and mine what is left, where that is asked for.

    Returns
    -------
    failed : list of dict
        As `build` gives them.
    n_shards : int
        How many there are now.
    second : dict
        What is told of both.
    """
    second: dict[str, Any] = {}
    others, second["partners"] = other_partners(folder, listing, config, look, jobs or count_cores())
    failed, n_shards = build(others), look.n_shards + len(others)
    if config.mine and not failed:
        with contextlib.nullcontext(executor) if executor is not None else start_processes(jobs or 1) as pool:
            second["mined"], n_mined = mine_leftovers(folder, listing, config, look, n_shards, jobs, pool)
        n_shards += n_mined
    shutil.rmtree(folder / leftovers.FOLDER, ignore_errors=True)
    return failed, n_shards, second


WORKER: Final = "worker"
"""What was wanting where a worker died, beside the kinds of `faults.tell_passing`."""


def _build_each(given: Iterable[Job], executor: Executor | None, jobs: int, window: int) -> Iterator[dict[str, Any]]:
    """Records of shards, built by an executor that was given or by processes of ours.

    Where a process of ours dies, what was in hand is told as failed, and others go on with the rest.
    """
    if executor is not None:
        yield from collect_results(build_shard, given, executor, window)
        return
    left = iter(given)
    for first in left:
        lost: list[Job] = []
        with start_processes(jobs) as pool:
            yield from collect_results(build_shard, itertools.chain([first], left), pool, window, lost)
        for job in lost:
            document = _told_in_hand(job)
            if job.fail_fast:
                raise InputError(f"{document}: {_DIED}", todo=AGAIN)
            yield {"shard": job.shard.number, "job": job, "passing": WORKER, "id": document, "error": _DIED}


_DIED: Final = "its worker died, perhaps killed for its memory, or by a fault of a library"


def _told_in_hand(job: Job) -> str:
    """The document that a watched worker had in hand when it died; the shard where nobody knows."""
    try:
        return job.place.read_text("utf-8")
    except (OSError, ValueError):
        return f"shard {job.shard.number}"


@contextlib.contextmanager
def _at_work(folder: Path, config: BuildConfig, rebuild: bool, part: tuple[int, int]) -> Iterator[FolderLock]:
    """Have the folder, made a corpus of this configuration, for a build; nothing half-written is left behind."""
    _check_folder(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        refuse_writing(error, folder)
    lock = FolderLock(folder, is_part=part != (1, 1))

    def end() -> None:
        if lock.is_alone:
            sweep(folder, folder / FOLDER)

    with lock.at_work(lambda: _open_corpus(folder, config, rebuild, lock.is_alone), end):
        yield lock


def count_documents(documents: FilePath, corpus: FilePath) -> int:
    """Count an input's documents, bad ones included, for whoever shows progress."""
    return sum(1 for _ in open_listing(documents, skip=corpus).documents())


def build_shard(job: Job) -> dict[str, Any]:
    """Build one shard and write it, unless it is done; what workers run.

    Returns
    -------
    dict
        Its record, ``fresh`` telling whether it was built now.

    Raises
    ------
    InputError
        If it cannot be written, or with `fail_fast` at the first bad document.
    """
    config, number = job.config, job.shard.number
    inputs = digest_input(job.shard.documents, job.root)
    done = read_finished(job.corpus, number, config=config.digest(), inputs=inputs, compress=config.compress)
    if done is not None and not (job.fail_fast and done["set_aside"]):
        return {**done, "fresh": False}
    try:
        with paused_collector():  # a shard makes millions of objects, and all but a few go at its end
            return _build_new(job, inputs)
    except _PassingError as fault:
        if job.fail_fast:
            raise InputError(f"{fault.document}: {fault.error}", found=fault.kind, todo=AGAIN) from None
        return {"shard": number, "job": job, "passing": fault.kind, "id": fault.document, "error": fault.error}


class _PassingError(Exception):
    """What a document, or a shard's batch, could not be built for this time: nothing of the data."""

    def __init__(self, document: str, kind: str, error: str) -> None:
        super().__init__(document, kind, error)
        self.document, self.kind, self.error = document, kind, error


AGAIN: Final = "the same command tries it again: give it more, or fewer --jobs"


@contextlib.contextmanager
def _telling_passing(document: str, root: str) -> Iterator[None]:
    """Raise a _PassingError for a fault of the machine; others go through."""
    try:
        yield
    except Exception as fault:
        if kind := tell_passing(fault):
            raise _PassingError(document, kind, _put_in_words(fault, root)) from None
        raise


def _build_new(job: Job, inputs: str) -> dict[str, Any]:
    """Build a shard that is not done."""
    config, number = job.config, job.shard.number
    alignments: list[Alignment] = []
    rows: list[dict[str, Any]] = []
    aside: list[dict[str, Any]] = []
    for listed in job.shard.documents:
        kind, error = listed.fault, listed.error
        if job.is_watched:
            job.place.write_text(listed.id, "utf-8", "replace")
        if not kind:
            try:
                with _telling_passing(listed.id, job.root):
                    found, row = _build_document(listed, job.root, config)
            except _PassingError:
                raise
            except Exception as fault:  # whatever one document does, the others go on
                kind, error = "document", _put_in_words(fault, job.root)
            else:
                alignments.append(found)
                rows.append(row)
        if kind:
            if job.fail_fast:
                raise InputError(f"{listed.id}: {error}")
            aside.append({"id": listed.id, "kind": kind, **_record_origin(listed), "error": error})
    if job.is_watched:
        job.place.unlink()
    with _telling_passing(f"shard {number}", job.root):
        text, reasons, histogram = _judged(alignments, rows, config)
    record = describe_shard(
        number, config.digest(), inputs, documents=rows, set_aside=aside, reasons=reasons, histogram=histogram
    )
    return {**write_shard(job.corpus, number, text, record, compress=config.compress), "fresh": True}


def _put_in_words(fault: Exception, root: str) -> str:
    """An error in words that do not depend on where the input lies."""
    words = str(fault) if isinstance(fault, AlignerError) else shorten(f"{type(fault).__name__}: {fault}")
    return fit_field(words.replace(os.path.join(root, ""), ""))[0]


def _record_origin(listed: Listed) -> dict[str, str]:
    """What the input says of a document, as it is recorded."""
    return {"en": listed.en, "vi": listed.vi, "licence": listed.licence, "source": listed.source, "date": listed.date}


MAX_SENTENCES: Final = 200_000
"""Sentences of both sides together that a document may have: a worker then needs 2 GB (100,000 a side in
benchmarks/README.md), and one that is killed for its memory would stop the corpus (test_building.py)."""


def _build_document(listed: Listed, root: str, config: BuildConfig) -> tuple[Alignment, dict[str, Any]]:
    """A document aligned, not judged yet, and what is recorded of it."""
    article = read_document(listed, root, config)
    n = len(article.source) + len(article.target)
    if n > MAX_SENTENCES:
        raise InputError("too long a document", found=f"{n:,} sentences", todo="cut it into parts")
    alignment = align_article(normalise_article(article, listed.id, config.tone), glossary=config.glossary)
    return alignment, {
        "id": listed.id,
        **_record_origin(listed),
        "layout": article.layout,
        "verdict": alignment.verdict.kind if alignment.verdict else "",
        "parallel_probability": round(alignment.parallel_probability, 4),
        "en_sentences": len(alignment.source),
        "vi_sentences": len(alignment.target),
        **_bead_counts(alignment),
        "left_out": tally_kinds(article, left_out=True),
        "lengths": _sentence_lengths(alignment),
    }


def _sentence_lengths(alignment: Alignment) -> dict[str, str]:
    """Characters, as they are written, of each sentence that shares its side of a bead with others, bead by bead.

    By these the joined texts of a shard can be parted again.
    """
    sides = {"en": (alignment.source, "source"), "vi": (alignment.target, "target")}
    return {
        lang: " ".join(
            str(len(fit_field(sentences[k].text)[0]))
            for bead in alignment.beads
            if len(getattr(bead, side)) > 1
            for k in getattr(bead, side)
        )
        for lang, (sentences, side) in sides.items()
    }


def _bead_counts(alignment: Alignment) -> dict[str, int]:
    """Pairs, and sentences without counterpart on each side."""
    nulls = [bead for bead in alignment.beads if bead.is_null]
    en_alone = sum(len(bead.source) for bead in nulls)
    vi_alone = sum(len(bead.target) for bead in nulls)
    return {"pairs": len(alignment.beads) - len(nulls), "en_alone": en_alone, "vi_alone": vi_alone}


def _judged(
    alignments: list[Alignment], rows: list[dict[str, Any]], config: BuildConfig
) -> tuple[str, dict[str, int], list[int]]:
    """The shard's TSV, rows by reason, pairs by quality; completes the documents' rows."""
    # All documents of the shard in one batch: one at a time would take twice as long (decision 0023).
    found = [(alignment, bead) for alignment in alignments for bead in alignment.beads]
    judgements = judge_documents(found, config.threshold, glossary=config.glossary)
    columns = columns_of(alignments)
    lines, first = ["\t".join(columns)], 0  # a shard has the columns of an alignment
    for alignment, row in zip(alignments, rows, strict=True):
        own = judgements[first : first + len(alignment.beads)]
        first += len(own)
        found_lines, replaced = as_lines(rows_of(alignment, alignment.beads, own, len(columns)))
        lines += found_lines
        row |= {"kept": sum(judgement.is_kept for judgement in own), "replaced": replaced}
    codes = Counter(code for judgement in judgements for code in reason_codes(";".join(judgement.reasons)))
    quality = [judgement.quality for (_, bead), judgement in zip(found, judgements, strict=True) if not bead.is_null]
    return "\n".join(lines) + "\n", dict(sorted(codes.items())), bin_qualities(quality)


def _cut_listing(listing: Listing, config: BuildConfig, fail_fast: bool) -> Iterator[Shard]:
    """The input in shards; with `fail_fast` a row that names no document is raised at once."""

    def sound() -> Iterator[Listed]:
        for document in listing.documents():
            if fail_fast and document.fault:
                raise InputError(document.error)
            yield document

    return cut_shards(sound(), shard_bytes=config.shard_bytes)


_NAMES: Final = (
    *("corpus.json", "documents.tsv", "passed_over.tsv", "set_aside.tsv", PARTNERS),
    *(FOLDER, leftovers.FOLDER),
)
"""What a corpus's folder holds."""


def _check_folder(folder: Path) -> None:
    """Refuse a folder that holds something else than a corpus, before anything is written into it."""
    if folder.exists() and not folder.is_dir():
        raise InputError("not a folder", path=folder, todo="give a folder for the corpus")
    if not folder.exists():
        return
    other = sorted(path.name for path in folder.iterdir() if path.name not in _NAMES and not is_temporary(path))
    if (folder / FOLDER).is_dir():
        strange = (path.name for path in (folder / FOLDER).iterdir() if shard_number(path) is None)
        other += sorted(f"{FOLDER}/{name}" for name in strange if not is_temporary(Path(name)))
    if other and not (folder / "corpus.json").exists():
        found_names = ", ".join(other[:3]) + (", …" if len(other) > 3 else "")
        raise InputError("a folder that holds something else", path=folder, found=found_names,
                         todo="give a new folder, or an empty one")  # fmt: skip


def _open_corpus(folder: Path, config: BuildConfig, rebuild: bool, is_alone: bool) -> None:
    """Make the folder a corpus of this configuration, or say why it is none.

    A corpus.json that is not there, or not whole, is written anew: a kill or a full disk may have left the folder at
    any step, and the shards' own records say what each was built by.
    """
    stored = folder / "corpus.json"
    head = _stored_head(stored)
    if head is not None and head["config_digest"] == config.digest():
        told = ""
    elif head is not None:
        told = _tell_difference(head["config"], config.describe())
    else:
        others = (record["config"] for record in _built(folder) if record["config"] != config.digest())
        told = "".join(
            f"shards of configuration {other}, now {config.digest()}" for other in itertools.islice(others, 1)
        )
    # Where nothing is built, as behind a manifest that was none, nothing can be lost; unless others are just at it.
    if told and not rebuild and (not is_alone or any(True for _ in _built(folder))):
        todo = "give another folder, the same options, or --rebuild (rebuild=True) to build it anew in place"
        raise InputError("a corpus that was built otherwise", path=folder, found=told, todo=todo)
    if head is None or head["config_digest"] != config.digest() or not is_sealed(head):
        write_bytes(stored, dump_record(seal(_describe_head(config) | {"complete": False})))
    try:
        (folder / FOLDER).mkdir(exist_ok=True)
    except OSError as error:
        refuse_writing(error, folder)
    sync_folder(folder)
    if is_alone:
        sweep(folder, folder / FOLDER)


def _built(folder: Path) -> Iterator[dict[str, Any]]:
    """Records of shards that hold documents."""
    for path in sorted((folder / FOLDER).glob("*.json")):
        number = shard_number(path)
        record = None if number is None else read_record(folder, number)
        if record is not None and record["documents"]:
            yield record


def _stored_head(path: Path) -> dict[str, Any] | None:
    """What corpus.json holds; None where there is none, or one that is damaged. InputError for another layout."""
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError("cannot be read", path=path, found=error.strerror, todo="check its rights") from None
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not isinstance(found.get("format"), int):
        return None
    if found["format"] != FORMAT:
        todo = "use the version of aligner that built it, or build it anew into another folder"
        raise InputError("a corpus of another layout", path=path, found=f"format {found['format']}", todo=todo)
    is_head = isinstance(found.get("config"), dict) and isinstance(found.get("config_digest"), str)
    return found if is_head else None


def read_corpus(folder: FilePath) -> dict[str, Any]:
    """Read corpus.json: what a corpus is and was built by.

    Raises
    ------
    InputError
        If the folder is no corpus, one of another layout, or corpus.json is not what was written.

    Examples
    --------
    >>> read_corpus("no/such")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: no/such: no corpus (found no corpus.json); build one: aligner build INPUT -o CORPUS
    """
    path = Path(folder, "corpus.json")
    if not os.path.isfile(path):  # False, too, of what is no path
        todo = "build one: aligner build INPUT -o CORPUS"
        raise InputError("no corpus", path=folder, found="no corpus.json", todo=todo)
    found = _stored_head(path)
    if found is None or (found.get("complete") and not is_sealed(found)):
        size = path.stat().st_size
        what = "another digest" if found else f"{size} bytes that are no such file" if size else "an empty file"
        todo = "run aligner build again with its options: shards that are done are kept, and it is written anew"
        raise InputError("not a corpus: corpus.json is damaged", path=path, found=what, todo=todo)
    return found


def _describe_head(config: BuildConfig) -> dict[str, Any]:
    """The head of corpus.json."""
    return {"format": FORMAT, "config": config.describe(), "config_digest": config.digest()}


def _tell_difference(stored: dict[str, Any], now: dict[str, Any]) -> str:
    """What differs between two configurations, in words."""
    found = []
    for name in now:
        if stored.get(name) != now[name]:
            what = "models and tables" if name == "data" else name
            found.append(f"{what} {stored.get(name)}, now {now[name]}")
    return ", ".join(found) or "another configuration"


def _conclude(
    folder: Path, config: BuildConfig, n_shards: int, listing: Listing, failed: Sequence[dict[str, Any]],
    second: Mapping[str, Any],
) -> dict[str, Any] | None:  # fmt: skip
    """When all shards are there, join what they record, and call the corpus complete.

    None where all are there and nobody looked a second time: what that look of another part has built would seem to be
    shards that the input no longer has.
    """
    counts: Counter[str] = Counter(dict.fromkeys(COUNTS, 0))
    aside: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    histogram = np.zeros(BINS, int)
    n_documents = 0
    missing = []
    digests = []
    for number in range(n_shards):
        record = read_record(folder, number)
        if record is None or record["config"] != config.digest():
            missing.append(number)
            continue
        counts.update(record["counts"])
        reasons.update(record["reasons"])
        histogram += record["histogram"]
        n_documents += sum(row["layout"] != "mined" for row in record["documents"])
        aside.update(row["kind"] for row in record["set_aside"])
        digests.append(record["digest"])
    total: dict[str, Any] = {
        **_describe_head(config),
        "complete": not missing,
        "shards": n_shards,
        "documents": n_documents,
        "set_aside": dict(sorted(aside.items())),
        "passed_over": dict(sorted(Counter(suffix for _, suffix in listing.passed_over()).items())),
        "counts": dict(counts),
        "reasons": dict(sorted(reasons.items())),
        "histogram": histogram.tolist(),
        "signature": _sign(config, n_documents, counts),
        **second,
    }
    if missing:
        told = [{name: record[name] for name in ("shard", "passing", "id", "error")} for record in failed]
        return {**total, "missing": missing, "passing": told}
    if not second:
        return None
    wanted = {path for k in range(n_shards) for path in name_paths(folder, k, compress=config.compress)}
    for path in (folder / FOLDER).iterdir():  # shards that the input no longer has, or packed otherwise
        if shard_number(path) is not None and path not in wanted:
            path.unlink(missing_ok=True)
    passed = ({"path": path, "suffix": suffix} for path, suffix in listing.passed_over())
    tables = {
        "documents.tsv": _join_tables(folder, n_shards, "documents", DOCUMENT_COLUMNS),
        "set_aside.tsv": _join_tables(folder, n_shards, "set_aside", SET_ASIDE_COLUMNS),
        "passed_over.tsv": _format_lines(passed, PASSED_OVER_COLUMNS),
    }
    for name, pieces in tables.items():
        write_pieces(folder / name, pieces)
    total |= {
        "records": join_digests(digests),
        "tables": {name: file_digest(folder / name).hex() for name in tables},
    }
    write_bytes(folder / "corpus.json", dump_record(seal(total)))
    return total


def _join_tables(folder: Path, n_shards: int, kind: str, columns: tuple[str, ...]) -> Iterator[bytes]:
    """Lines of a table that is joined from the records of all shards, shard by shard."""
    records = ((number, read_record(folder, number) or {}) for number in range(n_shards))
    rows = ({**row, "shard": number} for number, record in records for row in record.get(kind, ()))
    return _format_lines(rows, columns)


def _format_lines(rows: Iterable[Mapping[str, object]], columns: tuple[str, ...]) -> Iterator[bytes]:
    """Rows as lines of TSV, under a header."""
    yield ("\t".join(columns) + "\n").encode()
    for row in rows:
        line = "\t".join(fit_field(str(row[name]))[0] for name in columns)
        yield (line + "\n").encode("utf-8", "replace")


def _sign(config: BuildConfig, n_documents: int, counts: Counter[str]) -> str:
    """One line for whoever reports a result on the corpus."""
    return (
        f"{SIGNED}|encoder:{shipped_digest('encoder.npz')}|weights:{shipped_digest('alignment.json')}"
        f"|quality:{shipped_digest('quality.json')}|threshold:{config.threshold}|rules:{len(RULES)}|tone:{config.tone}"
        f"|config:{config.digest()}|documents:{n_documents}|pairs:{counts['pairs']}|kept:{counts['kept']}"
    )
