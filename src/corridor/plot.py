"""Pictures in one call: `chord`, `sankey` and `flow_map` of flows, `pyramid` of a population.

    figure = corridor.plot.sankey(flows, title="Who moved where in 2023")
    figure.save("moves.html")

A notebook shows the figure that ends a cell. The same input gives the same bytes. Flows are persons a year and come as

- a long pandas table with a row for each pair, columns `orig`, `dest`, `flow` or others that the keywords name,
- a square pandas table, origins in rows, the same labels in columns, or
- an array [ORIG, DEST] with `names`, which may be left out where it covers the 237 areas in their order.

Labels can be anything; ISO 3166-1 alpha-3 codes are shown as names where there is room.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from corridor.areas import areas, find, members
from corridor.errors import InputError, Problem
from corridor.figures import Place, svg
from corridor.figures import chord as draw_chord
from corridor.figures import flow_map as draw_map
from corridor.figures import pyramid as draw_pyramid
from corridor.figures.flow_map import MOST_CORRIDORS, NARROW, WIDE, largest_corridors
from corridor.figures.given import Flows, read_flows, read_people
from corridor.figures.layout import cut, text_width, wrap
from corridor.figures.sankey import sankey as draw_sankey
from corridor.figures.wording import share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from corridor.axes import Booleans, Floats

__all__ = ["Figure", "chord", "flow_map", "pyramid", "sankey"]

Given: TypeAlias = "pd.DataFrame | Floats | Sequence[Sequence[float]]"

MOST_SECTORS, MOST_A_SIDE = 30, 25
"""Sectors of a chord and bars on a side of a Sankey diagram, "Other" among them (judgements: they stay readable)."""
OTHER = 7
"""The colour of what is lumped, a position in `svg.FAMILY`; groups have the ones before it."""
ALTERNATING = 6
"""Colours that take turns where no groups are given."""
LEAST_WIDTH, MOST_WIDTH, ROOMY = 280.0, 2000.0, 480.0
"""Pixels: the bounds of `width`, and from where on codes are shown as names."""
PAD, TITLE, SMALL = 12.0, 15.0, 11.0
"""Pixels: the margin around a figure, the letters of its title and of its notes."""
LETTER = 0.56
"""Mean advance of a letter in ems, for where lines break."""
LONGEST_NAME, LONGEST_WORD, LONGEST_WORD_NARROW = 48, 22, 14
"""Letters of a label; what is longer is cut."""
MOST_NAMED = 20
"""Unknown areas named in a report."""
FORMS = (".svg", ".html")


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture.

    Attributes
    ----------
    svg : the picture as SVG, complete in itself
    title, description : what it is and what it shows, in words
    """

    svg: str = field(repr=False)
    title: str
    description: str

    def save(self, path: str | Path) -> Path:
        """Write the picture as `.svg`, or as a page that needs no other file, `.html`; whole or not at all.

        Raises
        ------
        InputError : another suffix, or the file cannot be written
        """
        path = Path(path)
        if path.suffix.lower() not in FORMS:
            raise InputError(
                Problem(
                    "a figure cannot be saved in this format, only as .svg or .html",
                    "Choose one of the two",
                    file=str(path),
                )
            )
        from corridor.data.files import write_whole  # noqa: PLC0415 - only who saves a picture needs it

        content = self.svg if path.suffix.lower() == ".svg" else self._page()
        try:
            write_whole(path, f"{content}\n".encode())
        except OSError as error:
            fault = f"the file cannot be written ({error.strerror})"
            raise InputError(Problem(fault, "Choose another place", file=str(path))) from None
        return path

    def _page(self) -> str:
        return (
            '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{svg.escape(self.title)}</title>\n"
            "<style>body{margin:0}svg{display:block;margin:0 auto}</style>\n"
            f"{self.svg}\n</html>"
        )

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        return self.svg

    def __str__(self) -> str:
        """Return the figure in words."""
        return f"{self.title}. {self.description}"


@dataclass(frozen=True, slots=True)
class Sectors:
    """The areas shown by themselves, and after them "Other", if there are others.

    Attributes
    ----------
    names : what their labels say
    holds : [sector, area] 1 where a sector holds an area
    paints : their colours, as positions in `svg.FAMILY`
    lumped, part : how many areas "Other" holds, and what part of all people
    groups : group -> colour of the groups that are shown
    """

    names: list[str]
    holds: Floats
    paints: list[int]
    lumped: int
    part: float
    groups: dict[str, int]

    @property
    def colours(self) -> list[str]:
        """Their colours as SVG writes them."""
        return [svg.FAMILY[paint] for paint in self.paints]

    def note(self, areas_said: str, moves_said: str) -> list[str]:
        """Say what "Other" is."""
        said = f"Other ({self.lumped}): the remaining {areas_said}, {share(self.part)} of all {moves_said}."
        return [said] if self.lumped else []


# Figures


def chord(
    flows: Given,
    *,
    title: str = "",
    largest: int | None = None,
    groups: Mapping[str, str] | None = None,
    width: float = 640.0,
    names: Sequence[str] | None = None,
    orig: str = "orig",
    dest: str = "dest",
    flow: str = "flow",
) -> Figure:
    """Draw flows round a circle; ribbons have the colour of their origin and end in an arrow at their destination.

    At most 30 sectors are drawn: the areas with the fewest moves are lumped to "Other". Moves within an area (the
    diagonal) are drawn as well.

    Parameters
    ----------
    flows : see the head of this module
    largest : show the ends of this many largest flows, and lump all other areas to "Other"
    groups : label -> group, at most seven; a group has one colour, its members stand together
    width : pixels
    names : labels of an array
    orig, dest, flow : columns of a long table

    Raises
    ------
    InputError : the flows, groups, width or `largest` cannot be used; every problem is named
    """
    found = read_flows(flows, names, (orig, dest, flow))
    _check_options(width, largest, found.labels, groups)
    turnover, ends = found.moves.sum(axis=0) + found.moves.sum(axis=1), _ends(found.moves, largest)
    kept = _kept(turnover, MOST_SECTORS, ends[:, 0] | ends[:, 1])
    sectors = _sectors(found.labels, kept, turnover, groups, width)
    drawn = draw_chord(
        _key("chord", found, title),
        sectors.names,
        sectors.holds @ found.moves @ sectors.holds.T,
        heading=title or "Flows",
        size=width,
        colours=sectors.colours,
    )
    return _framed(drawn, title, sectors.note("areas", "arrivals and departures"), sectors.groups)


def sankey(
    flows: Given,
    *,
    title: str = "",
    largest: int | None = None,
    groups: Mapping[str, str] | None = None,
    width: float = 760.0,
    names: Sequence[str] | None = None,
    orig: str = "orig",
    dest: str = "dest",
    flow: str = "flow",
) -> Figure:
    """Draw flows as bands from origins on the left to destinations on the right, with totals.

    At most 25 bars stand on a side: the origins and destinations with the fewest moves are lumped to "Other".

    Parameters
    ----------
    flows, groups, width, names, orig, dest, flow : as in `chord`
    largest : show the origins and destinations of this many largest flows, and lump all others to "Other"

    Raises
    ------
    InputError : as `chord`
    """
    found = read_flows(flows, names, (orig, dest, flow))
    _check_options(width, largest, found.labels, groups)
    ends = _ends(found.moves, largest)
    out, in_ = found.moves.sum(axis=1), found.moves.sum(axis=0)
    left = _sectors(found.labels, _kept(out, MOST_A_SIDE, ends[:, 0]), out, groups, width)
    right = _sectors(found.labels, _kept(in_, MOST_A_SIDE, ends[:, 1]), in_, groups, width)
    drawn = draw_sankey(
        _key("sankey", found, title),
        left.names,
        right.names,
        left.holds @ found.moves @ right.holds.T,
        heading=title or "Flows from origins to destinations",
        width=width,
        colours=(left.colours, right.colours) if groups else None,
        last=[side.names[-1] for side in (left, right) if side.lumped],
    )
    notes = left.note("origins", "moves") + right.note("destinations", "moves")
    return _framed(drawn, title, notes, left.groups | right.groups)


def flow_map(
    flows: Given,
    *,
    title: str = "",
    largest: int = 40,
    group: str | Sequence[str] | None = None,
    width: float = 820.0,
    names: Sequence[str] | None = None,
    orig: str = "orig",
    dest: str = "dest",
    flow: str = "flow",
) -> Figure:
    """Draw the largest flows between areas on a map without borders, cropped to the areas at their ends.

    Parameters
    ----------
    flows, width, names, orig, dest, flow : as in `chord`; labels are codes or names that `corridor.areas.find` knows
    largest : how many flows are drawn, at most 60
    group : a group of `corridor.areas` ("CICA"), or areas: only flows that touch it are drawn, their colour says
        whether they lead into it, out of it or stay within; the map is cropped to it, partners beyond stand at the edge

    Raises
    ------
    InputError : as `chord`; unknown areas come with near spellings
    """
    from corridor.data.arrays import land_rings  # noqa: PLC0415 - other figures need no panel
    from corridor.data.panel import load_panel  # noqa: PLC0415 - only a map needs it

    found = read_flows(flows, names, (orig, dest, flow))
    _check_options(width, largest, found.labels, None, most=MOST_CORRIDORS)
    places = _placed(found, group)
    inside = np.array([place.member for place in places], dtype=np.bool_)
    moves = np.where((inside[:, None] | inside) & ~np.eye(len(places), dtype=np.bool_), found.moves, 0.0)
    pairs = largest_corridors(moves)[:largest]
    drawn = np.zeros_like(moves)
    drawn[pairs[:, 0], pairs[:, 1]] = moves[pairs[:, 0], pairs[:, 1]]
    shown = sorted({int(end) for end in pairs.ravel()} | (set(np.flatnonzero(inside).tolist()) if group else set()))
    style = replace(WIDE if width >= ROOMY else NARROW, width=width)
    heading = title or "The largest flows"
    chosen, rings = [places[i] for i in shown], land_rings(load_panel())
    markup = draw_map(
        _key("map", found, title), chosen, drawn[np.ix_(shown, shown)], rings, heading=heading, style=style
    )
    count, part = int((moves > 0).sum()), share(float(drawn.sum() / moves.sum())) if len(pairs) else ""
    touching = " that touch the group" if group is not None else ""
    note = f"{len(pairs)} of {count:,} flows{touching}, the largest: {part} of their moves."
    return _framed(markup, title, [note] if len(pairs) < count else [])


def pyramid(
    population: Given,
    later: Given | None = None,
    *,
    title: str = "",
    years: tuple[int, int] | None = None,
    age: str = "age",
    sex: str = "sex",
    persons: str = "persons",
) -> Figure:
    """Draw a population by sex and age in five-year groups, and a later one behind its outline.

    Parameters
    ----------
    population : a long pandas table with a row for each age and sex (ages 0, 1, ..., 100 or "100+"; five-year groups by
        their first age; "female"/"male", "f"/"m"), or an array [SEX, AGE] of persons, women first: 101 single ages or
        21 five-year groups up to 100 and over
    later : the same at a second moment; `years` names the two
    age, sex, persons : columns of a long table

    Raises
    ------
    InputError : a population or `years` cannot be used; every problem is named
    """
    if (later is None) != (years is None):
        fault = "`later` is given without `years`, or `years` without `later`"
        raise InputError(Problem(fault, "Give `later` and `years` together", column="years", value=years))
    first = read_people(population, (age, sex, persons))
    second = None if later is None else read_people(later, (age, sex, persons))
    heading = title or "Population by age and sex"
    key = _key("pyramid", first, second, title)
    return _framed(draw_pyramid(key, first, second, heading=heading, years=years), title)


# Choosing what is shown


def _check_options(
    width: float, largest: int | None, labels: Sequence[str], groups: Mapping[str, str] | None, most: int = 10**9
) -> None:
    problems = []
    if not LEAST_WIDTH <= width <= MOST_WIDTH:
        fault = f"the figure is not {LEAST_WIDTH:.0f} to {MOST_WIDTH:.0f} pixels wide"
        problems.append(Problem(fault, "Choose a width between the two", column="width", value=width))
    if largest is not None and not 1 <= largest <= most:
        fault = "less than one flow would be drawn" if largest < 1 else f"more than {most} flows would be drawn"
        problems.append(Problem(fault, "Choose another number", column="largest", value=largest))
    if groups and len(set(groups.values())) > OTHER:
        fault = f"there are more than {OTHER} groups, and more colours cannot be distinguished"
        problems.append(Problem(fault, "Join some of them", column="groups", value=len(set(groups.values()))))
    problems += [
        Problem("the area has no group", "Add it to the groups", column="groups", value=label)
        for label in labels
        if groups is not None and label not in groups
    ]
    if problems:
        raise InputError(problems)


def _ends(moves: Floats, largest: int | None) -> Booleans:
    """Return [area, (origin, destination)]: which areas are ends of the largest flows; all where none are asked for."""
    if largest is None:
        return np.ones((len(moves), 2), dtype=np.bool_)
    order = np.argsort(-moves, axis=None, kind="stable")[:largest]
    ends = np.zeros((len(moves), 2), dtype=np.bool_)
    for axis, positions in enumerate(np.unravel_index(order[moves.ravel()[order] > 0], moves.shape)):
        ends[positions, axis] = True
    return ends


def _kept(totals: Floats, most: int, wanted: Booleans) -> list[int]:
    """Return the positions shown by themselves, in their order: with people, wanted, and among the largest."""
    alive = totals > 0
    chosen = alive & wanted
    if alive.sum() - chosen.sum() == 1:
        chosen = alive  # "Other" of one area hides its name for nothing
    if chosen.sum() + (chosen.sum() < alive.sum()) <= most:
        return [int(place) for place in np.flatnonzero(chosen)]
    order = np.argsort(-np.where(chosen, totals, -1.0), kind="stable")
    return [int(place) for place in np.sort(order[: most - 1])]


def _sectors(
    labels: Sequence[str], kept: Sequence[int], totals: Floats, groups: Mapping[str, str] | None, width: float
) -> Sectors:
    """Describe the areas `kept`, members of a group side by side, and put all others with people in "Other"."""
    order = list(dict.fromkeys((groups or {}).values()))
    if groups:
        kept = sorted(kept, key=lambda i: order.index(groups[labels[i]]))
    shown = [labels[i] for i in kept]
    paints = [order.index(groups[label]) if groups else i % ALTERNATING for i, label in enumerate(shown)]
    rest = totals > 0
    rest[list(kept)] = False
    lumped = int(rest.sum())
    holds = np.eye(len(labels))[list(kept)]
    names = [_short(name, width) for name in _named(shown, width)]
    if lumped:
        holds, names, paints = np.vstack([holds, rest]), [*names, f"Other ({lumped})"], [*paints, OTHER]
    part = float(totals[rest].sum() / totals.sum()) if lumped else 0.0
    in_use = {order[paint]: paint for paint in sorted(set(paints) - {OTHER})} if groups else {}
    return Sectors(names, holds, paints, lumped, part, in_use)


def _named(labels: Sequence[str], width: float) -> Sequence[str]:
    """Return the names of areas for their codes where there is room, any other labels as they are."""
    named = {area.iso3: area.short_name for area in areas()}
    return [named[label] for label in labels] if width >= ROOMY and set(labels) <= set(named) else labels


def _short(name: str, width: float) -> str:
    """Cut words and names that are too long for a label."""
    longest = LONGEST_WORD if width >= ROOMY else LONGEST_WORD_NARROW
    words = [word if len(word) <= longest else f"{word[: longest - 1]}…" for word in name.split()]
    whole = " ".join(words)
    return whole if len(whole) <= LONGEST_NAME else f"{whole[: LONGEST_NAME - 1].rstrip()}…"


def _placed(flows: Flows, group: str | Sequence[str] | None) -> list[Place]:
    """Return the areas of the labels as points of the map.

    Raises
    ------
    InputError : a label is no area, two labels are one area, or none belongs to the group
    """
    problems: list[Problem] = []
    found: dict[str, str] = {}
    known = []
    for label, (row, column) in zip(flows.labels, flows.places, strict=True):
        try:
            area = find(label)
        except InputError as error:
            problems += [replace(problem, row=row, column=column) for problem in error.problems]
            if len(problems) >= MOST_NAMED:
                break
            continue
        if area.iso3 in found:
            fault = f"two labels stand for one area: {found[area.iso3]!r} is {area.name} as well"
            problems.append(Problem(fault, "Use one of the two", row=row, column=column, value=label))
        found.setdefault(area.iso3, label)
        known.append(area)
    if problems:
        raise InputError(problems)
    inside = _inside(group) if group is not None else set(found)
    if found and not inside & set(found):
        raise InputError(Problem("no areas belong to the group", "Choose another group", column="group", value=group))
    return [Place(a.iso3, a.short_name, a.longitude, a.latitude, a.iso3 in inside) for a in known]


def _inside(group: str | Sequence[str]) -> set[str]:
    return {area.iso3 for area in (members(group) if isinstance(group, str) else map(find, group))}


# The frame of a figure


def _key(kind: str, *content: object) -> str:
    """Return a name that is unique on a page of different figures, and the same for the same content."""
    digest = hashlib.sha256()
    for part in content:
        if isinstance(part, Flows):
            digest.update(repr(list(part.labels)).encode() + part.moves.tobytes())
        else:
            digest.update(part.tobytes() if isinstance(part, np.ndarray) else repr(part).encode())
    return f"{kind}-{digest.hexdigest()[:10]}"


def _framed(
    markup: str, title: str, notes: Sequence[str] = (), groups: Mapping[str, int] = MappingProxyType({})
) -> Figure:
    """Set a figure on paper with its title above, the key of the groups (name -> colour) and the notes below."""
    opening, size, rest = re.split(r'(viewBox="[^"]*")', markup, maxsplit=1)
    look, described, body = re.split(r"(?<=</desc>)|(?=<title)", rest, maxsplit=2)
    width, height = (float(part) for part in size.rstrip('"').split()[-2:])
    heads = wrap(title, int(width / (TITLE * LETTER))) if title else []
    rise = len(heads) * TITLE * 1.3 + (8 if heads else 0)
    above = [
        svg.text(0, TITLE * (0.9 + 1.3 * row), line, font_size=TITLE, font_weight="600", fill=svg.INK)
        for row, line in enumerate(heads)
    ]
    below, foot = _below(notes, groups, width, rise + height)
    wide, high = width + 2 * PAD, foot + 2 * PAD
    paper = svg.tag("rect", x=-PAD, y=-PAD, width=wide, height=high, fill=svg.PAPER)
    n = svg.number
    drawn = "".join(
        [
            f'{opening}viewBox="{n(-PAD)} {n(-PAD)} {n(wide)} {n(high)}" width="{n(wide)}" height="{n(high)}" ',
            f'style="max-width:100%;height:auto"{look}{described}{paper}{"".join(above)}',
            f'<svg y="{n(rise)}" width="{n(width)}" height="{n(height)}" {size}>{body}{"".join(below)}</svg>',
        ]
    )
    said = re.findall(r"<(?:title|desc) id[^>]*>([^<]*)<", described)
    return Figure(drawn, unescape(said[0]), unescape(said[1]))


def _below(notes: Sequence[str], groups: Mapping[str, int], width: float, foot: float) -> tuple[list[str], float]:
    """Write the key of the groups and the notes under `foot`; return the markup and the new foot."""
    drawn: list[str] = []
    x, y = 0.0, foot + (18.0 if groups else 0.0)
    for group, paint in groups.items():
        words = cut(group, SMALL, width - 16)
        wide = 16 + text_width(words, SMALL)
        if x > 0 and x + wide > width:
            x, y = 0.0, y + 18.0
        drawn.append(svg.tag("rect", x=x, y=y - 9, width=10, height=10, fill=svg.FAMILY[paint]))
        drawn.append(svg.text(x + 16, y, words, font_size=SMALL, fill=svg.INK))
        x += wide + 16
    y += 4.0 if groups and notes else 0.0
    for line in (line for note in notes for line in wrap(note, int(width / (SMALL * LETTER)))):
        y += 18.0
        drawn.append(svg.text(0, y, line, font_size=SMALL, fill=svg.MUTED))
    return drawn, y + (4.0 if drawn else 0.0)
