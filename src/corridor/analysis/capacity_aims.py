"""Aims of a plan of legal capacities, all concave in the capacities, so that the best plan can be proven.

Every aim is the smallest over groups of pathways - one group, or the states - of an expectation over draws, or of a
cautious mean of the worst draws, of weighted legal moves above a reference:

    value(K) = min_g mean_d [ sum_c w_gc (L(D_dc, K_c) - R_dc) ] + offset,      c a pathway in a year, d a draw.

The cautious mean is that of the worst share `tail` of draws: the conditional value at risk of Rockafellar and Uryasev
(2000, *Optimization of conditional value-at-risk*), concave as a smallest weighted mean of concave functions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from corridor.errors import InputError, Problem
from corridor.projection.gate import legal_moves

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from corridor.axes import Booleans, Floats

    Sparse: TypeAlias = Any  # SciPy's sparse arrays have no types

CELLS_AT_ONCE = 512
"""Cells worked on together: with 100 draws half a megabyte, which stays in the processor's cache."""


@dataclass(frozen=True)
class Aim:
    """What a plan is to make as large as can be.

    Attributes
    ----------
    name : as users read it
    unit : of its value
    groups : [group], names of the groups of which the smallest counts; one for a plain sum
    weights : [group, cell], sparse, not negative: what a legal move counts
    reference : [group, draw], weighted moves that are taken off
    offset : [group], added
    tail : share of the draws, the worst, whose mean counts; 1 for the expectation
    """

    name: str
    unit: str
    groups: tuple[str, ...]
    weights: Sparse
    reference: Floats
    offset: Floats
    tail: float

    def by_group(self, demand: Floats, capacity: Floats) -> Floats:
        """Weighted moves above the reference, offset included: [group, draw]."""
        above = _weighted_legal(self.weights, demand, capacity) - self.reference
        sums: Floats = above + self.offset[:, None]
        return sums

    def value(self, demand: Floats, capacity: Floats) -> float:
        """Return the aim's value at capacities [(draw,) pathway, year] for demand [draw, pathway, year]."""
        sums = self.by_group(demand, capacity)
        return float((tail_weights(sums, self.tail) * sums).sum(axis=1).min())


def least_without_way(
    demand: Floats, redirected: Floats, *, irregular: float = 1.0, unmet: float = 1.0, tail: float = 1.0
) -> Aim:
    """Fewest irregular and unmet moves: of D - L, the share q is irregular and the rest unmet, each with its weight.

    The value is in weighted legal moves, summed over years: what is avoided. With a cautious tail it is the expected
    weighted demand less the mean of the weighted moves without a legal way in the draws that have most of these; so a
    draw is bad because many find no way, not because few want to move, and with `tail` 1 it is the expectation.

    Parameters
    ----------
    demand : [draw, pathway, year], persons a year
    redirected : [pathway], the share q
    """
    draws, pathways, years = demand.shape
    each = redirected * irregular + (1.0 - redirected) * unmet
    weights = _rows(np.repeat(each, years)[None])
    wanted = _weighted_legal(weights, demand, np.full((pathways, years), np.inf))
    name = "least irregular and unmet"
    return _checked(Aim(name, "weighted moves", ("all",), weights, wanted, wanted.mean(axis=1), tail), draws)


def most_even_gains(demand: Floats, today: Floats, states: Mapping[str, Booleans], *, tail: float = 1.0) -> Aim:
    """The largest smallest gain of a state: the share of its gap, demand without a legal way today, that is closed.

    Gains are measured against the state's own gap and not its population. Per head the largest states, of whose people
    few want to move, could never gain as much as small ones: they would bind whatever the plan, and the aim would say
    nothing about all others. The share of the gap can reach 1 for every state, large or small, well served today or
    not. States without a gap cannot gain and are left out. With a cautious tail each state's own worst draws count:
    what it can be promised.

    Parameters
    ----------
    demand, today : [draw, pathway, year] and [(draw,) pathway, year], persons and places a year
    states : [pathway] by name, true where the state is at either end; the same state as origin and as destination may
        be two entries
    """
    draws, _, years = demand.shape
    members = _rows(np.array([np.repeat(np.asarray(inside, float), years) for inside in states.values()]))
    gap = (
        _weighted_legal(members, demand, np.full(today.shape, np.inf)) - _weighted_legal(members, demand, today)
    ).mean(1)
    open_ = np.flatnonzero(gap > 1e-9 * gap.max(initial=0.0))
    if not open_.size:
        raise InputError(Problem("all demand has a legal pathway already", "Choose another group, year or scenario"))
    weights = _rows(members.toarray()[open_] / gap[open_, None])
    names = tuple(np.array(list(states))[open_].tolist())
    reference = _weighted_legal(weights, demand, today)
    return _checked(
        Aim("most even gains", "share of the gap", names, weights, reference, np.zeros(len(names)), tail), draws
    )


def best_support(demand: Floats, today: Floats, per_move: Floats, *, tail: float = 1.0) -> Aim:
    """Best support ratios: legal moves beyond today's, each counted with what it adds at its destination.

    Parameters
    ----------
    demand, today : [draw, pathway, year] and [(draw,) pathway, year], persons and places a year
    per_move : [pathway], not negative; say working-age migrants per move and dependant at the destination
    """
    draws, _, years = demand.shape
    weights = _rows(np.repeat(per_move, years)[None])
    reference = _weighted_legal(weights, demand, today)
    return _checked(Aim("best support ratios", "support", ("all",), weights, reference, np.zeros(1), tail), draws)


def _checked(aim: Aim, draws: int) -> Aim:
    problems = []
    if not (np.isfinite(aim.weights.data).all() and (aim.weights.data >= 0.0).all()):
        problems.append(Problem("a weight of moves is negative or not finite", "Give weights of 0 or more"))
    elif not aim.weights.max() > 0.0:
        problems.append(Problem("no weight of moves is positive", "Give at least one positive weight"))
    if not 1.0 / draws <= aim.tail <= 1.0:
        fault = f"the share of worst draws does not lie between 1/{draws} (one draw) and 1 (the expectation)"
        problems.append(Problem(fault, "Choose such a share, or more draws", value=aim.tail))
    if problems:
        raise InputError(problems)
    return aim


def _rows(weights: Floats) -> Sparse:
    from scipy.sparse import csc_array  # noqa: PLC0415 - slow to import

    return csc_array(weights)


def chunks(cells: int) -> Iterator[slice]:
    """Slices of cells that are worked on together."""
    for begin in range(0, cells, CELLS_AT_ONCE):
        yield slice(begin, min(begin + CELLS_AT_ONCE, cells))


def _weighted_legal(weights: Sparse, demand: Floats, capacity: Floats) -> Floats:
    """Weighted sums of legal moves: [group, draw].

    Parameters
    ----------
    weights : [group, cell]
    demand, capacity : [draw, pathway, year] and [(draw,) pathway, year], or flattened to cells
    """
    flat = demand.reshape(len(demand), -1)
    places = capacity.reshape(-1, flat.shape[1])
    sums = np.zeros((weights.shape[0], len(demand)))
    for part in chunks(flat.shape[1]):
        sums += weights[:, part] @ legal_moves(flat[:, part], places[:, part]).T
    return sums


def tail_weights(sums: Floats, tail: float) -> Floats:
    """Weights of draws whose weighted mean is that of the worst share `tail`: [group, draw], each row adds up to 1.

    Parameters
    ----------
    sums : [group, draw]; the smallest are the worst
    """
    draws = sums.shape[1]
    ranked = np.clip(tail * draws - np.arange(draws), 0.0, 1.0) / (tail * draws)
    weights = np.empty_like(sums)
    np.put_along_axis(weights, np.argsort(sums, axis=1, kind="stable"), ranked[None], axis=1)
    return weights
