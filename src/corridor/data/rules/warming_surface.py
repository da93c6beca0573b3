"""How much an area warms for each degree of the globe, and how warm its people live: what surfaces of ours say.

Published tables of both may not be redistributed. Two regressions on what the panel holds stand in for them; their
coefficients are fitted to the published tables by `scripts/fit_warming_surface.py`, which also writes down how far
each area is from them (`docs/explanation/warming.md`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor import areas
from corridor.data.panel import table_from_array

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.data.panel import Panel
    from corridor.data.table import Coordinates, Table

TABLE = "warming_surface"
QUANTITIES = ("warming_per_degree", "sd", "temperature")
RADII_KM = (600.0, 1500.0, 3000.0)
EARTH_KM = 6371.0
CELL = 0.5
"""Side of the cells in which land is counted, degrees."""
SLOPE_YEARS = (1970, 2020)
NORMAL_YEARS = (1980, 2010)
PEOPLE_YEAR = 2010
COOL = 15.0
"""Mean temperature of the territory, degrees Celsius, below which people live in its warmer parts."""

WARMING = np.array([0.941, 1.09, -1.86, 0.2944, -0.1455, 0.3108, -0.02367, 0.4371, -0.4035, 0.0951])
"""Of `regressors`, for the warming per degree of global warming, K per K (C): fitted to the mean of 21 CMIP6 models."""
MODEL_SD = np.array([0.01063, -0.08627, 0.4255, 0.005616, 0.06497, -0.008282, 0.006482, 0.009451, 0.01531, 0.004101])
"""Of its standard deviation between models, K per K (C)."""
LEAST_MODEL_SD = 0.04
"""The least standard deviation between models in the published table."""
WARMING_ERROR = 0.1165
"""Root mean square of the surface's own leave-one-out errors, K per K (C)."""
TEMPERATURE = np.array([1.018, 0.9422, -2.025, -0.01046, 0.252])
"""Of `temperature_regressors`, for the mean temperature 1980-2010 where people live, degrees Celsius (C)."""


def surface_table(panel: Panel) -> Table:
    """Return `warming_surface` [area, quantity] from the panel's land, climate and population."""
    axes: dict[str, Coordinates] = {"area": areas.codes(), "quantity": QUANTITIES}
    return table_from_array(
        TABLE,
        surface_values(regressors(panel), temperature_regressors(panel), WARMING, MODEL_SD, TEMPERATURE),
        axes,
        source="corridor",
        unit="warming_per_degree, sd: K per K of global warming; temperature: degrees Celsius",
        description="Warming of an area per degree of global warming, and the mean temperature of 1980-2010, where "
        "people live.",
        notes=(
            "Not a published table: our own surfaces of latitude, land around, observed warming and temperature.",
            "Fitted to published tables by scripts/fit_warming_surface.py.",
            f"sd holds the spread between climate models and the surface's own error, {WARMING_ERROR:g} K per K.",
        ),
    )


def surface_values(
    at: Floats, temperature_at: Floats, warming: Floats, model_sd: Floats, temperature: Floats
) -> Floats:
    """Return the surfaces: [area, quantity], quantities as in `QUANTITIES`.

    Parameters
    ----------
    at, temperature_at : `regressors` and `temperature_regressors`
    warming, model_sd, temperature : coefficients, [regressor]
    """
    spread = np.hypot(np.maximum(at @ model_sd, LEAST_MODEL_SD), WARMING_ERROR)
    return np.stack([at @ warming, spread, temperature_at @ temperature], axis=-1)


def regressors(panel: Panel) -> Floats:
    """Return what warming per degree is explained by: [area, regressor].

    These are 1; latitude over 90, absolute, and its square; shares of land within `RADII_KM`; 1 on the northern
    hemisphere; observed warming 1970-2020, K per decade; mean temperature 1980-2010 in 10 degrees Celsius, and its
    square.
    """
    latitude, normal = _latitude(), normal_temperature(panel) / 10.0
    north = (latitude > 0).astype(np.float64)
    columns = [np.ones_like(latitude), np.abs(latitude), latitude**2, *land_share(panel).T, north]
    return np.column_stack([*columns, observed_slope(panel), normal, normal**2])


def temperature_regressors(panel: Panel) -> Floats:
    """Return what the temperature where people live is explained by: [area, regressor].

    These are 1; mean temperature of the territory 1980-2010, degrees Celsius; latitude over 90, absolute; degrees below
    `COOL`; and these times log10 of millions of people.
    """
    normal = normal_temperature(panel)
    cold = np.maximum(COOL - normal, 0.0)
    size = np.log10(np.maximum(people(panel) / 1e6, 1.0))
    return np.column_stack([np.ones_like(normal), normal, np.abs(_latitude()), cold, cold * size])


def people(panel: Panel) -> Floats:
    """Return the population of 2010: [area], persons."""
    year = panel.coordinates("population_july", "year").index(PEOPLE_YEAR)
    total: Floats = panel.array("population_july")[year].sum(axis=(1, 2))
    return total


def normal_temperature(panel: Panel) -> Floats:
    """Return the mean temperature of the territory, 1980-2010: [area], degrees Celsius."""
    mean: Floats = temperatures(panel, NORMAL_YEARS).mean(axis=0)
    return mean


def observed_slope(panel: Panel) -> Floats:
    """Return the trend of the territory's temperature, 1970-2020: [area], K per decade."""
    observed = temperatures(panel, SLOPE_YEARS)
    since = np.arange(len(observed)) - 0.5 * (len(observed) - 1)
    slope: Floats = 10.0 * (since @ observed) / (since @ since)
    return slope


def temperatures(panel: Panel, years: tuple[int, int]) -> Floats:
    """Annual means of the territory between two years, both included: [year, area]."""
    known = panel.coordinates("climate", "year")
    return panel.array("climate")[known.index(years[0]) : known.index(years[1]) + 1, :, 0]


def _latitude() -> Floats:
    """Latitudes of label points over 90: [area], negative in the south."""
    return np.array([area.latitude for area in areas.areas()]) / 90.0


def land_share(panel: Panel) -> Floats:
    """Return the share of land within each of `RADII_KM` of an area's label point: [area, radius]."""
    latitudes, longitudes = (np.arange(-end + CELL / 2, end, CELL) for end in (90.0, 180.0))
    size = np.repeat(np.cos(np.radians(latitudes))[:, None], len(longitudes), axis=1).ravel()
    land = size * _is_land(panel, latitudes, longitudes).ravel()
    cells = _places(*np.meshgrid(longitudes, latitudes)).reshape(-1, 3)
    points = _places(*(np.array([getattr(area, side) for area in areas.areas()]) for side in ("longitude", "latitude")))
    shares = np.empty((len(points), len(RADII_KM)))
    for row, point in enumerate(points):
        closeness = cells @ point
        for column, radius in enumerate(RADII_KM):
            near = closeness >= np.cos(radius / EARTH_KM)
            shares[row, column] = land[near].sum() / size[near].sum()
    return shares


def _places(longitude: Floats, latitude: Floats) -> Floats:
    """Points of the unit sphere, [..., 3], from degrees."""
    east, north = np.radians(longitude), np.radians(latitude)
    return np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=-1)


def _is_land(panel: Panel, latitudes: Floats, longitudes: Floats) -> Floats:
    """Return 1 where a cell's middle lies inside an odd number of rings, else 0: [latitude, longitude]."""
    outline = panel.frame("land")
    x0, y0 = outline["longitude"].to_numpy(), outline["latitude"].to_numpy()
    following = outline.groupby(["part", "ring"], sort=False)[["longitude", "latitude"]].transform(
        lambda ring: np.roll(ring, -1)
    )
    x1, y1 = following["longitude"].to_numpy(), following["latitude"].to_numpy()
    inside = np.empty((len(latitudes), len(longitudes)))
    for row, y in enumerate(latitudes):
        crosses = (y0 > y) != (y1 > y)
        crossings = x0[crosses] + (y - y0[crosses]) * (x1 - x0)[crosses] / (y1 - y0)[crosses]
        inside[row] = np.searchsorted(np.sort(crossings), longitudes) % 2
    return inside
