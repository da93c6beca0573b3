"""A small world in the form of the nine tables of Burzynski, Docquier and Scheewel, always the same."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corridor.data.tables.bds_import import DAMAGES, FLOODS, REGIONS, SKILLS, YEARS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

CODES = ("AFG", "KAZ", "RUS", "TON", "USA")
NORTH = ("RUS", "USA")


def small_tables() -> dict[str, pd.DataFrame]:
    """Return tables of five countries whose cities have many more people than have moved there."""
    generator = np.random.default_rng(7)

    def table(axes: Mapping[str, Sequence[object]], **columns: tuple[float, float]) -> pd.DataFrame:
        frame = pd.DataFrame(list(product(*axes.values())), columns=list(axes))
        return frame.assign(**{name: generator.uniform(*limits, len(frame)) for name, limits in columns.items()})

    areas, region_skill = {"iso3": CODES}, {"iso3": CODES, "region": REGIONS, "skill": SKILLS}
    residents = table(region_skill, residents=(1e5, 3e5))
    residents["residents"] *= np.where(residents["region"] == "n", 5.0, 1.0)
    emigrants = table({"origin": CODES, "destination": CODES, "region": REGIONS, "skill": SKILLS}, emigrants=(1e2, 1e4))
    damage = table({"scenario": DAMAGES, "iso3": CODES, "region": REGIONS, "year": YEARS}, damage_factor=(0.6, 1.0))
    damage.loc[(damage["year"] == YEARS[0]) | (damage["scenario"] == 0), "damage_factor"] = 0.9
    flooded = table({"scenario": FLOODS, "iso3": CODES, "region": REGIONS, "year": YEARS}, flooded_share=(0.0, 0.2))
    flooded.loc[(flooded["year"] == YEARS[0]) | (flooded["scenario"] == 0), "flooded_share"] = 0.0
    return {
        "countries": pd.DataFrame({"iso3": CODES, "country": CODES, "oecd": [int(code in NORTH) for code in CODES]}),
        "gdp_2010": table({**areas, "region": REGIONS}, gdp=(1e9, 9e9)),
        "urban_wage_ratio_2010": table(areas, wage_ratio=(1.5, 4.0)),
        "residents_2010": residents,
        "internal_ratio_2010": table(region_skill, internal_ratio=(0.1, 0.5)),
        "fertility_education": table({**region_skill, "year": YEARS}, n=(0.8, 1.6), p=(0.05, 0.9)),
        "temperature_damage": damage,
        "flooded_share": flooded,
        "emigrants_2010": emigrants[emigrants["origin"] != emigrants["destination"]].reset_index(drop=True),
    }


def write_tables(tables: dict[str, pd.DataFrame], folder: Path) -> Path:
    """Write every table as CSV with all digits; the folder."""
    folder.mkdir(exist_ok=True)
    for name, frame in tables.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    return folder
