"""Beads under review and what a person does to them: pure functions from beads to what replaces them.

A document is a list of beads in order, each with its sentences as texts. Whatever is done replaces a run of beads by
another run, so that an edit is its own record, and undoing it is replacing the other way round.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from typing import Any, Final, Literal, NamedTuple, get_args

from aligner.bitext import Bead, Side
from aligner.errors import InputError, check_whole, is_one_of

Status = Literal["", "accepted", "rejected"]
"""What a person has said of a bead: nothing, that it is right, that it is to be dropped."""

Direction = Literal["next", "previous"]

SIDES: Final[dict[str, Side]] = {"en": "source", "vi": "target"}
"""The sides as the page and the database name them."""

UNKNOWN_NULL: Final = 0.5
"""Doubt about a null bead of which no model said how probable it is: nobody knows, and it stands in the middle of the
order of work (test_review.py)."""


@dataclass(frozen=True, slots=True)
class ReviewBead:
    """One bead of a document under review.

    Attributes
    ----------
    id : int
        Its name in the document; beads that an edit makes get new ones.
    source, target : tuple of str
        The sentences of each side; one side of a null bead is empty.
    status : {"", "accepted", "rejected"}
    touched : bool
        Whether a person made it, and not the aligner or the file.
    note : str
        What somebody noted about it; empty where it is not flagged.
    probability : float or None
        Posterior of the bead, 0..1, where a model of alignment said so.
    quality : float or None
        Calibrated probability in 0..1 that it is a good pair; None for null beads.
    kept : bool
        Whether the pair is worth keeping by itself: as the file or the aligner says, where nobody decided.
    reasons : str
        Codes with details, joined by ``;``, as in the column ``reasons``.
    told : str
        What else was found out: out of order, repeated.

    Examples
    --------
    >>> ReviewBead(0, ("Hello.",), ("Xin chào.",), quality=0.75).doubt
    0.25
    """

    id: int
    source: tuple[str, ...]
    target: tuple[str, ...]
    status: Status = ""
    touched: bool = False
    note: str = ""
    probability: float | None = None
    quality: float | None = None
    kept: bool = False
    reasons: str = ""
    told: str = ""

    @property
    def is_null(self) -> bool:
        """Whether one side is empty."""
        return not self.source or not self.target

    @property
    def doubt(self) -> float:
        """Probability in 0..1 that it is wrong: of a pair that is no good translation, of a null bead that it is none.

        What a person decided is not doubted.
        """
        if self.status:
            return 0.0
        known = self.probability if self.is_null else self.quality
        return UNKNOWN_NULL if known is None else 1.0 - known

    @property
    def texts(self) -> tuple[str, str]:
        """Both sides, sentences joined by a space."""
        return " ".join(self.source), " ".join(self.target)

    def as_json(self) -> dict[str, Any]:
        """Everything, for the database; what is as by default is left out."""
        told = {name: value for name, usual in _DEFAULTS if (value := getattr(self, name)) != usual}
        return {"id": self.id, "source": self.source, "target": self.target, **told}

    @staticmethod
    def from_json(values: dict[str, Any]) -> ReviewBead:
        """What `as_json` wrote.

        Examples
        --------
        >>> bead = ReviewBead(3, ("Hi.",), (), note="a greeting")
        >>> ReviewBead.from_json(bead.as_json()) == bead
        True
        """
        return ReviewBead(**{**values, "source": tuple(values["source"]), "target": tuple(values["target"])})


_DEFAULTS: Final = tuple((field.name, field.default) for field in fields(ReviewBead) if field.default is not MISSING)
"""Attributes that may be left out, with what they then are."""


class Replacement(NamedTuple):
    """A run of beads and what takes its place.

    Attributes
    ----------
    at : int
        Place of the first in the document.
    before, after : tuple of ReviewBead
    """

    at: int
    before: tuple[ReviewBead, ...]
    after: tuple[ReviewBead, ...]

    def inverse(self) -> Replacement:
        """What undoes it.

        Examples
        --------
        >>> bead = ReviewBead(0, ("Hi.",), ())
        >>> Replacement(0, (bead,), ()).inverse().after == (bead,)
        True
        """
        return Replacement(self.at, self.after, self.before)


def apply_replacement(beads: list[ReviewBead], done: Replacement) -> None:
    """Replace a run in place.

    Raises
    ------
    ValueError
        If the beads at that place are not those that it replaces: the record is of another document.

    Examples
    --------
    >>> beads = [ReviewBead(0, ("Hi.",), ())]
    >>> apply_replacement(beads, Replacement(0, tuple(beads), (ReviewBead(1, ("Hello.",), ()),)))
    >>> beads[0].source
    ('Hello.',)
    """
    stop = done.at + len(done.before)
    found, expected = [bead.id for bead in beads[done.at : stop]], [bead.id for bead in done.before]
    if found != expected:
        raise ValueError(f"beads {expected} are not at {done.at}, where {found} are")
    beads[done.at : stop] = done.after


def storable(text: str) -> str:
    r"""A text that a database and a page can hold: lone surrogates, which are no characters, become question marks.

    Examples
    --------
    >>> storable("a\ud800b")
    'a?b'
    """
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def find_bead(beads: Sequence[ReviewBead], own: int) -> int:
    """Place of a bead by its id.

    Examples
    --------
    >>> find_bead([ReviewBead(7, ("Hi.",), ())], 8)
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: no such bead (found 8); reload the page
    """
    for k, bead in enumerate(beads):
        if bead.id == own:
            return k
    raise InputError("no such bead", found=str(own), todo="reload the page")


def decide(beads: Sequence[ReviewBead], k: int, status: Status) -> Replacement:
    """Accept a bead, reject it, or take back what was said of it.

    Examples
    --------
    >>> decide([ReviewBead(0, ("Hi.",), ("Chào.",))], 0, "accepted").after[0].status
    'accepted'
    """
    if not is_one_of(status, get_args(Status)):
        raise InputError("unknown status", found=repr(status), todo=f"give one of {get_args(Status)}")
    return Replacement(k, (beads[k],), (replace(beads[k], status=status),))


def flag(beads: Sequence[ReviewBead], k: int, note: str) -> Replacement:
    """Note something about a bead; an empty note takes it away.

    Examples
    --------
    >>> flag([ReviewBead(0, ("Hi.",), ())], 0, " ask Lan ").after[0].note
    'ask Lan'
    """
    return Replacement(k, (beads[k],), (replace(beads[k], note=_written(note, "a note")),))


def merge(beads: Sequence[ReviewBead], k: int, direction: Direction) -> Replacement:
    """Make one bead of two neighbours.

    Examples
    --------
    >>> beads = [ReviewBead(0, ("One.",), ("Một.",)), ReviewBead(1, ("Two.",), ())]
    >>> merge(beads, 1, "previous").after[0].source
    ('One.', 'Two.')
    """
    other = _neighbour(beads, k, direction)
    first, second = beads[min(k, other)], beads[max(k, other)]
    return _arranged(
        beads, min(k, other), [first, second], [(first.source + second.source, first.target + second.target)]
    )


def pull(beads: Sequence[ReviewBead], k: int, side: str, direction: Direction) -> Replacement:
    """Take the nearest sentence of a side over from the nearest bead that has any, before or behind.

    Examples
    --------
    >>> beads = [ReviewBead(0, ("One.",), ("Một.",)), ReviewBead(1, (), ("Hai.",)), ReviewBead(2, ("Two.",), ())]
    >>> [(bead.source, bead.target) for bead in pull(beads, 0, "en", "next").after]
    [(('One.', 'Two.'), ('Một.',)), ((), ('Hai.',))]
    """
    name, step = _side(side), _step(direction)
    other = k + step
    while 0 <= other < len(beads) and not getattr(beads[other], name):
        other += step
    if not 0 <= other < len(beads):
        raise InputError("no sentence to take over", found=f"the {direction} beads", todo="choose another bead")
    run = list(beads[min(k, other) : max(k, other) + 1])
    sides = [[*_pair(bead)] for bead in run]
    here, there = (0, -1) if step > 0 else (-1, 0)
    at = 0 if name == "source" else 1
    if step > 0:
        sides[here][at], sides[there][at] = (*sides[here][at], sides[there][at][0]), sides[there][at][1:]
    else:
        sides[here][at], sides[there][at] = (sides[there][at][-1], *sides[here][at]), sides[there][at][:-1]
    return _arranged(beads, min(k, other), run, [(source, target) for source, target in sides])


def push(beads: Sequence[ReviewBead], k: int, side: str, direction: Direction) -> Replacement:
    """Give the outermost sentence of a side to the neighbour; at the end of the document it becomes a null bead.

    Examples
    --------
    >>> beads = [ReviewBead(0, ("One.", "Two."), ("Một.",)), ReviewBead(1, (), ("Hai.",))]
    >>> [(bead.source, bead.target) for bead in push(beads, 0, "en", "next").after]
    [(('One.',), ('Một.',)), (('Two.',), ('Hai.',))]
    """
    name, step = _side(side), _step(direction)
    sentences: tuple[str, ...] = getattr(beads[k], name)
    if not sentences:
        raise InputError("no sentence to give away", found=f"no {side} in the bead", todo="choose the other side")
    at = 0 if name == "source" else 1
    here, other = [*_pair(beads[k])], k + step
    there: list[tuple[str, ...]] = [*_pair(beads[other])] if 0 <= other < len(beads) else [(), ()]
    if step > 0:
        here[at], there[at] = sentences[:-1], (sentences[-1], *there[at])
    else:
        here[at], there[at] = sentences[1:], (*there[at], sentences[0])
    pairs = [(here[0], here[1]), (there[0], there[1])]
    run = [beads[k], *([beads[other]] if 0 <= other < len(beads) else [])]
    if step < 0:
        pairs.reverse()
        run.reverse()
    return _arranged(beads, min(k, other) if len(run) > 1 else k, run, pairs)


Place = tuple[int, int]
"""A boundary in a side of a bead: before code point p of sentence k, as (k, p); (k, 0) is before the sentence."""


def split(beads: Sequence[ReviewBead], k: int, source: Place, target: Place) -> Replacement:
    """Make two beads of one, at a boundary of each side, which may be within a sentence.

    Raises
    ------
    InputError
        If a place is not in the bead, or nothing is left on one of the two.

    Examples
    --------
    >>> beads = [ReviewBead(0, ("One. Two.",), ("Một.", "Hai."))]
    >>> [(bead.source, bead.target) for bead in split(beads, 0, (0, 4), (1, 0)).after]
    [(('One.',), ('Một.',)), (('Two.',), ('Hai.',))]
    """
    halves = [_cut(getattr(beads[k], name), place) for name, place in (("source", source), ("target", target))]
    pairs = [(halves[0][half], halves[1][half]) for half in (0, 1)]
    if not all(any(pair) for pair in pairs):
        raise InputError("one of the two would be empty", found=f"{source} and {target}", todo="choose other places")
    return _arranged(beads, k, [beads[k]], pairs)


def unlink(beads: Sequence[ReviewBead], k: int) -> Replacement:
    """Make two null beads of a pair.

    Examples
    --------
    >>> [bead.is_null for bead in unlink([ReviewBead(0, ("Hi.",), ("Không.",))], 0).after]
    [True, True]
    """
    source, target = _pair(beads[k])
    if beads[k].is_null:
        raise InputError("a null bead has nothing to unlink", found=str(beads[k].id), todo="choose a pair")
    return _arranged(beads, k, [beads[k]], [(source, ()), ((), target)])


def edit_text(beads: Sequence[ReviewBead], k: int, side: str, sentence: int, text: str) -> Replacement:
    """Write a sentence anew; an empty text takes it away.

    Examples
    --------
    >>> edit_text([ReviewBead(0, ("Helo.",), ("Chào.",))], 0, "en", 0, "Hello.").after[0].source
    ('Hello.',)
    """
    name = _side(side)
    text = _written(text, "a sentence")
    sentences: list[str] = list(getattr(beads[k], name))
    check_whole(sentence, "no such sentence", 0, len(sentences) - 1, todo="reload the page")
    sentences[sentence : sentence + 1] = [text] if text else []
    source, target = _pair(beads[k])
    pair = (tuple(sentences), target) if name == "source" else (source, tuple(sentences))
    if not any(pair):
        raise InputError("nothing would be left of the bead", todo="reject it in place of that")
    return _arranged(beads, k, [beads[k]], [pair])


def arrange(
    beads: Sequence[ReviewBead], at: int, size: int, pairs: Iterable[tuple[tuple[str, ...], tuple[str, ...]]]
) -> Replacement:
    """Put other beads of the same sentences in the place of a run.

    Raises
    ------
    InputError
        If these are not the sentences of the run.

    Examples
    --------
    >>> beads = [ReviewBead(0, ("One.",), ()), ReviewBead(1, (), ("Một.",))]
    >>> len(arrange(beads, 0, 2, [(("One.",), ("Một.",))]).after)
    1
    """
    run, wanted = list(beads[at : at + size]), list(pairs)
    for side in (0, 1):
        if [s for bead in run for s in _pair(bead)[side]] != [s for pair in wanted for s in pair[side]]:
            raise InputError("other sentences than those of the beads", found=f"beads {at} to {at + size}",
                             todo="reload the page")  # fmt: skip
    return _arranged(beads, at, run, wanted)


def next_id(beads: Iterable[ReviewBead]) -> int:
    """An id that no bead has.

    Examples
    --------
    >>> next_id([ReviewBead(4, ("Hi.",), ())])
    5
    """
    return max((bead.id for bead in beads), default=-1) + 1


def with_ids(done: Replacement, first: int) -> Replacement:
    """Name the new beads of a replacement, from `first` on; those that are only marked keep their names.

    Examples
    --------
    >>> beads = [ReviewBead(0, ("One.", "Two."), ("Một.",))]
    >>> [bead.id for bead in with_ids(split(beads, 0, (1, 0), (0, 4)), 9).after]
    [9, 10]
    """
    after = []
    for bead in done.after:
        if bead.id < 0:
            bead, first = replace(bead, id=first), first + 1
        after.append(bead)
    return done._replace(after=tuple(after))


def _arranged(
    beads: Sequence[ReviewBead],
    at: int,
    run: Sequence[ReviewBead],
    pairs: Sequence[tuple[tuple[str, ...], tuple[str, ...]]],
) -> Replacement:
    """New beads in the place of a run: accepted, since a person arranged them so; notes are kept on the first.

    Those that are as they were before stay as they are. A null bead holds one sentence, as the aligner has them:
    what is to be null together is so one by one.
    """
    known: dict[tuple[tuple[str, ...], tuple[str, ...]], list[ReviewBead]] = {}
    for bead in run:
        known.setdefault(_pair(bead), []).append(bead)
    note = joined_notes(run)
    after: list[ReviewBead] = []
    for pair in itertools.chain.from_iterable(map(single_nulls, pairs)):
        if same := known.get(pair):
            after.append(same.pop(0))
            continue
        after.append(ReviewBead(-1, *pair, status="accepted", touched=True, note=note))
        note = ""
    return Replacement(at, tuple(run), tuple(after))


def joined_notes(run: Iterable[ReviewBead]) -> str:
    """What was noted about beads, for the one that takes their place.

    Examples
    --------
    >>> joined_notes([ReviewBead(0, ("One.",), (), note="ask Lan"), ReviewBead(1, ("Two.",), ())])
    'ask Lan'
    """
    return " ".join(dict.fromkeys(bead.note for bead in run if bead.note))


def numbered(pairs: Iterable[tuple[Sequence[str], Sequence[str]]]) -> list[Bead]:
    """Beads of these sentences by their numbers on either side.

    Examples
    --------
    >>> [(bead.source, bead.target) for bead in numbered([(("One.",), ()), (("Two.",), ("Hai.",))])]
    [((0,), ()), ((1,), (0,))]
    """
    found, i, j = [], 0, 0
    for source, target in pairs:
        n, m = len(source), len(target)
        found.append(Bead(tuple(range(i, i + n)), tuple(range(j, j + m))))
        i, j = i + n, j + m
    return found


def single_nulls(
    pair: tuple[tuple[str, ...], tuple[str, ...]],
) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """A pair as it is; of a side without the other a null bead for each sentence, of nothing none.

    Examples
    --------
    >>> single_nulls((("One.", "Two."), ()))
    [(('One.',), ()), (('Two.',), ())]
    """
    source, target = pair
    if source and target:
        return [pair]
    return [((sentence,), ()) for sentence in source] + [((), (sentence,)) for sentence in target]


def _written(text: object, what: str) -> str:
    """What somebody wrote, on one line."""
    if not isinstance(text, str):
        raise InputError(f"{what} is text", found=type(text).__name__, todo="give a str")
    return " ".join(storable(text).split())


def _pair(bead: ReviewBead) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return bead.source, bead.target


def _side(side: str) -> str:
    if not is_one_of(side, tuple(SIDES)):
        raise InputError("unknown side", found=repr(side), todo=f"give {' or '.join(SIDES)}")
    return SIDES[side]


def _step(direction: str) -> int:
    if not is_one_of(direction, get_args(Direction)):
        raise InputError("unknown direction", found=repr(direction), todo="give next or previous")
    return 1 if direction == "next" else -1


def _neighbour(beads: Sequence[ReviewBead], k: int, direction: str) -> int:
    other = k + _step(direction)
    if not 0 <= other < len(beads):
        raise InputError(f"no {direction} bead", todo="choose another bead")
    return other


def _cut(sentences: tuple[str, ...], place: Place) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sentences before a place and behind it; white space at the cut goes."""
    todo = "give the number of a sentence and of a code point in it"
    given: object = place  # the page sends anything
    if not isinstance(given, (tuple, list)) or len(given) != 2:
        raise InputError("no place", found=repr(place), todo=todo)
    k, at = place
    check_whole(k, "no such sentence", 0, len(sentences), todo=todo)
    check_whole(at, "no such place in the sentence", 0, len(sentences[k]) if k < len(sentences) else 0, todo=todo)
    if k == len(sentences) or at == 0:
        return sentences[:k], sentences[k:]
    left, right = sentences[k][:at].strip(), sentences[k][at:].strip()
    return (*sentences[:k], *filter(None, [left])), (*filter(None, [right]), *sentences[k + 1 :])
