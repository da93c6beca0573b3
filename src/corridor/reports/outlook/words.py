"""From an outlook to what its brief says: headlines, sheets, method, limits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

import corridor
from corridor.areas import areas, group_names, index, memberships
from corridor.calendar import STOCK_REVISION, STOCK_SOURCES, WPP_SOURCE
from corridor.data.arrays import land_rings
from corridor.data.catalogue import source
from corridor.data.rules.holes import RULES
from corridor.drivers.anchors import ANCHORS
from corridor.estimate.gravity.gravity_floor import FLOOR_SHARE
from corridor.estimate.moves.product import WORDS
from corridor.estimate.world.base_windows import WINDOWS
from corridor.figures.wording import persons
from corridor.reports.outlook.answer import group_moves, largest_corridors, touches
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
from corridor.reports.outlook.causes_words import causes_data
from corridor.reports.outlook.past_errors import past_error_words, past_errors
from corridor.reports.outlook.reported import HOW_TO, TITLE, note_of, reported_of_area
from corridor.reports.outlook.tables import born_abroad
from corridor.reports.texts import limits as stated
from corridor.reports.texts.method import (
    BORDERS,
    EVIDENCE_NOTE,
    METHOD,
    METHOD_CORRECTED,
    READING,
)

if TYPE_CHECKING:
    import pandas as pd

    from corridor.areas import Area
    from corridor.axes import Booleans, Floats
    from corridor.data.panel import Panel
    from corridor.reports.outlook.answer import Outlook
    from corridor.reports.outlook.causes import Causes

CHORD_NOTE = "The figures show moves {touching}. Members are grouped by UN subregion, other areas by UN region."
CORRIDORS_SHOWN = 15
PARTNERS_SHOWN = 5
CORRIDORS_DRAWN = 60
SOURCES_USED = (
    WPP_SOURCE,
    STOCK_SOURCES[STOCK_REVISION],
    "un_migrant_stock_2020",
    "unhcr",
    "natural_earth",
    "corridor",
)
SOURCES_OF_CAUSES = ("ipcc_ar6", "ssp_2024", "cru_cckp", "worldbank_wdi", "idmc", "passport_index")


def brief_of(
    outlook: Outlook, panel: Panel, causes: Causes | None = None, reported: pd.DataFrame | None = None
) -> Brief:
    """Word an outlook, with the causes of change if they were computed, and reported flows beside ours if given."""
    request, years, errors = outlook.request, outlook.projection.years, past_errors(panel)
    sheets = [
        replace(
            member_sheet(outlook, position, past_error_words(errors.areas[:, position])),
            reported=reported_of_area(reported, position),
        )
        for position in by_name(outlook)
    ]
    note = note_of([one for sheet in sheets for found in sheet.reported.values() for one in found])
    return Brief(
        title=f"Migration outlook: {request.group}",
        subtitle=f"Who moves where, {years[0]} and {years[-1]}",
        group=request.group,
        group_note=group_note(outlook),
        first_year=years[0],
        last_year=years[-1],
        anchor=ANCHORS[request.anchor].tied,
        scenario=request.scenario.title,
        reading=READING,
        generated=f"Corridor {corridor.__version__} made this page offline from its own panel of published figures.",
        headlines=headlines(outlook),
        flow_map=flow_map_data(outlook, panel),
        chord=chord_data(outlook),
        corridors=top_corridors(outlook, errors.corridors, touches(outlook.member)),
        world_corridors=[] if outlook.member.all() else top_corridors(outlook, errors.corridors),
        evidence_note=EVIDENCE_NOTE,
        trends=trends(outlook),
        members=sheets,
        method=[*method(outlook), *([Passage(TITLE, note)] if note else [])],
        rules=rules(outlook),
        sources=[_cited(key) for key in (*SOURCES_USED, *(() if causes is None else SOURCES_OF_CAUSES))],
        limits=limits(outlook),
        border_disclaimer=BORDERS,
        provenance=Provenance(
            corridor.__version__, request.command, [(name, panel.entry(name).sha256) for name in panel.names()]
        ),
        causes=None if causes is None else causes_data(causes, outlook),
        reported_hint="" if reported is None or reported["brought"].any() else HOW_TO,
    )


def by_name(outlook: Outlook) -> list[int]:
    """Positions of the members in the order of their names, as a reader looks them up."""
    return sorted(map(int, outlook.positions), key=lambda position: areas()[position].short_name)


def rules(outlook: Outlook) -> list[Passage]:
    """The rules for holes in the data that touch a member, or any area."""
    inside = {area.iso3 for area in outlook.request.areas}
    status = {"J": "This rule is our judgement.", "P": "This rule is arithmetic on published figures."}
    return [
        Passage(rule.id.replace("-", " ").capitalize(), f"{rule.does} {rule.why} {status[rule.status]}")
        for rule in RULES
        if not rule.areas or inside.intersection(rule.areas)
    ]


def group_note(outlook: Outlook) -> str:
    """How many members, and which dates of membership are not sure."""
    if len(outlook.request.areas) == 1:
        return "One area"
    groups = [word for word in outlook.request.words if word in group_names()]
    of_groups = [each for group in groups for each in memberships(group)]
    unsure = [each.iso3 for each in of_groups if each.until is None and each.confidence in {"R", "J"}]
    note = f"{len(outlook.request.areas)} members today"
    return f"{note}; some dates of accession are not confirmed: {', '.join(sorted(set(unsure)))}" if unsure else note


def headlines(outlook: Outlook) -> list[Headline]:
    """The answers to the first question: how many move to, from and within, and the largest corridor."""
    moves, years = group_moves(outlook), outlook.projection.years
    span, group = f"{years[0]}-{years[-1]}", place(outlook)
    found = [
        _moves_headline(f"moves into {group}", moves.inward, span),
        _moves_headline(f"moves out of {group}", moves.outward, span),
        _moves_headline(f"moves between the areas of {group}", moves.within, span),
        Headline(
            persons(moves.population[-1]),
            f"people in {group} in {years[-1]}",
            f"There are {persons(moves.population[0])} on 1 January {years[0]}. "
            f"The UN's medium projects {persons(moves.population_un[-1])} for {years[-1]}.",
        ),
    ]
    return [headline for headline in found if headline.figure != "0"] + _largest_headlines(outlook)


def place(outlook: Outlook) -> str:
    """The group as it stands in a sentence."""
    return "the world" if outlook.member.all() else outlook.request.group


def touching(outlook: Outlook) -> str:
    """Where the corridors of the group run, as it stands in a sentence."""
    return f"to and from {place(outlook)}" if outlook.alone else f"to, from and within {place(outlook)}"


def _moves_headline(label: str, yearly: Floats, span: str) -> Headline:
    explanation = (
        f"This is the sum of {span}: {persons(yearly[0])} in the first year, {persons(yearly[-1])} in the last."
    )
    return Headline(persons(yearly.sum()), label, explanation)


def _largest_headlines(outlook: Outlook) -> list[Headline]:
    years, names = outlook.projection.years, [area.short_name for area in areas()]
    found = []
    for flows, year in ((outlook.now, years[0]), (outlook.later, years[-1])):
        orig, dest = largest_corridors(flows, 1, touches(outlook.member))[0]
        label = f"{names[orig]} to {names[dest]}"
        explanation = f"This is the largest corridor {touching(outlook)} in {year}, in moves a year."
        found.append(Headline(persons(flows[orig, dest]), label, explanation))
    return found


def flow_map_data(outlook: Outlook, panel: Panel) -> FlowMapData:
    """The largest corridors that touch the group, between the areas at their ends."""
    chosen = touches(outlook.member)
    pairs = largest_corridors(outlook.now, CORRIDORS_DRAWN, chosen) + largest_corridors(
        outlook.later, CORRIDORS_DRAWN, chosen
    )
    shown = sorted({place for pair in pairs for place in pair} | set(map(int, outlook.positions)))
    drawn = np.ix_(shown, shown)
    mask = np.where(chosen, 1.0, 0.0)[drawn]
    return FlowMapData(
        [_place(areas()[position], member=bool(outlook.member[position])) for position in shown],
        outlook.now[drawn] * mask,
        outlook.later[drawn] * mask,
        land_rings(panel),
        f"The maps show the largest corridors {touching(outlook)}.",
    )


def _place(area: Area, *, member: bool) -> Place:
    return Place(area.iso3, area.short_name, area.longitude, area.latitude, member)


def chord_data(outlook: Outlook) -> ChordData:
    """Moves between the group's members by UN subregion and the rest of the world by UN region."""
    group = outlook.request.group
    sectors = [
        (group if outlook.alone or group == area.subregion else f"{group}: {area.subregion}")
        if inside
        else f"other {area.region}"
        for area, inside in zip(areas(), outlook.member, strict=True)
    ]
    if outlook.member.all():
        sectors = [area.subregion for area in areas()]
    names = sorted(set(sectors), key=lambda name: (name.startswith("other"), name))
    belongs = np.array([[sector == name for sector in sectors] for name in names], dtype=np.float64)
    chosen = touches(outlook.member)
    return ChordData(
        [name[0].upper() + name[1:] for name in names],
        [_initials(name) for name in names],
        belongs @ np.where(chosen, outlook.now, 0.0) @ belongs.T,
        belongs @ np.where(chosen, outlook.later, 0.0) @ belongs.T,
        "The figures group areas by UN subregion."
        if outlook.member.all()
        else CHORD_NOTE.format(touching=touching(outlook)),
    )


def _initials(name: str) -> str:
    """Shorten a sector for narrow screens: "CICA: Central Asia" to "CeAs", "other Africa" to "oAf"."""
    words = name.rpartition(": ")[2].replace("-", " ").split()
    return "".join("o" if word == "other" else word[:2].capitalize() for word in words if word not in {"and", "the"})


def top_corridors(outlook: Outlook, missed: Floats, chosen: Booleans | None = None) -> list[TopCorridor]:
    """The largest corridors now of those chosen [orig, dest], or of the world.

    Parameters
    ----------
    missed : [orig, dest], how far past forecasts missed, persons a year
    """
    names = [area.name for area in areas()]
    return [
        TopCorridor(
            names[orig],
            names[dest],
            float(outlook.now[orig, dest]),
            float(outlook.later[orig, dest]),
            float(missed[orig, dest]),
            WORDS[outlook.evidence[orig, dest]],
        )
        for orig, dest in largest_corridors(outlook.now, CORRIDORS_SHOWN, chosen)
    ]


def trends(outlook: Outlook) -> Trends:
    """The group year by year."""
    moves = group_moves(outlook)
    return Trends(
        np.array(outlook.projection.years),
        moves.inward,
        moves.outward,
        moves.within,
        moves.inward - moves.outward,
        moves.population,
        moves.population_un,
    )


def member_sheet(outlook: Outlook, position: int, past_error: str | None = None) -> MemberSheet:
    """One member: population, moves, partners and pyramids, now and later, and how far forecasts missed it."""
    projection, area = outlook.projection, areas()[position]
    population = projection.population[[0, -2], position]
    abroad = born_abroad(projection.stock[[0, -2]])[:, position] / population.sum(axis=(1, 2))
    arriving = outlook.now[:, position].sum(), outlook.later[:, position].sum()
    leaving = outlook.now[position].sum(), outlook.later[position].sum()
    return MemberSheet(
        iso3=area.iso3,
        name=area.name,
        population_now=float(population[0].sum()),
        population_later=float(population[1].sum()),
        in_now=float(arriving[0]),
        in_later=float(arriving[1]),
        out_now=float(leaving[0]),
        out_later=float(leaving[1]),
        net_now=float(arriving[0] - leaving[0]),
        net_later=float(arriving[1] - leaving[1]),
        origins_now=_partners(outlook.now[:, position]),
        origins_later=_partners(outlook.later[:, position]),
        destinations_now=_partners(outlook.now[position]),
        destinations_later=_partners(outlook.later[position]),
        pyramid_now=population[0],
        pyramid_later=population[1],
        born_abroad_now=float(abroad[0]),
        born_abroad_later=float(abroad[1]),
        past_error=past_error,
        notes=[f"The data of this area follow a rule. {rule.does}" for rule in RULES if area.iso3 in rule.areas],
    )


def _partners(moves: Floats) -> list[Partner]:
    order = np.argsort(-moves, kind="stable")[:PARTNERS_SHOWN]
    return [Partner(areas()[partner].short_name, float(moves[partner])) for partner in order if moves[partner] > 0.0]


def method(outlook: Outlook) -> list[Passage]:
    """How the figures come about, in a page."""
    base, request = outlook.runs.inputs.base, outlook.request
    known = {
        "base": WINDOWS[request.window].method,
        "first": str(outlook.projection.years[0]),
        "floor": f"{FLOOR_SHARE:.0%}",
        "shock": persons(float(base.shock.sum())),
        "half_life": f"{base.shock_half_life:.1f}",
        "returning": f"{base.displaced_return_rate:.1%}",
    }
    passages = [Passage(heading, text.format(**known)) for heading, text in METHOD.items()]
    return [
        *passages,
        Passage("Anchor", _anchor_passage(outlook)),
        Passage("Effect of the base period", _windows(outlook)),
    ]


def _windows(outlook: Outlook) -> str:
    """The group's moves at the start by base window, before any anchor."""
    lines = [
        f"With {window} there are {persons(moves.inward)} moves in, {persons(moves.outward)} out"
        + (f" and {persons(moves.within)} within" if moves.within else "")
        + " a year."
        for window, moves in outlook.by_window.items()
    ]
    return f"Another base gives other moves in the first year, before the anchor. {' '.join(lines)}"


def _anchor_passage(outlook: Outlook) -> str:
    anchor = ANCHORS[outlook.request.anchor]
    if not anchor.follows:
        return anchor.method
    corrected = np.abs(outlook.runs.baseline.correction).sum(axis=(1, 2, 3)) / 2.0
    numbers = (persons(float(corrected[year])) for year in (0, -1))
    return f"{anchor.method} {METHOD_CORRECTED.format(**dict(zip(('first', 'last'), numbers, strict=True)))}"


def limits(outlook: Outlook) -> list[str]:
    """What the figures cannot say."""
    found = [limit.format(last=outlook.projection.years[-1]) for limit in stated.OUTLOOK]
    if ANCHORS[outlook.request.anchor].follows:
        ukraine, syria = (persons(float(outlook.runs.inputs.un_net[0, index(iso3)])) for iso3 in ("UKR", "SYR"))
        found.append(stated.UN_ANCHOR.format(ukraine=ukraine, syria=syria))
    return found


def _cited(key: str) -> CitedSource:
    entry = source(key)
    return CitedSource(entry.title, entry.publisher, entry.address, entry.licence, entry.revision)
