"""What people look at: an alignment as HTML for notebooks, as plain text for a terminal, and in a few lines."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from aligner.bitext import AlignedDocument, Article, Bead, Boundary
from aligner.evidence.names.table import NameTable

SHOWN_BEADS = 500
"""Rows of an alignment's HTML view at most, so that a notebook with a book in it stays quick; the rest is counted."""

_STYLE = """<style>
.aligner-pairs{border-collapse:collapse;width:100%;table-layout:fixed}
.aligner-pairs td,.aligner-pairs th{border-bottom:1px solid #8886;padding:.35em .6em;text-align:left;
  vertical-align:top;overflow-wrap:anywhere}
.aligner-pairs .n{width:7em;white-space:nowrap;font-variant-numeric:tabular-nums}
.aligner-pairs .null td{opacity:.65;font-style:italic}
</style>"""


def alignment_html(document: AlignedDocument) -> str:
    """Draw an alignment side by side as an HTML fragment: no scripts, all text escaped, readable on light and dark.

    Examples
    --------
    >>> from aligner.bitext import Sentence
    >>> "&lt;b&gt;" in alignment_html(AlignedDocument((Sentence("<b>", 0, 3),), (), (Bead((0,), ()),), 0.0))
    True
    """
    rows = [_html_row(document, bead) for bead in document.beads[:SHOWN_BEADS]]
    hidden = len(document.beads) - len(rows)
    more = f'<tr class="null"><td></td><td colspan="2">… {hidden} more beads</td></tr>' if hidden else ""
    head = escape(" · ".join(summary_lines(document)[:3]))
    return (
        f'{_STYLE}<p>{head}</p><table class="aligner-pairs"><thead><tr><th class="n">quality</th><th>English</th>'
        f"<th>Tiếng Việt</th></tr></thead><tbody>{''.join(rows)}{more}</tbody></table>"
    )


def _html_row(document: AlignedDocument, bead: Bead) -> str:
    """One bead as a table row; the colour of its edge goes from red (0) to green (1)."""
    quality = document.quality(bead)
    reasons = ", ".join(document.reasons(bead)) or "keep"
    en, vi = (escape(printable(text)) for text in document.texts(bead))
    value = "—" if bead.is_null else f"{quality:.2f}"
    edge = f"border-left:.4em solid hsl({quality * 120:.0f} 60% 50%)"
    return (
        f'<tr class="{"null" if bead.is_null else "pair"}" title="{escape(reasons)}">'
        f'<td class="n" style="{edge}">{value} <small>{bead.type}</small></td>'
        f'<td lang="en">{en}</td><td lang="vi">{vi}</td></tr>'
    )


def printable(text: str) -> str:
    r"""Make text safe to print: controls (a terminal would obey them) and lone surrogates become U+FFFD.

    Examples
    --------
    >>> printable("a\x1b[31mb")
    'a\ufffd[31mb'
    """
    return "".join(
        c if c.isprintable() or c == " " else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text
    )


def summary_lines(document: AlignedDocument, article: Article | None = None) -> list[str]:
    """Sum an alignment up in lines: layout, sentences, beads by type, verdict, kept pairs, nulls with their text."""
    import textwrap

    lines = []
    if article is not None:
        blocks = ", ".join(f"{count} {language}" for language, count in article.block_counts.items() if count)
        lines.append(f"layout: {article.layout} ({blocks} blocks)")
    lines.append(f"sentences: {len(document.source)} English, {len(document.target)} Vietnamese")
    lines.append("beads: " + (", ".join(f"{n} of {t}" for t, n in document.bead_counts.items()) or "none"))
    verdict = "NOT parallel: the two sides do not look like translations"
    if document.is_parallel:
        verdict = str(document.verdict or "parallel")
    elif document.verdict is not None and document.verdict.kind == "comparable":
        verdict += ", though they are about the same"
    lines.append(f"verdict: {verdict} (probability {document.parallel_probability:.2f})")
    pairs = [bead for bead in document.beads if not bead.is_null]
    kept = sum(document.is_kept(bead) for bead in pairs)
    lines.append(f"pairs: {len(pairs)}, {kept} of them to keep (quality >= {document.config.threshold:g})")
    nulls = [bead for bead in document.beads if bead.is_null]
    lines.append(f"without counterpart: {len(nulls)}" + (":" if nulls else ""))
    for bead in nulls:
        side, text = ("en", document.texts(bead)[0]) if bead.source else ("vi", document.texts(bead)[1])
        lines.append(
            f"  {side} {(bead.source or bead.target)[0]}: {textwrap.shorten(printable(text), 100, placeholder=' …')}"
        )
    return lines


def moved_lines(document: AlignedDocument, moved: Sequence[Bead], n_duplicates: int) -> list[str]:
    """Sum up in lines what was found beyond order: pairs with their texts, and the number of copies.

    Examples
    --------
    >>> from aligner.bitext import Sentence
    >>> document = AlignedDocument((Sentence("Hi.", 0, 3),), (), (Bead((0,), ()),), 0.0)
    >>> moved_lines(document, (), 1)
    ['moved: 0', 'repeated: 1 of those without counterpart']
    """
    import textwrap

    kept = sum(document.is_kept(bead) for bead in moved)
    lines = [f"moved: {len(moved)}" + (f" pairs out of order, {kept} of them to keep:" if moved else "")]
    for bead in moved:
        ids = ", ".join(f"{side} {k[0]}" for side, k in (("en", bead.source), ("vi", bead.target)))
        texts = (textwrap.shorten(printable(text), 60, placeholder=" …") for text in document.texts(bead))
        lines.append(f"  {ids}: {' | '.join(texts)}")
    return [*lines, f"repeated: {n_duplicates} of those without counterpart"]


def boundary_lines(boundaries: Sequence[Boundary]) -> list[str]:
    """Draw proposals for sentence boundaries, a line each.

    Examples
    --------
    >>> boundary_lines([Boundary("join", "source", (3, 4), 8, ("The Rev.", "Smith."), ("The Rev. Smith.",), 0.1, 0.9)])
    ['boundaries: 1', '  join en 3 0.90: The Rev. + Smith.']
    """
    lines = [f"boundaries: {len(boundaries)}"]
    for b in boundaries:
        lang = "en" if b.side == "source" else "vi"
        texts = (" + ".join(b.before) if b.kind == "join" else " || ".join(b.after)).strip()
        lines.append(f"  {b.kind} {lang} {b.sentences[0]} {b.probability:.2f}: {printable(texts)}")
    return lines


def names_text(table: NameTable) -> str:
    """Draw a name table for a terminal: a line an entity.

    Examples
    --------
    >>> from aligner.evidence.names.table import NameEntry
    >>> print(names_text(NameTable((NameEntry("To Lam", "Tô Lâm", "person", n_pairs=3, confidence=0.8),))))
    person          3  0.80  To Lam  |  Tô Lâm
    """
    lines = []
    for entry in table.entries:
        both = f"{entry.n_pairs:>4}  {entry.confidence:.2f}" if entry.en and entry.vi else "   —     —"
        conflicts = f"  (spelled {'; '.join(entry.conflicts)})" if entry.conflicts else ""
        lines.append(f"{entry.kind:<12} {both}  {entry.en or '—'}  |  {entry.vi or '—'}{conflicts}")
    return "\n".join(map(printable, lines))


def pairs_text(document: AlignedDocument, moved: Sequence[Bead] = ()) -> str:
    """Draw an alignment for a terminal: per bead its type and quality, then both texts, wrapped; what is moved last.

    Examples
    --------
    >>> from aligner.bitext import Sentence
    >>> print(pairs_text(AlignedDocument((Sentence("Hi.", 0, 3),), (), (Bead((0,), ()),), 0.0)))
    1:0   ———  EN  Hi.
               VI  ———
    """
    import shutil
    import textwrap

    width = max(shutil.get_terminal_size((100, 24)).columns, 40)
    blocks = []
    for bead in (*document.beads, *moved):
        quality = "———" if bead.is_null else f"{document.quality(bead):.2f}"
        en, vi = (printable(text).strip() or "———" for text in document.texts(bead))
        first, indent = f"{bead.type}  {quality:>4}  EN  ", " " * 15
        blocks.append(
            textwrap.fill(en, width, initial_indent=first, subsequent_indent=indent)
            + "\n"
            + textwrap.fill(vi, width, initial_indent=" " * 11 + "VI  ", subsequent_indent=indent)
        )
    return "\n\n".join(blocks)
