"""Briefs to look at and to test: real names, places, people and flows, from the panel.

What stands for the later year is today's flow times a made-up factor: these figures test a page, they project nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor.areas import areas, codes, members
from corridor.figures import ScenarioBand, WaterfallStep
from corridor.figures.wording import persons, share
from corridor.reports.outlook.brief import (
    Brief,
    ChordData,
    CitedSource,
    FlowMapData,
    Headline,
    MemberSheet,
    Partner,
    Passage,
    Place,
    Provenance,
    TopCorridor,
    Trends,
)
from corridor.reports.outlook.brief_causes import CausesData, FamilyRow, Fan, Waterfall

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats
    from corridor.data.panel import Panel

NOW, LATER = 2025, 2060
LONG_NAMES = {
    "PRK": "Democratic People's Republic of Korea",
    "HKG": "China, Hong Kong SAR",
    "IRN": "Iran (Islamic Republic of)",
    "FSM": "Micronesia (Fed. States of)",
}
RANKS = ("measured", "adjusted to reports", "modelled")


class World:
    """The 237 areas with their points, people and moves."""

    def __init__(self, panel: Panel) -> None:
        self.iso3 = list(codes())
        self.names = [LONG_NAMES.get(area.iso3, area.name) for area in areas()]
        self.lon = np.array([area.longitude for area in areas()])
        self.lat = np.array([area.latitude for area in areas()])
        self.position = {code: i for i, code in enumerate(self.iso3)}
        self.rings = _rings(panel)
        groups = panel.array("population_july")
        first = int(panel.coordinates("population_july", "year")[0])
        self.people = {year: _by_single_age(groups[year - first]) for year in (NOW, LATER)}
        self.now = panel.array("moves")[-1].sum(axis=0)
        grows = np.random.default_rng(7).lognormal(0.2, 0.3, self.now.shape)
        self.later = self.now * grows
        self.cica = [area.iso3 for area in members("CICA")]

    def brief(self, group: Sequence[str], name: str = "CICA") -> Brief:
        """Make the brief of a group."""
        inside = np.array([self.position[code] for code in group], dtype=np.int64)
        return Brief(
            title=f"Migration in {name}, {NOW} to {LATER}",
            subtitle="Who moves from where to where, and what the next decades may bring if nothing else changes.",
            group=f"{name} ({len(group)} areas)",
            group_note="Membership as of 1 November 2026; accession dates of 15 founders are deduced.",
            first_year=NOW,
            last_year=LATER,
            anchor="UN net migration by country (WPP 2024, medium variant)",
            scenario="SSP2-4.5 with the shipped policies of a coalition of destinations and origins",
            reading="A move is a change of the country where somebody lives for most of a year. " * 3,
            generated="Made on 23 November 2026 by Corridor 0.1.0 from panel 2026.11",
            headlines=self._headlines(inside),
            flow_map=self._map(inside),
            chord=self._chord(inside),
            corridors=self._corridors(inside),
            world_corridors=self._corridors(inside)[:10],
            evidence_note="Evidence: what the moves of 2020-2024 rest on. Measured: from the records of a large online "
            "service. Drawn to reports: of one of the two countries. Modelled: neither.",
            trends=self._trends(inside),
            members=[self._sheet(int(i)) for i in inside],
            method=METHOD,
            rules=RULES,
            sources=SOURCES,
            limits=LIMITS,
            border_disclaimer="The map shows no borders. Names and designations follow the United Nations and do not "
            "imply any opinion on the legal status of a territory or its authorities.",
            provenance=Provenance(
                "0.1.0",
                f"corridor outlook {name.lower()} --to {LATER} -o report",
                [(f"table_{i}.parquet", f"{i:02x}" * 32) for i in range(12)],
            ),
            causes=self._causes(inside, name),
        )

    def _causes(self, inside: np.ndarray, name: str) -> CausesData:
        """Make up causes of the size of the group's moves; only their drawing is tested."""
        years, part = np.arange(NOW, LATER + 1), np.linspace(0.0, 1.0, LATER + 1 - NOW)
        views = (f"moves in, {name}", f"moves out, {name}")
        now = [float(moves.sum()) for moves in (self.now[:, inside], self.now[inside])]
        names = ("SSP1-2.6", "SSP2-4.5", "SSP3-7.0", "SSP5-8.5")
        bands = [
            [
                ScenarioBand(each, size * (1 + k * part / 20), size * (1 - part / 9), size * (1 + part / 4))
                for k, each in enumerate(names)
            ]
            for size in now
        ]
        return CausesData(
            lead="Every combination of causes was run; each step is what a cause adds.",
            waterfalls=[_waterfall(view, size) for view, size in zip(views, now, strict=True)],
            members={
                self.iso3[i]: [
                    _waterfall(f"moves in, {self.names[i]}", float(self.now[:, i].sum())),
                    _waterfall(f"moves out, {self.names[i]}", float(self.now[i].sum())),
                ]
                for i in inside
            },
            fans=[Fan(view, years, of_view) for view, of_view in zip(views, bands, strict=True)],
            fan_note="Four pathways with the incomes of the same name. Range of 80 % of 16 draws.",
            families=["Kalkuhl and Wenz", "Burke, Hsiang and Miguel"],
            family_tables={
                view: [FamilyRow(each, size, [1.02 * size, 1.1 * size]) for each in names]
                for view, size in zip(views, now, strict=True)
            },
            family_note="Two families of damages, because they differ up to tenfold.",
            missing=LIMITS,
        )

    def _headlines(self, inside: np.ndarray) -> list[Headline]:
        now, later = (float(m[inside].sum() + m[:, inside].sum()) for m in (self.now, self.later))
        within = float(self.later[np.ix_(inside, inside)].sum())
        people = float(self.people[LATER][inside].sum())
        return [
            Headline(
                persons(later), f"moves a year in {LATER}", f"From, to and between members; {persons(now)} in {NOW}."
            ),
            Headline(
                persons(within), "of them between members", "Labour moves to the Gulf states remain the largest part."
            ),
            Headline(
                persons(people), f"people in {LATER}", "After a peak in the 2050s, with a quarter aged 60 and over."
            ),
            Headline(
                share(0.184), "of corridors rest on weak evidence", "They are marked, and carry few of the moves."
            ),
        ]

    def _map(self, inside: np.ndarray) -> FlowMapData:
        touching = np.zeros_like(self.now)
        touching[inside], touching[:, inside] = self.now[inside], self.now[:, inside]
        partners = [int(i) for i in np.argsort(-(touching.sum(0) + touching.sum(1)), kind="stable")]
        chosen = [*inside, *[i for i in partners if i not in set(inside)][:8]]
        grid = np.ix_(chosen, chosen)
        later = np.zeros_like(self.now)
        later[inside], later[:, inside] = self.later[inside], self.later[:, inside]
        places = [
            Place(self.iso3[i], self.names[i], float(self.lon[i]), float(self.lat[i]), bool(i in set(inside)))
            for i in chosen
        ]
        note = "Shown are the members and their eight largest partners."
        return FlowMapData(places, touching[grid], later[grid], self.rings, note)

    def _chord(self, inside: np.ndarray) -> ChordData | None:
        chosen = inside[:30]
        if len(chosen) < 2:
            return None
        grid = np.ix_(chosen, chosen)
        names, short = [self.names[i] for i in chosen], [self.iso3[i] for i in chosen]
        return ChordData(names, short, self.now[grid], self.later[grid], "Moves between members only.")

    def _corridors(self, inside: np.ndarray) -> list[TopCorridor]:
        member = np.isin(np.arange(len(self.iso3)), inside)
        touching = np.where(member[:, None] | member, self.now, 0.0)
        pairs = [divmod(int(k), len(self.iso3)) for k in np.argsort(-touching, axis=None, kind="stable")[:20]]
        return [
            TopCorridor(
                self.names[o],
                self.names[d],
                self.now[o, d],
                self.later[o, d],
                0.2 * self.now[o, d],
                RANKS[rank % 7 // 3],
            )
            for rank, (o, d) in enumerate(pairs)
            if touching[o, d] > 0
        ]

    def _trends(self, inside: np.ndarray) -> Trends:
        years = np.arange(NOW, LATER + 1)
        grid = np.ix_(inside, inside)
        ends = [
            (m[:, inside].sum() - m[grid].sum(), m[inside].sum() - m[grid].sum(), m[grid].sum())
            for m in (self.now, self.later)
        ]
        part = (years - NOW) / (LATER - NOW)
        inward, outward, within = (a + (b - a) * part**1.4 for a, b in zip(*ends, strict=True))
        people = [self.people[year][inside].sum() for year in (NOW, LATER)]
        un = people[0] + (people[1] - people[0]) * np.sin(part * np.pi / 2)
        return Trends(years, inward, outward, within, inward - outward, un * (1 + 0.004 * part), un)

    def _sheet(self, i: int) -> MemberSheet:
        now, later = self.now, self.later
        return MemberSheet(
            iso3=self.iso3[i],
            name=self.names[i],
            population_now=self.people[NOW][i].sum(),
            population_later=self.people[LATER][i].sum(),
            in_now=now[:, i].sum(),
            in_later=later[:, i].sum(),
            out_now=now[i].sum(),
            out_later=later[i].sum(),
            net_now=now[:, i].sum() - now[i].sum(),
            net_later=later[:, i].sum() - later[i].sum(),
            origins_now=self._partners(now[:, i]),
            origins_later=self._partners(later[:, i]),
            destinations_now=self._partners(now[i]),
            destinations_later=self._partners(later[i]),
            pyramid_now=self.people[NOW][i],
            pyramid_later=self.people[LATER][i],
            born_abroad_now=0.037,
            born_abroad_later=None if i % 5 == 0 else 0.052,
            past_error="Projections made from data up to 2014 missed net migration by 31,000 a year on average."
            if i % 2
            else None,
            notes=["Income is carried from the subregion's ratio."] if i % 7 == 0 else [],
        )

    def _partners(self, flows: np.ndarray) -> list[Partner]:
        order = np.argsort(-flows, kind="stable")[:5]
        return [Partner(self.names[j], float(flows[j])) for j in order if flows[j] > 0]


def _waterfall(name: str, size: float) -> Waterfall:
    """Make up steps of both signs, large and tiny."""
    shares = {
        "The UN's path; returns, networks": 0.31,
        "Numbers and ages of people": 0.08,
        "Income, without climate": -0.22,
        "Climate, through income": 0.0004,
        "Climate, directly": 0.03,
        "Policy": -0.0101,
    }
    steps = [WaterfallStep(label, part * size) for label, part in shares.items()]
    return Waterfall(name, (str(NOW), size), steps, (str(LATER), size * (1 + sum(shares.values()))))


def _by_single_age(groups: Floats) -> Floats:
    """Spread five-year groups [area, sex, 21] evenly over their ages: a pyramid to draw, no more."""
    single: Floats = np.repeat(groups[..., :-1] / 5, 5, axis=-1)
    return np.concatenate([single, groups[..., -1:]], axis=-1)


def _rings(panel: Panel) -> list[Floats]:
    land = panel.frame("land")
    return [ring[["longitude", "latitude"]].to_numpy() for _, ring in land.groupby(["part", "ring"])]


def still(brief: Brief) -> Brief:
    """Return the brief with no moves at all."""
    nothing = dict.fromkeys(("in_now", "in_later", "out_now", "out_later", "net_now", "net_later"), 0.0)
    nobody = dict.fromkeys(("origins_now", "origins_later", "destinations_now", "destinations_later"), ())
    empty = np.zeros((2, 101))
    assert brief.causes is not None
    causes = replace(
        brief.causes,
        waterfalls=[_waterfall(each.name, 0.0) for each in brief.causes.waterfalls],
        members={iso3: [_waterfall(each.name, 0.0) for each in kept] for iso3, kept in brief.causes.members.items()},
    )
    return replace(
        brief,
        causes=causes,
        flow_map=_without(brief.flow_map, "now", "later"),
        chord=_without(brief.chord, "now", "later"),
        corridors=[],
        world_corridors=[],
        trends=_without(brief.trends, "inward", "outward", "within", "net"),
        members=[_changed(m, nothing | nobody | {"pyramid_now": empty, "pyramid_later": empty}) for m in brief.members],
    )


def _without(part: Any, *names: str) -> Any:
    return _changed(part, {name: np.zeros_like(getattr(part, name)) for name in names})


def _changed(part: Any, values: dict[str, Any]) -> Any:
    return replace(part, **values)


METHOD = [
    Passage(
        "Past moves",
        "Moves of the past are estimated from migrant stocks, births and deaths by demographic accounting: every "
        "change of a stock must be explained by moves, and all areas of the world balance. Five-year transitions are "
        "turned into moves a year by one stated model.",
    ),
    Passage(
        "The next decades",
        "Moves follow the people who could move: populations by age and sex, and people born elsewhere who may return. "
        "The cohort-component method carries populations forward; every emigrant is an immigrant elsewhere.",
    ),
]
RULES = [
    Passage(
        "Unknown origins",
        "People whose birthplace a census does not tell are spread over the pairs that the 2020 revision has and the "
        "2024 revision lacks, what is left in proportion to the known ones. Used for 31 destinations.",
    ),
    Passage("Holy See, Bonaire", "Totals as published, the age profile of a stated neighbour."),
]
SOURCES = [
    CitedSource(
        "World Population Prospects",
        "United Nations, Department of Economic and Social Affairs, Population Division",
        "https://population.un.org/wpp/",
        "CC BY 3.0 IGO",
        "2024",
    ),
    CitedSource(
        "International Migrant Stock",
        "United Nations, Department of Economic and Social Affairs, Population Division",
        "https://www.un.org/development/desa/pd/content/international-migrant-stock",
        "CC BY 3.0 IGO",
        "2024, 2020",
    ),
    CitedSource("Natural Earth, 1:110m", "Natural Earth", "https://www.naturalearthdata.com/", "Public domain", "5.1"),
]
LIMITS = [
    "Wars and closures of borders are not foreseen. A single one can outweigh everything on this page.",
    "Moves shorter than a year, and seasonal work, are not counted.",
    "Small corridors are estimates of a model, not counts; those marked weak should not be quoted alone.",
]
