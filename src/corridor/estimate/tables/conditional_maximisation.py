"""The parameters of a table fitted to its margins by conditional maximisation: a factor an origin, one a destination.

The model is `table[i, j, ...] = origin[i] * destination[j] * seed[i, j, ...]`; any further axes (ages, purposes) are
kept in the proportions of the seed (Willekens 1999, Mathematical Population Studies 7:3; Raymer, Abel and Smith 2007,
Journal of the Royal Statistical Society A 170:4). The table is that of `fit_margins`. What this adds are the factors:
only their products are determined, and the scale is the one that alternating updates from ones lead to, origins first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.errors import InputError
from corridor.estimate.tables.ipf import (
    empty_lines,
    iteration_problems,
    margin_problems,
    margins_of,
    ratio,
    require_converged,
    wrong_numbers,
)

if TYPE_CHECKING:
    from corridor.axes import Floats


@dataclass(frozen=True, slots=True)
class FactorModel:
    """A table and the factors that make it from its seed.

    Attributes
    ----------
    table : [orig, dest, ...], as the seed
    origin, destination : [orig] and [dest], factors
    converged : whether `error` came down to the tolerance
    sweeps : updates of all factors
    error : largest relative difference between an origin total and its target; destination totals are exact
    """

    table: Floats
    origin: Floats
    destination: Floats
    converged: bool
    sweeps: int
    error: float


def conditional_maximisation(
    seed: Floats,
    row_totals: Floats,
    column_totals: Floats,
    *,
    tolerance: float = 1e-12,
    most_sweeps: int = 20_000,
    allow_unconverged: bool = False,
) -> FactorModel:
    """Find the factors of origins and destinations that give a table its margins.

    Parameters
    ----------
    seed : [orig, dest] or [orig, dest, ...], finite and not negative
    row_totals, column_totals : [orig] and [dest], summed over all further axes, with equal sums
    tolerance : largest relative error of an origin total that counts as converged
    most_sweeps : when to give up
    allow_unconverged : return what the last sweep left instead of raising

    Raises
    ------
    InputError
        If there is not one total for each origin and destination, a number is negative or not finite, the sums of the
        margins differ, or a row or column with a total has only zeros.
    NotConverged
        If the error stays above the tolerance, unless `allow_unconverged`; `fit_margins` needs far fewer sweeps.
    """
    problems = iteration_problems(tolerance, most_sweeps, allow_unconverged)
    if problems:
        raise InputError(problems)
    seed, rows, columns = margins_of(seed, row_totals, column_totals)
    summed = seed.sum(axis=tuple(range(2, seed.ndim)))
    problems = wrong_numbers({"seed": np.atleast_1d(seed)}) or margin_problems(summed, rows, columns)
    problems = problems or empty_lines(summed, rows, axis=1)
    if problems:
        raise InputError(problems)
    origin, destination, sweeps, errors = _alternate(summed, rows, columns, tolerance, most_sweeps)
    error = float(errors.max(initial=0.0))
    if not allow_unconverged:
        names = [f"row {row}" for row in np.flatnonzero(~(errors <= tolerance))]
        require_converged(converged=not names, unsettled=names, error=error, what="conditional maximisation")
    factors = np.outer(origin, destination).reshape(summed.shape + (1,) * (seed.ndim - 2))
    return FactorModel(seed * factors, origin, destination, error <= tolerance, sweeps, error)


def _alternate(
    seed: Floats, rows: Floats, columns: Floats, tolerance: float, most_sweeps: int
) -> tuple[Floats, Floats, int, Floats]:
    """Return the factors, the sweeps taken, and the relative error of each row."""
    origin, destination = np.ones(len(rows)), np.ones(len(columns))
    row_sums = seed.sum(axis=1)
    sweep, errors = 0, np.array([np.inf])
    while errors.max(initial=0.0) > tolerance and sweep < most_sweeps:
        sweep += 1
        origin = ratio(rows, row_sums)
        destination = ratio(columns, origin @ seed)
        row_sums = seed @ destination
        errors = ratio(np.abs(origin * row_sums - rows), rows)
    return origin, destination, sweep, errors
