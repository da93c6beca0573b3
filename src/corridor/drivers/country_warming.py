"""Warming of countries: so many degrees for each degree of the globe, with the spread of climate models.

    dT(t) = g (G(t) - mean of G over 2011-2020)

g comes from a surface of our own (`corridor.data.rules.warming_surface`; how far it is from the models:
docs/explanation/warming.md), or from a published table that a user imports. A future draws a climate model, not each
country: neighbours go together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor import areas
from corridor.data.rules.warming_surface import QUANTITIES, TABLE
from corridor.demography.random_streams import stream

if TYPE_CHECKING:
    import pandas as pd

    from corridor.axes import Floats, Integers
    from corridor.data.panel import Panel

STREAM = "country warming"
WORLD, SUBREGION = 0.01, 0.42
"""Correlation of two areas' warming per degree across subregions, and what is added within one (C).

In 25 CMIP5 models it is .02 and .56, in the surface's own errors .00 and .24 (`scripts/fit_warming_surface.py`); these
are the means of both, by their variances.
"""


@dataclass(frozen=True, slots=True)
class WarmingPerDegree:
    """Warming of areas per degree of global warming.

    Attributes
    ----------
    mean : [area], K per K
    sd : [area], K per K: spread of climate models and, where the mean is our surface's, its own error
    subregions : [area], numbered from 0
    """

    mean: Floats
    sd: Floats
    subregions: Integers


def load_warming_per_degree(panel: Panel, own: pd.DataFrame | None = None) -> WarmingPerDegree:
    """Return the surface's warming per degree, or a user's where they have the area.

    Parameters
    ----------
    own : `corridor.data.tables.imports.imported("warming")`: iso3, warming_per_degree, sd, which may be absent or empty
        and is then the surface's
    """
    surface = panel.array(TABLE)
    mean, sd = (surface[:, QUANTITIES.index(name)].copy() for name in ("warming_per_degree", "sd"))
    if own is not None:
        rows = [areas.index(code) for code in own["iso3"]]
        mean[rows] = own["warming_per_degree"]
        if "sd" in own:
            sd[rows] = np.where(own["sd"].isna(), sd[rows], own["sd"])
    subregions = np.unique([area.subregion for area in areas.areas()], return_inverse=True)[1].astype(np.int64)
    return WarmingPerDegree(mean, sd, subregions)


def draw_warming_per_degree(surface: WarmingPerDegree, numbers: range, seed: int) -> Floats:
    """Return warming per degree in some trajectories: [trajectory, area], K per K, never below 0.

    It depends on the seed and the trajectory's number only: one climate model to a trajectory, made of a part of the
    world, one of each subregion and one of each area.
    """
    regions, count = int(surface.subregions.max()) + 1, len(surface.mean)
    z = np.stack([stream(seed, STREAM, number).standard_normal(1 + regions + count) for number in numbers])
    together = np.sqrt(WORLD) * z[:, :1] + np.sqrt(SUBREGION) * z[:, 1 + surface.subregions]
    together += np.sqrt(1.0 - WORLD - SUBREGION) * z[:, 1 + regions :]
    return np.asarray(np.maximum(surface.mean + surface.sd * together, 0.0))


def country_warming(per_degree: Floats, since_reference: Floats) -> Floats:
    """Return warming of areas above their mean of 2011-2020: [draw, year, area], K.

    Parameters
    ----------
    per_degree : [draw, area], K per K
    since_reference : [draw, year], K, `corridor.drivers.temperature.warming_since_reference`
    """
    return np.asarray(since_reference[:, :, None] * per_degree[:, None, :])
