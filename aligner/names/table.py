"""The name table of a document or corpus: which English form stands for which Vietnamese form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from aligner.doors import Place, Share, check_fields
from aligner.errors import InputError, is_one_of

NameKind = Literal["person", "place", "organisation", "title", "other"]
NAME_KINDS: Final[tuple[NameKind, ...]] = get_args(NameKind)


@dataclass(frozen=True, slots=True)
class NameEntry:
    """One entity: how each side writes it, and how often.

    Attributes
    ----------
    en, vi : str
        The form of each side that stands for it: of those seen most, the fullest. Empty where that side never names
        it; not both.
    kind : {"person", "place", "organisation", "title", "other"}
    en_forms, vi_forms : tuple of (str, int)
        Every form with its count, the most frequent first; counts are 0 in a glossary written by hand.
    n_pairs : int
        Beads that name it on both sides.
    confidence : float
        Probability in 0..1 that the two forms belong together; 1 for a glossary, 0 where one side is empty.
    conflicts : tuple of str
        What is written in more than one way ('Cuong / Cường').
    examples : tuple of (str, str)
        Texts of beads that name it.
    entity : str
        Its id in aligner/data/names.tsv, "" where it is not there.

    Examples
    --------
    >>> NameEntry("To Lam", "Tô Lâm", "person").en_forms
    (('To Lam', 0),)
    """

    en: str
    vi: str
    kind: NameKind = "other"
    en_forms: tuple[tuple[str, Place], ...] = ()
    vi_forms: tuple[tuple[str, Place], ...] = ()
    n_pairs: Place = 0
    confidence: Share = 1.0
    conflicts: tuple[str, ...] = ()
    examples: tuple[tuple[str, str], ...] = ()
    entity: str = ""

    def __post_init__(self) -> None:
        if not is_one_of(self.kind, NAME_KINDS):
            raise InputError("unknown kind of name", found=repr(self.kind), todo=f"kind must be one of {NAME_KINDS}")
        check_fields(self)
        if not self.en.strip() and not self.vi.strip():
            raise InputError("NameEntry names nothing", found="'' and ''", todo="give a form of at least one side")
        if not self.en_forms and self.en:
            object.__setattr__(self, "en_forms", ((self.en, 0),))
        if not self.vi_forms and self.vi:
            object.__setattr__(self, "vi_forms", ((self.vi, 0),))


@dataclass(frozen=True, slots=True)
class NameTable:
    """Entities of a document, a corpus or a glossary.

    Attributes
    ----------
    entries : tuple of NameEntry
        The most frequent first.
    signature : str
        Version, digests and counts, for whoever reports a result; of a glossary, what its file says; often empty.
    """

    entries: tuple[NameEntry, ...] = ()
    signature: str = ""

    def __post_init__(self) -> None:
        check_fields(self)

    def __hash__(self) -> int:
        # Tables are looked up in a cache for each pair; hashing every entry would take milliseconds.
        return hash((len(self.entries), self.entries[:1], self.signature))
