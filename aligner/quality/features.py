"""All evidence about pairs of texts, as a table with a column a feature; and the words behind what does not agree."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from aligner.agreement import Tally
from aligner.encoders.embedded import Encoder, Floats, unit_rows
from aligner.names.detection import scan
from aligner.names.gazetteer import gazetteer
from aligner.names.matching import tally_names
from aligner.names.table import NameTable
from aligner.numbers.matching import tally_quantities
from aligner.numbers.rules_en import ENGLISH
from aligner.numbers.rules_vi import VIETNAMESE
from aligner.quality.company import COMPANY_FEATURES, company_features, relative_to_usual
from aligner.quality.fluency import FLUENCY_FEATURES, Fluency
from aligner.quality.lexicon import Lexicon
from aligner.quality.pieces import PIECE_FEATURES, piece_features
from aligner.quality.signs import SIGN_FEATURES, compare_signs
from aligner.quality.surface import SURFACE_FEATURES, surface_features
from aligner.text.marks import CLOSERS, WEB_ADDRESS
from aligner.threads import one_thread

AGREEMENT_FEATURES: Final = (
    "length",
    "numbers_differ",
    "numbers_lone",
    "numbers_shared",
    "names_differ",
    "names_lone",
    "names_shared",
)

FEATURES: Final = (
    *PIECE_FEATURES,
    *COMPANY_FEATURES,
    *FLUENCY_FEATURES,
    *SURFACE_FEATURES,
    *AGREEMENT_FEATURES,
    *SIGN_FEATURES,
)
"""Columns of `Evidence.table`; docs/quality.md says what each holds."""

TOLD_FEATURES: Final = ("numbers_differ", "names_differ", *SIGN_FEATURES)
"""Columns that are told with the words of both sides, whatever they weigh."""

USUAL_FEATURES: Final = ("end_differs", "capital_differs")
"""Columns that count by how seldom they are among the other pairs (`company.relative_to_usual`)."""

_RISING: Final = (
    *("cosine", "margin", "source_coverage", "target_coverage", "source_known", "target_known", "order", "rival"),
    *("fluency", "fluency_gain", "numbers_shared", "names_shared"),
)
_FALLING: Final = (
    *("source_gap", "target_gap", "source_head", "source_tail", "target_head", "target_tail", "usual_cosine"),
    *(
        "end_differs",
        "capital_differs",
        "punctuation",
        "copied",
        "untranslated",
        "english_left",
        "strangers",
        "mojibake",
    ),
    *("repetition", "residue", "numbers_differ", "numbers_lone", "names_differ", "names_lone"),
    "odd_syllables",
    *SIGN_FEATURES,
)
SIGNS: Final = {**dict.fromkeys(_RISING, 1), **dict.fromkeys(_FALLING, -1)}
"""Columns of which more never speaks against a pair, and those of which more never speaks for one: of the usual cosine,
since a pair beside freer ones may be a free one."""

CONTRARY_COSINE, CONTRARY_WORDS = 0.5, 24
"""Cosine from which on, and words up to which, a clash of signs turns a pair round: freer and longer pairs put a thing
the other way about, or have the sign in another clause. Of good pairs of 44 training sources `balanced` loses .6 % by
it in the mean of the sources, of pairs with a sign turned round 27–55 % (scripts/measure_signs.py; docs/decisions/0029
has other limits; test_scoring.py)."""

CONTRARY: Final = 0.08
"""What is left of the quality of such a pair: `balanced` drops it, `recall` keeps it where all else is right. The mix
of wrong pairs that calibrates holds few of them, so that by it more would be left; but of close pairs they are the
wrong ones that teach most harm (docs/decisions/0029; test_scoring.py)."""

MAX_CHARACTERS: Final = 20_000
"""Characters of a text that are looked at. A longer one is no sentence nor a paragraph, and a rule drops it."""


BLOCK: Final = 160_000
"""Characters of both sides that each reader takes at a time, 1,000 pairs of sentences: with 500 all together take 4 %
longer, with 5,000 a fifth, and with more they hold more megabytes (benchmarks/floors.py)."""


class LengthRatio(NamedTuple):
    """How the logarithm of a ratio is distributed in good pairs: variance = floor + by_size / characters."""

    mean: float
    floor: float
    by_size: float

    def deviations(self, ratios: Floats, sizes: Floats) -> Floats:
        """Standard deviations from the mean, -8..8.

        Examples
        --------
        >>> LengthRatio(0.0, 0.01, 0.0).deviations(np.float32([0.1, 9.0]), np.float32([50, 50])).tolist()
        [1.0, 8.0]
        """
        spread = np.sqrt(self.floor + self.by_size / np.maximum(sizes, 1))
        return np.clip((ratios - self.mean) / spread, -8, 8).astype(np.float32)


UNFITTED: Final = LengthRatio(0.0, 1.0, 0.0)
"""Ratios as they are, for those who fit the others."""


@dataclass(frozen=True)
class Evidence:
    """What is known of n pairs.

    Attributes
    ----------
    table : float32 array, shape (n, features)
        `FEATURES`; nan for what nothing is known of.
    told : mapping of str to tuples of str
        For some features (`TOLD_FEATURES`) the words of both sides that differ in each pair, English first; empty where
        none do.
    sizes : float32 array, shape (n, 6)
        Characters, words, and letters and digits, of the English and the Vietnamese text each.
    """

    table: Floats
    sizes: Floats
    told: Mapping[str, tuple[str, ...]]

    @property
    def words(self) -> Floats:
        """Size of each pair: the geometric mean of the words of both sides, 1 at the least."""
        sizes = np.maximum(self.sizes[:, 2:4], 1)
        result: Floats = np.sqrt(sizes[:, 0] * sizes[:, 1])
        return result

    @property
    def is_contrary(self) -> NDArray[np.bool_]:
        """Whether the small words of each pair say the contrary of each other, and the pair is short and close."""
        clashes = (self.table[:, list(map(FEATURES.index, SIGN_FEATURES))] > 0).any(axis=1)
        is_close = self.table[:, FEATURES.index("cosine")] >= CONTRARY_COSINE
        result: NDArray[np.bool_] = clashes & is_close & (self.words <= CONTRARY_WORDS)
        return result

    def turned(self, quality: NDArray[np.float64]) -> NDArray[np.float64]:
        """Leave `CONTRARY` of the quality of pairs that say the contrary."""
        return np.where(self.is_contrary, quality * CONTRARY, quality)


@dataclass(frozen=True)
class Witness:
    """What gives evidence: encoder, lexicon, counts of neighbours, texts to compare with, distributions of length.

    Attributes
    ----------
    encoder : Encoder
    lexicon : Lexicon
    fluency : Fluency
    background : pair of float32 arrays, shape (k, d)
        Unit rows of English and Vietnamese texts that have nothing to do with the pairs.
    characters, weights : LengthRatio
        Of the characters of both sides, of the encoder's weights of both sides.
    """

    encoder: Encoder
    lexicon: Lexicon
    fluency: Fluency
    background: tuple[Floats, Floats]
    characters: LengthRatio = UNFITTED
    weights: LengthRatio = UNFITTED

    def examine(
        self,
        source: Sequence[str],
        target: Sequence[str],
        *,
        groups: NDArray[np.int64] | None = None,
        glossary: NameTable | None = None,
    ) -> Evidence:
        """Collect the evidence about n pairs of texts, in NFC.

        Parameters
        ----------
        source, target : sequences of n str
        groups : int64 array, shape (n,), optional
            A number for each file or document, rising; -1, and by default for all, where nothing else is known of it.
        glossary : NameTable, optional
            Names that are known to belong together.
        """
        n = len(source)
        groups = np.full(n, -1, np.int64) if groups is None else groups
        table = np.zeros((n, len(FEATURES)), np.float32)
        if not n:
            return Evidence(table, np.zeros((0, 6), np.float32), dict.fromkeys(TOLD_FEATURES, ()))
        plain = [
            without_addresses(en[:MAX_CHARACTERS], vi[:MAX_CHARACTERS]) for en, vi in zip(source, target, strict=True)
        ]
        source, target = map(list, zip(*plain, strict=True))
        lengths = [(len(en), len(vi)) for en, vi in plain]
        texts = list(dict.fromkeys([*source, *target]))
        found = dict(zip(texts, self.encoder.pieces(texts), strict=True))
        pieces = [found[text] for text in (*source, *target)]
        a = len(PIECE_FEATURES)
        b = a + len(COMPANY_FEATURES)
        c = b + len(FLUENCY_FEATURES)
        with one_thread():
            table[:, :a], units = piece_features(
                pieces[:n], pieces[n:], self.encoder.table, self.background, self.lexicon
            )
            table[:, a:b] = company_features(units, groups)
        table[:, b:c] = self.fluency.features(pieces[n:])
        known = gazetteer(glossary)
        d = c + len(SURFACE_FEATURES)
        sizes, told = [], []
        # Some pairs at a time through each of the readers: the processor's caches hold one of them, not all.
        for rows in _blocks([*map(sum, lengths)]):
            en, vi = source[rows], target[rows]
            # A text that stands beside several others, as in lists of candidates, is read once.
            english, vietnamese = (
                {text: scan(text, lang, known) for text in dict.fromkeys(texts)}
                for texts, lang in ((en, "en"), (vi, "vi"))
            )
            said, repeated = (
                {text: grammar.find(text, read.words.parts) for text, read in side.items()}
                for side, grammar in ((english, ENGLISH), (vietnamese, VIETNAMESE))
            )
            scans = [(english[one], vietnamese[other]) for one, other in zip(en, vi, strict=True)]
            words = [(one.words, other.words) for one, other in scans]
            names = [*itertools.starmap(tally_names, scans)]
            numbers = [tally_quantities(one, two, said[one], repeated[two]) for one, two in zip(en, vi, strict=True)]
            compared = [*zip(numbers, names, itertools.starmap(compare_signs, words), strict=True)]
            table[rows, c:d] = surface_features([*zip(en, vi, *zip(*words, strict=True), strict=True)])
            table[rows, d + 1 :] = [(*_shares(one), *_shares(two), *signs.features) for one, two, signs in compared]
            told += [(one.told, two.told, *signs.words) for one, two, signs in compared]
            sizes += [(len(a.texts), len(b.texts), len("".join(a.texts)), len("".join(b.texts))) for a, b in words]
        for column in map(FEATURES.index, USUAL_FEATURES):
            table[:, column] = relative_to_usual(table[:, column], groups)
        counted = np.concatenate([np.array(lengths, np.float32), np.array(sizes, np.float32)], axis=1)
        shorter = counted[:, :2].min(axis=1) + 1
        length, weight = FEATURES.index("length"), FEATURES.index("weight_ratio")
        table[:, length] = self.characters.deviations(np.log((counted[:, 0] + 1) / (counted[:, 1] + 1)), shorter)
        table[:, weight] = self.weights.deviations(table[:, weight], shorter)
        return Evidence(table, counted, dict(zip(TOLD_FEATURES, zip(*told, strict=True), strict=True)))


def _blocks(sizes: Sequence[int]) -> Iterator[slice]:
    """Cut rows of some sizes into stretches of `BLOCK` together, or of one row."""
    first = held = 0
    for k, size in enumerate(sizes):
        if held and held + size > BLOCK:
            yield slice(first, k)
            first, held = k, 0
        held += size
    yield slice(first, len(sizes))


_WORD: Final = re.compile(r"[^\W_]")
_ADDRESS: Final = re.compile(WEB_ADDRESS)


def without_addresses(en: str, vi: str) -> tuple[str, str]:
    """Leave out web addresses that both texts have, whose words are of no language; what closes a sentence stays.

    Texts that are addresses alone stay as they are.

    Examples
    --------
    >>> without_addresses("See [Java](https://en.example.org/Java).", "Xem [Java](https://vi.example.org/Java_(đảo)).")
    ('See [Java]().', 'Xem [Java]().')
    >>> without_addresses("See www.example.org.", "Xem ở đây.")
    ('See www.example.org.', 'Xem ở đây.')
    """
    if not all("://" in text or "www." in text for text in (en, vi)):
        return en, vi
    if not (_ADDRESS.search(en) and _ADDRESS.search(vi)):
        return en, vi
    plain, other = (_ADDRESS.sub(_end_of_address, text) for text in (en, vi))
    return (plain, other) if _WORD.search(plain) and _WORD.search(other) else (en, vi)


def _end_of_address(found: re.Match[str]) -> str:
    """What stands behind an address without a space and is none of it."""
    text = found[0].rstrip(CLOSERS + ".,:!?…")
    if text.count("(") > text.count(")"):  # …/Java_(island)
        text = found[0][: len(text) + 1]
    return found[0][len(text) :]


def background_rows(encoder: Encoder, texts: Sequence[str]) -> Floats:
    """Unit rows of texts to compare with."""
    return unit_rows(encoder.sums(texts))


def _shares(found: Tally) -> tuple[float, float, float]:
    """What of the mentions differs and stands alone, as shares, which do not grow with the text; how many agree, to 4.

    Of the share that differs the root: one name of three that is wrong tells nearly as much as one of one, one of
    fifteen a quarter. With the share as it is, a line through 0 and 1 finds 85 % of the changed names and 94 % of the
    numbers where it keeps 98 % of the good pairs; so 89 % and 99 % (training pairs; test_scoring.py has values).
    """
    return found.difference**0.5, found.loneliness, min(found.n_matched, 4)
