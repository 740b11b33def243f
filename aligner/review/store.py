"""Where a review is kept: one SQLite file with the beads as they were read, and every edit, which nothing changes.

A state is the fold of its edits over the beads that were read, for each reviewer of their own; undoing is an edit the
other way round. An edit is confirmed when its transaction is on the disk (write-ahead log, ``synchronous = FULL``:
<https://sqlite.org/pragma.html#pragma_synchronous>), so that neither a kill nor a loss of power takes it back.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from aligner.errors import InputError
from aligner.review.beads import Replacement, ReviewBead, apply_replacement

FILE: Final = "review.sqlite"
"""The database's name in the folder of a project."""

SCHEMA: Final = 1
"""Version of the tables, kept in ``user_version``."""

UNDO: Final = "undo"
REDO: Final = "redo"
"""Kinds of the edits that take another back or do it again."""

_TABLES: Final = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
  document INTEGER PRIMARY KEY, name TEXT NOT NULL, files TEXT NOT NULL, digest TEXT NOT NULL, signature TEXT NOT NULL,
  beads INTEGER NOT NULL, expected_wrong REAL NOT NULL
);
CREATE TABLE beads (
  document INTEGER NOT NULL, position INTEGER NOT NULL, bead TEXT NOT NULL, PRIMARY KEY (document, position)
) WITHOUT ROWID;
CREATE TABLE repairs (
  document INTEGER NOT NULL, reviewer TEXT NOT NULL, first INTEGER NOT NULL, replaces TEXT NOT NULL,
  beads TEXT NOT NULL, PRIMARY KEY (document, reviewer, first)
) WITHOUT ROWID;
CREATE TABLE edits (
  number INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL, reviewer TEXT NOT NULL, time TEXT NOT NULL,
  kind TEXT NOT NULL, undoes INTEGER, changes TEXT NOT NULL
);
CREATE INDEX edits_of ON edits (document, reviewer, number);
CREATE TABLE progress (
  document INTEGER NOT NULL, reviewer TEXT NOT NULL, beads INTEGER NOT NULL, decided INTEGER NOT NULL,
  expected_wrong REAL NOT NULL, PRIMARY KEY (document, reviewer)
) WITHOUT ROWID;
CREATE TRIGGER edits_stay BEFORE UPDATE ON edits BEGIN SELECT RAISE(ABORT, 'edits are only added'); END;
CREATE TRIGGER edits_are_kept BEFORE DELETE ON edits BEGIN SELECT RAISE(ABORT, 'edits are only added'); END;
"""


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing that somebody did to a document.

    Attributes
    ----------
    number : int
        In the order of all edits of the project, from 1 on.
    document : int
    reviewer, time, kind : str
        Who, when (UTC, ISO 8601), and what: a word of `editing.KINDS`, "undo", "redo", "realign" or "resolve".
    undoes : int or None
        The edit that an undo takes back, or a redo does again.
    changes : tuple of Replacement
        In the order in which they are applied.
    """

    number: int
    document: int
    reviewer: str
    time: str
    kind: str
    undoes: int | None
    changes: tuple[Replacement, ...]


class Repair(NamedTuple):
    """What a model would make of a run of beads: their ids, and the sentences of those in their place."""

    replaces: tuple[int, ...]
    beads: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]


class StoredDocument(NamedTuple):
    """What is known of a document without its beads: its name, its files with their digests, what made the beads."""

    document: int
    name: str
    files: tuple[tuple[str, str], ...]
    signature: str
    beads: int
    expected_wrong: float


class State(NamedTuple):
    """A document as a reviewer sees it: its beads, the numbers of edits that can be undone and redone, the newest."""

    beads: list[ReviewBead]
    done: list[int]
    undone: list[int]
    version: int


class Store:
    """A review's database, open.

    Parameters
    ----------
    folder : Path
        The project's folder; it is there.

    Raises
    ------
    InputError
        If its file cannot be opened, is no database of a review, or of a later version.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._lock = threading.RLock()
        try:
            self._base = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, timeout=10)
            self._base.execute("PRAGMA journal_mode = WAL")
            self._base.execute("PRAGMA synchronous = FULL")
            self._prepare()
        except sqlite3.Error as error:
            raise self._fault(error) from None

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._base.close()

    def _prepare(self) -> None:
        """Make the tables of a new database, in one transaction; refuse another's."""
        with self._lock, self.transaction():
            (version,) = self._base.execute("PRAGMA user_version").fetchone()
            (tables,) = self._base.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if not version and not tables:
                for statement in _statements(_TABLES):
                    self._base.execute(statement)
                self._base.execute(f"PRAGMA user_version = {SCHEMA}")
            elif version != SCHEMA:
                found, todo = f"version {version} of its tables", "take the aligner that made it, or another folder"
                raise InputError("not a review of this version", path=self.path, found=found, todo=todo)

    def _fault(self, error: sqlite3.Error) -> InputError:
        """What the database says, as bad input."""
        todo = "check the folder, its rights and the space there; the file is SQLite's"
        return InputError("the review's database cannot be used", path=self.path, found=str(error), todo=todo)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what is written within, or nothing; one writer at a time."""
        with self._lock:
            if self._base.in_transaction:
                yield
                return
            try:
                self._base.execute("BEGIN IMMEDIATE")
                yield
                self._base.execute("COMMIT")
            except sqlite3.Error as error:
                self._roll_back()
                raise self._fault(error) from None
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        if self._base.in_transaction:
            self._base.execute("ROLLBACK")

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            try:
                return self._base.execute(sql, values).fetchall()
            except sqlite3.Error as error:
                raise self._fault(error) from None

    def tell(self, name: str, value: str) -> None:
        """Keep something about the project as a whole."""
        with self.transaction():
            self._base.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, value))

    def told(self, name: str) -> str | None:
        """What was kept under a name; None where nothing was."""
        rows = self._rows("SELECT value FROM about WHERE name = ?", (name,))
        return rows[0][0] if rows else None

    def add_document(
        self,
        name: str,
        beads: Sequence[ReviewBead],
        *,
        files: Iterable[tuple[str, str]],
        signature: str,
        repairs: Iterable[Repair] = (),
    ) -> int:
        """Keep a document as it was read; its number."""
        rows = [json.dumps(bead.as_json(), ensure_ascii=False) for bead in beads]
        expected = sum(bead.doubt for bead in beads)
        with self.transaction():
            (number,) = self._base.execute("SELECT ifnull(max(document), -1) + 1 FROM documents").fetchone()
            self._base.execute(
                "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?)",
                (number, name, json.dumps([list(row) for row in files]), _digest(rows), signature, len(rows), expected),
            )
            self._base.executemany(
                "INSERT INTO beads VALUES (?, ?, ?)", ((number, k, row) for k, row in enumerate(rows))
            )
            self.add_repairs(number, "", repairs)
        return int(number)

    def add_repairs(self, document: int, reviewer: str, repairs: Iterable[Repair]) -> None:
        """Keep what is offered; to one reviewer, or by "" to all."""
        with self.transaction():
            self._base.executemany(
                "INSERT OR REPLACE INTO repairs VALUES (?, ?, ?, ?, ?)",
                (
                    (document, reviewer, repair.replaces[0], json.dumps(repair.replaces),
                     json.dumps(repair.beads, ensure_ascii=False))
                    for repair in repairs
                ),
            )  # fmt: skip

    def documents(self) -> list[StoredDocument]:
        """All documents, in the order in which they were read."""
        rows = self._rows(
            "SELECT document, name, files, signature, beads, expected_wrong FROM documents ORDER BY document"
        )
        return [
            StoredDocument(number, name, tuple((path, sha) for path, sha in json.loads(files)), *rest)
            for number, name, files, *rest in rows
        ]

    def first_beads(self, document: int) -> list[ReviewBead]:
        """The beads as they were read.

        Raises
        ------
        InputError
            If they are not those that were written.
        """
        rows = [
            row for (row,) in self._rows("SELECT bead FROM beads WHERE document = ? ORDER BY position", (document,))
        ]
        known = self._rows("SELECT digest FROM documents WHERE document = ?", (document,))
        if not known:
            raise InputError("no such document", path=self.path, found=str(document), todo="reload the page")
        if known[0][0] != _digest(rows):
            found, todo = f"document {document}", "take the folder back from a copy, or begin anew in another"
            raise InputError("beads that are not those that were read", path=self.path, found=found, todo=todo)
        return [ReviewBead.from_json(json.loads(row)) for row in rows]

    def repairs(self, document: int, reviewer: str) -> list[Repair]:
        """What is offered for a document."""
        rows = self._rows(
            "SELECT replaces, beads FROM repairs WHERE document = ? AND reviewer IN ('', ?) ORDER BY reviewer, first",
            (document, reviewer),
        )
        return [
            Repair(tuple(json.loads(ids)), tuple((tuple(s), tuple(t)) for s, t in json.loads(beads)))
            for ids, beads in rows
        ]

    def edits(self, document: int, reviewer: str) -> list[Edit]:
        """What a reviewer did to a document, in order."""
        rows = self._rows(
            "SELECT number, document, reviewer, time, kind, undoes, changes FROM edits "
            "WHERE document = ? AND reviewer = ? ORDER BY number",
            (document, reviewer),
        )
        return [
            Edit(number, of, who, time, kind, undoes, _changes_of(changes))
            for number, of, who, time, kind, undoes, changes in rows
        ]

    def reviewers(self) -> list[str]:
        """Everybody who has made an edit, by name."""
        return [name for (name,) in self._rows("SELECT DISTINCT reviewer FROM edits ORDER BY reviewer")]

    def count_edits(self, reviewer: str) -> int:
        """Edits of a reviewer in all documents, those undone among them."""
        return int(self._rows("SELECT count(*) FROM edits WHERE reviewer = ?", (reviewer,))[0][0])

    def version(self, document: int, reviewer: str) -> int:
        """Number of the newest edit; 0 where there is none."""
        rows = self._rows(
            "SELECT ifnull(max(number), 0) FROM edits WHERE document = ? AND reviewer = ?", (document, reviewer)
        )
        return int(rows[0][0])

    def add_edit(
        self,
        document: int,
        reviewer: str,
        *,
        time: str,
        kind: str,
        changes: Sequence[Replacement],
        undoes: int | None,
        since: int,
        progress: tuple[int, int, float],
    ) -> int:
        """Confirm an edit: on the disk when this returns; its number.

        Raises
        ------
        InputError
            If the reviewer's newest edit is not `since`: it was made from a state that is no longer.
        """
        written = json.dumps(
            [[c.at, [b.as_json() for b in c.before], [b.as_json() for b in c.after]] for c in changes],
            ensure_ascii=False,
        )
        with self.transaction():
            newest = self.version(document, reviewer)
            if newest != since:
                raise OutdatedError(
                    "another edit was made meanwhile", found=f"{newest} after {since}", todo="reload the page"
                )
            cursor = self._base.execute(
                "INSERT INTO edits (document, reviewer, time, kind, undoes, changes) VALUES (?, ?, ?, ?, ?, ?)",
                (document, reviewer, time, kind, undoes, written),
            )
            self._base.execute(
                "INSERT OR REPLACE INTO progress VALUES (?, ?, ?, ?, ?)", (document, reviewer, *progress)
            )
        return int(cursor.lastrowid or 0)

    def progress(self, reviewer: str) -> dict[int, tuple[int, int, float]]:
        """Beads, decided ones and wrong ones to be expected, of the documents that a reviewer has touched."""
        rows = self._rows(
            "SELECT document, beads, decided, expected_wrong FROM progress WHERE reviewer = ?", (reviewer,)
        )
        return {document: (beads, decided, expected) for document, beads, decided, expected in rows}

    def state(self, document: int, reviewer: str) -> State:
        """The document as a reviewer has made it: the fold of all edits.

        Raises
        ------
        InputError
            If an edit is not of the state before it.
        """
        return fold(self.first_beads(document), self.edits(document, reviewer), self.path)


class OutdatedError(InputError):
    """An edit from a state that is no longer: another page or process made one meanwhile."""


def fold(beads: list[ReviewBead], edits: Iterable[Edit], path: os.PathLike[str] | None = None) -> State:
    """Apply edits one after another.

    Examples
    --------
    >>> fold([ReviewBead(0, ("Hi.",), ())], []).version
    0
    """
    done: list[int] = []
    undone: list[int] = []
    version = 0
    for edit in edits:
        try:
            for change in edit.changes:
                apply_replacement(beads, change)
        except ValueError as error:
            found = f"edit {edit.number}: {error}"
            todo = "take the folder back from a copy"
            raise InputError("edits that do not follow each other", path=path, found=found, todo=todo) from None
        if edit.kind == UNDO:
            done.remove(edit.undoes or 0)
            undone.append(edit.undoes or 0)
        elif edit.kind == REDO:
            undone.remove(edit.undoes or 0)
            done.append(edit.undoes or 0)
        else:
            done.append(edit.number)
            undone.clear()
        version = edit.number
    return State(beads, done, undone, version)


def _changes_of(text: str) -> tuple[Replacement, ...]:
    return tuple(
        Replacement(at, tuple(map(ReviewBead.from_json, before)), tuple(map(ReviewBead.from_json, after)))
        for at, before, after in json.loads(text)
    )


def _digest(rows: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(row.encode("utf-8", "surrogatepass") + b"\n")
    return digest.hexdigest()


def _statements(script: str) -> list[str]:
    """The statements of a script: a trigger has a semicolon within."""
    found, held = [], ""
    for part in script.split(";"):
        held += part + ";"
        if sqlite3.complete_statement(held):
            found.append(held.strip())
            held = ""
    return found
