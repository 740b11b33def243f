"""What a command says beside its output."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from aligner.errors import printable

if TYPE_CHECKING:
    from aligner.corpus.workers import Progress


def tell(message: str) -> None:
    """Print to standard error where there is one: without it, print would turn to standard output, among the data.

    Examples
    --------
    >>> tell("sentences: 3")
    """
    if sys.stderr is not None:
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
def following(unit: str = "") -> Iterator[Progress | None]:
    """Show step by step how much is done; on a terminal only.

    Examples
    --------
    >>> with following() as follow:
    ...     pass
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm

    with tqdm(unit=unit, file=sys.stderr) as bar:

        def follow(step: str, done: int, total: int) -> None:
            if bar.desc != f"{step}: ":
                bar.reset()
                bar.set_description(step, refresh=False)
            bar.total, bar.n = total or None, done
            bar.refresh()

        yield follow
