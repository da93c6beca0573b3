"""The population of 1 January from published populations of 1 July.

The UN's figure for 1 July is the mean, age by age, of 1 January before and after it. The mean of two such figures
has the right size yet smooths the waves between cohorts, by .36 % of people on WPP 2024; here they are put back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.demography.cohort_component import step

if TYPE_CHECKING:
    from corridor.axes import Floats

ROUNDS = 10
"""Judged on WPP 2024: more rounds add roughness and no accuracy in later years."""


def base_population(
    july_before: Floats,
    july_after: Floats,
    *,
    survival: Floats,
    fertility: Floats,
    sex_ratio: Floats,
    net_migrants: Floats,
) -> Floats:
    """Return the population of 1 January between two figures of 1 July, [..., sex, age], persons.

    Landweber's iteration from the mean of the two towards the population whose mean with itself one year later is
    `july_after`. It stops early, before it follows the rounding of the figures.

    Parameters
    ----------
    july_before, july_after : [..., sex, age], published figures half a year before and after
    survival, fertility, sex_ratio, net_migrants : of the calendar year that begins, as for `cohort_component.step`
    """
    population = 0.5 * (july_before + july_after)
    for _ in range(ROUNDS):
        year_on = step(population, survival, fertility, sex_ratio, net_migrants).population
        missing = july_after - 0.5 * (population + year_on)
        population += 0.5 * missing
        population[..., :-1] += 0.5 * survival[..., 1:] * missing[..., 1:]
    return np.maximum(population, 0.0)
