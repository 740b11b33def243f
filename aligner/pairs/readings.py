"""Bilingual texts out, for readers: HTML side by side, Markdown one language under the other."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from typing import Final

from aligner.files.streams import open_packed
from aligner.pairs.chunks import (
    SURROGATES,
    TEXTS,
    UNFIT,
    About,
    Chunk,
    Tally,
    as_attribute,
    as_xml,
    fitted,
    in_columns,
)
from aligner.version import TOOL

_Path = str | os.PathLike[str]

READ: Final = (*TEXTS, "doc_id", "src_kind", "decision")
"""Columns that have a place in a text for readers; the others are counted as left out."""

_SIZES: Final = (
    (1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"), (1_000_000_000, "100M<n<1B"), (10_000_000_000, "1B<n<10B"),
)  # fmt: skip
"""Classes of size as Hugging Face names them, by what they are below."""

_STYLE: Final = """\
body { font: 1rem/1.5 serif; max-width: 72rem; margin: 1rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
td { vertical-align: top; width: 50%; padding: .25rem .75rem; border-top: 1px solid #ddd; white-space: pre-wrap; }
.headline td { font-weight: bold; }
.drop td { color: #777; }
footer { font-size: .8rem; color: #555; overflow-wrap: anywhere; }
@media (max-width: 40rem) { td { display: block; width: auto; } td + td { border-top: 0; } }
"""

# Everything that CommonMark lets a backslash stand before (section 2.4), where it could mean something in a line.
_MARKDOWN: Final = re.compile(r"[\\`*_\[\]<>&|~]")
_LINE_START: Final = re.compile(r"(?:[#+=-]|[0-9]{1,9}(?=[.)]))")


def write_html(chunks: Iterator[Chunk], path: _Path, about: About, tally: Tally) -> None:
    """Write pairs as an HTML page of two columns, English left; nothing in it is loaded from elsewhere.

    Parameters
    ----------
    chunks : iterator of Chunk
        A new ``doc_id`` begins a table under a heading; ``src_kind`` headline and ``decision`` drop are shown.
    path : str or path
        Packed by suffix; it appears whole or not at all.
    about : About
        Stands in the footer, with the number of pairs.
    tally : Tally
        Counts pairs, characters that no page can hold, and filled cells of other columns.
    """
    with open_packed(path) as file:
        file.write(
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>English and Vietnamese</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        )
        document: str | None = None
        for row in _rows(chunks, tally):
            if row["doc_id"] != document:
                file.write("</tbody>\n</table>\n" if document is not None else "")
                document = row["doc_id"]
                (heading,) = as_xml([document], Tally())
                file.write(f"<h2>{heading}</h2>\n" if document else "")
                file.write('<table>\n<thead><tr><th scope="col">English</th><th scope="col" lang="vi">Tiếng Việt</th>')
                file.write("</tr></thead>\n<tbody>\n")
            en, vi = as_xml([row[TEXTS[0]], row[TEXTS[1]]], tally)
            classes = [cell for cell in (row["src_kind"], row["decision"]) if cell in ("headline", "drop")]
            shown = f' class="{" ".join(classes)}"' if classes else ""
            file.write(f'<tr{shown}><td lang="en">{en}</td><td lang="vi">{vi}</td></tr>\n')
        file.write("</tbody>\n</table>\n" if document is not None else "")
        told = as_xml([f"{TOOL} {about.version}", about.signature], tally)
        file.write(f"</main>\n<footer><p>{tally.pairs:,} pairs. {'. '.join(filter(None, told))}</p></footer>\n")
        file.write("</body>\n</html>\n")


def write_markdown(chunks: Iterator[Chunk], path: _Path, about: About, tally: Tally) -> None:
    r"""Write pairs as Markdown: an English paragraph, its Vietnamese one, and so on, as `read_article` reads it.

    Parameters
    ----------
    chunks, path, tally
        As for `write_html`; a new ``doc_id`` begins under a rule. Line breaks in a text become spaces, counted.
    about : About
        Stands at the end, in the attribute of an element that is not shown.

    Examples
    --------
    >>> write_markdown(iter([{"src_text": ["1. *A*"], "trg_text": ["b"]}]), "-", About("1"), Tally())
    1\. \*A\*
    <BLANKLINE>
    b
    <BLANKLINE>
    <meta name="generator" content="envi-aligner 1; pairs: 1">
    """
    with open_packed(path) as file:
        document: str | None = None
        for row in _rows(chunks, tally):
            if document is not None and row["doc_id"] != document:
                file.write("---\n\n")
            document = row["doc_id"]
            heading = "## " if row["src_kind"] == "headline" else ""
            for name in TEXTS:
                if text := _paragraph(row[name], tally):
                    file.write(f"{heading}{text}\n\n")
        # Attributes: neither a page nor `read_article` shows them, as the latter would the words of a comment.
        told = f"{TOOL} {about.version}; pairs: {tally.pairs}"
        signature, _ = UNFIT.subn(" ", about.signature)
        told = as_attribute(f"{told}; {signature}" if signature else told, tally)
        file.write(f'<meta name="generator" content={told}>\n')


def _paragraph(text: str, tally: Tally) -> str:
    """A text as one line of Markdown that shows it as it is."""
    text = _MARKDOWN.sub(lambda match: "\\" + match[0], fitted(text, UNFIT, tally).strip())
    start = _LINE_START.match(text)
    if start is None:
        return text
    digits = start[0] if start[0][0].isdigit() else ""
    return f"{digits}\\{text[len(digits) :]}"


def _rows(chunks: Iterator[Chunk], tally: Tally) -> Iterator[dict[str, str]]:
    """Cells of each pair that readers see."""
    for columns, cells in in_columns(chunks, tally, READ):
        yield from (dict(zip(columns, row, strict=True)) for row in zip(*cells, strict=True))


def write_dataset_card(path: _Path, columns: list[str], about: About, tally: Tally) -> None:
    """Write the card of a Hugging Face data set: languages, task, files, columns, what made it.

    Examples
    --------
    >>> write_dataset_card("-", ["translation"], About("1"), Tally(pairs=3))  # doctest: +ELLIPSIS
    ---
    language:
    - en
    - vi
    ...
    """
    names = ", ".join(f"`{name.replace('`', chr(39))}`" for name in columns)
    signature = f"\n\nSignature: `{about.signature.replace('`', chr(39))}`" if about.signature else ""
    text = (
        f"{front_matter(tally.pairs, [('train', 'train.jsonl')])}# English–Vietnamese pairs\n\n"
        f"{tally.pairs:,} pairs, written by {TOOL} {about.version}. Columns: {names}.{signature}\n"
    )
    with open_packed(path) as file:
        file.write(fitted(text, SURROGATES, tally))


def front_matter(n_pairs: int, files: Sequence[tuple[str, str]]) -> str:
    """Write what Hugging Face reads of a card: languages, task, class of size, and (split, name) of its data files.

    Examples
    --------
    >>> print(front_matter(5_000, [("dev", "dev.jsonl")]))  # doctest: +ELLIPSIS
    ---
    language:
    - en
    - vi
    ...
    size_categories:
    - 1K<n<10K
    configs:
    - config_name: default
      data_files:
      - split: validation
        path: "dev.jsonl"
    ---
    <BLANKLINE>
    <BLANKLINE>
    """
    size = next((name for limit, name in _SIZES if n_pairs < limit), "10B<n<100B")
    lines = ["language:", "- en", "- vi", "multilinguality:", "- translation", "task_categories:", "- translation"]
    lines += ["size_categories:", f"- {size}"]
    if files:
        lines += ["configs:", "- config_name: default", "  data_files:"]
    for split, name in files:  # a JSON string is a YAML string
        path = json.dumps(name, ensure_ascii=False)
        lines += [f"  - split: {'validation' if split == 'dev' else split}", f"    path: {path}"]
    return "\n".join(["---", *lines, "---", "", ""])
