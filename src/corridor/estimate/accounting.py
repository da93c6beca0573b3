"""Flows between two dates from migrant stocks, births and deaths: demographic accounting in closed form.

For each birthplace the stocks by residence at the start (after deaths) and at the end (without the newborn) are the
margins of an origin-destination table (Abel 2013, Demographic Research 28:18; Abel and Sander 2014, Science 343;
Azose and Raftery 2019, PNAS 116:1; Abel and Cohen 2019, 2022, Scientific Data 6:82, 9:173). Two assumptions fill it:

- minimum: as many people as possible stay; who must move goes where people are missing;
- independence: the place at the end does not depend on the place at the start.

Each table is then the outer product of two vectors, so the sum over birthplaces is one matrix product, and no array by
birthplace, origin and destination is ever held.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from corridor.errors import InputError, Problem
from corridor.estimate.ipf import Fit, fit_margins

if TYPE_CHECKING:
    from corridor.axes import Booleans, Floats

Stayers: TypeAlias = Literal["minimum", "independence"]
System: TypeAlias = Literal["closed", "open"]


@dataclass(frozen=True, slots=True)
class AdjustedStocks:
    """The margins of the accounts: stocks freed of births and deaths, with equal totals for each birthplace.

    Attributes
    ----------
    start, end : [birthplace, residence], the people who live in the system at both dates; their column totals differ
        by net migration between the areas
    arrivals, departures : [birthplace, residence], people who come from or go to places outside the system
        (zero if it is closed)
    start_fit, end_fit : how the totals by birthplace were made equal (None if the system is open)
    """

    start: Floats
    end: Floats
    arrivals: Floats
    departures: Floats
    start_fit: Fit | None
    end_fit: Fit | None


@dataclass(frozen=True, slots=True)
class Account:
    """Estimated transitions, and how well they close the account.

    Attributes
    ----------
    flows : [type, orig, dest], people by place at the start and at the end, types as in `axes.TYPES`
    converged : whether the stocks could be scaled to equal totals by birthplace
    residuals : [residence], change of population that births, deaths and moves leave unexplained; zero but for
        rounding, unless the zeros of a stock ruled a total out (`adjusted.start_fit.unreachable`) or the input did not
        balance
    adjusted : the stocks that the moves connect
    """

    flows: Floats
    converged: bool
    residuals: Floats
    adjusted: AdjustedStocks


def demographic_account(
    start: Floats,
    end: Floats,
    births: Floats,
    deaths: Floats,
    *,
    stayers: Stayers = "minimum",
    system: System = "closed",
) -> Account:
    """Estimate who moved between two dates from the stocks at both and the births and deaths between.

    `adjusted_stocks` followed by `minimum` or `independence`; call these to have both for the cost of one.

    Parameters
    ----------
    start, end : [birthplace, residence], people; the diagonal holds those who live where they were born
    births, deaths : [residence], people, over the period
    stayers : what is assumed of people in the place where they could have been all along
    system : "closed" scales the stocks until nobody enters or leaves the system; "open" lets the difference of the
        totals by birthplace come from, or go, outside

    Raises
    ------
    InputError
        As `adjusted_stocks`.
    """
    adjusted = adjusted_stocks(start, end, births, deaths, system=system)
    flows = {"minimum": minimum, "independence": independence}[stayers](adjusted)
    outside = adjusted.arrivals.sum(axis=0) - adjusted.departures.sum(axis=0)
    change = end.sum(axis=0) - start.sum(axis=0) - births + deaths
    residuals = change - net_migration(flows.sum(axis=0)) - outside
    converged = all(fit.converged for fit in (adjusted.start_fit, adjusted.end_fit) if fit is not None)
    return Account(flows, converged, residuals, adjusted)


def net_migration(flows: Floats) -> Floats:
    """Return arrivals minus departures, [area], of a table [orig, dest]."""
    net: Floats = flows.sum(axis=0) - flows.sum(axis=1)
    return net


def adjusted_stocks(
    start: Floats, end: Floats, births: Floats, deaths: Floats, *, system: System = "closed"
) -> AdjustedStocks:
    """Free two stocks of births and deaths and give them equal totals for each birthplace.

    Negative counts of native-born are first removed (`without_negatives`), and for a closed system the stocks are
    balanced against births and deaths (`balanced`). All who are born live where they were born at the end, unless
    fewer natives than that live there: then the births are spread over the residents by birthplace. Deaths are spread
    over the residents at the start by birthplace.

    Raises
    ------
    InputError
        If shapes disagree, a number is not finite, a negative count stands anywhere but on the diagonal, or an area
        has more deaths than residents at the start or more births than residents at the end.
    """
    problems = _problems(start, end, births, deaths)
    if problems:
        raise InputError(problems)
    start, end = without_negatives(start), without_negatives(end)
    if system == "closed":
        start, end = balanced(start, end, births, deaths)
    survivors = start - _spread(start, deaths)
    older = end - births_by_birthplace(end, births)
    return _closed(survivors, older) if system == "closed" else _open(survivors, older)


def without_negatives(stock: Floats) -> Floats:
    """Set a negative count of native-born to zero and scale the foreign-born to the population of the area.

    The native-born are population minus foreign-born, and sources that disagree can make them negative.
    """
    populations = stock.sum(axis=0)
    negative = np.diag(stock) < 0
    if not negative.any():
        return stock
    positive = np.maximum(stock, 0.0)
    factors: Floats = np.where(negative, _ratio(populations, positive.sum(axis=0)), 1.0)
    return positive * factors


def balanced(start: Floats, end: Floats, births: Floats, deaths: Floats) -> tuple[Floats, Floats]:
    """Make the world's change of population equal births minus deaths.

    Half of the gap is taken from the native-born at the start and half is added to those at the end, each in
    proportion to their number.
    """
    gap = (births.sum() - deaths.sum()) - (end.sum() - start.sum())
    start_factor = 1 - gap / 2 / np.trace(start)
    end_factor = 1 + gap / 2 / np.trace(end)
    start, end = start.copy(), end.copy()
    np.fill_diagonal(start, np.diag(start) * start_factor)
    np.fill_diagonal(end, np.diag(end) * end_factor)
    return start, end


def births_by_birthplace(end: Floats, births: Floats) -> Floats:
    """Return where the newborn live at the end, [birthplace, residence]: at home, or spread if too few natives are."""
    too_many = births > np.diag(end)
    by_birthplace = np.diag(np.where(too_many, 0.0, births))
    by_birthplace[:, too_many] = _spread(end, births)[:, too_many]
    return by_birthplace


def minimum(adjusted: AdjustedStocks) -> Floats:
    """Return the moves [type, orig, dest] when as many people as possible stay where they are.

    Whoever is missing in one place meets whoever appears in another in proportion to both (quasi-independence): no
    place both loses and gains people of a birthplace, so no iteration is needed.
    """
    leavers, arrivers = _movers(adjusted.start, adjusted.end)
    return _moves(leavers, _ratio(arrivers, arrivers.sum(axis=1, keepdims=True)))


def independence(adjusted: AdjustedStocks) -> Floats:
    """Return the moves [type, orig, dest] when the place at the end is independent of the one at the start."""
    return _moves(adjusted.start, _ratio(adjusted.end, adjusted.start.sum(axis=1, keepdims=True)))


def flows_of_birthplace(adjusted: AdjustedStocks, birthplace: int, *, stayers: Stayers = "minimum") -> Floats:
    """Return the table [orig, dest] of the people born in one area, those who stay on the diagonal.

    Parameters
    ----------
    birthplace : position of the area
    """
    start, end = adjusted.start[birthplace], adjusted.end[birthplace]
    if stayers == "independence":
        return np.outer(start, _ratio(end, start.sum()))
    leavers, arrivers = _movers(start, end)
    flows = np.outer(leavers, _ratio(arrivers, arrivers.sum()))
    np.fill_diagonal(flows, np.minimum(start, end))
    return flows


def _movers(start: Floats, end: Floats) -> tuple[Floats, Floats]:
    stay = np.minimum(start, end)
    return start - stay, end - stay


def _moves(leavers: Floats, shares: Floats) -> Floats:
    """Sum the outer products of the rows over birthplaces, without the diagonal, by type of move.

    Without the cells of the birthplace itself in both factors, only the moves remain whose birthplace is neither origin
    nor destination; so transit needs no subtraction.
    """
    leaving_home, arriving_home = np.diag(leavers), np.diag(shares)
    outward = leaving_home[:, None] * shares
    back = (leavers * arriving_home[:, None]).T
    abroad, shares_abroad = leavers.copy(), shares.copy()
    np.fill_diagonal(abroad, 0.0)
    np.fill_diagonal(shares_abroad, 0.0)
    flows = np.stack([outward, back, abroad.T @ shares_abroad])
    everyone = np.arange(len(leavers))
    flows[:, everyone, everyone] = 0.0
    return flows


def _closed(survivors: Floats, older: Floats) -> AdjustedStocks:
    """Scale both stocks to their mean total by birthplace and their own totals by residence."""
    totals = (survivors.sum(axis=1) + older.sum(axis=1)) / 2
    start_fit = fit_margins(survivors, totals, survivors.sum(axis=0))
    end_fit = fit_margins(older, totals, older.sum(axis=0))
    nobody = np.zeros_like(survivors)
    return AdjustedStocks(start_fit.table, end_fit.table, nobody, nobody, start_fit, end_fit)


def _open(survivors: Floats, older: Floats) -> AdjustedStocks:
    """Take what a birthplace has too many of at one date as coming from, or going, outside (Abel 2013)."""
    surplus = survivors.sum(axis=1) - older.sum(axis=1)
    departures = _spread(survivors.T, np.maximum(surplus, 0.0)).T
    arrivals = _spread(older.T, np.maximum(-surplus, 0.0)).T
    return AdjustedStocks(survivors - departures, older - arrivals, arrivals, departures, None, None)


def _spread(stock: Floats, totals: Floats) -> Floats:
    """Spread a total for each column over its cells in proportion to them."""
    return stock * _ratio(totals, stock.sum(axis=0))


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Divide, with zero where there is nothing to divide by."""
    shape = np.broadcast_shapes(np.shape(part), np.shape(whole))
    ratio: Floats = np.divide(part, whole, out=np.zeros(shape), where=np.broadcast_to(whole > 0, shape))
    return ratio


def _problems(start: Floats, end: Floats, births: Floats, deaths: Floats) -> list[Problem]:
    n = births.size
    if not (start.shape == end.shape == (n, n) and births.shape == deaths.shape == (n,)):
        found = (start.shape, end.shape, births.shape, deaths.shape)
        return [Problem("stocks are [area, area], births and deaths [area]", "Use one order of areas", value=found)]
    home = np.eye(n, dtype=np.bool_)
    problems = [*_wrong("start", start, ~home & (start < 0)), *_wrong("end", end, ~home & (end < 0))]
    problems += [*_wrong("births", births, births < 0), *_wrong("deaths", deaths, deaths < 0)]
    if problems:
        return problems
    for name, events, stock, moment in (("deaths", deaths, start, "start"), ("births", births, end, "end")):
        rule = f"an area has at most as many {name} as residents at the {moment}"
        remedy = f"Check the {name} and the stock"
        problems += [
            Problem(rule, remedy, column=str(area), value=float(events[area]))
            for area in np.flatnonzero(events > stock.sum(axis=0))
        ]
    return problems


def _wrong(name: str, array: Floats, negative: Booleans) -> list[Problem]:
    rule, remedy = "a count is finite and not negative", "Check the source"
    return [
        Problem(rule, remedy, file=name, column=" ".join(map(str, place)), value=float(array[tuple(place)]))
        for place in np.argwhere(negative | ~np.isfinite(array))
    ]
