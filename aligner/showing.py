"""What people look at: an alignment as HTML for notebooks, as plain text for a terminal, and in a few lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aligner.bitext import AlignedDocument, Article, Bead, Boundary, tally_kinds
from aligner.doors import checked
from aligner.errors import check_whole, printable
from aligner.fragments import PairRow, pairs_html
from aligner.names.table import NameTable
from aligner.pairs.frames import check_frame, numbers_of, texts_of
from aligner.text.language import is_other_language

if TYPE_CHECKING:
    import pandas as pd

SHOWN_BEADS = 500
"""Rows of an alignment's HTML view at most, so that a notebook with a book in it stays quick; the rest is counted."""


def alignment_html(document: AlignedDocument, moved: Sequence[Bead] | None = ()) -> str:
    """Draw an alignment side by side as an HTML fragment, what is moved below it; see `views.pairs_html`.

    None for `moved` says that nobody looked.

    Examples
    --------
    >>> from aligner.bitext import Sentence
    >>> "&lt;b&gt;" in alignment_html(AlignedDocument((Sentence("<b>", 0, 3),), (), (Bead((0,), ()),), 0.0))
    True
    """
    note = "pairs out of order: ask for moved" if moved is None else ""
    document.judgements([*document.beads, *(moved or ())])  # all in one batch
    return pairs_html(
        [_row(document, bead) for bead in document.beads[:SHOWN_BEADS]],
        head=" · ".join(filter(None, [document.doc_id, *summary_lines(document)[:4], note])),
        more=max(len(document.beads) - SHOWN_BEADS, 0),
        moved=[_row(document, bead) for bead in (moved or ())[:SHOWN_BEADS]],
        signature=document.signature,
    )


def _row(document: AlignedDocument, bead: Bead) -> PairRow:
    """One bead as it is drawn."""
    en, vi = document.texts(bead)
    judgement = document.judgement(bead)
    decision = "" if bead.is_null else "keep" if judgement.is_kept else "drop"
    label = f"{bead.type} moved" if bead.moved else bead.type
    return PairRow(en, vi, judgement.quality, label, decision, "; ".join(judgement.reasons))


@dataclass(frozen=True)
class PairsView:
    """Pairs as a notebook shows them; `html` is the fragment.

    Examples
    --------
    >>> PairsView("<p></p>")._repr_html_()
    '<p></p>'
    """

    html: str = field(repr=False)

    def _repr_html_(self) -> str:
        """Give the notebook what it shows."""
        return self.html


@checked
def show_pairs(frame: pd.DataFrame, *, limit: int = 200) -> PairsView:
    """Show a frame of pairs side by side in a notebook: coloured by quality, reasons when pointed at.

    Parameters
    ----------
    frame : pandas.DataFrame
        With ``src_text`` and ``trg_text``; of ``quality``, ``decision``, ``reasons``, ``bead_type``, ``doc_id`` and
        ``moved`` what there is.
    limit : int
        Rows that are drawn at most; the others are counted.

    Returns
    -------
    PairsView
        With ``_repr_html_``; no scripts, all text escaped.

    Raises
    ------
    InputError
        If it is no frame, a text column is missing, or the limit is below 1.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame([("It rained.", "Trời mưa.", 0.9)], columns=["src_text", "trg_text", "quality"])
    >>> "0.90" in show_pairs(frame).html
    True
    """
    check_frame(frame)
    check_whole(limit, "limit out of range", 1, todo="give 1 or more")
    head = frame.head(limit)
    cells = {name: texts_of(head[name]) for name in _SHOWN if name in head}
    nothing = [""] * len(head)
    qualities = numbers_of(head["quality"]).tolist() if "quality" in head else [-1.0] * len(head)
    rows = zip(*(cells.get(name, nothing) for name in _SHOWN), qualities, strict=True)
    drawn = [
        PairRow(
            source,
            target,
            quality if 0 <= quality <= 1 else None,
            " · ".join(filter(None, [bead_type, "moved" if moved == "True" else "", doc_id])),
            decision,
            reasons,
        )
        for source, target, decision, reasons, bead_type, moved, doc_id, quality in rows
    ]
    kept = f" · {(frame['decision'] == 'keep').sum():,} to keep" if "decision" in frame else ""
    signature = str(frame.attrs.get("signature", ""))
    return PairsView(
        pairs_html(drawn, head=f"{len(frame):,} pairs{kept}", more=len(frame) - len(head), signature=signature)
    )


_SHOWN = ("src_text", "trg_text", "decision", "reasons", "bead_type", "moved", "doc_id")


def _count_strange(article: Article) -> int:
    """Blocks without a sentence that hold a third language."""
    filled = {sentence.block for side in (article.source, article.target) for sentence in side}
    texts = {"source": article.source_text, "target": article.target_text}
    return sum(
        block.language == "und" and i not in filled and is_other_language(texts[block.side][block.start : block.end])
        for i, block in enumerate(article.blocks)
    )


def summary_lines(document: AlignedDocument, article: Article | None = None) -> list[str]:
    """Sum an alignment up in lines: layout, sentences, beads by type, verdict, kept pairs, nulls with their text."""
    import textwrap

    lines = []
    if article is not None:
        blocks = ", ".join(f"{count} {language}" for language, count in article.block_counts.items() if count)
        lines.append(f"layout: {article.layout} ({blocks} blocks)")
        if article.lines:
            lines.append(f"lines: each is a unit ({article.lines})")
        if n_strange := _count_strange(article):
            lines.append(f"left out: {n_strange} block{'s' * (n_strange != 1)} in a third language")
        if any(article.cues):
            lines.append(f"cues: {len(article.cues[0])} English, {len(article.cues[1])} Vietnamese")
        if document.timing:
            lines.append(f"times: {document.timing}")
        if article.set_aside:
            lines.append(f"set aside or mended: {tally_kinds(article)}")
        if article.left_out:
            counts = sorted(article.left_out.items(), key=lambda item: (-item[1], item[0]))
            lines.append(f"left out of the text: {printable(', '.join(f'{n} {kind}' for kind, n in counts))}")
    lines += [f"boundaries: {told}" for told in document.borrowed]
    n, m = len(document.source), len(document.target)
    told = f"{n} and {m}, languages {document.languages}: pairs are judged by their beads alone"
    lines.append(f"sentences: {f'{n} English, {m} Vietnamese' if document.languages.are_known else told}")
    lines.append("beads: " + (", ".join(f"{n} of {t}" for t, n in document.bead_counts.items()) or "none"))
    verdict = str(document.verdict or "parallel") if document.is_parallel else "NOT parallel"
    told = f"verdict: {verdict} (probability {document.parallel_probability:.2f})"
    if not document.is_parallel and document.verdict is not None and document.verdict.kind == "comparable":
        told += f"; perhaps about the same ({document.verdict.probabilities['comparable']:.2f})"
    lines.append(told)
    pairs = [bead for bead in document.beads if not bead.is_null]
    kept = sum(document.is_kept(bead) for bead in pairs)
    lines.append(f"pairs: {len(pairs)}, {kept} of them to keep (threshold {document.config.threshold})")
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

    kept = sum(judgement.is_kept for judgement in document.judgements(moved))
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
    >>> from aligner.names.table import NameEntry
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
    beads = (*document.beads, *moved)
    for bead, judgement in zip(beads, document.judgements(beads), strict=True):
        quality = "———" if bead.is_null else f"{judgement.quality:.2f}"
        en, vi = (printable(text).strip() or "———" for text in document.texts(bead))
        first, indent = f"{bead.type}  {quality:>4}  EN  ", " " * 15
        blocks.append(
            textwrap.fill(en, width, initial_indent=first, subsequent_indent=indent)
            + "\n"
            + textwrap.fill(vi, width, initial_indent=" " * 11 + "VI  ", subsequent_indent=indent)
        )
    return "\n\n".join(blocks)
