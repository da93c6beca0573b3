"""What the engine needs, gathered from the panel once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from corridor.axes import AGES, OPEN_AGE
from corridor.calendar import BASE_YEAR, LAST_STOCK, LAST_YEAR
from corridor.data.arrays import stock_on_1_july
from corridor.demography.base_population import base_population
from corridor.demography.graduation import graduate_fertility, graduate_mortality
from corridor.demography.life_table import life_table
from corridor.demography.schedules import model_schedule
from corridor.demography.survival import survival_ratios
from corridor.drivers.channels.ageing import working_people, working_share
from corridor.estimate.moves.mover_ages import load_effects, movers_of, stock_by_sex
from corridor.estimate.world.base_flows import BaseFlows, base_flows
from corridor.estimate.world.base_windows import DEFAULT_WINDOW, WINDOWS
from corridor.projection.demand import demand, native_share, weighted_population

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats
    from corridor.data.panel import Panel
    from corridor.demography.mover_classes import Movers
    from corridor.estimate.world.base_windows import BaseWindow

MIDDLE_OF_PERIOD = 3.0
"""The UN's five years run from 1 July: those of 2025-30 have their middle on 1 January 2028."""
LEVEL_YEARS = 5
"""Years whose mean is the level of the UN's net migration, a year and those after it."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Births and deaths of the UN's medium, by single age and calendar year.

    Attributes
    ----------
    survival : [year, area, sex, age], ratios; row 0 from birth to age 0, the last for the open group
    fertility : [year, area, age], births per woman and year
    sex_ratio : [year, area], boys per girl at birth
    """

    survival: Floats
    fertility: Floats
    sex_ratio: Floats


@dataclass(frozen=True)
class Inputs:
    """Everything one deterministic projection needs.

    Attributes
    ----------
    years : calendar years, in order
    population : [area, sex, age], persons on 1 January of the first year
    stock : [birthplace, residence], persons on the same day; columns sum to the population
    survival, fertility, sex_ratio : see `Rates`
    schedule : [sex, age], relative intensity of moving: of the exposed population
    movers : sexes and ages of those who move, by corridor
    base : base flows
    un_net : [year, area], net migration of the UN's medium, persons
    un_net_by_age : [year, area, sex, age], the same by age at the end of the year, persons
    un_level, un_level_by_age : the same as means of a year and the next four, which `blended` goes towards: its weight
        was learnt on periods of five years, and a single year in which the UN lets millions return is least certain
    """

    years: tuple[int, ...]
    population: Floats
    stock: Floats
    survival: Floats
    fertility: Floats
    sex_ratio: Floats
    schedule: Floats
    movers: Movers
    base: BaseFlows
    un_net: Floats
    un_net_by_age: Floats
    un_level: Floats
    un_level_by_age: Floats

    @cached_property
    def exposed(self) -> Floats:
        """Weighted population living in its birthplace at the start: [area], persons."""
        return weighted_population(self.population, self.schedule) * native_share(self.stock)

    @cached_property
    def working_share(self) -> Floats:
        """Share of residents who are of working age at the start: [area]."""
        return working_share(working_people(self.population), self.population.sum(axis=(1, 2)))

    def rates(self, position: int) -> Rates:
        """Return the rates of one year: those of `Rates` without their first axis."""
        return Rates(self.survival[position], self.fertility[position], self.sex_ratio[position])


def _graduated_rates(panel: Panel, years: Sequence[int]) -> Rates:
    """Graduate the UN's mortality and fertility of five-year groups to single ages and calendar years.

    Mortality starts with the period 2025-30, so that the pandemic sets no trend, and meets the UN's life expectancy of
    every year. Fertility patterns are rates over the UN's women of the middle of the year.
    """
    return Rates(
        _survival(panel, years),
        graduate_fertility(
            years_of(panel, "fertility_pattern", years),
            years_of(panel, "total_fertility", years),
            years_of(panel, "women_july", years),
        ),
        years_of(panel, "sex_ratio_at_birth", years),
    )


def _survival(panel: Panel, years: Sequence[int]) -> Floats:
    """Survival ratios [year, area, sex, age], a year at a time: the life tables of all would not stay in the cache."""
    mortality = medium_mortality(panel, years)
    survival = np.empty((*mortality.shape[:-1], AGES))
    for position, of_year in enumerate(mortality):
        survival[position] = survival_ratios(life_table(of_year), open_age=OPEN_AGE)
    return survival


def medium_mortality(panel: Panel, years: Sequence[int]) -> Floats:
    """Death rates of the UN's medium by single age: [year, area, sex, 131], deaths per person-year.

    Parameters
    ----------
    years : any calendar years of the projection
    """
    periods = [int(period) for period in panel.coordinates("mortality_rate", "period")]
    first = periods.index(BASE_YEAR)
    middles = np.array(periods[first:], dtype=np.float64) + MIDDLE_OF_PERIOD
    met = np.concatenate([years_of(panel, "life_expectancy", (year,)) for year in years])
    return graduate_mortality(panel.array("mortality_rate")[first:], middles, years, met)


def load_inputs(panel: Panel, last: int = LAST_YEAR, window: BaseWindow = WINDOWS[DEFAULT_WINDOW]) -> Inputs:
    """Gather what a projection to the end of the year `last` needs.

    Parameters
    ----------
    window : years whose rates the base flows carry on
    """
    years = tuple(range(BASE_YEAR, last + 1))
    rates = _graduated_rates(panel, years)
    ahead = range(BASE_YEAR, min(last + LEVEL_YEARS - 1, LAST_YEAR) + 1)
    net, net_by_age = (years_of(panel, table, ahead) for table in ("net_migration", "net_migration_age"))
    before, after = panel.array("population_july_single")
    population = base_population(
        before,
        after,
        survival=rates.survival[0],
        fertility=rates.fertility[0],
        sex_ratio=rates.sex_ratio[0],
        net_migrants=net_by_age[0],
    )
    stock = stock_on_1_july(panel, LAST_STOCK)
    stock *= population.sum(axis=(1, 2)) / stock.sum(axis=0)
    base = base_flows(panel, stock, window)
    return Inputs(
        years=years,
        population=population,
        stock=stock,
        survival=rates.survival,
        fertility=rates.fertility,
        sex_ratio=rates.sex_ratio,
        schedule=model_schedule("family"),
        movers=movers_of(base_moves(base, stock), stock_by_sex(panel), population, load_effects()),
        base=base,
        un_net=net[: len(years)],
        un_net_by_age=net_by_age[: len(years)],
        un_level=means_ahead(net)[: len(years)],
        un_level_by_age=means_ahead(net_by_age)[: len(years)],
    )


def means_ahead(yearly: Floats) -> Floats:
    """Means of each year and the next four, fewer at the end: shaped as `yearly`, [year, ...]."""
    counts = np.minimum(LEVEL_YEARS, len(yearly) - np.arange(len(yearly)))
    total = yearly.copy()
    for ahead in range(1, LEVEL_YEARS):
        total[:-ahead] += yearly[ahead:]
    mean: Floats = total / counts.reshape(-1, *[1] * (yearly.ndim - 1))
    return mean


def base_moves(base: BaseFlows, stock: Floats) -> Floats:
    """Moves of the first year by type at base rates: [type, orig, dest], persons.

    Parameters
    ----------
    stock : [birthplace, residence], persons on 1 January
    """
    return demand(base, np.ones(len(stock)), stock, base.displaced, BASE_YEAR + 0.5)


def years_of(panel: Panel, table: str, years: Sequence[int]) -> Floats:
    """Rows of consecutive years of a table whose first axis is the year."""
    first = int(panel.coordinates(table, "year")[0])
    rows: Floats = panel.array(table)[years[0] - first : years[-1] - first + 1]
    return rows
