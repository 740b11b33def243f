"""The rows of a PDF's pages in the order of reading: columns, tables, what stands across them, notes at the foot."""

from __future__ import annotations

import bisect
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from aligner.documents.pdf_pages import Rule
from aligner.documents.pdf_rows import END_RAISED, RAISED, Row, Word, most_common
from aligner.text.marks import BULLETS

# Of the type size ("em"); all found on what browsers and office programs print, and held by tests/test_pdf.py.
_GUTTER: Final = 0.7  # a strip so wide without a word in three rows is a gutter: browsers leave 1 between columns
_WIDE_GUTTER: Final = 2.0  # so wide, two rows are enough
_TAB: Final = 2.5  # a gap so wide parts a single row
_STARTS: Final = 0.8  # a gap so wide begins a cell where others begin below it
_NARROWEST: Final = 7.0  # of a column of running text
_APART: Final = 1.9  # rows with so much from baseline to baseline belong to different parts of a page
_ROW_GAP: Final = 1.25  # of the usual leading: what parts the rows of a table
_SYNCHRONOUS: Final = 0.8  # share of the paragraphs of one column that begin beside one of the other, in a table
_RAGGED: Final = 0.7  # share of the lines of a column that end early, in a table of one line a row
_SMALL: Final = 0.94  # of the size of running text: notes are set smaller
_CANDIDATES: Final = 24  # places that are looked at for a gutter; three columns have two, a table of ten has nine

# What is set before an item: a column of these is no column.
_MARKER: Final = re.compile(
    rf"[(\[]?(?:\d{{1,3}}(?:\.\d{{1,2}})*|[A-Za-zđĐ]|[ivxIVX]{{1,5}})?[.)\]:]|[{BULLETS}o§*+\-–—✓➢❖▪◦]"
)
# What begins a note at the foot: raised signs, or a number or stars.
_NOTE: Final = re.compile(
    rf"{RAISED}(?P<raised>[^{END_RAISED}]{{1,6}}){END_RAISED}[.)]?\s*"
    r"|(?P<plain>\d{1,3}|\*{1,4}|†|‡)(?:[.)]?\s+|(?<=[*†‡])|(?=[^\W\d_]))|[(\[](?P<bracket>\d{1,3}|\*)[)\]]\s*"
)


@dataclass(slots=True)
class Frame:
    """Rows that are read one after another.

    Attributes
    ----------
    rows : list of Row
        From the top.
    page : int
        0-based.
    cell : tuple of int, optional
        Table, row and column, 0-based.
    left, right : float
        Where its lines may begin and end, in points.
    """

    rows: list[Row]
    page: int
    cell: tuple[int, int, int] | None = None
    left: float = field(init=False)
    right: float = field(init=False)

    def __post_init__(self) -> None:
        self.left = min(row.words[0].x0 for row in self.rows)
        self.right = max(row.words[-1].x1 for row in self.rows)


class _Cut(NamedTuple):
    """Rows that a gutter divides, half-open, and where the gutter is."""

    start: int
    end: int
    x: float
    score: int


def frames_of(rows: Sequence[Row], rules: Sequence[Rule], page: int, first_table: int = 0) -> list[Frame]:
    """Order the rows of a page.

    Parameters
    ----------
    rows : sequence of Row
        From the top.
    rules : sequence of Rule
        Ruled lines of the page.
    page : int
        Its number, 0-based.
    first_table : int
        Number of its first table.

    Examples
    --------
    >>> sides = [
    ...     [Word(f"{side}{k}", x, x + 200, 700 - 14 * k, 12, False) for k in range(4)]
    ...     for side, x in (("a", 50), ("b", 270))
    ... ]
    >>> rows = [Row([a, b], a.y) for a, b in zip(*sides)]
    >>> [[row.text for row in frame.rows] for frame in frames_of(rows, (), 0)]
    [['a0', 'a1', 'a2', 'a3'], ['b0', 'b1', 'b2', 'b3']]
    """
    tables = [first_table]

    def ordered(rows: Sequence[Row], depth: int) -> Iterator[Frame]:
        cut = _best_cut(rows, rules) if depth < 8 else None
        if cut is None:
            yield from _tabbed(rows, page)
            return
        if above := rows[: cut.start]:
            yield from ordered(above, depth + 1)
        within = rows[cut.start : cut.end]
        columns = _columns(within, cut.x, rules)
        if (separators := _table_rows(within, columns, rules)) is not None:
            for k, group in enumerate(_between(within, separators)):
                for number, column in enumerate(columns):
                    low, high = column
                    if cell := _inside(group, low, high):
                        yield Frame(cell, page, (tables[0], k, number))
            tables[0] += 1
        else:
            for low, high in ((float("-inf"), cut.x), (cut.x, float("inf"))):
                yield from ordered(_inside(within, low, high), depth + 1)
        if below := rows[cut.end :]:
            yield from ordered(below, depth + 1)

    return list(ordered(rows, 0)) if rows else []


def _inside(rows: Sequence[Row], low: float, high: float) -> list[Row]:
    """The parts of rows between two places."""
    parts = (Row([w for w in row.words if low <= (w.x0 + w.x1) / 2 < high], row.y) for row in rows)
    return [part for part in parts if part.words]


def _tabbed(rows: Sequence[Row], page: int) -> Iterator[Frame]:
    """Frames of rows without a column; what a wide gap parts in a row are frames of their own."""
    together: list[Row] = []
    for row in rows:
        parts: list[list[Word]] = [[]]
        for word in row.words:
            before = parts[-1][-1] if parts[-1] else None
            if before is not None and word.x0 - before.x1 > _TAB * max(word.size, before.size):
                is_marker = len(parts[-1]) == 1 and _MARKER.fullmatch(before.text)
                if not is_marker:
                    parts.append([])
            parts[-1].append(word)
        if len(parts) == 1:
            together.append(row)
            continue
        if together:
            yield Frame(together, page)
            together = []
        for part in parts:
            yield Frame([Row(part, row.y)], page)
    if together:
        yield Frame(together, page)


def _best_cut(rows: Sequence[Row], rules: Sequence[Rule]) -> _Cut | None:
    """The gutter with the most rows on both of its sides."""
    if len(rows) < 2:
        return None
    size = most_common((word.size, len(word.text)) for row in rows for word in row.words)
    places: Counter[int] = Counter()
    exact: dict[int, float] = {}
    for row in rows:
        before = None
        for word in row.words:
            gap = word.x0 - before.x1 if before is not None else float("inf")
            if gap >= _STARTS * size:
                found = [word.x0 - _GUTTER / 2 * size]
                if before is not None and gap >= 1.5 * _GUTTER * size:
                    found.append((word.x0 + before.x1) / 2)
                for x in found:
                    key = round(x / 3)
                    places[key] += 1
                    exact[key] = min(x, exact.get(key, x))
            before = word
    best = None
    for x in _upright(rules, rows)[:_CANDIDATES]:
        for cut in _cuts(rows, x, 1.0):
            if (best is None or cut.score > best.score) and _is_gutter(rows, cut, 0.0, rules):
                best = cut
    if best is not None:
        return best
    common = sorted(places.items(), key=lambda item: (-item[1], item[0]))[:_CANDIDATES]
    for place, _ in common:
        for cut in _cuts(rows, exact[place], _GUTTER / 2 * size - 0.1):
            if (best is None or cut.score > best.score) and _is_gutter(rows, cut, size, rules):
                best = cut
    return best


def _upright(rules: Sequence[Rule], rows: Sequence[Row]) -> list[float]:
    """Where upright ruled lines stand that are as high as two rows together, the longest first."""
    top, bottom = rows[0].y + rows[0].size, rows[-1].y - rows[-1].size
    heights: Counter[int] = Counter()
    for rule in rules:
        if rule.x1 - rule.x0 < 3 and (height := min(rule.y1, top) - max(rule.y0, bottom)) > 0:
            heights[round((rule.x0 + rule.x1) / 2)] += int(height)
    least = 2 * max(rows[0].size, rows[-1].size)
    return [float(x) for x, height in sorted(heights.items(), key=lambda item: (-item[1], item[0])) if height > least]


def _cuts(rows: Sequence[Row], x: float, half: float) -> Iterator[_Cut]:
    """The runs of rows of which no word stands at a place, and some on either side."""
    sides: list[tuple[bool, bool] | None] = []
    for row in rows:
        if any(word.x0 < x + half and word.x1 > x - half for word in row.words):
            sides.append(None)
        else:
            sides.append((row.words[0].x1 <= x, row.words[-1].x0 >= x))
    start = 0
    while start < len(rows):
        if sides[start] is None:
            start += 1
            continue
        end = start
        while end < len(rows) and sides[end] is not None:
            end += 1
        run = [side for side in sides[start:end] if side is not None]
        if any(left for left, _ in run) and any(right for _, right in run):
            yield _trimmed(rows, run, start, x)
        start = end


def _trimmed(rows: Sequence[Row], run: Sequence[tuple[bool, bool]], start: int, x: float) -> _Cut:
    """The run without what stands on one side alone before or behind it and is set apart."""
    lefts = [k for k, (left, _) in enumerate(run) if left]
    rights = [k for k, (_, right) in enumerate(run) if right]
    begin, end = max(lefts[0], rights[0]), min(lefts[-1], rights[-1])
    if begin > end:  # one under the other: no columns
        return _Cut(start, start, x, 0)
    first, last = 0, len(run) - 1
    if start > 0:  # below what goes over the columns
        first = begin
        heads = lefts if lefts[0] < rights[0] else rights
        while first > 0 and not _is_apart(rows[start + first - 1], rows[start + next(k for k in heads if k >= first)]):
            first -= 1
    if start + len(run) < len(rows):
        last = end
        tails = lefts if lefts[-1] > rights[-1] else rights
        at = bisect.bisect_right(tails, end) - 1  # the last row of that side beside one of the other
        while last + 1 < len(run) and not _is_apart(
            _side(rows[start + tails[at]], x, tails is lefts), rows[start + last + 1]
        ):
            last += 1
            at = bisect.bisect_right(tails, last) - 1
    inside = run[first : last + 1]
    return _Cut(start + first, start + last + 1, x, min(sum(a for a, _ in inside), sum(b for _, b in inside)))


def _side(row: Row, x: float, is_left: bool) -> Row:
    """The part of a row left or right of a place."""
    return Row([word for word in row.words if (word.x0 < x) == is_left] or row.words, row.y)


def _is_apart(above: Row, below: Row) -> bool:
    size = max(above.size, below.size)
    is_other = abs(above.size - below.size) > 0.06 * size
    return above.y - below.y > _APART * size or is_other


def _is_gutter(rows: Sequence[Row], cut: _Cut, size: float, rules: Sequence[Rule]) -> bool:
    within = rows[cut.start : cut.end]
    if cut.score < 2:
        return False
    left, right = _inside(within, float("-inf"), cut.x), _inside(within, cut.x, float("inf"))
    width = min(row.words[0].x0 for row in right) - max(row.words[-1].x1 for row in left)
    if cut.score < 3 and width < _WIDE_GUTTER * size:
        return False
    marked = sum(len(row.words) == 1 and _MARKER.fullmatch(row.words[0].text) is not None for row in left)
    if marked >= 0.8 * len(left):
        return False
    narrow = any(
        max(row.words[-1].x1 for row in side) - min(row.words[0].x0 for row in side) < _NARROWEST * size
        for side in (left, right)
    )
    return not narrow or _table_rows(within, _columns(within, cut.x, rules), rules) is not None


def _columns(rows: Sequence[Row], x: float, rules: Sequence[Rule] = ()) -> list[tuple[float, float]]:
    """The columns of rows that a gutter divides, by all gutters that go through all of them but a few."""
    size = most_common((word.size, len(word.text)) for row in rows for word in row.words)
    low = min(row.words[0].x0 for row in rows)
    high = max(row.words[-1].x1 for row in rows)
    ruled = _upright(rules, rows)
    n_bins = min(int((high - low) / 2) + 2, 5_000)
    covered = [0] * (n_bins + 1)
    for row in rows:
        last = -1
        for word in row.words:
            a = max(int((word.x0 - low) / 2), last + 1)
            b = min(int((word.x1 - low) / 2), n_bins - 1)
            if a <= b:
                covered[a] += 1
                covered[b + 1] -= 1
                last = b
    edges, height, gap = [x], 0, None
    for k in range(n_bins):
        height += covered[k]
        if height <= 0.02 * len(rows):
            gap = k if gap is None else gap
        else:
            if gap is not None and gap > 0 and (k - gap) * 2 >= _GUTTER * size:
                edges.append(low + gap + k)
            gap = None
    if ruled:
        crossed = (
            (e, sum(any(w.x0 < e - 1 and w.x1 > e + 1 for w in row.words) for row in rows)) for e in ruled[:_CANDIDATES]
        )
        edges = [x, *(e for e, n in crossed if n <= 0.02 * len(rows) and abs(e - x) > 3)]
    edges = sorted(edges)
    kept = [e for e in edges if ruled or e == x or abs(e - x) > 2 * size][:_CANDIDATES]
    ends = [float("-inf"), *kept, float("inf")]
    columns = list(itertools.pairwise(ends))
    return [(a, b) for a, b in columns if _inside(rows, a, b)]


def _table_rows(
    rows: Sequence[Row], columns: Sequence[tuple[float, float]], rules: Sequence[Rule]
) -> list[float] | None:
    """Heights between the rows of a table, from the top; None where the columns are those of running text."""
    if len(columns) < 2:
        return None
    top, bottom = rows[0].y + rows[0].size, rows[-1].y - rows[-1].size
    low = min(row.words[0].x0 for row in rows)
    high = max(row.words[-1].x1 for row in rows)
    ruled = _ruled_heights(rules, low, high, bottom - 40, top + 40)
    inner = [y for y in ruled if rows[-1].y < y < rows[0].y]
    if inner and len(ruled) >= 2:
        return inner
    parts = [_inside(rows, a, b) for a, b in columns]
    starts = [_starts(part) for part in parts]
    ys = [y for y in starts[0] if all(any(abs(y - z) < 3 for z in other) for other in starts[1:])]
    if len(ys) >= 3 and len(ys) >= _SYNCHRONOUS * min(map(len, starts)):
        return [y + rows[0].size for y in ys[1:]]
    both = sum(all(_inside([row], a, b) for a, b in columns) for row in rows)
    if both >= max(3, 0.8 * len(rows)) and all(_is_ragged(part) for part in parts):
        return [(a.y + b.y) / 2 for a, b in itertools.pairwise(rows)]
    return None


def _ruled_heights(rules: Sequence[Rule], low: float, high: float, bottom: float, top: float) -> list[float]:
    """Heights at which ruled lines cross most of a width, from the top."""
    lengths: Counter[int] = Counter()
    for rule in rules:
        is_level = rule.y1 - rule.y0 < 3 and bottom < rule.y0 < top
        if is_level and (length := min(rule.x1, high) - max(rule.x0, low)) > 0:
            lengths[round(rule.y0 / 2)] += int(length)
    found: list[float] = []
    for key in sorted(lengths, reverse=True):
        covered = lengths[key] + lengths.get(key - 1, 0)
        if covered >= 0.6 * (high - low) and not (found and found[-1] - 2 * key < 5):
            found.append(2.0 * key)
    return found


def _starts(rows: Sequence[Row]) -> list[float]:
    """Baselines of the rows that begin a paragraph: the first, and those under a gap."""
    leadings = sorted(a.y - b.y for a, b in itertools.pairwise(rows))
    if not leadings:
        return [row.y for row in rows]
    usual = leadings[len(leadings) // 4]
    below = (b.y for a, b in itertools.pairwise(rows) if a.y - b.y > _ROW_GAP * usual)
    return [rows[0].y, *below]


def _is_ragged(rows: Sequence[Row]) -> bool:
    """Whether most lines end though the first word of the next would have fitted."""
    right = max(row.words[-1].x1 for row in rows)
    pairs = list(itertools.pairwise(rows))
    early = sum(b.words[0].x1 - b.words[0].x0 + 0.5 * b.size < right - a.words[-1].x1 for a, b in pairs)
    return early >= _RAGGED * len(pairs) - 1


def _between(rows: Sequence[Row], separators: Sequence[float]) -> list[list[Row]]:
    """Rows of the page by rows of the table."""
    groups: list[list[Row]] = [[]]
    at = 0
    for row in rows:
        while at < len(separators) and row.y < separators[at]:
            at += 1
            if groups[-1]:
                groups.append([])
        groups[-1].append(row)
    return [group for group in groups if group]


# Notes


def take_out_notes(frames: list[Frame], rules: Sequence[Rule], body: float) -> tuple[list[Frame], set[str]]:
    """Take the notes at the foot of a page out of its frames.

    Parameters
    ----------
    frames : list of Frame
        Of one page; changed.
    rules : sequence of Rule
        Its ruled lines.
    body : float
        Size of running text.

    Returns
    -------
    notes : list of Frame
        One a note, the first perhaps the end of the note before.
    marks : set of str
        What points to them.

    Notes
    -----
    Notes are what is set smaller at the foot of a column, or stands under a short ruled line, from the first line on
    that begins with a mark; a mark that is not raised must be pointed to on the page or stand under such a line.
    """
    pointed = {
        mark
        for frame in frames
        for row in frame.rows
        for word in row.words
        for mark in re.findall(f"(?<=[^{END_RAISED}]){RAISED}([^{END_RAISED}]{{1,6}}){END_RAISED}", word.text)
    }
    notes: list[Frame] = []
    marks: set[str] = set()
    for frame in list(frames):
        if frame.cell is not None or _has_below(frame, frames):
            continue
        begin = len(frame.rows)
        while begin and frame.rows[begin - 1].size < _SMALL * body:
            begin -= 1
        rule = next((r for r in rules if _is_note_rule(r, frame)), None)
        if rule is not None:
            begin = min(begin, sum(row.y > rule.y0 for row in frame.rows))
        kept: list[list[Row]] = []
        for k in range(begin, len(frame.rows)):
            row = frame.rows[k]
            match = _NOTE.match(row.text)
            mark = match and (match["raised"] or match["plain"] or match["bracket"])
            if match and mark and (match["raised"] or mark in pointed or rule is not None):
                marks.add(mark)
                kept.append([_without_mark(row, match.end())])
            elif kept:
                kept[-1].append(row)
            elif rule is not None and row.size < _SMALL * body and row.y < rule.y0:
                kept.append([row])
            else:
                begin = k + 1
        notes += [Frame(rows, frame.page) for rows in kept if rows[0].words]
        if kept:
            del frame.rows[begin:]
    frames[:] = [frame for frame in frames if frame.rows]
    return notes, marks


def _has_below(frame: Frame, frames: Sequence[Frame]) -> bool:
    y = frame.rows[-1].y
    return any(
        other is not frame and other.rows[0].y < y and other.left < frame.right and frame.left < other.right
        for other in frames
    )


def _is_note_rule(rule: Rule, frame: Frame) -> bool:
    """Whether a line is the short one that stands above notes."""
    width = rule.x1 - rule.x0
    is_short = 30 < width < 0.75 * max(frame.right - frame.left, 60)
    is_level = rule.y1 - rule.y0 < 3
    below = [row for row in frame.rows if row.y < rule.y0]
    if not (is_short and is_level and below and abs(rule.x0 - frame.left) < 12):
        return False
    return _NOTE.match(below[0].text) is not None or all(row.size < 0.97 * frame.rows[0].size for row in below)


def _without_mark(row: Row, n: int) -> Row:
    """The row without its first characters."""
    words = list(row.words)
    while words and n >= len(words[0].text):
        n -= len(words[0].text) + 1
        words.pop(0)
    if words and n > 0:
        words[0] = words[0]._replace(text=words[0].text[n:])
    return Row(words or [row.words[-1]._replace(text="")], row.y)
