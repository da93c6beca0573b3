"""Demographic accounts by sex, one a period and sex.

What is published by sex are the stocks, the populations and the sex ratio at birth. The rest follows by rule:

- deaths: those of WPP in the period, divided in proportion to death rates by sex and age times the person-years lived,
  so that both sexes sum to the published deaths (infants count as a fifth of the ages 0-4: our judgement);
- native-born: population less foreign-born; where a sex has more foreign-born than people (Bonaire), it has no
  native-born and its population is taken to be its foreign-born (our judgement);
- net migration: what births and deaths leave of the change of population. Both sexes sum to WPP's.

Each sex is accounted for on its own, so its minimum migration is not a part of the minimum of both (who stays is
counted for each), and over the world the net migration of a sex is not quite zero, as in WPP; a closed account balances
that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.axes import SEXES
from corridor.calendar import PERIODS
from corridor.estimate.accounts.accounting import adjusted_stocks, independence, minimum
from corridor.estimate.accounts.past_flows import Window, between_july, window_of

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.data.panel import Panel
    from corridor.estimate.accounts.accounting import System

INFANTS = 0.2
"""Share of infants among the ages 0-4 (our judgement; it divides deaths between the sexes, not more)."""


def windows_by_sex(panel: Panel, start: int) -> tuple[Window, ...]:
    """Gather the stocks and events of a period for females and males; both sum to `past_flows.window_of`."""
    both, last = window_of(panel, start), start + PERIODS[start]
    births = births_by_sex(panel, start)
    deaths = both.deaths * _shares(_expected_deaths(panel, start))
    first_stocks = _stocks_by_sex(panel, start, both.start)
    last_stocks = _stocks_by_sex(panel, last, both.end)
    change = last_stocks.sum(axis=1) - first_stocks.sum(axis=1)
    net = change - births + deaths
    return tuple(
        Window(first_stocks[sex], last_stocks[sex], births[sex], deaths[sex], net[sex]) for sex in range(len(SEXES))
    )


def births_by_sex(panel: Panel, start: int) -> Floats:
    """Births of a period: [sex, area], persons, the yearly births divided by the sex ratio at birth of their year."""
    years = range(start, start + PERIODS[start] + 1)
    births = _years(panel, "births_deaths", years)[..., 0]
    boys_per_girl = _years(panel, "sex_ratio_at_birth", years)
    by_sex = np.stack([births / (1.0 + boys_per_girl), births * boys_per_girl / (1.0 + boys_per_girl)])
    total: Floats = np.tensordot(_from_july_to_july(len(years)), by_sex, axes=(0, 1))
    return total


def _expected_deaths(panel: Panel, start: int) -> Floats:
    """Deaths that the period's death rates give for the people of the period: [sex, area]."""
    lived = between_july(panel, "population_july", start, start + PERIODS[start])
    lived = np.concatenate([INFANTS * lived[..., :1], (1.0 - INFANTS) * lived[..., :1], lived[..., 1:]], axis=-1)
    rates = panel.array("mortality_rate")[panel.coordinates("mortality_rate", "period").index(start)]
    expected: Floats = (rates * lived).sum(axis=-1).T
    return expected


def _stocks_by_sex(panel: Panel, year: int, both: Floats) -> Floats:
    """Divide a stock [birthplace, residence] of the account between the sexes: [sex, birthplace, residence]."""
    published = panel.array("migrant_stock")[panel.coordinates("migrant_stock", "year").index(year)]
    stocks = both * _shares(published)
    people = _years(panel, "population_july", range(year, year + 1))[0].sum(axis=-1).T
    residents = both.sum(axis=0) * _shares(people)
    home = np.arange(len(both))
    stocks[:, home, home] = 0.0
    natives = np.maximum(residents - stocks.sum(axis=1), 0.0)
    stocks[:, home, home] = np.diagonal(both) * _shares(natives)
    return stocks


def _shares(by_sex: Floats) -> Floats:
    """Share of each sex, [sex, ...], one half where there is nobody."""
    both = by_sex.sum(axis=0)
    shares: Floats = np.divide(by_sex, both, out=np.full_like(by_sex, 1.0 / len(SEXES)), where=both > 0)
    return shares


def _years(panel: Panel, table: str, years: range) -> Floats:
    offset = int(panel.coordinates(table, "year")[0])
    return panel.array(table)[years.start - offset : years.stop - offset]


def _from_july_to_july(years: int) -> Floats:
    """Weights of calendar years between two 1 Julys: half of the first and the last, all of the others."""
    weights = np.ones(years)
    weights[[0, -1]] = 0.5
    return weights


def transitions_by_sex(panel: Panel, start: int, system: System = "closed") -> Floats:
    """Transitions of one period and each sex on its own, under both assumptions.

    Parameters
    ----------
    start : first year of the period, one of `past_flows.PERIODS`

    Returns
    -------
    [sex, assumption, type, orig, dest], persons; assumptions as in `past_flows.ASSUMPTIONS`
    """
    tables = []
    for window in windows_by_sex(panel, start):
        adjusted = adjusted_stocks(window.start, window.end, window.births, window.deaths, system=system)
        tables.append([minimum(adjusted), independence(adjusted)])
    return np.array(tables)
