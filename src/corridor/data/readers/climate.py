"""Reader of observed climate by country and of global warming, observed and assessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pandera.pandas import DataFrameSchema

from corridor import areas
from corridor.calendar import LAST_YEAR
from corridor.data.rules.holes import WARMING_AFTER_2091
from corridor.data.table import Table
from corridor.data.tables.checks import code, number, only_areas, unique, year
from corridor.data.tables.reader import read_frames

if TYPE_CHECKING:
    from pathlib import Path

COUNTRY_SOURCE, GLOBAL_SOURCE = "cru_cckp", "ipcc_ar6"
SCENARIOS = {
    "ssp119": "SSP1-1.9",
    "ssp126": "SSP1-2.6",
    "ssp245": "SSP2-4.5",
    "ssp370": "SSP3-7.0",
    "ssp585": "SSP5-8.5",
}
SINCE_PREINDUSTRIAL = 0.85
"""Warming of 1995-2014 above 1850-1900, K (IPCC AR6 WG1, cross-chapter box 2.3)."""
LAST_ASSESSED = 2091
SLOPE_YEARS = 10
"""Years before the last assessed one over which the slope of its continuation is taken: our judgement."""

COUNTRY_SCHEMA = DataFrameSchema(
    {
        "iso3": code(),
        "year": year(1901, 2022),
        "tas_c": number(-60, 60, nullable=True),
        "pr_mm": number(0, 20_000, nullable=True),
    },
    checks=unique(["iso3", "year"]),
)
ASSESSED_SCHEMA = DataFrameSchema(
    {
        "scenario": code(tuple(SCENARIOS)),
        "year": year(2010, LAST_ASSESSED),
        "gsat_p05": number(-5, 15),
        "gsat_central": number(-5, 15),
        "gsat_p95": number(-5, 15),
    },
    checks=unique(["scenario", "year"]),
)
OBSERVED_SCHEMA = DataFrameSchema(
    {"year": year(1850, 2020), "gmst_anomaly_rel_1850_1900": number(-5, 15)}, checks=unique(["year"])
)


def read(folder: Path) -> list[Table]:
    """Return `temperature_precipitation`, `global_warming` and `global_temperature_observed`.

    Raises
    ------
    InputError : a file is missing, damaged or breaks its rules
    """
    place = folder / "climate"
    country, assessed, observed = read_frames(
        {
            place / "cckp_cru_annual_country_1901_2022.csv.gz": COUNTRY_SCHEMA,
            place / "ar6_ch4_assessed_gsat_rel_1995_2014.csv": ASSESSED_SCHEMA,
            place / "ar6_observed_gmst_1850_2020.csv": OBSERVED_SCHEMA,
        }
    )
    return [_country(country), _warming(assessed), _observed(observed)]


def _country(rows: pd.DataFrame) -> Table:
    rows = rows.rename(columns={"iso3": "area"}).dropna(subset=["tas_c", "pr_mm"])
    rows, left_out = only_areas(rows, ["area"])
    absent = sorted(set(areas.codes()) - set(rows["area"]))
    return Table(
        name="temperature_precipitation",
        frame=rows.sort_values(["area", "year"], ignore_index=True),
        source=COUNTRY_SOURCE,
        unit="tas_c: degrees Celsius; pr_mm: millimetres a year",
        description="Mean surface air temperature and precipitation over an area's territory in a calendar year.",
        notes=(
            "Means over territory, not over people: Canada is colder here than where Canadians live.",
            f"Nothing is published for {', '.join(absent)}.",
            left_out,
        ),
    )


def _warming(rows: pd.DataFrame) -> Table:
    rows = rows.replace({"scenario": SCENARIOS}).sort_values(["scenario", "year"])
    scenarios = [_continued(rows[rows["scenario"] == name]) for name in SCENARIOS.values()]
    return Table(
        name="global_warming",
        frame=pd.concat(scenarios, ignore_index=True),
        source=GLOBAL_SOURCE,
        unit="K above 1850-1900",
        description="Global surface air temperature, mean of 20 years about `year`: 5 %, central, 95 % estimate.",
        notes=(
            f"Published against 1995-2014; {SINCE_PREINDUSTRIAL} K is added, without the uncertainty of that figure.",
            WARMING_AFTER_2091.note(),
        ),
    )


def _continued(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one scenario's warming to the last year, (year,) rows sorted by year."""
    estimates = rows[["gsat_p05", "gsat_central", "gsat_p95"]].to_numpy() + SINCE_PREINDUSTRIAL
    slope = (estimates[-1] - estimates[-1 - SLOPE_YEARS]) / SLOPE_YEARS
    ahead = np.arange(1, LAST_YEAR - LAST_ASSESSED + 1)
    values = np.concatenate([estimates, estimates[-1] + ahead[:, None] * slope]).round(4)
    years = np.concatenate([rows["year"].to_numpy(), LAST_ASSESSED + ahead])
    basis = np.where(years > LAST_ASSESSED, "continued", "assessed")
    columns = {"lower": values[:, 0], "central": values[:, 1], "upper": values[:, 2]}
    return pd.DataFrame({"scenario": rows["scenario"].iloc[0], "year": years, **columns, "basis": basis})


def _observed(rows: pd.DataFrame) -> Table:
    frame = rows.rename(columns={"gmst_anomaly_rel_1850_1900": "warming"}).sort_values("year", ignore_index=True)
    return Table(
        name="global_temperature_observed",
        frame=frame.round({"warming": 4}),
        source=GLOBAL_SOURCE,
        unit="K above 1850-1900",
        description="Observed global mean surface temperature of a calendar year.",
        notes=("The consolidated series of the assessment, the mean of its data sets, rounded to 0.0001 K.",),
    )
