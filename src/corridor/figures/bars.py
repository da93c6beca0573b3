"""Horizontal bars with intervals, the longest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corridor.figures import svg
from corridor.figures.layout import axis_positions, text_width
from corridor.figures.wording import tick

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 520.0
ROW, BAR = 24.0, 13.0
TOP, BOTTOM = 6.0, 26.0
LETTERS = 12.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A value not below zero, with the bounds of its interval."""

    label: str
    value: float
    low: float
    high: float


def bars(key: str, items: Sequence[Bar], *, heading: str, reach: float = 1.0) -> str:
    """Draw bars in the order given, on an axis from zero to `reach` or further; `key` is unique on the page."""
    if not items:
        return svg.message(key, WIDTH, 3 * ROW, heading, "There is nothing to show.")
    left = max(text_width(item.label, LETTERS) for item in items) + 10
    positions, step = axis_positions(0.0, max(reach, *(item.high for item in items)), 5)
    scale = (WIDTH - left - 14) / float(positions[-1])
    bottom = TOP + ROW * len(items)
    said = "; ".join(f"{item.label}: {item.value:.2f}, {item.low:.2f} to {item.high:.2f}" for item in items)
    body = []
    for position in map(float, positions):
        x = left + scale * position
        colour = svg.RULE if position else svg.MUTED
        body.append(svg.polyline([(x, TOP), (x, bottom)], stroke=colour, stroke_width=0.8))
        label = tick(position, step)
        body.append(svg.text(x, bottom + 16, label, font_size=LETTERS - 1, fill=svg.MUTED, text_anchor="middle"))
    body += [_bar(item, left, scale, TOP + ROW * (row + 0.5)) for row, item in enumerate(items)]
    return svg.figure(key, WIDTH, bottom + BOTTOM, heading, f"{said}.", *body)


def _bar(item: Bar, left: float, scale: float, middle: float) -> str:
    """Draw a bar under the line of its interval, its label to the left."""
    start, end = left + scale * max(item.low, 0.0), left + scale * item.high
    return svg.tag(
        "g",
        svg.title(f"{item.label}: {item.value:.2f}, {item.low:.2f} to {item.high:.2f}"),
        svg.text(left - 8, middle + 4, item.label, font_size=LETTERS, fill=svg.INK, text_anchor="end"),
        svg.tag("rect", x=left, y=middle - BAR / 2, width=scale * max(item.value, 0.0), height=BAR, fill=svg.BLUE),
        svg.polyline([(start, middle), (end, middle)], stroke=svg.INK, stroke_width=1.5),
    )
