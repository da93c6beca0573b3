"""Caps on the capacities of legal pathways: linear limits with names, and what to change where they conflict.

A cell is a pathway in a year; arrays [pathway, year] are flattened in that order. A cap limits a weighted sum of the
places of cells. Weights are mostly 1 (places are counted) or a cost per place (a budget); a negative weight and limit
say "at least". Today's capacities are floors: a cap counts them too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from corridor.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corridor.axes import Floats

    Sparse: TypeAlias = Any  # SciPy's sparse arrays have no types

ROUNDING = 1e-9
"""Share of a limit by which a sum of floors may pass it and still count as equal."""
CONFLICT = 1e-7
"""Dual price, per unit of a cap, above which the cap takes part in a conflict: HiGHS works to this tolerance."""


@dataclass(frozen=True)
class Caps:
    """Limits on places: `weights @ places <= limits`.

    Attributes
    ----------
    names : [cap], as users read them
    weights : [cap, cell], sparse rows; cells are [pathway, year], flattened
    limits : [cap], in the unit of the row: places, or money of a budget
    """

    names: tuple[str, ...]
    weights: Sparse
    limits: Floats

    def use(self, places: Floats) -> Floats:
        """What places [pathway, year] or [cell] take of each cap: [cap]."""
        used: Floats = self.weights @ places.ravel()
        return used


def yearly_caps(title: str, labels: Sequence[str], limits: Mapping[str, Floats | float], years: Sequence[int]) -> Caps:
    """Limits on the places of a group of pathways, one cap a group and year: "places for KOR in 2030".

    Parameters
    ----------
    title : what the caps are called: "places for"
    labels : [pathway], the group of each: its destination, its kind, or one word for all
    limits : places by group, one number or [year]; groups that are not named are not limited
    """
    from scipy.sparse import csr_array  # noqa: PLC0415 - slow to import

    count, rows, names, bounds = len(years), [], [], []
    for group, limit in limits.items():
        members = np.flatnonzero(np.asarray(labels) == group) * count
        for position, (year, most) in enumerate(zip(years, np.broadcast_to(limit, count), strict=True)):
            rows.append(members + position)
            names.append(f"{title} {group} in {year}")
            bounds.append(float(most))
    ends = np.cumsum([0, *(len(row) for row in rows)])
    cells = np.concatenate([*rows, np.zeros(0, int)])
    weights = csr_array((np.ones(len(cells)), cells, ends), shape=(len(rows), len(labels) * count))
    return Caps(tuple(names), weights, np.array(bounds))


def cap_of(name: str, weights: Floats, limit: float) -> Caps:
    """One cap on a weighted sum over all years: of weights [pathway, year], 1 for a total, a cost for a budget."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - slow to import

    return Caps((name,), csr_array(np.asarray(weights, float).reshape(1, -1)), np.array([float(limit)]))


def join_caps(*caps: Caps) -> Caps:
    """All caps in one."""
    from scipy.sparse import csr_array, vstack  # noqa: PLC0415 - slow to import

    names = tuple(name for part in caps for name in part.names)
    weights = csr_array(vstack([part.weights for part in caps], format="csr"))
    return Caps(names, weights, np.concatenate([part.limits for part in caps]))


def feasible_places(caps: Caps, floor: Floats, ceiling: Floats) -> Floats:
    """Places within all caps, floors and ceilings: [cell]; the floors themselves where they are within the caps.

    Parameters
    ----------
    floor, ceiling : [cell], places a year; ceilings may be infinite

    Raises
    ------
    InputError : no places are; says which caps conflict and the smallest change that helps
    """
    slack = ROUNDING * (1.0 + np.abs(caps.limits))
    if (caps.use(floor) <= caps.limits + slack).all():
        return floor
    places, relaxed, priced = _elastic(caps, floor, ceiling)
    if (relaxed <= np.maximum(slack, CONFLICT)).all():
        return places
    raise InputError(_conflicts(caps, floor, relaxed, priced, _least_share(caps, floor, ceiling)))


def _elastic(caps: Caps, floor: Floats, ceiling: Floats) -> tuple[Floats, Floats, Floats]:
    """Break caps as little as can be: places [cell], amounts by which caps are passed and their dual prices [cap].

    A cap's excess counts in places: divided by the largest weight of its row.
    """
    from scipy.sparse import eye_array, hstack  # noqa: PLC0415 - slow to import

    largest = np.maximum(abs(caps.weights).max(axis=1).toarray().ravel(), np.finfo(float).tiny)
    count = len(caps.limits)
    rows = hstack([caps.weights / largest[:, None], -eye_array(count)], format="csr")
    bounds = _bounds(floor, ceiling, np.zeros(count))
    costs = np.concatenate([np.zeros(len(floor)), np.ones(count)])
    found = _solved(costs, rows, caps.limits / largest, bounds)
    priced: Floats = -found.ineqlin.marginals
    return found.x[: len(floor)], found.x[len(floor) :] * largest, priced


def _least_share(caps: Caps, floor: Floats, ceiling: Floats) -> float:
    """Return the smallest share of its limit by which all caps together must give way for any places to be left."""
    from scipy.sparse import csr_array, hstack  # noqa: PLC0415 - slow to import

    rows = hstack([caps.weights, csr_array(-np.abs(caps.limits)[:, None])], format="csr")
    costs = np.concatenate([np.zeros(len(floor)), [1.0]])
    found = _solved(costs, rows, caps.limits, _bounds(floor, ceiling, np.zeros(1)), must=False)
    return float("inf") if found.x is None else float(found.x[-1])


def _bounds(floor: Floats, ceiling: Floats, extra: Floats) -> Floats:
    upper = np.concatenate([np.maximum(floor, ceiling), np.full(len(extra), np.inf)])
    return np.stack([np.concatenate([floor, extra]), upper], axis=1)


def _solved(costs: Floats, rows: Sparse, limits: Floats, bounds: Floats, *, must: bool = True) -> Any:  # noqa: ANN401 - SciPy is untyped
    """Return SciPy's result of a linear program; `must`: one that has a solution."""
    from scipy.optimize import linprog  # noqa: PLC0415 - slow to import

    found = linprog(costs, A_ub=rows, b_ub=limits, bounds=bounds, method="highs")
    if must and found.x is None:
        raise ArithmeticError(found.message)
    return found


def _conflicts(caps: Caps, floor: Floats, relaxed: Floats, priced: Floats, share: float) -> list[Problem]:
    """One problem for each cap that must give way, with those that it conflicts with."""
    used, together = caps.use(floor), (abs(caps.weights) @ abs(caps.weights).T).toarray() > 0.0
    all_alike = f", or every cap by {share:.3%} of its limit" if np.isfinite(share) else ""
    problems = []
    for cap in np.flatnonzero(relaxed > ROUNDING * (1.0 + np.abs(caps.limits))):
        limit, needed = caps.limits[cap], caps.limits[cap] + relaxed[cap]
        others = [caps.names[other] for other in np.flatnonzero((priced > CONFLICT) & together[cap]) if other != cap]
        against = f"it conflicts with {', '.join(others)}" if others else "today's capacities alone pass it"
        at_least = f"today's take {used[cap]:,.6g}; {against}" if limit >= 0.0 else against
        problems.append(
            Problem(
                f"the cap '{caps.names[cap]}' of {limit:,.6g} cannot be kept: {at_least}",
                f"Change it by {relaxed[cap]:,.6g} to {needed:,.6g}{all_alike}",
            )
        )
    return problems
