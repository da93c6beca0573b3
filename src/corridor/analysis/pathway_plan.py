"""The best plan of legal pathways within a group of areas: the problem from the engine, its solution, and the engine.

Pathways are the corridors from each member of the group to each other, by kind. Demand, today's capacities and moves
come from runs of the engine without new levers; a plan adds places, the same in all draws, to what each draw has. The
solution is static. Run through the engine, moves change later demand: both answers are given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.analysis.capacity_aims import best_support, least_without_way, most_even_gains
from corridor.analysis.capacity_caps import cap_of, join_caps, yearly_caps
from corridor.analysis.capacity_frontier import frontier
from corridor.analysis.capacity_plan import CapacityProblem, plan_capacities
from corridor.analysis.pathway_runs import gate_with, wanted_of
from corridor.areas import codes, find
from corridor.drivers.channels.ageing import WORKING_AGES
from corridor.drivers.levers import KINDS
from corridor.projection.gate import legal_moves

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from corridor.analysis.capacity_aims import Aim
    from corridor.analysis.capacity_caps import Caps
    from corridor.analysis.capacity_frontier import Frontier
    from corridor.analysis.capacity_plan import CapacityPlan
    from corridor.analysis.pathway_runs import GroupDemand, PathwayRuns
    from corridor.axes import Booleans, Floats
    from corridor.projection.gate import Split
    from corridor.projection.inputs import Inputs

AIMS: Mapping[str, str] = {
    "least": "least irregular and unmet moves",
    "gains": "most even gains of states, as origins and as destinations",
    "support": "best support ratios of destinations",
}
"""Aim as users name it -> what it is."""
STEPS = 5
"""Plans of a frontier, both ends among them."""
THOUSAND = 1000.0


@dataclass(frozen=True, slots=True)
class Limit:
    """A cap on places a year: a number, or how far above today's.

    Attributes
    ----------
    amount : places a year, or a share of today's to be added
    added : whether it is such a share
    """

    amount: float
    added: bool

    def of(self, today: Floats) -> Floats:
        """Places in each year [year], from today's."""
        return today * (1.0 + self.amount) if self.added else np.full(len(today), self.amount)

    def __str__(self) -> str:
        return f"{100.0 * self.amount:g} % more than today's" if self.added else f"{self.amount:,.10g} a year"


@dataclass(frozen=True)
class PlanQuestion:
    """What a plan is to reach, and within what.

    Attributes
    ----------
    aim : a key of `AIMS`
    beside : another one, for the frontier between the two; None for none
    tail : share of the draws, the worst, whose mean counts; 1 for the expectation
    total : places of all pathways
    of_areas, of_kinds : places in destinations, by ISO code, and for kinds, by a key of `KIND_SHARES`
    budget : money for places beyond today's, over all years; None for no budget
    costs : ISO code of a destination, or kind -> money for a place; what is given for both adds up
    """

    aim: str
    beside: str | None
    tail: float
    total: Limit
    of_areas: Mapping[str, Limit]
    of_kinds: Mapping[str, Limit]
    budget: float | None
    costs: Mapping[str, float]


@dataclass(frozen=True)
class Outcome:
    """What becomes of demand: all `Split` [draw, year, corridor].

    Attributes
    ----------
    without : without the plan
    promise : with it, at the demand without it
    engine : with it, in the engine
    """

    without: Split
    promise: Split
    engine: Split


@dataclass(frozen=True)
class PathwayAnswer:
    """A plan, what it promises, and what the engine makes of it.

    Attributes
    ----------
    origins, destinations : [corridor], ISO codes
    years : planned
    today, places : [corridor, kind, year], places a year without and with the plan, mean over draws
    legal_today, legal : [corridor, kind, year], expected legal moves at the demand without the plan
    plan : the solution, pathways being corridors times kinds
    limits : [cap], of the plan's caps
    frontier : between two aims; None where none was asked for
    central, draws : what becomes of demand in the run at the medians and in trajectories; without any, both are that
    """

    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    years: tuple[int, ...]
    today: Floats
    places: Floats
    legal_today: Floats
    legal: Floats
    plan: CapacityPlan
    limits: Floats
    frontier: Frontier | None
    central: Outcome
    draws: Outcome


def answer_plan_question(
    runs: PathwayRuns,
    question: PlanQuestion,
    *,
    gap: float,
    progress: Callable[[int], object] = lambda _: None,
    say: Callable[[str], object] = lambda _: None,
) -> PathwayAnswer:
    """Solve for the best plan and run it through the engine.

    Parameters
    ----------
    gap : relative gap to be proven
    progress : called with the number of trajectories done since the last call, of twice `runs.draws` in all
    say : called with a line on each round of the solution

    Raises
    ------
    InputError : no capacities are within the caps: says which conflict and what helps
    """
    wanted = wanted_of(runs, progress)
    origins, destinations = _ends(runs)
    problem = problem_of(runs, wanted, question)
    room = problem.room(problem.floor)
    aim = aim_of(question.aim, runs, problem, question.tail)
    plan = plan_capacities(problem, aim, gap=gap, progress=say)
    found = None
    if question.beside is not None:
        other = aim_of(question.beside, runs, problem, question.tail)
        found = frontier(problem, (aim, other), STEPS, gap=gap, progress=say)
    shape = wanted.demand.shape[1:]
    today, places = problem.floor.reshape(shape), plan.capacity.reshape(shape)
    found_in_draws = outcome_of(runs, places - today, wanted.moves, progress)
    central = found_in_draws if runs.central is None else outcome_of(runs.central, places - today)
    return PathwayAnswer(
        origins=tuple(origins),
        destinations=tuple(destinations),
        years=runs.years,
        today=today,
        places=places,
        legal_today=legal_moves(problem.demand, room).mean(axis=0).reshape(shape),
        legal=plan.expected_legal.reshape(shape),
        plan=plan,
        limits=problem.caps.limits,
        frontier=found,
        central=central,
        draws=found_in_draws,
    )


def outcome_of(
    runs: PathwayRuns,
    more: Floats,
    moves: Floats | None = None,
    progress: Callable[[int], object] = lambda _: None,
) -> Outcome:
    """Say what becomes of demand with more places.

    Parameters
    ----------
    more : [corridor, kind, planned year], places a year beside those that there would be
    moves : of the gate's corridors without levers, [draw, year, corridor]; None to run the engine for them
    progress : called with the number of trajectories done since the last call
    """
    known = runs.run(runs.gate, lambda _: None).moves if moves is None else moves
    gate = gate_with(runs, more)
    engine = runs.of_group(runs.run(gate, progress))
    return Outcome(runs.static(runs.gate, known), runs.static(gate, known), engine)


def _ends(runs: PathwayRuns) -> tuple[list[str], list[str]]:
    """ISO codes of the origins and destinations of the group's corridors."""
    of_area = np.array(codes())
    ends = (runs.gate.origins, runs.gate.destinations)
    origins, destinations = (of_area[end[runs.members]].tolist() for end in ends)
    return origins, destinations


def problem_of(runs: PathwayRuns, wanted: GroupDemand, question: PlanQuestion) -> CapacityProblem:
    """State what a plan starts from; pathways are corridors times kinds, kinds of a corridor beside each other.

    One more legal move avoids as many irregular ones as the gate says at today's moves; so the share of those without
    a legal way that is irregular is a slope here, not a level.
    """
    draws, corridors, kinds, years = wanted.demand.shape
    shape = draws, corridors * kinds, years
    places = wanted.places.reshape(shape)
    today = places.mean(axis=0)
    return CapacityProblem(
        demand=wanted.demand.reshape(shape),
        floor=today,
        caps=_caps(runs, today, question),
        ceiling=np.full(today.shape, np.inf),
        redirected=np.repeat(wanted.avoided, kinds),
        beside=places - today,
    )


def _caps(runs: PathwayRuns, today: Floats, question: PlanQuestion) -> Caps:
    """Caps with names as users read them."""
    corridors, years = len(runs.members), runs.years
    arriving = np.repeat(_ends(runs)[1], len(KINDS))
    kinds = np.tile(np.array(KINDS), corridors)
    labelled = np.array([find(iso3).short_name for iso3 in arriving])

    def limits(labels: np.ndarray, asked: Mapping[str, Limit]) -> dict[str, Floats]:
        """Return the yearly limit of each label that is asked for, from what its corridors have today."""
        return {label: limit.of(today[labels == label].sum(axis=0)) for label, limit in asked.items()}

    of_areas = {find(iso3).short_name: limit for iso3, limit in question.of_areas.items()}
    everywhere = np.full(len(kinds), "in all")
    parts = [
        yearly_caps("places", everywhere.tolist(), limits(everywhere, {"in all": question.total}), years),
        yearly_caps("places in", labelled.tolist(), limits(labelled, of_areas), years),
        yearly_caps("places for", kinds.tolist(), limits(kinds, question.of_kinds), years),
    ]
    if question.budget is not None:
        cost = sum(price * ((arriving == word) | (kinds == word)) for word, price in question.costs.items())
        costs = np.asarray(cost, dtype=np.float64)[:, None] * np.ones(len(years))
        parts.append(cap_of("the budget", costs, question.budget + float((costs * today).sum())))
    return join_caps(*parts)


def aim_of(name: str, runs: PathwayRuns, problem: CapacityProblem, tail: float) -> Aim:
    """Return the aim of a name; see `corridor.analysis.capacity_aims`."""
    room = problem.room(problem.floor)
    if name == "least":
        return least_without_way(problem.demand, problem.redirected, tail=tail)
    if name == "gains":
        return most_even_gains(problem.demand, room, dict(_states(runs)), tail=tail)
    return best_support(problem.demand, room, _support(runs), tail=tail)


def _states(runs: PathwayRuns) -> Iterator[tuple[str, Booleans]]:
    """Each member as origin and as destination: its pathways."""
    for end, isos in zip(("from", "to"), _ends(runs), strict=True):
        for iso3 in dict.fromkeys(isos):
            yield f"{end} {find(iso3).short_name}", np.repeat(np.array(isos) == iso3, len(KINDS))


def _support(runs: PathwayRuns) -> Floats:
    """What a legal move adds to the group's mean support ratio: [pathway], per 1,000 dependants.

    The mean of the members' people of working age per dependant, weighted by their residents at the start. A move from
    an origin has its people's share of working age; where a destination has so many of these that a mover lowers the
    ratio, it counts nothing. What origins lose is not counted.
    """
    working, dependants = _by_working_age(runs.inputs)
    corridors = runs.gate.origins[runs.members], runs.gate.destinations[runs.members]
    leaving = _share_working(runs.inputs)[corridors[0]]
    ratio = (working / np.maximum(dependants, 1.0))[corridors[1]]
    residents = (working + dependants)[np.unique(corridors[1])].sum()
    gained = (1.0 + ratio) * (leaving - (1.0 - leaving) * ratio) / residents
    return np.repeat(THOUSAND * np.maximum(gained, 0.0), len(KINDS))


def _by_working_age(inputs: Inputs) -> tuple[Floats, Floats]:
    """People of working age and others of each area at the start: [area] and [area], persons."""
    first, last = WORKING_AGES
    people = inputs.population.sum(axis=1)
    working = people[:, first : last + 1].sum(axis=1)
    return working, people.sum(axis=1) - working


def _share_working(inputs: Inputs) -> Floats:
    """Share of the people who leave an area that is of working age: [area]."""
    first, last = WORKING_AGES
    leaving = (inputs.population * inputs.schedule).sum(axis=1)
    total = leaving.sum(axis=1)
    share: Floats = np.divide(
        leaving[:, first : last + 1].sum(axis=1), total, out=np.zeros_like(total), where=total > 0.0
    )
    return share
