"""Reader of UNHCR's figures on forced displacement across borders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pandera.pandas import DataFrameSchema

from corridor.data.table import Table
from corridor.data.tables.checks import code, count, only_areas, unique, year
from corridor.data.tables.reader import read_frames

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

SOURCE = "unhcr"
FIRST, LAST = 1990, 2025
KEYS = ["year", "origin", "asylum"]
FLOWS = ["refugees", "asylum_seekers", "refugee_like", "oip"]
PEOPLE = {"refugees": "refugees", "asylum_seekers": "asylum_seekers", "oip": "other_in_need_of_protection"}
SOLUTIONS = ["returned_refugees", "resettlement", "naturalisation"]
NOT_HERE = (
    "Palestine refugees under the mandate of UNRWA and people displaced inside their country are not in this table."
)
YEAR_UNDERWAY = "2025 is incomplete: it holds what was published by December 2025."


def _schema(counts: list[str]) -> DataFrameSchema:
    columns = {"year": year(1951, LAST), "origin": code(), "asylum": code()}
    return DataFrameSchema({**columns, **{name: count(nullable=True) for name in counts}}, checks=unique(KEYS))


FLOWS_SCHEMA, PEOPLE_SCHEMA, SOLUTIONS_SCHEMA = _schema(FLOWS), _schema(list(PEOPLE)), _schema(SOLUTIONS)


def read(folder: Path) -> list[Table]:
    """Return `displacement_flows`, `displaced_population` and `displacement_solutions` by origin and asylum.

    Raises
    ------
    InputError : a file is missing, damaged or breaks its rules
    """
    place = folder / "displacement"
    flows, people, solutions = read_frames(
        {
            place / "unhcr_forced_displacement_flows_1962_2025.parquet": FLOWS_SCHEMA,
            place / "unhcr_population_origin_asylum_1951_2025.parquet": PEOPLE_SCHEMA,
            place / "unhcr_solutions_resettlement_1959_2025.parquet": SOLUTIONS_SCHEMA,
        }
    )
    return [_flows(flows), _people(people.rename(columns=PEOPLE)), _solutions(solutions)]


def _flows(rows: pd.DataFrame) -> Table:
    rows = rows.assign(persons=rows[FLOWS].sum(axis=1))[[*KEYS, "persons"]]
    frame, left_out = _pairs(rows, ["persons"])
    return Table(
        name="displacement_flows",
        frame=frame,
        source=SOURCE,
        unit="persons",
        description="People newly displaced from a country of origin to a country of asylum during a calendar year.",
        notes=(
            (
                "The sum of refugees recognised as a group or under temporary protection, new asylum applications (no "
                "repeats, no appeals), people in refugee-like situations, and arrivals of others in need of protection."
            ),
            (
                "A refugee recognised one by one is counted once, as the application. Where a pair has several "
                "categories in a year the smaller ones hold 2.5 % of all persons: so much may be counted twice at most."
            ),
            "Before 2000 few countries report asylum applications; others in need of protection start in 2018.",
            "From 2001 to 2020 Afghanistan to Iran holds 97,745 every year: it looks like a later count, spread.",
            YEAR_UNDERWAY,
            NOT_HERE,
            left_out,
        ),
    )


def _people(rows: pd.DataFrame) -> Table:
    frame, left_out = _pairs(rows, list(PEOPLE.values()))
    return Table(
        name="displaced_population",
        frame=frame,
        source=SOURCE,
        unit="persons",
        description="Refugees, asylum seekers and others in need of protection by origin and asylum, on 31 December.",
        notes=(
            "The year is the publisher's: the end of it, which is 1 January of the next.",
            "No number from 1 to 4 is published; other_in_need_of_protection is counted from 2018 on.",
            YEAR_UNDERWAY,
            NOT_HERE,
            left_out,
        ),
    )


def _solutions(rows: pd.DataFrame) -> Table:
    frame, left_out = _pairs(rows, SOLUTIONS)
    return Table(
        name="displacement_solutions",
        frame=frame,
        source=SOURCE,
        unit="persons",
        description="Refugees who returned in a year to `origin`, or were resettled or naturalised in `asylum`.",
        notes=(YEAR_UNDERWAY, NOT_HERE, left_out),
    )


def _pairs(rows: pd.DataFrame, counts: list[str]) -> tuple[pd.DataFrame, str]:
    """Return the rows of two of the 237 areas since the first year that count anybody, and a note of the rest."""
    rows = rows.fillna(dict.fromkeys(counts, 0.0))
    rows = rows.assign(persons=rows[counts].sum(axis=1))
    rows = rows[(rows["year"] >= FIRST) & (rows["persons"] > 0)]
    rows, left_out = only_areas(rows, ["origin", "asylum"], "persons")
    at_home = rows["origin"] == rows["asylum"]
    left_out += f" Pairs of an area with itself are left out too: {rows.loc[at_home, 'persons'].sum():,.0f} persons."
    return rows.loc[~at_home, [*KEYS, *counts]].sort_values(KEYS, ignore_index=True), left_out
