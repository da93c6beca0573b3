"""Tables with totals of blocks: groups of rows by groups of columns, beside the totals of rows and columns.

A stripe is a block of one row: give every row a group of its own. The fit scales blocks, rows and columns in turn
(Deming and Stephan 1940), so every cell is its seed times a factor of its block, of its row and of its column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.errors import InputError, Problem
from corridor.estimate.own.checked import checked_arrays
from corridor.estimate.tables.ipf import BALANCED, iteration_problems, ratio, require_converged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats, Integers


@dataclass(frozen=True, slots=True)
class BlockFit:
    """A table scaled to totals of blocks, rows and columns, and how well that went.

    Attributes
    ----------
    table : [row, column]
    converged : whether `error` came down to the tolerance
    sweeps : scalings by blocks, rows and columns
    error : largest relative difference between a total and its target
    """

    table: Floats
    converged: bool
    sweeps: int
    error: float


def block_sums(table: Floats, row_groups: Sequence[int] | Integers, column_groups: Sequence[int] | Integers) -> Floats:
    """Sum a table by groups of rows and of columns.

    Parameters
    ----------
    table : [row, column]
    row_groups, column_groups : the group of each row and column, counted from 0

    Returns
    -------
    [row group, column group]
    """
    by_row, by_column = _membership(row_groups), _membership(column_groups)
    table, *_ = checked_arrays(
        ("table", table, "row column"),
        ("row groups", by_row, "row_group row"),
        ("column groups", by_column, "column_group column"),
        signed=("table",),
    )
    sums: Floats = by_row @ table @ by_column.T
    return sums


def repeat_blocks(values: Floats, row_sizes: Sequence[int], column_sizes: Sequence[int]) -> Floats:
    """Fill each block of a table with one value; sizes of 1 leave rows or columns as they are (stripes).

    Parameters
    ----------
    values : [row group, column group]
    row_sizes, column_sizes : rows and columns of each group
    """
    rows, columns = groups_of(row_sizes), groups_of(column_sizes)
    values, *_ = checked_arrays(
        ("values", values, "row_group column_group"),
        ("row sizes", row_sizes, "row_group"),
        ("column sizes", column_sizes, "column_group"),
        signed=("values",),
    )
    return values[np.ix_(rows, columns)]


def groups_of(sizes: Sequence[int]) -> Integers:
    """Return the group of each row, counted from 0, from the sizes of consecutive groups."""
    counts = np.asarray(sizes)
    if counts.ndim != 1 or counts.dtype.kind not in "iu" or counts.min(initial=0) < 0:
        raise InputError(Problem("these are no sizes of groups", "Give whole numbers", file="sizes", value=sizes))
    return np.repeat(np.arange(len(counts)), counts)


def fit_blocks(
    seed: Floats,
    block_totals: Floats,
    row_groups: Sequence[int] | Integers,
    column_groups: Sequence[int] | Integers,
    *,
    row_totals: Floats | None = None,
    column_totals: Floats | None = None,
    tolerance: float = 1e-12,
    most_sweeps: int = 20_000,
    allow_unconverged: bool = False,
) -> BlockFit:
    """Scale a table to totals of blocks, and of rows and columns where given; zeros stay zero.

    Parameters
    ----------
    seed : [row, column], finite and not negative
    block_totals : [row group, column group]
    row_groups, column_groups : the group of each row and column, counted from 0 without gaps
    row_totals, column_totals : [row] and [column], or None where they are free
    tolerance : largest relative error of a total that counts as converged
    most_sweeps : when to give up
    allow_unconverged : return what the last sweep left instead of raising

    Raises
    ------
    InputError
        If shapes or sums disagree, a number is negative or not finite, or a block, row or column with a total has only
        zeros.
    NotConverged
        If the error stays above the tolerance, unless `allow_unconverged`: mostly because the totals contradict.
    """
    if problems := iteration_problems(tolerance, most_sweeps, allow_unconverged):
        raise InputError(problems)
    by_row, by_column = _membership(row_groups), _membership(column_groups)
    seed, *_ = checked_arrays(
        ("seed", seed, "row column"),
        ("block totals", block_totals, "row_group column_group"),
        ("row totals", np.ones(by_row.shape[1]) if row_totals is None else row_totals, "row"),
        ("column totals", np.ones(by_column.shape[1]) if column_totals is None else column_totals, "column"),
        ("row groups", by_row, "row_group row"),
        ("column groups", by_column, "column_group column"),
    )
    margins = [_Margin("block", by_row, by_column, np.asarray(block_totals, dtype=np.float64))]
    if row_totals is not None:
        margins.append(_Margin("row", np.eye(len(seed)), np.ones((1, seed.shape[1])), np.reshape(row_totals, (-1, 1))))
    if column_totals is not None:
        margins.append(
            _Margin("column", np.ones((1, len(seed))), np.eye(seed.shape[1]), np.reshape(column_totals, (1, -1)))
        )
    problems = [problem for margin in margins for problem in _problems(seed, margin, margins[0])]
    if problems:
        raise InputError(problems)
    fit, unsettled = _cycle(seed, margins, tolerance, most_sweeps)
    if not allow_unconverged:
        require_converged(converged=fit.converged, unsettled=unsettled, error=fit.error, what="table with block totals")
    return fit


@dataclass(frozen=True, slots=True)
class _Margin:
    """Totals of blocks, [row group, column group]: rows and columns are blocks that reach across the table."""

    name: str
    by_row: Floats
    by_column: Floats
    totals: Floats

    def sums(self, table: Floats) -> Floats:
        """Return the table's sums over the blocks of this margin; shape (row group, column group)."""
        sums: Floats = self.by_row @ table @ self.by_column.T
        return sums


def _cycle(seed: Floats, margins: list[_Margin], tolerance: float, most_sweeps: int) -> tuple[BlockFit, list[str]]:
    """Scale to each kind of total in turn until all hold; name those that do not."""
    table, sweep, error = seed.copy(), 0, np.inf
    errors: list[Floats] = []
    while error > tolerance and sweep < most_sweeps:
        sweep += 1
        for margin in margins:
            table *= margin.by_row.T @ ratio(margin.totals, margin.sums(table)) @ margin.by_column
        errors = [ratio(np.abs(margin.sums(table) - margin.totals), margin.totals) for margin in margins]
        error = float(max(each.max(initial=0.0) for each in errors))
    unsettled = [
        _place(margin, place)
        for margin, each in zip(margins, errors, strict=True)
        for place in np.argwhere(~(each <= tolerance))
    ]
    return BlockFit(table, error <= tolerance, sweep, error), unsettled


def _place(margin: _Margin, place: Integers) -> str:
    row, column = place
    return f"{margin.name} " + {"block": f"{row} {column}", "row": str(row), "column": str(column)}[margin.name]


def _membership(groups: Sequence[int] | Integers) -> Floats:
    """Return [group, member], 1 where a member belongs to a group."""
    labels = np.asarray(groups)
    if labels.ndim != 1 or (labels.size and (labels.dtype.kind not in "iu" or labels.min() < 0)):
        remedy = "Give whole numbers from 0, as `groups_of` does"
        raise InputError(Problem("a row or column has no group", remedy, file="groups", value=labels.tolist()))
    member: Floats = (labels == np.arange(labels.max(initial=-1) + 1)[:, None]).astype(np.float64)
    return member


def _problems(seed: Floats, margin: _Margin, blocks: _Margin) -> list[Problem]:
    """Name totals without a positive cell, and totals with another sum than those of the blocks."""
    fault = f"the {margin.name} has a total and no positive cell"
    remedy = f"Give the {margin.name} a seed or the total 0"
    empty = (margin.totals > 0) & ~(margin.sums(seed) > 0)
    problems = [
        Problem(fault, remedy, column=_place(margin, place), value=float(margin.totals[tuple(place)]))
        for place in np.argwhere(empty)
    ]
    found = float(margin.totals.sum()), float(blocks.totals.sum())
    if abs(found[0] - found[1]) > BALANCED * found[1]:
        fault = f"the sums of {margin.name} totals and of block totals differ"
        problems.append(Problem(fault, "Balance them first", value=found))
    return problems
