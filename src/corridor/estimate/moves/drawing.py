"""The estimate drawn to measured and reported flows and to net migration, each as far as it deserves.

Reported flows say more about how a country counts than about who moves: beyond what is expected of a reporter, a
quarter of the deviation of a corridor is found again in measured moves of the same corridor (`RELIABILITY`), and so
much of it is taken over. Measured moves are what the estimate is meant to say, with noise that is larger where moves
are few: the deviation from them follows an autoregression, so that it fades in years without measurements, and in a
measured year itself the measurement counts by its precision. At last all moves bend towards the UN's net migration, by
how uncertain they are (`nearer_net_in_years`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.estimate.moves.nearer_net import nearer_net_in_years
from corridor.estimate.moves.reports import Counted, cells_of, deviations, fitted, report_terms, smoothed
from corridor.estimate.moves.sources import MEASURED_YEARS, OECD_YEARS
from corridor.estimate.moves.stocks import YEARS

if TYPE_CHECKING:
    from corridor.axes import Booleans, Floats, Integers
    from corridor.estimate.moves.reports import ReportLink
    from corridor.estimate.moves.series import Series
    from corridor.estimate.moves.sources import Measured, Reports
    from corridor.estimate.moves.terms import Background

RELIABILITY = 0.25
"""Share of a deviation of reports that belongs to the moves: slope of the deviations of measured moves on those of
reports, on countries held out (.17 to .28 by size and direction; `docs/results/moves.md`)."""
OWN_VARIANCE = 0.5
"""Variance of the logarithm of a corridor's moves around the estimate, of pairs held out."""
PERSISTENCE = 0.97
"""Of a corridor's deviation from the model, what is left a year later (our judgement: four years are measured)."""
OFFSET = 20.0
"""Added to moves before logarithms are taken, persons: measurements are cut at about 50."""
NOISE, COUNT_NOISE = 0.02, 30.0
"""Variance of the logarithm of a measured year: a share, and the second over (moves + `OFFSET`) (our judgement)."""
YEARLY_VARIANCE = 0.25
"""Variance of a corridor's single year around its own path, on the same scale (our judgement)."""
MOST_MOVING = 0.2
"""Moves into an area, or out of it, are at most this share of its people in a year (our judgement: the Gulf states,
where most people move, reach .15; areas of a few hundred people would be given more from their neighbours)."""
MODELLED, DRAWN, MEASURED = 0, 1, 2
"""What the estimate of a corridor and year rests on: the model, reports, measurements."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Moves of calendar years, drawn to what was measured and reported.

    Attributes
    ----------
    outward, returning, remainder : [year, orig, dest], persons
    variance : [year, orig, dest], of the logarithm of all moves
    evidence : [year, orig, dest], `MODELLED`, `DRAWN` or `MEASURED`
    inflow_link, outflow_link : what reports are expected to say
    """

    outward: Floats
    returning: Floats
    remainder: Floats
    variance: Floats
    evidence: Integers
    inflow_link: ReportLink
    outflow_link: ReportLink

    @property
    def moves(self) -> Floats:
        """All moves: [year, orig, dest], persons."""
        moves: Floats = self.outward + self.returning + self.remainder
        return moves


def drawn(
    world: Background, made: Series, measured: Measured, reports: Reports, *, net: Floats, displaced: Floats
) -> Drawn:
    """Draw a series to reports, then to measurements, then towards net migration.

    Parameters
    ----------
    net : [year, area], net migration (UN), persons
    displaced : [year, orig, dest], new displacement, persons
    """
    arrivals, outflows = counted_arrivals(world, made), counted_returns(world, made)
    link_in, change_in, told_in = _reported(world, arrivals, reports.inflows, net, displaced)
    backward = np.zeros_like(displaced)
    link_out, change_out, told_out = _reported(world, outflows, swapped(reports.outflows), net, backward)
    leaving, home = np.exp(RELIABILITY * change_in), np.exp(RELIABILITY * swapped(change_out))
    outward, returning = made.outward * leaving, made.returning * home
    remainder = made.remainder * np.sqrt(leaving * home)
    moves = outward + returning + remainder
    final, variance = towards_measured(moves, np.minimum(made.sudden, moves), made.level.variance, measured)
    final = nearer_net_in_years(final, variance, net, made.sudden)
    final *= _within_reach(final, world.people)
    factor = np.divide(final, moves, out=np.zeros_like(moves), where=moves > 0.0)
    evidence = np.where(told_in | np.swapaxes(told_out, 1, 2), DRAWN, MODELLED)
    years = [YEARS.index(year) for year in MEASURED_YEARS]
    evidence[years] = np.where(measured.known, MEASURED, evidence[years])
    return Drawn(
        outward * factor, returning * factor, remainder * factor, variance, evidence.astype(np.int64), link_in, link_out
    )


def _within_reach(moves: Floats, people: Floats) -> Floats:
    """Factors that leave no area with more moves in or out than its people can make: [year, orig, dest].

    Parameters
    ----------
    moves : [year, orig, dest], persons
    people : [year, area], residents
    """
    most = MOST_MOVING * people
    leaving, arriving = moves.sum(axis=2), moves.sum(axis=1)
    out = np.minimum(np.divide(most, leaving, out=np.ones_like(most), where=leaving > most), 1.0)
    into = np.minimum(np.divide(most, arriving, out=np.ones_like(most), where=arriving > most), 1.0)
    factors: Floats = np.minimum(out[:, :, None], into[:, None, :])
    return factors


def swapped(tables: Floats) -> Floats:
    """Swap the two areas of tables [year, area, area]."""
    return np.swapaxes(tables, 1, 2)


def counted_arrivals(world: Background, made: Series) -> Counted:
    """Moves that inflows by nationality count: [year, birthplace, host]."""
    return Counted(made.outward, made.remainder, swapped(made.returning), np.maximum(world.stocks.growth, 0.0))


def counted_returns(world: Background, made: Series) -> Counted:
    """Moves that outflows by nationality count: [year, birthplace, host]."""
    deaths = world.stocks.mortality[:, None, :] * world.stocks.stock
    least = np.maximum(-world.stocks.growth - deaths, 0.0)
    return Counted(swapped(made.returning), swapped(made.remainder), made.outward, least)


def _reported(
    world: Background, counted: Counted, reports: Floats, net: Floats, displaced: Floats
) -> tuple[ReportLink, Floats, Booleans]:
    """Link, deviation of reports from it, where anything is reported: [year, birthplace, host]."""
    terms = report_terms(world, counted, net, displaced)
    link = fitted(terms, cells_of(reports, OECD_YEARS[0]))
    all_years = np.full(counted.moves.shape, np.nan)
    first = YEARS.index(OECD_YEARS[0])
    all_years[first : first + len(reports)] = reports
    own, level = deviations(link.expected(terms, counted.least), all_years)
    ever = np.isfinite(all_years).any(axis=0)
    told = ever & (np.array(YEARS) >= OECD_YEARS[0])[:, None, None]
    return link, own + np.where(ever, level, 0.0), told


def towards_measured(moves: Floats, sudden: Floats, unlike: Floats, measured: Measured) -> tuple[Floats, Floats]:
    """Draw moves to measurements: [year, orig, dest] persons, and the variance of their logarithm.

    What a war brings at once says nothing about calm years, nor they about it: the deviation is that of the other
    moves. In years without measurements the estimate stays between the model and the measured years, so that a model
    that was far off in those does not carry its error into others.

    Parameters
    ----------
    moves, sudden : [year, orig, dest], all moves and those that war explains, persons
    unlike : [orig, dest], variance of the correction, by how unlike the pair is to measured ones
    """
    years = [YEARS.index(year) for year in MEASURED_YEARS]
    orig, dest = np.nonzero(measured.known)
    observed, noise = np.zeros((len(YEARS), len(orig))), np.full((len(YEARS), len(orig)), np.inf)
    seen = measured.moves[:, orig, dest]
    fled = sudden[:, orig, dest]
    calm = moves[:, orig, dest] - fled + OFFSET
    others = np.maximum(seen - fled[years], 0.0) + OFFSET
    observed[years] = np.log(others / calm[years])
    precision = NOISE + COUNT_NOISE / (seen + OFFSET)
    noise[years] = precision + YEARLY_VARIANCE + np.log1p(fled[years] / calm[years])
    path, uncertainty = smoothed(observed, noise, OWN_VARIANCE + unlike[orig, dest], PERSISTENCE)
    bounds = np.minimum(calm, others.min(axis=0)), np.maximum(calm, others.max(axis=0))
    logs = np.log(np.clip(calm * np.exp(path), *bounds) + fled)
    weight = YEARLY_VARIANCE / (YEARLY_VARIANCE + precision)
    logs[years] += weight * (np.log(seen + OFFSET) - logs[years])
    uncertainty[years] = (1.0 - weight) * YEARLY_VARIANCE
    final = moves.copy()
    final[:, orig, dest] = np.maximum(np.exp(logs) - OFFSET, 0.0)
    variance = np.broadcast_to(OWN_VARIANCE + unlike, moves.shape).copy()
    variance[:, orig, dest] = uncertainty
    return final, variance
