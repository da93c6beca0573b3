"""The standard: births and deaths of the world, or of one area, that stand for what a folder leaves out.

From the UN's medium (World Population Prospects 2024) in the panel: births, life expectancy, and a Lee-Carter model of
the ages of mortality. The world's model is fitted to all areas and periods, each counting alike: the mean of many life
tables, not the table of the sum of people, in which deaths of children in poor areas meet old age in rich ones. Against
the 237 areas in 2025-30, given their life expectancies, its median error is 8-14 % in the probability of dying between
15 and 60, 5-9 % between 60 and 80, and 25-38 % below 5. An area's model has its own rates of 2025-30 as level.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from corridor import areas
from corridor.demography.graduation import graduate_ages
from corridor.demography.kannisto import extend_to_oldest
from corridor.demography.lee_carter import fit_lee_carter
from corridor.demography.life_table import life_table
from corridor.own_regions.settings import WORLD

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.data.panel import Panel
    from corridor.demography.lee_carter import LeeCarter
    from corridor.demography.life_table import Width

SHOCK = 2020
"""The period of the pandemic is no standard."""
MIDDLE_OF_PERIOD = 3.0
"""The UN's five years run from 1 July: those of 2025-30 have their middle on 1 January 2028."""
TABLES = (
    "fertility_pattern",
    "mortality_rate",
    "population_july",
    "sex_ratio_at_birth",
    "total_fertility",
)
"""The tables of the panel that the standard rests on."""


@dataclass(frozen=True, slots=True)
class Standard:
    """Births and deaths of the world or an area.

    Attributes
    ----------
    name : as a sentence has it
    mortality : Lee-Carter model of its ages, to an open group of 130
    periods : [period], the moments that `expectation` stands for
    expectation : [period, sex], life expectancy at birth, years
    years : [year], the moments (middles of calendar years) that the rest stands for
    total_fertility : [year], births per woman
    pattern : [year, 9], shares of it at ages 10-14, ..., 50-54
    sex_ratio : [year], boys per girl at birth
    """

    name: str
    mortality: LeeCarter
    periods: Floats
    expectation: Floats
    years: Floats
    total_fertility: Floats
    pattern: Floats
    sex_ratio: Floats

    def life_expectancy(self, moments: Floats) -> Floats:
        """Return life expectancy [moment, sex], years."""
        return np.stack([np.interp(moments, self.periods, of_sex) for of_sex in self.expectation.T], axis=-1)

    def at(self, figures: Floats, moments: Floats) -> Floats:
        """Return yearly figures [year, ...] at moments: [moment, ...]."""
        columns = figures.reshape(len(self.years), -1).T
        found = np.stack([np.interp(moments, self.years, column) for column in columns], axis=-1)
        return found.reshape(len(moments), *figures.shape[1:])


def load_standard(panel: Panel, name: str, width: Width) -> Standard:
    """Return the standard of the world or of an area (ISO 3166-1 alpha-3), its mortality in groups of `width`."""
    at = None if name == WORLD else areas.codes().index(name)
    starts = np.array(panel.coordinates("mortality_rate", "period"), dtype=np.int64)
    calm = starts != SHOCK
    periods = starts[calm] + MIDDLE_OF_PERIOD
    rates = panel.array("mortality_rate")[calm]
    model = _model(rates, width)
    if at is not None:
        own = rates[:, at]
        model = replace(model, level=np.log(_by_width(own[starts[calm] == SHOCK + 5][0], width)))
    else:
        own = _world_rates(panel, rates, periods)
    years = np.array(panel.coordinates("total_fertility", "year"), dtype=np.float64) + 0.5
    total, pattern, ratio = _births(panel, at)
    expectation = life_table(extend_to_oldest(own, width=5), width=5).e[..., 0]
    label = "the world's" if at is None else f"{areas.areas()[at].name}:"
    return Standard(label, model, periods, expectation, years, total, pattern, ratio)


def _by_width(rates: Floats, width: Width) -> Floats:
    return graduate_ages(rates) if width == 1 else extend_to_oldest(rates, width=5)


def _model(rates: Floats, width: Width) -> LeeCarter:
    """Fit a model to rates [period, area, sex, 22], every area and period an observation."""
    every = _by_width(rates, width)
    return fit_lee_carter(every.reshape(-1, *every.shape[-2:]), width=width)


def _world_rates(panel: Panel, rates: Floats, periods: Floats) -> Floats:
    """Return rates of the world's people, [period, sex, 22]."""
    first = int(panel.coordinates("population_july", "year")[0])
    last = int(panel.coordinates("population_july", "year")[-1])
    people = panel.array("population_july")[np.minimum(periods, last).astype(np.int64) - first]
    people = np.concatenate((0.2 * people[..., :1], 0.8 * people[..., :1], people[..., 1:]), axis=-1)
    world: Floats = (rates * people).sum(axis=1) / people.sum(axis=1)
    return world


def _births(panel: Panel, at: int | None) -> tuple[Floats, Floats, Floats]:
    """Return total fertility [year], its pattern [year, 9] and boys per girl [year] of an area, or of the world."""
    pattern = panel.array("fertility_pattern")
    pattern = pattern / pattern.sum(axis=-1, keepdims=True)
    total, ratio = panel.array("total_fertility"), panel.array("sex_ratio_at_birth")
    if at is not None:
        return total[:, at], pattern[:, at], ratio[:, at]
    women = panel.array("population_july")[:, :, 0, 2:11]
    births = pattern * total[..., None] * women
    rates = births.sum(axis=1) / women.sum(axis=1)
    of_area = births.sum(axis=2)
    girls = (of_area / (1.0 + ratio)).sum(axis=1)
    level = rates.sum(axis=1)
    return level, rates / level[:, None], of_area.sum(axis=1) / girls - 1.0
