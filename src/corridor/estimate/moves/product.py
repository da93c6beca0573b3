"""The product `moves`: made when the panel is built, read from the panel by everything else.

The panel holds, for every calendar year and corridor, the moves out of the birthplace, the moves home and all others;
how uncertain their sum is; what it rests on; and the death rate of the foreign-born, from which the variant that agrees
with the UN's net migration is reckoned when it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import codes
from corridor.axes import OUTWARD, RETURN, TRANSIT
from corridor.calendar import WPP
from corridor.data.derivation import Derivation
from corridor.data.panel import table_from_array
from corridor.errors import InputError, Problem, spelling
from corridor.estimate.moves.balance import Balanced, balanced
from corridor.estimate.moves.intervals import bounds_of, bounds_of_consistent, widths_of_destinations
from corridor.estimate.moves.stocks import (
    STOCK_DATES,
    YEARS,
    between,
    stocks_at_dates,
    yearly_growth,
    yearly_stocks,
)
from corridor.estimate.world.displacement import displacement

if TYPE_CHECKING:
    from pathlib import Path

    from corridor.axes import Floats, Integers
    from corridor.data.panel import Panel
    from corridor.data.table import Coordinates, Table
    from corridor.estimate.moves.drawing import Drawn
    from corridor.estimate.world.displacement import Displacement

PARTS = ("outward", "return", "other")
TABLE, SPREAD, EVIDENCE, MORTALITY = "moves", "moves_spread", "moves_evidence", "mortality_abroad"
CLOSED_YEARS, AROUND_CLOSURE = (2020, 2021, 2022), (2019, 2020, 2021, 2022)
"""Years of closed borders and of catching up; in the base each counts as the mean of the years around them, but for
what war displaced, which stays in its year."""
VARIANTS = ("moves", "consistent")
DECIMALS = 1
WORDS = ("modelled", "adjusted to reports", "measured")
"""What the estimate of a corridor and year rests on, by the numbers of table `moves_evidence`."""
MOBILITY = 3.0
"""The foreign-born move on so many times as often as natives move out (our judgement; it divides what no stock
explains between transit and the rest, and changes no total)."""


@dataclass(frozen=True, slots=True)
class YearlyAccount:
    """What `consistent` is reckoned from: growth and deaths of stocks [year, birthplace, residence], persons."""

    growth: Floats
    deaths: Floats


def derivations(sources: Path) -> tuple[Derivation, ...]:
    """Our own results on moves that the panel holds, from the panel so far and measured and reported flows.

    Parameters
    ----------
    sources : folder with one folder a publisher
    """
    memory: list[Estimate] = []

    def made(panel: Panel) -> Estimate:
        """Return the estimate, computed once for all tables."""
        if not memory:
            memory.append(estimate(panel, sources))
        return memory[0]

    def table(name: str, values: Floats, unit: str, description: str, *notes: str, parts: bool = False) -> Table:
        """Return a table of the panel by year and corridor, or by year and residence."""
        axes: dict[str, Coordinates] = {"year": YEARS}
        if parts:
            axes["part"] = PARTS
        axes |= {"orig": codes(), "dest": codes()} if values.ndim > 2 else {"residence": codes()}
        return table_from_array(
            name, values, axes, source="corridor", unit=unit, description=description, notes=(*notes, NOT_PUBLISHED)
        )

    def moves(panel: Panel) -> Table:
        """Return the table of moves, persons a year."""
        found = made(panel).drawn
        values = np.stack([found.outward, found.returning, found.remainder], axis=1).round(DECIMALS)
        return table(TABLE, values, "persons", "Moves of a calendar year between all areas.", MADE_FROM, parts=True)

    def spread(panel: Panel) -> Table:
        """Return the table of standard deviations of the logarithm of moves."""
        values = np.sqrt(made(panel).drawn.variance).round(2)
        return table(
            SPREAD, values, "standard deviation of the logarithm", "How uncertain the moves of table moves are."
        )

    def evidence(panel: Panel) -> Table:
        """Return the table of what each estimate rests on, as numbers of words."""
        values = made(panel).drawn.evidence.astype(np.float64)
        meaning = ", ".join(f"{number} {word}" for number, word in enumerate(WORDS))
        return table(EVIDENCE, values, meaning, "What the moves of table moves rest on.")

    def mortality(panel: Panel) -> Table:
        """Return the table of death rates of the foreign-born, a year."""
        return table(
            MORTALITY, made(panel).mortality, "deaths a year per person", "Death rate of the foreign-born.", AGES_FROM
        )

    return (
        Derivation(TABLE, moves),
        Derivation(SPREAD, spread),
        Derivation(EVIDENCE, evidence),
        Derivation(MORTALITY, mortality),
    )


NOT_PUBLISHED = "Estimated by Corridor; not a published figure."
MADE_FROM = (
    "A model of migrant stocks, return hazards and a remainder, fitted to flows measured by Chi, Abel, Johnston, "
    "Giraudy and Bailey (2025, PNAS; CC BY 4.0 as credited where they were found, to be confirmed at the publisher's), "
    "and drawn to them and to flows that OECD countries report."
)
AGES_FROM = (
    f"Death rates by age of {WPP}, weighted by the ages of the foreign-born in 2019 (UN International Migrant Stock "
    "2019, CC BY 3.0 IGO)."
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a build estimates.

    Attributes
    ----------
    drawn : moves of all years
    mortality : [year, residence], deaths a year per foreign-born person
    """

    drawn: Drawn
    mortality: Floats


def estimate(panel: Panel, sources: Path) -> Estimate:
    """Estimate the moves of all years.

    Parameters
    ----------
    sources : folder with measured and reported flows and ties between countries
    """
    from corridor.estimate.moves.drawing import drawn  # noqa: PLC0415 - only a build needs it
    from corridor.estimate.moves.series import series  # noqa: PLC0415 - as above
    from corridor.estimate.moves.sources import read_measured, read_reports, read_ties  # noqa: PLC0415 - as above
    from corridor.estimate.moves.terms import background  # noqa: PLC0415 - as above

    ties, measured = read_ties(sources), read_measured(sources)
    stocks = yearly_stocks(panel, ties.ages_abroad)
    world = background(panel, ties, stocks)
    made = series(world, measured, measured.known)
    net, new = net_of_years(panel), displacement(panel, YEARS[-1]).new
    return Estimate(drawn(world, made, measured, read_reports(sources), net=net, displaced=new), stocks.mortality)


def net_of_years(panel: Panel) -> Floats:
    """Net migration (UN) of calendar years, the world's residual taken out by population: [year, area], persons."""
    first = int(panel.coordinates("net_migration", "year")[0])
    net = panel.array("net_migration")[YEARS[0] - first : YEARS[-1] - first + 1]
    people = panel.array("population_july")[: len(YEARS)].sum(axis=(-2, -1))
    closed: Floats = net - net.sum(axis=1, keepdims=True) * people / people.sum(axis=1, keepdims=True)
    return closed


def moves_of_year(panel: Panel, year: int, variant: str = "moves") -> Floats:
    """Moves of a calendar year: [type, orig, dest], persons.

    Parameters
    ----------
    variant : one of `VARIANTS`
    """
    if variant not in VARIANTS:
        raise InputError(Problem("there is no such variant of the moves", spelling(variant, VARIANTS), value=variant))
    parts = parts_of_year(panel, year)
    if variant == "consistent":
        account = consistent_of_year(panel, year)
        parts = np.stack([account.outward, account.returning.T, account.circular])
    return by_type(parts, foreign_share(panel, year))


def parts_of_year(panel: Panel, year: int) -> Floats:
    """Read the moves of a calendar year as the panel holds them: [part, orig, dest], persons."""
    if year not in YEARS:
        remedy = f"Choose one of {YEARS[0]} to {YEARS[-1]}"
        raise InputError(Problem("there are no moves of this calendar year", remedy, value=year))
    parts: Floats = panel.array(TABLE)[YEARS.index(year)]
    return parts


def by_type(parts: Floats, foreign: Floats) -> Floats:
    """Divide what no stock explains: [type, orig, dest].

    The foreign-born of the origin move in transit, `MOBILITY` times as often as natives; of the rest so much goes out
    and home as the model of stocks says of the corridor.

    Parameters
    ----------
    parts : [part, orig, dest], persons
    foreign : [area], share of the foreign-born among residents
    """
    outward, returning, other = parts
    passing = MOBILITY * foreign / (MOBILITY * foreign + 1.0 - foreign)
    transit = passing[:, None] * other
    leaving = (outward + 1.0) / (outward + returning + 2.0)
    rest = other - transit
    types = np.empty_like(parts)
    types[OUTWARD], types[RETURN], types[TRANSIT] = (
        outward + leaving * rest,
        returning + (1.0 - leaving) * rest,
        transit,
    )
    return types


def foreign_share(panel: Panel, year: int) -> Floats:
    """Share of the foreign-born among residents in the middle of a year: [area]."""
    stock = stock_of_years(panel)[YEARS.index(year)]
    people = panel.array("population_july")[YEARS.index(year)].sum(axis=(-2, -1))
    share: Floats = np.minimum(stock.sum(axis=0) / people, 1.0)
    return share


@lru_cache(maxsize=1)
def stock_of_years(panel: Panel) -> Floats:
    """Migrant stocks in the middle of calendar years: [year, birthplace, residence], persons."""
    return between(stocks_at_dates(panel), STOCK_DATES)


@lru_cache(maxsize=1)
def account(panel: Panel) -> YearlyAccount:
    """Growth and deaths of all stocks in calendar years."""
    growth, _ = yearly_growth(stocks_at_dates(panel), displacement(panel, YEARS[-1]).new)
    return YearlyAccount(growth, panel.array(MORTALITY)[:, None, :] * stock_of_years(panel))


def consistent_of_year(panel: Panel, year: int) -> Balanced:
    """Moves of a year whose net migration is the UN's and whose stocks change as published, but for a small misfit."""
    outward, returning, other = parts_of_year(panel, year)
    known, at = account(panel), YEARS.index(year)
    return balanced(outward, returning.T, other, known.growth[at] + known.deaths[at], net_of_years(panel)[at])


def interval_of_year(panel: Panel, year: int, variant: str = "moves") -> tuple[Floats, Floats]:
    """Bounds of 80 % intervals of all moves of a year: two of [orig, dest], persons.

    Parameters
    ----------
    variant : one of `VARIANTS`
    """
    if variant == "consistent":
        return bounds_of_consistent(consistent_of_year(panel, year).moves)
    at = YEARS.index(year)
    return bounds_of(parts_of_year(panel, year).sum(axis=0), panel.array(SPREAD)[at] * widths_of_destinations())


def evidence_of_year(panel: Panel, year: int) -> Integers:
    """What the moves of a year rest on: [orig, dest], positions in `WORDS`."""
    evidence: Integers = panel.array(EVIDENCE)[YEARS.index(year)].astype(np.int64)
    return evidence


def period_mean(panel: Panel, start: int, years: int) -> Floats:
    """Mean moves a year from 1 July of a year to 1 July some years later: [type, orig, dest], persons.

    The first and the last calendar year count half. 2020 and 2021, when borders were closed, and 2022, when many came
    who could not before, count as the mean of 2019 to 2022: labourers sent home in the first came back in the last, so
    that these years are only right together, and 2019 beside them keeps the closures from setting the level. Moves that
    new displacement explains stay in their years.
    """
    weights = np.ones(years + 1)
    weights[[0, -1]] = 0.5
    of_years = [weight * _counted_moves(panel, start + at) for at, weight in enumerate(weights)]
    mean: Floats = np.sum(of_years, axis=0) / years
    return mean


def _counted_moves(panel: Panel, year: int) -> Floats:
    if year not in CLOSED_YEARS:
        return moves_of_year(panel, year)
    moves = _calm_around_closure(panel).copy()
    moves[OUTWARD] += _calm_and_fled(panel, year)[1]
    return moves


@lru_cache(maxsize=1)
def _calm_around_closure(panel: Panel) -> Floats:
    calm: Floats = np.mean([_calm_and_fled(panel, each)[0] for each in AROUND_CLOSURE], axis=0)
    return calm


def _calm_and_fled(panel: Panel, year: int) -> tuple[Floats, Floats]:
    """Moves of a year without those that new displacement explains [type, orig, dest], and these [orig, dest]."""
    moves, wars = moves_of_year(panel, year), _wars(panel)
    fled = np.minimum(moves[OUTWARD], wars.new[wars.years.index(year)])
    moves[OUTWARD] -= fled
    return moves, fled


@lru_cache(maxsize=1)
def _wars(panel: Panel) -> Displacement:
    return displacement(panel, YEARS[-1])
