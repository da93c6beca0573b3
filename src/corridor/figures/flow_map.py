"""Corridors on a map without borders: width by persons, a head for the direction, circles for all moves of a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.figures import labels, projection, svg
from corridor.figures.layout import nice_below, spread, text_width, wrap
from corridor.figures.wording import FEW, persons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Booleans, Floats, Integers

MOST_CORRIDORS = 60
MOST_LABELS = 60
BEND = 0.16
"""Sideways swing of a corridor as a part of its length; to the left of the way, so that both directions stay apart."""
THINNEST = 0.8
"""Pixels; corridors of fewer people are drawn this wide."""
LETTERS_A_LINE = 19


@dataclass(frozen=True, slots=True)
class Place:
    """An area as a point of the map. `member` is True for areas of the group: they are marked and labelled first."""

    iso3: str
    name: str
    lon: float
    lat: float
    member: bool


@dataclass(frozen=True, slots=True)
class Style:
    """Sizes of a map in pixels: its width, the widest corridor, the largest circle, letters.

    `shape` holds the least and greatest height as parts of the width; `full` tells whether labels are names or codes.
    """

    width: float
    widest: float
    largest: float
    letters: float
    shape: tuple[float, float]
    full: bool


WIDE = Style(820.0, 13.0, 11.0, 11.0, (0.42, 0.68), full=True)
NARROW = Style(380.0, 9.0, 8.0, 10.5, (0.6, 0.95), full=False)
MARGIN = 0.13
"""Room around the members, as a part of their extent: partners beyond the edge of the map stand there."""
DOCK = 9.0
"""Pixels between the edge of the map and a partner that lies beyond it."""
DOCK_ROOM = (80.0, 26.0)
"""Pixels that such partners keep from each other, across and down."""


@dataclass(frozen=True, slots=True)
class FlowKind:
    """A kind of corridor seen from the group."""

    words: str
    colour: str


ONLY, WITHIN, INTO, OUT = (
    FlowKind("moves", svg.NAVY),
    FlowKind("moves within", svg.NAVY),
    FlowKind("moves in", svg.BLUE),
    FlowKind("moves out", svg.ORANGE),
)


def flow_map(
    key: str,
    places: Sequence[Place],
    flows: Floats,
    rings: Sequence[Floats],
    *,
    heading: str,
    style: Style = WIDE,
    widest: float | None = None,
    largest: float | None = None,
) -> str:
    """Draw the largest corridors between `places` on a map that is cropped to the members.

    Partners beyond its edge stand at the edge. Without members the map is cropped to all places.

    Parameters
    ----------
    key : name of the figure, unique on the page
    flows : [ORIG, DEST] over `places`, persons a year
    rings : land, each (n, 2) longitude and latitude, cut at 180 degrees
    widest, largest : persons a year of the widest corridor and the largest circle, so that two maps share a scale;
        by default the largest of `flows`
    """
    moves = np.where(np.eye(len(places), dtype=bool), 0.0, np.nan_to_num(flows))
    totals = moves.sum(axis=0) + moves.sum(axis=1)
    pairs = largest_corridors(moves)
    shown = _shown(places, pairs, totals)
    view = _window(places, style)
    points, docked = _points(places, shown, view)
    radii = _radii(totals, largest or totals.max(initial=0.0), style)
    scale = MapScale(widest or moves.max(initial=0.0), style)
    curves = [_corridor(points[o], points[d], radii[o], radii[d]) for o, d in pairs]
    extent = (view.width, view.height)
    named = _labels(places, points, radii, curves, shown=shown, extent=extent, style=style)
    legend, depth = _legend(_kinds(places, pairs), scale, view.height, docks=any(docked[i] for i in shown))
    return svg.figure(
        key,
        style.width,
        view.height + depth,
        heading,
        _description(places, moves, pairs, unnamed=len(shown) - len(named)),
        svg.tag("rect", width=style.width, height=view.height, rx=3, fill=svg.SEA),
        svg.tag("path", d=view.land(rings), fill=svg.LAND, stroke=svg.LAND, stroke_width=0.6),
        svg.tag("rect", y=view.height, width=style.width, height=depth + 5, fill=svg.PAPER),
        *(
            _ribbon(curve, scale.width(moves[o, d]), _kind(places[o], places[d]).colour, _saying(places, moves, o, d))
            for curve, (o, d) in zip(curves, pairs, strict=True)
        ),
        *(
            _dock(points[i], (view.width, view.height), words)
            if docked[i]
            else _circle(points[i], radii[i], places[i], words)
            for i, words in ((i, _totals_words(places[i], moves[:, i].sum(), moves[i].sum())) for i in shown)
        ),
        *(_words(label, points[i], radii[i], places[i], style) for i, label in named.items()),
        *legend,
    )


@dataclass(frozen=True, slots=True)
class MapScale:
    """Pixels for persons: `top` persons a year are drawn as wide as the style allows."""

    top: float
    style: Style

    def width(self, moves: float) -> float:
        """Return the width of a corridor in pixels."""
        return max(THINNEST, self.style.widest * min(1.0, moves / self.top)) if self.top > 0 else THINNEST


def largest_corridors(moves: Floats) -> Integers:
    """Return [corridor, (origin, destination)], the largest first, without zeros; ties keep the order of the areas."""
    order = np.argsort(-moves, axis=None, kind="stable")[:MOST_CORRIDORS]
    order = order[moves.ravel()[order] > 0]
    return np.stack(np.unravel_index(order, moves.shape), axis=-1).astype(np.int64)


def _radii(totals: Floats, top: float, style: Style) -> Floats:
    part = np.minimum(1.0, totals / top) if top > 0 else np.zeros_like(totals)
    return 2.2 + (style.largest - 2.2) * np.sqrt(part)


def _shown(places: Sequence[Place], pairs: Integers, totals: Floats) -> list[int]:
    """Return the places to mark, large circles first so that small ones stay on top.

    Members are marked also without a corridor, unless there are too many of them.
    """
    ends = {int(end) for end in pairs.ravel()}
    few = sum(place.member for place in places) <= MOST_LABELS
    marked = [i for i, place in enumerate(places) if (few and place.member) or i in ends]
    return sorted(marked, key=lambda i: (-totals[i], i))


def _window(places: Sequence[Place], style: Style) -> projection.MapWindow:
    members = [place for place in places if place.member] or places
    lon = np.array([place.lon for place in members], dtype=np.float64)
    lat = np.array([place.lat for place in members], dtype=np.float64)
    return projection.window(lon, lat, style.width, style.shape, MARGIN)


def _points(places: Sequence[Place], shown: Sequence[int], view: projection.MapWindow) -> tuple[Floats, Booleans]:
    """Return the pixels of all places, and which of them stand at the edge because they lie beyond it.

    They stand in their direction from the middle of the map, moved apart along the edge where they would touch.
    """
    lon, lat = (np.array(degrees, dtype=np.float64) for degrees in ([p.lon for p in places], [p.lat for p in places]))
    half = np.array([view.width, view.height]) / 2
    away = view.pixels(lon, lat) - half
    part = ((half - DOCK) / np.maximum(np.abs(away), 1e-6)).min(axis=1, initial=1.0)
    part[[place.member for place in places]] = 1.0
    points, docked = half + part[:, None] * away, part < 1.0
    for axis in (0, 1):
        for edge in (DOCK, 2 * half[axis] - DOCK):
            here = [i for i in shown if docked[i] and abs(points[i, axis] - edge) < 1e-3]
            along = 1 - axis
            points[here, along] = spread(points[here, along], [DOCK_ROOM[along]] * len(here), 4.0, 2 * half[along] - 4)
    return points, docked


def _kind(origin: Place, destination: Place) -> FlowKind:
    if origin.member and destination.member:
        return WITHIN
    return INTO if destination.member else OUT


def _kinds(places: Sequence[Place], pairs: Integers) -> list[FlowKind]:
    """Return the kinds of corridors to explain, of one colour where every place is a member; none without moves."""
    if all(place.member for place in places):
        return [ONLY] if len(pairs) else []
    found = {_kind(places[o], places[d]) for o, d in pairs}
    return [kind for kind in (WITHIN, INTO, OUT) if kind in found]


def _corridor(start: Floats, end: Floats, start_radius: float, end_radius: float) -> Floats:
    """Return [(start, control, end), (x, y)] of a curve from the edge of one circle to the edge of the other."""
    way = end - start
    length = max(float(np.hypot(*way)), 1e-6)
    control = (start + end) / 2 + _left(way) * BEND * length
    first = start + _unit(control - start) * min(start_radius, 0.3 * length)
    last = end + _unit(control - end) * min(end_radius + 1.0, 0.3 * length)
    return np.stack([first, control, last])


def _ribbon(curve: Floats, width: float, colour: str, words: str) -> str:
    """Draw a corridor: it widens on its way and ends in a head."""
    first, control, tip = curve
    onward = _unit(tip - control)
    base = tip - onward * min(max(4.0, 1.1 * width + 2.5), 0.5 * float(np.hypot(*(tip - first))))
    half = np.array([[0.2], [0.36], [0.5]]) * width
    across = np.stack([_left(control - first), _left(tip - first), _left(onward)])
    left, right = (np.stack([first, control, base]) + sign * half * across for sign in (1.0, -1.0))
    wing = max(1.9, 0.85 * width + 0.9) * across[2]
    steps = ["M", left[0], "Q", left[1], left[2], "L", base + wing, tip, base - wing, right[2], "Q", right[1], right[0]]
    data = " ".join(step if isinstance(step, str) else f"{svg.number(step[0])} {svg.number(step[1])}" for step in steps)
    hover = svg.title(words)
    return svg.tag("path", hover, d=f"{data}z", fill=colour, fill_opacity=".8", stroke=svg.PAPER, stroke_width=0.4)


def _saying(places: Sequence[Place], moves: Floats, o: int, d: int) -> str:
    return f"{places[o].name} to {places[d].name}: {persons(moves[o, d])} a year"


def _unit(way: Floats) -> Floats:
    unit: Floats = way / max(float(np.hypot(*way)), 1e-6)
    return unit


def _left(way: Floats) -> Floats:
    return _unit(np.array([way[1], -way[0]]))


def _totals_words(place: Place, inward: float, outward: float) -> str:
    return f"{place.name}: {persons(inward)} in, {persons(outward)} out a year on this map"


def _circle(point: Floats, radius: float, place: Place, words: str) -> str:
    look = {"fill": svg.PAPER, "stroke": svg.NAVY if place.member else svg.MUTED}
    width = 1.4 if place.member else 0.9
    return svg.tag("circle", svg.title(words), cx=point[0], cy=point[1], r=radius, stroke_width=width, **look)


def _dock(point: Floats, extent: tuple[float, float], words: str) -> str:
    """Mark a partner beyond the edge by a triangle that points there."""
    away = (point - np.array(extent) / 2) / np.array(extent)
    out = np.sign(away) * (np.abs(away) >= np.abs(away).max())
    aside = out[::-1]
    corners = (point + 6 * out, point - 2 * out + 5 * aside, point - 2 * out - 5 * aside)
    data = svg.path([(float(x), float(y)) for x, y in corners], closed=True)
    return svg.tag("path", svg.title(words), d=data, fill=svg.MUTED)


def _labels(
    places: Sequence[Place],
    points: Floats,
    radii: Floats,
    curves: Sequence[Floats],
    *,
    shown: Sequence[int],
    extent: tuple[float, float],
    style: Style,
) -> dict[int, labels.Label]:
    """Place labels, members and large places first; a telephone shows codes only."""
    order = sorted(shown, key=lambda i: not places[i].member)[:MOST_LABELS]
    wishes = [labels.Wish(points[i, 0], points[i, 1], radii[i], _forms(places[i], full=style.full)) for i in order]
    busy = np.concatenate([_samples(curve) for curve in curves]) if curves else np.zeros((0, 2))
    found = labels.place(wishes, busy, style.letters, extent)
    return {i: label for i, label in zip(order, found, strict=True) if label}


def _forms(place: Place, *, full: bool) -> list[list[str]]:
    return [wrap(place.name, LETTERS_A_LINE), [place.iso3]] if full else [[place.iso3]]


def _samples(curve: Floats) -> Floats:
    t = np.linspace(0.0, 1.0, 25)[:, None]
    points: Floats = (1 - t) ** 2 * curve[0] + 2 * t * (1 - t) * curve[1] + t**2 * curve[2]
    return points


def _words(label: labels.Label, point: Floats, radius: float, place: Place, style: Style) -> str:
    """Write a label with a pale edge that keeps it readable above corridors, and its leader line."""
    box = label.box
    look = {"font_weight": "600", "fill": svg.INK} if place.member else {"fill": svg.MUTED}
    lines = [
        svg.text((box.left + box.right) / 2, box.top + style.letters * (0.9 + labels.LINE_HEIGHT * row), line)
        for row, line in enumerate(label.lines)
    ]
    near = np.array(label.foot(point[0], point[1]))
    edge = point + _unit(near - point) * radius
    leader = svg.polyline([(*edge,), (*near,)], stroke=svg.MUTED, stroke_width=0.7) if label.leader else ""
    return leader + svg.tag(
        "g", *lines, font_size=style.letters, text_anchor="middle", paint_order="stroke", stroke=svg.PAPER,
        stroke_width=2.4, stroke_linejoin="round", **look,
    )  # fmt: skip


def _legend(kinds: Sequence[FlowKind], scale: MapScale, top: float, *, docks: bool) -> tuple[list[str], float]:
    """Return the legend below `top`, wrapped to the width of the map, and its height."""
    items = [(svg.tag("rect", y=-2.5, width=20, height=5, fill=kind.colour), 20.0, kind.words) for kind in kinds]
    for moves in _round_widths(scale):
        wide = scale.width(moves)
        bar = svg.tag("rect", y=-wide / 2, width=20, height=wide, fill=svg.MUTED)
        items.append((bar, 20.0, f"{persons(moves)} a year"))
    ring = svg.tag("circle", cx=6, r=5, fill=svg.PAPER, stroke=svg.MUTED)
    items.append((ring, 12.0, "area of a circle: all moves on this map" if kinds else "There are no moves to show."))
    if docks:
        arrow = svg.tag("path", d="M0 0l8-5v10z", fill=svg.MUTED)
        items.append((arrow, 8.0, "lies beyond the edge"))
    size = scale.style.letters
    x, y, written = 2.0, top + 20.0, []
    for glyph, wide, words in items:
        extent = wide + 6 + text_width(words, size)
        if x > 2 and x + extent > scale.style.width:
            x, y = 2.0, y + 20.0
        placed = svg.tag("g", glyph, transform=f"translate({svg.number(x)} {svg.number(y)})")
        written += [placed, svg.text(x + wide + 6, y + 0.35 * size, words, font_size=size, fill=svg.MUTED)]
        x += extent + 18
    return written, y + 14 - top


def _round_widths(scale: MapScale) -> list[float]:
    """Return up to three round counts of persons for the legend, the largest first."""
    if scale.top < FEW:
        return []
    steps = (nice_below(scale.top / part) for part in (1, 4, 20))
    return [step for step in dict.fromkeys(steps) if step >= FEW]


def _description(places: Sequence[Place], moves: Floats, pairs: Integers, *, unnamed: int) -> str:
    if not len(pairs):
        return "A map without corridors: there are no moves to show."
    first = "; ".join(f"{places[o].name} to {places[d].name} {persons(moves[o, d])}" for o, d in pairs[:3])
    rest = f" {unnamed} places found no room for a label." if unnamed else ""
    return f"The {len(pairs)} largest corridors. Persons a year, the largest: {first}.{rest}"
