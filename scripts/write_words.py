"""Write aligner/data/english_words.txt.gz: the English words that aligner/text/apostrophes.py asks for.

usage: write_words.py [FOLDER]      (from the root of the project; FOLDER has american-english and british-english of
                                     Debian's wamerican and wbritish 2020.12.07-2; /usr/share/dict where it is left out)

Lists of another version are refused. Where /usr/share/dict has none, the file is left as it is, and that is said.
"""

from __future__ import annotations

import gzip
import hashlib
import pathlib
import sys

TARGET = pathlib.Path("aligner/data/english_words.txt.gz")
FOLDER = pathlib.Path("/usr/share/dict")

LISTS = {
    "american-english": "9f513f1ceadb6a01c5485b7dbdfd5118dc66cd70b59cae2851292112d4066a32",
    "british-english": "7424d6682301dc86f73b0a5c8c53f0ba4c9f0a41fb2d1cb7e5fe7f8a04f15fb0",
}
"""SHA-256 of each list."""


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
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
