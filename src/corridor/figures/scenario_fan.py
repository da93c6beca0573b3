"""Scenarios over years: a line each, the span of all bounds as one pale band, and bounds of 80 % at the last year."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np

from corridor.figures import svg
from corridor.figures.fan import BOTTOM, HEIGHT, LETTERS, LINE, FanField, axes, band, line, worded
from corridor.figures.layout import fit, room_for, spread, value_axis
from corridor.figures.wording import between, tick

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats, Integers

WIDTH = 620.0
SMALL = LETTERS - 1
BAND = "#e9eff5"
"""The band of all scenarios."""
SLOT, SAMPLE, GAP = 12.0, 46.0, 8.0
"""Pixels for the bounds of a scenario at the last year, for a piece of its line in a label, between things."""
LABEL_ROOM, LEAST_FIELD = 190.0, 220.0
"""Labels stand at the right, at most this wide, unless less than this is left for the field: then below it."""


@dataclass(frozen=True, slots=True)
class ScenarioBand:
    """A scenario: `median` and bounds of 80 % [year], not a number where unknown."""

    name: str
    median: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class Look:
    """How a scenario is drawn: neighbours differ in hue, in lightness, in dashes and in the mark of the last year."""

    colour: str
    dash: str
    mark: Sequence[svg.Point]


CIRCLE = [(4.2 * np.cos(a), 4.2 * np.sin(a)) for a in np.linspace(0, 2 * np.pi, 16, endpoint=False)]
SQUARE = [(-3.7, -3.7), (3.7, -3.7), (3.7, 3.7), (-3.7, 3.7)]
TRIANGLE, UPTURNED = [(0.0, -5.0), (4.8, 3.6), (-4.8, 3.6)], [(0.0, 5.0), (4.8, -3.6), (-4.8, -3.6)]
DIAMOND = [(0.0, -5.4), (5.0, 0.0), (0.0, 5.4), (-5.0, 0.0)]
PLUS = [(1.6, -4.8), (1.6, -1.6), (4.8, -1.6), (4.8, 1.6), (1.6, 1.6), (1.6, 4.8)]
PLUS += [(-x, -y) for x, y in PLUS]
LOOKS = (
    Look(svg.FAMILY[6], "", CIRCLE),
    Look(svg.NAVY, "8 3", SQUARE),
    Look(svg.FAMILY[1], "2 2", TRIANGLE),
    Look(svg.FAMILY[3], "9 3 2 3", DIAMOND),
    Look(svg.FAMILY[7], "5 2", UPTURNED),
    Look(svg.FAMILY[0], "1 3", PLUS),
)
"""Drawn in this order, from the first again where there are more scenarios."""


@dataclass(frozen=True, slots=True)
class DrawnScenario:
    """A scenario as drawn: its look, its last known year, the figures of that year, and these in words."""

    band: ScenarioBand
    look: Look
    year: int
    median: float
    bounds: tuple[float, float] | None
    words: Sequence[str]


def scenario_fan(
    key: str, years: Integers, scenarios: Sequence[ScenarioBand], *, heading: str, width: float = WIDTH
) -> str:
    """Draw scenarios over `years` [year].

    Bounds of scenarios mostly overlap: one pale band spans them all, and those of the last year stand side by side.

    Parameters
    ----------
    key : name of the figure, unique on the page
    width : pixels; labels stand below the field where there is too little room beside it
    """
    known = [scenario for scenario in scenarios if np.isfinite(scenario.median).any()]
    if not known:
        return svg.message(key, width, HEIGHT / 2, heading, "There are no figures to show.")
    low, high = _span(known)
    least, most = float(np.nanmin(low)), float(np.nanmax(high))
    positions, apart, note = value_axis(least, most, 5)
    shown = _scenarios(years, known, max(abs(least), abs(most)))
    field, beside = _field(shown, years, positions, apart, width)
    labels, end = _beside(field, shown) if beside else _below(shown, field.bottom + BOTTOM, width)
    said = [sentence for sentence in (_reading(shown, years), note) if sentence]
    lines = [part for sentence in said for part in fit(sentence, SMALL, width)]
    return svg.figure(
        key,
        width,
        end + LINE * len(lines),
        heading,
        " ".join([*map(_said, shown), *said]),
        band(field, years, low, high, BAND),
        *axes(field, positions, apart),
        *(_line(field, years, scenario) for scenario in shown),
        *(_end(field, scenario, slot) for slot, scenario in enumerate(shown)),
        *labels,
        *(svg.text(0, end + LINE * (i + 0.7), part, font_size=SMALL, fill=svg.MUTED) for i, part in enumerate(lines)),
    )


def _field(
    scenarios: Sequence[DrawnScenario], years: Integers, positions: Floats, apart: float, width: float
) -> tuple[FanField, bool]:
    """Return the field, and whether there is room for labels beside it."""
    left = max(room_for(tick(float(position), apart), LETTERS) for position in positions) + GAP
    right = width - 2 * GAP - SLOT * len(scenarios)
    labels = max(map(_label_width, scenarios))
    span, values = (float(years[0]), float(years[-1])), (float(positions[0]), float(positions[-1]))
    if right - labels - left < LEAST_FIELD:
        return FanField(left, right, span, values), False
    bottom = max(HEIGHT, sum(map(_label_height, scenarios))) - BOTTOM
    return FanField(left, right - labels, span, values, bottom), True


def _span(scenarios: Sequence[ScenarioBand]) -> tuple[Floats, Floats]:
    """Return the least and the greatest of all bounds and medians [year], not a number where none is known."""
    values = np.array([part for s in scenarios for part in (s.median, s.low, s.high)], dtype=np.float64)
    return np.fmin.reduce(values), np.fmax.reduce(values)


def _scenarios(years: Integers, scenarios: Sequence[ScenarioBand], largest: float) -> list[DrawnScenario]:
    """Return what is drawn at the last known year of each scenario, in words to three digits of the largest value."""
    digits = 10.0 ** np.floor(np.log10(max(largest, 1e-9)) - 2)
    found = []
    for scenario, look in zip(scenarios, cycle(LOOKS), strict=False):
        last = int(np.flatnonzero(np.isfinite(scenario.median))[-1])
        low, median, high = (float(part[last]) for part in (scenario.low, scenario.median, scenario.high))
        bounds = (low, high) if np.isfinite([low, high]).all() else None
        words = [worded(median, digits), *([between(worded(low, digits), worded(high, digits))] if bounds else [])]
        found.append(DrawnScenario(scenario, look, int(years[last]), median, bounds, words))
    return found


def _line(field: FanField, years: Integers, scenario: DrawnScenario) -> str:
    dash: dict[str, svg.Attribute] = {"stroke_dasharray": scenario.look.dash} if scenario.look.dash else {}
    return line(field, years, scenario.band.median, stroke=scenario.look.colour, stroke_width=2.2, **dash)


def _end(field: FanField, scenario: DrawnScenario, slot: int) -> str:
    """Draw the bounds of the last known year as a bar right of the field, and the median as a mark."""
    x = field.right + GAP + SLOT * (slot + 0.5)
    drawn = ""
    if scenario.bounds:
        ends = [(x, field.at(scenario.year, bound)[1]) for bound in scenario.bounds]
        drawn = svg.polyline(ends, stroke=scenario.look.colour, stroke_width=4, stroke_opacity=0.45)
    return drawn + _mark(scenario.look, x, field.at(scenario.year, scenario.median)[1])


def _mark(look: Look, x: float, y: float) -> str:
    """Draw the mark of a scenario, pale around it so that it shows on lines and bars."""
    data = svg.path([(x + dx, y + dy) for dx, dy in look.mark], closed=True)
    return svg.tag("path", d=data, fill=look.colour, stroke=svg.PAPER, stroke_width=1, paint_order="stroke")


def _sample(look: Look, x: float, y: float) -> str:
    """Draw a piece of a scenario's line with its mark."""
    dash: dict[str, svg.Attribute] = {"stroke_dasharray": look.dash} if look.dash else {}
    ends = [(x, y), (x + SAMPLE - GAP, y)]
    return svg.polyline(ends, stroke=look.colour, stroke_width=2.2, **dash) + _mark(look, x + (SAMPLE - GAP) / 2, y)


def _name(scenario: DrawnScenario, room: float = LABEL_ROOM - SAMPLE) -> list[str]:
    return fit(scenario.band.name, LETTERS, room, bold=True)


def _label_width(scenario: DrawnScenario) -> float:
    figures = [room_for(words, SMALL) for words in scenario.words]
    return SAMPLE + max(*(room_for(words, LETTERS, bold=True) for words in _name(scenario)), *figures)


def _label_height(scenario: DrawnScenario) -> float:
    return LINE * (len(_name(scenario)) + len(scenario.words)) + GAP


def _beside(field: FanField, scenarios: Sequence[DrawnScenario]) -> tuple[list[str], float]:
    """Write name, median and bounds of each scenario near its height at the last year, moved apart; and the bottom."""
    heights = [field.at(scenario.year, scenario.median)[1] for scenario in scenarios]
    sizes = [_label_height(scenario) for scenario in scenarios]
    x, bottom = field.right + 2 * GAP + SLOT * len(scenarios), field.bottom + BOTTOM
    drawn = []
    for scenario, size, middle in zip(scenarios, sizes, spread(heights, sizes, 0.0, bottom), strict=True):
        y, names = float(middle) - (size - GAP) / 2 + LETTERS, _name(scenario)
        drawn.append(_sample(scenario.look, x, y - 4))
        words = [*names, *scenario.words]
        drawn += [_text(x + SAMPLE, y + LINE * i, part, name=i < len(names)) for i, part in enumerate(words)]
    return drawn, bottom


def _below(scenarios: Sequence[DrawnScenario], top: float, width: float) -> tuple[list[str], float]:
    """Write the scenarios as rows from `top` down, the highest first; return where they end as well."""
    room = width - SAMPLE - GAP - max(room_for(words, LETTERS) for s in scenarios for words in s.words)
    drawn, y = [], top + LETTERS
    for scenario in sorted(scenarios, key=lambda scenario: -scenario.median):
        names = _name(scenario, room)
        drawn.append(_sample(scenario.look, 0.0, y - 4))
        drawn += [_text(SAMPLE, y + LINE * i, words, name=True) for i, words in enumerate(names)]
        drawn += [_text(width, y + LINE * i, words, text_anchor="end") for i, words in enumerate(scenario.words)]
        y += LINE * max(len(names), len(scenario.words)) + GAP
    return drawn, y - LETTERS


def _text(x: float, y: float, words: str, *, name: bool = False, **look: svg.Attribute) -> str:
    style: dict[str, svg.Attribute] = {"font_size": LETTERS, "font_weight": "600", "fill": svg.INK}
    return svg.text(x, y, words, **(style if name else {"font_size": SMALL, "fill": svg.MUTED}), **look)


def _reading(scenarios: Sequence[DrawnScenario], years: Integers) -> str:
    """Say how to read the band and the bars, where there are any."""
    if not any(scenario.bounds for scenario in scenarios):
        return ""
    return (
        f"The figures and bars at the right show the median and the 80 % interval in {int(years[-1])}. The pale bar "
        "shows all intervals together."
    )


def _said(scenario: DrawnScenario) -> str:
    interval = f", 80 % between {scenario.words[1].replace(' to ', ' and ')}" if scenario.bounds else ""
    return f"{scenario.band.name}: median {scenario.words[0]} in {scenario.year}{interval}."
