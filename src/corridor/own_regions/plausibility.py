"""What is possible in tables and mostly a mistake: units off by a thousand, sexes swapped, moves counted twice.

Each doubt has a name (`settings.DOUBTS`); a user to whom it is no mistake accepts it by that name.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from corridor.axes import AGE, FEMALE, MALE, SEXES
from corridor.demography.life_table import life_table
from corridor.errors import InputError, Problem
from corridor.own_regions.notices import notices
from corridor.own_regions.rates import LEAST_RATE
from corridor.own_regions.settings import DOUBTS, FILE
from corridor.own_regions.tables import read_own_data, some

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from corridor.axes import Floats
    from corridor.own_regions.tables import RegionData

MOST_MOVING, LEAST_MOVING = 0.2, 1e-4
LEAST_DIFFERENCE = 0.5
"""Years; one table used for both sexes gives them nearly the same life expectancy."""
MOST_OF_ONE_SEX = 3.0
LIFE_EXPECTANCIES = (35.0, 95.0)
TOTAL_FERTILITIES = (0.5, 9.0)
SEX_RATIOS = (1.0, 1.2)
OLD_AGE = 75
MOST_UNLIKE, MOST_UNLIKE_OLD = 6.0, 15.0
UNLIKE_UP_TO = 70
MOST_AT_THE_END = 100.0
"""The open group holds many years of age, and few people where it begins late."""
LEAST_SUMMED, SAME_PEOPLE = 3, 0.005
YEARS_BEFORE, YEARS_AFTER = 25, 125
LEAST_COUNTED = 100.0
"""Neighbouring age groups with fewer people than this may differ by chance."""
SAME_NET = 0.01
"""Net migration is that of the flows if no region differs by more than this share of its moves, or one person."""


def own_data(folder: Path) -> RegionData:
    """Read and check a folder of tables; doubts that its settings accept become notes.

    Raises
    ------
    InputError : with every problem of all files, and every doubt that is not accepted
    """
    data, problems = read_own_data(folder)
    doubts = doubtful(data)
    problems += mismatched(data)
    problems += [problem for name, problem in doubts if name not in data.settings.accept]
    if problems:
        raise InputError(problems)
    accepted = tuple(f"accepted: {DOUBTS[name]} ({problem.value})" for name, problem in doubts)
    return replace(data, notes=(*data.notes, *accepted, *notices(data)))


def doubtful(data: RegionData) -> list[tuple[str, Problem]]:
    """Return every doubt about a folder's tables, by name, with the problem that it is unless accepted."""
    found = [*_mortality(data), *_births(data), *_years(data)]
    if data.population.sum(axis=(1, 2)).min() > 0.0:  # not so where rows of the population are missing (nan)
        found += [*_people(data), *_migration(data), *_both_migrations(data)]
    return [(name, _problem(data, name, table, value, remedy)) for name, table, value, remedy in found]


def mismatched(data: RegionData) -> list[Problem]:
    """Return a problem for each region whose flows do not sum to its net migration, where they are meant to."""
    if data.settings.net_migration != "all" or not {"flows", "net_migration"} <= set(data.tables):
        return []
    net, of_flows, alike = _nets(data)
    fault = 'the flows of the region do not sum to its net migration, although net_migration = "all" says so'
    remedy = f'Correct one of the two, or write net_migration = "outside" in {FILE}'
    path = str(data.paths["net_migration"])
    return [
        Problem(fault, remedy, path, None, "persons", f"{region}: net {one:,.0f}, flows {other:,.0f}")
        for region, one, other, same in zip(data.regions, net, of_flows, alike, strict=True)
        if not same
    ]


def _problem(data: RegionData, name: str, table: str, value: str, remedy: str) -> Problem:
    accepting = f'{remedy}. If it is right, write accept = ["{name}"] in {FILE}'
    return Problem(f"in doubt: {DOUBTS[name]}", accepting, str(data.paths[table]), value=value)


Doubt = tuple[str, str, str, str]
"""Name, table, value, remedy."""


def _people(data: RegionData) -> Iterator[Doubt]:
    by_sex = data.population.sum(axis=AGE)
    old = data.population[..., data.ages.index(OLD_AGE) :].sum(axis=AGE) if OLD_AGE in data.ages else by_sex
    if (old[:, FEMALE] < old[:, MALE]).all() and OLD_AGE in data.ages:
        women, men = old.sum(axis=0)
        value = f"{women:,.0f} women and {men:,.0f} men aged {OLD_AGE} or more"
        yield "sexes", "population", value, "Swap female and male"
    found = [
        f"{region}: {women:,.0f} women and {men:,.0f} men"
        for region, (women, men) in zip(data.regions, by_sex, strict=True)
        if max(women, men) > MOST_OF_ONE_SEX * min(women, men)
    ]
    if found:
        yield "uneven-sexes", "population", some(found), "See whether a figure has a digit too many"
    yield from _ages(data)
    yield from _total(data)


def _ages(data: RegionData) -> Iterator[Doubt]:
    """Compare every age group with its neighbours, the first and the open one with the one beside."""
    people = data.population
    beside = np.empty_like(people)
    beside[..., 1:-1] = np.sqrt(people[..., :-2] * people[..., 2:])
    beside[..., 0], beside[..., -1] = people[..., 1], people[..., -2]
    limit = np.where(np.array(data.ages) < UNLIKE_UP_TO, MOST_UNLIKE, MOST_UNLIKE_OLD)
    limit[-1] = MOST_AT_THE_END
    most = np.maximum(people, beside)
    unlike = (most > limit * np.minimum(people, beside)) & (most > LEAST_COUNTED)
    unlike[..., -1] &= people[..., -1] > LEAST_COUNTED
    found = [
        f"{data.regions[region]}, {SEXES[sex]}, age {data.ages[age]}: {people[region, sex, age]:,.0f}"
        for region, sex, age in np.argwhere(unlike)
    ]
    if found:
        yield "uneven-ages", "population", some(found), "See whether a digit is missing or too many"


def _total(data: RegionData) -> Iterator[Doubt]:
    """Find a region that is the sum of the others by sex and age."""
    if len(data.regions) < LEAST_SUMMED:
        return
    others = data.population.sum(axis=0) - data.population
    alike = np.isclose(data.population, others, rtol=SAME_PEOPLE, atol=len(data.regions)).all(axis=(1, 2))
    found = [f"{region}: {people.sum():,.0f}" for region, people in zip(data.regions, data.population, strict=True)]
    if alike.any():
        remedy = "Leave the rows of the total out of all tables: regions are added up anyway"
        yield "total-region", "population", some([found[at] for at in np.flatnonzero(alike)]), remedy


def _years(data: RegionData) -> Iterator[Doubt]:
    start = data.settings.start.year
    for name, table in data.tables.items():
        if far := [year for year in table.years if not start - YEARS_BEFORE <= year <= start + YEARS_AFTER]:
            yield "far-years", name, some(far), "Correct the year or leave its rows out"


def _mortality(data: RegionData) -> Iterator[Doubt]:
    for name in ("life_expectancy", "mortality"):
        if name not in data.tables:
            continue
        figures = data.tables[name].figures
        if name == "mortality":
            figures = life_table(np.maximum(figures, LEAST_RATE), width=data.width).e[..., 0]
        if (figures[..., FEMALE] < figures[..., MALE] - LEAST_DIFFERENCE).all():
            women, men = figures.mean(axis=(0, 1))
            value = f"women live {women:.1f} years, men {men:.1f}"
            yield "sexes", name, value, "Swap female and male"
        remedy = "Check that life expectancy is in years, and that rates are per person and year"
        yield from _outside(data, ("life-expectancy", name, remedy), figures, LIFE_EXPECTANCIES)


def _births(data: RegionData) -> Iterator[Doubt]:
    for name in ("total_fertility", "fertility"):
        if name in data.tables:
            figures = data.tables[name].figures
            figures = data.width * figures.sum(axis=AGE) if name == "fertility" else figures
            remedy = (
                "Give rates as births per woman and year of age, and total fertility as births per woman in her life"
            )
            yield from _outside(data, ("total-fertility", name, remedy), figures, TOTAL_FERTILITIES)
    if "sex_ratio" in data.tables:
        figures = data.tables["sex_ratio"].figures
        yield from _outside(data, ("sex-ratio", "sex_ratio", "Write boys over girls"), figures, SEX_RATIOS)


def _outside(
    data: RegionData, doubt: tuple[str, str, str], figures: Floats, limits: tuple[float, float]
) -> Iterator[Doubt]:
    """Yield a doubt (name, table, remedy) if regions have a figure [year, region, ...] outside the limits."""
    name, table, remedy = doubt
    found = []
    for region, values in zip(data.regions, np.moveaxis(figures, 1, 0), strict=True):
        strange = values[(values < limits[0]) | (values > limits[1])]
        found += [f"{region}: {strange[0]:.4g}"] if strange.size else []
    if found:
        yield name, table, some(found), remedy


def _migration(data: RegionData) -> Iterator[Doubt]:
    """Compare migration of a year with the people at the start."""
    people = data.population.sum(axis=(1, 2))
    sizes = {}
    if "net_migration" in data.tables:
        net = np.abs(data.tables["net_migration"].figures)
        sizes["net_migration"] = net.reshape(*net.shape[:2], -1).sum(axis=2)
    if "flows" in data.tables:
        flows = data.tables["flows"].figures
        flows = flows.reshape(*flows.shape[:3], -1).sum(axis=3)
        sizes["flows"] = np.maximum(flows.sum(axis=2), flows.sum(axis=1))
    remedy = f"Give people and moves in the same unit, persons or thousands (unit in {FILE}), moves for one year"
    for name, of_year in sizes.items():
        most = of_year.max(axis=0) / people
        found = [
            f"{data.regions[at]}: {100 * most[at]:,.0f} % of its people" for at in np.flatnonzero(most > MOST_MOVING)
        ]
        if found:
            yield "large-migration", name, some(found), remedy
        whole = of_year.sum(axis=1).max() / people.sum()
        if 0.0 < whole < LEAST_MOVING:
            yield "small-migration", name, f"{of_year.sum(axis=1).max():,.4g} of {people.sum():,.0f} people", remedy


def _both_migrations(data: RegionData) -> Iterator[Doubt]:
    if data.settings.net_migration == "all" or not {"flows", "net_migration"} <= set(data.tables):
        return
    net, of_flows, alike = _nets(data)
    if alike.all() and np.abs(net).sum() > len(net):
        value = ", ".join(f"{region} {figure:,.0f}" for region, figure in zip(data.regions, of_flows, strict=True))
        remedy = f'Leave net_migration out, or write net_migration = "all" in {FILE}'
        yield "double-count", "net_migration", value, remedy


def _nets(data: RegionData) -> tuple[Floats, Floats, Floats]:
    """Return net migration as given and by the flows, [region], persons in the first year, and where they agree."""
    first = data.years[:1]
    net = data.tables["net_migration"].at(first)[0].reshape(len(data.regions), -1).sum(axis=1)
    flows = data.tables["flows"].at(first)[0]
    flows = flows.reshape(*flows.shape[:2], -1).sum(axis=2)
    inward, outward = flows.sum(axis=0), flows.sum(axis=1)
    alike = np.abs(net - (inward - outward)) <= np.maximum(SAME_NET * (inward + outward), 1.0)
    return net, inward - outward, alike
