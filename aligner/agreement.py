"""What two texts say alike and what they do not: the shape that comparisons of numbers and of names return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

from aligner.doors import check_fields


class Mention(Protocol):
    """A piece of text that stands for a value or a name."""

    @property
    def text(self) -> str:
        """The words as they stand in the text."""
        ...


M = TypeVar("M", bound=Mention)


class Tally(NamedTuple):
    """What an agreement comes to, for those who ask for no mention: most pairs are tallied without making any.

    Attributes
    ----------
    difference, loneliness : float
        As of `Agreement`.
    n_matched : int
        Pairs of mentions that say the same.
    told : str
        The words of both sides that differ, as a reason tells them; empty where they agree.
    """

    difference: float = 0.0
    loneliness: float = 0.0
    n_matched: int = 0
    told: str = ""


NO_MENTIONS: Final = Tally()
"""Of two texts without mentions."""


def tally_alone(n_matched: int, n_lone: int) -> Tally:
    """Tally mentions that agree, and others that have no counterpart and speak against nothing."""
    return Tally(0.0, n_lone / (2 * n_matched + n_lone) if n_lone else 0.0, n_matched)


@dataclass(frozen=True, slots=True)
class Agreement(Generic[M]):
    """The mentions of an English and a Vietnamese text, sorted by what became of them.

    Every mention of either side stands in exactly one of the four fields, in the order of its text.

    Attributes
    ----------
    matched : tuple of pairs
        (English, Vietnamese) mentions that say the same.
    different : tuple of pairs
        (English, Vietnamese) mentions that stand in each other's place and do not say the same.
    source_only, target_only : tuple of mentions
        What one side alone has.
    agrees : bool
        False where a translation that says the same would not look like this. A side may leave a small number word or
        a name out without being wrong, so this can be True although something is unmatched.

    Examples
    --------
    >>> from types import SimpleNamespace as Word
    >>> Agreement(different=((Word(text="9 billion"), Word(text="80 tỷ")),), agrees=False).reason("numbers")
    'numbers differ: 9 billion / 80 tỷ'
    """

    matched: tuple[tuple[M, M], ...] = ()
    different: tuple[tuple[M, M], ...] = ()
    source_only: tuple[M, ...] = ()
    target_only: tuple[M, ...] = ()
    agrees: bool = True

    def __post_init__(self) -> None:
        check_fields(self)

    @classmethod
    def _make(
        cls,
        matched: tuple[tuple[M, M], ...] = (),
        different: tuple[tuple[M, M], ...] = (),
        source_only: tuple[M, ...] = (),
        target_only: tuple[M, ...] = (),
        agrees: bool = True,
    ) -> Agreement[M]:
        """Make one unasked (`doors.check_fields`), as named tuples do: it is ours, and there are millions."""
        made = cls.__new__(cls)
        put = object.__setattr__
        put(made, "matched", matched)
        put(made, "different", different)
        put(made, "source_only", source_only)
        put(made, "target_only", target_only)
        put(made, "agrees", agrees)
        return made

    def reason(self, what: str) -> str:
        """Say in one line what does not agree, with the words of both sides; empty where nothing speaks against it."""
        return "" if self.agrees else f"{what} differ: {self._told()}"

    def tally(self) -> Tally:
        """What it comes to."""
        return Tally(self.difference, self.loneliness, len(self.matched), "" if self.agrees else self._told())

    def _told(self) -> str:
        """The words of both sides that differ, or those that have no counterpart."""
        pairs = [f"{source.text} / {target.text}" for source, target in self.different]
        if not pairs:
            pairs += [f"{mention.text} / —" for mention in self.source_only]
            pairs += [f"— / {mention.text}" for mention in self.target_only]
        return ", ".join(pairs)

    @property
    def n_lone(self) -> int:
        """Mentions of both sides that have no counterpart."""
        return len(self.source_only) + len(self.target_only)

    @property
    def difference(self) -> float:
        """What differs, of all that stands in each other's place, 0..1: 0 where the two agree, however they do.

        Where nothing stands in the place of what is missing, that counts.

        Examples
        --------
        >>> from types import SimpleNamespace as Word
        >>> good, bad = (Word(text="9"), Word(text="9")), (Word(text="9"), Word(text="80"))
        >>> [Agreement((good,) * n, (bad,), agrees=False).difference for n in (0, 1, 3)]
        [1.0, 0.5, 0.25]
        """
        if self.agrees:
            return 0.0
        n = len(self.different) or self.n_lone
        return n / (len(self.matched) + n) if n else 1.0

    @property
    def loneliness(self) -> float:
        """Share of the mentions of both sides that have no counterpart, 0..1; 0 where there are none.

        Examples
        --------
        >>> from types import SimpleNamespace as Word
        >>> Agreement(((Word(text="9"), Word(text="9")),), source_only=(Word(text="80"),)).loneliness
        0.3333333333333333
        """
        n = self.n_lone
        return n / (2 * (len(self.matched) + len(self.different)) + n) if n else 0.0
