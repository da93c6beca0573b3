"""Past flows from the panel (`past_flows`) or from the user's own stocks (`flows_from_stocks`)."""

from __future__ import annotations

from dataclasses import replace
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from corridor.api.arguments import named_as_arguments, truth_problem, words_of
from corridor.errors import InputError, Problem
from corridor.estimate.accounts.blend import INDEPENDENCE_WEIGHT
from corridor.estimate.own import own_data
from corridor.estimate.own.own_tables import USUAL_NAMES
from corridor.estimate.world import products

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from corridor.estimate.own.own_data import FlowEstimate, Method
    from corridor.estimate.own.own_tables import ColumnNames

    Stock = pd.DataFrame | npt.ArrayLike
    """A long table (birthplace, residence, persons), a square table with areas on both sides, or a square array."""
    Events = pd.DataFrame | pd.Series[Any] | Mapping[str, float] | npt.ArrayLike
    """A long table (area, persons), a column or mapping by area, or an array in the order of `names`."""


def past_flows(
    product: str = "moves",
    *,
    period: int | str = products.LATEST,
    orig: str | Sequence[str] = (),
    dest: str | Sequence[str] = (),
    by: str = "total",
    birthplace: str | None = None,
) -> pd.DataFrame:
    """Return past flows between areas as a long table.

    Parameters
    ----------
    product : "moves", "consistent", "minimum" or "independence"
    period : calendar year; for "minimum" and "independence" the first year of a period; "latest" or "all"
    orig, dest : codes or names of areas or groups; all areas if empty
    by : "total"; "type" (outward, return, transit), "sex", "age" (five-year groups) or "sex,age" for a row each
    birthplace : code or name of an area; returns only people born there (`moves`, by total)

    Returns
    -------
    A table with the columns period, orig, dest, those that `by` names, and moves (persons a year). `moves` and
    `consistent` also have lower and upper, the bounds of 80 % intervals. Totals of `moves` also have evidence.
    Corridors without moves have no row.

    Raises
    ------
    InputError : with every fault of the arguments
    """
    problems: list[Problem] = []
    ends = {name: words_of(name, given, problems, least=0) for name, given in (("orig", orig), ("dest", dest))}
    for name, word in (("product", product), ("by", by), ("birthplace", birthplace)):
        if not isinstance(word, str) and not (name == "birthplace" and word is None):
            problems.append(Problem("this is not a word", "Write one in quotes", column=f"{name}=", value=word))
    if problems:
        raise InputError(problems)
    with named_as_arguments():
        selection = products.check_selection(
            product=product,
            period=str(period),
            orig=ends["orig"],
            dest=ends["dest"],
            by=by,
            birthplace=birthplace,
        )
    from corridor.data.panel import load_panel  # noqa: PLC0415 - wrong arguments are answered before it is read

    return products.selected_flows(load_panel(), selection)


def flows_from_stocks(
    start: Stock,
    end: Stock,
    *,
    names: Sequence[str] | None = None,
    births: Events | None = None,
    deaths: Events | None = None,
    method: Method = "minimum",
    system: str = "closed",
    births_method: str = "native",
    deaths_method: str = "proportion",
    balancing: str = "none",
    weight: float = INDEPENDENCE_WEIGHT,
    total: float | None = None,
    columns: ColumnNames = USUAL_NAMES,
    allow_unconverged: bool = False,
) -> FlowEstimate:
    """Estimate flows between two dates from the stocks at both dates and the births and deaths between them.

    Parameters
    ----------
    start, end : stocks: a long table with the columns birthplace, residence and persons; or a wide one: birthplaces
        down, residences across, with natives on the diagonal, as a DataFrame with the same names on both sides or as an
        array with `names`
    names : names of the areas, for arrays: birthplaces in the order of rows, residences in the order of columns
    births, deaths : over the period: a long table (area, persons), a Series or mapping by area, or an array with
        `names`
    method : demographic accounts ("minimum", "independence", "blend"), differences of stocks ("difference-drop",
        "difference-reverse"), or a total that is distributed like the stock at the start
        ("rates")
    system, births_method, deaths_method, balancing : options of accounts: "closed" or "open"; "native" or "all";
        "proportion" or "native"; "none", "before" or "after"
    weight : weight of independence in a blend
    total : all moves, for "rates"; None takes the sum of absolute net migration, which needs births and deaths
    columns : names of the columns of long tables
    allow_unconverged : return the result of the last sweep, with a note, instead of raising an error

    Raises
    ------
    InputError : with every fault of the tables and arguments, or because the method cannot use the tables
    NotConverged : the stocks could not be scaled to equal totals by birthplace; the error names the birthplaces
    """
    problems: list[Problem] = [*truth_problem("allow_unconverged", allow_unconverged)]
    called = None if names is None else words_of("names", names, problems)
    stocks = [_long_stock(name, given, called, columns, problems) for name, given in (("start", start), ("end", end))]
    events = [
        _long_events(name, given, called, columns, problems) for name, given in (("births", births), ("deaths", deaths))
    ]
    for name, value in (("weight", weight), ("total", total)):
        if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
            if name == "total" and value is None:
                continue
            problems.append(Problem("this is not a number", "Write a number", column=f"{name}=", value=value))
    words: dict[str, Any] = {
        "method": method,
        "system": system,
        "births_method": births_method,
        "deaths_method": deaths_method,
        "balancing": balancing,
    }
    wrong = own_data.choice_problems({name: str(word) for name, word in words.items()})
    problems += [replace(problem, column=f"{problem.column}=") for problem in wrong]
    if problems or stocks[0] is None or stocks[1] is None:
        raise InputError(problems)
    return own_data.flows_from_stocks(
        stocks[0],
        stocks[1],
        births=events[0],
        deaths=events[1],
        weight=weight,
        total=total,
        columns=columns,
        allow_unconverged=allow_unconverged,
        **words,
    )


def _long_stock(
    name: str, given: object, names: Sequence[str] | None, columns: ColumnNames, problems: list[Problem]
) -> pd.DataFrame | None:
    """Return a stock as a long table; adds its faults to `problems`."""
    keys = (columns.birthplace, columns.residence, columns.persons)
    if isinstance(given, pd.DataFrame):
        if set(keys) & set(map(str, given.columns)):
            return given
        rows, across = [str(label) for label in given.index], [str(label) for label in given.columns]
        if sorted(rows) != sorted(across) or len(set(rows)) < len(rows):
            fault = f"the table is neither long ({', '.join(keys)}) nor square with the same names on both sides"
            remedy = "Make the birthplaces its index and the residences its columns"
            problems.append(Problem(fault, remedy, column=f"{name}=", value=across[:5]))
            return None
        return _melted(given.to_numpy(), rows, across, keys)
    values = _numbers(name, given, problems)
    if values is None:
        return None
    if names is None or values.shape != (len(names), len(names)):
        fault = f"an array of shape {values.shape} has no {'names' if names is None else f'{len(names)} names'}"
        remedy = "Give names=[...], one for each row and column"
        problems.append(Problem(fault, remedy, column=f"{name}="))
        return None
    return _melted(values, names, names, keys)


def _melted(
    values: npt.NDArray[Any], rows: Sequence[str], across: Sequence[str], keys: tuple[str, str, str]
) -> pd.DataFrame:
    return pd.DataFrame(
        {keys[0]: np.repeat(rows, len(across)), keys[1]: np.tile(across, len(rows)), keys[2]: values.ravel()}
    )


def _long_events(
    name: str, given: object, names: Sequence[str] | None, columns: ColumnNames, problems: list[Problem]
) -> pd.DataFrame | None:
    """Return births or deaths as a long table, or None for None; adds their faults to `problems`."""
    if given is None or isinstance(given, pd.DataFrame):
        return given
    if isinstance(given, (dict, pd.Series)):
        series = pd.Series(given)
        return pd.DataFrame({columns.area: series.index.astype(str), columns.persons: series.to_numpy()})
    values = _numbers(name, given, problems)
    if values is None:
        return None
    if names is None or values.shape != (len(names),):
        fault = f"an array of shape {values.shape} has no {'names' if names is None else f'{len(names)} names'}"
        problems.append(Problem(fault, "Give names=[...], one for each figure", column=f"{name}="))
        return None
    return pd.DataFrame({columns.area: names, columns.persons: values})


def _numbers(name: str, given: object, problems: list[Problem]) -> npt.NDArray[np.float64] | None:
    try:
        array = np.asarray(given)
    except ValueError:  # rows of several lengths
        array = np.array("")
    words = array.dtype.kind == "O" and any(isinstance(each, bool) or not isinstance(each, Real) for each in array.flat)
    if words or array.dtype.kind not in "iufO":
        fault = "this is neither a table nor an array of numbers"
        problems.append(Problem(fault, "Give a DataFrame or an array", column=f"{name}=", value=type(given).__name__))
        return None
    return array.astype(np.float64)
