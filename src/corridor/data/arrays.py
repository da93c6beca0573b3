"""The panel as the arrays that estimation and projection start from: whole populations by birthplace and residence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.errors import InputError, Problem

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.data.panel import Panel

LAST_STOCK = 2024
"""Year of the last migrant stock, 1 July."""


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
        raise InputError(Problem("a migrant stock is published for the year", f"Choose one of {known}", value=year))
    at = panel.coordinates("population_july", "year").index(year)
    migrants = panel.array("migrant_stock")[dates.index(year)].sum(axis=0)
    return migrants, panel.array("population_july")[at].sum(axis=(-2, -1))
