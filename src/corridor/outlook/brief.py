"""The brief: one self-contained HTML page that shows an outlook of a group of areas to people who decide.

Everything the page shows stands in a `Brief`; this module only words, draws and lays out, it computes no result.
Two moments are compared throughout: *now* (`first_year`) and *later* (`last_year`). Persons; flows are persons a year.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats, Integers

Quality: TypeAlias = Literal["good", "fair", "weak"]
"""How far a corridor's base estimate rests on data; `Brief.quality_note` says where the caller drew the lines."""


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
class Place:
    """An area as a point of the map. `member` is True for areas of the group: they are coloured and labelled first."""

    iso3: str
    name: str
    lon: float
    lat: float
    member: bool


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
    """A row of the table of the largest corridors; `now` and `later` in persons a year."""

    origin: str
    destination: str
    now: float
    later: float
    quality: Quality


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


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph with a heading: of the method, or a rule for a hole in the data."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Source:
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
    generated : the line that says when and by what the page was made
    chord, flow_map, trends : None leaves the figure out
    quality_note : what good, fair and weak mean in the table of corridors
    rules : the rules for holes in the data that were used
    limits : what the figures cannot say, plainly, one sentence or two each
    border_disclaimer : shown under every map
    """

    title: str
    subtitle: str
    group: str
    group_note: str
    first_year: int
    last_year: int
    anchor: str
    generated: str
    headlines: Sequence[Headline]
    flow_map: FlowMapData | None
    chord: ChordData | None
    corridors: Sequence[TopCorridor]
    quality_note: str
    trends: Trends | None
    members: Sequence[MemberSheet]
    method: Sequence[Passage]
    rules: Sequence[Passage]
    sources: Sequence[Source]
    limits: Sequence[str]
    border_disclaimer: str
    provenance: Provenance
