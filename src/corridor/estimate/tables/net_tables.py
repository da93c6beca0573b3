"""Tables of moves with a given net migration, nearest to a prior table by entropy, absolute or squared change.

All three keep moves from being negative and may forbid cells. They differ in what "near" means:

- entropy (Kullback-Leibler): each cell is scaled, zeros stay zero; `y_ij = m_ij a_i / a_j`. The usual choice;
- absolute: as few moves as possible are added or taken away; few cells change, and there can be several such tables;
- squares: many cells change by little.

Each table comes with the prices that prove it is the nearest: what a unit more of net migration in an area would add to
the distance. At an allowed cell `price[dest] - price[orig]` equals the slope of the distance there (for absolute change
it lies between -1 and 1; where a cell is zero it may be below the slope), and no other table has such prices.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor.errors import InputError, NotConverged, Problem
from corridor.estimate.own.checked import above_zero_problems, checked_arrays, is_real, numbers_of, truth_problems
from corridor.estimate.tables.ipf import BALANCED, require_converged
from corridor.estimate.tables.net_balance import PART, balance_to_net, balance_to_net_and_total, largest_change
from corridor.estimate.tables.net_reach import FINE, incidence_of, require_within_reach

if TYPE_CHECKING:
    from corridor.axes import Booleans, Floats

MOST_STEPS = 200
RIDGE = 1e-10
"""Keeps the Newton system of least squares solvable where zeros cut the table in parts; steps are checked anyway."""
SHORTEST_STEP = 1e-12
LINEAR = 1e-7
"""Largest distance to the net migration that a linear programme leaves, over the largest change."""


@dataclass(frozen=True, slots=True)
class NetTable:
    """A table of moves with a given net migration.

    Attributes
    ----------
    table : [orig, dest], persons; the diagonal, which is no move, is that of the prior (with a total: scaled)
    prices : [area], what one person more of net migration would add to the distance; only differences matter
    converged : whether net migration is within the tolerance
    error : largest distance to the demanded net migration (and total), persons
    """

    table: Floats
    prices: Floats
    converged: bool
    error: float


def nearest_by_entropy(
    prior: Floats,
    net: Floats,
    *,
    forbidden: Booleans | None = None,
    total: float | None = None,
    tolerance: float | None = None,
    allow_unconverged: bool = False,
) -> NetTable:
    """Find the table with a net migration that changes a prior least by Kullback-Leibler divergence.

    Parameters
    ----------
    prior : [orig, dest], persons, not negative; its zeros stay
    net : [area], persons, arrivals minus departures, summing to zero
    forbidden : [orig, dest], cells that shall be zero
    total : all cells together, diagonal included; None leaves it free
    tolerance : persons; `net_balance.PART` of the most that moves or shall move, if there is none
    allow_unconverged : return what the last step left instead of raising

    Raises
    ------
    InputError
        If shapes disagree, a number is not finite, a count is negative, or net migration does not sum to zero.
    NotConverged
        If zeros and forbidden cells, or the total, rule the net migration out, unless `allow_unconverged`; it names the
        areas that moves do not reach.
    """
    allowed, net, tolerance = _checked(prior, net, forbidden, tolerance, allow_unconverged)
    if total is not None and not (is_real(total) and 0 < total < np.inf and allowed.any()):
        fault, remedy = "the total is not above zero, or the prior has no moves", "Give another total, or none"
        raise InputError(Problem(fault, remedy, column="total", value=total))
    if total is None:
        found = balance_to_net(allowed, net, tolerance=tolerance)
    else:
        tolerance = max(tolerance, PART * total)
        found = balance_to_net_and_total(allowed, net, total, tolerance=tolerance)
    table = found.scale * allowed * found.factors[:, None] / found.factors
    nearest = NetTable(table, -np.log(found.factors), found.converged, found.error)
    if allow_unconverged:
        return nearest
    try:
        return _settled(nearest, net, tolerance)
    except NotConverged as error:
        try:
            require_within_reach((allowed > 0) & _apart(allowed), net, None if np.trace(allowed) else total)
        except InputError as reason:
            raise NotConverged(f"{error}. {reason}") from None
        raise


def nearest_by_absolute_change(prior: Floats, net: Floats, *, forbidden: Booleans | None = None) -> NetTable:
    """Find a table with a net migration that adds and takes away as few moves as possible: min sum |y - prior|.

    A linear programme, solved by HiGHS. With a prior of zeros it is the smallest number of moves that make the net
    migration.

    Parameters
    ----------
    prior, net, forbidden : as in `nearest_by_entropy`; zeros that are not forbidden may fill

    Raises
    ------
    InputError
        As `nearest_by_entropy`.
    """
    from scipy.optimize import linprog  # noqa: PLC0415 - slow to import
    from scipy.sparse import hstack  # noqa: PLC0415 - slow to import

    allowed, net, tolerance = _checked(prior, net, forbidden, None, allow_unconverged=False)
    cells = _cells(allowed, forbidden)
    orig, dest = np.nonzero(cells)
    unit = tolerance / PART
    moves = allowed[orig, dest] / unit
    incidence = incidence_of(orig, dest, len(net))
    change = net / unit - incidence @ moves
    bounds: Any = np.concatenate(
        [np.full((len(moves), 2), [0.0, np.inf]), np.stack([np.zeros_like(moves), moves], axis=1)]
    )
    both_ways: Any = hstack([incidence, -incidence])
    solved = linprog(np.ones(2 * len(moves)), A_eq=both_ways, b_eq=change, bounds=bounds, method="highs", options=FINE)
    if solved.x is None:
        require_within_reach(cells, net)
        raise NotConverged(f"the linear programme of least absolute change failed: {solved.message}")
    table = allowed.copy()
    table[orig, dest] = unit * (moves + solved.x[: len(moves)] - solved.x[len(moves) :])
    error = float(np.abs(_net_of(table) - net).max(initial=0.0))
    return NetTable(table, solved.eqlin.marginals, error <= LINEAR * unit, error)


def nearest_by_squares(
    prior: Floats,
    net: Floats,
    *,
    forbidden: Booleans | None = None,
    tolerance: float | None = None,
    allow_unconverged: bool = False,
) -> NetTable:
    """Find the table with a net migration that is nearest to a prior by least squares: min sum (y - prior)^2 / 2.

    Its cells are `max(0, prior_ij + price_j - price_i)`; the prices minimise a convex function that is quadratic in
    pieces, found by Newton steps with halving (Qi and Sun 1993, Mathematical Programming 58).

    Parameters
    ----------
    prior, net, forbidden, tolerance, allow_unconverged : as in `nearest_by_entropy`; zeros that are not forbidden may
        fill

    Raises
    ------
    InputError
        As `nearest_by_entropy`.
    NotConverged
        If the steps end above the tolerance, unless `allow_unconverged`.
    """
    allowed, net, tolerance = _checked(prior, net, forbidden, tolerance, allow_unconverged)
    cells = _cells(allowed, forbidden)
    prices = np.zeros_like(net)
    moves = np.where(cells, allowed, 0.0)
    for _ in range(MOST_STEPS):
        gaps = net - (moves.sum(axis=0) - moves.sum(axis=1))
        if np.abs(gaps).max(initial=0.0) <= tolerance:
            break
        prices, advanced = _step(allowed, cells, net, prices, _direction(moves > 0, gaps))
        moves = _at_prices(allowed, cells, prices)
        if not advanced:
            break
    table = moves + np.diag(np.diag(allowed))
    error = float(np.abs(_net_of(moves) - net).max(initial=0.0))
    if not error <= tolerance and not allow_unconverged:
        require_within_reach(cells, net)
    nearest = NetTable(table, prices, error <= tolerance, error)
    return nearest if allow_unconverged else _settled(nearest, net, tolerance)


def _checked(
    prior: Floats, net: Floats, forbidden: Booleans | None, tolerance: float | None, allow_unconverged: bool
) -> tuple[Floats, Floats, float]:
    """Return the prior without its forbidden cells, net migration, and the tolerance."""
    problems = truth_problems(allow_unconverged=allow_unconverged)
    problems += [] if tolerance is None else above_zero_problems(tolerance=tolerance)
    mask: Any = np.zeros(np.shape(net) * 2) if forbidden is None else forbidden
    if getattr(mask, "dtype", None) != np.bool_:
        mask = numbers_of("forbidden", _as_numbers(mask), problems)
    if not np.isin(mask, (0, 1)).all():
        problems.append(Problem("a cell is neither forbidden nor free", "Give True or False", column="forbidden="))
    if np.size(net) < 2:
        problems.append(Problem("there are no two areas to move between", "Give two or more", value=np.shape(net)))
    if problems:
        raise InputError(problems)
    prior, net, mask = checked_arrays(
        ("prior", prior, "area area"), ("net", net, "area"), ("forbidden", mask * 1, "area area"), signed=("net",)
    )
    if abs(net.sum()) > BALANCED * np.abs(net).sum():
        remedy = "Spread the residual first, as `rescaling.rescale_net` does"
        raise InputError(Problem("net migration does not sum to zero", remedy, file="net", value=float(net.sum())))
    allowed = np.where(mask > 0, 0.0, prior)
    scale = largest_change(np.where(_apart(allowed), allowed, 0.0), net)
    return allowed, net, PART * (scale or 1.0) if tolerance is None else tolerance


def _as_numbers(mask: Any) -> Any:  # noqa: ANN401 - a list of lists of truth values
    try:
        found = np.asarray(mask)
    except ValueError:  # rows of unlike lengths, which the check of numbers names
        return mask
    return found * 1 if found.dtype == np.bool_ else mask


def _apart(table: Floats) -> Booleans:
    return ~np.eye(len(table), dtype=np.bool_)


def _net_of(table: Floats) -> Floats:
    """Return arrivals less departures: [area]."""
    net: Floats = table.sum(axis=0) - table.sum(axis=1)
    return net


def _cells(allowed: Floats, forbidden: Booleans | None) -> Booleans:
    """Return the cells that may hold moves."""
    apart = _apart(allowed)
    return apart if forbidden is None else apart & ~np.asarray(forbidden, dtype=np.bool_)


def _settled(found: NetTable, net: Floats, tolerance: float) -> NetTable:
    """Return a table, or raise with the areas that miss their net migration."""
    gaps = np.abs(found.table.sum(axis=0) - found.table.sum(axis=1) - net)
    names = [f"area {area}" for area in np.flatnonzero(~(gaps <= tolerance))]
    require_converged(
        converged=found.converged, unsettled=names, error=found.error, what="table with a given net migration"
    )
    return found


def _at_prices(prior: Floats, cells: Booleans, prices: Floats) -> Floats:
    """Return the moves that least squares has at these prices."""
    moves: Floats = np.where(cells, np.maximum(prior + prices - prices[:, None], 0.0), 0.0)
    return moves


def _height(prior: Floats, cells: Booleans, net: Floats, prices: Floats) -> float:
    """Return the convex function that the prices of least squares minimise."""
    return float(np.sum(_at_prices(prior, cells, prices) ** 2) / 2 - net @ prices)


def _direction(active: Booleans, gaps: Floats) -> Floats:
    """Solve the graph Laplacian of the cells in use."""
    laplacian = -(active.astype(np.float64) + active.T)
    np.fill_diagonal(laplacian, 0.0)
    np.fill_diagonal(laplacian, -laplacian.sum(axis=1))
    laplacian += 1.0 / len(gaps) + RIDGE * np.eye(len(gaps))
    return np.asarray(np.linalg.solve(laplacian, gaps), dtype=np.float64)


def _step(prior: Floats, cells: Booleans, net: Floats, prices: Floats, direction: Floats) -> tuple[Floats, bool]:
    """Move along a direction by the largest of 1, 1/2, 1/4, ... that lowers the convex function."""
    now = _height(prior, cells, net, prices)
    moves = _at_prices(prior, cells, prices)
    slope = float((moves.sum(axis=0) - moves.sum(axis=1) - net) @ direction)
    step = 1.0
    while step > SHORTEST_STEP:
        trial = prices + step * direction
        if _height(prior, cells, net, trial) <= now + 1e-4 * step * slope + 1e-14 * abs(now):
            return trial, True
        step /= 2
    return prices, False
