"""What one more place under a cap brings, in legal and in irregular moves, on the best plan's own way of using it.

The dual price of a cap is in units of the aim. To say it in moves, the conditions of optimality are differentiated:
with h the curvature of each open cell's worth, A the rows of caps that bind and G the slopes of cuts that hold (one for
a plain sum), a loosened cap db moves places and prices by

    h dK = G' dz - A' dy,    A dK = db,    G dK = dv,    sum of dz = 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.analysis.capacity_aims import chunks
from corridor.analysis.capacity_response import mean_slope

if TYPE_CHECKING:
    from corridor.analysis.capacity_program import CapacityWorld, Cuts, SolvedProgram
    from corridor.axes import Floats, Integers

NUDGE = 1e-4
"""Share of a capacity over which the curvature is measured."""
NOTHING = 1e-8
"""Share of the largest dual price below which a cap or cut does not bind."""


def worth_of(world: CapacityWorld, cuts: Cuts, answer: SolvedProgram) -> Floats:
    """Worth of a legal move in the objective: [row of the cuts' draws, cell of the world]."""
    weights = cuts.weights(world)
    worth = np.zeros((len(cuts.draws), len(world.cells)))
    for cut in np.flatnonzero(answer.cut_weights):
        own = slice(*weights.indptr[cut : cut + 2])
        worth[cuts.rows[cut][2], weights.indices[own]] += answer.cut_weights[cut] * weights.data[own]
    return worth


def moves_per_place(
    world: CapacityWorld, cuts: Cuts, answer: SolvedProgram, response: Floats, redirected: Floats
) -> tuple[Floats, Floats]:
    """Expected legal moves gained and irregular ones avoided per unit more of each cap: [cap] and [cap].

    Parameters
    ----------
    response : [any cell], best capacities at the answer's prices
    redirected : [any cell], share of moves without a legal way that is irregular
    """
    binding = np.flatnonzero(answer.cap_prices > NOTHING * answer.cap_prices.max(initial=0.0))
    low, high = world.floor[world.cells], world.high[world.cells]
    places = response[world.cells]
    inside = (places > low + NUDGE**2 * (high - low)) & (places < high * (1.0 - NUDGE))
    per_place = np.zeros((2, len(answer.cap_prices)))
    if not binding.size or not inside.any():
        return per_place[0], per_place[1]
    open_ = np.flatnonzero(inside)
    caps = world.caps.weights.tocsc()[binding][:, world.cells[open_]].toarray()
    curve, legal, by_row = _slopes(world, cuts, worth_of(world, cuts, answer)[:, open_], open_, places[open_])
    holding = np.flatnonzero(answer.cut_weights > NOTHING * answer.cut_weights.max())
    rows = [cuts.rows[cut][2] for cut in holding]
    slopes = cuts.weights(world)[holding][:, open_].toarray() * by_row[rows]
    terms = np.array([[cuts.rows[cut][0] == term for term in range(len(world.terms))] for cut in holding], float)
    free = [np.isneginf(term.at_least) for term in world.terms]
    moved = _moved(caps, slopes, terms[:, free], curve)
    gains = np.stack([legal, redirected[world.cells[open_]] * legal])
    per_place[:, binding] = gains @ moved
    return per_place[0], per_place[1]


def _moved(caps: Floats, slopes: Floats, terms: Floats, curve: Floats) -> Floats:
    """Places moved per unit more of each binding cap: [cell, binding cap].

    Parameters
    ----------
    caps, slopes : [binding cap, cell] and [cut, cell]
    terms : [cut, term], 1 where the cut is the term's and the term's value is free
    curve : [cell], positive
    """
    rows = np.concatenate([-caps, slopes])
    rows_sizes = np.sqrt((rows**2 / curve).sum(axis=1))
    scale = 1.0 / np.where(rows_sizes > 0.0, rows_sizes, 1.0)
    count, free = len(rows), terms.shape[1]
    system = np.zeros((count + free, count + free))
    system[:count, :count] = (rows / curve * scale[:, None]) @ rows.T * scale
    system[len(caps) : count, count:] = -terms * scale[len(caps) :, None]
    system[count:, len(caps) : count] = system[len(caps) : count, count:].T
    right = np.zeros((count + free, len(caps)))
    right[: len(caps)] = -np.diag(scale[: len(caps)])
    changes = np.linalg.lstsq(system, right, rcond=1e-11)[0]
    moved: Floats = (rows.T * scale) @ changes[:count] / curve[:, None]
    return moved


def _slopes(
    world: CapacityWorld, cuts: Cuts, worth: Floats, open_: Integers, places: Floats
) -> tuple[Floats, Floats, Floats]:
    """Curvature of the worth and expected legal moves per place [cell], and these by row of draws [row, cell]."""
    curve, legal = np.empty(len(open_)), np.empty(len(open_))
    by_row = np.empty((len(cuts.draws), len(open_)))
    for part in chunks(len(open_)):
        latent, at = world.latent.of(world.cells[open_[part]]), places[part]
        weights = np.array(cuts.draws).T @ worth[:, part]
        less, more = (mean_slope(latent, weights, at * (1.0 + sign * NUDGE)) for sign in (-1.0, 1.0))
        curve[part] = (less - more) / (2.0 * NUDGE * at)
        slope = latent.slope(at)
        legal[part], by_row[:, part] = slope.mean(axis=0), np.array(cuts.draws) @ slope
    return np.maximum(curve, np.finfo(float).tiny), legal, by_row
