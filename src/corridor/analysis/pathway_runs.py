"""Runs of the engine for plans of legal capacities: what corridors of a group want, and what a plan does to them.

Three answers for the same trajectories: the demand and capacities without new levers; what a plan promises at that
demand, by the gate alone; and what the engine gives when it is run with the plan, in which moves change networks and
populations and so later demand, and people come from other destinations.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import codes
from corridor.drivers.assembly import central_chance, drawn_chance
from corridor.drivers.channels.policy import gate_under
from corridor.drivers.lever_gate import Opening
from corridor.drivers.levers import KINDS, PROFILES
from corridor.errors import InputError, Problem
from corridor.projection.batches import in_batches
from corridor.projection.gate import Split, joined, stacked
from corridor.projection.gating import base_in, pass_gate
from corridor.projection.runs import load_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeAlias

    from corridor.axes import Booleans, Floats, Integers
    from corridor.data.panel import Panel
    from corridor.drivers.assembly import Chance
    from corridor.drivers.channel import Settings
    from corridor.drivers.lever_gate import Gate
    from corridor.projection.batches import Progress
    from corridor.projection.ensemble import EnsembleWorld
    from corridor.projection.inputs import Inputs
    from corridor.projection.runs import Runs
    from corridor.projection.trajectory import Paths

    Run: TypeAlias = Callable[[Gate, Progress], Split]

BATCH = 10
"""Trajectories that run together."""


@dataclass(frozen=True)
class PathwayRuns:
    """What all runs of a plan share.

    Attributes
    ----------
    inputs : of the engine
    years : planned calendar years, the last ones of the inputs
    gate : of the corridors of the group and of those with levers of the scenario, without a plan; [draw] in its values
    members : [corridor], positions of the corridors of the group in the gate
    run : runs a gate through the engine: `Split` [draw, year of the inputs, corridor of the gate]
    central : the same for the run at the medians, whose figures every command states; None where these runs are it
    """

    inputs: Inputs
    years: tuple[int, ...]
    gate: Gate
    members: Integers
    run: Run
    central: PathwayRuns | None = None

    @property
    def at_medians(self) -> PathwayRuns:
        """The run at the medians."""
        return self.central or self

    @property
    def draws(self) -> int:
        """How many trajectories there are, or 1 for the run at the medians."""
        return len(self.gate.values["policy.irregular_share"])

    @property
    def planned(self) -> slice:
        """Positions of the planned years in the inputs."""
        return slice(len(self.inputs.years) - len(self.years), None)

    def of_group(self, split: Split) -> Split:
        """Corridors of the group in the planned years: [draw, year, corridor]."""
        return split.each(lambda part: part[:, self.planned, self.members])

    def static(self, gate: Gate, moves: Floats) -> Split:
        """Split given moves as a gate does, without a run: [draw, year, corridor] of the group.

        Parameters
        ----------
        moves : [draw, year, corridor of the gate], outward moves without levers
        """
        positions = range(len(self.inputs.years))[self.planned]
        found = [
            stacked([pass_gate(gate, at, draw, moves[draw, at]).split for at in positions])
            for draw in range(self.draws)
        ]
        return stacked(found).each(lambda part: part[..., self.members])


@dataclass(frozen=True)
class GroupDemand:
    """Demand and capacities of the corridors of a group without new levers.

    Attributes
    ----------
    moves : [draw, year of the inputs, corridor of the gate], outward moves, persons a year
    demand : [draw, corridor, kind, planned year], latent demand, persons a year
    places : [draw, corridor, kind, planned year], capacities without new levers, which grow with demand
    avoided : [corridor], irregular moves that one more legal move avoids, by the gate's response at today's moves
    """

    moves: Floats
    demand: Floats
    places: Floats
    avoided: Floats


def load_pathway_runs(
    panel: Panel,
    settings: Settings,
    group: Sequence[str],
    years: Sequence[int],
    *,
    anchor: str,
    draws: int,
    seed: int,
) -> PathwayRuns:
    """Gather what runs of a plan share.

    Parameters
    ----------
    group : ISO codes; corridors from each to each are planned
    years : consecutive calendar years that are planned
    draws : trajectories; 0 is one run at the medians
    """
    shared = load_runs(panel, years[-1], anchor, per_degree=settings.per_degree)
    within = inside(group)

    def runs_of(chance: Chance, run: Run, central: PathwayRuns | None = None) -> PathwayRuns:
        gate = gate_under(shared.conditions, settings, chance, within)
        if gate is None:
            raise InputError(Problem("the group has fewer than two areas", "Name a larger group"))
        members = np.flatnonzero(within[gate.origins, gate.destinations])
        return PathwayRuns(shared.inputs, tuple(years), gate, members, run, central)

    central = runs_of(central_chance(shared.conditions), _at_medians(shared, settings))
    if not draws:
        return central
    return runs_of(
        drawn_chance(shared.conditions, range(draws), seed), _in_draws(shared, settings, draws, seed), central
    )


def inside(group: Sequence[str]) -> Booleans:
    """Corridors within a group: [orig, dest], its areas by ISO codes."""
    member = np.isin(np.array(codes()), group)
    within: Booleans = np.outer(member, member)
    np.fill_diagonal(within, val=False)
    return within


def _at_medians(shared: Runs, settings: Settings) -> Run:
    driving = shared.driving(settings)

    def run(gate: Gate, progress: Progress) -> Split:
        splits = [year.split for _, year in shared.follow(replace(driving, gate=gate))]
        progress(1)
        return stacked([stacked([split for split in splits if split is not None])])

    return run


def _in_draws(shared: Runs, settings: Settings, draws: int, seed: int) -> Run:
    world, draw = shared.world, cache(shared.paths(seed, settings))

    def run(gate: Gate, progress: Progress) -> Split:
        batches = in_batches(
            lambda numbers: _walked(world, draw(numbers), gate, numbers), draws, batch=BATCH, progress=progress
        )
        return joined([split for _, split in batches], np.concatenate)

    return run


def _walked(world: EnsembleWorld, paths: Paths, gate: Gate, numbers: range) -> Split:
    """What became of demand in some trajectories: [trajectory, year, corridor]."""
    from corridor.projection.ensemble import walk  # noqa: PLC0415 - loads the compiler

    own = {name: value[numbers.start : numbers.stop] for name, value in gate.values.items()}
    if paths.driving is not None:
        paths = replace(paths, driving=replace(paths.driving, gate=replace(gate, values=own)))
    by_year = stacked([year.split for year in walk(world, paths) if year.split is not None])
    return by_year.each(lambda part: part.swapaxes(0, 1))


def wanted_of(runs: PathwayRuns, progress: Progress = lambda _: None) -> GroupDemand:
    """Run the engine without new levers and solve for what is behind the moves of the group's corridors.

    No lever of the scenario may work in them, so that their moves are those without levers.
    """
    moves = runs.run(runs.gate, progress).moves
    planned, members, shares = runs.planned, runs.members, runs.gate.shares[:, runs.members]
    bases = [base_in(runs.gate, draw, moves[draw, planned]) for draw in range(runs.draws)]
    today = stacked([base.split for base in bases])
    capacity = np.stack([base.capacity[:, members] for base in bases])
    elasticity = runs.gate.values["policy.legal_elasticity"][:, None, None]
    irregular = (elasticity * today.irregular)[..., members].sum(axis=(0, 1))
    legal = today.legal[..., members].sum(axis=(0, 1))
    return GroupDemand(
        moves=moves,
        demand=np.ascontiguousarray(np.einsum("kc,dyc->dcky", shares, today.demand[..., members])),
        places=np.ascontiguousarray(np.einsum("kc,dyc->dcky", shares, capacity)),
        avoided=np.minimum(np.divide(irregular, legal, out=np.zeros_like(legal), where=legal > 0.0), 1.0),
    )


def gate_with(runs: PathwayRuns, more: Floats) -> Gate:
    """Return the gate in which corridors of the group have more places in the planned years.

    Parameters
    ----------
    more : [corridor, kind, planned year], places a year beside those that there would be, the same in all draws;
        where there are none at all, the gate is the one without a plan
    """
    if not more.any():
        return runs.gate
    years = len(runs.inputs.years)
    working = np.zeros(years)
    working[runs.planned] = 1.0
    openings = []
    for kind, name in enumerate(KINDS):
        capacity = np.zeros((years, len(runs.members)))
        capacity[runs.planned] = more[:, kind].T
        pools = np.arange(len(runs.members))
        people = PROFILES[name]
        openings.append(Opening(kind, capacity, "more", runs.members, pools, working, working, people=people))
    works = runs.gate.works.copy()
    works[runs.planned, runs.members] = True
    return replace(runs.gate, pathways=(*runs.gate.pathways, *openings), works=works)
