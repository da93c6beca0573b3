"""What users give to be drawn: flows between areas, and people by age and sex; read in every form, and checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from corridor.areas import codes
from corridor.axes import AGES, FEMALE, MALE, OPEN_AGE
from corridor.errors import InputError, Problem, spelling

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from corridor.axes import Floats

COUNT = "a count cannot be negative or infinite"
GROUP = 5
"""Years of an age group."""
SEX_WORDS = {"female": FEMALE, "f": FEMALE, "women": FEMALE, "male": MALE, "m": MALE, "men": MALE}


@dataclass(frozen=True, slots=True)
class Flows:
    """Flows that were checked.

    Attributes
    ----------
    labels : of the areas, as given
    places : row and column where each label stands first
    moves : [ORIG, DEST] persons a year
    """

    labels: Sequence[str]
    places: Sequence[tuple[int, str]]
    moves: Floats


def read_flows(flows: object, names: Sequence[str] | None, columns: tuple[str, str, str]) -> Flows:
    """Read flows from a long table with these `columns`, a square table, or an array with `names`.

    Raises
    ------
    InputError : a column is missing, a pair has two rows or one end, a count is negative or not finite, or labels do
        not match; every problem is named
    """
    if not isinstance(flows, pd.DataFrame):
        return _array_flows(flows, names)
    if names is not None:
        raise InputError(
            Problem("a table has its own labels, and `names` is given as well", "Leave `names` out", column="names")
        )
    if any(name in flows.columns for name in columns):
        return _long_flows(flows, columns)
    rows, across = ([str(label) for label in axis] for axis in (flows.index, flows.columns))
    if set(rows).isdisjoint(across):
        fault = f"neither a long table with columns {', '.join(columns)} nor a square table with one set of labels"
        raise InputError(Problem(fault, "Name its columns: orig=..., dest=..., flow=...", value=across[:8]))
    return _square_flows(flows, rows, across)


def _long_flows(table: pd.DataFrame, columns: tuple[str, str, str]) -> Flows:
    _need_columns(table, columns)
    orig, dest, flow = columns
    counts = _numbers(table[flow])
    problems = _wrong_counts(counts, table[flow])
    problems += [
        Problem(
            "the origin or the destination of the flow is missing",
            "Complete or remove the row",
            row=row + 2,
            column=name,
        )
        for name in (orig, dest)
        for row in np.flatnonzero(table[name].isna()).tolist()
    ]
    ends = table[[orig, dest]].astype(str)
    remedy = "Add the rows up, or choose one year, sex or age"
    problems += [
        Problem(
            "the pair has another row", remedy, row=row + 2, column=f"{orig}, {dest}", value=" to ".join(ends.iloc[row])
        )
        for row in np.flatnonzero(ends.duplicated() & table[[orig, dest]].notna().all(axis=1)).tolist()
    ]
    if problems:
        raise InputError(problems)
    places: dict[str, tuple[int, str]] = {}
    for name in (orig, dest):
        for row, label in enumerate(ends[name], 2):
            places.setdefault(label, (row, name))
    position = {label: i for i, label in enumerate(places)}
    moves = np.zeros((len(places), len(places)))
    moves[[position[label] for label in ends[orig]], [position[label] for label in ends[dest]]] = counts
    return Flows(list(places), list(places.values()), moves)


def _square_flows(table: pd.DataFrame, rows: list[str], across: list[str]) -> Flows:
    remedy = "Give every area one row and one column of the same label"
    problems = [
        Problem("rows and columns do not hold the same labels, each once", remedy, row=row, column=column, value=label)
        for labels, others, down in ((rows, across, True), (across, rows, False))
        for place, label in enumerate(labels)
        if label not in others or labels.index(label) < place
        for row, column in [(place + 2, None) if down else (1, label)]
    ]
    if problems:
        raise InputError(problems)
    cells = table.iloc[:, [across.index(label) for label in rows]]
    moves = np.column_stack([_numbers(cells.iloc[:, place]) for place in range(len(rows))])
    _need_counts(moves, cells.to_numpy(dtype=object), rows, first=2)
    return Flows(rows, [(row, "labels of rows") for row in range(2, len(rows) + 2)], moves)


def _array_flows(flows: object, names: Sequence[str] | None) -> Flows:
    moves = _array(flows, "the array of flows [ORIG, DEST] holds a value that is not a number")
    labels = [str(name) for name in (codes() if names is None and len(moves) == len(codes()) else names or ())]
    if moves.shape != (len(labels), len(labels)) or len(set(labels)) < len(labels):
        fault = f"the array of flows is not square with a name of its own for each area; there are {len(labels)} names"
        raise InputError(Problem(fault, "Give one name for each area: names=[...]", column="names", value=moves.shape))
    _need_counts(moves, moves, labels, first=1)
    return Flows(labels, [(place, "names") for place in range(1, len(labels) + 1)], moves)


def _array(given: object, fault: str) -> Floats:
    try:
        return np.atleast_1d(np.asarray(given, dtype=np.float64))
    except (TypeError, ValueError):
        raise InputError(Problem(fault, "Give a pandas table or an array", value=type(given).__name__)) from None


def _need_columns(table: pd.DataFrame, columns: tuple[str, str, str]) -> None:
    known = [str(column) for column in table.columns]
    missing = [name for name in columns if known.count(name) != 1]
    if missing:
        raise InputError(
            Problem("the long table does not have exactly one such column", spelling(name, known), column=name)
            for name in missing
        )


def _numbers(cells: pd.Series[Any]) -> Floats:
    """Return cells as numbers; what is none is not a number."""
    return pd.to_numeric(cells, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def _wrong_counts(counts: Floats, cells: pd.Series[Any]) -> list[Problem]:
    wrong = np.flatnonzero(~(np.isfinite(counts) & (counts >= 0))).tolist()
    return [
        Problem(COUNT, "Correct the cell", row=row + 2, column=str(cells.name), value=_plain(cells.iloc[row]))
        for row in wrong
    ]


def _need_counts(counts: Floats, cells: npt.NDArray[Any], labels: Sequence[str], *, first: int) -> None:
    """Refuse cells [ORIG, DEST] that are no counts; `first` is the number of the first row."""
    wrong = np.argwhere(~(np.isfinite(counts) & (counts >= 0))).tolist()
    if wrong:
        raise InputError(
            Problem(COUNT, "Correct the cell", row=o + first, column=labels[d], value=_plain(cells[o, d]))
            for o, d in wrong
        )


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value


def read_people(population: object, columns: tuple[str, str, str]) -> Floats:
    """Return [SEX, AGE] persons by single age; the people of a five-year group stand at its first age.

    Raises
    ------
    InputError : the shape or a column, age, sex or count is wrong, or an age and sex have two rows
    """
    if isinstance(population, pd.DataFrame):
        return _long_people(population, columns)
    people = _array(population, "the array of people [SEX, AGE] holds a value that is not a number")
    if people.shape not in ((2, AGES), (2, len(range(0, AGES, GROUP)))):
        fault = "the array of people is not [SEX, AGE], women first, with 101 single ages or 21 five-year groups"
        raise InputError(Problem(fault, "Sum or split it, or give a long table", value=people.shape))
    _need_counts(people, people, [str(place) for place in range(people.shape[1])], first=1)
    single = np.zeros((2, AGES))
    single[:, :: 1 if people.shape[1] == AGES else GROUP] = people
    return single


def _long_people(table: pd.DataFrame, columns: tuple[str, str, str]) -> Floats:
    _need_columns(table, columns)
    age, sex, persons = columns
    counts = _numbers(table[persons])
    written = table[age].astype(str).str.strip().replace(f"{OPEN_AGE}+", str(OPEN_AGE))
    ages, sexes = _numbers(written), table[sex].astype(str).str.strip().str.casefold().map(SEX_WORDS)
    wrong = {
        age: (~np.isin(ages, np.arange(AGES)), "an age is a whole number from 0 to 100, or 100+", "Correct the cell"),
        sex: (sexes.isna().to_numpy(), "a sex is female or male", "Write female or male, and leave totals out"),
    }
    problems = _wrong_counts(counts, table[persons])
    problems += [
        Problem(fault, remedy, row=row + 2, column=name, value=_plain(table[name].iloc[row]))
        for name, (cells, fault, remedy) in wrong.items()
        for row in np.flatnonzero(cells).tolist()
    ]
    twice = pd.DataFrame({"sex": sexes, "age": ages}).dropna().duplicated()
    remedy = "Add the rows up, or choose one year and area"
    problems += [
        Problem("the age and sex have another row", remedy, row=row + 2, column=age, value=_plain(table[age].iloc[row]))
        for row in np.flatnonzero(twice.reindex(range(len(table)), fill_value=False)).tolist()
    ]
    if problems:
        raise InputError(problems)
    people = np.zeros((2, AGES))
    people[sexes.to_numpy(dtype=np.int64), ages.astype(np.int64)] = counts
    return people
