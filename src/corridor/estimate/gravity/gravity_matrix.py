"""Gravity and radiation as tables [orig, dest]: what to fit where all pairs of areas are there.

The doubly constrained model `a_i b_j exp(decay * cost_ij)` has the totals of the flows by origin and by destination,
the production-constrained one those by origin (Wilson 1971, *Environment and Planning* 3: 1). Their likeliest decay is
the one of Poisson models with origin and destination effects, or origin effects, so `corridor.estimate.gravity.models`
finds the same numbers; here a table of 183 areas takes milliseconds. For a power of distance the cost is its logarithm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.errors import InputError, NotConverged, Problem
from corridor.estimate.gravity.effects_design import effects_design
from corridor.estimate.gravity.ppml import fit_ppml
from corridor.estimate.gravity.ppml_separation import BY_COMBINATION
from corridor.estimate.gravity.regressor_basis import basis_of
from corridor.estimate.own.checked import checked_arrays, numbers_of, truth_problems
from corridor.estimate.tables.ipf import fit_margins

if TYPE_CHECKING:
    from corridor.axes import Booleans, Floats

MOST_STEPS = 100
LONGEST_STEP = 2.0
"""Most that the decay moves in a step, over the spread of the cost beside effects, as in all that follows: where few
moves are left to fit, a Newton step can be absurd."""
STEEPEST_DECAY = 64.0
"""A decay beyond it, either way, means that no finite one fits (our judgement)."""
DECAY_PRECISION = 1e-10
FLAT = 1e-10
"""Information per move about the decay below which it counts as none."""
EQUALLY_FAR = 1e-12
"""Relative difference of distances that rounding explains."""
CENTRINGS = 8
"""Rounds of taking origin and destination means out. Fewer only shorten the Newton steps; the result is the same."""


@dataclass(frozen=True, slots=True)
class Constrained:
    """A constrained gravity model, fitted.

    Attributes
    ----------
    coefficients : [cost]
    table : [orig, dest], fitted flows in the unit of the flows, zero on the diagonal
    """

    coefficients: Floats
    table: Floats


def doubly_constrained(flows: Floats, cost: Floats) -> Constrained:
    """Fit the gravity model that has the totals of the flows by origin and by destination.

    Parameters
    ----------
    flows : [orig, dest], not negative; the diagonal is ignored
    cost : [orig, dest], finite off the diagonal: log distance for a power, distance for an exponential

    Raises
    ------
    InputError
        If shapes disagree or a number cannot be used.
    NotConverged
        If the flows do not settle a decay.
    """
    moves, costs = _checked(flows, cost, single=True)
    decay, table = fit_decay(moves, costs[0])
    if np.isnan(decay):
        raise NotConverged("the flows do not identify a distance decay beside effects of origins and destinations")
    return Constrained(np.array([decay]), table)


def production_constrained(flows: Floats, costs: Floats) -> Constrained:
    """Fit the gravity model that has the totals of the flows by origin.

    It is the conditional logit of destinations (McFadden 1974), each move a choice, and the Poisson model with effects
    of origins, which fits it here.

    Parameters
    ----------
    flows : [orig, dest], not negative; the diagonal is ignored
    costs : [cost, orig, dest], finite off the diagonal: log distance, log population of the destination, ...

    Raises
    ------
    InputError
        If shapes disagree, a number cannot be used, or one cost repeats others.
    NotConverged
        If no finite coefficients fit, or the steps do not settle.
    """
    moves, costs = _checked(flows, costs)
    apart = ~np.eye(len(moves), dtype=np.bool_)
    orig = np.nonzero(apart)[0]
    fit = fit_ppml(moves[apart], costs[:, apart].T, [orig])
    if (fit.separation.reason == BY_COMBINATION).any():
        raise NotConverged("no finite coefficients fit: some costs only differ where nobody moves")
    if fit.dropped.any():
        raise InputError(_repeated(place, made.regressors) for place, made in fit.equals.items())
    table = np.zeros_like(moves)
    table[apart] = fit.means
    return Constrained(fit.coefficients, table)


def _repeated(place: int, others: tuple[int, ...]) -> Problem:
    """Say that a cost adds nothing to others beside the totals of origins."""
    if not others:
        fault = f"cost {place} does not differ between the destinations of an origin"
    else:
        fault = f"cost {place} follows from costs {', '.join(map(str, others))}: they do not differ beside each other"
    return Problem(fault, "Leave it out", column="costs=")


def radiation(outflow: Floats, population: Floats, distance: Floats, *, finite: bool = True) -> Floats:
    """Return the flows of the radiation model: [orig, dest], diagonal zero.

    The share of the moves out of i that end in j is `m_i n_j / ((m_i + s_ij) (m_i + n_j + s_ij))`, with m and n the
    populations of both and s that of all areas nearer to i than j (Simini, Gonzalez, Maritan and Barabasi 2012,
    *Nature* 484: 96). It has no parameter. Areas equally far count as one, and share its moves by population: so
    shares do not depend on the order of the areas, and never sum to more than one.

    Parameters
    ----------
    outflow : [orig], moves out, not negative, any unit
    population : [area], positive, of two areas or more
    distance : [orig, dest], any unit, finite and not negative off the diagonal
    finite : divide by `1 - m_i / sum(m)`, so that in a world with an end shares sum to one (Masucci, Serras, Johansson
        and Batty 2013, *Physical Review E* 88: 022812)

    Raises
    ------
    InputError
        If shapes disagree or a number cannot be used.
    """
    if problems := truth_problems(finite=finite):
        raise InputError(problems)
    out, people, apart = _checked_radiation(outflow, population, distance)
    shares = np.stack([_shares_of_radiation(people, row, origin) for origin, row in enumerate(apart)])
    if finite:
        shares /= shares.sum(axis=1, keepdims=True)
    flows: Floats = out[:, None] * shares
    return flows


def _checked_radiation(outflow: Floats, population: Floats, distance: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the arrays of the radiation model as floats; report all that is wrong."""
    problems: list[Problem] = []
    apart = np.array(numbers_of("distance", distance, problems))
    if problems:
        raise InputError(problems)
    if apart.ndim == 2 and apart.shape[0] == apart.shape[1]:
        np.fill_diagonal(apart, 0)
    out, people, apart = checked_arrays(
        ("outflow", outflow, "area"), ("population", population, "area"), ("distance", apart, "area area")
    )
    fault, remedy = "a population is not positive", "Correct it, or leave out the area"
    problems = [
        Problem(fault, remedy, column=f"area {place}", value=float(people[place]))
        for place in np.flatnonzero(people <= 0)
    ]
    if len(people) < 2:
        problems.append(Problem("there are no two areas to move between", "Give two areas or more", value=len(people)))
    if problems:
        raise InputError(problems)
    return out, people / people.max(), apart


def _shares_of_radiation(people: Floats, distance: Floats, origin: int) -> Floats:
    """Return where the moves out of an origin end: [dest]."""
    others = np.delete(np.arange(len(people)), origin)
    order = others[np.argsort(distance[others], kind="stable")]
    away = distance[order]
    ring = np.cumsum(np.concatenate([[False], np.diff(away) > EQUALLY_FAR * away[1:]]))
    inside = np.bincount(ring, people[order])
    nearer = people[origin] + np.concatenate([[0.0], np.cumsum(inside)[:-1]])
    shares = np.zeros(len(people))
    shares[order] = people[origin] * people[order] / (nearer * (nearer + inside))[ring]
    return shares


def fit_decay(moves: Floats, cost: Floats) -> tuple[float, Floats]:
    """Return the decay at which the fitted moves cost as much as the moves do, and the fitted table [orig, dest].

    The decay is nan where the moves do not settle it.

    Parameters
    ----------
    moves : [orig, dest], diagonal zero
    cost : [orig, dest], finite
    """
    table, decay = independent(moves), 0.0
    if not _leaves_freedom(table > 0.0):
        return float("nan"), table
    unit, centred = _in_units_of_its_spread(cost, table)
    if not unit:
        return float("nan"), table
    for _ in range(MOST_STEPS):
        left = _centred(centred, table)
        score = float(((moves - table) * left).sum())
        information = float((table * left**2).sum())
        if information <= FLAT * table.sum():
            break
        step = float(np.clip(score / information, -LONGEST_STEP, LONGEST_STEP))
        decay += step
        if abs(step) <= DECAY_PRECISION:
            return decay / unit, table
        if abs(decay) > STEEPEST_DECAY:
            break
        table = _fitted(moves, table * np.exp(step * left))  # nearly has the totals before
    return float("nan"), table


def _in_units_of_its_spread(cost: Floats, table: Floats) -> tuple[float, Floats]:
    """Return what origins and destinations leave of a cost over its spread, and the spread: 0 if they leave nothing."""
    cells = table > 0.0
    orig, dest = np.nonzero(cells)
    X = cost[cells][:, None]
    basis = basis_of(X, np.median(X, axis=0), effects_design([orig, dest], table.shape, len(X)))
    scaled = np.zeros_like(table)
    if not basis.used.all():
        return 0.0, scaled
    scaled[cells] = basis.parts[:, 0]
    return float(1.0 / basis.turn[0, 0]), scaled


def independent(moves: Floats) -> Floats:
    """Return the moves [orig, dest] that the totals by origin and by destination alone give, off the diagonal."""
    return _fitted(moves, 1.0 - np.eye(len(moves)))


def _fitted(moves: Floats, seed: Floats) -> Floats:
    """Return the likeliest Poisson means given origin and destination effects beside `seed`, diagonal zero.

    The likeliest means have the totals of the moves, so scaling the seed to them is the whole fit.
    """
    return fit_margins(seed, moves.sum(axis=1), moves.sum(axis=0)).table


def _leaves_freedom(possible: Booleans) -> bool:
    """Tell whether effects of origins and destinations leave anything of the possible corridors [orig, dest] to fit.

    They fit as many corridors as there are origins and destinations, less one for each part that is connected.
    """
    from scipy.sparse import csr_array  # noqa: PLC0415 - slow to import
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - slow to import

    origins, destinations = possible.any(axis=1), possible.any(axis=0)
    used = possible[np.ix_(origins, destinations)]
    ends = np.block([[np.zeros((len(used), len(used))), used], [used.T, np.zeros((used.shape[1],) * 2)]])
    parts = int(connected_components(csr_array(ends), directed=False, return_labels=False))
    return int(used.sum()) > sum(used.shape) - parts


def _centred(values: Floats, weights: Floats) -> Floats:
    """Take the weighted means of origins and destinations out of `values`, [orig, dest]."""
    centred = values.copy()
    for axis in (1, 0) * CENTRINGS:
        total = weights.sum(axis=axis, keepdims=True)
        sums = (weights * centred).sum(axis=axis, keepdims=True)
        centred -= np.divide(sums, total, out=np.zeros_like(total), where=total > 0)
    return centred


def _checked(flows: Floats, costs: Floats, *, single: bool = False) -> tuple[Floats, Floats]:
    """Return flows and costs as floats with a diagonal of zeros; report all that is wrong."""
    problems: list[Problem] = []
    moves, costs = (np.array(numbers_of(name, each, problems)) for name, each in (("flows", flows), ("costs", costs)))
    if problems:
        raise InputError(problems)
    if moves.ndim != 2 or moves.shape[0] != moves.shape[1] or len(moves) < 2:
        raise InputError(Problem("the flows are not a square table", "Give [orig, dest]", value=moves.shape))
    costs = costs[None] if single else costs
    if costs.ndim != 3 or costs.shape[1:] != moves.shape:
        raise InputError(
            Problem("the costs do not fit the flows", f"Give an array of {moves.shape}", value=costs.shape[1:])
        )
    np.fill_diagonal(moves, 0.0)
    costs[:, np.eye(len(moves), dtype=np.bool_)] = 0.0
    if not (np.isfinite(moves) & (moves >= 0)).all():
        problems.append(Problem("a flow is negative or not finite", "Correct it"))
    elif not moves.any():
        problems.append(Problem("nobody moves between two areas", "Give a table with a flow off the diagonal"))
    if not np.isfinite(costs).all():
        problems.append(Problem("a cost off the diagonal is not finite", "Correct it"))
    if problems:
        raise InputError(problems)
    return moves, costs
