"""What the arrays and options of a Poisson model must be: everything that is wrong is said at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import numpy as np

from corridor.errors import InputError, Problem
from corridor.estimate.gravity.ppml_errors import Errors
from corridor.estimate.own.checked import above_zero_problems, choice_problems, numbers_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corridor.axes import Booleans, Floats, Integers

MOST_CLUSTERS = 2
LARGEST = 1e100
"""Numbers beyond it, or outcomes all below its inverse, leave no room for squares in float64."""
WIDEST = 600.0
"""Differences of offsets beyond it leave no room for their exponentials."""


def checked(
    y: Floats,
    X: Floats,
    beside: tuple[Floats | None, Floats | None],
    effects: Sequence[Integers],
    cluster: Sequence[Integers],
    *,
    errors: str,
    tolerance: float,
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return outcome, regressors, weights and offset as arrays of floats.

    Raises
    ------
    InputError
        As `corridor.estimate.gravity.ppml.fit_ppml`.
    """
    problems = option_problems(errors, tolerance, cluster)
    numbers = {name: numbers_of(name, values, problems) for name, values in (("outcome", y), ("regressors", X))}
    rows = len(numbers["outcome"]) if numbers["outcome"].ndim else 0
    for name, values, default in (("weights", beside[0], 1.0), ("offset", beside[1], 0.0)):
        numbers[name] = np.full(rows, default) if values is None else numbers_of(name, values, problems)
    codes = {f"effect {place}": np.asarray(each) for place, each in enumerate(effects)}
    codes |= {f"cluster {place}": np.asarray(each) for place, each in enumerate(cluster)}
    problems = problems or _misshapen(rows, {**numbers, **codes})
    if not problems:
        problems = _wrong_numbers(numbers, codes)
    if problems:
        raise InputError(problems)
    return numbers["outcome"], numbers["regressors"], numbers["weights"], numbers["offset"]


def option_problems(errors: str, tolerance: float, cluster: Sequence[object]) -> list[Problem]:
    """Name what is wrong with the options of a fit."""
    problems = choice_problems("errors", errors, get_args(Errors)) + above_zero_problems(tolerance=tolerance)
    if len(cluster) > MOST_CLUSTERS:
        problems.append(Problem("there are more than two clusters", "Leave some out", value=len(cluster)))
    if len(cluster) and errors == "iid":
        fault = "with clusters, errors are those of clusters, and no inverse information"
        problems.append(Problem(fault, "Leave out errors= or cluster=", column="errors=", value=errors))
    return problems


def _wrong_numbers(numbers: Mapping[str, Floats], codes: Mapping[str, Integers]) -> list[Problem]:
    problems = []
    for name, values in numbers.items():
        problems += _wrong(~np.isfinite(values), name, "is not finite everywhere")
        problems += _wrong(
            np.isfinite(values) & (np.abs(values) > LARGEST), name, f"is beyond {LARGEST:g} somewhere: change its unit"
        )
    if numbers["offset"].size and not np.ptp(numbers["offset"]) <= WIDEST:
        problems.append(Problem(f"offsets differ by more than {WIDEST:g}", "Give logarithms, and correct outliers"))
    for name, each in codes.items():
        problems += _wrong(each < 0, name, "has codes below 0")
        if name.startswith("cluster") and len(each) and each.min() == each.max() >= 0:
            problems.append(Problem(f"{name} has one group, and errors need two", "Leave it out, or give another"))
    problems += _wrong(numbers["outcome"] < 0, "outcome", "is negative somewhere")
    problems += _wrong(numbers["weights"] <= 0, "weights", "are not positive everywhere")
    if not problems and not numbers["outcome"].max(initial=0.0) > 1.0 / LARGEST:
        problems.append(Problem("no outcome is positive", "Give at least one outcome above zero, and no tiny unit"))
    return problems


def _misshapen(rows: int, arrays: Mapping[str, Floats | Integers]) -> list[Problem]:
    problems = [
        Problem(
            f"{name} does not have one entry for each of {rows} outcomes", "Give an array that does", value=values.shape
        )
        for name, values in arrays.items()
        if values.shape[:1] != (rows,) or values.ndim != (2 if name == "regressors" else 1)
    ]
    return problems + [
        Problem(f"{name} does not hold whole numbers", "Give codes from 0 on", value=str(values.dtype))
        for name, values in arrays.items()
        if name.startswith(("effect", "cluster")) and values.dtype.kind not in "iu"
    ]


def _wrong(wrong: Booleans, name: str, fault: str) -> list[Problem]:
    rows = np.unique(np.nonzero(wrong)[0])
    if not rows.size:
        return []
    return [Problem(f"{name} {fault}", f"Correct or leave out {rows.size} rows, the first at position {rows[0]}")]
