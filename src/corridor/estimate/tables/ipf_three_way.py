"""Three-way iterative proportional fitting: origin-destination tables of many layers, each with its own margins.

The layers are birthplaces (Abel 2013, Demographic Research 28:18), or anything else that people keep: with margins
layer x origin and layer x destination the log-linear model `log y = layer,origin + layer,destination + log seed` falls
apart into one two-way table a layer, and each is fitted exactly by `fit_margins`.

With `diagonal="largest"` as many people as possible stay: the cells of equal origin and destination are fixed at the
smaller of the two margins, and the seed spreads the movers over the other cells (quasi-independence).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np

from corridor.errors import InputError, Problem
from corridor.estimate.own.checked import checked_arrays, choice_problems, numbers_of
from corridor.estimate.tables.ipf import BALANCED, empty_lines, fit_margins, iteration_problems, require_converged

if TYPE_CHECKING:
    from corridor.axes import Floats, Integers

Diagonal: TypeAlias = Literal["fitted", "largest"]


@dataclass(frozen=True, slots=True)
class LayerFit:
    """The fitted tables of all layers, and how well that went.

    Attributes
    ----------
    table : [layer, orig, dest]
    converged : whether `error` came down to the tolerance in every layer
    error : largest relative difference between a row total and its target
    unsettled : positions of the layers above the tolerance
    """

    table: Floats
    converged: bool
    error: float
    unsettled: Integers


def fit_layers(
    row_totals: Floats,
    column_totals: Floats,
    seed: Floats | None = None,
    *,
    diagonal: Diagonal = "fitted",
    tolerance: float = 1e-12,
    most_sweeps: int = 500,
    allow_unconverged: bool = False,
) -> LayerFit:
    """Fit one origin-destination table a layer to its margins.

    Parameters
    ----------
    row_totals, column_totals : [layer, orig] and [layer, dest], not negative, with the same sum in each layer
    seed : [orig, dest] for all layers or [layer, orig, dest]; None stands for ones
    diagonal : "fitted" as all other cells, or "largest" (see above)
    tolerance, most_sweeps : as in `fit_margins`
    allow_unconverged : return what the last sweep left instead of raising

    Raises
    ------
    InputError
        As `fit_margins`, for the first layer with problems; and if the zeros of the seed rule a margin out.
    NotConverged
        If a layer ends above the tolerance, unless `allow_unconverged`.
    """
    problems = choice_problems("diagonal", diagonal, get_args(Diagonal))
    problems += iteration_problems(tolerance, most_sweeps, allow_unconverged)
    if problems:
        raise InputError(problems)
    row_totals, column_totals = checked_arrays(
        ("row_totals", row_totals, "layer orig"), ("column_totals", column_totals, "layer dest")
    )
    layers, shape = len(row_totals), (*row_totals.shape, column_totals.shape[1])
    seeds = np.broadcast_to(_seed_of(seed, shape, diagonal), shape)
    table, errors = np.empty(shape), np.zeros(layers)
    for layer, margins in enumerate(zip(row_totals, column_totals, strict=True)):
        table[layer], errors[layer] = fit_layer(
            seeds[layer],
            *margins,
            diagonal=diagonal,
            name=f"layer {layer}",
            tolerance=tolerance,
            most_sweeps=most_sweeps,
        )
    unsettled = np.flatnonzero(~(errors <= tolerance))
    error, converged = float(errors.max(initial=0.0)), unsettled.size == 0
    if not allow_unconverged:
        names = [f"layer {layer}" for layer in unsettled]
        require_converged(converged=converged, unsettled=names, error=error, what="tables by layer")
    return LayerFit(table, converged, error, unsettled)


def _seed_of(seed: Floats | None, shape: tuple[int, int, int], diagonal: Diagonal) -> Floats:
    """Return the seed of all layers or of each, ones for none; refuse one that does not fit the margins."""
    problems: list[Problem] = []
    found = np.ones(shape[1:]) if seed is None else numbers_of("seed", seed, problems)
    if not problems and found.shape not in (shape, shape[1:]):
        remedy = f"Give {shape[1:]}, or {shape} for each layer"
        problems.append(Problem("the seed does not fit the margins", remedy, column="seed=", value=found.shape))
    if diagonal == "largest" and shape[1] != shape[2]:
        fault, remedy = "a table that is not square has no diagonal", 'Give as many destinations, or diagonal="fitted"'
        problems.append(Problem(fault, remedy, column="diagonal=", value=shape[1:]))
    if problems:
        raise InputError(problems)
    return found


def fit_layer(
    seed: Floats,
    rows: Floats,
    columns: Floats,
    *,
    diagonal: Diagonal,
    name: str,
    tolerance: float = 1e-12,
    most_sweeps: int = 500,
) -> tuple[Floats, float]:
    """Fit one layer; return its table [orig, dest] and the largest relative error of a row.

    Parameters
    ----------
    name : the layer, for reports

    Raises
    ------
    InputError
        As `fit_layers`.
    """
    total = float(rows.sum())
    if diagonal == "largest":
        stay = np.minimum(rows, columns)
        rows, columns, seed = rows - stay, columns - stay, np.where(np.eye(len(rows), dtype=np.bool_), 0.0, seed)
    if columns.sum() > 0 and abs(rows.sum() - columns.sum()) <= BALANCED * total:
        columns = columns * (rows.sum() / columns.sum())  # what rounding of large stocks leaves of few movers
    place = np.ix_(rows > 0, columns > 0)
    used = np.zeros(seed.shape)
    used[place] = seed[place]
    problems = [*empty_lines(used, rows, axis=1), *empty_lines(used, columns, axis=0)]
    if problems:
        raise InputError(_of_layer(problem, name) for problem in problems)
    try:
        fit = fit_margins(
            used[place], rows[rows > 0], columns[columns > 0], tolerance=tolerance, most_sweeps=most_sweeps
        )
    except InputError as mistake:
        raise InputError(_of_layer(problem, name) for problem in mistake.problems) from mistake
    if fit.unreachable.size:
        missed = ", ".join(map(str, np.flatnonzero(rows > 0)[fit.unreachable]))
        fault, remedy = "the zeros of the seed leave no room for the margins", "Give these rows more positive seeds"
        raise InputError(Problem(fault, remedy, file=name, column=f"row {missed}"))
    table = np.zeros(seed.shape)
    table[place] = fit.table
    if diagonal == "largest":
        np.fill_diagonal(table, stay)
    return table, fit.error


def _of_layer(problem: Problem, name: str) -> Problem:
    return Problem(problem.fault, problem.remedy, name, problem.row, problem.column, problem.value)
