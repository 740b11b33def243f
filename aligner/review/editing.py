"""A project under review by one person: documents as they are now, edits confirmed one by one, undone and redone."""

from __future__ import annotations

import itertools
import math
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aligner.alignment import align
from aligner.bitext import Bead
from aligner.errors import InputError, check_whole
from aligner.review.beads import (
    Replacement,
    ReviewBead,
    apply_replacement,
    arrange,
    decide,
    edit_text,
    find_bead,
    flag,
    joined_notes,
    merge,
    next_id,
    numbered,
    pull,
    push,
    split,
    unlink,
    with_ids,
)
from aligner.review.judging import best_cut, judge_at
from aligner.review.opinions import find_conflicts
from aligner.review.progress import SHARE, Progress, tell_progress
from aligner.review.store import REDO, UNDO, OutdatedError, Repair, Store

Asked = Mapping[str, Any]
"""What a request says beside the document, the bead and the kind of edit."""

OPEN: Final = 8
"""Documents held open, those used last: a page shows one at a time, and 100,000 beads take some 80 MB
(benchmarks/review.py)."""


def _split(beads: Sequence[ReviewBead], k: int, asked: Asked) -> Replacement:
    """At the places that were named, or the best ones."""
    if asked.get("en") is None and asked.get("vi") is None:
        cut = best_cut(beads[k])
        if cut is None:
            raise InputError("nowhere to cut the bead by itself", found=" / ".join(beads[k].texts),
                             todo="choose the boundary")  # fmt: skip
        return split(beads, k, *cut)
    return split(beads, k, asked.get("en") or (0, 0), asked.get("vi") or (0, 0))


_Edit = Callable[[Sequence[ReviewBead], int, Asked], Replacement]

KINDS: Final[Mapping[str, _Edit]] = {
    "accept": lambda beads, k, asked: decide(beads, k, "accepted"),
    "reject": lambda beads, k, asked: decide(beads, k, "rejected"),
    "clear": lambda beads, k, asked: decide(beads, k, ""),
    "flag": lambda beads, k, asked: flag(beads, k, asked.get("note", "")),
    "merge": lambda beads, k, asked: merge(beads, k, asked.get("with", "next")),
    "pull": lambda beads, k, asked: pull(beads, k, asked.get("side", ""), asked.get("from", "next")),
    "push": lambda beads, k, asked: push(beads, k, asked.get("side", ""), asked.get("to", "next")),
    "split": _split,
    "unlink": lambda beads, k, asked: unlink(beads, k),
    "edit": lambda beads, k, asked: edit_text(
        beads, k, asked.get("side", ""), asked.get("sentence", 0), asked.get("text", "")
    ),
}
"""What a person can do to a bead; beside these a repair that is offered can be taken ("repair")."""


@dataclass(slots=True)
class Change:
    """What an edit did, for the page.

    Attributes
    ----------
    version : int
        Number of the newest edit.
    at, removed : int
        Place of the first bead that went, and how many went.
    rows : list of ReviewBead
        Those in their place.
    focus : int
        Id of the bead to stand on.
    is_whole : bool
        Whether more than one run changed: all is to be read again.
    """

    version: int
    at: int
    removed: int
    rows: list[ReviewBead]
    focus: int
    is_whole: bool = False


class OpenDocument:
    """A document as its reviewer sees it, in memory: the beads, what is offered, what can be undone."""

    def __init__(self, store: Store, document: int, reviewer: str) -> None:
        state = store.state(document, reviewer)
        self.beads, self.done, self.undone, self.version = state
        self.repairs: dict[int, Repair] = {}
        for repair in store.repairs(document, reviewer):
            self.repairs.update(dict.fromkeys(repair.replaces, repair))
        self._edits = {edit.number: edit.changes for edit in store.edits(document, reviewer)}
        every = itertools.chain(self.beads, (bead for c in self._edits.values() for r in c for bead in r.before))
        self._fresh = next_id(every)
        self.doubts: NDArray[np.float64] = np.array([bead.doubt for bead in self.beads], np.float64)
        self.open: NDArray[np.bool_] = np.array([not bead.status for bead in self.beads], np.bool_)

    def named(self, done: Replacement) -> Replacement:
        """New beads with ids that none has had."""
        named = with_ids(done, self._fresh)
        self._fresh = max(self._fresh, next_id(named.after))
        return named

    def changes_of(self, number: int) -> tuple[Replacement, ...]:
        """What an edit of this reviewer changed."""
        return self._edits[number]

    def figures_after(self, changes: Sequence[Replacement]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Doubts and what is undecided, once these are applied."""
        doubts, undecided = self.doubts, self.open
        for change in changes:
            stop = change.at + len(change.before)
            doubts = np.concatenate([doubts[: change.at], [b.doubt for b in change.after], doubts[stop:]])
            undecided = np.concatenate(
                [undecided[: change.at], np.array([not b.status for b in change.after], np.bool_), undecided[stop:]]
            )
        return doubts, undecided

    def take(self, number: int, changes: tuple[Replacement, ...]) -> None:
        """Apply what is confirmed."""
        self.doubts, self.open = self.figures_after(changes)
        for change in changes:
            apply_replacement(self.beads, change)
        self._edits[number] = changes
        self.version = number

    def offered(self, k: int) -> Repair | None:
        """What is offered for the bead at a place, if the beads that it replaces are still there side by side."""
        repair = self.repairs.get(self.beads[k].id)
        if repair is None:
            return None
        start = k - repair.replaces.index(self.beads[k].id)
        run = self.beads[max(start, 0) : max(start, 0) + len(repair.replaces)]
        is_there = start >= 0 and [bead.id for bead in run] == list(repair.replaces)
        return repair if is_there and any(not bead.status for bead in run) else None


class Review:
    """A project as one person sees it.

    Parameters
    ----------
    store : Store
    reviewer : str
        Whose edits are seen and added.
    clock : callable
        The time, as text, that edits are signed with.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from aligner.review.store import Store
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(pathlib.Path(folder.name))
    >>> _ = store.add_document("a", [ReviewBead(0, ("Hi.",), ("Chào.",))], files=[], signature="")
    >>> review = Review(store, "lan", lambda: "2026-01-01T00:00:00Z")
    >>> review.edit(0, 0, "accept", 0).rows[0].status, review.undo(0, 1).rows[0].status
    ('accepted', '')
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store, reviewer: str, clock: Callable[[], str]) -> None:
        self.store, self.reviewer, self._clock = store, reviewer, clock
        self._opened: OrderedDict[int, OpenDocument] = OrderedDict()

    def open(self, document: int) -> OpenDocument:
        """A document as it is now."""
        check_whole(document, "no such document", 0, todo="reload the page")
        if document in self._opened:
            self._opened.move_to_end(document)
        else:
            self._opened[document] = OpenDocument(self.store, document, self.reviewer)
            while len(self._opened) > OPEN:
                self._opened.popitem(last=False)
        return self._opened[document]

    def progress(self, document: int) -> Progress:
        """How far a document has come."""
        opened = self.open(document)
        return tell_progress(opened.doubts[opened.open], len(opened.beads), self.share)

    @property
    def share(self) -> float:
        """Share of wrong beads that is aimed at."""
        return float(self.store.told("share") or SHARE)

    def aim(self, share: float) -> None:
        """Choose the share of wrong beads that is aimed at, 0..1."""
        tell_progress(np.zeros(0), 0, share)
        self.store.tell("share", repr(float(share)))

    def edit(self, document: int, version: int, kind: str, bead: int, asked: Asked | None = None) -> Change:
        """Do something to a bead, and confirm it.

        Raises
        ------
        OutdatedError
            If `version` is not the newest edit that the page saw.
        InputError
            If the edit is unknown or cannot be made there.
        """
        opened = self._current(document, version)
        k = find_bead(opened.beads, bead)
        if kind == "repair":
            done = self._repair(opened, k)
        elif kind in KINDS:
            done = KINDS[kind](opened.beads, k, asked or {})
        else:
            found, todo = repr(kind), f"give one of {', '.join(KINDS)}, repair"
            raise InputError("unknown kind of edit", found=found, todo=todo)
        if done.before == done.after:
            return Change(opened.version, done.at, len(done.before), list(done.after), bead)
        done = self._judged(opened, opened.named(done))
        ids = [after.id for after in done.after]
        # On the bead that was edited; where it is gone, on the first that is new.
        known = {before.id for before in done.before}
        focus = bead if bead in ids else next((own for own in ids if own not in known), ids[0])
        self._confirm(document, opened, kind, (done,), None)
        opened.done.append(opened.version)
        opened.undone.clear()
        return Change(opened.version, done.at, len(done.before), list(done.after), focus)

    def undo(self, document: int, version: int) -> Change:
        """Take the newest edit back that is not taken back yet."""
        opened = self._current(document, version)
        if not opened.done:
            raise OutdatedError("nothing to undo", todo="go on")
        number = opened.done[-1]
        changes = tuple(change.inverse() for change in reversed(opened.changes_of(number)))
        self._confirm(document, opened, UNDO, changes, number)
        opened.undone.append(opened.done.pop())
        return _change_of(opened, changes)

    def redo(self, document: int, version: int) -> Change:
        """Do what was taken back last again."""
        opened = self._current(document, version)
        if not opened.undone:
            raise OutdatedError("nothing to redo", todo="go on")
        number = opened.undone[-1]
        changes = opened.changes_of(number)
        self._confirm(document, opened, REDO, changes, number)
        opened.done.append(opened.undone.pop())
        return _change_of(opened, changes)

    def realign(self, document: int, version: int) -> Change:
        """Align again what nobody decided, with all that somebody did as fixed points.

        The number of beads that are new is the length of `rows`.
        """
        opened = self._current(document, version)
        fresh = [done for done in realigned(opened.beads) if done.before != done.after]
        if not fresh:
            return Change(opened.version, 0, 0, [], opened.beads[0].id if opened.beads else 0, True)
        named = tuple(opened.named(done) for done in fresh)
        self._confirm(document, opened, "realign", named, None)
        opened.done.append(opened.version)
        opened.undone.clear()
        rows = [bead for done in named for bead in done.after]
        return Change(opened.version, named[0].at, 0, rows, rows[0].id, True)

    def resolve(self, document: int, one: str, other: str) -> int:
        """Take over one reviewer's beads, and offer another's wherever they say something else; how many such places.

        What the other does not contradict stays as the one decided it; each conflict is open again, and flagged: on the
        bead before it, where the one has nothing there.
        """
        opened = self.open(document)
        if opened.version:
            found, todo = f"edits of {self.reviewer}", "resolve under another name"
            raise InputError("the one who resolves has edits already", found=found, todo=todo)
        ours, theirs = (self.store.state(document, name).beads for name in (one, other))
        conflicts = find_conflicts(ours, theirs)
        beads = list(ours)
        repairs: list[Repair] = []
        for conflict in conflicts:
            said = theirs[conflict.other_start : conflict.other_stop]
            words = " | ".join(" / ".join(bead.texts) + (f" ({bead.status})" if bead.status else "") for bead in said)
            first = min(conflict.start, max(conflict.stop - 1, 0))
            for k in range(first, min(max(conflict.stop, first + 1), len(beads))):
                said_too = [f"{other}: {words}"] if k == first else []
                beads[k] = replace(beads[k], status="", note=" ".join(filter(None, [beads[k].note, *said_too])))
            run = ours[conflict.start : conflict.stop]
            pairs = tuple((bead.source, bead.target) for bead in said)
            if pairs != tuple((bead.source, bead.target) for bead in run) and _are_same(run, pairs):
                repairs.append(Repair(tuple(bead.id for bead in run), pairs))
        whole = Replacement(0, tuple(opened.beads), tuple(beads))
        with self.store.transaction():
            self.store.add_repairs(document, self.reviewer, repairs)
            self._confirm(document, opened, "resolve", (whole,), None)
        del self._opened[document]
        return len(conflicts)

    def _current(self, document: int, version: int) -> OpenDocument:
        """The document, if the page has seen its newest edit."""
        opened = self.open(document)
        if version != opened.version:
            todo = "reload the page: another one has made an edit"
            raise OutdatedError("the page shows an older state", found=f"{version}, not {opened.version}", todo=todo)
        return opened

    def _repair(self, opened: OpenDocument, k: int) -> Replacement:
        """Take what is offered."""
        offered = opened.offered(k)
        if offered is None:
            raise InputError("nothing is offered for this bead", found=str(opened.beads[k].id), todo="mend it by hand")
        at = k - offered.replaces.index(opened.beads[k].id)
        return arrange(opened.beads, at, len(offered.replaces), offered.beads)

    def _judged(self, opened: OpenDocument, done: Replacement) -> Replacement:
        """New beads with their quality, judged where they stand."""
        known = {before.id for before in done.before}
        places = [done.at + k for k, bead in enumerate(done.after) if bead.id not in known]
        if not places:
            return done
        # Neighbours are enough, and copying a long document takes longer than judging.
        low = max(done.at - 100, 0)
        shown = [*opened.beads[low : done.at], *done.after, *opened.beads[done.at + len(done.before) :][:100]]
        judged = iter(judge_at(shown, [place - low for place in places]))
        return done._replace(after=tuple(b if b.id in known else next(judged) for b in done.after))

    def _confirm(
        self, document: int, opened: OpenDocument, kind: str, changes: tuple[Replacement, ...], undoes: int | None
    ) -> None:
        """Write an edit, and apply it once it is on the disk."""
        doubts, undecided = opened.figures_after(changes)
        figures = len(undecided), int(len(undecided) - undecided.sum()), float(doubts[undecided].sum())
        try:
            number = self.store.add_edit(
                document,
                self.reviewer,
                time=self._clock(),
                kind=kind,
                changes=changes,
                undoes=undoes,
                since=opened.version,
                progress=figures,
            )
        except OutdatedError:
            del self._opened[document]  # another process has made an edit: who reads the page again is to see it
            raise
        opened.take(number, changes)


def realigned(beads: Sequence[ReviewBead]) -> list[Replacement]:
    """What aligning a document again would change: the decided beads stay, and each run that is others is replaced.

    In the order of the document; places count in it as it is after those before.

    Examples
    --------
    >>> beads = [ReviewBead(0, ("It rained.",), ()), ReviewBead(1, (), ("Trời mưa.",)),
    ...          ReviewBead(2, ("We left.",), ("Chúng tôi đi.",), "accepted")]
    >>> [bead.source for bead in realigned(beads)[0].after]
    [('It rained.',)]
    """
    source, target = ([s for bead in beads for s in side(bead)] for side in (_source, _target))
    ours, fixed = numbered([(bead.source, bead.target) for bead in beads]), []
    for bead, own in zip(beads, ours, strict=True):
        if bead.status and (own.source or own.target):
            fixed.append(own)
    alignment = align(source, target, fixed=fixed)
    done: list[Replacement] = []
    shift = 0
    for (i, j), (a, b) in differing(ours, alignment.beads):
        run = tuple(beads[i:j])
        fresh = alignment.beads[a:b]
        judged = alignment.judgements(fresh)
        after = tuple(
            ReviewBead(
                -1,
                tuple(source[s] for s in bead.source),
                tuple(target[t] for t in bead.target),
                note="" if k else joined_notes(run),  # what somebody flagged without deciding is not lost
                probability=bead.probability,
                quality=None if bead.is_null or math.isnan(said.quality) else said.quality,
                kept=said.is_kept,
                reasons=";".join(said.reasons),
            )
            for k, (bead, said) in enumerate(zip(fresh, judged, strict=True))
        )
        done.append(Replacement(i + shift, run, after))
        shift += len(after) - len(run)
    return done


def differing(one: Sequence[Bead], other: Sequence[Bead]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Smallest runs of two alignments of the same sentences that hold the same sentences and are other beads.

    Null beads that stand in another order alone do not differ.

    Examples
    --------
    >>> differing([Bead((0,), (0,)), Bead((1,), ())], [Bead((0, 1), (0,))])
    [((0, 2), (0, 1))]
    """
    found: list[tuple[tuple[int, int], tuple[int, int]]] = []
    i = a = 0
    at_one, at_other = [0, 0], [0, 0]
    start = (0, 0)
    while i < len(one) or a < len(other):
        # Whoever is behind goes on; at the same place both do.
        if i < len(one) and (a == len(other) or sum(at_one) <= sum(at_other)):
            at_one = [at_one[0] + len(one[i].source), at_one[1] + len(one[i].target)]
            i += 1
        else:
            at_other = [at_other[0] + len(other[a].source), at_other[1] + len(other[a].target)]
            a += 1
        if at_one == at_other:
            run, fresh = one[start[0] : i], other[start[1] : a]
            if sorted((b.source, b.target) for b in run) != sorted((b.source, b.target) for b in fresh):
                found.append(((start[0], i), (start[1], a)))
            start = (i, a)
    return found


def _source(bead: ReviewBead) -> tuple[str, ...]:
    return bead.source


def _target(bead: ReviewBead) -> tuple[str, ...]:
    return bead.target


def _are_same(run: Sequence[ReviewBead], pairs: Sequence[tuple[tuple[str, ...], tuple[str, ...]]]) -> bool:
    """Whether two runs hold the same sentences."""
    return all(
        [s for bead in run for s in side(bead)] == [s for pair in pairs for s in pair[k]]
        for k, side in enumerate((_source, _target))
    )


def _change_of(opened: OpenDocument, changes: Sequence[Replacement]) -> Change:
    """What an undo or redo did, for the page."""
    last = changes[-1]
    focus = last.after[0].id if last.after else opened.beads[min(last.at, len(opened.beads) - 1)].id
    rows = list(last.after)
    return Change(opened.version, last.at, len(last.before), rows, focus, len(changes) > 1)
