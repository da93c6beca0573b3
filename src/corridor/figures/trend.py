"""Lines over years, each labelled at its end."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from corridor.figures import svg
from corridor.figures.layout import nice_step, spread, text_width, value_axis, wrap
from corridor.figures.wording import persons, tick

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats, Integers

WIDTH, HEIGHT = 440.0, 280.0
TOP, BOTTOM = 12.0, 34.0
LETTERS, LINE = 11.5, 13.5
LETTERS_A_LINE = 15


@dataclass(frozen=True, slots=True)
class Line:
    """A series: `values` [YEAR] persons, not a number where unknown; `dash` as SVG writes it, empty for a full line."""

    label: str
    values: Floats
    colour: str
    dash: str = ""


@dataclass(frozen=True, slots=True)
class Plot:
    """The field of the lines in pixels, and what its edges stand for."""

    left: float
    right: float
    years: tuple[float, float]
    values: tuple[float, float]

    def x(self, year: float) -> float:
        """Return the pixel of a year; a single year stands in the middle."""
        first, last = self.years
        return self.left + (self.right - self.left) * ((year - first) / (last - first) if last > first else 0.5)

    def y(self, value: float) -> float:
        """Return the pixel of a value."""
        low, high = self.values
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low)


def trend(key: str, years: Integers, lines: Sequence[Line], *, heading: str) -> str:
    """Draw series over `years` [YEAR] on one axis; `key` is the figure's name, unique on the page."""
    known = [line for line in lines if np.isfinite(line.values).any()]
    if not known:
        return svg.message(key, WIDTH, HEIGHT / 2, heading, "There are no figures to show.")
    values = np.concatenate([line.values[np.isfinite(line.values)] for line in known])
    positions, step, note = value_axis(float(values.min()), float(values.max()), 5)
    labels = [wrap(line.label, LETTERS_A_LINE) for line in known]
    margin = max(text_width(part, LETTERS) for label in labels for part in label) + 16
    gutter = max(text_width(tick(float(position), step), LETTERS) for position in positions) + 8
    span = (float(years[0]), float(years[-1]))
    plot = Plot(gutter, WIDTH - margin, span, (float(positions[0]), float(positions[-1])))
    return svg.figure(
        key,
        WIDTH,
        HEIGHT,
        heading,
        f"{_description(years, known)} {note}".strip(),
        *_axes(plot, positions, step, years),
        *(_line(plot, years, line) for line in known),
        *_labels(plot, years, known, labels),
        svg.text(0, HEIGHT - 3, note, font_size=LETTERS - 1, fill=svg.MUTED) if note else "",
    )


def _axes(plot: Plot, positions: Floats, step: float, years: Integers) -> list[str]:
    """Draw grid lines with their numbers beside them, and the years below."""
    small: dict[str, svg.Attribute] = {"font_size": LETTERS - 0.5, "fill": svg.MUTED}
    drawn = []
    for position in positions:
        y, zero = plot.y(float(position)), position == 0
        look = {"stroke": svg.MUTED if zero else svg.RULE}
        drawn.append(svg.polyline([(plot.left, y), (plot.right, y)], stroke_width=1 if zero else 0.8, **look))
        drawn.append(svg.text(plot.left - 8, y + 4, tick(float(position), step), text_anchor="end", **small))
    every = max(1, int(nice_step(float(years[-1] - years[0]), 5)))
    shown = [int(year) for year in years if year % every == 0]
    shown = [y for y in shown if min(y - years[0], years[-1] - y) > every / 2]
    for year in dict.fromkeys([int(years[0]), *shown, int(years[-1])]):
        anchor = "middle" if years[0] < year < years[-1] or len(years) == 1 else "start" if year == years[0] else "end"
        y = plot.y(plot.values[0])
        drawn.append(
            svg.text(plot.x(year), y + 15, f"{year}", font_size=LETTERS - 0.5, fill=svg.MUTED, text_anchor=anchor)
        )
    return drawn


def _line(plot: Plot, years: Integers, line: Line) -> str:
    """Draw a series, broken where values are unknown; a value between two unknown ones is a dot."""
    finite = np.isfinite(line.values)
    edges = [0, *(np.flatnonzero(finite[1:] != finite[:-1]) + 1), len(finite)]
    parts = []
    for start, end in pairwise(edges):
        points = [(plot.x(float(years[i])), plot.y(float(line.values[i]))) for i in range(start, end)]
        if finite[start] and len(points) == 1:
            parts.append(svg.tag("circle", cx=points[0][0], cy=points[0][1], r=2.5, fill=line.colour))
        elif finite[start]:
            dash = {"stroke_dasharray": line.dash} if line.dash else {}
            parts.append(svg.polyline(points, stroke=line.colour, stroke_width=2, stroke_linejoin="round", **dash))
    return "".join(parts)


def _labels(plot: Plot, years: Integers, lines: Sequence[Line], labels: Sequence[Sequence[str]]) -> list[str]:
    """Write each label beside the last known value of its line, moved apart where they would touch."""
    last = [int(np.flatnonzero(np.isfinite(line.values))[-1]) for line in lines]
    ends = [(plot.x(float(years[i])), plot.y(float(line.values[i]))) for i, line in zip(last, lines, strict=True)]
    heights = [len(label) * LINE + 2 for label in labels]
    middles = spread([y for _, y in ends], heights, 2.0, HEIGHT - 2.0)
    drawn = []
    for line, label, (x, y), middle in zip(lines, labels, ends, middles, strict=True):
        leader = [(x + 2, y), (plot.right + 10, float(middle))]
        drawn.append(svg.polyline(leader, stroke=line.colour, stroke_width=0.8))
        drawn += [
            svg.text(
                plot.right + 13,
                float(middle) + LINE * (row - (len(label) - 1) / 2) + 4,
                part,
                font_size=LETTERS,
                fill=line.colour,
                font_weight="600",
            )
            for row, part in enumerate(label)
        ]
    return drawn


def _description(years: Integers, lines: Sequence[Line]) -> str:
    said = [f"{line.label}: {_ends(years, line.values)}" for line in lines]
    return f"{int(years[0])} to {int(years[-1])}. {'; '.join(said)}."


def _ends(years: Integers, values: Floats) -> str:
    known = np.flatnonzero(np.isfinite(values))
    first, last = int(known[0]), int(known[-1])
    return (
        f"{persons(float(values[first]))} in {int(years[first])}, {persons(float(values[last]))} in {int(years[last])}"
    )
