"""The brief: one self-contained HTML page that shows an outlook of a group of areas to people who decide.

Everything the page shows stands in a `Brief`; this module only words, draws and lays out, it computes no result.
Two moments are compared throughout: *now* (`first_year`) and *later* (`last_year`). Persons; flows are persons a year.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from corridor.figures import Line, Place, chord, flow_map, pyramid, svg, trend
from corridor.figures.flow_map import NARROW, WIDE
from corridor.reports.outlook.brief_causes import draw_fans, draw_member, draw_waterfalls
from corridor.reports.report_files import page_from

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from corridor.axes import Floats, Integers
    from corridor.reports.outlook.brief_causes import CausesData
    from corridor.reports.outlook.reported import ReportedSeries

__all__ = [
    "Brief",
    "ChordData",
    "CitedSource",
    "FlowMapData",
    "Headline",
    "MemberSheet",
    "Partner",
    "Passage",
    "Place",
    "Provenance",
    "TopCorridor",
    "Trends",
    "render",
]

MOMENTS = ("now", "later")
PHONE_CHORD = 360.0
"""Pixels; side of the chord diagram on a telephone, with short names."""
MILESTONES = 10
"""Years between the rows of the table of the group."""


@dataclass(frozen=True, slots=True)
class Headline:
    """One large figure on the first page.

    Attributes
    ----------
    figure : the figure as people say it, already worded ("4.2 million"); see `figures.wording`
    label : what it is, in a few words
    explanation : one or two sentences
    """

    figure: str
    label: str
    explanation: str


@dataclass(frozen=True, slots=True)
class FlowMapData:
    """Corridors on a map, now and later, drawn to one scale.

    Attributes
    ----------
    places : the areas between which corridors are shown; the map is cropped to them
    now, later : [ORIG, DEST] over `places`, persons a year; only the largest are drawn, zeros and the diagonal never
    rings : land as polygons without holes, each (n, 2) longitude and latitude in degrees, cut at 180 degrees
    note : a sentence under the maps (which corridors were chosen)
    """

    places: Sequence[Place]
    now: Floats
    later: Floats
    rings: Sequence[Floats]
    note: str = ""


@dataclass(frozen=True, slots=True)
class ChordData:
    """Moves between members or regions, now and later.

    Attributes
    ----------
    names : one a sector, 2 to 30 of them; small ones are lumped by the caller
    short : shorter names for narrow screens, such as ISO codes, in the same order
    now, later : [ORIG, DEST], persons a year; the diagonal is drawn (moves within a region), zeros are not
    note : a sentence under the diagrams
    """

    names: Sequence[str]
    short: Sequence[str]
    now: Floats
    later: Floats
    note: str = ""


@dataclass(frozen=True, slots=True)
class TopCorridor:
    """A row of the table of the largest corridors.

    Attributes
    ----------
    now, later : persons a year
    missed : how far past forecasts missed on average, persons a year
    """

    origin: str
    destination: str
    now: float
    later: float
    missed: float
    evidence: str


@dataclass(frozen=True, slots=True)
class Trends:
    """The group as a whole, year by year.

    Attributes
    ----------
    years : [YEAR] calendar years
    inward, outward : [YEAR] persons a year between the group and the rest of the world
    within : [YEAR] persons a year between members
    net : [YEAR] persons a year, inward - outward
    population : [YEAR] persons on 1 January
    population_un : [YEAR] persons, the UN medium variant at the same moments, or None
    """

    years: Integers
    inward: Floats
    outward: Floats
    within: Floats
    net: Floats
    population: Floats
    population_un: Floats | None = None


@dataclass(frozen=True, slots=True)
class Partner:
    """An origin or destination of a member, `persons` a year."""

    name: str
    persons: float


@dataclass(frozen=True, slots=True)
class MemberSheet:
    """One member on one sheet.

    Attributes
    ----------
    population_now, population_later : persons on 1 January
    in_*, out_*, net_* : persons a year, all partners in the world
    origins_*, destinations_* : the largest partners, largest first, at most five are shown
    pyramid_now, pyramid_later : [SEX, AGE] persons, single ages 0..100+
    born_abroad_now, born_abroad_later : share of residents (0..1), None where unknown
    past_error : a sentence on how far past projections of this area missed, None where not measured
    notes : what was done with this area's data (rules for holes, names and status)
    reported : heading -> flows that others report, beside ours
    """

    iso3: str
    name: str
    population_now: float
    population_later: float
    in_now: float
    in_later: float
    out_now: float
    out_later: float
    net_now: float
    net_later: float
    origins_now: Sequence[Partner]
    origins_later: Sequence[Partner]
    destinations_now: Sequence[Partner]
    destinations_later: Sequence[Partner]
    pyramid_now: Floats
    pyramid_later: Floats
    born_abroad_now: float | None = None
    born_abroad_later: float | None = None
    past_error: str | None = None
    notes: Sequence[str] = ()
    reported: Mapping[str, Sequence[ReportedSeries]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph with a heading: of the method, or a rule for a hole in the data."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class CitedSource:
    """A publication the figures rest on."""

    name: str
    publisher: str
    address: str
    licence: str
    revision: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """How to make this page again: `checksums` are (table or file, sha256) pairs, `command` is the whole line."""

    version: str
    command: str
    checksums: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything the page shows.

    Attributes
    ----------
    group, group_note : the group's name; membership date and how sure it is
    first_year, last_year : the years called now and later
    anchor : what the projection is tied to, in words ("UN net migration by country (WPP 2024)")
    scenario : its title
    reading : what a move is, what the figures are and how to read them
    generated : the line that says when and by what the page was made
    chord, flow_map, trends : None leaves the figure out
    corridors, world_corridors : the largest of the group and of the world, largest first
    evidence_note : what the words on evidence and errors mean in the table of corridors
    rules : the rules for holes in the data that were used
    limits : what the figures cannot say, plainly, one sentence or two each
    border_disclaimer : shown under every map
    causes : why flows change, None leaves the part out
    reported_hint : how to bring reported figures, empty where some were brought
    """

    title: str
    subtitle: str
    group: str
    group_note: str
    first_year: int
    last_year: int
    anchor: str
    scenario: str
    reading: str
    generated: str
    headlines: Sequence[Headline]
    flow_map: FlowMapData | None
    chord: ChordData | None
    corridors: Sequence[TopCorridor]
    world_corridors: Sequence[TopCorridor]
    evidence_note: str
    trends: Trends | None
    members: Sequence[MemberSheet]
    method: Sequence[Passage]
    rules: Sequence[Passage]
    sources: Sequence[CitedSource]
    limits: Sequence[str]
    border_disclaimer: str
    provenance: Provenance
    causes: CausesData | None = None
    reported_hint: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure now and later, as markup, in the form for wide pages and the one for telephones."""

    now: str
    later: str
    narrow_now: str
    narrow_later: str


def render(brief: Brief) -> str:
    """Return the brief as one HTML page that needs nothing from elsewhere; the same brief gives the same bytes."""
    return page_from(
        "brief.html",
        version=brief.provenance.version,
        brief=brief,
        maps=brief.flow_map and _maps(brief.flow_map, (brief.first_year, brief.last_year)),
        chords=brief.chord and _chords(brief.chord, (brief.first_year, brief.last_year)),
        codes=() if brief.chord is None else tuple(zip(brief.chord.short, brief.chord.names, strict=True)),
        trends=brief.trends and tuple(_trends(brief.trends, brief.group)),
        milestones=() if brief.trends is None else _milestones(brief.trends.years),
        sheets=[
            (member, _pyramid(member, (brief.first_year, brief.last_year)), draw_member(brief.causes, member.iso3))
            for member in brief.members
        ],
        waterfalls=brief.causes and draw_waterfalls(brief.causes),
        fans=brief.causes and draw_fans(brief.causes),
    )


def _maps(data: FlowMapData, years: tuple[int, int]) -> Pair:
    """Draw both maps to one scale."""
    moves = [
        np.where(np.eye(len(data.places), dtype=bool), 0.0, np.nan_to_num(flows)) for flows in (data.now, data.later)
    ]
    widest = max(float(m.max(initial=0.0)) for m in moves)
    largest = max(float((m.sum(axis=0) + m.sum(axis=1)).max(initial=0.0)) for m in moves)
    drawn = [
        flow_map(
            f"map-{moment}{suffix}",
            data.places,
            flows,
            data.rings,
            heading=f"The largest corridors, {year}",
            style=style,
            widest=widest,
            largest=largest,
        )
        for style, suffix in ((WIDE, ""), (NARROW, "-narrow"))
        for moment, year, flows in zip(MOMENTS, years, moves, strict=True)
    ]
    return Pair(*drawn)


def _chords(data: ChordData, years: tuple[int, int]) -> Pair:
    drawn = [
        chord(f"chord-{moment}{suffix}", names, flows, heading=f"Who moves where, {year}", size=size)
        for names, suffix, size in ((data.names, "", 560.0), (data.short, "-narrow", PHONE_CHORD))
        for moment, year, flows in zip(MOMENTS, years, (data.now, data.later), strict=True)
    ]
    return Pair(*drawn)


def _trends(data: Trends, group: str) -> Iterator[str]:
    moves = [
        Line("Moves in", data.inward, svg.BLUE),
        Line("Moves out", data.outward, svg.ORANGE),
        *([Line("Moves within", data.within, svg.NAVY)] if data.within.any() else []),
        Line("Net", data.net, svg.MUTED, "5 3"),
    ]
    yield trend("trend-moves", data.years, moves, heading=f"{group}: moves a year")
    people = [Line("Corridor", data.population, svg.BLUE)]
    if data.population_un is not None:
        people.append(Line("UN medium variant", data.population_un, svg.ORANGE, "5 3"))
    yield trend("trend-population", data.years, people, heading=f"{group}: population on 1 January")


def _milestones(years: Integers) -> list[int]:
    """Return the positions of the first year, every tenth, and the last."""
    last = len(years) - 1
    return [i for i, year in enumerate(years) if i in {0, last} or (year % MILESTONES == 0 and 3 <= i <= last - 3)]


def _pyramid(member: MemberSheet, years: tuple[int, int]) -> str:
    heading = f"{member.name}: population by age and sex, {years[0]} and {years[1]}"
    return pyramid(f"pyramid-{member.iso3}", member.pyramid_now, member.pyramid_later, heading=heading, years=years)
