"""Reasons: everything that may speak against a pair, under one code in all commands, and what of it bars a pair."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aligner.quality.features import FEATURES, Evidence
from aligner.quality.rules import RULES

TELLING: Final = -1.0
"""Nats from which down a feature is given as a reason: it makes the odds of a good pair 2.7 times as small or worse
(test_scoring.py: a reason is told from one nat on)."""

BARRING: Final = (
    "null",
    "uncertain_bead",
    "document_not_parallel",
    "empty",
    *(f"rule_{rule}" for rule in RULES if rule != "empty"),
)
"""Reasons for which a pair is dropped at every threshold: no counterpart, a bead or a document that is more probably
wrong than right (`bitext.LIKELY`), hard rules."""

EVIDENCE: Final[Mapping[str, tuple[str, str]]] = {
    "cosine": ("dissimilar", "cosine {:.2f}"),
    "margin": ("dissimilar", "no nearer than any other text, {:+.2f}"),
    "source_coverage": ("source_uncovered", "the Vietnamese covers {:.0%} of the English"),
    "target_coverage": ("target_uncovered", "the English covers {:.0%} of the Vietnamese"),
    "source_gap": ("source_uncovered", "a run of the English has no counterpart, {:.0%}"),
    "target_gap": ("target_uncovered", "a run of the Vietnamese has no counterpart, {:.0%}"),
    "source_head": ("target_truncated", "the beginning of the English has no counterpart, {:.0%}"),
    "source_tail": ("target_truncated", "the end of the English has no counterpart, {:.0%}"),
    "target_head": ("source_truncated", "the beginning of the Vietnamese has no counterpart, {:.0%}"),
    "target_tail": ("source_truncated", "the end of the Vietnamese has no counterpart, {:.0%}"),
    "source_known": ("source_uncovered", "{:.0%} of the English has a known translation in the Vietnamese"),
    "target_known": ("target_uncovered", "{:.0%} of the Vietnamese has a known translation in the English"),
    "rival": ("nearer_others", "{:+.2f} than other texts of the file"),
    "usual_cosine": ("dissimilar", "where others have {:.2f}"),
    "order": ("order_differs", "places of counterparts agree by {:.1f}"),
    "weight_ratio": ("content_ratio", "{:+.1f} standard deviations of English words over Vietnamese ones"),
    "fluency": ("not_fluent", "neighbouring syllables are strangers, {:.2f}"),
    "fluency_gain": ("not_fluent", "the order of syllables is no better than another, {:.1f}"),
    "source_english": ("source_not_english", "English by {:.2f}"),
    "target_vietnamese": ("target_not_vietnamese", "Vietnamese by {:.2f}"),
    "source_marks": ("source_not_english", "{:.0%} of the letters have Vietnamese marks"),
    "target_marks": ("marks_unusual", "{:.0%} of the words that would have marks have them"),
    "end_differs": ("ends_differ", "the last mark"),
    "punctuation": ("punctuation_differs", "{:.0f} marks"),
    "commas": ("punctuation_differs", "{:+.0f} commas in English"),
    "stops": ("punctuation_differs", "{:+.0f} stops inside in English"),
    "capital_differs": ("capitals_differ", "the first letter"),
    "copied": ("untranslated", "{:.0%} of the words are those of the English"),
    "untranslated": ("untranslated", "{:.0%} of the small words are English"),
    "english_left": ("untranslated", "{:.0f} small English words"),
    "strangers": ("foreign_words", "{:.0f} with a capital that the English has not"),
    "mojibake": ("mojibake", "{:.0%} of the characters"),
    "repetition": ("repetition", "{:.0%} more of the word pairs stood before on one side"),
    "residue": ("markup", "{:.0f} more tags, addresses or signs of code on one side"),
    "odd_syllables": ("marks_unusual", "{:.0%} of the words with marks are no Vietnamese words"),
    "length": ("length_ratio", "{:+.1f} standard deviations of English over Vietnamese"),
    "numbers_differ": ("numbers_differ", ""),
    "numbers_lone": ("numbers_lone", "{:.0%} without counterpart"),
    "numbers_shared": ("numbers_lone", "{:.0f} with a counterpart"),
    "names_differ": ("names_differ", ""),
    "names_lone": ("names_lone", "{:.0%} without counterpart"),
    "names_shared": ("names_lone", "{:.0f} with a counterpart"),
    "negation_differs": ("negation_differs", ""),
    "opposite": ("opposite", ""),
    "time_differs": ("time_differs", ""),
    "person_differs": ("person_differs", ""),
}
"""What a feature that speaks against a pair is called, and how its value is told."""

_COLUMNS: Final[Mapping[str, list[int]]] = {
    code: [k for k, name in enumerate(FEATURES) if EVIDENCE[name][0] == code]
    for code in dict.fromkeys(code for code, _ in EVIDENCE.values())
}
"""The features of each code."""

_SOURCE: Final = ("source_uncovered", "target_truncated")
_TARGET: Final = ("target_uncovered", "source_truncated")
UNCOVERED: Final = dict.fromkeys((*_SOURCE, *_TARGET))
"""Codes that are told with the words of the English, and of the Vietnamese, that have no counterpart."""

PARTLY: Final = 0.4
"""Cosine from which on a pair is told with such words: in strangers they are all."""

REASONS: Final = (
    *BARRING,
    *dict.fromkeys(code for code, _ in EVIDENCE.values()),
    "low_quality",
    "language_unjudged",
    "moved",
    "duplicate_of",
)
"""Codes of reasons: they stay what they are from one version to the next. docs/quality.md says what each means."""


def tell_reasons(
    evidence: Evidence,
    nats: NDArray[np.float64],
    broken: NDArray[np.bool_],
    rules: Sequence[str],
    uncovered: Callable[[Sequence[int]], Sequence[tuple[str, str]]] | None = None,
) -> list[list[str]]:
    """Tell for each of n pairs what in its two texts speaks against it: rules, then features, the strongest first.

    Parameters
    ----------
    evidence : Evidence
        Of the pairs.
    nats : array, shape (n, features)
        What each feature says of each pair (`Additive.contributions`); features of one code say it together.
    broken : bool array, shape (n, rules)
        Which of the `rules` each pair breaks.
    rules : sequence of str
        Names, of `RULES`.
    uncovered : callable, optional
        Gives for some of the pairs, in order, the words of the English and of the Vietnamese text that have no
        counterpart; it is asked once.

    Returns
    -------
    list of list of str
        Codes with details behind a colon; no semicolon is in them, which joins reasons in a cell. ``empty`` alone where
        a side holds no text.
    """
    found: list[list[tuple[float, str, list[str]]]] = [[] for _ in nats]
    empty: NDArray[np.bool_] = np.asarray(RULES["empty"].breaks(evidence))
    for code, columns in _COLUMNS.items():
        together = nats[:, columns].sum(axis=1)
        told = [evidence.told[FEATURES[k]] for k in columns if FEATURES[k] in evidence.told]
        is_told = (together <= TELLING) & ~empty
        if told:
            is_told = np.array([*map(any, zip(*told, strict=True))], bool) & ~empty
        rows = np.flatnonzero(is_told)
        templates = [EVIDENCE[FEATURES[k]][1] for k in columns]
        said, values = nats[rows][:, columns].tolist(), evidence.table[rows][:, columns].tolist()
        for i, whole, nats_of, value_of in zip(rows.tolist(), together[rows].tolist(), said, values, strict=True):
            details = [words[i] for words in told if words[i]] or [
                templates[k].format(value_of[k])
                for k in sorted(range(len(columns)), key=nats_of.__getitem__)
                if nats_of[k] <= whole / len(columns) and not math.isnan(value_of[k])
            ]
            found[i].append((whole, code, details))
    codes_of: list[dict[str, list[str]]] = [{} for _ in found]
    for i, k in zip(*(place.tolist() for place in np.nonzero(broken)), strict=True):
        codes_of[i][f"rule_{rules[k]}"] = [RULES[rules[k]].what]
    for i, reasons in enumerate(found):
        codes_of[i].update([(code, details) for _, code, details in sorted(reasons)])
    cosine = evidence.table[:, FEATURES.index("cosine")]
    asked = [
        i for i in np.flatnonzero((cosine >= PARTLY) & ~empty).tolist() if not UNCOVERED.keys().isdisjoint(codes_of[i])
    ]
    if uncovered is not None and asked:
        for i, both in zip(asked, uncovered(asked), strict=True):
            for words, codes in zip(both, (_SOURCE, _TARGET), strict=True):
                for code in [code for code in codes if code in codes_of[i]][:1]:
                    codes_of[i][code] += [f"without counterpart: {words}"] if words else []
    return [
        ["empty"]
        if is_empty
        else [(f"{code}: {', '.join(d)}" if d else code).replace(";", ",") for code, d in reasons.items()]
        for is_empty, reasons in zip(empty.tolist(), codes_of, strict=True)
    ]
