"""Write aligner/data/english_words.txt.gz: the English words that aligner/text/apostrophes.py asks for.

usage: write_words.py LIST...      (SCOWL lists: american-english and british-english of Debian's wamerican, wbritish)
"""

from __future__ import annotations

import gzip
import pathlib
import sys

TARGET = pathlib.Path("aligner/data/english_words.txt.gz")


def main(paths: list[str]) -> None:
    """Front-code the union: each line is a letter, 'A' plus the number of characters shared with the word before it,
    and the rest of the word; a final apostrophe marks a word of which the lists have the possessive.
    """
    words = {word for path in paths for word in pathlib.Path(path).read_text("utf-8").split() if word.isascii()}
    nouns = {word.removesuffix("'s") for word in words if word.endswith("'s")}
    lines, last = [], ""
    for word in sorted(word for word in words if not word.endswith("'s")):
        shared = next(n for n in range(min(25, len(last), len(word)), -1, -1) if last.startswith(word[:n]))
        lines.append(chr(ord("A") + shared) + word[shared:] + "'" * (word in nouns))
        last = word
    TARGET.write_bytes(gzip.compress("\n".join(lines).encode("ascii"), 9, mtime=0))


if __name__ == "__main__":
    main(sys.argv[1:] or sys.exit(__doc__))
