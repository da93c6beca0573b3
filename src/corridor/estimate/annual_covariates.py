"""What is known of every corridor in every calendar year, as terms of the model of yearly arrivals.

All of it stands in the panel: the moves of each period, migrant stocks, populations, the UN's net migration, new
displacement, visas; and membership of the area of free movement from the register of groups.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corridor.areas import codes
from corridor.areas.groups import members
from corridor.axes import OUTWARD, RETURN, TRANSIT
from corridor.data.arrays import stock_on_1_july
from corridor.estimate.displacement import displacement
from corridor.estimate.past_flows import PERIODS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from corridor.axes import Floats, Integers
    from corridor.data.panel import Panel

    PeriodMoves = Callable[[Panel, int], Floats]
    """Moves a year in the period that starts on 1 July of a year: [type, orig, dest], persons."""

YEARS = tuple(range(1990, 2025))
STOCK_DATES = np.array([start + 0.5 for start in PERIODS] + [max(PERIODS) + PERIODS[max(PERIODS)] + 0.5])
"""The stocks stand on 1 July; dates are years with a fraction."""
MIDDLES = (STOCK_DATES[:-1] + STOCK_DATES[1:]) / 2.0
SMALL_STOCK, FEW_MOVES = 5.0, 3.0
"""Logarithms below which a stock and the moves of a period say less than in proportion (our judgement)."""
OTHERS_FREE_TO_MOVE = {"NOR": 1994, "ISL": 1994, "LIE": 1995, "CHE": 2002}
"""States outside the EU with free movement of persons, and its first year (EEA, agreement with Switzerland)."""


@dataclass(frozen=True, slots=True)
class Covariates:
    """The terms of the model, and two further paths.

    Attributes
    ----------
    terms : name -> an array that broadcasts to [year, orig, dest]; terms named "yearly ..." are deviations of a year
        from the mean of all years
    least : [year, orig, dest], arrivals without which the migrant stock could not have grown as it did, persons
    returning : [year, orig, dest], moves of people to their birthplace, persons a year
    """

    terms: Mapping[str, Floats]
    least: Floats
    returning: Floats


def covariates(panel: Panel, period_moves: PeriodMoves) -> Covariates:
    """Gather the covariates of all corridors and years."""
    moves = np.stack([period_moves(panel, start) for start in PERIODS])
    stocks = np.stack([stock_on_1_july(panel, int(day)) for day in STOCK_DATES])
    for stock in stocks:
        np.fill_diagonal(stock, 0.0)
    new = displacement(panel, YEARS[-1]).new
    return Covariates(
        terms=_terms(panel, np.log1p(moves[:, OUTWARD] + moves[:, TRANSIT]), stocks, new),
        least=least_arrivals(stocks, new),
        returning=np.expm1(between(np.log1p(moves[:, RETURN]), MIDDLES)),
    )


def _terms(panel: Panel, period_moves: Floats, stocks: Floats, new: Floats) -> dict[str, Floats]:
    """Return the terms; `period_moves` [period, orig, dest] are logarithms of persons a year."""
    moves = between(period_moves, MIDDLES)
    stock = between(np.log1p(stocks), STOCK_DATES)
    growth = np.diff(stocks, axis=0) / np.diff(STOCK_DATES)[:, None, None]
    grown, shrunk = (between(np.log1p(np.maximum(sign * growth, 0.0)), MIDDLES) for sign in (1.0, -1.0))
    people = np.log(panel.array("population_july")[: len(YEARS)].sum(axis=(-2, -1))).mean(axis=0)
    excess = displaced_excess(moves, new)
    free = free_movement()
    net = _signed_log(1000.0 * _net_rate(panel))[:, None, :]
    return {
        "moves of the period": _mean(moves),
        "stock": stock,
        "small stock": np.maximum(SMALL_STOCK - stock, 0.0),
        "few moves": _mean(np.maximum(FEW_MOVES - moves, 0.0)),
        "growth of the stock": _mean(grown),
        "shrinkage of the stock": _mean(shrunk),
        "people at the origin": people[None, :, None],
        "people at the destination": people[None, None, :],
        "free movement": _mean(free),
        "no visa": visa_free(panel)[None],
        "displacement": _mean(excess),
        "yearly moves of the period": moves - _mean(moves),
        "yearly displacement": excess - _mean(excess),
        "yearly net migration": net - _mean(net),
        "yearly free movement": free - _mean(free),
    }


def _mean(path: Floats) -> Floats:
    mean: Floats = path.mean(axis=0, keepdims=True)
    return mean


def between(values: Floats, dates: Floats) -> Floats:
    """Interpolate values [date, ...] to the middles of `YEARS`, constant beyond the first and the last date."""
    at = np.clip(np.array(YEARS) + 0.5, dates[0], dates[-1])
    left = np.clip(np.searchsorted(dates, at, side="right") - 1, 0, len(dates) - 2)
    share = (at - dates[left]) / (dates[left + 1] - dates[left])
    weights = np.zeros((len(YEARS), len(dates)))
    rows = np.arange(len(YEARS))
    weights[rows, left] = 1.0 - share
    weights[rows, left + 1] = share
    path: Floats = np.tensordot(weights, values, axes=1)
    return path


def displaced_excess(moves: Floats, new: Floats) -> Floats:
    """Return by how much new displacement raises the logarithm of the moves: [year, orig, dest].

    Displacement counts in the year in which it is recorded and in the next, half each, because registers follow.
    """
    recorded = (new + np.concatenate([new[:1], new[:-1]])) / 2.0
    excess: Floats = np.log1p(np.expm1(moves) + recorded) - moves
    return excess


def _net_rate(panel: Panel) -> Floats:
    people = panel.array("population_july")[: len(YEARS)].sum(axis=(-2, -1))
    rate: Floats = panel.array("net_migration")[: len(YEARS)] / people
    return rate


def _signed_log(values: Floats) -> Floats:
    signed: Floats = np.sign(values) * np.log1p(np.abs(values))
    return signed


def free_movement() -> Floats:
    """Say between whom people may settle freely, in the EU and the states joined to it: [year, orig, dest], 0 or 1."""
    areas = codes()
    inside = np.zeros((len(YEARS), len(areas)))
    for at, year in enumerate(YEARS):
        inside[at, [areas.index(member.iso3) for member in members("EU", date(year, 7, 1))]] = 1.0
    for iso3, since in OTHERS_FREE_TO_MOVE.items():
        inside[YEARS.index(since) :, areas.index(iso3)] = 1.0
    both: Floats = inside[:, :, None] * inside[:, None, :]
    return both


def visa_free(panel: Panel) -> Floats:
    """Say whose passport needs no visa, as of the panel's snapshot: [orig, dest], 0 or 1, 0 where nothing is known."""
    known = panel.frame("visa_requirement")
    free = known[known["requirement"] == "visa_free"]
    areas = pd.Index(codes())
    table = np.zeros((len(areas), len(areas)))
    table[areas.get_indexer(pd.Index(free["passport"])), areas.get_indexer(pd.Index(free["destination"]))] = 1.0
    return table


def least_arrivals(stocks: Floats, new: Floats) -> Floats:
    """Arrivals without which the stocks could not have grown as they did: [year, orig, dest], persons.

    Of each period's growth, what new displacement can account for falls in the years of the displacement; the rest is
    spread smoothly (a monotone cubic through the cumulated growth), so that both add up to the growth.

    Parameters
    ----------
    stocks : [date, birthplace, residence], persons on `STOCK_DATES`
    new : [year, orig, dest], new displacement, persons
    """
    growth = np.maximum(np.diff(stocks, axis=0), 0.0)
    overlap = _overlap()
    displaced = np.tensordot(overlap, new, axes=1)
    sudden = np.minimum(growth, displaced)
    share = np.divide(sudden, displaced, out=np.zeros_like(sudden), where=displaced > 0)
    least: Floats = new * np.tensordot(overlap.T, share, axes=1) + smooth_years(growth - sudden)
    return least


def _overlap() -> Floats:
    """Share of each calendar year that lies in each period: [period, year]."""
    first = np.array(YEARS, dtype=np.float64)
    ends = np.minimum(first + 1.0, STOCK_DATES[1:, None])
    share: Floats = np.clip(ends - np.maximum(first, STOCK_DATES[:-1, None]), 0.0, 1.0)
    return share


def smooth_years(of_period: Floats) -> Floats:
    """Spread what happened in each period [period, ...] over calendar years without steps: [year, ...], not negative.

    Before the first stock and after the last, the pace of the period next to it goes on.
    """
    from scipy.interpolate import PchipInterpolator  # noqa: PLC0415 - slow to import

    pace = of_period / np.diff(STOCK_DATES).reshape(-1, *[1] * (of_period.ndim - 1))
    cumulated = np.cumsum(np.concatenate([pace[:1], of_period, pace[-1:]]), axis=0)
    cumulated = np.concatenate([np.zeros_like(cumulated[:1]), cumulated])
    dates = np.concatenate([STOCK_DATES[:1] - 1.0, STOCK_DATES, STOCK_DATES[-1:] + 1.0])
    moving = of_period.any(axis=0)
    spread = np.zeros((len(YEARS), *of_period.shape[1:]))
    edges = np.arange(YEARS[0], YEARS[-1] + 2)
    spread[:, moving] = np.diff(PchipInterpolator(dates, cumulated[:, moving], axis=0)(edges), axis=0)
    return spread


def named(terms: Mapping[str, Floats], names: Sequence[str], cells: tuple[Integers, Integers, Integers]) -> Floats:
    """Look up terms at cells (positions of year, orig, dest): [cell, name]."""
    shape = (len(YEARS), len(codes()), len(codes()))
    return np.stack([np.broadcast_to(terms[name], shape)[cells] for name in names], axis=1)
