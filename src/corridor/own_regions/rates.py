"""What a projection of a folder needs in every step, what is left out taken from the standard, every choice told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from corridor.axes import AGE, AGES
from corridor.demography.graduation import graduate_fertility
from corridor.demography.lee_carter import rates_at_life_expectancy
from corridor.demography.life_table import life_table
from corridor.demography.schedules import model_schedule
from corridor.demography.survival import survival_ratios

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.demography.cohort_component import Timing
    from corridor.demography.life_table import Width
    from corridor.own_regions.standard import Standard
    from corridor.own_regions.tables import RegionData, RegionTable

LEAST_RATE = 1e-6
"""Death rates enter as at least this, so that small regions in which nobody of an age died have a life table (ours)."""
MODEL_AGES = "ages: the UN's model schedule"
FIRST_FERTILE_GROUP = 2
FERTILE_GROUPS = 9


@dataclass(frozen=True, slots=True)
class OwnInputs:
    """What a projection of a folder needs.

    Attributes
    ----------
    regions : their names
    width : years of a step and of an age group
    years : in which the steps begin
    timing : when migrants arrive
    population : [region, sex, age], persons at the start
    life_expectancy : [step, region, sex], years
    survival : [step, region, sex, age], ratios
    fertility : [step, region, age], births per woman and year
    sex_ratio : [step, region], boys per girl at birth
    schedule : [sex, age], relative intensity of moving
    arrivals : [sex, age], shares of migrants whose ages are not given; sums to 1
    outside : [step, region] or [step, region, sex, age], net migration with elsewhere, persons in a step
    flows : moves between the regions, persons a year; None without
    choices : what each part rests on, by its name
    """

    regions: tuple[str, ...]
    width: Width
    years: tuple[int, ...]
    timing: Timing
    population: Floats
    life_expectancy: Floats
    survival: Floats
    fertility: Floats
    sex_ratio: Floats
    schedule: Floats
    arrivals: Floats
    outside: Floats
    flows: RegionTable | None
    choices: dict[str, str]


def own_inputs(data: RegionData, standard: Standard) -> OwnInputs:
    """Gather what a folder gives and fill what it leaves out."""
    rates, of_mortality = death_rates(data, standard)
    fertility, of_fertility = fertility_rates(data, standard)
    ratio, of_ratio = sex_ratios(data, standard)
    outside, of_outside = _outside(data)
    table = life_table(rates, width=data.width)
    schedule = model_schedule("family")
    return OwnInputs(
        regions=data.regions,
        width=data.width,
        years=data.years,
        timing=data.settings.timing,
        population=data.population,
        life_expectancy=table.e[..., 0],
        survival=survival_ratios(table, open_age=data.ages[-1]),
        fertility=fertility,
        sex_ratio=ratio,
        schedule=_grouped(schedule, data) / _grouped(np.ones_like(schedule), data),
        arrivals=_grouped(schedule, data),
        outside=outside,
        flows=data.tables.get("flows"),
        choices={
            "mortality": of_mortality,
            "fertility": of_fertility,
            "sex ratio at birth": of_ratio,
            "net migration": of_outside,
            "flows": _told_flows(data),
        },
    )


def _moments(data: RegionData) -> Floats:
    """Return the middle of every step, in years."""
    return np.array(data.years) + (data.settings.start.month - 1) / 12.0 + 0.5 * data.width


def death_rates(data: RegionData, standard: Standard) -> tuple[Floats, str]:
    """Return death rates [step, region, sex, age] from age 0, with 0 and 1-4 apart in groups of five, and their origin.

    Rates, life expectancy, or both: then the rates of the first step set the ages, and life expectancy the level.
    """
    given, expectation = data.tables.get("mortality"), data.tables.get("life_expectancy")
    if given is not None:
        rates = np.maximum(given.at(data.years), LEAST_RATE)
        if expectation is None:
            return rates, f"{_name(data, 'mortality')}{_told_years(given)}"
        model, oldest = standard.mortality, rates.shape[AGE]
        decline, ultimate = model.decline[:oldest], model.ultimate[:oldest]
        model = replace(model, level=np.log(rates[0]), decline=decline, ultimate=ultimate)
        told = (
            f"ages of {_name(data, 'mortality')}, level of {_name(data, 'life_expectancy')}{_told_years(expectation)}"
        )
        return rates_at_life_expectancy(model, expectation.at(data.years)), told
    if expectation is not None:
        told = f"{_name(data, 'life_expectancy')}{_told_years(expectation)}; ages: {standard.name} pattern (Lee-Carter)"
        return rates_at_life_expectancy(standard.mortality, expectation.at(data.years)), told
    rates = rates_at_life_expectancy(standard.mortality, standard.life_expectancy(_moments(data)))
    return _for_all(rates, data), f"{standard.name} life expectancy in the UN's medium, ages by Lee-Carter (default)"


def fertility_rates(data: RegionData, standard: Standard) -> tuple[Floats, str]:
    """Return births per woman and year, [step, region, age], and their origin.

    Rates, total fertility, or both: then the rates set the ages and total fertility the level.
    """
    given, total = data.tables.get("fertility"), data.tables.get("total_fertility")
    moments = _moments(data)
    if given is not None:
        rates = np.zeros((len(data.years), *data.population.shape[:1], data.population.shape[AGE]))
        first = given.first_age // data.width
        figures = given.at(data.years)
        rates[..., first : first + figures.shape[AGE]] = figures
        if total is None:
            return rates, f"{_name(data, 'fertility')}{_told_years(given)}"
        scale = total.at(data.years) / np.maximum(data.width * rates.sum(axis=AGE), LEAST_RATE)
        told = f"ages of {_name(data, 'fertility')}, level of {_name(data, 'total_fertility')}{_told_years(total)}"
        return rates * scale[..., None], told
    if total is not None:
        level = total.at(data.years)
        told = f"{_name(data, 'total_fertility')}{_told_years(total)}; ages: {standard.name} pattern"
    else:
        level = _for_all(standard.at(standard.total_fertility, moments), data)
        told = f"{standard.name} total fertility and ages in the UN's medium (default)"
    return _by_pattern(_for_all(standard.at(standard.pattern, moments), data), level, data), told


def _by_pattern(pattern: Floats, level: Floats, data: RegionData) -> Floats:
    """Return rates [step, region, age] from shares of nine groups and total fertility."""
    groups = data.population.shape[AGE]
    if data.width == 1:
        rates = graduate_fertility(pattern, np.maximum(level, LEAST_RATE))
        return rates[..., : min(groups, AGES)]
    rates = np.zeros((*level.shape, groups))
    fertile = slice(FIRST_FERTILE_GROUP, FIRST_FERTILE_GROUP + FERTILE_GROUPS)
    rates[..., fertile] = pattern * level[..., None] / data.width
    return rates


def sex_ratios(data: RegionData, standard: Standard) -> tuple[Floats, str]:
    """Return boys per girl at birth, [step, region], and their origin."""
    given = data.tables.get("sex_ratio")
    if given is not None:
        return given.at(data.years), f"{_name(data, 'sex_ratio')}{_told_years(given)}"
    return _for_all(standard.at(standard.sex_ratio, _moments(data)), data), f"{standard.name} (default)"


def _outside(data: RegionData) -> tuple[Floats, str]:
    """Return net migration with elsewhere in a step, and its origin."""
    given = data.tables.get("net_migration")
    if given is None:
        return np.zeros((len(data.years), len(data.regions))), "none with places outside the folder (default)"
    if data.settings.net_migration == "all" and "flows" in data.tables:
        return np.zeros((len(data.years), len(data.regions))), "none beside the flows, which match net_migration"
    ages = "" if given.figures.ndim > 2 else f"; {MODEL_AGES}"
    return given.at(data.years) * data.width, f"{_name(data, 'net_migration')}{_told_years(given)}{ages}"


def _told_flows(data: RegionData) -> str:
    flows = data.tables.get("flows")
    if flows is None:
        return "none between the regions (default)"
    ages = "" if flows.figures.ndim > 3 else f"; {MODEL_AGES}"
    until = "in" if len(flows.years) == 1 else "to"
    return f"{_name(data, 'flows')}, {until} {flows.years[-1]}, then their rates go on{ages}"


def _told_years(table: RegionTable) -> str:
    if len(table.years) == 1:
        return ", the same in all years"
    return f", {table.years[0]} to {table.years[-1]}, then as in {table.years[-1]}"


def _name(data: RegionData, table: str) -> str:
    return data.paths[table].name


def _for_all(figures: Floats, data: RegionData) -> Floats:
    """Return figures [step, ...] for every region: [step, region, ...]."""
    return np.repeat(figures[:, None], len(data.regions), axis=1)


def _grouped(schedule: Floats, data: RegionData) -> Floats:
    """Return sums of single ages [sex, 101] over the age groups."""
    grouped: Floats = np.add.reduceat(schedule, data.ages, axis=AGE)
    return grouped
