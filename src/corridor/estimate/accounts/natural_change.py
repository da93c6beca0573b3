"""Stocks of migrants freed of the births and deaths of a period, so that only moves explain how they differ.

The steps before demographic accounting (Abel 2013; Abel and Sander 2014; Abel and Cohen 2019): negative counts of
native-born are removed, the world's change of population is made to equal births minus deaths, and births and deaths
are given birthplaces and taken off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np

from corridor.errors import InputError, Problem
from corridor.estimate.own.checked import require_choice
from corridor.estimate.tables.ipf import BALANCED, fit_margins, ratio, require_converged

if TYPE_CHECKING:
    from corridor.axes import Booleans, Floats

BirthsMethod: TypeAlias = Literal["native", "proportion"]
DeathsMethod: TypeAlias = Literal["proportion", "accounting"]
Balancing: TypeAlias = Literal["before", "after", "none"]


@dataclass(frozen=True, slots=True)
class FreedStocks:
    """Stocks without those who died and those who were born between their dates, all [birthplace, residence].

    Attributes
    ----------
    survivors : people at the start who are alive at the end, where they lived at the start
    older : people at the end who were alive at the start, where they live at the end
    births : the newborn, where they live at the end
    deaths : those who died, where they lived at the start
    """

    survivors: Floats
    older: Floats
    births: Floats
    deaths: Floats


def free_of_births_and_deaths(
    start: Floats,
    end: Floats,
    births: Floats,
    deaths: Floats,
    *,
    births_method: BirthsMethod = "native",
    deaths_method: DeathsMethod = "proportion",
    balancing: Balancing | None = "before",
) -> FreedStocks:
    """Take births and deaths off two stocks, and balance the world.

    Parameters
    ----------
    start, end : [birthplace, residence], people; the diagonal holds those who live where they were born
    births, deaths : [residence], people, over the period
    births_method : "native", all who are born live where they were born at the end, unless fewer natives than that live
        there: then the births are spread over the residents by birthplace; "proportion" spreads them so everywhere
    deaths_method : "proportion" spreads the deaths over the residents at the start by birthplace; "accounting" takes
        the deaths of a birthplace as what its stocks and births leave, start + births - end, and fits the stock at the
        start to these and to the deaths of each area
    balancing : how the world's change of population is made to equal births minus deaths: on the natives of the stocks
        as given ("before"), on those freed of births and deaths ("after"), or not at all, a difference being refused
        ("none"), or let be (None, for an open system)

    Raises
    ------
    InputError
        If shapes disagree, a number is not finite, a negative count stands anywhere but on the diagonal, an area has
        more deaths than residents at the start or more births than residents at the end, totals do not agree under
        `balancing="none"` or `deaths_method="accounting"`, or deaths by accounting are negative or beyond the stock.
    NotConverged
        If deaths by accounting cannot be fitted.
    """
    require_choice("births_method", births_method, get_args(BirthsMethod))
    require_choice("deaths_method", deaths_method, get_args(DeathsMethod))
    if balancing is not None:
        require_choice("balancing", balancing, get_args(Balancing))
    problems = _problems(start, end, births, deaths)
    if problems:
        raise InputError(problems)
    start, end = without_negatives(start), without_negatives(end)
    if balancing == "before":
        start, end = balanced(start, end, births, deaths)
    newborn = births_by_birthplace(end, births, method=births_method)
    dead = deaths_by_birthplace(start, end, births, deaths, method=deaths_method)
    survivors, older = start - dead, end - newborn
    if balancing == "none":
        _require_balance(survivors, older)
    if balancing == "after":
        half = float(survivors.sum() - older.sum()) / 2
        survivors, older = _with_more_natives(survivors, -half, "start"), _with_more_natives(older, half, "end")
    return FreedStocks(survivors, older, newborn, dead)


def _require_balance(survivors: Floats, older: Floats) -> None:
    before, after = float(survivors.sum()), float(older.sum())
    gap = before - after
    if abs(gap) > BALANCED * before:
        fault = "start - deaths and end - births of a closed world have different totals"
        remedy = (
            f'They differ by {gap:.6g}. balancing="before" takes {gap / 2:.6g} from the native-born at the start and '
            "adds as many to those at the end"
        )
        raise InputError(Problem(fault, remedy, value=(before, after)))


def without_negatives(stock: Floats) -> Floats:
    """Set a negative count of native-born to zero and scale the foreign-born to the population of the area.

    The native-born are population minus foreign-born, and sources that disagree can make them negative.
    """
    populations = stock.sum(axis=0)
    negative = np.diag(stock) < 0
    if not negative.any():
        return stock
    positive = np.maximum(stock, 0.0)
    factors: Floats = np.where(negative, ratio(populations, positive.sum(axis=0)), 1.0)
    return positive * factors


def balanced(start: Floats, end: Floats, births: Floats, deaths: Floats) -> tuple[Floats, Floats]:
    """Make the world's change of population equal births minus deaths.

    Half of the gap is taken from the native-born at the start and half is added to those at the end, each in
    proportion to their number.

    Raises
    ------
    InputError
        If half of the gap is more than all native-born.
    """
    gap = float((births.sum() - deaths.sum()) - (end.sum() - start.sum()))
    return _with_more_natives(start, -gap / 2, "start"), _with_more_natives(end, gap / 2, "end")


def _with_more_natives(stock: Floats, people: float, moment: str) -> Floats:
    """Add people to the native-born, or take them away, in proportion to their number."""
    natives = float(np.trace(stock))
    if natives <= 0 and abs(people) <= BALANCED * float(stock.sum()):
        return stock
    if natives + people < 0 or natives <= 0:
        fault = (
            f"half of the world's gap between stocks, births and deaths is more than the native-born at the {moment}"
        )
        remedy = "Check the units and dates of the stocks, births and deaths, or use an open system"
        raise InputError(Problem(fault, remedy, value=(people, natives)))
    changed = stock.copy()
    np.fill_diagonal(changed, np.diag(stock) * (1 + people / natives))
    return changed


def births_by_birthplace(end: Floats, births: Floats, *, method: BirthsMethod = "native") -> Floats:
    """Return where the newborn live at the end, [birthplace, residence].

    At home ("native"), or spread over the residents by birthplace: where too few natives are, or everywhere
    ("proportion").
    """
    if method == "proportion":
        return spread(end, births)
    too_many = births > np.diag(end)
    by_birthplace = np.diag(np.where(too_many, 0.0, births))
    by_birthplace[:, too_many] = spread(end, births)[:, too_many]
    return by_birthplace


def deaths_by_birthplace(
    start: Floats, end: Floats, births: Floats, deaths: Floats, *, method: DeathsMethod = "proportion"
) -> Floats:
    """Return where those who died lived at the start, [birthplace, residence] (see `adjusted_stocks`).

    Parameters
    ----------
    start, end : [birthplace, residence], people
    births, deaths : [residence], people, over the period

    Raises
    ------
    InputError
        If deaths by accounting and the deaths given have different totals, one is negative, the zeros of the stock rule
        one out, or one is more than the people who could have died.
    NotConverged
        If the stock could not be scaled to them.
    """
    if method == "proportion":
        return spread(start, deaths)
    implied = start.sum(axis=1) + births - end.sum(axis=1)
    problems = _wrong_deaths(implied, deaths)
    if problems:
        raise InputError(problems)
    fit = fit_margins(start, np.maximum(implied, 0.0), deaths)
    names = [f"birthplace {birthplace}" for birthplace in fit.unsettled]
    require_converged(converged=fit.settled, unsettled=names, error=fit.error, what="deaths by accounting")
    fault = "deaths by accounting are more than the people who lived at the start"
    problems = [_problem_of_deaths(fault, f"birthplace {row}", float(implied[row])) for row in fit.unreachable]
    problems += [
        _problem_of_deaths(fault, f"birthplace {row}, residence {column}", float(fit.table[row, column]))
        for row, column in np.argwhere(fit.table > start * (1 + BALANCED))
    ]
    if problems:
        raise InputError(problems)
    return np.minimum(fit.table, start)


def _wrong_deaths(implied: Floats, deaths: Floats) -> list[Problem]:
    """Name the birthplaces whose stocks imply negative deaths, and the difference of the totals."""
    problems = [
        _problem_of_deaths(
            "the deaths of a birthplace, start + births - end, come out negative", f"birthplace {row}", found
        )
        for row, found in enumerate(implied.tolist())
        if found < -BALANCED * deaths.sum()
    ]
    found = float(implied.sum()), float(deaths.sum())
    if abs(found[0] - found[1]) > BALANCED * max(found):
        fault = "start + births - end and the deaths given have different totals for the world"
        remedy = 'Balance the stocks first (balancing="before" in a closed system), or use deaths_method="proportion"'
        problems.append(Problem(fault, remedy, value=found))
    return problems


def _problem_of_deaths(fault: str, place: str, found: float) -> Problem:
    return Problem(fault, 'Check the stocks there, or use deaths_method="proportion"', column=place, value=found)


def spread(stock: Floats, totals: Floats) -> Floats:
    """Spread a total for each column over its cells in proportion to them."""
    return stock * ratio(totals, stock.sum(axis=0))


def _problems(start: Floats, end: Floats, births: Floats, deaths: Floats) -> list[Problem]:
    n = births.size
    if not (start.shape == end.shape == (n, n) and births.shape == deaths.shape == (n,)):
        found = (start.shape, end.shape, births.shape, deaths.shape)
        return [
            Problem(
                "the stocks are not [area, area], or births and deaths not [area], of the same areas",
                "Use one order of areas",
                value=found,
            )
        ]
    home = np.eye(n, dtype=np.bool_)
    problems = [*_wrong("start", start, ~home & (start < 0)), *_wrong("end", end, ~home & (end < 0))]
    problems += [*_wrong("births", births, births < 0), *_wrong("deaths", deaths, deaths < 0)]
    if problems:
        return problems
    for name, events, stock, moment in (("deaths", deaths, start, "start"), ("births", births, end, "end")):
        fault = f"the area has more {name} than residents at the {moment}"
        remedy = f"Check the {name} and the stock"
        problems += [
            Problem(fault, remedy, column=str(area), value=float(events[area]))
            for area in np.flatnonzero(events > stock.sum(axis=0))
        ]
    return problems


def _wrong(name: str, array: Floats, negative: Booleans) -> list[Problem]:
    fault, remedy = "a count cannot be negative or infinite", "Check the source"
    return [
        Problem(fault, remedy, file=name, column=" ".join(map(str, place)), value=float(array[tuple(place)]))
        for place in np.argwhere(negative | ~np.isfinite(array))
    ]
