"""Flows nearest to given ones whose net migration is given: y_ij = m_ij a_i / a_j (Abel & Smith; `cm_net`).

With a grand total as well (`cm_net_tot`) there is one more factor: y_ij = scale m_ij a_i / a_j.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from corridor.axes import Floats

PERSONS = 1e-6
"""Tolerance of the engine, whose moves are persons a year."""
PART = 1e-12
"""Tolerance where none is given, as a part of the most that moves into or out of an area, or shall be gained."""
MOST_STEPS = 60
LONGEST_STEP = 20.0
"""Most that the logarithms of two factors move apart in a step: far from the solution a Newton step can be absurd."""
LARGEST_LOG_RATIO = 500.0
"""Factors further apart mean that the demanded net migration cannot be reached."""
SHORTEST_STEP = 1e-10
NEARLY_SOLVED = 1e-3
"""Part of the error that a direction may leave unsolved."""
RIDGE = 1e-14
"""Keeps the Newton system solvable where the demanded net migration drives flows to nothing."""


@dataclass(frozen=True, slots=True)
class NetBalance:
    """Flows balanced to a net migration.

    Attributes
    ----------
    factors : [area], a_i, with geometric mean 1: y_ij = m_ij a_i / a_j
    converged : whether every area is within the tolerance
    error : largest distance to the demanded net migration (and total), persons
    steps : Newton steps taken
    scale : the factor of all flows, 1 where no total is demanded
    """

    factors: Floats
    converged: bool
    error: float
    steps: int
    scale: float = 1.0


def balance_to_net(
    flows: Floats, net: Floats, *, start: Floats | None = None, tolerance: float | None = None
) -> NetBalance:
    """Find the factors that give `flows` the net migration `net` with the least change (Kullback-Leibler).

    The factors minimise the convex function sum_ij m_ij a_i/a_j + sum_i net_i ln a_i, found by Newton steps with
    halving. `net` is brought to sum to zero by the caller; an area without any flow cannot be moved from zero.

    Parameters
    ----------
    flows : [orig, dest], persons; a diagonal is left out
    net : [area], persons, immigrants minus emigrants, summing to zero
    start : [area], factors to start from, such as last year's
    tolerance : in the unit of the flows; `PART` of the most that moves or shall move, if there is none
    """
    moves = flows.copy()
    np.fill_diagonal(moves, 0.0)
    tolerance = PART * largest_change(moves, net) if tolerance is None else tolerance
    log_factors: Floats = np.zeros(len(net))
    if start is not None:
        log_factors += np.log(start)
    error = _miss(moves, net, log_factors)
    steps = 0
    while np.abs(error).max() > tolerance and steps < MOST_STEPS and np.ptp(log_factors) < LARGEST_LOG_RATIO:
        direction = _newton_direction(moves, log_factors, error)
        slope = float(error @ direction)
        step = _step_length(lambda trial: _height(moves, net, trial), log_factors, direction, slope)
        if step == 0.0:
            break
        log_factors += step * direction
        error = _miss(moves, net, log_factors)
        steps += 1
    worst = float(np.abs(error).max())
    return NetBalance(np.exp(log_factors - log_factors.mean()), worst <= tolerance, worst, steps)


def largest_change(moves: Floats, net: Floats) -> float:
    """Return the most that moves into or out of an area, or that it shall gain or lose."""
    return max(float(each.max(initial=0.0)) for each in (moves.sum(axis=0), moves.sum(axis=1), np.abs(net)))


def balance_to_net_and_total(flows: Floats, net: Floats, total: float, *, tolerance: float | None = None) -> NetBalance:
    """Find the factors that give `flows` a net migration and a grand total with the least change (Kullback-Leibler).

    The same convex function as in `balance_to_net`, with the logarithm of the scale as one more unknown.

    Parameters
    ----------
    flows : [orig, dest], persons; the diagonal is scaled and counts in the total
    net : [area], persons, immigrants minus emigrants, summing to zero
    total : persons, all cells together; it cannot be less than the moves that the net migration needs
    tolerance : in the unit of the flows; `PART` of the most that moves or shall move, if there is none
    """
    staying = float(np.trace(flows))
    moves = flows.copy()
    np.fill_diagonal(moves, 0.0)
    tolerance = PART * max(largest_change(moves, net), total) if tolerance is None else tolerance
    unknowns: Floats = np.zeros(len(net) + 1)
    unknowns[-1] = np.log(total / flows.sum())
    steps, error = 0, _gaps(moves, staying, net, total, unknowns)
    while np.abs(error).max() > tolerance and steps < MOST_STEPS and np.ptp(unknowns[:-1]) < LARGEST_LOG_RATIO:
        direction = _bordered_direction(moves, staying, unknowns, error)
        slope = float(error @ direction)
        step = _step_length(
            lambda trial: _height_with_total(moves, staying, net, total, trial), unknowns, direction, slope
        )
        if step == 0.0:
            break
        unknowns = unknowns + step * direction
        error = _gaps(moves, staying, net, total, unknowns)
        steps += 1
    worst = float(np.abs(error).max())
    factors = np.exp(unknowns[:-1] - unknowns[:-1].mean())
    return NetBalance(factors, worst <= tolerance, worst, steps, float(np.exp(unknowns[-1])))


def _gaps(moves: Floats, staying: float, net: Floats, total: float, unknowns: Floats) -> Floats:
    """Return how far net migration and total are from what is demanded, downhill."""
    scale = np.exp(unknowns[-1])
    balanced = scale * _balanced(moves, unknowns[:-1])
    return np.append(_error(balanced, net), total - balanced.sum() - scale * staying)


def _height_with_total(moves: Floats, staying: float, net: Floats, total: float, unknowns: Floats) -> float:
    with np.errstate(over="ignore"):
        factors = np.exp(unknowns[:-1] - unknowns[:-1].mean())
        scaled = np.exp(unknowns[-1]) * (factors @ (moves @ (1.0 / factors)) + staying)
    return float(scaled + net @ unknowns[:-1] - total * unknowns[-1])


def _bordered_direction(moves: Floats, staying: float, unknowns: Floats, error: Floats) -> Floats:
    """Solve the second derivative of the convex function: the Laplacian of the turnover, bordered by the total."""
    scale = np.exp(unknowns[-1])
    balanced = scale * _balanced(moves, unknowns[:-1])
    turnover = balanced.sum(axis=0) + balanced.sum(axis=1)
    losses = balanced.sum(axis=1) - balanced.sum(axis=0)
    system = np.zeros((len(error), len(error)))
    system[:-1, :-1] = np.diag(np.where(turnover > 0.0, turnover, turnover.max())) - (balanced + balanced.T)
    system[:-1, :-1] += turnover.max() / len(turnover) ** 2
    system[-1, :-1], system[:-1, -1] = losses, losses
    system[-1, -1] = balanced.sum() + scale * staying
    system += RIDGE * system.max() * np.eye(len(error))
    return np.asarray(np.linalg.solve(system, error), dtype=np.float64)


def _balanced(moves: Floats, log_factors: Floats) -> Floats:
    factors = np.exp(log_factors - log_factors.mean())
    balanced: Floats = moves * factors[:, None] / factors[None, :]
    return balanced


def _error(balanced: Floats, net: Floats) -> Floats:
    error: Floats = balanced.sum(axis=0) - balanced.sum(axis=1) - net
    return error


def _newton_direction(moves: Floats, log_factors: Floats, error: Floats) -> Floats:
    """Solve the graph Laplacian of the turnover for `error`, nearly: a direction need not be exact.

    Conjugate gradients, preconditioned with the turnover (Hestenes and Stiefel 1952; inexact Newton steps: Dembo,
    Eisenstat and Steihaug 1982). Each iteration is two products with the flows, a hundredth of a factorisation.
    """
    factors = np.exp(log_factors - log_factors.mean())
    inverse = 1.0 / factors
    turnover = (factors @ moves) * inverse + factors * (moves @ inverse)
    per_turnover = np.divide(1.0, turnover, out=np.zeros_like(turnover), where=turnover > 0.0)
    direction, rest = np.zeros_like(error), np.where(turnover > 0.0, error, 0.0)
    search = rest * per_turnover
    size = float(rest @ search)
    enough = NEARLY_SOLVED**2 * size
    for _ in range(len(error)):
        if size <= enough:
            break
        image = turnover * search - factors * (moves @ (inverse * search)) - ((factors * search) @ moves) * inverse
        step = size / float(search @ image)
        direction += step * search
        rest -= step * image
        conditioned = rest * per_turnover
        before, size = size, float(rest @ conditioned)
        search = conditioned + (size / before) * search
    return direction


def _miss(moves: Floats, net: Floats, log_factors: Floats) -> Floats:
    """Return how far net migration is from what is demanded, as `_error` does, by two products with vectors."""
    factors = np.exp(log_factors - log_factors.mean())
    miss: Floats = (factors @ moves) / factors - factors * (moves @ (1.0 / factors)) - net
    return miss


def _height(moves: Floats, net: Floats, log_factors: Floats) -> float:
    """Return the convex function that the balance minimises."""
    with np.errstate(over="ignore"):
        factors = np.exp(log_factors - log_factors.mean())
        return float(factors @ (moves @ (1.0 / factors)) + net @ log_factors)


def _step_length(height: Callable[[Floats], float], here: Floats, direction: Floats, slope: float) -> float:
    """Return the largest of 1, 1/2, 1/4, ... that lowers the convex function as far as its slope promises."""
    now = height(here)
    step = min(1.0, LONGEST_STEP / max(float(np.ptp(direction)), LONGEST_STEP))
    while step > SHORTEST_STEP:
        if height(here + step * direction) <= now - 1e-4 * step * slope + 1e-12 * abs(now):
            return step
        step /= 2.0
    return 0.0
