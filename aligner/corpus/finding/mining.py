"""Mine pairs of translations out of two collections of sentences: by blocks on disk, on all cores, after a kill too."""

from __future__ import annotations

import contextlib
import itertools
import json
import math
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from aligner.corpus.finding.mining_work import (
    BATCH,
    COLUMNS,
    DECIMALS,
    PAIR,
    SIDES,
    Counts,
    Job,
    Work,
    best_of_side,
    drop_repeats,
    encode_block,
    encode_first,
    run_job,
    save_block,
    size_of,
)
from aligner.corpus.jobs.locks import FolderLock, is_lock
from aligner.corpus.jobs.workers import check_jobs, check_part, collect_results, count_cores, start_processes
from aligner.corpus.shards import dump_record, is_temporary, refuse_writing, sweep, write_bytes
from aligner.doors import check_fields, checked
from aligner.encoders.adaptation import name_encoder
from aligner.encoders.cache import Encode
from aligner.errors import FilePath, InputError, Progress, check_number, check_whole
from aligner.files.streams import decoder_of
from aligner.files.whole import check_apart, check_name, file_digest, real_path, refuse_path
from aligner.mining.collections import list_files, read_collection
from aligner.mining.margins import NEIGHBOURS, pair_mutual
from aligner.mining.neighbours import CANDIDATES
from aligner.mining.probability import FITTED, FLOOR, NEIGHBOURS_JUDGED, Mixture, features_of, fit_mixture
from aligner.pairs.chunks import Columns
from aligner.pairs.files import write_pairs
from aligner.pairs.formats import check_output
from aligner.pairs.frames import make_frame, put_texts
from aligner.pairs.sides import check_asked
from aligner.text.legacy import ENCODINGS
from aligner.version import SIGNED, VERSION, data_digest, shipped_digest

if TYPE_CHECKING:
    import pandas as pd

BLOCK: Final = 1 << 15
"""Sentences in a block: 17 MB of vectors, and a minute's search among a million (docs/mining.md)."""

MOST_BLOCK: Final = 1 << 24
"""Sentences in a block at the most: 8 GB of vectors."""

PROBED: Final = 4
"""Sentences that a caller's encoder is asked again when a run is gone on with."""

PROBE_NOISE: Final = 8
"""Units of 1/127 of the largest number by which a vector may differ from one run to the next: sums in another order on
a graphics card differ by less than one, vectors of another encoder by dozens (test_mining.py)."""

THRESHOLD: Final = 0.5
"""Probability from which a mined pair is written. On planted sources that the fit had not seen, mean F1 at 0.3, 0.5 and
0.7 differs by .016 at most in four of five kinds of collections (scripts/fit_mining.py)."""


@dataclass(frozen=True, slots=True)
class MiningConfig:
    """What decides which pairs are mined, beside the collections and the version.

    Attributes
    ----------
    threshold : float
        Probability in 0..1 from which a pair is written.
    columns : mapping or str, optional
        The column (TSV, by number or name) or key (JSON Lines) of the sentences: ``{"en": "text", "vi": 2}`` or
        ``"en=text,vi=2"``; ``text`` by default.
    split : bool
        Whether each line or cell is running text, to be split into sentences.
    encoding : str or None
        Of files that are neither UTF-8 nor UTF-16.

    Examples
    --------
    >>> MiningConfig(threshold=2)
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: threshold is no probability (found 2); give a number from 0 to 1
    """

    threshold: float = THRESHOLD
    columns: Columns | str | None = None
    split: bool = False
    encoding: str | None = None

    def __post_init__(self) -> None:
        check_number(self.threshold, "threshold is no probability", 0, 1, todo="give a number from 0 to 1")
        check_fields(self)
        check_asked(self.columns, None)
        if self.encoding is not None and self.encoding not in ENCODINGS:
            decoder_of(self.encoding)


@checked
def mine(
    en: FilePath | Sequence[FilePath],
    vi: FilePath | Sequence[FilePath],
    out: FilePath,
    *,
    config: MiningConfig | None = None,
    encode: Encode | None = None,
    work: FilePath | None = None,
    jobs: int | None = None,
    executor: Executor | None = None,
    part: tuple[int, int] = (1, 1),
    block: int = BLOCK,
    progress: Progress | None = None,
) -> dict[str, Any]:
    r"""Find the sentences of two collections that are translations of each other, wherever they stand.

    Parameters
    ----------
    en, vi : path or sequence of paths
        The collections: files with a sentence a line, TSV or JSON Lines with a column of sentences, packed by suffix;
        a folder stands for its files. Only sentences count, not their order.
    out : str or path
        The pairs, in a format of `write_pairs` by suffix; in the order of the English collection.
    config : MiningConfig, optional
        Threshold, columns, splitting, encoding.
    encode : callable, optional
        In place of the embedded encoder, as `align` takes one: of `neural_encoder`, or `joined` to ours. It is asked in
        this process, a block at a time. Its vectors are taken less the mean of their collection, and cosines as those
        of our encoder would lie: a cosine c becomes .12 + .88 c. What a killed run has of it is used where it still
        gives the same vectors for a few sentences.
    work : str or path, optional
        The folder of what is done so far, ``OUT.work`` by default; taken away at the end. The same call goes on with
        it after a kill and writes the same bytes.
    jobs : int, optional
        Processes, all cores by default; with an executor, jobs that it is given at a time, 64 by default.
    executor : concurrent.futures.Executor, optional
        Where to work in place of processes of this machine. Its workers must see the folder of work.
    part : tuple of int
        (i, n), 1-based: search only every n-th block, for n machines that share the folder of work, and write no pairs
        yet; the same call without it does what is missing and writes them. What is linear (reading, vectors) is done
        by whichever part comes first.
    block : int
        Sentences in a block of work. What is found does not depend on it, nor on `jobs`, `executor` or `part`.
    progress : callable, optional
        Called with the name of a step, how many of its jobs are done, and of how many.

    Returns
    -------
    dict
        ``sentences`` of each side that were searched, ``left_out`` of each by reason (exact and near duplicates among
        them), ``mutual`` (pairs that are each other's best), ``below_floor`` (of them, those that are not judged),
        ``judged``, ``share`` (of the judged, as estimated, that are translations), ``improbable`` (judged and below the
        threshold), ``pairs`` written, ``kept`` (of them, those that break no hard rule), ``written`` (as `write_pairs`
        counts it) and ``signature``. With `part` the first two, ``blocks`` to search and ``unsearched`` ones.

    Raises
    ------
    InputError
        If an input cannot be read, a side has no sentence, the folder of work is that of other inputs, options or
        vectors or another run is at work there, an encoder gives vectors of several lengths, something cannot be
        written, or a worker died.

    Notes
    -----
    Ratio margin in both directions and mutual best pairs: Artetxe & Schwenk (2019),
    https://aclanthology.org/P19-1309/ .
    Candidates by Hamming distance between signatures of 512 bits, then by cosine. docs/mining.md has the columns, the
    time and the disk that this takes, and how good it is.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "en.txt").write_text("The train is late.\nIt rained all night.\n", encoding="utf-8")
    >>> _ = (folder / "vi.txt").write_text("Trời mưa suốt đêm.\nTôi thích cà phê.\n", encoding="utf-8")
    >>> found = mine(folder / "en.txt", folder / "vi.txt", folder / "pairs.tsv", jobs=1)
    >>> found["sentences"]
    {'en': 2, 'vi': 2}
    """
    config = config or MiningConfig()
    check_part(part)
    if jobs is not None:
        check_jobs(jobs)
    check_whole(block, "block out of range", 1, MOST_BLOCK, todo=f"give a number from 1 to {MOST_BLOCK:,}")
    block = int(block)
    if work is not None:
        check_name(work)
        try:
            with contextlib.suppress(OSError):  # it is made
                Path(work).stat()
        except ValueError as error:  # a NUL or half a character in the name
            raise InputError(
                "cannot be opened", path=repr(work), found=str(error), todo="name another folder"
            ) from None
    check_output(out)
    if encode is not None and not callable(encode):
        raise InputError("encode is not a function", found=type(encode).__name__, todo="give a function of texts")
    files = {"en": list_files(en), "vi": list_files(vi)}
    check_apart([out], itertools.chain(*files.values()))
    if work is None and os.fspath(out) == "-":
        raise InputError("no folder of work", path="-", todo="name one (--work), or an output file")
    folder = Path(os.path.abspath(os.fspath(out) + ".work" if work is None else work))
    jobs = jobs or (count_cores() if executor is None else 64)
    with _at_work(folder, _describe(files, config, block, name_encoder(encode)), part) as lock:
        run = _Run(Work(folder), jobs, executor, block, progress or (lambda step, done, of: None), encode)
        with lock.first():
            told = run.read(files, config)
            counts = run.prepare(told)
        blocks, unsearched = run.search(counts, part)
        if part != (1, 1):
            sentences = {side: sum(sizes) for side, sizes in zip(SIDES, counts, strict=True)}
            left_out = told["left_out"]
            return {"sentences": sentences, "left_out": left_out, "blocks": blocks, "unsearched": unsearched}
        total = run.judge(told, counts, config)
        total["written"] = write_pairs(run.frames(files, total, config.threshold), out, signature=total["signature"])
        _clear(folder)
    with contextlib.suppress(OSError):  # somebody else's files are in it
        folder.rmdir()
    return total


@contextlib.contextmanager
def _at_work(folder: Path, described: dict[str, Any], part: tuple[int, int]) -> Iterator[FolderLock]:
    """Have the folder of work, made one of these inputs and options; nothing half-written is left behind."""
    now = json.loads(json.dumps(described))
    _check_work(folder, now)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        refuse_writing(error, folder)
    lock = FolderLock(folder, part != (1, 1), "mining")

    def begin() -> None:
        if _check_work(folder, now):  # looked at again: nobody changes it any more
            _clear(folder)
        write_bytes(folder / _HEAD, dump_record(now))
        if lock.is_alone:
            sweep(folder)

    with lock.at_work(begin):
        yield lock


@dataclass(slots=True)
class _Run:
    """One run over a folder of work."""

    work: Work
    jobs: int
    executor: Executor | None
    block: int
    progress: Progress
    encode: Encode | None

    def read(self, files: dict[str, list[str]], config: MiningConfig) -> dict[str, Any]:
        """Sentences into blocks, without what repeats; what was left out is counted."""
        path = self.work.folder / "read.json"
        if path.exists():
            found: dict[str, Any] = json.loads(path.read_bytes())
            return found
        told: dict[str, Any] = {"left_out": {}, "counts": {}}
        blocks = {}
        asked = check_asked(config.columns, None) or {}
        for side in SIDES:
            left_out: Counter[str] = Counter()
            sentences = read_collection(
                files[side], side, left_out, column=asked.get(side), split=config.split, encoding=config.encoding
            )
            number = 0
            while held := list(itertools.islice(sentences, self.block)):
                save_block(self.work, side, number, held)
                number += 1
                self.progress(f"read {side}", number, 0)
            blocks[side], told["left_out"][side] = number, left_out
        self._do([Job(str(self.work.folder), "key", side, k) for side in SIDES for k in range(blocks[side])])
        for side in SIDES:
            told["left_out"][side].update(drop_repeats(self.work, side, blocks[side]))
            told["counts"][side] = [len(self.work.load(side, k, "kept")) for k in range(blocks[side])]
            if not sum(told["counts"][side]):
                found_none = ", ".join(f"{n} {kind}" for kind, n in told["left_out"][side].items() if n) or "nothing"
                raise InputError("no sentence", path=files[side][0], found=found_none, todo="give a file of sentences")
        write_bytes(path, dump_record(told))
        return told

    def prepare(self, told: dict[str, Any]) -> Counts:
        """Vectors and signatures of all blocks; how many sentences each holds."""
        counts = (tuple(told["counts"]["en"]), tuple(told["counts"]["vi"]))
        encoding = self._jobs("encode", counts)
        if self.encode is not None:
            self._check_same(encoding)
        self._do(encoding)
        sizes = {len(self.work.load(job.side, job.block, "sums")) for job in encoding if size_of(job)}
        if len(sizes) > 1:
            found = ", ".join(map(str, sorted(sizes)))
            todo = "take the folder away, and give a function whose vectors are all of one length"
            raise InputError("vectors of several lengths", path=self.work.folder, found=found, todo=todo)
        self._do(self._jobs("sign", counts))
        return counts

    def _check_same(self, encoding: list[Job]) -> None:
        """Refuse vectors of a killed run that the caller's encoder does not give: a function has a name, no digest."""
        job = next((job for job in encoding if job.path.exists() and size_of(job)), None)
        if job is None or self.encode is None:
            return
        stored, fresh = encode_first(job, self.work, self.encode, PROBED)
        if stored.shape != fresh.shape or (np.abs(stored.astype(int) - fresh) > PROBE_NOISE).any():
            found, todo = name_encoder(self.encode), "take the folder away, or give the same function"
            raise InputError("vectors of another encoder", path=self.work.folder, found=found, todo=todo)

    def search(self, counts: Counts, part: tuple[int, int]) -> tuple[int, int]:
        """Candidates of every n-th block; how many blocks there are, and how many of them nobody has searched."""
        jobs = self._jobs("search", counts)
        self._do(jobs[part[0] - 1 :: part[1]])
        return len(jobs), sum(not job.path.exists() for job in jobs)

    def _jobs(self, step: str, counts: Counts) -> list[Job]:
        """A step of all blocks."""
        blocks = [(side, k) for side, sizes in zip(SIDES, counts, strict=True) for k in range(len(sizes))]
        is_foreign = self.encode is not None
        return [Job(str(self.work.folder), step, side, k, counts, is_foreign) for side, k in blocks]

    def judge(self, told: dict[str, Any], counts: Counts, config: MiningConfig) -> dict[str, Any]:
        """Margins and judgements."""
        n_mutual, n_pairs = self._pair(counts)
        for kind in ("next", "pair"):
            n_batches = -(-len(self.work.load(kind, 0, "mutual")) // BATCH)
            self._do([Job(str(self.work.folder), "judge", kind, k, counts) for k in range(n_batches)])
        mixture = self._fit(n_pairs, math.sqrt(math.prod(map(sum, counts))))
        n_written = n_kept = 0
        for frame in self._kept(n_pairs, mixture, config.threshold):
            n_written += len(frame)
            n_kept += int((frame["decision"] == "keep").sum())
        return {
            "sentences": {side: sum(sizes) for side, sizes in zip(SIDES, counts, strict=True)},
            "left_out": told["left_out"],
            "mutual": n_mutual,
            "below_floor": n_mutual - n_pairs,
            "judged": n_pairs,
            "share": mixture.share,
            "improbable": n_pairs - n_written,
            "pairs": n_written,
            "kept": n_kept,
            "signature": _sign_run(config, counts, name_encoder(self.encode)),
        }

    def frames(self, files: dict[str, list[str]], total: dict[str, Any], threshold: float) -> Iterator[pd.DataFrame]:
        """The pairs that are probable enough, batch by batch, under the names of their files."""
        counts = [total["sentences"][side] for side in SIDES]
        mixture = self._fit(total["judged"], math.sqrt(math.prod(counts)))
        for frame in self._kept(total["judged"], mixture, threshold):
            for column, side in (("src_file", "en"), ("trg_file", "vi")):
                put_texts(frame, column, [files[side][number] for number in frame[column]])
            yield frame

    def _fit(self, n_pairs: int, size: float) -> Mixture:
        """What the pairs are a mixture of, as some of them say, evenly out of all."""
        step = -(-n_pairs // FITTED) or 1
        tables = [self._table(k)[-k * BATCH % step :: step] for k in range(-(-n_pairs // BATCH))]
        near = self.work.load("next", 0, "qualities") if len(self.work.load("next", 0, "mutual")) else np.zeros(0)
        return fit_mixture(np.concatenate([np.zeros((0, 3)), *tables]), near, size)

    def _table(self, batch: int) -> NDArray[np.float64]:
        """What is looked at of a batch of pairs."""
        pairs = self.work.load("pair", 0, "mutual", is_mapped=True)[batch * BATCH : (batch + 1) * BATCH]
        return features_of(pairs["margin"], pairs["gap"], self.work.load("pair", batch, "qualities"))

    def _kept(self, n_pairs: int, mixture: Mixture, threshold: float) -> Iterator[pd.DataFrame]:
        """The same with the numbers of the files; one frame without rows where no pair was judged."""
        import pandas as pd

        if not n_pairs:
            yield pd.DataFrame(columns=list(COLUMNS))
        for k in range(-(-n_pairs // BATCH)):
            frame = make_frame(json.loads(self.work.load("pair", k, "judged").tobytes()))
            frame["quality"] = mixture.probabilities(self._table(k)).round(DECIMALS)
            yield frame[frame["quality"] >= threshold].reset_index(drop=True)

    def _pair(self, counts: Counts) -> tuple[int, int]:
        """Write down the pairs that are each other's best and good enough to judge; count both."""
        stored = self.work.folder / "pairs.json"
        if stored.exists():
            known = json.loads(stored.read_bytes())
            return int(known["mutual"]), int(known["good"])
        source, target = (best_of_side(self.work, side, counts) for side in SIDES)
        i, j, gaps = pair_mutual(source, target)
        pairs = np.empty(len(i), PAIR)
        pairs["source"], pairs["target"], pairs["gap"] = i, j, gaps
        pairs["margin"], pairs["cosine"] = source.margins[i], source.cosines[i]
        good = pairs[pairs["margin"] >= FLOOR]
        nexts = good.copy()  # their English sentences beside the next best
        nexts["target"] = source.nexts[good["source"]]
        nexts = nexts[nexts["target"] >= 0]
        self.work.save("next", 0, "mutual", nexts[:: -(-len(nexts) // NEIGHBOURS_JUDGED) or 1])
        self.work.save("pair", 0, "mutual", good)
        write_bytes(stored, dump_record({"mutual": len(pairs), "good": len(good)}))
        return len(pairs), len(good)

    def _encode(self, jobs: list[Job], encode: Encode) -> Iterator[None]:
        """Encode blocks one after the other."""
        for job in jobs:
            encode_block(job, self.work, encode)
            yield

    def _do(self, jobs: list[Job]) -> None:
        """Do all jobs of a step that are not done, in processes where there are several."""
        if not jobs:
            return
        waiting = [job for job in jobs if not job.path.exists()]
        done = len(jobs) - len(waiting)
        with contextlib.ExitStack() as stack:
            if self.encode is not None and jobs[0].step == "encode":  # it may hold a model that fits once
                results: Iterator[object] = self._encode(waiting, self.encode)
            elif self.executor is not None:
                results = collect_results(run_job, waiting, self.executor, self.jobs)
            elif self.jobs > 1 and len(waiting) > 1:
                pool = stack.enter_context(start_processes(min(self.jobs, len(waiting))))
                results = collect_results(run_job, waiting, pool, 2 * self.jobs)
            else:
                results = map(run_job, waiting)
            self.progress(jobs[0].step, done, len(jobs))
            for _ in results:
                done += 1
                self.progress(jobs[0].step, done, len(jobs))


_HEAD: Final = "mining.json"
"""What a folder of work is made of; goes away last, so that what is left of one is known for what it is."""


def _check_work(folder: Path, now: dict[str, Any]) -> bool:
    """Refuse a folder that is not the work of these inputs and options; tell whether it is that of a run that ended."""
    if not folder.exists():
        return False
    try:
        before = json.loads((folder / _HEAD).read_bytes())
        is_ended = before.pop("ended", False)
    except (OSError, ValueError, AttributeError, TypeError):
        if folder.is_dir() and all(map(is_temporary, folder.iterdir())):
            return False
        todo = "give another folder (--work), or take it away"
        raise InputError("a folder that holds something else", path=folder, todo=todo) from None
    if before != now and not is_ended:
        differing = ", ".join(name for name in now if before.get(name) != now[name])
        todo = "take the folder away, or give the same"
        raise InputError("work on other inputs or options", path=folder, found=f"other {differing}", todo=todo)
    return bool(is_ended)


def _clear(folder: Path) -> None:
    """Take away the work of a run that ended, its name last: one that is killed here is seen to have ended."""
    head = folder / _HEAD
    try:
        write_bytes(head, dump_record({**json.loads(head.read_bytes()), "ended": True}))
        for path in folder.iterdir():
            if path != head and not is_lock(path):
                path.unlink(missing_ok=True)
        head.unlink(missing_ok=True)
    except OSError as error:
        refuse_writing(error, folder)


def _describe(files: dict[str, list[str]], config: MiningConfig, block: int, encoder: str) -> dict[str, Any]:
    """What decides the files of a folder of work."""
    digests: dict[str, list[list[str]]] = {}
    for side, names in files.items():
        digests[side] = []
        for name in names:
            try:
                digests[side].append([name, file_digest(real_path(name)).hex()])
            except (OSError, ValueError) as error:
                refuse_path(error, name, "cannot be opened")
    columns = check_asked(config.columns, None)
    options = [columns and dict(columns), config.split, config.encoding]  # pairs are chosen by the threshold last
    told = {"version": VERSION, "data": data_digest(), "files": digests, "options": options}
    return told | {"encoder": encoder, "block": block}


def _sign_run(config: MiningConfig, counts: Counts, encoder: str) -> str:
    """One line for whoever reports a result on the pairs."""
    return (
        f"{SIGNED}|mined|encoder:{encoder}|quality:{shipped_digest('quality.json')}"
        f"|k:{NEIGHBOURS}|candidates:{CANDIDATES}|threshold:{config.threshold:g}"
        f"|sentences:{sum(counts[0])}+{sum(counts[1])}"
    )
