"""What the columns of a table must satisfy, and all that breaks these rules, reported at once.

A schema is a `pandera.pandas.DataFrameSchema` whose columns are built by the functions here:
``DataFrameSchema({"area": code(known), "year": year(1990, 2024), "births": count()}, checks=unique(["area", "year"]))``
Columns of the file that the schema does not name are left out.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from pandera.errors import SchemaErrors
from pandera.pandas import Check, Column, DataFrameSchema

from corridor import areas
from corridor.data.tables.numbers import Range
from corridor.errors import Problem, spelling

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
    from pathlib import Path

    import pandas as pd

MOST_OF_A_KIND = 10
"""Rows with one fault of one column that a report names."""
LONGEST_VALUE_SHOWN = 60
LONGEST_REMARK = 300
"""Characters that a table on a page holds in a cell."""

VALUE_NEEDED = "the cell is empty"


# Columns of a schema ------------------------------------------------------------------------------------------------


def text(*, required: bool = True) -> Column:
    """Return a column of words, none of them empty."""
    return Column(
        None,
        _check(lambda words: words != "", VALUE_NEEDED),
        required=required,
        metadata={"remedy": "Fill the cell in"},
    )


def remark(*, required: bool = False) -> Column:
    """Return a column of short texts for readers, each one line, some perhaps empty."""
    check = _check(
        lambda words: (words.str.len() <= LONGEST_REMARK) & ~words.str.contains(r"[\x00-\x1f\x7f-\x9f]"),
        f"a text has several lines or more than {LONGEST_REMARK} characters",
    )
    return Column(None, check, required=required, metadata={"remedy": "Shorten it, or leave it out"})


def code(known: Sequence[str] | None = None, *, required: bool = True) -> Column:
    """Return a column of codes out of `known`; without it, of three capitals or digits as publishers write areas."""
    if known is None:
        check = _check(
            lambda codes: codes.str.fullmatch("[A-Z][A-Z0-9]{2}"), "this is not a code of three capital letters"
        )
        return Column(None, check, required=required, metadata={"remedy": "Write the ISO 3166-1 alpha-3 code"})
    words = tuple(known)
    check = _check(lambda codes: codes.isin(words), "the code is not a known one")
    return Column(None, check, required=required, metadata={"known": words})


def area(others: Sequence[str] = (), *, required: bool = True) -> Column:
    """Return a column of areas by any code or name, read as ISO alpha-3 codes; `others` are words beside them."""
    words = (*areas.codes(), *others)
    check = _check(lambda codes: codes.isin(words), "no area is called so")
    return Column(None, check, required=required, metadata={"known": words, "area": tuple(others)})


def number(
    lower: float = -np.inf,
    upper: float = np.inf,
    *,
    nullable: bool = False,
    required: bool = True,
    decimals: bool = False,
) -> Column:
    """Return a column of finite numbers between `lower` and `upper`, both included; `nullable` allows empty cells.

    `decimals` says that three decimals throughout are no surprise, as in thousands of persons.
    """
    bounds = [f"at least {lower:,g}"] * math.isfinite(lower) + [f"at most {upper:,g}"] * math.isfinite(upper)
    fault = "this is not a finite number" + f" that is {' and '.join(bounds)}" * bool(bounds)
    column = _numeric(lower, upper, fault, "Correct the number", nullable=nullable, required=required)
    column.metadata = {**(column.metadata or {}), "range": Range(lower, upper, decimals=decimals)}
    return column


def count(*, nullable: bool = False, required: bool = True) -> Column:
    """Return a column of persons or things: finite and not negative."""
    fault = "a count cannot be negative or infinite"
    return _numeric(0.0, np.inf, fault, "Correct the count or leave the row out", nullable=nullable, required=required)


def share(*, nullable: bool = False, required: bool = True) -> Column:
    """Return a column of shares between 0 and 1."""
    fault = "the share is not between 0 and 1"
    return _numeric(0.0, 1.0, fault, "Divide percentages by 100", nullable=nullable, required=required)


def year(first: int, last: int, *, required: bool = True) -> Column:
    """Return a column of whole years from `first` to `last`, both included."""
    fault = f"the year is not a whole number from {first} to {last}"
    check = _check(lambda years: years.between(first, last) & (years % 1 == 0), fault)
    metadata = {
        "number": True,
        "whole": True,
        "range": Range(first, last, whole=True),
        "remedy": "Correct the year or leave the row out",
    }
    return Column(None, check, nullable=False, required=required, metadata=metadata)


def unique(keys: Sequence[str]) -> Check:
    """Return the check of a schema that no two rows have the same values in all of `keys` that the table has."""
    return rows_hold(
        lambda frame: ~frame.duplicated([name for name in keys if name in frame]),
        keys,
        f"another row has the same {', '.join(keys)}",
    )


def rows_hold(holds: Callable[[pd.DataFrame], pd.Series[bool]], columns: Sequence[str], fault: str) -> Check:
    """Return the check of a schema that `holds` is true of each row, told with its values in `columns`."""
    return Check(holds, error=fault, statistics={"columns": list(columns)})


def _numeric(lower: float, upper: float, fault: str, remedy: str, *, nullable: bool, required: bool) -> Column:
    check = _check(lambda values: values.between(lower, upper) & np.isfinite(values), fault)
    metadata = {"number": True, "range": Range(lower, upper), "remedy": remedy}
    return Column(None, check, nullable=nullable, required=required, metadata=metadata)


def _check(holds: Callable[[pd.Series[Any]], pd.Series[bool]], fault: str) -> Check:
    return Check(holds, error=fault)


# Checking -----------------------------------------------------------------------------------------------------------


def broken_rules(
    path: Path,
    frame: pd.DataFrame,
    schema: DataFrameSchema,
    sheet: str | None = None,
    told: Collection[tuple[int | None, str | None]] = (),
) -> Iterator[Problem]:
    """Yield a problem for the first rows that break each rule of the schema, and how many more there are.

    `told` are the cells (row, column) that are known to be wrong.
    """
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return
    of_table = cases["schema_context"] == "DataFrameSchema"  # pandera repeats these for every column
    of_rows = {check.error: check.statistics["columns"] for check in schema.checks or []}
    cases = cases[~(of_table & cases.duplicated(["check", "index"]))]
    known = [cell in told for cell in zip(cases["index"], cases["column"], strict=True)]
    cases = cases.assign(column=cases["column"].where(~cases["check"].isin(of_rows)))[~np.array(known, dtype=bool)]
    for _, kind in cases.groupby(["check", "column"], sort=False, dropna=False):
        problem = None
        for check, column, value, row in (
            kind[["check", "column", "failure_case", "index"]].head(MOST_OF_A_KIND).to_numpy()
        ):
            if check in of_rows:
                names = [name for name in of_rows[check] if name in frame]
                values = ", ".join(shown_value(value) for value in frame.loc[row, names])
                remedy = "Correct the row or leave it out"
                problem = Problem(check, remedy, str(path), int(row), ", ".join(names), values, sheet)
            elif check == "not_nullable" or value == "":
                problem = Problem(VALUE_NEEDED, "Fill the cell in or leave the row out", str(path), int(row), column)
                problem = replace(problem, sheet=sheet)
            else:
                remedy = _remedy(schema, column, str(value))
                problem = Problem(check, remedy, str(path), int(row), column, shown_value(value), sheet)
            yield problem
        if problem and len(kind) > MOST_OF_A_KIND:
            yield more_rows(problem, len(kind) - MOST_OF_A_KIND)


def more_rows(problem: Problem, rows: int) -> Problem:
    """Return how many more rows have the fault of a problem."""
    return replace(problem, fault=f"{rows:,} more rows: {problem.fault}", row=None, value=None)


def facts(schema: DataFrameSchema, name: Hashable) -> dict[str, Any]:
    """Return what a schema says of a column beside its rules."""
    return schema.columns[name].metadata or {}


def _remedy(schema: DataFrameSchema, column: str, value: str) -> str:
    known = facts(schema, column)
    return _spelling(value[:LONGEST_VALUE_SHOWN], known["known"]) if "known" in known else str(known["remedy"])


_spelling = lru_cache(maxsize=4096)(spelling)


def shown_value(value: object) -> str:
    """Return a value as reports repeat it."""
    return f"{value:.10g}" if isinstance(value, float) else str(value)[:LONGEST_VALUE_SHOWN]


def shortened(problems: Sequence[Problem]) -> list[Problem]:
    """Return the first problems of each kind, and how many more there are of it."""
    kinds: dict[tuple[str, str | None], list[Problem]] = {}
    for problem in problems:
        kinds.setdefault((problem.fault, problem.column), []).append(problem)
    shown = {id(problem) for found in kinds.values() for problem in found[:MOST_OF_A_KIND]}
    more = [more_rows(found[0], len(found) - MOST_OF_A_KIND) for found in kinds.values() if len(found) > MOST_OF_A_KIND]
    return [*(problem for problem in problems if id(problem) in shown), *more]


def only_areas(frame: pd.DataFrame, columns: Sequence[str], counted: str | None = None) -> tuple[pd.DataFrame, str]:
    """Return the rows whose codes in `columns` are all among the 237 areas, and a note of what that leaves out.

    `counted` names the column whose sum measures what is left out; without it the note counts rows.
    """
    known = areas.codes()
    inside = frame[list(columns)].isin(known).all(axis=1)
    if inside.all():
        return frame, "Every row is of the 237 areas."
    outside = frame[~inside]
    codes = sorted({str(word) or "(empty)" for name in columns for word in outside[name] if word not in known})
    sizes = np.ones(len(frame)) if counted is None else frame[counted].to_numpy(np.float64)
    lost, all_ = np.nansum(sizes[~inside]), np.nansum(sizes)
    unit = "rows" if counted is None else counted.replace("_", " ")
    note = f"Left out as not among the 237 areas: {', '.join(codes)}; {lost:,.0f} of {all_:,.0f} {unit}."
    return frame[inside], note
