"""Survival ratios for any path of life expectancy, by looking them up between nodes.

A life table for every trajectory would cost more than everything else. So the tables of a few levels of mortality are
made once for each year, area and sex, around the UN's medium and beyond its bounds, and a path takes a mean of the two
nearest. A level adds k b(x) to the log rates of the medium (Lee & Carter 1992, *JASA* 87: 659-671), both sexes sharing
b; b is an area's own mean decline by age over the UN's medium, which already rotates towards the old.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.axes import AGE, AGES, OPEN_AGE
from corridor.calendar import BASE_YEAR, LAST_YEAR
from corridor.demography.life_table import life_table
from corridor.demography.survival import survival_ratios
from corridor.errors import NotConverged
from corridor.projection.inputs import medium_mortality, years_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats, Integers
    from corridor.data.panel import Panel
    from corridor.demography.life_table import LifeTable

NODES_BESIDE = 4
"""Nodes on either side of the medium: nine in all."""
EVEN = 0.5
"""Share of the decline that is the same at all ages (our judgement): the UN's medium alone has hardly any beyond 90, so
that the life expectancies of its upper bounds could not be reached."""
BEYOND = 1.06
"""Nodes are aimed this much beyond the furthest life expectancy, for their distance is only nearly known."""


@dataclass(frozen=True, slots=True)
class SurvivalNodes:
    """Levels of mortality, from high to low; the one in the middle is the UN's medium.

    Attributes
    ----------
    e0 : [year, area, sex, node], years, rising. The medium has the UN's figure; the others lie as far from it as their
        life tables lie from its own (tables by single age differ from the UN's by .0015 years on average, .05 at most).
    survival : [year, area, sex, node, age], ratios as `demography.survival.survival_ratios` gives them
    bend : [year, area, sex, node - 1]; the upper of two nodes weighs t / (t + bend (1 - t)), where t is how far life
        expectancy has come from the lower to the upper one, 0 to 1
    """

    e0: Floats
    survival: Floats
    bend: Floats


def weights_between(nodes: SurvivalNodes, life_expectancy: Floats) -> tuple[Integers, Floats]:
    """Return the lower node of each path and the weight of the one above it.

    Parameters
    ----------
    life_expectancy : [trajectory, year, area, sex], years; what lies beyond the nodes counts as the outermost

    Returns
    -------
    lower : [trajectory, year, area, sex], position among the nodes
    weight : the same shape, 0 to 1: survival is (1 - weight) survival[lower] + weight survival[lower + 1]
    """
    inner = nodes.e0[..., 1:-1]
    lower = (life_expectancy[..., None] >= inner).sum(axis=-1)
    at = lower[..., None]
    low, high = (_taken(nodes.e0[None], position) for position in (at, at + 1))
    t = np.clip((life_expectancy - low) / (high - low), 0.0, 1.0)
    weight: Floats = t / (t + _taken(nodes.bend[None], at) * (1.0 - t))
    return lower, weight


def _taken(values: Floats, at: Integers) -> Floats:
    wide = np.broadcast_to(values, (*at.shape[:-1], values.shape[-1]))
    taken: Floats = np.take_along_axis(wide, at, axis=-1)[..., 0]
    return taken


def survival_at(nodes: SurvivalNodes, life_expectancy: Floats) -> Floats:
    """Survival ratios [trajectory, year, area, sex, age] of paths of life expectancy [trajectory, year, area, sex]."""
    lower, weight = weights_between(nodes, life_expectancy)
    year, area, sex = np.ogrid[tuple(slice(length) for length in nodes.e0.shape[:-1])]
    below, above = nodes.survival[year, area, sex, lower], nodes.survival[year, area, sex, lower + 1]
    ratios: Floats = (1.0 - weight)[..., None] * below + weight[..., None] * above
    return ratios


def life_expectancy_of(survival: Floats) -> Floats:
    """Life expectancy at birth [...], years, that survival ratios [..., age] imply; the open group dies at one rate."""
    lived = np.cumprod(survival[..., :-1], axis=AGE)
    oldest = lived[..., -1] * survival[..., -1] / (1.0 - survival[..., -1])
    years: Floats = lived.sum(axis=AGE) + oldest
    return years


def load_survival_nodes(panel: Panel, years: Sequence[int], furthest: Floats) -> SurvivalNodes:
    """Nodes of the UN's medium mortality for consecutive calendar years.

    Parameters
    ----------
    furthest : [year, area, sex, 2], lowest and highest life expectancy that will be asked for, years
    """
    medium = years_of(panel, "life_expectancy", years)
    decline = decline_by_age(medium_mortality(panel, (BASE_YEAR, LAST_YEAR)))
    nodes = 2 * NODES_BESIDE + 1
    e0 = np.empty((*medium.shape, nodes))
    survival = np.empty((*medium.shape, nodes, AGES))
    bend = np.empty((*medium.shape, nodes - 1))
    for position, year in enumerate(years):
        rates = medium_mortality(panel, (year,))[0]
        of_year = nodes_of_year(rates, decline, medium[position], furthest[position])
        e0[position], survival[position], bend[position] = of_year.e0, of_year.survival, of_year.bend
    return SurvivalNodes(e0, survival, bend)


def decline_by_age(rates: Floats) -> Floats:
    """Pattern of decline by age, both sexes together: [area, age], with a mean of 1 over the ages.

    `EVEN` of it is the same at all ages, the rest follows the decline of the log rates from the first to the last of
    `rates` [year, area, sex, age], where that is one.
    """
    decline = np.maximum(np.log(rates[0] / rates[-1]).mean(axis=-2), 0.0)
    pattern: Floats = EVEN + (1.0 - EVEN) * decline / decline.mean(axis=AGE, keepdims=True)
    return pattern


def nodes_of_year(rates: Floats, decline: Floats, life_expectancy: Floats, furthest: Floats) -> SurvivalNodes:
    """Nodes of one year; the arrays of the result have no axis of years.

    Parameters
    ----------
    rates : [area, sex, age to 130], deaths per person-year of the medium
    decline : [area, age to 130], pattern of decline
    life_expectancy : [area, sex], of the medium, years
    furthest : [area, sex, 2], lowest and highest that will be asked for, years

    Raises
    ------
    NotConverged : the nodes do not reach so far
    """
    logs, pattern = np.log(rates), decline[..., None, :]
    centre = life_table(rates)
    steps = (furthest - life_expectancy[..., None]) * (BEYOND / NODES_BESIDE)
    tables = [
        *_march(logs, pattern, centre, steps[..., 0])[::-1],
        centre,
        *_march(logs, pattern, centre, steps[..., 1]),
    ]
    of_tables = np.stack([table.e[..., 0] for table in tables], axis=-1)
    e0 = of_tables + (life_expectancy - centre.e[..., 0])[..., None]
    e0[..., NODES_BESIDE] = life_expectancy
    missing = np.maximum(e0[..., 0] - furthest[..., 0], furthest[..., 1] - e0[..., -1]).max()
    if missing > 0.0:
        raise NotConverged(f"the nodes of mortality end {missing:.2g} years of life before the furthest asked for")
    survival = np.stack([survival_ratios(table, open_age=OPEN_AGE) for table in tables], axis=-2)
    return SurvivalNodes(e0, survival, _bends(survival, of_tables))


def _march(logs: Floats, pattern: Floats, centre: LifeTable, step: Floats) -> list[LifeTable]:
    """Tables whose life expectancy lies about 1, 2, ... times `step` [area, sex] from the centre's.

    The way to each is judged from the slope at the one before it and how the slope changed up to there. Rates stay
    below 1, as Kannisto's do.
    """
    tables, slopes, k = [centre], [], np.zeros_like(step)
    for node in range(1, NODES_BESIDE + 1):
        slopes.append(_gain(tables[-1], pattern))
        slope = slopes[-1] * np.sqrt(slopes[-1] / slopes[max(node - 2, 0)])
        k = k + (centre.e[..., 0] + node * step - tables[-1].e[..., 0]) / slope
        tables.append(life_table(np.exp(np.minimum(logs - k[..., None] * pattern, 0.0))))
    return tables[1:]


def _gain(table: LifeTable, pattern: Floats) -> Floats:
    """Years of life gained per unit of decline (Keyfitz 1977): [area, sex]."""
    ahead = table.e.copy()
    ahead[..., :-1] = 0.5 * (table.e[..., :-1] + table.e[..., 1:])
    gain: Floats = np.vecdot(table.d * ahead, pattern)
    return gain


def _bends(survival: Floats, life_expectancy: Floats) -> Floats:
    """Bends of the weights between nodes, such that the mean of two nodes is asked for at its own life expectancy."""
    middle = life_expectancy_of(0.5 * (survival[..., 1:, :] + survival[..., :-1, :]))
    way = (middle - life_expectancy[..., :-1]) / np.diff(life_expectancy, axis=-1)
    bends: Floats = way / (1.0 - way)
    return bends
