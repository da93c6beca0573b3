"""What is possible in tables, seldom right, and no reason to refuse them: notes with the figures that are odd.

The limits are our judgement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.axes import AGE, FEMALE, MALE, SEXES
from corridor.data.tables.meaning import alike
from corridor.demography.life_table import life_table
from corridor.own_regions.rates import LEAST_RATE
from corridor.own_regions.tables import some

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corridor.axes import Booleans, Floats
    from corridor.own_regions.tables import RegionData

FEW_PEOPLE, MANY_PEOPLE = 10_000, 1.6e9
"""Of all regions together, and of one: more than any country is expected to have."""
SMALL_REGION = 1e-3
"""Of the median region's people."""
USUAL_STARTS = (1990, 2060)
MOST_YEARS_APART, MOST_SEXES_APART, MOST_YEARS_A_YEAR = 20.0, 15.0, 1.0
"""Of life expectancy: from the median region, women from men, and in a year (if it is ten in all)."""
MOST_TIMES = 2.5
"""Of total fertility: from the median region, and from one given year to the next."""
MOST_UNEVEN, LEAST_DEATHS, LEAST_BIRTHS = 8.0, 0.002, 0.02
"""Of rates: times the neighbouring ages, and the rates below which nothing is said."""
MOST_SCALED, MOST_MOVED = 1.5, 8.0
MOST_ONE_WAY, LEAST_MOVING = 20.0, 0.01
"""Of flows: times those back, where they are so large a part of the people."""
MOST_TAKEN, MOST_LEAVING = 0.1, 0.2
"""Of a group's people by net emigration and by flows of a year."""


def notices(data: RegionData) -> tuple[str, ...]:
    """Return notes on figures of a folder that are odd."""
    found = [*_people(data), *_life(data), *_births(data), *_moves(data)]
    return tuple(f"{name}: {told}" for name, told in found)


Notice = tuple[str, str]
"""Table, and what is odd in it."""


def _people(data: RegionData) -> Iterator[Notice]:
    people = data.population.sum(axis=(1, 2))
    if people.sum() < FEW_PEOPLE:
        yield "population", f"all regions together have {people.sum():,.0f} people; thousands are a setting (unit)"
    if large := np.flatnonzero(people > MANY_PEOPLE).tolist():
        words = [f"{data.regions[at]}: {people[at]:,.0f}" for at in large]
        yield "population", f"a region has more people than any country will have: {some(words)}"
    if small := np.flatnonzero(people < SMALL_REGION * np.median(people)).tolist():
        words = [f"{data.regions[at]}: {people[at]:,.0f}" for at in small]
        yield "population", f"a region has under a thousandth of the people of the others: {some(words)}"
    flat = {region: people.tobytes() for region, people in zip(data.regions, data.population, strict=True)}
    twins = [region for region, figures in flat.items() if list(flat.values()).count(figures) > 1]
    if twins:
        yield "population", f"regions have the same people at every age: {some(twins)}"
    if names := alike(data.regions):
        yield "population", f"regions have almost the same names: {some(names)}"
    start = data.settings.start.year
    if not USUAL_STARTS[0] <= start <= USUAL_STARTS[1]:
        yield "project.toml", f"the start, {start}, is not between {USUAL_STARTS[0]} and {USUAL_STARTS[1]}"


def _life(data: RegionData) -> Iterator[Notice]:
    if "life_expectancy" in data.tables:
        table = data.tables["life_expectancy"]
        yield from _life_expectancy(data, table.years, table.figures)
    if "mortality" not in data.tables:
        return
    rates = data.tables["mortality"].figures
    if zeros := int((rates < LEAST_RATE).sum()):
        yield "mortality", f"{zeros} rates under {LEAST_RATE:g} count as {LEAST_RATE:g}, so that there is a life table"
    yield from _uneven(data, "mortality", np.maximum(rates, LEAST_RATE)[..., 2:], LEAST_DEATHS)
    if "life_expectancy" in data.tables:
        of_rates = life_table(np.maximum(rates[0], LEAST_RATE), width=data.width).e[..., 0]
        given = data.tables["life_expectancy"].at(data.years[:1])[0]
        far = np.abs(of_rates - given) > MOST_YEARS_APART / 2
        words = [
            f"{data.regions[region]}, {SEXES[sex]}: {of_rates[region, sex]:.1f} and {given[region, sex]:.1f}"
            for region, sex in np.argwhere(far)
        ]
        if words:
            yield "mortality", f"its rates are far from life_expectancy, which sets the level: {some(words)}"


def _life_expectancy(data: RegionData, years: tuple[int, ...], figures: Floats) -> Iterator[Notice]:
    apart = np.abs(figures - np.median(figures, axis=1, keepdims=True)) > MOST_YEARS_APART
    sexes = np.abs(figures[..., FEMALE] - figures[..., MALE]) > MOST_SEXES_APART
    strange = (apart | sexes[..., None]).any(axis=0)
    words = [
        f"{data.regions[at]}: women {figures[0, at, FEMALE]:.4g}, men {figures[0, at, MALE]:.4g}"
        for at in np.flatnonzero(strange.any(axis=-1))
    ]
    if words:
        yield "life_expectancy", f"a region is far from the others, or its sexes from each other: {some(words)}"
    if (figures[..., FEMALE] == figures[..., MALE]).all():
        yield "life_expectancy", "women and men live equally long everywhere; is it of both sexes together?"
    gaps = np.diff(years).reshape(-1, 1, 1)
    change = np.diff(figures, axis=0)
    fast = (np.abs(change) > 10.0 * MOST_YEARS_A_YEAR) & (np.abs(change) > MOST_YEARS_A_YEAR * gaps)
    if words := [
        f"{data.regions[region]}, {SEXES[sex]}: {figures[at, region, sex]:.4g} in {years[at]}, "
        f"{figures[at + 1, region, sex]:.4g} in {years[at + 1]}"
        for at, region, sex in np.argwhere(fast)
    ]:
        yield "life_expectancy", f"it changes by over a year in a year: {some(words)}"


def _births(data: RegionData) -> Iterator[Notice]:
    tables = data.tables
    total = tables["total_fertility"].figures if "total_fertility" in tables else None
    if total is not None:
        yield from _total_fertility(data, total)
    if "fertility" not in tables:
        return
    rates = tables["fertility"].figures
    yield from _uneven(data, "fertility", rates, LEAST_BIRTHS)
    ages = tables["fertility"].first_age + data.width * np.flatnonzero(rates.sum(axis=(0, 1)) > 0.0)
    if not ages.size or ages[0] > 20 or ages[-1] + data.width < 40:
        found = f"{ages[0]} to {ages[-1] + data.width - 1}" if ages.size else "none"
        yield "fertility", f"women of 20 to 39 do not all bear; ages with births: {found}"
    if total is not None:
        of_rates = data.width * rates[0].sum(axis=AGE)
        given = tables["total_fertility"].at(data.years[:1])[0]
        far = _times(of_rates, given) > MOST_SCALED
        words = [f"{data.regions[at]}: {of_rates[at]:.3g} and {given[at]:.3g}" for at in np.flatnonzero(far)]
        if words:
            yield "fertility", f"its rates are far from total_fertility, which sets the level: {some(words)}"


def _total_fertility(data: RegionData, total: Floats) -> Iterator[Notice]:
    strange = (_times(total, np.median(total, axis=1, keepdims=True)) > MOST_TIMES).any(axis=0)
    strange |= (_times(total[1:], total[:-1]) > MOST_TIMES).any(axis=0)
    if words := [f"{data.regions[at]}: {total[0, at]:.3g} to {total[-1, at]:.3g}" for at in np.flatnonzero(strange)]:
        yield "total_fertility", f"a region is far from the others, or from itself in another year: {some(words)}"


def _uneven(data: RegionData, name: str, rates: Floats, least: float) -> Iterator[Notice]:
    """Compare rates [..., age] with the geometric mean of their neighbours."""
    beside = np.sqrt(rates[..., :-2] * rates[..., 2:])
    most = np.maximum(rates[..., 1:-1], beside)
    strange = (_times(rates[..., 1:-1], beside) > MOST_UNEVEN) & (most > least)
    regions = np.flatnonzero(np.moveaxis(strange, 1, 0).reshape(len(data.regions), -1).any(axis=1))
    if regions.size:
        words = [f"{data.regions[at]}: {_first(rates[..., 1:-1], strange, at):.4g}" for at in regions.tolist()]
        yield name, f"a rate is far from those of the neighbouring ages: {some(words)}"


def _first(rates: Floats, strange: Booleans, region: int) -> float:
    return float(np.take(rates, region, axis=1)[np.take(strange, region, axis=1)][0])


def _moves(data: RegionData) -> Iterator[Notice]:
    people = data.population.sum(axis=(1, 2))
    if "net_migration" in data.tables:
        yield from _net(data, people)
    if "flows" not in data.tables:
        return
    table = data.tables["flows"]
    flows = table.figures.reshape(*table.figures.shape[:3], -1).sum(axis=3)
    one_way = (flows > MOST_ONE_WAY * np.moveaxis(flows, 1, 2)) & (flows > LEAST_MOVING * people[:, None])
    if table.figures.ndim > 3:
        leaving = table.figures.sum(axis=2)
        taken = (leaving > MOST_LEAVING * data.population) & (leaving > 1.0)
        yield from _taken(data, "flows", "over a fifth of a group leave in a year", leaving, taken)
    if words := [_pair(data, flows, at) for at in np.argwhere(one_way)]:
        yield "flows", f"many more move than back: {some(words)}"
    later, sooner = flows[1:], flows[:-1]
    jump = (_times(later, sooner) > MOST_MOVED) & (np.maximum(later, sooner) > LEAST_MOVING / 10.0 * people[:, None])
    if words := [f"{_pair(data, flows, at)} to {later[tuple(at)]:,.0f}" for at in np.argwhere(jump)]:
        yield "flows", f"moves of a pair change much from a year to the next: {some(words)}"


def _net(data: RegionData, people: Floats) -> Iterator[Notice]:
    table = data.tables["net_migration"]
    net = table.figures.reshape(*table.figures.shape[:2], -1).sum(axis=2)
    jump = (np.abs(np.diff(net, axis=0)) > LEAST_MOVING * people) & (_times(net[1:], net[:-1]) > MOST_MOVED)
    if words := [
        f"{data.regions[at]}: {net[year, at]:,.0f}, then {net[year + 1, at]:,.0f}" for year, at in np.argwhere(jump)
    ]:
        yield "net_migration", f"it changes much from a year to the next: {some(words)}"
    if table.figures.ndim > 2:
        taken = (-table.figures > MOST_TAKEN * data.population) & (-table.figures > 1.0)
        yield from _taken(data, "net_migration", "over a tenth of a group leave in a year", table.figures, taken)


def _taken(data: RegionData, name: str, told: str, figures: Floats, taken: Booleans) -> Iterator[Notice]:
    if words := [
        f"{data.regions[region]}, {SEXES[sex]}, age {data.ages[age]}: {figures[year, region, sex, age]:,.0f}"
        for year, region, sex, age in np.argwhere(taken)
    ]:
        yield name, f"{told}: {some(words)}"


def _pair(data: RegionData, flows: Floats, at: np.ndarray) -> str:
    return f"{data.regions[at[1]]} to {data.regions[at[2]]}: {flows[tuple(at)]:,.0f}"


def _times(one: Floats, two: Floats) -> Floats:
    """Return how many times the smaller of two sizes the larger is; 1 where both are 0."""
    sizes = np.abs(np.stack(np.broadcast_arrays(one, two)))
    most, least = sizes.max(axis=0), sizes.min(axis=0)
    times: Floats = np.divide(most, least, out=np.where(most > 0.0, np.inf, 1.0), where=least > 0.0)
    return times
