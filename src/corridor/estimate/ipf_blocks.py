"""Tables with totals of blocks: groups of rows by groups of columns, beside the totals of rows and columns.

A stripe is a block of one row: give every row a group of its own. The fit scales blocks, rows and columns in turn
(Deming and Stephan 1940), so every cell is its seed times a factor of its block, of its row and of its column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.errors import InputError, Problem
from corridor.estimate.checked import checked_arrays
from corridor.estimate.ipf import BALANCED, empty_lines, ratio, require_converged

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
    sums: Floats = _membership(row_groups) @ table @ _membership(column_groups).T
    return sums


def repeat_blocks(values: Floats, row_sizes: Sequence[int], column_sizes: Sequence[int]) -> Floats:
    """Fill each block of a table with one value; sizes of 1 leave rows or columns as they are (stripes).

    Parameters
    ----------
    values : [row group, column group]
    row_sizes, column_sizes : rows and columns of each group
    """
    return np.repeat(np.repeat(values, row_sizes, axis=0), column_sizes, axis=1)


def groups_of(sizes: Sequence[int]) -> Integers:
    """Return the group of each row, counted from 0, from the sizes of consecutive groups."""
    return np.repeat(np.arange(len(sizes)), sizes)


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
    by_row, by_column = _membership(row_groups), _membership(column_groups)
    rows = np.ones(by_row.shape[1]) if row_totals is None else row_totals
    columns = np.ones(by_column.shape[1]) if column_totals is None else column_totals
    seed, blocks, rows, columns, *_ = checked_arrays(
        ("seed", seed, "row column"),
        ("block totals", block_totals, "row_group column_group"),
        ("row totals", rows, "row"),
        ("column totals", columns, "column"),
        ("row groups", by_row, "row_group row"),
        ("column groups", by_column, "column_group column"),
    )
    problems = _problems(by_row @ seed @ by_column.T, blocks)
    for axis, totals, given in ((1, rows, row_totals), (0, columns, column_totals)):
        if given is not None:
            problems += [*_sums(totals, blocks), *empty_lines(seed, totals, axis=axis)]
    if problems:
        raise InputError(problems)
    steps = [(by_row, by_column, blocks)]
    if row_totals is not None:
        steps.append((np.eye(len(rows)), np.ones((1, len(columns))), rows[:, None]))
    if column_totals is not None:
        steps.append((np.ones((1, len(rows))), np.eye(len(columns)), columns[None, :]))
    fit = _cycle(seed, steps, tolerance, most_sweeps)
    if not allow_unconverged:
        require_converged(converged=fit.converged, unsettled=(), error=fit.error, what="table with block totals")
    return fit


def _cycle(seed: Floats, steps: list[tuple[Floats, Floats, Floats]], tolerance: float, most_sweeps: int) -> BlockFit:
    """Scale to each kind of total in turn until all hold."""
    table, sweep, error = seed.copy(), 0, np.inf
    while error > tolerance and sweep < most_sweeps:
        sweep += 1
        for by_row, by_column, totals in steps:
            table *= by_row.T @ ratio(totals, by_row @ table @ by_column.T) @ by_column
        error = max(_largest_error(by_row @ table @ by_column.T, totals) for by_row, by_column, totals in steps)
    return BlockFit(table, error <= tolerance, sweep, error)


def _largest_error(sums: Floats, totals: Floats) -> float:
    return float(ratio(np.abs(sums - totals), totals).max(initial=0.0))


def _membership(groups: Sequence[int] | Integers) -> Floats:
    """Return [group, member], 1 where a member belongs to a group."""
    labels = np.asarray(groups)
    member: Floats = (labels == np.arange(labels.max(initial=-1) + 1)[:, None]).astype(np.float64)
    return member


def _problems(sums: Floats, blocks: Floats) -> list[Problem]:
    rule, remedy = "a block with a total has a positive cell", "Give the block a seed or the total 0"
    return [
        Problem(rule, remedy, column=f"block {row} {column}", value=float(blocks[row, column]))
        for row, column in np.argwhere((blocks > 0) & ~(sums > 0))
    ]


def _sums(totals: Floats, blocks: Floats) -> list[Problem]:
    found = float(totals.sum()), float(blocks.sum())
    if abs(found[0] - found[1]) <= BALANCED * found[1]:
        return []
    return [Problem("rows, columns and blocks have totals with the same sum", "Balance them first", value=found)]
