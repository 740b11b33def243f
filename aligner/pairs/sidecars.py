"""What a format has no place for, in a file beside it: `NAME.meta.json` has the signature, the version and counts."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from typing import Any, Final

from aligner.errors import FilePath, InputError
from aligner.files.whole import write_text
from aligner.pairs.chunks import Tally, Target
from aligner.version import TOOL

SIDECAR: Final = ".meta.json"
"""What stands behind the whole name of a file to name its sidecar."""


@contextlib.contextmanager
def beside(target: Target, tally: Tally) -> Iterator[None]:
    r"""Write the sidecar of a file when the block that writes the file has ended well.

    Parameters
    ----------
    target : Target
        Its path is the file's. Standard output, pipes and devices have no sidecar.
    tally : Tally
        What is counted by the end of the block.

    Raises
    ------
    InputError
        If a file of that name is there already and no sidecar of ours, before the block; or if it cannot be written.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> target = Target(pathlib.Path(tempfile.mkdtemp(), "a.tsv"), signature="s")
    >>> with beside(target, Tally(pairs=1)):
    ...     _ = target.path.write_text("one\n")
    >>> read_signature(target.path, Tally())
    's'
    """
    if os.fspath(target.path) == "-":
        yield
        return
    path = f"{os.fspath(target.path)}{SIDECAR}"
    if os.path.lexists(path) and _stored(path) is None:
        todo = "move it, or give the pairs another name"
        raise InputError("a file of another tool where the sidecar of the pairs goes", path=path, todo=todo)
    yield
    if os.path.isfile(target.path):
        told = {"tool": TOOL, "version": target.version, "signature": target.signature, "bytes": _size(target.path)}
        counts = {name: getattr(tally, name) for name in ("pairs", "replaced", "guarded", "cut", "left_out")}
        write_text(path, json.dumps(told | counts, indent=1) + "\n")  # ASCII: any text of a signature can be written


def read_signature(path: FilePath, tally: Tally) -> str:
    """Find what made a file of pairs again, in its sidecar; nothing where it has none.

    Parameters
    ----------
    path : str or path
        The file of pairs.
    tally : Tally
        Counts, as ``skipped``, a sidecar that is not this file's: of another tool, or of other bytes, as when the file
        was changed by hand.

    Examples
    --------
    >>> read_signature("-", Tally())
    ''
    """
    sidecar = f"{os.fspath(path)}{SIDECAR}"
    if os.fspath(path) == "-" or not os.path.isfile(sidecar):
        return ""
    told = _stored(sidecar)
    if told is None:
        tally.skipped["sidecars of other tools"] += 1
    elif told.get("bytes") != _size(path):
        tally.skipped["signatures of other bytes"] += 1
    elif isinstance(signature := told.get("signature"), str):
        return signature
    return ""


def drop_sidecar(path: FilePath) -> None:
    """Remove what stands beside a file of pairs that was there before; another tool's file stays."""
    sidecar = f"{os.fspath(path)}{SIDECAR}"
    if os.fspath(path) != "-" and os.path.isfile(sidecar) and _stored(sidecar) is not None:
        os.unlink(sidecar)


def _stored(path: str) -> dict[str, Any] | None:
    """What a sidecar says; None for a file that is none of ours."""
    try:
        with open(path, "rb") as file:
            told = json.loads(file.read(_LONGEST))
    except (OSError, ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) and told.get("tool") == TOOL else None


_LONGEST: Final = 1 << 20
"""Bytes of a sidecar that are read: ours has some hundreds, and more with many columns left out."""


def _size(path: FilePath) -> int | None:
    """Bytes of a file; None where it cannot be told, which opening it says."""
    try:
        return os.stat(path).st_size
    except (OSError, ValueError):
        return None
