"""Weighted legal moves of single cells: along a grid of capacities, and at best where each place has a price.

These are the two halves of the proof in `corridor.analysis.capacity_plan`: chords between grid points lie below the
concave curve, so a plan found with them is worth at least what they say; tangents lie above it, so the best response to
prices bounds what any plan can be worth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.analysis.capacity_aims import chunks
from corridor.projection.gate import legal_moves, legal_slope

if TYPE_CHECKING:
    from corridor.axes import Floats, Integers

HALVINGS = 18
"""Of the logarithm of a bracket at most 1e5 wide: its ends are then less than 1e-4 of the capacity apart."""
WIDEST = 1e-5


class Latent(NamedTuple):
    """What cells have in draws.

    Attributes
    ----------
    demand : [draw, cell], persons
    beside : [draw or 1, cell], places that a draw has beside those of a plan
    """

    demand: Floats
    beside: Floats

    def of(self, cells: Integers) -> Latent:
        """Return some of the cells."""
        return Latent(self.demand[:, cells], self.beside[:, cells])

    def legal(self, places: Floats) -> Floats:
        """Legal moves at places [cell] of a plan: [draw, cell]."""
        return legal_moves(self.demand, places + self.beside)

    def slope(self, places: Floats) -> Floats:
        """Legal moves that one more place lets happen: [draw, cell]."""
        return legal_slope(self.demand, places + self.beside)


def means_on_grid(latent: Latent, cells: Integers, points: Floats, draws: Floats, rows: Integers) -> Floats:
    """Weighted means over draws of legal moves: [point, pair] of a cell and weights of draws.

    Parameters
    ----------
    latent : of any cells
    cells, rows : [pair], its cell and its row of `draws`
    points : [point, pair], capacities
    draws : [row, draw], weights
    """
    means = np.empty(points.shape)
    for part in chunks(len(cells)):
        here, weights = latent.of(cells[part]), draws[rows[part]].T
        for position, places in enumerate(points):
            means[position, part] = np.einsum("dp,dp->p", weights, here.legal(places[part]))
    return means


def best_response(
    latent: Latent,
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
    latent : of any cells
    cells : [cell], those looked at
    draws, worth : [row, draw] and [row, cell]: a legal move of a draw and cell is worth their product, summed over rows
    price : [cell], per place
    low, high, ceiling : [cell]; the search ends at `high`, the bound holds up to `ceiling`
    """
    places, bounds = np.empty(len(cells)), np.empty(len(cells))
    for part in chunks(len(cells)):
        here, weights = latent.of(cells[part]), draws.T @ worth[:, part]
        lower, upper = _bracket(here, weights, price[part], low[part], high[part])
        places[part], bounds[part] = _under_tangents(here, weights, price[part], lower, upper)
        last = np.where(price[part] >= 0.0, high[part], ceiling[part])
        with np.errstate(invalid="ignore"):
            spent = np.where(price[part] == 0.0, 0.0, price[part] * last)
        beyond = np.where(ceiling[part] > high[part], (weights * here.demand).sum(axis=0) - spent, -np.inf)
        bounds[part] = np.maximum(bounds[part], beyond)
    return places, bounds


def _bracket(latent: Latent, weights: Floats, price: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Capacities on both sides of where one more place is worth its price; equal where that is an end of the range."""
    lower, upper = low.copy(), high.copy()
    empty = mean_slope(latent, weights, low) <= price
    upper[empty] = low[empty]
    full = mean_slope(latent, weights, upper) >= price
    lower[full] = upper[full]
    for _ in range(HALVINGS):
        middle = np.sqrt(np.maximum(lower, WIDEST * upper) * upper)
        more = mean_slope(latent, weights, middle) > price
        lower, upper = np.where(more, middle, lower), np.where(more, upper, middle)
    return lower, upper


def mean_slope(latent: Latent, weights: Floats, places: Floats) -> Floats:
    """Worth of one more place: [cell], from weights [draw, cell] and places [cell]."""
    slope: Floats = np.einsum("dc,dc->c", weights, latent.slope(places))
    return slope


def _under_tangents(
    latent: Latent, weights: Floats, price: Floats, lower: Floats, upper: Floats
) -> tuple[Floats, Floats]:
    """Where the tangents at both ends of a bracket cross, and how high: an upper bound of a concave function."""
    at_lower, at_upper = (np.einsum("dc,dc->c", weights, latent.legal(end)) - price * end for end in (lower, upper))
    rise, fall = (mean_slope(latent, weights, end) - price for end in (lower, upper))
    steep = rise - fall
    crossing = (at_upper - at_lower + rise * lower - fall * upper) / np.where(steep > 0.0, steep, 1.0)
    places = np.where((steep > 0.0) & (upper > lower), np.clip(crossing, lower, upper), lower)
    return places, np.maximum(at_lower + np.maximum(rise, 0.0) * (places - lower), np.maximum(at_lower, at_upper))
