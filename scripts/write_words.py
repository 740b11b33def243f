"""Write the lists of aligner/text/words.py: English words of Debian's, Vietnamese syllables of the training pairs.

usage: write_words.py [FOLDER]                   (from the root of the project; FOLDER has american-english and
                                                  british-english of Debian's wamerican and wbritish 2020.12.07-2;
                                                  /usr/share/dict where it is left out)
       write_words.py --pairs PAIRS.tsv.gz ...   (counts syllables.tsv, the lists above stay as they are)

Lists of another version are refused. Where /usr/share/dict has none, the file is left as it is, and that is said.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import pathlib
import re
import sys
from collections import Counter
from collections.abc import Iterable

from aligner.names.spelling import is_foreign, vietnamese_key
from aligner.text.unicode import nfc

TARGET = pathlib.Path("aligner/data/english_words.txt.gz")
FOLDER = pathlib.Path("/usr/share/dict")

LISTS = {
    "american-english": "9f513f1ceadb6a01c5485b7dbdfd5118dc66cd70b59cae2851292112d4066a32",
    "british-english": "7424d6682301dc86f73b0a5c8c53f0ba4c9f0a41fb2d1cb7e5fe7f8a04f15fb0",
}
"""SHA-256 of each list."""

SYLLABLES = pathlib.Path("aligner/data/syllables.tsv")

FEWEST = 5
"""Times that a syllable must stand in the pairs if it is in no headword of `DICTIONARY`: below are slips as often as
words. Of the syllables of good pairs of 20 sources, counted in the other sources without headwords, 1 in 1,000 is
missing that has frequent letters; of those with a tone changed, 1 in 4."""

DICTIONARY = "dictionary-vi-en"
"""The source whose headwords are Vietnamese words, however seldom they stand elsewhere."""

WORD = re.compile(r"(?<![\w-])[^\W\d_]+(?![\w-])")
"""A word that no hyphen joins to another: 'va' and 'sa' are parts of names (Giê-hô-va, Giê-ru-sa-lem) and no words."""


def count_syllables(paths: Iterable[pathlib.Path]) -> tuple[Counter[str], set[str]]:
    """Count the syllables of Vietnamese texts, in small letters, as they are compared; and tell those in headwords.

    Texts with marks on fewer than a third of their words are left out, since theirs may be lost; so is each word that
    the English text has.
    """
    counts: Counter[str] = Counter()
    listed: set[str] = set()
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            next(lines)
            for line in lines:
                source, document, *pair = line.rstrip("\n").split("\t")
                en, vi = map(nfc, pair)
                said, words = {word.lower() for word in WORD.findall(en)}, WORD.findall(vi)
                if 3 * sum(not word.isascii() for word in words) < len(words):
                    continue
                small = (word for word in words if word.islower() and word not in said and not is_foreign(word))
                keys = list(map(vietnamese_key, small))
                counts.update(keys)
                if (source, document) == (DICTIONARY, "headword"):
                    listed.update(keys)
    return counts, listed


def write_syllables(paths: Iterable[pathlib.Path]) -> None:
    """Write those that are frequent enough, the most frequent first."""
    counts, listed = count_syllables(paths)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rows = [f"{syllable}\t{n}\n" for syllable, n in ordered if n >= FEWEST or syllable in listed]
    SYLLABLES.write_text("".join(["syllable\tcount\n", *rows]), encoding="utf-8")


def read_lists(folder: pathlib.Path) -> set[str]:
    """Read the ASCII words of the lists."""
    words: set[str] = set()
    for name, digest in LISTS.items():
        content = (folder / name).read_bytes()
        if hashlib.sha256(content).hexdigest() != digest:
            sys.exit(f"write_words.py: {folder / name} is not that of 2020.12.07-2; take Debian 12's package")
        words.update(word for word in content.decode("utf-8").split() if word.isascii())
    return words


def main(folder: pathlib.Path) -> None:
    """Front-code the union: each line is a letter, 'A' plus the number of characters shared with the word before it,
    and the rest of the word; a final apostrophe marks a word of which the lists have the possessive.
    """
    if folder == FOLDER and not any((folder / name).exists() for name in LISTS):
        print(
            f"write_words.py: no lists in {FOLDER} (apt-get install wamerican wbritish); {TARGET.name} stays as it is"
        )
        return
    words = read_lists(folder)
    nouns = {word.removesuffix("'s") for word in words if word.endswith("'s")}
    lines, last = [], ""
    for word in sorted(word for word in words if not word.endswith("'s")):
        shared = next(n for n in range(min(25, len(last), len(word)), -1, -1) if last.startswith(word[:n]))
        lines.append(chr(ord("A") + shared) + word[shared:] + "'" * (word in nouns))
        last = word
    TARGET.write_bytes(gzip.compress("\n".join(lines).encode("ascii"), 9, mtime=0))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=pathlib.Path, default=FOLDER)
    parser.add_argument("--pairs", nargs="+", type=pathlib.Path, help="files to count syllables in")
    arguments = parser.parse_args()
    if arguments.pairs:
        write_syllables(arguments.pairs)
    else:
        main(arguments.folder)
