"""Columns of a table of flows as arrays: names and cells are checked before anything is fitted or predicted."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from corridor.errors import Problem, spelling
from corridor.estimate.own.checked import is_real

if TYPE_CHECKING:
    import pandas as pd

    from corridor.axes import Booleans, Floats, Integers


class Role(Enum):
    """What a column is used as: flows are not negative, weights and what has a logarithm are positive."""

    FLOW = "flow"
    WEIGHT = "weight"
    OFFSET = "offset"
    POPULATION = "population"
    COVARIATE = "covariate"
    LOGGED = "logged"


def name_problems(argument: str, given: object, *, optional: bool = False) -> list[Problem]:
    """Say that an argument is not the name of a column."""
    if (isinstance(given, str) and given) or (optional and given is None):
        return []
    remedy = "Give it in quotes; rename a column whose name is a number or nothing"
    return [Problem("this is not the name of a column", remedy, column=f"{argument}=", value=given)]


def list_problems(argument: str, given: object, *, groups: bool = False) -> list[Problem]:
    """Say that an argument is not a list of different names of columns (or of groups of them)."""
    import pandas as pd  # noqa: PLC0415 - slow to import

    example = '["orig", ("dest", "year")]' if groups else '["km", "border"]'
    if isinstance(given, (str, bytes)) or not isinstance(given, (Sequence, np.ndarray, pd.Index, pd.Series)):
        fault = f"this is not a list of names, such as {example}"
        remedy = f"Write [{given!r}]" if isinstance(given, str) else "Give a list"
        return [Problem(fault, remedy, column=f"{argument}=", value=given)]
    each = list(given)
    problems = []
    for name in each:
        parts = list(name) if groups and isinstance(name, (list, tuple)) and len(name) else [name]
        problems += [problem for part in parts for problem in name_problems(argument, part)]
    twice = [name for place, name in enumerate(each) if name in each[:place]]
    problems += [Problem("this is named twice", "Name it once", column=f"{argument}=", value=name) for name in twice]
    return problems


def table_problems(table: object, wanted: Sequence[str]) -> list[Problem]:
    """Say that something is no table, or which columns it does not have, or has twice."""
    import pandas as pd  # noqa: PLC0415 - slow to import

    if not isinstance(table, pd.DataFrame):
        return [Problem("this is not a pandas table", "Give a DataFrame with a row a flow", value=type(table).__name__)]
    return _missing_problems(table, wanted)


def _missing_problems(table: pd.DataFrame, wanted: Sequence[str]) -> list[Problem]:
    """Name the columns that a table does not have, and those that it has twice."""
    known = [str(column) for column in table.columns]
    problems = []
    for name in dict.fromkeys(wanted):
        count = int((table.columns == name).sum())
        if not count:
            problems.append(Problem("the table has no such column", spelling(name, known), column=name))
        if count > 1:
            remedy = "Keep one of them, for example after a merge or a concatenation"
            problems.append(Problem(f"the table has {count} columns of this name", remedy, column=name))
    return problems


def numbers_in(table: pd.DataFrame, column: str, role: Role, problems: list[Problem], *, gaps: bool = False) -> Floats:
    """Return a column as numbers [row], nan where a cell is empty; adds to `problems` what its role does not allow.

    Parameters
    ----------
    gaps : whether cells may be empty
    """
    values = _as_numbers(table, column, role, problems)
    empty = np.isnan(values)
    if not gaps:
        problems += _cells(empty, "a cell is empty", "Fill or leave out", column)
    problems += _cells(np.isinf(values), "a number is infinite", "Correct or leave out", column)
    if role is Role.FLOW:
        problems += _cells(values < 0, "a flow is negative", "Correct or leave out", column)
    if role in (Role.WEIGHT, Role.POPULATION):
        problems += _cells(values <= 0, f"a {role.value} is not positive", "Correct or leave out", column)
    if role is Role.LOGGED:
        fault, remedy = "a number is not positive and has no logarithm", "Give it as covariate, or correct or leave out"
        problems += _cells(values <= 0, fault, remedy, column)
    return values


def _as_numbers(table: pd.DataFrame, column: str, role: Role, problems: list[Problem]) -> Floats:
    import pandas as pd  # noqa: PLC0415 - slow to import

    cells = table[column]
    if pd.api.types.is_bool_dtype(cells.dtype) and role is not Role.COVARIATE:
        problems.append(Problem("the column holds truth values", "Give numbers", column=column))
        return np.zeros(len(table))
    if pd.api.types.is_numeric_dtype(cells.dtype) and cells.dtype.kind != "c":
        return cells.to_numpy(dtype=np.float64, na_value=np.nan)
    odd = cells.notna().to_numpy() & ~np.array([is_real(value) for value in cells], dtype=np.bool_)
    if odd.any() or cells.dtype != object:
        fault, remedy = "the column holds a value that is not a number", "Convert the column to numbers"
        value = cells.iloc[int(np.argmax(odd))] if len(cells) else None
        problems.append(Problem(fault, remedy, column=column, value=value))
        return np.zeros(len(table))
    return cells.to_numpy(dtype=np.float64, na_value=np.nan)


def _cells(wrong: Booleans, fault: str, remedy: str, column: str) -> list[Problem]:
    rows = np.flatnonzero(wrong)
    if not rows.size:
        return []
    said = (
        f"{remedy} {rows.size} rows, the first at position {rows[0]}"
        if rows.size > 1
        else f"{remedy} row at position {rows[0]}"
    )
    return [Problem(fault, said, column=column)]


def keys_in(table: pd.DataFrame, columns: tuple[str, ...]) -> pd.Index:
    """Return the level of each row: a value, or a tuple of values."""
    import pandas as pd  # noqa: PLC0415 - slow to import

    plain = [
        cells.astype(cells.cat.categories.dtype) if isinstance(cells.dtype, pd.CategoricalDtype) else cells
        for cells in (table[column] for column in columns)
    ]
    return pd.Index(plain[0]) if len(columns) == 1 else pd.MultiIndex.from_arrays(plain, names=columns)


def levels_in(
    table: pd.DataFrame, groups: Sequence[tuple[str, ...]], problems: list[Problem]
) -> tuple[list[Integers], tuple[pd.Index, ...]]:
    """Return codes [row] and levels of each group of columns; adds cells that are no level to `problems`."""
    import pandas as pd  # noqa: PLC0415 - slow to import

    wrong = [problem for column in dict.fromkeys(sum(groups, ())) for problem in level_problems(table, column)]
    problems += wrong
    if wrong:
        return [np.zeros(len(table), dtype=np.int64) for _ in groups], tuple(pd.Index([]) for _ in groups)
    found = [keys_in(table, columns).factorize(sort=True) for columns in groups]
    return [codes.astype(np.int64) for codes, _ in found], tuple(pd.Index(levels) for _, levels in found)


def level_problems(table: pd.DataFrame, column: str) -> list[Problem]:
    """Name empty cells, and cells that cannot be ordered."""
    cells = table[column]
    problems = _cells(cells.isna().to_numpy(), "a cell is empty", "Fill or leave out", column)
    if cells.dtype == object:
        kinds = {
            str if isinstance(value, str) else float if is_real(value) else type(value) for value in cells.dropna()
        }
        if len(kinds) > 1 or any(kind.__hash__ is None for kind in kinds):
            fault = "the levels of the effect are of different kinds, or are lists"
            problems.append(Problem(fault, "Make all of them words, or all numbers", column=column))
    return problems


def empty_rows(table: pd.DataFrame, columns: Sequence[str]) -> Booleans:
    """Tell which rows lack a cell: [row]."""
    return np.asarray(table[list(dict.fromkeys(columns))].isna().to_numpy().any(axis=1), dtype=np.bool_)
