"""Migrant stocks of calendar years: who lives where, how much their number grows, and how many of them die.

The UN's stocks stand five years apart on 1 July (the last four). Between them the growth is spread smoothly, but what
new displacement (UNHCR) can account for falls in the years of the displacement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.calendar import FIRST_KNOWN, LAST_KNOWN, STOCK_YEARS
from corridor.data.arrays import stock_on_1_july
from corridor.estimate.world.displacement import displacement

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.data.panel import Panel

YEARS = tuple(range(FIRST_KNOWN, LAST_KNOWN + 1))
USUAL_YEAR = 2019
"""The measured year that years without measurements are like."""
STOCK_DATES = np.array(STOCK_YEARS) + 0.5
"""The stocks stand on 1 July; dates are years with a fraction."""
MIDDLE_AGES = np.array([*np.arange(2.5, 75.0, 5.0), 80.0])
"""Middles of the age groups of the foreign-born (`sources.AGE_GROUPS`), years."""


@dataclass(frozen=True, slots=True)
class YearlyStocks:
    """People by birthplace and residence, in calendar years.

    Attributes
    ----------
    at_dates : [date, birthplace, residence], persons on `STOCK_DATES`, nobody on the diagonal
    stock : [year, birthplace, residence], persons in the middle of the year
    growth : [year, birthplace, residence], persons by which the stock grows in the year
    displaced : [year, birthplace, residence], the part of the growth that new displacement explains, persons
    mortality : [year, residence], deaths a year per foreign-born person
    """

    at_dates: Floats
    stock: Floats
    growth: Floats
    displaced: Floats
    mortality: Floats


def yearly_stocks(panel: Panel, ages_abroad: Floats) -> YearlyStocks:
    """Return the stocks of all years.

    Parameters
    ----------
    ages_abroad : [residence, age group], shares of the foreign-born, NaN where unknown (`sources.Ties`)
    """
    at_dates = stocks_at_dates(panel)
    new = displacement(panel, YEARS[-1]).new
    growth, displaced = yearly_growth(at_dates, new)
    return YearlyStocks(
        at_dates, between(at_dates, STOCK_DATES), growth, displaced, mortality_abroad(panel, ages_abroad)
    )


def stocks_at_dates(panel: Panel) -> Floats:
    """Read the migrant stocks: [date, birthplace, residence], persons on `STOCK_DATES`, nobody on the diagonal."""
    at_dates = np.stack([stock_on_1_july(panel, int(day)) for day in STOCK_DATES])
    for stock in at_dates:
        np.fill_diagonal(stock, 0.0)
    return at_dates


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


def yearly_growth(stocks: Floats, new: Floats) -> tuple[Floats, Floats]:
    """Growth of the stocks in each year, and the part that new displacement explains: two of [year, orig, dest].

    Parameters
    ----------
    stocks : [date, birthplace, residence], persons on `STOCK_DATES`
    new : [year, orig, dest], new displacement, persons
    """
    growth = np.diff(stocks, axis=0)
    overlap = _overlap()
    displaced = np.tensordot(overlap, new, axes=1)
    sudden = np.clip(growth, 0.0, displaced)
    share = np.divide(sudden, displaced, out=np.zeros_like(sudden), where=displaced > 0)
    by_war: Floats = new * np.tensordot(overlap.T, share, axes=1)
    return by_war + smooth_years(growth - sudden), by_war


def _overlap() -> Floats:
    """Share of each calendar year that lies in each period: [period, year]."""
    first = np.array(YEARS, dtype=np.float64)
    ends = np.minimum(first + 1.0, STOCK_DATES[1:, None])
    share: Floats = np.clip(ends - np.maximum(first, STOCK_DATES[:-1, None]), 0.0, 1.0)
    return share


def smooth_years(of_period: Floats) -> Floats:
    """Spread what happened in each period [period, ...] over calendar years without steps: [year, ...].

    A monotone cubic through the cumulated change. Before the first stock and after the last, the pace of the period
    next to it goes on.
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


def mortality_abroad(panel: Panel, ages_abroad: Floats) -> Floats:
    """Deaths a year per foreign-born person, by residence: [year, residence].

    The UN's death rates by age of the residence, weighted by the ages of its foreign-born in 2019; where these are not
    known, by the mean ages of the world's foreign-born.
    """
    shares = np.where(np.isnan(ages_abroad), np.nanmean(ages_abroad, axis=0), ages_abroad)
    starts = np.array([int(start) for start in panel.coordinates("mortality_rate", "period")])
    rates = panel.array("mortality_rate").mean(axis=2)
    lowest = np.array([0.0, 1.0, *np.arange(5.0, 105.0, 5.0)])[: rates.shape[-1]]
    at = np.searchsorted(lowest, MIDDLE_AGES, side="right") - 1
    of_year = rates[np.searchsorted(starts, YEARS, side="right") - 1][:, :, at]
    deaths: Floats = (of_year * shares).sum(axis=-1)
    return deaths
