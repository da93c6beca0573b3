"""Income and climate of all 237 areas: what is published, and the rules of `holes` where nothing is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corridor import areas
from corridor.data.panel import table_from_array
from corridor.data.rules.holes import INCOME_BY_SUBREGION, NEAREST_CLIMATE

if TYPE_CHECKING:
    from corridor.axes import Booleans, Floats
    from corridor.data.panel import Panel
    from corridor.data.table import Coordinates, Table

GDP_PER_HEAD = "NY.GDP.PCAP.PP.KD"
CLIMATE = ("tas_c", "pr_mm")


def income(panel: Panel) -> Table:
    """Gross domestic product per head under every pathway: `income` [scenario, year, area].

    Where a pathway has none, the subregion's, times the ratio of the area to its subregion in the World Bank's last
    figure, times 1 where that has none either.
    """
    ssp = panel.frame("ssp")
    scenarios, years = sorted(ssp["scenario"].unique()), sorted(ssp["year"].unique().tolist())
    people, product = (
        _grid(ssp, column, ["scenario", "year"], [scenarios, years]) for column in ("population", "gdp_ppp")
    )
    published: Booleans = ~np.isnan(product)
    per_head = np.divide(product * 1e9, people, out=np.full_like(product, np.nan), where=published)
    subregional = _subregional(np.where(published, product, 0.0) * 1e9, np.where(published, people, 0.0))
    filled = np.where(published, per_head, subregional * _ratio_to_subregion(panel))
    by_rule = [areas.codes()[at] for at in np.flatnonzero(~published.all(axis=(0, 1)))]
    axes: dict[str, Coordinates] = {"scenario": tuple(scenarios), "year": tuple(years), "area": areas.codes()}
    return table_from_array(
        "income",
        filled.round(3),
        axes,
        source="corridor",
        unit="dollars per head, purchasing power parity, scale as in table ssp",
        description="Gross domestic product per head of an area in a year under a pathway, all areas.",
        notes=(INCOME_BY_SUBREGION.note(), f"By this rule: {', '.join(by_rule)}."),
    )


def climate(panel: Panel) -> Table:
    """Annual temperature and precipitation of all areas: `climate` [year, area, quantity]."""
    observed = panel.frame("temperature_precipitation")
    years = sorted(observed["year"].unique().tolist())
    values = np.stack([_grid(observed, column, ["year"], [years]) for column in CLIMATE], axis=-1)
    known = np.isfinite(values.sum(axis=(0, 2)))
    values[:, ~known] = values[:, known][:, _nearest(known)]
    by_rule = [areas.codes()[at] for at in np.flatnonzero(~known)]
    axes: dict[str, Coordinates] = {"year": tuple(years), "area": areas.codes(), "quantity": CLIMATE}
    return table_from_array(
        "climate",
        values,
        axes,
        source="corridor",
        unit="tas_c: degrees Celsius; pr_mm: millimetres a year",
        description="Mean temperature and precipitation of an area in a year, all areas.",
        notes=(NEAREST_CLIMATE.note(), f"By this rule: {', '.join(by_rule)}."),
    )


def _grid(frame: pd.DataFrame, column: str, keys: list[str], coordinates: list[list[str] | list[int]]) -> Floats:
    """Values of a list of facts on [keys..., area], NaN where there are none."""
    grid = pd.MultiIndex.from_product([*coordinates, areas.codes()], names=[*keys, "area"])
    values = frame.set_index([*keys, "area"])[column].reindex(grid).to_numpy(dtype=np.float64)
    shaped: Floats = values.reshape([len(axis) for axis in coordinates] + [len(areas.codes())])
    return shaped


def _subregional(product: Floats, people: Floats) -> Floats:
    """Product per head of each area's subregion, from the members that have both: [..., area]."""
    together = _same_subregion()
    total: Floats = (product @ together) / (people @ together)
    return total


def _ratio_to_subregion(panel: Panel) -> Floats:
    """Product per head of each area over its subregion's mean area, in the World Bank's last figures: [area]."""
    figures = panel.frame("wdi").query("indicator == @GDP_PER_HEAD").sort_values("year")
    last = figures.groupby("area")["value"].last().reindex(list(areas.codes())).to_numpy(dtype=np.float64)
    known = ~np.isnan(last)
    mean = _subregional(np.where(known, last, 0.0), known.astype(np.float64))
    return np.where(known, last, mean) / mean


def _same_subregion() -> Floats:
    """Whether two areas lie in the same UN subregion: [area, area], 1 or 0."""
    subregions = np.array([area.subregion for area in areas.areas()])
    same: Floats = np.equal.outer(subregions, subregions).astype(np.float64)
    return same


def _nearest(known: Booleans) -> list[int]:
    """For each area without a series, the position among those with one of the nearest by label point."""
    longitude, latitude = (
        np.radians([getattr(area, side) for area in areas.areas()]) for side in ("longitude", "latitude")
    )
    place = np.stack([np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)])
    closeness = place[:, ~known].T @ place[:, known]
    return [int(position) for position in closeness.argmax(axis=1)]
