"""Reader of what meets people on the way: visas, detections at borders, deaths, and displacement inside a country."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pandera.pandas import Check, Column, DataFrameSchema

from corridor.data.table import Table
from corridor.data.tables.checks import code, count, number, only_areas, text, unique, year
from corridor.data.tables.reader import read_frames

if TYPE_CHECKING:
    from pathlib import Path

SNAPSHOT = "2025-01-12"
REQUIREMENTS = {
    "visa free": "visa_free",
    "visa on arrival": "on_arrival",
    "eta": "eta",
    "e-visa": "e_visa",
    "visa required": "required",
    "no admission": "no_admission",
}
AT_HOME = "-1"
"""What the publisher writes where passport and destination are one country."""


def _written(pattern: str, fault: str) -> Column:
    """Return a column of words that match `pattern`."""
    return Column(
        None, Check(lambda words: words.str.fullmatch(pattern), error=fault), metadata={"remedy": "Correct it"}
    )


MONTH = _written(r"\d{4}-(0[1-9]|1[0-2])", "this is not a month such as 2024-12")
DAY = _written(r"\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])", "this is not a date such as 2024-12-31")
OLD_REQUIREMENTS = ("VR", "VF", "VOA", "ETA", "EVW", "covid ban")
"""Words of earlier snapshots, which are not read further."""
REQUIREMENT = _written(
    rf"{AT_HOME}|\d+|{'|'.join((*REQUIREMENTS, *OLD_REQUIREMENTS))}",
    f"the requirement is neither days nor {AT_HOME} nor one of {', '.join(REQUIREMENTS)}",
)
VISA_SCHEMA = DataFrameSchema(
    {"snapshot": text(), "passport": code(), "destination": code(), "requirement": REQUIREMENT},
    checks=unique(["snapshot", "passport", "destination"]),
)
MISSING_SCHEMA = DataFrameSchema(
    {
        "date": DAY,
        "route": text(),
        "iso3_location": code(),
        "dead_missing": count(),
        "survivors": number(nullable=True),
    }
)
DETECTIONS_SCHEMA = DataFrameSchema(
    {"route": text(), "type": text(), "nationality": code(), "month": MONTH, "detections": count()},
    checks=unique(["route", "type", "nationality", "month"]),
)
ENCOUNTERS_SCHEMA = DataFrameSchema({"month": MONTH, "nationality": Column(None), "encounters": count()})
INTERNAL_SCHEMA = DataFrameSchema(
    {"iso3": code(), "year": year(2008, 2023), "cause": text(), "new_displacements": count()},
    checks=unique(["iso3", "year", "cause"]),
)


def read(folder: Path) -> list[Table]:
    """Return `visa_requirement`, `missing_migrants`, `border_detections`, `border_encounters`, `internal_displacement`.

    Raises
    ------
    InputError : a file is missing, damaged or breaks its rules
    """
    policy, displacement = folder / "policy", folder / "displacement"
    visas, missing, detections, encounters, internal = read_frames(
        {
            policy / "passport_index_visa.parquet": VISA_SCHEMA,
            policy / "iom_missing_migrants_2014_2025.csv.gz": MISSING_SCHEMA,
            policy / "frontex_detections_monthly.csv.gz": DETECTIONS_SCHEMA,
            policy / "cbp_usa_southwest_border_encounters.csv.gz": ENCOUNTERS_SCHEMA,
            displacement / "idmc_internal_displacement_flows.csv.gz": INTERNAL_SCHEMA,
        }
    )
    return [_visas(visas), _missing(missing), _detections(detections), _encounters(encounters), _internal(internal)]


def _visas(rows: pd.DataFrame) -> Table:
    keys = ["passport", "destination"]
    rows = rows[(rows["snapshot"] == SNAPSHOT) & (rows["requirement"] != AT_HOME)]
    rows, left_out = only_areas(rows, keys)
    days = pd.to_numeric(rows["requirement"].astype(object), errors="coerce")
    classes = rows["requirement"].map(REQUIREMENTS).where(days.isna(), "visa_free")
    frame = rows[keys].assign(requirement=classes, days=days.astype(np.float64))
    return Table(
        name="visa_requirement",
        frame=frame.sort_values(keys, ignore_index=True),
        source="passport_index",
        unit="days: days of a stay without a visa, empty where none is stated",
        description=f"What a holder of a passport needs to enter a destination as a visitor, on {SNAPSHOT}.",
        notes=(
            (
                "Classes: visa_free, on_arrival (a visa given at the border), eta (electronic authorisation), e_visa, "
                "required, no_admission."
            ),
            "Earlier snapshots are left out: 2019 and 2020 use other classes, 2021 to 2023 hold pandemic bans.",
            left_out,
        ),
    )


def _missing(rows: pd.DataFrame) -> Table:
    keys = ["year", "route", "area"]
    rows = rows.rename(columns={"iso3_location": "area"}).assign(year=_years(rows["date"]))
    negative = rows["survivors"] < 0
    rows["survivors"] = rows["survivors"].mask(negative)
    rows, left_out = only_areas(rows, ["area"], "dead_missing")
    sums = rows.groupby(keys, as_index=False).agg(
        dead_missing=("dead_missing", "sum"), survivors=("survivors", _stated)
    )
    return Table(
        name="missing_migrants",
        frame=sums,
        source="iom_missing_migrants",
        unit="persons",
        description="People who died or went missing on a migration route in an area in a year, and survivors.",
        notes=(
            "Recorded incidents only: true numbers are higher, more so where nobody records.",
            (
                "survivors is the sum over the incidents that state it, empty where none does; "
                f"{negative.sum()} incidents with a negative number count as not stating it."
            ),
            f"The last incident is of {rows['date'].max()}: that year is incomplete.",
            left_out,
        ),
    )


def _detections(rows: pd.DataFrame) -> Table:
    frame, notes = _by_year(rows, ["route", "nationality"], "detections")
    return Table(
        name="border_detections",
        frame=frame,
        source="frontex",
        unit="detections",
        description="Detections of illegal crossings of the EU's external border by route and nationality in a year.",
        notes=("A person detected twice counts twice; land and sea are added up.", *notes),
    )


def _encounters(rows: pd.DataFrame) -> Table:
    frame, notes = _by_year(rows, ["nationality"], "encounters")
    return Table(
        name="border_encounters",
        frame=frame,
        source="us_cbp",
        unit="encounters",
        description="Encounters at the southwest land border of the USA by nationality in a calendar year.",
        notes=(
            "A person met twice counts twice. Apprehensions, inadmissible arrivals and expulsions are added up.",
            "Nationality is published from October 2019 on, so 2019 holds three months.",
            *notes,
        ),
    )


def _internal(rows: pd.DataFrame) -> Table:
    keys = ["area", "year", "cause"]
    rows = rows.rename(columns={"iso3": "area", "new_displacements": "persons"})
    rows, left_out = only_areas(rows, ["area"], "persons")
    return Table(
        name="internal_displacement",
        frame=rows[[*keys, "persons"]].sort_values(keys, ignore_index=True),
        source="idmc",
        unit="movements of persons",
        description="New displacements inside an area during a year by cause: conflict or a kind of disaster.",
        notes=("A person displaced twice counts twice.", left_out),
    )


def _by_year(rows: pd.DataFrame, groups: list[str], counted: str) -> tuple[pd.DataFrame, list[str]]:
    """Return the sums by `groups` and calendar year, and notes on the last year and on what is left out."""
    rows, left_out = only_areas(rows.assign(year=_years(rows["month"])), ["nationality"], counted)
    sums = rows.groupby([*groups, "year"], as_index=False)[counted].sum()
    last = f"The last month is {rows['month'].max()}, so that year is incomplete."
    return sums[sums[counted] > 0].reset_index(drop=True), [last, left_out]


def _years(dates: pd.Series[str]) -> pd.Series[int]:
    return dates.str[:4].astype(np.int64)


def _stated(counts: pd.Series[float]) -> float:
    """Return the sum of the counts that are stated, nan where none is."""
    return counts.sum(min_count=1)
