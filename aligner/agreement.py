"""What two texts say alike and what they do not: the shape that comparisons of numbers and of names return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class Mention(Protocol):
    """A piece of text that stands for a value or a name."""

    @property
    def text(self) -> str:
        """The words as they stand in the text."""
        ...


M = TypeVar("M", bound=Mention)


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

    def reason(self, what: str) -> str:
        """Say in one line what does not agree, with the words of both sides; empty where nothing speaks against it."""
        if self.agrees:
            return ""
        pairs = [f"{source.text} / {target.text}" for source, target in self.different]
        if not pairs:
            pairs += [f"{mention.text} / —" for mention in self.source_only]
            pairs += [f"— / {mention.text}" for mention in self.target_only]
        return f"{what} differ: {', '.join(pairs)}"
