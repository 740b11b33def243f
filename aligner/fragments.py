"""HTML fragments for notebooks, made of plain data: pairs side by side, the blocks of an article, figures.

No scripts; all text is escaped, and what could steer its reader is shown by its number; every colour has a word or a
number beside it, and colours go from orange to blue, which no common colour blindness mixes up. Readable on light and
dark.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Final, NamedTuple

from aligner.errors import printable

SHOWN_BLOCKS: Final = 400
"""Blocks of an article's view at most, so that a notebook with a book in it stays quick; the rest is counted."""

_LIGHT: Final = "--q0:#9c4a00;--q1:#c46a12;--q2:#757575;--q3:#3b7fb5;--q4:#1a5a96"
_DARK: Final = "--q0:#ffb15c;--q1:#e8a05a;--q2:#a8a8a8;--q3:#7db8e8;--q4:#8cc4ff"

# Notebooks and sites have themes of their own, which say what they are in an attribute; elsewhere the system's counts.
# The class stands twice where Jupyter's rules for cells (text to the right, in the middle) would win otherwise.
_STYLE: Final = f"""<style>
.aligner-view{{{_LIGHT}}}
@media (prefers-color-scheme:dark){{.aligner-view{{{_DARK}}}}}
[data-jp-theme-light=true] .aligner-view,[data-theme=light] .aligner-view{{{_LIGHT}}}
[data-jp-theme-light=false] .aligner-view,[data-theme=dark] .aligner-view,.vscode-dark .aligner-view{{{_DARK}}}
.aligner-view table{{border-collapse:collapse;width:100%;table-layout:fixed;margin:.4em 0}}
.aligner-view.aligner-view td,.aligner-view.aligner-view th{{
  border-bottom:1px solid #8886;padding:.35em .6em;text-align:left;
  vertical-align:top;overflow-wrap:anywhere;white-space:normal}}
.aligner-view .n{{width:10.5em;font-variant-numeric:tabular-nums}}
@media (max-width:40em){{.aligner-view .n{{width:5em}}}}
.aligner-view.aligner-view td.edge{{border-left:.4em solid var(--q,#8886)}}
.aligner-view p{{margin:.2em 0}}
.aligner-view small{{opacity:.75;overflow-wrap:anywhere}}
.aligner-view .dim td{{opacity:.7}}
.aligner-view .none{{font-style:italic;opacity:.7}}
.aligner-view .cut{{opacity:.45;padding:0 .25em}}
.aligner-view .bar{{display:inline-block;height:.55em;background:var(--q,#8888);margin-right:.4em}}
.aligner-view .q0{{--q:var(--q0)}}.aligner-view .q1{{--q:var(--q1)}}.aligner-view .q2{{--q:var(--q2)}}
.aligner-view .q3{{--q:var(--q3)}}.aligner-view .q4{{--q:var(--q4)}}
</style>"""


class PairRow(NamedTuple):
    """A pair as it is drawn.

    Attributes
    ----------
    source, target : str
        The texts.
    quality : float or None
        0..1; None where nothing is known or a side is missing.
    label : str
        What stands beside the quality: the bead type, "moved".
    decision : str
        "keep", "drop" or nothing.
    reasons : str
        All of them with their details: shown when pointed at; their codes are shown always.
    """

    source: str
    target: str
    quality: float | None = None
    label: str = ""
    decision: str = ""
    reasons: str = ""


def _safe(text: str) -> str:
    """Text as HTML."""
    return escape(printable(text))


def _apart(line: str) -> str:
    """A line as HTML, each part between its dots on its own: one that runs from right to left turns no other round."""
    return " · ".join(f"<bdi>{_safe(part)}</bdi>" for part in line.split(" · "))


def _class_of(share: float | None) -> str:
    """The colour's class: five steps from orange (0) to blue (1)."""
    return "" if share is None else f"q{min(4, max(0, int(share * 5)))}"


def pairs_html(
    rows: Iterable[PairRow], *, head: str = "", more: int = 0, moved: Iterable[PairRow] = (), signature: str = ""
) -> str:
    """Draw pairs side by side.

    Parameters
    ----------
    rows : iterable of PairRow
        In order.
    head : str
        A line above them.
    more : int
        Number of pairs that are not drawn.
    moved : iterable of PairRow
        Pairs out of order, drawn below the others.
    signature : str
        What made them, in small letters at the end.

    Examples
    --------
    >>> "&lt;b&gt;" in pairs_html([PairRow("<b>", "")])
    True
    """
    drawn = [_pair(row) for row in rows]
    if more:
        drawn.append(f'<tr class="dim"><td></td><td colspan="2">… {more:,} more</td></tr>')
    out_of_order = [_pair(row) for row in moved]
    if out_of_order:
        drawn.append('<tr><th class="n"></th><th colspan="2">out of order</th></tr>')
    table = (
        '<table class="aligner-pairs"><thead><tr><th class="n">quality</th><th>English</th><th>Tiếng Việt</th></tr>'
        f"</thead><tbody>{''.join([*drawn, *out_of_order])}</tbody></table>"
    )
    return _view([head], table, signature)


def _view(head: Sequence[str], body: str, signature: str = "") -> str:
    """A whole fragment."""
    lines = "".join(f"<p>{_apart(line)}</p>" for line in head if line)
    foot = f"<p><small>{_safe(signature)}</small></p>" if signature else ""
    return f'{_STYLE}<div class="aligner-view">{lines}{body}{foot}</div>'


def _pair(row: PairRow) -> str:
    """One pair as a table row."""
    is_whole = bool(row.source.strip() and row.target.strip())
    quality = row.quality if is_whole else None
    value = "—" if quality is None else f"{quality:.2f}"
    codes = ", ".join(
        dict.fromkeys(reason.split(":")[0].strip() for reason in row.reasons.split(";") if reason.strip())
    )
    told = " · ".join(filter(None, [row.decision, row.label]))
    notes = f"<br><small><bdi>{_safe(codes)}</bdi></small>" if codes else ""
    classes = [_class_of(quality), "dim" if row.decision == "drop" or not is_whole else ""]
    title = f' title="{_safe(row.reasons)}"' if row.reasons else ""
    return (
        f'<tr class="{" ".join(filter(None, classes))}"{title}><td class="n edge"><b>{value}</b> '
        f"<small>{_apart(told)}</small>"
        f"{notes}</td>{_cell(row.source, 'en')}{_cell(row.target, 'vi')}</tr>"
    )


def _cell(text: str, lang: str) -> str:
    """One side; text that runs from right to left does so on its own."""
    if not text.strip():
        return '<td class="none">no counterpart</td>'
    return f'<td lang="{lang}" dir="auto">{_safe(text)}</td>'


BlockView = tuple[str, str, int, Sequence[str]]
"""A block as it is drawn: its side ("source", "target"), language, unit and sentences."""


def article_html(name: str, layout: str, blocks: Sequence[BlockView]) -> str:
    """Draw an article: the blocks of both sides beside each other, their sentences set apart.

    Blocks of one unit share a row; those that the layout does not pair stand in order.

    Examples
    --------
    >>> blocks = [("source", "en", 0, ["Rain."]), ("target", "vi", 0, ["Trời mưa."])]
    >>> "Trời mưa." in article_html("a.txt", "lines", blocks)
    True
    """
    places: dict[tuple[int, int], tuple[list[str], list[str]]] = {}
    alone = [0, 0]  # unpaired blocks of each side so far
    for side, language, unit, sentences in blocks[:SHOWN_BLOCKS]:
        k = 0 if side == "source" else 1
        # A unit of its own for the n-th unpaired block of either side.
        key = (1, unit) if unit >= 0 else (0, alone[k])
        alone[k] += unit < 0
        places.setdefault(key, ([], []))[k].append(_block(language, sentences))
    rows = [
        f'<tr><td lang="en" dir="auto">{"".join(source)}</td><td lang="vi" dir="auto">{"".join(target)}</td></tr>'
        for source, target in places.values()
    ]
    if len(blocks) > SHOWN_BLOCKS:
        rows.append(f'<tr class="dim"><td colspan="2">… {len(blocks) - SHOWN_BLOCKS:,} more blocks</td></tr>')
    n = {side: sum(len(block[3]) for block in blocks if block[0] == side) for side in ("source", "target")}
    head = " · ".join(
        filter(
            None,
            [
                name,
                f"layout: {layout}",
                f"{len(blocks):,} blocks",
                f"sentences: {n['source']:,} English, {n['target']:,} Vietnamese",
            ],
        )
    )
    table = (
        '<table class="aligner-article"><thead><tr><th>English</th><th>Tiếng Việt</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
    return _view([head], table)


def _block(language: str, sentences: Sequence[str]) -> str:
    """One block; what tells no language says so."""
    note = "" if language in ("en", "vi") else f" <small>({_safe(language)})</small>"
    cut = '<span class="cut" title="a sentence ends here">|</span>'
    return f"<p>{cut.join(f'<bdi>{_safe(text)}</bdi>' for text in sentences)}{note}</p>"


Ends = tuple[float, float]


def figures_html(
    values: Mapping[tuple[str, str], float],
    intervals: Mapping[tuple[str, str], Ends],
    counts: Mapping[str, Mapping[str, int]],
    *,
    head: str = "",
    signature: str = "",
) -> str:
    """Draw figures in 0..1 by measure (row) and name (column), each with a bar and its interval; then counts.

    Examples
    --------
    >>> html = figures_html({("strict", "f1"): 0.5}, {("strict", "f1"): (0.4, 0.6)}, {"strict": {"gold": 3}})
    >>> "0.5000" in html, "0.4000–0.6000" in html
    (True, True)
    """
    measures = list(dict.fromkeys(measure for measure, _ in values))
    names = list(dict.fromkeys(name for _, name in values))
    counted = list(dict.fromkeys(key for of in counts.values() for key in of))
    rows = []
    for measure in measures:
        cells = [_figure(values.get((measure, name)), intervals.get((measure, name))) for name in names]
        cells += [f"<td>{counts.get(measure, {}).get(key, '')}</td>" for key in counted]
        rows.append(f"<tr><th>{_safe(measure)}</th>{''.join(cells)}</tr>")
    titles = "".join(f"<th>{_safe(name)}</th>" for name in ("", *names, *counted))
    table = f'<table class="aligner-figures"><thead><tr>{titles}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    return _view([head], table, signature)


def _figure(value: float | None, ends: Ends | None) -> str:
    """A figure with its bar; its interval below, where there is one."""
    if value is None:
        return "<td></td>"
    known = ends is not None and ends[0] == ends[0]
    interval = f"<br><small>{ends[0]:.4f}–{ends[1]:.4f}</small>" if known and ends is not None else ""
    share = min(1.0, max(0.0, value))
    bar = f'<span class="bar" style="width:{3 * share:.2f}em"></span>'
    return f'<td class="{_class_of(share)}">{bar}{value:.4f}{interval}</td>'
