"""The best capacities of legal pathways within caps, and the proof that they are the best.

Demand is given, and legal moves `L(D, K) = D / (1 + (D/K)^4)^(1/4)` are concave in capacity: the best plan is the
answer of a convex program. Linear programs on chords of the curve, solved by HiGHS, find plans that are worth at least
what they say; their dual prices and one-dimensional best responses bound what any plan can be worth (Lagrangian
duality). The grid of chords is refined around the responses until both figures meet: `docs/how-to/capacity-plan.md`.

This is a static problem: it knows no feedback of moves on later demand. The engine, run with the plan, answers that.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from corridor.analysis.capacity_aims import tail_weights
from corridor.analysis.capacity_caps import ROUNDING, feasible_places
from corridor.analysis.capacity_prices import moves_per_place, worth_of
from corridor.analysis.capacity_program import (
    CapacityWorld,
    Cuts,
    ObjectiveTerm,
    Program,
    SolvedProgram,
    first_cuts,
    grid_of,
    most_moves,
    solve_program,
)
from corridor.analysis.capacity_response import Latent, best_response, means_on_grid
from corridor.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from corridor.analysis.capacity_aims import Aim
    from corridor.analysis.capacity_caps import Caps
    from corridor.axes import Floats

GAP = 1e-3
"""Proven relative gap at which a plan is good enough."""
AMPLE = 30.0
"""Places per move of the largest draw of demand from which a capacity is ample: 3e-7 of the moves find no place."""
LEAST_ROUNDS, MOST_ROUNDS = 2, 60
"""Grids of a search: prices on the first grid are coarse; the hardest test takes a third of the most."""
FIRST_SHARES = (0.5, 0.8, 1.1, 1.6)
"""Capacities of the first grid, as shares of mean demand."""
EASE = 0.3
"""Share of the gap to be proven that may be given up for others than the smallest group to gain too."""
NEGLIGIBLE = 1e-4
"""Share of what capacities without limit would bring below which a value is next to nothing, for the relative gap."""
MIXINGS = 20
"""Halvings of the way from a plan that misses a least value to one that has it."""
FIRST_SPAN = 0.3
"""How far a grid reaches around best responses at most, as a share of the capacity."""
NEAREST, FARTHEST = 0.3, 5.0
"""The same in square roots of the gap, as chords miss a smooth curve by the square of their length."""
WIDER, MOST_CELLS = 2.0, 0.95
"""A grid reaches this many times as far as the responses of this share of the cells moved in the round before."""


@dataclass(frozen=True)
class CapacityProblem:
    """What a plan starts from.

    Attributes
    ----------
    demand : [draw, pathway, year], latent demand, persons a year
    floor : [pathway, year], today's capacities, places a year, finite: where moves are free nothing is to be planned
    caps : limits on weighted sums of places
    ceiling : [pathway, year], largest capacities, may be infinite
    redirected : [pathway], share of the moves without a legal way that is irregular
    beside : [draw, pathway, year], places that a draw has beside those of a plan, less than none where it has fewer:
        for capacities of today that are uncertain, how far they lie from `floor`. None for none
    """

    demand: Floats
    floor: Floats
    caps: Caps
    ceiling: Floats
    redirected: Floats
    beside: Floats | None = None

    def room(self, capacity: Floats) -> Floats:
        """Capacities [pathway, year] as a draw has them: [(draw,) pathway, year], places."""
        return capacity if self.beside is None else capacity + self.beside


@dataclass(frozen=True)
class CapacityPlan:
    """Capacities, what they bring on average, and how good they are proven to be.

    Attributes
    ----------
    aim, unit : name and unit of what was made large
    capacity : [pathway, year], places a year
    expected_legal : [pathway, year], persons a year, mean over draws
    value, today : of the aim, with the plan and with today's capacities
    bound : no plan within the caps has a larger value
    gap : (bound - value) / |value|; where |value| is less, by 1e-4 of what capacities without limit would bring
    cap_names : [cap]
    used : [cap], in the unit of the cap
    price : [cap], of the aim's value per unit more of the cap
    legal_per_place, irregular_per_place : [cap], expected legal moves gained, and irregular ones avoided, per unit
        more of the cap as the best plan would use it
    rounds : grids on which linear programs were solved
    cpu_seconds : spent
    status : proven, or stopped before the gap was reached
    """

    aim: str
    unit: str
    capacity: Floats
    expected_legal: Floats
    value: float
    today: float
    bound: float
    gap: float
    cap_names: tuple[str, ...]
    used: Floats
    price: Floats
    legal_per_place: Floats
    irregular_per_place: Floats
    rounds: int
    cpu_seconds: float
    status: Literal["proven", "stopped"]


def plan_capacities(
    problem: CapacityProblem,
    aim: Aim,
    *,
    gap: float = GAP,
    start: Floats | None = None,
    most_rounds: int = MOST_ROUNDS,
    progress: Callable[[str], object] = lambda _: None,
) -> CapacityPlan:
    """Find the capacities within all caps that make an aim as large as can be.

    Parameters
    ----------
    gap : relative gap to be proven
    start : [pathway, year], capacities to begin at, such as those of a plan that was stopped
    most_rounds : grids after which to stop
    progress : called with a line after each grid; what it raises ends the search

    Raises
    ------
    InputError : arrays do not fit, or no capacities are within the caps: says which conflict and what helps
    """
    starts = () if start is None else (start,)
    return search_plan(problem, (ObjectiveTerm(aim),), starts, gap=gap, most_rounds=most_rounds, progress=progress)


def search_plan(
    problem: CapacityProblem,
    terms: tuple[ObjectiveTerm, ...],
    starts: Sequence[Floats],
    *,
    gap: float,
    most_rounds: int,
    progress: Callable[[str], object],
) -> CapacityPlan:
    """Find the best plan for a weighted sum of aims, some with a least value that `starts[0]` has."""
    begin = time.process_time()
    _check(problem)
    search = _Search(_world(problem, terms), [np.ravel(start) for start in starts], gap)
    while search.rounds < most_rounds and (search.rounds < LEAST_ROUNDS or search.gap > gap):
        search.step()
        progress(f"round {search.rounds}: {search.value:.6g}, at most {search.bound:.6g}, gap {search.gap:.2e}")
    return _told(problem, search, time.process_time() - begin, gap)


class _Search:
    """Rounds of linear programs on finer and finer grids, the best plan and the lowest bound so far."""

    def __init__(self, world: CapacityWorld, starts: Sequence[Floats], target: float) -> None:
        self.target = target
        self.world, self.cuts, self.rounds = world, first_cuts(world), 0
        self.known = [np.clip(start, world.floor, world.high) for start in starts]
        self.centres = [*self.known, *(share * world.mean for share in FIRST_SHARES)]
        self.span = FIRST_SPAN
        self.value, self.bound, self.gap = -np.inf, np.inf, np.inf
        self.weights = np.array([term.weight for term in world.terms])
        without_limit = np.full(len(world.floor), np.inf)
        gained = float(self.weights @ (_values(world, without_limit) - _values(world, world.floor)))
        self.nothing = max(NEGLIGIBLE * abs(gained), np.finfo(float).tiny)
        self.places = world.floor
        self.answer: SolvedProgram
        self.response = world.floor

    def step(self) -> None:
        """Solve one linear program, bound all plans by its prices, and keep its plan if it is the best so far."""
        world = self.world
        answer, program = solve_program(world, grid_of(world, self.centres, self.span), self.cuts)
        self.answer = replace(answer, cut_weights=_valid(world, self.cuts, answer.cut_weights))
        before = self.response
        bound, self.response = _bound(world, self.cuts, self.answer)
        self.bound = min(self.bound, bound)
        self._consider(_within(world, self.answer.places))
        weights = np.pad(self.answer.cut_weights, (0, len(self.cuts.rows) - len(self.answer.cut_weights)))
        self.answer = replace(self.answer, cut_weights=weights)
        self.gap = self._gap(self.value)
        done = self.gap <= self.target and self.rounds + 1 >= LEAST_ROUNDS
        if done and any(len(term.aim.groups) > 1 for term in world.terms):
            self._share_out(program)
        self.centres = [self.response, before, self.answer.places, self.places, *self.known]
        reach = np.sqrt(self.gap) * np.array([NEAREST, FARTHEST])
        self.span = float(min(np.clip(WIDER * self._moved(before), *reach), FIRST_SPAN))
        self.rounds += 1

    def _gap(self, value: float) -> float:
        """Relative gap of a plan of this value."""
        return max(self.bound - value, 0.0) / max(abs(value), self.nothing)

    def _share_out(self, program: Program) -> None:
        """Take the plan with most moves among those proven as good, so that groups beside the smallest gain too."""
        places = _within(self.world, most_moves(program, EASE * self.target))
        places, values = self._reaching(places, _values(self.world, places))
        value = float(self.weights @ values)
        if self._gap(value) <= self.target:
            self.places, self.value, self.gap = places, value, self._gap(value)

    def _moved(self, before: Floats) -> float:
        """How far best responses moved since the last round, as a share of the capacity: of most cells."""
        moved = np.abs(self.response - before)[self.world.cells]
        size = np.maximum(self.world.size(self.response), np.finfo(float).tiny)
        return float(np.quantile(moved / size, MOST_CELLS)) if moved.size else 0.0

    def _consider(self, places: Floats) -> None:
        """Keep a plan if it is the best so far; add the cuts that it breaks."""
        sums = [self.world.by_group(term, places) for term in self.world.terms]
        for position, (term, of_term) in enumerate(zip(self.world.terms, sums, strict=True)):
            weights = tail_weights(of_term, term.aim.tail)
            for group in np.flatnonzero((weights * of_term).sum(axis=1) < self.answer.values[position]):
                self.cuts.add(position, int(group), weights[group])
        places, values = self._reaching(places, _values(self.world, places))
        if self.weights @ values > self.value:
            self.value, self.places = float(self.weights @ values), places

    def _reaching(self, places: Floats, values: Floats) -> tuple[Floats, Floats]:
        """Move a plan towards the first known one, as little as need be, until all aims have their least value."""
        least = np.array([term.at_least for term in self.world.terms])
        if (values >= least).all():
            return places, values
        near, far = 0.0, 1.0
        for _ in range(MIXINGS):
            middle = (near + far) / 2.0
            mixed = (1.0 - middle) * places + middle * self.known[0]
            reaches = bool((_values(self.world, mixed) >= least).all())
            near, far = (near, middle) if reaches else (middle, far)
        mixed = (1.0 - far) * places + far * self.known[0]
        return mixed, _values(self.world, mixed)


def _values(world: CapacityWorld, places: Floats) -> Floats:
    """Values of the aims: [term]."""
    return np.array([term.aim.value(world.latent.demand, places + world.latent.beside) for term in world.terms])


def _within(world: CapacityWorld, places: Floats) -> Floats:
    """Take back what the linear program's rounding puts beyond a cap that counts places."""
    caps, inside = world.caps, np.clip(places, world.floor, world.high)
    for cap in np.flatnonzero(caps.use(inside) > caps.limits):
        row = caps.weights[[cap], :]
        cells, weights = row.indices, row.data
        if (weights >= 0.0).all():
            room, added = caps.limits[cap] - weights @ world.floor[cells], inside[cells] - world.floor[cells]
            inside[cells] = world.floor[cells] + added * max(room, 0.0) / max(weights @ added, np.finfo(float).tiny)
    return np.clip(inside, world.floor, world.high)


def _valid(world: CapacityWorld, cuts: Cuts, weights: Floats) -> Floats:
    """Dual weights of cuts such that those of a term add up to its weight, or to more where it has a least value."""
    of_term = np.array([term for term, _, _ in cuts.rows])
    valid = weights.copy()
    for position, term in enumerate(world.terms):
        own = of_term == position
        total = valid[own].sum()
        if total == 0.0 < term.weight:
            valid[own] = term.weight / own.sum()
        elif total < term.weight or (np.isneginf(term.at_least) and total > 0.0):
            valid[own] *= term.weight / total
    return valid


def _bound(world: CapacityWorld, cuts: Cuts, answer: SolvedProgram) -> tuple[float, Floats]:
    """Upper bound of the objective of any plan, by duality, and the best responses [any cell] to the prices."""
    worth = worth_of(world, cuts, answer)
    price = world.caps.weights.T @ answer.cap_prices
    cells = world.cells
    places, bounds = best_response(
        world.latent,
        cells,
        np.array(cuts.draws),
        worth,
        price[cells],
        low=world.floor[cells],
        high=world.high[cells],
        ceiling=world.ceiling[cells],
    )
    response, shut = world.floor.copy(), np.ones(len(price), bool)
    response[cells], shut[cells] = places, False
    fixed = answer.cut_weights @ cuts.constants(world) + answer.cap_prices @ world.caps.limits
    reached = np.bincount([term for term, _, _ in cuts.rows], answer.cut_weights, len(world.terms))
    for term, total in zip(world.terms, reached, strict=True):
        if np.isfinite(term.at_least):
            fixed -= (total - term.weight) * term.at_least
    return float(fixed + bounds.sum() - price[shut] @ world.floor[shut]), response


def _world(problem: CapacityProblem, terms: tuple[ObjectiveTerm, ...]) -> CapacityWorld:
    """Check the problem and flatten its arrays; a demand that is contiguous is not copied."""
    demand = problem.demand.reshape(len(problem.demand), -1)
    floor, ceiling = problem.floor.ravel(), problem.ceiling.ravel()
    beside = np.zeros((1, floor.size)) if problem.beside is None else problem.beside.reshape(demand.shape)
    first = feasible_places(problem.caps, floor, ceiling)
    ample = AMPLE * demand.max(axis=0)
    ample -= np.minimum(beside.min(axis=0), 0.0)
    asked = _asked(problem.caps, floor, ample)
    high = np.minimum(ceiling, np.maximum.reduce([floor, first, ample, asked]))
    cells = np.flatnonzero((high > floor) | (ample > 0.0))
    at_floor = tuple(term.aim.by_group(demand, floor + beside) for term in terms)
    return CapacityWorld(
        Latent(demand, beside), demand.mean(axis=0), floor, high, ceiling, cells, problem.caps, terms, at_floor
    )


def _asked(caps: Caps, floor: Floats, ample: Floats) -> Floats:
    """Places [cell] that may serve caps that say "at least": enough for each alone."""
    rows = caps.weights.tocoo()
    sums = np.abs(caps.limits) + abs(caps.weights) @ np.maximum(floor, ample)
    asked = np.zeros(len(floor))
    negative = rows.data < 0.0
    np.maximum.at(asked, rows.col[negative], sums[rows.row[negative]] / -rows.data[negative])
    return asked


def _told(problem: CapacityProblem, search: _Search, seconds: float, gap: float) -> CapacityPlan:
    """Say what a search found."""
    world, years = search.world, problem.floor.shape[1]
    per_place = moves_per_place(world, search.cuts, search.answer, search.response, problem.redirected.repeat(years))
    aim = world.terms[0].aim
    every, alike = np.arange(len(world.floor)), np.full((1, len(world.latent.demand)), 1.0 / len(world.latent.demand))
    legal = means_on_grid(world.latent, every, search.places[None], alike, np.zeros_like(every))
    return CapacityPlan(
        aim=aim.name,
        unit=aim.unit,
        capacity=search.places.reshape(problem.floor.shape),
        expected_legal=legal.reshape(problem.floor.shape),
        value=search.value,
        today=_values(world, world.floor)[0],
        bound=search.bound,
        gap=search.gap,
        cap_names=problem.caps.names,
        used=problem.caps.use(search.places),
        price=search.answer.cap_prices,
        legal_per_place=per_place[0],
        irregular_per_place=per_place[1],
        rounds=search.rounds,
        cpu_seconds=seconds,
        status="proven" if search.gap <= gap else "stopped",
    )


def _check(problem: CapacityProblem) -> None:
    """Refuse arrays that do not fit, all at once."""
    shape, floor, ceiling = problem.demand.shape[1:], problem.floor, problem.ceiling
    if len(shape) != 2 or floor.shape != shape or ceiling.shape != shape or problem.redirected.shape != shape[:1]:
        fault = "demand is not [draw, pathway, year], or floor and ceiling not [pathway, year], redirected [pathway]"
        raise InputError(Problem(fault, "Give arrays of these shapes", value=(problem.demand.shape, floor.shape)))
    if problem.caps.weights.shape != (len(problem.caps.names), floor.size):
        raise InputError(
            Problem("the caps do not belong to the cells of the problem", "Build them for its pathways and years")
        )
    if problem.beside is not None and problem.beside.shape != problem.demand.shape:
        raise InputError(
            Problem(
                "the places beside a plan's are not [draw, pathway, year]", "Give an array with the shape of the demand"
            )
        )
    faults = {
        "demand is negative or not finite": (_fine(problem.demand), "Check the demand"),
        "a capacity of today is negative or not finite": (_fine(floor), "Leave out pathways without a limit"),
        "a ceiling is below today's capacity": (bool((ceiling >= floor).all()), "Raise the ceiling to it"),
        "the redirected share does not lie between 0 and 1": (
            _fine(problem.redirected) and problem.redirected.max(initial=0.0) <= 1.0,
            "Give it as a share",
        ),
        "a draw has less than no places today": (
            problem.beside is None or bool((floor + problem.beside >= -ROUNDING * (1.0 + floor)).all()),
            "Raise the places beside, or today's capacities",
        ),
        "a cap is not finite": (bool(np.isfinite(problem.caps.limits).all()), "Leave out caps without a limit"),
    }
    broken = [Problem(fault, remedy) for fault, (holds, remedy) in faults.items() if not holds]
    if broken:
        raise InputError(broken)


def _fine(values: Floats) -> bool:
    return bool(
        np.isfinite(values.min(initial=0.0)) and np.isfinite(values.max(initial=0.0)) and values.min(initial=0.0) >= 0.0
    )
