"""The cohort-component step: one year, or five, of ageing, births, deaths and net migration, all areas at once.

Preston, Heuveline & Guillot (2001), chapter 6; United Nations, *World Population Prospects 2024: Methodology*. The
UN adds migrants at the end of the step (`timing="end"`): they neither bear nor die in the step in which they move.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from corridor.axes import FEMALE

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.demography.life_table import Width

    Timing: TypeAlias = Literal["end", "even"]


class Guard(Enum):
    """What keeps a group from falling below zero when net emigration exceeds it (persons).

    `BAYESPOP` limits net migration so that half a person remains of what would be there without migration
    (bayesPop: 0.0005 thousand). `UN` limits it, before the step, to the group of the same age at the start less
    0.00001 and afterwards sets what is still negative to 0.0005.
    """

    NONE = "none"
    BAYESPOP = "bayespop"
    UN = "un"


LEFT_BY_BAYESPOP = 0.5
LEFT_BEFORE_BY_UN = 0.00001
LEFT_AFTER_BY_UN = 0.0005


@dataclass(frozen=True, slots=True)
class Step:
    """The end of a step and what happened in it; persons.

    Attributes
    ----------
    population : [..., sex, age] at the end of the step
    births : [..., sex] in the step
    cohort_deaths : [..., sex, age] of those who would be in the group at the end of the step; the first group holds
        those born in the step
    """

    population: Floats
    births: Floats
    cohort_deaths: Floats


def step(
    population: Floats,
    survival: Floats,
    fertility: Floats,
    sex_ratio: Floats,
    net_migrants: Floats,
    *,
    width: Width = 1,
    timing: Timing = "end",
    guard: Guard = Guard.NONE,
) -> Step:
    """Return the population one step later.

    Parameters
    ----------
    population : [..., sex, age], persons at the start; sexes (female, male), the last age open
    survival : [..., sex, age], as `survival.survival_ratios` gives them
    fertility : [..., age], births per woman and year, on the population's ages; zero in the first group
    sex_ratio : [...], boys per girl at birth
    net_migrants : [..., sex, age], persons in the whole step, by age on arrival
    width : years of the step and of an age group
    timing : "end": all migrants arrive at the end; "even": half at the start, half at the end
    guard : the rule against negative groups; only with `timing` "end"
    """
    if timing == "even":
        if guard is not Guard.NONE:
            raise ValueError("a guard needs migrants at the end of the step")
        half = 0.5 * net_migrants
        return survive(population + half, survival, fertility, sex_ratio, width=width, joining=half)
    if guard is Guard.UN:
        net_migrants = np.maximum(net_migrants, LEFT_BEFORE_BY_UN - population)
    done = survive(population, survival, fertility, sex_ratio, width=width)
    end = done.population
    if guard is Guard.BAYESPOP:
        short = end + net_migrants < 0.0
        net_migrants = np.where(short, LEFT_BY_BAYESPOP - end, net_migrants)
    end += net_migrants
    if guard is Guard.UN:
        end[end < 0.0] = LEFT_AFTER_BY_UN
    return done


def survive(
    population: Floats,
    survival: Floats,
    fertility: Floats,
    sex_ratio: Floats,
    *,
    width: Width = 1,
    joining: Floats | None = None,
) -> Step:
    """Return the step without migration: survivors one step older, births and deaths.

    An engine with bilateral flows adds immigrants less emigrants to the returned population, which is a new array.
    `joining` [..., sex, age] are migrants who arrive at the end of the step yet count as present there for births,
    which take the mean of women at start and end. The other shapes are those of `step`.
    """
    entering = np.empty_like(population)
    entering[..., 0] = 0.0
    entering[..., 1:] = population[..., :-1]
    entering[..., -1] += population[..., -1]
    end = entering * survival
    deaths = entering * (1.0 - survival)
    if joining is not None:
        end += joining
    women = population[..., FEMALE, :] + end[..., FEMALE, :]
    births = _by_sex(0.5 * width * np.vecdot(women, fertility), sex_ratio)
    newborns = births * survival[..., 0]
    end[..., 0] += newborns
    np.subtract(births, newborns, out=deaths[..., 0])
    return Step(end, births, deaths)


def _by_sex(births: Floats, sex_ratio: Floats) -> Floats:
    girls = births / (1.0 + sex_ratio)
    return np.stack((girls, births - girls), axis=-1)


def deaths_by_age(cohort_deaths: Floats, factors: Floats) -> Floats:
    """Return deaths by age at death, [..., sex, age], from the cohort deaths of a step.

    `factors` [..., sex, age], from `survival.separation_factors`, is the share of the deaths on the way from a group
    into the next that falls before the passage.
    """
    before = factors[..., :-1] * cohort_deaths[..., 1:]
    deaths = cohort_deaths.copy()
    deaths[..., 1:] -= before
    deaths[..., :-1] += before
    return deaths
