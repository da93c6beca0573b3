"""Which net migration some moves can have: moves only go where cells allow, and the fewest and most of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from corridor.errors import InputError, Problem
from corridor.estimate.tables.ipf import BALANCED

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from corridor.axes import Booleans, Floats, Integers

FINE = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
"""Options of linear programmes, whose numbers are at most about one here."""


def require_within_reach(cells: Booleans, net: Floats, total: float | None = None) -> None:
    """Refuse a net migration that no moves in the open cells have, or none that come to the total.

    Parameters
    ----------
    cells : [orig, dest], where moves may be; not on the diagonal
    net : [area], summing to zero
    total : of all moves; None leaves it free

    Raises
    ------
    InputError
        Names the areas that shall gain more than can reach them, or the fewest or most moves.
    """
    unit = float(np.abs(net).max(initial=0.0)) or 1.0
    orig, dest = np.nonzero(cells)
    incidence = incidence_of(orig, dest, len(net))
    gainers = _cut_off(incidence, net / unit)
    if gainers.size:
        fault = "the cells that are not forbidden cannot carry the net migration: none leads from others into this area"
        named = ", ".join(map(str, gainers))
        remedy = "Allow moves into it (with entropy the zeros of a prior stay zero), or correct its net migration"
        raise InputError(Problem(fault, remedy, column=f"area {named}", value=float(net[gainers].sum())))
    if total is not None:
        _require_total(incidence, net / unit, total / unit, unit)


def incidence_of(orig: Integers, dest: Integers, areas: int) -> csr_array:
    """Return [area, cell]: 1 where a move arrives, -1 where it leaves."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - slow to import

    cells = np.arange(len(orig))
    signs = np.repeat([1.0, -1.0], len(orig))
    places = (np.concatenate([dest, orig]), np.concatenate([cells, cells]))
    return csr_array((signs, places), shape=(areas, len(orig)))


def _cut_off(incidence: csr_array, net: Floats) -> Integers:
    """Return the areas that shall gain and that nothing reaches from outside; none if the net migration can be had.

    As much net migration as possible is had by moves, and the rest by gifts; areas with the price of a gift are those
    that moves do not reach.
    """
    from scipy.optimize import linprog  # noqa: PLC0415 - slow to import
    from scipy.sparse import eye_array, hstack  # noqa: PLC0415 - slow to import

    areas, cells = incidence.shape
    gifts: Any = hstack([incidence, eye_array(areas), -eye_array(areas)])
    cost = np.concatenate([np.zeros(cells), np.ones(2 * areas)])
    solved = linprog(cost, A_eq=gifts, b_eq=net, method="highs", options=FINE)
    if not solved.success or solved.fun <= BALANCED:
        return np.zeros(0, dtype=np.int64)
    prices = solved.eqlin.marginals
    return np.flatnonzero(prices > (prices.min() + prices.max()) / 2.0)


def _require_total(incidence: csr_array, net: Floats, total: float, unit: float) -> None:
    """Refuse a total of moves that is less than the fewest, or more than the most."""
    from scipy.optimize import linprog  # noqa: PLC0415 - slow to import

    for sign, words in ((1.0, "less than the fewest"), (-1.0, "more than the most")):
        ones = np.full(incidence.shape[1], sign)
        solved = linprog(ones, A_eq=incidence, b_eq=net, method="highs", options=FINE)
        if solved.success and sign * total < solved.fun * (1.0 + sign * BALANCED):
            fault = f"the total is {words} moves with this net migration, {sign * solved.fun * unit:.6g}"
            raise InputError(Problem(fault, "Give another total, or none", column="total", value=total * unit))
