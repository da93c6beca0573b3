"""What the estimate of moves is built from besides the panel: measured and reported flows, ties between countries.

None of it is stored in the panel. Who builds the panel anew needs these files; who uses it does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pandera.pandas import DataFrameSchema

from corridor.areas import codes
from corridor.data.tables.checks import code, count, number, share, text, year
from corridor.data.tables.reader import read_frame

if TYPE_CHECKING:
    from pathlib import Path

    from corridor.axes import Booleans, Floats, Integers

MEASURED = "flows_measured/measured_flows_2019_2022.parquet"
MEASURED_AREAS = "flows_measured/areas.csv"
MEASURED_YEARS = (2019, 2020, 2021, 2022)
OECD = "flows_reported/oecd_imd_2000_2021.parquet"
OECD_YEARS = tuple(range(2000, 2021))
TIES = "gaskin_abel/covariate_bilateral.parquet"
SCHOLARS = "flows_reported/scholars_scopus2024_flows.parquet"
SCHOLAR_YEARS = range(2013, 2023)
OLD_STOCKS = "un_ims/wb_gbmd_1960_2000_bilateral_sex.parquet"
OLD_DATES = (1960, 1970, 1980)
AGES_ABROAD = "un_ims/ims2019_destination_age_sex.csv.gz"
COUNTED = "un_ims/ims2024_destination_data_types.csv"
WITHHELD = (("IND", "PAK"), ("RUS", "UKR"))
"""Pairs that are absent from the measurements in both directions for another reason than smallness, perhaps."""
AGE_GROUPS = (*(f"{age}-{age + 4}" for age in range(0, 75, 5)), "75+")
PAIR = {"orig": code(), "dest": code()}
SCHEMAS = {
    MEASURED: DataFrameSchema({**PAIR, "year": year(2019, 2022), "flow": count()}),
    MEASURED_AREAS: DataFrameSchema({"iso3": code()}),
    TIES: DataFrameSchema(
        {
            **PAIR,
            "dist_pop_weighted_km": number(0, nullable=True),
            "common_spoken_language": number(nullable=True),
            "religious_similarity": number(nullable=True),
        }
    ),
    SCHOLARS: DataFrameSchema({**PAIR, "year": year(1990, 2030), "n_migrations": count()}),
    OLD_STOCKS: DataFrameSchema({**PAIR, "year": year(1960, 2000), "stock_f": count(), "stock_m": count()}),
    AGES_ABROAD: DataFrameSchema(
        {
            "iso3": code(),
            "year": year(1990, 2019),
            "age": text(),
            "stock_m": count(nullable=True),
            "stock_f": count(nullable=True),
        }
    ),
    COUNTED: DataFrameSchema({"dest": code(), "type_c": share(nullable=True)}),
    OECD: DataFrameSchema(
        {"variable": text(), "reporter": code(), "partner": text(), "year": year(2000, 2021), "value": number()}
    ),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """Moves of calendar years, measured from the records of a large online service (Chi et al. 2025).

    Attributes
    ----------
    moves : [year, orig, dest], persons, zero below the threshold of publication (about 50 a year)
    known : [orig, dest], whether the pair was measured at all
    """

    moves: Floats
    known: Booleans

    @property
    def mean(self) -> Floats:
        """Mean of the years: [orig, dest], persons a year."""
        mean: Floats = self.moves.mean(axis=0)
        return mean

    @property
    def years_seen(self) -> Floats:
        """Years in which the pair was above the threshold: [orig, dest]."""
        seen: Floats = (self.moves > 0.0).sum(axis=0).astype(np.float64)
        return seen


@dataclass(frozen=True, slots=True)
class Ties:
    """What binds two countries, and what is known of the foreign-born of each.

    Attributes
    ----------
    spoken : [orig, dest], how much the languages spoken at both ends have in common (USITC)
    religion : [orig, dest], likeness of religions (COW)
    distance : [orig, dest], km, weighted by people (CEPII), NaN where unknown
    scholars : [orig, dest], moves of published researchers, 2013 to 2022
    old_stocks : [date, birthplace, residence], persons on `OLD_DATES` (World Bank)
    ages_abroad : [residence, age group], foreign-born by five-year groups in 2019, shares; NaN where unknown
    by_citizenship : [residence], the stock counts citizens of other states rather than foreign-born, 0 or 1
    """

    spoken: Floats
    religion: Floats
    distance: Floats
    scholars: Floats
    old_stocks: Floats
    ages_abroad: Floats
    by_citizenship: Floats


@dataclass(frozen=True, slots=True)
class Reports:
    """Flows that 34 OECD countries report by nationality, 2000 to 2020: [year, orig, dest], persons, NaN if none.

    Attributes
    ----------
    inflows : nationals of `orig` who arrived in the reporter `dest`
    outflows : nationals of `dest` who left the reporter `orig`
    stocks : nationals of `orig` who live in the reporter `dest`
    """

    inflows: Floats
    outflows: Floats
    stocks: Floats


def read_measured(folder: Path) -> Measured:
    """Read measured flows among 124 countries.

    Raises
    ------
    InputError
        If a file is missing or damaged.
    """
    frame = _read(folder, MEASURED)
    areas = pd.Index(codes())
    moves = np.zeros((len(MEASURED_YEARS), len(areas), len(areas)))
    moves[_places(pd.Index(MEASURED_YEARS), frame["year"]), *_pair(frame, "orig", "dest")] = frame["flow"]
    listed = set(_read(folder, MEASURED_AREAS)["iso3"])
    inside = np.array([iso3 in listed for iso3 in codes()])
    known = np.outer(inside, inside) & ~np.eye(len(areas), dtype=np.bool_)
    for one, other in WITHHELD:
        ends = areas.get_indexer(pd.Index([one, other]))
        known[np.ix_(ends, ends)] = False
    return Measured(moves, known)


def read_ties(folder: Path) -> Ties:
    """Read ties between countries and the make-up of their foreign-born populations.

    Raises
    ------
    InputError
        If a file is missing or damaged.
    """
    ties, scholars, old = (_read(folder, name) for name in (TIES, SCHOLARS, OLD_STOCKS))
    scholars = scholars[scholars["year"].isin(SCHOLAR_YEARS)].groupby(["orig", "dest"], as_index=False).sum()
    old = old.assign(persons=old["stock_f"].astype(float) + old["stock_m"].astype(float))
    return Ties(
        spoken=table(ties, "common_spoken_language"),
        religion=table(ties, "religious_similarity"),
        distance=table(ties, "dist_pop_weighted_km", empty=np.nan),
        scholars=table(scholars, "n_migrations"),
        old_stocks=np.stack([table(old[old["year"] == date], "persons") for date in OLD_DATES]),
        ages_abroad=_ages_abroad(_read(folder, AGES_ABROAD)),
        by_citizenship=_by_citizenship(_read(folder, COUNTED)),
    )


def read_reports(folder: Path) -> Reports:
    """Read what OECD countries report.

    Raises
    ------
    InputError
        If the file is missing or damaged.
    """
    frame = _read(folder, OECD)

    def yearly(variable: str, orig: str, dest: str) -> Floats:
        """Return reported moves of one variable; shape (year, orig, dest), NaN where none is reported."""
        rows = frame[
            (frame["variable"] == variable) & (frame["partner"] != frame["reporter"]) & (frame["value"] >= 0.0)
        ]
        rows = rows[rows["year"].isin(OECD_YEARS) & rows["partner"].isin(codes()) & rows["reporter"].isin(codes())]
        values = np.full((len(OECD_YEARS), len(codes()), len(codes())), np.nan)
        values[_places(pd.Index(OECD_YEARS), rows["year"]), *_pair(rows, orig, dest)] = rows["value"]
        return values

    return Reports(
        inflows=yearly("inflow_by_nationality", "partner", "reporter"),
        outflows=yearly("outflow_by_nationality", "reporter", "partner"),
        stocks=yearly("stock_by_nationality", "partner", "reporter"),
    )


def table(frame: pd.DataFrame, column: str, *, empty: float = 0.0) -> Floats:
    """Lay a column out on the areas: [orig, dest], `empty` where there is no row."""
    rows = frame[frame["orig"].isin(codes()) & frame["dest"].isin(codes())]
    values = np.full((len(codes()), len(codes())), empty)
    values[_pair(rows, "orig", "dest")] = rows[column].to_numpy(dtype=np.float64)
    return np.where(np.isnan(values), empty, values)


def _read(folder: Path, name: str) -> pd.DataFrame:
    return read_frame(folder / name, SCHEMAS[name])


def _pair(frame: pd.DataFrame, orig: str, dest: str) -> tuple[Integers, Integers]:
    areas = pd.Index(codes())
    return _places(areas, frame[orig]), _places(areas, frame[dest])


def _places(labels: pd.Index[Any], values: pd.Series[Any]) -> Integers:
    return np.asarray(labels.get_indexer(pd.Index(values)), dtype=np.int64)


def _ages_abroad(frame: pd.DataFrame) -> Floats:
    """Return shares of age groups among the foreign-born: [residence, age group], NaN for residences without a row."""
    frame = frame[(frame["year"] == 2019) & frame["age"].isin(AGE_GROUPS)]
    persons = frame["stock_m"].fillna(0.0) + frame["stock_f"].fillna(0.0)
    wide = frame.assign(persons=persons).pivot_table(index="iso3", columns="age", values="persons", aggfunc="sum")
    wide = wide.reindex(index=list(codes()), columns=list(AGE_GROUPS))
    shares: Floats = wide.div(wide.sum(axis=1).replace(0.0, np.nan), axis=0).to_numpy(dtype=np.float64)
    return shares


def _by_citizenship(frame: pd.DataFrame) -> Floats:
    flags = frame.set_index("dest")["type_c"]
    counted: Floats = flags.reindex(list(codes())).fillna(0.0).to_numpy(dtype=np.float64)
    return counted
