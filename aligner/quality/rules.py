"""Hard rules: what is dropped whatever the model says. Few, named, and with limits measured on good Vietnamese pairs.

Common defaults (a ratio of words of 2, a share of letters, equal digits) drop every third good pair of English and
Vietnamese; these drop fewer than one in two hundred (docs/quality.md has the counts).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aligner.errors import InputError
from aligner.quality.features import FEATURES, Evidence

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule.

    Attributes
    ----------
    what : str
        What it drops, in words.
    breaks : callable
        Which rows of the evidence break it.
    """

    what: str
    breaks: Callable[[Evidence], Bools]


MAX_LENGTH: Final = 4000
"""Characters of a side; the longest of 30,000 good pairs has 2,900."""

MAX_RATIO: Final = 3.0
"""Characters of a side over the other's, 20 added to both, so that 'Yes.' may be 'Vâng, đúng ạ.'; 1.8 holds 99 %."""

MIN_WORDS: Final = 4
"""Words from which on a text's language can be told beyond doubt, and a copy is no name."""

DAMAGED: Final = 0.05
"""Share of a text that is mojibake; damaged Vietnamese has .2 and more, good pairs none."""

ENGLISH_LEFT: Final = 0.1
"""Share of the Vietnamese small words that stand in the English too, from which on an English function word among them
is text left untranslated. Of the card's good pairs .4 % break this, of half-translated ones 85 % (`rules` in
quality.json; test_scoring.py)."""

MIN_LETTERS: Final = 0.3
"""Letters and digits among the characters; 'C:\\>' and tables of dots have less."""

REPEATED: Final = 0.45
"""How much larger the share of runs of two words that stood before is on one side; .15 in good pairs."""


def _column(evidence: Evidence, name: str) -> NDArray[Any]:
    """A feature of all rows."""
    return evidence.table[:, FEATURES.index(name)]


def _ratio(evidence: Evidence) -> Bools:
    sizes = evidence.sizes[:, :2] + 20.0
    result: Bools = sizes.max(axis=1) > MAX_RATIO * sizes.min(axis=1)
    return result


def _identical(evidence: Evidence) -> Bools:
    words = evidence.sizes[:, 2:4].min(axis=1) >= MIN_WORDS
    result: Bools = words & (_column(evidence, "copied") > 0.99) & (_column(evidence, "untranslated") > 0.9)
    return result


def _few_letters(evidence: Evidence) -> Bools:
    lacking: Bools = evidence.sizes[:, 4:6] < MIN_LETTERS * evidence.sizes[:, :2]
    return lacking[:, 0] | lacking[:, 1]


RULES: Final[Mapping[str, Rule]] = {
    "empty": Rule("a side without letters and digits", lambda e: e.sizes[:, 4:6].min(axis=1) == 0),
    "too_long": Rule(
        f"a side of more than {MAX_LENGTH:,} characters", lambda e: e.sizes[:, :2].max(axis=1) > MAX_LENGTH
    ),
    "length_ratio": Rule(f"a side more than {MAX_RATIO:g} times as long as the other", _ratio),
    "few_letters": Rule("a side of signs rather than letters", _few_letters),
    "identical": Rule("the English text on both sides", _identical),
    "source_language": Rule(
        "Vietnamese on the English side",
        lambda e: (
            (_column(e, "source_english") < 0.5) & (e.sizes[:, 2] >= MIN_WORDS) & (_column(e, "source_marks") > 0.1)
        ),
    ),
    "target_language": Rule(
        "English, or Vietnamese without its marks, on the Vietnamese side",
        lambda e: (
            (_column(e, "target_vietnamese") < 0.5) & (e.sizes[:, 3] >= MIN_WORDS) & (_column(e, "target_marks") < 0.02)
        ),
    ),
    "untranslated": Rule(
        "English left among the Vietnamese words",
        lambda e: (
            (_column(e, "english_left") >= 1) & (_column(e, "untranslated") >= ENGLISH_LEFT) & (e.words >= MIN_WORDS)
        ),
    ),
    "mojibake": Rule("text decoded wrongly", lambda e: _column(e, "mojibake") > DAMAGED),
    "repetition": Rule("words said again and again on one side", lambda e: _column(e, "repetition") > REPEATED),
}
"""The rules by name, in the order in which they are told."""


def chosen_rules(names: Iterable[str] | None) -> tuple[str, ...]:
    """The rules that are asked for, in order; all for None.

    Raises
    ------
    InputError
        For a name that no rule has.

    Examples
    --------
    >>> chosen_rules(["mojibake", "empty"])
    ('empty', 'mojibake')
    """
    if names is None:
        return tuple(RULES)
    wanted = [names] if isinstance(names, str) else list(names)
    if unknown := [name for name in wanted if name not in RULES]:
        raise InputError("no such rule", found=", ".join(map(repr, unknown)), todo=f"rules are {', '.join(RULES)}")
    return tuple(name for name in RULES if name in wanted)
