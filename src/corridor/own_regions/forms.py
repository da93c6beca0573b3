"""How the tables of a folder look: their columns, and what every row must satisfy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pandera.pandas import Check, Column, DataFrameSchema

from corridor.axes import SEXES
from corridor.data.tables.checks import code, number, rows_hold, unique, year
from corridor.data.tables.meaning import people
from corridor.data.tables.numbers import SPREADSHEET_ERRORS, Range
from corridor.data.tables.reader import TableRead, read_table
from corridor.errors import InputError, Problem
from corridor.own_regions.ages import OLDEST, OPEN, UNSAID, group_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORMULA = ("=", "+", "-", "@")
"""First characters that a spreadsheet would take for a formula when it opens the results."""
FIRST_FERTILE, LAST_FERTILE = 10, 54


@dataclass(frozen=True, slots=True)
class Form:
    """How a table looks.

    Attributes
    ----------
    value, name : the column of numbers, and its name
    keys : the columns that say what a number is of
    split : whether columns sex and age may be added, both or none
    dated : whether a column year may be added
    """

    value: Column
    name: str
    keys: tuple[str, ...]
    split: bool = False
    dated: bool = True


def _within(lower: float, upper: float, fault: str, remedy: str) -> Column:
    check = Check(lambda values: values.between(lower, upper), error=fault)
    return Column(None, check, metadata={"number": True, "range": Range(lower, upper), "remedy": remedy})


FORMS: Mapping[str, Form] = {
    "population": Form(people(), "persons", ("region", "sex", "age"), dated=False),
    "mortality": Form(
        _within(0, 1, "the death rate per person and year is not from 0 to 1", "Divide rates per 1,000 by 1,000"),
        "rate",
        ("region", "sex", "age"),
    ),
    "life_expectancy": Form(number(15, 105), "years", ("region", "sex")),
    "fertility": Form(
        _within(
            0, 1, "the rate of births per woman and year is not from 0 to 1", "Divide rates per 1,000 women by 1,000"
        ),
        "rate",
        ("region", "age"),
    ),
    "total_fertility": Form(number(0, 12), "births_per_woman", ("region",)),
    "sex_ratio": Form(
        _within(0.8, 1.4, "boys per girl at birth are not between 0.8 and 1.4", "Divide boys per 100 girls by 100"),
        "boys_per_girl",
        ("region",),
    ),
    "net_migration": Form(people(signed=True), "persons", ("region",), split=True),
    "flows": Form(people(), "persons", ("orig", "dest"), split=True),
}
"""Table -> its form. Only population is required."""


def schema(name: str, *, thousands: bool = False) -> DataFrameSchema:
    """Return what the rows of a table must satisfy."""
    form = FORMS[name]
    value = form.value
    if thousands and form.name == "persons":
        value = people(signed=name == "net_migration", unit=1000.0)
        value.metadata = {**form.value.metadata, "range": replace(form.value.metadata["range"], decimals=True)}
    alone = not form.split
    kinds = {name: _place() for name in ("region", "orig", "dest")}
    kinds |= {"age": _age(required=alone), "sex": code(SEXES, required=alone)}
    keys = [*form.keys, *(("sex", "age") if form.split else ())]
    columns: dict[str, Column] = {key: kinds[key] for key in keys}
    if form.dated:
        columns["year"] = year(1900, 2200, required=False)
    checks = [unique([*columns])]
    if name == "flows":
        elsewhere = rows_hold(
            lambda rows: rows["orig"] != rows["dest"], ["orig", "dest"], "the move is to the same region"
        )
        checks.append(elsewhere)
    if name == "fertility":
        checks.append(rows_hold(_by_women_of_age, ["age", "rate"], "women bear outside the ages 10 to 54"))
    return DataFrameSchema({**columns, form.name: value}, checks=checks)


def _place() -> Column:
    return Column(
        None,
        [
            Check(
                lambda cells: (cells != "") & ~cells.str.startswith(FORMULA),
                error="the region has no name, or one that starts with = + - or @",
            ),
            Check(
                lambda cells: ~cells.str.contains(r"[\n\r]") & ~cells.str.upper().isin(SPREADSHEET_ERRORS),
                error="the region is several lines, or an error of a spreadsheet",
            ),
        ],
        metadata={"remedy": "Name the region"},
    )


def _age(*, required: bool) -> Column:
    return Column(
        None,
        [
            Check(lambda cells: ~_ages(cells)["age"].isna(), error="this is not an age such as 7, 0-4 or 85+"),
            Check(_in_order, error="the age group runs backwards, or is above the age of 130"),
        ],
        required=required,
        metadata={"remedy": "Write the first and last age of the group, as in 5-9; spreadsheets turn 5-9 into a date"},
    )


def _by_women_of_age(rows: pd.DataFrame) -> pd.Series[bool]:
    ages = _ages(rows["age"])
    ends = ages["until"].where(ages["until"] != UNSAID, ages["age"] + 1)
    women = (ages["age"] >= FIRST_FERTILE) & (ends <= LAST_FERTILE + 1)
    return women | (rows["rate"] == 0.0) | ages["age"].isna()


def _in_order(labels: pd.Series[Any]) -> pd.Series[bool]:
    ages = _ages(labels)
    ends = ages["until"].replace({float(UNSAID): np.inf})
    inside = (ages["age"] <= OLDEST) & ((ends <= OLDEST + 1) | (ends >= OPEN))
    return (ages["age"] < ends) & inside | ages["age"].isna()


def _ages(labels: pd.Series[Any]) -> pd.DataFrame:
    """Return the first age and the end of the group of each label, nan where it is none."""
    groups = {label: group_of(str(label)) or (np.nan, np.nan) for label in labels.unique()}
    ages = np.array([groups[label] for label in labels], dtype=np.float64).reshape(-1, 2)
    return pd.DataFrame(ages, index=labels.index, columns=["age", "until"])


def read_rows(name: str, path: Path, *, thousands: bool = False) -> TableRead:
    """Return the rows of a table, first ages and ends of its groups as whole numbers, and how they were read.

    `thousands` says that persons are counted in thousands, so that 68.127 is no surprise.
    """
    frame, notes = read_table(path, schema(name, thousands=thousands))
    if FORMS[name].split and ("sex" in frame) != ("age" in frame):
        fault = "the table has only one of the columns sex and age"
        raise InputError(Problem(fault, "Add the other, or sum over it", str(path), 1, "sex, age"))
    if "age" in frame:
        frame[["age", "until"]] = _ages(frame["age"]).astype(np.int64)
    keys = [str(column) for column in frame if column not in (FORMS[name].name, "until")]
    twice = frame[frame.duplicated(keys)]
    if len(twice):
        found = ", ".join(map(str, twice.iloc[0][keys]))
        fault = f"another row has the same {', '.join(keys)}"
        remedy = f"Join the rows into one{'; age groups may not overlap' * ('age' in frame)}"
        raise InputError(Problem(fault, remedy, str(path), None, ", ".join(keys), found))
    return TableRead(frame, notes)
