"""Workers that build shards and mine blocks: processes of this machine, or a Dask cluster, and what they are given."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from typing import Any, Final, TypeVar

from aligner.errors import InputError, MissingExtraError, check_whole, shorten

_Job = TypeVar("_Job")
_Result = TypeVar("_Result")

MAX_JOBS: Final = 1000
"""Processes at a time, or shards that an executor is given: a machine has no more cores, and a slip is no number of
processes to start (test_numbers_of_options)."""

_THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""What libraries of linear algebra look at to know how many threads to start."""


def count_cores() -> int:
    """Count the cores that this process may use.

    Examples
    --------
    >>> count_cores() >= 1
    True
    """
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def check_jobs(jobs: int) -> None:
    """Raise an InputError unless this is a number of processes.

    Examples
    --------
    >>> check_jobs(0)
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: jobs out of range (found 0); give a number from 1 to 1000
    """
    check_whole(jobs, "jobs out of range", 1, MAX_JOBS, todo=f"give a number from 1 to {MAX_JOBS}")


def check_part(part: object) -> None:
    """Raise an InputError unless this is a part of a number of parts, as (1, 8) to (8, 8).

    Examples
    --------
    >>> check_part((3, 2))
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: no such part (found 3/2); give i/n with 1 <= i <= n, as 1/8 to 8/8
    """
    todo = "give i/n with 1 <= i <= n, as 1/8 to 8/8"
    if not isinstance(part, tuple) or len(part) != 2:
        raise InputError("no such part", found=shorten(repr(part)), todo=todo)
    i, n = part
    found = shorten(f"{i}/{n}")
    check_whole(n, "no such part", 1, todo=todo, found=found)
    check_whole(i, "no such part", 1, n, todo=todo, found=found)


def collect_results(
    function: Callable[[_Job], _Result],
    jobs: Iterable[_Job],
    executor: Executor,
    window: int,
    lost: list[_Job] | None = None,
) -> Iterator[_Result]:
    """Call a function with every job, never more than `window` of them waiting; results as they come.

    With `lost`, the jobs that were in hand when a worker died are added to it, and no others are taken: one of them
    has killed it, and nobody knows which.

    Raises
    ------
    InputError
        If a worker died, without `lost`.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> with ThreadPoolExecutor(1) as executor:
    ...     list(collect_results(len, ["a", "bb", "ccc"], executor, 1))
    [1, 2, 3]
    """
    waiting: dict[Future[_Result], _Job] = {}

    def done() -> Iterator[_Result]:
        for future in wait(waiting, return_when=FIRST_COMPLETED).done:
            job = waiting.pop(future)
            try:
                yield future.result()
            except BrokenExecutor:
                if lost is None:
                    raise
                lost.append(job)

    try:
        for job in jobs:
            try:
                waiting[executor.submit(function, job)] = job
            except BrokenExecutor:
                if lost is None:
                    raise
                lost.append(job)
            while len(waiting) >= window:
                yield from done()
            if lost:
                break
        while waiting:
            yield from done()
    except BrokenExecutor:
        todo = "perhaps it ran out of memory: give fewer --jobs, and the same command again"
        raise InputError("a worker died", todo=todo) from None
    finally:
        for future in waiting:
            future.cancel()


@contextlib.contextmanager
def start_processes(jobs: int) -> Iterator[Executor]:
    """Start processes on this machine, each for one core: threads of linear algebra would only be in their way."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(["aligner.corpus.building.preload"])
    pool = ProcessPoolExecutor(jobs, context, initializer=_die_with_parent)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _die_with_parent() -> None:
    """End this worker when its parent has been killed: it would wait for work for ever. Ctrl-C is the parent's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextlib.contextmanager
def connect_dask(scheduler: str) -> Iterator[Executor]:
    """Connect to a Dask cluster; its workers must see the same folders and have the same version installed.

    Parameters
    ----------
    scheduler : str
        Its address, as ``tcp://10.0.0.1:8786``.

    Yields
    ------
    concurrent.futures.Executor
        To give to `build_corpus` or `mine`. Work of a worker that dies is done by another.

    Raises
    ------
    MissingExtraError
        Without the package distributed.
    InputError
        If no scheduler answers.
    """
    try:
        import distributed
    except ImportError:
        raise MissingExtraError("--engine dask", package="distributed", extra="dask") from None
    connect: Any = distributed.Client  # distributed has no types
    try:
        client = connect(scheduler, timeout="10s", set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        found = str(error)[:200]
        raise InputError("no Dask scheduler answers", path=scheduler, found=found, todo="check the address") from None
    with client:
        yield client.get_executor(pure=False)
