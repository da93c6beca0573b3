"""Paths of fertility and of life expectancy whose bands are the UN's.

A standard normal process (`latent`) is read through the UN's published median and bounds of each area and year, so
that the bands match by construction: z = 0 is the medium, +-1.28 and +-1.96 are the bounds of 80 and 95 %, straight
lines lie between them and go on beyond. The persistence and the correlations, which the UN does not publish, are
fitted by `scripts/fit_paths.py` to the UN's figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import areas
from corridor.projection.inputs import years_of
from corridor.projection.latent import Dependence, autoregressive, latent_paths, subregions_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats, Integers
    from corridor.data.panel import Panel

NORMAL_80, NORMAL_95 = 1.2815515655446004, 1.959963984540054
"""Standard normal quantiles of the bounds of 80 and 95 %."""
FURTHEST = 3.25
"""Beyond this many standard deviations a path goes no further (our judgement): one value in nine hundred."""
LOWEST_FERTILITY = 0.5
"""Births per woman below which no path falls (our judgement); the UN's lowest bound of 95 % is .506."""

FERTILITY = Dependence(persistence=0.985, world=0.17, subregion=0.15)
"""Persistence: populations of areas with little migration then spread as the UN's bounds say. Correlations: those of
five-year changes about each area's mean change, 1990-2015, areas over a million."""
LIFE_EXPECTANCY = Dependence(persistence=0.98, world=0.05, subregion=0.12)
"""Persistence: that of a sum of independent yearly changes whose bands grow as the UN's do from 2025 to 2100.
Correlations as for fertility: the years before the pandemic."""
BOTH_SEXES = 0.93
"""Correlation of women and men: that of fifteen-year changes about the world's mean change, 1990-2019."""


@dataclass(frozen=True, slots=True)
class Bands:
    """What the UN publishes about the future of a quantity.

    Attributes
    ----------
    median : [year, area, ...], the medium
    bounds : [year, area, ..., bound]: lower and upper bound of 80 %, lower and upper bound of 95 %
    """

    median: Floats
    bounds: Floats


@dataclass(frozen=True, slots=True)
class VitalBands:
    """Bands of fertility and mortality, and who resembles whom.

    Attributes
    ----------
    fertility : total fertility, [year, area], births per woman
    life_expectancy : at birth, [year, area, sex], years
    subregions : [area], numbers of the subregions
    """

    fertility: Bands
    life_expectancy: Bands
    subregions: Integers


def load_vital_bands(panel: Panel, years: Sequence[int]) -> VitalBands:
    """Return the bands of consecutive calendar years."""
    fertility, life_expectancy = (
        Bands(years_of(panel, table, years), years_of(panel, f"{table}_bounds", years))
        for table in ("total_fertility", "life_expectancy")
    )
    return VitalBands(fertility, life_expectancy, subregions_of([area.subregion for area in areas()]))


def fertility_paths(bands: VitalBands, trajectories: range, seed: int) -> Floats:
    """Total fertility: [trajectory, year, area], births per woman.

    Parameters
    ----------
    trajectories : whose paths to return; each depends on the seed and its own number only
    """
    years = len(bands.fertility.median)
    z = latent_paths("fertility", FERTILITY, bands.subregions, years, trajectories=trajectories, seed=seed)
    return np.maximum(through_bands(bands.fertility, z), LOWEST_FERTILITY)


def life_expectancy_paths(bands: VitalBands, trajectories: range, seed: int) -> Floats:
    """Life expectancy at birth: [trajectory, year, area, sex], years.

    Women and men share a process and have each a smaller one of their own; `trajectories` is as in `fertility_paths`.
    """
    years, count, sexes = bands.life_expectancy.median.shape
    shared = latent_paths(
        "life expectancy", LIFE_EXPECTANCY, bands.subregions, years, trajectories=trajectories, seed=seed
    )
    name, persistence = "life expectancy by sex", LIFE_EXPECTANCY.persistence
    own = autoregressive(name, persistence, years, count * sexes, trajectories=trajectories, seed=seed)
    z = np.sqrt(1.0 - BOTH_SEXES) * own.reshape(*shared.shape, sexes)
    z += np.sqrt(BOTH_SEXES) * shared[..., None]
    return through_bands(bands.life_expectancy, z)


def furthest_life_expectancy(bands: VitalBands) -> Floats:
    """Return the lowest and the highest life expectancy that a path can have: [year, area, sex, 2], years."""
    ends = np.array([-FURTHEST, FURTHEST]).reshape(2, 1, 1, 1)
    return np.moveaxis(through_bands(bands.life_expectancy, ends), 0, -1)


def through_bands(bands: Bands, z: Floats) -> Floats:
    """Read standard normal values [trajectory, year, area, ...] through the quantiles of their year and area."""
    lower_80, upper_80, lower_95, upper_95 = np.moveaxis(bands.bounds, -1, 0)
    tail = NORMAL_95 - NORMAL_80
    values: Floats = bands.median + np.clip(z, 0.0, NORMAL_80) * ((upper_80 - bands.median) / NORMAL_80)
    values += np.clip(z - NORMAL_80, 0.0, FURTHEST - NORMAL_80) * ((upper_95 - upper_80) / tail)
    values += np.clip(z, -NORMAL_80, 0.0) * ((bands.median - lower_80) / NORMAL_80)
    values += np.clip(z + NORMAL_80, NORMAL_80 - FURTHEST, 0.0) * ((lower_80 - lower_95) / tail)
    return values
