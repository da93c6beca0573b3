"""The panel as the arrays that estimation and projection start from: people, their birthplaces, net migration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats
    from corridor.data.panel import Panel

NET_SINCE, NET_YEARS = 1950, 5
"""First year of net migration, and years of a period before the first that is asked for."""


def stock_on_1_july(panel: Panel, year: int) -> Floats:
    """Return the population by birthplace and residence on 1 July, both sexes, shape (birthplace, residence), persons.

    The diagonal holds the native-born: the population of WPP less the migrant stock. Where the stock exceeds the
    population (`more_foreign_born_than_people`), the migrants are scaled down to it and no native-born remain. So
    columns sum to the population.

    Raises
    ------
    InputError : there is no migrant stock for this year
    """
    migrants, population = _migrants_and_population(panel, year)
    total = migrants.sum(axis=0)
    stock: Floats = migrants * np.divide(population, total, out=np.ones_like(total), where=total > population)
    stock[np.diag_indices_from(stock)] = np.maximum(population - total, 0.0)
    return stock


def more_foreign_born_than_people(panel: Panel, year: int) -> tuple[str, ...]:
    """Return the residences whose migrant stock exceeds their population on 1 July."""
    migrants, population = _migrants_and_population(panel, year)
    residences = panel.coordinates("migrant_stock", "residence")
    return tuple(str(residences[at]) for at in np.flatnonzero(migrants.sum(axis=0) > population))


def _migrants_and_population(panel: Panel, year: int) -> tuple[Floats, Floats]:
    """Return migrants (birthplace, residence) and population (residence) on 1 July, both sexes."""
    dates = panel.coordinates("migrant_stock", "year")
    if year not in dates:
        known = ", ".join(map(str, dates))
        raise InputError(Problem("no migrant stock is published for this year", f"Choose one of {known}", value=year))
    at = panel.coordinates("population_july", "year").index(year)
    migrants = panel.array("migrant_stock")[dates.index(year)].sum(axis=0)
    return migrants, panel.array("population_july")[at].sum(axis=(-2, -1))


def july_population(panel: Panel, dates: Sequence[int]) -> Floats:
    """Read populations on 1 July: [date, area], persons."""
    past, ahead = panel.array("population_total_july"), panel.array("population_july").sum(axis=(-2, -1))
    first = int(panel.coordinates("population_total_july", "year")[0])
    population: Floats = np.concatenate([past, ahead])[np.array(dates) - first]
    return population


def net_migration(panel: Panel, dates: Sequence[int]) -> Floats:
    """Read net migration between 1 Julys, from `NET_SINCE` to the last date: [period, area], persons a year."""
    yearly = np.concatenate([panel.array("net_migration_history"), panel.array("net_migration")])
    first = int(panel.coordinates("net_migration_history", "year")[0])
    since = np.concatenate([np.zeros((1, yearly.shape[1])), yearly.cumsum(axis=0)])
    at_july = (since[1:] + since[:-1]) / 2.0
    bounds = np.array([*range(NET_SINCE, dates[0], NET_YEARS), *dates])
    net: Floats = np.diff(at_july[bounds - first], axis=0) / np.diff(bounds)[:, None]
    return net


def stocks_known(panel: Panel, dates: Sequence[int]) -> Floats:
    """Read the last migrant stock of each date or before: [date, birthplace, residence], persons; NaN before the first.

    The stock of a year carries the population of its own 1 July on the diagonal.
    """
    published = [int(year) for year in panel.coordinates("migrant_stock", "year")]
    shape = len(panel.coordinates("migrant_stock", "birthplace")), len(panel.coordinates("migrant_stock", "residence"))
    found = np.full((len(dates), *shape), np.nan)
    for place, date in enumerate(dates):
        known = [year for year in published if year <= date]
        if known:
            found[place] = stock_on_1_july(panel, max(known))
    return found


def land_rings(panel: Panel) -> list[Floats]:
    """Outlines of the land: arrays [vertex, (longitude, latitude)], degrees."""
    land = panel.frame("land")
    return [
        ring[["longitude", "latitude"]].to_numpy(dtype=np.float64)
        for _, ring in land.groupby(["part", "ring"], sort=True)
    ]
