"""Where past moves look wrong to somebody who lives there: a screen of the largest corridors and of CICA's members.

A line of the screen is no proof of an error, and a corridor without a line is not proven right. Thresholds are our
judgement. Each kind says why such lines arise and how far to trust the figure all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import areas, index, members
from corridor.calendar import LAST_PERIOD, PERIODS
from corridor.estimate.moves.ages import people_of_year
from corridor.estimate.moves.intervals import bounds_of_consistent
from corridor.estimate.moves.product import (
    WORDS,
    consistent_of_year,
    interval_of_year,
    net_of_years,
    parts_of_year,
    period_mean,
    stock_of_years,
)
from corridor.estimate.moves.stocks import YEARS
from corridor.estimate.world.base_flows import evidence
from corridor.estimate.world.displacement import displacement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corridor.axes import Floats
    from corridor.data.panel import Panel

TOP = 200
"""Corridors that are looked at."""
CLOSED = ("PRK", "ERI")
"""States that let hardly anybody leave (our list)."""
FEW_LEAVE = 1000.0
FLED = 0.01
"""Share of an area's people who fled abroad in the period, from which it counts as at war."""
RECENT = 10
SHRINKING = 0.015
"""A stock that shrank faster than this a year loses more than its dead."""
TURNOVER, BEYOND = 0.05, 0.4
"""Moves over the stocks of both directions: much for a stock that shrinks; more than a stock can explain."""
NET_GAP = 0.003
"""Distance of net migration from the UN's, of people a year, from which it is listed."""
NET_GAP_PERSONS = 100_000.0
"""As far off it is listed too, however many live there, persons a year."""
GROUP = "CICA"


@dataclass(frozen=True, slots=True)
class Finding:
    """A line of the screen.

    Attributes
    ----------
    kind : a key of `KINDS`
    where : a corridor or an area
    persons : moves a year, or net migration a year
    beside : what it is held against
    evidence : what the moves rest on; empty for areas
    """

    kind: str
    where: str
    persons: float
    beside: str
    evidence: str = ""


KINDS = {
    "into a war": (
        "More than 1 % of the destination's people fled abroad in 2020-24. The returns are real: people who fled go "
        "back, some of them for a time, and measured moves show this. In projections the first years depend on the "
        "anchor; blended takes the UN's returns as a mean of five years."
    ),
    "out of a closed state": (
        "Hardly anybody may leave these states. The UN's stocks abroad are counted by descent or have another "
        "origin, but the model infers moves from them. Read these moves as zero."
    ),
    "a stock that shrinks": (
        "The number of migrants of both directions together falls faster than by deaths alone, although many people "
        "move. Either they return, which is real, or an old count was too large."
    ),
    "beyond the stocks": (
        "In a year more people move than two fifths of all people who were born at one end and live at the other. "
        "Either people stay for a short time, or the stock is too small."
    ),
    "products apart": (
        f"In {YEARS[-1]} the 80 % intervals of moves and of consistent do not overlap. Migrant stocks and the UN's "
        "net migration imply other moves than were measured or modelled. For the size of the corridor use moves, "
        "above all where it was measured. In consistent, one direction absorbs the moves that the accounts require."
    ),
    "net migration": (
        "Net migration of our moves is far from the UN's, although we adjusted the moves to it as far as countries "
        "that were left out allow without larger errors on single corridors. The product consistent agrees with the "
        "UN, and blended projections follow it in part."
    ),
}
"""Kind -> why such lines arise, and what was done."""
NOTES = {
    "India to China": "No measurement limits this remainder of two populations of 1.4 billion.",
    "China to India": "No measurement limits this remainder of two populations of 1.4 billion.",
    "Nepal to United Arab Emirates": "Nepal's permits and the measurement are far above the UN's stock of 25,000.",
    "United Arab Emirates to Nepal": "Nepal's permits and the measurement are far above the UN's stock of 25,000.",
    "Philippines to Viet Nam": "The corridor was measured. The UN's stock of 1,500 is too small.",
    "United Arab Emirates": "In every measured year more people arrive than leave. In the UN's figures fewer stay.",
    "Qatar": "In every measured year more people arrive than leave. In the UN's figures fewer stay.",
    "Bangladesh": "The UN counts workers who leave. In our moves most of them return when contracts end.",
    "Russian Federation": "In measured moves more people leave than arrive, also before 2022. Russia's statistics and "
    "the UN show the reverse. Few people there use the service that was measured, so use consistent.",
    "Pakistan": "The UN counts workers who leave and Afghans who return. In our moves most workers return.",
}
"""What is known of single lines."""


def findings(panel: Panel) -> list[Finding]:
    """Screen the largest corridors of 2020-24, and net migration of the members of CICA."""
    moves = period_mean(panel, LAST_PERIOD, PERIODS[LAST_PERIOD]).sum(axis=0)
    found = [finding for kind in (_into_war, _closed, _shrinking, _beyond, _apart) for finding in kind(panel, moves)]
    return found + list(_net(panel, moves))


def _corridors(panel: Panel, moves: Floats) -> Iterator[tuple[int, int, str, str]]:
    """Positions, name and evidence of the largest corridors, largest first."""
    rests = evidence(panel)
    for cell in np.argsort(-moves, axis=None, kind="stable")[:TOP]:
        orig, dest = divmod(int(cell), len(moves))
        yield orig, dest, f"{areas()[orig].short_name} to {areas()[dest].short_name}", WORDS[rests[orig, dest]]


def _into_war(panel: Panel, moves: Floats) -> Iterator[Finding]:
    fled = displacement(panel).between_july(LAST_PERIOD, LAST_PERIOD + PERIODS[LAST_PERIOD]).sum(axis=1)
    people = people_of_year(panel, LAST_PERIOD).sum(axis=(-2, -1))
    for orig, dest, where, rests in _corridors(panel, moves):
        if fled[dest] > FLED * people[dest]:
            beside = f"{fled[dest]:,.0f} fled from there, {moves[dest, orig]:,.0f} a year move the other way"
            yield Finding("into a war", where, float(moves[orig, dest]), beside, rests)


def _closed(_panel: Panel, moves: Floats) -> Iterator[Finding]:
    for orig in map(index, CLOSED):
        for dest in np.flatnonzero(moves[orig] > FEW_LEAVE):
            where = f"{areas()[orig].short_name} to {areas()[dest].short_name}"
            yield Finding("out of a closed state", where, float(moves[orig, dest]), "no known moves", WORDS[0])


def _shrinking(panel: Panel, moves: Floats) -> Iterator[Finding]:
    stock = stock_of_years(panel)
    both = stock + stock.swapaxes(1, 2)
    now, before = both[-1], both[-1 - RECENT]
    for orig, dest, where, rests in _corridors(panel, moves):
        rate = 1.0 - (now[orig, dest] / max(before[orig, dest], 1.0)) ** (1.0 / RECENT)
        if rate > SHRINKING and moves[orig, dest] > TURNOVER * now[orig, dest]:
            beside = f"{now[orig, dest]:,.0f} migrants of both directions, {rate:.1%} fewer every year"
            yield Finding("a stock that shrinks", where, float(moves[orig, dest]), beside, rests)


def _beyond(panel: Panel, moves: Floats) -> Iterator[Finding]:
    stock = stock_of_years(panel)[-1]
    both = stock + stock.T
    for orig, dest, where, rests in _corridors(panel, moves):
        if moves[orig, dest] > BEYOND * both[orig, dest]:
            beside = f"{both[orig, dest]:,.0f} migrants of both directions"
            yield Finding("beyond the stocks", where, float(moves[orig, dest]), beside, rests)


def _apart(panel: Panel, moves: Floats) -> Iterator[Finding]:
    year = YEARS[-1]
    ours, consistent = parts_of_year(panel, year).sum(axis=0), consistent_of_year(panel, year).moves
    lower, upper = interval_of_year(panel, year)
    least, most = bounds_of_consistent(consistent)
    for orig, dest, where, rests in _corridors(panel, moves):
        if lower[orig, dest] > most[orig, dest] or least[orig, dest] > upper[orig, dest]:
            beside = f"{consistent[orig, dest]:,.0f} in consistent"
            yield Finding("products apart", where, float(ours[orig, dest]), beside, rests)


def _net(panel: Panel, moves: Floats) -> Iterator[Finding]:
    un = net_of_years(panel)[-RECENT:].mean(axis=0)
    net = moves.sum(axis=0) - moves.sum(axis=1)
    people = people_of_year(panel, LAST_PERIOD).sum(axis=(-2, -1))
    for at in (index(area.iso3) for area in members(GROUP)):
        if abs(net[at] - un[at]) > min(NET_GAP * people[at], NET_GAP_PERSONS):
            beside = f"{un[at]:+,.0f} a year in the UN's estimates of {YEARS[-RECENT]} to {YEARS[-1]}"
            yield Finding("net migration", areas()[at].short_name, float(net[at]), beside)
