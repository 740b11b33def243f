"""Break long lines of the Markdown pages anew: paragraphs and items that have one longer than 120 characters.

usage: reflow_pages.py [PAGE ...]      (by default all pages that tests/test_docs.py holds to it)

Not a word changes. Tables, headings and code stay as they are, and so does a paragraph whose lines are short enough.
"""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[1]
WIDTH = 120
"""Characters of a line at most, as for code."""

_ITEM = re.compile(r"\s*(?:[*+-]|\d+[.)]) ")
_KEPT = re.compile(r"\s*(?:$|[|#<>]|\[[^\]]+\]:)")
"""Lines that are no running text: empty ones, tables, headings, HTML, quotations, addresses of links."""
_MARK = re.compile(r" (?=(?:[*+>#-]|\d+[.)]) )")
"""Before a word that would begin an item or a heading if it began a line."""


def pages() -> list[Path]:
    """The pages whose lines are held to be short."""
    return sorted({*ROOT.glob("*.md"), *ROOT.glob("[!.]*/README.md"), *(ROOT / "docs").rglob("*.md")})


def reflowed(text: str) -> str:
    """The page with no long line of running text, but for a word that is longer."""
    lines: list[str] = []
    paragraph: list[str] = []
    is_code = False
    for line in [*text.split("\n"), ""]:
        is_fence = line.lstrip().startswith("```")
        if is_fence or is_code or _KEPT.match(line) or _ITEM.match(line):
            lines += _wrapped(paragraph)
            paragraph = []
        is_code ^= is_fence
        if is_fence or is_code or _KEPT.match(line):
            lines.append(line)
        else:
            paragraph.append(line)
    return "\n".join(lines[:-1])


def _wrapped(lines: list[str]) -> list[str]:
    """The lines of a paragraph or item."""
    if all(len(line) <= WIDTH for line in lines):
        return lines
    item = _ITEM.match(lines[0])
    first = item[0] if item else re.match(r"\s*", lines[0])[0]  # type: ignore[index]  # it matches anything
    words = _MARK.sub("\0", " ".join(line.strip() for line in lines)[len(first.lstrip()) :])
    again = textwrap.wrap(
        words, WIDTH, initial_indent=first, subsequent_indent=" " * len(first),
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    return [line.replace("\0", " ") for line in again]


def main(paths: list[Path]) -> None:
    for path in paths:
        before = path.read_text("utf-8")
        after = reflowed(before)
        if after != before:
            assert after.split() == before.split(), path
            path.write_text(after, "utf-8", newline="\n")
            print(f"{path}: reflowed")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]] or pages())
