"""Names as the other language says them: Xtốc-khôm for Stockholm, Giê-ru-sa-lem for Jerusalem."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from aligner.names.spelling import fold
from aligner.text.tables import read_table

MAX_LETTERS: Final = 64
"""Letters of a name that are compared; keeps the time small on hostile text (test_names_detection.py)."""

ALIKE: Final = 0.42
"""Share of a name's weight that may differ. Of 1,000 names that the Bible of 1925 has in the place of one of the King
James Version, 95 % differ less, and all but a dozen of the rest are other names; of names put together by chance 2 %
(test_names_sounds.py has names of both kinds)."""

SHORTEST_STEM: Final = 4
"""Letters that an English name keeps when an ending is taken off (Danites, Levite)."""


class _Sounds(NamedTuple):
    """aligner/data/sounds.tsv: how letters sound, what sounds cost in hundredths where they are others or are lost."""

    letters: Mapping[str, Mapping[str, str]]
    pattern: Mapping[str, re.Pattern[str]]
    near: Mapping[tuple[str, str], int]
    lost: Mapping[str, int]
    endings: tuple[str, ...]


UNLIKE: Final = 100
"""Hundredths that a sound costs in the place of one that is not near it."""


@functools.cache
def _sounds() -> _Sounds:
    """Load the table, once."""
    letters: dict[str, dict[str, str]] = {"en": {}, "vi": {}}
    near: dict[tuple[str, str], int] = {}
    lost: dict[str, int] = {}
    endings: list[str] = []
    for role, first, second, cost in read_table("sounds.tsv", "role", "first", "second", "cost"):
        if role == "near":
            near[first, second] = near[second, first] = int(cost)
        elif role == "lost":
            lost[first] = int(cost)
        elif role == "ending_en":
            endings.append(first)
        else:
            letters[role.removeprefix("spelling_")][first] = second
    pattern = {lang: re.compile("|".join(sorted(own, key=len, reverse=True))) for lang, own in letters.items()}
    return _Sounds(letters, pattern, near, lost, tuple(sorted(endings, key=len, reverse=True)))


@functools.lru_cache(maxsize=1 << 14)
def _said(word: str, lang: str) -> str:
    """A word's sounds, doubled ones once."""
    table = _sounds()
    own, result = table.letters[lang], ""
    for spelling in table.pattern[lang].findall(fold(word)[:MAX_LETTERS]):
        if not result.endswith(own[spelling]):
            result += own[spelling]
    return result


def _stems(word: str) -> Iterator[str]:
    """An English word, and what it is without an ending."""
    yield word
    for ending in _sounds().endings:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            yield word[: -len(ending)]
            return


@functools.lru_cache(maxsize=1 << 14)
def sounds_alike(foreign: str, transliterated: str) -> bool:
    """Whether a Vietnamese spelling may be how a foreign name sounds.

    Parameters
    ----------
    foreign, transliterated : str
        A name in English, and one in Vietnamese syllables, hyphens and spaces left out or not.

    Notes
    -----
    Both are brought to their sounds; what must be changed, lost or added has its cost, sounds that Vietnamese confuses
    or drops (a final l is n, a final s nothing) less than others, and the whole must be below `ALIKE` of what the
    longer weighs. One name in fifty that is another passes, so it tells more where it says no.

    Examples
    --------
    >>> sounds_alike("Moskva", "Mát-xcơ-va"), sounds_alike("Zebulun", "Xê-bu-lun"), sounds_alike("Danites", "Đan")
    (True, True, True)
    >>> sounds_alike("Paris", "Luân Đôn"), sounds_alike("Moses", "Giô-suê")
    (False, False)
    """
    target = _said(transliterated, "vi")
    word = "".join(filter(str.isalpha, fold(foreign)))[:MAX_LETTERS]
    return any(
        _are_near(source, target) for source in (_said(stem, "en") for stem in _stems(word)) if source and target
    )


def _are_near(source: str, target: str) -> bool:
    """Whether two rows of sounds differ little."""
    lost = _sounds().lost
    weight = max(sum(_weight(sound) for sound in row) for row in (source, target))
    least = abs(len(source) - len(target)) * min(lost.values())
    return least <= ALIKE * weight and _cost(source, target) <= ALIKE * weight


def _weight(sound: str) -> int:
    """What a sound weighs in the length of a name: vowels little, since either language changes them."""
    return _VOWEL if sound in "aeiou" else _CONSONANT


_VOWEL, _CONSONANT = 20, 70
"""Hundredths that a vowel and a consonant weigh in the length of a name: what the loss of a firm one costs."""


def _cost(source: str, target: str) -> int:
    """The least that makes one row of sounds the other, in hundredths."""
    _, _, near, lost, _ = _sounds()
    steps = [lost[sound] for sound in target]
    row = [0]
    for step in steps:
        row.append(row[-1] + step)
    for first in source:
        loss, corner = lost[first], row[0]
        row[0] += loss
        for k, second in enumerate(target, 1):
            change = corner if first == second else corner + near.get((first, second), UNLIKE)
            corner = row[k]
            row[k] = min(change, corner + loss, row[k - 1] + steps[k - 1])
    return row[-1]
