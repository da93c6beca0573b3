"""Reader of population and income under the Shared Socioeconomic Pathways, 2024 update."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pandera.pandas import DataFrameSchema

from corridor import areas
from corridor.calendar import LAST_YEAR
from corridor.data.table import Table
from corridor.data.tables.checks import code, count, number, only_areas, unique, year
from corridor.data.tables.reader import read_frame

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

SOURCE = "ssp_2024"
SCENARIOS = ("SSP1", "SSP2", "SSP3", "SSP4", "SSP5")

SCHEMA = DataFrameSchema(
    {
        "ssp": code(SCENARIOS),
        "iso3": code(),
        "year": year(2020, LAST_YEAR),
        "population": count(),
        "gdp_ppp_usd2011": number(lower=1.0, nullable=True),
    },
    checks=unique(["ssp", "iso3", "year"]),
)


def read(folder: Path) -> list[Table]:
    """Return `ssp`: population and gross domestic product by scenario, area and year.

    Raises
    ------
    InputError : the file is missing, damaged or breaks its rules
    """
    rows = read_frame(folder / "ssp" / "ssp_v3_2024_country_pop_gdp.csv.gz", SCHEMA)
    rows = rows.rename(columns={"ssp": "scenario", "iso3": "area", "gdp_ppp_usd2011": "gdp_ppp"})
    rows, left_out = only_areas(rows, ["area"])
    rows["gdp_ppp"] = (rows["gdp_ppp"] / 1e9).round(6)
    table = Table(
        name="ssp",
        frame=rows.sort_values(["scenario", "area", "year"], ignore_index=True),
        source=SOURCE,
        unit="population: persons; gdp_ppp: billion dollars, purchasing power parity, scale in the notes",
        description="Population and gross domestic product of an area in a year, every five years, under a pathway.",
        notes=(
            (
                "The levels of gdp_ppp are the published ones (2017 dollars) times one constant, about 0.91, that the "
                "repository we read applied: ratios and growth are exact, levels are not the published ones."
            ),
            _absences(rows),
            left_out,
        ),
    )
    return [table]


def _absences(rows: pd.DataFrame) -> str:
    no_income = sorted(set(rows.loc[rows["gdp_ppp"].isna(), "area"]))
    absent = sorted(set(areas.codes()) - set(rows["area"]))
    return f"No gdp_ppp is published for {', '.join(no_income)}; nothing for {', '.join(absent)}."
