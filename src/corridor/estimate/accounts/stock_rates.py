"""Flows from rates that migrant stocks imply: shares of a known total, or the growth matrix between two stocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.errors import InputError, Problem
from corridor.estimate.own.checked import checked_arrays

if TYPE_CHECKING:
    from corridor.axes import Floats


def flows_by_stock_shares(stock: Floats, total: float) -> Floats:
    """Spread a total of moves over pairs in proportion to the migrants who live there (Dennett 2016).

    Parameters
    ----------
    stock : [birthplace, residence], people
    total : moves of all pairs together; Abel and Cohen (2019) take the sum of absolute net migration

    Returns
    -------
    [orig, dest], moves, from the birthplace to the residence

    Raises
    ------
    InputError
        If a count or the total is negative or not finite, or nobody lives outside the birthplace.
    """
    stock, moves = checked_arrays(("stock", stock, "area area"), ("total", total, ""))
    abroad = stock.copy()
    np.fill_diagonal(abroad, 0.0)
    if not abroad.any():
        raise InputError(Problem("nobody lives outside the birthplace", "Give a stock with migrants", file="stock"))
    flows: Floats = abroad * (moves / abroad.sum())
    return flows


def flows_by_growth_matrix(start: Floats, end: Floats) -> Floats:
    """Estimate flows from the matrix `g` that turns one stock into the other, `start @ g = end`.

    The flow from i to j is `g[i, j]` times all who live in i at the start (Rogers and von Rabenau 1971). Nothing keeps
    these from being negative, and often some are: the method belongs to the comparison of methods, not to use.

    Parameters
    ----------
    start, end : [birthplace, residence], people

    Returns
    -------
    [orig, dest], people, the diagonal zero

    Raises
    ------
    InputError
        If shapes disagree, a count is negative or not finite, or no such matrix exists or more than one.
    """
    start, end = checked_arrays(("start", start, "area area"), ("end", end, "area area"))
    if np.linalg.matrix_rank(start) < len(start):
        remedy = "Leave out areas without people, or areas whose people are spread alike"
        raise InputError(Problem("the stock at the start cannot be inverted", remedy, file="start"))
    flows: Floats = np.linalg.solve(start, end) * start.sum(axis=0)[:, None]
    np.fill_diagonal(flows, 0.0)
    return flows
