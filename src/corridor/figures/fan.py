"""A fan chart: the median of a quantity over years within its bounds of 80 and 95 per cent, labelled at their ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from corridor.figures import svg
from corridor.figures.layout import nice_step, spread, text_width, value_axis
from corridor.figures.wording import tick

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corridor.axes import Floats, Integers

    Ends: TypeAlias = list[tuple[str, float, str]]

WIDTH, HEIGHT = 480.0, 300.0
TOP, BOTTOM = 14.0, 34.0
LETTERS, LINE = 11.5, 15.0
OUTER, INNER = "#d3e4f2", "#9cc3e4"
"""Bands of 95 and 80 %: the darker lies within, also on a grey printer."""
LOWER_95, LOWER_80, MEDIAN, UPPER_80, UPPER_95 = range(5)


@dataclass(frozen=True, slots=True)
class FanField:
    """The field of a chart over years in pixels, down to `bottom`, and what its edges stand for."""

    left: float
    right: float
    years: tuple[float, float]
    values: tuple[float, float]
    bottom: float = HEIGHT - BOTTOM

    def at(self, year: float, value: float) -> svg.Point:
        """Return the pixel of a value in a year."""
        first, last = self.years
        low, high = self.values
        x = self.left + (self.right - self.left) * ((year - first) / (last - first) if last > first else 0.5)
        return x, TOP + (self.bottom - TOP) * (high - value) / (high - low)


def fan(
    key: str,
    years: Integers,
    bounds: Floats,
    *,
    heading: str,
    past: Mapping[float, float] | None = None,
    other: Floats | None = None,
    other_name: str = "UN",
) -> str:
    """Draw a fan chart.

    Parameters
    ----------
    key : name of the figure, unique on the page
    bounds : [bound, year]: lower 95 and 80 %, median, upper 80 and 95 %
    past : year (with a fraction where it is not 1 January) -> value, drawn before the fan
    other : [bound, year] of somebody else, drawn as a dashed median and dotted bounds of 95 %; nan where unknown
    other_name : whose
    """
    past = past or {}
    if not np.isfinite(bounds).any():
        return svg.message(key, WIDTH, HEIGHT / 2, heading, "There are no figures to show.")
    shown = np.concatenate([bounds.ravel(), [*past.values()], [] if other is None else other[[0, 2, 4]].ravel()])
    positions, step, note = value_axis(float(np.nanmin(shown)), float(np.nanmax(shown)), 5)
    ends = _ends(bounds, other, other_name)
    margin = max(text_width(name, LETTERS) for name, _, _ in ends) + 30
    gutter = max(text_width(tick(float(position), step), LETTERS) for position in positions) + 8
    span = (float(min([*past, years[0]])), float(years[-1]))
    field = FanField(gutter, WIDTH - margin, span, (float(positions[0]), float(positions[-1])))
    return svg.figure(
        key,
        WIDTH,
        HEIGHT,
        heading,
        f"{_description(years, bounds, other, other_name)} {note}".strip(),
        band(field, years, bounds[LOWER_95], bounds[UPPER_95], OUTER),
        band(field, years, bounds[LOWER_80], bounds[UPPER_80], INNER),
        *axes(field, positions, step),
        *_lines(field, years, bounds[MEDIAN], past, other),
        *_labels(field, ends),
        svg.text(0, HEIGHT - 3, note, font_size=LETTERS - 1, fill=svg.MUTED) if note else "",
    )


def band(field: FanField, years: Integers, low: Floats, high: Floats, colour: str) -> str:
    """Fill what lies between two series, where both are known."""
    known = np.flatnonzero(np.isfinite(low) & np.isfinite(high))
    there = [field.at(float(years[i]), float(high[i])) for i in known]
    back = [field.at(float(years[i]), float(low[i])) for i in known[::-1]]
    return svg.tag("path", d=svg.path([*there, *back], closed=True), fill=colour)


def axes(field: FanField, positions: Floats, step: float) -> list[str]:
    """Draw grid lines with their numbers beside them, and round years below."""
    small: dict[str, svg.Attribute] = {"font_size": LETTERS - 0.5, "fill": svg.MUTED}
    first, last = field.years
    drawn = []
    for position in positions:
        _, y = field.at(first, float(position))
        drawn.append(svg.polyline([(field.left, y), (field.right, y)], stroke=svg.MUTED, stroke_opacity=0.3))
        drawn.append(svg.text(field.left - 8, y + 4, tick(float(position), step), text_anchor="end", **small))
    every = max(1, int(nice_step(last - first, 6)))
    for year in range(-(-int(np.ceil(first)) // every) * every, int(last) + 1, every):
        x, y = field.at(year, field.values[0])
        drawn.append(svg.polyline([(x, y), (x, y + 4)], stroke=svg.MUTED))
        drawn.append(svg.text(x, y + 16, f"{year}", text_anchor="middle", **small))
    return drawn


def _lines(
    field: FanField, years: Integers, median: Floats, past: Mapping[float, float], other: Floats | None
) -> list[str]:
    """Draw the past and the median as one full line, and somebody else's figures broken."""
    drawn = []
    if other is not None:
        for row, dash in ((LOWER_95, "1 3"), (UPPER_95, "1 3"), (MEDIAN, "6 4")):
            drawn.append(line(field, years, other[row], stroke=svg.ORANGE, stroke_width=1.6, stroke_dasharray=dash))
    if past:
        before, values = np.array([*past, years[0]], dtype=np.float64), np.array([*past.values(), median[0]])
        drawn.append(line(field, before, values, stroke=svg.INK, stroke_width=2))
    return [*drawn, line(field, years, median, stroke=svg.FAMILY[0], stroke_width=2.2)]


def line(field: FanField, years: Integers | Floats, values: Floats, **look: svg.Attribute) -> str:
    """Draw a series through its known values."""
    known = np.flatnonzero(np.isfinite(values))
    points = [field.at(float(years[i]), float(values[i])) for i in known]
    return svg.polyline(points, stroke_linejoin="round", **look) if points else ""


def _ends(bounds: Floats, other: Floats | None, other_name: str) -> Ends:
    """Return what is written at the right end: words, value, colour."""
    names = {LOWER_95: "95 %", LOWER_80: "80 %", MEDIAN: "Median", UPPER_80: "80 %", UPPER_95: "95 %"}
    ends = [
        (name, float(bounds[row, -1]), svg.FAMILY[0] if row == MEDIAN else svg.MUTED) for row, name in names.items()
    ]
    if other is not None:
        said = ((LOWER_95, f"{other_name} 95 %"), (MEDIAN, f"{other_name} median"), (UPPER_95, f"{other_name} 95 %"))
        ends += [(name, float(other[row, -1]), svg.ORANGE) for row, name in said]
    return [end for end in ends if np.isfinite(end[1])]


def _labels(field: FanField, ends: Ends) -> list[str]:
    """Write each name beside the end of its line, moved apart where they would touch."""
    heights = [field.at(field.years[1], value)[1] for _, value, _ in ends]
    middles = spread(heights, [LINE] * len(ends), 2.0, HEIGHT - 2.0)
    drawn = []
    for (name, _, colour), y, middle in zip(ends, heights, middles, strict=True):
        leader = [(field.right + 2, y), (field.right + 20, float(middle))]
        drawn.append(svg.polyline(leader, stroke=colour, stroke_width=0.8))
        look: dict[str, svg.Attribute] = {"font_size": LETTERS, "fill": colour, "font_weight": "600"}
        drawn.append(svg.text(field.right + 23, float(middle) + 4, name, **look))
    return drawn


def _description(years: Integers, bounds: Floats, other: Floats | None, other_name: str) -> str:
    step = 10.0 ** np.floor(np.log10(max(float(np.nanmax(np.abs(bounds))), 1e-9)) - 2)
    first, last = (next(i for i in order if np.isfinite(bounds[MEDIAN, i])) for order in _both_ways(len(years)))
    low, high, now, later = (
        worded(value, step)
        for value in (bounds[LOWER_95, last], bounds[UPPER_95, last], bounds[MEDIAN, first], bounds[MEDIAN, last])
    )
    said = f"Median {now} in {years[first]}, {later} in {years[last]}, 95 % between {low} and {high}."
    if other is not None and np.isfinite(other[MEDIAN, last]):
        said += f" {other_name} median {worded(other[MEDIAN, last], step)}."
    return said


def _both_ways(count: int) -> tuple[Sequence[int], Sequence[int]]:
    return range(count), range(count - 1, -1, -1)


def worded(value: float, step: float) -> str:
    """Write a value to three digits of the largest, as an axis would."""
    return tick(round(float(value) / step) * step, step)
