"""Reader of the World Development Indicators of the World Bank."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from pandera.pandas import DataFrameSchema

from corridor.data.table import Table
from corridor.data.tables.checks import code, number, only_areas, text, unique, year
from corridor.data.tables.reader import read_frames

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = "worldbank_wdi"
NEWER, OLDER = "wdi_selected.parquet", "wdi_gdidata_2025.parquet"
FIRST, LAST = 1990, 2025

INDICATORS = (
    ("AG.LND.EL5M.ZS", "land below 5 m of elevation", "% of land"),
    ("BM.TRF.PWKR.CD.DT", "personal remittances, paid", "current US dollars"),
    ("BX.TRF.PWKR.CD.DT", "personal remittances, received", "current US dollars"),
    ("EN.POP.EL5M.ZS", "population below 5 m of elevation", "% of population"),
    ("NV.AGR.TOTL.ZS", "agriculture, forestry and fishing, value added", "% of GDP"),
    ("NY.GDP.PCAP.KD.ZG", "growth of GDP per head", "% a year"),
    ("NY.GDP.PCAP.PP.KD", "GDP per head, purchasing power parity", "2021 international dollars"),
    ("SI.POV.DDAY", "people below 3.00 dollars a day (2021 purchasing power)", "% of population"),
    ("SI.POV.GINI", "Gini index", "index, 0 to 100"),
    ("SL.AGR.EMPL.FE.ZS", "employment of women in agriculture (ILO model)", "% of employed women"),
    ("SL.AGR.EMPL.MA.ZS", "employment of men in agriculture (ILO model)", "% of employed men"),
    ("SL.UEM.TOTL.ZS", "unemployment (ILO model)", "% of the labour force"),
    ("SM.POP.NETM", "net migration", "persons a year"),
    ("SM.POP.TOTL", "international migrant stock", "persons"),
    ("SP.URB.TOTL.IN.ZS", "urban population", "% of population"),
)
"""Code, name, unit; sorted by code."""

SCHEMA = DataFrameSchema(
    {"indicator": text(), "iso3": code(), "year": year(1950, LAST), "value": number()},
    checks=unique(["indicator", "iso3", "year"]),
)


def read(folder: Path) -> list[Table]:
    """Return `wdi` (indicator, area, year, value) and `wdi_indicators` (code, name, unit).

    Raises
    ------
    InputError : a file is missing, damaged or breaks its rules
    """
    place = folder / "worldbank_wdi"
    newer, older = read_frames({place / NEWER: SCHEMA, place / OLDER: SCHEMA})
    rows = pd.concat([newer, older[~older["indicator"].isin(set(newer["indicator"]))]])
    wanted = [code for code, *_ in INDICATORS]
    rows = rows[rows["indicator"].isin(wanted) & (rows["year"] >= FIRST)]
    rows, left_out = only_areas(rows.rename(columns={"iso3": "area"}), ["area"])
    return [_values(rows, left_out), _indicators()]


def _values(rows: pd.DataFrame, left_out: str) -> Table:
    keys = ["indicator", "area", "year"]
    return Table(
        name="wdi",
        frame=rows[[*keys, "value"]].sort_values(keys, ignore_index=True),
        source=SOURCE,
        unit="the publisher's unit, in wdi_indicators",
        description="The value of a development indicator in an area and a year.",
        notes=(
            f"From {FIRST} on; values and units as published.",
            (
                "An indicator comes whole from the update of July 2026 where that has it, else whole from the file of "
                "2025: two updates never meet in one series."
            ),
            "Aggregates are left out. " + left_out,
        ),
    )


def _indicators() -> Table:
    return Table(
        name="wdi_indicators",
        frame=pd.DataFrame(INDICATORS, columns=["code", "name", "unit"]),
        source=SOURCE,
        unit="none",
        description="What an indicator of the table wdi measures, and in which unit.",
        notes=("Names shortened from the publisher's.",),
    )
