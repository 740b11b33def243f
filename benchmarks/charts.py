"""Small line charts as SVG, drawn from figures alone: the same figures, the same bytes, on any machine."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 780, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 236, 34, 46  # margins, in pixels; the names stand in the right one
COLOURS = ("#b2182b", "#2166ac", "#1b7837", "#e08214", "#762a83", "#4d4d4d", "#01665e", "#8c510a")
"""Of the series in turn; each also has a mark of its own, for those who see no colours."""
MARKS = ("circle", "square", "diamond", "triangle")
Points = Sequence[tuple[float, float]]


def line_chart(
    title: str,
    description: str,
    series: Mapping[str, Points],
    *,
    x_label: str,
    y_label: str,
    logarithmic: bool = False,
    diagonal: bool = False,
) -> str:
    """An SVG with its title and description as alternative text; axes from 0 on, or logarithmic around the points."""
    points = [point for line in series.values() for point in line]
    x_ticks, y_ticks = (_ticks([point[k] for point in points], logarithmic) for k in (0, 1))
    across = _scale(x_ticks, LEFT, WIDTH - RIGHT, logarithmic)
    up = _scale(y_ticks, HEIGHT - BOTTOM, TOP, logarithmic)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'role="img" aria-labelledby="t d" font-family="sans-serif" font-size="11">',
        f'<title id="t">{escape(title)}</title>',
        f'<desc id="d">{escape(description)}</desc>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="20" font-size="13">{escape(title)}</text>',
    ]
    for x in x_ticks:
        parts.append(f'<path d="M{across(x):.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>')
        parts.append(f'<text x="{across(x):.1f}" y="{HEIGHT - BOTTOM + 15}" text-anchor="middle">{x:,g}</text>')
    for y in y_ticks:
        parts.append(f'<path d="M{LEFT} {up(y):.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{up(y) + 4:.1f}" text-anchor="end">{y:,g}</text>')
    if diagonal:
        ends = f"M{across(0):.1f} {up(0):.1f}L{across(1):.1f} {up(1):.1f}"
        parts.append(f'<path d="{ends}" stroke="#888" stroke-dasharray="3 4"/>')
    middle = (TOP + HEIGHT - BOTTOM) / 2
    parts.append(
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.1f}" y="{HEIGHT - 10}" text-anchor="middle">{escape(x_label)}</text>'
    )
    parts.append(
        f'<text transform="translate(14 {middle:.1f}) rotate(-90)" text-anchor="middle">{escape(y_label)}</text>'
    )
    for k, (name, line) in enumerate(series.items()):
        colour = COLOURS[k % len(COLOURS)]
        places = [(across(x), up(y)) for x, y in line]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="1.6"/>')
        parts += [_mark(MARKS[k % len(MARKS)], x, y, colour) for x, y in places]
        row = TOP + 8 + 18 * k
        parts.append(_mark(MARKS[k % len(MARKS)], WIDTH - RIGHT + 14, row, colour))
        parts.append(f'<text x="{WIDTH - RIGHT + 24}" y="{row + 4}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _ticks(values: Sequence[float], logarithmic: bool) -> list[float]:
    """Powers of ten around the values; else from 0 on, by steps of .2, or of .05 where they end before .5."""
    if not logarithmic:
        n = 5 if max(values) > 0.5 else 20
        return [k / n for k in range(math.ceil(round(max(values) * n, 9)) + 1)]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return [float(10**k) for k in range(low, max(high, low + 1) + 1)]


def _scale(ticks: Sequence[float], start: float, end: float, logarithmic: bool) -> Callable[[float], float]:
    """Where a value stands between the first and the last tick."""

    def place(value: float) -> float:
        return math.log10(value) if logarithmic else value

    low, high = place(ticks[0]), place(ticks[-1])
    return lambda value: start + (place(value) - low) / (high - low) * (end - start)


def _mark(shape: str, x: float, y: float, colour: str) -> str:
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>'
    outline = {
        "square": ((-3, -3), (3, -3), (3, 3), (-3, 3)),
        "diamond": ((0, -4.5), (4.5, 0), (0, 4.5), (-4.5, 0)),
        "triangle": ((0, -4), (4, 3), (-4, 3)),
    }[shape]
    corners = " ".join(f"{x + a:.1f},{y + b:.1f}" for a, b in outline)
    return f'<polygon points="{corners}" fill="{colour}"/>'
