"""Two-way iterative proportional fitting: scale the rows and columns of a table until its margins are the ones wanted.

The fitted table is `row_factor[i] * seed[i, j] * column_factor[j]`, the one that repeated scaling of rows and columns
approaches (Deming and Stephan 1940). Migrant stocks of countries with hardly any foreign-born make the problem nearly
infeasible, and plain sweeps then need thousands of rounds. Here the columns are scaled exactly in each sweep, and the
logarithms of the row factors take a Newton step on the convex function that the scaling minimises (Ireland and
Kullback 1968), which needs about ten.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.errors import InputError, NotConverged, Problem
from corridor.estimate.own.checked import above_zero_problems, count_problems, numbers_of, truth_problems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Booleans, Floats, Integers

LONGEST_STEP = 8.0
"""Most that the logarithm of a row factor changes in one sweep: far from the solution a Newton step can be absurd."""
MOST_HALVINGS = 40
SMALLEST_LOG = -600.0
"""Logarithm of the smallest ratio of two row factors."""
ROUNDING = 1e-15
"""What float64 leaves of a relative difference between two sums."""
RIDGE = 1e-13
"""Keeps the Newton system solvable where the table falls apart into blocks; far below what a sweep can notice."""
MOST_NAMED = 20
"""Rows named in a report; there can be hundreds."""
BALANCED = 1e-9
"""Relative difference of the sums of the two margins that rounding explains."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A table scaled to margins, and how well that went.

    Attributes
    ----------
    table : [row, column], the fitted table; its column totals are exact
    converged : whether every row total is within the tolerance; never where `unreachable` names a row
    sweeps : scalings of the table that were needed
    error : largest relative difference between a reachable row total and its target
    unreachable : positions of the rows whose target the zeros of the seed rule out (see `fit_margins`)
    unsettled : positions of the rows that could be reached and are above the tolerance (none if converged)
    """

    table: Floats
    converged: bool
    sweeps: int
    error: float
    unreachable: Integers
    unsettled: Integers

    @property
    def settled(self) -> bool:
        """Whether every row that can be reached is within the tolerance."""
        return not self.unsettled.size


def fit_margins(
    seed: Floats,
    row_totals: Floats | None,
    column_totals: Floats | None,
    *,
    tolerance: float = 1e-12,
    most_sweeps: int = 500,
) -> Fit:
    """Scale the rows and columns of a table to given totals; zeros stay zero.

    With one margin only (the other None) a single scaling is exact.

    The zeros can rule a row total out, and such rows are reported. A row that shall have fewer people than the columns
    that nobody else has keeps just these (everyone living in a place was born there, and more than the birthplace shall
    have in all): this is where plain sweeps that end with the columns lead. A row that shall have more than its columns
    hold takes all they hold. The other rows share the difference in proportion to their totals.

    Parameters
    ----------
    seed : [row, column], finite and not negative
    row_totals, column_totals : [row] and [column], not negative, with equal sums; one of them may be None
    tolerance : largest relative error of a row total that counts as converged
    most_sweeps : when to give up; the result then says `converged=False`

    Raises
    ------
    InputError
        If shapes disagree, a number is negative or not finite, the sums of the margins differ, or a column (with one
        margin: also a row) shall have a total but has only zeros.
    """
    if problems := iteration_problems(tolerance, most_sweeps):
        raise InputError(problems)
    if row_totals is None or column_totals is None:
        return _fit_one_margin(seed, row_totals, column_totals)
    seed, rows, columns = margins_of(seed, row_totals, column_totals)
    if problems := margin_problems(seed, rows, columns):
        raise InputError(problems)
    table, free_rows, free_columns, unreachable = _settle(seed, rows, columns)
    nobody = np.array([], dtype=np.int64)
    if not free_rows.any():
        return Fit(table, not unreachable.size, sweeps=0, error=0.0, unreachable=unreachable, unsettled=nobody)
    targets = rows[free_rows] * (columns[free_columns].sum() / rows[free_rows].sum())
    place = np.ix_(free_rows, free_columns)
    table[place], sweeps, error = _scale(seed[place], targets, columns[free_columns], tolerance, most_sweeps)
    settled = error <= tolerance
    above = ~(np.abs(table[place].sum(axis=1) - targets) <= tolerance * targets)
    unsettled = nobody if settled else np.flatnonzero(free_rows)[above]
    return Fit(table, settled and not unreachable.size, sweeps, error, unreachable, unsettled)


def iteration_problems(tolerance: float, most_sweeps: int, allow_unconverged: bool = False) -> list[Problem]:
    """Name what is wrong with the options of an iteration."""
    return [
        *above_zero_problems(tolerance=tolerance),
        *count_problems(most_sweeps=most_sweeps),
        *truth_problems(allow_unconverged=allow_unconverged),
    ]


def margins_of(seed: object, row_totals: object, column_totals: object) -> tuple[Floats, Floats, Floats]:
    """Return a seed and two margins as arrays of floats.

    Raises
    ------
    InputError
        Names each that holds no numbers.
    """
    problems: list[Problem] = []
    named = {"seed": seed, "row_totals": row_totals, "column_totals": column_totals}
    seed, rows, columns = (numbers_of(name, values, problems) for name, values in named.items())
    if problems:
        raise InputError(problems)
    return seed, rows, columns


def _fit_one_margin(seed: Floats, row_totals: Floats | None, column_totals: Floats | None) -> Fit:
    """Scale the rows or the columns, whichever have totals."""
    line, axis, totals = ("row", 1, row_totals) if row_totals is not None else ("column", 0, column_totals)
    if totals is None:
        raise InputError(
            Problem("the table has no margin to be scaled to", "Give totals of rows, of columns, or of both")
        )
    seed, wanted, _ = margins_of(seed, totals, ())
    problems = _misshapen(
        seed, (*wanted.shape, *seed.shape[1:2]) if line == "row" else (*seed.shape[:1], *wanted.shape)
    )
    problems = (
        problems or wrong_numbers({"seed": seed, f"{line} totals": wanted}) or empty_lines(seed, wanted, axis=axis)
    )
    if problems:
        raise InputError(problems)
    sums = seed.sum(axis=axis)
    factors = np.divide(wanted, sums, out=np.zeros_like(sums), where=sums > 0)
    nobody = np.array([], dtype=np.int64)
    return Fit(seed * np.expand_dims(factors, axis), True, 1, 0.0, nobody, nobody)


def empty_lines(seed: Floats, totals: Floats, *, axis: int) -> list[Problem]:
    """Name the rows (axis 1) or columns (axis 0) that shall have a total and have only zeros."""
    line = ("column", "row")[axis]
    fault, remedy = f"the {line} has a total and no positive cell", f"Give the {line} a seed or the total 0"
    empty = (totals > 0) & ~(seed > 0).any(axis=axis)
    return [Problem(fault, remedy, column=f"{line} {place}") for place in np.flatnonzero(empty)]


def require_reachable(seed: Floats, row_totals: Floats, column_totals: Floats, *, what: str) -> None:
    """Refuse margins that no scaling can reach because of where the zeros of the seed are.

    These are rows without a positive cell that shall have a total, and tables that fall apart into blocks (no row of
    one has a cell in a column of another) whose row totals and column totals have different sums.

    Parameters
    ----------
    what : what a row is, for the report ("birthplace")

    Raises
    ------
    InputError
        Names every such row and block.
    """
    open_cells = seed > 0
    empty = (row_totals > BALANCED * row_totals.sum()) & ~open_cells.any(axis=1)
    remedy = "Correct the zeros, or let the total be zero (people from outside the table: an open system)"
    problems = [
        Problem(
            f"the {what} has a total and no positive cell", remedy, column=f"{what} {row}", value=float(row_totals[row])
        )
        for row in np.flatnonzero(empty)
    ]
    of_row, of_column = _blocks(open_cells)
    for block in np.unique(of_row[open_cells.any(axis=1)]):
        members = of_row == block
        found = float(row_totals[members].sum()), float(column_totals[of_column == block].sum())
        if abs(found[0] - found[1]) > BALANCED * max(found) and not members.all():
            fault = (
                "the sums of row totals and of column totals differ in a block of the table that no other row shares"
            )
            names = ", ".join(map(str, np.flatnonzero(members)))
            problems.append(Problem(fault, remedy, column=f"{what} {names}", value=found))
    if problems:
        raise InputError(problems)


def _blocks(open_cells: Booleans) -> tuple[Integers, Integers]:
    """Label rows and columns by the first row that is connected with them; a label past the rows is no row."""
    none = len(open_cells)
    of_row = np.arange(none)
    while True:
        of_column = np.where(open_cells, of_row[:, None], none).min(axis=0)
        again = np.minimum(of_row, np.where(open_cells, of_column, none).min(axis=1))
        if np.array_equal(again, of_row):
            return of_row, of_column
        of_row = again


def require_converged(*, converged: bool, unsettled: Sequence[object], error: float, what: str) -> None:
    """Raise for an iteration that ended above its tolerance.

    Raises
    ------
    NotConverged
        Names the rows that are off, and says what to do.
    """
    if not converged:
        rows = ", ".join(map(str, unsettled[:MOST_NAMED]))
        rows += f" and {len(unsettled) - MOST_NAMED} more" if len(unsettled) > MOST_NAMED else ""
        remedy = "check the totals and the zeros there, allow more sweeps, or accept the result with allow_unconverged"
        raise NotConverged(f"{what}: off by {error:.3g} in {rows or 'the totals'}; {remedy}")


def margin_problems(seed: Floats, rows: Floats, columns: Floats) -> list[Problem]:
    """Name what keeps a table [row, column] from being fitted to two margins (see `fit_margins`)."""
    problems = _misshapen(seed, (*rows.shape, *columns.shape))
    problems = problems or wrong_numbers({"seed": seed, "row totals": rows, "column totals": columns})
    if problems:
        return problems
    if abs(rows.sum() - columns.sum()) > BALANCED * columns.sum():
        found = (float(rows.sum()), float(columns.sum()))
        problems.append(
            Problem("the sums of row totals and of column totals differ", "Balance them first", value=found)
        )
    return problems + empty_lines(seed, columns, axis=0)


def _misshapen(seed: Floats, shape: tuple[int, ...]) -> list[Problem]:
    remedy = f"Give one total for each of the {seed.shape} rows and columns"
    return (
        []
        if seed.shape == shape and len(shape) == 2
        else [Problem("the margins do not fit the table", remedy, value=shape)]
    )


def wrong_numbers(arrays: dict[str, Floats]) -> list[Problem]:
    """Name the arrays with a number that is negative or not finite."""
    return [
        Problem("a number is negative or not finite", f"Check the {name}", value=float(array[wrong][0]))
        for name, array in arrays.items()
        if (wrong := ~(np.isfinite(array) & (array >= 0))).any()
    ]


def _settle(seed: Floats, rows: Floats, columns: Floats) -> tuple[Floats, Booleans, Booleans, Integers]:
    """Fill the rows that the zeros bind to what their columns hold, the most extreme first.

    Returns the cells filled, the rows and the columns that are left to scale, and the rows that miss their target.
    """
    table = np.zeros_like(seed)
    free_rows, free_columns = np.ones(rows.size, dtype=np.bool_), columns > 0
    missed: list[int] = []
    while free_rows.any():
        open_cells = (seed > 0) & free_rows[:, None] & free_columns
        alone = open_cells & (open_cells.sum(axis=0) == 1)
        least, most = alone @ columns, open_cells @ columns
        wanted = rows[free_rows].sum()
        targets = rows * (columns[free_columns].sum() / wanted if wanted > 0 else 0.0)
        excess = np.where(free_rows, np.maximum(least - targets, targets - most), -np.inf)
        row = int(np.argmax(excess))
        if excess[row] < -ROUNDING * targets[row]:
            break
        taken = alone[row] if least[row] - targets[row] == excess[row] else open_cells[row]
        table[row, taken] = columns[taken]
        if abs(table[row].sum() - rows[row]) > BALANCED * rows[row]:
            missed.append(row)
        free_rows[row] = False
        free_columns &= ~taken
    return table, free_rows, free_columns, np.array(sorted(missed), dtype=np.int64)


def _scale(
    seed: Floats, rows: Floats, columns: Floats, tolerance: float, most_sweeps: int
) -> tuple[Floats, int, float]:
    """Return the table with exact columns, the sweeps taken, and the largest relative error of a row."""
    logs = np.zeros(rows.size)
    table = _with_columns(seed, logs, columns)
    for sweep in range(1, most_sweeps + 1):
        gaps = rows - table.sum(axis=1)
        error = float(np.max(np.abs(gaps) / rows))
        if error <= tolerance:
            return table, sweep, error
        logs, table = _step(seed, rows, columns, logs, table)
    return table, most_sweeps, error


def _with_columns(seed: Floats, logs: Floats, columns: Floats) -> Floats:
    scaled = np.exp(logs)[:, None] * seed
    table: Floats = scaled * (columns / scaled.sum(axis=0))
    return table


def _step(seed: Floats, rows: Floats, columns: Floats, logs: Floats, table: Floats) -> tuple[Floats, Floats]:
    """Move the logarithms of the row factors by a Newton step, shortened until it no longer overshoots."""
    gaps = rows - table.sum(axis=1)
    gaps -= rows * (gaps.sum() / rows.sum())  # rounding: a common factor of all rows changes nothing
    direction = _newton(table, columns, gaps)
    slope = float(gaps @ direction)
    longest = float(np.abs(direction).max())
    rounding = ROUNDING * float(rows.sum()) * longest
    length = min(1.0, LONGEST_STEP / longest)
    for _ in range(MOST_HALVINGS):
        moved = _centred(logs + length * direction)
        new = _with_columns(seed, moved, columns)
        if abs(float((rows - new.sum(axis=1)) @ direction)) <= abs(slope) + rounding:
            return moved, new
        length /= 2
    swept = _centred(logs + np.log(rows / table.sum(axis=1)))
    return swept, _with_columns(seed, swept, columns)


def _newton(table: Floats, columns: Floats, gaps: Floats) -> Floats:
    """Solve the second derivative for a step: a graph Laplacian whose diagonal is summed, so nothing cancels."""
    laplacian = -(table / columns) @ table.T
    np.fill_diagonal(laplacian, 0.0)
    weight = -laplacian.sum(axis=1)
    scale = 1 / np.sqrt(weight)
    system = laplacian * scale[:, None] * scale
    np.fill_diagonal(system, 1.0 + RIDGE)
    step: Floats = scale * np.linalg.solve(system, scale * gaps)
    return step


def _centred(logs: Floats) -> Floats:
    """Shift the logarithms below zero, and no factor so near zero that a column could vanish."""
    centred: Floats = np.maximum(logs - logs.max(), SMALLEST_LOG)
    return centred


def ratio(part: Floats, whole: Floats) -> Floats:
    """Divide, with zero where there is nothing to divide by."""
    shape = np.broadcast_shapes(np.shape(part), np.shape(whole))
    ratio: Floats = np.divide(part, whole, out=np.zeros(shape), where=np.broadcast_to(whole > 0, shape))
    return ratio
