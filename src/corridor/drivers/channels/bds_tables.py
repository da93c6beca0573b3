"""Inputs of the world model of Burzynski, Docquier and Scheewel as arrays.

Axes, in this order where an array has them: year (2010, 2040, 2070, 2100), home (dry, flooded), region (rural,
urban), skill (low, high), area. Areas are the model's countries in the order of their codes, 179 in the published
tables; origins stand before destinations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

    from corridor.axes import Booleans, Floats

YEARS = (2010, 2040, 2070, 2100)
DRY, FLOODED = 0, 1
RURAL, URBAN = 0, 1
LOW, HIGH = 0, 1


@dataclass(frozen=True, slots=True)
class BdsWorld:
    """What the model reads.

    Attributes
    ----------
    codes : ISO codes of the areas
    north : [area], members of the OECD in the tables
    output : [region, area], gross domestic product of 2010, US dollars a year
    wage_ratio : [area], high- to low-skilled wage in the city, 2010
    residents : [region, skill, area], adults of 2010
    internal_ratio : [region, skill, area], movers to the other region per stayer, 2010
    emigrants : [region, skill, orig, dest], adults of 2010 by region of origin
    children : [year, region, skill, area], adult children per adult, 30 years later
    schooling : [year, region, skill, area], probability that a child becomes high-skilled
    damage : label of the workbook -> [year, region, area], productivity factor of temperature
    flooded : label of the workbook -> [year, region, area], share of natives whose home is flooded in the period
    """

    codes: tuple[str, ...]
    north: Booleans
    output: Floats
    wage_ratio: Floats
    residents: Floats
    internal_ratio: Floats
    emigrants: Floats
    children: Floats
    schooling: Floats
    damage: Mapping[float, Floats]
    flooded: Mapping[float, Floats]


def load_world(out: Path | None = None) -> BdsWorld:
    """Return the imported world; `out` is the folder of imported tables, by default in the user's data folder.

    Raises
    ------
    InputError : the tables were not imported, or the copy is damaged
    """
    from corridor.data.tables.bds_import import imported_bds  # noqa: PLC0415 - checks are slow to import

    return world_of(imported_bds(out))


def world_of(frames: Mapping[str, pd.DataFrame]) -> BdsWorld:
    """Return checked tables (`corridor.data.tables.bds_import.read_tables`) as arrays."""
    countries = frames["countries"].sort_values("iso3")
    codes = tuple(countries["iso3"])
    fertility = frames["fertility_education"]
    return BdsWorld(
        codes=codes,
        north=countries["oecd"].to_numpy() == 1,
        output=_array(frames["gdp_2010"], "gdp", "region"),
        wage_ratio=_array(frames["urban_wage_ratio_2010"], "wage_ratio"),
        residents=_array(frames["residents_2010"], "residents", "region", "skill"),
        internal_ratio=_array(frames["internal_ratio_2010"], "internal_ratio", "region", "skill"),
        emigrants=_pairs(frames["emigrants_2010"], codes),
        children=_array(fertility, "n", "year", "region", "skill"),
        schooling=_array(fertility, "p", "year", "region", "skill"),
        damage=_by_scenario(frames["temperature_damage"], "damage_factor"),
        flooded=_by_scenario(frames["flooded_share"], "flooded_share"),
    )


def _order(axis: str) -> dict[Any, int]:
    from corridor.data.tables import bds_import as labels  # noqa: PLC0415 - checks are slow to import

    ordered = {"region": labels.REGIONS, "skill": labels.SKILLS, "year": labels.YEARS}[axis]
    return {label: position for position, label in enumerate(ordered)}


def _array(frame: pd.DataFrame, value: str, *axes: str) -> Floats:
    """Return a column as an array [*axes, area]; the frame has a row for every combination."""
    orders = {axis: _order(axis) for axis in axes}
    ranked = frame.assign(**{axis: frame[axis].map(order) for axis, order in orders.items()})
    ordered = ranked.sort_values([*axes, "iso3"])[value].to_numpy(dtype=np.float64)
    return ordered.reshape(*map(len, orders.values()), -1)


def _by_scenario(frame: pd.DataFrame, value: str) -> dict[float, Floats]:
    return {float(str(label)): _array(rows, value, "year", "region") for label, rows in frame.groupby("scenario")}


def _pairs(frame: pd.DataFrame, codes: tuple[str, ...]) -> Floats:
    """Return emigrants [region, skill, orig, dest]; pairs that the table lacks have none."""
    place = {iso3: position for position, iso3 in enumerate(codes)}
    orders: dict[str, dict[Any, int]] = {axis: _order(axis) for axis in ("region", "skill")}
    orders |= {"origin": place, "destination": place}
    emigrants = np.zeros((2, 2, len(codes), len(codes)))
    emigrants[tuple(frame[axis].map(order).to_numpy() for axis, order in orders.items())] = frame["emigrants"]
    return emigrants
