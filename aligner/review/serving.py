"""A review that runs: the project opened, its page served on this machine, for the command and for notebooks."""

from __future__ import annotations

import getpass
import os
import socket
import threading
import time
from datetime import UTC, datetime
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aligner.doors import checked
from aligner.errors import FilePath, InputError, MissingExtraError, Progress, check_whole, printable
from aligner.pairs.frames import join_frames
from aligner.review.beads import ReviewBead
from aligner.review.editing import Review
from aligner.review.judging import judge_at
from aligner.review.projects import open_project, remarks_of, reviewed_pairs
from aligner.review.store import Store

if TYPE_CHECKING:
    import pandas as pd

LOOPBACK: Final = "127.0.0.1"
"""Where a page is served: this machine, and no other reaches it."""

PROJECT_SUFFIX: Final = ".review"
"""Of the folder beside the first file, where none is named."""


def utc_now() -> str:
    """The time that edits are signed with: UTC, to the millisecond.

    Examples
    --------
    >>> len(utc_now())
    24
    """
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def project_of(file: FilePath) -> str:
    """The project's folder where none is named: beside the file, or the folder itself with another name.

    Examples
    --------
    >>> project_of("news/walk.tsv")
    'news/walk.tsv.review'
    """
    return os.fspath(file).rstrip("/\\") + PROJECT_SUFFIX


def name_reviewer(name: str | None) -> str:
    """The reviewer's name: as given, or that of the user of this machine.

    Raises
    ------
    InputError
        If it is empty, too long for a file's name, or holds what is none of one.

    Examples
    --------
    >>> name_reviewer(" Lan ")
    'Lan'
    """
    if name is None:
        try:
            name = getpass.getuser()
        except (KeyError, OSError, ImportError):
            name = "reviewer"
    name = name.strip()
    if not name or len(name) > 60 or not all(letter.isalnum() or letter in " ._-" for letter in name) or name[0] == ".":
        todo = "give a name of letters, figures, spaces, dots and strokes, 60 at most"
        raise InputError("no name for a reviewer", found=repr(name), todo=todo)
    return name


def check_extra() -> None:
    """Raise a MissingExtraError where the page cannot be served: before anything is read.

    Examples
    --------
    >>> check_extra()
    """
    for package in ("starlette", "uvicorn"):
        if find_spec(package) is None:
            raise MissingExtraError("aligner review", package=package, extra="review")


class Serving:
    """A page that is served until it is closed.

    Attributes
    ----------
    url : str
        With the token, which one browser can use, once.
    review : Review
    """

    def __init__(self, review: Review, folder: Path, *, title: str, changed: list[str], port: int = 0) -> None:
        check_extra()
        import uvicorn

        from aligner.review.server import App, Calls, door_for

        check_whole(port, "port out of range", 0, 65535, todo="give a port from 1 to 65535, or 0 for any that is free")
        self.review, self.folder = review, folder
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((LOOPBACK, port))
        except OSError as error:
            self._socket.close()
            review.store.close()
            todo = "give another port, or 0 for any that is free"
            raise InputError("the port cannot be used", found=f"{port}: {error.strerror}", todo=todo) from None
        own = self._socket.getsockname()[1]
        door = door_for(LOOPBACK, own)
        self.url = f"http://{LOOPBACK}:{own}/?token={door.token}"
        app = App(Calls(review, folder, title, changed), door)
        config = uvicorn.Config(
            app, log_level="critical", access_log=False, lifespan="off", timeout_graceful_shutdown=2
        )
        self._server = uvicorn.Server(config)

    def run(self) -> None:
        """Serve until the process is asked to end."""
        # The models are read while the first page is looked at, so that the first edit does not wait for them.
        threading.Thread(target=judge_at, args=([ReviewBead(0, ("Hello.",), ("Xin chào.",))], [0]), daemon=True).start()
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self.review.store.close()

    def start(self) -> threading.Thread:
        """Serve in a thread of its own; it serves when this returns."""
        # Signals are the main thread's: a notebook's interrupt must not end the page.
        thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        thread.start()
        while not self._server.started and thread.is_alive():
            time.sleep(0.01)
        return thread

    def stop(self) -> None:
        """Ask the server to end."""
        self._server.should_exit = True


class RunningReview:
    """What `open_review` returns: a page on which a person makes the alignment right, and what they made of it.

    Attributes
    ----------
    url : str
        The page; its token can be used once.
    """

    def __init__(self, serving: Serving, changed: list[str]) -> None:
        self._serving, self._changed = serving, changed
        self._thread = serving.start()
        self.url = serving.url

    def pairs(self, *, nulls: bool = False) -> pd.DataFrame:
        """The pairs as they are now, with decisions; with `nulls` also the sentences without counterpart."""
        review = self._serving.review
        fresh = Review(Store(self._serving.folder), review.reviewer, utc_now)
        try:
            return join_frames(reviewed_pairs(fresh, nulls=nulls))
        finally:
            fresh.store.close()

    def close(self) -> None:
        """End the page; all that was decided is kept."""
        self._serving.stop()
        self._thread.join()
        self._serving.review.store.close()

    def __enter__(self) -> RunningReview:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _repr_html_(self) -> str:
        """A link for a notebook."""
        remarks = remarks_of(self._serving.review.store)
        told = f"; {len(self._changed)} inputs changed since they were read" if self._changed else ""
        told += f"; {escape(printable('; '.join(remarks)))}" if remarks else ""
        return (
            f'<p><a href="{escape(self.url)}" target="_blank" rel="noopener">Review in a page of its own</a>{told}</p>'
        )


@checked
def open_review(
    file: FilePath, other: FilePath | None = None, *, project: FilePath | None = None, reviewer: str | None = None
) -> RunningReview:
    """Open a page on this machine, on which a person makes an alignment right.

    Parameters
    ----------
    file : str or path
        A bilingual file, the English file, a file of pairs, a folder of documents, a manifest, or a corpus.
    other : str or path, optional
        The Vietnamese file.
    project : str or path, optional
        Folder in which all edits are kept; beside `file` by default. What is in it is not read again.
    reviewer : str, optional
        Whose edits these are; the user of this machine by default.

    Returns
    -------
    RunningReview
        Its ``_repr_html_`` is a link; `RunningReview.pairs` gives what was decided so far,
        `RunningReview.close` ends it.

    Raises
    ------
    InputError
        If an input cannot be read, or a name is none.
    MissingExtraError
        Without starlette and uvicorn.

    Examples
    --------
    >>> open_review("no/such/file.tsv", project="no/such")  # doctest: +SKIP
    """
    check_extra()
    inputs = [file] if other is None else [file, other]
    review, folder, changed, title = start_review(inputs, project_of(file) if project is None else project, reviewer)
    return RunningReview(Serving(review, folder, title=title, changed=changed), changed)


def start_review(
    inputs: list[FilePath],
    project: FilePath,
    reviewer: str | None,
    follow: Progress | None = None,
) -> tuple[Review, Path, list[str], str]:
    """Open a project for a reviewer: the review, its folder, the inputs that changed, and a title."""
    name = name_reviewer(reviewer)
    store, changed = open_project(project, inputs, follow=follow)
    folder = Path(project)
    title = os.path.basename(os.path.abspath(project)).removesuffix(PROJECT_SUFFIX)
    return Review(store, name, utc_now), folder, changed, title
