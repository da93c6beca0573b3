"""Summaries of flows: arrivals, departures, turnover and net by area, both directions of a pair, lumping, area totals.

Arrays are [..., orig, dest]. Long tables are pandas frames with a row for each pair and columns for origin, destination
and flow, under any names, and any further columns to keep apart (`by`: years, sexes). Moves within an area are
left out of all totals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np
import pandas as pd

from corridor.errors import InputError, Problem
from corridor.estimate.gravity.flow_columns import list_problems, name_problems, table_problems
from corridor.estimate.own.checked import is_real, numbers_of, require_choice, truth_problems

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corridor.axes import Floats

Label: TypeAlias = Literal["flow", "stream"]
LumpBy: TypeAlias = Literal["flow", "in", "out", "turnover"]
MOST_NAMED = 20
"""Wrong rows named in a report."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of the columns of a long table."""

    orig: str = "orig"
    dest: str = "dest"
    flow: str = "flow"


USUAL = Columns()


@dataclass(frozen=True, slots=True)
class AreaTotals:
    """Moves of each area, all [..., area]: out of it, into it, their sum and their difference (in minus out)."""

    departures: Floats
    arrivals: Floats
    turnover: Floats
    net: Floats


@dataclass(frozen=True, slots=True)
class PairTotals:
    """Both directions of each pair, all [..., orig, dest].

    Attributes
    ----------
    counter_flow : the moves the other way
    net_flow : flow minus counter flow
    interchange : flow plus counter flow
    """

    counter_flow: Floats
    net_flow: Floats
    interchange: Floats


def area_totals(flows: Floats) -> AreaTotals:
    """Sum moves [..., orig, dest] by area.

    Raises
    ------
    InputError
        If the table is not square, or a number off the diagonal is not finite.
    """
    flows = _square(flows)
    moves = np.where(np.eye(flows.shape[-1], dtype=np.bool_), 0.0, flows)
    departures, arrivals = moves.sum(axis=-1), moves.sum(axis=-2)
    return AreaTotals(departures, arrivals, arrivals + departures, arrivals - departures)


def pair_totals(flows: Floats) -> PairTotals:
    """Set the two directions of every pair of flows [..., orig, dest] against each other.

    Raises
    ------
    InputError
        As `area_totals`.
    """
    flows = _square(flows)
    counter = np.swapaxes(flows, -1, -2)
    return PairTotals(counter, flows - counter, flows + counter)


def od_table(flows: Floats, areas: Sequence[str], *, keep_diagonal: bool = False, totals: bool = True) -> pd.DataFrame:
    """Sum flows over all axes but the last two and label them.

    Parameters
    ----------
    flows : [..., orig, dest]
    areas : their labels
    keep_diagonal : keep who stays, or moves within the area, instead of zeros
    totals : add a row and a column `Sum`

    Raises
    ------
    InputError
        As `area_totals`, and if there is not one label an area, or one label stands for two.
    """
    problems = truth_problems(keep_diagonal=keep_diagonal, totals=totals)
    if isinstance(areas, str) or np.ndim(areas) != 1:
        problems.append(Problem("these are no labels", "Give a list, one for each area", column="areas=", value=areas))
    if problems:
        raise InputError(problems)
    flows = _square(flows)
    table = flows.reshape(-1, *flows.shape[-2:]).sum(axis=0)
    if table.shape != (len(areas), len(areas)) or len(set(areas)) != len(areas):
        raise InputError(
            Problem("the areas do not each have a label of their own", "Give one for each area", value=table.shape)
        )
    if not keep_diagonal:
        np.fill_diagonal(table, 0.0)
    frame = pd.DataFrame(table, index=pd.Index(areas, name="orig"), columns=pd.Index(areas, name="dest"))
    if totals:
        frame.loc["Sum"] = frame.sum()
        frame["Sum"] = frame.sum(axis=1)
    return frame


def flow_matrix(table: pd.DataFrame, columns: Columns = USUAL) -> pd.DataFrame:
    """Turn a long table into a matrix [orig, dest]; areas in order of appearance, pairs without a row are zero.

    Raises
    ------
    InputError
        As `totals_by_area`, and if a pair has two rows.
    """
    _check(table, columns, [])
    _check_unique(table, [columns.orig, columns.dest])
    areas = _areas(table, columns)
    cells = table.pivot_table(index=columns.orig, columns=columns.dest, values=columns.flow, aggfunc="sum")
    return cells.reindex(index=areas, columns=areas).fillna(0)


def flow_table(matrix: pd.DataFrame, columns: Columns = USUAL) -> pd.DataFrame:
    """Turn a matrix [orig, dest] into a long table, origin by origin."""
    if not isinstance(matrix, pd.DataFrame):
        raise InputError(
            Problem("this is not a pandas table", "Give a DataFrame [orig, dest]", value=type(matrix).__name__)
        )
    values = matrix.to_numpy()
    return pd.DataFrame(
        {
            columns.orig: np.repeat(matrix.index.to_numpy(), values.shape[1]),
            columns.dest: np.tile(matrix.columns.to_numpy(), values.shape[0]),
            columns.flow: values.ravel(),
        }
    )


def totals_by_area(table: pd.DataFrame, columns: Columns = USUAL, *, by: Sequence[str] = ()) -> pd.DataFrame:
    """Sum a long table by area, and by the columns named in `by`.

    Returns
    -------
    Columns `by`, area, departures, arrivals, turnover, net (arrivals minus departures)

    Raises
    ------
    InputError
        If a column is missing, or an area is missing or a flow not a finite number in a row.
    """
    _check(table, columns, by)
    ends = [table.rename(columns={end: "area"}) for end in (columns.orig, columns.dest)]
    everyone = pd.concat(ends)[[*by, "area"]].drop_duplicates().sort_values([*by, "area"])
    moves = table[table[columns.orig] != table[columns.dest]]
    totals = everyone.reset_index(drop=True)
    for name, end in (("departures", columns.orig), ("arrivals", columns.dest)):
        sums = moves.groupby([*by, end], observed=True)[[columns.flow]].sum().reset_index()
        totals = totals.merge(sums.rename(columns={end: "area", columns.flow: name}), on=[*by, "area"], how="left")
    totals[["departures", "arrivals"]] = totals[["departures", "arrivals"]].fillna(0)
    totals["turnover"] = totals["arrivals"] + totals["departures"]
    totals["net"] = totals["arrivals"] - totals["departures"]
    return totals


def totals_by_pair(
    table: pd.DataFrame, columns: Columns = USUAL, *, by: Sequence[str] = (), label: Label = "flow"
) -> pd.DataFrame:
    """Set the two directions of every pair of a long table against each other.

    Parameters
    ----------
    label : what the columns are called, `flow` or `stream`

    Returns
    -------
    Columns `by`, orig, dest, corridor ("A -> B"), pair ("A - B" for both directions), flow, counter_flow (0 where the
    table has no row), net_flow (flow minus counter flow), interchange (their sum)

    Raises
    ------
    InputError
        As `totals_by_area`, if a pair has two rows, or `label` is neither word.
    """
    require_choice("label", label, get_args(Label))
    _check(table, columns, by)
    names = [*by, columns.orig, columns.dest]
    _check_unique(table, names)
    pairs = table.loc[table[columns.orig] != table[columns.dest], [*names, columns.flow]]
    back = pairs.rename(
        columns={columns.orig: columns.dest, columns.dest: columns.orig, columns.flow: f"counter_{label}"}
    )
    pairs = pairs.rename(columns={columns.flow: label}).merge(back, on=names, how="left")
    pairs[f"counter_{label}"] = pairs[f"counter_{label}"].fillna(0)
    orig, dest = (pairs[end].astype(str) for end in (columns.orig, columns.dest))
    pairs.insert(len(names), "corridor", orig + " -> " + dest)
    pairs.insert(len(names) + 1, "pair", orig.where(orig < dest, dest) + " - " + dest.where(orig < dest, orig))
    pairs[f"net_{label}"] = pairs[label] - pairs[f"counter_{label}"]
    pairs["interchange"] = pairs[label] + pairs[f"counter_{label}"]
    return pairs


def with_group_totals(
    matrix: pd.DataFrame, groups: Mapping[str, str], *, position: Literal["first", "last"] = "first"
) -> pd.DataFrame:
    """Add the totals of groups of areas to a matrix [orig, dest], before or after their members.

    Parameters
    ----------
    matrix : the same labels in rows and columns
    groups : area -> group, for every area

    Raises
    ------
    InputError
        If rows and columns have other labels, an area has no group, or a group the name of an area.
    """
    require_choice("position", position, ("first", "last"))
    _require_matrix(matrix)
    if not isinstance(groups, dict) or not all(isinstance(group, str) for group in groups.values()):
        fault, remedy = "these are no groups", 'Give {"KAZ": "Central Asia", ...}'
        raise InputError(Problem(fault, remedy, column="groups=", value=type(groups).__name__))
    areas = [str(area) for area in matrix.index]
    problems = [
        Problem("the area has no group", "Add it to the groups", row=row, value=area)
        for row, area in enumerate(areas)
        if area not in groups
    ]
    problems += [
        Problem("the group has the name of an area", "Rename the group", value=group)
        for group in sorted(set(groups.values()) & set(areas))
    ]
    if problems:
        raise InputError(problems)
    labels, members = _expanded(areas, groups, first=position == "first")
    return pd.DataFrame(members @ matrix.to_numpy() @ members.T, index=labels, columns=labels)


def _expanded(areas: list[str], groups: Mapping[str, str], *, first: bool) -> tuple[pd.Index[str], Floats]:
    """Return the labels of areas and groups, and which areas are in each, [label, area]."""
    labels: list[str] = []
    for group in dict.fromkeys(groups[area] for area in areas):
        inside = [area for area in areas if groups[area] == group]
        labels += [group, *inside] if first else [*inside, group]
    members = [[float(label in (area, groups[area])) for area in areas] for label in labels]
    return pd.Index(labels), np.array(members)


def lump_small(
    table: pd.DataFrame,
    threshold: float,
    *,
    by: Sequence[LumpBy] = ("flow",),
    other: str = "other",
    columns: Columns = USUAL,
) -> pd.DataFrame:
    """Put what is small under one name, and add up.

    Parameters
    ----------
    threshold : what reaches it is kept
    by : what is measured: "flow", and small flows go from `other` to `other`; or "out" (small origins become `other`),
        "in" (small destinations), "turnover" (small areas at both ends), or several of these three
    other : the name

    Returns
    -------
    Columns orig, dest, flow, sorted

    Raises
    ------
    InputError
        As `totals_by_area`, and if "flow" is combined with another measure or a measure is unknown.
    """
    problems = list_problems("by", by) + name_problems("other", other)
    if not is_real(threshold) or np.isnan(threshold):
        problems.append(Problem("the threshold is no number", "Give one", column="threshold=", value=threshold))
    if problems:
        raise InputError(problems)
    for measure in by:
        require_choice("by", measure, get_args(LumpBy))
    if "flow" in by and len(by) > 1:
        fault, remedy = "flows and areas cannot be lumped in one call", "Call the function twice"
        raise InputError(Problem(fault, remedy, column="by", value=tuple(by)))
    _check(table, columns, [])
    lumped = table[[columns.orig, columns.dest, columns.flow]].copy()
    small_orig, small_dest = _small(lumped, threshold, by, columns)
    lumped[columns.orig] = lumped[columns.orig].mask(small_orig, other)
    lumped[columns.dest] = lumped[columns.dest].mask(small_dest, other)
    return lumped.groupby([columns.orig, columns.dest], observed=True)[[columns.flow]].sum().reset_index()


def _small(
    table: pd.DataFrame, threshold: float, by: Sequence[LumpBy], columns: Columns
) -> tuple[pd.Series[bool], pd.Series[bool]]:
    """Return which rows have a small origin, and which a small destination."""
    if "flow" in by:
        small = table[columns.flow] < threshold
        return small, small
    totals = totals_by_area(table, columns).set_index("area")

    def below(measure: str, end: str) -> pd.Series[bool]:
        """Return for each row whether the area at this end has less than the threshold in the measure."""
        return table[end].isin(totals.index[totals[measure] < threshold])

    small_orig, small_dest = (pd.Series(data=False, index=table.index) for _ in range(2))
    if "out" in by:
        small_orig |= below("departures", columns.orig)
    if "in" in by:
        small_dest |= below("arrivals", columns.dest)
    if "turnover" in by:
        small_orig |= below("turnover", columns.orig)
        small_dest |= below("turnover", columns.dest)
    return small_orig, small_dest


def _areas(table: pd.DataFrame, columns: Columns) -> list[object]:
    return list(dict.fromkeys([*table[columns.orig].unique(), *table[columns.dest].unique()]))


def _square(flows: object) -> Floats:
    """Return flows [..., orig, dest] as floats; refuse another shape, and moves that are no numbers."""
    problems: list[Problem] = []
    moves = numbers_of("flows", flows, problems)
    if not problems and (moves.ndim < 2 or moves.shape[-1] != moves.shape[-2]):
        problems.append(Problem("the flows are not a square table", "Give [..., orig, dest]", value=moves.shape))
    elif not problems and not np.isfinite(moves[..., ~np.eye(moves.shape[-1], dtype=np.bool_)]).all():
        problems.append(Problem("a move is not finite", "Correct it, or give 0", column="flows="))
    if problems:
        raise InputError(problems)
    return moves


def _require_matrix(matrix: object) -> None:
    if not isinstance(matrix, pd.DataFrame) or list(matrix.index) != list(matrix.columns) or not matrix.index.is_unique:
        fault = "this is not a pandas table with the same labels in rows and columns, each once"
        raise InputError(Problem(fault, "Give one, as `flow_matrix` makes it", value=type(matrix).__name__))
    problems: list[Problem] = []
    numbers_of("matrix", matrix.to_numpy(), problems)
    if problems:
        raise InputError(problems)


def _check(table: pd.DataFrame, columns: object, by: Sequence[str]) -> None:
    if not isinstance(columns, Columns):
        fault, remedy = "these are no names of columns", 'Give Columns("orig", "dest", "flow")'
        raise InputError(Problem(fault, remedy, column="columns=", value=columns))
    wanted = {"orig": columns.orig, "dest": columns.dest, "flow": columns.flow}
    missing = [problem for argument, name in wanted.items() for problem in name_problems(argument, name)]
    missing += list_problems("by", by)
    repeated = [] if missing else [name for name in by if name in wanted.values()]
    missing += [Problem("this is a column of the flows", "Leave it out", column="by=", value=name) for name in repeated]
    missing = missing or table_problems(table, [*wanted.values(), *by])
    if missing:
        raise InputError(missing)
    problems = [
        Problem("the cell is empty", "Complete or remove the row", row=row + 2, column=name)
        for name in (columns.orig, columns.dest, *by)
        for row in np.flatnonzero(table[name].isna())[:MOST_NAMED].tolist()
    ]
    flows = table[columns.flow]
    numbers = pd.api.types.is_numeric_dtype(flows) and flows.dtype.kind in "iuf"
    wrong = (
        ~np.isfinite(flows.to_numpy(dtype=np.float64, na_value=np.nan))
        if numbers
        else np.ones(len(flows), dtype=np.bool_)
    )
    kinds = {isinstance(label, str) for end in (columns.orig, columns.dest) for label in table[end].dropna()}
    if len(kinds) > 1:
        problems.append(Problem("some areas are words, and others are numbers", "Make all of them words"))
    problems += [
        Problem(
            "the flow is not a finite number",
            "Correct the cell",
            row=row + 2,
            column=columns.flow,
            value=flows.iloc[row],
        )
        for row in np.flatnonzero(wrong)[:MOST_NAMED].tolist()
    ]
    if problems:
        raise InputError(problems)


def _check_unique(table: pd.DataFrame, names: list[str]) -> None:
    twice = np.flatnonzero(table.duplicated(names))[:MOST_NAMED]
    if twice.size:
        remedy = "Add the rows up, or name the columns that keep them apart"
        raise InputError(
            Problem("the pair has another row", remedy, row=int(row) + 2, value=tuple(table[names].iloc[row]))
            for row in twice
        )
