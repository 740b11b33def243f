"""Entries of glossaries: their texts tidied, their forms completed, equal ones put together."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import replace

from aligner.names.table import NameEntry
from aligner.pairs.tables import fit_field

Forms = tuple[tuple[str, int], ...]


def shown(text: str) -> str:
    """The text as a message can quote it."""
    return repr(text if len(text) <= 60 else text[:60] + "…")


def tidy(text: str) -> str:
    """NFC, white space of any kind and controls made single spaces and none at the ends."""
    return " ".join(fit_field(text)[0].split())


def completed(form: str, forms: Iterable[tuple[str, int]]) -> tuple[str, Forms]:
    """The form that stands for a side and all its forms, either told from the other where it is missing."""
    ordered = sorted(forms, key=lambda pair: -pair[1])
    form = form or (ordered[0][0] if ordered else "")
    if form and form not in dict(ordered):
        ordered = sorted([(form, 0), *ordered], key=lambda pair: -pair[1])
    return form, tuple(ordered)


def sum_forms(forms: Iterable[tuple[str, int]]) -> Forms:
    """Each form once with all its counts, the most frequent first."""
    counts: dict[str, int] = {}
    for form, count in forms:
        counts[form] = counts.get(form, 0) + count
    return tuple(sorted(counts.items(), key=lambda pair: -pair[1]))


def merge_entries(entries: Iterable[NameEntry]) -> tuple[NameEntry, ...]:
    """Entries that are the same in names, kind and entity put together, where the first of them stood."""
    groups: dict[tuple[str, ...], list[NameEntry]] = {}
    for entry in entries:
        groups.setdefault((entry.en, entry.vi, entry.kind, entry.entity), []).append(entry)
    chain = itertools.chain.from_iterable
    return tuple(
        replace(
            group[0],
            en_forms=sum_forms(chain(entry.en_forms for entry in group)),
            vi_forms=sum_forms(chain(entry.vi_forms for entry in group)),
            n_pairs=sum(entry.n_pairs for entry in group),
            confidence=max(entry.confidence for entry in group),
            conflicts=tuple(dict.fromkeys(chain(entry.conflicts for entry in group))),
            examples=tuple(chain(entry.examples for entry in group)),
        )
        if len(group) > 1
        else group[0]
        for group in groups.values()
    )
