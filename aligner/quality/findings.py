"""Judge the two texts of a pair: what in them speaks against their being translations, and how much it weighs."""

from __future__ import annotations

import functools
import importlib.resources
import json
from collections.abc import Mapping

from aligner.bitext import Finding
from aligner.names.matching import compare_names
from aligner.names.table import NameTable
from aligner.numbers.matching import compare_numbers


def examine(source: str, target: str, *, glossary: NameTable | None = None) -> tuple[Finding, ...]:
    """Compare what must agree between the two sides of a pair.

    Parameters
    ----------
    source, target : str
        An English and a Vietnamese text.
    glossary : NameTable, optional
        Names that are known to belong together.

    Returns
    -------
    tuple of Finding
        ``numbers_differ``, ``names_differ``, in this order; none where nothing speaks against the pair.

    Examples
    --------
    >>> [str(f) for f in examine("Trade rose to 9 billion dollars.", "Thương mại tăng lên 80 tỷ đô la.")]
    ['numbers_differ: 9 billion dollars / 80 tỷ đô la']
    """
    numbers, names = compare_numbers(source, target), compare_names(source, target, glossary=glossary)
    found = []
    for what, agrees, reason in (
        ("numbers", numbers.agrees, numbers.reason("numbers")),
        ("names", names.agrees, names.reason("names")),
    ):
        if not agrees:
            code = f"{what}_differ"
            found.append(Finding(code, reason.removeprefix(f"{what} differ: "), probabilities()[code]))
    return tuple(found)


@functools.cache
def probabilities() -> Mapping[str, float]:
    """Share of the pairs with each finding that are good all the same, as scripts/fit_quality.py measured it.

    Examples
    --------
    >>> sorted(probabilities())
    ['names_differ', 'numbers_differ']
    """
    stored = json.loads((importlib.resources.files("aligner") / "data" / "quality.json").read_text(encoding="utf-8"))
    return {code: row["probability"] for code, row in stored["findings"].items()}
