"""Flows between two dates from migrant stocks, births and deaths: demographic accounting in closed form.

For each birthplace the stocks by residence at the start (after deaths) and at the end (without the newborn) are the
margins of an origin-destination table (Abel 2013, Demographic Research 28:18; Abel and Sander 2014, Science 343;
Azose and Raftery 2019, PNAS 116:1; Abel and Cohen 2019, 2022, Scientific Data 6:82, 9:173). Two assumptions fill it:

- minimum: as many people as possible stay; who must move goes where people are missing;
- independence: the place at the end does not depend on the place at the start.

Each table is then the outer product of two vectors, so the sum over birthplaces is one matrix product, and no array by
birthplace, origin and destination is ever held. An auxiliary seed (distances, reported moves: Abel 2018, International
Migration Review 52:3) says which origins and destinations go together; each birthplace then takes one fitted table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np

from corridor.axes import OUTWARD, RETURN, TRANSIT, TYPES
from corridor.errors import InputError, NotConverged, Problem
from corridor.estimate.accounts.natural_change import FreedStocks, free_of_births_and_deaths, spread
from corridor.estimate.own.checked import require_choice
from corridor.estimate.tables.ipf import Fit, fit_margins, ratio, require_converged, require_reachable
from corridor.estimate.tables.ipf_three_way import fit_layer

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.estimate.accounts.natural_change import Balancing, BirthsMethod, DeathsMethod

Stayers: TypeAlias = Literal["minimum", "independence"]
System: TypeAlias = Literal["closed", "open"]
BIRTH = DEATH = -2
"""Row of the births and column of the deaths in the account of a birthplace."""
OUTSIDE = -1
"""Row of the arrivals from outside, and column of the departures to outside, in the account of a birthplace."""
SEED_TOLERANCE = 1e-12
"""Largest relative error of a margin of a seeded table."""


@dataclass(frozen=True, slots=True)
class AdjustedStocks:
    """The margins of the accounts: stocks freed of births and deaths, with equal totals for each birthplace.

    Attributes
    ----------
    start, end : [birthplace, residence], the people who live in the system at both dates; their column totals differ
        by net migration between the areas
    arrivals, departures : [birthplace, residence], people who come from or go to places outside the system
        (zero if it is closed)
    births, deaths : [birthplace, residence], where the newborn live at the end, where those who died lived at the start
    start_fit, end_fit : how the totals by birthplace were made equal (None if the system is open)
    """

    start: Floats
    end: Floats
    arrivals: Floats
    departures: Floats
    births: Floats
    deaths: Floats
    start_fit: Fit | None
    end_fit: Fit | None


@dataclass(frozen=True, slots=True)
class Account:
    """Estimated transitions, and how well they close the account.

    Attributes
    ----------
    flows : [type, orig, dest], people by place at the start and at the end, types as in `axes.TYPES`
    converged : whether the stocks could be scaled to equal totals by birthplace, and seeded tables to these; never
        where the zeros of a stock rule a total out (`unreachable`)
    residuals : [residence], change of population that births, deaths and moves leave unexplained; zero but for
        rounding, unless the zeros of a stock bind single totals (`adjusted.start_fit.unreachable`) or the stocks were
        balanced
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
    births_method: BirthsMethod = "native",
    deaths_method: DeathsMethod = "proportion",
    balancing: Balancing = "before",
    seed: Floats | None = None,
    allow_unconverged: bool = False,
) -> Account:
    """Estimate who moved between two dates from the stocks at both and the births and deaths between.

    `adjusted_stocks` followed by `minimum` or `independence`; call these to have both for the cost of one.

    Parameters
    ----------
    start, end : [birthplace, residence], people; the diagonal holds those who live where they were born
    births, deaths : [residence], people, over the period
    stayers : what is assumed of people in the place where they could have been all along
    system, births_method, deaths_method, balancing : as in `adjusted_stocks`
    seed : [orig, dest], which places go together (see `minimum`); None treats all alike
    allow_unconverged : return what the last sweep left instead of raising

    Raises
    ------
    InputError
        As `adjusted_stocks` and `minimum`; and in a closed system if nobody of a birthplace is anywhere at one date, or
        if the stocks fall apart into blocks of areas that nobody connects and whose totals differ.
    NotConverged
        If the stocks could not be scaled to equal totals by birthplace, unless `allow_unconverged`.
    """
    require_choice("stayers", stayers, get_args(Stayers))
    require_choice("system", system, get_args(System))
    freed = free_of_births_and_deaths(
        start,
        end,
        births,
        deaths,
        births_method=births_method,
        deaths_method=deaths_method,
        balancing=balancing if system == "closed" else None,
    )
    if system == "closed":
        for stock in (freed.survivors, freed.older):
            require_reachable(stock, _mean_totals(freed), stock.sum(axis=0), what="birthplace")
    adjusted = _with_equal_totals(freed, system)
    if not allow_unconverged:
        _require_converged(adjusted)
    flows, settled = _estimated(adjusted, stayers, seed, allow_unconverged=allow_unconverged)
    outside = adjusted.arrivals.sum(axis=0) - adjusted.departures.sum(axis=0)
    change = end.sum(axis=0) - start.sum(axis=0) - births + deaths
    residuals = change - net_migration(flows.sum(axis=0)) - outside
    fits = (adjusted.start_fit, adjusted.end_fit)
    converged = settled and all(fit.converged for fit in fits if fit is not None)
    return Account(flows, converged, residuals, adjusted)


def _estimated(
    adjusted: AdjustedStocks, stayers: Stayers, seed: Floats | None, *, allow_unconverged: bool
) -> tuple[Floats, bool]:
    """Return the moves, and whether every seeded table converged."""
    estimate = minimum if stayers == "minimum" else independence
    try:
        return estimate(adjusted, seed=seed), True
    except NotConverged:
        if not allow_unconverged:
            raise
        return estimate(adjusted, seed=seed, allow_unconverged=True), False


def _require_converged(adjusted: AdjustedStocks) -> None:
    for fit, moment in ((adjusted.start_fit, "start"), (adjusted.end_fit, "end")):
        if fit is not None:
            names = [f"birthplace {birthplace}" for birthplace in fit.unsettled]
            what = f"stock at the {moment}, scaled to equal totals by birthplace"
            require_converged(converged=fit.settled, unsettled=names, error=fit.error, what=what)


def net_migration(flows: Floats) -> Floats:
    """Return arrivals minus departures, [area], of a table [orig, dest]."""
    net: Floats = flows.sum(axis=0) - flows.sum(axis=1)
    return net


def adjusted_stocks(
    start: Floats,
    end: Floats,
    births: Floats,
    deaths: Floats,
    *,
    system: System = "closed",
    births_method: BirthsMethod = "native",
    deaths_method: DeathsMethod = "proportion",
    balancing: Balancing = "before",
) -> AdjustedStocks:
    """Free two stocks of births and deaths and give them equal totals for each birthplace.

    Parameters
    ----------
    start, end : [birthplace, residence], people; the diagonal holds those who live where they were born
    births, deaths : [residence], people, over the period
    system : "closed" scales the stocks until nobody enters or leaves the system; "open" lets the difference of the
        totals by birthplace come from, or go, outside, each in proportion to the stock it is taken from (Abel 2013)
    births_method, deaths_method : as in `free_of_births_and_deaths`
    balancing : how a closed system makes the world's change of population equal births minus deaths ("before", "after"
        or "none" of it, as in `free_of_births_and_deaths`); an open system needs no balance

    Raises
    ------
    InputError
        As `free_of_births_and_deaths`.
    NotConverged
        If deaths by accounting cannot be fitted.
    """
    require_choice("system", system, get_args(System))
    freed = free_of_births_and_deaths(
        start,
        end,
        births,
        deaths,
        births_method=births_method,
        deaths_method=deaths_method,
        balancing=balancing if system == "closed" else None,
    )
    return _with_equal_totals(freed, system)


def minimum(adjusted: AdjustedStocks, *, seed: Floats | None = None, allow_unconverged: bool = False) -> Floats:
    """Return the moves [type, orig, dest] when as many people as possible stay where they are.

    Whoever is missing in one place meets whoever appears in another in proportion to both (quasi-independence): no
    place both loses and gains people of a birthplace, so no iteration is needed.

    Parameters
    ----------
    seed : [orig, dest], not negative: the moves of each birthplace are this times a factor of the origin and one of the
        destination; the diagonal is not read. None stands for ones
    allow_unconverged : return what the last sweep of a seeded table left instead of raising

    Raises
    ------
    InputError
        If the seed is of the wrong shape, negative or not finite, or if its zeros rule out the moves of a birthplace.
    NotConverged
        If a seeded table ends above the tolerance, unless `allow_unconverged`.
    """
    leavers, arrivers = _movers(adjusted.start, adjusted.end)
    if seed is not None:
        return _seeded(leavers, arrivers, seed, allow_unconverged=allow_unconverged)
    return _moves(leavers, ratio(arrivers, arrivers.sum(axis=1, keepdims=True)))


def independence(adjusted: AdjustedStocks, *, seed: Floats | None = None, allow_unconverged: bool = False) -> Floats:
    """Return the moves [type, orig, dest] when the place at the end is independent of the one at the start.

    Parameters and errors as in `minimum`; with a seed its diagonal says how strongly people stay.
    """
    if seed is not None:
        leaving = adjusted.start * ratio(adjusted.end.sum(axis=1), adjusted.start.sum(axis=1))[:, None]
        return _seeded(leaving, adjusted.end, seed, allow_unconverged=allow_unconverged)
    return _moves(adjusted.start, ratio(adjusted.end, adjusted.start.sum(axis=1, keepdims=True)))


def flows_of_birthplace(
    adjusted: AdjustedStocks, birthplace: int, *, stayers: Stayers = "minimum", seed: Floats | None = None
) -> Floats:
    """Return the table [orig, dest] of the people born in one area, those who stay on the diagonal.

    Parameters
    ----------
    birthplace : position of the area
    seed : [orig, dest] as in `minimum`
    """
    start, end = adjusted.start[birthplace], adjusted.end[birthplace]
    if stayers == "independence":
        return _table_of_birthplace(start * ratio(end.sum(), start.sum()), end, seed, birthplace)[0]
    leavers, arrivers = _movers(start, end)
    flows, _ = _table_of_birthplace(leavers, arrivers, seed, birthplace)
    np.fill_diagonal(flows, np.minimum(start, end))
    return flows


def account_of_birthplace(
    adjusted: AdjustedStocks, birthplace: int, *, stayers: Stayers = "minimum", seed: Floats | None = None
) -> Floats:
    """Return the whole account of the people born in one area.

    Each row says where the people of a place at the start are at the end, each column where those of a place at the end
    came from. Rows: the areas, then the newborn (`BIRTH`) and the arrivals from outside (`OUTSIDE`); columns: the
    areas, then the dead (`DEATH`) and the departures to outside (`OUTSIDE`).

    Parameters
    ----------
    birthplace : position of the area
    seed : [orig, dest] as in `minimum`

    Returns
    -------
    [orig + 2, dest + 2], people
    """
    areas = len(adjusted.start)
    account = np.zeros((areas + 2, areas + 2))
    account[:areas, :areas] = flows_of_birthplace(adjusted, birthplace, stayers=stayers, seed=seed)
    account[BIRTH, :areas], account[OUTSIDE, :areas] = adjusted.births[birthplace], adjusted.arrivals[birthplace]
    account[:areas, DEATH], account[:areas, OUTSIDE] = adjusted.deaths[birthplace], adjusted.departures[birthplace]
    return account


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


def _seeded(leavers: Floats, arrivers: Floats, seed: Floats, *, allow_unconverged: bool) -> Floats:
    """Sum the fitted tables of all birthplaces, without the diagonal, by type of move."""
    if seed.shape != leavers.shape:
        remedy = f"Give [orig, dest] for {len(leavers)} areas"
        raise InputError(Problem("the seed is not a table of the areas of the stocks", remedy, value=seed.shape))
    flows = np.zeros((len(TYPES), *seed.shape))
    errors = np.zeros(len(leavers))
    for birthplace, margins in enumerate(zip(leavers, arrivers, strict=True)):
        table, errors[birthplace] = _table_of_birthplace(*margins, seed, birthplace)
        np.fill_diagonal(table, 0.0)
        flows[OUTWARD, birthplace] = table[birthplace]
        flows[RETURN, :, birthplace] = table[:, birthplace]
        table[birthplace], table[:, birthplace] = 0.0, 0.0
        flows[TRANSIT] += table
    if not allow_unconverged:
        names = [f"birthplace {birthplace}" for birthplace in np.flatnonzero(errors > SEED_TOLERANCE)]
        error = float(errors.max())
        require_converged(converged=not names, unsettled=names, error=error, what="seeded tables by birthplace")
    return flows


def _table_of_birthplace(
    leavers: Floats, arrivers: Floats, seed: Floats | None, birthplace: int
) -> tuple[Floats, float]:
    """Return the table of a birthplace with the totals of the leavers, [orig, dest], and its largest relative error."""
    scaled = leavers.sum() * ratio(arrivers, arrivers.sum())
    if seed is None or not scaled.any():
        return np.outer(leavers, ratio(arrivers, arrivers.sum())), 0.0
    name = f"birthplace {birthplace}"
    return fit_layer(seed, leavers, scaled, diagonal="fitted", name=name, tolerance=SEED_TOLERANCE)


def _mean_totals(freed: FreedStocks) -> Floats:
    """Return the totals by birthplace, [birthplace], that both stocks of a closed system are scaled to."""
    totals: Floats = (freed.survivors.sum(axis=1) + freed.older.sum(axis=1)) / 2
    return totals


def _with_equal_totals(freed: FreedStocks, system: System) -> AdjustedStocks:
    survivors, older = freed.survivors, freed.older
    if system == "open":
        return _open(freed)
    totals = _mean_totals(freed)
    start_fit = fit_margins(survivors, totals, survivors.sum(axis=0))
    end_fit = fit_margins(older, totals, older.sum(axis=0))
    nobody = np.zeros_like(survivors)
    return AdjustedStocks(
        start_fit.table, end_fit.table, nobody, nobody, freed.births, freed.deaths, start_fit, end_fit
    )


def _open(freed: FreedStocks) -> AdjustedStocks:
    """Take what a birthplace has too many of at one date as coming from, or going, outside (Abel 2013)."""
    surplus = freed.survivors.sum(axis=1) - freed.older.sum(axis=1)
    departures = spread(freed.survivors.T, np.maximum(surplus, 0.0)).T
    arrivals = spread(freed.older.T, np.maximum(-surplus, 0.0)).T
    start, end = freed.survivors - departures, freed.older - arrivals
    return AdjustedStocks(start, end, arrivals, departures, freed.births, freed.deaths, None, None)
