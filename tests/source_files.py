"""Made-up source files in the publishers' layouts, for tests of how readers and the panel's build behave."""

from __future__ import annotations

import json
from itertools import islice, product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corridor.areas import codes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ROWS = 40
PATHWAYS = ("ssp119", "ssp126", "ssp245", "ssp370", "ssp585")
FILES = {
    "ssp": ("ssp/ssp_v3_2024_country_pop_gdp.csv.gz",),
    "climate": (
        "climate/cckp_cru_annual_country_1901_2022.csv.gz",
        "climate/ar6_ch4_assessed_gsat_rel_1995_2014.csv",
        "climate/ar6_observed_gmst_1850_2020.csv",
    ),
    "worldbank": ("worldbank_wdi/wdi_selected.parquet", "worldbank_wdi/wdi_gdidata_2025.parquet"),
    "unhcr": (
        "displacement/unhcr_forced_displacement_flows_1962_2025.parquet",
        "displacement/unhcr_population_origin_asylum_1951_2025.parquet",
        "displacement/unhcr_solutions_resettlement_1959_2025.parquet",
    ),
    "mobility": (
        "policy/passport_index_visa.parquet",
        "policy/iom_missing_migrants_2014_2025.csv.gz",
        "policy/frontex_detections_monthly.csv.gz",
        "policy/cbp_usa_southwest_border_encounters.csv.gz",
        "displacement/idmc_internal_displacement_flows.csv.gz",
    ),
}
"""The files of each reader of tables, in the order in which it reads them."""


def load(path: Path) -> pd.DataFrame:
    """Return the rows of a source file, those of a CSV as words."""
    return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, dtype=str, keep_default_na=False)


def store(frame: pd.DataFrame, path: Path) -> None:
    """Write a source file in the format of its name."""
    path.parent.mkdir(exist_ok=True, parents=True)
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_csv(path, index=False)


def write_made_up(folder: Path, *readers: str) -> None:
    """Write the files of readers of tables, filled with invented numbers that keep every rule."""
    for reader in readers:
        for name in FILES[reader]:
            store(_made_up(name), folder / name)


def write_made_up_map(folder: Path) -> None:
    """Write both maps of Natural Earth with two countries that share a border, and an island."""
    squares = {"KAZ": (0, 0), "UZB": (1, 0), "NRU": (40, 10)}
    features = [
        {
            "properties": {"iso3": code},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]]],
            },
        }
        for code, (x, y) in squares.items()
    ]
    (folder / "geo").mkdir(parents=True)
    for scale in ("110m", "50m"):
        path = folder / "geo" / f"ne_{scale}_countries.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


def _made_up(name: str) -> pd.DataFrame:
    publisher = name.partition("/")[2]
    if publisher.startswith("ar6"):
        return _warming(assessed="ch4" in publisher)
    keys, counts = next(columns for start, columns in _columns().items() if publisher.startswith(start))
    rows = pd.DataFrame(islice(product(*keys.values()), ROWS), columns=list(keys))
    for position, column in enumerate(counts, start=1):
        rows[column] = np.arange(ROWS) * position + 2.0
    return rows


def _columns() -> dict[str, tuple[dict[str, Sequence[object]], tuple[str, ...]]]:
    """Return the key columns with their values and the columns of numbers, by the beginning of a file's name."""
    some, areas = codes()[:5], codes()
    years, months = range(2015, 2023), [f"{year}-0{month}" for year in (2020, 2021) for month in range(1, 9)]
    pairs = {"year": years, "origin": some, "asylum": codes()[6:9]}
    visas: dict[str, Sequence[object]] = {
        "snapshot": ["2025-01-12"],
        "passport": some,
        "destination": codes()[6:14],
        "requirement": ["visa required"],
    }
    indicators = {"indicator": ["SP.URB.TOTL.IN.ZS", "SM.POP.NETM"], "iso3": some, "year": years}
    return {
        "ssp_v3": ({"ssp": ["SSP1"], "iso3": areas, "year": range(2020, 2101, 5)}, ("population", "gdp_ppp_usd2011")),
        "cckp": ({"iso3": some, "year": years}, ("tas_c", "pr_mm")),
        "wdi": (indicators, ("value",)),
        "unhcr_forced": (pairs, ("refugees", "asylum_seekers", "refugee_like", "oip")),
        "unhcr_population": (pairs, ("refugees", "asylum_seekers", "oip")),
        "unhcr_solutions": (pairs, ("returned_refugees", "resettlement", "naturalisation")),
        "passport": (visas, ()),
        "iom": (
            {"date": [f"{month}-15" for month in months], "route": ["by sea", "by land"], "iso3_location": some},
            ("dead_missing", "survivors"),
        ),
        "frontex": ({"route": ["by sea"], "type": ["Sea"], "nationality": some, "month": months}, ("detections",)),
        "cbp": ({"month": months, "nationality": some}, ("encounters",)),
        "idmc": ({"iso3": some, "year": years, "cause": ["conflict", "flood"]}, ("new_displacements",)),
    }


def _warming(*, assessed: bool) -> pd.DataFrame:
    """Return warming that rises evenly: what the IPCC observed, or what it assessed of every pathway."""
    if not assessed:
        years = np.arange(1850, 2021)
        return pd.DataFrame({"year": years, "gmst_anomaly_rel_1850_1900": (years - 1850) / 170})
    rows = pd.DataFrame(product(PATHWAYS, range(2010, 2092)), columns=["scenario", "year"])
    central = (rows["year"] - 2005) / 50
    return rows.assign(gsat_p05=central - 0.1, gsat_central=central, gsat_p95=central + 0.1)
