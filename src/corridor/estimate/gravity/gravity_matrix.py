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
from corridor.estimate.tables.ipf import fit_margins

if TYPE_CHECKING:
    from corridor.axes import Booleans, Floats

MOST_STEPS = 100
LONGEST_STEP = 2.0
"""Most that the decay moves in a step: where few moves are left to fit, a Newton step can be absurd."""
STEEPEST_DECAY = 32.0
"""A decay beyond it, either way, means that no finite one fits (our judgement)."""
DECAY_PRECISION = 1e-10
FLAT = 1e-10
"""Information per move about the decay below which it counts as none."""
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
    moves, costs = _checked(flows, cost[None])
    decay, table = fit_decay(moves, costs[0])
    if np.isnan(decay):
        raise NotConverged("the flows do not settle a decay beside effects of origins and destinations")
    return Constrained(np.array([decay]), table)


def production_constrained(flows: Floats, costs: Floats) -> Constrained:
    """Fit the gravity model that has the totals of the flows by origin, by Newton steps.

    It is the conditional logit of destinations (McFadden 1974), each move a choice.

    Parameters
    ----------
    flows : [orig, dest], not negative; the diagonal is ignored
    costs : [cost, orig, dest], finite off the diagonal: log distance, log population of the destination, ...

    Raises
    ------
    InputError
        If shapes disagree, a number cannot be used, or one cost repeats others.
    NotConverged
        If the steps do not settle.
    """
    moves, costs = _checked(flows, costs)
    out = moves.sum(axis=1, keepdims=True)
    coefficients = np.zeros(len(costs))
    for _ in range(MOST_STEPS):
        table = out * _shares(coefficients, costs)
        means = np.einsum("od,kod->ko", table, costs) / np.where(out > 0, out, 1.0).T
        left = costs - means[:, :, None]
        score = np.einsum("od,kod->k", moves - table, costs)
        information = np.einsum("od,kod,lod->kl", table, left, left)
        if np.linalg.matrix_rank(information, hermitian=True) < len(costs):
            raise InputError(
                Problem("costs do not differ between the destinations of an origin", "Leave out what repeats")
            )
        step = np.linalg.solve(information, score)
        step *= min(1.0, LONGEST_STEP / max(np.abs(left * step[:, None, None]).sum(axis=0)[table > 0].max(), 1e-300))
        coefficients = coefficients + step
        if np.abs(step * np.abs(costs).max(axis=(1, 2))).max() <= DECAY_PRECISION:
            return Constrained(coefficients, out * _shares(coefficients, costs))
    raise NotConverged(f"the production-constrained model did not settle in {MOST_STEPS} Newton steps")


def radiation(outflow: Floats, population: Floats, distance: Floats, *, finite: bool = True) -> Floats:
    """Return the flows of the radiation model: [orig, dest], diagonal zero.

    The share of the moves out of i that end in j is `m_i n_j / ((m_i + s_ij) (m_i + n_j + s_ij))`, with m and n the
    populations of both and s that of all areas nearer to i than j (Simini, Gonzalez, Maritan and Barabasi 2012,
    *Nature* 484: 96). It has no parameter. Areas equally far do not stand in each other's way.

    Parameters
    ----------
    outflow : [orig], moves out, any unit
    population : [area], positive
    distance : [orig, dest], any unit
    finite : divide by `1 - m_i / sum(m)`, so that in a world with an end shares sum to one where no distances are equal
        (Masucci, Serras, Johansson and Batty 2013, *Physical Review E* 88: 022812)

    Raises
    ------
    InputError
        If shapes disagree or a number cannot be used.
    """
    areas = len(population)
    problems = [
        Problem(f"{name} does not fit {areas} areas", f"Give an array of shape {shape}", value=np.shape(values))
        for name, values, shape in (("outflow", outflow, (areas,)), ("distance", distance, (areas, areas)))
        if np.shape(values) != shape
    ]
    if problems or not (np.isfinite(population).all() and (np.asarray(population) > 0).all()):
        raise InputError(problems or Problem("a population is not finite and positive", "Correct it"))
    people = np.asarray(population, dtype=np.float64)
    between = np.stack([_nearer(people, row, origin) for origin, row in enumerate(np.asarray(distance))])
    here = people[:, None]
    shares = here * people / ((here + between) * (here + people + between))
    np.fill_diagonal(shares, 0.0)
    if finite:
        shares /= 1.0 - here / people.sum()
    flows: Floats = np.asarray(outflow, dtype=np.float64)[:, None] * shares
    return flows


def _nearer(people: Floats, distance: Floats, origin: int) -> Floats:
    """Return the population of the other areas nearer to the origin than each: [dest]."""
    others = np.delete(np.arange(len(people)), origin)
    order = others[np.argsort(distance[others], kind="stable")]
    reached = np.concatenate([[0.0], np.cumsum(people[order])])
    nearer: Floats = reached[np.searchsorted(distance[order], distance, side="left")]
    return nearer


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
    for _ in range(MOST_STEPS):
        left = _centred(cost, table)
        score = float(((moves - table) * left).sum())
        information = float((table * left**2).sum())
        if information <= FLAT * moves.sum():
            break
        step = float(np.clip(score / information, -LONGEST_STEP, LONGEST_STEP))
        decay += step
        if abs(step) <= DECAY_PRECISION:
            return decay, table
        if abs(decay) > STEEPEST_DECAY:
            break
        table = _fitted(moves, table * np.exp(step * left))  # nearly has the totals before
    return float("nan"), table


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


def _shares(coefficients: Floats, costs: Floats) -> Floats:
    """Return the shares of the destinations of each origin: [orig, dest], diagonal zero."""
    utility = np.tensordot(coefficients, costs, axes=1)
    np.fill_diagonal(utility, -np.inf)
    weights = np.exp(utility - utility.max(axis=1, keepdims=True))
    shares: Floats = weights / weights.sum(axis=1, keepdims=True)
    return shares


def _checked(flows: Floats, costs: Floats) -> tuple[Floats, Floats]:
    """Return flows and costs as floats with a diagonal of zeros; report all that is wrong."""
    moves, costs = np.array(flows, dtype=np.float64), np.array(costs, dtype=np.float64)
    if moves.ndim != 2 or moves.shape[0] != moves.shape[1] or len(moves) < 2:
        raise InputError(Problem("the flows are not a square table", "Give [orig, dest]", value=moves.shape))
    if costs.shape[1:] != moves.shape:
        raise InputError(
            Problem("the costs do not fit the flows", f"Give an array of {moves.shape}", value=costs.shape[1:])
        )
    np.fill_diagonal(moves, 0.0)
    costs[:, np.eye(len(moves), dtype=np.bool_)] = 0.0
    problems = []
    if not (np.isfinite(moves) & (moves >= 0)).all():
        problems.append(Problem("a flow is negative or not finite", "Correct it"))
    elif not moves.any():
        problems.append(Problem("nobody moves between two areas", "Give a table with a flow off the diagonal"))
    if not np.isfinite(costs).all():
        problems.append(Problem("a cost off the diagonal is not finite", "Correct it"))
    if problems:
        raise InputError(problems)
    return moves, costs
