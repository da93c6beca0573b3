"""A waterfall: how a number of moves becomes another, step by step; each step begins where the one above it ends."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from corridor.figures import svg
from corridor.figures.layout import NO_ZERO, axis_positions, far_from_zero, fit, room_for
from corridor.figures.wording import FEW, between, persons, signed_persons, tick

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats

WIDTH = 700.0
LETTERS, SMALL, LINE = 12.0, 11.0, 14.5
HEAD, GAP, BAR, HAIR = 22.0, 10.0, 13.0, 1.6
"""Pixels above the rows and between things; height of a bar; its least width."""
LABEL_ROOM, LEAST_PLOT = 200.0, 200.0
"""Labels stand beside the bars, at most this wide, unless less than this is left for the bars: then above them."""
UP, DOWN = svg.FAMILY[6], svg.FAMILY[3]
"""Increases and decreases: blue and brown, the brown much darker, also on a grey printer."""
NEAR_EDGE = 0.15
"""Part of the steps' extent by which an axis that leaves out zero goes on beyond them: room for the broken bars."""


@dataclass(frozen=True, slots=True)
class WaterfallStep:
    """What one cause adds, or takes if negative, persons a year; `low` and `high` are its bounds of 80 %."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Return the bounds where both are known."""
        if self.low is None or self.high is None or not math.isfinite(self.low + self.high):
            return None
        return self.low, self.high


@dataclass(frozen=True, slots=True)
class WaterfallRow:
    """A row: words, a bar from `begin` (None: the edge of the axis) to `end` persons a year, and its whisker."""

    label: str
    words: str
    interval: str
    begin: float | None
    end: float
    whisker: tuple[float, float] | None
    colour: str


@dataclass(frozen=True, slots=True)
class WaterfallField:
    """Where the bars lie in pixels, what the edges stand for, and whether labels stand above the bars."""

    left: float
    right: float
    values: tuple[float, float]
    label_room: float
    stacked: bool

    def x(self, value: float) -> float:
        """Return the pixel of a value."""
        low, high = self.values
        return self.left + (self.right - self.left) * (value - low) / (high - low)

    @property
    def edge(self) -> float:
        """Return where the bars of start and end begin: at zero, or at the end of the axis that is nearer to it."""
        low, high = self.values
        return min(max(low, 0.0), high)

    def label(self, row: WaterfallRow) -> list[str]:
        """Return the lines of a row's label."""
        return fit(row.label, LETTERS, self.label_room, bold=row.begin is None)

    def height(self, row: WaterfallRow) -> float:
        """Return the height of a row and of the gap below it."""
        words = LINE * max(len(self.label(row)), 2 if row.interval else 1)
        return words + GAP + (BAR + GAP if self.stacked else 0)


def waterfall(
    key: str,
    heading: str,
    start: tuple[str, float],
    steps: Sequence[WaterfallStep],
    end: tuple[str, float],
    *,
    note: str = "",
    width: float = WIDTH,
) -> str:
    """Draw how a number of moves becomes another.

    Parameters
    ----------
    key : name of the figure, unique on the page
    start, end : label and persons a year; the start and all steps add up to the end
    note : said below the figure
    width : pixels; labels stand above the bars where there is too little room beside them

    Raises
    ------
    ValueError : the steps do not add up, by more than rounding to whole persons explains
    """
    if not steps or not all(map(math.isfinite, (start[1], end[1], *(step.value for step in steps)))):
        return svg.message(key, width, 120.0, heading, "There are no figures to show.")
    levels = list(accumulate((step.value for step in steps), initial=start[1]))
    if abs(levels[-1] - end[1]) > 0.5 * (len(steps) + 2) + 1e-9 * max(map(abs, levels)):
        raise ValueError(f"the steps lead to {levels[-1]:.0f}, not to {end[1]:.0f}")
    rows = [_total(*start), *map(_row, steps, levels), _total(*end)]
    positions, apart = _axis_positions(rows)
    field = _field(rows, positions, apart, width)
    tops = list(accumulate(map(field.height, rows), initial=HEAD))
    middles = [bottom - GAP - BAR / 2 if field.stacked else (top + bottom - GAP) / 2 for top, bottom in pairwise(tops)]
    said = [sentence for sentence in ("" if positions[0] <= 0 <= positions[-1] else NO_ZERO, note) if sentence]
    foot, height = _foot(steps, said, tops[-1] + 2 * LINE, width)
    return svg.figure(
        key,
        width,
        height,
        heading,
        " ".join([_description(start, steps, end), *said]),
        svg.text(width, LETTERS, "Persons a year", text_anchor="end", font_size=SMALL, fill=svg.MUTED),
        *_axis(field, positions, apart, tops[-1] - GAP / 2),
        *(_connector(field.x(row.end), *ends) for row, ends in zip(rows[:-1], pairwise(middles), strict=True)),
        *(_rule(top - GAP / 2, width) for top in tops[1:-1] if field.stacked),
        *(_bar(field, row, middle) for row, middle in zip(rows, middles, strict=True)),
        *(_words(field, row, middle, width) for row, middle in zip(rows, middles, strict=True)),
        *foot,
    )


def _total(label: str, value: float) -> WaterfallRow:
    return WaterfallRow(label, persons(value), "", None, value, None, svg.NAVY)


def _row(step: WaterfallStep, begin: float) -> WaterfallRow:
    colour = UP if step.value > 0 else DOWN if step.value < 0 else svg.INK
    words, end = signed_persons(step.value), begin + step.value
    if step.bounds is None:
        return WaterfallRow(step.label, words, "", begin, end, None, colour)
    low, high = step.bounds
    return WaterfallRow(step.label, words, _interval(step.bounds), begin, end, (begin + low, begin + high), colour)


def _interval(bounds: tuple[float, float]) -> str:
    """Word bounds of a step; a few persons are none."""
    return between(*("0" if abs(bound) < FEW else signed_persons(bound) for bound in bounds))


def _axis_positions(rows: Sequence[WaterfallRow]) -> tuple[Floats, float]:
    """Return round positions that hold all bars and whiskers, and zero unless all of them are far from it."""
    shown = [value for row in rows for value in (row.end, *(row.whisker or ()))]
    low, high = min(shown), max(shown)
    if not far_from_zero(low, high):
        return axis_positions(min(low, 0.0), max(high, 0.0), 4)
    more = NEAR_EDGE * (high - low if high - low >= FEW else abs(low))
    return axis_positions(*((low - more, high) if low > 0 else (low, high + more)), 4)


def _field(rows: Sequence[WaterfallRow], positions: Floats, apart: float, width: float) -> WaterfallField:
    """Return where the bars lie: between labels and figures, or below both where that leaves too little room."""
    values = (float(positions[0]), float(positions[-1]))
    figures = max(max(room_for(row.words, LETTERS, bold=True), room_for(row.interval, SMALL)) for row in rows)
    beside = WaterfallField(0.0, width, values, LABEL_ROOM, stacked=False)
    labels = max(room_for(line, LETTERS, bold=row.begin is None) for row in rows for line in beside.label(row))
    before, after = (room_for(tick(float(position), apart), SMALL) / 2 for position in positions[[0, -1]])
    left, right = max(labels + 2 * GAP, before), width - max(figures + 2 * GAP, after)
    if right - left >= LEAST_PLOT:
        return replace(beside, left=left, right=right)
    return WaterfallField(before, width - after, values, width - figures - GAP, stacked=True)


def _axis(field: WaterfallField, positions: Floats, apart: float, bottom: float) -> list[str]:
    """Draw grid lines, and below them as many of their numbers as there is room for."""
    labels = [tick(float(position), apart) for position in positions]
    room = field.x(float(positions[1])) - field.x(float(positions[0]))
    every = math.ceil((max(room_for(label, SMALL) for label in labels) + GAP) / room)
    drawn = []
    for count, (position, label) in enumerate(zip(positions, labels, strict=True)):
        x = field.x(float(position))
        drawn.append(svg.polyline([(x, HEAD), (x, bottom)], stroke=svg.RULE if position else svg.MUTED))
        if count % every == 0:
            drawn.append(svg.text(x, bottom + LINE, label, text_anchor="middle", font_size=SMALL, fill=svg.MUTED))
    return drawn


def _connector(x: float, above: float, below: float) -> str:
    """Draw the line that leads from the end of a bar to the next one."""
    return svg.polyline([(x, above), (x, below)], stroke=svg.MUTED, stroke_dasharray="2 2")


def _rule(y: float, width: float) -> str:
    """Draw a line between two rows: it tells which label belongs to which bar."""
    return svg.polyline([(0, y), (width, y)], stroke=svg.RULE)


def _bar(field: WaterfallField, row: WaterfallRow, middle: float) -> str:
    """Draw a bar, a thin line where it is narrow, with its whisker if that is wider, or the break of a total."""
    begin = field.edge if row.begin is None else row.begin
    left, right = sorted((field.x(begin), field.x(row.end)))
    if right - left < HAIR:
        left, right = (left + right - HAIR) / 2, (left + right + HAIR) / 2
    place = {"x": left, "y": middle - BAR / 2, "width": right - left, "height": BAR}
    drawn = svg.tag("rect", **place, fill=row.colour)
    if row.whisker:
        low, high = map(field.x, row.whisker)
        return drawn + (_whisker(low, high, middle) if high - low > 2 * HAIR else "")
    return drawn + (_break(field.x(begin) + (7 if begin > 0 else -7), middle) if row.begin is None and begin else "")


def _whisker(low: float, high: float, middle: float) -> str:
    """Draw bounds as a line with ends, pale around it so that it shows on a bar."""
    lines = [[(low, middle), (high, middle)], *([(x, middle - 3.5), (x, middle + 3.5)] for x in (low, high))]
    data = "".join(svg.path(line, closed=False) for line in lines)
    looks = ((svg.PAPER, 3.4), (svg.INK, 1.3))
    return "".join(svg.tag("path", d=data, fill="none", stroke=colour, stroke_width=wide) for colour, wide in looks)


def _break(x: float, middle: float) -> str:
    """Draw the slanting gap that tells that a bar does not begin at zero."""
    up, down = middle - BAR / 2 - 1, middle + BAR / 2 + 1
    corners = [(x + 1, up), (x + 5, up), (x - 1, down), (x - 5, down)]
    return svg.tag("path", d=svg.path(corners, closed=True), fill=svg.PAPER)


def _words(field: WaterfallField, row: WaterfallRow, middle: float, width: float) -> str:
    """Write the label at the left and the figures at the right, on one height with the bar or above it."""
    label, figures = field.label(row), [row.words, *([row.interval] if row.interval else [])]
    top = middle + BAR / 2 + GAP - field.height(row)
    first, second = (
        top + LETTERS - 1 if field.stacked else middle + 4 - LINE * (len(lines) - 1) / 2 for lines in (label, figures)
    )
    weight = {"font_weight": "600"} if row.begin is None else {}
    drawn = [svg.text(0, first + LINE * i, line, fill=svg.INK, **weight) for i, line in enumerate(label)]
    drawn.append(svg.text(width, second, figures[0], text_anchor="end", fill=svg.INK, font_weight="600"))
    if row.interval:
        look = {"text_anchor": "end", "fill": svg.MUTED}
        drawn.append(svg.text(width, second + LINE, row.interval, font_size=SMALL, **look))
    return svg.tag("g", *drawn, font_size=LETTERS, paint_order="stroke", stroke=svg.PAPER, stroke_width=3)


def _foot(steps: Sequence[WaterfallStep], said: Sequence[str], top: float, width: float) -> tuple[list[str], float]:
    """Return the key and the notes from `top` down, and the height of the figure."""
    drawn, x = [], 0.0
    kinds = (
        (UP, "Increase", any(step.value > 0 for step in steps)),
        (DOWN, "Decrease", any(s.value < 0 for s in steps)),
    )
    for colour, name in ((colour, name) for colour, name, shown in kinds if shown):
        drawn.append(svg.tag("rect", x=x, y=top, width=BAR, height=BAR, fill=colour))
        drawn.append(svg.text(x + BAR + 6, top + 10, name, font_size=SMALL, fill=svg.INK))
        x += BAR + 6 + room_for(name, SMALL) + 2 * GAP
    if any(step.bounds for step in steps):
        drawn.append(_whisker(x + 1, x + 25, top + BAR / 2))
        drawn.append(svg.text(x + 32, top + 10, "80 % interval", font_size=SMALL, fill=svg.INK))
    y = top + (LINE + BAR if drawn else SMALL)
    lines = [line for sentence in said for line in fit(sentence, SMALL, width)]
    drawn += [svg.text(0, y + LINE * i, line, font_size=SMALL, fill=svg.MUTED) for i, line in enumerate(lines)]
    return drawn, y + LINE * (len(lines) - 1) + 5


def _description(start: tuple[str, float], steps: Sequence[WaterfallStep], end: tuple[str, float]) -> str:
    """Say all figures, in persons a year."""
    said = [
        f"{step.label} {signed_persons(step.value)}"
        + (f" (80 % between {_interval(step.bounds).replace(' to ', ' and ')})" if step.bounds else "")
        for step in steps
    ]
    return f"{start[0]}: {persons(start[1])} persons a year. {'; '.join(said)}. {end[0]}: {persons(end[1])}."
