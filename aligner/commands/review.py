"""`aligner review`: a page on this machine on which a person makes pairs right, and what they made of them."""

from __future__ import annotations

import argparse
import math
import webbrowser
from collections.abc import Iterator

from aligner.commands.options import add_output
from aligner.commands.telling import following, losses, tell
from aligner.errors import InputError, check_whole, printable
from aligner.files.whole import write_text
from aligner.pairs.files import check_writing, write_pairs
from aligner.pairs.frames import join_frames
from aligner.review.editing import Review
from aligner.review.opinions import compare_reviews, find_conflicts
from aligner.review.projects import fit_on_review, remarks_of, reviewed_pairs
from aligner.review.serving import Serving, check_extra, project_of, start_review


def add(verb: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    verb.description = (
        "Open a page on this machine on which a person makes an alignment right: doubtful beads first, by keys. Every "
        "edit is kept in the project's folder. With -o, --agreement, --resolve or --fit nothing is opened."
    )
    verb.add_argument(
        "file",
        nargs="?",
        help="a bilingual file, the English one, a file of pairs, a folder of documents, a manifest or a corpus; not "
        "needed where the project is there",
    )
    verb.add_argument("other", nargs="?", help="the Vietnamese file, where there are two")
    verb.add_argument("--project", metavar="FOLDER", help="where edits are kept; FILE.review by default")
    verb.add_argument("--reviewer", metavar="NAME", help="whose edits these are; the user of this machine by default")
    verb.add_argument("--port", type=int, metavar="N", default=0, help="of the page; 0 for any that is free")
    verb.add_argument("--no-browser", action="store_true", help="print the address alone: do not open it")
    add_output(verb, "; the pairs as the reviewer left them")
    verb.add_argument(
        "--nulls", action="store_true", help="with -o: also sentences without counterpart, as gold for evaluate"
    )
    verb.add_argument(
        "--agreement", nargs=2, metavar=("A", "B"), help="tell how far two reviewers agree, and where not"
    )
    verb.add_argument(
        "--resolve", nargs=2, metavar=("A", "B"),
        help="begin as --reviewer with A's beads, and be offered B's wherever they differ",
    )  # fmt: skip
    verb.add_argument(
        "--fit", action="store_true", help="tell which thresholds fit the decisions made, and refit quality"
    )
    verb.set_defaults(job=_review, is_timed=False)


SHOWN = 20
"""Conflicts that are shown one by one: a screen full."""


def _review(chosen: argparse.Namespace) -> None:
    """Open the page, or write what was decided."""
    if chosen.file is None and chosen.project is None:
        raise InputError("nothing to review", todo="give a file, or --project with a review that was begun")
    if chosen.nulls and chosen.output is None:
        raise InputError("--nulls is about the file", todo="leave it out, or add -o")
    check_whole(
        chosen.port, "port out of range", 0, 65535, todo="give a port from 1 to 65535, or 0 for any that is free"
    )
    asked = [name for name in ("output", "agreement", "resolve", "fit") if getattr(chosen, name)]
    if len(asked) > 1:
        raise InputError("several things at once", found=", ".join(asked), todo="ask for them one after another")
    if asked and (chosen.port or chosen.no_browser):
        raise InputError("the port and the browser are about the page", found=asked[0], todo="leave one of them out")
    if not asked:
        check_extra()
    if chosen.output is not None:
        check_writing(chosen.output)
    inputs = [path for path in (chosen.file, chosen.other) if path is not None]
    with following() as follow:
        review, folder, changed, title = start_review(
            inputs, project_of(inputs[0]) if chosen.project is None else chosen.project, chosen.reviewer, follow
        )
    for path in changed:
        tell(f"changed since it was read, and not read again: {printable(path)}")
    for remark in remarks_of(review.store):
        tell(printable(remark))
    if not asked:
        _serve(chosen, review, Serving(review, folder, title=title, changed=changed, port=chosen.port))
        return
    try:
        if chosen.output is not None:
            _write(chosen, review)
        elif chosen.agreement:
            write_text("-", "".join(f"{line}\n" for line in _agreement(review, *chosen.agreement)))
        elif chosen.resolve:
            _resolve(review, *chosen.resolve)
        else:
            write_text("-", "".join(f"{line}\n" for line in fit_on_review(review)[1]))
    finally:
        review.store.close()


def _serve(chosen: argparse.Namespace, review: Review, serving: Serving) -> None:
    """Serve until Ctrl-C, which is how it is ended."""
    documents = review.store.documents()
    if documents:
        review.open(0)  # the first page does not wait for it
    tell(f"documents: {len(documents)}; beads: {sum(document.beads for document in documents):,}")
    tell(f"kept in: {serving.folder}")
    tell(f"review: {serving.url}", always=True)
    tell("the address can be opened once; Ctrl-C ends the page, and every edit is kept")
    if not chosen.no_browser:
        webbrowser.open(serving.url)
    try:
        serving.run()
    except KeyboardInterrupt:
        tell("ended; every edit is kept")


def _write(chosen: argparse.Namespace, review: Review) -> None:
    """The pairs to their file."""
    frame = join_frames(reviewed_pairs(review, nulls=chosen.nulls))
    told = write_pairs(frame, chosen.output)
    kept, reviewed = int((frame["decision"] == "keep").sum()), int((frame["reviewed"] != "").sum())
    lines = [f"pairs: {len(frame)}, {kept} of them to keep; {reviewed} decided by {review.reviewer}", *losses(told)]
    tell("\n".join([*lines, f"signature: {frame.attrs['signature']}"]))


def _known(review: Review, *names: str) -> None:
    """Refuse a reviewer who has made no edit."""
    reviewers = review.store.reviewers()
    for name in names:
        if name not in reviewers:
            todo = f"give two of {', '.join(reviewers)}" if reviewers else "let somebody review first"
            raise InputError("no such reviewer", found=name, todo=todo)


def _agreement(review: Review, one: str, other: str) -> Iterator[str]:
    """How far two reviewers agree, document by document, and the first conflicts."""
    _known(review, one, other)
    shown = 0
    for document in review.store.documents():
        ours, theirs = (review.store.state(document.document, name).beads for name in (one, other))
        agreed = compare_reviews(ours, theirs)
        kappa = "–" if math.isnan(agreed.kappa) else f"{agreed.kappa:.3f}"
        conflicts = find_conflicts(ours, theirs)
        yield (
            f"{printable(document.name)}: strict F1 {agreed.f1:.4f}; kappa of keep and drop {kappa} on "
            f"{agreed.both_decided} beads; conflicts: {len(conflicts)}"
        )
        for conflict in conflicts[: max(SHOWN - shown, 0)]:
            shown += 1
            for name, beads in (
                (one, ours[conflict.start : conflict.stop]),
                (other, theirs[conflict.other_start : conflict.other_stop]),
            ):
                for bead in beads:
                    yield printable(f"  {conflict.start + 1} {name}: {' / '.join(bead.texts)} {bead.status}".rstrip())


def _resolve(review: Review, one: str, other: str) -> None:
    """Begin a third review where two differ."""
    _known(review, one, other)
    with review.store.transaction():  # begun in half of the documents, it could not be begun again
        counts = [review.resolve(document.document, one, other) for document in review.store.documents()]
    tell(f"conflicts: {sum(counts)} in {sum(map(bool, counts))} documents; {other}'s beads are offered as repairs")
    tell(f"go on: aligner review --project {review.store.path.parent} --reviewer {review.reviewer}")
