"""Weighted legal moves of single cells: along a grid of capacities, and at best where each place has a price.

These are the two halves of the proof in `corridor.explain.capacity_plan`: chords between grid points lie below the
concave curve, so a plan found with them is worth at least what they say; tangents lie above it, so the best response to
prices bounds what any plan can be worth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.explain.capacity_aims import chunks
from corridor.projection.gate import legal_moves, legal_slope

if TYPE_CHECKING:
    from corridor.axes import Floats, Integers

HALVINGS = 18
"""Of the logarithm of a bracket at most 1e5 wide: its ends are then less than 1e-4 of the capacity apart."""
WIDEST = 1e-5


def means_on_grid(demand: Floats, cells: Integers, points: Floats, draws: Floats, rows: Integers) -> Floats:
    """Weighted means over draws of legal moves: [point, pair] of a cell and weights of draws.

    Parameters
    ----------
    demand : [draw, any cell]
    cells, rows : [pair], its cell and its row of `draws`
    points : [point, pair], capacities
    draws : [row, draw], weights
    """
    means = np.empty(points.shape)
    for part in chunks(len(cells)):
        wanted, weights = demand[:, cells[part]], draws[rows[part]].T
        for position, places in enumerate(points):
            means[position, part] = np.einsum("dp,dp->p", weights, legal_moves(wanted, places[part]))
    return means


def best_response(
    demand: Floats,
    cells: Integers,
    draws: Floats,
    worth: Floats,
    price: Floats,
    *,
    low: Floats,
    high: Floats,
    ceiling: Floats,
) -> tuple[Floats, Floats]:
    """Capacities that are worth most where each place has its price, and an upper bound of what they are worth: [cell].

    Parameters
    ----------
    demand : [draw, any cell]
    cells : [cell], those looked at
    draws, worth : [row, draw] and [row, cell]: a legal move of a draw and cell is worth their product, summed over rows
    price : [cell], per place
    low, high, ceiling : [cell]; the search ends at `high`, the bound holds up to `ceiling`
    """
    places, bounds = np.empty(len(cells)), np.empty(len(cells))
    for part in chunks(len(cells)):
        wanted, weights = demand[:, cells[part]], draws.T @ worth[:, part]
        lower, upper = _bracket(wanted, weights, price[part], low[part], high[part])
        places[part], bounds[part] = _under_tangents(wanted, weights, price[part], lower, upper)
        last = np.where(price[part] >= 0.0, high[part], ceiling[part])
        with np.errstate(invalid="ignore"):
            spent = np.where(price[part] == 0.0, 0.0, price[part] * last)
        beyond = np.where(ceiling[part] > high[part], (weights * wanted).sum(axis=0) - spent, -np.inf)
        bounds[part] = np.maximum(bounds[part], beyond)
    return places, bounds


def _bracket(demand: Floats, weights: Floats, price: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Capacities on both sides of where one more place is worth its price; equal where that is an end of the range."""
    lower, upper = low.copy(), high.copy()
    empty = mean_slope(demand, weights, low) <= price
    upper[empty] = low[empty]
    full = mean_slope(demand, weights, upper) >= price
    lower[full] = upper[full]
    for _ in range(HALVINGS):
        middle = np.sqrt(np.maximum(lower, WIDEST * upper) * upper)
        more = mean_slope(demand, weights, middle) > price
        lower, upper = np.where(more, middle, lower), np.where(more, upper, middle)
    return lower, upper


def mean_slope(demand: Floats, weights: Floats, places: Floats) -> Floats:
    """Worth of one more place: [cell], from demand and weights [draw, cell]."""
    slope: Floats = np.einsum("dc,dc->c", weights, legal_slope(demand, places))
    return slope


def _under_tangents(
    demand: Floats, weights: Floats, price: Floats, lower: Floats, upper: Floats
) -> tuple[Floats, Floats]:
    """Where the tangents at both ends of a bracket cross, and how high: an upper bound of a concave function."""
    at_lower, at_upper = (
        np.einsum("dc,dc->c", weights, legal_moves(demand, end)) - price * end for end in (lower, upper)
    )
    rise, fall = (mean_slope(demand, weights, end) - price for end in (lower, upper))
    steep = rise - fall
    crossing = (at_upper - at_lower + rise * lower - fall * upper) / np.where(steep > 0.0, steep, 1.0)
    places = np.where((steep > 0.0) & (upper > lower), np.clip(crossing, lower, upper), lower)
    return places, np.maximum(at_lower + np.maximum(rise, 0.0) * (places - lower), np.maximum(at_lower, at_upper))
