"""Locks on a folder of work: parts share it, anything else has it alone, and whoever is killed leaves it free.

Files of no bytes, which the system forgets the locks of when a process ends, however it ends: that of the work is held
all through a run, by parts together and by any other alone; that of the door for moments, by one at a time, at the
beginning and at the end; that of the beginning by whoever does what one part does for all. Where the system or its file
system has no such locks, nothing is refused.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from aligner.errors import InputError
from aligner.files.whole import TEMPORARY

fcntl: Any = import_module("fcntl") if find_spec("fcntl") else None  # not on Windows

_DOOR: Final = f".door{TEMPORARY}"
_WORK: Final = f".work{TEMPORARY}"
_FIRST: Final = f".first{TEMPORARY}"


def is_lock(path: Path) -> bool:
    """Whether it is one of these files.

    Examples
    --------
    >>> is_lock(Path(".work.tmp")), is_lock(Path(".00007.json.0a1b2c3d.tmp"))
    (True, False)
    """
    return path.name in (_DOOR, _WORK, _FIRST)


def has_worked(folder: Path) -> bool:
    """Whether a run has begun to work in a folder; it may be at it still.

    Examples
    --------
    >>> has_worked(Path("no/such"))
    False
    """
    return (folder / _WORK).exists()


class FolderLock:
    """A run's hold on a folder.

    Parameters
    ----------
    folder : Path
    is_part : bool
        Whether the run is one of several parts, which may be at work together.
    what : str
        What the run is called where it is refused.

    Attributes
    ----------
    is_alone : bool
        Whether nobody else is at work there: what has no name yet is then of a killed run.
    """

    def __init__(self, folder: Path, is_part: bool, what: str = "build") -> None:
        self._folder, self._is_part, self._what = folder, is_part, what
        self._work: int | None = None
        self.is_alone = not is_part

    @contextlib.contextmanager
    def door(self) -> Iterator[None]:
        """Be the only one at the door, waiting for another to go through."""
        with self._only(_DOOR):
            yield

    @contextlib.contextmanager
    def first(self) -> Iterator[None]:
        """Be the only one at what one part does for all, waiting for another that is at it."""
        with self._only(_FIRST):
            yield

    @contextlib.contextmanager
    def _only(self, name: str) -> Iterator[None]:
        held = _open(self._folder / name, wait=True)
        try:
            yield
        finally:
            _close(held)

    @contextlib.contextmanager
    def at_work(self, begin: Callable[[], None], end: Callable[[], None] | None = None) -> Iterator[FolderLock]:
        """Work in the folder; `begin` and `end` are called at the door, when it is known whether others are there."""
        with self.door():
            try:
                self.enter()
                begin()
            except BaseException:
                self.release()
                raise
        try:
            yield self
        finally:
            with self.door():
                self.leave()
                if end is not None:
                    end()
                self.release()

    def enter(self) -> None:
        """Begin to work, at the door; InputError where another run has the folder."""
        work = self._folder / _WORK
        for _ in range(2):  # whoever has it may be killed in between
            self._work = _open(work)
            if self._work is not None:
                self.is_alone = True
                if self._is_part:
                    fcntl.flock(self._work, fcntl.LOCK_SH)  # all come through the door: nobody gets in between
                return
            if self._is_part:
                self._work = _open(work, shared=True)
            if self._work is not None:
                return
            if _is_locked(work):
                todo = "wait for its end, or give another folder"
                todo += f"; parts of one {self._what} (--shard i/n) may run together"
                raise InputError(f"another {self._what} is at work in this folder", path=self._folder, todo=todo)

    @property
    def is_held(self) -> bool:
        """Whether the system knows of the hold; where it has no locks, a folder may look free that is not."""
        return self._work is not None

    def leave(self) -> None:
        """End the work, at the door; from then on it is told whether others are still at it."""
        _close(self._work)
        self._work = _open(self._folder / _WORK)
        self.is_alone = self._work is not None or (fcntl is None and not self._is_part)

    def release(self) -> None:
        """Let all go, at the door; the files go with whoever is the last."""
        if self.is_alone and self._work is not None:
            for name in (_WORK, _FIRST, _DOOR):
                with contextlib.suppress(OSError):
                    (self._folder / name).unlink()
        _close(self._work)
        self._work = None


def _open(path: Path, *, wait: bool = False, shared: bool = False) -> int | None:
    """Open and lock a file, made if it is not there; None where another has it or there are no locks."""
    if fcntl is None:
        return None
    kind = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB)
    while True:
        try:
            held = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError:
            return None
        try:
            fcntl.flock(held, kind)
            there, mine = os.stat(path), os.fstat(held)
        except FileNotFoundError:  # its last holder took it away
            os.close(held)
            continue
        except OSError:
            os.close(held)
            return None
        if (there.st_dev, there.st_ino) == (mine.st_dev, mine.st_ino):
            return held
        os.close(held)


def _is_locked(path: Path) -> bool:
    """Whether another holds it; a file system without locks says something else."""
    try:
        with open(path, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _close(held: int | None) -> None:
    if held is not None:
        os.close(held)
