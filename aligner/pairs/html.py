"""HTML out, for readers: a page of two columns, English left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from aligner.errors import unturned
from aligner.files.streams import open_packed
from aligner.pairs.chunks import TEXTS, Chunk, Tally, Target, as_xml, in_columns
from aligner.version import TOOL

READ: Final = (*TEXTS, "doc_id", "src_kind", "decision")
"""Columns that have a place on the page; the others are counted as left out."""

_STYLE: Final = """\
body { font: 1rem/1.5 serif; max-width: 72rem; margin: 1rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
td { vertical-align: top; width: 50%; padding: .25rem .75rem; border-top: 1px solid #ddd; white-space: pre-wrap; }
.headline td { font-weight: bold; }
.drop td { color: #777; }
footer { font-size: .8rem; color: #555; overflow-wrap: anywhere; }
@media (max-width: 40rem) { td { display: block; width: auto; } td + td { border-top: 0; } }
"""


def write_html(chunks: Iterator[Chunk], target: Target, tally: Tally) -> None:
    """Write pairs as an HTML page of two columns, English left; nothing in it is loaded from elsewhere.

    A new ``doc_id`` begins a table under a heading; ``src_kind`` headline and ``decision`` drop are shown, filled cells
    of other columns counted. The signature stands in the footer, with the number of pairs.
    """
    with open_packed(target.path) as file:
        file.write(
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>English and Vietnamese</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        )
        document: str | None = None
        for row in shown_rows(chunks, tally):
            if row["doc_id"] != document:
                file.write("</tbody>\n</table>\n" if document is not None else "")
                document = row["doc_id"]
                (heading,) = as_xml([unturned(document)], Tally())
                file.write(f'<h2 dir="auto">{heading}</h2>\n' if document else "")
                file.write('<table>\n<thead><tr><th scope="col">English</th><th scope="col" lang="vi">Tiếng Việt</th>')
                file.write("</tr></thead>\n<tbody>\n")
            en, vi = as_xml([unturned(row[TEXTS[0]]), unturned(row[TEXTS[1]])], tally)
            classes = [cell for cell in (row["src_kind"], row["decision"]) if cell in ("headline", "drop")]
            shown = f' class="{" ".join(classes)}"' if classes else ""
            file.write(f'<tr{shown}><td lang="en" dir="auto">{en}</td><td lang="vi" dir="auto">{vi}</td></tr>\n')
        file.write("</tbody>\n</table>\n" if document is not None else "")
        told = as_xml([f"{TOOL} {target.version}", unturned(target.signature)], tally)
        file.write(f"</main>\n<footer><p>{tally.pairs:,} pairs. {'. '.join(filter(None, told))}</p></footer>\n")
        file.write("</body>\n</html>\n")


def shown_rows(chunks: Iterator[Chunk], tally: Tally, places: Sequence[str] = READ) -> Iterator[dict[str, str]]:
    """Give the cells of each pair that readers see, by column.

    Examples
    --------
    >>> list(shown_rows(iter([{"src_text": ["a"], "trg_text": ["b"]}]), Tally()))
    [{'src_text': 'a', 'trg_text': 'b', 'doc_id': '', 'src_kind': '', 'decision': ''}]
    """
    for columns, cells in in_columns(chunks, tally, places):
        yield from (dict(zip(columns, row, strict=True)) for row in zip(*cells, strict=True))
