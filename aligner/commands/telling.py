"""What a command says beside its output."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any, Final

from aligner.errors import Progress, printable

EVERY: Final = 60.0
"""Seconds between two lines of progress where there is no terminal: the log of a job of a day stays below 1,500 lines
(test_a_log_gets_a_line_a_minute)."""

_IS_QUIET: Final = ContextVar("is_quiet", default=False)


@contextlib.contextmanager
def quiet(is_quiet: bool = True) -> Iterator[None]:
    """Have nothing told within, but what must be.

    Examples
    --------
    >>> with quiet():
    ...     tell("sentences: 3")
    """
    before = _IS_QUIET.set(is_quiet)
    try:
        yield
    finally:
        _IS_QUIET.reset(before)


def tell(message: str, *, always: bool = False) -> None:
    """Print to standard error where there is one: without it, print would turn to standard output, among the data.

    Errors, and what the work cannot go on without, are told `always`; the rest not where --quiet was given.

    Examples
    --------
    >>> tell("sentences: 3")
    """
    if sys.stderr is not None and (always or not _IS_QUIET.get()):
        print("\n".join(map(printable, message.split("\n"))), file=sys.stderr)


def counted(counts: Mapping[str, int]) -> str:
    """Counts in words, the largest first, ties by name; those of 0 are left out.

    Examples
    --------
    >>> counted({"a": 1, "b": 2, "c": 0}), counted({})
    ('2 b, 1 a', 'none')
    """
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{n} {name}" for name, n in ordered if n) or "none"


def losses(total: Mapping[str, Any]) -> list[str]:
    """Say in lines what a format could not hold and what was not read, as `write_pairs` and `read_pairs` count it.

    Examples
    --------
    >>> losses({"replaced": 2, "left_out": {"quality": 5}, "skipped": {"notes": 0}})
    ['replaced: 2 characters that the format cannot hold', 'left out, cells by column: 5 quality']
    >>> losses({"unwritten": {"to drop": 2}})
    ['not written: 2 to drop']
    >>> losses({"skipped": {"empty lines": 2, "notes": 1}, "first": {"empty lines": 7}})
    ['not read: 1 notes', 'set aside: 2 empty lines (first at line 7)']
    """
    told = {
        "replaced": "replaced: {} characters that the format cannot hold",
        "guarded": "guarded: {} cells that a spreadsheet would take for formulas",
        "cut": "cut: {} cells longer than the format allows",
    }
    lines = [words.format(total[what]) for what, words in told.items() if total.get(what)]
    skipped, first = total.get("skipped", {}), total.get("first", {})
    kinds = {
        "left out, cells by column": total.get("left_out", {}),
        "not read": {kind: n for kind, n in skipped.items() if kind not in first},
        "not written": total.get("unwritten", {}),
        "set aside": {f"{kind} (first at line {first[kind]})": n for kind, n in skipped.items() if kind in first},
    }
    lines += [f"{words}: {printable(counted(counts))}" for words, counts in kinds.items() if any(counts.values())]
    return [*lines, *map(printable, total.get("notices", ()))]


@contextlib.contextmanager
def following(unit: str = "", *, clock: Callable[[], float] = time.monotonic) -> Iterator[Progress | None]:
    """Show step by step how much is done: in a bar on a terminal, in a line a minute elsewhere; None with --quiet.

    Examples
    --------
    >>> with following(" pairs") as follow:
    ...     follow("scored", 2_000, 0)
    """
    if sys.stderr is None or _IS_QUIET.get():
        yield None
    elif sys.stderr.isatty():
        with _bar(unit) as follow:
            yield follow
    else:
        yield _lines(unit, clock)


@contextlib.contextmanager
def _bar(unit: str) -> Iterator[Progress]:
    """A bar that begins anew where a count does."""
    from tqdm import tqdm

    with tqdm(unit=unit, file=sys.stderr) as bar:

        def follow(step: str, done: int, total: int) -> None:
            if done < bar.n:
                bar.reset()
            bar.set_description(step, refresh=False)
            bar.total, bar.n = total or None, done
            bar.refresh()

        yield follow


def _lines(unit: str, clock: Callable[[], float]) -> Progress:
    """Lines for a log, none in the first minute: most work is done by then."""
    begun = told = clock()

    def follow(step: str, done: int, total: int) -> None:
        nonlocal told
        if (now := clock()) - told >= EVERY:
            told = now
            tell(f"{step}: {done:,}{f' of {total:,}' if total else ''}{unit}, {(now - begun) / 60:.0f} min")

    return follow
