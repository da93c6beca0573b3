"""A directional chord diagram: who sends how many to whom, round a circle.

Each sector is a place or region; its arc holds what leaves and what arrives. A ribbon takes the colour of its origin,
starts at the arc and ends in an arrow a little before the arc of its destination (as in Abel & Sander, Science 2014).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.figures import svg
from corridor.figures.layout import spread, text_width, wrap
from corridor.figures.wording import persons

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corridor.axes import Floats

GAPS = 0.12
"""Part of the circle between sectors, all gaps together, at most."""
WIDEST_GAP = 0.03
"""Radians."""
RING, LEAD, TIP = 9.0, 16.0, 7.0
"""Pixels: thickness of the arcs, room for the lines to the labels, gap between an arrow and its destination."""
LETTERS_A_LINE = 14
LINE_HEIGHT = 1.15
THINNEST = 0.3
"""Pixels; thinner ribbons are not drawn, their people still count in the arcs."""


@dataclass(frozen=True, slots=True)
class Arc:
    """A part of the circle, radians clockwise from the top."""

    start: float
    end: float

    @property
    def middle(self) -> float:
        """The angle half way."""
        return (self.start + self.end) / 2

    @property
    def size(self) -> float:
        """The angle it spans."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Link:
    """A flow from sector `origin` to sector `destination`: where it leaves and where it arrives."""

    origin: int
    destination: int
    leaves: Arc
    arrives: Arc


@dataclass(frozen=True, slots=True)
class Circle:
    """The inner circle that ribbons live in, and its letters; `size` is the side of the figure. Pixels."""

    size: float
    radius: float
    letters: float

    def at(self, angle: float, inward: float = 0.0) -> svg.Point:
        """Return the point at an angle, `inward` pixels inside the circle."""
        reach = self.radius - inward
        return self.size / 2 + reach * math.sin(angle), self.size / 2 - reach * math.cos(angle)


def chord(
    key: str,
    names: Sequence[str],
    flows: Floats,
    *,
    heading: str,
    size: float = 560.0,
    colours: Sequence[str] | None = None,
) -> str:
    """Draw the moves between sectors.

    Parameters
    ----------
    key : name of the figure, unique on the page
    names : what the labels say; sectors without moves are left out
    flows : [ORIG, DEST], persons a year; the diagonal is moves within a sector
    size : side of the figure, pixels; letters are 10.5 pixels high
    colours : of the sectors; by default those of the family in turn
    """
    moves = np.nan_to_num(flows)
    kept = [int(i) for i in np.flatnonzero(moves.sum(axis=0) + moves.sum(axis=1) > 0)]
    if not kept:
        return svg.message(key, size, size / 2, heading, "There are no moves to show.")
    moves, words = moves[np.ix_(kept, kept)], [names[i] for i in kept]
    labels = [wrap(word, LETTERS_A_LINE) for word in words]
    letters = 10.5
    longest = max(text_width(line, letters) for label in labels for line in label)
    circle = Circle(size, size / 2 - longest - RING - LEAD - 2, letters)
    sectors = _sectors(moves)
    links = [link for link in _links(moves, sectors) if link.leaves.size * circle.radius >= THINNEST]
    paints = [colours[i] if colours else svg.FAMILY[i % len(svg.FAMILY)] for i in kept]
    names_drawn, top, bottom = _names(labels, sectors, circle)
    return svg.figure(
        key,
        size,
        bottom - top,
        heading,
        _description(words, moves),
        *(_ribbon(link, circle, paints[link.origin], words, moves) for link in sorted(links, key=_thickness)),
        *(
            _band(arc, circle, colour, f"{word}: {persons(arrive)} arrive, {persons(leave)} leave a year")
            for arc, colour, word, arrive, leave in zip(
                sectors, paints, words, moves.sum(axis=0), moves.sum(axis=1), strict=True
            )
        ),
        *names_drawn,
        top=top,
    )


def _sectors(moves: Floats) -> list[Arc]:
    """Share the circle among sectors by what leaves and what arrives."""
    totals = moves.sum(axis=0) + moves.sum(axis=1)
    gap = min(WIDEST_GAP, 2 * math.pi * GAPS / len(totals))
    sizes = totals / totals.sum() * (2 * math.pi - gap * len(totals))
    starts = np.concatenate([[0.0], np.cumsum(sizes[:-1] + gap)]) + gap / 2
    return [Arc(float(start), float(start + size)) for start, size in zip(starts, sizes, strict=True)]


def _links(moves: Floats, sectors: Sequence[Arc]) -> Iterator[Link]:
    """Yield every flow with its two ends; in a sector the ends turn to their partners, so that few ribbons cross."""
    count = len(sectors)
    unit = sum(sector.size for sector in sectors) / (2 * moves.sum())
    leaves: dict[tuple[int, int], Arc] = {}
    arrives: dict[tuple[int, int], Arc] = {}
    for here, sector in enumerate(sectors):
        angle = sector.start
        for step in range(count):
            there = (here - 1 - step) % count
            for ends, pair in ((leaves, (here, there)), (arrives, (there, here))):
                ends[pair] = Arc(angle, angle := angle + unit * float(moves[pair]))
    yield from (Link(o, d, leaves[o, d], arrives[o, d]) for o, d in leaves if moves[o, d] > 0)


def _thickness(link: Link) -> float:
    return -link.leaves.size


def _ribbon(link: Link, circle: Circle, colour: str, names: Sequence[str], moves: Floats) -> str:
    """Draw a ribbon from an arc to an arrow before another arc."""
    at, n = circle.at, svg.number
    middle = circle.size / 2
    shoulder = TIP + min(6.0, 2.0 + link.arrives.size * circle.radius / 2)
    first, second = at(link.leaves.start), at(link.leaves.end)
    near, tip, far = at(link.arrives.start, shoulder), at(link.arrives.middle, TIP - 4), at(link.arrives.end, shoulder)
    curve = f"Q{n(middle)} {n(middle)} "
    data = (
        f"M{n(first[0])} {n(first[1])}A{n(circle.radius)} {n(circle.radius)} 0 {int(link.leaves.size > math.pi)} 1 "
        f"{n(second[0])} {n(second[1])}{curve}{n(near[0])} {n(near[1])}"
        f"L{n(tip[0])} {n(tip[1])}L{n(far[0])} {n(far[1])}{curve}{n(first[0])} {n(first[1])}z"
    )
    o, d = link.origin, link.destination
    words = (
        f"{names[o]} to {names[d]}: {persons(moves[o, d])} a year"
        if o != d
        else f"{names[o]}: {persons(moves[o, o])} a year within"
    )
    return svg.tag("path", svg.title(words), d=data, fill=colour, fill_opacity=".72")


def _band(arc: Arc, circle: Circle, colour: str, words: str) -> str:
    """Draw the arc of a sector."""
    n = svg.number
    inner, outer = circle.radius + 1, circle.radius + RING
    corners = [circle.at(arc.start, -1), circle.at(arc.end, -1), circle.at(arc.end, -RING), circle.at(arc.start, -RING)]
    a, b, c, d = (f"{n(x)} {n(y)}" for x, y in corners)
    large = int(arc.size > math.pi)
    data = f"M{a}A{n(inner)} {n(inner)} 0 {large} 1 {b}L{c}A{n(outer)} {n(outer)} 0 {large} 0 {d}z"
    return svg.tag("path", svg.title(words), d=data, fill=colour)


def _names(labels: Sequence[Sequence[str]], sectors: Sequence[Arc], circle: Circle) -> tuple[list[str], float, float]:
    """Write the labels outward from the circle, kept apart, each joined to its sector by a line.

    Returns the markup, and how far up and down it reaches.
    """
    foot = RING + LEAD
    heights = [len(label) * circle.letters * LINE_HEIGHT / (circle.radius + foot) for label in labels]
    angles = spread([sector.middle for sector in sectors], heights, 0.0, 2 * math.pi)
    drawn, ends = [], [circle.at(0.0, -foot)[1], circle.at(math.pi, -foot)[1]]
    for label, sector, angle in zip(labels, sectors, map(float, angles), strict=True):
        bend = [circle.at(sector.middle, -RING - 2), circle.at(angle, -foot + 4), circle.at(angle, -foot + 1)]
        drawn.append(svg.polyline(bend, stroke=svg.MUTED, stroke_width=0.6))
        drawn.append(_name(label, angle, circle, foot))
        ends.append(circle.at(angle, -foot - max(text_width(line, circle.letters) for line in label))[1])
    return drawn, min(ends) - 8, max(ends) + 8


def _name(label: Sequence[str], angle: float, circle: Circle, foot: float) -> str:
    x, y = circle.at(angle, -foot)
    right = math.sin(angle) >= 0
    middle = (len(label) - 1) / 2
    lines = [
        svg.text(0, circle.letters * (0.36 + LINE_HEIGHT * (row - middle)), line) for row, line in enumerate(label)
    ]
    turn = svg.number(math.degrees(angle) - (90 if right else 270))
    place = f"translate({svg.number(x)} {svg.number(y)}) rotate({turn})"
    anchor = "start" if right else "end"
    return svg.tag("g", *lines, transform=place, text_anchor=anchor, font_size=circle.letters, fill=svg.INK)


def _description(names: Sequence[str], moves: Floats) -> str:
    order = np.argsort(-moves, axis=None, kind="stable")[:3]
    pairs = [divmod(int(place), len(names)) for place in order if moves.flat[place] > 0]
    first = "; ".join(f"{names[o]} to {names[d]} {persons(moves[o, d])}" for o, d in pairs)
    return f"{len(names)} sectors, {persons(moves.sum())} moves a year. The largest: {first}."
