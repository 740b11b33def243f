"""From a heap of documents to pairs: read them, look for what translates what, have the aligner say yes or no."""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from aligner.alignment import align
from aligner.bitext import LIKELY
from aligner.corpus.documents import FOUND_COLUMNS, JSON_LINES, document_files, name_existing, numbered_lines
from aligner.corpus.jobs.locks import FolderLock, has_worked
from aligner.corpus.jobs.workers import check_jobs, collect_results, count_cores, start_processes
from aligner.documents.articles import Encodings, parse_sentences, read_sentences, split_encodings
from aligner.doors import checked
from aligner.encoders.embedded import embedded_encoder
from aligner.errors import AlignerError, FilePath, InputError, Progress
from aligner.matching.addresses import address_words
from aligner.matching.candidates import find_candidates
from aligner.matching.competition import margins, pair_greedily
from aligner.matching.contents import Contents, describe_contents
from aligner.matching.decision import Verified, pair_probability
from aligner.matching.piles import Ints, Pile, Rows, make_piles, mean_vectors
from aligner.matching.scores import find_boilerplate, score_candidates
from aligner.pairs.chunks import json_fault
from aligner.pairs.frames import make_frame
from aligner.pairs.tables import fit_field
from aligner.search.keys import anchor_keys
from aligner.threads import one_thread

if TYPE_CHECKING:
    import pandas as pd

PAIR_COLUMNS: Final = ("id", "en", "vi", *FOUND_COLUMNS)
"""Columns of the pairs; with texts in place of files ``en_text`` and ``vi_text`` come behind ``vi``."""

ALONE_COLUMNS: Final = (
    *("document", "lang", "reason", "candidate", "score", "margin", "probability", "parallel_probability", "detail"),
)
"""Columns of the documents without a partner."""

_NUMBERS: Final = FOUND_COLUMNS[:4]

Lang = Literal["en", "vi", ""]
"""What a document is given as; empty where its words are to tell."""

BATCH: Final = 32
"""Documents that a worker reads or scores at a time, and pairs that it aligns: the bytes are the same for any number of
workers because nothing that is computed depends on it."""

SMALL: Final = 48
"""Documents up to which no process is started: starting two costs as much as reading them."""

BOTH_SHARE: Final = 1 / 3
"""Share of the characters of a document from which on its lesser language makes it one in both: translations of which a
part was left in English have less; a file with both has .4 and more (test_matching.py)."""

LEAST_SCORE: Final = 0.3
"""Score from which a pair is aligned at all: of 1,068 pairs of made crawls without shared text and of documentation
none has below .37 (benchmarks/matching.py)."""

LEAST_MARGIN: Final = -0.1
"""Margin from which a pair is aligned at all: one that is further behind another choice is not asked about. Of 8,806
pairs of made crawls one is below -.06, of what was taken for one without being one a third (benchmarks/matching.py)."""

MOST_ROUNDS: Final = 4
"""Times that documents whose pair the aligner refuses may try the next candidate."""


class Found(NamedTuple):
    """What `match_documents` gives."""

    pairs: pd.DataFrame
    alone: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Entry:
    """A document of a heap, before it is read.

    Attributes
    ----------
    name : str
        Its path as it was given, or its id.
    path : str
        The file to open; empty if the text is given.
    text : str or None
        The text, in place of a file.
    address : str
        What its name says: the path below its folder, or its address.
    lang : {"en", "vi", ""}
        The language that it was given as.
    """

    name: str
    path: str = ""
    text: str | None = None
    address: str = ""
    lang: Lang = ""


class _Read(NamedTuple):
    """A document that was read: what it holds and its sentences; or why it is none."""

    contents: Contents | None
    sentences: tuple[str, ...]
    reason: str = ""
    detail: str = ""


class _Scored(NamedTuple):
    """Candidates, an entry a pair: English document, Vietnamese document, score, margin."""

    rows: Ints
    columns: Ints
    scores: NDArray[np.float64]
    margins: NDArray[np.float64]


_Job = TypeVar("_Job")
_Result = TypeVar("_Result")
Run = Callable[[Callable[[Any], Any], Sequence[Any]], Iterator[Any]]


def list_entries(documents: FilePath, lang: Lang = "") -> list[Entry]:
    """List the documents of a folder, of a list of paths (.txt, .tsv) or of JSON Lines.

    Raises
    ------
    InputError
        If there is no such thing, or nothing in it; a row that names no document is said with its line.

    Examples
    --------
    >>> list_entries("no/such/folder")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: no/such/folder: no such file or folder; check the path
    """
    name = name_existing(documents)
    if os.path.isdir(name):
        found = [Entry(os.path.join(name, p), os.path.join(name, p), None, p, lang) for p in document_files(name)]
    elif name.lower().endswith(JSON_LINES):
        found = list(_of_records(_records(name), os.path.dirname(name), name, lang))
    elif name.lower().endswith((".txt", ".tsv", ".lst")):
        found = list(_of_paths(name, lang))
    else:
        todo = "give a folder, a list of paths (.txt) or JSON Lines of documents (.jsonl)"
        raise InputError("neither a folder nor a list of documents", path=name, todo=todo)
    if not found:
        raise InputError("no documents", path=name, todo="see docs/matching.md for what is read")
    return found


def _of_paths(name: str, lang: Lang) -> Iterator[Entry]:
    """A path a line, relative to the list."""
    for number, path in _filled_lines(name):
        if "\0" in path or "\t" in path:
            todo = "write a path a line"
            raise InputError("not a path", path=name, line=number, found=repr(path[:60]), todo=todo)
        file_path = os.path.join(os.path.dirname(name), path)
        yield Entry(file_path, file_path, None, path, lang)


def _filled_lines(name: str) -> Iterator[tuple[int, str]]:
    """Numbered lines that are not blank; one that is no UTF-8 is raised."""
    for number, line in numbered_lines(name):
        if isinstance(line, InputError):
            raise line
        if line.strip():
            yield number, line


def _records(name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Objects of JSON Lines with their lines."""
    for number, line in _filled_lines(name):
        try:
            record = json.loads(line)
            if not isinstance(record, dict):
                raise ValueError(f"{type(record).__name__}, no object")
        except (ValueError, RecursionError) as error:
            todo = "write an object a line: id or url, text or path, lang"
            raise InputError("not a document", path=name, line=number, found=json_fault(error), todo=todo) from None
        yield number, record


_KEYS: Final = ("id", "url", "text", "path", "lang")


def _of_records(
    records: Iterable[tuple[int, Mapping[str, Any]]], folder: str, name: str | None, lang: Lang
) -> Iterator[Entry]:
    """Documents of objects with the keys of _KEYS; other keys are passed over, as crawls have many."""
    seen: dict[str, int] = {}
    for number, record in records:
        where: dict[str, Any] = {"path": name, "line": number}
        for key in _KEYS:
            if not isinstance(record.get(key, ""), str):
                found = f"{key!r} is {type(record[key]).__name__}"
                raise InputError("not a document", **where, found=found, todo="write texts")
        text, path = record.get("text"), record.get("path", "")
        if (text is None) == (not path):
            todo = "give text or path"
            raise InputError("a document is a text or a file", **where, found="both" if path else "neither", todo=todo)
        told = str(record.get("lang", ""))[:2].lower() or lang
        if told not in ("en", "vi", ""):
            todo = "lang is en, vi or left out"
            raise InputError("unknown language", **where, found=repr(record["lang"])[:40], todo=todo)
        own = record.get("id") or record.get("url") or path or f"row {number}"
        if own in seen:
            todo = "give every document an id of its own"
            raise InputError(
                "an id that another document has", **where, found=f"{own[:80]!r}, first at {seen[own]}", todo=todo
            )
        seen[own] = number
        file_path = os.path.join(folder, path) if path else ""
        yield Entry(file_path or own, file_path, text, record.get("url") or own, told)  # type: ignore[arg-type]


@checked
def match_documents(
    documents: FilePath | Iterable[Mapping[str, str]],
    others: FilePath | Iterable[Mapping[str, str]] | None = None,
    *,
    encoding: str | None = None,
    skip: Iterable[FilePath] = (),
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Found:
    r"""Find the documents of a heap that translate each other, whatever they are called.

    Parameters
    ----------
    documents : path, or iterable of mapping
        A folder, a list of paths (.txt), JSON Lines (.jsonl), or mappings with ``text`` or ``path``, and ``id`` or
        ``url``, and ``lang`` where it is known. In both languages; with `others`, those in English.
    others : path, or iterable of mapping, optional
        Those in Vietnamese.
    encoding : str, optional
        As for `read_article`.
    skip : iterable of path
        Files of a folder that are none of it, as the manifest of an earlier run.
    jobs : int, optional
        Processes; all cores by default. The result is the same for any number.
    progress : callable, optional
        Called with what is being done, how much of it is done, and how much there is.

    Returns
    -------
    Found
        ``pairs``: a row a pair, by the English document, with `PAIR_COLUMNS`; ``alone``: a row for every other
        document, with the reason and its best candidate, with `ALONE_COLUMNS` (docs/matching.md). No document is in
        two pairs, and each is in one of the two frames.

    Raises
    ------
    InputError
        If nothing is there to be read, or a row names no document. A file that cannot be read is alone, and says why.

    Examples
    --------
    >>> texts = {"a": "The cat sleeps on the warm roof.", "b": "Seven ships left the harbour on Monday."}
    >>> texts |= {"c": "Bảy con tàu rời cảng hôm thứ Hai.", "d": "Con mèo ngủ trên mái nhà ấm áp."}
    >>> found = match_documents([{"id": name, "text": text} for name, text in texts.items()])
    >>> list(zip(found.pairs["en"], found.pairs["vi"]))
    [('a', 'd'), ('b', 'c')]
    """
    if jobs is not None:
        check_jobs(jobs)
    skip = list(skip)
    if not all(isinstance(path, (str, os.PathLike)) for path in skip):
        raise InputError("files to pass over are no paths", found=repr(skip)[:100], todo="give their paths")
    entries = _entries(documents, "" if others is None else "en")
    if others is not None:
        entries += _entries(others, "vi")
    passed = {os.path.realpath(path) for path in skip}
    entries = [entry for entry in entries if not entry.path or os.path.realpath(entry.path) not in passed]
    return match_entries(entries, encoding, jobs or count_cores(), progress)


def match_entries(entries: Sequence[Entry], encoding: Encodings, jobs: int, progress: Progress | None = None) -> Found:
    """Find those of some documents that translate each other; as `match_documents`, which lists them.

    An encoding for each language goes by what the documents were given as.
    """
    tell: Progress = progress or (lambda stage, done, total: None)
    try:
        with contextlib.ExitStack() as stack:
            folder = stack.enter_context(_laid_out())
            run = stack.enter_context(_runner(jobs, len(entries)))
            heap = _Heap(folder, entries)
            heap.read(run, encoding, tell)
            return heap.match(run, tell)
    except OSError as error:  # of our own files: those of the heap that cannot be read are alone
        todo = "free some space where temporary files go, or set TMPDIR to another folder"
        raise InputError("documents cannot be laid out", found=error.strerror or str(error), todo=todo) from None
    finally:  # what is mapped goes away with the folder
        _piles.cache_clear()
        _places.cache_clear()


_PREFIX, _GONE = "aligner-match-", "aligner-matched-"
"""Names of the folders where heaps are laid out begin with the first; with the second while they are taken away."""


@contextlib.contextmanager
def _laid_out() -> Iterator[Path]:
    """Have a folder where temporary files go; those that killed runs left there are taken away."""
    place = Path(tempfile.gettempdir())
    for gone in place.glob(f"{_GONE}*"):
        shutil.rmtree(gone, ignore_errors=True)
    for left in filter(has_worked, place.glob(f"{_PREFIX}*")):
        with contextlib.suppress(OSError, InputError), _held(left) as is_held:
            if is_held:
                _take_away(left)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    with _held(folder):
        try:
            yield folder
        finally:
            _take_away(folder)


def _take_away(folder: Path) -> None:
    """Take a folder away that is held; whoever is killed at it leaves one that anybody sees to be gone."""
    with contextlib.suppress(OSError):
        gone = folder.with_name(_GONE + folder.name.removeprefix(_PREFIX))
        shutil.rmtree(folder.rename(gone), ignore_errors=True)


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """Have a folder alone; InputError where another run is at work in it, False where nobody can tell."""
    lock = FolderLock(folder, is_part=False, what="matching")
    with lock.door():
        lock.enter()
    try:
        yield lock.is_held
    finally:
        lock.release()


def _entries(documents: FilePath | Iterable[Mapping[str, str]], lang: Lang) -> list[Entry]:
    if isinstance(documents, (str, os.PathLike)):
        return list_entries(documents, lang)
    found = list(_of_records(enumerate(documents, 1), "", None, lang))
    if not found:
        raise InputError("no documents", found="nothing", todo="give a folder or mappings")
    return found


@contextlib.contextmanager
def _runner(jobs: int, n_documents: int) -> Iterator[Run]:
    """What calls a function with all jobs and gives the results in the order of the jobs."""
    if jobs == 1 or n_documents <= SMALL:

        def here(function: Callable[[_Job], _Result], given: Sequence[_Job]) -> Iterator[_Result]:
            with one_thread():
                yield from map(function, given)

        yield here
        return
    with start_processes(jobs) as executor:

        def there(function: Callable[[_Job], _Result], given: Sequence[_Job]) -> Iterator[_Result]:
            waiting: dict[int, _Result] = {}
            at = 0
            numbered = [(function, k, job) for k, job in enumerate(given)]
            for k, result in collect_results(_numbered, numbered, executor, 4 * jobs):
                waiting[k] = result
                while at in waiting:
                    yield waiting.pop(at)
                    at += 1

        yield there


def _numbered(job: tuple[Callable[[_Job], _Result], int, _Job]) -> tuple[int, _Result]:
    function, k, given = job
    return k, function(given)


def _read_batch(job: tuple[list[Entry], Encodings]) -> list[_Read]:
    """Read documents; what a worker runs."""
    en, vi = split_encodings(job[1])
    return [_read(entry, vi if entry.lang == "vi" else en) for entry in job[0]]


def _read(entry: Entry, encoding: str | None) -> _Read:
    """Read a document, tell its language, describe it."""
    try:
        if entry.text is not None:
            sentences, counts = parse_sentences(entry.text)
        else:
            sentences, counts = read_sentences(entry.path, encoding=encoding)
    except AlignerError as error:
        return _Read(None, (), "unread", str(error))
    except Exception as fault:  # whatever one document does, the others go on
        return _Read(None, (), "unread", f"{type(fault).__name__}: {fault}"[:500])
    texts = tuple(sentence.text for sentence in sentences)
    lang: Lang = entry.lang
    if counts["source"] != counts["target"]:
        lang = "en" if counts["source"] > counts["target"] else "vi"
    if not entry.lang and min(counts.values()) >= BOTH_SHARE * sum(counts.values()) > 0:
        shares = f"{counts['source']:,} characters in English, {counts['target']:,} in Vietnamese"
        return _Read(None, (), "both languages", f"{shares}: `aligner build` reads it by itself")
    if not lang or not texts:
        return _Read(None, (), "language", "no words that tell English or Vietnamese")
    if entry.lang and lang != entry.lang:
        return _Read(None, (), "language", f"given as {entry.lang}, its words are {lang}")
    keys = [_keys(text, lang) for text in texts]
    sums = embedded_encoder().sums(texts)
    return _Read(describe_contents(lang, texts, sums, keys, address_words(entry.address)), texts)


_keys = functools.lru_cache(maxsize=1 << 12)(anchor_keys)
"""Anchors of sentences; what pages share is looked at once."""


class _Heap:
    """The documents on their way: on disk what is large, by language and number."""

    def __init__(self, folder: Path, entries: Sequence[Entry]) -> None:
        self.folder, self.entries = folder, entries
        self.of: dict[str, list[int]] = {"en": [], "vi": []}
        self.out: dict[int, tuple[str, str]] = {}

    def read(self, run: Run, encoding: Encodings, tell: Progress) -> None:
        """Read all documents, and lay out what they hold."""
        contents: dict[str, list[Contents]] = {"en": [], "vi": []}
        units = {"en": 0, "vi": 0}
        places: dict[str, list[int]] = {"en": [0], "vi": [0]}
        n = len(self.entries)
        tell("reading", 0, n)
        with contextlib.ExitStack() as stack:
            files: dict[str, tuple[IO[bytes], IO[bytes]]] = {
                lang: (
                    stack.enter_context((self.folder / f"{lang}.vectors").open("wb")),
                    stack.enter_context((self.folder / f"{lang}.sentences").open("wb")),
                )
                for lang in self.of
            }
            jobs = [(list(self.entries[k : k + BATCH]), encoding) for k in range(0, n, BATCH)]
            number = itertools.count()
            for batch in run(_read_batch, jobs):
                for found in batch:
                    k = next(number)
                    if found.contents is None:
                        self.out[k] = (found.reason, found.detail)
                        continue
                    lang = found.contents.lang
                    self.of[lang].append(k)
                    files[lang][0].write(found.contents.vectors.tobytes())
                    units[lang] += len(found.contents.vectors)
                    line = json.dumps(found.sentences).encode("utf-8", "surrogatepass")
                    files[lang][1].write(line)
                    places[lang].append(places[lang][-1] + len(line))
                    empty = np.zeros((0, 0), np.float16)
                    contents[lang].append(replace(found.contents, vectors=empty))
                tell("reading", min(k + 1, n), n)
        piles = make_piles(contents["en"], contents["vi"], (_vectors(self.folder, "en"), _vectors(self.folder, "vi")))
        for lang, pile in zip(self.of, piles, strict=True):
            arrays = {"weights": pile.weights, "common": pile.common, "start": pile.start}
            for kind in ("anchors", "words"):
                rows: Rows = getattr(pile, kind)
                arrays |= {f"{kind}_{name}": value for name, value in rows._asdict().items()}
            np.savez(self.folder / f"{lang}.npz", allow_pickle=False, **arrays)
            np.save(self.folder / f"{lang}.places.npy", np.array(places[lang], np.int64))

    def match(self, run: Run, tell: Progress) -> Found:
        """Candidates, scores, competition, verdicts."""
        source, target = _piles(str(self.folder))
        with one_thread():
            rows, columns = find_candidates(source, target, (mean_vectors(source), mean_vectors(target)))
        ends = np.searchsorted(rows, np.arange(len(source) + 1))
        jobs = [
            (str(self.folder), k, [columns[ends[i] : ends[i + 1]] for i in range(k, min(k + BATCH, len(source)))])
            for k in range(0, len(source), BATCH)
        ]
        scores = np.zeros(len(rows))
        at = 0
        tell("comparing", 0, len(source))
        for k, batch in enumerate(run(_score_batch, jobs)):
            scores[at : at + len(batch)] = batch
            at += len(batch)
            tell("comparing", min((k + 1) * BATCH, len(source)), len(source))
        found = _Scored(rows, columns, scores, margins(rows, columns, scores))
        return self._found(found, self._verify(run, found, tell))

    def _verify(self, run: Run, found: _Scored, tell: Progress) -> dict[int, tuple[Verified, float]]:
        """What the aligner says of the candidates that won their competition, and what follows, in rounds.

        A document whose pair is refused may try the next candidate, until none wins that was not asked about.
        """
        told: dict[int, tuple[Verified, float]] = {}
        is_open = (found.scores >= LEAST_SCORE) & (found.margins >= LEAST_MARGIN)
        for _ in range(MOST_ROUNDS):
            places = np.flatnonzero(is_open)
            won = places[pair_greedily(found.rows[places], found.columns[places], found.scores[places])]
            fresh = [int(k) for k in won if int(k) not in told]
            if not fresh:
                break
            pairs = [(int(found.rows[k]), int(found.columns[k])) for k in fresh]
            jobs = [(str(self.folder), pairs[k : k + BATCH]) for k in range(0, len(pairs), BATCH)]
            done, total = len(told), len(told) + len(pairs)
            tell("aligning", done, total)
            for first, batch in enumerate(run(_align_batch, jobs)):
                for k, verified in zip(fresh[first * BATCH :], batch, strict=False):
                    told[k] = verified, pair_probability(verified, float(found.margins[k]))
                tell("aligning", len(told), total)
            for k in fresh:
                if told[k][1] >= LIKELY:  # these two are taken
                    is_open &= (found.rows != found.rows[k]) & (found.columns != found.columns[k])
                    is_open[k] = True
                else:
                    is_open[k] = False
        return told

    def _found(self, found: _Scored, told: Mapping[int, tuple[Verified, float]]) -> Found:
        """Both frames."""
        kept = sorted(k for k, (_, probability) in told.items() if probability >= LIKELY)
        partner: dict[tuple[str, int], int] = {}
        for k in kept:
            i, j = int(found.rows[k]), int(found.columns[k])
            partner[("en", i)], partner[("vi", j)] = j, i
        alone: dict[int, dict[str, Any]] = {
            k: {"document": self.entries[k].name, "lang": self.entries[k].lang, "reason": reason, "detail": detail}
            for k, (reason, detail) in self.out.items()
        }
        for lang, own, other in (("en", found.rows, found.columns), ("vi", found.columns, found.rows)):
            order = np.lexsort((other, -found.scores, own))
            first = order[np.unique(own[order], return_index=True)[1]]
            best = {int(own[k]): int(k) for k in first}
            asked: dict[int, int] = {}
            for k in told:  # of those that the aligner refused, the one that fits best
                document = int(own[k])
                if document not in asked or found.scores[k] > found.scores[asked[document]]:
                    asked[document] = k
            for number, k in enumerate(self.of[lang]):
                if (lang, number) not in partner:
                    alone[k] = {"document": self.entries[k].name, "lang": lang}
                    candidate = asked.get(number, best.get(number))
                    alone[k] |= (
                        {"reason": "no candidate"}
                        if candidate is None
                        else self._why(lang, candidate, int(other[candidate]), found, told, partner)
                    )
        texts = any(entry.text is not None for entry in self.entries)
        names = [*PAIR_COLUMNS[:3], *(("en_text", "vi_text") if texts else ()), *PAIR_COLUMNS[3:]]
        empty = {"candidate": "", "detail": ""}
        frames = (
            make_frame([self._pair(k, found, told[k]) for k in kept], columns=names),
            make_frame([empty | alone[k] for k in sorted(alone)], columns=[*ALONE_COLUMNS]),
        )
        return Found(*(frame.astype(dict.fromkeys(_NUMBERS, float)) for frame in frames))

    def _pair(self, k: int, found: _Scored, told: tuple[Verified, float]) -> dict[str, Any]:
        """A row of the pairs."""
        en, vi = self.entries[self.of["en"][found.rows[k]]], self.entries[self.of["vi"][found.columns[k]]]
        is_named = address_words(en.address) == address_words(vi.address)
        return {
            "id": fit_field(en.name)[0].strip(),
            "en": en.name,
            "vi": vi.name,
            "en_text": en.text,
            "vi_text": vi.text,
            "score": float(found.scores[k]),
            "margin": float(found.margins[k]),
            "probability": told[1],
            "parallel_probability": told[0].parallel,
            "reason": "name and content" if is_named else "content",
        }

    def _why(
        self, lang: str, k: int, candidate: int, found: _Scored, told: Mapping[int, tuple[Verified, float]],
        partner: Mapping[tuple[str, int], int],
    ) -> dict[str, Any]:  # fmt: skip
        """Why a document is alone, by its best candidate."""
        theirs = "vi" if lang == "en" else "en"
        row = {"candidate": self.entries[self.of[theirs][candidate]].name, "score": float(found.scores[k]),
               "margin": float(found.margins[k])}  # fmt: skip
        if k in told:
            verified, probability = told[k]
            row |= {"probability": probability, "parallel_probability": verified.parallel}
            shares = f"{verified.source_share:.2f} of the English and {verified.target_share:.2f} of the Vietnamese"
            reason = "in part" if verified.parallel >= LIKELY else "not parallel"
            return row | {"reason": reason, "detail": f"{shares} has a counterpart"}
        if (theirs, candidate) in partner:
            taker = self.entries[self.of[lang][partner[(theirs, candidate)]]].name
            return row | {"reason": "taken", "detail": f"the candidate is with {taker}"}
        return row | {"reason": "too far"}


def _vectors(folder: Path, lang: str) -> NDArray[np.float16]:
    """The vectors of a language, mapped."""
    path, d = folder / f"{lang}.vectors", embedded_encoder().dimension
    if not path.stat().st_size:
        return np.zeros((0, d), np.float16)
    return np.memmap(path, np.float16, mode="r").reshape(-1, d)


@functools.lru_cache(maxsize=1)
def _piles(folder: str) -> tuple[Pile, Pile]:
    """What the documents of a heap hold, as it was laid out on disk."""
    piles = []
    for lang in ("en", "vi"):
        with np.load(Path(folder) / f"{lang}.npz") as stored:
            rows = [Rows(*(stored[f"{kind}_{name}"] for name in Rows._fields)) for kind in ("anchors", "words")]
            piles.append(
                Pile(_vectors(Path(folder), lang), *(stored[name] for name in ("weights", "common", "start")), *rows)
            )
    return piles[0], piles[1]


def _score_batch(job: tuple[str, int, list[Ints]]) -> NDArray[np.float64]:
    """Score the candidates of some documents; what a worker runs."""
    folder, first, candidates = job
    source, target = _piles(folder)
    found = [score_candidates(source, target, first + k, own).score for k, own in enumerate(candidates) if len(own)]
    return np.concatenate([np.zeros(0), *found])


def _align_batch(job: tuple[str, list[tuple[int, int]]]) -> list[Verified]:
    """Ask the aligner how probably pairs are translations; what a worker runs."""
    folder, pairs = job
    source, target = _piles(folder)
    result = []
    for i, j in pairs:
        sides = [_sentences(folder, "en", i), _sentences(folder, "vi", j)]
        marks = find_boilerplate(source, target, i, j)
        if all(len(texts) == len(mark) for texts, mark in zip(sides, marks, strict=True)):  # no runs
            kept = [
                [text for text, is_common in zip(texts, mark, strict=True) if not is_common]
                for texts, mark in zip(sides, marks, strict=True)
            ]
            sides = kept if all(kept) else sides
        found = align(*sides)
        told = found.verdict
        shares = (told.source_share, told.target_share) if told else (0.0, 0.0)
        result.append(Verified(found.parallel_probability, *shares))
    return result


@functools.lru_cache(maxsize=2)
def _places(folder: str, lang: str) -> Ints:
    """Where the sentences of each document begin in their file."""
    places: Ints = np.load(Path(folder) / f"{lang}.places.npy")
    return places


def _sentences(folder: str, lang: str, k: int) -> list[str]:
    """The sentences of a document."""
    first, stop = _places(folder, lang)[k : k + 2]
    with (Path(folder) / f"{lang}.sentences").open("rb") as file:
        file.seek(first)
        found: list[str] = json.loads(file.read(stop - first))
    return found
