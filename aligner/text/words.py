"""The list of English words that ships in the package: which words are nothing but names, and which are no words."""

from __future__ import annotations

import functools
import gzip
import importlib.resources


@functools.cache
def english_words() -> tuple[frozenset[str], frozenset[str]]:
    """Load the list, once.

    Returns
    -------
    words : frozenset of str
        76,000 words as written: 'Paris' and 'peace', 'Turkey' and 'turkey'.
    nouns : frozenset of str
        Those that the list has with 's.

    Notes
    -----
    The file is front-coded: each line is a letter, 'A' plus the number of characters shared with the word before it,
    and the rest of the word; a final apostrophe marks a noun (scripts/write_words.py).

    Examples
    --------
    >>> words, nouns = english_words()
    >>> "paris" in words, "Paris" in words, "peace" in nouns
    (False, True, True)
    """
    data = importlib.resources.files("aligner").joinpath("data", "english_words.txt.gz").read_bytes()
    words, nouns, last = [], [], ""
    for line in gzip.decompress(data).decode("ascii").split("\n"):
        last = last[: ord(line[0]) - ord("A")] + line[1:].removesuffix("'")
        words.append(last)
        if line[-1] == "'":
            nouns.append(last)
    return frozenset(words), frozenset(nouns)
