"""Promises of a corpus: kills at any moment, parts together, faults that pass, what is damaged is told and mended.

`python -m tests.kills --moments 100 --parts 1 2 8` tries many more moments than the test here.
"""

import errno
import fcntl
import functools
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import aligner
from aligner.corpus.building import building
from aligner.corpus.jobs.faults import tell_passing
from aligner.corpus.jobs.locks import FolderLock
from aligner.corpus.shards import is_sealed, seal
from aligner.errors import InputError, MissingExtraError
from tests.commands import ROOT, run
from tests.kills import CONFIG, everything, try_apart, try_moments, write_documents


def build(documents: Path, corpus: Path, **options: Any) -> dict[str, Any]:
    with ThreadPoolExecutor(1) as executor:
        return aligner.build_corpus(documents, corpus, executor=executor, **{"config": CONFIG, **options})


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    return write_documents(tmp_path / "in", 4)


@pytest.fixture
def corpus(documents: Path, tmp_path: Path) -> Path:
    build(documents, tmp_path / "corpus")
    return tmp_path / "corpus"


# Workers that die, kills, parts, locks


DEADLY = """
import multiprocessing, os, sys
seen = []
def die(event, arguments):
    if event == "open" and str(arguments[0]).endswith("doc2.txt") and multiprocessing.parent_process():
        seen.append(event)
        if len(seen) == 2 and os.path.exists(os.environ["DEADLY"]):  # the first time it is digested
            os._exit(9)
sys.addaudithook(die)
"""


@pytest.mark.slow
def test_a_document_that_kills_its_worker_is_told_and_the_others_are_built(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for k in range(6):  # a shard each
        text = f"It rained in Hue on day {k}.\n\nTrời mưa ở Huế ngày {k}.\n\nWe stayed at home.\n\nChúng tôi ở nhà.\n"
        (tmp_path / "in" / f"doc{k}.txt").write_text(text, "utf-8")
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(DEADLY, "utf-8")
    (tmp_path / "hook" / "deadly").touch()
    paths = os.pathsep.join([str(tmp_path / "hook"), str(ROOT)])
    environment = {**os.environ, "PYTHONPATH": paths, "DEADLY": str(tmp_path / "hook" / "deadly")}
    script = (
        "import aligner, sys\n"
        "if __name__ == '__main__':\n"
        "    config = aligner.BuildConfig(shard_bytes=1, compress=False)\n"
        "    total = aligner.build_corpus(sys.argv[1], sys.argv[2], config=config, jobs=2)\n"
        "    print(total['documents'], total['complete'], total.get('passing'))\n"
    )
    (tmp_path / "build.py").write_text(script, "utf-8")

    def built(corpus: str) -> str:
        words = [sys.executable, str(tmp_path / "build.py"), str(tmp_path / "in"), str(tmp_path / corpus)]
        return subprocess.run(words, capture_output=True, text=True, check=True, env=environment).stdout

    told = "its worker died, perhaps killed for its memory, or by a fault of a library"
    failed = [{"shard": 2, "passing": "worker", "id": "doc2.txt", "error": told}]
    assert built("corpus") == f"5 False {failed}\n"
    assert not [name for name in everything(tmp_path / "corpus") if "hand" in name]
    words = ["build", str(tmp_path / "in"), "-o", str(tmp_path / "whole"), "--jobs", "2"]
    done = subprocess.run([sys.executable, "-m", "aligner", *words], capture_output=True, text=True, env=environment)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("aligner: ")
    assert "1 worker; first doc2.txt: its worker died" in done.stderr
    (tmp_path / "hook" / "deadly").unlink()
    assert built("corpus") == "6 True None\n"
    assert built("other") == "6 True None\n"
    assert everything(tmp_path / "corpus") == everything(tmp_path / "other")


@pytest.mark.slow
@pytest.mark.parametrize("parts", [1, 2, 8])
def test_a_kill_at_any_moment_leaves_what_goes_on_to_the_same_bytes(parts: int) -> None:
    assert try_apart("build", 6, parts, seed=parts) == []


@pytest.mark.slow
def test_the_harness_finds_what_breaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody takes away what a kill left half-written, some moments must fail."""
    monkeypatch.setattr(building, "sweep", lambda *folders: None)
    assert try_moments(tmp_path, 12, 1, seed=1)


def leave(folder: Path, *names: str) -> None:
    """What a kill may leave: folders and files of no bytes, hidden ones half-written."""
    for name in names:
        path = folder / name
        (path if name.endswith("/") else path.parent).mkdir(parents=True, exist_ok=True)
        if not name.endswith("/"):
            path.write_bytes(b"half" if path.name.startswith(".") else b"")


@pytest.mark.parametrize(
    "names",
    [
        ("",),
        ("shards/",),
        (".door.tmp",),
        (".door.tmp", ".work.tmp", "shards/"),
        (".corpus.json.0badcafe.tmp",),
        ("corpus.json",),
        ("corpus.json", "shards/"),
        ("shards/.00000.tsv.0badcafe.tmp", "shards/.00000.json.0badcafe.tmp"),
        ("shards/00000.json",),
        ("shards/00000.tsv", "corpus.json"),
        ("shards/00000.tsv", "shards/00000.json", "documents.tsv"),
    ],
)
def test_whatever_a_kill_leaves_is_gone_on_with(documents: Path, corpus: Path, tmp_path: Path, names: Any) -> None:
    (tmp_path / "left").mkdir()
    leave(tmp_path / "left", *filter(None, names))
    assert build(documents, tmp_path / "left")["complete"]
    assert everything(tmp_path / "left") == everything(corpus)


@pytest.mark.parametrize("size", ["none", "half", "a word", "a list", "an object", "zeros", "no config"])
def test_a_damaged_head_is_told_and_written_anew(documents: Path, corpus: Path, tmp_path: Path, size: str) -> None:
    before, head = everything(corpus), corpus / "corpus.json"
    content = head.read_bytes()
    damaged = {
        "none": b"", "half": content[: len(content) // 2], "a word": b"null", "a list": b"[]", "an object": b"{}",
        "zeros": bytes(len(content)), "no config": b'{"format": 1}',
    }[size]  # fmt: skip
    head.write_bytes(damaged)
    with pytest.raises(InputError, match=r"corpus\.json is damaged .*run aligner build again"):
        aligner.export_corpus(corpus, tmp_path / "out")
    records: list[dict[str, Any]] = []
    build(documents, corpus, progress=records.append)
    assert not any(record["fresh"] for record in records)  # what is done is kept
    assert everything(corpus) == before


def test_a_damaged_head_does_not_open_a_corpus_of_other_options(documents: Path, corpus: Path) -> None:
    (corpus / "corpus.json").write_bytes(b"")
    other = aligner.BuildConfig(shard_bytes=150, compress=False, threshold="strict")
    before = everything(corpus)
    with pytest.raises(InputError, match=r"a corpus that was built otherwise .found shards of"):
        build(documents, corpus, config=other)
    assert everything(corpus) == before
    assert build(documents, corpus, config=other, rebuild=True)["complete"]


def test_strange_files_are_refused_though_they_lie_where_shards_do(documents: Path, tmp_path: Path) -> None:
    leave(tmp_path / "home", "shards/thesis.txt")
    with pytest.raises(InputError, match=r"holds something else .found shards/thesis\.txt"):
        build(documents, tmp_path / "home")
    assert list(everything(tmp_path / "home")) == ["shards/thesis.txt"]


def test_a_build_at_work_has_the_folder_and_the_second_says_so_at_once(documents: Path, corpus: Path) -> None:
    before = everything(corpus)
    lock = FolderLock(corpus, is_part=False)
    with lock.door():
        lock.enter()
    for part in ((1, 1), (1, 2)):
        with pytest.raises(InputError, match="another build is at work in this folder; wait for its end"):
            build(documents, corpus, part=part)
    with lock.door():
        lock.leave()
        lock.release()
    assert build(documents, corpus)["complete"]
    assert everything(corpus) == before


def test_a_part_at_work_shares_with_parts_alone(documents: Path, corpus: Path) -> None:
    lock = FolderLock(corpus, is_part=True)
    with lock.door():
        lock.enter()
    assert lock.is_alone
    leave(corpus, "shards/.00000.tsv.0badcafe.tmp")  # as the other part's worker has it
    build(documents, corpus, part=(2, 2))
    assert (corpus / "shards" / ".00000.tsv.0badcafe.tmp").exists()
    with pytest.raises(InputError, match="another build is at work"):
        build(documents, corpus)
    with lock.door():
        lock.leave()
        lock.release()
    build(documents, corpus, part=(2, 2))
    assert not [name for name in everything(corpus) if name.rpartition("/")[2].startswith(".")]


def test_one_waits_at_the_door_while_another_goes_through(documents: Path, tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    lock = FolderLock(tmp_path / "corpus", is_part=False)
    done = []
    with lock.door():
        thread = threading.Thread(target=lambda: done.append(build(documents, tmp_path / "corpus")))
        thread.start()
        thread.join(0.2)
        assert not done
    thread.join()
    assert done[0]["complete"]


def test_without_locks_nothing_is_refused(
    documents: Path, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    assert build(documents, tmp_path / "other")["complete"]
    monkeypatch.setattr("aligner.corpus.jobs.locks.fcntl", None)
    for i in (1, 2):
        total = build(documents, tmp_path / "parts", part=(i, 2))
    assert total["complete"]
    assert everything(tmp_path / "parts") == everything(corpus)


# What is damaged


def forge(path: Path, **changes: Any) -> None:
    """Change a record as somebody would by hand."""
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changes}), "utf-8")


def test_a_head_that_names_fewer_shards_exports_nothing(documents: Path, corpus: Path, tmp_path: Path) -> None:
    forge(corpus / "corpus.json", shards=1)
    with pytest.raises(InputError, match=r"corpus\.json is damaged .found another digest"):
        aligner.export_corpus(corpus, tmp_path / "out")
    head = json.loads((corpus / "corpus.json").read_text("utf-8"))
    head.pop("digest")
    (corpus / "corpus.json").write_text(json.dumps(seal(head)), "utf-8")  # as of an older, smaller build
    with pytest.raises(InputError, match="another number of shards than corpus"):
        aligner.export_corpus(corpus, tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus", "in"]
    build(documents, corpus)
    assert aligner.export_corpus(corpus, tmp_path / "out")["documents"] == {"pairs": 4}


def test_a_record_has_a_digest_of_its_own(documents: Path, corpus: Path, tmp_path: Path) -> None:
    before, record = everything(corpus), corpus / "shards" / "00001.json"
    stored = json.loads(record.read_text("utf-8"))
    assert is_sealed(stored)
    forge(record, counts={**stored["counts"], "kept": 99})
    with pytest.raises(InputError, match="not what was written"):
        aligner.export_corpus(corpus, tmp_path / "out")
    build(documents, corpus)
    assert everything(corpus) == before
    # Sealed again: whole, but not the one that corpus.json was written of.
    stored.pop("digest")
    record.write_text(json.dumps(seal({**stored, "documents": [{**d, "source": "x"} for d in stored["documents"]]})))
    with pytest.raises(InputError, match=r"shards are not those that corpus\.json was written of"):
        aligner.export_corpus(corpus, tmp_path / "out")
    (corpus / "documents.tsv").write_text("id\n", "utf-8")
    build(documents, corpus)
    (corpus / "documents.tsv").write_text("id\n", "utf-8")
    with pytest.raises(InputError, match=r"documents\.tsv: a table is not what was written"):
        aligner.export_corpus(corpus, tmp_path / "out")


def test_every_file_is_on_the_disk_before_it_takes_its_name(
    documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's order: sync the content, rename, sync the folder; the record behind its pairs, the head behind all."""
    calls: list[tuple[str, str]] = []
    fsync, replace = os.fsync, os.replace

    def spy_fsync(held: int) -> None:
        calls.append(("fsync", os.readlink(f"/proc/self/fd/{held}")))
        fsync(held)

    def spy_replace(path: Any, target: Any, **_: Any) -> None:
        calls.append(("rename", f"{path}>{target}"))
        replace(path, target)

    monkeypatch.setattr(os, "fsync", spy_fsync)
    monkeypatch.setattr(os, "replace", spy_replace)
    build(documents, tmp_path / "corpus")
    renames = [k for k, (name, _) in enumerate(calls) if name == "rename"]
    for k in renames:
        source, target = calls[k][1].split(">")
        assert calls[k - 1] == ("fsync", source)
        assert calls[k + 1] == ("fsync", str(Path(target).parent))
    named = [Path(calls[k][1].split(">")[1]).name for k in renames]
    assert named[0] == named[-1] == "corpus.json"
    assert [name for name in named if name[0].isdigit()] == [f"0000{k}.{s}" for k in range(4) for s in ("tsv", "json")]


# Faults that pass


PASSING: list[tuple[Callable[[], BaseException], str]] = [
    (MemoryError, "memory"),
    (lambda: OSError(errno.ENOMEM, "Cannot allocate memory"), "memory"),
    (lambda: OSError(errno.ENOSPC, "No space left on device"), "disk"),
    (lambda: OSError(errno.EDQUOT, "Disk quota exceeded"), "disk"),
    (lambda: OSError(errno.EIO, "Input/output error"), "disk"),
    (lambda: OSError(errno.ESTALE, "Stale file handle"), "disk"),
    (lambda: OSError(errno.EMFILE, "Too many open files"), "system"),
    (lambda: TimeoutError("read"), "system"),
    (lambda: RuntimeError("can't start new thread"), "system"),
    (lambda: RuntimeError("std::bad_alloc"), "memory"),
    (lambda: ImportError("libx.so: failed to map segment from shared object"), "memory"),
    (lambda: behind(MemoryError()), "memory"),
    (lambda: behind(OSError(errno.ENOSPC, "No space left on device")), "disk"),
]
LASTING: list[Callable[[], BaseException]] = [
    lambda: FileNotFoundError(errno.ENOENT, "No such file"),
    lambda: PermissionError(errno.EACCES, "Permission denied"),
    lambda: IsADirectoryError(errno.EISDIR, "Is a directory"),
    lambda: ValueError("No space left on device, says the text"),
    lambda: InputError("unknown", found="std::bad_alloc"),
    lambda: RuntimeError("out of luck"),
    lambda: RecursionError("maximum recursion depth exceeded"),
    lambda: UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad_alloc"),
    lambda: behind(FileNotFoundError(errno.ENOENT, "No such file")),
]


def behind(error: BaseException) -> BaseException:
    """What a reader makes of it: our words, and 'from None'."""
    try:
        try:
            raise error
        except type(error):
            raise InputError("cannot be opened", path="a.txt") from None
    except InputError as raised:
        return raised


@pytest.mark.parametrize(("make", "kind"), PASSING)
def test_a_fault_of_the_machine_is_told_from_one_of_the_data(make: Callable[[], BaseException], kind: str) -> None:
    assert tell_passing(make()) == kind


@pytest.mark.parametrize("make", LASTING)
def test_a_fault_of_the_data_does_not_pass(make: Callable[[], BaseException]) -> None:
    assert tell_passing(make()) == ""


@pytest.mark.parametrize("where", ["_build_document", "judge_documents"])
@pytest.mark.parametrize(("make", "kind"), PASSING[::3])
def test_what_passes_is_tried_again_and_never_recorded(
    documents: Path, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, make: Any, kind: str
) -> None:
    real = getattr(building, where)
    n_tries = 0

    def fail(*arguments: Any, **options: Any) -> Any:
        nonlocal n_tries
        n_tries += 1
        if n_tries <= n_failing:
            raise make()
        return real(*arguments, **options)

    monkeypatch.setattr(building, where, fail)
    n_failing = 1  # once: the second try of the same run has it
    assert build(documents, tmp_path / "once")["complete"]
    assert everything(tmp_path / "once") == everything(corpus)
    n_tries, n_failing = 0, 100
    total = build(documents, tmp_path / "often")
    assert not total["complete"]
    assert [row["passing"] for row in total["passing"]] == [kind] * 4
    assert total["set_aside"] == {}
    with pytest.raises(InputError, match="not complete"):
        aligner.export_corpus(tmp_path / "often", tmp_path / "out")
    n_tries, n_failing = 0, 0
    assert build(documents, tmp_path / "often")["complete"]
    assert everything(tmp_path / "often") == everything(corpus)


def test_with_fail_fast_what_passes_stops_at_once(
    documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr(building, "_build_document", fail)
    with pytest.raises(InputError, match=r"d[0-9].txt: MemoryError: .found memory.; the same command tries it again"):
        build(documents, tmp_path / "corpus", fail_fast=True)


def test_the_command_says_what_passes_and_does_not_end_well(
    documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr(building, "start_processes", ThreadPoolExecutor)
    with monkeypatch.context() as patch:
        patch.setattr(building, "_build_document", fail)
        done = run("build", documents, "-o", tmp_path / "corpus")
    assert done.returncode == 2
    assert "NOT complete: 1 could not be built this time (0)" in done.stderr
    assert "want of the machine's means (found 1 memory; first d0.txt: MemoryError:" in done.stderr
    assert run("build", documents, "-o", tmp_path / "corpus").returncode == 0


@pytest.mark.slow
def test_under_a_limit_of_memory_nothing_is_set_aside_for_good(tmp_path: Path) -> None:
    """As under `ulimit -v`: whatever the limit, a document is built, or tried again."""
    documents = write_documents(tmp_path / "in", 1)
    text = {"en": "The boat left at seven, and nobody was late. ", "vi": "Thuyền rời bến lúc bảy giờ, không ai muộn. "}
    for lang, words in text.items():
        (documents / lang / "long.txt").write_text(words * 300, "utf-8")
    build(documents, tmp_path / "whole")
    whole, outcomes = everything(tmp_path / "whole"), set()
    script = (
        "import sys, resource, aligner, tests.kills as k\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "aligner.align('It rained.', 'Trời mưa.')\n"
        "now = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()\n"
        "resource.setrlimit(resource.RLIMIT_AS, (now + int(sys.argv[3]) * 2**20,) * 2)\n"
        "with ThreadPoolExecutor(1) as executor:\n"
        "    total = aligner.build_corpus(sys.argv[1], sys.argv[2], config=k.CONFIG, executor=executor)\n"
        "sys.exit(0 if total['complete'] else 2)\n"
    )
    for k, room in enumerate((4, 16, 64, 4000)):
        corpus = tmp_path / f"c{k}"
        call = [sys.executable, "-c", script, str(documents), str(corpus), str(room)]
        done = subprocess.run(
            call, cwd=ROOT, capture_output=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        outcomes.add(done.returncode)
        if done.returncode == 0:
            assert everything(corpus) == whole
        for record in (corpus / "shards").glob("*.json"):
            assert json.loads(record.read_text("utf-8"))["set_aside"] == []
        build(documents, corpus)
        assert everything(corpus) == whole
    assert 0 in outcomes
    assert len(outcomes) > 1  # not complete, or ended by a library that cannot go on


def test_errors_come_back_from_workers_as_they_were() -> None:
    for error in (
        InputError("x" * 500, path="a" * 400, line=3, found="y" * 500, todo="z"),
        InputError("only that"),
        MissingExtraError("reading DOCX", package="python-docx", extra="docx"),
    ):
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


# Ends


@pytest.mark.parametrize("fail_fast", [False, True])
@pytest.mark.parametrize(
    "row", ['{"id": 3}', '{"id": "a", "en": "no.txt"}', '{"id": "a", "en_text": "", "vi_text": ""}', "{"]
)
def test_a_build_that_built_nothing_is_no_corpus_of_its_options(tmp_path: Path, row: str, fail_fast: bool) -> None:
    path, corpus = tmp_path / "m.jsonl", tmp_path / "corpus"
    path.write_text(row + "\n", "utf-8")
    if fail_fast:
        with pytest.raises(InputError):
            build(path, corpus, fail_fast=True)
    else:
        assert build(path, corpus)["documents"] == 0
    path.write_text('{"en_text": "Boats leave at six.", "vi_text": "Thuyền rời bến lúc sáu giờ."}\n', "utf-8")
    other = aligner.BuildConfig(shard_bytes=150, compress=False, threshold="strict")
    assert build(path, corpus, config=other)["documents"] == 1
    with pytest.raises(InputError, match="a corpus that was built otherwise"):
        build(path, corpus)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize("verb", ["build", "convert"])
def test_what_is_asked_to_end_leaves_nothing_half_written(tmp_path: Path, verb: str, number: int) -> None:
    if verb == "build":
        documents = write_documents(tmp_path / "in", 300)
        words = ["build", str(documents), "-o", str(tmp_path / "out"), "--jobs", "2", "--shard-bytes", "150"]
    else:
        pairs = "".join(f"Boat {k} leaves.\tThuyền {k} rời bến.\n" for k in range(400_000))
        (tmp_path / "a.tsv").write_text("src_text\ttrg_text\n" + pairs, "utf-8")
        words = ["convert", str(tmp_path / "a.tsv"), str(tmp_path / "out.tmx")]
    process = subprocess.Popen(
        [sys.executable, "-m", "aligner", *words],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        preexec_fn=functools.partial(signal.signal, number, signal.SIG_DFL),  # whoever runs us may ignore it (nohup)
    )
    half = tmp_path / "out" / "shards" if verb == "build" else tmp_path
    while process.poll() is None:
        if any(path.name[0] == "." or path.name[0].isdigit() for path in (half.iterdir() if half.is_dir() else ())):
            break
        time.sleep(0.01)
    process.send_signal(number)
    _, said = process.communicate()
    assert process.returncode == 128 + number
    assert b"Traceback" not in said
    hidden = [path for path in tmp_path.rglob("*") if path.name.startswith(".")]
    assert hidden == []


def test_memory_that_does_not_suffice_is_one_line_of_any_verb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.tsv").write_text("One.\tMột.\n", "utf-8")
    for module, name, words in (
        ("aligner.commands.convert", "convert_pairs", ("convert", "a.tsv", "b.tmx")),
        ("aligner.commands.describe", "describe", ("describe", "a.tsv")),
        ("aligner.commands.deduplicate", "find_on_shelf", ("deduplicate", "a.tsv", "--exact", "-o", "b.tsv")),
    ):
        for make, said in ((MemoryError, "out of memory"), (lambda: RuntimeError("can't start new thread"), "threads")):

            def fail(*_: Any, make: Any = make, **__: Any) -> Any:
                raise make()

            with monkeypatch.context() as patch:
                patch.chdir(tmp_path)
                patch.setattr(f"{module}.{name}", fail)
                done = run(*words)
            assert done.returncode == 2
            (line,) = done.stderr.splitlines()
            assert line.startswith("aligner: ")
            assert said in line
            assert [path.name for path in tmp_path.iterdir()] == ["a.tsv"]
